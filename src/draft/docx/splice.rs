//! Edits and comments → changes to the XML of a part. XML outside the changes stays as it is.

use std::ops::Range;

use super::id::{IdGenerator, with_new_ids};
use super::story::{Run, Segment};
use super::xml::{Names, escape, first_character};
use crate::edit::Signature;

/// A change to be made in a segment. Offsets are in the canonical text.
#[derive(Debug, Clone)]
pub struct Task {
    /// The index of the segment.
    pub segment: usize,
    pub at: usize,
    pub action: Action,
}

/// What a task does. Tasks at the same offset are done in the order of the variants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Insert the text.
    Insert(String),
    /// End the range of the comment with that id.
    EndComment(u32),
    /// Begin the range of the comment with that id.
    BeginComment(u32),
    /// Replace the text from the task's offset to this one.
    Replace(usize, String),
}

/// How edits are written.
#[derive(Debug, Clone, Copy)]
pub enum EditMode<'d> {
    /// As tracked changes with that author and date.
    Tracked(Signature<'d>),
    /// As if the text had been written that way.
    Plain,
}

/// A byte range of a part and the XML that replaces it.
pub type Splice = (Range<usize>, String);

/// Returns the part with the splices made.
pub fn apply(xml: &str, mut splices: Vec<Splice>) -> String {
    // The sort is stable, so insertions at the same offset keep their order.
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(xml.len() + splices.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut copied = 0;
    for (range, text) in splices {
        out.push_str(&xml[copied..range.start]);
        out.push_str(&text);
        copied = range.end;
    }
    out.push_str(&xml[copied..]);
    out
}

/// Returns the end of a comment range and the reference to the comment.
pub fn comment_end(names: &Names, id: u32) -> String {
    let reference = names.element("commentReference", &[("id", &id.to_string())], "");
    names.element("commentRangeEnd", &[("id", &id.to_string())], "") + &names.element("r", &[], &reference)
}

/// Returns the beginning of a comment range.
pub fn comment_begin(names: &Names, id: u32) -> String {
    names.element("commentRangeStart", &[("id", &id.to_string())], "")
}

/// Returns the splice that gives an empty element, `<w:p/>`, which ends at `end`, the content `content`.
pub fn fill_empty_element(xml: &str, end: usize, content: &str) -> Splice {
    let start = xml[..end].rfind('<').unwrap_or(end);
    let name = xml[start..end].trim_start_matches('<').split(|c: char| c.is_ascii_whitespace() || c == '/').next();
    (end - "/>".len()..end, format!(">{content}</{}>", name.unwrap_or_default()))
}

/// A part as the writer of runs sees it.
#[derive(Clone, Copy)]
pub struct Source<'x> {
    pub xml: &'x str,
    pub names: &'x Names,
}

/// Returns the splice that rewrites `segment` of `run` with `tasks` done, which are sorted and all in this segment. The
/// rest of the run stays as it is.
pub fn rewrite_segment(
    source: Source,
    segment: &Segment,
    run: &Run,
    tasks: &[Task],
    mode: EditMode,
    ids: &mut IdGenerator,
) -> Splice {
    // If other elements of the run come before the segment, they stay, and the splice begins inside the open run.
    // Otherwise it also replaces the head of the run.
    let follows_another_element = run.head.end < segment.element.start;
    let mut writer =
        RunWriter { source, run, mode, ids, out: String::new(), is_run_open: follows_another_element, pending: None };
    let from = if follows_another_element { segment.element.start } else { run.range.start };
    let [blanks_before, blanks_after] = unshown_blanks(source.xml, segment);
    writer.keep_unshown(blanks_before);
    let mut cursor = Cursor::new(source.xml, segment);
    for task in tasks {
        let kept = cursor.advance(task.at);
        writer.keep(kept);
        match &task.action {
            Action::Insert(text) => writer.insert(text),
            Action::BeginComment(id) => writer.put_between_runs(&comment_begin(source.names, *id)),
            Action::EndComment(id) => writer.put_between_runs(&comment_end(source.names, *id)),
            Action::Replace(end, text) => {
                let removed = cursor.advance(*end);
                writer.replace(removed, text);
            }
        }
    }
    let kept = cursor.advance(segment.span.end);
    writer.keep(kept);
    writer.flush();
    writer.keep_unshown(blanks_after);
    // If other elements of the run come after the segment, the splice must leave a run open for them.
    let to = if segment.element.end < run.end_tag {
        writer.open_run();
        segment.element.end
    } else {
        writer.close_run();
        run.range.end
    };
    (from..to, writer.out)
}

/// Returns the blanks before and after the characters of a `w:t`, which Word does not show.
fn unshown_blanks<'x>(xml: &'x str, segment: &Segment) -> [&'x str; 2] {
    let Some(characters) = &segment.characters else { return [""; 2] };
    [&xml[segment.content.start..characters.start], &xml[characters.end..segment.content.end]]
}

/// A piece of a segment's content.
enum Content<'x> {
    /// Characters of a `w:t` as written in the XML.
    Characters(&'x str),
    /// An element that cannot be split.
    Element(&'x str),
}

/// A position in a segment, in the canonical text and in the part.
struct Cursor<'x, 's> {
    xml: &'x str,
    segment: &'s Segment,
    /// The offset in the canonical text.
    text_offset: usize,
    /// The offset in the part.
    xml_offset: usize,
}

impl<'x, 's> Cursor<'x, 's> {
    fn new(xml: &'x str, segment: &'s Segment) -> Cursor<'x, 's> {
        let xml_offset = segment.characters.as_ref().map_or(0, |characters| characters.start);
        Cursor { xml, segment, text_offset: segment.span.start, xml_offset }
    }

    /// Moves to `end`, an offset in the canonical text within the segment, and returns the content in between.
    fn advance(&mut self, end: usize) -> Content<'x> {
        let segment = self.segment;
        let Some(characters) = &segment.characters else {
            if self.text_offset < segment.span.end && end >= segment.span.end {
                self.text_offset = end;
                return Content::Element(&self.xml[segment.element.clone()]);
            }
            return Content::Characters("");
        };
        let start = self.xml_offset;
        if end >= segment.span.end {
            self.xml_offset = characters.end;
            self.text_offset = end;
        }
        while self.text_offset < end {
            let Some((length, meaning)) = first_character(&self.xml[self.xml_offset..characters.end]) else { break };
            self.xml_offset += length;
            self.text_offset += meaning.len_utf8();
        }
        Content::Characters(&self.xml[start..self.xml_offset])
    }
}

/// Writes the XML of a run again, split where changes have to be between runs.
struct RunWriter<'x, 'r> {
    source: Source<'x>,
    run: &'r Run,
    mode: EditMode<'r>,
    ids: &'r mut IdGenerator,
    out: String,
    is_run_open: bool,
    /// Characters of a `w:t` that has not been written yet.
    pending: Option<String>,
}

impl RunWriter<'_, '_> {
    /// Writes unchanged content.
    fn keep(&mut self, content: Content) {
        match content {
            Content::Characters("") => {}
            Content::Characters(text) => self.pending.get_or_insert_default().push_str(text),
            Content::Element(element) => {
                self.flush();
                self.open_run();
                self.out.push_str(element);
            }
        }
    }

    /// Writes blanks that Word does not show.
    fn keep_unshown(&mut self, blanks: &str) {
        if !blanks.is_empty() {
            self.open_run();
            self.out.push_str(&self.source.names.unshown_blanks(blanks));
        }
    }

    fn insert(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let EditMode::Tracked(signature) = self.mode else {
            return self.pending.get_or_insert_default().push_str(&escape(text));
        };
        let ins = self.tracked("ins", "t", &escape(text), signature);
        match self.run.insertion.clone() {
            None => self.put_between_runs(&ins),
            // The run is part of somebody else's tracked insertion. That insertion is split in two, so that each change
            // can be rejected alone.
            Some(tag) => {
                let tag = &self.source.xml[tag];
                let name = tag[1..].split(|c: char| c.is_ascii_whitespace() || c == '>').next().unwrap_or_default();
                let reopened = with_new_ids(tag, self.ids);
                self.put_between_runs(&format!("</{name}>{ins}{reopened}"));
            }
        }
    }

    /// Replaces the content by `text`.
    fn replace(&mut self, content: Content, text: &str) {
        if let (Content::Characters(removed), EditMode::Tracked(signature)) = (content, self.mode)
            && !removed.is_empty()
        {
            let del = self.tracked("del", "delText", removed, signature);
            self.put_between_runs(&del);
        }
        self.insert(text);
    }

    /// Returns a tracked change: the element `change` with a run of the same properties, which has `text` in the element
    /// `text_name`.
    fn tracked(&mut self, change: &str, text_name: &str, text: &str, signature: Signature) -> String {
        let names = self.source.names;
        let id = self.ids.next().to_string();
        let run = format!("{}{}{}", self.run_head(), names.text_element(text_name, text), self.run_end());
        names.element(change, &[("id", &id), ("author", signature.author), ("date", signature.date)], &run)
    }

    /// Returns the start tag and the properties of the run, for another run with the same properties. A tracked change
    /// of the properties gets a new id.
    fn run_head(&mut self) -> String {
        with_new_ids(&self.source.xml[self.run.head.clone()], self.ids)
    }

    fn run_end(&self) -> String {
        format!("</{}>", &self.source.xml[self.run.name.clone()])
    }

    fn put_between_runs(&mut self, xml: &str) {
        self.close_run();
        self.out.push_str(xml);
    }

    /// Writes the pending characters.
    fn flush(&mut self) {
        if let Some(text) = self.pending.take() {
            self.open_run();
            self.out.push_str(&self.source.names.text_element("t", &text));
        }
    }

    fn open_run(&mut self) {
        if !self.is_run_open {
            let head = self.run_head();
            self.out.push_str(&head);
            self.is_run_open = true;
        }
    }

    fn close_run(&mut self) {
        self.flush();
        if self.is_run_open {
            self.out.push_str(&self.run_end());
            self.is_run_open = false;
        }
    }
}
