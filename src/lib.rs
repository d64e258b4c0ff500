//! signoff: when the user signs out, or a token leaks, or the phone is lost, does the session
//! really end?
//!
//! A compiler-shaped analyzer: `input` finds and opens, `formats` turn bytes into tables, `lift`
//! makes the one small `ir` of the code that matters, `analysis` follows values and calls, the
//! `ledger` says what the app does to a session, `rules` what is wrong with it, `report` tells.
//! `docs/design.md` is the map; `tests/architecture.rs` keeps the stages apart.

pub mod analysis;
pub mod cli;
pub mod coverage;
pub mod facts;
pub mod finding;
pub mod formats;
pub mod input;
pub mod ir;
pub mod ledger;
pub mod lift;
pub mod models;
pub mod report;
pub mod rules;
pub mod scan;
