//! Reading little-endian numbers and LEB128 out of a slice; `None` past its end.
//!
//! Follows the *LEB128* section of the DEX format: at most five bytes a number. What a fifth byte
//! holds beyond 32 bits is dropped, as the runtime does.

/// The `N` bytes at `at`.
#[inline]
pub(super) fn array_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk::<N>().copied()
}

/// The little-endian `u16` at `at`.
#[inline]
pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    array_at(data, at).map(u16::from_le_bytes)
}

/// The little-endian `u32` at `at`.
#[inline]
pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    array_at(data, at).map(u32::from_le_bytes)
}

/// An offset or count of the file as an index into memory.
#[inline]
pub(super) const fn us(value: u32) -> usize {
    value as usize
}

/// The little-endian `u32` at byte `at` of a table record; zero past its end, which a record's
/// own fields never are.
#[inline]
pub(super) fn field32<const N: usize>(record: &[u8; N], at: usize) -> u32 {
    u32_at(record, at).unwrap_or(0)
}

/// The little-endian `u16` at byte `at` of a table record.
#[inline]
pub(super) fn field16<const N: usize>(record: &[u8; N], at: usize) -> u16 {
    u16_at(record, at).unwrap_or(0)
}

/// A reader that walks forward over a slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    data: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A reader over `data`.
    #[inline]
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self { data }
    }

    /// What is left.
    #[inline]
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.data
    }

    /// The next byte.
    #[inline]
    pub(super) fn u8(&mut self) -> Option<u8> {
        let (&first, rest) = self.data.split_first()?;
        self.data = rest;
        Some(first)
    }

    /// The next `count` bytes.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.data.split_at_checked(count)?;
        self.data = rest;
        Some(taken)
    }

    /// The next unsigned LEB128.
    #[inline]
    pub(super) fn uleb(&mut self) -> Option<u32> {
        let first = self.u8()?;
        if first < 0x80 {
            return Some(u32::from(first));
        }
        self.uleb_rest(u32::from(first & 0x7f))
    }

    fn uleb_rest(&mut self, mut value: u32) -> Option<u32> {
        for shift in [7u32, 14, 21, 28] {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(value)
    }

    /// The next unsigned LEB128 plus one: `None` inside when it is minus one.
    #[inline]
    pub(super) fn uleb_p1(&mut self) -> Option<Option<u32>> {
        self.uleb().map(|value| value.checked_sub(1))
    }

    /// The next signed LEB128.
    #[inline]
    pub(super) fn sleb(&mut self) -> Option<i32> {
        let mut value = 0u32;
        for shift in [0u32, 7, 14, 21, 28] {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let used = shift + 7;
                if used < 32 && byte & 0x40 != 0 {
                    value |= u32::MAX << used;
                }
                break;
            }
        }
        Some(value.cast_signed())
    }

    /// Skips `count` LEB128 numbers; `None` when the slice ends before.
    #[inline]
    pub(super) fn skip_leb(&mut self, count: u64) -> Option<()> {
        for _ in 0..count {
            self.uleb()?;
        }
        Some(())
    }
}
