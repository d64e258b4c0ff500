//! Small programs for tests, in the text form of the program model, and what the analysis says
//! about them as text.

use rustc_hash::FxHashSet;

use super::callgraph::{CallGraph, Edge, Node, Selector};
use super::values::{Context, Limits, Origin, Site, Values};
use crate::ir::{ClassId, FuncId, Op, OpId, Program, text};
use crate::models::ApiMap;
use crate::models::matching::{Marker, match_program};

/// A program with the models of its symbols.
pub(crate) struct App<'a> {
    pub program: Program<'a>,
    pub apis: ApiMap,
}

impl<'a> App<'a> {
    pub fn new(source: &'a str) -> Self {
        let mut program = text::parse(source).unwrap_or_else(|error| panic!("{error}"));
        let apis = match_program(&program);
        text::mark(&mut program, &Marker::new(&apis).unwrap());
        Self { program, apis }
    }

    /// The call graph when nothing is a library's.
    pub fn graph(&self) -> CallGraph<'_, 'a> {
        self.graph_with(&[], &[])
    }

    /// The call graph when the framework makes objects of some classes, and some are a library's.
    pub fn graph_with(&self, made: &[&str], libraries: &[&str]) -> CallGraph<'_, 'a> {
        let made: FxHashSet<ClassId> = made.iter().map(|class| self.class(class)).collect();
        let mut library = vec![false; self.program.classes.len()];
        for class in libraries {
            library[self.class(class).index()] = true;
        }
        CallGraph::new(&self.program, &self.apis, &made, library)
    }

    /// Runs a test with an evaluator.
    pub fn with_values<T>(&self, look: impl FnOnce(&Values<'_, 'a>) -> T) -> T {
        self.with_limits(Limits::default(), look)
    }

    pub fn with_limits<T>(&self, limits: Limits, look: impl FnOnce(&Values<'_, 'a>) -> T) -> T {
        let graph = self.graph();
        look(&Values::new(&self.program, &self.apis, &graph, limits))
    }

    /// A class by its name for people: `app.Session`.
    pub fn class(&self, name: &str) -> ClassId {
        let mut all = (0..).map(ClassId).zip(&self.program.classes);
        all.find(|(_, class)| self.program.type_name(class.ty) == name)
            .map(|(id, _)| id)
            .unwrap_or_else(|| panic!("there is no class {name}"))
    }

    /// A function by its path: `app.Session.save`.
    pub fn func(&self, path: &str) -> FuncId {
        let mut all = (0..).map(FuncId).take(self.program.funcs.len());
        all.find(|func| self.program.func_path(*func) == path)
            .unwrap_or_else(|| panic!("there is no function {path}"))
    }

    /// The first call of something of a name in a function.
    pub fn call(&self, path: &str, name: &str) -> Site {
        let func = self.func(path);
        let named = |op: &Op<'_>| matches!(op, Op::Call { target, .. } if self.program.names.text(self.program.method(*target).name) == name);
        let (op, _) = self
            .program
            .body(func)
            .iter_ops()
            .find(|(_, op)| named(op))
            .unwrap_or_else(|| panic!("{path} does not call {name}"));
        Site { func, op }
    }

    /// What the first `return` of a function returns, entered through `context`.
    pub fn returned(&self, values: &Values<'_, 'a>, path: &str, context: &Context) -> Vec<String> {
        let func = self.func(path);
        let value = self
            .program
            .body(func)
            .ops
            .iter()
            .find_map(|op| match op {
                Op::Return { value } => *value,
                _ => None,
            })
            .unwrap_or_else(|| panic!("{path} returns nothing"));
        let origins = values.origins(func, value, context);
        origins.iter().map(|origin| self.show(origin)).collect()
    }

    /// What the first `return` of a function returns.
    pub fn returns(&self, path: &str) -> Vec<String> {
        self.with_values(|values| self.returned(values, path, &None))
    }

    /// An origin: `5`, `'text'`, `new app.A`, `call app.A.f`, `field app.A.f`, `param 1`, `? why`;
    /// text of parts is its parts with `+`, and with `|` where a part may be several things.
    pub fn show(&self, origin: &Origin) -> String {
        let program = &self.program;
        match origin {
            Origin::Int(value) => value.to_string(),
            Origin::Text(text) => format!("'{text}'"),
            Origin::Class(ty) => format!("class {}", program.type_name(*ty)),
            Origin::Bytes(length) => format!("{length} bytes"),
            Origin::Built(parts) => {
                let part = |part: &Vec<Origin>| {
                    let all: Vec<String> = part.iter().map(|origin| self.show(origin)).collect();
                    all.join("|")
                };
                let parts: Vec<String> = parts.iter().map(part).collect();
                parts.join(" + ")
            }
            Origin::Param(_, index) => format!("param {index}"),
            Origin::Field(field) => {
                let field = program.field(*field);
                let class = program.type_name(field.class);
                format!("field {class}.{}", program.names.text(field.name))
            }
            Origin::Call(method, ..) => format!("call {}", program.method_path(*method)),
            Origin::New(ty, ..) => format!("new {}", program.type_name(*ty)),
            Origin::Unknown(why) => format!("? {why}"),
        }
    }

    /// Edges that leave a function: `calls app.A.f`, with the case that is meant in brackets.
    pub fn edges(&self, graph: &CallGraph<'_, 'a>, path: &str) -> Vec<String> {
        self.edges_of(graph, Node::whole(self.func(path)))
    }

    /// Edges that leave a node.
    pub fn edges_of(&self, graph: &CallGraph<'_, 'a>, node: Node) -> Vec<String> {
        let edges = &graph.edges(node).edges;
        edges.iter().map(|edge| self.show_edge(edge)).collect()
    }

    fn show_edge(&self, edge: &Edge) -> String {
        format!("{:?} {}", edge.kind, self.show_node(edge.to))
    }

    /// A node: `app.A.f`, with the case that is meant in brackets.
    pub fn show_node(&self, node: Node) -> String {
        let path = self.program.func_path(node.func);
        match node.selector {
            None => path,
            Some(Selector::Id(id)) => format!("{path}[id {id:#x}]"),
            Some(Selector::Field(field, value)) => {
                let name = self.program.names.text(self.program.field(field).name);
                format!("{path}[{name} = {value}]")
            }
        }
    }

    /// Functions by their paths, sorted.
    pub fn paths(&self, funcs: impl IntoIterator<Item = FuncId>) -> Vec<String> {
        let mut all: Vec<String> = funcs
            .into_iter()
            .map(|func| self.program.func_path(func))
            .collect();
        all.sort();
        all
    }

    /// The name of what an operation calls.
    pub fn called(&self, site: Site) -> String {
        match self.program.body(site.func).op(site.op) {
            Some(Op::Call { target, .. }) => self.program.method_path(*target),
            Some(op) => format!("{op:?}"),
            None => format!("no operation {:?}", OpId(site.op.0)),
        }
    }
}
