//! Rule descriptors, one for each (rule, band) used, and the taxonomies that they refer to.

use std::collections::BTreeMap;

use super::super::sanitize::{clip, plain};
use super::super::taxonomy::{
    CWE_VERSION, MASVS_VERSION, MASWE_VERSION, TOOL, cwe_id, masvs_id, maswe_number, maswe_numbers,
};
use super::model::{
    ComponentReference, Configuration, Help, Relationship, Rule, RuleProperties, Taxon,
    TaxonProperties, TaxonReference, ToolComponent,
};
use super::{MAX_DESCRIPTION, MAX_NAME, MAX_TAGS, index_of, non_empty, text};
use crate::finding::{Maswe, RuleMeta, Severity};

/// The descriptors that results refer to, in order of first use.
pub(super) struct Rules {
    platform: String,
    pub(super) descriptors: Vec<Rule>,
    index: BTreeMap<(&'static str, Severity), usize>,
    pub(super) taxonomies: Taxonomies,
}

impl Rules {
    pub(super) fn new(platform: &str) -> Self {
        Self {
            platform: platform.to_owned(),
            descriptors: Vec::new(),
            index: BTreeMap::new(),
            taxonomies: Taxonomies::default(),
        }
    }

    /// Index of the descriptor for a rule in a band.
    pub(super) fn of(&mut self, rule: &'static RuleMeta, band: Severity) -> usize {
        if let Some(index) = self.index.get(&(rule.id, band)) {
            return *index;
        }
        let descriptor = self.descriptor(rule, band);
        let index = self.descriptors.len();
        self.descriptors.push(descriptor);
        self.index.insert((rule.id, band), index);
        index
    }

    fn descriptor(&mut self, rule: &'static RuleMeta, band: Severity) -> Rule {
        let usual = band == rule.severity();
        let title = non_empty(rule.title, rule.id);
        Rule {
            id: if usual {
                rule.id.to_owned()
            } else {
                format!("{}/{}", band.name(), rule.id)
            },
            name: clip_static(rule.id),
            short_description: text(&clip(title, MAX_DESCRIPTION)),
            full_description: text(&clip(non_empty(rule.why, title), MAX_DESCRIPTION)),
            help: help(rule, &self.platform),
            default_configuration: Configuration {
                level: band.sarif_level(),
            },
            relationships: self.taxonomies.relationships(rule),
            properties: RuleProperties {
                tags: tags(rule),
                precision: rule.sarif_precision(),
                security_severity: security_severity(if usual {
                    rule.score
                } else {
                    band_score(band)
                }),
                rule: rule.id,
                control: rule.control,
                band: band.name(),
                persona: rule.persona.name(),
                standards: rule
                    .standards
                    .iter()
                    .map(|(scheme, id)| plain(&format!("{scheme} {id}")))
                    .collect(),
            },
        }
    }
}

/// A rule's id is its name; ids are ours and short.
fn clip_static(id: &'static str) -> &'static str {
    id.get(..MAX_NAME).unwrap_or(id)
}

/// `security, external/cwe/cwe-613, masvs-storage-1, maswe-session-termination`.
fn tags(rule: &RuleMeta) -> Vec<String> {
    let mut tags = vec!["security".to_owned()];
    tags.extend(rule.cwe.iter().map(|n| format!("external/cwe/cwe-{n:03}")));
    tags.extend(rule.masvs.iter().map(|id| masvs_id(id).to_lowercase()));
    tags.extend(rule.maswe.iter().map(|w| format!("maswe-{}", w.alias)));
    tags.truncate(MAX_TAGS);
    tags
}

/// The score as GitHub reads it: a number as a string, above 0, and above 9.0 to be critical.
fn security_severity(tenths: u8) -> String {
    let tenths = match tenths {
        0 => 1,
        90 => 91,
        101.. => 100,
        other => other,
    };
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// One score for a band that is not a rule's usual one: the same in every file, whatever the
/// scores of the findings in it.
fn band_score(band: Severity) -> u8 {
    match band {
        Severity::Low => 30,
        Severity::Medium => 55,
        Severity::High => 75,
        Severity::Critical => 95,
    }
}

fn help(rule: &RuleMeta, platform: &str) -> Help {
    let fix = rule.fix_for(platform);
    let mut plain_text = format!("{}\n", non_empty(rule.title, rule.id));
    let mut markdown = format!("# {}\n", non_empty(rule.title, rule.id));
    for (heading, body) in [
        ("Why it matters", rule.why),
        ("How to fix it", fix),
        ("What this rule cannot see", rule.cannot_see),
    ] {
        let body = body.trim();
        if !body.is_empty() {
            plain_text.push_str(&format!("\n{heading}:\n{body}\n"));
            markdown.push_str(&format!("\n## {heading}\n\n{body}\n"));
        }
    }
    let (plain_mappings, markdown_mappings) = mappings(rule);
    if !plain_mappings.is_empty() {
        plain_text.push_str(&format!("\nStandards:\n{}\n", plain_mappings.join("\n")));
        markdown.push_str(&format!(
            "\n## Standards\n\n- {}\n",
            markdown_mappings.join("\n- ")
        ));
    }
    plain_text.push_str(&format!("\nRule: {}\n", rule.id));
    markdown.push_str(&format!(
        "\nRule `{}`; more with `{TOOL} explain {}`.\n",
        rule.id, rule.id
    ));
    Help {
        text: plain_text,
        markdown,
    }
}

/// The standards of a rule, as plain lines and as Markdown.
fn mappings(rule: &RuleMeta) -> (Vec<String>, Vec<String>) {
    let mut plain_lines = Vec::new();
    let mut markdown_lines = Vec::new();
    let mut push = |line: String, markdown: String| {
        plain_lines.push(line);
        markdown_lines.push(markdown);
    };
    for control in rule.masvs {
        push(masvs_id(control), masvs_id(control));
    }
    for weakness in rule.maswe {
        let numbers = maswe_numbers(weakness);
        push(
            format!("MASWE {}: {numbers}", weakness.alias),
            format!("MASWE `{}`: {numbers}", weakness.alias),
        );
    }
    for number in rule.cwe {
        push(
            cwe_id(*number),
            format!("[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"),
        );
    }
    for (scheme, id) in rule.standards {
        push(format!("{scheme} {id}"), format!("{scheme} {id}"));
    }
    (plain_lines, markdown_lines)
}

/// Taxa that the used rules refer to, in order of first use.
#[derive(Default)]
pub(super) struct Taxonomies {
    masvs: Vec<String>,
    maswe: Vec<&'static Maswe>,
    cwe: Vec<u16>,
}

/// Places of the taxonomies in `run.taxonomies`.
const MASVS: ComponentReference = ComponentReference {
    name: "MASVS",
    index: 0,
};
const MASWE: ComponentReference = ComponentReference {
    name: "MASWE",
    index: 1,
};
const CWE: ComponentReference = ComponentReference {
    name: "CWE",
    index: 2,
};

impl Taxonomies {
    fn relationships(&mut self, rule: &'static RuleMeta) -> Vec<Relationship> {
        let mut relationships = Vec::new();
        let mut relate = |component: ComponentReference, id: String, index: usize| {
            relationships.push(Relationship {
                target: TaxonReference {
                    id,
                    index,
                    tool_component: component,
                },
                kinds: ["relevant"],
            });
        };
        for control in rule.masvs {
            let id = masvs_id(control);
            let index = index_of(&mut self.masvs, id.clone());
            relate(MASVS, id, index);
        }
        for weakness in rule.maswe {
            let index = index_of(&mut self.maswe, weakness);
            relate(MASWE, maswe_number(weakness.current), index);
        }
        for number in rule.cwe {
            let index = index_of(&mut self.cwe, *number);
            relate(CWE, cwe_id(*number), index);
        }
        relationships
    }

    pub(super) fn references(&self) -> Vec<ComponentReference> {
        vec![MASVS, MASWE, CWE]
    }

    pub(super) fn components(&self) -> Vec<ToolComponent> {
        let taxon = |id: String| Taxon {
            id,
            name: None,
            properties: None,
        };
        let component = |name, organization, version, uri, about: &str, taxa| ToolComponent {
            name,
            organization: Some(organization),
            version: Some(version),
            information_uri: Some(uri),
            short_description: Some(text(about)),
            is_comprehensive: Some(false),
            taxa,
            ..ToolComponent::default()
        };
        vec![
            component(
                MASVS.name,
                "OWASP",
                MASVS_VERSION,
                "https://mas.owasp.org/MASVS/",
                "OWASP Mobile Application Security Verification Standard",
                self.masvs.iter().cloned().map(taxon).collect(),
            ),
            component(
                MASWE.name,
                "OWASP",
                MASWE_VERSION,
                "https://mas.owasp.org/MASWE/",
                "OWASP Mobile Application Security Weakness Enumeration; the alias (name) is the \
                 key, the numbers moved",
                self.maswe
                    .iter()
                    .map(|weakness| maswe_taxon(weakness))
                    .collect(),
            ),
            component(
                CWE.name,
                "MITRE",
                CWE_VERSION,
                "https://cwe.mitre.org/",
                "The MITRE Common Weakness Enumeration",
                self.cwe
                    .iter()
                    .map(|number| taxon(cwe_id(*number)))
                    .collect(),
            ),
        ]
    }
}

fn maswe_taxon(weakness: &Maswe) -> Taxon {
    Taxon {
        id: maswe_number(weakness.current),
        name: Some(non_empty(weakness.alias, weakness.current).to_owned()),
        properties: (!weakness.beta.is_empty()).then(|| TaxonProperties {
            beta: weakness.beta.iter().map(|id| maswe_number(id)).collect(),
        }),
    }
}
