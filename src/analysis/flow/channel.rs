//! What the platform carries from one piece of code to another: intents (see [`super::intents`]),
//! saved state, messages to handlers, arguments and results of tasks, preferences, private
//! files.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::super::values::Site;
use super::intents::{INTENT_METHODS, Receives};
use super::objects::Object;
use super::{Ask, Flow, Path, Search};
use crate::ir::{FuncId, MethodId, Op, TypeId, Value};
use crate::models::{ArgPos, ArgRole, Roles};

/// Methods that get the state which `onSaveInstanceState` filled.
const RESTORERS: &[&str] = &[
    "onCreate",
    "onRestoreInstanceState",
    "onPostCreate",
    "onActivityCreated",
    "onCreateView",
    "onViewCreated",
    "onViewStateRestored",
];

/// Calls that send a message to a handler.
const MESSAGES: &[&str] = &[
    "dispatchMessage",
    "send",
    "sendMessage",
    "sendMessageAtFrontOfQueue",
    "sendMessageAtTime",
    "sendMessageDelayed",
];

impl Flow<'_, '_, '_> {
    /// What the platform gives a function that it calls itself.
    pub(super) fn given_by_platform(&self, ask: &Ask, index: usize, search: &mut Search) {
        let program = self.program;
        let name = program.func_name(ask.func);
        let symbol = program.symbol(ask.func);
        let receiver = usize::from(program.has_receiver(ask.func));
        let Some(ty) = index
            .checked_sub(receiver)
            .and_then(|declared| program.proto(symbol.proto).params.get(declared))
        else {
            return;
        };
        match program.names.text(*ty) {
            "Landroid/content/Intent;" => {
                if let Some((_, kind)) = INTENT_METHODS.iter().find(|(method, _)| *method == name) {
                    self.intents_to(ask, symbol.class, *kind, search);
                }
            }
            "Landroid/os/Bundle;" if RESTORERS.contains(&name) => {
                self.saved_state(ask, symbol.class, search);
            }
            "Landroid/os/Message;" if name == "handleMessage" => {
                self.arguments_of(
                    ask,
                    MESSAGES,
                    ArgPos::Param(0),
                    "Landroid/os/Message;",
                    search,
                );
            }
            _ => self.task(ask, name, index - receiver, search),
        }
    }

    /// The result of a platform call that hands out what other code handed in. Whether it is one.
    pub(super) fn carried_to(
        &self,
        ask: &Ask,
        args: &[Value],
        site: Site,
        target: MethodId,
        search: &mut Search,
    ) -> bool {
        let program = self.program;
        let name = program.names.text(program.method(target).name);
        match name {
            "getIntent" => {
                let mut classes: FxHashSet<TypeId> = FxHashSet::default();
                if let Some(receiver) = args.first() {
                    for (object, _) in self.objects_of(site.func, *receiver, &ask.stack).iter() {
                        classes.extend(object.exact_type(program));
                    }
                }
                if classes.is_empty() {
                    classes.insert(program.method(target).class);
                }
                let mut classes: Vec<TypeId> = classes.into_iter().collect();
                classes.sort_unstable();
                for class in classes {
                    self.intents_to(ask, class, Receives::Activity, search);
                }
                true
            }
            "openFileInput" => {
                let file = args.get(1).and_then(|value| self.text(site.func, *value));
                self.results_of(ask, "openFileOutput", 1, file, search);
                true
            }
            "getArguments" if args.len() == 1 => {
                if let Some(receiver) = args.first() {
                    self.fragment_arguments(ask, site, *receiver, search);
                }
                true
            }
            _ => self.stored(ask, site, target, search),
        }
    }

    /// What is kept under the same key in a store of the same kind.
    fn stored(&self, ask: &Ask, site: Site, target: MethodId, search: &mut Search) -> bool {
        let Some((store, position)) = self.apis.of(target).iter().find_map(|model| {
            (model.roles.contains(Roles::READ) && model.store.is_some())
                .then_some((model.store, model.arg(ArgRole::Key)?))
        }) else {
            return false;
        };
        let key = self
            .values
            .argument_value(site, position)
            .and_then(|value| self.text(site.func, value));
        for (method, models) in self.apis.symbols() {
            let Some(model) = models
                .iter()
                .find(|model| model.roles.contains(Roles::STORE) && model.store == store)
            else {
                continue;
            };
            let (Some(key_at), Some(value_at)) =
                (model.arg(ArgRole::Key), model.arg(ArgRole::Value))
            else {
                continue;
            };
            for call in self.calls_of(method) {
                let other = self
                    .values
                    .argument_value(call, key_at)
                    .and_then(|value| self.text(call.func, value));
                if let (Some(one), Some(other)) = (&key, &other)
                    && one != other
                {
                    continue;
                }
                self.ask_argument(ask, call, value_at, &ask.path, search);
            }
        }
        true
    }

    /// Calls of a symbol, in order.
    fn calls_of(&self, method: MethodId) -> Vec<Site> {
        let mut sites = Vec::new();
        for func in self.program.calls.row(method.0).take(self.limits.fan) {
            for (op, call) in self.program.body(func).iter_ops() {
                if matches!(call, Op::Call { target, .. } if *target == method) {
                    sites.push(Site { func, op });
                }
            }
        }
        sites
    }

    /// Calls of methods of some names, whose first parameter has a type, on something outside.
    pub(super) fn calls_named(&self, names: &[&str], first: &str) -> Vec<(Site, MethodId)> {
        let mut found = Vec::new();
        for name in names {
            let Some(name) = self.program.names.get(name.as_bytes()) else {
                continue;
            };
            for (index, symbol) in self.program.methods.iter().enumerate() {
                if symbol.name != name
                    || self
                        .program
                        .proto(symbol.proto)
                        .params
                        .first()
                        .is_none_or(|ty| self.program.names.text(*ty) != first)
                {
                    continue;
                }
                let method = MethodId(u32::try_from(index).unwrap_or(u32::MAX));
                found.extend(self.calls_of(method).into_iter().map(|site| (site, method)));
            }
        }
        found
    }

    fn arguments_of(
        &self,
        ask: &Ask,
        names: &[&str],
        position: ArgPos,
        ty: &str,
        search: &mut Search,
    ) {
        for (site, _) in self.calls_named(names, ty) {
            self.ask_argument(ask, site, position, &ask.path, search);
        }
    }

    pub(super) fn ask_argument(
        &self,
        ask: &Ask,
        site: Site,
        position: ArgPos,
        path: &Path,
        search: &mut Search,
    ) {
        if let Some(value) = self.values.argument_value(site, position) {
            let _ = ask;
            search.ask(Ask {
                func: site.func,
                value,
                stack: Rc::from([]),
                path: path.clone(),
                at: Some(site.op),
                down: false,
            });
        }
    }

    /// Everything that is put into the results of calls of a method with the same name given.
    fn results_of(
        &self,
        ask: &Ask,
        method: &str,
        position: usize,
        name: Option<Rc<str>>,
        search: &mut Search,
    ) {
        for (site, _) in self.calls_named(&[method], "Ljava/lang/String;") {
            let body = self.program.body(site.func);
            let Some(Op::Call {
                dst: Some(dst),
                args,
                ..
            }) = body.op(site.op)
            else {
                continue;
            };
            let other = body
                .args(*args)
                .get(position)
                .and_then(|value| self.text(site.func, *value));
            if let (Some(one), Some(other)) = (&name, &other)
                && one != other
            {
                continue;
            }
            search.ask(Ask {
                func: site.func,
                value: *dst,
                stack: Rc::from([]),
                path: ask.path.clone(),
                at: None,
                down: true,
            });
        }
    }

    /// What the same class puts into the state that it is given back.
    fn saved_state(&self, ask: &Ask, class: TypeId, search: &mut Search) {
        let Some(name) = self.program.names.get(b"onSaveInstanceState") else {
            return;
        };
        for (index, func) in self.program.funcs.iter().enumerate() {
            let symbol = self.program.method(func.method);
            if symbol.name != name
                || !(self.program.is_subtype(class, symbol.class)
                    || self.program.is_subtype(symbol.class, class))
            {
                continue;
            }
            let saver = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            if let Some(state) = self.program.body(saver).params.get(1) {
                search.ask(Ask {
                    func: saver,
                    value: *state,
                    stack: Rc::from([]),
                    path: ask.path.clone(),
                    at: None,
                    down: true,
                });
            }
        }
    }

    /// `Fragment.setArguments` on the same object.
    fn fragment_arguments(&self, ask: &Ask, site: Site, receiver: Value, search: &mut Search) {
        let own = self.objects_of(site.func, receiver, &ask.stack);
        for (other, _) in self.calls_named(&["setArguments"], "Landroid/os/Bundle;") {
            let Some(fragment) = self.values.argument_value(other, ArgPos::Receiver) else {
                continue;
            };
            let theirs = self.objects_of(other.func, fragment, &Rc::from([]));
            if super::objects::meet(self.program, &own, &theirs) {
                self.ask_argument(ask, other, ArgPos::Param(0), &ask.path, search);
            }
        }
    }

    /// `android.os.AsyncTask`: what `execute` is given, and what the work in the background gives.
    fn task(&self, ask: &Ask, name: &str, declared: usize, search: &mut Search) {
        let class = self.program.symbol(ask.func).class;
        let is_task = self
            .program
            .supertypes(class)
            .iter()
            .any(|ty| self.program.names.text(*ty) == "Landroid/os/AsyncTask;");
        if !is_task || declared != 0 {
            return;
        }
        match name {
            "doInBackground" | "onProgressUpdate" => {
                let callers: &[&str] = if name == "doInBackground" {
                    &["execute", "executeOnExecutor"]
                } else {
                    &["publishProgress"]
                };
                for (index, symbol) in self.program.methods.iter().enumerate() {
                    let named = callers.contains(&self.program.names.text(symbol.name));
                    let own = self.program.names.text(symbol.class) == "Landroid/os/AsyncTask;"
                        || self.program.is_subtype(symbol.class, class)
                        || self.program.is_subtype(class, symbol.class);
                    if !named || !own {
                        continue;
                    }
                    let params = self.program.proto(symbol.proto).params.len();
                    let Some(last) = params
                        .checked_sub(1)
                        .and_then(|last| u8::try_from(last).ok())
                    else {
                        continue;
                    };
                    let method = MethodId(u32::try_from(index).unwrap_or(u32::MAX));
                    for site in self.calls_of(method) {
                        if self.runs_task(site, class) {
                            self.ask_argument(ask, site, ArgPos::Param(last), &ask.path, search);
                        }
                    }
                }
            }
            "onPostExecute" => {
                for func in self.work_of(class) {
                    for (id, op) in self.program.body(func).iter_ops() {
                        if let Op::Return { value: Some(value) } = op {
                            search.ask(Ask {
                                func,
                                value: *value,
                                stack: Rc::from([]),
                                path: ask.path.clone(),
                                at: Some(id),
                                down: false,
                            });
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// `doInBackground` of a class.
    fn work_of(&self, class: TypeId) -> Vec<FuncId> {
        let Some(class) = self.program.class_of.get(&class) else {
            return Vec::new();
        };
        self.program
            .funcs_of(*class)
            .filter(|func| self.program.func_name(*func) == "doInBackground")
            .collect()
    }

    fn runs_task(&self, site: Site, class: TypeId) -> bool {
        let Some(receiver) = self.values.argument_value(site, ArgPos::Receiver) else {
            return false;
        };
        self.objects_of(site.func, receiver, &Rc::from([]))
            .iter()
            .any(|(object, _)| match object {
                Object::Made(_, _, ty) | Object::Framework(ty) => {
                    self.program.is_subtype(*ty, class)
                }
                Object::Some(ty) => self.program.is_subtype(class, *ty),
            })
    }
}
