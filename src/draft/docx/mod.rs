//! Word (.docx): paragraphs → lines of text, edits → tracked changes and comments.
//!
//! The canonical text has a line a paragraph: those of the document, then of footnotes, endnotes, headers, footers
//! and text boxes. What is not edited is copied as it lies in the archive.

mod archive;
mod comment;
mod splice;
mod story;
mod style;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::HashSet;

use crate::block::{Body, BodyBuilder, Fragment};
use crate::edit::{Edit, EditSet, Note};
use crate::error::Result;
use crate::text::Span;
use archive::Archive;
pub use archive::foreign;
use comment::Comment;
use splice::{Manner, Splice, Task, What};
use story::{Line, Piece, Stories};
use style::Styles;
use xml::{Token, Tokens};

/// Who tracked changes and comments are by.
const AUTHOR: &str = "zhubi";

/// A Word file that has been read.
#[derive(Debug, Clone)]
pub struct Document {
    bytes: Vec<u8>,
    /// Name and XML of the parts that hold text; the first is the document.
    parts: Vec<(String, String)>,
    /// The kind of each part: `footnotes`, `header` …; that of the document is empty.
    kinds: Vec<&'static str>,
    stories: Stories,
    /// Every line in its order; text and pieces have been taken out.
    lines: Vec<Line>,
    /// The pieces of all lines, as places in the canonical text.
    pieces: Vec<Piece>,
    /// Where each line begins in the canonical text.
    starts: Vec<usize>,
    /// The comments part, where there is one.
    comments: Option<(String, String)>,
    /// What else has to be known to add one.
    relations: (String, Option<String>, Relations),
    types: String,
}

/// What a part refers to.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    ids: HashSet<String>,
    /// Type without its namespace, and the part's name.
    targets: Vec<(String, String)>,
}

impl Relations {
    /// Reads the relationships of the part `of`.
    fn read(xml: &str, of: &str) -> Result<Relations> {
        let folder = of.rfind('/').map_or("", |at| &of[..=at]);
        let mut relations = Relations::default();
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            let Token::Start(tag) = token else { continue };
            let (Some(kind), Some(target)) = (tag.attribute("Type"), tag.attribute("Target")) else { continue };
            relations.ids.extend(tag.attribute("Id"));
            if tag.attribute("TargetMode").is_some_and(|mode| mode == "External") {
                continue;
            }
            let name = target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
            relations.targets.push((kind.rsplit('/').next().unwrap_or_default().to_owned(), name));
        }
        Ok(relations)
    }

    fn of<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r str> {
        self.targets.iter().filter(move |(its, _)| its == kind).map(|(_, name)| name.as_str())
    }
}

/// Hands out ids that no change, comment or bookmark of the file has.
struct Ids {
    used: HashSet<u32>,
    last: u32,
}

impl Ids {
    fn next(&mut self) -> u32 {
        self.last += 1;
        while self.used.contains(&self.last) {
            self.last += 1;
        }
        self.last
    }

    fn of<'x>(parts: impl Iterator<Item = &'x str>) -> Ids {
        const ID: &str = " w:id=\"";
        let mut used = HashSet::new();
        for xml in parts {
            for at in memchr::memmem::find_iter(xml.as_bytes(), ID) {
                let digits = &xml[at + ID.len()..];
                used.extend(digits[..digits.find('"').unwrap_or_default()].parse::<u32>());
            }
        }
        Ids { used, last: 0 }
    }
}

/// Where a comment stands that cannot stand at its words: Word has no comments in headers and text boxes.
struct Anchor {
    /// The line of the document that it is put to.
    line: usize,
    /// In the document.
    at: usize,
    /// What the words stand in.
    label: String,
}

impl Document {
    /// Reads a Word file: the document, its canonical text, and the fragments in reading order.
    ///
    /// # Errors
    /// It is no Word file, or damaged, encrypted, or larger than any draft.
    pub fn open(bytes: Vec<u8>) -> Result<(Document, String, Vec<Fragment>)> {
        let mut archive = Archive::open(&bytes)?;
        let types = archive.text("[Content_Types].xml")?.ok_or_else(archive::damaged)?;
        let root = Relations::read(&archive.text("_rels/.rels")?.unwrap_or_default(), "")?;
        let main = root.of("officeDocument").next().unwrap_or("word/document.xml").to_owned();
        let document = archive.text(&main)?.ok_or_else(archive::damaged)?;
        let (folder, file) = main.rsplit_once('/').map_or(("", main.as_str()), |(folder, file)| (folder, file));
        let relations_name = format!("{folder}{}_rels/{file}.rels", if folder.is_empty() { "" } else { "/" });
        let relations_xml = archive.text(&relations_name)?;
        let relations = Relations::read(relations_xml.as_deref().unwrap_or_default(), &main)?;
        let styles = match relations.of("styles").next() {
            Some(name) => Styles::read(&archive.text(name)?.unwrap_or_default())?,
            None => Styles::default(),
        };
        let (mut parts, mut kinds) = (vec![(main.clone(), document)], vec![""]);
        for kind in ["footnotes", "endnotes", "header", "footer"] {
            for name in relations.of(kind) {
                if parts.iter().all(|(known, _)| known != name)
                    && let Some(xml) = archive.text(name)?
                {
                    parts.push((name.to_owned(), xml));
                    kinds.push(kind);
                }
            }
        }
        let comments = match relations.of("comments").next() {
            Some(name) => archive.text(name)?.map(|xml| (name.to_owned(), xml)),
            None => None,
        };
        let mut stories = Stories::default();
        for (part, (_, xml)) in parts.iter().enumerate() {
            stories.read(part, xml, &styles)?;
        }
        let mut lines = std::mem::take(&mut stories.lines);
        lines.append(&mut stories.boxes);
        let mut document = Document {
            bytes,
            parts,
            kinds,
            stories,
            lines,
            pieces: Vec::new(),
            starts: Vec::new(),
            comments,
            relations: (relations_name, relations_xml, relations),
            types,
        };
        let (text, fragments) = document.compose();
        Ok((document, text, fragments))
    }

    /// Puts the canonical text together.
    fn compose(&mut self) -> (String, Vec<Fragment>) {
        let mut text = String::with_capacity(self.lines.iter().map(|line| line.text.len() + 1).sum());
        for line in &mut self.lines {
            self.starts.push(text.len());
            for piece in &mut line.pieces {
                piece.span = piece.span.shifted(text.len());
            }
            text.push_str(&std::mem::take(&mut line.text));
            text.push('\n');
        }
        let mut fragments = Vec::new();
        let mut before = None;
        for line in &self.lines {
            let place = (line.part, line.boxed, &line.note);
            // Nothing goes on from the document in its notes.
            let begins = before.replace(place) != Some(place);
            if let Some(mut fragment) = Fragment::new(&text, line.shape, body(&text, line)) {
                fragment.indented |= line.indented || begins;
                fragments.push(fragment);
            }
        }
        self.pieces = self.lines.iter_mut().flat_map(|line| std::mem::take(&mut line.pieces)).collect();
        (text, fragments)
    }

    /// The file with the edits made plainly.
    pub fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        let mut ids = self.ids();
        let splices = self.splices(self.edit_tasks(edits), Manner::Plain, &mut ids);
        self.written(splices, Vec::new())
    }

    /// The file with the edits as tracked changes and the notes as comments, both of `date` (as XML Schema has it).
    /// `text` is the canonical text. A note that the file has already, at the same paragraph and of the same source, is not put in again.
    pub fn track(&self, text: &str, edits: &EditSet, notes: &[Note], date: &str) -> Vec<u8> {
        let mut ids = self.ids();
        let mut tasks = self.edit_tasks(edits);
        let mut points: Vec<Splice> = Vec::new();
        let mut known = self.known_notes();
        let mut comments = Vec::new();
        for note in notes {
            let line = self.line_at(note.span.start);
            let anchor = self.anchor(line);
            let label = anchor.as_ref().map_or(String::new(), |anchor| format!("  {}", anchor.label));
            let source = format!("{}{label}", note.source);
            if !known.insert((anchor.as_ref().map_or(line, |anchor| anchor.line), source.clone())) {
                continue;
            }
            let id = ids.next();
            comments.push(Comment { id, paragraphs: [note.text.clone(), source] });
            let at = match anchor {
                Some(anchor) => anchor.at,
                None => match self.ends(text, line, note.span) {
                    Some([(from, begin), (to, end)]) => {
                        tasks.push(Task { piece: from, at: begin, what: What::Begin(id) });
                        tasks.push(Task { piece: to, at: end, what: What::End(id) });
                        continue;
                    }
                    None => self.lines[line].start,
                },
            };
            points.push((at..at, splice::comment_begin(id) + &splice::comment_end(id)));
        }
        if edits.is_empty() && comments.is_empty() {
            return self.bytes.clone();
        }
        let mut splices = self.splices(tasks, Manner::Tracked(date), &mut ids);
        splices[0].extend(points);
        let added = if comments.is_empty() { Some(Vec::new()) } else { self.with_comments(&comments, date) };
        added.map_or_else(|| self.bytes.clone(), |added| self.written(splices, added))
    }

    /// What has to be done at which piece for these edits.
    fn edit_tasks(&self, edits: &EditSet) -> Vec<Task> {
        let mut tasks = Vec::new();
        for Edit { span, text } in edits.iter() {
            if span.is_empty() {
                // Behind a word rather than before one: it looks like what it goes on with.
                let behind = self.pieces.partition_point(|piece| piece.span.start < span.start);
                let near = [behind.checked_sub(1), Some(behind)].into_iter().flatten();
                let mut fit = near.filter(|&piece| {
                    self.pieces
                        .get(piece)
                        .is_some_and(|it| it.editable && it.span.start <= span.start && span.start <= it.span.end)
                });
                tasks.extend(fit.next().map(|piece| Task { piece, at: span.start, what: What::Insert(text.clone()) }));
                continue;
            }
            let mut text = Some(text.clone());
            let first = self.pieces.partition_point(|piece| piece.span.end <= span.start);
            for (piece, it) in self.pieces.iter().enumerate().skip(first).take_while(|(_, it)| it.span.start < span.end)
            {
                if it.editable {
                    let what = What::Delete(it.span.end.min(span.end), text.take().unwrap_or_default());
                    tasks.push(Task { piece, at: it.span.start.max(span.start), what });
                }
            }
        }
        tasks
    }

    /// Does the tasks: for every part what has to be put where.
    fn splices(&self, mut tasks: Vec<Task>, manner: Manner, ids: &mut Ids) -> Vec<Vec<Splice>> {
        tasks.sort_by(|a, b| (a.piece, a.at, &a.what).cmp(&(b.piece, b.at, &b.what)));
        let mut splices = vec![Vec::new(); self.parts.len()];
        for tasks in tasks.chunk_by(|a, b| a.piece == b.piece) {
            let piece = &self.pieces[tasks[0].piece];
            let part = self.lines[self.line_at(piece.span.start)].part;
            if let Some(run) = piece.run.map(|run| &self.stories.runs[run]) {
                splices[part].push(splice::piece(&self.parts[part].1, piece, run, tasks, manner, ids));
            }
        }
        splices
    }

    /// The pieces and places where a comment on `span` begins and ends; `None` where it cannot stand there.
    fn ends(&self, text: &str, line: usize, span: Span) -> Option<[(usize, usize); 2]> {
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len()).saturating_sub(1).min(span.end);
        let mut begin = span.start;
        if begin >= end {
            begin = text[start..begin].chars().next_back().map_or(begin, |last| begin - last.len_utf8());
        }
        let from = self.pieces.partition_point(|piece| piece.span.end <= begin);
        let to = self.pieces.partition_point(|piece| piece.span.start < end.max(begin + 1)).checked_sub(1)?;
        let (first, last) = (self.pieces.get(from)?, self.pieces.get(to)?);
        let fits = from <= to && first.run.is_some() && last.run.is_some() && first.span.start >= start;
        let at = |piece: &Piece, at: usize, whole: usize| if piece.characters.is_some() { at } else { whole };
        let end = if end > begin { end } else { last.span.end };
        fits.then(|| [(from, at(first, begin, first.span.start)), (to, at(last, end, last.span.end))])
    }

    fn ids(&self) -> Ids {
        Ids::of(self.parts.iter().chain(&self.comments).map(|(_, xml)| xml.as_str()))
    }

    /// The file with the splices made, by part, and with the parts `added`.
    fn written(&self, splices: Vec<Vec<Splice>>, added: Vec<(String, String)>) -> Vec<u8> {
        let changed = self.parts.iter().zip(splices).filter(|(_, splices)| !splices.is_empty());
        let mut parts: Vec<(String, String)> =
            changed.map(|((name, xml), splices)| (name.clone(), splice::apply(xml, splices))).collect();
        parts.extend(added);
        if parts.is_empty() {
            return self.bytes.clone();
        }
        // An archive that was read can be copied; where it cannot, the file stays as it is.
        archive::replace(&self.bytes, &parts).unwrap_or_else(|_| self.bytes.clone())
    }

    /// The parts that have to change for these comments to be in the file.
    fn with_comments(&self, comments: &[Comment], date: &str) -> Option<Vec<(String, String)>> {
        let document = &self.parts[0].1;
        let namespace = xml::namespace(document);
        if let Some((name, xml)) = &self.comments {
            return Some(vec![(name.clone(), comment::added(Some(xml), comments, date, namespace)?)]);
        }
        let (relations_name, relations_xml, relations) = &self.relations;
        let folder = self.parts[0].0.rfind('/').map_or("", |at| &self.parts[0].0[..=at]);
        let archive = Archive::open(&self.bytes).ok()?;
        let mut files = std::iter::once("comments.xml".to_owned()).chain((1..).map(|it| format!("comments{it}.xml")));
        let file = files.find(|file| !archive.has(&format!("{folder}{file}")))?;
        let name = format!("{folder}{file}");
        let base = if namespace.contains("purl.oclc.org") {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        };
        Some(vec![
            ("[Content_Types].xml".to_owned(), comment::listed(&self.types, &name)?),
            (relations_name.clone(), comment::related(relations_xml.as_deref(), relations, &file, base)?),
            (name, comment::added(None, comments, date, namespace)?),
        ])
    }

    /// For every comment of ours its line and its source.
    fn known_notes(&self) -> HashSet<(usize, String)> {
        let ours = self.comments.as_ref().and_then(|(_, xml)| comment::ours(xml).ok()).unwrap_or_default();
        let placed = self.stories.comments.iter();
        placed.filter_map(|(id, line)| Some((*line, ours.get(id)?.clone()))).collect()
    }

    fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The place of comments on a line that can have none itself; `None` for all others.
    fn anchor(&self, number: usize) -> Option<Anchor> {
        let line = &self.lines[number];
        if line.part == 0 && !line.boxed {
            return None;
        }
        let kind = self.kinds[line.part];
        let first = self.starts.windows(2).position(|pair| pair[1] - pair[0] > 1).unwrap_or(0);
        let at_line = |line: usize, label: &str| Anchor { line, at: self.lines[line].start, label: label.to_owned() };
        if line.part == 0 {
            let index = number - self.lines.iter().position(|line| line.boxed).unwrap_or(0);
            let frame = self.stories.frames.iter().rev().find(|(start, _)| *start <= index);
            return Some(at_line(frame.map_or(first, |(_, line)| *line), "文本框"));
        }
        Some(match kind {
            "header" => at_line(first, "页眉"),
            "footer" => at_line(first, "页脚"),
            _ => {
                let label = if kind == "endnotes" { "尾注" } else { "脚注" };
                let of_kind = self.stories.references.iter().filter(|it| it.at_end == (kind == "endnotes"));
                match of_kind.enumerate().find(|(_, it)| Some(&it.id) == line.note.as_ref()) {
                    Some((index, it)) => Anchor {
                        line: it.line,
                        at: self.stories.runs[it.run].whole.end,
                        label: format!("{label} {}", index + 1),
                    },
                    None => at_line(first, label),
                }
            }
        })
    }
}

fn body(text: &str, line: &Line) -> Body {
    let mut builder = BodyBuilder::default();
    for piece in &line.pieces {
        if piece.editable {
            builder.verbatim(text, piece.span);
        } else {
            builder.substitute(piece.span, piece.span.of(text));
        }
    }
    builder.finish()
}
