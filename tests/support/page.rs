//! Follows a page of the documentation as a reader would.

use std::path::Path;
use std::{env, fs};

use super::command;

/// The name at the end of the line before a block: “存为 `a.txt`：”, “`zhubi.toml` 改成：”.
fn file_name(line: &str) -> Option<&str> {
    let line = line.strip_suffix('：')?;
    let line = line.strip_suffix(" 改成").unwrap_or(line).strip_suffix('`')?;
    line.rsplit('`').next()
}

/// Writes the files of `page` into `directory`, runs the commands of its blocks `console` there, and compares what they
/// print with the page. Blocks `sh` are for other tests. Returns the number of commands.
#[track_caller]
pub fn follow(page: &str, directory: &Path) -> usize {
    let program = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap();
    let path = env::join_paths(std::iter::once(program.into()).chain(env::split_paths(&env::var_os("PATH").unwrap())));
    let path = path.unwrap();
    let mut parts = page.split("\n```");
    let mut text = parts.next().unwrap();
    let mut commands = 0;
    while let Some(block) = parts.next() {
        let (language, content) = block.split_once('\n').unwrap();
        let before = text.trim_end().lines().next_back().unwrap_or_default();
        if language == "console" {
            let mut printed = String::new();
            for line in content.lines().filter_map(|line| line.strip_prefix("$ ")) {
                let mut shell = command("sh", directory);
                // The settings that a user keeps for all work are not those of the page.
                shell.env("PATH", &path).env("XDG_CONFIG_HOME", directory.join("none"));
                let output = shell.args(["-c", &format!("{line} 2>&1")]).output().unwrap();
                printed += &format!("$ {line}\n{}", String::from_utf8(output.stdout).unwrap());
                commands += 1;
            }
            assert_eq!(printed.trim_end(), content.trim_end(), "the page is out of date");
        } else if language != "sh" {
            let name = file_name(before).unwrap_or_else(|| panic!("{before}: the page names the file"));
            let file = directory.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, format!("{content}\n")).unwrap();
        }
        text = parts.next().expect("every fence is closed");
    }
    commands
}
