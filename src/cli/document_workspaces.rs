//! The settings for documents without files: those of the working directory. The path of a document is only a name. It
//! tells which overrides apply, whether the configuration ignores it, and what it is called in the suppression list.

use std::path::Path;

use clap::ArgMatches;

use super::console::Console;
use super::workspaces::{SettingsFiles, Workspace, WorkspaceLoader, with_slashes};
use super::{CommandError, CommandResult};
use crate::error::{Error, Result};

/// The workspaces of the documents so far.
pub struct DocumentWorkspaces<'a> {
    loader: WorkspaceLoader<'a>,
    files: SettingsFiles,
    /// The workspace of documents without a path.
    default: usize,
}

/// What the settings say of a document.
pub enum Placement {
    /// The configuration ignores it.
    Ignored,
    /// It is checked.
    In {
        /// The index of its workspace.
        workspace: usize,
        /// Its path in the suppression list.
        path_in_list: String,
    },
}

impl<'a> DocumentWorkspaces<'a> {
    /// Loads the settings of the working directory.
    ///
    /// # Errors
    /// They are not valid; the last error is returned, and those before it are printed.
    pub fn load(arguments: &'a ArgMatches, console: &mut Console) -> CommandResult<DocumentWorkspaces<'a>> {
        let mut loader = WorkspaceLoader::new(arguments)?;
        let folder = loader.working_dir.clone();
        let files = loader.settings_files(&folder);
        let default = loader.workspace(&files, Vec::new());
        let mut errors = loader.take_errors();
        let last = errors.pop();
        errors.iter().for_each(|error| console.report_error(error));
        match (default, last) {
            (Ok(default), None) => {
                loader.report_notes(console);
                Ok(DocumentWorkspaces { loader, files, default })
            }
            (_, last) => Err(CommandError::Failure(last.unwrap_or_else(invalid_settings))),
        }
    }

    /// Returns what the settings say of a document with that path, which is relative to the working directory.
    ///
    /// # Errors
    /// The settings for it are not valid.
    pub fn place(&mut self, path: Option<&str>) -> Result<Placement> {
        let Some(path) = path else {
            return Ok(Placement::In { workspace: self.default, path_in_list: String::new() });
        };
        let path = self.loader.working_dir.join(path);
        let mut overrides = Vec::new();
        if let (Ok(Some(config)), Some(file)) = (self.loader.config(&self.files), &self.files.config) {
            let path = self.loader.relative_to_folder_of(file, &path);
            if config.ignore.matches(&path) {
                return Ok(Placement::Ignored);
            }
            overrides = config.overrides_for(&path);
        }
        let list = self.files.list.as_deref();
        let in_list = list.map(|list| with_slashes(&self.loader.relative_to_folder_of(list, Path::new(&path))));
        let workspace = self.loader.workspace(&self.files, overrides);
        let workspace = workspace.map_err(|_| self.loader.take_errors().pop().unwrap_or_else(invalid_settings))?;
        Ok(Placement::In { workspace, path_in_list: in_list.unwrap_or_default() })
    }

    /// Returns the workspace with that index.
    pub fn get(&self, index: usize) -> &Workspace {
        self.loader.workspace_at(index)
    }
}

/// The error for settings whose own error has been reported before.
fn invalid_settings() -> Error {
    Error::new("适用于这篇稿件的设置不能用。").help("请看前面报告的错误。")
}
