//! The record of what an app does when a server refuses its session: forget it and go to the
//! login, or go on as if nothing had happened.

use rustc_hash::FxHashSet;

use super::phrase::{artifact_phrase, stored_phrase};
use super::{Builder, Stored};
use crate::analysis::callgraph::Node;
use crate::analysis::template::Overlap;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{ClassId, Const, FuncFlags, FuncId, Op};
use crate::ledger::credential::is_issued;
use crate::ledger::sequence::interceptors;
use crate::ledger::{Record, locate};
use crate::models::{ArtifactKind, Roles};

/// Most places that look at a refusal of which the consequences are followed.
const PLACES: usize = 60;
/// Most functions that are followed from one.
const FOLLOWED: usize = 300;
/// How many callers up the consequence may stand: `if (isRefused(code)) leave()`.
const UP: usize = 2;
/// HTTP's status for a request without a valid session.
const UNAUTHORIZED: i64 = 401;

impl Builder<'_, '_, '_> {
    /// What the app does about a refused session; none without a session that a server issued, that
    /// is stored, and that is read again to be sent.
    pub(super) fn rejection_record(
        &self,
        stored: &[Stored<'_>],
        logins: &FxHashSet<ClassId>,
    ) -> Option<Record> {
        let sends = !self.events.senders.is_empty() || !self.services.is_empty();
        let used = stored.iter().find(|stored| {
            let kind = stored.first().map(|write| write.credential.kind);
            kind.is_some_and(|kind| is_issued(kind) && kind != ArtifactKind::Cookie)
                && self
                    .events
                    .reads
                    .iter()
                    .any(|(id, _, _)| stored.id.covered_by(id) == Overlap::Same)
        })?;
        let write = used.first()?;
        if !sends {
            return None;
        }
        let mut record = Record::new(
            "rejection",
            locate::site(self.program, write.site),
            Confidence::Medium,
        );
        record.subject = used.id.text();
        record.owner = self.owner(write.site.func);
        self.store_facts(&mut record, write);
        record.facts.insert(
            "artifact",
            artifact_phrase(write.credential.kind).to_lowercase(),
        );
        let places = self.refusals();
        let handler = places
            .iter()
            .take(PLACES)
            .filter(|(_, what)| *what != SAYS)
            .find(|(func, _)| self.ends_locally(*func, stored, logins));
        match (handler, places.first()) {
            (Some((func, what)), _) => {
                record.set("handled", "yes");
                record.facts.insert(
                    "met",
                    format!(
                        "`{}` {what}, and from there the session is forgotten or the login is shown",
                        self.program.func_path(*func)
                    ),
                );
            }
            (None, Some((func, what))) => {
                record.set("handled", "open");
                record.facts.insert(
                    "open",
                    format!(
                        "`{}` {what}; what follows from that could not be traced",
                        self.program.func_path(*func)
                    ),
                );
            }
            (None, None) => {
                record.set("handled", "none");
                record.proof.push(format!(
                    "none of the app's own functions uses the status 401, is an authenticator of its HTTP client, or has a text such as `invalid_grant`, `unauthorized` or `expired` ({} functions were indexed)",
                    self.program.counts.functions
                ));
            }
        }
        record.flow.push(Step {
            location: locate::site(self.program, write.site),
            message: format!("{} is written here", stored_phrase(used)),
        });
        let reads = self
            .events
            .reads
            .iter()
            .filter(|(id, _, _)| used.id.covered_by(id) == Overlap::Same);
        for (_, _, site) in reads.take(4) {
            record.flow.push(Step {
                location: locate::site(self.program, *site),
                message: "it is read here, to be used".to_owned(),
            });
        }
        Some(record)
    }

    /// Places of the app's own code that look at a refusal, with what they do, the surest first.
    fn refusals(&self) -> Vec<(FuncId, &'static str)> {
        let program = self.program;
        let own = |func: &FuncId| !self.graph.is_library_func(*func);
        let mut found: Vec<(FuncId, &'static str)> = interceptors(self.values)
            .into_iter()
            .filter(|func| program.func_name(*func) == "authenticate")
            .map(|func| (func, "is asked when a server answers 401"))
            .collect();
        let marked = (0..program.funcs.len()).filter_map(|index| {
            let func = FuncId(u32::try_from(index).ok()?);
            program
                .flags
                .get(index)
                .is_some_and(|flags| flags.contains(FuncFlags::UNAUTHORIZED))
                .then_some(func)
        });
        found.extend(
            marked
                .filter(own)
                .take(PLACES * 4)
                .filter(|func| self.uses_status(*func))
                .map(|func| (func, "uses the status 401")),
        );
        let says = |text: &str| {
            let plain = text.to_lowercase();
            plain.len() < 200 && REFUSALS.iter().any(|words| plain.contains(words))
        };
        found.extend(
            program
                .texts
                .iter()
                .filter(|(text, func)| own(func) && says(text))
                .map(|(_, func)| (*func, SAYS)),
        );
        let mut seen: FxHashSet<FuncId> = FxHashSet::default();
        found.retain(|(func, _)| seen.insert(*func));
        found
    }

    fn uses_status(&self, func: FuncId) -> bool {
        self.program.body(func).ops.iter().any(|op| match op {
            Op::Const {
                value: Const::Int(value),
                ..
            } => *value == UNAUTHORIZED,
            Op::Switch { cases, .. } => {
                cases.iter().any(|(key, _)| i64::from(*key) == UNAUTHORIZED)
            }
            _ => false,
        })
    }

    /// Whether a function, what it leads to for certain, or who calls it removes a stored value,
    /// signs out or shows the login.
    fn ends_locally(
        &self,
        func: FuncId,
        stored: &[Stored<'_>],
        logins: &FxHashSet<ClassId>,
    ) -> bool {
        let mut starts = vec![func];
        for _ in 0..UP {
            let callers: Vec<FuncId> = starts
                .iter()
                .flat_map(|func| self.graph.may_callers(*func).into_iter().take(16))
                .filter(|caller| !self.graph.is_library_func(*caller))
                .collect();
            starts.extend(callers);
            starts.sort_unstable();
            starts.dedup();
            starts.truncate(64);
        }
        let mut reached: FxHashSet<FuncId> = FxHashSet::default();
        for start in starts {
            let reach = self.graph.reach(Node::whole(start), None, true, FOLLOWED);
            reached.extend(reach.nodes.iter().map(|reached| reached.node.func));
        }
        let clears = self.events.clears.iter().any(|clear| {
            reached.contains(&clear.site.func)
                && (clear.everything
                    || stored
                        .iter()
                        .any(|stored| stored.id.covered_by(&clear.id) != Overlap::Disjoint))
        });
        let signs_out = |(site, model): &(Site, &crate::models::ApiModel)| {
            reached.contains(&site.func)
                && model
                    .roles
                    .intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
        };
        clears
            || self
                .events
                .sdk
                .iter()
                .any(|(site, model)| signs_out(&(*site, model)))
            || reached.iter().any(|func| self.shows(*func, logins))
    }

    /// Whether a function names one of some classes.
    fn shows(&self, func: FuncId, classes: &FxHashSet<ClassId>) -> bool {
        self.program.body(func).ops.iter().any(|op| {
            matches!(op, Op::Const { value: Const::Class(ty), .. }
                if self.program.class_of.get(ty).is_some_and(|class| classes.contains(class)))
        })
    }
}

/// What a text says, which alone decides nothing.
const SAYS: &str = "has a text that says that a session has ended";

/// Words of texts that say that a session has ended.
const REFUSALS: [&str; 9] = [
    "invalid_grant",
    "invalid_token",
    "invalid token",
    "invalid session",
    "invalid_session",
    "unauthori",
    "unauthenticated",
    "expired",
    "logged in",
];
