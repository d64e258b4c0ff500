//! The places that tell a server to end a session: requests to endpoints that do, and calls of SDKs.

use crate::analysis::callgraph::{Node, through_casts};
use crate::analysis::requests::{Endpoint, Requests};
use crate::analysis::values::{Origin, Site, Values};
use crate::ir::{FuncId, MethodId, Op, Program};
use crate::models::lexicon::EndpointKind;
use crate::models::{ArgPos, ArgRole, ArtifactKind, Roles, ServerEffect as ModelServer};

use super::credential::{Judge, Judgement};
use super::event::Events;

/// A place that tells the server to end the session.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// Where.
    pub site: Site,
    /// What it is, for people: `POST oauth/revoke`.
    pub what: String,
    /// What it does.
    pub kind: EndpointKind,
    /// Which token it hands over, if that is visible.
    pub token: Option<ArtifactKind>,
    /// Not for certain.
    pub conditional: bool,
    /// An SDK's call, which sends a request of its own.
    pub sdk: bool,
}

/// All places that tell a server to end a session, in the app's own code.
#[must_use]
pub fn tellings(
    values: &Values<'_, '_>,
    judge: &Judge<'_, '_>,
    events: &Events,
    requests: &Requests,
) -> Vec<Telling> {
    let program = values.program();
    let mut found = Vec::new();
    for (site, model) in &events.sdk {
        let kind = match model.server {
            ModelServer::None => continue,
            ModelServer::RevokeToken => EndpointKind::Revoke,
            ModelServer::EndSession => EndpointKind::EndSession,
            ModelServer::Both => EndpointKind::Revoke,
            ModelServer::Conditional => EndpointKind::Logout,
        };
        // Built and never started, it has no effect.
        if model.roles.contains(Roles::SIGN_OUT_BUILD) && !is_started(program, *site) {
            continue;
        }
        found.push(Telling {
            site: *site,
            what: model.id.rsplit(':').next().unwrap_or(model.id).to_owned(),
            kind,
            token: None,
            conditional: model.server == ModelServer::Conditional,
            sdk: true,
        });
    }
    // Calls of service methods.
    let mut methods: Vec<(&MethodId, &Endpoint)> = requests.services.iter().collect();
    methods.sort_unstable_by_key(|(method, _)| **method);
    for (method, endpoint) in methods {
        let Some(kind) = endpoint.kind.filter(|kind| ends_session(*kind)) else {
            continue;
        };
        for caller in program.calls.row(method.0) {
            for (op, call) in program.body(caller).iter_ops() {
                if let Op::Call { target, args, .. } = call
                    && target == method
                {
                    let site = Site { func: caller, op };
                    let count =
                        u8::try_from(program.body(caller).args(*args).len()).unwrap_or(u8::MAX);
                    let token = (0..count).find_map(|position| {
                        match judge
                            .origins(&values.argument_from_callers(site, ArgPos::Param(position)))
                        {
                            Judgement::Is(credential) => Some(credential.kind),
                            _ => None,
                        }
                    });
                    found.push(Telling {
                        site,
                        what: endpoint.id(),
                        kind,
                        token,
                        conditional: false,
                        sdk: false,
                    });
                }
            }
        }
    }
    // Requests that calls put together.
    for request in &requests.built {
        let Some(kind) = request.kind.filter(|kind| ends_session(*kind)) else {
            continue;
        };
        if sends(values, events, request.site.func) {
            found.push(Telling {
                site: request.named,
                what: request.id(),
                kind,
                token: token_parameter(values, judge, request.site.func),
                conditional: false,
                sdk: false,
            });
        }
    }
    // Paths in constants, where something is sent from.
    for path in &requests.texts {
        if !ends_session(path.kind) || !sends(values, events, path.func) {
            continue;
        }
        for (op, constant) in program.body(path.func).iter_ops() {
            if super::credential::text_of(constant) == Some(path.text.as_str()) {
                found.push(Telling {
                    site: Site {
                        func: path.func,
                        op,
                    },
                    what: path.id(),
                    kind: path.kind,
                    token: token_parameter(values, judge, path.func),
                    conditional: false,
                    sdk: false,
                });
            }
        }
    }
    found.sort_by_key(|send| send.site);
    found.dedup_by(|a, b| a.site == b.site);
    found
}

/// Whether what a call returned is started: by a call on it, or by handing it on.
pub(super) fn is_started(program: &Program<'_>, site: Site) -> bool {
    let body = program.body(site.func);
    let Some(result) = body.op(site.op).and_then(Op::dst) else {
        return false;
    };
    body.ops.iter().any(|op| match op {
        Op::Call { args, .. } => body
            .args(*args)
            .iter()
            .any(|value| through_casts(body, *value) == result),
        Op::Return { value: Some(value) } => through_casts(body, *value) == result,
        _ => false,
    })
}

/// The token that a revocation request carries: the value of its parameter `token` (RFC 7009
/// section 2.1), where the same function sets it.
fn token_parameter(
    values: &Values<'_, '_>,
    judge: &Judge<'_, '_>,
    func: FuncId,
) -> Option<ArtifactKind> {
    let body = values.program().body(func);
    let carried = body.iter_ops().find_map(|(op, call)| {
        let Op::Call { target, .. } = call else {
            return None;
        };
        let site = Site { func, op };
        values.apis().of(*target).iter().find_map(|model| {
            let (key, value) = (model.arg(ArgRole::Key)?, model.arg(ArgRole::Value)?);
            let names_token = matches!(
                values.argument(site, key, &None).as_slice(),
                [Origin::Text(name)] if matches!(&**name, "token" | "refresh_token" | "access_token")
            );
            names_token.then(|| values.argument_from_callers(site, value))
        })
    })?;
    // Each value that any caller hands over; one that is not visible leaves it unknown.
    let kinds: Option<Vec<ArtifactKind>> = carried
        .iter()
        .map(|origin| {
            let judgement = judge.origins(std::slice::from_ref(origin));
            judgement.credential().map(|credential| credential.kind)
        })
        .collect();
    kinds?
        .into_iter()
        .max_by_key(|kind| *kind == ArtifactKind::RefreshToken)
}

/// Whether an endpoint ends a session.
#[must_use]
pub fn ends_session(kind: EndpointKind) -> bool {
    matches!(
        kind,
        EndpointKind::Revoke | EndpointKind::EndSession | EndpointKind::Logout
    )
}

/// Whether a function, or something that it calls, sends; a path in a field or a constructor is
/// sent by whoever reads it.
fn sends(values: &Values<'_, '_>, events: &Events, func: FuncId) -> bool {
    if events.senders.contains(&func) {
        return true;
    }
    let reach = values.graph().reach(Node::whole(func), None, false, 200);
    if reach
        .here()
        .any(|reached| events.senders.contains(&reached.node.func))
    {
        return true;
    }
    // A request object made here and handed back: the callers send it.
    values
        .graph()
        .may_callers(func)
        .into_iter()
        .take(16)
        .any(|caller| {
            events.senders.contains(&caller)
                || values
                    .graph()
                    .reach(Node::whole(caller), None, true, 120)
                    .nodes
                    .iter()
                    .any(|reached| events.senders.contains(&reached.node.func))
        })
}
