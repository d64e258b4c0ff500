//! Walking a tree: the names that code uses, and the classes inside functions.

use rustc_hash::FxHashSet;

use super::tree::{Body, Class, Expr, ExprKind, Function, Piece, Stmt, Test};

/// What a walk does at each place.
pub trait Visit<'t> {
    /// At each expression, before its parts.
    fn expr(&mut self, _: &'t Expr) {}
    /// At each class inside code, before its parts: whether to walk those too.
    fn class(&mut self, _: &'t Class) -> bool {
        true
    }
}

/// Walks statements.
pub fn block<'t>(visit: &mut impl Visit<'t>, stmts: &'t [Stmt]) {
    for stmt in stmts {
        match stmt {
            Stmt::Expr(value) => expr(visit, value),
            Stmt::Local { init, .. } => init.iter().for_each(|value| expr(visit, value)),
            Stmt::Loop {
                test, body, step, ..
            } => {
                test.iter().for_each(|value| expr(visit, value));
                block(visit, body);
                block(visit, step);
            }
            Stmt::ForEach { over, body, .. } => {
                expr(visit, over);
                block(visit, body);
            }
            Stmt::Function(inner) => function(visit, inner),
            Stmt::Class(inner) => {
                if visit.class(inner) {
                    class(visit, inner);
                }
            }
            Stmt::Block(inner) => block(visit, inner),
            Stmt::Break | Stmt::Continue => {}
        }
    }
}

/// Walks a function.
pub fn function<'t>(visit: &mut impl Visit<'t>, function: &'t Function) {
    for param in &function.params {
        param.default.iter().for_each(|value| expr(visit, value));
    }
    match &function.body {
        Some(Body::Block(code)) => block(visit, code),
        Some(Body::Expr(value)) => expr(visit, value),
        None => {}
    }
}

/// Walks the code of a class, that of classes inside too.
pub fn class<'t>(visit: &mut impl Visit<'t>, tree: &'t Class) {
    for field in &tree.fields {
        for value in field.init.iter().chain(&field.delegate) {
            expr(visit, value);
        }
        for accessor in field.getter.iter().chain(&field.setter) {
            function(visit, accessor);
        }
    }
    for inner in tree.functions.iter().chain(&tree.constructors) {
        function(visit, inner);
    }
    for code in tree.initializers.iter().chain(&tree.static_initializers) {
        block(visit, code);
    }
    for arg in &tree.super_args {
        expr(visit, &arg.value);
    }
    for inner in &tree.classes {
        class(visit, inner);
    }
}

/// Walks an expression.
pub fn expr<'t>(visit: &mut impl Visit<'t>, value: &'t Expr) {
    visit.expr(value);
    match &value.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Name(_)
        | ExprKind::This(_)
        | ExprKind::Super
        | ExprKind::ClassLiteral(_) => {}
        ExprKind::Text(pieces) => {
            for piece in pieces {
                if let Piece::Value(value) = piece {
                    expr(visit, value);
                }
            }
        }
        ExprKind::Member { object, .. } => expr(visit, object),
        ExprKind::Index { object, index } => {
            expr(visit, object);
            expr(visit, index);
        }
        ExprKind::Call { callee, args, .. } => {
            expr(visit, callee);
            args.iter().for_each(|arg| expr(visit, &arg.value));
        }
        ExprKind::New {
            args, class: inner, ..
        } => {
            args.iter().for_each(|arg| expr(visit, &arg.value));
            if let Some(inner) = inner
                && visit.class(inner)
            {
                class(visit, inner);
            }
        }
        ExprKind::Array { elements, .. } => elements.iter().for_each(|value| expr(visit, value)),
        ExprKind::Lambda(lambda) => block(visit, &lambda.body),
        ExprKind::Reference { object, .. } => {
            object.iter().for_each(|object| expr(visit, object));
        }
        ExprKind::Binary { left, right, .. } | ExprKind::Elvis { left, right } => {
            expr(visit, left);
            expr(visit, right);
        }
        ExprKind::Assign { target, value, .. } => {
            expr(visit, target);
            expr(visit, value);
        }
        ExprKind::If {
            test,
            then,
            otherwise,
        } => {
            expr(visit, test);
            block(visit, then);
            block(visit, otherwise.as_deref().unwrap_or_default());
        }
        ExprKind::When { subject, cases, .. } => {
            subject.iter().for_each(|subject| expr(visit, subject));
            for case in cases {
                for test in &case.tests {
                    if let Test::Value(value) = test {
                        expr(visit, value);
                    }
                }
                block(visit, &case.body);
            }
        }
        ExprKind::Try {
            body,
            catches,
            finally,
        } => {
            block(visit, body);
            catches.iter().for_each(|catch| block(visit, &catch.body));
            block(visit, finally);
        }
        ExprKind::Return { value, .. } => value.iter().for_each(|value| expr(visit, value)),
        ExprKind::Not(value)
        | ExprKind::NotNull(value)
        | ExprKind::Throw(value)
        | ExprKind::Cast { value, .. }
        | ExprKind::InstanceOf { value, .. } => expr(visit, value),
        ExprKind::Unknown(parts) => parts.iter().for_each(|part| expr(visit, part)),
    }
}

struct Names<'n>(&'n mut FxHashSet<String>);

impl<'t> Visit<'t> for Names<'_> {
    fn expr(&mut self, value: &'t Expr) {
        if let ExprKind::Name(name) = &value.kind
            && !self.0.contains(name)
        {
            self.0.insert(name.clone());
        }
    }
}

/// The names that statements use.
pub fn names_in(stmts: &[Stmt], found: &mut FxHashSet<String>) {
    block(&mut Names(found), stmts);
}

/// The names that the code of a class uses.
pub fn names_in_class(tree: &Class, found: &mut FxHashSet<String>) {
    class(&mut Names(found), tree);
}

struct Locals<'f, 't>(&'f mut Vec<&'t Class>);

impl<'t> Visit<'t> for Locals<'_, 't> {
    fn class(&mut self, tree: &'t Class) -> bool {
        self.0.push(tree);
        false
    }
}

/// Classes inside the code of a class, local and anonymous ones; not those inside these.
#[must_use]
pub fn local_classes(tree: &Class) -> Vec<&Class> {
    let mut found = Vec::new();
    let mut visit = Locals(&mut found);
    // Not `class`: what nested classes hold is found when they are walked themselves.
    for field in &tree.fields {
        for value in field.init.iter().chain(&field.delegate) {
            expr(&mut visit, value);
        }
        for accessor in field.getter.iter().chain(&field.setter) {
            function(&mut visit, accessor);
        }
    }
    for inner in tree.functions.iter().chain(&tree.constructors) {
        function(&mut visit, inner);
    }
    for code in tree.initializers.iter().chain(&tree.static_initializers) {
        block(&mut visit, code);
    }
    for arg in &tree.super_args {
        expr(&mut visit, &arg.value);
    }
    found
}
