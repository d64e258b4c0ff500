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

mod at;
#[cfg(test)]
pub(crate) mod build;
mod directory;
mod tampering;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::RefCell;

use zlib_rs::{Inflate, InflateFlush, Status};

use self::at::{checked_slice, slice, slice_up_to};
pub use self::directory::Directory;
pub use self::tampering::{NameOddity, Tampering};

/// Signature of a local file header, with which an archive begins.
pub const LOCAL_SIGNATURE: &[u8; 4] = b"PK\x03\x04";

/// Deflate cannot make more of a byte, says zlib's technical description.
const DEFLATE_MAX_RATIO: u64 = 1032;
/// Compressed bytes that a peek looks at: a block's tables take 300 at most, and a stream may begin
/// with any number of empty blocks.
const PEEK_INPUT: usize = 4096;

/// Bit 0 of the general purpose bit flag: the entry is encrypted. Android ignores it.
const FLAG_ENCRYPTED: u16 = 1;

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
            .zip(self.directory.entries())
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
