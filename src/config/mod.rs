//! The configuration of a newspaper: reads and checks `zhubi.toml` and styles.
//!
//! Both contain `[rule."family/name"]` tables. `zhubi.toml` also names the paper's lists. A style takes precedence over the rule file, `zhubi.toml` over the style,
//! and the command line over everything.

#[cfg(feature = "cli")]
mod bases;
#[cfg(feature = "cli")]
mod docs_url;
#[cfg(feature = "cli")]
mod exception;
#[cfg(feature = "cli")]
mod file;
#[cfg(feature = "cli")]
mod issue_date;
mod lists;
mod model;
#[cfg(feature = "cli")]
mod packs;
#[cfg(feature = "cli")]
mod paths;
#[cfg(feature = "cli")]
mod required_version;
#[cfg(feature = "cli")]
mod schema;
mod settings;
mod style;

use toml::Spanned;

#[cfg(feature = "cli")]
pub use docs_url::docs_url;
#[cfg(feature = "cli")]
pub use file::{Choices, Config, FILE_NAME};
#[cfg(feature = "cli")]
pub use lists::{ListPath, read_lists, read_rosters};
pub use model::ModelChoice;
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
