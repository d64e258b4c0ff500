//! The DEX front end.

mod body;
mod index;
mod tables;

pub use index::Marks;

use rustc_hash::FxHashMap;

use crate::formats::dex::{Dex, DexError, EncodedValue, StringIdx};
use crate::ir::{Annotation, Body, ClassId, FuncId, Lift, Name, Program, ProgramBuilder, SourcePlace, UnitId};
use tables::{DexUnit, Numbering};

/// What came of reading some parts as DEX.
pub struct Loaded<'a> {
    /// The program; its index is still empty.
    pub program: Program<'a>,
    /// Parts that are broken, and what is wrong.
    pub errors: Vec<(String, DexError)>,
    /// Warnings of parts that were read.
    pub warnings: Vec<(String, String, bool)>,
    /// `pg_map_id` of the R8 markers, in unit order.
    pub map_ids: Vec<String>,
}

/// Reads parts (name, bytes) as DEX and numbers what is in them. Call [`index`] next.
#[must_use]
pub fn load<'a>(parts: &[(String, &'a [u8])]) -> Loaded<'a> {
    let mut builder = ProgramBuilder::default();
    let mut numbering = Numbering::default();
    let mut units = Vec::new();
    let (mut errors, mut warnings, mut map_ids) = (Vec::new(), Vec::new(), Vec::new());
    for (part, bytes) in parts {
        match Dex::parse_container(bytes) {
            Ok(files) => {
                for dex in files {
                    warnings.extend(
                        dex.warnings().iter().map(|warning| (part.clone(), warning.to_string(), warning.loses_input())),
                    );
                    map_ids.extend(dex.marker().and_then(|marker| marker.pg_map_id));
                    units.push(numbering.add(&mut builder, part, dex, bytes.len()));
                }
            }
            Err(error) => errors.push((part.clone(), error)),
        }
    }
    let program = builder.finish(Box::new(DexFrontEnd { units: std::sync::Arc::new(units) }));
    Loaded { program, errors, warnings, map_ids }
}

/// Runs the index pass over a loaded program. Returns parts whose code was left out because it
/// overlaps itself beyond the budget.
pub fn index<'a>(program: &mut Program<'a>, marks: &dyn Marks) -> Vec<String> {
    let Some(units) = program.lifter.dex_units() else { return Vec::new() };
    index::fill(program, &units, marks)
        .into_iter()
        .filter_map(|unit| program.units.get(unit.index()).map(|unit| unit.part.clone()))
        .collect()
}
