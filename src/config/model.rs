//! The `[model]` table: which model of context is used.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::finding::Severity;
use crate::rule::TomlFile;

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    file: Option<Spanned<String>>,
    own: Option<Spanned<String>>,
    level: Option<Spanned<String>>,
}

/// Which model of context is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ModelChoice {
    /// The model file in place of the one that comes with the program.
    pub file: Option<PathBuf>,
    /// What was trained on the archive of the paper, to be added.
    pub own: Option<PathBuf>,
    /// Whether everything is reported as advice; `None` if no file says so.
    is_advice: Option<bool>,
}

/// The levels at which a model reports.
const LEVELS: [Severity; 2] = [Severity::Warning, Severity::Advice];

impl ModelChoice {
    /// This choice, and what it leaves open as in another one.
    #[must_use]
    pub fn or(self, other: ModelChoice) -> ModelChoice {
        ModelChoice {
            file: self.file.or(other.file),
            own: self.own.or(other.own),
            is_advice: self.is_advice.or(other.is_advice),
        }
    }

    /// Whether everything is reported as advice.
    pub fn is_advice(&self) -> bool {
        self.is_advice == Some(true)
    }

    /// Reads the table of a configuration file in `folder`.
    ///
    /// # Errors
    /// A file is missing, or there is no such level.
    pub fn read(file: &TomlFile, folder: &Path, raw: &RawModel) -> Result<ModelChoice> {
        let find = |path: &Option<Spanned<String>>| {
            let found = path.as_ref().map(|path| {
                let found = folder.join(path.get_ref());
                let missing = || file.error(path.span(), format!("找不到模型文件“{}”。", path.get_ref()));
                let help = "路径从配置文件所在的目录算起。模型用 zhubi model train 训练。";
                if found.is_file() { Ok(found) } else { Err(missing().help(help)) }
            });
            found.transpose()
        };
        let levels = LEVELS.map(|severity| (severity.name(), severity));
        let level = raw.level.as_ref().map(|level| file.choice("level", level, &levels)).transpose()?;
        Ok(ModelChoice {
            file: find(&raw.file)?,
            own: find(&raw.own)?,
            is_advice: level.map(|level| level == Severity::Advice),
        })
    }
}
