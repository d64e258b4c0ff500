//! What the record of a way out says about its order and about failing requests.

use super::phrase::{list, stored_phrase};
use super::{Builder, Stored};
use crate::analysis::values::Site;
use crate::finding::Step;
use crate::ledger::exit::Exit;
use crate::ledger::sequence::{Retry, TokenOrder, WithoutNetwork};
use crate::ledger::{Evidence, Record, locate};

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn sequence_facts(&self, record: &mut Record, exit: &Exit, stored: &[Stored<'_>]) {
        let told = exit
            .told
            .as_ref()
            .map(|told| told.what.clone())
            .unwrap_or_default();
        record.facts.insert("told", told);
        self.offline_facts(record, exit, stored);
        self.order_facts(record, exit);
        self.retry_facts(record, exit);
    }

    fn step(&self, site: Site, message: impl Into<String>) -> Step {
        Step {
            location: locate::site(self.program, site),
            message: message.into(),
        }
    }

    fn begins(&self, exit: &Exit) -> Step {
        Step {
            location: locate::start(self.program, self.graph, exit.entry.node),
            message: format!("{} begins here", exit.entry.name),
        }
    }

    fn offline_facts(&self, record: &mut Record, exit: &Exit, stored: &[Stored<'_>]) {
        let name = &exit.entry.name;
        let mut evidence = Evidence {
            met: format!("{name} removes what it removes without a network as well"),
            ..Evidence::default()
        };
        let value = match &exit.sequence.offline {
            WithoutNetwork::Same => "same",
            WithoutNetwork::NotAsked => "not-asked",
            WithoutNetwork::Open(why) => {
                evidence.open = why.clone();
                "open"
            }
            WithoutNetwork::Keeps(rows) => {
                let kept: Vec<String> = rows
                    .iter()
                    .filter_map(|row| stored.get(*row).map(stored_phrase))
                    .collect();
                let gate = exit.sequence.gate.as_ref();
                record.facts.insert("kept-offline", list(&kept));
                record.facts.insert(
                    "gate",
                    gate.map(|(_, what)| format!(": {what}"))
                        .unwrap_or_default(),
                );
                evidence.proof.push(format!(
                    "with every request failing, {} run from {name}; no place that removes {} is among them",
                    match exit.sequence.followed {
                        1 => "one function".to_owned(),
                        count => format!("{count} functions"),
                    },
                    list(&kept),
                ));
                evidence.flow.push(self.begins(exit));
                if let Some((site, what)) = gate {
                    evidence.flow.push(self.step(*site, what.clone()));
                }
                let removals = rows
                    .iter()
                    .filter_map(|row| exit.removed.get(*row).and_then(|removed| removed.site));
                for site in removals {
                    let step = self.step(site, "removes it, after that");
                    if !evidence.flow.contains(&step) {
                        evidence.flow.push(step);
                    }
                }
                "kept"
            }
        };
        record.set("offline", value);
        record.evidence.insert("offline", evidence);
    }

    fn order_facts(&self, record: &mut Record, exit: &Exit) {
        let mut evidence = Evidence {
            met: format!(
                "{}: the token that the request needs is read before it is removed",
                exit.entry.name
            ),
            ..Evidence::default()
        };
        let told = exit.told.as_ref();
        let mut tell = |removal: Site, read: Site, reads: &str| {
            evidence.flow.push(self.begins(exit));
            evidence
                .flow
                .push(self.step(removal, "removes the stored token"));
            if let Some(told) = told {
                evidence
                    .flow
                    .push(self.step(told.site, format!("asks the server: {}", told.what)));
            }
            evidence.flow.push(self.step(read, reads));
            record
                .facts
                .insert("reader", self.program.func_path(read.func));
        };
        let value = match &exit.sequence.order {
            TokenOrder::NotAsked => "not-asked",
            TokenOrder::ReadFirst => "read-first",
            TokenOrder::RemovedFirst { removal, read } => {
                tell(
                    *removal,
                    *read,
                    "reads the token for the request, and finds none",
                );
                record.facts.insert(
                    "order-note",
                    "the token is removed before the request reads it, so that it goes out without one"
                        .to_owned(),
                );
                "removed-first"
            }
            TokenOrder::Race { removal, read } => {
                tell(
                    *removal,
                    *read,
                    "reads the token for the request, on another thread",
                );
                record.facts.insert(
                    "order-note",
                    "the token is removed while another thread reads it for the request, so that it may go out without one"
                        .to_owned(),
                );
                "race"
            }
        };
        record.set("order", value);
        record.evidence.insert("order", evidence);
    }

    fn retry_facts(&self, record: &mut Record, exit: &Exit) {
        let mut evidence = Evidence {
            met: format!("{}: a later try is scheduled", exit.entry.name),
            ..Evidence::default()
        };
        let value = match &exit.sequence.retry {
            Retry::NotAsked => "not-asked",
            Retry::Durable => "durable",
            Retry::Open(why) => {
                evidence.open = why.clone();
                "open"
            }
            Retry::None => {
                evidence.proof.push(format!(
                    "with every request failing, {} run from {}; none schedules work and none writes anything down",
                    match exit.sequence.followed {
                        1 => "one function".to_owned(),
                        count => format!("{count} functions"),
                    },
                    exit.entry.name,
                ));
                "none"
            }
        };
        record.set("retry", value);
        record.evidence.insert("retry", evidence);
    }
}
