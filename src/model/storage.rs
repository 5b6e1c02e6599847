//! The bytes of model files, and which models come with the program.

use std::path::{Path, PathBuf};

use mmap_io::MemoryMappedFile;

use crate::builtin;
use crate::error::Result;
use crate::file::{Unreadable, open_regular, read_regular};

/// The name of the full model, which comes beside the program.
pub const FULL_MODEL: &str = "full.zhubi-model";
/// Where the full model is looked for, from the directory of the program: beside it, where packages install data, and in a
/// repository in which the program was built, for one target or several.
const PLACES: [&str; 4] = ["", "../share/zhubi", "../../rules/model", "../../../rules/model"];
/// The largest model file, in bytes.
const MAX_MODEL: u64 = 1 << 30;

/// Returns the bytes of a model file. They are mapped into memory, so that only what is looked at is read, and stay there
/// until the program ends.
///
/// # Errors
/// The file is not a regular file or cannot be read.
pub fn map(path: &Path) -> Result<&'static [u8]> {
    let unreadable = |reason: Unreadable| reason.into_error(MAX_MODEL, "模型文件").in_file(path.display());
    open_regular(path).map_err(unreadable)?;
    if let Ok(map) = MemoryMappedFile::open_ro(path) {
        let map: &'static MemoryMappedFile = Box::leak(Box::new(map));
        if let Ok(bytes) = map.as_slice_bytes(0, map.len()) {
            return Ok(bytes);
        }
    }
    // Some file systems map no files.
    Ok(read_regular(path, MAX_MODEL).map_err(unreadable)?.leak())
}

/// Returns the path of the full model, if it is there.
pub fn full_model() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let directory = program.parent()?;
    PLACES.iter().map(|place| directory.join(place).join(FULL_MODEL)).find(|path| path.is_file())
}

/// Returns the bytes of the light model, if the program was built with one.
pub fn light_model() -> Option<&'static [u8]> {
    builtin::LIGHT_MODEL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_regular_files() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        std::fs::write(&path, "文字").unwrap();
        assert_eq!(map(&path).unwrap(), "文字".as_bytes());
        std::fs::write(&path, "").unwrap();
        assert!(map(&path).unwrap().is_empty());
        assert!(map(directory.path()).is_err() && map(&directory.path().join("b")).is_err());
    }
}
