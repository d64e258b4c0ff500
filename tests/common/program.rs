//! The program itself, as a person runs it: arguments in; exit code, standard output and
//! standard error out. Nothing of the caller's environment reaches it but `PATH`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What one run gave.
#[derive(Debug)]
pub struct Run {
    /// Exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The program with an environment of `PATH` alone.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.env_clear().stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs it to its end.
pub fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let run = Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!run.err.contains("panicked"), "{command:?}\n{}", run.err);
    assert!(run.code.is_some(), "{command:?} ended by a signal");
    run
}

/// `signoff` with these arguments.
pub fn signoff<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    finish(command().args(arguments))
}

/// `signoff scan PATH` with further arguments.
pub fn scan(path: &Path, arguments: &[&str]) -> Run {
    finish(command().arg("scan").arg(path).args(arguments))
}
