//! The drafts in `samples/`, each with what the program makes of it, for a proofreader to read:
//!
//! - `page.txt` is the draft,
//! - `page.report` what `zhubi check` prints,
//! - `page.safe` what `zhubi fix --stdout` makes of it,
//! - `page.fixed` what `zhubi fix --suggested --stdout` makes of it.
//!
//! A draft whose name begins with `clean` has no such files: nothing may be found in it, nothing changed.
//! A new draft is found without being listed. `ZHUBI_BLESS=1 cargo test --test samples` writes the files.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use serde_json::Value;
use support::{ROOT, assert_golden, zhubi};

const BOM: &str = "\u{FEFF}";

/// A draft, named from the crate's root as a user would.
struct Sample {
    name: String,
    text: String,
}

impl Sample {
    fn check(&self, options: &[&str]) -> String {
        let output = zhubi(Path::new(ROOT), &[&["check"], options, &[&self.name]].concat());
        assert_eq!(text(&output.stderr), "", "{}", self.name);
        assert_eq!(output.status.code(), Some(i32::from(!self.is_clean())), "{}", self.name);
        text(&output.stdout).to_owned()
    }

    fn fix(&self, options: &[&str]) -> String {
        let output = zhubi(Path::new(ROOT), &[&["fix", "--stdout"], options, &[&self.name]].concat());
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", self.name, text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    fn is_clean(&self) -> bool {
        self.name.starts_with("samples/clean")
    }

    fn golden(&self, ending: &str) -> PathBuf {
        Path::new(ROOT).join(&self.name).with_extension(ending)
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
    path.extension().is_some_and(|ending| ["txt", "md", "html"].map(OsStr::new).contains(&ending))
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
fn drafts_are_reported_and_fixed_as_read() {
    for sample in samples().iter().filter(|sample| !sample.is_clean()) {
        assert_golden(&sample.golden("report"), sample.check(&[]).as_bytes());
        assert_golden(&sample.golden("safe"), sample.fix(&[]).as_bytes());
        assert_golden(&sample.golden("fixed"), sample.fix(&["--suggested"]).as_bytes());
    }
}

#[test]
fn nothing_is_found_in_a_clean_draft() {
    let samples = samples();
    assert!(samples.iter().any(Sample::is_clean));
    for sample in samples.iter().filter(|sample| sample.is_clean()) {
        assert_eq!(sample.check(&["--format", "jsonl"]), "");
        assert!(sample.fix(&["--suggested"]) == sample.text, "{} was changed", sample.name);
    }
}

#[test]
fn every_golden_file_has_its_draft() {
    let stems: Vec<PathBuf> =
        samples().iter().filter(|sample| !sample.is_clean()).map(|sample| sample.golden("")).collect();
    for path in files() {
        let golden = path.extension().is_some() && !is_draft(&path);
        assert!(!golden || stems.contains(&path.with_extension("")), "{} has no draft", path.display());
    }
}

#[test]
fn fixing_what_is_fixed_changes_nothing() {
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

/// A draft in another encoding is the same draft.
#[test]
fn a_copy_in_gb_18030_is_reported_and_fixed_as_its_twin() {
    let directory = tempfile::tempdir().unwrap();
    let fields =
        |report: &str| report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    for sample in samples() {
        let name = Path::new(&sample.name).file_name().unwrap().to_str().unwrap();
        let twin = sample.text.strip_prefix(BOM).unwrap_or(&sample.text);
        let run = |folder: &str, bytes: &[u8], command: &[&str]| {
            let folder = directory.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), bytes).unwrap();
            zhubi(&folder, &[command, &[name]].concat()).stdout
        };
        let (encoded, _, _) = GB18030.encode(twin);
        let check = ["check", "--format", "jsonl", "--level", "advice"];
        let reports = [run("utf", twin.as_bytes(), &check), run("gb", &encoded, &check)];
        assert_eq!(fields(text(&reports[0])), fields(text(&reports[1])), "{name}");
        for options in [&["fix", "--stdout"][..], &["fix", "--stdout", "--suggested", "--level", "advice"]] {
            let fixed = run("utf", twin.as_bytes(), options);
            let fixed_encoded = run("gb", &encoded, options);
            assert!(GB18030.encode(text(&fixed)).0 == fixed_encoded, "{name} is not fixed as its twin");
        }
    }
}

#[test]
fn safe_fixes_change_only_what_safe_findings_cover() {
    for sample in samples() {
        let report = sample.check(&["--format", "jsonl"]);
        let findings = report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut covered: Vec<[usize; 2]> = findings
            .filter(|finding| finding["fix"] == "safe")
            .map(|finding| ["start", "end"].map(|side| finding[side].as_u64().unwrap() as usize))
            .collect();
        covered.sort_unstable();
        // Offsets do not count the BOM.
        let bom = if sample.text.starts_with(BOM) { BOM.len() } else { 0 };
        let fixed = sample.fix(&[]);
        // What lies between the findings stands in the fixed text too, in the same order.
        let (mut at, mut rest) = (0, fixed.as_str());
        for [start, end] in covered {
            let kept = &sample.text[at..(start + bom).max(at)];
            let found = rest.find(kept).filter(|&found| at > 0 || found == 0);
            let found = found.unwrap_or_else(|| panic!("{}: {kept:?} was changed", sample.name));
            rest = &rest[found + kept.len()..];
            at = at.max(end + bom);
        }
        assert!(rest.ends_with(&sample.text[at..]), "{}: the end was changed", sample.name);
    }
}

#[test]
fn the_drafts_have_crlf_a_bom_and_no_final_newline() {
    let samples = samples();
    let has = |kept: fn(&str) -> bool| samples.iter().any(|sample| kept(&sample.text));
    assert!(has(|text| text.lines().count() > 1 && text.matches('\n').count() == text.matches("\r\n").count()));
    assert!(has(|text| text.starts_with(BOM)));
    assert!(has(|text| !text.ends_with('\n')));
}
