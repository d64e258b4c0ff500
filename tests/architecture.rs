//! Who may use whom: the stages of `docs/design.md` and no other edge.
//!
//! Reads the sources as text, not as the compiler sees them: comments and literals are taken out,
//! and every path that begins with `crate`, or with as many `super`s as leave its stage, is an edge
//! from the file's stage to the stage that it names. Code that a macro puts together from parts is
//! not seen.

use std::fs;
use std::path::Path;

/// A row: the stage, and what it may name. `ledger::record` stands for that module alone.
/// The same table as in `docs/design.md`, "The way of the data".
const TABLE: &[(&str, &[&str])] = &[
    ("formats", &[]),
    ("ir", &[]),
    ("finding", &[]),
    ("coverage", &[]),
    ("input", &["formats", "coverage"]),
    ("facts", &["formats", "input", "coverage", "finding"]),
    ("models", &["ir"]),
    ("lift", &["formats", "input", "ir", "models", "coverage"]),
    ("analysis", &["ir", "models", "facts"]),
    (
        "ledger",
        &["ir", "models", "facts", "analysis", "finding", "coverage"],
    ),
    ("rules", &["ledger", "facts", "finding"]),
    ("report", &["finding", "ledger::record", "coverage"]),
];

/// These see everything: they put the stages together.
const FREE: &[&str] = &["cli", "lib", "main", "scan"];

#[test]
fn every_edge_is_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files).unwrap();
    files.sort();
    assert!(files.len() > 5, "no sources below {}", root.display());
    let problems: Vec<String> = files
        .iter()
        .flat_map(|name| {
            let text = fs::read_to_string(root.join(name)).unwrap();
            violations(name, &text)
        })
        .collect();
    assert!(
        problems.is_empty(),
        "edges that docs/design.md does not have:\n{}",
        problems.join("\n")
    );
}

#[test]
fn the_table_is_the_one_of_the_design() {
    let design = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md");
    let text = fs::read_to_string(design).unwrap();
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| stage | may use |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut written = Vec::new();
    for row in rows {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let stages = cells.next().unwrap().split(", ");
        let uses = cells.next().unwrap();
        for stage in stages.map(|s| s.trim_matches('`')) {
            if uses == "all" {
                assert!(FREE.contains(&stage), "{stage} is not free here");
                continue;
            }
            let mut names: Vec<&str> = uses
                .split(", ")
                .filter(|name| *name != "nothing of ours")
                .filter_map(|name| name.split(' ').next())
                .map(|name| name.trim_matches('`'))
                .collect();
            names.sort_unstable();
            written.push((stage, names));
        }
    }
    let mut table: Vec<(&str, Vec<&str>)> = TABLE
        .iter()
        .map(|(stage, uses)| {
            let mut names = uses.to_vec();
            names.sort_unstable();
            (*stage, names)
        })
        .collect();
    written.sort();
    table.sort();
    assert_eq!(written, table, "docs/design.md (left) and this file differ");
}

/// Names of the Rust files below `dir`, relative to `root`, with forward slashes.
fn collect(root: &Path, dir: &Path, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "rs")
            && let Ok(relative) = path.strip_prefix(root)
        {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// The edges of one file that the table does not have, each as `file:line: text`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let stage = module.first().map_or("lib", String::as_str);
    if FREE.contains(&stage) {
        return Vec::new();
    }
    let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == stage) else {
        return vec![format!(
            "{file}:1: `{stage}` is no stage of the table: add its row to docs/design.md and here"
        )];
    };
    let mut problems = Vec::new();
    for (line, path) in crate_paths(&module, source) {
        let target = path.first().map_or("", String::as_str);
        let named = path.join("::");
        let permitted = target == stage
            || allowed.iter().any(|row| {
                named == *row
                    || named
                        .strip_prefix(row)
                        .is_some_and(|rest| rest.starts_with("::"))
            });
        if !permitted {
            problems.push(format!("{file}:{line}: {stage} uses `{named}`"));
        }
    }
    problems
}

/// `input/apk.rs` is `[input, apk]`, `input/mod.rs` is `[input]`, `lib.rs` is `[]`.
fn module_of(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if parts.last().is_some_and(|last| last == "mod") || parts == ["lib"] {
        parts.pop();
    }
    parts
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Colons,
    /// Any other character that is no white space.
    Mark(char),
}

/// Every path of `source` that starts at the root of the crate, with its line: `crate::a::b`, the
/// leaves of `use crate::{…}`, and `super::…` where that is above the stage. The file's own stage is
/// not left out. The root as a whole (`use crate as x`, `crate::*`) is the path `*`.
fn crate_paths(file_module: &[String], source: &str) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    let mut module = file_module.to_vec();
    // Depth of the braces, and the depths at which inline modules were opened.
    let mut depth = 0usize;
    let mut opened: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        let before = at.checked_sub(1).map(|i| &tokens[i].1);
        match token {
            Token::Mark('{') => {
                depth += 1;
                let words = (word_at(&tokens, at, 2), word_at(&tokens, at, 1));
                if let (Some("mod"), Some(name)) = words {
                    module.push(name.to_owned());
                    opened.push(depth);
                }
            }
            Token::Mark('}') => {
                if opened.last() == Some(&depth) {
                    opened.pop();
                    module.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Token::Word(word)
                if matches!(word.as_str(), "crate" | "super" | "self")
                    && before != Some(&Token::Colons) =>
            {
                let follows = tokens.get(at + 1).map(|(_, t)| t);
                if follows == Some(&Token::Colons) {
                    let mut leaves = Vec::new();
                    path_tree(&tokens, at, &mut Vec::new(), &mut leaves);
                    found.extend(
                        leaves
                            .into_iter()
                            .filter_map(|leaf| from_root(&module, &leaf))
                            .map(|path| (*line, path)),
                    );
                } else if word == "crate" && follows == Some(&Token::Word("as".to_owned())) {
                    found.push((*line, vec!["*".to_owned()]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The word `back` tokens before `at`.
fn word_at(tokens: &[(usize, Token)], at: usize, back: usize) -> Option<&str> {
    match &tokens.get(at.checked_sub(back)?)?.1 {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// Reads the path, or the tree of paths, at `at`; pushes its leaves; returns where it ends.
fn path_tree(
    tokens: &[(usize, Token)],
    mut at: usize,
    prefix: &mut Vec<String>,
    leaves: &mut Vec<Vec<String>>,
) -> usize {
    let length = prefix.len();
    loop {
        match tokens.get(at).map(|(_, t)| t) {
            Some(Token::Word(word)) => {
                prefix.push(word.clone());
                at += 1;
                if tokens.get(at).map(|(_, t)| t) == Some(&Token::Colons) {
                    at += 1;
                    continue;
                }
                leaves.push(prefix.clone());
                if word_at(tokens, at, 0) == Some("as") {
                    at += 2;
                }
            }
            Some(Token::Mark('*')) => {
                prefix.push("*".to_owned());
                leaves.push(prefix.clone());
                at += 1;
            }
            Some(Token::Mark('{')) => {
                at += 1;
                while let Some((_, token)) = tokens.get(at) {
                    match token {
                        Token::Mark('}') => {
                            at += 1;
                            break;
                        }
                        Token::Word(_) | Token::Mark('{' | '*') => {
                            at = path_tree(tokens, at, prefix, leaves);
                        }
                        _ => at += 1,
                    }
                }
            }
            // `crate::path::<T>` and the like: the path ends here.
            _ => leaves.push(prefix.clone()),
        }
        prefix.truncate(length);
        return at;
    }
}

/// The path as seen from the root of the crate, or nothing where it stays below the stage.
fn from_root(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut base = match path.first()?.as_str() {
        "crate" => Vec::new(),
        _ => module.to_vec(),
    };
    for segment in path {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => {
                base.pop();
            }
            other => base.push(other.to_owned()),
        }
    }
    match base.first() {
        Some(_) => Some(base),
        // `use crate::{self}`, `use super::super as root`: everything is in reach.
        None => Some(vec!["*".to_owned()]),
    }
}

/// Words and marks of Rust source with their lines; comments, strings, characters and lifetimes are
/// left out.
fn tokens(source: &str) -> Vec<(usize, Token)> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        at = match (c, chars.get(at + 1).copied().unwrap_or(' ')) {
            ('/', '/') => skip_line(&chars, at),
            ('/', '*') => skip_block(&chars, at),
            ('"', _) => skip_quoted(&chars, at + 1, '"'),
            ('\'', next) => {
                // A lifetime has no closing quote right after its first character.
                let lifetime = is_word(next) && chars.get(at + 2) != Some(&'\'');
                if lifetime {
                    at + 1 + word_length(&chars[at + 1..])
                } else {
                    skip_quoted(&chars, at + 1, '\'')
                }
            }
            (':', ':') => {
                tokens.push((line, Token::Colons));
                at + 2
            }
            (c, _) if is_word(c) => {
                let end = at + word_length(&chars[at..]);
                let word: String = chars[at..end].iter().collect();
                match (word.as_str(), chars.get(end)) {
                    ("r" | "br" | "cr", Some('"' | '#')) if raw_string(&chars, end).is_some() => {
                        raw_string(&chars, end).unwrap_or(end)
                    }
                    // A raw identifier: `r#type`.
                    ("r", Some('#')) => end + 1,
                    _ => {
                        tokens.push((line, Token::Word(word)));
                        end
                    }
                }
            }
            (c, _) => {
                if !c.is_whitespace() {
                    tokens.push((line, Token::Mark(c)));
                }
                at + 1
            }
        };
        line += chars[start..at.min(chars.len())]
            .iter()
            .filter(|c| **c == '\n')
            .count();
    }
    tokens
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn word_length(chars: &[char]) -> usize {
    chars.iter().take_while(|c| is_word(**c)).count()
}

fn skip_line(chars: &[char], at: usize) -> usize {
    chars[at..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| at + n)
}

/// Block comments nest.
fn skip_block(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                at += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn skip_quoted(chars: &[char], mut at: usize, quote: char) -> usize {
    while let Some(&c) = chars.get(at) {
        at += if c == '\\' { 2 } else { 1 };
        if c == quote {
            break;
        }
    }
    at
}

/// Where the raw string ends whose hashes begin at `at`; nothing if there is none.
fn raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    let mut end = at + hashes;
    if chars.get(end) != Some(&'"') {
        return None;
    }
    end += 1;
    while end < chars.len() {
        let closing = chars[end + 1..]
            .iter()
            .take(hashes)
            .filter(|c| **c == '#')
            .count();
        if chars[end] == '"' && closing == hashes {
            return Some(end + 1 + hashes);
        }
        end += 1;
    }
    Some(end)
}

#[cfg(test)]
mod checker {
    use super::violations;

    /// The names that a made-up file is reported for.
    fn named(file: &str, source: &str) -> Vec<String> {
        violations(file, source)
            .iter()
            .map(|p| p.split('`').nth(1).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_plain_use_is_an_edge() {
        let source = "use crate::rules::Rule;\nuse crate::formats::zip;\n";
        assert_eq!(
            violations("input/apk.rs", source),
            ["input/apk.rs:1: input uses `rules::Rule`"]
        );
    }

    #[test]
    fn groups_are_taken_apart() {
        let source = "use crate::{\n  formats::{dex, zip::Archive},\n  ir::{self as model, Body},\n  report,\n};";
        assert_eq!(named("input/mod.rs", source), ["ir", "ir::Body", "report"]);
    }

    #[test]
    fn paths_inside_of_code_are_edges() {
        let source = "fn f() -> crate::ledger::Ledger { let x = crate::lift::go::<u8>(1); x }";
        assert_eq!(
            named("analysis/flows.rs", source),
            ["ledger::Ledger", "lift::go"]
        );
    }

    #[test]
    fn super_counts_where_it_leaves_the_stage() {
        assert_eq!(named("ir/text.rs", "use super::Body;"), [""; 0]);
        assert_eq!(
            named("ir/text.rs", "use super::super::models::Api;"),
            ["models::Api"]
        );
        assert_eq!(
            named("ir/mod.rs", "use super::{formats::dex, ir::Op};"),
            ["formats::dex"]
        );
        assert_eq!(named("finding.rs", "use self::super::ledger;"), ["ledger"]);
        let nested = "mod tests { use super::*; use super::super::super::input::X; }\n\
                      use super::parse;";
        assert_eq!(named("formats/axml.rs", nested), ["input::X"]);
        let closed = "mod tests { fn f() { if true {} } }\nuse super::super::input::Y;";
        assert_eq!(named("formats/axml.rs", closed), ["input::Y"]);
    }

    #[test]
    fn the_whole_root_is_no_way_around() {
        for source in [
            "use crate as signoff;",
            "use crate::*;",
            "use crate::{self as root, lift::Body as B};",
            "use super::super as root;",
        ] {
            assert_eq!(named("lift/dex.rs", source), ["*"], "{source}");
        }
    }

    #[test]
    fn reports_see_the_records_of_the_ledger_and_no_more() {
        let source = "use crate::ledger::record::{Exit, LedgerTable};\n\
                      use crate::ledger::record;\n\
                      use crate::ledger::records::X;\nuse crate::ledger::Ledger;";
        assert_eq!(
            named("report/html.rs", source),
            ["ledger::records::X", "ledger::Ledger"]
        );
    }

    #[test]
    fn comments_and_literals_are_no_edges() {
        let source = r####"
            //! See crate::rules::Rule.
            /* crate::rules /* crate::lift */ crate::report */
            const A: &str = "crate::rules \" crate::lift";
            const B: &str = r#"crate::rules " crate::lift"#;
            const C: &[u8] = br"crate::rules";
            const D: (char, char) = ('"', '\'');
            fn f<'a>(r#type: &'a str) -> &'a str { r#type }
            pub(crate) fn g() {}
            use crate::rules::Real;
        "####;
        assert_eq!(named("formats/arsc.rs", source), ["rules::Real"]);
        assert!(violations("formats/arsc.rs", source)[0].starts_with("formats/arsc.rs:10:"));
    }

    #[test]
    fn own_stage_and_the_free_ones_are_fine() {
        assert_eq!(named("facts/plist.rs", "use crate::facts::Fact;"), [""; 0]);
        for file in ["lib.rs", "main.rs", "cli/scan.rs", "cli/mod.rs"] {
            assert_eq!(
                named(file, "use crate::{formats, rules::*, report};"),
                [""; 0]
            );
        }
    }

    #[test]
    fn a_folder_without_a_row_is_reported() {
        assert_eq!(named("helpers/mod.rs", "fn f() {}"), ["helpers"]);
    }
}
