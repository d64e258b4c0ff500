//! The ways in which an archive lies, each a value.

use std::fmt;

use super::EntryId;

/// What is odd about an entry's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameOddity {
    /// Nothing in it. Android refuses the archive.
    Empty,
    /// Begins with `/`, or with a drive.
    Absolute,
    /// Holds `..` as a component.
    Parent,
    /// Holds characters below U+0020. Android refuses the archive for U+0000.
    Control,
    /// Not UTF-8. Android refuses the archive.
    NotUtf8,
}

/// A way in which an archive lies, or differs from every archive that a build tool writes.
///
/// An APK signing block, alignment, gaps that hold a nameless local header, and zero sizes with a
/// data descriptor are ordinary and none of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tampering {
    /// Two entries have one name. Android refuses the archive; Android before 4.4 checked the
    /// signature of the later one and ran the earlier one.
    DuplicateName {
        /// The earlier one.
        first: EntryId,
        /// The later one.
        again: EntryId,
    },
    /// The encryption bit is set, which Android ignores and other readers do not.
    EncryptionBit {
        /// The entry.
        entry: EntryId,
    },
    /// A method that is neither 0 nor 8. Android reads resources of such an entry as stored.
    UnknownMethod {
        /// The entry.
        entry: EntryId,
        /// As the central directory has it.
        method: u16,
    },
    /// Local header and central directory name different methods. Android takes the latter.
    MethodMismatch {
        /// The entry.
        entry: EntryId,
        /// As the central directory has it.
        central: u16,
        /// As the local header has it.
        local: u16,
    },
    /// Local header and central directory have different names. Android refuses the entry.
    LocalName {
        /// The entry.
        entry: EntryId,
    },
    /// Local header and central directory have different sizes or CRCs. Android refuses the
    /// entry.
    LocalSizes {
        /// The entry.
        entry: EntryId,
    },
    /// Stored, with a compressed size that is not its size. Android takes the size.
    StoredSizes {
        /// The entry.
        entry: EntryId,
    },
    /// No local header where the central directory says. Android refuses the entry.
    MissingLocalHeader {
        /// The entry.
        entry: EntryId,
    },
    /// The data runs into the central directory or past the end. Android refuses the entry.
    DataPastEnd {
        /// The entry.
        entry: EntryId,
    },
    /// Two entries share bytes.
    Overlap {
        /// The one that begins first.
        first: EntryId,
        /// The one that begins inside it.
        second: EntryId,
    },
    /// A name that leads elsewhere or cannot be shown.
    BadName {
        /// The entry.
        entry: EntryId,
        /// What is odd.
        oddity: NameOddity,
    },
    /// The comment of the end record is longer than the file. Android refuses the archive.
    CommentPastEnd {
        /// Bytes that are missing.
        missing: u64,
    },
    /// Bytes behind the end record and its comment. Android refuses the archive.
    DataAfterEnd {
        /// How many.
        len: u64,
    },
    /// The file does not begin with a local header. Android refuses the archive since the fix
    /// of CVE-2017-13156 (a DEX file put in front of a signed archive).
    DataBefore {
        /// How many bytes stand before the first entry.
        len: u64,
        /// They begin with the magic number of a DEX file.
        dex: bool,
    },
    /// The last end record is a decoy: an earlier one is consistent. Android refuses the archive.
    DecoyEndRecord {
        /// Where the decoy is.
        offset: u64,
    },
    /// The central directory ends before its entries do. Android refuses the archive.
    DirectoryCutShort {
        /// Entries read.
        read: u64,
        /// Entries that the end record promises.
        declared: u64,
    },
    /// Bytes in the central directory that are no record. Android refuses the archive.
    DirectoryGap {
        /// Where they are.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// The central directory goes on behind the last entry that the end record counts; Android
    /// does not see those entries.
    EntriesBeyondCount {
        /// Entries that the end record counts.
        declared: u64,
    },
}

/// How many kinds of oddities there are; see [`Tampering::kind`].
pub(super) const KINDS: usize = 22;

impl Tampering {
    /// A number for the kind, names apart by what is odd about them.
    pub(super) fn kind(self) -> usize {
        match self {
            Self::DuplicateName { .. } => 0,
            Self::EncryptionBit { .. } => 1,
            Self::UnknownMethod { .. } => 2,
            Self::MethodMismatch { .. } => 3,
            Self::LocalName { .. } => 4,
            Self::LocalSizes { .. } => 5,
            Self::StoredSizes { .. } => 6,
            Self::MissingLocalHeader { .. } => 7,
            Self::DataPastEnd { .. } => 8,
            Self::Overlap { .. } => 9,
            Self::CommentPastEnd { .. } => 10,
            Self::DataAfterEnd { .. } => 11,
            Self::DataBefore { .. } => 12,
            Self::DecoyEndRecord { .. } => 13,
            Self::DirectoryCutShort { .. } => 14,
            Self::DirectoryGap { .. } => 15,
            Self::EntriesBeyondCount { .. } => 16,
            Self::BadName { oddity, .. } => 17 + oddity as usize,
        }
    }

    /// Whether two are of one kind, names apart by what is odd about them.
    #[must_use]
    pub fn is_like(self, other: Self) -> bool {
        self.kind() == other.kind()
    }

    /// The entry that it is about; of two, the later one.
    #[must_use]
    pub fn entry(self) -> Option<EntryId> {
        match self {
            Self::EncryptionBit { entry }
            | Self::UnknownMethod { entry, .. }
            | Self::MethodMismatch { entry, .. }
            | Self::LocalName { entry }
            | Self::LocalSizes { entry }
            | Self::StoredSizes { entry }
            | Self::MissingLocalHeader { entry }
            | Self::DataPastEnd { entry }
            | Self::BadName { entry, .. }
            | Self::DuplicateName { again: entry, .. }
            | Self::Overlap { second: entry, .. } => Some(entry),
            _ => None,
        }
    }

    /// Whether today's Android refuses the whole archive, so that the build as it stands cannot be
    /// installed.
    #[must_use]
    pub fn refused_by_android(self) -> bool {
        match self {
            Self::DuplicateName { .. }
            | Self::CommentPastEnd { .. }
            | Self::DataAfterEnd { .. }
            | Self::DataBefore { .. }
            | Self::DecoyEndRecord { .. }
            | Self::DirectoryCutShort { .. }
            | Self::DirectoryGap { .. } => true,
            Self::BadName { oddity, .. } => oddity == NameOddity::NotUtf8,
            _ => false,
        }
    }
}

impl fmt::Display for NameOddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Absolute => "absolute",
            Self::Parent => "leads to a parent folder",
            Self::Control => "holds control characters",
            Self::NotUtf8 => "not UTF-8",
        })
    }
}
