//! Session values in stores of a wrapper that nobody maintains any more.

use super::phrase::{list, store_phrase, stored_phrase};
use super::{Builder, Stored};
use crate::finding::{Confidence, Step};
use crate::ir::Op;
use crate::ledger::event::Write;
use crate::ledger::store::StoreId;
use crate::ledger::{Record, locate};

/// The library of the models whose stores are deprecated as a whole.
const DEPRECATED: &str = "androidx.security-crypto";

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// One record for each store of a deprecated wrapper that holds session values.
    pub(super) fn wrapper_records(&self, stored: &[Stored<'_>]) -> Vec<Record> {
        let mut stores: Vec<(StoreId, Vec<String>, &Write)> = Vec::new();
        for value in stored {
            let Some(write) = value
                .writes
                .iter()
                .copied()
                .find(|write| self.is_wrapped(write))
            else {
                continue;
            };
            let id = StoreId {
                key: None,
                ..value.id.clone()
            };
            let what = stored_phrase(value);
            match stores.iter_mut().find(|(known, _, _)| *known == id) {
                Some((_, values, _)) => values.push(what),
                None => stores.push((id, vec![what], write)),
            }
        }
        stores
            .into_iter()
            .filter_map(|(id, values, write)| {
                let opened = write.opened?;
                let mut record = Record::new(
                    "wrapper",
                    locate::site(self.program, opened),
                    Confidence::High,
                );
                record.set("maintained", "no");
                record.subject = id.text();
                record.owner = self.owner(opened.func);
                record.excerpt = locate::excerpt(self.values, opened, &self.events.key_texts);
                record.flow = vec![
                    Step {
                        location: locate::site(self.program, opened),
                        message: format!("opens {}", store_phrase(&id)),
                    },
                    Step {
                        location: locate::site(self.program, write.site),
                        message: "writes a session value into it".to_owned(),
                    },
                ];
                let facts = &mut record.facts;
                facts.insert("symbol", self.program.func_path(opened.func));
                facts.insert("values", list(&values));
                Some(record)
            })
            .collect()
    }

    fn is_wrapped(&self, write: &Write) -> bool {
        write
            .opened
            .is_some_and(|site| match self.program.body(site.func).op(site.op) {
                Some(Op::Call { target, .. }) => self
                    .sources
                    .apis
                    .of(*target)
                    .iter()
                    .any(|model| model.lib == DEPRECATED),
                _ => false,
            })
    }
}
