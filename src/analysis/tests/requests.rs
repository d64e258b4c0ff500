//! Requests: verbs, paths, and what they are for.

use crate::analysis::requests::Requests;
use crate::analysis::testing::App;

/// Endpoints with a known purpose, as `id: purpose`.
fn endpoints(text: &str) -> Vec<String> {
    let app = App::new(text);
    app.with_values(|values| {
        Requests::of(values)
            .endpoints()
            .into_iter()
            .map(|(id, kind)| format!("{id}: {}", kind.name()))
            .collect()
    })
}

#[test]
fn a_builder_says_verb_and_path() {
    let text = r#"
class LA;
  method static end()V
    b0:
      v0 = new Lokhttp3/Request$Builder;
      call direct Lokhttp3/Request$Builder;-><init>()V (v0)
      v1 = "https://api.example.com/v1/session"
      v2 = call virtual Lokhttp3/Request$Builder;->url(Ljava/lang/String;)Lokhttp3/Request$Builder; (v0, v1)
      v3 = call virtual Lokhttp3/Request$Builder;->delete()Lokhttp3/Request$Builder; (v2)
      return
"#;
    assert_eq!(endpoints(text), ["DELETE v1/session: logout"]);
}

#[test]
fn the_caller_of_a_wrapper_says_the_path() {
    let text = r#"
class LA;
  method static end()V
    b0:
      v0 = "/auth/logout"
      call static LA;->post(Ljava/lang/String;)V (v0)
      return
  method static post(Ljava/lang/String;)V
    b0:
      v1 = new Lokhttp3/Request$Builder;
      call direct Lokhttp3/Request$Builder;-><init>()V (v1)
      v2 = call virtual Lokhttp3/Request$Builder;->url(Ljava/lang/String;)Lokhttp3/Request$Builder; (v1, v0)
      v3 = 0
      v4 = call virtual Lokhttp3/Request$Builder;->post(Lokhttp3/RequestBody;)Lokhttp3/Request$Builder; (v2, v3)
      return
"#;
    assert_eq!(endpoints(text), ["POST auth/logout: logout"]);
}

#[test]
fn segments_are_joined_with_slashes() {
    let text = r#"
class LA;
  method static end()V
    b0:
      v0 = "https://api.example.com"
      v1 = call static Lokhttp3/HttpUrl;->parse(Ljava/lang/String;)Lokhttp3/HttpUrl; (v0)
      v2 = call virtual Lokhttp3/HttpUrl;->newBuilder()Lokhttp3/HttpUrl$Builder; (v1)
      v3 = "oauth"
      v4 = call virtual Lokhttp3/HttpUrl$Builder;->addPathSegment(Ljava/lang/String;)Lokhttp3/HttpUrl$Builder; (v2, v3)
      v5 = "revoke"
      v6 = call virtual Lokhttp3/HttpUrl$Builder;->addPathSegment(Ljava/lang/String;)Lokhttp3/HttpUrl$Builder; (v4, v5)
      v7 = call virtual Lokhttp3/HttpUrl$Builder;->build()Lokhttp3/HttpUrl; (v6)
      v8 = new Lokhttp3/Request$Builder;
      call direct Lokhttp3/Request$Builder;-><init>()V (v8)
      v9 = call virtual Lokhttp3/Request$Builder;->url(Lokhttp3/HttpUrl;)Lokhttp3/Request$Builder; (v8, v7)
      v10 = 0
      v11 = call virtual Lokhttp3/Request$Builder;->post(Lokhttp3/RequestBody;)Lokhttp3/Request$Builder; (v9, v10)
      return
"#;
    assert_eq!(endpoints(text), ["POST oauth/revoke: revoke"]);
}

#[test]
fn the_parameter_of_a_revocation_says_what_an_unknown_address_is_for() {
    let text = r#"
class LA;
  method static end(Ljava/lang/String;)V
    b0:
      v1 = new Lokhttp3/Request$Builder;
      call direct Lokhttp3/Request$Builder;-><init>()V (v1)
      v2 = call virtual Lokhttp3/Request$Builder;->url(Ljava/lang/String;)Lokhttp3/Request$Builder; (v1, v0)
      v3 = "token_type_hint"
      call static LB;->put(Ljava/lang/String;)V (v3)
      return
"#;
    assert_eq!(endpoints(text), ["GET {?}: revoke"]);
}

/// What R8 leaves of Retrofit: annotations without names, and the parser that knows them.
#[test]
fn a_renamed_verb_is_read_from_the_parser() {
    let question = |number: usize, ty: &str, verb: &str| {
        let (at, yes, no) = (number * 2, number * 2 + 1, number * 2 + 2);
        format!(
            "    b{at}:\n      v{a} = instanceof v1 L{ty};\n      if v{a} == 0 then b{no} else b{yes}\n    b{yes}: <- b{at}\n      v{b} = \"{verb}\"\n      call virtual Lq/p;->c(Ljava/lang/String;)V (v0, v{b})\n      return\n",
            a = 10 + number * 2,
            b = 11 + number * 2,
        )
    };
    let verbs = [
        ("q/a", "DELETE"),
        ("q/b", "GET"),
        ("q/c", "POST"),
        ("q/d", "PATCH"),
        ("q/e", "PUT"),
    ];
    let questions: String = verbs
        .iter()
        .enumerate()
        .map(|(number, (ty, verb))| question(number, ty, verb))
        .collect();
    let text = format!(
        r#"
class Lq/p;
  method public c(Ljava/lang/String;)V
    b0:
      return
  method public parse(Ljava/lang/annotation/Annotation;)V
{questions}    b10:
      return
class interface abstract Lapp/Api;
  method public abstract a()Lq/call;
    @Lq/a; value = "v1/session"
  method public abstract b()Lq/call;
    @Lq/c; value = "auth/logout"
"#
    );
    assert_eq!(
        endpoints(&text),
        ["DELETE v1/session: logout", "POST auth/logout: logout"]
    );
}
