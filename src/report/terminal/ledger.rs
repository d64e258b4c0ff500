//! The ledger as a table: a row for each thing stored, a column for each way out.

use anstyle::Style;

use super::page::{BAD, DOUBTFUL, FAINT, GOOD, PLAIN, Page, STRONG, wrap};
use super::{count, place};
use crate::finding::Confidence;
use crate::ledger::record::{Exit, LedgerTable, Removal, ServerEffect, StoredArtifact};
use crate::report::ranges;
use crate::report::sanitize::{plain, width};

/// Columns of one exit, and the least that the first column needs.
const CELL: usize = 11;
const FIRST: usize = 34;
/// How much is printed of one table; the JSON report holds all.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    rows: usize,
    exits: usize,
    requests: usize,
    /// Whether it is said why something is open.
    reasons: bool,
}

impl Extent {
    /// Beside findings.
    pub(super) const SUMMARY: Self = Self {
        rows: 40,
        exits: 20,
        requests: 10,
        reasons: false,
    };
    /// Where the ledger is what was asked for.
    pub(super) const WHOLE: Self = Self {
        rows: 1_000,
        exits: 500,
        requests: 200,
        reasons: true,
    };
}

pub(super) fn write(page: &mut Page, table: &LedgerTable, extent: Extent) {
    if table.stored.is_empty() && table.exits.is_empty() {
        return;
    }
    page.heading("Ledger: what each way out does to what the app stores");
    let exits = &table.exits[..table.exits.len().min(extent.exits)];
    let room = page.width().saturating_sub(2 + CELL * exits.len());
    if exits.is_empty() {
        page.text(
            PLAIN,
            2,
            "No way out was found: no sign-out, no account deletion.",
        );
        rows(page, table, extent, |page, _, row| row_words(page, row));
    } else if room >= FIRST {
        wide(page, table, extent, exits, room);
    } else {
        narrow(page, table, extent, exits);
    }
    if table.stored.is_empty() {
        page.text(PLAIN, 2, "No session value was seen in a store.");
    }
    page.gap();
    for (index, exit) in exits.iter().enumerate() {
        legend(page, index + 1, exit);
        if extent.reasons {
            reasons(page, table, exit);
        }
    }
    let unsaid = table.exits.len() - exits.len();
    if unsaid > 0 {
        let said = format!("… {} (-o json shows them)", count(unsaid, "more exit"));
        page.text(FAINT, 2, &said);
    }
    requests(page, &table.endpoints, extent.requests);
}

/// Calls `row` for every row that is printed, and says how many are not.
fn rows(
    page: &mut Page,
    table: &LedgerTable,
    extent: Extent,
    mut row: impl FnMut(&mut Page, usize, &StoredArtifact),
) {
    for (index, stored) in table.stored.iter().take(extent.rows).enumerate() {
        row(page, index, stored);
    }
    let unsaid = table.stored.len().saturating_sub(extent.rows);
    if unsaid > 0 {
        let said = format!("… {} (-o json shows them)", count(unsaid, "more row"));
        page.text(FAINT, 2, &said);
    }
}

/// The table proper.
fn wide(page: &mut Page, table: &LedgerTable, extent: Extent, exits: &[Exit], room: usize) {
    let longest = table
        .stored
        .iter()
        .take(extent.rows)
        .flat_map(|row| [name(row), nature(row)])
        .map(|text| width(&plain(&text)))
        .max();
    let room = room.min(longest.unwrap_or(0) + 4).max(FIRST);
    let numbers: Vec<String> = (1..=exits.len()).map(|n| n.to_string()).collect();
    let line = |page: &mut Page, style: Style, first: &str, cells: &[(Style, &str)]| {
        let lines = wrap(&plain(first), room - 2);
        for (index, first) in lines.iter().enumerate() {
            let mut columns = vec![(PLAIN, 2, ""), (style, room, first.as_str())];
            if index == 0 {
                columns.extend(cells.iter().map(|(style, text)| (*style, CELL, *text)));
            }
            page.cells(&columns);
        }
    };
    let head: Vec<(Style, &str)> = numbers.iter().map(|n| (FAINT, n.as_str())).collect();
    line(page, FAINT, "stored", &head);
    rows(page, table, extent, |page, index, row| {
        let cells: Vec<(Style, &str)> = exits.iter().map(|exit| removal(exit, index)).collect();
        line(page, STRONG, &name(row), &cells);
        line(page, FAINT, &nature(row), &[]);
    });
    let server: Vec<(Style, &str)> = exits.iter().map(|exit| told(&exit.server)).collect();
    line(page, STRONG, "the server", &server);
}

/// One block a row, for narrow terminals and many exits: what is done, and by which exits.
fn narrow(page: &mut Page, table: &LedgerTable, extent: Extent, exits: &[Exit]) {
    rows(page, table, extent, |page, index, row| {
        row_words(page, row);
        by_word(page, exits.iter().map(|exit| removal(exit, index)));
    });
    page.text(STRONG, 2, "the server");
    by_word(page, exits.iter().map(|exit| told(&exit.server)));
}

/// `kept: 1-3, 7`: a line for each word, with the numbers of the cells that say it.
fn by_word(page: &mut Page, cells: impl Iterator<Item = (Style, &'static str)>) {
    let mut lines: Vec<(Style, &'static str, Vec<usize>)> = Vec::new();
    for (index, (style, word)) in cells.enumerate() {
        match lines.iter_mut().find(|(_, known, _)| *known == word) {
            Some((_, _, numbers)) => numbers.push(index + 1),
            None => lines.push((style, word, vec![index + 1])),
        }
    }
    for (style, word, numbers) in lines {
        page.text(style, 4, &format!("{word}: {}", ranges(&numbers)));
    }
}

fn row_words(page: &mut Page, row: &StoredArtifact) {
    page.text(STRONG, 2, &name(row));
    page.text(FAINT, 4, &nature(row));
}

/// `refresh-token: auth_prefs / refresh_token`.
fn name(row: &StoredArtifact) -> String {
    let mut text = format!("{}: {}", row.artifact, row.name);
    if !row.key.is_empty() {
        text.push_str(&format!(" / {}", row.key));
    }
    text
}

/// `sharedprefs, plaintext, in backups`.
fn nature(row: &StoredArtifact) -> String {
    let backup = match row.backup.as_str() {
        "included" => "in backups",
        "excluded" => "not in backups",
        _ => "backups unknown",
    };
    let protection = match row.protection.as_str() {
        "" | "unknown" => "protection unknown",
        known => known,
    };
    let mut text = format!("{}, {protection}, {backup}", row.store);
    if row.confidence != Confidence::High {
        text.push_str(&format!(
            " ({} confidence: {})",
            row.confidence, row.evidence
        ));
    }
    text
}

fn removal(exit: &Exit, row: usize) -> (Style, &'static str) {
    match exit.removals.get(row).copied().unwrap_or(Removal::Open) {
        Removal::Cleared => (GOOD, Removal::Cleared.name()),
        Removal::Kept => (BAD, Removal::Kept.name()),
        Removal::Open => (DOUBTFUL, Removal::Open.name()),
    }
}

fn told(server: &ServerEffect) -> (Style, &'static str) {
    match server {
        ServerEffect::Told(_) => (GOOD, "told"),
        ServerEffect::LocalOnly(_) => (BAD, "local only"),
        ServerEffect::None => (BAD, "not told"),
        ServerEffect::Open(_) => (DOUBTFUL, "open"),
    }
}

/// What a column is.
fn legend(page: &mut Page, number: usize, exit: &Exit) {
    let mut text = format!("{number}  {}", exit.name);
    if exit.confidence != Confidence::High {
        text.push_str(&format!(
            " ({} confidence: {})",
            exit.confidence, exit.evidence
        ));
    }
    page.text(PLAIN, 2, &text);
    let server = match &exit.server {
        ServerEffect::Told(what) => format!("tells the server: {what}"),
        ServerEffect::LocalOnly(what) => format!("local by design: {what}"),
        ServerEffect::None => "tells the server nothing".to_owned(),
        ServerEffect::Open(why) => format!("the server: open, {why}"),
    };
    page.text(FAINT, 5, &format!("{}; {server}", place(&exit.location)));
}

/// Why what an exit does is open: a line for each reason, with what it is about.
fn reasons(page: &mut Page, table: &LedgerTable, exit: &Exit) {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for (index, row) in table.stored.iter().enumerate() {
        let why = exit.reasons.get(index).map_or("", String::as_str);
        if exit.removals.get(index) != Some(&Removal::Open) || why.is_empty() {
            continue;
        }
        match lines.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name(row)),
            None => lines.push((why, vec![name(row)])),
        }
    }
    for (why, names) in lines {
        page.text(FAINT, 5, &format!("open, {why}: {}", names.join("; ")));
    }
}

/// The requests of the session: what an open verdict asks to be checked on the server.
fn requests(page: &mut Page, endpoints: &[(String, String)], most: usize) {
    if endpoints.is_empty() {
        return;
    }
    let mut words: Vec<String> = endpoints
        .iter()
        .take(most)
        .map(|(request, purpose)| match purpose.as_str() {
            "" => request.clone(),
            purpose => format!("{request} ({purpose})"),
        })
        .collect();
    let unsaid = endpoints.len().saturating_sub(most);
    if unsaid > 0 {
        words.push(format!("{unsaid} more"));
    }
    page.text(
        PLAIN,
        2,
        &format!("Requests of the session: {}.", words.join(", ")),
    );
}
