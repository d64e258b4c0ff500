//! Readers of bytes: one file or folder a format, no policy and no analysis.
//!
//! Every reader is zero-copy where it can be, bounded, lenient (a broken table loses itself, not
//! its neighbours) and without panics on any input; each has a fuzz target.

pub mod zip;
