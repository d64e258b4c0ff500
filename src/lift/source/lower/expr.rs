//! Expressions: constants, names, members, operators.

use super::super::platform;
use super::super::tree::{Expr, ExprKind, Field, Operator, Piece};
use super::super::types::{self, Ty};
use super::super::world::{ClassIx, FieldIx, Found};
use super::{Local, Lower, MAX_DEPTH, Typed, accessor_name, is_singleton};
use crate::ir::{self, CallKind, Const, Op, Place, Value, Why};

impl Lower<'_, '_, '_, '_> {
    /// Lowers an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> Typed {
        let before = self.b.placed();
        self.b.place(match &expr.kind {
            ExprKind::Call { callee, .. } => callee.at,
            _ => expr.at,
        });
        if self.depth >= MAX_DEPTH * 4 || self.b.is_full() {
            return (self.b.unknown(Why::Unmodelled, &[]), None);
        }
        self.depth += 1;
        let result = self.expr_kind(expr);
        self.depth -= 1;
        self.b.place(before);
        result
    }

    fn expr_kind(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            ExprKind::Null => (self.int(0), None),
            ExprKind::Bool(value) => (self.int(i64::from(*value)), Some(Ty::new("Z"))),
            ExprKind::Int(value) => (self.int(*value), Some(Ty::new("I"))),
            ExprKind::Text(pieces) => self.text(pieces),
            ExprKind::Name(name) => self.name(name),
            ExprKind::This(label) => self.this(label.as_deref()),
            ExprKind::Super => self.this(None),
            ExprKind::Member { object, name, .. } => self.member(object, name),
            ExprKind::Index { object, index } => self.index(object, index),
            ExprKind::Call {
                callee,
                types,
                args,
            } => self.call(callee, types, args),
            ExprKind::New { ty, args, class } => self.new_object(ty, args, class.as_deref()),
            ExprKind::Array { ty, elements } => {
                let element = ty
                    .as_ref()
                    .and_then(|ty| self.world().resolve(ty, self.file, self.class));
                let values: Vec<Value> = elements.iter().map(|value| self.expr(value).0).collect();
                self.array(element, &values)
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda, None, None),
            ExprKind::Reference { object, name } => self.reference(object.as_deref(), name, None),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Not(value) => self.truth(expr, value),
            ExprKind::Elvis { left, right } => self.elvis(left, right),
            ExprKind::NotNull(value) => self.expr(value),
            ExprKind::Assign { target, op, value } => self.assign(target, *op, value),
            ExprKind::If {
                test,
                then,
                otherwise,
            } => self.if_else(test, then, otherwise.as_deref()),
            ExprKind::When {
                subject,
                name,
                cases,
            } => self.when(subject.as_deref(), name.as_deref(), cases),
            ExprKind::Try {
                body,
                catches,
                finally,
            } => self.try_catch(body, catches, finally),
            ExprKind::Return { label, value } => self.give_back(label.as_deref(), value.as_deref()),
            ExprKind::Throw(value) => {
                let (value, _) = self.expr(value);
                self.b.leave(Op::Throw { value });
                (self.b.unknown(Why::Undefined, &[]), None)
            }
            ExprKind::Cast { value, ty } => {
                let (src, known) = self.expr(value);
                let Some(ty) = self.world().resolve(ty, self.file, self.class) else {
                    return (src, known);
                };
                if !ty.is_reference() {
                    return (src, Some(ty));
                }
                let id = self.all.pool.ty(&ty.desc);
                let dst = self.b.value();
                self.b.push(Op::Cast { dst, src, ty: id });
                (dst, Some(ty))
            }
            ExprKind::InstanceOf { value, ty, name } => {
                let (src, _) = self.expr(value);
                let ty = self.world().resolve(ty, self.file, self.class);
                if let Some(name) = name {
                    self.declare(name, src, ty.clone());
                }
                let ty = ty.unwrap_or_else(Ty::object);
                let id = self.all.pool.ty(&ty.desc);
                let dst = self.b.value();
                self.b.push(Op::InstanceOf { dst, src, ty: id });
                (dst, Some(Ty::new("Z")))
            }
            ExprKind::ClassLiteral(ty) => {
                let ty = self
                    .world()
                    .resolve(ty, self.file, self.class)
                    .unwrap_or_else(Ty::object);
                let id = self.all.pool.ty(&ty.desc);
                let value = self.constant(Const::Class(id));
                (
                    value,
                    Some(Ty {
                        args: vec![ty],
                        ..Ty::new("Ljava/lang/Class;")
                    }),
                )
            }
            ExprKind::Unknown(parts) => {
                let values: Vec<Value> = parts.iter().map(|part| self.expr(part).0).collect();
                (self.b.unknown(Why::Unmodelled, &values), None)
            }
        }
    }

    /// A value that is a condition: true or false on the two ways of a branch.
    fn truth(&mut self, whole: &Expr, value: &Expr) -> Typed {
        match &value.kind {
            ExprKind::Bool(known) => (self.int(i64::from(!known)), Some(Ty::new("Z"))),
            _ => self.condition_value(whole),
        }
    }

    fn text(&mut self, pieces: &[Piece]) -> Typed {
        if pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
            let text: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Value(_) => "",
                })
                .collect();
            return (self.string(&text), Some(Ty::string()));
        }
        let parts: Vec<Value> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => self.string(text),
                Piece::Value(value) => self.expr(value).0,
            })
            .collect();
        self.joined(&parts)
    }

    /// Values joined to a text, as compilers write it.
    pub(super) fn joined(&mut self, parts: &[Value]) -> Typed {
        const BUILDER: &str = "Ljava/lang/StringBuilder;";
        let ty = self.all.pool.ty(BUILDER);
        let dst = self.b.value();
        self.b.push(Op::New { dst, ty });
        let init = self.all.pool.method(BUILDER, "<init>", &[], "V");
        self.emit_call(init, CallKind::Direct, &[dst], Some(&Ty::new("V")));
        let append = self
            .all
            .pool
            .method(BUILDER, "append", &[types::STRING], BUILDER);
        let mut at = dst;
        for part in parts {
            at = self.emit_call(append, CallKind::Virtual, &[at, *part], None);
        }
        let done = self
            .all
            .pool
            .method(BUILDER, "toString", &[], types::STRING);
        let text = self.emit_call(done, CallKind::Virtual, &[at], None);
        (text, Some(Ty::string()))
    }

    pub(super) fn array(&mut self, element: Option<Ty>, values: &[Value]) -> Typed {
        let ty = Ty::new(&format!("[{}", element.unwrap_or_else(Ty::object).desc));
        let id = self.all.pool.ty(&ty.desc);
        let elements = self.b.args(values);
        let dst = self.b.value();
        self.b.push(Op::NewArray {
            dst,
            ty: id,
            elements,
        });
        (dst, Some(ty))
    }

    fn this(&mut self, label: Option<&str>) -> Typed {
        let found = match label {
            None => self.receivers.last().cloned(),
            Some(label) => {
                let known = self
                    .receivers
                    .iter()
                    .rev()
                    .find(|receiver| receiver.label == label)
                    .cloned();
                if known.is_none()
                    && let Some(value) = self.outer_named(label)
                {
                    return value;
                }
                known.or_else(|| self.receivers.first().cloned())
            }
        };
        match found {
            Some(receiver) => (receiver.value, receiver.ty),
            None => (self.b.unknown(Why::Undefined, &[]), None),
        }
    }

    fn outer_named(&mut self, name: &str) -> Option<Typed> {
        let mut at = self.class?;
        for steps in 0..8 {
            if self.world().class(at).tree.name == name {
                return self.outer(steps);
            }
            at = self.world().class(at).outer?;
        }
        None
    }

    /// A name without anything before it.
    fn name(&mut self, name: &str) -> Typed {
        if let Some(Local { variable, ty }) = self.local(name).cloned() {
            return (self.b.read(variable), ty);
        }
        if name == "field" && !self.label.is_empty() {
            let property = self.label.clone();
            if let Some(class) = self.class
                && let Some(at) = self.world().member(class, &property)
            {
                return self.raw_field(at);
            }
        }
        for index in (0..self.receivers.len()).rev() {
            let receiver = self.receivers[index].clone();
            if let Some(ty) = &receiver.ty
                && let Some(found) = self.member_of((receiver.value, Some(ty.clone())), name, true)
            {
                return found;
            }
        }
        if let Some(found) = self.outer_member(name) {
            return found;
        }
        if let Some(at) = self.world().property(name, self.file, false) {
            return self.field_value(at, None);
        }
        if let Some(found) = self.world().find_class(name, self.file, self.class)
            && let Some(value) = self.class_value(&found)
        {
            return value;
        }
        if let Some(path) = self.world().import_path(name, self.file)
            && let Some((class, member)) = path.rsplit_once('.')
            && let Some(value) = self.static_path(class, member)
        {
            return value;
        }
        // A view by its id, as the synthetic properties of Kotlin Android have it.
        if let Some(id) = self.view_id(name) {
            return self.view(None, id);
        }
        // What it is is not known, but what it is called may say what it holds.
        let field = self.all.pool.field(types::UNRESOLVED, name, None);
        (self.load(Place::Static(field)), None)
    }

    /// A member of a class around, or of a companion.
    fn outer_member(&mut self, name: &str) -> Option<Typed> {
        let mut at = self.class;
        for steps in 0..8 {
            let Some(class) = at else { break };
            let mut homes = vec![class];
            for above in self.world().above(class) {
                homes.extend(self.world().companion(above));
            }
            for home in homes {
                let Some(field) = self.world().member(home, name) else {
                    continue;
                };
                let owner = self.world().class(field.class).tree.kind;
                if self.world().field(field).is_static || is_singleton(owner) {
                    return Some(self.field_value(field, None));
                }
                if let Some((value, _)) = self.outer(steps) {
                    return Some(self.field_value(field, Some(value)));
                }
            }
            at = self.world().class(class).outer;
        }
        None
    }

    /// A class used as a value: an object, a companion.
    fn class_value(&mut self, found: &Found) -> Option<Typed> {
        let Found::Own(class) = found else {
            return None;
        };
        if is_singleton(self.world().class(*class).tree.kind) {
            return Some(self.singleton(*class));
        }
        let companion = self.world().companion(*class)?;
        Some(self.singleton(companion))
    }

    /// `path.name` where the path is a class, if it is one.
    fn static_path(&mut self, path: &str, name: &str) -> Option<Typed> {
        // Resources: `R.id.logout`, with or without a package.
        let mut parts = path.rsplit('.');
        if let (Some(kind), Some("R")) = (parts.next(), parts.next()) {
            if let Some(id) = (self.world().resources)(kind, name) {
                return Some((self.int(i64::from(id)), Some(Ty::new("I"))));
            }
            let class = format!("R.{kind}");
            let field = self.all.pool.field(
                &types::descriptor(&class.replace('.', "$")),
                name,
                Some(&Ty::new("I")),
            );
            return Some((self.load(Place::Static(field)), Some(Ty::new("I"))));
        }
        match self.world().find_class(path, self.file, self.class)? {
            Found::Own(class) => {
                let homes = [Some(class), self.world().companion(class)];
                for home in homes.into_iter().flatten() {
                    if let Some(at) = self.world().member(home, name) {
                        let receiver = (!self.world().field(at).is_static
                            && is_singleton(self.world().class(at.class).tree.kind)
                            && self.all.has_accessors(at))
                        .then(|| self.singleton(home).0);
                        return Some(self.field_value(at, receiver));
                    }
                }
                let inner = format!("{path}.{name}");
                if let Some(found) = self.world().find_class(&inner, self.file, self.class) {
                    return self.class_value(&found);
                }
                None
            }
            Found::Other(binary) => Some(self.foreign_static(&types::descriptor(&binary), name)),
            Found::Builtin(desc) => Some(self.foreign_static(&desc, name)),
        }
    }

    /// A static field of a type that no file declares.
    fn foreign_static(&mut self, desc: &str, name: &str) -> Typed {
        if let Some(value) = platform::constant(desc, name) {
            return (self.int(value), Some(Ty::new("I")));
        }
        let ty = platform::listed(desc, name);
        let field = self.all.pool.field(desc, name, ty.as_ref());
        (self.load(Place::Static(field)), ty)
    }

    fn member(&mut self, object: &Expr, name: &str) -> Typed {
        if let Some(path) = object.path()
            && self.is_class_path(&path)
            && let Some(found) = self.static_path(&path, name)
        {
            return found;
        }
        let object = self.expr(object);
        self.member_value(object, name)
    }

    /// Whether a dotted path means a class here, not a variable.
    pub(super) fn is_class_path(&self, path: &str) -> bool {
        let first = path.split('.').next().unwrap_or(path);
        if self.local(first).is_some() {
            return false;
        }
        if path == "R" || path.starts_with("R.") || path.contains(".R.") {
            return true;
        }
        if let Some(class) = self.class
            && self.world().member(class, first).is_some()
        {
            return false;
        }
        self.world()
            .find_class(path, self.file, self.class)
            .is_some()
    }

    /// A member of a value.
    pub(super) fn member_value(&mut self, object: Typed, name: &str) -> Typed {
        if let Some(found) = self.member_of(object.clone(), name, false) {
            return found;
        }
        // What it is is not known, but what it is called may say what it holds.
        let class = object
            .1
            .map_or_else(|| types::UNRESOLVED.to_owned(), |ty| ty.desc);
        let field = self.all.pool.field(&class, name, None);
        (self.load(Place::Field(object.0, field)), None)
    }

    /// A member of a value whose type is known; `implied` when nothing stands before the name.
    fn member_of(&mut self, object: Typed, name: &str, implied: bool) -> Option<Typed> {
        let (value, ty) = object;
        if let Some(at) = self.world().property(name, self.file, true)
            && !implied
        {
            return Some(self.field_value(at, Some(value)));
        }
        let Some(ty) = ty else {
            let id = self.view_id(name).filter(|_| !implied)?;
            return Some(self.view(Some(value), id));
        };
        if let Some(class) = self.world().by_desc(&ty.desc) {
            if let Some(at) = self.world().member(class, name) {
                return Some(self.field_value(at, Some(value)));
            }
            // Java's getters are Kotlin's properties.
            let getter = accessor_name(name, false);
            for at in self.world().methods(class, &getter) {
                if self.world().function(at).params.is_empty() {
                    return Some(self.call_declared(at, Some(value), &[]));
                }
            }
            for above in self.world().foreign_above(class) {
                if let Some(value) = platform::constant(&above.desc, name).filter(|_| implied) {
                    return Some((self.int(value), Some(Ty::new("I"))));
                }
                if let Some(found) = self.foreign_property(value, &above, name) {
                    return Some(found);
                }
            }
            return None;
        }
        if ty.desc.starts_with('[') && matches!(name, "size" | "length") {
            return Some((self.b.unknown(Why::Arithmetic, &[]), Some(Ty::new("I"))));
        }
        if let Some(found) = self.foreign_property(value, &ty, name) {
            return Some(found);
        }
        if implied {
            return None;
        }
        if ty.simple().ends_with("Binding")
            && let Some(id) = self.view_id(name)
        {
            return Some(self.view(Some(value), id));
        }
        None
    }

    /// A getter of a type that no file declares, read as a property.
    fn foreign_property(&mut self, value: Value, ty: &Ty, name: &str) -> Option<Typed> {
        let getter = accessor_name(name, false);
        for candidate in [getter.as_str(), name] {
            let Some(method) = platform::method(&ty.desc, candidate, &[]).or_else(|| {
                platform::listed(&ty.desc, candidate).map(|result| platform::Method {
                    class: ty.desc.clone(),
                    descriptor: Some(format!("(){}", result.desc)),
                })
            }) else {
                continue;
            };
            return Some(self.call_foreign(
                &method,
                candidate,
                CallKind::Virtual,
                &[value],
                &[],
                Some(ty),
            ));
        }
        None
    }

    /// A field without its functions.
    fn raw_field(&mut self, at: FieldIx) -> Typed {
        let ty = self.all.field_type(at);
        let id = self.all.field_id(at);
        let field = self.world().field(at);
        let on_class = field.is_static || is_singleton(self.world().class(at.class).tree.kind);
        let place = match self.receivers.first() {
            Some(this) if !on_class => Place::Field(this.value, id),
            _ => Place::Static(id),
        };
        (self.load(place), ty)
    }

    /// The value of a declared field or property.
    pub(super) fn field_value(&mut self, at: FieldIx, object: Option<Value>) -> Typed {
        let field = self.world().field(at);
        if let Some(constant) = constant_of(field) {
            return match &constant.kind {
                ExprKind::Text(_) => {
                    let text = constant.constant_text().unwrap_or_default();
                    (self.string(&text), Some(Ty::string()))
                }
                ExprKind::Int(value) => (self.int(*value), Some(Ty::new("I"))),
                _ => self.expr(constant),
            };
        }
        let ty = self.all.field_type(at);
        if self.all.has_accessors(at) || field.receiver.is_some() {
            let method = self.all.accessor_id(at, false);
            let on_class = field.is_static;
            let args: Vec<Value> = if on_class && field.receiver.is_none() {
                Vec::new()
            } else {
                object.into_iter().collect()
            };
            let kind = if on_class {
                CallKind::Static
            } else {
                CallKind::Virtual
            };
            let value = self.emit_call(method, kind, &args, ty.as_ref());
            return (value, ty);
        }
        let id = self.all.field_id(at);
        let on_class = field.is_static || is_singleton(self.world().class(at.class).tree.kind);
        let place = match object {
            Some(object) if !on_class => Place::Field(object, id),
            _ => Place::Static(id),
        };
        let value = self.load(place);
        if let Some(delegate) = &field.delegate
            && let Some(found) = self.delegate_value(at, value, delegate)
        {
            return found;
        }
        (value, ty)
    }

    /// What a property gives that another object keeps for it: `getValue` of that.
    fn delegate_value(&mut self, at: FieldIx, delegate: Value, code: &Expr) -> Option<Typed> {
        if super::super::is_plain_delegate(code) {
            return None;
        }
        let ty = self.all.field_type(at)?;
        let class = self.world().by_desc(&ty.desc)?;
        let method = self.world().methods(class, "getValue").first().copied()?;
        let name = self.string(&self.world().field(at).name.clone());
        let this = self.receivers.first().map(|this| this.value);
        let this = match this {
            Some(this) => this,
            None => self.int(0),
        };
        Some(self.call_values(method, Some(delegate), &[this, name]))
    }

    fn index(&mut self, object: &Expr, index: &Expr) -> Typed {
        let (object, ty) = self.expr(object);
        let key = self.expr(index);
        if let Some(ty) = &ty
            && !ty.desc.starts_with('[')
        {
            return self.call_typed((object, Some(ty.clone())), "get", &[key]);
        }
        let value = self.load(Place::Element(object, key.0));
        (value, ty.and_then(|ty| ty.element()))
    }

    fn binary(&mut self, op: Operator, left: &Expr, right: &Expr) -> Typed {
        match op {
            Operator::Add => {
                let a = self.expr(left);
                let b = self.expr(right);
                let is_text =
                    |value: &Typed| value.1.as_ref().is_some_and(|ty| ty.desc == types::STRING);
                if is_text(&a) || is_text(&b) {
                    return self.joined(&[a.0, b.0]);
                }
                match a.1.or(b.1).filter(|ty| !ty.is_reference()) {
                    Some(ty) => (self.compute(ir::Operator::Add, a.0, b.0), Some(ty)),
                    None => (self.b.unknown(Why::Arithmetic, &[a.0, b.0]), None),
                }
            }
            Operator::Subtract | Operator::Multiply | Operator::Arithmetic | Operator::Or => {
                if let Some(value) = folded(op, left, right) {
                    return (self.int(value), Some(Ty::new("J")));
                }
                let a = self.expr(left);
                let b = self.expr(right);
                let operator = match op {
                    Operator::Subtract => Some(ir::Operator::Subtract),
                    Operator::Multiply => Some(ir::Operator::Multiply),
                    Operator::Or => Some(ir::Operator::Or),
                    _ => None,
                };
                let value = match operator {
                    Some(operator) => self.compute(operator, a.0, b.0),
                    None => self.b.unknown(Why::Arithmetic, &[a.0, b.0]),
                };
                (value, a.1.or(b.1))
            }
            _ => {
                let whole = Expr::new(
                    ExprKind::Binary {
                        op,
                        left: Box::new(left.clone()),
                        right: Box::new(right.clone()),
                    },
                    left.at,
                );
                self.condition_value(&whole)
            }
        }
    }

    fn compute(&mut self, operator: ir::Operator, left: Value, right: Value) -> Value {
        let inputs = self.b.args(&[left, right]);
        let dst = self.b.value();
        self.b.push(Op::Compute {
            dst,
            operator,
            inputs,
        });
        dst
    }

    fn assign(&mut self, target: &Expr, op: Option<Operator>, value: &Expr) -> Typed {
        let value = match op {
            None => {
                let expected = self.place_type(target);
                self.expr_for(value, expected.as_ref())
            }
            Some(op) => self.binary(op, target, value),
        };
        self.store(target, value.clone());
        value
    }

    /// The declared type of what is written.
    fn place_type(&mut self, target: &Expr) -> Option<Ty> {
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(local) = self.local(name) {
                    return local.ty.clone();
                }
                let at = self.world().member(self.class?, name)?;
                self.all.field_type(at)
            }
            _ => None,
        }
    }

    /// Writes a place.
    fn store(&mut self, target: &Expr, value: Typed) {
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(Local { variable, ty }) = self.local(name).cloned() {
                    self.b.write(variable, value.0);
                    if ty.is_none()
                        && let Some(slot) = self
                            .scopes
                            .iter_mut()
                            .rev()
                            .find_map(|scope| scope.get_mut(name))
                    {
                        slot.ty = value.1;
                    }
                    return;
                }
                self.store_name(name, value.0);
            }
            ExprKind::Member { object, name, .. } => {
                if let Some(path) = object.path()
                    && self.is_class_path(&path)
                    && let Some(Found::Own(class)) =
                        self.world().find_class(&path, self.file, self.class)
                {
                    let homes = [Some(class), self.world().companion(class)];
                    for home in homes.into_iter().flatten() {
                        if let Some(at) = self.world().member(home, name) {
                            self.store_field(at, None, value.0);
                            return;
                        }
                    }
                }
                let object = self.expr(object);
                self.store_member(object, name, value.0);
            }
            ExprKind::Index { object, index } => {
                let (object, ty) = self.expr(object);
                let key = self.expr(index);
                if ty.as_ref().is_some_and(|ty| !ty.desc.starts_with('[')) {
                    self.call_typed((object, ty), "set", &[key, value]);
                    return;
                }
                self.b.push(Op::Store {
                    place: Place::Element(object, key.0),
                    src: value.0,
                });
            }
            ExprKind::NotNull(inner) | ExprKind::Cast { value: inner, .. } => {
                self.store(inner, value);
            }
            _ => {
                let _ = self.expr(target);
            }
        }
    }

    fn store_name(&mut self, name: &str, value: Value) {
        if name == "field" && !self.label.is_empty() {
            let property = self.label.clone();
            if let Some(class) = self.class
                && let Some(at) = self.world().member(class, &property)
            {
                let id = self.all.field_id(at);
                let on_class = self.world().field(at).is_static
                    || is_singleton(self.world().class(at.class).tree.kind);
                let place = match self.receivers.first() {
                    Some(this) if !on_class => Place::Field(this.value, id),
                    _ => Place::Static(id),
                };
                self.b.push(Op::Store { place, src: value });
                return;
            }
        }
        for index in (0..self.receivers.len()).rev() {
            let receiver = self.receivers[index].clone();
            let Some(ty) = &receiver.ty else { continue };
            if let Some(class) = self.world().by_desc(&ty.desc)
                && let Some(at) = self.world().member(class, name)
            {
                self.store_field(at, Some(receiver.value), value);
                return;
            }
            if self.foreign_setter(receiver.value, ty, name, value) {
                return;
            }
        }
        let mut at = self.class;
        for steps in 0..8 {
            let Some(class) = at else { break };
            let homes = [Some(class), self.world().companion(class)];
            for home in homes.into_iter().flatten() {
                if let Some(field) = self.world().member(home, name) {
                    let object = self.outer(steps).map(|(value, _)| value);
                    self.store_field(field, object, value);
                    return;
                }
            }
            at = self.world().class(class).outer;
        }
        if let Some(at) = self.world().property(name, self.file, false) {
            self.store_field(at, None, value);
            return;
        }
        let field = self.all.pool.field(types::UNRESOLVED, name, None);
        self.b.push(Op::Store {
            place: Place::Static(field),
            src: value,
        });
    }

    fn store_member(&mut self, object: Typed, name: &str, value: Value) {
        let (target, ty) = object;
        if let Some(ty) = &ty {
            if let Some(class) = self.world().by_desc(&ty.desc) {
                if let Some(at) = self.world().member(class, name) {
                    self.store_field(at, Some(target), value);
                    return;
                }
                let setter = accessor_name(name, true);
                if let Some(at) = self.world().methods(class, &setter).first().copied() {
                    self.call_values(at, Some(target), &[value]);
                    return;
                }
                for above in self.world().foreign_above(class) {
                    if self.foreign_setter(target, &above, name, value) {
                        return;
                    }
                }
            }
            if self.foreign_setter(target, ty, name, value) {
                return;
            }
        }
        let class = ty.map_or_else(|| types::UNRESOLVED.to_owned(), |ty| ty.desc);
        let field = self.all.pool.field(&class, name, None);
        self.b.push(Op::Store {
            place: Place::Field(target, field),
            src: value,
        });
    }

    fn foreign_setter(&mut self, object: Value, ty: &Ty, name: &str, value: Value) -> bool {
        let setter = accessor_name(name, true);
        let Some(method) = platform::method(&ty.desc, &setter, &[None]) else {
            return false;
        };
        self.call_foreign(
            &method,
            &setter,
            CallKind::Virtual,
            &[object, value],
            &[],
            Some(ty),
        );
        true
    }

    pub(super) fn store_field(&mut self, at: FieldIx, object: Option<Value>, src: Value) {
        let field = self.world().field(at);
        let on_class = field.is_static || is_singleton(self.world().class(at.class).tree.kind);
        if field.setter.is_some()
            || (self.world().class(at.class).tree.kind == super::super::tree::ClassKind::Interface
                && !field.is_static)
        {
            let method = self.all.accessor_id(at, true);
            let mut args: Vec<Value> = object.into_iter().collect();
            if args.is_empty() && !field.is_static {
                args.push(self.singleton(at.class).0);
            }
            args.push(src);
            let kind = if field.is_static {
                CallKind::Static
            } else {
                CallKind::Virtual
            };
            self.emit_call(method, kind, &args, Some(&Ty::new("V")));
            return;
        }
        let id = self.all.field_id(at);
        if let Some(delegate) = &field.delegate
            && !super::super::is_plain_delegate(delegate)
            && let Some(ty) = self.all.field_type(at)
            && let Some(class) = self.world().by_desc(&ty.desc)
            && let Some(method) = self.world().methods(class, "setValue").first().copied()
        {
            let place = match object {
                Some(object) if !on_class => Place::Field(object, id),
                _ => Place::Static(id),
            };
            let keeper = self.load(place);
            let name = self.string(&self.world().field(at).name.clone());
            let this = match object {
                Some(object) => object,
                None => self.int(0),
            };
            self.call_values(method, Some(keeper), &[this, name, src]);
            return;
        }
        let place = match object {
            Some(object) if !on_class => Place::Field(object, id),
            _ => Place::Static(id),
        };
        self.b.push(Op::Store { place, src });
    }

    /// The id of a view by its name in a binding: `btnLogout` is `btn_logout`.
    fn view_id(&self, name: &str) -> Option<u32> {
        let resources = self.world().resources;
        if let Some(id) = resources("id", name) {
            return Some(id);
        }
        let mut snake = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        resources("id", &snake)
    }

    fn view(&mut self, object: Option<Value>, id: u32) -> Typed {
        let find = self.all.pool.method(
            "Landroid/view/View;",
            "findViewById",
            &["I"],
            "Landroid/view/View;",
        );
        let object = match object.or_else(|| self.receivers.first().map(|this| this.value)) {
            Some(object) => object,
            None => self.int(0),
        };
        let id = self.int(i64::from(id));
        let view = self.emit_call(find, CallKind::Virtual, &[object, id], None);
        (view, Some(Ty::new("Landroid/view/View;")))
    }

    /// A class declared in a file, by a type's descriptor.
    pub(super) fn declared(&self, ty: Option<&Ty>) -> Option<ClassIx> {
        self.world().by_desc(&ty?.desc)
    }
}

/// The initial value of a field that never changes and is a constant.
pub(super) fn constant_of(field: &Field) -> Option<&Expr> {
    let init = field.init.as_ref()?;
    let constant = field.constant
        && (matches!(init.kind, ExprKind::Int(_) | ExprKind::Bool(_))
            || init.constant_text().is_some());
    constant.then_some(init)
}

/// The value of arithmetic on constants: durations are written so.
fn folded(op: Operator, left: &Expr, right: &Expr) -> Option<i64> {
    fn value(expr: &Expr) -> Option<i64> {
        match &expr.kind {
            ExprKind::Int(value) => Some(*value),
            ExprKind::Binary { op, left, right } => folded(*op, left, right),
            _ => None,
        }
    }
    let (a, b) = (value(left)?, value(right)?);
    match op {
        Operator::Multiply => a.checked_mul(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Add => a.checked_add(b),
        Operator::Or => Some(a | b),
        _ => None,
    }
}
