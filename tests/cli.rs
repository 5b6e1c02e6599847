//! Runs the compiled program and checks its exit code, output, error messages and the files it leaves.
//!
//! Most scenarios are data in `tests/cli/*.toml`. Scenarios that need more than one run, links, permissions or
//! environment variables are functions in this file.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use regex::Regex;
use serde::Deserialize;
use tempfile::TempDir;

#[derive(Deserialize)]
struct Table {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// The arguments, separated by spaces. A scenario with `{format}` in its arguments runs once per report format.
    run: String,
    /// Files created before the run: path → content.
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    stdin: String,
    /// Whether standard output is closed before the program writes to it.
    #[serde(default)]
    closed: bool,
    code: i32,
    #[serde(default)]
    stdout: Expected,
    #[serde(default)]
    stderr: Expected,
    /// One text per line of standard output, in order: each line must contain its text. Replaces `stdout` for
    /// reports with one finding per line.
    order: Option<Vec<String>>,
    /// The expected content of files after the run: path → content.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// The encoding of the files, of standard input and of standard output; UTF-8 by default.
    encoding: Option<String>,
}

impl Scenario {
    /// Returns `text` in the encoding of the scenario, without a byte order mark.
    fn encode(&self, text: &str) -> Vec<u8> {
        let Some(encoding) = &self.encoding else { return text.into() };
        let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        if encoding == encoding_rs::UTF_16LE {
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        let (bytes, _, has_unmappable) = encoding.encode(text);
        assert!(!has_unmappable, "{} cannot represent a character of {text}", encoding.name());
        bytes.into()
    }

    /// Decodes program output or file content. Reports are always UTF-8; fixed drafts are in the encoding of the
    /// scenario.
    fn decode(&self, bytes: &[u8]) -> String {
        match (std::str::from_utf8(bytes), &self.encoding) {
            (Err(_), Some(encoding)) => {
                encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap().decode(bytes).0.into_owned()
            }
            (text, _) => text.unwrap().to_owned(),
        }
    }
}

/// Expected output: the exact text, or substrings that must all occur. Empty output by default.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    Exact(String),
    Substrings(Vec<String>),
}

impl Default for Expected {
    fn default() -> Expected {
        Expected::Exact(String::new())
    }
}

impl Expected {
    fn is_met_by(&self, text: &str) -> bool {
        match self {
            Expected::Exact(expected) => text == expected,
            Expected::Substrings(parts) => parts.iter().all(|part| text.contains(part)),
        }
    }
}

/// Creates a temporary working directory with the rule files that the scenarios use.
fn working_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for name in ["rules.toml", "cycle.toml"] {
        fs::copy(Path::new("tests/cli").join(name), directory.path().join(name)).unwrap();
    }
    directory
}

fn zhubi(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhubi"));
    command.args(arguments).current_dir(directory).env("ZHUBI_MODEL", "");
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "FORCE_HYPERLINK"] {
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
    // Writing fails if the program has exited without reading its input.
    let _ = child.stdin.take().unwrap().write_all(&scenario.encode(&scenario.stdin));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Returns the words in the names of report formats and in the file name extensions of draft formats, as the program
/// lists them.
fn format_names() -> Vec<String> {
    let reports = accepted_values(&["check", "--format", "?", "a.txt"]);
    let empty = tempfile::tempdir().unwrap();
    let message = run(empty.path(), &["check", "."]);
    let drafts = text(&message.stderr).split_once('（').and_then(|(_, rest)| rest.split_once('）')).unwrap().0;
    let names = reports.iter().map(String::as_str).chain(drafts.split('、'));
    names.flat_map(|name| name.split(['-', '.'])).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns the English words of `text` that are neither names of commands, options and formats (`names`) nor words of
/// `allowed`.
fn unexpected_english_words<'t>(text: &'t str, allowed: &[&str]) -> Vec<&'t str> {
    let names = "zhubi check fix stet init config compare rule override word terms path text before after count \
        docs url Schema schema hook since staged who why explain issue date HEAD main git ignore rules list show new test completions man help version format level only skip suggested stdout output accept o doc Word WPS all \
        color colour encoding stdin path utf gb gbk le be BOM GB GBK Big XML reviewdog csv error warning advice auto always never toml \
        in archive \
        punctuation number term character typo consistency fact layout family style config no newspaper people daily s house sign \
        as word xhtml subtitles NUL LE EUC KR RTF InCopy Python YAML reStructuredText \
        model train calibrate eval info errors clean light warnings \
        probe gitignore files from exclude jobs j output file exit zero fail max findings pager fix diff dry run quiet q statistics \
        filename Ctrl C Esc S c n e r w ssh desk review grade weights page chars port open html txt md docx x s a u k g \
        extends words names packs roster sources add prepare index learn kind to txt tsv md MB least write rejected advertising \
        lsp LSP mcp MCP editors halfwidth comma title UTF h V chuan lian bash completion zsh zfunc fish powershell elvish local config share l explain issue date old required";
    let word = Regex::new("[A-Za-z]+").unwrap();
    let formats = format_names();
    let known = |found: &str| {
        names.split_whitespace().any(|name| name == found)
            || formats.iter().any(|name| name.eq_ignore_ascii_case(found))
            || allowed.iter().any(|text| word.find_iter(text).any(|part| part.as_str() == found))
    };
    word.find_iter(text).map(|found| found.as_str()).filter(|found| !known(found)).collect()
}

/// Runs `scenario` with the arguments `run` and returns a message for each expectation that is not met.
fn failures(scenario: &Scenario, run: &str) -> Vec<String> {
    let directory = working_directory();
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
        Some(order) if !lines_contain_in_order(stdout, order) => failures.push(format!("stdout:\n{stdout}")),
        _ => {}
    }
    if !scenario.stderr.is_met_by(stderr) {
        failures.push(format!("stderr:\n{stderr}"));
    }
    // Messages may quote the arguments, the drafts and the configuration, and the names of these files.
    let files = scenario.files.iter().flat_map(|(path, content)| [path.as_str(), content.as_str()]);
    let quotable: Vec<&str> = arguments.iter().copied().chain(files).collect();
    let english = unexpected_english_words(stderr, &quotable);
    if !english.is_empty() {
        failures.push(format!("English in stderr: {english:?}\n{stderr}"));
    }
    for (path, expected) in &scenario.after {
        let found = fs::read(directory.path().join(path)).unwrap();
        if found != scenario.encode(expected) {
            failures.push(format!("{path} afterwards: {:?}", scenario.decode(&found)));
        }
    }
    failures
}

/// Returns whether `report` has exactly one line per text and each line contains its text.
fn lines_contain_in_order(report: &str, texts: &[String]) -> bool {
    report.lines().count() == texts.len() && report.lines().zip(texts).all(|(line, text)| line.contains(text))
}

/// Returns the values that an option accepts, as listed in the error about the value `?` in `arguments`.
fn accepted_values(arguments: &[&str]) -> Vec<String> {
    let output = run(Path::new("."), arguments);
    let values = text(&output.stderr).split_once("可以是：").and_then(|(_, rest)| rest.split_once('。')).unwrap().0;
    values.split('、').map(str::to_owned).collect()
}

/// Runs all scenarios of a table, then fails if any failed, with a list of all failures.
fn run_table(table: &str) {
    let table: Table = toml::from_str(table).unwrap();
    let mut failed = Vec::new();
    for scenario in &table.scenario {
        let runs: Vec<String> = if scenario.run.contains("{format}") {
            let formats = accepted_values(&["check", "--format", "?", "a.txt"]);
            formats.iter().map(|format| scenario.run.replace("{format}", format)).collect()
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
fn runs_usage_scenarios() {
    run_table(include_str!("cli/usage.toml"));
}

#[test]
fn runs_check_scenarios() {
    run_table(include_str!("cli/check.toml"));
}

#[test]
fn runs_draft_scenarios() {
    run_table(include_str!("cli/drafts.toml"));
}

#[test]
fn exits_with_the_same_code_in_every_format() {
    run_table(include_str!("cli/exit-codes.toml"));
}

#[test]
fn runs_fix_scenarios() {
    run_table(include_str!("cli/fix.toml"));
}

#[test]
fn runs_rules_command_scenarios() {
    run_table(include_str!("cli/rules-command.toml"));
}

#[test]
fn runs_config_scenarios() {
    run_table(include_str!("cli/config.toml"));
}

#[test]
fn runs_stet_scenarios() {
    run_table(include_str!("cli/stet.toml"));
}

/// Arguments that run only the comma rule of `tests/cli/rules.toml`.
const COMMA_RULE: [&str; 4] = ["--rules", "rules.toml", "--only", "fact/probe-comma"];

#[test]
fn prints_all_help_in_chinese() {
    let directory = working_directory();
    let commands = "|check|fix|desk|review|grade|compare|stet|init|config|rules|rules list|rules show|rules new|rules test|rules diff|\
         words|words add|words list|words check|words prepare|sources|sources index|learn|packs|\
         model|model train|model calibrate|model eval|model info|lsp|mcp|completions|man|help";
    for command in commands.split('|') {
        let path: Vec<&str> = command.split_whitespace().collect();
        let mut shown = Vec::new();
        for flag in ["-h", "--help"] {
            let output = run(directory.path(), &[path.as_slice(), &[flag]].concat());
            assert_eq!(output.status.code(), Some(0));
            shown.push(output.stdout);
        }
        shown.push(run(directory.path(), &[&["help"], path.as_slice()].concat()).stdout);
        assert!(shown.iter().all(|help| *help == shown[0]), "-h, --help and help {command} differ");
        let help = text(&shown[0]);
        assert_eq!(unexpected_english_words(help, &[]), Vec::<&str>::new(), "{help}");
    }
}

#[test]
fn creates_a_working_rule_in_every_family() {
    let directory = working_directory();
    fs::write(directory.path().join("a.txt"), "骑行道把三座公园穿连起来。\n").unwrap();
    for family in accepted_values(&["rules", "list", "--family", "?"]) {
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
fn links_rule_ids_only_in_coloured_reports_for_terminals_with_hyperlinks() {
    const LINK: &str = "\u{1b}]8;;https://example.com/rules/number.md#quantity-range-sign\u{1b}\\\
                        number/quantity-range-sign\u{1b}]8;;\u{1b}\\";
    let directory = working_directory();
    fs::write(directory.path().join("a.txt"), "计划招聘20-30人。\n").unwrap();
    fs::write(directory.path().join("zhubi.toml"), "docs-url = 'https://example.com/rules'\n").unwrap();
    let report = |format: &str, options: &[&str], hyperlinks: Option<&str>| {
        let mut command = zhubi(directory.path(), &[&["check", "--format", format], options, &["a.txt"]].concat());
        command.envs(hyperlinks.map(|value| ("FORCE_HYPERLINK", value)));
        text(&command.output().unwrap().stdout).to_owned()
    };
    for format in ["diff", "brief"] {
        let coloured = report(format, &["--color", "always"], None);
        let linked = report(format, &["--color", "always"], Some("1"));
        assert_eq!(linked, coloured.replace("number/quantity-range-sign", LINK), "{format}");
        assert!(linked.contains(LINK) && !coloured.contains("\u{1b}]8"), "{format}");
        assert_eq!(report(format, &["--color", "always"], Some("0")), coloured);
        assert_eq!(report(format, &["--color", "never"], Some("1")), report(format, &[], None));
    }
}

#[test]
fn writes_the_report_to_a_file_as_it_would_print_it() {
    let directory = working_directory();
    fs::write(directory.path().join("a.txt"), "甲,乙\n").unwrap();
    let check =
        |options: &[&str]| run(directory.path(), &[&["check"], COMMA_RULE.as_slice(), options, &["a.txt"]].concat());
    for format in accepted_values(&["check", "--format", "?", "a.txt"]) {
        let printed = check(&["--format", &format]);
        let written = check(&["--format", &format, "--output-file", "report"]);
        assert_eq!((written.status.code(), text(&written.stdout)), (printed.status.code(), ""), "{format}");
        assert_eq!(fs::read(directory.path().join("report")).unwrap(), printed.stdout, "{format}");
    }
}

/// Services that show findings beside a change know a file by its path in the repository, wherever zhubi runs.
#[test]
fn names_files_by_their_paths_in_the_repository() {
    let directory = working_directory();
    fs::create_dir_all(directory.path().join(".git")).unwrap();
    fs::create_dir_all(directory.path().join("要闻")).unwrap();
    fs::write(directory.path().join("要闻/a.txt"), "甲,乙\n").unwrap();
    let arguments = |format| ["check", "--rules", "../rules.toml", "--only", "fact/probe-comma", "--format", format];
    for (format, path) in [
        ("github", "file=要闻/a.txt,"),
        ("gitlab", "\"path\":\"要闻/a.txt\""),
        ("sarif", "%E8%A6%81%E9%97%BB/a.txt"),
        ("jsonl", "\"path\":\"a.txt\""),
    ] {
        let output = run(&directory.path().join("要闻"), &[arguments(format).as_slice(), &["a.txt"]].concat());
        assert!(text(&output.stdout).contains(path), "{format}: {}", text(&output.stdout));
    }
}

#[test]
fn writes_completions_for_every_shell() {
    let directory = working_directory();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(directory.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        for word in ["check", "rules", "completions", "errata-csv", "no-config"] {
            assert!(text(&output.stdout).contains(word), "{shell} {word}");
        }
    }
}

#[test]
fn prints_a_chinese_manual_page_with_the_options() {
    let output = run(working_directory().path(), &["man"]);
    assert_eq!(output.status.code(), Some(0));
    let page = text(&output.stdout);
    let (macros, prose): (Vec<&str>, Vec<&str>) = page.lines().partition(|line| line.starts_with('.'));
    let titles: Vec<&str> = macros.iter().filter_map(|line| line.strip_prefix(".SH ")).collect();
    for title in ["名称", "zhubi check", "zhubi rules new", "退出码"] {
        assert!(titles.iter().any(|found| found.trim_matches('"') == title), "{title} {titles:?}");
    }
    let prose = prose.join("\n").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\-", "-");
    for option in ["--format", "--no-config", "--suggested", "--family"] {
        assert!(prose.contains(option), "{option}");
    }
    assert_eq!(unexpected_english_words(&(titles.concat() + &prose), &[]), Vec::<&str>::new(), "{page}");
}

#[test]
fn rejects_an_undecodable_file_and_leaves_it_unchanged() {
    let directory = working_directory();
    let bytes = b"ok\nab\xD6\xD0\xFF\xC4\n";
    fs::write(directory.path().join("bad.txt"), bytes).unwrap();
    fs::write(directory.path().join("good.txt"), "甲,乙\n").unwrap();
    for (command, code) in [("check", 2), ("fix", 2)] {
        let output = run(directory.path(), &[&[command], COMMA_RULE.as_slice(), &["bad.txt", "good.txt"]].concat());
        assert_eq!(output.status.code(), Some(code));
        assert!(text(&output.stderr).starts_with("bad.txt"), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("good.txt"));
        assert_eq!(fs::read(directory.path().join("bad.txt")).unwrap(), bytes);
    }
}

#[test]
fn reports_line_and_column_of_an_undecodable_byte() {
    let directory = working_directory();
    fs::write(directory.path().join("bad.txt"), b"ok\nab\xD6\xD0\xFF\xC4\n").unwrap();
    let output = run(directory.path(), &["check", "bad.txt"]);
    assert!(text(&output.stderr).starts_with("bad.txt:2:4："), "{}", text(&output.stderr));
}

#[test]
fn exits_quietly_when_the_pipe_is_closed() {
    let directory = working_directory();
    for number in 0..200 {
        fs::write(directory.path().join(format!("{number}.txt")), "甲,乙\n".repeat(100)).unwrap();
    }
    for arguments in [["check", "."], ["fix", "."], ["rules", "list"], ["--help", ""], ["fix", "--stdout"]] {
        let mut arguments: Vec<&str> = arguments.into_iter().filter(|argument| !argument.is_empty()).collect();
        if ["check", "fix"].contains(&arguments[0]) {
            arguments.splice(1..1, COMMA_RULE);
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
fn reports_an_error_when_standard_output_is_full() {
    let directory = working_directory();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = zhubi(directory.path(), &["rules", "list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("没能写到标准输出：磁盘已满。"));
}

#[test]
fn prints_the_same_report_with_any_number_of_threads() {
    let directory = working_directory();
    for number in 0..150 {
        fs::write(directory.path().join(format!("{number}.txt")), "甲,乙\n".repeat(number)).unwrap();
    }
    let arguments = [&["check", "--format", "jsonl"], COMMA_RULE.as_slice(), &["."]].concat();
    let reports: Vec<Vec<u8>> = ["1", "2", "7"]
        .map(|threads| zhubi(directory.path(), &arguments).env("RAYON_NUM_THREADS", threads).output().unwrap().stdout)
        .to_vec();
    assert!(!reports[0].is_empty());
    assert!(reports.iter().all(|report| *report == reports[0]));
}

#[test]
fn chooses_colour_from_options_and_environment() {
    let directory = working_directory();
    fs::write(directory.path().join("a.txt"), "甲,乙\n").unwrap();
    let coloured = |variables: &[(&str, &str)], option: &[&str]| {
        let arguments = [&["check"], COMMA_RULE.as_slice(), option, &["a.txt"]].concat();
        let output = zhubi(directory.path(), &arguments).envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "no colour into a pipe");
    assert!(coloured(&[], &["--color", "always"]));
    assert!(coloured(&[], &["--colour=always"]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(coloured(&[("NO_COLOR", "1")], &["--color", "always"]), "the option has the last word");
    assert!(!coloured(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("FORCE_COLOR", "1")], &[]));
    assert!(coloured(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")], &[]), "an empty NO_COLOR is ignored");
    assert!(coloured(&[("FORCE_COLOR", "1")], &[]));
    assert!(!coloured(&[("FORCE_COLOR", "0"), ("CLICOLOR_FORCE", "1")], &[]));
}

#[test]
fn writes_one_valid_json_value_even_after_read_errors() {
    let directory = working_directory();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(directory.path().join(name), "甲,乙\n").unwrap();
    }
    fs::write(directory.path().join("clean.txt"), "甲\n").unwrap();
    let paths = ["a.txt", "none.txt", "b.txt", "clean.txt", "c.txt"];
    for (format, findings) in
        [("json", "/findings"), ("sarif", "/runs/0/results"), ("gitlab", ""), ("rdjson", "/diagnostics")]
    {
        let records = |value: &serde_json::Value| match format {
            "json" => value["errors"][0]["path"] == "none.txt",
            "sarif" => value["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error",
            _ => false,
        };
        for (paths, expected) in [(paths.as_slice(), 3), (&["clean.txt"], 0), (&["none.txt"], 0)] {
            let output =
                run(directory.path(), &[&["check", "--format", format], COMMA_RULE.as_slice(), paths].concat());
            assert_eq!(output.status.code(), Some(if paths.contains(&"none.txt") { 2 } else { 0 }));
            let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let findings = value.pointer(findings).and_then(serde_json::Value::as_array);
            assert_eq!(findings.map(Vec::len), Some(expected), "{format} {paths:?}");
            let may_record = ["json", "sarif"].contains(&format);
            assert_eq!(records(&value), may_record && paths.contains(&"none.txt"), "{format} {paths:?}");
        }
    }
}

#[test]
fn ignores_spaces_around_rule_names() {
    let directory = working_directory();
    fs::write(directory.path().join("a.txt"), "甲,乙\n").unwrap();
    let only = ["--rules", "rules.toml", "--only", "typo, fact/probe-comma "];
    let output = run(directory.path(), &[&["check", "--format", "brief"], only.as_slice(), &["a.txt"]].concat());
    assert!(text(&output.stdout).starts_with("a.txt:1:2"), "{}", text(&output.stderr));
}

#[cfg(unix)]
#[test]
fn reads_rule_directories_with_symlink_cycles_once() {
    let directory = working_directory();
    let rules = directory.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::rename(directory.path().join("rules.toml"), rules.join("rules.toml")).unwrap();
    for link in ["one", "other"] {
        std::os::unix::fs::symlink(".", rules.join(link)).unwrap();
    }
    let output = run(directory.path(), &["rules", "test", "rules"]);
    assert_eq!(text(&output.stdout), "4 条规则、4 个例子，全部通过。\n", "{}", text(&output.stderr));
}

/// Devices and pipes, which would be read without end or block.
#[cfg(unix)]
#[test]
fn refuses_devices_and_pipes_as_settings_and_outputs() {
    let directory = working_directory();
    let root = directory.path();
    let write = |name: &str, content: &str| fs::write(root.join(name), content).unwrap();
    write("a.txt", "甲地,一。\n");
    write("rules-of-device.toml", "rules = ['/dev/zero']\n");
    write("rules-of-all.toml", "rules = ['/']\n");
    write("style.toml", "style = '/dev/zero'\n");
    assert!(Command::new("mkfifo").arg(root.join("pipe.toml")).status().unwrap().success());
    for (arguments, expected) in [
        (&["check", "--config", "rules-of-device.toml", "a.txt"][..], "/dev/zero：读不了这个规则文件"),
        (&["check", "--config", "rules-of-all.toml", "a.txt"], "/：这个目录里的文件超过"),
        (&["check", "--config", "style.toml", "a.txt"], "/dev/zero：读不了这个体例文件"),
        (&["check", "--config", "pipe.toml", "a.txt"], "pipe.toml：读不了这个配置文件"),
        (&["rules", "test", "pipe.toml"], "pipe.toml：读不了这个规则文件"),
        (&["fix", "-o", "/dev/full", "a.txt"], "/dev/full：这不是普通文件，没有写入。"),
        (&["fix", "-o", "pipe.toml", "a.txt"], "pipe.toml：这不是普通文件，没有写入。"),
    ] {
        let output = run(root, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).starts_with(expected), "{arguments:?}: {}", text(&output.stderr));
    }
    assert_eq!(fs::read_to_string(root.join("a.txt")).unwrap(), "甲地,一。\n");
}

/// A directory whose ignore file cannot be read is passed over, because it is unknown what is ignored.
#[cfg(unix)]
#[test]
fn passes_over_directories_with_unreadable_ignore_files() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["one", "other"] {
        fs::create_dir(directory.path().join(name)).unwrap();
        fs::write(directory.path().join(name).join("a.txt"), "甲地,一。\n").unwrap();
    }
    std::os::unix::fs::symlink("/dev/zero", directory.path().join("one/.zhubiignore")).unwrap();
    let output = run(directory.path(), &["check", "--format", "brief", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).starts_with("./other/a.txt:1:3") && text(&output.stdout).lines().count() == 1);
    assert!(text(&output.stderr).starts_with("./one/.zhubiignore：读不了这个忽略文件"), "{}", text(&output.stderr));
    let output = run(&directory.path().join("one"), &["check", "."]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""));
}

/// File names are text of others too: in no report do they begin a line or control the terminal.
#[cfg(unix)]
#[test]
fn shows_hostile_file_names_without_effect() {
    for format in accepted_values(&["check", "--format", "?", "a.txt"]) {
        let directory = working_directory();
        for name in ["::error::甲.txt", "乙\u{1b}[31m\r\n::error::z,x.txt"] {
            fs::write(directory.path().join(name), "甲地,一。\n").unwrap();
            let path = directory.path().join(name);
            let output =
                run(directory.path(), &["check", "--format", &format, path.file_name().unwrap().to_str().unwrap()]);
            let is_command = |line: &str| line.trim_start().starts_with("::") && !line.starts_with("::error file=");
            assert!(!text(&output.stdout).lines().any(is_command), "{format}: {}", text(&output.stdout));
            let is_control = |c: char| c.is_control() && c != '\n' && !(c == '\r' && format == "errata-csv");
            assert!(!text(&output.stdout).contains(is_control), "{format}: {:?}", text(&output.stdout));
        }
    }
}

#[cfg(unix)]
mod in_place {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn fix(directory: &Path, path: &str) -> Output {
        run(directory, &[&["fix"], COMMA_RULE.as_slice(), &[path]].concat())
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Writes a draft with one fixable error and returns its path.
    fn write_draft(directory: &TempDir) -> std::path::PathBuf {
        let path = directory.path().join("a.txt");
        fs::write(&path, "甲,乙\n").unwrap();
        path
    }

    /// Returns the sorted names of the files in `directory`.
    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn keeps_permissions_and_leaves_no_temporary_file() {
        let directory = working_directory();
        let path = write_draft(&directory);
        set_mode(&path, 0o640);
        let before = names(directory.path());
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
        assert_eq!(names(directory.path()), before);
    }

    #[test]
    fn does_not_rewrite_a_file_without_fixes() {
        let directory = working_directory();
        let path = directory.path().join("a.txt");
        fs::write(&path, "甲，乙\n").unwrap();
        let before = fs::metadata(&path).unwrap();
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        let after = fs::metadata(&path).unwrap();
        assert_eq!((after.ino(), after.modified().unwrap()), (before.ino(), before.modified().unwrap()));
    }

    #[test]
    fn fixes_the_target_of_a_symbolic_link() {
        let directory = working_directory();
        let path = write_draft(&directory);
        fs::create_dir(directory.path().join("links")).unwrap();
        let link = directory.path().join("links/b.txt");
        symlink("../a.txt", &link).unwrap();
        assert_eq!(fix(directory.path(), "links/b.txt").status.code(), Some(0));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
    }

    #[test]
    fn checks_a_link_and_its_target_once() {
        let directory = working_directory();
        write_draft(&directory);
        symlink("a.txt", directory.path().join("b.txt")).unwrap();
        let output = run(
            directory.path(),
            &[&["check", "--format", "jsonl"], COMMA_RULE.as_slice(), &["b.txt", "a.txt"]].concat(),
        );
        assert_eq!(text(&output.stdout).lines().count(), 1);
    }

    #[test]
    fn refuses_a_file_with_several_hard_links() {
        let directory = working_directory();
        let path = write_draft(&directory);
        fs::hard_link(&path, directory.path().join("b.txt")).unwrap();
        let output = fix(directory.path(), "a.txt");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("硬链接"), "{}", text(&output.stderr));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲,乙\n");
    }

    #[test]
    fn fixes_a_read_only_file_and_keeps_it_read_only() {
        let directory = working_directory();
        let path = write_draft(&directory);
        set_mode(&path, 0o444);
        assert_eq!(fix(directory.path(), "a.txt").status.code(), Some(0));
        assert_eq!(fs::read_to_string(&path).unwrap(), "甲，乙\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o444);
    }

    #[test]
    fn keeps_the_draft_when_its_directory_is_read_only() {
        let directory = working_directory();
        fs::create_dir(directory.path().join("locked")).unwrap();
        let path = directory.path().join("locked/a.txt");
        fs::write(&path, "甲,乙\n").unwrap();
        set_mode(&directory.path().join("locked"), 0o555);
        // The superuser can write to read-only directories.
        let may_write = fs::write(directory.path().join("locked/probe"), "").is_ok();
        let output = fix(directory.path(), "locked/a.txt");
        set_mode(&directory.path().join("locked"), 0o755);
        if !may_write {
            assert_eq!(output.status.code(), Some(2));
            assert!(text(&output.stderr).contains("没能写入，原稿未动：没有权限。"));
            assert_eq!(fs::read_to_string(&path).unwrap(), "甲,乙\n");
        }
    }
}

#[cfg(unix)]
#[test]
fn reads_only_regular_files_of_bounded_size() {
    let directory = working_directory();
    let made = Command::new("mkfifo").arg(directory.path().join("a.txt")).status().unwrap();
    assert!(made.success());
    fs::File::create(directory.path().join("b.txt")).unwrap().set_len((1 << 30) + 1).unwrap();
    for (path, expected) in [
        ("a.txt", "a.txt：读不了：这是管道或设备，不是普通文件。"),
        ("/dev/zero", "/dev/zero：读不了：这是管道或设备，不是普通文件。"),
        ("b.txt", "b.txt：读不了：超过 1 GiB 的上限。"),
    ] {
        for command in ["check", "fix"] {
            let output = run(directory.path(), &[command, path]);
            assert!(text(&output.stderr).starts_with(expected), "{}", text(&output.stderr));
            assert_eq!(output.status.code(), Some(2));
        }
    }
}
