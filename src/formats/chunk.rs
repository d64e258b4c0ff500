//! Android's resource chunks: little-endian reads that cannot go out of bounds, and the header
//! that binary XML, string pools and resource tables share (`ResChunk_header` of AOSP's
//! `ResourceTypes.h`). Not responsible for what a chunk means.

/// Two bytes at `at`, little-endian.
#[inline]
pub(crate) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

/// Four bytes at `at`, little-endian.
#[inline]
pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// Four bytes at `at` as an offset or a length.
#[inline]
pub(crate) fn usize_at(data: &[u8], at: usize) -> Option<usize> {
    u32_at(data, at).map(|value| value as usize)
}

pub(crate) const STRING_POOL: u16 = 0x0001;
pub(crate) const TABLE: u16 = 0x0002;
pub(crate) const XML: u16 = 0x0003;
pub(crate) const XML_START_NAMESPACE: u16 = 0x0100;
pub(crate) const XML_START_ELEMENT: u16 = 0x0102;
pub(crate) const XML_END_ELEMENT: u16 = 0x0103;
pub(crate) const XML_LAST: u16 = 0x017f;
pub(crate) const XML_RESOURCE_MAP: u16 = 0x0180;
pub(crate) const TABLE_PACKAGE: u16 = 0x0200;
pub(crate) const TABLE_TYPE: u16 = 0x0201;

/// One chunk: its header, and its bytes from the header to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    pub kind: u16,
    pub header_size: usize,
    /// The whole chunk; `data.len()` is the declared size.
    pub data: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// The chunk at `at`, if it passes the checks that Android makes: a header of at least
    /// `min_header` bytes, within the chunk, and a chunk within the data. Android also wants both
    /// sizes to be multiples of four.
    pub(crate) fn at(data: &'a [u8], at: usize, min_header: usize) -> Option<Self> {
        let kind = u16_at(data, at)?;
        let header_size = usize::from(u16_at(data, at + 2)?);
        let size = usize_at(data, at + 4)?;
        if header_size < min_header.max(8) || header_size > size || (header_size | size) & 3 != 0 {
            return None;
        }
        let data = data.get(at..at.checked_add(size)?)?;
        Some(Self {
            kind,
            header_size,
            data,
        })
    }

    /// What follows the header.
    pub(crate) fn body(&self) -> &'a [u8] {
        self.data.get(self.header_size..).unwrap_or_default()
    }
}
