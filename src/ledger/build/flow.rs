//! How a session begins: OAuth flows by what the app's own code puts into the requests.

use super::Builder;
use crate::analysis::values::{Origin, Site};
use crate::finding::{Confidence, Step};
use crate::ir::{Body, FuncId, Op, OpId, Value};
use crate::ledger::credential::text_of;
use crate::ledger::{Record, locate};
use crate::models::{ArgPos, ArgRole, Roles};

/// Shortest text that is a secret and no placeholder.
const SECRET: usize = 8;
/// Parameters that say what flow it is.
const NAMES: [&str; 4] = [
    "response_type",
    "grant_type",
    "code_challenge_method",
    "client_secret",
];
/// Words in paths of code that no user runs.
const TRIALS: [&str; 5] = ["test", "mock", "debug", "staging", "fake"];

/// One weakness at one place.
struct Weak {
    kind: &'static str,
    site: Site,
}

/// What the code says about its login.
#[derive(Default)]
struct Flow {
    weak: Vec<Weak>,
    /// Where a code is asked for by hand.
    codes: Vec<Site>,
    /// The code names a challenge.
    challenge: bool,
}

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// One record for each weakness; one without, where the flow is sound.
    pub(super) fn flow_records(&self) -> Vec<Record> {
        let mut flow = Flow::default();
        for (text, func) in &self.program.texts {
            if self.graph.is_library_func(*func) || self.is_trial(*func) {
                continue;
            }
            let lower = text.to_ascii_lowercase();
            if lower.contains("code_challenge") {
                flow.challenge = true;
            }
            if NAMES.iter().any(|name| lower.contains(name)) {
                self.said(&lower, text, *func, &mut flow);
            }
        }
        self.services_with_grant(&mut flow);
        self.appauth(&mut flow);
        if !flow.challenge {
            flow.weak.extend(flow.codes.iter().map(|site| Weak {
                kind: "no-pkce",
                site: *site,
            }));
        }
        flow.weak.sort_by_key(|weak| (weak.kind, weak.site));
        flow.weak
            .dedup_by(|a, b| (a.kind, a.site) == (b.kind, b.site));

        let mut records: Vec<Record> = Vec::new();
        for weak in &flow.weak {
            match records
                .iter_mut()
                .find(|record| record.attribute("weakness") == Some(weak.kind))
            {
                // One fix, however many requests need it.
                Some(record) => record.related.push(Step {
                    location: locate::site(self.program, weak.site),
                    message: "also here".to_owned(),
                }),
                None => records.push(self.flow_record(weak.kind, weak.site)),
            }
        }
        if records.is_empty()
            && let Some(site) = flow.codes.first().copied().or_else(|| self.browser_login())
        {
            records.push(self.flow_record("none", site));
        }
        records
    }

    fn flow_record(&self, kind: &'static str, site: Site) -> Record {
        let mut record = Record::new("flow", locate::site(self.program, site), Confidence::High);
        record.set("weakness", kind);
        record.subject = format!("flow:{kind}");
        record.owner = self.owner(site.func);
        record.flow = vec![Step {
            location: locate::site(self.program, site),
            message: "the request is put together here".to_owned(),
        }];
        let facts = &mut record.facts;
        facts.insert("symbol", self.program.func_path(site.func));
        facts.insert(
            "how",
            match kind {
                "implicit" => "asks for the token itself in the redirect (`response_type=token`)",
                "password-grant" => {
                    "hands the user's password to the token endpoint (`grant_type=password`)"
                }
                "plain-pkce" => {
                    "sends the verifier itself as its challenge (`code_challenge_method=plain`)"
                }
                "no-pkce" => {
                    "asks for a code without a challenge, and no other code of the app makes one"
                }
                "client-secret" => "sends a client secret that everybody can read in the package",
                _ => "uses a code with a challenge",
            }
            .to_owned(),
        );
        facts.insert(
            "met",
            format!(
                "`{}` begins a login with a code and a challenge",
                self.program.func_path(site.func)
            ),
        );
        record
    }

    fn is_trial(&self, func: FuncId) -> bool {
        let path = self.program.func_path(func).to_ascii_lowercase();
        TRIALS.iter().any(|word| path.contains(word))
    }

    /// What a text says, alone or as the name of the value beside it.
    fn said(&self, lower: &str, text: &str, func: FuncId, flow: &mut Flow) {
        let body = self.program.body(func);
        for (op, operation) in body.iter_ops() {
            if text_of(operation) != Some(text) {
                continue;
            }
            let site = Site { func, op };
            for name in NAMES {
                if let Some(value) = parameter(lower, name) {
                    self.meaning(name, value, site, flow);
                }
            }
            let Some(name) = NAMES.iter().find(|name| lower == **name) else {
                continue;
            };
            let Some(dst) = operation.dst() else { continue };
            for (at, value) in self.beside(body, dst) {
                let given = self.given(func, value);
                // One of several types is a choice that somebody else makes.
                if *name == "response_type" && given.len() > 1 {
                    continue;
                }
                for origin in given {
                    if let Origin::Text(value) = origin {
                        self.meaning(name, &value, Site { func, op: at }, flow);
                    }
                }
            }
        }
    }

    /// What a parameter with a value means.
    fn meaning(&self, name: &str, value: &str, site: Site, flow: &mut Flow) {
        let value = value.to_ascii_lowercase();
        let kind = match name {
            "response_type" => match response(&value) {
                Some(true) => "implicit",
                Some(false) => {
                    flow.codes.push(site);
                    return;
                }
                None => return,
            },
            "grant_type" if value == "password" => "password-grant",
            "code_challenge_method" if value == "plain" => "plain-pkce",
            "client_secret" if is_secret(&value) && !self.is_public(site.func) => "client-secret",
            _ => return,
        };
        flow.weak.push(Weak { kind, site });
    }

    /// The values that stand right behind a name in calls: `add("grant_type", value)`.
    fn beside(&self, body: &Body<'a>, name: Value) -> Vec<(OpId, Value)> {
        body.iter_ops()
            .filter_map(|(op, call)| {
                let Op::Call { args, .. } = call else {
                    return None;
                };
                let args = body.args(*args);
                let at = args.iter().position(|arg| {
                    crate::analysis::callgraph::through_casts(body, *arg) == name
                })?;
                Some((op, *args.get(at + 1)?))
            })
            .collect()
    }

    /// What a value may be, with what comes from outside followed to all callers.
    fn given(&self, func: FuncId, value: Value) -> Vec<Origin> {
        let mut all = Vec::new();
        for origin in self.values.origins(func, value, &None) {
            match origin {
                Origin::Param(owner, index) => {
                    for site in self.graph.call_sites(owner, 8).into_iter().take(8) {
                        let caller = self.program.body(site.func);
                        if let Some(Op::Call { args, .. }) = caller.op(site.op)
                            && let Some(argument) = caller.args(*args).get(usize::from(index))
                        {
                            all.extend(self.values.origins(site.func, *argument, &None));
                        }
                    }
                }
                other => all.push(other),
            }
        }
        all
    }

    /// Service methods that name a grant: the calls that give it `password`.
    fn services_with_grant(&self, flow: &mut Flow) {
        let mut methods: Vec<_> = self
            .services
            .iter()
            .filter(|(_, endpoint)| endpoint.names.iter().any(|name| name == "grant_type"))
            .map(|(method, _)| *method)
            .collect();
        methods.sort_unstable();
        for method in methods {
            for caller in self.program.calls.row(method.0) {
                if self.graph.is_library_func(caller) || self.is_trial(caller) {
                    continue;
                }
                let body = self.program.body(caller);
                for (op, call) in body.iter_ops() {
                    let Op::Call { target, args, .. } = call else {
                        continue;
                    };
                    if *target != method {
                        continue;
                    }
                    let password = body.args(*args).iter().skip(1).any(|arg| {
                        self.given(caller, *arg)
                            .iter()
                            .any(|origin| matches!(origin, Origin::Text(text) if text.as_ref() == "password"))
                    });
                    if password {
                        flow.weak.push(Weak {
                            kind: "password-grant",
                            site: Site { func: caller, op },
                        });
                    }
                }
            }
        }
    }

    /// AppAuth makes a challenge by itself, unless it is told not to; a secret is given on purpose.
    fn appauth(&self, flow: &mut Flow) {
        for (site, model) in self.sites(|model| model.lib == "appauth") {
            if self.is_trial(site.func) {
                continue;
            }
            if model.method == "setCodeVerifier" {
                let null = self
                    .values
                    .argument(site, ArgPos::Param(0), &None)
                    .iter()
                    .all(|origin| matches!(origin, Origin::Int(0)));
                if null {
                    flow.weak.push(Weak {
                        kind: "no-pkce",
                        site,
                    });
                }
            }
            if model.arg(ArgRole::Cred).is_some() && model.class.contains("/ClientSecret") {
                let constant = self
                    .values
                    .argument_from_callers(site, ArgPos::Param(0))
                    .iter()
                    .any(|origin| matches!(origin, Origin::Text(text) if is_secret(text)));
                if constant && !self.is_public(site.func) {
                    flow.weak.push(Weak {
                        kind: "client-secret",
                        site,
                    });
                }
            }
        }
    }

    /// A login that an SDK runs in a browser, with a challenge of its own making.
    fn browser_login(&self) -> Option<Site> {
        self.events
            .sdk
            .iter()
            .find(|(_, model)| {
                matches!(model.lib, "appauth" | "auth0") && model.roles.contains(Roles::LOGIN)
            })
            .map(|(site, _)| *site)
    }

    /// Google calls the secret of an installed app public, and means it.
    fn is_public(&self, func: FuncId) -> bool {
        let class = self.program.func(func).class;
        self.program.texts.iter().any(|(text, user)| {
            self.program.func(*user).class == class
                && (text.contains("accounts.google.com") || text.contains("googleapis.com"))
        })
    }
}

/// The value of a parameter in a query or a form.
fn parameter<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = text.find(&format!("{name}="))? + name.len() + 1;
    let rest = text.get(start..)?;
    let end = rest.find('&').unwrap_or(rest.len());
    rest.get(..end)
}

/// Whether a response type asks for a token in the redirect; `false` for a code.
fn response(value: &str) -> Option<bool> {
    let mut words = value.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    if value.contains("code") {
        return Some(false);
    }
    words.any(|word| word == "token").then_some(true)
}

/// A constant secret: long enough, and no placeholder.
fn is_secret(value: &str) -> bool {
    value.len() >= SECRET
        && !value.contains(['%', '{', '<', ' ', '$'])
        && !value.to_ascii_lowercase().contains("secret")
}
