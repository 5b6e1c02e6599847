//! The TOML structure of a rule file.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::OptionValue;
use crate::check::CheckOptions;

/// A rule file as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    pub family: Option<Spanned<String>>,
    /// The version for rules without `since`.
    pub since: Option<Spanned<String>>,
    /// What a pack of rules says of itself.
    pub pack: Option<Spanned<RawPack>>,
    #[serde(default)]
    pub classes: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub rule: Vec<Spanned<RawRule>>,
}

/// A `[pack]`: the file is a pack, whose rules run only where it is chosen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPack {
    pub title: String,
    pub version: u32,
    pub date: String,
    pub source: String,
}

/// A `[[rule]]` as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub source: Spanned<String>,
    pub since: Option<Spanned<String>>,
    pub severity: Spanned<String>,
    pub fix: Spanned<String>,
    pub message: Spanned<String>,
    pub scope: Option<Vec<Spanned<String>>>,
    #[serde(default = "enabled_by_default")]
    pub enabled: bool,
    pub yields_to: Option<String>,
    #[serde(default)]
    pub overrules: Vec<String>,
    #[serde(default)]
    pub covers: Vec<Spanned<String>>,
    #[serde(default)]
    pub options: BTreeMap<Spanned<String>, Spanned<Vec<Spanned<RawValue>>>>,
    pub check: CheckOptions,
    #[serde(default)]
    pub example: Vec<Spanned<RawExample>>,
}

fn enabled_by_default() -> bool {
    true
}

/// A `[[rule.example]]` as written: either `bad`, with `good` (required if the rule has a fix), or `ok`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawExample {
    pub bad: Option<Spanned<String>>,
    pub good: Option<Spanned<String>>,
    pub ok: Option<Spanned<String>>,
    pub r#as: Option<Spanned<String>>,
    #[serde(default)]
    pub with: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// A possible value of an option: `"～"`, or `{ name = "不用", text = "" }` if name and text differ.
#[derive(Debug, Clone)]
pub struct RawValue(pub OptionValue);

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValue, D::Error> {
        struct StringOrTable;

        impl<'de> Visitor<'de> for StringOrTable {
            type Value = RawValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("一个字符串，或 { name = …, text = … }")
            }

            fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue(OptionValue { name: text.to_owned(), text: text.to_owned() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawValue, A::Error> {
                OptionValue::deserialize(MapAccessDeserializer::new(map)).map(RawValue)
            }
        }

        deserializer.deserialize_any(StringOrTable)
    }
}
