//! The edges that leave a function.

use std::rc::Rc;

use super::super::values::Site;
use super::component::intent_position;
use super::objects::Object;
use super::select::{live_blocks, through_casts};
use super::{CallGraph, Edge, EdgeKind, Node};
use crate::ir::{
    Body, CallKind, Const, FieldId, FuncId, MethodId, Name, Op, OpId, Place, ProtoId, TypeId, Value,
};
use crate::models::{ArgPos, Edge as Model, EdgeKind as ModelEdge, Roles, Target};

/// A call through a function object of which nothing is known: it may run any of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blind {
    /// The call.
    pub site: Site,
    /// The type that the object is seen through.
    pub ty: TypeId,
}

/// What leaves a function.
#[derive(Debug, Default)]
pub struct Leaving {
    /// In the order of the code.
    pub edges: Vec<Edge>,
    /// Calls whose targets are not known.
    pub blind: Vec<Blind>,
}

/// What a function does with an object that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// Calls this function of it.
    Method(Name, ProtoId),
    /// Hands it to something modelled that calls these.
    Named(&'static [Target]),
    /// Starts it as a coroutine, which is of this base class.
    Coroutine(TypeId),
}

/// How a function holds an object.
#[derive(Debug, Clone, Copy)]
enum Held {
    /// As this value.
    Value(Value),
    /// In this field of its own object.
    Field(FieldId),
}

impl Held {
    fn is(self, body: &Body<'_>, value: Value) -> bool {
        let value = through_casts(body, value);
        match self {
            Self::Value(held) => value == held,
            Self::Field(held) => matches!(
                body.def(value),
                Some((_, Op::Load { place: Place::Field(object, field), .. }))
                    if *field == held && body.param_index(*object) == Some(0)
            ),
        }
    }
}

/// Deepest chain of functions that hand a callback on.
const MAX_HANDED_ON: u8 = 5;

impl<'p, 'a> CallGraph<'p, 'a> {
    /// Edges that leave a node.
    #[must_use]
    pub fn edges(&self, node: Node) -> Rc<Leaving> {
        if let Some(known) = self.edges.borrow().get(&node) {
            return known.clone();
        }
        let mut out = Leaving::default();
        self.each_live(node, |body, site, op| match op {
            Op::Call {
                target, kind, args, ..
            } => self.call_edges(
                node,
                body,
                site,
                (*target, *kind),
                body.args(*args),
                &mut out,
            ),
            Op::New { dst, ty } => self.allocation_edges(body, site, *dst, *ty, &mut out),
            Op::Closure {
                body: Some(target), ..
            } => {
                if let Some(func) = self.program.func_of.get(target.index()).copied().flatten() {
                    out.push(site, Node::whole(func), EdgeKind::Allocation);
                }
            }
            Op::Const {
                value: Const::Class(ty),
                ..
            } => self.class_constant_edges(body, site, *ty, &mut out),
            Op::Load {
                place: Place::Static(field),
                ..
            } => self.singleton_edges(site, *field, &mut out),
            _ => {}
        });
        let out = Rc::new(out);
        self.edges.borrow_mut().insert(node, out.clone());
        out
    }

    /// Edges that leave the function where a search begins. What a function is given runs at the
    /// calls that give it; where the search begins with the function, at those of all callers.
    #[must_use]
    pub(super) fn entry_edges(&self, node: Node) -> Rc<Leaving> {
        let rest = self.edges(node);
        let mut out = Leaving::default();
        self.each_live(node, |body, site, op| {
            if let Op::Call {
                target, kind, args, ..
            } = op
                && matches!(kind, CallKind::Virtual | CallKind::Interface)
                && let Some(receiver) = body.args(*args).first().copied()
                && given(body, receiver)
                && self.targets(site).functional
            {
                self.object_edges(node, site, *target, receiver, &mut out);
            }
        });
        if out.edges.is_empty() && out.blind.is_empty() {
            return rest;
        }
        out.edges.extend(rest.edges.iter().copied());
        out.blind.extend(rest.blind.iter().copied());
        Rc::new(out)
    }

    /// All operations that run in a node.
    fn each_live(&self, node: Node, mut look: impl FnMut(&'p Body<'a>, Site, &'p Op<'a>)) {
        let body = self.program.body(node.func);
        let live = live_blocks(self.program, body, node.selector);
        for (block, _) in body.blocks.iter().zip(live).filter(|(_, live)| *live) {
            for id in block.ops.clone().map(OpId) {
                if let Some(op) = body.op(id) {
                    let site = Site {
                        func: node.func,
                        op: id,
                    };
                    look(body, site, op);
                }
            }
        }
    }

    fn call_edges(
        &self,
        node: Node,
        body: &Body<'a>,
        site: Site,
        (target, kind): (MethodId, CallKind),
        args: &[Value],
        out: &mut Leaving,
    ) {
        let models = self.apis.of(target);
        for to in self.reflective_targets(site) {
            out.push(site, to, EdgeKind::Call);
        }
        let by_object = |model: &Model| model.kind == ModelEdge::Interface;
        // What a modelled function does, its model says.
        if models
            .iter()
            .all(|model| model.edge.as_ref().is_some_and(by_object))
        {
            let targets = self.targets(site);
            match args.first() {
                Some(receiver)
                    if matches!(kind, CallKind::Virtual | CallKind::Interface)
                        && self.is_ambiguous(&targets)
                        && !given(body, *receiver)
                        && self.object_edges(node, site, target, *receiver, out) => {}
                _ if targets.functional => {}
                receiver => {
                    let certain = targets.funcs.len() == 1 && !targets.external;
                    let kind = if certain {
                        EdgeKind::Call
                    } else {
                        EdgeKind::Dispatch
                    };
                    let selector = receiver.and_then(|value| self.selector_of(body, *value));
                    for func in targets.funcs.iter().copied() {
                        out.push(site, Node { func, selector }, kind);
                    }
                }
            }
            if let [only] = targets.funcs.as_slice() {
                self.argument_edges(node, body, site, *only, args, out);
            }
        }
        self.channel_edges(node, site, target, args, out);
        let before = out.edges.len();
        for edge in models.iter().filter_map(|model| model.edge.as_ref()) {
            self.model_edges(node, body, site, edge, (target, kind), args, out);
        }
        // Where a shrinker took arguments away, the code says what the model's places no longer do.
        if before == out.edges.len()
            && models.iter().any(|model| {
                model
                    .edge
                    .is_some_and(|edge| edge.kind == ModelEdge::Callback)
            })
            && let [only] = self.targets(site).funcs.as_slice()
        {
            self.argument_edges(node, body, site, *only, args, out);
        }
    }

    /// A call on an object of several that it may be. Says whether that settles where it lands.
    fn object_edges(
        &self,
        node: Node,
        site: Site,
        target: MethodId,
        receiver: Value,
        out: &mut Leaving,
    ) -> bool {
        let symbol = self.program.method(target);
        let objects = self.objects(node, receiver);
        let (nodes, known) = self.landing_of(&objects.all, symbol.name, symbol.proto);
        let whole = objects.whole && known;
        let functional = self.is_functional(symbol.class);
        if !whole && !functional {
            return false;
        }
        let kind = if whole && nodes.len() == 1 {
            EdgeKind::Call
        } else {
            EdgeKind::Dispatch
        };
        for to in nodes {
            out.push(site, to, kind);
        }
        if !whole {
            out.blind.push(Blind {
                site,
                ty: symbol.class,
            });
        }
        true
    }

    /// Callbacks that the callee, which we see, runs.
    fn argument_edges(
        &self,
        node: Node,
        body: &Body<'a>,
        site: Site,
        callee: FuncId,
        args: &[Value],
        out: &mut Leaving,
    ) {
        for (position, argument) in args.iter().enumerate() {
            if given(body, *argument) || !self.may_run(body, callee, position, *argument) {
                continue;
            }
            let runs = self.runs_of(callee, position, 0);
            if runs.is_empty() {
                continue;
            }
            let objects = self.objects(node, *argument);
            let mut nodes: Vec<Node> = Vec::new();
            for run in runs.iter() {
                let found = match run {
                    Run::Method(name, proto) => self.landing_of(&objects.all, *name, *proto).0,
                    Run::Named(targets) => self.named_on(&objects.all, targets),
                    Run::Coroutine(base) => self.coroutines_of(&objects.all, *base),
                };
                nodes.extend(
                    found
                        .into_iter()
                        .filter(|to| !nodes.contains(to))
                        .collect::<Vec<_>>(),
                );
            }
            let kind = if objects.whole && objects.all.len() == 1 {
                EdgeKind::Callback
            } else {
                EdgeKind::Dispatch
            };
            for to in nodes {
                out.push(site, to, kind);
            }
        }
    }

    /// Whether an argument can be a callback at all: without looking at any code.
    fn may_run(&self, body: &Body<'a>, callee: FuncId, position: usize, argument: Value) -> bool {
        let made_here = matches!(
            body.def(through_casts(body, argument)),
            Some((
                _,
                Op::New { .. }
                    | Op::Closure { .. }
                    | Op::Load {
                        place: Place::Static(_),
                        ..
                    }
            ))
        );
        if made_here {
            return true;
        }
        let declared = usize::from(self.program.has_receiver(callee));
        let proto = self.program.proto(self.program.symbol(callee).proto);
        let Some(ty) = position
            .checked_sub(declared)
            .and_then(|position| proto.params.get(position))
        else {
            return false;
        };
        self.program.names.text(*ty) != "Ljava/lang/Object;"
            && self.is_functional(*ty)
            && self.program.direct_subtypes(*ty).next().is_some()
    }

    /// What a function does with its parameter (the receiver is 0 when there is one).
    pub(super) fn runs_of(&self, func: FuncId, position: usize, depth: u8) -> Rc<Vec<Run>> {
        if let Some(known) = self.runs.borrow().get(&(func, position)) {
            return known.clone();
        }
        let body = self.program.body(func);
        let Some(parameter) = body.params.get(position).copied() else {
            return Rc::default();
        };
        // A function that hands its parameter to itself adds nothing.
        self.runs
            .borrow_mut()
            .insert((func, position), Rc::default());
        let runs = Rc::new(self.runs_in(Node::whole(func), Held::Value(parameter), depth));
        self.runs
            .borrow_mut()
            .insert((func, position), runs.clone());
        runs
    }

    /// What a function does with an object that it holds.
    fn runs_in(&self, node: Node, held: Held, depth: u8) -> Vec<Run> {
        let mut runs = Vec::new();
        self.each_live(node, |body, site, op| {
            let is_it = |value: Value| held.is(body, value);
            match op {
                Op::InstanceOf { src, ty, .. } if is_it(*src) && self.is_coroutine(*ty) => {
                    runs.push(Run::Coroutine(*ty));
                }
                Op::Call {
                    target, kind, args, ..
                } => {
                    let args = body.args(*args);
                    if !args.iter().copied().any(is_it) {
                        return;
                    }
                    let symbol = self.program.method(*target);
                    let virtual_call = matches!(kind, CallKind::Virtual | CallKind::Interface);
                    if virtual_call && args.first().copied().is_some_and(is_it) {
                        runs.push(Run::Method(symbol.name, symbol.proto));
                    }
                    let models = self.apis.of(*target);
                    let skip = usize::from(*kind != CallKind::Static);
                    for edge in models.iter().filter_map(|model| model.edge.as_ref()) {
                        if edge.kind == ModelEdge::Callback
                            && edge.from.iter().any(|from| {
                                position_of(*from, skip)
                                    .and_then(|at| args.get(at))
                                    .is_some_and(|value| is_it(*value))
                            })
                        {
                            runs.push(Run::Named(edge.to));
                        }
                    }
                    if !models.is_empty() || depth >= MAX_HANDED_ON {
                        return;
                    }
                    let targets = self.targets(site);
                    let ([only], false) = (targets.funcs.as_slice(), targets.external) else {
                        return;
                    };
                    let constructs = self.is_constructor(*target);
                    for (at, value) in args.iter().enumerate() {
                        if !is_it(*value) || at == 0 && (virtual_call || constructs) {
                            continue;
                        }
                        if constructs && let Some(object) = args.first() {
                            runs.extend(self.runs_captured(
                                node,
                                body,
                                *object,
                                (*only, at),
                                depth,
                            ));
                        } else {
                            runs.extend(self.runs_of(*only, at, depth + 1).iter().copied());
                        }
                    }
                }
                _ => {}
            }
        });
        runs.dedup();
        runs
    }

    /// What becomes of an object that another one, made here, is given: what the other's functions
    /// do with it that run here.
    fn runs_captured(
        &self,
        node: Node,
        body: &Body<'a>,
        object: Value,
        (constructor, position): (FuncId, usize),
        depth: u8,
    ) -> Vec<Run> {
        let Some((_, Op::New { ty, .. })) = body.def(object) else {
            return Vec::new();
        };
        let inside = self.program.body(constructor);
        let field = inside.ops.iter().find_map(|op| match op {
            Op::Store {
                place: Place::Field(_, field),
                src,
            } if inside.param_index(through_casts(inside, *src)) == Some(position) => Some(*field),
            _ => None,
        });
        let Some(field) = field else {
            return Vec::new();
        };
        let selector = self.selector_of(body, object);
        let mut runs = Vec::new();
        for run in self.runs_in(node, Held::Value(object), depth + 1) {
            let funcs = match run {
                Run::Method(name, proto) => self
                    .program
                    .resolve_in(*ty, name, proto)
                    .into_iter()
                    .collect(),
                Run::Named(targets) => self.named_below(*ty, targets, true),
                Run::Coroutine(_) => Vec::new(),
            };
            for func in funcs {
                let inner = Node { func, selector };
                runs.extend(self.runs_in(inner, Held::Field(field), depth + 1));
            }
        }
        runs
    }

    #[allow(clippy::too_many_arguments, reason = "one call, and what it is in")]
    fn model_edges(
        &self,
        node: Node,
        body: &Body<'a>,
        site: Site,
        edge: &'static Model,
        (target, kind): (MethodId, CallKind),
        args: &[Value],
        out: &mut Leaving,
    ) {
        let skip = usize::from(kind != CallKind::Static);
        match edge.kind {
            ModelEdge::Callback | ModelEdge::Subclass | ModelEdge::Request => {
                let all: Vec<usize> = match edge.from {
                    [] => (skip..args.len()).collect(),
                    from => from
                        .iter()
                        .filter_map(|from| position_of(*from, skip))
                        .collect(),
                };
                for position in all {
                    let Some(argument) = args.get(position).copied() else {
                        continue;
                    };
                    let ty = self.argument_type(target, position, skip);
                    // What is given from outside runs at the call that gives it.
                    let callback = edge.kind != ModelEdge::Subclass;
                    if callback && given(body, argument) || !self.has_subtypes(ty) {
                        continue;
                    }
                    let objects = self.objects(node, argument);
                    let nodes = self.named_on(&objects.all, edge.to);
                    let certain = objects.whole && objects.all.len() == 1;
                    let kind = match certain {
                        true if by_user(edge) => EdgeKind::Listener,
                        true => EdgeKind::Callback,
                        false => EdgeKind::Dispatch,
                    };
                    for to in nodes {
                        out.push(site, to, kind);
                    }
                    if !objects.whole && !edge.from.is_empty() && callback {
                        out.blind.push(Blind { site, ty });
                    }
                }
            }
            ModelEdge::ConstructorCallback | ModelEdge::Registered => {
                let Some(receiver) = args.first().copied() else {
                    return;
                };
                for object in &self.objects(node, receiver).all {
                    let given_at = match object {
                        Object::Made(_, made) => self.constructor_site(*made),
                        Object::Result(at) => Some(*at),
                        _ => None,
                    };
                    for to in given_at
                        .into_iter()
                        .flat_map(|at| self.named_in_call(at, edge.to))
                    {
                        out.push(site, to, EdgeKind::Callback);
                    }
                }
            }
            ModelEdge::Intent | ModelEdge::Deferred => {
                if let Some(intent) = intent_position(edge.from, skip).and_then(|at| args.get(at))
                    && self.is_intent(target, intent_position(edge.from, skip), skip)
                {
                    self.intent_edges(node, site, *intent, edge, out);
                }
            }
            ModelEdge::EventType => {
                if let Some(event) = edge
                    .from
                    .first()
                    .and_then(|from| args.get(position_of(*from, skip)?))
                {
                    self.event_edges(node, site, *event, out);
                }
            }
            ModelEdge::ClassConstant | ModelEdge::Interface | ModelEdge::Navigation => {}
        }
    }

    /// Whether an argument is an intent, now or pending.
    fn is_intent(&self, target: MethodId, position: Option<usize>, skip: usize) -> bool {
        position.is_some_and(|position| {
            let ty = self.argument_type(target, position, skip);
            matches!(
                self.program.names.text(ty),
                "Landroid/content/Intent;" | "Landroid/app/PendingIntent;"
            )
        })
    }

    /// The declared type of an argument.
    pub(super) fn argument_type(&self, target: MethodId, position: usize, skip: usize) -> TypeId {
        let symbol = self.program.method(target);
        match position.checked_sub(skip) {
            Some(index) => self
                .program
                .proto(symbol.proto)
                .params
                .get(index)
                .copied()
                .unwrap_or(symbol.class),
            None => symbol.class,
        }
    }

    fn has_subtypes(&self, ty: TypeId) -> bool {
        self.program.class_of.contains_key(&ty) || self.program.direct_subtypes(ty).next().is_some()
    }

    /// Where the constructor of an object runs.
    fn constructor_site(&self, made: Site) -> Option<Site> {
        let body = self.program.body(made.func);
        let (op, _) = body.op(made.op)?.dst().and_then(|object| {
            body.iter_ops().find(|(_, op)| {
                matches!(op, Op::Call { target, kind: CallKind::Direct, args, .. }
                    if body.args(*args).first() == Some(&object) && self.is_constructor(*target))
            })
        })?;
        Some(Site {
            func: made.func,
            op,
        })
    }

    /// The functions of some names of all objects that a call is given.
    fn named_in_call(&self, site: Site, targets: &'static [Target]) -> Vec<Node> {
        let body = self.program.body(site.func);
        let Some(Op::Call { args, kind, .. }) = body.op(site.op) else {
            return Vec::new();
        };
        let skip = usize::from(*kind != CallKind::Static);
        let mut nodes = Vec::new();
        for value in body.args(*args).iter().skip(skip) {
            let objects = self.objects(Node::whole(site.func), *value);
            nodes.extend(self.named_on(&objects.all, targets));
        }
        nodes
    }

    fn allocation_edges(
        &self,
        body: &Body<'a>,
        site: Site,
        dst: Value,
        ty: TypeId,
        out: &mut Leaving,
    ) {
        let Some(class) = self.program.class_of.get(&ty) else {
            return;
        };
        let selector = self.selector_of(body, dst);
        let mut at = Some(*class);
        // Callbacks that the class inherits run on its objects too.
        for _ in 0..8 {
            let Some(class) = at else { break };
            if self.is_library(class) {
                break;
            }
            for callback in self.callbacks(class).iter() {
                let to = Node {
                    func: *callback,
                    selector,
                };
                out.push(site, to, EdgeKind::Allocation);
            }
            at = self
                .program
                .class(class)
                .and_then(|class| class.superclass)
                .and_then(|superclass| self.program.class_of.get(&superclass).copied());
        }
    }

    /// `Lambda.INSTANCE`: a callback without captures, made once.
    fn singleton_edges(&self, site: Site, field: FieldId, out: &mut Leaving) {
        let field = self.program.field(field);
        if field.class != field.ty {
            return;
        }
        if let Some(class) = self.program.class_of.get(&field.ty) {
            for callback in self.callbacks(*class).iter() {
                out.push(site, Node::whole(*callback), EdgeKind::Allocation);
            }
        }
    }

    /// Deferred work is named by its class: a worker, a receiver, a service, an activity.
    fn class_constant_edges(&self, body: &Body<'a>, site: Site, ty: TypeId, out: &mut Leaving) {
        let Some(class) = self.program.class_of.get(&ty) else {
            return;
        };
        let schedules = body.ops.iter().any(|op| {
            matches!(op, Op::Call { target, .. }
                if self.apis.of(*target).iter().any(|model| model.roles.contains(Roles::SCHEDULE)
                    || model.edge.is_some_and(|edge| matches!(edge.kind, ModelEdge::ClassConstant | ModelEdge::Deferred))))
        });
        // Components that an intent starts are followed from the call that is given the intent.
        if schedules && !self.is_started(ty) {
            for callback in self.callbacks(*class).iter() {
                out.push(site, Node::whole(*callback), EdgeKind::Deferred);
            }
        }
    }
}

impl Leaving {
    /// The edges, in the order of the code.
    pub fn iter(&self) -> std::slice::Iter<'_, Edge> {
        self.edges.iter()
    }

    pub(super) fn push(&mut self, site: Site, to: Node, kind: EdgeKind) {
        self.edges.push(Edge { site, to, kind });
    }
}

/// Whether a value is a parameter of its function other than the receiver.
fn given(body: &Body<'_>, value: Value) -> bool {
    let value = through_casts(body, value);
    body.param_index(value).is_some()
}

/// Whether what a model runs, it runs for something that the user does.
fn by_user(edge: &Model) -> bool {
    edge.to.iter().any(|to| {
        matches!(
            to.method,
            "onClick"
                | "onLongClick"
                | "onItemClick"
                | "onCheckedChanged"
                | "onMenuItemClick"
                | "onNavigationItemSelected"
                | "onPreferenceClick"
                | "onActivityResult"
        )
    })
}

/// Where a model's argument stands among a call's values.
pub(super) fn position_of(position: ArgPos, skip: usize) -> Option<usize> {
    match position {
        ArgPos::Receiver => (skip == 1).then_some(0),
        ArgPos::Param(index) => Some(skip + usize::from(index)),
        ArgPos::Return => None,
    }
}
