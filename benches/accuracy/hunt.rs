//! One case: which calls of a sink run, and does a source's value come to them?

use rustc_hash::FxHashSet;
use signoff::analysis::callgraph::{CallGraph, Node};
use signoff::analysis::flow::{self, Flow, Wanted};
use signoff::analysis::libraries::Owners;
use signoff::analysis::values::{Limits, Origin, Site, Values};
use signoff::facts::manifest::Manifest;
use signoff::ir::{CallKind, ClassId, FuncId, MethodId, Op, Program};
use signoff::models::{ApiMap, ArgPos};

use super::droidbench::{Layouts, Models, Outcome};

/// Most functions that one component is followed to.
const MAX_LIVE: usize = 20_000;

pub struct Hunt<'h, 'a> {
    program: &'h Program<'a>,
    apis: &'h ApiMap,
    manifest: &'h Manifest,
    models: &'h Models,
    layouts: &'h Layouts,
}

impl<'h, 'a> Hunt<'h, 'a> {
    pub fn new(
        program: &'h Program<'a>,
        apis: &'h ApiMap,
        manifest: &'h Manifest,
        models: &'h Models,
        layouts: &'h Layouts,
    ) -> Self {
        Self {
            program,
            apis,
            manifest,
            models,
            layouts,
        }
    }

    pub fn run(&self) -> Outcome {
        let components = self.components();
        let anchors: Vec<String> = std::iter::once(self.manifest.package.clone())
            .chain(self.manifest.application.name.clone())
            .chain(
                self.manifest
                    .components
                    .iter()
                    .map(|component| component.class().to_owned()),
            )
            .collect();
        let owners = Owners::new(self.program, &anchors, &[]);
        let made: FxHashSet<ClassId> = components.iter().copied().collect();
        let graph = CallGraph::new(self.program, self.apis, &made, owners.library_flags());
        let values = Values::new(self.program, self.apis, &graph, Limits::default());
        let live = self.live(&graph, &components);
        let mut leaks = Vec::new();
        let flow = Flow::new(&values, Some(self.manifest), flow::Limits::default());
        let wanted = Sources {
            hunt: self,
            values: &values,
        };
        for (site, target, arguments) in self.sinks(&live) {
            let mut sources: Vec<String> = Vec::new();
            for position in arguments {
                let Some(value) = values.argument_value(site, position) else {
                    continue;
                };
                if self.names(&self.models.sinks.intents, target) && !flow.may_leave(site, value) {
                    continue;
                }
                let answer = flow.into_value(site, value, &wanted);
                sources.extend(answer.found.iter().map(|found| {
                    match self.program.body(found.source.func).op(found.source.op) {
                        Some(Op::Call { target, .. }) => self.program.method_path(*target),
                        _ => self.program.func_path(found.source.func),
                    }
                }));
            }
            sources.sort();
            sources.dedup();
            if !sources.is_empty() {
                leaks.push(format!(
                    "{} in {} gets {}",
                    self.program.method_path(target),
                    self.program.func_path(site.func),
                    sources.join(", ")
                ));
            }
        }
        Outcome {
            leaks,
            problem: None,
        }
    }

    /// Classes of the components that are not switched off, and of the application.
    fn components(&self) -> Vec<ClassId> {
        let names = self
            .manifest
            .components
            .iter()
            .filter(|component| component.enabled.or(true) != Some(false))
            .map(|component| component.class().to_owned())
            .chain(self.manifest.application.name.clone());
        let mut found: Vec<ClassId> = names
            .filter_map(|name| {
                let descriptor = format!("L{};", name.replace('.', "/"));
                let ty = self.program.names.get(descriptor.as_bytes())?;
                self.program.class_of.get(&ty).copied()
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Functions that a component leads to.
    fn live(&self, graph: &CallGraph<'_, 'a>, components: &[ClassId]) -> FxHashSet<FuncId> {
        let mut live = FxHashSet::default();
        let mut entries: Vec<FuncId> = Vec::new();
        for class in components {
            let mut at = Some(*class);
            while let Some(class) = at {
                if graph.is_library(class) {
                    break;
                }
                entries.extend(graph.callbacks(class).iter());
                for func in self.program.funcs_of(class) {
                    let name = self.program.func_name(func);
                    if name.starts_with('<')
                        || self.layouts.handlers.iter().any(|handler| handler == name)
                    {
                        entries.push(func);
                    }
                }
                at = self
                    .program
                    .class(class)
                    .and_then(|class| class.superclass)
                    .and_then(|ty| self.program.class_of.get(&ty).copied());
            }
        }
        // Initializers of classes run when the first of their functions does.
        while let Some(entry) = entries.pop() {
            if live.contains(&entry) {
                continue;
            }
            let reach = graph.reach(Node::whole(entry), None, false, MAX_LIVE);
            for reached in &reach.nodes {
                let func = reached.node.func;
                if live.insert(func) {
                    let class = self.program.func(func).class;
                    entries.extend(
                        self.program
                            .funcs_of(class)
                            .filter(|func| self.program.func_name(*func) == "<clinit>"),
                    );
                }
            }
        }
        live
    }

    /// Calls of sinks in live code, with the arguments that they give away.
    fn sinks(&self, live: &FxHashSet<FuncId>) -> Vec<(Site, MethodId, Vec<ArgPos>)> {
        let mut funcs: Vec<FuncId> = live.iter().copied().collect();
        funcs.sort_unstable();
        let mut found = Vec::new();
        for func in funcs {
            let body = self.program.body(func);
            for (op, call) in body.iter_ops() {
                let Op::Call {
                    target, kind, args, ..
                } = call
                else {
                    continue;
                };
                let receiver = u32::from(*kind != CallKind::Static);
                let declared = u8::try_from(args.len - receiver.min(args.len)).unwrap_or(u8::MAX);
                let arguments = if self.names(&self.models.sinks.receiver, *target) {
                    vec![ArgPos::Receiver]
                } else if self.names(&self.models.sinks.arguments, *target)
                    || self.names(&self.models.sinks.intents, *target)
                {
                    (0..declared).map(ArgPos::Param).collect()
                } else {
                    continue;
                };
                found.push((Site { func, op }, *target, arguments));
            }
        }
        found
    }

    /// Whether a list names a method, under its own class or one above.
    fn names(&self, list: &[String], method: MethodId) -> bool {
        let symbol = self.program.method(method);
        let name = self.program.names.text(symbol.name);
        list.iter()
            .filter_map(|entry| entry.rsplit_once('.'))
            .any(|(class, listed)| {
                listed == name && {
                    let own = self.program.type_name(symbol.class);
                    own == class
                        || self
                            .program
                            .supertypes(symbol.class)
                            .iter()
                            .any(|ty| self.program.type_name(*ty) == class)
                }
            })
    }
}

/// What DroidBench calls sensitive.
struct Sources<'s, 'h, 'a> {
    hunt: &'s Hunt<'h, 'a>,
    values: &'s Values<'h, 'a>,
}

impl Wanted for Sources<'_, '_, '_> {
    fn result(&self, site: Site, method: MethodId) -> bool {
        let models = &self.hunt.models.sources;
        if self.hunt.names(&models.result, method) {
            return true;
        }
        self.hunt.names(&models.password_field, method)
            && self
                .values
                .argument(site, ArgPos::Receiver, &None)
                .iter()
                .any(|view| {
                    matches!(view, Origin::Call(_, found, _)
                    if self.values.argument(*found, ArgPos::Param(0), &None).iter().any(|id| {
                        matches!(id, Origin::Int(id) if self.hunt.layouts.passwords.contains(id))
                    }))
                })
    }
    fn parameter(&self, func: FuncId, index: usize) -> bool {
        let name = self.hunt.program.func_name(func);
        self.hunt
            .models
            .sources
            .parameter
            .iter()
            .filter_map(|entry| entry.split_once('#'))
            .any(|(listed, at)| listed == name && at == index.to_string())
    }
}
