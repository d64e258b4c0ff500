//! Tests of the analysis, one file a question.

mod callgraph;
mod entries;
mod template;
mod values;
