//! The index pass: one walk over all code, in parallel, without allocating per instruction.
//!
//! It notes who calls, allocates, reads, writes and mentions what, by number, and sets the flags by
//! which the analysis decides what is worth lifting.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::tables::DexUnit;
use crate::formats::dex::{
    CallSiteIdx, Code, EncodedValue, HandleTarget, RefKind, StringIdx, op, walk_refs,
};
use crate::ir::{Csr, FuncFlags, FuncId, Marks, MethodId, Program, UnitId, is_resource_id};

/// Code that is shared by several methods is walked again for each; a file cannot make that more
/// than this many times its own size.
const MAX_PASSES: usize = 4;

/// HTTP's status for a request without a valid session.
const UNAUTHORIZED: u32 = 401;

/// Functions that one task walks.
const CHUNK: u32 = 2048;

#[derive(Default)]
struct Found {
    calls: Vec<(u32, FuncId)>,
    allocations: Vec<(u32, FuncId)>,
    literals: Vec<(u32, FuncId)>,
    reads: Vec<(u32, FuncId)>,
    writes: Vec<(u32, FuncId)>,
    resources: Vec<(u32, FuncId)>,
    texts: Vec<(StringIdx, FuncId)>,
    flags: Vec<FuncFlags>,
    functions: u64,
    instructions: u64,
}

/// Tables of one unit that the walk looks into for every instruction.
struct UnitTables {
    method_flags: Vec<FuncFlags>,
    field_flags: Vec<FuncFlags>,
    string_flags: Vec<FuncFlags>,
    /// Class number of a type index; `u32::MAX` is not defined here.
    classes: Vec<u32>,
}

/// Fills the index of a program. Returns units whose code was not walked to the end.
pub(super) fn fill<'a>(
    program: &mut Program<'a>,
    units: &[DexUnit<'a>],
    marks: &dyn Marks,
) -> Vec<UnitId> {
    let tables: Vec<UnitTables> = units
        .par_iter()
        .map(|unit| unit_tables(program, unit, marks))
        .collect();
    let mut tasks: Vec<(usize, Range<u32>)> = Vec::new();
    for (number, unit) in program.units.iter().enumerate() {
        let start = func_start(program, unit.first_class.0);
        let end = func_start(program, unit.first_class.0.saturating_add(unit.class_count));
        let mut at = start;
        while at < end {
            let next = end.min(at.saturating_add(CHUNK));
            tasks.push((number, at..next));
            at = next;
        }
    }
    let budgets: Vec<usize> = over_budget(program, units, &tasks);
    let found: Vec<Found> = {
        let program = &*program;
        let tables = &tables;
        tasks
            .par_iter()
            .map(
                |(number, funcs)| match (units.get(*number), tables.get(*number)) {
                    (Some(unit), Some(table)) if !budgets.contains(number) => {
                        walk(program, unit, table, funcs.clone())
                    }
                    _ => Found {
                        flags: vec![FuncFlags::default(); funcs.len()],
                        ..Found::default()
                    },
                },
            )
            .collect()
    };
    merge(program, units, &tasks, &found);
    budgets
        .into_iter()
        .filter_map(|number| u32::try_from(number).ok())
        .map(UnitId)
        .collect()
}

fn func_start(program: &Program<'_>, class: u32) -> u32 {
    program.classes.get(class as usize).map_or_else(
        || u32::try_from(program.funcs.len()).unwrap_or(u32::MAX),
        |class| class.first_func.0,
    )
}

/// Units whose methods claim more code than the file could hold without overlaps.
fn over_budget(
    program: &Program<'_>,
    units: &[DexUnit<'_>],
    tasks: &[(usize, Range<u32>)],
) -> Vec<usize> {
    let mut sums = vec![0usize; units.len()];
    for (number, funcs) in tasks {
        if let (Some(unit), Some(sum)) = (units.get(*number), sums.get_mut(*number)) {
            for func in funcs.clone() {
                let code = program.func(FuncId(func)).code;
                *sum =
                    sum.saturating_add(unit.dex.code(code).map_or(0, |code| code.insns.len() * 2));
            }
        }
    }
    sums.iter()
        .zip(units)
        .enumerate()
        .filter(|(_, (sum, unit))| **sum > unit.size.saturating_mul(MAX_PASSES))
        .map(|(number, _)| number)
        .collect()
}

fn unit_tables(program: &Program<'_>, unit: &DexUnit<'_>, marks: &dyn Marks) -> UnitTables {
    let classes = unit
        .types
        .iter()
        .map(|ty| program.class_of.get(ty).map_or(u32::MAX, |class| class.0))
        .collect();
    // Names repeat a lot: each is looked at once.
    let mut names: FxHashMap<crate::ir::Name, FuncFlags> = FxHashMap::default();
    let mut name_flags = |name: crate::ir::Name| {
        *names
            .entry(name)
            .or_insert_with(|| marks.name(program.names.bytes(name)))
    };
    let field_flags = unit
        .fields
        .iter()
        .map(|field| name_flags(program.field(*field).name))
        .collect();
    let method_flags = unit
        .methods
        .iter()
        .map(|method| {
            let mut flags = marks.method(*method);
            flags.insert(name_flags(program.method(*method).name));
            flags
        })
        .collect();
    let string_flags = (0..unit.dex.string_count())
        .map(|index| {
            unit.dex
                .string_bytes(StringIdx(index))
                .map_or(FuncFlags::default(), |bytes| marks.text(bytes))
        })
        .collect();
    UnitTables {
        method_flags,
        field_flags,
        string_flags,
        classes,
    }
}

fn walk(program: &Program<'_>, unit: &DexUnit<'_>, table: &UnitTables, funcs: Range<u32>) -> Found {
    let mut found = Found {
        flags: Vec::with_capacity(funcs.len()),
        ..Found::default()
    };
    for func in funcs.map(FuncId) {
        let mut flags = FuncFlags::default();
        if let Some(code) = unit.dex.code(program.func(func).code) {
            found.functions += 1;
            found.instructions += walk_code(unit, table, func, &code, &mut flags, &mut found);
        }
        found.flags.push(flags);
    }
    found
}

fn walk_code(
    unit: &DexUnit<'_>,
    table: &UnitTables,
    func: FuncId,
    code: &Code<'_>,
    flags: &mut FuncFlags,
    found: &mut Found,
) -> u64 {
    let count = walk_refs(code, |_, kind, index, opcode| {
        let at = index as usize;
        match kind {
            RefKind::Method => {
                if let (Some(method), Some(marked)) =
                    (unit.methods.get(at), table.method_flags.get(at))
                {
                    flags.insert(*marked);
                    found.calls.push((method.0, func));
                }
            }
            RefKind::Field => {
                if let (Some(field), Some(marked)) =
                    (unit.fields.get(at), table.field_flags.get(at))
                {
                    flags.insert(*marked);
                    let writes = (op::IPUT..=op::IPUT_SHORT).contains(&opcode)
                        || (op::SPUT..=op::SPUT_SHORT).contains(&opcode);
                    if writes {
                        &mut found.writes
                    } else {
                        &mut found.reads
                    }
                    .push((field.0, func));
                }
            }
            RefKind::String => {
                if let Some(marked) = table.string_flags.get(at)
                    && *marked != FuncFlags::default()
                {
                    flags.insert(*marked);
                    if marked.intersects(FuncFlags::KEPT_TEXT) {
                        found.texts.push((StringIdx(index), func));
                    }
                }
            }
            RefKind::Type => match opcode {
                op::NEW_INSTANCE => push_class(table, at, func, &mut found.allocations),
                op::CONST_CLASS => push_class(table, at, func, &mut found.literals),
                _ => {}
            },
            RefKind::Literal => {
                let id = if opcode == op::CONST_HIGH16 {
                    index << 16
                } else {
                    index
                };
                if index == UNAUTHORIZED && opcode != op::CONST_HIGH16 {
                    flags.insert(FuncFlags::UNAUTHORIZED);
                }
                if is_resource_id(id) {
                    found.resources.push((id, func));
                }
            }
            // What a closure runs counts as called where the closure is made.
            RefKind::CallSite => found
                .calls
                .extend(closure_body(unit, CallSiteIdx(index)).map(|method| (method.0, func))),
            RefKind::None | RefKind::Proto | RefKind::MethodHandle => {}
        }
    });
    u64::from(count)
}

/// The function that an `invoke-custom` of a lambda makes a closure of: an extra argument of the
/// bootstrap.
pub(super) fn closure_body(unit: &DexUnit<'_>, site: CallSiteIdx) -> Option<MethodId> {
    let site = unit.dex.call_site(site)?;
    site.extra.into_iter().find_map(|value| match value {
        EncodedValue::MethodHandle(handle) => match unit.dex.method_handle(handle)?.target {
            HandleTarget::Method(method) => unit.methods.get(method.0 as usize).copied(),
            HandleTarget::Field(_) => None,
        },
        _ => None,
    })
}

fn push_class(table: &UnitTables, ty: usize, func: FuncId, into: &mut Vec<(u32, FuncId)>) {
    if let Some(class) = table.classes.get(ty)
        && *class != u32::MAX
    {
        into.push((*class, func));
    }
}

fn merge<'a>(
    program: &mut Program<'a>,
    units: &[DexUnit<'a>],
    tasks: &[(usize, Range<u32>)],
    found: &[Found],
) {
    fn column<'f>(
        found: &'f [Found],
        pick: impl Fn(&'f Found) -> &'f [(u32, FuncId)],
    ) -> Vec<&'f [(u32, FuncId)]> {
        found.iter().map(pick).collect()
    }
    let (calls, (accesses, classes)) = rayon::join(
        || Csr::build(program.methods.len(), &column(found, |found| &found.calls)),
        || {
            rayon::join(
                || {
                    (
                        Csr::build(program.fields.len(), &column(found, |found| &found.reads)),
                        Csr::build(program.fields.len(), &column(found, |found| &found.writes)),
                    )
                },
                || {
                    (
                        Csr::build(
                            program.classes.len(),
                            &column(found, |found| &found.allocations),
                        ),
                        Csr::build(
                            program.classes.len(),
                            &column(found, |found| &found.literals),
                        ),
                    )
                },
            )
        },
    );
    program.calls = calls;
    (program.reads, program.writes) = accesses;
    (program.allocations, program.class_literals) = classes;
    program.flags.clear();
    for ((number, _), found) in tasks.iter().zip(found) {
        program.flags.extend_from_slice(&found.flags);
        program.counts.functions += found.functions;
        program.counts.instructions += found.instructions;
        program.resources.extend_from_slice(&found.resources);
        if let Some(unit) = units.get(*number) {
            program.texts.extend(
                found
                    .texts
                    .iter()
                    .filter_map(|(text, func)| Some((unit.dex.string(*text)?.into_owned(), *func))),
            );
        }
    }
    // `R.id.x` and `R.string.x` that were not inlined are reads of static fields.
    for (field, value) in &program.statics {
        if let crate::ir::StaticValue::Int(value) = value
            && let Ok(id) = u32::try_from(*value)
            && is_resource_id(id)
        {
            program
                .resources
                .extend(program.reads.row(field.0).map(|func| (id, func)));
        }
    }
    program.resources.sort_unstable();
    program.resources.dedup();
}
