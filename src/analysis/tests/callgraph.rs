//! Who calls whom, and what that proves.

use rustc_hash::FxHashSet;

use crate::analysis::callgraph::{CallGraph, EdgeKind, Node, Reach, Selector};
use crate::analysis::testing::App;
use crate::ir::FuncId;

/// The functions that a search reaches, the certain ones marked.
fn reached(app: &App<'_>, reach: &Reach) -> Vec<String> {
    let mut all: Vec<String> = reach
        .nodes
        .iter()
        .map(|reached| {
            let sign = if reached.must { "must" } else { "may" };
            format!("{sign} {}", app.show_node(reached.node))
        })
        .collect();
    all.sort();
    all
}

fn reach<'a>(app: &App<'a>, graph: &CallGraph<'_, 'a>, path: &str) -> Vec<String> {
    let reach = graph.reach(Node::whole(app.func(path)), None, false, 100);
    assert!(!reach.exhausted);
    reached(app, &reach)
}

fn closure<'a>(app: &App<'a>, graph: &CallGraph<'_, 'a>, path: &str) -> Vec<String> {
    app.paths(graph.closure([app.func(path)], 100).unwrap())
}

// Dispatch.

/// A store behind an interface; which class is made is put in.
fn two_stores(made: &str) -> String {
    format!(
        r#"
class interface abstract LStore;
  method public abstract clear()V
class LDisk; implements LStore;
  method public clear()V
    b0:
      return
class LMemory; implements LStore;
  method public clear()V
    b0:
      return
class LApp;
  method static make()V
    b0:
      {made}
      return
  method static logout(LStore;)V
    b0:
      call interface LStore;->clear()V (v0)
      return
"#
    )
}

#[test]
fn an_interface_lands_where_the_program_makes_objects() {
    let text = two_stores("v0 = new LDisk;");
    let app = App::new(&text);
    let graph = app.graph();
    assert_eq!(app.edges(&graph, "App.logout"), ["Call Disk.clear"]);
    let targets = graph.targets(app.call("App.logout", "clear"));
    assert!(!targets.external && !targets.functional);
    assert_eq!(app.paths(targets.funcs), ["Disk.clear"]);
}

#[test]
fn two_implementations_are_a_choice() {
    let text = two_stores("v0 = new LDisk;\nv1 = new LMemory;");
    let app = App::new(&text);
    let graph = app.graph();
    assert_eq!(
        app.edges(&graph, "App.logout"),
        ["Dispatch Disk.clear", "Dispatch Memory.clear"]
    );
    assert!(!EdgeKind::Dispatch.must());
}

#[test]
fn a_class_that_the_framework_makes_counts_as_made() {
    let text = two_stores("");
    let app = App::new(&text);
    assert_eq!(app.edges(&app.graph(), "App.logout"), [""; 0]);
    let graph = app.graph_with(&["Memory"], &[]);
    assert_eq!(app.edges(&graph, "App.logout"), ["Call Memory.clear"]);
    // A class literal makes objects too: by reflection, by a container.
    let text = two_stores("v0 = class LDisk;");
    let app = App::new(&text);
    assert_eq!(app.edges(&app.graph(), "App.logout"), ["Call Disk.clear"]);
}

#[test]
fn an_object_made_in_sight_has_its_own_class() {
    let app = App::new(
        r#"
class LBase;
  method public clear()V
    b0:
      return
class LSub; extends LBase;
  method public clear()V
    b0:
      call super LBase;->clear()V (v0)
      return
class LApp;
  method static f()V
    b0:
      v0 = new LSub;
      v1 = cast v0 LBase;
      call virtual LBase;->clear()V (v1)
      v2 = new LBase;
      call virtual LBase;->clear()V (v2)
      return
  method static g(LBase;)V
    b0:
      call virtual LBase;->clear()V (v0)
      return
"#,
    );
    let graph = app.graph();
    assert_eq!(
        app.edges(&graph, "App.f"),
        ["Call Sub.clear", "Call Base.clear"]
    );
    assert_eq!(
        app.edges(&graph, "App.g"),
        ["Dispatch Base.clear", "Dispatch Sub.clear"]
    );
    assert_eq!(app.edges(&graph, "Sub.clear"), ["Call Base.clear"]);
    let callers: Vec<_> = graph
        .call_sites(app.func("Base.clear"), 10)
        .iter()
        .map(|site| app.program.func_path(site.func))
        .collect();
    assert_eq!(callers, ["Sub.clear", "App.f", "App.g"]);
}

/// One implementation has its own `clear`, the other the interface's.
const DEFAULTS: &str = r#"
class interface abstract LStore;
  method public clear()V
    b0:
      call static LApp;->wipe()V ()
      return
class LDisk; implements LStore;
class LMemory; implements LStore;
  method public clear()V
    b0:
      return
class LApp;
  method static f(LStore;)V
    b0:
      v1 = new LMemory;
      call interface LStore;->clear()V (v0)
      return
  method static g()V
    b0:
      v0 = new LDisk;
      call virtual LDisk;->clear()V (v0)
      return
  method static wipe()V
    b0:
      return
"#;

#[test]
fn default_methods_of_interfaces_are_inherited() {
    let app = App::new(DEFAULTS);
    let graph = app.graph();
    assert_eq!(app.edges(&graph, "App.g"), ["Call Store.clear"]);
    assert_eq!(
        app.edges(&graph, "App.f"),
        ["Dispatch Store.clear", "Dispatch Memory.clear"]
    );
    assert_eq!(
        closure(&app, &graph, "App.wipe"),
        ["App.f", "App.g", "App.wipe", "Store.clear"]
    );
}

// Callbacks.

/// Two callbacks of the platform, made in different places and run in a third.
const RUNNABLES: &str = r#"
class LClear; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      call static LApp;->wipe()V ()
      return
class LPing; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LApp;
  method static logout()V
    b0:
      v0 = new LClear;
      call static LApp;->later(Ljava/lang/Runnable;)V (v0)
      return
  method static ping()V
    b0:
      v0 = new LPing;
      call static LApp;->keep(Ljava/lang/Object;)V (v0)
      return
  method static later(Ljava/lang/Runnable;)V
    b0:
      call static LApp;->keep(Ljava/lang/Object;)V (v0)
      return
  method static keep(Ljava/lang/Object;)V
    b0:
      LApp;->kept:Ljava/lang/Object; = v0
      return
  method static drain(Ljava/lang/Runnable;)V
    b0:
      call interface Ljava/lang/Runnable;->run()V (v0)
      return
  method static wipe()V
    b0:
      return
"#;

#[test]
fn callbacks_are_followed_from_where_they_are_made() {
    let app = App::new(RUNNABLES);
    let graph = app.graph();
    assert_eq!(app.edges(&graph, "App.drain"), [""; 0]);
    assert!(graph.targets(app.call("App.drain", "run")).functional);
    assert_eq!(
        app.edges(&graph, "App.logout"),
        ["Allocation Clear.run", "Call App.later"]
    );
    assert_eq!(
        app.paths(graph.callbacks(app.class("Clear")).to_vec()),
        ["Clear.run"]
    );
    assert_eq!(
        reach(&app, &graph, "App.logout"),
        [
            "may App.wipe",
            "may Clear.run",
            "must App.keep",
            "must App.later",
            "must App.logout"
        ]
    );
    // Backward it is the same way: nothing of `ping` or `drain`.
    assert_eq!(
        closure(&app, &graph, "App.wipe"),
        ["App.logout", "App.wipe", "Clear.run"]
    );
}

#[test]
fn an_own_interface_with_many_small_implementations_is_functional() {
    let mut text = "class interface abstract LF;\n  method public abstract go()V\n".to_owned();
    let mut made = String::new();
    for at in 0..8 {
        text.push_str(&format!(
            "class LF{at}; implements LF;\n  method public go()V\n    b0:\n      return\n"
        ));
        made.push_str(&format!("v{} = new LF{at};\n", at + 1));
    }
    text.push_str(&format!(
        "class LApp;\n  method static f(LF;)V\n    b0:\n{made}      call interface LF;->go()V (v0)\n      return\n"
    ));
    let app = App::new(&text);
    let edges = app.edges(&app.graph(), "App.f");
    assert_eq!(edges.len(), 8);
    assert!(
        edges.iter().all(|edge| edge.starts_with("Allocation ")),
        "{edges:?}"
    );
}

#[test]
fn a_callback_that_the_callee_runs_is_certain() {
    let app = App::new(
        r#"
class LClear; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LPing; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LApp;
  method static logout()V
    b0:
      v0 = new LPing;
      v1 = new LClear;
      call static LApp;->now(Ljava/lang/Runnable;)V (v1)
      return
  method static now(Ljava/lang/Runnable;)V
    b0:
      call interface Ljava/lang/Runnable;->run()V (v0)
      return
"#,
    );
    assert_eq!(
        reach(&app, &app.graph(), "App.logout"),
        [
            "may Ping.run",
            "must App.logout",
            "must App.now",
            "must Clear.run"
        ]
    );
}

#[test]
fn a_callback_that_something_modelled_runs_is_certain() {
    let app = App::new(
        r#"
class LClear; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LApp;
  method static logout(Landroid/os/Handler;)V
    b0:
      v1 = new LClear;
      v2 = call virtual Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z (v0, v1)
      return
"#,
    );
    assert_eq!(
        reach(&app, &app.graph(), "App.logout"),
        ["must App.logout", "must Clear.run"]
    );
}

#[test]
fn deferred_work_is_named_by_its_class() {
    let app = App::new(
        r#"
class LRevoke; extends Landroidx/work/Worker;
  method public doWork()Landroidx/work/ListenableWorker$Result;
    b0:
      v1 = 0
      return v1
class LApp;
  method static logout()V
    b0:
      v0 = new Landroidx/work/OneTimeWorkRequest$Builder;
      v1 = class LRevoke;
      call direct Landroidx/work/OneTimeWorkRequest$Builder;-><init>(Ljava/lang/Class;)V (v0, v1)
      return
"#,
    );
    let edges = app.edges(&app.graph(), "App.logout");
    assert_eq!(edges, ["Deferred Revoke.doWork"]);
}

/// `Clear.INSTANCE`: what Kotlin makes of a lambda that captures nothing.
const SINGLETON: &str = r#"
class LClear; implements Lkotlin/jvm/functions/Function0;
  method public invoke()Ljava/lang/Object;
    b0:
      v1 = 0
      return v1
  method static constructor <clinit>()V
    b0:
      v0 = new LClear;
      LClear;->INSTANCE:LClear; = v0
      return
class LApp;
  method static logout()V
    b0:
      v0 = LClear;->INSTANCE:LClear;
      call static Lx/Lib;->run(Lkotlin/jvm/functions/Function0;)V (v0)
      return
"#;

#[test]
fn a_singleton_callback_runs_where_it_is_read() {
    let app = App::new(SINGLETON);
    let graph = app.graph();
    assert_eq!(app.edges(&graph, "App.logout"), ["Allocation Clear.invoke"]);
}

#[test]
fn the_way_to_a_singleton_callback_is_known_backwards_too() {
    let app = App::new(SINGLETON);
    let found = closure(&app, &app.graph(), "Clear.invoke");
    assert!(found.contains(&"App.logout".to_owned()), "{found:?}");
}

/// `invoke-custom`, as a build without desugaring has it.
const CLOSURE: &str = r#"
class LApp;
  method static logout()V
    b0:
      v0 = closure Ljava/lang/Runnable; LApp;->lambda()V ()
      call static Lx/Lib;->run(Ljava/lang/Runnable;)V (v0)
      return
  method static lambda()V
    b0:
      return
"#;

#[test]
fn a_closure_is_followed_from_where_it_is_made() {
    let app = App::new(CLOSURE);
    assert_eq!(
        app.edges(&app.graph(), "App.logout"),
        ["Allocation App.lambda"]
    );
}

#[test]
fn the_way_to_a_closure_is_known_backwards_too() {
    let app = App::new(CLOSURE);
    assert_eq!(
        closure(&app, &app.graph(), "App.lambda"),
        ["App.lambda", "App.logout"]
    );
}

// Merged bodies.

/// Two lambdas in one class, told apart by a number.
const MERGED: &str = r#"
class LLambda; implements Ljava/lang/Runnable;
  method constructor <init>(ILjava/lang/Object;)V
    b0:
      v0.LLambda;->id:I = v1
      v0.LLambda;->it:Ljava/lang/Object; = v2
      return
  method public run()V
    b0:
      v1 = v0.LLambda;->id:I
      switch v1: 0 -> b1, else -> b2
    b1:
      call static LApp;->wipe()V ()
      return
    b2:
      call static LApp;->ping()V ()
      return
class LApp;
  method static logout(Landroid/os/Handler;)V
    b0:
      v1 = new LLambda;
      v2 = 0
      call direct LLambda;-><init>(ILjava/lang/Object;)V (v1, v2, v2)
      v3 = call virtual Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z (v0, v1)
      return
  method static tick(Landroid/os/Handler;)V
    b0:
      v1 = new LLambda;
      v2 = 1
      call direct LLambda;-><init>(ILjava/lang/Object;)V (v1, v2, v0)
      v3 = call virtual Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z (v0, v1)
      return
  method static wipe()V
    b0:
      return
  method static ping()V
    b0:
      return
"#;

#[test]
fn the_constant_of_a_merged_lambda_picks_its_case() {
    let app = App::new(MERGED);
    let graph = app.graph();
    let certain = |path| {
        let reach = graph.reach(Node::whole(app.func(path)), None, true, 100);
        reached(&app, &reach)
    };
    assert_eq!(
        certain("App.logout"),
        [
            "must App.logout",
            "must App.wipe",
            "must Lambda.<init>[id = 0]",
            "must Lambda.run[id = 0]"
        ]
    );
    let tick = certain("App.tick");
    assert!(tick.contains(&"must App.ping".to_owned()), "{tick:?}");
    assert!(
        !tick.iter().any(|node| node.ends_with("App.wipe")),
        "{tick:?}"
    );
    assert_eq!(
        app.edges(&graph, "Lambda.run"),
        ["Call App.wipe", "Call App.ping"]
    );
}

#[test]
fn the_id_that_is_asked_for_picks_a_case() {
    let app = App::new(
        r#"
class LMain; extends Landroid/app/Activity;
  method public onOptionsItemSelected(Landroid/view/MenuItem;)Z
    b0:
      v2 = call interface Landroid/view/MenuItem;->getItemId()I (v1)
      v3 = 0x7f0a0001
      if v2 == v3 then b1 else b2
    b1:
      call static LApp;->wipe()V ()
      goto b3
    b2:
      v4 = LR$id;->help:I
      if v2 != v4 then b4 else b3
    b3:
      v5 = 1
      return v5
    b4:
      call static LApp;->ping()V ()
      goto b3
class LApp;
  method static wipe()V
    b0:
      return
  method static ping()V
    b0:
      return
class LR$id;
  field help:I = 0x7f0a0002
"#,
    );
    let graph = app.graph();
    let func = app.func("Main.onOptionsItemSelected");
    let case = |id| {
        let selector = Some(Selector::Id(id));
        app.edges_of(&graph, Node { func, selector })
    };
    assert_eq!(case(0x7f0a_0001), ["Call App.wipe"]);
    assert_eq!(case(0x7f0a_0002), [""; 0]);
    assert_eq!(case(0x7f0a_0003), ["Call App.ping"]);
}

/// A provider that is kept in a field, as every component of Hilt does.
const PROVIDED: &str = r#"
class interface abstract Ljavax/inject/Provider;
  method public abstract get()Ljava/lang/Object;
class LProvider; implements Ljavax/inject/Provider;
  method constructor <init>(I)V
    b0:
      v0.LProvider;->id:I = v1
      return
  method public get()Ljava/lang/Object;
    b0:
      v1 = v0.LProvider;->id:I
      if v1 == 0 then b1 else b2
    b1:
      v2 = call static LApp;->session()Ljava/lang/Object; ()
      return v2
    b2:
      v3 = call static LApp;->clock()Ljava/lang/Object; ()
      return v3
class LApp;
  method constructor <init>()V
    b0:
      v1 = new LProvider;
      v2 = 1
      call direct LProvider;-><init>(I)V (v1, v2)
      v0.LApp;->clock:Ljavax/inject/Provider; = v1
      return
  method here()Ljava/lang/Object;
    b0:
      v1 = new LProvider;
      v2 = 1
      call direct LProvider;-><init>(I)V (v1, v2)
      v3 = call virtual LProvider;->get()Ljava/lang/Object; (v1)
      return v3
  method kept()Ljava/lang/Object;
    b0:
      v1 = v0.LApp;->clock:Ljavax/inject/Provider;
      v2 = call interface Ljavax/inject/Provider;->get()Ljava/lang/Object; (v1)
      return v2
  method static session()Ljava/lang/Object;
    b0:
      v0 = 0
      return v0
  method static clock()Ljava/lang/Object;
    b0:
      v0 = 0
      return v0
"#;

#[test]
fn a_provider_made_in_sight_gives_its_case() {
    let app = App::new(PROVIDED);
    let found = reach(&app, &app.graph(), "App.here");
    assert!(found.contains(&"must App.clock".to_owned()), "{found:?}");
    assert!(
        !found.iter().any(|node| node.ends_with("App.session")),
        "{found:?}"
    );
}

#[test]
fn a_provider_in_a_field_gives_its_case() {
    let app = App::new(PROVIDED);
    let found = reach(&app, &app.graph(), "App.kept");
    assert!(found.contains(&"must App.clock".to_owned()), "{found:?}");
    assert!(
        !found.iter().any(|node| node.ends_with("App.session")),
        "{found:?}"
    );
}

// What may and what must be reached.

/// One way that is certain, one that is not, and one that does not come from here.
const WAYS: &str = r#"
class interface abstract LStore;
  method public abstract clear()V
class LDisk; implements LStore;
  method public clear()V
    b0:
      call static LApp;->wipe()V ()
      return
class LMemory; implements LStore;
  method public clear()V
    b0:
      return
class LApp;
  method static make()V
    b0:
      v0 = new LDisk;
      v1 = new LMemory;
      return
  method static certain()V
    b0:
      call static LApp;->middle()V ()
      return
  method static middle()V
    b0:
      call static LApp;->wipe()V ()
      return
  method static possible(LStore;)V
    b0:
      call interface LStore;->clear()V (v0)
      return
  method static other()V
    b0:
      call static LApp;->make()V ()
      return
  method static wipe()V
    b0:
      return
"#;

#[test]
fn a_closure_is_everything_that_may_lead_to_it() {
    let app = App::new(WAYS);
    let graph = app.graph();
    assert_eq!(
        closure(&app, &graph, "App.wipe"),
        [
            "App.certain",
            "App.middle",
            "App.possible",
            "App.wipe",
            "Disk.clear"
        ]
    );
    assert_eq!(graph.closure([app.func("App.wipe")], 3), None);
    assert_eq!(
        app.paths(graph.may_callers(app.func("App.wipe"))),
        ["App.middle", "Disk.clear"]
    );
}

#[test]
fn reaching_is_certain_over_certain_edges_only() {
    let app = App::new(WAYS);
    let graph = app.graph();
    assert_eq!(
        reach(&app, &graph, "App.certain"),
        ["must App.certain", "must App.middle", "must App.wipe"]
    );
    assert_eq!(
        reach(&app, &graph, "App.possible"),
        [
            "may App.wipe",
            "may Disk.clear",
            "may Memory.clear",
            "must App.possible"
        ]
    );
    let possible = Node::whole(app.func("App.possible"));
    let certain_only = graph.reach(possible, None, true, 100);
    assert_eq!(reached(&app, &certain_only), ["must App.possible"]);
}

#[test]
fn a_search_inside_a_closure_sees_nothing_else() {
    let app = App::new(WAYS);
    let graph = app.graph();
    let within: FxHashSet<FuncId> = graph.closure([app.func("App.wipe")], 100).unwrap();
    let possible = Node::whole(app.func("App.possible"));
    let found = graph.reach(possible, Some(&within), false, 100);
    assert_eq!(
        reached(&app, &found),
        ["may App.wipe", "may Disk.clear", "must App.possible"]
    );
    let (index, _) = found.of(app.func("App.wipe")).next().unwrap();
    let path: Vec<String> = found
        .path(index)
        .iter()
        .map(|edge| format!("{:?} {}", edge.kind, app.called(edge.site)))
        .collect();
    assert_eq!(path, ["Dispatch Store.clear", "Call App.wipe"]);
}

#[test]
fn a_function_that_is_reached_both_ways_is_certain() {
    let app = App::new(
        r#"
class LTask; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      call static LApp;->wipe()V ()
      return
class LApp;
  method static logout()V
    b0:
      v0 = new LTask;
      call static LApp;->middle()V ()
      return
  method static middle()V
    b0:
      call static LApp;->wipe()V ()
      return
  method static wipe()V
    b0:
      return
"#,
    );
    let found = reach(&app, &app.graph(), "App.logout");
    assert!(found.contains(&"must App.wipe".to_owned()), "{found:?}");
}

#[test]
#[ignore = "a branch is not a condition: both of its sides are certain"]
fn what_is_done_on_one_side_of_a_branch_is_not_certain() {
    let app = App::new(
        r#"
class LApp;
  method static logout(Z)V
    b0:
      if v0 == 0 then b1 else b2
    b1:
      call static LApp;->wipe()V ()
      goto b2
    b2:
      call static LApp;->close()V ()
      return
  method static wipe()V
    b0:
      return
  method static close()V
    b0:
      return
"#,
    );
    assert_eq!(
        reach(&app, &app.graph(), "App.logout"),
        ["may App.wipe", "must App.close", "must App.logout"]
    );
}

#[test]
fn a_spent_budget_is_said() {
    let app = App::new(WAYS);
    let graph = app.graph();
    let found = graph.reach(Node::whole(app.func("App.certain")), None, false, 2);
    assert!(found.exhausted);
    assert_eq!(found.nodes.len(), 2);
}

#[test]
fn libraries_are_not_entered() {
    let app = App::new(WAYS);
    let graph = app.graph_with(&[], &["Disk"]);
    assert_eq!(
        reach(&app, &graph, "App.possible"),
        ["may Memory.clear", "must App.possible"]
    );
    assert!(graph.is_library_func(app.func("Disk.clear")));
}

#[test]
fn recursion_ends() {
    let app = App::new(
        r#"
class LApp;
  method static f()V
    b0:
      call static LApp;->g()V ()
      return
  method static g()V
    b0:
      call static LApp;->f()V ()
      call static LApp;->g()V ()
      return
"#,
    );
    let graph = app.graph();
    assert_eq!(reach(&app, &graph, "App.f"), ["must App.f", "must App.g"]);
    assert_eq!(closure(&app, &graph, "App.f"), ["App.f", "App.g"]);
}
