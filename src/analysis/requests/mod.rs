//! Requests to servers: what an app asks of which path, with which verb, and where.
//!
//! One list of everything that names an endpoint: service methods described by annotations
//! (Retrofit and its like), requests that are put together by calls (OkHttp, `HttpURLConnection`,
//! Volley …), and paths in constants of which nothing more is known.

mod built;
mod parser;
mod service;

pub use built::Built;
pub use service::Endpoint;

use rustc_hash::FxHashMap;

use super::values::Values;
use crate::ir::{FuncId, MethodId, Program};
use crate::models::lexicon::{self, EndpointKind};

/// Everything that names an endpoint.
#[derive(Debug, Default)]
pub struct Requests {
    /// Service methods.
    pub services: FxHashMap<MethodId, Endpoint>,
    /// Requests that calls put together, in order of their place.
    pub built: Vec<Built>,
    /// Paths in constants that are in no such request, in order of functions.
    pub texts: Vec<PathText>,
}

/// A constant that reads like a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathText {
    /// The constant.
    pub text: String,
    /// Where it is used.
    pub func: FuncId,
    /// What the path is for.
    pub kind: EndpointKind,
}

impl PathText {
    /// Canonical `EndpointId`.
    #[must_use]
    pub fn id(&self) -> String {
        endpoint_id(None, &self.text)
    }
}

impl Requests {
    /// All requests of a program's own code.
    #[must_use]
    pub fn of(values: &Values<'_, '_>) -> Self {
        let program = values.program();
        let services = service::endpoints(program);
        let built = built::requests(values);
        let mut texts: Vec<PathText> = Vec::new();
        for (text, func) in &program.texts {
            let known = || {
                built.iter().any(|request| {
                    (request.named.func == *func || request.site.func == *func)
                        && request.path.contains(path_of(text).trim_matches('/'))
                })
            };
            if !values.graph().is_library_func(*func)
                && let Some(kind) = endpoint_text(text)
                && !known()
            {
                texts.push(PathText {
                    text: text.clone(),
                    func: *func,
                    kind,
                });
            }
        }
        Self {
            services,
            built,
            texts,
        }
    }

    /// Every endpoint with a known purpose, by its canonical id, each once.
    #[must_use]
    pub fn endpoints(&self) -> Vec<(String, EndpointKind)> {
        let services = self
            .services
            .values()
            .filter_map(|endpoint| Some((endpoint.id(), endpoint.kind?)));
        let built = self
            .built
            .iter()
            .filter_map(|request| Some((request.id(), request.kind?)));
        let texts = self.texts.iter().map(|text| (text.id(), text.kind));
        let mut all: Vec<(String, EndpointKind)> = services.chain(built).chain(texts).collect();
        all.sort_by(|a, b| (&a.0, a.1.name()).cmp(&(&b.0, b.1.name())));
        all.dedup();
        all
    }
}

/// Canonical `EndpointId`: `POST oauth/revoke`; the path alone where the verb is not known.
fn endpoint_id(verb: Option<&str>, path: &str) -> String {
    let path = path.trim_start_matches('/');
    match verb {
        Some(verb) => format!("{verb} {path}"),
        None => path.to_owned(),
    }
}

/// The path of an address: without scheme, host and what is not known before the first slash.
fn path_of(address: &str) -> &str {
    let after_scheme = match address.find("://") {
        Some(at) => {
            let rest = address.get(at + 3..).unwrap_or_default();
            match rest.find('/') {
                Some(slash) => rest.get(slash..).unwrap_or_default(),
                None => "",
            }
        }
        None => address,
    };
    after_scheme.strip_prefix("{?}").unwrap_or(after_scheme)
}

/// What a request is for that carries parameters of these names: RFC 7009 section 2.1 revokes the
/// token that `token` names and `token_type_hint` describes; OpenID Connect RP-Initiated Logout
/// section 2 ends the session that `id_token_hint` belongs to.
fn kind_by_parameters(names: impl IntoIterator<Item = impl AsRef<str>>) -> Option<EndpointKind> {
    names.into_iter().find_map(|name| match name.as_ref() {
        "token_type_hint" => Some(EndpointKind::Revoke),
        "id_token_hint" | "post_logout_redirect_uri" => Some(EndpointKind::EndSession),
        _ => None,
    })
}

/// What a constant says when it is a path or a URL that ends a session or begins one.
fn endpoint_text(text: &str) -> Option<EndpointKind> {
    let looks =
        (text.contains('/') || !text.contains(' ')) && text.len() <= 400 && !text.contains('\n');
    if !looks || text.contains("://") && !text.starts_with("http") {
        return None;
    }
    // A bare word is a path only when it is one by its form.
    if !text.contains('/') && !text.contains('.') {
        return None;
    }
    lexicon::endpoint(None, text)
}

/// Verbs of HTTP.
const VERBS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// The functions of a program that use a text which the index keeps.
fn users_of_text<'p>(
    program: &'p Program<'_>,
    wanted: &'p str,
) -> impl Iterator<Item = FuncId> + 'p {
    program
        .texts
        .iter()
        .filter(move |(text, _)| text == wanted)
        .map(|(_, func)| *func)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_to_their_path() {
        assert_eq!(path_of("https://api.example.com/v1/logout"), "/v1/logout");
        assert_eq!(path_of("{?}/oauth/revoke"), "/oauth/revoke");
        assert_eq!(path_of("{?}logout"), "logout");
        assert_eq!(path_of("logout"), "logout");
        assert_eq!(path_of("https://api.example.com"), "");
    }

    #[test]
    fn parameters_say_what_a_request_is_for() {
        let kind = kind_by_parameters(["client_id", "token", "token_type_hint"]);
        assert_eq!(kind, Some(EndpointKind::Revoke));
        assert_eq!(kind_by_parameters(["token"]), None);
    }
}
