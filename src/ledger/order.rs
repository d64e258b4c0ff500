//! In which order a way out does things: whether the token that a request needs is gone before the
//! request reads it.
//!
//! A forward pass over the certain calls from an entry, in program order: what has been removed by
//! the time that control comes to a place, whichever way it came. A callback begins with what held
//! where it was handed on, and what it does is not counted for the code behind that.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::callgraph::{CallGraph, EdgeKind, Node, live_blocks};
use crate::analysis::values::Site;
use crate::ir::{Op, OpId, Program};

/// Most functions that one pass enters.
const VISITS: usize = 1500;
/// Deepest chain of calls.
const DEPTH: usize = 24;
/// Functions with more blocks count as doing nothing.
const BLOCKS: usize = 1500;

/// What has been removed by the time that control comes to a place.
pub struct Order<'p, 'a> {
    graph: &'p CallGraph<'p, 'a>,
    removals: FxHashSet<Site>,
    watched: FxHashSet<Site>,
    /// Calls whose callbacks are not entered.
    skipped: fn(&CallGraph<'p, 'a>, Site) -> bool,
    arrivals: RefCell<FxHashMap<Site, bool>>,
    done: RefCell<FxHashMap<(Node, bool), bool>>,
    open: RefCell<Vec<Node>>,
    visits: RefCell<usize>,
}

impl<'p, 'a> Order<'p, 'a> {
    /// Follows an entry: `removals` remove, `watched` are the places that the caller asks about,
    /// and the callbacks of calls for which `skipped` says so are left out.
    #[must_use]
    pub fn follow(
        graph: &'p CallGraph<'p, 'a>,
        entry: Node,
        removals: impl IntoIterator<Item = Site>,
        watched: impl IntoIterator<Item = Site>,
        skipped: fn(&CallGraph<'p, 'a>, Site) -> bool,
    ) -> Self {
        let order = Self {
            graph,
            removals: removals.into_iter().collect(),
            watched: watched.into_iter().collect(),
            skipped,
            arrivals: RefCell::default(),
            done: RefCell::default(),
            open: RefCell::default(),
            visits: RefCell::default(),
        };
        let _ = order.enter(entry, false);
        order
    }

    /// Whether the removal has happened for certain when control comes to a watched place; none
    /// where it does not come there for certain.
    #[must_use]
    pub fn removed_before(&self, site: Site) -> Option<bool> {
        self.arrivals.borrow().get(&site).copied()
    }

    fn program(&self) -> &'p Program<'a> {
        self.graph.program()
    }

    /// Follows a function that is entered with `removed`; what holds when it returns.
    fn enter(&self, node: Node, removed: bool) -> bool {
        if let Some(known) = self.done.borrow().get(&(node, removed)) {
            return *known;
        }
        let body = self.program().body(node.func);
        let spent = *self.visits.borrow() >= VISITS;
        if spent
            || self.open.borrow().len() >= DEPTH
            || self.open.borrow().contains(&node)
            || body.blocks.len() > BLOCKS
            || self.graph.is_library_func(node.func)
        {
            return removed;
        }
        *self.visits.borrow_mut() += 1;
        self.open.borrow_mut().push(node);
        let live = live_blocks(self.program(), body, node.selector);
        let edges = self.graph.edges(node);
        // Optimistic at first: a loop does not undo what came before it.
        let mut before: Vec<Option<bool>> = vec![None; body.blocks.len()];
        if let Some(first) = before.first_mut() {
            *first = Some(removed);
        }
        let mut returned: Option<bool> = None;
        // Two rounds settle a flag that only ever falls; the third is for nested loops.
        for round in 0..4 {
            let last = round == 3;
            let mut changed = false;
            returned = None;
            for (index, block) in body.blocks.iter().enumerate() {
                if live.get(index) != Some(&true) {
                    continue;
                }
                let Some(start) = before.get(index).copied().flatten() else {
                    continue;
                };
                let mut state = start;
                for id in block.ops.clone().map(OpId) {
                    let site = Site {
                        func: node.func,
                        op: id,
                    };
                    if self.watched.contains(&site) {
                        let mut arrivals = self.arrivals.borrow_mut();
                        let known = arrivals.entry(site).or_insert(true);
                        *known &= state;
                    }
                    for edge in edges.iter().filter(|edge| edge.site == site) {
                        match edge.kind {
                            EdgeKind::Call => state = self.enter(edge.to, state),
                            EdgeKind::Callback | EdgeKind::Listener
                                if (self.skipped)(self.graph, site) => {}
                            EdgeKind::Callback | EdgeKind::Listener => {
                                let after = self.enter(edge.to, state);
                                // `withContext { … }` goes on when its block has ended.
                                if self.runs_inside(node, id) {
                                    state = after;
                                }
                            }
                            EdgeKind::Dispatch
                            | EdgeKind::Allocation
                            | EdgeKind::Deferred
                            | EdgeKind::Component
                            | EdgeKind::Screen
                            | EdgeKind::Channel => {}
                        }
                    }
                    if self.removals.contains(&site) {
                        state = true;
                    }
                    if matches!(body.op(id), Some(Op::Return { .. })) {
                        returned = Some(returned.unwrap_or(true) && state);
                    }
                }
                for edge in &block.succs {
                    let carried = if edge.exceptional { start } else { state };
                    if let Some(slot) = before.get_mut(edge.to.0 as usize) {
                        let met = slot.unwrap_or(true) && carried;
                        if *slot != Some(met) {
                            *slot = Some(met);
                            changed = true;
                        }
                    }
                }
            }
            if !changed || last {
                break;
            }
        }
        self.open.borrow_mut().pop();
        let result = returned.unwrap_or(removed);
        self.done.borrow_mut().insert((node, removed), result);
        result
    }

    fn runs_inside(&self, node: Node, op: OpId) -> bool {
        let body = self.program().body(node.func);
        matches!(body.op(op), Some(Op::Call { target, .. })
            if super::outage::RUNS_INSIDE.contains(
                &self.program().names.text(self.program().method(*target).name)))
    }
}
