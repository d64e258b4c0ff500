//! Archives: every entry is peeked at and read, and the whole is opened as an app.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signoff::formats::zip::{Archive, Directory};
use signoff::input::{Budgets, open_bytes};

fuzz_target!(|data: &[u8]| {
    if let Ok(directory) = Directory::parse(data, 1000) {
        let archive = Archive::new(data, &directory);
        for (id, _, entry) in archive.entries() {
            let mut head = [0; 64];
            let peeked = archive.peek(id, &mut head).to_vec();
            if let Ok(content) = archive.read(id, 1 << 20) {
                assert!(content.bytes.len() as u64 <= entry.size);
                assert!(content.bytes.starts_with(&peeked) || entry.method != 8);
            }
        }
    }
    let budgets = Budgets {
        entry_bytes: 1 << 20,
        inflated_bytes: 4 << 20,
        nested_bytes: 1 << 20,
        nesting_depth: 2,
        archives: 20,
        archive_entries: 1000,
        ..Budgets::default()
    };
    if let Ok(input) = open_bytes("fuzz", data.to_vec(), &budgets) {
        for result in input.read_all(&input.select(|_| true)) {
            drop(result);
        }
        let _ = input.diagnostics();
    }
});
