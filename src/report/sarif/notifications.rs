//! What a reader should know of the scan itself, as tool execution notifications.

use super::super::Report;
use super::super::sanitize::{clip, message, plain};
use super::model::{
    Configuration, DescriptorReference, Notification, NotificationDescriptor, Text,
};
use super::result::location;
use super::{MAX_MESSAGE, MAX_NOTIFICATIONS, MAX_RESULTS, index_of, non_empty, text};
use crate::coverage::DiagnosticKind;
use crate::finding;

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
pub(super) fn notifications(
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
