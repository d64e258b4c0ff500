//! Whether the client itself ends or locks a session that is not used, or that is too old.
//!
//! Found backward: what locks or signs out, then the callbacks of activity and of coming to the
//! front that lead there, then whether the time is looked at on the way. A screen that goes back to
//! the login because no token is there is no timeout.

use rustc_hash::FxHashSet;

use super::phrase::stored_phrase;
use super::{Builder, Stored};
use crate::analysis::callgraph::{Node, Reach};
use crate::analysis::entries::{Entries, EntryKind};
use crate::analysis::template::Overlap;
use crate::analysis::time::Times;
use crate::analysis::values::{Origin, Site};
use crate::facts::literal;
use crate::finding::{Confidence, Step};
use crate::ir::{Body, FuncId, Op, Operator, Value, access};
use crate::ledger::credential::is_issued;
use crate::ledger::exit::Exit;
use crate::ledger::{Record, locate};
use crate::models::{ArgRole, Roles, words};

/// Most functions that may lead to a lock or a sign-out.
const CLOSURE: usize = 4000;
/// Most functions that are followed from a callback.
const REACH: usize = 250;
/// Most callbacks that are followed.
const CALLBACKS: usize = 96;
/// Deepest chain of operations between the clock and a branch.
const DEPTH: u8 = 10;
/// Thirty days in seconds: the most that NIST SP 800-63B-4 2.1.3 allows at AAL1.
const LONGEST: i64 = 30 * 86_400;

/// What the platform calls when the user does something.
const ACTIVITY: [&str; 3] = [
    "onUserInteraction",
    "dispatchTouchEvent",
    "dispatchKeyEvent",
];
/// Words in names of screens that ask who it is.
const SCREENS: [&str; 12] = [
    "login",
    "signin",
    "sign in",
    "log in",
    "lock",
    "lockscreen",
    "passcode",
    "pin",
    "unlock",
    "auth",
    "authentication",
    "biometric",
];
/// Words in names of functions that lock.
const LOCKS: [&str; 8] = [
    "lock",
    "lock app",
    "lock screen",
    "lock session",
    "expire session",
    "session expired",
    "session timeout",
    "end session",
];
/// Names of what says since when a session lives.
const BEGINNINGS: [&str; 20] = [
    "login time",
    "login at",
    "login date",
    "logged in at",
    "login timestamp",
    "last login",
    "last login time",
    "session start",
    "session started",
    "session started at",
    "session created",
    "session begin",
    "signed in at",
    "sign in time",
    "auth time",
    "authenticated at",
    "session expiry",
    "session expires",
    "session expires at",
    "session time",
];

/// What says the time.
const CLOCKS: [&str; 7] = [
    "java.lang.System.currentTimeMillis",
    "android.os.SystemClock.elapsedRealtime",
    "android.os.SystemClock.uptimeMillis",
    "java.lang.System.nanoTime",
    "java.time.Instant.now",
    "java.util.Date.<init>",
    "java.util.Calendar.getInstance",
];

/// A way by which a session is locked or ended in time.
struct Limit {
    site: Site,
    /// Seconds, where the code says so.
    seconds: Option<i64>,
    /// Control gets there for certain.
    must: bool,
    what: String,
}

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// One record for the time without activity, one for the age of the session.
    pub(super) fn timeout_records(
        &self,
        entries: &Entries,
        exits: &[Exit],
        stored: &[Stored<'_>],
    ) -> Vec<Record> {
        let issued = stored.iter().find(|stored| {
            stored
                .first()
                .is_some_and(|write| is_issued(write.credential.kind))
        });
        let Some(issued) = issued else {
            return Vec::new();
        };
        let locks = self.locks(exits, stored);
        let clocks = self.clocks();
        vec![
            self.idle_record(entries, issued, &locks, &clocks),
            self.age_record(issued, &clocks),
        ]
    }

    fn timeout_record(&self, issued: &Stored<'_>, kind: &'static str) -> Record {
        let location = match self.sources.manifest {
            Some(manifest) => manifest.application.location.clone(),
            None => issued
                .first()
                .map(|write| locate::site(self.program, write.site))
                .unwrap_or_default(),
        };
        let mut record = Record::new("timeout", location, Confidence::Medium);
        record.set("kind", kind);
        record.subject = format!("timeout:{kind}");
        record.facts.insert("session", stored_phrase(issued));
        if let Some(write) = issued.first() {
            record.flow.push(Step {
                location: locate::site(self.program, write.site),
                message: "the session is stored here".to_owned(),
            });
        }
        record
    }

    // Inactivity.

    fn idle_record(
        &self,
        entries: &Entries,
        issued: &Stored<'_>,
        locks: &FxHashSet<FuncId>,
        clocks: &FxHashSet<FuncId>,
    ) -> Record {
        let mut record = self.timeout_record(issued, "idle");
        let closure = self.graph.closure(locks.iter().copied(), CLOSURE);
        let callbacks = self.activity_callbacks(entries);
        let near: Vec<(FuncId, bool)> = callbacks
            .iter()
            .copied()
            .filter(|(func, _)| closure.as_ref().is_none_or(|near| near.contains(func)))
            .collect();
        let mut found: Option<Limit> = None;
        for (func, front) in near.iter().take(CALLBACKS) {
            if let Some(limit) = self.idle_limit(*func, *front, locks, clocks)
                && found.as_ref().is_none_or(|known| !known.must && limit.must)
            {
                found = Some(limit);
            }
        }
        // One DEX file alone is a part of an app: the rest may lock.
        let whole = self.sources.manifest.is_some();
        let complete = closure.is_some() && near.len() <= CALLBACKS && whole;
        record.set(
            "state",
            match &found {
                Some(limit) if limit.must => "handled",
                Some(_) => "open",
                None if complete => "missing",
                None => "open",
            },
        );
        record.proof.push(format!(
            "{} functions lock, sign out or ask for a login; of {} callbacks of activity, of coming to the front and of leaving it, {} may lead to one of them, and {} of those look at the time or ask again",
            locks.len(),
            callbacks.len(),
            near.len(),
            usize::from(found.is_some()),
        ));
        let facts = &mut record.facts;
        match &found {
            Some(limit) => {
                let after = limit
                    .seconds
                    .map(|seconds| format!(" after {}", literal::duration(seconds)))
                    .unwrap_or_default();
                facts.insert(
                    "met",
                    format!(
                        "{}{after}; whether the server ends an idle session is not observable in the client",
                        limit.what
                    ),
                );
                facts.insert(
                    "open",
                    format!("{}{after}, but not on a way that is certain", limit.what),
                );
                record.flow.push(Step {
                    location: locate::site(self.program, limit.site),
                    message: "the time is looked at here".to_owned(),
                });
            }
            None => {
                facts.insert(
                    "open",
                    if whole {
                        "too many callbacks or ways to a lock or a login to follow all of them"
                    } else {
                        "without a manifest this may be a part of an app only"
                    }
                    .to_owned(),
                );
            }
        }
        record
    }

    /// Callbacks in which an idle timer is reset, started or checked, and whether the app comes to
    /// the front with them.
    fn activity_callbacks(&self, entries: &Entries) -> Vec<(FuncId, bool)> {
        let mut found: Vec<(FuncId, bool)> = entries
            .of(EntryKind::Foreground)
            .chain(entries.of(EntryKind::Launch))
            .map(|entry| (entry.node.func, true))
            .chain(
                entries
                    .of(EntryKind::Background)
                    .map(|entry| (entry.node.func, false)),
            )
            .collect();
        let names: Vec<_> = ACTIVITY
            .iter()
            .filter_map(|name| self.program.names.get(name.as_bytes()))
            .collect();
        for (index, function) in self.program.funcs.iter().enumerate() {
            let symbol = self.program.method(function.method);
            if names.contains(&symbol.name)
                && function.code != 0
                && function.access & access::STATIC == 0
                && !self.graph.is_library(function.class)
            {
                found.push((FuncId(u32::try_from(index).unwrap_or(u32::MAX)), false));
            }
        }
        found.sort_unstable_by_key(|(func, front)| (*func, !*front));
        found.dedup_by_key(|(func, _)| *func);
        found
    }

    /// What a callback does about time: it compares times and locks, starts a timer that locks, or
    /// asks again.
    fn idle_limit(
        &self,
        func: FuncId,
        front: bool,
        locks: &FxHashSet<FuncId>,
        clocks: &FxHashSet<FuncId>,
    ) -> Option<Limit> {
        let reach = self.graph.reach(Node::whole(func), None, false, REACH);
        let locked = reach
            .nodes
            .iter()
            .filter(|reached| locks.contains(&reached.node.func))
            .max_by_key(|reached| reached.must)?;
        let who = self.program.func_path(func);
        let mut best: Option<Limit> = None;
        for reached in &reach.nodes {
            let inner = reached.node.func;
            let must = reached.must && locked.must;
            let limit = self
                .compared(inner, clocks)
                .map(|(site, seconds)| Limit {
                    site,
                    seconds,
                    must,
                    what: format!("`{who}` compares times and locks"),
                })
                .or_else(|| {
                    // One that starts when a screen comes up is a splash or an animation.
                    let (site, seconds) = self.timer(inner).filter(|_| !front)?;
                    // The timer has to run what locks, not something else.
                    self.runs_lock(&reach, site, locks).then(|| Limit {
                        site,
                        seconds,
                        must: reached.must,
                        what: format!("`{who}` starts a timer that locks"),
                    })
                })
                .or_else(|| {
                    let site = self.asks_again(inner).filter(|_| front)?;
                    Some(Limit {
                        site,
                        seconds: None,
                        must: reached.must,
                        what: format!("`{who}` asks the user again"),
                    })
                });
            if let Some(limit) = limit
                && best.as_ref().is_none_or(|known| !known.must && limit.must)
            {
                best = Some(limit);
            }
        }
        best
    }

    /// Whether a path from an entry to a lock begins at a site: at the call that starts a timer.
    fn runs_lock(&self, reach: &Reach, site: Site, locks: &FxHashSet<FuncId>) -> bool {
        (0..reach.nodes.len()).any(|index| {
            reach
                .nodes
                .get(index)
                .is_some_and(|reached| locks.contains(&reached.node.func))
                && reach.path(index).iter().any(|edge| {
                    edge.site == site || edge.site.func == site.func && !edge.kind.must()
                })
        })
    }

    /// A timer that a function starts, with its delay.
    fn timer(&self, func: FuncId) -> Option<(Site, Option<i64>)> {
        self.program.body(func).iter_ops().find_map(|(op, call)| {
            let Op::Call { target, .. } = call else {
                return None;
            };
            let model = self.sources.apis.of(*target).iter().find(|model| {
                model.roles.contains(Roles::IDLE_TIMER)
                    && (model.arg(ArgRole::Delay).is_some() || model.arg(ArgRole::When).is_some())
            })?;
            let site = Site { func, op };
            let position = model
                .arg(ArgRole::Delay)
                .or_else(|| model.arg(ArgRole::When))?;
            let value = self.values.argument_value(site, position)?;
            let time = Times::new(self.graph).of(func, value, &None);
            let seconds = time.and_then(|time| {
                time.from_now()
                    .or_else(|| time.length().map(|millis| millis / 1000))
            });
            Some((site, seconds.filter(|seconds| *seconds > 0)))
        })
    }

    fn asks_again(&self, func: FuncId) -> Option<Site> {
        self.program.body(func).iter_ops().find_map(|(op, call)| {
            let Op::Call { target, .. } = call else {
                return None;
            };
            self.sources
                .apis
                .of(*target)
                .iter()
                .any(|model| {
                    model.lib == "reauth"
                        && model.roles.contains(Roles::REAUTH)
                        && model.arg(ArgRole::Mask).is_none()
                })
                .then_some(Site { func, op })
        })
    }

    /// A branch that hangs on the clock, and the length that it compares with.
    fn compared(&self, func: FuncId, clocks: &FxHashSet<FuncId>) -> Option<(Site, Option<i64>)> {
        if !clocks.contains(&func) {
            return None;
        }
        let body = self.program.body(func);
        body.iter_ops().find_map(|(op, branch)| {
            let Op::Branch { condition, .. } = branch else {
                return None;
            };
            let sides: Vec<Value> = match body.def(condition.left) {
                Some((
                    _,
                    Op::Compute {
                        operator: Operator::Compare,
                        inputs,
                        ..
                    },
                )) => body.args(*inputs).to_vec(),
                _ => [Some(condition.left), condition.right]
                    .into_iter()
                    .flatten()
                    .collect(),
            };
            sides
                .iter()
                .any(|side| self.hangs_on_clock(body, *side, DEPTH))
                .then(|| {
                    let times = Times::new(self.graph);
                    let seconds = sides.iter().find_map(|side| {
                        let length = times.of(func, *side, &None)?.length()?;
                        // A plain number of milliseconds; less than a second is no timeout.
                        (length >= 1000).then_some(length / 1000)
                    });
                    (Site { func, op }, seconds)
                })
        })
    }

    /// Whether a value was computed from the clock in this function.
    fn hangs_on_clock(&self, body: &Body<'a>, value: Value, depth: u8) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        match body.def(value) {
            Some((_, Op::Call { target, args, .. })) => {
                let path = self.program.method_path(*target);
                CLOCKS.contains(&path.as_str())
                    || (path.starts_with("java.")
                        || path.starts_with("j$.")
                        || path.starts_with("kotlin."))
                        && body
                            .args(*args)
                            .iter()
                            .any(|arg| self.hangs_on_clock(body, *arg, depth))
            }
            Some((_, Op::New { dst, .. })) => body.ops.iter().any(|op| match op {
                Op::Call { target, args, .. } => {
                    body.args(*args).first() == Some(dst)
                        && body.args(*args).len() == 1
                        && CLOCKS.contains(&self.program.method_path(*target).as_str())
                }
                _ => false,
            }),
            Some((_, Op::Compute { inputs, .. })) => body
                .args(*inputs)
                .iter()
                .any(|input| self.hangs_on_clock(body, *input, depth)),
            Some((_, Op::Cast { src, .. })) => self.hangs_on_clock(body, *src, depth),
            _ => false,
        }
    }

    /// Own functions that ask for the time.
    fn clocks(&self) -> FxHashSet<FuncId> {
        let mut found = FxHashSet::default();
        for (index, method) in self.program.methods.iter().enumerate() {
            let class = self.program.names.text(method.class);
            if !matches!(
                class,
                "Ljava/lang/System;"
                    | "Landroid/os/SystemClock;"
                    | "Ljava/time/Instant;"
                    | "Lj$/time/Instant;"
                    | "Ljava/util/Date;"
                    | "Ljava/util/Calendar;"
            ) {
                continue;
            }
            let id = crate::ir::MethodId(u32::try_from(index).unwrap_or(u32::MAX));
            let path = self.program.method_path(id).replace("j$.", "java.");
            if CLOCKS.contains(&path.as_str()) {
                found.extend(
                    self.program
                        .calls
                        .row(id.0)
                        .filter(|func| !self.graph.is_library_func(*func)),
                );
            }
        }
        found
    }

    /// Own functions that lock, sign out, or lead to a screen that asks who it is.
    fn locks(&self, exits: &[Exit], stored: &[Stored<'_>]) -> FxHashSet<FuncId> {
        let mut found: FxHashSet<FuncId> = exits.iter().map(|exit| exit.entry.node.func).collect();
        found.extend(
            self.events
                .clears
                .iter()
                .filter(|clear| {
                    clear.everything
                        || stored
                            .iter()
                            .any(|stored| stored.id.covered_by(&clear.id) == Overlap::Same)
                })
                .map(|clear| clear.site.func),
        );
        found.extend(
            self.sites(|model| {
                model
                    .roles
                    .intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
                    || model.lib == "reauth"
                        && model.roles.contains(Roles::REAUTH)
                        && model.arg(ArgRole::Mask).is_none()
                        && !model.is(Roles::ENTRY_POINT)
            })
            .into_iter()
            .map(|(site, _)| site.func),
        );
        for (class, name) in self.components {
            let last = name.rsplit('.').next().unwrap_or(name);
            let plain = words::normalize(last, false);
            if SCREENS.iter().any(|screen| has_words(&plain, screen)) {
                found.extend(self.program.class_literals.row(class.0));
            }
        }
        for (index, function) in self.program.funcs.iter().enumerate() {
            let func = FuncId(u32::try_from(index).unwrap_or(u32::MAX));
            let name = self.program.func_name(func);
            // Cheap first: this looks at every function.
            if function.code != 0
                && (name.contains("ock") || name.contains("ession"))
                && LOCKS.contains(&words::normalize(name, false).as_str())
            {
                found.insert(func);
            }
        }
        found.retain(|func| !self.graph.is_library_func(*func));
        found
    }

    // Age.

    fn age_record(&self, issued: &Stored<'_>, clocks: &FxHashSet<FuncId>) -> Record {
        let mut record = self.timeout_record(issued, "absolute");
        let mut known: Option<Limit> = None;
        let mut funcs: Vec<FuncId> = clocks.iter().copied().collect();
        funcs.sort_unstable();
        for func in funcs {
            let Some(name) = self.session_beginning(func) else {
                continue;
            };
            let Some((site, seconds)) = self.compared(func, clocks) else {
                continue;
            };
            let limit = Limit {
                site,
                seconds,
                must: true,
                what: format!(
                    "`{}` compares `{name}` with the time",
                    self.program.func_path(func)
                ),
            };
            if known
                .as_ref()
                .is_none_or(|known| known.seconds < limit.seconds)
            {
                known = Some(limit);
            }
        }
        let asked = self.program.texts.iter().find(|(text, func)| {
            (text.contains("max_age") || text == "auth_time") && !self.graph.is_library_func(*func)
        });
        let state = match (&known, asked) {
            (Some(limit), _) if limit.seconds.is_some_and(|seconds| seconds > LONGEST) => "long",
            (Some(_), _) | (None, Some(_)) => "handled",
            (None, None) => "open",
        };
        record.set("state", state);
        let facts = &mut record.facts;
        facts.insert("open", "nothing in the client looks at the age of the session; whether the server limits it is not observable in the client".to_owned());
        if let Some(limit) = &known {
            let after = limit.seconds.map(literal::duration);
            facts.insert(
                "limit",
                after.clone().unwrap_or_else(|| "a time".to_owned()),
            );
            facts.insert("symbol", self.program.func_path(limit.site.func));
            facts.insert(
                "met",
                match after {
                    Some(after) => format!("{}, with a limit of {after}", limit.what),
                    None => limit.what.clone(),
                },
            );
            if state == "long" {
                record.location = locate::site(self.program, limit.site);
                record.excerpt = locate::excerpt(self.values, limit.site, &self.events.key_texts);
            }
        } else if let Some((text, func)) = asked {
            facts.insert(
                "met",
                format!("`{}` uses `{text}`", self.program.func_path(*func)),
            );
        }
        record
    }

    /// The name under which a function reads since when the session lives.
    fn session_beginning(&self, func: FuncId) -> Option<String> {
        let body = self.program.body(func);
        let says = |name: &str| {
            let plain = words::normalize(name, false);
            BEGINNINGS.contains(&plain.as_str())
        };
        body.iter_ops().find_map(|(op, operation)| match operation {
            Op::Call { target, .. } => {
                let model = self
                    .sources
                    .apis
                    .of(*target)
                    .iter()
                    .find(|model| model.roles.contains(Roles::READ))?;
                let key = model.arg(ArgRole::Key)?;
                self.values
                    .argument(Site { func, op }, key, &None)
                    .into_iter()
                    .find_map(|origin| match origin {
                        Origin::Text(text) if says(&text) => Some(text.to_string()),
                        _ => None,
                    })
            }
            Op::Load {
                place: crate::ir::Place::Field(_, field) | crate::ir::Place::Static(field),
                ..
            } => {
                let name = self.program.names.text(self.program.field(*field).name);
                says(name).then(|| name.to_owned())
            }
            _ => None,
        })
    }
}

/// Whether words stand in a normalized name, as whole words.
fn has_words(plain: &str, wanted: &str) -> bool {
    format!(" {plain} ").contains(&format!(" {wanted} "))
}
