//! Tests of the ledger, one file a question.

mod event;
