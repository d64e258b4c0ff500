//! `primaryLocationLineHash`: the fingerprint by which GitHub knows a result again.
//!
//! For a result in a checked-out source file GitHub's upload action computes a rolling hash of
//! the text that begins on the result's line, and warns when the file brings another one:
//! [`line_hashes`] gives the same values. A build has no such text; there the value derives from
//! the finding's identity, so that it survives a rebuild ([`of_identity`]).

use rustc_hash::FxHashMap;

use crate::finding::Identity;

/// Characters that one hash covers, counted from the first of its line.
const BLOCK: usize = 100;

/// Base of the rolling hash, modulo 2^64.
const BASE: u64 = 37;

/// The unit that stands for the end of the file; zeros follow it.
const END: u16 = 0xffff;

/// The hash of every line of a source file, first line first, as `<hex>:<n>`: the n-th line with
/// this hash.
///
/// The text is read as UTF-16 units; spaces and tabs do not count, CR and CRLF are LF. The hash of
/// a line is the sum over its 100 units from the line's first one of `unit * 37^(99 - i)`, modulo
/// 2^64. Where the file ends in a line break, the empty line behind it has a hash as well.
#[must_use]
pub fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = significant_units(text);
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    starts
        .into_iter()
        .map(|start| {
            let hash = (0..BLOCK).fold(0u64, |hash, i| {
                let unit = units.get(start + i).copied().unwrap_or(0);
                hash.wrapping_mul(BASE).wrapping_add(u64::from(unit))
            });
            let count = seen.entry(hash).or_insert(0);
            *count += 1;
            format!("{hash:x}:{count}")
        })
        .collect()
}

/// The units that count, the end mark last, and the index of each line's first one.
fn significant_units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len());
    let mut starts = Vec::new();
    let mut at_line_start = true;
    let mut after_cr = false;
    for unit in text.encode_utf16().chain([END]) {
        let line_feed_of_cr = after_cr && unit == u16::from(b'\n');
        after_cr = unit == u16::from(b'\r');
        if line_feed_of_cr || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        let unit = if after_cr { u16::from(b'\n') } else { unit };
        if at_line_start {
            starts.push(units.len());
        }
        at_line_start = unit == u16::from(b'\n');
        units.push(unit);
    }
    (units, starts)
}

/// Counts what was given out, so that no two results of one file share a value.
#[derive(Debug, Default)]
pub struct Given(FxHashMap<String, u32>);

impl Given {
    /// The value for a finding in a build: `<fingerprint of signoff/v1>:<n>`, where n is 1 unless
    /// two identities are the same.
    pub fn of_identity(&mut self, identity: &Identity) -> String {
        let hash = identity.fingerprint();
        let count = self.0.entry(hash.clone()).or_insert(0);
        *count += 1;
        format!("{hash}:{count}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expected values were worked out from the description alone, with integers of any size
    // reduced modulo 2^64 at the end:
    //   sum(ord(unit) * 37 ** (99 - i) for i, unit in enumerate(units)) % 2 ** 64
    // where units are those of the line and what follows it, then 0xffff, then zeros.

    #[test]
    fn lines_hash_from_their_first_character() {
        let expected = [
            "271789c17abda88f:1",
            "54703d4cd895b18:1",
            "180aee12dab6264:1",
            "a23a3dc5e078b07b:1",
        ];
        assert_eq!(line_hashes("a\nb\nc\nd"), expected);
        // Blanks and the kind of line break do not count.
        assert_eq!(line_hashes(" a\r\nb\r  c\t\t\n d"), expected);
    }

    #[test]
    fn the_end_of_the_file_counts() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes("a\n"),
            ["243cbaa4685aab12:1", "c129715d7a2bc9a3:1"]
        );
    }

    #[test]
    fn equal_hashes_are_numbered_and_only_a_hundred_units_count() {
        let line = format!("{}\n", "y".repeat(120));
        assert_eq!(
            line_hashes(&line.repeat(3)),
            [
                "cadd4b5b9d92c51c:1",
                "cadd4b5b9d92c51c:2",
                "cadd4b5b9d92c51c:3",
                "c129715d7a2bc9a3:1"
            ]
        );
        assert_eq!(
            line_hashes("x\nx"),
            ["d1918fd5e068b4e9:1", "638816509450efbf:1"]
        );
    }

    #[test]
    fn units_are_utf16() {
        assert_eq!(line_hashes("ключ = 🔑"), ["2a339f4ca050b994:1"]);
    }

    #[test]
    fn findings_of_one_identity_are_told_apart() {
        let identity = Identity {
            rule: "r",
            subject: String::new(),
            entry: String::new(),
            ordinal: 0,
            weak: false,
        };
        let mut given = Given::default();
        let first = given.of_identity(&identity);
        assert_eq!(first, format!("{}:1", identity.fingerprint()));
        assert!(given.of_identity(&identity).ends_with(":2"));
    }
}
