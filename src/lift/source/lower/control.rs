//! Statements and what decides between ways: branches, loops, cases, exceptions.

use super::super::tree::{Case, Catch, Expr, ExprKind, Operator, Stmt, Test};
use super::super::types::Ty;
use super::super::world::Found;
use super::expr::constant_of;
use super::{Around, Lower, Typed};
use crate::ir::{BlockId, CallKind, CompareOp, Condition, Op, Value, Why};

impl Lower<'_, '_, '_, '_> {
    /// Lowers statements in a scope of their own; the value is that of the last one.
    pub(super) fn block(&mut self, block: &[Stmt]) -> Typed {
        self.scopes.push(rustc_hash::FxHashMap::default());
        let mut last = None;
        for stmt in block {
            last = self.stmt(stmt);
        }
        self.scopes.pop();
        last.unwrap_or_else(|| (self.b.unknown(Why::Undefined, &[]), None))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<Typed> {
        match stmt {
            Stmt::Expr(value) => return Some(self.expr(value)),
            Stmt::Local {
                names,
                ty,
                init,
                at,
            } => {
                self.b.place(*at);
                let declared = ty
                    .as_ref()
                    .and_then(|ty| self.world().resolve(ty, self.file, self.class));
                let (value, known) = match init {
                    Some(init) => self.expr_for(init, declared.as_ref()),
                    None => (self.b.unknown(Why::Undefined, &[]), None),
                };
                self.bind(names, (value, declared.or(known)));
            }
            Stmt::Loop {
                test,
                test_last,
                body,
                step,
            } => self.repeat(test.as_ref(), *test_last, body, step),
            Stmt::ForEach {
                names,
                ty,
                over,
                body,
            } => {
                let over = self.expr(over);
                let declared = ty
                    .as_ref()
                    .and_then(|ty| self.world().resolve(ty, self.file, self.class));
                self.each(over, |lower, element| {
                    lower.scopes.push(rustc_hash::FxHashMap::default());
                    let (value, known) = element;
                    lower.bind(names, (value, declared.or(known)));
                    lower.block(body);
                    lower.scopes.pop();
                });
            }
            Stmt::Break | Stmt::Continue => {
                if let Some(around) = self.loops.last() {
                    let to = if matches!(stmt, Stmt::Break) {
                        around.after
                    } else {
                        around.next
                    };
                    self.b.goto(to);
                    self.b.unreachable();
                }
            }
            Stmt::Function(function) => {
                let value = self.local_function(function);
                self.declare(&function.name, value.0, value.1);
            }
            Stmt::Class(class) => self.local_class(class),
            Stmt::Block(block) => return Some(self.block(block)),
        }
        None
    }

    /// Gives names to a value, or to its parts.
    pub(super) fn bind(&mut self, names: &[String], value: Typed) {
        match names {
            [only] => self.declare(only, value.0, value.1),
            several => {
                for (index, name) in several.iter().enumerate() {
                    let part = self.component(&value, index);
                    self.declare(name, part.0, part.1);
                }
            }
        }
    }

    /// A part of a value that is taken apart.
    fn component(&mut self, whole: &Typed, index: usize) -> Typed {
        if let Some(class) = self.declared(whole.1.as_ref())
            && let Some(param) = self
                .world()
                .class(class)
                .tree
                .constructors
                .first()
                .and_then(|constructor| constructor.params.get(index))
            && let Some(at) = self.world().member(class, &param.name)
        {
            return self.field_value(at, Some(whole.0));
        }
        self.call_typed(whole.clone(), &format!("component{}", index + 1), &[])
    }

    /// A loop over the elements of something.
    pub(super) fn each(&mut self, over: Typed, body: impl FnOnce(&mut Self, Typed)) {
        let (over, ty) = over;
        let element_type = ty.as_ref().and_then(Ty::element);
        let iterator = if ty.as_ref().is_some_and(|ty| ty.desc.starts_with('[')) {
            None
        } else {
            let method = self.all.pool.method(
                "Ljava/lang/Iterable;",
                "iterator",
                &[],
                "Ljava/util/Iterator;",
            );
            Some(self.emit_call(method, CallKind::Interface, &[over], None))
        };
        let (head, inside, after) = (self.b.block(), self.b.block(), self.b.block());
        self.b.goto(head);
        self.b.enter(head);
        let more = match iterator {
            Some(iterator) => {
                let method = self
                    .all
                    .pool
                    .method("Ljava/util/Iterator;", "hasNext", &[], "Z");
                self.emit_call(method, CallKind::Interface, &[iterator], None)
            }
            None => self.b.unknown(Why::Arithmetic, &[]),
        };
        self.b.branch(is_true(more), inside, after);
        self.b.seal(inside);
        self.b.enter(inside);
        let element = match iterator {
            Some(iterator) => {
                let method =
                    self.all
                        .pool
                        .method("Ljava/util/Iterator;", "next", &[], "Ljava/lang/Object;");
                self.emit_call(method, CallKind::Interface, &[iterator], None)
            }
            None => {
                let index = self.b.unknown(Why::Arithmetic, &[]);
                self.load(crate::ir::Place::Element(over, index))
            }
        };
        self.loops.push(Around { after, next: head });
        body(self, (element, element_type));
        self.loops.pop();
        self.b.goto(head);
        self.b.seal(head);
        self.b.seal(after);
        self.b.enter(after);
    }

    fn repeat(&mut self, test: Option<&Expr>, test_last: bool, body: &[Stmt], step: &[Stmt]) {
        let (head, inside, next, after) = (
            self.b.block(),
            self.b.block(),
            self.b.block(),
            self.b.block(),
        );
        self.b.goto(if test_last { inside } else { head });
        self.b.enter(head);
        match test {
            Some(test) => self.condition(test, inside, after),
            None => self.b.goto(inside),
        }
        self.b.enter(inside);
        self.loops.push(Around { after, next });
        self.block(body);
        self.loops.pop();
        self.b.goto(next);
        self.b.seal(next);
        self.b.enter(next);
        self.block(step);
        self.b.goto(head);
        self.b.seal(head);
        self.b.seal(inside);
        self.b.seal(after);
        self.b.enter(after);
    }

    /// Goes one way when a condition holds and the other when not.
    pub(super) fn condition(&mut self, test: &Expr, then: BlockId, otherwise: BlockId) {
        match &test.kind {
            ExprKind::Not(inner) => return self.condition(inner, otherwise, then),
            ExprKind::Binary { op, left, right } => {
                let compare = match op {
                    Operator::AndThen | Operator::OrElse => {
                        let next = self.b.block();
                        if *op == Operator::AndThen {
                            self.condition(left, next, otherwise);
                        } else {
                            self.condition(left, then, next);
                        }
                        self.b.seal(next);
                        self.b.enter(next);
                        return self.condition(right, then, otherwise);
                    }
                    Operator::Eq => Some(CompareOp::Eq),
                    Operator::Ne => Some(CompareOp::Ne),
                    Operator::Lt => Some(CompareOp::Lt),
                    Operator::Le => Some(CompareOp::Le),
                    Operator::Gt => Some(CompareOp::Gt),
                    Operator::Ge => Some(CompareOp::Ge),
                    _ => None,
                };
                if let Some(op) = compare {
                    let (left, _) = self.expr(left);
                    let zero = matches!(
                        right.kind,
                        ExprKind::Null | ExprKind::Int(0) | ExprKind::Bool(false)
                    );
                    let right = (!zero).then(|| self.expr(right).0);
                    let condition = Condition { op, left, right };
                    return self.b.branch(condition, then, otherwise);
                }
            }
            _ => {}
        }
        if let Some(known) = self.known(test) {
            return self.b.goto(if known { then } else { otherwise });
        }
        let (value, _) = self.expr(test);
        match self.b.number(value) {
            Some(known) => self.b.goto(if known != 0 { then } else { otherwise }),
            None => self.b.branch(is_true(value), then, otherwise),
        }
    }

    /// Whether a condition holds, when a constant says so: compilers leave the other way out.
    fn known(&self, test: &Expr) -> Option<bool> {
        let constant = match &test.kind {
            ExprKind::Bool(value) => return Some(*value),
            ExprKind::Name(name) => {
                let homes = [
                    self.class,
                    self.class.and_then(|class| self.world().companion(class)),
                ];
                homes
                    .into_iter()
                    .flatten()
                    .find_map(|class| self.world().member(class, name))
                    .or_else(|| self.world().property(name, self.file, false))
            }
            ExprKind::Member { object, name, .. } => {
                let path = object.path()?;
                match self.world().find_class(&path, self.file, self.class)? {
                    Found::Own(class) => [Some(class), self.world().companion(class)]
                        .into_iter()
                        .flatten()
                        .find_map(|class| self.world().member(class, name)),
                    _ => None,
                }
            }
            _ => None,
        };
        match constant_of(self.world().field(constant?))?.kind {
            ExprKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A condition as a value.
    pub(super) fn condition_value(&mut self, test: &Expr) -> Typed {
        let (yes, no, after) = (self.b.block(), self.b.block(), self.b.block());
        let result = self.b.variable();
        self.condition(test, yes, no);
        for (block, value) in [(yes, 1), (no, 0)] {
            self.b.seal(block);
            self.b.enter(block);
            let value = self.int(value);
            self.b.write(result, value);
            self.b.goto(after);
        }
        self.b.seal(after);
        self.b.enter(after);
        (self.b.read(result), Some(Ty::new("Z")))
    }

    pub(super) fn if_else(
        &mut self,
        test: &Expr,
        then: &[Stmt],
        otherwise: Option<&[Stmt]>,
    ) -> Typed {
        let (yes, no, after) = (self.b.block(), self.b.block(), self.b.block());
        let result = self.b.variable();
        self.scopes.push(rustc_hash::FxHashMap::default());
        self.condition(test, yes, no);
        let mut ty = None;
        for (block, code) in [(yes, then), (no, otherwise.unwrap_or_default())] {
            self.b.seal(block);
            self.b.enter(block);
            let value = self.block(code);
            self.b.write(result, value.0);
            ty = ty.or(value.1);
            self.b.goto(after);
        }
        self.scopes.pop();
        self.b.seal(after);
        self.b.enter(after);
        (self.b.read(result), ty)
    }

    pub(super) fn elvis(&mut self, left: &Expr, right: &Expr) -> Typed {
        let (value, ty) = self.expr(left);
        let (missing, after) = (self.b.block(), self.b.block());
        let result = self.b.variable();
        self.b.write(result, value);
        let condition = Condition {
            op: CompareOp::Eq,
            left: value,
            right: None,
        };
        self.b.branch(condition, missing, after);
        self.b.seal(missing);
        self.b.enter(missing);
        let (other, other_ty) = self.expr(right);
        self.b.write(result, other);
        self.b.goto(after);
        self.b.seal(after);
        self.b.enter(after);
        (self.b.read(result), ty.or(other_ty))
    }

    pub(super) fn when(
        &mut self,
        subject: Option<&Expr>,
        name: Option<&str>,
        cases: &[Case],
    ) -> Typed {
        self.scopes.push(rustc_hash::FxHashMap::default());
        let on = subject.map(|subject| self.expr(subject));
        if let (Some(name), Some((value, ty))) = (name, on.clone()) {
            self.declare(name, value, ty);
        }
        let after = self.b.block();
        let result = self.b.variable();
        let bodies: Vec<BlockId> = cases.iter().map(|_| self.b.block()).collect();
        let constants = on.as_ref().and_then(|_| self.constant_cases(cases));
        match (on.clone(), constants) {
            (Some((on, _)), Some(keys)) => {
                let mut table = Vec::new();
                let mut default = after;
                for (keys, body) in keys.iter().zip(&bodies) {
                    match keys {
                        Some(keys) => table.extend(keys.iter().map(|key| (*key, *body))),
                        None => default = *body,
                    }
                }
                if default == after {
                    let none = self.b.block();
                    self.b.switch(on, table, none);
                    self.b.seal(none);
                    self.b.enter(none);
                    self.nothing(result, after);
                } else {
                    self.b.switch(on, table, default);
                }
            }
            _ => {
                let mut default = None;
                for (case, body) in cases.iter().zip(&bodies) {
                    if case.tests.is_empty() {
                        default = Some(*body);
                    }
                    for test in &case.tests {
                        let next = self.b.block();
                        self.test(test, on.clone(), *body, next);
                        self.b.seal(next);
                        self.b.enter(next);
                    }
                }
                match default {
                    Some(default) => self.b.goto(default),
                    None => self.nothing(result, after),
                }
            }
        }
        let mut ty = None;
        for (index, case) in cases.iter().enumerate() {
            let Some(body) = bodies.get(index).copied() else {
                continue;
            };
            // The body before may go on into this one: then it is sealed here, after that edge.
            self.b.seal(body);
            self.b.enter(body);
            let smart = self.smart(subject, case, on.as_ref());
            self.loops.push(Around {
                after,
                next: self.loops.last().map_or(after, |around| around.next),
            });
            let value = self.block(&case.body);
            self.loops.pop();
            if smart {
                self.scopes.pop();
            }
            self.b.write(result, value.0);
            ty = ty.or(value.1);
            match bodies.get(index + 1) {
                Some(next) if case.falls_through => self.b.goto(*next),
                _ => self.b.goto(after),
            }
        }
        self.scopes.pop();
        self.b.seal(after);
        self.b.enter(after);
        (self.b.read(result), ty)
    }

    fn nothing(&mut self, result: super::Variable, after: BlockId) {
        let value = self.b.unknown(Why::Undefined, &[]);
        self.b.write(result, value);
        self.b.goto(after);
    }

    /// A variable that a case has tested has the tested type in it.
    fn smart(&mut self, subject: Option<&Expr>, case: &Case, on: Option<&Typed>) -> bool {
        let (Some(subject), [Test::Type(ty)], Some(on)) = (subject, case.tests.as_slice(), on)
        else {
            return false;
        };
        let (ExprKind::Name(name), Some(ty)) = (
            &subject.kind,
            self.world().resolve(ty, self.file, self.class),
        ) else {
            return false;
        };
        self.scopes.push(rustc_hash::FxHashMap::default());
        self.declare(name, on.0, Some(ty));
        true
    }

    /// The keys of all cases, when they are whole numbers or resources; none for the default.
    fn constant_cases(&mut self, cases: &[Case]) -> Option<Vec<Option<Vec<i32>>>> {
        if cases.len() < 2 {
            return None;
        }
        cases
            .iter()
            .map(|case| {
                if case.tests.is_empty() {
                    return Some(None);
                }
                let keys: Option<Vec<i32>> = case
                    .tests
                    .iter()
                    .map(|test| match test {
                        Test::Value(value) => self.constant_key(value),
                        Test::Type(_) => None,
                    })
                    .collect();
                keys.map(Some)
            })
            .collect()
    }

    fn constant_key(&self, value: &Expr) -> Option<i32> {
        match &value.kind {
            ExprKind::Int(value) => i32::try_from(*value).ok(),
            ExprKind::Member { object, name, .. } => {
                let path = object.path()?;
                let mut parts = path.rsplit('.');
                match (parts.next(), parts.next()) {
                    (Some(kind), Some("R")) => {
                        (self.world().resources)(kind, name).map(u32::cast_signed)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn test(&mut self, test: &Test, on: Option<Typed>, then: BlockId, otherwise: BlockId) {
        match (test, on) {
            (Test::Value(value), None) => self.condition(value, then, otherwise),
            (Test::Value(value), Some((on, _))) => {
                let (right, _) = self.expr(value);
                let condition = Condition {
                    op: CompareOp::Eq,
                    left: on,
                    right: Some(right),
                };
                self.b.branch(condition, then, otherwise);
            }
            (Test::Type(ty), on) => {
                let src = match on {
                    Some((on, _)) => on,
                    None => self.b.unknown(Why::Undefined, &[]),
                };
                let ty = self
                    .world()
                    .resolve(ty, self.file, self.class)
                    .unwrap_or_else(Ty::object);
                let ty = self.all.pool.ty(&ty.desc);
                let dst = self.b.value();
                self.b.push(Op::InstanceOf { dst, src, ty });
                self.b.branch(is_true(dst), then, otherwise);
            }
        }
    }

    pub(super) fn try_catch(
        &mut self,
        body: &[Stmt],
        catches: &[Catch],
        finally: &[Stmt],
    ) -> Typed {
        if catches.is_empty() {
            // The code runs and then, in any case, what stands in `finally`.
            let value = self.block(body);
            if !finally.is_empty() {
                self.block(finally);
            }
            return value;
        }
        let after = self.b.block();
        let result = self.b.variable();
        let handlers: Vec<BlockId> = catches.iter().map(|_| self.b.block()).collect();
        for handler in &handlers {
            self.b.caught_by(*handler);
        }
        let (value, mut ty) = self.block(body);
        for _ in &handlers {
            self.b.uncaught();
        }
        self.b.write(result, value);
        let joined = self.b.block();
        self.b.goto(joined);
        for (catch, handler) in catches.iter().zip(&handlers) {
            self.b.seal(*handler);
            self.b.enter(*handler);
            self.scopes.push(rustc_hash::FxHashMap::default());
            let exception = self.b.unknown(Why::Exception, &[]);
            let of = catch
                .ty
                .as_ref()
                .and_then(|ty| self.world().resolve(ty, self.file, self.class));
            self.declare(&catch.name, exception, of);
            let (value, other) = self.block(&catch.body);
            self.scopes.pop();
            self.b.write(result, value);
            ty = ty.or(other);
            self.b.goto(joined);
        }
        self.b.seal(joined);
        self.b.enter(joined);
        if !finally.is_empty() {
            self.block(finally);
        }
        self.b.goto(after);
        self.b.seal(after);
        self.b.enter(after);
        (self.b.read(result), ty)
    }

    pub(super) fn give_back(&mut self, label: Option<&str>, value: Option<&Expr>) -> Typed {
        let value = value.map(|value| self.expr(value).0);
        let target = match label {
            Some(label) => self
                .inlined
                .iter()
                .rposition(|inlined| inlined.label == label),
            None => None,
        };
        if let Some(index) = target {
            let (exit, result) = (self.inlined[index].exit, self.inlined[index].result);
            if let Some(value) = value {
                self.b.write(result, value);
            }
            self.b.goto(exit);
            self.b.unreachable();
        } else {
            self.b.leave(Op::Return { value });
        }
        (self.b.unknown(Why::Undefined, &[]), None)
    }
}

/// The condition that a value is not zero.
pub(super) fn is_true(value: Value) -> Condition {
    Condition {
        op: CompareOp::Ne,
        left: value,
        right: None,
    }
}
