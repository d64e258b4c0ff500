//! How right the reports are: against answer keys, and the flow engine against DroidBench.
//!
//! `cargo run --release --example accuracy -- keys [KEY…] --apps DIR`
//! `cargo run --release --example accuracy -- droidbench DIR [CASE]`
//!
//! `benches/accuracy/README.md` says what the keys are and what was measured.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints its figures"
)]

mod droidbench;
mod hunt;
mod score;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let answer = match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["droidbench", root] => droidbench::run(Path::new(root), None),
        ["droidbench", root, case] => droidbench::run(Path::new(root), Some(case)),
        _ => Err("accuracy droidbench DIR [CASE]".to_owned()),
    };
    match answer {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}
