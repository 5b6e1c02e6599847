//! Queries to git. They run the program `git`, so that the user's and the repository's git configuration apply.

use std::ffi::OsStr;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result, cause};

/// A changed file.
pub struct ChangedFile {
    /// The path relative to the working directory.
    pub path: PathBuf,
    /// The git object with the content, if it is to be read from the index.
    pub blob: Option<String>,
    /// The git object with the content before the change; `None` for a new file.
    pub base: Option<String>,
    /// The numbers of the changed lines, from 1; `None` if git does not compare the file by lines, or if the file is
    /// untracked.
    pub lines: Option<Vec<RangeInclusive<usize>>>,
}

/// Which changes to look for.
#[derive(Clone, Copy)]
pub enum ChangeScope<'a> {
    /// The changes in the index since the last commit.
    Staged,
    /// The changes in the working files since the merge base of `HEAD` and `revision`, and untracked files.
    Since {
        /// The revision.
        revision: &'a str,
    },
}

/// Returns the changed files below `paths`, or in the whole repository if `paths` is empty. Deleted files, symbolic
/// links and submodules are left out.
///
/// # Errors
/// git is not installed, there is no repository, or the revision does not exist.
pub fn changed_files(paths: &[&PathBuf], scope: ChangeScope) -> Result<Vec<ChangedFile>> {
    let location = WorkingDirLocation::query()?;
    let mut diff = vec!["diff", "-z", "--raw", "--no-abbrev", "-p", "-U0", "--find-renames", "--diff-filter=ACMR"];
    // These override configuration that is meant for output to people.
    diff.extend(["--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--inter-hunk-context=0"]);
    diff.extend(["--ignore-submodules", "--submodule=short"]);
    match scope {
        ChangeScope::Staged => diff.push("--cached"),
        ChangeScope::Since { revision } => {
            check_revision(revision)?;
            diff.extend(["--merge-base", revision]);
        }
    }
    let mut changes = Vec::new();
    for (file, lines) in parse_diff(&run_git(&diff, paths)?) {
        let blob = matches!(scope, ChangeScope::Staged).then(|| file.object.to_owned());
        // The object of a file that does not exist is all zeros.
        let base = file.base.contains(|digit| digit != '0').then(|| file.base.to_owned());
        changes.push(ChangedFile { path: location.relative_path(file.path), blob, base, lines });
    }
    if let ChangeScope::Since { .. } = scope {
        // Without paths `git ls-files` lists only files below the working directory.
        let paths =
            if paths.is_empty() && !location.to_top.as_os_str().is_empty() { &[&location.to_top] } else { paths };
        let output = run_git(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name"], paths)?;
        let untracked = output.split(|byte| *byte == 0).filter(|path| !path.is_empty() && !path.ends_with(b"/"));
        let paths = untracked.map(|path| location.relative_path(path)).filter(|path| !path.is_symlink());
        changes.extend(paths.map(|path| ChangedFile { path, blob: None, base: None, lines: None }));
    }
    Ok(changes)
}

/// Returns the paths, relative to the working directory, of the files that differ from the index.
///
/// # Errors
/// git is not installed or there is no repository.
pub fn files_with_unstaged_changes() -> Result<Vec<PathBuf>> {
    let location = WorkingDirLocation::query()?;
    let output = run_git(&["diff", "-z", "--name-only", "--ignore-submodules"], &[])?;
    let paths = output.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    Ok(paths.map(|path| location.relative_path(path)).collect())
}

/// The location of the working directory in the repository.
struct WorkingDirLocation {
    /// The relative path from the working directory to the top of the repository, such as `../../`.
    to_top: PathBuf,
    /// The relative path from the top of the repository to the working directory.
    from_top: PathBuf,
}

impl WorkingDirLocation {
    fn query() -> Result<WorkingDirLocation> {
        Ok(WorkingDirLocation {
            to_top: path_from_bytes(run_git(&["rev-parse", "--show-cdup"], &[])?.trim_ascii_end()),
            from_top: path_from_bytes(run_git(&["rev-parse", "--show-prefix"], &[])?.trim_ascii_end()),
        })
    }

    /// Converts a path relative to the top of the repository into a path relative to the working directory.
    fn relative_path(&self, path: &[u8]) -> PathBuf {
        let path = path_from_bytes(path);
        path.strip_prefix(&self.from_top).map(Path::to_owned).unwrap_or_else(|_| self.to_top.join(&path))
    }
}

/// Returns the content of a git object.
///
/// # Errors
/// git cannot read the object.
pub fn read_blob(object: &str) -> Result<Vec<u8>> {
    run_git(&["cat-file", "blob", object], &[])
}

/// Returns the folder of the hooks of this repository.
///
/// # Errors
/// git is not installed or there is no repository.
pub fn hooks_folder() -> Result<PathBuf> {
    // A configured folder is relative to the top of the repository, where hooks run.
    let to_top = WorkingDirLocation::query()?.to_top;
    let configured = run_git(&["config", "--type=path", "--get", "core.hooksPath"], &[]);
    Ok(match configured {
        Ok(folder) => to_top.join(path_from_bytes(folder.trim_ascii_end())),
        Err(_) => path_from_bytes(run_git(&["rev-parse", "--git-path", "hooks"], &[])?.trim_ascii_end()),
    })
}

fn check_revision(revision: &str) -> Result<()> {
    let exists = |name: &str| {
        let commit = format!("{name}^{{commit}}");
        run_git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], &[]).is_ok()
    };
    if !revision.starts_with('-') && exists(revision) {
        return Ok(());
    }
    Err(if exists("HEAD") {
        let help = "可以写提交编号、分支或标签，例如 HEAD~1、main；持续集成里要先取回足够的历史。";
        Error::new(format!("git 里没有“{revision}”这个版本。")).help(help)
    } else {
        Error::new("这个仓库还没有提交过，没有可以比较的版本。").help("可以用 --staged，或去掉 --since。")
    })
}

/// A file in the raw output of `git diff`.
struct RawDiffEntry<'o> {
    /// The path relative to the top of the repository.
    path: &'o [u8],
    /// The git object with the old content.
    base: &'o str,
    /// The git object with the new content.
    object: &'o str,
}

type ChangedLines = Option<Vec<RangeInclusive<usize>>>;

/// Parses the output of `git diff -z --raw -p -U0`: the raw entries of all files, with fields terminated by NUL, then
/// the patches in the same order. Returns the regular files and their changed lines. Paths are taken from the raw
/// entries, in which they are not quoted.
fn parse_diff(output: &[u8]) -> Vec<(RawDiffEntry<'_>, ChangedLines)> {
    let (entries, patches) = parse_raw_entries(output);
    let lines = parse_patches(patches).into_iter().chain(std::iter::repeat(None));
    let files = entries.into_iter().zip(lines).filter(|((is_regular, _), _)| *is_regular);
    files.map(|((_, entry), lines)| (entry, lines)).collect()
}

/// Parses the raw entries. Returns each with a flag for regular files, and the rest of the output.
fn parse_raw_entries(output: &[u8]) -> (Vec<(bool, RawDiffEntry<'_>)>, &[u8]) {
    let mut rest = output;
    let mut next_field = || {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (field, after) = rest.split_at(end);
        rest = &after[1..];
        Some(field)
    };
    let mut entries = Vec::new();
    while let Some(entry) = next_field() {
        let Some(entry) = std::str::from_utf8(entry).ok().and_then(|entry| entry.strip_prefix(':')) else { break };
        // Old mode, new mode, old object, new object, status.
        let columns: Vec<&str> = entry.split(' ').collect();
        let &[_, mode, base, object, status] = columns.as_slice() else { break };
        let mut path = next_field();
        if status.starts_with(['R', 'C']) {
            // Renames and copies have the old path first.
            path = next_field();
        }
        let Some(path) = path else { break };
        entries.push((mode.starts_with("100"), RawDiffEntry { path, base, object }));
    }
    (entries, rest)
}

/// Parses the patches. Returns the changed lines of each file; `None` for a binary file.
fn parse_patches(output: &[u8]) -> Vec<ChangedLines> {
    let mut files: Vec<ChangedLines> = Vec::new();
    for line in output.split(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            files.push(Some(Vec::new()));
        } else if let Some(file) = files.last_mut() {
            if line.starts_with(b"Binary files ") {
                *file = None;
            } else if let (Some(lines), Some(new_lines)) = (file, parse_hunk_header(line)) {
                lines.extend(new_lines);
            }
        }
    }
    files
}

/// Returns the numbers of the new lines in a hunk header `@@ -1,2 +3,4 @@`: `None` if `line` is not a hunk header,
/// `Some(None)` if the hunk only deletes lines.
fn parse_hunk_header(line: &[u8]) -> Option<Option<RangeInclusive<usize>>> {
    let line = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
    let (_, new) = line.trim_end().split_once(" +")?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
    Some((count > 0).then(|| first..=first + count - 1))
}

/// Runs git and returns its standard output. `paths` are passed literally, not as patterns.
fn run_git(arguments: &[&str], paths: &[&PathBuf]) -> Result<Vec<u8>> {
    let mut command = Command::new("git");
    // A repository that was not cloned may name a program of its own to watch its files.
    command
        .args(["-c", "core.fsmonitor=false", "--literal-pathspecs"])
        .args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0");
    if !paths.is_empty() {
        command.arg("--").args(paths.iter().map(|path| path.as_os_str()));
    }
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new("这里要用 git，没有找到这个命令。").help("请先安装 git。"),
        _ => Error::new(format!("没能运行 git：{}。", cause(&error))),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(git_error(&String::from_utf8_lossy(&output.stderr)))
}

/// Converts the error output of git into an error.
fn git_error(output: &str) -> Error {
    let message = output.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    if message.contains("not a git repository") {
        Error::new("当前目录不在 git 仓库里。").help("请到仓库所在的目录里运行。")
    } else if message.contains("outside repository") {
        Error::new("要看的路径不在当前的 git 仓库里。").help("请到它所在的仓库里运行。")
    } else if message.contains("dubious ownership") {
        Error::new("这个仓库属于别的用户，git 不肯读。").help("请按 git 的说明设置 safe.directory。")
    } else if message.contains("merge base") {
        Error::new("git 找不到两边共同的起点，没有可以比较的版本。")
            .help("请先取回足够的历史，例如 git fetch --unshallow。")
    } else if message.contains("this operation must be run in a work tree") {
        Error::new("这是没有工作区的 git 仓库，没有稿件可看。").help("请到有工作区的仓库里运行。")
    } else {
        Error::new(format!("git 报告“{message}”。"))
    }
}

#[cfg(unix)]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(String::from_utf8_lossy(bytes).as_ref()))
}
