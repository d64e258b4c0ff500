//! What a sign-out may leave behind beside the stored session values: sessions in browsers and at
//! sign-in providers, cookies and storage of web views, cookies and caches of HTTP clients,
//! credentials for the next device, the user's data.
//!
//! One question for all: the app makes a thing at some places, an effect removes it, and a way out
//! has that effect or not. A [`Residue`] says the first two; [`super::exit`] decides the third, as it
//! does for stored values. Where a thing is not the session's for certain (a page whose address is
//! not in the code, a cookie jar of an API that may be called with tokens), it says what is not
//! known, and no absence is claimed.

mod cache;
mod cookie;
mod data;
mod jar;
mod login;
mod provider;
mod script;
mod web;

pub use cookie::{CookieText, Life, SetCookie};
pub use login::Page;
pub use script::{Kept, Script};

use super::credential::Judge;
use super::event::Events;
use super::exit::Remover;
use super::store::family;
use super::telling::Telling;
use crate::analysis::libraries;
use crate::analysis::requests::Requests;
use crate::analysis::values::{Origin, Site, Values, template_of};
use crate::finding::Confidence;
use crate::ir::{Op, Program};
use crate::models::{ApiModel, ArgPos, ArgRole, ArtifactKind, Roles, StoreKind};

/// What may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// The session of an identity provider in the browser.
    IdpSession,
    /// The session of a sign-in provider that the device keeps.
    ProviderSession,
    /// Cookies of web views.
    WebCookies,
    /// Storage and cache of web views.
    WebStorage,
    /// Cookies of an HTTP client.
    NativeCookies,
    /// Answers in the cache of an HTTP client.
    HttpCache,
    /// Tables with the user's data.
    UserData,
    /// What signs in on the next device.
    RestoreCredential,
}

impl Thing {
    /// Its name in the vocabulary of rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::IdpSession => "idp-session",
            Self::ProviderSession => "provider-session",
            Self::WebCookies => "web-cookies",
            Self::WebStorage => "web-storage",
            Self::NativeCookies => "native-cookies",
            Self::HttpCache => "http-cache",
            Self::UserData => "user-data",
            Self::RestoreCredential => "restore-credential",
        }
    }
}

/// Something that the app makes and that a sign-out has to end or remove.
#[derive(Debug, Clone)]
pub struct Residue {
    /// Of what kind.
    pub thing: Thing,
    /// Canonical id of the store, or of the provider. Residues with the same one are one result.
    pub subject: String,
    /// For people, after "still": "the cookies of web views".
    pub what: String,
    /// How we know that it holds the session or the user's data, for people.
    pub how: String,
    /// Where it is made.
    pub made: Vec<(Site, String)>,
    /// Why it may have nothing to do with the session; none where that is known.
    pub doubt: Option<String>,
    /// What makes it matter less: it is asked for again, it is in memory only.
    pub limited: Option<String>,
    /// How well we know that it is made.
    pub confidence: Confidence,
    /// Everything in the app that may remove it.
    pub removers: Vec<Remover>,
}

/// Everything found.
#[derive(Debug, Default)]
pub struct Residues {
    /// What ways out have to remove.
    pub all: Vec<Residue>,
    /// Login pages in web views.
    pub pages: Vec<Page>,
    /// Session values that scripts of pages keep or get.
    pub scripts: Vec<Script>,
    /// Session cookies that the app makes itself.
    pub cookies: Vec<SetCookie>,
}

/// A call of a modelled API in the app's own code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    site: Site,
    model: &'static ApiModel,
}

/// What the search for residues knows.
pub struct Finder<'s, 'p, 'a> {
    values: &'p Values<'p, 'a>,
    judge: &'p Judge<'p, 'a>,
    events: &'p Events,
    requests: &'p Requests,
    tellings: &'s [Telling],
    /// A token, a session id or a password is kept in a store: requests need no cookies.
    token_kept: bool,
    calls: Vec<Call>,
}

/// Most calls that are looked at.
const MAX_CALLS: usize = 4000;

/// Roles of which every call matters here.
const ROLES: Roles = Roles::LOGIN
    .union(Roles::BROWSER_OPEN)
    .union(Roles::WEBVIEW_OPEN)
    .union(Roles::WEBVIEW_CLEAR)
    .union(Roles::COOKIE_CLEAR)
    .union(Roles::CACHE_CLEAR)
    .union(Roles::END_SESSION)
    .union(Roles::SIGN_OUT)
    .union(Roles::LOCAL_SIGN_OUT)
    .union(Roles::REVOKE);

/// Kinds of store of which every call matters here.
const STORES: &[StoreKind] = &[
    StoreKind::WebviewCookies,
    StoreKind::WebviewStorage,
    StoreKind::WebviewCache,
    StoreKind::HttpCache,
    StoreKind::Cookiejar,
    StoreKind::Blockstore,
];

impl<'s, 'p, 'a> Finder<'s, 'p, 'a> {
    /// Lists the calls that matter.
    #[must_use]
    pub fn new(
        values: &'p Values<'p, 'a>,
        judge: &'p Judge<'p, 'a>,
        events: &'p Events,
        requests: &'p Requests,
        tellings: &'s [Telling],
    ) -> Self {
        let token_kept = events.writes.iter().any(|write| {
            !matches!(write.kind, StoreKind::WebviewCookies)
                && write.credential.kind != ArtifactKind::Cookie
        });
        Self {
            values,
            judge,
            events,
            requests,
            tellings,
            token_kept,
            calls: calls(values),
        }
    }

    /// Everything that may be left, in a fixed order.
    #[must_use]
    pub fn run(&self) -> Residues {
        let cookies = self.set_cookies();
        let pages = self.pages();
        let scripts = self.scripts();
        let mut all = Vec::new();
        all.extend(self.idp_session());
        all.extend(self.provider_sessions());
        all.extend(self.web_sessions(&cookies, &pages, &scripts));
        all.extend(self.jars(&cookies));
        all.extend(self.http_caches());
        all.extend(self.user_data());
        all.extend(self.restore_credentials());
        Residues {
            all,
            pages,
            scripts,
            cookies: cookies
                .into_iter()
                .filter(|cookie| cookie.session)
                .collect(),
        }
    }

    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    /// Calls whose model says so.
    fn calls_of(&self, wanted: impl Fn(&ApiModel) -> bool) -> impl Iterator<Item = Call> {
        self.calls
            .iter()
            .copied()
            .filter(move |call| wanted(call.model))
    }

    /// Whether any call of a model with this class and method is in the app's code.
    fn has_call(&self, class: &str, method: &str) -> bool {
        self.calls
            .iter()
            .any(|call| call.model.class == class && call.model.method == method)
    }

    /// Everything that the app stored goes away at these places.
    fn wipes(&self) -> impl Iterator<Item = Remover> {
        self.events
            .clears
            .iter()
            .filter(|clear| clear.everything)
            .map(|clear| Remover::at(clear.site))
    }

    /// What an argument may be, as the callers of small wrappers give it.
    fn argument(&self, call: &Call, role: ArgRole) -> Vec<Origin> {
        call.model
            .arg(role)
            .map(|position| self.values.argument_from_callers(call.site, position))
            .unwrap_or_default()
    }

    /// The texts that an argument may be, with holes.
    fn texts(&self, call: &Call, role: ArgRole) -> Vec<String> {
        self.argument(call, role)
            .iter()
            .map(|origin| template_of(origin).to_string())
            .collect()
    }

    /// Whether a switch is set to anything but a constant `false`.
    fn is_on(&self, call: &Call) -> bool {
        let position = call.model.arg(ArgRole::Value).unwrap_or(ArgPos::Param(0));
        let values = self.values.argument(call.site, position, &None);
        !values.iter().all(|value| matches!(value, Origin::Int(0)))
    }
}

/// `CookieManager.removeAllCookies` of the model `android.webkit:CookieManager.removeAllCookies#2`.
pub(super) fn short_id(model: &ApiModel) -> &'static str {
    let id = model.id.rsplit(':').next().unwrap_or(model.id);
    id.split('#').next().unwrap_or(id)
}

/// The calls that matter in the app's own code, by place.
fn calls(values: &Values<'_, '_>) -> Vec<Call> {
    let program = values.program();
    let wanted = |model: &ApiModel| {
        model.is(ROLES)
            || model.store.is_some_and(|store| STORES.contains(&store))
            || model.artifact == Some(ArtifactKind::Cookie)
            || model.arg(ArgRole::Script).is_some()
            || model.arg(ArgRole::TtlSeconds).is_some()
            || (model.is(Roles::NETWORK_BUILD) && model.arg(ArgRole::Key).is_some())
            || (model.store.map(family) == Some(StoreKind::Sqlite)
                && (model.is(Roles::STORE_OPEN.union(Roles::CLEAR))
                    || model.arg(ArgRole::Table).is_some()))
            || OTHERS.contains(&(model.class, model.method))
    };
    let mut found = Vec::new();
    for (method, models) in values.apis().symbols() {
        if !models.iter().any(|model| wanted(model)) {
            continue;
        }
        for func in program.calls.row(method.0) {
            if values.graph().is_library_func(func) {
                continue;
            }
            let body = program.body(func);
            if libraries::marked(body).is_some() {
                continue;
            }
            for (op, call) in body.iter_ops() {
                if !matches!(call, Op::Call { target, .. } if *target == method) {
                    continue;
                }
                found.extend(
                    models
                        .iter()
                        .filter(|model| wanted(model))
                        .map(|model| Call {
                            site: Site { func, op },
                            model,
                        }),
                );
            }
        }
    }
    found.sort_by(|a, b| (a.site, a.model.id).cmp(&(b.site, b.model.id)));
    found.truncate(MAX_CALLS);
    found
}

/// Settings that decide whether something stays, and that no role tells apart.
const OTHERS: &[(&str, &str)] = &[
    ("Landroid/content/Intent;", "<init>"),
    ("Landroid/webkit/WebView;", "addJavascriptInterface"),
    (
        "Landroidx/browser/customtabs/CustomTabsIntent$Builder;",
        "setEphemeralBrowsingEnabled",
    ),
    (
        "Landroidx/browser/auth/AuthTabIntent$Builder;",
        "setEphemeralBrowsingEnabled",
    ),
    (
        "Landroidx/credentials/ClearCredentialStateRequest;",
        "<init>",
    ),
    ("Lcom/android/volley/Request;", "setShouldCache"),
    (
        "Lcom/google/android/gms/auth/api/signin/GoogleSignInOptions$Builder;",
        "requestIdToken",
    ),
    (
        "Lcom/google/android/gms/auth/api/signin/GoogleSignInOptions$Builder;",
        "requestServerAuthCode",
    ),
    (
        "Lnet/openid/appauth/AuthorizationRequest$Builder;",
        "setPrompt",
    ),
    ("Lokhttp3/CacheControl$Builder;", "noStore"),
];
