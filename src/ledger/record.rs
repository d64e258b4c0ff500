//! The ledger as a view: public records that reports print. Pure data, no references into the
//! analysis.

use crate::finding::{Confidence, Location};

/// One stored artifact: a row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArtifact {
    /// `access-token`, `refresh-token`, `id-token`, `session`, `password`, `cookie`, `user-data` …
    pub artifact: String,
    /// How we know that it is one, one sentence fragment ("its key says so").
    pub evidence: String,
    /// How well.
    pub confidence: Confidence,
    /// Kind of store, as the models name it (`sharedprefs`, `sqlite` …).
    pub store: String,
    /// Canonical `StoreId`: `kind:name:key-template`.
    pub id: String,
    /// Store name for people: `auth_prefs`, or the template with `{?}` for holes.
    pub name: String,
    /// Key template for people; empty for a store without keys.
    pub key: String,
    /// `plaintext`, `encrypted`, `keystore`, `memory`, `unknown`.
    pub protection: String,
    /// `included`, `excluded`, `unknown`: whether backups carry it away.
    pub backup: String,
    /// Where it is written.
    pub writes: Vec<Location>,
}

/// What an exit does to one stored artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Removed on every relevant path.
    Cleared,
    /// Proven to stay.
    Kept,
    /// Not decidable.
    Open,
}

impl Removal {
    /// One word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Kept => "kept",
            Self::Open => "open",
        }
    }
}

/// What an exit tells the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEffect {
    /// A request or SDK call that ends the session: what it is (`POST oauth/revoke`).
    Told(String),
    /// A sign-out call that is local by design is the whole of it: which.
    LocalOnly(String),
    /// Proven to be none.
    None,
    /// Not decidable: why.
    Open(String),
}

/// One way out of the app: a column of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// Readable name: `menu item "Log out" (id/action_logout)`.
    pub name: String,
    /// Canonical `EntryId`.
    pub id: String,
    /// How we know that it is an exit.
    pub evidence: String,
    /// How well.
    pub confidence: Confidence,
    /// Where it begins.
    pub location: Location,
    /// What it tells the server.
    pub server: ServerEffect,
    /// One per row of [`LedgerTable::stored`], in its order.
    pub removals: Vec<Removal>,
    /// Why each is not [`Removal::Cleared`], in the same order; empty where it is.
    pub reasons: Vec<String>,
}

/// The ledger, ready to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerTable {
    /// Rows.
    pub stored: Vec<StoredArtifact>,
    /// Columns.
    pub exits: Vec<Exit>,
    /// Requests that the session takes part in: (`POST oauth/token`, what it is for).
    pub endpoints: Vec<(String, String)>,
    /// Other requests of the app that read something (`GET v1/accounts`), those of the signed-in
    /// user's own data first: with them a test asks whether a session still lives.
    pub resources: Vec<String>,
}
