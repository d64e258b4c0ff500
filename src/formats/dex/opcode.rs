//! The opcode table: name, format, kind of index and behaviour of each of the 256 opcodes.
//!
//! Follows *Dalvik bytecode*, section *Summary of bytecode set*, and *Dalvik executable
//! instruction formats*. Unused opcodes have the format `10x`, as the runtime steps over them.

/// Instruction format, named as in *Dalvik executable instruction formats*: code units, registers,
/// kind of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub enum Format {
    F10x,
    F12x,
    F11n,
    F11x,
    F10t,
    F20t,
    F22x,
    F21t,
    F21s,
    /// `21h`: the literal is the top 16 bits of 32.
    F21hw,
    /// `21h` of `const-wide/high16`: the literal is the top 16 bits of 64.
    F21hl,
    F21c,
    F23x,
    F22b,
    F22t,
    F22s,
    F22c,
    F32x,
    F30t,
    F31t,
    F31i,
    F31c,
    F35c,
    F3rc,
    F45cc,
    F4rcc,
    F51l,
}

impl Format {
    /// Width in 16-bit code units.
    #[must_use]
    pub const fn width(self) -> u8 {
        use Format as F;
        match self {
            F::F10x | F::F12x | F::F11n | F::F11x | F::F10t => 1,
            F::F20t
            | F::F22x
            | F::F21t
            | F::F21s
            | F::F21hw
            | F::F21hl
            | F::F21c
            | F::F23x
            | F::F22b
            | F::F22t
            | F::F22s
            | F::F22c => 2,
            F::F32x | F::F30t | F::F31t | F::F31i | F::F31c | F::F35c | F::F3rc => 3,
            F::F45cc | F::F4rcc => 4,
            F::F51l => 5,
        }
    }
}

/// What table the index operand of an instruction points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RefKind {
    /// No index operand.
    None = 0,
    /// `method_ids`. `invoke-polymorphic` has a second index, into `proto_ids`.
    Method = 1,
    /// `field_ids`.
    Field = 2,
    /// `string_ids`.
    String = 3,
    /// `type_ids`.
    Type = 4,
    /// `call_site_ids`.
    CallSite = 5,
    /// `proto_ids`.
    Proto = 6,
    /// `method_handles`.
    MethodHandle = 7,
    /// No index: the literal of a 32-bit `const`. Only the fast walk says so.
    Literal = 8,
}

/// What an instruction does to control and to registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpFlags(u16);

impl OpFlags {
    const CONTINUES: u16 = 1;
    const BRANCHES: u16 = 1 << 1;
    const SWITCHES: u16 = 1 << 2;
    const THROWS: u16 = 1 << 3;
    const RETURNS: u16 = 1 << 4;
    const INVOKES: u16 = 1 << 5;
    const SETS_RESULT: u16 = 1 << 6;
    const WRITES_A: u16 = 1 << 7;
    const WIDE_A: u16 = 1 << 8;
    const DEFINED: u16 = 1 << 9;

    const fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }

    /// Control may go on to the next instruction.
    #[must_use]
    pub const fn continues(self) -> bool {
        self.has(Self::CONTINUES)
    }

    /// Has a branch target: `goto` and `if-*`, not switches.
    #[must_use]
    pub const fn branches(self) -> bool {
        self.has(Self::BRANCHES)
    }

    /// `packed-switch` or `sparse-switch`.
    #[must_use]
    pub const fn switches(self) -> bool {
        self.has(Self::SWITCHES)
    }

    /// May throw, so that control may go to a handler of a try around it.
    #[must_use]
    pub const fn can_throw(self) -> bool {
        self.has(Self::THROWS)
    }

    /// Leaves the method normally.
    #[must_use]
    pub const fn returns(self) -> bool {
        self.has(Self::RETURNS)
    }

    /// Any `invoke-*`.
    #[must_use]
    pub const fn invokes(self) -> bool {
        self.has(Self::INVOKES)
    }

    /// Leaves a result for a `move-result*` that follows: `invoke-*` and `filled-new-array*`.
    #[must_use]
    pub const fn sets_result(self) -> bool {
        self.has(Self::SETS_RESULT)
    }

    /// Writes register vA.
    #[must_use]
    pub const fn writes_a(self) -> bool {
        self.has(Self::WRITES_A)
    }

    /// What it writes to vA is a pair of registers, vA and v(A+1).
    #[must_use]
    pub const fn writes_wide(self) -> bool {
        self.has(Self::WIDE_A)
    }

    /// The opcode is in use.
    #[must_use]
    pub const fn is_defined(self) -> bool {
        self.has(Self::DEFINED)
    }
}

/// One row of the opcode table.
#[derive(Debug, Clone, Copy)]
pub struct OpInfo {
    /// Name as in the specification, `unused` for opcodes that are not in use.
    pub name: &'static str,
    /// Format.
    pub format: Format,
    /// What the index operand points into.
    pub index_kind: RefKind,
    /// Behaviour.
    pub flags: OpFlags,
}

impl OpInfo {
    /// Width in 16-bit code units.
    #[must_use]
    pub const fn width(&self) -> u8 {
        self.format.width()
    }
}

macro_rules! opcodes {
    ($($code:literal $konst:ident $name:literal $format:ident $kind:ident [$($flag:ident)*];)*) => {
        /// The opcodes in use, by name.
        #[allow(missing_docs, reason = "the names are the specification's")]
        pub mod op {
            $(pub const $konst: u8 = $code;)*
        }

        const fn table() -> [OpInfo; 256] {
            let mut table = [OpInfo {
                name: "unused",
                format: Format::F10x,
                index_kind: RefKind::None,
                flags: OpFlags(OpFlags::CONTINUES),
            }; 256];
            $(table[$code] = OpInfo {
                name: $name,
                format: Format::$format,
                index_kind: RefKind::$kind,
                flags: OpFlags(OpFlags::DEFINED $(| flag::$flag)*),
            };)*
            table
        }
    };
}

/// Short names of the flags, for the table only.
#[allow(
    non_upper_case_globals,
    reason = "the table below reads as rows of letters"
)]
mod flag {
    use super::OpFlags as F;
    /// Goes on to the next instruction.
    pub(super) const c: u16 = F::CONTINUES;
    /// Branches.
    pub(super) const b: u16 = F::BRANCHES;
    /// Switches.
    pub(super) const s: u16 = F::SWITCHES;
    /// Throws.
    pub(super) const t: u16 = F::THROWS;
    /// Returns.
    pub(super) const r: u16 = F::RETURNS;
    /// Invokes, and leaves a result.
    pub(super) const i: u16 = F::INVOKES | F::SETS_RESULT;
    /// Leaves a result without being a call.
    pub(super) const m: u16 = F::SETS_RESULT;
    /// Writes vA.
    pub(super) const a: u16 = F::WRITES_A;
    /// Writes the pair vA, v(A+1).
    pub(super) const w: u16 = F::WRITES_A | F::WIDE_A;
}

/// The opcode table, by opcode.
pub static OPCODES: [OpInfo; 256] = table();

opcodes! {
    0x00 NOP "nop" F10x None [c];
    0x01 MOVE "move" F12x None [c a];
    0x02 MOVE_FROM16 "move/from16" F22x None [c a];
    0x03 MOVE_16 "move/16" F32x None [c a];
    0x04 MOVE_WIDE "move-wide" F12x None [c w];
    0x05 MOVE_WIDE_FROM16 "move-wide/from16" F22x None [c w];
    0x06 MOVE_WIDE_16 "move-wide/16" F32x None [c w];
    0x07 MOVE_OBJECT "move-object" F12x None [c a];
    0x08 MOVE_OBJECT_FROM16 "move-object/from16" F22x None [c a];
    0x09 MOVE_OBJECT_16 "move-object/16" F32x None [c a];
    0x0a MOVE_RESULT "move-result" F11x None [c a];
    0x0b MOVE_RESULT_WIDE "move-result-wide" F11x None [c w];
    0x0c MOVE_RESULT_OBJECT "move-result-object" F11x None [c a];
    0x0d MOVE_EXCEPTION "move-exception" F11x None [c a];
    0x0e RETURN_VOID "return-void" F10x None [r];
    0x0f RETURN "return" F11x None [r];
    0x10 RETURN_WIDE "return-wide" F11x None [r];
    0x11 RETURN_OBJECT "return-object" F11x None [r];
    0x12 CONST_4 "const/4" F11n None [c a];
    0x13 CONST_16 "const/16" F21s None [c a];
    0x14 CONST "const" F31i None [c a];
    0x15 CONST_HIGH16 "const/high16" F21hw None [c a];
    0x16 CONST_WIDE_16 "const-wide/16" F21s None [c w];
    0x17 CONST_WIDE_32 "const-wide/32" F31i None [c w];
    0x18 CONST_WIDE "const-wide" F51l None [c w];
    0x19 CONST_WIDE_HIGH16 "const-wide/high16" F21hl None [c w];
    0x1a CONST_STRING "const-string" F21c String [c t a];
    0x1b CONST_STRING_JUMBO "const-string/jumbo" F31c String [c t a];
    0x1c CONST_CLASS "const-class" F21c Type [c t a];
    0x1d MONITOR_ENTER "monitor-enter" F11x None [c t];
    0x1e MONITOR_EXIT "monitor-exit" F11x None [c t];
    0x1f CHECK_CAST "check-cast" F21c Type [c t a];
    0x20 INSTANCE_OF "instance-of" F22c Type [c t a];
    0x21 ARRAY_LENGTH "array-length" F12x None [c t a];
    0x22 NEW_INSTANCE "new-instance" F21c Type [c t a];
    0x23 NEW_ARRAY "new-array" F22c Type [c t a];
    0x24 FILLED_NEW_ARRAY "filled-new-array" F35c Type [c t m];
    0x25 FILLED_NEW_ARRAY_RANGE "filled-new-array/range" F3rc Type [c t m];
    0x26 FILL_ARRAY_DATA "fill-array-data" F31t None [c t];
    0x27 THROW "throw" F11x None [t];
    0x28 GOTO "goto" F10t None [b];
    0x29 GOTO_16 "goto/16" F20t None [b];
    0x2a GOTO_32 "goto/32" F30t None [b];
    0x2b PACKED_SWITCH "packed-switch" F31t None [c s];
    0x2c SPARSE_SWITCH "sparse-switch" F31t None [c s];
    0x2d CMPL_FLOAT "cmpl-float" F23x None [c a];
    0x2e CMPG_FLOAT "cmpg-float" F23x None [c a];
    0x2f CMPL_DOUBLE "cmpl-double" F23x None [c a];
    0x30 CMPG_DOUBLE "cmpg-double" F23x None [c a];
    0x31 CMP_LONG "cmp-long" F23x None [c a];
    0x32 IF_EQ "if-eq" F22t None [c b];
    0x33 IF_NE "if-ne" F22t None [c b];
    0x34 IF_LT "if-lt" F22t None [c b];
    0x35 IF_GE "if-ge" F22t None [c b];
    0x36 IF_GT "if-gt" F22t None [c b];
    0x37 IF_LE "if-le" F22t None [c b];
    0x38 IF_EQZ "if-eqz" F21t None [c b];
    0x39 IF_NEZ "if-nez" F21t None [c b];
    0x3a IF_LTZ "if-ltz" F21t None [c b];
    0x3b IF_GEZ "if-gez" F21t None [c b];
    0x3c IF_GTZ "if-gtz" F21t None [c b];
    0x3d IF_LEZ "if-lez" F21t None [c b];
    0x44 AGET "aget" F23x None [c t a];
    0x45 AGET_WIDE "aget-wide" F23x None [c t w];
    0x46 AGET_OBJECT "aget-object" F23x None [c t a];
    0x47 AGET_BOOLEAN "aget-boolean" F23x None [c t a];
    0x48 AGET_BYTE "aget-byte" F23x None [c t a];
    0x49 AGET_CHAR "aget-char" F23x None [c t a];
    0x4a AGET_SHORT "aget-short" F23x None [c t a];
    0x4b APUT "aput" F23x None [c t];
    0x4c APUT_WIDE "aput-wide" F23x None [c t];
    0x4d APUT_OBJECT "aput-object" F23x None [c t];
    0x4e APUT_BOOLEAN "aput-boolean" F23x None [c t];
    0x4f APUT_BYTE "aput-byte" F23x None [c t];
    0x50 APUT_CHAR "aput-char" F23x None [c t];
    0x51 APUT_SHORT "aput-short" F23x None [c t];
    0x52 IGET "iget" F22c Field [c t a];
    0x53 IGET_WIDE "iget-wide" F22c Field [c t w];
    0x54 IGET_OBJECT "iget-object" F22c Field [c t a];
    0x55 IGET_BOOLEAN "iget-boolean" F22c Field [c t a];
    0x56 IGET_BYTE "iget-byte" F22c Field [c t a];
    0x57 IGET_CHAR "iget-char" F22c Field [c t a];
    0x58 IGET_SHORT "iget-short" F22c Field [c t a];
    0x59 IPUT "iput" F22c Field [c t];
    0x5a IPUT_WIDE "iput-wide" F22c Field [c t];
    0x5b IPUT_OBJECT "iput-object" F22c Field [c t];
    0x5c IPUT_BOOLEAN "iput-boolean" F22c Field [c t];
    0x5d IPUT_BYTE "iput-byte" F22c Field [c t];
    0x5e IPUT_CHAR "iput-char" F22c Field [c t];
    0x5f IPUT_SHORT "iput-short" F22c Field [c t];
    0x60 SGET "sget" F21c Field [c t a];
    0x61 SGET_WIDE "sget-wide" F21c Field [c t w];
    0x62 SGET_OBJECT "sget-object" F21c Field [c t a];
    0x63 SGET_BOOLEAN "sget-boolean" F21c Field [c t a];
    0x64 SGET_BYTE "sget-byte" F21c Field [c t a];
    0x65 SGET_CHAR "sget-char" F21c Field [c t a];
    0x66 SGET_SHORT "sget-short" F21c Field [c t a];
    0x67 SPUT "sput" F21c Field [c t];
    0x68 SPUT_WIDE "sput-wide" F21c Field [c t];
    0x69 SPUT_OBJECT "sput-object" F21c Field [c t];
    0x6a SPUT_BOOLEAN "sput-boolean" F21c Field [c t];
    0x6b SPUT_BYTE "sput-byte" F21c Field [c t];
    0x6c SPUT_CHAR "sput-char" F21c Field [c t];
    0x6d SPUT_SHORT "sput-short" F21c Field [c t];
    0x6e INVOKE_VIRTUAL "invoke-virtual" F35c Method [c t i];
    0x6f INVOKE_SUPER "invoke-super" F35c Method [c t i];
    0x70 INVOKE_DIRECT "invoke-direct" F35c Method [c t i];
    0x71 INVOKE_STATIC "invoke-static" F35c Method [c t i];
    0x72 INVOKE_INTERFACE "invoke-interface" F35c Method [c t i];
    0x74 INVOKE_VIRTUAL_RANGE "invoke-virtual/range" F3rc Method [c t i];
    0x75 INVOKE_SUPER_RANGE "invoke-super/range" F3rc Method [c t i];
    0x76 INVOKE_DIRECT_RANGE "invoke-direct/range" F3rc Method [c t i];
    0x77 INVOKE_STATIC_RANGE "invoke-static/range" F3rc Method [c t i];
    0x78 INVOKE_INTERFACE_RANGE "invoke-interface/range" F3rc Method [c t i];
    0x7b NEG_INT "neg-int" F12x None [c a];
    0x7c NOT_INT "not-int" F12x None [c a];
    0x7d NEG_LONG "neg-long" F12x None [c w];
    0x7e NOT_LONG "not-long" F12x None [c w];
    0x7f NEG_FLOAT "neg-float" F12x None [c a];
    0x80 NEG_DOUBLE "neg-double" F12x None [c w];
    0x81 INT_TO_LONG "int-to-long" F12x None [c w];
    0x82 INT_TO_FLOAT "int-to-float" F12x None [c a];
    0x83 INT_TO_DOUBLE "int-to-double" F12x None [c w];
    0x84 LONG_TO_INT "long-to-int" F12x None [c a];
    0x85 LONG_TO_FLOAT "long-to-float" F12x None [c a];
    0x86 LONG_TO_DOUBLE "long-to-double" F12x None [c w];
    0x87 FLOAT_TO_INT "float-to-int" F12x None [c a];
    0x88 FLOAT_TO_LONG "float-to-long" F12x None [c w];
    0x89 FLOAT_TO_DOUBLE "float-to-double" F12x None [c w];
    0x8a DOUBLE_TO_INT "double-to-int" F12x None [c a];
    0x8b DOUBLE_TO_LONG "double-to-long" F12x None [c w];
    0x8c DOUBLE_TO_FLOAT "double-to-float" F12x None [c a];
    0x8d INT_TO_BYTE "int-to-byte" F12x None [c a];
    0x8e INT_TO_CHAR "int-to-char" F12x None [c a];
    0x8f INT_TO_SHORT "int-to-short" F12x None [c a];
    0x90 ADD_INT "add-int" F23x None [c a];
    0x91 SUB_INT "sub-int" F23x None [c a];
    0x92 MUL_INT "mul-int" F23x None [c a];
    0x93 DIV_INT "div-int" F23x None [c t a];
    0x94 REM_INT "rem-int" F23x None [c t a];
    0x95 AND_INT "and-int" F23x None [c a];
    0x96 OR_INT "or-int" F23x None [c a];
    0x97 XOR_INT "xor-int" F23x None [c a];
    0x98 SHL_INT "shl-int" F23x None [c a];
    0x99 SHR_INT "shr-int" F23x None [c a];
    0x9a USHR_INT "ushr-int" F23x None [c a];
    0x9b ADD_LONG "add-long" F23x None [c w];
    0x9c SUB_LONG "sub-long" F23x None [c w];
    0x9d MUL_LONG "mul-long" F23x None [c w];
    0x9e DIV_LONG "div-long" F23x None [c t w];
    0x9f REM_LONG "rem-long" F23x None [c t w];
    0xa0 AND_LONG "and-long" F23x None [c w];
    0xa1 OR_LONG "or-long" F23x None [c w];
    0xa2 XOR_LONG "xor-long" F23x None [c w];
    0xa3 SHL_LONG "shl-long" F23x None [c w];
    0xa4 SHR_LONG "shr-long" F23x None [c w];
    0xa5 USHR_LONG "ushr-long" F23x None [c w];
    0xa6 ADD_FLOAT "add-float" F23x None [c a];
    0xa7 SUB_FLOAT "sub-float" F23x None [c a];
    0xa8 MUL_FLOAT "mul-float" F23x None [c a];
    0xa9 DIV_FLOAT "div-float" F23x None [c a];
    0xaa REM_FLOAT "rem-float" F23x None [c a];
    0xab ADD_DOUBLE "add-double" F23x None [c w];
    0xac SUB_DOUBLE "sub-double" F23x None [c w];
    0xad MUL_DOUBLE "mul-double" F23x None [c w];
    0xae DIV_DOUBLE "div-double" F23x None [c w];
    0xaf REM_DOUBLE "rem-double" F23x None [c w];
    0xb0 ADD_INT_2ADDR "add-int/2addr" F12x None [c a];
    0xb1 SUB_INT_2ADDR "sub-int/2addr" F12x None [c a];
    0xb2 MUL_INT_2ADDR "mul-int/2addr" F12x None [c a];
    0xb3 DIV_INT_2ADDR "div-int/2addr" F12x None [c t a];
    0xb4 REM_INT_2ADDR "rem-int/2addr" F12x None [c t a];
    0xb5 AND_INT_2ADDR "and-int/2addr" F12x None [c a];
    0xb6 OR_INT_2ADDR "or-int/2addr" F12x None [c a];
    0xb7 XOR_INT_2ADDR "xor-int/2addr" F12x None [c a];
    0xb8 SHL_INT_2ADDR "shl-int/2addr" F12x None [c a];
    0xb9 SHR_INT_2ADDR "shr-int/2addr" F12x None [c a];
    0xba USHR_INT_2ADDR "ushr-int/2addr" F12x None [c a];
    0xbb ADD_LONG_2ADDR "add-long/2addr" F12x None [c w];
    0xbc SUB_LONG_2ADDR "sub-long/2addr" F12x None [c w];
    0xbd MUL_LONG_2ADDR "mul-long/2addr" F12x None [c w];
    0xbe DIV_LONG_2ADDR "div-long/2addr" F12x None [c t w];
    0xbf REM_LONG_2ADDR "rem-long/2addr" F12x None [c t w];
    0xc0 AND_LONG_2ADDR "and-long/2addr" F12x None [c w];
    0xc1 OR_LONG_2ADDR "or-long/2addr" F12x None [c w];
    0xc2 XOR_LONG_2ADDR "xor-long/2addr" F12x None [c w];
    0xc3 SHL_LONG_2ADDR "shl-long/2addr" F12x None [c w];
    0xc4 SHR_LONG_2ADDR "shr-long/2addr" F12x None [c w];
    0xc5 USHR_LONG_2ADDR "ushr-long/2addr" F12x None [c w];
    0xc6 ADD_FLOAT_2ADDR "add-float/2addr" F12x None [c a];
    0xc7 SUB_FLOAT_2ADDR "sub-float/2addr" F12x None [c a];
    0xc8 MUL_FLOAT_2ADDR "mul-float/2addr" F12x None [c a];
    0xc9 DIV_FLOAT_2ADDR "div-float/2addr" F12x None [c a];
    0xca REM_FLOAT_2ADDR "rem-float/2addr" F12x None [c a];
    0xcb ADD_DOUBLE_2ADDR "add-double/2addr" F12x None [c w];
    0xcc SUB_DOUBLE_2ADDR "sub-double/2addr" F12x None [c w];
    0xcd MUL_DOUBLE_2ADDR "mul-double/2addr" F12x None [c w];
    0xce DIV_DOUBLE_2ADDR "div-double/2addr" F12x None [c w];
    0xcf REM_DOUBLE_2ADDR "rem-double/2addr" F12x None [c w];
    0xd0 ADD_INT_LIT16 "add-int/lit16" F22s None [c a];
    0xd1 RSUB_INT "rsub-int" F22s None [c a];
    0xd2 MUL_INT_LIT16 "mul-int/lit16" F22s None [c a];
    0xd3 DIV_INT_LIT16 "div-int/lit16" F22s None [c t a];
    0xd4 REM_INT_LIT16 "rem-int/lit16" F22s None [c t a];
    0xd5 AND_INT_LIT16 "and-int/lit16" F22s None [c a];
    0xd6 OR_INT_LIT16 "or-int/lit16" F22s None [c a];
    0xd7 XOR_INT_LIT16 "xor-int/lit16" F22s None [c a];
    0xd8 ADD_INT_LIT8 "add-int/lit8" F22b None [c a];
    0xd9 RSUB_INT_LIT8 "rsub-int/lit8" F22b None [c a];
    0xda MUL_INT_LIT8 "mul-int/lit8" F22b None [c a];
    0xdb DIV_INT_LIT8 "div-int/lit8" F22b None [c t a];
    0xdc REM_INT_LIT8 "rem-int/lit8" F22b None [c t a];
    0xdd AND_INT_LIT8 "and-int/lit8" F22b None [c a];
    0xde OR_INT_LIT8 "or-int/lit8" F22b None [c a];
    0xdf XOR_INT_LIT8 "xor-int/lit8" F22b None [c a];
    0xe0 SHL_INT_LIT8 "shl-int/lit8" F22b None [c a];
    0xe1 SHR_INT_LIT8 "shr-int/lit8" F22b None [c a];
    0xe2 USHR_INT_LIT8 "ushr-int/lit8" F22b None [c a];
    0xfa INVOKE_POLYMORPHIC "invoke-polymorphic" F45cc Method [c t i];
    0xfb INVOKE_POLYMORPHIC_RANGE "invoke-polymorphic/range" F4rcc Method [c t i];
    0xfc INVOKE_CUSTOM "invoke-custom" F35c CallSite [c t i];
    0xfd INVOKE_CUSTOM_RANGE "invoke-custom/range" F3rc CallSite [c t i];
    0xfe CONST_METHOD_HANDLE "const-method-handle" F21c MethodHandle [c t a];
    0xff CONST_METHOD_TYPE "const-method-type" F21c Proto [c t a];
}
