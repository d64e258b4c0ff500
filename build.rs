//! Compiles the knowledge that is data into tables.

#[path = "build/models.rs"]
mod models;
#[path = "build/rules.rs"]
mod rules;

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is how a build script speaks to Cargo"
)]
fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=models");
    println!("cargo::rerun-if-changed=src/models/schema.rs");
    println!("cargo::rerun-if-changed=src/models/words.rs");
    println!("cargo::rerun-if-changed=src/ledger/vocabulary.rs");
    println!("cargo::rerun-if-changed=rules");
    if let Err(error) = models::compile().and_then(|()| rules::compile()) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
