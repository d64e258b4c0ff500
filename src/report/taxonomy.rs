//! The standards that rules map to: their versions, and how their ids are spelled in reports.

use crate::finding::Maswe;

/// The tool's name in every report.
pub(super) const TOOL: &str = "signoff";

/// The tool's version in every report.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Version of the OWASP MASVS whose control ids the rules use.
pub(super) const MASVS_VERSION: &str = "2.1.0";

/// State of the OWASP MASWE whose numbers the rules call current. It has no releases, and its
/// numbers moved twice: the alias is the key, and this date says which numbering is meant.
pub(super) const MASWE_VERSION: &str = "2026-08-22";

/// Version of the CWE list; its numbers do not move.
pub(super) const CWE_VERSION: &str = "4.18";

/// `MASVS-STORAGE-1`.
pub(super) fn masvs_id(control: &str) -> String {
    format!("MASVS-{}", control.trim_start_matches("MASVS-"))
}

/// `CWE-613`.
pub(super) fn cwe_id(number: u16) -> String {
    format!("CWE-{number}")
}

/// `MASWE-0030`, with or without the prefix in the data.
pub(super) fn maswe_number(number: &str) -> String {
    format!("MASWE-{}", number.trim_start_matches("MASWE-"))
}

/// `MASWE-0024 (current) / MASWE-0030 (beta)`: the numbering is always named.
pub(super) fn maswe_numbers(weakness: &Maswe) -> String {
    let mut text = format!("{} (current)", maswe_number(weakness.current));
    if !weakness.beta.is_empty() {
        let beta: Vec<String> = weakness.beta.iter().map(|id| maswe_number(id)).collect();
        text.push_str(&format!(" / {} (beta)", beta.join(", ")));
    }
    text
}
