//! The reports, from a [`signoff::report::Report`] built by hand to the bytes of each format.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: one that cannot go on fails its test"
)]

#[path = "../common/github.rs"]
mod github;
#[path = "../common/sarif.rs"]
mod official;

mod fixtures;
mod github_checker;
mod json;
mod ledger;
mod sarif;
mod terminal;

/// Strings that only a report which prints hostile text as it is would hold.
fn assert_harmless(text: &str) {
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!text.contains("##vso["));
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
    if let Some(at) = text.find(bad) {
        panic!("{:?}", text[at..].chars().take(40).collect::<String>());
    }
}

/// Compares with `tests/snapshots/<name>.txt`; `UPDATE=1 cargo test` writes it anew.
fn snapshot(name: &str, text: &str) {
    let path = format!("tests/snapshots/{name}.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{path} differs; UPDATE=1 accepts");
    assert!(text.lines().count() < 60, "{path} is too long to review");
}
