//! Every limit of the program, in one place: what an input can make it spend.
//!
//! Limits count bytes, entries and steps, never time, and are never counted down by several
//! threads together: the same input reaches the same limits on every machine. Reaching one is a
//! diagnostic, never a silent cut.

use super::PartError;
use crate::coverage::{Diagnostic, DiagnosticKind};
use crate::formats::zip::{Entry, STORED};

/// Declares the limits once: the struct, its defaults, and the table by which a configuration
/// file and `--help` know them.
macro_rules! budgets {
    ($($(#[doc = $doc:literal])+ $name:ident: $default:expr,)+) => {
        /// The limits of a scan. `Default` is what a scan has that is told nothing.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Budgets {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl Default for Budgets {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Budgets {
            /// Every limit by name, in the order of this file.
            pub const ALL: &'static [Limit] = &[$(Limit {
                name: stringify!($name),
                default: $default,
                reason: concat!($($doc, "\n",)+),
            },)+];

            /// Sets a limit by its name, with `-` or `_` between words. Says whether there is one.
            pub fn set(&mut self, name: &str, value: u64) -> bool {
                match name.replace('-', "_").as_str() {
                    $(stringify!($name) => self.$name = value,)+
                    _ => return false,
                }
                true
            }

            /// A limit by its name, as [`Budgets::set`] takes it.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<u64> {
                match name.replace('-', "_").as_str() {
                    $(stringify!($name) => Some(self.$name),)+
                    _ => None,
                }
            }
        }
    };
}

/// A limit, as documentation shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Name of the field.
    pub name: &'static str,
    /// Value of a scan that is told nothing.
    pub default: u64,
    /// What it bounds and why it is what it is: the field's documentation.
    pub reason: &'static str,
}

const MB: u64 = 1 << 20;

budgets! {
    /// Archives opened, those in archives included. Split sets have some dozens; 65,535 is the
    /// most that can be.
    archives: 1_000,
    /// Archive entries read, over all archives of an input. A ZIP without ZIP64 holds 65,535; the
    /// largest bundles hold some 100,000.
    archive_entries: 500_000,
    /// Bytes that one archive entry may have after inflating. The largest R8 mapping files have
    /// some 400 MB, a DEX file with all its 65,536 methods stays under 100 MB.
    entry_bytes: 512 * MB,
    /// Bytes inflated in all, over the parts of the input in the order in which they are listed:
    /// code first. The largest app builds have some 600 MB of code and resources.
    inflated_bytes: 2048 * MB,
    /// How many times its compressed size an entry may have. Text reaches 40, an all-zero file
    /// 1,032, which is the most that deflate can give.
    compression_ratio: 250,
    /// Bytes below which the compression ratio does not matter: an icon of one colour, an empty
    /// table, are harmless.
    compression_ratio_floor: 64 * MB,
    /// Archives in archives that are followed to find code: 1 is a JAR with a DEX file in
    /// `assets/`. A split in a split set is not counted.
    nesting_depth: 1,
    /// Bytes of archives in archives that are inflated to look for code inside them, in all.
    /// Most are stored, and cost nothing.
    nested_bytes: 256 * MB,
    /// Archive entries whose first bytes are looked at, per archive, to find code that does not
    /// say what it is. Each costs some microseconds.
    peeked_entries: 200_000,
    /// Files of a folder that are looked at. A folder that holds one build has a handful.
    folder_files: 10_000,
    /// Bytes of a mapping file. The largest have some 400 MB.
    mapping_bytes: 512 * MB,
    /// Classes of a mapping. The largest apps have some 300,000 before they are shrunk.
    mapping_classes: 1_000_000,
    /// Lines of a mapping. The largest have some 5,000,000.
    mapping_lines: 10_000_000,
    /// Frames at one place of a mapping, and members of one class with one name in the build.
    /// Compilers inline some dozens deep; overloads are fewer.
    mapping_frames: 256,
    /// Messages about the input: what is odd, broken or hidden in it. An ordinary build has none.
    diagnostics: 1_000,
}

impl Budgets {
    /// Whether an entry may be inflated when `spent` bytes were already. Gives what is spent with
    /// it; an entry that is stored costs nothing.
    pub(super) fn afford(&self, entry: &Entry, spent: u64) -> Result<u64, PartError> {
        if entry.method == STORED {
            return Ok(spent);
        }
        let bytes = entry.max_size();
        let refuse = |name, limit| Err(PartError::Budget { name, limit, bytes });
        if bytes > self.entry_bytes {
            return refuse("entry-bytes", self.entry_bytes);
        }
        let ratio = bytes / entry.compressed.max(1);
        if bytes > self.compression_ratio_floor && ratio > self.compression_ratio {
            return refuse("compression-ratio", self.compression_ratio);
        }
        let total = spent.saturating_add(bytes);
        if total > self.inflated_bytes {
            return refuse("inflated-bytes", self.inflated_bytes);
        }
        Ok(total)
    }
}

/// The diagnostic for a limit that was reached. `what` says what was left unread: a sentence
/// fragment as "3 entries were not read".
#[must_use]
pub fn reached(name: &str, limit: u64, part: &str, what: &str) -> Diagnostic {
    Diagnostic {
        kind: DiagnosticKind::BudgetReached,
        part: part.to_owned(),
        message: format!(
            "{what}: the limit {} = {limit} is reached",
            name.replace('_', "-")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_reason_and_can_be_set_by_name() {
        let mut budgets = Budgets::default();
        for limit in Budgets::ALL {
            assert!(limit.reason.len() > 40, "{} says too little", limit.name);
            assert_eq!(budgets.get(limit.name), Some(limit.default));
            assert!(budgets.set(&limit.name.replace('_', "-"), 7));
            assert_eq!(budgets.get(limit.name), Some(7));
        }
        assert!(!budgets.set("patience", 1));
        assert_eq!(budgets.get("patience"), None);
    }
}
