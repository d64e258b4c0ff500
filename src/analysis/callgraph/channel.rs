//! What is posted to a holder comes to whoever observes the same holder: live data, flows, channels,
//! subjects; and event buses, where the type of what is posted decides.
//!
//! A holder is known by the place where it is made, whichever fields and views lead to it
//! (`val state = _state.asStateFlow()`). One whose place is not visible meets all observers of its
//! kind, and an observer of one that is not visible hears all of its kind. Whether an observer
//! listens at the time is not known: all these edges are possible.

use std::rc::Rc;

use super::super::values::Site;
use super::edges::{Blind, Leaving};
use super::objects::Object;
use super::{CallGraph, EdgeKind, Node};
use crate::ir::{CallKind, FuncId, MethodId, Op, TypeId, Value, access};
use crate::models::EdgeKind as ModelEdge;

/// Kinds of holders: what is posted to one is never heard at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// `androidx.lifecycle.LiveData`
    LiveData,
    /// Flows and channels of kotlinx.coroutines.
    Flow,
    /// RxJava 1, 2, 3 and its relays.
    Rx,
}

/// Somebody who listens.
#[derive(Debug)]
pub(super) struct Observer {
    family: Family,
    /// Where the holders are made; empty: not visible.
    keys: Vec<Site>,
    runs: Vec<Node>,
}

/// What a call does with a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Post,
    Observe,
}

/// What a call does with a holder of which kind.
pub(super) type Role = (Use, Family);
/// All that listen.
pub(super) type Observers = Vec<Observer>;
/// Functions that subscribe to a bus, with the type that they ask for.
pub(super) type Subscribers = Vec<(TypeId, FuncId)>;

/// Most observers of a kind before one that is not visible stays a hole.
const MAX_OBSERVERS: usize = 48;
/// Deepest chain of operators on a stream.
const MAX_OPERATORS: u8 = 12;
/// Most functions that may subscribe to a bus by the type of their parameter.
const MAX_SUBSCRIBERS: usize = 4096;

/// Calls that post to a holder.
const POSTS: [(Family, &[&str]); 3] = [
    (Family::LiveData, &["setValue", "postValue"]),
    (
        Family::Flow,
        &[
            "setValue",
            "emit",
            "tryEmit",
            "compareAndSet",
            "send",
            "trySend",
            "trySend-JP2dKIU",
            "offer",
            "trySendBlocking",
        ],
    ),
    (Family::Rx, &["onNext", "accept", "onSuccess", "onComplete"]),
];

/// Calls that listen to a stream.
const OBSERVES: [(Family, &[&str]); 3] = [
    (Family::LiveData, &["observe", "observeForever"]),
    (
        Family::Flow,
        &[
            "collect",
            "collectLatest",
            "onEach",
            "launchIn",
            "asLiveData",
        ],
    ),
    (
        Family::Rx,
        &[
            "subscribe",
            "subscribeWith",
            "blockingSubscribe",
            "forEach",
            "doOnNext",
            "subscribeBy",
        ],
    ),
];

impl<'p, 'a> CallGraph<'p, 'a> {
    /// Edges of a call that posts to a holder.
    pub(super) fn channel_edges(
        &self,
        node: Node,
        site: Site,
        target: MethodId,
        args: &[Value],
        out: &mut Leaving,
    ) {
        let Some((Use::Post, family)) = self.channel_use(target) else {
            return;
        };
        let Some(holder) = args.first() else { return };
        let (keys, _, whole) = self.holders(node, *holder, 0);
        let observers = self.observers();
        let hears = |observer: &&Observer| {
            observer.family == family
                && (observer.keys.is_empty()
                    || !whole
                    || observer.keys.iter().any(|key| keys.contains(key)))
        };
        let mut runs: Vec<Node> = observers
            .iter()
            .filter(hears)
            .flat_map(|observer| observer.runs.iter().copied())
            .collect();
        runs.sort_unstable();
        runs.dedup();
        if runs.len() > MAX_OBSERVERS
            && let Some(ty) = self.program.names.get(b"Ljava/lang/Object;")
        {
            out.blind.push(Blind { site, ty });
            return;
        }
        for to in runs {
            out.push(site, to, EdgeKind::Channel);
        }
    }

    /// Whether what a call posts is followed to those who hear it.
    #[must_use]
    pub fn follows_channel(&self, target: MethodId) -> bool {
        matches!(self.channel_use(target), Some((Use::Post, _)))
            || self.apis.of(target).iter().any(|model| {
                model.edge.is_some_and(|edge| {
                    matches!(edge.kind, ModelEdge::Intent | ModelEdge::EventType)
                })
            })
    }

    /// What a call does with a holder, and of which kind that is.
    fn channel_use(&self, target: MethodId) -> Option<Role> {
        if let Some(known) = self.channel_uses.borrow().get(&target) {
            return *known;
        }
        let symbol = self.program.method(target);
        let name = self.program.names.text(symbol.name);
        let by_name = |table: &[(Family, &[&str])]| {
            table
                .iter()
                .filter(|(_, names)| names.contains(&name))
                .map(|(family, _)| *family)
                .collect::<Vec<_>>()
        };
        let (posts, observes) = (by_name(&POSTS), by_name(&OBSERVES));
        let found = if posts.is_empty() && observes.is_empty() {
            None
        } else {
            let proto = self.program.proto(symbol.proto);
            // Extension functions name their stream first.
            let streams = self
                .stream_family(symbol.class)
                .or_else(|| proto.params.first().and_then(|ty| self.stream_family(*ty)));
            streams.and_then(|family| {
                if posts.contains(&family) && self.stream_family(symbol.class).is_some() {
                    Some((Use::Post, family))
                } else if observes.contains(&family) {
                    Some((Use::Observe, family))
                } else {
                    None
                }
            })
        };
        self.channel_uses.borrow_mut().insert(target, found);
        found
    }

    /// The kind of stream that a type is.
    fn stream_family(&self, ty: TypeId) -> Option<Family> {
        if let Some(known) = self.stream_types.borrow().get(&ty) {
            return *known;
        }
        let found = self.program.supertypes(ty).into_iter().find_map(|ty| {
            let name = self.program.names.text(ty);
            let short = name.trim_end_matches(';').rsplit('/').next()?;
            if name.starts_with("Landroidx/lifecycle/") && short.ends_with("LiveData") {
                Some(Family::LiveData)
            } else if name.starts_with("Lkotlinx/coroutines/flow/") && short.ends_with("Flow")
                || name.starts_with("Lkotlinx/coroutines/channels/") && short.ends_with("Channel")
            {
                Some(Family::Flow)
            } else if (name.starts_with("Lio/reactivex/") || name.starts_with("Lrx/"))
                && ["Observable", "Flowable", "Single", "Maybe", "Completable"]
                    .iter()
                    .chain(&["Subject", "Processor"])
                    .any(|end| short.ends_with(end))
                || name.starts_with("Lcom/jakewharton/rxrelay") && short.ends_with("Relay")
            {
                Some(Family::Rx)
            } else {
                None
            }
        });
        self.stream_types.borrow_mut().insert(ty, found);
        found
    }

    /// Where the holders behind a stream are made, what runs on the way (the functions given to
    /// operators), and whether that is all.
    fn holders(&self, node: Node, stream: Value, depth: u8) -> (Vec<Site>, Vec<Node>, bool) {
        let objects = self.objects(node, stream);
        let (mut keys, mut runs, mut whole) = (Vec::new(), Vec::new(), objects.whole);
        for object in &objects.all {
            match object {
                Object::Made(_, site) => keys.push(*site),
                Object::Result(site) => {
                    let body = self.program.body(site.func);
                    let Some(Op::Call {
                        target, kind, args, ..
                    }) = body.op(site.op)
                    else {
                        continue;
                    };
                    let args = body.args(*args);
                    let skip = usize::from(*kind != CallKind::Static);
                    let inner = Node::whole(site.func);
                    let mut sources = 0;
                    for (position, value) in args.iter().enumerate() {
                        let ty = self.argument_type(*target, position, skip);
                        if self.stream_family(ty).is_some() {
                            sources += 1;
                            if depth >= MAX_OPERATORS {
                                whole = false;
                                continue;
                            }
                            let (more, ran, all) = self.holders(inner, *value, depth + 1);
                            keys.extend(more);
                            runs.extend(ran);
                            whole &= all;
                        }
                    }
                    if sources == 0 {
                        keys.push(*site);
                    } else {
                        runs.extend(self.given_callbacks(inner, args));
                    }
                }
                Object::This(_) | Object::Instance(_) | Object::Closure(_) | Object::Class(_) => {
                    whole = false;
                }
            }
        }
        (keys, runs, whole)
    }

    /// The callbacks among the arguments of a call.
    fn given_callbacks(&self, node: Node, args: &[Value]) -> Vec<Node> {
        let mut runs = Vec::new();
        for value in args {
            for object in &self.objects(node, *value).all {
                match object {
                    Object::Made(ty, site) => {
                        let selector = self.selector_at(*site);
                        let class = self.program.class_of.get(ty);
                        for func in class.into_iter().flat_map(|class| {
                            self.callbacks(*class).iter().copied().collect::<Vec<_>>()
                        }) {
                            runs.push(Node { func, selector });
                        }
                    }
                    Object::Instance(ty) => {
                        if let Some(class) = self.program.class_of.get(ty) {
                            runs.extend(self.callbacks(*class).iter().copied().map(Node::whole));
                        }
                    }
                    Object::Closure(func) => runs.push(Node::whole(*func)),
                    Object::This(class) => {
                        runs.extend(self.callbacks(*class).iter().copied().map(Node::whole));
                    }
                    Object::Result(_) | Object::Class(_) => {}
                }
            }
        }
        runs
    }

    /// All places of the app's own code that listen to a stream.
    fn observers(&self) -> Rc<Observers> {
        if let Some(known) = self.observers.borrow().as_ref() {
            return known.clone();
        }
        let mut found = Vec::new();
        for index in 0..self.program.methods.len() {
            let Ok(number) = u32::try_from(index) else {
                break;
            };
            let method = MethodId(number);
            let name = self.program.names.text(self.program.method(method).name);
            if !OBSERVES.iter().any(|(_, names)| names.contains(&name)) {
                continue;
            }
            let Some((Use::Observe, family)) = self.channel_use(method) else {
                continue;
            };
            for caller in self.program.calls.row(number) {
                if self.is_library_func(caller) {
                    continue;
                }
                let node = Node::whole(caller);
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
                    let args = body.args(*args);
                    let skip = usize::from(*kind != CallKind::Static);
                    let stream = (0..args.len()).find(|position| {
                        let ty = self.argument_type(method, *position, skip);
                        self.stream_family(ty).is_some()
                    });
                    let Some(stream) = stream.and_then(|at| args.get(at).map(|value| (at, value)))
                    else {
                        continue;
                    };
                    let (mut keys, mut runs, whole) = self.holders(node, *stream.1, 0);
                    let rest: Vec<Value> = args
                        .iter()
                        .enumerate()
                        .filter(|(at, value)| {
                            *at != stream.0 && !self.is_own_receiver(node, **value)
                        })
                        .map(|(_, value)| *value)
                        .collect();
                    runs.extend(self.given_callbacks(node, &rest));
                    if !whole {
                        keys.clear();
                    }
                    found.push(Observer { family, keys, runs });
                }
            }
        }
        let found = Rc::new(found);
        *self.observers.borrow_mut() = Some(found.clone());
        found
    }

    /// Whether a value is the object whose function runs, and no callback itself: `observe(this, …)`
    /// gives an owner.
    fn is_own_receiver(&self, node: Node, value: Value) -> bool {
        let body = self.program.body(node.func);
        self.program.has_receiver(node.func)
            && body.param_index(super::through_casts(body, value)) == Some(0)
            && self
                .program
                .owner(node.func)
                .is_some_and(|class| class.interfaces.is_empty())
    }

    /// Edges of a call that posts to an event bus: to the subscribers of what is posted.
    pub(super) fn event_edges(&self, node: Node, site: Site, event: Value, out: &mut Leaving) {
        let objects = self.objects(node, event);
        let mut types: Vec<TypeId> = Vec::new();
        for object in &objects.all {
            match object {
                Object::Made(ty, _) | Object::Instance(ty) => types.push(*ty),
                Object::Result(at) => {
                    if let Some(Op::Call { target, .. }) = self.program.body(at.func).op(at.op) {
                        let proto = self.program.method(*target).proto;
                        types.push(self.program.proto(proto).ret);
                    }
                }
                _ => {}
            }
        }
        let subscribers = self.subscribers();
        let mut runs: Vec<Node> = Vec::new();
        for (ty, func) in subscribers.iter() {
            let hears =
                !objects.whole || types.iter().any(|made| self.program.is_subtype(*made, *ty));
            if hears {
                runs.push(Node::whole(*func));
            }
        }
        if runs.len() > MAX_OBSERVERS
            && let Some(ty) = self.program.names.get(b"Ljava/lang/Object;")
        {
            out.blind.push(Blind { site, ty });
            return;
        }
        for to in runs {
            out.push(site, to, EdgeKind::Channel);
        }
    }

    /// The functions of the app that subscribe to a bus, with the type that they ask for: those
    /// with `@Subscribe`, and those that GreenRobot's first version knew by their names.
    fn subscribers(&self) -> Rc<Subscribers> {
        if let Some(known) = self.subscribers.borrow().as_ref() {
            return known.clone();
        }
        let mut found = Vec::new();
        let mut asked = 0usize;
        for index in 0..self.program.funcs.len() {
            let Ok(number) = u32::try_from(index) else {
                break;
            };
            let func = FuncId(number);
            let own = self.program.func(func);
            if own.code == 0
                || own.access & (access::STATIC | access::CONSTRUCTOR) != 0
                || self.is_library(own.class)
            {
                continue;
            }
            let symbol = self.program.symbol(func);
            let proto = self.program.proto(symbol.proto);
            let [ty] = &*proto.params else { continue };
            if self.program.names.text(proto.ret) != "V"
                || !self.program.names.text(*ty).starts_with('L')
            {
                continue;
            }
            let by_name = self.program.func_name(func).starts_with("onEvent");
            if !by_name {
                asked += 1;
                if asked > MAX_SUBSCRIBERS {
                    continue;
                }
            }
            let annotated = || {
                self.program
                    .lifter
                    .annotations(self.program, func)
                    .iter()
                    .any(|annotation| annotation.ty.ends_with("/Subscribe;"))
            };
            if by_name || annotated() {
                found.push((*ty, func));
            }
        }
        let found = Rc::new(found);
        *self.subscribers.borrow_mut() = Some(found.clone());
        found
    }
}
