//! ZIP archives as Android's package reader sees them, and every way in which one lies.
//!
//! APPNOTE 6.3.10 (sections 4.3 and 4.5) says what a ZIP is; Android's `libziparchive` says what
//! an app is: the last end record counts, the central directory is the truth for names, sizes and
//! methods, a local header only says where the data starts, the encryption bit is ignored, no CRC
//! is checked. This reader follows it and is more lenient where it can be: what Android refuses is
//! read if it can be, and reported as [`Tampering`].
//!
//! A [`Directory`] owns no bytes: it is an index over an archive that lies in memory or in a map.
//! [`Archive`] is the two together, borrowed. Not responsible for what an entry means, nor for
//! how much of an archive may be read: the caller brings the limits.

use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

use memchr::memmem;
use rustc_hash::FxHashMap;
use zlib_rs::{Inflate, InflateFlush, Status};

/// Signature of a local file header, `PK\3\4`, with which an archive begins.
pub const LOCAL_SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const CENTRAL_SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const END64_SIGNATURE: &[u8; 4] = b"PK\x06\x06";
const LOCATOR64_SIGNATURE: &[u8; 4] = b"PK\x06\x07";

const LOCAL_LEN: u64 = 30;
const CENTRAL_LEN: u64 = 46;
const END_LEN: u64 = 22;
const LOCATOR64_LEN: u64 = 20;
const END64_LEN: u64 = 56;

/// How far from the end Android looks for the end record: the record and the longest comment.
const END_SEARCH: u64 = END_LEN + 0xffff;
/// End records tried, from the last one back, before the archive is given up.
const END_CANDIDATES: usize = 64;
/// Deflate cannot make more of a byte (APPNOTE has no such number; zlib's technical notes do).
const DEFLATE_MAX_RATIO: u64 = 1032;
/// Compressed bytes that a peek looks at. Real streams give 64 bytes out of far less.
const PEEK_INPUT: usize = 64 * 1024;
/// Structured oddities kept per archive; what is beyond is only counted.
const MAX_TAMPERING: usize = 4096;

/// `general purpose bit flag`: bit 0, the entry is encrypted; ignored by Android.
const FLAG_ENCRYPTED: u16 = 1;
/// Bit 3: CRC and sizes stand behind the data, those of the local header say nothing.
const FLAG_DESCRIPTOR: u16 = 1 << 3;

/// Method 0.
pub const STORED: u16 = 0;
/// Method 8.
pub const DEFLATED: u16 = 8;

/// Why an archive cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// No end record anywhere.
    #[error("no end-of-central-directory record: truncated or not a ZIP")]
    NoEndRecord,
    /// The end record points to something that is no central directory.
    #[error("the end record points to offset {offset}, where there is no central directory")]
    NoDirectory {
        /// Where it should have been.
        offset: u64,
    },
    /// An archive of several files.
    #[error("one volume of an archive that is split over several")]
    Multivolume,
}

/// Why the content of one entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The central directory points to something that is no local header.
    #[error("no local header at offset {offset}")]
    NoLocalHeader {
        /// Where it should have been.
        offset: u64,
    },
    /// The data does not fit into the file.
    #[error("{len} bytes of data from offset {offset} run past the end of the archive")]
    PastEnd {
        /// Where the data starts.
        offset: u64,
        /// How long it should have been.
        len: u64,
    },
    /// The deflate stream is broken.
    #[error("broken deflate stream: error after {produced} of {size} bytes")]
    BrokenStream {
        /// Bytes that came out before it broke.
        produced: u64,
        /// Bytes that should have come out.
        size: u64,
    },
    /// Marked as encrypted, and what is there is not plain.
    #[error("encrypted")]
    Encrypted,
    /// The content is larger than the caller allows.
    #[error("{size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Declared size, as far as the stream can give it.
        size: u64,
        /// The caller's limit.
        limit: u64,
    },
}

/// Index of an entry in the order of the central directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

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
    /// The central directory goes on behind the last entry that the end record counts; Android
    /// does not see those entries.
    EntriesBeyondCount {
        /// Entries that the end record counts.
        declared: u64,
    },
}

impl Tampering {
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
            | Self::DirectoryCutShort { .. } => true,
            Self::BadName { oddity, .. } => oddity == NameOddity::NotUtf8,
            _ => false,
        }
    }
}

/// One entry of the central directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    name_at: u64,
    header_at: u64,
    /// Where the data starts; `u64::MAX` without a local header.
    data_at: u64,
    /// Compressed size in bytes.
    pub compressed: u64,
    /// Size in bytes.
    pub size: u64,
    /// CRC-32 of the content.
    pub crc: u32,
    name_len: u16,
    /// Compression method.
    pub method: u16,
    /// General purpose bit flag, of the central directory and of the local header together.
    flags: u16,
}

impl Entry {
    /// Whether either header has the encryption bit set.
    #[must_use]
    pub fn encryption_bit(&self) -> bool {
        self.flags & FLAG_ENCRYPTED != 0
    }

    /// The most that the entry can turn out to be: the declared size, unless the stream is too
    /// short for it.
    #[must_use]
    pub fn max_size(&self) -> u64 {
        if self.method == STORED {
            self.size
        } else {
            let ceiling = self.compressed.saturating_mul(DEFLATE_MAX_RATIO);
            self.size.min(ceiling.max(self.compressed))
        }
    }

    /// Bytes that the data takes in the file.
    fn data_len(&self) -> u64 {
        if self.method == STORED {
            self.size
        } else {
            self.compressed
        }
    }
}

/// How an entry gave its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Borrowed as it stands.
    Stored,
    /// Inflated.
    Inflated,
}

/// The content of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// How they were got: for an unknown method, what worked.
    pub how: How,
    /// The stream has another length than the central directory says: shorter, or longer and cut.
    /// Android refuses such an entry as code.
    pub wrong_size: bool,
}

/// Index of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    entries: Vec<Entry>,
    tampering: Vec<Tampering>,
    tampering_total: usize,
    declared: u64,
}

impl Directory {
    /// Reads the index of an archive. At most `max_entries` entries are read; see
    /// [`Directory::declared`].
    ///
    /// # Errors
    ///
    /// When there is no end record, or no central directory where it points.
    pub fn parse(bytes: &[u8], max_entries: usize) -> Result<Self, ZipError> {
        let mut directory = Self::default();
        let end = EndRecord::find(bytes, &mut directory)?;
        directory.declared = end.count;
        directory.read_central(bytes, &end, max_entries);
        directory.check_start(bytes, &end);
        directory.check_duplicates(bytes);
        directory.check_overlaps();
        Ok(directory)
    }

    /// Entries in the order of the central directory.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = EntryId> + use<> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(EntryId)
    }

    /// One entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.0 as usize)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries the end record promises.
    #[must_use]
    pub fn declared(&self) -> u64 {
        self.declared
    }

    /// What is odd, in the order in which it was seen: end record, entries, the whole. At most
    /// 4096; see [`Directory::tampering_total`].
    #[must_use]
    pub fn tampering(&self) -> &[Tampering] {
        &self.tampering
    }

    /// How many oddities there are, those that were not kept included.
    #[must_use]
    pub fn tampering_total(&self) -> usize {
        self.tampering_total
    }

    fn odd(&mut self, tampering: Tampering) {
        self.tampering_total += 1;
        if self.tampering.len() < MAX_TAMPERING {
            self.tampering.push(tampering);
        }
    }

    fn read_central(&mut self, bytes: &[u8], end: &EndRecord, max_entries: usize) {
        let mut at = end.directory_at;
        // The count is not to be trusted with memory: an entry takes 46 bytes at least.
        let possible = end.end_at.saturating_sub(at) / CENTRAL_LEN;
        let expected = end.count.min(possible).min(max_entries as u64);
        self.entries
            .reserve_exact(usize::try_from(expected).unwrap_or(0));
        while (self.entries.len() as u64) < end.count {
            if self.entries.len() >= max_entries {
                return;
            }
            let id = EntryId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
            let Some((entry, next)) = read_central_record(bytes, at, end) else {
                self.odd(Tampering::DirectoryCutShort {
                    read: self.entries.len() as u64,
                    declared: end.count,
                });
                return;
            };
            let entry = self.check_local(bytes, id, entry, end);
            self.check_entry(bytes, id, &entry);
            self.entries.push(entry);
            at = next;
        }
        if at < end.end_at && signature_at(bytes, at, CENTRAL_SIGNATURE) {
            self.odd(Tampering::EntriesBeyondCount {
                declared: end.count,
            });
        }
    }

    /// Follows the entry to its local header, which says where the data starts and must agree.
    fn check_local(
        &mut self,
        bytes: &[u8],
        id: EntryId,
        mut entry: Entry,
        end: &EndRecord,
    ) -> Entry {
        let at = entry.header_at;
        let Some(header) = array_at::<{ LOCAL_LEN as usize }>(bytes, at)
            .filter(|header| header.starts_with(LOCAL_SIGNATURE))
        else {
            self.odd(Tampering::MissingLocalHeader { entry: id });
            return entry;
        };
        let flags = u16_in(header, 6);
        let method = u16_in(header, 8);
        let crc = u32_in(header, 14);
        let compressed = u32_in(header, 18);
        let size = u32_in(header, 22);
        let name_len = u16_in(header, 26);
        let extra_len = u16_in(header, 28);
        entry.data_at = at + LOCAL_LEN + u64::from(name_len) + u64::from(extra_len);
        if slice(bytes, at + LOCAL_LEN, u64::from(name_len))
            != slice(bytes, entry.name_at, u64::from(entry.name_len))
        {
            self.odd(Tampering::LocalName { entry: id });
        }
        if method != entry.method {
            self.odd(Tampering::MethodMismatch {
                entry: id,
                central: entry.method,
                local: method,
            });
        }
        let zip64 = compressed == u32::MAX || size == u32::MAX;
        let differs = crc != entry.crc
            || (!zip64
                && (u64::from(compressed) != entry.compressed || u64::from(size) != entry.size));
        if flags & FLAG_DESCRIPTOR == 0 && differs {
            self.odd(Tampering::LocalSizes { entry: id });
        }
        entry.flags |= flags & FLAG_ENCRYPTED;
        let room = end.directory_at.saturating_sub(entry.data_at);
        if entry.data_at > end.directory_at || entry.data_len() > room {
            self.odd(Tampering::DataPastEnd { entry: id });
        }
        entry
    }

    fn check_entry(&mut self, bytes: &[u8], id: EntryId, entry: &Entry) {
        if entry.encryption_bit() {
            self.odd(Tampering::EncryptionBit { entry: id });
        }
        match entry.method {
            STORED if entry.compressed != entry.size => {
                self.odd(Tampering::StoredSizes { entry: id });
            }
            STORED | DEFLATED => {}
            method => self.odd(Tampering::UnknownMethod { entry: id, method }),
        }
        let name = slice(bytes, entry.name_at, u64::from(entry.name_len));
        if let Some(oddity) = name_oddity(name) {
            self.odd(Tampering::BadName { entry: id, oddity });
        }
    }

    fn check_start(&mut self, bytes: &[u8], end: &EndRecord) {
        let headers = self.entries.iter().map(|entry| entry.header_at);
        let first = headers.min().unwrap_or(end.directory_at);
        // A signing block can stand before the directory of an archive without entries.
        if first == 0 || self.entries.is_empty() || bytes.starts_with(LOCAL_SIGNATURE) {
            return;
        }
        self.odd(Tampering::DataBefore {
            len: first,
            dex: bytes.starts_with(b"dex\n"),
        });
    }

    fn check_duplicates(&mut self, bytes: &[u8]) {
        let mut seen: FxHashMap<&[u8], EntryId> = FxHashMap::default();
        seen.reserve(self.entries.len());
        let mut found = Vec::new();
        for (id, entry) in self.ids().zip(&self.entries) {
            let name = slice(bytes, entry.name_at, u64::from(entry.name_len));
            let first = *seen.entry(name).or_insert(id);
            if first != id {
                found.push(Tampering::DuplicateName { first, again: id });
            }
        }
        for tampering in found {
            self.odd(tampering);
        }
    }

    fn check_overlaps(&mut self) {
        let mut spans: Vec<(u64, Reverse<u64>, EntryId)> = self
            .ids()
            .zip(&self.entries)
            .filter(|(_, entry)| entry.data_at != u64::MAX)
            .map(|(id, entry)| {
                let end = entry.data_at.saturating_add(entry.data_len());
                (entry.header_at, Reverse(end), id)
            })
            .collect();
        spans.sort_unstable();
        let mut widest: Option<(u64, EntryId)> = None;
        for (start, Reverse(end), id) in spans {
            match widest {
                Some((reach, first)) if start < reach => {
                    self.odd(Tampering::Overlap { first, second: id });
                    if end > reach {
                        widest = Some((end, id));
                    }
                }
                _ => widest = Some((end, id)),
            }
        }
    }
}

/// An archive: its bytes and its index.
#[derive(Debug, Clone, Copy)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    directory: &'a Directory,
}

impl<'a> Archive<'a> {
    /// Puts `directory` back on the bytes that it was read from. Other bytes give nonsense, never
    /// a panic.
    #[must_use]
    pub fn new(bytes: &'a [u8], directory: &'a Directory) -> Self {
        Self { bytes, directory }
    }

    /// The index.
    #[must_use]
    pub fn directory(self) -> &'a Directory {
        self.directory
    }

    /// Name of an entry, as it stands in the central directory; mostly UTF-8.
    #[must_use]
    pub fn name(self, id: EntryId) -> &'a [u8] {
        self.directory.entry(id).map_or(&[], |entry| {
            slice(self.bytes, entry.name_at, u64::from(entry.name_len))
        })
    }

    /// All entries with their names.
    pub fn entries(self) -> impl Iterator<Item = (EntryId, &'a [u8], &'a Entry)> {
        self.directory
            .ids()
            .zip(&self.directory.entries)
            .map(move |(id, entry)| (id, self.name(id), entry))
    }

    /// The first entry of that name.
    #[must_use]
    pub fn find(self, name: &[u8]) -> Option<EntryId> {
        self.entries()
            .find(|(_, other, _)| *other == name)
            .map(|(id, ..)| id)
    }

    /// The first bytes of an entry: fills `head` as far as the content goes and gives its length.
    /// Costs no more than the few bytes that it gives; a broken entry gives nothing.
    pub fn peek(self, id: EntryId, head: &mut [u8]) -> &[u8] {
        let Some(entry) = self.directory.entry(id) else {
            return &[];
        };
        let len = head
            .len()
            .min(usize::try_from(entry.size).unwrap_or(usize::MAX));
        let Some(head) = head.get_mut(..len) else {
            return &[];
        };
        if entry.data_at == u64::MAX {
            return &[];
        }
        if entry.method != STORED {
            let available = entry.compressed.min(PEEK_INPUT as u64);
            let data = slice_up_to(self.bytes, entry.data_at, available);
            let made = with_inflater(|inflate| {
                // An error after some output still gave that output.
                let _ = inflate.decompress(data, head, InflateFlush::NoFlush);
                usize::try_from(inflate.total_out()).unwrap_or(0)
            });
            if made > 0 || entry.method == DEFLATED {
                return head.get(..made).unwrap_or(&[]);
            }
        }
        let data = slice_up_to(self.bytes, entry.data_at, len as u64);
        let Some(head) = head.get_mut(..data.len()) else {
            return &[];
        };
        head.copy_from_slice(data);
        head
    }

    /// The content of an entry, borrowed if it is stored. Its CRC is not checked, as Android does
    /// not check it; [`crc_matches`] is for those who want to.
    ///
    /// # Errors
    ///
    /// When it is damaged or encrypted, or larger than `limit`.
    pub fn read(self, id: EntryId, limit: u64) -> Result<Content<'a>, EntryError> {
        let entry = self
            .directory
            .entry(id)
            .ok_or(EntryError::NoLocalHeader { offset: u64::MAX })?;
        if entry.data_at == u64::MAX {
            return Err(EntryError::NoLocalHeader {
                offset: entry.header_at,
            });
        }
        let content = match entry.method {
            STORED => self.read_stored(entry),
            DEFLATED => self.read_deflated(entry, limit),
            // Resource loading takes every other method for stored; a stream that inflates to
            // the very size that is declared was meant to be inflated all the same.
            _ => match self.read_deflated(entry, limit) {
                Ok(content) if !content.wrong_size => Ok(content),
                Err(error @ EntryError::TooLarge { .. }) => Err(error),
                _ => self.read_stored(entry),
            },
        };
        if entry.encryption_bit() && is_encrypted(entry, &content) {
            return Err(EntryError::Encrypted);
        }
        content
    }

    fn read_stored(self, entry: &Entry) -> Result<Content<'a>, EntryError> {
        let past_end = EntryError::PastEnd {
            offset: entry.data_at,
            len: entry.size,
        };
        let bytes = checked_slice(self.bytes, entry.data_at, entry.size).ok_or(past_end)?;
        Ok(Content {
            bytes: Cow::Borrowed(bytes),
            how: How::Stored,
            wrong_size: false,
        })
    }

    fn read_deflated(self, entry: &Entry, limit: u64) -> Result<Content<'a>, EntryError> {
        let size = entry.max_size();
        if size > limit {
            return Err(EntryError::TooLarge { size, limit });
        }
        let past_end = EntryError::PastEnd {
            offset: entry.data_at,
            len: entry.compressed,
        };
        let data = checked_slice(self.bytes, entry.data_at, entry.compressed).ok_or(past_end)?;
        let room = usize::try_from(size).map_err(|_| EntryError::TooLarge { size, limit })?;
        let mut out = vec![0; room];
        let (status, made) = with_inflater(|inflate| {
            // One byte of room more than nothing, so that an empty stream can end.
            let mut spare = [0];
            let target = if out.is_empty() {
                &mut spare[..]
            } else {
                &mut out[..]
            };
            let status = inflate.decompress(data, target, InflateFlush::Finish);
            (status, usize::try_from(inflate.total_out()).unwrap_or(0))
        });
        let ended = status == Ok(Status::StreamEnd);
        // Full, and the stream goes on: Android's resource loading takes what was declared.
        let cut = made >= room && room as u64 == entry.size && status.is_ok();
        if !ended && !cut {
            return Err(EntryError::BrokenStream {
                produced: made as u64,
                size: entry.size,
            });
        }
        out.truncate(made);
        Ok(Content {
            bytes: Cow::Owned(out),
            how: How::Inflated,
            wrong_size: !ended || made as u64 != entry.size,
        })
    }
}

/// Whether the content has the CRC that the central directory gives.
#[must_use]
pub fn crc_matches(entry: &Entry, content: &[u8]) -> bool {
    zlib_rs::crc32::crc32(0, content) == entry.crc
}

/// Of an entry with the encryption bit: a stream that inflates to its declared size was not
/// encrypted; stored bytes tell by their CRC.
fn is_encrypted(entry: &Entry, content: &Result<Content<'_>, EntryError>) -> bool {
    match content {
        Ok(content) if content.how == How::Inflated => content.wrong_size,
        // Traditional encryption puts 12 bytes in front, AES its salt: the sizes then differ.
        Ok(content) => entry.compressed != entry.size && !crc_matches(entry, &content.bytes),
        Err(EntryError::BrokenStream { .. }) => true,
        Err(_) => false,
    }
}

/// Where the central directory is, and what ends it.
struct EndRecord {
    /// Where the end record is.
    end_at: u64,
    /// Where the central directory is, in the file.
    directory_at: u64,
    /// Entries declared.
    count: u64,
    /// To be added to every offset in the archive: bytes that were put in front of it.
    shift: u64,
}

impl EndRecord {
    fn find(bytes: &[u8], directory: &mut Directory) -> Result<Self, ZipError> {
        let len = bytes.len() as u64;
        let near = len.saturating_sub(END_SEARCH);
        let tail = slice(bytes, near, len - near);
        let last = memmem::rfind(tail, END_SIGNATURE).map(|at| near + at as u64);
        let last = match last {
            Some(at) => at,
            // Further back only in what begins as an archive: Android does not open it.
            None if bytes.starts_with(LOCAL_SIGNATURE) => {
                memmem::rfind(bytes, END_SIGNATURE).ok_or(ZipError::NoEndRecord)? as u64
            }
            None => return Err(ZipError::NoEndRecord),
        };
        let mut first_error = None;
        let mut at = last;
        for _ in 0..END_CANDIDATES {
            match Self::parse(bytes, at) {
                Ok(found) => {
                    if at != last {
                        directory.odd(Tampering::DecoyEndRecord { offset: last });
                    }
                    found.check_comment(bytes, at == last, directory);
                    return Ok(found);
                }
                Err(error) => first_error = first_error.or(Some(error)),
            }
            let before = slice(bytes, 0, at);
            match memmem::rfind(before, END_SIGNATURE) {
                Some(earlier) => at = earlier as u64,
                None => break,
            }
        }
        Err(first_error.unwrap_or(ZipError::NoEndRecord))
    }

    fn parse(bytes: &[u8], at: u64) -> Result<Self, ZipError> {
        let record = array_at::<{ END_LEN as usize }>(bytes, at).ok_or(ZipError::NoEndRecord)?;
        let mut count = u64::from(u16_in(record, 10));
        let mut size = u64::from(u32_in(record, 12));
        let mut offset = u64::from(u32_in(record, 16));
        let disk = u16_in(record, 4);
        let mut end_at = at;
        if (count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff)
            && let Some(wide) = Self::zip64(bytes, at)
        {
            (count, size, offset, end_at) = wide;
        }
        let mut found = Self {
            end_at,
            directory_at: offset,
            count,
            shift: 0,
        };
        if signature_at(bytes, offset, CENTRAL_SIGNATURE) && offset < end_at {
            return Ok(found);
        }
        if count == 0 && size == 0 && offset <= end_at {
            return Ok(found);
        }
        // Something was put in front, and the offsets were left as they were.
        if let Some(directory_at) = end_at.checked_sub(size)
            && let Some(shift) = directory_at.checked_sub(offset)
            && signature_at(bytes, directory_at, CENTRAL_SIGNATURE)
        {
            found.directory_at = directory_at;
            found.shift = shift;
            return Ok(found);
        }
        if disk != 0 && disk != 0xffff {
            return Err(ZipError::Multivolume);
        }
        Err(ZipError::NoDirectory { offset })
    }

    /// Count, size, offset and place of the ZIP64 end record, whose locator stands right before
    /// the end record.
    fn zip64(bytes: &[u8], end_at: u64) -> Option<(u64, u64, u64, u64)> {
        let locator_at = end_at.checked_sub(LOCATOR64_LEN)?;
        let locator = array_at::<{ LOCATOR64_LEN as usize }>(bytes, locator_at)?;
        if !locator.starts_with(LOCATOR64_SIGNATURE) {
            return None;
        }
        let told = u64_in(locator, 8);
        // Right before the locator, where something was put in front of the archive.
        let places = [Some(told), locator_at.checked_sub(END64_LEN)];
        for at in places.into_iter().flatten() {
            let Some(record) = array_at::<{ END64_LEN as usize }>(bytes, at) else {
                continue;
            };
            if record.starts_with(END64_SIGNATURE) {
                return Some((
                    u64_in(record, 32),
                    u64_in(record, 40),
                    u64_in(record, 48),
                    at,
                ));
            }
        }
        None
    }

    fn check_comment(&self, bytes: &[u8], last: bool, directory: &mut Directory) {
        // With ZIP64, `end_at` is the wide record; the comment belongs to the narrow one.
        let Some(at) = memmem::find(slice_from(bytes, self.end_at), END_SIGNATURE) else {
            return;
        };
        let at = self.end_at + at as u64;
        let Some(record) = array_at::<{ END_LEN as usize }>(bytes, at) else {
            return;
        };
        let end = at + END_LEN + u64::from(u16_in(record, 20));
        let len = bytes.len() as u64;
        if end > len {
            directory.odd(Tampering::CommentPastEnd { missing: end - len });
        } else if end < len && last {
            directory.odd(Tampering::DataAfterEnd { len: len - end });
        }
    }
}

/// The record at `at`, and where the next one is.
fn read_central_record(bytes: &[u8], at: u64, end: &EndRecord) -> Option<(Entry, u64)> {
    let record = array_at::<{ CENTRAL_LEN as usize }>(bytes, at)?;
    if !record.starts_with(CENTRAL_SIGNATURE) {
        return None;
    }
    let name_len = u16_in(record, 28);
    let extra_len = u16_in(record, 30);
    let comment_len = u16_in(record, 32);
    let name_at = at + CENTRAL_LEN;
    let extra_at = name_at + u64::from(name_len);
    let next = extra_at + u64::from(extra_len) + u64::from(comment_len);
    // A comment that runs over the end loses itself, a name does not.
    if extra_at > end.end_at {
        return None;
    }
    let mut entry = Entry {
        name_at,
        header_at: u64::from(u32_in(record, 42)),
        data_at: u64::MAX,
        compressed: u64::from(u32_in(record, 20)),
        size: u64::from(u32_in(record, 24)),
        crc: u32_in(record, 16),
        name_len,
        method: u16_in(record, 10),
        flags: u16_in(record, 8),
    };
    widen(
        &mut entry,
        slice_up_to(bytes, extra_at, u64::from(extra_len)),
    );
    entry.header_at = entry.header_at.saturating_add(end.shift);
    Some((entry, next))
}

/// Takes sizes and offset that do not fit 32 bits from the ZIP64 extra field (APPNOTE 4.5.3).
fn widen(entry: &mut Entry, mut extra: &[u8]) {
    const FULL: u64 = 0xffff_ffff;
    if entry.size != FULL && entry.compressed != FULL && entry.header_at != FULL {
        return;
    }
    while let Some((header, rest)) = extra.split_at_checked(4) {
        let len = usize::from(u16_in(header, 2));
        let Some((data, rest)) = rest.split_at_checked(len) else {
            return;
        };
        extra = rest;
        if u16_in(header, 0) != 1 {
            continue;
        }
        // All three, or only those that are needed.
        let all = data.len() >= 24;
        let mut fields = data.chunks_exact(8).map(|field| u64_in(field, 0));
        for value in [&mut entry.size, &mut entry.compressed, &mut entry.header_at] {
            if (all || *value == FULL)
                && let Some(wide) = fields.next()
            {
                *value = wide;
            }
        }
        return;
    }
}

fn name_oddity(name: &[u8]) -> Option<NameOddity> {
    if name.is_empty() {
        return Some(NameOddity::Empty);
    }
    let drive = name.get(1) == Some(&b':') && name[0].is_ascii_alphabetic();
    if name[0] == b'/' || name[0] == b'\\' || drive {
        return Some(NameOddity::Absolute);
    }
    if memmem::find(name, b"..").is_some()
        && name
            .split(|byte| matches!(byte, b'/' | b'\\'))
            .any(|component| component == b"..")
    {
        return Some(NameOddity::Parent);
    }
    if name.iter().any(|byte| *byte < 0x20) {
        return Some(NameOddity::Control);
    }
    if !name.is_ascii() && std::str::from_utf8(name).is_err() {
        return Some(NameOddity::NotUtf8);
    }
    None
}

/// Runs `work` with an inflater for a raw deflate stream. One per thread: it is 40 KB of state
/// that most entries outlive by microseconds.
fn with_inflater<T>(work: impl FnOnce(&mut Inflate) -> T) -> T {
    thread_local! {
        static INFLATER: RefCell<Inflate> = RefCell::new(Inflate::new(false, 15));
    }
    INFLATER.with(|cell| match cell.try_borrow_mut() {
        Ok(mut inflate) => {
            inflate.reset(false);
            work(&mut inflate)
        }
        Err(_) => work(&mut Inflate::new(false, 15)),
    })
}

fn range(bytes: &[u8], at: u64, len: u64) -> Option<Range<usize>> {
    let start = usize::try_from(at).ok()?;
    let end = usize::try_from(at.checked_add(len)?).ok()?;
    (end <= bytes.len()).then_some(start..end)
}

fn checked_slice(bytes: &[u8], at: u64, len: u64) -> Option<&[u8]> {
    bytes.get(range(bytes, at, len)?)
}

fn slice(bytes: &[u8], at: u64, len: u64) -> &[u8] {
    checked_slice(bytes, at, len).unwrap_or(&[])
}

fn slice_from(bytes: &[u8], at: u64) -> &[u8] {
    slice_up_to(bytes, at, u64::MAX)
}

fn slice_up_to(bytes: &[u8], at: u64, len: u64) -> &[u8] {
    let room = (bytes.len() as u64).saturating_sub(at);
    slice(bytes, at, len.min(room))
}

fn array_at<const N: usize>(bytes: &[u8], at: u64) -> Option<&[u8; N]> {
    checked_slice(bytes, at, N as u64)?.try_into().ok()
}

fn signature_at(bytes: &[u8], at: u64, signature: &[u8; 4]) -> bool {
    array_at::<4>(bytes, at) == Some(signature)
}

fn u16_in(record: &[u8], at: usize) -> u16 {
    match record.get(at..at + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

fn u32_in(record: &[u8], at: usize) -> u32 {
    u32::from(u16_in(record, at)) | u32::from(u16_in(record, at + 2)) << 16
}

fn u64_in(record: &[u8], at: usize) -> u64 {
    u64::from(u32_in(record, at)) | u64::from(u32_in(record, at + 4)) << 32
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
