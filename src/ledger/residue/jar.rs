//! Cookies that an HTTP client keeps.
//!
//! A session cookie is the session; that the API is one of cookies, the code shows only in part: the
//! app signs in, and keeps no token that its requests could carry.

use super::{Call, Finder, Residue, SetCookie, Thing, short_id};
use crate::analysis::callgraph::Node;
use crate::analysis::entries::is_login_name;
use crate::analysis::values::{Origin, Site};
use crate::finding::Confidence;
use crate::ir::{ClassId, FuncId, Op};
use crate::ledger::exit::Remover;
use crate::ledger::store::family;
use crate::models::lexicon::{self, EndpointKind, ValueKind};
use crate::models::{ApiModel, ArgRole, ArtifactKind, ClearScope, Protection, Roles, StoreKind};

/// Most functions of an app's own jar that are followed.
const JAR_LIMIT: usize = 60;
/// Most callers of a sending function whose names are read.
const MAX_CALLERS: usize = 16;
/// Most places that empty an app's own jar.
const MAX_CLEARS: usize = 64;

/// Interfaces and classes that an app's own cookie jar implements.
const JARS: [&str; 3] = [
    "Lokhttp3/CookieJar;",
    "Ljava/net/CookieStore;",
    "Ljava/net/CookieHandler;",
];

/// What an app's own jar does with a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// It is one of web views.
    WebViews,
    /// The ledger has it as a stored value.
    Stored,
    /// On disk.
    Disk,
    /// In memory.
    Memory,
}

impl<'p> Finder<'_, 'p, '_> {
    /// Cookie jars of HTTP clients.
    pub(super) fn jars(&self, cookies: &[SetCookie]) -> Vec<Residue> {
        let mut found = self.known_jars();
        found.extend(self.own_jars());
        let doubt = self.cookie_doubt(cookies);
        for residue in &mut found {
            residue.doubt.clone_from(&doubt);
        }
        // A jar in memory beside one on disk is a part of it.
        if found.iter().any(|residue| residue.limited.is_none()) {
            found.retain(|residue| residue.limited.is_none());
        }
        found
    }

    /// Jars of libraries and of the platform.
    fn known_jars(&self) -> Vec<Residue> {
        let mut found: Vec<Residue> = Vec::new();
        for call in self.calls_of(|model| {
            model.roles.contains(Roles::STORE_OPEN)
                && model.artifact == Some(ArtifactKind::Cookie)
                && !is_of_web(model)
        }) {
            let memory = call.model.protection == Some(Protection::Memory)
                || (call.model.protection == Some(Protection::Inherits)
                    && self.has_no_store(&call));
            if !memory && call.model.protection == Some(Protection::Inherits) {
                // The store is the app's own: looked at as such.
                continue;
            }
            let subject = match call.model.store_name {
                Some(name) => format!("cookies:{name}"),
                None => "cookies:memory".to_owned(),
            };
            let message = format!("`{}` keeps the client's cookies", made_by(call.model));
            if let Some(known) = found.iter_mut().find(|known| known.subject == subject) {
                known.made.push((call.site, message));
                continue;
            }
            found.push(Residue {
                thing: Thing::NativeCookies,
                subject,
                what: match call.model.store_name {
                    Some(name) => format!("the cookies of its HTTP client, on disk in `{name}`"),
                    None => "the cookies of its HTTP client".to_owned(),
                },
                how: message.clone(),
                made: vec![(call.site, message)],
                doubt: None,
                limited: memory.then(|| "they are in memory and end with the process".to_owned()),
                confidence: Confidence::High,
                removers: self.jar_removers(call.model.store_name),
            });
        }
        found
    }

    /// Whether a cookie manager is made without a store of the app's.
    fn has_no_store(&self, call: &Call) -> bool {
        self.argument(call, ArgRole::Store)
            .iter()
            .all(|store| *store == Origin::Int(0))
    }

    fn jar_removers(&self, name: Option<&'static str>) -> Vec<Remover> {
        let mut found = Vec::new();
        for call in
            self.calls_of(|model| model.roles.contains(Roles::COOKIE_CLEAR) && !is_of_web(model))
        {
            let same =
                name.is_none() || call.model.store_name.is_none() || call.model.store_name == name;
            match call.model.scope {
                Some(ClearScope::Store | ClearScope::All | ClearScope::User) if same => {
                    found.push(Remover::at(call.site));
                }
                Some(ClearScope::Key) if same => {
                    found.push(Remover::at(call.site).unless("only one of the cookies goes"));
                }
                _ => {}
            }
        }
        // The preferences file that the jar writes.
        for clear in &self.events.clears {
            let this = name.is_some_and(|name| {
                family(clear.id.kind) == StoreKind::Sharedprefs
                    && clear.id.key.is_none()
                    && clear.id.name.as_literal() == Some(name)
            });
            if this {
                found.push(Remover {
                    outer: clear.outer,
                    ..Remover::at(clear.site)
                });
            }
        }
        found.extend(self.wipes());
        found
    }

    /// Jars that the app implements.
    fn own_jars(&self) -> Vec<Residue> {
        let program = self.program();
        let mut found = Vec::new();
        for jar in JARS {
            let Some(ty) = program.names.get(jar.as_bytes()) else {
                continue;
            };
            for class in program.direct_subtypes(ty) {
                if self.values.graph().is_library(class) {
                    continue;
                }
                let Some(made) = self.made_at(class) else {
                    continue;
                };
                let keeping = self.keeping(class);
                if matches!(keeping, Keeping::WebViews | Keeping::Stored) {
                    continue;
                }
                let name = program
                    .class(class)
                    .map(|class| program.type_name(class.ty))
                    .unwrap_or_default();
                let message = format!("`{name}` keeps the client's cookies");
                found.push(Residue {
                    thing: Thing::NativeCookies,
                    subject: if keeping == Keeping::Disk {
                        "cookies:own".to_owned()
                    } else {
                        "cookies:memory".to_owned()
                    },
                    what: "the cookies of its HTTP client".to_owned(),
                    how: message.clone(),
                    made: vec![(made, message)],
                    doubt: None,
                    limited: (keeping == Keeping::Memory)
                        .then(|| "they are in memory and end with the process".to_owned()),
                    confidence: Confidence::Medium,
                    removers: self.own_jar_removers(class, &name),
                });
            }
        }
        found
    }

    /// Where the app makes an object of a class.
    fn made_at(&self, class: ClassId) -> Option<Site> {
        let program = self.program();
        let ty = program.class(class)?.ty;
        program.allocations.row(class.0).find_map(|func| {
            let body = program.body(func);
            body.iter_ops().find_map(|(op, made)| {
                matches!(made, Op::New { ty: of, .. } if *of == ty).then_some(Site { func, op })
            })
        })
    }

    fn keeping(&self, class: ClassId) -> Keeping {
        let program = self.program();
        let mut best = Keeping::Memory;
        for func in program.funcs_of(class) {
            if !matches!(program.func_name(func), "saveFromResponse" | "add" | "put") {
                continue;
            }
            let reach = self
                .values
                .graph()
                .reach(Node::whole(func), None, false, JAR_LIMIT);
            for reached in &reach.nodes {
                match self.keeping_in(reached.node.func) {
                    Keeping::Memory => {}
                    Keeping::Disk => best = Keeping::Disk,
                    other => return other,
                }
            }
        }
        best
    }

    fn keeping_in(&self, func: FuncId) -> Keeping {
        let stored = self
            .events
            .writes
            .iter()
            .any(|write| write.inner.func == func && write.kind != StoreKind::WebviewCookies);
        if stored {
            return Keeping::Stored;
        }
        let mut keeping = Keeping::Memory;
        for op in &self.program().body(func).ops {
            let Op::Call { target, .. } = op else {
                continue;
            };
            for model in self.values.apis().of(*target) {
                match model.store {
                    Some(StoreKind::WebviewCookies) => return Keeping::WebViews,
                    Some(store)
                        if model.roles.contains(Roles::STORE)
                            && !matches!(
                                store,
                                StoreKind::Memory | StoreKind::Cookiejar | StoreKind::HttpCookies
                            ) =>
                    {
                        keeping = Keeping::Disk;
                    }
                    _ => {}
                }
            }
        }
        keeping
    }

    /// Calls of methods of the app's own jar that empty it, by their name.
    fn own_jar_removers(&self, class: ClassId, name: &str) -> Vec<Remover> {
        let program = self.program();
        let graph = self.values.graph();
        let mut found: Vec<Remover> = Vec::new();
        for func in program.funcs_of(class) {
            let method = program.func_name(func).to_lowercase();
            let empties = ["clear", "remove", "delete", "reset", "evict", "logout"]
                .iter()
                .any(|word| method.contains(word));
            if empties {
                found.extend(graph.call_sites(func, MAX_CLEARS).into_iter().map(|site| {
                    Remover::at(site).unless(&format!(
                        "`{name}.{}` may empty it",
                        program.func_name(func)
                    ))
                }));
            }
        }
        found.extend(
            self.calls_of(|model| model.roles.contains(Roles::COOKIE_CLEAR) && !is_of_web(model))
                .map(|call| {
                    Remover::at(call.site)
                        .unless(&format!("`{}` may reach it", short_id(call.model)))
                }),
        );
        found.extend(self.wipes());
        found
    }

    /// Why the client's cookies may not be the session.
    fn cookie_doubt(&self, cookies: &[SetCookie]) -> Option<String> {
        let named = cookies.iter().any(|cookie| cookie.session)
            || self
                .calls_of(|model| model.class == "Ljava/net/HttpCookie;")
                .any(|call| {
                    self.texts(&call, ArgRole::Key).iter().any(|name| {
                        lexicon::classify_identifier(name).is_some_and(|hit| {
                            matches!(hit.kind, ArtifactKind::Session | ArtifactKind::Cookie)
                        })
                    })
                });
        if named || (self.signs_in() && !self.token_kept && !self.sends_credentials()) {
            None
        } else {
            Some("whether the server knows the user by these cookies is not in the code".to_owned())
        }
    }

    /// The app has a login of its own.
    fn signs_in(&self) -> bool {
        self.requests
            .endpoints()
            .iter()
            .any(|(_, kind)| matches!(kind, EndpointKind::Login | EndpointKind::Token))
            || self.events.senders.iter().any(|func| {
                self.is_login(*func)
                    || self
                        .values
                        .graph()
                        .may_callers(*func)
                        .into_iter()
                        .take(MAX_CALLERS)
                        .any(|caller| self.is_login(caller))
            })
    }

    /// Whether a function, or its class, is named for signing in.
    fn is_login(&self, func: FuncId) -> bool {
        let program = self.program();
        is_login_name(program.func_name(func))
            || program.owner(func).is_some_and(|class| {
                let name = program.type_name(class.ty);
                is_login_name(name.rsplit(['.', '$']).next().unwrap_or(&name))
            })
    }

    /// Requests carry a credential in a header: its name is in the code.
    pub(super) fn sends_credentials(&self) -> bool {
        let is_header = |name: &str| lexicon::value_pattern(name) == Some(ValueKind::AuthHeader);
        let in_services = self
            .requests
            .services
            .values()
            .any(|endpoint| endpoint.names.iter().any(|name| is_header(name)));
        in_services
            || self
                .calls_of(|model| {
                    model.roles.contains(Roles::NETWORK_BUILD) && model.arg(ArgRole::Key).is_some()
                })
                .any(|call| {
                    self.texts(&call, ArgRole::Key)
                        .iter()
                        .any(|key| is_header(key))
                })
            || self.headers_of_requests(is_header)
    }

    /// `getHeaders` of a request class (Volley) names one.
    fn headers_of_requests(&self, is_header: impl Fn(&str) -> bool) -> bool {
        let program = self.program();
        let Some(name) = program.names.get(b"getHeaders") else {
            return false;
        };
        (0..program.funcs.len())
            .filter_map(|index| u32::try_from(index).ok().map(FuncId))
            .filter(|func| {
                program.symbol(*func).name == name && !self.values.graph().is_library_func(*func)
            })
            .any(|func| {
                program
                    .body(func)
                    .ops
                    .iter()
                    .any(|op| crate::ledger::credential::text_of(op).is_some_and(&is_header))
            })
    }
}

/// Whether a model is about web views.
fn is_of_web(model: &ApiModel) -> bool {
    matches!(
        model.store,
        Some(StoreKind::WebviewCookies | StoreKind::WebviewStorage | StoreKind::WebviewCache)
    )
}

fn made_by(model: &ApiModel) -> &'static str {
    let id = short_id(model);
    id.strip_suffix(".<init>").unwrap_or(id)
}
