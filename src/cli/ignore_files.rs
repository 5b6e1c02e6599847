//! Ignore files, which list paths that a walk passes over, in the syntax of `.gitignore`. The crate `ignore` reads them
//! without bounds, so directories with one that is not a regular file of bounded size are refused before.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;

use crate::error::{Error, Result};
use crate::file::check_settings_file;

/// The name of zhubi's own ignore files.
pub const OWN_NAME: &str = ".zhubiignore";

/// The ignore files of a directory that the crate `ignore` reads.
const NAMES: [&str; 4] = [OWN_NAME, ".ignore", ".gitignore", ".git/info/exclude"];

/// The errors of the directories that a walk refused.
#[derive(Clone, Default)]
pub struct Refused(Arc<Mutex<Vec<Error>>>);

impl Refused {
    /// Returns and clears the errors.
    pub fn take(&self) -> Vec<Error> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether the ignore files of `directory` can be read; if not, records the error.
    fn admits(&self, directory: &Path) -> bool {
        match check_directory(directory) {
            Ok(()) => true,
            Err(error) => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                false
            }
        }
    }
}

/// Makes `walk`, which is to begin at `directory`, pass over subdirectories whose ignore files cannot be read. Returns
/// where their errors will be.
///
/// # Errors
/// An ignore file of `directory` or of a directory above it cannot be read. `walk` must not be used then.
pub fn refuse_unreadable(walk: &mut WalkBuilder, directory: &Path) -> Result<Refused> {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    absolute.ancestors().try_for_each(check_directory)?;
    let refused = Refused::default();
    let recorded = refused.clone();
    walk.filter_entry(move |entry| {
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        !is_directory || recorded.admits(entry.path())
    });
    Ok(refused)
}

fn check_directory(directory: &Path) -> Result<()> {
    NAMES.iter().try_for_each(|name| check_settings_file(&directory.join(name), "忽略文件"))
}
