//! A document that is open in the editor, and what is found in it.

use std::path::{Path, PathBuf};

use lsp_types::{Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::lines::{Lines, Positions, Units};
use super::uri;
use crate::draft::{Draft, Encoding, Format, identify};
use crate::edit::{Edit, EditSet};
use crate::engine::FindingCache;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, FixSafety};
use crate::guard;
use crate::server::{Office, Place};
use crate::stet::Review;
use crate::text::Span;

/// The byte order mark, if the editor sends it with the text.
const BOM: char = '\u{FEFF}';

/// The language ids of editors, and the formats of drafts that they mean.
const LANGUAGES: [(&str, Format); 9] = [
    ("markdown", Format::Markdown),
    ("quarto", Format::Markdown),
    ("rmd", Format::Markdown),
    ("html", Format::Html),
    ("xhtml", Format::Xhtml),
    ("srt", Format::Subtitle),
    ("subrip", Format::Subtitle),
    ("vtt", Format::Subtitle),
    ("webvtt", Format::Subtitle),
];

/// The language ids that say only that a document is text: its name tells its format.
const TEXTS: [&str; 4] = ["plaintext", "text", "txt", ""];

/// A document that is open in the editor.
#[derive(Debug)]
pub struct Document {
    pub uri: Uri,
    pub version: i32,
    /// Its file, or a file that could be its own beside those of the folder, if it was not saved.
    pub path: PathBuf,
    pub has_file: bool,
    /// What tells this opening of the document from others, and how often it has changed since.
    opening: u64,
    changes: u64,
    language: String,
    text: String,
    lines: Option<Lines>,
    place: Option<Place>,
    has_place: bool,
    state: State,
    cache: FindingCache,
}

/// What is known about the present text.
#[derive(Debug)]
enum State {
    Unread,
    /// It is not a draft, or the settings leave it out.
    NotADraft,
    /// It cannot be read as a draft.
    Unreadable(Error),
    Read(Box<Reading>),
}

/// What is found in a draft.
#[derive(Debug)]
pub struct Reading {
    pub draft: Draft,
    pub place: Place,
    pub review: Review,
    /// How many bytes of the document come before the canonical text.
    shift: usize,
    /// The findings without the fixes that would change more than prose; computed when they are needed.
    guarded: Option<Vec<Finding>>,
}

impl Document {
    /// Opens a document. `folder` is that of documents without a file, and no other has the number `opening`.
    pub fn open(item: TextDocumentItem, opening: u64, folder: &Path) -> Document {
        let TextDocumentItem { uri, language_id: language, version, text } = item;
        let path = uri::to_path(uri.as_str());
        Document {
            uri,
            version,
            opening,
            changes: 0,
            has_file: path.is_some(),
            path: path.unwrap_or_else(|| folder.join("未存盘的稿件")),
            language,
            text,
            lines: None,
            place: None,
            has_place: false,
            state: State::Unread,
            cache: FindingCache::default(),
        }
    }

    /// Makes changes of the text one after the other.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, units: Units) {
        self.version = version;
        self.changes += 1;
        self.state = State::Unread;
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => {
                    let lines = self.lines.get_or_insert_with(|| Lines::of(&self.text));
                    let span = lines.span(&self.text, range, units);
                    self.text.replace_range(span.range(), &change.text);
                }
            }
            self.lines = None;
        }
    }

    /// Forgets what is found and by which settings.
    pub fn forget(&mut self) {
        self.changes += 1;
        self.state = State::Unread;
        self.cache = FindingCache::default();
        self.has_place = false;
    }

    /// Returns what tells the present state of the document, and of its settings, from all others of the session.
    pub fn state_id(&self) -> String {
        format!("{}.{}", self.opening, self.changes)
    }

    /// Reads the text as it is now, unless that was done. Only the articles that have changed since it was read last are
    /// checked.
    pub fn read<O: Office>(&mut self, office: &mut O) {
        if !matches!(self.state, State::Unread) {
            return;
        }
        if !self.has_place {
            self.place = office.place(&self.path);
            self.has_place = true;
        }
        self.state = match &self.place {
            None => State::NotADraft,
            Some(place) => {
                let (text, cache) = (&self.text, &mut self.cache);
                let path = self.has_file.then_some(self.path.as_path());
                let language = &self.language;
                let read = || Reading::of(text, format_of(language, path, text)?, place, office, cache);
                match office.guarded(read) {
                    Ok(reading) => State::Read(Box::new(reading)),
                    Err(error) if error.kind() == ErrorKind::NotADraft => State::NotADraft,
                    Err(error) => {
                        self.cache = FindingCache::default();
                        State::Unreadable(error)
                    }
                }
            }
        };
    }

    /// Returns what is found in the text, if it was read and is a draft.
    pub fn reading(&self) -> Option<&Reading> {
        match &self.state {
            State::Read(reading) => Some(reading),
            _ => None,
        }
    }

    /// Returns why the text cannot be read as a draft.
    pub fn error(&self) -> Option<&Error> {
        match &self.state {
            State::Unreadable(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the reading after its fixes were guarded.
    pub fn guarded_reading(&mut self) -> Option<&Reading> {
        match &mut self.state {
            State::Read(reading) => {
                reading.guard();
                Some(reading)
            }
            _ => None,
        }
    }

    /// Returns the ranges of spans of the canonical text.
    pub fn ranges(&mut self, spans: impl IntoIterator<Item = Span>, units: Units) -> Ranges {
        let shift = self.reading().map_or(0, |reading| reading.shift);
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.text));
        let spans = spans.into_iter().map(|span| span.shifted(shift));
        Ranges { positions: Positions::of_spans(&self.text, lines, units, spans), shift }
    }

    /// Returns the span of a range, in the canonical text.
    pub fn span(&mut self, range: Range, units: Units) -> Span {
        let shift = self.reading().map_or(0, |reading| reading.shift);
        let lines = self.lines.get_or_insert_with(|| Lines::of(&self.text));
        let span = lines.span(&self.text, range, units);
        Span::new(span.start.saturating_sub(shift), span.end.saturating_sub(shift))
    }
}

/// Returns the format of a draft: that of its language, or else that which its name and its text tell. `path` is that of its
/// file.
///
/// # Errors
/// The document is not a draft.
fn format_of(language: &str, path: Option<&Path>, text: &str) -> Result<Format> {
    let language = language.to_ascii_lowercase();
    if let Some((_, format)) = LANGUAGES.iter().find(|(name, _)| *name == language) {
        return Ok(*format);
    }
    let is_text = TEXTS.contains(&language.as_str());
    if !is_text && path.is_none_or(|path| Format::of_path(path).is_none()) {
        return Err(Error::new("这种语言的文件不是稿件。").of_kind(ErrorKind::NotADraft));
    }
    identify(path, text.as_bytes(), Some(Encoding::Utf8))
}

/// The ranges of some spans of the canonical text of a document.
#[derive(Debug)]
pub struct Ranges {
    positions: Positions,
    shift: usize,
}

impl Ranges {
    pub fn of(&self, span: Span) -> Range {
        self.positions.range(span.shifted(self.shift))
    }
}

impl Reading {
    fn of<O: Office>(
        text: &str,
        format: Format,
        place: &Place,
        office: &O,
        cache: &mut FindingCache,
    ) -> Result<Reading> {
        let draft = Draft::open_in(text.as_bytes().to_vec(), format, Some(Encoding::Utf8))?;
        let engine = office.engine(place);
        let findings = engine.check_with(&draft, cache);
        let review = office.options(place).divide(engine, &draft, findings);
        let shift = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Ok(Reading { draft, place: place.clone(), review, shift, guarded: None })
    }

    fn guard(&mut self) {
        if self.guarded.is_none() {
            let mut findings = self.review.findings.clone();
            guard::withdraw_harmful_fixes(&self.draft, &mut findings);
            self.guarded = Some(findings);
        }
    }

    /// The findings; after [`Document::guarded_reading`], without the fixes that would change more than prose.
    pub fn findings(&self) -> &[Finding] {
        self.guarded.as_ref().unwrap_or(&self.review.findings)
    }

    /// Returns the edit that takes a suggestion of a finding, if it changes nothing but prose. The fixes must have been
    /// guarded.
    pub fn edit(&self, finding: &Finding, number: usize) -> Option<Edit> {
        let text = finding.suggestions.get(number)?;
        let edit = Edit { span: finding.span, text: text.clone() };
        let is_fix = number == 0 && finding.fix != FixSafety::None;
        (is_fix || self.is_plain(finding) && self.is_harmless(&edit)).then_some(edit)
    }

    /// Whether the place of a finding holds prose and nothing else: no markup and no break of a column.
    fn is_plain(&self, finding: &Finding) -> bool {
        let text = self.draft.text();
        let Some(block) = self.draft.blocks().get(finding.block as usize) else { return false };
        let inside = block.body.spans_from(&[finding.span]);
        finding.span.is_empty()
            || matches!(inside.as_slice(), [only] if only.of(block.text(text)) == finding.span.of(text))
    }

    fn is_harmless(&self, edit: &Edit) -> bool {
        let mut set = EditSet::default();
        let is_one = set.push(edit.clone()).is_ok();
        let apply = || guard::apply(&self.draft, &set, |edits| self.draft.rewrite(edits));
        is_one && (!self.draft.has_markup() || apply().is_ok_and(|guarded| guarded.refused.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_or_the_name_tells_the_format() {
        let path = |name: &'static str| Some(Path::new(name));
        for (language, path, expected) in [
            ("markdown", None, Some(Format::Markdown)),
            ("Markdown", path("a.txt"), Some(Format::Markdown)),
            ("plaintext", None, Some(Format::Plain)),
            ("", path("a.md"), Some(Format::Markdown)),
            ("plaintext", path("a.srt"), Some(Format::Subtitle)),
            ("unheard-of", path("a.txt"), Some(Format::Plain)),
            ("unheard-of", path("a.rs"), None),
            ("unheard-of", None, None),
            ("plaintext", path("requirements.txt"), None),
        ] {
            let format = format_of(language, path, "江城的早晨很安静，街上没有几个人。\n");
            assert_eq!(format.ok(), expected, "{language} {path:?}");
        }
    }
}
