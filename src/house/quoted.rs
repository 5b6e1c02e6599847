//! What sources say about a quotation. The checks know an index of sources by this trait alone.

use std::fmt;
use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// A source that a quotation differs from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceVariant {
    /// Where it differs, in the order of the quotation.
    pub changes: Vec<SourceChange>,
    /// The file of the source.
    pub path: String,
    /// The line at which the text begins in it.
    pub line: usize,
}

/// A place where a quotation differs from its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceChange {
    /// What is written, in bytes of the quotation; empty if something is left out.
    pub span: Range<usize>,
    /// What the source has; empty if something is added.
    pub source: String,
}

/// Reads an index of sources.
pub trait SourceReader: fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Returns the source from which a quotation differs in a few characters. `None` if a source has the very words, or
    /// none has nearly the same.
    fn variant(&self, quotation: &str) -> Option<SourceVariant>;

    /// Returns the number of the last article (条) of the statute with that title, and its file. `None` if there is no such
    /// statute among the sources.
    fn last_article(&self, statute: &str) -> Option<(u32, String)>;
}
