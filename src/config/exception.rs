//! `[[stet]]`: text that is exempt from a rule, as it is written in a configuration file.

use serde::Deserialize;
use toml::Spanned;

use super::Exception;
use crate::error::Result;
use crate::rule::TomlFile;

/// A `[[stet]]` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawException {
    rule: Spanned<String>,
    text: Spanned<String>,
    /// Who decided on the exception. Only for readers of the file.
    #[serde(default, rename = "who")]
    _who: Option<String>,
    /// The reason. Only for readers of the file.
    #[serde(default, rename = "why")]
    _why: Option<String>,
}

impl RawException {
    /// Returns the exception.
    ///
    /// # Errors
    /// The text is empty.
    pub fn read(self, file: &TomlFile) -> Result<Exception> {
        if self.text.get_ref().trim().is_empty() {
            let help = "请写出要保留的字句；整条规则不用，请设 enabled = false。";
            return Err(file.error(self.text.span(), "text 是空的。").help(help));
        }
        Ok(Exception { rule: self.rule, text: self.text.into_inner() })
    }
}
