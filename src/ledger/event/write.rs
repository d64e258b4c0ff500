//! Session values that go into a store, and how the store or a cipher protects them.

use super::{Clear, Collector, Events, Protected, Write, root_of};
use crate::analysis::callgraph::Node;
use crate::analysis::template::Template;
use crate::analysis::values::{
    Context, Origin, Site, Values, depends_on_caller, frames, template_of,
};
use crate::ir::{FuncId, MethodId, Op, Program, access};
use crate::ledger::credential::{
    Credential, Judgement, is_constant, is_empty_value, is_session_value,
};
use crate::ledger::store::{self, Store, StoreId};
use crate::models::{ApiModel, ArgPos, ArgRole, ArtifactKind, Protection, Roles, StoreKind};

impl<'p, 'a> Collector<'p, 'a> {
    pub(super) fn store(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let key_at = model.arg(ArgRole::Key).or_else(|| model.arg(ArgRole::Name));
        let value_at = model
            .arg(ArgRole::Value)
            .or_else(|| model.arg(ArgRole::Cred))
            .or_else(|| model.arg(ArgRole::Access))
            .or_else(|| model.arg(ArgRole::Refresh));
        self.for_callers(site, |context, last| {
            let stores = store::of_site(self.values, site, model, context);
            let values = value_at
                .map(|position| self.values.argument(site, position, context))
                .unwrap_or_default();
            // A table row: each column is a write of its own.
            if let Some(table_at) = model.arg(ArgRole::Table) {
                let tables = self.values.argument(site, table_at, context);
                if !last && depends_on_caller(&tables, root_of(site, context)) {
                    return false;
                }
                let table = tables.first().map_or_else(Template::hole, template_of);
                for origin in &values {
                    for (column, value, _) in self.judge.contents(origin) {
                        self.write(
                            events,
                            site,
                            site,
                            context,
                            &stores,
                            Some((&column, &table)),
                            &value,
                            model,
                        );
                    }
                }
                return true;
            }
            // A data-access object: the adapter's statement names table and columns.
            if key_at.is_none() && model.store.map(store::family) == Some(StoreKind::Sqlite) {
                if depends_on_caller(&values, root_of(site, context)) && !last {
                    return false;
                }
                if let Some(statement) = self.adapter_statement(site, context) {
                    let table = Template::literal(&statement.table);
                    for column in &statement.columns {
                        if let Judgement::Is(credential) = self.judge.name(column, String::new)
                            && credential.strong
                        {
                            let column = Template::literal(column);
                            self.write(
                                events,
                                site,
                                site,
                                context,
                                &stores,
                                Some((&column, &table)),
                                &values,
                                model,
                            );
                        }
                    }
                    return true;
                }
            }
            let keys = self.keys(site, key_at, context);
            let says = |key: &Template| {
                self.judge.name(&key.to_string(), String::new) != Judgement::Silent
            };
            let named = model.artifact.is_some() || keys.iter().any(|(key, _)| says(key))
                || matches!(self.judge.origins(&values), Judgement::Is(credential) if credential.strong);
            let hangs = keys.iter().any(|(_, from_caller)| *from_caller)
                || stores.iter().any(|store| store.from_caller == Some(root_of(site, context)))
                || (!named && depends_on_caller(&values, root_of(site, context)));
            if hangs && !last {
                return false;
            }
            if keys.is_empty() {
                self.write(events, site, site, context, &stores, None, &values, model);
            }
            for (key, _) in &keys {
                self.write(
                    events,
                    site,
                    site,
                    context,
                    &stores,
                    Some((key, &Template::default())),
                    &values,
                    model,
                );
            }
            true
        });
    }

    /// Key templates of an operation, each with whether it hangs on the caller.
    pub(super) fn keys(
        &self,
        site: Site,
        position: Option<ArgPos>,
        context: &Context,
    ) -> Vec<(Template, bool)> {
        let Some(position) = position else {
            return Vec::new();
        };
        let mut keys: Vec<(Template, bool)> = Vec::new();
        for origin in self.values.argument(site, position, context) {
            let key = self.key_template(&origin);
            let entry = (
                key,
                depends_on_caller(std::slice::from_ref(&origin), root_of(site, context)),
            );
            if !keys.contains(&entry) {
                keys.push(entry);
            }
        }
        keys
    }

    /// A key: its text, or the text in the key object that a factory made.
    fn key_template(&self, origin: &Origin) -> Template {
        if let Origin::Call(method, site, context) = origin
            && let Some(model) = self
                .values
                .apis()
                .of(*method)
                .iter()
                .find(|model| model.roles.contains(Roles::KEY_FACTORY))
        {
            let position = model
                .arg(ArgRole::Key)
                .or_else(|| model.arg(ArgRole::Name))
                .unwrap_or(ArgPos::Param(0));
            if let [only] = self.values.argument(*site, position, context).as_slice() {
                return template_of(only);
            }
        }
        template_of(origin)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one write is what all of these say together"
    )]
    pub(super) fn write(
        &self,
        events: &mut Events,
        site: Site,
        value_site: Site,
        context: &Context,
        stores: &[Store],
        key: Option<(&Template, &Template)>,
        values: &[Origin],
        model: &'static ApiModel,
    ) {
        let through: Vec<Site> = frames(context).collect();
        let outer = through
            .last()
            .copied()
            .unwrap_or(if value_site.func == site.func {
                value_site
            } else {
                site
            });
        let key_template = key.map(|(key, _)| key.clone());
        let table = key
            .map(|(_, table)| table.clone())
            .filter(|table| *table != Template::default());
        for store in stores {
            let id = StoreId {
                kind: store.kind,
                name: table.clone().unwrap_or_else(|| store.name.clone()),
                key: key_template.clone(),
            };
            // Writing nothing removes.
            if is_empty_value(values) {
                events.clears.push(Clear {
                    id,
                    everything: false,
                    site,
                    outer,
                });
                continue;
            }
            let by_value = self.judge.origins(values);
            if by_value == Judgement::Not || is_constant(values) {
                continue;
            }
            let unseen = by_value == Judgement::Silent;
            let by_name = match &key_template {
                Some(key) => {
                    let text = key.to_string();
                    self.judge.name(&text, || format!("its key is `{text}`"))
                }
                None => Judgement::Silent,
            };
            let by_key = matches!(&by_name, Judgement::Is(credential) if credential.strong);
            // An SDK's own store: what it keeps there, the model says.
            let by_model = model
                .artifact
                .filter(|kind| is_session_value(*kind))
                .map(|kind| Credential {
                    kind,
                    strong: true,
                    how: format!(
                        "`{}` keeps it",
                        model.id.rsplit(':').next().unwrap_or(model.id)
                    ),
                    source: None,
                });
            let credential = match (by_name, by_value.credential().or(by_model)) {
                // The key says what the app thinks that it is; the origin adds where it came from.
                (Judgement::Is(mut credential), Some(origin)) => {
                    credential.source = origin.source;
                    if is_session_value(origin.kind) && is_session_value(credential.kind) {
                        credential.strong = true;
                        credential.how = format!("{} and {}", credential.how, origin.how);
                    }
                    credential
                }
                (Judgement::Is(credential), None) => credential,
                (_, Some(origin)) => origin,
                (_, None) => continue,
            };
            let (mut protected, exposed_key) = self.protection(store, values, model);
            // What arrives at the store was not followed, and something on the way encrypts.
            if protected == Protected::Plain
                && unseen
                && through
                    .iter()
                    .rev()
                    .skip(1)
                    .any(|site| self.encrypts(site.func) == Some(true))
            {
                protected = Protected::Unknown;
            }
            events.writes.push(Write {
                id,
                kind: store.kind,
                credential,
                protected,
                world: store.world,
                opened_elsewhere: None,
                served: None,
                by_key,
                site: outer,
                inner: site,
                through: through.clone(),
                opened: store.opened,
                exposed_key,
                sdk: sdk_object(self.program(), self.values, values).or_else(|| {
                    crate::models::sdks()
                        .iter()
                        .find(|sdk| sdk.lib == model.lib)
                        .map(|sdk| sdk.name)
                }),
            });
        }
    }

    /// How a written value is protected: by the store, or by what it went through.
    pub(super) fn protection(
        &self,
        store: &Store,
        values: &[Origin],
        model: &ApiModel,
    ) -> (Protected, Option<Site>) {
        let by_store = match store.protection {
            Some(Protection::Keystore | Protection::Keychain) => Protected::Keystore,
            Some(Protection::Encrypted | Protection::Gms) => Protected::Encrypted,
            Some(Protection::Memory) => Protected::Memory,
            Some(Protection::Plaintext) => Protected::Plain,
            // An implementation of the app's own: it may do anything.
            Some(Protection::Varies) => Protected::Unknown,
            Some(Protection::Inherits | Protection::App) | None => {
                if store.opened.is_none()
                    && model.store.is_some()
                    && self.encrypted_stores_exist(model.store)
                {
                    Protected::Unknown
                } else {
                    Protected::Plain
                }
            }
        };
        if let Some(key) = store
            .opened
            .and_then(|opened| self.exposed_master_key(opened))
        {
            return (Protected::ExposedKey, Some(key));
        }
        if by_store != Protected::Plain && by_store != Protected::Unknown {
            return (by_store, None);
        }
        let mut encrypted_at = None;
        let (mut perhaps, mut plain, mut chosen) = (false, false, false);
        for origin in values {
            match self.ciphered(origin) {
                Ciphered::Yes(site) => {
                    encrypted_at = Some(site);
                    chosen |= self.is_one_of_several(origin);
                }
                Ciphered::Perhaps => perhaps = true,
                Ciphered::No => plain |= !is_constant(std::slice::from_ref(origin)),
            }
        }
        match encrypted_at {
            // A path of this code writes it as it is.
            _ if plain && !chosen => (by_store, None),
            _ if plain || perhaps => (Protected::Unknown, None),
            Some(site) => match self.constant_key_near(site) {
                Some(key) => (Protected::ExposedKey, Some(key)),
                None => (Protected::Encrypted, None),
            },
            None => (by_store, None),
        }
    }

    /// Whether the program opens any store of this kind in an encrypted form: then an unknown
    /// receiver may be one.
    pub(super) fn encrypted_stores_exist(&self, kind: Option<StoreKind>) -> bool {
        let program = self.program();
        // Preferences that a renamed library, or the app, implements.
        let custom = kind.map(store::family) == Some(StoreKind::Sharedprefs)
            && program
                .names
                .get(b"Landroid/content/SharedPreferences;")
                .is_some_and(|ty| {
                    program.direct_subtypes(ty).any(|class| {
                        !self.graph().is_library(class) && program.allocations.has(class.0)
                    })
                });
        if custom {
            return true;
        }
        self.values.apis().symbols().iter().any(|(method, models)| {
            models.iter().any(|model| {
                model.roles.contains(Roles::STORE_OPEN)
                    && matches!(
                        model.protection,
                        Some(Protection::Encrypted | Protection::Keystore)
                    )
                    && model.store.map(store::family) == kind.map(store::family)
                    && self
                        .program()
                        .calls
                        .row(method.0)
                        .any(|func| !self.graph().is_library_func(func))
            })
        })
    }

    /// Whether a value went through a cipher, however it was encoded afterwards.
    fn ciphered(&self, origin: &Origin) -> Ciphered {
        match origin {
            Origin::Call(method, site, _) => {
                let modelled = self.values.apis().of(*method);
                if modelled
                    .iter()
                    .any(|model| model.roles.contains(Roles::ENCRYPT))
                {
                    return Ciphered::Yes(*site);
                }
                if modelled.is_empty() {
                    self.unknown_call(*method, *site)
                } else {
                    Ciphered::No
                }
            }
            Origin::Built(parts) => {
                let mut found = Ciphered::No;
                for origin in parts.iter().flatten() {
                    match self.ciphered(origin) {
                        Ciphered::Yes(site) => return Ciphered::Yes(site),
                        Ciphered::Perhaps => found = Ciphered::Perhaps,
                        Ciphered::No => {}
                    }
                }
                found
            }
            _ => Ciphered::No,
        }
    }

    /// Whether a value comes out of one of several implementations of a call: which of them runs,
    /// the origins do not say.
    fn is_one_of_several(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Call(_, _, context) => {
                frames(context).any(|site| self.graph().targets(site).funcs.len() > 1)
            }
            Origin::Built(parts) => parts
                .iter()
                .flatten()
                .any(|origin| self.is_one_of_several(origin)),
            _ => false,
        }
    }

    /// A call that was not followed, of code without a model: what its targets reach decides, not
    /// what it is called. Where they are not in sight, a telling name makes it possible.
    fn unknown_call(&self, method: MethodId, site: Site) -> Ciphered {
        let program = self.program();
        let symbol = program.method(method);
        let name = program.names.text(symbol.name).to_ascii_lowercase();
        let named = name.contains("encrypt") || name == "seal" || name == "protect";
        let takes_text = program.proto(symbol.proto).params.iter().any(|ty| {
            matches!(
                program.names.text(*ty),
                "Ljava/lang/String;" | "[B" | "[C" | "Ljava/lang/Object;"
            )
        });
        if !named && !takes_text {
            return Ciphered::No;
        }
        let targets = self.graph().targets(site);
        let encrypts: Vec<Option<bool>> = targets
            .funcs
            .iter()
            .take(MAX_CIPHERS)
            .map(|func| self.encrypts(*func))
            .collect();
        let in_sight = !encrypts.is_empty() && targets.funcs.len() <= MAX_CIPHERS;
        if in_sight && encrypts.iter().all(|found| *found == Some(true)) {
            Ciphered::Yes(site)
        } else if encrypts.contains(&Some(true)) || named && (!in_sight || encrypts.contains(&None))
        {
            Ciphered::Perhaps
        } else {
            Ciphered::No
        }
    }

    /// Whether a function reaches a cipher that encrypts; none where something on the way cannot be
    /// seen through.
    fn encrypts(&self, func: FuncId) -> Option<bool> {
        let program = self.program();
        let reach = self
            .graph()
            .reach(Node::whole(func), None, false, CIPHER_LIMIT);
        let mut hidden = reach.exhausted;
        for reached in &reach.nodes {
            let func = reached.node.func;
            if program.func(func).access & access::NATIVE != 0 {
                // Names of native functions survive; what they do is not in sight.
                if program
                    .func_name(func)
                    .to_ascii_lowercase()
                    .contains("encrypt")
                {
                    return Some(true);
                }
                hidden = true;
            }
            for (op, call) in program.body(func).iter_ops() {
                let Op::Call { target, .. } = call else {
                    continue;
                };
                let symbol = program.method(*target);
                if program.names.text(symbol.class) == "Ljavax/crypto/Cipher;" {
                    if program.names.text(symbol.name) != "init" {
                        continue;
                    }
                    let site = Site { func, op };
                    match self
                        .values
                        .argument(site, ArgPos::Param(0), &None)
                        .as_slice()
                    {
                        // `ENCRYPT_MODE`, `WRAP_MODE`.
                        [Origin::Int(1 | 3)] => return Some(true),
                        [Origin::Int(_)] => {}
                        _ => hidden = true,
                    }
                } else if self.values.apis().of(*target).iter().any(|model| {
                    model.roles.contains(Roles::ENCRYPT) && !model.roles.contains(Roles::DECRYPT)
                }) {
                    return Some(true);
                }
            }
        }
        (!hidden).then_some(false)
    }
}

/// Whether a value went through a cipher.
enum Ciphered {
    /// It did not.
    No,
    /// Not decidable.
    Perhaps,
    /// In this call.
    Yes(Site),
}

/// Most targets of a call that are looked through for a cipher, and functions behind each.
const MAX_CIPHERS: usize = 8;
const CIPHER_LIMIT: usize = 60;

/// A weak name beside a strong one in the same store is the other half of the same thing.
pub(super) fn second_witness(writes: &mut [Write]) {
    let strong: Vec<(StoreKind, Template)> = writes
        .iter()
        .filter(|write| write.credential.strong && is_session_value(write.credential.kind))
        .map(|write| (store::family(write.kind), write.id.name.clone()))
        .collect();
    for write in writes.iter_mut().filter(|write| !write.credential.strong) {
        let here = (store::family(write.kind), write.id.name.clone());
        let session_store = write.id.name.as_literal().is_some_and(|name| {
            crate::models::lexicon::value_pattern(name)
                == Some(crate::models::lexicon::ValueKind::PrefsFile)
        });
        if (strong.contains(&here) && !here.1.is_unknown()) || session_store {
            write.credential.strong = true;
            write.credential.how.push_str(if session_store {
                ", in a store named for it"
            } else {
                ", beside another session value"
            });
        }
    }
}

/// The SDK whose serialised state a value is (`AuthState.jsonSerializeString`).
fn sdk_object(
    program: &Program<'_>,
    values: &Values<'_, '_>,
    origins: &[Origin],
) -> Option<&'static str> {
    origins.iter().find_map(|origin| {
        let Origin::Call(method, _, _) = origin else {
            return None;
        };
        let model = values
            .apis()
            .of(*method)
            .iter()
            .find(|model| model.roles.contains(Roles::CREDENTIAL_SOURCE))?;
        let sdk = crate::models::sdk_of_class(program.names.text(program.method(*method).class))?;
        let name = program.names.text(program.method(*method).name);
        (model.artifact == Some(ArtifactKind::OauthOther)
            || name.contains("erialize")
            || name.contains("toJson"))
        .then_some(sdk.name)
    })
}
