//! What was read and what was not: diagnostics and counts. Pure data, filled by every stage.

use std::fmt;

/// What kind of thing a diagnostic reports. The name is what JSON and SARIF carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticKind {
    /// The archive lies: duplicate names, fake encryption bits, bogus methods, hidden data.
    ArchiveTampering,
    /// A part is broken; what could be read of it was.
    Malformed,
    /// A part is of a kind or version that is not read, or read with reservations.
    Unsupported,
    /// A limit was reached; what lies beyond it was not read.
    BudgetReached,
    /// The app's logic is in something that is not read (Hermes, Flutter, .NET, Unity, a page).
    LogicElsewhere,
    /// Something that a reader should know and that loses nothing.
    Note,
}

impl DiagnosticKind {
    /// Kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ArchiveTampering => "archive-tampering",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::BudgetReached => "budget-reached",
            Self::LogicElsewhere => "logic-elsewhere",
            Self::Note => "note",
        }
    }

    /// Whether something was left unread because of it, so that `--strict` ends with exit code 4.
    #[must_use]
    pub fn loses_input(self) -> bool {
        !matches!(self, Self::Note | Self::ArchiveTampering)
    }
}

/// Something about the input that is no finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Kind.
    pub kind: DiagnosticKind,
    /// The part it is about, as in [`crate::finding::Location::part`].
    pub part: String,
    /// What is wrong, one sentence without a full stop, naming offsets and names where that helps.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.kind.name(), self.part, self.message)
    }
}

/// How much was read, lifted and skipped, and why. Counts only, so that they can be asserted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Bytes of the input file or files.
    pub input_bytes: u64,
    /// Archive entries seen.
    pub entries: u64,
    /// Archive entries inflated or mapped.
    pub entries_read: u64,
    /// Bytes of code read after inflating.
    pub code_bytes: u64,
    /// Units of code (DEX files …) indexed.
    pub units: u64,
    /// Classes seen.
    pub classes: u64,
    /// Functions with code.
    pub functions: u64,
    /// Functions with code that are not a known library's.
    pub first_party_functions: u64,
    /// Instructions walked by the index pass.
    pub instructions: u64,
    /// Functions whose body was lifted.
    pub lifted: u64,
    /// Lifted functions that are not whole, by reason.
    pub partial: Vec<(String, u64)>,
    /// Calls whose target could not be told, in lifted functions.
    pub unresolved_calls: u64,
    /// Wall time by stage, in order; empty unless asked for: times differ from run
    /// to run and must not reach a report by themselves.
    pub stages: Vec<(&'static str, std::time::Duration)>,
}
