//! Calls of modelled functions in the app's own code, and calls on one object in a function.

use super::Builder;
use crate::analysis::callgraph::through_casts;
use crate::analysis::values::Site;
use crate::ir::{Body, CallKind, FuncId, MethodId, Op, Program, Value};
use crate::models::ApiModel;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// Calls of the functions whose model is of the kind that `wanted` says, in order. Only what
    /// calls one of them is lifted.
    pub(super) fn sites(
        &self,
        wanted: impl Fn(&ApiModel) -> bool,
    ) -> Vec<(Site, &'static ApiModel)> {
        let mut found = Vec::new();
        for (method, models) in self.sources.apis.symbols() {
            let Some(model) = models.iter().copied().find(|model| wanted(model)) else {
                continue;
            };
            for caller in self.program.calls.row(method.0) {
                if self.graph.is_library_func(caller) {
                    continue;
                }
                for (op, call) in self.program.body(caller).iter_ops() {
                    if matches!(call, Op::Call { target, .. } if *target == method) {
                        found.push((Site { func: caller, op }, model));
                    }
                }
            }
        }
        found.sort_by_key(|(site, _)| *site);
        found
    }
}

/// Fluent calls on one object: `builder.a().b()` and `builder.a(); builder.b()` alike.
pub(super) struct Chain<'c, 'p, 'a> {
    /// The program.
    pub program: &'p Program<'a>,
    /// Whether a method returns the object that it is called on.
    pub fluent: &'c dyn Fn(MethodId) -> bool,
}

impl<'p, 'a> Chain<'_, 'p, 'a> {
    /// The object that a chain of calls works on.
    pub(super) fn root(&self, body: &Body<'a>, mut value: Value) -> Value {
        for _ in 0..256 {
            value = through_casts(body, value);
            match body.def(value) {
                Some((
                    _,
                    Op::Call {
                        target, args, kind, ..
                    },
                )) if *kind != CallKind::Static && (self.fluent)(*target) => {
                    match body.args(*args).first() {
                        Some(receiver) => value = *receiver,
                        None => return value,
                    }
                }
                _ => return value,
            }
        }
        value
    }

    /// All calls on the object that `value` is, in the order of the code.
    pub(super) fn calls(&self, func: FuncId, value: Value) -> Vec<Site> {
        let body = self.program.body(func);
        let root = self.root(body, value);
        body.iter_ops()
            .filter_map(|(op, call)| match call {
                Op::Call { target, args, .. }
                    if (self.fluent)(*target)
                        && body
                            .args(*args)
                            .first()
                            .is_some_and(|receiver| self.root(body, *receiver) == root) =>
                {
                    Some(Site { func, op })
                }
                _ => None,
            })
            .collect()
    }
}
