//! What each way out does: which stored values it removes, what it tells the server, and the proof.
//!
//! Absence is decided backward from the effects (`docs/design.md`, Decided 1): first whether the
//! program has the effect at all, then whether the entry is in the closure of what may lead to it,
//! then whether control must come there. What stands between and cannot be seen through is a hole;
//! it matters only if it could have the missing effect.

use rustc_hash::FxHashMap;

use crate::analysis::callgraph::{CallGraph, Node, Reach, live_blocks};
use crate::analysis::entries::Entry;
use crate::analysis::requests::Endpoint;
use crate::analysis::template::Overlap;
use crate::analysis::values::{Site, Values};
use crate::ir::{FuncId, MethodId, Op, OpId, Program};
use crate::models::lexicon::EndpointKind;
use crate::models::{ApiModel, ArtifactKind, Roles, ServerEffect as ModelServer};

use super::event::Events;
use super::hole::{HoleSeen, Leading};
use super::record::{Removal, ServerEffect};
use super::residue::Residue;
use super::sequence::{Sequence, Sequences};
use super::store::StoreId;
use super::telling::Telling;

/// What one entry does to one stored value.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// The verdict.
    pub removal: Removal,
    /// Where it is removed, or would be.
    pub site: Option<Site>,
    /// Why it is open.
    pub why: String,
}

/// What one entry does.
#[derive(Debug)]
pub struct Exit {
    /// The entry.
    pub entry: Entry,
    /// Other places where the same entry (by its id) begins and does the same.
    pub same: Vec<Node>,
    /// Everything that it may reach.
    pub reach: Reach,
    /// For each stored value, in the ledger's order.
    pub removed: Vec<Removed>,
    /// For each residue, in the ledger's order.
    pub left: Vec<Removed>,
    /// What it tells the server.
    pub server: ServerEffect,
    /// The place that tells.
    pub told: Option<Telling>,
    /// The proof: what was searched for, and what was found instead.
    pub proof: Vec<String>,
    /// The holes on certain paths.
    pub holes: Vec<String>,
    /// Whether a call on the way revokes the refresh token.
    pub revokes_refresh: Option<bool>,
    /// In which order it does what it does, and what is left of that without a network.
    pub sequence: Sequence,
    /// For tests: the effects that it reaches, and how.
    #[cfg(test)]
    pub effects: Vec<String>,
}

/// Finds what exits do.
pub struct ExitAnalysis<'p, 'a> {
    /// Evaluator.
    pub values: &'p Values<'p, 'a>,
    /// All events.
    pub events: &'p Events,
    /// Service methods.
    pub endpoints: &'p FxHashMap<MethodId, Endpoint>,
    /// Stored values.
    pub stored: &'p [StoreId],
    /// Places that tell the server.
    pub tellings: &'p [Telling],
    /// What may lead to an effect, by the functions that have it.
    pub leading: Leading,
    /// Order and failures.
    pub sequences: &'p Sequences<'p, 'a>,
    /// What may be left behind beside the stored values.
    pub residues: &'p [Residue],
}

/// A place that removes something.
#[derive(Debug, Clone, PartialEq)]
pub struct Remover {
    /// The removing operation.
    pub site: Site,
    /// The outermost call that says what it removes.
    pub outer: Site,
    /// Why it may not be what is asked about.
    pub doubt: Option<String>,
}

impl Remover {
    /// A place that removes it for certain, when control comes there.
    #[must_use]
    pub fn at(site: Site) -> Self {
        Self {
            site,
            outer: site,
            doubt: None,
        }
    }

    /// The same place, which may remove something else.
    #[must_use]
    pub fn unless(self, doubt: &str) -> Self {
        Self {
            doubt: Some(doubt.to_owned()),
            ..self
        }
    }
}

/// Most functions of a closure.
pub(super) const CLOSURE_LIMIT: usize = 20_000;

/// How a site relates to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Certain,
    Possible(usize),
    No,
}

impl<'p, 'a> ExitAnalysis<'p, 'a> {
    pub(super) fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    pub(super) fn graph(&self) -> &'p CallGraph<'p, 'a> {
        self.values.graph()
    }

    /// Analyses one entry.
    #[must_use]
    pub fn run(&self, entry: Entry, reach: Reach) -> Exit {
        let mut proof = Vec::new();
        let holes = self.holes(&reach);
        let removed: Vec<Removed> = self
            .stored
            .iter()
            .map(|stored| self.removal(&reach, &holes, &self.removers(stored)))
            .collect();
        let left = self
            .residues
            .iter()
            .map(|residue| self.removal(&reach, &holes, &residue.removers))
            .collect();
        let (server, told) = self.server(&entry, &reach, &holes, &mut proof);
        let revokes_refresh = self.revokes_refresh(&reach);
        let removals: Vec<(Removal, Option<Site>)> = removed
            .iter()
            .map(|removed| (removed.removal, removed.site))
            .collect();
        let certain = told
            .as_ref()
            .filter(|_| matches!(server, ServerEffect::Told(_)));
        let blind = holes
            .iter()
            .find(|hole| hole.foreign || hole.channel)
            .map(|hole| hole.what.as_str());
        let sequence = self
            .sequences
            .of(entry.node, &reach, &removals, certain, blind);
        Exit {
            entry,
            same: Vec::new(),
            reach,
            removed,
            left,
            server,
            told,
            proof,
            holes: holes.into_iter().map(|hole| hole.what).collect(),
            revokes_refresh,
            sequence,
            #[cfg(test)]
            effects: Vec::new(),
        }
    }

    /// Everything in the app that may remove a stored value.
    fn removers(&self, stored: &StoreId) -> Vec<Remover> {
        self.events
            .clears
            .iter()
            .filter_map(|clear| {
                let overlap = if clear.everything {
                    Overlap::Same
                } else {
                    stored.covered_by(&clear.id)
                };
                (overlap != Overlap::Disjoint).then(|| Remover {
                    site: clear.site,
                    outer: clear.outer,
                    doubt: (overlap == Overlap::May).then(|| {
                        format!(
                            "what is removed (`{}`) may or may not be it",
                            clear.id.text()
                        )
                    }),
                })
            })
            .collect()
    }

    /// Whether one of some removals happens on the way.
    fn removal(&self, reach: &Reach, holes: &[HoleSeen], removers: &[Remover]) -> Removed {
        let mut best: Option<Removed> = None;
        for remover in removers {
            let removed = |removal, why| Removed {
                removal,
                site: Some(remover.outer),
                why,
            };
            let candidate = match (self.reached(reach, remover), &remover.doubt) {
                (Reached::Certain, None) => removed(Removal::Cleared, String::new()),
                (Reached::Certain, Some(doubt)) => removed(Removal::Open, doubt.clone()),
                (Reached::Possible(index), _) => {
                    removed(Removal::Open, self.weak_edge(reach, index))
                }
                (Reached::No, _) => continue,
            };
            if candidate.removal == Removal::Cleared {
                return candidate;
            }
            best = best.or(Some(candidate));
        }
        if let Some(best) = best {
            return best;
        }
        let funcs: Vec<FuncId> = removers.iter().map(|remover| remover.site.func).collect();
        let hole = holes.iter().find(|hole| self.could_reach(hole, &funcs));
        let open = |why| Removed {
            removal: Removal::Open,
            site: None,
            why,
        };
        if reach.exhausted {
            return open("the search from here ran out of its budget".to_owned());
        }
        if let Some(hole) = hole {
            return open(hole.what.clone());
        }
        Removed {
            removal: Removal::Kept,
            site: None,
            why: match removers.len() {
                0 => "nothing in the app removes it".to_owned(),
                1 => "one place in the app could remove it, and it is not reachable from here"
                    .to_owned(),
                count => format!(
                    "{count} places in the app could remove it; none is reachable from here"
                ),
            },
        }
    }

    /// The effects that a way out reaches, and how: `certain`, or the kind of the first step that is
    /// not.
    #[cfg(test)]
    pub fn effects(&self, exit: &Exit) -> Vec<String> {
        let how = |reached: Reached| match reached {
            Reached::Certain => Some("certain".to_owned()),
            Reached::Possible(index) => {
                let path = exit.reach.path(index);
                let weak = path.iter().find(|edge| !edge.kind.must())?;
                Some(format!("{:?}", weak.kind))
            }
            Reached::No => None,
        };
        let clears = self.events.clears.iter().filter_map(|clear| {
            let remover = Remover {
                site: clear.site,
                outer: clear.outer,
                doubt: None,
            };
            let how = how(self.reached(&exit.reach, &remover))?;
            Some(format!("{how} clear {}", clear.id.text()))
        });
        let tells = self.tellings.iter().filter_map(|telling| {
            let how = how(self.site_reached(&exit.reach, telling.site))?;
            Some(format!("{how} {}", telling.what))
        });
        let mut all: Vec<String> = clears.chain(tells).collect();
        all.sort();
        all.dedup();
        all
    }

    fn reached(&self, reach: &Reach, remover: &Remover) -> Reached {
        // The wrapper's caller gives the key: the call must come from there.
        let inner = self.site_reached(reach, remover.site);
        if remover.outer == remover.site {
            return inner;
        }
        match (self.site_reached(reach, remover.outer), inner) {
            (Reached::Certain, Reached::Certain) => Reached::Certain,
            (Reached::No, _) | (_, Reached::No) => Reached::No,
            (Reached::Possible(index), _) | (_, Reached::Possible(index)) => {
                Reached::Possible(index)
            }
        }
    }

    fn site_reached(&self, reach: &Reach, site: Site) -> Reached {
        let mut best = Reached::No;
        for (index, reached) in reach.of(site.func) {
            if !self.is_live(reached.node, site.op) {
                continue;
            }
            if reached.must {
                return Reached::Certain;
            }
            best = Reached::Possible(index);
        }
        best
    }

    fn is_live(&self, node: Node, op: OpId) -> bool {
        let body = self.program().body(node.func);
        let live = live_blocks(self.program(), body, node.selector);
        body.block_of(op)
            .is_some_and(|block| live.get(block.0 as usize).copied().unwrap_or(false))
    }

    /// The first uncertain step on a path, for people.
    fn weak_edge(&self, reach: &Reach, index: usize) -> String {
        let path = reach.path(index);
        match path.iter().find(|edge| !edge.kind.must()) {
            Some(edge) => format!(
                "`{}` {} `{}`",
                self.program().func_path(edge.site.func),
                edge.kind.describe(),
                self.program().func_path(edge.to.func)
            ),
            None => "the path to it is not certain".to_owned(),
        }
    }

    fn server(
        &self,
        entry: &Entry,
        reach: &Reach,
        holes: &[HoleSeen],
        proof: &mut Vec<String>,
    ) -> (ServerEffect, Option<Telling>) {
        let mut possible: Option<(usize, &Telling)> = None;
        for telling in self.tellings {
            match self.site_reached(reach, telling.site) {
                Reached::Certain if !telling.conditional => {
                    return (
                        ServerEffect::Told(telling.what.clone()),
                        Some(telling.clone()),
                    );
                }
                Reached::Certain => possible = Some((0, telling)),
                Reached::Possible(index) => possible = possible.or(Some((index, telling))),
                Reached::No => {}
            }
        }
        if let Some((index, telling)) = possible {
            let why = if telling.conditional {
                format!(
                    "`{}` tells the server only in some configurations",
                    telling.what
                )
            } else {
                format!(
                    "`{}` may be requested: {}",
                    telling.what,
                    self.weak_edge(reach, index)
                )
            };
            return (ServerEffect::Open(why), Some(telling.clone()));
        }
        proof.push(match self.tellings.len() {
            0 => "no request to a sign-out, revocation or end-session endpoint and no SDK call that makes one is in the app's code".to_owned(),
            count => format!(
                "{} the app {} a server to end a session ({}); none is reachable from {}",
                if count == 1 { "one place in".to_owned() } else { format!("{count} places in") },
                if count == 1 { "tells" } else { "tell" },
                self.tellings.iter().take(3).map(|telling| telling.what.clone()).collect::<Vec<_>>().join(", "),
                entry.name
            ),
        });
        let closure = self.graph().closure(
            self.tellings.iter().map(|telling| telling.site.func),
            CLOSURE_LIMIT,
        );
        let followed = match reach.nodes.len() {
            1 => format!("{} calls nothing else of the app's own", entry.name),
            count => format!("{count} functions were followed from {}", entry.name),
        };
        proof.push(match &closure {
            _ if self.tellings.is_empty() => followed,
            Some(closure) => format!(
                "searched backwards, {} may lead to such a place{}; {followed}",
                match closure.len() {
                    1 => "one function".to_owned(),
                    count => format!("{count} functions"),
                },
                if closure.contains(&entry.node.func) {
                    ", this one by another case of it"
                } else {
                    ", and not this one"
                },
            ),
            None => "the search backwards ran out of its budget".to_owned(),
        });
        if closure.is_none() || reach.exhausted {
            return (
                ServerEffect::Open("the search ran out of its budget".to_owned()),
                None,
            );
        }
        let telling_funcs: Vec<FuncId> = self
            .tellings
            .iter()
            .map(|telling| telling.site.func)
            .collect();
        let matters = holes
            .iter()
            .find(|hole| hole.network || self.could_reach(hole, &telling_funcs));
        if let Some(hole) = matters {
            return (ServerEffect::Open(hole.what.clone()), None);
        }
        if let Some(sender) = self.unknown_address(reach) {
            return (
                ServerEffect::Open(format!(
                    "`{}` sends a request whose address is not in the code",
                    self.program().func_path(sender)
                )),
                None,
            );
        }
        // A local-only SDK call is the whole of it.
        let local = self.events.sdk.iter().find(|(site, model)| {
            model.local
                && model.server == ModelServer::None
                && model
                    .roles
                    .intersects(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT)
                && self.site_reached(reach, *site) == Reached::Certain
        });
        match local {
            Some((_, model)) => (ServerEffect::LocalOnly(readable(model)), None),
            None => (ServerEffect::None, None),
        }
    }

    /// A function on the way that sends, where nothing on the way says where to: no path, no URL,
    /// no service method.
    fn unknown_address(&self, reach: &Reach) -> Option<FuncId> {
        let program = self.program();
        let sender = reach
            .here()
            .map(|reached| reached.node.func)
            .find(|func| self.events.senders.contains(func))?;
        let addressed = reach.nodes.iter().any(|reached| {
            program
                .body(reached.node.func)
                .ops
                .iter()
                .any(|op| match op {
                    Op::Call { target, .. } => self.endpoints.contains_key(target),
                    op => super::credential::text_of(op).is_some_and(|text| text.contains('/')),
                })
        });
        (!addressed).then_some(sender)
    }

    /// Whether a revocation on certain paths hands over the refresh token; none without one.
    fn revokes_refresh(&self, reach: &Reach) -> Option<bool> {
        let mut seen = None;
        for telling in self.tellings {
            if telling.kind == EndpointKind::Revoke
                && self.site_reached(reach, telling.site) != Reached::No
            {
                // A token that is not visible is taken for the right one.
                let right = telling.token.is_none_or(|kind| {
                    kind != ArtifactKind::AccessToken && kind != ArtifactKind::IdToken
                });
                seen = Some(seen.unwrap_or(false) || right);
            }
        }
        seen
    }
}

fn readable(model: &ApiModel) -> String {
    model.id.rsplit(':').next().unwrap_or(model.id).to_owned()
}
