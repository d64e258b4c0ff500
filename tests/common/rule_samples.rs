//! The samples of the rules, and what they say is expected.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a source file says: (rule, line), line 0 for the app.
pub fn expectations(source: &str) -> BTreeSet<(String, u32)> {
    let mut found = BTreeSet::new();
    for (number, line) in source.lines().enumerate() {
        for (marker, at) in [("// expect: ", number as u32 + 1), ("// expect-app: ", 0)] {
            for part in line.split(marker).skip(1) {
                let rule = part.split_whitespace().next().unwrap_or_default();
                found.insert((rule.to_owned(), at));
            }
        }
    }
    found
}

/// One sample.
pub struct Sample {
    /// The rule whose it is.
    pub rule: String,
    /// Its name, without the extension.
    pub name: String,
    /// Its build.
    pub build: PathBuf,
    /// Its source file.
    pub path: PathBuf,
    /// Its text.
    pub source: String,
}

/// All samples, by rule and name.
pub fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut samples = Vec::new();
    for folder in fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if !folder.join("rule.toml").is_file() {
            continue;
        }
        let rule = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let extension = file
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if extension != "java" && extension != "kt" {
                continue;
            }
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let build = folder.join("built").join(format!("{name}.apk"));
            let source = fs::read_to_string(&file).unwrap();
            samples.push(Sample {
                rule: rule.clone(),
                name,
                build,
                path: file,
                source,
            });
        }
    }
    samples.sort_by(|a, b| (&a.rule, &a.name).cmp(&(&b.rule, &b.name)));
    samples
}
