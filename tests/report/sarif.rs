//! SARIF: the official schema, GitHub's rules, and what a person reads there.

use serde_json::Value;
use signoff::finding::{Persona, Severity};
use signoff::report::Report;
use signoff::report::sarif::{Sarif, SarifOptions, render};

use crate::fixtures::{HOSTILE, KEPT, at, bank, finding, hostile, many, step};
use crate::official::problems;
use crate::{assert_harmless, github};

fn write(report: &Report) -> Sarif {
    render(report, &SarifOptions::default()).unwrap()
}

/// The file as a value, after everything that checks it has.
fn checked(report: &Report) -> Value {
    let text = write(report).text;
    assert_eq!(problems(&text), [] as [String; 0]);
    serde_json::from_str(&text).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn an_ordinary_report_is_valid() {
    let log = checked(&bank());
    let run = &log["runs"][0];
    assert_eq!(
        run["automationDetails"]["id"],
        "signoff/android/com.example.bank/"
    );
    let ids: Vec<&str> = results(&log)
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "logout-tokens-kept",
            "token-plain-preferences",
            "token-plain-preferences",
            "medium/token-plain-preferences",
            "idle-timeout-missing"
        ]
    );
    let controls = run["properties"]["controls"].as_array().unwrap();
    assert_eq!(controls.len(), 4);
    assert_eq!(controls[2]["verdict"], "open");
}

#[test]
fn a_result_stands_alone() {
    let log = checked(&bank());
    let result = &results(&log)[0];
    let text = result["message"]["text"].as_str().unwrap();
    assert_eq!(
        text.split(". ").next().unwrap(),
        "\"Log out\" leaves the refresh token in auth_prefs"
    );
    for part in [
        "the [write site](1) of the refresh token",
        "In com.example.bank.ui.MainActivity.onOptionsItemSelected (MainActivity.kt:88), classes2.dex, offset 0x1f3a.",
        "key refresh_token; store sharedprefs auth_prefs.",
        "Confidence high (grade A): 1) the user taps",
        "Proof: Searched for removals",
        "editor.remove(\"access_token\")",
        "signoff explain ",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "com.example.bank/classes2.dex/com/example/bank/ui/MainActivity.kt"
    );
    assert_eq!(place["region"]["startLine"], 88);
    let flow = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(
        flow[1]["location"]["message"]["text"],
        "removes access_token only"
    );
}

#[test]
fn fingerprints_follow_the_identity_alone() {
    let mut moved = bank();
    for finding in &mut moved.findings {
        finding.location.line = Some(7);
        finding.location.class = Some("a.b".into());
        finding.location.part = "classes9.dex".into();
        finding.message = "Other words.".into();
    }
    moved.target.version = "5.0".into();
    let prints = |report: &Report| -> Vec<Value> {
        let log: Value = serde_json::from_str(&write(report).text).unwrap();
        results(&log)
            .iter()
            .map(|result| result["partialFingerprints"].clone())
            .collect()
    };
    assert_eq!(prints(&bank()), prints(&moved));
    let hash = bank().findings[0].identity.fingerprint();
    assert_eq!(prints(&bank())[0]["signoff/v1"], hash);
    assert_eq!(
        prints(&bank())[0]["primaryLocationLineHash"],
        format!("{hash}:1")
    );
}

#[test]
fn a_rule_has_a_descriptor_for_each_band() {
    let log = checked(&bank());
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let of = |id: &str| rules.iter().find(|rule| rule["id"] == id).unwrap();
    let usual = of("token-plain-preferences");
    assert_eq!(usual["properties"]["security-severity"], "7.5");
    assert_eq!(usual["properties"]["precision"], "high");
    assert_eq!(usual["defaultConfiguration"]["level"], "error");
    let other = of("medium/token-plain-preferences");
    assert_eq!(other["properties"]["security-severity"], "5.5");
    assert_eq!(other["defaultConfiguration"]["level"], "warning");
    assert_eq!(
        of("logout-tokens-kept")["properties"]["tags"],
        serde_json::json!([
            "security",
            "external/cwe/cwe-613",
            "external/cwe/cwe-459",
            "external/cwe/cwe-522",
            "masvs-storage-1",
            "masvs-auth-3",
            "maswe-session-termination"
        ])
    );
    let help = of("logout-tokens-kept")["help"]["markdown"]
        .as_str()
        .unwrap();
    for part in [
        "prefs.edit { clear() }",
        "without a model",
        "MASWE-0024 (current) / MASWE-0030 (beta)",
        "CWE-613",
        "ASVS 5.0 7.4.1",
    ] {
        assert!(help.contains(part), "{part:?} is not in {help:?}");
    }
    assert!(!help.contains("Keychain"), "the fix is the platform's");
}

#[test]
fn scores_become_what_github_reads_as_the_same_band() {
    for (score, band, expected) in [(0, Severity::Low, "0.1"), (90, Severity::Critical, "9.1")] {
        let rule = Box::leak(Box::new(signoff::finding::RuleMeta {
            score,
            ..copy_of_kept()
        }));
        let mut report = bank();
        report.findings = vec![finding(
            rule,
            "s",
            "It is so.",
            at("com.example.Some", "m", 1),
        )];
        let log = checked(&report);
        let descriptor = &log["runs"][0]["tool"]["driver"]["rules"][0];
        assert_eq!(descriptor["properties"]["security-severity"], expected);
        assert_eq!(descriptor["properties"]["band"], band.name());
    }
}

fn copy_of_kept() -> signoff::finding::RuleMeta {
    signoff::finding::RuleMeta {
        id: KEPT.id,
        control: KEPT.control,
        title: KEPT.title,
        score: KEPT.score,
        persona: KEPT.persona,
        why: KEPT.why,
        fix: KEPT.fix,
        cannot_see: KEPT.cannot_see,
        masvs: KEPT.masvs,
        maswe: KEPT.maswe,
        cwe: KEPT.cwe,
        standards: KEPT.standards,
        precision: KEPT.precision,
    }
}

#[test]
fn rules_refer_to_the_taxonomies() {
    let log = checked(&bank());
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    for relationship in rule["relationships"].as_array().unwrap() {
        let target = &relationship["target"];
        let component = target["toolComponent"]["index"].as_u64().unwrap() as usize;
        let taxonomy = &run["taxonomies"][component];
        assert_eq!(taxonomy["name"], target["toolComponent"]["name"]);
        assert!(taxonomy["version"].is_string());
        let taxon = target["index"].as_u64().unwrap() as usize;
        assert_eq!(taxonomy["taxa"][taxon]["id"], target["id"]);
    }
    assert_eq!(rule["relationships"].as_array().unwrap().len(), 6);
}

#[test]
fn hostile_text_is_harmless() {
    let log = checked(&hostile());
    let text = write(&hostile()).text;
    assert_harmless(&text);
    for result in results(&log) {
        let message = result["message"]["text"].as_str().unwrap();
        assert_eq!(message.matches("](").count(), 2, "{message}");
        assert!(message.contains("\\[click\\]\\(1)"), "{message}");
    }
    assert!(text.contains("=HYPERLINK"), "visible text stays");
    assert!(HOSTILE.contains('\u{1b}'));
}

#[test]
fn machine_paths_and_archives_stay_out() {
    let text = write(&bank()).text;
    for part in ["/home/ci", "bank-4.2.0", "4.2.0"] {
        assert!(!text.contains(part), "{part}");
    }
}

#[test]
fn five_thousand_and_one_become_five_thousand() {
    let report = many(5_001);
    let written = write(&report);
    assert_eq!(written.left_out, 1);
    assert_eq!(github::problems(&written.text), [] as [String; 0]);
    let log: Value = serde_json::from_str(&written.text).unwrap();
    assert_eq!(results(&log).len(), 5_000);
    let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"]["id"], "results-cut");
    assert!(
        notification["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with("1 result")
    );
    let levels: Vec<&str> = results(&log)
        .iter()
        .map(|result| result["level"].as_str().unwrap())
        .collect();
    let rank = |level: &str| {
        ["error", "warning", "note"]
            .iter()
            .position(|l| *l == level)
    };
    assert!(levels.is_sorted_by_key(|level| rank(level)));
    assert!(results(&log)[4_999]["properties"]["library"].is_string());
}

#[test]
fn a_file_that_the_upload_would_refuse_is_cut() {
    // Text that does not compress: a linear congruential generator's digits.
    let mut state: u64 = 1;
    let mut noise = |length: usize| -> String {
        (0..length)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                char::from_u32(0x4e00 + (state >> 40) as u32 % 0x5000).unwrap()
            })
            .collect()
    };
    let mut report = many(3_000);
    for finding in &mut report.findings {
        finding.message = noise(1_900);
    }
    let written = write(&report);
    assert!(
        (1..1_500).contains(&written.left_out),
        "{}",
        written.left_out
    );
    assert_eq!(github::problems(&written.text), [] as [String; 0]);
}

#[test]
fn long_flows_keep_both_ends() {
    let mut report = bank();
    report.findings.truncate(1);
    report.findings[0].flow = (0..3_000)
        .map(|n| {
            step(
                at("com.example.bank.Long", "run", n + 1),
                &format!("step {n}"),
            )
        })
        .collect();
    let log = checked(&report);
    let flow = results(&log)[0]["codeFlows"][0]["threadFlows"][0]["locations"]
        .as_array()
        .unwrap();
    assert_eq!(flow.len(), 1_000);
    let text = |at: usize| flow[at]["location"]["message"]["text"].as_str().unwrap();
    assert_eq!(text(0), "step 0");
    assert_eq!(text(500), "(after 2000 steps left out) step 2500");
    assert_eq!(text(999), "step 2999");
}

#[test]
fn an_empty_report_closes_all_alerts() {
    let mut report = bank();
    report.findings.clear();
    report.controls.clear();
    report.session_seen = false;
    report.incomplete = true;
    report.not_read = vec!["Hermes bytecode assets/index.android.bundle".into()];
    report.target.application.clear();
    let log = checked(&report);
    let run = &log["runs"][0];
    assert_eq!(run["results"], serde_json::json!([]));
    assert_eq!(run["automationDetails"]["id"], "signoff/android/");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said: Vec<&str> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notification| notification["descriptor"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "incomplete",
            "not-read",
            "no-session",
            "budget-reached",
            "archive-tampering"
        ]
    );
}

#[test]
fn the_caller_chooses_persona_category_and_exit_code() {
    let mut report = bank();
    report.findings[0].persona = Persona::Auditor;
    let options = SarifOptions {
        persona: Persona::Regular,
        category: Some("mobile/bank".into()),
        exit_code: Some(1),
    };
    let log: Value = serde_json::from_str(&render(&report, &options).unwrap().text).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "mobile/bank/");
    assert_eq!(run["invocations"][0]["exitCode"], 1);
    assert_eq!(results(&log).len(), 3);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(write(&hostile()).text, write(&hostile()).text);
    let mut turned = many(100);
    turned.findings.reverse();
    assert_eq!(write(&many(100)).text, write(&turned).text);
}
