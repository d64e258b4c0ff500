//! Records of what happens to an account beside signing in and out: its deletion, a change of its
//! password, a change to another account.

use super::entries::confidence;
use super::phrase::{list, stored_phrase};
use super::{Builder, Stored};
use crate::analysis::callgraph::Reach;
use crate::analysis::entries::{Entries, Entry, EntryKind, Witness, outermost};
use crate::analysis::template::Overlap;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Location, Step};
use crate::ir::{FuncId, Op};
use crate::ledger::exit::Exit;
use crate::ledger::{Record, locate};
use crate::models::lexicon::{self, EndpointKind, EventKind};
use crate::models::{ApiModel, Roles, ServerEffect};

/// Most entries of a kind that are looked at.
const MAX_ENTRIES: usize = 64;
/// Most functions that are followed from one.
const REACH_LIMIT: usize = 400;

/// Groups of models whose login is another company's: an account there is granted to this app.
const PROVIDERS: [&str; 8] = [
    "google-identity",
    "facebook-login",
    "twitter-kit",
    "line-sdk",
    "kakao-sdk",
    "naver-login",
    "huawei-hms",
    "appauth",
];

impl Builder<'_, '_, '_> {
    /// The records of the account's own events.
    pub(super) fn account_records(
        &self,
        entries: &Entries,
        exits: &[Exit],
        stored: &[Stored<'_>],
    ) -> Vec<Record> {
        let mut records = Vec::new();
        records.extend(self.deletion_record(entries));
        records.push(self.change_record(entries, stored));
        records.extend(self.switch_records(entries, exits, stored));
        records
    }

    fn reaches(&self, entries: &Entries, kind: EntryKind) -> Vec<(Entry, Reach)> {
        let found: Vec<Entry> = entries.of(kind).take(MAX_ENTRIES).cloned().collect();
        outermost(self.values, found, REACH_LIMIT)
    }

    /// Where the app is, for what it does not have.
    fn app_location(&self) -> Location {
        self.sources
            .manifest
            .map(|manifest| manifest.application.location.clone())
            .unwrap_or_default()
    }

    /// What a deletion of the account does about the grants of other providers; or that there is
    /// none, though the app makes accounts.
    fn deletion_record(&self, entries: &Entries) -> Option<Record> {
        let provider = self.provider();
        let registration = self.registration();
        let mut deletions = self.reaches(entries, EntryKind::AccountDeletion);
        let mut record;
        if deletions.is_empty() {
            let registration = registration?;
            // A page of the web may offer it.
            let hinted = self.mentions_deletion();
            record = Record::new("deletion", self.app_location(), Confidence::Medium);
            record.set("outcome", if hinted { "elsewhere" } else { "missing" });
            record.facts.insert("registration", registration);
            record.facts.insert(
                "open",
                "a text speaks of deleting the account, but no code that does it was found: a page of the web may".to_owned(),
            );
            record.proof.push(
                "no control, function, request or SDK call that deletes an account was found"
                    .to_owned(),
            );
        } else {
            let (provider, site) = provider?;
            // The one that does most speaks for all.
            let revokes = |reach: &Reach| self.revokes_grant(reach);
            let best = deletions
                .iter()
                .position(|(_, reach)| revokes(reach).is_some())
                .unwrap_or(0);
            let (entry, reach) = deletions.swap_remove(best);
            let revoke = self.revokes_grant(&reach);
            let asks = self.sends_on(&entry, &reach);
            record = Record::new(
                "deletion",
                self.entry_location(&entry, &reach),
                confidence(&entry),
            );
            record.set(
                "outcome",
                if revoke.is_some() {
                    "revoked"
                } else if asks || reach.exhausted {
                    "told"
                } else {
                    "kept"
                },
            );
            record.entry = entry.id.clone();
            record.weak = entry.weak;
            record.owner = self.owner(entry.node.func);
            record.flow.push(Step {
                location: self.entry_location(&entry, &reach),
                message: format!(
                    "{} begins here: {}",
                    entry.kind.name(),
                    entry.witness.phrase()
                ),
            });
            record.related.push(Step {
                location: locate::site(self.program, site),
                message: format!("signs in with {provider}"),
            });
            record.proof.push(format!(
                "{} functions were followed from {}; none revokes the grant of {provider}",
                reach.nodes.len(),
                entry.name
            ));
            record.facts.insert("entry", entry.name.clone());
            record.facts.insert(
                "met",
                format!(
                    "{} ends the grant of {provider}: `{}`",
                    entry.name,
                    revoke.unwrap_or_default()
                ),
            );
            record.facts.insert(
                "open",
                format!("{} asks the server; whether that revokes the grant of {provider} is not observable in the client", entry.name),
            );
            record.facts.insert("provider", provider);
        }
        record.subject = "account".to_owned();
        record.facts.insert(
            "what",
            match record.attribute("outcome") {
                Some("missing") => format!(
                    "The app makes accounts and has no way to delete one. {} makes one; nothing in the app deletes it",
                    record.fact("registration")
                ),
                _ => format!(
                    "Deleting the account leaves the grant of {} in place. {} neither revokes it nor asks a server to",
                    record.fact("provider"),
                    record.fact("entry")
                ),
            },
        );
        Some(record)
    }

    /// A provider's login that the app's own code uses, and where.
    fn provider(&self) -> Option<(String, Site)> {
        let logins = Roles::LOGIN | Roles::CREDENTIAL_SOURCE;
        self.sources
            .apis
            .symbols()
            .into_iter()
            .find_map(|(method, models)| {
                let model = models.iter().find(|model| {
                    PROVIDERS.contains(&model.lib) && model.roles.intersects(logins)
                })?;
                let (func, op) = self
                    .program
                    .calls
                    .row(method.0)
                    .filter(|func| !self.graph.is_library_func(*func))
                    .find_map(|func| {
                        let body = self.program.body(func);
                        let mut ops = body.iter_ops();
                        let (op, _) = ops.find(
                            |(_, op)| matches!(op, Op::Call { target, .. } if *target == method),
                        )?;
                        Some((func, op))
                    })?;
                let sdk = crate::models::sdks()
                    .iter()
                    .find(|sdk| sdk.lib == model.lib);
                let name = sdk.map_or(model.lib, |sdk| sdk.name);
                Some((name.to_owned(), Site { func, op }))
            })
    }

    /// What makes an account, for people.
    fn registration(&self) -> Option<String> {
        if let Some(request) = self.asked_for(EndpointKind::Registration) {
            return Some(format!("the request {request}"));
        }
        (0..self.program.funcs.len())
            .map(|index| FuncId(u32::try_from(index).unwrap_or(u32::MAX)))
            .filter(|func| self.program.func(*func).code != 0 && !self.graph.is_library_func(*func))
            .find(|func| {
                lexicon::event_identifier(self.program.func_name(*func))
                    == Some(EventKind::Registration)
                    && self.asks_a_server(*func)
            })
            .map(|func| format!("`{}`", self.program.func_path(func)))
    }

    fn asks_a_server(&self, func: FuncId) -> bool {
        self.graph
            .reach(
                crate::analysis::callgraph::Node::whole(func),
                None,
                false,
                120,
            )
            .nodes
            .iter()
            .any(|reached| self.requests_in(reached.node.func))
    }

    fn requests_in(&self, func: FuncId) -> bool {
        self.events.senders.contains(&func)
            || self.program.body(func).ops.iter().any(
                |op| matches!(op, Op::Call { target, .. } if self.services.contains_key(target)),
            )
    }

    fn sends_on(&self, entry: &Entry, reach: &Reach) -> bool {
        matches!(entry.witness, Witness::Sdk | Witness::Request)
            || reach
                .here()
                .any(|reached| self.requests_in(reached.node.func))
    }

    /// A call on the way that ends a provider's grant.
    fn revokes_grant(&self, reach: &Reach) -> Option<String> {
        self.events
            .sdk
            .iter()
            .find(|(site, model)| ends_grant(model) && reach.of(site.func).next().is_some())
            .map(|(_, model)| model.id.rsplit(':').next().unwrap_or(model.id).to_owned())
    }

    /// Some text of the app speaks of deleting the account.
    fn mentions_deletion(&self) -> bool {
        self.sources
            .controls
            .iter()
            .any(|control| control.event == EventKind::AccountDelete)
            || self.asked_for(EndpointKind::AccountDelete).is_some()
    }

    /// What the app does about other sessions where the password changes.
    fn change_record(&self, entries: &Entries, stored: &[Stored<'_>]) -> Record {
        let changes = self.reaches(entries, EntryKind::CredentialChange);
        let elsewhere = entries.of(EntryKind::SignOutElsewhere).next();
        let listed = self.asked_for(EndpointKind::Sessions);
        let changed = changes
            .iter()
            .find(|(entry, reach)| self.sends_on(entry, reach));
        let mut record = match changed {
            Some((entry, reach)) => Record::new(
                "credential-change",
                self.entry_location(entry, reach),
                confidence(entry),
            ),
            None => Record::new("credential-change", self.app_location(), Confidence::Medium),
        };
        record.subject = "account".to_owned();
        let implied = changed.and_then(|(entry, _)| ends_sessions(&entry.id));
        let outcome = match changed {
            _ if elsewhere.is_some() => "offered",
            _ if listed.is_some() => "offered",
            None if stored.is_empty() => "no-change",
            None => "unknown",
            Some(_) if implied.is_some() => "implied",
            Some((_, reach)) if reach.exhausted => "unknown",
            Some(_) => "alone",
        };
        record.set("sessions", outcome);
        if let Some((entry, reach)) = changed {
            record.entry = entry.id.clone();
            record.weak = entry.weak;
            record.owner = self.owner(entry.node.func);
            record.facts.insert("entry", entry.name.clone());
            record.flow.push(Step {
                location: self.entry_location(entry, reach),
                message: format!(
                    "{} begins here: {}",
                    entry.kind.name(),
                    entry.witness.phrase()
                ),
            });
            record.proof.push(format!(
                "{} functions were followed from {}; no request to a list of sessions or devices, no control for signing out elsewhere and no SDK call that does it is in the app",
                reach.nodes.len(),
                entry.name
            ));
        }
        record.facts.insert(
            "met",
            match (elsewhere, listed, implied) {
                (Some(entry), ..) => format!("{} ends other sessions", entry.name),
                (None, Some(path), _) => format!("the app asks for the user's sessions ({path})"),
                (None, None, Some(how)) => how.to_owned(),
                _ => String::new(),
            },
        );
        record.facts.insert(
            "open",
            "no change of the password was found in the app, and it keeps a session: what happens to that one when the password changes elsewhere is the server's to decide".to_owned(),
        );
        record
    }

    /// A request of a kind, by its endpoint.
    fn asked_for(&self, kind: EndpointKind) -> Option<String> {
        self.requests
            .endpoints()
            .into_iter()
            .find(|(_, found)| *found == kind)
            .map(|(id, _)| id)
    }

    /// What a change to another account leaves of the one before. Where it is a way out as well,
    /// that says it.
    fn switch_records(
        &self,
        entries: &Entries,
        exits: &[Exit],
        stored: &[Stored<'_>],
    ) -> Vec<Record> {
        let is_exit = |entry: &Entry| {
            exits
                .iter()
                .flat_map(|exit| std::iter::once(&exit.entry.node).chain(&exit.same))
                .any(|node| node.func == entry.node.func)
        };
        self.reaches(entries, EntryKind::AccountSwitch)
            .into_iter()
            .filter(|(entry, _)| !is_exit(entry))
            .map(|(entry, reach)| self.switch_record(&entry, &reach, stored))
            .collect()
    }

    fn switch_record(&self, entry: &Entry, reach: &Reach, stored: &[Stored<'_>]) -> Record {
        let touched = |func: FuncId| reach.of(func).next().is_some();
        let mut kept = Vec::new();
        for stored in stored {
            let id = &stored.id;
            // A name with a hole may be the user's; a database keeps rows for each.
            let per_user = id.name.as_literal().is_none()
                || id
                    .key
                    .as_ref()
                    .is_some_and(|key| key.as_literal().is_none());
            let cleared = self.events.clears.iter().any(|clear| {
                (clear.everything || id.covered_by(&clear.id) == Overlap::Same)
                    && (touched(clear.site.func) || touched(clear.outer.func))
            });
            let replaced = stored
                .writes
                .iter()
                .any(|write| touched(write.site.func) || touched(write.inner.func));
            if !per_user && !cleared && !replaced {
                kept.push(stored);
            }
        }
        let mut record = Record::new(
            "account-switch",
            self.entry_location(entry, reach),
            confidence(entry),
        );
        // What the switch does not do, the login that follows may.
        let leads_on = reach.exhausted
            || reach
                .here()
                .any(|reached| self.requests_in(reached.node.func));
        record.set(
            "residue",
            match (stored.is_empty(), kept.is_empty()) {
                (true, _) => "nothing-stored",
                (_, true) => "none",
                _ if leads_on => "open",
                _ => "kept",
            },
        );
        record.entry = entry.id.clone();
        record.weak = entry.weak;
        record.owner = self.owner(entry.node.func);
        record.flow.push(Step {
            location: self.entry_location(entry, reach),
            message: format!(
                "{} begins here: {}",
                entry.kind.name(),
                entry.witness.phrase()
            ),
        });
        for stored in &kept {
            if let Some(write) = stored.first() {
                record.related.push(Step {
                    location: locate::site(self.program, write.site),
                    message: format!(
                        "{} is written here, under a name that is the same for every user",
                        stored_phrase(stored)
                    ),
                });
            }
        }
        record.proof.push(format!(
            "{} functions were followed from {}; none removes or replaces {}",
            reach.nodes.len(),
            entry.name,
            list(
                &kept
                    .iter()
                    .map(|stored| stored_phrase(stored))
                    .collect::<Vec<_>>()
            )
        ));
        let facts = &mut record.facts;
        facts.insert("entry", entry.name.clone());
        facts.insert(
            "kept",
            list(
                &kept
                    .iter()
                    .map(|stored| stored_phrase(stored))
                    .collect::<Vec<_>>(),
            ),
        );
        facts.insert(
            "open",
            format!(
                "{} asks a server; what is replaced when it answers was not followed to the end",
                entry.name
            ),
        );
        facts.insert(
            "met",
            format!(
                "{} replaces or removes what is stored, or it is kept for each user",
                entry.name
            ),
        );
        record
    }
}

/// Whether a call ends what a provider has granted, not only this app's memory of it.
fn ends_grant(model: &ApiModel) -> bool {
    model.roles.contains(Roles::REVOKE)
        && matches!(
            model.server,
            ServerEffect::RevokeToken | ServerEffect::Both | ServerEffect::Conditional
        )
        || model.roles.contains(Roles::REVOKE | Roles::ACCOUNT_DELETE)
}

/// An SDK that ends the other sessions where it changes the password.
fn ends_sessions(id: &str) -> Option<&'static str> {
    id.contains("firebase-auth:")
        .then_some("Firebase ends the refresh tokens of all devices when the password changes")
}
