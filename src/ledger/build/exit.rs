//! Records of the ways out: what each removes, what it tells the server, with the proof.

use super::entries::confidence;
use super::phrase::{list, stored_phrase, yes_no};
use super::{Builder, Stored};
use crate::analysis::callgraph::Reach;
use crate::analysis::entries::Entry;
use crate::analysis::requests::Endpoint;
use crate::finding::{Location, Step};
use crate::ledger::credential::is_issued;
use crate::ledger::exit::{Exit, ExitAnalysis};
use crate::ledger::record::{Removal, ServerEffect};
use crate::ledger::residue::Residue;
use crate::ledger::sequence::Sequences;
use crate::ledger::store::StoreId;
use crate::ledger::telling::Telling;
use crate::ledger::{Evidence, Record, locate};
use crate::models::ArtifactKind;
use crate::models::lexicon::EndpointKind;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// What each way out does.
    pub(super) fn exits(
        &self,
        sign_outs: Vec<(Entry, Reach)>,
        stored: &[Stored<'p>],
        told: &[Telling],
        residues: &[Residue],
    ) -> Vec<Exit> {
        let ids: Vec<StoreId> = stored.iter().map(|stored| stored.id.clone()).collect();
        let sequences = Sequences::new(self.values, self.events, self.services, &ids);
        let analysis = ExitAnalysis {
            values: self.values,
            events: self.events,
            endpoints: self.services,
            stored: &ids,
            tellings: told,
            sequences: &sequences,
            leading: Default::default(),
            residues,
        };
        let mut exits: Vec<Exit> = Vec::new();
        for (entry, reach) in sign_outs {
            let exit = analysis.run(entry, reach);
            #[cfg(test)]
            let exit = Exit {
                effects: analysis.effects(&exit),
                ..exit
            };
            // The same control in several screens, each with its copy of the handler, is one exit
            // as long as all do the same.
            let verdicts = |exit: &Exit| -> Vec<Removal> {
                exit.removed
                    .iter()
                    .chain(&exit.left)
                    .map(|removed| removed.removal)
                    .collect()
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

    pub(super) fn exit_record(
        &self,
        exit: &Exit,
        stored: &[Stored<'_>],
        told: &[Telling],
    ) -> Record {
        let confidence = confidence(&exit.entry);
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
        let names = |wanted: Removal| {
            stored
                .iter()
                .zip(&exit.removed)
                .filter(|(_, removed)| removed.removal == wanted)
                .map(|(stored, _)| stored_phrase(stored))
                .collect::<Vec<_>>()
        };
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
        let undecided = |reasons: Vec<String>| match reasons.is_empty() {
            true => "not decidable from the code".to_owned(),
            false => reasons.join("; "),
        };
        let mut reasons: Vec<String> = exit
            .removed
            .iter()
            .filter(|removed| removed.removal == Removal::Open)
            .map(|removed| removed.why.clone())
            .collect();
        reasons.sort();
        reasons.dedup();
        record.evidence.insert(
            "removes",
            Evidence {
                open: undecided(reasons),
                met: format!(
                    "{}: removes {}",
                    exit.entry.name,
                    list(&names(Removal::Cleared))
                ),
                proof: [
                    what_stays(stored, exit),
                    self.unreached_removals(exit, stored),
                    self.followed(exit),
                ]
                .concat(),
                flow: Vec::new(),
            },
        );
        let server = Evidence {
            open: match &exit.server {
                ServerEffect::Open(why) => why.clone(),
                ServerEffect::Told(what) => {
                    format!("what the server does on `{what}` is not observable in the client")
                }
                _ => undecided(Vec::new()),
            },
            met: match &exit.server {
                ServerEffect::Told(what) => format!(
                    "{}: the server is told (`{what}`); what it does with it is not observable in the client",
                    exit.entry.name
                ),
                _ => exit.entry.name.clone(),
            },
            proof: match &exit.server {
                ServerEffect::None | ServerEffect::LocalOnly(_) => [
                    exit.proof.clone(),
                    self.unreached_tellings(told),
                    self.followed(exit),
                ]
                .concat(),
                _ => exit.proof.clone(),
            },
            flow: Vec::new(),
        };
        record.evidence.insert("refresh", server.clone());
        record.evidence.insert("server", server);
        self.sequence_facts(&mut record, exit, stored);
        record
    }

    /// Where an exit stands: in the function that is named for it, if one is on the certain way;
    /// else at the handler.
    pub(super) fn exit_location(&self, exit: &Exit) -> Location {
        self.entry_location(&exit.entry, &exit.reach)
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
}

/// A line for each reason why stored values stay, with all that it holds for.
fn what_stays(stored: &[Stored<'_>], exit: &Exit) -> Vec<String> {
    let mut reasons: Vec<(Removal, &str, Vec<String>)> = Vec::new();
    for (stored, removed) in stored.iter().zip(&exit.removed) {
        if removed.removal == Removal::Cleared {
            continue;
        }
        let name = stored_phrase(stored);
        match reasons
            .iter_mut()
            .find(|(removal, why, _)| *removal == removed.removal && *why == removed.why)
        {
            Some((_, _, names)) => names.push(name),
            None => reasons.push((removed.removal, &removed.why, vec![name])),
        }
    }
    reasons
        .into_iter()
        .map(|(removal, why, names)| format!("{}, {why}: {}", removal.name(), names.join("; ")))
        .collect()
}
