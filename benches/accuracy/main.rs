//! How right the reports are: against answer keys, and the flow engine against DroidBench.
//!
//! ```sh
//! cargo run --release --example accuracy -- keys [KEY…] --apps DIR
//! cargo run --release --example accuracy -- keys [KEY…] --sarif DIR
//! cargo run --release --example accuracy -- droidbench DIR [CASE]
//! ```
//!
//! `benches/accuracy/README.md` says what the keys are and what was measured.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints its figures"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by it"))]

mod droidbench;
mod hunt;
mod key;
mod score;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use key::App;
use signoff::report::sarif;
use signoff::scan::{ScanOptions, scan};

const USAGE: &str =
    "accuracy keys [KEY…] (--apps DIR | --sarif DIR)\naccuracy droidbench DIR [CASE]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["keys", keys @ .., "--apps", apps] => keys_of(keys)
            .and_then(|keys| Ok(sheet(&keys, |key| scanned(key, Path::new(apps)))?.print())),
        ["keys", keys @ .., "--sarif", folder] => keys_of(keys)
            .and_then(|keys| Ok(sheet(&keys, |key| given(key, Path::new(folder)))?.print())),
        ["droidbench", root] => droidbench::run(Path::new(root), None),
        ["droidbench", root, case] => droidbench::run(Path::new(root), Some(case)),
        _ => Err(USAGE.to_owned()),
    };
    match answer {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// The keys that were named, or those of this folder.
fn keys_of(named: &[&str]) -> Result<Vec<key::Key>, String> {
    if named.is_empty() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/accuracy/keys");
        return key::read(&[own]);
    }
    let paths: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
    key::read(&paths)
}

/// SARIF of an app, or why there is none.
type Report = Result<String, String>;

fn sheet(keys: &[key::Key], report: impl Fn(&key::Key) -> Report) -> Result<score::Sheet, String> {
    let mut sheet = score::Sheet::default();
    for key in keys {
        match report(key) {
            Ok(sarif) => {
                let found = score::results(&sarif)
                    .map_err(|problem| format!("{}: {problem}", key.app.name))?;
                sheet.scored.push((
                    key.app.platform.clone(),
                    key.app.name.clone(),
                    score::score(key, &found),
                ));
            }
            Err(why) => sheet.left_out.push((key.app.name.clone(), why)),
        }
    }
    Ok(sheet)
}

/// A bare scan, as SARIF.
fn scanned(key: &key::Key, apps: &Path) -> Report {
    let path = key.app.path(apps);
    if !path.exists() {
        let App { repo, commit, .. } = &key.app;
        return Err(format!(
            "absent: no {} ({repo} at {commit})",
            path.display()
        ));
    }
    let report =
        scan(&ScanOptions::new(&path), &|_| {}).map_err(|error| format!("not scanned: {error}"))?;
    sarif::render(&report, &sarif::SarifOptions::default())
        .map(|sarif| sarif.text)
        .map_err(|error| format!("not written: {error}"))
}

/// SARIF that somebody made before: `NAME.sarif`.
fn given(key: &key::Key, folder: &Path) -> Report {
    let path = folder.join(format!("{}.sarif", key.app.name));
    std::fs::read_to_string(&path).map_err(|error| format!("absent: {}: {error}", path.display()))
}
