//! Logins on web pages: in a web view of the app, or in a browser, where the identity provider's
//! session stays.

use super::{Call, Finder, Residue, Thing, short_id};
use crate::analysis::values::{Origin, Site};
use crate::finding::Confidence;
use crate::ledger::exit::Remover;
use crate::ledger::telling::is_started;
use crate::models::lexicon::{self, EndpointKind};
use crate::models::{ApiModel, ArgRole, Roles, ServerEffect};

/// A login page that a web view of the app shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it is opened.
    pub site: Site,
    /// Its address, with holes.
    pub url: String,
    /// It is an identity provider's, not the app's own.
    pub provider: bool,
}

/// The action of an intent that shows an address.
const VIEW: &str = "android.intent.action.VIEW";

impl<'p> Finder<'_, 'p, '_> {
    /// Login pages in web views.
    pub(super) fn pages(&self) -> Vec<Page> {
        let mut found: Vec<Page> = Vec::new();
        for call in self.calls_of(|model| model.roles.contains(Roles::WEBVIEW_OPEN)) {
            for url in self.texts(&call, ArgRole::Url) {
                let provider = match lexicon::endpoint(None, &url) {
                    Some(EndpointKind::Authorize) => true,
                    Some(EndpointKind::Login) => false,
                    _ => continue,
                };
                if !url.starts_with("javascript:")
                    && !found
                        .iter()
                        .any(|page| page.site == call.site && page.provider == provider)
                {
                    found.push(Page {
                        site: call.site,
                        url: without_query(&url).to_owned(),
                        provider,
                    });
                }
            }
        }
        found
    }

    /// The session that a login in a browser leaves at the identity provider.
    pub(super) fn idp_session(&self) -> Option<Residue> {
        let made = self.browser_logins();
        let (_, how) = made.first()?;
        if self.ephemeral() {
            return None;
        }
        Some(Residue {
            thing: Thing::IdpSession,
            subject: "idp-session".to_owned(),
            what: "the session of the identity provider in the browser".to_owned(),
            how: how.clone(),
            doubt: None,
            limited: self.asks_again(),
            confidence: Confidence::High,
            removers: self.session_enders(),
            made,
        })
    }

    /// Places that open a login page in a browser.
    fn browser_logins(&self) -> Vec<(Site, String)> {
        let mut found = Vec::new();
        for call in &self.calls {
            let roles = call.model.roles;
            if roles.contains(Roles::LOGIN | Roles::BROWSER_OPEN) {
                found.push((
                    call.site,
                    format!(
                        "`{}` opens the login page in a browser",
                        short_id(call.model)
                    ),
                ));
            } else if let Some(url) = self
                .shown_in_browser(call)
                .into_iter()
                .find(|url| lexicon::endpoint(None, url) == Some(EndpointKind::Authorize))
            {
                found.push((
                    call.site,
                    format!("a browser shows the login page `{}`", without_query(&url)),
                ));
            }
        }
        found
    }

    /// Addresses that a call shows in a browser.
    fn shown_in_browser(&self, call: &Call) -> Vec<String> {
        if call.model.roles.contains(Roles::BROWSER_OPEN) {
            return self.texts(call, ArgRole::Url);
        }
        let views = call.model.class == "Landroid/content/Intent;"
            && self
                .argument(call, ArgRole::Name)
                .iter()
                .any(|name| matches!(name, Origin::Text(action) if &**action == VIEW));
        if views {
            self.texts(call, ArgRole::Value)
        } else {
            Vec::new()
        }
    }

    /// The app opens tabs that share nothing with the browser and forget what they had.
    fn ephemeral(&self) -> bool {
        self.calls_of(|model| model.method == "setEphemeralBrowsingEnabled")
            .any(|call| self.is_on(&call))
    }

    /// Every login makes the provider ask again (OpenID Connect Core section 3.1.2.1, `prompt`).
    fn asks_again(&self) -> Option<String> {
        let prompts = self
            .calls_of(|model| model.method == "setPrompt")
            .any(|call| {
                self.texts(&call, ArgRole::Value)
                    .iter()
                    .any(|prompt| prompt.contains("login"))
            });
        let in_url = || {
            self.calls.iter().any(|call| {
                self.shown_in_browser(call)
                    .iter()
                    .any(|url| url.contains("prompt=login") || url.contains("max_age=0"))
            })
        };
        (prompts || in_url()).then(|| "the login page asks for the password again".to_owned())
    }

    /// Everything that ends the session at the identity provider.
    fn session_enders(&self) -> Vec<Remover> {
        let mut found = Vec::new();
        for call in self.calls_of(ends_browser_session) {
            if call.model.roles.contains(Roles::SIGN_OUT_BUILD)
                && !is_started(self.program(), call.site)
            {
                continue;
            }
            let remover = Remover::at(call.site);
            found.push(
                if call.model.server == ServerEffect::Conditional && !call.model.browser {
                    remover.unless(&format!(
                        "`{}` ends the provider's session only in some configurations",
                        short_id(call.model)
                    ))
                } else {
                    remover
                },
            );
        }
        // The provider's sign-out page, in the browser that holds the session.
        for call in &self.calls {
            let page = self.shown_in_browser(call).iter().any(|url| {
                matches!(
                    lexicon::endpoint(None, url),
                    Some(EndpointKind::EndSession | EndpointKind::Logout)
                )
            });
            if page {
                found.push(Remover::at(call.site));
            }
        }
        for telling in self.tellings {
            let remover = Remover::at(telling.site);
            match telling.kind {
                EndpointKind::EndSession => found.push(remover),
                // A server may end the session at the provider that it trusts.
                EndpointKind::Logout => found.push(remover.unless(&format!(
                    "`{}` is told; whether the identity provider's session ends with it is not observable in the client",
                    telling.what
                ))),
                _ => {}
            }
        }
        found
    }
}

/// Whether a call ends a session in a browser, or at the identity provider behind it.
fn ends_browser_session(model: &ApiModel) -> bool {
    if model.is(Roles::LOGIN) {
        return false;
    }
    model.roles.contains(Roles::END_SESSION)
        || (model.is(Roles::SIGN_OUT | Roles::SIGN_OUT_BUILD | Roles::LOCAL_SIGN_OUT)
            && (model.browser
                || matches!(
                    model.server,
                    ServerEffect::EndSession | ServerEffect::Both | ServerEffect::Conditional
                )))
}

/// An address for people, without what goes along with it.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
