//! Trains, calibrates and measures a small model from end to end, as a user does.

mod support;

use std::fs;
use std::path::Path;

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
    write("文字.txt", &copy.repeat(4));
    write("clean.txt", &clean);
    write("rows.tsv", &rows);
    directory
}

fn run(directory: &TempDir, arguments: &str) -> String {
    let output = zhubi(directory.path(), &arguments.split(' ').collect::<Vec<_>>());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn trains_calibrates_and_measures_a_model() {
    let directory = material();
    assert!(run(&directory, "model train 文字.txt -o a.model").contains("a.model"));
    run(&directory, "model calibrate a.model --errors rows.tsv --clean clean.txt -o b.model");
    let info = run(&directory, "model info b.model");
    assert!(["ngram-5", "confusables", "corrections", "decision"].iter().all(|name| info.contains(name)), "{info}");
    let table = run(&directory, "model eval b.model --errors rows.tsv --clean clean.txt --show 1");
    let mended =
        table.lines().find_map(|line| line.split_once("每十万字误报 20 处")?.1.split(&[' ', '%']).nth(3)?.parse().ok());
    assert!(mended.is_some_and(|mended: f64| mended > 20.0), "{table}");
}

#[test]
fn the_same_text_makes_the_same_model_on_any_number_of_threads() {
    let directory = material();
    let models = ["1", "2", "7"].map(|threads| {
        for arguments in [
            "model train 文字.txt -o a.model",
            "model calibrate a.model --errors rows.tsv --clean clean.txt -o b.model",
        ] {
            let mut run = command(env!("CARGO_BIN_EXE_zhubi"), directory.path());
            let output = run.args(arguments.split(' ')).env("RAYON_NUM_THREADS", threads).output().unwrap();
            assert!(output.status.success());
        }
        fs::read(directory.path().join("b.model")).unwrap()
    });
    assert!(models.iter().all(|model| *model == models[0]));
}

#[test]
fn refuses_damaged_and_foreign_files() {
    let directory = material();
    run(&directory, "model train 文字.txt -o a.model");
    let path = directory.path().join("a.model");
    let bytes = fs::read(&path).unwrap();
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
