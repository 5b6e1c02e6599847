//! Files and settings for the servers.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{fs, iter};

use clap::ArgMatches;
use tempfile::TempDir;

use super::console::{Console, shown};
use super::drafts::{self, DraftSource};
use super::replace::create_or_replace;
use super::stet::{list_path, merge_into_list};
use super::workspaces::{WorkspaceLoader, with_slashes};
use super::{bug, rules, words};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, Result, cause};
use crate::server::{Office, Place};
use crate::stet::{ReviewOptions, SuppressionEntry};

/// Files and settings on this machine.
pub struct LocalOffice<'a> {
    arguments: &'a ArgMatches,
    loader: WorkspaceLoader<'a>,
    /// The states of the settings files when they were looked at after loading.
    seen: BTreeMap<PathBuf, Option<String>>,
    /// Where the descriptions of rules are written, once there is one.
    pages: Option<TempDir>,
}

impl<'a> LocalOffice<'a> {
    /// Creates an office for the options in `arguments`.
    ///
    /// # Errors
    /// The working directory does not exist.
    pub fn new(arguments: &'a ArgMatches) -> Result<LocalOffice<'a>> {
        let loader = WorkspaceLoader::new(arguments)?;
        Ok(LocalOffice { arguments, loader, seen: BTreeMap::new(), pages: None })
    }

    /// Remembers the states of settings files that have not been seen.
    fn see(&mut self) {
        for file in self.loader.watched() {
            self.seen.entry(file).or_insert_with_key(|file| state(file));
        }
    }
}

/// Refuses to serve a person who types: the program would wait for messages without a word.
///
/// # Errors
/// Standard input is a terminal. `help` says what to do instead.
pub fn reject_terminal(help: &str) -> Result<()> {
    if std::io::stdin().is_terminal() {
        return Err(Error::new("这个命令同别的程序说话，不在终端里直接用。").help(help));
    }
    Ok(())
}

/// Returns what tells the present state of a file from others; `None` if there is no file. A folder changes with the files
/// in it.
fn state(path: &Path) -> Option<String> {
    let own = state_of_entry(path)?;
    let Ok(entries) = fs::read_dir(path) else { return Some(own) };
    let inside = entries
        .flatten()
        .filter_map(|entry| Some(format!("{:?}{}", entry.file_name(), state_of_entry(&entry.path())?)));
    let mut states: Vec<String> = iter::once(own).chain(inside).collect();
    states.sort();
    Some(states.concat())
}

fn state_of_entry(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(format!("{}-{}", changed.as_nanos(), metadata.len()))
}

impl Office for LocalOffice<'_> {
    fn place(&mut self, path: &Path) -> Option<Place> {
        let placed = self.loader.place(path);
        self.see();
        placed.map(|(workspace, path_in_list)| Place { workspace, path_in_list })
    }

    fn engine(&self, place: &Place) -> &Engine {
        &self.loader.loaded(place.workspace).engine
    }

    fn options<'p>(&'p self, place: &'p Place) -> ReviewOptions<'p> {
        self.loader.loaded(place.workspace).options_in_list(&place.path_in_list)
    }

    fn take_errors(&mut self) -> Vec<Error> {
        self.loader.take_errors()
    }

    fn reload(&mut self) {
        // The working directory was there when the program started; without it the settings stay as they are.
        if let Ok(loader) = WorkspaceLoader::new(self.arguments) {
            self.loader = loader;
            self.seen.clear();
        }
    }

    fn has_changed(&self) -> bool {
        self.seen.iter().any(|(file, seen)| state(file) != *seen)
    }

    fn drafts_below(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = folder.to_owned();
        let sources = drafts::sources_below(iter::once(&folder), &mut Console::new());
        sources.into_iter().map(|source| source.path).collect()
    }

    fn version(&self, path: &Path) -> Option<String> {
        state_of_entry(path)
    }

    fn read(&self, path: &Path) -> Result<Draft> {
        let source = DraftSource::new(path.to_owned(), false);
        source.open(source.read()?)
    }

    fn let_stand(&mut self, path: &Path, entry: SuppressionEntry) -> Result<String> {
        let list = list_path(path, &mut self.loader);
        let (_, draft) = self.loader.locate(path);
        let path = with_slashes(draft.strip_prefix(list.parent().unwrap_or(Path::new(""))).unwrap_or(&draft));
        merge_into_list(&list, &[SuppressionEntry { path, ..entry }])?;
        Ok(format!("已记进保留清单 {}。", shown(&self.loader.display_path(&list))))
    }

    fn take_up(&mut self, path: &Path, word: &str) -> Result<String> {
        let (files, draft) = self.loader.locate(path);
        let done = words::take_up(word, files.config.as_deref(), draft.parent().unwrap_or(Path::new("")))?;
        Ok(done.trim_end().to_owned())
    }

    fn explain(&self, name: &str) -> Result<String> {
        rules::show(name)
    }

    fn rule_page(&mut self, name: &str) -> Result<PathBuf> {
        let text = self.explain(name)?;
        let unwritable = |error: std::io::Error| Error::new(format!("没能写临时文件：{}。", cause(&error)));
        let folder = match &mut self.pages {
            Some(folder) => folder,
            pages @ None => pages.insert(tempfile::Builder::new().prefix("zhubi-").tempdir().map_err(unwritable)?),
        };
        let file = folder.path().join(format!("{}.md", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        create_or_replace(&file, text.as_bytes())?;
        Ok(file)
    }

    fn absolute(&self, path: &str) -> PathBuf {
        self.loader.working_dir.join(path)
    }

    fn guarded<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        bug::catch_in_draft(work)
    }
}
