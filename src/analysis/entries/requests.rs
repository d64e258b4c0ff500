//! Entries by what they ask of a server: requests to an endpoint that is for it, and SDK calls.

use super::{Entry, EntryKind, Search, Witness};
use crate::analysis::callgraph::Node;
use crate::ir::FuncId;
use crate::models::Roles;

impl Search<'_, '_> {
    /// Functions that request or call it, sign-outs left out: those are found by what they do.
    pub(super) fn by_request(&self) -> Vec<Entry> {
        let mut found = Vec::new();
        for (method, models) in self.values.apis().symbols() {
            for model in models {
                let Some(kind) = EntryKind::of_roles(model.roles) else {
                    continue;
                };
                // Reading the result of a login and the like is no beginning.
                if model.roles.intersects(Roles::ENTRY_POINT) {
                    continue;
                }
                let what = model.id.rsplit(':').next().unwrap_or(model.id);
                for caller in self.program().calls.row(method.0) {
                    found.extend(self.request(
                        kind,
                        caller,
                        Witness::Sdk,
                        format!("`{}`, which calls {what}", self.short_path(caller)),
                        format!("sdk:{}", model.id),
                    ));
                }
            }
        }
        let mut endpoints: Vec<_> = self.requests.services.iter().collect();
        endpoints.sort_unstable_by_key(|(method, _)| **method);
        for (method, endpoint) in endpoints {
            let Some(kind) = endpoint.kind.and_then(EntryKind::of_endpoint) else {
                continue;
            };
            let id = endpoint.id();
            for caller in self.program().calls.row(method.0) {
                found.extend(self.request(
                    kind,
                    caller,
                    Witness::Request,
                    format!("`{}`, which requests {id}", self.short_path(caller)),
                    format!("endpoint:{id}"),
                ));
            }
        }
        let built = self.requests.built.iter();
        let built = built.filter_map(|built| Some((built.kind?, built.named.func, built.id())));
        let texts = self.requests.texts.iter();
        let texts = texts.map(|path| (path.kind, path.func, path.id()));
        for (kind, func, id) in built.chain(texts) {
            let Some(kind) = EntryKind::of_endpoint(kind) else {
                continue;
            };
            found.extend(self.request(
                kind,
                func,
                Witness::Request,
                format!("`{}`, which requests {id}", self.short_path(func)),
                format!("endpoint:{id}"),
            ));
        }
        found
    }

    fn request(
        &self,
        kind: EntryKind,
        func: FuncId,
        witness: Witness,
        name: String,
        id: String,
    ) -> Option<Entry> {
        (!self.graph().is_library_func(func) && self.is_alive(func)).then(|| Entry {
            kind,
            node: Node::whole(func),
            witness,
            name,
            id,
            weak: false,
        })
    }
}
