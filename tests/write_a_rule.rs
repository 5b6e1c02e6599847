//! Follows `docs/write-a-rule.md` and its English translation as a reader would: writes the files, runs the commands,
//! and compares what they print with the page.

#![cfg(unix)]

mod support;

use std::env;
use std::fs;
use std::path::Path;

use support::{ROOT, command, zhubi};

const CHINESE: &str = include_str!("../docs/write-a-rule.md");
const ENGLISH: &str = include_str!("../docs/write-a-rule.en.md");

/// A fenced block of a page.
struct Block<'t> {
    /// The last line of text before the block.
    before: &'t str,
    language: &'t str,
    content: &'t str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut parts = page.split("\n```");
    let mut text = parts.next().unwrap();
    let mut blocks = Vec::new();
    while let Some(block) = parts.next() {
        let (language, content) = block.split_once('\n').unwrap();
        blocks.push(Block { before: text.trim_end().lines().next_back().unwrap_or_default(), language, content });
        text = parts.next().expect("every fence is closed");
    }
    blocks
}

/// Returns the file name at the end of the line before a block: “存为 `house.toml`：”, “Save this as `house.toml`:”.
fn file_name<'t>(block: &Block<'t>) -> Option<&'t str> {
    let line = ["`：", "` 改成：", "`:"].iter().find_map(|end| block.before.strip_suffix(end))?;
    line.rsplit('`').next().filter(|name| name.contains('.'))
}

/// Writes the files of a page to an empty directory, runs its commands there, and compares their output.
#[track_caller]
fn assert_page_is_correct(page: &str) {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let program = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap();
    let path = env::join_paths(std::iter::once(program.into()).chain(env::split_paths(&env::var_os("PATH").unwrap())));
    let path = path.unwrap();
    let mut commands = 0;
    for block in blocks(page) {
        match block.language {
            "toml" => {
                let name = file_name(&block).unwrap_or("unnamed.toml");
                fs::write(directory.join(name), format!("{}\n", block.content)).unwrap();
                // `wrong.toml` shows what a mistake in a rule file leads to.
                if block.content.contains("[[rule]]") && name != "wrong.toml" {
                    let output = zhubi(directory, &["rules", "test", name]);
                    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
                }
            }
            "text" => {
                let name = file_name(&block).expect("the page names the draft");
                fs::write(directory.join(name), format!("{}\n", block.content)).unwrap();
            }
            "console" => {
                let (line, expected) = block.content.split_once('\n').unwrap_or((block.content, ""));
                let line = line.strip_prefix("$ ").expect("the block begins with a command");
                let output = command("sh", directory).env("PATH", &path).args(["-c", &format!("{line} 2>&1")]).output();
                let printed = String::from_utf8(output.unwrap().stdout).unwrap();
                assert_eq!(printed.trim_end(), expected.trim_end(), "{line}\n{printed}");
                commands += 1;
            }
            other => panic!("unexpected language of a block: {other}"),
        }
    }
    assert!(commands > 5);
}

#[test]
fn chinese_page_has_valid_rules_and_the_real_output() {
    assert_page_is_correct(CHINESE);
}

#[test]
fn english_page_has_valid_rules_and_the_real_output() {
    assert_page_is_correct(ENGLISH);
}

#[test]
fn both_languages_have_the_same_blocks_and_structure() {
    let (chinese, english) = (blocks(CHINESE), blocks(ENGLISH));
    assert_eq!(chinese.len(), english.len());
    for (chinese, english) in chinese.iter().zip(&english) {
        assert_eq!((chinese.language, chinese.content), (english.language, english.content));
        assert_eq!(file_name(chinese), file_name(english), "{}", english.before);
    }
    for mark in ["\n## ", "\n- ", "\n| "] {
        assert_eq!(CHINESE.matches(mark).count(), ENGLISH.matches(mark).count(), "{mark:?}");
    }
    assert!(CHINESE.contains("(write-a-rule.en.md)") && ENGLISH.contains("(write-a-rule.md)"));
}

#[test]
fn the_chinese_page_has_no_findings() {
    let output = zhubi(Path::new(ROOT), &["check", "--level", "advice", "docs/write-a-rule.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}
