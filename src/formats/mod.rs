//! Readers of bytes: one file or folder a format, no policy and no analysis.
//!
//! Every reader is zero-copy where it can be, bounded, lenient (a broken table loses itself, not
//! its neighbours) and without panics on any input; each has a fuzz target.

pub mod arsc;
pub mod attr;
pub mod axml;
mod chunk;
pub mod config;
pub mod dex;
pub mod jwt;
pub mod mapping;
pub mod pbtable;
pub mod pbxml;
pub mod protobuf;
pub mod resources;
#[cfg(feature = "source")]
pub mod restree;
pub mod string_pool;
#[cfg(feature = "source")]
pub mod textxml;
pub mod xml;

#[cfg(test)]
pub(crate) mod testing;
pub mod zip;
