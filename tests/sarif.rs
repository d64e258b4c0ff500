//! SARIF of real scans, as code scanning gets it: the official schema and GitHub's own rules.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: one that cannot go on fails its test"
)]

#[path = "common/github.rs"]
mod github;
#[path = "common/sarif.rs"]
mod official;
#[path = "common/samples.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod samples;

use std::path::{Path, PathBuf};

use serde_json::Value;
use signoff::report::sarif::{SarifOptions, render};
use signoff::scan::{ScanOptions, scan};

use official::problems;

/// The SARIF of a build.
fn sarif(path: &Path) -> String {
    let report = scan(&ScanOptions::new(path), &|_| {}).unwrap();
    let written = render(&report, &SarifOptions::default()).unwrap();
    assert_eq!(written.left_out, 0);
    written.text
}

/// What is wrong with the SARIF of these builds.
fn wrong(paths: &[PathBuf]) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in paths {
        for problem in problems(&sarif(path)) {
            wrong.push(format!("{}: {problem}", path.display()));
        }
    }
    wrong
}

#[test]
fn of_whole_apps() {
    let builds = samples::banks();
    assert_eq!(wrong(&builds), [] as [String; 0]);
    for build in &builds {
        let text = sarif(build);
        let root = env!("CARGO_MANIFEST_DIR");
        assert!(
            !text.contains(root),
            "{}: a machine's path",
            build.display()
        );
        let log: Value = serde_json::from_str(&text).unwrap();
        let run = &log["runs"][0];
        // Notes for pedants are true of the fixed app too.
        let results = run["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|result| result["properties"]["persona"] == "regular")
            .count();
        let fixed = samples::name(build).starts_with("fixed");
        assert_eq!(results == 0, fixed, "{}: {results}", build.display());
        assert_eq!(
            run["automationDetails"]["id"],
            "signoff/android/com.example.bank/"
        );
    }
}

#[test]
fn of_rule_samples() {
    // The first bad sample of each rule, and the last good one.
    let mut chosen: Vec<PathBuf> = Vec::new();
    for folder in samples::rule_builds().chunk_by(|a, b| a.parent() == b.parent()) {
        chosen.extend(folder.first().into_iter().chain(folder.last()).cloned());
    }
    assert!(chosen.len() >= 20, "{}", chosen.len());
    assert_eq!(wrong(&chosen), [] as [String; 0]);
}

/// Files that were written elsewhere, say by the release build: every one in `SIGNOFF_SARIF_DIR`.
#[test]
fn of_files_given() {
    let Some(folder) = std::env::var_os("SIGNOFF_SARIF_DIR") else {
        return;
    };
    let mut checked = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "sarif")
        {
            checked += 1;
            for problem in problems(&std::fs::read_to_string(&path).unwrap()) {
                wrong.push(format!("{}: {problem}", path.display()));
            }
        }
    }
    assert!(checked > 0, "{} holds no .sarif", folder.display());
    assert_eq!(wrong, [] as [String; 0]);
}
