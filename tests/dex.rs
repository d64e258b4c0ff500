//! The DEX reader on files of our own: `tests/data/dex`, built from the smali beside them.

#![allow(clippy::unwrap_used, reason = "helpers of a test panic as tests do")]

mod dex_walk;

use dex_walk::walk;
use signoff::formats::dex::{
    Annotations, Args, ClassData, ClassDef, Code, Dex, DexError, DexWarning, EncodedValue,
    FieldIdx, HandleTarget, Insn, Marker, MarkerTool, MethodHandleIdx, MethodHandleKind, RefKind,
    StringIdx, Table, TypeIdx, Visibility, decode_mutf8, op, walk_refs,
};

const SESSION: &[u8] = include_bytes!("data/dex/session.dex");

fn session() -> Dex<'static> {
    Dex::parse(SESSION).unwrap()
}

/// The class `app.Session`.
fn class<'a>(dex: &Dex<'a>) -> (ClassDef<'a>, ClassData<'a>, Annotations<'a>) {
    let ty = dex.find_type(b"Lapp/Session;").unwrap();
    let class = dex.class_defs().find(|class| class.ty == ty).unwrap();
    (class, dex.class_data(&class), dex.annotations(&class))
}

/// The code of its method with this name.
fn code<'a>(dex: &Dex<'a>, name: &str) -> Code<'a> {
    let (_, data, _) = class(dex);
    let wanted = dex.find_string(name.as_bytes()).unwrap();
    let method = data
        .methods()
        .find(|method| dex.method(method.method).unwrap().name == wanted)
        .unwrap();
    dex.code(method.code_off).unwrap()
}

fn insns(code: &Code<'_>) -> Vec<(u32, Insn)> {
    code.instructions().collect()
}

fn text(dex: &Dex<'_>, index: StringIdx) -> String {
    dex.string(index).unwrap().into_owned()
}

fn ty(dex: &Dex<'_>, index: TypeIdx) -> String {
    text(dex, dex.type_descriptor_idx(index).unwrap())
}

#[test]
fn tables() {
    let dex = session();
    assert_eq!(dex.version(), 39);
    assert_eq!(dex.warnings(), []);
    assert_eq!(dex.class_count(), 2);
    let (class, data, _) = class(&dex);
    assert_eq!(ty(&dex, class.superclass.unwrap()), "Ljava/lang/Object;");
    assert_eq!(text(&dex, class.source_file.unwrap()), "Session.kt");
    assert!(class.access.is_final() && class.access.is_public() && !class.access.is_interface());
    let interfaces: Vec<_> = class.interfaces.iter().map(|it| ty(&dex, it)).collect();
    assert_eq!(interfaces, ["Ljava/lang/Runnable;", "Ljava/io/Closeable;"]);
    assert_eq!(class.interfaces.get(2), None);

    let names = |fields: Vec<FieldIdx>| -> Vec<String> {
        let name = |field| text(&dex, dex.field(field).unwrap().name);
        fields.into_iter().map(name).collect()
    };
    let statics = data.static_fields().map(|field| field.field).collect();
    assert_eq!(names(statics), ["LAST", "MINUS", "NAME", "WIDE", "count"]);
    let fields = data.instance_fields().map(|field| field.field).collect();
    assert_eq!(names(fields), ["token"]);
    let methods: Vec<_> = data
        .methods()
        .map(|method| {
            let id = dex.method(method.method).unwrap();
            assert_eq!(id.class, class.ty);
            let proto = dex.proto(id.proto).unwrap();
            assert_eq!(text(&dex, proto.shorty).len(), proto.params.len() + 1);
            text(&dex, id.name)
        })
        .collect();
    let expected = ["<init>", "bytes", "pick", "wide", "close", "invoke", "run"];
    assert_eq!(methods, expected);
    assert_eq!(data.direct_methods().count(), 4);
    assert_eq!(data.virtual_methods().next().unwrap().code_off, 0);
}

#[test]
fn indexes_beyond_the_tables_find_nothing() {
    let dex = session();
    for index in [dex.string_count(), 0xffff, u32::MAX] {
        assert_eq!(dex.string_bytes(StringIdx(index)), None);
        assert_eq!(dex.type_bytes(TypeIdx(index)), None);
        assert_eq!(dex.field(FieldIdx(index)), None);
        assert_eq!(dex.method_handle(MethodHandleIdx(index)), None);
    }
    let beyond = u32::try_from(SESSION.len()).unwrap();
    assert!(dex.code(beyond).is_none());
    assert!(dex.debug_info(beyond).is_none());
    assert!(dex.code(0).is_none());
}

#[test]
fn strings_are_found_and_decoded() {
    let dex = session();
    for index in (0..dex.string_count()).map(StringIdx) {
        let bytes = dex.string_bytes(index).unwrap();
        assert_eq!(dex.find_string(bytes), Some(index));
    }
    assert_eq!(dex.find_string(b"refres"), None);
    assert_eq!(dex.find_string(b"~~~~"), None);
    let name = dex.find_string(b"access\xc0\x80token \xed\xa0\xbd\xed\xb4\x91 \xc3\xa9");
    assert_eq!(text(&dex, name.unwrap()), "access\0token \u{1f511} \u{e9}");
}

#[test]
fn modified_utf8_is_lossy_where_it_is_broken() {
    assert_eq!(decode_mutf8(b"plain"), "plain");
    // Lone surrogates, cut sequences, bytes that never occur, plain UTF-8 of four bytes.
    assert_eq!(decode_mutf8(b"a\xed\xa0\xbdb"), "a\u{fffd}b");
    assert_eq!(
        decode_mutf8(b"\xed\xb4\x91\xed\xa0\xbd"),
        "\u{fffd}\u{fffd}"
    );
    assert_eq!(decode_mutf8(b"a\xe2\x82"), "a\u{fffd}\u{fffd}");
    assert_eq!(decode_mutf8(b"\xff\xc0\x80"), "\u{fffd}\0");
    assert_eq!(decode_mutf8(b"\xc0\x80\xf0\x9f\x94\x91"), "\0\u{1f511}");
}

#[test]
fn unsorted_strings_are_found() {
    // Exchanging two string ids leaves everything else where it is.
    let mut bytes = SESSION.to_vec();
    let at = 0x70 + 4 * 5;
    let (one, other) = bytes[at..at + 80].split_at_mut(76);
    one[..4].swap_with_slice(other);
    let dex = Dex::parse(&bytes).unwrap();
    for index in (0..dex.string_count()).map(StringIdx) {
        let bytes = dex.string_bytes(index).unwrap();
        assert_eq!(dex.find_string(bytes), Some(index));
    }
    assert_eq!(dex.find_string(b"refres"), None);
}

#[test]
fn static_values() {
    let dex = session();
    let (class, _, _) = class(&dex);
    let values: Vec<_> = dex.static_values(&class).collect();
    assert!(matches!(
        values[..],
        [
            EncodedValue::Boolean(true),
            EncodedValue::Int(-5),
            EncodedValue::String(_),
            EncodedValue::Long(i64::MAX),
        ]
    ));
}

#[test]
fn annotations_and_their_values() {
    let dex = session();
    let (_, data, annotations) = class(&dex);
    let item = annotations.class().next().unwrap();
    assert_eq!(item.visibility, Visibility::Runtime);
    assert_eq!(ty(&dex, item.annotation.ty), "Lapp/Note;");
    let value = |name: &str| {
        let mut elements = item.annotation.elements();
        let found = elements.find(|(index, _)| text(&dex, *index) == name);
        found.unwrap().1
    };
    assert!(matches!(value("count"), EncodedValue::Int(3)));
    assert!(matches!(value("scale"), EncodedValue::Float(1.5)));
    assert!(matches!(value("ratio"), EncodedValue::Double(-0.25)));
    assert!(matches!(value("big"), EncodedValue::Long(0x12_3456_789a)));
    assert!(matches!(value("small"), EncodedValue::Byte(-2)));
    assert!(matches!(value("short_"), EncodedValue::Short(-300)));
    assert!(matches!(value("letter"), EncodedValue::Char(122)));
    assert!(matches!(value("yes"), EncodedValue::Boolean(true)));
    assert!(matches!(value("nothing"), EncodedValue::Null));
    assert!(
        matches!(value("type"), EncodedValue::Type(it) if ty(&dex, it) == "Ljava/lang/String;")
    );
    assert!(matches!(value("member"), EncodedValue::Enum(_)));
    assert!(matches!(value("where"), EncodedValue::Field(_)));
    assert!(matches!(value("how"), EncodedValue::Method(_)));
    assert!(matches!(value("value"), EncodedValue::String(it) if text(&dex, it) == "session"));
    let EncodedValue::Annotation(inner) = value("inner") else {
        panic!("no annotation");
    };
    let Some((_, EncodedValue::Array(array))) = inner.elements().next() else {
        panic!("no array");
    };
    assert_eq!(array.declared_len(), 3);
    let array: Vec<_> = array.collect();
    assert!(matches!(array[0], EncodedValue::Int(1)));
    assert!(matches!(array[1], EncodedValue::Array(inner) if inner.count() == 2));
    assert!(matches!(array[2], EncodedValue::String(it) if text(&dex, it) == "four"));

    let token = data.instance_fields().next().unwrap().field;
    let item = annotations.field(token).next().unwrap();
    assert_eq!(item.visibility, Visibility::Build);
    assert_eq!(annotations.field(FieldIdx(token.0 + 1)).count(), 0);
    let run = data.virtual_methods().last().unwrap().method;
    let item = annotations.method(run).next().unwrap();
    assert_eq!(item.visibility, Visibility::System);
    let init = data.direct_methods().next().unwrap().method;
    let sets: Vec<_> = annotations
        .method_parameters(init)
        .map(Iterator::count)
        .collect();
    assert_eq!(sets, [1, 0]);
    assert_eq!(annotations.fields().count(), 1);
    assert_eq!(annotations.methods().count(), 1);
    assert_eq!(annotations.parameters().count(), 1);
}

#[test]
fn switches_branches_and_literals() {
    let dex = session();
    let code = code(&dex, "pick");
    let insns = insns(&code);
    let opcodes: Vec<_> = insns.iter().map(|(_, insn)| insn.op).collect();
    assert_eq!(
        opcodes,
        [
            op::PACKED_SWITCH,
            op::CONST_16,
            op::GOTO,
            op::CONST_4,
            op::GOTO,
            op::CONST_HIGH16,
            op::SPARSE_SWITCH,
            op::CONST,
            op::ADD_INT_2ADDR,
            op::RETURN,
            op::RSUB_INT,
            op::ADD_INT_LIT8,
            op::RETURN,
            op::NOP,
        ]
    );
    let cases = |at: usize| -> Vec<_> {
        let (pc, insn) = &insns[at];
        code.switch(*pc, insn).unwrap().cases().collect()
    };
    assert_eq!(cases(0), [(-1, 6), (0, 8), (1, 10)]);
    assert_eq!(cases(6), [(i32::MIN, 0x12), (0x7f0a_0001, 0x12)]);
    assert!(code.switch(insns[1].0, &insns[1].1).is_none());
    let literals: Vec<_> = [1, 3, 5, 7, 10, 11].map(|at: usize| insns[at].1.lit).into();
    assert_eq!(literals, [-100, -1, 0x7f0b_0000, 0x7f0a_1234, 127, -7]);
    assert_eq!(insns[2].1.target_pc(insns[2].0), Some(10));
    assert_eq!(code.insn_at(5), Some(insns[2].1));
    assert_eq!(code.insn_at(4000), None);
    // The instruction's own bytes stand at its place in the file.
    let at = usize::try_from(code.file_offset(5)).unwrap();
    assert_eq!(SESSION[at..at + 2], [op::GOTO, 5]);
}

#[test]
fn argument_ranges_end_at_the_last_register() {
    // invoke-static/range {v65534 .. } with a count of 3: the third register does not exist.
    let mut bytes = SESSION.to_vec();
    let dex = session();
    let code = code(&dex, "invoke");
    let at = usize::try_from(code.file_offset(0x12)).unwrap();
    assert_eq!(bytes[at], op::INVOKE_STATIC_RANGE);
    bytes[at + 1] = 3;
    bytes[at + 4..at + 6].copy_from_slice(&[0xfe, 0xff]);
    let dex = Dex::parse(&bytes).unwrap();
    let insn = dex.code(code.offset).unwrap().insn_at(0x12).unwrap();
    assert_eq!(insn.args.len(), 2);
    assert_eq!(insn.args.iter().collect::<Vec<_>>(), [0xfffe, 0xffff]);
}

#[test]
fn wide_literals() {
    let dex = session();
    let code = code(&dex, "wide");
    let literals: Vec<_> = insns(&code)[..4].iter().map(|(_, it)| it.lit).collect();
    let expected = [-2, -0x1234_5678, 0x1234_5678_9abc_def0, i64::MIN];
    assert_eq!(literals, expected);
}

#[test]
fn array_data() {
    let dex = session();
    let code = code(&dex, "bytes");
    let (pc, insn) = insns(&code)[2];
    let payload = code.array_payload(pc, &insn).unwrap();
    assert_eq!(
        (payload.element_width, payload.data),
        (1, &[1, 2, 3, 4, 5][..])
    );
}

#[test]
fn tries_lines_and_locals() {
    let dex = session();
    let (_, data, _) = class(&dex);
    let method = data.virtual_methods().last().unwrap().method;
    let code = code(&dex, "run");
    let tries: Vec<_> = code
        .tries()
        .map(|it| {
            let handlers: Vec<_> = it
                .handlers
                .map(|(class, pc)| (ty(&dex, class), pc))
                .collect();
            (it.start, it.end, handlers, it.catch_all)
        })
        .collect();
    let typed = vec![
        ("Ljava/io/IOException;".to_owned(), 0xb),
        ("Ljava/lang/RuntimeException;".to_owned(), 0xd),
    ];
    let expected = [(0, 8, typed, Some(0xf)), (8, 10, vec![], Some(0xf))];
    assert_eq!(tries, expected);

    let info = dex.debug_info(code.debug_info_off).unwrap();
    let lines: Vec<_> = info.lines().collect();
    assert_eq!(lines, [(0, 30), (2, 31), (10, 29)]);
    let at: Vec<_> = [0, 1, 2, 9, 10, 99].map(|pc| dex.line_of(&code, pc)).into();
    let expected = [30, 30, 31, 31, 29, 29].map(Some);
    assert_eq!(at, expected);

    let locals = dex.locals(&code, Some((method, false)));
    let ranges: Vec<_> = locals
        .iter()
        .map(|it| {
            let name = it.name.map(|name| text(&dex, name));
            (it.register, name, it.is_this, it.start, it.end)
        })
        .collect();
    let name = || Some("name".to_owned());
    let expected = [
        (0, name(), false, 2, 8),
        (0, name(), false, 10, 19),
        (3, None, true, 0, 19),
    ];
    assert_eq!(ranges, expected);
    let signature = locals[0].signature.map(|it| text(&dex, it));
    assert!(signature.unwrap().starts_with("Ljava/lang/Comparable<"));
}

#[test]
fn parameter_names() {
    let dex = session();
    let code = code(&dex, "<init>");
    let info = dex.debug_info(code.debug_info_off).unwrap();
    let names: Vec<_> = info
        .parameter_names()
        .map(|name| text(&dex, name.unwrap()))
        .collect();
    assert_eq!(names, ["token", "expires"]);
    assert_eq!(dex.line_of(&code, 5), Some(300));
    let (_, data, _) = class(&dex);
    let method = data.direct_methods().next().unwrap().method;
    // The long in the middle takes two registers.
    let locals = dex.locals(&code, Some((method, false)));
    let registers: Vec<_> = locals.iter().map(|it| it.register).collect();
    assert_eq!(registers, [1, 2, 3]);
    // A string and a long: three registers of arguments and this.
    assert_eq!(code.ins, 4);
}

#[test]
fn method_handles_and_call_sites() {
    let dex = session();
    let code = code(&dex, "invoke");
    let insns = insns(&code);
    let (polymorphic, range) = (insns[0].1, insns[1].1);
    let invoke = dex.method(signoff::formats::dex::MethodIdx(polymorphic.index));
    assert_eq!(text(&dex, invoke.unwrap().name), "invoke");
    let proto = dex.proto(signoff::formats::dex::ProtoIdx(polymorphic.index2));
    let parameters = proto.unwrap().params;
    assert_eq!(ty(&dex, parameters.get(0).unwrap()), "Lapp/Session;");
    assert_eq!(polymorphic.args.iter().collect::<Vec<_>>(), [6, 5, 0]);
    assert_eq!(range.args, Args::Range { start: 1, count: 3 });
    assert_eq!(range.args.iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((range.args.get(2), range.args.get(3)), (Some(3), None));
    assert_eq!(insns[5].1.args.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);

    assert_eq!((dex.call_site_count(), dex.method_handle_count()), (1, 2));
    let site = dex
        .call_site(signoff::formats::dex::CallSiteIdx(insns[2].1.index))
        .unwrap();
    assert_eq!(text(&dex, site.name), "accept");
    let extra: Vec<_> = site.extra.collect();
    assert!(matches!(extra[0], EncodedValue::String(it) if text(&dex, it) == "extra"));
    assert!(matches!(extra[1], EncodedValue::Int(7)));
    let handle = dex.method_handle(site.bootstrap).unwrap();
    assert_eq!(handle.kind, MethodHandleKind::InvokeStatic);
    assert!(matches!(handle.target, HandleTarget::Method(it)
        if text(&dex, dex.method(it).unwrap().name) == "link"));
    let handle = dex
        .method_handle(MethodHandleIdx(insns[3].1.index))
        .unwrap();
    assert_eq!(handle.kind, MethodHandleKind::StaticGet);
    assert!(matches!(handle.target, HandleTarget::Field(_)));
}

#[test]
fn the_fast_walk_names_every_operand() {
    let dex = session();
    let mut seen = Vec::new();
    let count = walk_refs(&code(&dex, "invoke"), |pc, kind, _, _| {
        seen.push((pc, kind))
    });
    let expected = [
        (0, RefKind::Method),
        (0, RefKind::Proto),
        (4, RefKind::Method),
        (4, RefKind::Proto),
        (8, RefKind::CallSite),
        (11, RefKind::MethodHandle),
        (13, RefKind::Proto),
        (15, RefKind::Type),
        (18, RefKind::Method),
    ];
    assert_eq!((seen.as_slice(), count), (&expected[..], 8));
    // Payloads are no instructions: eleven, and two nops that align them.
    assert_eq!(walk_refs(&code(&dex, "pick"), |_, _, _, _| {}), 14);
    let mut literals = Vec::new();
    walk_refs(&code(&dex, "pick"), |pc, kind, value, _| {
        literals.push((pc, kind, value));
    });
    // A 16-bit literal comes as it is stored: the sign is the reader's to extend.
    let expected = [
        (3, RefKind::Literal, 0xff9c),
        (8, RefKind::Literal, 0x7f0b),
        (13, RefKind::Literal, 0x7f0a_1234),
        (0x18, RefKind::Literal, u32::MAX),
        (0x18, RefKind::Literal, 0),
        (0x18, RefKind::Literal, 1),
        (0x22, RefKind::Literal, 0x8000_0000),
        (0x22, RefKind::Literal, 0x7f0a_0001),
    ];
    assert_eq!(literals, expected);
    let mut strings = Vec::new();
    walk_refs(&code(&dex, "run"), |pc, kind, index, _| {
        if kind == RefKind::String {
            strings.push((pc, text(&dex, StringIdx(index))));
        }
    });
    let expected = [(0, "refresh".to_owned()), (2, "jumbo".to_owned())];
    assert_eq!(strings, expected);
}

#[test]
fn versions_and_headers() {
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = SESSION.to_vec();
        change(&mut bytes);
        Dex::parse(&bytes).map(|dex| dex.warnings().to_vec())
    };
    for version in ["035", "037", "038", "039", "040"] {
        let read = with(&|bytes| bytes[4..7].copy_from_slice(version.as_bytes()));
        assert_eq!(read, Ok(vec![]));
    }
    let old = with(&|bytes| bytes[4..7].copy_from_slice(b"013"));
    assert_eq!(old, Ok(vec![DexWarning::OlderVersion(13)]));
    let reversed = with(&|bytes| bytes[40..44].reverse());
    assert_eq!(reversed, Err(DexError::ReversedEndian));
    let odd = with(&|bytes| bytes[40..44].fill(0));
    assert_eq!(odd, Ok(vec![DexWarning::BadEndianTag(0)]));
    assert_eq!(with(&|bytes| bytes[6] = b'x'), Err(DexError::BadMagic));
    let device = with(&|bytes| bytes[2] = b'y');
    assert_eq!(device, Err(DexError::DeviceOnly));
    let longer = with(&|bytes| bytes.push(0));
    assert!(matches!(longer.unwrap()[..], [DexWarning::FileSize { .. }]));
    // A table that leaves the file is cut and named; the others stay whole.
    let cut = with(&|bytes| bytes[96..100].copy_from_slice(&[0xff; 4]));
    let cut = cut.unwrap();
    assert!(matches!(
        cut[..],
        [DexWarning::TableTruncated {
            table: Table::Classes,
            declared: u32::MAX,
            ..
        }]
    ));
    assert!(cut[0].loses_input());
}

/// The session file as version 041: its string ids moved to the end, since they stood where the
/// longer header goes, and a second header behind that shares all tables but has one class only.
fn container(version: &[u8; 3]) -> Vec<u8> {
    let put = |bytes: &mut [u8], at: usize, value: usize| {
        bytes[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
    };
    let mut bytes = SESSION.to_vec();
    let count = usize::try_from(session().string_count()).unwrap();
    let strings = bytes[0x70..0x70 + count * 4].to_vec();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let strings_off = bytes.len();
    bytes.extend(strings);
    let second = bytes.len();
    let size = second + 0x78;
    bytes[4..7].copy_from_slice(version);
    put(&mut bytes, 36, 0x78);
    put(&mut bytes, 60, strings_off);
    put(&mut bytes, 112, size);
    let mut header = bytes[..0x78].to_vec();
    put(&mut bytes, 32, second);
    put(&mut bytes, 116, 0);
    put(&mut header, 32, 0x78);
    put(&mut header, 116, second);
    put(&mut header, 96, 1);
    bytes.extend(header);
    bytes
}

#[test]
fn containers() {
    let bytes = container(b"041");
    let files = Dex::parse_container(&bytes).unwrap();
    let counts: Vec<_> = files.iter().map(Dex::class_count).collect();
    assert_eq!(counts, [2, 1]);
    assert!(files.iter().all(|dex| dex.warnings().is_empty()));
    assert_eq!(files[1].header_offset(), bytes.len() - 0x78);
    // Offsets of both count from the start of the container.
    let (_, data, _) = class(&files[0]);
    assert_eq!(data.methods().count(), 7);
    let note = files[1].class_defs().next().unwrap();
    assert_eq!(ty(&files[1], note.ty), "Lapp/Note;");

    let newer = container(b"042");
    let files = Dex::parse_container(&newer).unwrap();
    assert_eq!(files.len(), 2);
    assert_eq!(files[0].warnings(), [DexWarning::NewerVersion(42)]);

    // A broken header loses itself and says so.
    let mut broken = bytes.clone();
    let at = broken.len() - 0x78;
    broken[at] = b'x';
    let files = Dex::parse_container(&broken).unwrap();
    assert_eq!(files.len(), 1);
    let offset = at;
    assert_eq!(
        files[0].warnings(),
        [DexWarning::ContainerBroken { offset }]
    );
}

#[test]
fn markers() {
    let marker = Marker::parse(
        r#"~~R8{"backend":"dex","compilation-mode":"release","has-checksums":false,"min-api":24,"pg-map-id":"0123abc","r8-mode":"full","version":"8.5.35"}"#,
    );
    let marker = marker.unwrap();
    assert_eq!(marker.tool, MarkerTool::R8);
    assert_eq!(marker.min_api, Some(24));
    assert_eq!(marker.version.as_deref(), Some("8.5.35"));
    assert_eq!(marker.pg_map_id.as_deref(), Some("0123abc"));
    assert_eq!(marker.r8_mode.as_deref(), Some("full"));
    assert_eq!(
        Marker::parse(r#"~~D8{"min-api":-1}"#).unwrap().min_api,
        None
    );
    for text in [
        "",
        "~~",
        "~~R8",
        "~~R8{",
        "~~XX{}",
        "R8{}",
        "~~R8[]",
        "~~\u{e9}8{}",
    ] {
        assert_eq!(Marker::parse(text), None);
    }
    assert_eq!(session().marker(), None);
}

#[test]
fn every_prefix_is_read_without_panic() {
    let whole = walk(SESSION);
    assert_eq!((whole.methods, whole.cases), (8, 5));
    assert!(whole.instructions > 40 && whole.lines > 5);
    for bytes in [SESSION, &container(b"041")] {
        for end in 0..bytes.len() {
            walk(&bytes[..end]);
        }
    }
}

#[test]
fn every_byte_may_be_anything() {
    for bytes in [SESSION, &container(b"041")] {
        let mut changed = bytes.to_vec();
        for at in 0..bytes.len() {
            for value in [0x00, 0x01, 0x7f, 0x80, 0xff, bytes[at].wrapping_add(1)] {
                changed[at] = value;
                walk(&changed);
            }
            changed[at] = bytes[at];
        }
    }
}
