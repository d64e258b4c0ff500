//! Sessions of web views: how we know that one is signed in, what it leaves on the device, what
//! removes that.
//!
//! A web view that shows help pages has no session. One has if the app gives it a session cookie, a
//! header or an address with a session value, a login page, or a script that stores one; or if the
//! app takes the page's cookies for its own requests.

use super::{Call, Finder, Page, Residue, Script, SetCookie, Thing, cookie, short_id};
use crate::analysis::values::{Origin, Site, template_of};
use crate::finding::Confidence;
use crate::ir::Op;
use crate::ledger::credential::{Judgement, is_session_value};
use crate::ledger::exit::Remover;
use crate::models::lexicon::{self, ValueKind};
use crate::models::{ApiModel, ArgRole, ClearScope, Roles, StoreKind};

/// Why we think that web views are signed in.
struct Evidence {
    site: Site,
    how: String,
    /// What would have to be known to be sure.
    doubt: Option<String>,
}

impl<'p> Finder<'_, 'p, '_> {
    /// Cookies, and storage or cache, of web views that are signed in.
    pub(super) fn web_sessions(
        &self,
        cookies: &[SetCookie],
        pages: &[Page],
        scripts: &[Script],
    ) -> Vec<Residue> {
        let evidence = self.web_evidence(cookies, pages, scripts);
        let Some(best) = evidence
            .iter()
            .find(|evidence| evidence.doubt.is_none())
            .or(evidence.first())
        else {
            return Vec::new();
        };
        let made: Vec<(Site, String)> = evidence
            .iter()
            .filter(|one| one.doubt.is_none() == best.doubt.is_none())
            .map(|one| (one.site, one.how.clone()))
            .collect();
        let residue = |thing, subject: &str, what: &str, removers| Residue {
            thing,
            subject: subject.to_owned(),
            what: what.to_owned(),
            how: best.how.clone(),
            made: made.clone(),
            doubt: best.doubt.clone(),
            limited: None,
            confidence: Confidence::High,
            removers,
        };
        let mut found = vec![residue(
            Thing::WebCookies,
            "webview-cookies",
            "the cookies of its web views",
            self.cookie_removers(cookies, &evidence),
        )];
        // A script that only gets cookies into a page stores nothing there.
        let enabled = self.storage_enabled();
        let stores = scripts
            .iter()
            .find(|script| script.kept == super::Kept::Storage)
            .map(|script| script.site);
        let removers = self.storage_removers(enabled.is_some() || stores.is_some());
        let mut storage = match enabled.or(stores) {
            Some(site) => {
                let mut residue = residue(
                    Thing::WebStorage,
                    "webview-storage",
                    "what pages put into the storage of its web views",
                    removers,
                );
                residue.made.push((
                    site,
                    "the storage of web views is turned on here".to_owned(),
                ));
                residue
            }
            None if self.cache_off() => return found,
            None => residue(
                Thing::WebStorage,
                "webview-cache",
                "the pages in the cache of its web views",
                removers,
            ),
        };
        // Cookies alone do not show that a page is ever loaded.
        if !self
            .calls
            .iter()
            .any(|call| call.model.is(Roles::WEBVIEW_OPEN))
        {
            storage.doubt = storage
                .doubt
                .or_else(|| Some("no page is loaded where the code shows it".to_owned()));
        }
        found.push(storage);
        found
    }

    fn web_evidence(
        &self,
        cookies: &[SetCookie],
        pages: &[Page],
        scripts: &[Script],
    ) -> Vec<Evidence> {
        let mut found = Vec::new();
        let sure = |site, how: String| Evidence {
            site,
            how,
            doubt: None,
        };
        for cookie in cookies.iter().filter(|cookie| cookie.session) {
            found.push(sure(
                cookie.site,
                format!("a session cookie is set for web views ({})", cookie.how),
            ));
        }
        for call in self.calls_of(|model| model.roles.contains(Roles::WEBVIEW_OPEN)) {
            if let Some(how) = self.signed_in_request(&call) {
                found.push(sure(call.site, how));
            }
        }
        for leak in self
            .events
            .urls
            .iter()
            .filter(|leak| leak.sink.starts_with("android.webkit:"))
        {
            found.push(sure(
                leak.site,
                format!(
                    "a page is loaded with a session value in its address ({})",
                    leak.credential.how
                ),
            ));
        }
        for page in pages {
            found.push(sure(
                page.site,
                format!("a web view shows a login page, `{}`", page.url),
            ));
        }
        for script in scripts
            .iter()
            .filter(|script| script.kept != super::Kept::Page)
        {
            found.push(sure(
                script.site,
                format!("a script keeps a session value in a page ({})", script.how),
            ));
        }
        found.extend(self.cookies_taken());
        // Cookies whose name is not in the code: an HTTP client's, as a rule.
        for cookie in cookies
            .iter()
            .filter(|cookie| !cookie.session && !cookie.other && !cookie.removes)
        {
            found.push(Evidence {
                site: cookie.site,
                how: "cookies are set for web views".to_owned(),
                doubt: Some(
                    "the names of the cookies that are set for web views are not in the code"
                        .to_owned(),
                ),
            });
        }
        found
    }

    /// A page that is requested with a session value in its headers.
    fn signed_in_request(&self, call: &Call) -> Option<String> {
        self.argument(call, ArgRole::Headers)
            .iter()
            .flat_map(|headers| self.judge.contents(headers))
            .find_map(|(key, values, _)| {
                let key = key.to_string();
                let by_name = lexicon::value_pattern(&key) == Some(ValueKind::AuthHeader)
                    || key.eq_ignore_ascii_case("cookie");
                let by_value = matches!(
                    self.judge.origins(&values),
                    Judgement::Is(credential) if credential.strong && is_session_value(credential.kind)
                );
                (by_name || by_value)
                    .then(|| format!("a page is loaded with the header `{key}`"))
            })
    }

    /// The app reads a page's cookies: as a header of its own requests, or to keep them.
    fn cookies_taken(&self) -> Vec<Evidence> {
        let program = self.program();
        self.calls_of(|model| {
            model.store == Some(StoreKind::WebviewCookies) && model.roles.contains(Roles::READ)
        })
        .filter_map(|call| {
            let kept = self
                .events
                .writes
                .iter()
                .any(|write| write.credential.source == Some(call.site));
            let body = program.body(call.site.func);
            // A download of what the page shows needs them too: that page is signed in or not.
            let as_header = body.ops.iter().any(|op| {
                crate::ledger::credential::text_of(op)
                    .is_some_and(|text| text.eq_ignore_ascii_case("cookie"))
            });
            let downloads = body.ops.iter().any(|op| match op {
                Op::Call { target, .. } => program
                    .names
                    .text(program.method(*target).class)
                    .starts_with("Landroid/app/DownloadManager"),
                _ => false,
            });
            if kept || (as_header && !downloads) {
                return Some(Evidence {
                    site: call.site,
                    how: "the app uses the cookies of a page for its own requests".to_owned(),
                    doubt: None,
                });
            }
            None
        })
        .collect()
    }

    fn cookie_removers(&self, cookies: &[SetCookie], evidence: &[Evidence]) -> Vec<Remover> {
        let session: Vec<&SetCookie> = cookies.iter().filter(|cookie| cookie.session).collect();
        // All that is known to be there are cookies that the app set.
        let only_set = evidence
            .iter()
            .all(|one| session.iter().any(|cookie| cookie.site == one.site));
        let lives: Vec<cookie::Life> = session.iter().map(|cookie| cookie.text.life(0)).collect();
        let mut found = Vec::new();
        for call in self
            .calls_of(|model| model.roles.contains(Roles::COOKIE_CLEAR) && is_of_web_views(model))
        {
            let remover = Remover::at(call.site);
            match call.model.scope {
                Some(ClearScope::Store | ClearScope::All) => found.push(remover),
                Some(ClearScope::SessionCookies) => {
                    if only_set && lives.iter().all(|life| *life == cookie::Life::Session) {
                        found.push(remover);
                    } else if !only_set || lives.contains(&cookie::Life::Unknown) {
                        found.push(remover.unless(&format!(
                            "`{}` leaves cookies that have an expiry",
                            short_id(call.model)
                        )));
                    }
                }
                _ => found.push(remover.unless("only the cookies of one site go")),
            }
        }
        for removed in cookies.iter().filter(|cookie| cookie.removes) {
            let all = only_set
                && session
                    .iter()
                    .all(|cookie| cookie.text.name == removed.text.name);
            let remover = Remover::at(removed.site);
            found.push(if all {
                remover
            } else {
                remover.unless("only some of the cookies go")
            });
        }
        found.extend(self.wipes());
        found
    }

    /// Where the app turns on storage for pages.
    fn storage_enabled(&self) -> Option<Site> {
        self.calls_of(|model| matches!(model.method, "setDomStorageEnabled" | "setDatabaseEnabled"))
            .find(|call| self.is_on(call))
            .map(|call| call.site)
    }

    /// Every web view of the app is told to keep no pages.
    fn cache_off(&self) -> bool {
        /// `WebSettings.LOAD_NO_CACHE`.
        const LOAD_NO_CACHE: i64 = 2;
        let mut modes = self
            .calls_of(|model| model.method == "setCacheMode")
            .peekable();
        modes.peek().is_some()
            && modes.all(|call| {
                self.argument(&call, ArgRole::Value)
                    .iter()
                    .all(|mode| *mode == Origin::Int(LOAD_NO_CACHE))
            })
    }

    fn storage_removers(&self, dom: bool) -> Vec<Remover> {
        let mut found = Vec::new();
        for call in self
            .calls_of(|model| model.roles.contains(Roles::WEBVIEW_CLEAR) && is_of_web_views(model))
        {
            let remover = Remover::at(call.site);
            match (call.model.store, call.model.scope) {
                (Some(StoreKind::WebviewStorage), Some(ClearScope::Store)) => found.push(remover),
                (Some(StoreKind::WebviewStorage), _) => {
                    found.push(remover.unless("only the storage of one site goes"));
                }
                // `clearCache(false)` clears the copy in memory.
                (Some(StoreKind::WebviewCache), _) if !dom && self.clears_disk(&call) => {
                    found.push(remover);
                }
                _ => {}
            }
        }
        // A page's own script may empty it.
        for call in self.calls_of(|model| {
            model.arg(ArgRole::Script).is_some() || model.roles.contains(Roles::WEBVIEW_OPEN)
        }) {
            let role = if call.model.arg(ArgRole::Script).is_some() {
                ArgRole::Script
            } else {
                ArgRole::Url
            };
            let empties = self.argument(&call, role).iter().any(|origin| {
                let text = template_of(origin).to_string().to_ascii_lowercase();
                text.contains("storage.clear(") || text.contains("storage.removeitem(")
            });
            if dom && empties {
                found.push(
                    Remover::at(call.site)
                        .unless("a script empties the storage of the page that is shown"),
                );
            }
        }
        found.extend(self.wipes());
        found
    }

    fn clears_disk(&self, call: &Call) -> bool {
        self.argument(call, ArgRole::Disk)
            .iter()
            .any(|disk| *disk != Origin::Int(0))
    }
}

fn is_of_web_views(model: &ApiModel) -> bool {
    matches!(
        model.store,
        Some(
            StoreKind::WebviewCookies
                | StoreKind::WebviewStorage
                | StoreKind::WebviewCache
                | StoreKind::WebviewForms
                | StoreKind::WebviewHistory
        )
    )
}
