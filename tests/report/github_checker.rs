//! The checker itself: it finds each kind of violation.

use serde_json::{Value, json};
use signoff::report::sarif::{SarifOptions, render};

use crate::fixtures::bank;
use crate::github::problems;

/// A good file with one change.
fn changed(pointer: &str, value: Value) -> Vec<String> {
    let text = render(&bank(), &SarifOptions::default()).unwrap().text;
    let mut log: Value = serde_json::from_str(&text).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match log.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        holder => holder[field] = value,
    }
    problems(&log.to_string())
}

#[test]
fn every_kind_of_violation_is_found() {
    let rule = "/runs/0/tool/driver/rules/0";
    let result = "/runs/0/results/0";
    let place = "/runs/0/results/0/locations/0/physicalLocation";
    let run = changed("/runs/0/columnKind", json!("utf16CodeUnits"));
    assert_eq!(run, [] as [String; 0], "the file is good to begin with");
    let long = "x".repeat(1_025);
    let step = json!({"location": {"physicalLocation": {"artifactLocation": {"uri": "a"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}},
        "message": {"text": "m"}}});
    for (pointer, value, expected) in [
        ("/$schema", json!(""), "missing or empty"),
        ("/version", json!("2.0.0"), "is not 2.1.0"),
        ("/runs", json!([]), "exactly one run"),
        ("/runs/0/results", json!(null), "is missing"),
        (
            "/runs/0/automationDetails",
            json!({"id": "signoff"}),
            "names no category",
        ),
        (
            "/runs/0/originalUriBaseIds",
            json!({"R": {"uri": "file:///"}}),
            "machine's path",
        ),
        ("/runs/0/tool/driver/name", json!(null), "missing or empty"),
        (
            &format!("{rule}/help"),
            json!({"markdown": "m"}),
            "missing or empty",
        ),
        (
            &format!("{rule}/fullDescription/text"),
            json!(long),
            "more than 1024",
        ),
        (&format!("{rule}/name"), json!(long), "more than 255"),
        (&format!("{rule}/defaultConfiguration"), json!({}), "level"),
        (
            &format!("{rule}/properties/security-severity"),
            json!(7.5),
            "is no number",
        ),
        (
            &format!("{rule}/properties/security-severity"),
            json!("high"),
            "is no number",
        ),
        (
            &format!("{rule}/properties/security-severity"),
            json!("0.0"),
            "is no number",
        ),
        (
            &format!("{rule}/properties/security-severity"),
            json!("10.1"),
            "is no number",
        ),
        (
            &format!("{rule}/properties/precision"),
            json!("sure"),
            "none of the four",
        ),
        (
            &format!("{rule}/properties/tags"),
            json!(["x"]),
            "does not say security",
        ),
        (
            &format!("{rule}/properties/tags"),
            json!(vec!["security"; 11]),
            "more than 10 tags",
        ),
        (
            &format!("{rule}/properties/tags"),
            json!(["security", "external/cwe/cwe-79"]),
            "CWE",
        ),
        (
            &format!("{rule}/id"),
            json!("token-plain-preferences"),
            "there twice",
        ),
        (
            &format!("{result}/ruleIndex"),
            json!(4),
            "not the place of the rule",
        ),
        (&format!("{result}/ruleId"), json!(null), "missing or empty"),
        (
            &format!("{result}/level"),
            json!(null),
            "missing or unknown",
        ),
        (
            &format!("{result}/message"),
            json!({"text": ""}),
            "missing or empty",
        ),
        (
            &format!("{result}/message/text"),
            json!("no link"),
            "never shown",
        ),
        (
            &format!("{result}/message/text"),
            json!("[a](1) [b](2)"),
            "leads nowhere",
        ),
        (
            &format!("{result}/locations"),
            json!([]),
            "exactly one place",
        ),
        (
            &format!("{result}/partialFingerprints"),
            json!({}),
            "<hex>:<n>",
        ),
        (
            &format!("{result}/codeFlows"),
            json!([{"threadFlows": [{"locations": []}]}]),
            "empty thread",
        ),
        (
            &format!("{result}/codeFlows"),
            json!([{"threadFlows": [{"locations": vec![step; 1_001]}]}]),
            "1,000",
        ),
        (
            &format!("{place}/artifactLocation"),
            json!({}),
            "missing or empty",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("file:///a"),
            "absolute",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("/a"),
            "absolute",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("a/../b"),
            "climbs",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("a b"),
            "percent-encoded",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("a\\b"),
            "percent-encoded",
        ),
        (
            &format!("{place}/artifactLocation/uri"),
            json!("out/app.apk"),
            "names an archive",
        ),
        (&format!("{place}/region"), json!(null), "lacks a line"),
        (
            &format!("{place}/region/startLine"),
            json!(0),
            "lacks a line",
        ),
        (
            &format!("{place}/region/startLine"),
            json!(u32::MAX),
            "lacks a line",
        ),
        (
            &format!("{place}/region/endColumn"),
            json!(0),
            "lacks a line",
        ),
        (&format!("{place}/region/endLine"), json!(2), "ends before"),
        (
            &format!("{result}/properties/library"),
            json!(""),
            "empty string",
        ),
        (
            &format!("{result}/properties/library"),
            json!("\u{1b}[2J"),
            "control character",
        ),
        (
            &format!("{result}/properties/library"),
            json!("\u{7f}"),
            "control character",
        ),
        (
            &format!("{result}/properties/library"),
            json!("\u{202e}"),
            "bidirectional",
        ),
    ] {
        let found = changed(pointer, value.clone());
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{pointer} = {value} should say {expected:?}, said {found:?}"
        );
    }
}

#[test]
fn counts_and_sizes_are_checked() {
    let text = render(&bank(), &SarifOptions::default()).unwrap().text;
    let log: Value = serde_json::from_str(&text).unwrap();
    let found = changed(
        "/runs/0/results",
        json!(vec![&log["runs"][0]["results"][0]; 5_001]),
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("more than 5,000"))
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("of another result"))
    );
    assert!(
        problems("{")
            .iter()
            .any(|problem| problem.contains("no JSON"))
    );
}
