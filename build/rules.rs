//! Compiles `rules/*/rule.toml` into a table of rules.
//!
//! Every key is checked: an unknown one is an error that names the file; the record, its attributes
//! and their values are checked against the vocabulary of `src/ledger/vocabulary.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[path = "../src/ledger/vocabulary.rs"]
mod vocabulary;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleFile {
    control: u16,
    title: String,
    score: f32,
    persona: String,
    why: String,
    cannot_see: String,
    masvs: Vec<String>,
    maswe: Vec<String>,
    cwe: Vec<u16>,
    #[serde(default)]
    standards: Vec<(String, String)>,
    precision: Option<u8>,
    fix: BTreeMap<String, String>,
    #[serde(rename = "match")]
    matching: MatchTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MatchTable {
    record: String,
    message: String,
    #[serde(default, rename = "where")]
    applies: BTreeMap<String, Vec<String>>,
    fail: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    open: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    score: Vec<ScoreTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ScoreTable {
    when: BTreeMap<String, Vec<String>>,
    score: f32,
    persona: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MasweFile {
    #[allow(dead_code, reason = "checked to be there")]
    taxonomy_version: String,
    #[allow(dead_code, reason = "checked to be there")]
    source: String,
    weakness: Vec<Weakness>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Weakness {
    alias: String,
    current: String,
    beta: Vec<String>,
    #[allow(dead_code, reason = "for readers of the file")]
    title: String,
}

/// Compiles all rules.
///
/// # Errors
/// The first file that is not as it should be, and why.
pub fn compile() -> Result<(), String> {
    let root =
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let maswe = maswe(&root.join("models/maswe.toml"))?;
    let mut folders: Vec<PathBuf> = fs::read_dir(root.join("rules"))
        .map_err(|error| format!("rules: {error}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("rule.toml").is_file())
        .collect();
    folders.sort();
    let mut rules = Vec::new();
    for folder in &folders {
        let id = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = fs::read_to_string(folder.join("rule.toml"))
            .map_err(|error| format!("rules/{id}: {error}"))?;
        let rule: RuleFile =
            toml::from_str(&text).map_err(|error| format!("rules/{id}/rule.toml: {error}"))?;
        check(&id, &rule)?;
        rules.push((id, rule));
    }
    rules.sort_by_key(|(_, rule)| rule.control);
    let mut code =
        String::from("/// All rules, in catalogue order.\npub static RULES: &[Rule] = &[\n");
    for (id, rule) in &rules {
        write_rule(&mut code, id, rule, &maswe)?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(|error| error.to_string())?)
        .join("rules.rs");
    fs::write(out, code).map_err(|error| error.to_string())
}

fn check(id: &str, rule: &RuleFile) -> Result<(), String> {
    let known = vocabulary::attributes(&rule.matching.record).ok_or_else(|| {
        format!(
            "rules/{id}/rule.toml: unknown record `{}`",
            rule.matching.record
        )
    })?;
    let tables = [
        &rule.matching.applies,
        &rule.matching.fail,
        &rule.matching.open,
    ];
    for table in tables
        .into_iter()
        .chain(rule.matching.score.iter().map(|score| &score.when))
    {
        for (attribute, values) in table {
            let allowed = known.iter().find(|(name, _)| name == attribute).map(|(_, values)| *values).ok_or_else(|| {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                format!(
                    "rules/{id}/rule.toml: record `{}` has no attribute `{attribute}`; it has {}",
                    rule.matching.record,
                    names.join(", ")
                )
            })?;
            for value in values {
                if !allowed.contains(&value.as_str()) {
                    return Err(format!(
                        "rules/{id}/rule.toml: `{attribute}` is never `{value}`; it is one of {}",
                        allowed.join(", ")
                    ));
                }
            }
        }
    }
    if !(0.1..=10.0).contains(&rule.score) {
        return Err(format!(
            "rules/{id}/rule.toml: score {} is outside of 0.1 to 10",
            rule.score
        ));
    }
    Ok(())
}

fn maswe(path: &Path) -> Result<BTreeMap<String, (String, Vec<String>)>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: MasweFile =
        toml::from_str(&text).map_err(|error| format!("models/maswe.toml: {error}"))?;
    Ok(file
        .weakness
        .into_iter()
        .map(|weakness| (weakness.alias, (weakness.current, weakness.beta)))
        .collect())
}

fn tenths(score: f32) -> u8 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within 0.1 and 10"
    )]
    let tenths = (score * 10.0).round() as u8;
    tenths
}

fn persona(id: &str, name: &str) -> Result<&'static str, String> {
    match name {
        "regular" => Ok("Persona::Regular"),
        "pedantic" => Ok("Persona::Pedantic"),
        "auditor" => Ok("Persona::Auditor"),
        other => Err(format!("rules/{id}/rule.toml: unknown persona `{other}`")),
    }
}

fn conditions(table: &BTreeMap<String, Vec<String>>) -> String {
    let mut code = String::from("&[");
    for (attribute, values) in table {
        let _ = write!(code, "({attribute:?}, &{values:?}), ");
    }
    code.push(']');
    code
}

fn write_rule(
    code: &mut String,
    id: &str,
    rule: &RuleFile,
    maswe: &BTreeMap<String, (String, Vec<String>)>,
) -> Result<(), String> {
    let mut weaknesses = String::new();
    for alias in &rule.maswe {
        let (current, beta) = maswe
            .get(alias)
            .ok_or_else(|| format!("rules/{id}/rule.toml: unknown MASWE alias `{alias}`"))?;
        let _ = write!(
            weaknesses,
            "Maswe {{ alias: {alias:?}, current: {current:?}, beta: &{beta:?} }}, "
        );
    }
    let fixes: String = rule
        .fix
        .iter()
        .map(|(platform, text)| format!("({platform:?}, {:?}), ", text.trim()))
        .collect();
    let standards: String = rule
        .standards
        .iter()
        .map(|(scheme, id)| format!("({scheme:?}, {id:?}), "))
        .collect();
    let scores: Result<String, String> = rule
        .matching
        .score
        .iter()
        .map(|score| {
            let persona = match &score.persona {
                Some(name) => format!("Some({})", persona(id, name)?),
                None => "None".to_owned(),
            };
            Ok(format!(
                "Adjustment {{ when: {}, score: {}, persona: {persona} }}, ",
                conditions(&score.when),
                tenths(score.score)
            ))
        })
        .collect();
    let _ = writeln!(
        code,
        "Rule {{ meta: RuleMeta {{ id: {id:?}, control: {}, title: {:?}, score: {}, persona: {}, why: {:?}, fix: &[{fixes}], \
         cannot_see: {:?}, masvs: &{:?}, maswe: &[{weaknesses}], cwe: &{:?}, standards: &[{standards}], precision: {:?} }}, \
         record: {:?}, message: {:?}, applies: {}, fail: {}, open: {}, scores: &[{}] }},",
        rule.control,
        rule.title,
        tenths(rule.score),
        persona(id, &rule.persona)?,
        rule.why.trim(),
        rule.cannot_see.trim(),
        rule.masvs,
        rule.cwe,
        rule.precision,
        rule.matching.record,
        rule.matching.message.trim(),
        conditions(&rule.matching.applies),
        conditions(&rule.matching.fail),
        conditions(&rule.matching.open),
        scores?,
    );
    Ok(())
}
