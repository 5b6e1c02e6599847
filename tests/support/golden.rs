//! Comparison with golden files and generated documents.

use std::path::Path;
use std::{env, fs};

/// The root directory of the crate.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

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
/// is written instead.
#[track_caller]
pub fn assert_document(path: &Path, text: &str) {
    let file = Path::new(ROOT).join(path);
    if env::var_os("ZHUBI_WRITE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "{} is out of date; run ZHUBI_WRITE_DOCS=1 cargo test --lib catalogue", path.display());
}
