//! The configuration of a newspaper: reads and checks `zhubi.toml` and styles.
//!
//! Both contain `[rule."family/name"]` tables. A style takes precedence over the rule file, `zhubi.toml` over the style,
//! and the command line over everything.

#[cfg(feature = "cli")]
mod docs_url;
#[cfg(feature = "cli")]
mod file;
#[cfg(feature = "cli")]
mod paths;
#[cfg(feature = "cli")]
mod schema;
mod settings;
mod style;

use std::fs;
use std::path::Path;

use toml::Spanned;

use crate::error::{Error, ErrorKind, Result, cause};

#[cfg(feature = "cli")]
pub use docs_url::docs_url;
#[cfg(feature = "cli")]
pub use file::{Choices, Config, FILE_NAME};
#[cfg(feature = "cli")]
pub use paths::PathPatterns;
#[cfg(feature = "cli")]
pub use schema::schema;
pub use settings::Settings;
pub use style::Style;

/// A `[[stet]]`: text in which a rule reports nothing, wherever the text occurs. Examples are a company's own spelling
/// of its name, or a slogan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The id of the rule or the name of the family.
    pub rule: Spanned<String>,
    /// The text. Findings within it are suppressed.
    pub text: String,
}

/// Returns the text of the file at `path`. `what` is the Chinese name for this kind of file in errors.
///
/// # Errors
/// The file cannot be read or is not UTF-8.
pub fn read_text(path: &Path, what: &str) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| {
        let unreadable = Error::new(format!("读不了这个{what}：{}。", cause(&error))).in_file(path.display());
        unreadable.caused_by(error)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let invalid = Error::new(format!("{what}不是 UTF-8 编码。")).in_file(path.display());
        invalid.of_kind(ErrorKind::InvalidFile).caused_by(error)
    })
}
