//! Which objects a value can be, and whether two values can be the same object.
//!
//! An object is where it was made, with the calls that lead there as far as they are known; what
//! the framework makes is told by its class. A value that comes out of a library is some object of
//! its type.

use std::rc::Rc;

use super::super::values::Site;
use super::{Ask, Flow, Key, Stack};
use crate::ir::{CallKind, FuncId, Op, Place, Program, TypeId, Value};

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Object {
    /// Made here, the function entered by these calls; its class.
    Made(Site, Stack, TypeId),
    /// The framework's one of a class (a component).
    Framework(TypeId),
    /// Some object of a type.
    Some(TypeId),
}

impl Object {
    /// Its class, where that is certain.
    pub(super) fn exact_type(&self, program: &Program<'_>) -> Option<TypeId> {
        match self {
            Self::Made(_, _, ty) => program.class_of.contains_key(ty).then_some(*ty),
            Self::Framework(ty) => Some(*ty),
            Self::Some(_) => None,
        }
    }

    fn ty(&self) -> TypeId {
        match self {
            Self::Made(_, _, ty) | Self::Framework(ty) | Self::Some(ty) => *ty,
        }
    }
}

/// Whether two can be the same.
pub(super) fn same(program: &Program<'_>, a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Made(a, a_in, _), Object::Made(b, b_in, _)) => {
            a == b
                && a_in
                    .iter()
                    .rev()
                    .zip(b_in.iter().rev())
                    .all(|(a, b)| a == b)
        }
        (Object::Made(..), Object::Framework(_)) | (Object::Framework(_), Object::Made(..)) => {
            false
        }
        (a, b) => related(program, a.ty(), b.ty()),
    }
}

/// Whether any object of one list can be one of another.
pub(super) fn meet(
    program: &Program<'_>,
    one: &[(Object, Stack)],
    other: &[(Object, Stack)],
) -> bool {
    one.iter()
        .any(|(a, _)| other.iter().any(|(b, _)| same(program, a, b)))
}

/// Whether an object can be of both types.
fn related(program: &Program<'_>, a: TypeId, b: TypeId) -> bool {
    let anything = |ty: TypeId| program.names.text(ty) == "Ljava/lang/Object;";
    anything(a) || anything(b) || program.is_subtype(a, b) || program.is_subtype(b, a)
}

/// Deepest nesting of one look for objects.
const MAX_DEPTH: u8 = 14;
/// Most objects kept for one value.
const MAX_OBJECTS: usize = 64;

impl<'a> Flow<'_, '_, 'a> {
    /// The objects that a value of a function can be, each with the stack under which it is that
    /// one; the stack given, or a longer one.
    pub(super) fn objects_of(
        &self,
        func: FuncId,
        value: Value,
        stack: &Stack,
    ) -> Rc<Vec<(Object, Stack)>> {
        self.look(func, value, stack, 0)
    }

    fn look(
        &self,
        func: FuncId,
        value: Value,
        stack: &Stack,
        depth: u8,
    ) -> Rc<Vec<(Object, Stack)>> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if depth > MAX_DEPTH || steps > self.limits.steps {
            self.whole.set(false);
            return Rc::default();
        }
        let key = (func, value, stack.clone());
        if let Some(known) = self.objects.borrow().get(&key) {
            return known.clone();
        }
        // What leads back to itself adds nothing.
        self.objects.borrow_mut().insert(key.clone(), Rc::default());
        let mut found = self.made(func, value, stack, depth);
        let mut unique: Vec<(Object, Stack)> = Vec::with_capacity(found.len());
        for pair in found.drain(..) {
            if !unique.contains(&pair) {
                unique.push(pair);
            }
        }
        if unique.len() > MAX_OBJECTS {
            self.whole.set(false);
            unique.truncate(MAX_OBJECTS);
        }
        let found = Rc::new(unique);
        if depth == 0 {
            self.objects.borrow_mut().insert(key, found.clone());
        } else {
            // Found inside another look, it may lack what that one was looking at.
            self.objects.borrow_mut().remove(&key);
        }
        found
    }

    fn made(&self, func: FuncId, value: Value, stack: &Stack, depth: u8) -> Vec<(Object, Stack)> {
        let body = self.program.body(func);
        if let Some(index) = body.param_index(value) {
            return self.made_by_caller(func, index, stack, depth);
        }
        let Some((op_id, op)) = body.def(value) else {
            return Vec::new();
        };
        let site = Site { func, op: op_id };
        let here = |object| vec![(object, stack.clone())];
        match op {
            Op::New { ty, .. } | Op::NewArray { ty, .. } => {
                here(Object::Made(site, stack.clone(), *ty))
            }
            Op::Phi { args, .. } => body
                .args(*args)
                .iter()
                .flat_map(|arg| self.look(func, *arg, stack, depth + 1).as_ref().clone())
                .collect(),
            Op::Cast { src, ty, .. } => self
                .look(func, *src, stack, depth + 1)
                .iter()
                .filter(|(object, _)| related(self.program, object.ty(), *ty))
                .map(|(object, at)| match object {
                    Object::Some(known)
                        if self.program.is_subtype(*ty, *known)
                            || !self.program.is_subtype(*known, *ty) =>
                    {
                        (Object::Some(*ty), at.clone())
                    }
                    other => (other.clone(), at.clone()),
                })
                .collect(),
            Op::Load { place, .. } => {
                let ty = match place {
                    Place::Static(field) | Place::Field(_, field) => {
                        let field = *field;
                        let mut found = self.made_by_writers(field, depth);
                        for (_, at) in &mut found {
                            *at = stack.clone();
                        }
                        if !found.is_empty() {
                            return found;
                        }
                        self.program.field(field).ty
                    }
                    Place::Element(array, index) => {
                        let key = super::index_key(body, *index);
                        return self.made_inside(func, *array, stack, key, op_id, depth);
                    }
                };
                here(Object::Some(ty))
            }
            Op::Call { target, args, .. } => {
                let inside = self.graph.targets(site).funcs;
                if self.is_outside(*target, &inside) {
                    let ty = self.program.proto(self.program.method(*target).proto).ret;
                    if let Some(receiver) = body.args(*args).first()
                        && self.hands_out(*target)
                    {
                        let key = self.key_of_get(body, body.args(*args));
                        let held = self.made_inside(func, *receiver, stack, key, op_id, depth);
                        if !held.is_empty() {
                            return held;
                        }
                    }
                    return here(Object::Some(ty));
                }
                let Some(inner) = self.deeper(stack, site) else {
                    return Vec::new();
                };
                let mut found = Vec::new();
                for callee in inside.into_iter().take(self.limits.fan) {
                    for op in &self.program.body(callee).ops {
                        if let Op::Return { value: Some(value) } = op {
                            for (object, at) in self.look(callee, *value, &inner, depth + 1).iter()
                            {
                                let outer = at.split_last().map_or(&[][..], |(_, outer)| outer);
                                found.push((object.clone(), Rc::from(outer)));
                            }
                        }
                    }
                }
                found
            }
            _ => Vec::new(),
        }
    }

    /// What a parameter can be: the argument of the call that the stack names, or of every caller.
    fn made_by_caller(
        &self,
        func: FuncId,
        index: usize,
        stack: &Stack,
        depth: u8,
    ) -> Vec<(Object, Stack)> {
        let receiver = index == 0 && self.program.has_receiver(func);
        let mut sites: Vec<(Site, Stack)> = Vec::new();
        match stack.split_last() {
            Some((site, outer)) => sites.push((*site, Rc::from(outer))),
            None => {
                let callers = self.graph.call_sites(func, self.limits.fan + 1);
                if callers.len() > self.limits.fan {
                    self.whole.set(false);
                }
                sites.extend(
                    callers
                        .into_iter()
                        .take(self.limits.fan)
                        .map(|site| (site, Rc::from([]))),
                );
            }
        }
        let mut found = Vec::new();
        for (site, outer) in &sites {
            let caller = self.program.body(site.func);
            let Some(Op::Call { args, kind, .. }) = caller.op(site.op) else {
                continue;
            };
            let Some(argument) = caller.args(*args).get(index) else {
                continue;
            };
            for (object, at) in self.look(site.func, *argument, outer, depth + 1).iter() {
                let chosen = matches!(kind, CallKind::Virtual | CallKind::Interface);
                if receiver && chosen && !self.runs_on(func, object) {
                    continue;
                }
                let stack = at.iter().copied().chain([*site]).collect();
                found.push((object.clone(), stack));
            }
        }
        if stack.is_empty() && (sites.is_empty() || self.is_called_back(func)) {
            found.extend(
                self.made_for_callback(func, index, receiver)
                    .into_iter()
                    .map(|object| (object, stack.clone())),
            );
        }
        found
    }

    /// Whether a virtual call on an object lands in a function.
    fn runs_on(&self, func: FuncId, object: &Object) -> bool {
        let symbol = self.program.symbol(func);
        object
            .exact_type(self.program)
            .is_none_or(|ty| self.program.resolve_in(ty, symbol.name, symbol.proto) == Some(func))
    }

    fn is_called_back(&self, func: FuncId) -> bool {
        let class = self.program.func(func).class;
        self.graph.callbacks(class).contains(&func)
    }

    /// What the platform calls a function on, or with.
    fn made_for_callback(&self, func: FuncId, index: usize, receiver: bool) -> Vec<Object> {
        let program = self.program;
        let symbol = program.symbol(func);
        if !receiver {
            let declared = index - usize::from(program.has_receiver(func)).min(index);
            return program
                .proto(symbol.proto)
                .params
                .get(declared)
                .map(|ty| Object::Some(*ty))
                .into_iter()
                .collect();
        }
        let mut found = Vec::new();
        for class in program.all_subtypes(symbol.class, self.limits.fan) {
            let Some(ty) = program.class(class).map(|class| class.ty) else {
                continue;
            };
            if program.resolve_in(ty, symbol.name, symbol.proto) != Some(func) {
                continue;
            }
            let mut any = false;
            for maker in program.allocations.row(class.0).take(self.limits.fan) {
                for (op, made) in program.body(maker).iter_ops() {
                    if matches!(made, Op::New { ty: made, .. } if *made == ty) {
                        any = true;
                        found.push(Object::Made(Site { func: maker, op }, Rc::from([]), ty));
                    }
                }
            }
            if !any {
                found.push(Object::Framework(ty));
            }
        }
        found
    }

    /// What the program stores into a field, whatever the object.
    fn made_by_writers(&self, field: crate::ir::FieldId, depth: u8) -> Vec<(Object, Stack)> {
        let mut found = Vec::new();
        for name in self.same_fields(field) {
            for writer in self.program.writes.row(name.0).take(self.limits.fan) {
                for op in &self.program.body(writer).ops {
                    if let Op::Store {
                        place: Place::Field(_, stored) | Place::Static(stored),
                        src,
                    } = op
                        && *stored == name
                    {
                        found.extend(
                            self.look(writer, *src, &Rc::from([]), depth + 1)
                                .iter()
                                .cloned(),
                        );
                    }
                }
            }
        }
        found
    }

    /// What is put into an object that holds others.
    fn made_inside(
        &self,
        func: FuncId,
        holder: Value,
        stack: &Stack,
        key: Key,
        at: crate::ir::OpId,
        depth: u8,
    ) -> Vec<(Object, Stack)> {
        let ask = Ask {
            func,
            value: holder,
            stack: stack.clone(),
            path: Rc::from([key]),
            at: Some(at),
            down: false,
        };
        let mut found = Vec::new();
        for held in self.held_locally(&ask) {
            for (object, _) in self
                .look(held.func, held.value, &held.stack, depth + 1)
                .iter()
            {
                found.push((object.clone(), stack.clone()));
            }
        }
        found
    }
}
