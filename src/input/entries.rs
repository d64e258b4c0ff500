//! The entries of an archive on their way to parts: by their names, and by the first bytes of what
//! does not tell by its name.

use rayon::prelude::*;

use super::budget::{self, Budgets};
use super::collect::{Collector, Found, Layout, shown_name};
use super::{
    Container, ContainerId, Loading, ModuleId, ModuleKind, Part, Role, Source, XmlForm, elsewhere,
    layout, recognize,
};
use crate::formats::zip::{Archive, EntryId};

/// Bytes of an entry that are looked at to tell what it is.
const HEAD: usize = 64;
/// How a binary XML file begins, unless somebody tampered with it.
const AXML_MAGIC: &[u8] = b"\x03\x00\x08\x00";

/// The entries of one archive on their way to parts.
pub(super) struct Entries<'e, 'b> {
    pub collector: &'e mut Collector<'b>,
    pub container: &'e Container,
    pub id: ContainerId,
    pub layout: Layout,
    pub module: ModuleId,
    /// Modules of a bundle by folder name.
    pub bundle_modules: Vec<(Vec<u8>, ModuleId)>,
    /// By entry: its index among the parts, if it is one.
    pub slots: Vec<Option<u32>>,
}

impl Entries<'_, '_> {
    /// Lists the parts that their names tell.
    pub(super) fn roles(&mut self) {
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
                self.collector.saw(framework, part, None);
            }
            if let Some(role) = role {
                let file = match self.layout {
                    Layout::Aab => path.strip_prefix(b"dex/").unwrap_or(path),
                    _ => path,
                };
                let number = layout::dex_number(file).unwrap_or(u32::MAX);
                self.push(id, name, role, module, entry.size, number);
            }
        }
    }

    /// Looks at the first bytes of what does not tell by its name, for code that hides and for
    /// code of other kinds. Gives the archives among them.
    pub(super) fn heads(&mut self) -> Vec<EntryId> {
        let container = self.container;
        let archive = container.archive();
        let layout = self.layout;
        let budgets = self.collector.budgets;
        let mut nested = Vec::new();
        let (heads, more) = peek_all(archive, budgets, |id, name| self.wants_peek(id, name));
        if more > 0 {
            self.collector.push(budget::reached(
                "peeked_entries",
                budgets.peeked_entries,
                &self.collector.about(container.prefix.trim_end_matches('!')),
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
                self.collector.saw(framework, part, version);
            } else if layout == Layout::Apk
                && head.bytes().starts_with(AXML_MAGIC)
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
        self.collector.note(&shown, message);
    }

    /// Whether an entry's first bytes may tell more than its name.
    fn wants_peek(&self, id: EntryId, name: &[u8]) -> bool {
        let slot = self.slots.get(id.0 as usize).copied().flatten();
        match slot.and_then(|slot| self.collector.found.get(slot as usize)) {
            Some(found) => matches!(found.part.role, Role::Xml(_) | Role::Other),
            // The rest of a bundle is what the store takes out of it.
            None => self.layout != Layout::Aab || self.place(name).1.len() < name.len(),
        }
    }

    /// Gives a part that is already listed another role.
    fn retag(&mut self, id: EntryId, role: Role) -> bool {
        let slot = self.slots.get(id.0 as usize).copied().flatten();
        let found = slot.and_then(|slot| self.collector.found.get_mut(slot as usize));
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
        let path = self.place(name).1;
        let folder = &name[..name.len() - path.len()];
        let part = Part {
            name: self.part_name(name),
            role,
            module,
            size,
            path_at: self.part_name(folder).len(),
            source: Source::Entry(self.id, id),
            refused: None,
        };
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            *slot = u32::try_from(self.collector.found.len()).ok();
        }
        self.collector.found.push(Found { part, number });
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
            let id = self.collector.module(shown_name(folder), kind);
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
            || self.bytes().starts_with(AXML_MAGIC)
            || self.bytes().starts_with(recognize::HERMES_MAGIC)
            || name.ends_with(b"bundle")
    }
}

/// Heads of all entries that are wanted and say something, in order; and how many were left out
/// because of the budget.
fn peek_all(
    archive: Archive<'_>,
    budgets: &Budgets,
    wanted: impl Fn(EntryId, &[u8]) -> bool,
) -> (Vec<(EntryId, Head)>, usize) {
    let mut ids: Vec<EntryId> = archive
        .entries()
        .filter(|(id, name, entry)| entry.size >= 8 && !name.ends_with(b"/") && wanted(*id, name))
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

/// Whether an archive in the archive holds a DEX file, or archives that may and that the budget
/// lets us follow.
pub(super) fn has_code(archive: Archive<'_>, budgets: &Budgets, depth: u64) -> bool {
    let (heads, _) = peek_all(archive, budgets, |_, _| true);
    heads.iter().any(|(_, head)| {
        recognize::is_dex(head.bytes())
            || (depth < budgets.nesting_depth && recognize::is_zip(head.bytes()))
    })
}
