//! Descriptions of the rules: in the terminal (`zhubi rules show`) and as documents (`docs/rules/`), both made from
//! [`RuleEntry`], and as data ([`Catalogue`]), of which two versions can be compared. Only the tests write the documents,
//! so the program does without the code for them.

mod checklist;
mod diff;
#[cfg(test)]
mod document;
mod entry;
mod published;
#[cfg(test)]
mod tests;

pub use checklist::{Checklist, checklists};
pub use diff::{CatalogueDiff, FieldChange, RuleChange, VersionNumber};
pub use entry::RuleEntry;
#[cfg(test)]
pub use published::PublishedOption;
pub use published::{Catalogue, PublishedRule};
