//! `signoff.toml`: what a project says once for all its scans.
//!
//! The file of the current directory, else of the nearest one above it up to the root of the
//! repository. A key that nobody knows is an error: a setting that has no effect is worse than none.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::suggest::did_you_mean;
use crate::analysis::libraries::Pattern;

/// Its name.
const FILE: &str = "signoff.toml";
/// Most bytes of it that are read.
const MAX_BYTES: u64 = 1 << 20;
/// Most folders that are looked into.
const MAX_DEPTH: usize = 64;

/// What it says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// Classes that are the app's own.
    pub first_party: Vec<Pattern>,
}

/// The keys that there are.
const KEYS: &[&str] = &["first-party"];

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with its name.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let said = |what: String| format!("{}: {what}", path.display());
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text))
            .map_err(|error| said(error.to_string()))?;
        if text.len() as u64 > MAX_BYTES {
            return Err(said(format!("it is larger than {MAX_BYTES} bytes")));
        }
        Self::parse(&text).map_err(said)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| {
                text.get(..span.start)
                    .map_or(0, |before| before.matches('\n').count() + 1)
            });
            format!("line {line}: {}", error.message())
        })?;
        let mut config = Self::default();
        for (key, value) in &table {
            match key.as_str() {
                "first-party" => config.first_party = patterns(value)?,
                other => {
                    return Err(format!(
                        "there is no key `{other}`{} (keys: {})",
                        did_you_mean(other, KEYS.iter().copied()),
                        KEYS.join(", ")
                    ));
                }
            }
        }
        Ok(config)
    }
}

fn patterns(value: &toml::Value) -> Result<Vec<Pattern>, String> {
    let wrong = || "`first-party` takes a list, as in [\"com.acme.**\"]".to_owned();
    value
        .as_array()
        .ok_or_else(wrong)?
        .iter()
        .map(|item| {
            let text = item.as_str().ok_or_else(wrong)?;
            text.parse()
                .map_err(|error| format!("`first-party`: {error}"))
        })
        .collect()
}

/// The file that holds for a folder.
pub(super) fn find(folder: &Path) -> Option<PathBuf> {
    let mut above = Vec::new();
    let mut in_repository = false;
    for at in folder.ancestors().take(MAX_DEPTH) {
        above.push(at);
        if at.join(".git").exists() {
            in_repository = true;
            break;
        }
    }
    // Outside of a repository, what lies above is somebody else's.
    if !in_repository {
        above.truncate(1);
    }
    above
        .into_iter()
        .map(|at| at.join(FILE))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_or_an_error() {
        let config = Config::parse("first-party = [\"com.acme.**\", \"com.acme.Kit\"]\n").unwrap();
        assert_eq!(config.first_party.len(), 2);
        assert_eq!(Config::parse("# nothing\n").unwrap(), Config::default());
        for (text, said) in [
            ("first_party = []", "did you mean `first-party`?"),
            ("first-party = \"com.acme.**\"", "takes a list"),
            ("first-party = [1]", "takes a list"),
            ("first-party = [\"com..acme\"]", "is no class pattern"),
            ("\nfirst-party = [", "line 2"),
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
