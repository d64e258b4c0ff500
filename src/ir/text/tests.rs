//! The text form by itself; that it holds everything that a lift makes is a test of the front end.

use super::super::{BlockId, CompareOp, Const, FuncFlags, FuncId, Marks, MethodId, Op, Quality};
use super::*;

/// One of everything, as it is printed.
const EVERYTHING: &str = r#"unit "base.apk!classes.dex"
class public final Lapp/Session; extends Ljava/lang/Object; implements Ljava/lang/Runnable;, Lapp/Ways; source "Session.kt"
  field KEY:Ljava/lang/String; = "a \"quoted\" \\ line\n\u{202e}"
  field LOGOUT:I = 0x7f0a0001
  field count:J = -7
  field token:Ljava/lang/String;
    @Lcom/google/gson/annotations/SerializedName; value = "access_token"
  method public run()V
    b0:
      v4 = 5
      v1 = "auth"
      v2 = class Lapp/Main;
      v3 = Lapp/Session;->KEY:Ljava/lang/String; @9
      v0.Lapp/Session;->token:Ljava/lang/String; = v1
      Lapp/Session;->KEY:Ljava/lang/String; = v3
      v5 = array [Ljava/lang/String; (v1, v3)
      v6 = v5[v4]
      v5[v4] = v1
      v7 = bytes 4 00ff10
      v8 = v0.Lapp/Session;->token:Ljava/lang/String;
      goto b1
      catch b3
    b1: <- b0, b2
      v9 = phi (v4, v10)
      v11 = cast v8 Ljava/lang/CharSequence;
      v12 = instanceof v8 Lapp/Ways;
      if v9 >= v4 then b2 else b4
    b2: <- b1
      v10 = compute add (v9, v4)
      goto b1
    b3: <- b0
      v13 = unknown exception ()
      throw v13
    b4: <- b1
      switch v9: -1 -> b5, 0x7f0a0001 -> b6, else -> b5
    b5: <- b4
      v14 = new Lapp/Worker;
      call direct Lapp/Worker;-><init>(Lapp/Session;[[I)V (v14, v0, v5)
      v15 = call interface Lapp/Ways;->way(JLjava/lang/String;)Z (v0, v4, _)
      v16 = closure Ljava/lang/Runnable; Lapp/Session;->lambda(I)V (v4)
      closure - - ()
      if v15 != 0 then b6 else b6
    b6: <- b4, b5
      return
    b7:
  method public static abstract synthetic 0x80000 way(JLjava/lang/String;)Z
    @Lretrofit2/http/POST; value = "auth/logout"
    @1 Lretrofit2/http/Query; value = "token", encoded = "true"
    names time, _
    stub "it is larger than the lift's budget"
  method private static constructor <clinit>()V
    partial "a branch leaves the code"
    values 3
    b0:
      v0 = 1
      return v0
"#;

fn everything() -> Program<'static> {
    parse(EVERYTHING).unwrap()
}

#[test]
fn what_is_parsed_prints_as_it_was() {
    assert_eq!(print(&everything()), EVERYTHING);
}

#[test]
fn a_parsed_program_holds_what_the_text_says() {
    let program = everything();
    let class = program.defined(program.names.get(b"Lapp/Session;").unwrap());
    assert_eq!(class.unwrap().interfaces.len(), 2);
    assert_eq!(program.func_path(FuncId(2)), "app.Session.<clinit>");
    let body = program.body(FuncId(0));
    assert_eq!(body.quality, Quality::Full);
    assert_eq!(body.param_index(crate::ir::Value(0)), Some(0));
    let branch = body.ops.iter().find_map(|op| match op {
        Op::Branch { condition, .. } => Some(condition.op),
        _ => None,
    });
    assert_eq!(branch, Some(CompareOp::Ge));
    assert_eq!(body.blocks[1].preds, [BlockId(0), BlockId(2)]);
    assert!(body.ops.iter().any(
        |op| matches!(op, Op::Const { value: Const::Bytes(bytes, 4), .. } if **bytes == [0, 255, 16])
    ));
    assert_eq!(
        program.body(FuncId(1)).quality,
        Quality::Stub("it is larger than the lift's budget".into())
    );
    let annotations = program.lifter.annotations(&program, FuncId(1));
    assert_eq!(annotations[1].parameter, Some(1));
    assert_eq!(annotations[1].elements[0].1, "token");
    let names = program.lifter.parameter_names(&program, FuncId(1));
    assert_eq!(names, [Some("time".to_owned()), None]);
}

#[test]
fn one_function_prints_below_its_class() {
    let program = everything();
    let text = print_func(&program, FuncId(2));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(lines[0].starts_with("class public final Lapp/Session; extends"));
    assert_eq!(lines[1], "method private static constructor <clinit>()V");
    assert_eq!(lines.last(), Some(&"return v0"));
    assert_eq!(parse(&text).unwrap().funcs.len(), 1);
    assert_eq!(print_func(&program, FuncId(9)), "");
}

/// Nothing but what a test has to say.
const INDEXED: &str = r#"
class La;
  field ID:I = 0x7f0a0002
  method static f()V
    b0:
      v0 = new La;
      v1 = class La;
      v2 = La;->ID:I
      v3 = 0x7f0a0001
      Lb;->token:I = v2
      v5 = "revoke"
      call static La;->g()V ()
      call static La;->g()V ()
      switch v2: 0x7f0a0003 -> b1, else -> b1
    b1:
      return
  method static g()V
    b0:
      v0 = new Lb;
      return
"#;

#[test]
fn the_index_is_filled() {
    let program = parse(INDEXED).unwrap();
    let (f, g) = (FuncId(0), FuncId(1));
    let g_symbol = program.func(g).method;
    assert_eq!(program.calls.row(g_symbol.0).collect::<Vec<_>>(), [f]);
    // `Lb;` is not of the program.
    assert_eq!(program.allocations.row(0).collect::<Vec<_>>(), [f]);
    assert_eq!(program.class_literals.row(0).collect::<Vec<_>>(), [f]);
    assert_eq!(program.reads.row(0).collect::<Vec<_>>(), [f]);
    assert_eq!(program.writes.row(1).collect::<Vec<_>>(), [f]);
    for id in [0x7f0a_0001, 0x7f0a_0002, 0x7f0a_0003] {
        assert_eq!(program.resource_uses(id).collect::<Vec<_>>(), [f]);
    }
    assert_eq!(program.counts.functions, 2);
    assert_eq!(program.units[0].part, "text");
    assert!(program.func(f).code != 0);
}

struct Words;

impl Marks for Words {
    fn method(&self, _: MethodId) -> FuncFlags {
        FuncFlags::MODELLED
    }
    fn name(&self, bytes: &[u8]) -> FuncFlags {
        match bytes {
            b"token" => FuncFlags::LEXICON,
            _ => FuncFlags::default(),
        }
    }
    fn text(&self, bytes: &[u8]) -> FuncFlags {
        match bytes {
            b"revoke" => FuncFlags::URL,
            _ => FuncFlags::default(),
        }
    }
}

#[test]
fn marks_make_flags_and_texts() {
    let mut program = parse(INDEXED).unwrap();
    assert_eq!(program.flags, [FuncFlags::default(); 2]);
    mark(&mut program, &Words);
    assert_eq!(
        program.flags,
        [
            FuncFlags(FuncFlags::MODELLED.0 | FuncFlags::LEXICON.0 | FuncFlags::URL.0),
            FuncFlags::default()
        ]
    );
    assert_eq!(program.texts, [("revoke".to_owned(), FuncId(0))]);
}

#[test]
fn errors_name_the_line() {
    for (text, expected) in [
        (
            "return",
            "line 1: expected `unit`, `class`, `field`, `method`, or a line of a method at `return`",
        ),
        ("class a", "line 1: expected a type at `a`"),
        (
            "class La; extends",
            "line 1: expected a type at the end of the line",
        ),
        (
            "\n\nmethod f()V",
            "line 3: a method stands before the first class",
        ),
        (
            "class La;\nfield x",
            "line 2: expected the name of a field and its type at `x`",
        ),
        (
            "class La;\nfield x:I = \"a",
            "line 2: a text has no closing quote",
        ),
        (
            "class La;\nfield x:I = \"\\q\"",
            "line 2: a text has an escape that does not exist",
        ),
        (
            "class La;\nmethod f()V more",
            "line 2: `more` is one thing too many",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn errors_in_a_body_name_the_line() {
    for (body, expected) in [
        (
            "v1 = 1",
            "line 3: expected the first block, `b0:` at `v1 = 1`",
        ),
        ("b1:", "line 3: expected block b0"),
        ("b0:\nv0 = 1\nv0 = 2", "line 5: v0 is defined twice"),
        ("b0:\n# said\nreturn v7", "line 5: v7 is not defined"),
        (
            "b0:\nv0 = 1\nif v0 == 0 then b0 else b9",
            "line 5: there is no block b9",
        ),
        ("b0:\nreturn\nv0 = 1", "line 5: the block has ended before"),
        (
            "b0:\ngoto b1\nb1: <- b1\nreturn",
            "line 5: the ways into b1 are not those that it names",
        ),
        (
            "b0:\nv0 = bytes 1 abc",
            "line 4: bytes are pairs of hexadecimal digits",
        ),
        (
            "b0:\nv0 = load x",
            "line 4: expected a constant, a place or an operation at `load x`",
        ),
        (
            "b0:\nv99999999 = 1",
            "line 4: no function has so many values",
        ),
        (
            "b0:\ncall static La;->f (v0)",
            "line 4: expected a type at `v0)`",
        ),
        ("stub \"x\"\nb0:\nreturn", "line 2: a stub has blocks"),
    ] {
        let text = format!("class La;\nmethod static f()V\n{body}");
        assert_eq!(parse(&text).unwrap_err().to_string(), expected, "{body}");
    }
}
