//! DEX, the code of Android apps: tables, classes, code, debug info, annotations, constants.
//!
//! Follows *Dalvik Executable format* and *Dalvik bytecode* of the Android documentation, versions
//! 035 to 041 including the container of 041 (several logical files that share one byte range).
//! Everything borrows from the bytes and is read when asked for: [`Dex::parse`] looks at the header
//! and the map only. A table that leaves the file is cut to the records that are there and becomes
//! a [`DexWarning`]; an item that is broken is `None` or ends its iterator.
//!
//! Items of a hostile file may overlap: many classes may share one class data item, many methods
//! one code item (release builds do so legitimately), many strings one run of bytes. Each call here
//! is bounded by the file's size or by a limit named in [`limits`]; whoever walks *all* classes or
//! all code bounds the sum, for instance by the size of the file, which code items that do not
//! overlap cannot exceed.
//!
//! Not here: verification, class hierarchies, and what any of it means.

mod annotation;
mod bytes;
mod class;
mod code;
mod debug;
mod encoded;
mod file;
mod ids;
mod insn;
mod marker;
mod opcode;
mod payload;
mod string;

pub use annotation::{
    AnnotatedFields, AnnotatedMethods, AnnotatedParameters, AnnotationItem, AnnotationSet,
    AnnotationSetList, Annotations, Visibility,
};
pub use class::{
    AccessFlags, ClassData, ClassDef, EncodedField, EncodedFields, EncodedMethod, EncodedMethods,
};
pub use code::{Code, Handlers, Tries, Try};
pub use debug::{DebugInfo, Lines, Local, ParameterNames};
pub use encoded::{Annotation, AnnotationElements, EncodedArray, EncodedValue};
pub use file::{
    CallSite, Dex, DexError, DexWarning, FieldRef, HandleTarget, MethodHandle, MethodHandleKind,
    MethodRef, Proto, Table, TypeList,
};
pub use ids::{
    CallSiteIdx, ClassDefIdx, FieldIdx, MethodHandleIdx, MethodIdx, NO_INDEX, ProtoIdx, StringIdx,
    TypeIdx,
};
pub use insn::{ArgIter, Args, Insn, Instructions, walk_refs};
pub use marker::{Marker, MarkerTool};
pub use opcode::{Format, OPCODES, OpFlags, OpInfo, RefKind, op};
pub use payload::{ArrayPayload, Switch, SwitchTargets};
pub use string::decode_mutf8;

/// The limits of this reader, each far above what build tools write.
pub mod limits {
    /// Logical files in one container.
    pub const CONTAINER_FILES: usize = 1024;
    /// Depth of arrays and annotations inside one another.
    pub const VALUE_DEPTH: u32 = 32;
    /// Typed handlers of one try item.
    pub const HANDLERS: usize = 2048;
    /// Byte codes of one debug info item.
    pub const DEBUG_OPS: usize = 1 << 20;
    /// Local variable ranges of one method.
    pub const LOCALS: usize = 1 << 16;
    /// Bytes of strings, as a multiple of the file's size, that are looked at once to find out
    /// whether the strings are sorted, and to index them when they are not.
    pub const STRING_PASSES: usize = 4;
}
