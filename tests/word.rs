//! Fixes Word files with all built-in rules. `tests/documents/` contains files written by python-docx, each with its
//! expected text after the fix; `ZHUBI_BLESS=1 cargo test --test word` writes the expected texts.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{ROOT, assert_golden, zhubi};
use zhubi::{Draft, Format};

fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join("tests/documents")).unwrap();
    let documents = entries.map(|entry| entry.unwrap().path());
    documents.filter(|path| path.extension().is_some_and(|ending| ending == "docx")).collect()
}

fn text(bytes: Vec<u8>) -> String {
    Draft::open(bytes, Format::Word).unwrap().text().to_owned()
}

#[test]
fn tracked_and_accepted_fixes_agree_and_are_idempotent() {
    assert!(!documents().is_empty());
    for path in documents() {
        let directory = tempfile::tempdir().unwrap();
        let original = fs::read(&path).unwrap();
        let plain = text(original.clone());
        fs::write(directory.path().join("稿.docx"), &original).unwrap();
        fs::write(directory.path().join("稿.txt"), &plain).unwrap();
        let fixed = |options: &[&str], name: &str| {
            let output = zhubi(directory.path(), &[&["fix", "--suggested", "--stdout"], options, &[name]].concat());
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let (tracked, accepted) = (fixed(&[], "稿.docx"), fixed(&["--accept"], "稿.docx"));
        assert_eq!(text(tracked.clone()), text(accepted.clone()));
        assert_golden(&path.with_extension("fixed"), text(accepted.clone()).as_bytes());
        for (bytes, options) in [(tracked, &[] as &[&str]), (accepted, &["--accept"])] {
            fs::write(directory.path().join("again.docx"), &bytes).unwrap();
            assert!(fixed(options, "again.docx") == bytes, "{} was changed again", path.display());
        }
        assert!(fs::read(directory.path().join("稿.docx")).unwrap() == original);
    }
}

#[test]
fn refuses_legacy_word_files_and_suggests_docx() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["稿.doc", "稿.wps", "稿.docx"] {
        let bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on";
        fs::write(directory.path().join(name), bytes).unwrap();
        let output = zhubi(directory.path(), &["fix", name]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("另存为 .docx"), "{name}");
        assert_eq!(fs::read(directory.path().join(name)).unwrap(), bytes);
    }
}
