//! Opens a path: recognises it, follows archives into archives as far as the budgets allow, and
//! collects the parts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::budget::{self, Budgets};
use super::bytes::{Bytes, ReadAt};
use super::elsewhere::{self, Elsewhere, Framework};
use super::error::{InputError, PartError};
use super::layout::{self, Shape};
use super::recognize::{self, Look};
use super::{
    Container, ContainerId, Input, Kind, Loading, Module, ModuleId, ModuleKind, Part, Role, Source,
    XmlForm, tamper,
};
use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, Directory, EntryError, EntryId, STORED, Tampering, ZipError};

/// Bytes of an entry that are looked at to tell what it is.
const HEAD: usize = 64;
/// Bytes of a manifest that are searched for the mark of a split.
const MANIFEST_SEARCHED: u64 = 4 << 20;
/// Containers of one input: a split set has some dozens.
const MAX_CONTAINERS: usize = 4096;

pub(super) fn open(path: &Path, budgets: &Budgets) -> Result<Input, InputError> {
    let metadata = fs::metadata(path).map_err(|error| io_error(path, error))?;
    let mut builder = Builder::new(path, budgets);
    let kind = if metadata.is_dir() {
        builder.folder()?
    } else {
        let bytes = Bytes::open(path).map_err(|error| io_error(path, error))?;
        builder.input_bytes = bytes.len();
        builder.file(bytes)?
    };
    Ok(builder.finish(kind))
}

fn io_error(path: &Path, source: io::Error) -> InputError {
    let path = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        InputError::NotFound { path }
    } else {
        InputError::Unreadable { path, source }
    }
}

/// Name of an entry as a person may see it: UTF-8, and nothing that moves a terminal's cursor or
/// turns the direction of writing.
pub(super) fn shown_name(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let strange =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(strange) {
        text.replace(strange, "\u{fffd}")
    } else {
        text.into_owned()
    }
}

/// A part with what decides its place.
struct Found {
    part: Part,
    /// Number of a `classesN.dex`.
    number: u32,
}

/// What lies in an archive, by which its entries get their roles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Apk,
    Aab,
    Aar,
    /// An archive in the archive: only code in it counts.
    Nested,
}

struct Builder<'b> {
    path: PathBuf,
    budgets: &'b Budgets,
    input_bytes: u64,
    containers: Vec<Container>,
    modules: Vec<Module>,
    found: Vec<Found>,
    elsewhere: Vec<Elsewhere>,
    diagnostics: Vec<Diagnostic>,
    nested_left: u64,
}

/// One APK of a set, before it is known to be base or split.
struct Member {
    name: String,
    bytes: Bytes,
    directory: Directory,
    split: bool,
}

impl<'b> Builder<'b> {
    fn new(path: &Path, budgets: &'b Budgets) -> Self {
        Self {
            path: path.to_owned(),
            budgets,
            input_bytes: 0,
            containers: Vec::new(),
            modules: Vec::new(),
            found: Vec::new(),
            elsewhere: Vec::new(),
            diagnostics: Vec::new(),
            nested_left: budgets.nested_bytes,
        }
    }

    fn file(&mut self, bytes: Bytes) -> Result<Kind, InputError> {
        if bytes.is_empty() {
            return Err(InputError::Empty {
                path: self.path.clone(),
            });
        }
        match recognize::look(bytes.as_slice()) {
            Look::Zip => {
                let directory = self.parse(&bytes)?;
                let shape = layout::shape(Archive::new(bytes.as_slice(), &directory));
                self.archive(bytes, directory, shape, "")
            }
            Look::Dex => {
                let name = file_name(&self.path);
                self.module(String::new(), ModuleKind::Base);
                self.plain_dex(name, bytes, Loading::Platform, 1);
                Ok(Kind::Dex)
            }
            Look::Unread(what, hint) => Err(self.not_read_yet(what, hint)),
            Look::Other(what, hint) => Err(self.not_an_app(what, hint)),
        }
    }

    fn parse(&self, bytes: &Bytes) -> Result<Directory, InputError> {
        self.parse_named(bytes, "")
    }

    fn parse_named(&self, bytes: &Bytes, inner: &str) -> Result<Directory, InputError> {
        Directory::parse(bytes.as_slice(), self.max_entries()).map_err(|source| {
            InputError::Archive {
                path: self.named(inner),
                source,
            }
        })
    }

    fn max_entries(&self) -> usize {
        usize::try_from(self.budgets.archive_entries).unwrap_or(usize::MAX)
    }

    /// The path as an error shows it, with the archive inside it.
    fn named(&self, inner: &str) -> PathBuf {
        if inner.is_empty() {
            self.path.clone()
        } else {
            let mut text = self.path.clone().into_os_string();
            text.push("!");
            text.push(inner);
            PathBuf::from(text)
        }
    }

    fn not_read_yet(&self, what: &str, hint: &'static str) -> InputError {
        InputError::NotReadYet {
            path: self.path.clone(),
            what: what.to_owned(),
            hint,
        }
    }

    fn not_an_app(&self, what: &str, hint: &'static str) -> InputError {
        InputError::NotAnApp {
            path: self.path.clone(),
            what: what.to_owned(),
            hint,
        }
    }

    /// An archive of a known shape. `inner` is its name in an archive around it, else empty.
    fn archive(
        &mut self,
        bytes: Bytes,
        directory: Directory,
        shape: Shape,
        inner: &str,
    ) -> Result<Kind, InputError> {
        match shape {
            Shape::Apk => {
                self.module(String::new(), ModuleKind::Base);
                self.container(inner, bytes, directory, Layout::Apk, ModuleId(0))?;
                Ok(Kind::Apk)
            }
            Shape::Aab => {
                self.container(inner, bytes, directory, Layout::Aab, ModuleId(0))?;
                Ok(Kind::Aab)
            }
            Shape::Aar => {
                self.module(String::new(), ModuleKind::Base);
                self.container(inner, bytes, directory, Layout::Aar, ModuleId(0))?;
                Ok(Kind::Aar)
            }
            Shape::Set(what, members) => self.set(&bytes, &directory, what, &members, inner),
            Shape::Around(entry) => self.around(&bytes, &directory, entry, inner),
            Shape::Several(entries) => {
                let archive = Archive::new(bytes.as_slice(), &directory);
                Err(InputError::Ambiguous {
                    path: self.named(inner),
                    names: entries
                        .iter()
                        .map(|entry| shown_name(archive.name(*entry)))
                        .collect(),
                })
            }
            Shape::Unread(what) => Err(self.not_read_yet(what, "give a built Android app")),
            Shape::Other(what, hint) => Err(self.not_an_app(what, hint)),
        }
    }

    /// Opens the one build inside an archive, as a build server hands it out.
    fn around(
        &mut self,
        bytes: &Bytes,
        directory: &Directory,
        entry: EntryId,
        inner: &str,
    ) -> Result<Kind, InputError> {
        let archive = Archive::new(bytes.as_slice(), directory);
        let name = shown_name(archive.name(entry));
        if !inner.is_empty() {
            return Err(self.not_an_app(
                "an archive in an archive in an archive",
                "unpack it and give the build inside",
            ));
        }
        let build = self.inner_bytes(bytes, archive, entry)?;
        let inside = self.parse_named(&build, &name)?;
        let shape = layout::shape(Archive::new(build.as_slice(), &inside));
        self.note(&name, "the build inside the archive is what is scanned");
        self.archive(build, inside, shape, &name)
    }

    /// The bytes of an archive in an archive that has to be opened.
    fn inner_bytes(
        &self,
        bytes: &Bytes,
        archive: Archive<'_>,
        entry: EntryId,
    ) -> Result<Bytes, InputError> {
        let name = shown_name(archive.name(entry));
        match archive.read(entry, self.budgets.entry_bytes) {
            Ok(content) => Ok(share(bytes, content.bytes)),
            Err(EntryError::Encrypted) => Err(InputError::Encrypted {
                path: self.path.clone(),
                entry: name,
            }),
            Err(error) => Err(self.not_an_app(
                &format!("an archive whose entry {name} cannot be read ({error})"),
                "build or download it again",
            )),
        }
    }

    /// A set of APKs in an archive.
    fn set(
        &mut self,
        bytes: &Bytes,
        directory: &Directory,
        what: &'static str,
        entries: &[EntryId],
        inner: &str,
    ) -> Result<Kind, InputError> {
        let archive = Archive::new(bytes.as_slice(), directory);
        let names: Vec<String> = entries
            .iter()
            .map(|entry| shown_name(archive.name(*entry)))
            .collect();
        self.tampering("", archive);
        let mut members = Vec::new();
        let mut failed = None;
        for index in self.choose(&names, what) {
            let opened = self
                .inner_bytes(bytes, archive, entries[index])
                .and_then(|bytes| {
                    let directory = self.parse_named(&bytes, &names[index])?;
                    Ok((bytes, directory))
                });
            match opened {
                Ok((bytes, directory)) => members.push(member(&names[index], bytes, directory)),
                Err(error) => {
                    self.diagnostics.push(Diagnostic {
                        kind: DiagnosticKind::Malformed,
                        part: names[index].clone(),
                        message: reason(&error),
                    });
                    failed = failed.or(Some(error));
                }
            }
        }
        match failed {
            Some(error) if members.is_empty() => return Err(error),
            _ => {}
        }
        self.members(members, what, inner)
    }

    /// Which of the names make one app on one phone, with a note on the rest.
    fn choose(&mut self, names: &[String], what: &str) -> Vec<usize> {
        let chosen = layout::members(names);
        for message in chosen.left_out {
            self.note(what, &message);
        }
        chosen.chosen
    }

    /// Puts the APKs of one app together: the base, then its splits by name.
    fn members(
        &mut self,
        mut members: Vec<Member>,
        what: &str,
        inner: &str,
    ) -> Result<Kind, InputError> {
        let bases: Vec<String> = members
            .iter()
            .filter(|member| !member.split)
            .map(|member| member.name.clone())
            .collect();
        if bases.len() > 1 {
            let by_name: Vec<&String> = bases.iter().filter(|name| named_base(name)).collect();
            let [base] = by_name.as_slice() else {
                return Err(InputError::Ambiguous {
                    path: self.named(inner),
                    names: bases,
                });
            };
            for member in &mut members {
                member.split = member.name != **base;
            }
        }
        if bases.is_empty() {
            self.note(
                what,
                "no base APK among the splits: what the base holds is not in this scan",
            );
        }
        members.sort_by(|a, b| (a.split, &a.name).cmp(&(b.split, &b.name)));
        let single = members.len() == 1;
        for member in members {
            let kind = if member.split {
                ModuleKind::Split
            } else {
                ModuleKind::Base
            };
            let module = self.module(member.name.clone(), kind);
            let name = if inner.is_empty() {
                member.name
            } else {
                format!("{inner}!{}", member.name)
            };
            self.container(&name, member.bytes, member.directory, Layout::Apk, module)?;
        }
        Ok(if single { Kind::Apk } else { Kind::SplitSet })
    }

    fn folder(&mut self) -> Result<Kind, InputError> {
        let path = self.path.clone();
        let listing = Listing::of(&path, self.budgets).map_err(|error| io_error(&path, error))?;
        if listing.more {
            self.diagnostics.push(budget::reached(
                "folder_files",
                self.budgets.folder_files,
                &file_name(&path),
                "the rest of the folder was not looked at",
            ));
        }
        let mut apks = Vec::new();
        let mut others = Vec::new();
        let mut dex = Vec::new();
        for name in &listing.builds {
            let Ok(bytes) = Bytes::open(&path.join(name)) else {
                self.note(name, "cannot be read");
                continue;
            };
            if recognize::look(bytes.as_slice()) == Look::Dex {
                dex.push((name.clone(), bytes));
                continue;
            }
            let directory = match Directory::parse(bytes.as_slice(), self.max_entries()) {
                Ok(directory) => directory,
                Err(source) => {
                    self.skipped(name, source);
                    continue;
                }
            };
            match layout::shape(Archive::new(bytes.as_slice(), &directory)) {
                Shape::Apk => apks.push(member(name, bytes, directory)),
                Shape::Unread(_) | Shape::Other(..) => {}
                shape => others.push((name.clone(), bytes, directory, shape)),
            }
        }
        self.folder_of(listing, apks, others, dex)
    }

    fn folder_of(
        &mut self,
        listing: Listing,
        mut apks: Vec<Member>,
        mut others: Vec<(String, Bytes, Directory, Shape)>,
        dex: Vec<(String, Bytes)>,
    ) -> Result<Kind, InputError> {
        let names: Vec<String> = apks.iter().map(|member| member.name.clone()).collect();
        let chosen = self.choose(&names, "");
        let mut index = 0;
        apks.retain(|_| {
            index += 1;
            chosen.contains(&(index - 1))
        });
        let kind = if !apks.is_empty() && others.is_empty() {
            self.input_bytes = apks.iter().map(|member| member.bytes.len()).sum();
            if let [one] = apks.as_mut_slice() {
                one.split = false;
            }
            self.members(apks, "", "")?
        } else if apks.is_empty() && others.len() == 1 {
            let Some((name, bytes, directory, shape)) = others.pop() else {
                return Err(self.empty_folder(&listing));
            };
            self.input_bytes = bytes.len();
            self.archive(bytes, directory, shape, &name)?
        } else if !others.is_empty() {
            let names = names
                .into_iter()
                .chain(others.into_iter().map(|(name, ..)| name));
            return Err(InputError::Ambiguous {
                path: self.path.clone(),
                names: names.collect(),
            });
        } else if !dex.is_empty() {
            self.module(String::new(), ModuleKind::Base);
            for (name, bytes) in dex {
                self.input_bytes += bytes.len();
                let number = layout::dex_number(name.as_bytes());
                self.plain_dex(name, bytes, Loading::Platform, number.unwrap_or(u32::MAX));
            }
            Kind::Dex
        } else {
            return Err(self.empty_folder(&listing));
        };
        if let Some(name) = listing.mapping {
            self.mapping(name);
        }
        Ok(kind)
    }

    fn skipped(&mut self, name: &str, source: ZipError) {
        self.diagnostics.push(Diagnostic {
            kind: DiagnosticKind::Malformed,
            part: name.to_owned(),
            message: format!("cannot be opened: {source}"),
        });
    }

    fn empty_folder(&mut self, listing: &Listing) -> InputError {
        if let Some(what) = listing.app {
            return self.not_read_yet(what, "give the Android build instead, if there is one");
        }
        if let Some(diagnostic) = self
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.kind == DiagnosticKind::Malformed)
        {
            return self.not_an_app(
                &format!("a folder whose {} {}", diagnostic.part, diagnostic.message),
                "build or download it again",
            );
        }
        if let Some(what) = listing.source {
            let what = match &listing.deeper {
                Some(build) => format!("{what} (with a build in it: {build})"),
                None => what.to_owned(),
            };
            return self.not_read_yet(&what, "build the app and give the APK or AAB");
        }
        match &listing.deeper {
            Some(build) => self.not_an_app(
                &format!("a folder without a build of its own (there is one in {build})"),
                "give the build, or the folder that it is in",
            ),
            None => self.not_an_app("a folder without a build", recognize::GIVE_A_BUILD),
        }
    }

    /// A `mapping.txt` that lies beside the build.
    fn mapping(&mut self, name: String) {
        let Ok(bytes) = Bytes::open(&self.path.join(&name)) else {
            self.note(&name, "cannot be read");
            return;
        };
        self.input_bytes += bytes.len();
        let part = Part {
            name,
            role: Role::Mapping,
            module: ModuleId(0),
            size: bytes.len(),
            source: Source::Plain(bytes),
            refused: None,
        };
        self.found.push(Found { part, number: 0 });
    }

    fn module(&mut self, name: String, kind: ModuleKind) -> ModuleId {
        let id = ModuleId(u16::try_from(self.modules.len()).unwrap_or(u16::MAX));
        self.modules.push(Module { name, kind });
        id
    }

    fn note(&mut self, part: &str, message: &str) {
        let part = if part.is_empty() {
            file_name(&self.path)
        } else {
            part.to_owned()
        };
        self.diagnostics.push(Diagnostic {
            kind: DiagnosticKind::Note,
            part,
            message: message.to_owned(),
        });
    }

    fn plain_dex(&mut self, name: String, bytes: Bytes, loading: Loading, number: u32) {
        let part = Part {
            name,
            role: Role::Dex(loading),
            module: ModuleId(0),
            size: bytes.len(),
            source: Source::Plain(bytes),
            refused: None,
        };
        self.found.push(Found { part, number });
    }

    fn tampering(&mut self, inner: &str, archive: Archive<'_>) {
        let part = if inner.is_empty() {
            file_name(&self.path)
        } else {
            inner.to_owned()
        };
        self.diagnostics.extend(tamper::diagnostics(&part, archive));
        let read = archive.directory().len() as u64;
        if read >= self.budgets.archive_entries && archive.directory().declared() > read {
            self.diagnostics.push(budget::reached(
                "archive_entries",
                self.budgets.archive_entries,
                &part,
                &format!(
                    "{} of {} entries were not read",
                    archive.directory().declared() - read,
                    archive.directory().declared()
                ),
            ));
        }
    }

    /// Takes in an archive: its oddities, its parts, and what its entries hide. `inner` is its
    /// name in the input, empty for the input itself.
    fn container(
        &mut self,
        inner: &str,
        bytes: Bytes,
        directory: Directory,
        layout: Layout,
        module: ModuleId,
    ) -> Result<(), InputError> {
        if let Some(entry) = encrypted(Archive::new(bytes.as_slice(), &directory), self.budgets) {
            return Err(InputError::Encrypted {
                path: self.named(inner),
                entry,
            });
        }
        self.take(inner, bytes, directory, layout, module, 0);
        Ok(())
    }

    fn take(
        &mut self,
        inner: &str,
        bytes: Bytes,
        directory: Directory,
        layout: Layout,
        module: ModuleId,
        depth: u64,
    ) {
        if self.containers.len() >= MAX_CONTAINERS {
            self.note(inner, "too many archives in the archive: not read");
            return;
        }
        let id = ContainerId(u16::try_from(self.containers.len()).unwrap_or(u16::MAX));
        let container = Container {
            prefix: if inner.is_empty() {
                String::new()
            } else {
                format!("{inner}!")
            },
            bytes,
            directory: Arc::new(directory),
        };
        let archive = container.archive();
        self.tampering(inner, archive);
        self.data_before(&container, module);
        let mut entries = Entries {
            builder: self,
            container: &container,
            id,
            layout,
            module,
            bundle_modules: Vec::new(),
        };
        entries.roles();
        let nested = entries.heads();
        // The place is taken before nested archives are, so that ids stay what they are.
        let (bytes, directory) = (container.bytes.clone(), Arc::clone(&container.directory));
        self.containers.push(container);
        if layout == Layout::Aar {
            self.classes_jar(inner, Archive::new(bytes.as_slice(), &directory));
        }
        for entry in nested {
            self.nested(inner, &bytes, &directory, entry, depth);
        }
    }

    /// A DEX file that was put in front of the archive (CVE-2017-13156).
    fn data_before(&mut self, container: &Container, module: ModuleId) {
        let dex = container.directory.tampering().iter().find_map(|odd| {
            if let Tampering::DataBefore { len, dex: true } = odd {
                usize::try_from(*len).ok()
            } else {
                None
            }
        });
        let Some(front) = dex.and_then(|len| container.bytes.as_slice().get(..len)) else {
            return;
        };
        let part = Part {
            name: format!("{}(before the archive).dex", container.prefix),
            role: Role::Dex(Loading::Elsewhere),
            module,
            size: front.len() as u64,
            source: Source::Plain(container.bytes.cut(front)),
            refused: None,
        };
        self.found.push(Found {
            part,
            number: u32::MAX,
        });
    }

    fn classes_jar(&mut self, inner: &str, archive: Archive<'_>) {
        let has_dex = self
            .found
            .iter()
            .any(|found| matches!(found.part.role, Role::Dex(_)));
        if !has_dex && archive.find(b"classes.jar").is_some() {
            let prefix = if inner.is_empty() {
                String::new()
            } else {
                format!("{inner}!")
            };
            self.diagnostics.push(Diagnostic {
                kind: DiagnosticKind::Unsupported,
                part: format!("{prefix}classes.jar"),
                message: "Java class files are not read, only the manifest and the resources; \
                          scan an app that is built with this library"
                    .to_owned(),
            });
        }
    }

    /// Looks into an archive in the archive for code.
    fn nested(
        &mut self,
        inner: &str,
        bytes: &Bytes,
        directory: &Directory,
        id: EntryId,
        depth: u64,
    ) {
        let archive = Archive::new(bytes.as_slice(), directory);
        let Some(entry) = directory.entry(id) else {
            return;
        };
        let own = shown_name(archive.name(id));
        let name = if inner.is_empty() {
            own
        } else {
            format!("{inner}!{own}")
        };
        if depth >= self.budgets.nesting_depth {
            self.diagnostics.push(budget::reached(
                "nesting_depth",
                self.budgets.nesting_depth,
                &name,
                "the archive was not looked into",
            ));
            return;
        }
        if entry.method != STORED {
            let size = entry.max_size();
            if size > self.nested_left {
                self.diagnostics.push(budget::reached(
                    "nested_bytes",
                    self.budgets.nested_bytes,
                    &name,
                    "the archive was not looked into",
                ));
                return;
            }
            self.nested_left -= size;
        }
        let Ok(content) = archive.read(id, self.budgets.entry_bytes) else {
            return;
        };
        let bytes = share(bytes, content.bytes);
        let Ok(directory) = Directory::parse(bytes.as_slice(), self.max_entries()) else {
            return;
        };
        let inside = Archive::new(bytes.as_slice(), &directory);
        if has_code(inside, self.budgets, depth + 1) {
            let module = self.module(name.clone(), ModuleKind::Nested);
            self.take(&name, bytes, directory, Layout::Nested, module, depth + 1);
        }
    }

    fn finish(mut self, kind: Kind) -> Input {
        self.order();
        self.dex_gaps();
        self.limit();
        self.elsewhere_diagnostics();
        Input {
            kind,
            name: file_name(&self.path),
            containers: self.containers,
            modules: self.modules,
            parts: self.found.into_iter().map(|found| found.part).collect(),
            elsewhere: self.elsewhere,
            diagnostics: self.diagnostics,
            input_bytes: self.input_bytes,
            entry_bytes: self.budgets.entry_bytes,
            late: std::sync::Mutex::default(),
            entries_read: 0.into(),
            bytes_inflated: 0.into(),
        }
    }

    fn order(&mut self) {
        // Stable: what is left equal keeps the order of the central directory.
        self.found
            .sort_by_key(|found| (rank(found.part.role), found.part.module, found.number));
        let mut names = std::collections::BTreeMap::new();
        for found in &mut self.found {
            let count = names.entry(found.part.name.clone()).or_insert(0u32);
            *count += 1;
            if *count > 1 {
                found.part.name = format!("{}#{count}", found.part.name);
                match found.part.role {
                    Role::Dex(_) => found.part.role = Role::Dex(Loading::Elsewhere),
                    _ => found.part.role = Role::Other,
                }
            }
        }
    }

    /// Android stops at the first gap in `classes.dex`, `classes2.dex` …
    fn dex_gaps(&mut self) {
        let mut expected = 1;
        let mut module = None;
        let mut notes = Vec::new();
        for found in &mut self.found {
            if found.part.role != Role::Dex(Loading::Platform) || found.number == u32::MAX {
                continue;
            }
            if module != Some(found.part.module) {
                module = Some(found.part.module);
                expected = 1;
            }
            // A lone DEX file is whatever somebody called it.
            let alone = matches!(found.part.source, Source::Plain(_));
            if found.number == expected || alone {
                expected += 1;
                continue;
            }
            found.part.role = Role::Dex(Loading::Elsewhere);
            notes.push((found.part.name.clone(), expected));
        }
        for (name, missing) in notes {
            let missing = if missing == 1 {
                "classes.dex".to_owned()
            } else {
                format!("classes{missing}.dex")
            };
            self.note(
                &name,
                &format!("Android does not load it, as there is no {missing}; it is read"),
            );
        }
        self.found
            .sort_by_key(|found| (rank(found.part.role), found.part.module, found.number));
    }

    /// Marks the parts that the budgets leave unread, in the order of the parts.
    fn limit(&mut self) {
        let mut total = 0u64;
        for found in &mut self.found {
            let Source::Entry(container, id) = &found.part.source else {
                continue;
            };
            let Some(entry) = self
                .containers
                .get(usize::from(container.0))
                .and_then(|container| container.directory.entry(*id))
            else {
                continue;
            };
            if entry.method == STORED {
                continue;
            }
            let bytes = entry.max_size();
            let refuse = |name, limit| Some(PartError::Budget { name, limit, bytes });
            let ratio = bytes / entry.compressed.max(1);
            found.part.refused = if bytes > self.budgets.entry_bytes {
                refuse("entry-bytes", self.budgets.entry_bytes)
            } else if bytes > self.budgets.compression_ratio_floor
                && ratio > self.budgets.compression_ratio
            {
                refuse("compression-ratio", self.budgets.compression_ratio)
            } else if total.saturating_add(bytes) > self.budgets.inflated_bytes {
                refuse("inflated-bytes", self.budgets.inflated_bytes)
            } else {
                total += bytes;
                None
            };
        }
    }

    fn saw(&mut self, framework: Framework, part: String, version: Option<u32>) {
        match self
            .elsewhere
            .iter_mut()
            .find(|seen| seen.framework == framework)
        {
            Some(seen) => {
                seen.more += 1;
                seen.version = seen.version.or(version);
            }
            None => self.elsewhere.push(Elsewhere {
                framework,
                part,
                more: 0,
                version,
            }),
        }
    }

    fn elsewhere_diagnostics(&mut self) {
        self.elsewhere.sort();
        for seen in &self.elsewhere {
            let mut message = format!("{} is not read", seen.framework.what());
            if let Some(version) = seen.version {
                message.push_str(&format!(", bytecode version {version}"));
            }
            if seen.more > 0 {
                message.push_str(&format!("; {} more entries show it", seen.more));
            }
            self.diagnostics.push(Diagnostic {
                kind: DiagnosticKind::LogicElsewhere,
                part: seen.part.clone(),
                message,
            });
        }
    }
}

/// The entries of one archive on their way to parts.
struct Entries<'e, 'b> {
    builder: &'e mut Builder<'b>,
    container: &'e Container,
    id: ContainerId,
    layout: Layout,
    module: ModuleId,
    /// Modules of a bundle by folder name.
    bundle_modules: Vec<(Vec<u8>, ModuleId)>,
}

impl Entries<'_, '_> {
    /// Lists the parts that their names tell.
    fn roles(&mut self) {
        if self.layout == Layout::Aab {
            self.find_bundle_modules();
        }
        for (id, name, entry) in self.container.archive().entries() {
            let (module, path) = self.place(name);
            let role = match self.layout {
                Layout::Apk => layout::role_in_apk(path),
                Layout::Aar => layout::role_in_aar(path),
                Layout::Aab if name == layout::AAB_MAPPING => Some(Role::Mapping),
                Layout::Aab if path.len() == name.len() => None,
                Layout::Aab => layout::role_in_module(path),
                Layout::Nested => None,
            };
            if self.layout != Layout::Nested
                && let Some(framework) = elsewhere::by_name(path)
            {
                let part = self.part_name(name);
                self.builder.saw(framework, part, None);
            }
            if let Some(role) = role {
                let number = dex_number(path);
                self.push(id, name, role, module, entry.size, number);
            }
        }
    }

    /// Looks at the first bytes of what does not tell by its name, for code that hides and for
    /// code of other kinds. Gives the archives among them.
    fn heads(&mut self) -> Vec<EntryId> {
        let container = self.container;
        let archive = container.archive();
        let layout = self.layout;
        let budgets = self.builder.budgets;
        let mut nested = Vec::new();
        let (heads, more) = peek_all(archive, budgets, |name| {
            layout == Layout::Nested || wants_peek(name)
        });
        if more > 0 {
            self.builder.diagnostics.push(budget::reached(
                "peeked_entries",
                budgets.peeked_entries,
                &self.part_name(b""),
                &format!("{more} entries were not looked at for hidden code"),
            ));
        }
        for (id, head) in heads {
            let name = archive.name(id);
            let size = archive.directory().entry(id).map_or(0, |entry| entry.size);
            let (module, path) = self.place(name);
            if recognize::is_dex(head.bytes()) {
                self.hidden_dex(id, name, path, module, size);
            } else if recognize::is_zip(head.bytes()) {
                nested.push(id);
            } else if layout != Layout::Nested
                && let Some((framework, version)) = elsewhere::by_head(path, head.bytes())
            {
                let part = self.part_name(name);
                self.builder.saw(framework, part, version);
            } else if layout == Layout::Apk
                && head.bytes().starts_with(b"\x03\x00\x08\x00")
                && !path.starts_with(b"assets/")
            {
                self.retag(id, Role::Xml(XmlForm::Binary));
            }
        }
        nested
    }

    fn hidden_dex(&mut self, id: EntryId, name: &[u8], path: &[u8], module: ModuleId, size: u64) {
        let role = Role::Dex(Loading::Elsewhere);
        if !self.retag(id, role) {
            self.push(id, name, role, module, size, u32::MAX);
        }
        let shown = self.part_name(name);
        let message = if self.layout == Layout::Nested {
            "code in an archive in the app: nobody runs it if the app does not load it itself"
        } else if path.ends_with(b".dex") {
            "a DEX file that Android does not load: nobody runs it if the app does not load it \
             itself"
        } else {
            "a DEX file under another name: nobody runs it if the app does not load it itself"
        };
        self.builder.note(&shown, message);
    }

    /// Gives a part that is already listed another role.
    fn retag(&mut self, id: EntryId, role: Role) -> bool {
        let own = self.id.0;
        let found = self.builder.found.iter_mut().rev().find(|found| {
            matches!(&found.part.source, Source::Entry(container, entry)
                if container.0 == own && *entry == id)
        });
        match found {
            Some(found) => {
                found.part.role = role;
                found.number = u32::MAX;
                true
            }
            None => false,
        }
    }

    fn push(
        &mut self,
        id: EntryId,
        name: &[u8],
        role: Role,
        module: ModuleId,
        size: u64,
        number: u32,
    ) {
        let part = Part {
            name: self.part_name(name),
            role,
            module,
            size,
            source: Source::Entry(self.id, id),
            refused: None,
        };
        self.builder.found.push(Found { part, number });
    }

    fn part_name(&self, name: &[u8]) -> String {
        let name = shown_name(name);
        if self.container.prefix.is_empty() {
            name
        } else {
            format!("{}{name}", self.container.prefix)
        }
    }

    /// The module of an entry, and its path there.
    fn place<'n>(&self, name: &'n [u8]) -> (ModuleId, &'n [u8]) {
        if self.layout == Layout::Aab
            && let Some(slash) = memchr::memchr(b'/', name)
            && let Some((_, module)) = self
                .bundle_modules
                .iter()
                .find(|(folder, _)| folder == &name[..slash])
        {
            return (*module, &name[slash + 1..]);
        }
        (self.module, name)
    }

    /// The modules of a bundle are its folders with a manifest; the base comes first.
    fn find_bundle_modules(&mut self) {
        let mut folders: Vec<&[u8]> = self
            .container
            .archive()
            .entries()
            .filter_map(|(_, name, _)| name.strip_suffix(b"/manifest/AndroidManifest.xml"))
            .filter(|folder| !folder.contains(&b'/'))
            .collect();
        folders.sort_by_key(|folder| (*folder != b"base", *folder));
        folders.dedup();
        if folders.is_empty() {
            folders.push(b"base");
        }
        for folder in folders {
            let kind = if folder == b"base" {
                ModuleKind::Base
            } else {
                ModuleKind::Split
            };
            let id = self.builder.module(shown_name(folder), kind);
            self.bundle_modules.push((folder.to_vec(), id));
        }
    }
}

/// The first bytes of an entry.
#[derive(Clone, Copy)]
struct Head {
    bytes: [u8; HEAD],
    len: usize,
}

impl Head {
    fn of(archive: Archive<'_>, id: EntryId) -> Self {
        let mut bytes = [0; HEAD];
        let len = archive.peek(id, &mut bytes).len();
        Self { bytes, len }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    fn says_something(&self, name: &[u8]) -> bool {
        recognize::is_dex(self.bytes())
            || recognize::is_zip(self.bytes())
            || self.bytes().starts_with(b"\x03\x00\x08\x00")
            || elsewhere::by_head(b"assets/x.bundle", self.bytes()).is_some()
                && (elsewhere::by_head(name, self.bytes()).is_some() || name.ends_with(b"bundle"))
    }
}

/// Heads of all entries that are wanted and say something, in order; and how many were left out
/// because of the budget.
fn peek_all(
    archive: Archive<'_>,
    budgets: &Budgets,
    wanted: impl Fn(&[u8]) -> bool,
) -> (Vec<(EntryId, Head)>, usize) {
    let mut ids: Vec<EntryId> = archive
        .entries()
        .filter(|(_, name, entry)| entry.size >= 8 && !name.ends_with(b"/") && wanted(name))
        .map(|(id, ..)| id)
        .collect();
    let limit = usize::try_from(budgets.peeked_entries).unwrap_or(usize::MAX);
    let more = ids.len().saturating_sub(limit);
    ids.truncate(limit);
    let heads = ids
        .par_iter()
        .with_min_len(256)
        .filter_map(|id| {
            let head = Head::of(archive, *id);
            head.says_something(archive.name(*id))
                .then_some((*id, head))
        })
        .collect();
    (heads, more)
}

/// Whether an entry's first bytes may tell more than its name.
fn wants_peek(name: &[u8]) -> bool {
    let told = dex_number(name) != u32::MAX
        || name == b"resources.arsc"
        || (name.starts_with(b"res/") && name.ends_with(b".xml"))
        || name.ends_with(b"AndroidManifest.xml")
        || name.starts_with(b"BUNDLE-METADATA/")
        || name.ends_with(b".pb");
    !told
}

/// Number of a DEX file by which Android orders it; `u32::MAX` for what it does not load.
fn dex_number(path: &[u8]) -> u32 {
    let file = path.strip_prefix(b"dex/").unwrap_or(path);
    layout::dex_number(file).unwrap_or(u32::MAX)
}

/// Whether an archive in the archive holds a DEX file, or archives that may and that the budget
/// lets us follow.
fn has_code(archive: Archive<'_>, budgets: &Budgets, depth: u64) -> bool {
    let (heads, _) = peek_all(archive, budgets, |_| true);
    heads.iter().any(|(_, head)| {
        recognize::is_dex(head.bytes())
            || (depth < budgets.nesting_depth && recognize::is_zip(head.bytes()))
    })
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Dex(Loading::Platform) => 0,
        Role::Dex(Loading::Elsewhere) => 1,
        Role::Manifest(_) => 2,
        Role::Resources(_) => 3,
        Role::Mapping => 4,
        Role::Xml(_) => 5,
        Role::Other => 6,
    }
}

/// The first entry that is really encrypted, if what makes the app is. Only entries with the
/// encryption bit are read for it.
fn encrypted(archive: Archive<'_>, budgets: &Budgets) -> Option<String> {
    let suspects: Vec<EntryId> = archive
        .entries()
        .filter(|(_, name, entry)| {
            entry.encryption_bit()
                && (name.ends_with(b"AndroidManifest.xml") || name.ends_with(b".dex"))
        })
        .map(|(id, ..)| id)
        .take(8)
        .collect();
    let first = *suspects.first()?;
    suspects
        .iter()
        .all(|id| archive.read(*id, budgets.entry_bytes) == Err(EntryError::Encrypted))
        .then(|| shown_name(archive.name(first)))
}

/// Shares the bytes of an entry: those that were borrowed stay where they are.
fn share(outer: &Bytes, content: std::borrow::Cow<'_, [u8]>) -> Bytes {
    match content {
        std::borrow::Cow::Borrowed(part) => outer.cut(part),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

fn member(name: &str, bytes: Bytes, directory: Directory) -> Member {
    let split = is_split(Archive::new(bytes.as_slice(), &directory));
    Member {
        name: name.to_owned(),
        bytes,
        directory,
        split,
    }
}

/// Whether an APK's manifest has the attribute `split`: its name is in the string pool, in UTF-16
/// or UTF-8, with its length before it.
fn is_split(archive: Archive<'_>) -> bool {
    const WIDE: &[u8] = b"\x05\0s\0p\0l\0i\0t\0\0\0";
    const NARROW: &[u8] = b"\x05\x05split\0";
    let Some(id) = archive.find(b"AndroidManifest.xml") else {
        return false;
    };
    archive.read(id, MANIFEST_SEARCHED).is_ok_and(|content| {
        [WIDE, NARROW]
            .iter()
            .any(|mark| memchr::memmem::find(&content.bytes, mark).is_some())
    })
}

/// Whether an APK's name says that it is the base of its set.
fn named_base(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file == "base.apk" || file.starts_with("base-master")
}

/// What an error says, without the path before it.
fn reason(error: &InputError) -> String {
    match error {
        InputError::Archive { source, .. } => source.to_string(),
        InputError::Encrypted { .. } => "encrypted".to_owned(),
        InputError::NotAnApp { what, .. } => what.clone(),
        other => other.to_string(),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.map_or_else(|| path.display().to_string(), |name| name.into_owned())
}

/// What a folder holds.
struct Listing {
    /// Files that begin as a build may, by name.
    builds: Vec<String>,
    /// A mapping file.
    mapping: Option<String>,
    /// An iOS app that the folder is.
    app: Option<&'static str>,
    /// A source tree that the folder is.
    source: Option<&'static str>,
    /// A build further down.
    deeper: Option<String>,
    /// There are more files than the budget allows.
    more: bool,
}

impl Listing {
    fn of(path: &Path, budgets: &Budgets) -> io::Result<Self> {
        let mut listing = Self {
            builds: Vec::new(),
            mapping: None,
            app: None,
            source: None,
            deeper: None,
            more: false,
        };
        let mut left = budgets.folder_files;
        let (files, folders) = children(path, &mut left)?;
        for name in &files {
            match name.as_str() {
                "mapping.txt" | "proguard.map" => listing.mapping = Some(name.clone()),
                "Info.plist" => listing.app = listing.app.or(Some(apple(path, &folders))),
                _ => {}
            }
            let marker = layout::SOURCE_MARKERS
                .iter()
                .find(|(marker, _)| marker == name);
            listing.source = listing.source.or(marker.map(|(_, what)| *what));
            if begins_as_build(&path.join(name)) {
                listing.builds.push(name.clone());
            }
        }
        if folders.iter().any(|name| name.ends_with(".xcodeproj")) {
            listing.source = listing.source.or(Some("the source of an iOS app"));
        }
        if listing.builds.is_empty() {
            listing.deeper = deeper(path, &folders, &mut left, 0);
        }
        listing.more = left == 0;
        Ok(listing)
    }
}

/// What a folder with an `Info.plist` is.
fn apple(path: &Path, folders: &[String]) -> &'static str {
    if folders.iter().any(|name| name == "Products") {
        return "an Xcode archive";
    }
    if path.extension().is_some_and(|end| end == "framework") {
        return "an iOS framework";
    }
    "an iOS app (.app folder)"
}

/// Names of the files and folders in a folder, sorted, hidden ones left out.
fn children(path: &Path, left: &mut u64) -> io::Result<(Vec<String>, Vec<String>)> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for child in fs::read_dir(path)? {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let child = child?;
        let Ok(name) = child.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        match fs::metadata(child.path()) {
            Ok(metadata) if metadata.is_dir() => folders.push(name),
            Ok(metadata) if metadata.is_file() => files.push(name),
            _ => {}
        }
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}

/// The first build further down, by its extension: only to say where it is.
fn deeper(path: &Path, folders: &[String], left: &mut u64, depth: u32) -> Option<String> {
    const DEPTH: u32 = 6;
    for folder in folders {
        let Ok((files, below)) = children(&path.join(folder), left) else {
            continue;
        };
        let build = files.iter().find(|name| {
            let end = Path::new(name.as_str())
                .extension()
                .and_then(|end| end.to_str());
            matches!(end, Some("apk" | "aab" | "apks" | "xapk" | "apkm"))
        });
        if let Some(build) = build {
            return Some(format!("{folder}/{build}"));
        }
        if depth < DEPTH
            && let Some(found) = deeper(&path.join(folder), &below, left, depth + 1)
        {
            return Some(format!("{folder}/{found}"));
        }
    }
    None
}

fn begins_as_build(path: &Path) -> bool {
    let mut head = [0; 8];
    let read = fs::File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut head));
    read.is_ok_and(|len| {
        let head = head.get(..len).unwrap_or(&[]);
        recognize::is_zip(head) || recognize::is_dex(head)
    })
}
