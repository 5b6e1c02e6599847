//! Trains, calibrates and measures a small model from end to end, as a user does.

mod support;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use support::{ROOT, command, zhubi};
use tempfile::TempDir;

/// Wrong characters, each with the right one.
const MISTAKES: &[(&str, &str)] = &[
    ("侯", "候"),
    ("己", "已"),
    ("即", "既"),
    ("在", "再"),
    ("做", "作"),
    ("以", "已"),
    ("行", "型"),
    ("长", "常"),
    ("事", "是"),
];

/// A directory with text to train on, clean text, and a table of errors.
fn material() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let copy = fs::read_to_string(Path::new(ROOT).join("tests/planted/copy.txt")).unwrap();
    let clean = fs::read_to_string(Path::new(ROOT).join("samples/clean.txt")).unwrap();
    let sentences: Vec<&str> =
        copy.split_inclusive('。').map(str::trim).filter(|it| !it.contains(['\n', '\t'])).collect();
    let mut rows = String::new();
    for (number, sentence) in sentences.iter().enumerate() {
        let (wrong, right) = MISTAKES[number % MISTAKES.len()];
        rows += &format!("{number}\t{}\t{sentence}\n", sentence.replacen(right, wrong, 1));
    }
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("文字.txt", &copy.repeat(3));
    write("clean.txt", &clean);
    write("rows.tsv", &rows);
    let wrong = rows.lines().filter_map(|row| row.split('\t').nth(1));
    write("draft.txt", &wrong.collect::<Vec<_>>().join("\n"));
    directory
}

/// Runs `zhubi` on some threads.
fn run_on(threads: &str, directory: &Path, arguments: &str) -> String {
    let mut command = command(env!("CARGO_BIN_EXE_zhubi"), directory);
    let output = command.args(arguments.split(' ')).env("RAYON_NUM_THREADS", threads).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Trains a model and calibrates it.
fn train(threads: &str, directory: &Path, name: &str) {
    run_on(threads, directory, &format!("model train 文字.txt -o {name}.base"));
    let calibrate = format!("model calibrate {name}.base --errors rows.tsv --clean clean.txt --advice 40 -o {name}");
    run_on(threads, directory, &calibrate);
}

/// The material with a model, `a.model`, that was made on one thread.
static TRAINED: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = material();
    train("1", directory.path(), "a.model");
    directory
});

#[test]
fn a_model_is_described_and_measured() {
    let directory = TRAINED.path();
    let info = run_on("1", directory, "model info a.model");
    let sections = ["ngram-5", "confusables", "softmax", "topic", "corrections", "decision"];
    assert!(sections.iter().all(|name| info.contains(name)), "{info}");
    let table = run_on("2", directory, "model eval a.model --errors rows.tsv --clean clean.txt --show 1");
    let row = table.lines().find_map(|line| line.strip_prefix("每十万字误报 20 处"));
    let mended = row.and_then(|row| row.split_once("rows ")?.1.split_once('%')?.0.parse::<f64>().ok());
    assert!(mended.is_some_and(|mended| mended > 20.0), "{table}");
}

#[test]
fn a_draft_is_checked_with_a_model() {
    let directory = TRAINED.path();
    let check = ["check", "--no-config", "--only", "typo/context", "--format", "jsonl", "draft.txt"];
    let without = zhubi(directory, &[&check[..], &["--no-model"]].concat());
    assert!(without.status.code() == Some(0) && without.stdout.is_empty());
    let with = zhubi(directory, &[&check[..], &["--model", "a.model"]].concat());
    let findings = String::from_utf8(with.stdout).unwrap();
    assert!(with.status.code() == Some(1) && findings.contains("typo/context"), "{findings}");
    assert!(findings.lines().all(|finding| finding.contains("常见")), "{findings}");
    let foreign = zhubi(directory, &[&check[..], &["--model", "clean.txt"]].concat());
    assert_eq!(foreign.status.code(), Some(2));
}

/// The sentences of the training text with the characters at one place of each changed.
fn with_slips(change: impl Fn(char, char) -> String) -> Vec<String> {
    let copy = fs::read_to_string(Path::new(ROOT).join("tests/planted/copy.txt")).unwrap();
    let sentences = copy.split_inclusive('。').map(str::trim).filter(|it| !it.contains(['\n', '\t']));
    let with_slip = |(number, sentence): (usize, &str)| {
        let characters: Vec<char> = sentence.chars().collect();
        let is_han = |c: &char| ('一'..='龥').contains(c);
        let pairs = characters.windows(2).enumerate().filter(|(_, pair)| pair.iter().all(is_han) && pair[0] != pair[1]);
        let places: Vec<usize> = pairs.map(|(at, _)| at).collect();
        let at = *places.get(number * 31 % places.len().max(1))?;
        let text = |characters: &[char]| characters.iter().collect::<String>();
        Some(text(&characters[..at]) + &change(characters[at], characters[at + 1]) + &text(&characters[at + 2..]))
    };
    sentences.enumerate().filter_map(with_slip).collect()
}

#[test]
fn doubled_and_swapped_characters_are_found() {
    let directory = TRAINED.path();
    // The share of the slips that is reported: some swapped characters and copies are words too.
    let found = |name: &str, texts: Vec<String>| {
        fs::write(directory.join(name), texts.join("\n\n")).unwrap();
        let check = format!(
            "check --no-config --only typo/context --level advice --exit-zero --model a.model --format jsonl {name}"
        );
        let findings = run_on("2", directory, &check);
        findings.lines().filter(|finding| finding.contains("常见")).count() * 100 / texts.len()
    };
    let doubled = found("doubled.txt", with_slips(|first, second| format!("{first}{first}{second}")));
    let swapped = found("swapped.txt", with_slips(|first, second| format!("{second}{first}")));
    assert!(doubled >= 35 && swapped >= 50, "{doubled} % of the doubled, {swapped} % of the swapped characters");
}

#[test]
fn the_model_beside_the_program_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("zhubi");
    fs::hard_link(env!("CARGO_BIN_EXE_zhubi"), &program)
        .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_zhubi"), &program).map(|_| ()))
        .unwrap();
    let full = directory.path().join("full.zhubi-model");
    fs::copy(TRAINED.path().join("a.model"), &full).unwrap();
    fs::copy(TRAINED.path().join("draft.txt"), directory.path().join("draft.txt")).unwrap();
    let check = |arguments: &[&str]| {
        let mut command = command(program.to_str().unwrap(), directory.path());
        command.env_remove("ZHUBI_MODEL");
        command.args(["check", "--no-config", "--only", "typo/context", "--format", "brief", "draft.txt"]);
        let output = command.args(arguments).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), text)
    };
    assert_eq!(check(&[]).0, Some(1));
    assert_eq!(check(&["--no-model"]).0, Some(0));
    let bytes = fs::read(&full).unwrap();
    fs::write(&full, &bytes[..bytes.len() - 1]).unwrap();
    let (code, message) = check(&[]);
    assert!(code == Some(2) && message.contains("损坏") && message.contains("--no-model"), "{message}");
    // Where no rule needs it, it is not opened.
    assert_eq!(check(&["--skip", "typo"]).0, Some(0));
}

#[test]
fn the_settings_choose_a_model_and_add_an_archive() {
    let directory = TRAINED.path();
    run_on("1", directory, "model train 文字.txt -o archive.model");
    let folder = directory.join("desk");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(directory.join("draft.txt"), folder.join("draft.txt")).unwrap();
    let check = |settings: &str| {
        fs::write(folder.join("zhubi.toml"), settings).unwrap();
        let output = zhubi(&folder, &["check", "--only", "typo/context", "--format", "jsonl", "draft.txt"]);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), text)
    };
    let file = "[model]\nfile = '../a.model'\n";
    assert_eq!(check(file).0, Some(1));
    assert_eq!(check(&format!("{file}own = '../archive.model'\n")).0, Some(1));
    let (_, findings) = check(&format!("{file}own = '../archive.model'\nlevel = 'advice'\n"));
    assert!(findings.lines().count() > 0 && findings.lines().all(|it| it.contains("\"severity\":\"advice\"")));
    let (code, message) = check(&format!("{file}own = 'none.model'\n"));
    assert!(code == Some(2) && message.contains("zhubi.toml:3:7") && message.contains("none.model"), "{message}");
    assert_eq!(check(&format!("{file}own = '../clean.txt'\n")).0, Some(2));
    assert_eq!(check(&format!("{file}level = 'error'\n")).0, Some(2));
}

#[test]
fn explanations_show_the_scores() {
    let directory = TRAINED.path();
    let check = ["check", "--no-config", "--only", "typo/context", "--model", "a.model", "--format", "jsonl"];
    let of = |more: &[&str]| String::from_utf8(zhubi(directory, &[&check[..], more].concat()).stdout).unwrap();
    assert!(!of(&["draft.txt"]).contains("把握") && of(&["--explain", "draft.txt"]).contains("把握"));
}

#[test]
fn the_same_text_makes_the_same_model_on_any_number_of_threads() {
    let directory = TRAINED.path();
    train("3", directory, "b.model");
    let read = |name| fs::read(directory.join(name)).unwrap();
    assert!(read("a.model") == read("b.model"));
}

#[test]
fn refuses_damaged_and_foreign_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.model");
    let bytes = fs::read(TRAINED.path().join("a.model")).unwrap();
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 1;
    let cases: [(&[u8], &str); 4] = [
        (&damaged, "损坏"),
        (&bytes[..bytes.len() / 2], "损坏"),
        (b"", "不是"),
        (b"a text, and no model at all", "不是"),
    ];
    for (content, expected) in cases {
        fs::write(&path, content).unwrap();
        let output = zhubi(directory.path(), &["model", "info", "a.model"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(expected) && error.contains("a.model"), "{error}");
    }
    let output = zhubi(directory.path(), &["model", "train", "没有.txt", "-o", "b.model"]);
    assert!(output.status.code() == Some(2) && !directory.path().join("b.model").exists());
}
