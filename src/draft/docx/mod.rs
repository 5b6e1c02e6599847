//! Word (.docx): paragraphs → lines of text, edits → tracked changes and comments.
//!
//! A Word file is a zip archive of parts, most of them XML. The canonical text has one line per paragraph: those of the
//! main text, then of footnotes, endnotes, headers and footers, and finally those of text boxes. In the XML, the text of a
//! paragraph is in runs (`w:r`), each with its own character formatting. XML that is not edited is copied unchanged.

mod archive;
mod comment;
mod splice;
mod story;
mod style;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::HashSet;
use std::sync::Arc;

use super::{Document, FormatDefinition, OpenedDocument, Reader, without_escaping};
use crate::block::{Body, BodyBuilder, Fragment};
use crate::edit::{Edit, EditSet, Note};
use crate::error::Result;
use crate::text::Span;
use archive::Archive;
use comment::Comment;
use splice::{Action, EditMode, Splice, Task};
use story::{Line, Segment, Stories};
use style::Styles;
use xml::{Token, Tokens};

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["docx", "docm"], reader: Reader::Document(open), escape: without_escaping };

/// The author of the tracked changes and comments that zhubi writes.
const AUTHOR: &str = "zhubi";

/// A Word file that has been read.
#[derive(Debug)]
struct WordFile {
    bytes: Vec<u8>,
    /// The parts with text. The first is the main document.
    parts: Vec<Part>,
    /// What was read from the parts. Its lines have been moved to `lines`.
    stories: Stories,
    /// All lines in order. Their text and their segments have been moved out.
    lines: Vec<Line>,
    /// The segments of all lines. Their spans are in the canonical text.
    segments: Vec<Segment>,
    /// The start of each line in the canonical text.
    line_starts: Vec<usize>,
    /// Name and XML of the comments part, if there is one.
    comments: Option<(String, String)>,
    /// The relationships of the main document.
    relationships: RelationshipsPart,
    /// The XML of the content types.
    content_types: String,
}

/// A part with text.
#[derive(Debug)]
struct Part {
    name: String,
    xml: String,
    kind: PartKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Main,
    Footnotes,
    Endnotes,
    Header,
    Footer,
}

impl PartKind {
    /// The kinds of parts that the main document refers to, with the types of their relationships, in the order in which
    /// they follow the main text.
    const RELATED: [(PartKind, &str); 4] = [
        (PartKind::Footnotes, "footnotes"),
        (PartKind::Endnotes, "endnotes"),
        (PartKind::Header, "header"),
        (PartKind::Footer, "footer"),
    ];
}

/// A relationships part. The part need not exist.
#[derive(Debug)]
struct RelationshipsPart {
    name: String,
    xml: Option<String>,
    content: Relationships,
}

/// The relationships of a part: which other parts it refers to.
#[derive(Debug, Default)]
struct Relationships {
    ids: HashSet<String>,
    /// Type without its namespace, and name of the part.
    targets: Vec<(String, String)>,
}

impl Relationships {
    /// Reads the relationships of the part with the name `source`.
    fn read(xml: &str, source: &str) -> Result<Relationships> {
        let folder = source.rfind('/').map_or("", |at| &source[..=at]);
        let mut relationships = Relationships::default();
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            let Token::Start(tag) = token else { continue };
            let (Some(kind), Some(target)) = (tag.attribute("Type"), tag.attribute("Target")) else { continue };
            relationships.ids.extend(tag.attribute("Id"));
            if tag.attribute("TargetMode").is_some_and(|mode| mode == "External") {
                continue;
            }
            let name = target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
            relationships.targets.push((kind.rsplit('/').next().unwrap_or_default().to_owned(), name));
        }
        Ok(relationships)
    }

    /// Returns the names of the parts that are related by `kind`.
    fn of<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r str> {
        self.targets.iter().filter(move |(known, _)| known == kind).map(|(_, name)| name.as_str())
    }
}

/// Generates ids that no tracked change, comment or bookmark of the file uses.
struct IdGenerator {
    used: HashSet<u32>,
    last: u32,
}

impl IdGenerator {
    /// Collects the ids that the parts use.
    fn new<'x>(parts: impl Iterator<Item = &'x str>) -> IdGenerator {
        const ID: &str = " w:id=\"";
        let mut used = HashSet::new();
        for xml in parts {
            for at in memchr::memmem::find_iter(xml.as_bytes(), ID) {
                let digits = &xml[at + ID.len()..];
                used.extend(digits[..digits.find('"').unwrap_or_default()].parse::<u32>());
            }
        }
        IdGenerator { used, last: 0 }
    }

    fn next(&mut self) -> u32 {
        self.last += 1;
        while self.used.contains(&self.last) {
            self.last += 1;
        }
        self.last
    }
}

/// A place in the main text for a comment on text elsewhere: Word does not allow comments in notes, headers, footers and
/// text boxes.
struct SubstitutePlace {
    /// The index of the line that the comment is attached to.
    line: usize,
    /// The offset in the XML of the main document.
    at: usize,
    /// Where the commented text is, in Chinese: `脚注 1`.
    label: String,
}

/// Reads a Word file.
///
/// # Errors
/// The file is not a Word file, or is damaged, encrypted or too large.
fn open(bytes: Vec<u8>) -> Result<OpenedDocument> {
    let (file, text, fragments) = WordFile::open(bytes)?;
    Ok(OpenedDocument { document: Arc::new(file), text, fragments })
}

impl Document for WordFile {
    fn damage(&self, _: &[u8]) -> Option<String> {
        None
    }

    fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        let mut ids = self.ids();
        let splices = self.splices(self.edit_tasks(edits), EditMode::Plain, &mut ids);
        self.write(splices, Vec::new())
    }

    /// A note that the file already contains as a comment, on the same paragraph and with the same source, is not added
    /// again.
    fn track(&self, text: &str, edits: &EditSet, notes: &[Note], date: &str) -> Vec<u8> {
        let mut ids = self.ids();
        let mut tasks = self.edit_tasks(edits);
        // Comments on a point in the main document, not on words.
        let mut point_comments: Vec<Splice> = Vec::new();
        let mut known = self.existing_notes();
        let mut comments = Vec::new();
        for note in notes {
            let line = self.line_at(note.span.start);
            let substitute = self.substitute_place(line);
            let label = substitute.as_ref().map_or(String::new(), |place| format!("  {}", place.label));
            let source = format!("{}{label}", note.source);
            if !known.insert((substitute.as_ref().map_or(line, |place| place.line), source.clone())) {
                continue;
            }
            let id = ids.next();
            comments.push(Comment { id, paragraphs: [note.text.clone(), source] });
            let at = match substitute {
                Some(place) => place.at,
                None => match self.comment_range(text, line, note.span) {
                    Some([(first, begin), (last, end)]) => {
                        tasks.push(Task { segment: first, at: begin, action: Action::BeginComment(id) });
                        tasks.push(Task { segment: last, at: end, action: Action::EndComment(id) });
                        continue;
                    }
                    None => self.lines[line].start,
                },
            };
            point_comments.push((at..at, splice::comment_begin(id) + &splice::comment_end(id)));
        }
        if edits.is_empty() && comments.is_empty() {
            return self.bytes.clone();
        }
        let mut splices = self.splices(tasks, EditMode::Tracked(date), &mut ids);
        splices[0].extend(point_comments);
        let parts = if comments.is_empty() { Some(Vec::new()) } else { self.parts_with_comments(&comments, date) };
        parts.map_or_else(|| self.bytes.clone(), |parts| self.write(splices, parts))
    }
}

impl WordFile {
    /// Returns the file, its canonical text and the fragments in reading order.
    fn open(bytes: Vec<u8>) -> Result<(WordFile, String, Vec<Fragment>)> {
        let mut archive = Archive::open(&bytes)?;
        let content_types = archive.text("[Content_Types].xml")?.ok_or_else(archive::damaged)?;
        let root = Relationships::read(&archive.text("_rels/.rels")?.unwrap_or_default(), "")?;
        let main = root.of("officeDocument").next().unwrap_or("word/document.xml").to_owned();
        let xml = archive.text(&main)?.ok_or_else(archive::damaged)?;
        let relationships = RelationshipsPart::read(&mut archive, &main)?;
        let related = &relationships.content;
        let styles = match related.of("styles").next() {
            Some(name) => Styles::read(&archive.text(name)?.unwrap_or_default())?,
            None => Styles::default(),
        };
        let mut parts = vec![Part { name: main, xml, kind: PartKind::Main }];
        for (kind, relationship) in PartKind::RELATED {
            for name in related.of(relationship) {
                if parts.iter().all(|part| part.name != name)
                    && let Some(xml) = archive.text(name)?
                {
                    parts.push(Part { name: name.to_owned(), xml, kind });
                }
            }
        }
        let comments = match related.of("comments").next() {
            Some(name) => archive.text(name)?.map(|xml| (name.to_owned(), xml)),
            None => None,
        };
        let mut stories = Stories::default();
        for (index, part) in parts.iter().enumerate() {
            stories.read(index, &part.xml, &styles)?;
        }
        let mut lines = std::mem::take(&mut stories.lines);
        lines.append(&mut stories.text_box_lines);
        let (segments, line_starts) = (Vec::new(), Vec::new());
        let mut file =
            WordFile { bytes, parts, stories, lines, segments, line_starts, comments, relationships, content_types };
        let (text, fragments) = file.compose();
        Ok((file, text, fragments))
    }

    /// Moves the text of the lines into the canonical text, and their segments into `self.segments`. Returns the
    /// canonical text and the fragments.
    fn compose(&mut self) -> (String, Vec<Fragment>) {
        let mut text = String::with_capacity(self.lines.iter().map(|line| line.text.len() + 1).sum());
        for line in &mut self.lines {
            self.line_starts.push(text.len());
            for segment in &mut line.segments {
                segment.span = segment.span.shifted(text.len());
            }
            text.push_str(&std::mem::take(&mut line.text));
            text.push('\n');
        }
        let mut fragments = Vec::new();
        let mut previous_story = None;
        for line in &self.lines {
            let story = (line.part, line.is_in_text_box, &line.note);
            // The first line of a story counts as indented, so that it does not continue the last line of another one.
            let is_first_of_story = previous_story.replace(story) != Some(story);
            if let Some(mut fragment) = Fragment::new(&text, line.shape, body(&text, line)) {
                fragment.indented |= line.is_indented || is_first_of_story;
                fragments.push(fragment);
            }
        }
        self.segments = self.lines.iter_mut().flat_map(|line| std::mem::take(&mut line.segments)).collect();
        (text, fragments)
    }

    /// Returns the tasks that make these edits. Text that is not editable is left alone.
    fn edit_tasks(&self, edits: &EditSet) -> Vec<Task> {
        let mut tasks = Vec::new();
        for Edit { span, text } in edits.iter() {
            if span.is_empty() {
                // Text between two segments is inserted after the first, so that it gets the formatting of the word
                // that it continues.
                let next = self.segments.partition_point(|segment| segment.span.start < span.start);
                let adjacent = [next.checked_sub(1), Some(next)].into_iter().flatten();
                let target = adjacent.into_iter().find(|&index| {
                    self.segments.get(index).is_some_and(|segment| {
                        segment.is_editable && segment.span.start <= span.start && span.start <= segment.span.end
                    })
                });
                tasks.extend(target.map(|segment| Task {
                    segment,
                    at: span.start,
                    action: Action::Insert(text.clone()),
                }));
                continue;
            }
            // The first segment gets the new text.
            let mut text = Some(text.clone());
            let first = self.segments.partition_point(|segment| segment.span.end <= span.start);
            let touched = self.segments.iter().enumerate().skip(first);
            for (index, segment) in touched.take_while(|(_, segment)| segment.span.start < span.end) {
                if segment.is_editable {
                    let action = Action::Replace(segment.span.end.min(span.end), text.take().unwrap_or_default());
                    tasks.push(Task { segment: index, at: segment.span.start.max(span.start), action });
                }
            }
        }
        tasks
    }

    /// Returns for every part the splices that do the tasks.
    fn splices(&self, mut tasks: Vec<Task>, mode: EditMode, ids: &mut IdGenerator) -> Vec<Vec<Splice>> {
        tasks.sort_by(|a, b| (a.segment, a.at, &a.action).cmp(&(b.segment, b.at, &b.action)));
        let mut splices = vec![Vec::new(); self.parts.len()];
        for tasks in tasks.chunk_by(|a, b| a.segment == b.segment) {
            let segment = &self.segments[tasks[0].segment];
            let part = self.lines[self.line_at(segment.span.start)].part;
            if let Some(run) = segment.run.map(|run| &self.stories.runs[run]) {
                splices[part].push(splice::rewrite_segment(&self.parts[part].xml, segment, run, tasks, mode, ids));
            }
        }
        splices
    }

    /// Returns where a comment on `span` begins and ends, each as the index of a segment and an offset in the canonical
    /// text. Returns `None` if the comment cannot be on these words.
    fn comment_range(&self, text: &str, line: usize, span: Span) -> Option<[(usize, usize); 2]> {
        let line_start = self.line_starts[line];
        let line_end = self.line_starts.get(line + 1).copied().unwrap_or(text.len()).saturating_sub(1);
        let end = line_end.min(span.end);
        let mut begin = span.start;
        if begin >= end {
            // The comment on an empty span is on the character before it.
            begin = text[line_start..begin].chars().next_back().map_or(begin, |last| begin - last.len_utf8());
        }
        let from = self.segments.partition_point(|segment| segment.span.end <= begin);
        let to = self.segments.partition_point(|segment| segment.span.start < end.max(begin + 1)).checked_sub(1)?;
        let (first, last) = (self.segments.get(from)?, self.segments.get(to)?);
        let fits = from <= to && first.run.is_some() && last.run.is_some() && first.span.start >= line_start;
        let end = if end > begin { end } else { last.span.end };
        // A segment that cannot be split is commented on as a whole.
        let begin = if first.characters.is_some() { begin } else { first.span.start };
        let end = if last.characters.is_some() { end } else { last.span.end };
        fits.then_some([(from, begin), (to, end)])
    }

    fn ids(&self) -> IdGenerator {
        let parts = self.parts.iter().map(|part| part.xml.as_str());
        IdGenerator::new(parts.chain(self.comments.as_ref().map(|(_, xml)| xml.as_str())))
    }

    /// Returns the bytes of the file with the splices made, which are grouped by part, and with the parts `replaced`
    /// (name and content).
    fn write(&self, splices: Vec<Vec<Splice>>, replaced: Vec<(String, String)>) -> Vec<u8> {
        let changed = self.parts.iter().zip(splices).filter(|(_, splices)| !splices.is_empty());
        let mut parts: Vec<(String, String)> =
            changed.map(|(part, splices)| (part.name.clone(), splice::apply(&part.xml, splices))).collect();
        parts.extend(replaced);
        if parts.is_empty() {
            return self.bytes.clone();
        }
        // An archive that could be read can normally be copied. If not, the file stays as it is.
        archive::replace_parts(&self.bytes, &parts).unwrap_or_else(|_| self.bytes.clone())
    }

    /// Returns the parts (name and content) that have to change to add the comments to the file. Returns `None` if one of
    /// them is malformed.
    fn parts_with_comments(&self, comments: &[Comment], date: &str) -> Option<Vec<(String, String)>> {
        let main = &self.parts[0];
        let namespace = xml::w_namespace(&main.xml);
        if let Some((name, xml)) = &self.comments {
            return Some(vec![(name.clone(), comment::comments_part(Some(xml), comments, date, namespace)?)]);
        }
        let RelationshipsPart { name: relationships_name, xml: relationships_xml, content } = &self.relationships;
        let folder = main.name.rfind('/').map_or("", |at| &main.name[..=at]);
        let archive = Archive::open(&self.bytes).ok()?;
        let mut files = std::iter::once("comments.xml".to_owned()).chain((1..).map(|it| format!("comments{it}.xml")));
        let file = files.find(|file| !archive.contains(&format!("{folder}{file}")))?;
        let name = format!("{folder}{file}");
        // Files in the strict variant of the format have other namespaces.
        let base = if namespace.contains("purl.oclc.org") {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        };
        let relationships = comment::relationships_part(relationships_xml.as_deref(), content, &file, base)?;
        Some(vec![
            ("[Content_Types].xml".to_owned(), comment::content_types_part(&self.content_types, &name)?),
            (relationships_name.clone(), relationships),
            (name, comment::comments_part(None, comments, date, namespace)?),
        ])
    }

    /// Returns the line and the source of every comment that zhubi has written into the file before.
    fn existing_notes(&self) -> HashSet<(usize, String)> {
        let own = self.comments.as_ref().and_then(|(_, xml)| comment::own_comments(xml).ok()).unwrap_or_default();
        let placed = self.stories.comments.iter();
        placed.filter_map(|(id, line)| Some((*line, own.get(id)?.clone()))).collect()
    }

    /// Returns the index of the line that contains `offset`.
    fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the place for comments on the line with that index if Word does not allow comments there, else `None`.
    fn substitute_place(&self, index: usize) -> Option<SubstitutePlace> {
        let line = &self.lines[index];
        if line.part == 0 && !line.is_in_text_box {
            return None;
        }
        // A line of one byte is only a line break.
        let first_non_empty = self.line_starts.windows(2).position(|pair| pair[1] - pair[0] > 1).unwrap_or(0);
        let at_line =
            |line: usize, label: &str| SubstitutePlace { line, at: self.lines[line].start, label: label.to_owned() };
        Some(match self.parts[line.part].kind {
            PartKind::Main => {
                let first_in_box = self.lines.iter().position(|line| line.is_in_text_box).unwrap_or(0);
                let text_box = self.stories.text_boxes.iter().rev().find(|it| it.first_line <= index - first_in_box);
                at_line(text_box.map_or(first_non_empty, |it| it.host_line), "文本框")
            }
            PartKind::Header => at_line(first_non_empty, "页眉"),
            PartKind::Footer => at_line(first_non_empty, "页脚"),
            kind @ (PartKind::Footnotes | PartKind::Endnotes) => {
                let is_endnote = kind == PartKind::Endnotes;
                let label = if is_endnote { "尾注" } else { "脚注" };
                let of_kind = self.stories.note_references.iter().filter(|it| it.is_endnote == is_endnote);
                match of_kind.enumerate().find(|(_, it)| Some(&it.id) == line.note.as_ref()) {
                    Some((number, it)) => SubstitutePlace {
                        line: it.line,
                        at: self.stories.runs[it.run].range.end,
                        label: format!("{label} {}", number + 1),
                    },
                    None => at_line(first_non_empty, label),
                }
            }
        })
    }
}

impl RelationshipsPart {
    /// Reads the relationships of the part with the name `source`.
    fn read(archive: &mut Archive, source: &str) -> Result<RelationshipsPart> {
        let (folder, file) = source.rsplit_once('/').map_or(("", source), |(folder, file)| (folder, file));
        let name = format!("{folder}{}_rels/{file}.rels", if folder.is_empty() { "" } else { "/" });
        let xml = archive.text(&name)?;
        let content = Relationships::read(xml.as_deref().unwrap_or_default(), source)?;
        Ok(RelationshipsPart { name, xml, content })
    }
}

/// Returns the body of a line. Segments that are not editable cannot be edited through it.
fn body(text: &str, line: &Line) -> Body {
    let mut builder = BodyBuilder::default();
    for segment in &line.segments {
        if segment.is_editable {
            builder.verbatim(text, segment.span);
        } else {
            builder.substitute(segment.span, segment.span.of(text));
        }
    }
    builder.finish()
}
