//! The DEX reader against `dexdump -a -d`: every class, field, method, instruction, try, line,
//! local, constant and annotation of whole files, line by line.
//!
//! Not run by default: it needs `dexdump` on the path and a folder of DEX files.
//!
//! ```sh
//! SIGNOFF_DEX_DIR=some/folder cargo test --release --test dex_against_dexdump -- --ignored --nocapture
//! ```

#![allow(clippy::unwrap_used, reason = "helpers of a test panic as tests do")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use signoff::formats::dex::{
    Annotation, AnnotationItem, AnnotationSet, Annotations, ClassDef, ClassDefIdx, Code, Dex,
    EncodedField, EncodedMethod, EncodedValue, FieldIdx, Format, HandleTarget, Insn,
    MethodHandleIdx, MethodIdx, ProtoIdx, RefKind, StringIdx, TypeIdx, Visibility, op, walk_refs,
};

/// The text of `dexdump`, without what this test does not compare.
struct Dump<'d, 'a> {
    dex: &'d Dex<'a>,
    out: Vec<u8>,
    methods: u64,
    instructions: u64,
}

impl<'a> Dump<'_, 'a> {
    fn put(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    fn string(&self, index: StringIdx) -> &'a [u8] {
        self.dex.string_bytes(index).unwrap_or_default()
    }

    fn ty(&self, index: TypeIdx) -> &'a [u8] {
        self.dex.type_bytes(index).unwrap_or_default()
    }

    fn proto(&self, index: ProtoIdx) -> Vec<u8> {
        let Some(proto) = self.dex.proto(index) else {
            return Vec::new();
        };
        let mut text = b"(".to_vec();
        for parameter in proto.params.iter() {
            text.extend(self.ty(parameter));
        }
        text.push(b')');
        text.extend(self.ty(proto.ret));
        text
    }

    fn field(&self, index: FieldIdx) -> Vec<u8> {
        let Some(field) = self.dex.field(index) else {
            return Vec::new();
        };
        let (class, name) = (self.ty(field.class), self.string(field.name));
        [class, b".", name, b":", self.ty(field.ty)].concat()
    }

    fn method(&self, index: MethodIdx) -> Vec<u8> {
        let Some(method) = self.dex.method(index) else {
            return Vec::new();
        };
        let (class, name) = (self.ty(method.class), self.string(method.name));
        [class, b".", name, b":", &self.proto(method.proto)].concat()
    }

    fn field_name(&self, field: FieldIdx) -> &'a [u8] {
        let id = self.dex.field(field);
        id.map(|id| self.string(id.name)).unwrap_or_default()
    }

    fn method_name(&self, method: MethodIdx) -> &'a [u8] {
        let id = self.dex.method(method);
        id.map(|id| self.string(id.name)).unwrap_or_default()
    }

    fn class(&mut self, index: ClassDefIdx) {
        let dex = self.dex;
        let class: ClassDef<'a> = dex.class_def(index).unwrap();
        let number = index.0;
        if class.annotations_off != 0 {
            self.put(format!("Class #{number} annotations:\n"));
            let at = us(class.annotations_off);
            let has_set = dex.data()[at..at + 4] != [0; 4];
            self.annotations(&dex.annotations(&class), has_set);
            self.put("\n");
        }
        self.put(format!("Class #{number}            -\n"));
        self.quoted("  Class descriptor  : ", self.ty(class.ty));
        self.put(format!("  Access flags      : 0x{:04x}\n", class.access.0));
        if let Some(superclass) = class.superclass {
            self.quoted("  Superclass        : ", self.ty(superclass));
        }
        self.put("  Interfaces        -\n");
        for (at, interface) in class.interfaces.iter().enumerate() {
            self.quoted(&format!("    #{at}              : "), self.ty(interface));
        }
        let data = dex.class_data(&class);
        let mut values = dex.static_values(&class);
        self.put("  Static fields     -\n");
        for (at, field) in data.static_fields().enumerate() {
            self.encoded_field(at, field, values.next());
        }
        self.put("  Instance fields   -\n");
        for (at, field) in data.instance_fields().enumerate() {
            self.encoded_field(at, field, None);
        }
        self.put("  Direct methods    -\n");
        for (at, method) in data.direct_methods().enumerate() {
            self.encoded_method(at, method);
        }
        self.put("  Virtual methods   -\n");
        for (at, method) in data.virtual_methods().enumerate() {
            self.encoded_method(at, method);
        }
        let both = data.direct_methods().chain(data.virtual_methods());
        assert_eq!(both.collect::<Vec<_>>(), data.methods().collect::<Vec<_>>());
        match class.source_file {
            Some(file) => {
                self.put(format!("  source_file_idx   : {} (", file.0));
                self.put(self.string(file));
                self.put(")\n\n");
            }
            None => self.put("  source_file_idx   : -1 (unknown)\n\n"),
        }
    }

    fn quoted(&mut self, label: &str, text: &[u8]) {
        self.put(label);
        self.put("'");
        self.put(text);
        self.put("'\n");
    }

    fn member(&mut self, at: usize, class: TypeIdx, name: StringIdx, ty: &[u8], access: u32) {
        self.put(format!("    #{at}              : (in "));
        self.put(self.ty(class));
        self.put(")\n");
        self.quoted("      name          : ", self.string(name));
        self.quoted("      type          : ", ty);
        self.put(format!("      access        : 0x{access:04x}\n"));
    }

    fn encoded_field(&mut self, at: usize, field: EncodedField, value: Option<EncodedValue<'a>>) {
        let id = self.dex.field(field.field).unwrap();
        self.member(at, id.class, id.name, self.ty(id.ty), field.access.0);
        if let Some(value) = value {
            self.put("      value         : ");
            self.value(&value);
            self.put("\n");
        }
    }

    fn encoded_method(&mut self, at: usize, method: EncodedMethod) {
        let id = self.dex.method(method.method).unwrap();
        let proto = self.proto(id.proto);
        self.member(at, id.class, id.name, &proto, method.access.0);
        let Some(code) = self.dex.code(method.code_off) else {
            self.put("      code          : (none)\n\n");
            return;
        };
        self.put("      code          -\n");
        self.put(format!("      registers     : {}\n", code.registers));
        self.put(format!("      ins           : {}\n", code.ins));
        self.put(format!("      outs          : {}\n", code.outs));
        let size = code.insns.len();
        self.put(format!("      insns size    : {size} 16-bit code units\n"));
        self.code(&code, method);
        self.put("\n");
    }

    fn code(&mut self, code: &Code<'a>, method: EncodedMethod) {
        self.methods += 1;
        // The heading writes the class with dots and without L and ;.
        let name = self.method(method.method);
        let split = name.iter().position(|&byte| byte == b';').unwrap_or(0);
        let (class, rest) = name.split_at(split);
        let dot = |&byte: &u8| if byte == b'/' { b'.' } else { byte };
        let dotted: Vec<u8> = class.iter().skip(1).map(dot).collect();
        let offset = code.offset;
        self.put(format!("{offset:06x}:{:40}|[{offset:06x}] ", ""));
        self.put(dotted);
        self.put(&rest[1..]);
        self.put("\n");

        let (mut next, mut count) = (0u32, 0u32);
        let mut operands = Vec::new();
        for (pc, insn) in code.instructions() {
            self.payloads(code, next, pc);
            self.instruction(code, pc, &insn);
            next = pc + u32::from(insn.width);
            let kind = insn.info().index_kind;
            if kind != RefKind::None {
                operands.push((pc, kind, insn.index, insn.op));
            }
            let literal = u32::try_from(insn.lit & 0xffff_ffff).unwrap();
            match insn.op {
                op::CONST => operands.push((pc, RefKind::Literal, literal, insn.op)),
                op::CONST_HIGH16 => operands.push((pc, RefKind::Literal, literal >> 16, insn.op)),
                _ => {}
            }
            if is_polymorphic(&insn) {
                operands.push((pc, RefKind::Proto, insn.index2, insn.op));
            }
            count += 1;
        }
        self.payloads(code, next, u32::try_from(code.insns.len()).unwrap());
        self.instructions += u64::from(count);

        // The fast walk says the same as the slow one.
        let (mut walked, mut keys) = (Vec::new(), Vec::new());
        let stepped = walk_refs(code, |pc, kind, index, opcode| {
            if opcode == op::NOP {
                keys.push((pc, index));
            } else {
                walked.push((pc, kind, index, opcode));
            }
        });
        assert_eq!((walked, stepped), (operands, count));
        for (pc, insn) in code.instructions() {
            if let Some(switch) = code.switch(pc, &insn) {
                let table = insn.target_pc(pc).unwrap();
                let here = keys.iter().filter(|(at, _)| *at == table);
                let cases = switch.cases().map(|(key, _)| key.cast_unsigned());
                assert!(here.map(|(_, key)| *key).eq(cases));
            }
        }

        self.tries(code);
        self.put("      positions     : \n");
        if let Some(info) = self.dex.debug_info(code.debug_info_off) {
            for (pc, line) in info.lines() {
                self.put(format!("        0x{pc:04x} line={line}\n"));
            }
        }
        self.put("      locals        : \n");
        let is_static = method.access.is_static();
        for local in self.dex.locals(code, Some((method.method, is_static))) {
            // The listing has no register for what was restarted before it was started.
            let known = local.is_this || local.name.is_some() || local.ty.is_some();
            let (start, end) = (local.start, local.end);
            let register = if known { local.register } else { 0 };
            self.put(format!(
                "        0x{start:04x} - 0x{end:04x} reg={register} "
            ));
            self.put(match (local.is_this, local.name) {
                (true, _) => b"this",
                (_, Some(name)) => self.string(name),
                _ => b"(null)",
            });
            self.put(" ");
            self.put(local.ty.map_or(&b"(null)"[..], |ty| self.ty(ty)));
            self.put(" ");
            let signature = local.signature.map(|text| self.string(text));
            self.put(signature.unwrap_or_default());
            self.put("\n");
        }
    }

    fn tries(&mut self, code: &Code<'a>) {
        if code.try_count() == 0 {
            self.put("      catches       : (none)\n");
            return;
        }
        self.put(format!("      catches       : {}\n", code.try_count()));
        for range in code.tries() {
            self.put(format!(
                "        0x{:04x} - 0x{:04x}\n",
                range.start, range.end
            ));
            for (class, target) in range.handlers {
                self.put("          ");
                self.put(self.ty(class));
                self.put(format!(" -> 0x{target:04x}\n"));
            }
            if let Some(target) = range.catch_all {
                self.put(format!("          <any> -> 0x{target:04x}\n"));
            }
        }
    }

    /// The bytes of an instruction, as the listing begins.
    fn prefix(&mut self, code: &Code<'a>, pc: u32, width: usize) {
        let mut text = format!("{:06x}:", code.file_offset(pc));
        let units = &code.insns[us(pc)..];
        let shown = units.iter().take(width.min(7));
        for [low, high] in shown {
            write!(text, " {low:02x}{high:02x}").unwrap();
        }
        if width > 7 {
            text.push_str(" ... ");
        }
        let missing = 8 - width.min(8);
        text.push_str(&" ".repeat(missing * 5));
        write!(text, "|{pc:04x}: ").unwrap();
        self.put(text);
    }

    /// The payloads between two instructions.
    fn payloads(&mut self, code: &Code<'a>, from: u32, to: u32) {
        let mut pc = from;
        while pc < to {
            let at = us(pc);
            let unit = |position: usize| usize::from(u16::from_le_bytes(code.insns[at + position]));
            let (name, width) = match code.insns[at] {
                [0, 1] => ("packed-switch", 4 + unit(1) * 2),
                [0, 2] => ("sparse-switch", 2 + unit(1) * 4),
                [0, 3] => (
                    "array",
                    4 + (unit(1) * (unit(2) | (unit(3) << 16))).div_ceil(2),
                ),
                // What is left is an instruction that leaves the code.
                _ => return,
            };
            self.prefix(code, pc, width);
            self.put(format!("{name}-data ({width} units)\n"));
            pc += u32::try_from(width).unwrap();
        }
    }

    fn instruction(&mut self, code: &Code<'a>, pc: u32, insn: &Insn) {
        self.prefix(code, pc, usize::from(insn.width));
        let info = insn.info();
        if insn.op == op::NOP {
            self.put("nop // spacer\n");
            return;
        }
        let Insn { a, b, c, lit, .. } = *insn;
        let bits = |low: u32, count: u32| (lit.cast_unsigned() >> low) & (u64::MAX >> (64 - count));
        let sign = if insn.target < 0 { '-' } else { '+' };
        let distance = insn.target.unsigned_abs();
        let target = insn.target_pc(pc).unwrap_or(0);
        let registers: Vec<_> = insn.args.iter().map(|it| format!("v{it}")).collect();
        let registers = registers.join(", ");
        self.put(info.name);
        self.put(match info.format {
            Format::F10x => String::new(),
            Format::F12x | Format::F22x | Format::F32x => format!(" v{a}, v{b}"),
            Format::F11n => format!(" v{a}, #int {lit} // #{:x}", bits(0, 8)),
            Format::F11x => format!(" v{a}"),
            Format::F10t | Format::F20t => format!(" {target:04x} // {sign}{distance:04x}"),
            Format::F30t => format!(" #{:08x}", insn.target),
            Format::F21t => format!(" v{a}, {target:04x} // {sign}{distance:04x}"),
            Format::F21s => format!(" v{a}, #int {lit} // #{:x}", bits(0, 16)),
            Format::F21hw => format!(" v{a}, #int {lit} // #{:x}", bits(16, 16)),
            Format::F21hl => format!(" v{a}, #long {lit} // #{:x}", bits(48, 16)),
            Format::F21c | Format::F31c => format!(" v{a}, "),
            Format::F23x => format!(" v{a}, v{b}, v{c}"),
            Format::F22b => format!(" v{a}, v{b}, #int {lit} // #{:02x}", bits(0, 8)),
            Format::F22t => format!(" v{a}, v{b}, {target:04x} // {sign}{distance:04x}"),
            Format::F22s => format!(" v{a}, v{b}, #int {lit} // #{:04x}", bits(0, 16)),
            Format::F22c => format!(" v{a}, v{b}, "),
            Format::F31t => format!(" v{a}, {target:08x} // +{:08x}", insn.target),
            Format::F31i => format!(" v{a}, #float ? // #{:08x}", bits(0, 32)),
            Format::F35c | Format::F3rc | Format::F45cc | Format::F4rcc => {
                format!(" {{{registers}}}, ")
            }
            Format::F51l => format!(" v{a}, #double ? // #{:016x}", bits(0, 64)),
        });
        self.put(self.index(insn));
        self.put("\n");
    }

    fn index(&self, insn: &Insn) -> Vec<u8> {
        let index = insn.index;
        let (mut text, kind) = match insn.info().index_kind {
            RefKind::None | RefKind::Literal => return Vec::new(),
            RefKind::String => {
                let string = self.string(StringIdx(index));
                ([b"\"", string, b"\" "].concat(), "string")
            }
            RefKind::Type => ([self.ty(TypeIdx(index)), b" "].concat(), "type"),
            RefKind::Field => ([&self.field(FieldIdx(index))[..], b" "].concat(), "field"),
            RefKind::Method => (self.method(MethodIdx(index)), "method"),
            RefKind::CallSite => (Vec::new(), "call_site"),
            RefKind::MethodHandle => (self.handle(MethodHandleIdx(index)), "method_handle"),
            RefKind::Proto => (self.proto(ProtoIdx(index)), "proto"),
        };
        if is_polymorphic(insn) {
            text.extend(b", ");
            text.extend(self.proto(ProtoIdx(insn.index2)));
        }
        if insn.info().index_kind == RefKind::Method {
            text.push(b' ');
        }
        let width = if insn.op == op::CONST_STRING_JUMBO {
            8
        } else {
            4
        };
        text.extend(format!("// {kind}@{index:0width$x}").into_bytes());
        if is_polymorphic(insn) {
            text.extend(format!(", proto@{:04x}", insn.index2).into_bytes());
        }
        text
    }

    fn handle(&self, index: MethodHandleIdx) -> Vec<u8> {
        match self.dex.method_handle(index).map(|handle| handle.target) {
            Some(HandleTarget::Field(field)) => self.field(field),
            Some(HandleTarget::Method(method)) => self.method(method),
            None => Vec::new(),
        }
    }

    fn annotations(&mut self, annotations: &Annotations<'a>, has_set: bool) {
        if has_set {
            self.put("Annotations on class\n");
            self.set(annotations.class());
        }
        for (field, set) in annotations.fields() {
            self.put(format!("Annotations on field #{} ", field.0));
            self.quoted("", self.field_name(field));
            assert_eq!(annotations.field(field).count(), set.clone().count());
            self.set(set);
        }
        for (method, set) in annotations.methods() {
            self.put(format!("Annotations on method #{} ", method.0));
            self.quoted("", self.method_name(method));
            assert_eq!(annotations.method(method).count(), set.clone().count());
            self.set(set);
        }
        for (method, list) in annotations.parameters() {
            self.put(format!("Annotations on method #{} '", method.0));
            self.put(self.method_name(method));
            self.put("' parameters\n");
            for (at, set) in list.enumerate() {
                self.put(format!("#{at}\n"));
                self.set(set);
            }
        }
    }

    fn set(&mut self, set: AnnotationSet<'a>) {
        if set.clone().next().is_none() {
            self.put("  empty-annotation-set\n");
        }
        set.for_each(|item| self.annotation_item(&item));
    }

    fn annotation_item(&mut self, item: &AnnotationItem<'a>) {
        self.put(match item.visibility {
            Visibility::Build => "  VISIBILITY_BUILD ",
            Visibility::Runtime => "  VISIBILITY_RUNTIME ",
            Visibility::System => "  VISIBILITY_SYSTEM ",
        });
        self.annotation(&item.annotation);
        self.put("\n");
    }

    fn annotation(&mut self, annotation: &Annotation<'a>) {
        self.put(self.ty(annotation.ty));
        for (name, value) in annotation.elements() {
            self.put(" ");
            self.put(self.string(name));
            self.put("=");
            self.value(&value);
        }
    }

    fn value(&mut self, value: &EncodedValue<'a>) {
        use EncodedValue as V;
        let text = match *value {
            V::Byte(value) => value.to_string().into_bytes(),
            V::Short(value) => value.to_string().into_bytes(),
            V::Char(value) => value.to_string().into_bytes(),
            V::Int(value) => value.to_string().into_bytes(),
            V::Long(value) => value.to_string().into_bytes(),
            V::Float(value) => short_float(f64::from(value)).into_bytes(),
            V::Double(value) => short_float(value).into_bytes(),
            V::MethodType(proto) => self.proto(proto),
            V::MethodHandle(handle) => self.handle(handle),
            V::String(index) => [b"\"", &escaped(self.string(index))[..], b"\""].concat(),
            V::Type(index) => self.ty(index).to_vec(),
            V::Field(index) | V::Enum(index) => self.field_name(index).to_vec(),
            V::Method(index) => self.method_name(index).to_vec(),
            V::Null => b"null".to_vec(),
            V::Boolean(value) => value.to_string().into_bytes(),
            V::Array(array) => {
                self.put("{");
                for value in array {
                    self.put(" ");
                    self.value(&value);
                }
                b" }".to_vec()
            }
            V::Annotation(annotation) => {
                self.annotation(&annotation);
                Vec::new()
            }
        };
        self.put(text);
    }
}

/// A string constant as a value is listed; in code it is listed as it is.
fn escaped(text: &[u8]) -> Vec<u8> {
    let escape = |&byte: &u8| match byte {
        b'\n' => b"\\n".to_vec(),
        b'\r' => b"\\r".to_vec(),
        b'\t' => b"\\t".to_vec(),
        b'"' | b'\\' => vec![b'\\', byte],
        byte => vec![byte],
    };
    text.iter().flat_map(escape).collect()
}

fn is_polymorphic(insn: &Insn) -> bool {
    matches!(insn.info().format, Format::F45cc | Format::F4rcc)
}

fn us(value: u32) -> usize {
    usize::try_from(value).unwrap()
}

/// `%g` of C: six digits, the exponent where it is below -4 or above 5, no zeros at the end.
fn short_float(value: f64) -> String {
    if !value.is_finite() {
        let sign = if value.is_sign_negative() { "-" } else { "" };
        return format!("{sign}{}", if value.is_nan() { "nan" } else { "inf" });
    }
    let exact = format!("{value:.5e}");
    let (mantissa, exponent) = exact.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        let digits = usize::try_from(5 - exponent).unwrap();
        trim(&format!("{value:.digits$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trim(mantissa), exponent.abs())
    }
}

/// A line of the listing without the names of access flags and floating-point readings of bits.
fn normalize(line: &[u8]) -> Vec<u8> {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let find = |needle: &[u8]| text.windows(needle.len()).position(|it| it == needle);
    if text.starts_with(b"  Access flags ") || text.starts_with(b"      access  ") {
        return text[..find(b" (").unwrap_or(text.len())].to_vec();
    }
    for kind in [&b", #float "[..], b", #double "] {
        if let (Some(at), Some(end)) = (find(kind), find(b" // #"))
            && at < end
        {
            return [&text[..at + kind.len()], b"?", &text[end..]].concat();
        }
    }
    text.to_vec()
}

/// Compares one file; what differs first, or the numbers of methods and instructions.
fn compare(path: &Path) -> Result<Option<(u64, u64)>, String> {
    let bytes = std::fs::read(path).unwrap();
    let dex = Dex::parse(&bytes).map_err(|error| error.to_string())?;
    let mut child = Command::new("dexdump")
        .args(["-a", "-d", "-i"])
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
    let mut theirs = Vec::new();
    let mut read = |theirs: &mut Vec<u8>| {
        theirs.clear();
        lines.read_until(b'\n', theirs).unwrap() > 0
    };
    // Two lines about the file.
    if !(read(&mut theirs) && read(&mut theirs)) {
        child.wait().unwrap();
        return Ok(None);
    }
    let mut dump = Dump {
        dex: &dex,
        out: Vec::new(),
        methods: 0,
        instructions: 0,
    };
    for class in dex.class_defs() {
        dump.out.clear();
        dump.class(class.index);
        for ours in dump.out.split_inclusive(|&byte| byte == b'\n') {
            read(&mut theirs);
            if ours == theirs {
                continue;
            }
            let (left, right) = (normalize(ours), normalize(&theirs));
            if left != right {
                let _ = child.kill();
                child.wait().unwrap();
                let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
                let excerpt = |text: &[u8]| {
                    let end = text.len().min(same + 160);
                    let start = same.saturating_sub(80).min(end);
                    String::from_utf8_lossy(&text[start..end]).into_owned()
                };
                return Err(format!(
                    "class {}\n  ours   {}\n  theirs {}",
                    class.index.0,
                    excerpt(&left),
                    excerpt(&right)
                ));
            }
        }
    }
    child.wait().unwrap();
    Ok(Some((dump.methods, dump.instructions)))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "dex"));
    files.sort();
    files
}

#[test]
#[ignore = "needs dexdump and SIGNOFF_DEX_DIR"]
fn agrees_with_dexdump() {
    let folder = std::env::var("SIGNOFF_DEX_DIR").unwrap();
    let most = std::env::var("SIGNOFF_DEX_MAX").map_or(u64::MAX, |most| most.parse().unwrap());
    let (mut good, mut bad, mut refused) = (0, 0, 0);
    let (mut methods, mut instructions) = (0, 0);
    for path in files(Path::new(&folder)) {
        if path.metadata().unwrap().len() > most {
            continue;
        }
        match compare(&path) {
            Ok(Some((some, more))) => {
                good += 1;
                methods += some;
                instructions += more;
            }
            Ok(None) => {
                refused += 1;
                println!("dexdump refuses {}", path.display());
            }
            Err(difference) => {
                bad += 1;
                println!("{}: {difference}", path.display());
            }
        }
    }
    println!("{good} files equal, {bad} differ, {refused} refused by dexdump");
    println!("{methods} methods, {instructions} instructions in the equal ones");
    assert_eq!(bad, 0);
    assert!(good > 0);
}
