//! A scan of a source tree: the same stages, with source files for code and text for settings.

use std::borrow::Cow;
use std::path::Path;

use bumpalo::Bump;
use rayon::prelude::*;
use regex::Regex;

use super::{Clock, Facts, ScanError, ScanOptions, partial};
use crate::coverage::{Coverage, Diagnostic, DiagnosticKind};
use crate::facts::Setting;
use crate::facts::backup::Backup;
use crate::facts::manifest::Manifest;
use crate::formats::resources::{ResId, ResourceTable};
use crate::formats::restree::TreeTable;
use crate::formats::textxml::{self, Names};
use crate::input::budget::Budgets;
use crate::input::tree::{SourceTree, TreeFile};
use crate::ledger::build::{self, Sources};
use crate::lift::source::{self, Language, SourceFile};
use crate::models::matching::{Marker, match_program};
use crate::report::{Report, Target};
use crate::rules;

/// The source tree that a path is; none when it is a build, or a folder that holds one.
pub(super) fn open(path: &Path, budgets: &Budgets) -> Option<SourceTree> {
    if !path.is_dir() || crate::input::holds_build(path, budgets) {
        return None;
    }
    SourceTree::read(path, |path| Language::of(path).is_some())
}

/// What the build files say.
#[derive(Debug, Default)]
struct Gradle {
    /// Package of the generated classes, and of names in the manifest.
    namespace: Option<String>,
    /// Application id.
    application: Option<String>,
    min_sdk: Option<u32>,
    target_sdk: Option<u32>,
}

impl Gradle {
    fn read(tree: &SourceTree) -> Self {
        let mut found = Self::default();
        let own = tree
            .files
            .iter()
            .filter(|file| {
                file.path.ends_with("build.gradle") || file.path.ends_with("build.gradle.kts")
            })
            .map(|file| file.bytes.as_slice());
        let mut texts: Vec<Cow<'_, str>> = own
            .chain(tree.above.iter().map(Vec::as_slice))
            .map(String::from_utf8_lossy)
            .collect();
        // The application's module says it before the libraries' do.
        texts.sort_by_key(|text| !text.contains("applicationId"));
        let word = |text: &str, key: &str| {
            let pattern = format!(r#"(?m)^\s*{key}\s*=?\s*\(?["']([\w.]+)["']"#);
            let regex = Regex::new(&pattern).ok()?;
            Some(regex.captures(text)?.get(1)?.as_str().to_owned())
        };
        let number = |text: &str, key: &str| {
            let pattern = format!(r"(?m)^\s*{key}(?:Version)?\s*=?\s*\(?(\d+)");
            let regex = Regex::new(&pattern).ok()?;
            regex.captures(text)?.get(1)?.as_str().parse().ok()
        };
        for text in &texts {
            found.namespace = found.namespace.take().or_else(|| word(text, "namespace"));
            found.application = found
                .application
                .take()
                .or_else(|| word(text, "applicationId"));
            found.min_sdk = found.min_sdk.or_else(|| number(text, "minSdk"));
            found.target_sdk = found.target_sdk.or_else(|| number(text, "targetSdk"));
        }
        // A version catalogue may hold the numbers.
        for file in &tree.files {
            if file.path.ends_with("libs.versions.toml") {
                let text = String::from_utf8_lossy(&file.bytes);
                let catalogue = |key: &str| {
                    let pattern = format!(r#"(?mi)^[\w-]*{key}[\w-]*\s*=\s*"(\d+)""#);
                    let regex = Regex::new(&pattern).ok()?;
                    regex.captures(&text)?.get(1)?.as_str().parse().ok()
                };
                found.min_sdk = found.min_sdk.or_else(|| catalogue("min-?sdk"));
                found.target_sdk = found.target_sdk.or_else(|| catalogue("target-?sdk"));
            }
        }
        found
    }
}

impl Facts<'static> {
    fn of_tree(tree: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let gradle = Gradle::read(tree);
        let mut table = ResourceTable::default();
        table.push_tree(TreeTable::read(
            tree.files
                .iter()
                .filter(|file| {
                    let mut parts = file.path.rsplit('/').skip(2);
                    parts.next() == Some("res")
                })
                .map(|file| (file.path.as_str(), file.bytes.as_slice())),
        ));
        let mut manifests = Vec::new();
        for file in &tree.files {
            if !file.path.ends_with("AndroidManifest.xml") {
                continue;
            }
            let package = gradle
                .namespace
                .as_deref()
                .or(gradle.application.as_deref());
            let doc = textxml::parse(
                &file.bytes,
                &Names {
                    id_of: &|kind, entry| table.id_of(kind, entry),
                    package,
                },
            );
            match doc.and_then(|doc| Manifest::read(&doc, &file.path, &table)) {
                Some(manifest) => manifests.push(manifest),
                None => diagnostics.push(Diagnostic {
                    kind: DiagnosticKind::Malformed,
                    part: file.path.clone(),
                    message: "the manifest cannot be read".to_owned(),
                }),
            }
        }
        // The application's manifest first: it has the launcher.
        manifests.sort_by_key(|manifest| {
            (
                manifest.launchers().next().is_none(),
                manifest.components.is_empty(),
            )
        });
        let mut manifest = Manifest::merge(manifests);
        if let Some(manifest) = &mut manifest {
            let setting = |value: u32| Setting {
                value,
                location: manifest.location.clone(),
            };
            let (min, target) = (gradle.min_sdk.map(setting), gradle.target_sdk.map(setting));
            manifest.min_sdk = manifest.min_sdk.take().or(min);
            // A store takes no app that targets an old platform; where the build files do not say,
            // it is the current one.
            manifest.target_sdk = manifest.target_sdk.take().or(target).or_else(|| {
                Some(Setting {
                    value: CURRENT_SDK,
                    location: manifest.location.clone(),
                })
            });
            if let Some(application) = gradle.application {
                manifest.package = application;
            }
        }
        let backup = manifest.as_ref().map(|manifest| {
            Backup::read(manifest, &table, |path| tree.get(path).map(Cow::Borrowed))
        });
        Self {
            table,
            manifest,
            backup,
        }
    }
}

/// The platform that new apps have to target.
const CURRENT_SDK: u32 = 35;

/// Scans a source tree.
pub(super) fn scan(
    options: &ScanOptions,
    tree: SourceTree,
    clock: &mut Clock,
    progress: &dyn Fn(&str),
) -> Result<Report, ScanError> {
    let mut diagnostics = tree.diagnostics.clone();
    let facts = Facts::of_tree(&tree, &mut diagnostics);
    clock.lap("facts");

    progress("reading code");
    let code: Vec<&TreeFile> = tree
        .files
        .iter()
        .filter(|file| Language::of(&file.path).is_some() && !file.path.ends_with(".gradle.kts"))
        .collect();
    let parsed: Vec<Option<SourceFile>> = code
        .par_iter()
        .map(|file| SourceFile::parse(&file.path, &String::from_utf8_lossy(&file.bytes)))
        .collect();
    for (file, parsed) in code.iter().zip(&parsed) {
        if parsed.is_none() {
            diagnostics.push(Diagnostic {
                kind: DiagnosticKind::BudgetReached,
                part: file.path.clone(),
                message: "its syntax could not be read to the end; the file was left out"
                    .to_owned(),
            });
        }
    }
    let files: Vec<SourceFile> = parsed.into_iter().flatten().collect();
    clock.lap("parse");
    let arena = Bump::new();
    let resources = |kind: &str, name: &str| facts.table.id_of(kind, name).map(|id| id.0);
    let mut program = source::load(&files, &arena, &resources);
    clock.lap("lower");
    let apis = match_program(&program);
    let marker = Marker::new(&apis).map_err(|error| ScanError::Internal(error.to_string()))?;
    source::mark(&mut program, &marker);
    clock.lap("models");

    progress("finding labels");
    let read = |path: &str| tree.get(path).map(Cow::Borrowed);
    let mut controls = facts.controls(&read);
    facts.controls_by_id(&program, &mut controls);
    let resource_texts = facts.credential_texts();
    clock.lap("labels");

    progress("following values");
    let names = |id: u32| {
        facts
            .table
            .name(ResId(id))
            .map(|(kind, entry)| (kind.into_owned(), entry.into_owned()))
    };
    let ledger = build::build(&Sources {
        program: &program,
        apis: &apis,
        manifest: facts.manifest.as_ref(),
        backup: facts.backup.as_ref(),
        controls: &controls,
        resource_texts: &resource_texts,
        resources: &names,
        elsewhere: &[],
        first_party: &options.first_party,
        now: options.now,
    });
    clock.lap("ledger");

    progress("evaluating rules");
    let outcome = rules::evaluate(&ledger.records);
    clock.lap("rules");

    let mut coverage = Coverage {
        units: files.len() as u64,
        classes: program.classes.len() as u64,
        functions: program.counts.functions,
        first_party_functions: ledger.own_functions,
        instructions: program.counts.instructions,
        lifted: program.lifted(),
        code_bytes: tree.files.iter().map(|file| file.bytes.len() as u64).sum(),
        stages: std::mem::take(&mut clock.stages),
        ..Coverage::default()
    };
    coverage.partial = partial(&program);
    let (nodes, broken) = files.iter().fold((0, 0), |(nodes, broken), file| {
        (nodes + file.tree.nodes, broken + file.tree.broken)
    });
    if broken > 0 {
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::Note,
            part: String::new(),
            message: format!(
                "{broken} of {nodes} syntax nodes in {} files could not be read",
                files.len()
            ),
        });
    }
    diagnostics.sort();
    diagnostics.dedup();
    let manifest = facts.manifest.as_ref();
    Ok(Report {
        target: Target {
            path: options.path.display().to_string(),
            platform: "android".to_owned(),
            application: manifest
                .map(|manifest| manifest.package.clone())
                .unwrap_or_default(),
            version: manifest
                .and_then(|manifest| manifest.version_name.clone())
                .unwrap_or_default(),
            kind: "source tree".to_owned(),
        },
        session_seen: ledger.session_seen,
        not_read: Vec::new(),
        findings: outcome.findings,
        controls: outcome.controls,
        ledger: ledger.table,
        coverage,
        diagnostics,
        rules: rules::all().iter().map(|rule| &rule.meta).collect(),
        incomplete: false,
    })
}
