//! Members of types that no file declares: from the models, and from a short list of what they
//! leave out.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::types::{self, Ty};
use crate::models::{self, ApiModel};

/// A method of the platform or of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The class that has it.
    pub class: String,
    /// Descriptor of its signature; none: not known.
    pub descriptor: Option<String>,
}

/// The list: for each class its members and functional method.
struct Members {
    /// (class, method) to the result's type.
    results: FxHashMap<&'static str, FxHashMap<&'static str, &'static str>>,
    /// Functional interfaces: the one method and its descriptor.
    functional: FxHashMap<&'static str, (&'static str, &'static str)>,
    /// Functions at the top of a package: (package, name) to the class that holds them.
    facades: FxHashMap<(String, String), &'static str>,
    /// Constants that compilers write into the code: class to name to value.
    constants: FxHashMap<&'static str, FxHashMap<&'static str, i64>>,
    classes: rustc_hash::FxHashSet<&'static str>,
}

const LIST: &str = include_str!("../../../models/members.txt");

/// The list, read once; a test reads it too.
fn members() -> &'static Members {
    static MEMBERS: OnceLock<Members> = OnceLock::new();
    MEMBERS.get_or_init(|| {
        let mut found = Members {
            results: FxHashMap::default(),
            functional: FxHashMap::default(),
            facades: FxHashMap::default(),
            constants: FxHashMap::default(),
            classes: rustc_hash::FxHashSet::default(),
        };
        let mut class = "";
        for line in LIST.lines() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some(member) = line.strip_prefix("  ") else {
                class = line;
                found.classes.insert(class);
                continue;
            };
            if let Some((name, descriptor)) = member
                .strip_prefix("= ")
                .and_then(|method| Some(method.split_at(method.find('(')?)))
            {
                found.functional.insert(class, (name, descriptor));
            } else if let Some((name, value)) = member.split_once(" = ")
                && let Ok(value) = value.parse()
            {
                found
                    .constants
                    .entry(class)
                    .or_default()
                    .insert(name, value);
            } else if let Some((name, result)) = member.split_once(": ") {
                found.results.entry(class).or_default().insert(name, result);
            }
        }
        for api in models::apis() {
            found.classes.insert(api.class);
            if api.class.ends_with("Kt;") {
                let package = api
                    .class
                    .trim_start_matches('L')
                    .rsplit_once('/')
                    .map_or("", |(package, _)| package)
                    .replace('/', ".");
                let name = api.method.trim_end_matches("$default");
                found
                    .facades
                    .entry((package, name.to_owned()))
                    .or_insert(api.class);
            }
        }
        found
    })
}

/// Whether anything is known of a class.
#[must_use]
pub fn knows_class(desc: &str) -> bool {
    members().classes.contains(desc) || !models::platform_supertypes(desc).is_empty()
}

/// The class that holds a function at the top of a package.
#[must_use]
pub fn facade(package: &str, name: &str) -> Option<&'static str> {
    members()
        .facades
        .get(&(package.to_owned(), name.to_owned()))
        .copied()
}

/// The method of a functional interface, and its descriptor.
#[must_use]
pub fn functional(desc: &str) -> Option<(&'static str, &'static str)> {
    members().functional.get(desc).copied().or_else(|| {
        // What a model says a callback runs, if it is one method.
        let mut only = None;
        for api in models::by_class(desc) {
            if !matches!(api.matching, models::Matching::Override) {
                continue;
            }
            if only.is_some() {
                return None;
            }
            only = Some((api.method, api.descriptor?));
        }
        only
    })
}

/// A type and what is above it, nearest first.
#[must_use]
pub fn lineage(desc: &str) -> Vec<String> {
    let mut all = vec![desc.to_owned()];
    let mut next = 0;
    while let Some(at) = all.get(next).cloned() {
        next += 1;
        for parent in models::platform_supertypes(&at) {
            if !all.iter().any(|known| known == parent) && all.len() < 64 {
                all.push((*parent).to_owned());
            }
        }
    }
    all
}

/// The method that a call with these arguments means, looked up from a type upward.
#[must_use]
pub fn method(desc: &str, name: &str, args: &[Option<Ty>]) -> Option<Method> {
    for class in lineage(desc) {
        let candidates: Vec<&'static ApiModel> = models::by_class(&class)
            .filter(|api| api.method == name)
            .collect();
        if let Some(best) = overload(&candidates, args, 0) {
            return Some(best);
        }
    }
    None
}

/// The overload that fits best; `skip` leading parameters are given otherwise (a receiver).
fn overload(candidates: &[&'static ApiModel], args: &[Option<Ty>], skip: usize) -> Option<Method> {
    let mut best: Option<(i32, &ApiModel)> = None;
    for api in candidates {
        let score = match api.descriptor.and_then(types::split) {
            None => 0,
            Some((params, _)) if params.len() == args.len() + skip => {
                let mut score = 10;
                for (param, arg) in params.iter().skip(skip).zip(args) {
                    score += fit(param, arg.as_ref());
                }
                score
            }
            Some(_) => continue,
        };
        if score >= 0 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, api));
        }
    }
    best.map(|(_, api)| Method {
        class: api.class.to_owned(),
        descriptor: api.descriptor.map(str::to_owned),
    })
}

/// How well an argument fits a parameter.
fn fit(param: &str, arg: Option<&Ty>) -> i32 {
    let Some(arg) = arg else { return 1 };
    if arg.desc == param {
        return 4;
    }
    let primitive = |desc: &str| desc.len() == 1;
    match (primitive(param), primitive(&arg.desc)) {
        (true, true) => 1,
        (true, false) | (false, true) => match param {
            types::OBJECT => 1,
            _ if boxed(param) == boxed(&arg.desc) => 3,
            _ => -20,
        },
        (false, false) => {
            let array = param.starts_with('[') != arg.desc.starts_with('[');
            if (array && param != types::OBJECT)
                || (param == types::STRING && arg.desc != types::OBJECT)
            {
                -20
            } else if lineage(&arg.desc).iter().any(|above| above == param) {
                3
            } else {
                0
            }
        }
    }
}

fn boxed(desc: &str) -> &str {
    match desc {
        "Z" => "Ljava/lang/Boolean;",
        "I" => "Ljava/lang/Integer;",
        "J" => "Ljava/lang/Long;",
        "F" => "Ljava/lang/Float;",
        "D" => "Ljava/lang/Double;",
        other => other,
    }
}

/// An extension function of a library: a function at the top of a package whose first parameter
/// takes the receiver.
#[must_use]
pub fn extension(receiver: Option<&Ty>, name: &str, args: &[Option<Ty>]) -> Option<Method> {
    let candidates: Vec<&'static ApiModel> = models::by_method(name)
        .iter()
        .filter(|api| api.class.ends_with("Kt;"))
        .filter(|api| {
            let Some((params, _)) = api.descriptor.and_then(types::split) else {
                return false;
            };
            let (Some(first), Some(receiver)) = (params.first(), receiver) else {
                return false;
            };
            lineage(&receiver.desc).iter().any(|above| above == first)
        })
        .collect();
    overload(&candidates, args, 1)
}

/// The method that a name and a number of arguments mean on a receiver of unknown type: the only
/// one that is modelled, or the only one of a class that the file imports.
#[must_use]
pub fn by_name(name: &str, args: &[Option<Ty>], imported: &dyn Fn(&str) -> bool) -> Option<Method> {
    let candidates: Vec<&'static ApiModel> = models::by_method(name)
        .iter()
        .filter(|api| !api.class.ends_with("Kt;"))
        .filter(|api| {
            api.descriptor
                .and_then(types::split)
                .is_none_or(|(params, _)| params.len() == args.len())
        })
        .collect();
    let classes = |apis: &[&'static ApiModel]| {
        let mut classes: Vec<&str> = apis.iter().map(|api| api.class).collect();
        classes.sort_unstable();
        classes.dedup();
        classes.len()
    };
    if classes(&candidates) == 1 && name.len() >= 8 {
        return overload(&candidates, args, 0);
    }
    let near: Vec<&'static ApiModel> = candidates
        .into_iter()
        .filter(|api| imported(api.class))
        .collect();
    if classes(&near) == 1 {
        return overload(&near, args, 0);
    }
    None
}

/// The type of what a method gives.
#[must_use]
pub fn result(method: &Method, name: &str) -> Option<Ty> {
    if let Some((_, ret)) = method.descriptor.as_deref().and_then(types::split)
        && ret != types::OBJECT
    {
        return Some(Ty::new(ret));
    }
    listed(&method.class, name)
}

/// The value of a constant of the platform, looked up from a type upward.
#[must_use]
pub fn constant(desc: &str, name: &str) -> Option<i64> {
    lineage(desc)
        .into_iter()
        .find_map(|class| members().constants.get(class.as_str())?.get(name).copied())
}

/// The type of what a member of the list gives, looked up from a type upward.
#[must_use]
pub fn listed(desc: &str, name: &str) -> Option<Ty> {
    lineage(desc).into_iter().find_map(|class| {
        let result = members().results.get(class.as_str())?.get(name)?;
        Some(Ty::new(if *result == "receiver" { desc } else { result }))
    })
}
