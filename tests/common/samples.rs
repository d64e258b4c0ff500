//! Where the samples lie.

use std::fs;
use std::path::{Path, PathBuf};

/// A path below the project's root.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A build of the bank, by its file name.
pub fn bank(name: &str) -> PathBuf {
    let path = project("samples/android/built").join(name);
    assert!(path.is_file(), "{} is missing", path.display());
    path
}

/// All builds of the bank, in the order of their names.
pub fn banks() -> Vec<PathBuf> {
    let builds = files(&project("samples/android/built"), &["apk", "aab", "apks"]);
    assert!(builds.len() >= 8, "{builds:?}");
    builds
}

/// All built rule samples, in order.
pub fn rule_builds() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(project("rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("built"))
        .filter(|folder| folder.is_dir())
        .collect();
    folders.sort();
    folders
        .iter()
        .flat_map(|folder| files(folder, &["apk"]))
        .collect()
}

/// Source files below a folder, whatever its depth, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if has_extension(&path, &["java", "kt"]) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| has_extension(path, extensions))
        .collect();
    found.sort();
    found
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .is_some_and(|extension| extensions.iter().any(|known| extension == *known))
}
