//! Any bytes as a DEX file: everything that the reader offers is walked.

#![no_main]

#[path = "../../tests/dex_walk/mod.rs"]
mod dex_walk;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    dex_walk::walk(data);
});
