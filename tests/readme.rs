//! The READMEs are true: every command in them runs, both say the same, and the picture is the program's
//! own output. `ZHUBI_BLESS=1 cargo test --test readme` draws the picture anew.

mod support;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use support::{ROOT, assert_golden, zhubi};
use zhubi::text::width;

const ENGLISH: &str = include_str!("../README.md");
const CHINESE: &str = include_str!("../README.zh-CN.md");

/// Needs the network or runs these tests: not run here.
const NOT_RUN: [&str; 2] = ["cargo test", "cargo install --path ."];

/// The contents of the fenced blocks in `language`.
fn blocks<'t>(readme: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn is_script(block: &str) -> bool {
    block.starts_with("#!")
}

/// The commands, without their comments.
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
fn both_readmes_say_the_same() {
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
fn the_chinese_readme_is_proofread() {
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

    /// A directory with the samples and the README's rule file and configuration.
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

    /// Runs a line of shell, with `zhubi` as a command.
    fn shell(directory: &Path, line: &str) -> Output {
        let built = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap().to_owned();
        let others = env::var_os("PATH").unwrap();
        let path = env::join_paths(std::iter::once(built).chain(env::split_paths(&others)));
        support::command("sh", directory).args(["-c", line]).env("PATH", path.unwrap()).output().unwrap()
    }

    #[test]
    fn every_command_does_what_it_says() {
        let directory = directory();
        for command in commands(ENGLISH).into_iter().filter(|command| !NOT_RUN.contains(command)) {
            let line = command.replace("cargo run --release --", "zhubi");
            let output = shell(directory.path(), &line);
            // The drafts of the examples have something to find.
            let expected = i32::from(line.starts_with("zhubi check"));
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{command}\n{told}");
            let is_silent = command.contains(" > ") || command.starts_with("cp ");
            assert_eq!(output.stdout.is_empty(), is_silent, "{command}");
        }
        let read = |directory: &Path, path: &str| fs::read(directory.join(path)).unwrap();
        assert!(read(directory.path(), "fixed.txt") == read(Path::new(ROOT), "samples/page.safe"));
        assert!(read(directory.path(), "draft.txt") == read(Path::new(ROOT), "samples/page.fixed"));
    }

    #[test]
    fn the_hook_holds_back_a_draft_with_findings() {
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
}

// In pixels. A Chinese character is as wide as its font is high, one of a monospaced Latin font 0.6 of it.
const COLUMN: usize = 8;
const LINE: usize = 23;
const MARGIN: usize = 16;

/// The class of a run of characters with those terminal codes, and whether it has a ground of its own.
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
        _ => panic!("no class for the codes {codes}"),
    }
}

/// Draws a coloured report. Each stretch is held to its columns, whatever fonts are at hand; the picture
/// brings its own ground and follows the reader's choice of light or dark.
fn draw(report: &str) -> String {
    let columns = 80;
    let (right, bottom) = (columns * COLUMN + 2 * MARGIN, report.lines().count() * LINE + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" width=\"{right}\" \
         height=\"{bottom}\">\n<title>zhubi check</title>\n{STYLE}<rect class=\"ground\" width=\"{right}\" \
         height=\"{bottom}\" rx=\"8\"/>\n"
    );
    for (row, line) in report.lines().enumerate() {
        let top = MARGIN + row * LINE;
        let mut x = MARGIN;
        for (index, piece) in line.split("\u{1B}[").enumerate() {
            let (codes, text) = if index == 0 { ("", piece) } else { piece.split_once('m').unwrap() };
            let (class, has_ground) = class(codes);
            if has_ground {
                let (long, height) = (width(text) * COLUMN, LINE - 2);
                let _ = writeln!(
                    out,
                    "<rect class=\"{class}-ground\" x=\"{x}\" y=\"{top}\" width=\"{long}\" height=\"{height}\"/>"
                );
            }
            let characters: Vec<char> = text.chars().collect();
            let kind = |c: &char| (*c == ' ', width(&c.to_string()));
            for stretch in characters.chunk_by(|a, b| kind(a) == kind(b)) {
                let (blank, columns) = kind(&stretch[0]);
                let long = stretch.len() * columns * COLUMN;
                if !blank {
                    let size = if columns == 1 { " narrow" } else { "" };
                    let bottom = top + LINE - 6;
                    let shown = String::from_iter(stretch).replace('&', "&amp;").replace('<', "&lt;");
                    let _ = writeln!(
                        out,
                        "<text class=\"{class}{size}\" x=\"{x}\" y=\"{bottom}\" textLength=\"{long}\">{shown}</text>"
                    );
                }
                x += long;
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

/// The entries of a report that the picture shows.
const SHOWN: usize = 4;

#[test]
fn the_picture_is_the_programs_own_output() {
    let output = zhubi(Path::new(ROOT), &["check", "--color", "always", "samples/quotes.txt"]);
    let report = String::from_utf8(output.stdout).unwrap();
    let end = report.match_indices("\n\n").nth(SHOWN - 1).unwrap().0;
    let picture = "docs/report.svg";
    assert!(ENGLISH.contains(picture) && CHINESE.contains(picture));
    fs::create_dir_all(Path::new(ROOT).join("docs")).unwrap();
    assert_golden(&Path::new(ROOT).join(picture), draw(&report[..end]).as_bytes());
}
