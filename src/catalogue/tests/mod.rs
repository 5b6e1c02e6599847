//! Tests of the built-in rules as a whole, and of the documents that are generated from them.
//! `ZHUBI_WRITE_DOCS=1 cargo test --lib catalogue` writes the documents.

#[path = "../../../tests/support/golden.rs"]
mod golden;

mod coverage;
mod diff;
mod documents;
