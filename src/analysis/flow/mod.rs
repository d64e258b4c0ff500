//! What flows into a value, whatever it goes through: which calls gave some of what is in it?
//!
//! [`super::values`] says what a value *is*, in as few steps as it takes, and calls a collection or
//! a view unknown. This search says what is *in* it: it walks backward over definitions, through
//! objects that hold other values (lists, maps, buffers, bundles, views), fields of the same object
//! only, elements by constant index and key, thrown exceptions, and what the platform hands from one
//! component to another (intents, saved state, messages, preferences, private files).
//!
//! One search is a queue of questions ([`Ask`]) without recursion over the program, each asked once,
//! within a budget of its own; an answer that is not complete says so. Whether two objects are the
//! same is decided by where they were made (`objects`), in which order things happen within one
//! function by its control flow (`order`), what the platform carries by `channel` and `intents`, and
//! what happens to what is given to a library by `library` and `holders`. Nothing here guesses: a call of a library that is
//! neither modelled nor a holder of data gives nothing.

mod channel;
mod holders;
mod intents;
mod library;
mod objects;
mod order;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::callgraph::CallGraph;
use super::values::{Origin, Site, Values};
use crate::facts::manifest::Manifest;
use crate::ir::{
    Body, Const, FieldId, FuncId, MethodId, Name, Op, OpId, Place, Program, TypeId, Value, Why,
    access,
};
use crate::models::ApiMap;

use objects::Object;

/// The calls through which a function was entered, innermost last; what is before the first is not
/// known, so a parameter that it does not answer may be any caller's argument.
type Stack = Rc<[Site]>;

/// What is asked for inside an object that holds others, outermost first.
type Path = Rc<[Key]>;

/// One step into an object that holds others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// An element by its number.
    Index(i64),
    /// An entry by its name.
    Name(Rc<str>),
    /// Any of them.
    Any,
}

impl Key {
    fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (one, other) => one == other,
        }
    }
}

/// A question of the search: where does what is at `path` in `value` come from?
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Ask {
    func: FuncId,
    value: Value,
    stack: Stack,
    path: Path,
    /// The operation that uses it: what happens to the object later does not count.
    at: Option<OpId>,
    /// Only what is put into the object from here on, not where it comes from: an alias.
    down: bool,
}

/// What a search looks for.
pub trait Wanted {
    /// Whether the result of a call of a function outside of the program is looked for.
    fn result(&self, site: Site, method: MethodId) -> bool;

    /// Whether a parameter that the platform gives (receiver is 0 where there is one) is.
    fn parameter(&self, func: FuncId, index: usize) -> bool {
        let _ = (func, index);
        false
    }
}

/// One thing that flows into the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The call that gives it; of a parameter the function, at its first operation.
    pub source: Site,
    /// Functions on the way from there to the value, each once in a row.
    pub way: Vec<FuncId>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Each source once, in the order of sites.
    pub found: Vec<Found>,
    /// Whether the search looked at all that it knows of; there are more sources if not.
    pub complete: bool,
}

/// Bounds of one search.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Questions asked.
    pub asks: usize,
    /// Calls entered inside one another.
    pub depth: usize,
    /// Callers of a function, or writers of a field, that are looked at.
    pub fan: usize,
    /// Steps of looking for where objects were made.
    pub steps: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            asks: 6000,
            depth: 6,
            fan: 48,
            steps: 60_000,
        }
    }
}

impl Limits {
    /// For a look at each of many sinks of a big app.
    #[must_use]
    pub fn second_look() -> Self {
        Self {
            asks: 400,
            depth: 4,
            fan: 12,
            steps: 3000,
        }
    }
}

/// Made objects with the stack under which a value is one, remembered.
type ObjectMemo = FxHashMap<(FuncId, Value, Stack), Rc<Vec<(Object, Stack)>>>;

/// Answers searches.
pub struct Flow<'f, 'p, 'a> {
    values: &'f Values<'p, 'a>,
    program: &'p Program<'a>,
    graph: &'p CallGraph<'p, 'a>,
    apis: &'p ApiMap,
    manifest: Option<&'f Manifest>,
    limits: Limits,
    /// Fields by name and type: code may name a field through any class below the one that has it.
    fields: OnceCell<FxHashMap<(Name, TypeId), Vec<FieldId>>>,
    objects: RefCell<ObjectMemo>,
    steps: Cell<u32>,
    whole: Cell<bool>,
}

/// The queue of one search.
struct Search {
    asks: Vec<(Ask, Option<usize>)>,
    seen: FxHashSet<Ask>,
    current: usize,
    found: Vec<(usize, Site)>,
}

impl Search {
    fn ask(&mut self, ask: Ask) {
        if self.seen.insert(ask.clone()) {
            self.asks.push((ask, Some(self.current)));
        }
    }
}

impl<'f, 'p, 'a> Flow<'f, 'p, 'a> {
    /// Searches over an evaluator's program. The manifest says which component an intent means.
    #[must_use]
    pub fn new(values: &'f Values<'p, 'a>, manifest: Option<&'f Manifest>, limits: Limits) -> Self {
        let program = values.program();
        Self {
            values,
            program,
            graph: values.graph(),
            apis: values.apis(),
            manifest,
            limits,
            fields: OnceCell::new(),
            objects: RefCell::default(),
            steps: Cell::new(0),
            whole: Cell::new(true),
        }
    }

    /// What of the wanted flows into a value of a function that is used at `at`.
    #[must_use]
    pub fn into_value(&self, at: Site, value: Value, wanted: &dyn Wanted) -> Answer {
        self.steps.set(0);
        self.whole.set(true);
        let first = Ask {
            func: at.func,
            value,
            stack: Rc::from([]),
            path: Rc::from([]),
            at: Some(at.op),
            down: false,
        };
        let mut search = Search {
            seen: FxHashSet::from_iter([first.clone()]),
            asks: vec![(first, None)],
            current: 0,
            found: Vec::new(),
        };
        while let Some((ask, _)) = search.asks.get(search.current).cloned() {
            if search.current >= self.limits.asks {
                self.whole.set(false);
                break;
            }
            self.answer(&ask, &mut search, wanted);
            search.current += 1;
        }
        let mut found: Vec<Found> = search
            .found
            .iter()
            .map(|(index, source)| Found {
                source: *source,
                way: way(&search, *index),
            })
            .collect();
        found.sort_by_key(|found| found.source);
        found.dedup_by_key(|found| found.source);
        Answer {
            found,
            complete: self.whole.get(),
        }
    }

    fn answer(&self, ask: &Ask, search: &mut Search, wanted: &dyn Wanted) {
        let body = self.program.body(ask.func);
        self.put_in(ask, body, search);
        if ask.down {
            return;
        }
        if let Some(index) = body.param_index(ask.value) {
            self.parameter(ask, index, search, wanted);
            return;
        }
        let Some((op_id, op)) = body.def(ask.value) else {
            return;
        };
        let site = Site {
            func: ask.func,
            op: op_id,
        };
        let with = |value: Value, path: &Path| Ask {
            value,
            path: path.clone(),
            ..ask.clone()
        };
        match op {
            Op::Phi { args, .. } => {
                for arg in body.args(*args) {
                    search.ask(with(*arg, &ask.path));
                }
            }
            Op::Cast { src, .. } => search.ask(with(*src, &ask.path)),
            Op::NewArray { elements, .. } => {
                for (index, element) in body.args(*elements).iter().enumerate() {
                    let key = Key::Index(i64::try_from(index).unwrap_or(i64::MAX));
                    if let Some(rest) = step_into(&ask.path, &key) {
                        search.ask(with(*element, &rest));
                    }
                }
            }
            Op::Load { place, .. } => match place {
                Place::Static(field) => self.field(ask, site, None, *field, search),
                Place::Field(object, field) => self.field(ask, site, Some(*object), *field, search),
                Place::Element(array, index) => {
                    let key = index_key(body, *index);
                    search.ask(Ask {
                        at: Some(op_id),
                        ..with(*array, &longer(&key, &ask.path))
                    });
                }
            },
            Op::Call { .. } => self.call(ask, body, site, search, wanted),
            Op::Unknown { why, inputs, .. } => match why {
                Why::Exception => self.thrown(ask, body, search, 0, &ask.stack.clone()),
                _ => {
                    for input in body.args(*inputs) {
                        search.ask(with(*input, &Rc::from([])));
                    }
                }
            },
            Op::Closure { captures, .. } => {
                for captured in body.args(*captures) {
                    search.ask(with(*captured, &ask.path));
                }
            }
            _ => {}
        }
    }

    /// The argument that a parameter is, of the call that the stack names or of every caller; what
    /// the platform gives where it calls the function itself.
    fn parameter(&self, ask: &Ask, index: usize, search: &mut Search, wanted: &dyn Wanted) {
        if let Some((site, outer)) = ask.stack.split_last() {
            self.argument(ask, *site, index, &Rc::from(outer), search);
            return;
        }
        let sites = self.graph.call_sites(ask.func, self.limits.fan + 1);
        if sites.len() > self.limits.fan {
            self.whole.set(false);
        }
        for site in sites.into_iter().take(self.limits.fan) {
            if self.may_land(site, &Rc::from([]), ask.func) {
                self.argument(ask, site, index, &Rc::from([]), search);
            }
        }
        if wanted.parameter(ask.func, index) {
            let site = Site {
                func: ask.func,
                op: OpId(0),
            };
            search.found.push((search.current, site));
        }
        self.given_by_platform(ask, index, search);
    }

    fn argument(&self, ask: &Ask, site: Site, index: usize, stack: &Stack, search: &mut Search) {
        let caller = self.program.body(site.func);
        if let Some(Op::Call { args, .. }) = caller.op(site.op)
            && let Some(argument) = caller.args(*args).get(index)
        {
            search.ask(Ask {
                func: site.func,
                value: *argument,
                stack: stack.clone(),
                path: ask.path.clone(),
                at: Some(site.op),
                down: false,
            });
        }
    }

    /// What a field holds: what was stored last on the way here, or what anybody stores into the
    /// same object's field.
    fn field(
        &self,
        ask: &Ask,
        load: Site,
        object: Option<Value>,
        field: FieldId,
        search: &mut Search,
    ) {
        let body = self.program.body(load.func);
        let names = self.same_fields(field);
        let before = order::before(self.program, body, load.op, object, &names);
        for (op, value) in &before.stores {
            search.ask(Ask {
                value: *value,
                at: Some(*op),
                ..ask.clone()
            });
        }
        let own = object.map(|object| self.objects_of(load.func, object, &ask.stack));
        for (op, base, value) in &before.others {
            let same = own.as_ref().is_some_and(|own| {
                let theirs = self.objects_of(load.func, *base, &ask.stack);
                objects::meet(self.program, own, &theirs)
            });
            if same {
                search.ask(Ask {
                    value: *value,
                    at: Some(*op),
                    ..ask.clone()
                });
            }
        }
        // An object that is no class of the program's: what it was made from is in its fields.
        if let Some(object) = object
            && !self
                .program
                .class_of
                .contains_key(&self.program.field(field).class)
        {
            search.ask(Ask {
                value: object,
                path: Rc::from([]),
                at: Some(load.op),
                ..ask.clone()
            });
        }
        if !before.enters && !before.calls {
            return;
        }
        for name in &names {
            let writers: Vec<FuncId> = self
                .program
                .writes
                .row(name.0)
                .take(self.limits.fan + 1)
                .collect();
            if writers.len() > self.limits.fan {
                self.whole.set(false);
            }
            for writer in writers.into_iter().take(self.limits.fan) {
                if writer == load.func && !before.enters && ask.stack.is_empty() {
                    continue;
                }
                self.stores(ask, writer, *name, own.as_deref(), search);
            }
        }
    }

    /// Stores of a function into a field of one of some objects.
    fn stores(
        &self,
        ask: &Ask,
        writer: FuncId,
        field: FieldId,
        own: Option<&Vec<(Object, Stack)>>,
        search: &mut Search,
    ) {
        let body = self.program.body(writer);
        for (id, op) in body.iter_ops() {
            let Op::Store { place, src } = op else {
                continue;
            };
            let stacks: Vec<Stack> = match (place, own) {
                (Place::Static(stored), _) if *stored == field => vec![Rc::from([])],
                (Place::Field(base, stored), Some(own)) if *stored == field => self
                    .objects_of(writer, *base, &Rc::from([]))
                    .iter()
                    .filter(|theirs| {
                        own.iter()
                            .any(|own| objects::same(self.program, &own.0, &theirs.0))
                    })
                    .map(|(_, stack)| stack.clone())
                    .collect(),
                _ => continue,
            };
            for stack in stacks {
                search.ask(Ask {
                    func: writer,
                    value: *src,
                    stack,
                    path: ask.path.clone(),
                    at: Some(id),
                    down: false,
                });
            }
        }
    }

    fn fields(&self) -> &FxHashMap<(Name, TypeId), Vec<FieldId>> {
        self.fields.get_or_init(|| {
            let mut fields: FxHashMap<(Name, TypeId), Vec<FieldId>> = FxHashMap::default();
            for (index, field) in self.program.fields.iter().enumerate() {
                let id = FieldId(u32::try_from(index).unwrap_or(u32::MAX));
                fields.entry((field.name, field.ty)).or_default().push(id);
            }
            fields
        })
    }

    /// The names under which code may mean a field.
    fn same_fields(&self, field: FieldId) -> Vec<FieldId> {
        let symbol = self.program.field(field);
        let Some(all) = self.fields().get(&(symbol.name, symbol.ty)) else {
            return vec![field];
        };
        all.iter()
            .copied()
            .filter(|other| {
                let class = self.program.field(*other).class;
                self.program.is_subtype(class, symbol.class)
                    || self.program.is_subtype(symbol.class, class)
            })
            .collect()
    }

    fn call(
        &self,
        ask: &Ask,
        body: &Body<'a>,
        site: Site,
        search: &mut Search,
        wanted: &dyn Wanted,
    ) {
        let Some(Op::Call { target, .. }) = body.op(site.op) else {
            return;
        };
        let inside = self.landings(site, &ask.stack);
        if wanted.result(site, *target) {
            search.found.push((search.current, site));
            return;
        }
        if self.is_outside(*target, &inside) {
            self.outside(ask, body, site, search);
            return;
        }
        let Some(stack) = self.deeper(&ask.stack, site) else {
            return;
        };
        for func in inside {
            let callee = self.program.body(func);
            for (id, op) in callee.iter_ops() {
                if let Op::Return { value: Some(value) } = op {
                    search.ask(Ask {
                        func,
                        value: *value,
                        stack: stack.clone(),
                        path: ask.path.clone(),
                        at: Some(id),
                        down: false,
                    });
                }
            }
        }
    }

    /// Whether a call is not followed: its code is not there, or a library's of which a model tells.
    fn is_outside(&self, target: MethodId, inside: &[FuncId]) -> bool {
        inside.is_empty()
            || (!self.apis.of(target).is_empty()
                && inside.iter().all(|func| self.graph.is_library_func(*func)))
    }

    /// A stack with one more call, if it is not too deep.
    fn deeper(&self, stack: &Stack, site: Site) -> Option<Stack> {
        if stack.len() >= self.limits.depth || stack.contains(&site) {
            self.whole.set(false);
            return None;
        }
        Some(stack.iter().copied().chain([site]).collect())
    }

    /// Functions of the program where a call lands, for the objects that its receiver can be.
    fn landings(&self, site: Site, stack: &Stack) -> Vec<FuncId> {
        let targets = self.graph.targets(site);
        let mut funcs = targets.funcs;
        funcs.retain(|func| {
            let access = self.program.func(*func).access;
            access & (access::ABSTRACT | access::NATIVE) == 0
        });
        if funcs.len() > 1 {
            funcs.retain(|func| self.may_land(site, stack, *func));
        }
        funcs
    }

    /// Whether a virtual call may land in a function, for the objects that its receiver can be.
    fn may_land(&self, site: Site, stack: &Stack, func: FuncId) -> bool {
        let body = self.program.body(site.func);
        let Some(Op::Call {
            args, kind, target, ..
        }) = body.op(site.op)
        else {
            return false;
        };
        use crate::ir::CallKind;
        if !matches!(kind, CallKind::Virtual | CallKind::Interface) {
            return true;
        }
        let Some(receiver) = body.args(*args).first() else {
            return true;
        };
        let symbol = self.program.method(*target);
        let objects = self.objects_of(site.func, *receiver, stack);
        objects.is_empty()
            || objects
                .iter()
                .any(|(object, _)| match object.exact_type(self.program) {
                    Some(ty) => {
                        self.program.resolve_in(ty, symbol.name, symbol.proto) == Some(func)
                    }
                    None => true,
                })
    }

    /// What is thrown in a function, or below the calls that it makes.
    fn thrown(&self, ask: &Ask, body: &Body<'a>, search: &mut Search, depth: u8, stack: &Stack) {
        for (id, op) in body.iter_ops() {
            match op {
                Op::Throw { value } => search.ask(Ask {
                    func: body.func,
                    value: *value,
                    stack: stack.clone(),
                    path: ask.path.clone(),
                    at: Some(id),
                    down: false,
                }),
                Op::Call { .. } if depth < 2 => {
                    let site = Site {
                        func: body.func,
                        op: id,
                    };
                    if let Some(inner) = self.deeper(stack, site) {
                        for func in self.landings(site, stack) {
                            let callee = self.program.body(func);
                            self.thrown(ask, callee, search, depth + 1, &inner);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The text that names something, if it is constant.
    fn text(&self, func: FuncId, value: Value) -> Option<Rc<str>> {
        match self.values.origins(func, value, &None).as_slice() {
            [Origin::Text(text)] => Some(text.clone()),
            [Origin::Int(number)] => Some(Rc::from(number.to_string())),
            _ => None,
        }
    }
}

/// Functions from a source to where the search began.
fn way(search: &Search, mut index: usize) -> Vec<FuncId> {
    let mut funcs = Vec::new();
    while let Some((ask, parent)) = search.asks.get(index) {
        if funcs.last() != Some(&ask.func) {
            funcs.push(ask.func);
        }
        match parent {
            Some(parent) => index = *parent,
            None => break,
        }
    }
    funcs
}

/// What is left of a path behind a key; nothing if the path asks for something else.
fn step_into(path: &Path, key: &Key) -> Option<Path> {
    match path.split_first() {
        None => Some(path.clone()),
        Some((first, rest)) => first.may_be(key).then(|| Rc::from(rest)),
    }
}

/// Longest path that is told apart; behind it, anything.
const MAX_PATH: usize = 4;

/// A path with one more step in front.
fn longer(key: &Key, path: &Path) -> Path {
    std::iter::once(key)
        .chain(path.iter())
        .take(MAX_PATH)
        .cloned()
        .collect()
}

/// The key of an element.
fn index_key(body: &Body<'_>, index: Value) -> Key {
    match body.def(index) {
        Some((
            _,
            Op::Const {
                value: Const::Int(index),
                ..
            },
        )) => Key::Index(*index),
        _ => Key::Any,
    }
}
