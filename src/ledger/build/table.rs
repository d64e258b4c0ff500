//! The table that people read: what is stored, every way out, what each does to each.

use super::backup::{backup_path, severity_of};
use super::entries::confidence;
use super::phrase::store_phrase;
use super::{Builder, Stored};
use crate::analysis::requests::endpoint_text;
use crate::facts::backup::{Channel, Covered};
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
                evidence: exit.entry.witness.phrase().to_owned(),
                confidence: confidence(&exit.entry),
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
