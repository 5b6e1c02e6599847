//! A rule file as it is written.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::Value;

use crate::check::CheckOptions;

/// A rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    pub family: Option<Spanned<String>>,
    #[serde(default)]
    pub classes: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub rule: Vec<Spanned<RawRule>>,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub source: Spanned<String>,
    pub severity: Spanned<String>,
    pub fix: Spanned<String>,
    pub message: Spanned<String>,
    pub scope: Option<Vec<Spanned<String>>>,
    #[serde(default = "yes")]
    pub enabled: bool,
    pub yields_to: Option<String>,
    #[serde(default)]
    pub covers: Vec<Spanned<String>>,
    #[serde(default)]
    pub options: BTreeMap<Spanned<String>, Spanned<Vec<Spanned<RawValue>>>>,
    pub check: CheckOptions,
    #[serde(default)]
    pub example: Vec<Spanned<RawExample>>,
}

fn yes() -> bool {
    true
}

/// An example: `bad` (with `good` where there is a fix), or `ok`.
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

/// A value that an option can take.
#[derive(Debug, Clone)]
pub struct RawValue(pub Value);

/// `"～"`, or `{ name = "不用", text = "" }` where the text does not name itself.
impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValue, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = RawValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("一个字符串，或 { name = …, text = … }")
            }

            fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue(Value { name: text.to_owned(), text: text.to_owned() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawValue, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(RawValue)
            }
        }

        deserializer.deserialize_any(Either)
    }
}
