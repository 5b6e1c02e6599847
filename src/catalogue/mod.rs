//! Descriptions of the rules, in the terminal (`zhubi rules show`) and as documents (`docs/rules/`). Both are made from
//! [`RuleEntry`].

mod checklist;
mod document;
mod entry;

pub use checklist::{Checklist, ChecklistLine, checklists};
pub use document::{Document, documents};
pub use entry::RuleEntry;
