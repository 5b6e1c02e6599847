//! What a model of context says about a text. The checks and the engine know models by this trait alone.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::text::Span;

/// A character that fits its context less well than another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The text it is in, as an index into the texts that were read.
    pub text: usize,
    /// The character, in bytes of the text.
    pub span: Span,
    /// What may have been meant.
    pub meant: char,
    /// Whether it is nearly certain that this was meant.
    pub is_nearly_certain: bool,
    /// What is known and what is not, in Chinese: ‘优誓’未见，‘优势产业’常见.
    pub reason: String,
    /// What the model has reckoned, in Chinese: 把握 2.1（1.6 以上报警告）；字序 +5.3.
    pub scores: String,
}

/// Reads texts and doubts characters of them.
pub trait ContextReader: fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Returns the doubts about the texts of an article, in the order of the texts.
    fn doubts(&self, texts: &[&str]) -> Vec<Doubt>;
}
