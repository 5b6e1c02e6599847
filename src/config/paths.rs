//! Path patterns: which drafts a setting is for.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;

use crate::error::Result;
use crate::rule::TomlFile;

/// Path patterns in the syntax of `.gitignore`, relative to the folder of the configuration file.
#[derive(Debug, Clone)]
pub struct PathPatterns {
    patterns: Vec<String>,
    matcher: Gitignore,
}

impl PathPatterns {
    /// Parses the patterns in `file`.
    ///
    /// # Errors
    /// A pattern is invalid.
    pub(super) fn read(file: &TomlFile, patterns: &[Spanned<String>]) -> Result<PathPatterns> {
        let mut builder = GitignoreBuilder::new("");
        for pattern in patterns {
            let line = pattern.get_ref().as_str();
            let is_path = !line.trim().is_empty() && !line.contains('\\');
            if !is_path || builder.add_line(None, line).is_err() {
                let error = file.error(pattern.span(), format!("“{line}”不是路径的写法。"));
                return Err(error.help("写法同 .gitignore，例如 ads/**、*.txt；各级目录之间用“/”。"));
            }
        }
        let matcher = builder.build().map_err(|_| file.error(0..0, "路径的写法太多，不能合在一起用。"))?;
        Ok(PathPatterns { patterns: patterns.iter().map(|pattern| pattern.get_ref().clone()).collect(), matcher })
    }

    /// Returns whether a pattern matches `path` or one of its parent folders. `path` is relative to the folder of the
    /// configuration file.
    pub fn matches(&self, path: &Path) -> bool {
        !path.has_root() && self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// Returns the patterns as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}
