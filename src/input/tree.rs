//! A source tree: which of its files are the app's, and their bytes.
//!
//! What the repository ignores is left out, and so are tests and what only debug builds hold: they
//! do not ship.

use std::fs;
use std::path::{Path, PathBuf};

use crate::coverage::{Diagnostic, DiagnosticKind};

/// Most files of a tree.
const MAX_FILES: usize = 200_000;
/// Largest file that is read.
const MAX_FILE: u64 = 4 << 20;
/// Most bytes of a tree.
const MAX_BYTES: u64 = 1 << 30;
/// Folders that hold what is built or brought along, whatever the repository ignores.
const SKIPPED: [&str; 9] = [
    "build",
    "node_modules",
    "Pods",
    "buildSrc",
    "build-logic",
    "generated",
    "DerivedData",
    "vendor",
    "third_party",
];

/// A file of the tree.
#[derive(Debug)]
pub struct TreeFile {
    /// Path below the root, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A source tree.
#[derive(Debug)]
pub struct SourceTree {
    /// Its files, by path.
    pub files: Vec<TreeFile>,
    /// What was left out.
    pub diagnostics: Vec<Diagnostic>,
    /// Build files of the folders above, nearest first: a module's `src/main` may be all that is
    /// scanned.
    pub above: Vec<Vec<u8>>,
}

impl SourceTree {
    /// Reads the tree below a folder: code for which `is_code` holds by its path, resources,
    /// manifests and build files. None when there is no code.
    #[must_use]
    pub fn read(root: &Path, is_code: impl Fn(&str) -> bool) -> Option<Self> {
        let mut paths: Vec<(String, PathBuf)> = Vec::new();
        let mut diagnostics = Vec::new();
        let walk = ignore::WalkBuilder::new(root)
            .require_git(false)
            .filter_entry(|entry| {
                let name = entry.file_name().to_string_lossy();
                !(entry.file_type().is_some_and(|kind| kind.is_dir())
                    && entry.depth() > 0
                    && SKIPPED.contains(&name.as_ref()))
            })
            .build();
        let mut any_code = false;
        for entry in walk.flatten() {
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            let Ok(relative) = entry.path().strip_prefix(root) else {
                continue;
            };
            let path = relative.to_string_lossy().replace('\\', "/");
            let code = is_code(&path) && !path.ends_with(".gradle.kts");
            if is_test(&path) || !(code || is_setting(&path)) {
                continue;
            }
            any_code |= code;
            if paths.len() >= MAX_FILES {
                diagnostics.push(limit(
                    &path,
                    "there are too many files; the rest was not read",
                ));
                break;
            }
            paths.push((path, entry.into_path()));
        }
        if !any_code {
            return None;
        }
        paths.sort();
        let mut files = Vec::with_capacity(paths.len());
        let mut left = MAX_BYTES;
        for (path, full) in paths {
            let size = fs::metadata(&full).map_or(0, |meta| meta.len());
            if size > MAX_FILE || size > left {
                diagnostics.push(limit(&path, "it is too large and was not read"));
                continue;
            }
            left -= size;
            match fs::read(&full) {
                Ok(bytes) => files.push(TreeFile { path, bytes }),
                Err(error) => diagnostics.push(Diagnostic {
                    kind: DiagnosticKind::Malformed,
                    part: path,
                    message: format!("it cannot be read: {error}"),
                }),
            }
        }
        let above = root
            .canonicalize()
            .ok()
            .into_iter()
            .flat_map(|root| {
                root.ancestors()
                    .skip(1)
                    .take(3)
                    .flat_map(|folder| {
                        ["build.gradle.kts", "build.gradle"].map(|name| folder.join(name))
                    })
                    .filter_map(|file| fs::read(file).ok())
                    .collect::<Vec<_>>()
            })
            .collect();
        Some(Self {
            files,
            diagnostics,
            above,
        })
    }

    /// Bytes of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .and_then(|at| self.files.get(at))
            .map(|file| file.bytes.as_slice())
    }
}

fn limit(path: &str, message: &str) -> Diagnostic {
    Diagnostic {
        kind: DiagnosticKind::BudgetReached,
        part: path.to_owned(),
        message: message.to_owned(),
    }
}

/// Whether a file is a test's or a debug build's: by the source set of Gradle and Kotlin
/// Multiplatform that it stands in.
fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    while let Some(part) = parts.next() {
        if part == "src"
            && let Some(set) = parts.clone().next()
        {
            let set = set.to_owned();
            if set == "debug"
                || set.starts_with("test")
                || set.starts_with("androidTest")
                || set.starts_with("sharedTest")
                || set.ends_with("Test")
            {
                return true;
            }
        }
    }
    false
}

/// Whether a file says how the app is set up: manifests, resources, build files.
fn is_setting(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    if matches!(
        file,
        "AndroidManifest.xml" | "build.gradle" | "build.gradle.kts" | "libs.versions.toml"
    ) {
        return true;
    }
    let folder = parts.next().unwrap_or_default();
    file.ends_with(".xml")
        && parts.next() == Some("res")
        && ![
            "drawable",
            "mipmap",
            "anim",
            "font",
            "color",
            "raw",
            "transition",
        ]
        .iter()
        .any(|silent| folder.starts_with(silent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_ship() {
        assert!(is_test("app/src/test/java/A.kt"));
        assert!(is_test("app/src/androidTest/java/A.kt"));
        assert!(is_test("shared/src/commonTest/kotlin/A.kt"));
        assert!(!is_test("app/src/main/java/com/acme/test/A.kt"));
        assert!(is_setting("app/src/main/res/values-de/strings.xml"));
        assert!(!is_setting("app/src/main/res/drawable/icon.xml"));
    }
}
