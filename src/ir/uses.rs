//! The index of a program whose bodies are all there already.

use super::body::{Body, Const, Op, Place};
use super::program::{Csr, FlagCounts, FuncId, Program, StaticValue, TypeId, is_resource_id};

/// Who uses what, in the order of the functions.
#[derive(Debug, Default)]
pub struct Uses {
    calls: Vec<(u32, FuncId)>,
    allocations: Vec<(TypeId, FuncId)>,
    literals: Vec<(TypeId, FuncId)>,
    reads: Vec<(u32, FuncId)>,
    writes: Vec<(u32, FuncId)>,
    resources: Vec<(u32, FuncId)>,
    counts: FlagCounts,
}

impl Uses {
    /// Adds what a body uses; bodies come in the order of their functions.
    pub fn add(&mut self, body: &Body<'_>) {
        let func = body.func;
        self.counts.functions += u64::from(!body.ops.is_empty());
        self.counts.instructions += body.ops.len() as u64;
        for op in &body.ops {
            match op {
                Op::Call { target, .. } => self.calls.push((target.0, func)),
                Op::Closure {
                    body: Some(target), ..
                } => self.calls.push((target.0, func)),
                Op::New { ty, .. } => self.allocations.push((*ty, func)),
                Op::Const { value, .. } => match value {
                    Const::Class(ty) => self.literals.push((*ty, func)),
                    Const::Int(value) => self.resource(*value, func),
                    Const::Str(_) | Const::Bytes(..) => {}
                },
                Op::Load {
                    place: Place::Static(field) | Place::Field(_, field),
                    ..
                } => self.reads.push((field.0, func)),
                Op::Store {
                    place: Place::Static(field) | Place::Field(_, field),
                    ..
                } => self.writes.push((field.0, func)),
                Op::Switch { cases, .. } => {
                    for (key, _) in cases {
                        self.resource(i64::from(*key), func);
                    }
                }
                _ => {}
            }
        }
    }

    fn resource(&mut self, value: i64, func: FuncId) {
        if let Ok(id) = u32::try_from(value)
            && is_resource_id(id)
        {
            self.resources.push((id, func));
        }
    }

    /// Fills the index of a program.
    pub fn index(self, program: &mut Program<'_>) {
        let classes = |pairs: &[(TypeId, FuncId)]| {
            let defined = pairs
                .iter()
                .filter_map(|(ty, func)| Some((program.class_of.get(ty)?.0, *func)));
            Csr::build(program.classes.len(), &[&defined.collect::<Vec<_>>()])
        };
        let (allocations, literals) = (classes(&self.allocations), classes(&self.literals));
        program.allocations = allocations;
        program.class_literals = literals;
        program.calls = Csr::build(program.methods.len(), &[&self.calls]);
        program.reads = Csr::build(program.fields.len(), &[&self.reads]);
        program.writes = Csr::build(program.fields.len(), &[&self.writes]);
        program.counts = self.counts;
        program.resources = self.resources;
        for (field, value) in &program.statics {
            if let StaticValue::Int(value) = value
                && let Ok(id) = u32::try_from(*value)
                && is_resource_id(id)
            {
                let readers = program.reads.row(field.0).map(|func| (id, func));
                program.resources.extend(readers);
            }
        }
        program.resources.sort_unstable();
        program.resources.dedup();
    }
}
