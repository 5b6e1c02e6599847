//! Golden tests of the drafts in `samples/`. Each draft has its expected output next to it, for a proofreader to read:
//!
//! - `page.txt`: the draft
//! - `page.report`: the output of `zhubi check`
//! - `page.safe`: the output of `zhubi fix --stdout`
//! - `page.fixed`: the output of `zhubi fix --suggested --stdout`
//!
//! A draft whose name starts with `clean` has no such files: `check` must find nothing in it and `fix` must not change
//! it. New drafts in the directory are tested automatically; `ZHUBI_BLESS=1 cargo test --test samples` writes their
//! expected output.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use serde_json::Value;
use support::{ROOT, assert_golden, zhubi};

const BOM: &str = "\u{FEFF}";

/// A draft in `samples/`.
struct Sample {
    /// Its path relative to the root of the repository.
    name: String,
    text: String,
}

impl Sample {
    /// Returns the report of `zhubi check`.
    fn check(&self, options: &[&str]) -> String {
        let output = zhubi(Path::new(ROOT), &[&["check"], options, &[&self.name]].concat());
        assert_eq!(text(&output.stderr), "", "{}", self.name);
        assert_eq!(output.status.code(), Some(i32::from(!self.is_clean())), "{}", self.name);
        text(&output.stdout).to_owned()
    }

    /// Returns the draft as `zhubi fix --stdout` prints it.
    fn fix(&self, options: &[&str]) -> String {
        let output = zhubi(Path::new(ROOT), &[&["fix", "--stdout"], options, &[&self.name]].concat());
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", self.name, text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    fn is_clean(&self) -> bool {
        self.name.starts_with("samples/clean")
    }

    /// Returns the path of the golden file with this extension.
    fn golden(&self, extension: &str) -> PathBuf {
        Path::new(ROOT).join(&self.name).with_extension(extension)
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(Path::new(ROOT).join("samples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn is_draft(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["txt", "md", "html"].map(OsStr::new).contains(&extension))
}

fn samples() -> Vec<Sample> {
    let samples: Vec<Sample> = files()
        .into_iter()
        .filter(|path| is_draft(path))
        .map(|path| Sample {
            name: format!("samples/{}", path.file_name().unwrap().to_str().unwrap()),
            text: fs::read_to_string(path).unwrap(),
        })
        .collect();
    assert!(samples.len() >= 6);
    samples
}

#[test]
fn reports_and_fixes_match_the_golden_files() {
    for sample in samples().iter().filter(|sample| !sample.is_clean()) {
        assert_golden(&sample.golden("report"), sample.check(&[]).as_bytes());
        assert_golden(&sample.golden("safe"), sample.fix(&[]).as_bytes());
        assert_golden(&sample.golden("fixed"), sample.fix(&["--suggested"]).as_bytes());
    }
}

#[test]
fn finds_nothing_in_clean_drafts() {
    let samples = samples();
    assert!(samples.iter().any(Sample::is_clean));
    for sample in samples.iter().filter(|sample| sample.is_clean()) {
        assert_eq!(sample.check(&["--format", "jsonl"]), "");
        assert!(sample.fix(&["--suggested"]) == sample.text, "{} was changed", sample.name);
    }
}

#[test]
fn every_golden_file_has_a_draft() {
    let stems: Vec<PathBuf> =
        samples().iter().filter(|sample| !sample.is_clean()).map(|sample| sample.golden("")).collect();
    for path in files() {
        let is_golden = path.extension().is_some() && !is_draft(&path);
        assert!(!is_golden || stems.contains(&path.with_extension("")), "{} has no draft", path.display());
    }
}

#[test]
fn fixing_a_fixed_draft_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    for sample in samples() {
        for options in [&[] as &[&str], &["--suggested"]] {
            let fixed = sample.fix(options);
            let path = directory.path().join(Path::new(&sample.name).file_name().unwrap());
            fs::write(&path, &fixed).unwrap();
            let again = zhubi(Path::new(ROOT), &[&["fix", "--stdout"], options, &[path.to_str().unwrap()]].concat());
            assert!(text(&again.stdout) == fixed, "{} was changed again", sample.name);
        }
    }
}

/// The encoding of a draft changes neither the findings nor the fixes.
#[test]
fn reports_and_fixes_a_gb18030_copy_like_the_utf8_draft() {
    let directory = tempfile::tempdir().unwrap();
    let fields =
        |report: &str| report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    for sample in samples() {
        let name = Path::new(&sample.name).file_name().unwrap().to_str().unwrap();
        let without_bom = sample.text.strip_prefix(BOM).unwrap_or(&sample.text);
        let run = |folder: &str, bytes: &[u8], command: &[&str]| {
            let folder = directory.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), bytes).unwrap();
            zhubi(&folder, &[command, &[name]].concat()).stdout
        };
        let (encoded, _, _) = GB18030.encode(without_bom);
        let check = ["check", "--format", "jsonl", "--level", "advice"];
        let reports = [run("utf", without_bom.as_bytes(), &check), run("gb", &encoded, &check)];
        assert_eq!(fields(text(&reports[0])), fields(text(&reports[1])), "{name}");
        for options in [&["fix", "--stdout"][..], &["fix", "--stdout", "--suggested", "--level", "advice"]] {
            let fixed = run("utf", without_bom.as_bytes(), options);
            let fixed_encoded = run("gb", &encoded, options);
            assert!(GB18030.encode(text(&fixed)).0 == fixed_encoded, "{name} is fixed differently in GB 18030");
        }
    }
}

#[test]
fn safe_fixes_change_only_text_within_safe_findings() {
    for sample in samples() {
        let report = sample.check(&["--format", "jsonl"]);
        let findings = report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut covered: Vec<[usize; 2]> = findings
            .filter(|finding| finding["fix"] == "safe")
            .map(|finding| ["start", "end"].map(|side| finding[side].as_u64().unwrap() as usize))
            .collect();
        covered.sort_unstable();
        // Byte offsets in a report start after the byte order mark.
        let bom = if sample.text.starts_with(BOM) { BOM.len() } else { 0 };
        let fixed = sample.fix(&[]);
        // The text between the findings must occur in the fixed draft, in the same order.
        let (mut at, mut rest) = (0, fixed.as_str());
        for [start, end] in covered {
            let kept = &sample.text[at..(start + bom).max(at)];
            let found = rest.find(kept).filter(|&found| at > 0 || found == 0);
            let found = found.unwrap_or_else(|| panic!("{}: {kept:?} was changed", sample.name));
            rest = &rest[found + kept.len()..];
            at = at.max(end + bom);
        }
        assert!(rest.ends_with(&sample.text[at..]), "{}: the text after the last finding was changed", sample.name);
    }
}

#[test]
fn samples_include_crlf_a_bom_and_a_missing_final_newline() {
    let samples = samples();
    let has = |property: fn(&str) -> bool| samples.iter().any(|sample| property(&sample.text));
    assert!(has(|text| text.lines().count() > 1 && text.matches('\n').count() == text.matches("\r\n").count()));
    assert!(has(|text| text.starts_with(BOM)));
    assert!(has(|text| !text.ends_with('\n')));
}
