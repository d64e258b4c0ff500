//! Which component an intent means, by the constants that it is made of.

use std::rc::Rc;

use super::super::callgraph::through_casts;
use super::super::values::{Origin, Site};
use super::objects::Object;
use super::{Ask, Flow, Path, Search, longer};
use crate::ir::{FuncId, Op, TypeId, Value};
use crate::models::ArgPos;

/// Calls that send an intent, and what kind of component gets it.
const SENDERS: &[(&str, Receives)] = &[
    ("startActivity", Receives::Activity),
    ("startActivityForResult", Receives::Activity),
    ("startActivityIfNeeded", Receives::Activity),
    ("startService", Receives::Service),
    ("startForegroundService", Receives::Service),
    ("bindService", Receives::Service),
    ("sendBroadcast", Receives::Receiver),
    ("sendOrderedBroadcast", Receives::Receiver),
    ("sendStickyBroadcast", Receives::Receiver),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receives {
    Activity,
    Service,
    Receiver,
}

/// Methods of a component that get an intent.
pub(super) const INTENT_METHODS: &[(&str, Receives)] = &[
    ("getIntent", Receives::Activity),
    ("onNewIntent", Receives::Activity),
    ("onStartCommand", Receives::Service),
    ("onStart", Receives::Service),
    ("onBind", Receives::Service),
    ("onRebind", Receives::Service),
    ("onHandleIntent", Receives::Service),
    ("onHandleWork", Receives::Service),
    ("onReceive", Receives::Receiver),
];

/// Whom an intent means.
enum Target {
    Class(TypeId),
    Named(Rc<str>),
    Action(Rc<str>),
}

impl Flow<'_, '_, '_> {
    /// Whether an intent that is sent here may leave the app: it does not name a class of the
    /// program, nor an action that one of its components is declared for.
    #[must_use]
    pub fn may_leave(&self, site: Site, intent: Value) -> bool {
        let targets = self.targets_of(site, intent);
        !targets.iter().any(|target| match target {
            Target::Class(ty) => self.program.class_of.contains_key(ty),
            Target::Named(name) => {
                let descriptor = format!("L{};", name.replace('.', "/"));
                let named = self.program.names.get(descriptor.as_bytes());
                name.starts_with('.')
                    || named.is_some_and(|ty| self.program.class_of.contains_key(&ty))
            }
            Target::Action(action) => {
                self.manifest.is_some_and(|manifest| {
                    manifest.components.iter().any(|component| {
                        component
                            .filters
                            .iter()
                            .any(|filter| filter.actions.iter().any(|other| **other == **action))
                    })
                }) || self.is_registered_for(action)
            }
        })
    }

    /// Intents that are sent to a component.
    pub(super) fn intents_to(&self, ask: &Ask, class: TypeId, kind: Receives, search: &mut Search) {
        for (sender, receives) in SENDERS {
            if *receives != kind {
                continue;
            }
            for (site, _) in self.calls_named(&[sender], "Landroid/content/Intent;") {
                let Some(intent) = self.values.argument_value(site, ArgPos::Param(0)) else {
                    continue;
                };
                if self.means(site, intent, class, kind) {
                    self.ask_argument(ask, site, ArgPos::Param(0), &ask.path, search);
                }
            }
        }
    }

    /// Whether an intent names a component of a class.
    fn means(&self, site: Site, intent: Value, class: TypeId, kind: Receives) -> bool {
        let targets = self.targets_of(site, intent);
        targets.iter().any(|target| match target {
            Target::Class(ty) => *ty == class,
            Target::Named(name) => {
                let own = self.program.type_name(class);
                own == **name || own.ends_with(name.as_ref()) && name.starts_with('.')
            }
            Target::Action(action) => self.listens(class, action, kind),
        })
    }

    /// Whether a component of a class is declared, or registered, for an action.
    fn listens(&self, class: TypeId, action: &str, kind: Receives) -> bool {
        let name = self.program.type_name(class);
        let declared = self.manifest.and_then(|manifest| {
            manifest
                .components
                .iter()
                .find(|component| component.class() == name)
        });
        match declared {
            Some(component) => component
                .filters
                .iter()
                .any(|filter| filter.actions.iter().any(|other| other == action)),
            None => kind == Receives::Receiver && self.is_registered_for(action),
        }
    }

    /// Whether code makes a filter for an action.
    fn is_registered_for(&self, action: &str) -> bool {
        self.calls_named(&["addAction", "<init>"], "Ljava/lang/String;")
            .into_iter()
            .filter(|(_, method)| {
                let class = self.program.method(*method).class;
                self.program.names.text(class) == "Landroid/content/IntentFilter;"
            })
            .any(|(site, _)| {
                self.values
                    .argument_value(site, ArgPos::Param(0))
                    .and_then(|value| self.text(site.func, value))
                    .is_some_and(|text| *text == *action)
            })
    }

    /// Whom an intent names, as far as constants say.
    fn targets_of(&self, site: Site, intent: Value) -> Vec<Target> {
        let mut found = Vec::new();
        for (object, _) in self.objects_of(site.func, intent, &Rc::from([])).iter() {
            let Object::Made(made, ..) = object else {
                continue;
            };
            let body = self.program.body(made.func);
            let Some(own) = body.op(made.op).and_then(Op::dst) else {
                continue;
            };
            for (op, call) in body.iter_ops() {
                let Op::Call { target, args, .. } = call else {
                    continue;
                };
                let args = body.args(*args);
                if args.first().map(|first| through_casts(body, *first)) != Some(own) {
                    continue;
                }
                let symbol = self.program.method(*target);
                let name = self.program.names.text(symbol.name);
                let params = &self.program.proto(symbol.proto).params;
                for (index, ty) in params.iter().enumerate() {
                    let Some(value) = args.get(index + 1) else {
                        continue;
                    };
                    let at = Site {
                        func: made.func,
                        op,
                    };
                    match (name, self.program.names.text(*ty)) {
                        ("<init>" | "setClass", "Ljava/lang/Class;") => {
                            found.extend(self.classes(at, *value).into_iter().map(Target::Class));
                        }
                        ("setClassName", "Ljava/lang/String;") if index == 1 => {
                            found.extend(self.texts(at, *value).into_iter().map(Target::Named))
                        }
                        ("<init>" | "setAction", "Ljava/lang/String;") => {
                            found.extend(self.texts(at, *value).into_iter().map(Target::Action))
                        }
                        ("setComponent", _) => found.extend(self.component(made.func, *value)),
                        _ => {}
                    }
                }
            }
        }
        found
    }

    /// What a `ComponentName` names.
    fn component(&self, func: FuncId, value: Value) -> Vec<Target> {
        let mut found = Vec::new();
        for (object, _) in self.objects_of(func, value, &Rc::from([])).iter() {
            let Object::Made(made, ..) = object else {
                continue;
            };
            let body = self.program.body(made.func);
            let own = body.op(made.op).and_then(Op::dst);
            for (op, call) in body.iter_ops() {
                let Op::Call { args, .. } = call else {
                    continue;
                };
                let args = body.args(*args);
                if args.first().copied() != own {
                    continue;
                }
                if let Some(last) = args.get(2) {
                    let at = Site {
                        func: made.func,
                        op,
                    };
                    found.extend(self.classes(at, *last).into_iter().map(Target::Class));
                    found.extend(self.texts(at, *last).into_iter().map(Target::Named));
                }
            }
        }
        found
    }

    /// Classes that a class object can be.
    fn classes(&self, at: Site, value: Value) -> Vec<TypeId> {
        let mut found = Vec::new();
        for origin in self.values.origins(at.func, value, &None) {
            match origin {
                Origin::Class(ty) => found.push(ty),
                Origin::Call(method, site, _)
                    if self.program.names.text(self.program.method(method).name) == "getClass" =>
                {
                    if let Some(object) = self.values.argument_value(site, ArgPos::Receiver) {
                        for (object, _) in self.objects_of(site.func, object, &Rc::from([])).iter()
                        {
                            found.extend(object.exact_type(self.program));
                        }
                    }
                }
                Origin::Call(method, site, _)
                    if self.program.names.text(self.program.method(method).name) == "forName" =>
                {
                    if let Some(text) = self.values.argument_value(site, ArgPos::Param(0)) {
                        for text in self.texts(site, text) {
                            let descriptor = format!("L{};", text.replace('.', "/"));
                            found.extend(self.program.names.get(descriptor.as_bytes()));
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Constant texts that a value can be, also out of a collection.
    fn texts(&self, at: Site, value: Value) -> Vec<Rc<str>> {
        let mut found = Vec::new();
        for origin in self.values.origins(at.func, value, &None) {
            match origin {
                Origin::Text(text) => found.push(text),
                Origin::Call(method, site, _) => {
                    let name = self.program.names.text(self.program.method(method).name);
                    let body = self.program.body(site.func);
                    let Some(Op::Call { args, .. }) = body.op(site.op) else {
                        continue;
                    };
                    let args = body.args(*args);
                    let Some(receiver) = args.first() else {
                        continue;
                    };
                    if matches!(name, "getName" | "getCanonicalName") {
                        for ty in self.classes(site, *receiver) {
                            found.push(Rc::from(self.program.type_name(ty)));
                        }
                    } else if self.hands_out(method) {
                        let key = self.key_of_get(body, args);
                        let holder = Ask {
                            func: site.func,
                            value: *receiver,
                            stack: Rc::from([]),
                            path: longer(&key, &Path::default()),
                            at: Some(site.op),
                            down: false,
                        };
                        for held in self.held_locally(&holder) {
                            found.extend(self.text(held.func, held.value));
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}
