//! Paths → drafts, and the work on them: in parallel, with the results in order.

use std::collections::HashSet;
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use ignore::WalkBuilder;
use rayon::prelude::*;

use super::console::Console;
use super::progress::Progress;
use super::{Attempt, git};
use crate::draft::{Draft, Encoding, Format};
use crate::error::{Error, Result, cause};

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// How many drafts are worked on before their results are handed over: enough to keep every core busy, few
/// enough for the results to fit in memory.
const BATCH: usize = 64;

/// A draft to be read.
pub struct Source {
    /// Where it is, as it was given or as the walk names it; `-` is standard input.
    pub path: PathBuf,
    /// What tells its format and its folder: the path, or what standard input is said to be.
    name: PathBuf,
    /// The encoding, if it was said.
    encoding: Option<Encoding>,
    /// Was it named outright, not met on a walk?
    pub named: bool,
    /// The object of the index of git that is to be read in place of the file.
    pub blob: Option<String>,
    /// The lines that count, in order, from 1; all where there is nothing.
    pub lines: Option<Vec<RangeInclusive<usize>>>,
    /// Which of the desks reads it (see `desks`).
    pub desk: usize,
    /// Its name in the list of what is let stand.
    pub listed_as: String,
}

impl Source {
    fn new(path: PathBuf, named: bool) -> Source {
        let name = path.clone();
        Source { path, name, encoding: None, named, blob: None, lines: None, desk: 0, listed_as: String::new() }
    }

    /// Its path, or what standard input is said to be.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Is it standard input?
    pub fn is_standard_input(&self) -> bool {
        self.path == Path::new(STANDARD_INPUT)
    }

    /// All its bytes.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self) -> Result<Vec<u8>> {
        if let Some(blob) = &self.blob {
            return git::blob(blob);
        }
        let read = if self.is_standard_input() {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            fs::read(&self.path)
        };
        read.map_err(|error| unreadable(&self.path, &error))
    }

    /// The draft that its bytes are, in the format that its ending tells; plain text where it tells none.
    ///
    /// # Errors
    /// They are no draft of that format, or not in the encoding that was said.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Draft> {
        Draft::open_in(bytes, Format::of_path(&self.name).unwrap_or(Format::Plain), self.encoding)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "请核对路径和文件名。",
        io::ErrorKind::PermissionDenied => "请检查文件和所在目录的读取权限。",
        _ => "请确认它是可以打开的稿件。",
    };
    Error::new(format!("读不了：{}。", cause(error))).help(help).in_file(path.display())
}

/// The argument that names drafts.
pub fn paths() -> Arg {
    Arg::new("paths")
        .value_name("路径")
        .required(true)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
        .help(format!("稿件，或装有稿件（{}）的目录；“-”是标准输入", Format::extensions()))
}

/// The options that say how drafts are to be read.
pub fn reading() -> [Arg; 2] {
    let encodings = Encoding::ALL.map(|(_, name, _, aliases)| PossibleValue::new(name).aliases(aliases));
    let names = Encoding::ALL.map(|(_, name, ..)| name).join("、");
    [
        Arg::new("encoding")
            .long("encoding")
            .value_name("编码")
            .value_parser(PossibleValuesParser::new(encodings))
            .ignore_case(true)
            .help(format!("稿件的编码：{names}；不写则自动识别，有 BOM 的以 BOM 为准")),
        Arg::new("stdin-path")
            .long("stdin-path")
            .value_name("名称")
            .value_parser(value_parser!(PathBuf))
            .help("标准输入的文件名，凭它的扩展名定格式，凭它所在的目录找 zhubi.toml；不写则是纯文本"),
    ]
}

/// The options that choose drafts and lines by what was changed. With them paths may be left out.
pub fn changes() -> [Arg; 2] {
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

/// The argument that names drafts, where [`changes`] may choose them.
pub fn paths_or_changes() -> Arg {
    paths().required(false).required_unless_present_any(["since", "staged"])
}

/// What an option says, where the command has it.
fn said<'a, T: Clone + Send + Sync + 'static>(arguments: &'a ArgMatches, option: &str) -> Option<&'a T> {
    arguments.try_get_one(option).ok().flatten()
}

/// The encoding that the arguments say.
fn encoding(arguments: &ArgMatches) -> Option<Encoding> {
    let said = said::<String>(arguments, "encoding")?;
    let is_said = |name: &str| name.eq_ignore_ascii_case(said);
    let mut known = Encoding::ALL.into_iter();
    known.find(|(_, name, _, aliases)| is_said(name) || aliases.iter().any(|name| is_said(name))).map(|(it, ..)| it)
}

/// The drafts that the arguments name, each of them once, in the order of the arguments; those of a directory
/// by name. What cannot be walked is told.
///
/// # Errors
/// Those of git, where it is asked.
pub fn collect(arguments: &ArgMatches, console: &mut Console) -> Result<Vec<Source>> {
    let encoding = encoding(arguments);
    let mut sources = chosen(arguments, console)?;
    for source in &mut sources {
        source.encoding = encoding;
        if source.is_standard_input()
            && let Some(name) = said::<PathBuf>(arguments, "stdin-path")
        {
            source.name.clone_from(name);
        }
    }
    Ok(sources)
}

fn chosen(arguments: &ArgMatches, console: &mut Console) -> Result<Vec<Source>> {
    let paths: Vec<&PathBuf> = arguments.get_many::<PathBuf>("paths").into_iter().flatten().collect();
    if said::<bool>(arguments, "staged") == Some(&true) {
        return changed(&paths, git::Side::Index, console);
    }
    if let Some(revision) = said::<String>(arguments, "since") {
        return changed(&paths, git::Side::Files { since: revision }, console);
    }
    let mut seen = HashSet::new();
    let mut sources = Vec::new();
    let mut add = |source: Source| {
        let identity = if source.is_standard_input() { None } else { fs::canonicalize(&source.path).ok() };
        if seen.insert(identity.unwrap_or_else(|| source.path.clone())) {
            sources.push(source);
        }
    };
    for path in paths.into_iter().chain(said::<PathBuf>(arguments, "issue")) {
        if path.is_dir() { walk(path, console, &mut add) } else { add(Source::new(path.clone(), true)) }
    }
    Ok(sources)
}

/// The drafts that the arguments name, as they are.
pub fn named(arguments: &ArgMatches) -> Vec<Source> {
    arguments.get_many::<PathBuf>("paths").into_iter().flatten().map(|path| Source::new(path.clone(), true)).collect()
}

/// The drafts below `paths` (everywhere, where none is given) that git knows as changed.
fn changed(paths: &[&PathBuf], side: git::Side, console: &mut Console) -> Result<Vec<Source>> {
    let changes = git::changes(paths, side)?;
    for path in paths {
        if !path.exists() && !changes.iter().any(|change| change.path.starts_with(path)) {
            console.complain(&unreadable(path, &io::ErrorKind::NotFound.into()));
        }
    }
    let is_draft = |path: &Path| Format::of_path(path).is_some() || paths.iter().any(|named| *named == path);
    let changes = changes.into_iter().filter(|change| is_draft(&change.path));
    let mut sources: Vec<Source> = changes
        .map(|change| Source { blob: change.blob, lines: change.lines, ..Source::new(change.path, false) })
        .collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

/// Files that name what is no draft, written as `.gitignore` is.
const IGNORE_FILE: &str = ".zhubiignore";

fn walk(directory: &Path, console: &mut Console, add: &mut impl FnMut(Source)) {
    let mut empty = true;
    // An ignore file is honoured wherever it stands, in a repository or not.
    let mut walk = WalkBuilder::new(directory);
    walk.require_git(false).add_custom_ignore_filename(IGNORE_FILE).sort_by_file_name(Ord::cmp);
    for entry in walk.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                if Format::of_path(entry.path()).is_some() {
                    empty = false;
                    add(Source::new(entry.into_path(), false));
                }
            }
            Ok(_) => {}
            Err(error) => {
                empty = false;
                console.complain(&unwalkable(directory, error));
            }
        }
    }
    if empty {
        console.note(&format!("{}：这个目录里没有稿件（{}）。", directory.display(), Format::extensions()));
    }
}

fn unwalkable(directory: &Path, error: ignore::Error) -> Error {
    match error {
        ignore::Error::WithPath { path, err } => unwalkable(&path, *err),
        ignore::Error::WithDepth { err, .. } => unwalkable(directory, *err),
        error => match error.into_io_error() {
            Some(error) => unreadable(directory, &error),
            None => Error::new("不能遍历这个目录。").in_file(directory.display()),
        },
    }
}

/// Does `work` for every draft, several at a time, and hands the results to `then` in the drafts' order. What
/// went wrong with a draft is told, and the others are worked on all the same.
///
/// # Errors
/// Those of `then`, which end the work.
pub fn in_order<'s, T: Send>(
    sources: &'s [Source],
    console: &mut Console,
    work: impl Fn(&'s Source) -> Result<T> + Sync,
    mut then: impl FnMut(&mut Console, T) -> Attempt<()>,
) -> Attempt<()> {
    let work = |source: &'s Source| work(source).map_err(|error| error.in_file(source));
    let mut hand_over = |result| match result {
        Ok(value) => then(console, value),
        Err(error) => {
            console.complain(&error);
            Ok(())
        }
    };
    // Starting threads takes longer than most single drafts.
    if let [only] = sources {
        return hand_over(work(only));
    }
    let mut progress = Progress::new(sources.len());
    for batch in sources.chunks(BATCH) {
        let results: Vec<Result<T>> = batch.par_iter().map(work).collect();
        progress.aside(|| results.into_iter().try_for_each(&mut hand_over))?;
        progress.advance(batch.len());
    }
    Ok(())
}
