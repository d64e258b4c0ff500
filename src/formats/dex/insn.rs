//! Instructions: decoding one, stepping over all, and the fast walk over index operands.
//!
//! Follows *Dalvik executable instruction formats*. Code is a sequence of 16-bit units; the low
//! byte of an instruction's first unit is its opcode. Payloads (switch tables, array data) look like
//! a `nop` with a high byte; both walks step over them, as the runtime's verifier does.

use super::code::Code;
use super::opcode::{Format, OPCODES, OpInfo, RefKind, op};
use super::payload;

/// A decoded instruction. Operands that its format does not have are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insn {
    /// Opcode; [`op`] names them.
    pub op: u8,
    /// Width in code units.
    pub width: u8,
    /// Register vA.
    pub a: u16,
    /// Register vB.
    pub b: u16,
    /// Register vC.
    pub c: u16,
    /// Literal, extended by its sign, shifted to its place for `const*/high16`.
    pub lit: i64,
    /// Branch or payload target in code units, relative to this instruction.
    pub target: i32,
    /// Index operand; [`OpInfo::index_kind`] says into what.
    pub index: u32,
    /// Second index operand: the prototype of `invoke-polymorphic`.
    pub index2: u32,
    /// Argument registers of `invoke-*` and `filled-new-array*`.
    pub args: Args,
}

/// Argument registers of an instruction. Long and double arguments take two each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Args {
    /// Up to five registers one by one; those beyond `len` are zero.
    List {
        /// The registers.
        regs: [u16; 5],
        /// How many.
        len: u8,
    },
    /// Registers in a row.
    Range {
        /// The first.
        start: u16,
        /// How many.
        count: u8,
    },
}

impl Default for Args {
    fn default() -> Self {
        Self::List {
            regs: [0; 5],
            len: 0,
        }
    }
}

impl Args {
    /// Number of registers.
    #[must_use]
    pub fn len(&self) -> usize {
        match *self {
            Self::List { len, .. } => usize::from(len),
            Self::Range { count, .. } => usize::from(count),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The register at `position`.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<u16> {
        if position >= self.len() {
            return None;
        }
        match self {
            Self::List { regs, .. } => regs.get(position).copied(),
            Self::Range { start, .. } => start.checked_add(u16::try_from(position).ok()?),
        }
    }

    /// The registers in order.
    #[must_use]
    pub const fn iter(&self) -> ArgIter {
        ArgIter { args: *self, at: 0 }
    }
}

impl IntoIterator for Args {
    type Item = u16;
    type IntoIter = ArgIter;

    fn into_iter(self) -> ArgIter {
        self.iter()
    }
}

impl IntoIterator for &Args {
    type Item = u16;
    type IntoIter = ArgIter;

    fn into_iter(self) -> ArgIter {
        self.iter()
    }
}

/// Iterator over argument registers.
#[derive(Debug, Clone)]
pub struct ArgIter {
    args: Args,
    at: usize,
}

impl Iterator for ArgIter {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        let register = self.args.get(self.at)?;
        self.at += 1;
        Some(register)
    }
}

impl Insn {
    /// The row of the opcode table.
    #[must_use]
    pub fn info(&self) -> &'static OpInfo {
        &OPCODES[usize::from(self.op)]
    }

    /// Where its branch, or its payload, is, for an instruction at `pc`; `None` outside of numbers.
    #[must_use]
    pub fn target_pc(&self, pc: u32) -> Option<u32> {
        pc.checked_add_signed(self.target)
    }

    /// Decodes the instruction at `pc`; `None` when it does not end within the code.
    #[inline]
    pub(super) fn decode(units: &[[u8; 2]], pc: usize) -> Option<Self> {
        let info = &OPCODES[usize::from(units.get(pc)?[0])];
        let width = info.width();
        let unit = units.get(pc..pc.checked_add(usize::from(width))?)?;
        let at = |position: usize| unit.get(position).copied().map_or(0, u16::from_le_bytes);
        let at32 = |low: u16, high: u16| (u32::from(high) << 16) | u32::from(low);
        let [op, high] = *unit.first()?;
        let byte = u16::from(high);
        let (low4, high4) = (byte & 0xf, byte >> 4);
        let unit1 = at(1);
        let bytes1 = unit1.to_le_bytes();
        let mut insn = Self {
            op,
            width,
            a: 0,
            b: 0,
            c: 0,
            lit: 0,
            target: 0,
            index: 0,
            index2: 0,
            args: Args::default(),
        };
        match info.format {
            Format::F10x => {}
            Format::F12x => (insn.a, insn.b) = (low4, high4),
            Format::F11n => {
                insn.a = low4;
                insn.lit = i64::from(high.cast_signed() >> 4);
            }
            Format::F11x => insn.a = byte,
            Format::F10t => insn.target = i32::from(high.cast_signed()),
            Format::F20t => insn.target = i32::from(unit1.cast_signed()),
            Format::F22x => (insn.a, insn.b) = (byte, unit1),
            Format::F21t => {
                insn.a = byte;
                insn.target = i32::from(unit1.cast_signed());
            }
            Format::F21s => {
                insn.a = byte;
                insn.lit = i64::from(unit1.cast_signed());
            }
            Format::F21hw => {
                insn.a = byte;
                insn.lit = i64::from(unit1.cast_signed()) << 16;
            }
            Format::F21hl => {
                insn.a = byte;
                insn.lit = i64::from(unit1.cast_signed()) << 48;
            }
            Format::F21c => {
                insn.a = byte;
                insn.index = u32::from(unit1);
            }
            Format::F23x => {
                insn.a = byte;
                insn.b = u16::from(bytes1[0]);
                insn.c = u16::from(bytes1[1]);
            }
            Format::F22b => {
                insn.a = byte;
                insn.b = u16::from(bytes1[0]);
                insn.lit = i64::from(bytes1[1].cast_signed());
            }
            Format::F22t => {
                (insn.a, insn.b) = (low4, high4);
                insn.target = i32::from(unit1.cast_signed());
            }
            Format::F22s => {
                (insn.a, insn.b) = (low4, high4);
                insn.lit = i64::from(unit1.cast_signed());
            }
            Format::F22c => {
                (insn.a, insn.b) = (low4, high4);
                insn.index = u32::from(unit1);
            }
            Format::F32x => (insn.a, insn.b) = (unit1, at(2)),
            Format::F30t => insn.target = at32(unit1, at(2)).cast_signed(),
            Format::F31t => {
                insn.a = byte;
                insn.target = at32(unit1, at(2)).cast_signed();
            }
            Format::F31i => {
                insn.a = byte;
                insn.lit = i64::from(at32(unit1, at(2)).cast_signed());
            }
            Format::F31c => {
                insn.a = byte;
                insn.index = at32(unit1, at(2));
            }
            Format::F35c | Format::F45cc => {
                insn.index = u32::from(unit1);
                insn.index2 = u32::from(at(3));
                insn.args = list(high, at(2));
            }
            Format::F3rc | Format::F4rcc => {
                insn.index = u32::from(unit1);
                insn.index2 = u32::from(at(3));
                insn.args = range(at(2), high);
            }
            Format::F51l => {
                insn.a = byte;
                let (low, high) = (at32(unit1, at(2)), at32(at(3), at(4)));
                insn.lit = ((u64::from(high) << 32) | u64::from(low)).cast_signed();
            }
        }
        Some(insn)
    }
}

/// The registers of format `35c`: count and vG in the first unit, vC to vF in the third.
fn list(high: u8, unit: u16) -> Args {
    // A count above five is invalid; there are no more registers than five.
    let len = (high >> 4).min(5);
    let all = [
        unit & 0xf,
        (unit >> 4) & 0xf,
        (unit >> 8) & 0xf,
        unit >> 12,
        u16::from(high & 0xf),
    ];
    let mut regs = [0; 5];
    for (register, value) in regs.iter_mut().zip(all).take(usize::from(len)) {
        *register = value;
    }
    Args::List { regs, len }
}

/// The registers of format `3rc`. There are none above v65535, whatever the count says.
fn range(start: u16, count: u8) -> Args {
    let above = u8::try_from(u16::MAX - start).unwrap_or(u8::MAX);
    let count = count.min(above.saturating_add(1));
    Args::Range { start, count }
}

/// Iterator over instructions: where it is, in code units, and the instruction. Steps over payloads;
/// ends at an instruction that leaves the code.
#[derive(Debug, Clone)]
pub struct Instructions<'a> {
    units: &'a [[u8; 2]],
    pc: usize,
}

impl<'a> Instructions<'a> {
    pub(super) const fn new(units: &'a [[u8; 2]]) -> Self {
        Self { units, pc: 0 }
    }
}

impl Iterator for Instructions<'_> {
    type Item = (u32, Insn);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let unit = self.units.get(self.pc)?;
            if unit[0] != op::NOP || unit[1] == 0 {
                break;
            }
            match payload::width(self.units, self.pc) {
                Some(width) => self.pc = self.pc.checked_add(width)?,
                None => break,
            }
        }
        let pc = u32::try_from(self.pc).ok()?;
        let insn = Insn::decode(self.units, self.pc)?;
        self.pc += usize::from(insn.width);
        Some((pc, insn))
    }
}

/// What the fast walk does at an opcode: width in the low four bits, one of these in the high four.
mod step {
    /// Nothing but the width.
    pub(super) const PLAIN: u8 = 0x00;
    // A 16-bit index in the second unit, into the table of that name.
    pub(super) const METHOD: u8 = 0x10;
    pub(super) const FIELD: u8 = 0x20;
    pub(super) const STRING: u8 = 0x30;
    pub(super) const TYPE: u8 = 0x40;
    pub(super) const CALL_SITE: u8 = 0x50;
    pub(super) const PROTO: u8 = 0x60;
    pub(super) const METHOD_HANDLE: u8 = 0x70;
    /// A 32-bit index of a string in the second and third unit.
    pub(super) const STRING32: u8 = 0x80;
    /// A method in the second unit and a prototype in the fourth.
    pub(super) const POLYMORPHIC: u8 = 0x90;
    /// `nop`, or a payload.
    pub(super) const NOP: u8 = 0xa0;
    /// A 32-bit literal in the second and third unit, or its high half in the second.
    pub(super) const LITERAL32: u8 = 0xb0;
    pub(super) const LITERAL16: u8 = 0xc0;
}

static STEPS: [u8; 256] = steps();

const fn steps() -> [u8; 256] {
    let mut steps = [1; 256];
    let mut code = 0;
    while code < 256 {
        let info = &OPCODES[code];
        let what = match (info.index_kind, info.format) {
            (_, Format::F31c) => step::STRING32,
            (_, Format::F45cc | Format::F4rcc) => step::POLYMORPHIC,
            (RefKind::None, _) => step::PLAIN,
            (RefKind::Method, _) => step::METHOD,
            (RefKind::Field, _) => step::FIELD,
            (RefKind::String, _) => step::STRING,
            (RefKind::Type, _) => step::TYPE,
            (RefKind::CallSite, _) => step::CALL_SITE,
            (RefKind::Proto, _) => step::PROTO,
            (RefKind::MethodHandle, _) => step::METHOD_HANDLE,
            // No opcode says so of itself; see below.
            (RefKind::Literal, _) => step::PLAIN,
        };
        steps[code] = info.width() | what;
        code += 1;
    }
    steps[op::NOP as usize] = step::NOP | 1;
    steps[op::CONST as usize] = step::LITERAL32 | 3;
    steps[op::CONST_16 as usize] = step::LITERAL16 | 2;
    steps[op::CONST_HIGH16 as usize] = step::LITERAL16 | 2;
    steps
}

/// Calls `visit` with place (in code units), kind, index and opcode of every index operand in
/// `code`, in order; of `invoke-polymorphic` with its method, then with its prototype; and every
/// 32-bit integer constant and key of a switch, which may be a resource id (of `const/high16` its
/// high half; of a key with the opcode `nop`). Returns the number of instructions, payloads not
/// counted.
///
/// Decodes nothing else and allocates nothing: this is the loop that the whole program is run
/// through. Each kind calls `visit` from an arm of its own, so that the compiler, once it has
/// inlined `visit`, makes one jump of the loop's decision and the visitor's.
#[inline]
pub fn walk_refs(code: &Code<'_>, mut visit: impl FnMut(u32, RefKind, u32, u8)) -> u32 {
    let units = code.insns;
    let mut pc = 0usize;
    let mut count = 0u32;
    while let Some(&[opcode, high]) = units.get(pc) {
        let step = STEPS[usize::from(opcode)];
        let width = usize::from(step & 0xf);
        let Some(insn) = units.get(pc..pc + width) else {
            break;
        };
        let index = |at: usize| {
            let unit = insn.get(at).copied().unwrap_or_default();
            u32::from(u16::from_le_bytes(unit))
        };
        #[allow(
            clippy::cast_possible_truncation,
            reason = "code has at most 2^32 units: its length is a u32 in the file"
        )]
        let place = pc as u32;
        match step & 0xf0 {
            step::PLAIN => {}
            step::METHOD => visit(place, RefKind::Method, index(1), opcode),
            step::FIELD => visit(place, RefKind::Field, index(1), opcode),
            step::STRING => visit(place, RefKind::String, index(1), opcode),
            step::TYPE => visit(place, RefKind::Type, index(1), opcode),
            step::NOP => {
                if high != 0
                    && let Some(payload) = payload::width(units, pc)
                {
                    let next = pc.saturating_add(payload);
                    if next > units.len() {
                        break;
                    }
                    for key in payload::switch_keys(units, pc) {
                        visit(place, RefKind::Literal, key, op::NOP);
                    }
                    pc = next;
                    continue;
                }
            }
            step::STRING32 => {
                let wide = (index(2) << 16) | index(1);
                visit(place, RefKind::String, wide, opcode);
            }
            step::POLYMORPHIC => {
                visit(place, RefKind::Method, index(1), opcode);
                visit(place, RefKind::Proto, index(3), opcode);
            }
            step::LITERAL32 => {
                let wide = (index(2) << 16) | index(1);
                visit(place, RefKind::Literal, wide, opcode);
            }
            step::LITERAL16 => visit(place, RefKind::Literal, index(1), opcode),
            step::CALL_SITE => visit(place, RefKind::CallSite, index(1), opcode),
            step::PROTO => visit(place, RefKind::Proto, index(1), opcode),
            _ => visit(place, RefKind::MethodHandle, index(1), opcode),
        }
        pc += width;
        count = count.wrapping_add(1);
    }
    count
}
