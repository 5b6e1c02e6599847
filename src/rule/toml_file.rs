//! TOML files: parsing, and errors with line and column.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::ChoiceError;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::text::{Locator, Position, visible};

/// The path and text of a TOML file, read from disk or built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlFile {
    /// The path as given by the user, or of a built-in file from the root of the repository.
    pub path: String,
    /// The content.
    pub text: String,
}

impl TomlFile {
    /// Creates a file from path and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> TomlFile {
        TomlFile { path: path.into(), text: text.into() }
    }

    /// Parses the file.
    ///
    /// # Errors
    /// The file is not valid TOML or does not have the structure of `T`. The error has file, line and column.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|error| self.explain(&error).caused_by(error))
    }

    /// Returns an error at the byte range `at` of this file.
    pub fn error(&self, at: Range<usize>, what: impl Into<String>) -> Error {
        self.locate_error(at, Error::new(what))
    }

    /// Adds this file and the byte range `at` to `error`, unless the error already names a file.
    pub fn locate_error(&self, at: Range<usize>, error: Error) -> Error {
        error.in_place(&self.path, self.position(at.start)).of_kind(ErrorKind::InvalidFile)
    }

    /// Checks that `value`, the text of the key `name`, can be shown as it is.
    ///
    /// # Errors
    /// The text contains line breaks or invisible characters, which could control the terminal.
    pub fn check_visible(&self, name: &str, value: &Spanned<String>) -> Result<()> {
        let shown = visible(value.get_ref());
        if shown == value.get_ref().as_str() {
            return Ok(());
        }
        let error = self.error(value.span(), format!("{name} 里有换行或看不见的字符：{shown}"));
        Err(error.help("请删去这样的字符，写成一行。"))
    }

    /// Returns the line and column of byte `offset`.
    pub fn position(&self, offset: usize) -> Position {
        Locator::new(&self.text).position(self.text.floor_char_boundary(offset))
    }

    /// Returns the known value with the name `value`. `key` is the key in the file, for the message.
    ///
    /// # Errors
    /// There is no such name.
    pub fn choice<T: Copy>(&self, key: &str, value: &Spanned<String>, known: &[(&str, T)]) -> Result<T> {
        known.iter().find(|(name, _)| name == value.get_ref()).map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.error(value.span(), format!("{key} 不能是“{}”。", value.get_ref()))
                .help(format!("可用的值：{}。", names.join("、")))
        })
    }

    /// Returns the error for a choice, located at the option's name or at the byte range of its value.
    pub fn choice_error(&self, name: &Spanned<String>, value: Range<usize>, error: ChoiceError) -> Error {
        self.error(if error.is_value_wrong { value } else { name.span() }, error.what).help(error.help)
    }

    /// Translates an error of the TOML parser into Chinese.
    fn explain(&self, error: &toml::de::Error) -> Error {
        let message = error.message();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let at = error.span().unwrap_or(0..0);
        let what = match quoted.as_slice() {
            [name, known @ ..] if message.starts_with("unknown field") => {
                let near = nearest(name, known.iter().copied());
                let near = near.map(|near| format!("想写的是 {near} 吗？")).unwrap_or_default();
                return self
                    .error(at, format!("没有名为“{name}”的项。"))
                    .help(format!("{near}这里可以写：{}。", known.join("、")));
            }
            [name, known @ ..] if message.starts_with("unknown variant") => {
                let (what, all) = match self.key_before(at.start) {
                    Some(key) => (format!("{key} 不能是“{name}”。"), "值"),
                    None => (format!("没有名为“{name}”的种类。"), "种类"),
                };
                return self.error(at, what).help(format!("可用的{all}：{}。", known.join("、")));
            }
            [name, ..] if message.starts_with("missing field") => format!("缺少 {name}。"),
            _ if message.starts_with("duplicate ") => "同一个键写了两次。".to_owned(),
            _ if message.starts_with("invalid type") => match message.rsplit("expected ").next().unwrap_or_default() {
                "a string" => "值的类型不对，这里要写字符串，加引号。".to_owned(),
                "a boolean" => "值的类型不对，这里要写 true 或 false，不加引号。".to_owned(),
                "a sequence" => "值的类型不对，这里要写数组，用方括号括起来。".to_owned(),
                expected if expected == "a map" || expected.starts_with("struct ") => {
                    "值的类型不对，这里要写一张表。".to_owned()
                }
                expected => format!("值的类型不对，这里要写{expected}。"),
            },
            _ if message.starts_with("wanted exactly 1") => "这里只能写一种。".to_owned(),
            _ if message.starts_with("invalid value") => "值不在可用的范围内。".to_owned(),
            _ if message.starts_with("invalid length") => "数组里值的个数不对。".to_owned(),
            // Only the messages of types in this crate are Chinese.
            _ if message.ends_with('。') => message.to_owned(),
            _ => {
                let error = self.error(at, "从这里起不是合法的 TOML。");
                return error.help("请检查附近的引号、等号和方括号是否齐全、成对。");
            }
        };
        self.error(at, what)
    }

    /// Returns the key of the value that begins at byte `offset`, if both are on one line.
    fn key_before(&self, offset: usize) -> Option<&str> {
        let line = self.text.get(..offset)?.rsplit('\n').next()?;
        line.split_once('=').map(|(key, _)| key.trim())
    }
}
