//! Paths → drafts, and the work on them: in parallel, with the results in order.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use clap::{Arg, ArgMatches, value_parser};
use ignore::WalkBuilder;
use rayon::prelude::*;

use super::Attempt;
use super::console::Console;
use crate::draft::Format;
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
    /// The format its ending tells; plain text where it tells none.
    pub format: Format,
    /// Which of the engines reads it (see `selection`).
    pub engine: usize,
}

impl Source {
    fn new(path: PathBuf) -> Source {
        Source { format: Format::of_path(&path).unwrap_or(Format::Plain), path, engine: 0 }
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
        let read = if self.is_standard_input() {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            fs::read(&self.path)
        };
        read.map_err(|error| unreadable(&self.path, &error))
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
        .help("稿件，或装有稿件（.txt、.md、.markdown）的目录；“-”是标准输入")
}

/// The drafts that the arguments name, each of them once, in the order of the arguments; those of a directory
/// by name. What cannot be walked is told.
pub fn collect(arguments: &ArgMatches, console: &mut Console) -> Vec<Source> {
    let mut seen = HashSet::new();
    let mut sources = Vec::new();
    let mut add = |source: Source| {
        let identity = if source.is_standard_input() { None } else { fs::canonicalize(&source.path).ok() };
        if seen.insert(identity.unwrap_or_else(|| source.path.clone())) {
            sources.push(source);
        }
    };
    let issue = arguments.try_get_one::<PathBuf>("issue").ok().flatten();
    for path in arguments.get_many::<PathBuf>("paths").into_iter().flatten().chain(issue) {
        if path.is_dir() { walk(path, console, &mut add) } else { add(Source::new(path.clone())) }
    }
    sources
}

fn walk(directory: &Path, console: &mut Console, add: &mut impl FnMut(Source)) {
    let mut empty = true;
    // An ignore file is honoured wherever it stands, in a repository or not.
    for entry in WalkBuilder::new(directory).require_git(false).sort_by_file_name(Ord::cmp).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                if Format::of_path(entry.path()).is_some() {
                    empty = false;
                    add(Source::new(entry.into_path()));
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
        console.note(&format!("{}：这个目录里没有稿件（.txt、.md、.markdown）。", directory.display()));
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
    for batch in sources.chunks(BATCH) {
        let results: Vec<Result<T>> = batch.par_iter().map(work).collect();
        results.into_iter().try_for_each(&mut hand_over)?;
    }
    Ok(())
}
