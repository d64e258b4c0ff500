//! The table that people read: what is stored, every way out, what each does to each.

use super::backup::severity_of;
use super::entries::confidence;
use super::phrase::store_phrase;
use super::{Builder, Stored};
use crate::facts::backup::Covered;
use crate::finding::Confidence;
use crate::ledger::exit::Exit;
use crate::ledger::locate;
use crate::ledger::record::{self, LedgerTable, StoredArtifact};
use crate::ledger::store::family;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn table(&self, stored: &[Stored<'_>], exits: &[Exit]) -> LedgerTable {
        let rows = stored
            .iter()
            .filter_map(|stored| {
                let write = stored.first()?;
                let backed_up = self.sources.backup.and_then(|backup| {
                    let (cloud, moved) = self.carried(backup, write)?;
                    [cloud.covered, moved.covered]
                        .into_iter()
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
                evidence: exit.entry.witness.phrase().to_owned(),
                confidence: confidence(&exit.entry),
                location: { self.exit_location(exit) },
                server: exit.server.clone(),
                removals: exit.removed.iter().map(|removed| removed.removal).collect(),
                reasons: exit
                    .removed
                    .iter()
                    .map(|removed| removed.why.clone())
                    .collect(),
            })
            .collect();
        let endpoints = self
            .requests
            .endpoints()
            .into_iter()
            .map(|(id, kind)| (id, kind.name().to_owned()))
            .collect();
        LedgerTable {
            stored: rows,
            exits: columns,
            endpoints,
            resources: self.resources(),
        }
    }

    /// Service methods that read something, those of the signed-in user's own data first, and those
    /// whose path does not vary before others.
    fn resources(&self) -> Vec<String> {
        let mut found: Vec<(bool, bool, String)> = self
            .services
            .values()
            .filter(|endpoint| endpoint.kind.is_none() && endpoint.verb.as_deref() == Some("GET"))
            .map(|endpoint| {
                let own = endpoint
                    .path
                    .to_lowercase()
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| OWN_DATA.contains(&word));
                (!own, endpoint.path.contains('{'), endpoint.id())
            })
            .collect();
        found.sort();
        found.dedup();
        found.truncate(MAX_RESOURCES);
        found.into_iter().map(|(_, _, id)| id).collect()
    }
}

/// Words of paths that lead to the signed-in user's own data.
const OWN_DATA: [&str; 10] = [
    "me", "self", "profile", "account", "accounts", "user", "users", "orders", "messages", "inbox",
];
/// Most requests that are kept as examples.
const MAX_RESOURCES: usize = 20;
