//! Any bytes as a resource table: every question that it answers.

#![no_main]

use std::borrow::Cow;

use signoff::facts::ui;
use signoff::formats::resources::{ResId, ResourceTable, TextQuery};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut table = ResourceTable::default();
    if table.push_arsc(data).is_err() {
        return;
    }
    let query = TextQuery {
        max_bytes: 64,
        prefilter: None,
        matches: &|text| text.len().is_multiple_of(2),
    };
    for text in table.find_texts(&query).iter().take(64) {
        let _ = table.name(text.id);
        let _ = table.strings(text.id);
        let _ = text.config.qualifier();
    }
    for id in 0x7f01_0000..0x7f01_0008 {
        let _ = table.resolve(ResId(id));
    }
    // A file of the table is the table: one more input for the XML reader.
    let _ = ui::labels(&table, &query, |_| Some(Cow::Borrowed(data)));
});
