//! Where a call may land: by class hierarchy, narrowed to the types that the program makes.

use std::rc::Rc;

use super::super::values::Site;
use super::objects::Object;
use super::select::through_casts;
use super::{CallGraph, Node};
use crate::ir::{
    Body, CallKind, ClassId, FuncId, MethodId, Name, Op, ProtoId, TypeId, Value, access,
};
use crate::models::Target;

/// Where a call may land.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// Functions of the program, ascending.
    pub funcs: Vec<FuncId>,
    /// It may also land outside of the program.
    pub external: bool,
    /// Called through a functional type: many implementers, none of them meant in particular.
    pub functional: bool,
}

/// Most implementers that a virtual call may have before a library's interface counts as
/// functional.
const FUNCTIONAL_FAN: usize = 6;
/// Most subtypes that are looked through for one call.
const MAX_SUBTYPES: usize = 4000;
/// Most targets that a call keeps.
const MAX_TARGETS: usize = 64;

/// Base classes of coroutine bodies: kept by R8, since the runtime looks at them.
const CONTINUATIONS: [&str; 6] = [
    "Lkotlin/coroutines/jvm/internal/BaseContinuationImpl;",
    "Lkotlin/coroutines/jvm/internal/ContinuationImpl;",
    "Lkotlin/coroutines/jvm/internal/SuspendLambda;",
    "Lkotlin/coroutines/jvm/internal/RestrictedSuspendLambda;",
    "Lkotlin/coroutines/Continuation;",
    "Lkotlin/jvm/internal/Lambda;",
];

impl<'p, 'a> CallGraph<'p, 'a> {
    /// Where a call may land.
    #[must_use]
    pub fn targets(&self, site: Site) -> Targets {
        let body = self.program.body(site.func);
        let Some(Op::Call {
            target, kind, args, ..
        }) = body.op(site.op)
        else {
            return Targets::default();
        };
        let symbol = self.program.method(*target);
        match kind {
            CallKind::Static | CallKind::Direct | CallKind::Super => {
                let func = self.program.resolve(*target);
                Targets {
                    funcs: func.into_iter().collect(),
                    external: func.is_none(),
                    functional: false,
                }
            }
            CallKind::Virtual | CallKind::Interface => {
                if let Some(receiver) = body.args(*args).first()
                    && let Some(ty) = exact_type(body, *receiver)
                    && let Some(func) = self.program.resolve_in(ty, symbol.name, symbol.proto)
                {
                    return Targets {
                        funcs: vec![func],
                        external: false,
                        functional: false,
                    };
                }
                self.dispatch(*target).as_ref().clone()
            }
        }
    }

    /// Where a virtual call of a symbol may land.
    #[must_use]
    pub fn dispatch(&self, method: MethodId) -> Rc<Targets> {
        if let Some(known) = self.dispatch.borrow().get(&method) {
            return known.clone();
        }
        let symbol = self.program.method(method);
        let defined = self.program.class_of.contains_key(&symbol.class);
        let base = self
            .program
            .resolve_in(symbol.class, symbol.name, symbol.proto);
        let mut funcs: Vec<FuncId> = Vec::new();
        let private = base.is_some_and(|func| {
            self.program.func(func).access & (access::PRIVATE | access::STATIC) != 0
        });
        if private {
            funcs.extend(base);
        } else {
            funcs = self.landing_below(symbol.class, symbol.name, symbol.proto);
            // Made by reflection or by the framework: the named function is all there is to know,
            // and where that has no code, the one that gives it some (a generated database).
            if funcs.is_empty() {
                let named =
                    base.filter(|func| self.program.func(*func).access & access::ABSTRACT == 0);
                funcs.extend(named.or_else(|| {
                    let all = self.implementing(symbol.class, symbol.name, symbol.proto, |_| true);
                    match all.as_slice() {
                        [only] => Some(*only),
                        _ => None,
                    }
                }));
            }
        }
        funcs.sort_unstable();
        let functional = self.is_functional(symbol.class) && funcs.len() > 1;
        let targets = Rc::new(Targets {
            funcs,
            external: !defined,
            functional,
        });
        self.dispatch.borrow_mut().insert(method, targets.clone());
        targets
    }

    /// Where a call lands on objects that the program makes of a class and of those below.
    fn landing_below(&self, ty: TypeId, name: Name, proto: ProtoId) -> Vec<FuncId> {
        self.implementing(ty, name, proto, |class| self.is_instantiated(class))
    }

    /// Functions with code that a call means on a class and on those below.
    fn implementing(
        &self,
        ty: TypeId,
        name: Name,
        proto: ProtoId,
        counts: impl Fn(ClassId) -> bool,
    ) -> Vec<FuncId> {
        let mut funcs: Vec<FuncId> = Vec::new();
        for class in self.program.all_subtypes(ty, MAX_SUBTYPES) {
            if !counts(class) {
                continue;
            }
            if let Some(class) = self.program.class(class)
                && let Some(func) = self.program.resolve_in(class.ty, name, proto)
                && self.program.func(func).access & access::ABSTRACT == 0
                && !funcs.contains(&func)
            {
                funcs.push(func);
                if funcs.len() >= MAX_TARGETS {
                    break;
                }
            }
        }
        funcs
    }

    /// Whether it is worth asking which object a call is made on: its class does not settle where
    /// the call lands, or not in which case of a merged body.
    pub(super) fn is_ambiguous(&self, targets: &Targets) -> bool {
        match targets.funcs.as_slice() {
            [] => false,
            [only] => targets.external || targets.functional || self.is_merged(*only),
            _ => true,
        }
    }

    /// Where a call lands on some objects, with the cases that they select; and whether that is
    /// known of all of them.
    pub(super) fn landing_of(
        &self,
        objects: &[Object],
        name: Name,
        proto: ProtoId,
    ) -> (Vec<Node>, bool) {
        let mut nodes: Vec<Node> = Vec::new();
        let mut known = true;
        for object in objects {
            let found: Vec<Node> = match object {
                Object::Made(ty, site) => {
                    let selector = self.selector_at(*site);
                    let func = self.program.resolve_in(*ty, name, proto);
                    func.map(|func| Node { func, selector })
                        .into_iter()
                        .collect()
                }
                Object::Instance(ty) => {
                    let func = self.program.resolve_in(*ty, name, proto);
                    func.map(Node::whole).into_iter().collect()
                }
                Object::Closure(func) => vec![Node::whole(*func)],
                Object::This(class) => match self.program.class(*class) {
                    Some(class) => self
                        .landing_below(class.ty, name, proto)
                        .into_iter()
                        .map(Node::whole)
                        .collect(),
                    None => Vec::new(),
                },
                Object::Result(_) | Object::Class(_) => {
                    known = false;
                    Vec::new()
                }
            };
            for node in found {
                let stub = self.program.func(node.func).access & access::ABSTRACT != 0;
                if !stub && !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
        }
        (nodes, known)
    }

    /// The functions of some names that objects have; where a shrinker took the names, all that
    /// somebody else calls back.
    pub(super) fn named_on(&self, objects: &[Object], targets: &[Target]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for object in objects {
            let (ty, selector) = match object {
                Object::Made(ty, site) => (*ty, self.selector_at(*site)),
                Object::Instance(ty) => (*ty, None),
                Object::This(class) => match self.program.class(*class) {
                    Some(class) => (class.ty, None),
                    None => continue,
                },
                Object::Closure(func) => {
                    nodes.push(Node::whole(*func));
                    continue;
                }
                Object::Result(_) | Object::Class(_) => continue,
            };
            let funcs = self.named_below(ty, targets, false);
            nodes.extend(funcs.into_iter().map(|func| Node { func, selector }));
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The functions of some names of a class, its own or inherited; of known libraries only where
    /// that is asked for.
    pub(super) fn named_below(
        &self,
        ty: TypeId,
        targets: &[Target],
        libraries: bool,
    ) -> Vec<FuncId> {
        let mut found: Vec<FuncId> = Vec::new();
        let mut callbacks: Vec<FuncId> = Vec::new();
        let mut at = self.program.class_of.get(&ty).copied();
        for _ in 0..8 {
            let Some(class) = at.filter(|class| libraries || !self.is_library(*class)) else {
                break;
            };
            for func in self.program.funcs_of(class) {
                let symbol = self.program.symbol(func);
                let name = self.program.names.text(symbol.name);
                let named = targets.iter().any(|target| {
                    target.method == name
                        && target.descriptor.is_none_or(|descriptor| {
                            self.program.proto_is(symbol.proto, descriptor)
                        })
                });
                let overridden = |other: &FuncId| {
                    let other = self.program.symbol(*other);
                    other.name == symbol.name && other.proto == symbol.proto
                };
                if named
                    && self.program.func(func).access & access::ABSTRACT == 0
                    && !found.iter().any(overridden)
                {
                    found.push(func);
                }
            }
            callbacks.extend(self.callbacks(class).iter().copied());
            at = self
                .program
                .class(class)
                .and_then(|class| class.superclass)
                .and_then(|superclass| self.program.class_of.get(&superclass).copied());
        }
        if found.is_empty() { callbacks } else { found }
    }

    /// Whether a type is the base of all coroutine bodies: by its name, which most release builds
    /// keep, else by its shape: one abstract function from object to object, and one to resume it,
    /// which calls that.
    pub(super) fn is_coroutine(&self, ty: TypeId) -> bool {
        if self.program.names.text(ty) == CONTINUATIONS[0] {
            return true;
        }
        let Some(body) = self.suspended_body(ty) else {
            return false;
        };
        let Some(class) = self.program.class_of.get(&ty) else {
            return false;
        };
        self.program.funcs_of(*class).any(|func| {
            let symbol = self.program.symbol(func);
            self.program.proto_is(symbol.proto, "(Ljava/lang/Object;)V")
                && self.program.body(func).ops.iter().any(|op| {
                    matches!(op, Op::Call { target, kind: CallKind::Virtual, .. }
                        if self.program.func(body).method == *target)
                })
        })
    }

    /// The one abstract function from object to object that a class declares.
    fn suspended_body(&self, ty: TypeId) -> Option<FuncId> {
        let class = self.program.class_of.get(&ty)?;
        let mut found = self.program.funcs_of(*class).filter(|func| {
            self.program.func(*func).access & access::ABSTRACT != 0
                && self.program.proto_is(
                    self.program.symbol(*func).proto,
                    "(Ljava/lang/Object;)Ljava/lang/Object;",
                )
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The functions that run when objects are started as coroutines: what they have for the one
    /// abstract function of the base class.
    pub(super) fn coroutines_of(&self, objects: &[Object], base: TypeId) -> Vec<Node> {
        match self.suspended_body(base) {
            Some(body) => {
                let symbol = self.program.symbol(body);
                self.landing_of(objects, symbol.name, symbol.proto).0
            }
            None => self.named_on(
                objects,
                &[Target {
                    method: "invokeSuspend",
                    descriptor: None,
                }],
            ),
        }
    }

    /// A type through which callbacks are called: defined outside, or a library's interface or
    /// continuation with many implementers. Recognised by shape where names are gone.
    pub(super) fn is_functional(&self, ty: TypeId) -> bool {
        if let Some(known) = self.functional.borrow().get(&ty) {
            return *known;
        }
        let functional = match self.program.class_of.get(&ty) {
            None => true,
            Some(id) => {
                let class = self.program.class(*id);
                let interface = class.is_some_and(|class| class.access & access::INTERFACE != 0);
                let methods = class.map_or(0, |class| class.func_count);
                let name = self.program.names.text(ty);
                let continuation = CONTINUATIONS.contains(&name);
                let implementers = || {
                    self.program
                        .all_subtypes(ty, MAX_SUBTYPES)
                        .into_iter()
                        .filter(|class| self.is_instantiated(*class))
                        .take(FUNCTIONAL_FAN + 1)
                        .count()
                };
                continuation
                    || (name.starts_with("Lkotlin/jvm/functions/"))
                    || (interface && methods <= 2 && implementers() > FUNCTIONAL_FAN)
                    || (self.is_library(*id) && implementers() > FUNCTIONAL_FAN)
            }
        };
        self.functional.borrow_mut().insert(ty, functional);
        functional
    }

    /// The functions of a class that somebody else calls back: they override a function of a type
    /// that is outside or functional.
    #[must_use]
    pub fn callbacks(&self, class: ClassId) -> Rc<Vec<FuncId>> {
        if let Some(known) = self.callbacks.borrow().get(&class) {
            return known.clone();
        }
        let mut found = Vec::new();
        if let Some(definition) = self.program.class(class) {
            let mut supers = self.program.supertypes(definition.ty);
            supers.retain(|ty| {
                *ty != definition.ty && self.program.names.text(*ty) != "Ljava/lang/Object;"
            });
            let outside: Vec<TypeId> = supers
                .iter()
                .copied()
                .filter(|ty| self.is_functional(*ty))
                .collect();
            if !outside.is_empty() {
                for func in self.program.funcs_of(class) {
                    let access = self.program.func(func).access;
                    if access
                        & (access::STATIC
                            | access::PRIVATE
                            | access::CONSTRUCTOR
                            | access::ABSTRACT)
                        != 0
                    {
                        continue;
                    }
                    if self.overrides(func, &outside) {
                        found.push(func);
                    }
                }
            }
        }
        let found = Rc::new(found);
        self.callbacks.borrow_mut().insert(class, found.clone());
        found
    }

    /// Whether a function overrides one of the given supertypes' functions; a supertype that the
    /// program does not define may declare anything.
    fn overrides(&self, func: FuncId, supers: &[TypeId]) -> bool {
        let symbol = self.program.symbol(func);
        supers.iter().any(|ty| match self.program.defined(*ty) {
            None => true,
            Some(class) => self
                .program
                .declared(class, symbol.name, symbol.proto)
                .is_some(),
        })
    }
}

/// The class of a value made in the same body.
pub(super) fn exact_type(body: &Body<'_>, value: Value) -> Option<TypeId> {
    match body.def(through_casts(body, value)) {
        Some((_, Op::New { ty, .. })) => Some(*ty),
        _ => None,
    }
}
