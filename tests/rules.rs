//! Every rule on its own samples: `rules/<id>/bad-*` and `good-*`, built as small APKs.
//!
//! What is expected stands in the sample: `// expect: <rule>` at the end of the line where the
//! result stands, `// expect-app: <rule>` for a result without a line of code. A good sample has no
//! result of its folder's rule at all; a bad one has exactly those that it says, of that rule.
#![allow(clippy::unwrap_used)]

#[path = "common/rule_samples.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod rule_samples;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rule_samples::{expectations, samples};
use signoff::scan::{ScanOptions, scan};

#[test]
fn every_rule_has_samples() {
    let samples = samples();
    for rule in signoff::rules::all() {
        for kind in ["bad-", "good-"] {
            let count = samples
                .iter()
                .filter(|sample| sample.rule == rule.meta.id && sample.name.starts_with(kind))
                .count();
            assert!(count >= 2, "{} has {count} {kind}* samples", rule.meta.id);
        }
    }
    for sample in &samples {
        assert!(
            sample.build.is_file(),
            "{} is not built",
            sample.build.display()
        );
    }
}

#[test]
fn samples_give_what_they_say() {
    let only = std::env::var("SIGNOFF_SAMPLE").unwrap_or_default();
    let mut wrong = Vec::new();
    for sample in samples() {
        let id = format!("{}/{}", sample.rule, sample.name);
        if !id.contains(&only) {
            continue;
        }
        let report = match scan(&ScanOptions::new(&sample.build), &|_| {}) {
            Ok(report) => report,
            Err(error) => {
                wrong.push(format!("{id}: {error}"));
                continue;
            }
        };
        let found: BTreeSet<(String, u32)> = report
            .findings
            .iter()
            .map(|finding| {
                let line = if finding.location.class.is_some() {
                    finding.location.line.unwrap_or(0)
                } else {
                    0
                };
                (finding.rule.id.to_owned(), line)
            })
            .collect();
        let expected = expectations(&sample.source);
        for (rule, line) in &expected {
            let here = found.contains(&(rule.clone(), *line))
                || (*line == 0 && found.iter().any(|(known, _)| known == rule));
            if !here {
                wrong.push(format!(
                    "{id}: expected {rule} at line {line}; there is {found:?}"
                ));
            }
        }
        for (rule, line) in &found {
            let said =
                expected.contains(&(rule.clone(), *line)) || expected.contains(&(rule.clone(), 0));
            if *rule == sample.rule && !said {
                wrong.push(format!("{id}: unexpected {rule} at line {line}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn expectations_are_read_from_comments() {
    let source = "// expect-app: a\nx(); // expect: b // expect: c\n";
    let expected: BTreeSet<(String, u32)> = [
        ("a".to_owned(), 0),
        ("b".to_owned(), 2),
        ("c".to_owned(), 2),
    ]
    .into();
    assert_eq!(expectations(source), expected);
}

/// `rules/catalogue.toml` promised id, number, score and mappings before a rule existed.
#[test]
fn every_rule_keeps_what_its_row_of_the_catalogue_promises() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/catalogue.toml");
    let catalogue: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let rows = catalogue["control"].as_array().unwrap();
    assert_eq!(rows.len(), 59);
    let texts = |row: &toml::Value, key: &str| -> Vec<String> {
        row.get(key)
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .map(|value| value.to_string().trim_matches('"').to_owned())
            .collect()
    };
    for rule in signoff::rules::all() {
        let meta = &rule.meta;
        let row = rows
            .iter()
            .find(|row| row["id"].as_str() == Some(meta.id))
            .unwrap_or_else(|| panic!("{} is in no row", meta.id));
        assert_eq!(
            row["number"].as_integer(),
            Some(meta.control.into()),
            "{}",
            meta.id
        );
        let score = row["score"].as_float().unwrap() * 10.0;
        assert!((score - f64::from(meta.score)).abs() < 0.5, "{}", meta.id);
        assert_eq!(
            row["persona"].as_str(),
            Some(meta.persona.name()),
            "{}",
            meta.id
        );
        assert_eq!(texts(row, "masvs"), meta.masvs, "{}", meta.id);
        let cwe: Vec<String> = meta.cwe.iter().map(ToString::to_string).collect();
        assert_eq!(texts(row, "cwe"), cwe, "{}", meta.id);
        let maswe: Vec<&str> = meta.maswe.iter().map(|weakness| weakness.alias).collect();
        assert_eq!(texts(row, "maswe"), maswe, "{}", meta.id);
    }
}
