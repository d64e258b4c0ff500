//! A scan from path to report: the order of the stages, and what each hands to the next.

mod mapping;
#[cfg(feature = "source")]
mod source;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::analysis::entries::{Control, EntryKind};
use crate::analysis::libraries::Pattern;
use crate::coverage::{Coverage, Diagnostic, DiagnosticKind};
use crate::facts::backup::Backup;
use crate::facts::manifest::Manifest;
use crate::facts::ui;
use crate::finding::Location;
use crate::formats::resources::{ResId, ResourceTable, TextQuery};
use crate::formats::xml::XmlDoc;
use crate::formats::{axml, pbxml};
use crate::input::budget::Budgets;
use crate::input::{Input, InputError, Kind, PartId, Role, TableForm, XmlForm};
use crate::ledger::build::{self, Sources};
use crate::lift::dex;
use crate::models::lexicon::{self, EventKind};
use crate::models::matching::{Marker, match_program};
use crate::report::{Report, Target};
use crate::rules;
pub use mapping::MappingChoice;

/// What to scan and how.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// File or folder.
    pub path: PathBuf,
    /// Limits.
    pub budgets: Budgets,
    /// Which mapping restores the names of the source.
    pub mapping: MappingChoice,
    /// Classes that are the app's own, whatever their names look like.
    pub first_party: Vec<Pattern>,
    /// Now, in seconds since 1970: decides whether an embedded token has expired, nothing else.
    pub now: i64,
    /// Measure stages; the times go to [`Coverage::stages`] and make reports differ.
    pub timings: bool,
}

impl ScanOptions {
    /// A scan of a path with the usual limits.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            budgets: Budgets::default(),
            mapping: MappingChoice::default(),
            first_party: Vec::new(),
            now: now(),
            timings: false,
        }
    }
}

/// The current day, or that of `SOURCE_DATE_EPOCH`, in seconds since 1970: a report made twice on
/// one day is the same.
fn now() -> i64 {
    const DAY: u64 = 86_400;
    let seconds = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.parse::<u64>().ok())
        .or_else(|| {
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .ok()
                .map(|since| since.as_secs() / DAY * DAY)
        });
    seconds
        .and_then(|seconds| i64::try_from(seconds).ok())
        .unwrap_or_default()
}

/// Why nothing could be reported.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The input.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Nothing in it can be analysed.
    #[error("{path}: nothing to analyse: {what}")]
    Nothing {
        /// As given.
        path: String,
        /// What is missing or broken.
        what: String,
    },
    /// The mapping that was given.
    #[error("{mapping}: {what}")]
    Mapping {
        /// As given.
        mapping: String,
        /// What is wrong with it.
        what: String,
    },
    /// A table of the program itself is broken.
    #[error("internal error: {0}")]
    Internal(String),
}

impl ScanError {
    /// Exit code: 2 for usage and internal errors, 3 for nothing that can be scanned.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(error) => error.exit_code(),
            Self::Nothing { .. } => 3,
            Self::Mapping { .. } | Self::Internal(_) => 2,
        }
    }
}

/// Measures stages.
struct Clock {
    on: bool,
    last: Instant,
    stages: Vec<(&'static str, std::time::Duration)>,
}

impl Clock {
    fn lap(&mut self, stage: &'static str) {
        if self.on {
            let now = Instant::now();
            self.stages.push((stage, now - self.last));
            self.last = now;
        }
    }
}

/// Scans. `progress` is told the name of each stage as it begins.
///
/// # Errors
/// When there is nothing to report on; a broken part of the input is a diagnostic instead.
pub fn scan(options: &ScanOptions, progress: &dyn Fn(&str)) -> Result<Report, ScanError> {
    let mut clock = Clock {
        on: options.timings,
        last: Instant::now(),
        stages: Vec::new(),
    };
    progress("opening");
    #[cfg(feature = "source")]
    if let Some(tree) = source::open(&options.path, &options.budgets) {
        return source::scan(options, tree, &mut clock, progress);
    }
    let input = crate::input::open(&options.path, &options.budgets)?;
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    clock.lap("open");

    progress("reading code");
    let code_ids = input.select(|part| matches!(part.role, Role::Dex(_)));
    let setting_ids =
        input.select(|part| matches!(part.role, Role::Manifest(_) | Role::Resources(_)));
    let mut read: Vec<(PartId, Cow<'_, [u8]>)> = Vec::new();
    let all: Vec<PartId> = code_ids.iter().chain(&setting_ids).copied().collect();
    for (id, result) in all.iter().zip(input.read_all(&all)) {
        // What cannot be read is in the input's own diagnostics.
        if let Ok(bytes) = result {
            read.push((*id, bytes));
        }
    }
    let mapping_source = mapping::find(options, &input)?;
    clock.lap("inflate");

    let facts = Facts::read(&input, &read, &mut diagnostics);
    clock.lap("facts");

    progress("indexing code");
    let parts: Vec<(String, &[u8])> = code_ids
        .iter()
        .filter_map(|id| {
            let bytes = read.iter().find(|(known, _)| known == id)?;
            Some((input.part(*id)?.name.clone(), bytes.1.as_ref()))
        })
        .collect();
    let code_bytes: u64 = parts.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let parsed = dex::parse(&parts);
    let restoring = match &mapping_source {
        Some(source) => mapping::read(source, &parsed, &options.budgets, &mut diagnostics)?,
        None => None,
    };
    clock.lap("mapping");
    let dex::Loaded {
        mut program,
        units,
        errors,
        warnings,
    } = dex::load(parsed, restoring.as_ref());
    for (part, error) in errors {
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::Malformed,
            part,
            message: error.to_string(),
        });
    }
    for (part, message, loses) in warnings {
        let kind = if loses {
            DiagnosticKind::Malformed
        } else {
            DiagnosticKind::Note
        };
        diagnostics.push(Diagnostic {
            kind,
            part,
            message,
        });
    }
    if program.classes.is_empty() && input.elsewhere().is_empty() {
        let all: Vec<Diagnostic> = diagnostics
            .iter()
            .cloned()
            .chain(input.diagnostics())
            .collect();
        let broken = all
            .iter()
            .find(|found| found.kind == DiagnosticKind::Malformed)
            .or_else(|| {
                all.iter()
                    .find(|found| found.kind == DiagnosticKind::BudgetReached)
            })
            .or_else(|| {
                all.iter().find(|found| {
                    found.kind == DiagnosticKind::Unsupported && found.message.contains("class")
                })
            });
        let what = match broken {
            Some(found) => format!("{}: {}", found.part, found.message),
            None => {
                "it holds no DEX code; give the build that is installed, or the bundle".to_owned()
            }
        };
        return Err(ScanError::Nothing {
            path: options.path.display().to_string(),
            what,
        });
    }
    clock.lap("tables");
    let apis = match_program(&program);
    clock.lap("models");
    let marker = Marker::new(&apis).map_err(|error| ScanError::Internal(error.to_string()))?;
    for part in dex::index(&mut program, &units, &marker) {
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::BudgetReached,
            part,
            message: "its methods claim more code than the file could hold; the code was not read"
                .to_owned(),
        });
    }
    clock.lap("index");

    progress("finding labels");
    let mut controls = facts.controls(&|path| read_file(&input, path));
    facts.controls_by_id(&program, &mut controls);
    let resource_texts = facts.credential_texts();
    clock.lap("labels");

    progress("following values");
    let elsewhere: Vec<String> = input
        .elsewhere()
        .iter()
        .map(|sign| format!("{} ({})", sign.framework.what(), sign.part))
        .collect();
    let names = |id: u32| {
        facts
            .table
            .name(ResId(id))
            .map(|(kind, entry)| (kind.into_owned(), entry.into_owned()))
    };
    let mut first_party = options.first_party.clone();
    if input.kind() == Kind::Aar {
        // Who scans a library asks about its own code.
        first_party.push(Pattern::everything());
    }
    let ledger = build::build(&Sources {
        program: &program,
        apis: &apis,
        manifest: facts.manifest.as_ref(),
        backup: facts.backup.as_ref(),
        controls: &controls,
        resource_texts: &resource_texts,
        resources: &names,
        elsewhere: &elsewhere,
        first_party: &first_party,
        now: options.now,
    });
    clock.lap("ledger");

    progress("evaluating rules");
    let outcome = rules::evaluate(&ledger.records);
    clock.lap("rules");

    let mut coverage = Coverage {
        units: program.units.len() as u64,
        classes: program.classes.len() as u64,
        functions: program.counts.functions,
        first_party_functions: ledger.own_functions,
        instructions: program.counts.instructions,
        lifted: program.lifted(),
        code_bytes,
        stages: clock.stages,
        ..Coverage::default()
    };
    coverage.partial = partial(&program);
    input.count(&mut coverage);
    diagnostics.extend(input.diagnostics());
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
            kind: input.kind().name().to_owned(),
        },
        session_seen: ledger.session_seen,
        not_read: elsewhere,
        findings: outcome.findings,
        controls: outcome.controls,
        ledger: ledger.table,
        coverage,
        diagnostics,
        rules: rules::all().iter().map(|rule| &rule.meta).collect(),
        incomplete: false,
    })
}

/// Lifted functions that are not whole, by reason.
fn partial(program: &crate::ir::Program<'_>) -> Vec<(String, u64)> {
    let mut reasons: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for body in program.bodies() {
        match &body.quality {
            crate::ir::Quality::Partial(why) => *reasons.entry(why).or_default() += 1,
            crate::ir::Quality::Stub(why) if why.contains("budget") || why.contains("broken") => {
                *reasons.entry(why).or_default() += 1
            }
            _ => {}
        }
    }
    reasons
        .into_iter()
        .map(|(why, count)| (why.to_owned(), count))
        .collect()
}

/// Gives a file of the app by its path.
type ReadFile<'f, 'i> = &'f (dyn Fn(&str) -> Option<Cow<'i, [u8]>> + Sync);

/// Manifest, resources and what hangs on them.
struct Facts<'r> {
    table: ResourceTable<'r>,
    manifest: Option<Manifest>,
    backup: Option<Backup>,
}

impl<'r> Facts<'r> {
    fn read(
        input: &'r Input,
        read: &'r [(PartId, Cow<'r, [u8]>)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut table = ResourceTable::default();
        for (id, bytes) in read {
            let Some(part) = input.part(*id) else {
                continue;
            };
            let problem = match part.role {
                Role::Resources(TableForm::Arsc) => {
                    table.push_arsc(bytes).err().map(|error| error.to_string())
                }
                Role::Resources(TableForm::Proto) => {
                    (!table.push_proto(bytes)).then(|| "it is no resource table".to_owned())
                }
                _ => None,
            };
            if let Some(message) = problem {
                diagnostics.push(Diagnostic {
                    kind: DiagnosticKind::Malformed,
                    part: part.name.clone(),
                    message,
                });
            }
        }
        let mut manifests = Vec::new();
        for (id, bytes) in read {
            let Some(part) = input.part(*id) else {
                continue;
            };
            if !matches!(part.role, Role::Manifest(_)) {
                continue;
            }
            let doc = if axml::is_axml(bytes) {
                axml::parse(bytes).ok()
            } else {
                pbxml::parse(bytes)
            };
            for problem in doc.iter().flat_map(XmlDoc::problems) {
                diagnostics.push(Diagnostic {
                    kind: DiagnosticKind::Malformed,
                    part: part.name.clone(),
                    message: format!("{} (at byte {})", problem.what, problem.offset),
                });
            }
            match doc.and_then(|doc| Manifest::read(&doc, &part.name, &table)) {
                Some(manifest) => manifests.push(manifest),
                None if part.role == Role::Manifest(XmlForm::Text) => {
                    diagnostics.push(Diagnostic {
                        kind: DiagnosticKind::Unsupported,
                        part: part.name.clone(),
                        message: "a manifest in text form, as in an Android library, is not read"
                            .to_owned(),
                    })
                }
                None => diagnostics.push(Diagnostic {
                    kind: DiagnosticKind::Malformed,
                    part: part.name.clone(),
                    message: "the manifest cannot be read".to_owned(),
                }),
            }
        }
        let manifest = Manifest::merge(manifests);
        let backup = manifest
            .as_ref()
            .map(|manifest| Backup::read(manifest, &table, |path| read_file(input, path)));
        Self {
            table,
            manifest,
            backup,
        }
    }

    /// Controls whose label, in any language, says what they do to the session.
    fn controls<'i>(&self, read: ReadFile<'_, 'i>) -> Vec<Control> {
        if self.table.is_empty() {
            return Vec::new();
        }
        let query = TextQuery {
            max_bytes: 120,
            prefilter: lexicon::label_prefilter(),
            matches: &|text| control_event(text).is_some(),
        };
        let found = ui::labels(&self.table, &query, read);
        let mut controls: Vec<Control> = Vec::new();
        let mut shown: Vec<u32> = Vec::new();
        for element in &found.elements {
            let Some(event) = control_event(&element.text) else {
                continue;
            };
            // A row often has the listener that its text has not.
            let own = element.id.is_some() || element.on_click.is_some();
            let around = element
                .enclosing
                .iter()
                .find(|outer| outer.on_click.is_some() || outer.id.is_some());
            let (id, id_name, on_click) = match around {
                Some(outer) if !own => (outer.id, outer.id_name.clone(), outer.on_click.clone()),
                _ => (
                    element.id,
                    element.id_name.clone(),
                    element.on_click.clone(),
                ),
            };
            shown.extend(element.string.map(|id| id.0));
            controls.push(Control {
                label: element.text.clone(),
                event,
                text_id: element.string.map(|id| id.0),
                id: id.map(|id| id.0),
                id_name,
                on_click,
                key: element.key.clone(),
                element: element_phrase(&element.element).to_owned(),
            });
        }
        // Texts that no file shows: code does (dialogs, Compose).
        for text in &found.texts {
            if shown.contains(&text.id.0) {
                continue;
            }
            let Some(event) = control_event(&text.text) else {
                continue;
            };
            shown.push(text.id.0);
            controls.push(Control {
                label: text.text.to_string(),
                event,
                text_id: Some(text.id.0),
                id: None,
                id_name: None,
                on_click: None,
                key: None,
                element: "control".to_owned(),
            });
        }
        controls.sort_by(|a, b| {
            (&a.id_name, &a.id, &a.text_id, &a.label, &a.on_click).cmp(&(
                &b.id_name,
                &b.id,
                &b.text_id,
                &b.label,
                &b.on_click,
            ))
        });
        controls
            .dedup_by(|a, b| a.id == b.id && a.text_id == b.text_id && a.on_click == b.on_click);
        controls
    }

    /// Controls that code asks for by an id that is named for signing out, whatever their label.
    fn controls_by_id(&self, program: &crate::ir::Program<'_>, controls: &mut Vec<Control>) {
        let mut last = None;
        for (id, _) in &program.resources {
            if last.replace(*id) == Some(*id)
                || controls.iter().any(|control| control.id == Some(*id))
            {
                continue;
            }
            let Some((kind, entry)) = self.table.name(ResId(*id)) else {
                continue;
            };
            if kind != "id" {
                continue;
            }
            let event = if lexicon::logout_resource_id(&entry) {
                EventKind::Logout
            } else if entry
                .split('_')
                .any(|word| lexicon::event_label(word) == Some(EventKind::LogoutAmbiguous))
            {
                EventKind::LogoutAmbiguous
            } else {
                continue;
            };
            controls.push(Control {
                label: entry.replace('_', " "),
                event,
                text_id: None,
                id: Some(*id),
                id_name: Some(entry.into_owned()),
                on_click: None,
                key: None,
                element: "control".to_owned(),
            });
        }
    }

    /// Texts of resources that may be credentials.
    fn credential_texts(&self) -> Vec<(String, u32, Location)> {
        if self.table.is_empty() {
            return Vec::new();
        }
        let query = TextQuery {
            max_bytes: 8192,
            prefilter: None,
            matches: &|text| {
                text.contains("eyJ") || text.starts_with("Bearer ") || text.starts_with("Basic ")
            },
        };
        self.table
            .find_texts(&query)
            .into_iter()
            .map(|text| {
                let name = self
                    .table
                    .name(text.id)
                    .map_or_else(String::new, |(kind, entry)| format!("@{kind}/{entry}"));
                (
                    text.text.to_string(),
                    text.id.0,
                    Location {
                        part: format!("resources.arsc ({name})"),
                        ..Location::default()
                    },
                )
            })
            .collect()
    }
}

/// What a label says that its control does to the session.
fn control_event(label: &str) -> Option<EventKind> {
    lexicon::event_label(label).filter(|event| EntryKind::of_event(*event).is_some())
}

fn element_phrase(element: &str) -> &str {
    match element {
        "item" => "menu item",
        "Preference" | "androidx.preference.Preference" => "preference",
        other if other.ends_with("Button") => "button",
        other if other.ends_with("TextView") => "text",
        _ => "control",
    }
}

/// A file of the app by its path, in whichever module has it.
fn read_file<'i>(input: &'i Input, path: &str) -> Option<Cow<'i, [u8]>> {
    let id = input.find_path(path)?;
    input.read(id).ok()
}

#[cfg(test)]
mod tests;
