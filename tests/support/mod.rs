//! What the tests of drafts and of documents have in common. Each of them uses a part of it.

#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// Where the crate stands; paths in reports are told from here.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command in `directory` that no setting of the terminal reaches.
pub fn command(program: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(variable);
    }
    command
}

/// Runs `zhubi` in `directory`.
pub fn zhubi(directory: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_zhubi"), directory).args(arguments).output().unwrap()
}

/// Holds `found` against the golden file at `path`. With `ZHUBI_BLESS=1` the file is written instead,
/// to be read in the diff before it is committed.
#[track_caller]
pub fn assert_golden(path: &Path, found: &[u8]) {
    if env::var_os("ZHUBI_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return;
    }
    let golden = fs::read(path).unwrap_or_default();
    assert!(
        golden == found,
        "{} has changed. If the change is right, run the tests with ZHUBI_BLESS=1 and read the diff.\n{}",
        path.display(),
        similar::TextDiff::from_lines(&*String::from_utf8_lossy(&golden), &*String::from_utf8_lossy(found))
            .unified_diff()
    );
}

/// Holds the document at `path`, seen from the root, against what it is made of. With `ZHUBI_WRITE_DOCS=1` it is
/// written instead. `test` is the test that is asking.
#[track_caller]
pub fn assert_document(path: &Path, test: &str, text: &str) {
    let file = Path::new(ROOT).join(path);
    if env::var_os("ZHUBI_WRITE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "{} is out of date: ZHUBI_WRITE_DOCS=1 cargo test --test {test}", path.display());
}
