//! Records of what is stored: session values, how they are protected, and the keys that protect them.

use super::phrase::{article, artifact_phrase, store_phrase, yes_no};
use super::{Builder, Stored};
use crate::analysis::callgraph::Node;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{FuncId, Op};
use crate::ledger::event::{Protected, Write};
use crate::ledger::store::{StoreId, family};
use crate::ledger::{Record, locate};
use crate::models::lexicon::EndpointKind;
use crate::models::{ArtifactKind, StoreKind};

/// Most functions that are followed from where a stored password is read.
const RELOGIN_LIMIT: usize = 400;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn write_record(&self, stored: &Stored<'_>, refresh_kept: bool) -> Option<Record> {
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
                (true, _) => "in a mode that opens it to every app".to_owned(),
                _ if let Some(served) = write.served => format!(
                    "and `{}` hands that table to every app that asks",
                    self.program.func_path(served.func)
                ),
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
        facts.insert("open", self.undecided(write));
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

    /// Why it is not decided how a written value is protected, or who can read it.
    fn undecided(&self, write: &Write) -> String {
        if let Some(elsewhere) = write.opened_elsewhere {
            return format!(
                "`{}` opens the same store for every app; which mode it gets, the order of the calls decides",
                self.program.func_path(elsewhere.func)
            );
        }
        if write.opened.is_some() {
            return format!(
                "what is written to `{}` goes through code that may encrypt it and may not",
                write.id.text()
            );
        }
        format!(
            "where the store of `{}` comes from is not visible, and the app also opens encrypted ones",
            write.id.text()
        )
    }

    pub(super) fn store_facts(&self, record: &mut Record, write: &Write) {
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
        for (site, message) in [
            (write.served, "hands the table to other apps"),
            (write.opened_elsewhere, "opens the same store for every app"),
        ] {
            if let Some(site) = site {
                flow.push(Step {
                    location: locate::site(self.program, site),
                    message: message.to_owned(),
                });
            }
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
                reach.here().any(|reached| self.sends(reached.node.func))
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

    pub(super) fn key_record(&self, stored: &Stored<'_>) -> Option<Record> {
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
        _ if write.world || write.served.is_some() => "outside",
        StoreKind::ExternalShared => "outside",
        StoreKind::ExternalApp | StoreKind::ExternalCache => "external-app",
        _ if write.opened_elsewhere.is_some() => "perhaps-outside",
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
