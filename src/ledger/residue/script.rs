//! Session values in the hands of a page's scripts: stored by a script that the app runs, or given
//! away by an object that the app adds to the page.

use super::{Call, Finder};
use crate::analysis::values::{Origin, Site, template_of};
use crate::ir::{FuncId, Op, TypeId};
use crate::ledger::credential::{Credential, Judgement, is_constant, is_session_value};
use crate::models::{ArgPos, ArgRole, ArtifactKind, Roles};

/// Where a script has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// `localStorage`, `sessionStorage`, `indexedDB`.
    Storage,
    /// `document.cookie`.
    Cookie,
    /// The page got it from a method that it can call; what it does with it is in the page.
    Page,
}

/// A session value that a script stores or gets.
#[derive(Debug, Clone)]
pub struct Script {
    /// Where: the call that runs the script, or adds the object.
    pub site: Site,
    /// What it is.
    pub artifact: ArtifactKind,
    /// Where it is kept.
    pub kept: Kept,
    /// Name of the entry, or of the method.
    pub key: String,
    /// How we know.
    pub how: String,
}

/// Most returns of a method that are looked at.
const MAX_RETURNS: usize = 32;

impl<'p> Finder<'_, 'p, '_> {
    pub(super) fn scripts(&self) -> Vec<Script> {
        let mut found: Vec<Script> = Vec::new();
        for call in &self.calls {
            let role = if call.model.arg(ArgRole::Script).is_some() {
                ArgRole::Script
            } else if call.model.roles.contains(Roles::WEBVIEW_OPEN) {
                ArgRole::Url
            } else {
                continue;
            };
            for origin in self.argument(call, role) {
                let text = template_of(&origin).to_string();
                if role == ArgRole::Url
                    && !text
                        .get(..11)
                        .is_some_and(|head| head.eq_ignore_ascii_case("javascript:"))
                {
                    continue;
                }
                if let Origin::Built(parts) = &origin
                    && let Some(script) = self.stored_by(call, parts)
                    && !found
                        .iter()
                        .any(|known| known.site == script.site && known.key == script.key)
                {
                    found.push(script);
                }
            }
        }
        for call in self.calls_of(|model| model.method == "addJavascriptInterface") {
            found.extend(self.bridged(&call));
        }
        found
    }

    /// A value that the text puts into storage: the entry's name is in the text before it.
    fn stored_by(&self, call: &Call, parts: &[Vec<Origin>]) -> Option<Script> {
        let mut before = String::new();
        for part in parts {
            if let [Origin::Text(text)] = part.as_slice() {
                before.push_str(text);
                continue;
            }
            if let Some((kept, key)) = entry_before(&before)
                && !is_constant(part)
                && let Some(credential) = self.credential(key, part)
            {
                return Some(Script {
                    site: call.site,
                    artifact: credential.kind,
                    kept,
                    key: key.to_owned(),
                    how: credential.how,
                });
            }
            before.push_str("{?}");
        }
        None
    }

    fn credential(&self, key: &str, value: &[Origin]) -> Option<Credential> {
        let named = self.judge.name(key, || format!("its key is `{key}`"));
        match (named, self.judge.origins(value)) {
            (_, Judgement::Not) => None,
            (Judgement::Is(named), _) if named.strong && is_session_value(named.kind) => {
                Some(named)
            }
            (_, Judgement::Is(value)) if value.strong && is_session_value(value.kind) => {
                Some(value)
            }
            (Judgement::Is(named), Judgement::Is(_)) if is_session_value(named.kind) => Some(named),
            _ => None,
        }
    }

    /// Methods of an object that a page can call and that give it a session value.
    fn bridged(&self, call: &Call) -> Vec<Script> {
        let mut found = Vec::new();
        for origin in self
            .values
            .argument_from_callers(call.site, ArgPos::Param(0))
        {
            let Origin::New(ty, ..) = origin else {
                continue;
            };
            found.extend(self.open_methods(ty).filter_map(|func| {
                let credential = self.returned(func)?;
                Some(Script {
                    site: call.site,
                    artifact: credential.kind,
                    kept: Kept::Page,
                    key: self.program().func_path(func),
                    how: credential.how,
                })
            }));
        }
        found
    }

    /// Methods with `@JavascriptInterface`.
    fn open_methods(&self, ty: TypeId) -> impl Iterator<Item = FuncId> {
        let program = self.program();
        program
            .class_of
            .get(&ty)
            .into_iter()
            .flat_map(|class| program.funcs_of(*class))
            .filter(|func| {
                program
                    .lifter
                    .annotations(program, *func)
                    .iter()
                    .any(|annotation| annotation.ty == "Landroid/webkit/JavascriptInterface;")
            })
    }

    fn returned(&self, func: FuncId) -> Option<Credential> {
        let body = self.program().body(func);
        body.ops
            .iter()
            .filter_map(|op| match op {
                Op::Return { value: Some(value) } => Some(*value),
                _ => None,
            })
            .take(MAX_RETURNS)
            .find_map(|value| {
                let origins = self.values.origins(func, value, &None);
                match self.judge.origins(&origins) {
                    Judgement::Is(credential)
                        if credential.strong && is_session_value(credential.kind) =>
                    {
                        Some(credential)
                    }
                    _ => None,
                }
            })
    }
}

/// What the script's text before a value puts it into: `localStorage.setItem('token','`,
/// `sessionStorage["token"]="`, `localStorage.token='`, `document.cookie="sid=`.
fn entry_before(text: &str) -> Option<(Kept, &str)> {
    // The statement that the value is in.
    let from = text.rfind([';', '{', '}', '\n']).map_or(0, |at| at + 1);
    let statement = text.get(from..)?;
    let lower = statement.to_ascii_lowercase();
    if let Some(at) = lower.rfind("document.cookie") {
        let rest = statement.get(at + "document.cookie".len()..)?;
        let (_, value) = rest.split_once('=')?;
        let name = value.trim_start_matches([' ', '\'', '"', '`', '\\']);
        return name.strip_suffix('=').map(|name| (Kept::Cookie, name));
    }
    let at = ["localstorage", "sessionstorage", "indexeddb"]
        .iter()
        .filter_map(|store| lower.rfind(store).map(|at| at + store.len()))
        .max()?;
    let rest = statement.get(at..)?;
    let rest = rest
        .strip_prefix(".setItem")
        .or_else(|| rest.strip_prefix(".put"))
        .unwrap_or(rest);
    let rest = rest.trim_start_matches(['(', '[', '.', ' ', '\'', '"', '`', '\\']);
    let end =
        rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '@')))?;
    let (key, tail) = rest.split_at(end);
    // Between key and value stands nothing but how a program writes it.
    let plain = tail
        .chars()
        .all(|c| matches!(c, '\'' | '"' | '`' | ',' | ' ' | '=' | ']' | '\\' | '('))
        || tail.trim_start_matches(['\'', '"', '`', ',', ' ', '\\']) == "JSON.stringify(";
    (!key.is_empty() && plain).then_some((Kept::Storage, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_from_scripts() {
        let storage = |text| entry_before(text).map(|(kept, key)| (kept, key.to_owned()));
        let is = |kept, key: &str| Some((kept, key.to_owned()));
        assert_eq!(
            storage("localStorage.setItem('token','"),
            is(Kept::Storage, "token")
        );
        assert_eq!(
            storage("javascript:window.localStorage.setItem(\"access_token\", \""),
            is(Kept::Storage, "access_token")
        );
        assert_eq!(
            storage("sessionStorage['jwt'] = '"),
            is(Kept::Storage, "jwt")
        );
        assert_eq!(storage("localStorage.token=\""), is(Kept::Storage, "token"));
        assert_eq!(
            storage("localStorage.setItem('a','b'); localStorage.setItem('t','"),
            is(Kept::Storage, "t")
        );
        assert_eq!(storage("document.cookie = 'sid="), is(Kept::Cookie, "sid"));
        assert_eq!(
            storage("localStorage.setItem('theme','dark'); show('"),
            None
        );
        assert_eq!(storage("login('"), None);
        assert_eq!(storage("x(localStorage.getItem('theme') + '"), None);
    }
}
