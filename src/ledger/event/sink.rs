//! Session values that leave the app on the device: to the clipboard, to a company's service that is
//! built in, to other apps in messages.

use super::leak::guarded_by_debug;
use super::{Audience, Collector, Events, Leak, root_of};
use crate::analysis::callgraph::through_casts;
use crate::analysis::template::Template;
use crate::analysis::values::{Context, Origin, Site, depends_on_caller, frames, template_of};
use crate::ir::{CallKind, Op, TypeId};
use crate::ledger::credential::{
    Credential, Judgement, constructor_of, is_constant, is_session_value,
};
use crate::models::{ApiModel, ArgPos, ArgRole};

/// What marks content of the clipboard as not for previews and not for other devices (Android 13).
const SENSITIVE: &str = "android.content.extra.IS_SENSITIVE";
const INTENT: &str = "Landroid/content/Intent;";

/// Which components a message can come to.
enum Destination {
    /// One class, or the app's own package.
    Own,
    /// Another package, by its name.
    Package(String),
    /// Whoever declares a filter for it.
    Anyone,
    /// Not visible.
    Unknown,
}

impl<'p, 'a> Collector<'p, 'a> {
    pub(super) fn clipboard(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        self.handed_over(site, model, |leak, inner| {
            events.clipboard.push(Leak {
                audience: if self.marks_sensitive(inner) {
                    Audience::Limited("it is marked as sensitive".to_owned())
                } else {
                    Audience::Anyone
                },
                ..leak
            });
        });
    }

    pub(super) fn third_party(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        self.handed_over(site, model, |leak, _| events.third_parties.push(leak));
    }

    /// Finds credentials among the values of a sink, in wrappers for each caller; hands out each
    /// with the sink's own place.
    fn handed_over(&self, site: Site, model: &'static ApiModel, mut found: impl FnMut(Leak, Site)) {
        self.for_callers(site, |context, last| {
            let keys: Vec<String> = model
                .arg(ArgRole::Key)
                .map(|position| self.values.argument(site, position, context))
                .unwrap_or_default()
                .iter()
                .map(|key| template_of(key).to_string())
                .collect();
            let mut hangs = false;
            for position in model
                .args_of(ArgRole::Value)
                .chain(model.args_of(ArgRole::Extra))
            {
                let origins = self.values.argument(site, position, context);
                hangs |= depends_on_caller(&origins, root_of(site, context));
                let Some((credential, text)) = self.handed(&keys, &origins) else {
                    continue;
                };
                let outer = frames(context).last().unwrap_or(site);
                let debug_only = frames(context).chain([site]).any(|at| {
                    guarded_by_debug(self.program(), self.program().body(at.func), at.op)
                });
                let leak = Leak {
                    credential,
                    site: outer,
                    sink: model.id,
                    text,
                    debug_only,
                    audience: Audience::Anyone,
                };
                found(leak, site);
                return true;
            }
            last || !hangs
        });
    }

    /// What of a value is a credential: the value itself under one of the keys, or something in the
    /// container that it is; with a text for people.
    fn handed(&self, keys: &[String], origins: &[Origin]) -> Option<(Credential, String)> {
        for origin in origins {
            for (key, inside, _) in self.judge.contents(origin) {
                let key = key.to_string();
                if let Some(credential) = self.named_value(Some(&key), &inside) {
                    return Some((credential, format!("{key}={{?}}")));
                }
            }
        }
        let text = || {
            origins
                .first()
                .map_or_else(Template::hole, template_of)
                .to_string()
        };
        if keys.is_empty() {
            return self
                .named_value(None, origins)
                .map(|credential| (credential, text()));
        }
        keys.iter().find_map(|key| {
            self.named_value(Some(key), origins)
                .map(|credential| (credential, format!("{key}={}", text())))
        })
    }

    /// A value that goes out under a name: the name has to be strong, or the value.
    fn named_value(&self, name: Option<&str>, values: &[Origin]) -> Option<Credential> {
        if values.is_empty() || is_constant(values) {
            return None;
        }
        let by_value = match self.judge.origins(values) {
            Judgement::Not => return None,
            // An object in a text is its `toString`, which need not show what it carries.
            Judgement::Is(credential) if credential.how.contains(" carries ") => None,
            judged => judged.credential(),
        };
        let session = |credential: &Credential| is_session_value(credential.kind);
        let by_name = name
            .and_then(|name| {
                self.judge
                    .name(name, || format!("it goes out as `{name}`"))
                    .credential()
            })
            .filter(session);
        match (by_name, by_value.filter(session)) {
            (Some(name), value) if name.strong || value.is_some() => Some(Credential {
                strong: true,
                source: value.and_then(|value| value.source),
                ..name
            }),
            (_, Some(value)) if value.strong => Some(value),
            _ => None,
        }
    }

    /// Whether the function that copies also says that it is sensitive.
    fn marks_sensitive(&self, site: Site) -> bool {
        let program = self.program();
        let body = program.body(site.func);
        body.iter_ops().any(|(op, call)| {
            let Op::Call { target, .. } = call else {
                return false;
            };
            if program.names.text(program.method(*target).name) != "putBoolean" {
                return false;
            }
            let at = Site {
                func: site.func,
                op,
            };
            let argument = |index| self.values.argument(at, ArgPos::Param(index), &None);
            matches!(argument(0).as_slice(), [Origin::Text(key)] if &**key == SENSITIVE)
                && matches!(argument(1).as_slice(), [Origin::Int(1)])
        })
    }

    /// A message to components, of this app or of others, that carries a credential.
    pub(super) fn message(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let Some(position) = model.arg(ArgRole::Intent) else {
            // A text message.
            if model.arg(ArgRole::Value).is_some() && model.arg(ArgRole::Url).is_some() {
                self.handed_over(site, model, |leak, _| events.messages.push(leak));
            }
            return;
        };
        // What it carries may come from the callers; the place is where it is sent.
        self.for_callers(site, |context, last| {
            let mut hangs = false;
            for origin in self.values.argument(site, position, context) {
                let Origin::New(ty, made, inner) = &origin else {
                    continue;
                };
                if self.program().names.text(*ty) != INTENT {
                    continue;
                }
                let contents = self.judge.contents(&origin);
                hangs |= contents
                    .iter()
                    .any(|(_, value, _)| depends_on_caller(value, root_of(site, context)));
                let Some((credential, text)) = self.handed(&[], std::slice::from_ref(&origin))
                else {
                    continue;
                };
                let body = self.program().body(site.func);
                events.messages.push(Leak {
                    credential,
                    site,
                    sink: model.id,
                    text,
                    debug_only: guarded_by_debug(self.program(), body, site.op),
                    audience: self.audience(site, model, *ty, *made, inner),
                });
                return true;
            }
            last || !hangs
        });
    }

    /// Who can get a message.
    fn audience(
        &self,
        site: Site,
        model: &'static ApiModel,
        ty: TypeId,
        made: Site,
        context: &Context,
    ) -> Audience {
        if self.called(site) == "setResult" {
            let class = self.program().func(site.func).class;
            return if self.exported.contains(&class) {
                Audience::Anyone
            } else {
                Audience::Limited("only components of the app get the result".to_owned())
            };
        }
        // A broadcast that only holders of a permission receive.
        if let Some(position) = model.arg(ArgRole::Security) {
            match self.values.argument(site, position, &None).as_slice() {
                [] | [Origin::Int(0)] => {}
                [Origin::Text(permission)]
                    if self.own_permissions.contains(&permission.to_string()) =>
                {
                    return Audience::Limited(format!(
                        "only apps of the same signer hold {permission}"
                    ));
                }
                [Origin::Text(permission)] => {
                    return Audience::Open(format!(
                        "who holds {permission} is decided outside of the app"
                    ));
                }
                _ => {
                    return Audience::Open(
                        "the permission that the receiver needs is not visible".to_owned(),
                    );
                }
            }
        }
        match self.destination(ty, made, context) {
            Destination::Own => Audience::Limited("the message names its receiver".to_owned()),
            Destination::Package(package) => Audience::Open(format!(
                "it goes to {package}; whether that app is the one that is meant, only its signature shows"
            )),
            Destination::Anyone => Audience::Anyone,
            Destination::Unknown => {
                Audience::Open("who receives the message is not visible".to_owned())
            }
        }
    }

    /// Name of the method that a call calls.
    fn called(&self, site: Site) -> &'p str {
        let program = self.program();
        match program.body(site.func).op(site.op) {
            Some(Op::Call { target, .. }) => program.names.text(program.method(*target).name),
            _ => "",
        }
    }

    /// Where an intent made in sight goes: its constructor, and the calls on it.
    fn destination(&self, ty: TypeId, made: Site, context: &Context) -> Destination {
        let program = self.program();
        let body = program.body(made.func);
        let Some(Op::New { dst, .. }) = body.op(made.op) else {
            return Destination::Unknown;
        };
        let mut found = Destination::Anyone;
        let constructor = constructor_of(program, made);
        for (op, call) in body.iter_ops() {
            let Op::Call {
                target, args, kind, ..
            } = call
            else {
                continue;
            };
            let values = body.args(*args);
            let site = Site {
                func: made.func,
                op,
            };
            let symbol = program.method(*target);
            let name = program.names.text(symbol.name);
            let on_it = *kind != CallKind::Static
                && values
                    .first()
                    .is_some_and(|receiver| self.judge.fluent_root(body, *receiver) == *dst);
            if !on_it {
                // Somebody else may still address it.
                let handed = values
                    .iter()
                    .any(|value| through_casts(body, *value) == *dst);
                let own = program.class_of.contains_key(&symbol.class)
                    && program
                        .func_of
                        .get(target.index())
                        .is_some_and(Option::is_some);
                if handed && own {
                    return Destination::Unknown;
                }
                continue;
            }
            let text = |index| match self
                .values
                .argument(site, ArgPos::Param(index), context)
                .as_slice()
            {
                [Origin::Text(text)] => Some(text.to_string()),
                _ => None,
            };
            match name {
                "<init>" if constructor == Some(site) => {
                    let proto = program.proto(symbol.proto);
                    let explicit = proto
                        .params
                        .iter()
                        .any(|param| program.names.text(*param) == "Ljava/lang/Class;");
                    let copied = proto.params.first() == Some(&ty);
                    if explicit {
                        return Destination::Own;
                    }
                    if copied {
                        found = Destination::Unknown;
                    }
                }
                "setClass" => return Destination::Own,
                "setComponent" => {
                    found = Destination::Unknown;
                }
                "setPackage" => {
                    found = match text(0) {
                        Some(package) if self.is_own_package(&package) => return Destination::Own,
                        Some(package) => Destination::Package(package),
                        None if self.asks_own_package(site, 0) => return Destination::Own,
                        None => Destination::Unknown,
                    };
                }
                "setClassName" => {
                    found = match text(0) {
                        Some(package) if self.is_own_package(&package) => return Destination::Own,
                        Some(package) => Destination::Package(package),
                        // With a context, it is the app's own.
                        None => return Destination::Own,
                    };
                }
                _ => {}
            }
        }
        found
    }

    fn is_own_package(&self, package: &str) -> bool {
        !self.package.is_empty() && self.package == package
    }

    /// `setPackage(getPackageName())`.
    fn asks_own_package(&self, site: Site, index: u8) -> bool {
        let program = self.program();
        let origins = self.values.argument(site, ArgPos::Param(index), &None);
        !origins.is_empty()
            && origins.iter().all(|origin| match origin {
                Origin::Call(method, ..) => {
                    program.names.text(program.method(*method).name) == "getPackageName"
                }
                _ => false,
            })
    }
}
