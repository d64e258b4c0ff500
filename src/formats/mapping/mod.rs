//! `mapping.txt`: what R8 and ProGuard renamed, moved and inlined.
//!
//! Follows *R8 retrace, mapping file format* (version 2.2) and, where that is silent, what
//! ProGuard's `-printmapping` writes. Classes are found in one pass over the file; what is below a
//! class is read when somebody asks for that class, since a build names a part of them and a
//! report shows the lines of a few.
//!
//! Outlines and rewritten frames are read over: they matter to the stack of a crash, not to a
//! place in the code.

mod line;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

pub use line::{Info, Line, Member, OriginalLines, is_type, parse as parse_line};

/// What a mapping can make its reader spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Classes.
    pub classes: u64,
    /// Lines below classes.
    pub lines: u64,
    /// Frames of one place, and fields and methods that share a name in one class.
    pub frames: u64,
}

/// Why a file is no mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// No line names a class.
    #[error("it is no R8 or ProGuard mapping: no line has the form `original.Name -> a.b:`")]
    NoClasses,
    /// Offsets in it need more than 32 bits.
    #[error("it is larger than 4 GB")]
    TooLarge,
}

/// What stands in the remarks before the first class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// `compiler`.
    pub compiler: Option<String>,
    /// `compiler_version`.
    pub compiler_version: Option<String>,
    /// `pg_map_id`: the build's R8 marker names the same.
    pub map_id: Option<String>,
    /// `pg_map_hash`, with the name of the algorithm.
    pub map_hash: Option<String>,
}

/// A mapping file.
#[derive(Debug)]
pub struct Mapping<'a> {
    header: Header,
    classes: Vec<Class<'a>>,
    by_residual: FxHashMap<&'a [u8], u32>,
    by_original: OnceLock<FxHashMap<&'a [u8], u32>>,
    limits: Limits,
    /// The limit that was reached.
    cut: Option<(&'static str, u64)>,
    broken: u64,
    names_files: bool,
}

/// A class of a mapping.
#[derive(Debug)]
pub struct Class<'a> {
    /// Its name in the source, with dots.
    pub original: &'a [u8],
    /// Its name in the build, with dots.
    pub residual: &'a [u8],
    body: &'a [u8],
    frames: u64,
    entries: OnceLock<Vec<Entry<'a>>>,
}

/// A field, or all frames of a method, that stand below a class.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    residual: &'a [u8],
    /// Where its lines begin and end below the class.
    first: u32,
    end: u32,
    /// Its own line, behind those of what was inlined into it.
    outer: u32,
}

/// A field or method of a class.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// Its own line.
    pub member: Member<'a>,
    /// Its descriptor in the build, where that is not the original one renamed.
    pub signature: Option<Cow<'a, str>>,
    /// Whether the compiler made it.
    pub synthesized: bool,
    lines: &'a [u8],
    frames: usize,
}

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The class in which it was written, with dots; none is the class asked for.
    pub holder: Option<&'a [u8]>,
    /// Name of the method.
    pub name: &'a [u8],
    /// Line in the file of the class.
    pub line: Option<u32>,
}

impl<'a> Mapping<'a> {
    /// Finds the classes of a mapping.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn parse(data: &'a [u8], limits: Limits) -> Result<Self, MappingError> {
        if u32::try_from(data.len()).is_err() {
            return Err(MappingError::TooLarge);
        }
        let mut mapping = Self {
            header: Header::default(),
            classes: Vec::new(),
            by_residual: FxHashMap::default(),
            by_original: OnceLock::new(),
            limits,
            cut: None,
            broken: 0,
            names_files: false,
        };
        // The class whose lines are being passed: names and where its body begins.
        let mut open: Option<(&[u8], &[u8], usize)> = None;
        let mut lines = 0u64;
        let mut at = 0;
        while let Some(rest) = data.get(at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let next = at + length;
            lines += 1;
            if lines > limits.lines {
                mapping.cut = Some(("mapping-lines", limits.lines));
                break;
            }
            match rest.first() {
                Some(b'#') if open.is_none() => {
                    mapping.header.read(rest.get(..length).unwrap_or_default());
                }
                Some(b' ' | b'\t' | b'#' | b'\r' | b'\n') => {}
                _ => {
                    mapping.close(open.take(), data, at);
                    match line::class(rest.get(..length).unwrap_or_default()) {
                        Some((original, residual)) => open = Some((original, residual, next)),
                        None => mapping.broken += 1,
                    }
                    if mapping.classes.len() as u64 >= limits.classes {
                        mapping.cut = Some(("mapping-classes", limits.classes));
                        open = None;
                        break;
                    }
                }
            }
            at = next;
        }
        mapping.close(open, data, at);
        if mapping.classes.is_empty() {
            return Err(MappingError::NoClasses);
        }
        // Says files at all: then a class without one has the file that its name suggests.
        mapping.names_files = memchr::memmem::find(data, b"{\"id\":\"sourceFile\"").is_some();
        Ok(mapping)
    }

    fn close(&mut self, open: Option<(&'a [u8], &'a [u8], usize)>, data: &'a [u8], end: usize) {
        let Some((original, residual, start)) = open else {
            return;
        };
        let index = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
        // Twice the same name in the build is a mistake; the first counts.
        self.by_residual.entry(residual).or_insert(index);
        self.classes.push(Class {
            original,
            residual,
            body: data.get(start..end).unwrap_or_default(),
            frames: self.limits.frames,
            entries: OnceLock::new(),
        });
    }

    /// What the remarks say.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Classes, in the order of the file.
    #[must_use]
    pub fn classes(&self) -> &[Class<'a>] {
        &self.classes
    }

    /// The limit that kept the rest from being read: its name and value.
    #[must_use]
    pub fn cut(&self) -> Option<(&'static str, u64)> {
        self.cut
    }

    /// Lines that should name a class and do not.
    #[must_use]
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// The class with that name in the build, with dots.
    #[must_use]
    pub fn residual(&self, name: &[u8]) -> Option<&Class<'a>> {
        self.classes.get(*self.by_residual.get(name)? as usize)
    }

    /// The class with that name in the source, with dots.
    #[must_use]
    pub fn original(&self, name: &[u8]) -> Option<&Class<'a>> {
        let index = self.by_original.get_or_init(|| {
            let mut index = FxHashMap::default();
            for (class, number) in self.classes.iter().zip(0u32..) {
                index.entry(class.original).or_insert(number);
            }
            index
        });
        self.classes.get(*index.get(name)? as usize)
    }

    /// Name of the file in which a class was written. R8 leaves out what the name of a class tells.
    #[must_use]
    pub fn source_file(&self, class: &[u8]) -> Option<Cow<'a, str>> {
        let told = self.original(class).and_then(Class::source_file);
        if told.is_some() || !self.names_files {
            return told;
        }
        let simple = class.rsplit(|byte| *byte == b'.').next()?;
        let outer = simple
            .split(|byte| *byte == b'$')
            .find(|part| !part.is_empty())?;
        Some(Cow::Owned(format!(
            "{}.java",
            std::str::from_utf8(outer).ok()?
        )))
    }
}

impl Header {
    fn read(&mut self, line: &[u8]) {
        let Some((key, value)) = std::str::from_utf8(line)
            .ok()
            .and_then(|line| line.trim().strip_prefix('#')?.split_once(':'))
        else {
            return;
        };
        let field = match key.trim() {
            "compiler" => &mut self.compiler,
            "compiler_version" => &mut self.compiler_version,
            "pg_map_id" => &mut self.map_id,
            "pg_map_hash" => &mut self.map_hash,
            _ => return,
        };
        if field.is_none() {
            *field = Some(value.trim().chars().take(MAX_HEADER).collect());
        }
    }
}

/// Longest value of the header that is kept.
const MAX_HEADER: usize = 200;

impl<'a> Class<'a> {
    /// The lines below the class.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        lines(self.body).map(|(_, text)| line::parse(text))
    }

    /// Name of its source file, where the mapping says one. It stands before the members.
    #[must_use]
    pub fn source_file(&self) -> Option<Cow<'a, str>> {
        self.lines()
            .take_while(|line| !matches!(line, Line::Member(_)))
            .find_map(|line| match line {
                Line::Info(Info::SourceFile(file)) => Some(file),
                _ => None,
            })
    }

    /// Whether the compiler made it.
    #[must_use]
    pub fn is_synthesized(&self) -> bool {
        self.lines()
            .take_while(|line| !matches!(line, Line::Member(_)))
            .any(|line| line == Line::Info(Info::Synthesized))
    }

    /// Fields and methods with that name in the build.
    pub fn members(&self, residual: &[u8]) -> impl Iterator<Item = Found<'a>> {
        let entries = self.entries();
        let start = entries.partition_point(|entry| entry.residual < residual);
        let frames = usize::try_from(self.frames).unwrap_or(usize::MAX);
        entries
            .iter()
            .skip(start)
            .take_while(move |entry| entry.residual == residual)
            .take(frames)
            .filter_map(move |entry| self.found(entry, frames))
    }

    /// Reads the lines below the class, if that was not done yet.
    pub fn prepare(&self) {
        let _ = self.entries();
    }

    fn entries(&self) -> &[Entry<'a>] {
        self.entries.get_or_init(|| entries(self.body))
    }

    fn found(&self, entry: &Entry<'a>, frames: usize) -> Option<Found<'a>> {
        let all = self.body.get(entry.first as usize..entry.end as usize)?;
        let outer = self.body.get(entry.outer as usize..)?;
        let own = outer.get(..memchr::memchr(b'\n', outer).unwrap_or(outer.len()))?;
        let Line::Member(member) = line::parse(own) else {
            return None;
        };
        let mut found = Found {
            member,
            signature: None,
            synthesized: false,
            lines: all,
            frames,
        };
        // What is said of a member is said of each of its places; the first will do.
        let facts = outer.get(own.len()..)?;
        let facts = facts.get(..facts.len().min(MAX_FACTS))?;
        for (_, text) in lines(facts).skip(1) {
            match line::parse(text) {
                Line::Info(Info::ResidualSignature(signature)) => {
                    found.signature = Some(signature);
                }
                Line::Info(Info::Synthesized) => found.synthesized = true,
                Line::Info(_) | Line::Blank => {}
                Line::Member(_) | Line::Broken => break,
            }
        }
        Some(found)
    }
}

/// Bytes behind a member that are looked at for what is said of it.
const MAX_FACTS: usize = 16 << 10;

impl<'a> Found<'a> {
    /// Where a line of the build was written: the innermost frame first, the member itself last.
    #[must_use]
    pub fn frames(&self, line: Option<u32>) -> Vec<Frame<'a>> {
        let itself = |line| Frame {
            holder: self.member.holder,
            name: self.member.name,
            line,
        };
        let mut found: Vec<Frame<'a>> = Vec::new();
        let mut range = None;
        for (_, text) in lines(self.lines) {
            let Line::Member(member) = line::parse(text) else {
                continue;
            };
            let Some((first, last)) = member.residual_lines else {
                continue;
            };
            // The frames of one place stand together.
            let continues = range == Some((first, last)) && is_outer(&member);
            if !found.is_empty() && !continues {
                break;
            }
            range = Some((first, last));
            if line.is_some_and(|line| (first..=last).contains(&line)) && found.len() < self.frames
            {
                found.push(Frame {
                    holder: member.holder,
                    name: member.name,
                    line: original_line(&member, line.unwrap_or(first)),
                });
            }
        }
        if found.is_empty() {
            found.push(itself(match (self.member.residual_lines, line) {
                // No lines in the build: those of the source are all that there is.
                (None, _) => original_line(&self.member, 0),
                // Lines that the mapping does not speak of were not changed by ProGuard; R8
                // speaks of all.
                (Some(_), _) => None,
            }));
        }
        found
    }
}

/// The line of the source; 0 is none.
fn original_line(member: &Member<'_>, line: u32) -> Option<u32> {
    let first = member.residual_lines.map_or(0, |(first, _)| first);
    let original = match member.original_lines {
        OriginalLines::None => line,
        OriginalLines::One(line) => line,
        OriginalLines::Range(start, end) if start >= end => start,
        OriginalLines::Range(start, end) => {
            start.saturating_add(line.saturating_sub(first)).min(end)
        }
    };
    (original > 0).then_some(original)
}

/// Whether a frame can stand around the one above it: its line is the place of the call. What
/// begins a place has first and last line.
fn is_outer(member: &Member<'_>) -> bool {
    !matches!(member.original_lines, OriginalLines::Range(..))
}

/// Fields and methods below a class, sorted by name in the build.
fn entries(body: &[u8]) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    // The frames of the place that is being passed, and what they are a place of.
    let mut open: Option<(Entry<'_>, Member<'_>)> = None;
    let mut last: Option<Member<'_>> = None;
    for (at, text) in lines(body) {
        let end = offset(at + text.len());
        match line::parse(text) {
            Line::Member(member) => match &mut open {
                Some((entry, outer))
                    if member.residual_lines.is_some()
                        && member.residual_lines == outer.residual_lines
                        && member.residual == outer.residual
                        && is_outer(&member) =>
                {
                    entry.outer = offset(at);
                    entry.end = end;
                    *outer = member;
                }
                _ => {
                    close(&mut entries, &mut last, open.take());
                    open = Some((
                        Entry {
                            residual: member.residual,
                            first: offset(at),
                            end,
                            outer: offset(at),
                        },
                        member,
                    ));
                }
            },
            Line::Info(_) | Line::Blank | Line::Broken => {
                if let Some((entry, _)) = &mut open {
                    entry.end = end;
                }
            }
        }
    }
    close(&mut entries, &mut last, open);
    entries.sort_by(|one, other| one.residual.cmp(other.residual));
    entries
}

/// Takes in the frames of a place: a further place of the last method, or a new member.
fn close<'a>(
    entries: &mut Vec<Entry<'a>>,
    last: &mut Option<Member<'a>>,
    open: Option<(Entry<'a>, Member<'a>)>,
) {
    let Some((entry, member)) = open else {
        return;
    };
    let same = last.is_some_and(|last| {
        last.residual == member.residual
            && last.params.is_some()
            && (last.holder, last.name, last.params, last.ty)
                == (member.holder, member.name, member.params, member.ty)
    });
    match entries.last_mut() {
        Some(before) if same => before.end = entry.end,
        _ => entries.push(entry),
    }
    *last = Some(member);
}

/// The file is below 4 GB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Lines with their offsets, without their ends.
fn lines(body: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = body.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let start = at;
        at += length + 1;
        Some((start, rest.get(..length)?))
    })
}
