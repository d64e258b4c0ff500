//! What each way out does: which stored values it removes, what it tells the server, and the proof.
//!
//! Absence is decided backward from the effects (`docs/design.md`, Decided 1): first whether the
//! program has the effect at all, then whether the entry is in the closure of what may lead to it,
//! then whether control must come there. What stands between and cannot be seen through is a hole;
//! it matters only if it could have the missing effect.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::callgraph::{CallGraph, EdgeKind, Node, Reach, live_blocks};
use crate::analysis::entries::Entry;
use crate::analysis::requests::Endpoint;
use crate::analysis::template::Overlap;
use crate::analysis::values::{Site, Values};
use crate::ir::{FuncId, MethodId, Op, OpId, Program, access};
use crate::models::lexicon::{self, EndpointKind};
use crate::models::{ApiModel, ArtifactKind, Roles, ServerEffect as ModelServer};

use super::event::{Clear, Events};
use super::record::{Removal, ServerEffect};
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
    /// Order and failures.
    pub sequences: &'p Sequences<'p, 'a>,
}

/// Most functions of a closure.
const CLOSURE_LIMIT: usize = 20_000;
/// Most functions on certain paths that are looked through for holes.
const HOLE_LIMIT: usize = 1_200;

/// How a site relates to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Certain,
    Possible(usize),
    No,
}

impl<'p, 'a> ExitAnalysis<'p, 'a> {
    fn program(&self) -> &'p Program<'a> {
        self.values.program()
    }

    fn graph(&self) -> &'p CallGraph<'p, 'a> {
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
            .map(|stored| {
                let mut best: Option<Removed> = None;
                let mut sites = 0usize;
                for clear in &self.events.clears {
                    let overlap = if clear.everything { Overlap::Same } else { stored.covered_by(&clear.id) };
                    if overlap == Overlap::Disjoint {
                        continue;
                    }
                    sites += 1;
                    let candidate = match (self.reached(&reach, clear), overlap) {
                        (Reached::Certain, Overlap::Same) => {
                            Some(Removed { removal: Removal::Cleared, site: Some(clear.outer), why: String::new() })
                        }
                        (Reached::Certain, _) => Some(Removed {
                            removal: Removal::Open,
                            site: Some(clear.outer),
                            why: format!("what is removed (`{}`) may or may not be it", clear.id.text()),
                        }),
                        (Reached::Possible(index), _) => Some(Removed {
                            removal: Removal::Open,
                            site: Some(clear.outer),
                            why: self.weak_edge(&reach, index),
                        }),
                        (Reached::No, _) => None,
                    };
                    let rank = |removed: &Removed| u8::from(removed.removal == Removal::Cleared);
                    if let Some(candidate) = candidate
                        && best.as_ref().is_none_or(|best| rank(&candidate) > rank(best))
                    {
                        best = Some(candidate);
                    }
                }
                best.unwrap_or_else(|| {
                    let foreign = holes.iter().any(|hole| hole.foreign);
                    if reach.exhausted || foreign || (sites > 0 && !holes.is_empty()) {
                        let why = if reach.exhausted {
                            "the search from here ran out of its budget".to_owned()
                        } else {
                            holes.iter().find(|hole| hole.foreign || sites > 0).map(|hole| hole.what.clone()).unwrap_or_default()
                        };
                        Removed { removal: Removal::Open, site: None, why }
                    } else {
                        Removed {
                            removal: Removal::Kept,
                            site: None,
                            why: match sites {
                                0 => "nothing in the app removes it".to_owned(),
                                1 => "one place in the app could remove it, and it is not reachable from here".to_owned(),
                                count => format!("{count} places in the app could remove it; none is reachable from here"),
                            },
                        }
                    }
                })
            })
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
            server,
            told,
            proof,
            holes: holes.into_iter().map(|hole| hole.what).collect(),
            revokes_refresh,
            sequence,
        }
    }

    fn reached(&self, reach: &Reach, clear: &Clear) -> Reached {
        // The wrapper's caller gives the key: the call must come from there.
        let inner = self.site_reached(reach, clear.site);
        if clear.outer == clear.site {
            return inner;
        }
        match (self.site_reached(reach, clear.outer), inner) {
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
                match edge.kind {
                    EdgeKind::Dispatch => "may call (several implementations)",
                    EdgeKind::Deferred => "schedules, so that it runs later or never,",
                    _ => "hands on, to code that is not modelled,",
                },
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
        let matters = holes.iter().find(|hole| {
            hole.foreign || (!self.tellings.is_empty() && hole.channel) || hole.network
        });
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
            .nodes
            .iter()
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

    /// What on certain paths cannot be seen through.
    fn holes(&self, reach: &Reach) -> Vec<HoleSeen> {
        let program = self.program();
        let mut found: Vec<HoleSeen> = Vec::new();
        let mut visited: FxHashSet<Node> = FxHashSet::default();
        for reached in reach.nodes.iter().take(HOLE_LIMIT) {
            if !visited.insert(reached.node) {
                continue;
            }
            let body = program.body(reached.node.func);
            let live = live_blocks(program, body, reached.node.selector);
            for (block, live) in body.blocks.iter().zip(live) {
                if !live {
                    continue;
                }
                for id in block.ops.clone() {
                    if let Some(Op::Call { target, .. }) = body.op(OpId(id))
                        && let Some(hole) = self.hole_of(
                            Site {
                                func: reached.node.func,
                                op: OpId(id),
                            },
                            *target,
                            reached.must,
                        )
                        && !found.contains(&hole)
                    {
                        found.push(hole);
                    }
                }
            }
        }
        found
    }

    fn hole_of(&self, site: Site, target: MethodId, must: bool) -> Option<HoleSeen> {
        let program = self.program();
        let symbol = program.method(target);
        let class = program.names.text(symbol.class);
        let name = program.names.text(symbol.name);
        let place = || program.func_path(site.func);
        let models = self.values.apis().of(target);
        if class == "Ljava/lang/reflect/Method;" && name == "invoke" {
            return Some(HoleSeen {
                what: format!("`{}` calls by reflection", place()),
                foreign: must,
                channel: true,
                network: false,
            });
        }
        if let Some(func) = program.func_of.get(target.index()).copied().flatten()
            && program.func(func).access & access::NATIVE != 0
            && !self.graph().is_library_func(func)
        {
            return Some(HoleSeen {
                what: format!("`{}` calls native code (`{name}`)", place()),
                foreign: must,
                channel: true,
                network: false,
            });
        }
        // A sign-out of an SDK that has no model.
        let foreign_class = !program.class_of.contains_key(&symbol.class)
            || program
                .class_of
                .get(&symbol.class)
                .is_some_and(|class| self.graph().is_library(*class));
        if models.is_empty()
            && foreign_class
            && lexicon::is_logout_identifier(name)
            && !class.starts_with("Ljava/")
        {
            return Some(HoleSeen {
                what: format!(
                    "`{}` calls `{}`, an SDK's sign-out without a model",
                    place(),
                    program.method_path(target)
                ),
                foreign: true,
                channel: true,
                network: true,
            });
        }
        // Event buses, observables, broadcasts: observers elsewhere may do anything.
        let channel = matches!(
            (short_class(class), name),
            ("EventBus", "post" | "postSticky")
                | ("MutableLiveData" | "LiveData", "setValue" | "postValue")
                | (
                    "MutableStateFlow" | "MutableSharedFlow" | "StateFlow",
                    "setValue" | "emit" | "tryEmit"
                )
                | ("LocalBroadcastManager", "sendBroadcast")
                | (
                    "PublishSubject"
                        | "BehaviorSubject"
                        | "PublishRelay"
                        | "BehaviorRelay"
                        | "Subject",
                    "onNext" | "accept"
                )
        ) || matches!(
            name,
            "sendBroadcast" | "startService" | "startForegroundService"
        ) && (class.starts_with("Landroid/") || foreign_class);
        if channel {
            return Some(HoleSeen {
                what: format!(
                    "`{}` posts to observers (`{}.{name}`) that are not followed",
                    place(),
                    short_class(class)
                ),
                foreign: false,
                channel: true,
                network: false,
            });
        }
        None
    }
}

/// Something on the way that cannot be seen through, and which effects it could have.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HoleSeen {
    what: String,
    /// It could have any effect.
    foreign: bool,
    /// It could lead to any effect that the app has.
    channel: bool,
    /// It could tell a server.
    network: bool,
}

fn short_class(descriptor: &str) -> &str {
    descriptor
        .trim_end_matches(';')
        .rsplit(['/', '$'])
        .next()
        .unwrap_or(descriptor)
}

fn readable(model: &ApiModel) -> String {
    model.id.rsplit(':').next().unwrap_or(model.id).to_owned()
}
