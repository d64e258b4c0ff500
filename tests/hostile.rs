//! Builds that were cut off or damaged: every scan ends with a report or with a clear error.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: one that cannot go on fails its test"
)]

#[path = "common/archive.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod archive;
#[path = "common/samples.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod samples;
#[path = "common/temp.rs"]
mod temp;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use signoff::report::json::JsonOptions;
use signoff::report::sarif::SarifOptions;
use signoff::report::terminal::TerminalOptions;
use signoff::report::{Report, json, sarif, terminal};
use signoff::scan::{ScanOptions, scan};
use temp::Temp;

/// Far more than any of these few kilobytes needs, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(20);

const SILENCE: &str = "passed over in silence";

/// A rule sample with code, labels and settings, of a few kilobytes.
fn sample() -> PathBuf {
    samples::project("rules/logout-tokens-kept/built/bad-menu-item.apk")
}

/// Scans `bytes` and writes every report; the report, or the text of the error.
fn outcome(temp: &Temp, name: &str, bytes: &[u8]) -> Result<Report, String> {
    let path = temp.file(name, bytes);
    let report = match scan(&ScanOptions::new(&path), &|_| {}) {
        Ok(report) => report,
        Err(error) => {
            assert_eq!(error.exit_code(), 3, "{error}");
            return Err(error.to_string());
        }
    };
    sarif::render(&report, &SarifOptions::default()).unwrap();
    json::render(&report, &JsonOptions::default()).unwrap();
    assert!(!terminal::render(&report, &TerminalOptions::default()).is_empty());
    Ok(report)
}

/// What is wrong with how the scan of each variant ends.
fn trouble(
    name: &str,
    variants: impl Iterator<Item = (String, Vec<u8>)>,
    fine: impl Fn(&Result<Report, String>) -> bool,
) -> Vec<String> {
    let temp = Temp::new();
    let mut trouble = Vec::new();
    for (what, bytes) in variants {
        let started = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| outcome(&temp, name, &bytes))) {
            Ok(Err(error)) if !error.contains(name) || error.len() < name.len() + 10 => {
                trouble.push(format!("{name}, {what}: unclear error: {error}"));
            }
            Ok(outcome) if !fine(&outcome) => {
                trouble.push(format!("{name}, {what}: {SILENCE}"));
            }
            Ok(_) => {}
            Err(_) => trouble.push(format!("{name}, {what}: panic")),
        }
        if started.elapsed() > PATIENCE {
            trouble.push(format!("{name}, {what}: took {:?}", started.elapsed()));
        }
    }
    trouble
}

/// Prefixes of `bytes`: 64 spread over it, and each of the last 200 bytes missing.
fn prefixes(bytes: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let len = bytes.len();
    let mut lengths: Vec<usize> = (0..64).map(|n| len * n / 64).collect();
    lengths.extend(len.saturating_sub(200)..len);
    lengths.sort_unstable();
    lengths.dedup();
    lengths
        .into_iter()
        .map(move |cut| (format!("first {cut} of {len} bytes"), bytes[..cut].to_vec()))
}

/// Copies of `bytes` with one bit turned, at `count` places that are the same in every run.
fn flips(bytes: &[u8], count: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut state: u64 = 0x5eed;
    (0..count).map(move |_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let at = usize::try_from(mixed >> 8).unwrap() % bytes.len();
        let bit = mixed % 8;
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1 << bit;
        (format!("bit {bit} of byte {at}"), bytes)
    })
}

fn none_wrong(trouble: &[String]) {
    let shown = trouble.len().min(20);
    assert!(
        trouble.is_empty(),
        "{} wrong:\n{}",
        trouble.len(),
        trouble[..shown].join("\n")
    );
}

/// The sample's entries without compression, so that damage reaches what the readers see.
fn uncompressed() -> Vec<u8> {
    archive::stored(&archive::entries(&sample()))
}

fn code() -> Vec<u8> {
    archive::entry(&sample(), "classes.dex")
}

/// Whether a scan says that something is missing.
fn admits(outcome: &Result<Report, String>) -> bool {
    match outcome {
        Ok(report) => !report.diagnostics.is_empty(),
        Err(_) => true,
    }
}

#[test]
fn the_whole_ones_are_fine() {
    let temp = Temp::new();
    let apk = outcome(&temp, "a.apk", &std::fs::read(sample()).unwrap()).unwrap();
    let again = outcome(&temp, "a.apk", &uncompressed()).unwrap();
    let dex = outcome(&temp, "classes.dex", &code()).unwrap();
    assert!(!apk.findings.is_empty() && dex.coverage.functions > 0);
    assert_eq!(apk.findings, again.findings);
    assert_eq!(apk.diagnostics, []);
    assert_eq!(dex.diagnostics, []);
}

#[test]
fn a_build_that_was_cut_off() {
    let apk = std::fs::read(sample()).unwrap();
    none_wrong(&trouble("cut.apk", prefixes(&apk), admits));
}

#[test]
fn code_that_was_cut_off() {
    none_wrong(&trouble("cut.dex", prefixes(&code()), admits));
}

#[test]
fn entries_that_were_cut_off() {
    let whole = archive::entries(&sample());
    let mut silent = Vec::new();
    for entry in ["classes.dex", "AndroidManifest.xml", "resources.arsc"] {
        let content = archive::entry(&sample(), entry);
        let variants = prefixes(&content).step_by(5).map(|(what, cut)| {
            let mut entries = whole.clone();
            for (name, content) in &mut entries {
                if name == entry {
                    content.clone_from(&cut);
                }
            }
            (format!("{entry}, {what}"), archive::stored(&entries))
        });
        let (quiet, wrong): (Vec<String>, Vec<String>) = trouble("app.apk", variants, admits)
            .into_iter()
            .partition(|what| what.ends_with(SILENCE));
        none_wrong(&wrong);
        if !quiet.is_empty() {
            silent.push(entry);
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_build_with_a_bit_turned() {
    let apk = std::fs::read(sample()).unwrap();
    none_wrong(&trouble("bit.apk", flips(&apk, 500), |_| true));
}

#[test]
fn entries_with_a_bit_turned() {
    none_wrong(&trouble("bit.apk", flips(&uncompressed(), 500), |_| true));
}

#[test]
fn code_with_a_bit_turned() {
    none_wrong(&trouble("bit.dex", flips(&code(), 500), |_| true));
}

#[test]
fn other_wrappings_with_a_bit_turned() {
    for build in ["vulnerable.aab", "vulnerable.apks"] {
        let whole = archive::entries(&samples::bank(build));
        let bytes = archive::stored(&whole);
        let name = build.replace("vulnerable", "bit");
        none_wrong(&trouble(&name, flips(&bytes, 60), |_| true));
    }
}
