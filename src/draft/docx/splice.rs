//! Edits and the ends of comments → the XML of a part, with nothing else changed.

use std::ops::Range;

use super::story::{Piece, Run};
use super::xml::escape;
use super::{AUTHOR, Ids};

/// Something to be done at a piece; the offsets count in the canonical text.
#[derive(Debug, Clone)]
pub struct Task {
    /// The piece.
    pub piece: usize,
    pub at: usize,
    pub what: What,
}

/// What is to be done. In this order where two have one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Put a text in.
    Insert(String),
    /// End the comment of that id here.
    End(u32),
    /// Begin the comment of that id here.
    Begin(u32),
    /// Take out what stands up to there, and put a text in its place.
    Delete(usize, String),
}

/// How edits are made.
#[derive(Debug, Clone, Copy)]
pub enum Manner<'d> {
    /// As tracked changes of that date.
    Tracked(&'d str),
    /// Plainly.
    Plain,
}

/// What is put in place of a range of a part.
pub type Splice = (Range<usize>, String);

/// The part with the splices made.
pub fn apply(xml: &str, mut splices: Vec<Splice>) -> String {
    // Stable: what is put in at one place comes in the order in which it was asked for.
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(xml.len() + splices.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut done = 0;
    for (range, text) in splices {
        out.push_str(&xml[done..range.start]);
        out.push_str(&text);
        done = range.end;
    }
    out.push_str(&xml[done..]);
    out
}

/// The end of a comment and the mark that refers to it.
pub fn comment_end(id: u32) -> String {
    format!(r#"<w:commentRangeEnd w:id="{id}"/><w:r><w:commentReference w:id="{id}"/></w:r>"#)
}

/// The beginning of a comment.
pub fn comment_begin(id: u32) -> String {
    format!(r#"<w:commentRangeStart w:id="{id}"/>"#)
}

/// Writes one piece anew with its tasks done, which are in order.
pub fn piece(xml: &str, piece: &Piece, run: &Run, tasks: &[Task], manner: Manner, ids: &mut Ids) -> Splice {
    let mut writer =
        Writer { xml, run, manner, ids, out: String::new(), inside: run.head.end < piece.element.start, pending: None };
    let from = if writer.inside { piece.element.start } else { run.whole.start };
    let mut cursor = Cursor::new(xml, piece);
    for task in tasks {
        let kept = cursor.upto(task.at);
        writer.keep(kept);
        match &task.what {
            What::Insert(text) => writer.insert(text),
            What::Begin(id) => writer.put(&comment_begin(*id)),
            What::End(id) => writer.put(&comment_end(*id)),
            What::Delete(end, text) => {
                let gone = cursor.upto(*end);
                writer.delete(gone, text);
            }
        }
    }
    let kept = cursor.upto(piece.span.end);
    writer.keep(kept);
    writer.flush();
    let to = if piece.element.end < run.tail {
        writer.enter();
        piece.element.end
    } else {
        writer.leave();
        run.whole.end
    };
    (from..to, writer.out)
}

/// What is kept or taken out of a piece.
enum Content<'x> {
    /// Characters of a `w:t`, as they are written.
    Characters(&'x str),
    /// An element that is not taken apart.
    Element(&'x str),
}

/// Walks over the characters of a piece in the canonical text and in the part at once.
struct Cursor<'x, 'p> {
    xml: &'x str,
    piece: &'p Piece,
    /// In the canonical text.
    at: usize,
    /// In the part.
    raw: usize,
}

impl<'x, 'p> Cursor<'x, 'p> {
    fn new(xml: &'x str, piece: &'p Piece) -> Cursor<'x, 'p> {
        let raw = piece.characters.as_ref().map_or(0, |characters| characters.start);
        Cursor { xml, piece, at: piece.span.start, raw }
    }

    /// What stands between here and `end`, which lies in the piece.
    fn upto(&mut self, end: usize) -> Content<'x> {
        let Some(characters) = &self.piece.characters else {
            let whole = self.at < self.piece.span.end && end >= self.piece.span.end;
            if whole {
                self.at = end;
            }
            return if whole {
                Content::Element(&self.xml[self.piece.element.clone()])
            } else {
                Content::Characters("")
            };
        };
        let start = self.raw;
        if end >= self.piece.span.end {
            self.raw = characters.end;
            self.at = end;
        }
        while self.at < end {
            let rest = &self.xml[self.raw..characters.end];
            let Some(first) = rest.chars().next() else { break };
            let (length, decoded) = match (first, rest.find(';')) {
                ('&', Some(semicolon)) => {
                    let reference = &rest[..=semicolon];
                    let decoded = quick_xml::escape::unescape(reference).map_or(1, |text| text.len());
                    (reference.len(), decoded)
                }
                _ => (first.len_utf8(), first.len_utf8()),
            };
            self.raw += length;
            self.at += decoded;
        }
        Content::Characters(&self.xml[start..self.raw])
    }
}

struct Writer<'x, 'r> {
    xml: &'x str,
    run: &'r Run,
    manner: Manner<'r>,
    ids: &'r mut Ids,
    out: String,
    /// Is a run open?
    inside: bool,
    /// Characters of a `w:t` that is not yet written.
    pending: Option<String>,
}

impl Writer<'_, '_> {
    fn keep(&mut self, content: Content) {
        match content {
            Content::Characters("") => {}
            Content::Characters(text) => self.pending.get_or_insert_default().push_str(text),
            Content::Element(element) => {
                self.flush();
                self.enter();
                self.out.push_str(element);
            }
        }
    }

    fn insert(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let Manner::Tracked(date) = self.manner else {
            return self.pending.get_or_insert_default().push_str(&escape(text));
        };
        let (id, head) = (self.ids.next(), self.head());
        let ins = format!(
            r#"<w:ins w:id="{id}" w:author="{AUTHOR}" w:date="{date}">{head}{}</w:r></w:ins>"#,
            characters("w:t", &escape(text))
        );
        match self.run.insertion.clone() {
            None => self.put(&ins),
            // An insertion of another hand is parted, so that each can be refused by itself.
            Some(tag) => {
                let again = renumbered(&self.xml[tag], self.ids);
                self.put(&format!("</w:ins>{ins}{again}"));
            }
        }
    }

    fn delete(&mut self, content: Content, text: &str) {
        if let (Content::Characters(gone), Manner::Tracked(date)) = (content, self.manner)
            && !gone.is_empty()
        {
            let (id, head) = (self.ids.next(), self.head());
            let del = format!(
                r#"<w:del w:id="{id}" w:author="{AUTHOR}" w:date="{date}">{head}{}</w:r></w:del>"#,
                characters("w:delText", gone)
            );
            self.put(&del);
        }
        self.insert(text);
    }

    /// What a run begins with that has the run's properties. A change of them that is tracked has an id.
    fn head(&mut self) -> String {
        renumbered(&self.xml[self.run.head.clone()], self.ids)
    }

    /// Puts something between runs.
    fn put(&mut self, xml: &str) {
        self.leave();
        self.out.push_str(xml);
    }

    fn flush(&mut self) {
        if let Some(text) = self.pending.take() {
            self.enter();
            self.out.push_str(&characters("w:t", &text));
        }
    }

    fn enter(&mut self) {
        if !self.inside {
            let head = self.head();
            self.out.push_str(&head);
            self.inside = true;
        }
    }

    fn leave(&mut self) {
        self.flush();
        if self.inside {
            self.out.push_str("</w:r>");
            self.inside = false;
        }
    }
}

/// An element that holds characters; blanks at their ends are kept.
fn characters(name: &str, raw: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let space = if raw.starts_with(blank) || raw.ends_with(blank) { r#" xml:space="preserve""# } else { "" };
    format!("<{name}{space}>{raw}</{name}>")
}

/// A start tag with an id of its own.
fn renumbered(tag: &str, ids: &mut Ids) -> String {
    const ID: &str = "w:id=\"";
    let Some(start) = tag.find(ID).map(|at| at + ID.len()) else { return tag.to_owned() };
    let end = start + tag[start..].find('"').unwrap_or_default();
    format!("{}{}{}", &tag[..start], ids.next(), &tag[end..])
}
