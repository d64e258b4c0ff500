//! From a control to what a click on it runs: the code's half of "which button is that".

use rustc_hash::FxHashSet;

use super::labels::Shown;
use super::{Entry, EntryKind, Search, Witness};
use crate::analysis::callgraph::{Node, Selector, known_int, through_casts};
use crate::analysis::values::{Origin, Site};
use crate::ir::{Body, FuncId, Op, OpId, Program, Value, is_resource_id};
use crate::models::lexicon::{self, EventKind};
use crate::models::{ArgPos, EdgeKind, Roles};

/// A control whose label names an event, as resources show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its text.
    pub label: String,
    /// What the text says.
    pub event: EventKind,
    /// The string resource of the text.
    pub text_id: Option<u32>,
    /// Its own id.
    pub id: Option<u32>,
    /// Name of that id.
    pub id_name: Option<String>,
    /// The method that its `android:onClick` names.
    pub on_click: Option<String>,
    /// Of a preference: the key by which code finds it.
    pub key: Option<String>,
    /// Kind of element, for people: `menu item`, `button`.
    pub element: String,
}

impl<'a> Search<'_, 'a> {
    /// The entries that labels lead to, of every kind.
    pub(super) fn by_label(&self) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        for control in self.controls {
            let Some(kind) = EntryKind::of_event(control.event) else {
                continue;
            };
            let witness = match control.event {
                EventKind::LogoutAmbiguous => Witness::Ambiguous,
                _ => Witness::Label,
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
                    kind,
                    node,
                    witness,
                    name: name.clone(),
                    id: id.clone(),
                    weak: false,
                });
            }
        }
        found.extend(self.by_literal());
        found
    }

    /// Labels that are constants in code.
    fn by_literal(&self) -> Vec<Entry> {
        let mut found = Vec::new();
        for (text, func) in &self.program().texts {
            if !reads_like_a_label(text) || self.graph().is_library_func(*func) {
                continue;
            }
            let Some(event) = lexicon::event_label(text) else {
                continue;
            };
            let Some(kind) = EntryKind::of_event(event)
                .filter(|kind| *kind != EntryKind::Login && event != EventKind::LogoutAmbiguous)
            else {
                continue;
            };
            for node in self.shown_in(*func, Shown::Text(text)) {
                found.push(Entry {
                    kind,
                    node,
                    witness: Witness::Label,
                    name: format!("control \"{text}\""),
                    id: format!("label:{}", text.to_lowercase()),
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
                nodes.extend(self.shown_in(func, Shown::Id(i64::from(text))));
            }
        }
        if let Some(key) = &control.key {
            nodes.extend(self.preference(key));
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
                    let renamed = |made: Site| self.is_relabelled(made, id);
                    nodes.extend(self.listener_nodes(place, body, *listener, renamed));
                }
            }
        }
        nodes
    }

    /// Whether a listener is made where the view gets another text than the one that its label was
    /// found by: `button.setText(R.string.next)` before it. It is another button then.
    fn is_relabelled(&self, made: Site, id: i64) -> bool {
        let program = self.program();
        let body = program.body(made.func);
        let Some(block) = body
            .block_of(made.op)
            .and_then(|block| body.blocks.get(block.0 as usize))
        else {
            return false;
        };
        block.ops.clone().map(OpId).any(|op| {
            let Some(Op::Call { target, args, .. }) = body.op(op) else {
                return false;
            };
            let text = body
                .args(*args)
                .get(1)
                .and_then(|text| known_int(program, body, *text))
                .and_then(|text| u32::try_from(text).ok())
                .filter(|text| is_resource_id(*text));
            let site = Site {
                func: made.func,
                op,
            };
            program.names.text(program.method(*target).name) == "setText"
                && text.is_some_and(|text| {
                    self.controls
                        .iter()
                        .all(|control| control.text_id != Some(text))
                })
                && self
                    .values
                    .argument(site, ArgPos::Receiver, &None)
                    .iter()
                    .any(|origin| self.is_view(origin, id))
        })
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
    pub(super) fn listener_nodes(
        &self,
        func: FuncId,
        body: &Body<'a>,
        listener: Value,
        skip: impl Fn(Site) -> bool,
    ) -> Vec<Node> {
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
            if skip(made) {
                continue;
            }
            for edge in &self.graph().edges(Node::whole(made.func)).edges {
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
}

/// Written for people: `Log out`, not `logout` or `log_out`.
fn reads_like_a_label(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|first| first.is_uppercase() || !first.is_ascii()) || text.contains(' ')
}

/// Whether a function compares the id of what was clicked with `id`.
pub(super) fn asks_for_id(program: &Program<'_>, body: &Body<'_>, id: i64) -> bool {
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
