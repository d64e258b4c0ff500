//! What names, labels, paths and constants say: table-driven, out of `models/lexicon.toml`.
//!
//! Compared are whole words after splitting (`sid` is never found inside `inside`). A *strong*
//! term is enough alone; a *weak* one (`token`, `session`) needs a second witness, which is the
//! caller's to find.

pub use super::schema::{ArtifactKind, EndpointKind, EventKind, ValueKind};
pub use super::words::words;

/// What a name says about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// What the value is.
    pub kind: ArtifactKind,
    /// Whether the name is enough alone.
    pub strong: bool,
}

/// What a label says about a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelHit {
    /// It signs out.
    Clear,
    /// It signs out, or closes the app: needs a second witness.
    Ambiguous,
    /// It signs out everywhere.
    AllDevices,
}

/// What the name of a key, field, parameter, column or header says about its value.
#[must_use]
pub fn classify_identifier(text: &str) -> Option<Hit> {
    let _ = text;
    None
}

/// Whether the name of a method, class or event says that it signs out.
#[must_use]
pub fn is_logout_identifier(name: &str) -> bool {
    let _ = name;
    false
}

/// Whether the name of a method, class or event says that it signs in.
#[must_use]
pub fn is_login_identifier(name: &str) -> bool {
    let _ = name;
    false
}

/// What a name of a method, class or event says that it does; the most specific kind.
#[must_use]
pub fn event_identifier(name: &str) -> Option<EventKind> {
    let _ = name;
    None
}

/// Whether the text of a control says that it signs out.
#[must_use]
pub fn logout_label(text: &str) -> Option<LabelHit> {
    let _ = text;
    None
}

/// What the text of a control says that it does; the most specific kind.
#[must_use]
pub fn event_label(text: &str) -> Option<EventKind> {
    let _ = text;
    None
}

/// Whether the entry name of a resource (`btn_logout`) says that it signs out.
#[must_use]
pub fn logout_resource_id(entry_name: &str) -> bool {
    let _ = entry_name;
    false
}

/// What a server path is for. The verb is upper case; the path may be relative, a whole URL, or
/// a template with `{?}`.
#[must_use]
pub fn endpoint(verb: Option<&str>, path: &str) -> Option<EndpointKind> {
    let _ = (verb, path);
    None
}

/// What the form of a constant says; the first kind that holds.
#[must_use]
pub fn value_pattern(text: &str) -> Option<ValueKind> {
    let _ = text;
    None
}

/// Lower-case texts of which each logout label contains one, to prefilter big string pools.
#[must_use]
pub fn label_needles() -> &'static [&'static str] {
    &[]
}
