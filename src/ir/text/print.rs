//! Program to text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::{
    Annotation, ArgRange, BlockId, Body, CallKind, Class, ClassId, CompareOp, Condition, Const,
    Edge, FieldId, FuncId, MethodId, Name, Op, OpId, Operator, Place, Program, Quality,
    StaticValue, TypeId, Value, Why, is_resource_id,
};
use super::{NO_CODE, usual_offset};

/// Words of access flags; bits without one are a number.
pub(super) const ACCESS: [(&str, u32); 17] = [
    ("public", 0x1),
    ("private", 0x2),
    ("protected", 0x4),
    ("static", 0x8),
    ("final", 0x10),
    ("synchronized", 0x20),
    ("bridge", 0x40),
    ("varargs", 0x80),
    ("native", 0x100),
    ("interface", 0x200),
    ("abstract", 0x400),
    ("strict", 0x800),
    ("synthetic", 0x1000),
    ("annotation", 0x2000),
    ("enum", 0x4000),
    ("constructor", 0x1_0000),
    ("declared-synchronized", 0x2_0000),
];

/// Words of call kinds.
pub(super) const KINDS: [(&str, CallKind); 5] = [
    ("static", CallKind::Static),
    ("direct", CallKind::Direct),
    ("super", CallKind::Super),
    ("virtual", CallKind::Virtual),
    ("interface", CallKind::Interface),
];

/// Signs of comparisons; those that another begins with come after it.
pub(super) const COMPARISONS: [(&str, CompareOp); 6] = [
    ("==", CompareOp::Eq),
    ("!=", CompareOp::Ne),
    ("<=", CompareOp::Le),
    (">=", CompareOp::Ge),
    ("<", CompareOp::Lt),
    (">", CompareOp::Gt),
];

/// Words of arithmetic.
pub(super) const OPERATORS: [(&str, Operator); 7] = [
    ("add", Operator::Add),
    ("subtract", Operator::Subtract),
    ("multiply", Operator::Multiply),
    ("divide", Operator::Divide),
    ("compare", Operator::Compare),
    ("or", Operator::Or),
    ("convert", Operator::Convert),
];

/// Words of reasons.
pub(super) const REASONS: [(&str, Why); 5] = [
    ("arithmetic", Why::Arithmetic),
    ("exception", Why::Exception),
    ("undefined", Why::Undefined),
    ("malformed", Why::Malformed),
    ("unmodelled", Why::Unmodelled),
];

fn word<T: PartialEq>(table: &[(&'static str, T)], wanted: &T) -> &'static str {
    table
        .iter()
        .find(|(_, known)| known == wanted)
        .map_or("?", |(word, _)| word)
}

/// A whole program as text.
#[must_use]
pub fn print(program: &Program<'_>) -> String {
    let mut fields: FxHashMap<TypeId, Vec<FieldId>> = FxHashMap::default();
    for (at, field) in program.fields.iter().enumerate() {
        let id = FieldId(super::super::program::number(at));
        fields.entry(field.class).or_default().push(id);
    }
    // By name, since their numbers are in the order in which a front end met them.
    for all in fields.values_mut() {
        all.sort_by_key(|field| {
            let field = program.field(*field);
            (
                program.names.bytes(field.name),
                program.names.bytes(field.ty),
            )
        });
    }
    let mut printer = Printer::new(program);
    for unit in &program.units {
        printer.line(0, &format!("unit {}", quoted(&unit.part)));
        let first = unit.first_class.0;
        for id in (first..first.saturating_add(unit.class_count)).map(ClassId) {
            let Some(class) = program.class(id) else {
                continue;
            };
            printer.class(class);
            for field in fields.get(&class.ty).into_iter().flatten() {
                printer.field_of(id, *field);
            }
            for func in program.funcs_of(id) {
                printer.func(func);
            }
        }
    }
    printer.out
}

/// One function as text, below the line of its class; parses to a program of that function.
#[must_use]
pub fn print_func(program: &Program<'_>, func: FuncId) -> String {
    let mut printer = Printer::new(program);
    if let Some(class) = program.owner(func) {
        printer.class(class);
        printer.func(func);
    }
    printer.out
}

struct Printer<'p, 'a> {
    program: &'p Program<'a>,
    out: String,
}

impl<'p, 'a> Printer<'p, 'a> {
    fn new(program: &'p Program<'a>) -> Self {
        Self {
            program,
            out: String::new(),
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn name(&self, name: Name) -> Cow<'p, str> {
        let text = String::from_utf8_lossy(self.program.names.bytes(name));
        if text.contains(char::is_control) {
            return Cow::Owned(text.replace(char::is_control, "\u{fffd}"));
        }
        text
    }

    fn proto(&self, method: MethodId) -> String {
        let proto = self.program.proto(self.program.method(method).proto);
        let params: String = proto.params.iter().map(|ty| self.name(*ty)).collect();
        format!("({params}){}", self.name(proto.ret))
    }

    fn method(&self, method: MethodId) -> String {
        let symbol = self.program.method(method);
        format!(
            "{}->{}{}",
            self.name(symbol.class),
            self.name(symbol.name),
            self.proto(method)
        )
    }

    fn field(&self, field: FieldId) -> String {
        let symbol = self.program.field(field);
        format!(
            "{}->{}:{}",
            self.name(symbol.class),
            self.name(symbol.name),
            self.name(symbol.ty)
        )
    }

    fn class(&mut self, class: &Class) {
        let mut text = format!("class {}{}", access(class.access), self.name(class.ty));
        if let Some(superclass) = class.superclass {
            text.push_str(&format!(" extends {}", self.name(superclass)));
        }
        if !class.interfaces.is_empty() {
            let all = join(class.interfaces.iter().map(|ty| self.name(*ty)));
            text.push_str(&format!(" implements {all}"));
        }
        if let Some(file) = class.source_file {
            text.push_str(&format!(" source \"{}\"", self.name(file)));
        }
        self.line(0, &text);
    }

    fn field_of(&mut self, class: ClassId, id: FieldId) {
        let field = self.program.field(id);
        let mut text = format!("field {}:{}", self.name(field.name), self.name(field.ty));
        match self.program.statics.get(&id) {
            Some(StaticValue::Int(value)) => text.push_str(&format!(" = {}", integer(*value))),
            Some(StaticValue::Str(value)) => text.push_str(&format!(" = {}", quoted(value))),
            None => {}
        }
        self.line(2, &text);
        let lifter = &self.program.lifter;
        for annotation in lifter.field_annotations(self.program, class, field.name) {
            self.annotation(&annotation);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        let parameter = annotation
            .parameter
            .map_or_else(String::new, |number| format!("{number} "));
        let elements = join(
            annotation
                .elements
                .iter()
                .map(|(name, value)| format!("{name} = {}", quoted(value))),
        );
        let text = format!("@{parameter}{} {elements}", annotation.ty);
        self.line(4, text.trim_end());
    }

    fn func(&mut self, id: FuncId) {
        let func = self.program.func(id);
        let name = self.name(self.program.method(func.method).name);
        let head = format!(
            "method {}{name}{}",
            access(func.access),
            self.proto(func.method)
        );
        self.line(2, &head);
        for annotation in self.program.lifter.annotations(self.program, id) {
            self.annotation(&annotation);
        }
        let names = self.program.lifter.parameter_names(self.program, id);
        if names.iter().any(Option::is_some) {
            let names = join(names.iter().map(|name| name.as_deref().unwrap_or("_")));
            self.line(4, &format!("names {names}"));
        }
        let body = self.program.body(id);
        match &body.quality {
            Quality::Stub(why) if why != NO_CODE => {
                self.line(4, &format!("stub {}", quoted(why)));
            }
            Quality::Partial(why) => self.line(4, &format!("partial {}", quoted(why))),
            Quality::Full | Quality::Stub(_) => {}
        }
        let defined = body
            .ops
            .iter()
            .filter_map(Op::dst)
            .chain(body.params.iter().copied());
        if defined.map(|value| value.0 as usize + 1).max().unwrap_or(0) != body.defs.len() {
            self.line(4, &format!("values {}", body.defs.len()));
        }
        for (at, block) in body.blocks.iter().enumerate() {
            let mut text = format!("b{at}:");
            if !block.preds.is_empty() {
                text.push_str(&format!(" <- {}", blocks(block.preds.iter().copied())));
            }
            self.line(4, &text);
            for at in block.ops.clone() {
                let Some(op) = body.op(OpId(at)) else {
                    continue;
                };
                let mut text = self.op(body, op);
                let offset = body.offset(OpId(at));
                if offset != usual_offset(at, op) {
                    text.push_str(&format!(" @{offset}"));
                }
                self.line(6, &text);
            }
            let last = block.ops.clone().next_back();
            let usual = last.and_then(|at| body.op(OpId(at))).and_then(leads_to);
            let (caught, normal): (Vec<Edge>, Vec<Edge>) = block
                .succs
                .iter()
                .copied()
                .partition(|edge| edge.exceptional);
            let normal: Vec<BlockId> = normal.iter().map(|edge| edge.to).collect();
            if normal != usual.unwrap_or_default() {
                self.line(6, format!("goto {}", blocks(normal)).trim_end());
            }
            if !caught.is_empty() {
                let caught = blocks(caught.iter().map(|edge| edge.to));
                self.line(6, &format!("catch {caught}"));
            }
        }
    }

    fn place(&self, place: Place) -> String {
        match place {
            Place::Static(field) => self.field(field),
            Place::Field(object, field) => format!("{}.{}", value(object), self.field(field)),
            Place::Element(array, index) => format!("{}[{}]", value(array), value(index)),
        }
    }

    fn op(&self, body: &Body<'a>, op: &Op<'a>) -> String {
        let args = |range: ArgRange| {
            let values = join(body.args(range).iter().map(|arg| value(*arg)));
            format!("({values})")
        };
        let right = match op {
            Op::Const { value, .. } => match value {
                Const::Int(number) => integer(*number),
                Const::Str(text) => quoted(text),
                Const::Class(ty) => format!("class {}", self.name(*ty)),
                Const::Bytes(bytes, width) => {
                    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    format!("bytes {width} {hex}").trim_end().to_owned()
                }
            },
            Op::Phi { args: range, .. } => format!("phi {}", args(*range)),
            Op::Load { place, .. } => self.place(*place),
            Op::Store { place, src } => format!("{} = {}", self.place(*place), value(*src)),
            Op::New { ty, .. } => format!("new {}", self.name(*ty)),
            Op::NewArray { ty, elements, .. } => {
                format!("array {} {}", self.name(*ty), args(*elements))
            }
            Op::Cast { src, ty, .. } => format!("cast {} {}", value(*src), self.name(*ty)),
            Op::InstanceOf { src, ty, .. } => {
                format!("instanceof {} {}", value(*src), self.name(*ty))
            }
            Op::Call {
                target,
                kind,
                args: range,
                ..
            } => {
                let kind = word(&KINDS, kind);
                format!("call {kind} {} {}", self.method(*target), args(*range))
            }
            Op::Closure {
                interface,
                body: runs,
                captures,
                ..
            } => {
                let interface = interface.map_or(Cow::Borrowed("-"), |ty| self.name(ty));
                let runs = runs.map_or_else(|| "-".to_owned(), |method| self.method(method));
                format!("closure {interface} {runs} {}", args(*captures))
            }
            Op::Branch {
                condition: Condition { op, left, right },
                then,
                otherwise,
            } => format!(
                "if {} {} {} then b{} else b{}",
                value(*left),
                word(&COMPARISONS, op),
                right.map_or_else(|| "0".to_owned(), value),
                then.0,
                otherwise.0
            ),
            Op::Switch { on, cases, default } => {
                let cases: String = cases
                    .iter()
                    .map(|(key, to)| format!("{} -> b{}, ", integer(i64::from(*key)), to.0))
                    .collect();
                format!("switch {}: {cases}else -> b{}", value(*on), default.0)
            }
            Op::Return { value: None } => "return".to_owned(),
            Op::Return {
                value: Some(result),
            } => format!("return {}", value(*result)),
            Op::Throw { value: thrown } => format!("throw {}", value(*thrown)),
            Op::Compute {
                operator, inputs, ..
            } => format!("compute {} {}", word(&OPERATORS, operator), args(*inputs)),
            Op::Unknown { why, inputs, .. } => {
                format!("unknown {} {}", word(&REASONS, why), args(*inputs))
            }
        };
        match op.dst() {
            Some(dst) => format!("{} = {right}", value(dst)),
            None => right,
        }
    }
}

/// Where an operation that ends its block leads, each block once.
pub(super) fn leads_to(op: &Op<'_>) -> Option<Vec<BlockId>> {
    let all = match op {
        Op::Branch {
            then, otherwise, ..
        } => vec![*then, *otherwise],
        Op::Switch { cases, default, .. } => cases
            .iter()
            .map(|(_, to)| *to)
            .chain(std::iter::once(*default))
            .collect(),
        Op::Return { .. } | Op::Throw { .. } => Vec::new(),
        _ => return None,
    };
    let mut once: Vec<BlockId> = Vec::with_capacity(all.len());
    for block in all {
        if !once.contains(&block) {
            once.push(block);
        }
    }
    Some(once)
}

fn access(flags: u32) -> String {
    let mut text = String::new();
    let mut rest = flags;
    for (word, bit) in ACCESS {
        if flags & bit != 0 {
            rest &= !bit;
            text.push_str(word);
            text.push(' ');
        }
    }
    if rest != 0 {
        text.push_str(&format!("{rest:#x} "));
    }
    text
}

fn value(value: Value) -> String {
    match value {
        Value(u32::MAX) => "_".to_owned(),
        Value(number) => format!("v{number}"),
    }
}

fn blocks(all: impl IntoIterator<Item = BlockId>) -> String {
    join(all.into_iter().map(|block| format!("b{}", block.0)))
}

fn integer(number: i64) -> String {
    match u32::try_from(number) {
        Ok(id) if is_resource_id(id) => format!("{id:#x}"),
        _ => number.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\'' => out.push(c),
            _ => out.extend(c.escape_debug()),
        }
    }
    out.push('"');
    out
}

fn join(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(part.as_ref());
    }
    text
}
