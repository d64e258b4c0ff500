//! The bank, in all the builds that it is shipped as: what is known of its sources is found, what
//! was fixed is not, and one app is one app whatever its wrapping.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: one that cannot go on fails its test"
)]

#[path = "common/archive.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod archive;
#[path = "common/program.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod program;
#[path = "common/samples.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod samples;
#[path = "common/temp.rs"]
mod temp;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use samples::{bank, name, project};
use signoff::finding::{Confidence, Location, Persona, Verdict};
use signoff::report::json::JsonOptions;
use signoff::report::{Report, json};
use signoff::scan::{MappingChoice, ScanError, ScanOptions, scan};
use temp::Temp;

/// Expectations of the sources that no finding meets today: (rule, file, line, why).
const KNOWN_GAPS: &[(&str, &str, u32, &str)] = &[];

/// Findings at a place of the bank's code where its sources expect none: (rule, file, line, why).
const KNOWN_EXTRA: &[(&str, &str, u32, &str)] = &[(
    "token-plain-preferences",
    "DefaultAuthClient.kt",
    25,
    "the ID token that is sealed with a literal key: one fault, also reported as token-key-exposed",
)];

/// Expectations that are met by a further place of another finding, since store and key, and with
/// them the identity, are the same: (rule, file, line).
const SAME_STORE: &[(&str, &str, u32)] =
    &[("token-plain-preferences", "TokenAuthenticator.java", 29)];

/// Identities of the debug build that the builds of the shrunk code do not have, and why.
const LOST_BY_SHRINKING: &[(&str, &str)] = &[];

/// The same where there is no mapping, in addition.
const LOST_WITHOUT_MAPPING: &[(&str, &str)] = &[(
    "token-in-url|url:Request.Builder.url||0",
    "the HTTP client is bundled and its builder renamed, so that no model knows it",
)];

fn report(path: &Path) -> Report {
    scan(&ScanOptions::new(path), &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Options for a release build with its mapping.
fn mapped(flavour: &str) -> ScanOptions {
    ScanOptions {
        mapping: MappingChoice::File(bank(&format!("{flavour}-mapping.txt"))),
        ..ScanOptions::new(&bank(&format!("{flavour}-release.apk")))
    }
}

fn restored(flavour: &str) -> Report {
    scan(&mapped(flavour), &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// A place that a source or a finding names: (rule, file, line).
type Place = (String, String, u32);

/// What `// expect: rule` says in the sources of the vulnerable flavour.
fn expected() -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for file in samples::sources(&project("samples/android/app/vulnerable/src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for (line, number) in text.lines().zip(1..) {
            for rule in line.split("// expect: ").skip(1) {
                let rule = rule.split_whitespace().next().unwrap();
                places.insert((rule.to_owned(), name(&file), number));
            }
        }
    }
    assert!(places.len() >= 18, "{places:?}");
    places
}

fn place(rule: &str, location: &Location) -> Option<Place> {
    let file = location.source_file.clone()?;
    Some((rule.to_owned(), file, location.line?))
}

fn known(list: &[(&str, &str, u32, &str)]) -> BTreeSet<Place> {
    list.iter()
        .map(|(rule, file, line, _)| ((*rule).to_owned(), (*file).to_owned(), *line))
        .collect()
}

#[test]
fn what_the_sources_say_is_found_where_they_say_it() {
    let report = report(&bank("vulnerable-debug.apk"));
    let found: BTreeSet<Place> = report
        .findings
        .iter()
        .filter_map(|finding| place(finding.rule.id, &finding.location))
        .collect();
    let further: BTreeSet<Place> = report
        .findings
        .iter()
        .flat_map(|finding| {
            let places = finding.related.iter();
            places.filter_map(|step| place(finding.rule.id, &step.location))
        })
        .collect();
    let mut expected = expected();
    for (rule, file, line) in SAME_STORE {
        let place = ((*rule).to_owned(), (*file).to_owned(), *line);
        assert!(expected.remove(&place), "{place:?} is expected no more");
        assert!(further.contains(&place), "{place:?} is not in {further:?}");
        assert!(
            !found.contains(&place),
            "{place:?} is a finding of its own now"
        );
    }
    let missing: BTreeSet<Place> = expected.difference(&found).cloned().collect();
    assert_eq!(
        missing,
        known(KNOWN_GAPS),
        "missing, and known to be missing"
    );
    let extra: BTreeSet<Place> = found.difference(&expected).cloned().collect();
    assert_eq!(extra, known(KNOWN_EXTRA), "extra, and known to be extra");
}

#[test]
fn what_the_manifest_says_is_found_in_the_manifest() {
    let text = std::fs::read_to_string(project(
        "samples/android/app/vulnerable/AndroidManifest.xml",
    ))
    .unwrap();
    let application = text
        .lines()
        .zip(1..)
        .find(|(line, _)| line.contains("<application"));
    let line = application.map(|(_, number)| number);
    for build in [
        "vulnerable-debug.apk",
        "vulnerable-release.apk",
        "vulnerable.apks",
    ] {
        let report = report(&bank(build));
        let findings: Vec<&Location> = report
            .findings
            .iter()
            .filter(|finding| finding.rule.id == "backup-includes-tokens")
            .map(|finding| &finding.location)
            .collect();
        let [location] = findings[..] else {
            panic!("{build}: {findings:?}");
        };
        assert!(
            location.part.ends_with("AndroidManifest.xml"),
            "{build}: {location:?}"
        );
        assert_eq!(location.line, line, "{build}");
    }
}

#[test]
fn findings_of_the_bank_are_certain_and_say_how_we_know() {
    for build in ["vulnerable-debug.apk", "vulnerable.aab"] {
        let findings = report(&bank(build)).findings.into_iter();
        // Notes for pedants and auditors are about the app as a whole.
        for finding in findings.filter(|finding| finding.rule.persona == Persona::Regular) {
            let id = finding.identity.text();
            assert_eq!(finding.confidence, Confidence::High, "{build}: {id}");
            assert_eq!(finding.persona, finding.rule.persona, "{build}: {id}");
            assert!(!finding.identity.weak, "{build}: {id}");
            assert!(!finding.flow.is_empty(), "{build}: {id} has no flow");
            if finding.rule.id.starts_with("logout-") {
                assert!(!finding.proof.is_empty(), "{build}: {id} has no proof");
            }
        }
    }
}

#[test]
fn what_was_fixed_is_not_found() {
    for build in [
        "fixed-debug.apk",
        "fixed-release.apk",
        "fixed.aab",
        "fixed.apks",
    ] {
        let report = report(&bank(build));
        assert!(report.session_seen, "{build}");
        assert_eq!(report.not_read, [] as [String; 0], "{build}");
        let found: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.persona == Persona::Regular)
            .map(|finding| format!("{} at {}", finding.identity.text(), finding.location))
            .collect();
        assert_eq!(found, [] as [String; 0], "{build}");
        let failed: Vec<&str> = report
            .controls
            .iter()
            .filter(|control| {
                control.verdict == Verdict::Fail && control.rule.persona == Persona::Regular
            })
            .map(|control| control.rule.id)
            .collect();
        assert_eq!(failed, [] as [&str; 0], "{build}");
        assert!(
            !report.ledger.exits.is_empty(),
            "{build}: no way out was seen"
        );
    }
}

#[test]
fn a_failed_control_is_a_finding_and_the_other_way_round() {
    for path in samples::banks() {
        let report = report(&path);
        let failed: BTreeSet<&str> = report
            .controls
            .iter()
            .filter(|control| control.verdict == Verdict::Fail)
            .map(|control| control.rule.id)
            .collect();
        let found: BTreeSet<&str> = report
            .findings
            .iter()
            .map(|finding| finding.rule.id)
            .collect();
        assert_eq!(failed, found, "{}", path.display());
        let judged: BTreeSet<&str> = report.controls.iter().map(|c| c.rule.id).collect();
        for rule in signoff::rules::all() {
            assert!(
                judged.contains(rule.meta.id),
                "{} has no verdict",
                rule.meta.id
            );
        }
    }
}

fn identities(report: &Report) -> BTreeSet<String> {
    report
        .findings
        .iter()
        .map(|finding| finding.identity.text())
        .collect()
}

#[test]
fn a_finding_is_the_same_in_every_build() {
    let debug = identities(&report(&bank("vulnerable-debug.apk")));
    let names = |list: &[(&str, &str)]| -> BTreeSet<String> {
        list.iter()
            .map(|(identity, _)| (*identity).to_owned())
            .collect()
    };
    let lost = names(LOST_BY_SHRINKING);
    let without: BTreeSet<String> = lost.union(&names(LOST_WITHOUT_MAPPING)).cloned().collect();
    for (build, report, lost) in [
        ("release", report(&bank("vulnerable-release.apk")), &without),
        ("release with mapping", restored("vulnerable"), &lost),
        // A bundle brings its mapping along, the set of APKs made of it does not.
        ("bundle", report(&bank("vulnerable.aab")), &lost),
        ("set", report(&bank("vulnerable.apks")), &without),
    ] {
        let other = identities(&report);
        let missing: BTreeSet<String> = debug.difference(&other).cloned().collect();
        assert_eq!(&missing, lost, "{build}: missing, and known to be missing");
        let extra: Vec<&String> = other.difference(&debug).collect();
        assert_eq!(extra, [] as [&String; 0], "{build}");
    }
}

/// Class, file and line.
type SourceLine = (Option<String>, Option<String>, Option<u32>);

#[test]
fn a_mapping_gives_the_places_of_the_source() {
    let places = |report: Report| -> BTreeMap<String, SourceLine> {
        let findings = report.findings.into_iter();
        findings
            .map(|finding| {
                let at = finding.location;
                (finding.identity.text(), (at.class, at.source_file, at.line))
            })
            .collect()
    };
    let debug = places(report(&bank("vulnerable-debug.apk")));
    for (build, restored) in [
        ("release", restored("vulnerable")),
        ("bundle", report(&bank("vulnerable.aab"))),
    ] {
        let restored = places(restored);
        assert!(restored.len() > 15, "{build}: {restored:?}");
        for (identity, place) in restored {
            assert_eq!(Some(&place), debug.get(&identity), "{build}: {identity}");
        }
    }
    let report = restored("fixed");
    let failed: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.rule.id)
        .collect();
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.persona != Persona::Regular),
        "{failed:?}"
    );
}

#[test]
fn a_mapping_of_another_build_is_refused() {
    let wrong = ScanOptions {
        mapping: MappingChoice::File(bank("fixed-mapping.txt")),
        ..mapped("vulnerable")
    };
    match scan(&wrong, &|_| {}) {
        Err(error @ ScanError::Mapping { .. }) => {
            assert!(error.to_string().contains("pg_map_id"), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
        other => panic!("{:?}", other.map(|report| report.findings.len())),
    }
    // Without an id, names tell: two builds of one app call most classes alike.
    let temp = Temp::new();
    let text = std::fs::read_to_string(bank("fixed-mapping.txt")).unwrap();
    let nameless: String = text
        .lines()
        .filter(|line| !line.starts_with("# pg_map"))
        .map(|line| format!("{line}\n"))
        .collect();
    let other = ScanOptions {
        mapping: MappingChoice::File(temp.file("mapping.txt", nameless.as_bytes())),
        ..mapped("vulnerable")
    };
    assert!(matches!(
        scan(&other, &|_| {}),
        Err(ScanError::Mapping { .. })
    ));
    // One that nobody asked for is left out, and the report says so.
    let temp = Temp::new();
    let copy = |from: &str, to: &str| temp.file(to, &std::fs::read(bank(from)).unwrap());
    copy("vulnerable-release.apk", "app-release.apk");
    copy("fixed-mapping.txt", "mapping.txt");
    let found = report(&temp.path("app-release.apk"));
    assert!(
        found
            .diagnostics
            .iter()
            .any(|found| found.message.starts_with("names are not restored")),
        "{:?}",
        found.diagnostics
    );
    assert_eq!(
        identities(&found),
        identities(&report(&bank("vulnerable-release.apk")))
    );
}

#[test]
fn the_mapping_that_gradle_wrote_is_found() {
    let temp = Temp::new();
    let copy = |from: &str, to: &str| temp.file(to, &std::fs::read(bank(from)).unwrap());
    copy(
        "vulnerable-release.apk",
        "build/outputs/apk/release/app-release.apk",
    );
    copy(
        "vulnerable-mapping.txt",
        "build/outputs/mapping/release/mapping.txt",
    );
    let mut options = ScanOptions::new(&temp.path("build/outputs/apk/release/app-release.apk"));
    let found = scan(&options, &|_| {}).unwrap();
    assert_eq!(identities(&found), identities(&restored("vulnerable")));
    options.mapping = MappingChoice::Off;
    let plain = scan(&options, &|_| {}).unwrap();
    assert_eq!(
        identities(&plain),
        identities(&report(&bank("vulnerable-release.apk")))
    );
}

#[test]
fn ways_out_and_stores_are_the_same_in_every_build() {
    let table = |build: &str| {
        let ledger = report(&bank(build)).ledger;
        let exits: BTreeSet<String> = ledger.exits.into_iter().map(|exit| exit.id).collect();
        let stored: BTreeSet<String> = ledger.stored.into_iter().map(|stored| stored.id).collect();
        (exits, stored)
    };
    let debug = table("vulnerable-debug.apk");
    assert!(debug.0.len() >= 4 && debug.1.len() >= 5, "{debug:?}");
    for build in [
        "vulnerable-release.apk",
        "vulnerable.aab",
        "vulnerable.apks",
    ] {
        assert_eq!(table(build), debug, "{build}");
    }
}

#[test]
fn a_folder_of_splits_is_one_app() {
    for flavour in ["vulnerable", "fixed"] {
        let set = bank(&format!("{flavour}.apks"));
        let temp = Temp::new();
        for (entry, content) in archive::entries(&set) {
            temp.file(&format!("app/{entry}"), &content);
        }
        // The APKs lie in `splits/`; `toc.pb` beside that folder is bundletool's own.
        let folder = report(&temp.path("app/splits"));
        let set = report(&set);
        assert_eq!(folder.target.application, "com.example.bank");
        assert_eq!(folder.target.version, set.target.version);
        assert_eq!(folder.findings.len(), set.findings.len(), "{flavour}");
        for (in_folder, in_set) in folder.findings.iter().zip(&set.findings) {
            assert_eq!(in_folder.identity, in_set.identity);
            assert_eq!(in_folder.message, in_set.message);
            assert_eq!(
                in_folder.location.symbol_or_line(),
                in_set.location.symbol_or_line()
            );
        }
        let verdicts = |report: &Report| -> Vec<(&'static str, Verdict, String)> {
            let controls = report.controls.iter();
            controls
                .map(|c| (c.rule.id, c.verdict, c.entry.clone()))
                .collect()
        };
        assert_eq!(verdicts(&folder), verdicts(&set), "{flavour}");
        assert_eq!(
            folder.coverage.functions, set.coverage.functions,
            "{flavour}"
        );
    }
}

/// What a place says apart from the part, which a folder names by its own files.
trait WithoutPart {
    fn symbol_or_line(&self) -> (Option<&str>, Option<&str>, Option<u64>, Option<u32>);
}

impl WithoutPart for Location {
    fn symbol_or_line(&self) -> (Option<&str>, Option<&str>, Option<u64>, Option<u32>) {
        (
            self.class.as_deref(),
            self.method.as_deref(),
            self.offset,
            self.line,
        )
    }
}

#[test]
fn the_json_of_every_build_is_as_its_schema_says() {
    let schema = serde_json::from_str(json::JSON_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for path in samples::banks() {
        let text = json::render(&report(&path), &JsonOptions::default()).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [] as [String; 0], "{}", path.display());
    }
}

/// Every report of a build, in bytes, as the program writes it with so many threads.
fn bytes(path: &Path, threads: &str, temp: &Temp) -> [Vec<u8>; 3] {
    let files = ["sarif", "json"].map(|format| temp.path(format));
    let run = program::finish(
        program::command()
            .arg("scan")
            .arg(path)
            .arg("-o")
            .arg(format!("sarif={}", files[0].display()))
            .arg("-o")
            .arg(format!("json={}", files[1].display()))
            .args(["-o", "term", "-j", threads])
            // Midnight must not fall between two runs.
            .env("SOURCE_DATE_EPOCH", "1767225600"),
    );
    assert_eq!(run.err, "");
    let [sarif, json] = files.map(|file| std::fs::read(file).unwrap());
    [sarif, json, run.out.into_bytes()]
}

/// `SIGNOFF_REPEAT` sets how often.
#[test]
fn the_same_bytes_come_out_whatever_the_number_of_threads() {
    let repeat = std::env::var("SIGNOFF_REPEAT").map_or(20, |count| count.parse().unwrap());
    let temp = Temp::new();
    for build in ["vulnerable-debug.apk", "vulnerable.apks"] {
        let path = bank(build);
        let first = bytes(&path, "1", &temp);
        for round in 0..repeat {
            for threads in ["1", "2"] {
                let again = bytes(&path, threads, &temp);
                for (format, (again, first)) in ["SARIF", "JSON", "term"]
                    .iter()
                    .zip(again.iter().zip(&first))
                {
                    assert!(
                        again == first,
                        "{build}: {format} of round {round}, {threads} threads"
                    );
                }
            }
        }
    }
}

#[test]
fn only_what_a_question_needs_is_lifted() {
    // (build, functions, most that may be lifted, in percent). The libraries of a debug build have
    // their names and are passed over; the shrinker renames them, and in so small an app most of
    // what it leaves is reached from a sign-out.
    for (build, functions, percent) in [
        ("vulnerable-debug.apk", 600..700, 30),
        ("fixed-debug.apk", 600..700, 30),
        ("vulnerable-release.apk", 290..400, 92),
        ("fixed-release.apk", 290..400, 92),
    ] {
        let coverage = report(&bank(build)).coverage;
        assert!(
            functions.contains(&coverage.functions),
            "{build}: {coverage:?}"
        );
        assert!(coverage.lifted > 50, "{build}: {coverage:?}");
        assert!(
            coverage.lifted * 100 <= coverage.functions * percent,
            "{build}: {} of {} are lifted",
            coverage.lifted,
            coverage.functions
        );
        assert_eq!(coverage.partial, [], "{build}");
    }
    // What is the same code has the same counts.
    let counts = |report: Report| {
        let coverage = report.coverage;
        (
            coverage.functions,
            coverage.classes,
            coverage.instructions,
            coverage.lifted,
        )
    };
    let release = counts(report(&bank("vulnerable-release.apk")));
    assert_eq!(counts(report(&bank("vulnerable.apks"))), release);
    // With the names of the source, libraries are told from the app again.
    let named = counts(restored("vulnerable"));
    assert_eq!(counts(report(&bank("vulnerable.aab"))), named);
    assert!(named.3 * 2 < release.3, "{named:?} {release:?}");
}
