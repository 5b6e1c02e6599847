//! What the servers need of the program around them.

use std::path::{Path, PathBuf};

use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::stet::{ReviewOptions, SuppressionEntry};

/// The rules and the suppressions of one draft, as its office knows them until it reloads its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The index of the rules and settings.
    pub workspace: usize,
    /// The path of the draft in the suppression list; empty if it has no file.
    pub path_in_list: String,
}

/// What the servers need of the program around them: settings and files.
pub trait Office {
    /// Returns the place of a draft with this path, which need not exist. Returns `None` if it is not to be checked: the
    /// settings ignore it, they cannot be read, or it is one of the paper's lists.
    fn place(&mut self, path: &Path) -> Option<Place>;

    /// Returns the rules that apply at a place.
    fn engine(&self, place: &Place) -> &Engine;

    /// Returns which findings are reported at a place.
    fn options<'a>(&'a self, place: &'a Place) -> ReviewOptions<'a>;

    /// Returns and forgets the errors in settings so far.
    fn take_errors(&mut self) -> Vec<Error>;

    /// Forgets all settings. The places that were returned before mean nothing from now on.
    fn reload(&mut self);

    /// Whether a settings file has changed, appeared or disappeared since the settings were loaded.
    fn has_changed(&self) -> bool;

    /// Returns the drafts in a folder and below, without those that ignore files name.
    fn drafts_below(&self, folder: &Path) -> Vec<PathBuf>;

    /// Returns what tells the present state of a file from others; `None` if it cannot be read.
    fn version(&self, path: &Path) -> Option<String>;

    /// Reads a draft from its file.
    ///
    /// # Errors
    /// The file cannot be read, or it is not a draft.
    fn read(&self, path: &Path) -> Result<Draft>;

    /// Adds an entry for a draft to its suppression list. Returns a sentence that says where.
    ///
    /// # Errors
    /// The list cannot be read or written.
    fn let_stand(&mut self, path: &Path, entry: SuppressionEntry) -> Result<String>;

    /// Adds a word to the word list that applies to drafts with this path. Returns a sentence that says where.
    ///
    /// # Errors
    /// The list cannot be read or written, or the word is not one.
    fn take_up(&mut self, path: &Path, word: &str) -> Result<String>;

    /// Returns the description of a rule: of one that comes with the program, or of one that the settings of the working
    /// directory add.
    ///
    /// # Errors
    /// There is no such rule, or the settings cannot be read.
    fn explain(&self, name: &str) -> Result<String>;

    /// Returns a file with the description of a rule. It lasts as long as the program.
    ///
    /// # Errors
    /// There is no such rule, or the file cannot be written.
    fn rule_page(&mut self, name: &str) -> Result<PathBuf>;

    /// Returns a path that an error names as an absolute one.
    fn absolute(&self, path: &str) -> PathBuf;

    /// Returns the result of `work`, or an error if it panics.
    ///
    /// # Errors
    /// `work` failed or panicked.
    fn guarded<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T>
    where
        Self: Sized;
}
