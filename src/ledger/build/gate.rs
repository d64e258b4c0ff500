//! Prompts that ask the user to prove who they are, and the keys that such a proof unlocks.
//!
//! A prompt that only reports success decides nothing: who can hook the process calls the callback.
//! What counts is a key that the hardware releases on that proof, and that is used afterwards.

use super::Builder;
use super::sites::Chain;
use crate::analysis::callgraph::Node;
use crate::analysis::time::Times;
use crate::analysis::values::{Origin, Site, template_of};
use crate::finding::{Confidence, Step};
use crate::ir::{FuncId, Op, TypeId};
use crate::ledger::credential::constructor_of;
use crate::ledger::{Record, locate};
use crate::models::{ApiModel, ArgPos, ArgRole, EdgeKind, Roles, words};

/// Library of the models about prompts.
const PROMPTS: &str = "reauth";
/// What a prompt calls when the user has passed.
const SUCCEEDED: &str = "onAuthenticationSucceeded";
/// Builder of keys in the keystore.
const SPEC: &str = "android.security.keystore.KeyGenParameterSpec$Builder";
/// Most functions that are followed from a callback.
const REACH: usize = 400;
/// Most function objects that are followed after it.
const BEGINS: usize = 12;
/// The device's own PIN, pattern or password is enough (`Authenticators.DEVICE_CREDENTIAL`).
const DEVICE_CREDENTIAL: i64 = 0x8000;
/// Longest time in seconds for which one proof may count.
const WINDOW: i64 = 60;
/// Words in names of keys that sign documents, not sessions.
const DOCUMENTS: [&str; 6] = [
    "document",
    "contract",
    "invoice",
    "pdf",
    "receipt",
    "attachment",
];

/// A key that needs the user.
pub(super) struct AuthKey {
    /// Where its builder is made.
    site: Site,
    alias: String,
    /// Whether it needs the user at all.
    required: Option<bool>,
    /// Where a new fingerprint is told not to invalidate it.
    kept: Option<Site>,
    /// For how long one proof counts, and where that is said.
    window: Option<(Site, Option<i64>)>,
}

impl AuthKey {
    /// One proof opens it for a time, without a crypto object.
    fn opens_for_a_time(&self) -> bool {
        self.required == Some(true)
            && self
                .window
                .is_some_and(|(_, seconds)| seconds.is_none_or(|seconds| seconds > 0))
    }
}

/// What is known of what runs when the user has passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It uses a key.
    Key,
    /// It uses none.
    None,
    /// Not known: another function gets the result, or runs.
    Unknown,
}

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// Prompts and keys.
    pub(super) fn gate_records(&self) -> Vec<Record> {
        let keys = self.auth_keys();
        let mut records: Vec<Record> = self
            .sites(|model| {
                model.lib == PROMPTS
                    && model.roles.contains(Roles::REAUTH)
                    && model.arg(ArgRole::Mask).is_none()
                    && !model.is(Roles::ENTRY_POINT)
            })
            .into_iter()
            .filter_map(|(site, model)| self.gate_record(site, model, &keys))
            .collect();
        records.extend(keys.iter().filter_map(|key| self.auth_key_record(key)));
        records
    }

    fn gate_record(&self, site: Site, model: &ApiModel, keys: &[AuthKey]) -> Option<Record> {
        let device = model.method == "createConfirmDeviceCredentialIntent";
        let callback = self.callback_of(site, model);
        let after = callback.map_or(Use::Unknown, |func| self.use_of_key(func));
        let given = self.crypto_given(site, model);
        let timed = keys.iter().any(AuthKey::opens_for_a_time);
        // `if (crypto == null) authenticate(info) else authenticate(info, crypto)`: the caller
        // decides.
        let both = !device && given == Some(false) && self.asks_in_both_ways(site);
        // AndroidX calls the platform's prompts, in classes that lost their names.
        let nameless = model.class.starts_with("Landroid/") && self.is_nameless(site.func);
        let (bound, how) = match (given, after) {
            _ if nameless => (
                "open",
                "asks in code whose names are gone, which may be a library's",
            ),
            _ if both => ("open", "its caller decides whether a key is involved"),
            (None, _) => (
                "open",
                "whether it is given a crypto object is not visible here",
            ),
            (Some(true), Use::None) => (
                "unused",
                "hands over a crypto object that nothing uses after the user has passed",
            ),
            (Some(true), _)
                if keys.iter().any(|key| key.required == Some(false))
                    && !keys.iter().any(|key| key.required == Some(true)) =>
            {
                (
                    "unbound-key",
                    "hands over a crypto object whose key works without the user",
                )
            }
            (Some(true), Use::Key) => ("yes", "uses the key of its crypto object"),
            (Some(true), Use::Unknown) => (
                "open",
                "hands over a crypto object; whether it is used afterwards is not visible here",
            ),
            (Some(false), Use::Key) if timed => (
                "yes",
                "is followed by the use of a key that one proof opens for a time",
            ),
            (Some(false), Use::Unknown) if timed => (
                "open",
                "may open a key for a time; whether that is used afterwards is not visible here",
            ),
            (Some(false), _) if device => (
                "no",
                "asks for the device's own PIN or pattern, and only its result decides",
            ),
            (Some(false), _) => (
                "no",
                "asks without a crypto object, and only the callback decides",
            ),
        };
        let mut record = Record::new("gate", locate::site(self.program, site), Confidence::High);
        record.set("bound", bound);
        record.set(
            "kind",
            if device {
                "device-credential"
            } else {
                "biometric"
            },
        );
        record.subject = format!(
            "gate:{}",
            if device {
                "device-credential"
            } else {
                "biometric"
            }
        );
        // Nothing canonical tells two prompts of one app apart.
        record.entry = self.program.func_path(site.func);
        record.weak = true;
        record.owner = self.owner(site.func);
        record.excerpt = locate::excerpt(self.values, site, &self.events.key_texts);
        record.flow = vec![Step {
            location: locate::site(self.program, site),
            message: "the user is asked here".to_owned(),
        }];
        if let Some(func) = callback {
            record.flow.push(Step {
                location: locate::start(self.program, self.graph, Node::whole(func)),
                message: "this runs when the user has passed".to_owned(),
            });
        }
        let fallback = !device && self.takes_device_credential(site.func);
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(site.func));
        facts.insert("how", how.to_owned());
        facts.insert(
            "fallback",
            if fallback {
                " The device's PIN or pattern is accepted as well.".to_owned()
            } else {
                String::new()
            },
        );
        facts.insert(
            "open",
            format!("`{}` {how}", self.program.func_path(site.func)),
        );
        facts.insert(
            "met",
            format!("`{}` {how}", self.program.func_path(site.func)),
        );
        Some(record)
    }

    /// Whether a shrinker took the names of a class and of its packages.
    fn is_nameless(&self, func: FuncId) -> bool {
        let class = self.program.func_path(func);
        class
            .split(['.', '$'])
            .rev()
            .skip(1)
            .all(|part| part.len() <= 3)
    }

    /// Whether a prompt is given a crypto object; none where that cannot be told.
    fn crypto_given(&self, site: Site, model: &ApiModel) -> Option<bool> {
        let Some(position) = model.arg(ArgRole::Crypto) else {
            return Some(false);
        };
        let origins = self.values.argument_from_callers(site, position);
        let null = |origin: &Origin| matches!(origin, Origin::Int(0));
        let made = |origin: &Origin| matches!(origin, Origin::New(..) | Origin::Call(..));
        if !origins.is_empty() && origins.iter().all(null) {
            Some(false)
        } else if origins.iter().any(made) && origins.iter().all(|o| made(o) || null(o)) {
            // A null beside a real one is what happens when the key cannot be made.
            Some(true)
        } else {
            None
        }
    }

    /// Whether the function that asks, or another one of its class, also asks with a crypto object
    /// that it was given.
    fn asks_in_both_ways(&self, site: Site) -> bool {
        self.program.body(site.func).ops.iter().any(|op| match op {
            Op::Call { target, .. } => self.sources.apis.of(*target).iter().any(|model| {
                model.lib == PROMPTS
                    && model.roles.contains(Roles::REAUTH)
                    && model.arg(ArgRole::Crypto).is_some()
            }),
            _ => false,
        })
    }

    /// The function that runs when the user has passed.
    fn callback_of(&self, site: Site, model: &ApiModel) -> Option<FuncId> {
        let mut origins = Vec::new();
        match model.arg(ArgRole::Callback) {
            Some(position) => origins.extend(self.values.argument_from_callers(site, position)),
            // Given to the prompt's constructor.
            None => {
                for receiver in self.values.argument(site, ArgPos::Receiver, &None) {
                    let Origin::New(_, made, context) = receiver else {
                        continue;
                    };
                    let Some(constructor) = constructor_of(self.program, made) else {
                        continue;
                    };
                    for index in 0..4 {
                        origins.extend(self.values.argument(
                            constructor,
                            ArgPos::Param(index),
                            &context,
                        ));
                    }
                }
            }
        }
        origins.iter().find_map(|origin| match origin {
            Origin::New(ty, ..) => self.method_of(*ty, SUCCEEDED),
            _ => None,
        })
    }

    fn method_of(&self, ty: TypeId, name: &str) -> Option<FuncId> {
        let class = self.program.class_of.get(&ty)?;
        self.program
            .funcs_of(*class)
            .find(|func| self.program.func_name(*func) == name)
    }

    /// Whether what runs after a prompt uses a key: any crypto operation on its way, through the
    /// function objects that it was given too.
    fn use_of_key(&self, callback: FuncId) -> Use {
        let mut hidden = false;
        let mut begins = vec![callback];
        let mut next = 0;
        while let Some(begin) = begins.get(next).copied() {
            next += 1;
            let reach = self.graph.reach(Node::whole(begin), None, false, REACH);
            hidden |= reach.exhausted;
            for reached in &reach.nodes {
                let func = reached.node.func;
                let body = self.program.body(func);
                for (op, call) in body.iter_ops() {
                    let Op::Call { target, args, .. } = call else {
                        continue;
                    };
                    if is_crypto(&self.program.method_path(*target)) {
                        return Use::Key;
                    }
                    let site = Site { func, op };
                    let models = self.sources.apis.of(*target);
                    let targets = self.graph.targets(site);
                    if targets.functional && models.is_empty()
                        || models.iter().any(|model| {
                            model
                                .edge
                                .is_some_and(|edge| edge.kind == EdgeKind::Interface)
                        })
                    {
                        match self.runs(site) {
                            Some(funcs) => {
                                for func in funcs {
                                    if !begins.contains(&func) && begins.len() < BEGINS {
                                        begins.push(func);
                                    } else {
                                        hidden |= begins.len() >= BEGINS;
                                    }
                                }
                            }
                            None => hidden = true,
                        }
                        continue;
                    }
                    // The result itself goes elsewhere.
                    let result = body.params.get(1);
                    let name = self.program.names.text(self.program.method(*target).name);
                    hidden |= func == callback
                        && models.is_empty()
                        && result.is_some_and(|result| body.args(*args).contains(result))
                        && targets.funcs.is_empty()
                        && !name.starts_with('<')
                        && !name.starts_with("getCrypto")
                        && !self.is_super_call(call);
                }
            }
        }
        if hidden { Use::Unknown } else { Use::None }
    }

    /// The functions of the object that a call is made on, where it is seen to be made.
    fn runs(&self, site: Site) -> Option<Vec<FuncId>> {
        let mut found = Vec::new();
        let origins = self.values.argument(site, ArgPos::Receiver, &None);
        for origin in &origins {
            let Origin::New(ty, ..) = origin else {
                return None;
            };
            let class = self.program.class_of.get(ty)?;
            found.extend(self.graph.callbacks(*class).iter().copied());
        }
        (!found.is_empty()).then_some(found)
    }

    fn is_super_call(&self, op: &Op<'_>) -> bool {
        matches!(
            op,
            Op::Call {
                kind: crate::ir::CallKind::Super | crate::ir::CallKind::Direct,
                ..
            }
        )
    }

    /// Whether the code around a prompt accepts the device's own PIN or pattern.
    fn takes_device_credential(&self, func: FuncId) -> bool {
        let class = self.program.func(func).class;
        self.sites(|model| model.lib == PROMPTS && model.arg(ArgRole::Mask).is_some())
            .into_iter()
            .filter(|(site, _)| self.program.func(site.func).class == class)
            .any(|(site, model)| {
                let Some(value) = model
                    .arg(ArgRole::Mask)
                    .and_then(|position| self.values.argument_value(site, position))
                else {
                    return false;
                };
                let mask = Times::new(self.graph)
                    .of(site.func, value, &None)
                    .and_then(|time| time.length());
                match model.method {
                    "setDeviceCredentialAllowed" => mask == Some(1),
                    _ => mask.is_some_and(|mask| mask & DEVICE_CREDENTIAL != 0),
                }
            })
    }

    // Keys.

    fn auth_keys(&self) -> Vec<AuthKey> {
        let is_spec = |method| {
            self.program
                .method_path(method)
                .rsplit_once('.')
                .is_some_and(|(class, _)| class == SPEC)
        };
        let mut keys = Vec::new();
        for (site, model) in
            self.sites(|model| model.id == "android.keystore:KeyGenParameterSpec.Builder.<init>")
        {
            let Some(builder) = self.values.argument_value(site, ArgPos::Receiver) else {
                continue;
            };
            let mut key = AuthKey {
                site,
                alias: model
                    .arg(ArgRole::KeyAlias)
                    .map(|position| self.values.argument(site, position, &None))
                    .and_then(|origins| {
                        origins
                            .first()
                            .map(|origin| template_of(origin).to_string())
                    })
                    .unwrap_or_default(),
                required: None,
                kept: None,
                window: None,
            };
            for call in (Chain {
                program: self.program,
                fluent: &is_spec,
            })
            .calls(site.func, builder)
            {
                self.setting(call, &mut key);
            }
            keys.push(key);
        }
        keys
    }

    fn setting(&self, call: Site, key: &mut AuthKey) {
        let Some(Op::Call { target, .. }) = self.program.body(call.func).op(call.op) else {
            return;
        };
        let first = self
            .values
            .argument_value(call, ArgPos::Param(0))
            .and_then(|value| Times::new(self.graph).of(call.func, value, &None)?.length());
        match self.program.names.text(self.program.method(*target).name) {
            "setUserAuthenticationRequired" => key.required = first.map(|value| value != 0),
            "setInvalidatedByBiometricEnrollment" if first == Some(0) => key.kept = Some(call),
            "setUserAuthenticationValidityDurationSeconds" | "setUserAuthenticationParameters" => {
                key.window = Some((call, first));
            }
            _ => {}
        }
    }

    fn auth_key_record(&self, key: &AuthKey) -> Option<Record> {
        if key.required != Some(true) {
            return None;
        }
        let path = format!("{} {}", key.alias, self.program.func_path(key.site.func));
        let path = words::normalize(&path, false);
        if DOCUMENTS.iter().any(|word| path.contains(word)) {
            return None;
        }
        let long = key
            .window
            .and_then(|(site, seconds)| Some((site, seconds.filter(|seconds| *seconds > WINDOW)?)));
        let unknown = key.window.is_some_and(|(_, seconds)| seconds.is_none());
        let strength = match (key.kept, long) {
            (Some(_), _) => "kept-on-enrollment",
            (None, Some(_)) => "long-window",
            _ if unknown => "unknown",
            _ => "sound",
        };
        let place = key.kept.or(long.map(|(site, _)| site)).unwrap_or(key.site);
        let mut record = Record::new(
            "auth-key",
            locate::site(self.program, place),
            Confidence::High,
        );
        record.set("strength", strength);
        record.subject = format!("keystore:{}", key.alias);
        record.owner = self.owner(place.func);
        record.excerpt = locate::excerpt(self.values, place, &self.events.key_texts);
        record.flow = vec![
            Step {
                location: locate::site(self.program, key.site),
                message: "the key is described here".to_owned(),
            },
            Step {
                location: locate::site(self.program, place),
                message: "this weakens it".to_owned(),
            },
        ];
        record.flow.dedup_by(|a, b| a.location == b.location);
        let mut how = Vec::new();
        if key.kept.is_some() {
            how.push("stays valid when a new fingerprint or face is enrolled".to_owned());
        }
        if let Some((_, seconds)) = long {
            how.push(format!(
                "stays open for {} after one proof",
                crate::facts::literal::duration(seconds)
            ));
        }
        let named = if key.alias.is_empty() || key.alias == "{?}" {
            "A key that needs the user".to_owned()
        } else {
            format!("The key `{}`, which needs the user,", key.alias)
        };
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(place.func));
        facts.insert("key", named.clone());
        facts.insert("how", how.join(" and "));
        facts.insert(
            "open",
            format!("{named} opens for a time that the code does not show"),
        );
        facts.insert(
            "met",
            format!("{named} is invalidated by a new enrolment and opens for one use or a minute at most"),
        );
        Some(record)
    }
}

/// Operations that need the key itself.
fn is_crypto(path: &str) -> bool {
    matches!(
        path,
        "javax.crypto.Cipher.doFinal"
            | "javax.crypto.Cipher.update"
            | "javax.crypto.Cipher.unwrap"
            | "javax.crypto.Mac.doFinal"
            | "java.security.Signature.sign"
            | "javax.crypto.CipherInputStream.<init>"
            | "javax.crypto.CipherOutputStream.<init>"
    )
}
