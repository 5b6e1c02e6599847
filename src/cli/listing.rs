//! Which files are drafts besides those that the command line names: `--files-from`, `--exclude`. And how many are
//! processed at a time: `--jobs`.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::drafts::option_value;
use crate::error::{Error, Result};
use crate::file::{read_bounded, read_regular};
use crate::parallel;

/// The largest list of files, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Returns the options that select files.
pub fn options() -> [Arg; 2] {
    [
        Arg::new("files-from")
            .long("files-from")
            .value_name("文件")
            .value_parser(value_parser!(PathBuf))
            .help("稿件的路径另从这个文件读，每行一个（有 NUL 字符的，以 NUL 分隔）；“-”是标准输入"),
        Arg::new("exclude")
            .long("exclude")
            .value_name("路径")
            .action(ArgAction::Append)
            .help("不看这些稿件，写法同 .gitignore，从当前目录算起；可以写多次"),
    ]
}

/// Returns the option that limits the number of threads.
pub fn jobs_option() -> Arg {
    Arg::new("jobs")
        .long("jobs")
        .short('j')
        .value_name("个数")
        .value_parser(parse_jobs)
        .help("最多用几个线程，默认与处理器的核数相同")
}

fn parse_jobs(text: &str) -> std::result::Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "线程的个数要写成 1、4 这样的正整数".to_owned())
}

/// Limits the number of threads as the arguments say.
pub fn limit_jobs(arguments: &ArgMatches) {
    if let Some(jobs) = option_value::<NonZeroUsize>(arguments, "jobs") {
        parallel::limit_threads(jobs.get());
    }
}

/// Returns the paths in the list that the arguments name, or `None` if they name none.
///
/// # Errors
/// The list cannot be read.
pub fn listed_paths(arguments: &ArgMatches) -> Result<Option<Vec<PathBuf>>> {
    let Some(list) = option_value::<PathBuf>(arguments, "files-from") else { return Ok(None) };
    let bytes = if list == Path::new("-") {
        read_bounded(io::stdin().lock(), MAX_BYTES, 0)
    } else {
        read_regular(list, MAX_BYTES)
    };
    let bytes = bytes.map_err(|reason| reason.into_error(MAX_BYTES, "列有稿件的文件").in_file(list.display()))?;
    let paths = paths_in(&bytes);
    let invalid = || Error::new("这份清单里有不是 UTF-8 编码的路径。").help("请改用 UTF-8 编码。");
    paths.ok_or_else(|| invalid().in_file(list.display())).map(Some)
}

/// Returns the paths in a list, without empty ones. Returns `None` if one cannot be a path on this system.
fn paths_in(bytes: &[u8]) -> Option<Vec<PathBuf>> {
    let separator = if bytes.contains(&0) { 0 } else { b'\n' };
    let lines = bytes.split(|byte| *byte == separator);
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).filter(|line| !line.is_empty());
    lines.map(path_of).collect()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The files that are left out.
pub struct Exclusions(Option<Gitignore>);

impl Exclusions {
    /// Reads the patterns in the arguments.
    ///
    /// # Errors
    /// A pattern is not valid.
    pub fn new(arguments: &ArgMatches) -> Result<Exclusions> {
        let Ok(Some(patterns)) = arguments.try_get_many::<String>("exclude") else { return Ok(Exclusions(None)) };
        let mut builder = GitignoreBuilder::new("");
        for pattern in patterns {
            if pattern.trim().is_empty() || builder.add_line(None, pattern.trim_start_matches("./")).is_err() {
                let error = Error::new(format!("--exclude 不能是“{pattern}”。"));
                return Err(error.help("写法同 .gitignore，例如 ads/**、*.bak.txt；各级目录之间用“/”。"));
            }
        }
        let built = builder.build().map_err(|_| Error::new("--exclude 的写法太多，不能合在一起用。"))?;
        Ok(Exclusions(Some(built)))
    }

    /// Returns whether the file at `path` is left out.
    pub fn cover(&self, path: &Path) -> bool {
        let Some(patterns) = &self.0 else { return false };
        let relative: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        patterns.matched_path_or_any_parents(relative, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_lists_by_lines_or_by_nul() {
        let paths = |list: &str| -> Vec<String> {
            let paths = paths_in(list.as_bytes()).unwrap();
            paths.into_iter().map(|path| path.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(paths("a.txt\r\n\n 稿 件.txt\n"), ["a.txt", " 稿 件.txt"]);
        assert_eq!(paths("a\nb.txt\0c.txt\0"), ["a\nb.txt", "c.txt"]);
        assert_eq!(paths(""), [""; 0]);
    }
}
