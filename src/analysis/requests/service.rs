//! Service methods described by annotations (Retrofit and its like): verb and path template.

use rustc_hash::FxHashMap;

use super::{VERBS, endpoint_id, kind_by_parameters, parser};
use crate::ir::{FuncId, MethodId, Program, TypeId, access};
use crate::models::lexicon::{self, EndpointKind};

/// What a service method requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// HTTP verb, if its annotation's name survived.
    pub verb: Option<String>,
    /// Path template.
    pub path: String,
    /// What the path is for.
    pub kind: Option<EndpointKind>,
    /// Named parameters that go into the URL: (name, declared parameter).
    pub query: Vec<(String, u16)>,
    /// All named parameters (query, field, header): names.
    pub names: Vec<String>,
}

impl Endpoint {
    /// Canonical `EndpointId`: `POST oauth/revoke`, with `?` for an unknown verb.
    #[must_use]
    pub fn id(&self) -> String {
        endpoint_id(self.verb.as_deref(), &self.path)
    }
}

/// Service methods of a program. After R8 the annotations' names are gone and their texts are not:
/// an interface that nobody implements, with a path on a method, is one.
#[must_use]
pub(super) fn endpoints(program: &Program<'_>) -> FxHashMap<MethodId, Endpoint> {
    let verbs = parser::verbs(program);
    let mut found = FxHashMap::default();
    for (index, class) in program.classes.iter().enumerate() {
        if class.access & access::INTERFACE == 0
            || class.func_count == 0
            || !class.interfaces.is_empty()
        {
            continue;
        }
        let id = crate::ir::ClassId(u32::try_from(index).unwrap_or(u32::MAX));
        if program
            .direct_subtypes(class.ty)
            .any(|below| program.allocations.has(below.0))
        {
            continue;
        }
        for func in program.funcs_of(id) {
            if program.func(func).access & access::ABSTRACT == 0 {
                continue;
            }
            if let Some(endpoint) = endpoint_of(program, func, &verbs) {
                found.insert(program.func(func).method, endpoint);
            }
        }
    }
    found
}

fn endpoint_of(
    program: &Program<'_>,
    func: FuncId,
    verbs: &FxHashMap<TypeId, &'static str>,
) -> Option<Endpoint> {
    let mut verb = None;
    let mut path = None;
    let mut query = Vec::new();
    let mut names = Vec::new();
    for annotation in program.lifter.annotations(program, func) {
        let name = annotation
            .ty
            .trim_end_matches(';')
            .rsplit(['/', '$'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let http = annotation.ty.starts_with("Lretrofit");
        if let Some(parameter) = annotation.parameter {
            for (_, value) in &annotation.elements {
                names.push(value.clone());
                if name == "Query" || name == "Path" && http {
                    query.push((value.clone(), parameter));
                }
            }
            continue;
        }
        let parsed = program
            .names
            .get(annotation.ty.as_bytes())
            .and_then(|ty| verbs.get(&ty));
        if let Some(known) = VERBS.iter().find(|known| **known == name).or(parsed) {
            verb = Some((*known).to_owned());
        }
        let renamed = parsed.is_some();
        for (element, value) in &annotation.elements {
            if name == "HTTP" && element == "method" {
                verb = Some(value.clone());
            }
            let looks = value.contains('/')
                || renamed
                || VERBS.contains(&name.as_str())
                || (name == "HTTP" && element == "path");
            let is_text = !value.contains(' ') && !value.contains(':') || value.starts_with("http");
            let signature = annotation.ty.starts_with("Ldalvik/");
            if looks && is_text && !signature && path.is_none() && !value.is_empty() {
                path = Some(value.clone());
            }
        }
    }
    let path = path?;
    let kind = kind_by_parameters(&names).or_else(|| lexicon::endpoint(verb.as_deref(), &path));
    Some(Endpoint {
        verb,
        path,
        kind,
        query,
        names,
    })
}
