//! Front ends: code to the one small model of `ir`.
//!
//! Each front end gives the index of a unit (one fast walk over all code) and lifts single
//! functions on demand. Nothing after this stage knows an instruction set.

pub mod dex;
#[cfg(feature = "source")]
pub mod source;

#[cfg(test)]
mod tests;
