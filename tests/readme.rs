//! Tests the READMEs, `CONTRIBUTING.md` and `CHANGELOG.md`: the commands run, both READMEs have the same content, and
//! the picture shows the program's real output. `ZHUBI_BLESS=1 cargo test --test readme` draws the picture again.

mod support;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use support::{ROOT, assert_golden, zhubi};
use unicode_width::UnicodeWidthStr;

const ENGLISH: &str = include_str!("../README.md");
const CHINESE: &str = include_str!("../README.zh-CN.md");
const CONTRIBUTING: &str = include_str!("../CONTRIBUTING.md");
const CHANGELOG: &str = include_str!("../CHANGELOG.md");

/// Commands that are not run here, because they need the network or run these tests.
const NOT_RUN: [&str; 2] = ["cargo test", "cargo install --path ."];

/// Returns the contents of the fenced blocks that are in `language`.
fn blocks<'t>(readme: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn is_script(block: &str) -> bool {
    block.starts_with("#!")
}

/// Returns the commands of the shell blocks, without comments.
fn commands(readme: &str) -> Vec<&str> {
    blocks(readme, "sh")
        .into_iter()
        .filter(|block| !is_script(block))
        .flat_map(str::lines)
        .map(|line| line.split(" #").next().unwrap().trim_end())
        .filter(|command| !command.is_empty())
        .collect()
}

#[test]
fn both_readmes_have_the_same_commands_and_structure() {
    assert_eq!(commands(ENGLISH), commands(CHINESE));
    assert_eq!(blocks(ENGLISH, "toml"), blocks(CHINESE, "toml"));
    let scripts = |readme| blocks(readme, "sh").into_iter().filter(|block| is_script(block)).collect::<Vec<_>>();
    assert_eq!(scripts(ENGLISH), scripts(CHINESE));
    for mark in ["\n## ", "\n- ", "\n| "] {
        assert_eq!(ENGLISH.matches(mark).count(), CHINESE.matches(mark).count(), "{mark:?}");
    }
    for command in NOT_RUN {
        assert!(commands(ENGLISH).contains(&command), "{command}");
    }
}

#[test]
fn the_chinese_readme_has_no_findings() {
    let output = zhubi(Path::new(ROOT), &["check", "--level", "advice", "README.zh-CN.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[cfg(unix)]
mod run {
    use std::env;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Output;

    use tempfile::TempDir;

    use super::*;

    /// Makes a directory with the samples and the README's rule file and configuration.
    fn directory() -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("samples")).unwrap();
        for entry in fs::read_dir(Path::new(ROOT).join("samples")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, directory.path().join("samples").join(path.file_name().unwrap())).unwrap();
        }
        for (name, text) in ["house.toml", "paper.toml"].iter().zip(blocks(ENGLISH, "toml")) {
            fs::write(directory.path().join(name), text).unwrap();
        }
        directory
    }

    /// Runs a line of shell, with `zhubi` in `PATH`.
    fn shell(directory: &Path, line: &str) -> Output {
        let built = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap().to_owned();
        let others = env::var_os("PATH").unwrap();
        let path = env::join_paths(std::iter::once(built).chain(env::split_paths(&others)));
        support::command("sh", directory).args(["-c", line]).env("PATH", path.unwrap()).output().unwrap()
    }

    #[test]
    fn every_command_runs_with_the_expected_exit_code_and_output() {
        let directory = directory();
        for command in commands(ENGLISH).into_iter().filter(|command| !NOT_RUN.contains(command)) {
            let line = command.replace("cargo run --release --", "zhubi");
            let output = shell(directory.path(), &line);
            // Every draft in the examples has findings.
            let expected = i32::from(line.starts_with("zhubi check"));
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{command}\n{errors}");
            let is_silent = command.contains(" > ") || command.starts_with("cp ");
            assert_eq!(output.stdout.is_empty(), is_silent, "{command}");
        }
        let read = |directory: &Path, path: &str| fs::read(directory.join(path)).unwrap();
        assert!(read(directory.path(), "fixed.txt") == read(Path::new(ROOT), "samples/page.safe"));
        assert!(read(directory.path(), "draft.txt") == read(Path::new(ROOT), "samples/page.fixed"));
    }

    #[test]
    fn the_hook_stops_a_commit_of_a_draft_with_findings() {
        let directory = directory();
        let git = |arguments: &str| {
            let author = "git -c user.name=z -c user.email=z@example.com -c core.hooksPath=.git/hooks";
            shell(directory.path(), &format!("{author} {arguments}"))
        };
        assert!(git("init --quiet").status.success());
        let hook = directory.path().join(".git/hooks/pre-commit");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, blocks(ENGLISH, "sh").into_iter().find(|block| is_script(block)).unwrap()).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();

        assert!(git("add samples/clean.txt house.toml").status.success());
        let clean = git("commit --quiet -m clean");
        assert!(clean.status.success(), "{}", String::from_utf8_lossy(&clean.stderr));
        assert!(git("add samples/page.txt").status.success());
        assert!(!git("commit --quiet -m page").status.success());
    }

    #[test]
    fn commands_in_contributing_count_false_alarms_by_rule() {
        let directory = directory();
        let is_wanted = |block: &&str| block.starts_with("FOLDER=samples ");
        let script = blocks(CONTRIBUTING, "sh").into_iter().find(is_wanted).unwrap();
        let output = shell(directory.path(), script);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");

        let alarms = fs::read_to_string(directory.path().join("alarms.jsonl")).unwrap();
        let rule = "punctuation/halfwidth-comma";
        let count = alarms.lines().filter(|line| line.contains(&format!("\"rule\":\"{rule}\""))).count();
        assert!(count > 0 && printed.contains(&format!("{count} \"rule\":\"{rule}\"\n")), "{count}\n{printed}");
        let brief = printed.lines().filter(|line| line.starts_with("samples/") && line.contains(rule)).count();
        assert_eq!(brief, count, "{printed}");
    }
}

// The measures of the picture, in pixels. A Chinese character is as wide as its font size, a monospaced Latin one 0.6
// times as wide.
const COLUMN_WIDTH: usize = 8;
const LINE_HEIGHT: usize = 23;
const MARGIN: usize = 16;

/// Returns the CSS class for text with these terminal codes, and whether the text has a background colour.
fn class(codes: &str) -> (&'static str, bool) {
    match codes {
        "0" | "" => ("plain", false),
        "1" => ("place", false),
        "31" => ("before", false),
        "32" => ("after", false),
        "1;31" => ("error", false),
        "1;35" => ("warning", false),
        "41;97" => ("deleted", true),
        "42;30" => ("inserted", true),
        "43;30" => ("pointed", true),
        _ => panic!("the codes {codes} have no class"),
    }
}

/// Draws a coloured report as SVG. Every run of characters is fitted to its columns, whatever fonts are installed. The
/// picture has its own background and follows the reader's choice of light or dark colours.
fn draw(report: &str) -> String {
    let columns = 80;
    let (right, bottom) = (columns * COLUMN_WIDTH + 2 * MARGIN, report.lines().count() * LINE_HEIGHT + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" width=\"{right}\" \
         height=\"{bottom}\">\n<title>zhubi check</title>\n{STYLE}<rect class=\"ground\" width=\"{right}\" \
         height=\"{bottom}\" rx=\"8\"/>\n"
    );
    for (row, line) in report.lines().enumerate() {
        let top = MARGIN + row * LINE_HEIGHT;
        let mut x = MARGIN;
        for (index, piece) in line.split("\u{1B}[").enumerate() {
            let (codes, text) = if index == 0 { ("", piece) } else { piece.split_once('m').unwrap() };
            let (class, has_background) = class(codes);
            if has_background {
                let (run_width, height) = (text.width_cjk() * COLUMN_WIDTH, LINE_HEIGHT - 2);
                let _ = writeln!(
                    out,
                    "<rect class=\"{class}-ground\" x=\"{x}\" y=\"{top}\" width=\"{run_width}\" height=\"{height}\"/>"
                );
            }
            let characters: Vec<char> = text.chars().collect();
            let kind = |c: &char| (*c == ' ', c.to_string().width_cjk());
            for run in characters.chunk_by(|a, b| kind(a) == kind(b)) {
                let (is_space, columns) = kind(&run[0]);
                let run_width = run.len() * columns * COLUMN_WIDTH;
                if !is_space {
                    let size = if columns == 1 { " narrow" } else { "" };
                    let bottom = top + LINE_HEIGHT - 6;
                    let shown = String::from_iter(run).replace('&', "&amp;").replace('<', "&lt;");
                    let _ = writeln!(
                        out,
                        "<text class=\"{class}{size}\" x=\"{x}\" y=\"{bottom}\" textLength=\"{run_width}\">{shown}</text>"
                    );
                }
                x += run_width;
            }
        }
    }
    out + "</svg>\n"
}

const STYLE: &str = "<style>
text { font: 16px ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace; fill: #1f2328 }
text.narrow { font-size: 13.4px }
.ground { fill: #f6f8fa }
.place, .error, .warning { font-weight: bold }
.before, .error { fill: #b3261e }
.after { fill: #1a7f37 }
.warning { fill: #8250df }
.deleted { fill: #ffffff }
.inserted, .pointed { fill: #000000 }
.deleted-ground { fill: #c62828 }
.inserted-ground { fill: #4ac26b }
.pointed-ground { fill: #eac54f }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ground { fill: #161b22 }
.before, .error { fill: #ff7b72 }
.after { fill: #56d364 }
.warning { fill: #d2a8ff }
.deleted { fill: #ffffff }
.inserted, .pointed { fill: #000000 }
}
</style>
";

/// How many entries of the report the picture shows.
const SHOWN_ENTRIES: usize = 4;

#[test]
fn the_picture_shows_the_real_output() {
    let output = zhubi(Path::new(ROOT), &["check", "--color", "always", "samples/quotes.txt"]);
    let report = String::from_utf8(output.stdout).unwrap();
    let end = report.match_indices("\n\n").nth(SHOWN_ENTRIES - 1).unwrap().0;
    let picture = "docs/report.svg";
    assert!(ENGLISH.contains(picture) && CHINESE.contains(picture));
    fs::create_dir_all(Path::new(ROOT).join("docs")).unwrap();
    assert_golden(&Path::new(ROOT).join(picture), draw(&report[..end]).as_bytes());
}

#[test]
fn every_path_in_the_guide_for_contributors_exists() {
    let is_path = |code: &&str| {
        ["src/", "rules/", "tests/", "docs/", ".ci/", "."].iter().any(|start| code.starts_with(start))
            && code.chars().all(|c| c.is_ascii_alphanumeric() || "/.-_".contains(c))
    };
    let paths: Vec<&str> = CONTRIBUTING.split('`').filter(is_path).collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        assert!(Path::new(ROOT).join(path).exists(), "{path}");
    }
}

#[test]
fn the_changelog_names_the_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(CHANGELOG.contains("\n## [Unreleased]\n") && CHANGELOG.contains(version), "{version}");
}
