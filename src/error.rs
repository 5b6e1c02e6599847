//! What went wrong, where, and what to do about it: one shape for every failure a user can meet.

use std::fmt;

use crate::text::Position;

/// A failure that is told to the user. Its text is Chinese and complete: nothing is added on the way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    path: Option<String>,
    position: Option<Position>,
    what: String,
    help: Option<String>,
}

/// A result whose failure is told to the user.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure: `what` is one sentence that ends in 。
    pub fn new(what: impl Into<String>) -> Error {
        Error { path: None, position: None, what: what.into(), help: None }
    }

    /// The file it happened in.
    pub fn in_file(mut self, path: impl fmt::Display) -> Error {
        self.path.get_or_insert_with(|| path.to_string());
        self
    }

    /// The place in the file.
    pub fn at(mut self, position: Position) -> Error {
        self.position.get_or_insert(position);
        self
    }

    /// What the user can do: one sentence that ends in 。
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}")?;
            if let Some(Position { line, column }) = self.position {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, "：")?;
        }
        write!(f, "{}", self.what)?;
        if let Some(help) = &self.help {
            write!(f, "\n  {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
