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
            let refuse = |help| Err(file.error(pattern.span(), format!("“{}”不是路径的写法。", pattern.get_ref())).help(help));
            let written = pattern.get_ref().as_str();
            if written.trim().is_empty() || written.contains('\\') {
                return refuse("写法同 .gitignore，例如 ads/**、*.txt；各级目录之间用“/”。");
            }
            if builder.add_line(None, written).is_err() {
                return refuse("请检查其中的方括号和花括号是否成对。");
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
