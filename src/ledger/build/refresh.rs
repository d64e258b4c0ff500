//! The record of what becomes of the answer to a token refresh: whether the new refresh token that
//! may be in it is kept (RFC 6749 section 6).

use rustc_hash::FxHashSet;

use super::{Builder, Stored};
use crate::analysis::callgraph::Node;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{Const, FuncId, Op};
use crate::ledger::{Record, locate};
use crate::models::ArtifactKind;
use crate::models::lexicon::EndpointKind;

/// Most functions that are followed from a refresh.
const FOLLOWED: usize = 300;
/// How many callers up the answer may be stored.
const UP: usize = 3;

impl Builder<'_, '_, '_> {
    /// What each refresh stores, where the app stores a refresh token at all.
    pub(super) fn refresh_records(&self, stored: &[Stored<'_>]) -> Vec<Record> {
        let kept = stored.iter().find_map(|stored| {
            let write = stored.first()?;
            (write.credential.kind == ArtifactKind::RefreshToken).then_some(write)
        });
        let Some(kept) = kept else {
            return Vec::new();
        };
        let mut records: Vec<Record> = Vec::new();
        for (site, id) in self.refreshes() {
            let (access, refresh, func) = self.stored_after(site.func);
            let mut record = Record::new(
                "refresh",
                locate::start(self.program, self.graph, Node::whole(func)),
                Confidence::Medium,
            );
            record.set(
                "stores",
                match (access.is_some(), refresh) {
                    (_, true) => "refresh-token",
                    (true, false) => "access-only",
                    (false, false) => "open",
                },
            );
            record.subject = id.clone();
            record.owner = self.owner(func);
            record.facts.insert("request", id.clone());
            record.facts.insert("symbol", self.program.func_path(func));
            record.facts.insert(
                "open",
                format!("where the answer of `{id}` is stored was not found"),
            );
            record.facts.insert(
                "met",
                format!("the answer of `{id}` is stored with its refresh token"),
            );
            record.flow.push(Step {
                location: locate::site(self.program, site),
                message: format!("asks for a new access token: {id}"),
            });
            if let Some(access) = access {
                record.flow.push(Step {
                    location: locate::site(self.program, access),
                    message: "stores the new access token".to_owned(),
                });
            }
            record.related.push(Step {
                location: locate::site(self.program, kept.site),
                message: "the refresh token of a sign-in is stored here".to_owned(),
            });
            record.proof.push(format!(
                "what `{}` leads to writes an access token and no refresh token",
                self.program.func_path(func)
            ));
            if records.iter().all(|known| known.subject != record.subject) {
                records.push(record);
            }
        }
        records
    }

    /// Requests that send a refresh token: their place and their id.
    fn refreshes(&self) -> Vec<(Site, String)> {
        let is_refresh = |kind: Option<EndpointKind>, path: &str, func: FuncId| {
            kind == Some(EndpointKind::Token)
                && (path.to_lowercase().contains("refresh") || self.asks_to_refresh(func))
        };
        let mut found: Vec<(Site, String)> = Vec::new();
        for (method, endpoint) in self.services {
            for caller in self.program.calls.row(method.0) {
                if self.graph.is_library_func(caller)
                    || !is_refresh(endpoint.kind, &endpoint.path, caller)
                {
                    continue;
                }
                for (op, call) in self.program.body(caller).iter_ops() {
                    if matches!(call, Op::Call { target, .. } if target == method) {
                        found.push((Site { func: caller, op }, endpoint.id()));
                    }
                }
            }
        }
        for request in &self.requests.built {
            if is_refresh(request.kind, &request.path, request.site.func) {
                found.push((request.named, request.id()));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether a function puts `grant_type=refresh_token` into a request.
    fn asks_to_refresh(&self, func: FuncId) -> bool {
        let has = |wanted: &str| {
            self.program.body(func).ops.iter().any(
                |op| matches!(op, Op::Const { value: Const::Str(text), .. } if *text == *wanted),
            )
        };
        has("grant_type") && has("refresh_token")
    }

    /// The write of an access token in what a function leads to, or in what its callers lead to;
    /// whether a refresh token is written there too; and the function where that was found.
    fn stored_after(&self, func: FuncId) -> (Option<Site>, bool, FuncId) {
        let mut starts = vec![func];
        for _ in 0..=UP {
            for start in &starts {
                let reach = self.graph.reach(Node::whole(*start), None, false, FOLLOWED);
                let reached: FxHashSet<FuncId> = reach
                    .nodes
                    .iter()
                    .map(|reached| reached.node.func)
                    .collect();
                let written = |wanted: &[ArtifactKind]| {
                    self.events
                        .writes
                        .iter()
                        .find(|write| {
                            reached.contains(&write.site.func)
                                && wanted.contains(&write.credential.kind)
                        })
                        .map(|write| write.site)
                };
                let access = written(&[ArtifactKind::AccessToken, ArtifactKind::Session]);
                let refresh = written(&[ArtifactKind::RefreshToken]).is_some();
                if access.is_some() || refresh || reach.exhausted {
                    return (access.filter(|_| !reach.exhausted), refresh, *start);
                }
            }
            let mut callers: Vec<FuncId> = starts
                .iter()
                .flat_map(|func| self.graph.may_callers(*func))
                .filter(|caller| !self.graph.is_library_func(*caller))
                .collect();
            callers.sort_unstable();
            callers.dedup();
            callers.truncate(24);
            starts = callers;
        }
        (None, false, func)
    }
}
