//! Finds the drafts that the command line names, and processes them in parallel with results in order.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use ignore::WalkBuilder;

use super::console::{Console, shown};
use super::git::{ChangeScope, ChangedFile};
use super::listing::{self, Exclusions};
use super::progress::Progress;
use super::{CommandResult, bug, git, ignore_files};
use crate::draft::{Draft, Encoding, Format, Kind, identify, is_owner_file, unread_copy};
use crate::error::{Error, ErrorKind, Result, cause};
use crate::file::{Unreadable, read_bounded, read_regular};
use crate::parallel;

/// The path that denotes standard input.
const STANDARD_INPUT: &str = "-";

/// How many drafts are processed before their results are passed on: enough to keep every core busy, few enough for the
/// results to fit in memory.
const BATCH_SIZE: usize = 64;

/// The largest size of a draft, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// A draft that is to be read.
pub struct DraftSource {
    /// The path as it was given or as it was found in a directory; `-` for standard input.
    pub path: PathBuf,
    /// The path that determines the format and the folder: `path` or, for standard input, the value of `--stdin-path`.
    nominal_path: PathBuf,
    /// The value of `--encoding`.
    encoding: Option<Encoding>,
    /// The value of `--as`, if the draft was named.
    format: Option<Format>,
    /// The kind of the file, if it is one that is not read but only counted.
    pub unread: Option<&'static Kind>,
    /// Whether the draft was named on the command line, rather than found in a directory or among the changes in git.
    pub is_explicit: bool,
    /// The git object to read instead of the file.
    pub blob: Option<String>,
    /// The line numbers, from 1 and ascending, to which findings are restricted; `None` for all lines.
    pub lines: Option<Vec<RangeInclusive<usize>>>,
    /// The index of the workspace; set by [`workspaces::load`](super::workspaces::load).
    pub workspace: usize,
    /// The path in the suppression list; set by [`workspaces::load`](super::workspaces::load).
    pub path_in_list: String,
}

impl DraftSource {
    /// The draft in the file at `path`.
    pub fn new(path: PathBuf, is_explicit: bool) -> DraftSource {
        DraftSource {
            nominal_path: path.clone(),
            path,
            encoding: None,
            format: None,
            unread: None,
            is_explicit,
            blob: None,
            lines: None,
            workspace: 0,
            path_in_list: String::new(),
        }
    }

    /// Returns a draft of the working directory that does not exist, to find the settings that apply there.
    pub fn here() -> DraftSource {
        DraftSource::new(PathBuf::from("稿件.txt"), false)
    }

    /// Returns the path that determines the format and the folder.
    pub fn nominal_path(&self) -> &Path {
        &self.nominal_path
    }

    /// Whether the draft is read from standard input.
    pub fn is_standard_input(&self) -> bool {
        self.path == Path::new(STANDARD_INPUT)
    }

    /// Reads the bytes of the draft.
    ///
    /// # Errors
    /// The draft cannot be read, is not a regular file, or is larger than 1 GiB.
    pub fn read(&self) -> Result<Vec<u8>> {
        if let Some(blob) = &self.blob {
            let bytes = git::read_blob(blob)?;
            let is_small = bytes.len() as u64 <= MAX_BYTES;
            return if is_small { Ok(bytes) } else { Err(self.unreadable(Unreadable::TooLarge)) };
        }
        let read = if self.is_standard_input() {
            read_bounded(io::stdin().lock(), MAX_BYTES, 0)
        } else {
            read_regular(&self.path, MAX_BYTES)
        };
        read.map_err(|reason| self.unreadable(reason))
    }

    fn unreadable(&self, reason: Unreadable) -> Error {
        match reason {
            Unreadable::Io(error) => read_error(&self.path, &error),
            Unreadable::NotRegular => Error::new("读不了：这是管道或设备，不是普通文件。")
                .help("请先存成文件；要从管道读，路径写“-”，把它接到标准输入。"),
            Unreadable::TooLarge => {
                Error::new("读不了：超过 1 GiB 的上限。").help("请确认这是文稿，并拆成几个文件后再校对。")
            }
        }
    }

    /// Parses `bytes` as a draft in the format of `--as`, or else in that which its name and its content tell.
    ///
    /// # Errors
    /// The bytes are not a draft, not one in that format, or not in the given encoding.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Draft> {
        let name = Some(self.nominal_path()).filter(|path| *path != Path::new(STANDARD_INPUT));
        let format = self.format.map_or_else(|| identify(name, &bytes, self.encoding), Ok)?;
        Draft::open_in(bytes, format, self.encoding)
    }
}

impl fmt::Display for DraftSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

fn read_error(path: &Path, error: &io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "请核对路径和文件名。",
        io::ErrorKind::PermissionDenied => "请检查文件和所在目录的读取权限。",
        _ => "请确认它是可以打开的稿件。",
    };
    Error::new(format!("读不了：{}。", cause(error))).help(help).in_file(path.display())
}

/// Returns the argument that names drafts.
pub fn paths_argument() -> Arg {
    Arg::new("paths")
        .value_name("路径")
        .required(true)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
        .help_heading("参数")
        .help(format!("稿件，或装有稿件（{}）的目录；“-”是标准输入", Format::extensions()))
}

/// Returns the argument that names drafts, for commands that also have the [`change_options`].
pub fn paths_argument_unless_changes() -> Arg {
    paths_argument().required(false).required_unless_present_any(["since", "staged", "files-from"])
}

/// Returns the options that determine how drafts are read.
pub fn reading_options() -> [Arg; 2] {
    let encodings = Encoding::ALL.map(|(_, name, _, aliases)| PossibleValue::new(name).aliases(aliases));
    let names = Encoding::ALL.map(|(_, name, ..)| name).join("、");
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    [
        Arg::new("encoding")
            .long("encoding")
            .value_name("编码")
            .value_parser(PossibleValuesParser::new(encodings))
            .ignore_case(true)
            .help(format!("稿件的编码：{names}；不写则自动识别，有 BOM 的以 BOM 为准")),
        Arg::new("as")
            .long("as")
            .value_name("格式")
            .help(format!("写明的文件一律按这种格式读：{}；不写则看扩展名和内容", formats.join("、")))
            .value_parser(PossibleValuesParser::new(formats)),
    ]
}

/// Returns the option that names standard input.
pub fn stdin_option() -> Arg {
    Arg::new("stdin-path")
        .long("stdin-path")
        .value_name("名称")
        .alias("stdin-filename")
        .value_parser(value_parser!(PathBuf))
        .help("标准输入的文件名（也可写作 --stdin-filename），凭它的扩展名定格式，凭它所在的目录找 zhubi.toml；不写则当作纯文本")
}

/// Returns the options that select changed drafts and lines. With them no paths are required.
pub fn change_options() -> [Arg; 2] {
    [
        Arg::new("since")
            .long("since")
            .value_name("版本")
            .conflicts_with("staged")
            .help("只看 git 里从这个版本以来改过的行，例如 HEAD、main；不写路径则看整个仓库"),
        Arg::new("staged")
            .long("staged")
            .action(ArgAction::SetTrue)
            .help("只看 git 里已经暂存、将要提交的行；不写路径则看整个仓库"),
    ]
}

/// Returns the value of an option; `None` if the command does not have the option.
pub fn option_value<'a, T: Clone + Send + Sync + 'static>(arguments: &'a ArgMatches, option: &str) -> Option<&'a T> {
    arguments.try_get_one(option).ok().flatten()
}

fn given_encoding(arguments: &ArgMatches) -> Option<Encoding> {
    let given = option_value::<String>(arguments, "encoding")?;
    let is_given = |name: &str| name.eq_ignore_ascii_case(given);
    let mut all = Encoding::ALL.into_iter();
    let found = all.find(|(_, name, _, aliases)| is_given(name) || aliases.iter().any(|name| is_given(name)));
    found.map(|(encoding, ..)| encoding)
}

/// Returns the format that the arguments state for all drafts.
pub fn given_format(arguments: &ArgMatches) -> Option<Format> {
    let given = option_value::<String>(arguments, "as")?;
    Format::ALL.iter().copied().find(|format| format.name() == given)
}

/// Returns the drafts that the arguments name, without duplicates, in the order of the arguments. The drafts in a
/// directory are sorted by name; among them are files that are not read but only counted. Directories that cannot be
/// read are reported on `console`.
///
/// # Errors
/// The changed drafts were requested and git failed, the list of files cannot be read, or a pattern is not valid.
pub fn collect(arguments: &ArgMatches, console: &mut Console) -> Result<Vec<DraftSource>> {
    listing::limit_jobs(arguments);
    let exclusions = Exclusions::new(arguments)?;
    let listed = listing::listed_paths(arguments)?;
    let mut sources = find_sources(arguments, listed, console)?;
    sources.retain(|source| !exclusions.cover(&source.path));
    apply_reading_options(&mut sources, arguments);
    Ok(sources)
}

/// Sets what the [`reading_options`] and the [`stdin_option`] say of the drafts.
fn apply_reading_options(sources: &mut [DraftSource], arguments: &ArgMatches) {
    let (encoding, format) = (given_encoding(arguments), given_format(arguments));
    for source in sources {
        source.encoding = encoding;
        source.format = format.filter(|_| source.is_explicit);
        if source.is_standard_input()
            && let Some(path) = option_value::<PathBuf>(arguments, "stdin-path")
        {
            source.nominal_path.clone_from(path);
        }
    }
}

/// `listed` are the paths in the list of files, if one was given.
fn find_sources(
    arguments: &ArgMatches,
    listed: Option<Vec<PathBuf>>,
    console: &mut Console,
) -> Result<Vec<DraftSource>> {
    let given = arguments.get_many::<PathBuf>("paths").into_iter().flatten();
    let paths: Vec<&PathBuf> = given.chain(listed.iter().flatten()).collect();
    if listed.is_some() && paths.is_empty() {
        // Without paths all changes in the repository would be meant.
        return Ok(Vec::new());
    }
    if option_value::<bool>(arguments, "staged") == Some(&true) {
        return changed_sources(&paths, ChangeScope::Staged, console);
    }
    if let Some(revision) = option_value::<String>(arguments, "since") {
        return changed_sources(&paths, ChangeScope::Since { revision }, console);
    }
    let mut seen = HashSet::new();
    let mut sources = Vec::new();
    let mut add = |source: DraftSource| {
        let canonical = if source.is_standard_input() { None } else { fs::canonicalize(&source.path).ok() };
        if seen.insert(canonical.unwrap_or_else(|| source.path.clone())) {
            sources.push(source);
        }
    };
    for path in paths.into_iter().chain(option_value::<PathBuf>(arguments, "issue")) {
        if path.is_dir() {
            walk(path, console, &mut add);
        } else if is_owner_file(path) {
            console.note(&format!("{}：这是 Word 打开文稿时留下的临时文件，没有检查。", shown(path)));
        } else {
            add(DraftSource::new(path.clone(), true));
        }
    }
    Ok(sources)
}

/// Returns the drafts at `paths` and below, each path once.
pub fn sources_below<'p>(paths: impl Iterator<Item = &'p PathBuf>, console: &mut Console) -> Vec<DraftSource> {
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, console, &mut |source| sources.extend((source.unread.is_none()).then_some(source)));
        } else {
            sources.push(DraftSource::new(path.clone(), true));
        }
    }
    sources
}

/// Returns a source for each path that the arguments name, including duplicates, without searching directories.
pub fn explicit_sources(arguments: &ArgMatches) -> Vec<DraftSource> {
    let paths = arguments.get_many::<PathBuf>("paths").into_iter().flatten();
    let mut sources: Vec<DraftSource> = paths.map(|path| DraftSource::new(path.clone(), true)).collect();
    apply_reading_options(&mut sources, arguments);
    sources
}

/// Returns the source for a file that was found, not named: a draft, or a file that is only counted. `None` for any
/// other file.
fn found_source(path: PathBuf) -> Option<DraftSource> {
    if is_owner_file(&path) {
        return None;
    }
    let unread = unread_copy(&path);
    let is_draft = Format::of_path(&path).is_some();
    (is_draft || unread.is_some()).then(|| DraftSource { unread, ..DraftSource::new(path, false) })
}

/// Returns the changed drafts below `paths`, or in the whole repository if `paths` is empty.
fn changed_sources(paths: &[&PathBuf], scope: ChangeScope, console: &mut Console) -> Result<Vec<DraftSource>> {
    let changes = git::changed_files(paths, scope)?;
    for path in paths {
        if !path.exists() && !changes.iter().any(|change| change.path.starts_with(path)) {
            console.report_error(&read_error(path, &io::ErrorKind::NotFound.into()));
        }
    }
    let mut sources = Vec::new();
    for ChangedFile { path, blob, base, lines } in changes {
        let is_named = paths.iter().any(|given| **given == path);
        let Some(source) = (if is_named { Some(DraftSource::new(path, true)) } else { found_source(path) }) else {
            continue;
        };
        let source = DraftSource { blob, lines, ..source };
        sources.push(match &base {
            Some(base) if source.lines.is_none() => DraftSource { lines: changed_lines(&source, base), ..source },
            _ => source,
        });
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

/// Returns the numbers of the lines of a draft, from 1, that its old version, the git object `base`, does not have. In a word
/// processor's document a line is a paragraph. Returns `None` if one of the two cannot be read.
fn changed_lines(source: &DraftSource, base: &str) -> Option<Vec<RangeInclusive<usize>>> {
    let old = source.open(git::read_blob(base).ok()?).ok()?;
    let new = source.open(source.read().ok()?).ok()?;
    let mut unmatched: HashMap<&str, usize> = HashMap::new();
    for line in old.text().lines() {
        *unmatched.entry(line).or_default() += 1;
    }
    let mut is_changed = |line: &str| match unmatched.get_mut(line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let numbered = (1..).zip(new.text().lines());
    Some(numbered.filter(|(_, line)| is_changed(line)).map(|(number, _)| number..=number).collect())
}

/// Calls `add` for each draft in `directory` and its subdirectories, and for each file that is only counted, sorted by
/// name.
fn walk(directory: &Path, console: &mut Console, add: &mut impl FnMut(DraftSource)) {
    let mut is_empty = true;
    let mut walk = WalkBuilder::new(directory);
    // Ignore files apply in any directory, not only in a repository.
    walk.require_git(false).add_custom_ignore_filename(ignore_files::OWN_NAME).sort_by_file_name(Ord::cmp);
    let refused = match ignore_files::refuse_unreadable(&mut walk, directory) {
        Ok(refused) => refused,
        Err(error) => return console.report_error(&error),
    };
    for entry in walk.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                if let Some(source) = found_source(entry.into_path()) {
                    is_empty &= source.unread.is_some();
                    add(source);
                }
            }
            Ok(_) => {}
            Err(error) => {
                is_empty = false;
                console.report_error(&walk_error(directory, error));
            }
        }
    }
    for error in refused.take() {
        is_empty = false;
        console.report_error(&error);
    }
    if is_empty {
        console.note(&format!("{}：这个目录里没有稿件（{}）。", shown(directory), Format::extensions()));
    }
}

fn walk_error(directory: &Path, error: ignore::Error) -> Error {
    match error {
        ignore::Error::WithPath { path, err } => walk_error(&path, *err),
        ignore::Error::WithDepth { err, .. } => walk_error(directory, *err),
        error => match error.into_io_error() {
            Some(error) => read_error(directory, &error),
            None => Error::new("不能遍历这个目录。").in_file(directory.display()),
        },
    }
}

/// Calls `work` for each draft, in parallel, and passes the results to `consume` in the order of the drafts. The error
/// of a draft, a panic included, is reported on `console` and does not affect the other drafts. A file that was found, not
/// named, and turns out not to be a draft, is no failure.
///
/// # Errors
/// `consume` failed, which ends the processing.
pub fn process_in_order<'s, T: Send>(
    sources: &'s [DraftSource],
    console: &mut Console,
    work: impl Fn(&'s DraftSource) -> Result<T> + Sync,
    mut consume: impl FnMut(&mut Console, T) -> CommandResult<()>,
) -> CommandResult<()> {
    let work =
        |source: &'s DraftSource| (source, bug::catch_in_draft(|| work(source)).map_err(|error| error.in_file(source)));
    let mut pass_on = |(source, result): (&DraftSource, Result<T>)| match result {
        Ok(value) => consume(console, value),
        Err(error) if !source.is_explicit && error.kind() == ErrorKind::NotADraft => {
            console.note(&error.to_string());
            Ok(())
        }
        Err(error) => {
            console.report_error(&error);
            Ok(())
        }
    };
    // Starting threads takes longer than processing most single drafts.
    if let [only] = sources {
        return pass_on(work(only));
    }
    let mut progress = Progress::new(sources.len());
    for batch in sources.chunks(BATCH_SIZE) {
        let results = parallel::map(batch, work);
        progress.suspend(|| results.into_iter().try_for_each(&mut pass_on))?;
        progress.advance(batch.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Outcome;

    #[test]
    fn a_panic_in_one_draft_does_not_silence_the_others() {
        for count in [1, 3, BATCH_SIZE + 3] {
            let sources: Vec<DraftSource> =
                (0..count).map(|number| DraftSource::new(format!("{number}.txt").into(), true)).collect();
            let mut console = Console::new();
            let mut done = Vec::new();
            let work = |source: &DraftSource| {
                assert!(source.path != Path::new("0.txt"), "a bug");
                Ok(source.to_string())
            };
            let processed = process_in_order(&sources, &mut console, work, |_, path| {
                done.push(path);
                Ok(())
            });
            assert!(processed.is_ok());
            assert_eq!(done, (1..count).map(|number| format!("{number}.txt")).collect::<Vec<_>>());
            assert!(matches!(console.finish(Outcome::Clean), Ok(Outcome::Failed)));
        }
    }

    #[test]
    fn the_error_for_a_panic_says_what_to_report_and_quotes_no_draft() {
        let error = bug::catch_in_draft::<()>(|| panic!("机密")).unwrap_err().in_file("a.txt").to_string();
        assert!(error.starts_with("a.txt：zhubi 自己出了错") && error.contains("版本"), "{error}");
        assert!(!error.contains("机密"));
    }
}
