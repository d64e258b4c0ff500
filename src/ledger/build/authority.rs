//! Who decides that the user is signed in: a flag of the client's own, or something that a server
//! issued.

use rustc_hash::FxHashSet;

use super::{Builder, Stored};
use crate::analysis::values::{Origin, Site};
use crate::finding::{Confidence, Step};
use crate::ir::{Body, FuncId, Op, Value};
use crate::ledger::credential::is_issued;
use crate::ledger::event::Protected;
use crate::ledger::{Record, locate};
use crate::models::{ArgRole, Roles, StoreKind, words};

/// What a flag for "signed in" is called.
const FLAGS: [&str; 26] = [
    "is logged in",
    "logged in",
    "loggedin",
    "is loggedin",
    "is login",
    "login",
    "islogin",
    "login status",
    "login state",
    "is signed in",
    "signed in",
    "is signin",
    "signin",
    "is authenticated",
    "authenticated",
    "user logged in",
    "is user logged in",
    "is logged",
    "logged",
    "islogged",
    "isloggedin",
    "has logged in",
    "user login",
    "is user login",
    "login flag",
    "logged in status",
];
/// What goes to another screen.
const GOES: [&str; 8] = [
    "startActivity",
    "startActivityForResult",
    "startActivityIfNeeded",
    "setContentView",
    "navigate",
    "replace",
    "finish",
    "setStartDestination",
];
/// Most callers of a function that returns the flag.
const CALLERS: usize = 12;
/// Deepest chain of operations between the flag and a branch.
const DEPTH: u8 = 6;

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// One record: the first place where a flag picks the screen.
    pub(super) fn authority_record(&self, stored: &[Stored<'_>]) -> Option<Record> {
        let mut gates: Vec<(Site, Site, String)> = Vec::new();
        for (read, model) in self.sites(|model| {
            model.roles.contains(Roles::READ)
                && model.arg(ArgRole::Key).is_some()
                && (model.method == "getBoolean"
                    || model.method.starts_with("getBool")
                    || model.method == "decodeBool")
        }) {
            let Some(position) = model.arg(ArgRole::Key) else {
                continue;
            };
            let key = self
                .values
                .argument_from_callers(read, position)
                .into_iter()
                .find_map(|origin| match origin {
                    Origin::Text(text) if is_flag(&text) => Some(text.to_string()),
                    _ => None,
                });
            let Some(key) = key else { continue };
            if let Some(gate) = self.picks_screen(read) {
                gates.push((gate, read, key));
            }
        }
        gates.sort_by_key(|(gate, _, _)| *gate);
        let (gate, read, key) = gates.first()?.clone();

        let issued = stored
            .iter()
            .filter_map(Stored::first)
            .find(|write| is_issued(write.credential.kind));
        // A token in memory, a jar of cookies, an SDK's session: something else may be asked too.
        let elsewhere = self.sdk_session()
            || self.events.writes.iter().any(|write| {
                is_issued(write.credential.kind) && write.protected == Protected::Memory
            })
            || !self
                .sites(|model| {
                    matches!(
                        model.store,
                        Some(StoreKind::Cookiejar | StoreKind::HttpCookies)
                    )
                })
                .is_empty();
        let mut record = Record::new(
            "authority",
            locate::site(self.program, gate),
            Confidence::Medium,
        );
        record.set(
            "decides",
            match (issued.is_some(), elsewhere) {
                (true, _) => "token",
                (false, true) => "open",
                (false, false) => "flag",
            },
        );
        record.subject = format!("flag:{key}");
        record.owner = self.owner(gate.func);
        record.excerpt = locate::excerpt(self.values, gate, &self.events.key_texts);
        record.flow = vec![
            Step {
                location: locate::site(self.program, read),
                message: format!("reads the flag `{key}`"),
            },
            Step {
                location: locate::site(self.program, gate),
                message: "the flag picks the screen here".to_owned(),
            },
        ];
        record.flow.dedup_by(|a, b| a.location == b.location);
        record.related = gates
            .iter()
            .skip(1)
            .take(8)
            .map(|(gate, _, key)| Step {
                location: locate::site(self.program, *gate),
                message: format!("`{key}` picks the screen here too"),
            })
            .collect();
        record.proof.push(
            "no token, session id or cookie is stored, no SDK keeps a session, and no cookies are kept"
                .to_owned(),
        );
        let facts = &mut record.facts;
        facts.insert("key", key.clone());
        facts.insert("symbol", self.program.func_path(gate.func));
        facts.insert(
            "open",
            format!("`{key}` picks the screen; a session in memory, of an SDK or in cookies may decide what the server gives"),
        );
        facts.insert(
            "met",
            match issued {
                Some(write) => format!(
                    "`{key}` only picks the screen: the app also holds {}, for which a server is asked",
                    super::phrase::article(write.credential.kind.name())
                ),
                None => String::new(),
            },
        );
        Some(record)
    }

    /// The branch on a flag that leads to another screen: in the function that reads it, or in one
    /// that calls it.
    fn picks_screen(&self, read: Site) -> Option<Site> {
        let body = self.program.body(read.func);
        let dst = body.op(read.op)?.dst()?;
        if let Some(site) = self.branch_that_goes(body, dst) {
            return Some(site);
        }
        let returned = body.ops.iter().any(
            |op| matches!(op, Op::Return { value: Some(value) } if self.hangs_on(body, *value, dst, DEPTH)),
        );
        if !returned {
            return None;
        }
        let mut seen: FxHashSet<FuncId> = FxHashSet::default();
        self.graph
            .call_sites(read.func, CALLERS)
            .into_iter()
            .take(CALLERS)
            .find_map(|call| {
                let caller = self.program.body(call.func);
                let dst = caller.op(call.op)?.dst()?;
                if !seen.insert(call.func) || self.graph.is_library_func(call.func) {
                    return None;
                }
                self.branch_that_goes(caller, dst)
            })
    }

    fn branch_that_goes(&self, body: &Body<'a>, flag: Value) -> Option<Site> {
        let goes = body.ops.iter().any(|op| match op {
            Op::Call { target, .. } => {
                GOES.contains(&self.program.names.text(self.program.method(*target).name))
            }
            _ => false,
        });
        if !goes {
            return None;
        }
        body.iter_ops().find_map(|(op, branch)| match branch {
            Op::Branch { condition, .. }
                if condition.right.is_none()
                    && self.hangs_on(body, condition.left, flag, DEPTH) =>
            {
                Some(Site {
                    func: body.func,
                    op,
                })
            }
            _ => None,
        })
    }

    fn hangs_on(&self, body: &Body<'a>, value: Value, on: Value, depth: u8) -> bool {
        if value == on {
            return true;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        match body.def(value) {
            Some((_, Op::Cast { src, .. })) => self.hangs_on(body, *src, on, depth),
            Some((_, Op::Phi { args, .. } | Op::Compute { inputs: args, .. })) => body
                .args(*args)
                .iter()
                .any(|arg| self.hangs_on(body, *arg, on, depth)),
            // `Boolean.valueOf(flag).booleanValue()`
            Some((_, Op::Call { target, args, .. })) => {
                self.program
                    .method_path(*target)
                    .starts_with("java.lang.Boolean.")
                    && body
                        .args(*args)
                        .iter()
                        .any(|arg| self.hangs_on(body, *arg, on, depth))
            }
            _ => false,
        }
    }
}

fn is_flag(key: &str) -> bool {
    FLAGS.contains(&words::normalize(key, false).as_str())
}
