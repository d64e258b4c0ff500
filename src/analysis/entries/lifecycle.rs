//! Entries that the framework calls: the app starts, comes to the front, leaves it.

use rustc_hash::FxHashMap;

use super::{Entry, EntryKind, Search, Witness};
use crate::ir::{FuncId, Name, TypeId, access};

/// Callbacks of the framework: name, the type that declares it, what begins there.
const CALLBACKS: [(&str, &str, EntryKind); 24] = [
    ("onCreate", APPLICATION, EntryKind::Launch),
    ("attachBaseContext", APPLICATION, EntryKind::Launch),
    ("onStart", ACTIVITY, EntryKind::Foreground),
    ("onRestart", ACTIVITY, EntryKind::Foreground),
    ("onResume", ACTIVITY, EntryKind::Foreground),
    ("onPostResume", ACTIVITY, EntryKind::Foreground),
    ("onPause", ACTIVITY, EntryKind::Background),
    ("onStop", ACTIVITY, EntryKind::Background),
    ("onUserLeaveHint", ACTIVITY, EntryKind::Background),
    ("onTrimMemory", CALLBACKS2, EntryKind::Background),
    ("onActivityStarted", WATCHER, EntryKind::Foreground),
    ("onActivityResumed", WATCHER, EntryKind::Foreground),
    ("onActivityPaused", WATCHER, EntryKind::Background),
    ("onActivityStopped", WATCHER, EntryKind::Background),
    ("onStart", OBSERVER, EntryKind::Foreground),
    ("onResume", OBSERVER, EntryKind::Foreground),
    ("onPause", OBSERVER, EntryKind::Background),
    ("onStop", OBSERVER, EntryKind::Background),
    ("onStateChanged", EVENTS, EntryKind::Foreground),
    ("onStateChanged", EVENTS, EntryKind::Background),
    ("onStart", FULL, EntryKind::Foreground),
    ("onResume", FULL, EntryKind::Foreground),
    ("onPause", FULL, EntryKind::Background),
    ("onStop", FULL, EntryKind::Background),
];

const APPLICATION: &str = "Landroid/app/Application;";
const ACTIVITY: &str = "Landroid/app/Activity;";
const CALLBACKS2: &str = "Landroid/content/ComponentCallbacks2;";
const WATCHER: &str = "Landroid/app/Application$ActivityLifecycleCallbacks;";
const OBSERVER: &str = "Landroidx/lifecycle/DefaultLifecycleObserver;";
const EVENTS: &str = "Landroidx/lifecycle/LifecycleEventObserver;";
const FULL: &str = "Landroidx/lifecycle/FullLifecycleObserver;";

/// Annotations that name a state of `Lifecycle$Event` for a method of an observer.
const EVENT_ANNOTATIONS: [&str; 2] = [
    "Landroidx/lifecycle/OnLifecycleEvent;",
    "Landroid/arch/lifecycle/OnLifecycleEvent;",
];
const MARKED: [&str; 2] = [
    "Landroidx/lifecycle/LifecycleObserver;",
    "Landroid/arch/lifecycle/LifecycleObserver;",
];

impl Search<'_, '_> {
    pub(super) fn by_lifecycle(&self) -> Vec<Entry> {
        let program = self.program();
        let mut wanted: FxHashMap<Name, Vec<(TypeId, EntryKind)>> = FxHashMap::default();
        for (name, declares, kind) in CALLBACKS {
            if let (Some(name), Some(ty)) = (
                program.names.get(name.as_bytes()),
                program.names.get(declares.as_bytes()),
            ) {
                wanted.entry(name).or_default().push((ty, kind));
            }
        }
        let starts: Vec<FuncId> = self.launcher_starts();
        let mut found: Vec<Entry> = starts
            .into_iter()
            .map(|func| self.framework(EntryKind::Launch, func))
            .collect();
        for (index, function) in program.funcs.iter().enumerate() {
            let symbol = program.method(function.method);
            let Some(callbacks) = wanted.get(&symbol.name) else {
                continue;
            };
            if function.code == 0
                || function.access & (access::STATIC | access::PRIVATE) != 0
                || self.graph().is_library(function.class)
            {
                continue;
            }
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let proto = program.proto(symbol.proto);
            if program.names.text(proto.ret) != "V" {
                continue;
            }
            for (declares, kind) in callbacks {
                // An activity's have no parameters; an overload is the app's own.
                let overload =
                    program.names.text(*declares) == ACTIVITY && !proto.params.is_empty();
                if !overload && self.inherits(symbol.class, *declares) {
                    found.push(self.framework(*kind, func));
                }
            }
        }
        found.extend(self.annotated());
        found
    }

    /// Whether a class is below a type, also where only the platform's own hierarchy says so.
    fn inherits(&self, class: TypeId, of: TypeId) -> bool {
        let program = self.program();
        let wanted = program.names.text(of);
        program.supertypes(class).into_iter().any(|ty| {
            ty == of || crate::models::platform_supertypes(program.names.text(ty)).contains(&wanted)
        })
    }

    /// `onCreate` of the activities that the user starts the app with.
    fn launcher_starts(&self) -> Vec<FuncId> {
        let program = self.program();
        let launchers: Vec<&str> = self
            .manifest
            .into_iter()
            .flat_map(|manifest| manifest.launchers())
            .map(|component| component.class())
            .collect();
        let mut found = Vec::new();
        for (class, name) in self.components {
            if !launchers.contains(&name.as_str()) {
                continue;
            }
            found.extend(program.funcs_of(*class).filter(|func| {
                program.func(*func).code != 0 && program.func_name(*func) == "onCreate"
            }));
        }
        found.sort_unstable();
        found
    }

    /// Methods that `@OnLifecycleEvent` names a state for.
    fn annotated(&self) -> Vec<Entry> {
        let program = self.program();
        let mut found = Vec::new();
        for marker in MARKED {
            let Some(ty) = program.names.get(marker.as_bytes()) else {
                continue;
            };
            for class in program.direct_subtypes(ty) {
                if self.graph().is_library(class) {
                    continue;
                }
                for func in program.funcs_of(class) {
                    for annotation in program.lifter.annotations(program, func) {
                        if !EVENT_ANNOTATIONS.contains(&annotation.ty.as_str()) {
                            continue;
                        }
                        let state = annotation.elements.first().map(|(_, value)| value.as_str());
                        let kind = match state.map(|state| state.rsplit('.').next()) {
                            Some(Some("ON_START" | "ON_RESUME")) => EntryKind::Foreground,
                            Some(Some("ON_STOP" | "ON_PAUSE")) => EntryKind::Background,
                            _ => continue,
                        };
                        found.push(self.framework(kind, func));
                    }
                }
            }
        }
        found
    }

    fn framework(&self, kind: EntryKind, func: FuncId) -> Entry {
        let name = format!("{} in `{}`", kind.name(), self.short_path(func));
        self.at(kind, func, Witness::Framework, name)
    }
}
