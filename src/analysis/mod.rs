//! Calls, values, entries and owners over the program model. Never sees an instruction set, never
//! heard of rules.

pub mod callgraph;
pub mod entries;
pub mod flow;
pub mod libraries;
pub mod requests;
pub mod template;
pub mod time;
pub mod values;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
