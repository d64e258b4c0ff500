//! Strings: `string_data_item`, modified UTF-8, and finding a string by its bytes.
//!
//! Follows *Dalvik Executable format*, sections *MUTF-8 (Modified UTF-8) Encoding* and
//! *string_data_item*. `string_ids` is sorted by UTF-16 code units, which for modified UTF-8 is the
//! order of the bytes, but that U+0000 (`c0 80`) comes before everything else.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::bytes::{Cursor, us};
use super::file::Dex;
use super::ids::StringIdx;
use super::limits;

/// How the strings of a file can be searched; found out at the first search that misses.
#[derive(Debug)]
pub(super) enum StringOrder {
    /// Sorted as the format demands, or too long in sum to tell.
    Sorted,
    /// Not sorted; the indexes of all strings, ordered by their bytes.
    Unsorted(Vec<u32>),
}

impl<'a> Dex<'a> {
    /// The bytes of a string, modified UTF-8 without the NUL at its end.
    #[inline]
    #[must_use]
    pub fn string_bytes(&self, index: StringIdx) -> Option<&'a [u8]> {
        let offset = u32::from_le_bytes(*self.strings.get(us(index.0))?);
        let mut cursor = Cursor::new(self.data.get(us(offset)..)?);
        cursor.uleb()?;
        let rest = cursor.rest();
        rest.get(..memchr::memchr(0, rest)?)
    }

    /// A string, with what is not valid in it replaced by U+FFFD.
    #[must_use]
    pub fn string(&self, index: StringIdx) -> Option<Cow<'a, str>> {
        self.string_bytes(index).map(decode_mutf8)
    }

    /// The string with these bytes, in modified UTF-8. A binary search; the first that misses looks
    /// whether the strings are sorted at all, and indexes them when they are not.
    #[must_use]
    pub fn find_string(&self, wanted: &[u8]) -> Option<StringIdx> {
        let at = self.strings_before(wanted);
        let found = u32::try_from(at).ok().map(StringIdx)?;
        if self.string_bytes(found) == Some(wanted) {
            return Some(found);
        }
        match self.string_order.get_or_init(|| self.string_order()) {
            StringOrder::Sorted => None,
            StringOrder::Unsorted(order) => {
                let bytes = |index: u32| self.string_bytes(StringIdx(index)).unwrap_or_default();
                let at = order.partition_point(|&index| bytes(index) < wanted);
                let found = order.get(at).copied().filter(|&it| bytes(it) == wanted);
                found.map(StringIdx)
            }
        }
    }

    /// Number of strings before `wanted`, when they are sorted.
    pub(super) fn strings_before(&self, wanted: &[u8]) -> usize {
        let (mut low, mut high) = (0usize, self.strings.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let before = u32::try_from(middle)
                .ok()
                .and_then(|index| self.string_bytes(StringIdx(index)))
                .is_some_and(|bytes| compare(bytes, wanted) == Ordering::Less);
            if before {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn string_order(&self) -> StringOrder {
        let mut budget = self.data.len().saturating_mul(limits::STRING_PASSES);
        let mut sorted = true;
        let mut last: Option<&[u8]> = None;
        for (_, bytes) in self.indexed_strings() {
            let Some(left) = budget.checked_sub(bytes.len() + 1) else {
                return StringOrder::Sorted;
            };
            budget = left;
            sorted &= last.is_none_or(|last| compare(last, bytes) == Ordering::Less);
            last = Some(bytes);
        }
        if sorted {
            return StringOrder::Sorted;
        }
        let mut order: Vec<_> = self.indexed_strings().collect();
        order.sort_unstable_by_key(|&(index, bytes)| (bytes, index));
        StringOrder::Unsorted(order.into_iter().map(|(index, _)| index).collect())
    }

    /// Every string that is there.
    fn indexed_strings(&self) -> impl Iterator<Item = (u32, &'a [u8])> + '_ {
        (0..self.string_count())
            .filter_map(|index| Some((index, self.string_bytes(StringIdx(index))?)))
    }
}

/// The order of `string_ids`.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let common = left
        .iter()
        .zip(right)
        .find(|(left, right)| left != right)
        .map(|(&left, &right)| (rank(left), rank(right)));
    match common {
        Some((left, right)) => left.cmp(&right),
        None => left.len().cmp(&right.len()),
    }
}

/// `c0` only begins `c0 80`, which is U+0000.
const fn rank(byte: u8) -> u8 {
    if byte == 0xc0 { 0 } else { byte }
}

/// Decodes modified UTF-8: `c0 80` is U+0000, a surrogate pair is two sequences of three bytes.
/// Plain UTF-8 of four bytes, which some tools write, is taken too. Borrows what is plain ASCII.
/// Everything invalid, lone surrogates included, becomes U+FFFD.
#[must_use]
pub fn decode_mutf8(bytes: &[u8]) -> Cow<'_, str> {
    // Where both agree the bytes are UTF-8; an encoded surrogate or c0 80 never is.
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((unit, width)) = next_unit(rest) {
        rest = rest.get(width..).unwrap_or_default();
        let mut point = unit;
        if (0xd800..0xdc00).contains(&unit)
            && let Some((low @ 0xdc00..0xe000, width)) = next_unit(rest)
        {
            rest = rest.get(width..).unwrap_or_default();
            point = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
        text.push(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

/// The code unit, or code point of a four-byte sequence, at the start of `bytes` and its width;
/// an invalid byte is a lone unit that no character has.
fn next_unit(bytes: &[u8]) -> Option<(u32, usize)> {
    const INVALID: u32 = 0xffff_ffff;
    let tail = |byte: u8| (byte & 0xc0 == 0x80).then_some(u32::from(byte & 0x3f));
    let first = *bytes.first()?;
    let decoded = match (first, bytes) {
        (0..0x80, _) => Some((u32::from(first), 1)),
        (0xc0..0xe0, [_, b, ..]) => tail(*b).map(|b| ((u32::from(first & 0x1f) << 6) | b, 2)),
        (0xe0..0xf0, [_, b, c, ..]) => tail(*b)
            .zip(tail(*c))
            .map(|(b, c)| ((u32::from(first & 0x0f) << 12) | (b << 6) | c, 3)),
        (0xf0..0xf8, [_, b, c, d, ..]) => {
            tail(*b).zip(tail(*c)).zip(tail(*d)).map(|((b, c), d)| {
                let point = (u32::from(first & 0x07) << 18) | (b << 12) | (c << 6) | d;
                (point, 4)
            })
        }
        _ => None,
    };
    Some(decoded.unwrap_or((INVALID, 1)))
}
