//! What a paper makes of the rules: `zhubi.toml` and styles, as they are written → checked settings.
//!
//! Both hold the same `[rule."family/name"]` tables, one in each layer: what a style sets goes before what the
//! rule file says, what `zhubi.toml` sets before the style, and the command line before all.

mod settings;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result, cause};
use crate::finding::Severity;
use crate::rule::TomlFile;
use settings::RawSettings;

pub use settings::Settings;
pub use style::Style;

/// The name of the file.
pub const FILE_NAME: &str = "zhubi.toml";

/// What a `zhubi.toml` says. The rules it speaks of are looked up when its settings are applied.
#[derive(Debug, Clone)]
pub struct Config {
    /// The style it asks for.
    pub style: Option<Style>,
    /// More rule files, and directories of them.
    pub rules: Vec<PathBuf>,
    /// What `check` shows.
    pub level: Option<Severity>,
    /// What it sets for single rules.
    pub settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    style: Option<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    level: Option<Spanned<String>>,
    #[serde(default)]
    rule: RawSettings,
}

impl Config {
    /// The configuration file for drafts in `folder` (an absolute path): the one there, or in the nearest
    /// folder above.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
    }

    /// Reads the configuration file at `path`; what it names by path is looked for beside it.
    ///
    /// # Errors
    /// It cannot be read, or says what cannot be: with file, line and column.
    pub fn open(path: &Path) -> Result<Config> {
        let text = read_text(path, "配置文件")?;
        Config::read(TomlFile::new(path.display().to_string(), text), path.parent().unwrap_or(Path::new("")))
    }

    fn read(file: TomlFile, folder: &Path) -> Result<Config> {
        let raw: RawConfig = file.parse()?;
        let style = raw.style.map(|style| {
            Style::named(style.get_ref(), folder).map_err(|error| file.place(style.span(), error))
        });
        let levels = Severity::ALL.map(|severity| (severity.name(), severity));
        let rules = raw.rules.iter().map(|path| {
            let found = folder.join(path.get_ref());
            if found.exists() {
                return Ok(found);
            }
            let what = format!("找不到规则文件或目录“{}”。", path.get_ref());
            Err(file.error(path.span(), what).help("路径从配置文件所在的目录算起。"))
        });
        Ok(Config {
            style: style.transpose()?,
            rules: rules.collect::<Result<_>>()?,
            level: raw.level.map(|level| file.choice("level", &level, &levels)).transpose()?,
            settings: Settings::read(file.clone(), raw.rule)?,
        })
    }
}

/// The text of the file at `path`; `what` it is, for the reader of an error.
fn read_text(path: &Path, what: &str) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| {
        Error::new(format!("读不了这个{what}：{}。", cause(&error))).in_file(path.display())
    })?;
    String::from_utf8(bytes).map_err(|_| Error::new(format!("{what}不是 UTF-8 编码。")).in_file(path.display()))
}
