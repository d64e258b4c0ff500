//! Puts the ledger together: from events and exits to records and to the table that people read.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::credential::{Judge, is_issued};
use super::event::{Collector, Events, Leak, Protected, Write};
use super::exit::{Exit, ExitAnalysis, Telling, tellings};
use super::record::{self, LedgerTable, Removal, ServerEffect, StoredArtifact};
use super::store::{StoreId, family};
use super::{Record, locate};
use crate::analysis::callgraph::{CallGraph, Node};
use crate::analysis::entries::{Control, Search, Witness, is_login_name};
use crate::analysis::libraries::Owners;
use crate::analysis::requests::{Endpoint, endpoint_text, endpoints};
use crate::analysis::template::Template;
use crate::analysis::values::{Limits, Site, Values};
use crate::facts::backup::{Answer, Backup, Channel, Covered, Domain};
use crate::facts::literal;
use crate::facts::manifest::Manifest;
use crate::finding::{Confidence, Location, Step};
use crate::ir::{ClassId, FuncFlags, FuncId, MethodId, Op, Program};
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
    /// Whether the app holds a session at all.
    pub session_seen: bool,
    /// Functions with code that are the app's own.
    pub own_functions: u64,
}

/// The platform since which transfers have rules of their own.
const ANDROID_12: u32 = 31;
/// Most functions that are followed from where a stored password is read.
const RELOGIN_LIMIT: usize = 400;

/// Builds the ledger.
#[must_use]
pub fn build(sources: &Sources<'_, '_>) -> Ledger {
    let program = sources.program;
    let owners = Owners::new(program, &anchors(sources.manifest));
    let components = components(program, sources.manifest);
    let created: FxHashSet<ClassId> = components.keys().copied().collect();
    let graph = CallGraph::new(program, sources.apis, &created, owners.library_flags());
    let values = Values::new(program, sources.apis, &graph, Limits::default());
    let judge = Judge::new(&values, sources.resources);

    let seeds = seeds(program, &graph);
    // The lift is the costly part, and independent from function to function.
    seeds.par_iter().for_each(|func| {
        let _ = program.body(*func);
    });
    let events = Collector::new(&values, &judge).collect(&seeds);
    let services = endpoints(program);
    Builder {
        sources,
        program,
        owners: &owners,
        graph: &graph,
        values: &values,
        judge: &judge,
        events: &events,
        services: &services,
        components: &components,
    }
    .run()
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
        if matches!(record.kind, "app" | "exit") {
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
        let descriptor = format!("L{};", name.replace('.', "/"));
        if let Some(class) = program
            .names
            .get(descriptor.as_bytes())
            .and_then(|ty| program.class_of.get(&ty))
        {
            found.insert(*class, name);
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
        let told = tellings(self.values, self.judge, self.events, self.services);
        let exits = self.exits(&stored, &told);
        let mut ledger = Ledger::default();

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
        ledger.records.extend(
            self.events
                .logs
                .iter()
                .map(|leak| self.leak_record("log", leak)),
        );
        ledger.records.extend(self.url_records());
        ledger.records.extend(self.literal_records());
        ledger.records.extend(self.backup_record(&stored));

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
                matches!(record.kind, "log" | "url")
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

    fn exits(&self, stored: &[Stored<'p>], told: &'_ [Telling]) -> Vec<Exit> {
        let mut sdk: Vec<(FuncId, &'static str)> = self
            .events
            .sdk
            .iter()
            .filter(|(_, model)| {
                model
                    .roles
                    .intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
            })
            .map(|(site, model)| (site.func, model.id))
            .collect();
        sdk.dedup_by_key(|(func, _)| *func);
        let clearing = self.clearing(stored);
        let logins = self.login_classes();
        let search = Search {
            values: self.values,
            controls: self.sources.controls,
            components: self.components,
            sdk: &sdk,
            clearing: &clearing,
            logins: &logins,
        };
        let ids: Vec<StoreId> = stored.iter().map(|stored| stored.id.clone()).collect();
        let analysis = ExitAnalysis {
            values: self.values,
            judge: self.judge,
            events: self.events,
            endpoints: self.services,
            stored: &ids,
            tellings: told,
        };
        let mut exits: Vec<Exit> = Vec::new();
        for (entry, reach) in search.run() {
            let exit = analysis.run(entry, reach);
            // The same control in several screens, each with its copy of the handler, is one exit
            // as long as all do the same.
            let verdicts = |exit: &Exit| -> Vec<Removal> {
                exit.removed.iter().map(|removed| removed.removal).collect()
            };
            match exits.iter_mut().find(|known| {
                known.entry.id == exit.entry.id
                    && known.server == exit.server
                    && verdicts(known) == verdicts(&exit)
            }) {
                Some(known) => known.same.push(exit.entry.node),
                None => exits.push(exit),
            }
        }
        exits
    }

    /// Functions that clear two or more stored session values, or a whole store of them.
    fn clearing(&self, stored: &[Stored<'_>]) -> Vec<FuncId> {
        let mut hits: FxHashMap<FuncId, FxHashSet<usize>> = FxHashMap::default();
        for clear in &self.events.clears {
            for (index, stored) in stored.iter().enumerate() {
                if clear.everything
                    || stored.id.covered_by(&clear.id) == crate::analysis::template::Overlap::Same
                {
                    hits.entry(clear.outer.func).or_default().insert(index);
                }
            }
        }
        let mut funcs: Vec<FuncId> = hits
            .into_iter()
            .filter(|(_, stores)| stores.len() >= 2)
            .map(|(func, _)| func)
            .collect();
        funcs.sort_unstable();
        funcs
    }

    /// Components that show a login, by their name.
    fn login_classes(&self) -> FxHashSet<ClassId> {
        self.components
            .iter()
            .filter(|(_, name)| {
                let last = name.rsplit('.').next().unwrap_or(name);
                let plain = last.to_lowercase();
                plain.contains("login")
                    || plain.contains("signin")
                    || plain.contains("sign_in")
                    || is_login_name(last)
            })
            .map(|(class, _)| *class)
            .collect()
    }

    // Records.

    fn write_record(&self, stored: &Stored<'_>, refresh_kept: bool) -> Option<Record> {
        let write = stored.first()?;
        let weak_witness = write.credential.how.contains("in a store named for it")
            || write.credential.how.contains("beside another");
        let known_store = write.opened.is_some()
            || family(write.kind) == StoreKind::Sqlite
            || write.kind == StoreKind::Accountmanager;
        let confidence = if weak_witness || !known_store {
            Confidence::Medium
        } else {
            Confidence::High
        };
        let mut record = Record::new("write", locate::site(self.program, write.site), confidence);
        record.set("artifact", write.credential.kind.name());
        record.set("store", store_class(write.kind));
        record.set("reach", reach_of(write));
        record.set("protection", protection_of(write.protected));
        record.set("sdk-state", yes_no(write.sdk.is_some()));
        let reader = self.relogin(stored);
        record.set("relogin", yes_no(reader.is_some()));
        record.set("refresh-token-kept", yes_no(refresh_kept));
        record.subject = stored.id.text();
        record.owner = self.owner(write.site.func);
        record.excerpt = locate::excerpt(self.values, write.site, &self.events.key_texts);
        record.flow = self.write_flow(write);
        record.related = stored
            .writes
            .iter()
            .skip(1)
            .filter(|other| other.site != write.site)
            .map(|other| Step {
                location: locate::site(self.program, other.site),
                message: "also written here".to_owned(),
            })
            .collect();
        self.store_facts(&mut record, write);
        let facts = &mut record.facts;
        facts.insert(
            "through",
            match write.through.len() {
                0 => String::new(),
                _ => format!(" through `{}`", self.program.func_path(write.inner.func)),
            },
        );
        facts.insert(
            "protection-note",
            match write.protected {
                Protected::ExposedKey => {
                    "It is encrypted, but with a key that others can know, which protects nothing"
                        .to_owned()
                }
                _ => "Whoever gets the app's files, from a backup or from a rooted device, gets it"
                    .to_owned(),
            } + ".",
        );
        facts.insert(
            "reach-note",
            match (write.world, write.kind) {
                (true, _) => "which the app opens in a mode that every app can read".to_owned(),
                (_, StoreKind::ExternalApp | StoreKind::ExternalCache) => {
                    "the app's folder on shared storage".to_owned()
                }
                _ => "on shared storage".to_owned(),
            },
        );
        facts.insert("sdk", write.sdk.unwrap_or_default().to_owned());
        facts.insert(
            "reader",
            reader
                .map(|site| self.program.func_path(site.func))
                .unwrap_or_default(),
        );
        facts.insert("open", format!("where the store of `{}` comes from is not visible, and the app also opens encrypted ones", write.id.text()));
        facts.insert(
            "met",
            format!(
                "{} is kept {} in `{}`",
                write.credential.kind.name(),
                write.protected.name(),
                write.id.text()
            ),
        );
        Some(record)
    }

    fn store_facts(&self, record: &mut Record, write: &Write) {
        let facts = &mut record.facts;
        facts.insert(
            "artifact",
            artifact_phrase(write.credential.kind).to_owned(),
        );
        facts.insert("symbol", self.program.func_path(write.site.func));
        facts.insert("store-name", store_phrase(&write.id));
        let key = write
            .id
            .key
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        facts.insert(
            "key-note",
            if key.is_empty() {
                String::new()
            } else {
                format!(" under `{key}`")
            },
        );
        facts.insert("key", key);
        facts.insert("store", family(write.kind).name().to_owned());
        facts.insert("evidence", write.credential.how.clone());
        facts.insert("protection", write.protected.name().to_owned());
    }

    fn write_flow(&self, write: &Write) -> Vec<Step> {
        let mut flow = Vec::new();
        if let Some(source) = write.credential.source {
            flow.push(Step {
                location: locate::site(self.program, source),
                message: format!("the {} comes from here", write.credential.kind.name()),
            });
        }
        for site in write.through.iter().rev() {
            flow.push(Step {
                location: locate::site(self.program, *site),
                message: format!(
                    "passes {} to a function that stores it",
                    article(write.credential.kind.name())
                ),
            });
        }
        if let Some(opened) = write.opened {
            flow.push(Step {
                location: locate::site(self.program, opened),
                message: format!("opens {}", store_phrase(&write.id)),
            });
        }
        flow.push(Step {
            location: locate::site(self.program, write.inner),
            message: match &write.id.key {
                Some(key) => format!("writes it under `{key}`"),
                None => "writes it".to_owned(),
            },
        });
        flow
    }

    /// A stored password that is read again where something is sent.
    fn relogin(&self, stored: &Stored<'_>) -> Option<Site> {
        let write = stored.first()?;
        if !matches!(
            write.credential.kind,
            ArtifactKind::Password | ArtifactKind::Pin
        ) {
            return None;
        }
        let reads = self.events.reads.iter().filter(|(id, _, _)| {
            // The account store is one.
            if stored.id.kind == StoreKind::Accountmanager && id.kind == StoreKind::Accountmanager {
                return true;
            }
            stored.id.covered_by(&StoreId {
                kind: family(id.kind),
                ..id.clone()
            }) == crate::analysis::template::Overlap::Same
        });
        for (_, _, site) in reads {
            let sends = |func: FuncId| {
                let reach = self
                    .graph
                    .reach(Node::whole(func), None, false, RELOGIN_LIMIT);
                reach
                    .nodes
                    .iter()
                    .any(|reached| self.sends(reached.node.func))
            };
            // The function that reads, or the rest of its class: a field carries the value there.
            let class = self.program.func(site.func).class;
            if sends(site.func) || self.program.funcs_of(class).any(|func| self.sends(func)) {
                return Some(*site);
            }
        }
        None
    }

    /// Whether a function sends a request itself.
    fn sends(&self, func: FuncId) -> bool {
        self.events.senders.contains(&func) || self.is_login_call(func)
    }

    fn is_login_call(&self, func: FuncId) -> bool {
        self.program.body(func).ops.iter().any(|op| match op {
            Op::Call { target, .. } => self.services.get(target).is_some_and(|endpoint| {
                matches!(
                    endpoint.kind,
                    Some(EndpointKind::Login | EndpointKind::Token)
                )
            }),
            _ => false,
        })
    }

    fn key_record(&self, stored: &Stored<'_>) -> Option<Record> {
        let write = stored
            .writes
            .iter()
            .find(|write| write.exposed_key.is_some())?;
        let key = write.exposed_key?;
        let mut record = Record::new("key", locate::site(self.program, key), Confidence::High);
        record.set("artifact", write.credential.kind.name());
        record.subject = stored.id.text();
        record.owner = self.owner(key.func);
        record.excerpt = locate::excerpt(self.values, key, &self.events.key_texts);
        self.store_facts(&mut record, write);
        record
            .facts
            .insert("symbol", self.program.func_path(key.func));
        record
            .facts
            .insert("writer", self.program.func_path(write.site.func));
        let named = artifact_phrase(write.credential.kind);
        record.facts.insert("artifact", named.to_lowercase());
        record.flow = vec![
            Step {
                location: locate::site(self.program, key),
                message: "makes the key of what others can know".to_owned(),
            },
            Step {
                location: locate::site(self.program, write.site),
                message: "writes the value that is encrypted with it".to_owned(),
            },
        ];
        Some(record)
    }

    fn exit_record(&self, exit: &Exit, stored: &[Stored<'_>], told: &[Telling]) -> Record {
        let confidence = match exit.entry.witness {
            Witness::Label | Witness::Name | Witness::Sdk => Confidence::High,
            Witness::Effect | Witness::Ambiguous => Confidence::Medium,
        };
        let func = exit.entry.node.func;
        let mut record = Record::new("exit", self.exit_location(exit), confidence);
        let count = |wanted: Removal| {
            exit.removed
                .iter()
                .filter(|removed| removed.removal == wanted)
                .count()
        };
        let (cleared, kept, open) = (
            count(Removal::Cleared),
            count(Removal::Kept),
            count(Removal::Open),
        );
        record.set(
            "removes",
            match (stored.len(), cleared, kept, open) {
                (0, ..) => "nothing-stored",
                (_, _, 0, 0) => "all",
                (_, 0, _, 0) => "none",
                (_, _, 0, _) => "open",
                (_, 0, _, _) => "open",
                _ => "some",
            },
        );
        record.set(
            "server",
            match &exit.server {
                ServerEffect::Told(_) => "told",
                ServerEffect::None => "none",
                ServerEffect::LocalOnly(_) => "local-only",
                ServerEffect::Open(_) => "open",
            },
        );
        let issued: Vec<&Stored<'_>> = stored
            .iter()
            .filter(|stored| {
                stored
                    .first()
                    .is_some_and(|write| is_issued(write.credential.kind))
            })
            .collect();
        let talks = !self.events.senders.is_empty()
            || !self.services.is_empty()
            || !self.events.sdk.is_empty();
        record.set(
            "issued",
            yes_no((!issued.is_empty() || self.sdk_session()) && talks),
        );
        let has_refresh = stored.iter().any(|stored| {
            stored
                .writes
                .iter()
                .any(|write| write.credential.kind == ArtifactKind::RefreshToken)
        });
        let revocation = told
            .iter()
            .find(|telling| telling.kind == EndpointKind::Revoke)
            .map(|telling| telling.what.clone())
            .or_else(|| {
                self.services
                    .values()
                    .filter(|endpoint| endpoint.kind == Some(EndpointKind::Revoke))
                    .map(Endpoint::id)
                    .min()
            });
        record.set("revocation-known", yes_no(revocation.is_some()));
        record.set(
            "refresh",
            if !has_refresh {
                "none"
            } else {
                match (exit.revokes_refresh, &exit.server) {
                    (Some(true), _) => "revoked",
                    (Some(false), _) => "other-token",
                    (None, ServerEffect::Told(_)) => "ended-otherwise",
                    (None, ServerEffect::Open(_)) => "open",
                    (None, _) => "kept",
                }
            },
        );
        record.entry = exit.entry.id.clone();
        record.weak = exit.entry.weak;
        record.owner = self.owner(func);
        record.proof = exit.proof.clone();
        let names = |wanted: Removal| {
            stored
                .iter()
                .zip(&exit.removed)
                .filter(|(_, removed)| removed.removal == wanted)
                .map(|(stored, _)| stored_phrase(stored))
                .collect::<Vec<_>>()
        };
        record.proof.extend(
            stored
                .iter()
                .zip(&exit.removed)
                .filter(|(_, removed)| removed.removal != Removal::Cleared)
                .map(|(stored, removed)| {
                    format!(
                        "{}: {} ({})",
                        stored_phrase(stored),
                        removed.removal.name(),
                        removed.why
                    )
                }),
        );
        for (stored, removed) in stored.iter().zip(&exit.removed) {
            if removed.removal == Removal::Kept
                && let Some(write) = stored.first()
            {
                record.related.push(Step {
                    location: locate::site(self.program, write.site),
                    message: format!("{} is written here", stored_phrase(stored)),
                });
            }
        }
        for node in &exit.same {
            record.related.push(Step {
                location: locate::start(self.program, self.graph, *node),
                message: "the same control does the same here".to_owned(),
            });
        }
        record.flow = self.exit_flow(exit);
        let facts = &mut record.facts;
        facts.insert("exit", exit.entry.name.clone());
        facts.insert("entry", exit.entry.name.clone());
        facts.insert("kept", list(&names(Removal::Kept)));
        facts.insert("removed", list(&names(Removal::Cleared)));
        facts.insert(
            "issued",
            match issued.first().and_then(|stored| stored.first()) {
                Some(write) => format!("the {}", write.credential.kind.name().replace('-', " ")),
                None => "the session".to_owned(),
            },
        );
        facts.insert(
            "local-call",
            match &exit.server {
                ServerEffect::LocalOnly(call) => call.clone(),
                _ => String::new(),
            },
        );
        facts.insert(
            "revocation",
            revocation
                .map(|what| format!("`{what}`"))
                .unwrap_or_default(),
        );
        facts.insert(
            "refresh-note",
            match exit.revokes_refresh {
                Some(false) => "revokes another token, not the refresh token".to_owned(),
                _ => "never hands the refresh token to it".to_owned(),
            },
        );
        let mut reasons: Vec<String> = Vec::new();
        if let ServerEffect::Open(why) = &exit.server {
            reasons.push(why.clone());
        }
        reasons.extend(
            exit.removed
                .iter()
                .filter(|removed| removed.removal == Removal::Open)
                .map(|removed| removed.why.clone()),
        );
        reasons.sort();
        reasons.dedup();
        facts.insert(
            "open",
            if reasons.is_empty() {
                "not decidable from the code".to_owned()
            } else {
                reasons.join("; ")
            },
        );
        facts.insert("met", match &exit.server {
            ServerEffect::Told(what) => format!("{}: the server is told (`{what}`); what it does with it is not observable in the client", exit.entry.name),
            _ => format!("{}: removes {}", exit.entry.name, list(&names(Removal::Cleared))),
        });
        record
    }

    /// Where an exit stands: in the function that is named for it, if one is on the certain way;
    /// else at the handler.
    fn exit_location(&self, exit: &Exit) -> Location {
        let named = exit
            .reach
            .nodes
            .iter()
            .filter(|reached| reached.must)
            .map(|reached| reached.node)
            .find(|node| {
                let name = self.program.func_name(node.func);
                !name.contains('$') && crate::models::lexicon::is_logout_identifier(name)
            });
        locate::start(self.program, self.graph, named.unwrap_or(exit.entry.node))
    }

    fn exit_flow(&self, exit: &Exit) -> Vec<Step> {
        let mut flow = vec![Step {
            location: locate::start(self.program, self.graph, exit.entry.node),
            message: format!("{} begins here", exit.entry.name),
        }];
        for removed in exit.removed.iter().filter_map(|removed| removed.site) {
            let location = locate::site(self.program, removed);
            if !flow.iter().any(|step| step.location == location) {
                flow.push(Step {
                    location,
                    message: "removes a stored value".to_owned(),
                });
            }
        }
        if let Some(telling) = &exit.told {
            flow.push(Step {
                location: locate::site(self.program, telling.site),
                message: format!("tells the server: {}", telling.what),
            });
        }
        flow
    }

    /// An SDK keeps a session of its own.
    fn sdk_session(&self) -> bool {
        self.events.sdk.iter().any(|(_, model)| {
            model
                .roles
                .intersects(Roles::LOGIN | Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT | Roles::REVOKE)
        })
    }

    fn leak_record(&self, kind: &'static str, leak: &Leak) -> Record {
        let mut record = Record::new(
            kind,
            locate::site(self.program, leak.site),
            Confidence::High,
        );
        record.set("artifact", leak.credential.kind.name());
        record.set("debug-only", yes_no(leak.debug_only));
        record.subject = format!(
            "{kind}:{}",
            leak.sink.rsplit(':').next().unwrap_or(leak.sink)
        );
        record.owner = self.owner(leak.site.func);
        record.excerpt = locate::excerpt(self.values, leak.site, &self.events.key_texts);
        if let Some(source) = leak.credential.source.filter(|source| *source != leak.site) {
            record.flow.push(Step {
                location: locate::site(self.program, source),
                message: format!("the {} comes from here", leak.credential.kind.name()),
            });
        }
        record.flow.push(Step {
            location: locate::site(self.program, leak.site),
            message: if kind == "log" {
                "it is written to the log".to_owned()
            } else {
                "it becomes part of a URL".to_owned()
            },
        });
        let facts = &mut record.facts;
        facts.insert("artifact", artifact_phrase(leak.credential.kind).to_owned());
        facts.insert("symbol", self.program.func_path(leak.site.func));
        facts.insert(
            "text",
            if leak.text == "{?}" {
                "the value itself".to_owned()
            } else {
                shorten(&leak.text)
            },
        );
        facts.insert("evidence", leak.credential.how.clone());
        facts.insert("met", "only a debug build does it".to_owned());
        record
    }

    /// URLs in code, and parameters of service methods that go into the URL.
    fn url_records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = self
            .events
            .urls
            .iter()
            .map(|leak| self.leak_record("url", leak))
            .collect();
        let mut methods: Vec<(&MethodId, &Endpoint)> = self.services.iter().collect();
        methods.sort_unstable_by_key(|(method, _)| **method);
        for (method, endpoint) in methods {
            let Some(func) = self.program.func_of.get(method.index()).copied().flatten() else {
                continue;
            };
            if self.graph.is_library_func(func) {
                continue;
            }
            for (name, _) in &endpoint.query {
                let judged = self
                    .judge
                    .name(name, || format!("the parameter is `{name}`"));
                let Some(credential) = judged.credential().filter(|credential| {
                    credential.strong && super::credential::is_session_value(credential.kind)
                }) else {
                    continue;
                };
                // Where it is called; a service method that nobody calls sends nothing.
                let call = self.program.calls.row(method.0).find_map(|caller| {
                    let body = self.program.body(caller);
                    body.iter_ops().find_map(|(op, call)| match call {
                        Op::Call { target, .. } if target == method => {
                            Some(Site { func: caller, op })
                        }
                        _ => None,
                    })
                });
                let Some(call) = call else {
                    continue;
                };
                let mut record =
                    Record::new("url", locate::site(self.program, call), Confidence::High);
                record.owner = self.owner(call.func);
                record.set("artifact", credential.kind.name());
                record.set("debug-only", "no");
                record.subject = endpoint.id();
                record
                    .facts
                    .insert("artifact", artifact_phrase(credential.kind).to_owned());
                record.facts.insert("symbol", self.program.func_path(func));
                record
                    .facts
                    .insert("text", format!("{}?{name}={{?}}", endpoint.id()));
                record.facts.insert("evidence", credential.how);
                records.push(record);
            }
        }
        records
    }

    fn literal_records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        let mut seen: Vec<(String, FuncId)> = Vec::new();
        for (text, func) in &self.program.texts {
            if self.graph.is_library_func(*func) || seen.contains(&(text.clone(), *func)) {
                continue;
            }
            let Some(found) = literal::find(text, self.sources.now) else {
                continue;
            };
            seen.push((text.clone(), *func));
            let body = self.program.body(*func);
            let site = body
                .iter_ops()
                .find(|(_, op)| super::credential::text_of(op) == Some(text.as_str()))
                .map(|(op, _)| Site { func: *func, op });
            let Some(site) = site else { continue };
            records.push(self.literal_record(
                &found,
                locate::site(self.program, site),
                &self.program.func_path(*func),
            ));
        }
        for (field, value) in &self.program.statics {
            if let crate::ir::StaticValue::Str(text) = value
                && !seen.iter().any(|(known, _)| known.contains(text.as_str()))
                && let Some(found) = literal::find(text, self.sources.now)
            {
                let symbol = self.program.field(*field);
                let Some(class) = self.program.class_of.get(&symbol.class) else {
                    continue;
                };
                if self.graph.is_library(*class) {
                    continue;
                }
                let name = format!(
                    "{}.{}",
                    self.program.type_name(symbol.class),
                    self.program.names.text(symbol.name)
                );
                let location = Location {
                    part: self
                        .program
                        .class(*class)
                        .and_then(|class| self.program.units.get(class.unit.index()))
                        .map(|unit| unit.part.clone())
                        .unwrap_or_default(),
                    class: Some(self.program.type_name(symbol.class)),
                    source_file: self
                        .program
                        .class(*class)
                        .and_then(|class| class.source_file)
                        .map(|file| self.program.names.text(file).to_owned()),
                    ..Location::default()
                };
                records.push(self.literal_record(&found, location, &name));
            }
        }
        for (text, id, location) in self.sources.resource_texts {
            if let Some(found) = literal::find(text, self.sources.now) {
                let used = self.resource_site(*id);
                let place =
                    used.map_or_else(|| location.clone(), |site| locate::site(self.program, site));
                let symbol = used.map_or_else(
                    || location.part.clone(),
                    |site| self.program.func_path(site.func),
                );
                records.push(self.literal_record(&found, place, &symbol));
            }
        }
        records.sort_by(|a, b| a.location.cmp(&b.location));
        records
    }

    /// Where the app's own code first uses a resource.
    fn resource_site(&self, id: u32) -> Option<Site> {
        self.program
            .resource_uses(id)
            .filter(|func| !self.graph.is_library_func(*func))
            .find_map(|func| {
                let body = self.program.body(func);
                body.iter_ops().find_map(|(op, call)| match call {
                    Op::Call { args, .. }
                        if body.args(*args).iter().any(|value| {
                            crate::analysis::callgraph::known_int(self.program, body, *value)
                                == Some(i64::from(id))
                        }) =>
                    {
                        Some(Site { func, op })
                    }
                    _ => None,
                })
            })
    }

    fn literal_record(&self, found: &literal::Literal, location: Location, symbol: &str) -> Record {
        let mut record = Record::new("literal", location.clone(), Confidence::High);
        record.set("form", found.form);
        record.set("state", found.state);
        record.set("expiry", found.expiry);
        record.set("use", found.usage);
        record.subject = format!("literal:{}:{}", found.form, found.usage);
        record.flow = vec![Step {
            location,
            message: format!("{} stands here", found.value),
        }];
        let facts = &mut record.facts;
        facts.insert("what", found.what.clone());
        facts.insert("symbol", symbol.to_owned());
        facts.insert("value", found.value.clone());
        facts.insert("claims", found.claims.clone());
        facts.insert("met", found.claims.clone());
        record
    }

    fn app_record(&self, stored: &[Stored<'_>], exits: &[Exit]) -> Record {
        let location = match self.sources.manifest {
            Some(manifest) => manifest.application.location.clone(),
            None => stored
                .first()
                .and_then(Stored::first)
                .map(|write| locate::site(self.program, write.site))
                .unwrap_or_default(),
        };
        let mut record = Record::new("app", location, Confidence::High);
        record.set("session", "yes");
        record.set("stores", yes_no(!stored.is_empty()));
        let removes = self.events.clears.iter().any(|clear| {
            clear.everything
                || stored.iter().any(|stored| {
                    stored.id.covered_by(&clear.id) != crate::analysis::template::Overlap::Disjoint
                })
        });
        record.set(
            "exits",
            if !exits.is_empty() {
                "some"
            } else if removes || !self.sources.controls.is_empty() {
                "open"
            } else {
                "none"
            },
        );
        if let Some(write) = stored.first().and_then(Stored::first) {
            self.store_facts(&mut record, write);
            record.facts.insert(
                "artifact",
                artifact_phrase(write.credential.kind).to_lowercase(),
            );
            record.related.push(Step {
                location: locate::site(self.program, write.site),
                message: "the session is stored here".to_owned(),
            });
        }
        record.proof.push(format!(
            "no function named for signing out, no control with such a label in any language, no SDK sign-out and nothing that removes {} was found in {} functions",
            stored.first().map(stored_phrase).unwrap_or_default(),
            self.program.counts.functions
        ));
        record.facts.insert("open", "something removes stored session values, or a control is labelled like a sign-out, but no way out was recognised".to_owned());
        record.facts.insert(
            "met",
            exits
                .first()
                .map(|exit| exit.entry.name.clone())
                .unwrap_or_default(),
        );
        record
    }

    fn backup_record(&self, stored: &[Stored<'_>]) -> Option<Record> {
        let backup = self.sources.backup?;
        let mut included: Vec<(&Stored<'_>, Answer, Option<Answer>)> = Vec::new();
        let (mut cloud, mut transfer) = ("excluded", "excluded");
        let mut plain = false;
        let mut asked = false;
        for stored in stored {
            let Some(write) = stored.first() else {
                continue;
            };
            let Some((domain, path)) = backup_path(write) else {
                continue;
            };
            asked = true;
            let ask = |channel| backup.covers(channel, domain, path.as_deref());
            // Apps for older platforms are transferred by rules of the cloud, if at all.
            let modern = self
                .sources
                .manifest
                .is_some_and(|manifest| manifest.target_sdk() >= ANDROID_12);
            let clouds = [ask(Channel::CloudLegacy), ask(Channel::Cloud31)];
            let mut moved = ask(Channel::DeviceTransfer);
            if !modern {
                moved.covered = Covered::Excluded;
            }
            let worst_cloud = clouds
                .iter()
                .max_by_key(|answer| severity_of(answer.covered))
                .cloned();
            let encrypted = matches!(write.protected, Protected::Encrypted | Protected::Keystore);
            if let Some(answer) = worst_cloud {
                cloud = worse(cloud, covered_name(answer.covered));
                transfer = worse(
                    transfer,
                    match covered_name(moved.covered) {
                        "encrypted-only" => "included",
                        other => other,
                    },
                );
                let carried = matches!(answer.covered, Covered::Included { .. });
                let moves = matches!(moved.covered, Covered::Included { .. });
                if carried || moves {
                    plain |= !encrypted;
                    included.push((
                        stored,
                        if carried { answer } else { moved.clone() },
                        carried.then_some(moved).filter(|_| moves),
                    ));
                }
            }
        }
        if !asked {
            return None;
        }
        let place = included.first().map_or_else(
            || {
                backup
                    .covers(Channel::Cloud31, Domain::SharedPref, None)
                    .location
            },
            |(_, answer, _)| answer.location.clone(),
        );
        let mut record = Record::new("backup", place, Confidence::High);
        record.set("cloud", cloud);
        record.set("transfer", transfer);
        record.set(
            "protection",
            if plain || included.is_empty() {
                "plaintext"
            } else {
                "encrypted"
            },
        );
        record.subject = "backup".to_owned();
        let names: Vec<String> = included
            .iter()
            .map(|(stored, _, _)| stored_phrase(stored))
            .collect();
        record.facts.insert("stores", list(&names));
        record.facts.insert(
            "channels",
            match (cloud, transfer) {
                ("included", "included") => {
                    "Cloud backups and device-to-device transfers contain a copy"
                }
                ("included", _) => "Cloud backups contain a copy",
                _ => "Device-to-device transfers contain a copy",
            }
            .to_owned(),
        );
        record.facts.insert(
            "why",
            included
                .first()
                .map(|(_, answer, _)| answer.reason.to_string())
                .unwrap_or_default(),
        );
        record.facts.insert("open", "the backup rules could not be decided: a custom backup agent, or a path that is not known".to_owned());
        record.facts.insert(
            "met",
            "backup rules exclude every store that holds a session value".to_owned(),
        );
        for (stored, answer, _) in &included {
            record.flow.push(Step {
                location: answer.location.clone(),
                message: answer.reason.to_string(),
            });
            if let Some(write) = stored.first() {
                record.related.push(Step {
                    location: locate::site(self.program, write.site),
                    message: format!("{} is written here", stored_phrase(stored)),
                });
            }
        }
        record.flow.dedup();
        Some(record)
    }

    fn owner(&self, func: FuncId) -> crate::finding::Owner {
        match self.owners.library(self.program.func(func).class) {
            Some(name) => crate::finding::Owner::Library(name.to_owned()),
            None => crate::finding::Owner::FirstParty,
        }
    }

    // The table.

    fn table(&self, stored: &[Stored<'_>], exits: &[Exit]) -> LedgerTable {
        let rows = stored
            .iter()
            .filter_map(|stored| {
                let write = stored.first()?;
                let backed_up = self.sources.backup.and_then(|backup| {
                    let (domain, path) = backup_path(write)?;
                    [
                        Channel::CloudLegacy,
                        Channel::Cloud31,
                        Channel::DeviceTransfer,
                    ]
                    .into_iter()
                    .map(|channel| backup.covers(channel, domain, path.as_deref()).covered)
                    .max_by_key(|covered| severity_of(*covered))
                });
                Some(StoredArtifact {
                    artifact: write.credential.kind.name().to_owned(),
                    evidence: write.credential.how.clone(),
                    confidence: if write.opened.is_some() {
                        Confidence::High
                    } else {
                        Confidence::Medium
                    },
                    store: family(write.kind).name().to_owned(),
                    id: stored.id.text(),
                    name: store_phrase(&write.id),
                    key: write
                        .id
                        .key
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                    protection: write.protected.name().to_owned(),
                    backup: match backed_up {
                        Some(Covered::Included { .. }) => "included",
                        Some(Covered::Excluded) => "excluded",
                        Some(Covered::Unknown) | None => "unknown",
                    }
                    .to_owned(),
                    writes: stored
                        .writes
                        .iter()
                        .map(|write| locate::site(self.program, write.site))
                        .collect(),
                })
            })
            .collect();
        let columns = exits
            .iter()
            .map(|exit| record::Exit {
                name: exit.entry.name.clone(),
                id: exit.entry.id.clone(),
                evidence: witness_phrase(exit.entry.witness).to_owned(),
                confidence: if exit.entry.witness == Witness::Ambiguous {
                    Confidence::Medium
                } else {
                    Confidence::High
                },
                location: { self.exit_location(exit) },
                server: exit.server.clone(),
                removals: exit.removed.iter().map(|removed| removed.removal).collect(),
            })
            .collect();
        let mut requests: Vec<(String, String)> = self
            .services
            .values()
            .filter_map(|endpoint| Some((endpoint.id(), endpoint.kind?.name().to_owned())))
            .chain(
                self.program
                    .texts
                    .iter()
                    .filter(|(_, func)| !self.graph.is_library_func(*func))
                    .filter_map(|(text, _)| {
                        let kind = endpoint_text(text)?;
                        Some((
                            text.trim_start_matches('/').to_owned(),
                            kind.name().to_owned(),
                        ))
                    }),
            )
            .collect();
        requests.sort();
        requests.dedup();
        LedgerTable {
            stored: rows,
            exits: columns,
            endpoints: requests,
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

fn witness_phrase(witness: Witness) -> &'static str {
    match witness {
        Witness::Label => "its label says so",
        Witness::Name => "its name says so",
        Witness::Sdk => "it calls an SDK's sign-out",
        Witness::Effect => "it clears session stores",
        Witness::Ambiguous => "its label may say so, and it goes back to the login",
    }
}

/// Where a store is in the backup set: domain and path. None for stores that backups never see.
fn backup_path(write: &Write) -> Option<(Domain, Option<String>)> {
    let literal = |template: &Template| template.as_literal().map(str::to_owned);
    match write.kind {
        StoreKind::Sharedprefs | StoreKind::SharedprefsEncrypted => {
            Some((Domain::SharedPref, literal(&write.id.name)))
        }
        StoreKind::Datastore => Some((Domain::File, None)),
        StoreKind::Sqlite | StoreKind::Room => Some((Domain::Database, None)),
        StoreKind::File | StoreKind::FileInternal => Some((
            Domain::File,
            literal(&write.id.name).filter(|name| !name.starts_with('/')),
        )),
        StoreKind::Mmkv | StoreKind::Realm | StoreKind::Paper | StoreKind::Objectbox => {
            Some((Domain::File, None))
        }
        StoreKind::ExternalApp => Some((Domain::External, None)),
        _ => None,
    }
}

fn severity_of(covered: Covered) -> u8 {
    match covered {
        Covered::Included {
            only_encrypted: false,
        } => 3,
        Covered::Unknown => 2,
        Covered::Included {
            only_encrypted: true,
        } => 1,
        Covered::Excluded => 0,
    }
}

fn covered_name(covered: Covered) -> &'static str {
    match covered {
        Covered::Included {
            only_encrypted: false,
        } => "included",
        Covered::Included {
            only_encrypted: true,
        } => "encrypted-only",
        Covered::Excluded => "excluded",
        Covered::Unknown => "unknown",
    }
}

fn worse(a: &'static str, b: &'static str) -> &'static str {
    let rank = |name: &str| match name {
        "included" => 3,
        "unknown" => 2,
        "encrypted-only" => 1,
        _ => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

fn store_class(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Sharedprefs
        | StoreKind::SharedprefsEncrypted
        | StoreKind::Datastore
        | StoreKind::Mmkv
        | StoreKind::Paper
        | StoreKind::Objectbox
        | StoreKind::DeviceProtected => "preferences",
        StoreKind::Accountmanager => "accounts",
        StoreKind::Memory => "memory",
        StoreKind::File
        | StoreKind::FileInternal
        | StoreKind::FileCache
        | StoreKind::FileNobackup
        | StoreKind::FileEncrypted
        | StoreKind::Sqlite
        | StoreKind::Room
        | StoreKind::Contentvalues
        | StoreKind::Realm
        | StoreKind::ExternalApp
        | StoreKind::ExternalCache
        | StoreKind::ExternalShared => "file",
        _ => "other",
    }
}

fn reach_of(write: &Write) -> &'static str {
    match write.kind {
        _ if write.world => "outside",
        StoreKind::ExternalShared => "outside",
        StoreKind::ExternalApp | StoreKind::ExternalCache => "external-app",
        _ => "sandbox",
    }
}

fn protection_of(protected: Protected) -> &'static str {
    match protected {
        Protected::Plain => "plaintext",
        Protected::ExposedKey => "exposed-key",
        Protected::Encrypted => "encrypted",
        Protected::Keystore => "keystore",
        Protected::Memory => "memory",
        Protected::Unknown => "unknown",
    }
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn artifact_phrase(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::AccessToken => "An access token",
        ArtifactKind::RefreshToken => "A refresh token",
        ArtifactKind::IdToken => "An ID token",
        ArtifactKind::Session => "A session value",
        ArtifactKind::Cookie => "A session cookie",
        ArtifactKind::Password => "The user's password",
        ArtifactKind::Pin => "The user's PIN",
        _ => "A credential",
    }
}

fn article(noun: &str) -> String {
    let noun = noun.replace('-', " ");
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {noun}")
    } else {
        format!("a {noun}")
    }
}

fn store_phrase(id: &StoreId) -> String {
    let kind = match family(id.kind) {
        StoreKind::Sharedprefs => "preferences",
        StoreKind::Datastore => "the DataStore",
        StoreKind::Sqlite => "the table",
        StoreKind::File => "the file",
        StoreKind::ExternalShared | StoreKind::ExternalApp | StoreKind::ExternalCache => {
            "the file on shared storage"
        }
        StoreKind::Accountmanager => "the system's account store",
        other => other.name(),
    };
    if id.name.is_unknown() || id.name == Template::default() {
        match family(id.kind) {
            StoreKind::Sharedprefs => "a preferences file".to_owned(),
            StoreKind::Sqlite => "a database".to_owned(),
            StoreKind::File => "a file".to_owned(),
            _ => kind.to_owned(),
        }
    } else {
        format!("{kind} {}", id.name)
    }
}

fn stored_phrase(stored: &Stored<'_>) -> String {
    let kind = stored
        .first()
        .map_or("value", |write| write.credential.kind.name())
        .replace('-', " ");
    match &stored.id.key {
        Some(key) if !key.is_unknown() => {
            format!("the {kind} `{key}` in {}", store_phrase(&stored.id))
        }
        _ => format!("the {kind} in {}", store_phrase(&stored.id)),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() > 90 {
        text.chars().take(90).chain(std::iter::once('…')).collect()
    } else {
        text.to_owned()
    }
}
