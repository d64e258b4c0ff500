//! Calls: which function a name means, and its arguments.

use super::super::platform::{self, Method};
use super::super::tree::{Arg, Class, ClassKind, Expr, ExprKind, Lambda, Type};
use super::super::types::{self, OBJECT, Ty};
use super::super::world::{ClassIx, FnRef, Found};
use super::{Local, Lower, Typed, is_singleton};
use crate::ir::{CallKind, Op, Value, Why};

/// Functions whose last argument runs where it stands, on the receiver as `it`.
const ON_IT: [&str; 4] = ["let", "also", "takeIf", "takeUnless"];
/// … on the receiver as the current object.
const ON_THIS: [&str; 2] = ["run", "apply"];
/// Functions of the language that run their last argument where they stand.
const HERE: [&str; 14] = [
    "run",
    "withContext",
    "coroutineScope",
    "supervisorScope",
    "runBlocking",
    "withTimeout",
    "withTimeoutOrNull",
    "synchronized",
    "runCatching",
    "measureTimeMillis",
    "trySafe",
    "lazy",
    "buildList",
    "runInterruptible",
];
/// Functions that run a lambda for each element of what they are called on.
const FOR_EACH: [&str; 22] = [
    "forEach",
    "map",
    "filter",
    "onEach",
    "mapNotNull",
    "flatMap",
    "any",
    "all",
    "none",
    "first",
    "firstOrNull",
    "find",
    "filterNot",
    "associate",
    "associateBy",
    "forEachIndexed",
    "mapIndexed",
    "sortedBy",
    "groupBy",
    "removeAll",
    "removeIf",
    "count",
];
/// Functions that start a coroutine.
const LAUNCH: [&str; 2] = ["launch", "async"];
/// What stands for a continuation: kotlinc adds it, source code does not write it.
const CONTINUATION: &str = "Lkotlin/coroutines/Continuation;";

impl Lower<'_, '_, '_, '_> {
    pub(super) fn call(&mut self, callee: &Expr, types: &[Type], args: &[Arg]) -> Typed {
        match &callee.kind {
            ExprKind::Name(name) => self.call_name(name, types, args),
            ExprKind::Member { object, name, .. } => {
                if let Some(path) = object.path()
                    && self.is_class_path(&path)
                    && let Some(found) = self.call_static(&path, name, types, args)
                {
                    return found;
                }
                if matches!(object.kind, ExprKind::Super) {
                    return self.call_super(name, args);
                }
                let object = self.expr(object);
                self.b.place(callee.at);
                self.call_member(object, name, types, args)
            }
            ExprKind::This(_) | ExprKind::Super => self.call_constructor(callee, args),
            _ => {
                // A value that is called.
                let function = self.expr(callee);
                self.invoke(function, args)
            }
        }
    }

    // Names.

    fn call_name(&mut self, name: &str, types: &[Type], args: &[Arg]) -> Typed {
        // A variable that is called holds a function; any other is not what the name means here.
        if let Some(Local { variable, ty }) = self.local(name).cloned()
            && ty.as_ref().is_some_and(|ty| {
                ty.is_function()
                    || platform::functional(&ty.desc).is_some()
                    || self
                        .declared(Some(ty))
                        .is_some_and(|class| !self.world().methods(class, "invoke").is_empty())
            })
        {
            let value = self.b.read(variable);
            return self.invoke((value, ty), args);
        }
        if name == "with"
            && let [object, last] = args
            && let ExprKind::Lambda(lambda) = &last.value.kind
        {
            let object = self.expr(&object.value);
            return self.inline(lambda, &[], Some(object), "with");
        }
        for index in (0..self.receivers.len()).rev() {
            let receiver = self.receivers[index].clone();
            if let Some(ty) = receiver.ty.clone()
                && let Some(found) =
                    self.try_method((receiver.value, Some(ty)), name, types, args, index == 0)
            {
                return found;
            }
        }
        if let Some(found) = self.call_outer(name, types, args) {
            return found;
        }
        let candidates = self.world().top_functions(name, self.file);
        if let Some(at) = self.choose(&candidates, args) {
            return self.call_declared_with(at, None, None, args);
        }
        if let Some(found) = self.world().find_class(name, self.file, self.class) {
            match found {
                Found::Own(class) => {
                    let invoked = self
                        .world()
                        .companion(class)
                        .or(Some(class))
                        .filter(|class| is_singleton(self.world().class(*class).tree.kind))
                        .and_then(|class| {
                            Some((class, *self.world().methods(class, "invoke").first()?))
                        });
                    if let Some((class, at)) = invoked
                        && self.world().class(class).tree.kind != ClassKind::Class
                        && self.world().class(class).tree.constructors.is_empty()
                    {
                        let object = self.singleton(class).0;
                        return self.call_declared_with(at, Some(object), None, args);
                    }
                    return self.new_declared(class, args);
                }
                Found::Other(_) | Found::Builtin(_) => {
                    let ty = Type {
                        args: types.to_vec(),
                        ..Type::named(name)
                    };
                    return self.new_object(&ty, args, None);
                }
            }
        }
        // A property that holds a function.
        if let Some(class) = self.class
            && self.world().member(class, name).is_some()
        {
            let function = self.expr(&Expr::name(name, self.b.placed()));
            return self.invoke(function, args);
        }
        self.call_language(name, args)
    }

    /// A function of a class around, a companion, or inherited by one of these.
    fn call_outer(&mut self, name: &str, types: &[Type], args: &[Arg]) -> Option<Typed> {
        let mut at = self.class;
        for steps in 0..8 {
            let Some(class) = at else { break };
            let mut homes = vec![class];
            for above in self.world().above(class) {
                homes.extend(self.world().companion(above));
            }
            for home in homes {
                let candidates = self.world().methods(home, name);
                let Some(found) = self.choose(&candidates, args) else {
                    continue;
                };
                let owner = self.world().class(found.class);
                if self.world().function(found).is_static {
                    return Some(self.call_declared_with(found, None, None, args));
                }
                let object = if is_singleton(owner.tree.kind) {
                    self.singleton(found.class).0
                } else {
                    self.outer(steps)?.0
                };
                return Some(self.call_declared_with(found, Some(object), None, args));
            }
            if steps > 0
                && let Some(object) = self.outer(steps)
                && let Some(found) = self.try_method(object, name, types, args, true)
            {
                return Some(found);
            }
            at = self.world().class(class).outer;
        }
        None
    }

    /// A function that no file declares and nothing stands before.
    fn call_language(&mut self, name: &str, args: &[Arg]) -> Typed {
        if HERE.contains(&name)
            && let Some(ExprKind::Lambda(lambda)) = args.last().map(|arg| &arg.value.kind)
        {
            for arg in &args[..args.len() - 1] {
                self.expr(&arg.value);
            }
            return self.inline(lambda, &[], None, name);
        }
        let path = self.world().import_path(name, self.file);
        let package = path
            .and_then(|path| path.rsplit_once('.'))
            .map_or("", |(package, _)| package)
            .to_owned();
        let original = path
            .and_then(|path| path.rsplit('.').next())
            .unwrap_or(name)
            .to_owned();
        let values = self.values(args);
        let types: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
        let plain: Vec<Value> = values.iter().map(|value| value.0).collect();
        // A static function of a class, imported by its name.
        if let Some(binary) = types::by_custom(&package) {
            let desc = types::descriptor(&binary);
            let method = platform::method(&desc, &original, &types).unwrap_or(Method {
                class: desc,
                descriptor: None,
            });
            return self.call_foreign(&method, &original, CallKind::Static, &plain, &types, None);
        }
        const LANGUAGE: [&str; 6] = [
            "kotlin",
            "kotlin.collections",
            "kotlin.text",
            "kotlin.io",
            "kotlin.sequences",
            "",
        ];
        let packages = std::iter::once(package.as_str()).chain(LANGUAGE);
        for package in packages {
            if let Some(class) = platform::facade(package, &original) {
                let method = platform::method(class, &original, &types).unwrap_or(Method {
                    class: class.to_owned(),
                    descriptor: None,
                });
                return self.call_foreign(
                    &method,
                    &original,
                    CallKind::Static,
                    &plain,
                    &types,
                    None,
                );
            }
        }
        // What nothing declares is inherited from a type that is not known here, if there is one.
        if package.is_empty()
            && let Some(this) = self.receivers.first().cloned()
            && let Some(class) = self.class
            && !self.world().foreign_above(class).is_empty()
        {
            let method = Method {
                class: self.world().class(class).desc.clone(),
                descriptor: None,
            };
            let mut all = vec![this.value];
            all.extend(plain);
            return self.call_foreign(&method, &original, CallKind::Virtual, &all, &types, None);
        }
        let method = Method {
            class: if package.is_empty() {
                types::UNRESOLVED.to_owned()
            } else {
                types::descriptor(&format!("{package}.?Kt"))
            },
            descriptor: None,
        };
        self.call_foreign(&method, &original, CallKind::Static, &plain, &types, None)
    }

    // Members.

    fn call_member(&mut self, object: Typed, name: &str, types: &[Type], args: &[Arg]) -> Typed {
        if let Some(found) = self.try_method(object.clone(), name, types, args, false) {
            return found;
        }
        if let Some(ExprKind::Lambda(lambda)) = args.last().map(|arg| &arg.value.kind)
            && !lambda.returns_itself
            && let Some(found) = self.call_scope(object.clone(), name, lambda, args)
        {
            return found;
        }
        if let (true, Some(class)) = (
            name == "copy",
            self.declared(object.1.as_ref())
                .filter(|class| self.world().class(*class).tree.data),
        ) {
            return self.copy(object.0, class, args);
        }
        if name == "invoke" {
            return self.invoke(object, args);
        }
        self.call_unknown(object, name, args)
    }

    /// A function of the language on a value, with a lambda that runs where it stands.
    fn call_scope(
        &mut self,
        object: Typed,
        name: &str,
        lambda: &Lambda,
        args: &[Arg],
    ) -> Option<Typed> {
        if ON_IT.contains(&name) {
            let value = self.inline(lambda, std::slice::from_ref(&object), None, name);
            return Some(if name == "let" { value } else { object });
        }
        if ON_THIS.contains(&name) {
            let value = self.inline(lambda, &[], Some(object.clone()), name);
            return Some(if name == "run" { value } else { object });
        }
        if name == "use" {
            return Some(self.inline(lambda, &[object], None, name));
        }
        // Preferences are edited in a lambda on the editor, and applied after it.
        const PREFERENCES: &str = "Landroid/content/SharedPreferences;";
        const EDITOR: &str = "Landroid/content/SharedPreferences$Editor;";
        if name == "edit"
            && object
                .1
                .as_ref()
                .is_some_and(|ty| platform::lineage(&ty.desc).iter().any(|c| c == PREFERENCES))
        {
            let edit = self.all.pool.method(PREFERENCES, "edit", &[], EDITOR);
            let editor = self.emit_call(edit, CallKind::Interface, &[object.0], None);
            self.inline(lambda, &[], Some((editor, Some(Ty::new(EDITOR)))), name);
            let apply = self.all.pool.method(EDITOR, "apply", &[], "V");
            return Some((
                self.emit_call(apply, CallKind::Interface, &[editor], Some(&Ty::new("V"))),
                None,
            ));
        }
        if matches!(name, "onSuccess" | "onFailure" | "getOrElse" | "ifPresent")
            && object
                .1
                .as_ref()
                .is_none_or(|ty| ty.desc == "Lkotlin/Result;")
        {
            // It may run or not.
            let test = self.b.unknown(Why::Unmodelled, &[object.0]);
            let (inside, after) = (self.b.block(), self.b.block());
            self.b.branch(super::control::is_true(test), inside, after);
            self.b.seal(inside);
            self.b.enter(inside);
            self.inline(lambda, std::slice::from_ref(&object), None, name);
            self.b.goto(after);
            self.b.seal(after);
            self.b.enter(after);
            return Some(object);
        }
        if FOR_EACH.contains(&name) {
            let given = object.clone();
            self.each(object, |lower, element| {
                lower.inline(lambda, &[element], None, name);
            });
            return Some((self.b.unknown(Why::Unmodelled, &[given.0]), given.1));
        }
        if LAUNCH.contains(&name) {
            for arg in &args[..args.len() - 1] {
                self.expr(&arg.value);
            }
            let body = self.suspending(
                lambda,
                Some(&Ty::new("Lkotlinx/coroutines/CoroutineScope;")),
            );
            let class = "Lkotlinx/coroutines/BuildersKt;";
            let start = format!("{name}$default");
            let method = platform::method(class, &start, &vec![None; 6]);
            let target = match method.and_then(|method| method.descriptor) {
                Some(descriptor) => self.all.pool.method_by(class, &start, &descriptor),
                None => self.all.pool.method(class, &start, &[OBJECT; 6], OBJECT),
            };
            let none = self.int(0);
            let job = self.emit_call(
                target,
                CallKind::Static,
                &[object.0, none, none, body.0, none, none],
                None,
            );
            return Some((job, Some(Ty::new("Lkotlinx/coroutines/Job;"))));
        }
        None
    }

    /// A method of a type: declared in a file, an extension, or the platform's.
    fn try_method(
        &mut self,
        object: Typed,
        name: &str,
        types: &[Type],
        args: &[Arg],
        is_this: bool,
    ) -> Option<Typed> {
        let ty = object.1.clone();
        let class = self.declared(ty.as_ref());
        if let Some(class) = class {
            let candidates = self.world().methods(class, name);
            if let Some(at) = self.choose(&candidates, args) {
                return Some(self.call_declared_with(at, Some(object.0), None, args));
            }
        }
        let extensions = self.world().extensions(name, self.file, self.class);
        if !extensions.is_empty() {
            let fitting: Vec<FnRef> = extensions
                .into_iter()
                .filter(|at| self.takes(*at, ty.as_ref()))
                .collect();
            if let Some(at) = self.choose(&fitting, args) {
                return Some(self.call_declared_with(at, None, Some(object), args));
            }
        }
        if let Some(class) = class {
            // Java sees a property by its functions.
            if let Some(found) = self.accessor_call(object.0, class, name, args) {
                return Some(found);
            }
            if let Some(at) = self.world().member(class, name)
                && !args.is_empty()
                && self.all.field_type(at).is_some_and(|ty| ty.is_function())
            {
                let function = self.field_value(at, Some(object.0));
                return Some(self.invoke(function, args));
            }
            for above in self.world().foreign_above(class) {
                if let Some(found) = self.try_foreign(&object, &above, name, types, args) {
                    return Some(found);
                }
            }
            // Enumerations and the like have what the language gives them.
            return None;
        }
        let _ = is_this;
        self.try_foreign(&object, ty.as_ref()?, name, types, args)
    }

    /// `getX()` and `setX(value)` of a declared property.
    fn accessor_call(
        &mut self,
        object: Value,
        class: ClassIx,
        name: &str,
        args: &[Arg],
    ) -> Option<Typed> {
        let rest = name
            .strip_prefix("get")
            .or_else(|| name.strip_prefix("set"))?;
        let property = lower_first(rest)?;
        let at = self.world().member(class, &property)?;
        match (name.starts_with('g'), args) {
            (true, []) => Some(self.field_value(at, Some(object))),
            (false, [only]) => {
                let value = self.expr(&only.value);
                self.store_field(at, Some(object), value.0);
                Some(value)
            }
            _ => None,
        }
    }

    /// Whether an extension takes a receiver of a type.
    fn takes(&mut self, at: FnRef, ty: Option<&Ty>) -> bool {
        let (params, _) = self.all.signature(at);
        let (Some(first), Some(ty)) = (params.first(), ty) else {
            // A type parameter, or a receiver whose type is not known.
            return true;
        };
        if first.desc == OBJECT || first.desc == ty.desc {
            return true;
        }
        match self.world().by_desc(&ty.desc) {
            Some(class) => {
                self.world()
                    .above(class)
                    .iter()
                    .any(|above| self.world().class(*above).desc == first.desc)
                    || self
                        .world()
                        .foreign_above(class)
                        .iter()
                        .any(|above| platform::lineage(&above.desc).contains(&first.desc))
            }
            None => platform::lineage(&ty.desc).contains(&first.desc),
        }
    }

    fn try_foreign(
        &mut self,
        object: &Typed,
        ty: &Ty,
        name: &str,
        types: &[Type],
        args: &[Arg],
    ) -> Option<Typed> {
        let probe: Vec<Option<Ty>> = args.iter().map(|arg| self.guess(&arg.value)).collect();
        let method = platform::method(&ty.desc, name, &probe).or_else(|| {
            platform::listed(&ty.desc, name).map(|_| Method {
                class: ty.desc.clone(),
                descriptor: None,
            })
        });
        if let Some(method) = method {
            let values = self.values_for(&method, args, 0, Some(ty));
            let given: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
            let mut all = vec![object.0];
            all.extend(values.iter().map(|value| value.0));
            let result =
                self.call_foreign(&method, name, CallKind::Virtual, &all, &given, Some(ty));
            // What a type argument says: `getSystemService<T>()`, `create(T::class.java)`.
            if result.1.is_none()
                && let Some(ty) = types.first()
            {
                let ty = self.world().resolve(ty, self.file, self.class);
                return Some((result.0, ty));
            }
            return Some(result);
        }
        let receiver = Some(ty.clone());
        let method = platform::extension(receiver.as_ref(), name, &probe)?;
        let values = self.values_for(&method, args, 1, Some(ty));
        let given: Vec<Option<Ty>> = std::iter::once(receiver)
            .chain(values.iter().map(|value| value.1.clone()))
            .collect();
        let mut all = vec![object.0];
        all.extend(values.iter().map(|value| value.0));
        Some(self.call_foreign(&method, name, CallKind::Static, &all, &given, None))
    }

    /// A call on a value of which nothing fits: by name, if the name says enough.
    fn call_unknown(&mut self, object: Typed, name: &str, args: &[Arg]) -> Typed {
        let probe: Vec<Option<Ty>> = args.iter().map(|arg| self.guess(&arg.value)).collect();
        let unknown = object.1.as_ref().is_none_or(|ty| ty.desc == OBJECT);
        let found = if unknown {
            let world = self.world();
            let file = self.file;
            platform::by_name(name, &probe, &|class: &str| {
                world.files.get(file).is_some_and(|file| {
                    file.tree.imports.iter().any(|import| {
                        types::by_custom(&import.path).is_some_and(|binary| {
                            class.starts_with(types::descriptor(&binary).trim_end_matches(';'))
                        })
                    })
                })
            })
        } else {
            None
        };
        let method = found.unwrap_or_else(|| Method {
            class: object
                .1
                .as_ref()
                .filter(|ty| ty.desc.starts_with('L'))
                .map_or_else(|| types::UNRESOLVED.to_owned(), |ty| ty.desc.clone()),
            descriptor: None,
        });
        let values = self.values_for(&method, args, 0, object.1.as_ref());
        let given: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
        let mut all = vec![object.0];
        all.extend(values.iter().map(|value| value.0));
        self.call_foreign(
            &method,
            name,
            CallKind::Virtual,
            &all,
            &given,
            object.1.as_ref(),
        )
    }

    /// A method on a value by name, with values for arguments.
    pub(super) fn call_typed(&mut self, object: Typed, name: &str, args: &[Typed]) -> Typed {
        if let Some(class) = self.declared(object.1.as_ref())
            && let Some(at) = self
                .world()
                .methods(class, name)
                .into_iter()
                .find(|at| self.world().function(*at).params.len() == args.len())
        {
            let values: Vec<Value> = args.iter().map(|arg| arg.0).collect();
            return self.call_values(at, Some(object.0), &values);
        }
        let given: Vec<Option<Ty>> = args.iter().map(|arg| arg.1.clone()).collect();
        let method = object
            .1
            .as_ref()
            .and_then(|ty| platform::method(&ty.desc, name, &given))
            .unwrap_or_else(|| Method {
                class: object
                    .1
                    .as_ref()
                    .filter(|ty| ty.desc.starts_with('L'))
                    .map_or_else(|| types::UNRESOLVED.to_owned(), |ty| ty.desc.clone()),
                descriptor: None,
            });
        let mut all = vec![object.0];
        all.extend(args.iter().map(|arg| arg.0));
        self.call_foreign(
            &method,
            name,
            CallKind::Virtual,
            &all,
            &given,
            object.1.as_ref(),
        )
    }

    fn call_static(
        &mut self,
        path: &str,
        name: &str,
        types: &[Type],
        args: &[Arg],
    ) -> Option<Typed> {
        match self.world().find_class(path, self.file, self.class)? {
            Found::Own(class) => {
                let own = self.world().methods(class, name);
                if let Some(at) = self.choose(&own, args) {
                    if self.world().function(at).is_static {
                        return Some(self.call_declared_with(at, None, None, args));
                    }
                    if is_singleton(self.world().class(class).tree.kind) {
                        let object = self.singleton(class).0;
                        return Some(self.call_declared_with(at, Some(object), None, args));
                    }
                }
                if let Some(companion) = self.world().companion(class) {
                    let object = (
                        self.singleton(companion).0,
                        Some(Ty::new(&self.world().class(companion).desc)),
                    );
                    if let Some(found) = self.try_method(object, name, types, args, false) {
                        return Some(found);
                    }
                }
                let inner = format!("{path}.{name}");
                if let Some(Found::Own(class)) =
                    self.world().find_class(&inner, self.file, self.class)
                {
                    return Some(self.new_declared(class, args));
                }
                if is_singleton(self.world().class(class).tree.kind) {
                    let object = self.singleton(class);
                    return Some(self.call_member(object, name, types, args));
                }
                for above in self.world().foreign_above(class) {
                    let given: Vec<Option<Ty>> = vec![None; args.len()];
                    if let Some(method) = platform::method(&above.desc, name, &given) {
                        return Some(self.static_foreign(&method, name, args));
                    }
                }
                None
            }
            Found::Other(binary) => {
                let desc = types::descriptor(&binary);
                let inner = format!("{path}.{name}");
                if name.starts_with(char::is_uppercase) {
                    // A nested class, made.
                    return Some(self.new_object(&Type::named(&inner), args, None));
                }
                let given: Vec<Option<Ty>> =
                    args.iter().map(|arg| self.guess(&arg.value)).collect();
                let method = platform::method(&desc, name, &given).unwrap_or(Method {
                    class: desc,
                    descriptor: None,
                });
                let result = self.static_foreign(&method, name, args);
                if result.1.is_none() && types.is_empty() {
                    // `Type.getInstance()` and `Type.create()` give one of the type, as a rule.
                    let own = matches!(
                        name,
                        "getInstance" | "getDefault" | "get" | "newInstance" | "from"
                    )
                    .then(|| Ty::new(&method.class));
                    return Some((result.0, own));
                }
                Some(result)
            }
            Found::Builtin(desc) => {
                let method = Method {
                    class: desc,
                    descriptor: None,
                };
                let given: Vec<Option<Ty>> =
                    args.iter().map(|arg| self.guess(&arg.value)).collect();
                let method = platform::method(&method.class, name, &given).unwrap_or(method);
                Some(self.static_foreign(&method, name, args))
            }
        }
    }

    fn static_foreign(&mut self, method: &Method, name: &str, args: &[Arg]) -> Typed {
        let values = self.values_for(method, args, 0, None);
        let given: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
        let all: Vec<Value> = values.iter().map(|value| value.0).collect();
        self.call_foreign(method, name, CallKind::Static, &all, &given, None)
    }

    fn call_super(&mut self, name: &str, args: &[Arg]) -> Typed {
        let Some(class) = self.class else {
            return (self.b.unknown(Why::Unmodelled, &[]), None);
        };
        let Some(this) = self.receivers.first().cloned() else {
            return (self.b.unknown(Why::Unmodelled, &[]), None);
        };
        for above in self.world().above(class).into_iter().skip(1) {
            let own: Vec<FnRef> = self
                .world()
                .methods(above, name)
                .into_iter()
                .filter(|at| at.class == above)
                .collect();
            if let Some(at) = self.choose(&own, args) {
                let values = self.arguments(at, args);
                let target = self.all.method_id(at);
                let (_, ret) = self.all.signature(at);
                let mut all = vec![this.value];
                all.extend(values);
                let value = self.emit_call(target, CallKind::Super, &all, Some(&ret));
                return (value, Some(ret));
            }
        }
        let above = self.world().foreign_above(class);
        let given: Vec<Option<Ty>> = vec![None; args.len()];
        let method = above
            .iter()
            .find_map(|ty| platform::method(&ty.desc, name, &given))
            .unwrap_or_else(|| Method {
                class: above
                    .first()
                    .map_or_else(|| OBJECT.to_owned(), |ty| ty.desc.clone()),
                descriptor: None,
            });
        let values = self.values_for(&method, args, 0, None);
        let given: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
        let mut all = vec![this.value];
        all.extend(values.iter().map(|value| value.0));
        self.call_foreign(&method, name, CallKind::Super, &all, &given, None)
    }

    // Objects.

    fn call_constructor(&mut self, callee: &Expr, args: &[Arg]) -> Typed {
        let Some(class) = self.class else {
            return (self.b.unknown(Why::Unmodelled, &[]), None);
        };
        let Some(this) = self.b.param(0) else {
            return (self.b.unknown(Why::Unmodelled, &[]), None);
        };
        if matches!(callee.kind, ExprKind::Super) {
            if let Some(parent) = self.world().supers(class).first().cloned() {
                self.construct_on(this, &parent, args, CallKind::Direct);
            }
        } else {
            let ty = Ty::new(&self.world().class(class).desc);
            self.construct_on(this, &ty, args, CallKind::Direct);
        }
        (this, None)
    }

    /// Runs a constructor of a type on an object.
    pub(super) fn construct_on(&mut self, object: Value, ty: &Ty, args: &[Arg], kind: CallKind) {
        if let Some(class) = self.world().by_desc(&ty.desc) {
            let index = self.constructor_for(class, args);
            let (target, _) = self.all.constructor_id(class, index);
            let values = self.constructor_arguments(class, index, args);
            let mut all = vec![object];
            all.extend(values);
            self.emit_call(target, kind, &all, Some(&Ty::new("V")));
            return;
        }
        let given: Vec<Option<Ty>> = args.iter().map(|arg| self.guess(&arg.value)).collect();
        let method = platform::method(&ty.desc, "<init>", &given)
            .filter(|method| method.class == ty.desc)
            .unwrap_or(Method {
                class: ty.desc.clone(),
                descriptor: None,
            });
        let values = self.values_for(&method, args, 0, Some(ty));
        let given: Vec<Option<Ty>> = values.iter().map(|value| value.1.clone()).collect();
        let target = match &method.descriptor {
            Some(descriptor) => self.all.pool.method_by(&ty.desc, "<init>", descriptor),
            None => {
                let params: Vec<&str> = given
                    .iter()
                    .map(|ty| ty.as_ref().map_or(OBJECT, |ty| ty.desc.as_str()))
                    .collect();
                self.all.pool.method(&ty.desc, "<init>", &params, "V")
            }
        };
        let mut all = vec![object];
        all.extend(values.iter().map(|value| value.0));
        self.emit_call(target, kind, &all, Some(&Ty::new("V")));
    }

    pub(super) fn new_object(&mut self, ty: &Type, args: &[Arg], class: Option<&Class>) -> Typed {
        let resolved = self.world().resolve(ty, self.file, self.class);
        if let Some(class) = class {
            return self.anonymous(class, resolved.as_ref(), args);
        }
        let Some(ty) = resolved else {
            let values = self.values(args);
            let values: Vec<Value> = values.iter().map(|value| value.0).collect();
            return (self.b.unknown(Why::Unmodelled, &values), None);
        };
        if let Some(class) = self.world().by_desc(&ty.desc) {
            let (value, made) = self.new_declared(class, args);
            return (value, if ty.args.is_empty() { made } else { Some(ty) });
        }
        // `Runnable { … }`: a lambda of an interface.
        if let [only] = args
            && let ExprKind::Lambda(lambda) = &only.value.kind
            && platform::functional(&ty.desc).is_some()
        {
            return self.lambda(lambda, Some(&ty), None);
        }
        let id = self.all.pool.ty(&ty.desc);
        let object = self.b.value();
        self.b.push(Op::New {
            dst: object,
            ty: id,
        });
        self.construct_on(object, &ty, args, CallKind::Direct);
        (object, Some(ty))
    }

    fn new_declared(&mut self, class: ClassIx, args: &[Arg]) -> Typed {
        let declared = self.world().class(class);
        let ty = Ty::new(&declared.desc);
        if let [only] = args
            && let ExprKind::Lambda(lambda) = &only.value.kind
            && declared.tree.kind == ClassKind::Interface
        {
            return self.lambda(lambda, Some(&ty), None);
        }
        let object = self.allocate(class);
        self.construct_on(object, &ty, args, CallKind::Direct);
        (object, Some(ty))
    }

    /// The constructor that takes the arguments best.
    fn constructor_for(&self, class: ClassIx, args: &[Arg]) -> usize {
        let constructors = &self.world().class(class).tree.constructors;
        constructors
            .iter()
            .position(|constructor| {
                let needed = constructor
                    .params
                    .iter()
                    .filter(|param| param.default.is_none() && !param.variadic)
                    .count();
                let names = args.iter().filter_map(|arg| arg.name.as_ref());
                args.len() >= needed
                    && (args.len() <= constructor.params.len()
                        || constructor.params.iter().any(|param| param.variadic))
                    && names
                        .into_iter()
                        .all(|name| constructor.params.iter().any(|param| param.name == *name))
            })
            .unwrap_or(0)
    }

    fn constructor_arguments(&mut self, class: ClassIx, index: usize, args: &[Arg]) -> Vec<Value> {
        let (_, types) = self.all.constructor_id(class, index);
        let world = self.world();
        let empty: &[super::super::tree::Param] = &[];
        let params = world
            .class(class)
            .tree
            .constructors
            .get(index)
            .map_or(empty, |constructor| &constructor.params);
        self.bind_arguments(params, &types, args)
    }

    /// A data class's copy: the parts that are named anew, and the others as they are.
    fn copy(&mut self, object: Value, class: ClassIx, args: &[Arg]) -> Typed {
        let world = self.world();
        let declared = world.class(class);
        let Some(constructor) = declared.tree.constructors.first() else {
            return (object, Some(Ty::new(&declared.desc)));
        };
        let mut values = Vec::new();
        for (index, param) in constructor.params.iter().enumerate() {
            let given = args.iter().enumerate().find(|(at, arg)| match &arg.name {
                Some(name) => *name == param.name,
                None => *at == index,
            });
            values.push(match given {
                Some((_, arg)) => self.expr(&arg.value).0,
                None => {
                    self.member_value((object, Some(Ty::new(&declared.desc))), &param.name)
                        .0
                }
            });
        }
        let made = self.allocate(class);
        let (target, _) = self.all.constructor_id(class, 0);
        let mut all = vec![made];
        all.extend(values);
        self.emit_call(target, CallKind::Direct, &all, Some(&Ty::new("V")));
        (made, Some(Ty::new(&declared.desc)))
    }

    // Arguments and the call itself.

    /// Calls a value that is a function.
    fn invoke(&mut self, function: Typed, args: &[Arg]) -> Typed {
        let (value, ty) = function;
        if let Some(class) = self.declared(ty.as_ref()) {
            let candidates = self.world().methods(class, "invoke");
            if let Some(at) = self.choose(&candidates, args) {
                return self.call_declared_with(at, Some(value), None, args);
            }
        }
        let values = self.values(args);
        let count = values.len();
        let class = format!("Lkotlin/jvm/functions/Function{count};");
        let params = vec![OBJECT; count];
        let target = self.all.pool.method(&class, "invoke", &params, OBJECT);
        let mut all = vec![value];
        all.extend(values.iter().map(|value| value.0));
        let result = self.emit_call(target, CallKind::Interface, &all, None);
        let ret = ty
            .filter(Ty::is_function)
            .and_then(|ty| ty.args.last().cloned())
            .filter(|ty| ty.desc != OBJECT);
        (result, ret)
    }

    /// The candidate that takes the arguments best.
    fn choose(&mut self, candidates: &[FnRef], args: &[Arg]) -> Option<FnRef> {
        let mut best: Option<(i32, FnRef)> = None;
        for at in candidates {
            let function = self.world().function(*at);
            let needed = function
                .params
                .iter()
                .filter(|param| param.default.is_none() && !param.variadic)
                .count();
            let variadic = function.params.iter().any(|param| param.variadic);
            if args.len() < needed || (args.len() > function.params.len() && !variadic) {
                continue;
            }
            let named = args
                .iter()
                .filter_map(|arg| arg.name.as_ref())
                .all(|name| function.params.iter().any(|param| param.name == *name));
            if !named {
                continue;
            }
            let mut score = if function.params.len() == args.len() {
                2
            } else {
                0
            };
            if candidates.len() > 1 {
                let (types, _) = self.all.signature(*at);
                let skip = usize::from(function.receiver.is_some());
                for (ty, arg) in types.iter().skip(skip).zip(args) {
                    if let Some(guess) = self.guess(&arg.value) {
                        score += if guess.desc == ty.desc {
                            3
                        } else if guess.is_reference() != ty.is_reference() {
                            -5
                        } else {
                            0
                        };
                    }
                }
            }
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, *at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// The type of an argument, when it can be told without lowering it.
    fn guess(&mut self, value: &Expr) -> Option<Ty> {
        match &value.kind {
            ExprKind::Text(_) => Some(Ty::string()),
            ExprKind::Int(_) => Some(Ty::new("I")),
            ExprKind::Bool(_) => Some(Ty::new("Z")),
            ExprKind::Name(name) => match self.local(name) {
                Some(local) => local.ty.clone(),
                None => {
                    let at = self.world().member(self.class?, name)?;
                    self.all.field_type(at)
                }
            },
            ExprKind::Member { object, .. }
                if object.path().is_some_and(|path| path.starts_with("R.")) =>
            {
                Some(Ty::new("I"))
            }
            ExprKind::Cast { ty, .. } => self.world().resolve(ty, self.file, self.class),
            ExprKind::New { ty, .. } => self.world().resolve(ty, self.file, self.class),
            ExprKind::NotNull(inner) => self.guess(inner),
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Name(name) if matches!(name.as_str(), "getString" | "stringResource") => {
                    Some(Ty::string())
                }
                ExprKind::Name(name) => {
                    match self.world().find_class(name, self.file, self.class)? {
                        Found::Own(class) => Some(Ty::new(&self.world().class(class).desc)),
                        Found::Other(binary) => Some(Ty::class(&binary)),
                        Found::Builtin(desc) => Some(Ty::new(&desc)),
                    }
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn values(&mut self, args: &[Arg]) -> Vec<Typed> {
        args.iter().map(|arg| self.expr(&arg.value)).collect()
    }

    /// Values for the parameters of a method that no file declares.
    fn values_for(
        &mut self,
        method: &Method,
        args: &[Arg],
        skip: usize,
        on: Option<&Ty>,
    ) -> Vec<Typed> {
        let params: Vec<Ty> = method
            .descriptor
            .as_deref()
            .and_then(types::split)
            .map(|(params, _)| params.into_iter().skip(skip).map(Ty::new).collect())
            .unwrap_or_default();
        args.iter()
            .enumerate()
            .map(|(index, arg)| {
                let expected = params.get(index).map(|param| {
                    // What the receiver holds is what the callback gets.
                    let mut param = param.clone();
                    if param.args.is_empty()
                        && let Some(element) = on.and_then(Ty::element)
                    {
                        param.args = if param.is_function() {
                            vec![element, Ty::object()]
                        } else {
                            vec![element]
                        };
                    }
                    param
                });
                self.expr_for(&arg.value, expected.as_ref())
            })
            .collect()
    }

    /// Values for the parameters of a declared function.
    fn arguments(&mut self, at: FnRef, args: &[Arg]) -> Vec<Value> {
        let (types, _) = self.all.signature(at);
        let world = self.world();
        let function = world.function(at);
        let skip = usize::from(function.receiver.is_some());
        self.bind_arguments(
            &function.params,
            types.get(skip..).unwrap_or_default(),
            args,
        )
    }

    fn bind_arguments(
        &mut self,
        params: &[super::super::tree::Param],
        types: &[Ty],
        args: &[Arg],
    ) -> Vec<Value> {
        let mut given: Vec<Option<&Arg>> = vec![None; params.len()];
        let mut more: Vec<&Arg> = Vec::new();
        let mut next = 0;
        for (index, arg) in args.iter().enumerate() {
            let at = match &arg.name {
                Some(name) => params.iter().position(|param| param.name == *name),
                // A trailing lambda belongs to the last parameter.
                None if index + 1 == args.len()
                    && matches!(arg.value.kind, ExprKind::Lambda(_))
                    && params.len() > args.len()
                    && types.last().is_some_and(|ty| ty.is_function()) =>
                {
                    params.len().checked_sub(1)
                }
                None => Some(next),
            };
            match at.and_then(|at| given.get_mut(at).map(|slot| (at, slot))) {
                Some((at, slot)) => {
                    if params.get(at).is_some_and(|param| param.variadic) {
                        more.push(arg);
                    } else {
                        *slot = Some(arg);
                        next = at + 1;
                    }
                }
                None => more.push(arg),
            }
        }
        params
            .iter()
            .enumerate()
            .map(|(index, param)| {
                let ty = types.get(index);
                if param.variadic {
                    let values: Vec<Value> =
                        more.iter().map(|arg| self.expr(&arg.value).0).collect();
                    let element = ty.and_then(Ty::element);
                    return self.array(element, &values).0;
                }
                match (given[index], &param.default) {
                    (Some(arg), _) => self.expr_for(&arg.value, ty).0,
                    (None, Some(default)) if is_constant(default) => self.expr(default).0,
                    _ => self.b.unknown(Why::Undefined, &[]),
                }
            })
            .collect()
    }

    pub(super) fn call_declared(
        &mut self,
        at: FnRef,
        object: Option<Value>,
        args: &[Arg],
    ) -> Typed {
        self.call_declared_with(at, object, None, args)
    }

    fn call_declared_with(
        &mut self,
        at: FnRef,
        object: Option<Value>,
        extended: Option<Typed>,
        args: &[Arg],
    ) -> Typed {
        let values = self.arguments(at, args);
        let mut all: Vec<Value> = extended.into_iter().map(|value| value.0).collect();
        all.extend(values);
        self.call_values(at, object, &all)
    }

    /// Calls a declared function with values.
    pub(super) fn call_values(
        &mut self,
        at: FnRef,
        object: Option<Value>,
        args: &[Value],
    ) -> Typed {
        let world = self.world();
        let function = world.function(at);
        let class = world.class(at.class);
        let (_, ret) = self.all.signature(at);
        let target = self.all.method_id(at);
        let mut all: Vec<Value> = Vec::with_capacity(args.len() + 1);
        let kind = if function.is_static {
            CallKind::Static
        } else {
            let object = match object {
                Some(object) => object,
                None if is_singleton(class.tree.kind) => self.singleton(at.class).0,
                None => match self.receivers.first() {
                    Some(this) => this.value,
                    None => self.int(0),
                },
            };
            all.push(object);
            if function.private || is_singleton(class.tree.kind) {
                CallKind::Direct
            } else if class.tree.kind == ClassKind::Interface {
                CallKind::Interface
            } else {
                CallKind::Virtual
            }
        };
        all.extend_from_slice(args);
        let value = self.emit_call(target, kind, &all, Some(&ret));
        let ty = (ret.desc != OBJECT).then_some(ret);
        (value, ty)
    }

    /// Calls a method that no file declares. `args` has the receiver first, if there is one.
    pub(super) fn call_foreign(
        &mut self,
        method: &Method,
        name: &str,
        kind: CallKind,
        args: &[Value],
        given: &[Option<Ty>],
        on: Option<&Ty>,
    ) -> Typed {
        let mut args = args.to_vec();
        let result = platform::result(method, name);
        let target = match &method.descriptor {
            Some(descriptor) => {
                if let Some((params, _)) = types::split(descriptor)
                    && params.last() == Some(&CONTINUATION)
                {
                    let receiver = usize::from(kind != CallKind::Static);
                    if args.len() < params.len() + receiver {
                        args.push(self.int(0));
                    }
                }
                self.all.pool.method_by(&method.class, name, descriptor)
            }
            None => {
                let receiver = usize::from(kind != CallKind::Static);
                let count = args.len().saturating_sub(receiver);
                let params: Vec<&str> = (0..count)
                    .map(|index| {
                        given
                            .get(index)
                            .and_then(Option::as_ref)
                            .map_or(OBJECT, |ty| ty.desc.as_str())
                    })
                    .collect();
                let ret = result.as_ref().map_or(OBJECT, |ty| ty.desc.as_str());
                self.all.pool.method(&method.class, name, &params, ret)
            }
        };
        let value = self.emit_call(target, kind, &args, result.as_ref());
        // A builder gives the type that it was called on.
        let result = match (result, on) {
            (Some(result), Some(on))
                if result.desc == method.class
                    && platform::lineage(&on.desc).contains(&result.desc) =>
            {
                Some(on.clone())
            }
            (result, _) => result,
        };
        (value, result)
    }
}

/// A value that needs nothing around it.
fn is_constant(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Int(_)
    ) || value.constant_text().is_some()
}

/// A name with its first letter in lower case.
fn lower_first(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = letters.next().filter(|letter| letter.is_uppercase())?;
    Some(first.to_lowercase().chain(letters).collect())
}
