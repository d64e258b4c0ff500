//! What is put into objects that hold others: elements of arrays, entries of lists and maps, what is
//! written into buffers and through their wrappers, here and wherever else the object goes.

use std::rc::Rc;

use super::super::callgraph::through_casts;
use super::super::values::Site;
use super::library::Outside;
use super::{Ask, Flow, Key, Path, Search, order, step_into};
use crate::ir::{Body, MethodId, Op, Place, Value};
use crate::models::{ArgRole, Returns};

/// Beginnings of names of methods that ask and keep nothing.
const ASKS: &[&str] = &[
    "get",
    "is",
    "has",
    "contains",
    "equals",
    "compare",
    "indexOf",
    "lastIndexOf",
    "opt",
    "size",
    "length",
    "remove",
    "matches",
    "startsWith",
    "endsWith",
    "close",
    "flush",
    "find",
];

/// Deepest nesting of wrappers of a holder within one function.
const MAX_WRAPPERS: u8 = 4;

impl<'a> Flow<'_, '_, 'a> {
    /// Asks for everything that is put into an object in the function of a question, and below the
    /// calls that it is given to.
    pub(super) fn put_in(&self, ask: &Ask, body: &Body<'a>, search: &mut Search) {
        for held in self.held(ask, body, true) {
            search.ask(held);
        }
    }

    /// Values that are put into an object in its own function.
    pub(super) fn held_locally(&self, ask: &Ask) -> Vec<Ask> {
        let body = self.program.body(ask.func);
        let mut all = Vec::new();
        let mut at = ask.clone();
        // To where it was made, or to a field: as far as this function shows.
        for _ in 0..8 {
            all.extend(self.held(&at, body, false));
            let next = match body.def(at.value) {
                Some((_, Op::Cast { src, .. })) => *src,
                Some((
                    _,
                    Op::Load {
                        place: Place::Field(_, field) | Place::Static(field),
                        ..
                    },
                )) => {
                    all.extend(self.held_by_field(*field, &at));
                    break;
                }
                _ => break,
            };
            at.value = next;
        }
        all
    }

    /// What is put into what a field holds.
    fn held_by_field(&self, field: crate::ir::FieldId, ask: &Ask) -> Vec<Ask> {
        let mut all = Vec::new();
        for name in self.same_fields(field) {
            let users: Vec<_> = self
                .program
                .reads
                .row(name.0)
                .chain(self.program.writes.row(name.0))
                .take(self.limits.fan)
                .collect();
            for user in users {
                let body = self.program.body(user);
                for op in &body.ops {
                    let value = match op {
                        Op::Load {
                            place: Place::Field(_, f) | Place::Static(f),
                            dst,
                        } if *f == name => *dst,
                        Op::Store {
                            place: Place::Field(_, f) | Place::Static(f),
                            src,
                        } if *f == name => *src,
                        _ => continue,
                    };
                    let alias = Ask {
                        func: user,
                        value,
                        stack: Rc::from([]),
                        path: ask.path.clone(),
                        at: None,
                        down: true,
                    };
                    all.extend(self.held(&alias, body, false));
                }
            }
        }
        all
    }

    /// Everything that is put into an object in one function, as questions; `deep`: also aliases
    /// elsewhere, as questions that only look for more of the same.
    fn held(&self, ask: &Ask, body: &Body<'a>, deep: bool) -> Vec<Ask> {
        let mut found = Vec::new();
        let same = self.aliases(body, ask.value);
        self.held_by(ask, body, &same, deep, 0, &mut found);
        found
    }

    fn held_by(
        &self,
        ask: &Ask,
        body: &Body<'a>,
        same: &[Value],
        deep: bool,
        wrappers: u8,
        found: &mut Vec<Ask>,
    ) {
        // What this function made is not here before it did.
        let fresh = same.iter().any(|value| {
            matches!(
                body.def(*value),
                Some((_, Op::New { .. } | Op::NewArray { .. }))
            )
        });
        let mut added: i64 = 0;
        for (id, op) in body.iter_ops() {
            let in_time = || {
                !fresh
                    || ask
                        .at
                        .is_none_or(|at| at != id && order::reaches(body, id, at))
            };
            let put = |value: Value, path: Path, down: bool| Ask {
                value,
                path,
                at: if down { None } else { Some(id) },
                down,
                ..ask.clone()
            };
            match op {
                Op::Store {
                    place: Place::Element(array, index),
                    src,
                } if same.contains(array) && in_time() => {
                    if let Some(rest) = step_into(&ask.path, &super::index_key(body, *index)) {
                        found.push(put(*src, rest, false));
                    }
                }
                Op::Store {
                    place: Place::Field(_, field) | Place::Static(field),
                    src,
                } if deep && same.contains(src) => self.aliases_in_field(ask, *field, found),
                Op::Load {
                    place: Place::Element(array, index),
                    dst,
                } if deep && same.contains(array) && !ask.path.is_empty() => {
                    if let Some(rest) = step_into(&ask.path, &super::index_key(body, *index)) {
                        found.push(put(*dst, rest, true));
                    }
                }
                Op::Load {
                    place: Place::Field(_, field) | Place::Static(field),
                    dst,
                } if deep && *dst == ask.value && !ask.down => {
                    self.aliases_in_field(ask, *field, found);
                }
                Op::Call { args, .. } if body.args(*args).iter().any(|arg| same.contains(arg)) => {
                    let site = Site {
                        func: body.func,
                        op: id,
                    };
                    let Some(call) = self.outside_call(body, site) else {
                        continue;
                    };
                    let inside = self.graph.targets(site).funcs;
                    if !self.is_outside(call.target, &inside) {
                        if deep && in_time() {
                            self.handed_on(ask, body, &call, same, found);
                        }
                        continue;
                    }
                    let counts = self.name_of(call.target) == "add" && call.declared().len() == 1;
                    let ordinal = added;
                    if counts
                        && call
                            .receiver()
                            .is_some_and(|receiver| same.contains(&receiver))
                    {
                        added += 1;
                    }
                    if !in_time() {
                        continue;
                    }
                    let nth =
                        (counts && fresh && self.adds_in_order(body, same)).then_some(ordinal);
                    self.kept(ask, body, &call, same, nth, deep, wrappers, found);
                }
                _ => {}
            }
        }
    }

    /// What one call of code outside puts into an object.
    #[allow(
        clippy::too_many_arguments,
        reason = "the state of one walk, used here alone"
    )]
    fn kept(
        &self,
        ask: &Ask,
        body: &Body<'a>,
        call: &Outside<'_>,
        same: &[Value],
        nth: Option<i64>,
        deep: bool,
        wrappers: u8,
        found: &mut Vec<Ask>,
    ) {
        let name = self.name_of(call.target);
        let put = |value: Value, path: Path| Ask {
            value,
            path,
            at: Some(call.site.op),
            down: false,
            ..ask.clone()
        };
        let anything: Path = Rc::from([]);
        let models = self.apis.of(call.target);
        // What a model says is put where.
        for model in models {
            let into = model.arg(ArgRole::Into).and_then(|at| call.at(at));
            if into.is_some_and(|into| same.contains(&into)) {
                for value in model.args_of(ArgRole::Value).filter_map(|at| call.at(at)) {
                    let rest = match model.arg(ArgRole::Key).and_then(|at| call.at(at)) {
                        Some(key) => step_into(&ask.path, &self.key(body, key)),
                        None => match nth {
                            Some(nth) => step_into(&ask.path, &Key::Index(nth)),
                            None => Some(anything.clone()),
                        },
                    };
                    if let Some(rest) = rest
                        && !same.contains(&value)
                    {
                        found.push(put(value, rest));
                    }
                }
            }
        }
        if !self.is_data(call.target) {
            return;
        }
        let on_it = call
            .receiver()
            .is_some_and(|receiver| same.contains(&receiver));
        if on_it && !self.is_constant_keeper(call.target) {
            let asks = ASKS.iter().any(|start| name.starts_with(start));
            let values = call.declared();
            match values {
                // What hands out a holder that is inside: more may be put into that.
                [_, ..] if asks => {
                    if deep
                        && self.hands_out(call.target)
                        && !ask.path.is_empty()
                        && let Some(dst) = call.dst
                        && let Some(rest) = step_into(&ask.path, &self.key_of_get(body, call.args))
                    {
                        found.push(Ask {
                            down: true,
                            at: None,
                            ..put(dst, rest)
                        });
                    }
                }
                [] => {}
                [value] => {
                    let rest = if let Some(nth) = nth {
                        step_into(&ask.path, &Key::Index(nth))
                    } else if name.ends_with("All") || name == "putExtras" || name == "<init>" {
                        Some(ask.path.clone())
                    } else {
                        Some(
                            ask.path
                                .split_first()
                                .map_or(anything, |(_, rest)| Rc::from(rest)),
                        )
                    };
                    if let Some(rest) = rest {
                        found.push(put(*value, rest));
                    }
                }
                [key, rest @ ..] if name.starts_with("put") || matches!(name, "set" | "add") => {
                    if let Some(path) = step_into(&ask.path, &self.key(body, *key)) {
                        found.extend(rest.iter().map(|value| put(*value, path.clone())));
                    }
                }
                all => found.extend(
                    all.iter()
                        .filter(|value| !same.contains(value))
                        .map(|value| put(*value, anything.clone())),
                ),
            }
            return;
        }
        let given = call.declared().iter().any(|value| same.contains(value));
        if !given {
            return;
        }
        // A wrapper: what is put into it goes on into this one.
        if name == "<init>"
            && wrappers < MAX_WRAPPERS
            && let Some(wrapper) = call.receiver()
            && !same.contains(&wrapper)
            && self.wraps(call.target)
        {
            let outer = self.aliases(body, wrapper);
            let inner = Ask {
                path: anything,
                ..ask.clone()
            };
            self.held_by(&inner, body, &outer, deep, wrappers + 1, found);
            return;
        }
        // An array that a function fills.
        if self.fills_arrays(name) {
            let others = call.args.iter().filter(|value| !same.contains(value));
            found.extend(others.map(|value| put(*value, anything.clone())));
        }
    }

    /// Whether an object passes what it is given on to what it was made with.
    fn wraps(&self, method: MethodId) -> bool {
        let class = self.program.names.text(self.program.method(method).class);
        class.starts_with("Ljava/io/")
            || class == "Ljava/util/Formatter;"
            || class.starts_with("Ljava/util/zip/")
    }

    fn fills_arrays(&self, name: &str) -> bool {
        matches!(
            name,
            "getChars"
                | "arraycopy"
                | "read"
                | "readFully"
                | "getBytes"
                | "get"
                | "toArray"
                | "copyInto"
                | "addAll"
        )
    }

    fn is_constant_keeper(&self, method: MethodId) -> bool {
        self.is_constant(method) && self.name_of(method) != "<init>"
    }

    /// The object is given to functions of the program: what they put into it counts.
    fn handed_on(
        &self,
        ask: &Ask,
        body: &Body<'a>,
        call: &Outside<'_>,
        same: &[Value],
        found: &mut Vec<Ask>,
    ) {
        let _ = body;
        let Some(stack) = self.deeper(&ask.stack, call.site) else {
            return;
        };
        for func in self.landings(call.site, &ask.stack) {
            let callee = self.program.body(func);
            for (index, arg) in call.args.iter().enumerate() {
                if same.contains(arg)
                    && let Some(parameter) = callee.params.get(index)
                {
                    found.push(Ask {
                        func,
                        value: *parameter,
                        stack: stack.clone(),
                        path: ask.path.clone(),
                        at: None,
                        down: true,
                    });
                }
            }
        }
    }

    /// The object is in a field: what others put into what they read from it counts.
    fn aliases_in_field(&self, ask: &Ask, field: crate::ir::FieldId, found: &mut Vec<Ask>) {
        for name in self.same_fields(field) {
            for reader in self.program.reads.row(name.0).take(self.limits.fan) {
                for op in &self.program.body(reader).ops {
                    if let Op::Load {
                        dst,
                        place: Place::Field(_, loaded) | Place::Static(loaded),
                    } = op
                        && *loaded == name
                    {
                        found.push(Ask {
                            func: reader,
                            value: *dst,
                            stack: Rc::from([]),
                            path: ask.path.clone(),
                            at: None,
                            down: true,
                        });
                    }
                }
            }
        }
    }

    /// Values of a function that are the same object, through casts, joins and fluent calls.
    fn aliases(&self, body: &Body<'a>, value: Value) -> Vec<Value> {
        let fluent = |op: &Op<'_>| match op {
            Op::Cast { src, .. } => Some(*src),
            Op::Call { target, args, .. }
                if self
                    .apis
                    .of(*target)
                    .iter()
                    .any(|model| model.returns == Returns::Receiver) =>
            {
                body.args(*args).first().copied()
            }
            _ => None,
        };
        let mut root = value;
        for _ in 0..256 {
            match body.def(root).and_then(|(_, op)| fluent(op)) {
                Some(below) => root = below,
                None => break,
            }
        }
        let field = kept_in(body, root);
        if let Some((_, made)) = field {
            root = made;
        }
        let mut same = vec![root];
        if root != value {
            same.push(value);
        }
        for op in &body.ops {
            let Some(dst) = op.dst() else { continue };
            let joins = match op {
                Op::Phi { args, .. } => body.args(*args).iter().any(|arg| same.contains(arg)),
                Op::Load { place, .. } => {
                    field.is_some_and(|(kept, _)| same_place(body, kept, *place))
                }
                other => fluent(other).is_some_and(|below| same.contains(&below)),
            };
            if joins && !same.contains(&dst) {
                same.push(dst);
            }
        }
        same
    }

    /// Whether all that is added to a list is added one after the other.
    fn adds_in_order(&self, body: &Body<'a>, same: &[Value]) -> bool {
        let mut block = None;
        body.iter_ops().all(|(id, op)| match op {
            Op::Call { target, args, .. }
                if self.name_of(*target).starts_with("add")
                    && body
                        .args(*args)
                        .first()
                        .is_some_and(|receiver| same.contains(receiver)) =>
            {
                let at = body.block_of(id);
                let ordered = *block.get_or_insert(at) == at && self.name_of(*target) == "add";
                // A block that leads back to itself adds again.
                ordered
                    && at.is_some_and(|at| {
                        body.blocks
                            .get(at.0 as usize)
                            .is_some_and(|block| block.succs.iter().all(|edge| edge.to != at))
                    })
            }
            _ => true,
        })
    }
}

/// The field that an object is kept in from the start, and the object: it is made in this function
/// and put into the field, and nothing else is there.
fn kept_in(body: &Body<'_>, value: Value) -> Option<(Place, Value)> {
    let place = match body.def(value)? {
        (_, Op::Load { place, .. }) => *place,
        (_, Op::New { .. } | Op::NewArray { .. }) => body.ops.iter().find_map(|op| match op {
            Op::Store { place, src } if *src == value => Some(*place),
            _ => None,
        })?,
        _ => return None,
    };
    if matches!(place, Place::Element(..)) {
        return None;
    }
    let mut stored = body.ops.iter().filter_map(|op| match op {
        Op::Store { place: other, src } if same_place(body, place, *other) => Some(*src),
        _ => None,
    });
    let made = through_casts(body, stored.next()?);
    let only = stored.next().is_none();
    let fresh = matches!(
        body.def(made),
        Some((_, Op::New { .. } | Op::NewArray { .. }))
    );
    (only && fresh).then_some((place, made))
}

/// Whether two places are the same field of the same object.
fn same_place(body: &Body<'_>, one: Place, other: Place) -> bool {
    match (one, other) {
        (Place::Static(one), Place::Static(other)) => one == other,
        (Place::Field(one, field), Place::Field(other, also)) => {
            field == also && through_casts(body, one) == through_casts(body, other)
        }
        _ => false,
    }
}
