//! Functions of the common tree to bodies of the program model.

mod call;
mod control;
mod expr;
mod lambda;

use rustc_hash::FxHashMap;

use super::pool::Pool;
use super::ssa::{Builder, Variable};
use super::tree::{Body as Code, ClassKind, Expr, ExprKind, Function, Param};
use super::types::{OBJECT, Ty};
use super::world::{ClassIx, FieldIx, FnRef, World};
use crate::ir::{
    BlockId, Body, CallKind, ClassId, Const, FuncId, MethodId, Op, Place, Value, access,
};

/// What a function was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A function as written.
    Function(FnRef),
    /// A constructor, by number; the class may have none.
    Constructor(ClassIx, usize),
    /// What runs when the class is loaded.
    StaticInit(ClassIx),
    /// Code that reads a property.
    Getter(FieldIx),
    /// Code that writes a property.
    Setter(FieldIx),
    /// Made here: a lambda's function.
    Made,
}

/// What is known of a function beside its body.
#[derive(Debug, Clone)]
pub struct Note {
    /// What it was made from.
    pub origin: Origin,
    /// File that it stands in.
    pub file: usize,
    /// Names of its parameters.
    pub names: Vec<Option<String>>,
    /// Names of local variables, by the offset of the operation that gives their value.
    pub locals: Vec<(u32, String)>,
}

/// Lowers all functions.
pub struct Lowering<'w, 't, 'a> {
    /// Declarations.
    pub world: &'w World<'t>,
    /// Symbols.
    pub pool: Pool<'a>,
    /// Bodies, by function.
    pub bodies: Vec<Option<Body<'a>>>,
    /// Notes, by function.
    pub notes: Vec<Note>,
    /// Numbers of registered classes.
    pub class_ids: FxHashMap<ClassIx, ClassId>,
    signatures: FxHashMap<FnRef, (Vec<Ty>, Ty)>,
    field_types: FxHashMap<FieldIx, Option<Ty>>,
    /// What classes inside functions took along.
    captures: FxHashMap<ClassIx, Vec<(String, Option<Ty>)>>,
    made: FxHashMap<String, u32>,
    /// Places of made code that stand in another file: (file, offset).
    pub places: Vec<(usize, u32)>,
}

/// A value and its static type, if that is known.
type Typed = (Value, Option<Ty>);

/// A local variable.
#[derive(Debug, Clone)]
struct Local {
    variable: Variable,
    ty: Option<Ty>,
}

/// An object whose members need no name before them.
#[derive(Debug, Clone)]
struct Receiver {
    value: Value,
    ty: Option<Ty>,
    label: String,
}

/// A lambda whose code stands where it is called.
struct Inlined {
    label: String,
    exit: BlockId,
    result: Variable,
}

/// Where `break` and `continue` lead.
struct Around {
    after: BlockId,
    next: BlockId,
}

/// One function being lowered.
struct Lower<'l, 'w, 't, 'a> {
    all: &'l mut Lowering<'w, 't, 'a>,
    b: Builder<'a>,
    file: usize,
    /// The class whose names are seen.
    class: Option<ClassIx>,
    /// Descriptor of the class that the code is in; lambdas are named after it.
    owner: String,
    scopes: Vec<FxHashMap<String, Local>>,
    /// Innermost last.
    receivers: Vec<Receiver>,
    inlined: Vec<Inlined>,
    loops: Vec<Around>,
    /// `return` of a lambda's body leaves the lambda.
    label: String,
    /// Values that local variables got names for.
    named: Vec<(Value, String)>,
    depth: u32,
}

/// Deepest nesting of inlined code and types.
const MAX_DEPTH: u32 = 64;

impl<'w, 't, 'a> Lowering<'w, 't, 'a> {
    /// Nothing is lowered yet.
    #[must_use]
    pub fn new(world: &'w World<'t>, pool: Pool<'a>) -> Self {
        Self {
            world,
            pool,
            bodies: Vec::new(),
            notes: Vec::new(),
            class_ids: FxHashMap::default(),
            signatures: FxHashMap::default(),
            field_types: FxHashMap::default(),
            captures: FxHashMap::default(),
            made: FxHashMap::default(),
            places: Vec::new(),
        }
    }

    /// Types of a function's parameters (an extension's receiver first) and its result.
    pub(super) fn signature(&mut self, at: FnRef) -> (Vec<Ty>, Ty) {
        if let Some(known) = self.signatures.get(&at) {
            return known.clone();
        }
        let world = self.world;
        let class = world.class(at.class);
        let function = world.function(at);
        let resolve = |ty: Option<&super::tree::Type>| {
            ty.and_then(|ty| world.resolve(ty, class.file, Some(at.class)))
                .unwrap_or_else(Ty::object)
        };
        let mut params: Vec<Ty> = function
            .receiver
            .iter()
            .map(|ty| resolve(Some(ty)))
            .collect();
        params.extend(
            function
                .params
                .iter()
                .map(|param| param_type(param, &resolve)),
        );
        let kotlin = world.is_kotlin(class.file);
        let ret = match (&function.ret, &function.body) {
            (Some(ty), _) => resolve(Some(ty)),
            (None, Some(Code::Expr(value))) => {
                // Known while it is inferred: a function may call itself.
                self.signatures.insert(at, (params.clone(), Ty::object()));
                self.type_of(value, class.file, Some(at.class), &function.params)
                    .unwrap_or_else(Ty::object)
            }
            (None, _) if kotlin => Ty::new("V"),
            (None, _) => Ty::object(),
        };
        let found = (params, ret);
        self.signatures.insert(at, found.clone());
        found
    }

    /// Type of a field or property.
    pub(super) fn field_type(&mut self, at: FieldIx) -> Option<Ty> {
        if let Some(known) = self.field_types.get(&at) {
            return known.clone();
        }
        // Known while it is inferred: an initial value may name the field.
        self.field_types.insert(at, None);
        let world = self.world;
        let file = world.class(at.class).file;
        let field = world.field(at);
        let from = Some(at.class);
        // Initial values see the parameters of the primary constructor.
        let params = world
            .class(at.class)
            .tree
            .constructors
            .first()
            .filter(|_| world.is_kotlin(file))
            .map_or(&[][..], |constructor| &constructor.params);
        let found = match (&field.ty, &field.init, &field.delegate, &field.getter) {
            (Some(ty), ..) => world.resolve(ty, file, from),
            (None, Some(init), ..) => self.type_of(init, file, from, params),
            (None, None, Some(delegate), _) => {
                let value = super::kotlin_delegate(delegate);
                self.type_of(&value, file, from, params)
            }
            (None, None, None, Some(getter)) => match &getter.body {
                Some(Code::Expr(value)) => self.type_of(value, file, from, &[]),
                _ => None,
            },
            _ => None,
        };
        self.field_types.insert(at, found.clone());
        found
    }

    /// The static type of an expression outside of any body: what initial values and bodies of one
    /// expression say. It is lowered into a body that nobody keeps.
    fn type_of(
        &mut self,
        value: &Expr,
        file: usize,
        class: Option<ClassIx>,
        params: &[Param],
    ) -> Option<Ty> {
        // Big literals and lambdas say little and cost much.
        if !is_small(value, 24) {
            return None;
        }
        let world = self.world;
        let owner = class.map_or_else(|| OBJECT.to_owned(), |ix| world.class(ix).desc.clone());
        let keep = (self.bodies.len(), self.notes.len());
        let mut lower = Lower::new(self, FuncId(u32::MAX), 1, file, class, &owner);
        lower.bind_this(class);
        for param in params {
            let ty = param
                .ty
                .as_ref()
                .and_then(|ty| world.resolve(ty, file, class));
            let unknown = lower.b.unknown(crate::ir::Why::Undefined, &[]);
            lower.declare(&param.name, unknown, ty);
        }
        let ty = lower.expr(value).1;
        debug_assert_eq!(keep, (self.bodies.len(), self.notes.len()));
        ty
    }

    /// The field that a declared field is.
    pub(super) fn field_id(&mut self, at: FieldIx) -> crate::ir::FieldId {
        let ty = self.field_type(at);
        let world = self.world;
        let desc = world.class(at.class).desc.clone();
        self.pool.field(&desc, &world.field(at).name, ty.as_ref())
    }

    /// Whether a property is read and written by functions: it has code of its own, or a type above
    /// or below may have.
    pub(super) fn has_accessors(&self, at: FieldIx) -> bool {
        let class = self.world.class(at.class);
        let field = self.world.field(at);
        field.getter.is_some()
            || field.setter.is_some()
            || (class.tree.kind == ClassKind::Interface && !field.is_static)
    }

    /// Whether a class above declares a property by functions: then this one has them too.
    pub(super) fn overrides_accessors(&self, at: FieldIx) -> bool {
        let name = &self.world.field(at).name;
        self.world.above(at.class).into_iter().skip(1).any(|class| {
            self.world
                .class(class)
                .tree
                .fields
                .iter()
                .position(|field| field.name == *name)
                .is_some_and(|index| self.has_accessors(FieldIx { class, index }))
        })
    }

    /// The symbol of a declared function.
    pub(super) fn method_id(&mut self, at: FnRef) -> MethodId {
        let (params, ret) = self.signature(at);
        let world = self.world;
        let desc = world.class(at.class).desc.clone();
        let params: Vec<&str> = params.iter().map(|ty| ty.desc.as_str()).collect();
        self.pool
            .method(&desc, &world.function(at).name, &params, &ret.desc)
    }

    /// The symbol of a declared constructor, and the types of its parameters.
    pub(super) fn constructor_id(&mut self, class: ClassIx, index: usize) -> (MethodId, Vec<Ty>) {
        let world = self.world;
        let declared = world.class(class);
        let types: Vec<Ty> = declared
            .tree
            .constructors
            .get(index)
            .map_or(&[][..], |constructor| &constructor.params)
            .iter()
            .map(|param| {
                param_type(param, &|ty| {
                    ty.and_then(|ty| world.resolve(ty, declared.file, Some(class)))
                        .unwrap_or_else(Ty::object)
                })
            })
            .collect();
        let params: Vec<&str> = types.iter().map(|ty| ty.desc.as_str()).collect();
        let desc = declared.desc.clone();
        (self.pool.method(&desc, "<init>", &params, "V"), types)
    }

    /// The symbols of a property's functions.
    pub(super) fn accessor_id(&mut self, at: FieldIx, setter: bool) -> MethodId {
        let ty = self
            .field_type(at)
            .map_or_else(|| OBJECT.to_owned(), |ty| ty.desc);
        let world = self.world;
        let class = world.class(at.class).desc.clone();
        let field = world.field(at);
        let receiver = field.receiver.as_ref().map(|receiver| {
            world
                .resolve(receiver, world.class(at.class).file, Some(at.class))
                .map_or_else(|| OBJECT.to_owned(), |ty| ty.desc)
        });
        let mut params: Vec<&str> = receiver.iter().map(String::as_str).collect();
        if setter {
            params.push(&ty);
        }
        let name = accessor_name(&field.name, setter);
        self.pool
            .method(&class, &name, &params, if setter { "V" } else { &ty })
    }

    /// A fresh name of a class made inside another one.
    fn fresh(&mut self, owner: &str) -> String {
        let count = self.made.entry(owner.to_owned()).or_default();
        *count += 1;
        format!("{}$lambda${count};", owner.trim_end_matches(';'))
    }
}

/// Name of the function that reads or writes a property.
pub fn accessor_name(name: &str, setter: bool) -> String {
    if let Some(rest) = name.strip_prefix("is")
        && rest.starts_with(char::is_uppercase)
    {
        return if setter {
            format!("set{rest}")
        } else {
            name.to_owned()
        };
    }
    let mut letters = name.chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    format!(
        "{}{first}{}",
        if setter { "set" } else { "get" },
        letters.as_str()
    )
}

fn param_type(param: &Param, resolve: &dyn Fn(Option<&super::tree::Type>) -> Ty) -> Ty {
    let ty = resolve(param.ty.as_ref());
    // Java writes the array itself.
    if param.variadic && !ty.desc.starts_with('[') {
        Ty::new(&format!("[{}", ty.desc))
    } else {
        ty
    }
}

/// Whether an expression has few parts and no code of its own.
fn is_small(value: &Expr, most: u32) -> bool {
    fn count(value: &Expr, left: &mut u32) -> bool {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        match &value.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_)
            | ExprKind::This(_)
            | ExprKind::Super
            | ExprKind::ClassLiteral(_) => true,
            ExprKind::Member { object, .. } => count(object, left),
            ExprKind::Call { callee, args, .. } => {
                count(callee, left) && args.iter().all(|arg| count(&arg.value, left))
            }
            ExprKind::New { args, class, .. } => {
                class.is_none() && args.iter().all(|arg| count(&arg.value, left))
            }
            ExprKind::NotNull(value) | ExprKind::Cast { value, .. } => count(value, left),
            ExprKind::Elvis { left: value, .. } => count(value, left),
            // What is thrown away is not lowered: it would make classes.
            ExprKind::Try { body, catches, .. } => {
                catches.is_empty()
                    && body.iter().all(
                        |stmt| matches!(stmt, super::tree::Stmt::Expr(value) if count(value, left)),
                    )
            }
            _ => false,
        }
    }
    let mut left = most;
    count(value, &mut left)
}

impl<'l, 'w, 't, 'a> Lower<'l, 'w, 't, 'a> {
    fn new(
        all: &'l mut Lowering<'w, 't, 'a>,
        func: FuncId,
        params: u32,
        file: usize,
        class: Option<ClassIx>,
        owner: &str,
    ) -> Self {
        Self {
            all,
            b: Builder::new(func, params),
            file,
            class,
            owner: owner.to_owned(),
            scopes: vec![FxHashMap::default()],
            receivers: Vec::new(),
            inlined: Vec::new(),
            loops: Vec::new(),
            label: String::new(),
            named: Vec::new(),
            depth: 0,
        }
    }

    fn world(&self) -> &'w World<'t> {
        self.all.world
    }

    /// The first parameter is the current object.
    fn bind_this(&mut self, class: Option<ClassIx>) {
        let Some(class) = class else { return };
        let declared = self.world().class(class);
        if declared.facade {
            return;
        }
        if let Some(value) = self.b.param(0) {
            self.receivers.push(Receiver {
                value,
                ty: Some(Ty::new(&declared.desc)),
                label: declared.tree.name.clone(),
            });
        }
    }

    fn declare(&mut self, name: &str, value: Value, ty: Option<Ty>) {
        let variable = self.b.variable();
        self.b.write(variable, value);
        self.named.push((value, name.to_owned()));
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), Local { variable, ty });
        }
    }

    /// The body; the names of local variables go into the function's note.
    fn finish(self, func: FuncId) -> Body<'a> {
        let body = self.b.finish();
        let mut locals: Vec<(u32, String)> = self
            .named
            .into_iter()
            .filter_map(|(value, name)| {
                let (op, _) = body.def(value)?;
                Some((body.offset(op), name))
            })
            .collect();
        locals.sort();
        locals.dedup_by_key(|(offset, _)| *offset);
        if let Some(note) = self.all.notes.get_mut(func.index()) {
            note.locals = locals;
        }
        body
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    fn constant(&mut self, value: Const<'a>) -> Value {
        let dst = self.b.value();
        self.b.push(Op::Const { dst, value });
        dst
    }

    fn int(&mut self, value: i64) -> Value {
        self.constant(Const::Int(value))
    }

    fn string(&mut self, text: &str) -> Value {
        let text = self.all.pool.text(text);
        self.constant(Const::Str(text.into()))
    }

    fn load(&mut self, place: Place) -> Value {
        let dst = self.b.value();
        self.b.push(Op::Load { dst, place });
        dst
    }

    fn emit_call(
        &mut self,
        target: MethodId,
        kind: CallKind,
        args: &[Value],
        ret: Option<&Ty>,
    ) -> Value {
        let args = self.b.args(args);
        let dst = self.b.value();
        let result = ret.is_none_or(|ty| ty.desc != "V");
        self.b.push(Op::Call {
            dst: result.then_some(dst),
            target,
            kind,
            args,
        });
        if result {
            return dst;
        }
        self.int(0)
    }

    /// The object around the current one, as many steps out as given.
    fn outer(&mut self, steps: usize) -> Option<Typed> {
        let mut class = self.class?;
        let mut value = self.receivers.first()?.value;
        for _ in 0..steps {
            let world = self.world();
            let outer = world.class(class).outer?;
            let desc = world.class(class).desc.clone();
            let ty = Ty::new(&world.class(outer).desc);
            let field = self.all.pool.field(&desc, "this$0", Some(&ty));
            value = self.load(Place::Field(value, field));
            class = outer;
        }
        let ty = Ty::new(&self.world().class(class).desc);
        Some((value, Some(ty)))
    }

    /// The single instance of an object or companion.
    fn singleton(&mut self, class: ClassIx) -> Typed {
        let ty = Ty::new(&self.world().class(class).desc);
        let field = self.all.pool.field(&ty.desc, "INSTANCE", Some(&ty));
        (self.load(Place::Static(field)), Some(ty))
    }

    fn code(&mut self, code: &Code, ret: &Ty) {
        match code {
            Code::Block(block) => {
                self.block(block);
                self.b.leave(Op::Return { value: None });
            }
            Code::Expr(value) => {
                let (result, _) = self.expr(value);
                let value = (ret.desc != "V").then_some(result);
                self.b.leave(Op::Return { value });
            }
        }
    }
}

/// Lowers one function.
pub fn function<'a>(
    all: &mut Lowering<'_, '_, 'a>,
    func: FuncId,
    origin: Origin,
    captures: &[(String, Option<Ty>)],
) -> Option<Body<'a>> {
    let world = all.world;
    let (class, tree): (ClassIx, Option<&Function>) = match origin {
        Origin::Function(at) => (at.class, Some(world.function(at))),
        Origin::Constructor(class, index) => {
            (class, world.class(class).tree.constructors.get(index))
        }
        Origin::StaticInit(class) => (class, None),
        Origin::Getter(at) => (at.class, world.field(at).getter.as_ref()),
        Origin::Setter(at) => (at.class, world.field(at).setter.as_ref()),
        Origin::Made => return None,
    };
    let declared = world.class(class);
    let flags = all.pool.builder.funcs.get(func.index())?.access;
    if flags & (access::ABSTRACT | access::NATIVE) != 0 {
        return None;
    }
    let (types, ret) = match origin {
        Origin::Function(at) => all.signature(at),
        Origin::Constructor(class, index) => (all.constructor_id(class, index).1, Ty::new("V")),
        Origin::StaticInit(_) => (Vec::new(), Ty::new("V")),
        Origin::Getter(at) => {
            let ret = all.field_type(at).unwrap_or_else(Ty::object);
            (extension_receiver(all, at), ret)
        }
        Origin::Setter(at) => {
            let mut types = extension_receiver(all, at);
            types.push(all.field_type(at).unwrap_or_else(Ty::object));
            (types, Ty::new("V"))
        }
        Origin::Made => return None,
    };
    let has_this = flags & access::STATIC == 0;
    let count = types.len() + usize::from(has_this);
    let desc = declared.desc.clone();
    let mut lower = Lower::new(
        all,
        func,
        super::pool::number(count),
        declared.file,
        Some(class),
        &desc,
    );
    lower.b.place(tree.map_or(declared.tree.at, begin));
    if has_this {
        lower.bind_this(Some(class));
        lower.captured(captures, &desc);
    }
    let mut next = usize::from(has_this);
    let receiver = match origin {
        Origin::Getter(at) | Origin::Setter(at) => world.field(at).receiver.is_some(),
        _ => tree.is_some_and(|tree| tree.receiver.is_some()),
    };
    if receiver {
        if let Some(value) = lower.b.param(next) {
            lower.receivers.push(Receiver {
                value,
                ty: types.first().cloned(),
                label: tree.map_or_else(String::new, |tree| tree.name.clone()),
            });
        }
        next += 1;
    }
    for (index, param) in tree.map_or(&[][..], |tree| &tree.params).iter().enumerate() {
        if let Some(value) = lower.b.param(next + index) {
            let ty = types.get(usize::from(receiver) + index).cloned();
            lower.declare(&param.name, value, ty);
        }
    }
    match origin {
        Origin::Constructor(_, index) => lower.constructor(class, index),
        Origin::StaticInit(_) => lower.static_init(class),
        Origin::Getter(at) if tree.is_none() => {
            let field = lower.all.field_id(at);
            let this = lower.receivers.first().map(|this| this.value);
            let place = this.map_or(Place::Static(field), |this| Place::Field(this, field));
            let value = lower.load(place);
            lower.b.leave(Op::Return { value: Some(value) });
        }
        Origin::Setter(at) if tree.is_none() => {
            let field = lower.all.field_id(at);
            let this = lower.receivers.first().map(|this| this.value);
            let place = this.map_or(Place::Static(field), |this| Place::Field(this, field));
            if let Some(src) = lower.b.param(usize::from(has_this)) {
                lower.b.push(Op::Store { place, src });
            }
            lower.b.leave(Op::Return { value: None });
        }
        _ => {
            if let Origin::Getter(at) | Origin::Setter(at) = origin {
                // `field` in an accessor is the property's own place.
                lower.label = world.field(at).name.clone();
            }
            if let Some(code) = tree.and_then(|tree| tree.body.as_ref()) {
                lower.code(code, &ret);
            }
        }
    }
    Some(lower.finish(func))
}

/// Where the code of a function begins: its first statement.
fn begin(function: &Function) -> u32 {
    match &function.body {
        Some(Code::Block(block)) => first_place(block).unwrap_or(function.at),
        Some(Code::Expr(value)) => value.at,
        None => function.at,
    }
}

/// Where the first of some statements does something.
fn first_place(block: &[super::tree::Stmt]) -> Option<u32> {
    use super::tree::Stmt;
    match block.first()? {
        Stmt::Expr(Expr {
            kind: ExprKind::Try { body, .. },
            ..
        })
        | Stmt::Block(body) => first_place(body),
        Stmt::Expr(value) => Some(value.at),
        Stmt::Local { at, .. } => Some(*at),
        Stmt::ForEach { over, .. } => Some(over.at),
        _ => None,
    }
}

fn extension_receiver(all: &Lowering<'_, '_, '_>, at: FieldIx) -> Vec<Ty> {
    let world = all.world;
    world
        .field(at)
        .receiver
        .iter()
        .map(|ty| {
            world
                .resolve(ty, world.class(at.class).file, Some(at.class))
                .unwrap_or_else(Ty::object)
        })
        .collect()
}

impl Lower<'_, '_, '_, '_> {
    /// Values that a class inside a function took along.
    fn captured(&mut self, captures: &[(String, Option<Ty>)], desc: &str) {
        let Some(this) = self.b.param(0) else { return };
        for (name, ty) in captures {
            let field = self
                .all
                .pool
                .field(desc, &format!("val${name}"), ty.as_ref());
            let value = self.load(Place::Field(this, field));
            self.declare(name, value, ty.clone());
        }
    }

    fn constructor(&mut self, class: ClassIx, index: usize) {
        let world = self.world();
        let declared = world.class(class);
        let tree = declared.tree;
        let code = tree
            .constructors
            .get(index)
            .and_then(|constructor| constructor.body.as_ref());
        let delegates = matches!(
            code,
            Some(Code::Block(block)) if matches!(
                block.first(),
                Some(super::tree::Stmt::Expr(Expr { kind: ExprKind::Call { callee, .. }, .. }))
                    if matches!(callee.kind, ExprKind::This(None))
            )
        );
        if !delegates {
            self.initialize(class);
        }
        if let Some(Code::Block(block)) = code {
            self.block(block);
        }
        self.b.leave(Op::Return { value: None });
    }

    /// What every constructor does: the superclass's, parameters, initial values, `init`.
    fn initialize(&mut self, class: ClassIx) {
        let world = self.world();
        let declared = world.class(class);
        let tree = declared.tree;
        let Some(this) = self.b.param(0) else { return };
        if let Some(parent) = world.supers(class).first().cloned()
            && !tree.super_args.is_empty()
        {
            self.construct_on(this, &parent, &tree.super_args, CallKind::Direct);
        }
        for (index, field) in tree.fields.iter().enumerate() {
            if field.is_static || is_singleton(tree.kind) {
                continue;
            }
            let at = FieldIx { class, index };
            let value = if field.from_parameter {
                self.local(&field.name)
                    .map(|local| local.variable)
                    .map(|variable| self.b.read(variable))
            } else {
                self.initial(field)
            };
            if let Some(src) = value {
                self.b.place(field.at);
                let field = self.all.field_id(at);
                self.b.push(Op::Store {
                    place: Place::Field(this, field),
                    src,
                });
            }
        }
        for block in &tree.initializers {
            self.block(block);
        }
    }

    fn initial(&mut self, field: &super::tree::Field) -> Option<Value> {
        match (&field.init, &field.delegate) {
            (Some(init), _) => Some(self.expr(init).0),
            (None, Some(delegate)) => {
                let value = super::kotlin_delegate(delegate);
                Some(self.expr(&value).0)
            }
            (None, None) => None,
        }
    }

    fn static_init(&mut self, class: ClassIx) {
        let world = self.world();
        let tree = world.class(class).tree;
        if is_singleton(tree.kind) {
            let desc = world.class(class).desc.clone();
            let ty = Ty::new(&desc);
            let type_id = self.all.pool.ty(&desc);
            let dst = self.b.value();
            self.b.push(Op::New { dst, ty: type_id });
            let (constructor, _) = self.all.constructor_id(class, 0);
            let args = self.b.args(&[dst]);
            self.b.push(Op::Call {
                dst: None,
                target: constructor,
                kind: CallKind::Direct,
                args,
            });
            let field = self.all.pool.field(&desc, "INSTANCE", Some(&ty));
            self.b.push(Op::Store {
                place: Place::Static(field),
                src: dst,
            });
        }
        for (index, field) in tree.fields.iter().enumerate() {
            if !(field.is_static || is_singleton(tree.kind))
                || field.from_parameter
                || expr::constant_of(field).is_some()
            {
                continue;
            }
            if let Some(src) = self.initial(field) {
                self.b.place(field.at);
                let field = self.all.field_id(FieldIx { class, index });
                self.b.push(Op::Store {
                    place: Place::Static(field),
                    src,
                });
            }
        }
        for block in &tree.static_initializers {
            self.block(block);
        }
        self.b.leave(Op::Return { value: None });
    }
}

/// The text of a field that is a constant.
#[must_use]
pub fn constant_text(field: &super::tree::Field) -> Option<String> {
    expr::constant_of(field)?.constant_text()
}

/// A class with one instance, whose fields are the program's.
#[must_use]
pub fn is_singleton(kind: ClassKind) -> bool {
    matches!(kind, ClassKind::Object | ClassKind::Companion)
}
