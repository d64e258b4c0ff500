//! From program places to locations, and to the pseudo-code that a person reads.

use crate::analysis::callgraph::{CallGraph, EdgeKind, Node, live_blocks};
use crate::analysis::values::{Site, Values, template_of};
use crate::finding::{Location, Redacted};
use crate::ir::{Block, Body, Const, FuncId, Op, OpId, Place, Program, SourceFrame, Value};

/// The location of an operation.
#[must_use]
pub fn site(program: &Program<'_>, site: Site) -> Location {
    at_offset(
        program,
        site.func,
        program.body(site.func).offset(site.op),
        Show::Innermost,
    )
}

/// Of the functions that a compiler joined at one place, the one to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    /// The app's own that is nearest to the operation.
    Innermost,
    /// Where a way out begins: the app's own whose name shows it to be one, else the one that came
    /// first and has a line.
    Start,
}

/// The location of a code offset.
fn at_offset(program: &Program<'_>, func: FuncId, offset: u32, show: Show) -> Location {
    let place = program.lifter.place(program, func, offset);
    let own =
        |frame: &&SourceFrame| !program.is_library(&format!("L{};", frame.class.replace('.', "/")));
    let innermost = || place.frames.iter().find(own);
    let shown = match show {
        Show::Innermost => innermost(),
        Show::Start => {
            let frames = || {
                let all = place.frames.iter().rev().filter(own);
                all.filter(|frame| frame.line.is_some())
            };
            let named = frames().find(|frame| {
                !frame.method.contains('$')
                    && crate::models::lexicon::is_logout_identifier(&frame.method)
            });
            named.or_else(|| frames().next()).or_else(innermost)
        }
    };
    let written = shown.or(place.frames.last()).cloned().unwrap_or_else(|| {
        let symbol = program.symbol(func);
        SourceFrame {
            class: program.type_name(symbol.class),
            method: program.names.text(symbol.name).to_owned(),
            source_file: place.source_file,
            line: place.line,
        }
    });
    Location {
        part: place.part,
        class: Some(written.class),
        method: Some(written.method),
        offset: place.offset,
        source_file: written.source_file,
        line: written.line,
    }
}

/// The first place of a function, or of the given case of it, that has a line. A function that
/// compilers made has none: then that of what it certainly calls first.
#[must_use]
pub fn start(program: &Program<'_>, graph: &CallGraph<'_, '_>, node: Node) -> Location {
    let mut at = node;
    let own = start_of(program, at);
    let mut best = own.clone();
    for _ in 0..MAX_SYNTHETIC {
        if best.line.is_some() {
            return best;
        }
        let edges = &graph.edges(at).edges;
        let Some(next) = edges.iter().find(|edge| edge.kind == EdgeKind::Call) else {
            break;
        };
        at = next.to;
        best = start_of(program, at);
    }
    if best.line.is_some() { best } else { own }
}

/// Longest chain of functions without lines: accessor, bridge, lambda.
const MAX_SYNTHETIC: usize = 4;

fn start_of(program: &Program<'_>, node: Node) -> Location {
    let body = program.body(node.func);
    let whole = live_blocks(program, body, None);
    let live = live_blocks(program, body, node.selector);
    let chosen = |index: usize| live.get(index).copied().unwrap_or(false);
    // Of a case, what comes before the choice does not count: blocks that every case passes.
    let entry_only = node.selector.is_some() && live != whole;
    let mut offsets: Vec<u32> = body
        .blocks
        .iter()
        .enumerate()
        .filter(|(index, block)| {
            chosen(*index) && !(entry_only && (*index == 0 || only_chooses(body, block)))
        })
        .flat_map(|(_, block)| block.ops.clone())
        .filter(|id| !matches!(body.op(OpId(*id)), Some(Op::Phi { .. } | Op::Const { .. })))
        .map(|id| body.offset(OpId(id)))
        .collect();
    offsets.sort_unstable();
    // A suspend function begins with finding out where it was: that is not its first statement.
    if let Some(resumed) = body.iter_ops().find_map(|(id, op)| match op {
        Op::Call { target, .. }
            if program.names.text(program.method(*target).name) == "throwOnFailure" =>
        {
            Some(body.offset(id))
        }
        _ => None,
    }) {
        offsets.retain(|offset| *offset > resumed);
    }
    let mut first = at_offset(
        program,
        node.func,
        offsets.first().copied().unwrap_or(0),
        Show::Start,
    );
    for offset in offsets.iter().take(16) {
        if first.line.is_some() {
            break;
        }
        first = at_offset(program, node.func, *offset, Show::Start);
    }
    first
}

/// Whether a block only compares: one link of the chain that chooses a case.
fn only_chooses(body: &Body<'_>, block: &Block) -> bool {
    block.ops.clone().all(|id| {
        matches!(
            body.op(OpId(id)),
            Some(Op::Phi { .. } | Op::Const { .. } | Op::Branch { .. } | Op::Switch { .. })
        )
    })
}

/// Most lines of an excerpt before and after its place.
const AROUND: usize = 2;

/// Readable pseudo-code around an operation: calls and field accesses near it, its own line marked.
/// What is in `secrets` is not shown.
#[must_use]
pub fn excerpt(values: &Values<'_, '_>, at: Site, secrets: &[String]) -> Option<String> {
    let program = values.program();
    let body = program.body(at.func);
    let block = body.blocks.get(body.block_of(at.op)?.0 as usize)?;
    let shown: Vec<(OpId, String)> = block
        .ops
        .clone()
        .map(OpId)
        .filter_map(|id| Some((id, statement(values, at.func, id)?)))
        .collect();
    let center = shown.iter().position(|(id, _)| *id >= at.op)?;
    let lines: Vec<String> = shown
        .iter()
        .enumerate()
        .skip(center.saturating_sub(AROUND))
        .take(AROUND * 2 + 1)
        .map(|(index, (_, text))| format!("{} {text}", if index == center { '>' } else { ' ' }))
        .collect();
    let mut text = lines.join("\n");
    for secret in secrets {
        for shown in [format!("\"{secret}\""), quoted(secret)] {
            if text.contains(&shown) {
                text = text.replace(&shown, &Redacted::new("key", secret).to_string());
            }
        }
    }
    Some(text)
}

/// An operation as a statement; none for what a reader does not need.
fn statement(values: &Values<'_, '_>, func: FuncId, id: OpId) -> Option<String> {
    let program = values.program();
    let body = program.body(func);
    match body.op(id)? {
        Op::Call {
            target, args, kind, ..
        } => {
            let symbol = program.method(*target);
            let name = program.names.text(symbol.name);
            let class = program.type_name(symbol.class);
            let short = class.rsplit('.').next().unwrap_or(&class).to_owned();
            let arguments = body.args(*args);
            let receiver = usize::from(*kind != crate::ir::CallKind::Static);
            let shown: Vec<String> = arguments
                .get(receiver..)
                .unwrap_or_default()
                .iter()
                .map(|value| expression(values, func, *value, 2))
                .collect();
            let subject = match (name, arguments.first()) {
                ("<init>", _) => format!("new {short}"),
                (_, Some(object)) if receiver == 1 => {
                    format!("{}.{name}", expression(values, func, *object, 1))
                }
                _ => format!("{short}.{name}"),
            };
            Some(format!("{subject}({})", shown.join(", ")))
        }
        Op::Store {
            place: Place::Field(_, field) | Place::Static(field),
            src,
        } => {
            let field = program.field(*field);
            Some(format!(
                "{} = {}",
                program.names.text(field.name),
                expression(values, func, *src, 2)
            ))
        }
        Op::Return { value: Some(value) } => {
            Some(format!("return {}", expression(values, func, *value, 2)))
        }
        Op::Throw { .. } => Some("throw …".to_owned()),
        _ => None,
    }
}

/// A value as an expression. Constant text is shown when it is short and no secret by itself.
fn expression(values: &Values<'_, '_>, func: FuncId, value: Value, depth: u8) -> String {
    let program = values.program();
    let body = program.body(func);
    if let Some(index) = body.param_index(value) {
        let receiver = usize::from(program.has_receiver(func));
        if receiver == 1 && index == 0 {
            return "this".to_owned();
        }
        let names = program.lifter.parameter_names(program, func);
        return names
            .get(index - receiver)
            .cloned()
            .flatten()
            .unwrap_or_else(|| format!("p{}", index - receiver));
    }
    match body.def(value) {
        Some((
            _,
            Op::Const {
                value: Const::Int(number),
                ..
            },
        )) => number.to_string(),
        Some((
            _,
            Op::Const {
                value: Const::Str(text),
                ..
            },
        )) => quoted(text),
        Some((
            _,
            Op::Const {
                value: Const::Class(ty),
                ..
            },
        )) => {
            let name = program.type_name(*ty);
            format!("{}.class", name.rsplit('.').next().unwrap_or(&name))
        }
        Some((
            _,
            Op::Load {
                place: Place::Field(_, field) | Place::Static(field),
                ..
            },
        )) => program.names.text(program.field(*field).name).to_owned(),
        Some((_, Op::New { ty, .. })) => {
            let name = program.type_name(*ty);
            lower_first(name.rsplit(['.', '$']).next().unwrap_or(&name))
        }
        Some((_, Op::Cast { src, .. })) => expression(values, func, *src, depth),
        Some((id, Op::Call { target, .. })) => {
            let name = program.names.text(program.method(*target).name);
            if depth > 0 && matches!(name, "toString" | "format" | "concat") {
                let origins = values.origins(func, value, &None);
                if let [only] = origins.as_slice() {
                    let text = template_of(only);
                    if !text.is_unknown() {
                        return quoted(&text.to_string());
                    }
                }
            }
            let _ = id;
            format!("{name}(…)")
        }
        _ => "…".to_owned(),
    }
}

/// Text in quotes, cut, and hidden when it is a credential by its form.
fn quoted(text: &str) -> String {
    if text.contains("eyJ")
        || crate::models::lexicon::value_pattern(text)
            == Some(crate::models::lexicon::ValueKind::Jwt)
    {
        return Redacted::new("text", text).to_string();
    }
    let looks_random = text.len() > 20
        && !text.contains([' ', '/', '.', '_', '-', '{'])
        && text.bytes().any(|b| b.is_ascii_digit());
    if looks_random {
        return Redacted::new("text", text).to_string();
    }
    let cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() {
        format!("\"{cut}…\"")
    } else {
        format!("\"{cut}\"")
    }
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
