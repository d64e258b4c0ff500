//! Reports: one file a format, all from the same [`Report`].

pub mod fingerprint;
pub mod json;
pub mod sanitize;
pub mod sarif;
mod taxonomy;
pub mod terminal;
pub mod verify;

use std::cmp::Reverse;

use crate::coverage::{Coverage, Diagnostic};
use crate::finding::{ControlVerdict, Finding, Owner, Persona, RuleMeta};
use crate::ledger::record::LedgerTable;

/// What was scanned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The path as the user gave it.
    pub path: String,
    /// `android` or `ios`.
    pub platform: String,
    /// Application id or bundle id; empty when the input names none.
    pub application: String,
    /// Version name, if the input names one.
    pub version: String,
    /// `APK`, `AAB`, `split set`, `DEX` …
    pub kind: String,
}

/// Everything that a scan found out. The same input and options give an equal report.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was scanned.
    pub target: Target,
    /// Whether the app holds a session at all. When not, every session control is not
    /// applicable and the report says "no session found in N functions".
    pub session_seen: bool,
    /// What holds logic and was not read ("Hermes bytecode assets/index.android.bundle"): the
    /// first line of every report.
    pub not_read: Vec<String>,
    /// Failed controls, most severe first.
    pub findings: Vec<Finding>,
    /// Every control's verdict, in catalogue order; several where there are several entries.
    pub controls: Vec<ControlVerdict>,
    /// The ledger.
    pub ledger: LedgerTable,
    /// Counts.
    pub coverage: Coverage,
    /// What went wrong with the input.
    pub diagnostics: Vec<Diagnostic>,
    /// All rules that took part.
    pub rules: Vec<&'static RuleMeta>,
    /// The time limit ended the scan: absence verdicts are open.
    pub incomplete: bool,
}

impl Report {
    /// The findings that `persona` sees, in the order of every report: band, measured precision,
    /// the app's own code before libraries, identity.
    #[must_use]
    pub fn findings_for(&self, persona: Persona) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.persona <= persona)
            .collect();
        findings.sort_by_cached_key(|finding| {
            (
                Reverse(finding.severity()),
                precision_rank(finding.rule),
                finding.owner != Owner::FirstParty,
                finding.identity.clone(),
                finding.location.clone(),
            )
        });
        findings
    }
}

/// Place of a rule's SARIF precision, the best first.
fn precision_rank(rule: &RuleMeta) -> u8 {
    match rule.sarif_precision() {
        "very-high" => 0,
        "high" => 1,
        "medium" => 2,
        _ => 3,
    }
}

/// `1-3, 7` of ascending numbers.
fn ranges(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let words: Vec<String> = runs
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_numbers_are_short() {
        assert_eq!(ranges(&[1, 2, 3, 7]), "1-3, 7");
        assert_eq!(ranges(&[1, 2, 5]), "1, 2, 5");
        assert_eq!(ranges(&[]), "");
    }
}
