//! Any text as a Kotlin and as a Java file, parsed and lowered.

#![no_main]

use bumpalo::Bump;
use signoff::ir::FuncId;
use signoff::lift::source::{SourceFile, load};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for path in ["src/main/java/app/File.kt", "src/main/java/app/File.java"] {
        let Some(file) = SourceFile::parse(path, &text) else {
            continue;
        };
        let files = [file];
        let arena = Bump::new();
        let program = load(&files, &arena, &|kind, name| {
            (kind == "id" && name.len() < 4).then_some(0x7f0a_0001)
        });
        for func in (0..program.funcs.len()).map(|at| FuncId(at as u32)) {
            let body = program.body(func);
            for block in &body.blocks {
                for pred in &block.preds {
                    assert!((pred.0 as usize) < body.blocks.len());
                }
            }
        }
    }
});
