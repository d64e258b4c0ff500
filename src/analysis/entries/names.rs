//! Entries by the names of functions, and of classes with one function that runs.

use rustc_hash::FxHashMap;

use super::{Entry, EntryKind, Search, Witness};
use crate::ir::{FuncId, Name, Op, access};
use crate::models::lexicon::{self, EventKind};
use crate::models::words;

/// Functions of the app's own code whose name says that they do something to a session.
pub(super) type Named = Vec<(FuncId, EventKind)>;

/// Names that say nothing themselves: the class of a use case or a task is named for what it does.
const RUNS: [&str; 6] = [
    "invoke",
    "execute",
    "run",
    "doInBackground",
    "call",
    "perform",
];

/// Words of names that are a sign-out and nothing else.
const CORE: [&str; 8] = [
    "logout", "log out", "signout", "sign out", "logoff", "log off", "sign off", "signoff",
];

/// What the name of a function that refreshes begins with; `saveRefreshToken` keeps one.
const REFRESHES: [&str; 9] = [
    "refresh", "renew", "do", "perform", "try", "token", "request", "attempt", "handle",
];

impl Search<'_, '_> {
    /// Each own function that is named for an event, its class asked where its name says nothing.
    pub(super) fn named_functions(&self) -> Named {
        let program = self.program();
        let mut known: FxHashMap<Name, Option<EventKind>> = FxHashMap::default();
        let mut named = Vec::new();
        for (index, function) in program.funcs.iter().enumerate() {
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let bridge = access::SYNTHETIC | access::BRIDGE;
            if function.code == 0
                || function.access & (access::ABSTRACT | access::CONSTRUCTOR) != 0
                || function.access & bridge == bridge
                || self.graph().is_library(function.class)
            {
                continue;
            }
            let symbol = program.symbol(func);
            let name = program.names.text(symbol.name);
            let event = if RUNS.contains(&name) {
                *known
                    .entry(symbol.class)
                    .or_insert_with(|| event_of(short(&program.type_name(symbol.class))))
            } else if name.contains('$') {
                None
            } else {
                *known.entry(symbol.name).or_insert_with(|| event_of(name))
            };
            if let Some(event) = event
                && self.does_something(func)
            {
                named.push((func, event));
            }
        }
        named
    }

    /// Sign-outs by name; a name that is less clear counts only where there is no clear one, and
    /// only if the user interface leads there.
    pub(super) fn sign_outs_by_name(&self, named: &Named) -> Vec<Entry> {
        let mut strong = Vec::new();
        let mut lesser = Vec::new();
        for (func, event) in named {
            let Some(kind) = EntryKind::of_event(*event).filter(|kind| kind.is_sign_out()) else {
                continue;
            };
            if self.is_called_by_script(*func) {
                continue;
            }
            let plain = words::normalize(&self.subject(*func), false);
            let entry = self.by_function(kind, *func);
            if CORE.iter().any(|word| plain.contains(word)) {
                strong.push(entry);
            } else {
                lesser.push(entry);
            }
        }
        strong.retain(|entry| self.is_alive(entry.node.func));
        if !strong.is_empty() {
            return strong;
        }
        lesser.retain(|entry| self.is_alive(entry.node.func) && self.runs_from_ui(entry.node.func));
        lesser
    }

    /// The entries of other kinds.
    pub(super) fn others_by_name(&self, named: &Named) -> Vec<Entry> {
        named
            .iter()
            .filter_map(|(func, event)| {
                let kind = EntryKind::of_event(*event).filter(|kind| !kind.is_sign_out())?;
                self.is_alive(*func).then(|| self.by_function(kind, *func))
            })
            .collect()
    }

    /// A function that a bridge offers to scripts: the way out is in the script, and this is what
    /// one module has to do with it.
    fn is_called_by_script(&self, func: FuncId) -> bool {
        let program = self.program();
        program
            .supertypes(program.symbol(func).class)
            .iter()
            .any(|ty| {
                matches!(
                    program.names.text(*ty),
                    "Lcom/facebook/react/bridge/NativeModule;"
                        | "Lcom/facebook/react/bridge/BaseJavaModule;"
                        | "Lcom/facebook/react/bridge/ReactContextBaseJavaModule;"
                        | "Lcom/facebook/react/turbomodule/core/interfaces/TurboModule;"
                )
            })
    }

    fn by_function(&self, kind: EntryKind, func: FuncId) -> Entry {
        let name = format!("function `{}`", self.short_path(func));
        self.at(kind, func, Witness::Name, name)
    }

    /// The name that speaks for a function.
    fn subject(&self, func: FuncId) -> String {
        let name = self.program().func_name(func);
        if RUNS.contains(&name) {
            short(&self.program().type_name(self.program().symbol(func).class)).to_owned()
        } else {
            name.to_owned()
        }
    }

    /// More than handing its arguments to a field or returning a constant.
    fn does_something(&self, func: FuncId) -> bool {
        let symbol = self.program().symbol(func);
        let proto = self.program().proto(symbol.proto);
        let result = self.program().names.text(proto.ret);
        // A predicate or an accessor of something named for logout.
        let body = self.program().body(func);
        let calls = body
            .ops
            .iter()
            .any(|op| matches!(op, Op::Call { .. } | Op::Store { .. } | Op::Closure { .. }));
        calls && !(matches!(result, "Ljava/lang/String;") && proto.params.is_empty())
    }
}

/// What a name says, for the events that begin at functions.
fn event_of(name: &str) -> Option<EventKind> {
    let event = lexicon::event_identifier(name)?;
    if event == EventKind::TokenRefresh {
        let words = words::normalize(name, false);
        let first = words.split(' ').next().unwrap_or_default();
        return REFRESHES.contains(&first).then_some(event);
    }
    Some(event)
}

/// The name of a class that somebody gave it. A class without one (`Login$1`, a lambda) is a part
/// of what it stands in, and is not named for what it does.
fn short(class: &str) -> &str {
    let name = class.rsplit('.').next().unwrap_or(class);
    if name.contains("$$") {
        return "";
    }
    let last = name.rsplit('$').next().unwrap_or(name);
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        ""
    } else {
        last
    }
}
