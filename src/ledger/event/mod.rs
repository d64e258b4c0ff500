//! What happens to session values: writes, clears, logs, sends, and the keys that protect them.
//!
//! Operations in small wrappers (`put(key, value)`) are seen once for each caller that gives them
//! their key: the place of an event is the call in user-level code.

mod clear;
mod key;
mod leak;
mod origin;
mod provider;
mod sink;
mod statement;
mod write;

use rustc_hash::FxHashSet;

use crate::analysis::callgraph::CallGraph;
use crate::analysis::libraries;
use crate::analysis::template::Template;
use crate::analysis::values::{Context, Site, Values, enter, frames};
use crate::ir::{ClassId, FuncFlags, FuncId, MethodId, Op, Program};
use crate::models::{ApiModel, ArgPos, ArgRole, ArtifactKind, Roles, StoreKind};

use crate::ledger::credential::{Credential, Judge, is_session_value};
use crate::ledger::store::{self, StoreId};
use key::ConstantKeys;
use origin::SecondLook;
use write::second_witness;

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
    /// Another place opens the same store for every app: which of the two counts, the order of the
    /// calls decides.
    pub opened_elsewhere: Option<Site>,
    /// Where a provider that other apps may ask reads the store.
    pub served: Option<Site>,
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
    /// Who gets it.
    pub audience: Audience,
}

/// Who gets a value that leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Whoever looks.
    Anyone,
    /// Those who may, and why only they.
    Limited(String),
    /// Not decidable: why.
    Open(String),
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
    /// Session values on the clipboard.
    pub clipboard: Vec<Leak>,
    /// Session values that a company's service gets.
    pub third_parties: Vec<Leak>,
    /// Session values in messages to components.
    pub messages: Vec<Leak>,
    /// Reads of session values: key, place.
    pub reads: Vec<(StoreId, Credential, Site)>,
    /// Constants that cipher keys are made of: no report may show them.
    pub key_texts: Vec<String>,
    /// Functions that send over the network.
    pub senders: FxHashSet<FuncId>,
    /// SDK calls about the session: sign-out, revoke, login.
    pub sdk: Vec<(Site, &'static ApiModel)>,
}

/// Words in the names of code that has other passwords than the user's.
const NETWORKS: [&str; 4] = ["wifi", "ssid", "hotspot", "smtp"];

/// Words in the names of code that records what an app does.
const RECORDERS: [&str; 9] = [
    "analytics",
    "telemetry",
    "metrics",
    "crash",
    "crashes",
    "watchdog",
    "diagnostics",
    "tracker",
    "profiler",
];

/// Longest chain of wrappers that is seen through.
const MAX_WRAPPERS: usize = 4;
/// Most callers that are followed for one operation.
const MAX_CONTEXTS: usize = 48;

/// Whether a function makes or changes the tables of a database: the framework calls it on an
/// update of the app, not on the way from anything that the user does.
#[must_use]
pub fn is_schema_change(program: &Program<'_>, func: FuncId) -> bool {
    matches!(
        program.func_name(func),
        "onCreate" | "onUpgrade" | "onDowngrade" | "dropAllTables" | "createAllTables"
    ) && program
        .supertypes(program.symbol(func).class)
        .iter()
        .any(|ty| {
            let name = program.names.text(*ty);
            name.ends_with("SQLiteOpenHelper;") || name.ends_with("RoomOpenHelper$Delegate;")
        })
}

/// Collects the events of some functions.
pub struct Collector<'p, 'a> {
    values: &'p Values<'p, 'a>,
    judge: &'p Judge<'p, 'a>,
    constant_keys: ConstantKeys,
    package: String,
    exported: FxHashSet<ClassId>,
    own_permissions: Vec<String>,
    second: SecondLook<'p, 'a>,
}

impl<'p, 'a> Collector<'p, 'a> {
    /// A collector.
    #[must_use]
    pub fn new(values: &'p Values<'p, 'a>, judge: &'p Judge<'p, 'a>) -> Self {
        Self {
            values,
            judge,
            constant_keys: ConstantKeys::default(),
            package: String::new(),
            exported: FxHashSet::default(),
            own_permissions: Vec::new(),
            second: SecondLook::default(),
        }
    }

    /// With what the manifest says about who may talk to the app: its own package, the components
    /// that other apps may start, and the permissions that only the same signer holds.
    #[must_use]
    pub fn with_borders(
        mut self,
        package: &str,
        exported: FxHashSet<ClassId>,
        own_permissions: Vec<String>,
    ) -> Self {
        package.clone_into(&mut self.package);
        self.exported = exported;
        self.own_permissions = own_permissions;
        self
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
        self.served_by_providers(&mut events);
        second_witness(&mut events.writes);
        events.writes.retain(|write| {
            write.credential.strong
                && is_session_value(write.credential.kind)
                // The text may stand in a library's function that hands it to another.
                && libraries::marked(self.program().body(write.site.func)).is_none()
                && !self.is_of_a_network(&write.credential, write.site.func)
                && !self.is_of_a_recorder(&write.credential, &write.id, write.site.func)
        });
        events
            .clears
            .retain(|clear| !is_schema_change(self.program(), clear.site.func));
        for leaks in [
            &mut events.logs,
            &mut events.clipboard,
            &mut events.third_parties,
            &mut events.messages,
        ] {
            leaks.retain(|leak| !self.is_of_a_network(&leak.credential, leak.site.func));
            // A wrapper that several sinks share is one place.
            leaks.sort_by(|a, b| (a.site, a.sink).cmp(&(b.site, b.sink)));
            leaks.dedup_by(|a, b| a.site == b.site);
        }
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

    /// Whether a session id is that of a recorder (of crashes, of usage), by the names of the code
    /// or of the store that has it: it names a run of the app, not somebody's right to anything.
    fn is_of_a_recorder(&self, credential: &Credential, id: &StoreId, func: FuncId) -> bool {
        credential.kind == ArtifactKind::Session && {
            let class = self.program().symbol(func).class;
            let code = crate::models::words::normalize(&self.program().type_name(class), false);
            let store = crate::models::words::normalize(&id.name.to_string(), false);
            code.split(' ')
                .chain(store.split(' '))
                .any(|word| RECORDERS.contains(&word))
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
        if model.roles.contains(Roles::CLIPBOARD_SINK) {
            self.clipboard(site, model, events);
        }
        if model.roles.contains(Roles::THIRD_PARTY_SINK) {
            self.third_party(site, model, events);
        }
        if model.roles.contains(Roles::IPC_SINK) {
            self.message(site, model, events);
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

    /// A file that one place opens for every app may be open where another writes it.
    fn open_to_the_world(&self, events: &mut Events) {
        let program = self.program();
        let mut open: Vec<(StoreKind, Template, Site)> = Vec::new();
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
                        let site = Site { func, op };
                        if matches!(call, Op::Call { target, .. } if *target == method)
                            && let Some(name) = store::opened_to_world(self.values, site, model)
                        {
                            let kind = model.store.map_or(StoreKind::File, store::family);
                            open.push((kind, name, site));
                        }
                    }
                }
            }
        }
        for write in &mut events.writes {
            write.opened_elsewhere = open
                .iter()
                .find(|(kind, name, _)| {
                    !write.world
                        && *kind == store::family(write.kind)
                        && *name == write.id.name
                        && !name.is_unknown()
                })
                .map(|(_, _, site)| *site);
        }
    }
}

/// The function where a query about a site, entered through a context, begins.
fn root_of(site: Site, context: &Context) -> FuncId {
    frames(context).last().map_or(site.func, |outer| outer.func)
}
