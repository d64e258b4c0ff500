//! Any bytes as a mapping: every class, every member, every line that a member has.

#![no_main]

use signoff::formats::mapping::{Line, Limits, Mapping, is_type};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        classes: 1000,
        lines: 10_000,
        frames: 32,
    };
    let Ok(mapping) = Mapping::parse(data, limits) else {
        return;
    };
    assert!(mapping.classes().len() <= 1000);
    for class in mapping.classes() {
        let _ = mapping.source_file(class.original);
        assert!(mapping.residual(class.residual).is_some());
        assert!(mapping.original(class.original).is_some());
        for line in class.lines().take(100) {
            let Line::Member(member) = line else {
                continue;
            };
            let _ = is_type(member.ty, b"Ljava/lang/String;");
            for found in class.members(member.residual) {
                assert_eq!(found.member.residual, member.residual);
                let at = member.residual_lines.map(|(first, _)| first);
                assert!((1..=32).contains(&found.frames(at).len()));
            }
        }
    }
});
