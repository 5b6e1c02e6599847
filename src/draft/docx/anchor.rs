//! Where comments are attached. Word does not allow comments in notes, headers, footers and text boxes, so a comment on text
//! there is attached to a place in the main text and says where the text is.

use std::collections::HashMap;

use super::story::{Access, NoteReference};
use super::{PartKind, WordFile};
use crate::text::Span;

/// The place of a comment.
pub struct Anchor {
    /// The index of the line that the comment is attached to.
    pub line: usize,
    pub place: Place,
    /// Where the commented text is, in Chinese: `脚注 1`. Empty if the comment is attached to the text itself.
    pub label: String,
}

/// A place in the main document.
pub enum Place {
    /// Words: where they begin and end, each as the index of a segment and an offset in the canonical text.
    Words([(usize, usize); 2]),
    /// The start of the line.
    LineStart,
    /// An offset in the XML of the main document.
    At(usize),
}

/// Finds the places for comments in a file.
pub struct AnchorFinder<'f> {
    file: &'f WordFile,
    /// The canonical text.
    text: &'f str,
    /// The line for comments on text that is not in the main text: the first with text, or else the first.
    body_line: Option<usize>,
    /// The first reference to each note, and its number, by whether the note is an endnote, and by the id of the note.
    references: HashMap<(bool, &'f str), (usize, &'f NoteReference)>,
}

impl<'f> AnchorFinder<'f> {
    pub fn new(file: &'f WordFile, text: &'f str) -> AnchorFinder<'f> {
        let mut references = HashMap::new();
        let mut counts = [0, 0];
        for reference in &file.stories.note_references {
            let count = &mut counts[usize::from(reference.is_endnote)];
            *count += 1;
            references.entry((reference.is_endnote, reference.id.as_str())).or_insert((*count, reference));
        }
        let is_open = |&line: &usize| file.is_in_main_text(line) && !file.lines[line].is_sealed;
        let open_lines = || (0..file.lines.len()).filter(is_open);
        let body_line =
            open_lines().find(|&line| !file.line_span(line, text).is_empty()).or_else(|| open_lines().next());
        AnchorFinder { file, text, body_line, references }
    }

    /// Returns the place for a comment on `span`, or `None` if the main text has no paragraph.
    pub fn find(&self, span: Span) -> Option<Anchor> {
        let file = self.file;
        let index = file.line_at(span.start);
        let line = &file.lines[index];
        if file.is_in_main_text(index) && !line.is_sealed {
            let place = self.words(index, span).map_or(Place::LineStart, Place::Words);
            return Some(Anchor { line: index, place, label: String::new() });
        }
        let label = match file.parts[line.part].kind {
            PartKind::Main if line.is_in_text_box => "文本框",
            PartKind::Main => "内容控件",
            PartKind::Header => "页眉",
            PartKind::Footer => "页脚",
            PartKind::Footnotes => "脚注",
            PartKind::Endnotes => "尾注",
        };
        self.at_note_reference(index, label).or_else(|| {
            let host = line.is_in_text_box.then(|| file.host_line(index)).flatten();
            let host = host.filter(|&host| file.is_in_main_text(host) && !file.lines[host].is_sealed);
            let line = host.or(self.body_line)?;
            Some(Anchor { line, place: Place::LineStart, label: label.to_owned() })
        })
    }

    /// Returns the place after the reference to the note that the line with that index belongs to.
    fn at_note_reference(&self, index: usize, label: &str) -> Option<Anchor> {
        let line = &self.file.lines[index];
        let is_endnote = self.file.parts[line.part].kind == PartKind::Endnotes;
        let (number, reference) = self.references.get(&(is_endnote, line.note.as_deref()?))?;
        let is_usable = self.file.is_in_main_text(reference.line) && !self.file.lines[reference.line].is_sealed;
        is_usable.then(|| Anchor {
            line: reference.line,
            place: Place::At(self.file.stories.runs[reference.run].range.end),
            label: format!("{label} {number}"),
        })
    }

    /// Returns where a comment on `span` begins and ends, or `None` if the comment cannot be on these words.
    fn words(&self, line: usize, span: Span) -> Option<[(usize, usize); 2]> {
        let segments = &self.file.segments;
        let line = self.file.line_span(line, self.text);
        let end = line.end.min(span.end);
        let mut begin = span.start;
        if begin >= end {
            // The comment on an empty span is on the character before it.
            let last = self.text[line.start..begin].chars().next_back();
            begin = last.map_or(begin, |last| begin - last.len_utf8());
        }
        let from = segments.partition_point(|segment| segment.span.end <= begin);
        let to = segments.partition_point(|segment| segment.span.start < end.max(begin + 1)).checked_sub(1)?;
        let (first, last) = (segments.get(from)?, segments.get(to)?);
        let takes_marks = [first, last].iter().all(|segment| segment.run.is_some() && segment.access > Access::Sealed);
        let end = if end > begin { end } else { last.span.end };
        // A segment that cannot be split is commented on as a whole.
        let begin = if first.characters.is_some() { begin } else { first.span.start };
        let end = if last.characters.is_some() { end } else { last.span.end };
        (from <= to && takes_marks && first.span.start >= line.start).then_some([(from, begin), (to, end)])
    }
}
