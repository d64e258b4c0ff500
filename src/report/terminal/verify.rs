//! The checklist on a page: for each check why, what to do, what to expect, what it decides.

use super::page::{DOUBTFUL, FAINT, PLAIN, Page, STRONG};
use crate::finding::Verdict;
use crate::report::verify::{Check, Checklist};

pub(super) fn write(page: &mut Page, list: &Checklist) {
    page.heading("Verify: what only a test against the server can show");
    if list.checks.is_empty() {
        page.text(
            PLAIN,
            2,
            "Nothing: no session was seen that a server could end.",
        );
        return;
    }
    if !list.values.is_empty() {
        page.text(PLAIN, 2, "Names in the commands; use test accounts only:");
        for (name, meaning) in &list.values {
            page.text(STRONG, 2, name);
            page.text(PLAIN, 6, meaning);
        }
    }
    for (index, check) in list.checks.iter().enumerate() {
        one(page, index + 1, check);
    }
}

fn one(page: &mut Page, number: usize, check: &Check) {
    page.gap();
    page.text(STRONG, 0, &format!("{number}. {}", check.title));
    page.labelled("why", PLAIN, &check.because);
    for (index, step) in check.steps.iter().enumerate() {
        let mark = format!("{})", index + 1);
        page.listed(
            if index == 0 { "do" } else { "" },
            std::iter::once((mark, step.text.clone())),
        );
        if let Some(command) = &step.command {
            page.code("", command, MAX_COMMAND);
        }
    }
    page.labelled("expect", PLAIN, &check.expect);
    let decides: Vec<String> = check
        .decides
        .iter()
        .map(|(control, verdict)| match verdict {
            Some(verdict) => format!("{control} ({} here)", words(*verdict)),
            None => (*control).to_owned(),
        })
        .collect();
    let style = if check
        .decides
        .iter()
        .any(|(_, verdict)| *verdict == Some(Verdict::Open))
    {
        DOUBTFUL
    } else {
        FAINT
    };
    page.labelled("rules", style, &decides.join(", "));
}

/// Lines of one command.
const MAX_COMMAND: usize = 12;

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "failed",
        Verdict::Open => "open",
        Verdict::Pass => "passed",
        Verdict::NotApplicable => "not applicable",
    }
}
