//! Which mapping belongs to the build: the one that was given, the one inside a bundle, or the one
//! that Gradle wrote beside it; and whether it does belong to it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::{ScanError, ScanOptions};
use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::mapping::{Limits, Mapping, MappingError};
use crate::input::bytes::{Bytes, ReadAt};
use crate::input::{Budgets, Input, Role, budget};
use crate::lift::dex::{Parsed, Restoring};

/// Which mapping restores the names of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MappingChoice {
    /// The one in the input, else the one beside it.
    #[default]
    Find,
    /// This file, and an error when it does not belong to the build.
    File(PathBuf),
    /// None.
    Off,
}

/// A mapping that was found.
pub(super) struct Source<'i> {
    /// A file name or the name of a part.
    name: String,
    /// Somebody said that it belongs to the build.
    given: bool,
    content: Content<'i>,
}

enum Content<'i> {
    File(Bytes),
    Part(Cow<'i, [u8]>),
}

impl Source<'_> {
    fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::File(bytes) => bytes.as_slice(),
            Content::Part(bytes) => bytes,
        }
    }
}

/// Finds the mapping.
///
/// # Errors
///
/// When the file that was given cannot be read.
pub(super) fn find<'i>(
    options: &ScanOptions,
    input: &'i Input,
) -> Result<Option<Source<'i>>, ScanError> {
    let open = |path: &Path, given: bool| {
        let bytes = Bytes::open(path).map_err(|error| error.to_string())?;
        let limit = options.budgets.mapping_bytes;
        if ReadAt::len(&bytes) > limit {
            return Err(format!(
                "it has more bytes than the limit mapping-bytes = {limit}"
            ));
        }
        Ok(Source {
            name: path.display().to_string(),
            given,
            content: Content::File(bytes),
        })
    };
    match &options.mapping {
        MappingChoice::Off => Ok(None),
        MappingChoice::File(path) => match open(path, true) {
            Ok(source) => Ok(Some(source)),
            Err(what) => Err(ScanError::Mapping {
                mapping: path.display().to_string(),
                what,
            }),
        },
        MappingChoice::Find => {
            let part = input
                .select(|part| part.role == Role::Mapping)
                .into_iter()
                .find_map(|id| {
                    let part = input.part(id)?;
                    let fits = part.size <= options.budgets.mapping_bytes;
                    // What cannot be read is in the input's own diagnostics.
                    Some(Source {
                        name: part.name.clone(),
                        given: false,
                        content: Content::Part(input.read(id).ok().filter(|_| fits)?),
                    })
                });
            Ok(part.or_else(|| {
                beside(&options.path)
                    .into_iter()
                    .find(|path| path.is_file())
                    .and_then(|path| open(&path, false).ok())
            }))
        }
    }
}

/// Where the Android Gradle plugin writes the mapping of a build: for
/// `build/outputs/apk/free/release/app.apk` it is `build/outputs/mapping/freeRelease/mapping.txt`,
/// `free/release` in older versions; Android Studio puts it beside an APK that it exports.
fn beside(build: &Path) -> Vec<PathBuf> {
    const FILE: &str = "mapping.txt";
    let build = std::path::absolute(build).unwrap_or_else(|_| build.to_owned());
    let Some(folder) = build.parent() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for kind in ["apk", "bundle"] {
        let Some(outputs) = folder
            .ancestors()
            .take(MAX_FLAVOURS)
            .find(|above| above.ends_with(Path::new("outputs").join(kind)))
        else {
            continue;
        };
        let variant: Vec<String> = folder
            .strip_prefix(outputs)
            .into_iter()
            .flatten()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let Some(mappings) = outputs.parent().map(|outputs| outputs.join("mapping")) else {
            continue;
        };
        let joined: String = variant
            .iter()
            .enumerate()
            .map(|(index, name)| {
                if index == 0 {
                    name.clone()
                } else {
                    capital(name)
                }
            })
            .collect();
        found.push(mappings.join(joined).join(FILE));
        found.push(mappings.join(variant.join("/")).join(FILE));
    }
    found.push(folder.join(FILE));
    found
}

/// Most folders between `apk` and the build: its flavours and the build type.
const MAX_FLAVOURS: usize = 6;

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Reads a mapping and sees that it belongs to the build. One that was found and does not is left
/// out, with a diagnostic.
///
/// # Errors
///
/// When one that was given cannot be read or does not belong to the build.
pub(super) fn read<'a>(
    source: &'a Source<'_>,
    parsed: &Parsed<'_>,
    budgets: &Budgets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Restoring<'a>>, ScanError> {
    let mut tell = |kind, message: String| {
        diagnostics.push(Diagnostic {
            kind,
            part: source.name.clone(),
            message,
        });
    };
    let limits = Limits {
        classes: budgets.mapping_classes,
        lines: budgets.mapping_lines,
        frames: budgets.mapping_frames,
    };
    let mapping = Mapping::parse(source.bytes(), limits)
        .map_err(|error: MappingError| error.to_string())
        .and_then(|mapping| match mismatch(&mapping, parsed) {
            Some(what) => Err(what),
            None => Ok(mapping),
        });
    let mapping = match mapping {
        Ok(mapping) => mapping,
        Err(what) if source.given => {
            return Err(ScanError::Mapping {
                mapping: source.name.clone(),
                what,
            });
        }
        Err(what) => {
            tell(
                DiagnosticKind::Note,
                format!("names are not restored from this mapping: {what}"),
            );
            return Ok(None);
        }
    };
    if let Some((name, limit)) = mapping.cut() {
        diagnostics.push(budget::reached(
            name,
            limit,
            &source.name,
            "names below it were not restored",
        ));
    }
    if mapping.broken() > 0 {
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::Malformed,
            part: source.name.clone(),
            message: format!("{} lines are no part of a mapping", mapping.broken()),
        });
    }
    diagnostics.push(Diagnostic {
        kind: DiagnosticKind::Note,
        part: source.name.clone(),
        message: format!(
            "names and lines are restored from this mapping{}",
            mapping
                .header()
                .map_id
                .as_ref()
                .map(|id| format!(" (pg_map_id {id})"))
                .unwrap_or_default()
        ),
    });
    Ok(Some(Restoring::new(mapping)))
}

/// Why a mapping is another build's.
fn mismatch(mapping: &Mapping<'_>, parsed: &Parsed<'_>) -> Option<String> {
    let ids = parsed.map_ids();
    if let Some(id) = &mapping.header().map_id
        && !ids.is_empty()
    {
        // Older compilers write the first digits of the hash, newer ones all.
        let same = |other: &String| {
            !other.is_empty() && (id.starts_with(other.as_str()) || other.starts_with(id.as_str()))
        };
        if ids.iter().any(same) {
            return None;
        }
        return Some(format!(
            "it belongs to another build: its pg_map_id is {id}, that of the code is {}",
            ids.join(" and ")
        ));
    }
    let (classes, known) = parsed.known_classes(|name| mapping.residual(name).is_some());
    if known * 2 < classes {
        return Some(format!(
            "it belongs to another build: it names {known} of {classes} classes"
        ));
    }
    // Two builds of one app share most names of classes, and `a` is something else in each.
    let (methods, known) = parsed.known_methods(mapping);
    (known * 10 < methods * 9).then(|| {
        format!("it belongs to another build: it names {known} of {methods} renamed methods")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradle_keeps_the_mapping_apart_from_the_build() {
        let paths = beside(Path::new("/p/app/build/outputs/apk/free/release/app.apk"));
        assert_eq!(
            paths,
            [
                "/p/app/build/outputs/mapping/freeRelease/mapping.txt",
                "/p/app/build/outputs/mapping/free/release/mapping.txt",
                "/p/app/build/outputs/apk/free/release/mapping.txt",
            ]
            .map(PathBuf::from)
        );
        let paths = beside(Path::new("/p/build/outputs/bundle/release/app.aab"));
        assert_eq!(
            paths.first(),
            Some(&PathBuf::from(
                "/p/build/outputs/mapping/release/mapping.txt"
            ))
        );
        assert_eq!(
            beside(Path::new("/tmp/app.apk")),
            [PathBuf::from("/tmp/mapping.txt")]
        );
    }
}
