//! Where paths begin that change a session: sign-outs first, and what else the user, the server or
//! the system does to it.
//!
//! An entry is known by the label of the control that leads to it, by name, by the SDK call or the
//! request that it makes, by its effect, or because the framework calls it. One entry for each way
//! that a user can take: what another entry already reaches is a part of that, not an entry of its
//! own. A label that may mean "close the app" counts only with a second witness. Verdicts belong to
//! entries, not to functions: one function may be several entries, a case each.

mod controls;
mod kind;
mod labels;
mod lifecycle;
mod names;
mod requests;

use rustc_hash::{FxHashMap, FxHashSet};

pub use controls::Control;
pub use kind::EntryKind;

use super::callgraph::{CallGraph, Node, Reach};
use super::requests::Requests;
use super::values::Values;
use crate::facts::manifest::Manifest;
use crate::ir::{ClassId, Const, FuncId, Op, Program};
use crate::models::Roles;
use crate::models::lexicon::{self, EventKind};

/// How an entry is known, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Witness {
    /// A control with a clear label leads to it.
    Label,
    /// A function is named so.
    Name,
    /// It calls an SDK that does it.
    Sdk,
    /// It requests an endpoint that is for it.
    Request,
    /// It clears several session stores.
    Effect,
    /// A control with an ambiguous label leads to it, and it goes back to the login.
    Ambiguous,
    /// The framework calls it then.
    Framework,
}

impl Witness {
    /// Whether it is enough alone.
    #[must_use]
    pub fn is_clear(self) -> bool {
        !matches!(self, Self::Effect | Self::Ambiguous)
    }

    /// For people.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Label => "its label says so",
            Self::Name => "its name says so",
            Self::Sdk => "it calls an SDK that does so",
            Self::Request => "it makes the request for it",
            Self::Effect => "it clears session stores",
            Self::Ambiguous => "its label may say so, and it goes back to the login",
            Self::Framework => "the framework calls it then",
        }
    }
}

/// Where a path begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What begins.
    pub kind: EntryKind,
    /// Where it begins.
    pub node: Node,
    /// How it is known.
    pub witness: Witness,
    /// Readable: `menu item "Log out" (id/action_logout)`.
    pub name: String,
    /// Canonical `EntryId`.
    pub id: String,
    /// The id is a method name, outside of the promise.
    pub weak: bool,
}

/// What the search for entries needs to know.
pub struct Search<'p, 'a> {
    /// Evaluator.
    pub values: &'p Values<'p, 'a>,
    /// Controls with a telling label.
    pub controls: &'p [Control],
    /// The manifest, if there is one.
    pub manifest: Option<&'p Manifest>,
    /// Classes that the framework starts (activities, services, receivers), with their names.
    pub components: &'p FxHashMap<ClassId, String>,
    /// Service methods.
    pub requests: &'p Requests,
    /// Functions that call an SDK's sign-out, with the model's id.
    pub sdk: &'p [(FuncId, &'static str)],
    /// Functions that clear several session stores.
    pub clearing: &'p [FuncId],
    /// Classes that show a login.
    pub logins: &'p FxHashSet<ClassId>,
}

/// Most nodes that a search from an entry visits.
pub const REACH_LIMIT: usize = 1200;

/// All entries of an app.
#[derive(Debug, Default)]
pub struct Entries {
    /// Ways out, in a fixed order, each with what it reaches.
    pub sign_outs: Vec<(Entry, Reach)>,
    /// All others, by kind and place.
    pub others: Vec<Entry>,
}

impl Entries {
    /// The entries of a kind that is no sign-out.
    pub fn of(&self, kind: EntryKind) -> impl Iterator<Item = &Entry> {
        self.others.iter().filter(move |entry| entry.kind == kind)
    }
}

impl<'p, 'a> Search<'p, 'a> {
    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// All entries.
    #[must_use]
    pub fn run(&self) -> Entries {
        let named = self.named_functions();
        let (mut outs, mut others): (Vec<Entry>, Vec<Entry>) = self
            .by_label()
            .into_iter()
            .partition(|entry| entry.kind.is_sign_out());
        outs.extend(self.sign_outs_by_name(&named));
        outs.extend(self.by_sdk());
        outs.extend(self.by_effect());
        others.extend(self.others_by_name(&named));
        others.extend(self.by_request());
        others.extend(self.by_lifecycle());
        others.sort_by(|a, b| {
            (a.kind, a.node, a.witness, &a.id).cmp(&(b.kind, b.node, b.witness, &b.id))
        });
        others.dedup_by(|a, b| (a.kind, a.node) == (b.kind, b.node));
        Entries {
            sign_outs: self.witnessed(outs),
            others,
        }
    }

    /// Of ways out the ones that no other reaches, with what they reach; ambiguous ones only where
    /// there is no clear one and a second witness.
    fn witnessed(&self, found: Vec<Entry>) -> Vec<(Entry, Reach)> {
        let found = outermost(self.values, found, REACH_LIMIT);
        let clear_ones = found
            .iter()
            .any(|(entry, _)| entry.witness != Witness::Ambiguous);
        found
            .into_iter()
            .filter(|(entry, reach)| {
                entry.witness != Witness::Ambiguous || (!clear_ones && self.leads_to_login(reach))
            })
            .collect()
    }

    /// A second witness for an ambiguous label: it starts the login, or ends everything.
    fn leads_to_login(&self, reach: &Reach) -> bool {
        // For certain: over possible edges a big app leads to everything.
        reach.here().filter(|reached| reached.must).any(|reached| {
            let body = self.program().body(reached.node.func);
            let live = super::callgraph::live_blocks(self.program(), body, reached.node.selector);
            body.blocks
                .iter()
                .zip(live)
                .filter(|(_, live)| *live)
                .any(|(block, _)| {
                    block
                        .ops
                        .clone()
                        .any(|id| match body.op(crate::ir::OpId(id)) {
                            Some(Op::Const {
                                value: Const::Class(ty),
                                ..
                            }) => self
                                .program()
                                .class_of
                                .get(ty)
                                .is_some_and(|class| self.logins.contains(class)),
                            _ => false,
                        })
                })
        })
    }

    /// Somebody calls it, or the framework may.
    fn is_alive(&self, func: FuncId) -> bool {
        let function = self.program().func(func);
        !self.graph().may_callers(func).is_empty()
            || self.components.contains_key(&function.class)
            || self.graph().callbacks(function.class).contains(&func)
            || function.access & crate::ir::access::PUBLIC != 0
                && self.program().units.len() == 1
                && self.components.is_empty()
    }

    fn runs_from_ui(&self, func: FuncId) -> bool {
        self.graph().closure([func], 4000).is_none_or(|closure| {
            closure.iter().any(|caller| {
                let class = self.program().func(*caller).class;
                self.program().func_name(*caller).starts_with("onClick")
                    || self.program().func_name(*caller).contains("ItemSelected")
                    || (self.components.contains_key(&class)
                        && self.program().func_name(*caller).starts_with("on"))
            })
        })
    }

    /// An entry at a whole function, with the best canonical id that it has.
    fn at(&self, kind: EntryKind, func: FuncId, witness: Witness, name: String) -> Entry {
        let class = self.program().func(func).class;
        let (id, weak) = match self.components.get(&class) {
            Some(component) if self.program().func_name(func).starts_with("on") => (
                format!("component:{component}#{}", self.program().func_name(func)),
                false,
            ),
            _ => (format!("method:{}", self.program().func_path(func)), true),
        };
        Entry {
            kind,
            node: Node::whole(func),
            witness,
            name,
            id,
            weak,
        }
    }

    /// `Session.logout` of `com.example.Session.logout`.
    fn short_path(&self, func: FuncId) -> String {
        let path = self.program().func_path(func);
        let mut parts = path.rsplitn(3, '.');
        match (parts.next(), parts.next()) {
            (Some(method), Some(class)) => format!("{class}.{method}"),
            _ => path,
        }
    }

    fn by_sdk(&self) -> Vec<Entry> {
        self.sdk
            .iter()
            .filter(|(func, _)| self.is_alive(*func))
            .map(|(func, model)| Entry {
                kind: EntryKind::SignOut,
                node: Node::whole(*func),
                witness: Witness::Sdk,
                name: format!(
                    "`{}`, which calls {}",
                    self.short_path(*func),
                    model.rsplit(':').next().unwrap_or(model)
                ),
                id: format!("sdk:{model}"),
                weak: false,
            })
            .collect()
    }

    fn by_effect(&self) -> Vec<Entry> {
        self.clearing
            .iter()
            .filter(|func| self.is_alive(**func) && self.runs_from_ui(**func))
            .map(|func| {
                self.at(
                    EntryKind::SignOut,
                    *func,
                    Witness::Effect,
                    format!("`{}`, which clears session stores", self.short_path(*func)),
                )
            })
            .collect()
    }
}

/// Of entries the ones that no other reaches, with what they reach: what another entry reaches is a
/// part of it, and between two that reach each other the better witnessed stays.
#[must_use]
pub fn outermost(
    values: &Values<'_, '_>,
    mut found: Vec<Entry>,
    limit: usize,
) -> Vec<(Entry, Reach)> {
    let graph = values.graph();
    found.sort_by(|a, b| (a.witness, a.node, &a.id).cmp(&(b.witness, b.node, &b.id)));
    found.dedup_by(|a, b| a.node == b.node);
    let reaches: Vec<Reach> = found
        .iter()
        .map(|entry| graph.reach(entry.node, None, false, limit))
        .collect();
    let mut dropped = vec![false; found.len()];
    for outer in 0..found.len() {
        for inner in 0..found.len() {
            let (Some(a), Some(b), Some(reach)) =
                (found.get(outer), found.get(inner), reaches.get(outer))
            else {
                continue;
            };
            if outer == inner
                || dropped.get(outer) == Some(&true)
                || a.node.func == b.node.func && a.witness > b.witness
            {
                continue;
            }
            let covers = is_all_of(values, a, b)
                || reach.here().skip(1).any(|reached| {
                    reached.node.func == b.node.func
                        && (b.node.selector.is_none() || reached.node.selector == b.node.selector)
                });
            let mutual = reaches.get(inner).is_some_and(|back| {
                back.here()
                    .skip(1)
                    .any(|reached| reached.node.func == a.node.func)
            });
            if covers
                && (!mutual || outer < inner)
                && let Some(slot) = dropped.get_mut(inner)
            {
                *slot = true;
            }
        }
    }
    found
        .into_iter()
        .zip(reaches)
        .zip(dropped)
        .filter(|(_, dropped)| !dropped)
        .map(|(pair, _)| pair)
        .collect()
}

/// Whether the SDK's sign-out by which a function is known is in the case of it that a control
/// selects: then the control is the entry, and the function as a whole is none of its own.
fn is_all_of(values: &Values<'_, '_>, control: &Entry, whole: &Entry) -> bool {
    if control.node.func != whole.node.func
        || control.node.selector.is_none()
        || whole.node.selector.is_some()
        || whole.witness != Witness::Sdk
    {
        return false;
    }
    let body = values.program().body(whole.node.func);
    let live = super::callgraph::live_blocks(values.program(), body, control.node.selector);
    let signs_out = |op: &Op<'_>| {
        matches!(op, Op::Call { target, .. }
        if values.apis().of(*target).iter().any(|model| {
            model.roles.intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
        }))
    };
    body.iter_ops()
        .filter(|(_, op)| signs_out(op))
        .all(|(op, _)| {
            body.block_of(op)
                .is_some_and(|block| live.get(block.0 as usize) == Some(&true))
        })
}

/// What a login is called.
#[must_use]
pub fn is_login_name(name: &str) -> bool {
    lexicon::event_identifier(name) == Some(EventKind::Login)
}
