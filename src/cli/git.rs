//! What git knows: the program itself is asked, so that whatever is set for a repository holds here too.

use std::ffi::OsStr;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result, cause};

/// A changed file.
pub struct Change {
    /// Its path, seen from the working directory.
    pub path: PathBuf,
    /// The object with its content, where that is to be read from the index.
    pub blob: Option<String>,
    /// The lines that were changed, from 1; all where git does not compare by lines.
    pub lines: Option<Vec<RangeInclusive<usize>>>,
}

/// What is compared.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    /// The index with the last commit.
    Index,
    /// The files with the point at which the work parted from a revision; with files that git does not know yet.
    Files {
        /// The revision.
        since: &'a str,
    },
}

/// The files below `paths` (all of the repository, where there are none) that were changed and still exist. Links
/// and submodules are none.
///
/// # Errors
/// There is no git, no repository, no such revision.
pub fn changes(paths: &[&PathBuf], side: Side) -> Result<Vec<Change>> {
    let shown = Shown::ask()?;
    let mut diff = vec!["diff", "-z", "--raw", "--no-abbrev", "-p", "-U0", "--find-renames", "--diff-filter=ACMR"];
    // Whatever is set for people to read.
    diff.extend(["--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--inter-hunk-context=0"]);
    diff.extend(["--ignore-submodules", "--submodule=short"]);
    match side {
        Side::Index => diff.push("--cached"),
        Side::Files { since } => {
            check_revision(since)?;
            diff.extend(["--merge-base", since]);
        }
    }
    let mut changes = Vec::new();
    for (file, lines) in read_diff(&run(&diff, paths)?) {
        let blob = matches!(side, Side::Index).then(|| file.object.to_owned());
        changes.push(Change { path: shown.path(file.path), blob, lines });
    }
    if let Side::Files { .. } = side {
        // Without paths git would list only what lies below the working directory.
        let paths = if paths.is_empty() && !shown.up.as_os_str().is_empty() { &[&shown.up] } else { paths };
        let listed = run(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name"], paths)?;
        let files = listed.split(|byte| *byte == 0).filter(|path| !path.is_empty() && !path.ends_with(b"/"));
        changes.extend(files.map(|path| Change { path: shown.path(path), blob: None, lines: None }));
    }
    Ok(changes)
}

/// The files that differ from the index, their paths seen from the working directory.
///
/// # Errors
/// Those of [`changes`].
pub fn unstaged() -> Result<Vec<PathBuf>> {
    let shown = Shown::ask()?;
    let listed = run(&["diff", "-z", "--name-only", "--ignore-submodules"], &[])?;
    Ok(listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(|path| shown.path(path)).collect())
}

/// Where the working directory lies in the repository.
struct Shown {
    /// The way up to the top, as `../../`.
    up: PathBuf,
    /// The way down from it.
    below: PathBuf,
}

impl Shown {
    fn ask() -> Result<Shown> {
        Ok(Shown {
            up: path_of(run(&["rev-parse", "--show-cdup"], &[])?.trim_ascii_end()),
            below: path_of(run(&["rev-parse", "--show-prefix"], &[])?.trim_ascii_end()),
        })
    }

    /// A path told from the top, seen from the working directory.
    fn path(&self, path: &[u8]) -> PathBuf {
        let path = path_of(path);
        path.strip_prefix(&self.below).map(Path::to_owned).unwrap_or_else(|_| self.up.join(&path))
    }
}

/// The content of an object.
///
/// # Errors
/// git cannot read it.
pub fn blob(object: &str) -> Result<Vec<u8>> {
    run(&["cat-file", "blob", object], &[])
}

/// The folder of this repository's hooks, wherever it has been set to be.
///
/// # Errors
/// There is no git or no repository.
pub fn hooks() -> Result<PathBuf> {
    // A folder that was set is told from where hooks run: from the top.
    let up = Shown::ask()?.up;
    let set = run(&["config", "--type=path", "--get", "core.hooksPath"], &[]);
    Ok(match set {
        Ok(set) => up.join(path_of(set.trim_ascii_end())),
        Err(_) => path_of(run(&["rev-parse", "--git-path", "hooks"], &[])?.trim_ascii_end()),
    })
}

fn check_revision(revision: &str) -> Result<()> {
    let exists = |name: &str| {
        let commit = format!("{name}^{{commit}}");
        run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], &[]).is_ok()
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

/// A file in the list before a patch.
struct Listed<'o> {
    path: &'o [u8],
    object: &'o str,
}

/// The files and the changed lines of `git diff -z --raw -p -U0`: first the list of all files, its fields ended by
/// zeros, then their patches in the same order. Names are taken from the list alone, where nothing is quoted.
fn read_diff(output: &[u8]) -> Vec<(Listed<'_>, Option<Vec<RangeInclusive<usize>>>)> {
    let mut rest = output;
    let mut field = || {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (field, behind) = rest.split_at(end);
        rest = &behind[1..];
        Some(field)
    };
    let mut files = Vec::new();
    while let Some(entry) = field() {
        let Some(entry) = std::str::from_utf8(entry).ok().and_then(|entry| entry.strip_prefix(':')) else { break };
        // Old mode, new mode, old object, new object, status.
        let columns: Vec<&str> = entry.split(' ').collect();
        let &[_, mode, _, object, status] = columns.as_slice() else { break };
        let mut path = field();
        if status.starts_with(['R', 'C']) {
            path = field();
        }
        let Some(path) = path else { break };
        files.push((mode.starts_with("100"), Listed { path, object }));
    }
    let mut patches: Vec<Option<Vec<RangeInclusive<usize>>>> = Vec::new();
    for line in rest.split(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            patches.push(Some(Vec::new()));
        } else if let Some(patch) = patches.last_mut() {
            if line.starts_with(b"Binary files ") {
                *patch = None;
            } else if let (Some(lines), Some(hunk)) = (patch, hunk(line)) {
                lines.extend(hunk);
            }
        }
    }
    let patches = patches.into_iter().chain(std::iter::repeat(None));
    files
        .into_iter()
        .zip(patches)
        .filter(|((is_file, _), _)| *is_file)
        .map(|((_, file), lines)| (file, lines))
        .collect()
}

/// The new lines of `@@ -1,2 +3,4 @@`; nothing where it only takes away.
fn hunk(line: &[u8]) -> Option<Option<RangeInclusive<usize>>> {
    let line = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
    let (_, new) = line.trim_end().split_once(" +")?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
    Some((count > 0).then(|| first..=first + count - 1))
}

/// Runs git with those arguments, and those paths taken literally.
fn run(arguments: &[&str], paths: &[&PathBuf]) -> Result<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("--literal-pathspecs").args(arguments).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
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
    let told = String::from_utf8_lossy(&output.stderr);
    let told = told.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    Err(if told.contains("not a git repository") {
        Error::new("当前目录不在 git 仓库里。").help("请到仓库所在的目录里运行。")
    } else if told.contains("outside repository") {
        Error::new("要看的路径不在当前的 git 仓库里。").help("请到它所在的仓库里运行。")
    } else if told.contains("dubious ownership") {
        Error::new("这个仓库属于别的用户，git 不肯读。").help("请按 git 的说明设置 safe.directory。")
    } else if told.contains("merge base") {
        Error::new("git 找不到两边共同的起点，没有可以比较的版本。")
            .help("请先取回足够的历史，例如 git fetch --unshallow。")
    } else if told.contains("this operation must be run in a work tree") {
        Error::new("这是没有工作区的 git 仓库，没有稿件可看。").help("请到有工作区的仓库里运行。")
    } else {
        Error::new(format!("git 报告“{told}”。"))
    })
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(String::from_utf8_lossy(bytes).as_ref()))
}
