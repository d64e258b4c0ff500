//! One DEX method to a [`Body`]: blocks, exceptional edges, SSA.
//!
//! Registers become values block by block in reverse postorder; a join of several ways gets a φ
//! for each register that differs, loops one for each register, and φs that turn out to choose
//! between one value and themselves are taken away again. Branches on constants keep the side that
//! is taken.
//!
//! Two shapes that compilers make are undone here, so that nothing later sees them: the state
//! machine of a suspend function (the dispatch on `label` and the returns of
//! `COROUTINE_SUSPENDED` disappear, and the code reads from top to bottom), and `invoke-custom`.

use crate::formats::dex::{self, Code, Insn, OPCODES};
use crate::ir::{
    ArgRange, Block, BlockId, Body, CallKind, CompareOp, Condition, Const, Edge, FieldId, FuncId,
    Name, Op, OpId, Operator, Place, Program, Quality, TypeId, Value, Why, access,
};

use super::tables::DexUnit;

/// Largest method that is lifted, in code units; the format itself allows 2^32.
const MAX_UNITS: usize = 1 << 16;
/// Largest product of blocks and registers: what the states take.
const MAX_STATE: usize = 4 << 20;
/// Most blocks of a later state of a suspend function that are looked at.
const MAX_STATE_BLOCKS: usize = 256;
/// Why a trampoline has no body.
const RESUMES: &str = "it only resumes a suspended function";
/// Not written yet on this path.
const NONE: Value = Value(u32::MAX);

/// Lifts one method.
pub(super) fn lift<'a>(program: &Program<'a>, unit: &DexUnit<'a>, func: FuncId) -> Body<'a> {
    let Some(code) = unit.dex.code(program.func(func).code) else {
        return Body::stub(func, "it has no code");
    };
    if code.insns.len() > MAX_UNITS {
        return Body::stub(func, "it is larger than the lift's budget");
    }
    let Some(graph) = Graph::new(&unit.dex, &code) else {
        return Body::stub(func, "its code is broken");
    };
    if graph
        .blocks
        .len()
        .saturating_mul(usize::from(code.registers))
        > MAX_STATE
    {
        return Body::stub(func, "it is larger than the lift's budget");
    }
    let method = Method {
        program,
        unit,
        func,
        code,
    };
    let mut lifter = Lifter::new(&method, graph, false);
    let entry_state = lifter.lift();
    if lifter.loses_states() {
        // The compiler knew that a call always suspends, and what follows is reached by the
        // dispatch alone.
        let graph = std::mem::take(&mut lifter.graph);
        lifter = Lifter::new(&method, graph, true);
        let entry_state = lifter.lift();
        return lifter.finish(&entry_state);
    }
    lifter.finish(&entry_state)
}

/// What is lifted.
struct Method<'p, 'a> {
    program: &'p Program<'a>,
    unit: &'p DexUnit<'a>,
    func: FuncId,
    code: Code<'a>,
}

/// A block before lifting: instructions and ways out.
struct RawBlock {
    first: usize,
    /// One past the last instruction.
    end: usize,
    succs: Vec<(usize, bool)>,
    preds: Vec<usize>,
}

#[derive(Default)]
struct Graph {
    insns: Vec<(u32, Insn)>,
    blocks: Vec<RawBlock>,
    /// Block that starts at an instruction.
    block_at: Vec<Option<usize>>,
    /// Instruction at a code offset.
    insn_at: Vec<Option<usize>>,
    order: Vec<usize>,
    /// Position of each block in `order`.
    rank: Vec<usize>,
    partial: Option<&'static str>,
}

impl Graph {
    fn new(dex: &dex::Dex<'_>, code: &Code<'_>) -> Option<Self> {
        let insns: Vec<(u32, Insn)> = code.instructions().collect();
        if insns.is_empty() {
            return None;
        }
        let mut insn_at: Vec<Option<usize>> = vec![None; code.insns.len()];
        for (index, (pc, _)) in insns.iter().enumerate() {
            if let Some(slot) = insn_at.get_mut(*pc as usize) {
                *slot = Some(index);
            }
        }
        let _ = dex;
        let at = |pc: Option<u32>| pc.and_then(|pc| insn_at.get(pc as usize).copied().flatten());
        let mut partial = None;

        // Handlers by instruction: tries are few, ranges are disjoint.
        let tries: Vec<(u32, u32, Vec<usize>)> = code
            .tries()
            .map(|item| {
                let mut handlers: Vec<usize> = item
                    .handlers
                    .clone()
                    .filter_map(|(_, pc)| at(Some(pc)))
                    .collect();
                handlers.extend(at(item.catch_all));
                (item.start, item.end, handlers)
            })
            .collect();
        let handlers_of = |pc: u32| {
            tries
                .iter()
                .find(|(start, end, _)| (*start..*end).contains(&pc))
                .map(|(_, _, handlers)| handlers)
        };

        let mut leader = vec![false; insns.len()];
        let mark = |leader: &mut Vec<bool>, index: Option<usize>| {
            if let Some(slot) = index.and_then(|index| leader.get_mut(index)) {
                *slot = true;
            }
        };
        mark(&mut leader, Some(0));
        for (_, _, handlers) in &tries {
            for handler in handlers {
                mark(&mut leader, Some(*handler));
            }
        }
        for (index, (pc, insn)) in insns.iter().enumerate() {
            let flags = OPCODES[usize::from(insn.op)].flags;
            if flags.branches() {
                let target = at(insn.target_pc(*pc));
                if target.is_none() {
                    partial = Some("a branch leaves the code");
                }
                mark(&mut leader, target);
                mark(&mut leader, Some(index + 1));
            }
            if flags.switches() {
                match code.switch(*pc, insn) {
                    Some(switch) => {
                        for (_, target) in switch.cases() {
                            mark(&mut leader, at(Some(target)));
                        }
                    }
                    None => partial = Some("a switch table is broken"),
                }
                mark(&mut leader, Some(index + 1));
            }
            if flags.returns() || !flags.continues() {
                mark(&mut leader, Some(index + 1));
            }
            if flags.invokes() && handlers_of(*pc).is_some() {
                // The result belongs to the call.
                let takes_result = insns
                    .get(index + 1)
                    .is_some_and(|(_, next)| is_move_result(next.op));
                mark(&mut leader, Some(index + 1 + usize::from(takes_result)));
            }
        }

        let mut blocks: Vec<RawBlock> = Vec::new();
        let mut block_at = vec![None; insns.len()];
        for (index, starts) in leader.iter().enumerate() {
            if *starts {
                if let Some(last) = blocks.last_mut() {
                    last.end = index;
                }
                if let Some(slot) = block_at.get_mut(index) {
                    *slot = Some(blocks.len());
                }
                blocks.push(RawBlock {
                    first: index,
                    end: insns.len(),
                    succs: Vec::new(),
                    preds: Vec::new(),
                });
            }
        }

        for number in 0..blocks.len() {
            let (first, end) = blocks.get(number).map(|block| (block.first, block.end))?;
            let mut succs: Vec<(usize, bool)> = Vec::new();
            let push = |succs: &mut Vec<(usize, bool)>, index: Option<usize>, exceptional: bool| {
                if let Some(block) = index.and_then(|index| block_at.get(index).copied().flatten())
                    && !succs.contains(&(block, exceptional))
                {
                    succs.push((block, exceptional));
                }
            };
            if let Some((pc, insn)) = end.checked_sub(1).and_then(|last| insns.get(last)) {
                let flags = OPCODES[usize::from(insn.op)].flags;
                if flags.branches() {
                    push(&mut succs, at(insn.target_pc(*pc)), false);
                }
                if flags.switches()
                    && let Some(switch) = code.switch(*pc, insn)
                {
                    for (_, target) in switch.cases() {
                        push(&mut succs, at(Some(target)), false);
                    }
                }
                if flags.continues() {
                    push(&mut succs, Some(end), false);
                }
            }
            for (pc, insn) in insns.get(first..end).unwrap_or_default() {
                if OPCODES[usize::from(insn.op)].flags.can_throw()
                    && let Some(handlers) = handlers_of(*pc)
                {
                    for handler in handlers {
                        push(&mut succs, Some(*handler), true);
                    }
                }
            }
            for (to, _) in &succs {
                if let Some(block) = blocks.get_mut(*to)
                    && !block.preds.contains(&number)
                {
                    block.preds.push(number);
                }
            }
            if let Some(block) = blocks.get_mut(number) {
                block.succs = succs;
            }
        }
        let order = reverse_postorder(&blocks);
        let mut rank = vec![usize::MAX; blocks.len()];
        for (position, block) in order.iter().enumerate() {
            if let Some(slot) = rank.get_mut(*block) {
                *slot = position;
            }
        }
        Some(Self {
            insns,
            blocks,
            block_at,
            insn_at,
            order,
            rank,
            partial,
        })
    }

    fn block_of_pc(&self, pc: Option<u32>) -> Option<usize> {
        let index = self.insn_at.get(pc? as usize).copied().flatten()?;
        self.block_at.get(index).copied().flatten()
    }
}

fn reverse_postorder(blocks: &[RawBlock]) -> Vec<usize> {
    let mut order = Vec::with_capacity(blocks.len());
    let mut seen = vec![false; blocks.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    if let Some(first) = seen.first_mut() {
        *first = true;
        stack.push((0, 0));
    }
    while let Some((block, next)) = stack.pop() {
        match blocks.get(block).and_then(|raw| raw.succs.get(next)) {
            Some((to, _)) => {
                stack.push((block, next + 1));
                if let Some(slot) = seen.get_mut(*to)
                    && !*slot
                {
                    *slot = true;
                    stack.push((*to, 0));
                }
            }
            None => order.push(block),
        }
    }
    order.reverse();
    order
}

fn is_move_result(op: u8) -> bool {
    (dex::op::MOVE_RESULT..=dex::op::MOVE_RESULT_OBJECT).contains(&op)
}

struct Lifter<'p, 'a> {
    program: &'p Program<'a>,
    unit: &'p DexUnit<'a>,
    func: FuncId,
    code: Code<'a>,
    graph: Graph,
    registers: usize,
    ops: Vec<Vec<(Op<'a>, u32)>>,
    /// For each block: (register, value).
    phis: Vec<Vec<(usize, Value)>>,
    entry_states: Vec<Vec<Value>>,
    exit_states: Vec<Vec<Value>>,
    /// Ways out that can be taken: (block, exceptional).
    live_edges: Vec<Vec<(usize, bool)>>,
    live: Vec<bool>,
    done: Vec<bool>,
    pool: Vec<Value>,
    params: Vec<Value>,
    /// What is known of each value: constant integers, the dispatcher's label, a suspension mark.
    constants: Vec<Known>,
    next: u32,
    suspends: bool,
    /// Blocks to which the dispatch of a suspend function leads beside its first state.
    later_states: Vec<usize>,
    /// Keep that dispatch.
    dispatches: bool,
    partial: Option<&'static str>,
}

/// What the lift itself must know of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Int(i64),
    Label,
    Suspended,
}

impl<'p, 'a> Lifter<'p, 'a> {
    fn new(method: &Method<'p, 'a>, graph: Graph, dispatches: bool) -> Self {
        let count = graph.blocks.len();
        Self {
            program: method.program,
            unit: method.unit,
            func: method.func,
            registers: usize::from(method.code.registers),
            ops: vec![Vec::new(); count],
            phis: vec![Vec::new(); count],
            entry_states: vec![Vec::new(); count],
            exit_states: vec![Vec::new(); count],
            live_edges: vec![Vec::new(); count],
            live: vec![false; count],
            done: vec![false; count],
            pool: Vec::new(),
            params: Vec::new(),
            constants: Vec::new(),
            next: 0,
            suspends: false,
            later_states: Vec::new(),
            dispatches,
            partial: graph.partial,
            graph,
            code: method.code,
        }
    }

    /// Whether a later state of a suspend function leads to code that the states before it do not:
    /// where a call may return at once, both ways join.
    fn loses_states(&self) -> bool {
        let is_live = |block: usize| self.live.get(block).copied().unwrap_or(false);
        self.later_states.iter().any(|first| {
            let mut seen = vec![*first];
            let mut next = 0;
            while let Some(block) = seen.get(next).copied() {
                next += 1;
                if is_live(block) {
                    return false;
                }
                let ways = self.graph.blocks.get(block).map(|raw| raw.succs.as_slice());
                for (to, exceptional) in ways.unwrap_or_default() {
                    if !exceptional && !seen.contains(to) {
                        seen.push(*to);
                    }
                }
                if seen.len() > MAX_STATE_BLOCKS {
                    return false;
                }
            }
            true
        })
    }

    fn fresh(&mut self, known: Known) -> Value {
        let value = Value(self.next);
        self.next += 1;
        self.constants.push(known);
        value
    }

    fn known(&self, value: Value) -> Known {
        self.constants
            .get(value.0 as usize)
            .copied()
            .unwrap_or(Known::Nothing)
    }

    /// Lifts all blocks. Gives the registers at the start.
    fn lift(&mut self) -> Vec<Value> {
        let entry_state = self.parameters();
        if let Some(slot) = self.live.first_mut() {
            *slot = true;
        }
        for block in self.graph.order.clone() {
            if !self.live.get(block).copied().unwrap_or(false) {
                continue;
            }
            let mut state = if block == 0
                && self
                    .graph
                    .blocks
                    .first()
                    .is_some_and(|raw| raw.preds.is_empty())
            {
                entry_state.clone()
            } else {
                self.join(block, &entry_state)
            };
            if let Some(slot) = self.entry_states.get_mut(block) {
                slot.clone_from(&state);
            }
            self.lift_block(block, &mut state);
            if let Some(slot) = self.exit_states.get_mut(block) {
                *slot = state;
            }
            if let Some(slot) = self.done.get_mut(block) {
                *slot = true;
            }
        }
        entry_state
    }

    /// Parameters sit in the last registers (*Dalvik bytecode*, general design).
    fn parameters(&mut self) -> Vec<Value> {
        let mut state = vec![NONE; self.registers];
        let mut register = self.registers.saturating_sub(usize::from(self.code.ins));
        let symbol = self.program.symbol(self.func);
        let proto = self.program.proto(symbol.proto).clone();
        if self.program.func(self.func).access & access::STATIC == 0 {
            let value = self.fresh(Known::Nothing);
            self.params.push(value);
            set(&mut state, register, value);
            register += 1;
        }
        for ty in &proto.params {
            let value = self.fresh(Known::Nothing);
            self.params.push(value);
            set(&mut state, register, value);
            register += self.width(*ty);
        }
        state
    }

    fn width(&self, ty: TypeId) -> usize {
        match self.program.names.bytes(ty) {
            b"J" | b"D" => 2,
            _ => 1,
        }
    }

    /// Registers at the start of a block with several ways in.
    fn join(&mut self, block: usize, entry_state: &[Value]) -> Vec<Value> {
        let preds = self
            .graph
            .blocks
            .get(block)
            .map(|raw| raw.preds.clone())
            .unwrap_or_default();
        let mut ways: Vec<&[Value]> = Vec::new();
        let mut unknown_way = false;
        for pred in &preds {
            if self.done.get(*pred).copied().unwrap_or(false) {
                let leads = self
                    .live_edges
                    .get(*pred)
                    .is_some_and(|edges| edges.iter().any(|(to, _)| *to == block));
                if leads {
                    ways.extend(self.exit_states.get(*pred).map(Vec::as_slice));
                }
            } else if self.graph.rank.get(*pred) >= self.graph.rank.get(block) {
                // A loop's end: not lifted yet. What comes earlier and was not lifted is dead.
                unknown_way = true;
            }
        }
        if block == 0 {
            ways.push(entry_state);
        }
        let mut state = vec![NONE; self.registers];
        let mut wanted = Vec::new();
        for (register, slot) in state.iter_mut().enumerate() {
            let mut values = ways
                .iter()
                .map(|way| way.get(register).copied().unwrap_or(NONE));
            let first = values.next().unwrap_or(NONE);
            if !unknown_way && values.all(|value| value == first) {
                *slot = first;
            } else if ways
                .iter()
                .any(|way| way.get(register).copied().unwrap_or(NONE) != NONE)
            {
                wanted.push(register);
            }
        }
        for register in wanted {
            let value = self.fresh(Known::Nothing);
            set(&mut state, register, value);
            if let Some(phis) = self.phis.get_mut(block) {
                phis.push((register, value));
            }
        }
        state
    }

    fn emit(&mut self, block: usize, pc: u32, op: Op<'a>) {
        if let Some(ops) = self.ops.get_mut(block) {
            ops.push((op, pc));
        }
    }

    fn args(&mut self, values: &[Value]) -> ArgRange {
        let start = u32::try_from(self.pool.len()).unwrap_or(u32::MAX);
        self.pool.extend_from_slice(values);
        ArgRange {
            start,
            len: u32::try_from(values.len()).unwrap_or(u32::MAX),
        }
    }

    fn follow(&mut self, block: usize, edges: Vec<(usize, bool)>) {
        for (to, _) in &edges {
            if let Some(slot) = self.live.get_mut(*to) {
                *slot = true;
            }
        }
        if let Some(slot) = self.live_edges.get_mut(block) {
            *slot = edges;
        }
    }

    fn lift_block(&mut self, block: usize, state: &mut [Value]) {
        let Some((first, end, succs)) = self
            .graph
            .blocks
            .get(block)
            .map(|raw| (raw.first, raw.end, raw.succs.clone()))
        else {
            return;
        };
        let exceptional: Vec<(usize, bool)> = succs
            .iter()
            .copied()
            .filter(|(_, exceptional)| *exceptional)
            .collect();
        let mut taken = succs;
        let mut index = first;
        while index < end {
            let Some((pc, insn)) = self.graph.insns.get(index).copied() else {
                break;
            };
            index += 1;
            let result = match self.graph.insns.get(index) {
                Some((_, next)) if index < end && is_move_result(next.op) => {
                    Some(usize::from(next.a))
                }
                _ => None,
            };
            if let Some(mut only) = self.lift_insn(block, pc, &insn, result, state) {
                only.extend(exceptional.iter().copied());
                taken = only;
            }
        }
        self.follow(block, taken);
    }

    /// Lifts one instruction. Returns the ways out when it ends the block and not all are taken.
    fn lift_insn(
        &mut self,
        block: usize,
        pc: u32,
        insn: &Insn,
        result: Option<usize>,
        state: &mut [Value],
    ) -> Option<Vec<(usize, bool)>> {
        use dex::op;
        let (a, b, c) = (
            usize::from(insn.a),
            usize::from(insn.b),
            usize::from(insn.c),
        );
        match insn.op {
            op::NOP
            | op::MONITOR_ENTER
            | op::MONITOR_EXIT
            | op::MOVE_RESULT..=op::MOVE_RESULT_OBJECT => {}
            op::MOVE..=op::MOVE_OBJECT_16 => {
                let value = get(state, b);
                set(state, a, value);
            }
            op::MOVE_EXCEPTION => self.unknown(block, pc, state, a, Why::Exception, &[]),
            op::RETURN_VOID => self.emit(block, pc, Op::Return { value: None }),
            op::RETURN..=op::RETURN_OBJECT => {
                let value = self.read(block, pc, state, a);
                self.emit(block, pc, Op::Return { value: Some(value) });
            }
            op::CONST_4..=op::CONST_WIDE_HIGH16 => {
                let dst = self.fresh(Known::Int(insn.lit));
                self.emit(
                    block,
                    pc,
                    Op::Const {
                        dst,
                        value: Const::Int(insn.lit),
                    },
                );
                set(state, a, dst);
            }
            op::CONST_STRING | op::CONST_STRING_JUMBO => {
                match self.unit.dex.string(dex::StringIdx(insn.index)) {
                    Some(text) => {
                        let dst = self.fresh(Known::Nothing);
                        self.emit(
                            block,
                            pc,
                            Op::Const {
                                dst,
                                value: Const::Str(text),
                            },
                        );
                        set(state, a, dst);
                    }
                    None => self.unknown(block, pc, state, a, Why::Malformed, &[]),
                }
            }
            op::CONST_CLASS => match self.type_at(insn.index) {
                Some(ty) => {
                    let dst = self.fresh(Known::Nothing);
                    self.emit(
                        block,
                        pc,
                        Op::Const {
                            dst,
                            value: Const::Class(ty),
                        },
                    );
                    set(state, a, dst);
                }
                None => self.unknown(block, pc, state, a, Why::Malformed, &[]),
            },
            op::CHECK_CAST => {
                let src = self.read(block, pc, state, a);
                if let Some(ty) = self.type_at(insn.index) {
                    let known = self.known(src);
                    let dst = self.fresh(known);
                    self.emit(block, pc, Op::Cast { dst, src, ty });
                    set(state, a, dst);
                }
            }
            op::INSTANCE_OF => {
                let src = self.read(block, pc, state, b);
                match self.type_at(insn.index) {
                    Some(ty) => {
                        let dst = self.fresh(Known::Nothing);
                        self.emit(block, pc, Op::InstanceOf { dst, src, ty });
                        set(state, a, dst);
                    }
                    None => self.unknown(block, pc, state, a, Why::Malformed, &[src]),
                }
            }
            op::NEW_INSTANCE => match self.type_at(insn.index) {
                Some(ty) => {
                    let dst = self.fresh(Known::Nothing);
                    self.emit(block, pc, Op::New { dst, ty });
                    set(state, a, dst);
                }
                None => self.unknown(block, pc, state, a, Why::Malformed, &[]),
            },
            op::NEW_ARRAY => self.new_array(block, pc, insn.index, &[], Some(a), state),
            op::FILLED_NEW_ARRAY | op::FILLED_NEW_ARRAY_RANGE => {
                let elements: Vec<Value> = insn
                    .args
                    .iter()
                    .map(|register| get(state, usize::from(register)))
                    .collect();
                self.new_array(block, pc, insn.index, &elements, result, state);
            }
            op::FILL_ARRAY_DATA => {
                if let Some(payload) = self.code.array_payload(pc, insn) {
                    let array = self.read(block, pc, state, a);
                    let src = self.fresh(Known::Nothing);
                    self.emit(
                        block,
                        pc,
                        Op::Const {
                            dst: src,
                            value: Const::Bytes(payload.data.into(), payload.element_width),
                        },
                    );
                    let zero = self.fresh(Known::Int(0));
                    self.emit(
                        block,
                        pc,
                        Op::Const {
                            dst: zero,
                            value: Const::Int(0),
                        },
                    );
                    self.emit(
                        block,
                        pc,
                        Op::Store {
                            place: Place::Element(array, zero),
                            src,
                        },
                    );
                }
            }
            op::THROW => {
                let value = self.read(block, pc, state, a);
                self.emit(block, pc, Op::Throw { value });
            }
            op::PACKED_SWITCH | op::SPARSE_SWITCH => return self.switch(block, pc, insn, state),
            op::IF_EQ..=op::IF_LEZ => return self.branch(block, pc, insn, state),
            op::AGET..=op::AGET_SHORT => {
                let place = Place::Element(
                    self.read(block, pc, state, b),
                    self.read(block, pc, state, c),
                );
                self.load(block, pc, state, a, place);
            }
            op::APUT..=op::APUT_SHORT => {
                let place = Place::Element(
                    self.read(block, pc, state, b),
                    self.read(block, pc, state, c),
                );
                let src = self.read(block, pc, state, a);
                self.emit(block, pc, Op::Store { place, src });
            }
            op::IGET..=op::IGET_SHORT => match self.field_at(insn.index) {
                Some(field) => {
                    let place = Place::Field(self.read(block, pc, state, b), field);
                    self.load(block, pc, state, a, place);
                }
                None => self.unknown(block, pc, state, a, Why::Malformed, &[]),
            },
            op::IPUT..=op::IPUT_SHORT => {
                if let Some(field) = self.field_at(insn.index) {
                    let place = Place::Field(self.read(block, pc, state, b), field);
                    let src = self.read(block, pc, state, a);
                    self.emit(block, pc, Op::Store { place, src });
                }
            }
            op::SGET..=op::SGET_SHORT => match self.field_at(insn.index) {
                Some(field) => self.load(block, pc, state, a, Place::Static(field)),
                None => self.unknown(block, pc, state, a, Why::Malformed, &[]),
            },
            op::SPUT..=op::SPUT_SHORT => {
                if let Some(field) = self.field_at(insn.index) {
                    let src = self.read(block, pc, state, a);
                    self.emit(
                        block,
                        pc,
                        Op::Store {
                            place: Place::Static(field),
                            src,
                        },
                    );
                }
            }
            op::INVOKE_VIRTUAL | op::INVOKE_VIRTUAL_RANGE => {
                self.call(block, pc, insn, CallKind::Virtual, result, state)
            }
            op::INVOKE_SUPER | op::INVOKE_SUPER_RANGE => {
                self.call(block, pc, insn, CallKind::Super, result, state)
            }
            op::INVOKE_DIRECT | op::INVOKE_DIRECT_RANGE => {
                self.call(block, pc, insn, CallKind::Direct, result, state)
            }
            op::INVOKE_STATIC | op::INVOKE_STATIC_RANGE => {
                self.call(block, pc, insn, CallKind::Static, result, state)
            }
            op::INVOKE_INTERFACE | op::INVOKE_INTERFACE_RANGE => {
                self.call(block, pc, insn, CallKind::Interface, result, state);
            }
            op::INVOKE_CUSTOM | op::INVOKE_CUSTOM_RANGE => {
                self.closure(block, pc, insn, result, state)
            }
            _ => {
                let flags = OPCODES[usize::from(insn.op)].flags;
                if flags.writes_a() {
                    self.arithmetic(block, pc, insn, state);
                } else if let Some(register) = result {
                    self.unknown(block, pc, state, register, Why::Unmodelled, &[]);
                }
            }
        }
        None
    }

    fn type_at(&self, index: u32) -> Option<TypeId> {
        self.unit.types.get(index as usize).copied()
    }

    fn field_at(&self, index: u32) -> Option<FieldId> {
        self.unit.fields.get(index as usize).copied()
    }

    /// The value of a register; an unwritten one gets an `Unknown`.
    fn read(&mut self, block: usize, pc: u32, state: &mut [Value], register: usize) -> Value {
        let value = get(state, register);
        if value != NONE {
            return value;
        }
        let dst = self.fresh(Known::Nothing);
        let inputs = self.args(&[]);
        self.emit(
            block,
            pc,
            Op::Unknown {
                dst: Some(dst),
                why: Why::Undefined,
                inputs,
            },
        );
        set(state, register, dst);
        dst
    }

    /// Arithmetic: its operands by the instruction's format, and what it does with them.
    fn arithmetic(&mut self, block: usize, pc: u32, insn: &Insn, state: &mut [Value]) {
        use dex::op;
        let (a, b, c) = (
            usize::from(insn.a),
            usize::from(insn.b),
            usize::from(insn.c),
        );
        let mut inputs = match insn.op {
            op::ADD_INT_2ADDR..=op::REM_DOUBLE_2ADDR => vec![get(state, a), get(state, b)],
            op::ADD_INT_LIT16..=op::USHR_INT_LIT8 => {
                let dst = self.fresh(Known::Nothing);
                self.emit(
                    block,
                    pc,
                    Op::Const {
                        dst,
                        value: Const::Int(insn.lit),
                    },
                );
                vec![get(state, b), dst]
            }
            op::CMPL_FLOAT..=op::CMP_LONG | op::ADD_INT..=op::REM_DOUBLE => {
                vec![get(state, b), get(state, c)]
            }
            _ => vec![get(state, b)],
        };
        let operator = match insn.op {
            op::CMPL_FLOAT..=op::CMP_LONG => Some(Operator::Compare),
            op::INT_TO_LONG | op::LONG_TO_INT => Some(Operator::Convert),
            op::ADD_INT
            | op::ADD_LONG
            | op::ADD_INT_2ADDR
            | op::ADD_LONG_2ADDR
            | op::ADD_INT_LIT16
            | op::ADD_INT_LIT8 => Some(Operator::Add),
            op::SUB_INT | op::SUB_LONG | op::SUB_INT_2ADDR | op::SUB_LONG_2ADDR => {
                Some(Operator::Subtract)
            }
            op::RSUB_INT | op::RSUB_INT_LIT8 => {
                inputs.reverse();
                Some(Operator::Subtract)
            }
            op::MUL_INT
            | op::MUL_LONG
            | op::MUL_INT_2ADDR
            | op::MUL_LONG_2ADDR
            | op::MUL_INT_LIT16
            | op::MUL_INT_LIT8 => Some(Operator::Multiply),
            op::DIV_INT
            | op::DIV_LONG
            | op::DIV_INT_2ADDR
            | op::DIV_LONG_2ADDR
            | op::DIV_INT_LIT16
            | op::DIV_INT_LIT8 => Some(Operator::Divide),
            op::OR_INT
            | op::OR_LONG
            | op::OR_INT_2ADDR
            | op::OR_LONG_2ADDR
            | op::OR_INT_LIT16
            | op::OR_INT_LIT8 => Some(Operator::Or),
            _ => None,
        };
        match operator.filter(|_| !inputs.contains(&NONE)) {
            Some(operator) => {
                let dst = self.fresh(Known::Nothing);
                let inputs = self.args(&inputs);
                self.emit(
                    block,
                    pc,
                    Op::Compute {
                        dst,
                        operator,
                        inputs,
                    },
                );
                set(state, a, dst);
            }
            None => {
                inputs.retain(|value| *value != NONE);
                self.unknown(block, pc, state, a, Why::Arithmetic, &inputs);
            }
        }
    }

    fn unknown(
        &mut self,
        block: usize,
        pc: u32,
        state: &mut [Value],
        register: usize,
        why: Why,
        inputs: &[Value],
    ) {
        let dst = self.fresh(Known::Nothing);
        let inputs = self.args(inputs);
        self.emit(
            block,
            pc,
            Op::Unknown {
                dst: Some(dst),
                why,
                inputs,
            },
        );
        set(state, register, dst);
    }

    fn load(&mut self, block: usize, pc: u32, state: &mut [Value], register: usize, place: Place) {
        let known = match place {
            Place::Field(_, field) if self.is_label(field) => Known::Label,
            Place::Static(field) if self.is_suspension_mark(field) => Known::Suspended,
            _ => Known::Nothing,
        };
        let dst = self.fresh(known);
        self.emit(block, pc, Op::Load { dst, place });
        set(state, register, dst);
    }

    fn new_array(
        &mut self,
        block: usize,
        pc: u32,
        ty: u32,
        elements: &[Value],
        register: Option<usize>,
        state: &mut [Value],
    ) {
        let elements = self.args(elements);
        if let (Some(ty), Some(register)) = (self.type_at(ty), register) {
            let dst = self.fresh(Known::Nothing);
            self.emit(block, pc, Op::NewArray { dst, ty, elements });
            set(state, register, dst);
        }
    }

    fn call(
        &mut self,
        block: usize,
        pc: u32,
        insn: &Insn,
        kind: CallKind,
        result: Option<usize>,
        state: &mut [Value],
    ) {
        let Some(target) = self.unit.methods.get(insn.index as usize).copied() else {
            if let Some(register) = result {
                self.unknown(block, pc, state, register, Why::Malformed, &[]);
            }
            return;
        };
        let symbol = self.program.method(target);
        let mut registers = insn.args.iter().map(usize::from);
        let mut values = Vec::with_capacity(insn.args.len());
        if kind != CallKind::Static
            && let Some(register) = registers.next()
        {
            values.push(self.read(block, pc, state, register));
        }
        let params = self.program.proto(symbol.proto).params.clone();
        for ty in &params {
            let Some(register) = registers.next() else {
                break;
            };
            values.push(self.read(block, pc, state, register));
            if self.width(*ty) == 2 {
                registers.next();
            }
        }
        let args = self.args(&values);
        let dst = result.map(|_| {
            let suspended = self.program.names.text(symbol.name) == "getCOROUTINE_SUSPENDED";
            self.fresh(if suspended {
                Known::Suspended
            } else {
                Known::Nothing
            })
        });
        self.emit(
            block,
            pc,
            Op::Call {
                dst,
                target,
                kind,
                args,
            },
        );
        if let (Some(register), Some(dst)) = (result, dst) {
            set(state, register, dst);
        }
    }

    /// `invoke-custom` of a lambda: the bootstrap's third extra argument is the function that runs
    /// (`LambdaMetafactory.metafactory`); of a string concatenation: a call that joins.
    fn closure(
        &mut self,
        block: usize,
        pc: u32,
        insn: &Insn,
        result: Option<usize>,
        state: &mut [Value],
    ) {
        let site = dex::CallSiteIdx(insn.index);
        let body = super::index::closure_body(self.unit, site);
        let interface = self.unit.dex.call_site(site).and_then(|site| {
            let proto = self.unit.dex.proto(site.proto)?;
            self.unit.type_id(proto.ret)
        });
        let captures: Vec<Value> = insn
            .args
            .iter()
            .map(|register| get(state, usize::from(register)))
            .filter(|value| *value != NONE)
            .collect();
        let captures = self.args(&captures);
        let dst = result.map(|_| self.fresh(Known::Nothing));
        self.emit(
            block,
            pc,
            Op::Closure {
                dst,
                interface,
                body,
                captures,
            },
        );
        if let (Some(register), Some(dst)) = (result, dst) {
            set(state, register, dst);
        }
    }

    fn switch(
        &mut self,
        block: usize,
        pc: u32,
        insn: &Insn,
        state: &mut [Value],
    ) -> Option<Vec<(usize, bool)>> {
        let on = self.read(block, pc, state, usize::from(insn.a));
        let default = self.graph.block_of_pc(Some(pc + u32::from(insn.width)))?;
        let cases: Vec<(i32, usize)> = self
            .code
            .switch(pc, insn)
            .map(|switch| {
                switch
                    .cases()
                    .filter_map(|(key, target)| Some((key, self.graph.block_of_pc(Some(target))?)))
                    .collect()
            })
            .unwrap_or_default();
        match self.known(on) {
            // The dispatcher of a suspend function: control begins at state 0, and what resumes
            // later goes on where the code before it left.
            Known::Label if !self.dispatches => {
                self.suspends = true;
                self.later_states
                    .extend(cases.iter().filter(|(key, _)| *key != 0).map(|(_, to)| *to));
                let start = cases
                    .iter()
                    .find(|(key, _)| *key == 0)
                    .map_or(default, |(_, to)| *to);
                Some(vec![(start, false)])
            }
            Known::Int(value) => {
                let to = cases
                    .iter()
                    .find(|(key, _)| i64::from(*key) == value)
                    .map_or(default, |(_, to)| *to);
                Some(vec![(to, false)])
            }
            _ => {
                let cases = cases
                    .into_iter()
                    .map(|(key, to)| (key, block_id(to)))
                    .collect();
                self.emit(
                    block,
                    pc,
                    Op::Switch {
                        on,
                        cases,
                        default: block_id(default),
                    },
                );
                None
            }
        }
    }

    fn branch(
        &mut self,
        block: usize,
        pc: u32,
        insn: &Insn,
        state: &mut [Value],
    ) -> Option<Vec<(usize, bool)>> {
        use dex::op;
        let zero = insn.op >= op::IF_EQZ;
        let compare = match if zero {
            insn.op - op::IF_EQZ
        } else {
            insn.op - op::IF_EQ
        } {
            0 => CompareOp::Eq,
            1 => CompareOp::Ne,
            2 => CompareOp::Lt,
            3 => CompareOp::Ge,
            4 => CompareOp::Gt,
            _ => CompareOp::Le,
        };
        let left = self.read(block, pc, state, usize::from(insn.a));
        let right = (!zero).then(|| self.read(block, pc, state, usize::from(insn.b)));
        let then = self.graph.block_of_pc(insn.target_pc(pc))?;
        let otherwise = self.graph.block_of_pc(Some(pc + u32::from(insn.width)))?;

        let sides = (
            self.known(left),
            right.map_or(Known::Int(0), |right| self.known(right)),
        );
        if let (Known::Int(left), Known::Int(right)) = sides {
            let holds = match compare {
                CompareOp::Eq => left == right,
                CompareOp::Ne => left != right,
                CompareOp::Lt => left < right,
                CompareOp::Ge => left >= right,
                CompareOp::Gt => left > right,
                CompareOp::Le => left <= right,
            };
            return Some(vec![(if holds { then } else { otherwise }, false)]);
        }
        // `if (result == COROUTINE_SUSPENDED) return`: the code goes on when the result is there.
        if sides.0 == Known::Suspended || sides.1 == Known::Suspended {
            let suspended_side = match compare {
                CompareOp::Eq => Some((then, otherwise)),
                CompareOp::Ne => Some((otherwise, then)),
                _ => None,
            };
            if let Some((suspended, resumed)) = suspended_side
                && self.returns_at_once(suspended)
            {
                return Some(vec![(resumed, false)]);
            }
        }
        // A switch on `label` with one or two states is a chain of comparisons.
        if let (Known::Label, Known::Int(state)) = sides
            && !self.dispatches
        {
            let zero_holds = match compare {
                CompareOp::Eq => state == 0,
                CompareOp::Ne => state != 0,
                _ => {
                    self.emit(
                        block,
                        pc,
                        Op::Branch {
                            condition: Condition {
                                op: compare,
                                left,
                                right,
                            },
                            then: block_id(then),
                            otherwise: block_id(otherwise),
                        },
                    );
                    return None;
                }
            };
            self.suspends = true;
            let (first, later) = if zero_holds {
                (then, otherwise)
            } else {
                (otherwise, then)
            };
            self.later_states.push(later);
            return Some(vec![(first, false)]);
        }
        self.emit(
            block,
            pc,
            Op::Branch {
                condition: Condition {
                    op: compare,
                    left,
                    right,
                },
                then: block_id(then),
                otherwise: block_id(otherwise),
            },
        );
        None
    }

    /// Whether a block does nothing but return.
    fn returns_at_once(&self, mut block: usize) -> bool {
        for _ in 0..4 {
            let Some(raw) = self.graph.blocks.get(block) else {
                return false;
            };
            let insns = self.graph.insns.get(raw.first..raw.end).unwrap_or_default();
            for (_, insn) in insns {
                match insn.op {
                    dex::op::RETURN_OBJECT | dex::op::RETURN_VOID => return true,
                    dex::op::MOVE..=dex::op::MOVE_OBJECT_16
                    | dex::op::GOTO..=dex::op::GOTO_32
                    | dex::op::NOP => {}
                    _ => return false,
                }
            }
            match raw.succs.as_slice() {
                [(only, false)] => block = *only,
                _ => return false,
            }
        }
        false
    }

    /// The state of a coroutine: an integer field of a continuation. The base class keeps its name
    /// in release builds; the field need not.
    fn is_label(&self, field: FieldId) -> bool {
        let field = self.program.field(field);
        self.program.names.bytes(field.ty) == b"I"
            && self.program.supertypes(field.class).iter().any(|ty| {
                self.program
                    .names
                    .bytes(*ty)
                    .starts_with(b"Lkotlin/coroutines/jvm/internal/")
            })
            && self.is_state_name(field.name)
    }

    fn is_state_name(&self, name: Name) -> bool {
        let name = self.program.names.text(name);
        // Captured integers of the lambda are `I$0`, `$count`; the state is `label`, or one letter
        // or two after R8.
        name == "label" || name.len() <= 2
    }

    /// `CoroutineSingletons.COROUTINE_SUSPENDED`: a static of its own enumeration.
    fn is_suspension_mark(&self, field: FieldId) -> bool {
        let field = self.program.field(field);
        if self.program.names.text(field.name) == "COROUTINE_SUSPENDED" {
            return true;
        }
        field.class == field.ty
            && self.program.defined(field.class).is_some_and(|class| {
                class.superclass.is_some_and(|superclass| {
                    self.program.names.bytes(superclass) == b"Ljava/lang/Enum;"
                })
            })
            && self.suspends
    }

    /// Whether the function only resumes a suspended one: it marks the state of its own object and
    /// calls the suspended function anew, with empty arguments and itself as the continuation.
    fn is_trampoline(&self) -> bool {
        let Some(receiver) = self.params.first() else {
            return false;
        };
        let ops = || self.ops.iter().flatten().map(|(op, _)| op);
        let marks = ops().any(|op| {
            matches!(op, Op::Store { place: Place::Field(object, field), src } if object == receiver
                && self.is_label(*field)
                && ops().any(|op| matches!(op, Op::Unknown { dst: Some(dst), why: Why::Arithmetic, .. } | Op::Compute { dst, .. } if dst == src)))
        });
        marks && !self.suspends
    }

    fn finish(mut self, entry_state: &[Value]) -> Body<'a> {
        if self.is_trampoline() {
            return Body::stub(self.func, RESUMES);
        }
        // Arguments of φs, now that every way in is known.
        let count = self.graph.blocks.len();
        let mut preds: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (from, edges) in self.live_edges.iter().enumerate() {
            for (to, _) in edges {
                if let Some(list) = preds.get_mut(*to)
                    && !list.contains(&from)
                {
                    list.push(from);
                }
            }
        }
        let mut phis: Vec<(usize, Value, Vec<Value>)> = Vec::new();
        for (block, list) in self.phis.iter().enumerate() {
            for (register, value) in list {
                let mut args: Vec<Value> = preds
                    .get(block)
                    .into_iter()
                    .flatten()
                    .map(|pred| {
                        self.exit_states
                            .get(*pred)
                            .and_then(|state| state.get(*register))
                            .copied()
                            .unwrap_or(NONE)
                    })
                    .collect();
                if block == 0 {
                    args.push(entry_state.get(*register).copied().unwrap_or(NONE));
                }
                phis.push((block, *value, args));
            }
        }

        // A φ of one value and itself is that value.
        let mut same: Vec<Value> = (0..self.next).map(Value).collect();
        loop {
            let mut changed = false;
            for (_, value, args) in &phis {
                if find(&same, *value) != *value {
                    continue;
                }
                let mut only = None;
                let mut trivial = true;
                for arg in args.iter().filter(|arg| **arg != NONE) {
                    let arg = find(&same, *arg);
                    if arg != *value && only.is_none_or(|only| only == arg) {
                        only = Some(arg);
                    } else if arg != *value {
                        trivial = false;
                        break;
                    }
                }
                if trivial && let (Some(only), Some(slot)) = (only, same.get_mut(value.0 as usize))
                {
                    *slot = only;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        for index in 0..self.pool.len() {
            if let Some(slot) = self.pool.get_mut(index) {
                *slot = find(&same, *slot);
            }
        }
        for (op, _) in self.ops.iter_mut().flatten() {
            rename(op, &same);
        }

        // φs that something uses.
        let mut used = vec![false; self.next as usize];
        let mut mark = |value: Value| {
            if let Some(slot) = used.get_mut(value.0 as usize) {
                *slot = true;
            }
        };
        for (op, _) in self.ops.iter().flatten() {
            inputs(op, &self.pool, &mut mark);
        }
        loop {
            let mut changed = false;
            for (_, value, args) in &phis {
                if !used.get(value.0 as usize).copied().unwrap_or(false) {
                    continue;
                }
                for arg in args.iter().filter(|arg| **arg != NONE) {
                    let arg = find(&same, *arg);
                    if let Some(slot) = used.get_mut(arg.0 as usize)
                        && !*slot
                    {
                        *slot = true;
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }

        let mut body = Body::stub(self.func, "");
        body.quality = match self.partial {
            Some(why) => Quality::Partial(why.into()),
            None => Quality::Full,
        };
        body.pool = std::mem::take(&mut self.pool);
        body.params = std::mem::take(&mut self.params);
        body.defs = vec![None; self.next as usize];
        for (block, block_preds) in preds.iter().enumerate() {
            let start = u32::try_from(body.ops.len()).unwrap_or(u32::MAX);
            for (_, value, args) in phis.iter().filter(|(at, _, _)| *at == block) {
                if find(&same, *value) != *value
                    || !used.get(value.0 as usize).copied().unwrap_or(false)
                {
                    continue;
                }
                let first = u32::try_from(body.pool.len()).unwrap_or(u32::MAX);
                body.pool.extend(
                    args.iter()
                        .filter(|arg| **arg != NONE)
                        .map(|arg| find(&same, *arg)),
                );
                let len = u32::try_from(body.pool.len()).unwrap_or(u32::MAX) - first;
                push_op(
                    &mut body,
                    Op::Phi {
                        dst: *value,
                        args: ArgRange { start: first, len },
                    },
                    0,
                );
            }
            for (op, pc) in self
                .ops
                .get_mut(block)
                .map(std::mem::take)
                .unwrap_or_default()
            {
                push_op(&mut body, op, pc);
            }
            let end = u32::try_from(body.ops.len()).unwrap_or(u32::MAX);
            let succs = self
                .live_edges
                .get(block)
                .into_iter()
                .flatten()
                .map(|(to, exceptional)| Edge {
                    to: block_id(*to),
                    exceptional: *exceptional,
                })
                .collect();
            body.blocks.push(Block {
                ops: start..end,
                preds: block_preds.iter().map(|pred| block_id(*pred)).collect(),
                succs,
            });
        }
        body
    }
}

fn push_op<'a>(body: &mut Body<'a>, op: Op<'a>, pc: u32) {
    let id = OpId(u32::try_from(body.ops.len()).unwrap_or(u32::MAX));
    if let Some(dst) = op.dst()
        && let Some(slot) = body.defs.get_mut(dst.0 as usize)
    {
        *slot = Some(id);
    }
    body.ops.push(op);
    body.offsets.push(pc);
}

fn block_id(block: usize) -> BlockId {
    BlockId(u32::try_from(block).unwrap_or(u32::MAX))
}

fn get(state: &[Value], register: usize) -> Value {
    state.get(register).copied().unwrap_or(NONE)
}

fn set(state: &mut [Value], register: usize, value: Value) {
    if let Some(slot) = state.get_mut(register) {
        *slot = value;
    }
}

fn find(same: &[Value], mut value: Value) -> Value {
    while let Some(next) = same.get(value.0 as usize) {
        if *next == value {
            break;
        }
        value = *next;
    }
    value
}

fn rename(op: &mut Op<'_>, same: &[Value]) {
    let fix = |value: &mut Value| *value = find(same, *value);
    let fix_place = |place: &mut Place| match place {
        Place::Static(_) => {}
        Place::Field(object, _) => *object = find(same, *object),
        Place::Element(array, index) => {
            *array = find(same, *array);
            *index = find(same, *index);
        }
    };
    match op {
        Op::Load { place, .. } => fix_place(place),
        Op::Store { place, src } => {
            fix_place(place);
            fix(src);
        }
        Op::Cast { src, .. } | Op::InstanceOf { src, .. } => fix(src),
        Op::Branch { condition, .. } => {
            fix(&mut condition.left);
            if let Some(right) = &mut condition.right {
                fix(right);
            }
        }
        Op::Switch { on, .. } => fix(on),
        Op::Return { value: Some(value) } | Op::Throw { value } => fix(value),
        Op::Const { .. }
        | Op::Phi { .. }
        | Op::New { .. }
        | Op::NewArray { .. }
        | Op::Call { .. }
        | Op::Closure { .. }
        | Op::Compute { .. }
        | Op::Unknown { .. }
        | Op::Return { value: None } => {}
    }
}

fn inputs(op: &Op<'_>, pool: &[Value], mark: &mut impl FnMut(Value)) {
    let place = |place: &Place, mark: &mut dyn FnMut(Value)| match place {
        Place::Static(_) => {}
        Place::Field(object, _) => mark(*object),
        Place::Element(array, index) => {
            mark(*array);
            mark(*index);
        }
    };
    match op {
        Op::Load { place: from, .. } => place(from, mark),
        Op::Store { place: to, src } => {
            place(to, mark);
            mark(*src);
        }
        Op::Cast { src, .. } | Op::InstanceOf { src, .. } => mark(*src),
        Op::Branch { condition, .. } => {
            mark(condition.left);
            if let Some(right) = condition.right {
                mark(right);
            }
        }
        Op::Switch { on, .. } => mark(*on),
        Op::Return { value: Some(value) } | Op::Throw { value } => mark(*value),
        Op::Phi { args, .. }
        | Op::NewArray { elements: args, .. }
        | Op::Call { args, .. }
        | Op::Closure { captures: args, .. }
        | Op::Compute { inputs: args, .. }
        | Op::Unknown { inputs: args, .. } => {
            let start = args.start as usize;
            for value in pool
                .get(start..start + args.len as usize)
                .unwrap_or_default()
            {
                mark(*value);
            }
        }
        Op::Const { .. } | Op::New { .. } | Op::Return { value: None } => {}
    }
}
