//! The command line: one file a subcommand. Results go to standard output, everything else to
//! standard error.

mod config;
mod explain;
mod ledger;
mod reading;
mod rules;
mod scan;
mod suggest;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Reads a mobile app and answers with evidence: when the user signs out, or a token leaks, or the
/// phone is lost, does the session really end?
#[derive(Parser)]
#[command(
    name = "signoff",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 clean below the threshold; 1 findings at or above --fail-on; \
2 usage or internal error; 3 nothing that can be scanned; 4 incomplete (with --strict: something was not read).\n\
signoff never goes to the network and never runs the app. Reports hold endpoints and code excerpts: they are confidential."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Scan a build: APK, AAB, split set (APKS, XAPK, APKM, a folder), AAR or DEX
    Scan(scan::Scan),
    /// Print what a build stores of a session, and what each way out does to it
    Ledger(ledger::Ledger),
    /// List the rules
    Rules(rules::Rules),
    /// Explain a rule, or a finding by its fingerprint
    Explain(explain::Explain),
}

/// A finding at or above the threshold.
pub(crate) const FINDINGS: u8 = 1;
/// Wrong usage, or an internal error.
pub(crate) const ERROR: u8 = 2;
/// Something was not read.
pub(crate) const INCOMPLETE: u8 = 4;

/// Runs the program with the process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` are no errors.
            let code = if error.use_stderr() { ERROR } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let code = match arguments.command {
        Command::Scan(scan) => scan.run(),
        Command::Ledger(ledger) => ledger.run(),
        Command::Rules(rules) => rules.run(),
        Command::Explain(explain) => explain.run(),
    };
    ExitCode::from(code)
}

/// Says something to the person at the terminal.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints a result. A closed pipe is no error: the reader has what it wanted.
pub(crate) fn print(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => true,
        Err(error) => error.kind() == std::io::ErrorKind::BrokenPipe,
    }
}
