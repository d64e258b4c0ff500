//! The session ledger: artifacts x stores x lifecycle events x entries, each with evidence.

pub mod credential;
pub mod record;
pub mod store;
