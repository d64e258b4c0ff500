//! Where a logout begins: by the label of the control that leads to it, by name, by an SDK's
//! sign-out call, by effect.
//!
//! One entry for each way out that a user can take: what another entry already reaches is a part of
//! that, not an entry of its own. A label that may mean "close the app" counts only with a second
//! witness.

use rustc_hash::{FxHashMap, FxHashSet};

use super::callgraph::{CallGraph, Node, Reach, Selector, known_int, through_casts};
use super::values::{Origin, Site, Values};
use crate::ir::{Body, ClassId, Const, FuncId, Op, Program, Value, access};
use crate::models::lexicon::{self, EventKind, LabelHit};
use crate::models::{ArgPos, EdgeKind, Roles};

/// A control whose label names an event, as resources show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its text.
    pub label: String,
    /// What the text says.
    pub hit: LabelHit,
    /// The string resource of the text.
    pub text_id: Option<u32>,
    /// Its own id.
    pub id: Option<u32>,
    /// Name of that id.
    pub id_name: Option<String>,
    /// The method that its `android:onClick` names.
    pub on_click: Option<String>,
    /// Kind of element, for people: `menu item`, `button`.
    pub element: String,
}

/// How an entry is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Witness {
    /// A control with a clear label leads to it.
    Label,
    /// A function is named so.
    Name,
    /// It calls an SDK's sign-out.
    Sdk,
    /// It clears several session stores.
    Effect,
    /// A control with an ambiguous label leads to it, and it goes back to the login.
    Ambiguous,
}

/// A way out of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
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
    /// Classes that the framework starts (activities, services, receivers), with their names.
    pub components: &'p FxHashMap<ClassId, String>,
    /// Functions that call an SDK's sign-out, with the model's id.
    pub sdk: &'p [(FuncId, &'static str)],
    /// Functions that clear several session stores.
    pub clearing: &'p [FuncId],
    /// Classes that show a login.
    pub logins: &'p FxHashSet<ClassId>,
}

/// Most nodes that a search from an entry visits.
pub const REACH_LIMIT: usize = 1200;

impl<'p, 'a> Search<'p, 'a> {
    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// All entries, in a fixed order, each with what it reaches.
    #[must_use]
    pub fn run(&self) -> Vec<(Entry, Reach)> {
        let mut found = self.by_label();
        found.extend(self.by_name());
        found.extend(self.by_sdk());
        found.extend(self.by_effect());
        found.sort_by(|a, b| (a.witness, a.node, &a.id).cmp(&(b.witness, b.node, &b.id)));
        found.dedup_by(|a, b| a.node == b.node);

        let reaches: Vec<Reach> = found
            .iter()
            .map(|entry| self.graph().reach(entry.node, None, false, REACH_LIMIT))
            .collect();
        // What another entry reaches is a part of it; between two that reach each other the earlier
        // (better witnessed) stays.
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
                let covers = reach.nodes.iter().skip(1).any(|reached| {
                    reached.node.func == b.node.func
                        && (b.node.selector.is_none() || reached.node.selector == b.node.selector)
                });
                let mutual = reaches.get(inner).is_some_and(|back| {
                    back.nodes
                        .iter()
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
        let clear_ones = found
            .iter()
            .zip(&dropped)
            .any(|(entry, dropped)| !dropped && entry.witness != Witness::Ambiguous);
        found
            .into_iter()
            .zip(reaches)
            .zip(dropped)
            .filter(|((entry, reach), dropped)| {
                !dropped
                    && (entry.witness != Witness::Ambiguous
                        || (!clear_ones && self.leads_to_login(reach)))
            })
            .map(|(pair, _)| pair)
            .collect()
    }

    /// A second witness for an ambiguous label: it starts the login, or ends everything.
    fn leads_to_login(&self, reach: &Reach) -> bool {
        reach.nodes.iter().any(|reached| {
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

    // By name.

    fn by_name(&self) -> Vec<Entry> {
        let mut strong = Vec::new();
        let mut lesser = Vec::new();
        for index in 0..self.program().funcs.len() {
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let function = self.program().func(func);
            if function.code == 0
                || function.access & (access::ABSTRACT | access::CONSTRUCTOR) != 0
                || self.graph().is_library(function.class)
            {
                continue;
            }
            let name = self.program().func_name(func);
            let by_class = matches!(
                name,
                "invoke" | "execute" | "run" | "doInBackground" | "call" | "perform"
            );
            let subject = if by_class {
                short(&self.program().type_name(self.program().symbol(func).class)).to_owned()
            } else {
                name.to_owned()
            };
            if name.contains('$')
                || !lexicon::is_logout_identifier(&subject)
                || !self.does_something(func)
            {
                continue;
            }
            if function.access & access::SYNTHETIC != 0 && function.access & access::BRIDGE != 0 {
                continue;
            }
            let plain = crate::models::words::normalize(&subject, false);
            let core = [
                "logout", "log out", "signout", "sign out", "logoff", "log off", "sign off",
                "signoff",
            ];
            let entry = self.named(
                func,
                Witness::Name,
                format!("function `{}`", short_path(&self.program().func_path(func))),
            );
            if core.iter().any(|word| plain.contains(word)) {
                strong.push(entry);
            } else {
                lesser.push(entry);
            }
        }
        let alive = |entry: &Entry| self.is_alive(entry.node.func);
        strong.retain(alive);
        if !strong.is_empty() {
            return strong;
        }
        lesser.retain(|entry| alive(entry) && self.runs_from_ui(entry.node.func));
        lesser
    }

    /// More than handing its arguments to a field or returning a constant.
    fn does_something(&self, func: FuncId) -> bool {
        let symbol = self.program().symbol(func);
        let proto = self.program().proto(symbol.proto);
        let result = self.program().names.text(proto.ret);
        // A predicate or an accessor of something named for logout.
        let body = self.program().body(func);
        let calls = body
            .ops
            .iter()
            .any(|op| matches!(op, Op::Call { .. } | Op::Store { .. } | Op::Closure { .. }));
        calls && !(matches!(result, "Ljava/lang/String;") && proto.params.is_empty())
    }

    /// Somebody calls it, or the framework may.
    fn is_alive(&self, func: FuncId) -> bool {
        let class = self.program().func(func).class;
        !self.graph().may_callers(func).is_empty()
            || self.components.contains_key(&class)
            || self.graph().callbacks(class).contains(&func)
            || self.program().func(func).access & access::PUBLIC != 0
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

    /// An entry at a function, with the best canonical id that it has.
    fn named(&self, func: FuncId, witness: Witness, name: String) -> Entry {
        let class = self.program().func(func).class;
        let (id, weak) = match self.components.get(&class) {
            Some(component) if self.program().func_name(func).starts_with("on") => (
                format!("component:{component}#{}", self.program().func_name(func)),
                false,
            ),
            _ => (format!("method:{}", self.program().func_path(func)), true),
        };
        Entry {
            node: Node::whole(func),
            witness,
            name,
            id,
            weak,
        }
    }

    fn by_sdk(&self) -> Vec<Entry> {
        self.sdk
            .iter()
            .filter(|(func, _)| self.is_alive(*func))
            .map(|(func, model)| Entry {
                node: Node::whole(*func),
                witness: Witness::Sdk,
                name: format!(
                    "`{}`, which calls {}",
                    short_path(&self.program().func_path(*func)),
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
                self.named(
                    *func,
                    Witness::Effect,
                    format!(
                        "`{}`, which clears session stores",
                        short_path(&self.program().func_path(*func))
                    ),
                )
            })
            .collect()
    }

    // By label.

    fn by_label(&self) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        for control in self.controls {
            let witness = match control.hit {
                LabelHit::Clear | LabelHit::AllDevices => Witness::Label,
                LabelHit::Ambiguous => Witness::Ambiguous,
            };
            let name = match &control.id_name {
                Some(id) => format!("{} \"{}\" (id/{id})", control.element, control.label),
                None => format!("{} \"{}\"", control.element, control.label),
            };
            let id = match (&control.id_name, &control.on_click) {
                (Some(id), _) => format!("res:id/{id}"),
                (None, Some(method)) => format!("onclick:{method}"),
                (None, None) => format!("label:{}", control.label.to_lowercase()),
            };
            for node in self.handlers(control) {
                found.push(Entry {
                    node,
                    witness,
                    name: name.clone(),
                    id: id.clone(),
                    weak: false,
                });
            }
        }
        found
    }

    /// The functions that a control runs.
    fn handlers(&self, control: &Control) -> Vec<Node> {
        let mut nodes = Vec::new();
        if let Some(method) = &control.on_click {
            nodes.extend(self.named_handlers(method));
        }
        if let Some(id) = control.id {
            let users: Vec<FuncId> = self
                .program()
                .resource_uses(id)
                .filter(|func| !self.graph().is_library_func(*func))
                .collect();
            for func in users {
                nodes.extend(self.handlers_in(func, i64::from(id)));
            }
        }
        if let Some(text) = control.text_id {
            for func in self
                .program()
                .resource_uses(text)
                .filter(|func| !self.graph().is_library_func(*func))
            {
                nodes.extend(self.listeners_beside(func, i64::from(text)));
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// `android:onClick="logout"`: public methods of the app that take a view.
    fn named_handlers(&self, method: &str) -> Vec<Node> {
        let Some(name) = self.program().names.get(method.as_bytes()) else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for (index, function) in self.program().funcs.iter().enumerate() {
            let symbol = self.program().method(function.method);
            if symbol.name == name
                && function.code != 0
                && self
                    .program()
                    .proto_is(symbol.proto, "(Landroid/view/View;)V")
                && !self.graph().is_library(function.class)
            {
                nodes.push(Node::whole(FuncId(
                    u32::try_from(index).unwrap_or(u32::MAX),
                )));
            }
        }
        nodes
    }

    /// Handlers for a view or menu id in a function that mentions it: the function itself, when it
    /// asks what was clicked; or the listener that it sets on the view.
    fn handlers_in(&self, func: FuncId, id: i64) -> Vec<Node> {
        let body = self.program().body(func);
        let mut nodes = Vec::new();
        if asks_for_id(self.program(), body, id) {
            nodes.push(Node {
                func,
                selector: Some(Selector::Id(id)),
            });
        }
        // `setOnClickListener` here, on a view found by this id; or elsewhere, on the field where
        // this function keeps it.
        let mut places: FxHashSet<FuncId> = FxHashSet::from_iter([func]);
        for op in &body.ops {
            if let Op::Store {
                place: crate::ir::Place::Field(_, field),
                ..
            } = op
            {
                places.extend(
                    self.program()
                        .reads
                        .row(field.0)
                        .take(16)
                        .filter(|reader| !self.graph().is_library_func(*reader)),
                );
            }
        }
        // A binding class finds its views in a static `bind`; who reads its fields sets listeners.
        if self.program().func_name(func) == "bind" {
            let class = self.program().symbol(func).class;
            for (index, field) in self.program().fields.iter().enumerate() {
                if field.class == class {
                    places.extend(
                        self.program()
                            .reads
                            .row(u32::try_from(index).unwrap_or(u32::MAX))
                            .take(16)
                            .filter(|reader| !self.graph().is_library_func(*reader)),
                    );
                }
            }
        }
        let mut places: Vec<FuncId> = places.into_iter().collect();
        places.sort_unstable();
        for place in places {
            let body = self.program().body(place);
            for (op, call) in body.iter_ops() {
                let Op::Call { target, args, .. } = call else {
                    continue;
                };
                let name = self
                    .program()
                    .names
                    .text(self.program().method(*target).name);
                let sets = name.starts_with("setOn") && name.ends_with("Listener")
                    || self.values.apis().of(*target).iter().any(|model| {
                        model.roles.contains(Roles::CALLBACK_EDGE)
                            && model
                                .edge
                                .is_some_and(|edge| edge.kind == EdgeKind::Callback)
                    });
                if !sets {
                    continue;
                }
                let site = Site { func: place, op };
                let receivers = self.values.argument(site, ArgPos::Receiver, &None);
                let values = body.args(*args);
                let finds = receivers.iter().any(|origin| self.is_view(origin, id));
                if finds && let Some(listener) = values.get(1) {
                    nodes.extend(self.listener_nodes(place, body, *listener));
                }
            }
        }
        nodes
    }

    /// Whether a value is the view with an id.
    fn is_view(&self, origin: &Origin, id: i64) -> bool {
        match origin {
            Origin::Call(_, site, context) => {
                [ArgPos::Param(0), ArgPos::Param(1)].iter().any(|position| {
                    self.values
                        .argument(*site, *position, context)
                        .iter()
                        .any(|argument| matches!(argument, Origin::Int(value) if *value == id))
                })
            }
            _ => false,
        }
    }

    /// The callbacks of a listener object.
    fn listener_nodes(&self, func: FuncId, body: &Body<'a>, listener: Value) -> Vec<Node> {
        let mut nodes = Vec::new();
        let listener = through_casts(body, listener);
        // The function sets itself as the listener: `setOnClickListener(this)`.
        if body.param_index(listener) == Some(0) && self.program().has_receiver(func) {
            return nodes;
        }
        for origin in self.values.origins(func, listener, &None) {
            let Origin::New(ty, made, _) = origin else {
                continue;
            };
            for edge in self.graph().edges(Node::whole(made.func)).iter() {
                if edge.site == made && self.program().symbol(edge.to.func).class == ty {
                    nodes.push(edge.to);
                }
            }
        }
        // `Listener.INSTANCE`
        if let Some((
            _,
            Op::Load {
                place: crate::ir::Place::Static(field),
                ..
            },
        )) = body.def(listener)
        {
            let ty = self.program().field(*field).ty;
            if let Some(class) = self.program().class_of.get(&ty) {
                nodes.extend(
                    self.graph()
                        .callbacks(*class)
                        .iter()
                        .map(|func| Node::whole(*func)),
                );
            }
        }
        nodes
    }

    /// Listeners given in the same call as a label's id: `setPositiveButton(R.string.logout, l)`.
    fn listeners_beside(&self, func: FuncId, text: i64) -> Vec<Node> {
        let body = self.program().body(func);
        let mut nodes = Vec::new();
        for op in &body.ops {
            let Op::Call { args, .. } = op else { continue };
            let values = body.args(*args);
            if values
                .iter()
                .any(|value| known_int(self.program(), body, *value) == Some(text))
            {
                for value in values.iter().skip(1) {
                    nodes.extend(self.listener_nodes(func, body, *value));
                }
            }
        }
        nodes
    }
}

/// Whether a function compares the id of what was clicked with `id`.
fn asks_for_id(program: &Program<'_>, body: &Body<'_>, id: i64) -> bool {
    let is_id = |value: Value| match body.def(through_casts(body, value)) {
        Some((_, Op::Call { target, .. })) => matches!(
            program.names.text(program.method(*target).name),
            "getItemId" | "getId"
        ),
        _ => false,
    };
    body.ops.iter().any(|op| match op {
        Op::Switch { on, cases, .. } => {
            is_id(*on) && cases.iter().any(|(key, _)| i64::from(*key) == id)
        }
        Op::Branch { condition, .. } => match condition.right {
            Some(right) => {
                (is_id(condition.left) && known_int(program, body, right) == Some(id))
                    || (is_id(right) && known_int(program, body, condition.left) == Some(id))
            }
            None => false,
        },
        _ => false,
    })
}

/// What a login is called.
#[must_use]
pub fn is_login_name(name: &str) -> bool {
    lexicon::is_login_identifier(name) || lexicon::event_identifier(name) == Some(EventKind::Login)
}

fn short(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// `Session.logout` of `com.example.Session.logout`.
fn short_path(path: &str) -> String {
    let mut parts = path.rsplitn(3, '.');
    match (parts.next(), parts.next()) {
        (Some(method), Some(class)) => format!("{class}.{method}"),
        _ => path.to_owned(),
    }
}
