//! String pools of binary XML and resource tables (`ResStringPool` of AOSP's `ResourceTypes.h`),
//! decoded only where somebody looks. Styles (spans) are skipped.

use std::borrow::Cow;

use super::chunk::{STRING_POOL, u16_at, u32_at, usize_at};

/// Index of a string in its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringIdx(pub u32);

impl StringIdx {
    /// What Android writes for "no string".
    pub const NONE: Self = Self(u32::MAX);
}

/// A string as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawStr<'a> {
    /// UTF-8, or its modified form with encoded surrogates.
    Utf8(&'a [u8]),
    /// Little-endian UTF-16.
    Utf16(&'a [u8]),
}

impl<'a> RawStr<'a> {
    /// Bytes in the file.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        match self {
            Self::Utf8(bytes) | Self::Utf16(bytes) => bytes.len(),
        }
    }

    /// Text; borrowed if it is UTF-8. What is not text becomes U+FFFD.
    #[must_use]
    pub fn decode(&self) -> Cow<'a, str> {
        match *self {
            Self::Utf8(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(decode_modified_utf8(bytes)),
            },
            Self::Utf16(_) => {
                let mut out = String::new();
                self.decode_into(&mut out);
                Cow::Owned(out)
            }
        }
    }

    /// Text into a buffer, which loses what it held.
    pub fn decode_into(&self, out: &mut String) {
        out.clear();
        match self {
            Self::Utf8(_) => out.push_str(&self.decode()),
            Self::Utf16(bytes) => {
                out.reserve(bytes.len() / 2);
                let units = bytes
                    .chunks_exact(2)
                    .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
                out.extend(
                    char::decode_utf16(units)
                        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
                );
            }
        }
    }
}

/// Longest string that is decoded, in bytes of the file. Android's compiler cuts strings of a
/// table at 32,767 units; longer ones are hand-made.
const MAX_STRING: usize = 1 << 20;

/// The strings of a table or of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct StringPool<'a> {
    offsets: &'a [u8],
    strings: &'a [u8],
    utf8: bool,
}

impl<'a> StringPool<'a> {
    /// Reads the pool whose chunk begins where `data` begins. A count that does not fit is cut to
    /// what fits.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        if u16_at(data, 0)? != STRING_POOL {
            return None;
        }
        let header_size = usize::from(u16_at(data, 2)?);
        let size = usize_at(data, 4)?;
        let data = data.get(..size).unwrap_or(data);
        let count = usize_at(data, 8)?;
        let style_count = usize_at(data, 12)?;
        let flags = u32_at(data, 16)?;
        let strings_start = usize_at(data, 20)?;
        let styles_start = usize_at(data, 24)?;
        let table = data.get(header_size..).unwrap_or_default();
        let count = count.min(table.len() / 4);
        let end = if style_count != 0 && styles_start > strings_start {
            styles_start.min(data.len())
        } else {
            data.len()
        };
        Some(Self {
            offsets: table.get(..count * 4)?,
            strings: data.get(strings_start..end).unwrap_or_default(),
            utf8: flags & (1 << 8) != 0,
        })
    }

    /// How many strings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() / 4
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// Bytes of all strings, with lengths and terminators between them.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.strings.len()
    }

    /// A string as it stands in the file; cut at a megabyte.
    #[must_use]
    #[inline]
    pub fn raw(&self, index: StringIdx) -> Option<RawStr<'a>> {
        let offset = usize_at(self.offsets, (index.0 as usize).checked_mul(4)?)?;
        let rest = self.strings.get(offset..)?;
        if self.utf8 {
            self.raw_utf8(rest)
        } else {
            raw_utf16(rest)
        }
    }

    /// A string as text.
    #[must_use]
    #[inline]
    pub fn get(&self, index: StringIdx) -> Option<Cow<'a, str>> {
        self.raw(index).map(|raw| raw.decode())
    }

    /// The strings in order of their indexes, until what was decoded outgrows the pool: honest
    /// pools share nothing, so only a hostile one is cut.
    pub fn iter(&self) -> impl Iterator<Item = (StringIdx, RawStr<'a>)> + use<'a> {
        let pool = *self;
        let mut budget = self.strings.len().saturating_mul(2);
        (0..self.len()).map_while(move |index| {
            let index = StringIdx(u32::try_from(index).ok()?);
            let raw = pool.raw(index).unwrap_or(RawStr::Utf8(b""));
            budget = budget.checked_sub(raw.byte_len())?;
            Some((index, raw))
        })
    }

    /// Index of the first string that equals `text`. Linear.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<StringIdx> {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.iter()
            .find(|(_, raw)| match raw {
                RawStr::Utf8(bytes) => *bytes == text.as_bytes(),
                RawStr::Utf16(bytes) => *bytes == utf16.as_slice(),
            })
            .map(|(index, _)| index)
    }

    #[inline]
    fn raw_utf8(&self, rest: &'a [u8]) -> Option<RawStr<'a>> {
        // Two lengths, in UTF-16 units and in bytes, each in one byte or in two.
        let skip = if rest.first()? & 0x80 != 0 { 2 } else { 1 };
        let first = usize::from(*rest.get(skip)?);
        let (mut len, start) = if first & 0x80 != 0 {
            let low = usize::from(*rest.get(skip + 1)?);
            ((first & 0x7f) << 8 | low, skip + 2)
        } else {
            (first, skip + 1)
        };
        let rest = rest.get(start..)?;
        // The length has 15 bits; of a longer string it is the remainder, and the terminator
        // tells. Android probes in the same steps.
        if rest.get(len).is_some_and(|byte| *byte != 0) && first & 0x80 != 0 {
            let mut probe = len + 0x8000;
            while probe < rest.len() && probe < MAX_STRING {
                if rest.get(probe) == Some(&0) {
                    len = probe;
                    break;
                }
                probe += 0x8000;
            }
        }
        Some(RawStr::Utf8(rest.get(..len.min(MAX_STRING))?))
    }
}

#[inline]
fn raw_utf16(rest: &[u8]) -> Option<RawStr<'_>> {
    let first = usize::from(u16_at(rest, 0)?);
    let (units, start) = if first & 0x8000 != 0 {
        let low = usize::from(u16_at(rest, 2)?);
        ((first & 0x7fff) << 16 | low, 4)
    } else {
        (first, 2)
    };
    let rest = rest.get(start..)?;
    let len = units.checked_mul(2)?;
    if len > rest.len() {
        return None;
    }
    Some(RawStr::Utf16(rest.get(..len.min(MAX_STRING))?))
}

/// UTF-8 in which characters beyond the BMP are two encoded surrogates, as older Android tools
/// write it. Anything else that is not UTF-8 becomes U+FFFD.
fn decode_modified_utf8(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return out;
            }
            Err(error) => {
                let (good, bad) = rest.split_at(error.valid_up_to());
                out.push_str(&String::from_utf8_lossy(good));
                match surrogate_pair(bad) {
                    Some(character) => {
                        out.push(character);
                        rest = bad.get(6..).unwrap_or_default();
                    }
                    None => {
                        out.push(char::REPLACEMENT_CHARACTER);
                        let skip = error.error_len().unwrap_or(bad.len()).max(1);
                        rest = bad.get(skip..).unwrap_or_default();
                    }
                }
            }
        }
    }
}

fn surrogate_pair(bytes: &[u8]) -> Option<char> {
    let unit = |at: usize| -> Option<u32> {
        let [a, b, c] = bytes.get(at..at + 3)?.try_into().ok()?;
        let unit = u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
        (a == 0xed && b & 0xc0 == 0x80 && c & 0xc0 == 0x80).then_some(unit)
    };
    let (high, low) = (unit(0)?, unit(3)?);
    if !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A pool chunk with these strings.
    pub(crate) fn pool(strings: &[&str], utf8: bool) -> Vec<u8> {
        let mut offsets = Vec::new();
        let mut data = Vec::new();
        for text in strings {
            offsets.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
            let units: Vec<u16> = text.encode_utf16().collect();
            if utf8 {
                for len in [units.len(), text.len()] {
                    if len > 0x7f {
                        data.push(0x80 | u8::try_from(len >> 8 & 0x7f).unwrap());
                    }
                    data.push(u8::try_from(len & 0xff).unwrap());
                }
                data.extend_from_slice(text.as_bytes());
                data.push(0);
            } else {
                data.extend_from_slice(&u16::try_from(units.len()).unwrap().to_le_bytes());
                for unit in units {
                    data.extend_from_slice(&unit.to_le_bytes());
                }
                data.extend_from_slice(&[0, 0]);
            }
        }
        while !data.len().is_multiple_of(4) {
            data.push(0);
        }
        let start = 28 + offsets.len();
        let mut out = Vec::new();
        out.extend_from_slice(&STRING_POOL.to_le_bytes());
        out.extend_from_slice(&28u16.to_le_bytes());
        for field in [
            start + data.len(),
            strings.len(),
            0,
            if utf8 { 1 << 8 } else { 0 },
            start,
            0,
        ] {
            out.extend_from_slice(&u32::try_from(field).unwrap().to_le_bytes());
        }
        out.extend_from_slice(&offsets);
        out.extend_from_slice(&data);
        out
    }

    #[test]
    fn both_encodings() {
        let long = "x".repeat(300);
        let texts = ["", "Abmelden", "ログアウト", "🔒 выйти", &long];
        for utf8 in [true, false] {
            let data = pool(&texts, utf8);
            let pool = StringPool::parse(&data).unwrap();
            assert_eq!(pool.len(), texts.len());
            for (index, text) in texts.iter().enumerate() {
                let index = StringIdx(u32::try_from(index).unwrap());
                assert_eq!(pool.get(index).unwrap(), *text);
                assert_eq!(pool.find(text), Some(index));
            }
            assert_eq!(pool.get(StringIdx(5)), None);
            assert_eq!(pool.get(StringIdx::NONE), None);
        }
    }

    #[test]
    fn a_string_longer_than_its_length_can_say() {
        let text = "y".repeat(0x8000 + 5);
        let data = pool(&[&text, "z"], true);
        let pool = StringPool::parse(&data).unwrap();
        assert_eq!(pool.get(StringIdx(0)).unwrap().len(), text.len());
    }

    #[test]
    fn encoded_surrogates() {
        let bytes = b"a\xed\xa0\xbd\xed\xb4\x92b\xffc\xed\xa0";
        assert_eq!(
            RawStr::Utf8(bytes).decode(),
            "a🔒b\u{fffd}c\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn a_bogus_count_is_cut() {
        let mut data = pool(&["a", "b"], true);
        data[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        let pool = StringPool::parse(&data).unwrap();
        assert_eq!(pool.get(StringIdx(1)).unwrap(), "b");
        assert!(pool.iter().count() <= data.len() / 4);
    }
}
