//! A rule file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::check::RawCheck;

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
    #[serde(default)]
    pub covers: Vec<Spanned<String>>,
    pub check: RawCheck,
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
}
