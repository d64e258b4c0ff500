//! Walking a grammar's tree: what the readers of all languages share.

use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser};

use super::tree::{Expr, ExprKind, Offset};

/// Deepest nesting that a reader follows; what is deeper becomes unknown.
pub const MAX_DEPTH: u32 = 160;

/// A file being read.
pub struct Source<'s> {
    /// Its text.
    pub text: &'s str,
    nodes: u64,
    /// Nodes that are errors, missing, or nested too deep.
    pub broken: u64,
}

impl<'s> Source<'s> {
    /// A file.
    #[must_use]
    pub fn new(text: &'s str) -> Self {
        Self {
            text,
            nodes: 0,
            broken: 0,
        }
    }

    /// Nodes of the tree, and how many are errors.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.nodes, self.broken)
    }

    /// Text of a node.
    #[must_use]
    pub fn of(&self, node: Node<'_>) -> &'s str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Counts the nodes of a tree, and the errors among them.
    pub fn count(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            self.nodes += 1;
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                self.broken += 1;
            }
            if cursor.goto_first_child() || cursor.goto_next_sibling() {
                continue;
            }
            loop {
                if !cursor.goto_parent() {
                    return;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
            }
        }
    }
}

/// Where a node begins.
#[must_use]
pub fn at(node: Node<'_>) -> Offset {
    u32::try_from(node.start_byte()).unwrap_or(u32::MAX)
}

/// Named children, comments left out.
pub fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| !child.is_extra() && !child.kind().ends_with("comment"))
        .collect()
}

/// The first named child of a kind.
#[must_use]
pub fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node)
        .into_iter()
        .find(|child| child.kind() == kind)
}

/// Whether a node has a token among its children.
#[must_use]
pub fn has_token(node: Node<'_>, token: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .any(|child| child.kind() == token)
}

/// What cannot be said, with its parts.
#[must_use]
pub fn unknown(parts: Vec<Expr>, node: Node<'_>) -> Expr {
    Expr::new(ExprKind::Unknown(parts), at(node))
}

/// Parses a text with a grammar.
///
/// None when the grammar does not load, which a test rules out, or when the parser does not come to
/// an end: a scanner of a grammar may give empty tokens for ever. The parser asks after every hundred
/// steps; real files take a few steps a byte.
#[must_use]
pub fn parse(language: &tree_sitter::Language, text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    let mut left = text.len() / 16 + 400;
    let mut go_on = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    let bytes = text.as_bytes();
    parser.parse_with_options(
        &mut |at, _| bytes.get(at..).unwrap_or_default(),
        None,
        Some(options),
    )
}

/// A whole number as the C-like languages write it; none if it is none.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let text: String = text
        .chars()
        .filter(|letter| *letter != '_')
        .collect::<String>()
        .to_ascii_lowercase();
    let text = text.trim_end_matches(['l', 'u']);
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(u64::cast_signed);
    }
    if let Some(digits) = text.strip_prefix("0b") {
        return i64::from_str_radix(digits, 2).ok();
    }
    text.parse().ok()
}

/// What an escape sequence stands for.
#[must_use]
pub fn unescape(text: &str) -> String {
    let rest = text.strip_prefix('\\').unwrap_or(text);
    let mut letters = rest.chars();
    match letters.next() {
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some('b') => "\u{8}".to_owned(),
        Some('0') if rest.len() == 1 => "\0".to_owned(),
        Some('u' | 'x') => {
            let digits: String = letters.filter(char::is_ascii_hexdigit).collect();
            u32::from_str_radix(&digits, 16)
                .ok()
                .and_then(char::from_u32)
                .map_or_else(String::new, String::from)
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
