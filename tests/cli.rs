//! The program as a person or a CI job meets it: exit codes, streams, formats, and what it says
//! when something is wrong.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: one that cannot go on fails its test"
)]

#[path = "common/archive.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod archive;
#[path = "common/program.rs"]
mod program;
#[path = "common/samples.rs"]
mod samples;
#[path = "common/secrets.rs"]
mod secrets;
#[path = "common/temp.rs"]
mod temp;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use archive::{encrypted, entries, stored};
use program::{command, finish, scan, signoff};
use samples::{bank, banks, name, project, rule_builds};
use serde_json::Value;
use temp::Temp;

const FORMATS: [&str; 3] = ["term", "sarif", "json"];

fn vulnerable() -> PathBuf {
    bank("vulnerable-debug.apk")
}

fn fixed() -> PathBuf {
    bank("fixed-debug.apk")
}

/// The bank's fixed build with one more entry.
fn fixed_with(temp: &Temp, name: &str, content: &[u8]) -> PathBuf {
    let mut all = entries(&fixed());
    all.push((name.to_owned(), content.to_vec()));
    temp.file("app.apk", &stored(&all))
}

/// Whether a text is a report of that format.
fn is_report(format: &str, text: &str) -> bool {
    match format {
        "term" => text.starts_with("signoff ") || text.starts_with("Not read:"),
        "sarif" => parsed(text)["version"] == "2.1.0",
        _ => parsed(text)["schema"] == "signoff-report/1",
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

#[test]
fn the_exit_code_is_that_of_the_findings_in_every_format() {
    let high = project("rules/token-in-logs/built/bad-log-token.apk");
    let (vulnerable, fixed) = (vulnerable(), fixed());
    let cases: [(&Path, &[&str], i32); 8] = [
        (&fixed, &[], 0),
        (&fixed, &["--strict"], 0),
        (&vulnerable, &[], 1),
        (&vulnerable, &["--fail-on", "critical"], 1),
        (&vulnerable, &["--fail-on", "none"], 0),
        (&vulnerable, &["--min-severity", "critical"], 1),
        (&high, &["--fail-on", "low"], 1),
        (&high, &["--fail-on", "critical"], 0),
    ];
    for (path, arguments, code) in cases {
        for format in FORMATS {
            let run = scan(path, &[arguments, &["-o", format]].concat());
            let what = format!("{} {arguments:?} -o {format}", name(path));
            assert_eq!(run.code, Some(code), "{what}\n{}", run.err);
            assert!(is_report(format, &run.out), "{what}\n{}", run.out);
            assert_eq!(run.err, "", "{what}");
        }
    }
}

#[test]
fn a_path_may_be_odd() {
    let temp = Temp::new();
    let bytes = fs::read(vulnerable()).unwrap();
    let plain = parsed(&scan(&vulnerable(), &["-o", "json"]).out);
    for odd in ["a b/ü &'$.apk", "no-extension", "-o.apk", "line\nbreak.apk"] {
        let path = temp.file(odd, &bytes);
        for format in FORMATS {
            let run = scan(&path, &["-o", format]);
            assert_eq!((run.code, run.err.as_str()), (Some(1), ""), "{odd}");
            assert!(is_report(format, &run.out), "{odd}");
        }
        let report = parsed(&scan(&path, &["-o", "json"]).out);
        assert_eq!(report["findings"], plain["findings"], "{odd}");
    }
}

#[test]
fn sarif_names_the_exit_code() {
    for (path, code) in [(vulnerable(), 1), (fixed(), 0)] {
        let log = parsed(&scan(&path, &["-o", "sarif"]).out);
        assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], code);
    }
}

#[test]
fn what_cannot_be_scanned_is_said_in_one_line() {
    let temp = Temp::new();
    let whole = fs::read(vulnerable()).unwrap();
    let noise: Vec<u8> = (0..2_000_u32).map(|n| ((n * n * 7) >> 3) as u8).collect();
    fs::create_dir(temp.path("nothing")).unwrap();
    let cases = [
        (temp.path("no-such.apk"), 2, "no such file or folder"),
        (project("samples/android/built"), 2, "holds 8 builds"),
        (
            temp.file("notes.txt", b"just some words\n"),
            3,
            "a text file",
        ),
        (temp.file("app.apk.txt", b"one line"), 3, "a text file"),
        (
            temp.file("a.apk", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            3,
            "a PNG image",
        ),
        (
            temp.file("cut.apk", &whole[..whole.len() / 2]),
            3,
            "truncated",
        ),
        (
            temp.file("cut-late.apk", &whole[..whole.len() - 1]),
            3,
            "truncated",
        ),
        (temp.file("empty.apk", b""), 3, "the file is empty"),
        (temp.path("nothing"), 3, "without a build"),
        (temp.file("locked.apk", &encrypted(&noise)), 3, "encrypted"),
    ];
    let options: [&[&str]; 5] = [
        &["-o", "term"],
        &["-o", "sarif"],
        &["-o", "json"],
        &["--fail-on", "none"],
        &["--strict"],
    ];
    for (path, code, said) in cases {
        for arguments in options {
            let run = scan(&path, arguments);
            let what = format!("{} {arguments:?}: {}", name(&path), run.err);
            assert_eq!(run.code, Some(code), "{what}");
            assert_eq!(run.out, "", "{what}");
            assert!(run.err.starts_with("error: "), "{what}");
            assert!(run.err.contains(&name(&path)), "{what}");
            assert!(run.err.contains(said), "{what}");
            assert_eq!(run.err.lines().count(), 1, "{what}");
        }
    }
}

#[test]
fn no_report_file_is_left_by_a_scan_that_failed() {
    let temp = Temp::new();
    let to = temp.path("out.json");
    let text = temp.file("notes.txt", b"just some words\n");
    let run = scan(&text, &["-o", &format!("json={}", to.display())]);
    assert_eq!(run.code, Some(3));
    assert!(!to.exists());
}

#[test]
fn strict_fails_when_something_was_not_read() {
    const HERMES: [u8; 8] = [0xc6, 0x1f, 0xbc, 0x03, 0xc1, 0x03, 0x19, 0x1f];
    let bundle = [&HERMES[..], &[0x60, 0, 0, 0], &[0; 120]].concat();
    for (entry, content) in [
        ("classes2.dex", &b"dex\n035\0 and then it breaks off"[..]),
        ("assets/index.android.bundle", &bundle),
    ] {
        let temp = Temp::new();
        let path = fixed_with(&temp, entry, content);
        for format in FORMATS {
            let lenient = scan(&path, &["-o", format]);
            assert_eq!(lenient.code, Some(0), "{entry}: {}", lenient.err);
            assert!(lenient.out.contains(entry), "{entry} is not in {format}");
            let strict = scan(&path, &["-o", format, "--strict"]);
            assert_eq!(strict.code, Some(4), "{entry}: {}", strict.err);
            assert!(is_report(format, &strict.out), "{entry}");
        }
    }
    // Findings weigh more: who fixes them sees the rest next.
    let temp = Temp::new();
    let mut all = entries(&vulnerable());
    all.push(("classes2.dex".to_owned(), b"dex\n035\0 broken".to_vec()));
    let path = temp.file("app.apk", &stored(&all));
    assert_eq!(scan(&path, &["--strict"]).code, Some(1));
    assert_eq!(
        scan(&path, &["--strict", "--fail-on", "none"]).code,
        Some(4)
    );
}

#[test]
fn wrong_usage_is_answered_with_the_nearest_right_one() {
    let path = vulnerable();
    let path = path.to_str().unwrap();
    let cases: [(&[&str], &str); 14] = [
        (&["scan", path, "--fail-onn", "none"], "'--fail-on'"),
        (&["scan", path, "--outptu", "json"], "'--output'"),
        (&["scan", path, "--fail-on", "hihg"], "'high'"),
        (&["scan", path, "--persona", "regulr"], "'regular'"),
        (&["scan", path, "-o", "serif"], "`sarif`"),
        (&["scan", path, "-o", "jsn"], "`json`"),
        (&["scan", path, "-o", "xml"], "term, sarif, json"),
        (&["scan", path, "-o", "json="], "file name is missing"),
        (
            &["scan", path, "-o", "json", "-o", "sarif"],
            "-o sarif=out.sarif",
        ),
        (&["scan", path, "--limit", "entry_byte=1"], "entry_bytes"),
        (&["scan", path, "--limit", "entry_bytes=many"], "no number"),
        (&["scan", path, "-j", "two"], "--threads"),
        (&["scna", path], "'scan'"),
        (&["scan"], "<PATH>"),
    ];
    for (arguments, said) in cases {
        let run = signoff(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}\n{}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{arguments:?}\n{}", run.err);
        assert!(run.err.contains(said), "{arguments:?}\n{}", run.err);
    }
    let run = signoff::<&str>([]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("Usage: signoff"));
}

#[test]
fn one_scan_writes_all_reports() {
    let temp = Temp::new();
    let [sarif, json, term] = ["out.sarif", "out.json", "out.txt"].map(|name| temp.path(name));
    let to = |format: &str, file: &Path| format!("{format}={}", file.display());
    let run = scan(
        &vulnerable(),
        &[
            "-o",
            &to("sarif", &sarif),
            "-o",
            &to("json", &json),
            "-o",
            "term",
        ],
    );
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    assert_eq!(run.out, scan(&vulnerable(), &[]).out, "term is the default");
    for (format, file) in [("sarif", &sarif), ("json", &json)] {
        let alone = scan(&vulnerable(), &["-o", format]);
        assert_eq!(fs::read_to_string(file).unwrap(), alone.out, "{format}");
        assert!(is_report(format, &alone.out));
    }
    // Nothing to standard output when every report has a file.
    let run = scan(&vulnerable(), &["-o", &to("term", &term)]);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    assert!(is_report("term", &fs::read_to_string(&term).unwrap()));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let temp = Temp::new();
    let nowhere = format!("sarif={}", temp.path("no/such/folder.sarif").display());
    let run = scan(&fixed(), &["-o", &nowhere]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.starts_with("error: cannot write "), "{}", run.err);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = command()
        .arg("scan")
        .arg(vulnerable())
        .args(["-o", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let colours = |variables: &[(&str, &str)], arguments: &[&str]| {
        let run = finish(
            command()
                .arg("scan")
                .arg(vulnerable())
                .args(arguments)
                .envs(variables.iter().copied()),
        );
        assert!(!run.err.contains('\x1b'));
        run.out.contains('\x1b')
    };
    assert!(!colours(&[], &[]), "a pipe is no terminal");
    for forced in ["FORCE_COLOR", "CLICOLOR_FORCE", "CI"] {
        assert!(colours(&[(forced, "1")], &[]), "{forced}");
        assert!(
            !colours(&[(forced, "1"), ("NO_COLOR", "1")], &[]),
            "{forced}"
        );
    }
    assert!(!colours(&[("FORCE_COLOR", "0")], &[]));
    for format in ["sarif", "json"] {
        assert!(
            !colours(&[("FORCE_COLOR", "1")], &["-o", format]),
            "{format}"
        );
    }
    let temp = Temp::new();
    let file = temp.path("out.txt");
    let to = format!("term={}", file.display());
    colours(&[("FORCE_COLOR", "1")], &["-o", &to]);
    assert!(!fs::read_to_string(file).unwrap().contains('\x1b'));
}

#[test]
fn colour_changes_no_word() {
    let plain = scan(&vulnerable(), &[]).out;
    let coloured = finish(
        command()
            .arg("scan")
            .arg(vulnerable())
            .env("FORCE_COLOR", "1"),
    )
    .out;
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((text, sequence)) = rest.split_once("\x1b[") {
        stripped.push_str(text);
        rest = sequence.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn timings_go_to_standard_error() {
    let run = scan(&fixed(), &["--timings", "-o", "json"]);
    assert_eq!(run.code, Some(0));
    assert!(run.err.contains(" ms"), "{}", run.err);
    assert_eq!(run.out, scan(&fixed(), &["-o", "json"]).out);
}

#[test]
fn the_version_and_the_help_are_results() {
    let version = format!("signoff {}\n", env!("CARGO_PKG_VERSION"));
    for argument in ["--version", "-V"] {
        let run = signoff([argument]);
        assert_eq!(
            (run.code, run.out, run.err),
            (Some(0), version.clone(), String::new())
        );
    }
    for arguments in [
        &["--help"][..],
        &["scan", "--help"],
        &["explain", "-h"],
        &["help", "rules"],
    ] {
        let run = signoff(arguments);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(run.out.contains("Usage: signoff"), "{arguments:?}");
    }
    let help = signoff(["--help"]).out;
    for code in [
        "0 clean",
        "1 findings",
        "2 usage",
        "3 nothing",
        "4 incomplete",
    ] {
        assert!(
            help.replace('\n', " ").contains(code),
            "{code} is not in the help"
        );
    }
}

#[test]
fn rules_are_listed() {
    let run = signoff(["rules"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let all = signoff::rules::all();
    for rule in all {
        let line = run
            .out
            .lines()
            .find(|line| line.split(' ').next() == Some(rule.meta.id));
        let line = line.unwrap_or_else(|| panic!("{} is not listed", rule.meta.id));
        assert!(line.contains(rule.meta.severity().name()), "{line}");
        assert!(line.contains(rule.meta.title), "{line}");
    }
    assert!(run.out.contains(&format!("{} rules;", all.len())));

    let few = signoff(["rules", "LOGOUT-"]);
    assert_eq!(few.code, Some(0));
    let few: Vec<&str> = few.out.lines().collect();
    assert!(few.len() > 3 && few.len() < all.len(), "{few:?}");
    assert!(
        few[..few.len() - 1]
            .iter()
            .all(|line| line.starts_with("logout-")),
        "{few:?}"
    );

    let by_cwe = signoff(["rules", "cwe-532"]).out;
    assert!(
        by_cwe.contains("token-in-logs") && !by_cwe.contains("logout-"),
        "{by_cwe}"
    );
}

#[test]
fn a_rule_that_there_is_not_is_an_error() {
    let run = signoff(["rules", "logout-misssing"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("did you mean `logout-missing`?"),
        "{}",
        run.err
    );
    assert_eq!(signoff(["rules", "nosuch", "--json"]).code, Some(2));
}

#[test]
fn a_project_says_once_what_is_its_own() {
    let temp = Temp::new();
    let apk = bank("vulnerable-debug.apk");
    let own = |arguments: &[&str], folder: &Path| -> (Option<i32>, String, u64) {
        let out = temp.path("out.json");
        let run = finish(
            command()
                .current_dir(folder)
                .arg("scan")
                .arg(&apk)
                .arg("-o")
                .arg(format!("json={}", out.display()))
                .args(arguments),
        );
        let count = fs::read_to_string(&out).ok().and_then(|text| {
            let json: Value = serde_json::from_str(&text).ok()?;
            json["coverage"]["firstPartyFunctions"].as_u64()
        });
        let _ = fs::remove_file(&out);
        (run.code, run.err, count.unwrap_or_default())
    };
    fs::create_dir_all(temp.path("repository/.git")).unwrap();
    fs::create_dir_all(temp.path("repository/app/src")).unwrap();
    let folder = temp.path("repository/app/src");
    let alone = own(&[], &folder).2;
    let said = own(&["--first-party", "okhttp3.**"], &folder).2;
    assert!(said > alone, "{said} {alone}");

    temp.file(
        "repository/signoff.toml",
        b"first-party = [\"okhttp3.**\"]\n",
    );
    assert_eq!(own(&[], &folder).2, said);
    assert_eq!(own(&["--no-config"], &folder).2, alone);
    // What lies above the repository is somebody else's.
    temp.file("signoff.toml", b"nonsense\n");
    assert_eq!(own(&[], &folder).2, said);
    temp.file("repository/app/signoff.toml", b"first_party = []\n");
    let (code, err, _) = own(&[], &folder);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean `first-party`?"), "{err}");
    let file = temp.path("repository/signoff.toml");
    assert_eq!(own(&["--config", file.to_str().unwrap()], &folder).2, said);
    assert_eq!(own(&["--first-party", "com..acme"], &folder).0, Some(2));
}

#[test]
fn rules_as_json_are_for_programs() {
    let run = signoff(["rules", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let list: Vec<Value> = serde_json::from_str(&run.out).unwrap();
    let ids: Vec<&str> = list
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let known: Vec<&str> = signoff::rules::all()
        .iter()
        .map(|rule| rule.meta.id)
        .collect();
    assert_eq!(ids, known);
    for rule in &list {
        assert!(rule["score"].as_f64().unwrap() > 0.0, "{rule}");
        assert!(!rule["title"].as_str().unwrap().is_empty(), "{rule}");
        assert!(!rule["maswe"].as_array().unwrap().is_empty(), "{rule}");
    }
    let one: Vec<Value> =
        serde_json::from_str(&signoff(["rules", "--json", "token-in-logs"]).out).unwrap();
    assert_eq!(one.len(), 1);
}

#[test]
fn every_rule_is_explained() {
    for rule in signoff::rules::all() {
        let run = signoff(["explain", rule.meta.id]);
        assert_eq!(
            (run.code, run.err.as_str()),
            (Some(0), ""),
            "{}",
            rule.meta.id
        );
        assert!(run.out.starts_with(&format!("{}\n", rule.meta.id)));
        for part in [
            rule.meta.title,
            rule.meta.why,
            rule.meta.cannot_see,
            "MASVS",
            "CWE-",
        ] {
            assert!(run.out.contains(part), "{}: {part}", rule.meta.id);
        }
    }
}

#[test]
fn a_misspelt_rule_has_a_suggestion() {
    let cases = [
        ("token-plain-preference", Some("token-plain-preferences")),
        ("logout-token-kept", Some("logout-tokens-kept")),
        ("qqq", None),
    ];
    for (misspelt, meant) in cases {
        let run = signoff(["explain", misspelt]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{misspelt}");
        match meant {
            Some(rule) => assert!(
                run.err.contains(&format!("did you mean `{rule}`")),
                "{}",
                run.err
            ),
            None => assert!(!run.err.contains("did you mean"), "{}", run.err),
        }
        assert!(run.err.contains("signoff rules"), "{}", run.err);
    }
}

#[test]
fn every_finding_is_explained_by_its_fingerprint() {
    let path = vulnerable();
    let report = parsed(&scan(&path, &["-o", "json"]).out);
    let term = scan(&path, &["--persona", "pedantic"]).out;
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 10);
    for finding in findings {
        let print = finding["identity"]["fingerprint"].as_str().unwrap();
        // The terminal shows what is for everybody; the rest is in the reports.
        assert!(
            finding["persona"] != "regular" || term.contains(&format!("signoff explain {print}")),
            "{print} is nowhere to be read"
        );
        let run = signoff(["explain", print, path.to_str().unwrap()]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{print}");
        for part in [
            &finding["title"],
            &finding["rule"],
            &finding["identity"]["text"],
        ] {
            let part = part.as_str().unwrap().trim_end_matches('.');
            assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
        }
        for part in ["How we know", "What to do", "Stored", "Ways out"] {
            assert!(run.out.contains(part), "{print}: no {part}");
        }
    }
    let print = "0123456789abcdef";
    let text = project("docs/design.md");
    let cases: [(&[&str], i32, &str); 4] = [
        (&["explain", print], 2, "name the build"),
        (&["explain", print, path.to_str().unwrap()], 2, print),
        (&["explain", print, "no-such.apk"], 2, "no such file"),
        (
            &["explain", print, text.to_str().unwrap()],
            3,
            "a text file",
        ),
    ];
    for (arguments, code, said) in cases {
        let run = signoff(arguments);
        assert_eq!(
            (run.code, run.out.as_str()),
            (Some(code), ""),
            "{arguments:?} {}",
            run.err
        );
        assert!(
            run.err.starts_with("error: ") && run.err.contains(said),
            "{}",
            run.err
        );
    }
}

#[test]
fn no_output_holds_a_secret() {
    let pieces = secrets::pieces();
    let temp = Temp::new();
    let files = ["sarif", "json"].map(|format| (format, temp.path(format)));
    let to = files
        .each_ref()
        .map(|(format, file)| format!("{format}={}", file.display()));
    let mut leaks = Vec::new();
    let mut check = |what: String, text: &str| {
        for piece in secrets::found(text, &pieces) {
            leaks.push(format!("{what} holds {piece}"));
        }
    };
    let of_secrets = rule_builds().into_iter().filter(|path| {
        let path = path.to_string_lossy();
        ["embedded-", "access-token-", "token-without-", "token-key-"]
            .iter()
            .any(|rule| path.contains(rule))
    });
    for path in banks().into_iter().chain(of_secrets) {
        let build = name(&path);
        let run = scan(
            &path,
            &[
                "-o",
                &to[0],
                "-o",
                &to[1],
                "-o",
                "term",
                "--persona",
                "auditor",
            ],
        );
        check(format!("{build}: term"), &run.out);
        check(format!("{build}: stderr"), &run.err);
        for (format, file) in &files {
            check(
                format!("{build}: {format}"),
                &fs::read_to_string(file).unwrap(),
            );
        }
        let report = parsed(&fs::read_to_string(&files[1].1).unwrap());
        for finding in report["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap();
            if !rule.starts_with("logout-") {
                let print = finding["identity"]["fingerprint"].as_str().unwrap();
                let run = signoff(["explain", print, path.to_str().unwrap()]);
                check(format!("{build}: explain {rule}"), &run.out);
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn the_ledger_is_a_view_of_its_own() {
    let run = signoff([OsStr::new("ledger"), vulnerable().as_os_str()]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
    assert!(
        run.out.contains("Ledger: what each way out does"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("Verify:") && !run.out.contains('\u{1b}'));

    let verify = signoff([
        OsStr::new("ledger"),
        OsStr::new("--verify"),
        vulnerable().as_os_str(),
    ]);
    for said in [
        "$BASE/v1/account",
        "$BASE/v1/oauth/token",
        "run-as com.example.bank cat shared_prefs/session.xml",
        "Replay of the previous refresh token",
        "Password change with two devices",
    ] {
        assert!(verify.out.contains(said), "{said}: {}", verify.out);
    }
    // Nothing is sent at sign-out, so there is nothing to hold back.
    assert!(!verify.out.contains("captive portal"), "{}", verify.out);
    let told = signoff([
        OsStr::new("ledger"),
        OsStr::new("--verify"),
        fixed().as_os_str(),
    ]);
    assert!(told.out.contains("captive portal"), "{}", told.out);

    let temp = Temp::new();
    let file = temp.path("ledger.json");
    let mut target = std::ffi::OsString::from("json=");
    target.push(&file);
    let vulnerable = vulnerable();
    let run = finish(
        command()
            .arg("ledger")
            .arg(&vulnerable)
            .args(["-o", "term", "-o"])
            .arg(&target),
    );
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let written = fs::read_to_string(&file).unwrap();
    let json = signoff([
        OsStr::new("ledger"),
        OsStr::new("--json"),
        vulnerable.as_os_str(),
    ]);
    assert_eq!(json.out, written);
    let value = parsed(&json.out);
    assert_eq!(value["schema"], "signoff-ledger/1");
    assert!(value["verify"].is_null());
    assert!(value["ledger"]["stored"].as_array().unwrap().len() > 3);

    for (arguments, said) in [
        (&["-o", "sarif"][..], "no list of findings"),
        (&["-o", "term", "-o", "json"][..], "only one report"),
        (&["--limit", "nonsense=1"][..], "there is no limit"),
    ] {
        let run = finish(command().arg("ledger").arg(&vulnerable).args(arguments));
        assert_eq!(run.code, Some(2), "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    let none = signoff(["ledger", "/nowhere/app.apk"]);
    assert_ne!(none.code, Some(0));
}
