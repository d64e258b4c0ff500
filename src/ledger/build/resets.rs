//! Calls of an SDK's sign-out that are no way out: a reset before or after signing in, and the
//! removal of accounts that are not the app's.

use rustc_hash::FxHashSet;

use super::Builder;
use crate::analysis::callgraph::{Node, through_casts};
use crate::analysis::values::Site;
use crate::ir::{BlockId, FuncId, Op};
use crate::ledger::event::Events;
use crate::models::{ApiModel, Roles, StoreKind};

/// Most functions that are followed from one place.
const FOLLOWED: usize = 300;
/// Models of the system's account store.
const ACCOUNTS: &str = "android.accountmanager";
/// The action of a service that makes accounts of its own.
const AUTHENTICATOR: &str = "android.accounts.AccountAuthenticator";

/// Leaves out calls of the system's account store where the app has no accounts of its own in it:
/// what such an app removes there is somebody else's.
pub(super) fn leave_out_foreign_accounts(events: &mut Events, has_authenticator: bool) {
    let keeps = |kind: StoreKind| kind == StoreKind::Accountmanager;
    let own = has_authenticator || events.writes.iter().any(|write| keeps(write.kind));
    if !own {
        events.sdk.retain(|(_, model)| model.lib != ACCOUNTS);
    }
}

/// Whether a manifest declares an authenticator.
pub(super) fn has_authenticator(manifest: Option<&crate::facts::manifest::Manifest>) -> bool {
    manifest.is_some_and(|manifest| {
        manifest.components.iter().any(|component| {
            component
                .filters
                .iter()
                .any(|filter| filter.actions.iter().any(|action| action == AUTHENTICATOR))
        })
    })
}

impl Builder<'_, '_, '_> {
    /// Whether an SDK's sign-out runs as a part of signing in with the same SDK: behind it the
    /// sign-in starts (so that the user is asked for the account again), or it stands in what runs
    /// when the sign-in has ended (the app has its own token by then).
    pub(super) fn is_reset(&self, site: Site, model: &ApiModel) -> bool {
        let logins: Vec<Site> = self
            .events
            .sdk
            .iter()
            .filter(|(_, login)| login.lib == model.lib && login.roles.contains(Roles::LOGIN))
            .map(|(login, _)| *login)
            .collect();
        !logins.is_empty()
            && (self.leads_to_login(site, &logins)
                || logins
                    .iter()
                    .any(|login| self.runs_after_login(*login, site.func)))
    }

    fn leads_to_login(&self, site: Site, logins: &[Site]) -> bool {
        let behind = self.behind(site);
        let there = |login: &Site| login.func == site.func && behind.contains(login);
        let mut reached: FxHashSet<FuncId> = FxHashSet::default();
        for edge in self.graph.edges(Node::whole(site.func)).iter() {
            if edge.kind.must() && behind.contains(&edge.site) {
                let reach = self.graph.reach(edge.to, None, true, FOLLOWED);
                reached.extend(reach.nodes.iter().map(|reached| reached.node.func));
            }
        }
        logins
            .iter()
            .any(|login| there(login) || login.func != site.func && reached.contains(&login.func))
    }

    /// The operations of a function that control may come to after one of them.
    fn behind(&self, site: Site) -> FxHashSet<Site> {
        let body = self.program.body(site.func);
        let mut found = FxHashSet::default();
        let Some(start) = body.block_of(site.op) else {
            return found;
        };
        let mut queue: Vec<(BlockId, u32)> = vec![(start, site.op.0 + 1)];
        let mut seen: FxHashSet<BlockId> = FxHashSet::default();
        while let Some((at, from)) = queue.pop() {
            let Some(block) = body.blocks.get(at.0 as usize) else {
                continue;
            };
            for op in block.ops.clone().filter(|op| *op >= from) {
                found.insert(Site {
                    func: site.func,
                    op: crate::ir::OpId(op),
                });
            }
            for edge in &block.succs {
                if seen.insert(edge.to) {
                    queue.push((edge.to, 0));
                }
            }
        }
        found
    }

    /// Whether a function runs as a part of what a sign-in calls back.
    fn runs_after_login(&self, login: Site, func: FuncId) -> bool {
        let body = self.program.body(login.func);
        let Some(Op::Call { args, .. }) = body.op(login.op) else {
            return false;
        };
        // The objects that are handed over here: what the SDK calls back is theirs.
        let made = body.args(*args).iter().filter_map(|argument| {
            match body.def(through_casts(body, *argument)) {
                Some((_, Op::New { ty, .. })) => self.program.class_of.get(ty).copied(),
                _ => None,
            }
        });
        made.flat_map(|class| self.program.funcs_of(class))
            .any(|callback| {
                let reach = self
                    .graph
                    .reach(Node::whole(callback), None, true, FOLLOWED);
                reach.nodes.iter().any(|reached| reached.node.func == func)
            })
    }
}
