//! Records of session values that leak: in logs, URLs, messages, on the clipboard, to services.

use super::Builder;
use super::literal::shorten;
use super::phrase::{artifact_phrase, yes_no};
use crate::analysis::requests::Endpoint;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{MethodId, Op};
use crate::ledger::event::{Audience, Leak};
use crate::ledger::{Record, locate};
use crate::models::lexicon::EndpointKind;
use crate::models::{ArgPos, ArtifactKind};

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn leak_record(&self, kind: &'static str, leak: &Leak) -> Record {
        // What is only named a session may be one of the service's own.
        let named_only = leak.credential.kind == ArtifactKind::Session
            && leak.credential.source.is_none()
            && !matches!(kind, "log" | "url");
        let confidence = if named_only {
            Confidence::Medium
        } else {
            Confidence::High
        };
        let mut record = Record::new(kind, locate::site(self.program, leak.site), confidence);
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
            message: match kind {
                "log" => "it is written to the log",
                "url" => "it becomes part of a URL",
                "clipboard" => "it is copied to the clipboard",
                "third-party" => "it is handed to the service",
                _ => "it is sent in a message",
            }
            .to_owned(),
        });
        let facts = &mut record.facts;
        facts.insert("artifact", artifact_phrase(leak.credential.kind).to_owned());
        facts.insert("symbol", self.program.func_path(leak.site.func));
        facts.insert(
            "text",
            if leak.text == "{?}" {
                "the value itself".to_owned()
            } else {
                format!("`{}`", shorten(&leak.text))
            },
        );
        facts.insert("evidence", leak.credential.how.clone());
        facts.insert(
            "sink",
            leak.sink.rsplit(':').next().unwrap_or(leak.sink).to_owned(),
        );
        let (audience, why) = match &leak.audience {
            Audience::Anyone => ("anyone", ""),
            Audience::Limited(why) => ("limited", why.as_str()),
            Audience::Open(why) => ("open", why.as_str()),
        };
        facts.insert("open", why.to_owned());
        facts.insert(
            "met",
            if leak.debug_only || why.is_empty() {
                "only a debug build does it".to_owned()
            } else {
                why.to_owned()
            },
        );
        if matches!(kind, "clipboard" | "message") {
            record.set("audience", audience);
        }
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
            // What a revocation carries is worthless when it has arrived.
            let revokes = endpoint.kind == Some(EndpointKind::Revoke);
            if revokes || self.graph.is_library_func(func) {
                continue;
            }
            for (name, parameter) in &endpoint.query {
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
                            let site = Site { func: caller, op };
                            // What every build sends is nobody's.
                            let position =
                                ArgPos::Param(u8::try_from(*parameter).unwrap_or(u8::MAX));
                            let given = self.values.argument_from_callers(site, position);
                            (!crate::ledger::credential::is_constant(&given)).then_some(site)
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
                    .insert("text", format!("`{}?{name}={{?}}`", endpoint.id()));
                record.facts.insert("evidence", credential.how);
                records.push(record);
            }
        }
        records
    }
}
