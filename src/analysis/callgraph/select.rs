//! Merged bodies: which case of one a constant selects, and what of the code is left of it.

use std::rc::Rc;

use super::super::values::Site;
use super::CallGraph;
use crate::ir::{
    BlockId, Body, CallKind, ClassId, CompareOp, Const, FieldId, FuncId, Op, OpId, Place, Program,
    Value,
};

/// Most objects of a merged class that are looked through for those of one case.
const MAX_MADE: usize = 300;

/// Picks a case of a merged body: a field of the receiver (or the id that a handler asks for) has
/// this value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// The receiver's field, set by its constructor (R8 merges lambdas and tells them apart so).
    Field(FieldId, i64),
    /// The id of the view or menu item that a shared handler asks for.
    Id(i64),
}

impl<'p, 'a> CallGraph<'p, 'a> {
    /// Whether a function has cases that a number in its object selects.
    pub(super) fn is_merged(&self, func: FuncId) -> bool {
        if let Some(known) = self.merged.borrow().get(&func) {
            return *known;
        }
        let body = self.program.body(func);
        let merged = self.program.has_receiver(func)
            && body.ops.iter().any(|op| {
                let selects = |value: Value| match body.def(through_casts(body, value)) {
                    Some((
                        _,
                        Op::Load {
                            place: Place::Field(object, field),
                            ..
                        },
                    )) => {
                        body.param_index(*object) == Some(0)
                            && self.program.names.text(self.program.field(*field).ty) == "I"
                            && !self.is_written_later(*field)
                    }
                    _ => false,
                };
                match op {
                    Op::Switch { on, .. } => selects(*on),
                    Op::Branch { condition, .. } => {
                        selects(condition.left) || condition.right.is_some_and(selects)
                    }
                    _ => false,
                }
            });
        self.merged.borrow_mut().insert(func, merged);
        merged
    }

    /// Whether anything but a constructor writes a field.
    pub(super) fn is_written_later(&self, field: FieldId) -> bool {
        self.program
            .writes
            .row(field.0)
            .any(|func| !self.program.func_name(func).starts_with('<'))
    }

    /// Where objects of a class are made that select a case; empty when there are too many.
    pub(super) fn made_as(&self, class: ClassId, selector: Selector) -> Rc<Vec<Site>> {
        let key = (class, selector);
        if let Some(known) = self.made.borrow().get(&key) {
            return known.clone();
        }
        let ty = self.program.class(class).map(|class| class.ty);
        let mut sites = Vec::new();
        let mut count = 0usize;
        for maker in self.program.allocations.row(class.0) {
            for (op, made) in self.program.body(maker).iter_ops() {
                if let Op::New { ty: made, .. } = made
                    && Some(*made) == ty
                {
                    count += 1;
                    let site = Site { func: maker, op };
                    if self.selector_at(site) == Some(selector) {
                        sites.push(site);
                    }
                }
            }
            if count > MAX_MADE {
                sites.clear();
                break;
            }
        }
        let sites = Rc::new(sites);
        self.made.borrow_mut().insert(key, sites.clone());
        sites
    }

    /// The case that the object made at a site selects.
    #[must_use]
    pub fn selector_at(&self, made: Site) -> Option<Selector> {
        let body = self.program.body(made.func);
        self.selector_of(body, body.op(made.op)?.dst()?)
    }

    /// The case that an object made in sight selects in its class's merged bodies: an integer field
    /// that its constructor sets from a constant argument.
    pub(super) fn selector_of(&self, body: &Body<'a>, object: Value) -> Option<Selector> {
        let object = through_casts(body, object);
        let (_, Op::New { ty, .. }) = body.def(object)? else {
            return None;
        };
        self.program.class_of.get(ty)?;
        let (constructor, args) = body.ops.iter().find_map(|op| match op {
            Op::Call {
                target,
                kind: CallKind::Direct,
                args,
                ..
            } if body.args(*args).first() == Some(&object) => {
                let func = self
                    .program
                    .func_of
                    .get(target.index())
                    .copied()
                    .flatten()?;
                Some((func, body.args(*args)))
            }
            _ => None,
        })?;
        let inside = self.program.body(constructor);
        let receiver = inside.params.first()?;
        inside.ops.iter().find_map(|op| {
            let Op::Store {
                place: Place::Field(target, field),
                src,
            } = op
            else {
                return None;
            };
            if target != receiver || self.program.names.text(self.program.field(*field).ty) != "I" {
                return None;
            }
            let value = match inside.param_index(*src) {
                Some(index) => constant_int(body, *args.get(index)?)?,
                None => constant_int(inside, *src)?,
            };
            Some(Selector::Field(*field, value))
        })
    }
}

/// The value behind casts.
#[must_use]
pub fn through_casts(body: &Body<'_>, mut value: Value) -> Value {
    for _ in 0..32 {
        match body.def(value) {
            Some((_, Op::Cast { src, .. })) => value = *src,
            _ => return value,
        }
    }
    value
}

/// The constant integer that a value is.
#[must_use]
pub fn constant_int(body: &Body<'_>, value: Value) -> Option<i64> {
    match body.def(value) {
        Some((
            _,
            Op::Const {
                value: Const::Int(value),
                ..
            },
        )) => Some(*value),
        _ => None,
    }
}

/// Blocks that control can come to when `selector` holds.
#[must_use]
pub fn live_blocks(
    program: &Program<'_>,
    body: &Body<'_>,
    selector: Option<Selector>,
) -> Vec<bool> {
    let mut live = vec![false; body.blocks.len()];
    let mut queue = vec![BlockId(0)];
    while let Some(at) = queue.pop() {
        let Some(slot) = live.get_mut(at.0 as usize) else {
            continue;
        };
        if *slot {
            continue;
        }
        *slot = true;
        let Some(block) = body.blocks.get(at.0 as usize) else {
            continue;
        };
        let last = block
            .ops
            .clone()
            .next_back()
            .and_then(|id| body.op(OpId(id)));
        let chosen = selector
            .zip(last)
            .and_then(|(selector, op)| chosen_edge(program, body, op, selector));
        match chosen {
            Some(only) => {
                queue.push(only);
                queue.extend(
                    block
                        .succs
                        .iter()
                        .filter(|edge| edge.exceptional)
                        .map(|edge| edge.to),
                );
            }
            None => queue.extend(block.succs.iter().map(|edge| edge.to)),
        }
    }
    live
}

/// Where a branch or switch goes when it asks for what the selector says.
#[must_use]
pub fn chosen_edge(
    program: &Program<'_>,
    body: &Body<'_>,
    op: &Op<'_>,
    selector: Selector,
) -> Option<BlockId> {
    match op {
        Op::Switch { on, cases, default } => {
            let value = selected_value(program, body, *on, selector)?;
            Some(
                cases
                    .iter()
                    .find(|(key, _)| i64::from(*key) == value)
                    .map_or(*default, |(_, to)| *to),
            )
        }
        Op::Branch {
            condition,
            then,
            otherwise,
        } => {
            let (value, constant) = match condition.right {
                None => (selected_value(program, body, condition.left, selector)?, 0),
                Some(right) => match selected_value(program, body, condition.left, selector) {
                    Some(value) => (value, known_int(program, body, right)?),
                    None => (
                        selected_value(program, body, right, selector)?,
                        known_int(program, body, condition.left)?,
                    ),
                },
            };
            let equal = value == constant;
            match condition.op {
                CompareOp::Eq => Some(if equal { *then } else { *otherwise }),
                CompareOp::Ne => Some(if equal { *otherwise } else { *then }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// An integer that is constant, also through a static final field (`R.id.logout`).
#[must_use]
pub fn known_int(program: &Program<'_>, body: &Body<'_>, value: Value) -> Option<i64> {
    match body.def(value) {
        Some((
            _,
            Op::Const {
                value: Const::Int(value),
                ..
            },
        )) => Some(*value),
        Some((
            _,
            Op::Load {
                place: Place::Static(field),
                ..
            },
        )) => match program.statics.get(field) {
            Some(crate::ir::StaticValue::Int(value)) => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// What the selector says about a value: the receiver's field, or the id that a handler asks for.
fn selected_value(
    program: &Program<'_>,
    body: &Body<'_>,
    value: Value,
    selector: Selector,
) -> Option<i64> {
    let (_, op) = body.def(through_casts(body, value))?;
    match (selector, op) {
        (
            Selector::Field(field, constant),
            Op::Load {
                place: Place::Field(object, loaded),
                ..
            },
        ) if *loaded == field && body.param_index(*object) == Some(0) => Some(constant),
        (Selector::Id(id), Op::Call { target, .. }) => {
            let name = program.names.text(program.method(*target).name);
            (name == "getItemId" || name == "getId").then_some(id)
        }
        _ => None,
    }
}
