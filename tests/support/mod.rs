//! Helpers shared by the integration tests: running programs, comparing with golden files and generated documents.
//! Not every test uses all of them.

#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// The root directory of the crate.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Creates a command that runs in `directory` without the environment variables that control colour.
pub fn command(program: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK", "TERM"] {
        command.env_remove(variable);
    }
    command
}

/// Runs `zhubi` in `directory`.
pub fn zhubi(directory: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_zhubi"), directory).args(arguments).output().unwrap()
}

/// Compares `found` with the golden file at `path`. With `ZHUBI_BLESS=1` the file is written instead, to be reviewed in
/// the diff before it is committed.
#[track_caller]
pub fn assert_golden(path: &Path, found: &[u8]) {
    if env::var_os("ZHUBI_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return;
    }
    let golden = fs::read(path).unwrap_or_default();
    assert!(
        golden == found,
        "{} has changed. If the change is right, run the tests with ZHUBI_BLESS=1 and review the diff.\n{}",
        path.display(),
        similar::TextDiff::from_lines(&*String::from_utf8_lossy(&golden), &*String::from_utf8_lossy(found))
            .unified_diff()
    );
}

/// Compares the generated document at `path`, relative to the root, with `text`. With `ZHUBI_WRITE_DOCS=1` the document
/// is written instead. `test` is the name of the calling test file, for the error message.
#[track_caller]
pub fn assert_document(path: &Path, test: &str, text: &str) {
    let file = Path::new(ROOT).join(path);
    if env::var_os("ZHUBI_WRITE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "{} is out of date; run ZHUBI_WRITE_DOCS=1 cargo test --test {test}", path.display());
}
