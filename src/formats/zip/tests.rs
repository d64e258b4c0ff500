//! Every oddity, one hand-made archive each: it must be read as Android reads it, and named.

use super::build::{Entry as Made, Zip, deflate};
use super::*;

const CONTENT: &[u8] = b"the content of the entry, the content of the entry, the content";

fn parse(bytes: &[u8]) -> Directory {
    Directory::parse(bytes, 1000).unwrap()
}

/// What is odd about an archive, and the content of all its entries.
fn read(bytes: &[u8]) -> (Vec<Tampering>, Vec<Result<Vec<u8>, EntryError>>) {
    let directory = parse(bytes);
    let archive = Archive::new(bytes, &directory);
    let contents = directory
        .ids()
        .map(|id| {
            archive
                .read(id, 1 << 20)
                .map(|content| content.bytes.into_owned())
        })
        .collect();
    (directory.tampering().to_vec(), contents)
}

fn odd(zip: &Zip) -> Vec<Tampering> {
    let (tampering, contents) = read(&zip.bytes());
    for content in contents {
        assert_eq!(content.unwrap(), CONTENT);
    }
    tampering
}

const FIRST: EntryId = EntryId(0);
const SECOND: EntryId = EntryId(1);

#[test]
fn an_ordinary_archive_is_not_odd() {
    let descriptor = |entry: &mut Made| {
        entry.flags = 8;
        entry.local_flags = 8;
        entry.local_crc = 0;
        entry.local_compressed = 0;
        entry.local_size = 0;
    };
    let zip = Zip::new()
        .stored("a", CONTENT)
        .deflated("b", CONTENT)
        .entry(Made::deflated("c", CONTENT).but(descriptor))
        .entry(Made::stored("d", CONTENT).but(|entry| entry.local_extra = vec![0; 5]));
    assert_eq!(odd(&zip), []);
    let signed = zip.but(|zip| {
        zip.block = b"\x18\0\0\0\0\0\0\0pairs---\x18\0\0\0\0\0\0\0APK Sig Block 42".to_vec();
        zip.comment = b"a comment".to_vec();
    });
    assert_eq!(odd(&signed), []);
    assert_eq!(odd(&signed.but(|zip| zip.wide = true)), []);
}

#[test]
fn stored_entries_are_borrowed() {
    let bytes = Zip::new().stored("a", CONTENT).bytes();
    let directory = parse(&bytes);
    let content = Archive::new(&bytes, &directory)
        .read(FIRST, 1 << 20)
        .unwrap();
    assert!(matches!(content.bytes, Cow::Borrowed(_)));
    assert_eq!(content.how, How::Stored);
}

#[test]
fn encryption_bits_are_ignored() {
    for (flags, local_flags) in [(1, 0), (0, 1), (0xffff, 1)] {
        let lie = |entry: &mut Made| {
            entry.flags = flags;
            entry.local_flags = local_flags;
        };
        for made in [Made::stored("a", CONTENT), Made::deflated("a", CONTENT)] {
            assert_eq!(
                odd(&Zip::new().entry(made.but(lie))),
                [Tampering::EncryptionBit { entry: FIRST }]
            );
        }
    }
}

#[test]
fn really_encrypted_entries_are_said_to_be() {
    let noise: Vec<u8> = (0..CONTENT.len() as u32 + 12)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for made in [Made::stored("a", CONTENT), Made::deflated("a", CONTENT)] {
        let zip = Zip::new().entry(made.but(|entry| {
            entry.flags = 1;
            entry.local_flags = 1;
            entry.data = noise.clone();
            entry.compressed = noise.len() as u32;
            entry.local_compressed = entry.compressed;
        }));
        let (_, contents) = read(&zip.bytes());
        assert_eq!(contents, [Err(EntryError::Encrypted)]);
    }
}

#[test]
fn unknown_methods_are_inflated_or_taken_as_stored() {
    for (made, how) in [
        (Made::stored("a", CONTENT), How::Stored),
        (Made::deflated("a", CONTENT), How::Inflated),
    ] {
        let zip = Zip::new().entry(made.but(|entry| {
            entry.method = 0x2333;
            entry.local_method = 0x2333;
        }));
        assert_eq!(
            odd(&zip),
            [Tampering::UnknownMethod {
                entry: FIRST,
                method: 0x2333
            }]
        );
        let bytes = zip.bytes();
        let directory = parse(&bytes);
        let archive = Archive::new(&bytes, &directory);
        assert_eq!(archive.read(FIRST, 1 << 20).unwrap().how, how);
        assert_eq!(archive.peek(FIRST, &mut [0; 5]), &CONTENT[..5]);
    }
}

#[test]
fn the_central_directory_decides_the_method() {
    let zip = Zip::new().entry(Made::deflated("a", CONTENT).but(|entry| entry.local_method = 0));
    assert_eq!(
        odd(&zip),
        [Tampering::MethodMismatch {
            entry: FIRST,
            central: 8,
            local: 0
        }]
    );
}

#[test]
fn all_entries_of_a_name_are_seen() {
    let zip = Zip::new()
        .stored("a", CONTENT)
        .stored("b", CONTENT)
        .deflated("a", CONTENT);
    assert_eq!(
        odd(&zip),
        [Tampering::DuplicateName {
            first: FIRST,
            again: EntryId(2)
        }]
    );
}

#[test]
fn the_comment_may_run_past_the_end() {
    let zip = Zip::new()
        .stored("a", CONTENT)
        .but(|zip| zip.comment_lie = 500);
    assert_eq!(odd(&zip), [Tampering::CommentPastEnd { missing: 500 }]);
}

#[test]
fn bytes_may_stand_behind_the_end() {
    for len in [1, 300, 100_000] {
        let zip = Zip::new()
            .stored("a", CONTENT)
            .but(|zip| zip.behind = vec![0; len]);
        assert_eq!(odd(&zip), [Tampering::DataAfterEnd { len: len as u64 }]);
    }
}

#[test]
fn bytes_may_stand_before_the_first_entry() {
    for stale_offsets in [false, true] {
        let zip = |front: &[u8]| {
            Zip::new().stored("a", CONTENT).but(|zip| {
                zip.front = front.to_vec();
                zip.stale_offsets = stale_offsets;
            })
        };
        let before = |dex, len| [Tampering::DataBefore { len, dex }];
        assert_eq!(odd(&zip(b"#!/bin/sh")), before(false, 9));
        assert_eq!(odd(&zip(b"dex\n035\0......")), before(true, 14));
        let wide = zip(b"#!/bin/sh").but(|zip| zip.wide = true);
        assert_eq!(odd(&wide), before(false, 9));
    }
    // Android's build tools fill gaps with nameless local headers.
    let filler = Zip::new().stored("", &[0; 40]).bytes();
    let zip = Zip::new()
        .stored("a", CONTENT)
        .but(|zip| zip.front = filler[..70].to_vec());
    assert_eq!(odd(&zip), []);
}

#[test]
fn local_names_and_sizes_must_agree() {
    let zip = Zip::new().entry(Made::deflated("a", CONTENT).but(|entry| {
        entry.local_name = b"other".to_vec();
    }));
    assert_eq!(odd(&zip), [Tampering::LocalName { entry: FIRST }]);
    for change in [
        |entry: &mut Made| entry.local_size += 1,
        |entry: &mut Made| entry.local_compressed = 0,
        |entry: &mut Made| entry.local_crc ^= 1,
        // Neither does Android check it against the content.
        |entry: &mut Made| entry.crc ^= 1,
    ] {
        let zip = Zip::new().entry(Made::deflated("a", CONTENT).but(change));
        assert_eq!(odd(&zip), [Tampering::LocalSizes { entry: FIRST }]);
    }
    let zip = Zip::new().entry(Made::stored("a", CONTENT).but(|entry| {
        entry.compressed = 3;
        entry.local_compressed = 3;
    }));
    assert_eq!(odd(&zip), [Tampering::StoredSizes { entry: FIRST }]);
}

#[test]
fn wrong_crcs_are_not_asked_for_and_can_be() {
    let zip = Zip::new().entry(Made::stored("a", CONTENT).but(|entry| {
        entry.crc = 7;
        entry.local_crc = 7;
    }));
    assert_eq!(odd(&zip), []);
    let bytes = zip.bytes();
    let directory = parse(&bytes);
    assert!(!crc_matches(&directory.entries()[0], CONTENT));
}

#[test]
fn entries_may_share_bytes() {
    let zip = Zip::new()
        .stored("a", CONTENT)
        .entry(Made::stored("b", CONTENT).but(|entry| entry.same_as = Some(0)));
    assert_eq!(
        odd(&zip),
        [
            Tampering::LocalName { entry: SECOND },
            Tampering::Overlap {
                first: FIRST,
                second: SECOND
            }
        ]
    );
}

#[test]
fn odd_names_are_reported() {
    for (name, oddity) in [
        ("", NameOddity::Empty),
        ("/etc/passwd", NameOddity::Absolute),
        ("C:/autoexec.bat", NameOddity::Absolute),
        ("lib/../../classes.dex", NameOddity::Parent),
        ("..", NameOddity::Parent),
        ("a\0b", NameOddity::Control),
        ("a\nb", NameOddity::Control),
    ] {
        assert_eq!(
            odd(&Zip::new().stored(name, CONTENT)),
            [Tampering::BadName {
                entry: FIRST,
                oddity
            }],
            "{name:?}"
        );
    }
    let latin = Made::stored("x", CONTENT).but(|entry| {
        entry.name = b"caf\xe9".to_vec();
        entry.local_name.clone_from(&entry.name);
    });
    assert_eq!(
        odd(&Zip::new().entry(latin)),
        [Tampering::BadName {
            entry: FIRST,
            oddity: NameOddity::NotUtf8
        }]
    );
    for fine in ["a..b/c...d", "META-INF/x", "русский/файл"] {
        assert_eq!(odd(&Zip::new().stored(fine, CONTENT)), [], "{fine}");
    }
}

#[test]
fn a_decoy_end_record_does_not_hide_the_archive() {
    let decoy = b"PK\x05\x06\0\0\0\0\x05\0\x05\0\xff\0\0\0\x99\0\0\0\0\0";
    let zip = Zip::new()
        .stored("a", CONTENT)
        .but(|zip| zip.comment = decoy.to_vec());
    let tampering = odd(&zip);
    assert!(
        matches!(tampering.as_slice(), [Tampering::DecoyEndRecord { .. }]),
        "{tampering:?}"
    );
}

#[test]
fn the_count_of_the_end_record_decides() {
    let zip = Zip::new().stored("a", CONTENT).stored("b", CONTENT);
    let zip = zip.but(|zip| zip.count_lie = -1);
    assert_eq!(odd(&zip), [Tampering::EntriesBeyondCount { declared: 1 }]);
    let zip = zip.but(|zip| zip.count_lie = 3);
    assert_eq!(
        odd(&zip),
        [Tampering::DirectoryCutShort {
            read: 2,
            declared: 5
        }]
    );
}

#[test]
fn a_record_with_wrong_lengths_hides_only_itself() {
    let zip = Zip::new()
        .entry(Made::stored("a", CONTENT).but(|entry| entry.extra_lie = 20))
        .stored("b", CONTENT)
        .stored("c", CONTENT)
        .but(|zip| zip.count_lie = -1);
    let tampering = odd(&zip);
    assert!(
        matches!(tampering.as_slice(), [Tampering::DirectoryGap { .. }]),
        "{tampering:?}"
    );
}

#[test]
fn entries_that_lead_nowhere_lose_only_themselves() {
    let zip = Zip::new()
        .entry(Made::stored("a", CONTENT).but(|entry| entry.offset = Some(7)))
        .stored("b", CONTENT)
        .entry(Made::deflated("c", CONTENT).but(|entry| {
            entry.compressed = 10_000;
            entry.local_compressed = 10_000;
        }));
    let (tampering, contents) = read(&zip.bytes());
    assert_eq!(
        tampering[..2],
        [
            Tampering::MissingLocalHeader { entry: FIRST },
            Tampering::DataPastEnd { entry: EntryId(2) },
        ]
    );
    assert_eq!(contents[0], Err(EntryError::NoLocalHeader { offset: 7 }));
    assert_eq!(contents[1].as_deref(), Ok(CONTENT));
    assert!(matches!(contents[2], Err(EntryError::PastEnd { .. })));
}

#[test]
fn broken_streams_say_how_far_they_went() {
    let zip = Zip::new().entry(Made::deflated("a", CONTENT).but(|entry| {
        entry.data.truncate(10);
        entry.compressed = 10;
        entry.local_compressed = 10;
    }));
    let (_, contents) = read(&zip.bytes());
    assert!(
        matches!(contents[0], Err(EntryError::BrokenStream { size: 63, .. })),
        "{contents:?}"
    );
}

#[test]
fn a_wrong_size_cuts_or_is_told() {
    for (size, expected) in [(10, &CONTENT[..10]), (1000, CONTENT)] {
        let bytes = Zip::new()
            .entry(Made::deflated("a", CONTENT).but(|entry| {
                entry.size = size;
                entry.local_size = size;
            }))
            .bytes();
        let directory = parse(&bytes);
        let content = Archive::new(&bytes, &directory)
            .read(FIRST, 1 << 20)
            .unwrap();
        assert_eq!(&content.bytes[..], expected);
        assert!(content.wrong_size);
    }
}

#[test]
fn a_declared_size_costs_no_memory() {
    let bytes = Zip::new()
        .entry(Made::deflated("a", CONTENT).but(|entry| {
            entry.size = 0xffff_fff0;
            entry.local_size = entry.size;
        }))
        .bytes();
    let directory = parse(&bytes);
    assert!(directory.entries()[0].max_size() < 100_000);
    let bomb = deflate(&vec![0; 1 << 20]);
    let bytes = Zip::new()
        .entry(Made::deflated("a", CONTENT).but(|entry| {
            entry.compressed = bomb.len() as u32;
            entry.data = bomb;
            entry.size = 1 << 20;
        }))
        .bytes();
    let directory = parse(&bytes);
    assert_eq!(
        Archive::new(&bytes, &directory).read(FIRST, 1 << 16),
        Err(EntryError::TooLarge {
            size: 1 << 20,
            limit: 1 << 16
        })
    );
}

#[test]
fn empty_entries_are_empty() {
    let zip = Zip::new().stored("a", b"").deflated("b", b"");
    let (tampering, contents) = read(&zip.bytes());
    assert_eq!(tampering, []);
    assert_eq!(contents, [Ok(vec![]), Ok(vec![])]);
}

#[test]
fn zip64_sizes_come_from_the_extra_field() {
    let wide = |entry: &mut Made| {
        entry.extra = [1u16.to_le_bytes(), 16u16.to_le_bytes()].concat();
        entry.extra.extend(u64::from(entry.size).to_le_bytes());
        entry
            .extra
            .extend(u64::from(entry.compressed).to_le_bytes());
        entry.size = u32::MAX;
        entry.compressed = u32::MAX;
        entry.local_size = u32::MAX;
        entry.local_compressed = u32::MAX;
    };
    let zip = Zip::new().entry(Made::deflated("a", CONTENT).but(wide));
    assert_eq!(odd(&zip), []);
}

#[test]
fn peeks_give_the_first_bytes() {
    let bytes = Zip::new()
        .stored("a", CONTENT)
        .deflated("b", CONTENT)
        .deflated("c", b"ab")
        .bytes();
    let directory = parse(&bytes);
    let archive = Archive::new(&bytes, &directory);
    let mut head = [0; 8];
    assert_eq!(archive.peek(FIRST, &mut head), &CONTENT[..8]);
    assert_eq!(archive.peek(SECOND, &mut head), &CONTENT[..8]);
    assert_eq!(archive.peek(EntryId(2), &mut head), b"ab");
    assert!(archive.peek(EntryId(3), &mut head).is_empty());
}

#[test]
fn what_is_no_archive_says_so() {
    assert_eq!(Directory::parse(b"", 10), Err(ZipError::NoEndRecord));
    let bytes = Zip::new().stored("a", CONTENT).bytes();
    assert_eq!(
        Directory::parse(&bytes[..bytes.len() - 30], 10),
        Err(ZipError::NoEndRecord)
    );
    assert_eq!(
        ZipError::NoEndRecord.to_string(),
        "no end-of-central-directory record: truncated or not a ZIP"
    );
    let end_alone = &bytes[bytes.len() - 22..];
    assert!(matches!(
        Directory::parse(end_alone, 10),
        Err(ZipError::NoDirectory { .. })
    ));
}

#[test]
fn the_number_of_entries_is_bounded() {
    let mut zip = Zip::new();
    for index in 0..50 {
        zip = zip.stored(&index.to_string(), b"");
    }
    let directory = Directory::parse(&zip.bytes(), 10).unwrap();
    assert_eq!((directory.len(), directory.declared()), (10, 50));
}

fn fixture() -> Vec<u8> {
    Zip::new()
        .stored("stored", CONTENT)
        .deflated("deflated", CONTENT)
        .deflated("stored", CONTENT)
        .entry(Made::stored("odd", CONTENT).but(|entry| entry.method = 99))
        .but(|zip| {
            zip.wide = true;
            zip.comment = b"comment".to_vec();
        })
        .bytes()
}

fn exercise(bytes: &[u8]) {
    if let Ok(directory) = Directory::parse(bytes, 1000) {
        let archive = Archive::new(bytes, &directory);
        for id in directory.ids() {
            archive.peek(id, &mut [0; 64]);
            let _ = archive.read(id, 1 << 20);
        }
    }
}

#[test]
fn every_prefix_and_suffix_is_read_or_refused() {
    let bytes = fixture();
    for at in 0..bytes.len() {
        exercise(&bytes[..at]);
        exercise(&bytes[at..]);
    }
}

#[test]
fn every_byte_may_be_anything() {
    let bytes = fixture();
    for at in 0..bytes.len() {
        for value in [
            0,
            1,
            0x7f,
            0x80,
            0xff,
            bytes[at] ^ 1,
            bytes[at].wrapping_add(1),
        ] {
            let mut changed = bytes.clone();
            changed[at] = value;
            exercise(&changed);
        }
    }
}
