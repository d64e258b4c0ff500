//! What flows into a value.

use crate::analysis::flow::{Flow, Limits, Wanted};
use crate::analysis::testing::App;
use crate::analysis::values::Site;
use crate::ir::{MethodId, Op, Program};

/// Everything of `x.Vault` is looked for.
struct Vault<'p, 'a>(&'p Program<'a>);

impl Wanted for Vault<'_, '_> {
    fn result(&self, _: Site, method: MethodId) -> bool {
        self.0.type_name(self.0.method(method).class) == "x.Vault"
    }
}

/// What flows into that which `A.f` returns: names of the vault's functions.
fn into_return(text: &str) -> Vec<String> {
    found(text, Limits::default()).0
}

fn found(text: &str, limits: Limits) -> (Vec<String>, bool) {
    let app = App::new(text);
    app.with_values(|values| {
        let flow = Flow::new(values, None, limits);
        let func = app.func("A.f");
        let (op, value) = app
            .program
            .body(func)
            .iter_ops()
            .find_map(|(id, op)| match op {
                Op::Return { value: Some(value) } => Some((id, *value)),
                _ => None,
            })
            .unwrap();
        let answer = flow.into_value(Site { func, op }, value, &Vault(&app.program));
        let names = answer.found.iter().map(|found| {
            let called = app.called(found.source);
            called.rsplit_once('.').unwrap().1.to_owned()
        });
        (names.collect(), answer.complete)
    })
}

const OPEN: &str = "call static Lx/Vault;->open()Ljava/lang/String; ()";

#[test]
fn an_element_is_told_from_its_neighbours_by_a_constant_index() {
    for (index, expected) in [("0", vec![]), ("1", vec!["open"]), ("v0", vec!["open"])] {
        let text = format!(
            r#"
class LA;
  method static f(I)Ljava/lang/String;
    b0:
      v1 = 2
      v2 = array [Ljava/lang/String; ()
      v3 = 0
      v4 = 1
      v5 = "plain"
      v2[v3] = v5
      v6 = {OPEN}
      v2[v4] = v6
      {}
      v9 = v2[v8]
      return v9
"#,
            if index == "v0" {
                "v8 = unknown arithmetic (v0)".to_owned()
            } else {
                format!("v8 = {index}")
            }
        );
        assert_eq!(into_return(&text), expected, "{index}");
    }
}

#[test]
fn an_entry_is_told_from_others_by_its_key() {
    for (key, expected) in [("user", vec![]), ("token", vec!["open"])] {
        let text = format!(
            r#"
class LA;
  method static f()Ljava/lang/Object;
    b0:
      v0 = new Ljava/util/HashMap;
      call direct Ljava/util/HashMap;-><init>()V (v0)
      v1 = "token"
      v2 = {OPEN}
      v3 = call interface Ljava/util/Map;->put(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object; (v0, v1, v2)
      v4 = "{key}"
      v5 = call interface Ljava/util/Map;->get(Ljava/lang/Object;)Ljava/lang/Object; (v0, v4)
      return v5
"#
        );
        assert_eq!(into_return(&text), expected, "{key}");
    }
}

/// Two boxes; only one holds what came from the vault.
fn boxes(read: &str) -> String {
    format!(
        r#"
class LBox;
  method constructor <init>()V
    b0:
      return
  method set(Ljava/lang/String;)V
    b0:
      v0.LBox;->held:Ljava/lang/String; = v1
      return
  method get()Ljava/lang/String;
    b0:
      v1 = v0.LBox;->held:Ljava/lang/String;
      return v1
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = new LBox;
      call direct LBox;-><init>()V (v0)
      v1 = new LBox;
      call direct LBox;-><init>()V (v1)
      v2 = {OPEN}
      call virtual LBox;->set(Ljava/lang/String;)V (v0, v2)
      v3 = "plain"
      call virtual LBox;->set(Ljava/lang/String;)V (v1, v3)
      v4 = call virtual LBox;->get()Ljava/lang/String; ({read})
      return v4
"#
    )
}

#[test]
fn a_field_is_that_of_the_same_object() {
    assert_eq!(into_return(&boxes("v0")), ["open"]);
    assert!(into_return(&boxes("v1")).is_empty());
}

#[test]
fn the_last_store_before_a_read_counts() {
    for (store, expected) in [("v3", vec![]), ("v2", vec!["open"])] {
        let text = format!(
            r#"
class LBox;
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = new LBox;
      v2 = {OPEN}
      v3 = "plain"
      v0.LBox;->held:Ljava/lang/String; = v2
      v0.LBox;->held:Ljava/lang/String; = {store}
      v4 = v0.LBox;->held:Ljava/lang/String;
      v0.LBox;->held:Ljava/lang/String; = v2
      return v4
"#
        );
        assert_eq!(into_return(&text), expected, "{store}");
    }
}

#[test]
fn what_is_written_through_a_wrapper_comes_out_of_the_buffer() {
    let text = format!(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = new Ljava/io/StringWriter;
      call direct Ljava/io/StringWriter;-><init>()V (v0)
      v1 = new Ljava/io/PrintWriter;
      call direct Ljava/io/PrintWriter;-><init>(Ljava/io/Writer;)V (v1, v0)
      v2 = {OPEN}
      call virtual Ljava/io/PrintWriter;->println(Ljava/lang/String;)V (v1, v2)
      v3 = call virtual Ljava/io/StringWriter;->toString()Ljava/lang/String; (v0)
      return v3
"#
    );
    assert_eq!(into_return(&text), ["open"]);
}

#[test]
fn a_caught_exception_is_what_was_thrown() {
    let text = format!(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = {OPEN}
      call static LA;->fail(Ljava/lang/String;)V (v0)
      goto b2
      catch b1
    b1:
      v1 = unknown exception ()
      v2 = call virtual Ljava/lang/Exception;->getMessage()Ljava/lang/String; (v1)
      return v2
    b2:
      return
  method static fail(Ljava/lang/String;)V
    b0:
      v1 = new Ljava/lang/RuntimeException;
      call direct Ljava/lang/RuntimeException;-><init>(Ljava/lang/String;)V (v1, v0)
      throw v1
"#
    );
    assert_eq!(into_return(&text), ["open"]);
}

#[test]
fn a_virtual_call_lands_where_its_object_says() {
    for (class, expected) in [("LPlain;", vec![]), ("LSecret;", vec!["open"])] {
        let text = format!(
            r#"
class interface abstract LText;
  method public abstract text()Ljava/lang/String;
class LPlain; implements LText;
  method constructor <init>()V
    b0:
      return
  method public text()Ljava/lang/String;
    b0:
      v1 = "plain"
      return v1
class LSecret; implements LText;
  method constructor <init>()V
    b0:
      return
  method public text()Ljava/lang/String;
    b0:
      v1 = {OPEN}
      return v1
class LA;
  method static make()LText;
    b0:
      v0 = new {class}
      call direct {class}-><init>()V (v0)
      return v0
  method static both()V
    b0:
      v0 = new LPlain;
      v1 = new LSecret;
      return
  method static f()Ljava/lang/String;
    b0:
      v0 = call static LA;->make()LText; ()
      v1 = call interface LText;->text()Ljava/lang/String; (v0)
      return v1
"#
        );
        assert_eq!(into_return(&text), expected, "{class}");
    }
}

#[test]
fn an_extra_goes_to_the_component_that_the_intent_names() {
    for (class, expected) in [("LA;", vec!["open"]), ("LOther;", vec![])] {
        let text = format!(
            r#"
class LOther; extends Landroid/app/Activity;
class LMain; extends Landroid/app/Activity;
  method public onCreate(Landroid/os/Bundle;)V
    b0:
      v2 = new Landroid/content/Intent;
      v3 = class {class}
      call direct Landroid/content/Intent;-><init>(Landroid/content/Context;Ljava/lang/Class;)V (v2, v0, v3)
      v4 = "token"
      v5 = {OPEN}
      v6 = call virtual Landroid/content/Intent;->putExtra(Ljava/lang/String;Ljava/lang/String;)Landroid/content/Intent; (v2, v4, v5)
      call virtual LMain;->startActivity(Landroid/content/Intent;)V (v0, v2)
      return
class LA; extends Landroid/app/Activity;
  method public f()Ljava/lang/String;
    b0:
      v1 = call virtual LA;->getIntent()Landroid/content/Intent; (v0)
      v2 = "token"
      v3 = call virtual Landroid/content/Intent;->getStringExtra(Ljava/lang/String;)Ljava/lang/String; (v1, v2)
      return v3
"#
        );
        assert_eq!(into_return(&text), expected, "{class}");
    }
}

#[test]
fn a_library_without_a_model_gives_nothing() {
    let text = format!(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = {OPEN}
      v1 = call static Lx/Unknown;->mix(Ljava/lang/String;)Ljava/lang/String; (v0)
      return v1
"#
    );
    assert!(into_return(&text).is_empty());
}

#[test]
fn what_is_encrypted_is_not_what_went_in() {
    let text = format!(
        r#"
class LA;
  method static f(Ljavax/crypto/Cipher;)[B
    b0:
      v1 = {OPEN}
      v2 = call virtual Ljava/lang/String;->getBytes()[B (v1)
      v3 = call virtual Ljavax/crypto/Cipher;->doFinal([B)[B (v0, v2)
      return v3
"#
    );
    assert!(into_return(&text).is_empty());
}

#[test]
fn a_search_that_is_cut_says_so() {
    let limits = Limits {
        asks: 2,
        ..Limits::default()
    };
    assert_eq!(found(&boxes("v0"), limits), (Vec::new(), false));
    assert!(found(&boxes("v0"), Limits::default()).1);
}

#[test]
fn a_list_that_is_filled_in_order_keeps_it() {
    for (index, expected) in [("0", vec![]), ("1", vec!["open"])] {
        let text = format!(
            r#"
class LA;
  method f()Ljava/lang/Object;
    b0:
      v1 = new Ljava/util/ArrayList;
      call direct Ljava/util/ArrayList;-><init>()V (v1)
      v0.LA;->list:Ljava/util/List; = v1
      v2 = v0.LA;->list:Ljava/util/List;
      v3 = "plain"
      v4 = call interface Ljava/util/List;->add(Ljava/lang/Object;)Z (v2, v3)
      v5 = v0.LA;->list:Ljava/util/List;
      v6 = {OPEN}
      v7 = call interface Ljava/util/List;->add(Ljava/lang/Object;)Z (v5, v6)
      v8 = v0.LA;->list:Ljava/util/List;
      v9 = {index}
      v10 = call interface Ljava/util/List;->get(I)Ljava/lang/Object; (v8, v9)
      return v10
"#
        );
        assert_eq!(into_return(&text), expected, "{index}");
    }
}
