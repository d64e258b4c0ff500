//! Random access to bytes, whatever holds them: a memory map, a buffer, later a remote file.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

/// Files below this size are read, larger ones are mapped: a map costs two system calls and a
/// page fault per 4 KB, which only pays off where most of a file stays untouched.
const READ_BELOW: u64 = 64 * 1024;

/// Random access to bytes.
pub trait ReadAt {
    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Fills `buf` from `offset` as far as there are bytes, and says how many there were.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be got; reading past the end is no error.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// All of it, if it lies in memory.
    fn as_slice(&self) -> Option<&[u8]>;

    /// Whether there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReadAt for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).map_or(&[][..], |at| self.get(at..).unwrap_or(&[]));
        let len = from.len().min(buf.len());
        buf[..len].copy_from_slice(&from[..len]);
        Ok(len)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(self)
    }
}

/// What holds the bytes.
#[derive(Debug)]
enum Backing {
    Map(Mmap),
    Owned(Vec<u8>),
}

impl Backing {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Map(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// A run of bytes in memory, cheap to clone and to cut: a mapped file, an inflated archive inside
/// an archive, or a stored one that still lies in the map.
#[derive(Debug, Clone)]
pub struct Bytes {
    backing: Arc<Backing>,
    range: Range<usize>,
}

impl Bytes {
    /// Maps or reads a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, read or mapped.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        if len < READ_BELOW {
            let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
            file.take(len).read_to_end(&mut bytes)?;
            return Ok(Self::from(bytes));
        }
        #[allow(
            unsafe_code,
            reason = "a map is what makes a 200 MB build cost no copy; it is private and read-only, \
                      and every reader takes the bytes as hostile, so a change under our feet can \
                      only give nonsense; a file that is cut short meanwhile ends the process, \
                      as it does for every program that maps its input"
        )]
        // SAFETY: the map is read-only and its length is the file's own; no reference to it is
        // used to uphold an invariant, as said above.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self::of(Backing::Map(map)))
    }

    fn of(backing: Backing) -> Self {
        let range = 0..backing.as_slice().len();
        Self {
            backing: Arc::new(backing),
            range,
        }
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.backing
            .as_slice()
            .get(self.range.clone())
            .unwrap_or(&[])
    }

    /// A part of the bytes, which must be a sub-slice of [`Bytes::as_slice`]; what is not gives
    /// nothing.
    #[must_use]
    pub fn cut(&self, part: &[u8]) -> Self {
        let base = self.backing.as_slice().as_ptr() as usize;
        let start = (part.as_ptr() as usize).wrapping_sub(base);
        let inside = start
            .checked_add(part.len())
            .is_some_and(|end| start >= self.range.start && end <= self.range.end);
        Self {
            backing: Arc::clone(&self.backing),
            range: if inside {
                start..start + part.len()
            } else {
                0..0
            },
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::of(Backing::Owned(bytes))
    }
}

impl ReadAt for Bytes {
    fn len(&self) -> u64 {
        self.range.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        Self::as_slice(self).read_at(offset, buf)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(Self::as_slice(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_up_to_the_end() {
        let bytes = Bytes::from(b"0123456789".to_vec());
        let mut buf = [0; 4];
        assert_eq!(bytes.read_at(8, &mut buf).unwrap(), 2);
        assert_eq!(&buf[..2], b"89");
        assert_eq!(bytes.read_at(u64::MAX, &mut buf).unwrap(), 0);
    }

    #[test]
    fn cuts_only_its_own_bytes() {
        let bytes = Bytes::from(b"0123456789".to_vec());
        let part = bytes.cut(&bytes.as_slice()[2..5]);
        assert_eq!(part.as_slice(), b"234");
        assert_eq!(part.cut(&bytes.as_slice()[2..3]).as_slice(), b"2");
        assert!(part.cut(bytes.as_slice()).as_slice().is_empty());
        assert!(bytes.cut(b"elsewhere").as_slice().is_empty());
    }

    #[test]
    fn small_and_large_files_read_the_same() {
        let folder = std::env::temp_dir().join(format!("signoff-bytes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for len in [0, 10, 70_000] {
            let path = folder.join(format!("{len}"));
            let content: Vec<u8> = (0..len).map(|byte| byte as u8).collect();
            std::fs::write(&path, &content).unwrap();
            assert_eq!(Bytes::open(&path).unwrap().as_slice(), content);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
