//! Answers that an HTTP client keeps on disk.

use super::{Call, Finder, Residue, Thing, short_id};
use crate::finding::Confidence;
use crate::ledger::exit::Remover;
use crate::models::{ClearScope, Roles, StoreKind};

impl<'p> Finder<'_, 'p, '_> {
    /// Caches of HTTP clients, one a library.
    pub(super) fn http_caches(&self) -> Vec<Residue> {
        let mut found: Vec<Residue> = Vec::new();
        for call in self.calls_of(|model| {
            model.store == Some(StoreKind::HttpCache) && model.roles.contains(Roles::STORE_OPEN)
        }) {
            let subject = format!("http-cache:{}", call.model.lib);
            let by = short_id(call.model);
            let by = by.strip_suffix(".<init>").unwrap_or(by);
            let message = format!("`{by}` keeps answers on disk");
            if let Some(known) = found.iter_mut().find(|known| known.subject == subject) {
                known.made.push((call.site, message));
                continue;
            }
            found.push(Residue {
                thing: Thing::HttpCache,
                subject,
                what: "answers of its server in the HTTP cache".to_owned(),
                how: message.clone(),
                made: vec![(call.site, message)],
                doubt: self.cache_doubt(&call),
                limited: None,
                confidence: Confidence::High,
                removers: self.cache_removers(call.model.lib),
            });
        }
        found
    }

    /// Why nothing of a user's may be in a cache.
    fn cache_doubt(&self, cache: &Call) -> Option<String> {
        let refused = match cache.model.lib {
            "okhttp" => self.has_call("Lokhttp3/CacheControl$Builder;", "noStore"),
            "volley" => self
                .calls_of(|model| model.method == "setShouldCache")
                .any(|call| !self.is_on(&call)),
            _ => false,
        };
        if refused {
            return Some("some requests tell the cache to keep nothing".to_owned());
        }
        let of_a_user = self.sends_credentials()
            || self.calls.iter().any(|call| {
                call.model.roles.contains(Roles::STORE_OPEN)
                    && call.model.artifact == Some(crate::models::ArtifactKind::Cookie)
            });
        (!of_a_user).then(|| {
            "whether cached answers belong to a signed-in user is not in the code".to_owned()
        })
    }

    fn cache_removers(&self, lib: &str) -> Vec<Remover> {
        let mut found: Vec<Remover> = self
            .calls_of(|model| {
                model.store == Some(StoreKind::HttpCache)
                    && model.roles.contains(Roles::CACHE_CLEAR)
                    && model.lib == lib
                    && matches!(model.scope, Some(ClearScope::Store | ClearScope::All))
            })
            .map(|call| Remover::at(call.site))
            .collect();
        // The folder itself, deleted as any other.
        found.extend(
            self.events
                .clears
                .iter()
                .filter(|clear| {
                    matches!(
                        clear.id.kind,
                        StoreKind::FileCache | StoreKind::File | StoreKind::ExternalCache
                    ) && clear.id.key.is_none()
                        && !clear.everything
                })
                .map(|clear| {
                    Remover {
                        outer: clear.outer,
                        ..Remover::at(clear.site)
                    }
                    .unless("files are deleted, which may be those of the cache")
                }),
        );
        found.extend(self.wipes());
        found
    }
}
