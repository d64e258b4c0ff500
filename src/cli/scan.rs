//! `signoff scan`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use super::reading::Reading;
use super::suggest::did_you_mean;
use super::{ERROR, FINDINGS, INCOMPLETE, print, tell};
use crate::finding::{Confidence, Owner, Persona, Severity};
use crate::input::budget::Budgets;
use crate::report::json::JsonOptions;
use crate::report::sarif::SarifOptions;
use crate::report::terminal::TerminalOptions;
use crate::report::{Report, json, sarif, terminal};
use crate::scan::{ScanOptions, scan};

/// Arguments of a scan.
#[derive(Args)]
pub(super) struct Scan {
    /// The build to scan
    path: PathBuf,
    /// Where a report goes: `FORMAT` for standard output or `FORMAT=FILE`; formats are term, sarif
    /// and json. May be given several times; one scan makes all
    #[arg(
        short,
        long = "output",
        value_name = "FORMAT[=FILE]",
        default_value = "term"
    )]
    output: Vec<Output>,
    /// Lowest severity that makes the exit code 1
    ///
    /// Counted are findings of high confidence in the app's own code, for everybody (persona
    /// regular).
    #[arg(long, value_name = "SEVERITY", default_value = "high")]
    fail_on: FailOn,
    #[command(flatten)]
    reading: Reading,
    /// Exit with 4 when something was not read
    #[arg(long)]
    strict: bool,
    /// Who reads the report: regular, pedantic (every deviation), auditor (weak evidence as well)
    #[arg(long, default_value = "regular")]
    persona: PersonaArg,
    /// Lowest severity that the terminal shows
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    min_severity: SeverityArg,
    /// Lowest confidence that the terminal shows
    #[arg(long, value_name = "CONFIDENCE", default_value = "low")]
    min_confidence: ConfidenceArg,
    /// Category of the results in code scanning, instead of `signoff/<platform>/<application id>/`
    #[arg(long)]
    category: Option<String>,
    /// Set a limit, as in `entry_bytes=1000000`; may be given several times
    #[arg(long = "limit", value_name = "NAME=N")]
    limits: Vec<String>,
    /// Number of threads; 0 is one for each core
    #[arg(long, short = 'j', default_value_t = 0)]
    threads: usize,
    /// Print how long each stage took, to standard error
    #[arg(long)]
    timings: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Term,
    Sarif,
    Json,
}

/// A report and where it goes.
#[derive(Clone)]
pub(super) struct Output {
    pub(super) format: Format,
    file: Option<PathBuf>,
}

impl Output {
    /// A report on standard output.
    pub(super) fn standard(format: Format) -> Self {
        Self { format, file: None }
    }

    /// Whether to colour, and how many columns there are.
    pub(super) fn screen(&self) -> (bool, Option<usize>) {
        let to_terminal = self.file.is_none() && std::io::stdout().is_terminal();
        let color = self.file.is_none()
            && terminal::color_wanted(|name| std::env::var(name).ok(), to_terminal);
        (color, columns(to_terminal))
    }

    /// Writes the text to where the report goes.
    pub(super) fn deliver(&self, text: &str) -> Result<(), String> {
        match &self.file {
            None if print(text) => Ok(()),
            None => Err("cannot write to standard output".to_owned()),
            Some(file) => std::fs::File::create(file)
                .and_then(|mut out| out.write_all(text.as_bytes()))
                .map_err(|error| format!("cannot write {}: {error}", file.display())),
        }
    }
}

/// Refuses outputs that would end in the same place.
pub(super) fn check(outputs: &[Output]) -> Result<(), String> {
    if outputs
        .iter()
        .filter(|output| output.file.is_none())
        .count()
        > 1
    {
        return Err(
            "only one report can go to standard output; give the others a file, as in `-o sarif=out.sarif`"
                .to_owned(),
        );
    }
    for (index, output) in outputs.iter().enumerate() {
        if let Some(file) = &output.file
            && outputs[..index]
                .iter()
                .any(|other| other.file.as_ref() == Some(file))
        {
            return Err(format!(
                "two reports would go to {}; give each a file of its own",
                file.display()
            ));
        }
    }
    Ok(())
}

/// Sets the number of threads; 0 leaves one for each core.
pub(super) fn use_threads(threads: usize) -> Result<(), String> {
    if threads == 0 {
        return Ok(());
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| error.to_string())
}

impl std::str::FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file name is missing after `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = match name {
            "term" => Format::Term,
            "sarif" => Format::Sarif,
            "json" => Format::Json,
            other => {
                let near = ["term", "sarif", "json"]
                    .into_iter()
                    .find(|known| known.starts_with(other.get(..1).unwrap_or("?")));
                return Err(match near {
                    Some(near) => format!(
                        "unknown format `{other}`; did you mean `{near}`? (term, sarif, json)"
                    ),
                    None => format!("unknown format `{other}` (term, sarif, json)"),
                });
            }
        };
        Ok(Self { format, file })
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    None,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum PersonaArg {
    Regular,
    Pedantic,
    Auditor,
}

impl From<PersonaArg> for Persona {
    fn from(persona: PersonaArg) -> Self {
        match persona {
            PersonaArg::Regular => Self::Regular,
            PersonaArg::Pedantic => Self::Pedantic,
            PersonaArg::Auditor => Self::Auditor,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum SeverityArg {
    Low,
    Medium,
    High,
    Critical,
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Low => Self::Low,
            SeverityArg::Medium => Self::Medium,
            SeverityArg::High => Self::High,
            SeverityArg::Critical => Self::Critical,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum ConfidenceArg {
    Low,
    Medium,
    High,
}

impl From<ConfidenceArg> for Confidence {
    fn from(confidence: ConfidenceArg) -> Self {
        match confidence {
            ConfidenceArg::Low => Self::Low,
            ConfidenceArg::Medium => Self::Medium,
            ConfidenceArg::High => Self::High,
        }
    }
}

impl Scan {
    pub(super) fn run(&self) -> u8 {
        let mut options = ScanOptions::new(&self.path);
        options.timings = self.timings;
        if let Err(message) = self
            .reading
            .apply(&mut options)
            .and_then(|()| set_limits(&mut options.budgets, &self.limits))
        {
            tell(&format!("error: {message}"));
            return ERROR;
        }
        if let Err(message) = check(&self.output).and_then(|()| use_threads(self.threads)) {
            tell(&format!("error: {message}"));
            return ERROR;
        }
        let progress = Progress::new();
        let result = scan(&options, &|stage| progress.stage(stage));
        progress.finish();
        let report = match result {
            Ok(report) => report,
            Err(error) => {
                tell(&format!("error: {error}"));
                return error.exit_code();
            }
        };
        if self.timings {
            for (stage, time) in &report.coverage.stages {
                tell(&format!(
                    "{stage:>10} {:8.2} ms",
                    time.as_secs_f64() * 1000.0
                ));
            }
        }
        let code = self.exit_code(&report);
        for output in &self.output {
            if let Err(message) = self.write(output, &report, code) {
                tell(&format!("error: {message}"));
                return ERROR;
            }
        }
        code
    }

    fn exit_code(&self, report: &Report) -> u8 {
        let threshold = match self.fail_on {
            FailOn::None => None,
            FailOn::Low => Some(Severity::Low),
            FailOn::Medium => Some(Severity::Medium),
            FailOn::High => Some(Severity::High),
            FailOn::Critical => Some(Severity::Critical),
        };
        let gates = threshold.is_some_and(|threshold| {
            report.findings.iter().any(|finding| {
                finding.severity() >= threshold
                    && finding.confidence == Confidence::High
                    && finding.owner == Owner::FirstParty
                    && finding.persona == Persona::Regular
            })
        });
        let lost = !report.not_read.is_empty()
            || report
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.kind.loses_input());
        if gates {
            FINDINGS
        } else if report.incomplete || (self.strict && lost) {
            INCOMPLETE
        } else {
            0
        }
    }

    fn write(&self, output: &Output, report: &Report, code: u8) -> Result<(), String> {
        let text = match output.format {
            Format::Term => {
                let (color, columns) = output.screen();
                terminal::render(
                    report,
                    &TerminalOptions {
                        color,
                        width: terminal::page_width(columns),
                        persona: self.persona.into(),
                        min_severity: self.min_severity.into(),
                        min_confidence: self.min_confidence.into(),
                    },
                )
            }
            Format::Sarif => {
                let persona = Persona::from(self.persona).max(Persona::Pedantic);
                let written = sarif::render(
                    report,
                    &SarifOptions {
                        persona,
                        category: self.category.clone(),
                        exit_code: Some(code),
                    },
                )
                .map_err(|error| error.to_string())?;
                if written.left_out > 0 {
                    tell(&format!(
                        "warning: {} results are not in the SARIF: code scanning keeps 5,000",
                        written.left_out
                    ));
                }
                written.text
            }
            Format::Json => json::render(
                report,
                &JsonOptions {
                    persona: Persona::from(self.persona).max(Persona::Pedantic),
                },
            )
            .map_err(|error| error.to_string())?,
        };
        output.deliver(&text)
    }
}

/// `--limit name=n`, with a suggestion for a name that there is not.
pub(super) fn set_limits(budgets: &mut Budgets, limits: &[String]) -> Result<(), String> {
    for limit in limits {
        let (name, value) = limit
            .split_once('=')
            .ok_or_else(|| format!("`--limit {limit}`: it takes NAME=N"))?;
        let value: u64 = value
            .parse()
            .map_err(|_| format!("`--limit {limit}`: `{value}` is no number"))?;
        if !budgets.set(name, value) {
            let names: Vec<&str> = Budgets::ALL.iter().map(|limit| limit.name).collect();
            return Err(format!(
                "`--limit {limit}`: there is no limit `{name}`{}; there are {}",
                did_you_mean(name, names.iter().copied()),
                names.join(", ")
            ));
        }
    }
    Ok(())
}

/// Width of the terminal, from `COLUMNS`.
fn columns(to_terminal: bool) -> Option<usize> {
    let given = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    given.or_else(|| to_terminal.then(terminal_width).flatten())
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// The stage's name on standard error, when that is a terminal and the scan takes over a second.
pub(super) struct Progress {
    started: Instant,
    shown: Mutex<bool>,
    on: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            shown: Mutex::new(false),
            on: std::io::stderr().is_terminal(),
        }
    }

    pub(super) fn stage(&self, stage: &str) {
        if self.on && self.started.elapsed() > Duration::from_secs(1) {
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r\x1b[K{stage} …");
            let _ = out.flush();
            if let Ok(mut shown) = self.shown.lock() {
                *shown = true;
            }
        }
    }

    pub(super) fn finish(&self) {
        if self.shown.lock().is_ok_and(|shown| *shown) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
