//! `signoff explain RULE` and `signoff explain FINGERPRINT BUILD`.

use std::path::PathBuf;

use clap::Args;

use super::reading::Reading;
use super::suggest::nearest;
use super::{ERROR, print, tell};
use crate::finding::{Finding, RuleMeta};
use crate::report::Report;
use crate::report::sanitize::plain;
use crate::scan::{ScanOptions, scan};

/// Arguments of `explain`.
#[derive(Args)]
pub(super) struct Explain {
    /// A rule's id, or a finding's fingerprint as reports print it
    what: String,
    /// The build that the finding is in
    path: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

impl Explain {
    pub(super) fn run(&self) -> u8 {
        if let Some(rule) = crate::rules::by_id(&self.what) {
            return u8::from(!print(&rule_text(&rule.meta))) * ERROR;
        }
        let fingerprint =
            self.what.len() == 16 && self.what.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !fingerprint {
            tell(&format!(
                "error: there is no rule `{}`{}",
                self.what,
                suggestion(&self.what)
            ));
            return ERROR;
        }
        let Some(path) = &self.path else {
            tell(
                "error: to explain a finding, name the build as well: signoff explain FINGERPRINT app.apk",
            );
            return ERROR;
        };
        let mut options = ScanOptions::new(path);
        if let Err(message) = self.reading.apply(&mut options) {
            tell(&format!("error: {message}"));
            return ERROR;
        }
        let report = match scan(&options, &|_| {}) {
            Ok(report) => report,
            Err(error) => {
                tell(&format!("error: {error}"));
                return error.exit_code();
            }
        };
        match report
            .findings
            .iter()
            .find(|finding| finding.identity.fingerprint() == self.what.to_lowercase())
        {
            Some(finding) => u8::from(!print(&finding_text(&report, finding))) * ERROR,
            None => {
                tell(&format!(
                    "error: {}: no finding has the fingerprint {}",
                    path.display(),
                    self.what
                ));
                ERROR
            }
        }
    }
}

/// The nearest rule id, if one is near.
fn suggestion(text: &str) -> String {
    let ids = crate::rules::all().iter().map(|rule| rule.meta.id);
    match nearest(text, ids) {
        Some(id) => format!("; did you mean `{id}`? `signoff rules` lists all"),
        None => "; `signoff rules` lists all".to_owned(),
    }
}

fn rule_text(rule: &RuleMeta) -> String {
    let mut text = format!(
        "{}\n{}\n\n{} ({}), persona {}, control {}\n\n{}\n",
        rule.id,
        rule.title,
        rule.severity(),
        f64::from(rule.score) / 10.0,
        rule.persona,
        rule.control,
        rule.why
    );
    for (platform, fix) in rule.fix {
        text.push_str(&format!("\nHow to fix it ({platform})\n\n{fix}\n"));
    }
    text.push_str(&format!(
        "\nWhat it cannot see\n\n{}\n\nMappings\n\n",
        rule.cannot_see
    ));
    text.push_str(&format!("  MASVS  {}\n", rule.masvs.join(", ")));
    for weakness in rule.maswe {
        let beta: Vec<String> = weakness
            .beta
            .iter()
            .map(|number| format!("MASWE-{number}"))
            .collect();
        let beta = if beta.is_empty() {
            String::new()
        } else {
            format!(" / {} (beta)", beta.join(", "))
        };
        text.push_str(&format!(
            "  MASWE  {}: {} (current){beta}\n",
            weakness.alias, weakness.current
        ));
    }
    let cwe: Vec<String> = rule
        .cwe
        .iter()
        .map(|number| format!("CWE-{number}"))
        .collect();
    text.push_str(&format!("  CWE    {}\n", cwe.join(", ")));
    for (scheme, id) in rule.standards {
        text.push_str(&format!("  {scheme}  {id}\n"));
    }
    text
}

/// The ledger slice of a finding: where made, stored, sent, cleared; what was searched for and not
/// found.
fn finding_text(report: &Report, finding: &Finding) -> String {
    let mut text = format!(
        "{}\n\n  rule        {}\n  severity    {} ({})\n  confidence  {} (grade {})\n  identity    {}{}\n  where       {}\n",
        plain(&finding.message),
        finding.rule.id,
        finding.severity(),
        f64::from(finding.score) / 10.0,
        finding.confidence,
        finding.confidence.grade(),
        plain(&finding.identity.text()),
        if finding.identity.weak {
            " (weak: it may change from build to build)"
        } else {
            ""
        },
        plain(&finding.location.to_string()),
    );
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            for line in lines {
                text.push_str(&format!("  {}\n", plain(&line)));
            }
        }
    };
    let steps = |steps: &[crate::finding::Step]| {
        steps
            .iter()
            .map(|step| format!("{}: {}", step.location, step.message))
            .collect()
    };
    list("How we know", steps(&finding.flow));
    list("Also", steps(&finding.related));
    list("What was searched for", finding.proof.clone());
    list("Check it by hand", by_hand(report, finding));
    list(
        "Code",
        finding
            .excerpt
            .iter()
            .flat_map(|excerpt| excerpt.lines().map(str::to_owned))
            .collect(),
    );
    list(
        "Stored",
        report
            .ledger
            .stored
            .iter()
            .map(|stored| {
                format!(
                    "{} in {} under `{}`: {}, backups {}",
                    stored.artifact, stored.name, stored.key, stored.protection, stored.backup
                )
            })
            .collect(),
    );
    list(
        "Ways out",
        report
            .ledger
            .exits
            .iter()
            .map(|exit| {
                let removals: Vec<&str> =
                    exit.removals.iter().map(|removal| removal.name()).collect();
                format!(
                    "{} ({}): stored values {}",
                    exit.name,
                    exit.location,
                    removals.join(", ")
                )
            })
            .collect(),
    );
    text.push_str(&format!(
        "\nWhat to do\n\n{}\n",
        finding.rule.fix_for(&report.target.platform)
    ));
    text
}

/// How to look at the places of a finding with the tools that everybody has: instructions are
/// known by their byte offset in the DEX file, which `dexdump -d` prints at the start of a line.
fn by_hand(report: &Report, finding: &Finding) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut parts: Vec<&str> = Vec::new();
    let steps = finding.flow.iter().chain(&finding.related);
    let locations = [&finding.location]
        .into_iter()
        .chain(steps.map(|step| &step.location));
    for location in locations {
        let (Some(class), Some(method)) = (&location.class, &location.method) else {
            continue;
        };
        if !location.part.ends_with(".dex") {
            continue;
        }
        if !parts.contains(&location.part.as_str()) {
            parts.push(&location.part);
        }
        let line = match location.offset {
            Some(offset) => format!("{class}.{method}: {}, from {offset:06x} on", location.part),
            None => format!("{class}.{method}: {}", location.part),
        };
        if !lines.contains(&line) && lines.len() < MOST_PLACES {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return lines;
    }
    let build = report
        .target
        .path
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let mut commands: Vec<String> = parts
        .iter()
        .filter(|part| !part.contains('!'))
        .map(|part| {
            let file = part.rsplit('/').next().unwrap_or(part);
            format!("unzip -p {build} {part} > {file}; dexdump -d {file} | less")
        })
        .collect();
    commands.push("or open the build in jadx; then look at:".to_owned());
    commands.extend(lines);
    commands
}

/// Most places that are listed to look at.
const MOST_PLACES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        assert!(suggestion("token-plain-preference").contains("`token-plain-preferences`"));
        assert!(!suggestion("xyz").contains("did you mean"));
    }
}
