//! Where values come from.

use crate::analysis::testing::App;
use crate::analysis::values::{Limits, Origin, depends_on_caller, enter, template_of};

/// What the function `A.f` returns.
fn returns(text: &str) -> Vec<String> {
    App::new(text).returns("A.f")
}

// Constants and fields.

#[test]
fn a_join_is_all_that_comes_together() {
    let found = returns(
        r#"
class LA;
  method static f(I)Ljava/lang/String;
    b0:
      v1 = "token"
      if v0 == 0 then b1 else b2
    b1:
      v2 = "session"
      goto b2
    b2: <- b0, b1
      v3 = phi (v1, v2)
      return v3
"#,
    );
    assert_eq!(found, ["'token'", "'session'"]);
}

#[test]
fn a_static_field_has_its_first_value_and_what_is_written() {
    let found = returns(
        r#"
class LA;
  field KEY:Ljava/lang/String; = "token"
  method static f()Ljava/lang/String;
    b0:
      v0 = LA;->KEY:Ljava/lang/String;
      return v0
  method static g()V
    b0:
      v0 = "other"
      LA;->KEY:Ljava/lang/String; = v0
      return
"#,
    );
    assert_eq!(found, ["'token'", "'other'"]);
}

#[test]
fn a_field_is_the_union_of_what_is_written_to_it() {
    let found = returns(
        r#"
class LA;
  field key:Ljava/lang/String;
  method f()Ljava/lang/String;
    b0:
      v1 = v0.LA;->key:Ljava/lang/String;
      return v1
  method g()V
    b0:
      v1 = "one"
      v0.LA;->key:Ljava/lang/String; = v1
      return
  method set(Ljava/lang/String;)V
    b0:
      v0.LA;->key:Ljava/lang/String; = v1
      return
class LB;
  method static f(LA;)V
    b0:
      v1 = "two"
      call virtual LA;->set(Ljava/lang/String;)V (v0, v1)
      return
"#,
    );
    assert_eq!(found, ["'one'", "'two'"]);
}

#[test]
fn a_field_that_nobody_is_seen_to_write_is_its_name() {
    for write in [
        "",
        "v1 = 0\nv0.LA;->key:Ljava/lang/String; = v1",
        "v0.LA;->key:Ljava/lang/String; = v2",
    ] {
        let text = format!(
            r#"
class LA;
  method f()Ljava/lang/String;
    b0:
      v1 = v0.LA;->key:Ljava/lang/String;
      return v1
  method g(II)V
    b0:
      {}
      return
"#,
            write.replace("v1", "v3")
        );
        assert_eq!(returns(&text), ["field A.key"], "{write}");
    }
}

#[test]
fn a_field_has_few_writers_or_keeps_its_name() {
    let writers: String = (0..20)
        .map(|at| {
            format!(
                "method w{at}()V\nb0:\nv1 = \"{at}\"\nv0.LA;->key:Ljava/lang/String; = v1\nreturn\n"
            )
        })
        .collect();
    let text = format!(
        "class LA;\nmethod f()Ljava/lang/String;\nb0:\nv1 = v0.LA;->key:Ljava/lang/String;\nreturn v1\n{writers}"
    );
    assert_eq!(returns(&text), ["field A.key"]);
}

/// Two objects of one class, each made with a name of its own.
const NAMED: &str = r#"
class LNamed;
  method constructor <init>(Ljava/lang/String;)V
    b0:
      v0.LNamed;->name:Ljava/lang/String; = v1
      return
  method name()Ljava/lang/String;
    b0:
      v1 = v0.LNamed;->name:Ljava/lang/String;
      return v1
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = new LNamed;
      v1 = "auth"
      call direct LNamed;-><init>(Ljava/lang/String;)V (v0, v1)
      v2 = call virtual LNamed;->name()Ljava/lang/String; (v0)
      return v2
class LB;
  method static f()Ljava/lang/String;
    b0:
      v0 = new LNamed;
      v1 = "settings"
      call direct LNamed;-><init>(Ljava/lang/String;)V (v0, v1)
      v2 = v0.LNamed;->name:Ljava/lang/String;
      return v2
class LC;
  method static f(LNamed;)Ljava/lang/String;
    b0:
      v1 = call virtual LNamed;->name()Ljava/lang/String; (v0)
      return v1
"#;

#[test]
fn fields_of_an_object_made_in_sight_are_those_of_that_object() {
    let app = App::new(NAMED);
    assert_eq!(app.returns("A.f"), ["'auth'"]);
    assert_eq!(app.returns("B.f"), ["'settings'"]);
    assert_eq!(app.returns("C.f"), ["'auth'", "'settings'"]);
}

#[test]
fn a_field_is_read_before_it_is_written() {
    let found = returns(
        r#"
class LSession;
  method static get()LSession;
    b0:
      v0 = LSession;->current:LSession;
      return v0
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = call static LSession;->get()LSession; ()
      v1 = v0.LSession;->token:Ljava/lang/String;
      v2 = 0
      v0.LSession;->token:Ljava/lang/String; = v2
      return v1
"#,
    );
    assert_eq!(found, ["field Session.token"]);
}

/// A Kotlin `object`, whose fields its constructor sets.
#[test]
fn fields_of_a_singleton_are_those_that_its_constructor_sets() {
    let found = returns(
        r#"
class LKeys;
  method constructor <init>(Ljava/lang/String;)V
    b0:
      v0.LKeys;->token:Ljava/lang/String; = v1
      return
  method static constructor <clinit>()V
    b0:
      v0 = new LKeys;
      v1 = "access_token"
      call direct LKeys;-><init>(Ljava/lang/String;)V (v0, v1)
      LKeys;->INSTANCE:LKeys; = v0
      return
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = LKeys;->INSTANCE:LKeys;
      v1 = v0.LKeys;->token:Ljava/lang/String;
      return v1
"#,
    );
    assert_eq!(found, ["'access_token'"]);
}

/// `val prefs by lazy { context.getSharedPreferences("auth", 0) }`
#[test]
fn a_lazy_value_is_what_its_lambda_returns() {
    let found = returns(
        r#"
class LPrefs; implements Lkotlin/jvm/functions/Function0;
  method constructor <init>(Landroid/content/Context;)V
    b0:
      v0.LPrefs;->context:Landroid/content/Context; = v1
      return
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = v0.LPrefs;->context:Landroid/content/Context;
      v2 = "auth"
      v3 = 0
      v4 = call virtual Landroid/content/Context;->getSharedPreferences(Ljava/lang/String;I)Landroid/content/SharedPreferences; (v1, v2, v3)
      return v4
class LA;
  method constructor <init>(Landroid/content/Context;)V
    b0:
      v2 = new LPrefs;
      call direct LPrefs;-><init>(Landroid/content/Context;)V (v2, v1)
      v3 = call static Lkotlin/LazyKt;->lazy(Lkotlin/jvm/functions/Function0;)Lkotlin/Lazy; (v2)
      v0.LA;->prefs$delegate:Lkotlin/Lazy; = v3
      return
  method f()Ljava/lang/Object;
    b0:
      v1 = v0.LA;->prefs$delegate:Lkotlin/Lazy;
      v2 = call interface Lkotlin/Lazy;->getValue()Ljava/lang/Object; (v1)
      return v2
"#,
    );
    assert_eq!(found, ["call android.content.Context.getSharedPreferences"]);
}

// Calls.

/// A function that hands its argument on, and functions that use it.
const HANDS_ON: &str = r#"
class LA;
  method static id(Ljava/lang/String;)Ljava/lang/String;
    b0:
      return v0
  method static f()Ljava/lang/String;
    b0:
      v0 = "a"
      v1 = call static LA;->id(Ljava/lang/String;)Ljava/lang/String; (v0)
      return v1
  method static g()Ljava/lang/String;
    b0:
      v0 = "b"
      v1 = call static LA;->id(Ljava/lang/String;)Ljava/lang/String; (v0)
      return v1
  method static twice()Ljava/lang/String;
    b0:
      v0 = "c"
      v1 = call static LA;->id(Ljava/lang/String;)Ljava/lang/String; (v0)
      v2 = call static LA;->id(Ljava/lang/String;)Ljava/lang/String; (v1)
      return v2
"#;

#[test]
fn a_result_is_what_the_callee_returns_for_these_arguments() {
    let app = App::new(HANDS_ON);
    assert_eq!(app.returns("A.f"), ["'a'"]);
    assert_eq!(app.returns("A.g"), ["'b'"]);
    assert_eq!(app.returns("A.id"), ["param 0"]);
}

#[test]
fn a_function_inside_itself_is_no_recursion() {
    assert_eq!(App::new(HANDS_ON).returns("A.twice"), ["'c'"]);
}

#[test]
fn a_parameter_is_the_argument_of_the_call_that_is_the_context() {
    let app = App::new(HANDS_ON);
    let context = enter(app.call("A.g", "id"), &None);
    let found = app.with_values(|values| app.returned(values, "A.id", &context));
    assert_eq!(found, ["'b'"]);
}

#[test]
fn a_library_call_is_its_own_origin() {
    let found = returns(
        r#"
class LA;
  method static f(Lx/Vault;)Ljava/lang/String;
    b0:
      v1 = call virtual Lx/Vault;->open()Ljava/lang/String; (v0)
      return v1
"#,
    );
    assert_eq!(found, ["call x.Vault.open"]);
}

#[test]
fn an_implementation_of_several_gives_all_their_results() {
    let found = returns(
        r#"
class interface abstract LKeys;
  method public abstract key()Ljava/lang/String;
class LOne; implements LKeys;
  method public key()Ljava/lang/String;
    b0:
      v1 = "one"
      return v1
class LTwo; implements LKeys;
  method public key()Ljava/lang/String;
    b0:
      v1 = "two"
      return v1
class LA;
  method static f(LKeys;)Ljava/lang/String;
    b0:
      v1 = new LOne;
      v2 = new LTwo;
      v3 = call interface LKeys;->key()Ljava/lang/String; (v0)
      return v3
"#,
    );
    assert_eq!(found, ["'one'", "'two'"]);
}

#[test]
fn a_call_that_returns_nothing_known_keeps_its_name() {
    let found = returns(
        r#"
class LA;
  method static f()I
    b0:
      v0 = call static LA;->hash()I ()
      return v0
  method static hash()I
    b0:
      v0 = unknown arithmetic ()
      return v0
"#,
    );
    assert_eq!(found, ["call A.hash"]);
}

#[test]
fn models_say_what_library_calls_hand_on() {
    let found = returns(
        r#"
class LA;
  method static f()Ljava/lang/Object;
    b0:
      v0 = " token "
      v1 = call static Ljava/util/Objects;->requireNonNull(Ljava/lang/Object;)Ljava/lang/Object; (v0)
      v2 = cast v1 Ljava/lang/String;
      v3 = call virtual Ljava/lang/String;->trim()Ljava/lang/String; (v2)
      return v3
"#,
    );
    assert_eq!(found, ["' token '"]);
}

#[test]
fn what_is_read_or_decrypted_comes_from_that_call() {
    let app = App::new(
        r#"
class LA;
  method static f(Landroid/content/SharedPreferences;)Ljava/lang/String;
    b0:
      v1 = "token"
      v2 = call interface Landroid/content/SharedPreferences;->getString(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String; (v0, v1, v1)
      return v2
  method static g(Ljavax/crypto/Cipher;[B)[B
    b0:
      v2 = call virtual Ljavax/crypto/Cipher;->doFinal([B)[B (v0, v1)
      return v2
"#,
    );
    assert_eq!(
        app.returns("A.f"),
        ["call android.content.SharedPreferences.getString"]
    );
    assert_eq!(app.returns("A.g"), ["call javax.crypto.Cipher.doFinal"]);
}

// Text.

#[test]
fn a_chain_of_appends_is_its_parts_in_order() {
    let app = App::new(
        r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = new Ljava/lang/StringBuilder;
      call direct Ljava/lang/StringBuilder;-><init>()V (v1)
      v2 = "token_"
      v3 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v1, v2)
      v4 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v3, v0)
      v5 = 7
      v6 = call virtual Ljava/lang/StringBuilder;->append(I)Ljava/lang/StringBuilder; (v4, v5)
      v7 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v6)
      return v7
  method static g()Ljava/lang/String;
    b0:
      v0 = "alice"
      v1 = call static LA;->f(Ljava/lang/String;)Ljava/lang/String; (v0)
      return v1
"#,
    );
    assert_eq!(app.returns("A.f"), ["'token_' + param 0 + 7"]);
    assert_eq!(app.returns("A.g"), ["'token_alice7'"]);
    app.with_values(|values| {
        let body = app.program.body(app.func("A.f"));
        let origins = values.origins(body.func, crate::ir::Value(7), &None);
        assert!(depends_on_caller(&origins, body.func));
        assert_eq!(template_of(&origins[0]).to_string(), "token_{?}7");
    });
}

/// As R8 writes it: every call on the builder itself.
const UNCHAINED: &str = r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = new Ljava/lang/StringBuilder;
      v2 = "token_"
      call direct Ljava/lang/StringBuilder;-><init>(Ljava/lang/String;)V (v1, v2)
      call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v1, v0)
      v3 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v1)
      return v3
"#;

#[test]
fn a_builder_whose_calls_are_not_chained_is_its_parts_too() {
    assert_eq!(returns(UNCHAINED), ["'token_' + param 0"]);
}

#[test]
fn a_builder_from_outside_begins_with_what_is_not_known() {
    let found = returns(
        r#"
class LA;
  method static f(Ljava/lang/StringBuilder;)Ljava/lang/String;
    b0:
      v1 = "_token"
      v2 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v0, v1)
      v3 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v2)
      return v3
"#,
    );
    assert_eq!(found, ["param 0 + '_token'"]);
}

#[test]
fn one_way_of_two_is_no_text_of_both() {
    let found = returns(
        r#"
class LA;
  method static f(I)Ljava/lang/String;
    b0:
      v1 = new Ljava/lang/StringBuilder;
      v2 = "token_"
      call direct Ljava/lang/StringBuilder;-><init>(Ljava/lang/String;)V (v1, v2)
      if v0 == 0 then b1 else b2
    b1:
      v3 = "a"
      v4 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v1, v3)
      goto b3
    b2:
      v5 = "b"
      v6 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v1, v5)
      goto b3
    b3:
      v7 = ""
      v8 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v1, v7)
      v9 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v8)
      return v9
"#,
    );
    assert!(!found.contains(&"'token_ab'".to_owned()), "{found:?}");
}

#[test]
fn an_insert_is_no_append_and_is_not_forgotten() {
    let found = returns(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = new Ljava/lang/StringBuilder;
      v1 = "token"
      call direct Ljava/lang/StringBuilder;-><init>(Ljava/lang/String;)V (v0, v1)
      v2 = 0
      v3 = "push_"
      v4 = call virtual Ljava/lang/StringBuilder;->insert(ILjava/lang/String;)Ljava/lang/StringBuilder; (v0, v2, v3)
      v5 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v4)
      return v5
"#,
    );
    assert!(!found.contains(&"'token'".to_owned()), "{found:?}");
}

#[test]
fn a_character_is_appended_as_a_character() {
    let found = returns(
        r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = new Ljava/lang/StringBuilder;
      v2 = "token"
      call direct Ljava/lang/StringBuilder;-><init>(Ljava/lang/String;)V (v1, v2)
      v3 = 95
      v4 = call virtual Ljava/lang/StringBuilder;->append(C)Ljava/lang/StringBuilder; (v1, v3)
      v5 = call virtual Ljava/lang/StringBuilder;->append(Ljava/lang/String;)Ljava/lang/StringBuilder; (v4, v0)
      v6 = call virtual Ljava/lang/StringBuilder;->toString()Ljava/lang/String; (v5)
      return v6
"#,
    );
    assert_eq!(found, ["'token' + '_' + param 0"]);
}

#[test]
fn text_is_put_together_by_concat() {
    let found = returns(
        r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = "user:"
      v2 = call virtual Ljava/lang/String;->concat(Ljava/lang/String;)Ljava/lang/String; (v1, v0)
      return v2
"#,
    );
    assert_eq!(found, ["'user:' + param 0"]);
}

#[test]
fn a_format_takes_its_arguments_from_the_array() {
    let found = returns(
        r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = "%2$s/%s?%%"
      v2 = 2
      v3 = array [Ljava/lang/Object; ()
      v4 = 0
      v3[v4] = v0
      v5 = 1
      v6 = "logout"
      v3[v5] = v6
      v7 = call static Ljava/lang/String;->format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String; (v1, v3)
      return v7
"#,
    );
    assert_eq!(found, ["'logout' + '/' + param 0 + '?' + '%'"]);
}

#[test]
fn a_locale_stands_before_the_format() {
    let found = returns(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = Ljava/util/Locale;->ROOT:Ljava/util/Locale;
      v1 = "key_%s"
      v2 = "a"
      v3 = array [Ljava/lang/Object; (v2)
      v4 = call static Ljava/lang/String;->format(Ljava/util/Locale;Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String; (v0, v1, v3)
      return v4
"#,
    );
    assert_eq!(found, ["'key_a'"]);
}

#[test]
fn a_format_of_kotlin_copies_its_array() {
    let found = returns(
        r#"
class LA;
  method static f(Ljava/lang/String;)Ljava/lang/String;
    b0:
      v1 = array [Ljava/lang/Object; (v0)
      v2 = 1
      v3 = call static Ljava/util/Arrays;->copyOf([Ljava/lang/Object;I)[Ljava/lang/Object; (v1, v2)
      v4 = "key_%s"
      v5 = call static Ljava/lang/String;->format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String; (v4, v3)
      return v5
"#,
    );
    assert_eq!(found, ["'key_' + param 0"]);
}

// Objects and arrays.

#[test]
fn a_cast_leaves_out_what_it_would_refuse() {
    let found = returns(
        r#"
class LBase;
class LOne; extends LBase;
class LTwo; extends LBase;
class LA;
  method static f(I)LTwo;
    b0:
      v1 = new LOne;
      if v0 == 0 then b1 else b2
    b1:
      v2 = new LTwo;
      goto b2
    b2: <- b0, b1
      v3 = phi (v1, v2)
      v4 = cast v3 LTwo;
      return v4
"#,
    );
    assert_eq!(found, ["new Two"]);
}

#[test]
fn an_element_is_what_was_put_there() {
    let app = App::new(
        r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = "a"
      v1 = "b"
      v2 = array [Ljava/lang/String; (v0, v1)
      v3 = 1
      v4 = v2[v3]
      return v4
  method static g()Ljava/lang/String;
    b0:
      v0 = array [Ljava/lang/String; ()
      v1 = 1
      v2 = "b"
      v0[v1] = v2
      v3 = 0
      v4 = "a"
      v0[v3] = v4
      v5 = v0[v1]
      return v5
  method static at(I[Ljava/lang/String;)Ljava/lang/String;
    b0:
      v2 = v1[v0]
      return v2
"#,
    );
    assert_eq!(app.returns("A.f"), ["'b'"]);
    assert_eq!(app.returns("A.g"), ["'b'"]);
    assert_eq!(app.returns("A.at"), ["? it is an element of a collection"]);
}

/// Only the element 1 of an array is set, as in `val a = arrayOfNulls<String>(2); a[1] = "b"`.
const SPARSE: &str = r#"
class LA;
  method static f()Ljava/lang/String;
    b0:
      v0 = array [Ljava/lang/String; ()
      v1 = 1
      v2 = "b"
      v0[v1] = v2
      v3 = v0[v1]
      return v3
  method static g()Ljava/lang/String;
    b0:
      v0 = array [Ljava/lang/String; ()
      v1 = 1
      v2 = "b"
      v0[v1] = v2
      v3 = 0
      v4 = v0[v3]
      return v4
"#;

#[test]
fn elements_keep_their_index() {
    let app = App::new(SPARSE);
    assert_eq!(app.returns("A.f"), ["'b'"]);
    assert_ne!(app.returns("A.g"), ["'b'"]);
}

#[test]
fn an_array_literal_is_bytes() {
    let found = returns(
        r#"
class LA;
  method static f()[B
    b0:
      v0 = array [B ()
      v1 = bytes 1 00112233
      v2 = 0
      v0[v2] = v1
      return v0
"#,
    );
    assert_eq!(found, ["4 bytes"]);
}

// Merged bodies.

/// Hilt: one class makes everything, by a number.
const SWITCHING: &str = r#"
class interface abstract Ljavax/inject/Provider;
  method public abstract get()Ljava/lang/Object;
class LApi;
class LStore;
class LSwitchingProvider; implements Ljavax/inject/Provider;
  method constructor <init>(LComponent;I)V
    b0:
      v0.LSwitchingProvider;->component:LComponent; = v1
      v0.LSwitchingProvider;->id:I = v2
      return
  method public get()Ljava/lang/Object;
    b0:
      v1 = v0.LSwitchingProvider;->id:I
      switch v1: 0 -> b1, 1 -> b2, else -> b3
    b1:
      v2 = new LApi;
      return v2
    b2:
      v3 = new LStore;
      return v3
    b3:
      v4 = new Ljava/lang/AssertionError;
      throw v4
class LComponent;
  method constructor <init>()V
    b0:
      v1 = new LSwitchingProvider;
      v2 = 0
      call direct LSwitchingProvider;-><init>(LComponent;I)V (v1, v0, v2)
      v0.LComponent;->api:Ljavax/inject/Provider; = v1
      v3 = new LSwitchingProvider;
      v4 = 1
      call direct LSwitchingProvider;-><init>(LComponent;I)V (v3, v0, v4)
      v0.LComponent;->store:Ljavax/inject/Provider; = v3
      return
class LA;
  method static f()Ljava/lang/Object;
    b0:
      v0 = new LSwitchingProvider;
      v1 = 0
      v2 = 1
      call direct LSwitchingProvider;-><init>(LComponent;I)V (v0, v1, v2)
      v3 = call virtual LSwitchingProvider;->get()Ljava/lang/Object; (v0)
      return v3
  method static g(LComponent;)Ljava/lang/Object;
    b0:
      v1 = v0.LComponent;->store:Ljavax/inject/Provider;
      v2 = call interface Ljavax/inject/Provider;->get()Ljava/lang/Object; (v1)
      return v2
"#;

#[test]
fn a_switching_provider_gives_the_case_that_it_was_made_for() {
    let app = App::new(SWITCHING);
    assert_eq!(app.returns("A.f"), ["new Store"]);
    assert_eq!(app.returns("A.g"), ["new Store"]);
}

// Bounds.

#[test]
fn recursion_ends() {
    let app = App::new(
        r#"
class LA;
  field a:Ljava/lang/String;
  field b:Ljava/lang/String;
  method static f(I)Ljava/lang/String;
    b0:
      if v0 == 0 then b1 else b2
    b1:
      v1 = "end"
      return v1
    b2:
      v2 = call static LA;->f(I)Ljava/lang/String; (v0)
      return v2
  method static g(I)Ljava/lang/String;
    b0:
      v1 = call static LA;->g(I)Ljava/lang/String; (v0)
      return v1
  method copy()Ljava/lang/String;
    b0:
      v1 = v0.LA;->a:Ljava/lang/String;
      v0.LA;->b:Ljava/lang/String; = v1
      v2 = v0.LA;->b:Ljava/lang/String;
      v0.LA;->a:Ljava/lang/String; = v2
      return v2
  method loop()Ljava/lang/String;
    b0:
      v1 = "x"
      goto b1
    b1: <- b0, b1
      v2 = phi (v1, v2)
      if v2 == 0 then b1 else b2
    b2:
      return v2
"#,
    );
    assert_eq!(app.returns("A.f"), ["'end'"]);
    assert_eq!(app.returns("A.g"), ["call A.g"]);
    assert_eq!(app.returns("A.copy"), ["field A.a"]);
    assert_eq!(app.returns("A.loop"), ["'x'"]);
}

#[test]
fn a_spent_budget_is_not_a_value() {
    let app = App::new(NAMED);
    let limits = Limits {
        steps: 3,
        ..Limits::default()
    };
    let found = app.with_limits(limits, |values| app.returned(values, "A.f", &None));
    assert!(
        found.iter().all(|origin| !origin.starts_with('\'')),
        "{found:?}"
    );
    assert!(!found.is_empty());
    // The next query has a budget of its own.
    let limits = Limits {
        steps: 60,
        ..Limits::default()
    };
    app.with_limits(limits, |values| {
        for _ in 0..20 {
            assert_eq!(app.returned(values, "A.f", &None), ["'auth'"]);
        }
    });
}

#[test]
fn calls_deeper_than_the_limit_are_not_entered() {
    let mut text = "class LA;\n".to_owned();
    for at in 0..12 {
        text.push_str(&format!(
            "method static f{at}()I\nb0:\nv0 = call static LA;->f{}()I ()\nreturn v0\n",
            at + 1
        ));
    }
    text.push_str("method static f12()I\nb0:\nv0 = 12\nreturn v0\n");
    let app = App::new(&text);
    assert_eq!(app.returns("A.f7"), ["12"]);
    let found = app.returns("A.f0");
    assert!(found[0].starts_with("call A.f"), "{found:?}");
}

#[test]
fn too_many_origins_end_in_one_that_says_so() {
    let mut body = String::new();
    let mut args = Vec::new();
    for at in 1..=20 {
        body.push_str(&format!("v{at} = \"{at}\"\n"));
        args.push(format!("v{at}"));
    }
    let text = format!(
        "class LA;\nmethod static f(I)Ljava/lang/String;\nb0:\n{body}v30 = phi ({})\nreturn v30\n",
        args.join(", ")
    );
    let found = returns(&text);
    assert_eq!(found.len(), 13);
    assert_eq!(found[12], "? the value has too many origins");
}

#[test]
fn an_argument_stands_where_models_count_it() {
    let app = App::new(NAMED);
    let site = app.call("A.f", "<init>");
    app.with_values(|values| {
        use crate::models::ArgPos;
        let shown = |position| -> Vec<String> {
            let origins: Vec<Origin> = values.argument(site, position, &None);
            origins.iter().map(|origin| app.show(origin)).collect()
        };
        assert_eq!(shown(ArgPos::Receiver), ["new Named"]);
        assert_eq!(shown(ArgPos::Param(0)), ["'auth'"]);
        assert_eq!(shown(ArgPos::Param(1)), [""; 0]);
    });
}
