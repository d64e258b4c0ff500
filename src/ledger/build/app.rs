//! The record of the app as a whole.

use super::phrase::{artifact_phrase, stored_phrase, yes_no};
use super::{Builder, Stored};
use crate::analysis::entries::EntryKind;
use crate::finding::{Confidence, Step};
use crate::ledger::exit::Exit;
use crate::ledger::{Record, locate};
use crate::models::Roles;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn app_record(&self, stored: &[Stored<'_>], exits: &[Exit]) -> Record {
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
            } else if removes || self.has_a_sign_out_label() {
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

    /// A control is labelled for a sign-out, whether what it runs was found or not; one that ends
    /// all sessions ends this one too.
    fn has_a_sign_out_label(&self) -> bool {
        self.sources.controls.iter().any(|control| {
            EntryKind::of_event(control.event)
                .is_some_and(|kind| kind.is_sign_out() || kind == EntryKind::SignOutElsewhere)
        })
    }

    /// An SDK keeps a session of its own.
    pub(super) fn sdk_session(&self) -> bool {
        // Signing in with somebody else's account leaves a session there, not yet one of the app's.
        let provider = |lib: &str| {
            crate::models::sdks()
                .iter()
                .any(|sdk| sdk.provider && sdk.lib == lib)
        };
        self.events.sdk.iter().any(|(_, model)| {
            model.is(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT | Roles::REVOKE)
                || (model.is(Roles::LOGIN) && !provider(model.lib))
        })
    }
}
