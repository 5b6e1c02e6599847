//! What a model of context says about a text. The checks and the engine know models by this trait alone.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::text::Span;

/// What a text suffers from where it is doubted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A character stands in place of another.
    Replaced,
    /// A character stands twice.
    Doubled,
    /// Two characters are in the wrong order.
    Swapped,
}

/// One or two characters that fit their context less well than what may have been meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The text they are in, as an index into the texts that were read.
    pub text: usize,
    /// The characters, in bytes of the text: one that is replaced, two that are the same or swapped.
    pub span: Span,
    /// What may have been meant in their place.
    pub meant: String,
    /// What happened if it was meant.
    pub slip: Slip,
    /// How much more probable the sequence of characters is with what may have been meant: the difference of the natural
    /// logarithms.
    pub gain: f32,
    /// Whether it is nearly certain that this was meant, as far as the model can tell.
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
