//! The DEX front end.

mod body;
mod index;
mod restore;
mod tables;

use std::sync::Arc;

use crate::formats::dex::{
    AnnotationItem, ClassDefIdx, Dex, DexError, EncodedValue, MethodIdx, op,
};
use crate::formats::mapping::Mapping;
use crate::ir::{
    Annotation, Body, ClassId, FuncId, Lift, Marks, Name, Program, ProgramBuilder, SourceFrame,
    SourcePlace, UnitId,
};
use restore::{Signature, Spellings};
use tables::{DexUnit, Numbering};

/// The DEX files behind a program.
pub struct Units<'a>(Arc<Vec<DexUnit<'a>>>);

pub use restore::Restoring;

/// Parts that were read as DEX.
#[derive(Default)]
pub struct Parsed<'a> {
    /// Part, file, size of the part.
    files: Vec<(String, Dex<'a>, usize)>,
    errors: Vec<(String, DexError)>,
    warnings: Vec<(String, String, bool)>,
}

impl Parsed<'_> {
    /// `pg_map_id` of the R8 markers, each once.
    #[must_use]
    pub fn map_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .files
            .iter()
            .flat_map(|(_, dex, _)| dex.markers())
            .filter_map(|marker| marker.pg_map_id)
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Of the short names that methods have in renamed classes, how many there are and how many of
    /// them a mapping has in the same class.
    #[must_use]
    pub fn known_methods(&self, mapping: &Mapping<'_>) -> (usize, usize) {
        let mut counts = (0, 0);
        let mut dotted = Vec::new();
        for (_, dex, _) in &self.files {
            for class in dex.class_defs() {
                let Some(name) = dex.type_bytes(class.ty).and_then(restore::class_name) else {
                    continue;
                };
                restore::dots(name, &mut dotted);
                let Some(section) = mapping.residual(&dotted) else {
                    continue;
                };
                if section.original == section.residual {
                    continue;
                }
                let data = dex.class_data(&class);
                for method in data.direct_methods().chain(data.virtual_methods()) {
                    let name = dex
                        .method(method.method)
                        .and_then(|method| dex.string_bytes(method.name));
                    if let Some(name) = name.filter(|name| name.len() <= SHORT_NAME) {
                        let mut members = section.members(name);
                        counts.0 += 1;
                        counts.1 += usize::from(members.any(|found| found.member.params.is_some()));
                    }
                }
            }
        }
        counts
    }

    /// How many classes are defined, and how many of them have a known name (with dots).
    #[must_use]
    pub fn known_classes(&self, known: impl Fn(&[u8]) -> bool) -> (usize, usize) {
        let mut counts = (0, 0);
        let mut dotted = Vec::new();
        for (_, dex, _) in &self.files {
            for class in dex.class_defs() {
                let Some(name) = dex.type_bytes(class.ty).and_then(restore::class_name) else {
                    continue;
                };
                restore::dots(name, &mut dotted);
                counts.0 += 1;
                counts.1 += usize::from(known(&dotted));
            }
        }
        counts
    }
}

/// Longest name that a shrinker surely made.
const SHORT_NAME: usize = 2;

/// What came of reading some parts as DEX.
pub struct Loaded<'a> {
    /// The program; its index is still empty.
    pub program: Program<'a>,
    /// The files, for [`index`].
    pub units: Units<'a>,
    /// Parts that are broken, and what is wrong.
    pub errors: Vec<(String, DexError)>,
    /// Warnings of parts that were read: part, text, whether something is lost.
    pub warnings: Vec<(String, String, bool)>,
}

/// Reads parts (name, bytes) as DEX.
#[must_use]
pub fn parse<'a>(parts: &[(String, &'a [u8])]) -> Parsed<'a> {
    let mut parsed = Parsed::default();
    for (part, bytes) in parts {
        match Dex::parse_container(bytes) {
            Ok(files) => {
                for dex in files {
                    parsed.warnings.extend(
                        dex.warnings().iter().map(|warning| {
                            (part.clone(), warning.to_string(), warning.loses_input())
                        }),
                    );
                    parsed.files.push((part.clone(), dex, bytes.len()));
                }
            }
            Err(error) => parsed.errors.push((part.clone(), error)),
        }
    }
    parsed
}

/// Numbers what is in the files, with the names of the source where there is a mapping. Call
/// [`index`] next.
#[must_use]
pub fn load<'a>(parsed: Parsed<'a>, restoring: Option<&'a Restoring<'a>>) -> Loaded<'a> {
    let mut builder = ProgramBuilder::default();
    let mut numbering = Numbering::default();
    let mut units: Vec<DexUnit<'a>> = parsed
        .files
        .into_iter()
        .map(|(part, dex, size)| numbering.add(&mut builder, &part, dex, size))
        .collect();
    if let Some(restoring) = restoring {
        builder.homes = restore::restore(&mut builder, &mut units, restoring);
    }
    let units = Arc::new(units);
    let program = builder.finish(Box::new(FrontEnd {
        units: units.clone(),
        mapping: restoring.map(|restoring| &restoring.mapping),
    }));
    Loaded {
        program,
        units: Units(units),
        errors: parsed.errors,
        warnings: parsed.warnings,
    }
}

/// Runs the index pass over a loaded program. Returns parts whose code was left out because it
/// overlaps itself beyond the budget.
pub fn index<'a>(program: &mut Program<'a>, units: &Units<'a>, marks: &dyn Marks) -> Vec<String> {
    index::fill(program, &units.0, marks)
        .into_iter()
        .filter_map(|unit| {
            program
                .units
                .get(unit.index())
                .map(|unit| unit.part.clone())
        })
        .collect()
}

struct FrontEnd<'a> {
    units: Arc<Vec<DexUnit<'a>>>,
    mapping: Option<&'a Mapping<'a>>,
}

impl<'a> FrontEnd<'a> {
    fn unit_of(&self, program: &Program<'a>, func: FuncId) -> Option<(&DexUnit<'a>, UnitId)> {
        let unit = program.owner(func)?.unit;
        Some((self.units.get(unit.index())?, unit))
    }

    /// Index of a function's own symbol in its file.
    fn method_index(unit: &DexUnit<'a>, program: &Program<'a>, func: FuncId) -> Option<MethodIdx> {
        let class = program.owner(func)?;
        let number = func.0.checked_sub(class.first_func.0)?;
        let data = unit
            .dex
            .class_data(&unit.dex.class_def(ClassDefIdx(class.number))?);
        data.direct_methods()
            .chain(data.virtual_methods())
            .nth(number as usize)
            .map(|method| method.method)
    }

    /// The functions in which the mapping says that a line was written.
    fn frames(
        &self,
        program: &Program<'a>,
        unit: &DexUnit<'a>,
        func: FuncId,
        line: Option<u32>,
    ) -> Option<Vec<SourceFrame>> {
        let mapping = self.mapping?;
        let id = unit.dex.method(Self::method_index(unit, program, func)?)?;
        let mut dotted = Vec::new();
        restore::dots(
            restore::class_name(unit.dex.type_bytes(id.class)?)?,
            &mut dotted,
        );
        let class = mapping.residual(&dotted)?;
        let proto = unit.dex.proto(id.proto)?;
        let spellings = |ty| {
            let residual = unit.dex.type_bytes(ty).unwrap_or_default();
            Spellings {
                residual,
                original: unit
                    .type_id(ty)
                    .map_or(residual, |ty| program.names.bytes(ty)),
            }
        };
        let signature = Signature {
            params: proto.params.iter().map(spellings).collect(),
            ret: spellings(proto.ret),
        };
        let found = restore::method(class, unit.dex.string_bytes(id.name)?, &signature)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(
            found
                .frames(line)
                .into_iter()
                .map(|frame| {
                    let class = frame.holder.unwrap_or(class.original);
                    SourceFrame {
                        class: text(class),
                        method: text(frame.name),
                        source_file: mapping.source_file(class).map(std::borrow::Cow::into_owned),
                        line: frame.line,
                    }
                })
                .collect(),
        )
    }

    fn texts(
        program: &Program<'a>,
        unit: &DexUnit<'a>,
        item: &AnnotationItem<'a>,
        parameter: Option<u16>,
    ) -> Annotation {
        let dex = &unit.dex;
        let text = |index| {
            dex.string(index)
                .map(std::borrow::Cow::into_owned)
                .unwrap_or_default()
        };
        let ty = unit
            .type_id(item.annotation.ty)
            .map(|ty| String::from_utf8_lossy(program.names.bytes(ty)).into_owned())
            .unwrap_or_default();
        let mut elements = Vec::new();
        for (name, value) in item.annotation.elements() {
            let name = text(name);
            match value {
                EncodedValue::Array(values) => {
                    elements.extend(
                        values.filter_map(|value| Some((name.clone(), scalar(dex, &value)?))),
                    );
                }
                value => elements.extend(scalar(dex, &value).map(|value| (name, value))),
            }
        }
        Annotation {
            parameter,
            ty,
            elements,
        }
    }
}

/// Text of a constant that has one.
fn scalar(dex: &Dex<'_>, value: &EncodedValue<'_>) -> Option<String> {
    match value {
        EncodedValue::String(index) => dex.string(*index).map(std::borrow::Cow::into_owned),
        EncodedValue::Int(value) => Some(value.to_string()),
        EncodedValue::Boolean(value) => Some(value.to_string()),
        // A constant of an enum by its name.
        EncodedValue::Enum(index) => dex
            .string(dex.field(*index)?.name)
            .map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

impl<'a> Lift<'a> for FrontEnd<'a> {
    fn lift(&self, program: &Program<'a>, func: FuncId) -> Body<'a> {
        match self.unit_of(program, func) {
            Some((unit, _)) => body::lift(program, unit, func),
            None => Body::stub(func, "no such function"),
        }
    }

    fn place(&self, program: &Program<'a>, func: FuncId, offset: u32) -> SourcePlace {
        let Some((unit, id)) = self.unit_of(program, func) else {
            return SourcePlace::default();
        };
        let code = unit.dex.code(program.func(func).code);
        let line = code
            .and_then(|code| unit.dex.line_of(&code, offset))
            .filter(|line| *line > 0);
        // Without debug info the runtime gives the code offset for a line, and so does R8.
        let pc = code
            .is_some_and(|code| code.debug_info_off == 0)
            .then_some(offset);
        let frames = self.frames(program, unit, func, line.or(pc));
        SourcePlace {
            part: program
                .units
                .get(id.index())
                .map(|unit| unit.part.clone())
                .unwrap_or_default(),
            offset: code.map(|code| code.file_offset(offset)),
            source_file: program
                .owner(func)
                .and_then(|class| class.source_file)
                .map(|name| program.names.text(name).to_owned())
                .filter(|name| !name.is_empty()),
            line,
            frames: frames.unwrap_or_default(),
        }
    }

    fn parameter_names(&self, program: &Program<'a>, func: FuncId) -> Vec<Option<String>> {
        let Some((unit, _)) = self.unit_of(program, func) else {
            return Vec::new();
        };
        unit.dex
            .code(program.func(func).code)
            .and_then(|code| unit.dex.debug_info(code.debug_info_off))
            .map(|info| {
                info.parameter_names()
                    .map(|name| {
                        name.and_then(|name| unit.dex.string(name))
                            .map(std::borrow::Cow::into_owned)
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    fn local_name(&self, program: &Program<'a>, func: FuncId, offset: u32) -> Option<String> {
        let (unit, _) = self.unit_of(program, func)?;
        let code = unit.dex.code(program.func(func).code)?;
        let mut insns = code.instructions().skip_while(|(pc, _)| *pc < offset);
        let (_, insn) = insns.next()?;
        let (after, next) = insns.next()?;
        // The result of a call is in the instruction behind it.
        let (register, from) = if is_move_result(next.op) {
            (next.a, insns.next()?.0)
        } else {
            (insn.a, after)
        };
        unit.dex
            .locals(&code, None)
            .iter()
            .find(|local| local.register == u32::from(register) && local.start == from)
            .and_then(|local| local.name)
            .and_then(|name| unit.dex.string(name))
            .map(std::borrow::Cow::into_owned)
    }

    fn annotations(&self, program: &Program<'a>, func: FuncId) -> Vec<Annotation> {
        let mut found = Vec::new();
        if let Some((unit, _)) = self.unit_of(program, func)
            && let Some(class) = program.owner(func)
            && let Some(definition) = unit.dex.class_def(ClassDefIdx(class.number))
            && definition.annotations_off != 0
            && let Some(method) = Self::method_index(unit, program, func)
        {
            let annotations = unit.dex.annotations(&definition);
            found.extend(
                annotations
                    .method(method)
                    .map(|item| Self::texts(program, unit, &item, None)),
            );
            for (parameter, set) in (0u16..).zip(annotations.method_parameters(method)) {
                found.extend(set.map(|item| Self::texts(program, unit, &item, Some(parameter))));
            }
        }
        found
    }

    fn field_annotations(
        &self,
        program: &Program<'a>,
        class: ClassId,
        field: Name,
    ) -> Vec<Annotation> {
        let Some(definition) = program.class(class) else {
            return Vec::new();
        };
        let Some(unit) = self.units.get(definition.unit.index()) else {
            return Vec::new();
        };
        let Some(class_def) = unit.dex.class_def(ClassDefIdx(definition.number)) else {
            return Vec::new();
        };
        if class_def.annotations_off == 0 {
            return Vec::new();
        }
        unit.dex
            .annotations(&class_def)
            .fields()
            .filter(|(index, _)| {
                unit.fields
                    .get(index.0 as usize)
                    .is_some_and(|id| program.field(*id).name == field)
            })
            .flat_map(|(_, set)| {
                set.map(|item| Self::texts(program, unit, &item, None))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

fn is_move_result(opcode: u8) -> bool {
    (op::MOVE_RESULT..=op::MOVE_RESULT_OBJECT).contains(&opcode)
}
