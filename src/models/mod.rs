//! What each API does to a session: the tables of `models/`, compiled in at build time.
//!
//! A model names an API and says its effect; nothing here looks at an app. The tables are static
//! and sorted, so that nothing is parsed or built at start-up and every search is binary.
//! [`schema`] is the vocabulary, [`lexicon`] what names, labels, paths and constants say.

pub mod lexicon;
pub mod matching;
pub mod schema;
mod table;
pub mod words;

pub use schema::{
    Accessibility, ArgPos, ArgRole, ArtifactKind, Backup, ClearScope, EdgeKind, Matching, OnError,
    Order, Protection, Returns, Role, Roles, ServerEffect, StoreKind, Survival, SymbolForm, Sync,
    Verification,
};

/// What one API does to a session.
#[derive(Debug)]
pub struct ApiModel {
    /// Unique: `android.sharedprefs:SharedPreferences.Editor.putString`.
    pub id: &'static str,
    /// Group, which is the name of the model file.
    pub lib: &'static str,
    /// DEX type of the owner, `Landroid/content/SharedPreferences$Editor;`; empty for an API that
    /// is not of the JVM.
    pub class: &'static str,
    /// DEX name of the method, `<init>` and `edit$default` included; for an annotation its
    /// element, `<type>` for one that has none.
    pub method: &'static str,
    /// DEX descriptor; none: any overload.
    pub descriptor: Option<&'static str>,
    /// Spellings on other platforms.
    pub symbols: &'static [(SymbolForm, &'static str)],
    /// How code is compared with it.
    pub matching: Matching,
    /// What it does.
    pub roles: Roles,
    /// Which argument is what; a role may stand at several places.
    pub args: &'static [(ArgRole, ArgPos)],
    /// What it returns.
    pub returns: Returns,
    /// What the value is that it gives or stores, where the API fixes that.
    pub artifact: Option<ArtifactKind>,
    /// HTTP verb that it implies, upper case.
    pub verb: Option<&'static str>,
    /// Store that it works on.
    pub store: Option<StoreKind>,
    /// Name of that store where the API fixes it, with `{?}` for what varies.
    pub store_name: Option<&'static str>,
    /// Protection of the store by this API; the receiver's origin comes first.
    pub protection: Option<Protection>,
    /// Whether the store is in backups by default.
    pub backup: Option<Backup>,
    /// Accessibility class of a Keychain item.
    pub accessibility: Option<Accessibility>,
    /// Whether the store goes to other devices.
    pub sync: Option<Sync>,
    /// How much a clear removes.
    pub scope: Option<ClearScope>,
    /// Whether a sign-out forgets the session on the device.
    pub local: bool,
    /// What a sign-out tells the server; none for what is no sign-out.
    pub server: ServerEffect,
    /// Whether it opens a browser, or ends the session in one.
    pub browser: bool,
    /// In what order a sign-out works.
    pub order: Option<Order>,
    /// What a sign-out leaves on the device when the server does not answer.
    pub on_error: Option<OnError>,
    /// Code that the call leads to.
    pub edge: Option<Edge>,
    /// What shrinkers leave of the name.
    pub survives: Survival,
    /// How far the model was checked.
    pub verified: Verification,
    /// Against what.
    pub source: &'static str,
    /// What a reader must know.
    pub note: &'static str,
}

/// Code that a call leads to without naming it.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// How.
    pub kind: EdgeKind,
    /// Arguments that it starts from; empty: whichever has the methods of `to`, or none at all.
    pub from: &'static [ArgPos],
    /// Methods that run; the name `*` stands for all that the note describes.
    pub to: &'static [Target],
    /// What their parameters get: (index of the parameter, where it stands in the call). The
    /// receiver's position stands for what the receiver holds or results in.
    pub binds: &'static [(u8, ArgPos)],
    /// What `to` cannot say.
    pub note: &'static str,
}

/// A method that an edge ends in, on the object that the edge starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// DEX name.
    pub method: &'static str,
    /// DEX descriptor; none: any overload.
    pub descriptor: Option<&'static str>,
}

impl ApiModel {
    /// Where the argument with this role stands; the first, if there are several.
    #[must_use]
    pub fn arg(&self, role: ArgRole) -> Option<ArgPos> {
        self.args_of(role).next()
    }

    /// Everywhere that an argument with this role stands.
    pub fn args_of(&self, role: ArgRole) -> impl Iterator<Item = ArgPos> {
        self.args
            .iter()
            .filter(move |(other, _)| *other == role)
            .map(|&(_, pos)| pos)
    }

    /// Whether it has any of the roles.
    #[must_use]
    pub fn is(&self, roles: Roles) -> bool {
        self.roles.intersects(roles)
    }

    /// Whether the descriptor is one that the model covers.
    #[must_use]
    pub fn covers(&self, descriptor: &str) -> bool {
        self.descriptor.is_none_or(|own| own == descriptor)
    }
}

/// An SDK as a whole.
#[derive(Debug)]
pub struct SdkModel {
    /// Unique.
    pub id: &'static str,
    /// Group of its APIs: [`ApiModel::lib`].
    pub lib: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Packages of its code, with dots.
    pub packages: &'static [&'static str],
    /// Whether the session is one of somebody else that the device keeps: signing out of the app
    /// alone does not end it.
    pub provider: bool,
    /// Calls that sign out.
    pub sign_out: &'static str,
    /// Whether they forget the session on the device, in words.
    pub clears_local: &'static str,
    /// What they tell the server, in words.
    pub server_effect: &'static str,
    /// Whether they open a browser, in words.
    pub opens_browser: &'static str,
    /// What an app has to call for a whole sign-out.
    pub recipe: &'static str,
    /// Store that the SDK keeps its session in by default; none: it keeps none.
    pub store: Option<StoreKind>,
    /// Names of that store, with `{?}` for what varies.
    pub store_names: &'static [&'static str],
    /// What both cannot say.
    pub store_note: &'static str,
    /// Default protection.
    pub protection: Protection,
    /// What it cannot say.
    pub protection_note: &'static str,
    /// Whether the default store is in backups.
    pub backup: Backup,
    /// Keys in that store.
    pub keys: &'static [&'static str],
    /// Strings that tell the SDK in a shrunken build.
    pub anchor_strings: &'static [&'static str],
    /// Components that tell the SDK in a manifest.
    pub anchor_components: &'static [&'static str],
    /// What shrinkers leave of its names.
    pub survives: Survival,
    /// What that cannot say.
    pub survives_note: &'static str,
    /// Where this was read.
    pub source: &'static str,
    /// What is missing in the SDK or in the model.
    pub gaps: &'static str,
}

/// All APIs, sorted by method, then class, then id.
#[must_use]
pub fn apis() -> &'static [ApiModel] {
    table::APIS
}

/// The APIs whose method has this DEX name, sorted by class.
#[must_use]
pub fn by_method(name: &str) -> &'static [ApiModel] {
    run(table::APIS, |api| api.method.cmp(name))
}

/// The APIs of the class with this DEX type.
pub fn by_class(descriptor: &str) -> impl ExactSizeIterator<Item = &'static ApiModel> {
    run(table::BY_CLASS, |&at| {
        table::APIS[usize::from(at)].class.cmp(descriptor)
    })
    .iter()
    .map(|&at| &table::APIS[usize::from(at)])
}

/// The API that a call of exactly this method is; one with the descriptor before one for any
/// overload. Subtypes of the owner are the caller's to walk.
#[must_use]
pub fn find(class: &str, method: &str, descriptor: &str) -> Option<&'static ApiModel> {
    let overloads = run(by_method(method), |api| api.class.cmp(class));
    overloads
        .iter()
        .find(|api| api.descriptor == Some(descriptor))
        .or_else(|| overloads.iter().find(|api| api.descriptor.is_none()))
}

/// Direct supertypes of a type of the platform, as DEX types, the class first; empty for a type
/// that is not known or has none but `Object`.
#[must_use]
pub fn platform_supertypes(descriptor: &str) -> &'static [&'static str] {
    match table::TYPES.binary_search_by(|(class, _)| (*class).cmp(descriptor)) {
        Ok(at) => table::TYPES[at].1,
        Err(_) => &[],
    }
}

/// The API with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static ApiModel> {
    let at = table::BY_ID
        .binary_search_by(|&at| table::APIS[usize::from(at)].id.cmp(id))
        .ok()?;
    Some(&table::APIS[usize::from(table::BY_ID[at])])
}

/// The APIs that have this spelling on a platform other than the JVM.
pub fn by_symbol(form: SymbolForm, text: &str) -> impl ExactSizeIterator<Item = &'static ApiModel> {
    run(table::BY_SYMBOL, |&(other, symbol, _)| {
        (other, symbol).cmp(&(form, text))
    })
    .iter()
    .map(|&(_, _, at)| &table::APIS[usize::from(at)])
}

/// All SDKs, sorted by id.
#[must_use]
pub fn sdks() -> &'static [SdkModel] {
    table::SDKS
}

/// The SDK with this id.
#[must_use]
pub fn sdk_by_id(id: &str) -> Option<&'static SdkModel> {
    let at = table::SDKS.binary_search_by(|sdk| sdk.id.cmp(id)).ok()?;
    Some(&table::SDKS[at])
}

/// The SDK whose code the class with this DEX type is, by the longest package.
#[must_use]
pub fn sdk_of_class(descriptor: &str) -> Option<&'static SdkModel> {
    let name = descriptor.strip_prefix('L')?;
    let under = |package: &str| {
        name.len() > package.len()
            && name.as_bytes()[package.len()] == b'/'
            && package
                .bytes()
                .zip(name.bytes())
                .all(|(a, b)| a == b || (a == b'.' && b == b'/'))
    };
    let mut best: Option<(usize, &SdkModel)> = None;
    for sdk in table::SDKS {
        for package in sdk.packages.iter().filter(|package| under(package)) {
            if best.is_none_or(|(length, _)| package.len() > length) {
                best = Some((package.len(), sdk));
            }
        }
    }
    best.map(|(_, sdk)| sdk)
}

/// The run of equal elements in a sorted slice.
fn run<T>(sorted: &'static [T], order: impl Fn(&T) -> std::cmp::Ordering) -> &'static [T] {
    let start = sorted.partition_point(|item| order(item).is_lt());
    let length = sorted[start..].partition_point(|item| order(item).is_eq());
    &sorted[start..start + length]
}

/// The models of a program's symbols.
#[derive(Debug, Default)]
pub struct ApiMap {
    by_method: rustc_hash::FxHashMap<crate::ir::MethodId, Vec<&'static ApiModel>>,
}

impl ApiMap {
    /// Models of a symbol; none for most.
    #[must_use]
    pub fn of(&self, method: crate::ir::MethodId) -> &[&'static ApiModel] {
        self.by_method
            .get(&method)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Adds the models of a symbol.
    pub fn insert(&mut self, method: crate::ir::MethodId, models: Vec<&'static ApiModel>) {
        self.by_method.insert(method, models);
    }

    /// All matched symbols, ascending.
    #[must_use]
    pub fn symbols(&self) -> Vec<(crate::ir::MethodId, &[&'static ApiModel])> {
        let mut all: Vec<_> = self
            .by_method
            .iter()
            .map(|(method, models)| (*method, models.as_slice()))
            .collect();
        all.sort_unstable_by_key(|(method, _)| *method);
        all
    }
}

#[cfg(test)]
mod tests;
