//! What happens before what within one function.

use crate::ir::{BlockId, Body, FieldId, Op, OpId, Place, Program, Value};

use super::super::callgraph::through_casts;

/// What was stored into a field before it is read, within one function.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Stores into this very object, the last ones on each way.
    pub stores: Vec<(OpId, Value)>,
    /// Stores on the way into what may be the same object: operation, object, value.
    pub others: Vec<(OpId, Value, Value)>,
    /// Some way begins where the function does.
    pub enters: bool,
    /// Code is called on the way that may store too.
    pub calls: bool,
}

/// Walks backward from a read to the stores that it sees.
pub(super) fn before(
    program: &Program<'_>,
    body: &Body<'_>,
    load: OpId,
    object: Option<Value>,
    fields: &[FieldId],
) -> Before {
    let mut found = Before::default();
    let root = object.map(|object| through_casts(body, object));
    let Some(start) = body.block_of(load) else {
        found.enters = true;
        return found;
    };
    let mut seen = vec![false; body.blocks.len()];
    // Blocks with the operation before which to look.
    let mut queue: Vec<(BlockId, Option<OpId>)> = vec![(start, Some(load))];
    while let Some((at, until)) = queue.pop() {
        let Some(block) = body.blocks.get(at.0 as usize) else {
            continue;
        };
        let end = until.map_or(block.ops.end, |op| op.0);
        let mut stopped = false;
        for id in (block.ops.start..end).rev().map(OpId) {
            match body.op(id) {
                Some(Op::Store { place, src }) => match place {
                    Place::Static(stored) if root.is_none() && fields.contains(stored) => {
                        found.stores.push((id, *src));
                        stopped = true;
                    }
                    Place::Field(base, stored) if fields.contains(stored) => {
                        if root == Some(through_casts(body, *base)) {
                            found.stores.push((id, *src));
                            stopped = true;
                        } else {
                            found.others.push((id, *base, *src));
                        }
                    }
                    _ => {}
                },
                Some(Op::Call { target, .. }) => {
                    // What is outside stores into no field of the program's, but may call back.
                    found.calls |= program
                        .func_of
                        .get(target.index())
                        .is_none_or(Option::is_some)
                        || program
                            .class_of
                            .contains_key(&program.method(*target).class);
                }
                Some(Op::New { dst, ty }) => {
                    // Its class is initialised before it is made.
                    found.calls |= program.class_of.contains_key(ty);
                    stopped = root == Some(*dst);
                }
                _ => {}
            }
            if stopped {
                break;
            }
        }
        if stopped {
            continue;
        }
        if block.preds.is_empty() || at == BlockId(0) {
            found.enters = true;
        }
        for pred in &block.preds {
            if let Some(slot) = seen.get_mut(pred.0 as usize)
                && !*slot
            {
                *slot = true;
                queue.push((*pred, None));
            }
        }
    }
    found.stores.sort_unstable();
    found.others.sort_unstable();
    found
}

/// Whether control can come from one operation to another.
pub(super) fn reaches(body: &Body<'_>, from: OpId, to: OpId) -> bool {
    let (Some(start), Some(goal)) = (body.block_of(from), body.block_of(to)) else {
        return true;
    };
    if start == goal && from <= to {
        return true;
    }
    let mut seen = vec![false; body.blocks.len()];
    let mut queue = vec![start];
    while let Some(at) = queue.pop() {
        for edge in body
            .blocks
            .get(at.0 as usize)
            .map(|block| &block.succs)
            .into_iter()
            .flatten()
        {
            if edge.to == goal {
                return true;
            }
            if let Some(slot) = seen.get_mut(edge.to.0 as usize)
                && !*slot
            {
                *slot = true;
                queue.push(edge.to);
            }
        }
    }
    false
}
