//! Forward from an entry, and backward from an effect.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::values::Site;
use super::{CallGraph, Edge, EdgeKind, Node};
use crate::ir::{FuncId, MethodId, Op, TypeId, access};

/// What a forward search found.
#[derive(Debug, Default)]
pub struct Reach {
    /// Nodes in the order they were found, each with whether control must come there, and by which
    /// edge from which node it was found.
    pub nodes: Vec<Reached>,
    index: FxHashMap<Node, usize>,
    /// The budget ended the search.
    pub exhausted: bool,
}

/// One node of a [`Reach`].
#[derive(Debug, Clone)]
pub struct Reached {
    /// The node.
    pub node: Node,
    /// Control must come here.
    pub must: bool,
    /// On another screen: what is done there when it is shown, not what can be done there.
    pub elsewhere: bool,
    /// The edge that found it, and the index of the node where that starts.
    pub via: Option<(usize, Edge)>,
}

impl Reach {
    /// The record of a function, the certain one first.
    pub fn of(&self, func: FuncId) -> impl Iterator<Item = (usize, &Reached)> {
        self.nodes
            .iter()
            .enumerate()
            .filter(move |(_, reached)| reached.node.func == func)
    }

    /// What runs where the search began, not on another screen.
    pub fn here(&self) -> impl Iterator<Item = &Reached> {
        self.nodes.iter().filter(|reached| !reached.elsewhere)
    }

    /// The path of edges that leads to a node, from the entry on.
    #[must_use]
    pub fn path(&self, mut index: usize) -> Vec<Edge> {
        let mut path = Vec::new();
        while let Some(Reached {
            via: Some((from, edge)),
            ..
        }) = self.nodes.get(index)
        {
            path.push(*edge);
            if path.len() > self.nodes.len() {
                break;
            }
            index = *from;
        }
        path.reverse();
        path
    }
}

/// Most functions that are followed on screens that a search only comes to.
const MAX_ELSEWHERE: usize = 600;

impl<'p, 'a> CallGraph<'p, 'a> {
    /// Calls of a function, in order; `limit + 1` entries or more say that there are too many.
    #[must_use]
    pub fn call_sites(&self, func: FuncId, limit: usize) -> Vec<Site> {
        if let Some(known) = self.sites.borrow().get(&func) {
            return known.as_ref().clone();
        }
        let mut sites = Vec::new();
        'methods: for method in self.symbols_of(func) {
            for caller in self.program.calls.row(method.0) {
                for (op, call) in self.program.body(caller).iter_ops() {
                    if let Op::Call { target, .. } = call
                        && *target == method
                    {
                        let site = Site { func: caller, op };
                        if self.targets(site).funcs.contains(&func) {
                            sites.push(site);
                            if sites.len() > limit.max(64) {
                                break 'methods;
                            }
                        }
                    }
                }
            }
        }
        sites.sort_unstable();
        sites.dedup();
        self.sites.borrow_mut().insert(func, Rc::new(sites.clone()));
        sites
    }

    /// Symbols under which a function may be called, functional types left out.
    fn symbols_of(&self, func: FuncId) -> Vec<MethodId> {
        let own = self.program.func(func);
        let symbol = self.program.method(own.method);
        let Some(class) = self.program.class(own.class) else {
            return Vec::new();
        };
        let mut types: Vec<TypeId> = self
            .program
            .all_subtypes(class.ty, 256)
            .into_iter()
            .filter_map(|class| self.program.class(class).map(|class| class.ty))
            .collect();
        let is_virtual = own.access & (access::STATIC | access::PRIVATE | access::CONSTRUCTOR) == 0;
        if is_virtual {
            types.extend(
                self.program
                    .supertypes(class.ty)
                    .into_iter()
                    .filter(|ty| *ty != class.ty && !self.is_functional(*ty)),
            );
        }
        let mut methods: Vec<MethodId> = types
            .into_iter()
            .filter_map(|ty| {
                let method = crate::ir::MethodRef {
                    class: ty,
                    ..symbol
                };
                self.program.method_ids.get(&method).copied()
            })
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }

    /// Functions that may lead to `func`, without lifting anything.
    #[must_use]
    pub fn may_callers(&self, func: FuncId) -> Vec<FuncId> {
        let own = self.program.func(func);
        let mut callers = Vec::new();
        for method in self.symbols_of(func) {
            let symbol = self.program.method(method);
            let lands = Some(symbol.class) == self.program.class(own.class).map(|class| class.ty)
                || self.dispatch(method).funcs.contains(&func)
                || self
                    .program
                    .resolve_in(symbol.class, symbol.name, symbol.proto)
                    == Some(func);
            if lands {
                callers.extend(self.program.calls.row(method.0));
            }
        }
        if self.callbacks(own.class).contains(&func) {
            callers.extend(self.program.allocations.row(own.class.0));
            callers.extend(self.program.class_literals.row(own.class.0));
            // Inherited callbacks run on subclasses' objects.
            if let Some(class) = self.program.class(own.class) {
                for below in self.program.all_subtypes(class.ty, 256) {
                    callers.extend(self.program.allocations.row(below.0));
                    callers.extend(self.program.class_literals.row(below.0));
                }
                // A lambda that captures nothing is made once and read from its own field.
                for field in self.instances.get(&class.ty).into_iter().flatten() {
                    callers.extend(self.program.reads.row(field.0));
                }
            }
        }
        callers.sort_unstable();
        callers.dedup();
        callers.retain(|caller| *caller != func);
        callers
    }

    /// Everything that may lead to one of `sinks`, themselves included; stops at `limit` and says
    /// so by `None`.
    #[must_use]
    pub fn closure(
        &self,
        sinks: impl IntoIterator<Item = FuncId>,
        limit: usize,
    ) -> Option<FxHashSet<FuncId>> {
        let mut seen: FxHashSet<FuncId> = FxHashSet::default();
        let mut queue: VecDeque<FuncId> = VecDeque::new();
        for sink in sinks {
            if seen.insert(sink) {
                queue.push_back(sink);
            }
        }
        while let Some(func) = queue.pop_front() {
            for caller in self.may_callers(func) {
                if seen.insert(caller) {
                    if seen.len() > limit {
                        return None;
                    }
                    queue.push_back(caller);
                }
            }
        }
        Some(seen)
    }

    /// Everything that an entry reaches: over certain edges first, then over possible ones. `within`
    /// keeps the search inside a closure. Known libraries are not entered: models say what they do.
    #[must_use]
    pub fn reach(
        &self,
        entry: Node,
        within: Option<&FxHashSet<FuncId>>,
        certain_only: bool,
        limit: usize,
    ) -> Reach {
        let mut reach = Reach::default();
        reach.index.insert(entry, 0);
        reach.nodes.push(Reached {
            node: entry,
            must: true,
            elsewhere: false,
            via: None,
        });
        let mut certain: VecDeque<usize> = VecDeque::from([0]);
        let mut possible: VecDeque<usize> = VecDeque::new();
        let mut beyond: VecDeque<usize> = VecDeque::new();
        let mut screens = 0usize;
        while let Some(at) = certain
            .pop_front()
            .or_else(|| possible.pop_front())
            .or_else(|| beyond.pop_front())
        {
            let Some(Reached {
                node,
                must,
                elsewhere,
                ..
            }) = reach.nodes.get(at).cloned()
            else {
                continue;
            };
            let leaving = if at == 0 {
                self.entry_edges(node)
            } else {
                self.edges(node)
            };
            for edge in &leaving.edges {
                let follows = edge.kind.must() && must;
                if certain_only && !follows {
                    continue;
                }
                // What a screen does when it is shown is a part of what is done here; what can be
                // done on it, or is done there for other reasons, is not.
                let further = !matches!(edge.kind, EdgeKind::Call | EdgeKind::Callback);
                if elsewhere && further {
                    continue;
                }
                let allowed = within.is_none_or(|within| within.contains(&edge.to.func))
                    && !self.is_library_func(edge.to.func);
                if !allowed {
                    continue;
                }
                if let Some(known) = reach.index.get(&edge.to).copied() {
                    // Found before by a possible edge: now it is certain.
                    if follows
                        && let Some(reached) = reach.nodes.get_mut(known)
                        && !reached.must
                    {
                        reached.must = true;
                        reached.elsewhere = false;
                        reached.via = Some((at, *edge));
                        certain.push_back(known);
                    }
                    continue;
                }
                let elsewhere = elsewhere || edge.kind == EdgeKind::Screen;
                screens += usize::from(elsewhere);
                if reach.nodes.len() >= limit || screens > MAX_ELSEWHERE {
                    reach.exhausted = true;
                    return reach;
                }
                let index = reach.nodes.len();
                reach.index.insert(edge.to, index);
                reach.nodes.push(Reached {
                    node: edge.to,
                    must: follows,
                    elsewhere,
                    via: Some((at, *edge)),
                });
                if follows {
                    certain.push_back(index);
                } else if elsewhere {
                    beyond.push_back(index);
                } else {
                    possible.push_back(index);
                }
            }
        }
        reach
    }
}
