//! What a value is: a token, a session id, a password, or nothing of the kind, and how we know.
//!
//! Evidence comes from where the value came from (an SDK's result, a field of a response, a form
//! field) and from the key under which it goes. A weak name ("token", "session") needs a second
//! witness; a negative one (push token, CSRF token, token type) takes the value out, whatever else
//! speaks for it.

use rustc_hash::FxHashMap;

use crate::analysis::template::Template;
use crate::analysis::values::{Context, Origin, Site, Values, template_of};
use crate::ir::{Body, Const, FieldId, Op, Program, TypeId, Value};
use crate::models::lexicon::{self, Hit, ValueKind};
use crate::models::{ApiMap, ArgPos, ArgRole, ArtifactKind, Roles};

/// A value that is part of a session, and how we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What it is.
    pub kind: ArtifactKind,
    /// One witness is enough.
    pub strong: bool,
    /// How we know: "its key is `access_token`".
    pub how: String,
    /// Where it comes from, if that is known.
    pub source: Option<Site>,
}

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing.
    Silent,
    /// It is no session value, for certain (a push token, a constant).
    Not,
    /// It is one.
    Is(Credential),
}

impl Judgement {
    /// The credential, if it is one.
    #[must_use]
    pub fn credential(self) -> Option<Credential> {
        match self {
            Self::Is(credential) => Some(credential),
            Self::Silent | Self::Not => None,
        }
    }

    /// The stronger of two: a `Not` beats a weak witness, a strong witness beats a weak one.
    #[must_use]
    fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Is(a), Self::Is(b)) => {
                if rank(b) > rank(a) {
                    other
                } else {
                    self
                }
            }
            (Self::Is(_), _) | (Self::Not, Self::Silent) => self,
            (Self::Silent | Self::Not, _) => other,
        }
    }
}

/// Specific before general, strong before weak.
fn rank(credential: &Credential) -> (bool, u8) {
    (
        credential.strong,
        match credential.kind {
            ArtifactKind::Password | ArtifactKind::Pin => 5,
            ArtifactKind::RefreshToken => 4,
            ArtifactKind::IdToken | ArtifactKind::Session | ArtifactKind::Cookie => 3,
            ArtifactKind::AccessToken => 2,
            _ => 1,
        },
    )
}

/// Whether a kind is a session value in the sense of the controls. OAuth by-products, API keys and
/// user data are kept apart.
#[must_use]
pub fn is_session_value(kind: ArtifactKind) -> bool {
    matches!(
        kind,
        ArtifactKind::AccessToken
            | ArtifactKind::RefreshToken
            | ArtifactKind::IdToken
            | ArtifactKind::Session
            | ArtifactKind::Cookie
            | ArtifactKind::Password
            | ArtifactKind::Pin
    )
}

/// Whether the server issued it, so that the server can end it.
#[must_use]
pub fn is_issued(kind: ArtifactKind) -> bool {
    is_session_value(kind) && !matches!(kind, ArtifactKind::Password | ArtifactKind::Pin)
}

/// Judges values.
pub struct Judge<'p, 'a> {
    values: &'p Values<'p, 'a>,
    /// Name of a resource id: (type, entry).
    resources: &'p dyn Fn(u32) -> Option<(String, String)>,
    /// Fields of each defined class.
    fields: FxHashMap<TypeId, Vec<FieldId>>,
}

/// Deepest chain of evidence that is followed.
const MAX_DEPTH: u8 = 5;

impl<'p, 'a> Judge<'p, 'a> {
    /// A judge over an evaluator.
    #[must_use]
    pub fn new(
        values: &'p Values<'p, 'a>,
        resources: &'p dyn Fn(u32) -> Option<(String, String)>,
    ) -> Self {
        let program = values.program();
        let mut fields: FxHashMap<TypeId, Vec<FieldId>> = FxHashMap::default();
        for (index, field) in program.fields.iter().enumerate() {
            if program.class_of.contains_key(&field.class) {
                fields
                    .entry(field.class)
                    .or_default()
                    .push(FieldId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        Self {
            values,
            resources,
            fields,
        }
    }

    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn apis(&self) -> &'p ApiMap {
        self.values.apis()
    }

    /// What a name says.
    #[must_use]
    pub fn name(&self, name: &str, how: impl FnOnce() -> String) -> Judgement {
        match lexicon::classify_identifier(name) {
            Some(Hit { kind, strong }) => Judgement::Is(Credential {
                kind,
                strong,
                how: how(),
                source: None,
            }),
            None => Judgement::Silent,
        }
    }

    /// What the origins of a value say: the strongest of them.
    #[must_use]
    pub fn origins(&self, origins: &[Origin]) -> Judgement {
        self.judge(origins, MAX_DEPTH)
    }

    fn judge(&self, origins: &[Origin], depth: u8) -> Judgement {
        origins.iter().fold(Judgement::Silent, |sum, origin| {
            sum.or(self.origin(origin, depth))
        })
    }

    fn origin(&self, origin: &Origin, depth: u8) -> Judgement {
        let Some(depth) = depth.checked_sub(1) else {
            return Judgement::Silent;
        };
        match origin {
            Origin::Text(_)
            | Origin::Int(_)
            | Origin::Class(_)
            | Origin::Bytes(_)
            | Origin::Unknown(_) => Judgement::Silent,
            Origin::Built(parts) => self.built(parts, depth),
            Origin::Field(field) => self.field(*field),
            Origin::Param(func, index) => self.parameter(*func, *index),
            Origin::New(ty, site, context) => self.made(*ty, *site, context, depth),
            Origin::Call(method, site, context) => self.call(*method, *site, context, depth),
        }
    }

    /// Text of parts: `"Bearer " + x`, `"access_token=" + x`, or any part that is a credential.
    fn built(&self, parts: &[Vec<Origin>], depth: u8) -> Judgement {
        let mut sum = Judgement::Silent;
        let mut before: Option<String> = None;
        for part in parts {
            if let [Origin::Text(text)] = part.as_slice() {
                before = Some(text.to_string());
                continue;
            }
            let numeric = part.iter().all(|origin| matches!(origin, Origin::Int(_)));
            sum = sum.or(self.judge(part, depth));
            if let Some(text) = before.take()
                && !numeric
            {
                let judged = self.judge(part, depth);
                let scheme = text.trim_end().to_ascii_lowercase();
                let header = matches!(scheme.as_str(), "bearer" | "basic" | "token" | "jwt");
                if judged == Judgement::Not {
                    continue;
                }
                if header && lexicon::value_pattern(&text) == Some(ValueKind::BearerPrefix) {
                    sum = sum.or(Judgement::Is(Credential {
                        kind: ArtifactKind::AccessToken,
                        strong: true,
                        how: format!("it follows `{}`", text.trim_end()),
                        source: None,
                    }));
                } else if let Some(label) = label_before(&text) {
                    sum = sum.or(self.name(label, || format!("it follows `{label}=`")));
                }
            }
        }
        sum
    }

    /// A field, by its name, its serialised name, and the name of its class.
    fn field(&self, field: FieldId) -> Judgement {
        let program = self.program();
        let symbol = program.field(field);
        if !holds_text(program.names.text(symbol.ty)) {
            return self.carrier(symbol.ty);
        }
        let class = program.type_name(symbol.class);
        let name = program.names.text(symbol.name);
        let mut judgement = self.name(name, || {
            format!("it is the field `{}.{name}`", short(&class))
        });
        if let Some(owner) = program.class_of.get(&symbol.class) {
            for annotation in program
                .lifter
                .field_annotations(program, *owner, symbol.name)
            {
                for (_, value) in &annotation.elements {
                    judgement = judgement
                        .or(self.name(value, || format!("its serialised name is `{value}`")));
                }
            }
        }
        self.with_class(judgement, &class)
    }

    /// A weak witness in a class about sessions is a strong one.
    fn with_class(&self, judgement: Judgement, class: &str) -> Judgement {
        match judgement {
            Judgement::Is(mut credential) if !credential.strong && is_session_class(class) => {
                credential.strong = true;
                Judgement::Is(credential)
            }
            other => other,
        }
    }

    /// An object that carries a credential: one of its serialised fields is one.
    fn carrier(&self, ty: TypeId) -> Judgement {
        let program = self.program();
        let Some(fields) = self.fields.get(&ty) else {
            return Judgement::Silent;
        };
        let class = program.type_name(ty);
        if class.starts_with("android") || class.starts_with("java") {
            return Judgement::Silent;
        }
        let mut best = Judgement::Silent;
        for field in fields {
            let symbol = program.field(*field);
            if holds_text(program.names.text(symbol.ty)) {
                let name = program.names.text(symbol.name);
                let found = self.name(name, || format!("`{}` carries `{name}`", short(&class)));
                if let Judgement::Is(credential) = &found
                    && credential.strong
                    && is_session_value(credential.kind)
                {
                    best = best.or(found);
                }
            }
        }
        best
    }

    fn parameter(&self, func: crate::ir::FuncId, index: u16) -> Judgement {
        let program = self.program();
        let receiver = u16::from(program.has_receiver(func));
        let Some(declared) = index.checked_sub(receiver) else {
            return Judgement::Silent;
        };
        let names = program.lifter.parameter_names(program, func);
        let Some(Some(name)) = names.get(usize::from(declared)) else {
            return self.parameter_type(func, declared);
        };
        let named = self.name(name, || format!("it is the parameter `{name}`"));
        named.or(self.parameter_type(func, declared))
    }

    /// A parameter whose class carries a credential.
    fn parameter_type(&self, func: crate::ir::FuncId, declared: u16) -> Judgement {
        let program = self.program();
        let proto = program.proto(program.symbol(func).proto);
        proto
            .params
            .get(usize::from(declared))
            .map_or(Judgement::Silent, |ty| self.carrier(*ty))
    }

    /// What was put into a container made in sight (`ContentValues`, `JSONObject`, `Bundle`): key,
    /// value, place.
    #[must_use]
    pub fn contents(&self, container: &Origin) -> Vec<(Template, Vec<Origin>, Site)> {
        let Origin::New(_, made, context) = container else {
            return Vec::new();
        };
        let body = self.program().body(made.func);
        let Some(Op::New { dst, .. }) = body.op(made.op) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (op, call) in body.iter_ops() {
            let Op::Call { target, args, .. } = call else {
                continue;
            };
            let Some(receiver) = body.args(*args).first() else {
                continue;
            };
            let site = Site {
                func: made.func,
                op,
            };
            for model in self.apis().of(*target) {
                let (Some(key_at), Some(value_at)) =
                    (model.arg(ArgRole::Key), model.arg(ArgRole::Value))
                else {
                    continue;
                };
                let into = model.arg(ArgRole::Into) == Some(ArgPos::Receiver)
                    || model.roles.contains(Roles::STORE);
                // A flag or a number that is named for a token is none.
                if let ArgPos::Param(index) = value_at {
                    let symbol = self.program().method(*target);
                    let proto = self.program().proto(symbol.proto);
                    if proto
                        .params
                        .get(usize::from(index))
                        .is_some_and(|ty| self.program().names.text(*ty).len() == 1)
                    {
                        continue;
                    }
                }
                if !into || self.fluent_root(body, *receiver) != *dst {
                    continue;
                }
                let keys = self.values.argument(site, key_at, context);
                let key = keys.first().map_or_else(Template::hole, template_of);
                found.push((key, self.values.argument(site, value_at, context), site));
                break;
            }
        }
        found
    }

    /// The object that a chain of fluent calls works on.
    pub fn fluent_root(&self, body: &Body<'_>, mut value: Value) -> Value {
        for _ in 0..64 {
            match body.def(value) {
                Some((_, Op::Cast { src, .. })) => value = *src,
                Some((_, Op::Call { target, args, .. }))
                    if self
                        .apis()
                        .of(*target)
                        .iter()
                        .any(|model| model.returns == crate::models::Returns::Receiver) =>
                {
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

    /// A constructed value: what went into it, or what it carries.
    fn made(&self, ty: TypeId, site: Site, context: &Context, depth: u8) -> Judgement {
        let program = self.program();
        let name = program.names.text(ty);
        if name.starts_with('[') {
            let body = program.body(site.func);
            let Some(Op::NewArray { dst, .. }) = body.op(site.op) else {
                return Judgement::Silent;
            };
            return self.values.elements(site.func, *dst).into_iter().fold(
                Judgement::Silent,
                |sum, value| {
                    sum.or(self.judge(&self.values.origins(site.func, value, context), depth))
                },
            );
        }
        if program.class_of.contains_key(&ty) {
            return self.carrier(ty);
        }
        // A container of named values.
        let origin = Origin::New(ty, site, context.clone());
        let mut inside = Judgement::Silent;
        for (key, value, _) in self.contents(&origin) {
            let key = key.to_string();
            let named = self.name(&key, || format!("it holds `{key}`"));
            if let Judgement::Is(credential) = &named
                && credential.strong
                && is_session_value(credential.kind)
                && !is_constant(&value)
            {
                inside = inside.or(named);
            }
        }
        if inside != Judgement::Silent {
            return inside;
        }
        // A library object made of values: a pair, a header, a string of bytes.
        let Some(constructor) = constructor_of(program, site) else {
            return Judgement::Silent;
        };
        let wraps = matches!(
            name,
            "Ljava/lang/String;"
                | "Lorg/json/JSONObject;"
                | "Landroid/util/Pair;"
                | "Landroidx/core/util/Pair;"
        ) || name.ends_with("/BasicNameValuePair;")
            || name.ends_with("/BasicHeader;");
        if !wraps {
            return Judgement::Silent;
        }
        (0..3).fold(Judgement::Silent, |sum, position| {
            sum.or(self.judge(
                &self
                    .values
                    .argument(constructor, ArgPos::Param(position), context),
                depth,
            ))
        })
    }

    fn call(
        &self,
        method: crate::ir::MethodId,
        site: Site,
        context: &Context,
        depth: u8,
    ) -> Judgement {
        let program = self.program();
        let symbol = program.method(method);
        let name = program.names.text(symbol.name);
        let class = program.type_name(symbol.class);
        let result = program.names.text(program.proto(symbol.proto).ret);
        for model in self.apis().of(method) {
            if model.roles.intersects(
                Roles::PUSH_TOKEN_SOURCE
                    | Roles::SANITIZER
                    | Roles::EXPIRY_SOURCE
                    | Roles::LOOK_ALIKE,
            ) {
                return Judgement::Not;
            }
            // A store of many things gives a credential if the key says so.
            let by_key = model.artifact.is_none() && model.arg(ArgRole::Key).is_some();
            if model.roles.contains(Roles::CREDENTIAL_SOURCE)
                && !by_key
                && holds_text_or_object(result)
            {
                let named = lexicon::classify_identifier(name).map(|hit| hit.kind);
                return Judgement::Is(Credential {
                    kind: model
                        .artifact
                        .or(named)
                        .unwrap_or(ArtifactKind::AccessToken),
                    strong: true,
                    how: format!("it comes from `{}.{name}`", short(&class)),
                    source: Some(site),
                });
            }
            if model.roles.intersects(Roles::ENCRYPT | Roles::DECRYPT) {
                if let Some(position) = model.arg(ArgRole::Value) {
                    return self.judge(&self.values.argument(site, position, context), depth);
                }
                return Judgement::Silent;
            }
            if model.roles.contains(Roles::INPUT_SOURCE) {
                return self.input(site, context, depth);
            }
            let keyed = model.roles.contains(Roles::PASS) && model.arg(ArgRole::Key).is_some();
            if model.roles.contains(Roles::READ) || keyed {
                let Some(position) = model.arg(ArgRole::Key) else {
                    continue;
                };
                let keys = self.values.argument(site, position, context);
                if !holds_text_or_object(result) {
                    return Judgement::Silent;
                }
                return keys.iter().fold(Judgement::Silent, |sum, key| {
                    let key = template_of(key).to_string();
                    let mut found = self.name(&key, || format!("it was read under `{key}`"));
                    if let Judgement::Is(credential) = &mut found {
                        credential.source = Some(site);
                    }
                    sum.or(found)
                });
            }
        }
        if !holds_text_or_object(result) {
            return Judgement::Silent;
        }
        // An accessor, by its name; a weak one by its class as well.
        let own = match self.name(accessor(name), || {
            format!("it comes from `{}.{name}`", short(&class))
        }) {
            Judgement::Is(mut credential) => {
                credential.source = Some(site);
                Judgement::Is(credential)
            }
            other => other,
        };
        let own = self.with_class(own, &class);
        if own != Judgement::Silent {
            return own;
        }
        // A generic read with a constant name: `jsonObject.getString("access_token")`, unmodelled.
        if matches!(
            name,
            "get"
                | "getString"
                | "optString"
                | "getAsString"
                | "getStringExtra"
                | "getHeader"
                | "header"
                | "path"
                | "valueOf"
                | "getValue"
        ) && let Judgement::Is(credential) = self.keyed_read(site, context)
        {
            return Judgement::Is(credential);
        }
        if result.starts_with('L') && result != "Ljava/lang/String;" {
            return self.carrier(program.proto(symbol.proto).ret);
        }
        Judgement::Silent
    }

    fn keyed_read(&self, site: Site, context: &Context) -> Judgement {
        self.values
            .argument(site, ArgPos::Param(0), context)
            .iter()
            .fold(Judgement::Silent, |sum, origin| match origin {
                Origin::Text(key) => {
                    sum.or(self.name(key, || format!("it was read under `{key}`")))
                }
                _ => sum,
            })
    }

    /// What the user typed: by the id of the view, or by the field that holds the view.
    fn input(&self, site: Site, context: &Context, depth: u8) -> Judgement {
        let program = self.program();
        let views = self.values.argument(site, ArgPos::Receiver, context);
        views.iter().fold(Judgement::Silent, |sum, view| {
            let found = match view {
                Origin::Call(_, found_at, inner) => {
                    let ids = self.values.argument(*found_at, ArgPos::Param(0), inner);
                    ids.iter().fold(Judgement::Silent, |sum, id| match id {
                        Origin::Int(id) => {
                            match u32::try_from(*id).ok().and_then(|id| (self.resources)(id)) {
                                Some((_, entry)) => sum.or(self.typed(&entry)),
                                None => sum,
                            }
                        }
                        _ => sum,
                    })
                }
                Origin::Field(field) => {
                    let name = program.names.text(program.field(*field).name);
                    self.typed(name)
                }
                _ => Judgement::Silent,
            };
            let _ = depth;
            sum.or(found)
        })
    }

    /// Only a password or a PIN is typed by users; a field about tokens is a developer's tool.
    fn typed(&self, name: &str) -> Judgement {
        match self.name(name, || format!("the user types it into `{name}`")) {
            Judgement::Is(credential)
                if matches!(credential.kind, ArtifactKind::Password | ArtifactKind::Pin) =>
            {
                Judgement::Is(credential)
            }
            _ => Judgement::Silent,
        }
    }
}

/// The constructor call of an object made at a site.
#[must_use]
pub fn constructor_of(program: &Program<'_>, site: Site) -> Option<Site> {
    let body = program.body(site.func);
    let Some(Op::New { dst, .. }) = body.op(site.op) else {
        return None;
    };
    body.iter_ops().find_map(|(op, call)| match call {
        Op::Call {
            target,
            kind: crate::ir::CallKind::Direct,
            args,
            ..
        } if body.args(*args).first() == Some(dst)
            && program.names.text(program.method(*target).name) == "<init>" =>
        {
            Some(Site {
                func: site.func,
                op,
            })
        }
        _ => None,
    })
}

/// `…&access_token=` and `password: ` name what follows them.
fn label_before(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\'', '"']);
    let text = text
        .strip_suffix(['=', ':'])
        .or_else(|| text.strip_suffix("=>"))?;
    let text = text.trim_end_matches([' ', '\'', '"']);
    let start = text
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
        .map_or(0, |at| {
            at + text
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
    let label = text.get(start..)?;
    (!label.is_empty() && label.len() <= 40).then_some(label)
}

/// `getAccessToken` names an access token.
fn accessor(name: &str) -> &str {
    for prefix in [
        "get", "fetch", "obtain", "load", "read", "retrieve", "require",
    ] {
        if let Some(rest) = name.strip_prefix(prefix)
            && rest.starts_with(|c: char| c.is_uppercase() || c == '_')
        {
            return rest;
        }
    }
    // A verb that makes something else of it says nothing about the result.
    for prefix in [
        "is", "has", "set", "put", "save", "store", "on", "validate", "check", "verify", "clear",
        "remove", "parse", "build", "with", "to",
    ] {
        if name
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_'))
        {
            return "";
        }
    }
    name
}

fn holds_text(descriptor: &str) -> bool {
    matches!(
        descriptor,
        "Ljava/lang/String;"
            | "Ljava/lang/CharSequence;"
            | "[C"
            | "[B"
            | "Ljava/lang/Object;"
            | "Ljava/util/Set;"
    )
}

fn holds_text_or_object(descriptor: &str) -> bool {
    descriptor.starts_with('L')
        && !matches!(
            descriptor,
            "Ljava/lang/Boolean;" | "Ljava/lang/Integer;" | "Ljava/lang/Long;" | "Ljava/util/Date;"
        )
        || descriptor == "[C"
        || descriptor == "[B"
}

/// A class whose name says that it is about signing in or about the session.
fn is_session_class(class: &str) -> bool {
    let last = short(class);
    lexicon::words(&lexicon_normal(last)).any(|word| {
        matches!(
            word,
            "login"
                | "auth"
                | "session"
                | "oauth"
                | "oauth2"
                | "credential"
                | "credentials"
                | "token"
                | "tokens"
                | "user"
                | "account"
                | "signin"
                | "authentication"
                | "jwt"
        )
    })
}

fn lexicon_normal(text: &str) -> String {
    crate::models::words::normalize(text, false)
}

fn short(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// Whether a constant may stand for "nothing": writing it removes.
#[must_use]
pub fn is_empty_value(origins: &[Origin]) -> bool {
    !origins.is_empty()
        && origins.iter().all(|origin| match origin {
            Origin::Int(value) => *value == 0,
            Origin::Text(text) => text.is_empty() || &**text == "null",
            _ => false,
        })
}

/// Whether every origin is a constant: not a credential that somebody obtained.
#[must_use]
pub fn is_constant(origins: &[Origin]) -> bool {
    !origins.is_empty()
        && origins.iter().all(|origin| {
            matches!(
                origin,
                Origin::Int(_) | Origin::Text(_) | Origin::Class(_) | Origin::Bytes(_)
            )
        })
}

/// Constant text of an operation, for excerpts.
#[must_use]
pub fn text_of<'t>(op: &'t Op<'_>) -> Option<&'t str> {
    match op {
        Op::Const {
            value: Const::Str(text),
            ..
        } => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_before_values() {
        assert_eq!(
            label_before("https://x/y?access_token="),
            Some("access_token")
        );
        assert_eq!(label_before(", password: "), Some("password"));
        assert_eq!(label_before("Successful Login"), None);
        assert_eq!(label_before("="), None);
    }

    #[test]
    fn accessors_name_what_they_give() {
        for (name, expected) in [
            ("getAccessToken", "AccessToken"),
            ("isTokenValid", ""),
            ("accessToken", "accessToken"),
            ("toString", ""),
        ] {
            assert_eq!(accessor(name), expected);
        }
    }
}
