//! Any bytes as binary XML: the document, and every fact that is read out of one.

#![no_main]

use signoff::facts::backup::{extraction_rules, legacy_rules};
use signoff::facts::manifest::Manifest;
use signoff::formats::axml;
use signoff::formats::resources::ResourceTable;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(doc) = axml::parse(data) {
        for (index, element) in doc.iter() {
            assert!(element.end > index.0 && element.end as usize <= doc.elements().len());
            assert!(doc.children(index).count() < doc.elements().len());
            for attribute in doc.attributes(index) {
                let _ = attribute.text();
            }
        }
        let _ = Manifest::read(&doc, "m", &ResourceTable::default());
        let _ = legacy_rules(&doc, "m");
        let _ = extraction_rules(&doc, "m");
    }
});
