//! Lambdas, references and anonymous classes: a class each, as compilers make them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::platform;
use super::super::pool::number;
use super::super::tree::{Arg, Class, Expr, ExprKind, Function, Lambda, Param, Stmt, Type};
use super::super::types::{self, OBJECT, Ty};
use super::super::walk::names_in;
use super::super::world::{ClassIx, FnRef};
use super::{Inlined, Lower, MAX_DEPTH, Note, Origin, Receiver, Typed};
use crate::ir::{CallKind, ClassId, Func, FuncId, Op, Place, Value, access};

/// What the function of a lambda's class looks like.
struct Shape {
    /// Interface, or superclass for a suspending lambda.
    interface: String,
    /// It is a superclass.
    superclass: bool,
    method: String,
    /// Types of all parameters, a receiver first.
    params: Vec<Ty>,
    ret: String,
    /// Types of what the lambda names, where the declared ones say nothing.
    given: Vec<Option<Ty>>,
    with_receiver: bool,
}

impl Lower<'_, '_, '_, '_> {
    /// Lowers an expression where a type is expected: what lambdas hang on.
    pub(super) fn expr_for(&mut self, value: &Expr, expected: Option<&Ty>) -> Typed {
        match &value.kind {
            ExprKind::Lambda(lambda) => self.lambda(lambda, expected, None),
            ExprKind::Reference { object, name } => {
                self.reference(object.as_deref(), name, expected)
            }
            _ => self.expr(value),
        }
    }

    /// The shape of a lambda where a type is expected.
    fn shape(&mut self, lambda: &Lambda, expected: Option<&Ty>) -> Shape {
        if let Some(expected) = expected.filter(|ty| !ty.is_function()) {
            if let Some(class) = self.world().by_desc(&expected.desc)
                && let Some(at) = self.only_abstract(class)
            {
                let (params, ret) = self.all.signature(at);
                return Shape {
                    interface: expected.desc.clone(),
                    superclass: false,
                    method: self.world().function(at).name.clone(),
                    given: params.iter().cloned().map(Some).collect(),
                    params,
                    ret: ret.desc,
                    with_receiver: false,
                };
            }
            if let Some((method, descriptor)) = platform::functional(&expected.desc)
                && let Some((params, ret)) = types::split(descriptor)
            {
                let params: Vec<Ty> = params.into_iter().map(Ty::new).collect();
                let element = expected.element();
                return Shape {
                    interface: expected.desc.clone(),
                    superclass: false,
                    method: method.to_owned(),
                    given: params
                        .iter()
                        .map(|ty| {
                            if ty.desc == OBJECT {
                                element.clone()
                            } else {
                                Some(ty.clone())
                            }
                        })
                        .collect(),
                    params,
                    ret: ret.to_owned(),
                    with_receiver: false,
                };
            }
        }
        let implied = usize::from(!lambda.explicit && uses_it(lambda));
        let written = if lambda.explicit {
            lambda.params.len()
        } else {
            implied
        };
        let (count, given, with_receiver) = match expected {
            Some(ty) if !ty.args.is_empty() => {
                let given: Vec<Option<Ty>> = ty
                    .args
                    .iter()
                    .take(ty.args.len() - 1)
                    .cloned()
                    .map(Some)
                    .collect();
                (given.len(), given, ty.with_receiver)
            }
            _ => (written, vec![None; written], false),
        };
        Shape {
            interface: format!("Lkotlin/jvm/functions/Function{count};"),
            superclass: false,
            method: "invoke".to_owned(),
            params: vec![Ty::object(); count],
            ret: OBJECT.to_owned(),
            given,
            with_receiver,
        }
    }

    /// The one function without code that a type has.
    fn only_abstract(&self, class: ClassIx) -> Option<FnRef> {
        let mut found = None;
        for above in self.world().above(class) {
            for (index, function) in self.world().class(above).tree.functions.iter().enumerate() {
                if function.body.is_none() && function.receiver.is_none() && !function.is_static {
                    if found.is_some() {
                        return None;
                    }
                    found = Some(FnRef {
                        class: above,
                        index,
                    });
                }
            }
        }
        found
    }

    /// A lambda as an object of a class of its own. `receiver` is the type that its body sees as
    /// the current object.
    pub(super) fn lambda(
        &mut self,
        lambda: &Lambda,
        expected: Option<&Ty>,
        receiver: Option<&Ty>,
    ) -> Typed {
        let mut shape = self.shape(lambda, expected);
        if let Some(receiver) = receiver {
            shape.with_receiver = true;
            shape.params.insert(0, Ty::object());
            shape.given.insert(0, Some(receiver.clone()));
        }
        self.closure(lambda, &shape)
    }

    /// A lambda that suspends and runs later: what `launch` and the like take.
    pub(super) fn suspending(&mut self, lambda: &Lambda, receiver: Option<&Ty>) -> Typed {
        let shape = Shape {
            interface: "Lkotlin/coroutines/jvm/internal/SuspendLambda;".to_owned(),
            superclass: true,
            method: "invokeSuspend".to_owned(),
            params: vec![Ty::object()],
            ret: OBJECT.to_owned(),
            given: vec![receiver.cloned()],
            with_receiver: true,
        };
        self.closure(lambda, &shape)
    }

    fn closure(&mut self, lambda: &Lambda, shape: &Shape) -> Typed {
        if self.depth >= MAX_DEPTH {
            return (
                self.b.unknown(crate::ir::Why::Unmodelled, &[]),
                Some(Ty::new(&shape.interface)),
            );
        }
        let mut used = FxHashSet::default();
        names_in(&lambda.body, &mut used);
        let captures = self.visible(&used);
        let owner = self.owner.clone();
        let desc = self.all.fresh(&owner);
        let params: Vec<&str> = shape.params.iter().map(|ty| ty.desc.as_str()).collect();
        let method = self
            .all
            .pool
            .method(&desc, &shape.method, &params, &shape.ret);
        let func = self.make_class(&desc, shape, method);

        // The object: what it takes along goes into its fields.
        let ty = self.all.pool.ty(&desc);
        let object = self.b.value();
        self.b.push(Op::New { dst: object, ty });
        for (name, ty, value) in &captures {
            let field = self
                .all
                .pool
                .field(&desc, &format!("val${name}"), ty.as_ref());
            self.b.push(Op::Store {
                place: Place::Field(object, field),
                src: *value,
            });
        }
        let receivers = self.receivers.clone();
        for (index, receiver) in receivers.iter().enumerate() {
            let field = self
                .all
                .pool
                .field(&desc, &format!("this${index}"), receiver.ty.as_ref());
            self.b.push(Op::Store {
                place: Place::Field(object, field),
                src: receiver.value,
            });
        }

        let file = self.file;
        let class = self.class;
        let depth = self.depth + 1;
        let at = self.b.placed();
        let body = {
            let mut inner = Lower::new(
                self.all,
                func,
                number(shape.params.len() + 1),
                file,
                class,
                &owner,
            );
            inner.depth = depth;
            inner
                .b
                .place(super::first_place(&lambda.body).unwrap_or(at));
            if let Some(own) = inner.b.param(0) {
                for (index, receiver) in receivers.iter().enumerate() {
                    let field =
                        inner
                            .all
                            .pool
                            .field(&desc, &format!("this${index}"), receiver.ty.as_ref());
                    let value = inner.load(Place::Field(own, field));
                    inner.receivers.push(Receiver {
                        value,
                        ..receiver.clone()
                    });
                }
                for (name, ty, _) in &captures {
                    let field = inner
                        .all
                        .pool
                        .field(&desc, &format!("val${name}"), ty.as_ref());
                    let value = inner.load(Place::Field(own, field));
                    inner.declare(name, value, ty.clone());
                }
            }
            inner.lambda_params(lambda, shape);
            let (result, _) = inner.block(&lambda.body);
            let value = (shape.ret != "V").then_some(result);
            inner.b.leave(Op::Return { value });
            inner.finish(func)
        };
        if let Some(slot) = self.all.bodies.get_mut(func.index()) {
            *slot = Some(body);
        }
        let ty = if shape.superclass {
            Ty::new(&shape.interface)
        } else {
            Ty {
                desc: shape.interface.clone(),
                args: shape
                    .given
                    .iter()
                    .map(|ty| ty.clone().unwrap_or_else(Ty::object))
                    .chain(std::iter::once(Ty::object()))
                    .collect(),
                with_receiver: shape.with_receiver,
            }
        };
        (object, Some(ty))
    }

    fn lambda_params(&mut self, lambda: &Lambda, shape: &Shape) {
        let mut next = 1;
        if shape.with_receiver {
            if let Some(value) = self.b.param(1) {
                self.receivers.push(Receiver {
                    value,
                    ty: shape.given.first().cloned().flatten(),
                    label: String::new(),
                });
            }
            next = 2;
        }
        let given = |index: usize| shape.given.get(index).cloned().flatten();
        if !lambda.explicit {
            if let Some(value) = self.b.param(next) {
                self.declare("it", value, given(next - 1));
            }
            return;
        }
        for (index, param) in lambda.params.iter().enumerate() {
            let Some(value) = self.b.param(next + index) else {
                continue;
            };
            let ty = param
                .ty
                .as_ref()
                .and_then(|ty| self.world().resolve(ty, self.file, self.class))
                .or_else(|| given(next - 1 + index));
            let names: Vec<String> = param.name.split(',').map(str::to_owned).collect();
            self.bind(&names, (value, ty));
        }
    }

    /// Local variables among some names, with their values now.
    fn visible(&mut self, used: &FxHashSet<String>) -> Vec<(String, Option<Ty>, Value)> {
        let mut names: Vec<String> = self
            .scopes
            .iter()
            .flat_map(|scope| scope.keys())
            .filter(|name| used.contains(*name))
            .cloned()
            .collect();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| {
                let local = self.local(&name)?.clone();
                let value = self.b.read(local.variable);
                Some((name, local.ty, value))
            })
            .collect()
    }

    /// Defines the class of a lambda; the number of its function.
    fn make_class(&mut self, desc: &str, shape: &Shape, method: crate::ir::MethodId) -> FuncId {
        let ty = self.all.pool.ty(desc);
        let object = self.all.pool.ty(OBJECT);
        let above = self.all.pool.ty(&shape.interface);
        let unit = crate::ir::UnitId(number(self.file));
        let source = self.all.source_name(self.file);
        let builder = &mut self.all.pool.builder;
        let class = ClassId(number(builder.classes.len()));
        let func = FuncId(number(builder.funcs.len()));
        builder.classes.push(crate::ir::Class {
            ty,
            access: access::FINAL | access::SYNTHETIC,
            superclass: Some(if shape.superclass { above } else { object }),
            interfaces: if shape.superclass {
                Box::default()
            } else {
                vec![above].into_boxed_slice()
            },
            source_file: Some(source),
            unit,
            number: class.0,
            first_func: func,
            func_count: 1,
        });
        builder.funcs.push(Func {
            method,
            class,
            access: access::PUBLIC | access::FINAL,
            code: func.0 + 1,
        });
        self.all.bodies.push(None);
        self.all.notes.push(Note {
            origin: Origin::Made,
            file: self.file,
            names: Vec::new(),
            locals: Vec::new(),
        });
        func
    }

    /// A function by name, as a lambda that calls it.
    pub(super) fn reference(
        &mut self,
        object: Option<&Expr>,
        name: &str,
        expected: Option<&Ty>,
    ) -> Typed {
        // How many arguments it takes is what the place expects, else one.
        let probe = Lambda {
            explicit: true,
            params: vec![Param {
                name: "it".to_owned(),
                ..Param::default()
            }],
            ..Lambda::default()
        };
        let shape = self.shape(&probe, expected);
        let count = shape.params.len();
        let at = self.b.placed();
        let names: Vec<String> = (0..count).map(|index| format!("p{index}")).collect();
        let mut args: Vec<Arg> = names
            .iter()
            .map(|name| Arg {
                name: None,
                value: Expr::name(name, at),
            })
            .collect();
        let callee = match object {
            None => Expr::name(name, at),
            Some(object) => {
                let path = object.path();
                let is_class = path.as_ref().is_some_and(|path| self.is_class_path(path));
                if name == "<init>" {
                    let ty = Type::named(&path.unwrap_or_default());
                    return self.make_reference(
                        Expr::new(
                            ExprKind::New {
                                ty,
                                args,
                                class: None,
                            },
                            at,
                        ),
                        &names,
                        expected,
                    );
                }
                let on_first = is_class
                    && path
                        .as_ref()
                        .and_then(|path| self.world().find_class(path, self.file, self.class))
                        .is_some_and(|found| match found {
                            super::super::world::Found::Own(class) => !self
                                .world()
                                .methods(class, name)
                                .iter()
                                .any(|at| self.world().function(*at).is_static),
                            _ => false,
                        });
                let object = if on_first && !args.is_empty() {
                    args.remove(0).value
                } else {
                    object.clone()
                };
                Expr::new(
                    ExprKind::Member {
                        object: Box::new(object),
                        name: name.to_owned(),
                        safe: false,
                    },
                    at,
                )
            }
        };
        // A function of the program that takes fewer arguments gets as many as it takes.
        if let ExprKind::Name(name) = &callee.kind
            && let Some(class) = self.class
            && let Some(method) = self.world().methods(class, name).first()
        {
            args.truncate(self.world().function(*method).params.len());
        }
        let call = Expr::new(
            ExprKind::Call {
                callee: Box::new(callee),
                types: Vec::new(),
                args,
            },
            at,
        );
        self.make_reference(call, &names, expected)
    }

    fn make_reference(&mut self, body: Expr, names: &[String], expected: Option<&Ty>) -> Typed {
        let lambda = Lambda {
            params: names
                .iter()
                .map(|name| Param {
                    name: name.clone(),
                    ..Param::default()
                })
                .collect(),
            explicit: true,
            body: vec![Stmt::Expr(body)],
            returns_itself: true,
        };
        self.lambda(&lambda, expected, None)
    }

    /// A function inside a function.
    pub(super) fn local_function(&mut self, function: &Function) -> Typed {
        let body = match &function.body {
            Some(super::Code::Block(block)) => block.clone(),
            Some(super::Code::Expr(value)) => vec![Stmt::Expr((**value).clone())],
            None => Vec::new(),
        };
        let lambda = Lambda {
            params: function.params.clone(),
            explicit: true,
            body,
            returns_itself: true,
        };
        self.lambda(&lambda, None, None)
    }

    /// The code of a lambda where it stands.
    pub(super) fn inline(
        &mut self,
        lambda: &Lambda,
        args: &[Typed],
        receiver: Option<Typed>,
        label: &str,
    ) -> Typed {
        self.scopes.push(FxHashMap::default());
        let depth = self.receivers.len();
        if let Some((value, ty)) = receiver {
            self.receivers.push(Receiver {
                value,
                ty,
                label: label.to_owned(),
            });
        }
        if lambda.explicit {
            for (param, arg) in lambda.params.iter().zip(args) {
                let ty = param
                    .ty
                    .as_ref()
                    .and_then(|ty| self.world().resolve(ty, self.file, self.class));
                let names: Vec<String> = param.name.split(',').map(str::to_owned).collect();
                self.bind(&names, (arg.0, ty.or_else(|| arg.1.clone())));
            }
        } else if let Some((value, ty)) = args.first() {
            self.declare("it", *value, ty.clone());
        }
        let exit = self.b.block();
        let result = self.b.variable();
        self.inlined.push(Inlined {
            label: label.to_owned(),
            exit,
            result,
        });
        let (value, ty) = self.block(&lambda.body);
        self.inlined.pop();
        self.b.write(result, value);
        self.b.goto(exit);
        self.b.seal(exit);
        self.b.enter(exit);
        let value = self.b.read(result);
        self.receivers.truncate(depth);
        self.scopes.pop();
        (value, ty)
    }

    /// A class inside a function: defined when the code that holds it is lowered.
    pub(super) fn local_class(&mut self, tree: &Class) {
        let Some(class) = self.world().local(tree, self.file) else {
            return;
        };
        if self.all.class_ids.contains_key(&class) {
            return;
        }
        let mut used = FxHashSet::default();
        super::super::walk::names_in_class(tree, &mut used);
        let captures: Vec<(String, Option<Ty>)> = self
            .visible(&used)
            .into_iter()
            .map(|(name, ty, _)| (name, ty))
            .collect();
        self.all.register(class);
        self.all.lower_class(class, &captures);
        self.all.captures.insert(class, captures);
    }

    /// A new object of a class made in place.
    pub(super) fn anonymous(&mut self, tree: &Class, ty: Option<&Ty>, args: &[Arg]) -> Typed {
        let Some(class) = self.world().local(tree, self.file) else {
            return (self.b.unknown(crate::ir::Why::Unmodelled, &[]), ty.cloned());
        };
        self.local_class(tree);
        let object = self.allocate(class);
        if let Some(ty) = ty
            && !args.is_empty()
        {
            self.construct_on(object, ty, args, CallKind::Direct);
        }
        let (constructor, _) = self.all.constructor_id(class, 0);
        self.emit_call(
            constructor,
            CallKind::Direct,
            &[object],
            Some(&Ty::new("V")),
        );
        (object, Some(Ty::new(&self.world().class(class).desc)))
    }

    /// Makes an object and gives it what its class took along.
    pub(super) fn allocate(&mut self, class: ClassIx) -> Value {
        let desc = self.world().class(class).desc.clone();
        let id = self.all.pool.ty(&desc);
        let object = self.b.value();
        self.b.push(Op::New {
            dst: object,
            ty: id,
        });
        for (name, ty) in self.all.captures.get(&class).cloned().unwrap_or_default() {
            if let Some(local) = self.local(&name).cloned() {
                let src = self.b.read(local.variable);
                let field = self
                    .all
                    .pool
                    .field(&desc, &format!("val${name}"), ty.as_ref());
                self.b.push(Op::Store {
                    place: Place::Field(object, field),
                    src,
                });
            }
        }
        if let Some(outer) = self.world().class(class).outer
            && Some(outer) == self.class
            && let Some(this) = self.receivers.first()
        {
            let src = this.value;
            let ty = Ty::new(&self.world().class(outer).desc);
            let field = self.all.pool.field(&desc, "this$0", Some(&ty));
            self.b.push(Op::Store {
                place: Place::Field(object, field),
                src,
            });
        }
        object
    }
}

/// Whether a lambda uses its implicit parameter.
fn uses_it(lambda: &Lambda) -> bool {
    let mut names = FxHashSet::default();
    names_in(&lambda.body, &mut names);
    names.contains("it")
}
