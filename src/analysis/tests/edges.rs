//! One small program for each kind of edge that a call does not name.

use crate::analysis::callgraph::Node;
use crate::analysis::testing::App;
use crate::ir::ClassId;

fn edges(text: &str, path: &str) -> Vec<String> {
    let app = App::new(text);
    let graph = app.graph();
    app.edges(&graph, path)
}

/// Edges without those of calls and allocations.
fn led(text: &str, path: &str) -> Vec<String> {
    let mut all = edges(text, path);
    all.retain(|edge| !edge.contains("<init>") && !edge.starts_with("Allocation "));
    all
}

/// What everything below uses: two effects, a callback that has one, another that has the other.
const COMMON: &str = r#"
class LWipe; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LPing; implements Ljava/lang/Runnable;
  method public run()V
    b0:
      return
class LSetup;
  method static all()V
    b0:
      v0 = new LWipe;
      v1 = new LPing;
      return
"#;

fn with(text: &str) -> String {
    format!("{COMMON}{text}")
}

// Function objects.

#[test]
fn what_is_stored_in_a_field_is_called_through_it() {
    let text = with(
        r#"
class LApp;
  method constructor <init>()V
    b0:
      v1 = new LWipe;
      v0.LApp;->done:Ljava/lang/Runnable; = v1
      return
  method logout()V
    b0:
      v1 = v0.LApp;->done:Ljava/lang/Runnable;
      call interface Ljava/lang/Runnable;->run()V (v1)
      return
"#,
    );
    assert_eq!(led(&text, "App.logout"), ["Call Wipe.run"]);
}

#[test]
fn a_field_with_two_writers_is_a_choice() {
    let text = with(
        r#"
class LApp;
  method constructor <init>()V
    b0:
      v1 = new LWipe;
      v0.LApp;->done:Ljava/lang/Runnable; = v1
      return
  method other()V
    b0:
      v1 = new LPing;
      v0.LApp;->done:Ljava/lang/Runnable; = v1
      return
  method logout()V
    b0:
      v1 = v0.LApp;->done:Ljava/lang/Runnable;
      call interface Ljava/lang/Runnable;->run()V (v1)
      return
"#,
    );
    assert_eq!(
        led(&text, "App.logout"),
        ["Dispatch Wipe.run", "Dispatch Ping.run"]
    );
}

#[test]
fn what_the_constructor_is_given_is_called_through_the_field() {
    let text = with(
        r#"
class LScreen;
  method constructor <init>(Ljava/lang/Runnable;)V
    b0:
      v0.LScreen;->done:Ljava/lang/Runnable; = v1
      return
  method click()V
    b0:
      v1 = v0.LScreen;->done:Ljava/lang/Runnable;
      call interface Ljava/lang/Runnable;->run()V (v1)
      return
class LApp;
  method static show()V
    b0:
      v0 = new LScreen;
      v1 = new LWipe;
      call direct LScreen;-><init>(Ljava/lang/Runnable;)V (v0, v1)
      return
"#,
    );
    assert_eq!(led(&text, "Screen.click"), ["Call Wipe.run"]);
}

#[test]
fn a_function_object_of_which_nothing_is_known_is_said_to_be_unknown() {
    let text = with(
        r#"
class LApp;
  method logout()V
    b0:
      v1 = call static Lx/Lib;->callback()Ljava/lang/Runnable; ()
      call interface Ljava/lang/Runnable;->run()V (v1)
      return
"#,
    );
    let app = App::new(&text);
    let graph = app.graph();
    let leaving = graph.edges(Node::whole(app.func("App.logout")));
    assert!(leaving.edges.is_empty(), "{:?}", leaving.edges);
    let blind: Vec<String> = leaving
        .blind
        .iter()
        .map(|blind| app.program.type_name(blind.ty))
        .collect();
    assert_eq!(blind, ["java.lang.Runnable"]);
}

#[test]
fn a_callback_that_is_handed_on_runs_where_it_is_given() {
    let text = with(
        r#"
class LApp;
  method static logout()V
    b0:
      v0 = new LWipe;
      call static LApp;->outer(Ljava/lang/Runnable;)V (v0)
      return
  method static ping()V
    b0:
      v0 = new LPing;
      call static LApp;->outer(Ljava/lang/Runnable;)V (v0)
      return
  method static outer(Ljava/lang/Runnable;)V
    b0:
      call static LApp;->inner(Ljava/lang/Runnable;)V (v0)
      return
  method static inner(Ljava/lang/Runnable;)V
    b0:
      call interface Ljava/lang/Runnable;->run()V (v0)
      return
"#,
    );
    assert_eq!(
        led(&text, "App.logout"),
        ["Call App.outer", "Callback Wipe.run"]
    );
    assert_eq!(led(&text, "App.inner"), [""; 0]);
    // A search that begins with the function that is given it knows all who give it.
    let app = App::new(&text);
    let graph = app.graph();
    let reach = graph.reach(Node::whole(app.func("App.inner")), None, false, 100);
    let found: Vec<String> = reach
        .nodes
        .iter()
        .map(|reached| app.show_node(reached.node))
        .collect();
    assert_eq!(found, ["App.inner", "Wipe.run", "Ping.run"]);
}

/// What R8 leaves of a helper that wraps what it is given: an object that holds it, which runs.
#[test]
fn a_callback_that_another_one_holds_runs_where_it_is_given() {
    let text = with(
        r#"
class LWrap; implements Ljava/lang/Runnable;
  method constructor <init>(Ljava/lang/Object;)V
    b0:
      v0.LWrap;->held:Ljava/lang/Object; = v1
      return
  method public run()V
    b0:
      v1 = v0.LWrap;->held:Ljava/lang/Object;
      v2 = cast v1 Ljava/lang/Runnable;
      call interface Ljava/lang/Runnable;->run()V (v2)
      return
class LApp;
  method static logout(Landroid/os/Handler;)V
    b0:
      v1 = new LWipe;
      call static LApp;->later(Landroid/os/Handler;Ljava/lang/Runnable;)V (v0, v1)
      return
  method static later(Landroid/os/Handler;Ljava/lang/Runnable;)V
    b0:
      v2 = new LWrap;
      call direct LWrap;-><init>(Ljava/lang/Object;)V (v2, v1)
      v3 = call virtual Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z (v0, v2)
      return
"#,
    );
    assert_eq!(
        led(&text, "App.logout"),
        ["Call App.later", "Callback Wipe.run"]
    );
}

// Threads, handlers, tasks.

#[test]
fn a_runnable_in_a_field_is_posted() {
    let text = with(
        r#"
class LApp;
  method constructor <init>()V
    b0:
      v1 = new LWipe;
      v0.LApp;->later:Ljava/lang/Runnable; = v1
      return
  method logout(Landroid/os/Handler;)V
    b0:
      v2 = v0.LApp;->later:Ljava/lang/Runnable;
      v3 = call virtual Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z (v1, v2)
      return
"#,
    );
    assert_eq!(led(&text, "App.logout"), ["Callback Wipe.run"]);
}

#[test]
fn a_message_comes_to_the_handler_that_sends_it() {
    let text = r#"
class LWork; extends Landroid/os/Handler;
  method public handleMessage(Landroid/os/Message;)V
    b0:
      return
class LApp;
  method constructor <init>()V
    b0:
      v1 = new LWork;
      v0.LApp;->handler:Landroid/os/Handler; = v1
      return
  method logout(Landroid/os/Message;)V
    b0:
      v2 = v0.LApp;->handler:Landroid/os/Handler;
      v3 = call virtual Landroid/os/Handler;->sendMessage(Landroid/os/Message;)Z (v2, v1)
      return
"#;
    assert_eq!(led(text, "App.logout"), ["Callback Work.handleMessage"]);
}

#[test]
fn a_thread_of_the_app_and_a_task_run_when_they_are_started() {
    let text = r#"
class LWork; extends Ljava/lang/Thread;
  method public run()V
    b0:
      return
class LTask; extends Landroid/os/AsyncTask;
  method protected varargs doInBackground([Ljava/lang/Void;)Ljava/lang/Void;
    b0:
      v2 = 0
      return v2
class LApp;
  method static thread()V
    b0:
      v0 = new LWork;
      call virtual LWork;->start()V (v0)
      return
  method static task()V
    b0:
      v0 = new LTask;
      v1 = 0
      v2 = call virtual LTask;->execute([Ljava/lang/Object;)Landroid/os/AsyncTask; (v0, v1)
      return
"#;
    let text = text.replace("protected varargs", "protected");
    assert_eq!(led(&text, "App.thread"), ["Callback Work.run"]);
    assert_eq!(led(&text, "App.task"), ["Callback Task.doInBackground"]);
}

/// A launch that a shrinker renamed: what it is given comes to where the runtime asks for the base
/// class of all coroutine bodies.
#[test]
fn a_coroutine_is_started_by_what_asks_for_its_base_class() {
    let text = r#"
class abstract Lkotlin/coroutines/jvm/internal/BaseContinuationImpl;
  method public abstract invokeSuspend(Ljava/lang/Object;)Ljava/lang/Object;
class interface abstract Lc;
  method public abstract d(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;
class LBody; extends Lkotlin/coroutines/jvm/internal/BaseContinuationImpl; implements Lc;
  method public d(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v3 = 0
      return v3
  method public invokeSuspend(Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v2 = 0
      return v2
class La;
  method static b(Lc;)V
    b0:
      call static La;->start(Lc;)V (v0)
      return
  method static start(Lc;)V
    b0:
      v1 = instanceof v0 Lkotlin/coroutines/jvm/internal/BaseContinuationImpl;
      return
class LApp;
  method static logout()V
    b0:
      v0 = new LBody;
      call static La;->b(Lc;)V (v0)
      return
"#;
    assert_eq!(
        led(text, "App.logout"),
        ["Call a.b", "Callback Body.invokeSuspend"]
    );
}

#[test]
fn the_base_class_of_coroutines_is_known_by_its_shape() {
    let text = r#"
class abstract Lr/a;
  method protected abstract c(Ljava/lang/Object;)Ljava/lang/Object;
  method public a(Ljava/lang/Object;)V
    b0:
      v2 = call virtual Lr/a;->c(Ljava/lang/Object;)Ljava/lang/Object; (v0, v1)
      return
class LBody; extends Lr/a;
  method public c(Ljava/lang/Object;)Ljava/lang/Object;
    b0:
      v2 = 0
      return v2
class La;
  method static b(Lr/a;)V
    b0:
      v1 = instanceof v0 Lr/a;
      return
class LApp;
  method static logout()V
    b0:
      v0 = new LBody;
      call static La;->b(Lr/a;)V (v0)
      return
"#;
    assert_eq!(led(text, "App.logout"), ["Call a.b", "Callback Body.c"]);
}

// Components.

const COMPONENTS: &str = r#"
class LCleaner; extends Landroid/app/Service;
  method public onStartCommand(Landroid/content/Intent;II)I
    b0:
      v4 = 2
      return v4
class LListener; extends Landroid/content/BroadcastReceiver;
  method public onReceive(Landroid/content/Context;Landroid/content/Intent;)V
    b0:
      return
class LLogin; extends Landroid/app/Activity;
  method public onCreate(Landroid/os/Bundle;)V
    b0:
      v2 = new LClick;
      call virtual LApp;->hold(Ljava/lang/Object;)V (v0, v2)
      return
  method public onDestroy()V
    b0:
      return
class LClick; implements Landroid/view/View$OnClickListener;
  method public onClick(Landroid/view/View;)V
    b0:
      return
class LApp; extends Landroid/app/Activity;
  method hold(Ljava/lang/Object;)V
    b0:
      return
  method service()V
    b0:
      v1 = new Landroid/content/Intent;
      v2 = class LCleaner;
      call direct Landroid/content/Intent;-><init>(Landroid/content/Context;Ljava/lang/Class;)V (v1, v0, v2)
      v3 = call virtual LApp;->startService(Landroid/content/Intent;)Landroid/content/ComponentName; (v0, v1)
      return
  method screen()V
    b0:
      v1 = new Landroid/content/Intent;
      v2 = class LLogin;
      call direct Landroid/content/Intent;-><init>(Landroid/content/Context;Ljava/lang/Class;)V (v1, v0, v2)
      call virtual LApp;->startActivity(Landroid/content/Intent;)V (v0, v1)
      return
  method broadcast()V
    b0:
      v1 = new Landroid/content/Intent;
      v2 = "app.SIGNED_OUT"
      call direct Landroid/content/Intent;-><init>(Ljava/lang/String;)V (v1, v2)
      call virtual LApp;->sendBroadcast(Landroid/content/Intent;)V (v0, v1)
      return
  method elsewhere()V
    b0:
      v1 = new Landroid/content/Intent;
      v2 = "app.OTHER"
      call direct Landroid/content/Intent;-><init>(Ljava/lang/String;)V (v1, v2)
      call virtual LApp;->sendBroadcast(Landroid/content/Intent;)V (v0, v1)
      return
  method unknown(Landroid/content/Intent;)V
    b0:
      call virtual LApp;->sendBroadcast(Landroid/content/Intent;)V (v0, v1)
      return
  method register()V
    b0:
      v1 = new LListener;
      v2 = new Landroid/content/IntentFilter;
      v3 = "app.SIGNED_OUT"
      call direct Landroid/content/IntentFilter;-><init>(Ljava/lang/String;)V (v2, v3)
      v4 = call virtual LApp;->registerReceiver(Landroid/content/BroadcastReceiver;Landroid/content/IntentFilter;)Landroid/content/Intent; (v0, v1, v2)
      return
  method alarm(Landroid/app/AlarmManager;)V
    b0:
      v2 = new Landroid/content/Intent;
      v3 = class LListener;
      call direct Landroid/content/Intent;-><init>(Landroid/content/Context;Ljava/lang/Class;)V (v2, v0, v3)
      v4 = 0
      v5 = call static Landroid/app/PendingIntent;->getBroadcast(Landroid/content/Context;ILandroid/content/Intent;I)Landroid/app/PendingIntent; (v0, v4, v2, v4)
      return
"#;

#[test]
fn an_intent_starts_the_component_that_it_names() {
    assert_eq!(
        led(COMPONENTS, "App.service"),
        ["Component Cleaner.onStartCommand"]
    );
    assert_eq!(led(COMPONENTS, "App.screen"), ["Screen Login.onCreate"]);
    assert_eq!(
        led(COMPONENTS, "App.alarm"),
        ["Component Listener.onReceive"]
    );
}

#[test]
fn a_broadcast_comes_to_those_who_ask_for_its_action() {
    assert_eq!(
        led(COMPONENTS, "App.broadcast"),
        ["Component Listener.onReceive"]
    );
    assert_eq!(led(COMPONENTS, "App.elsewhere"), [""; 0]);
    let app = App::new(COMPONENTS);
    let graph = app.graph();
    let leaving = graph.edges(Node::whole(app.func("App.unknown")));
    assert_eq!(leaving.blind.len(), 1);
    // The manifest registers too.
    let cleaner: ClassId = app.class("Listener");
    let actions = [("app.OTHER".to_owned(), vec![cleaner])];
    let graph = app.graph().with_actions(actions.into_iter().collect());
    assert_eq!(
        app.edges(&graph, "App.elsewhere"),
        ["Component Listener.onReceive"]
    );
}

#[test]
fn what_the_user_can_do_on_another_screen_is_not_done_here() {
    let app = App::new(COMPONENTS);
    let graph = app.graph();
    let reach = graph.reach(Node::whole(app.func("App.screen")), None, false, 100);
    let found: Vec<String> = reach
        .nodes
        .iter()
        .map(|reached| format!("{} {}", reached.elsewhere, app.show_node(reached.node)))
        .collect();
    assert!(
        found.contains(&"true Login.onCreate".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|node| node.ends_with("Click.onClick")),
        "{found:?}"
    );
    assert_eq!(reach.here().count(), 1);
}

// Holders.

const HOLDERS: &str = r#"
class LSeen; implements Landroidx/lifecycle/Observer;
  method public onChanged(Ljava/lang/Object;)V
    b0:
      return
class LOther; implements Landroidx/lifecycle/Observer;
  method public onChanged(Ljava/lang/Object;)V
    b0:
      return
class LCollector; implements Lkotlinx/coroutines/flow/FlowCollector;
  method public emit(Ljava/lang/Object;Lkotlin/coroutines/Continuation;)Ljava/lang/Object;
    b0:
      v3 = 0
      return v3
class LConsumer; implements Lio/reactivex/functions/Consumer;
  method public accept(Ljava/lang/Object;)V
    b0:
      return
class LModel;
  method constructor <init>()V
    b0:
      v1 = new Landroidx/lifecycle/MutableLiveData;
      call direct Landroidx/lifecycle/MutableLiveData;-><init>()V (v1)
      v0.LModel;->out:Landroidx/lifecycle/MutableLiveData; = v1
      v2 = new Landroidx/lifecycle/MutableLiveData;
      call direct Landroidx/lifecycle/MutableLiveData;-><init>()V (v2)
      v0.LModel;->more:Landroidx/lifecycle/MutableLiveData; = v2
      v3 = 0
      v4 = call static Lkotlinx/coroutines/flow/StateFlowKt;->MutableStateFlow(Ljava/lang/Object;)Lkotlinx/coroutines/flow/MutableStateFlow; (v3)
      v0.LModel;->_state:Lkotlinx/coroutines/flow/MutableStateFlow; = v4
      v5 = call static Lkotlinx/coroutines/flow/FlowKt;->asStateFlow(Lkotlinx/coroutines/flow/MutableStateFlow;)Lkotlinx/coroutines/flow/StateFlow; (v4)
      v0.LModel;->state:Lkotlinx/coroutines/flow/StateFlow; = v5
      v6 = call static Lio/reactivex/subjects/PublishSubject;->create()Lio/reactivex/subjects/PublishSubject; ()
      v0.LModel;->subject:Lio/reactivex/subjects/PublishSubject; = v6
      return
  method post()V
    b0:
      v1 = v0.LModel;->out:Landroidx/lifecycle/MutableLiveData;
      v2 = 1
      call virtual Landroidx/lifecycle/MutableLiveData;->postValue(Ljava/lang/Object;)V (v1, v2)
      return
  method emit()V
    b0:
      v1 = v0.LModel;->_state:Lkotlinx/coroutines/flow/MutableStateFlow;
      v2 = 1
      call interface Lkotlinx/coroutines/flow/MutableStateFlow;->setValue(Ljava/lang/Object;)V (v1, v2)
      return
  method next()V
    b0:
      v1 = v0.LModel;->subject:Lio/reactivex/subjects/PublishSubject;
      v2 = 1
      call virtual Lio/reactivex/subjects/PublishSubject;->onNext(Ljava/lang/Object;)V (v1, v2)
      return
class LScreen;
  method observe(LModel;Landroidx/lifecycle/LifecycleOwner;)V
    b0:
      v3 = v1.LModel;->out:Landroidx/lifecycle/MutableLiveData;
      v4 = new LSeen;
      call virtual Landroidx/lifecycle/LiveData;->observe(Landroidx/lifecycle/LifecycleOwner;Landroidx/lifecycle/Observer;)V (v3, v2, v4)
      v5 = v1.LModel;->more:Landroidx/lifecycle/MutableLiveData;
      v6 = new LOther;
      call virtual Landroidx/lifecycle/LiveData;->observe(Landroidx/lifecycle/LifecycleOwner;Landroidx/lifecycle/Observer;)V (v5, v2, v6)
      return
  method collect(LModel;Lkotlin/coroutines/Continuation;)V
    b0:
      v3 = v1.LModel;->state:Lkotlinx/coroutines/flow/StateFlow;
      v4 = new LCollector;
      v5 = call interface Lkotlinx/coroutines/flow/StateFlow;->collect(Lkotlinx/coroutines/flow/FlowCollector;Lkotlin/coroutines/Continuation;)Ljava/lang/Object; (v3, v4, v2)
      return
  method subscribe(LModel;)V
    b0:
      v2 = v1.LModel;->subject:Lio/reactivex/subjects/PublishSubject;
      v3 = call virtual Lio/reactivex/subjects/PublishSubject;->hide()Lio/reactivex/Observable; (v2)
      v4 = new LConsumer;
      v5 = call virtual Lio/reactivex/Observable;->subscribe(Lio/reactivex/functions/Consumer;)Lio/reactivex/disposables/Disposable; (v3, v4)
      return
"#;

#[test]
fn what_is_posted_comes_to_the_observers_of_the_same_holder() {
    assert_eq!(led(HOLDERS, "Model.post"), ["Channel Seen.onChanged"]);
    assert_eq!(led(HOLDERS, "Model.emit"), ["Channel Collector.emit"]);
    assert_eq!(led(HOLDERS, "Model.next"), ["Channel Consumer.accept"]);
}

#[test]
fn an_event_comes_to_the_subscribers_of_its_type() {
    let text = r#"
class LSignedOut;
class LOther;
class LScreen;
  method public onEvent(LSignedOut;)V
    b0:
      return
  method public onEventMainThread(LOther;)V
    b0:
      return
class LApp;
  method static logout(Lde/greenrobot/event/EventBus;)V
    b0:
      v1 = new LSignedOut;
      call virtual Lde/greenrobot/event/EventBus;->post(Ljava/lang/Object;)V (v0, v1)
      return
"#;
    assert_eq!(led(text, "App.logout"), ["Channel Screen.onEvent"]);
}

// Reflection.

#[test]
fn constants_name_the_class_and_the_method() {
    let text = r#"
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
  method static made()V
    b0:
      v4 = class LMemory;
      v0 = "Disk"
      v1 = call static Ljava/lang/Class;->forName(Ljava/lang/String;)Ljava/lang/Class; (v0)
      v2 = call virtual Ljava/lang/Class;->newInstance()Ljava/lang/Object; (v1)
      v3 = cast v2 LStore;
      v5 = class LDisk;
      call interface LStore;->clear()V (v3)
      return
  method static called(Ljava/lang/Object;)V
    b0:
      v1 = class LDisk;
      v2 = "clear"
      v3 = 0
      v4 = call virtual Ljava/lang/Class;->getMethod(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method; (v1, v2, v3)
      v5 = call virtual Ljava/lang/reflect/Method;->invoke(Ljava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object; (v4, v0, v3)
      return
"#;
    assert_eq!(led(text, "App.made"), ["Call Disk.clear"]);
    assert_eq!(led(text, "App.called"), ["Call Disk.clear"]);
}
