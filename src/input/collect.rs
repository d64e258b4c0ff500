//! Collects the parts of an input out of its archives: in order, within the budgets, archives in
//! archives included.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock};

use super::budget::{self, Budgets};
use super::bytes::{Bytes, ReadAt};
use super::elsewhere::{Elsewhere, Framework};
use super::entries::{Entries, has_code};
use super::error::PartError;
use super::{
    Container, ContainerId, Input, Kind, Loading, Module, ModuleId, ModuleKind, Part, Role, Source,
    tamper,
};
use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, Directory, EntryId, STORED, Tampering, ZipError};

/// A part with what decides its place.
pub(super) struct Found {
    pub part: Part,
    /// Number of a `classesN.dex`; `u32::MAX` for what Android does not load.
    pub number: u32,
}

/// What lies in an archive, by which its entries get their roles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Apk,
    Aab,
    Aar,
    /// An archive in the archive: only code in it counts.
    Nested,
}

/// Collects the parts of an input.
pub(super) struct Collector<'b> {
    /// Name of the input: what a diagnostic about all of it is about.
    name: String,
    pub budgets: &'b Budgets,
    pub input_bytes: u64,
    containers: Vec<Container>,
    modules: Vec<Module>,
    pub found: Vec<Found>,
    elsewhere: Vec<Elsewhere>,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics that were not kept.
    unkept: u64,
    /// What is left of the budget for entries, over all archives in the order of opening.
    entries_left: u64,
    /// What is left of the budget for archives in archives that are only looked into.
    nested_left: u64,
    /// Bytes inflated to open archives in archives.
    inflated: u64,
}

impl<'b> Collector<'b> {
    pub(super) fn new(name: String, budgets: &'b Budgets) -> Self {
        Self {
            name,
            budgets,
            input_bytes: 0,
            containers: Vec::new(),
            modules: Vec::new(),
            found: Vec::new(),
            elsewhere: Vec::new(),
            diagnostics: Vec::new(),
            unkept: 0,
            entries_left: budgets.archive_entries,
            nested_left: budgets.nested_bytes,
            inflated: 0,
        }
    }

    /// Reads the index of an archive, as far as the budget for entries goes. `inner` is its name in
    /// the input.
    pub(super) fn parse(&mut self, bytes: &Bytes, inner: &str) -> Result<Directory, ZipError> {
        let left = usize::try_from(self.entries_left).unwrap_or(usize::MAX);
        let directory = Directory::parse(bytes.as_slice(), left)?;
        let read = directory.len() as u64;
        self.entries_left -= read;
        if self.entries_left == 0 && directory.declared() > read {
            let declared = directory.declared();
            let diagnostic = budget::reached(
                "archive_entries",
                self.budgets.archive_entries,
                &self.about(inner),
                &format!("{} of {declared} entries were not read", declared - read),
            );
            self.push(diagnostic);
        }
        Ok(directory)
    }

    /// Gives back what the index of an archive cost that turned out to be none of the app's.
    pub(super) fn put_back(&mut self, directory: &Directory) {
        self.entries_left += directory.len() as u64;
    }

    /// The bytes of an archive in the archive that has to be opened, within the budgets.
    pub(super) fn inner(
        &mut self,
        outer: &Bytes,
        directory: &Directory,
        id: EntryId,
    ) -> Result<Bytes, PartError> {
        if let Some(entry) = directory.entry(id) {
            self.inflated = self.budgets.afford(entry, self.inflated)?;
        }
        let archive = Archive::new(outer.as_slice(), directory);
        let content = archive.read(id, self.budgets.entry_bytes)?;
        Ok(share(outer, content.bytes))
    }

    /// The first part that was found to be broken.
    pub(super) fn broken(&self) -> Option<&Diagnostic> {
        self.diagnostics
            .iter()
            .find(|diagnostic| diagnostic.kind == DiagnosticKind::Malformed)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if (self.diagnostics.len() as u64) < self.budgets.diagnostics {
            self.diagnostics.push(diagnostic);
        } else {
            self.unkept += 1;
        }
    }

    /// The part that a diagnostic is about: the archive of that name, else the input.
    pub(super) fn about(&self, inner: &str) -> String {
        if inner.is_empty() {
            self.name.clone()
        } else {
            inner.to_owned()
        }
    }

    pub(super) fn module(&mut self, name: String, kind: ModuleKind) -> ModuleId {
        let id = ModuleId(u16::try_from(self.modules.len()).unwrap_or(u16::MAX));
        self.modules.push(Module { name, kind });
        id
    }

    pub(super) fn note(&mut self, part: &str, message: &str) {
        let part = self.about(part);
        self.push(Diagnostic {
            kind: DiagnosticKind::Note,
            part,
            message: message.to_owned(),
        });
    }

    pub(super) fn plain_dex(&mut self, name: String, bytes: Bytes, loading: Loading, number: u32) {
        let part = Part {
            name,
            role: Role::Dex(loading),
            module: ModuleId(0),
            size: bytes.len(),
            path_at: 0,
            source: Source::Plain(bytes),
            refused: None,
        };
        self.found.push(Found { part, number });
    }

    pub(super) fn tampering(&mut self, inner: &str, archive: Archive<'_>) {
        let part = self.about(inner);
        for diagnostic in tamper::diagnostics(&part, archive) {
            self.push(diagnostic);
        }
    }

    pub(super) fn take(
        &mut self,
        inner: &str,
        bytes: Bytes,
        directory: Directory,
        layout: Layout,
        module: ModuleId,
        depth: u64,
    ) {
        let limit = self.budgets.archives.min(u64::from(u16::MAX));
        if self.containers.len() as u64 >= limit {
            let about = self.about(inner);
            self.push(budget::reached(
                "archives",
                limit,
                &about,
                "the archive was not read",
            ));
            return;
        }
        let id = ContainerId(u16::try_from(self.containers.len()).unwrap_or(u16::MAX));
        let container = Container {
            prefix: prefix(inner),
            bytes,
            directory: Arc::new(directory),
        };
        let archive = container.archive();
        self.tampering(inner, archive);
        self.data_before(&container, module);
        let mut entries = Entries {
            collector: self,
            container: &container,
            id,
            layout,
            module,
            bundle_modules: Vec::new(),
            slots: vec![None; archive.directory().len()],
        };
        entries.roles();
        let nested = entries.heads();
        // The place is taken before nested archives are, so that ids stay what they are.
        let (bytes, directory) = (container.bytes.clone(), Arc::clone(&container.directory));
        self.containers.push(container);
        for entry in nested {
            self.nested(inner, &bytes, &directory, entry, depth);
        }
        if layout == Layout::Aar {
            self.classes_jar(inner, Archive::new(bytes.as_slice(), &directory));
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
            path_at: container.prefix.len(),
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
            let prefix = prefix(inner);
            self.push(Diagnostic {
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
        let name = format!("{}{}", prefix(inner), shown_name(archive.name(id)));
        if depth >= self.budgets.nesting_depth {
            self.push(budget::reached(
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
                self.push(budget::reached(
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
        let Ok(directory) = self.parse(&bytes, &name) else {
            return;
        };
        let inside = Archive::new(bytes.as_slice(), &directory);
        if has_code(inside, self.budgets, depth + 1) {
            let module = self.module(name.clone(), ModuleKind::Nested);
            self.take(&name, bytes, directory, Layout::Nested, module, depth + 1);
        }
    }

    pub(super) fn saw(&mut self, framework: Framework, part: String, version: Option<u32>) {
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

    pub(super) fn finish(mut self, kind: Kind) -> Input {
        self.sort();
        self.duplicates();
        self.dex_gaps();
        self.sort();
        self.limit();
        self.absences();
        self.elsewhere_diagnostics();
        if self.unkept > 0 {
            let what = format!("{} more of these messages were not kept", self.unkept);
            self.diagnostics.push(budget::reached(
                "diagnostics",
                self.budgets.diagnostics,
                &self.name,
                &what,
            ));
        }
        Input {
            kind,
            name: self.name,
            containers: self.containers,
            modules: self.modules,
            was_read: self.found.iter().map(|_| false.into()).collect(),
            parts: self.found.into_iter().map(|found| found.part).collect(),
            elsewhere: self.elsewhere,
            diagnostics: self.diagnostics,
            input_bytes: self.input_bytes,
            entry_bytes: self.budgets.entry_bytes,
            by_name: OnceLock::new(),
            by_path: OnceLock::new(),
            late: Mutex::default(),
            bytes_inflated: 0.into(),
        }
    }

    /// Says what every build has and this one has not.
    fn absences(&mut self) {
        if self.containers.is_empty() {
            return;
        }
        let (mut manifest, mut dex) = (false, false);
        for found in &self.found {
            manifest |= matches!(found.part.role, Role::Manifest(_));
            dex |= matches!(found.part.role, Role::Dex(_));
        }
        if !manifest {
            self.note("", "there is no AndroidManifest.xml");
        }
        if !dex {
            self.note("", "there is no DEX file, so no code");
        }
    }

    fn sort(&mut self) {
        // Stable: what is left equal keeps the order of the central directory.
        self.found
            .sort_by_key(|found| (rank(found.part.role), found.part.module, found.number));
    }

    /// Tells entries of one name apart. The first keeps name and role, as it did in the Android
    /// versions that took such archives.
    fn duplicates(&mut self) {
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        let name = |index: usize| self.found.get(index).map(|found| found.part.name.as_str());
        order.sort_by_key(|index| (name(*index), *index));
        let again: Vec<(usize, u32)> = order
            .windows(2)
            .scan(1, |count, pair| {
                let same = name(pair[0]) == name(pair[1]);
                *count = if same { *count + 1 } else { 1 };
                Some((pair[1], *count))
            })
            .filter(|(_, count)| *count > 1)
            .collect();
        for (index, count) in again {
            let Some(found) = self.found.get_mut(index) else {
                continue;
            };
            found.part.name = format!("{}#{count}", found.part.name);
            found.part.role = match found.part.role {
                Role::Dex(_) => Role::Dex(Loading::Elsewhere),
                _ => Role::Other,
            };
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
    }

    /// Marks the parts that the budgets leave unread, in the order of the parts.
    fn limit(&mut self) {
        let mut total = self.inflated;
        for found in &mut self.found {
            let Source::Entry(container, id) = &found.part.source else {
                continue;
            };
            let container = self.containers.get(usize::from(container.0));
            let Some(entry) = container.and_then(|container| container.directory.entry(*id)) else {
                continue;
            };
            match self.budgets.afford(entry, total) {
                Ok(more) => total = more,
                Err(refused) => found.part.refused = Some(refused),
            }
        }
    }

    fn elsewhere_diagnostics(&mut self) {
        self.elsewhere.sort();
        for seen in self.elsewhere.clone() {
            let mut message = format!("{} is not read", seen.framework.what());
            if let Some(version) = seen.version {
                message.push_str(&format!(", bytecode version {version}"));
            }
            if seen.more > 0 {
                message.push_str(&format!("; {} more entries show it", seen.more));
            }
            self.push(Diagnostic {
                kind: DiagnosticKind::LogicElsewhere,
                part: seen.part.clone(),
                message,
            });
        }
    }
}

/// Name of an entry as a person may see it: UTF-8, of a bounded length, and nothing that moves a
/// terminal's cursor or turns the direction of writing.
pub(super) fn shown_name(name: &[u8]) -> String {
    /// Android's own paths end at 4096 bytes; no build tool comes near this.
    const LONGEST: usize = 512;
    let strange =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let cut = name.get(..LONGEST).unwrap_or(name);
    let text = String::from_utf8_lossy(cut);
    let mut text = if text.contains(strange) {
        text.replace(strange, "\u{fffd}")
    } else {
        text.into_owned()
    };
    if cut.len() < name.len() {
        text.push('…');
    }
    text
}

/// Shares the bytes of an entry: those that were borrowed stay where they are.
pub(super) fn share(outer: &Bytes, content: Cow<'_, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(part) => outer.cut(part),
        Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

/// What stands before the name of an entry in the name of a part.
pub(super) fn prefix(archive: &str) -> String {
    if archive.is_empty() {
        String::new()
    } else {
        format!("{archive}!")
    }
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
