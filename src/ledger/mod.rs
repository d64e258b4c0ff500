//! The session ledger: artifacts x stores x lifecycle events x entries, each with evidence.

pub mod credential;
pub mod event;
pub mod record;
pub mod sql;
pub mod store;
