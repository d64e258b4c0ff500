//! Opens a path: recognises it, follows archives into archives as far as the budgets allow, and
//! collects the parts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::budget::{self, Budgets};
use super::bytes::{Bytes, ReadAt};
use super::collect::{Collector, Found, Layout, shown_name};
use super::error::{InputError, PartError};
use super::folder::Listing;
use super::layout::{self, Shape};
use super::recognize::{self, Look};
use super::{Input, Kind, Loading, ModuleId, ModuleKind, Part, Role, Source};
use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, Directory, EntryError, EntryId, ZipError};

/// Bytes of a manifest that are searched for the mark of a split.
const MANIFEST_SEARCHED: u64 = 4 << 20;
pub(super) fn open(path: &Path, budgets: &Budgets) -> Result<Input, InputError> {
    let metadata = fs::metadata(path).map_err(|error| io_error(path, error))?;
    if !metadata.is_dir() && !metadata.is_file() {
        // Opening a pipe would wait for somebody to write.
        let source = io::Error::new(io::ErrorKind::InvalidInput, "not a file or folder");
        return Err(io_error(path, source));
    }
    if metadata.is_dir() {
        let mut opener = Opener::new(path, budgets);
        let kind = opener.folder()?;
        return Ok(opener.collect.finish(kind));
    }
    let bytes = Bytes::open(path).map_err(|error| io_error(path, error))?;
    open_bytes(path, bytes, budgets)
}

pub(super) fn open_bytes(
    path: &Path,
    bytes: Bytes,
    budgets: &Budgets,
) -> Result<Input, InputError> {
    let mut opener = Opener::new(path, budgets);
    opener.collect.input_bytes = bytes.len();
    let kind = opener.file(bytes)?;
    Ok(opener.collect.finish(kind))
}

fn io_error(path: &Path, source: io::Error) -> InputError {
    let path = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        InputError::NotFound { path }
    } else {
        InputError::Unreadable { path, source }
    }
}

struct Opener<'b> {
    path: PathBuf,
    collect: Collector<'b>,
}

/// One APK of a set, before it is known to be base or split.
struct Member {
    name: String,
    bytes: Bytes,
    directory: Directory,
    split: bool,
}

impl<'b> Opener<'b> {
    fn new(path: &Path, budgets: &'b Budgets) -> Self {
        Self {
            path: path.to_owned(),
            collect: Collector::new(file_name(path), budgets),
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
                let directory = self.parse_named(&bytes, "")?;
                let shape = layout::shape(Archive::new(bytes.as_slice(), &directory));
                self.archive(bytes, directory, shape, "")
            }
            Look::Dex => {
                let name = file_name(&self.path);
                self.collect.module(String::new(), ModuleKind::Base);
                self.collect.plain_dex(name, bytes, Loading::Platform, 1);
                Ok(Kind::Dex)
            }
            Look::Unread(what, hint) => Err(self.not_read_yet(what, hint)),
            Look::Other(what, hint) => Err(self.not_an_app(what, hint)),
        }
    }

    fn parse_named(&mut self, bytes: &Bytes, inner: &str) -> Result<Directory, InputError> {
        self.collect
            .parse(bytes, inner)
            .map_err(|source| InputError::Archive {
                path: self.named(inner),
                source,
            })
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
                self.collect.module(String::new(), ModuleKind::Base);
                self.container(inner, bytes, directory, Layout::Apk, ModuleId(0))?;
                Ok(Kind::Apk)
            }
            Shape::Aab => {
                self.container(inner, bytes, directory, Layout::Aab, ModuleId(0))?;
                Ok(Kind::Aab)
            }
            Shape::Aar => {
                self.collect.module(String::new(), ModuleKind::Base);
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
        let build = self.inner_bytes(bytes, directory, entry, &name)?;
        let inside = self.parse_named(&build, &name)?;
        let shape = layout::shape(Archive::new(build.as_slice(), &inside));
        self.collect
            .note(&name, "the build inside the archive is what is scanned");
        self.archive(build, inside, shape, &name)
    }

    /// The bytes of an archive in an archive that has to be opened.
    fn inner_bytes(
        &mut self,
        outer: &Bytes,
        directory: &Directory,
        entry: EntryId,
        name: &str,
    ) -> Result<Bytes, InputError> {
        self.collect
            .inner(outer, directory, entry)
            .map_err(|error| match error {
                PartError::Entry(EntryError::Encrypted) => InputError::Encrypted {
                    path: self.path.clone(),
                    entry: name.to_owned(),
                },
                error => self.not_an_app(
                    &format!("an archive whose entry {name} cannot be read ({error})"),
                    "build or download it again",
                ),
            })
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
        let limit = usize::try_from(self.collect.budgets.archives).unwrap_or(usize::MAX);
        let names: Vec<String> = entries
            .iter()
            .take(limit)
            .map(|entry| shown_name(archive.name(*entry)))
            .collect();
        if names.len() < entries.len() {
            self.collect.push(budget::reached(
                "archives",
                self.collect.budgets.archives,
                what,
                &format!("{} archives were not read", entries.len() - names.len()),
            ));
        }
        self.collect.tampering("", archive);
        let mut members = Vec::new();
        let mut failed = None;
        for index in self.choose(&names, what) {
            let opened = self
                .inner_bytes(bytes, directory, entries[index], &names[index])
                .and_then(|bytes| {
                    let directory = self.parse_named(&bytes, &names[index])?;
                    Ok((bytes, directory))
                });
            match opened {
                Ok((bytes, directory)) => members.push(member(&names[index], bytes, directory)),
                Err(error) => {
                    self.collect.push(Diagnostic {
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
            self.collect.note(what, &message);
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
            self.collect.note(
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
            let module = self.collect.module(member.name.clone(), kind);
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
        let listing =
            Listing::of(&path, self.collect.budgets).map_err(|error| io_error(&path, error))?;
        if listing.more {
            self.collect.push(budget::reached(
                "folder_files",
                self.collect.budgets.folder_files,
                &file_name(&path),
                "the rest of the folder was not looked at",
            ));
        }
        let mut apks = Vec::new();
        let mut others = Vec::new();
        let mut dex = Vec::new();
        for name in &listing.builds {
            let Ok(bytes) = Bytes::open(&path.join(name)) else {
                self.collect.note(name, "cannot be read");
                continue;
            };
            if recognize::look(bytes.as_slice()) == Look::Dex {
                dex.push((name.clone(), bytes));
                continue;
            }
            let directory = match self.collect.parse(&bytes, name) {
                Ok(directory) => directory,
                Err(source) => {
                    self.skipped(name, source);
                    continue;
                }
            };
            match layout::shape(Archive::new(bytes.as_slice(), &directory)) {
                Shape::Apk => apks.push(member(name, bytes, directory)),
                Shape::Unread(_) | Shape::Other(..) => self.collect.put_back(&directory),
                shape => others.push((name.clone(), bytes, directory, shape)),
            }
        }
        self.folder_of(listing, apks, others, dex)
    }

    /// What a folder is that holds parts of a build and not the build.
    fn unpacked(&self) -> InputError {
        self.not_read_yet(
            "an unpacked APK",
            "give the APK itself, or pack the folder's content as a ZIP",
        )
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
            self.collect.input_bytes = apks.iter().map(|member| member.bytes.len()).sum();
            if let [one] = apks.as_mut_slice() {
                one.split = false;
            }
            self.members(apks, "", "")?
        } else if apks.is_empty() && others.len() == 1 {
            let Some((name, bytes, directory, shape)) = others.pop() else {
                return Err(self.empty_folder(&listing));
            };
            self.collect.input_bytes = bytes.len();
            self.archive(bytes, directory, shape, &name)?
        } else if !others.is_empty() {
            let mut names = names;
            names.extend(others.into_iter().map(|(name, ..)| name));
            names.sort();
            return Err(InputError::Ambiguous {
                path: self.path.clone(),
                names,
            });
        } else if listing.unpacked {
            return Err(self.unpacked());
        } else if !dex.is_empty() {
            self.collect.module(String::new(), ModuleKind::Base);
            for (name, bytes) in dex {
                self.collect.input_bytes += bytes.len();
                let number = layout::dex_number(name.as_bytes());
                self.collect
                    .plain_dex(name, bytes, Loading::Platform, number.unwrap_or(u32::MAX));
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
        self.collect.push(Diagnostic {
            kind: DiagnosticKind::Malformed,
            part: name.to_owned(),
            message: format!("cannot be opened: {source}"),
        });
    }

    fn empty_folder(&mut self, listing: &Listing) -> InputError {
        if let Some(what) = listing.app {
            return self.not_read_yet(what, "give the Android build instead, if there is one");
        }
        if let Some(diagnostic) = self.collect.broken() {
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
            self.collect.note(&name, "cannot be read");
            return;
        };
        self.collect.input_bytes += bytes.len();
        let part = Part {
            name,
            role: Role::Mapping,
            module: ModuleId(0),
            size: bytes.len(),
            path_at: 0,
            source: Source::Plain(bytes),
            refused: None,
        };
        self.collect.found.push(Found { part, number: 0 });
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
        if let Some(entry) = encrypted(
            Archive::new(bytes.as_slice(), &directory),
            self.collect.budgets,
        ) {
            return Err(InputError::Encrypted {
                path: self.named(inner),
                entry,
            });
        }
        self.collect
            .take(inner, bytes, directory, layout, module, 0);
        Ok(())
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
