//! The review model: a draft on a proofreader's desk, its findings, and what is decided on each. Every decision can be
//! undone; the draft is checked again after each; what is decided is recorded as it is decided. The page in the browser
//! and the terminal are faces of it.

mod correction;
mod decision;
mod galley;
mod journal;
mod reading;
mod sheet_view;
#[cfg(test)]
mod tests;

pub use decision::{BY_HAND, Decided, Verdict};
pub use galley::{Galley, Keeper, Progress};
pub use journal::decisions;
pub use reading::Reading;
pub use sheet_view::Passage;
