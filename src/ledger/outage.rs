//! What a way out does when no request gets through: airplane mode, a server that is down.
//!
//! The same forward search as everywhere, over what is left of the code then: a request that waits
//! for its answer throws, so that nothing behind it in its function runs but the handlers of its
//! exception; of a callback that gets the answer only the functions for a failure run; a question
//! whether there is a network is answered with no. What this search reaches happens offline too.
//! Where the code does not say what a failure does, the code behind it counts as running: what is
//! not reached here is not reached offline.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::callgraph::{
    CallGraph, Edge, EdgeKind, Node, chosen_edge, known_int, through_casts,
};
use crate::analysis::requests::Endpoint;
use crate::analysis::values::{Site, Values};
use crate::ir::{BlockId, Body, CompareOp, MethodId, Op, OpId, Program, TypeId, Value};
use crate::models::{ApiModel, EdgeKind as ModelEdge, Roles};

/// Most nodes of one search.
const NODES: usize = 1200;
/// Deepest chain of functions that are summed up inside one another.
const DEPTH: usize = 12;
/// Functions with more blocks are taken to run through.
const BLOCKS: usize = 1500;
/// Most functions through which a callback is handed on.
const WRAPPERS: usize = 4;
/// Most functions that are looked through for a request.
const SWALLOWED: usize = 120;
/// Most operators of a chain of observables that are looked at.
const OPERATORS: usize = 24;

/// How much of a function runs: for each block the operation where it stops, or that it does not
/// begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    stops: Vec<Option<u32>>,
    edges: FxHashSet<(u32, u32)>,
}

impl Running {
    /// Whether control comes to an operation.
    #[must_use]
    pub fn comes_to(&self, body: &Body<'_>, op: OpId) -> bool {
        body.block_of(op)
            .and_then(|block| self.stops.get(block.0 as usize).copied().flatten())
            .is_some_and(|stop| op.0 <= stop)
    }
}

/// What becomes of a call of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Summary {
    /// It may come back without an exception.
    returns: bool,
    /// The one constant that it gives back.
    constant: Option<i64>,
}

const UNKNOWN: Summary = Summary {
    returns: true,
    constant: None,
};

/// What an entry reaches when no request gets through.
#[derive(Debug, Default)]
pub struct Offline {
    nodes: Vec<(Node, Rc<Option<Running>>)>,
    /// The search ended at its limit.
    pub exhausted: bool,
}

impl Offline {
    /// Whether an operation runs.
    #[must_use]
    pub fn comes_to(&self, program: &Program<'_>, site: Site) -> bool {
        self.nodes.iter().any(|(node, running)| {
            node.func == site.func
                && running
                    .as_ref()
                    .as_ref()
                    .is_none_or(|running| running.comes_to(program.body(site.func), site.op))
        })
    }

    /// The nodes that run, in the order in which they were found.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.nodes.iter().map(|(node, _)| *node)
    }
}

/// Follows code without a network.
pub struct Outage<'p, 'a> {
    values: &'p Values<'p, 'a>,
    services: &'p FxHashMap<MethodId, Endpoint>,
    running: RefCell<FxHashMap<Node, Rc<Option<Running>>>>,
    summaries: RefCell<FxHashMap<Node, Summary>>,
    open: RefCell<Vec<Node>>,
}

impl<'p, 'a> Outage<'p, 'a> {
    /// With nothing followed yet.
    #[must_use]
    pub fn new(values: &'p Values<'p, 'a>, services: &'p FxHashMap<MethodId, Endpoint>) -> Self {
        Self {
            values,
            services,
            running: RefCell::default(),
            summaries: RefCell::default(),
            open: RefCell::default(),
        }
    }

    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// What an entry reaches, over possible edges too.
    #[must_use]
    pub fn from(&self, entry: Node) -> Offline {
        let mut found = Offline::default();
        let mut seen: FxHashSet<Node> = FxHashSet::from_iter([entry]);
        found.nodes.push((entry, self.running(entry)));
        let mut next = 0;
        while let Some((node, running)) = found.nodes.get(next).cloned() {
            next += 1;
            let body = self.program().body(node.func);
            for edge in self.graph().edges(node).iter() {
                let runs = running
                    .as_ref()
                    .as_ref()
                    .is_none_or(|running| running.comes_to(body, edge.site.op));
                if !runs
                    || self.graph().is_library_func(edge.to.func)
                    || edge.kind == EdgeKind::Screen
                    || self.needs_an_answer(edge)
                    || !seen.insert(edge.to)
                {
                    continue;
                }
                if found.nodes.len() >= NODES {
                    found.exhausted = true;
                    return found;
                }
                found.nodes.push((edge.to, self.running(edge.to)));
            }
        }
        found
    }

    /// The first step of a path, with the place at its end, that is not taken without an answer.
    #[must_use]
    pub fn gate(&self, path: &[Edge], end: Site) -> Option<(Site, String)> {
        let entry = path.first().map_or(end.func, |edge| edge.site.func);
        let mut node = Node::whole(entry);
        for edge in path {
            if let Some(stop) = self.stop(node, edge.site) {
                return Some(stop);
            }
            if self.needs_an_answer(edge) {
                let what = format!(
                    "`{}` runs only when the server has answered",
                    self.program().func_path(edge.to.func)
                );
                return Some((edge.site, what));
            }
            node = edge.to;
        }
        self.stop(node, end)
    }

    /// What keeps control from a place in a function.
    fn stop(&self, node: Node, site: Site) -> Option<(Site, String)> {
        let body = self.program().body(node.func);
        let running = self.running(node);
        let running = running.as_ref().as_ref()?;
        if node.func != site.func || running.comes_to(body, site.op) {
            return None;
        }
        let failing = body
            .iter_ops()
            .find(|(op, _)| running.comes_to(body, *op) && self.fails(node, body, *op));
        Some(match failing {
            Some((op, Op::Call { target, .. })) => (
                Site {
                    func: node.func,
                    op,
                },
                format!(
                    "`{}` throws when no answer comes, and what stands behind it does not run",
                    self.program().method_path(*target)
                ),
            ),
            _ => (
                site,
                format!(
                    "`{}` asks whether there is a network, and does not come here without one",
                    self.program().func_path(node.func)
                ),
            ),
        })
    }

    /// The first call on a path whose callee swallows a failure and gives back what it has then:
    /// what the code behind it makes of that is not known.
    #[must_use]
    pub fn swallowed(&self, path: &[Edge], end: Site) -> Option<Site> {
        let entry = path.first().map_or(end.func, |edge| edge.site.func);
        let mut node = Node::whole(entry);
        let places = path.iter().map(|edge| (edge.site, Some(edge.to)));
        for (site, next) in places.chain([(end, None)]) {
            let body = self.program().body(node.func);
            for edge in self.graph().edges(node).iter() {
                let before = edge.site.op < site.op && edge.kind == EdgeKind::Call;
                let used = matches!(body.op(edge.site.op), Some(Op::Call { dst: Some(dst), .. })
                    if is_used(body, *dst));
                if before && used && self.comes_back_without(edge.to) {
                    return Some(edge.site);
                }
            }
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        None
    }

    /// Whether a function asks a server somewhere, comes back when that fails, and gives back
    /// something that is not known then.
    fn comes_back_without(&self, node: Node) -> bool {
        let summary = self.summary(node);
        summary.returns
            && summary.constant.is_none()
            && self
                .graph()
                .reach(node, None, true, SWALLOWED)
                .nodes
                .iter()
                .any(|reached| {
                    let body = self.program().body(reached.node.func);
                    body.ops
                        .iter()
                        .any(|op| matches!(op, Op::Call { target, .. } if self.waits(*target)))
                })
    }

    /// Whether a call waits for the answer of a server, and throws without one.
    #[must_use]
    pub fn waits(&self, target: MethodId) -> bool {
        let waits = |model: &&'static ApiModel| {
            model.roles.contains(Roles::NETWORK_SEND)
                && !model.roles.contains(Roles::CALLBACK_EDGE)
                && model.edge.is_none()
                && WAITING.contains(&model.lib)
        };
        self.values.apis().of(target).iter().any(waits)
            || self.services.contains_key(&target) && self.is_suspend(target)
    }

    fn is_suspend(&self, target: MethodId) -> bool {
        let program = self.program();
        let proto = program.proto(program.method(target).proto);
        proto
            .params
            .last()
            .is_some_and(|last| program.names.text(*last) == "Lkotlin/coroutines/Continuation;")
    }

    /// How much of a node runs; none: all of it.
    fn running(&self, node: Node) -> Rc<Option<Running>> {
        if let Some(known) = self.running.borrow().get(&node) {
            return known.clone();
        }
        let found = Rc::new(self.run(node));
        self.running.borrow_mut().insert(node, found.clone());
        found
    }

    /// Edges become live and never stop to be: a φ is what comes over the edges that are live so
    /// far, so that the search begins with what is known and ends with what may be.
    fn run(&self, node: Node) -> Option<Running> {
        let body = self.program().body(node.func);
        if body.blocks.is_empty() || body.blocks.len() > BLOCKS {
            return None;
        }
        let mut running = Running {
            stops: vec![None; body.blocks.len()],
            edges: FxHashSet::default(),
        };
        let mut live = vec![false; body.blocks.len()];
        if let Some(first) = live.first_mut() {
            *first = true;
        }
        loop {
            let mut changed = false;
            for (index, block) in body.blocks.iter().enumerate() {
                if live.get(index) != Some(&true) {
                    continue;
                }
                let at = u32::try_from(index).unwrap_or(u32::MAX);
                let stop = match running.stops.get(index).copied().flatten() {
                    Some(stop) => stop,
                    None => {
                        let stop = block
                            .ops
                            .clone()
                            .find(|op| self.fails(node, body, OpId(*op)))
                            .unwrap_or(block.ops.end);
                        if let Some(slot) = running.stops.get_mut(index) {
                            *slot = Some(stop);
                        }
                        changed = true;
                        stop
                    }
                };
                let mut go = |to: BlockId, running: &mut Running| {
                    if running.edges.insert((at, to.0)) {
                        changed = true;
                    }
                    if let Some(slot) = live.get_mut(to.0 as usize) {
                        changed |= !*slot;
                        *slot = true;
                    }
                };
                for edge in block.succs.iter().filter(|edge| edge.exceptional) {
                    go(edge.to, &mut running);
                }
                if stop < block.ops.end {
                    continue;
                }
                let last = block
                    .ops
                    .clone()
                    .next_back()
                    .and_then(|op| body.op(OpId(op)));
                let chosen = last.and_then(|op| {
                    node.selector
                        .and_then(|selector| chosen_edge(self.program(), body, op, selector))
                        .or_else(|| self.branch(body, op, &running))
                });
                match chosen {
                    Some(to) => go(to, &mut running),
                    None => {
                        for edge in block.succs.iter().filter(|edge| !edge.exceptional) {
                            go(edge.to, &mut running);
                        }
                    }
                }
            }
            if !changed {
                return Some(running);
            }
        }
    }

    /// Whether an operation ends in an exception.
    fn fails(&self, node: Node, body: &Body<'a>, op: OpId) -> bool {
        let Some(Op::Call { target, args, .. }) = body.op(op) else {
            return false;
        };
        if self.waits(*target) {
            return true;
        }
        let site = Site {
            func: node.func,
            op,
        };
        let name = self
            .program()
            .names
            .text(self.program().method(*target).name);
        if RUNS_INSIDE.contains(&name) {
            // `withContext(Dispatchers.IO) { api.logout() }`: what the block throws comes out.
            let blocks: Vec<Node> = self
                .graph()
                .edges(node)
                .iter()
                .filter(|edge| edge.site == site || self.is_argument(body, body.args(*args), edge))
                .filter(|edge| edge.kind != EdgeKind::Call)
                .map(|edge| edge.to)
                .collect();
            if !blocks.is_empty() && blocks.iter().all(|block| !self.summary(*block).returns) {
                return true;
            }
        }
        let targets = self.targets(node, site);
        !targets.is_empty() && targets.iter().all(|target| !self.summary(*target).returns)
    }

    /// Whether an edge starts at the making of one of the arguments.
    fn is_argument(&self, body: &Body<'a>, args: &[Value], edge: &Edge) -> bool {
        body.op(edge.site.op).and_then(Op::dst).is_some_and(|made| {
            args.iter()
                .any(|argument| through_casts(body, *argument) == made)
        })
    }

    /// All functions of the app that a call lands in; none where it may land elsewhere.
    fn targets(&self, node: Node, site: Site) -> Vec<Node> {
        let targets = self.graph().targets(site);
        if targets.external || targets.functional {
            return Vec::new();
        }
        let named: Vec<Node> = self
            .graph()
            .edges(node)
            .iter()
            .filter(|edge| {
                edge.site == site && matches!(edge.kind, EdgeKind::Call | EdgeKind::Dispatch)
            })
            .map(|edge| edge.to)
            .collect();
        let foreign = named
            .iter()
            .any(|target| self.graph().is_library_func(target.func));
        if foreign { Vec::new() } else { named }
    }

    fn summary(&self, node: Node) -> Summary {
        if let Some(known) = self.summaries.borrow().get(&node) {
            return *known;
        }
        let nested = self.open.borrow().len();
        let body = self.program().body(node.func);
        if nested > DEPTH || self.open.borrow().contains(&node) || body.ops.is_empty() {
            return UNKNOWN;
        }
        self.open.borrow_mut().push(node);
        let running = self.running(node);
        let mut summary = Summary {
            returns: false,
            constant: None,
        };
        let mut constants: Vec<Option<i64>> = Vec::new();
        for (op, operation) in body.iter_ops() {
            let runs = running
                .as_ref()
                .as_ref()
                .is_none_or(|running| running.comes_to(body, op));
            if let Op::Return { value } = operation
                && runs
            {
                summary.returns = true;
                constants
                    .push(value.and_then(|value| {
                        self.constant(body, value, running.as_ref().as_ref(), 0)
                    }));
            }
        }
        self.open.borrow_mut().pop();
        if let [first, rest @ ..] = constants.as_slice()
            && rest.iter().all(|other| other == first)
        {
            summary.constant = *first;
        }
        // Inside a cycle the answer may hang on where it was entered.
        if nested == 0 || self.open.borrow().is_empty() {
            self.summaries.borrow_mut().insert(node, summary);
        }
        summary
    }

    /// Where a branch goes that asks for something that a failure decides.
    fn branch(&self, body: &Body<'a>, op: &Op<'a>, running: &Running) -> Option<BlockId> {
        match op {
            Op::Branch {
                condition,
                then,
                otherwise,
            } => {
                let left = self.constant(body, condition.left, Some(running), 0)?;
                let right = match condition.right {
                    Some(right) => self.constant(body, right, Some(running), 0)?,
                    None => 0,
                };
                let holds = match condition.op {
                    CompareOp::Eq => left == right,
                    CompareOp::Ne => left != right,
                    CompareOp::Lt => left < right,
                    CompareOp::Ge => left >= right,
                    CompareOp::Gt => left > right,
                    CompareOp::Le => left <= right,
                };
                Some(if holds { *then } else { *otherwise })
            }
            Op::Switch { on, cases, default } => {
                let value = self.constant(body, *on, Some(running), 0)?;
                Some(
                    cases
                        .iter()
                        .find(|(key, _)| i64::from(*key) == value)
                        .map_or(*default, |(_, to)| *to),
                )
            }
            _ => None,
        }
    }

    /// The constant that a value is without a network.
    fn constant(
        &self,
        body: &Body<'a>,
        value: Value,
        running: Option<&Running>,
        depth: usize,
    ) -> Option<i64> {
        if depth > DEPTH {
            return None;
        }
        let value = through_casts(body, value);
        if let Some(known) = known_int(self.program(), body, value) {
            return Some(known);
        }
        let (id, op) = body.def(value)?;
        match op {
            Op::Phi { args, .. } => {
                let block = body.block_of(id)?;
                let preds = &body.blocks.get(block.0 as usize)?.preds;
                let mut known = None;
                for (pred, arg) in preds.iter().zip(body.args(*args)) {
                    let live =
                        running.is_none_or(|running| running.edges.contains(&(pred.0, block.0)));
                    if !live {
                        continue;
                    }
                    let constant = self.constant(body, *arg, running, depth + 1)?;
                    if known.is_some_and(|known| known != constant) {
                        return None;
                    }
                    known = Some(constant);
                }
                known
            }
            Op::Call { target, args, .. } => {
                if self.asks_for_network(*target) {
                    return Some(0);
                }
                let name = self
                    .program()
                    .names
                    .text(self.program().method(*target).name);
                // A box holds what was put into it.
                if matches!(name, "booleanValue" | "valueOf" | "boxBoolean" | "intValue")
                    && let [only] = body.args(*args)
                {
                    return self.constant(body, *only, running, depth + 1);
                }
                let site = Site {
                    func: body.func,
                    op: id,
                };
                match self.targets(Node::whole(body.func), site).as_slice() {
                    [only] => self.summary(*only).constant,
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a call asks the platform for a network: no, null or 0 without one.
    fn asks_for_network(&self, target: MethodId) -> bool {
        let symbol = self.program().method(target);
        let class = self.program().names.text(symbol.class);
        let name = self.program().names.text(symbol.name);
        NETWORK_QUESTIONS
            .iter()
            .any(|(owner, names)| *owner == class && names.contains(&name))
    }

    /// Whether an edge leads to code that runs when a server has answered.
    fn needs_an_answer(&self, edge: &Edge) -> bool {
        if edge.kind == EdgeKind::Call || edge.kind == EdgeKind::Dispatch {
            return false;
        }
        let body = self.program().body(edge.site.func);
        let class = self.program().symbol(edge.to.func).class;
        let name = self.program().func_name(edge.to.func);
        let objects: Vec<Value> = match body.op(edge.site.op) {
            Some(Op::New { dst, .. }) => vec![*dst],
            Some(Op::Call { args, .. }) => body
                .args(*args)
                .iter()
                .map(|argument| through_casts(body, *argument))
                .filter(|argument| makes(body, *argument, class))
                .collect(),
            _ => return false,
        };
        self.only_answers(body, &objects, name, 0)
    }

    /// Whether whoever gets one of some objects runs its function `name` with an answer only.
    fn only_answers(&self, body: &Body<'a>, objects: &[Value], name: &str, depth: usize) -> bool {
        let mut users = 0;
        for (id, op) in body.iter_ops() {
            let held = |value: Value| objects.contains(&through_casts(body, value));
            match op {
                // Kept somewhere: who runs it then is not known.
                Op::Store { src, .. } if held(*src) => return false,
                Op::Return { value: Some(value) } if held(*value) => return false,
                Op::Call { target, args, .. } => {
                    let values = body.args(*args);
                    let Some(position) = values.iter().position(|value| held(*value)) else {
                        continue;
                    };
                    // Its own constructor.
                    if position == 0
                        && self
                            .program()
                            .names
                            .text(self.program().method(*target).name)
                            == "<init>"
                    {
                        continue;
                    }
                    users += 1;
                    let site = Site {
                        func: body.func,
                        op: id,
                    };
                    if !self.answers(body, *target, values, position, name)
                        && !self.hands_to_answers(site, position, name, depth)
                    {
                        return false;
                    }
                }
                _ => {}
            }
        }
        users > 0
    }

    /// Whether the function of the app that a call lands in does the same with its parameter.
    fn hands_to_answers(&self, site: Site, position: usize, name: &str, depth: usize) -> bool {
        let targets = self.graph().targets(site);
        let [only] = targets.funcs.as_slice() else {
            return false;
        };
        if targets.external || depth >= WRAPPERS || self.graph().is_library_func(*only) {
            return false;
        }
        let inner = self.program().body(*only);
        inner
            .params
            .get(position)
            .is_some_and(|parameter| self.only_answers(inner, &[*parameter], name, depth + 1))
    }

    /// Whether a call runs function `name` of its argument only with an answer.
    fn answers(
        &self,
        body: &Body<'a>,
        target: MethodId,
        values: &[Value],
        position: usize,
        name: &str,
    ) -> bool {
        let sends = self.values.apis().of(target).iter().any(|model| {
            model
                .roles
                .intersects(Roles::NETWORK_SEND | Roles::NETWORK_BUILD)
                && model.edge.is_some_and(|edge| {
                    matches!(edge.kind, ModelEdge::Callback | ModelEdge::Request)
                })
        });
        if sends {
            return is_success(name);
        }
        // Observables of a service method: the first consumer gets the answer.
        let operator = self
            .program()
            .names
            .text(self.program().method(target).name);
        let on_success = match operator {
            "subscribe" => position == 1,
            "map" | "flatMap" | "concatMap" | "switchMap" | "flatMapCompletable"
            | "flatMapSingle" | "doOnSuccess" | "doOnNext" | "doOnComplete" => true,
            _ => false,
        };
        on_success && self.is_asked_of_server(body, values)
    }

    /// Whether an observable comes from a service method, with no operator between that takes
    /// errors away.
    fn is_asked_of_server(&self, body: &Body<'a>, values: &[Value]) -> bool {
        let mut at = values.first().copied();
        for _ in 0..OPERATORS {
            let Some(value) = at.map(|value| through_casts(body, value)) else {
                return false;
            };
            let Some((_, Op::Call { target, args, .. })) = body.def(value) else {
                return false;
            };
            if self.services.contains_key(target) {
                return true;
            }
            let name = self
                .program()
                .names
                .text(self.program().method(*target).name);
            if name.starts_with("onError") || name.starts_with("retry") {
                return false;
            }
            at = body.args(*args).first().copied();
        }
        false
    }
}

/// Whether a value is read by anything.
fn is_used(body: &Body<'_>, value: Value) -> bool {
    body.ops.iter().any(|op| match op {
        Op::Call { args, .. } | Op::Phi { args, .. } => body.args(*args).contains(&value),
        Op::Cast { src, .. } | Op::Store { src, .. } | Op::InstanceOf { src, .. } => *src == value,
        Op::Branch { condition, .. } => condition.left == value || condition.right == Some(value),
        Op::Switch { on, .. } => *on == value,
        Op::Return { value: returned } => *returned == Some(value),
        Op::Load {
            place: crate::ir::Place::Field(object, _),
            ..
        } => *object == value,
        _ => false,
    })
}

/// Libraries whose sending calls throw when nothing comes back.
const WAITING: [&str; 6] = [
    "okhttp",
    "retrofit",
    "java.net",
    "apache-httpclient",
    "ktor-client",
    "apollo-kotlin",
];

/// Functions that run a block before they return, and throw what it throws.
pub(super) const RUNS_INSIDE: [&str; 6] = [
    "withContext",
    "runBlocking",
    "runBlocking$default",
    "runInterruptible",
    "coroutineScope",
    "withTimeout",
];

/// Questions about the network, by class.
const NETWORK_QUESTIONS: [(&str, &[&str]); 3] = [
    (
        "Landroid/net/ConnectivityManager;",
        &[
            "getActiveNetworkInfo",
            "getActiveNetwork",
            "getNetworkCapabilities",
        ],
    ),
    (
        "Landroid/net/NetworkInfo;",
        &["isConnected", "isConnectedOrConnecting", "isAvailable"],
    ),
    (
        "Landroid/net/NetworkCapabilities;",
        &["hasCapability", "hasTransport"],
    ),
];

/// Whether a callback's function is the one that gets the answer, by the names of the libraries
/// that are modelled.
fn is_success(name: &str) -> bool {
    matches!(name, "onResponse" | "onSuccess" | "deliverResponse")
}

/// Whether a value is an object of a class that is made in the same body.
fn makes(body: &Body<'_>, value: Value, class: TypeId) -> bool {
    matches!(body.def(value), Some((_, Op::New { ty, .. })) if *ty == class)
}
