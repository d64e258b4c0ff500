//! Records of sensitive operations: whether anything on the way asks the user for proof again.
//!
//! Only what asks a server for something counts: a screen that is opened is no operation. Proof is a
//! call that re-authenticates on the way there or on the way on, a screen of the app's own for a
//! PIN, a request that carries a password, a PIN or a one-time code, or an SDK that asks itself.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Builder;
use super::entries::confidence;
use crate::analysis::callgraph::Reach;
use crate::analysis::entries::{Entries, Entry, EntryKind, Witness, outermost};
use crate::finding::Step;
use crate::ir::{ClassId, Const, FuncId, MethodId, Op, Place, is_resource_id};
use crate::ledger::{Record, locate};
use crate::models::lexicon::{self, EndpointKind};
use crate::models::{ArtifactKind, Roles, words};

/// Most operations of one app that are looked at.
const MAX_ACTIONS: usize = 64;
/// Most functions that are followed from one.
const REACH_LIMIT: usize = 400;
/// Most functions that may lead to one.
const CLOSURE_LIMIT: usize = 3000;

/// Words of names of screens that ask for proof.
const ASKING: [&str; 12] = [
    "pin",
    "mpin",
    "passcode",
    "otp",
    "verify",
    "verification",
    "biometric",
    "fingerprint",
    "reauth",
    "unlock",
    "confirm",
    "authenticate",
];

/// Own functions that ask the user for proof.
struct Asking {
    /// By a call that does, or because they run when it was given.
    calls: FxHashSet<FuncId>,
    /// By opening a screen of the app's own, with its name.
    screens: FxHashMap<FuncId, String>,
}

/// Whether proof is asked for.
enum Proof {
    /// It is, and what does it.
    Asked(String),
    /// It may be, and why that is not certain.
    Maybe(String),
    None,
}

impl Builder<'_, '_, '_> {
    /// One record for each sensitive operation that the app asks a server for.
    pub(super) fn action_records(&self, entries: &Entries) -> Vec<Record> {
        let asking = Asking {
            calls: self.reauth_functions(),
            screens: self.asking_screens(),
        };
        let mut records: Vec<Record> = Vec::new();
        for kind in [
            EntryKind::SensitiveAction,
            EntryKind::CredentialChange,
            EntryKind::AccountDeletion,
        ] {
            let found: Vec<Entry> = entries.of(kind).take(MAX_ACTIONS).cloned().collect();
            for (entry, reach) in outermost(self.values, found, REACH_LIMIT) {
                let Some(request) = self.request_of(&entry, &reach) else {
                    continue;
                };
                let record = self.action_record(&entry, &reach, &request, &asking);
                // One operation, one result: a screen may ask for it at several places.
                let again = records.iter_mut().find(|known| {
                    known.attributes == record.attributes
                        && (known.entry == record.entry
                            || known.facts.get("request") == record.facts.get("request"))
                });
                match again {
                    Some(known) => known.related.push(Step {
                        location: record.location,
                        message: "it begins here too".to_owned(),
                    }),
                    None => records.push(record),
                }
            }
        }
        records
    }

    fn action_record(
        &self,
        entry: &Entry,
        reach: &Reach,
        request: &str,
        asking: &Asking,
    ) -> Record {
        let proof = self.proof_of(entry, reach, asking);
        let mut record = Record::new(
            "action",
            self.entry_location(entry, reach),
            confidence(entry),
        );
        record.set("operation", operation(entry, request));
        record.set(
            "reauth",
            match proof {
                Proof::Asked(_) => "yes",
                Proof::Maybe(_) => "open",
                Proof::None => "no",
            },
        );
        record.entry = entry.id.clone();
        record.weak = entry.weak;
        record.owner = self.owner(entry.node.func);
        record.proof = vec![
            match asking.calls.len() {
                0 => "nothing in the app's code asks the user for proof again: no biometric prompt, no device credential, no re-authentication of an SDK".to_owned(),
                count => format!("{count} functions ask the user for proof again; none leads to {} or is called from it", entry.name),
            },
            format!("{} functions were followed from {}; no screen for a PIN or a code is opened, and no request there carries a password, a PIN or a one-time code", reach.nodes.len(), entry.name),
        ];
        record.flow.push(Step {
            location: locate::start(self.program, self.graph, entry.node),
            message: format!(
                "{} begins here: {}",
                entry.kind.name(),
                entry.witness.phrase()
            ),
        });
        let facts = &mut record.facts;
        facts.insert("entry", entry.name.clone());
        facts.insert("request", request.to_owned());
        facts.insert("what", entry.kind.name().to_owned());
        match proof {
            Proof::Asked(how) => {
                facts.insert("met", format!("{}: {how}", entry.name));
            }
            Proof::Maybe(why) => {
                facts.insert("open", why);
            }
            Proof::None => {}
        }
        record
    }

    /// What the operation asks a server for, for people; none where it asks for nothing.
    fn request_of(&self, entry: &Entry, reach: &Reach) -> Option<String> {
        if matches!(entry.witness, Witness::Sdk) {
            return Some(entry.id.rsplit(':').next().unwrap_or(&entry.id).to_owned());
        }
        let mut sends = None;
        for reached in reach.here() {
            let func = reached.node.func;
            for op in &self.program.body(func).ops {
                if let Op::Call { target, .. } = op
                    && let Some(endpoint) = self.services.get(target)
                    && !is_sign_in(endpoint.kind)
                {
                    return Some(endpoint.id());
                }
            }
            if sends.is_none() && self.events.senders.contains(&func) {
                sends = Some(func);
            }
        }
        let sender = sends?;
        // The path that stands nearest, else the place that sends.
        let built = self.requests.built.iter();
        let built = built.map(|request| (request.named.func, request.kind, request.id()));
        let texts = self.requests.texts.iter();
        let named: Vec<(FuncId, Option<EndpointKind>, String)> = built
            .chain(texts.map(|path| (path.func, Some(path.kind), path.id())))
            .collect();
        let path = reach.here().find_map(|reached| {
            named
                .iter()
                .find(|(func, kind, _)| {
                    *func == reached.node.func && kind.is_some() && !is_sign_in(*kind)
                })
                .map(|(_, _, id)| id.clone())
        });
        Some(path.unwrap_or_else(|| format!("a request in `{}`", self.program.func_path(sender))))
    }

    /// Own functions that ask for proof, or that run when it was given.
    fn reauth_functions(&self) -> FxHashSet<FuncId> {
        let mut found = FxHashSet::default();
        for (method, models) in self.sources.apis.symbols() {
            if !models
                .iter()
                .any(|model| model.roles.contains(Roles::REAUTH))
            {
                continue;
            }
            found.extend(self.program.calls.row(method.0));
            found.extend(self.overrides_of(method));
        }
        found.retain(|func| !self.graph.is_library_func(*func));
        found
    }

    /// The function itself where a model speaks of what the app overrides.
    fn overrides_of(&self, method: MethodId) -> Option<FuncId> {
        self.program.func_of.get(method.index()).copied().flatten()
    }

    fn proof_of(&self, entry: &Entry, reach: &Reach, asking: &Asking) -> Proof {
        if matches!(entry.witness, Witness::Sdk)
            && let Some(how) = sdk_asks(&entry.id)
        {
            return Proof::Asked(how.to_owned());
        }
        if let Some(func) = reach
            .here()
            .map(|reached| reached.node.func)
            .find(|func| asking.calls.contains(func))
        {
            return Proof::Asked(format!("`{}` asks for it", self.program.func_path(func)));
        }
        let mut secrets: Vec<String> = Vec::new();
        for reached in reach.here() {
            let func = reached.node.func;
            if let Some(screen) = asking.screens.get(&func) {
                return Proof::Asked(format!("it opens `{screen}`"));
            }
            secrets.extend(self.names_in(func));
        }
        // A password that the app itself keeps and sends proves nothing.
        let kept = self.reads_kept_password(reach);
        if let Some(name) = carries_proof(entry.kind, kept, &secrets) {
            return Proof::Asked(format!("the request carries `{name}`"));
        }
        match self.graph.closure([entry.node.func], CLOSURE_LIMIT) {
            None => Proof::Maybe("the search for what leads here ran out of its budget".to_owned()),
            Some(closure) => {
                let mut leading: Vec<FuncId> = closure.into_iter().collect();
                leading.sort_unstable();
                if let Some(func) = leading.iter().find(|func| asking.calls.contains(func)) {
                    return Proof::Asked(format!(
                        "`{}` asks for it on the way",
                        self.program.func_path(*func)
                    ));
                }
                let screen = leading.iter().find_map(|func| {
                    asking
                        .screens
                        .get(func)
                        .or_else(|| self.comes_from_asking_screen(*func, &asking.screens))
                });
                match screen {
                    Some(screen) => Proof::Asked(format!("`{screen}` stands before it")),
                    None if reach.exhausted => {
                        Proof::Maybe("the search from here ran out of its budget".to_owned())
                    }
                    None => Proof::None,
                }
            }
        }
    }

    /// What a function names that it may send: parameters of requests, texts, fields and setters of
    /// what is sent as a whole, and the inputs that it reads.
    fn names_in(&self, func: FuncId) -> Vec<String> {
        let program = self.program;
        let mut names = Vec::new();
        for op in &program.body(func).ops {
            match op {
                Op::Call { target, .. } => {
                    if let Some(endpoint) = self.services.get(target) {
                        names.extend(endpoint.names.iter().cloned());
                    }
                    let called = program.names.text(program.method(*target).name);
                    names.extend(called.strip_prefix("set").map(str::to_owned));
                }
                Op::Store {
                    place: Place::Field(_, field),
                    ..
                }
                | Op::Load {
                    place: Place::Field(_, field),
                    ..
                } => names.push(program.names.text(program.field(*field).name).to_owned()),
                Op::Const {
                    value: Const::Int(id),
                    ..
                } => {
                    let id = u32::try_from(*id).ok().filter(|id| is_resource_id(*id));
                    let named = id.and_then(|id| (self.sources.resources)(id));
                    names.extend(named.filter(|(kind, _)| kind == "id").map(|(_, name)| name));
                }
                op => names.extend(
                    crate::ledger::credential::text_of(op)
                        .filter(|text| text.len() <= 40)
                        .map(str::to_owned),
                ),
            }
        }
        names
    }

    /// Whether a password or PIN comes out of a store on the way.
    fn reads_kept_password(&self, reach: &Reach) -> bool {
        self.events.reads.iter().any(|(id, _, site)| {
            let key = id.key.as_ref().and_then(|key| key.as_literal());
            let secret = key
                .and_then(lexicon::classify_identifier)
                .is_some_and(|hit| matches!(hit.kind, ArtifactKind::Password | ArtifactKind::Pin));
            secret && reach.of(site.func).next().is_some()
        })
    }

    /// Functions that name the class of a component that asks for proof by its name, with that name.
    fn asking_screens(&self) -> FxHashMap<FuncId, String> {
        let mut screens: Vec<(ClassId, &str)> = self
            .components
            .iter()
            .map(|(class, name)| (*class, name.rsplit('.').next().unwrap_or(name)))
            .filter(|(_, name)| says(name, &ASKING))
            .collect();
        screens.sort_unstable();
        let mut found = FxHashMap::default();
        for (class, name) in screens {
            for func in self.program.class_literals.row(class.0) {
                found.entry(func).or_insert_with(|| name.to_owned());
            }
        }
        found
    }

    /// The same, where the result of a screen leads to a function: its class has opened it.
    fn comes_from_asking_screen<'s>(
        &self,
        func: FuncId,
        screens: &'s FxHashMap<FuncId, String>,
    ) -> Option<&'s String> {
        if self.program.func_name(func) != "onActivityResult" {
            return None;
        }
        self.program
            .funcs_of(self.program.func(func).class)
            .find_map(|other| screens.get(&other))
    }
}

/// An SDK's call that asks for a recent sign-in or the old password by itself.
fn sdk_asks(id: &str) -> Option<&'static str> {
    if id.contains("firebase-auth:") {
        Some("Firebase refuses it without a recent sign-in")
    } else if id.contains("aws-amplify:") || id.contains("aws-mobile-client:") {
        Some("the SDK asks for the old password or a fresh session")
    } else {
        None
    }
}

fn is_sign_in(kind: Option<EndpointKind>) -> bool {
    matches!(
        kind,
        Some(
            EndpointKind::Login
                | EndpointKind::Token
                | EndpointKind::Registration
                | EndpointKind::PasswordRecovery
        )
    )
}

/// The name under which a request carries proof of who the user is. A change of the password
/// carries the new one in any case: there only the old one proves something.
fn carries_proof(kind: EntryKind, kept: bool, names: &[String]) -> Option<String> {
    names
        .iter()
        .find(|name| {
            let Some(hit) = lexicon::classify_identifier(name) else {
                return false;
            };
            let has = |wanted: &[&str]| says(name, wanted);
            match hit.kind {
                ArtifactKind::Password | ArtifactKind::Pin if kept => false,
                ArtifactKind::Password | ArtifactKind::Pin => {
                    kind != EntryKind::CredentialChange
                        || has(&["old", "current", "previous", "existing", "actual"])
                }
                ArtifactKind::OauthOther => has(&["otp", "mfa", "totp"]),
                _ => false,
            }
        })
        .cloned()
}

/// Whether a name has one of some words.
fn says(name: &str, wanted: &[&str]) -> bool {
    words::normalize(name, true)
        .split(' ')
        .any(|word| wanted.contains(&word))
}

/// What kind of operation it is.
fn operation(entry: &Entry, request: &str) -> &'static str {
    match entry.kind {
        EntryKind::CredentialChange => "credential-change",
        EntryKind::AccountDeletion => "account-deletion",
        _ => {
            let text = format!("{} {request}", entry.name);
            let has = |wanted: &[&str]| says(&text, wanted);
            if has(&["email", "mail", "phone", "mobile"]) {
                "contact-change"
            } else if has(&["mfa", "2fa", "factor", "totp", "passkey", "device"]) {
                "factor-change"
            } else if has(&["export", "show", "reveal", "view", "cvv", "seed", "key"]) {
                "secret-shown"
            } else {
                "payment"
            }
        }
    }
}
