//! Records of session values in logs and URLs.

use super::Builder;
use super::literal::shorten;
use super::phrase::{artifact_phrase, yes_no};
use crate::analysis::requests::Endpoint;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{MethodId, Op};
use crate::ledger::event::Leak;
use crate::ledger::{Record, locate};

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn leak_record(&self, kind: &'static str, leak: &Leak) -> Record {
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
    pub(super) fn url_records(&self) -> Vec<Record> {
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
                    credential.strong
                        && crate::ledger::credential::is_session_value(credential.kind)
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
}
