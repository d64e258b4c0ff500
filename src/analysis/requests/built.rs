//! Requests that calls put together: an address here, a verb there.

use rustc_hash::FxHashSet;

use super::{endpoint_id, kind_by_parameters, path_of};
use crate::analysis::callgraph::through_casts;
use crate::analysis::values::{
    Context, Origin, Site, Values, depends_on_caller, enter, template_of,
};
use crate::ir::{Body, Const, FuncId, Op, Value};
use crate::models::lexicon::{self, EndpointKind};
use crate::models::{ApiModel, ArgPos, ArgRole, Returns, Roles};

/// A request that calls put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The call that gets the address.
    pub site: Site,
    /// The outermost call that says what the address is.
    pub named: Site,
    /// HTTP verb, where the code says it.
    pub verb: Option<String>,
    /// Path template.
    pub path: String,
    /// What it is for.
    pub kind: Option<EndpointKind>,
}

impl Built {
    /// Canonical `EndpointId`.
    #[must_use]
    pub fn id(&self) -> String {
        endpoint_id(self.verb.as_deref(), &self.path)
    }
}

/// Libraries whose calls put requests together.
const LIBRARIES: [&str; 6] = [
    "okhttp",
    "java.net",
    "apache-httpclient",
    "volley",
    "ktor-client",
    "loopj-http",
];
/// Most calls of wrappers that an address is followed through.
const WRAPPERS: usize = 3;
/// Most callers of one wrapper.
const CALLERS: usize = 32;
/// Most requests of a program.
const MOST: usize = 4000;

/// The requests of a program's own code.
pub(super) fn requests(values: &Values<'_, '_>) -> Vec<Built> {
    let program = values.program();
    let mut found: Vec<Built> = Vec::new();
    for (index, _) in program.methods.iter().enumerate() {
        let method = crate::ir::MethodId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some((model, url)) = address_of(values, method) else {
            continue;
        };
        for func in program.calls.row(method.0) {
            if values.graph().is_library_func(func) {
                continue;
            }
            for (op, call) in program.body(func).iter_ops() {
                if matches!(call, Op::Call { target, .. } if *target == method)
                    && found.len() < MOST
                {
                    addresses(values, Site { func, op }, model, url, &mut found);
                }
            }
        }
    }
    found.sort_by(|a, b| (a.site, a.named, &a.path).cmp(&(b.site, b.named, &b.path)));
    found.dedup();
    found
}

/// The model that says that a method gets the address of a request, and where.
fn address_of(
    values: &Values<'_, '_>,
    method: crate::ir::MethodId,
) -> Option<(&'static ApiModel, ArgPos)> {
    values.apis().of(method).iter().find_map(|model| {
        let builds = model
            .roles
            .intersects(Roles::NETWORK_BUILD | Roles::NETWORK_SEND);
        (builds && LIBRARIES.contains(&model.lib))
            .then(|| Some((*model, model.arg(ArgRole::Url)?)))
            .flatten()
    })
}

/// The addresses that a call gets, one for each caller that says another.
fn addresses(
    values: &Values<'_, '_>,
    site: Site,
    model: &'static ApiModel,
    url: ArgPos,
    found: &mut Vec<Built>,
) {
    let mut queue: Vec<(Context, FuncId, Site, usize)> = vec![(None, site.func, site, 0)];
    let mut seen: FxHashSet<FuncId> = FxHashSet::default();
    while let Some((context, root, named, depth)) = queue.pop() {
        let origins = values.argument(site, url, &context);
        let verbs = verb(values, site, model, &context);
        let hangs = depends_on_caller(&origins, root);
        if hangs && depth < WRAPPERS {
            let callers = values.graph().call_sites(root, CALLERS);
            if !callers.is_empty() && callers.len() <= CALLERS && seen.insert(root) {
                for caller in callers {
                    // The chain grows at its outer end.
                    let chain: Vec<Site> = crate::analysis::values::frames(&context)
                        .chain([caller])
                        .collect();
                    let context = chain
                        .iter()
                        .rev()
                        .fold(None, |parent, frame| enter(*frame, &parent));
                    queue.push((context, caller.func, caller, depth + 1));
                }
                continue;
            }
        }
        for origin in &origins {
            let address = template_of(origin).to_string();
            let path = path_of(&address);
            if path.len() > 2000 {
                continue;
            }
            let kind = kind_by_parameters(parameter_names(values, [site.func, named.func]))
                .or_else(|| match path {
                    "" | "{?}" => None,
                    path => lexicon::endpoint(verbs.as_deref(), path),
                });
            if path.is_empty() && kind.is_none() {
                continue;
            }
            found.push(Built {
                site,
                named,
                verb: verbs.clone(),
                path: match path {
                    "" => "{?}",
                    path => path,
                }
                .to_owned(),
                kind,
            });
        }
    }
}

/// Names of parameters that functions put into requests.
fn parameter_names(values: &Values<'_, '_>, funcs: [FuncId; 2]) -> Vec<String> {
    let mut names = Vec::new();
    for func in funcs {
        for op in &values.program().body(func).ops {
            if let Op::Const {
                value: Const::Str(text),
                ..
            } = op
                && text.len() < 32
                && (text.ends_with("_hint") || text.ends_with("_uri"))
            {
                names.push(text.to_string());
            }
        }
    }
    names
}

/// The verb of the request that gets its address at a call.
fn verb(
    values: &Values<'_, '_>,
    site: Site,
    model: &'static ApiModel,
    context: &Context,
) -> Option<String> {
    if let Some(verb) = model.verb {
        return Some(verb.to_owned());
    }
    if let Some(position) = model.arg(ArgRole::Verb) {
        return match values.argument(site, position, context).as_slice() {
            [Origin::Text(verb)] => Some(verb.to_string()),
            [Origin::Int(number)] => volley_verb(*number),
            _ => None,
        };
    }
    let body = values.program().body(site.func);
    let root = values
        .argument_value(site, ArgPos::Receiver)
        .map(|receiver| root(values, body, receiver));
    let mut verbs: Vec<String> = Vec::new();
    for (op, call) in body.iter_ops() {
        let Op::Call { target, args, .. } = call else {
            continue;
        };
        let Some(other) = values.apis().of(*target).iter().find(|other| {
            other.lib == model.lib && (other.verb.is_some() || other.arg(ArgRole::Verb).is_some())
        }) else {
            continue;
        };
        // Of several builders in one function, each has its own.
        let receiver = body
            .args(*args)
            .first()
            .map(|first| self::root(values, body, *first));
        if model.returns == Returns::Receiver && receiver != root {
            continue;
        }
        let there = Site {
            func: site.func,
            op,
        };
        match (other.verb, other.arg(ArgRole::Verb)) {
            (Some(verb), _) => verbs.push(verb.to_owned()),
            (None, Some(position)) => {
                if let [Origin::Text(verb)] = values.argument(there, position, context).as_slice()
                    && super::VERBS.contains(&&**verb)
                {
                    verbs.push(verb.to_string());
                }
            }
            (None, None) => {}
        }
    }
    verbs.sort();
    verbs.dedup();
    match verbs.as_slice() {
        [only] => Some(only.clone()),
        // A builder that is told nothing gets.
        [] if model.lib == "okhttp" && built_here(values, body, root) => Some("GET".to_owned()),
        _ => None,
    }
}

/// Whether the builder of a request does not leave the function before it is built.
fn built_here(values: &Values<'_, '_>, body: &Body<'_>, root: Option<Value>) -> bool {
    let Some(root) = root else { return false };
    matches!(body.def(root), Some((_, Op::New { .. })))
        && body.ops.iter().all(|op| match op {
            Op::Call { target, args, .. } => {
                let foreign = values.apis().of(*target).is_empty();
                !foreign
                    || body
                        .args(*args)
                        .iter()
                        .skip(1)
                        .all(|value| self::root(values, body, *value) != root)
            }
            Op::Return { value: Some(value) } | Op::Store { src: value, .. } => {
                self::root(values, body, *value) != root
            }
            _ => true,
        })
}

/// The object behind fluent calls.
fn root(values: &Values<'_, '_>, body: &Body<'_>, value: Value) -> Value {
    let mut at = through_casts(body, value);
    for _ in 0..64 {
        let Some((_, Op::Call { target, args, .. })) = body.def(at) else {
            return at;
        };
        let fluent = values
            .apis()
            .of(*target)
            .iter()
            .any(|model| model.returns == Returns::Receiver);
        match body.args(*args).first() {
            Some(receiver) if fluent => at = through_casts(body, *receiver),
            _ => return at,
        }
    }
    at
}

/// `com.android.volley.Request.Method`.
fn volley_verb(number: i64) -> Option<String> {
    let verbs = [
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH",
    ];
    usize::try_from(number)
        .ok()
        .and_then(|index| verbs.get(index))
        .map(|verb| (*verb).to_owned())
}
