//! Intents to the app's own components: which activity, service or receiver one names, by class, by
//! class name or by action.
//!
//! What an intent starts runs later or never: its edges are possible. An action that no component
//! and no receiver of the app asks for leaves the app.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::values::Site;
use super::edges::{Blind, Leaving, position_of};
use super::objects::Object;
use super::select::through_casts;
use super::{CallGraph, EdgeKind, Node};
use crate::ir::{Body, CallKind, ClassId, FuncId, Op, TypeId, Value};
use crate::models::{ArgPos, Edge as Model, EdgeKind as ModelEdge, Target};

/// What the framework calls on a component that is started. Names of the platform: no shrinker
/// takes them.
const LIFECYCLE: [Target; 10] = [
    named("onCreate"),
    named("onStart"),
    named("onResume"),
    named("onNewIntent"),
    named("onStartCommand"),
    named("onHandleIntent"),
    named("onHandleWork"),
    named("onBind"),
    named("onReceive"),
    named("onStartJob"),
];

const fn named(method: &'static str) -> Target {
    Target {
        method,
        descriptor: None,
    }
}

/// Deepest nesting of intents in pending intents, and of values in one another.
const MAX_NESTED: u8 = 4;

/// Where an intent goes, as far as it is visible.
#[derive(Debug, Default)]
struct Destination {
    classes: Vec<TypeId>,
    actions: Vec<String>,
    /// There is an intent of which neither is visible.
    unknown: bool,
}

impl<'p, 'a> CallGraph<'p, 'a> {
    /// The call graph with the actions that the manifest's components ask for.
    #[must_use]
    pub fn with_actions(mut self, actions: FxHashMap<String, Vec<ClassId>>) -> Self {
        self.actions = actions;
        self
    }

    /// Edges of a call that starts what an intent names.
    pub(super) fn intent_edges(
        &self,
        node: Node,
        site: Site,
        intent: Value,
        model: &'static Model,
        out: &mut Leaving,
    ) {
        let to = model.to;
        // What an alarm or a job starts is scheduled, whatever happens here.
        let kind = match model.kind {
            ModelEdge::Deferred => EdgeKind::Deferred,
            _ => EdgeKind::Component,
        };
        let mut found = Destination::default();
        self.destination(node, intent, 0, &mut found);
        found.classes.sort_unstable();
        found.classes.dedup();
        for ty in &found.classes {
            self.start(site, *ty, kind, out);
        }
        let broadcast = to.iter().any(|to| to.method == "onReceive");
        for action in &found.actions {
            for class in self.actions.get(action).into_iter().flatten() {
                if let Some(class) = self.program.class(*class) {
                    self.start(site, class.ty, kind, out);
                }
            }
            if broadcast {
                for (asked, receivers) in self.receivers().iter() {
                    if asked.as_ref().is_none_or(|asked| asked == action) {
                        for to in receivers {
                            out.push(site, *to, kind);
                        }
                    }
                }
            }
        }
        if found.unknown
            && let Some(ty) = self.component_type(to)
        {
            out.blind.push(Blind { site, ty });
        }
    }

    /// The framework's type of what an intent could start; none for a screen, which only shows
    /// something.
    fn component_type(&self, to: &[Target]) -> Option<TypeId> {
        let ty: &[u8] = if to.iter().any(|to| to.method == "onReceive") {
            b"Landroid/content/BroadcastReceiver;"
        } else if to.iter().any(|to| to.method == "onStartCommand") {
            b"Landroid/app/Service;"
        } else {
            return None;
        };
        self.program.names.get(ty)
    }

    /// Whether a class is a component that intents start.
    pub(super) fn is_started(&self, ty: TypeId) -> bool {
        let above = self.program.supertypes(ty);
        let is = |names: &[&str]| {
            above
                .iter()
                .any(|ty| names.contains(&self.program.names.text(*ty)))
        };
        is(&[
            "Landroid/app/Activity;",
            "Landroid/app/Service;",
            "Landroid/content/BroadcastReceiver;",
        ]) && !is(&["Landroid/app/job/JobService;"])
    }

    /// The functions that run when a component is started.
    fn start(&self, site: Site, ty: TypeId, kind: EdgeKind, out: &mut Leaving) {
        let object = [Object::Instance(ty)];
        let has = |target: &Target| {
            self.named_on(&object, std::slice::from_ref(target))
                .into_iter()
                .filter(|to| self.program.func_name(to.func) == target.method)
                .collect::<Vec<_>>()
        };
        let all: Vec<Node> = LIFECYCLE.iter().flat_map(has).collect();
        let screen = all.iter().any(|to| {
            let symbol = self.program.symbol(to.func);
            self.program
                .proto_is(symbol.proto, "(Landroid/os/Bundle;)V")
        });
        let kind = if screen { EdgeKind::Screen } else { kind };
        for to in all {
            out.push(site, to, kind);
        }
    }

    /// Where an intent, or a pending one, goes.
    fn destination(&self, node: Node, intent: Value, depth: u8, found: &mut Destination) {
        let objects = self.objects(node, intent);
        let before = (found.classes.len(), found.actions.len());
        for object in &objects.all {
            match object {
                Object::Made(_, site) => self.described(*site, found),
                // `PendingIntent.getBroadcast(context, code, intent, flags)`
                Object::Result(site) if depth < MAX_NESTED => {
                    let body = self.program.body(site.func);
                    let Some(Op::Call {
                        target, args, kind, ..
                    }) = body.op(site.op)
                    else {
                        continue;
                    };
                    let skip = usize::from(*kind != CallKind::Static);
                    let edges = self
                        .apis
                        .of(*target)
                        .iter()
                        .filter_map(|api| api.edge.as_ref());
                    for from in edges
                        .filter(|edge| edge.kind == ModelEdge::Intent)
                        .flat_map(|edge| edge.from)
                    {
                        if let Some(inner) =
                            position_of(*from, skip).and_then(|at| body.args(*args).get(at))
                        {
                            self.destination(Node::whole(site.func), *inner, depth + 1, found);
                        }
                    }
                }
                _ => {}
            }
        }
        let nothing = (found.classes.len(), found.actions.len()) == before;
        found.unknown |= nothing || !objects.whole;
    }

    /// What the function that makes an intent says of it: constructor, setters.
    fn described(&self, made: Site, found: &mut Destination) {
        let body = self.program.body(made.func);
        let Some(object) = body.op(made.op).and_then(Op::dst) else {
            return;
        };
        for (_, op) in body.iter_ops() {
            let Op::Call { target, args, .. } = op else {
                continue;
            };
            let args = body.args(*args);
            if args
                .first()
                .is_none_or(|receiver| self.fluent_root(body, *receiver) != object)
            {
                continue;
            }
            let name = self.program.names.text(self.program.method(*target).name);
            match name {
                "<init>" | "setClass" | "setAction" | "setComponent" | "setClassName" => {
                    for value in args.iter().skip(1) {
                        self.described_by(made.func, *value, name, found);
                    }
                }
                _ => {}
            }
        }
    }

    fn described_by(&self, func: FuncId, value: Value, by: &str, found: &mut Destination) {
        if let Some(text) = self.constant_text(func, value) {
            if by == "setClassName" {
                found.classes.extend(self.type_of_name(text));
            } else {
                found.actions.push(text.to_owned());
            }
            return;
        }
        for object in &self.objects(Node::whole(func), value).all {
            match object {
                Object::Class(ty) => found.classes.push(*ty),
                // `new ComponentName(context, X.class)`
                Object::Made(ty, site)
                    if self.program.names.text(*ty) == "Landroid/content/ComponentName;" =>
                {
                    self.named_component(*site, found);
                }
                _ => {}
            }
        }
    }

    fn named_component(&self, made: Site, found: &mut Destination) {
        let body = self.program.body(made.func);
        let Some(object) = body.op(made.op).and_then(Op::dst) else {
            return;
        };
        for (_, op) in body.iter_ops() {
            if let Op::Call { target, args, .. } = op
                && self.is_constructor(*target)
                && body.args(*args).first() == Some(&object)
            {
                for value in body.args(*args).iter().skip(1) {
                    match self.constant_text(made.func, *value) {
                        Some(text) => found.classes.extend(self.type_of_name(text)),
                        None => found.classes.extend(self.named_class(made.func, *value)),
                    }
                }
            }
        }
    }

    /// The object that a chain of setters works on.
    fn fluent_root(&self, body: &Body<'a>, mut value: Value) -> Value {
        for _ in 0..16 {
            value = through_casts(body, value);
            match body.def(value) {
                Some((_, Op::Call { target, args, .. }))
                    if self.program.proto(self.program.method(*target).proto).ret
                        == self.program.method(*target).class =>
                {
                    match body.args(*args).first() {
                        Some(receiver) => value = *receiver,
                        None => return value,
                    }
                }
                _ => return value,
            }
        }
        value
    }

    /// Receivers that the code registers, with the action that they ask for; none is any.
    fn receivers(&self) -> Rc<Receivers> {
        if let Some(known) = self.receivers.borrow().as_ref() {
            return known.clone();
        }
        let mut found: Receivers = Vec::new();
        for (method, models) in self.apis.symbols() {
            let Some(edge) = models.iter().find_map(|model| {
                model.edge.as_ref().filter(|edge| {
                    edge.kind == ModelEdge::Callback
                        && edge.to.iter().any(|to| to.method == "onReceive")
                })
            }) else {
                continue;
            };
            for caller in self.program.calls.row(method.0) {
                if self.is_library_func(caller) {
                    continue;
                }
                let body = self.program.body(caller);
                for op in &body.ops {
                    let Op::Call {
                        target, kind, args, ..
                    } = op
                    else {
                        continue;
                    };
                    if *target != method {
                        continue;
                    }
                    let skip = usize::from(*kind != CallKind::Static);
                    let args = body.args(*args);
                    let node = Node::whole(caller);
                    let (Some(receiver), filter) = (args.get(skip), args.get(skip + 1)) else {
                        continue;
                    };
                    let receivers = self.named_on(&self.objects(node, *receiver).all, edge.to);
                    let actions = filter
                        .map(|filter| self.filter_actions(node, *filter))
                        .unwrap_or_default();
                    if actions.is_empty() {
                        found.push((None, receivers));
                        continue;
                    }
                    for action in actions {
                        found.push((Some(action), receivers.clone()));
                    }
                }
            }
        }
        let found = Rc::new(found);
        *self.receivers.borrow_mut() = Some(found.clone());
        found
    }

    /// The actions that an intent filter asks for; empty where they are not visible.
    fn filter_actions(&self, node: Node, filter: Value) -> Vec<String> {
        let mut actions = Vec::new();
        for object in &self.objects(node, filter).all {
            let Object::Made(_, made) = object else {
                return Vec::new();
            };
            let body = self.program.body(made.func);
            let object = body.op(made.op).and_then(Op::dst);
            for op in &body.ops {
                let Op::Call { target, args, .. } = op else {
                    continue;
                };
                let args = body.args(*args);
                let name = self.program.names.text(self.program.method(*target).name);
                if matches!(name, "<init>" | "addAction")
                    && args.first().map(|receiver| through_casts(body, *receiver)) == object
                {
                    for value in args.iter().skip(1) {
                        match self.constant_text(made.func, *value) {
                            Some(text) => actions.push(text.to_owned()),
                            None => return Vec::new(),
                        }
                    }
                }
            }
        }
        actions
    }
}

/// Receivers by the action that they ask for; none is any.
pub(super) type Receivers = Vec<(Option<String>, Vec<Node>)>;

/// Where the intent stands among the arguments of a call.
pub(super) fn intent_position(from: &[ArgPos], skip: usize) -> Option<usize> {
    from.first().and_then(|from| position_of(*from, skip))
}
