//! From a text to what runs when its control is used, where code shows the text: the button of a
//! dialog, a menu item, a composable.
//!
//! Shapes, not names, since shrinkers rename: the text goes into a call that takes a callback too
//! (`setPositiveButton(text, listener)`, `Row(title, onClick)`); or into the content of a composable
//! that was given `onClick` (`Button(onClick) { Text(stringResource(id)) }`), through any number of
//! wrappers. A callback takes nothing, or a view, dialog or item of the platform; what takes more is
//! content.

use rustc_hash::FxHashSet;

use super::Search;
use super::controls::asks_for_id;
use crate::analysis::callgraph::{Node, Selector, known_int, live_blocks, through_casts};
use crate::analysis::values::{Origin, Site};
use crate::ir::{
    BlockId, Body, CallKind, ClassId, Const, FuncId, Op, OpId, Place, TypeId, Value, access,
};
use crate::models::ArgPos;

/// A text as code has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown<'t> {
    /// A string resource.
    Id(i64),
    /// A constant.
    Text(&'t str),
}

/// Most values that are followed from one text.
const MAX_STEPS: usize = 200;
/// Most readers of a field, callers of a function or objects of a class that are followed.
const MAX_FAN: usize = 16;
/// Deepest nesting of calls that hand a callback on (modifiers, wrappers).
const MAX_DEPTH: u8 = 5;
/// Most calls that a callback goes into.
const MAX_USES: usize = 4;
/// A composable has many parameters: with fewer, a call that takes a text says nothing.
const COMPOSABLE_ARGS: usize = 6;

/// What listeners of clicks are given first.
const CLICKED: [&str; 6] = [
    "Landroid/view/View;",
    "Landroid/view/MenuItem;",
    "Landroid/content/DialogInterface;",
    "Landroid/preference/Preference;",
    "Landroidx/preference/Preference;",
    "Landroid/widget/AdapterView;",
];
const OBJECT: &str = "Ljava/lang/Object;";

/// What is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    /// The text.
    Text,
    /// The object that shows it: a lambda of content, or what was made of one.
    Content,
}

/// One search.
#[derive(Default)]
struct Walk {
    steps: usize,
    seen: FxHashSet<(FuncId, Value, Role)>,
    nodes: Vec<Node>,
}

impl<'a> Search<'_, 'a> {
    /// What runs when a control that shows a text is used, as far as a function says it.
    pub(super) fn shown_in(&self, func: FuncId, shown: Shown<'_>) -> Vec<Node> {
        let program = self.program();
        let body = program.body(func);
        let mut walk = Walk::default();
        for (op, mention) in body.iter_ops() {
            if !is_mention(mention, shown, |value| known_int(program, body, value)) {
                continue;
            }
            let Some(value) = mention.dst() else { continue };
            let before = walk.nodes.len();
            let composed = self.follow(&mut walk, func, value, Role::Text);
            if walk.nodes.len() == before && composed {
                self.composed(&mut walk, func, op);
            }
        }
        let mut nodes = walk.nodes;
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// Follows a value to the calls that it goes into. Whether one of them looks like a composable.
    fn follow(&self, walk: &mut Walk, func: FuncId, value: Value, role: Role) -> bool {
        walk.steps += 1;
        if walk.steps > MAX_STEPS || !walk.seen.insert((func, value, role)) {
            return false;
        }
        let program = self.program();
        let body = program.body(func);
        let mut composed = false;
        for op in &body.ops {
            match op {
                Op::Cast { dst, src, .. } if *src == value => {
                    composed |= self.follow(walk, func, *dst, role);
                }
                Op::Phi { dst, args } if body.args(*args).contains(&value) => {
                    composed |= self.follow(walk, func, *dst, role);
                }
                Op::Call {
                    dst,
                    target,
                    kind,
                    args,
                } if body.args(*args).contains(&value) => {
                    let args = body.args(*args);
                    let symbol = program.method(*target);
                    // A thread's name, a key of a map.
                    if program.names.text(symbol.class).starts_with("Ljava/") {
                        continue;
                    }
                    let before = walk.nodes.len();
                    self.beside(walk, func, body, args, value, role);
                    if walk.nodes.len() > before {
                        continue;
                    }
                    let name = program.names.text(symbol.name);
                    if name == "<init>" && *kind == CallKind::Direct {
                        if let Some(made) = args.first().filter(|made| **made != value)
                            && role == Role::Content
                        {
                            self.follow(walk, func, *made, role);
                        }
                        continue;
                    }
                    if role == Role::Text {
                        self.shown_on(walk, func, name, args, value, *dst);
                        composed |= args.len() >= COMPOSABLE_ARGS && *kind == CallKind::Static;
                    }
                    let result = program.names.text(program.proto(symbol.proto).ret);
                    let passes = match role {
                        Role::Text => {
                            matches!(result, "Ljava/lang/String;" | "Ljava/lang/CharSequence;")
                        }
                        Role::Content => result.starts_with('L'),
                    };
                    if let Some(dst) = dst
                        && passes
                    {
                        composed |= self.follow(walk, func, *dst, role);
                    }
                    if role == Role::Content {
                        self.follow_wrapper(walk, func, op, args, value);
                    }
                }
                Op::Store { place, src } if *src == value && role == Role::Content => {
                    self.kept(walk, *place);
                }
                Op::Return {
                    value: Some(returned),
                } if *returned == value && role == Role::Content => {
                    for site in self.graph().call_sites(func, MAX_FAN).iter().take(MAX_FAN) {
                        if let Some(result) = program.body(site.func).op(site.op).and_then(Op::dst)
                        {
                            self.follow(walk, site.func, result, role);
                        }
                    }
                }
                _ => {}
            }
        }
        composed
    }

    /// Callbacks that go into the same call.
    fn beside(
        &self,
        walk: &mut Walk,
        func: FuncId,
        body: &Body<'a>,
        args: &[Value],
        value: Value,
        role: Role,
    ) {
        let others = || args.iter().filter(|other| **other != value);
        // A dialog: its buttons are in other contents, and what it was given itself closes it.
        if role == Role::Content {
            for other in others() {
                for content in self.contents(func, body, *other) {
                    let inside = self.clicks_in(content, None);
                    if !inside.is_empty() {
                        walk.nodes.extend(inside);
                        return;
                    }
                }
            }
        }
        for other in others() {
            walk.nodes
                .extend(self.callbacks_of(func, body, *other, MAX_DEPTH));
        }
    }

    /// The text is shown on an object that has a listener of its own.
    fn shown_on(
        &self,
        walk: &mut Walk,
        func: FuncId,
        name: &str,
        args: &[Value],
        value: Value,
        result: Option<Value>,
    ) {
        let program = self.program();
        let body = program.body(func);
        let Some(receiver) = args.first().filter(|receiver| **receiver != value) else {
            return;
        };
        let set = |name: &str| name.starts_with("setOn") && name.ends_with("ClickListener");
        let found = match name {
            "setTitle" | "setMessage" => self.given_to(body, *receiver, |name| {
                name == "setPositiveButton" || set(name)
            }),
            "setText" => self.given_to(body, *receiver, set),
            "add" => {
                // `menu.add(group, id, order, text)`: a listener of the item, or a handler of the id.
                if let Some(id) = args.get(2).and_then(|id| known_int(program, body, *id)) {
                    walk.nodes.extend(self.menu_handlers(func, id));
                }
                result.map_or_else(Vec::new, |item| self.given_to(body, item, set))
            }
            _ => return,
        };
        for listener in found {
            walk.nodes
                .extend(self.callbacks_of(func, body, listener, MAX_DEPTH));
        }
    }

    /// The last arguments of calls on an object, by the names of what is called.
    fn given_to(
        &self,
        body: &Body<'a>,
        object: Value,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<Value> {
        let program = self.program();
        body.ops
            .iter()
            .filter_map(|op| {
                let Op::Call { target, args, .. } = op else {
                    return None;
                };
                let args = body.args(*args);
                let name = program.names.text(program.method(*target).name);
                let on = args.first().is_some_and(|at| self.same(body, *at, object));
                (wanted(name) && on).then(|| args.last().copied())?
            })
            .collect()
    }

    /// What runs when a preference is clicked that code finds by its key.
    pub(super) fn preference(&self, key: &str) -> Vec<Node> {
        let program = self.program();
        let mut nodes = Vec::new();
        let named = |name: &str| program.names.get(name.as_bytes());
        let (find, tree) = (named("findPreference"), named("onPreferenceTreeClick"));
        for (index, method) in program.methods.iter().enumerate() {
            if Some(method.name) != find {
                continue;
            }
            let id = u32::try_from(index).unwrap_or(u32::MAX);
            for caller in program.calls.row(id) {
                if self.graph().is_library_func(caller) {
                    continue;
                }
                let body = program.body(caller);
                for (op, call) in body.iter_ops() {
                    let Op::Call {
                        target,
                        dst: Some(found),
                        ..
                    } = call
                    else {
                        continue;
                    };
                    let site = Site { func: caller, op };
                    let is_key =
                        |origin: &Origin| matches!(origin, Origin::Text(text) if **text == *key);
                    if target.0 != id
                        || !self
                            .values
                            .argument(site, ArgPos::Param(0), &None)
                            .iter()
                            .any(is_key)
                    {
                        continue;
                    }
                    let listeners =
                        self.given_to(body, *found, |name| name == "setOnPreferenceClickListener");
                    for listener in listeners {
                        nodes.extend(self.callbacks_of(caller, body, listener, MAX_DEPTH));
                    }
                }
            }
        }
        for (index, function) in program.funcs.iter().enumerate() {
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            if Some(program.method(function.method).name) == tree
                && function.code != 0
                && !self.graph().is_library(function.class)
                && program
                    .body(func)
                    .ops
                    .iter()
                    .any(|op| is_mention(op, Shown::Text(key), |_| None))
            {
                nodes.push(Node::whole(func));
            }
        }
        nodes
    }

    /// Handlers of menu items in the class of a function, in the case of an id.
    fn menu_handlers(&self, func: FuncId, id: i64) -> Vec<Node> {
        let program = self.program();
        program
            .funcs_of(program.func(func).class)
            .filter(|other| {
                program.func_name(*other).contains("ItemSelected")
                    && asks_for_id(program, program.body(*other), id)
            })
            .map(|func| Node {
                func,
                selector: Some(Selector::Id(id)),
            })
            .collect()
    }

    /// Whether two values are the same object as far as one function shows it: builders return
    /// themselves, and a field is read twice.
    fn same(&self, body: &Body<'a>, a: Value, b: Value) -> bool {
        let root = |value: Value| {
            let mut at = through_casts(body, value);
            for _ in 0..32 {
                match body.def(at) {
                    Some((_, Op::Call { target, args, .. })) => {
                        let symbol = self.program().method(*target);
                        let proto = self.program().proto(symbol.proto);
                        let Some(receiver) = body.args(*args).first() else {
                            break;
                        };
                        if proto.ret != symbol.class {
                            break;
                        }
                        at = through_casts(body, *receiver);
                    }
                    _ => break,
                }
            }
            at
        };
        let (a, b) = (root(a), root(b));
        let field = |value: Value| match body.def(value) {
            Some((
                _,
                Op::Load {
                    place: Place::Field(_, field) | Place::Static(field),
                    ..
                },
            )) => Some(*field),
            _ => None,
        };
        a == b || field(a).is_some() && field(a) == field(b)
    }

    /// The text stands in content that is composed here: a row around it that is clickable, or the
    /// composable that was given the content.
    fn composed(&self, walk: &mut Walk, func: FuncId, mention: OpId) {
        let around = self.clicks_in(func, Some((mention, true)));
        if !around.is_empty() {
            walk.nodes.extend(around);
            return;
        }
        if !self.clicks_in(func, Some((mention, false))).is_empty() {
            // Other things here are clickable; the text is a headline between them.
            return;
        }
        for (class, through) in self.holders(func) {
            self.objects(walk, class, through, func, mention);
        }
    }

    /// The classes of lambdas that run a function.
    fn holders(&self, func: FuncId) -> Vec<(ClassId, Option<FuncId>)> {
        let class = self.program().func(func).class;
        if self.graph().callbacks(class).contains(&func) {
            return vec![(class, None)];
        }
        self.graph()
            .may_callers(func)
            .into_iter()
            .take(MAX_FAN)
            .filter_map(|caller| {
                let class = self.program().func(caller).class;
                self.graph()
                    .callbacks(class)
                    .contains(&caller)
                    .then_some((class, Some(caller)))
            })
            .collect()
    }

    /// Follows the objects of a lambda's class; of a merged class those whose case composes.
    fn objects(
        &self,
        walk: &mut Walk,
        class: ClassId,
        through: Option<FuncId>,
        func: FuncId,
        mention: OpId,
    ) {
        let program = self.program();
        let Some(ty) = program.class(class).map(|class| class.ty) else {
            return;
        };
        for maker in program.allocations.row(class.0).take(MAX_FAN) {
            for (op, made) in program.body(maker).iter_ops() {
                let Op::New { dst, ty: of } = made else {
                    continue;
                };
                if *of != ty {
                    continue;
                }
                let selector = self.graph().selector_at(Site { func: maker, op });
                let live = match through {
                    None => self.is_live(func, mention, selector),
                    Some(caller) => self.calls_live(caller, func, selector),
                };
                if live {
                    self.follow(walk, maker, *dst, Role::Content);
                }
            }
        }
    }

    fn is_live(&self, func: FuncId, op: OpId, selector: Option<Selector>) -> bool {
        let body = self.program().body(func);
        let live = live_blocks(self.program(), body, selector);
        body.block_of(op)
            .is_some_and(|block| live.get(block.0 as usize).copied().unwrap_or(false))
    }

    fn calls_live(&self, caller: FuncId, callee: FuncId, selector: Option<Selector>) -> bool {
        let node = Node {
            func: caller,
            selector,
        };
        self.graph()
            .edges(node)
            .iter()
            .any(|edge| edge.to.func == callee)
    }

    /// What is read from where content is kept: `ComposableSingletons`, a captured variable.
    fn kept(&self, walk: &mut Walk, place: Place) {
        if let Place::Static(field) | Place::Field(_, field) = place {
            self.readers(walk, field);
        }
    }

    fn readers(&self, walk: &mut Walk, field: crate::ir::FieldId) {
        let program = self.program();
        for reader in program.reads.row(field.0).take(MAX_FAN) {
            if self.graph().is_library_func(reader) {
                continue;
            }
            for op in &program.body(reader).ops {
                if let Op::Load {
                    dst,
                    place: Place::Static(loaded) | Place::Field(_, loaded),
                } = op
                    && *loaded == field
                {
                    self.follow(walk, reader, *dst, Role::Content);
                }
            }
        }
    }

    /// The content goes into a wrapper of the app's own, which has the click itself.
    fn follow_wrapper(
        &self,
        walk: &mut Walk,
        func: FuncId,
        call: &Op<'a>,
        args: &[Value],
        value: Value,
    ) {
        let program = self.program();
        let body = program.body(func);
        let Some(op) = body
            .ops
            .iter()
            .position(|op| std::ptr::eq(op, call))
            .and_then(|index| u32::try_from(index).ok())
            .map(OpId)
        else {
            return;
        };
        let targets = self.graph().targets(Site { func, op });
        let [target] = targets.funcs.as_slice() else {
            return;
        };
        if targets.functional || self.graph().is_library_func(*target) {
            return;
        }
        if let Some(position) = args.iter().position(|arg| *arg == value)
            && let Some(parameter) = program.body(*target).params.get(position)
        {
            self.follow(walk, *target, *parameter, Role::Content);
        }
    }

    /// Callbacks that a value is, or that went into what made it (`modifier.clickable(onClick)`).
    fn callbacks_of(&self, func: FuncId, body: &Body<'a>, value: Value, depth: u8) -> Vec<Node> {
        let at = through_casts(body, value);
        if depth == 0 || is_everywhere(body, at) {
            return Vec::new();
        }
        // A listener may come from anywhere. A lambda is made here: what a runtime of composables
        // remembers between two runs could be any.
        let mut nodes = self.listener_nodes(func, body, at, |_| false);
        nodes.retain(|node| !self.is_lambda(node.func) && self.is_click(node.func));
        nodes.extend(
            self.made_here(func, at, MAX_DEPTH)
                .into_iter()
                .filter(|node| self.is_click(node.func)),
        );
        if !nodes.is_empty() {
            return nodes;
        }
        match body.def(at) {
            // A modifier that was made here; what remembers is asked by its origins above.
            Some((_, Op::Call { target, args, .. })) => {
                let symbol = self.program().method(*target);
                let result = self
                    .program()
                    .names
                    .text(self.program().proto(symbol.proto).ret);
                if result.starts_with('L') && !result.starts_with("Ljava/") {
                    for arg in body.args(*args) {
                        nodes.extend(self.callbacks_of(func, body, *arg, depth - 1));
                    }
                }
            }
            // Captured: what made the lambda handed it in.
            Some((
                _,
                Op::Load {
                    place: Place::Field(_, field),
                    ..
                },
            )) => {
                for writer in self.program().writes.row(field.0).take(MAX_FAN) {
                    let inside = self.program().body(writer);
                    for op in &inside.ops {
                        if let Op::Store {
                            place: Place::Field(_, stored),
                            src,
                        } = op
                            && stored == field
                        {
                            nodes.extend(self.callbacks_of(writer, inside, *src, depth - 1));
                        }
                    }
                }
                // Merged lambdas share their fields: which of several it is, is not known here.
                let one = nodes.first().copied();
                if nodes.iter().any(|node| Some(*node) != one) {
                    nodes.clear();
                }
            }
            // Handed in: the callers know.
            None => {
                if let Some(position) = body.param_index(at)
                    && !(position == 0 && self.program().has_receiver(func))
                {
                    for site in self.graph().call_sites(func, MAX_FAN).iter().take(MAX_FAN) {
                        let caller = self.program().body(site.func);
                        if let Some(Op::Call { args, .. }) = caller.op(site.op)
                            && let Some(arg) = caller.args(*args).get(position)
                        {
                            nodes.extend(self.callbacks_of(site.func, caller, *arg, depth - 1));
                        }
                    }
                }
            }
            _ => {}
        }
        nodes
    }

    /// Callbacks of an object that a function makes itself, or that is made once and kept.
    fn made_here(&self, func: FuncId, value: Value, depth: u8) -> Vec<Node> {
        let program = self.program();
        let body = program.body(func);
        let mut nodes = Vec::new();
        if depth == 0 {
            return nodes;
        }
        match body.def(through_casts(body, value)) {
            Some((op, Op::New { ty, .. })) => {
                let site = Site { func, op };
                let edges = self.graph().edges(Node::whole(func));
                nodes.extend(
                    edges
                        .iter()
                        .filter(|edge| edge.site == site)
                        .filter(|edge| program.symbol(edge.to.func).class == *ty)
                        .map(|edge| edge.to),
                );
            }
            Some((_, Op::Phi { args, .. })) => {
                for arg in body.args(*args) {
                    nodes.extend(self.made_here(func, *arg, depth - 1));
                }
            }
            Some((
                _,
                Op::Load {
                    place: Place::Static(field),
                    ..
                },
            )) => {
                // A library's is its own business, such as how a node of a layout is made.
                let package = |func: FuncId| {
                    let class = program.names.text(program.symbol(func).class);
                    class.rsplit_once('/').map_or("", |(package, _)| package)
                };
                let writers = program.writes.row(field.0).take(MAX_FAN);
                for writer in writers.filter(|writer| package(*writer) == package(func)) {
                    for op in &program.body(writer).ops {
                        if let Op::Store {
                            place: Place::Static(stored),
                            src,
                        } = op
                            && stored == field
                        {
                            nodes.extend(self.made_here(writer, *src, depth - 1));
                        }
                    }
                }
            }
            _ => {}
        }
        nodes
    }

    /// A function that is run by a click: it takes nothing and is a lambda's, or what was clicked.
    fn is_click(&self, func: FuncId) -> bool {
        let program = self.program();
        let proto = program.proto(program.symbol(func).proto);
        match proto.params.first() {
            None => self.is_lambda(func),
            Some(first) => CLICKED.contains(&program.names.text(*first)),
        }
    }

    /// Of a class that is nothing but the implementation of an interface: no screen or view, whose
    /// own callbacks take nothing too.
    fn is_lambda(&self, func: FuncId) -> bool {
        let program = self.program();
        let Some(class) = program.owner(func) else {
            return false;
        };
        let above = |ty: Option<TypeId>| ty.map_or(OBJECT, |ty| program.names.text(ty));
        let superclass = above(class.superclass);
        let others = program.funcs_of(program.func(func).class).filter(|other| {
            let outer = access::STATIC | access::CONSTRUCTOR | access::ABSTRACT | access::BRIDGE;
            program.func(*other).access & outer == 0
        });
        if class.interfaces.is_empty() && superclass == OBJECT || others.count() > 2 {
            return false;
        }
        superclass == OBJECT
            || superclass.starts_with("Lkotlin/")
            // Kotlin's base class of lambdas, renamed.
            || class
                .superclass
                .and_then(|ty| program.defined(ty))
                .is_some_and(|base| above(base.superclass) == OBJECT && base.func_count <= 8)
    }

    /// The functions of content that a value is.
    fn contents(&self, func: FuncId, body: &Body<'a>, value: Value) -> Vec<FuncId> {
        let at = through_casts(body, value);
        let mut nodes = self.made_here(func, at, MAX_DEPTH);
        if let Some((_, Op::Call { args, .. })) = body.def(at) {
            for arg in body.args(*args) {
                nodes.extend(self.made_here(func, *arg, MAX_DEPTH));
            }
        }
        nodes
            .into_iter()
            .map(|node| node.func)
            .filter(|func| !self.is_click(*func))
            .collect()
    }

    /// Callbacks that calls in a function are given. With a mention, only of calls in the same case
    /// of the function; and if it has to be `around`, of the last call before the mention that gives
    /// something back (a modifier): what stands around the text.
    fn clicks_in(&self, func: FuncId, mention: Option<(OpId, bool)>) -> Vec<Node> {
        let program = self.program();
        let body = program.body(func);
        let beside = mention
            .and_then(|(op, _)| body.block_of(op))
            .map(|block| Beside::new(body, block));
        let mut last: Vec<Node> = Vec::new();
        for (op, call) in body.iter_ops() {
            let Op::Call {
                target, args, dst, ..
            } = call
            else {
                continue;
            };
            let around = mention.is_some_and(|(_, around)| around);
            let name = program.names.text(program.method(*target).name);
            if name == "<init>" || around && dst.is_none() {
                continue;
            }
            let mut found: Vec<Node> = Vec::new();
            for arg in body.args(*args) {
                let mut nodes = self.made_here(func, *arg, MAX_DEPTH);
                nodes.retain(|node| {
                    let proto = program.proto(program.symbol(node.func).proto);
                    proto.params.is_empty() && self.is_lambda(node.func)
                });
                found.extend(nodes);
            }
            if found.is_empty() {
                continue;
            }
            if let (Some((at, _)), Some(beside)) = (mention, &beside) {
                let Some(block) = body.block_of(op) else {
                    continue;
                };
                let before = beside.before(block) && (op < at || block != beside.at);
                if !before && (around || !beside.after(block)) {
                    continue;
                }
            }
            if !around {
                return found;
            }
            last = found;
        }
        last
    }
}

/// The blocks that control comes from, and goes to, in the same case as one block.
struct Beside {
    at: BlockId,
    before: Vec<bool>,
    after: Vec<bool>,
}

impl Beside {
    fn new(body: &Body<'_>, at: BlockId) -> Self {
        let spread = |forward: bool| {
            let mut seen = vec![false; body.blocks.len()];
            let mut queue = vec![at];
            while let Some(next) = queue.pop() {
                let Some(slot) = seen.get_mut(next.0 as usize) else {
                    continue;
                };
                if std::mem::replace(slot, true) {
                    continue;
                }
                if let Some(block) = body.blocks.get(next.0 as usize) {
                    match forward {
                        true => queue.extend(block.succs.iter().map(|edge| edge.to)),
                        false => queue.extend(block.preds.iter().copied()),
                    }
                }
            }
            seen
        };
        Self {
            at,
            before: spread(false),
            after: spread(true),
        }
    }

    fn before(&self, block: BlockId) -> bool {
        self.before.get(block.0 as usize).copied().unwrap_or(false)
    }

    fn after(&self, block: BlockId) -> bool {
        self.after.get(block.0 as usize).copied().unwrap_or(false)
    }
}

/// Whether a value goes into many calls: what composes is handed to every composable, a callback to
/// one.
fn is_everywhere(body: &Body<'_>, value: Value) -> bool {
    let uses = |op: &&Op<'_>| {
        matches!(op, Op::Call { args, .. }
            if body.args(*args).iter().any(|arg| through_casts(body, *arg) == value))
    };
    body.ops.iter().filter(uses).nth(MAX_USES).is_some()
}

/// Whether an operation gives the text.
fn is_mention(op: &Op<'_>, shown: Shown<'_>, known: impl Fn(Value) -> Option<i64>) -> bool {
    match (op, shown) {
        (
            Op::Const {
                value: Const::Int(value),
                ..
            },
            Shown::Id(id),
        ) => *value == id,
        (
            Op::Load {
                dst,
                place: Place::Static(_),
            },
            Shown::Id(id),
        ) => known(*dst) == Some(id),
        (
            Op::Const {
                value: Const::Str(value),
                ..
            },
            Shown::Text(text),
        ) => *value == text,
        _ => false,
    }
}
