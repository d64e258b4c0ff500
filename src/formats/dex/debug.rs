//! Debug info: parameter names, line table, local variables.
//!
//! Follows *Dalvik Executable format*, section *debug_info_item*: a byte-coded state machine with
//! an address in code units, a line, and what lives in each register.

use super::bytes::{Cursor, us};
use super::code::Code;
use super::file::Dex;
use super::ids::{MethodIdx, StringIdx, TypeIdx};
use super::limits;

mod dbg {
    pub(super) const END_SEQUENCE: u8 = 0x00;
    pub(super) const ADVANCE_PC: u8 = 0x01;
    pub(super) const ADVANCE_LINE: u8 = 0x02;
    pub(super) const START_LOCAL: u8 = 0x03;
    pub(super) const START_LOCAL_EXTENDED: u8 = 0x04;
    pub(super) const END_LOCAL: u8 = 0x05;
    pub(super) const RESTART_LOCAL: u8 = 0x06;
    pub(super) const SET_PROLOGUE_END: u8 = 0x07;
    pub(super) const SET_EPILOGUE_BEGIN: u8 = 0x08;
    pub(super) const SET_FILE: u8 = 0x09;
    pub(super) const FIRST_SPECIAL: u8 = 0x0a;
    pub(super) const LINE_BASE: i32 = -4;
    pub(super) const LINE_RANGE: u8 = 15;
}

/// Debug info of a method (`debug_info_item`).
#[derive(Debug, Clone, Copy)]
pub struct DebugInfo<'a> {
    /// The line that the state machine starts with.
    pub line_start: u32,
    /// Number of parameter names declared.
    pub parameter_count: u32,
    /// Parameter names, then the state machine's program.
    names: Cursor<'a>,
}

impl<'a> Dex<'a> {
    /// The debug info at an offset that code names; `None` for zero and outside of the file.
    #[must_use]
    pub fn debug_info(&self, debug_info_off: u32) -> Option<DebugInfo<'a>> {
        if debug_info_off == 0 {
            return None;
        }
        let mut names = Cursor::new(self.data.get(us(debug_info_off)..)?);
        Some(DebugInfo {
            line_start: names.uleb()?,
            parameter_count: names.uleb()?,
            names,
        })
    }

    /// The source line of the instruction at `pc`: that of the last position at or before it.
    #[must_use]
    pub fn line_of(&self, code: &Code<'_>, pc: u32) -> Option<u32> {
        let mut found = None;
        for (at, line) in self.debug_info(code.debug_info_off)?.lines() {
            if at > pc {
                break;
            }
            found = Some(line);
            if at == pc {
                break;
            }
        }
        found
    }

    /// Where local variables live, in the order in which they end. With `method` also what the
    /// method begins with: `this` unless it is static, and the parameters. At most
    /// [`limits::LOCALS`].
    ///
    /// As in the runtime, names that do not go with the parameters, and a register that is not
    /// there, end it: what lives then is lost. Obfuscators write such things on purpose.
    #[must_use]
    pub fn locals(&self, code: &Code<'_>, method: Option<(MethodIdx, bool)>) -> Vec<Local> {
        let mut walk = LocalWalk {
            slots: vec![Slot::default(); usize::from(code.registers)],
            done: Vec::new(),
        };
        if let Some(info) = self.debug_info(code.debug_info_off) {
            // Nothing means that the walk ended early; what it found until then stands.
            let _: Option<()> = self.walk_locals(code, &info, method, &mut walk);
        }
        walk.done.truncate(limits::LOCALS);
        walk.done
    }

    fn walk_locals(
        &self,
        code: &Code<'_>,
        info: &DebugInfo<'_>,
        method: Option<(MethodIdx, bool)>,
        walk: &mut LocalWalk,
    ) -> Option<()> {
        if let Some((method, is_static)) = method {
            self.open_parameters(code, info, method, is_static, walk)?;
        }
        for (at, event) in info.events() {
            walk.event(at, event)?;
        }
        let end = u32::try_from(code.insns.len()).ok()?;
        (0..code.registers).try_for_each(|register| walk.close(register.into(), end))
    }

    fn open_parameters(
        &self,
        code: &Code<'_>,
        info: &DebugInfo<'_>,
        method: MethodIdx,
        is_static: bool,
        walk: &mut LocalWalk,
    ) -> Option<()> {
        let id = self.method(method)?;
        let params = self.proto(id.proto)?.params;
        let mut register = u32::from(code.registers.checked_sub(code.ins)?);
        if !is_static {
            let this = Local {
                is_this: true,
                ..Local::new(register, None, Some(id.class), None)
            };
            walk.open(this, 0)?;
            register += 1;
        }
        if us(info.parameter_count) != params.len() {
            return None;
        }
        for (name, ty) in info.parameter_names().zip(params.iter()) {
            walk.open(Local::new(register, name, Some(ty), None), 0)?;
            let wide = matches!(self.type_bytes(ty), Some(b"J" | b"D"));
            register += if wide { 2 } else { 1 };
        }
        Some(())
    }
}

impl<'a> DebugInfo<'a> {
    /// Names of the parameters, `this` left out; `None` where one has no name.
    #[must_use]
    pub const fn parameter_names(&self) -> ParameterNames<'a> {
        ParameterNames {
            cursor: self.names,
            left: self.parameter_count,
        }
    }

    /// The line table: place in code units, and source line, in ascending order of places.
    #[must_use]
    pub fn lines(&self) -> Lines<'a> {
        Lines(self.events())
    }

    fn events(&self) -> Events<'a> {
        let mut program = self.names;
        let there = program.skip_leb(u64::from(self.parameter_count));
        Events {
            program,
            address: 0,
            line: self.line_start,
            left: there.map_or(0, |()| limits::DEBUG_OPS),
        }
    }
}

/// Iterator over the names of parameters.
#[derive(Debug, Clone)]
pub struct ParameterNames<'a> {
    cursor: Cursor<'a>,
    left: u32,
}

impl Iterator for ParameterNames<'_> {
    type Item = Option<StringIdx>;

    fn next(&mut self) -> Option<Option<StringIdx>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.cursor.uleb_p1()?.map(StringIdx))
    }
}

/// Iterator over the line table: place in code units, and source line.
#[derive(Debug, Clone)]
pub struct Lines<'a>(Events<'a>);

impl Iterator for Lines<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        self.0.find_map(|(at, event)| match event {
            Event::Line(line) => Some((at, line)),
            _ => None,
        })
    }
}

/// What the program says, at an address.
#[derive(Debug, Clone, Copy)]
enum Event {
    Line(u32),
    Start(Local),
    End(u32),
    Restart(u32),
}

/// The state machine.
#[derive(Debug, Clone)]
struct Events<'a> {
    program: Cursor<'a>,
    address: u32,
    line: u32,
    left: usize,
}

impl Events<'_> {
    fn read(&mut self) -> Option<Event> {
        let program = &mut self.program;
        while self.left > 0 {
            self.left -= 1;
            match program.u8()? {
                dbg::END_SEQUENCE => return None,
                dbg::ADVANCE_PC => self.address = self.address.checked_add(program.uleb()?)?,
                dbg::ADVANCE_LINE => self.line = self.line.wrapping_add_signed(program.sleb()?),
                code @ (dbg::START_LOCAL | dbg::START_LOCAL_EXTENDED) => {
                    let register = program.uleb()?;
                    let name = program.uleb_p1()?.map(StringIdx);
                    let ty = program.uleb_p1()?.map(TypeIdx);
                    let signature = if code == dbg::START_LOCAL_EXTENDED {
                        program.uleb_p1()?.map(StringIdx)
                    } else {
                        None
                    };
                    return Some(Event::Start(Local::new(register, name, ty, signature)));
                }
                dbg::END_LOCAL => return Some(Event::End(program.uleb()?)),
                dbg::RESTART_LOCAL => return Some(Event::Restart(program.uleb()?)),
                dbg::SET_PROLOGUE_END | dbg::SET_EPILOGUE_BEGIN => {}
                dbg::SET_FILE => {
                    program.uleb()?;
                }
                special => {
                    let adjusted = special - dbg::FIRST_SPECIAL;
                    let step = u32::from(adjusted / dbg::LINE_RANGE);
                    let lines = dbg::LINE_BASE + i32::from(adjusted % dbg::LINE_RANGE);
                    self.address = self.address.checked_add(step)?;
                    self.line = self.line.wrapping_add_signed(lines);
                    return Some(Event::Line(self.line));
                }
            }
        }
        None
    }
}

impl Iterator for Events<'_> {
    type Item = (u32, Event);

    fn next(&mut self) -> Option<(u32, Event)> {
        let event = self.read();
        if event.is_none() {
            self.left = 0;
        }
        event.map(|event| (self.address, event))
    }
}

/// A local variable in a register, over a range of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Local {
    /// The register; the first of two for long and double.
    pub register: u32,
    /// Name.
    pub name: Option<StringIdx>,
    /// Type.
    pub ty: Option<TypeIdx>,
    /// Generic signature.
    pub signature: Option<StringIdx>,
    /// It is `this`, which has no name.
    pub is_this: bool,
    /// First code unit in which it lives.
    pub start: u32,
    /// First code unit behind.
    pub end: u32,
}

impl Local {
    const fn new(
        register: u32,
        name: Option<StringIdx>,
        ty: Option<TypeIdx>,
        signature: Option<StringIdx>,
    ) -> Self {
        Self {
            register,
            name,
            ty,
            signature,
            is_this: false,
            start: 0,
            end: 0,
        }
    }
}

/// A register: the variable that lives in it, or did last.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    local: Local,
    live: bool,
}

struct LocalWalk {
    slots: Vec<Slot>,
    done: Vec<Local>,
}

impl LocalWalk {
    /// `None` when the walk ends here.
    fn event(&mut self, at: u32, event: Event) -> Option<()> {
        match event {
            Event::Line(_) => Some(()),
            Event::Start(local) => self.open(local, at),
            Event::End(register) => self.close(register, at),
            Event::Restart(register) => {
                let slot = self.slots.get_mut(us(register))?;
                if !slot.live {
                    slot.local.register = register;
                    slot.local.start = at;
                    slot.live = true;
                }
                Some(())
            }
        }
    }

    fn open(&mut self, local: Local, at: u32) -> Option<()> {
        self.close(local.register, at)?;
        let slot = self.slots.get_mut(us(local.register))?;
        slot.local = Local { start: at, ..local };
        slot.live = true;
        Some(())
    }

    fn close(&mut self, register: u32, at: u32) -> Option<()> {
        let slot = self.slots.get_mut(us(register))?;
        if std::mem::take(&mut slot.live) {
            let local = slot.local;
            self.done.push(Local { end: at, ..local });
        }
        (self.done.len() <= limits::LOCALS).then_some(())
    }
}
