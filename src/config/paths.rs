//! Patterns of paths.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;

use crate::error::Result;
use crate::rule::TomlFile;

/// Patterns of paths, written as in `.gitignore` and counted from the folder of the file they stand in.
#[derive(Debug, Clone)]
pub struct Paths {
    written: Vec<String>,
    matcher: Gitignore,
}

impl Paths {
    pub(super) fn read(file: &TomlFile, patterns: &[Spanned<String>]) -> Result<Paths> {
        let mut builder = GitignoreBuilder::new("");
        for pattern in patterns {
            let written = pattern.get_ref().as_str();
            let is_path = !written.trim().is_empty() && !written.contains('\\');
            if !is_path || builder.add_line(None, written).is_err() {
                let error = file.error(pattern.span(), format!("“{written}”不是路径的写法。"));
                return Err(error.help("写法同 .gitignore，例如 ads/**、*.txt；各级目录之间用“/”。"));
            }
        }
        let matcher = builder.build().map_err(|_| file.error(0..0, "路径的写法太多，不能合在一起用。"))?;
        Ok(Paths { written: patterns.iter().map(|pattern| pattern.get_ref().clone()).collect(), matcher })
    }

    /// Is the file at `path`, told from the folder of the configuration, one of them?
    pub fn has(&self, path: &Path) -> bool {
        !path.has_root() && self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// The patterns as they are written.
    pub fn written(&self) -> &[String] {
        &self.written
    }
}
