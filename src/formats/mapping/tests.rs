//! What R8 and ProGuard write, and what nobody should.

use super::*;

const LIMITS: Limits = Limits {
    classes: 100,
    lines: 1000,
    frames: 16,
};

const R8: &str = "\
# compiler: R8
# compiler_version: 8.5.35
# {\"id\":\"com.android.tools.r8.mapping\",\"version\":\"2.2\"}
# pg_map_id: 28b212d
# pg_map_hash: SHA-256 28b212dafc5f
com.acme.Login -> a.a:
# {\"id\":\"sourceFile\",\"fileName\":\"Login.kt\"}
    java.lang.String token -> a
    com.acme.Api[] apis -> b
      # {\"id\":\"com.android.tools.r8.residualsignature\",\"signature\":\"[La/b;\"}
    0:3:void <init>():6:6 -> <init>
    4:6:boolean com.acme.Checks.ok(java.lang.String):30:32 -> a
    4:6:void check(java.lang.String,int):12 -> a
    4:6:void signIn(java.lang.String,int):20 -> a
      # {\"id\":\"com.android.tools.r8.residualsignature\",\"signature\":\"(Ljava/lang/String;)V\"}
    7:9:void signIn(java.lang.String,int):21:21 -> a
    0:2:void signOut():40:40 -> a
      # {\"id\":\"com.android.tools.r8.synthesized\"}
    com.acme.Api com.acme.Apis.of(int[][]):0:0 -> c
com.acme.Api -> a.b:
";

fn mapping(text: &str) -> Mapping<'_> {
    Mapping::parse(text.as_bytes(), LIMITS).unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_header_says_which_build_it_belongs_to() {
    let mapping = mapping(R8);
    assert_eq!(mapping.header().compiler.as_deref(), Some("R8"));
    assert_eq!(mapping.header().compiler_version.as_deref(), Some("8.5.35"));
    assert_eq!(mapping.header().map_id.as_deref(), Some("28b212d"));
    assert_eq!(
        mapping.header().map_hash.as_deref(),
        Some("SHA-256 28b212dafc5f")
    );
}

#[test]
fn classes_are_found_by_either_name() {
    let mapping = mapping(R8);
    assert_eq!(mapping.classes().len(), 2);
    assert_eq!(
        text(mapping.residual(b"a.b").unwrap().original),
        "com.acme.Api"
    );
    assert_eq!(
        text(mapping.original(b"com.acme.Login").unwrap().residual),
        "a.a"
    );
    assert!(mapping.residual(b"a.c").is_none());
    assert_eq!(
        mapping.source_file(b"com.acme.Login").as_deref(),
        Some("Login.kt")
    );
    // The rest is as the name says.
    assert_eq!(
        mapping.source_file(b"com.acme.Api$Part").as_deref(),
        Some("Api.java")
    );
}

#[test]
fn members_share_a_name_and_differ_in_their_signature() {
    let mapping = mapping(R8);
    let class = mapping.residual(b"a.a").unwrap();
    let found: Vec<(&str, Option<String>, bool)> = class
        .members(b"a")
        .map(|found| {
            (
                text(found.member.name),
                found.signature.map(Cow::into_owned),
                found.synthesized,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("token", None, false),
            ("signIn", Some("(Ljava/lang/String;)V".to_owned()), false),
            ("signOut", None, true),
        ]
    );
    let apis = class.members(b"b").next().unwrap();
    assert_eq!(apis.signature.as_deref(), Some("[La/b;"));
    assert!(apis.member.params.is_none());
    let moved = class.members(b"c").next().unwrap();
    assert_eq!(moved.member.holder.map(text), Some("com.acme.Apis"));
    assert_eq!(moved.member.params.map(text), Some("int[][]"));
}

#[test]
fn frames_go_from_what_was_inlined_to_the_member() {
    let mapping = mapping(R8);
    let sign_in = mapping
        .residual(b"a.a")
        .unwrap()
        .members(b"a")
        .nth(1)
        .unwrap();
    let frames = |line| -> Vec<(Option<&str>, &str, Option<u32>)> {
        sign_in
            .frames(line)
            .into_iter()
            .map(|frame| (frame.holder.map(text), text(frame.name), frame.line))
            .collect()
    };
    assert_eq!(
        frames(Some(5)),
        [
            (Some("com.acme.Checks"), "ok", Some(31)),
            (None, "check", Some(12)),
            (None, "signIn", Some(20)),
        ]
    );
    assert_eq!(frames(Some(8)), [(None, "signIn", Some(21))]);
    // A line that no range holds, and none.
    assert_eq!(frames(Some(99)), [(None, "signIn", None)]);
    assert_eq!(frames(None), [(None, "signIn", None)]);
}

#[test]
fn what_proguard_writes_is_read() {
    let mapping = mapping(
        "com.acme.A -> com.acme.a:\r\n    int count -> a\r\n    15:17:void run():15:17 -> a\r\n    void stop(java.util.Map,boolean) -> b\r\n    1016:1016:void help():30:30 -> c\r\n    1016:1016:void ask():20 -> c\r\n",
    );
    let class = mapping.residual(b"com.acme.a").unwrap();
    let run = class.members(b"a").nth(1).unwrap();
    assert_eq!(run.frames(Some(16)).first().unwrap().line, Some(16));
    let stop = class.members(b"b").next().unwrap();
    assert_eq!(stop.member.params.map(text), Some("java.util.Map,boolean"));
    assert_eq!(stop.frames(Some(4)).first().unwrap().line, None);
    let names: Vec<&str> = class
        .members(b"c")
        .next()
        .unwrap()
        .frames(Some(1016))
        .iter()
        .map(|frame| text(frame.name))
        .collect();
    assert_eq!(names, ["help", "ask"]);
    // Without files, none is made up.
    assert_eq!(mapping.source_file(b"com.acme.A"), None);
}

#[test]
fn facts_that_change_no_name_are_read_over() {
    assert_eq!(
        parse_line(b"      # {\"id\":\"com.android.tools.r8.outlineCallsite\",\"positions\":{\"1\":4,\"2\":5},\"outline\":\"La;a()V\"}"),
        Line::Info(Info::OutlineCallsite(vec![(1, 4), (2, 5)]))
    );
    assert_eq!(
        parse_line(b"# {\"id\":\"com.android.tools.r8.outline\"}"),
        Line::Info(Info::Outline)
    );
    assert_eq!(
        parse_line(b"# {\"id\":\"com.android.tools.r8.rewriteFrame\",\"conditions\":[]}"),
        Line::Info(Info::Other)
    );
    assert_eq!(
        parse_line(b"# {\"id\":\"sourceFile\",\"fileName\":\"a\\u0041.kt\"}"),
        Line::Info(Info::SourceFile(Cow::Owned("aA.kt".to_owned())))
    );
    assert_eq!(parse_line(b"# common_typos_disable"), Line::Blank);
    for broken in [
        "    void",
        "    void a( -> b",
        "   -> ",
        "# {\"id\":7}",
        "    4:x -> b",
    ] {
        assert_eq!(parse_line(broken.as_bytes()), Line::Broken, "{broken}");
    }
}

#[test]
fn types_are_compared_without_being_spelled_again() {
    for (java, descriptor, same) in [
        ("java.lang.String", "Ljava/lang/String;", true),
        ("java.lang.String[][]", "[[Ljava/lang/String;", true),
        ("int", "I", true),
        ("void", "V", true),
        ("int[]", "I", false),
        ("java.lang.String", "Ljava/lang/Strong;", false),
        ("a", "La;", true),
        ("a.b", "La/b;", true),
        ("a/b", "La/b;", true),
        ("int", "Lint;", false),
    ] {
        assert_eq!(
            is_type(java.as_bytes(), descriptor.as_bytes()),
            same,
            "{java}"
        );
    }
}

#[test]
fn limits_end_it_and_say_so() {
    let few = Limits {
        classes: 1,
        ..LIMITS
    };
    let cut = Mapping::parse(R8.as_bytes(), few).unwrap();
    assert_eq!(
        (cut.classes().len(), cut.cut()),
        (1, Some(("mapping-classes", 1)))
    );
    let short = Limits { lines: 8, ..LIMITS };
    let cut = Mapping::parse(R8.as_bytes(), short).unwrap();
    assert_eq!(cut.cut(), Some(("mapping-lines", 8)));
    let class = cut.residual(b"a.a").unwrap();
    assert_eq!(class.members(b"a").count(), 1);
    let shallow = Limits {
        frames: 1,
        ..LIMITS
    };
    let flat = Mapping::parse(R8.as_bytes(), shallow).unwrap();
    let first = flat.residual(b"a.a").unwrap().members(b"<init>").next();
    assert_eq!(first.unwrap().frames(Some(5)).len(), 1);
}

#[test]
fn other_files_are_no_mappings() {
    for text in [
        "",
        "hello\nworld\n",
        "# compiler: R8\n",
        "a -> b\n",
        " a -> b:\n",
    ] {
        assert_eq!(
            Mapping::parse(text.as_bytes(), LIMITS).err(),
            Some(MappingError::NoClasses),
            "{text:?}"
        );
    }
    let odd = mapping("a -> b:\n\u{7f}\nc -> d:\n");
    assert_eq!((odd.classes().len(), odd.broken()), (2, 1));
}
