//! What is removed from stores, and what is read from them.

use super::{Clear, Collector, Events, root_of};
use crate::analysis::template::Template;
use crate::analysis::values::{Site, frames, template_of};
use crate::ir::MethodId;
use crate::ledger::credential::{Credential, Judgement, is_session_value};
use crate::ledger::store::{self, StoreId};
use crate::models::{ApiModel, ArgRole, ClearScope, StoreKind};

impl<'p, 'a> Collector<'p, 'a> {
    pub(super) fn clear(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        // What is on disk stays.
        if matches!(
            model.scope,
            Some(ClearScope::SessionCookies | ClearScope::Memory)
        ) {
            return;
        }
        let everything =
            model.scope == Some(ClearScope::All) || model.store == Some(StoreKind::All);
        let key_at = (model.scope == Some(ClearScope::Key))
            .then(|| model.arg(ArgRole::Key).or_else(|| model.arg(ArgRole::Name)))
            .flatten();
        self.for_callers(site, |context, last| {
            let stores = store::of_site(self.values, site, model, context);
            let keys = self.keys(site, key_at, context);
            let hangs = keys.iter().any(|(_, from_caller)| *from_caller)
                || stores
                    .iter()
                    .any(|store| store.from_caller == Some(root_of(site, context)));
            if hangs && !last {
                return false;
            }
            let outer = frames(context).last().unwrap_or(site);
            let table = model.arg(ArgRole::Table).map(|position| {
                self.values
                    .argument(site, position, context)
                    .first()
                    .map_or_else(Template::hole, template_of)
            });
            for store in &stores {
                let name = table.clone().unwrap_or_else(|| store.name.clone());
                if keys.is_empty() {
                    let id = StoreId {
                        kind: store.kind,
                        name,
                        key: key_at.map(|_| Template::hole()),
                    };
                    events.clears.push(Clear {
                        id,
                        everything,
                        site,
                        outer,
                    });
                } else {
                    for (key, _) in &keys {
                        let id = StoreId {
                            kind: store.kind,
                            name: name.clone(),
                            key: Some(key.clone()),
                        };
                        events.clears.push(Clear {
                            id,
                            everything,
                            site,
                            outer,
                        });
                    }
                }
            }
            true
        });
    }

    pub(super) fn read(
        &self,
        site: Site,
        target: MethodId,
        model: &'static ApiModel,
        events: &mut Events,
    ) {
        let program = self.program();
        let result = program
            .names
            .text(program.proto(program.method(target).proto).ret);
        if !result.starts_with('L') || result == "Ljava/io/FileInputStream;" {
            return;
        }
        let Some(kind) = model.store else { return };
        let Some(key_at) = model.arg(ArgRole::Key) else {
            // `AccountManager.getPassword(account)`: the call says what it reads.
            if let Some(artifact) = model.artifact.filter(|kind| is_session_value(*kind)) {
                let how = format!(
                    "`{}` reads it",
                    model.id.rsplit(':').next().unwrap_or(model.id)
                );
                let credential = Credential {
                    kind: artifact,
                    strong: true,
                    how,
                    source: None,
                };
                events.reads.push((
                    StoreId {
                        kind,
                        name: Template::hole(),
                        key: None,
                    },
                    credential,
                    site,
                ));
            }
            return;
        };
        self.for_callers(site, |context, last| {
            let keys = self.keys(site, Some(key_at), context);
            if keys.iter().any(|(_, from_caller)| *from_caller) && !last {
                return false;
            }
            let outer = frames(context).last().unwrap_or(site);
            for (key, _) in &keys {
                let text = key.to_string();
                if let Judgement::Is(credential) =
                    self.judge.name(&text, || format!("its key is `{text}`"))
                {
                    for store in store::of_site(self.values, site, model, context) {
                        let id = StoreId {
                            kind: store.kind,
                            name: store.name,
                            key: Some(key.clone()),
                        };
                        events.reads.push((id, credential.clone(), outer));
                    }
                }
            }
            true
        });
    }
}
