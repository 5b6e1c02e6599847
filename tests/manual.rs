//! Tests the pages of `docs/` as a whole: each is in the table of contents, its commands are run by some test, and the Chinese
//! ones have no findings. The links and the search of the site are tested by `tests/real/book`.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use support::{ROOT, zhubi};
use tempfile::TempDir;

/// Pages with commands, each with the file that runs or reads them. Commands that no test runs need a reason here.
const RUN_BY: [(&str, &str); 10] = [
    ("archive.md", "tests/jsonl.rs"),
    ("ci.md", "tests/ci.rs"),
    ("ci.en.md", "tests/ci.rs"),
    ("desk.md", "tests/desk.rs"),
    ("house.md", "tests/house_week.rs"),
    ("model.md", "tests/manual.rs"),
    // Measurements: minutes, on a machine that does nothing else.
    ("performance.md", "tests/bench/README.md"),
    ("versions.md", "tests/manual.rs"),
    ("write-a-rule.md", "tests/write_a_rule.rs"),
    ("write-a-rule.en.md", "tests/write_a_rule.rs"),
];
/// The page whose commands make packages; the script with that name runs them.
const RELEASE: (&str, &str) = ("release.md", "tests/real/release");

/// Pages about mistakes, which show them. So do those about the rules.
const SHOW_MISTAKES: [&str; 4] = ["archive.md", "coverage.md", "house.md", "model.md"];

/// Returns the pages, as paths relative to `docs/`.
fn pages() -> Vec<PathBuf> {
    let docs = Path::new(ROOT).join("docs");
    let files = WalkBuilder::new(&docs).build().map(|entry| entry.unwrap().into_path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut pages: Vec<PathBuf> = pages.map(|path| path.strip_prefix(&docs).unwrap().to_owned()).collect();
    pages.sort();
    pages
}

fn read(page: &Path) -> String {
    fs::read_to_string(Path::new(ROOT).join("docs").join(page)).unwrap()
}

/// Returns the commands in the shell blocks of a page.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("\n```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap().trim_end());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = read(Path::new("SUMMARY.md"));
    for page in pages().iter().filter(|page| !page.ends_with("SUMMARY.md")) {
        assert!(contents.contains(&format!("({})", page.display())), "add docs/{} to docs/SUMMARY.md", page.display());
    }
    for link in contents.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        assert!(Path::new(ROOT).join("docs").join(link).is_file(), "docs/SUMMARY.md: {link}");
    }
}

#[test]
fn every_page_with_commands_has_a_test_that_runs_them() {
    for page in pages().iter().filter(|page| !commands(&read(page)).is_empty()) {
        let name = page.display().to_string();
        let known = RUN_BY.into_iter().chain([RELEASE]).find(|(known, _)| *known == name);
        let Some((_, test)) = known else { panic!("docs/{name}: no test runs its commands; see RUN_BY") };
        assert!(Path::new(ROOT).join(test).is_file(), "{test}");
    }
}

#[test]
fn chinese_pages_have_no_findings() {
    let is_chinese = |page: &&PathBuf| {
        let text = read(page);
        let han = text.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).count();
        let shows_mistakes = page.starts_with("rules") || SHOW_MISTAKES.iter().any(|name| page.ends_with(name));
        !shows_mistakes && han * 5 > text.chars().count()
    };
    let pages = pages();
    let chinese: Vec<String> = pages.iter().filter(is_chinese).map(|page| format!("docs/{}", page.display())).collect();
    assert!(chinese.len() > 4, "{chinese:?}");
    let arguments: Vec<&str> =
        ["check", "--level", "advice"].into_iter().chain(chinese.iter().map(String::as_str)).collect();
    let output = zhubi(Path::new(ROOT), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn commands_for_versions_do_what_the_page_says() {
    let page = read(Path::new("versions.md"));
    let commands = commands(&page);
    assert_eq!(commands.len(), 4, "{commands:?}");
    let directory = tempfile::tempdir().unwrap();
    let config = page.split("\n```toml\n").nth(1).unwrap().split("\n```").next().unwrap();
    fs::write(directory.path().join("zhubi.toml"), config).unwrap();
    for command in commands {
        let (program, file) =
            command.split_once(" > ").map_or((command.as_str(), None), |(run, file)| (run, Some(file)));
        let arguments: Vec<&str> = program.split_whitespace().skip(1).collect();
        let output = zhubi(directory.path(), &arguments);
        // The catalogue is that of the same program, so nothing differs.
        assert_eq!(output.status.code(), Some(0), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty(), "{command}");
        if let Some(file) = file {
            fs::write(directory.path().join(file), output.stdout).unwrap();
        }
    }
    // The settings are for this version, so the page has to be changed with it.
    fs::write(directory.path().join("a.txt"), "新闻。\n").unwrap();
    assert_eq!(zhubi(directory.path(), &["check", "a.txt"]).status.code(), Some(0));
}

/// A folder with what the page on models trains on, measures and checks, by the names on the page.
fn archive() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let source = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    let (copy, clean) = (source("tests/planted/copy.txt"), source("samples/clean.txt"));
    let sentences = copy.split_inclusive('。').map(str::trim).filter(|text| !text.contains(['\n', '\t']));
    let row = |(number, text): (usize, &str)| format!("{number}\t{}\t{text}\n", text.replacen('候', "侯", 1));
    let rows: String = sentences.enumerate().map(row).collect();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    // Sequences count if they occur three times.
    write("语料/a.txt", &copy.repeat(3));
    write("旧稿/a.txt", &clean.repeat(3));
    for name in ["改错.tsv", "另一份改错.tsv"] {
        write(name, &rows);
    }
    for name in ["没有错的文字/a.txt", "另一些没有错的文字/a.txt", "稿件/a.txt"] {
        write(name, &clean);
    }
    directory
}

#[test]
fn commands_for_models_run_as_the_page_has_them() {
    let page = read(Path::new("model.md"));
    let (check, other): (Vec<String>, Vec<String>) =
        commands(&page).into_iter().partition(|command| command.starts_with("zhubi check"));
    assert!(check.len() > 3 && other.len() > 3, "{check:?} {other:?}");
    let directory = archive();
    // The page shows how to use a model first, and then how to make it.
    for command in other.iter().chain(&check) {
        let arguments: Vec<String> =
            command.split_whitespace().skip(1).map(|argument| argument.replace("*.txt", "a.txt")).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = zhubi(directory.path(), &arguments);
        let found = i32::from(command.starts_with("zhubi check"));
        let code = output.status.code().unwrap();
        assert!((0..=found).contains(&code), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_command_on_every_page_has_the_options_it_is_written_with() {
    for page in pages() {
        for command in commands(&read(&page)).iter().filter(|command| command.starts_with("zhubi ")) {
            let line = command.split(['>', '<', '|']).next().unwrap();
            let arguments: Vec<&str> = line.split_whitespace().skip(1).chain(["--help"]).collect();
            let output = zhubi(Path::new(ROOT), &arguments);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "docs/{}: {command}\n{errors}", page.display());
        }
    }
}

#[test]
fn the_page_on_releases_names_what_is_there() {
    let page = read(Path::new(RELEASE.0));
    let is_path = |code: &&str| code.starts_with(".ci/") || code.starts_with("tests/") || code.starts_with(".github/");
    let paths: Vec<&str> = page.split('`').filter(is_path).filter(|code| !code.contains(' ')).collect();
    assert!(paths.len() > 6, "{paths:?}");
    for path in paths {
        assert!(Path::new(ROOT).join(path).exists(), "{path}");
    }
}
