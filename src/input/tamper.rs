//! Turns what an archive's reader found odd into diagnostics: one a kind, with how many there are
//! and the first few by name.

use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, EntryId, Tampering};

use super::collect::shown_name;

/// Entries named per diagnostic.
const NAMED: usize = 3;

/// What is odd about an archive. `part` is the archive's name in the input.
pub(super) fn diagnostics(part: &str, archive: Archive<'_>) -> Vec<Diagnostic> {
    let directory = archive.directory();
    let mut groups: Vec<Group> = Vec::new();
    for tampering in directory.tampering() {
        let (text, entry) = describe(*tampering);
        let group = match groups.iter_mut().find(|group| group.text == text) {
            Some(group) => group,
            None => {
                groups.push(Group {
                    text,
                    refused: tampering.refused_by_android(),
                    count: 0,
                    names: Vec::new(),
                });
                match groups.last_mut() {
                    Some(group) => group,
                    None => continue,
                }
            }
        };
        group.count += 1;
        if let Some(entry) = entry
            && group.names.len() < NAMED
        {
            group.names.push(shown_name(archive.name(entry)));
        }
    }
    let mut found: Vec<Diagnostic> = groups.iter().map(|group| group.diagnostic(part)).collect();
    let kept = directory.tampering().len();
    if directory.tampering_total() > kept {
        found.push(Diagnostic {
            kind: DiagnosticKind::ArchiveTampering,
            part: part.to_owned(),
            message: format!(
                "{} more oddities of its entries were counted and not kept",
                directory.tampering_total() - kept
            ),
        });
    }
    found
}

struct Group {
    text: String,
    refused: bool,
    count: usize,
    names: Vec<String>,
}

impl Group {
    fn diagnostic(&self, part: &str) -> Diagnostic {
        let mut message = self.text.clone();
        if !self.names.is_empty() {
            let more = self.count - self.names.len();
            message.push_str(": ");
            message.push_str(&self.names.join(", "));
            if more > 0 {
                message.push_str(&format!(" and {more} more"));
            }
        }
        if self.refused {
            message.push_str("; today's Android refuses to install it");
        }
        Diagnostic {
            kind: DiagnosticKind::ArchiveTampering,
            part: part.to_owned(),
            message,
        }
    }
}

/// The sentence, and the entry that it is about.
fn describe(tampering: Tampering) -> (String, Option<EntryId>) {
    let (text, entry) = match tampering {
        Tampering::DuplicateName { again, .. } => (
            "two entries have one name, and both are read (Android before 4.4 ran the first and \
             checked the signature of the last)",
            again,
        ),
        Tampering::EncryptionBit { entry } => (
            "the encryption bit is set on entries that Android reads as plain",
            entry,
        ),
        Tampering::UnknownMethod { entry, method } => {
            return (
                format!("a compression method ({method}) that Android does not know"),
                Some(entry),
            );
        }
        Tampering::MethodMismatch {
            entry,
            central,
            local,
        } => {
            return (
                format!(
                    "the central directory says compression method {central}, which Android \
                     takes, the local header {local}"
                ),
                Some(entry),
            );
        }
        Tampering::LocalName { entry } => (
            "the local header has another name than the central directory (Android refuses the \
             entry)",
            entry,
        ),
        Tampering::LocalSizes { entry } => (
            "the local header has another size or CRC than the central directory (Android \
             refuses the entry)",
            entry,
        ),
        Tampering::StoredSizes { entry } => (
            "stored, with a compressed size that differs from the size, which Android takes",
            entry,
        ),
        Tampering::MissingLocalHeader { entry } => {
            ("the central directory points to no local header", entry)
        }
        Tampering::DataPastEnd { entry } => (
            "the data runs past the end of the entries (Android refuses the entry)",
            entry,
        ),
        Tampering::Overlap { second, .. } => ("entries share bytes with others", second),
        Tampering::BadName { entry, oddity } => {
            return (format!("a name that is odd ({oddity})"), Some(entry));
        }
        Tampering::CommentPastEnd { missing } => {
            return (
                format!("the archive's comment is {missing} bytes longer than the file"),
                None,
            );
        }
        Tampering::DataAfterEnd { len } => {
            return (format!("{len} bytes stand behind the archive's end"), None);
        }
        Tampering::DataBefore { len, dex: true } => {
            return (
                format!("a DEX file ({len} bytes) stands before the first entry (CVE-2017-13156)"),
                None,
            );
        }
        Tampering::DataBefore { len, dex: false } => {
            return (format!("{len} bytes stand before the first entry"), None);
        }
        Tampering::DecoyEndRecord { offset } => {
            return (
                format!(
                    "the last end record, at offset {offset}, is no real one; an earlier one was taken"
                ),
                None,
            );
        }
        Tampering::DirectoryCutShort { read, declared } => {
            return (
                format!("the central directory breaks off after {read} of {declared} entries"),
                None,
            );
        }
        Tampering::DirectoryGap { offset, len } => {
            return (
                format!("{len} bytes in the central directory, at offset {offset}, are no entry"),
                None,
            );
        }
        Tampering::EntriesBeyondCount { declared } => {
            return (
                format!(
                    "the central directory goes on behind the {declared} entries that it counts; \
                     Android does not see the rest"
                ),
                None,
            );
        }
    };
    (text.to_owned(), Some(entry))
}
