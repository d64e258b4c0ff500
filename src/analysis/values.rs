//! Where a value came from: constants, parameters, fields, call results, and what they were built
//! from; through fields and across calls, on demand.
//!
//! A query walks definitions backwards from one use. Every query has its own budget of steps
//! ([`Limits`]), so the answer does not depend on what was asked before or on other threads; when a
//! budget ends, the answer says [`Origin::Unknown`]. Calls are entered with the calling site as
//! context, so that a parameter of the callee is the argument at that site; a field is read without
//! context, as the union of what the program writes to it. Access paths are one field deep at a
//! time; collections widen to unknown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::callgraph::CallGraph;
use super::template::Template;
use crate::ir::{
    BlockId, Body, Const, FieldId, FuncId, MethodId, Op, OpId, Place, Program, StaticValue, TypeId,
    Value, access,
};
use crate::models::{ApiMap, ArgPos, ArgRole, Returns, Roles};

/// An operation of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The function.
    pub func: FuncId,
    /// The operation.
    pub op: OpId,
}

/// The calls through which a function was entered, innermost first.
pub type Context = Option<Rc<Frame>>;

/// One call of a [`Context`].
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// The call.
    pub site: Site,
    /// How the calling function was entered.
    pub parent: Context,
    depth: u8,
}

/// Puts a call on top of a context.
#[must_use]
pub fn enter(site: Site, parent: &Context) -> Context {
    let depth = parent
        .as_ref()
        .map_or(0, |frame| frame.depth)
        .saturating_add(1);
    Some(Rc::new(Frame {
        site,
        parent: parent.clone(),
        depth,
    }))
}

/// The sites of a context, innermost first.
pub fn frames(context: &Context) -> impl Iterator<Item = Site> + '_ {
    std::iter::successors(context.as_deref(), |frame| frame.parent.as_deref())
        .map(|frame| frame.site)
}

/// One thing that a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// An integer, a boolean, a character, or null (0).
    Int(i64),
    /// Known text.
    Text(Rc<str>),
    /// A class literal.
    Class(TypeId),
    /// Constant bytes.
    Bytes(usize),
    /// Text built from parts, each with its own origins.
    Built(Rc<Vec<Vec<Origin>>>),
    /// A parameter of the function where the query began (receiver is 0 when there is one).
    Param(FuncId, u16),
    /// A field that the program does not write where it can be seen.
    Field(FieldId),
    /// The result of a call that is not followed: of a library, or with too many targets.
    Call(MethodId, Site, Context),
    /// An object made here.
    New(TypeId, Site, Context),
    /// Not known, and why.
    Unknown(&'static str),
}

/// Bounds of one query.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Definitions visited.
    pub steps: u32,
    /// Calls entered inside one another.
    pub depth: u8,
    /// Origins kept for one value.
    pub origins: usize,
    /// Writers of a field, or callers of a constructor, that are looked at.
    pub fan: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 4000,
            depth: 6,
            origins: 12,
            fan: 12,
        }
    }
}

/// Deepest recursion of one query, to keep the machine's stack bounded on any input.
const MAX_NESTING: u32 = 96;

/// A definition that is looked at, and the call through which its function was entered.
type Visit = (FuncId, Value, Option<(Site, u8)>);

/// Answers queries about values.
pub struct Values<'p, 'a> {
    program: &'p Program<'a>,
    apis: &'p ApiMap,
    graph: &'p CallGraph<'p, 'a>,
    limits: Limits,
    steps: Cell<u32>,
    nesting: Cell<u32>,
    memo: RefCell<FxHashMap<FieldId, Rc<Vec<Origin>>>>,
    visiting: RefCell<Vec<Visit>>,
    visiting_fields: RefCell<Vec<FieldId>>,
}

impl<'p, 'a> Values<'p, 'a> {
    /// A fresh evaluator.
    #[must_use]
    pub fn new(
        program: &'p Program<'a>,
        apis: &'p ApiMap,
        graph: &'p CallGraph<'p, 'a>,
        limits: Limits,
    ) -> Self {
        Self {
            program,
            apis,
            graph,
            limits,
            steps: Cell::new(0),
            nesting: Cell::new(0),
            memo: RefCell::default(),
            visiting: RefCell::default(),
            visiting_fields: RefCell::default(),
        }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'p Program<'a> {
        self.program
    }

    /// The call graph.
    #[must_use]
    pub fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.graph
    }

    /// The API models of the program's symbols.
    #[must_use]
    pub fn apis(&self) -> &'p ApiMap {
        self.apis
    }

    /// Origins of a value of a function entered through `context`.
    #[must_use]
    pub fn origins(&self, func: FuncId, value: Value, context: &Context) -> Vec<Origin> {
        self.steps.set(0);
        self.eval(func, value, context)
    }

    /// Origins of an argument of a call. `position` as models count it.
    #[must_use]
    pub fn argument(&self, site: Site, position: ArgPos, context: &Context) -> Vec<Origin> {
        match self.argument_value(site, position) {
            Some(value) => self.origins(site.func, value, context),
            None => Vec::new(),
        }
    }

    /// Origins of an argument, with what comes from outside followed to all callers.
    #[must_use]
    pub fn argument_from_callers(&self, site: Site, position: ArgPos) -> Vec<Origin> {
        let mut all = Vec::new();
        for origin in self.argument(site, position, &None) {
            match origin {
                Origin::Param(func, index) => all.extend(self.eval_callers(func, index)),
                other => all.push(other),
            }
        }
        all
    }

    /// The value that stands at an argument position of a call.
    #[must_use]
    pub fn argument_value(&self, site: Site, position: ArgPos) -> Option<Value> {
        let body = self.program.body(site.func);
        let Some(Op::Call {
            args,
            target,
            kind,
            dst,
        }) = body.op(site.op)
        else {
            return None;
        };
        let values = body.args(*args);
        let receiver = usize::from(*kind != crate::ir::CallKind::Static);
        let _ = target;
        match position {
            ArgPos::Receiver => (receiver == 1).then(|| values.first().copied()).flatten(),
            ArgPos::Return => *dst,
            ArgPos::Param(index) => values.get(receiver + usize::from(index)).copied(),
        }
    }

    fn tick(&self) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        steps <= self.limits.steps
    }

    fn eval(&self, func: FuncId, value: Value, context: &Context) -> Vec<Origin> {
        if !self.tick() || self.nesting.get() >= MAX_NESTING {
            return vec![Origin::Unknown("the value has too many ways to come about")];
        }
        // The same function inside itself, by another call, is no recursion.
        let key = (
            func,
            value,
            context.as_ref().map(|frame| (frame.site, frame.depth)),
        );
        if self.visiting.borrow().contains(&key) {
            return Vec::new();
        }
        self.visiting.borrow_mut().push(key);
        self.nesting.set(self.nesting.get() + 1);
        let mut origins = self.eval_definition(func, value, context);
        self.nesting.set(self.nesting.get() - 1);
        self.visiting.borrow_mut().pop();
        self.trim(&mut origins);
        origins
    }

    /// Leaves out objects that cannot be of a type.
    fn of_type(&self, mut origins: Vec<Origin>, ty: TypeId) -> Vec<Origin> {
        if origins.len() > 1 && self.program.class_of.contains_key(&ty) {
            let fits = |made: TypeId| {
                !self.program.class_of.contains_key(&made)
                    || self.program.is_subtype(made, ty)
                    || self.program.is_subtype(ty, made)
            };
            origins.retain(|origin| match origin {
                Origin::New(made, ..) => fits(*made),
                Origin::Call(method, ..) => {
                    fits(self.program.proto(self.program.method(*method).proto).ret)
                }
                _ => true,
            });
        }
        origins
    }

    fn trim(&self, origins: &mut Vec<Origin>) {
        let mut kept: Vec<Origin> = Vec::with_capacity(origins.len());
        for origin in origins.drain(..) {
            if !kept.contains(&origin) {
                kept.push(origin);
            }
        }
        if kept.len() > self.limits.origins {
            kept.truncate(self.limits.origins);
            kept.push(Origin::Unknown("the value has too many origins"));
        }
        *origins = kept;
    }

    fn eval_definition(&self, func: FuncId, value: Value, context: &Context) -> Vec<Origin> {
        let body = self.program.body(func);
        if let Some(index) = body.param_index(value) {
            return self.eval_param(func, index, context);
        }
        let Some((op_id, op)) = body.def(value) else {
            return vec![Origin::Unknown("the value has no definition")];
        };
        let site = Site { func, op: op_id };
        match op {
            Op::Const { value, .. } => vec![match value {
                Const::Int(value) => Origin::Int(*value),
                Const::Str(text) => Origin::Text(Rc::from(text.as_ref())),
                Const::Class(ty) => Origin::Class(*ty),
                Const::Bytes(bytes, _) => Origin::Bytes(bytes.len()),
            }],
            Op::Phi { args, .. } => {
                let mut all = Vec::new();
                for arg in body.args(*args) {
                    all.extend(self.eval(func, *arg, context));
                }
                all
            }
            Op::Cast { src, ty, .. } => self.of_type(self.eval(func, *src, context), *ty),
            Op::New { ty, .. } => vec![Origin::New(*ty, site, context.clone())],
            Op::NewArray { ty, elements, .. } => {
                self.eval_array(body, value, *ty, *elements, site, context)
            }
            Op::Load { place, .. } => self.eval_load(body, op_id, *place, context),
            Op::Call { target, .. } => self.eval_call(site, *target, context),
            Op::Unknown { why, .. } => vec![Origin::Unknown(match why {
                crate::ir::Why::Arithmetic => "it is computed",
                crate::ir::Why::Exception => "it is a caught exception",
                _ => "the code does not say",
            })],
            Op::Compute { .. } | Op::InstanceOf { .. } => vec![Origin::Unknown("it is computed")],
            Op::Closure { .. } => vec![Origin::Unknown("it is a closure")],
            Op::Store { .. }
            | Op::Branch { .. }
            | Op::Switch { .. }
            | Op::Return { .. }
            | Op::Throw { .. } => {
                vec![Origin::Unknown("the value has no definition")]
            }
        }
    }

    fn eval_param(&self, func: FuncId, index: usize, context: &Context) -> Vec<Origin> {
        if let Some(frame) = context {
            let caller = self.program.body(frame.site.func);
            if let Some(Op::Call { args, .. }) = caller.op(frame.site.op)
                && let Some(argument) = caller.args(*args).get(index)
            {
                return self.eval(frame.site.func, *argument, &frame.parent);
            }
        }
        vec![Origin::Param(
            func,
            u16::try_from(index).unwrap_or(u16::MAX),
        )]
    }

    /// An array: constant bytes, or text of its elements when it has been filled with constants.
    fn eval_array(
        &self,
        body: &Body<'a>,
        array: Value,
        ty: TypeId,
        elements: crate::ir::ArgRange,
        site: Site,
        context: &Context,
    ) -> Vec<Origin> {
        let _ = elements;
        for op in &body.ops {
            if let Op::Store {
                place: Place::Element(target, _),
                src,
            } = op
                && *target == array
                && let Some((
                    _,
                    Op::Const {
                        value: Const::Bytes(bytes, _),
                        ..
                    },
                )) = body.def(*src)
            {
                return vec![Origin::Bytes(bytes.len())];
            }
        }
        vec![Origin::New(ty, site, context.clone())]
    }

    /// Values put into an array in the function that makes it, in order of their index.
    #[must_use]
    pub fn elements(&self, func: FuncId, array: Value) -> Vec<Value> {
        let indexed = self.indexed(func, array);
        indexed.into_iter().map(|(_, value)| value).collect()
    }

    /// Values put into an array in the function that makes it, with their constant index.
    fn indexed(&self, func: FuncId, array: Value) -> Vec<(i64, Value)> {
        let body = self.program.body(func);
        let array = self.copied_array(body, array);
        if let Some((_, Op::NewArray { elements, .. })) = body.def(array)
            && elements.len > 0
        {
            return (0..).zip(body.args(*elements).iter().copied()).collect();
        }
        let mut found: Vec<(i64, Value)> = Vec::new();
        for op in &body.ops {
            if let Op::Store {
                place: Place::Element(target, index),
                src,
            } = op
                && self.same_object(body, *target, array)
                && let Some((
                    _,
                    Op::Const {
                        value: Const::Int(index),
                        ..
                    },
                )) = body.def(*index)
            {
                found.push((*index, *src));
            }
        }
        found.sort_by_key(|(index, _)| *index);
        found
    }

    /// The array that an array is a copy of (`Arrays.copyOf`, as Kotlin spreads arguments), else
    /// itself.
    fn copied_array(&self, body: &Body<'a>, array: Value) -> Value {
        let array = root_of(body, array);
        match body.def(array) {
            Some((_, Op::Call { target, args, .. })) => {
                let symbol = self.program.method(*target);
                let copies = self.program.names.text(symbol.class) == "Ljava/util/Arrays;"
                    && self.program.names.text(symbol.name) == "copyOf";
                match body.args(*args).first() {
                    Some(source) if copies => root_of(body, *source),
                    _ => array,
                }
            }
            _ => array,
        }
    }

    fn same_object(&self, body: &Body<'a>, a: Value, b: Value) -> bool {
        root_of(body, a) == root_of(body, b)
    }

    fn eval_load(
        &self,
        body: &Body<'a>,
        load: OpId,
        place: Place,
        context: &Context,
    ) -> Vec<Origin> {
        match place {
            Place::Static(field) => self.eval_field(field, true),
            Place::Field(object, field) => {
                // A field of an object made in sight, written in its constructor: follow that object.
                if let Some(origins) = self.eval_own_field(body, load, (object, field), context) {
                    return origins;
                }
                self.eval_field(field, false)
            }
            Place::Element(array, index) => {
                if let Some((
                    _,
                    Op::Const {
                        value: Const::Int(index),
                        ..
                    },
                )) = body.def(index)
                {
                    let elements = self.indexed(body.func, array);
                    if let Some((_, value)) = elements.iter().rev().find(|(at, _)| at == index) {
                        return self.eval(body.func, *value, context);
                    }
                }
                vec![Origin::Unknown("it is an element of a collection")]
            }
        }
    }

    /// `object.field` where `object` is the receiver of the function and the context shows the
    /// object being made, or where the function itself stored the field before.
    fn eval_own_field(
        &self,
        body: &Body<'a>,
        load: OpId,
        (object, field): (Value, FieldId),
        context: &Context,
    ) -> Option<Vec<Origin>> {
        // A store to the same object's field in the same function, before it is read.
        let before = body.ops.iter().take(load.0 as usize);
        let mut stores = before.filter_map(|op| match op {
            Op::Store {
                place: Place::Field(target, stored),
                src,
            } if *stored == field && *target == object => Some(*src),
            _ => None,
        });
        if body.param_index(object).is_none()
            && let Some(first) = stores.next()
            && stores.next().is_none()
        {
            return Some(self.eval(body.func, first, context));
        }
        // An object made here by a constructor that we can see: the constructor's arguments.
        let objects = match body.param_index(object) {
            Some(_) if context.is_some() => self.eval(body.func, object, context),
            None => self.eval(body.func, object, context),
            Some(_) => return None,
        };
        let [Origin::New(_, made, made_in)] = objects.as_slice() else {
            return None;
        };
        let maker = self.program.body(made.func);
        let Some(Op::New { dst, .. }) = maker.op(made.op) else {
            return None;
        };
        let (init, target) = maker.iter_ops().find_map(|(id, op)| match op {
            Op::Call {
                target,
                kind: crate::ir::CallKind::Direct,
                args,
                ..
            } if maker.args(*args).first() == Some(dst) && self.is_constructor(*target) => {
                Some((id, *target))
            }
            _ => None,
        })?;
        let constructor = self
            .program
            .func_of
            .get(target.index())
            .copied()
            .flatten()?;
        let inner = enter(
            Site {
                func: made.func,
                op: init,
            },
            made_in,
        );
        if inner
            .as_ref()
            .is_some_and(|frame| frame.depth > self.limits.depth)
        {
            return None;
        }
        if self.written_outside_constructor(field) {
            return None;
        }
        self.eval_constructed(constructor, field, &inner, 0)
    }

    /// The value that a constructor gives to a field, itself or by the constructor that it calls.
    fn eval_constructed(
        &self,
        constructor: FuncId,
        field: FieldId,
        context: &Context,
        depth: u8,
    ) -> Option<Vec<Origin>> {
        let body = self.program.body(constructor);
        let receiver = body.params.first().copied()?;
        let mut origins = Vec::new();
        for op in &body.ops {
            if let Op::Store {
                place: Place::Field(target, stored),
                src,
            } = op
                && *stored == field
                && *target == receiver
            {
                origins.extend(self.eval(constructor, *src, context));
            }
        }
        if !origins.is_empty() {
            return Some(origins);
        }
        if depth >= 3 {
            return None;
        }
        let (delegate, target) = body.iter_ops().find_map(|(id, op)| match op {
            Op::Call {
                target,
                kind: crate::ir::CallKind::Direct,
                args,
                ..
            } if body.args(*args).first() == Some(&receiver) && self.is_constructor(*target) => {
                Some((id, *target))
            }
            _ => None,
        })?;
        let next = self
            .program
            .func_of
            .get(target.index())
            .copied()
            .flatten()?;
        let inner = enter(
            Site {
                func: constructor,
                op: delegate,
            },
            context,
        );
        self.eval_constructed(next, field, &inner, depth + 1)
    }

    fn written_outside_constructor(&self, field: FieldId) -> bool {
        self.program
            .writes
            .row(field.0)
            .any(|func| !self.program.func_name(func).starts_with('<'))
    }

    fn is_constructor(&self, method: MethodId) -> bool {
        self.program.names.text(self.program.method(method).name) == "<init>"
    }

    /// Everything that the program writes to a field.
    fn eval_field(&self, field: FieldId, is_static: bool) -> Vec<Origin> {
        if let Some(known) = self.memo.borrow().get(&field) {
            return known.as_ref().clone();
        }
        if self.visiting_fields.borrow().contains(&field) {
            return Vec::new();
        }
        let mut origins = Vec::new();
        if is_static && let Some(value) = self.program.statics.get(&field) {
            origins.push(match value {
                StaticValue::Int(value) => Origin::Int(*value),
                StaticValue::Str(text) => Origin::Text(Rc::from(text.as_str())),
            });
        }
        let writers: Vec<FuncId> = self
            .program
            .writes
            .row(field.0)
            .take(self.limits.fan + 1)
            .collect();
        if writers.len() > self.limits.fan {
            origins.push(Origin::Field(field));
            return origins;
        }
        self.visiting_fields.borrow_mut().push(field);
        let outer = self.visiting.take();
        for writer in &writers {
            let body = self.program.body(*writer);
            for op in &body.ops {
                if let Op::Store {
                    place: Place::Field(_, stored) | Place::Static(stored),
                    src,
                } = op
                    && *stored == field
                {
                    for origin in self.eval(*writer, *src, &None) {
                        match origin {
                            // What the writer was given: by whom? Where that is not visible, the
                            // field's own name says more than the parameter's.
                            Origin::Param(func, index) => {
                                let given = self.eval_callers(func, index);
                                origins.extend(given.into_iter().map(|origin| match origin {
                                    Origin::Param(..) => Origin::Field(field),
                                    other => other,
                                }));
                            }
                            other => origins.push(other),
                        }
                    }
                }
            }
        }
        self.visiting.replace(outer);
        self.visiting_fields.borrow_mut().pop();
        // Written by reflection (serialisers), by the framework, or never: the field itself is all
        // that is known. Defaults beside real values say nothing.
        if origins.iter().all(is_default) {
            origins.push(Origin::Field(field));
        }
        origins.retain(|origin| !is_default(origin));
        let mut origins = self.of_type(origins, self.program.field(field).ty);
        self.trim(&mut origins);
        if self.visiting_fields.borrow().is_empty() && self.steps.get() < self.limits.steps / 2 {
            self.memo
                .borrow_mut()
                .insert(field, Rc::new(origins.clone()));
        }
        origins
    }

    /// A parameter of a function, as all its callers give it.
    fn eval_callers(&self, func: FuncId, index: u16) -> Vec<Origin> {
        let sites = self.graph.call_sites(func, self.limits.fan + 1);
        if sites.is_empty() || sites.len() > self.limits.fan {
            return vec![Origin::Param(func, index)];
        }
        let mut all = Vec::new();
        for site in sites {
            let body = self.program.body(site.func);
            if let Some(Op::Call { args, .. }) = body.op(site.op)
                && let Some(argument) = body.args(*args).get(usize::from(index))
            {
                for origin in self.eval(site.func, *argument, &None) {
                    match origin {
                        Origin::Param(outer, outer_index)
                            if self.nesting.get() < 24 && outer != func =>
                        {
                            all.extend(self.eval_callers_nested(outer, outer_index));
                        }
                        other => all.push(other),
                    }
                }
            }
        }
        all
    }

    fn eval_callers_nested(&self, func: FuncId, index: u16) -> Vec<Origin> {
        self.nesting.set(self.nesting.get() + 8);
        let origins = self.eval_callers(func, index);
        self.nesting.set(self.nesting.get() - 8);
        origins
    }

    fn eval_call(&self, site: Site, target: MethodId, context: &Context) -> Vec<Origin> {
        let body = self.program.body(site.func);
        let models = self.apis.of(target);
        if let Some(origins) = self.eval_lazy(site, target, context) {
            return origins;
        }
        for model in models {
            if model.roles.contains(Roles::CONCAT) || self.is_builder_text(target) {
                return self.eval_text(site, target, context);
            }
            // What protects a value is where it came from, so the call itself is the origin.
            if model.roles.intersects(
                Roles::ENCRYPT | Roles::DECRYPT | Roles::CREDENTIAL_SOURCE | Roles::READ,
            ) {
                return vec![Origin::Call(target, site, context.clone())];
            }
            // A keyed read (`json.getString("token")`): the key says what it is.
            if model.roles.contains(Roles::PASS)
                && model.arg(ArgRole::Key).is_some()
                && model.arg(ArgRole::Into).is_none()
            {
                return vec![Origin::Call(target, site, context.clone())];
            }
            let through = match model.returns {
                Returns::Receiver => Some(ArgPos::Receiver),
                Returns::Arg(index) => Some(ArgPos::Param(index)),
                Returns::Value | Returns::Other => None,
            };
            if let Some(position) = through
                && let Some(value) = self.argument_value(site, position)
            {
                return self.eval(site.func, value, context);
            }
            if model.roles.intersects(Roles::PASS | Roles::ENCODE)
                && let Some(value) = model
                    .arg(ArgRole::Value)
                    .and_then(|position| self.argument_value(site, position))
                    .or_else(|| self.argument_value(site, ArgPos::Receiver))
                    .or_else(|| self.argument_value(site, ArgPos::Param(0)))
            {
                return self.eval(site.func, value, context);
            }
        }
        if !models.is_empty() {
            return vec![Origin::Call(target, site, context.clone())];
        }
        // The text of a text, whatever interface it is seen through.
        let symbol = self.program.method(target);
        if self.program.names.text(symbol.name) == "toString"
            && self.program.proto(symbol.proto).params.is_empty()
            && !self.program.class_of.contains_key(&symbol.class)
            && let Some(receiver) = self.argument_value(site, ArgPos::Receiver)
        {
            return self.eval(site.func, receiver, context);
        }
        let targets = self.graph.targets(site);
        if targets.funcs.is_empty() || targets.funcs.len() > 3 {
            return vec![Origin::Call(target, site, context.clone())];
        }
        let inner = enter(site, context);
        if inner
            .as_ref()
            .is_some_and(|frame| frame.depth > self.limits.depth)
        {
            return vec![Origin::Call(target, site, context.clone())];
        }
        let mut all = Vec::new();
        for func in targets.funcs {
            let callee = self.program.body(func);
            if callee.ops.is_empty() || self.program.func(func).access & access::NATIVE != 0 {
                all.push(Origin::Call(target, site, context.clone()));
                continue;
            }
            let live = self.live_blocks(site, callee, context);
            for (block, _) in callee.blocks.iter().zip(live).filter(|(_, live)| *live) {
                for id in block.ops.clone() {
                    if let Some(Op::Return { value: Some(value) }) = callee.op(OpId(id)) {
                        all.extend(self.eval(func, *value, &inner));
                    }
                }
            }
        }
        let _ = body;
        if all.is_empty() {
            all.push(Origin::Call(target, site, context.clone()));
        }
        // A result of which nothing is known keeps the call's own name, which says more.
        for origin in &mut all {
            if matches!(origin, Origin::Unknown(_)) {
                *origin = Origin::Call(target, site, context.clone());
            }
        }
        all
    }

    /// `lazy { … }.value`: what the lambda returns.
    fn eval_lazy(&self, site: Site, target: MethodId, context: &Context) -> Option<Vec<Origin>> {
        let symbol = self.program.method(target);
        if self.program.names.text(symbol.name) != "getValue"
            || self.program.names.text(symbol.class) != "Lkotlin/Lazy;"
        {
            return None;
        }
        // What makes the lazy value hands the lambda on, so that its receiver is the lambda.
        let receiver = self.argument_value(site, ArgPos::Receiver)?;
        let lambdas = self.eval(site.func, receiver, context);
        let [Origin::New(ty, made, made_in)] = lambdas.as_slice() else {
            return None;
        };
        let body = self.program.body(made.func);
        let object = body.op(made.op).and_then(Op::dst)?;
        let (op, _) = body.iter_ops().find(|(_, op)| {
            matches!(op, Op::Call { target, kind: crate::ir::CallKind::Direct, args, .. }
                if body.args(*args).first() == Some(&object) && self.is_constructor(*target))
        })?;
        // Its own function runs on the object that this call makes.
        let inner = enter(
            Site {
                func: made.func,
                op,
            },
            made_in,
        );
        let class = self.program.class_of.get(ty)?;
        let run = self.program.funcs_of(*class).find(|func| {
            self.program.func_name(*func) == "invoke"
                && self
                    .program
                    .proto(self.program.symbol(*func).proto)
                    .params
                    .is_empty()
        })?;
        let mut all = Vec::new();
        for op in &self.program.body(run).ops {
            if let Op::Return { value: Some(value) } = op {
                all.extend(self.eval(run, *value, &inner));
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// Blocks of a callee that can run for the receiver that a call has: a merged body picks a case
    /// by a field of its object.
    fn live_blocks(&self, site: Site, callee: &Body<'a>, context: &Context) -> Vec<bool> {
        let all = || vec![true; callee.blocks.len()];
        let branches = callee
            .ops
            .iter()
            .any(|op| matches!(op, Op::Switch { .. } | Op::Branch { .. }));
        if !branches || !self.program.has_receiver(callee.func) {
            return all();
        }
        let Some(receiver) = self.argument_value(site, ArgPos::Receiver) else {
            return all();
        };
        match self.eval(site.func, receiver, context).as_slice() {
            [Origin::New(_, made, _)] => match self.graph.selector_at(*made) {
                Some(selector) => {
                    super::callgraph::live_blocks(self.program, callee, Some(selector))
                }
                None => all(),
            },
            _ => all(),
        }
    }

    /// `StringBuilder`, `String.concat`, `String.format` and their like: the parts of the text.
    fn eval_text(&self, site: Site, target: MethodId, context: &Context) -> Vec<Origin> {
        let body = self.program.body(site.func);
        let name = self.program.names.text(self.program.method(target).name);
        let Some(Op::Call { args, kind, .. }) = body.op(site.op) else {
            return Vec::new();
        };
        let values = body.args(*args).to_vec();
        if name == "format" {
            return self.eval_format(site, &values, context);
        }
        if matches!(name, "toString" | "append" | "insert")
            && *kind != crate::ir::CallKind::Static
            && let Some(builder) = values.first()
        {
            return self.eval_builder(site, *builder, name != "toString", context);
        }
        let mut parts: Vec<Vec<Origin>> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            // `HttpUrl.Builder` and `Uri.Builder` put the slash in themselves.
            if index > 0 && (name.contains("PathSegment") || name == "appendPath") {
                parts.push(vec![Origin::Text(Rc::from("/"))]);
            }
            parts.push(self.eval(site.func, *value, context));
        }
        vec![join(parts)]
    }

    /// The text that a builder holds when control is at `site`: everything appended before, in
    /// order.
    fn eval_builder(
        &self,
        site: Site,
        builder: Value,
        inclusive: bool,
        context: &Context,
    ) -> Vec<Origin> {
        let body = self.program.body(site.func);
        let root = builder_root(body, builder, |target| self.is_builder_call(target));
        let mut parts = Vec::new();
        if let Some(index) = body.param_index(root) {
            // The builder came from outside: what it holds already is not known.
            parts.push(vec![Origin::Param(
                site.func,
                u16::try_from(index).unwrap_or(u16::MAX),
            )]);
        }
        for (id, op) in body.iter_ops() {
            if id.0 > site.op.0 || (id == site.op && !inclusive) {
                break;
            }
            let Op::Call { target, args, .. } = op else {
                continue;
            };
            let values = body.args(*args);
            let Some(receiver) = values.first() else {
                continue;
            };
            let name = self.program.names.text(self.program.method(*target).name);
            let appends = name == "append" && self.is_builder_call(*target);
            let constructs = name == "<init>" && values.len() == 2;
            let changes = CHANGES_TEXT.contains(&name);
            if !(appends || constructs || changes)
                || builder_root(body, *receiver, |target| self.is_builder_call(target)) != root
            {
                continue;
            }
            if changes {
                parts = vec![vec![Origin::Unknown("its text is changed on the way")]];
                continue;
            }
            match self.passes(body, id, site.op) {
                Passes::Always => {}
                Passes::Sometimes => {
                    parts.push(vec![Origin::Unknown("it is appended on one way only")]);
                    continue;
                }
                Passes::Never => continue,
            }
            if let Some(value) = values.get(1) {
                let mut part = self.eval(site.func, *value, context);
                if appends && self.takes_character(*target) {
                    for origin in &mut part {
                        if let Origin::Int(code) = origin
                            && let Some(char) = u32::try_from(*code).ok().and_then(char::from_u32)
                        {
                            *origin = Origin::Text(char.to_string().into());
                        }
                    }
                }
                // `new StringBuilder(capacity)`
                if constructs && part.iter().all(|origin| matches!(origin, Origin::Int(_))) {
                    continue;
                }
                parts.push(part);
            }
        }
        vec![join(parts)]
    }

    /// Whether control that comes to `to` has come through `from`.
    fn passes(&self, body: &Body<'a>, from: OpId, to: OpId) -> Passes {
        let (Some(from), Some(to)) = (body.block_of(from), body.block_of(to)) else {
            return Passes::Sometimes;
        };
        if from == to {
            return Passes::Always;
        }
        let leads = |start: BlockId, without: Option<BlockId>| {
            let mut seen = vec![false; body.blocks.len()];
            let mut queue = vec![start];
            while let Some(at) = queue.pop() {
                if Some(at) == without {
                    continue;
                }
                if at == to {
                    return true;
                }
                let index = at.0 as usize;
                if let Some(slot) = seen.get_mut(index)
                    && !std::mem::replace(slot, true)
                    && let Some(block) = body.blocks.get(index)
                {
                    queue.extend(block.succs.iter().map(|edge| edge.to));
                }
            }
            false
        };
        if !leads(from, None) {
            Passes::Never
        } else if leads(BlockId(0), Some(from)) {
            Passes::Sometimes
        } else {
            Passes::Always
        }
    }

    fn takes_character(&self, method: MethodId) -> bool {
        let proto = self.program.proto(self.program.method(method).proto);
        matches!(*proto.params, [ty] if self.program.names.text(ty) == "C")
    }

    /// `StringBuilder.toString()` and its like.
    fn is_builder_text(&self, method: MethodId) -> bool {
        let symbol = self.program.method(method);
        matches!(
            self.program.names.text(symbol.class),
            "Ljava/lang/StringBuilder;" | "Ljava/lang/StringBuffer;"
        ) && self.program.names.text(symbol.name) == "toString"
    }

    fn is_builder_call(&self, method: MethodId) -> bool {
        self.apis
            .of(method)
            .iter()
            .any(|model| model.roles.contains(Roles::CONCAT))
    }

    fn eval_format(&self, site: Site, values: &[Value], context: &Context) -> Vec<Origin> {
        let mut pattern = None;
        let mut rest: Vec<Value> = Vec::new();
        for value in values {
            if pattern.is_none() {
                if let [Origin::Text(text)] = self.eval(site.func, *value, context).as_slice() {
                    pattern = Some(text.clone());
                }
            } else {
                rest.push(*value);
            }
        }
        let Some(pattern) = pattern else {
            return vec![Origin::Unknown("its format is not constant")];
        };
        let arguments = match rest.as_slice() {
            [array] => self.indexed(site.func, *array),
            _ => (0..).zip(rest).collect(),
        };
        let mut parts: Vec<Vec<Origin>> = Vec::new();
        let mut next = 0usize;
        for piece in split_format(&pattern) {
            match piece {
                FormatPiece::Text(text) => parts.push(vec![Origin::Text(Rc::from(text))]),
                FormatPiece::Argument(position) => {
                    let index = position.unwrap_or_else(|| {
                        next += 1;
                        next - 1
                    });
                    let argument = arguments
                        .iter()
                        .rev()
                        .find(|(at, _)| usize::try_from(*at) == Ok(index));
                    parts.push(match argument {
                        Some((_, value)) => self.eval(site.func, *value, context),
                        None => vec![Origin::Unknown("its argument is not visible")],
                    });
                }
            }
        }
        vec![join(parts)]
    }
}

/// Whether control that comes to one operation has come through another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    Always,
    Sometimes,
    Never,
}

/// What changes the text of a builder other than at its end.
const CHANGES_TEXT: [&str; 7] = [
    "insert",
    "delete",
    "deleteCharAt",
    "replace",
    "reverse",
    "setLength",
    "setCharAt",
];

/// Follows fluent calls back to the object that they work on.
fn builder_root(body: &Body<'_>, mut value: Value, is_builder: impl Fn(MethodId) -> bool) -> Value {
    for _ in 0..256 {
        match body.def(value) {
            Some((_, Op::Call { target, args, .. })) if is_builder(*target) => {
                match body.args(*args).first() {
                    Some(receiver) => value = *receiver,
                    None => return value,
                }
            }
            Some((_, Op::Cast { src, .. })) => value = *src,
            _ => return value,
        }
    }
    value
}

/// What a field holds before anybody gives it a value.
fn is_default(origin: &Origin) -> bool {
    match origin {
        Origin::Int(value) => *value == 0,
        Origin::Text(text) => text.is_empty(),
        _ => false,
    }
}

/// Sees through casts.
fn root_of(body: &Body<'_>, mut value: Value) -> Value {
    for _ in 0..32 {
        match body.def(value) {
            Some((_, Op::Cast { src, .. })) => value = *src,
            _ => return value,
        }
    }
    value
}

fn join(parts: Vec<Vec<Origin>>) -> Origin {
    let mut text = String::new();
    for part in &parts {
        match part.as_slice() {
            [Origin::Text(piece)] => text.push_str(piece),
            [Origin::Int(number)] => text.push_str(&number.to_string()),
            _ => return Origin::Built(Rc::new(parts)),
        }
    }
    Origin::Text(Rc::from(text))
}

enum FormatPiece<'t> {
    Text(&'t str),
    Argument(Option<usize>),
}

/// Splits a `java.util.Formatter` pattern (its class comment, *Format String Syntax*).
fn split_format(pattern: &str) -> Vec<FormatPiece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(percent) = rest.find('%') {
        let (before, after) = rest.split_at(percent);
        if !before.is_empty() {
            pieces.push(FormatPiece::Text(before));
        }
        let spec = after.get(1..).unwrap_or_default();
        let digits = spec.len() - spec.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (position, flags_at) = match spec.get(digits..digits + 1) {
            Some("$") => (
                spec.get(..digits)
                    .and_then(|text| text.parse::<usize>().ok()),
                digits + 1,
            ),
            _ => (None, 0),
        };
        let tail = spec.get(flags_at..).unwrap_or_default();
        let skip = tail.len()
            - tail
                .trim_start_matches(|c: char| "-#+ 0,(.<".contains(c) || c.is_ascii_digit())
                .len();
        let conversion = tail.get(skip..).and_then(|tail| tail.chars().next());
        let length = conversion.map_or(0, char::len_utf8) + skip + flags_at;
        match conversion {
            Some('%') => pieces.push(FormatPiece::Text("%")),
            Some('n') => pieces.push(FormatPiece::Text("\n")),
            Some(_) => pieces.push(FormatPiece::Argument(
                position.map(|position| position.saturating_sub(1)),
            )),
            None => {}
        }
        rest = spec.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(FormatPiece::Text(rest));
    }
    pieces
}

/// The template of one origin.
#[must_use]
pub fn template_of(origin: &Origin) -> Template {
    match origin {
        Origin::Text(text) => Template::literal(text),
        Origin::Int(number) => Template::literal(&number.to_string()),
        Origin::Built(parts) => {
            let mut template = Template::default();
            for part in parts.iter() {
                match part.as_slice() {
                    [only] => template.append(&template_of(only)),
                    _ => template.push_hole(),
                }
            }
            template
        }
        _ => Template::hole(),
    }
}

/// Whether any part of an origin is a parameter of `root`, the function where the query began.
#[must_use]
pub fn depends_on_caller(origins: &[Origin], root: FuncId) -> bool {
    origins.iter().any(|origin| match origin {
        Origin::Param(func, _) => *func == root,
        Origin::Built(parts) => parts.iter().any(|part| depends_on_caller(part, root)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_split_into_text_and_arguments() {
        let shown: Vec<String> = split_format("token_%s/%2$d%%x%-5.2f")
            .iter()
            .map(|piece| match piece {
                FormatPiece::Text(text) => format!("'{text}'"),
                FormatPiece::Argument(position) => format!("{position:?}"),
            })
            .collect();
        assert_eq!(
            shown,
            ["'token_'", "None", "'/'", "Some(1)", "'%'", "'x'", "None"]
        );
    }
}
