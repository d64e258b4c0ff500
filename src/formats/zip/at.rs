//! Little-endian numbers and slices at an offset, without a panic on any offset.

use std::ops::Range;

fn range(bytes: &[u8], at: u64, len: u64) -> Option<Range<usize>> {
    let start = usize::try_from(at).ok()?;
    let end = usize::try_from(at.checked_add(len)?).ok()?;
    (end <= bytes.len()).then_some(start..end)
}

pub(super) fn checked_slice(bytes: &[u8], at: u64, len: u64) -> Option<&[u8]> {
    bytes.get(range(bytes, at, len)?)
}

pub(super) fn slice(bytes: &[u8], at: u64, len: u64) -> &[u8] {
    checked_slice(bytes, at, len).unwrap_or(&[])
}

pub(super) fn slice_up_to(bytes: &[u8], at: u64, len: u64) -> &[u8] {
    let room = (bytes.len() as u64).saturating_sub(at);
    slice(bytes, at, len.min(room))
}

pub(super) fn array_at<const N: usize>(bytes: &[u8], at: u64) -> Option<&[u8; N]> {
    checked_slice(bytes, at, N as u64)?.try_into().ok()
}

pub(super) fn signature_at(bytes: &[u8], at: u64, signature: &[u8; 4]) -> bool {
    array_at::<4>(bytes, at) == Some(signature)
}

pub(super) fn u16_in(record: &[u8], at: usize) -> u16 {
    match record.get(at..at + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

pub(super) fn u32_in(record: &[u8], at: usize) -> u32 {
    u32::from(u16_in(record, at)) | u32::from(u16_in(record, at + 2)) << 16
}

pub(super) fn u64_in(record: &[u8], at: usize) -> u64 {
    u64::from(u32_in(record, at)) | u64::from(u32_in(record, at + 4)) << 32
}
