//! Turns what an archive's reader found odd into diagnostics: one a kind, with how many there are
//! and the first few by name.

use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Archive, Tampering};

use super::collect::shown_name;

/// Entries named per diagnostic.
const NAMED: usize = 3;

/// What is odd about an archive: no more messages than there are kinds. `part` is the archive's
/// name in the input.
pub(super) fn diagnostics(part: &str, archive: Archive<'_>) -> Vec<Diagnostic> {
    let directory = archive.directory();
    let mut told: Vec<(Tampering, Vec<String>)> = Vec::new();
    for tampering in directory.tampering() {
        let name = tampering
            .entry()
            .map(|entry| shown_name(archive.name(entry)));
        match told.iter_mut().find(|(first, _)| first.is_like(*tampering)) {
            Some((_, names)) if names.len() < NAMED => names.extend(name),
            Some(_) => {}
            None => told.push((*tampering, name.into_iter().collect())),
        }
    }
    told.iter()
        .map(|(first, names)| Diagnostic {
            kind: DiagnosticKind::ArchiveTampering,
            part: part.to_owned(),
            message: message(*first, names, directory.how_often(*first)),
        })
        .collect()
}

fn message(first: Tampering, names: &[String], count: u32) -> String {
    let mut message = describe(first);
    if !names.is_empty() {
        message.push_str(": ");
        message.push_str(&names.join(", "));
        let more = count as usize - names.len().min(count as usize);
        if more > 0 {
            message.push_str(&format!(" and {more} more"));
        }
    }
    if first.refused_by_android() {
        message.push_str("; today's Android refuses to install it");
    }
    message
}

/// The sentence.
fn describe(tampering: Tampering) -> String {
    match tampering {
        Tampering::DuplicateName { .. } => {
            "two entries have one name, and both are read (Android before 4.4 ran the first and \
             checked the signature of the last)"
                .to_owned()
        }
        Tampering::EncryptionBit { .. } => {
            "the encryption bit is set on entries that Android reads as plain".to_owned()
        }
        Tampering::UnknownMethod { method, .. } => {
            format!("a compression method that Android does not know (such as {method})")
        }
        Tampering::MethodMismatch { central, local, .. } => format!(
            "the central directory says another compression method (such as {central}), which \
             Android takes, than the local header ({local})"
        ),
        Tampering::LocalName { .. } => {
            "the local header has another name than the central directory (Android refuses the \
             entry)"
                .to_owned()
        }
        Tampering::LocalSizes { .. } => {
            "the local header has another size or CRC than the central directory (Android \
             refuses the entry)"
                .to_owned()
        }
        Tampering::StoredSizes { .. } => {
            "stored, with a compressed size that differs from the size, which Android takes"
                .to_owned()
        }
        Tampering::MissingLocalHeader { .. } => {
            "the central directory points to no local header".to_owned()
        }
        Tampering::DataPastEnd { .. } => {
            "the data runs past the end of the entries (Android refuses the entry)".to_owned()
        }
        Tampering::Overlap { .. } => "entries share bytes with others".to_owned(),
        Tampering::BadName { oddity, .. } => format!("a name that is odd ({oddity})"),
        Tampering::CommentPastEnd { missing } => {
            format!("the archive's comment is {missing} bytes longer than the file")
        }
        Tampering::DataAfterEnd { len } => format!("{len} bytes stand behind the archive's end"),
        Tampering::DataBefore { len, dex: true } => {
            format!("a DEX file ({len} bytes) stands before the first entry (CVE-2017-13156)")
        }
        Tampering::DataBefore { len, dex: false } => {
            format!("{len} bytes stand before the first entry")
        }
        Tampering::DecoyEndRecord { offset } => format!(
            "the last end record, at offset {offset}, is no real one; an earlier one was taken"
        ),
        Tampering::DirectoryCutShort { read, declared } => {
            format!("the central directory breaks off after {read} of {declared} entries")
        }
        Tampering::DirectoryGap { offset, len } => {
            format!("{len} bytes in the central directory, at offset {offset}, are no entry")
        }
        Tampering::EntriesBeyondCount { declared } => format!(
            "the central directory goes on behind the {declared} entries that it counts; \
                     Android does not see the rest"
        ),
    }
}
