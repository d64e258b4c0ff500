//! `signoff ledger`: what is stored, every way out, what each does to each; and with `--verify` what
//! only a test against the server can show.

use std::path::PathBuf;

use clap::Args;

use super::reading::Reading;
use super::scan::{Format, Output, Progress, check, set_limits, use_threads};
use super::{ERROR, tell};
use crate::report::terminal::TerminalOptions;
use crate::report::verify::{Checklist, checklist};
use crate::report::{Report, json, terminal};
use crate::scan::{ScanOptions, scan};

/// Arguments of `ledger`.
#[derive(Args)]
pub(super) struct Ledger {
    /// The build to read
    path: PathBuf,
    /// Add a checklist, written for this app, of what only a test against its server can show
    #[arg(long)]
    verify: bool,
    /// Where the ledger goes: `FORMAT` for standard output or `FORMAT=FILE`; formats are term and
    /// json. May be given several times
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    output: Vec<Output>,
    /// The same as `-o json`
    #[arg(long, conflicts_with = "output")]
    json: bool,
    #[command(flatten)]
    reading: Reading,
    /// Set a limit, as in `entry_bytes=1000000`; may be given several times
    #[arg(long = "limit", value_name = "NAME=N")]
    limits: Vec<String>,
    /// Number of threads; 0 is one for each core
    #[arg(long, short = 'j', default_value_t = 0)]
    threads: usize,
}

impl Ledger {
    pub(super) fn run(&self) -> u8 {
        let outputs = match self.output.as_slice() {
            [] if self.json => vec![Output::standard(Format::Json)],
            [] => vec![Output::standard(Format::Term)],
            given => given.to_vec(),
        };
        let mut options = ScanOptions::new(&self.path);
        let prepared = check(&outputs)
            .and_then(|()| {
                if outputs.iter().any(|output| output.format == Format::Sarif) {
                    let said = "a ledger is no list of findings: `signoff scan` writes SARIF";
                    return Err(said.to_owned());
                }
                self.reading.apply(&mut options)?;
                set_limits(&mut options.budgets, &self.limits)
            })
            .and_then(|()| use_threads(self.threads));
        if let Err(message) = prepared {
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
        let list = self.verify.then(|| checklist(&report));
        for output in &outputs {
            if let Err(message) = write(output, &report, list.as_ref()) {
                tell(&format!("error: {message}"));
                return ERROR;
            }
        }
        0
    }
}

fn write(output: &Output, report: &Report, list: Option<&Checklist>) -> Result<(), String> {
    let text = if output.format == Format::Json {
        json::render_ledger(report, list).map_err(|error| error.to_string())?
    } else {
        let (color, columns) = output.screen();
        let options = TerminalOptions {
            color,
            width: columns.unwrap_or(TerminalOptions::default().width),
            ..TerminalOptions::default()
        };
        terminal::render_ledger(report, list, &options)
    };
    output.deliver(&text)
}
