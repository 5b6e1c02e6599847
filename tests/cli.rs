//! The program as a user meets it: arguments and files → exit code, output, messages, files afterwards.
//!
//! The scenarios are data, in `tests/cli/*.toml`; what a table cannot say (pipes, links, permissions) follows.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use regex::Regex;
use serde::Deserialize;
use tempfile::TempDir;
use zhubi::report::Format;
use zhubi::rule::FAMILIES;

#[derive(Deserialize)]
struct Table {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// The arguments, separated by blanks. With `{format}` it is run once for every format of reports.
    run: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    stdin: String,
    /// Is standard output closed before anything is written to it?
    #[serde(default)]
    closed: bool,
    code: i32,
    #[serde(default)]
    stdout: Expected,
    #[serde(default)]
    stderr: Expected,
    /// The paths of the findings of a report with one finding a line, in order; in place of `stdout`.
    order: Option<Vec<String>>,
    /// Files afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// The encoding of files, standard input and standard output; UTF-8 where none is said.
    encoding: Option<String>,
}

impl Scenario {
    fn encode(&self, text: &str) -> Vec<u8> {
        let Some(encoding) = &self.encoding else { return text.into() };
        let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        if encoding == encoding_rs::UTF_16LE {
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        let (bytes, _, lacks) = encoding.encode(text);
        assert!(!lacks, "{} lacks a character of {text}", encoding.name());
        bytes.into()
    }

    /// What was printed: reports are always UTF-8, drafts are in their encoding.
    fn decode(&self, bytes: &[u8]) -> String {
        match (std::str::from_utf8(bytes), &self.encoding) {
            (Err(_), Some(encoding)) => {
                encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap().decode(bytes).0.into_owned()
            }
            (text, _) => text.unwrap().to_owned(),
        }
    }
}

/// A whole text, or parts that it has. Nothing by default.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    Whole(String),
    Parts(Vec<String>),
}

impl Default for Expected {
    fn default() -> Expected {
        Expected::Whole(String::new())
    }
}

impl Expected {
    fn is_met_by(&self, text: &str) -> bool {
        match self {
            Expected::Whole(whole) => text == whole,
            Expected::Parts(parts) => parts.iter().all(|part| text.contains(part)),
        }
    }
}

/// A directory to run in, with the rules of the scenarios.
fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for name in ["rules.toml", "cycle.toml"] {
        fs::copy(Path::new("tests/cli").join(name), directory.path().join(name)).unwrap();
    }
    directory
}

fn zhubi(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhubi"));
    command.args(arguments).current_dir(directory);
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    zhubi(directory, arguments).output().unwrap()
}

fn run_scenario(directory: &Path, arguments: &[&str], scenario: &Scenario) -> Output {
    let mut command = zhubi(directory, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if scenario.closed {
        drop(child.stdout.take());
    }
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(&scenario.encode(&scenario.stdin));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The English words of `text` that are not names on the command line.
fn foreign_words<'t>(text: &'t str, arguments: &[&str]) -> Vec<&'t str> {
    let names = "zhubi check fix stet init config compare rule override terms path text before after count \
        Schema schema hook since staged who why explain issue date HEAD main git ignore rules list show new test completions man help version format level only skip suggested stdout output accept o docx docm doc Word WPS all \
        color colour encoding stdin path html htm utf gb gbk le be BOM GB GBK Big diff brief json jsonl JSON \
        sarif SARIF github GitHub gitlab GitLab checkstyle Checkstyle XML junit JUnit rdjson reviewdog errata csv error warning advice auto always never txt md markdown toml \
        punctuation number term typo consistency fact layout family style config no newspaper people daily s house sign \
        halfwidth comma title UTF h V chuan lian bash completion zsh zfunc fish powershell elvish local config share l explain issue date";
    let word = Regex::new("[A-Za-z]+").unwrap();
    let known = |found: &str| {
        names.split_whitespace().any(|name| name == found)
            || arguments.iter().any(|argument| word.find_iter(argument).any(|part| part.as_str() == found))
    };
    word.find_iter(text).map(|found| found.as_str()).filter(|found| !known(found)).collect()
}

fn failures(scenario: &Scenario, run: &str) -> Vec<String> {
    let directory = directory();
    for (path, content) in &scenario.files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, scenario.encode(content)).unwrap();
    }
    let arguments: Vec<&str> = run.split_whitespace().collect();
    let output = run_scenario(directory.path(), &arguments, scenario);
    let (stdout, stderr) = (scenario.decode(&output.stdout), text(&output.stderr));
    let stdout = stdout.as_str();
    let mut failures = Vec::new();
    if output.status.code() != Some(scenario.code) {
        failures.push(format!("exit code {:?}, not {}", output.status.code(), scenario.code));
    }
    match &scenario.order {
        None if !scenario.stdout.is_met_by(stdout) => failures.push(format!("stdout:\n{stdout}")),
        Some(order) if !stands_in_order(stdout, order) => failures.push(format!("stdout:\n{stdout}")),
        _ => {}
    }
    if !scenario.stderr.is_met_by(stderr) {
        failures.push(format!("stderr:\n{stderr}"));
    }
    // What a draft or a configuration says may be said again.
    let said: Vec<&str> = arguments.iter().copied().chain(scenario.files.values().map(String::as_str)).collect();
    let foreign = foreign_words(stderr, &said);
    if !foreign.is_empty() {
        failures.push(format!("English in stderr: {foreign:?}\n{stderr}"));
    }
    for (path, expected) in &scenario.after {
        let found = fs::read(directory.path().join(path)).unwrap();
        if found != scenario.encode(expected) {
            failures.push(format!("{path} afterwards: {:?}", scenario.decode(&found)));
        }
    }
    failures
}

/// Has `report` one line for each of the paths, in that order?
fn stands_in_order(report: &str, paths: &[String]) -> bool {
    report.lines().count() == paths.len() && report.lines().zip(paths).all(|(line, path)| line.contains(path))
}

fn run_table(table: &str) {
    let table: Table = toml::from_str(table).unwrap();
    let mut failed = Vec::new();
    for scenario in &table.scenario {
        let runs: Vec<String> = if scenario.run.contains("{format}") {
            Format::all().map(|format| scenario.run.replace("{format}", format.name())).collect()
        } else {
            vec![scenario.run.clone()]
        };
        for run in runs {
            let failures = failures(scenario, &run);
            if !failures.is_empty() {
                failed.push(format!("{}: zhubi {run}\n{}", scenario.name, failures.join("\n")));
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
}

#[test]
fn usage() {
    run_table(include_str!("cli/usage.toml"));
}

#[test]
fn check() {
    run_table(include_str!("cli/check.toml"));
}

#[test]
fn drafts() {
    run_table(include_str!("cli/drafts.toml"));
}

#[test]
fn exit_codes_are_the_same_for_every_format() {
    run_table(include_str!("cli/exit-codes.toml"));
}

#[test]
fn fix() {
    run_table(include_str!("cli/fix.toml"));
}

#[test]
fn rules() {
    run_table(include_str!("cli/rules-command.toml"));
}

#[test]
fn config() {
    run_table(include_str!("cli/config.toml"));
}

#[test]
fn stet() {
    run_table(include_str!("cli/stet.toml"));
}

const COMMA: [&str; 4] = ["--rules", "rules.toml", "--only", "fact/probe-comma"];

#[test]
fn all_help_is_chinese() {
    let directory = directory();
    let commands =
        "|check|fix|compare|stet|init|config|rules|rules list|rules show|rules new|rules test|completions|man|help";
    for command in commands.split('|') {
        let path: Vec<&str> = command.split_whitespace().collect();
        let mut shown = Vec::new();
        for flag in ["-h", "--help"] {
            let output = run(directory.path(), &[path.as_slice(), &[flag]].concat());
            assert_eq!(output.status.code(), Some(0));
            shown.push(output.stdout);
        }
        shown.push(run(directory.path(), &[&["help"], path.as_slice()].concat()).stdout);
        assert!(shown.iter().all(|help| *help == shown[0]), "three ways to one help: {command}");
        let help = text(&shown[0]);
        assert_eq!(foreign_words(help, &[]), Vec::<&str>::new(), "{help}");
    }
}

#[test]
fn a_new_rule_holds_and_runs_in_every_family() {
    let directory = directory();
    fs::write(directory.path().join("a.txt"), "骑行道把三座公园穿连起来。\n").unwrap();
    for (family, _) in FAMILIES {
        let (id, file) = (format!("{family}/probe-new"), format!("{family}.toml"));
        let output = run(directory.path(), &["rules", "new", &id, &file]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(&format!("zhubi rules test {file}")));
        let output = run(directory.path(), &["rules", "test", &file]);
        assert_eq!(text(&output.stdout), "1 条规则、2 个例子，全部通过。\n", "{}", text(&output.stderr));
        let output = run(directory.path(), &["check", "--rules", &file, "--only", &id, "--format", "brief", "a.txt"]);
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn every_shell_completes_every_command() {
    let directory = directory();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(directory.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        for word in ["check", "rules", "completions", "errata-csv", "no-config"] {
            assert!(text(&output.stdout).contains(word), "{shell} {word}");
        }
    }
}

#[test]
fn the_manual_page_is_chinese_and_names_every_option() {
    let output = run(directory().path(), &["man"]);
    assert_eq!(output.status.code(), Some(0));
    let page = text(&output.stdout);
    let (requests, prose): (Vec<&str>, Vec<&str>) = page.lines().partition(|line| line.starts_with('.'));
    let titles: Vec<&str> = requests.iter().filter_map(|line| line.strip_prefix(".SH ")).collect();
    for title in ["名称", "zhubi check", "zhubi rules new", "退出码"] {
        assert!(titles.iter().any(|found| found.trim_matches('"') == title), "{title} {titles:?}");
    }
    let prose = prose.join("\n").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\-", "-");
    for option in ["--format", "--no-config", "--suggested", "--family"] {
        assert!(prose.contains(option), "{option}");
    }
    assert_eq!(foreign_words(&(titles.concat() + &prose), &[]), Vec::<&str>::new(), "{page}");
}

#[test]
fn bytes_that_are_not_text_are_an_error_and_stay() {
    let directory = directory();
    let bytes = b"ok\nab\xD6\xD0\xFF\xC4\n";
    fs::write(directory.path().join("bad.txt"), bytes).unwrap();
    fs::write(directory.path().join("good.txt"), "甲,乙\n").unwrap();
    for (command, code) in [("check", 2), ("fix", 2)] {
        let output = run(directory.path(), &[&[command], COMMA.as_slice(), &["bad.txt", "good.txt"]].concat());
        assert_eq!(output.status.code(), Some(code));
        assert!(text(&output.stderr).starts_with("bad.txt"), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("good.txt"));
        assert_eq!(fs::read(directory.path().join("bad.txt")).unwrap(), bytes);
    }
}

#[test]
fn bytes_that_are_not_text_are_an_error_with_a_place() {
    let directory = directory();
    fs::write(directory.path().join("bad.txt"), b"ok\nab\xD6\xD0\xFF\xC4\n").unwrap();
    let output = run(directory.path(), &["check", "bad.txt"]);
    assert!(text(&output.stderr).starts_with("bad.txt:2:4："), "{}", text(&output.stderr));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let directory = directory();
    for number in 0..200 {
        fs::write(directory.path().join(format!("{number}.txt")), "甲,乙\n".repeat(100)).unwrap();
    }
    for arguments in [["check", "."], ["fix", "."], ["rules", "list"], ["--help", ""], ["fix", "--stdout"]] {
        let mut arguments: Vec<&str> = arguments.into_iter().filter(|argument| !argument.is_empty()).collect();
        if ["check", "fix"].contains(&arguments[0]) {
            arguments.splice(1..1, COMMA);
        }
        if arguments.contains(&"--stdout") {
            arguments.push("0.txt");
        }
        let mut command = zhubi(directory.path(), &arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let directory = directory();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = zhubi(directory.path(), &["rules", "list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("没能写到标准输出：磁盘已满。"));
}

#[test]
fn output_is_the_same_at_any_number_of_threads() {
    let directory = directory();
    for number in 0..150 {
        fs::write(directory.path().join(format!("{number}.txt")), "甲,乙\n".repeat(number)).unwrap();
    }
    let arguments = [&["check", "--format", "jsonl"], COMMA.as_slice(), &["."]].concat();
    let reports: Vec<Vec<u8>> = ["1", "2", "7"]
        .map(|threads| zhubi(directory.path(), &arguments).env("RAYON_NUM_THREADS", threads).output().unwrap().stdout)
        .to_vec();
    assert!(!reports[0].is_empty());
    assert!(reports.iter().all(|report| *report == reports[0]));
}

#[test]
fn colours_only_when_wanted() {
    let directory = directory();
    fs::write(directory.path().join("a.txt"), "甲,乙\n").unwrap();
    let coloured = |variables: &[(&str, &str)], option: &[&str]| {
        let arguments = [&["check"], COMMA.as_slice(), option, &["a.txt"]].concat();
        let output = zhubi(directory.path(), &arguments).envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "into a pipe");
    assert!(coloured(&[], &["--color", "always"]));
    assert!(coloured(&[], &["--colour=always"]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(!coloured(&[("NO_COLOR", "1")], &["--color", "always"]), "NO_COLOR wins");
    assert!(coloured(&[("NO_COLOR", "")], &["--color", "always"]), "an empty NO_COLOR says nothing");
}

#[test]
fn json_is_one_value_whatever_happens() {
    let directory = directory();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(directory.path().join(name), "甲,乙\n").unwrap();
    }
    fs::write(directory.path().join("clean.txt"), "甲\n").unwrap();
    let paths = ["a.txt", "none.txt", "b.txt", "clean.txt", "c.txt"];
    for (format, findings) in
        [("json", "/findings"), ("sarif", "/runs/0/results"), ("gitlab", ""), ("rdjson", "/diagnostics")]
    {
        for (paths, expected) in [(paths.as_slice(), 3), (&["clean.txt"], 0), (&["none.txt"], 0)] {
            let output = run(directory.path(), &[&["check", "--format", format], COMMA.as_slice(), paths].concat());
            assert_eq!(output.status.code(), Some(if paths.contains(&"none.txt") { 2 } else { 0 }));
            let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let findings = value.pointer(findings).and_then(serde_json::Value::as_array);
            assert_eq!(findings.map(Vec::len), Some(expected), "{format} {paths:?}");
        }
    }
}

#[test]
fn blanks_around_the_names_of_rules_are_nothing() {
    let directory = directory();
    fs::write(directory.path().join("a.txt"), "甲,乙\n").unwrap();
    let only = ["--rules", "rules.toml", "--only", "typo, fact/probe-comma "];
    let output = run(directory.path(), &[&["check", "--format", "brief"], only.as_slice(), &["a.txt"]].concat());
    assert!(text(&output.stdout).starts_with("a.txt:1:2"), "{}", text(&output.stderr));
}

#[cfg(unix)]
#[test]
fn directories_of_rule_files_that_lead_back_to_themselves_are_read_once() {
    let directory = directory();
    let rules = directory.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::rename(directory.path().join("rules.toml"), rules.join("rules.toml")).unwrap();
    for link in ["one", "other"] {
        std::os::unix::fs::symlink(".", rules.join(link)).unwrap();
    }
    let output = run(directory.path(), &["rules", "test", "rules"]);
    assert_eq!(text(&output.stdout), "4 条规则、4 个例子，全部通过。\n", "{}", text(&output.stderr));
}

#[cfg(unix)]
mod in_place {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn fix(directory: &Path, path: &str) -> Output {
        run(directory, &[&["fix"], COMMA.as_slice(), &[path]].concat())
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The draft that is to be fixed, and the names in its directory.
    fn draft(directory: &TempDir) -> std::path::PathBuf {
        let path = directory.path().join("a.txt");
        fs::write(&path, "甲,乙\n").unwrap();
        path
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn permissions_are_kept_and_nothing_is_left_behind() {
        let directory = directory();
        let path = draft(&directory);
        set_mode(&path, 0o640);
        let before = names(directory.path());
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
        assert_eq!(names(directory.path()), before);
    }

    #[test]
    fn a_file_without_fixes_is_not_touched() {
        let directory = directory();
        let path = directory.path().join("a.txt");
        fs::write(&path, "甲，乙\n").unwrap();
        let before = fs::metadata(&path).unwrap();
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        let after = fs::metadata(&path).unwrap();
        assert_eq!((after.ino(), after.modified().unwrap()), (before.ino(), before.modified().unwrap()));
    }

    #[test]
    fn of_a_symbolic_link_the_target_is_fixed() {
        let directory = directory();
        let path = draft(&directory);
        fs::create_dir(directory.path().join("links")).unwrap();
        let link = directory.path().join("links/b.txt");
        symlink("../a.txt", &link).unwrap();
        assert_eq!(fix(directory.path(), "links/b.txt").status.code(), Some(0));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
    }

    #[test]
    fn a_link_and_its_target_are_one_draft() {
        let directory = directory();
        draft(&directory);
        symlink("a.txt", directory.path().join("b.txt")).unwrap();
        let output =
            run(directory.path(), &[&["check", "--format", "jsonl"], COMMA.as_slice(), &["b.txt", "a.txt"]].concat());
        assert_eq!(text(&output.stdout).lines().count(), 1);
    }

    #[test]
    fn a_file_with_several_names_is_refused() {
        let directory = directory();
        let path = draft(&directory);
        fs::hard_link(&path, directory.path().join("b.txt")).unwrap();
        let output = fix(directory.path(), "a.txt");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("硬链接"), "{}", text(&output.stderr));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲,乙\n");
    }

    #[test]
    fn a_read_only_file_is_fixed_and_stays_read_only() {
        let directory = directory();
        let path = draft(&directory);
        set_mode(&path, 0o444);
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o444);
    }

    #[test]
    fn in_a_read_only_directory_nothing_is_lost() {
        let directory = directory();
        fs::create_dir(directory.path().join("shut")).unwrap();
        let path = directory.path().join("shut/a.txt");
        fs::write(&path, "甲,乙\n").unwrap();
        set_mode(&directory.path().join("shut"), 0o555);
        // The superuser may write anywhere.
        let may_write = fs::write(directory.path().join("shut/probe"), "").is_ok();
        let output = fix(directory.path(), "shut/a.txt");
        set_mode(&directory.path().join("shut"), 0o755);
        if !may_write {
            assert_eq!(output.status.code(), Some(2));
            assert!(text(&output.stderr).contains("没能写入，原稿未动：没有权限。"));
            assert_eq!(fs::read_to_string(&path).unwrap(), "甲,乙\n");
        }
    }
}
