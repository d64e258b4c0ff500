//! The terminal report: what a person sees, as committed text, and what they never see.

use signoff::finding::{Confidence, Owner, Persona, Severity};
use signoff::report::Report;
use signoff::report::sanitize::width;
use signoff::report::terminal::{TerminalOptions, render};

use crate::fixtures::{bank, hostile, many};
use crate::{assert_harmless, snapshot};

fn show(report: &Report) -> String {
    render(report, &TerminalOptions::default())
}

#[test]
fn findings_read_well() {
    let mut report = bank();
    report.ledger = Default::default();
    report.controls.clear();
    report.diagnostics.clear();
    snapshot("terminal-findings", &show(&report));
}

#[test]
fn ledger_and_controls_read_well() {
    let mut report = bank();
    report.findings.clear();
    report.not_read = vec!["Hermes bytecode assets/index.android.bundle".into()];
    snapshot("terminal-ledger", &show(&report));
}

#[test]
fn a_narrow_terminal_gets_the_ledger_upright() {
    let mut report = bank();
    report.findings.clear();
    report.diagnostics.clear();
    let options = TerminalOptions {
        width: 44,
        ..TerminalOptions::default()
    };
    snapshot("terminal-narrow", &render(&report, &options));
}

#[test]
fn no_session_is_said_so() {
    let mut report = bank();
    report.findings.clear();
    report.controls.clear();
    report.ledger = Default::default();
    report.session_seen = false;
    let text = show(&report);
    assert!(
        text.contains("no session found in 49000 functions"),
        "{text}"
    );
    assert!(!text.contains("clean") && !text.contains("no failed control"));
}

#[test]
fn lines_keep_to_the_width() {
    for columns in [40, 60, 80, 100, 300] {
        for report in [bank(), hostile()] {
            let options = TerminalOptions {
                width: columns,
                persona: Persona::Auditor,
                ..TerminalOptions::default()
            };
            for line in render(&report, &options).lines() {
                assert!(
                    width(line) <= columns.min(100),
                    "{} in {line:?}",
                    width(line)
                );
            }
        }
    }
}

#[test]
fn hostile_text_is_harmless() {
    let text = show(&hostile());
    assert_harmless(&text);
    assert!(text.contains("=HYPERLINK"), "visible text stays");
    let colored = render(
        &hostile(),
        &TerminalOptions {
            color: true,
            ..TerminalOptions::default()
        },
    );
    let own = [
        "\u{1b}[0m",
        "\u{1b}[1m",
        "\u{1b}[2m",
        "\u{1b}[1m\u{1b}[31m",
        "\u{1b}[31m",
        "\u{1b}[32m",
        "\u{1b}[33m",
        "\u{1b}[36m",
    ];
    let mut stripped = colored.clone();
    for sequence in own {
        stripped = stripped.replace(sequence, "");
    }
    assert_eq!(
        stripped, text,
        "colour adds sequences of ours and nothing else"
    );
}

#[test]
fn what_is_hidden_is_counted() {
    let mut report = bank();
    report.findings[0].persona = Persona::Auditor;
    let text = show(&report);
    assert!(
        text.contains("Hidden: 2 findings: 1 for pedantic (--persona pedantic), 1 for auditor"),
        "{text}"
    );
    let strict = render(
        &report,
        &TerminalOptions {
            persona: Persona::Auditor,
            min_severity: Severity::High,
            min_confidence: Confidence::High,
            ..TerminalOptions::default()
        },
    );
    assert!(
        strict.contains("2 below high (--min-severity low)"),
        "{strict}"
    );
    assert!(
        !render(
            &report,
            &TerminalOptions {
                persona: Persona::Auditor,
                ..Default::default()
            }
        )
        .contains("Hidden")
    );
}

#[test]
fn the_many_do_not_bury_the_one() {
    let text = show(&many(5_001));
    assert!(text.lines().count() < 5 * 5_001);
    assert_eq!(
        text.matches("prefs.edit { clear() }").count(),
        1,
        "advice comes once"
    );
    let first = text.find("In bundled libraries").unwrap();
    assert!(text[first..].contains("Some SDK: 1667 findings"));
    assert!(text[first..].contains("… 1662 more (-o json shows them)"));
}

#[test]
fn libraries_stand_at_the_end() {
    let mut report = bank();
    report
        .findings
        .retain(|finding| finding.owner != Owner::FirstParty);
    let text = show(&report);
    assert!(text.contains("Result: no failed control to show"), "{text}");
    assert!(text.contains("Push Vendor SDK: 1 finding"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(show(&hostile()), show(&hostile()));
}
