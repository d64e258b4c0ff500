//! Any bytes as the protobuf documents of an app bundle: a manifest, and a resource table.

#![no_main]

use signoff::facts::manifest::Manifest;
use signoff::formats::pbxml;
use signoff::formats::resources::{ResId, ResourceTable, TextQuery};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut table = ResourceTable::default();
    if table.push_proto(data) {
        let query = TextQuery {
            max_bytes: 64,
            prefilter: None,
            matches: &|text| text.len().is_multiple_of(2),
        };
        for text in table.find_texts(&query).iter().take(64) {
            let _ = table.strings(text.id);
            let _ = text.config.qualifier();
        }
        let _ = table.resolve(ResId(0x7f01_0000));
    }
    if let Some(doc) = pbxml::parse(data) {
        let _ = Manifest::read(&doc, "m", &table);
    }
});
