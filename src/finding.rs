//! What the product says: findings, verdicts, and the parts that they are made of.
//!
//! Pure data. Nothing here reads an input, and nothing here knows a format or a platform: every
//! stage may use these types, and reports use little else. Severity says what is at stake,
//! confidence how well we know; neither changes the other.

use std::collections::BTreeMap;
use std::fmt;

/// What is at stake, as one of the four bands that GitHub also shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Score below 4.0; SARIF level `note`.
    Low,
    /// Score 4.0 to 6.9; SARIF level `warning`.
    Medium,
    /// Score 7.0 to 8.9; SARIF level `error`.
    High,
    /// Score 9.0 and above; SARIF level `error`.
    Critical,
}

impl Severity {
    /// The band of a `security-severity` score in tenths (75 is 7.5).
    #[must_use]
    pub fn of_score(tenths: u8) -> Self {
        match tenths {
            90.. => Self::Critical,
            70..=89 => Self::High,
            40..=69 => Self::Medium,
            _ => Self::Low,
        }
    }

    /// Lower-case name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The SARIF `level` of the band.
    #[must_use]
    pub fn sarif_level(self) -> &'static str {
        match self {
            Self::Low => "note",
            Self::Medium => "warning",
            Self::High | Self::Critical => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How well we know: the evidence grades A, B and C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Grade C: strings only.
    Low,
    /// Grade B: API and key in the same function or class.
    Medium,
    /// Grade A: data or control flow proven in one artifact.
    High,
}

impl Confidence {
    /// Lower-case name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The letter of the evidence grade.
    #[must_use]
    pub fn grade(self) -> char {
        match self {
            Self::High => 'A',
            Self::Medium => 'B',
            Self::Low => 'C',
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// For whom a result is: decides what gates and what the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// Everybody.
    Regular,
    /// People who want every deviation.
    Pedantic,
    /// People who read everything themselves; evidence of grade C is theirs.
    Auditor,
}

impl Persona {
    /// Lower-case name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How a control ended. Open is never shown as a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The defect is there: a finding says where.
    Fail,
    /// Not observable in the client, or not decidable from the code.
    Open,
    /// Met, with the evidence.
    Pass,
    /// The control's precondition does not hold.
    NotApplicable,
}

impl Verdict {
    /// Name as reports write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Open => "open",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A place in the scanned input, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// The part of the target that holds it: `classes2.dex`, `AndroidManifest.xml`,
    /// `split_config.de.apk!classes.dex`.
    pub part: String,
    /// Class in the platform's spelling, dots between packages: `com.example.bank.Session`.
    pub class: Option<String>,
    /// Method name, without its signature.
    pub method: Option<String>,
    /// Byte offset in the part, where one says something to a reader.
    pub offset: Option<u64>,
    /// File name of the original source, without a folder: `Session.java`.
    pub source_file: Option<String>,
    /// One-based line in the source file, or in the text form of the part.
    pub line: Option<u32>,
}

impl Location {
    /// `com.example.bank.Session.save`, else the part.
    #[must_use]
    pub fn symbol(&self) -> String {
        match (&self.class, &self.method) {
            (Some(class), Some(method)) => format!("{class}.{method}"),
            (Some(class), None) => class.clone(),
            _ => self.part.clone(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol())?;
        match (&self.source_file, self.line) {
            (Some(file), Some(line)) => write!(f, " ({file}:{line})"),
            (Some(file), None) => write!(f, " ({file})"),
            (None, Some(line)) => write!(f, " (line {line})"),
            (None, None) => Ok(()),
        }
    }
}

/// What a finding is, independent of where it stands today.
///
/// Rule, store or endpoint, entry and ordinal: never a line, class, synthetic name, inferred
/// artifact kind, severity, version or hash of a secret. See `docs/design.md`, Decided 2.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The plain rule id.
    pub rule: &'static str,
    /// Canonical `StoreId` or `EndpointId`, else empty.
    pub subject: String,
    /// Canonical `EntryId`, else empty.
    pub entry: String,
    /// Distinguishes findings that are otherwise the same, in report order; starts at 0.
    pub ordinal: u32,
    /// Nothing canonical survived, and `subject` names an un-obfuscated method: outside the
    /// promise.
    pub weak: bool,
}

impl Identity {
    /// The text of `signoff/v1`: its parts, readable, joined by `|`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}|{}|{}|{}",
            self.rule, self.subject, self.entry, self.ordinal
        );
        if self.weak {
            text.push_str("|weak");
        }
        text
    }

    /// 16 hexadecimal digits of the text's FNV-1a hash, as `explain FINDING` takes it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.text().bytes() {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
        format!("{hash:016x}")
    }
}

/// A secret as a report may show it: kind, length, and at most the first 4 characters of a value
/// longer than 20. There is no way back to the value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redacted(String);

impl Redacted {
    /// Redacts `value`, said to be a `kind` ("JWT", "password").
    #[must_use]
    pub fn new(kind: &str, value: &str) -> Self {
        let length = value.chars().count();
        if length > 20 {
            let head: String = value.chars().take(4).collect();
            Self(format!("{kind} \"{head}…\" ({length} characters)"))
        } else {
            Self(format!("{kind} ({length} characters)"))
        }
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose code it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The app's own code, or not known to be anybody else's.
    FirstParty,
    /// A bundled library, by the name under which people know it.
    Library(String),
}

impl Owner {
    /// What the app's authors can do where the code is not theirs.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::FirstParty => None,
            Self::Library(_) => Some(
                "The app cannot change this code: update the library or configure it otherwise, \
keep the session out of it, or tell its authors.",
            ),
        }
    }
}

/// One place of a story: where the token comes from, what it passes, where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub location: Location,
    /// What happens there, as a sentence fragment in the present tense.
    pub message: String,
}

/// A defect, with everything that a person needs to act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static RuleMeta,
    /// Score in tenths (75 is 7.5), from what is at stake in this case; the band follows.
    pub score: u8,
    /// How well we know.
    pub confidence: Confidence,
    /// For whom.
    pub persona: Persona,
    /// What is wrong, whole sentences; the first alone serves as a title.
    pub message: String,
    /// The one place to fix.
    pub location: Location,
    /// What it is, over builds.
    pub identity: Identity,
    /// Whose code.
    pub owner: Owner,
    /// How we know: from where the value comes to where it goes, or from the entry to what is
    /// missing.
    pub flow: Vec<Step>,
    /// Further places, each with the words that link it from the message.
    pub related: Vec<Step>,
    /// Readable pseudo-code around the place, or nothing.
    pub excerpt: Option<String>,
    /// The proof of an absence: what was searched for, and what was found instead.
    pub proof: Vec<String>,
    /// Typed details (artifact, store, key, entry), for JSON and for filters.
    pub facts: BTreeMap<&'static str, String>,
}

impl Finding {
    /// The band of the score.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::of_score(self.score)
    }

    /// The message's first sentence.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.message.find(". ") {
            Some(end) => &self.message[..=end],
            None => &self.message,
        }
    }
}

/// How one control ended, for the whole app or for one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlVerdict {
    /// The control: the id of the rule that implements it.
    pub rule: &'static RuleMeta,
    /// How it ended.
    pub verdict: Verdict,
    /// Why: for `open`, what stands between and what to verify; for `pass`, the evidence.
    pub reason: String,
    /// The entry that it is about (its readable name), else empty.
    pub entry: String,
    /// Where the evidence is, if anywhere.
    pub location: Option<Location>,
}

/// An OWASP MASWE weakness. Its alias is the key; the numbers moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maswe {
    /// Alias, `session-termination`.
    pub alias: &'static str,
    /// Current number, `MASWE-0024`.
    pub current: &'static str,
    /// Numbers of the beta, `0030`.
    pub beta: &'static [&'static str],
}

/// What a rule says about itself. Comes from `rules/<id>/rule.toml` at build time.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// Kebab-case id. A promise: it does not change.
    pub id: &'static str,
    /// Number in the catalogue of controls.
    pub control: u16,
    /// One line: the defect.
    pub title: &'static str,
    /// Usual score in tenths; a finding's own may differ with what is at stake.
    pub score: u8,
    /// Persona that sees it.
    pub persona: Persona,
    /// Why it matters, a paragraph.
    pub why: &'static str,
    /// How to fix it, per platform: (platform, Markdown).
    pub fix: &'static [(&'static str, &'static str)],
    /// What the rule cannot see, a paragraph.
    pub cannot_see: &'static str,
    /// MASVS controls, `STORAGE-1`.
    pub masvs: &'static [&'static str],
    /// MASWE weaknesses.
    pub maswe: &'static [Maswe],
    /// CWE numbers.
    pub cwe: &'static [u16],
    /// Further standards: (scheme, id), as in `("ASVS 5.0", "14.3.3")`.
    pub standards: &'static [(&'static str, &'static str)],
    /// As measured on the answer keys, in percent; none with fewer than five labelled cases.
    pub precision: Option<u8>,
}

impl RuleMeta {
    /// SARIF `precision`: from 95 very-high, 90 high, 70 medium, else low; unmeasured is medium.
    #[must_use]
    pub fn sarif_precision(&self) -> &'static str {
        match self.precision {
            None => "medium",
            Some(95..) => "very-high",
            Some(90..=94) => "high",
            Some(70..=89) => "medium",
            Some(_) => "low",
        }
    }

    /// The usual band.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::of_score(self.score)
    }

    /// The fix for a platform, else the first there is.
    #[must_use]
    pub fn fix_for(&self, platform: &str) -> &'static str {
        self.fix
            .iter()
            .find(|(name, _)| *name == platform)
            .or_else(|| self.fix.first())
            .map_or("", |(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacted_never_shows_a_short_value() {
        assert_eq!(
            Redacted::new("password", "hunter2").to_string(),
            "password (7 characters)"
        );
        let long = Redacted::new("JWT", "eyJhbGciOiJIUzI1NiJ9.x").to_string();
        assert_eq!(long, "JWT \"eyJh…\" (22 characters)");
    }

    #[test]
    fn bands_follow_scores() {
        for (score, band) in [
            (39, Severity::Low),
            (40, Severity::Medium),
            (70, Severity::High),
            (90, Severity::Critical),
        ] {
            assert_eq!(Severity::of_score(score), band);
        }
    }
}
