//! The day of issue in `zhubi.toml`.

use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::quantity::Date;
use crate::rule::TomlFile;

/// A date as people write it in TOML: with or without quotation marks.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum RawDate {
    Text(String),
    Date(toml::value::Datetime),
}

impl RawDate {
    /// The date, and the line of `file` that it is in.
    ///
    /// # Errors
    /// There is no such day.
    pub fn read(file: &TomlFile, date: &Spanned<RawDate>) -> Result<(Date, usize)> {
        let text = match date.get_ref() {
            RawDate::Text(text) => text.clone(),
            RawDate::Date(date) => date.to_string(),
        };
        let invalid = || file.error(date.span(), format!("issue-date 不能是“{text}”。"));
        let read = Date::parse(&text).ok_or_else(|| invalid().help("日期要写成 2023-11-01 的样子，并且真有这一天。"));
        Ok((read?, file.position(date.span().start).line))
    }
}
