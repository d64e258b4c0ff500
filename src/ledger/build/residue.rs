//! Records of what a way out leaves behind beside the stored session values, and of what the app
//! does with sessions of web views.

use super::Builder;
use super::entries::confidence;
use super::phrase::{artifact_phrase, list, yes_no};
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ledger::exit::{Exit, Removed};
use crate::ledger::record::Removal;
use crate::ledger::residue::{Kept, Life, Page, Residue, Residues, Script, SetCookie};
use crate::ledger::{Record, locate};

/// Most places that a record shows.
const MAX_PLACES: usize = 6;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn residue_records(&self, residues: &Residues, exits: &[Exit]) -> Vec<Record> {
        let mut records = Vec::new();
        for exit in exits {
            let pairs: Vec<(&Residue, &Removed)> = residues.all.iter().zip(&exit.left).collect();
            // Residues with one subject stand together and are one result.
            for group in pairs.chunk_by(|a, b| a.0.subject == b.0.subject) {
                records.extend(self.left_record(exit, group));
            }
        }
        records.extend(residues.pages.iter().map(|page| self.page_record(page)));
        records.extend(
            residues
                .scripts
                .iter()
                .map(|script| self.script_record(script)),
        );
        records.extend(
            residues
                .cookies
                .iter()
                .map(|cookie| self.cookie_record(cookie)),
        );
        records
    }

    /// What one way out does to residues of one subject.
    fn left_record(&self, exit: &Exit, group: &[(&Residue, &Removed)]) -> Option<Record> {
        let (first, _) = group.first()?;
        let left_as = |wanted: Removal| -> Vec<&(&Residue, &Removed)> {
            group
                .iter()
                .filter(|(_, removed)| removed.removal == wanted)
                .collect()
        };
        let (kept, open) = (left_as(Removal::Kept), left_as(Removal::Open));
        // Kept for certain, and the session's for certain.
        let failed: Vec<&Residue> = kept
            .iter()
            .filter(|(residue, _)| residue.doubt.is_none())
            .map(|(residue, _)| *residue)
            .collect();
        let left = match (failed.is_empty(), kept.is_empty() && open.is_empty()) {
            (false, _) => "kept",
            (true, true) => "removed",
            (true, false) => "open",
        };
        let certain = confidence(&exit.entry);
        let known = failed
            .iter()
            .map(|residue| residue.confidence)
            .chain([certain])
            .min()
            .unwrap_or(certain);
        let mut record = Record::new("residue", self.exit_location(exit), known);
        record.set("thing", first.thing.name());
        record.set("left", left);
        let limited = group
            .iter()
            .find_map(|(residue, _)| residue.limited.clone());
        record.set("limited", yes_no(limited.is_some()));
        record.subject.clone_from(&first.subject);
        record.entry = exit.entry.id.clone();
        record.weak = exit.entry.weak;
        record.owner = self.owner(exit.entry.node.func);
        let names = |residues: Vec<&Residue>| {
            let names: Vec<String> = residues
                .iter()
                .map(|residue| residue.what.clone())
                .collect();
            list(&names)
        };
        let facts = &mut record.facts;
        facts.insert("exit", exit.entry.name.clone());
        facts.insert("entry", exit.entry.name.clone());
        let shown = if failed.is_empty() {
            group.iter().map(|(residue, _)| *residue).collect()
        } else {
            failed.clone()
        };
        facts.insert(
            "how",
            shown
                .first()
                .map(|residue| residue.how.clone())
                .unwrap_or_default(),
        );
        facts.insert("what", names(shown));
        facts.insert(
            "limit",
            limited
                .map(|limit| format!(" ({limit})"))
                .unwrap_or_default(),
        );
        let mut reasons: Vec<String> = group
            .iter()
            .filter(|(_, removed)| removed.removal != Removal::Cleared)
            .map(
                |(residue, removed)| match (&residue.doubt, removed.removal) {
                    (Some(doubt), Removal::Kept) => format!("{} stays: {doubt}", residue.what),
                    _ => removed.why.clone(),
                },
            )
            .collect();
        reasons.sort();
        reasons.dedup();
        reasons.truncate(MAX_PLACES);
        facts.insert("open", reasons.join("; "));
        facts.insert(
            "met",
            format!("{}: removes {}", exit.entry.name, first.what),
        );
        for (residue, removed) in group {
            record.proof.push(format!(
                "{}: {}{}",
                residue.what,
                removed.removal.name(),
                match removed.why.as_str() {
                    "" => String::new(),
                    why => format!(" ({why})"),
                }
            ));
            record.related.extend(
                residue
                    .made
                    .iter()
                    .take(MAX_PLACES)
                    .map(|(site, how)| Step {
                        location: locate::site(self.program, *site),
                        message: how.clone(),
                    }),
            );
        }
        record.related.truncate(2 * MAX_PLACES);
        record.proof.push(match exit.reach.nodes.len() {
            1 => format!("{} calls nothing else of the app's own", exit.entry.name),
            count => format!("{count} functions were followed from {}", exit.entry.name),
        });
        record.flow.push(Step {
            location: locate::start(self.program, self.graph, exit.entry.node),
            message: format!("{} begins here", exit.entry.name),
        });
        for (_, removed) in group {
            if let Some(site) = removed.site {
                record.flow.push(Step {
                    location: locate::site(self.program, site),
                    message: "removes it, or may".to_owned(),
                });
            }
        }
        Some(record)
    }

    /// Whose code it is, and what happens there.
    fn stands(&self, record: &mut Record, site: Site, message: &str) {
        record.owner = self.owner(site.func);
        record.flow.push(Step {
            location: locate::site(self.program, site),
            message: message.to_owned(),
        });
    }

    fn page_record(&self, page: &Page) -> Record {
        let mut record = Record::new(
            "page",
            locate::site(self.program, page.site),
            Confidence::High,
        );
        record.set("page", if page.provider { "provider" } else { "own" });
        record.subject = format!("page:{}", page.url);
        self.stands(&mut record, page.site, "the page is opened here");
        record.excerpt = locate::excerpt(self.values, page.site, &self.events.key_texts);
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(page.site.func));
        facts.insert("url", page.url.clone());
        record
    }

    fn script_record(&self, script: &Script) -> Record {
        let mut record = Record::new(
            "script",
            locate::site(self.program, script.site),
            Confidence::High,
        );
        record.set("artifact", script.artifact.name());
        let (kept, place) = match script.kept {
            Kept::Storage => ("storage", "the storage of the page"),
            Kept::Cookie => ("cookie", "a cookie that scripts can read"),
            Kept::Page => ("page", "the page"),
        };
        record.set("kept", kept);
        record.subject = match script.kept {
            Kept::Page => "script:bridge".to_owned(),
            _ => format!("script:{}", script.key),
        };
        self.stands(
            &mut record,
            script.site,
            if script.kept == Kept::Page {
                "the page can ask for it from here on"
            } else {
                "the script runs here"
            },
        );
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(script.site.func));
        facts.insert("artifact", artifact_phrase(script.artifact).to_owned());
        facts.insert("place", place.to_owned());
        facts.insert("key", script.key.clone());
        facts.insert("evidence", script.how.clone());
        facts.insert(
            "open",
            format!(
                "the page gets a session value from `{}` ({}); what its scripts do with it is in the page",
                script.key, script.how
            ),
        );
        record
    }

    fn cookie_record(&self, cookie: &SetCookie) -> Record {
        let mut record = Record::new(
            "cookie",
            locate::site(self.program, cookie.site),
            Confidence::High,
        );
        let text = &cookie.text;
        let life = text.life(self.sources.now);
        let mut faults: Vec<&str> = Vec::new();
        if life == Life::Long {
            faults.push("lives longer than 30 days");
        }
        if !text.secure && !text.partly {
            faults.push("may go over connections without TLS (no `Secure`)");
        }
        if !text.http_only && !text.partly {
            faults.push("can be read by scripts (no `HttpOnly`)");
        }
        record.set(
            "faults",
            match (faults.is_empty(), life) {
                (false, _) => "some",
                (true, Life::Unknown) => "unknown",
                (true, _) => "none",
            },
        );
        record.subject = format!("cookie:{}", text.name);
        self.stands(&mut record, cookie.site, "the cookie is set here");
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(cookie.site.func));
        facts.insert(
            "cookie",
            if text.name.is_empty() {
                "a session cookie".to_owned()
            } else {
                format!("the session cookie `{}`", text.name)
            },
        );
        facts.insert("evidence", cookie.how.clone());
        facts.insert("faults", faults.join(", "));
        facts.insert(
            "open",
            "how long the cookie lives is computed when the app runs".to_owned(),
        );
        facts.insert("met", "it is short-lived and closed to scripts".to_owned());
        record
    }
}
