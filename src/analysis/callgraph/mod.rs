//! Who calls whom: by class hierarchy narrowed to the types that the program instantiates.
//!
//! Two questions, two directions. [`CallGraph::closure`] goes *backward* over everything that may
//! lead to a set of functions: a function outside proves absence. [`CallGraph::reach`] goes
//! *forward* from an entry inside such a closure and tells the paths that must be taken from those
//! that may. A lambda, listener or continuation is followed from where it is allocated, not from
//! the interface through which it is called: an interface with hundreds of implementers would
//! connect everything with everything.

mod channel;
mod component;
mod dispatch;
mod edges;
mod objects;
mod reflect;
mod search;
mod select;

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::values::Site;
use crate::ir::{ClassId, FieldId, FuncId, MethodId, Program, TypeId, Value};
use crate::models::ApiMap;

pub use dispatch::Targets;
pub use edges::{Blind, Leaving};
pub use objects::{Object, Objects};
pub use search::{Reach, Reached};
pub use select::{Selector, chosen_edge, constant_int, known_int, live_blocks, through_casts};

/// How control gets from one function to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A call with one target.
    Call,
    /// A call that may land in several functions.
    Dispatch,
    /// A callback handed to something modelled that runs it.
    Callback,
    /// A callback handed to something modelled that runs it when the user does something.
    Listener,
    /// A callback is made here; who runs it is not known.
    Allocation,
    /// Deferred work, by its class constant.
    Deferred,
    /// An intent starts a service of the app, or comes to one of its receivers.
    Component,
    /// A screen of the app is shown.
    Screen,
    /// Somebody who observes a holder, or subscribes to a bus, hears of it.
    Channel,
}

impl EdgeKind {
    /// Whether control follows it for certain.
    #[must_use]
    pub fn must(self) -> bool {
        matches!(self, Self::Call | Self::Callback | Self::Listener)
    }

    /// For people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Call => "calls",
            Self::Dispatch => "may call (several implementations)",
            Self::Callback | Self::Listener => "runs",
            Self::Allocation => "hands on, to code that is not modelled,",
            Self::Deferred => "schedules, so that it runs later or never,",
            Self::Component => "sends an intent, which may run",
            Self::Screen => "shows a screen, which may run",
            Self::Channel => "posts to an observer, if it listens,",
        }
    }
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

type Sites = Vec<Site>;
type Runs = Vec<edges::Run>;

/// The call graph: computed where asked, remembered.
pub struct CallGraph<'p, 'a> {
    program: &'p Program<'a>,
    apis: &'p ApiMap,
    instantiated: Vec<bool>,
    /// `java.lang.reflect.Method`, where the program names it.
    reflected: Option<TypeId>,
    library: Vec<bool>,
    /// Of functions that were moved, whether their home is.
    moved: FxHashMap<FuncId, bool>,
    /// Fields that hold an object of their own class, as a lambda's `INSTANCE`.
    instances: FxHashMap<TypeId, Vec<FieldId>>,
    dispatch: RefCell<FxHashMap<MethodId, Rc<Targets>>>,
    callbacks: RefCell<FxHashMap<ClassId, Rc<Vec<FuncId>>>>,
    functional: RefCell<FxHashMap<TypeId, bool>>,
    sites: RefCell<FxHashMap<FuncId, Rc<Sites>>>,
    edges: RefCell<FxHashMap<Node, Rc<Leaving>>>,
    objects: RefCell<FxHashMap<(Node, Value), Rc<Objects>>>,
    merged: RefCell<FxHashMap<FuncId, bool>>,
    made: RefCell<FxHashMap<(ClassId, Selector), Rc<Sites>>>,
    runs: RefCell<FxHashMap<(FuncId, usize), Rc<Runs>>>,
    actions: FxHashMap<String, Vec<ClassId>>,
    receivers: RefCell<Option<Rc<component::Receivers>>>,
    observers: RefCell<Option<Rc<channel::Observers>>>,
    subscribers: RefCell<Option<Rc<channel::Subscribers>>>,
    channel_uses: RefCell<FxHashMap<MethodId, Option<channel::Role>>>,
    stream_types: RefCell<FxHashMap<TypeId, Option<channel::Family>>>,
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
            moved,
            reflected: program.names.get(b"Ljava/lang/reflect/Method;"),
            instances,
            instantiated,
            library,
            dispatch: RefCell::default(),
            callbacks: RefCell::default(),
            functional: RefCell::default(),
            sites: RefCell::default(),
            edges: RefCell::default(),
            objects: RefCell::default(),
            merged: RefCell::default(),
            made: RefCell::default(),
            runs: RefCell::default(),
            actions: FxHashMap::default(),
            receivers: RefCell::default(),
            observers: RefCell::default(),
            subscribers: RefCell::default(),
            channel_uses: RefCell::default(),
            stream_types: RefCell::default(),
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
}
