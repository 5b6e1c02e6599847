//! Fixes Word files with all built-in rules. `tests/documents/` contains files written by python-docx, each with its
//! expected text after the fix; `ZHUBI_BLESS=1 cargo test --test word` writes the expected texts.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{ROOT, assert_golden, part, word_file, zhubi};
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

/// Runs `zhubi` and returns its exit code, standard output and standard error.
fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = zhubi(directory, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_page_with_half_width_marks_throughout_gets_at_most_five_comments() {
    let paragraphs =
        ["他说,两地工会昨天在江城签约;三个联盟成立(含分会),各方都有代表参加.", "记者问:下一步有何安排?他说:请放心!"]
            .repeat(12);
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("稿.docx"), word_file(&paragraphs, &[], &[])).unwrap();
    for options in [&[][..], &["--suggested"]] {
        let (code, fixed, _) =
            run(directory.path(), &[&["fix", "--skip", "layout", "-o", "改.docx", "稿.docx"], options].concat());
        assert_eq!(code, Some(0));
        let comments = part(&fs::read(directory.path().join("改.docx")).unwrap(), "word/comments.xml");
        assert!(comments.matches("<w:comment ").count() <= 5, "{fixed}{comments}");
        assert!(comments.contains("全文同类问题改了"), "{comments}");
    }
}

#[test]
fn the_author_of_comments_is_configured_and_comments_of_any_author_are_not_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    fs::write(here.join("稿.docx"), word_file(&["今天是2月30日。"], &[], &[])).unwrap();
    let (_, summary, _) = run(here, &["fix", "稿.docx"]);
    assert!(summary.starts_with("稿.docx：正文没有改动，写了 1 条批注。"), "{summary}");
    let once = fs::read(here.join("稿.docx")).unwrap();
    assert!(part(&once, "word/comments.xml").contains("w:author=\"朱笔\""));
    fs::write(here.join("zhubi.toml"), "[word]\nauthor = \"江城日报\"\n").unwrap();
    let (_, summary, _) = run(here, &["fix", "稿.docx"]);
    assert!(summary.starts_with("稿.docx：没有改动。"), "{summary}");
    assert!(fs::read(here.join("稿.docx")).unwrap() == once);
    fs::write(here.join("新.docx"), word_file(&["今天是2月30日,星期一。"], &[], &[])).unwrap();
    run(here, &["fix", "新.docx"]);
    let fixed = fs::read(here.join("新.docx")).unwrap();
    for name in ["word/comments.xml", "word/document.xml"] {
        assert!(part(&fixed, name).contains("w:author=\"江城日报\""), "{name}");
    }
}

#[test]
fn a_signed_file_is_not_changed_in_place() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    let signature = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin";
    let bytes = word_file(&["甲乙,丙丁。"], &[(signature, "_xmlsignatures/origin.sigs")], &[]);
    fs::write(here.join("稿.docx"), &bytes).unwrap();
    let (code, _, message) = run(here, &["fix", "稿.docx"]);
    assert!(code == Some(2) && message.contains("数字签名"), "{message}");
    assert!(fs::read(here.join("稿.docx")).unwrap() == bytes);
    let (code, summary, _) = run(here, &["fix", "-o", "改.docx", "稿.docx"]);
    assert!(code == Some(0) && summary.contains("签名已经失效"), "{summary}");
    fs::write(here.join("净.docx"), word_file(&["甲乙，丙丁。"], &[(signature, "_xmlsignatures/origin.sigs")], &[]))
        .unwrap();
    assert_eq!(run(here, &["fix", "净.docx"]).0, Some(0));
}

#[test]
fn what_is_not_read_is_said_once_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let [chart, diagram] = ["chart", "diagramData"].map(|kind| format!("{office}/{kind}"));
    let main = [(&*chart, "charts/chart1.xml"), (&*chart, "charts/chart2.xml"), (&*diagram, "diagrams/data1.xml")];
    fs::write(here.join("稿.docx"), word_file(&["甲乙，丙丁。"], &[], &main)).unwrap();
    let said = "稿.docx：文件里的图表、SmartArt 图形没有读。\n";
    assert_eq!(run(here, &["check", "--format", "jsonl", "稿.docx"]), (Some(0), String::new(), said.to_owned()));
    let (_, summary, _) = run(here, &["fix", "稿.docx"]);
    assert_eq!(summary.matches("图表、SmartArt 图形没有读").count(), 1, "{summary}");
}

#[test]
fn owner_files_of_open_drafts_are_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    fs::write(here.join("稿.docx"), word_file(&["甲乙，丙丁。"], &[], &[])).unwrap();
    fs::write(here.join("~$稿.docx"), b"\x04user").unwrap();
    let (code, _, message) = run(here, &["check", "."]);
    assert_eq!((code, message.as_str()), (Some(0), ""));
    let (code, _, message) = run(here, &["check", "~$稿.docx"]);
    assert!(code == Some(0) && message.contains("Word 打开文稿时留下的临时文件"), "{message}");
}
