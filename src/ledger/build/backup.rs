//! The record of what backups and device transfers carry away.

use super::phrase::{list, stored_phrase};
use super::{Builder, Stored};
use crate::analysis::template::Template;
use crate::facts::backup::{Answer, Backup, Channel, Covered, Domain};
use crate::finding::{Confidence, Step};
use crate::ledger::event::{Protected, Write};
use crate::ledger::{Record, locate};
use crate::models::StoreKind;

/// The platform since which transfers have rules of their own.
const ANDROID_12: u32 = 31;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn backup_record(&self, stored: &[Stored<'_>]) -> Option<Record> {
        let backup = self.sources.backup?;
        let mut included: Vec<(&Stored<'_>, Answer, Option<Answer>)> = Vec::new();
        let (mut cloud, mut transfer) = ("excluded", "excluded");
        let mut plain = false;
        let mut asked = false;
        for stored in stored {
            let Some(write) = stored.first() else {
                continue;
            };
            let Some((answer, moved)) = self.carried(backup, write) else {
                continue;
            };
            asked = true;
            let encrypted = matches!(write.protected, Protected::Encrypted | Protected::Keystore);
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

    /// Whether cloud backups and device transfers carry what is written; none for stores that
    /// backups never see.
    pub(super) fn carried(&self, backup: &Backup, write: &Write) -> Option<(Answer, Answer)> {
        let (domain, path) = backup_path(write)?;
        let ask = |channel| backup.covers(channel, domain, path.as_deref());
        let cloud = [ask(Channel::CloudLegacy), ask(Channel::Cloud31)]
            .into_iter()
            .max_by_key(|answer| severity_of(answer.covered))?;
        let mut moved = ask(Channel::DeviceTransfer);
        // Apps for older platforms are transferred by rules of the cloud, if at all.
        let modern = self
            .sources
            .manifest
            .is_some_and(|manifest| manifest.target_sdk() >= ANDROID_12);
        if !modern {
            moved.covered = Covered::Excluded;
        }
        Some((cloud, moved))
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

pub(super) fn severity_of(covered: Covered) -> u8 {
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
