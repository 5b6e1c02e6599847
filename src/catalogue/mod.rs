//! What there is to read about the rules: for the terminal (`zhubi rules show`) and as documents (`docs/rules/`),
//! both made of the same [`Entry`].

mod checklist;
mod document;
mod entry;

pub use checklist::{Checklist, Line, checklists};
pub use document::{Document, documents};
pub use entry::Entry;
