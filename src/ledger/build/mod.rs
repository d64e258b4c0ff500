//! Puts the ledger together: from events and exits to records and to the table that people read.

mod account;
mod action;
mod app;
mod authority;
mod backup;
mod binding;
mod entries;
mod exit;
mod flow;
mod gate;
mod keepalive;
mod leak;
mod literal;
mod memory;
mod minted;
mod phrase;
mod refresh;
mod rejection;
mod resets;
mod residue;
mod searched;
mod sequence;
mod sites;
mod table;
mod timeouts;
mod wrapper;
mod write;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::callgraph::CallGraph;
use crate::analysis::entries::{Control, Witness};
use crate::analysis::libraries::{Owners, Pattern};
use crate::analysis::requests::{Endpoint, Requests};
use crate::analysis::values::{Limits, Values};
use crate::facts::backup::Backup;
use crate::facts::manifest::Manifest;
use crate::finding::{Confidence, Location};
use crate::ir::{ClassId, FuncFlags, FuncId, MethodId, Program};
use crate::ledger::Record;
use crate::ledger::credential::Judge;
use crate::ledger::event::{Collector, Events, Protected, Write};
use crate::ledger::record::LedgerTable;
use crate::ledger::residue::Finder;
use crate::ledger::store::{StoreId, family};
use crate::ledger::telling::tellings;
use crate::models::lexicon::EndpointKind;
use crate::models::{ApiMap, ArtifactKind, Roles, StoreKind};

/// What the ledger is made from.
pub struct Sources<'s, 'a> {
    /// The code, indexed.
    pub program: &'s Program<'a>,
    /// The models of its symbols.
    pub apis: &'s ApiMap,
    /// The manifest, if there is one.
    pub manifest: Option<&'s Manifest>,
    /// What it says about backups.
    pub backup: Option<&'s Backup>,
    /// Controls with a telling label.
    pub controls: &'s [Control],
    /// Texts of resources that may be credentials, with their place.
    pub resource_texts: &'s [(String, u32, Location)],
    /// Name of a resource id: (type, entry).
    pub resources: &'s dyn Fn(u32) -> Option<(String, String)>,
    /// What holds logic and was not read.
    pub elsewhere: &'s [String],
    /// Classes that somebody said are the app's own.
    pub first_party: &'s [Pattern],
    /// Now, in seconds since 1970: whether an embedded token has expired.
    pub now: i64,
}

/// The ledger.
#[derive(Debug, Default)]
pub struct Ledger {
    /// For rules.
    pub records: Vec<Record>,
    /// For people.
    pub table: LedgerTable,
    /// For tests: each way out, and the effects that it reaches.
    #[cfg(test)]
    pub reached: Vec<(String, Vec<String>)>,
    /// Whether the app holds a session at all.
    pub session_seen: bool,
    /// Functions with code that are the app's own.
    pub own_functions: u64,
}

/// Builds the ledger.
#[must_use]
pub fn build(sources: &Sources<'_, '_>) -> Ledger {
    let program = sources.program;
    let owners = Owners::new(program, &anchors(sources.manifest), sources.first_party);
    // Said once: a program is analysed once.
    let _ = program.whose.set(owners.by_name());
    let components = components(program, sources.manifest);
    let created: FxHashSet<ClassId> = components.keys().chain(&program.made).copied().collect();
    let graph = CallGraph::new(program, sources.apis, &created, owners.library_flags())
        .with_actions(actions(program, sources.manifest));
    let values = Values::new(program, sources.apis, &graph, Limits::default());
    let judge = Judge::new(&values, sources.resources);

    let seeds = seeds(program, &graph);
    // The lift is the costly part, and independent from function to function.
    seeds.par_iter().for_each(|func| {
        let _ = program.body(*func);
    });
    let mut events = collector(sources, &values, &judge).collect(&seeds);
    resets::leave_out_foreign_accounts(&mut events, resets::has_authenticator(sources.manifest));
    let requests = Requests::of(&values);
    Builder {
        sources,
        program,
        owners: &owners,
        graph: &graph,
        values: &values,
        judge: &judge,
        events: &events,
        requests: &requests,
        services: &requests.services,
        components: &components,
    }
    .run()
}

/// A collector that knows the borders of the app.
fn collector<'p, 'a>(
    sources: &Sources<'_, '_>,
    values: &'p Values<'p, 'a>,
    judge: &'p Judge<'p, 'a>,
) -> Collector<'p, 'a> {
    let collector = Collector::new(values, judge);
    let Some(manifest) = sources.manifest else {
        return collector;
    };
    let exported = manifest
        .components
        .iter()
        .filter(|component| {
            component.is_exported(manifest.target_sdk()) != Some(false)
                && component
                    .read_permission
                    .as_ref()
                    .or(component.permission.as_ref())
                    .is_none_or(|name| !manifest.is_signature(name))
        })
        .filter_map(|component| class_named(values.program(), component.class()))
        .collect();
    let own = manifest
        .permissions
        .iter()
        .filter(|permission| manifest.is_signature(&permission.name))
        .map(|permission| permission.name.clone())
        .collect();
    collector.with_borders(&manifest.package, exported, own)
}

/// The class of a component's name.
fn class_named(program: &Program<'_>, name: &str) -> Option<ClassId> {
    let descriptor = format!("L{};", name.replace('.', "/"));
    let ty = program.names.get(descriptor.as_bytes())?;
    program.class_of.get(&ty).copied()
}

/// What is not seen may do what is missing: no absence is proven, and what is there for sign-out
/// does not pass.
fn open_absences(ledger: &mut Ledger, reason: &str) {
    if !ledger.records.iter().any(|record| record.kind == "app") {
        let mut record = Record::new("app", Location::default(), Confidence::Low);
        record.set("session", "no");
        record.set("stores", "no");
        record.set("exits", "open");
        ledger.records.push(record);
    }
    for record in &mut ledger.records {
        if matches!(
            record.kind,
            "app"
                | "exit"
                | "rejection"
                | "refresh"
                | "memory"
                | "deletion"
                | "credential-change"
                | "account-switch"
                | "residue"
                | "timeout"
                | "binding"
                | "authority"
        ) {
            record.always_open = Some(reason.to_owned());
        }
    }
}

/// Functions that are worth lifting by what they call and mention.
fn seeds(program: &Program<'_>, graph: &CallGraph<'_, '_>) -> Vec<FuncId> {
    let sink = FuncFlags(FuncFlags::SINK.0 | FuncFlags::LEXICON.0);
    (0..program.funcs.len())
        .filter_map(|index| {
            let func = FuncId(u32::try_from(index).ok()?);
            let flags = program.flags.get(index)?;
            let wanted = flags.contains(FuncFlags::CORE) || flags.contains(sink);
            (wanted && !graph.is_library_func(func)).then_some(func)
        })
        .collect()
}

/// Names that say whose code is whose: application id, application class, launcher, components.
fn anchors(manifest: Option<&Manifest>) -> Vec<String> {
    let Some(manifest) = manifest else {
        return Vec::new();
    };
    let mut anchors = vec![manifest.package.clone()];
    anchors.extend(manifest.application.name.clone());
    anchors.extend(
        manifest
            .launchers()
            .map(|component| component.class().to_owned()),
    );
    anchors.extend(
        manifest
            .components
            .iter()
            .map(|component| component.class().to_owned()),
    );
    anchors
}

/// Classes of the manifest's components.
fn components(program: &Program<'_>, manifest: Option<&Manifest>) -> FxHashMap<ClassId, String> {
    let mut found = FxHashMap::default();
    let names = manifest.into_iter().flat_map(|manifest| {
        manifest
            .components
            .iter()
            .map(|component| component.class().to_owned())
            .chain(manifest.application.name.clone())
    });
    for name in names {
        if let Some(class) = class_named(program, &name) {
            found.insert(class, name);
        }
    }
    found
}

/// The classes of components by the actions that their filters ask for.
fn actions(program: &Program<'_>, manifest: Option<&Manifest>) -> FxHashMap<String, Vec<ClassId>> {
    let mut found: FxHashMap<String, Vec<ClassId>> = FxHashMap::default();
    for component in manifest
        .into_iter()
        .flat_map(|manifest| &manifest.components)
    {
        let descriptor = format!("L{};", component.class().replace('.', "/"));
        let class = program
            .names
            .get(descriptor.as_bytes())
            .and_then(|ty| program.class_of.get(&ty));
        if let Some(class) = class {
            for action in component.filters.iter().flat_map(|filter| &filter.actions) {
                found.entry(action.clone()).or_default().push(*class);
            }
        }
    }
    found
}

struct Builder<'s, 'p, 'a> {
    sources: &'s Sources<'s, 'a>,
    program: &'p Program<'a>,
    owners: &'s Owners,
    graph: &'p CallGraph<'p, 'a>,
    values: &'p Values<'p, 'a>,
    judge: &'p Judge<'p, 'a>,
    events: &'p Events,
    requests: &'p Requests,
    services: &'p FxHashMap<MethodId, Endpoint>,
    components: &'p FxHashMap<ClassId, String>,
}

/// Writes of one stored value, the first one first.
struct Stored<'e> {
    id: StoreId,
    writes: Vec<&'e Write>,
}

impl<'e> Stored<'e> {
    fn first(&self) -> Option<&'e Write> {
        self.writes.first().copied()
    }
}

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    fn run(&self) -> Ledger {
        let stored = self.stored();
        let told = tellings(self.values, self.judge, self.events, self.requests);
        let residues =
            Finder::new(self.values, self.judge, self.events, self.requests, &told).run();
        let mut entries = self.entries(&stored);
        let exits = self.exits(
            std::mem::take(&mut entries.sign_outs),
            &stored,
            &told,
            &residues.all,
        );
        let mut ledger = Ledger::default();
        #[cfg(test)]
        {
            ledger.reached = exits
                .iter()
                .map(|exit| (exit.entry.id.clone(), exit.effects.clone()))
                .collect();
        }

        let refresh_kept = stored.iter().any(|stored| {
            stored
                .writes
                .iter()
                .any(|write| write.credential.kind == ArtifactKind::RefreshToken)
        });
        for stored in &stored {
            ledger
                .records
                .extend(self.write_record(stored, refresh_kept));
        }
        for stored in &stored {
            ledger.records.extend(self.key_record(stored));
        }
        ledger.records.extend(
            exits
                .iter()
                .map(|exit| self.exit_record(exit, &stored, &told)),
        );
        ledger
            .records
            .extend(self.residue_records(&residues, &exits));
        ledger.records.extend(
            self.events
                .logs
                .iter()
                .map(|leak| self.leak_record("log", leak)),
        );
        ledger.records.extend(self.url_records());
        for (kind, leaks) in [
            ("clipboard", &self.events.clipboard),
            ("third-party", &self.events.third_parties),
            ("message", &self.events.messages),
        ] {
            ledger
                .records
                .extend(leaks.iter().map(|leak| self.leak_record(kind, leak)));
        }
        ledger.records.extend(self.literal_records());
        ledger.records.extend(self.minted_records());
        ledger.records.extend(self.wrapper_records(&stored));
        ledger.records.extend(self.gate_records());
        ledger.records.extend(self.flow_records());
        ledger.records.extend(self.keepalive_records(&entries));
        ledger
            .records
            .extend(self.timeout_records(&entries, &exits, &stored));
        ledger.records.extend(self.binding_record(&stored));
        ledger.records.extend(self.authority_record(&stored));
        ledger.records.extend(self.backup_record(&stored));
        ledger
            .records
            .extend(self.rejection_record(&stored, &self.login_classes()));
        ledger.records.extend(self.refresh_records(&stored));
        ledger.records.extend(self.memory_records(&exits));
        ledger.records.extend(self.action_records(&entries));
        ledger
            .records
            .extend(self.account_records(&entries, &exits, &stored));

        let logins = self
            .events
            .sdk
            .iter()
            .any(|(_, model)| model.roles.contains(Roles::LOGIN))
            || self.services.values().any(|endpoint| {
                matches!(
                    endpoint.kind,
                    Some(EndpointKind::Login | EndpointKind::Token)
                )
            });
        ledger.session_seen = !stored.is_empty()
            || logins
            || self.sdk_session()
            || !told.is_empty()
            || ledger.records.iter().any(|record| {
                matches!(
                    record.kind,
                    "log"
                        | "url"
                        | "clipboard"
                        | "third-party"
                        | "message"
                        | "page"
                        | "script"
                        | "cookie"
                        | "authority"
                ) || (record.kind == "flow" && record.attribute("weakness") != Some("none"))
                    || (record.kind == "literal" && record.attribute("state") == Some("live"))
            });
        let unseen = exits
            .iter()
            .find(|exit| !ledger.session_seen && exit.entry.witness == Witness::Label)
            .map(|exit| {
                format!(
                    "{} is a way to sign out, but the session that it ends was not found",
                    exit.entry.name
                )
            });
        ledger.session_seen |= unseen.is_some();
        if ledger.session_seen {
            ledger.records.push(self.app_record(&stored, &exits));
        } else {
            // Nothing about a session holds without one.
            ledger.records.clear();
        }
        if let Some(reason) = unseen {
            open_absences(&mut ledger, &reason);
        }
        if !self.sources.elsewhere.is_empty() {
            let reason = format!(
                "the app's logic is in {}, which is not read",
                self.sources.elsewhere.join(", ")
            );
            open_absences(&mut ledger, &reason);
        }
        ledger.table = self.table(&stored, &exits);
        ledger.own_functions = u64::try_from(
            self.program
                .funcs
                .iter()
                .filter(|func| func.code != 0 && !self.graph.is_library(func.class))
                .count(),
        )
        .unwrap_or(u64::MAX);
        ledger
    }

    fn stored(&self) -> Vec<Stored<'p>> {
        let mut all: Vec<Stored<'p>> = Vec::new();
        for write in
            self.events.writes.iter().filter(|write| {
                write.protected != Protected::Memory && is_session_store(write.kind)
            })
        {
            let canonical = StoreId {
                kind: family(write.id.kind),
                ..write.id.clone()
            };
            match all.iter_mut().find(|stored| stored.id == canonical) {
                Some(stored) => stored.writes.push(write),
                None => all.push(Stored {
                    id: canonical,
                    writes: vec![write],
                }),
            }
        }
        // The least protected write decides what is said first.
        for stored in &mut all {
            stored
                .writes
                .sort_by_key(|write| (write.protected, write.site, write.inner));
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    fn owner(&self, func: FuncId) -> crate::finding::Owner {
        match self.owners.library(self.program, func) {
            Some(name) => crate::finding::Owner::Library(name),
            None => crate::finding::Owner::FirstParty,
        }
    }
}

/// Stores whose content a sign-out has to remove by itself; web views and caches have controls of
/// their own.
fn is_session_store(kind: StoreKind) -> bool {
    !matches!(
        kind,
        StoreKind::WebviewCookies
            | StoreKind::WebviewStorage
            | StoreKind::WebviewForms
            | StoreKind::WebviewHttpauth
            | StoreKind::WebviewCache
            | StoreKind::WebviewHistory
            | StoreKind::HttpCache
            | StoreKind::ImageCache
            | StoreKind::GraphqlCache
            | StoreKind::Cookiejar
            | StoreKind::HttpCookies
            | StoreKind::Contentprovider
    )
}
