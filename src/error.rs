//! The error type of the crate: what failed, where, and what the user can do about it.

use std::sync::Arc;
use std::{fmt, io};

use crate::text::{Position, visible, visible_lines, visible_path};

/// Why an operation failed.
///
/// The text of an error ([`Display`](fmt::Display)) is a complete message in Chinese, meant for the user: the file and
/// the place in it where they are known, what is wrong, and usually what to do about it. Programs should match on
/// [`Error::kind`].
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    path: Option<String>,
    position: Option<Position>,
    message: String,
    help: Option<String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of errors that a program may want to distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be read or written. The source is the [`io::Error`].
    Io,
    /// The bytes are not a draft in the given format and encoding, or the draft is damaged, encrypted or too large.
    InvalidDraft,
    /// The file is not a draft: data, code, or a document in a format that cannot be read.
    NotADraft,
    /// A rule file or style is not valid, or a rule contradicts its own examples.
    InvalidFile,
    /// There is no rule, family of rules, style, option or value of an option with the given name.
    UnknownName,
    /// The given date does not exist.
    InvalidDate,
    /// Any other error.
    Other,
}

/// The result of an operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Creates an error of the kind [`ErrorKind::Other`]. `message` is one sentence that ends in 。
    pub(crate) fn new(message: impl Into<String>) -> Error {
        let message = message.into();
        Error { kind: ErrorKind::Other, path: None, position: None, message, help: None, source: None }
    }

    /// Sets the kind, unless a more specific one than [`ErrorKind::Other`] is set.
    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Error {
        if self.kind == ErrorKind::Other {
            self.kind = kind;
        }
        self
    }

    /// Sets the error that caused this one. The kind becomes [`ErrorKind::Io`] if that is an [`io::Error`].
    pub(crate) fn caused_by(self, source: impl std::error::Error + Send + Sync + 'static) -> Error {
        let source: Arc<dyn std::error::Error + Send + Sync> = Arc::new(source);
        let kind = if source.is::<io::Error>() { ErrorKind::Io } else { self.kind };
        Error { source: Some(source), ..self.of_kind(kind) }
    }

    /// Sets the file in which the error is, unless it is set.
    pub(crate) fn in_file(mut self, path: impl fmt::Display) -> Error {
        self.path.get_or_insert_with(|| path.to_string());
        self
    }

    /// Sets the place in the file, unless it is set.
    pub(crate) fn at(mut self, position: Position) -> Error {
        self.position.get_or_insert(position);
        self
    }

    /// Sets the file and the place in it, unless the file is set.
    pub(crate) fn in_place(self, path: impl fmt::Display, position: Position) -> Error {
        if self.path.is_some() { self } else { self.in_file(path).at(position) }
    }

    /// Sets what the user can do, which [`Error::hint`] returns: one or two sentences, with their end marks.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the path of the file in which the error is, if it is known.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the place in the file, or in the draft that was opened, if it is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// Returns what is wrong: one sentence in Chinese, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what the user can do about it: one or two sentences in Chinese, if there is anything to do.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Compares everything but the source.
impl PartialEq for Error {
    fn eq(&self, other: &Error) -> bool {
        let Error { kind, path, position, message, help, source: _ } = self;
        (kind, path, position, message, help)
            == (&other.kind, &other.path, &other.position, &other.message, &other.help)
    }
}

impl Eq for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            f.write_str(&visible_path(path))?;
            if let Some(Position { line, column }) = self.position {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, "：")?;
        }
        f.write_str(&visible(&self.message))?;
        if let Some(help) = &self.help {
            write!(f, "\n  {}", visible_lines(help))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Returns the one of `known` that was probably meant by `name`, or `None` if none is similar enough.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    /// The least Jaro-Winkler similarity of a suggestion, unless a single typing mistake makes the difference.
    const LEAST_SIMILARITY: f64 = 0.9;
    let similarities = known.into_iter().map(|known| (strsim::jaro_winkler(known, name), known));
    let best = similarities.max_by(|a, b| a.0.total_cmp(&b.0));
    let is_similar = |similarity, known| similarity > LEAST_SIMILARITY || strsim::osa_distance(known, name) == 1;
    best.filter(|&(similarity, known)| is_similar(similarity, known)).map(|(_, known)| known)
}

/// Returns why the system refused an operation, in a few words without a full stop.
pub fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是目录，不是文件".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "磁盘是只读的".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘已满".to_owned(),
        io::ErrorKind::InvalidFilename => "文件名过长或不合法".to_owned(),
        io::ErrorKind::NotADirectory => "路径中间有一段不是目录".to_owned(),
        _ => format!("系统报告“{error}”"),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn escapes_control_characters() {
        let error = Error::new("没有\u{7}。").in_file("a\u{1b}[31m\n.txt");
        assert_eq!(error.to_string(), "a<U+001B>[31m↵.txt：没有<U+0007>。");
    }

    #[test]
    fn keeps_the_most_specific_kind_and_the_source() {
        let error = Error::new("读不了。").caused_by(io::Error::from(io::ErrorKind::NotFound));
        let error = error.of_kind(ErrorKind::InvalidFile);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Io, "读不了。"));
        let source = error.source().and_then(|source| source.downcast_ref::<io::Error>()).unwrap();
        assert_eq!(source.kind(), io::ErrorKind::NotFound);
        assert!(Error::new("").source().is_none());
    }
}
