//! Which store an operation works on: kind, name, key, protection, by the origin of its receiver.
//!
//! Protection follows where the receiver came from, not the method's name: `putString` on what
//! `EncryptedSharedPreferences.create` returned is not plain text.

use crate::analysis::template::{Overlap, Template};
use crate::analysis::values::{Context, Origin, Site, Values, template_of};
use crate::ir::{FuncId, Op};
use crate::models::{ApiModel, ArgPos, ArgRole, Protection, Roles, StoreKind};

use super::credential::constructor_of;

/// What the store is, as the identity of findings names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId {
    /// Kind.
    pub kind: StoreKind,
    /// Name of the file, database, account type.
    pub name: Template,
    /// Key, column, field; none for a store as a whole.
    pub key: Option<Template>,
}

impl StoreId {
    /// Canonical text: `sharedprefs:auth:access_token`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}:{}", family(self.kind).name(), self.name);
        if let Some(key) = &self.key {
            text.push(':');
            text.push_str(&key.to_string());
        }
        text
    }

    /// Whether removing `other` removes this.
    #[must_use]
    pub fn covered_by(&self, other: &Self) -> Overlap {
        if family(self.kind) != family(other.kind) {
            return Overlap::Disjoint;
        }
        let names = self.name.overlap(&other.name);
        let keys = match (&self.key, &other.key) {
            // A clear of the whole store.
            (_, None) => Overlap::Same,
            (None, Some(_)) => Overlap::May,
            (Some(a), Some(b)) => a.overlap(b),
        };
        match (names, keys) {
            (Overlap::Disjoint, _) | (_, Overlap::Disjoint) => Overlap::Disjoint,
            (Overlap::Same, Overlap::Same) => Overlap::Same,
            _ => Overlap::May,
        }
    }
}

/// Kinds that name the same storage: an encrypted preferences file is a preferences file.
#[must_use]
pub fn family(kind: StoreKind) -> StoreKind {
    match kind {
        StoreKind::SharedprefsEncrypted => StoreKind::Sharedprefs,
        StoreKind::Room | StoreKind::Contentvalues => StoreKind::Sqlite,
        StoreKind::FileInternal
        | StoreKind::FileEncrypted
        | StoreKind::FileCache
        | StoreKind::FileNobackup => StoreKind::File,
        other => other,
    }
}

/// A store as one operation sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// Kind.
    pub kind: StoreKind,
    /// Name.
    pub name: Template,
    /// How it protects what is in it; none is not known.
    pub protection: Option<Protection>,
    /// The operation that opens it, if it was found.
    pub opened: Option<Site>,
    /// Opened so that every app can read or write it.
    pub world: bool,
    /// Whether the default backup set has it, as the model says.
    pub backup: Option<crate::models::Backup>,
    /// It hangs on a parameter of this function: its callers know more.
    pub from_caller: Option<FuncId>,
}

/// Deepest chain of openers (editor of preferences, writer of a stream of a file) that is followed.
const MAX_OPENERS: u8 = 8;

/// `MODE_WORLD_READABLE | MODE_WORLD_WRITEABLE` of `android.content.Context`.
const WORLD: i64 = 0x3;

/// The stores that an operation may work on.
#[must_use]
pub fn of_site(
    values: &Values<'_, '_>,
    site: Site,
    model: &ApiModel,
    context: &Context,
) -> Vec<Store> {
    let fallback = || Store {
        kind: model.store.unwrap_or(StoreKind::File),
        name: model.store_name.map_or_else(Template::hole, named),
        protection: None,
        opened: None,
        world: false,
        backup: model.backup,
        from_caller: None,
    };
    let from_args = model.arg(ArgRole::Store).or_else(|| {
        model
            .arg(ArgRole::StoreName)
            .filter(|_| !model.roles.contains(Roles::STORE_OPEN))
    });
    if let Some(position) = from_args
        && model.arg(ArgRole::Store).is_none()
    {
        // `deleteSharedPreferences("auth")`, `openFileOutput("session", 0)`
        let mut stores = Vec::new();
        for origin in values.argument(site, position, context) {
            stores.push(Store {
                name: template_of(&origin),
                from_caller: parameter_of(&origin),
                protection: model.protection,
                world: is_world(values, site, model, context),
                ..fallback()
            });
        }
        if !stores.is_empty() {
            return stores;
        }
    }
    let position = model.arg(ArgRole::Store).unwrap_or(ArgPos::Receiver);
    let receivers = values.argument(site, position, context);
    if receivers.is_empty() {
        return vec![Store {
            protection: model.protection,
            ..fallback()
        }];
    }
    let mut stores: Vec<Store> = Vec::new();
    for receiver in &receivers {
        let store = match of_origin(values, receiver, MAX_OPENERS) {
            Some(mut store) => {
                if store.kind == StoreKind::File
                    && model.store.is_some_and(|kind| kind != StoreKind::File)
                {
                    store.kind = model.store.unwrap_or(store.kind);
                }
                if store.backup.is_none() {
                    store.backup = model.backup;
                }

                store
            }
            None => Store {
                from_caller: parameter_of(receiver),
                ..fallback()
            },
        };
        if !stores.contains(&store) {
            stores.push(store);
        }
    }
    // What the operation itself protects, it protects wherever it puts it.
    if matches!(
        model.protection,
        Some(Protection::Encrypted | Protection::Keystore | Protection::Keychain)
    ) {
        for store in &mut stores {
            store.protection = model.protection;
        }
    }
    // One that is known beats those that are not.
    if stores.iter().any(|store| store.opened.is_some()) {
        stores.retain(|store| store.opened.is_some());
    }
    stores
}

/// The function whose parameter an origin is.
fn parameter_of(origin: &Origin) -> Option<FuncId> {
    match origin {
        Origin::Param(func, _) => Some(*func),
        Origin::Built(parts) => parts.iter().flatten().find_map(parameter_of),
        _ => None,
    }
}

/// The default preferences file; its real name is the application id with `_preferences`.
fn named(name: &str) -> Template {
    let mut template = Template::default();
    for (index, part) in name.split("{?}").enumerate() {
        if index > 0 {
            template.push_hole();
        }
        template.push_literal(part);
    }
    template
}

/// The name of a store that a call opens for every app.
#[must_use]
pub fn opened_to_world(values: &Values<'_, '_>, site: Site, model: &ApiModel) -> Option<Template> {
    if !is_world(values, site, model, &None) {
        return None;
    }
    match values
        .argument(site, model.arg(ArgRole::StoreName)?, &None)
        .as_slice()
    {
        [only] => Some(template_of(only)),
        _ => None,
    }
}

fn is_world(values: &Values<'_, '_>, site: Site, model: &ApiModel, context: &Context) -> bool {
    model.arg(ArgRole::Mode).is_some_and(|position| {
        values
            .argument(site, position, context)
            .iter()
            .any(|mode| matches!(mode, Origin::Int(mode) if mode & WORLD != 0))
    })
}

/// The store behind an object: an editor, a preferences file, a stream, a database.
#[must_use]
pub fn of_origin(values: &Values<'_, '_>, origin: &Origin, depth: u8) -> Option<Store> {
    let depth = depth.checked_sub(1)?;
    match origin {
        Origin::Call(method, site, context) => {
            for model in values.apis().of(*method) {
                if !model.roles.intersects(Roles::STORE_OPEN | Roles::PATH) {
                    continue;
                }
                // An editor belongs to its preferences: the receiver says which.
                let through = [ArgPos::Receiver, ArgPos::Param(0)];
                let inner = through.iter().find_map(|position| {
                    if model.arg(ArgRole::StoreName).is_some()
                        || model.arg(ArgRole::File).is_some()
                        || model.store_name.is_some()
                    {
                        return None;
                    }
                    values
                        .argument(*site, *position, context)
                        .iter()
                        .find_map(|origin| of_origin(values, origin, depth))
                });
                if let Some(mut store) = inner {
                    if matches!(
                        model.protection,
                        Some(Protection::Encrypted | Protection::Keystore)
                    ) {
                        store.protection = model.protection;
                        store.kind = model.store.unwrap_or(store.kind);
                    }
                    return Some(store);
                }
                return Some(opened(values, *site, model, context, depth));
            }
            None
        }
        Origin::New(ty, site, context) => {
            if is_custom_preferences(values, *ty) {
                return Some(custom_preferences(values, *site, context));
            }
            let constructor = constructor_of(values.program(), *site)?;
            let body = values.program().body(constructor.func);
            let Some(Op::Call { target, .. }) = body.op(constructor.op) else {
                return None;
            };
            for model in values.apis().of(*target) {
                if model
                    .roles
                    .intersects(Roles::STORE_OPEN | Roles::PATH | Roles::STORE | Roles::PASS)
                {
                    // A writer over a stream over a file.
                    let inner = values
                        .argument(constructor, ArgPos::Param(0), context)
                        .iter()
                        .find_map(|origin| of_origin(values, origin, depth));
                    let own = opened(values, constructor, model, context, depth);
                    return Some(match inner {
                        Some(inner) => Store {
                            kind: if own.kind == StoreKind::File {
                                inner.kind
                            } else {
                                own.kind
                            },
                            name: if own.name.is_unknown() {
                                inner.name
                            } else {
                                own.name
                            },
                            protection: match own.protection {
                                Some(Protection::Encrypted | Protection::Keystore) => {
                                    own.protection
                                }
                                _ => inner.protection.or(own.protection),
                            },
                            world: own.world || inner.world,
                            backup: inner.backup.or(own.backup),
                            ..own
                        },
                        None => own,
                    });
                }
            }
            // `new FileWriter(new File(dir, name))` of a class without a model.
            values
                .argument(constructor, ArgPos::Param(0), context)
                .iter()
                .find_map(|origin| of_origin(values, origin, depth))
        }
        Origin::Built(parts) => {
            // A path that begins with a directory.
            let mut store = parts.iter().flatten().find_map(|origin| match origin {
                Origin::Text(_) => None,
                other => of_origin(values, other, depth),
            })?;
            store.name = template_of(origin);
            Some(store)
        }
        Origin::Text(path)
            if path.starts_with("/sdcard/")
                || path.starts_with("/storage/emulated/")
                || path.starts_with("/mnt/sdcard") =>
        {
            Some(Store {
                kind: StoreKind::ExternalShared,
                name: Template::literal(path),
                protection: Some(Protection::Plaintext),
                opened: None,
                world: false,
                backup: None,
                from_caller: None,
            })
        }
        _ => None,
    }
}

/// A class of the program that implements preferences itself: what protects them, its name does not
/// say (the encrypting one of AndroidX has another in release builds).
fn is_custom_preferences(values: &Values<'_, '_>, ty: crate::ir::TypeId) -> bool {
    let program = values.program();
    program.class_of.contains_key(&ty)
        && program
            .supertypes(ty)
            .iter()
            .any(|ty| program.names.text(*ty) == "Landroid/content/SharedPreferences;")
}

fn custom_preferences(values: &Values<'_, '_>, site: Site, context: &Context) -> Store {
    // Its constructor is given the file, or its name.
    let constructor = constructor_of(values.program(), site);
    let names: Vec<Template> = constructor
        .into_iter()
        .flat_map(|constructor| (0..4).map(move |index| (constructor, ArgPos::Param(index))))
        .flat_map(|(constructor, position)| values.argument(constructor, position, context))
        .filter_map(|origin| match origin {
            Origin::Text(_) => Some(template_of(&origin)),
            Origin::Call(..) => of_origin(values, &origin, 3).map(|store| store.name),
            _ => None,
        })
        .collect();
    Store {
        kind: StoreKind::SharedprefsEncrypted,
        name: names.into_iter().next().unwrap_or_else(Template::hole),
        protection: Some(Protection::Varies),
        opened: None,
        world: false,
        backup: Some(crate::models::Backup::Yes),
        from_caller: None,
    }
}

fn opened(
    values: &Values<'_, '_>,
    site: Site,
    model: &ApiModel,
    context: &Context,
    depth: u8,
) -> Store {
    let mut store = Store {
        kind: model.store.unwrap_or(StoreKind::File),
        name: model.store_name.map_or_else(Template::hole, named),
        protection: model.protection,
        opened: Some(site),
        world: is_world(values, site, model, context),
        backup: model.backup,
        from_caller: None,
    };
    let name_at = model
        .arg(ArgRole::StoreName)
        .or_else(|| model.arg(ArgRole::File))
        .or_else(|| model.arg(ArgRole::Name));
    if let Some(position) = name_at {
        let origins = values.argument(site, position, context);
        let templates: Vec<Template> = origins.iter().map(template_of).collect();
        if let [only] = templates.as_slice() {
            store.name = only.clone();
        } else if let Some(known) = templates.iter().find(|template| !template.is_unknown()) {
            store.name = known.clone();
        }
        store.from_caller = origins.iter().find_map(parameter_of);
        // The name may itself be a file in a directory that says more.
        if let Some(inner) = origins
            .iter()
            .find_map(|origin| of_origin(values, origin, depth))
        {
            if matches!(store.kind, StoreKind::File | StoreKind::FileInternal) {
                store.kind = inner.kind;
                store.backup = inner.backup;
            }
            if store.name.is_unknown() {
                store.name = inner.name;
            }
        }
    }
    // `new File(directory, name)`
    if matches!(store.kind, StoreKind::File) {
        for position in [ArgPos::Param(0), ArgPos::Param(1)] {
            for origin in values.argument(site, position, context) {
                if let Some(inner) = of_origin(values, &origin, depth) {
                    store.kind = inner.kind;
                    store.backup = inner.backup;
                    if store.name.is_unknown() {
                        store.name = inner.name;
                    }
                } else if let Origin::Text(_) | Origin::Built(_) = &origin
                    && store.name.is_unknown()
                {
                    store.name = template_of(&origin);
                }
            }
        }
    }
    store
}
