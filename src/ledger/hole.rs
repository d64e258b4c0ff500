//! What a search from a way out cannot see through, and which effects it could hide.
//!
//! A hole matters only where it could have the effect that is missing: a call of native code could
//! have any; a function object that is not known could have what the program's own implementations
//! of its type lead to.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::exit::{CLOSURE_LIMIT, ExitAnalysis};
use crate::analysis::callgraph::{Node, Reach, live_blocks};
use crate::analysis::values::Site;
use crate::ir::{FuncId, MethodId, Op, OpId, TypeId, access};
use crate::models::lexicon;

/// Most functions on certain paths that are looked through for holes.
const HOLE_LIMIT: usize = 1_200;

/// Functions that may lead to others, remembered; none where there are too many.
pub type Leading = RefCell<FxHashMap<Vec<FuncId>, Option<Rc<FxHashSet<FuncId>>>>>;

/// Something on the way that cannot be seen through, and which effects it could have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HoleSeen {
    /// What, for people.
    pub what: String,
    /// It could have any effect.
    pub foreign: bool,
    /// It could lead to any effect that the app has.
    pub channel: bool,
    /// It could tell a server.
    pub network: bool,
    /// It could run what the app has of this type, and nothing else.
    pub through: Option<TypeId>,
}

impl<'p, 'a> ExitAnalysis<'p, 'a> {
    /// What on certain paths cannot be seen through.
    pub(super) fn holes(&self, reach: &Reach) -> Vec<HoleSeen> {
        let program = self.program();
        let mut found: Vec<HoleSeen> = Vec::new();
        let mut visited: FxHashSet<Node> = FxHashSet::default();
        for reached in reach.here().take(HOLE_LIMIT) {
            if !visited.insert(reached.node) {
                continue;
            }
            for blind in &self.graph().edges(reached.node).blind {
                let hole = HoleSeen {
                    what: format!(
                        "`{}` calls back a `{}` that could not be followed",
                        program.func_path(reached.node.func),
                        program.type_name(blind.ty)
                    ),
                    foreign: false,
                    channel: false,
                    network: false,
                    through: Some(blind.ty),
                };
                if !found.contains(&hole) {
                    found.push(hole);
                }
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

    /// Whether a hole could lead to one of some functions.
    pub(super) fn could_reach(&self, hole: &HoleSeen, sites: &[FuncId]) -> bool {
        if hole.foreign || (hole.channel && !sites.is_empty()) {
            return true;
        }
        let Some(ty) = hole.through.filter(|_| !sites.is_empty()) else {
            return false;
        };
        let Some(leading) = self.leading_to(sites) else {
            return true;
        };
        let program = self.program();
        leading.iter().any(|func| {
            let class = program.func(*func).class;
            program
                .class(class)
                .is_some_and(|class| program.is_subtype(class.ty, ty))
                && self.graph().callbacks(class).contains(func)
        })
    }

    /// All functions that may lead to some; none where there are too many.
    fn leading_to(&self, sites: &[FuncId]) -> Option<Rc<FxHashSet<FuncId>>> {
        let mut sites = sites.to_vec();
        sites.sort_unstable();
        sites.dedup();
        if let Some(known) = self.leading.borrow().get(&sites) {
            return known.clone();
        }
        let found = self
            .graph()
            .closure(sites.iter().copied(), CLOSURE_LIMIT)
            .map(Rc::new);
        self.leading.borrow_mut().insert(sites, found.clone());
        found
    }

    fn hole_of(&self, site: Site, target: MethodId, must: bool) -> Option<HoleSeen> {
        let program = self.program();
        let symbol = program.method(target);
        let class = program.names.text(symbol.class);
        let name = program.names.text(symbol.name);
        let place = || program.func_path(site.func);
        let models = self.values.apis().of(target);
        if class == "Ljava/lang/reflect/Method;"
            && name == "invoke"
            && self.graph().reflective_targets(site).is_empty()
        {
            return Some(HoleSeen {
                what: format!("`{}` calls by reflection", place()),
                foreign: must,
                channel: true,
                network: false,
                through: None,
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
                through: None,
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
                through: None,
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
        if channel && !self.graph().follows_channel(target) {
            return Some(HoleSeen {
                what: format!(
                    "`{}` posts to observers (`{}.{name}`) that are not followed",
                    place(),
                    short_class(class)
                ),
                foreign: false,
                channel: true,
                network: false,
                through: None,
            });
        }
        None
    }
}

fn short_class(descriptor: &str) -> &str {
    descriptor
        .trim_end_matches(';')
        .rsplit(['/', '$'])
        .next()
        .unwrap_or(descriptor)
}
