//! Who calls whom: by class hierarchy narrowed to the types that the program instantiates.
//!
//! Two questions, two directions. [`CallGraph::closure`] goes *backward* over everything that may
//! lead to a set of functions: a function outside proves absence. [`CallGraph::reach`] goes
//! *forward* from an entry inside such a closure and tells the paths that must be taken from those
//! that may. A lambda, listener or continuation is followed from where it is allocated, not from
//! the interface through which it is called: an interface with hundreds of implementers would
//! connect everything with everything.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::values::Site;
use crate::ir::{
    BlockId, Body, CallKind, ClassId, CompareOp, Const, FieldId, FuncId, MethodId, Op, OpId, Place,
    Program, TypeId, Value, access,
};
use crate::models::{ApiMap, EdgeKind as ModelEdge, Roles};

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

/// How control gets from one function to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A call with one target.
    Call,
    /// A call that may land in several functions.
    Dispatch,
    /// A callback handed to something modelled that runs it.
    Callback,
    /// A callback is made here; who runs it is not known.
    Allocation,
    /// Deferred work, by its class constant.
    Deferred,
}

impl EdgeKind {
    /// Whether control follows it for certain.
    #[must_use]
    pub fn must(self) -> bool {
        matches!(self, Self::Call | Self::Callback)
    }

    /// For people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Call => "calls",
            Self::Dispatch => "may call (several implementations)",
            Self::Callback => "runs",
            Self::Allocation => "makes a callback, run by code that is not modelled:",
            Self::Deferred => "schedules",
        }
    }
}

/// Picks a case of a merged body: a field of the receiver (or the id that a handler asks for) has
/// this value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// The receiver's field, set by its constructor (R8 merges lambdas and tells them apart so).
    Field(FieldId, i64),
    /// The id of the view or menu item that a shared handler asks for.
    Id(i64),
}

/// A function and the case of it that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The function.
    pub func: FuncId,
    /// The case.
    pub selector: Option<Selector>,
}

impl Node {
    /// All of a function.
    #[must_use]
    pub fn whole(func: FuncId) -> Self {
        Self {
            func,
            selector: None,
        }
    }
}

/// An edge of the forward search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Operation that it starts from.
    pub site: Site,
    /// Where it leads.
    pub to: Node,
    /// How.
    pub kind: EdgeKind,
}

/// Something that the search cannot see through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Where.
    pub site: Site,
    /// What, a noun phrase.
    pub what: String,
}

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

/// Most implementers that a virtual call may have before a library's interface counts as
/// functional.
const FUNCTIONAL_FAN: usize = 6;
/// Most subtypes that are looked through for one call.
const MAX_SUBTYPES: usize = 4000;
/// Most targets that a call keeps.
const MAX_TARGETS: usize = 64;

/// The call graph: computed where asked, remembered.
pub struct CallGraph<'p, 'a> {
    program: &'p Program<'a>,
    apis: &'p ApiMap,
    instantiated: Vec<bool>,
    library: Vec<bool>,
    /// Of functions that were moved, whether their home is.
    moved: FxHashMap<FuncId, bool>,
    /// Fields that hold an object of their own class, as a lambda's `INSTANCE`.
    instances: FxHashMap<TypeId, Vec<FieldId>>,
    dispatch: RefCell<FxHashMap<MethodId, Rc<Targets>>>,
    callbacks: RefCell<FxHashMap<ClassId, Rc<Vec<FuncId>>>>,
    functional: RefCell<FxHashMap<TypeId, bool>>,
    sites: RefCell<FxHashMap<FuncId, Rc<Vec<Site>>>>,
    edges: RefCell<FxHashMap<Node, Rc<Vec<Edge>>>>,
}

impl<'p, 'a> CallGraph<'p, 'a> {
    /// `created_elsewhere`: classes that the framework makes (components, views of layouts).
    /// `library`: for each class whether it is a known library's.
    #[must_use]
    pub fn new(
        program: &'p Program<'a>,
        apis: &'p ApiMap,
        created_elsewhere: &FxHashSet<ClassId>,
        library: Vec<bool>,
    ) -> Self {
        let instantiated = (0..program.classes.len())
            .map(|index| {
                let id = ClassId(u32::try_from(index).unwrap_or(u32::MAX));
                program.allocations.has(id.0)
                    || program.class_literals.has(id.0)
                    || created_elsewhere.contains(&id)
            })
            .collect();
        let mut instances: FxHashMap<TypeId, Vec<FieldId>> = FxHashMap::default();
        for (index, field) in program.fields.iter().enumerate() {
            if field.class == field.ty {
                let id = FieldId(u32::try_from(index).unwrap_or(u32::MAX));
                instances.entry(field.class).or_default().push(id);
            }
        }
        let moved = program
            .homes
            .iter()
            .map(|(func, home)| (*func, program.is_library(program.names.text(*home))))
            .collect();
        Self {
            program,
            apis,
            instances,
            instantiated,
            library,
            moved,
            dispatch: RefCell::default(),
            callbacks: RefCell::default(),
            functional: RefCell::default(),
            sites: RefCell::default(),
            edges: RefCell::default(),
        }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'p Program<'a> {
        self.program
    }

    /// The API models of the program's symbols.
    #[must_use]
    pub fn apis(&self) -> &'p ApiMap {
        self.apis
    }

    /// Whether a class is a known library's.
    #[must_use]
    pub fn is_library(&self, class: ClassId) -> bool {
        self.library.get(class.index()).copied().unwrap_or(false)
    }

    /// Whether a function is a known library's.
    #[must_use]
    pub fn is_library_func(&self, func: FuncId) -> bool {
        match self.moved.get(&func) {
            Some(library) => *library,
            None => self.is_library(self.program.func(func).class),
        }
    }

    fn is_instantiated(&self, class: ClassId) -> bool {
        self.instantiated
            .get(class.index())
            .copied()
            .unwrap_or(false)
    }

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
            for class in self.program.all_subtypes(symbol.class, MAX_SUBTYPES) {
                if !self.is_instantiated(class) {
                    continue;
                }
                if let Some(class) = self.program.class(class)
                    && let Some(func) = self.program.resolve_in(class.ty, symbol.name, symbol.proto)
                    && self.program.func(func).access & access::ABSTRACT == 0
                    && !funcs.contains(&func)
                {
                    funcs.push(func);
                    if funcs.len() >= MAX_TARGETS {
                        break;
                    }
                }
            }
            // Made by reflection or by the framework: the named function is all there is to know.
            if funcs.is_empty() {
                funcs.extend(
                    base.filter(|func| self.program.func(*func).access & access::ABSTRACT == 0),
                );
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

    /// A type through which callbacks are called: defined outside, or a library's interface or
    /// continuation with many implementers. Recognised by shape where names are gone.
    fn is_functional(&self, ty: TypeId) -> bool {
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
            via: None,
        });
        let mut certain: VecDeque<usize> = VecDeque::from([0]);
        let mut possible: VecDeque<usize> = VecDeque::new();
        while let Some(at) = certain.pop_front().or_else(|| possible.pop_front()) {
            let Some(Reached { node, must, .. }) = reach.nodes.get(at).cloned() else {
                continue;
            };
            for edge in self.edges(node).iter() {
                let follows = edge.kind.must() && must;
                if certain_only && !follows {
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
                        reached.via = Some((at, *edge));
                        certain.push_back(known);
                    }
                    continue;
                }
                if reach.nodes.len() >= limit {
                    reach.exhausted = true;
                    return reach;
                }
                let index = reach.nodes.len();
                reach.index.insert(edge.to, index);
                reach.nodes.push(Reached {
                    node: edge.to,
                    must: follows,
                    via: Some((at, *edge)),
                });
                if follows {
                    certain.push_back(index);
                } else {
                    possible.push_back(index);
                }
            }
        }
        reach
    }

    /// Edges that leave a node.
    #[must_use]
    pub fn edges(&self, node: Node) -> Rc<Vec<Edge>> {
        if let Some(known) = self.edges.borrow().get(&node) {
            return known.clone();
        }
        let body = self.program.body(node.func);
        let live = live_blocks(self.program, body, node.selector);
        let mut edges = Vec::new();
        for (index, block) in body.blocks.iter().enumerate() {
            if !live.get(index).copied().unwrap_or(false) {
                continue;
            }
            for id in block.ops.clone().map(OpId) {
                let site = Site {
                    func: node.func,
                    op: id,
                };
                match body.op(id) {
                    Some(Op::Call { target, args, .. }) => {
                        self.call_edges(body, site, *target, body.args(*args), &mut edges)
                    }
                    Some(Op::New { dst, ty }) => {
                        self.allocation_edges(body, site, *dst, *ty, &mut edges)
                    }
                    Some(Op::Closure {
                        body: Some(target), ..
                    }) => {
                        if let Some(func) =
                            self.program.func_of.get(target.index()).copied().flatten()
                        {
                            edges.push(Edge {
                                site,
                                to: Node::whole(func),
                                kind: EdgeKind::Allocation,
                            });
                        }
                    }
                    Some(Op::Const {
                        value: Const::Class(ty),
                        ..
                    }) => self.class_constant_edges(body, site, *ty, &mut edges),
                    Some(Op::Load {
                        place: Place::Static(field),
                        ..
                    }) => self.singleton_edges(site, *field, &mut edges),
                    _ => {}
                }
            }
        }
        let edges = Rc::new(edges);
        self.edges.borrow_mut().insert(node, edges.clone());
        edges
    }

    fn call_edges(
        &self,
        body: &Body<'a>,
        site: Site,
        target: MethodId,
        args: &[Value],
        edges: &mut Vec<Edge>,
    ) {
        let targets = self.targets(site);
        // What a modelled function does, its model says.
        if !targets.functional && self.apis.of(target).is_empty() {
            let certain = targets.funcs.len() == 1 && !targets.external;
            let kind = if certain {
                EdgeKind::Call
            } else {
                EdgeKind::Dispatch
            };
            for func in &targets.funcs {
                let selector = args
                    .first()
                    .and_then(|receiver| self.selector_of(body, *receiver));
                edges.push(Edge {
                    site,
                    to: Node {
                        func: *func,
                        selector,
                    },
                    kind,
                });
            }
        }
        // A callback that the callee, which we see, calls itself; or that something modelled runs.
        let models = self.apis.of(target);
        for (position, argument) in args.iter().enumerate() {
            let Some(ty) = exact_type(body, *argument) else {
                continue;
            };
            let Some(class) = self.program.class_of.get(&ty) else {
                continue;
            };
            let runs = models.iter().any(|model| {
                model.edge.is_some_and(|edge| {
                    matches!(
                        edge.kind,
                        ModelEdge::Callback
                            | ModelEdge::Deferred
                            | ModelEdge::ConstructorCallback
                            | ModelEdge::Subclass
                            | ModelEdge::Registered
                    )
                })
            }) || targets
                .funcs
                .iter()
                .all(|func| self.calls_parameter(*func, position))
                && !targets.funcs.is_empty();
            if runs {
                let selector = self.selector_of(body, *argument);
                for callback in self.callbacks(*class).iter() {
                    edges.push(Edge {
                        site,
                        to: Node {
                            func: *callback,
                            selector,
                        },
                        kind: EdgeKind::Callback,
                    });
                }
            }
        }
    }

    /// Whether a function calls a function of its own parameter.
    fn calls_parameter(&self, func: FuncId, position: usize) -> bool {
        let body = self.program.body(func);
        let Some(parameter) = body.params.get(position).copied() else {
            return false;
        };
        body.ops.iter().any(|op| {
            matches!(op, Op::Call { kind: CallKind::Interface | CallKind::Virtual, args, .. }
                if body.args(*args).first().is_some_and(|receiver| through_casts(body, *receiver) == parameter))
        })
    }

    fn allocation_edges(
        &self,
        body: &Body<'a>,
        site: Site,
        dst: Value,
        ty: TypeId,
        edges: &mut Vec<Edge>,
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
                edges.push(Edge {
                    site,
                    to: Node {
                        func: *callback,
                        selector,
                    },
                    kind: EdgeKind::Allocation,
                });
            }
            at = self
                .program
                .class(class)
                .and_then(|class| class.superclass)
                .and_then(|superclass| self.program.class_of.get(&superclass).copied());
        }
    }

    /// `Lambda.INSTANCE`: a callback without captures, made once.
    fn singleton_edges(&self, site: Site, field: FieldId, edges: &mut Vec<Edge>) {
        let field = self.program.field(field);
        if field.class != field.ty {
            return;
        }
        if let Some(class) = self.program.class_of.get(&field.ty) {
            for callback in self.callbacks(*class).iter() {
                edges.push(Edge {
                    site,
                    to: Node::whole(*callback),
                    kind: EdgeKind::Allocation,
                });
            }
        }
    }

    /// Deferred work is named by its class: a worker, a receiver, a service, an activity.
    fn class_constant_edges(&self, body: &Body<'a>, site: Site, ty: TypeId, edges: &mut Vec<Edge>) {
        let Some(class) = self.program.class_of.get(&ty) else {
            return;
        };
        let schedules = body.ops.iter().any(|op| {
            matches!(op, Op::Call { target, .. }
                if self.apis.of(*target).iter().any(|model| model.roles.contains(Roles::SCHEDULE)
                    || model.edge.is_some_and(|edge| matches!(edge.kind, ModelEdge::ClassConstant | ModelEdge::Deferred))))
        });
        if schedules {
            for callback in self.callbacks(*class).iter() {
                edges.push(Edge {
                    site,
                    to: Node::whole(*callback),
                    kind: EdgeKind::Deferred,
                });
            }
        }
    }

    /// The case that the object made at a site selects.
    #[must_use]
    pub fn selector_at(&self, made: Site) -> Option<Selector> {
        let body = self.program.body(made.func);
        self.selector_of(body, body.op(made.op)?.dst()?)
    }

    /// The case that an object made in sight selects in its class's merged bodies: an integer field
    /// that its constructor sets from a constant argument.
    fn selector_of(&self, body: &Body<'a>, object: Value) -> Option<Selector> {
        let object = through_casts(body, object);
        let (_, Op::New { ty, .. }) = body.def(object)? else {
            return None;
        };
        self.program.class_of.get(ty)?;
        let (constructor, args) = body.ops.iter().find_map(|op| match op {
            Op::Call {
                target,
                kind: CallKind::Direct,
                args,
                ..
            } if body.args(*args).first() == Some(&object) => {
                let func = self
                    .program
                    .func_of
                    .get(target.index())
                    .copied()
                    .flatten()?;
                Some((func, body.args(*args)))
            }
            _ => None,
        })?;
        let inside = self.program.body(constructor);
        let receiver = inside.params.first()?;
        inside.ops.iter().find_map(|op| {
            let Op::Store {
                place: Place::Field(target, field),
                src,
            } = op
            else {
                return None;
            };
            if target != receiver || self.program.names.text(self.program.field(*field).ty) != "I" {
                return None;
            }
            let value = match inside.param_index(*src) {
                Some(index) => constant_int(body, *args.get(index)?)?,
                None => constant_int(inside, *src)?,
            };
            Some(Selector::Field(*field, value))
        })
    }
}

/// Base classes of coroutine bodies: kept by R8, since the runtime looks at them.
const CONTINUATIONS: [&str; 6] = [
    "Lkotlin/coroutines/jvm/internal/BaseContinuationImpl;",
    "Lkotlin/coroutines/jvm/internal/ContinuationImpl;",
    "Lkotlin/coroutines/jvm/internal/SuspendLambda;",
    "Lkotlin/coroutines/jvm/internal/RestrictedSuspendLambda;",
    "Lkotlin/coroutines/Continuation;",
    "Lkotlin/jvm/internal/Lambda;",
];

/// The class of a value made in the same body.
fn exact_type(body: &Body<'_>, value: Value) -> Option<TypeId> {
    match body.def(through_casts(body, value)) {
        Some((_, Op::New { ty, .. })) => Some(*ty),
        _ => None,
    }
}

/// The value behind casts.
#[must_use]
pub fn through_casts(body: &Body<'_>, mut value: Value) -> Value {
    for _ in 0..32 {
        match body.def(value) {
            Some((_, Op::Cast { src, .. })) => value = *src,
            _ => return value,
        }
    }
    value
}

/// The constant integer that a value is.
#[must_use]
pub fn constant_int(body: &Body<'_>, value: Value) -> Option<i64> {
    match body.def(value) {
        Some((
            _,
            Op::Const {
                value: Const::Int(value),
                ..
            },
        )) => Some(*value),
        _ => None,
    }
}

/// Blocks that control can come to when `selector` holds.
#[must_use]
pub fn live_blocks(
    program: &Program<'_>,
    body: &Body<'_>,
    selector: Option<Selector>,
) -> Vec<bool> {
    let mut live = vec![false; body.blocks.len()];
    let mut queue = vec![BlockId(0)];
    while let Some(at) = queue.pop() {
        let Some(slot) = live.get_mut(at.0 as usize) else {
            continue;
        };
        if *slot {
            continue;
        }
        *slot = true;
        let Some(block) = body.blocks.get(at.0 as usize) else {
            continue;
        };
        let last = block
            .ops
            .clone()
            .next_back()
            .and_then(|id| body.op(OpId(id)));
        let chosen = selector
            .zip(last)
            .and_then(|(selector, op)| chosen_edge(program, body, op, selector));
        match chosen {
            Some(only) => {
                queue.push(only);
                queue.extend(
                    block
                        .succs
                        .iter()
                        .filter(|edge| edge.exceptional)
                        .map(|edge| edge.to),
                );
            }
            None => queue.extend(block.succs.iter().map(|edge| edge.to)),
        }
    }
    live
}

/// Where a branch or switch goes when it asks for what the selector says.
#[must_use]
pub fn chosen_edge(
    program: &Program<'_>,
    body: &Body<'_>,
    op: &Op<'_>,
    selector: Selector,
) -> Option<BlockId> {
    match op {
        Op::Switch { on, cases, default } => {
            let value = selected_value(program, body, *on, selector)?;
            Some(
                cases
                    .iter()
                    .find(|(key, _)| i64::from(*key) == value)
                    .map_or(*default, |(_, to)| *to),
            )
        }
        Op::Branch {
            condition,
            then,
            otherwise,
        } => {
            let (value, constant) = match condition.right {
                None => (selected_value(program, body, condition.left, selector)?, 0),
                Some(right) => match selected_value(program, body, condition.left, selector) {
                    Some(value) => (value, known_int(program, body, right)?),
                    None => (
                        selected_value(program, body, right, selector)?,
                        known_int(program, body, condition.left)?,
                    ),
                },
            };
            let equal = value == constant;
            match condition.op {
                CompareOp::Eq => Some(if equal { *then } else { *otherwise }),
                CompareOp::Ne => Some(if equal { *otherwise } else { *then }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// An integer that is constant, also through a static final field (`R.id.logout`).
#[must_use]
pub fn known_int(program: &Program<'_>, body: &Body<'_>, value: Value) -> Option<i64> {
    match body.def(value) {
        Some((
            _,
            Op::Const {
                value: Const::Int(value),
                ..
            },
        )) => Some(*value),
        Some((
            _,
            Op::Load {
                place: Place::Static(field),
                ..
            },
        )) => match program.statics.get(field) {
            Some(crate::ir::StaticValue::Int(value)) => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// What the selector says about a value: the receiver's field, or the id that a handler asks for.
fn selected_value(
    program: &Program<'_>,
    body: &Body<'_>,
    value: Value,
    selector: Selector,
) -> Option<i64> {
    let (_, op) = body.def(through_casts(body, value))?;
    match (selector, op) {
        (
            Selector::Field(field, constant),
            Op::Load {
                place: Place::Field(object, loaded),
                ..
            },
        ) if *loaded == field && body.param_index(*object) == Some(0) => Some(constant),
        (Selector::Id(id), Op::Call { target, .. }) => {
            let name = program.names.text(program.method(*target).name);
            (name == "getItemId" || name == "getId").then_some(id)
        }
        _ => None,
    }
}
