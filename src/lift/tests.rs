//! The text form holds everything that a lift makes: whole apps, printed and parsed again.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::dex;
use crate::formats::zip::{Archive, Directory};
use crate::ir::text::{parse, print, print_func};
use crate::ir::{
    ArgRange, Body, Const, Csr, FieldId, FuncFlags, FuncId, Marks, MethodId, MethodRef, Op, Place,
    Program, ProtoId, TypeId,
};

#[test]
fn a_debug_build_survives_print_and_parse() {
    survives("vulnerable-debug.apk");
}

#[test]
fn a_release_build_survives_print_and_parse() {
    survives("vulnerable-release.apk");
}

fn survives(name: &str) {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/android/built");
    let apk = std::fs::read(built.join(name)).unwrap();
    let directory = Directory::parse(&apk, 1000).unwrap();
    let archive = Archive::new(&apk, &directory);
    let files: Vec<_> = archive
        .entries()
        .filter(|(_, name, _)| name.ends_with(b".dex"))
        .map(|(id, name, _)| (name, archive.read(id, 1 << 28).unwrap().bytes))
        .collect();
    let parts: Vec<(String, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (String::from_utf8_lossy(name).into_owned(), bytes.as_ref()))
        .collect();
    let dex::Loaded {
        mut program, units, ..
    } = dex::load(dex::parse(&parts), None);
    dex::index(&mut program, &units, &Nothing);
    assert!(program.funcs.len() > 100);

    let text = print(&program);
    let parsed = parse(&text).unwrap();
    // Classes, fields, annotations, names.
    let again = print(&parsed);
    for (again, line) in again.lines().zip(text.lines()) {
        assert_eq!(again, line);
    }
    assert_eq!(again.len(), text.len());

    let to = Numbers::new(&parsed, &program);
    assert_eq!(parsed.funcs.len(), program.funcs.len());
    for func in (0..).map(FuncId).take(program.funcs.len()) {
        let (ours, theirs) = (parsed.body(func), program.body(func));
        assert_eq!(parsed.func(func).access, program.func(func).access);
        let same = renumbered(ours, &to) == renumbered(theirs, &Numbers::same(&program));
        assert!(same, "{}", print_func(&program, func));
    }

    // The index of a text is that of its bodies: in code there may be more, which no way leads to.
    subset(&parsed.calls, &program.calls, parsed.methods.len(), |at| {
        to.methods[at].0
    });
    for (ours, theirs) in [
        (&parsed.reads, &program.reads),
        (&parsed.writes, &program.writes),
    ] {
        subset(ours, theirs, parsed.fields.len(), |at| to.fields[at].0);
    }
    for (ours, theirs) in [
        (&parsed.allocations, &program.allocations),
        (&parsed.class_literals, &program.class_literals),
    ] {
        subset(ours, theirs, parsed.classes.len(), |at| {
            u32::try_from(at).unwrap()
        });
    }
}

fn subset(ours: &Csr, theirs: &Csr, keys: usize, number: impl Fn(usize) -> u32) {
    for at in 0..keys {
        let known: FxHashSet<FuncId> = theirs.row(number(at)).collect();
        let mut row = ours.row(u32::try_from(at).unwrap());
        assert!(row.all(|func| known.contains(&func)));
    }
}

/// What the numbers of one program are in another.
struct Numbers {
    types: Vec<TypeId>,
    methods: Vec<MethodId>,
    fields: Vec<FieldId>,
}

impl Numbers {
    fn new(from: &Program<'_>, to: &Program<'_>) -> Self {
        let types: Vec<TypeId> = (0..from.names.len())
            .map(|at| {
                let name = crate::ir::Name(u32::try_from(at).unwrap());
                to.names.get(from.names.bytes(name)).unwrap()
            })
            .collect();
        let name = |name: crate::ir::Name| types[name.0 as usize];
        let protos: FxHashMap<_, _> = to.protos.iter().zip((0..).map(ProtoId)).collect();
        let methods = from
            .methods
            .iter()
            .map(|method| {
                let proto = from.proto(method.proto);
                let proto = crate::ir::Proto {
                    params: proto.params.iter().map(|ty| name(*ty)).collect(),
                    ret: name(proto.ret),
                };
                to.method_ids[&MethodRef {
                    class: name(method.class),
                    name: name(method.name),
                    proto: protos[&proto],
                }]
            })
            .collect();
        let known: FxHashMap<_, _> = to.fields.iter().copied().zip((0..).map(FieldId)).collect();
        let fields = from
            .fields
            .iter()
            .map(|field| {
                known[&crate::ir::FieldRef {
                    class: name(field.class),
                    name: name(field.name),
                    ty: name(field.ty),
                }]
            })
            .collect();
        Self {
            types,
            methods,
            fields,
        }
    }

    fn same(program: &Program<'_>) -> Self {
        Self {
            types: (0..)
                .map(crate::ir::Name)
                .take(program.names.len())
                .collect(),
            methods: (0..).map(MethodId).take(program.methods.len()).collect(),
            fields: (0..).map(FieldId).take(program.fields.len()).collect(),
        }
    }
}

/// A body with other numbers, and its argument pool in the order of its operations.
fn renumbered<'a>(body: &Body<'a>, to: &Numbers) -> Body<'a> {
    let mut new = body.clone();
    new.pool.clear();
    let mut args = |range: &mut ArgRange| {
        let start = u32::try_from(new.pool.len()).unwrap();
        new.pool.extend_from_slice(body.args(*range));
        range.start = start;
    };
    let place = |place: &mut Place| match place {
        Place::Static(field) | Place::Field(_, field) => *field = to.fields[field.index()],
        Place::Element(..) => {}
    };
    let ty = |ty: &mut TypeId| *ty = to.types[ty.0 as usize];
    for op in &mut new.ops {
        match op {
            Op::Const {
                value: Const::Class(class),
                ..
            } => ty(class),
            Op::Phi { args: range, .. }
            | Op::Compute { inputs: range, .. }
            | Op::Unknown { inputs: range, .. } => args(range),
            Op::Load { place: from, .. } => place(from),
            Op::Store { place: to, .. } => place(to),
            Op::New { ty: class, .. }
            | Op::Cast { ty: class, .. }
            | Op::InstanceOf { ty: class, .. } => ty(class),
            Op::NewArray {
                ty: class,
                elements,
                ..
            } => {
                ty(class);
                args(elements);
            }
            Op::Call {
                target,
                args: range,
                ..
            } => {
                *target = to.methods[target.index()];
                args(range);
            }
            Op::Closure {
                interface,
                body,
                captures,
                ..
            } => {
                interface.iter_mut().for_each(ty);
                body.iter_mut()
                    .for_each(|method| *method = to.methods[method.index()]);
                args(captures);
            }
            Op::Const { .. }
            | Op::Branch { .. }
            | Op::Switch { .. }
            | Op::Return { .. }
            | Op::Throw { .. } => {}
        }
    }
    new
}

struct Nothing;

impl Marks for Nothing {
    fn method(&self, _: MethodId) -> FuncFlags {
        FuncFlags::default()
    }
    fn name(&self, _: &[u8]) -> FuncFlags {
        FuncFlags::default()
    }
    fn text(&self, _: &[u8]) -> FuncFlags {
        FuncFlags::default()
    }
}
