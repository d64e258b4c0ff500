//! A small ZIP writer for tests: every field of every header can be made to lie.

use zlib_rs::{Deflate, DeflateFlush};

use super::{DEFLATED, STORED};

/// An archive in the making.
#[derive(Default)]
pub(crate) struct Zip {
    /// Bytes before the first entry.
    pub front: Vec<u8>,
    /// Whether the offsets count from behind `front`, as when it was put there later.
    pub stale_offsets: bool,
    /// Bytes between the last entry and the central directory: a signing block.
    pub block: Vec<u8>,
    pub comment: Vec<u8>,
    /// Added to the comment's length.
    pub comment_lie: u16,
    /// Bytes behind the end record and its comment.
    pub behind: Vec<u8>,
    /// Added to the number of entries in the end record.
    pub count_lie: i16,
    /// Writes the ZIP64 records, and saturates the fields that they replace.
    pub wide: bool,
    entries: Vec<Entry>,
}

/// An entry in the making: the fields are those of the central directory, `local_` those of the
/// local header.
#[derive(Clone)]
pub(crate) struct Entry {
    pub name: Vec<u8>,
    pub local_name: Vec<u8>,
    pub data: Vec<u8>,
    pub method: u16,
    pub local_method: u16,
    pub flags: u16,
    pub local_flags: u16,
    pub crc: u32,
    pub local_crc: u32,
    pub compressed: u32,
    pub local_compressed: u32,
    pub size: u32,
    pub local_size: u32,
    pub extra: Vec<u8>,
    pub local_extra: Vec<u8>,
    /// Added to the length of `extra`.
    pub extra_lie: u16,
    /// Points to the local header of that earlier entry, and writes none.
    pub same_as: Option<usize>,
    /// Takes the place of the offset of the local header.
    pub offset: Option<u32>,
}

impl Entry {
    pub(crate) fn stored(name: &str, content: &[u8]) -> Self {
        Self::new(name, content, content.to_vec(), STORED)
    }

    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        Self::new(name, content, deflate(content), DEFLATED)
    }

    fn new(name: &str, content: &[u8], data: Vec<u8>, method: u16) -> Self {
        let crc = zlib_rs::crc32::crc32(0, content);
        let (compressed, size) = (data.len() as u32, content.len() as u32);
        Self {
            name: name.into(),
            local_name: name.into(),
            data,
            method,
            local_method: method,
            flags: 0,
            local_flags: 0,
            crc,
            local_crc: crc,
            compressed,
            local_compressed: compressed,
            size,
            local_size: size,
            extra: Vec::new(),
            local_extra: Vec::new(),
            extra_lie: 0,
            same_as: None,
            offset: None,
        }
    }

    /// Changes some fields.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0; content.len() + content.len() / 8 + 64];
    let mut deflate = Deflate::new(6, false, 15);
    deflate
        .compress(content, &mut out, DeflateFlush::Finish)
        .unwrap();
    out.truncate(deflate.total_out() as usize);
    out
}

impl Zip {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Changes some fields.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    pub(crate) fn stored(self, name: &str, content: &[u8]) -> Self {
        self.entry(Entry::stored(name, content))
    }

    pub(crate) fn deflated(self, name: &str, content: &[u8]) -> Self {
        self.entry(Entry::deflated(name, content))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.front.clone();
        let base = if self.stale_offsets { out.len() } else { 0 };
        let mut offsets: Vec<u32> = Vec::new();
        for entry in &self.entries {
            if let Some(other) = entry.same_as {
                offsets.push(offsets[other]);
                continue;
            }
            offsets.push((out.len() - base) as u32);
            out.extend(b"PK\x03\x04");
            for field in [20, entry.local_flags, entry.local_method, 0, 0] {
                out.extend(field.to_le_bytes());
            }
            for field in [entry.local_crc, entry.local_compressed, entry.local_size] {
                out.extend(field.to_le_bytes());
            }
            out.extend((entry.local_name.len() as u16).to_le_bytes());
            out.extend((entry.local_extra.len() as u16).to_le_bytes());
            out.extend(&entry.local_name);
            out.extend(&entry.local_extra);
            out.extend(&entry.data);
        }
        out.extend(&self.block);
        let directory_at = out.len();
        for (entry, offset) in self.entries.iter().zip(offsets) {
            out.extend(b"PK\x01\x02");
            for field in [20, 20, entry.flags, entry.method, 0, 0] {
                out.extend(field.to_le_bytes());
            }
            for field in [entry.crc, entry.compressed, entry.size] {
                out.extend(field.to_le_bytes());
            }
            out.extend((entry.name.len() as u16).to_le_bytes());
            out.extend((entry.extra.len() as u16 + entry.extra_lie).to_le_bytes());
            out.extend([0; 10]);
            out.extend(entry.offset.unwrap_or(offset).to_le_bytes());
            out.extend(&entry.name);
            out.extend(&entry.extra);
        }
        let size = out.len() - directory_at;
        let offset = directory_at - base;
        let mut count = (self.entries.len() as i16 + self.count_lie) as u16;
        if self.wide {
            let wide_at = (out.len() - base) as u64;
            out.extend(b"PK\x06\x06");
            out.extend(44u64.to_le_bytes());
            out.extend([45, 0, 45, 0]);
            out.extend([0; 8]);
            for field in [
                u64::from(count),
                u64::from(count),
                size as u64,
                offset as u64,
            ] {
                out.extend(field.to_le_bytes());
            }
            out.extend(b"PK\x06\x07");
            out.extend([0; 4]);
            out.extend(wide_at.to_le_bytes());
            out.extend(1u32.to_le_bytes());
            count = 0xffff;
        }
        let saturated = |field: usize| if self.wide { u32::MAX } else { field as u32 };
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(saturated(size).to_le_bytes());
        out.extend(saturated(offset).to_le_bytes());
        out.extend((self.comment.len() as u16 + self.comment_lie).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.behind);
        out
    }
}
