//! What code outside of the program does with what it is given: holders of data keep it and hand it
//! out again, functions over data make their result of it. Anything else gives nothing. What is put
//! into a holder is [`super::holders`].

use std::rc::Rc;

use super::super::values::Site;
use super::{Ask, Flow, Key, Path, Search, longer};
use crate::ir::{Body, CallKind, MethodId, Op, TypeId, Value};
use crate::models::{ArgPos, ArgRole, Returns, Roles};

/// Packages and classes of the platform whose objects are data: what is put in comes out. Views
/// hold what they show. Prefixes of descriptors.
const DATA: &[&str] = &[
    "Ljava/",
    "Ljavax/",
    "Lkotlin/",
    "Landroid/content/ComponentName;",
    "Landroid/content/ContentValues;",
    "Landroid/content/Intent;",
    "Landroid/graphics/",
    "Landroid/location/",
    "Landroid/net/Uri",
    "Landroid/os/BaseBundle;",
    "Landroid/os/Bundle;",
    "Landroid/os/Message;",
    "Landroid/os/Parcel;",
    "Landroid/os/PersistableBundle;",
    "Landroid/text/",
    "Landroid/util/",
    "Landroid/view/View;",
    "Landroid/widget/",
    "Landroidx/collection/",
    "Lorg/apache/http/",
    "Lorg/json/",
    "Lorg/xmlpull/",
    "[",
];

/// Classes whose objects do not change.
const CONSTANT: &[&str] = &[
    "Ljava/lang/String;",
    "Ljava/lang/Integer;",
    "Ljava/lang/Long;",
    "Ljava/lang/Boolean;",
    "Ljava/lang/Double;",
    "Ljava/lang/Float;",
    "Ljava/lang/Character;",
    "Ljava/lang/Class;",
    "Ljava/lang/System;",
    "Ljava/util/regex/Pattern;",
];

/// Names of methods whose result says something about the data and is none of it.
const ABOUT: &[&str] = &[
    "length",
    "size",
    "hashCode",
    "indexOf",
    "lastIndexOf",
    "compareTo",
    "equals",
    "getClass",
    "contains",
    "containsKey",
    "isEmpty",
    "available",
    "count",
];

/// Names of methods that give several entries at once.
const ALL_ENTRIES: &[&str] = &[
    "iterator",
    "next",
    "nextElement",
    "values",
    "keySet",
    "entrySet",
    "elements",
    "toArray",
    "listIterator",
    "toString",
    "stream",
    "getValue",
    "getKey",
    "poll",
    "peek",
    "pop",
    "take",
];

/// A call of code outside of the program.
pub(super) struct Outside<'b> {
    pub site: Site,
    pub target: MethodId,
    kind: CallKind,
    pub dst: Option<Value>,
    pub args: &'b [Value],
}

impl Outside<'_> {
    pub(super) fn receiver(&self) -> Option<Value> {
        (self.kind != CallKind::Static)
            .then(|| self.args.first().copied())
            .flatten()
    }

    pub(super) fn declared(&self) -> &[Value] {
        let skip = usize::from(self.kind != CallKind::Static);
        self.args.get(skip..).unwrap_or_default()
    }

    pub(super) fn at(&self, position: ArgPos) -> Option<Value> {
        match position {
            ArgPos::Receiver => self.receiver(),
            ArgPos::Return => self.dst,
            ArgPos::Param(index) => self.declared().get(usize::from(index)).copied(),
        }
    }
}

impl<'a> Flow<'_, '_, 'a> {
    /// The result of a call that is not followed.
    pub(super) fn outside(&self, ask: &Ask, body: &Body<'a>, site: Site, search: &mut Search) {
        let Some(call) = self.outside_call(body, site) else {
            return;
        };
        if self.carried_to(ask, call.args, site, call.target, search) {
            return;
        }
        let name = self.name_of(call.target);
        let proto = self.program.proto(self.program.method(call.target).proto);
        if ABOUT.contains(&name) || self.program.names.text(proto.ret) == "Z" {
            return;
        }
        let with = |value: Value, path: &Path| Ask {
            value,
            path: path.clone(),
            at: Some(site.op),
            ..ask.clone()
        };
        let anything: Path = Rc::from([]);
        let models = self.apis.of(call.target);
        if models
            .iter()
            .any(|model| model.roles.intersects(Roles::ENCRYPT | Roles::DECRYPT))
        {
            return;
        }
        if self.hands_out(call.target)
            && let Some(receiver) = call.receiver()
        {
            let key = self.key_of_get(body, call.args);
            search.ask(with(receiver, &longer(&key, &ask.path)));
            return;
        }
        let mut followed = false;
        for model in models {
            match model.returns {
                Returns::Receiver => {
                    if let Some(receiver) = call.receiver() {
                        search.ask(with(receiver, &ask.path));
                        followed = true;
                    }
                }
                Returns::Arg(index) => {
                    if let Some(value) = call.at(ArgPos::Param(index)) {
                        search.ask(with(value, &ask.path));
                        followed = true;
                    }
                }
                Returns::Value | Returns::Other => {}
            }
            if model
                .roles
                .intersects(Roles::PASS | Roles::ENCODE | Roles::CONCAT)
                && model.arg(ArgRole::Key).is_none()
            {
                for value in model.args_of(ArgRole::Value).filter_map(|at| call.at(at)) {
                    search.ask(with(value, &anything));
                    followed = true;
                }
            }
        }
        if !self.is_data(call.target) {
            return;
        }
        if let Some(receiver) = call.receiver() {
            let path = if ALL_ENTRIES.contains(&name) {
                &anything
            } else {
                &ask.path
            };
            search.ask(with(receiver, path));
        }
        if !followed {
            for value in call.declared() {
                search.ask(with(*value, &anything));
            }
        }
    }

    /// Whether a method gives one entry of its receiver, by a key or number.
    pub(super) fn hands_out(&self, method: MethodId) -> bool {
        let name = self.name_of(method);
        let proto = self.program.proto(self.program.method(method).proto);
        (name.starts_with("get") || name.starts_with("opt") || name == "elementAt")
            && !proto.params.is_empty()
            && self.is_data(method)
            && !self.is_constant(method)
            && !matches!(name, "getChars" | "getBytes" | "getExtras")
    }

    /// Which entry it gives.
    pub(super) fn key_of_get(&self, body: &Body<'a>, args: &[Value]) -> Key {
        args.get(1).map_or(Key::Any, |value| self.key(body, *value))
    }

    pub(super) fn key(&self, body: &Body<'a>, value: Value) -> Key {
        match super::index_key(body, value) {
            Key::Any => self.text(body.func, value).map_or(Key::Any, Key::Name),
            index => index,
        }
    }

    pub(super) fn name_of(&self, method: MethodId) -> &'a str {
        self.program.names.text(self.program.method(method).name)
    }

    /// Whether a method is one of an object that holds data, or makes data of data.
    pub(super) fn is_data(&self, method: MethodId) -> bool {
        self.is_data_type(self.program.method(method).class)
    }

    fn is_data_type(&self, ty: TypeId) -> bool {
        let listed = |ty: TypeId| {
            let name = self.program.names.text(ty);
            name != "Ljava/lang/Object;" && DATA.iter().any(|prefix| name.starts_with(prefix))
        };
        listed(ty)
            || self.program.names.text(ty) == "Ljava/lang/Object;"
            || (self.program.class_of.contains_key(&ty)
                && self
                    .program
                    .supertypes(ty)
                    .iter()
                    .any(|above| listed(*above)))
    }

    pub(super) fn is_constant(&self, method: MethodId) -> bool {
        let class = self.program.names.text(self.program.method(method).class);
        CONSTANT.contains(&class)
    }

    pub(super) fn outside_call<'b>(&self, body: &'b Body<'a>, site: Site) -> Option<Outside<'b>> {
        match body.op(site.op)? {
            Op::Call {
                dst,
                target,
                kind,
                args,
            } => Some(Outside {
                site,
                target: *target,
                kind: *kind,
                dst: *dst,
                args: body.args(*args),
            }),
            _ => None,
        }
    }
}
