//! Builds a body in SSA form from structured code.
//!
//! After Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (2013):
//! a variable is looked up through the predecessors of a block; a block whose predecessors are not
//! all known yet gets φ operations that are completed when it is sealed.

use rustc_hash::FxHashMap;

use crate::ir::{
    ArgRange, Block, BlockId, Body, Condition, Const, Edge, FuncId, Op, OpId, Quality, Value, Why,
};

/// A local variable, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variable(pub u32);

/// Most blocks of one function; what comes after is not lowered.
const MAX_BLOCKS: usize = 4000;

#[derive(Default)]
struct Draft<'a> {
    ops: Vec<(Op<'a>, u32)>,
    phis: Vec<(Value, Variable, Vec<Value>)>,
    preds: Vec<BlockId>,
    succs: Vec<Edge>,
    sealed: bool,
    ended: bool,
}

/// A body under construction.
pub struct Builder<'a> {
    func: FuncId,
    blocks: Vec<Draft<'a>>,
    current: BlockId,
    defs: FxHashMap<(Variable, BlockId), Value>,
    pool: Vec<Value>,
    params: Vec<Value>,
    values: u32,
    variables: u32,
    at: u32,
    /// Values that are whole numbers.
    numbers: FxHashMap<Value, i64>,
    handlers: Vec<BlockId>,
}

impl<'a> Builder<'a> {
    /// A body whose first values are its parameters.
    #[must_use]
    pub fn new(func: FuncId, params: u32) -> Self {
        let mut builder = Self {
            func,
            blocks: vec![Draft {
                sealed: true,
                ..Draft::default()
            }],
            current: BlockId(0),
            defs: FxHashMap::default(),
            pool: Vec::new(),
            params: Vec::new(),
            values: 0,
            variables: 0,
            at: 0,
            numbers: FxHashMap::default(),
            handlers: Vec::new(),
        };
        builder.params = (0..params).map(|_| builder.value()).collect();
        builder
    }

    /// A parameter's value.
    #[must_use]
    pub fn param(&self, index: usize) -> Option<Value> {
        self.params.get(index).copied()
    }

    /// Operations from here on stand at this offset.
    pub fn place(&mut self, at: u32) {
        self.at = at;
    }

    /// The offset of operations now.
    #[must_use]
    pub fn placed(&self) -> u32 {
        self.at
    }

    /// A fresh value.
    pub fn value(&mut self) -> Value {
        self.values += 1;
        Value(self.values - 1)
    }

    /// A fresh variable.
    pub fn variable(&mut self) -> Variable {
        self.variables += 1;
        Variable(self.variables - 1)
    }

    /// Puts arguments into the pool.
    pub fn args(&mut self, values: &[Value]) -> ArgRange {
        let start = u32::try_from(self.pool.len()).unwrap_or(u32::MAX);
        self.pool.extend_from_slice(values);
        ArgRange {
            start,
            len: u32::try_from(values.len()).unwrap_or(u32::MAX),
        }
    }

    /// The number that a value is, if it is one.
    #[must_use]
    pub fn number(&self, value: Value) -> Option<i64> {
        self.numbers.get(&value).copied()
    }

    /// Adds an operation to the current block.
    pub fn push(&mut self, op: Op<'a>) {
        let at = self.at;
        if let Op::Const {
            dst,
            value: Const::Int(value),
        } = &op
        {
            self.numbers.insert(*dst, *value);
        }
        if let Some(block) = self.blocks.get_mut(self.current.0 as usize)
            && !block.ended
        {
            block.ops.push((op, at));
        }
    }

    /// A value that the model does not say.
    pub fn unknown(&mut self, why: Why, inputs: &[Value]) -> Value {
        let dst = self.value();
        let inputs = self.args(inputs);
        self.push(Op::Unknown {
            dst: Some(dst),
            why,
            inputs,
        });
        dst
    }

    /// Whether there are too many blocks already.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.blocks.len() >= MAX_BLOCKS
    }

    /// A new block, not sealed.
    pub fn block(&mut self) -> BlockId {
        self.blocks.push(Draft::default());
        BlockId(u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX))
    }

    /// Operations go to this block now.
    pub fn enter(&mut self, block: BlockId) {
        self.current = block;
        // Any block inside a `try` may leave to its handlers.
        for handler in self.handlers.clone() {
            self.edge(block, handler, true);
        }
    }

    /// Code after a jump: a block that nothing leads to.
    pub fn unreachable(&mut self) {
        let block = self.block();
        self.seal(block);
        self.current = block;
    }

    fn edge(&mut self, from: BlockId, to: BlockId, exceptional: bool) {
        if let Some(block) = self.blocks.get_mut(from.0 as usize) {
            if block.succs.iter().any(|edge| edge.to == to) {
                return;
            }
            block.succs.push(Edge { to, exceptional });
        }
        if let Some(block) = self.blocks.get_mut(to.0 as usize) {
            block.preds.push(from);
        }
    }

    fn end(&mut self) -> bool {
        let Some(block) = self.blocks.get_mut(self.current.0 as usize) else {
            return false;
        };
        !std::mem::replace(&mut block.ended, true)
    }

    /// Goes on with a block.
    pub fn goto(&mut self, to: BlockId) {
        if self.end() {
            self.edge(self.current, to, false);
        }
    }

    /// Goes on with one of two blocks.
    pub fn branch(&mut self, condition: Condition, then: BlockId, otherwise: BlockId) {
        self.push(Op::Branch {
            condition,
            then,
            otherwise,
        });
        if self.end() {
            self.edge(self.current, then, false);
            self.edge(self.current, otherwise, false);
        }
    }

    /// Goes on with one of many blocks.
    pub fn switch(&mut self, on: Value, cases: Vec<(i32, BlockId)>, default: BlockId) {
        let targets: Vec<BlockId> = cases.iter().map(|(_, block)| *block).collect();
        self.push(Op::Switch { on, cases, default });
        if self.end() {
            for target in targets {
                self.edge(self.current, target, false);
            }
            self.edge(self.current, default, false);
        }
    }

    /// Leaves the function.
    pub fn leave(&mut self, op: Op<'a>) {
        self.push(op);
        self.end();
        self.unreachable();
    }

    /// Exceptions lead to this block until [`Self::uncaught`].
    pub fn caught_by(&mut self, handler: BlockId) {
        self.handlers.push(handler);
        let inside = self.block();
        self.goto(inside);
        self.seal(inside);
        self.enter(inside);
    }

    /// Ends what [`Self::caught_by`] began.
    pub fn uncaught(&mut self) {
        self.handlers.pop();
    }

    /// Writes a variable.
    pub fn write(&mut self, variable: Variable, value: Value) {
        self.defs.insert((variable, self.current), value);
    }

    /// Reads a variable.
    pub fn read(&mut self, variable: Variable) -> Value {
        self.read_in(variable, self.current)
    }

    fn read_in(&mut self, variable: Variable, block: BlockId) -> Value {
        // Straight lines are walked, not recursed.
        let mut at = block;
        let mut passed = Vec::new();
        let value = loop {
            if let Some(value) = self.defs.get(&(variable, at)) {
                break *value;
            }
            passed.push(at);
            let Some(draft) = self.blocks.get(at.0 as usize) else {
                break Value(0);
            };
            if draft.sealed && draft.preds.len() == 1 {
                at = draft.preds[0];
                if passed.len() <= MAX_BLOCKS + 1 {
                    continue;
                }
            }
            if draft.sealed && draft.preds.is_empty() {
                // Never written on this way.
                let value = self.value();
                let inputs = self.args(&[]);
                if let Some(draft) = self.blocks.get_mut(at.0 as usize) {
                    draft.ops.insert(
                        0,
                        (
                            Op::Unknown {
                                dst: Some(value),
                                why: Why::Undefined,
                                inputs,
                            },
                            0,
                        ),
                    );
                }
                break value;
            }
            let value = self.value();
            self.defs.insert((variable, at), value);
            let sealed = draft_sealed(&self.blocks, at);
            if let Some(draft) = self.blocks.get_mut(at.0 as usize) {
                draft.phis.push((value, variable, Vec::new()));
            }
            if sealed {
                self.complete(at, value, variable);
            }
            break value;
        };
        for block in passed {
            self.defs.entry((variable, block)).or_insert(value);
        }
        value
    }

    fn complete(&mut self, block: BlockId, phi: Value, variable: Variable) {
        let preds = self
            .blocks
            .get(block.0 as usize)
            .map(|draft| draft.preds.clone())
            .unwrap_or_default();
        let args: Vec<Value> = preds
            .into_iter()
            .map(|pred| self.read_in(variable, pred))
            .collect();
        if let Some(draft) = self.blocks.get_mut(block.0 as usize)
            && let Some(slot) = draft.phis.iter_mut().find(|(value, _, _)| *value == phi)
        {
            slot.2 = args;
        }
    }

    /// All predecessors of a block are known.
    pub fn seal(&mut self, block: BlockId) {
        let Some(draft) = self.blocks.get_mut(block.0 as usize) else {
            return;
        };
        if std::mem::replace(&mut draft.sealed, true) {
            return;
        }
        let waiting: Vec<(Value, Variable)> = draft
            .phis
            .iter()
            .map(|(value, variable, _)| (*value, *variable))
            .collect();
        for (value, variable) in waiting {
            self.complete(block, value, variable);
        }
    }

    /// The body.
    #[must_use]
    pub fn finish(mut self) -> Body<'a> {
        for block in 0..self.blocks.len() {
            self.seal(BlockId(u32::try_from(block).unwrap_or(u32::MAX)));
        }
        let reachable = self.reachable();
        for index in 0..self.blocks.len() {
            self.drop_unreachable(index, &reachable);
        }
        let same = self.trivial(&reachable);
        self.lay_out(&reachable, &same)
    }

    fn reachable(&self) -> Vec<bool> {
        let mut reachable = vec![false; self.blocks.len()];
        let mut queue = vec![0usize];
        while let Some(at) = queue.pop() {
            let Some(seen) = reachable.get_mut(at) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            queue.extend(
                self.blocks
                    .get(at)
                    .into_iter()
                    .flat_map(|block| block.succs.iter().map(|edge| edge.to.0 as usize)),
            );
        }
        reachable
    }

    fn drop_unreachable(&mut self, index: usize, reachable: &[bool]) {
        let is_live = |block: &BlockId| reachable.get(block.0 as usize) == Some(&true);
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        let keep: Vec<bool> = block.preds.iter().map(is_live).collect();
        for (_, _, args) in &mut block.phis {
            let mut keep = keep.iter();
            args.retain(|_| keep.next().copied().unwrap_or(false));
        }
        block.preds.retain(is_live);
    }

    /// Values of φ operations that have one value only, and which that is.
    fn trivial(&self, reachable: &[bool]) -> FxHashMap<Value, Value> {
        let mut same: FxHashMap<Value, Value> = FxHashMap::default();
        loop {
            let mut changed = false;
            for (index, block) in self.blocks.iter().enumerate() {
                if reachable.get(index) != Some(&true) {
                    continue;
                }
                for (phi, _, args) in &block.phis {
                    if same.contains_key(phi) {
                        continue;
                    }
                    let mut only = None;
                    let mut several = false;
                    for arg in args {
                        let arg = follow(&same, *arg);
                        if arg == *phi || only == Some(arg) {
                            continue;
                        }
                        several |= only.is_some();
                        only = Some(arg);
                    }
                    if let (Some(only), false) = (only, several) {
                        same.insert(*phi, only);
                        changed = true;
                    }
                }
            }
            if !changed {
                return same;
            }
        }
    }

    fn lay_out(self, reachable: &[bool], same: &FxHashMap<Value, Value>) -> Body<'a> {
        let mut body = Body {
            func: self.func,
            quality: Quality::Full,
            blocks: Vec::with_capacity(self.blocks.len()),
            ops: Vec::new(),
            offsets: Vec::new(),
            pool: Vec::with_capacity(self.pool.len()),
            params: self.params,
            defs: Vec::new(),
        };
        let map = |value: Value| follow(same, value);
        for (index, draft) in self.blocks.into_iter().enumerate() {
            let start = u32::try_from(body.ops.len()).unwrap_or(u32::MAX);
            if reachable.get(index) == Some(&true) {
                for (dst, _, args) in draft.phis {
                    if same.contains_key(&dst) {
                        continue;
                    }
                    let args: Vec<Value> = args.into_iter().map(map).collect();
                    let args = range(&mut body.pool, &args);
                    body.ops.push(Op::Phi { dst, args });
                    body.offsets.push(0);
                }
                for (op, at) in draft.ops {
                    let op = renamed(op, &self.pool, &mut body.pool, &map);
                    body.ops.push(op);
                    body.offsets.push(at);
                }
            }
            let end = u32::try_from(body.ops.len()).unwrap_or(u32::MAX);
            body.blocks.push(Block {
                ops: start..end,
                preds: draft.preds,
                succs: draft.succs,
            });
        }
        body.defs = vec![None; self.values as usize];
        for (index, op) in body.ops.iter().enumerate() {
            if let Some(dst) = op.dst()
                && let Some(slot) = body.defs.get_mut(dst.0 as usize)
            {
                *slot = Some(OpId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        body
    }
}

fn draft_sealed(blocks: &[Draft<'_>], at: BlockId) -> bool {
    blocks.get(at.0 as usize).is_some_and(|draft| draft.sealed)
}

fn follow(same: &FxHashMap<Value, Value>, mut value: Value) -> Value {
    // Chains end: a value is only ever replaced by one that was not replaced at that time.
    for _ in 0..=same.len() {
        match same.get(&value) {
            Some(next) => value = *next,
            None => break,
        }
    }
    value
}

fn range(pool: &mut Vec<Value>, values: &[Value]) -> ArgRange {
    let start = u32::try_from(pool.len()).unwrap_or(u32::MAX);
    pool.extend_from_slice(values);
    ArgRange {
        start,
        len: u32::try_from(values.len()).unwrap_or(u32::MAX),
    }
}

/// An operation with its values renamed and its arguments in the new pool.
fn renamed<'a>(
    op: Op<'a>,
    old: &[Value],
    new: &mut Vec<Value>,
    map: &impl Fn(Value) -> Value,
) -> Op<'a> {
    use crate::ir::Place;
    let mut moved = |args: ArgRange| {
        let values: Vec<Value> = old
            .get(args.start as usize..(args.start + args.len) as usize)
            .unwrap_or_default()
            .iter()
            .map(|value| map(*value))
            .collect();
        range(new, &values)
    };
    let place = |place: Place| match place {
        Place::Static(field) => Place::Static(field),
        Place::Field(object, field) => Place::Field(map(object), field),
        Place::Element(array, index) => Place::Element(map(array), map(index)),
    };
    match op {
        Op::Phi { dst, args } => Op::Phi {
            dst,
            args: moved(args),
        },
        Op::Load { dst, place: at } => Op::Load {
            dst,
            place: place(at),
        },
        Op::Store { place: at, src } => Op::Store {
            place: place(at),
            src: map(src),
        },
        Op::NewArray { dst, ty, elements } => Op::NewArray {
            dst,
            ty,
            elements: moved(elements),
        },
        Op::Cast { dst, src, ty } => Op::Cast {
            dst,
            src: map(src),
            ty,
        },
        Op::InstanceOf { dst, src, ty } => Op::InstanceOf {
            dst,
            src: map(src),
            ty,
        },
        Op::Call {
            dst,
            target,
            kind,
            args,
        } => Op::Call {
            dst,
            target,
            kind,
            args: moved(args),
        },
        Op::Closure {
            dst,
            interface,
            body,
            captures,
        } => Op::Closure {
            dst,
            interface,
            body,
            captures: moved(captures),
        },
        Op::Branch {
            condition,
            then,
            otherwise,
        } => Op::Branch {
            condition: Condition {
                op: condition.op,
                left: map(condition.left),
                right: condition.right.map(map),
            },
            then,
            otherwise,
        },
        Op::Switch { on, cases, default } => Op::Switch {
            on: map(on),
            cases,
            default,
        },
        Op::Return { value } => Op::Return {
            value: value.map(map),
        },
        Op::Throw { value } => Op::Throw { value: map(value) },
        Op::Compute {
            dst,
            operator,
            inputs,
        } => Op::Compute {
            dst,
            operator,
            inputs: moved(inputs),
        },
        Op::Unknown { dst, why, inputs } => Op::Unknown {
            dst,
            why,
            inputs: moved(inputs),
        },
        other @ (Op::Const { .. } | Op::New { .. }) => other,
    }
}
