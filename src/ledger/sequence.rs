//! What a way out does in which order, and what is left of it without a network: attributes of an
//! exit, computed here and nowhere else.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::callgraph::{CallGraph, EdgeKind, Node, Reach};
use crate::analysis::requests::Endpoint;
use crate::analysis::template::Overlap;
use crate::analysis::values::{Origin, Site, Values, frames};
use crate::ir::{FuncId, MethodId, Op, Program};
use crate::models::{ArgPos, ArgRole, Roles};

use super::credential::is_empty_value;
use super::event::{Clear, Events, is_schema_change};
use super::order::Order;
use super::outage::{Offline, Outage};
use super::record::Removal;
use super::store::StoreId;
use super::telling::Telling;

/// What a way out removes when no request gets through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WithoutNetwork {
    /// Nothing that it removes hangs on a network.
    Same,
    /// These stored values (by their row) stay, which go when there is a network.
    Keeps(Vec<usize>),
    /// Not decidable, and why.
    Open(String),
    /// It removes nothing for certain with a network either.
    #[default]
    NotAsked,
}

/// Whether the request that ends the session still has its token.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum TokenOrder {
    /// The token is read before it is removed.
    ReadFirst,
    /// It is removed, and then read where `read` says.
    RemovedFirst {
        /// What removes it.
        removal: Site,
        /// What reads it.
        read: Site,
    },
    /// The request is sent on another thread, where `read` reads the token, while it is removed.
    Race {
        /// What removes it.
        removal: Site,
        /// What reads it.
        read: Site,
    },
    /// There is no such request, or no stored token goes into it that could be seen.
    #[default]
    NotAsked,
}

/// What becomes of a request that ends the session when it fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Retry {
    /// Something is scheduled that the platform runs later.
    Durable,
    /// Nothing asks again.
    None,
    /// Not decidable, and why.
    Open(String),
    /// There is no such request, an SDK sends it, or the user stays signed in and can ask again.
    #[default]
    NotAsked,
}

/// Order and failures of one exit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sequence {
    /// Without a network.
    pub offline: WithoutNetwork,
    /// What stands between the entry and the removal: the place that needs an answer, in words.
    pub gate: Option<(Site, String)>,
    /// How many functions run without a network.
    pub followed: usize,
    /// The token of the request.
    pub order: TokenOrder,
    /// A failed request.
    pub retry: Retry,
}

/// Finds the order and the failures of exits.
pub struct Sequences<'p, 'a> {
    values: &'p Values<'p, 'a>,
    events: &'p Events,
    stored: &'p [StoreId],
    outage: Outage<'p, 'a>,
    /// Reads in code that runs for every request.
    attaching: OnceCell<Vec<usize>>,
}

/// Most functions that are followed from an interceptor.
const INTERCEPTOR_LIMIT: usize = 200;

impl<'p, 'a> Sequences<'p, 'a> {
    /// With nothing followed yet.
    #[must_use]
    pub fn new(
        values: &'p Values<'p, 'a>,
        events: &'p Events,
        services: &'p FxHashMap<MethodId, Endpoint>,
        stored: &'p [StoreId],
    ) -> Self {
        Self {
            values,
            events,
            stored,
            outage: Outage::new(values, services),
            attaching: OnceCell::new(),
        }
    }

    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// The order and the failures of one exit. `told` is the request that it sends for certain;
    /// `blind` says why its code cannot be seen through, if so.
    #[must_use]
    pub fn of(
        &self,
        entry: Node,
        reach: &Reach,
        removed: &[(Removal, Option<Site>)],
        told: Option<&Telling>,
        blind: Option<&str>,
    ) -> Sequence {
        let told = told.filter(|telling| !telling.sdk);
        let rows = |wanted: Removal| -> Vec<usize> {
            (0..self.stored.len())
                .filter(|row| removed.get(*row).is_some_and(|(found, _)| *found == wanted))
                .collect()
        };
        let cleared = rows(Removal::Cleared);
        // What is removed perhaps with a network, and surely not without one, hangs on it as well.
        let mut asked = rows(Removal::Open);
        asked.retain(|row| removed.get(*row).is_some_and(|(_, site)| site.is_some()));
        asked.extend(cleared.iter().copied());
        asked.sort_unstable();
        let mut sequence = Sequence::default();
        if asked.is_empty() && told.is_none() {
            return sequence;
        }
        let offline = self.outage.from(entry);
        sequence.followed = offline.nodes().count();
        sequence.offline = self.without_network(&offline, &asked, blind);
        // What is not removed for certain with a network is no better without one.
        if sequence.offline == WithoutNetwork::Same && cleared.is_empty() {
            sequence.offline = WithoutNetwork::NotAsked;
        }
        if sequence.offline == WithoutNetwork::Same
            && let Some(site) = asked.iter().find_map(|row| self.swallowed(reach, *row))
        {
            sequence.offline = WithoutNetwork::Open(format!(
                "`{}` goes on with what a failed request gives back",
                self.program().func_path(site.func)
            ));
        }
        if let WithoutNetwork::Keeps(rows) = &sequence.offline {
            sequence.gate = rows.iter().find_map(|row| self.gate(reach, *row));
        }
        if let Some(told) = told {
            sequence.order = self.order(entry, reach, told, &cleared);
            sequence.retry = match &sequence.offline {
                WithoutNetwork::Keeps(_) => Retry::NotAsked,
                WithoutNetwork::Open(why) => Retry::Open(why.clone()),
                WithoutNetwork::Same | WithoutNetwork::NotAsked => self.retry(&offline, blind),
            };
        }
        sequence
    }

    /// The clears that remove a stored value for certain.
    fn clears_of(&self, row: usize) -> impl Iterator<Item = &'p Clear> + '_ {
        let stored = self.stored.get(row);
        self.events.clears.iter().filter(move |clear| {
            clear.everything
                || stored.is_some_and(|stored| stored.covered_by(&clear.id) == Overlap::Same)
        })
    }

    /// The clears that may remove a stored value.
    fn may_clear(&self, row: usize) -> impl Iterator<Item = &'p Clear> + '_ {
        let stored = self.stored.get(row);
        self.events.clears.iter().filter(move |clear| {
            clear.everything
                || stored.is_some_and(|stored| stored.covered_by(&clear.id) != Overlap::Disjoint)
        })
    }

    fn without_network(
        &self,
        offline: &Offline,
        cleared: &[usize],
        blind: Option<&str>,
    ) -> WithoutNetwork {
        if cleared.is_empty() {
            return WithoutNetwork::NotAsked;
        }
        let runs = |clear: &Clear| {
            offline.comes_to(self.program(), clear.site)
                && offline.comes_to(self.program(), clear.outer)
        };
        let kept: Vec<usize> = cleared
            .iter()
            .copied()
            .filter(|row| !self.may_clear(*row).any(runs))
            .collect();
        match (kept.is_empty(), blind) {
            (true, _) => WithoutNetwork::Same,
            (false, _) if offline.exhausted => {
                WithoutNetwork::Open("the search from here ran out of its budget".to_owned())
            }
            (false, Some(why)) => WithoutNetwork::Open(why.to_owned()),
            (false, None) => WithoutNetwork::Keeps(kept),
        }
    }

    /// What stands between an entry and the removal of a stored value.
    fn gate(&self, reach: &Reach, row: usize) -> Option<(Site, String)> {
        self.may_clear(row)
            .flat_map(|clear| [clear.site, clear.outer])
            .find_map(|site| {
                let (index, _) = reach.of(site.func).next()?;
                self.outage.gate(&reach.path(index), site)
            })
    }

    /// A failure that is swallowed on the only way to the removal of a stored value.
    fn swallowed(&self, reach: &Reach, row: usize) -> Option<Site> {
        let mut found = None;
        for clear in self.may_clear(row) {
            for (index, _) in reach.of(clear.site.func) {
                found = Some(self.outage.swallowed(&reach.path(index), clear.site)?);
            }
        }
        found
    }

    // The token of the request.

    fn order(&self, entry: Node, reach: &Reach, told: &Telling, cleared: &[usize]) -> TokenOrder {
        let mut found = TokenOrder::NotAsked;
        for row in cleared {
            let reads: Vec<Site> = self
                .events
                .reads
                .iter()
                .filter(|(id, _, _)| self.is_row(*row, id))
                .map(|(_, _, site)| *site)
                .collect();
            if reads.is_empty() {
                continue;
            }
            let removals: FxHashSet<Site> = self.clears_of(*row).map(|clear| clear.outer).collect();
            let fed = self.fed(reach, told, &reads);
            let attached = self.attached(*row);
            if fed.is_empty() && attached.is_none() {
                continue;
            }
            let watched = reads
                .iter()
                .copied()
                .chain([told.site])
                .chain(removals.iter().copied());
            let everything = |_: &CallGraph<'p, 'a>, _: Site| false;
            let order = Order::follow(
                self.graph(),
                entry,
                removals.iter().copied(),
                watched,
                everything,
            );
            let removal = || {
                removals
                    .iter()
                    .copied()
                    .filter(|site| order.removed_before(*site).is_some())
                    .min()
            };
            // Read on the way into the request itself.
            let on_the_way: Vec<(Site, bool)> = fed
                .iter()
                .filter_map(|site| Some((*site, order.removed_before(*site)?)))
                .collect();
            if let Some((read, _)) = on_the_way.first() {
                if on_the_way.iter().any(|(_, removed)| !removed) {
                    return TokenOrder::ReadFirst;
                }
                if let Some(removal) = removal() {
                    found = TokenOrder::RemovedFirst {
                        removal,
                        read: *read,
                    };
                }
                continue;
            }
            // Read by what runs for every request.
            if let Some(read) = attached.filter(|_| fed.is_empty())
                && let Some(removed) = order.removed_before(told.site)
            {
                if removed && let Some(removal) = removal() {
                    return TokenOrder::RemovedFirst { removal, read };
                }
                found = match self.raced(entry, reach, told, &removals) {
                    Some(removal) => TokenOrder::Race { removal, read },
                    None => TokenOrder::ReadFirst,
                };
            }
        }
        found
    }

    /// A removal that runs while the request is on its way on another thread: after the request
    /// has been handed on, and not as a part of its answer.
    fn raced(
        &self,
        entry: Node,
        reach: &Reach,
        told: &Telling,
        removals: &FxHashSet<Site>,
    ) -> Option<Site> {
        let (index, _) = reach.of(told.site.func).find(|(_, reached)| reached.must)?;
        let mut handed_on = false;
        let path = reach.path(index);
        let funcs = path
            .iter()
            .map(|edge| edge.site.func)
            .chain([told.site.func]);
        for func in funcs {
            for op in &self.program().body(func).ops {
                let Op::Call { target, .. } = op else {
                    continue;
                };
                if self.outage.waits(*target) {
                    return None;
                }
                handed_on |= hands_on(self.graph(), *target);
            }
        }
        if !handed_on {
            return None;
        }
        let answers = |graph: &CallGraph<'p, 'a>, site: Site| {
            matches!(graph.program().body(site.func).op(site.op), Some(Op::Call { target, .. })
                if hands_on(graph, *target))
        };
        let order = Order::follow(
            self.graph(),
            entry,
            [told.site],
            removals.iter().copied(),
            answers,
        );
        removals
            .iter()
            .copied()
            .filter(|site| order.removed_before(*site) == Some(true))
            .min()
    }

    fn is_row(&self, row: usize, id: &StoreId) -> bool {
        let canonical = StoreId {
            kind: super::store::family(id.kind),
            ..id.clone()
        };
        self.stored
            .get(row)
            .is_some_and(|stored| stored.covered_by(&canonical) == Overlap::Same)
    }

    /// Which of some reads give a value to the request: to its own arguments, or to those of a call
    /// on the way to it.
    fn fed(&self, reach: &Reach, told: &Telling, reads: &[Site]) -> Vec<Site> {
        let mut calls: Vec<Site> = vec![told.site];
        if let Some((index, _)) = reach.of(told.site.func).next() {
            calls.extend(reach.path(index).iter().map(|edge| edge.site));
        }
        // What else the function that sends puts into a request.
        let body = self.program().body(told.site.func);
        for (op, operation) in body.iter_ops() {
            if let Op::Call { target, .. } = operation
                && self.values.apis().of(*target).iter().any(|model| {
                    model
                        .roles
                        .intersects(Roles::NETWORK_BUILD | Roles::NETWORK_SEND)
                })
            {
                calls.push(Site {
                    func: told.site.func,
                    op,
                });
            }
        }
        let mut fed = Vec::new();
        for call in calls {
            let Some(Op::Call { args, .. }) = self.program().body(call.func).op(call.op) else {
                continue;
            };
            for index in 0..u8::try_from(args.len.min(12)).unwrap_or(12) {
                let origins = self.values.argument(call, ArgPos::Param(index), &None);
                self.reads_in(&origins, reads, &mut fed, 0);
            }
        }
        fed.sort_unstable();
        fed.dedup();
        fed
    }

    fn reads_in(&self, origins: &[Origin], reads: &[Site], fed: &mut Vec<Site>, depth: usize) {
        for origin in origins {
            match origin {
                Origin::Call(_, site, context) => {
                    let outer = frames(context).last().unwrap_or(*site);
                    fed.extend(reads.iter().filter(|read| **read == outer || *read == site));
                }
                Origin::Built(parts) if depth < 4 => {
                    for part in parts.iter() {
                        self.reads_in(part, reads, fed, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    /// Where code that runs for every request reads a stored value.
    fn attached(&self, row: usize) -> Option<Site> {
        let attaching = self.attaching.get_or_init(|| self.attaching_reads());
        attaching
            .iter()
            .filter_map(|index| self.events.reads.get(*index))
            .find(|(id, _, _)| self.is_row(row, id))
            .map(|(_, _, site)| *site)
    }

    /// Reads, by their number, in what interceptors reach.
    fn attaching_reads(&self) -> Vec<usize> {
        let mut reached: FxHashSet<FuncId> = FxHashSet::default();
        for func in interceptors(self.values) {
            let reach = self
                .graph()
                .reach(Node::whole(func), None, true, INTERCEPTOR_LIMIT);
            reached.extend(reach.nodes.iter().map(|reached| reached.node.func));
        }
        (0..self.events.reads.len())
            .filter(|index| {
                self.events
                    .reads
                    .get(*index)
                    .is_some_and(|(_, _, site)| reached.contains(&site.func))
            })
            .collect()
    }

    // A failed request.

    fn retry(&self, offline: &Offline, blind: Option<&str>) -> Retry {
        let mut noted = None;
        for node in offline.nodes() {
            if is_schema_change(self.program(), node.func) {
                continue;
            }
            let body = self.program().body(node.func);
            let deferred = self
                .graph()
                .edges(node)
                .iter()
                .any(|edge| edge.kind == EdgeKind::Deferred);
            if deferred {
                return Retry::Durable;
            }
            for (op, operation) in body.iter_ops() {
                let Op::Call { target, .. } = operation else {
                    continue;
                };
                let site = Site {
                    func: node.func,
                    op,
                };
                for model in self.values.apis().of(*target) {
                    if model.roles.contains(Roles::SCHEDULE)
                        && offline.comes_to(self.program(), site)
                    {
                        return Retry::Durable;
                    }
                    if model.roles.contains(Roles::STORE)
                        && noted.is_none()
                        && !self.events.clears.iter().any(|clear| clear.site == site)
                        && self.notes_something(site, *target, model.arg(ArgRole::Value))
                        && offline.comes_to(self.program(), site)
                    {
                        noted = Some(site);
                    }
                }
            }
        }
        match (noted, blind) {
            _ if offline.exhausted => {
                Retry::Open("the search from here ran out of its budget".to_owned())
            }
            (Some(site), _) => Retry::Open(format!(
                "`{}` writes something down, which may be a request to send later",
                self.program().func_path(site.func)
            )),
            (None, Some(why)) => Retry::Open(why.to_owned()),
            (None, None) => Retry::None,
        }
    }

    /// Whether a write may keep a request for later: text or more, and not nothing.
    fn notes_something(&self, site: Site, target: MethodId, value: Option<ArgPos>) -> bool {
        let program = self.program();
        let Some(position @ ArgPos::Param(index)) = value else {
            return true;
        };
        let proto = program.proto(program.method(target).proto);
        let reference = proto
            .params
            .get(usize::from(index))
            .is_some_and(|ty| program.names.text(*ty).len() > 1);
        reference && !is_empty_value(&self.values.argument(site, position, &None))
    }
}

/// Whether a call hands a request to another thread, with a callback for the answer.
fn hands_on(graph: &CallGraph<'_, '_>, target: MethodId) -> bool {
    graph.apis().of(target).iter().any(|model| {
        model.roles.contains(Roles::NETWORK_SEND) && model.roles.contains(Roles::CALLBACK_EDGE)
    })
}

/// Functions of the app that see every request before it is sent: interceptors, authenticators,
/// a request class's own headers.
#[must_use]
pub fn interceptors(values: &Values<'_, '_>) -> Vec<FuncId> {
    let program = values.program();
    let mut found = Vec::new();
    for (index, method) in program.methods.iter().enumerate() {
        let name = program.names.text(method.name);
        let above: &[&str] = match name {
            "intercept" => &["Lokhttp3/Interceptor;", "Lcom/squareup/okhttp/Interceptor;"],
            "authenticate" => &[
                "Lokhttp3/Authenticator;",
                "Lcom/squareup/okhttp/Authenticator;",
            ],
            "getHeaders" => &["Lcom/android/volley/Request;"],
            _ => continue,
        };
        let Some(func) = program.func_of.get(index).copied().flatten() else {
            continue;
        };
        let is_one = program
            .supertypes(method.class)
            .iter()
            .any(|ty| above.contains(&program.names.text(*ty)));
        if is_one && !values.graph().is_library_func(func) && program.func(func).code != 0 {
            found.push(func);
        }
    }
    found
}
