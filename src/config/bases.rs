//! Which files a configuration builds on: those that it names, and the one that a user keeps for all work.

use std::path::{Path, PathBuf};

use super::{Config, FILE_NAME};
use crate::error::{Error, Result};

/// The name of the folder with the user's own configuration, in the folder where the system keeps such folders.
const USER_FOLDER: &str = "zhubi";

/// How many files may build on each other.
const MOST_LEVELS: usize = 16;

/// How many files a configuration may build on. One on which two others build counts twice.
const MOST_BASES: usize = 64;

/// The files that are being read, each of which builds on the next, and how many have been read.
#[derive(Default)]
pub(super) struct Reading {
    below: Vec<PathBuf>,
    bases: usize,
}

impl Reading {
    /// Does some work for the file at `path`, which is being read meanwhile.
    pub(super) fn within<T>(&mut self, path: &Path, work: impl FnOnce(&mut Reading) -> T) -> T {
        self.below.push(path.to_owned());
        let done = work(self);
        self.below.pop();
        done
    }

    /// Reads the file that one in `folder` builds on.
    ///
    /// # Errors
    /// It builds on itself, there is none, there are too many, or it is not valid.
    pub(super) fn open_base(&mut self, folder: &Path, name: &str) -> Result<Config> {
        let path = folder.join(name);
        if self.below.iter().any(|below| is_same_file(below, &path)) || self.below.len() > MOST_LEVELS {
            return Err(Error::new(format!("“{name}”又沿用到了自己。")).help("请去掉其中一处 extends。"));
        }
        if !path.is_file() {
            let error = Error::new(format!("找不到配置文件“{name}”。"));
            return Err(error.help("路径从本文件所在的目录算起，要写到文件名。"));
        }
        self.bases += 1;
        if self.bases > MOST_BASES {
            let error = Error::new(format!("沿用的配置文件超过 {MOST_BASES} 份。"));
            return Err(error.help("几份都沿用同一份的，请只在其中一份里写 extends。"));
        }
        Config::open_after(&path, self)
    }
}

impl Config {
    /// Returns the path of the configuration file that a user keeps for all work, if there is one:
    /// `~/.config/zhubi/zhubi.toml`, or where the system has such files.
    pub fn find_of_user() -> Option<PathBuf> {
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let folders = [set("XDG_CONFIG_HOME"), set("HOME").map(|home| home.join(".config")), set("APPDATA")];
        let path = folders.into_iter().flatten().next()?.join(USER_FOLDER).join(FILE_NAME);
        path.is_file().then_some(path)
    }

    /// Puts what other files choose before what this one does.
    pub(super) fn build_on(&mut self, mut bases: Vec<Config>) {
        for base in bases.iter().rev() {
            self.rules.splice(0..0, base.rules.iter().cloned());
            self.lists.splice(0..0, base.lists.iter().cloned());
            self.packs.splice(0..0, base.packs.iter().cloned());
            self.rosters.splice(0..0, base.rosters.iter().cloned());
            self.sources.splice(0..0, base.sources.iter().cloned());
            self.exceptions.splice(0..0, base.exceptions.iter().cloned());
            self.docs_url = self.docs_url.take().or_else(|| base.docs_url.clone());
            self.author = self.author.take().or_else(|| base.author.clone());
            self.issue_date = self.issue_date.or(base.issue_date);
            self.model = std::mem::take(&mut self.model).or(base.model.clone());
        }
        bases.append(&mut self.bases);
        self.bases = bases;
    }

    /// Whether the file at `path` is one of the paper's lists or rosters, or in a folder of sources: nobody's draft.
    pub fn owns(&self, path: &Path) -> bool {
        let files = self.lists.iter().map(|list| &list.path).chain(&self.rosters);
        let has_name = |file: &PathBuf| file.file_name() == path.file_name();
        let is_list = files.filter(|file| has_name(file)).any(|file| is_same_file(file, path));
        let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        is_list || self.sources.iter().any(|folder| canonical(path).starts_with(canonical(folder)))
    }
}

/// Whether two paths lead to the same file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    canonical(one) == canonical(other)
}
