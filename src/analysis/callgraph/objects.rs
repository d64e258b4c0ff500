//! Which objects a value may be: a lambda, a listener, a provider is followed from where it is made
//! to the parameter or the field through which it is called, not from its interface.
//!
//! The walk goes backward over definitions: through casts, joins, fields (all that the program
//! writes to them; where the object that holds the field is known, what its constructor was given),
//! parameters (of the call through which a function was entered, else of all callers) and results of
//! the program's own functions. It has a budget for each question. What it cannot say leaves the
//! answer open ([`Objects::whole`]), never shorter than it is.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::super::values::Site;
use super::select::through_casts;
use super::{CallGraph, Node, Selector};
use crate::ir::{
    Body, CallKind, ClassId, Const, FieldId, FuncId, MethodId, Op, OpId, Place, TypeId, Value,
    access,
};
use crate::models::Returns;

/// One thing that a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// An object of exactly this class, made at this operation.
    Made(TypeId, Site),
    /// The object of a class that the class itself holds, as a lambda's `INSTANCE`.
    Instance(TypeId),
    /// A closure of the runtime, which runs this function.
    Closure(FuncId),
    /// The object whose function asks: of this class or of one below.
    This(ClassId),
    /// What a call outside of the program gives.
    Result(Site),
    /// A class literal.
    Class(TypeId),
}

/// What a value may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Objects {
    /// Each once, in a fixed order.
    pub all: Vec<Object>,
    /// There is nothing else that it may be.
    pub whole: bool,
}

/// Most definitions that one question visits.
const MAX_STEPS: u32 = 400;
/// Most calls and fields inside one another.
const MAX_DEPTH: u32 = 24;
/// Most writers of a field and callers of a function that are looked at.
const MAX_FAN: usize = 16;
/// Most functions that a call may land in to be followed into.
const MAX_CALLEES: usize = 3;

/// A function as it was entered.
struct At<'f> {
    func: FuncId,
    selector: Option<Selector>,
    /// The call that led here, and the function that it is in.
    from: Option<(&'f At<'f>, OpId)>,
}

impl At<'_> {
    fn whole(func: FuncId) -> At<'static> {
        At {
            func,
            selector: None,
            from: None,
        }
    }
}

type Visit = (FuncId, Value, Option<Selector>, Option<(FuncId, OpId)>);

struct Walk<'g, 'p, 'a> {
    graph: &'g CallGraph<'p, 'a>,
    all: Vec<Object>,
    whole: bool,
    steps: u32,
    depth: u32,
    seen: FxHashSet<Visit>,
    fields: Vec<FieldId>,
}

impl<'p, 'a> CallGraph<'p, 'a> {
    /// What a value of a function may be.
    #[must_use]
    pub fn objects(&self, node: Node, value: Value) -> Rc<Objects> {
        let body = self.program.body(node.func);
        let value = through_casts(body, value);
        let key = (node, value);
        if let Some(known) = self.objects.borrow().get(&key) {
            return known.clone();
        }
        let mut walk = Walk {
            graph: self,
            all: Vec::new(),
            whole: true,
            steps: 0,
            depth: 0,
            seen: FxHashSet::default(),
            fields: Vec::new(),
        };
        walk.value(
            &At {
                func: node.func,
                selector: node.selector,
                from: None,
            },
            value,
        );
        walk.all.sort_unstable();
        walk.all.dedup();
        let found = Rc::new(Objects {
            whole: walk.whole && !walk.all.is_empty(),
            all: walk.all,
        });
        self.objects.borrow_mut().insert(key, found.clone());
        found
    }

    /// The constructor that runs on an object where it is made, and that call.
    pub(super) fn constructor_of(&self, body: &Body<'a>, object: Value) -> Option<(OpId, FuncId)> {
        body.iter_ops().find_map(|(id, op)| match op {
            Op::Call {
                target,
                kind: CallKind::Direct,
                args,
                ..
            } if body.args(*args).first() == Some(&object) && self.is_constructor(*target) => {
                Some((id, self.program.func_of.get(target.index()).copied()??))
            }
            _ => None,
        })
    }

    pub(super) fn is_constructor(&self, method: MethodId) -> bool {
        self.program.names.text(self.program.method(method).name) == "<init>"
    }
}

impl<'p, 'a> Walk<'_, 'p, 'a> {
    fn value(&mut self, at: &At<'_>, value: Value) {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            self.whole = false;
            return;
        }
        let from = at.from.map(|(caller, op)| (caller.func, op));
        if !self.seen.insert((at.func, value, at.selector, from)) {
            return;
        }
        self.depth += 1;
        self.definition(at, value);
        self.depth -= 1;
    }

    fn definition(&mut self, at: &At<'_>, value: Value) {
        let program = self.graph.program;
        let body = program.body(at.func);
        if let Some(index) = body.param_index(value) {
            return self.parameter(at, index);
        }
        let Some((id, op)) = body.def(value) else {
            self.whole = false;
            return;
        };
        let site = Site {
            func: at.func,
            op: id,
        };
        match op {
            Op::New { ty, .. } => self.all.push(Object::Made(*ty, site)),
            Op::Cast { src, ty, .. } => {
                let first = self.all.len();
                self.value(at, *src);
                self.keep_type(first, *ty);
            }
            Op::Phi { args, .. } => {
                for arg in body.args(*args) {
                    self.value(at, *arg);
                }
            }
            // Null runs nothing.
            Op::Const {
                value: Const::Int(0),
                ..
            } => {}
            Op::Const {
                value: Const::Class(ty),
                ..
            } => self.all.push(Object::Class(*ty)),
            Op::Load { place, .. } => match place {
                Place::Static(field) => self.field(at, None, *field),
                Place::Field(object, field) => self.field(at, Some(*object), *field),
                Place::Element(..) => self.whole = false,
            },
            Op::Call { target, .. } => self.call(at, site, *target),
            Op::Closure { body: run, .. } => {
                match run.and_then(|run| program.func_of.get(run.index()).copied().flatten()) {
                    Some(func) => self.all.push(Object::Closure(func)),
                    None => self.whole = false,
                }
            }
            _ => self.whole = false,
        }
    }

    /// Leaves out what cannot be of a type.
    fn keep_type(&mut self, first: usize, ty: TypeId) {
        let program = self.graph.program;
        if !program.class_of.contains_key(&ty) {
            return;
        }
        let mut at = 0;
        self.all.retain(|object| {
            at += 1;
            match object {
                Object::Made(made, _) | Object::Instance(made) if at > first => {
                    !program.class_of.contains_key(made) || program.is_subtype(*made, ty)
                }
                _ => true,
            }
        });
    }

    fn parameter(&mut self, at: &At<'_>, index: usize) {
        let program = self.graph.program;
        if let Some((caller, op)) = at.from {
            let body = program.body(caller.func);
            match body.op(op) {
                Some(Op::Call { args, .. }) => match body.args(*args).get(index).copied() {
                    Some(argument) => self.value(caller, argument),
                    None => self.whole = false,
                },
                _ => self.whole = false,
            }
            return;
        }
        let func = program.func(at.func);
        if index == 0 && program.has_receiver(at.func) {
            self.all.push(Object::This(func.class));
            return;
        }
        // Somebody outside calls it too: with what, nobody knows.
        if self.graph.callbacks(func.class).contains(&at.func) {
            self.whole = false;
        }
        let sites = self.graph.call_sites(at.func, MAX_FAN);
        if sites.is_empty() || sites.len() > MAX_FAN {
            self.whole = false;
            return;
        }
        for site in sites {
            let body = program.body(site.func);
            if let Some(Op::Call { args, .. }) = body.op(site.op)
                && let Some(argument) = body.args(*args).get(index).copied()
            {
                self.value(&At::whole(site.func), argument);
            }
        }
    }

    fn field(&mut self, at: &At<'_>, object: Option<Value>, field: FieldId) {
        if self.fields.contains(&field) && self.fields.len() > 6 {
            self.whole = false;
            return;
        }
        self.fields.push(field);
        let found = object.is_some_and(|object| self.field_of(at, object, field));
        if !found {
            self.writers(at, object, field);
        }
        self.fields.pop();
    }

    /// The field of an object that is known: what its constructor stored.
    fn field_of(&mut self, at: &At<'_>, object: Value, field: FieldId) -> bool {
        let graph = self.graph;
        let program = graph.program;
        let body = program.body(at.func);
        let object = through_casts(body, object);
        if graph.is_written_later(field) {
            return false;
        }
        let receiver = body.param_index(object) == Some(0) && program.has_receiver(at.func);
        // A case of a merged class: the objects of that case.
        if receiver
            && at.from.is_none()
            && let Some(selector @ Selector::Field(..)) = at.selector
        {
            let class = program.func(at.func).class;
            let made = graph.made_as(class, selector);
            let mut found = false;
            for site in made.iter() {
                found |= self.constructed(&At::whole(site.func), *site, field);
            }
            return found;
        }
        let holders = match (receiver, at.from) {
            (true, None) => return false,
            (true, Some((caller, op))) => {
                let body = program.body(caller.func);
                match body.op(op) {
                    Some(Op::Call { args, .. }) => body
                        .args(*args)
                        .first()
                        .map(|receiver| self.inner(caller, *receiver)),
                    _ => None,
                }
            }
            (false, _) => Some(self.inner(at, object)),
        };
        let Some((holders, true)) = holders else {
            return false;
        };
        match holders.as_slice() {
            [Object::Made(_, site)] => {
                // Made here: its constructor's arguments are seen as this function was entered.
                let mut outer = at.from.map(|(caller, _)| caller);
                if site.func == at.func {
                    return self.constructed(at, *site, field);
                }
                while let Some(caller) = outer {
                    if caller.func == site.func {
                        return self.constructed(caller, *site, field);
                    }
                    outer = caller.from.map(|(caller, _)| caller);
                }
                self.constructed(&At::whole(site.func), *site, field)
            }
            _ => false,
        }
    }

    /// A question inside of this one, with an answer of its own.
    fn inner(&mut self, at: &At<'_>, value: Value) -> (Vec<Object>, bool) {
        let (all, whole) = (std::mem::take(&mut self.all), self.whole);
        let seen = std::mem::take(&mut self.seen);
        self.whole = true;
        self.value(at, value);
        let mut found = std::mem::replace(&mut self.all, all);
        let complete = std::mem::replace(&mut self.whole, whole);
        self.seen = seen;
        found.sort_unstable();
        found.dedup();
        (found, complete)
    }

    /// What the constructor of an object that is made at a site stores in a field.
    fn constructed(&mut self, at: &At<'_>, made: Site, field: FieldId) -> bool {
        let graph = self.graph;
        let body = graph.program.body(made.func);
        let Some(object) = body.op(made.op).and_then(Op::dst) else {
            return false;
        };
        let Some((op, constructor)) = graph.constructor_of(body, object) else {
            return false;
        };
        let inside = At {
            func: constructor,
            selector: None,
            from: Some((at, op)),
        };
        self.stored_by(&inside, field, 0)
    }

    fn stored_by(&mut self, at: &At<'_>, field: FieldId, depth: u8) -> bool {
        let body = self.graph.program.body(at.func);
        let Some(receiver) = body.params.first().copied() else {
            return false;
        };
        let mut found = false;
        for op in &body.ops {
            if let Op::Store {
                place: Place::Field(target, stored),
                src,
            } = op
                && *stored == field
                && *target == receiver
            {
                found = true;
                self.value(at, *src);
            }
        }
        if found || depth >= 4 {
            return found;
        }
        match self.graph.constructor_of(body, receiver) {
            Some((op, next)) => {
                let inside = At {
                    func: next,
                    selector: None,
                    from: Some((at, op)),
                };
                self.stored_by(&inside, field, depth + 1)
            }
            None => false,
        }
    }

    /// Everything that the program writes to a field.
    fn writers(&mut self, at: &At<'_>, object: Option<Value>, field: FieldId) {
        let program = self.graph.program;
        let writers: Vec<FuncId> = program.writes.row(field.0).take(MAX_FAN + 1).collect();
        if writers.len() > MAX_FAN {
            self.whole = false;
            return;
        }
        if writers.is_empty() {
            // `INSTANCE` of a lambda whose initialiser is not there; else written from outside.
            let symbol = program.field(field);
            if symbol.class == symbol.ty {
                self.all.push(Object::Instance(symbol.ty));
            } else {
                self.whole = false;
            }
            return;
        }
        // What a function stores in its own object it stores as it was entered.
        let own = object.is_some_and(|object| program.body(at.func).param_index(object) == Some(0));
        for writer in writers {
            let body = program.body(writer);
            for op in &body.ops {
                if let Op::Store {
                    place: Place::Field(_, stored) | Place::Static(stored),
                    src,
                } = op
                    && *stored == field
                {
                    if own && writer == at.func {
                        self.value(at, *src);
                    } else {
                        self.value(&At::whole(writer), *src);
                    }
                }
            }
        }
    }

    fn call(&mut self, at: &At<'_>, site: Site, target: MethodId) {
        let graph = self.graph;
        let program = graph.program;
        let body = program.body(at.func);
        let Some(Op::Call { args, kind, .. }) = body.op(site.op) else {
            return;
        };
        let args = body.args(*args);
        let receiver = usize::from(*kind != CallKind::Static);
        if let Some(made) = graph.made_by_name(at.func, site, target) {
            self.all.push(Object::Made(made, site));
            return;
        }
        let models = graph.apis.of(target);
        for model in models {
            let through = match model.returns {
                Returns::Receiver if receiver == 1 => args.first(),
                Returns::Arg(index) => args.get(receiver + usize::from(index)),
                _ => None,
            };
            if let Some(value) = through {
                return self.value(at, *value);
            }
        }
        if !models.is_empty() {
            self.all.push(Object::Result(site));
            return;
        }
        let mut nodes: Vec<Node> = Vec::new();
        let mut complete = true;
        let targets = graph.targets(site);
        let virtual_call = matches!(kind, CallKind::Virtual | CallKind::Interface);
        if virtual_call
            && graph.is_ambiguous(&targets)
            && let Some(receiver) = args.first()
        {
            let (found, whole) = self.inner(at, *receiver);
            let symbol = program.method(target);
            let (landing, known) = graph.landing_of(&found, symbol.name, symbol.proto);
            complete = whole && known;
            nodes = landing;
        }
        if nodes.is_empty() && !targets.functional {
            nodes = targets.funcs.iter().copied().map(Node::whole).collect();
            complete = !targets.external;
        }
        if nodes.is_empty() {
            if program.class_of.contains_key(&program.method(target).class) || targets.functional {
                self.whole = false;
            } else {
                self.all.push(Object::Result(site));
            }
            return;
        }
        if nodes.len() > MAX_CALLEES {
            self.whole = false;
            return;
        }
        self.whole &= complete;
        for node in nodes {
            let callee = program.body(node.func);
            if callee.ops.is_empty() || program.func(node.func).access & access::NATIVE != 0 {
                self.whole = false;
                continue;
            }
            let inside = At {
                func: node.func,
                selector: node.selector,
                from: Some((at, site.op)),
            };
            let live = super::live_blocks(program, callee, node.selector);
            for (block, _) in callee.blocks.iter().zip(live).filter(|(_, live)| *live) {
                for id in block.ops.clone() {
                    if let Some(Op::Return { value: Some(value) }) = callee.op(OpId(id)) {
                        self.value(&inside, *value);
                    }
                }
            }
        }
    }
}
