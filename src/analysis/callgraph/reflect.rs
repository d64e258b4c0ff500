//! Objects and functions that are named by constants: `Class.forName`, `newInstance`, `getMethod`.

use super::super::values::Site;
use super::select::through_casts;
use super::{CallGraph, Node};
use crate::ir::{CallKind, Const, FuncId, MethodId, Op, Place, StaticValue, TypeId, Value};

impl<'p, 'a> CallGraph<'p, 'a> {
    /// The class of the object that a call makes by a constant class: `X.class.newInstance()`,
    /// `Class.forName("X").getDeclaredConstructor().newInstance()`.
    pub(super) fn made_by_name(
        &self,
        func: FuncId,
        site: Site,
        target: MethodId,
    ) -> Option<TypeId> {
        let symbol = self.program.method(target);
        let (class, name) = (
            self.program.names.text(symbol.class),
            self.program.names.text(symbol.name),
        );
        if name != "newInstance"
            || !matches!(
                class,
                "Ljava/lang/Class;" | "Ljava/lang/reflect/Constructor;"
            )
        {
            return None;
        }
        let body = self.program.body(func);
        let Some(Op::Call { args, .. }) = body.op(site.op) else {
            return None;
        };
        self.named_class(func, *body.args(*args).first()?)
    }

    /// The class that a value names, where it is a constant of the same function.
    pub(super) fn named_class(&self, func: FuncId, mut value: Value) -> Option<TypeId> {
        let body = self.program.body(func);
        for _ in 0..4 {
            value = through_casts(body, value);
            match body.def(value)?.1 {
                Op::Const {
                    value: Const::Class(ty),
                    ..
                } => return Some(*ty),
                Op::Call {
                    target, kind, args, ..
                } => {
                    let symbol = self.program.method(*target);
                    let name = self.program.names.text(symbol.name);
                    let args = body.args(*args);
                    match name {
                        "forName" | "loadClass" => {
                            let text = args
                                .iter()
                                .skip(usize::from(*kind != CallKind::Static))
                                .find_map(|value| self.constant_text(func, *value))?;
                            return self.type_of_name(text);
                        }
                        "getConstructor" | "getDeclaredConstructor" | "asSubclass" => {
                            value = *args.first()?;
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// The type with a name as `Class.forName` takes it.
    pub(super) fn type_of_name(&self, name: &str) -> Option<TypeId> {
        let descriptor = format!("L{};", name.replace('.', "/"));
        self.program.names.get(descriptor.as_bytes())
    }

    /// The constant text that a value is, in its function.
    pub(super) fn constant_text(&self, func: FuncId, value: Value) -> Option<&'p str> {
        let body = self.program.body(func);
        match body.def(through_casts(body, value))?.1 {
            Op::Const {
                value: Const::Str(text),
                ..
            } => Some(text),
            Op::Load {
                place: Place::Static(field),
                ..
            } => match self.program.statics.get(field)? {
                StaticValue::Str(text) => Some(text),
                StaticValue::Int(_) => None,
            },
            _ => None,
        }
    }

    /// What `Method.invoke` runs, where the class and the name of the method are constants.
    #[must_use]
    pub fn reflective_targets(&self, site: Site) -> Vec<Node> {
        let body = self.program.body(site.func);
        let Some(Op::Call { args, target, .. }) = body.op(site.op) else {
            return Vec::new();
        };
        let symbol = self.program.method(*target);
        if Some(symbol.class) != self.reflected || self.program.names.text(symbol.name) != "invoke"
        {
            return Vec::new();
        }
        let method = body
            .args(*args)
            .first()
            .map(|method| through_casts(body, *method));
        let Some((_, Op::Call { target, args, .. })) = method.and_then(|method| body.def(method))
        else {
            return Vec::new();
        };
        let looked_up = self.program.names.text(self.program.method(*target).name);
        let args = body.args(*args);
        if !matches!(looked_up, "getMethod" | "getDeclaredMethod") {
            return Vec::new();
        }
        let (Some(class), Some(name)) = (
            args.first()
                .and_then(|class| self.named_class(site.func, *class)),
            args.get(1)
                .and_then(|name| self.constant_text(site.func, *name)),
        ) else {
            return Vec::new();
        };
        self.program
            .class_of
            .get(&class)
            .into_iter()
            .flat_map(|class| self.program.funcs_of(*class))
            .filter(|func| self.program.func_name(*func) == name)
            .map(Node::whole)
            .collect()
    }
}
