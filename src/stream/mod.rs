//! Streams of documents, as an archive or a data pipeline has them: one JSON object a line, and one line in answer to
//! each. A line that is no document is answered too, and fails alone.
//!
//! Nothing here knows how many documents there are. What is held is bounded by the longest line.

mod answer;
mod document;
mod lines;

pub use answer::{CheckAnswer, FailureAnswer, FixAnswer};
pub use document::{Document, Refusal};
pub use lines::{Batch, Line, LineReader};
