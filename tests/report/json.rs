//! JSON: the published schema, completeness, harmlessness.

use serde_json::Value;
use signoff::finding::Persona;
use signoff::report::Report;
use signoff::report::json::{JSON_SCHEMA, JsonOptions, render};

use crate::assert_harmless;
use crate::fixtures::{bank, hostile, many};

fn checked(report: &Report) -> Value {
    let text = render(report, &JsonOptions::default()).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [] as [String; 0]);
    assert_harmless(&text);
    value
}

#[test]
fn outputs_satisfy_the_published_schema() {
    for report in [bank(), hostile(), many(200)] {
        checked(&report);
    }
}

#[test]
fn the_schema_refuses_what_is_none() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut value = checked(&bank());
    value["schema"] = "signoff-report/2".into();
    assert!(!validator.is_valid(&value));
    let mut value = checked(&bank());
    value["findings"][0]["severity"] = "huge".into();
    assert!(!validator.is_valid(&value));
    let mut value = checked(&bank());
    value.as_object_mut().unwrap().remove("ledger");
    assert!(!validator.is_valid(&value));
}

#[test]
fn everything_is_there() {
    let value = checked(&bank());
    assert_eq!(value["schema"], "signoff-report/1");
    let kept = &value["findings"][0];
    assert_eq!(kept["rule"], "logout-tokens-kept");
    assert_eq!(kept["score"], 7.3);
    assert_eq!(kept["grade"], "A");
    assert_eq!(
        kept["identity"]["text"],
        "logout-tokens-kept|sharedprefs:auth_prefs:refresh_token|id/action_logout|0"
    );
    assert_eq!(kept["mappings"]["maswe"][0]["current"], "MASWE-0024");
    assert_eq!(kept["mappings"]["maswe"][0]["beta"][0], "MASWE-0030");
    assert!(kept["mappings"]["maswe"][0]["taxonomyVersion"].is_string());
    assert_eq!(value["findings"][2]["owner"]["name"], "Push Vendor SDK");
    assert_eq!(value["controls"][2]["verdict"], "open");
    assert_eq!(
        value["ledger"]["exits"][1]["server"]["what"],
        "POST oauth/revoke"
    );
    assert_eq!(value["ledger"]["exits"][0]["removals"][0], "kept");
    assert_eq!(value["coverage"]["lifted"], 1_240);
    assert_eq!(value["diagnostics"][0]["losesInput"], true);
    assert!(
        value["coverage"].get("stages").is_none(),
        "times differ from run to run"
    );
}

#[test]
fn auditor_findings_are_counted_unless_asked_for() {
    let mut report = bank();
    report.findings[0].persona = Persona::Auditor;
    let value = checked(&report);
    assert_eq!(value["findings"].as_array().unwrap().len(), 4);
    assert_eq!(value["findingsHidden"], 1);
    let all = JsonOptions {
        persona: Persona::Auditor,
    };
    let value: Value = serde_json::from_str(&render(&report, &all).unwrap()).unwrap();
    assert_eq!(value["findings"].as_array().unwrap().len(), 5);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let options = JsonOptions::default();
    assert_eq!(
        render(&hostile(), &options).unwrap(),
        render(&hostile(), &options).unwrap()
    );
}
