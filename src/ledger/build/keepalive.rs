//! Work that repeats by itself and keeps the session alive, whether or not anybody uses the app.

use super::Builder;
use crate::analysis::callgraph::{EdgeKind, Node};
use crate::analysis::entries::{Entries, EntryKind};
use crate::analysis::values::{Origin, Site};
use crate::finding::{Confidence, Step};
use crate::ir::{FuncId, Op};
use crate::ledger::{Record, locate};
use crate::models::{ApiModel, ArgRole, Roles, words};

/// Most functions that are followed from the work.
const REACH: usize = 400;
/// Names of functions and parts of paths that only say "I am still here".
const ALIVE: [&str; 7] = [
    "keep alive",
    "keepalive",
    "heartbeat",
    "heart beat",
    "send heartbeat",
    "extend session",
    "session keep alive",
];

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// Repeating work that refreshes the session.
    pub(super) fn keepalive_records(&self, entries: &Entries) -> Vec<Record> {
        let refreshes: Vec<(FuncId, String)> = entries
            .of(EntryKind::TokenRefresh)
            .map(|entry| (entry.node.func, entry.name.clone()))
            .chain(self.alive_functions())
            .collect();
        if refreshes.is_empty() {
            return Vec::new();
        }
        let mut records: Vec<Record> = Vec::new();
        for (site, model) in self.sites(|model| model.arg(ArgRole::Interval).is_some()) {
            if let Some(record) = self.keepalive(site, model, &refreshes, entries)
                && !records
                    .iter()
                    .any(|known| known.subject == record.subject && known.entry == record.entry)
            {
                records.push(record);
            }
        }
        records
    }

    fn keepalive(
        &self,
        site: Site,
        model: &ApiModel,
        refreshes: &[(FuncId, String)],
        entries: &Entries,
    ) -> Option<Record> {
        for work in self.work_of(site, model) {
            let reach = self.graph.reach(Node::whole(work), None, false, REACH);
            let hit = reach.nodes.iter().find_map(|reached| {
                let (_, name) = refreshes
                    .iter()
                    .find(|(func, _)| *func == reached.node.func)?;
                Some((reached, name))
            });
            let Some((reached, name)) = hit else { continue };
            let stops = self.stops(site, entries);
            let mut record = Record::new(
                "keepalive",
                locate::site(self.program, site),
                Confidence::High,
            );
            record.set("refreshes", if reached.must { "yes" } else { "open" });
            record.set("stops", if stops { "yes" } else { "no" });
            record.subject = format!(
                "keepalive:{}",
                model.id.rsplit(':').next().unwrap_or(model.id)
            );
            record.entry = self.program.func_path(work);
            record.weak = true;
            record.owner = self.owner(site.func);
            record.excerpt = locate::excerpt(self.values, site, &self.events.key_texts);
            record.flow = vec![
                Step {
                    location: locate::site(self.program, site),
                    message: "the work is planned here, again and again".to_owned(),
                },
                Step {
                    location: locate::start(self.program, self.graph, Node::whole(work)),
                    message: "this runs each time".to_owned(),
                },
                Step {
                    location: locate::start(self.program, self.graph, reached.node),
                    message: "this keeps the session alive".to_owned(),
                },
            ];
            let facts = &mut record.facts;
            facts.insert("symbol", self.program.func_path(site.func));
            facts.insert("work", self.program.func_path(work));
            facts.insert("refresh", name.clone());
            facts.insert(
                "open",
                format!(
                    "`{}` may come to {name}, over a call with several targets",
                    self.program.func_path(work)
                ),
            );
            facts.insert(
                "met",
                format!(
                    "the work that `{}` plans is taken back when the app leaves the front",
                    self.program.func_path(site.func)
                ),
            );
            return Some(record);
        }
        None
    }

    /// The functions that the planned work runs.
    fn work_of(&self, site: Site, model: &ApiModel) -> Vec<FuncId> {
        let mut found = Vec::new();
        for position in model
            .args_of(ArgRole::Callback)
            .chain(model.args_of(ArgRole::Type))
        {
            for origin in self.values.argument(site, position, &None) {
                let (Origin::New(ty, ..) | Origin::Class(ty)) = origin else {
                    continue;
                };
                if let Some(class) = self.program.class_of.get(&ty) {
                    found.extend(self.graph.callbacks(*class).iter().copied());
                }
            }
        }
        // The intent or the job description names the component by its class constant.
        for edge in self.graph.edges(Node::whole(site.func)).iter() {
            if edge.kind == EdgeKind::Deferred || edge.site == site {
                found.push(edge.to.func);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a callback of leaving the front takes planned work back in the class that plans it.
    fn stops(&self, site: Site, entries: &Entries) -> bool {
        let class = self.program.func(site.func).class;
        entries
            .of(EntryKind::Background)
            .filter(|entry| self.program.func(entry.node.func).class == class)
            .any(|entry| {
                self.graph
                    .reach(entry.node, None, false, REACH)
                    .nodes
                    .iter()
                    .any(|reached| {
                        self.program
                            .body(reached.node.func)
                            .ops
                            .iter()
                            .any(|op| match op {
                                Op::Call { target, .. } => self
                                    .sources
                                    .apis
                                    .of(*target)
                                    .iter()
                                    .any(|model| model.roles.contains(Roles::SCHEDULE_CANCEL)),
                                _ => false,
                            })
                    })
            })
    }

    /// Own functions that only tell the server that somebody is there: by their name, and because
    /// they send.
    fn alive_functions(&self) -> Vec<(FuncId, String)> {
        let mut found = Vec::new();
        for (index, function) in self.program.funcs.iter().enumerate() {
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let name = self.program.func_name(func);
            // Cheap first: this looks at every function.
            if function.code == 0
                || !(name.contains("live") || name.contains("eat") || name.contains("xtend"))
                || self.graph.is_library(function.class)
            {
                continue;
            }
            let plain = words::normalize(name, false);
            if ALIVE.contains(&plain.as_str())
                && self
                    .graph
                    .reach(Node::whole(func), None, false, 60)
                    .nodes
                    .iter()
                    .any(|reached| self.events.senders.contains(&reached.node.func))
            {
                found.push((func, format!("`{}`", self.program.func_path(func))));
            }
        }
        found
    }
}
