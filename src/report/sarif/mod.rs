//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! One run, one file a target. The default holds only failed controls, since consumers drop
//! `kind` and `suppressions` and would show a pass as an alert; the other verdicts stand in
//! `run.properties.controls`. GitHub takes severity from the rule, so there is one descriptor for
//! each (band, id) used: the plain id for the rule's usual band, else `<band>/<id>`. Limits are
//! those of GitHub's upload, and what does not fit is cut here and said, not there and silently.

mod model;
mod path;

use std::collections::BTreeMap;

use super::fingerprint::Given;
use super::sanitize::{block, clip, message, plain};
use super::taxonomy::{
    CWE_VERSION, MASVS_VERSION, MASWE_VERSION, TOOL, VERSION, cwe_id, masvs_id, maswe_number,
    maswe_numbers,
};
use super::{Report, Target};
use crate::coverage::DiagnosticKind;
use crate::finding::{self, Finding, Maswe, Owner, Persona, RuleMeta, Severity, Step};
use model::{
    ArtifactLocation, AutomationDetails, BaseUri, CodeFlow, ComponentReference, Configuration,
    Control, DescriptorReference, Help, Invocation, Location, LocationProperties, Log,
    LogicalLocation, Notification, NotificationDescriptor, PartialFingerprints, PhysicalLocation,
    Region, Relationship, ResultProperties, Rule, RuleProperties, Run, RunProperties, SarifResult,
    Taxon, TaxonProperties, TaxonReference, Text, ThreadFlow, ThreadFlowLocation, Tool,
    ToolComponent,
};

/// Results that GitHub keeps of a run; it takes 25,000 and drops the rest without a word.
const MAX_RESULTS: usize = 5_000;
/// Bytes after gzip above which the upload is refused (10 MB), less a margin for the header and
/// for another level of compression.
const MAX_COMPRESSED: usize = 9_500_000;
/// Locations of a code flow that GitHub keeps.
const MAX_FLOW: usize = 1_000;
/// Locations of all code flows of a file; beyond it flows are shortened to [`SHORT_FLOW`].
const MAX_FLOW_TOTAL: usize = 100_000;
const SHORT_FLOW: usize = 10;
/// Related locations of a result.
const MAX_RELATED: usize = 50;
/// Tags of a rule that GitHub keeps.
const MAX_TAGS: usize = 10;
/// Characters of a rule's name, and of a description.
const MAX_NAME: usize = 255;
const MAX_DESCRIPTION: usize = 1_024;
/// Characters of each kind of text that we write; GitHub names no limit.
const MAX_MESSAGE: usize = 2_000;
const MAX_FRAGMENT: usize = 400;
const MAX_SNIPPET: usize = 2_000;
const MAX_CODE_LINE: usize = 120;
/// Diagnostics and verdicts that a file holds; the rest is counted.
const MAX_NOTIFICATIONS: usize = 1_000;
const MAX_CONTROLS: usize = 2_000;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct SarifOptions {
    /// Results up to this persona are written.
    pub persona: Persona,
    /// Replaces `signoff/<platform>/<application id>/` as `automationDetails.id`: GitHub's
    /// category, which keeps the results of several apps in one repository apart.
    pub category: Option<String>,
    /// The process's exit code, where it is known by now.
    pub exit_code: Option<u8>,
}

impl Default for SarifOptions {
    fn default() -> Self {
        Self {
            persona: Persona::Pedantic,
            category: None,
            exit_code: None,
        }
    }
}

/// A file, and what it does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sarif {
    /// The file's text.
    pub text: String,
    /// Results cut off because GitHub would not keep or take them; also a notification in the
    /// file.
    pub left_out: usize,
}

/// Writes a report as SARIF.
///
/// # Errors
///
/// Only what [`serde_json`] reports; the structures written here give it no cause.
pub fn render(report: &Report, options: &SarifOptions) -> serde_json::Result<Sarif> {
    let findings = report.findings_for(options.persona);
    let mut kept = findings.len().min(MAX_RESULTS);
    loop {
        let left_out = findings.len() - kept;
        let log = log(report, options, &findings[..kept], left_out);
        let mut text = serde_json::to_string_pretty(&log)?;
        text.push('\n');
        let size = compressed_size(&text);
        if kept == 0 || size <= MAX_COMPRESSED {
            return Ok(Sarif { text, left_out });
        }
        // In proportion, and one in twenty fewer, since results differ in size.
        kept = kept.saturating_mul(MAX_COMPRESSED) / size * 19 / 20;
    }
}

/// Bytes that the upload sends, or the text's where that is small enough already.
fn compressed_size(text: &str) -> usize {
    if text.len() <= MAX_COMPRESSED {
        return text.len();
    }
    let mut buffer = vec![0; zlib_rs::compress_bound(text.len())];
    let config = zlib_rs::DeflateConfig::default();
    let (packed, code) = zlib_rs::compress_slice(&mut buffer, text.as_bytes(), config);
    match code {
        zlib_rs::ReturnCode::Ok => packed.len(),
        _ => text.len(),
    }
}

fn log(report: &Report, options: &SarifOptions, findings: &[&Finding], left_out: usize) -> Log {
    let mut rules = Rules::new(&report.target.platform);
    let mut given = Given::default();
    let mut flow_budget = MAX_FLOW_TOTAL;
    let results: Vec<SarifResult> = findings
        .iter()
        .map(|finding| {
            result(
                &report.target,
                finding,
                &mut rules,
                &mut given,
                &mut flow_budget,
            )
        })
        .collect();
    let (notifications, notification_kinds) = notifications(report, left_out);
    let supported_taxonomies = rules.taxonomies.references();
    let version = Some(VERSION);
    let information_uri = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")]
        .into_iter()
        .find(|uri| !uri.is_empty());
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: ToolComponent {
                    name: TOOL,
                    version,
                    semantic_version: version,
                    information_uri,
                    supported_taxonomies,
                    rules: Some(rules.descriptors),
                    notifications: notification_kinds,
                    ..ToolComponent::default()
                },
            },
            automation_details: AutomationDetails {
                id: category(&report.target, options),
            },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BTreeMap::from([(
                SRCROOT,
                BaseUri {
                    description: text("The root of the repository that the app is built from."),
                },
            )]),
            invocations: [Invocation {
                execution_successful: !report.incomplete,
                exit_code: options.exit_code,
                tool_execution_notifications: notifications,
            }],
            taxonomies: rules.taxonomies.components(),
            results,
            properties: run_properties(report),
        }],
    }
}

const SRCROOT: &str = "%SRCROOT%";

/// `signoff/<platform>/<application id>/`, or the caller's. What follows the last slash would be
/// a run id, so the category ends in one.
fn category(target: &Target, options: &SarifOptions) -> String {
    let id = match &options.category {
        Some(category) if !plain(category).trim_matches(['/', ' ']).is_empty() => {
            plain(category).trim().to_owned()
        }
        _ => {
            let mut id = TOOL.to_owned();
            for part in [&target.platform, &target.application] {
                let part: String = plain(part)
                    .chars()
                    .map(|c| match c {
                        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => c,
                        _ => '_',
                    })
                    .collect();
                if !part.is_empty() {
                    id.push('/');
                    id.push_str(&part);
                }
            }
            id
        }
    };
    format!("{}/", clip(id.trim_end_matches('/'), MAX_NAME))
}

/// The descriptors that results refer to, in order of first use.
struct Rules {
    platform: String,
    descriptors: Vec<Rule>,
    index: BTreeMap<(&'static str, Severity), usize>,
    taxonomies: Taxonomies,
}

impl Rules {
    fn new(platform: &str) -> Self {
        Self {
            platform: platform.to_owned(),
            descriptors: Vec::new(),
            index: BTreeMap::new(),
            taxonomies: Taxonomies::default(),
        }
    }

    /// Index of the descriptor for a rule in a band.
    fn of(&mut self, rule: &'static RuleMeta, band: Severity) -> usize {
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
struct Taxonomies {
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

    fn references(&self) -> Vec<ComponentReference> {
        vec![MASVS, MASWE, CWE]
    }

    fn components(&self) -> Vec<ToolComponent> {
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

/// Where `value` is in `list`, at its end if it was not.
fn index_of<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    match list.iter().position(|known| *known == value) {
        Some(index) => index,
        None => {
            list.push(value);
            list.len() - 1
        }
    }
}

fn result(
    target: &Target,
    finding: &Finding,
    rules: &mut Rules,
    given: &mut Given,
    flow_budget: &mut usize,
) -> SarifResult {
    let band = finding.severity();
    let rule_index = rules.of(finding.rule, band);
    let rule_id = rules.descriptors[rule_index].id.clone();
    let related = &finding.related[..finding.related.len().min(MAX_RELATED)];
    let mut place = location(target, &finding.location);
    place.physical_location.region.snippet = finding
        .excerpt
        .as_deref()
        .map(|excerpt| clip(&block(excerpt).join("\n"), MAX_SNIPPET))
        .filter(|snippet| !snippet.trim().is_empty())
        .map(|text| Text { text });
    SarifResult {
        rule_id,
        rule_index,
        level: band.sarif_level(),
        message: Text {
            text: result_message(finding, related),
        },
        locations: [place],
        related_locations: related
            .iter()
            .enumerate()
            .map(|(index, step)| Location {
                id: Some(index + 1),
                ..step_location(target, step)
            })
            .collect(),
        code_flows: code_flow(target, &finding.flow, flow_budget)
            .into_iter()
            .collect(),
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: given.of_identity(&finding.identity),
            identity: finding.identity.fingerprint(),
        },
        rank: f32::from(finding.score.min(100)),
        properties: ResultProperties {
            identity: clip(&plain(&finding.identity.text()), MAX_DESCRIPTION),
            severity: band.name(),
            score: f32::from(finding.score.min(100)) / 10.0,
            confidence: finding.confidence.name(),
            grade: finding.confidence.grade(),
            persona: finding.persona.name(),
            library: match &finding.owner {
                Owner::FirstParty => None,
                Owner::Library(name) => Some(or_unnamed(name)),
            },
            facts: finding
                .facts
                .iter()
                .map(|(key, value)| (*key, clip(&plain(value), MAX_FRAGMENT)))
                .filter(|(_, value)| !value.trim().is_empty())
                .collect(),
        },
    }
}

/// The message: the finding's own sentences, then everything that a reader without the source
/// needs, since for a build GitHub shows nothing else.
fn result_message(finding: &Finding, related: &[Step]) -> String {
    let own = plain(&finding.message);
    let own = clip(non_empty(own.trim(), finding.rule.title), MAX_MESSAGE);
    let (mut out, unlinked) = linked(&own, related);
    if !own.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    let mut sentence = |text: String| {
        if !out.ends_with('\n') {
            out.push(' ');
        }
        out.push_str(&text);
    };
    sentence(format!("In {}.", message(&place_words(&finding.location))));
    if let Owner::Library(name) = &finding.owner {
        sentence(format!(
            "This is code of the bundled library {}.",
            message(&or_unnamed(name))
        ));
    }
    let facts: Vec<String> = finding
        .facts
        .iter()
        .filter(|(_, value)| !plain(value).trim().is_empty())
        .map(|(key, value)| format!("{key} {}", message(&clip(value, MAX_FRAGMENT))))
        .collect();
    if !facts.is_empty() {
        sentence(format!("Facts: {}.", facts.join("; ")));
    }
    let steps: Vec<String> = shortened(&finding.flow, 6)
        .map(|step| match step {
            Ok((index, step)) => format!(
                "{}) {} in {}",
                index + 1,
                message(&clip(&plain(&step.message), MAX_FRAGMENT)),
                message(&clip(&step.location.to_string(), MAX_FRAGMENT)),
            ),
            Err(left_out) => format!("({left_out} more)"),
        })
        .collect();
    sentence(format!(
        "Confidence {} (grade {}){}{}.",
        finding.confidence,
        finding.confidence.grade(),
        if steps.is_empty() { "" } else { ": " },
        steps.join(", "),
    ));
    let proof: Vec<String> = finding
        .proof
        .iter()
        .filter(|line| !plain(line).trim().is_empty())
        .take(6)
        .map(|line| message(&clip(line.trim().trim_end_matches('.'), MAX_FRAGMENT)))
        .collect();
    if !proof.is_empty() {
        sentence(format!("Proof: {}.", proof.join("; ")));
    }
    if let Some(excerpt) = &finding.excerpt {
        let code: String = block(excerpt)
            .iter()
            .filter(|line| !line.is_empty())
            .take(8)
            .map(|line| format!("\n    {}", message(&clip(line, MAX_CODE_LINE))))
            .collect();
        if !code.is_empty() {
            sentence(format!("Code, as read from the build:{code}\n"));
        }
    }
    if !unlinked.is_empty() {
        sentence(format!("See also {}.", unlinked.join(", ")));
    }
    sentence(format!(
        "More: {TOOL} explain {}",
        finding.identity.fingerprint()
    ));
    out
}

/// `com.example.Session.save (Session.java:12), classes2.dex, offset 0x1f3a`.
fn place_words(location: &finding::Location) -> String {
    let mut words = or_unnamed(&location.to_string());
    if location.class.is_some() && !location.part.is_empty() {
        words.push_str(", ");
        words.push_str(&location.part);
    }
    if let Some(offset) = location.offset {
        words.push_str(&format!(", offset 0x{offset:x}"));
    }
    clip(&plain(&words), 2 * MAX_FRAGMENT)
}

/// The text with each related step's words as a link to it where they occur, escaped; and the
/// links whose words do not occur.
fn linked(own: &str, related: &[Step]) -> (String, Vec<String>) {
    enum Piece {
        Text(String),
        Link(String),
    }
    let mut pieces = vec![Piece::Text(own.to_owned())];
    let mut unlinked = Vec::new();
    for (index, step) in related.iter().enumerate() {
        let words = step_words(step);
        let link = format!("[{}]({})", message(&words), index + 1);
        let found = pieces
            .iter()
            .enumerate()
            .find_map(|(at, piece)| match piece {
                Piece::Text(text) => find_words(text, &words).map(|start| (at, start)),
                Piece::Link(_) => None,
            });
        match found {
            Some((at, start)) => {
                if let Piece::Text(text) = &pieces[at] {
                    let before = text[..start].to_owned();
                    let after = text[start + words.len()..].to_owned();
                    pieces.splice(
                        at..=at,
                        [Piece::Text(before), Piece::Link(link), Piece::Text(after)],
                    );
                }
            }
            None => unlinked.push(link),
        }
    }
    let text = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => message(text),
            Piece::Link(link) => link.clone(),
        })
        .collect();
    (text, unlinked)
}

/// Where `words` stand in `text` as whole words.
fn find_words(text: &str, words: &str) -> Option<usize> {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(words)
        .find(|(start, found)| {
            !part_of_word(text[..*start].chars().next_back())
                && !part_of_word(text[start + found.len()..].chars().next())
        })
        .map(|(start, _)| start)
}

/// The words that link a step, never empty.
fn step_words(step: &Step) -> String {
    let words = clip(&plain(&step.message), MAX_FRAGMENT);
    non_empty(words.trim(), "here").to_owned()
}

fn step_location(target: &Target, step: &Step) -> Location {
    Location {
        message: Some(Text {
            text: message(&step_words(step)),
        }),
        ..location(target, &step.location)
    }
}

fn code_flow(target: &Target, flow: &[Step], budget: &mut usize) -> Option<CodeFlow> {
    if flow.is_empty() {
        return None;
    }
    let limit = if *budget >= flow.len().min(MAX_FLOW) {
        MAX_FLOW
    } else {
        SHORT_FLOW
    };
    let mut gap = 0;
    let mut locations = Vec::new();
    for step in shortened(flow, limit) {
        match step {
            Err(left_out) => gap = left_out,
            Ok((index, step)) => {
                let mut place = step_location(target, step);
                if let Some(text) = place.message.as_mut().filter(|_| gap > 0) {
                    text.text = format!("(after {gap} steps left out) {}", text.text);
                    gap = 0;
                }
                locations.push(ThreadFlowLocation {
                    location: place,
                    execution_order: index + 1,
                    importance: if index == 0 || index + 1 == flow.len() {
                        "essential"
                    } else {
                        "important"
                    },
                });
            }
        }
    }
    *budget = budget.saturating_sub(locations.len());
    Some(CodeFlow {
        thread_flows: [ThreadFlow { locations }],
    })
}

/// At most `limit` steps, the first and the last ones, each with its index; how many are left out
/// stands between them.
fn shortened(flow: &[Step], limit: usize) -> impl Iterator<Item = Result<(usize, &Step), usize>> {
    let left_out = flow.len().saturating_sub(limit);
    let head = if left_out > 0 { limit / 2 } else { flow.len() };
    let all = || flow.iter().enumerate();
    all()
        .take(head)
        .map(Ok)
        .chain((left_out > 0).then_some(Err(left_out)))
        .chain(all().skip(head + left_out).map(Ok))
}

fn location(target: &Target, place: &finding::Location) -> Location {
    // GitHub reads lines as 32-bit signed, and refuses 0.
    let line = place.line.unwrap_or(1).clamp(1, i32::MAX.unsigned_abs());
    let (name, kind) = match (&place.class, &place.method) {
        (_, Some(method)) => (method, "function"),
        (Some(class), None) => (class, "type"),
        (None, None) => (&place.part, "resource"),
    };
    let qualified = match (&place.class, &place.method) {
        (None, Some(method)) => method.clone(),
        _ => place.symbol(),
    };
    let part = clip(&or_unnamed(&place.part), MAX_FRAGMENT);
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: path::virtual_uri(target, place),
                uri_base_id: SRCROOT,
            },
            region: Region {
                start_line: line,
                start_column: 1,
                end_line: line,
                end_column: 2,
                snippet: None,
            },
        },
        logical_locations: [LogicalLocation {
            name: clip(&or_unnamed(name), MAX_FRAGMENT),
            fully_qualified_name: clip(&or_unnamed(&qualified), 2 * MAX_FRAGMENT),
            kind,
        }],
        message: None,
        properties: Some(LocationProperties {
            part,
            byte_offset: place.offset,
        }),
    }
}

/// What a notification is about, beyond the kinds of diagnostics.
const NOT_READ: (&str, &str, &str) = ("not-read", "Logic of the app was not read", "warning");
const INCOMPLETE: (&str, &str, &str) = (
    "incomplete",
    "The time limit ended the scan; absence verdicts are open",
    "error",
);
const NO_SESSION: (&str, &str, &str) = ("no-session", "No session was found in the app", "note");
const RESULTS_CUT: (&str, &str, &str) = (
    "results-cut",
    "The file holds only the most important results",
    "warning",
);

fn diagnostic_kind(kind: DiagnosticKind) -> (&'static str, &'static str, &'static str) {
    let about = match kind {
        DiagnosticKind::ArchiveTampering => "The archive is not what it says it is",
        DiagnosticKind::Malformed => "A part is broken; what could be read of it was",
        DiagnosticKind::Unsupported => "A part is not read, or read with reservations",
        DiagnosticKind::BudgetReached => "A limit was reached; what lies beyond was not read",
        DiagnosticKind::LogicElsewhere => "The app's logic is in something that is not read",
        DiagnosticKind::Note => "Something to know that loses nothing",
    };
    let level = match kind {
        DiagnosticKind::Note => "note",
        _ => "warning",
    };
    (kind.name(), about, level)
}

/// Everything that a reader should know of the scan itself, most important first.
fn notifications(
    report: &Report,
    left_out: usize,
) -> (Vec<Notification>, Vec<NotificationDescriptor>) {
    let mut kinds: Vec<(&'static str, &'static str, &'static str)> = Vec::new();
    let mut notifications = Vec::new();
    let mut notify = |kind: (&'static str, &'static str, &'static str), said: &str, place| {
        let said = clip(&plain(said), MAX_MESSAGE);
        notifications.push(Notification {
            descriptor: DescriptorReference {
                id: kind.0,
                index: index_of(&mut kinds, kind),
            },
            level: kind.2,
            message: Text {
                text: message(non_empty(said.trim(), kind.1)),
            },
            locations: Option::into_iter(place).collect(),
        });
    };
    if report.incomplete {
        notify(INCOMPLETE, INCOMPLETE.1, None);
    }
    for what in report.not_read.iter().take(MAX_NOTIFICATIONS) {
        notify(NOT_READ, &format!("Not read: {what}"), None);
    }
    if left_out > 0 {
        notify(
            RESULTS_CUT,
            &format!(
                "{left_out} results of least severity are not in this file: a run holds {MAX_RESULTS}, and a file 10 MB"
            ),
            None,
        );
    }
    if !report.session_seen {
        notify(
            NO_SESSION,
            &format!(
                "no session found in {} functions",
                report.coverage.functions
            ),
            None,
        );
    }
    for diagnostic in report.diagnostics.iter().take(MAX_NOTIFICATIONS) {
        let place = finding::Location {
            part: diagnostic.part.clone(),
            ..finding::Location::default()
        };
        let said = match diagnostic.part.as_str() {
            "" => diagnostic.message.clone(),
            part => format!("{part}: {}", diagnostic.message),
        };
        let place = (!diagnostic.part.is_empty()).then(|| location(&report.target, &place));
        notify(diagnostic_kind(diagnostic.kind), &said, place);
    }
    let unsaid = report.diagnostics.len().saturating_sub(MAX_NOTIFICATIONS);
    if unsaid > 0 {
        let kind = diagnostic_kind(DiagnosticKind::BudgetReached);
        notify(
            kind,
            &format!("{unsaid} more diagnostics are not in this file"),
            None,
        );
    }
    let descriptors = kinds
        .into_iter()
        .map(|(id, about, level)| NotificationDescriptor {
            id,
            short_description: text(about),
            default_configuration: Configuration { level },
        })
        .collect();
    (notifications, descriptors)
}

fn run_properties(report: &Report) -> RunProperties {
    let some = |text: &str| {
        Some(clip(&plain(text), MAX_DESCRIPTION)).filter(|text| !text.trim().is_empty())
    };
    RunProperties {
        session_seen: report.session_seen,
        incomplete: report.incomplete,
        not_read: report
            .not_read
            .iter()
            .filter_map(|what| some(what))
            .collect(),
        controls: report
            .controls
            .iter()
            .take(MAX_CONTROLS)
            .map(|control| Control {
                rule: control.rule.id,
                control: control.rule.control,
                verdict: control.verdict.name(),
                reason: some(&control.reason),
                entry: some(&control.entry),
                location: control
                    .location
                    .as_ref()
                    .and_then(|place| some(&place.to_string())),
            })
            .collect(),
        controls_left_out: Some(report.controls.len().saturating_sub(MAX_CONTROLS))
            .filter(|count| *count > 0),
    }
}

fn text(text: &str) -> Text {
    Text { text: plain(text) }
}

fn non_empty<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.trim().is_empty() {
        otherwise
    } else {
        text
    }
}

fn or_unnamed(text: &str) -> String {
    let text = plain(text);
    non_empty(text.trim(), "(unnamed)").to_owned()
}
