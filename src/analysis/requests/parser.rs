//! The verbs of renamed annotation types, out of the library that reads them.
//!
//! A shrinker renames `@POST` and cannot rename what the library does with it: Retrofit's
//! `RequestFactory` asks `annotation instanceof POST` and goes on with the constant `"POST"`.

use rustc_hash::FxHashMap;

use super::{VERBS, users_of_text};
use crate::ir::{BlockId, Body, CompareOp, Op, OpId, Program, TypeId, Value};

/// A text that such a parser has, that other code hardly has, and that the index keeps.
const RARE: &str = "PATCH";
/// Verbs that a parser must tell apart to be one.
const LEAST: usize = 4;
/// Most blocks between the question and the verb.
const BLOCKS: usize = 6;

/// The verb of each annotation type that a parser of the program knows.
#[must_use]
pub(super) fn verbs(program: &Program<'_>) -> FxHashMap<TypeId, &'static str> {
    let mut all = FxHashMap::default();
    for func in users_of_text(program, RARE) {
        let body = program.body(func);
        let mut found: Vec<(TypeId, &'static str)> = Vec::new();
        for op in &body.ops {
            if let Op::InstanceOf { dst, ty, .. } = op
                && let Some(yes) = where_it_holds(body, *dst)
                && let Some(verb) = verb_from(body, yes)
            {
                found.push((*ty, verb));
            }
        }
        let mut verbs: Vec<&str> = found.iter().map(|(_, verb)| *verb).collect();
        verbs.sort_unstable();
        verbs.dedup();
        // Each verb belongs to one type, or this is something else.
        if verbs.len() >= LEAST && verbs.len() == found.len() {
            all.extend(found);
        }
    }
    all
}

/// The block where control goes when a question is answered with yes.
fn where_it_holds(body: &Body<'_>, answer: Value) -> Option<BlockId> {
    body.ops.iter().find_map(|op| match op {
        Op::Branch {
            condition,
            then,
            otherwise,
        } if condition.left == answer && condition.right.is_none() => match condition.op {
            CompareOp::Ne => Some(*then),
            CompareOp::Eq => Some(*otherwise),
            _ => None,
        },
        _ => None,
    })
}

/// The one verb among the constants from a block on, up to the next question.
fn verb_from(body: &Body<'_>, start: BlockId) -> Option<&'static str> {
    let mut at = start;
    for _ in 0..BLOCKS {
        let block = body.blocks.get(at.0 as usize)?;
        for id in block.ops.clone() {
            match body.op(OpId(id)) {
                Some(Op::InstanceOf { .. }) => return None,
                Some(op) => {
                    if let Some(text) = text_of(op)
                        && let Some(verb) = VERBS.iter().find(|verb| **verb == text)
                    {
                        return Some(verb);
                    }
                    // A verb that was loaded before the question is handed on here.
                    if let Op::Call { args, .. } = op {
                        let verb = body.args(*args).iter().find_map(|value| {
                            let (_, made) = body.def(*value)?;
                            let text = text_of(made)?;
                            VERBS.iter().find(|verb| **verb == text).copied()
                        });
                        if verb.is_some() {
                            return verb;
                        }
                    }
                }
                None => return None,
            }
        }
        at = block.succs.iter().find(|edge| !edge.exceptional)?.to;
    }
    None
}

fn text_of<'t>(op: &'t Op<'_>) -> Option<&'t str> {
    match op {
        Op::Const {
            value: crate::ir::Const::Str(text),
            ..
        } => Some(text),
        _ => None,
    }
}
