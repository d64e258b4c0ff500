//! Records of session values that stay in memory after a sign-out: a static field that requests
//! are made from and that no way out sets again.

use rustc_hash::FxHashSet;

use super::Builder;
use crate::analysis::callgraph::Node;
use crate::analysis::values::Site;
use crate::finding::{Confidence, Step};
use crate::ir::{Const, FieldId, FuncId, Op, Place};
use crate::ledger::credential::is_session_value;
use crate::ledger::exit::Exit;
use crate::ledger::record::Removal;
use crate::ledger::sequence::interceptors;
use crate::ledger::{Record, locate};
use crate::models::{ArtifactKind, Roles};

/// Most functions that are followed from an interceptor.
const FOLLOWED: usize = 200;
/// Most fields of a program.
const FIELDS: usize = 64;

/// A session value in a static field.
struct Copy {
    field: FieldId,
    kind: ArtifactKind,
    name: String,
    written: Site,
    read: FuncId,
}

impl Builder<'_, '_, '_> {
    /// One record for each way out that removes what is stored, and each copy in memory.
    pub(super) fn memory_records(&self, exits: &[Exit]) -> Vec<Record> {
        let removes = |exit: &&Exit| {
            exit.removed
                .iter()
                .any(|removed| removed.removal == Removal::Cleared)
        };
        if !exits.iter().any(|exit| removes(&exit)) {
            return Vec::new();
        }
        let copies = self.copies();
        let mut records = Vec::new();
        for exit in exits.iter().filter(removes) {
            for copy in &copies {
                records.push(self.memory_record(exit, copy));
            }
        }
        records
    }

    fn memory_record(&self, exit: &Exit, copy: &Copy) -> Record {
        let start = self.exit_location(exit);
        let mut record = Record::new("memory", start.clone(), Confidence::Medium);
        let resets = exit
            .reach
            .nodes
            .iter()
            .any(|reached| self.resets(reached.node.func, copy.field));
        record.set(
            "state",
            match (resets, exit.reach.exhausted || !exit.holes.is_empty()) {
                (true, _) => "reset",
                (false, true) => "open",
                (false, false) => "kept",
            },
        );
        record.subject = format!("memory:{}", copy.name);
        record.entry = exit.entry.id.clone();
        record.weak = exit.entry.weak;
        record.owner = self.owner(exit.entry.node.func);
        let facts = &mut record.facts;
        facts.insert("exit", exit.entry.name.clone());
        facts.insert("entry", exit.entry.name.clone());
        facts.insert("field", copy.name.clone());
        facts.insert("artifact", copy.kind.name().replace('-', " "));
        facts.insert("reader", self.program.func_path(copy.read));
        facts.insert(
            "met",
            format!("{} sets `{}` again", exit.entry.name, copy.name),
        );
        facts.insert(
            "open",
            exit.holes
                .first()
                .cloned()
                .unwrap_or_else(|| "the search from here ran out of its budget".to_owned()),
        );
        record.flow = vec![
            Step {
                location: locate::site(self.program, copy.written),
                message: format!("the {} goes into `{}`", copy.kind.name(), copy.name),
            },
            Step {
                location: start,
                message: format!("{} begins here", exit.entry.name),
            },
            Step {
                location: locate::start(self.program, self.graph, Node::whole(copy.read)),
                message: "a request is made from it here".to_owned(),
            },
        ];
        record.proof.push(format!(
            "of the {} functions that {} leads to, none writes `{}` and none ends the process",
            exit.reach.nodes.len(),
            exit.entry.name,
            copy.name
        ));
        record
    }

    /// Session values in static fields that requests are made from.
    fn copies(&self) -> Vec<Copy> {
        let program = self.program;
        let mut attaching: FxHashSet<FuncId> = FxHashSet::default();
        for func in interceptors(self.values) {
            let reach = self.graph.reach(Node::whole(func), None, true, FOLLOWED);
            attaching.extend(reach.nodes.iter().map(|reached| reached.node.func));
        }
        let mut found = Vec::new();
        for (index, field) in program.fields.iter().enumerate() {
            let id = FieldId(u32::try_from(index).unwrap_or(u32::MAX));
            let own = program
                .class_of
                .get(&field.class)
                .is_some_and(|class| !self.graph.is_library(*class));
            if !own
                || program.names.text(field.ty) != "Ljava/lang/String;"
                || !program.writes.has(id.0)
                || found.len() >= FIELDS
            {
                continue;
            }
            let judged = self.judge.name(program.names.text(field.name), || {
                "its name says so".to_owned()
            });
            let Some(credential) = judged.credential().filter(|credential| {
                credential.strong
                    && is_session_value(credential.kind)
                    && !matches!(credential.kind, ArtifactKind::Password | ArtifactKind::Pin)
            }) else {
                continue;
            };
            let written = program
                .writes
                .row(id.0)
                .filter(|func| program.func_name(*func) != "<clinit>")
                .find_map(|func| self.static_write(func, id));
            let read = program
                .reads
                .row(id.0)
                .find(|func| attaching.contains(func) || self.asks(*func));
            if let (Some(written), Some(read)) = (written, read) {
                found.push(Copy {
                    field: id,
                    kind: credential.kind,
                    name: format!(
                        "{}.{}",
                        program.type_name(field.class),
                        program.names.text(field.name)
                    ),
                    written,
                    read,
                });
            }
        }
        found
    }

    /// Where a function writes something other than nothing into a static field.
    fn static_write(&self, func: FuncId, field: FieldId) -> Option<Site> {
        let body = self.program.body(func);
        body.iter_ops().find_map(|(op, operation)| match operation {
            Op::Store {
                place: Place::Static(written),
                src,
            } if *written == field => {
                let nothing = matches!(
                    body.def(*src),
                    Some((
                        _,
                        Op::Const {
                            value: Const::Int(0),
                            ..
                        }
                    ))
                );
                (!nothing).then_some(Site { func, op })
            }
            _ => None,
        })
    }

    /// Whether a function makes a request itself.
    fn asks(&self, func: FuncId) -> bool {
        self.program.body(func).ops.iter().any(|op| {
            matches!(op, Op::Call { target, .. }
            if self.services.contains_key(target)
                || self.values.apis().of(*target).iter().any(|model| {
                    model.roles.intersects(Roles::NETWORK_BUILD | Roles::NETWORK_SEND)
                }))
        })
    }

    /// Whether a function writes a field, or ends the process.
    fn resets(&self, func: FuncId, field: FieldId) -> bool {
        let program = self.program;
        program.body(func).ops.iter().any(|op| match op {
            Op::Store {
                place: Place::Static(written) | Place::Field(_, written),
                ..
            } => *written == field,
            Op::Call { target, .. } => {
                let symbol = program.method(*target);
                matches!(
                    (
                        program.names.text(symbol.class),
                        program.names.text(symbol.name)
                    ),
                    ("Ljava/lang/System;" | "Ljava/lang/Runtime;", "exit")
                        | ("Landroid/os/Process;", "killProcess")
                        | ("Landroid/app/ActivityManager;", "clearApplicationUserData")
                        | (_, "triggerRebirth")
                )
            }
            _ => false,
        })
    }
}
