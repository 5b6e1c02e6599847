//! What went wrong, where, and what to do about it: one shape for every failure a user can meet.

use std::{fmt, io};

use crate::text::{Position, visible};

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

    /// The file and the place in it, where no file is known yet.
    pub fn in_place(self, path: impl fmt::Display, position: Position) -> Error {
        if self.path.is_some() { self } else { self.in_file(path).at(position) }
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
            f.write_str(&visible(path))?;
            if let Some(Position { line, column }) = self.position {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, "：")?;
        }
        f.write_str(&visible(&self.what))?;
        if let Some(help) = &self.help {
            write!(f, "\n  {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The one of `known` that was probably meant by `name`, if one is near enough.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    /// Below this likeness a guess would rather confuse, unless one slip of the finger is all there is.
    const LIKE: f64 = 0.9;
    let likeness = known.into_iter().map(|known| (strsim::jaro_winkler(known, name), known));
    let best = likeness.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, known)| *likeness > LIKE || strsim::osa_distance(known, name) == 1).map(|(_, known)| known)
}

/// Why the system refused something, in a few words without a full stop.
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
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let error = Error::new("没有\u{7}。").in_file("a\u{1b}[31m\n.txt");
        assert_eq!(error.to_string(), "a<U+001B>[31m↵.txt：没有<U+0007>。");
    }
}
