//! What to scan: opens the path that somebody gave, recognises what it is by its content, and
//! lists its parts with their roles; inflates what is asked for.
//!
//! Reads no code and no resources: a part is bytes with a role. What is odd, too large or not
//! read on the way is a [`Diagnostic`].

pub mod budget;
pub mod bytes;
mod collect;
mod elsewhere;
mod entries;
mod error;
mod folder;
mod layout;
mod open;
mod recognize;
mod tamper;
#[cfg(test)]
mod tests;
#[cfg(feature = "source")]
pub mod tree;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

pub use self::budget::Budgets;
pub use self::elsewhere::{Elsewhere, Framework};
pub use self::error::{InputError, PartError};
use crate::coverage::{Coverage, Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, Directory, EntryError, EntryId};
use bytes::Bytes;

/// What was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One APK, or a JAR with DEX files in it.
    Apk,
    /// An APK and its splits: an APKS, XAPK or APKM file, or a folder.
    SplitSet,
    /// An Android App Bundle.
    Aab,
    /// An Android library.
    Aar,
    /// DEX files without an archive.
    Dex,
}

impl Kind {
    /// What a person calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Apk => "APK",
            Self::SplitSet => "split APK set",
            Self::Aab => "Android App Bundle",
            Self::Aar => "Android library (AAR)",
            Self::Dex => "DEX",
        }
    }
}

/// Who loads a DEX file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loading {
    /// Android, when the app starts.
    Platform,
    /// Nobody, if the app does not do it itself: behind a gap in `classes.dex`, `classes2.dex` …,
    /// in `assets/`, in an archive in the archive, or under another name.
    Elsewhere,
}

/// How an XML file is written. What the layout says; the bytes have the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum XmlForm {
    /// Android's binary XML, as in an APK.
    Binary,
    /// A protocol buffer, as in an AAB.
    Proto,
    /// Text, as in an AAR.
    Text,
}

/// How a resource table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableForm {
    /// `resources.arsc`.
    Arsc,
    /// `resources.pb`.
    Proto,
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Code.
    Dex(Loading),
    /// The manifest of a module.
    Manifest(XmlForm),
    /// The resource table of a module.
    Resources(TableForm),
    /// An XML resource.
    Xml(XmlForm),
    /// An R8 or ProGuard mapping.
    Mapping,
    /// Anything else that may say something: assets, raw resources, native libraries.
    Other,
}

/// Index of a part, in the order of [`Input::parts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub u32);

/// Index of a module, in the order of [`Input::modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u16);

/// What a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModuleKind {
    /// The app itself.
    Base,
    /// A split of the app: another feature, language, density or processor.
    Split,
    /// An archive found inside the app.
    Nested,
}

/// What has a manifest and a resource table of its own: an APK of a set, a module of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// File or folder name inside the input: `split_config.de.apk`, `base`; empty for the input.
    pub name: String,
    /// What it is.
    pub kind: ModuleKind,
}

/// A part of the input: something with a name, a role and bytes.
#[derive(Debug, Clone)]
pub struct Part {
    /// Name in the input: `classes2.dex`, `split_config.de.apk!classes.dex`.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// To which module it belongs.
    pub module: ModuleId,
    /// Bytes after inflating, as the archive declares it.
    pub size: u64,
    /// Where in the name its path in the app begins: behind the archive, or the bundle's module.
    path_at: usize,
    source: Source,
    /// A limit that stands before it.
    refused: Option<PartError>,
}

impl Part {
    /// Its path in the app, as the manifest and the resource table have it: `res/xml/backup.xml`
    /// of the part `base.apk!res/xml/backup.xml` or `base/res/xml/backup.xml`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.name.get(self.path_at..).unwrap_or(&self.name)
    }
}

/// Where a part's bytes are.
#[derive(Debug, Clone)]
enum Source {
    /// An entry of an archive.
    Entry(ContainerId, EntryId),
    /// Bytes that need no inflating.
    Plain(Bytes),
}

#[derive(Debug, Clone, Copy)]
struct ContainerId(u16);

/// An archive.
#[derive(Debug)]
struct Container {
    /// What stands before the name of an entry in the name of a part: empty, or `base.apk!`.
    prefix: String,
    bytes: Bytes,
    directory: Arc<Directory>,
}

impl Container {
    fn archive(&self) -> Archive<'_> {
        Archive::new(self.bytes.as_slice(), &self.directory)
    }
}

/// An opened input.
#[derive(Debug)]
pub struct Input {
    kind: Kind,
    name: String,
    containers: Vec<Container>,
    modules: Vec<Module>,
    parts: Vec<Part>,
    elsewhere: Vec<Elsewhere>,
    diagnostics: Vec<Diagnostic>,
    input_bytes: u64,
    entry_bytes: u64,
    by_name: OnceLock<Vec<PartId>>,
    by_path: OnceLock<Vec<PartId>>,
    late: Mutex<BTreeSet<Diagnostic>>,
    /// For each part whether it was read.
    was_read: Vec<AtomicBool>,
    bytes_inflated: AtomicU64,
}

/// Opens a file or folder.
///
/// # Errors
///
/// When there is nothing to scan: see [`InputError`].
pub fn open(path: &Path, budgets: &Budgets) -> Result<Input, InputError> {
    open::open(path, budgets)
}

/// Opens a file that already lies in memory. `name` is what messages call it.
///
/// # Errors
///
/// When there is nothing to scan: see [`InputError`].
pub fn open_bytes(name: &str, bytes: Vec<u8>, budgets: &Budgets) -> Result<Input, InputError> {
    open::open_bytes(Path::new(name), Bytes::from(bytes), budgets)
}

/// Whether a folder holds a build, or is the inside of one.
#[must_use]
pub fn holds_build(path: &Path, budgets: &Budgets) -> bool {
    folder::Listing::of(path, budgets).is_ok_and(|listing| {
        !listing.builds.is_empty() || listing.unpacked || listing.app.is_some()
    })
}

impl Input {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// File name of what was opened, without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Modules, the base first.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// A module.
    #[must_use]
    pub fn module(&self, id: ModuleId) -> Option<&Module> {
        self.modules.get(usize::from(id.0))
    }

    /// All parts: code in the order in which Android loads it, then manifests, resource tables,
    /// mappings, XML resources, the rest; the base before the other modules.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The ids of the parts that a question is about.
    pub fn select(&self, mut wanted: impl FnMut(&Part) -> bool) -> Vec<PartId> {
        (0..)
            .zip(&self.parts)
            .filter(|(_, part)| wanted(part))
            .map(|(index, _)| PartId(index))
            .collect()
    }

    /// A part.
    #[must_use]
    pub fn part(&self, id: PartId) -> Option<&Part> {
        self.parts.get(id.0 as usize)
    }

    /// The part of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<PartId> {
        self.lookup(&self.by_name, |part| &part.name, |_| true, name)
    }

    /// The part with that path in the app, in whatever module it is: the base before the others,
    /// archives inside the app never.
    #[must_use]
    pub fn find_path(&self, path: &str) -> Option<PartId> {
        let in_app = |part: &Part| {
            self.module(part.module)
                .is_none_or(|module| module.kind != ModuleKind::Nested)
        };
        self.lookup(&self.by_path, Part::path, in_app, path)
    }

    /// Looks a part up in an index that is sorted on its first use: a scan asks for thousands of
    /// resource files, or for none.
    fn lookup(
        &self,
        index: &OnceLock<Vec<PartId>>,
        key: fn(&Part) -> &str,
        listed: impl Fn(&Part) -> bool,
        wanted: &str,
    ) -> Option<PartId> {
        let key = |id: PartId| self.part(id).map_or("", key);
        let index = index.get_or_init(|| {
            let mut ids = self.select(listed);
            ids.sort_by_key(|id| (key(*id), *id));
            ids
        });
        let at = index.partition_point(|id| key(*id) < wanted);
        index.get(at).copied().filter(|id| key(*id) == wanted)
    }

    /// Signs that the app's logic is in something that is no DEX; each is a diagnostic, too.
    #[must_use]
    pub fn elsewhere(&self) -> &[Elsewhere] {
        &self.elsewhere
    }

    /// The content of a part: borrowed from the input where it is stored, else inflated anew with
    /// every call.
    ///
    /// # Errors
    ///
    /// When it is damaged or a limit stands before it. The reason is a diagnostic, too: nobody
    /// else needs to report it.
    pub fn read(&self, id: PartId) -> Result<Cow<'_, [u8]>, PartError> {
        let part = self.part(id).ok_or(PartError::Unknown)?;
        let result = self.content(part);
        match &result {
            Ok(bytes) => {
                if let Some(was_read) = self.was_read.get(id.0 as usize) {
                    was_read.store(true, Ordering::Relaxed);
                }
                if let Cow::Owned(bytes) = bytes {
                    self.bytes_inflated
                        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
                }
            }
            Err(error) => self.note_late(part, error),
        }
        result
    }

    /// The contents of several parts, inflated in parallel, in the order of `ids`.
    #[must_use]
    pub fn read_all(&self, ids: &[PartId]) -> Vec<Result<Cow<'_, [u8]>, PartError>> {
        ids.par_iter()
            .with_max_len(1)
            .map(|id| self.read(*id))
            .collect()
    }

    fn content<'a>(&'a self, part: &'a Part) -> Result<Cow<'a, [u8]>, PartError> {
        if let Some(refused) = part.refused {
            return Err(refused);
        }
        match &part.source {
            Source::Plain(bytes) => Ok(Cow::Borrowed(bytes.as_slice())),
            Source::Entry(container, entry) => {
                let container = self
                    .containers
                    .get(usize::from(container.0))
                    .ok_or(PartError::Unknown)?;
                let content = container.archive().read(*entry, self.entry_bytes)?;
                if content.wrong_size {
                    self.push_late(Diagnostic {
                        kind: DiagnosticKind::ArchiveTampering,
                        part: part.name.clone(),
                        message: format!(
                            "the archive says {} bytes, its stream has another length; {} were read",
                            part.size,
                            content.bytes.len()
                        ),
                    });
                }
                Ok(content.bytes)
            }
        }
    }

    fn note_late(&self, part: &Part, error: &PartError) {
        let kind = match error {
            PartError::Budget { .. } | PartError::Entry(EntryError::TooLarge { .. }) => {
                DiagnosticKind::BudgetReached
            }
            PartError::Entry(EntryError::Encrypted) => DiagnosticKind::Unsupported,
            _ => DiagnosticKind::Malformed,
        };
        self.push_late(Diagnostic {
            kind,
            part: part.name.clone(),
            message: error.to_string(),
        });
    }

    fn push_late(&self, diagnostic: Diagnostic) {
        if let Ok(mut late) = self.late.lock() {
            late.insert(diagnostic);
        }
    }

    /// What is odd or was not read so far: what opening it showed, in order, then what reading
    /// its parts showed, sorted.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.clone();
        if let Ok(late) = self.late.lock() {
            all.extend(late.iter().cloned());
        }
        all
    }

    /// Bytes of the file or files.
    #[must_use]
    pub fn input_bytes(&self) -> u64 {
        self.input_bytes
    }

    /// Archive entries seen.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.containers
            .iter()
            .map(|container| container.directory.len() as u64)
            .sum()
    }

    /// Parts read so far; twice read counts twice.
    #[must_use]
    pub fn entries_read(&self) -> u64 {
        let read = self
            .was_read
            .iter()
            .filter(|read| read.load(Ordering::Relaxed));
        read.count() as u64
    }

    /// Bytes inflated so far by [`Input::read`].
    #[must_use]
    pub fn bytes_inflated(&self) -> u64 {
        self.bytes_inflated.load(Ordering::Relaxed)
    }

    /// Writes this stage's counts into the coverage of a scan.
    pub fn count(&self, coverage: &mut Coverage) {
        coverage.input_bytes += self.input_bytes();
        coverage.entries += self.entries();
        coverage.entries_read += self.entries_read();
    }
}
