//! Which symbols of a program the models speak of.
//!
//! Matching degrades, since release builds narrow signatures: the full descriptor first; for code
//! that a shrinker may have touched, class, name and number of parameters. A call names the static
//! type of its receiver (`Lcom/app/Main;->getSharedPreferences`), so a hierarchy model also matches
//! below its class; where the way up leaves the program, the full descriptor decides.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{ApiMap, ApiModel, Matching, Roles, Survival};
use crate::ir::{FuncFlags, Marks, MethodId, Name, Program, TypeId};

/// Roles for which a function is always worth lifting.
pub const CORE: Roles = Roles::STORE
    .union(Roles::CLEAR)
    .union(Roles::SIGN_OUT)
    .union(Roles::LOCAL_SIGN_OUT)
    .union(Roles::SIGN_OUT_BUILD)
    .union(Roles::REVOKE)
    .union(Roles::END_SESSION)
    .union(Roles::LOGIN)
    .union(Roles::NETWORK_SEND)
    .union(Roles::COOKIE_CLEAR)
    .union(Roles::WEBVIEW_CLEAR)
    .union(Roles::ACCOUNT_DELETE)
    .union(Roles::CREDENTIAL_SOURCE)
    .union(Roles::CLIPBOARD_SINK)
    .union(Roles::THIRD_PARTY_SINK)
    .union(Roles::IPC_SINK);

/// Roles that matter only when a credential comes to them.
pub const SINKS: Roles = Roles::LOG_SINK
    .union(Roles::IPC_BUILD)
    .union(Roles::URL_BUILD);

/// Matches all symbols of a program.
#[must_use]
pub fn match_program(program: &Program<'_>) -> ApiMap {
    // Names that any model has, by number: most symbols fall out here.
    let mut by_name: FxHashMap<Name, &'static [ApiModel]> = FxHashMap::default();
    let mut last = "";
    for api in super::apis() {
        if api.method != last && !api.class.is_empty() {
            last = api.method;
            if let Some(name) = program.names.get(api.method.as_bytes()) {
                by_name.insert(name, super::by_method(api.method));
            }
        }
    }
    // Symbols stand by class, so that a lineage serves many of them.
    let found: Vec<(usize, Vec<&'static ApiModel>)> = program
        .methods
        .par_iter()
        .enumerate()
        .with_min_len(MIN_SYMBOLS)
        .map_init(
            || None,
            |lineage: &mut Option<Lineage<'_>>, (index, symbol)| {
                let models = by_name.get(&symbol.name)?;
                let matched: Vec<&'static ApiModel> = models
                    .iter()
                    .filter(|model| matches(program, *symbol, model, lineage))
                    .collect();
                (!matched.is_empty()).then(|| (index, best(program, *symbol, matched)))
            },
        )
        .flatten()
        .collect();
    let mut map = ApiMap::default();
    for (index, models) in found {
        map.insert(MethodId(u32::try_from(index).unwrap_or(u32::MAX)), models);
    }
    map
}

/// Fewest symbols that are worth a task of their own.
const MIN_SYMBOLS: usize = 1024;

/// Keeps the models with the most exact match: an exact class before a superclass, a descriptor
/// before none, the same parameters before as many (shrinkers take away results that nobody uses).
fn best(
    program: &Program<'_>,
    symbol: crate::ir::MethodRef,
    mut models: Vec<&'static ApiModel>,
) -> Vec<&'static ApiModel> {
    let rank = |model: &ApiModel| {
        let exact_class = program.names.text(symbol.class) == model.class;
        let exact_signature = model
            .descriptor
            .is_some_and(|descriptor| program.proto_is(symbol.proto, descriptor));
        let same_parameters = model
            .descriptor
            .is_some_and(|descriptor| program.params_are(symbol.proto, descriptor));
        (exact_class, exact_signature, same_parameters)
    };
    let top = models
        .iter()
        .map(|model| rank(model))
        .max()
        .unwrap_or_default();
    models.retain(|model| rank(model) == top);
    models
}

fn matches<'p>(
    program: &'p Program<'_>,
    symbol: crate::ir::MethodRef,
    model: &ApiModel,
    lineage: &mut Option<Lineage<'p>>,
) -> bool {
    if matches!(model.matching, Matching::Override | Matching::Annotation) {
        return false;
    }
    let full = model
        .descriptor
        .is_none_or(|descriptor| program.proto_is(symbol.proto, descriptor));
    let class = program.names.text(symbol.class);
    if class == model.class {
        return full
            || (model.survives != Survival::Framework && same_arity(program, symbol, model));
    }
    if model.matching != Matching::Hierarchy || !full {
        return false;
    }
    let lineage = match lineage {
        Some(known) if known.of == symbol.class => known,
        other => other.insert(Lineage::new(program, symbol.class)),
    };
    // A library class above the app's that is not in this file: the full signature decides.
    lineage.names.contains(&model.class) || (lineage.unknown && model.descriptor.is_some())
}

/// What is above a class, in the program and in the platform.
struct Lineage<'p> {
    of: TypeId,
    /// Descriptors, the class's own among them.
    names: Vec<&'p str>,
    /// The way up leaves what is known.
    unknown: bool,
}

impl<'p> Lineage<'p> {
    fn new(program: &'p Program<'_>, of: TypeId) -> Self {
        let mut names: Vec<&str> = program
            .supertypes(of)
            .iter()
            .map(|ty| program.names.text(*ty))
            .collect();
        // The way up leaves the program: `android.app.Activity` is a `Context`.
        let mut next = 0;
        let mut unknown = false;
        while let Some(name) = names.get(next).copied() {
            next += 1;
            let above = super::platform_supertypes(name);
            let defined = program
                .names
                .get(name.as_bytes())
                .is_some_and(|ty| program.class_of.contains_key(&ty));
            unknown |= above.is_empty() && !defined && name.starts_with("Landroidx/");
            for name in above {
                if !names.contains(name) {
                    names.push(name);
                }
            }
            if names.len() > MAX_SUPERTYPES {
                break;
            }
        }
        Self { of, names, unknown }
    }
}

/// Most supertypes of a class that are looked at.
const MAX_SUPERTYPES: usize = 200;

fn same_arity(program: &Program<'_>, symbol: crate::ir::MethodRef, model: &ApiModel) -> bool {
    model.descriptor.is_some_and(|descriptor| {
        parameter_count(descriptor) == program.proto(symbol.proto).params.len()
    })
}

fn parameter_count(descriptor: &str) -> usize {
    let mut count = 0;
    let mut chars = descriptor.trim_start_matches('(').chars();
    while let Some(first) = chars.next() {
        match first {
            ')' => break,
            '[' => {}
            'L' => {
                count += 1;
                for inner in chars.by_ref() {
                    if inner == ';' {
                        break;
                    }
                }
            }
            _ => count += 1,
        }
    }
    count
}

/// What the index pass marks: symbols by their models' roles, names and texts by what words are in
/// them. Words here only decide what is looked at; the lexicon decides what it is.
pub struct Marker<'m> {
    map: &'m ApiMap,
    words: AhoCorasick,
    texts: AhoCorasick,
}

/// Parts of names that may be a credential's, in any of the lexicon's languages.
const WORDS: &[&str] = &[
    "token",
    "passw",
    "pwd",
    "pass_",
    "userpass",
    "secret",
    "session",
    "cookie",
    "auth",
    "jwt",
    "bearer",
    "credential",
    "passcode",
    "passphrase",
    "senha",
    "contrasen",
    "passwort",
    "kennwort",
    "motdepasse",
    "jeton",
    "sitzung",
    "sesion",
    "sessao",
    "otp",
    "pincode",
    "login",
    "mima",
    "\u{5bc6}\u{7801}",
    "\u{4ee4}\u{724c}",
];

/// Parts of texts that may tell a server to end a session, or that may hold or name a credential.
const TEXTS: &[(&str, FuncFlags)] = &[
    ("logout", FuncFlags::URL),
    ("log_out", FuncFlags::URL),
    ("log-out", FuncFlags::URL),
    ("logoff", FuncFlags::URL),
    ("signout", FuncFlags::URL),
    ("sign_out", FuncFlags::URL),
    ("sign-out", FuncFlags::URL),
    ("signoff", FuncFlags::URL),
    ("revoke", FuncFlags::URL),
    ("revocation", FuncFlags::URL),
    ("invalidate", FuncFlags::URL),
    ("blacklist", FuncFlags::URL),
    ("deauth", FuncFlags::URL),
    ("endsession", FuncFlags::URL),
    ("end_session", FuncFlags::URL),
    ("session/end", FuncFlags::URL),
    ("sessions/", FuncFlags::URL),
    ("/session", FuncFlags::URL),
    ("startslo", FuncFlags::URL),
    ("changepassword", FuncFlags::URL),
    ("change_password", FuncFlags::URL),
    ("change-password", FuncFlags::URL),
    ("updatepassword", FuncFlags::URL),
    ("update_password", FuncFlags::URL),
    ("update-password", FuncFlags::URL),
    ("password/", FuncFlags::URL),
    ("deleteaccount", FuncFlags::URL),
    ("delete_account", FuncFlags::URL),
    ("delete-account", FuncFlags::URL),
    ("account/delete", FuncFlags::URL),
    ("user/delete", FuncFlags::URL),
    ("closeaccount", FuncFlags::URL),
    ("close_account", FuncFlags::URL),
    ("register", FuncFlags::URL),
    ("signup", FuncFlags::URL),
    ("sign_up", FuncFlags::URL),
    ("sign-up", FuncFlags::URL),
    ("/devices", FuncFlags::URL),
    ("transfer", FuncFlags::URL),
    ("withdraw", FuncFlags::URL),
    ("payout", FuncFlags::URL),
    ("sendmoney", FuncFlags::URL),
    ("send_money", FuncFlags::URL),
    ("payee", FuncFlags::URL),
    ("beneficiar", FuncFlags::URL),
    ("token=", FuncFlags::URL),
    ("jwt=", FuncFlags::URL),
    ("sessionid=", FuncFlags::URL),
    ("session_id=", FuncFlags::URL),
    ("session=", FuncFlags::URL),
    ("sid=", FuncFlags::URL),
    ("auth=", FuncFlags::URL),
    ("password=", FuncFlags::URL),
    ("pwd=", FuncFlags::URL),
    ("passwd=", FuncFlags::URL),
    ("invalid_grant", FuncFlags::REFUSED),
    ("invalid_token", FuncFlags::REFUSED),
    ("invalid token", FuncFlags::REFUSED),
    ("invalid session", FuncFlags::REFUSED),
    ("invalid_session", FuncFlags::REFUSED),
    ("unauthori", FuncFlags::REFUSED),
    ("unauthenticated", FuncFlags::REFUSED),
    ("expired", FuncFlags::REFUSED),
    ("not logged in", FuncFlags::REFUSED),
    ("not_logged_in", FuncFlags::REFUSED),
    ("delete from", FuncFlags::SQL),
    ("insert into", FuncFlags::SQL),
    ("insert or", FuncFlags::SQL),
    ("replace into", FuncFlags::SQL),
    ("grant_type", FuncFlags::FLOW),
    ("response_type", FuncFlags::FLOW),
    ("code_challenge", FuncFlags::FLOW),
    ("client_secret", FuncFlags::FLOW),
    ("max_age", FuncFlags::FLOW),
    ("auth_time", FuncFlags::FLOW),
    ("dpop", FuncFlags::FLOW),
    ("eyj", FuncFlags::SECRET),
    ("bearer ", FuncFlags::SECRET),
    ("basic ", FuncFlags::SECRET),
    ("ya29.", FuncFlags::SECRET),
    ("1//0", FuncFlags::SECRET),
    ("eaa", FuncFlags::SECRET),
    ("xoxb-", FuncFlags::SECRET),
    ("xoxp-", FuncFlags::SECRET),
    ("sk_live_", FuncFlags::SECRET),
    ("ghp_", FuncFlags::SECRET),
];

/// Longest text that labels a control.
const LONGEST_LABEL: usize = 60;

impl<'m> Marker<'m> {
    /// A marker for a program's symbols.
    ///
    /// # Errors
    /// The automaton cannot be built: does not happen with the tables as they are.
    pub fn new(map: &'m ApiMap) -> Result<Self, aho_corasick::BuildError> {
        let build = |needles: Vec<&str>| {
            AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(needles)
        };
        Ok(Self {
            map,
            words: build(WORDS.to_vec())?,
            texts: build(TEXTS.iter().map(|(text, _)| *text).collect())?,
        })
    }
}

impl Marks for Marker<'_> {
    fn method(&self, method: MethodId) -> FuncFlags {
        let mut flags = FuncFlags::default();
        for model in self.map.of(method) {
            flags.insert(FuncFlags::MODELLED);
            // Reads of text by key: what was kept comes back. A log sink without a value logs
            // whatever passes.
            let reads = model.roles.contains(Roles::READ)
                && model.store.is_some()
                && model
                    .descriptor
                    .is_none_or(|descriptor| descriptor.ends_with(";"));
            let loud =
                model.roles.contains(Roles::LOG_SINK) && model.arg(super::ArgRole::Level).is_some();
            if model.roles.intersects(CORE) || reads || loud {
                flags.insert(FuncFlags::CORE);
            }
            if model.roles.intersects(SINKS) {
                flags.insert(FuncFlags::SINK);
            }
        }
        flags
    }

    fn name(&self, bytes: &[u8]) -> FuncFlags {
        if self.words.is_match(bytes) {
            FuncFlags::LEXICON
        } else {
            FuncFlags::default()
        }
    }

    fn text(&self, bytes: &[u8]) -> FuncFlags {
        let mut flags = FuncFlags::default();
        if bytes.len() < 3 {
            return flags;
        }
        if bytes == b"PATCH" {
            flags.insert(FuncFlags::VERB);
        }
        if bytes.len() < 256 && self.words.is_match(bytes) {
            flags.insert(FuncFlags::LEXICON);
        }
        if bytes.len() <= LONGEST_LABEL
            && super::lexicon::label_prefilter().is_none_or(|needles| needles.is_match(bytes))
            && std::str::from_utf8(bytes)
                .is_ok_and(|text| super::lexicon::event_label(text).is_some())
        {
            flags.insert(FuncFlags::LABEL);
        }
        for found in self.texts.find_iter(bytes) {
            flags.insert(
                TEXTS
                    .get(found.pattern().as_usize())
                    .map_or(FuncFlags::default(), |(_, flags)| *flags),
            );
        }
        flags
    }
}
