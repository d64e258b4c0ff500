//! Payloads: switch tables and array data that stand in the code.
//!
//! Follows *Dalvik bytecode*, sections *packed-switch-payload format*, *sparse-switch-payload
//! format* and *fill-array-data-payload format*.

use super::bytes::field32;
use super::code::Code;
use super::insn::Insn;
use super::opcode::op;

const PACKED_SWITCH: u16 = 0x0100;
const SPARSE_SWITCH: u16 = 0x0200;
const FILL_ARRAY_DATA: u16 = 0x0300;

/// Width in code units of the payload at `pc`; `None` when there is none or its head leaves the
/// code.
pub(super) fn width(units: &[[u8; 2]], pc: usize) -> Option<usize> {
    let at = |position: usize| -> Option<usize> {
        let unit = *units.get(pc.checked_add(position)?)?;
        Some(usize::from(u16::from_le_bytes(unit)))
    };
    match u16::from_le_bytes(*units.get(pc)?) {
        PACKED_SWITCH => Some(4 + at(1)? * 2),
        SPARSE_SWITCH => Some(2 + at(1)? * 4),
        FILL_ARRAY_DATA => {
            let count = at(2)? | (at(3)? << 16);
            Some(4 + (at(1)?.checked_mul(count)?).div_ceil(2))
        }
        _ => None,
    }
}

/// Keys of the switch table at `pc`, which its [`width`] said is whole; none when it is no switch
/// table.
pub(super) fn switch_keys(units: &[[u8; 2]], pc: usize) -> impl Iterator<Item = u32> + '_ {
    let rest = units.get(pc..).unwrap_or_default();
    let word = move |at: usize| {
        let low = rest.get(at).copied().map(u16::from_le_bytes)?;
        let high = rest.get(at + 1).copied().map(u16::from_le_bytes)?;
        Some((u32::from(high) << 16) | u32::from(low))
    };
    let unit = |at: usize| rest.get(at).copied().map_or(0, u16::from_le_bytes);
    let (ident, count) = (unit(0), usize::from(unit(1)));
    let packed = (ident == PACKED_SWITCH).then(|| word(2)).flatten();
    let sparse = ident == SPARSE_SWITCH;
    (0..if packed.is_some() || sparse { count } else { 0 }).map_while(move |index| match packed {
        Some(first) => Some(first.wrapping_add(u32::try_from(index).ok()?)),
        None => word(2 + index * 2),
    })
}

/// The table of a switch instruction.
#[derive(Debug, Clone, Copy)]
pub struct Switch<'a> {
    pc: u32,
    keys: Keys<'a>,
    targets: &'a [[u8; 4]],
}

#[derive(Debug, Clone, Copy)]
enum Keys<'a> {
    /// Consecutive, from the first one on.
    Packed(i32),
    Sparse(&'a [[u8; 4]]),
}

impl<'a> Code<'a> {
    /// The table of the switch instruction `insn` at `pc`; `None` when it is no switch or its
    /// table is not there.
    #[must_use]
    pub fn switch(&self, pc: u32, insn: &Insn) -> Option<Switch<'a>> {
        let at = usize::try_from(insn.target_pc(pc)?).ok()?;
        let (head, rest) = self.insns.get(at..)?.split_at_checked(2)?;
        let count = usize::from(u16::from_le_bytes(*head.get(1)?));
        let (ident, rest) = (u16::from_le_bytes(*head.first()?), rest.as_flattened());
        let (words, _) = rest.as_chunks::<4>();
        match (insn.op, ident) {
            (op::PACKED_SWITCH, PACKED_SWITCH) => Some(Switch {
                pc,
                keys: Keys::Packed(i32::from_le_bytes(*words.first()?)),
                targets: words.get(1..count + 1)?,
            }),
            (op::SPARSE_SWITCH, SPARSE_SWITCH) => Some(Switch {
                pc,
                keys: Keys::Sparse(words.get(..count)?),
                targets: words.get(count..count * 2)?,
            }),
            _ => None,
        }
    }

    /// The data of the `fill-array-data` instruction `insn` at `pc`; `None` when it is none or its
    /// data is not there.
    #[must_use]
    pub fn array_payload(&self, pc: u32, insn: &Insn) -> Option<ArrayPayload<'a>> {
        if insn.op != op::FILL_ARRAY_DATA {
            return None;
        }
        let at = usize::try_from(insn.target_pc(pc)?).ok()?;
        let (head, rest) = self
            .insns
            .get(at..)?
            .as_flattened()
            .split_first_chunk::<8>()?;
        let [ident, width] = [[head[0], head[1]], [head[2], head[3]]].map(u16::from_le_bytes);
        let count = usize::try_from(field32(head, 4)).ok()?;
        if ident != FILL_ARRAY_DATA {
            return None;
        }
        Some(ArrayPayload {
            element_width: width,
            data: rest.get(..usize::from(width).checked_mul(count)?)?,
        })
    }
}

impl<'a> Switch<'a> {
    /// Number of cases.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The cases in order: key, and target in code units.
    #[must_use]
    pub const fn cases(&self) -> SwitchTargets<'a> {
        SwitchTargets {
            switch: *self,
            at: 0,
        }
    }
}

/// Iterator over the cases of a switch: key, and target in code units. Leaves out what points before
/// the code.
#[derive(Debug, Clone)]
pub struct SwitchTargets<'a> {
    switch: Switch<'a>,
    at: usize,
}

impl Iterator for SwitchTargets<'_> {
    type Item = (i32, u32);

    fn next(&mut self) -> Option<(i32, u32)> {
        loop {
            let relative = i32::from_le_bytes(*self.switch.targets.get(self.at)?);
            let key = match self.switch.keys {
                Keys::Packed(first) => first.wrapping_add(i32::try_from(self.at).ok()?),
                Keys::Sparse(keys) => i32::from_le_bytes(*keys.get(self.at)?),
            };
            self.at += 1;
            if let Some(target) = self.switch.pc.checked_add_signed(relative) {
                return Some((key, target));
            }
        }
    }
}

/// The data of a `fill-array-data` instruction.
#[derive(Debug, Clone, Copy)]
pub struct ArrayPayload<'a> {
    /// Bytes of one element.
    pub element_width: u16,
    /// The elements, little-endian.
    pub data: &'a [u8],
}
