//! The program model: one small shape for the code of every platform.
//!
//! The questions are about calls, constants, keys, fields, order and branches, not arithmetic, so
//! this is what the model holds. A front end that cannot say something emits [`Op::Unknown`] with
//! the reason; it never guesses. The index ([`Program`]) covers all code; a [`Body`] is lifted
//! when somebody asks for it.

mod body;
mod names;
mod program;
pub mod text;
mod uses;

pub use body::{
    ArgRange, Block, BlockId, Body, CallKind, CompareOp, Condition, Const, Edge, Op, OpId,
    Operator, Place, Quality, Value, Why,
};
pub use names::{Name, Names};
pub use program::{
    Class, ClassId, Csr, FieldId, FieldRef, FlagCounts, Func, FuncFlags, FuncId, Lift, Marks,
    MethodId, MethodRef, Program, ProgramBuilder, Proto, ProtoId, SourceFrame, SourcePlace,
    StaticValue, TypeId, Unit, UnitId, WhoseCode, access, is_resource_id,
};

pub use uses::Uses;

/// An annotation's element that has a text value: what it says about a function or a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Declared parameter that it stands on; none is the function or field itself.
    pub parameter: Option<u16>,
    /// Annotation type, as a descriptor.
    pub ty: String,
    /// Texts of its elements: (element, text), in order; integers as decimal text, constants of an
    /// enum by their names.
    pub elements: Vec<(String, String)>,
}
