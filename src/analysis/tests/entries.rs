//! Where a logout begins.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::entries::{Control, Search};
use crate::analysis::testing::App;
use crate::models::lexicon::EventKind;

/// What the search for entries is given beside the program.
#[derive(Default)]
struct Given<'g> {
    controls: Vec<Control>,
    components: &'g [&'g str],
    sdk: &'g [(&'g str, &'static str)],
    clearing: &'g [&'g str],
    logins: &'g [&'g str],
}

/// Entries as `witness id: node`.
fn entries(text: &str, given: &Given<'_>) -> Vec<String> {
    let app = App::new(text);
    let components: FxHashMap<_, _> = given
        .components
        .iter()
        .map(|name| (app.class(name), (*name).to_owned()))
        .collect();
    let sdk: Vec<_> = given
        .sdk
        .iter()
        .map(|(path, model)| (app.func(path), *model))
        .collect();
    let clearing: Vec<_> = given.clearing.iter().map(|path| app.func(path)).collect();
    let logins: FxHashSet<_> = given.logins.iter().map(|name| app.class(name)).collect();
    app.with_values(|values| {
        let search = Search {
            values,
            controls: &given.controls,
            manifest: None,
            components: &components,
            requests: &crate::analysis::requests::Requests::of(values),
            sdk: &sdk,
            clearing: &clearing,
            logins: &logins,
        };
        let found = search.run();
        found
            .sign_outs
            .iter()
            .map(|(entry, reach)| {
                assert_eq!(reach.nodes[0].node, entry.node);
                let weak = if entry.weak { " (weak)" } else { "" };
                let node = app.show_node(entry.node);
                format!("{:?} {}{weak}: {node}", entry.witness, entry.id)
            })
            .collect()
    })
}

fn control(event: EventKind) -> Control {
    Control {
        label: "Log out".to_owned(),
        event,
        text_id: None,
        id: None,
        id_name: None,
        on_click: None,
        key: None,
        element: "button".to_owned(),
    }
}

/// A menu item or button with an id.
fn with_id(event: EventKind) -> Given<'static> {
    Given {
        controls: vec![Control {
            id: Some(0x7f0a_0001),
            id_name: Some("action_out".to_owned()),
            ..control(event)
        }],
        components: &["app.Main"],
        ..Given::default()
    }
}

/// A handler that all menu items share; how it asks is put in.
fn menu(asks: &str) -> String {
    format!(
        r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public onOptionsItemSelected(Landroid/view/MenuItem;)Z
    b0:
      v2 = call interface Landroid/view/MenuItem;->getItemId()I (v1)
      {asks}
    b1:
      call static Lapp/Main;->wipe()V ()
      goto b2
    b2:
      v9 = 1
      return v9
  method static wipe()V
    b0:
      return
class Lapp/R$id;
  field action_out:I = 0x7f0a0001
"#
    )
}

#[test]
fn a_shared_handler_is_an_entry_in_the_case_of_the_id() {
    for asks in [
        "switch v2: 0x7f0a0001 -> b1, else -> b2",
        "v3 = 0x7f0a0001\nif v2 == v3 then b1 else b2",
        "v3 = Lapp/R$id;->action_out:I\nif v2 != v3 then b2 else b1",
    ] {
        assert_eq!(
            entries(&menu(asks), &with_id(EventKind::Logout)),
            ["Label res:id/action_out: app.Main.onOptionsItemSelected[id 0x7f0a0001]"],
            "{asks}"
        );
    }
}

#[test]
fn a_handler_that_asks_for_other_ids_is_none() {
    let asks = "v3 = 0x7f0a0001\nv4 = 0x7f0a0002\nif v2 == v4 then b1 else b2";
    assert_eq!(entries(&menu(asks), &with_id(EventKind::Logout)), [""; 0]);
}

/// A button whose listener is put in.
fn button(listener: &str) -> String {
    format!(
        r#"
class public Lapp/Main; extends Landroid/app/Activity;
  field button:Landroid/view/View;
  method public onCreate(Landroid/os/Bundle;)V
    b0:
      v2 = 0x7f0a0001
      v3 = call virtual Lapp/Main;->findViewById(I)Landroid/view/View; (v0, v2)
      v4 = cast v3 Landroid/widget/Button;
      {listener}
      return
  method static wipe()V
    b0:
      return
class Lapp/Out; implements Landroid/view/View$OnClickListener;
  method constructor <init>(I)V
    b0:
      v0.Lapp/Out;->case:I = v1
      return
  method public onClick(Landroid/view/View;)V
    b0:
      call static Lapp/Main;->wipe()V ()
      return
"#
    )
}

#[test]
fn a_listener_that_is_set_on_the_view_is_an_entry() {
    let text = button(
        "v5 = new Lapp/Out;
         call virtual Landroid/widget/Button;->setOnClickListener(Landroid/view/View$OnClickListener;)V (v4, v5)",
    );
    assert_eq!(
        entries(&text, &with_id(EventKind::Logout)),
        ["Label res:id/action_out: app.Out.onClick"]
    );
}

#[test]
fn a_merged_listener_is_an_entry_in_its_case() {
    let text = button(
        "v5 = new Lapp/Out;
         v6 = 3
         call direct Lapp/Out;-><init>(I)V (v5, v6)
         call virtual Landroid/widget/Button;->setOnClickListener(Landroid/view/View$OnClickListener;)V (v4, v5)",
    );
    assert_eq!(
        entries(&text, &with_id(EventKind::Logout)),
        ["Label res:id/action_out: app.Out.onClick[case = 3]"]
    );
}

#[test]
fn a_listener_may_be_set_where_the_view_is_kept() {
    let mut text = button("v0.Lapp/Main;->button:Landroid/view/View; = v4");
    text.push_str(
        "
class Lapp/Setup;
  method static bind(Lapp/Main;)V
    b0:
      v1 = v0.Lapp/Main;->button:Landroid/view/View;
      v2 = new Lapp/Out;
      call virtual Landroid/view/View;->setOnClickListener(Landroid/view/View$OnClickListener;)V (v1, v2)
      return
",
    );
    assert_eq!(
        entries(&text, &with_id(EventKind::Logout)),
        ["Label res:id/action_out: app.Out.onClick"]
    );
}

#[test]
fn an_activity_may_be_its_own_listener() {
    let mut text = button(
        "call virtual Landroid/widget/Button;->setOnClickListener(Landroid/view/View$OnClickListener;)V (v4, v0)",
    );
    text = text.replace(
        "  method static wipe()V",
        "  method public onClick(Landroid/view/View;)V
    b0:
      v2 = call virtual Landroid/view/View;->getId()I (v1)
      switch v2: 0x7f0a0001 -> b1, else -> b2
    b1:
      call static Lapp/Main;->wipe()V ()
      return
    b2:
      return
  method static wipe()V",
    );
    assert_eq!(
        entries(&text, &with_id(EventKind::Logout)),
        ["Label res:id/action_out: app.Main.onClick[id 0x7f0a0001]"]
    );
}

#[test]
fn another_views_listener_is_no_entry() {
    let text = button(
        "v5 = new Lapp/Out;
         v6 = 0x7f0a0002
         v7 = call virtual Lapp/Main;->findViewById(I)Landroid/view/View; (v0, v6)
         call virtual Landroid/view/View;->setOnClickListener(Landroid/view/View$OnClickListener;)V (v7, v5)",
    );
    assert_eq!(entries(&text, &with_id(EventKind::Logout)), [""; 0]);
}

#[test]
fn the_answer_beside_a_label_is_an_entry() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public ask(Landroid/app/AlertDialog$Builder;)V
    b0:
      v2 = 0x7f0b0001
      v3 = new Lapp/Yes;
      v4 = call virtual Landroid/app/AlertDialog$Builder;->setPositiveButton(ILandroid/content/DialogInterface$OnClickListener;)Landroid/app/AlertDialog$Builder; (v1, v2, v3)
      v5 = 0x7f0b0002
      v6 = new Lapp/No;
      v7 = call virtual Landroid/app/AlertDialog$Builder;->setNegativeButton(ILandroid/content/DialogInterface$OnClickListener;)Landroid/app/AlertDialog$Builder; (v4, v5, v6)
      return
class Lapp/Yes; implements Landroid/content/DialogInterface$OnClickListener;
  method public onClick(Landroid/content/DialogInterface;I)V
    b0:
      return
class Lapp/No; implements Landroid/content/DialogInterface$OnClickListener;
  method public onClick(Landroid/content/DialogInterface;I)V
    b0:
      return
"#;
    let given = Given {
        controls: vec![Control {
            text_id: Some(0x7f0b_0001),
            ..control(EventKind::Logout)
        }],
        components: &["app.Main"],
        ..Given::default()
    };
    assert_eq!(
        entries(text, &given),
        ["Label label:log out: app.Yes.onClick"]
    );
}

#[test]
fn a_layout_names_the_method_that_it_runs() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public leave(Landroid/view/View;)V
    b0:
      return
  method public leave(I)V
    b0:
      return
"#;
    let given = Given {
        controls: vec![Control {
            on_click: Some("leave".to_owned()),
            ..control(EventKind::Logout)
        }],
        components: &["app.Main"],
        ..Given::default()
    };
    assert_eq!(
        entries(text, &given),
        ["Label onclick:leave: app.Main.leave"]
    );
}

/// A function that is named for it, called by a button.
const NAMED: &str = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public onClick(Landroid/view/View;)V
    b0:
      call static Lapp/Session;->logout()V ()
      return
class public Lapp/Session;
  method public static logout()V
    b0:
      call static Lapp/Session;->wipe()V ()
      return
  method static wipe()V
    b0:
      return
  method public static isLogoutPending()Z
    b0:
      v0 = 1
      return v0
  method static signOut()V
    b0:
      call static Lapp/Session;->wipe()V ()
      return
"#;

#[test]
fn a_function_is_an_entry_by_its_name_when_somebody_calls_it() {
    let given = Given {
        components: &["app.Main"],
        ..Given::default()
    };
    // Nobody calls `signOut`, and a question is no action.
    assert_eq!(
        entries(NAMED, &given),
        ["Name method:app.Session.logout (weak): app.Session.logout"]
    );
}

#[test]
fn what_another_entry_reaches_is_a_part_of_it() {
    let given = Given {
        controls: vec![Control {
            on_click: Some("onClick".to_owned()),
            ..control(EventKind::Logout)
        }],
        components: &["app.Main"],
        sdk: &[("app.Session.logout", "acme:Acme.signOut")],
        ..Given::default()
    };
    assert_eq!(
        entries(NAMED, &given),
        ["Label onclick:onClick: app.Main.onClick"]
    );
}

#[test]
fn an_sdk_call_and_an_effect_make_entries() {
    let text = NAMED.replace("logout", "bye").replace("signOut", "go");
    let given = Given {
        components: &["app.Main"],
        sdk: &[("app.Session.bye", "acme:Acme.signOut")],
        ..Given::default()
    };
    assert_eq!(
        entries(&text, &given),
        ["Sdk sdk:acme:Acme.signOut: app.Session.bye"]
    );
    let given = Given {
        components: &["app.Main"],
        clearing: &["app.Session.bye"],
        ..Given::default()
    };
    assert_eq!(
        entries(&text, &given),
        ["Effect method:app.Session.bye (weak): app.Session.bye"]
    );
}

#[test]
fn an_ambiguous_label_needs_a_second_witness() {
    let asks = "switch v2: 0x7f0a0001 -> b1, else -> b2";
    let given = Given {
        logins: &["app.Login"],
        ..with_id(EventKind::LogoutAmbiguous)
    };
    let login = "class public Lapp/Login; extends Landroid/app/Activity;\n";
    let text = menu(asks) + login;
    assert_eq!(entries(&text, &given), [""; 0]);
    let text = text.replace(
        "call static Lapp/Main;->wipe()V ()",
        "v4 = class Lapp/Login;\ncall static Lapp/Main;->wipe()V ()",
    );
    assert_eq!(
        entries(&text, &given),
        ["Ambiguous res:id/action_out: app.Main.onOptionsItemSelected[id 0x7f0a0001]"]
    );
    // A clear one makes it needless.
    let mut given = given;
    given.controls.push(Control {
        on_click: Some("leave".to_owned()),
        ..control(EventKind::Logout)
    });
    let text = text.replace(
        "  method static wipe()V",
        "  method public leave(Landroid/view/View;)V\n    b0:\n      return\n  method static wipe()V",
    );
    assert_eq!(
        entries(&text, &given),
        ["Label onclick:leave: app.Main.leave"]
    );
}

/// Entries that are no sign-out as `kind witness id: node`.
fn others(text: &str, components: &[&str]) -> Vec<String> {
    let app = App::new(text);
    let components: FxHashMap<_, _> = components
        .iter()
        .map(|name| (app.class(name), (*name).to_owned()))
        .collect();
    app.with_values(|values| {
        let search = Search {
            values,
            controls: &[],
            manifest: None,
            components: &components,
            requests: &crate::analysis::requests::Requests::of(values),
            sdk: &[],
            clearing: &[],
            logins: &FxHashSet::default(),
        };
        let show = |entry: &crate::analysis::entries::Entry| {
            let node = app.show_node(entry.node);
            format!("{:?} {:?}: {node}", entry.kind, entry.witness)
        };
        search.run().others.iter().map(show).collect()
    })
}

#[test]
fn the_framework_tells_when_the_app_comes_and_goes() {
    let text = r#"
class public Lapp/App; extends Landroid/app/Application;
  method public onCreate()V
    b0:
      return
class public Lapp/Base; extends Landroid/app/ListActivity;
  method public onResume()V
    b0:
      return
  method onPause(I)I
    b0:
      return v1
class public Lapp/Watcher; implements Landroid/app/Application$ActivityLifecycleCallbacks;
  method public onActivityStopped(Landroid/app/Activity;)V
    b0:
      return
class public Lapp/Player;
  method public onStop()V
    b0:
      return
"#;
    assert_eq!(
        others(text, &["app.App"]),
        [
            "Launch Framework: app.App.onCreate",
            "Foreground Framework: app.Base.onResume",
            "Background Framework: app.Watcher.onActivityStopped",
        ]
    );
}

#[test]
fn names_tell_what_else_begins_at_a_function() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public onClick(Landroid/view/View;)V
    b0:
      call static Lapp/Account;->deleteAccount()V ()
      call static Lapp/Account;->changePassword()V ()
      call static Lapp/Account;->refreshAccessToken()V ()
      call static Lapp/Account;->saveRefreshToken()V ()
      call static Lapp/Account;->confirmPayment()V ()
      return
class public Lapp/Account;
  method static deleteAccount()V
    b0:
      call static Lapp/Account;->send()V ()
      return
  method static changePassword()V
    b0:
      call static Lapp/Account;->send()V ()
      return
  method static refreshAccessToken()V
    b0:
      call static Lapp/Account;->send()V ()
      return
  method static saveRefreshToken()V
    b0:
      call static Lapp/Account;->send()V ()
      return
  method static confirmPayment()V
    b0:
      call static Lapp/Account;->send()V ()
      return
  method static send()V
    b0:
      return
"#;
    assert_eq!(
        others(text, &["app.Main"]),
        [
            "AccountDeletion Name: app.Account.deleteAccount",
            "CredentialChange Name: app.Account.changePassword",
            "TokenRefresh Name: app.Account.refreshAccessToken",
            "SensitiveAction Name: app.Account.confirmPayment",
        ]
    );
}

#[test]
fn a_label_for_something_else_is_no_way_out() {
    let asks = "switch v2: 0x7f0a0001 -> b1, else -> b2";
    for event in [EventKind::AccountDelete, EventKind::LogoutAllDevices] {
        assert_eq!(entries(&menu(asks), &with_id(event)), [""; 0]);
    }
}

/// A label in a string resource that only code shows.
fn with_text() -> Given<'static> {
    Given {
        controls: vec![Control {
            text_id: Some(0x7f0b_0001),
            ..control(EventKind::Logout)
        }],
        ..Given::default()
    }
}

/// Two listeners.
const ANSWERS: &str = r#"
class Lapp/Yes; implements Landroid/content/DialogInterface$OnClickListener;
  method public onClick(Landroid/content/DialogInterface;I)V
    b0:
      return
class Lapp/No; implements Landroid/content/DialogInterface$OnClickListener;
  method public onClick(Landroid/content/DialogInterface;I)V
    b0:
      return
"#;

#[test]
fn the_title_of_a_dialog_speaks_for_its_positive_button() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public ask(Landroid/app/AlertDialog$Builder;)V
    b0:
      v2 = 0x7f0b0001
      v3 = call virtual Lapp/Main;->getString(I)Ljava/lang/String; (v0, v2)
      v4 = call virtual Landroid/app/AlertDialog$Builder;->setMessage(Ljava/lang/CharSequence;)Landroid/app/AlertDialog$Builder; (v1, v3)
      v5 = 0x7f0b0002
      v6 = new Lapp/Yes;
      v7 = call virtual Landroid/app/AlertDialog$Builder;->setPositiveButton(ILandroid/content/DialogInterface$OnClickListener;)Landroid/app/AlertDialog$Builder; (v4, v5, v6)
      v8 = 0x7f0b0003
      v9 = new Lapp/No;
      v10 = call virtual Landroid/app/AlertDialog$Builder;->setNegativeButton(ILandroid/content/DialogInterface$OnClickListener;)Landroid/app/AlertDialog$Builder; (v7, v8, v9)
      return
"#
    .to_owned()
        + ANSWERS;
    assert_eq!(
        entries(&text, &with_text()),
        ["Label label:log out: app.Yes.onClick"]
    );
}

#[test]
fn a_text_in_code_labels_a_menu_item_and_a_button() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public onCreateOptionsMenu(Landroid/view/Menu;)Z
    b0:
      v2 = 0
      v3 = 7
      v4 = "Sign out"
      v5 = call interface Landroid/view/Menu;->add(IIILjava/lang/CharSequence;)Landroid/view/MenuItem; (v1, v2, v3, v2, v4)
      v6 = 1
      return v6
  method public onOptionsItemSelected(Landroid/view/MenuItem;)Z
    b0:
      v2 = call interface Landroid/view/MenuItem;->getItemId()I (v1)
      switch v2: 7 -> b1, else -> b2
    b1:
      v3 = 1
      return v3
    b2:
      v4 = 0
      return v4
"#;
    let given = Given {
        components: &["app.Main"],
        ..Given::default()
    };
    assert_eq!(
        entries(text, &given),
        ["Label label:sign out: app.Main.onOptionsItemSelected[id 0x7]"]
    );
}

/// A composable that is given a click and a content; where the content is made is put in.
fn composed(making: &str, more: &str) -> String {
    format!(
        r#"
class public Lapp/SettingsKt;
  method public static Settings(Lapp/Model;Landroidx/compose/runtime/Composer;I)V
    b0:
      v3 = new Lapp/SettingsKt$Click;
      call direct Lapp/SettingsKt$Click;-><init>(Lapp/Model;)V (v3, v0)
      {making}
      v20 = 0
      call static Landroidx/compose/material3/ButtonKt;->Button(Lkotlin/jvm/functions/Function0;Landroidx/compose/ui/Modifier;ZLkotlin/jvm/functions/Function3;Landroidx/compose/runtime/Composer;II)V (v3, v20, v20, v10, v1, v20, v20)
      return
class Lapp/SettingsKt$Click; implements Lkotlin/jvm/functions/Function0;
  field model:Lapp/Model;
  method constructor <init>(Lapp/Model;)V
    b0:
      v0.Lapp/SettingsKt$Click;->model:Lapp/Model; = v1
      return
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = v0.Lapp/SettingsKt$Click;->model:Lapp/Model;
      call virtual Lapp/Model;->leave()V (v1)
      v2 = 0
      return v2
class public Lapp/Model;
  method public leave()V
    b0:
      return
class Lapp/SettingsKt$Content; implements Lkotlin/jvm/functions/Function3;
  method constructor <init>()V
    b0:
      return
  method public invoke(Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v4 = 0x7f0b0001
      v5 = 0
      v6 = cast v2 Landroidx/compose/runtime/Composer;
      v7 = call static Landroidx/compose/ui/res/StringResources_androidKt;->stringResource(ILandroidx/compose/runtime/Composer;I)Ljava/lang/String; (v4, v6, v5)
      call static Landroidx/compose/material3/TextKt;->Text(Ljava/lang/String;Landroidx/compose/ui/Modifier;JJILandroidx/compose/runtime/Composer;I)V (v7, v5, v5, v5, v5, v6, v5)
      return v5
{more}
"#
    )
}

const CLICK: [&str; 1] = ["Label label:log out: app.SettingsKt$Click.invoke"];

#[test]
fn content_speaks_for_the_click_of_its_composable() {
    let remembered = composed(
        "v8 = new Lapp/SettingsKt$Content;
         call direct Lapp/SettingsKt$Content;-><init>()V (v8)
         v9 = 54
         v10 = call static Landroidx/compose/runtime/internal/ComposableLambdaKt;->rememberComposableLambda(IZLjava/lang/Object;Landroidx/compose/runtime/Composer;I)Landroidx/compose/runtime/internal/ComposableLambda; (v9, v9, v8, v1, v9)",
        "",
    );
    assert_eq!(entries(&remembered, &with_text()), CLICK);
    // Content that captures nothing is made once, and after shrinking by a constructor.
    let singleton = composed(
        "v10 = Lapp/ComposableSingletons;->content:Lkotlin/jvm/functions/Function3;",
        "class public Lapp/ComposableSingletons;
  field static content:Lkotlin/jvm/functions/Function3;
  method static constructor <clinit>()V
    b0:
      v0 = new Lapp/SettingsKt$Content;
      call direct Lapp/SettingsKt$Content;-><init>()V (v0)
      v1 = new Lx/a;
      v2 = 1
      call direct Lx/a;-><init>(ILjava/lang/Object;)V (v1, v2, v0)
      Lapp/ComposableSingletons;->content:Lkotlin/jvm/functions/Function3; = v1
      return",
    );
    assert_eq!(entries(&singleton, &with_text()), CLICK);
}

#[test]
fn a_text_argument_speaks_for_the_click_beside_it() {
    let text = r#"
class public Lapp/ScreenKt;
  method public static Screen(Lkotlin/jvm/functions/Function0;Landroidx/compose/runtime/Composer;I)V
    b0:
      v3 = 0x7f0b0001
      v4 = 0
      v5 = call static Landroidx/compose/ui/res/StringResources_androidKt;->stringResource(ILandroidx/compose/runtime/Composer;I)Ljava/lang/String; (v3, v1, v4)
      call static Lapp/ScreenKt;->Row(Ljava/lang/String;Lkotlin/jvm/functions/Function0;Landroidx/compose/runtime/Composer;I)V (v5, v0, v1, v4)
      return
  method static Row(Ljava/lang/String;Lkotlin/jvm/functions/Function0;Landroidx/compose/runtime/Composer;I)V
    b0:
      return
class public Lapp/Main; extends Landroid/app/Activity;
  method public show(Landroidx/compose/runtime/Composer;)V
    b0:
      v2 = new Lapp/Leave;
      v3 = 0
      call static Lapp/ScreenKt;->Screen(Lkotlin/jvm/functions/Function0;Landroidx/compose/runtime/Composer;I)V (v2, v1, v3)
      return
class Lapp/Leave; implements Lkotlin/jvm/functions/Function0;
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = 0
      return v1
"#;
    assert_eq!(
        entries(text, &with_text()),
        ["Label label:log out: app.Leave.invoke"]
    );
}

#[test]
fn a_dialog_is_left_by_its_button_and_not_by_closing_it() {
    let text = r#"
class public Lapp/AskKt;
  method public static Ask(Landroidx/compose/runtime/Composer;)V
    b0:
      v1 = new Lapp/Close;
      v2 = new Lapp/Confirm;
      v3 = new Lapp/Title;
      v4 = 0
      call static Landroidx/compose/material3/AlertDialogKt;->AlertDialog(Lkotlin/jvm/functions/Function0;Lkotlin/jvm/functions/Function2;Lkotlin/jvm/functions/Function2;Landroidx/compose/runtime/Composer;II)V (v1, v2, v3, v0, v4, v4)
      return
class Lapp/Close; implements Lkotlin/jvm/functions/Function0;
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = 0
      return v1
class Lapp/Confirm; implements Lkotlin/jvm/functions/Function2;
  method public invoke(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v3 = new Lapp/Leave;
      v4 = 0
      call static Landroidx/compose/material3/ButtonKt;->TextButton(Lkotlin/jvm/functions/Function0;Landroidx/compose/runtime/Composer;I)V (v3, v1, v4)
      return v4
class Lapp/Title; implements Lkotlin/jvm/functions/Function2;
  method public invoke(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v4 = 0x7f0b0001
      v5 = 0
      v7 = call static Landroidx/compose/ui/res/StringResources_androidKt;->stringResource(ILjava/lang/Object;I)Ljava/lang/String; (v4, v1, v5)
      call static Landroidx/compose/material3/TextKt;->Text(Ljava/lang/String;Landroidx/compose/ui/Modifier;JJILandroidx/compose/runtime/Composer;I)V (v7, v5, v5, v5, v5, v1, v5)
      return v5
class Lapp/Leave; implements Lkotlin/jvm/functions/Function0;
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = 0
      return v1
"#;
    assert_eq!(
        entries(text, &with_text()),
        ["Label label:log out: app.Leave.invoke"]
    );
}

#[test]
fn a_preference_is_found_by_its_key() {
    let text = r#"
class public Lapp/Settings; extends Landroidx/preference/PreferenceFragmentCompat;
  method public onCreatePreferences(Landroid/os/Bundle;Ljava/lang/String;)V
    b0:
      v3 = "sign_out"
      v4 = call virtual Lapp/Settings;->findPreference(Ljava/lang/CharSequence;)Landroidx/preference/Preference; (v0, v3)
      v5 = new Lapp/Leave;
      call virtual Landroidx/preference/Preference;->setOnPreferenceClickListener(Landroidx/preference/Preference$OnPreferenceClickListener;)V (v4, v5)
      return
class Lapp/Leave; implements Landroidx/preference/Preference$OnPreferenceClickListener;
  method public onPreferenceClick(Landroidx/preference/Preference;)Z
    b0:
      v2 = 1
      return v2
"#;
    let given = Given {
        controls: vec![Control {
            key: Some("sign_out".to_owned()),
            ..control(EventKind::Logout)
        }],
        ..Given::default()
    };
    assert_eq!(
        entries(text, &given),
        ["Label label:log out: app.Leave.onPreferenceClick"]
    );
}

#[test]
fn a_word_that_names_a_thread_or_a_request_is_no_label() {
    let text = r#"
class public Lapp/Main; extends Landroid/app/Activity;
  method public start()V
    b0:
      v1 = new Ljava/lang/Thread;
      v2 = new Lapp/Job;
      v3 = "Log out"
      call direct Ljava/lang/Thread;-><init>(Ljava/lang/Runnable;Ljava/lang/String;)V (v1, v2, v3)
      v4 = "logout"
      call static Lapp/Main;->send(Ljava/lang/String;Ljava/lang/Runnable;)V (v4, v2)
      return
  method static send(Ljava/lang/String;Ljava/lang/Runnable;)V
    b0:
      return
class Lapp/Job; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
"#;
    let given = Given {
        components: &["app.Main"],
        ..Given::default()
    };
    assert_eq!(entries(text, &given), [""; 0]);
}
