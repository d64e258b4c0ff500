//! The index of an archive: end record, central directory, local headers (APPNOTE 4.3.7 to 4.3.16,
//! ZIP64 in 4.5.3), and the checks that compare them.

use std::cmp::Reverse;
use std::collections::HashMap;

use memchr::memmem;

use super::at::{array_at, signature_at, slice, slice_up_to, u16_in, u32_in, u64_in};
use super::tampering::KINDS;
use super::{
    DEFLATED, Entry, EntryId, FLAG_ENCRYPTED, LOCAL_SIGNATURE, NameOddity, STORED, Tampering,
    ZipError,
};

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
/// How far we look, in what begins as an archive.
const END_SEARCH_FAR: u64 = 16 << 20;
/// End records tried, from the last one back, before the archive is given up.
const END_CANDIDATES: usize = 64;
/// Oddities kept of a kind; what is beyond is only counted, so that none can crowd another out.
const KEPT: u32 = 16;
/// Bit 3 of the general purpose bit flag: CRC and sizes stand behind the data, those of the local
/// header say nothing.
const FLAG_DESCRIPTOR: u16 = 1 << 3;

/// Index of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    entries: Vec<Entry>,
    tampering: Vec<Tampering>,
    tampering_counts: [u32; KINDS],
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

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
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

    /// What is odd, in the order in which it was seen: end record, entries, the whole. At most 16
    /// of a kind; [`Directory::how_often`] counts.
    #[must_use]
    pub fn tampering(&self) -> &[Tampering] {
        &self.tampering
    }

    /// How many oddities there are of the kind of this one, names apart by what is odd in them.
    #[must_use]
    pub fn how_often(&self, tampering: Tampering) -> u32 {
        self.tampering_counts
            .get(tampering.kind())
            .copied()
            .unwrap_or(0)
    }

    fn odd(&mut self, tampering: Tampering) {
        let Some(count) = self.tampering_counts.get_mut(tampering.kind()) else {
            return;
        };
        *count = count.saturating_add(1);
        if *count <= KEPT {
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
                let rest = slice(bytes, at, end.end_at.saturating_sub(at));
                // A record whose lengths are off by a few bytes hides only itself.
                if let Some(gap) = memmem::find(rest, CENTRAL_SIGNATURE).filter(|gap| *gap > 0) {
                    self.odd(Tampering::DirectoryGap {
                        offset: at,
                        len: gap as u64,
                    });
                    at += gap as u64;
                    continue;
                }
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
        // The standard hasher: names are chosen by whoever made the archive.
        let mut seen: HashMap<&[u8], EntryId> = HashMap::with_capacity(self.entries.len());
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
        let far = if bytes.starts_with(LOCAL_SIGNATURE) {
            END_SEARCH_FAR
        } else {
            END_SEARCH
        };
        let from = (bytes.len() as u64).saturating_sub(far);
        let mut last = None;
        let mut before = bytes.len() as u64;
        let mut error = ZipError::NoEndRecord;
        for _ in 0..END_CANDIDATES {
            let searched = slice(bytes, from, before - from);
            let Some(at) = memmem::rfind(searched, END_SIGNATURE) else {
                break;
            };
            let at = from + at as u64;
            match Self::parse(bytes, at) {
                Ok(found) => {
                    if let Some(offset) = last {
                        directory.odd(Tampering::DecoyEndRecord { offset });
                    }
                    check_comment(bytes, at, last.is_none(), directory);
                    return Ok(found);
                }
                // The last record is the one that an error is about.
                Err(wrong) if last.is_none() => error = wrong,
                Err(_) => {}
            }
            last = last.or(Some(at));
            before = at;
        }
        Err(error)
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
}

/// Compares the length of the comment of the end record at `at` with what there is.
fn check_comment(bytes: &[u8], at: u64, last: bool, directory: &mut Directory) {
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
