//! Styles: named sets of settings, each for one kind of newspaper.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::settings::{RawSettings, Settings};
use crate::builtin;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::file::read_text;
use crate::rule::TomlFile;

/// A style.
#[derive(Debug, Clone)]
pub struct Style {
    /// The Chinese name.
    pub title: String,
    /// The settings of rules.
    pub settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStyle {
    title: Spanned<String>,
    description: Spanned<String>,
    #[serde(default)]
    rule: RawSettings,
}

impl Style {
    /// The name of the style that is used by default.
    pub const DEFAULT: &str = "newspaper";

    /// Returns the style that `name` stands for: a built-in style, or a style file whose path is relative to `folder`.
    ///
    /// # Errors
    /// There is no such style, or its file cannot be read or is invalid.
    pub fn named(name: &str, folder: &Path) -> Result<Style> {
        if let Some((_, path, text)) = builtin::styles().find(|(known, ..)| *known == name) {
            return Style::read(TomlFile::new(path, text));
        }
        let path = folder.join(name);
        if name.ends_with(".toml") || name.contains(['/', '\\']) {
            if !path.exists() {
                return Err(Error::new(format!("找不到体例文件“{name}”。")).of_kind(ErrorKind::UnknownName));
            }
            let text = read_text(&path, "体例文件")?;
            return Style::read(TomlFile::new(path.display().to_string(), text));
        }
        let known: Vec<&str> = builtin::styles().map(|(name, ..)| name).collect();
        let near = nearest(name, known.iter().copied()).map(|near| format!("想写的是 {near} 吗？")).unwrap_or_default();
        let help = format!("{near}可用的体例：{}；自己的体例请写文件的路径，例如 house.toml。", known.join("、"));
        Err(Error::new(format!("没有名为“{name}”的体例。")).help(help).of_kind(ErrorKind::UnknownName))
    }

    /// Reads the text of a style file.
    ///
    /// # Errors
    /// It is invalid. The error has line and column.
    pub fn read(file: TomlFile) -> Result<Style> {
        let raw: RawStyle = file.parse()?;
        for (name, value) in [("title", &raw.title), ("description", &raw.description)] {
            if value.get_ref().trim().is_empty() {
                return Err(file.error(value.span(), format!("{name} 是空的。")));
            }
        }
        file.check_visible("title", &raw.title)?;
        Ok(Style { title: raw.title.into_inner(), settings: Settings::read(file, raw.rule)? })
    }
}
