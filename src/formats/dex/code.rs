//! Code of a method: `code_item`, its instructions, tries and handlers.
//!
//! Follows *Dalvik Executable format*, sections *code_item*, *try_item*,
//! *encoded_catch_handler_list* and *encoded_catch_handler*.

use super::bytes::{Cursor, field16, field32, us};
use super::file::Dex;
use super::ids::TypeIdx;
use super::insn::{Insn, Instructions};
use super::limits;

/// The code of a method (`code_item`).
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Registers in all.
    pub registers: u16,
    /// Registers of arguments, the last ones.
    pub ins: u16,
    /// Registers that calls need for their arguments.
    pub outs: u16,
    /// Offset of the debug info, for [`Dex::debug_info`]; zero: none.
    pub debug_info_off: u32,
    /// Offset of the code item in the file.
    pub offset: u32,
    /// Code units, little-endian.
    pub insns: &'a [[u8; 2]],
    tries: &'a [[u8; 8]],
    handlers: &'a [u8],
}

/// Bytes of a code item before its instructions.
const HEAD: usize = 16;

impl<'a> Dex<'a> {
    /// The code at an offset that a method names; `None` for zero and when it leaves the file.
    #[inline]
    #[must_use]
    pub fn code(&self, code_off: u32) -> Option<Code<'a>> {
        if code_off == 0 {
            return None;
        }
        let (head, rest) = self.data.get(us(code_off)..)?.split_first_chunk::<HEAD>()?;
        let size = us(field32(head, 12));
        let (units, _) = rest.as_chunks::<2>();
        let insns = units.get(..size)?;
        let count = usize::from(field16(head, 6));
        let (mut tries, mut handlers) = (&[][..], &[][..]);
        if count > 0 {
            // Tries are aligned to four bytes.
            let behind = rest.get((size + size % 2) * 2..).unwrap_or_default();
            let (table, _) = behind.as_chunks::<8>();
            tries = table.get(..count).unwrap_or(table);
            handlers = behind.get(count * 8..).unwrap_or_default();
        }
        Some(Code {
            registers: field16(head, 0),
            ins: field16(head, 2),
            outs: field16(head, 4),
            debug_info_off: field32(head, 8),
            offset: code_off,
            insns,
            tries,
            handlers,
        })
    }
}

impl<'a> Code<'a> {
    /// The instructions and their places, payloads left out.
    #[must_use]
    pub const fn instructions(&self) -> Instructions<'a> {
        Instructions::new(self.insns)
    }

    /// The instruction at `pc`, in code units.
    #[must_use]
    pub fn insn_at(&self, pc: u32) -> Option<Insn> {
        Insn::decode(self.insns, us(pc))
    }

    /// Offset in the file of the instruction at `pc`.
    #[must_use]
    pub fn file_offset(&self, pc: u32) -> u64 {
        u64::from(self.offset) + HEAD as u64 + u64::from(pc) * 2
    }

    /// Number of try items.
    #[must_use]
    pub const fn try_count(&self) -> usize {
        self.tries.len()
    }

    /// The try items, in the order of the file, which is that of the code.
    #[must_use]
    pub fn tries(&self) -> Tries<'a> {
        Tries {
            tries: self.tries.iter(),
            handlers: self.handlers,
        }
    }
}

/// Iterator over try items.
#[derive(Debug, Clone)]
pub struct Tries<'a> {
    tries: std::slice::Iter<'a, [u8; 8]>,
    handlers: &'a [u8],
}

/// A range of code with its handlers (`try_item`).
#[derive(Debug, Clone)]
pub struct Try<'a> {
    /// First code unit covered.
    pub start: u32,
    /// First code unit behind.
    pub end: u32,
    /// Typed handlers, to be tried in order.
    pub handlers: Handlers<'a>,
    /// Where everything else goes.
    pub catch_all: Option<u32>,
}

impl<'a> Iterator for Tries<'a> {
    type Item = Try<'a>;

    fn next(&mut self) -> Option<Try<'a>> {
        let item = self.tries.next()?;
        let start = field32(item, 0);
        let at = usize::from(field16(item, 6));
        let (handlers, catch_all) = self
            .handlers
            .get(at..)
            .and_then(read_handlers)
            .unwrap_or((Handlers::NONE, None));
        Some(Try {
            start,
            end: start.saturating_add(u32::from(field16(item, 4))),
            handlers,
            catch_all,
        })
    }
}

/// The `encoded_catch_handler` at the start of `data`: a size that is zero or negative says that
/// there is a catch-all behind the typed handlers.
fn read_handlers(data: &[u8]) -> Option<(Handlers<'_>, Option<u32>)> {
    let mut cursor = Cursor::new(data);
    let size = cursor.sleb()?;
    let left = us(size.unsigned_abs()).min(limits::HANDLERS);
    let handlers = Handlers { cursor, left };
    let mut catch_all = None;
    if size <= 0 && left == us(size.unsigned_abs()) {
        let mut rest = handlers.clone();
        rest.by_ref().for_each(drop);
        catch_all = rest.cursor.uleb();
    }
    Some((handlers, catch_all))
}

/// Iterator over typed handlers: the exception's class, and where it goes in code units.
#[derive(Debug, Clone)]
pub struct Handlers<'a> {
    cursor: Cursor<'a>,
    left: usize,
}

impl Handlers<'_> {
    const NONE: Self = Self {
        cursor: Cursor::new(&[]),
        left: 0,
    };
}

impl Iterator for Handlers<'_> {
    type Item = (TypeIdx, u32);

    fn next(&mut self) -> Option<(TypeIdx, u32)> {
        self.left = self.left.checked_sub(1)?;
        let class = TypeIdx(self.cursor.uleb()?);
        Some((class, self.cursor.uleb()?))
    }
}
