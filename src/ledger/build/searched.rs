//! What a proof of absence rests on, place by place: for a reader who has only the build.

use super::phrase::stored_phrase;
use super::{Builder, Stored};
use crate::analysis::template::Overlap;
use crate::analysis::values::Site;
use crate::ledger::exit::Exit;
use crate::ledger::locate;
use crate::ledger::record::Removal;
use crate::ledger::telling::Telling;

/// Most places that are listed.
const PLACES: usize = 8;
/// Most functions that are listed.
const FUNCTIONS: usize = 24;

impl Builder<'_, '_, '_> {
    /// How the entry is known, and what runs from it.
    pub(super) fn followed(&self, exit: &Exit) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for reached in &exit.reach.nodes {
            let name = self.program.func_path(reached.node.func);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = match names.len().saturating_sub(FUNCTIONS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        names.truncate(FUNCTIONS);
        vec![
            format!(
                "{} counts as a way out: {}",
                exit.entry.name,
                exit.entry.witness.phrase()
            ),
            format!("what runs from there: {}{more}", names.join(", ")),
        ]
    }

    /// The places that tell a server, none of which an exit reaches.
    pub(super) fn unreached_tellings(&self, told: &[Telling]) -> Vec<String> {
        told.iter()
            .take(PLACES)
            .map(|telling| {
                format!(
                    "not reached from there: `{}`, at {}",
                    telling.what,
                    self.place(telling.site)
                )
            })
            .collect()
    }

    /// The places that could remove what an exit keeps.
    pub(super) fn unreached_removals(&self, exit: &Exit, stored: &[Stored<'_>]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (stored, removed) in stored.iter().zip(&exit.removed) {
            if removed.removal != Removal::Kept {
                continue;
            }
            let removals = self.events.clears.iter().filter(|clear| {
                clear.everything || stored.id.covered_by(&clear.id) != Overlap::Disjoint
            });
            for clear in removals {
                let line = format!(
                    "not reached from there: the removal of {}, at {}",
                    stored_phrase(stored),
                    self.place(clear.outer)
                );
                if lines.len() < PLACES && !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    }

    fn place(&self, site: Site) -> String {
        format!(
            "`{}` ({})",
            self.program.func_path(site.func),
            locate::site(self.program, site)
        )
    }
}
