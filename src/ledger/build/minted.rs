//! Session tokens that the app makes and signs itself, and until when they are valid.

use super::Builder;
use super::sites::Chain;
use crate::analysis::time::Times;
use crate::analysis::values::{Origin, Site};
use crate::facts::literal;
use crate::finding::{Confidence, Step};
use crate::ir::{Body, FuncId, MethodId, Op, Value};
use crate::ledger::credential::is_session_value;
use crate::ledger::{Record, locate};
use crate::models::{ApiModel, ArgPos, ArgRole, ArtifactKind, Roles, lexicon};

/// The library of the models about JSON Web Tokens.
const JWT: &str = "jwt";
/// Claims that say what a token is for.
const PURPOSES: [&str; 6] = ["typ", "type", "token_use", "token_type", "use", "purpose"];
/// Deepest chain of functions that hand the unfinished token on.
const MAX_HELPERS: u8 = 3;

/// What is put into a token before it is signed.
#[derive(Default)]
struct Claims {
    /// Where its end is set.
    end: Option<(Site, Value)>,
    /// Claims of which only somebody else knows whether an end is among them.
    unknown: bool,
    subject: bool,
    purpose: Vec<String>,
}

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// Tokens that app code signs.
    pub(super) fn minted_records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        for (site, _) in self.sites(|model| {
            model.lib == JWT
                && model.roles.contains(Roles::CREDENTIAL_SOURCE)
                && !model.is(Roles::READ)
        }) {
            records.extend(self.minted(site));
        }
        records
    }

    fn minted(&self, site: Site) -> Option<Record> {
        let body = self.program.body(site.func);
        let builder = self.values.argument_value(site, ArgPos::Receiver)?;
        let mut claims = Claims::default();
        self.claims(body, builder, MAX_HELPERS, &mut claims);
        let (kind, sure) = self.session_token(site.func, &claims)?;

        let seconds = claims
            .end
            .and_then(|(at, value)| Times::new(self.graph).of(at.func, value, &None)?.from_now());
        let expiry = match (claims.end, seconds) {
            (None, _) if claims.unknown => "unknown",
            (None, _) => "none",
            (Some(_), None) => "unknown",
            (Some(_), Some(seconds)) => literal::span(seconds),
        };
        let place = claims.end.map_or(site, |(at, _)| at);
        let confidence = if sure {
            Confidence::High
        } else {
            Confidence::Medium
        };
        let mut record = Record::new("literal", locate::site(self.program, place), confidence);
        record.set("form", "minted");
        record.set("state", "live");
        record.set("expiry", expiry);
        record.set(
            "use",
            if kind == ArtifactKind::RefreshToken {
                "refresh"
            } else {
                "access"
            },
        );
        record.subject = "literal:minted".to_owned();
        record.owner = self.owner(site.func);
        record.flow = vec![Step {
            location: locate::site(self.program, site),
            message: "the app signs the token here".to_owned(),
        }];
        if place != site {
            record.flow.insert(
                0,
                Step {
                    location: locate::site(self.program, place),
                    message: "its end is set here".to_owned(),
                },
            );
        }
        record.excerpt = locate::excerpt(self.values, place, &self.events.key_texts);
        let what = kind.name().replace('-', " ");
        let says = match (expiry, seconds) {
            ("none", _) => "nothing sets its end".to_owned(),
            (_, Some(seconds)) => format!("it is valid for {}", literal::duration(seconds)),
            _ => "its end is not visible in the code".to_owned(),
        };
        let facts = &mut record.facts;
        facts.insert("what", format!("A {what} that the app signs itself"));
        facts.insert("symbol", self.program.func_path(site.func));
        facts.insert("value", format!("a {what} that the app signs itself"));
        facts.insert(
            "open",
            format!(
                "`{}` signs a {what}, and {says}",
                self.program.func_path(site.func)
            ),
        );
        facts.insert("met", says.clone());
        facts.insert("claims", says);
        Some(record)
    }

    /// Whether a token is one for a session: its claims say so, or the function that makes it.
    fn session_token(&self, func: FuncId, claims: &Claims) -> Option<(ArtifactKind, bool)> {
        if !claims.purpose.is_empty() {
            // Proofs, invitations and assertions are none; media types other than `at+jwt` neither.
            let kinds = claims.purpose.iter().map(|text| {
                match text.to_ascii_lowercase().strip_suffix("+jwt") {
                    Some("at") => Some(ArtifactKind::AccessToken),
                    Some(_) => None,
                    None if text.eq_ignore_ascii_case("access") => Some(ArtifactKind::AccessToken),
                    None if text.eq_ignore_ascii_case("refresh") => {
                        Some(ArtifactKind::RefreshToken)
                    }
                    None => lexicon::classify_identifier(text).map(|hit| hit.kind),
                }
                .filter(|kind| is_session_value(*kind))
            });
            let kinds: Option<Vec<ArtifactKind>> = kinds.collect();
            return Some((*kinds?.first()?, true));
        }
        let hit = lexicon::classify_identifier(self.program.func_name(func))
            .filter(|hit| is_session_value(hit.kind))?;
        (hit.strong || claims.subject).then_some((hit.kind, hit.strong))
    }

    /// Reads the calls on a builder, wherever in the function they stand, and in the functions that
    /// handed it over.
    fn claims(&self, body: &Body<'a>, builder: Value, depth: u8, claims: &mut Claims) {
        let Some(depth) = depth.checked_sub(1) else {
            claims.unknown = true;
            return;
        };
        let root = self.builder_root(body, builder);
        match body.def(root) {
            Some((op, Op::Call { args, .. })) => {
                let site = Site {
                    func: body.func,
                    op,
                };
                // A helper that begins or completes the builder.
                let targets = self.graph.targets(site);
                for func in targets.funcs.iter().filter(|_| !targets.functional) {
                    let inner = self.program.body(*func);
                    for op in &inner.ops {
                        if let Op::Return {
                            value: Some(returned),
                        } = op
                        {
                            self.claims(inner, *returned, depth, claims);
                        }
                    }
                }
                for arg in body.args(*args).to_vec() {
                    if matches!(body.def(self.builder_root(body, arg)), Some((_, Op::Call { target, .. })) if self.is_token_call(*target))
                    {
                        self.claims(body, arg, depth, claims);
                    }
                }
            }
            Some((_, Op::New { .. })) => {}
            // A helper is given the builder: its caller's part was read already.
            None if body.param_index(root).is_some() && depth + 1 < MAX_HELPERS => {}
            _ => claims.unknown = true,
        }
        for (op, call) in body.iter_ops() {
            let Op::Call { target, args, .. } = call else {
                continue;
            };
            let Some(receiver) = body.args(*args).first() else {
                continue;
            };
            if !self.is_token_call(*target) || self.builder_root(body, *receiver) != root {
                continue;
            }
            let site = Site {
                func: body.func,
                op,
            };
            for model in self.sources.apis.of(*target) {
                self.claim(site, model, claims);
            }
        }
    }

    fn claim(&self, site: Site, model: &ApiModel, claims: &mut Claims) {
        let text = |role| -> Option<String> {
            match self
                .values
                .argument(site, model.arg(role)?, &None)
                .as_slice()
            {
                [Origin::Text(text)] => Some(text.to_string()),
                _ => None,
            }
        };
        if let Some(position) = model.arg(ArgRole::When) {
            if let Some(value) = self.values.argument_value(site, position) {
                claims.end = Some((site, value));
            }
        } else if model.arg(ArgRole::User).is_some() {
            claims.subject = true;
        } else if model.arg(ArgRole::Key).is_some() {
            match text(ArgRole::Key).as_deref() {
                Some("exp") => {
                    if let Some(value) = model
                        .arg(ArgRole::Value)
                        .and_then(|position| self.values.argument_value(site, position))
                    {
                        claims.end = Some((site, value));
                    }
                }
                Some("sub") => claims.subject = true,
                Some("htm" | "htu") => claims.purpose.push("proof".to_owned()),
                Some(name) if PURPOSES.contains(&name) => {
                    claims
                        .purpose
                        .push(text(ArgRole::Value).unwrap_or_default());
                }
                Some(_) => {}
                None => claims.unknown = true,
            }
        } else if model.arg(ArgRole::Pair).is_some() {
            claims.unknown = true;
        }
    }

    /// The object that fluent calls of a token library work on.
    fn builder_root(&self, body: &Body<'a>, value: Value) -> Value {
        Chain {
            program: self.program,
            fluent: &|method| self.is_token_call(method),
        }
        .root(body, value)
    }

    fn is_token_call(&self, method: MethodId) -> bool {
        let class = self.program.method(method).class;
        let name = self.program.names.text(class);
        name.starts_with("Lio/jsonwebtoken/") || name.starts_with("Lcom/auth0/jwt/")
    }
}
