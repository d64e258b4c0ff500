//! Every archive of a corpus, if there is one: set `SIGNOFF_CORPUS` to a folder of builds.
//!
//! Ordinary builds must open without a note on tampering, and every part must come out with the
//! CRC that the archive gives; files that were made to be malformed are told by their names.

use std::path::{Path, PathBuf};

use signoff::coverage::DiagnosticKind;
use signoff::formats::zip::{Archive, Directory, EntryError, crc_matches};
use signoff::input::bytes::Bytes;
use signoff::input::{Budgets, Role, open};

/// Parts of paths of archives that were made to be odd.
const ODD: &[&str] = &[
    "compression-method",
    "-in-entry-name",
    "truncated-cd",
    "janus",
    "minimal_SIZE_ExtraField",
    "minimal_def_mod",
    // One byte of an entry's name was changed to break the signature.
    "rsa-pkcs1-sha512-8192-digest-mismatch",
];

#[test]
fn every_archive_of_the_corpus_reads() {
    let Some(corpus) = std::env::var_os("SIGNOFF_CORPUS") else {
        return;
    };
    let mut files = Vec::new();
    collect(Path::new(&corpus), &mut files);
    files.sort();
    let (mut opened, mut entries, mut odd) = (0, 0, 0);
    let mut problems = Vec::new();
    for path in &files {
        let name = path.display().to_string();
        let made_odd = ODD.iter().any(|part| name.contains(part));
        entries += check_entries(path, made_odd, &mut problems);
        let Ok(input) = open(path, &Budgets::default()) else {
            continue;
        };
        opened += 1;
        let ids = input.select(|part| part.role != Role::Other);
        for (id, result) in ids.iter().zip(input.read_all(&ids)) {
            if let Err(error) = result {
                let part = input.part(*id).map_or("", |part| part.name.as_str());
                problems.push(format!("{name}: {part}: {error}"));
            }
        }
        for diagnostic in input.diagnostics() {
            if diagnostic.kind == DiagnosticKind::ArchiveTampering {
                odd += 1;
                if !made_odd {
                    problems.push(format!("{name}: {diagnostic}"));
                }
            }
        }
    }
    assert!(opened > 0, "no builds in {}", Path::new(&corpus).display());
    println!(
        "{} files, {opened} opened, {entries} entries with the right CRC, {odd} notes on tampering",
        files.len()
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Reads every entry and checks its CRC. Gives how many there were.
fn check_entries(path: &Path, made_odd: bool, problems: &mut Vec<String>) -> usize {
    let name = path.display();
    let bytes = match Bytes::open(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(format!("{name}: {error}"));
            return 0;
        }
    };
    let directory = match Directory::parse(bytes.as_slice(), 1_000_000) {
        Ok(directory) => directory,
        Err(error) => {
            problems.push(format!("{name}: {error}"));
            return 0;
        }
    };
    let archive = Archive::new(bytes.as_slice(), &directory);
    let mut right = 0;
    for (id, entry_name, entry) in archive.entries() {
        let shown = String::from_utf8_lossy(entry_name);
        match archive.read(id, 1 << 30) {
            Ok(content) if crc_matches(entry, &content.bytes) && !content.wrong_size => right += 1,
            Ok(_) if made_odd => {}
            Ok(_) => problems.push(format!("{name}: {shown}: wrong CRC or size")),
            Err(EntryError::Encrypted) => problems.push(format!("{name}: {shown}: encrypted")),
            Err(error) => problems.push(format!("{name}: {shown}: {error}")),
        }
    }
    right
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for child in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = child.path();
        if path.is_dir() {
            collect(&path, files);
            continue;
        }
        let end = path.extension().and_then(|end| end.to_str());
        if matches!(
            end,
            Some("apk" | "aab" | "apks" | "xapk" | "apkm" | "aar" | "zip" | "jar")
        ) {
            files.push(path);
        }
    }
}
