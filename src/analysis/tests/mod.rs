//! Tests of the analysis, one file a question.

mod callgraph;
mod edges;
mod entries;
mod flow;
mod requests;
mod template;
mod time;
mod values;
