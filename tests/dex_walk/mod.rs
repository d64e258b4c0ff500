//! Reads everything that a DEX file says: for the tests, and for the fuzz target.

use std::collections::HashSet;

use signoff::formats::dex::{
    AnnotationSet, CallSiteIdx, ClassDef, Code, Dex, EncodedValue, FieldIdx, MethodHandleIdx,
    MethodIdx, ProtoIdx, StringIdx, TypeIdx, walk_refs,
};

/// What was seen; only there so that nothing is optimized away, and to compare runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub methods: u64,
    pub instructions: u64,
    pub operands: u64,
    pub lines: u64,
    pub handlers: u64,
    pub cases: u64,
    pub values: u64,
    /// Steps that are left: items that overlap can make the sum of all walks quadratic.
    steps: u64,
}

/// Parses `data` and reads all of it.
pub fn walk(data: &[u8]) -> Seen {
    let mut seen = Seen {
        steps: 100_000,
        ..Seen::default()
    };
    for dex in Dex::parse_container(data).unwrap_or_default() {
        walk_file(&dex, &mut seen);
    }
    seen
}

fn walk_file(dex: &Dex<'_>, seen: &mut Seen) {
    for warning in dex.warnings() {
        assert!(!warning.to_string().is_empty());
    }
    for index in 0..dex.string_count() {
        let Some(bytes) = dex.string_bytes(StringIdx(index)) else {
            continue;
        };
        if !seen.step(bytes.len()) {
            break;
        }
        let _ = dex.string(StringIdx(index));
        if index % 64 == 0 {
            let found = dex.find_string(bytes);
            // Found, and with the same bytes; none only where too much overlaps to tell.
            assert!(found.is_none_or(|found| dex.string_bytes(found) == Some(bytes)));
        }
    }
    let _ = (dex.find_string(b""), dex.find_type(b"Lnone;"), dex.marker());
    for index in 0..dex.type_count().min(1 << 16) {
        let _ = dex.type_descriptor_idx(TypeIdx(index));
    }
    for index in 0..dex.proto_count().min(1 << 16) {
        if let Some(proto) = dex.proto(ProtoIdx(index))
            && seen.step(proto.params.len())
        {
            assert_eq!(proto.params.iter().count(), proto.params.len());
        }
    }
    for index in 0..dex.field_count() {
        let _ = dex.field(FieldIdx(index));
    }
    for index in 0..dex.method_count() {
        let _ = dex.method(MethodIdx(index));
    }
    for index in 0..dex.method_handle_count() {
        let _ = dex.method_handle(MethodHandleIdx(index));
    }
    for index in 0..dex.call_site_count() {
        if let Some(site) = dex.call_site(CallSiteIdx(index)) {
            seen.values(site.extra);
        }
    }
    let mut codes = HashSet::new();
    for class in dex.class_defs() {
        if !seen.step(1) {
            break;
        }
        walk_class(dex, &class, seen, &mut codes);
    }
}

fn walk_class<'a>(dex: &Dex<'a>, class: &ClassDef<'a>, seen: &mut Seen, codes: &mut HashSet<u32>) {
    assert!(dex.class_def_offset(class.index).is_some());
    seen.values(dex.static_values(class));
    let annotations = dex.annotations(class);
    seen.set(annotations.class());
    for (field, set) in annotations.fields() {
        seen.set(set);
        seen.set(annotations.field(field));
    }
    for (method, set) in annotations.methods() {
        seen.set(set);
        seen.set(annotations.method(method));
    }
    for (method, list) in annotations.parameters() {
        list.take(1000).for_each(|set| seen.set(set));
        let _ = annotations.method_parameters(method).next();
    }
    let data = dex.class_data(class);
    for field in data.static_fields().chain(data.instance_fields()) {
        let _ = (dex.field(field.field), field.access);
        if !seen.step(1) {
            return;
        }
    }
    let all = data.direct_methods().chain(data.virtual_methods());
    for (method, other) in data.methods().zip(all) {
        assert_eq!(method, other);
        if !seen.step(1) {
            return;
        }
        seen.methods += 1;
        if let Some(code) = dex.code(method.code_off)
            && codes.insert(method.code_off)
            && seen.step(code.insns.len())
        {
            walk_code(dex, &code, method.method, method.access.is_static(), seen);
        }
    }
}

fn walk_code(dex: &Dex<'_>, code: &Code<'_>, method: MethodIdx, is_static: bool, seen: &mut Seen) {
    let mut operands = 0;
    let count = walk_refs(code, |pc, kind, index, opcode| {
        operands += u64::from(usize::try_from(pc).is_ok_and(|pc| pc < code.insns.len()));
        let _ = (kind, index, opcode);
    });
    let mut stepped = 0;
    for (pc, insn) in code.instructions() {
        stepped += 1;
        assert_eq!(code.insn_at(pc), Some(insn));
        assert_eq!(insn.args.iter().count(), insn.args.len());
        assert!(code.file_offset(pc) < dex.data().len() as u64);
        let _ = insn.target_pc(pc);
        if let Some(switch) = code.switch(pc, &insn)
            && seen.step(switch.len())
        {
            seen.cases += switch.cases().count() as u64;
        }
        if let Some(payload) = code.array_payload(pc, &insn) {
            seen.values += payload.data.len() as u64;
        }
    }
    assert_eq!(count, stepped);
    seen.operands += operands;
    seen.instructions += u64::from(count);
    for range in code.tries() {
        let handlers = range.handlers.count();
        seen.handlers += handlers as u64 + u64::from(range.catch_all.is_some());
        if !seen.step(handlers) {
            return;
        }
    }
    if let Some(info) = dex.debug_info(code.debug_info_off) {
        let lines = info.lines().count() + info.parameter_names().count();
        seen.lines += lines as u64;
        if seen.step(lines * 4 + usize::from(code.registers) / 16) {
            let _ = dex.locals(code, Some((method, is_static)));
            let _ = dex.line_of(code, 0);
        }
    }
}

impl Seen {
    /// Spends `count` steps, and one; whether there were any left.
    fn step(&mut self, count: usize) -> bool {
        let left = self.steps.checked_sub(count as u64 + 1);
        self.steps = left.unwrap_or(0);
        left.is_some()
    }

    fn set(&mut self, set: AnnotationSet<'_>) {
        for item in set {
            if !self.step(1) {
                return;
            }
            for (_, value) in item.annotation.elements() {
                self.value(&value);
            }
        }
    }

    fn values<'a>(&mut self, values: impl Iterator<Item = EncodedValue<'a>>) {
        for value in values {
            self.value(&value);
            if self.steps == 0 {
                return;
            }
        }
    }

    fn value(&mut self, value: &EncodedValue<'_>) {
        self.values += 1;
        if !self.step(1) {
            return;
        }
        match value {
            EncodedValue::Array(array) => self.values(*array),
            EncodedValue::Annotation(annotation) => {
                self.values(annotation.elements().map(|(_, value)| value));
            }
            _ => {}
        }
    }
}
