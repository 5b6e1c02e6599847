//! Descriptions of the rules, in the terminal (`zhubi rules show`) and as documents (`docs/rules/`). Both are made from
//! [`RuleEntry`]. Only the tests write the documents, so the program does without the code for them.

mod checklist;
#[cfg(test)]
mod document;
mod entry;
#[cfg(test)]
mod tests;

pub use checklist::{Checklist, checklists};
pub use entry::RuleEntry;
