//! `docs/write-a-rule.md` is true: its files are written as it says, its commands run one after the other, and what
//! they print is what stands there.

#![cfg(unix)]

mod support;

use std::env;
use std::fs;
use std::path::Path;

use support::{ROOT, command, zhubi};

const CHAPTER: &str = include_str!("../docs/write-a-rule.md");

/// A fenced block.
struct Block<'t> {
    /// The last line of prose before it.
    before: &'t str,
    language: &'t str,
    content: &'t str,
}

fn blocks() -> Vec<Block<'static>> {
    let mut parts = CHAPTER.split("\n```");
    let mut prose = parts.next().unwrap();
    let mut blocks = Vec::new();
    while let Some(block) = parts.next() {
        let (language, content) = block.split_once('\n').unwrap();
        blocks.push(Block { before: prose.trim_end().lines().next_back().unwrap_or_default(), language, content });
        prose = parts.next().expect("a fence is closed");
    }
    blocks
}

/// The file that the prose before a block names last: “存为 `house.toml`：”.
fn file_name<'t>(block: &Block<'t>) -> Option<&'t str> {
    block.before.strip_suffix("`：").or(block.before.strip_suffix("` 改成：")).and_then(|line| line.rsplit('`').next())
}

#[test]
fn every_file_holds_and_every_command_prints_what_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let program = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap();
    let path = env::join_paths(std::iter::once(program.into()).chain(env::split_paths(&env::var_os("PATH").unwrap())));
    let path = path.unwrap();
    let mut run = 0;
    for block in blocks() {
        match block.language {
            "toml" => {
                let name = file_name(&block).unwrap_or("unnamed.toml");
                fs::write(directory.join(name), format!("{}\n", block.content)).unwrap();
                if block.content.contains("[[rule]]") && name != "wrong.toml" {
                    let output = zhubi(directory, &["rules", "test", name]);
                    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
                }
            }
            "text" => {
                let name = file_name(&block).expect("a name for the draft");
                fs::write(directory.join(name), format!("{}\n", block.content)).unwrap();
            }
            "console" => {
                let (line, told) = block.content.split_once('\n').unwrap_or((block.content, ""));
                let line = line.strip_prefix("$ ").expect("a command");
                let output = command("sh", directory).env("PATH", &path).args(["-c", &format!("{line} 2>&1")]).output();
                let printed = String::from_utf8(output.unwrap().stdout).unwrap();
                assert_eq!(printed.trim_end(), told.trim_end(), "{line}\n{printed}");
                run += 1;
            }
            other => panic!("a block of {other}"),
        }
    }
    assert!(run > 5);
}

#[test]
fn the_chapter_is_proofread() {
    let output = zhubi(Path::new(ROOT), &["check", "--level", "advice", "docs/write-a-rule.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}
