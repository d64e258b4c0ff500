//! Answer keys: what a perfect analyzer would say about an app, written by people who read it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A key file.
#[derive(Debug, Clone, Deserialize)]
pub struct Key {
    pub app: App,
    #[serde(default, rename = "verdict")]
    pub verdicts: Vec<Verdict>,
    #[serde(default, rename = "trap")]
    pub traps: Vec<Trap>,
}

/// Which app, and what of it is scanned.
#[derive(Debug, Clone, Deserialize)]
pub struct App {
    pub name: String,
    #[serde(default)]
    pub repo: String,
    #[serde(default)]
    pub commit: String,
    #[serde(default)]
    pub platform: String,
    /// Folder below the app's own, of an app in source.
    #[serde(default)]
    pub scan_root: Option<String>,
    /// Folders that are scanned instead of the whole root.
    #[serde(default)]
    pub scan_include: Vec<String>,
    /// File below the folder of all apps, of a build.
    #[serde(default)]
    pub build: Option<String>,
}

/// What a control should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    Fail,
    Pass,
    Open,
    NotApplicable,
}

/// How sure the reader was; what is `low` is not scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    #[default]
    High,
    Medium,
    Low,
}

/// What one control should come to.
#[derive(Debug, Clone, Deserialize)]
pub struct Verdict {
    pub rule: String,
    pub expect: Expect,
    #[serde(default)]
    pub file: String,
    #[serde(default)]
    pub line: u32,
    /// Class and function, where a build has no lines.
    #[serde(default)]
    pub function: String,
    #[serde(default)]
    pub sure: Sure,
    #[serde(default)]
    pub why: String,
}

/// A place that looks like a defect and is none.
#[derive(Debug, Clone, Deserialize)]
pub struct Trap {
    /// For one rule only.
    #[serde(default)]
    pub rule: Option<String>,
    #[serde(default)]
    pub file: String,
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub function: String,
    #[serde(default)]
    pub why: String,
}

impl App {
    /// What is scanned, below the folder of all apps.
    pub fn path(&self, apps: &Path) -> PathBuf {
        match (&self.build, self.scan_include.as_slice()) {
            (Some(build), _) => apps.join(build),
            (None, []) => {
                let root = self.scan_root.as_deref().unwrap_or(".");
                apps.join(&self.name).join(root)
            }
            (None, _) => apps.join(&self.name),
        }
    }
}

/// Reads keys: files, or all of a folder in order of their names.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Key>, String> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut found: Vec<PathBuf> = fs::read_dir(path)
                .map_err(|error| format!("{}: {error}", path.display()))?
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
                .collect();
            found.sort();
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    files
        .iter()
        .map(|file| {
            let text =
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key is read, names only controls that exist, and says something that can be scored.
    #[test]
    fn the_keys_speak_of_controls_that_exist() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalogue = fs::read_to_string(root.join("rules/catalogue.toml")).unwrap();
        let catalogue: toml::Table = catalogue.parse().unwrap();
        let ids: Vec<&str> = catalogue["control"]
            .as_array()
            .unwrap()
            .iter()
            .map(|control| control["id"].as_str().unwrap())
            .collect();
        let keys = read(&[root.join("benches/accuracy/keys")]).unwrap();
        assert!(keys.len() >= 9, "{} keys", keys.len());
        for key in &keys {
            let scored = key
                .verdicts
                .iter()
                .filter(|verdict| verdict.sure != Sure::Low)
                .count();
            assert!(scored > 0, "{} has nothing to score", key.app.name);
            let verdicts = key.verdicts.iter().map(|verdict| verdict.rule.as_str());
            let traps = key.traps.iter().filter_map(|trap| trap.rule.as_deref());
            for rule in verdicts.chain(traps) {
                assert!(ids.contains(&rule), "{}: no control {rule}", key.app.name);
            }
        }
    }
}
