//! Any bytes as the XML of a source tree: a document, a manifest, resources.

#![no_main]

use signoff::facts::manifest::Manifest;
use signoff::formats::resources::ResourceTable;
use signoff::formats::restree::TreeTable;
use signoff::formats::textxml::{Names, parse};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut table = ResourceTable::default();
    table.push_tree(TreeTable::read(
        [
            ("src/main/res/values-de/strings.xml", data),
            ("src/main/res/layout/main.xml", data),
        ]
        .into_iter(),
    ));
    let doc = parse(
        data,
        &Names {
            id_of: &|kind, entry| table.id_of(kind, entry),
            package: Some("app"),
        },
    );
    if let Some(doc) = doc {
        let _ = Manifest::read(&doc, "AndroidManifest.xml", &table);
    }
});
