//! Whether a file is SARIF that code scanning takes: the official schema, GitHub's rules, and
//! the types of `serde-sarif`.

use std::process::Command;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::github;

/// The OASIS schema of SARIF 2.1.0, out of the dev-dependency that bundles it.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Of this platform only: packages of others are not there on a machine that just builds.
    let version = Command::new(&cargo).arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let out = Command::new(cargo)
        .args(["metadata", "--offline", "--format-version", "1"])
        .args(["--filter-platform", host])
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "serde-sarif")
        .unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let schema = manifest.with_file_name("src").join("schema.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    // The one pattern in it that is no regular expression outside JavaScript.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
});

/// What is wrong with a file; empty for a good one.
pub fn problems(text: &str) -> Vec<String> {
    let log: Value = match serde_json::from_str(text) {
        Ok(log) => log,
        Err(error) => return vec![format!("is no JSON: {error}")],
    };
    let mut problems: Vec<String> = SCHEMA
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    problems.extend(github::problems(text));
    match serde_json::from_value::<serde_sarif::sarif::Sarif>(log.clone()) {
        Ok(typed) => {
            if without_nulls(serde_json::to_value(typed).unwrap()) != log {
                problems.push("holds what serde-sarif does not know".to_owned());
            }
        }
        Err(error) => problems.push(format!("serde-sarif does not read it: {error}")),
    }
    problems
}

/// Without what `serde-sarif` writes for fields that are not there.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}
