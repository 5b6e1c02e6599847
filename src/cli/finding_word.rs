//! The word of a finding that is told by its place, as reports write it: `稿.txt:12:5`.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::console::{Console, shown};
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace};
use super::{CommandResult, selection};
use crate::error::{Error, Result};
use crate::text::{Locator, Position, Span};

/// The place of a finding.
struct Place {
    path: PathBuf,
    position: Position,
}

impl Place {
    /// Reads a place. A colon behind it, as `--format brief` has one, is ignored.
    fn read(written: &str) -> Option<Place> {
        let (rest, column) = written.trim_end_matches([':', '：']).rsplit_once(':')?;
        let (path, line) = rest.rsplit_once(':')?;
        let position = Position { line: line.parse().ok()?, column: column.parse().ok()? };
        Some(Place { path: PathBuf::from(path), position })
    }
}

/// Returns the word of the finding at a place. `None` if `written` is no place.
///
/// # Errors
/// The draft cannot be read, or there is no finding of a word at the place.
pub fn word_at(written: &str, console: &mut Console) -> CommandResult<Option<String>> {
    let Some(Place { path, position }) = Place::read(written) else { return Ok(None) };
    let mut sources = vec![DraftSource::new(path, true)];
    let loaded = workspaces::load(&everything(), &mut sources, console)?;
    let Some(source) = sources.first() else { return Err(no_finding(written).into()) };
    let found = word_of_finding(source, &loaded[source.workspace], position);
    let found = found.map_err(|error| error.in_file(shown(&source.path)))?;
    found.map(Some).ok_or_else(|| no_finding(written).into())
}

/// The options by which every rule runs: a finding may be known from any level.
fn everything() -> ArgMatches {
    let command = Command::new("check").args(drafts::reading_options()).args(selection::options());
    command.try_get_matches_from(["check", "--level", "advice"]).unwrap_or_default()
}

fn no_finding(written: &str) -> Error {
    Error::new(format!("{written} 没有查出的词。")).help("位置照 zhubi check 写的那样；也可以直接写要加的词。")
}

/// The word of the finding that begins at a position, or else of the shortest one around it.
fn word_of_finding(source: &DraftSource, workspace: &Workspace, position: Position) -> Result<Option<String>> {
    let draft = source.open(source.read()?)?;
    let text = draft.text();
    let findings = workspace.review_options(source).review(&workspace.engine, &draft).findings;
    let mut locator = Locator::new(text);
    let mut distance = |span: Span| {
        let (start, end) = (locator.position(span.start), locator.position(span.end));
        (start <= position && position < end).then_some((start != position, span.len()))
    };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '·');
    let words = findings.iter().map(|finding| finding.span).filter(|span| is_word(span.of(text)));
    let nearest = words.filter_map(|span| Some((distance(span)?, span))).min();
    Ok(nearest.map(|(_, span)| span.of(text).to_owned()))
}
