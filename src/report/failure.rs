//! What reports for programs record of drafts that could not be checked.

use crate::text::Position;

/// A draft that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The path of the draft, or of the folder.
    pub path: String,
    /// Where in the draft the reason is, if that is known.
    pub position: Option<Position>,
    /// Why, as a Chinese sentence.
    pub message: String,
}
