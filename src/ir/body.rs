//! A function's body: basic blocks of operations over virtual registers in SSA form.
//!
//! Indexes and pools, not pointers. Every [`Value`] is defined once: by a parameter or by one
//! operation. Locations stand in a side table.

use std::borrow::Cow;
use std::ops::Range;

use super::program::{FieldId, FuncId, MethodId, TypeId};

/// A virtual register: defined once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(pub u32);

/// Index of an operation in [`Body::ops`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

/// Index of a block in [`Body::blocks`]; 0 is where the function begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

/// Arguments: a range of [`Body::pool`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArgRange {
    /// First index.
    pub start: u32,
    /// Number of values.
    pub len: u32,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Const<'a> {
    /// The null reference, false, and the integer 0 are one bit pattern in DEX: `Int(0)`.
    Int(i64),
    /// Text.
    Str(Cow<'a, str>),
    /// A class literal.
    Class(TypeId),
    /// Bytes of an array literal, as stored, with the width of an element.
    Bytes(Cow<'a, [u8]>, u16),
}

/// Something that can be read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A static field.
    Static(FieldId),
    /// A field of an object.
    Field(Value, FieldId),
    /// An element of an array: array, index.
    Element(Value, Value),
}

/// How a call picks its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Exactly the named function.
    Static,
    /// A constructor or private function: exactly the named one.
    Direct,
    /// The superclass's.
    Super,
    /// By the class of the receiver.
    Virtual,
    /// By the class of the receiver, named through an interface.
    Interface,
}

/// Comparison of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Greater or equal.
    Ge,
    /// Greater.
    Gt,
    /// Less or equal.
    Le,
}

/// What a branch asks: `left op right`, or `left op 0` (null, false) without a right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Comparison.
    pub op: CompareOp,
    /// Left side.
    pub left: Value,
    /// Right side; none is the constant 0.
    pub right: Option<Value>,
}

/// What arithmetic does: enough for lengths of time and for what they are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `left + right`.
    Add,
    /// `left - right`.
    Subtract,
    /// `left * right`.
    Multiply,
    /// `left / right`.
    Divide,
    /// Negative, zero or positive as `left` is below, at or above `right`.
    Compare,
    /// `left | right`: flags together.
    Or,
    /// The same number in another width.
    Convert,
}

/// Why an operation says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Arithmetic that is not modelled.
    Arithmetic,
    /// The caught exception.
    Exception,
    /// The register was never written on this path.
    Undefined,
    /// The code is broken here.
    Malformed,
    /// An instruction without a meaning in this model (monitor, method handle …).
    Unmodelled,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Op<'a> {
    /// `dst` is a constant.
    Const {
        /// Defined value.
        dst: Value,
        /// The constant.
        value: Const<'a>,
    },
    /// `dst` is one of `args`, by the predecessor that control came from (in the block's order).
    Phi {
        /// Defined value.
        dst: Value,
        /// One for each predecessor.
        args: ArgRange,
    },
    /// Reads a place.
    Load {
        /// Defined value.
        dst: Value,
        /// What is read.
        place: Place,
    },
    /// Writes a place.
    Store {
        /// What is written.
        place: Place,
        /// With what.
        src: Value,
    },
    /// A new object, before its constructor runs.
    New {
        /// Defined value.
        dst: Value,
        /// Its class.
        ty: TypeId,
    },
    /// A new array with elements, if the instruction gives them.
    NewArray {
        /// Defined value.
        dst: Value,
        /// Array type.
        ty: TypeId,
        /// Elements; empty when only a length is given.
        elements: ArgRange,
    },
    /// The same object seen as another type.
    Cast {
        /// Defined value.
        dst: Value,
        /// The object.
        src: Value,
        /// The type.
        ty: TypeId,
    },
    /// Asks whether an object is of a type.
    InstanceOf {
        /// Defined value.
        dst: Value,
        /// The object.
        src: Value,
        /// The type.
        ty: TypeId,
    },
    /// A call. The receiver, if there is one, is the first argument.
    Call {
        /// Defined value, if the result is used.
        dst: Option<Value>,
        /// The function named at the call.
        target: MethodId,
        /// How the target is picked.
        kind: CallKind,
        /// Receiver and arguments.
        args: ArgRange,
    },
    /// A closure made by the runtime (`invoke-custom`): calls of `method` on it reach `body`.
    Closure {
        /// Defined value.
        dst: Option<Value>,
        /// The interface function that it implements.
        interface: Option<TypeId>,
        /// The function that runs.
        body: Option<MethodId>,
        /// Captured values, its first arguments.
        captures: ArgRange,
    },
    /// Two-way branch; ends its block.
    Branch {
        /// What it asks.
        condition: Condition,
        /// Where control goes when it holds.
        then: BlockId,
        /// Where control goes when not.
        otherwise: BlockId,
    },
    /// Many-way branch; ends its block.
    Switch {
        /// What it looks at.
        on: Value,
        /// Keys and targets.
        cases: Vec<(i32, BlockId)>,
        /// Target for all other keys.
        default: BlockId,
    },
    /// Ends the function.
    Return {
        /// Result.
        value: Option<Value>,
    },
    /// Leaves by an exception.
    Throw {
        /// The exception.
        value: Value,
    },
    /// Arithmetic on numbers.
    Compute {
        /// Defined value.
        dst: Value,
        /// What is computed.
        operator: Operator,
        /// Left and right side; one value for a conversion.
        inputs: ArgRange,
    },
    /// Something that the model does not say.
    Unknown {
        /// Defined value, if any.
        dst: Option<Value>,
        /// Reason.
        why: Why,
        /// What went in.
        inputs: ArgRange,
    },
}

impl Op<'_> {
    /// The value that it defines.
    #[must_use]
    pub fn dst(&self) -> Option<Value> {
        match self {
            Self::Const { dst, .. }
            | Self::Phi { dst, .. }
            | Self::Load { dst, .. }
            | Self::New { dst, .. }
            | Self::NewArray { dst, .. }
            | Self::Cast { dst, .. }
            | Self::InstanceOf { dst, .. }
            | Self::Compute { dst, .. } => Some(*dst),
            Self::Call { dst, .. } | Self::Closure { dst, .. } | Self::Unknown { dst, .. } => *dst,
            Self::Store { .. }
            | Self::Branch { .. }
            | Self::Switch { .. }
            | Self::Return { .. }
            | Self::Throw { .. } => None,
        }
    }
}

/// An edge of the control-flow graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The other end.
    pub to: BlockId,
    /// Taken by an exception.
    pub exceptional: bool,
}

/// A basic block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// Its operations, a range of [`Body::ops`].
    pub ops: Range<u32>,
    /// Blocks that lead here, in the order of the φ arguments.
    pub preds: Vec<BlockId>,
    /// Where it leads.
    pub succs: Vec<Edge>,
}

/// How good a body is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// All of it.
    Full,
    /// A part is missing, and why.
    Partial(Cow<'static, str>),
    /// Nothing but the signature (abstract, native, or refused by a budget), and why.
    Stub(Cow<'static, str>),
}

/// A lifted function.
#[derive(Debug, Clone, PartialEq)]
pub struct Body<'a> {
    /// Which function.
    pub func: FuncId,
    /// How good.
    pub quality: Quality,
    /// Blocks; 0 is the entry. Blocks without a way from the entry have no operations.
    pub blocks: Vec<Block>,
    /// All operations, block after block.
    pub ops: Vec<Op<'a>>,
    /// For each operation its code offset, in the front end's units.
    pub offsets: Vec<u32>,
    /// Argument pool.
    pub pool: Vec<Value>,
    /// Receiver (if any) and parameters.
    pub params: Vec<Value>,
    /// For each value the operation that defines it; none for parameters.
    pub defs: Vec<Option<OpId>>,
}

impl<'a> Body<'a> {
    /// A body without code.
    #[must_use]
    pub fn stub(func: FuncId, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            func,
            quality: Quality::Stub(why.into()),
            blocks: Vec::new(),
            ops: Vec::new(),
            offsets: Vec::new(),
            pool: Vec::new(),
            params: Vec::new(),
            defs: Vec::new(),
        }
    }

    /// Values of an argument range.
    #[must_use]
    pub fn args(&self, range: ArgRange) -> &[Value] {
        let start = range.start as usize;
        self.pool
            .get(start..start + range.len as usize)
            .unwrap_or_default()
    }

    /// An operation.
    #[must_use]
    pub fn op(&self, id: OpId) -> Option<&Op<'a>> {
        self.ops.get(id.0 as usize)
    }

    /// The operation that defines a value; none for a parameter.
    #[must_use]
    pub fn def(&self, value: Value) -> Option<(OpId, &Op<'a>)> {
        let id = (*self.defs.get(value.0 as usize)?)?;
        Some((id, self.op(id)?))
    }

    /// Which parameter a value is (receiver is 0 when there is one).
    #[must_use]
    pub fn param_index(&self, value: Value) -> Option<usize> {
        self.params.iter().position(|param| *param == value)
    }

    /// All operations with their ids.
    pub fn iter_ops(&self) -> impl Iterator<Item = (OpId, &Op<'a>)> {
        self.ops
            .iter()
            .enumerate()
            .map(|(index, op)| (OpId(u32::try_from(index).unwrap_or(u32::MAX)), op))
    }

    /// The block that holds an operation.
    #[must_use]
    pub fn block_of(&self, op: OpId) -> Option<BlockId> {
        // Ranges are disjoint, but not sorted by block number: blocks are filled in control-flow order.
        self.blocks
            .iter()
            .position(|block| block.ops.contains(&op.0))
            .and_then(|index| u32::try_from(index).ok())
            .map(BlockId)
    }

    /// Code offset of an operation.
    #[must_use]
    pub fn offset(&self, op: OpId) -> u32 {
        self.offsets.get(op.0 as usize).copied().unwrap_or_default()
    }
}
