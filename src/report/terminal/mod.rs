//! The report for a person at a terminal.
//!
//! First what was not read, since it bounds what the rest is worth; then what to fix, the worst
//! first; then the ledger, what stayed open, and what was read. Nothing is left out without a
//! line that says how much and how to see it.

mod ledger;
mod page;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;

use super::sanitize::width;
use super::taxonomy::{TOOL, VERSION};
use super::verify::Checklist;
use super::{Report, Target};
use crate::coverage::DiagnosticKind;
use crate::finding::{
    Confidence, ControlVerdict, Finding, Location, Owner, Persona, Severity, Step, Verdict,
};
use page::{ALARM, BAD, DOUBTFUL, FAINT, INFO, PLAIN, Page, STRONG};

/// Narrowest and widest page; in between it is the terminal's.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;
/// Widest page of the ledger alone: a table has use for more columns than text.
const LEDGER_WIDTH: usize = 180;
/// Width of a page that no terminal shows.
const WIDTH: usize = 80;
/// Findings of one rule and band told in full; the others of it take a few lines each.
const FULL_PER_RULE: usize = 5;
/// Steps, lines of proof and lines of code of one finding; `explain` tells the rest.
const MAX_STEPS: usize = 12;
const MAX_PROOF: usize = 8;
const MAX_CODE: usize = 16;
/// Findings of one library.
const MAX_PER_LIBRARY: usize = 5;
/// Diagnostics of one kind.
const MAX_DIAGNOSTICS: usize = 3;

/// What the caller decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Whether to colour: [`color_wanted`].
    pub color: bool,
    /// Columns: [`page_width`].
    pub width: usize,
    /// Findings up to this persona are shown.
    pub persona: Persona,
    /// Findings from this band on are shown.
    pub min_severity: Severity,
    /// Findings from this confidence on are shown.
    pub min_confidence: Confidence,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            color: false,
            width: WIDTH,
            persona: Persona::Regular,
            min_severity: Severity::Low,
            min_confidence: Confidence::Low,
        }
    }
}

/// Whether to colour the output: `NO_COLOR` says no, `FORCE_COLOR`, `CLICOLOR_FORCE` and `CI` say
/// yes, else a terminal decides that is not dumb. `variable` looks an environment variable up.
pub fn color_wanted(variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let on = |name: &str| set(name) && variable(name).as_deref() != Some("0");
    if set("NO_COLOR") {
        return false;
    }
    on("FORCE_COLOR")
        || on("CLICOLOR_FORCE")
        || set("CI")
        || (is_terminal && variable("TERM").as_deref() != Some("dumb"))
}

/// The page's width for a terminal of so many columns, or for none.
#[must_use]
pub fn page_width(columns: Option<usize>) -> usize {
    columns
        .unwrap_or(WIDTH)
        .clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Writes a report as text.
#[must_use]
pub fn render(report: &Report, options: &TerminalOptions) -> String {
    let mut page = Page::new(page_width(Some(options.width)), options.color);
    not_read(&mut page, report);
    target(&mut page, report);
    findings(&mut page, report, options);
    ledger::write(&mut page, &report.ledger, ledger::Extent::SUMMARY);
    controls(&mut page, &report.controls);
    coverage(&mut page, report);
    page.finish()
}

/// Writes a report's ledger alone as text, and the checklist where there is one.
#[must_use]
pub fn render_ledger(
    report: &Report,
    checklist: Option<&Checklist>,
    options: &TerminalOptions,
) -> String {
    let mut page = Page::new(
        options.width.clamp(*WIDTHS.start(), LEDGER_WIDTH),
        options.color,
    );
    not_read(&mut page, report);
    target(&mut page, report);
    page.gap();
    if !report.session_seen {
        no_session(&mut page, report);
    } else if report.ledger.stored.is_empty() && report.ledger.exits.is_empty() {
        let said =
            "the app has a session, but no store that holds it and no way out of it was seen.";
        page.led(STRONG, "Result:", PLAIN, said);
    }
    ledger::write(&mut page, &report.ledger, ledger::Extent::WHOLE);
    if let Some(checklist) = checklist {
        verify::write(&mut page, checklist);
    }
    coverage(&mut page, report);
    page.finish()
}

fn no_session(page: &mut Page, report: &Report) {
    let said = format!(
        "no session found in {} functions. Session controls do not apply.",
        report.coverage.functions
    );
    page.led(STRONG, "Result:", PLAIN, &said);
}

fn target(page: &mut Page, report: &Report) {
    let target = &report.target;
    let name = match target.application.as_str() {
        "" => target.path.clone(),
        application => format!("{application} {}", target.version),
    };
    let kind = format!("{} {}", target.platform, target.kind);
    let mut text = format!("{} ({})", name.trim(), kind.trim());
    if !target.application.is_empty() && !target.path.is_empty() {
        text.push_str(&format!(", {}", target.path));
    }
    page.led(STRONG, &format!("{TOOL} {VERSION}:"), PLAIN, &text);
}

fn not_read(page: &mut Page, report: &Report) {
    if report.incomplete {
        let said = "the time limit ended the scan. What was not decided by then is open.";
        page.led(ALARM, "Incomplete:", PLAIN, said);
    }
    if !report.not_read.is_empty() {
        for what in &report.not_read {
            page.led(ALARM, "Not read:", PLAIN, what);
        }
        let said = "What the app does in there is unknown: absence controls are open, not passed.";
        page.text(PLAIN, 0, said);
    }
    page.gap();
}

fn findings(page: &mut Page, report: &Report, options: &TerminalOptions) {
    let shown: Vec<&Finding> = report
        .findings_for(options.persona)
        .into_iter()
        .filter(|finding| {
            finding.severity() >= options.min_severity
                && finding.confidence >= options.min_confidence
        })
        .collect();
    page.gap();
    summary(page, report, &shown);
    let own: Vec<&Finding> = shown.iter().copied().filter(|f| is_own(f)).collect();
    let mut advised = BTreeSet::new();
    for group in own.chunk_by(|a, b| (a.severity(), a.rule.id) == (b.severity(), b.rule.id)) {
        for finding in group.iter().take(FULL_PER_RULE) {
            page.gap();
            let first_of_rule = advised.insert(finding.rule.id);
            in_full(page, finding, &report.target, first_of_rule);
        }
        for finding in group.iter().skip(FULL_PER_RULE) {
            page.gap();
            in_short(page, finding, &report.target);
        }
    }
    libraries(page, &shown, &report.target);
    hidden(page, report, options, shown.len());
}

/// How much there is to do, in one sentence.
fn summary(page: &mut Page, report: &Report, shown: &[&Finding]) {
    if !report.session_seen {
        no_session(page, report);
    }
    let own: Vec<&&Finding> = shown.iter().filter(|f| is_own(f)).collect();
    let open = report
        .controls
        .iter()
        .filter(|control| control.verdict == Verdict::Open)
        .count();
    if own.is_empty() {
        if report.session_seen {
            let mut said = "no failed control to show.".to_owned();
            if open > 0 {
                said.push_str(&format!(" {} open: see below.", are(open, "verdict")));
            }
            page.led(STRONG, "Result:", PLAIN, &said);
        }
        return;
    }
    let bands: Vec<String> = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ]
    .into_iter()
    .filter_map(|band| {
        let of_band = own.iter().filter(|f| f.severity() == band).count();
        (of_band > 0).then(|| format!("{of_band} {band}"))
    })
    .collect();
    let mut said = format!("{}: {}.", count(own.len(), "finding"), bands.join(", "));
    if shown.len() > own.len() {
        said.push_str(&format!(
            " {} more in bundled libraries.",
            shown.len() - own.len()
        ));
    }
    page.led(STRONG, "Result:", PLAIN, &said);
}

fn is_own(finding: &Finding) -> bool {
    finding.owner == Owner::FirstParty
}

fn band_style(band: Severity) -> Style {
    match band {
        Severity::Critical => ALARM,
        Severity::High => BAD,
        Severity::Medium => DOUBTFUL,
        Severity::Low => INFO,
    }
}

fn title_line(page: &mut Page, finding: &Finding) {
    let band = finding.severity();
    let title = match finding.title().trim() {
        "" => finding.rule.title,
        title => title.trim_end_matches('.'),
    };
    page.led(band_style(band), &format!("{band}:"), STRONG, title);
}

/// Everything about one finding.
fn in_full(page: &mut Page, finding: &Finding, target: &Target, first_of_rule: bool) {
    title_line(page, finding);
    let rest = finding.message[finding.title().len()..].trim();
    if !rest.is_empty() {
        page.text(PLAIN, 2, rest);
    }
    page.labelled("where", PLAIN, &place(&finding.location));
    let left_out = finding.flow.len().saturating_sub(MAX_STEPS);
    let steps = finding.flow.iter().enumerate().filter_map(|(index, step)| {
        let head = if left_out > 0 {
            MAX_STEPS / 2
        } else {
            MAX_STEPS
        };
        if index == head && left_out > 0 {
            return Some(("…".to_owned(), format!("{left_out} more steps")));
        }
        (index < head || index >= head + left_out)
            .then(|| (format!("{}.", index + 1), step_words(step)))
    });
    page.listed("how", steps);
    let related = finding.related.iter().take(MAX_STEPS);
    page.listed(
        "see",
        related.map(|step| ("-".to_owned(), step_words(step))),
    );
    let lines = || finding.proof.iter().filter(|line| !line.trim().is_empty());
    let unsaid = lines().count().saturating_sub(MAX_PROOF);
    let more = (unsaid > 0).then(|| ("…".to_owned(), count(unsaid, "more line")));
    let proof = lines().take(MAX_PROOF);
    page.listed(
        "proof",
        proof.map(|line| ("-".to_owned(), line.clone())).chain(more),
    );
    if let Some(excerpt) = &finding.excerpt {
        page.code("code", excerpt, MAX_CODE);
    }
    if first_of_rule {
        page.advice("fix", finding.rule.fix_for(&target.platform));
    } else {
        page.labelled("fix", PLAIN, &format!("as above for {}", finding.rule.id));
    }
    page.labelled("rule", PLAIN, &rule_words(finding));
    page.labelled("more", PLAIN, &explain(finding, &target.path));
}

/// A few lines about one finding.
fn in_short(page: &mut Page, finding: &Finding, target: &Target) {
    title_line(page, finding);
    page.text(PLAIN, 2, &place(&finding.location));
    let (rule, explain) = (rule_words(finding), explain(finding, &target.path));
    if 2 + width(&rule) + 2 + explain.len() <= page.width() {
        page.text(FAINT, 2, &format!("{rule}; {explain}"));
    } else {
        page.text(FAINT, 2, &rule);
        page.text(FAINT, 2, &explain);
    }
}

fn rule_words(finding: &Finding) -> String {
    let mut words = format!(
        "{}, confidence {} (grade {})",
        finding.rule.id,
        finding.confidence,
        finding.confidence.grade()
    );
    if finding.persona != Persona::Regular {
        words.push_str(&format!(", {}", finding.persona));
    }
    words
}

/// The command that says more; with the build, which it reads again.
fn explain(finding: &Finding, path: &str) -> String {
    let path = if path.contains([' ', '\'', '"', '$', '(', '&', ';']) {
        format!("'{}'", path.replace('\'', r"'\''"))
    } else {
        path.to_owned()
    };
    format!("{TOOL} explain {} {path}", finding.identity.fingerprint())
}

/// A step and its place, without the package: the story counts, `explain` has the names.
fn step_words(step: &Step) -> String {
    let mut place = step.location.clone();
    if let Some((_, simple)) = place
        .class
        .as_deref()
        .and_then(|name| name.rsplit_once('.'))
        && simple.len() > 3
    {
        place.class = Some(simple.to_owned());
    }
    match step.message.trim() {
        "" => place.to_string(),
        message => format!("{message}: {place}"),
    }
}

/// `com.example.Session.save (Session.java:12) in classes2.dex`.
fn place(location: &Location) -> String {
    let mut text = location.to_string();
    if location.class.is_some() && !location.part.is_empty() {
        text.push_str(&format!(" in {}", location.part));
    }
    text
}

fn libraries(page: &mut Page, shown: &[&Finding], target: &Target) {
    let mut by_library: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in shown {
        if let Owner::Library(name) = &finding.owner {
            by_library.entry(name).or_default().push(finding);
        }
    }
    if by_library.is_empty() {
        return;
    }
    page.heading("In bundled libraries (these do not fail the gate by default)");
    let advice = shown.iter().find_map(|finding| finding.owner.advice());
    page.text(PLAIN, 0, advice.unwrap_or_default());
    for (library, findings) in by_library {
        page.gap();
        let said = format!("{library}: {}", count(findings.len(), "finding"));
        page.text(STRONG, 0, &said);
        for finding in findings.iter().take(MAX_PER_LIBRARY) {
            in_short(page, finding, target);
        }
        let unsaid = findings.len().saturating_sub(MAX_PER_LIBRARY);
        if unsaid > 0 {
            let said = format!("… {unsaid} more (-o json shows them)");
            page.text(FAINT, 2, &said);
        }
    }
}

/// What filters hide, and which flag shows it.
fn hidden(page: &mut Page, report: &Report, options: &TerminalOptions, shown: usize) {
    let all = report.findings.len();
    if shown == all {
        return;
    }
    let mut reasons = Vec::new();
    for persona in [Persona::Pedantic, Persona::Auditor] {
        let of_persona = report.findings.iter().filter(|f| f.persona == persona);
        let number = of_persona.count();
        if persona > options.persona && number > 0 {
            reasons.push(format!("{number} for {persona} (--persona {persona})"));
        }
    }
    let visible = || {
        report
            .findings
            .iter()
            .filter(|f| f.persona <= options.persona)
    };
    let weak = visible()
        .filter(|f| f.severity() < options.min_severity)
        .count();
    if weak > 0 {
        let lowest = Severity::Low;
        reasons.push(format!(
            "{weak} below {} (--min-severity {lowest})",
            options.min_severity
        ));
    }
    let unsure = visible()
        .filter(|f| f.severity() >= options.min_severity && f.confidence < options.min_confidence)
        .count();
    if unsure > 0 {
        let lowest = Confidence::Low;
        reasons.push(format!(
            "{unsure} below {} confidence (--min-confidence {lowest})",
            options.min_confidence
        ));
    }
    page.gap();
    let said = format!("{}: {}.", count(all - shown, "finding"), reasons.join(", "));
    page.led(STRONG, "Hidden:", PLAIN, &said);
}

/// The verdicts in numbers, and the open ones by what stands between.
fn controls(page: &mut Page, controls: &[ControlVerdict]) {
    if controls.is_empty() {
        return;
    }
    let number = |verdict| controls.iter().filter(|c| c.verdict == verdict).count();
    page.heading("Controls");
    page.text(
        PLAIN,
        2,
        &format!(
            "{} failed, {} open, {} passed, {} not applicable.",
            number(Verdict::Fail),
            number(Verdict::Open),
            number(Verdict::Pass),
            number(Verdict::NotApplicable)
        ),
    );
    let mut open: Vec<(&str, Vec<String>)> = Vec::new();
    for control in controls.iter().filter(|c| c.verdict == Verdict::Open) {
        let name = match control.entry.as_str() {
            "" => control.rule.id.to_owned(),
            entry => format!("{} at {entry}", control.rule.id),
        };
        match open
            .iter_mut()
            .find(|(reason, _)| *reason == control.reason)
        {
            Some((_, names)) => names.push(name),
            None => open.push((&control.reason, vec![name])),
        }
    }
    if open.is_empty() {
        return;
    }
    page.text(PLAIN, 2, "Open means not shown to be met, and is no pass:");
    for (reason, names) in open {
        page.text(DOUBTFUL, 2, &names.join(", "));
        page.text(
            PLAIN,
            6,
            if reason.is_empty() {
                "no reason given"
            } else {
                reason
            },
        );
    }
}

/// What was read, lifted and skipped, and why.
fn coverage(page: &mut Page, report: &Report) {
    let coverage = &report.coverage;
    page.gap();
    let mut said = format!(
        "read {} of {} ({}); {} of code in {}: {}, {} ({} the app's own), {}; {} lifted",
        coverage.entries_read,
        count_u64(coverage.entries, "archive entry"),
        bytes(coverage.input_bytes),
        bytes(coverage.code_bytes),
        count_u64(coverage.units, "unit"),
        count_u64(coverage.classes, "class"),
        count_u64(coverage.functions, "function"),
        coverage.first_party_functions,
        count_u64(coverage.instructions, "instruction"),
        coverage.lifted,
    );
    if !coverage.partial.is_empty() {
        let partly: u64 = coverage.partial.iter().map(|(_, n)| n).sum();
        let reasons: Vec<String> = coverage
            .partial
            .iter()
            .map(|(reason, n)| format!("{reason} {n}"))
            .collect();
        said.push_str(&format!(
            ", {partly} of them in part ({})",
            reasons.join(", ")
        ));
    }
    if coverage.unresolved_calls > 0 {
        let calls = count_u64(coverage.unresolved_calls, "call");
        said.push_str(&format!(", {calls} to unknown targets"));
    }
    said.push('.');
    page.led(STRONG, "Coverage:", PLAIN, &said);
    // What was lost comes first.
    let mut kinds: BTreeMap<(bool, DiagnosticKind), Vec<String>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        let part = match diagnostic.part.as_str() {
            "" => String::new(),
            part => format!("{part}: "),
        };
        kinds
            .entry((!diagnostic.kind.loses_input(), diagnostic.kind))
            .or_default()
            .push(format!("{part}{}", diagnostic.message));
    }
    for ((_, kind), messages) in kinds {
        let lead = match kind {
            kind if kind.loses_input() => "Skipped",
            DiagnosticKind::ArchiveTampering => "Suspicious",
            _ => "Note",
        };
        for message in messages.iter().take(MAX_DIAGNOSTICS) {
            let said = format!("{message} ({}).", kind.name());
            page.led(DOUBTFUL, &format!("{lead}:"), PLAIN, &said);
        }
        let unsaid = messages.len().saturating_sub(MAX_DIAGNOSTICS);
        if unsaid > 0 {
            let said = format!("{unsaid} more of {} (-o json shows them).", kind.name());
            page.led(DOUBTFUL, &format!("{lead}:"), PLAIN, &said);
        }
    }
}

/// `1 finding`, `2 findings`.
fn count(number: usize, noun: &str) -> String {
    count_u64(number as u64, noun)
}

fn count_u64(number: u64, noun: &str) -> String {
    let plural = match noun {
        _ if number == 1 => noun.to_owned(),
        "class" => "classes".to_owned(),
        "archive entry" => "archive entries".to_owned(),
        noun => format!("{noun}s"),
    };
    format!("{number} {plural}")
}

/// `1 verdict is`, `2 verdicts are`.
fn are(number: usize, noun: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number, noun))
}

/// `18.0 MB`; decimal units.
fn bytes(number: u64) -> String {
    let (unit, name) = match number {
        0..=999 => return format!("{number} B"),
        1_000..=999_999 => (1_000, "kB"),
        1_000_000..=999_999_999 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = number / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_the_environment() {
        let wanted = |set: &[(&str, &str)], terminal| {
            color_wanted(
                |name| {
                    set.iter()
                        .find(|(key, _)| *key == name)
                        .map(|(_, value)| (*value).to_owned())
                },
                terminal,
            )
        };
        assert!(wanted(&[], true));
        assert!(!wanted(&[], false));
        assert!(!wanted(&[("TERM", "dumb")], true));
        assert!(wanted(&[("CI", "true")], false));
        assert!(wanted(&[("FORCE_COLOR", "1")], false));
        assert!(wanted(&[("CLICOLOR_FORCE", "1")], false));
        assert!(!wanted(&[("CLICOLOR_FORCE", "0")], false));
        assert!(!wanted(&[("NO_COLOR", "1"), ("CI", "true")], true));
        assert!(wanted(&[("NO_COLOR", "")], true));
    }

    #[test]
    fn widths_are_bounded() {
        assert_eq!(page_width(None), 80);
        assert_eq!(page_width(Some(200)), 100);
        assert_eq!(page_width(Some(3)), 40);
    }

    #[test]
    fn sizes_are_readable() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(18_000_000), "18.0 MB");
        assert_eq!(bytes(1_250_000_000), "1.2 GB");
    }
}
