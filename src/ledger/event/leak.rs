//! Session values in logs and URLs.

use super::{Audience, Collector, Events, Leak};
use crate::analysis::callgraph::through_casts;
use crate::analysis::template::Template;
use crate::analysis::values::{Origin, Site, template_of};
use crate::ir::{BlockId, Body, Op, OpId, Place, Program, Value};
use crate::ledger::credential::{Credential, Judgement, is_constant, is_session_value};
use crate::models::lexicon::{self, EndpointKind};
use crate::models::{ApiModel, ArgPos, ArgRole, ArtifactKind, Roles};

impl<'p, 'a> Collector<'p, 'a> {
    pub(super) fn log(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let body = self.program().body(site.func);
        let positions: Vec<ArgPos> = model
            .args_of(ArgRole::Value)
            .chain(model.args_of(ArgRole::Extra))
            .collect();
        for position in positions {
            let origins = self.values.argument(site, position, &None);
            // An object in a text is its `toString`, which need not show what it carries.
            let named = self.judge.origins(&origins).credential().filter(|named| {
                named.strong
                    && is_session_value(named.kind)
                    && !named.how.contains(" carries ")
                    && origins.iter().any(carries_text)
            });
            let silent = named.is_none() && origins.iter().any(holds_others);
            let held = || silent.then(|| self.given_by_api(site, position)).flatten();
            if let Some(credential) = named.or_else(held) {
                events.logs.push(Leak {
                    credential,
                    site,
                    sink: model.id,
                    text: origins
                        .first()
                        .map_or_else(Template::hole, template_of)
                        .to_string(),
                    debug_only: guarded_by_debug(self.program(), body, site.op),
                    audience: Audience::Anyone,
                });
                return;
            }
        }
    }

    /// An HTTP client that logs every header, or every body, without leaving out the credentials.
    pub(super) fn http_logging(
        &self,
        site: Site,
        model: &'static ApiModel,
        level: ArgPos,
        events: &mut Events,
    ) {
        let program = self.program();
        let loud =
            self.values
                .argument(site, level, &None)
                .iter()
                .find_map(|origin| match origin {
                    Origin::Field(field) => {
                        let name = program.names.text(program.field(*field).name);
                        matches!(name, "BODY" | "HEADERS").then_some(name)
                    }
                    _ => None,
                });
        let Some(loud) = loud else { return };
        let body = program.body(site.func);
        let redacts = body.iter_ops().any(|(op, call)| match call {
            Op::Call { target, .. } if program.names.text(program.method(*target).name) == "redactHeader" => {
                let header = self.values.argument(Site { func: site.func, op }, ArgPos::Param(0), &None);
                header.iter().any(|header| matches!(header, Origin::Text(name) if name.eq_ignore_ascii_case("authorization")))
            }
            _ => false,
        });
        if redacts && loud == "HEADERS" {
            return;
        }
        events.logs.push(Leak {
            credential: Credential {
                kind: ArtifactKind::AccessToken,
                strong: true,
                how: format!("the client logs at level {loud}, Authorization headers and token responses included"),
                source: None,
            },
            site,
            sink: model.id,
            text: "every request and response".to_owned(),
            debug_only: guarded_by_debug(program, body, site.op),
            audience: Audience::Anyone,
        });
    }

    pub(super) fn url(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        // `appendQueryParameter("token", value)`
        if model.roles.contains(Roles::URL_BUILD)
            && let (Some(key_at), Some(value_at)) =
                (model.arg(ArgRole::Key), model.arg(ArgRole::Value))
        {
            let keys = self.values.argument(site, key_at, &None);
            let values = self.values.argument(site, value_at, &None);
            if is_constant(&values) {
                return;
            }
            for key in &keys {
                let name = template_of(key).to_string();
                let by_value = self.judge.origins(&values);
                if by_value == Judgement::Not {
                    continue;
                }
                if let Some(credential) = url_credential(
                    self.judge
                        .name(&name, || format!("the parameter is `{name}`")),
                    by_value,
                ) {
                    events.urls.push(Leak {
                        credential,
                        site,
                        sink: model.id,
                        text: format!("?{name}={{?}}"),
                        debug_only: false,
                        audience: Audience::Anyone,
                    });
                }
            }
            return;
        }
        let Some(url_at) = model.arg(ArgRole::Url) else {
            return;
        };
        for origin in self.values.argument(site, url_at, &None) {
            let Origin::Built(parts) = &origin else {
                continue;
            };
            // What a revocation carries is worthless when it has arrived.
            if lexicon::endpoint(None, &template_of(&origin).to_string())
                == Some(EndpointKind::Revoke)
            {
                continue;
            }
            let mut before = String::new();
            for part in parts.iter() {
                if let [Origin::Text(text)] = part.as_slice() {
                    before.push_str(text);
                    continue;
                }
                if let Some(name) = query_name(&before) {
                    let by_value = self.judge.origins(part);
                    if by_value != Judgement::Not
                        && !is_constant(part)
                        && let Some(credential) = url_credential(
                            self.judge
                                .name(name, || format!("the parameter is `{name}`")),
                            by_value,
                        )
                    {
                        let text = template_of(&origin).to_string();
                        events.urls.push(Leak {
                            credential,
                            site,
                            sink: model.id,
                            text,
                            debug_only: false,
                            audience: Audience::Anyone,
                        });
                        break;
                    }
                }
                before.clear();
            }
        }
    }
}

/// A URL parameter is a session value when its name says so strongly, or weakly and its value too.
fn url_credential(by_name: Judgement, by_value: Judgement) -> Option<Credential> {
    let credential = match (by_name.credential(), by_value.credential()) {
        (Some(name), _) if name.strong => name,
        (Some(name), Some(value)) if is_session_value(value.kind) => Credential {
            strong: true,
            ..name
        },
        _ => return None,
    };
    (is_session_value(credential.kind)).then_some(credential)
}

/// The parameter whose value comes next: `…&access_token=`.
fn query_name(text: &str) -> Option<&str> {
    let head = text.strip_suffix('=')?;
    let start = head.rfind(['?', '&', '#', ';'])? + 1;
    head.get(start..).filter(|name| !name.is_empty())
}

/// Whether an origin can put a value into text; a bare constant cannot.
fn carries_text(origin: &Origin) -> bool {
    !matches!(origin, Origin::Int(_) | Origin::Class(_) | Origin::Text(_))
}

/// Whether an origin may hold other values than it says.
fn holds_others(origin: &Origin) -> bool {
    match origin {
        Origin::New(..) | Origin::Unknown(_) | Origin::Call(..) => true,
        Origin::Built(parts) => parts.iter().flatten().any(holds_others),
        _ => false,
    }
}

/// Whether an operation runs only when a field named `DEBUG` is true.
#[must_use]
pub fn guarded_by_debug(program: &Program<'_>, body: &Body<'_>, op: OpId) -> bool {
    let Some(target) = body.block_of(op) else {
        return false;
    };
    let mut seen = vec![false; body.blocks.len()];
    let mut queue = vec![BlockId(0)];
    while let Some(at) = queue.pop() {
        let Some(slot) = seen.get_mut(at.0 as usize) else {
            continue;
        };
        if *slot {
            continue;
        }
        *slot = true;
        if at == target {
            return false;
        }
        let Some(block) = body.blocks.get(at.0 as usize) else {
            continue;
        };
        let last = block
            .ops
            .clone()
            .next_back()
            .and_then(|id| body.op(OpId(id)));
        let only = match last {
            Some(Op::Branch {
                condition,
                then,
                otherwise,
            }) if condition.right.is_none() && is_debug_flag(program, body, condition.left) => {
                match condition.op {
                    crate::ir::CompareOp::Eq => Some(*then),
                    crate::ir::CompareOp::Ne => Some(*otherwise),
                    _ => None,
                }
            }
            _ => None,
        };
        match only {
            Some(only) => queue.push(only),
            None => queue.extend(block.succs.iter().map(|edge| edge.to)),
        }
    }
    true
}

fn is_debug_flag(program: &Program<'_>, body: &Body<'_>, value: Value) -> bool {
    match body.def(through_casts(body, value)) {
        Some((
            _,
            Op::Load {
                place: Place::Static(field),
                ..
            },
        )) => {
            let name = program.names.text(program.field(*field).name);
            name.eq_ignore_ascii_case("debug")
                || name.eq_ignore_ascii_case("is_debug")
                || name.eq_ignore_ascii_case("isDebug")
        }
        Some((_, Op::Call { target, .. })) => {
            let name = program.names.text(program.method(*target).name);
            matches!(
                name,
                "isDebug" | "isDebuggable" | "getDEBUG" | "isDebugBuild" | "isLoggable"
            )
        }
        _ => false,
    }
}
