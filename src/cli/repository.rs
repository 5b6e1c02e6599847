//! The repository in which the program runs, for reports that name files by their paths in it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::workspaces::{absolute_path, with_slashes};

/// A repository around the working directory.
pub struct Repository {
    /// The canonical path of its top directory.
    top: PathBuf,
    /// The canonical path of the working directory.
    working_dir: PathBuf,
}

impl Repository {
    /// Finds the repository without running git. Returns `None` if the working directory is in none.
    pub fn find() -> Option<Repository> {
        let working_dir = env::current_dir().and_then(fs::canonicalize).ok()?;
        let top = working_dir.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
        Some(Repository { top, working_dir })
    }

    /// Returns the path of a file relative to the top of the repository, with `/` between folders. A file outside the
    /// repository, and standard input, keep their paths.
    pub fn path(&self, path: &Path) -> String {
        let absolute = absolute_path(&self.working_dir, path);
        match absolute.strip_prefix(&self.top) {
            Ok(inside) if path != Path::new("-") => with_slashes(inside),
            _ => path.to_string_lossy().into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_files_from_the_top_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(top.join("稿/要闻")).unwrap();
        let repository = Repository { working_dir: top.join("稿"), top: top.clone() };
        let absolute = top.join("稿/a.txt").to_string_lossy().into_owned();
        for (path, expected) in [
            ("a.txt", "稿/a.txt"),
            ("./要闻/a.txt", "稿/要闻/a.txt"),
            ("../b.txt", "b.txt"),
            (&absolute, "稿/a.txt"),
            ("-", "-"),
            ("../../c.txt", "../../c.txt"),
        ] {
            assert_eq!(repository.path(Path::new(path)), expected);
        }
    }
}
