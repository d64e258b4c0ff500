//! What can be wrong with the path that somebody gave, and with one part of what is there.

use std::io;
use std::path::PathBuf;

use crate::formats::zip::{EntryError, ZipError};

/// Why nothing can be scanned.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The path does not exist.
    #[error("{}: no such file or folder; check the path", path.display())]
    NotFound {
        /// As given.
        path: PathBuf,
    },
    /// The file exists and cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Several builds where one was expected.
    #[error("{}: holds {} builds ({}); scan one of them", path.display(), names.len(), list(names))]
    Ambiguous {
        /// As given.
        path: PathBuf,
        /// The builds, in order.
        names: Vec<String>,
    },
    /// Nothing in the file.
    #[error("{}: the file is empty; was the build or the download cut off?", path.display())]
    Empty {
        /// As given.
        path: PathBuf,
    },
    /// A file or folder that is no app.
    #[error("{}: {what}, not a mobile app; {hint}", path.display())]
    NotAnApp {
        /// As given.
        path: PathBuf,
        /// What it looks like, with its article: "a PNG image".
        what: String,
        /// What to try.
        hint: &'static str,
    },
    /// An app, or a part of one, of a kind that is not read yet.
    #[error("{}: {what} is not read yet; {hint}", path.display())]
    NotReadYet {
        /// As given.
        path: PathBuf,
        /// What it is, with its article: "an iOS app (IPA)".
        what: String,
        /// What to try.
        hint: &'static str,
    },
    /// The archive cannot be opened.
    #[error("{}: {source}; {}", path.display(), archive_hint(*source))]
    Archive {
        /// As given, with the archive inside it where there is one.
        path: PathBuf,
        /// What is wrong.
        source: ZipError,
    },
    /// The archive is encrypted.
    #[error(
        "{}: the archive is encrypted (entry {entry}); decrypt it first: an app that can be \
         installed is never encrypted",
        path.display()
    )]
    Encrypted {
        /// As given.
        path: PathBuf,
        /// The first entry that is.
        entry: String,
    },
}

impl InputError {
    /// The exit code: 2 for a path that cannot be used, 3 for nothing that can be scanned.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotFound { .. } | Self::Unreadable { .. } | Self::Ambiguous { .. } => 2,
            _ => 3,
        }
    }
}

fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

fn archive_hint(error: ZipError) -> &'static str {
    match error {
        ZipError::NoEndRecord | ZipError::NoDirectory { .. } => {
            "build or download it again, and compare its size"
        }
        ZipError::Multivolume => "join the volumes first",
    }
}

/// Why one part cannot be read. A diagnostic says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// There is no part with that id.
    #[error("no such part")]
    Unknown,
    /// The archive's entry is damaged.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A limit stands before it.
    #[error("{bytes} bytes after inflating: the limit {name} = {limit} is reached")]
    Budget {
        /// Name of the limit.
        name: &'static str,
        /// Its value.
        limit: u64,
        /// Size of the part.
        bytes: u64,
    },
}
