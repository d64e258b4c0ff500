//! Where paths begin that change a session, by what the ledger knows: which functions clear what is
//! stored, which components show a login.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Builder, Stored};
use crate::analysis::callgraph::{EdgeKind, Reach};
use crate::analysis::entries::{Entries, Entry, EntryKind, Search, is_login_name};
use crate::analysis::template::Overlap;
use crate::finding::{Confidence, Location};
use crate::ir::{ClassId, FuncId};
use crate::ledger::locate;
use crate::models::{Roles, lexicon};

impl Builder<'_, '_, '_> {
    /// All entries of the app.
    pub(super) fn entries(&self, stored: &[Stored<'_>]) -> Entries {
        let mut sdk: Vec<(FuncId, &'static str)> = self
            .events
            .sdk
            .iter()
            .filter(|(_, model)| {
                model
                    .roles
                    .intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
            })
            .filter(|(site, model)| !self.is_reset(*site, model))
            .map(|(site, model)| (site.func, model.id))
            .collect();
        sdk.dedup_by_key(|(func, _)| *func);
        Search {
            values: self.values,
            controls: self.sources.controls,
            manifest: self.sources.manifest,
            components: self.components,
            requests: self.requests,
            sdk: &sdk,
            clearing: &self.clearing(stored),
            logins: &self.login_classes(),
        }
        .run()
    }

    /// Functions that clear two or more stored session values, or a whole store of them.
    fn clearing(&self, stored: &[Stored<'_>]) -> Vec<FuncId> {
        let mut hits: FxHashMap<FuncId, FxHashSet<usize>> = FxHashMap::default();
        for clear in &self.events.clears {
            for (index, stored) in stored.iter().enumerate() {
                if clear.everything || stored.id.covered_by(&clear.id) == Overlap::Same {
                    hits.entry(clear.outer.func).or_default().insert(index);
                }
            }
        }
        let mut funcs: Vec<FuncId> = hits
            .into_iter()
            .filter(|(_, stores)| stores.len() >= 2)
            .map(|(func, _)| func)
            .collect();
        funcs.sort_unstable();
        funcs
    }

    /// Components that show a login, by their name.
    pub(super) fn login_classes(&self) -> FxHashSet<ClassId> {
        self.components
            .iter()
            .filter(|(_, name)| {
                let last = name.rsplit('.').next().unwrap_or(name);
                let plain = last.to_lowercase();
                plain.contains("login")
                    || plain.contains("signin")
                    || plain.contains("sign_in")
                    || is_login_name(last)
            })
            .map(|(class, _)| *class)
            .collect()
    }
}

impl Builder<'_, '_, '_> {
    /// Where an entry stands: in the function that is named for it, if plain calls lead there or it
    /// is the handler's own class's; else at the handler. What else a callback or a coroutine runs is
    /// named for its own part of the work.
    pub(super) fn entry_location(&self, entry: &Entry, reach: &Reach) -> Location {
        let is_named = |func: FuncId| {
            let name = self.program.func_name(func);
            let kind = lexicon::event_identifier(name).and_then(EntryKind::of_event);
            !name.contains('$')
                && kind.is_some_and(|kind| {
                    kind == entry.kind
                        || entry.kind.is_sign_out() && lexicon::is_logout_identifier(name)
                })
        };
        let named: Vec<usize> = (0..reach.nodes.len())
            .filter(|index| {
                let reached = &reach.nodes[*index];
                reached.must && is_named(reached.node.func)
            })
            .collect();
        let home = |func: FuncId| {
            let name = self.program.names.text(self.program.symbol(func).class);
            name.split('$').next().unwrap_or(name).trim_end_matches(';')
        };
        let node = named
            .iter()
            .find(|index| {
                let path = reach.path(**index);
                path.iter().all(|edge| edge.kind == EdgeKind::Call)
                    || home(reach.nodes[**index].node.func) == home(entry.node.func)
            })
            .map_or(entry.node, |index| reach.nodes[*index].node);
        locate::start(self.program, self.graph, node)
    }
}

/// How well we know that an entry is one.
pub(super) fn confidence(entry: &Entry) -> Confidence {
    if entry.witness.is_clear() {
        Confidence::High
    } else {
        Confidence::Medium
    }
}
