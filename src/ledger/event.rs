//! What happens to session values: writes, clears, logs, sends, and the keys that protect them.
//!
//! Operations in small wrappers (`put(key, value)`) are seen once for each caller that gives them
//! their key: the place of an event is the call in user-level code.

use rustc_hash::FxHashSet;

use crate::analysis::callgraph::{CallGraph, through_casts};
use crate::analysis::libraries;
use crate::analysis::template::Template;
use crate::analysis::values::{
    Context, Origin, Site, Values, depends_on_caller, enter, frames, template_of,
};
use crate::ir::{BlockId, Body, FuncFlags, FuncId, MethodId, Op, OpId, Place, Program, Value};
use crate::models::{
    ApiModel, ArgPos, ArgRole, ArtifactKind, ClearScope, Protection, Roles, StoreKind,
};

use super::credential::{
    Credential, Judge, Judgement, is_constant, is_empty_value, is_session_value,
};
use super::sql::{self, Verb};
use super::store::{self, Store, StoreId};

/// How a stored value is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protected {
    /// Not at all.
    Plain,
    /// By a key that ships in the package.
    ExposedKey,
    /// By a cipher whose key is not visible here.
    Encrypted,
    /// By the platform's keystore.
    Keystore,
    /// It is never on disk.
    Memory,
    /// Where the store comes from is not known.
    Unknown,
}

impl Protected {
    /// Name for reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plaintext",
            Self::ExposedKey => "key in the package",
            Self::Encrypted => "encrypted",
            Self::Keystore => "keystore",
            Self::Memory => "memory",
            Self::Unknown => "unknown",
        }
    }
}

/// A session value goes into a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// Where it goes.
    pub id: StoreId,
    /// Kind of store, encrypted or external forms told apart.
    pub kind: StoreKind,
    /// What it is and how we know.
    pub credential: Credential,
    /// How it is protected.
    pub protected: Protected,
    /// Opened so that other apps can get at it.
    pub world: bool,
    /// Whether the key, not only the value, says what it is.
    pub by_key: bool,
    /// The place: the outermost call that gives key or value.
    pub site: Site,
    /// The writing operation itself.
    pub inner: Site,
    /// The calls between, innermost first.
    pub through: Vec<Site>,
    /// Where the store is opened.
    pub opened: Option<Site>,
    /// The constant that encrypts it, where that is visible.
    pub exposed_key: Option<Site>,
    /// The SDK whose object is written as a whole.
    pub sdk: Option<&'static str>,
}

/// Something is removed from a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Clear {
    /// What: a key, or with no key all of the store.
    pub id: StoreId,
    /// Everything that the app stored.
    pub everything: bool,
    /// The removing operation.
    pub site: Site,
    /// The outermost call that gives the key.
    pub outer: Site,
}

/// A session value comes to a log, a URL, a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    /// What it is.
    pub credential: Credential,
    /// Where.
    pub site: Site,
    /// The sink, as models name it.
    pub sink: &'static str,
    /// The text with holes, for people; secrets are holes.
    pub text: String,
    /// Only a debug build does it.
    pub debug_only: bool,
}

/// Events of the app's own code.
#[derive(Debug, Default)]
pub struct Events {
    /// Writes of session values.
    pub writes: Vec<Write>,
    /// Clears of any store.
    pub clears: Vec<Clear>,
    /// Session values in logs.
    pub logs: Vec<Leak>,
    /// Session values in URLs.
    pub urls: Vec<Leak>,
    /// Reads of session values: key, place.
    pub reads: Vec<(StoreId, Credential, Site)>,
    /// Constants that cipher keys are made of: no report may show them.
    pub key_texts: Vec<String>,
    /// Functions that send over the network.
    pub senders: FxHashSet<FuncId>,
    /// SDK calls about the session: sign-out, revoke, login.
    pub sdk: Vec<(Site, &'static ApiModel)>,
}

/// Constructors of symmetric keys; the key material is the first argument.
const KEY_CLASSES: [&str; 4] = [
    "Ljavax/crypto/spec/SecretKeySpec;",
    "Ljavax/crypto/spec/PBEKeySpec;",
    "Ljavax/crypto/spec/DESKeySpec;",
    "Ljavax/crypto/spec/DESedeKeySpec;",
];

/// Words in the names of code that has other passwords than the user's.
const NETWORKS: [&str; 4] = ["wifi", "ssid", "hotspot", "smtp"];

/// Longest chain of wrappers that is seen through.
const MAX_WRAPPERS: usize = 4;
/// Most callers that are followed for one operation.
const MAX_CONTEXTS: usize = 48;

/// What a statement that runs at `site` removes.
fn removed(statement: &sql::Statement, site: Site, events: &mut Events) {
    let whole = matches!(statement.verb, Verb::Delete | Verb::Drop).then_some(None);
    let keys = statement
        .emptied
        .iter()
        .map(|column| Some(Template::literal(column)));
    events
        .clears
        .extend(whole.into_iter().chain(keys).map(|key| Clear {
            id: StoreId {
                kind: StoreKind::Sqlite,
                name: Template::literal(&statement.table),
                key,
            },
            everything: false,
            site,
            outer: site,
        }));
}

/// The constant texts that a value is made of.
fn constant_texts(origin: &Origin, out: &mut Vec<String>) {
    match origin {
        Origin::Text(text) if !text.is_empty() => out.push(text.to_string()),
        Origin::Built(parts) => {
            for part in parts.iter().flatten() {
                constant_texts(part, out);
            }
        }
        _ => {}
    }
}

/// Collects the events of some functions.
pub struct Collector<'p, 'a> {
    values: &'p Values<'p, 'a>,
    judge: &'p Judge<'p, 'a>,
    constant_keys: ConstantKeys,
}

/// Cipher keys that are made of constants.
#[derive(Debug, Default)]
struct ConstantKeys {
    /// Where: the outermost call that hands the constant over.
    sites: Vec<Site>,
    /// The constants: no report may show them.
    texts: Vec<String>,
}

impl<'p, 'a> Collector<'p, 'a> {
    /// A collector.
    #[must_use]
    pub fn new(values: &'p Values<'p, 'a>, judge: &'p Judge<'p, 'a>) -> Self {
        Self {
            values,
            judge,
            constant_keys: ConstantKeys::default(),
        }
    }

    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// Collects from functions, in the given order.
    #[must_use]
    pub fn collect(mut self, funcs: &[FuncId]) -> Events {
        self.constant_keys = self.find_constant_keys();
        let mut events = Events {
            key_texts: self.constant_keys.texts.clone(),
            ..Events::default()
        };
        for func in funcs {
            let body = self.program().body(*func);
            if libraries::marked(body).is_some() {
                continue;
            }
            for (op, operation) in body.iter_ops() {
                let Op::Call { target, .. } = operation else {
                    continue;
                };
                let site = Site { func: *func, op };
                for model in self.values.apis().of(*target) {
                    self.call(site, *target, model, &mut events);
                }
            }
        }
        self.statements(&mut events);
        self.open_to_the_world(&mut events);
        second_witness(&mut events.writes);
        events.writes.retain(|write| {
            write.credential.strong
                && is_session_value(write.credential.kind)
                && !self.is_of_a_network(&write.credential, write.site.func)
        });
        events
            .logs
            .retain(|leak| !self.is_of_a_network(&leak.credential, leak.site.func));
        events
            .writes
            .sort_by(|a, b| (a.site, a.inner, &a.id).cmp(&(b.site, b.inner, &b.id)));
        events
            .writes
            .dedup_by(|a, b| a.site == b.site && a.id == b.id);
        events
    }

    /// Whether a password is a network's or a mail server's, by the names of the code that has it:
    /// no session of the app's user depends on it.
    fn is_of_a_network(&self, credential: &Credential, func: FuncId) -> bool {
        credential.kind == ArtifactKind::Password && {
            let path = self.program().func_path(func).to_lowercase();
            NETWORKS.iter().any(|word| path.contains(word))
        }
    }

    fn call(&self, site: Site, target: MethodId, model: &'static ApiModel, events: &mut Events) {
        if model.roles.contains(Roles::NETWORK_SEND) {
            events.senders.insert(site.func);
        }
        if model.is(Roles::SIGN_OUT
            | Roles::LOCAL_SIGN_OUT
            | Roles::REVOKE
            | Roles::END_SESSION
            | Roles::SIGN_OUT_BUILD
            | Roles::LOGIN)
        {
            events.sdk.push((site, model));
        }
        self.bound(site, target, events, model);
        if self.runs_statement(target) {
            self.executed(site, events);
            return;
        }
        let in_sql = model.arg(ArgRole::Sql).is_some();
        if in_sql {
            self.sql(site, model, events);
        } else {
            if model.roles.contains(Roles::STORE) && self.may_hold_text(target, model) {
                self.store(site, model, events);
            }
            if model.roles.intersects(
                Roles::CLEAR | Roles::COOKIE_CLEAR | Roles::WEBVIEW_CLEAR | Roles::CACHE_CLEAR,
            ) {
                self.clear(site, model, events);
            }
        }
        if model.roles.contains(Roles::READ) {
            self.read(site, target, model, events);
        }
        if let Some(level) = model.arg(ArgRole::Level).filter(|_| model.lib == "okhttp") {
            self.http_logging(site, model, level, events);
        }
        if model.roles.contains(Roles::LOG_SINK)
            && self
                .program()
                .flags
                .get(site.func.index())
                .is_some_and(|flags| flags.contains(FuncFlags::LEXICON))
        {
            self.log(site, model, events);
        }
        if model.roles.intersects(
            Roles::URL_BUILD
                | Roles::NETWORK_BUILD
                | Roles::NETWORK_SEND
                | Roles::WEBVIEW_OPEN
                | Roles::BROWSER_OPEN,
        ) {
            self.url(site, model, events);
        }
    }

    /// Numbers and booleans are no tokens.
    fn may_hold_text(&self, target: MethodId, model: &ApiModel) -> bool {
        let program = self.program();
        let proto = program.proto(program.method(target).proto);
        match model.arg(ArgRole::Value) {
            Some(ArgPos::Param(index)) => proto.params.get(usize::from(index)).is_none_or(|ty| {
                let ty = program.names.text(*ty);
                !matches!(ty, "Z" | "I" | "J" | "F" | "D" | "S" | "B" | "C")
            }),
            _ => true,
        }
    }

    /// Runs `look` for the operation itself, or when what it sees hangs on the caller, for each
    /// caller, up to [`MAX_WRAPPERS`] levels.
    fn for_callers(&self, site: Site, mut look: impl FnMut(&Context, bool) -> bool) {
        let mut queue: Vec<Vec<Site>> = vec![Vec::new()];
        let mut seen = 0usize;
        while let Some(chain) = queue.pop() {
            seen += 1;
            if seen > MAX_CONTEXTS {
                return;
            }
            // The chain is innermost first; contexts are built from the outermost inwards.
            let context = chain
                .iter()
                .rev()
                .fold(None, |parent, site| enter(*site, &parent));
            let root = chain.last().map_or(site.func, |outer| outer.func);
            let callers = if chain.len() < MAX_WRAPPERS {
                self.graph().call_sites(root, MAX_CONTEXTS)
            } else {
                Vec::new()
            };
            let may_ascend = !callers.is_empty() && callers.len() <= MAX_CONTEXTS;
            let settled = look(&context, !may_ascend);
            if !settled && may_ascend {
                for caller in callers.into_iter().rev() {
                    // A bridge only hands on.
                    if self.program().func(caller.func).access & crate::ir::access::BRIDGE != 0 {
                        continue;
                    }
                    if chain.iter().all(|known| known.func != caller.func)
                        && caller.func != site.func
                    {
                        let mut longer = chain.clone();
                        longer.push(caller);
                        queue.push(longer);
                    }
                }
            }
        }
    }

    fn store(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
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
    fn keys(
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
    fn write(
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
            let (protected, exposed_key) = self.protection(store, values, model);
            events.writes.push(Write {
                id,
                kind: store.kind,
                credential,
                protected,
                world: store.world,
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
    fn protection(
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
        let mut all = !values.is_empty();
        for origin in values {
            match self.encrypting_call(origin) {
                Some(site) => encrypted_at = Some(site),
                None if is_constant(std::slice::from_ref(origin)) => {}
                None => all = false,
            }
        }
        match encrypted_at {
            Some(site) if all => match self.constant_key_near(site) {
                Some(key) => (Protected::ExposedKey, Some(key)),
                None => (Protected::Encrypted, None),
            },
            _ => (by_store, None),
        }
    }

    /// The call that opens a store with a constant key.
    fn exposed_master_key(&self, opened: Site) -> Option<Site> {
        let body = self.program().body(opened.func);
        let Some(Op::Call { target, .. }) = body.op(opened.op) else {
            return None;
        };
        self.values.apis().of(*target).iter().find_map(|model| {
            let position = model.arg(ArgRole::MasterKey)?;
            let keys = self.values.argument(opened, position, &None);
            (is_constant(&keys) && !is_empty_value(&keys)).then_some(opened)
        })
    }

    /// Key material that protects nothing: constants, ids of the device, a key that lies in plain
    /// preferences.
    fn is_exposed_material(&self, origins: &[Origin]) -> bool {
        !origins.is_empty()
            && !is_empty_value(origins)
            && origins.iter().all(|origin| self.is_exposed_origin(origin))
    }

    fn is_exposed_origin(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Int(_) | Origin::Text(_) | Origin::Class(_) | Origin::Bytes(_) => true,
            Origin::Built(parts) => parts.iter().all(|part| self.is_exposed_material(part)),
            Origin::Call(method, site, context) => {
                let symbol = self.program().method(*method);
                let class = self.program().names.text(symbol.class);
                if class == "Landroid/provider/Settings$Secure;" {
                    return true;
                }
                self.values.apis().of(*method).iter().any(|model| {
                    model.roles.contains(Roles::READ)
                        && model.store.map(store::family) == Some(StoreKind::Sharedprefs)
                        && store::of_site(self.values, *site, model, context)
                            .iter()
                            .all(|store| store.protection == Some(Protection::Plaintext))
                })
            }
            // Random bytes that were just made: what counts is where they are kept.
            Origin::New(ty, ..) => self.program().names.text(*ty) == "[B",
            _ => false,
        }
    }

    /// Whether the program opens any store of this kind in an encrypted form: then an unknown
    /// receiver may be one.
    fn encrypted_stores_exist(&self, kind: Option<StoreKind>) -> bool {
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

    /// The call that encrypted a value, however it was encoded afterwards.
    fn encrypting_call(&self, origin: &Origin) -> Option<Site> {
        match origin {
            Origin::Call(method, site, _) => {
                let symbol = self.program().method(*method);
                let modelled = self.values.apis().of(*method);
                if modelled
                    .iter()
                    .any(|model| model.roles.contains(Roles::ENCRYPT))
                {
                    return Some(*site);
                }
                // Named so, and not followed (native, or of a library): taken at its word.
                let name = self.program().names.text(symbol.name).to_ascii_lowercase();
                (modelled.is_empty()
                    && (name.contains("encrypt") || name == "seal" || name == "protect"))
                    .then_some(*site)
            }
            Origin::Built(parts) => parts
                .iter()
                .flatten()
                .find_map(|origin| self.encrypting_call(origin)),
            _ => None,
        }
    }

    fn constant_key_near(&self, site: Site) -> Option<Site> {
        let class = self.program().func(site.func).class;
        let graph = self.graph();
        self.constant_keys.sites.iter().copied().find(|key| {
            self.program().func(key.func).class == class || {
                let reach = graph.reach(
                    crate::analysis::callgraph::Node::whole(site.func),
                    None,
                    true,
                    40,
                );
                reach
                    .nodes
                    .iter()
                    .any(|reached| reached.node.func == key.func)
            }
        })
    }

    /// Places where a symmetric key is made of constants.
    fn find_constant_keys(&self) -> ConstantKeys {
        let program = self.program();
        let mut found = ConstantKeys::default();
        for (index, symbol) in program.methods.iter().enumerate() {
            let class = program.names.text(symbol.class);
            if !KEY_CLASSES.contains(&class) || program.names.text(symbol.name) != "<init>" {
                continue;
            }
            let method = MethodId(u32::try_from(index).unwrap_or(u32::MAX));
            for func in program.calls.row(method.0) {
                if self.graph().is_library_func(func) {
                    continue;
                }
                for (op, call) in program.body(func).iter_ops() {
                    if matches!(call, Op::Call { target, .. } if *target == method) {
                        self.constant_key(Site { func, op }, &mut found);
                    }
                }
            }
        }
        found.sites.sort_unstable();
        found.sites.dedup();
        found.texts.sort_unstable();
        found.texts.dedup();
        found
    }

    fn constant_key(&self, site: Site, found: &mut ConstantKeys) {
        self.for_callers(site, |context, last| {
            let keys = self.values.argument(site, ArgPos::Param(0), context);
            if depends_on_caller(&keys, root_of(site, context)) && !last {
                return false;
            }
            let only_fresh = keys.iter().all(|key| matches!(key, Origin::New(..)));
            if self.is_exposed_material(&keys) && !only_fresh {
                found.sites.push(frames(context).last().unwrap_or(site));
                for key in &keys {
                    constant_texts(key, &mut found.texts);
                }
            }
            true
        });
    }

    fn clear(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let everything =
            model.scope == Some(ClearScope::All) || model.store == Some(StoreKind::All);
        let key_at = (model.scope == Some(ClearScope::Key))
            .then(|| model.arg(ArgRole::Key).or_else(|| model.arg(ArgRole::Name)))
            .flatten();
        self.for_callers(site, |context, last| {
            let stores = store::of_site(self.values, site, model, context);
            let keys = self.keys(site, key_at, context);
            let hangs = keys.iter().any(|(_, from_caller)| *from_caller)
                || stores
                    .iter()
                    .any(|store| store.from_caller == Some(root_of(site, context)));
            if hangs && !last {
                return false;
            }
            let outer = frames(context).last().unwrap_or(site);
            let table = model.arg(ArgRole::Table).map(|position| {
                self.values
                    .argument(site, position, context)
                    .first()
                    .map_or_else(Template::hole, template_of)
            });
            for store in &stores {
                let name = table.clone().unwrap_or_else(|| store.name.clone());
                if keys.is_empty() {
                    let id = StoreId {
                        kind: store.kind,
                        name,
                        key: key_at.map(|_| Template::hole()),
                    };
                    events.clears.push(Clear {
                        id,
                        everything,
                        site,
                        outer,
                    });
                } else {
                    for (key, _) in &keys {
                        let id = StoreId {
                            kind: store.kind,
                            name: name.clone(),
                            key: Some(key.clone()),
                        };
                        events.clears.push(Clear {
                            id,
                            everything,
                            site,
                            outer,
                        });
                    }
                }
            }
            true
        });
    }

    fn read(&self, site: Site, target: MethodId, model: &'static ApiModel, events: &mut Events) {
        let program = self.program();
        let result = program
            .names
            .text(program.proto(program.method(target).proto).ret);
        if !result.starts_with('L') || result == "Ljava/io/FileInputStream;" {
            return;
        }
        let Some(kind) = model.store else { return };
        let Some(key_at) = model.arg(ArgRole::Key) else {
            // `AccountManager.getPassword(account)`: the call says what it reads.
            if let Some(artifact) = model.artifact.filter(|kind| is_session_value(*kind)) {
                let how = format!(
                    "`{}` reads it",
                    model.id.rsplit(':').next().unwrap_or(model.id)
                );
                let credential = Credential {
                    kind: artifact,
                    strong: true,
                    how,
                    source: None,
                };
                events.reads.push((
                    StoreId {
                        kind,
                        name: Template::hole(),
                        key: None,
                    },
                    credential,
                    site,
                ));
            }
            return;
        };
        self.for_callers(site, |context, last| {
            let keys = self.keys(site, Some(key_at), context);
            if keys.iter().any(|(_, from_caller)| *from_caller) && !last {
                return false;
            }
            let outer = frames(context).last().unwrap_or(site);
            for (key, _) in &keys {
                let text = key.to_string();
                if let Judgement::Is(credential) =
                    self.judge.name(&text, || format!("its key is `{text}`"))
                {
                    for store in store::of_site(self.values, site, model, context) {
                        let id = StoreId {
                            kind: store.kind,
                            name: store.name,
                            key: Some(key.clone()),
                        };
                        events.reads.push((id, credential.clone(), outer));
                    }
                }
            }
            true
        });
    }

    /// SQL: the statement's text says what it does; bound values belong to its columns.
    fn sql(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let Some(sql_at) = model.arg(ArgRole::Sql) else {
            return;
        };
        for origin in self.values.argument(site, sql_at, &None) {
            let template = template_of(&origin);
            let text = template.to_string();
            let Some(statement) = sql::parse(&text) else {
                continue;
            };
            let name = Template::literal(&statement.table);
            let compiles = matches!(
                self.program().body(site.func).op(site.op),
                Some(Op::Call { target, .. })
                    if matches!(self.program().names.text(self.program().method(*target).name), "compileStatement" | "prepare")
            );
            if !compiles {
                removed(&statement, site, events);
            }
            match statement.verb {
                Verb::Delete | Verb::Drop => {}
                Verb::Insert | Verb::Update => {
                    for (column, values, at) in self.sql_values(site, model, &origin, &statement) {
                        let stores = [Store {
                            kind: StoreKind::Sqlite,
                            name: name.clone(),
                            protection: None,
                            opened: None,
                            world: false,
                            backup: model.backup,
                            from_caller: None,
                        }];
                        let column = Template::literal(&column);
                        self.write(
                            events,
                            site,
                            at,
                            &None,
                            &stores,
                            Some((&column, &name)),
                            &values,
                            model,
                        );
                    }
                }
            }
        }
    }

    /// A file that one place opens for every app is open, wherever it is written.
    fn open_to_the_world(&self, events: &mut Events) {
        let program = self.program();
        let mut open: Vec<(StoreKind, Template)> = Vec::new();
        for (method, models) in self.values.apis().symbols() {
            for model in models.iter().filter(|model| {
                model.roles.contains(Roles::STORE_OPEN)
                    && model.arg(ArgRole::Mode).is_some()
                    && model.arg(ArgRole::StoreName).is_some()
            }) {
                for func in program
                    .calls
                    .row(method.0)
                    .filter(|func| !self.graph().is_library_func(*func))
                {
                    for (op, call) in program.body(func).iter_ops() {
                        if matches!(call, Op::Call { target, .. } if *target == method)
                            && let Some(name) =
                                store::opened_to_world(self.values, Site { func, op }, model)
                        {
                            open.push((model.store.map_or(StoreKind::File, store::family), name));
                        }
                    }
                }
            }
        }
        for write in &mut events.writes {
            write.world |= open.iter().any(|(kind, name)| {
                *kind == store::family(write.kind) && *name == write.id.name && !name.is_unknown()
            });
        }
    }

    /// `bindString(index, value)` on a statement that was compiled elsewhere and kept in a field.
    fn bound(&self, site: Site, target: MethodId, events: &mut Events, model: &'static ApiModel) {
        let program = self.program();
        if !matches!(
            program.names.text(program.method(target).name),
            "bindString" | "bindBlob" | "bindText"
        ) {
            return;
        }
        let indexes = self.values.argument(site, ArgPos::Param(0), &None);
        let [Origin::Int(index)] = indexes.as_slice() else {
            return;
        };
        let Ok(index) = usize::try_from(*index - 1) else {
            return;
        };
        for origin in self.values.argument(site, ArgPos::Receiver, &None) {
            let Origin::Call(_, compiled, context) = &origin else {
                continue;
            };
            if compiled.func == site.func {
                continue;
            }
            for text in self.values.argument(*compiled, ArgPos::Param(0), context) {
                let Some(statement) = sql::parse(&template_of(&text).to_string()) else {
                    continue;
                };
                let Some(Some(column)) = statement.parameters.get(index) else {
                    continue;
                };
                let values = self.values.argument(site, ArgPos::Param(1), &None);
                let table = Template::literal(&statement.table);
                let store = Store {
                    kind: StoreKind::Sqlite,
                    name: table.clone(),
                    protection: None,
                    opened: None,
                    world: false,
                    backup: model.backup,
                    from_caller: None,
                };
                let column = Template::literal(column);
                self.write(
                    events,
                    site,
                    site,
                    &None,
                    &[store],
                    Some((&column, &table)),
                    &values,
                    model,
                );
            }
        }
    }

    fn runs_statement(&self, target: MethodId) -> bool {
        let program = self.program();
        let symbol = program.method(target);
        program.names.text(symbol.name).starts_with("execute")
            && program.names.text(symbol.class).ends_with("Statement;")
    }

    /// Runs a statement that was compiled before: a `DELETE` removes here, not where it is compiled.
    fn executed(&self, site: Site, events: &mut Events) {
        let program = self.program();
        for origin in self.values.argument(site, ArgPos::Receiver, &None) {
            let Origin::Call(method, compiled, context) = &origin else {
                continue;
            };
            let statements: Vec<sql::Statement> =
                match program.names.text(program.method(*method).name) {
                    "compileStatement" | "prepare" => self
                        .values
                        .argument(*compiled, ArgPos::Param(0), context)
                        .iter()
                        .filter_map(|text| sql::parse(&template_of(text).to_string()))
                        .collect(),
                    "acquire" => self
                        .adapter_statement(*compiled, context)
                        .into_iter()
                        .collect(),
                    _ => continue,
                };
            for statement in statements {
                removed(&statement, site, events);
            }
        }
    }

    /// Statements whose values are bound somewhere else (generated database code): a column that is
    /// named for a session value will hold one.
    fn statements(&self, events: &mut Events) {
        let program = self.program();
        for (text, func) in &program.texts {
            if self.graph().is_library_func(*func) {
                continue;
            }
            let Some(statement) =
                sql::parse(text).filter(|statement| statement.verb == Verb::Insert)
            else {
                continue;
            };
            let body = program.body(*func);
            let Some((op, _)) = body
                .iter_ops()
                .find(|(_, op)| super::credential::text_of(op) == Some(text.as_str()))
            else {
                continue;
            };
            let site = Site { func: *func, op };
            for column in &statement.columns {
                let Judgement::Is(credential) = self
                    .judge
                    .name(column, || format!("its column is `{column}`"))
                else {
                    continue;
                };
                let id = StoreId {
                    kind: StoreKind::Sqlite,
                    name: Template::literal(&statement.table),
                    key: Some(Template::literal(column)),
                };
                let known = events.writes.iter().any(|write| {
                    store::family(write.kind) == StoreKind::Sqlite
                        && write.id.name == id.name
                        && write.id.key == id.key
                });
                if known || !credential.strong {
                    continue;
                }
                let encrypted = self.encrypted_stores_exist(Some(StoreKind::Sqlite));
                events.writes.push(Write {
                    id,
                    kind: StoreKind::Sqlite,
                    credential,
                    protected: if encrypted {
                        Protected::Unknown
                    } else {
                        Protected::Plain
                    },
                    world: false,
                    by_key: true,
                    site,
                    inner: site,
                    through: Vec::new(),
                    opened: None,
                    exposed_key: None,
                    sdk: None,
                });
            }
        }
    }

    /// The statement that a data-access object's adapter runs: a constant of the adapter's class.
    fn adapter_statement(&self, site: Site, context: &Context) -> Option<sql::Statement> {
        let program = self.program();
        self.values
            .argument(site, ArgPos::Receiver, context)
            .iter()
            .find_map(|origin| {
                let Origin::New(ty, ..) = origin else {
                    return None;
                };
                let class = program.class_of.get(ty)?;
                program.funcs_of(*class).find_map(|func| {
                    program
                        .body(func)
                        .ops
                        .iter()
                        .find_map(|op| sql::parse(super::credential::text_of(op)?))
                })
            })
    }

    /// Columns of a statement with the values that go there: bound by calls on the compiled
    /// statement, given as arguments, or joined into the text.
    fn sql_values(
        &self,
        site: Site,
        model: &ApiModel,
        sql: &Origin,
        statement: &sql::Statement,
    ) -> Vec<(String, Vec<Origin>, Site)> {
        let mut found = Vec::new();
        let body = self.program().body(site.func);
        if let Origin::Built(parts) = sql {
            // Joined in: the value's own origin says what it is; the column by the text before it.
            let mut position = 0usize;
            let mut in_values = false;
            for part in parts.iter() {
                if let [Origin::Text(text)] = part.as_slice() {
                    let lower = text.to_ascii_lowercase();
                    let tail = match lower.find("values") {
                        Some(at) => {
                            in_values = true;
                            lower.get(at..).unwrap_or_default()
                        }
                        None => lower.as_str(),
                    };
                    if in_values {
                        position += tail.matches(',').count();
                    }
                } else {
                    let column = statement.columns.get(position).cloned().unwrap_or_default();
                    found.push((column, part.clone(), site));
                }
            }
        }
        if let Some(position) = model.arg(ArgRole::Value)
            && let Some(array) = self.values.argument_value(site, position)
        {
            for (value, column) in self
                .values
                .elements(site.func, array)
                .into_iter()
                .zip(&statement.parameters)
            {
                if let Some(column) = column {
                    found.push((
                        column.clone(),
                        self.values.origins(site.func, value, &None),
                        site,
                    ));
                }
            }
        }
        // `bindString(index, value)` on what this call returned.
        if let Some(Op::Call {
            dst: Some(compiled),
            ..
        }) = body.op(site.op)
        {
            for (op, call) in body.iter_ops() {
                let Op::Call { target, args, .. } = call else {
                    continue;
                };
                let values = body.args(*args);
                let name = self
                    .program()
                    .names
                    .text(self.program().method(*target).name);
                if !matches!(name, "bindString" | "bindBlob")
                    || values.first().map(|value| through_casts(body, *value)) != Some(*compiled)
                {
                    continue;
                }
                let at = Site {
                    func: site.func,
                    op,
                };
                let index = values
                    .get(1)
                    .and_then(|value| crate::analysis::callgraph::constant_int(body, *value));
                let column = index
                    .and_then(|index| usize::try_from(index - 1).ok())
                    .and_then(|index| statement.parameters.get(index).cloned().flatten());
                if let (Some(column), Some(value)) = (column, values.get(2)) {
                    found.push((column, self.values.origins(site.func, *value, &None), at));
                }
            }
        }
        found
    }

    fn log(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let body = self.program().body(site.func);
        let positions: Vec<ArgPos> = model
            .args_of(ArgRole::Value)
            .chain(model.args_of(ArgRole::Extra))
            .collect();
        for position in positions {
            let origins = self.values.argument(site, position, &None);
            if let Judgement::Is(credential) = self.judge.origins(&origins)
                && credential.strong
                && is_session_value(credential.kind)
                // An object in a text is its `toString`, which need not show what it carries.
                && !credential.how.contains(" carries ")
                && origins.iter().any(carries_text)
            {
                events.logs.push(Leak {
                    credential,
                    site,
                    sink: model.id,
                    text: origins
                        .first()
                        .map_or_else(Template::hole, template_of)
                        .to_string(),
                    debug_only: guarded_by_debug(self.program(), body, site.op),
                });
                return;
            }
        }
    }

    /// An HTTP client that logs every header, or every body, without leaving out the credentials.
    fn http_logging(
        &self,
        site: Site,
        model: &'static ApiModel,
        level: ArgPos,
        events: &mut Events,
    ) {
        let program = self.program();
        let loud =
            self.values
                .argument(site, level, &None)
                .iter()
                .find_map(|origin| match origin {
                    Origin::Field(field) => {
                        let name = program.names.text(program.field(*field).name);
                        matches!(name, "BODY" | "HEADERS").then_some(name)
                    }
                    _ => None,
                });
        let Some(loud) = loud else { return };
        let body = program.body(site.func);
        let redacts = body.iter_ops().any(|(op, call)| match call {
            Op::Call { target, .. } if program.names.text(program.method(*target).name) == "redactHeader" => {
                let header = self.values.argument(Site { func: site.func, op }, ArgPos::Param(0), &None);
                header.iter().any(|header| matches!(header, Origin::Text(name) if name.eq_ignore_ascii_case("authorization")))
            }
            _ => false,
        });
        if redacts && loud == "HEADERS" {
            return;
        }
        events.logs.push(Leak {
            credential: Credential {
                kind: ArtifactKind::AccessToken,
                strong: true,
                how: format!("the client logs at level {loud}, Authorization headers and token responses included"),
                source: None,
            },
            site,
            sink: model.id,
            text: "every request and response".to_owned(),
            debug_only: guarded_by_debug(program, body, site.op),
        });
    }

    fn url(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        // `appendQueryParameter("token", value)`
        if model.roles.contains(Roles::URL_BUILD)
            && let (Some(key_at), Some(value_at)) =
                (model.arg(ArgRole::Key), model.arg(ArgRole::Value))
        {
            let keys = self.values.argument(site, key_at, &None);
            let values = self.values.argument(site, value_at, &None);
            if is_constant(&values) {
                return;
            }
            for key in &keys {
                let name = template_of(key).to_string();
                let by_value = self.judge.origins(&values);
                if by_value == Judgement::Not {
                    continue;
                }
                if let Some(credential) = url_credential(
                    self.judge
                        .name(&name, || format!("the parameter is `{name}`")),
                    by_value,
                ) {
                    events.urls.push(Leak {
                        credential,
                        site,
                        sink: model.id,
                        text: format!("?{name}={{?}}"),
                        debug_only: false,
                    });
                }
            }
            return;
        }
        let Some(url_at) = model.arg(ArgRole::Url) else {
            return;
        };
        for origin in self.values.argument(site, url_at, &None) {
            let Origin::Built(parts) = &origin else {
                continue;
            };
            let mut before = String::new();
            for part in parts.iter() {
                if let [Origin::Text(text)] = part.as_slice() {
                    before.push_str(text);
                    continue;
                }
                if let Some(name) = query_name(&before) {
                    let by_value = self.judge.origins(part);
                    if by_value != Judgement::Not
                        && !is_constant(part)
                        && let Some(credential) = url_credential(
                            self.judge
                                .name(name, || format!("the parameter is `{name}`")),
                            by_value,
                        )
                    {
                        let text = template_of(&origin).to_string();
                        events.urls.push(Leak {
                            credential,
                            site,
                            sink: model.id,
                            text,
                            debug_only: false,
                        });
                        break;
                    }
                }
                before.clear();
            }
        }
    }
}

/// The function where a query about a site, entered through a context, begins.
fn root_of(site: Site, context: &Context) -> FuncId {
    frames(context).last().map_or(site.func, |outer| outer.func)
}

/// A URL parameter is a session value when its name says so strongly, or weakly and its value too.
fn url_credential(by_name: Judgement, by_value: Judgement) -> Option<Credential> {
    let credential = match (by_name.credential(), by_value.credential()) {
        (Some(name), _) if name.strong => name,
        (Some(name), Some(value)) if is_session_value(value.kind) => Credential {
            strong: true,
            ..name
        },
        _ => return None,
    };
    (is_session_value(credential.kind)).then_some(credential)
}

/// The parameter whose value comes next: `…&access_token=`.
fn query_name(text: &str) -> Option<&str> {
    let head = text.strip_suffix('=')?;
    let start = head.rfind(['?', '&', '#', ';'])? + 1;
    head.get(start..).filter(|name| !name.is_empty())
}

/// Whether an origin can put a value into text; a bare constant cannot.
fn carries_text(origin: &Origin) -> bool {
    !matches!(origin, Origin::Int(_) | Origin::Class(_) | Origin::Text(_))
}

/// A weak name beside a strong one in the same store is the other half of the same thing.
fn second_witness(writes: &mut [Write]) {
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

/// Whether an operation runs only when a field named `DEBUG` is true.
#[must_use]
pub fn guarded_by_debug(program: &Program<'_>, body: &Body<'_>, op: OpId) -> bool {
    let Some(target) = body.block_of(op) else {
        return false;
    };
    let mut seen = vec![false; body.blocks.len()];
    let mut queue = vec![BlockId(0)];
    while let Some(at) = queue.pop() {
        let Some(slot) = seen.get_mut(at.0 as usize) else {
            continue;
        };
        if *slot {
            continue;
        }
        *slot = true;
        if at == target {
            return false;
        }
        let Some(block) = body.blocks.get(at.0 as usize) else {
            continue;
        };
        let last = block
            .ops
            .clone()
            .next_back()
            .and_then(|id| body.op(OpId(id)));
        let only = match last {
            Some(Op::Branch {
                condition,
                then,
                otherwise,
            }) if condition.right.is_none() && is_debug_flag(program, body, condition.left) => {
                match condition.op {
                    crate::ir::CompareOp::Eq => Some(*then),
                    crate::ir::CompareOp::Ne => Some(*otherwise),
                    _ => None,
                }
            }
            _ => None,
        };
        match only {
            Some(only) => queue.push(only),
            None => queue.extend(block.succs.iter().map(|edge| edge.to)),
        }
    }
    true
}

fn is_debug_flag(program: &Program<'_>, body: &Body<'_>, value: Value) -> bool {
    match body.def(through_casts(body, value)) {
        Some((
            _,
            Op::Load {
                place: Place::Static(field),
                ..
            },
        )) => {
            let name = program.names.text(program.field(*field).name);
            name.eq_ignore_ascii_case("debug")
                || name.eq_ignore_ascii_case("is_debug")
                || name.eq_ignore_ascii_case("isDebug")
        }
        Some((_, Op::Call { target, .. })) => {
            let name = program.names.text(program.method(*target).name);
            matches!(
                name,
                "isDebug" | "isDebuggable" | "getDEBUG" | "isDebugBuild" | "isLoggable"
            )
        }
        _ => false,
    }
}
