//! Word (.docx): paragraphs → lines of text, edits → tracked changes and comments.
//!
//! A Word file is a zip archive of parts, most of them XML. The canonical text has one line per paragraph: those of the
//! main text, then of footnotes, endnotes, headers and footers, and finally those of text boxes. In the XML, the text of a
//! paragraph is in runs (`w:r`), each with its own character formatting. XML that is not edited is copied unchanged.

mod anchor;
mod archive;
mod comment;
mod control;
mod damage;
mod id;
mod outline;
mod package;
mod splice;
mod story;
mod style;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::{Document, FormatDefinition, OpenedDocument, Reader, Remarks, Tracked, without_escaping};
use crate::block::{Body, BodyBuilder, Fragment};
use crate::edit::{Edit, EditSet, Note, Signature};
use crate::error::Result;
use crate::text::Span;
use anchor::{Anchor, AnchorFinder, Place};
use archive::{Archive, Xml};
use comment::Comment;
use id::IdGenerator;
use package::{Extras, RelationshipsPart};
use splice::{Action, EditMode, Source, Splice, Task};
use story::{Access, Line, Segment, Stories};
use style::Styles;
use xml::Names;

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["docx", "docm"], reader: Reader::Document(open), escape: without_escaping };

/// A Word file that has been read.
#[derive(Debug)]
struct WordFile {
    bytes: Vec<u8>,
    /// The parts with text. The first is the main document.
    parts: Vec<Part>,
    /// What was read from the parts. Its lines have been moved to `lines`.
    stories: Stories,
    /// All lines in order, those in text boxes last. Their text and their segments have been moved out.
    lines: Vec<Line>,
    /// The index of the first line in a text box.
    first_text_box_line: usize,
    /// The segments of all lines. Their spans are in the canonical text.
    segments: Vec<Segment>,
    /// The segments of the copies of text boxes. Their spans are those of the same text in the text boxes.
    copied_segments: Vec<Segment>,
    /// The start of each line in the canonical text.
    line_starts: Vec<usize>,
    /// The comments part that the main document refers to, even if it does not exist.
    comments: Option<CommentsPart>,
    /// The relationships of the main document.
    relationships: RelationshipsPart,
    content_types: Xml,
    remarks: Remarks,
}

/// A part with text.
#[derive(Debug)]
struct Part {
    name: String,
    xml: Xml,
    names: Names,
    kind: PartKind,
}

/// A comments part. The part need not exist.
#[derive(Debug)]
struct CommentsPart {
    name: String,
    xml: Option<Xml>,
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

/// A unit in which the same comment is not made twice.
#[derive(Debug, PartialEq, Eq, Hash)]
enum CommentedUnit {
    /// A paragraph outside tables: the index of its line.
    Paragraph(usize),
    /// A table: its number.
    Table(usize),
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
    fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        let splices = self.splices(edits, Vec::new(), EditMode::Plain, &mut self.ids());
        self.write(splices, Vec::new())
    }

    /// A note that the file already contains as a comment on the same paragraph, or in the same table, is not added again.
    fn track(&self, text: &str, edits: &EditSet, notes: &[Note], signature: Signature) -> Tracked {
        let mut ids = self.ids();
        let comments = self.new_comments(text, notes, &mut ids);
        if edits.is_empty() && comments.is_empty() {
            return Tracked { bytes: self.bytes.clone(), comments: 0 };
        }
        let (tasks, points) = self.comment_marks(&comments);
        let mut splices = self.splices(edits, tasks, EditMode::Tracked(signature), &mut ids);
        splices[0].extend(points);
        let comments: Vec<Comment> = comments.into_iter().map(|(comment, _)| comment).collect();
        let parts = if comments.is_empty() { Some(Vec::new()) } else { self.parts_with_comments(&comments, signature) };
        match parts {
            Some(parts) => Tracked { bytes: self.write(splices, parts), comments: comments.len() },
            None => Tracked { bytes: self.bytes.clone(), comments: 0 },
        }
    }

    fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    fn damage(&self, written: &[u8]) -> Option<String> {
        damage::damage(self, written)
    }
}

impl WordFile {
    /// Returns the file, its canonical text and the fragments in reading order.
    fn open(bytes: Vec<u8>) -> Result<(WordFile, String, Vec<Fragment>)> {
        let mut archive = Archive::open(&bytes)?;
        let content_types = archive.xml(package::CONTENT_TYPES)?.ok_or_else(archive::damaged)?;
        let package = RelationshipsPart::read(&mut archive, "")?.content;
        let main = package.of("officeDocument").next().unwrap_or("word/document.xml").to_owned();
        let xml = archive.xml(&main)?.ok_or_else(archive::damaged)?;
        let relationships = RelationshipsPart::read(&mut archive, &main)?;
        let related = &relationships.content;
        let styles = match related.of("styles").next().map(|name| archive.xml(name)).transpose()?.flatten() {
            Some(xml) => Styles::read(&xml.text)?,
            None => Styles::default(),
        };
        let mut parts = vec![Part::new(main, xml, PartKind::Main)?];
        for (kind, relationship) in PartKind::RELATED {
            for name in related.of(relationship) {
                if parts.iter().all(|part| part.name != name)
                    && let Some(xml) = archive.xml(name)?
                {
                    parts.push(Part::new(name.to_owned(), xml, kind)?);
                }
            }
        }
        let comments = related.of("comments").next().map(|name| CommentsPart::read(&mut archive, name)).transpose()?;
        let mut stories = Stories::default();
        for (index, part) in parts.iter().enumerate() {
            stories.read(index, &part.xml.text, &styles)?;
        }
        // Damaged settings do not matter for the text.
        let settings = related.of("settings").next().and_then(|name| archive.xml(name).ok()?);
        let remarks = remarks(&Extras::find(&package, related, settings.as_ref()), &stories);
        let mut lines = std::mem::take(&mut stories.lines);
        let first_text_box_line = lines.len();
        lines.append(&mut stories.text_box_lines);
        let mut file = WordFile {
            bytes,
            parts,
            stories,
            lines,
            first_text_box_line,
            segments: Vec::new(),
            copied_segments: Vec::new(),
            line_starts: Vec::new(),
            comments,
            relationships,
            content_types,
            remarks,
        };
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
                fragment.is_quotation = line.is_quotation;
                fragments.push(fragment);
            }
        }
        self.segments = self.lines.iter_mut().flat_map(|line| std::mem::take(&mut line.segments)).collect();
        for copy in &mut self.stories.copies {
            let start = self.line_starts[self.first_text_box_line + copy.line];
            let segments = std::mem::take(&mut copy.segments).into_iter();
            self.copied_segments.extend(segments.map(|it| Segment { span: it.span.shifted(start), ..it }));
        }
        (text, fragments)
    }

    /// Returns for every part the splices that make the edits, also in the copies of text boxes, and do the `tasks` in the
    /// text itself.
    fn splices(
        &self,
        edits: &EditSet,
        mut tasks: Vec<Task>,
        mode: EditMode,
        ids: &mut IdGenerator,
    ) -> Vec<Vec<Splice>> {
        let mut splices = vec![Vec::new(); self.parts.len()];
        tasks.extend(edit_tasks(edits, &self.segments));
        let copied = (edit_tasks(edits, &self.copied_segments), &self.copied_segments);
        for (mut tasks, segments) in [(tasks, &self.segments), copied] {
            tasks.sort_by(|a, b| (a.segment, a.at, &a.action).cmp(&(b.segment, b.at, &b.action)));
            for tasks in tasks.chunk_by(|a, b| a.segment == b.segment) {
                let segment = &segments[tasks[0].segment];
                let part = self.lines[self.line_at(segment.span.start)].part;
                if let Some(run) = segment.run.map(|run| &self.stories.runs[run]) {
                    let source = Source { xml: &self.parts[part].xml.text, names: &self.parts[part].names };
                    splices[part].push(splice::rewrite_segment(source, segment, run, tasks, mode, ids));
                }
            }
        }
        splices
    }

    /// Returns the comments for the notes that the file does not contain yet, with their places.
    fn new_comments(&self, text: &str, notes: &[Note], ids: &mut IdGenerator) -> Vec<(Comment, Anchor)> {
        if notes.is_empty() {
            return Vec::new();
        }
        let anchors = AnchorFinder::new(self, text);
        let mut known = self.existing_comments();
        let mut comments = Vec::new();
        for note in notes {
            let Some(anchor) = anchors.find(note.span) else { continue };
            let separator = if anchor.label.is_empty() { "" } else { "  " };
            let paragraphs = [note.text.clone(), format!("{}{separator}{}", note.source, anchor.label)];
            if known.insert((self.commented_unit(anchor.line), paragraphs.clone())) {
                comments.push((Comment { id: ids.next(), paragraphs }, anchor));
            }
        }
        comments
    }

    /// Returns the marks of the comments: tasks for those on words, splices of the main document for the others.
    fn comment_marks(&self, comments: &[(Comment, Anchor)]) -> (Vec<Task>, Vec<Splice>) {
        let names = &self.parts[0].names;
        let mut tasks = Vec::new();
        // By the place: the offset of the mark, and whether it is that of a paragraph that is an empty element.
        let mut points: BTreeMap<(usize, bool), String> = BTreeMap::new();
        for (Comment { id, .. }, anchor) in comments {
            let point = match anchor.place {
                Place::Words([(first, begin), (last, end)]) => {
                    tasks.push(Task { segment: first, at: begin, action: Action::BeginComment(*id) });
                    tasks.push(Task { segment: last, at: end, action: Action::EndComment(*id) });
                    continue;
                }
                Place::At(offset) => (offset, false),
                Place::LineStart => (self.lines[anchor.line].start, self.lines[anchor.line].is_empty_element),
            };
            *points.entry(point).or_default() +=
                &(splice::comment_begin(names, *id) + &splice::comment_end(names, *id));
        }
        let xml = &self.parts[0].xml.text;
        let splice = |((at, is_empty_element), marks): ((usize, bool), String)| match is_empty_element {
            true => splice::fill_empty_element(xml, at, &marks),
            false => (at..at, marks),
        };
        (tasks, points.into_iter().map(splice).collect())
    }

    fn ids(&self) -> IdGenerator {
        let comments = self.comments.iter().filter_map(|comments| comments.xml.as_ref());
        IdGenerator::new(self.parts.iter().map(|part| &part.xml).chain(comments).map(|xml| xml.text.as_str()))
    }

    /// Returns the bytes of the file with the splices made, which are grouped by part, and with the parts `replaced`
    /// (name and content).
    fn write(&self, splices: Vec<Vec<Splice>>, replaced: Vec<(String, Xml)>) -> Vec<u8> {
        let changed = self.parts.iter().zip(splices).filter(|(_, splices)| !splices.is_empty());
        let spliced = changed
            .map(|(part, splices)| (part.name.clone(), part.xml.with_text(splice::apply(&part.xml.text, splices))));
        let parts: Vec<(String, Vec<u8>)> =
            spliced.chain(replaced).map(|(name, xml)| (name, xml.into_bytes())).collect();
        if parts.is_empty() {
            return self.bytes.clone();
        }
        // An archive that could be read can normally be copied. If not, the file stays as it is.
        archive::replace_parts(&self.bytes, &parts).unwrap_or_else(|_| self.bytes.clone())
    }

    /// Returns the parts (name and content) that have to change to add the comments to the file. Returns `None` if one of
    /// them is malformed.
    fn parts_with_comments(&self, comments: &[Comment], signature: Signature) -> Option<Vec<(String, Xml)>> {
        let main = &self.parts[0];
        let namespace = main.names.namespace();
        let mut parts = Vec::new();
        let name = match &self.comments {
            Some(existing) => existing.name.clone(),
            None => {
                let folder = package::folder_of(&main.name);
                let archive = Archive::open(&self.bytes).ok()?;
                let mut files =
                    std::iter::once("comments.xml".to_owned()).chain((1..).map(|it| format!("comments{it}.xml")));
                let file = files.find(|file| !archive.contains(&format!("{folder}{file}")))?;
                // Files in the strict variant of the format have other namespaces.
                let base = if namespace.contains("purl.oclc.org") {
                    "http://purl.oclc.org/ooxml/officeDocument/relationships"
                } else {
                    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
                };
                let relationships = self.relationships.with_relationship(&format!("{base}/comments"), &file)?;
                parts.push((self.relationships.name.clone(), relationships));
                format!("{folder}{file}")
            }
        };
        let existing = self.comments.as_ref().and_then(|comments| comments.xml.clone());
        if existing.is_none() {
            let types = package::content_types_with(&self.content_types, &name, comment::CONTENT_TYPE)?;
            parts.push((package::CONTENT_TYPES.to_owned(), types));
        }
        let existing = existing.unwrap_or_else(|| Xml::utf8(comment::empty_part(namespace)));
        parts.push((name, existing.with_text(comment::appended(&existing.text, comments, signature)?)));
        Some(parts)
    }

    /// Returns the unit and the last two paragraphs of every comment in the file.
    fn existing_comments(&self) -> HashSet<(CommentedUnit, [String; 2])> {
        let xml = self.comments.as_ref().and_then(|comments| comments.xml.as_ref());
        let existing = xml.and_then(|xml| comment::existing_comments(&xml.text).ok()).unwrap_or_default();
        let placed = self.stories.comments.iter();
        placed.filter_map(|(id, line)| Some((self.commented_unit(*line), existing.get(id)?.clone()))).collect()
    }

    /// Returns the unit that a line belongs to.
    fn commented_unit(&self, line: usize) -> CommentedUnit {
        let table = self.lines.get(line).and_then(|line| line.table);
        table.map_or(CommentedUnit::Paragraph(line), CommentedUnit::Table)
    }

    /// Returns the index of the line that contains `offset`.
    fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the span of a line in the canonical text, without its line break.
    fn line_span(&self, index: usize, text: &str) -> Span {
        let start = self.line_starts[index];
        let end = self.line_starts.get(index + 1).copied().unwrap_or(text.len());
        Span::new(start, end.saturating_sub(1).max(start))
    }

    /// Returns whether a line is in the main text, and not in a text box.
    fn is_in_main_text(&self, index: usize) -> bool {
        let line = &self.lines[index];
        self.parts[line.part].kind == PartKind::Main && !line.is_in_text_box
    }

    /// Returns the index of the line in which the text box of a line is anchored.
    fn host_line(&self, index: usize) -> Option<usize> {
        self.stories.host_lines.get(index.checked_sub(self.first_text_box_line)?).copied()
    }
}

impl Part {
    /// # Errors
    /// The part is damaged, or its root element is not what a part of that kind begins with.
    fn new(name: String, xml: Xml, kind: PartKind) -> Result<Part> {
        let names = Names::of(&xml.text)?;
        Ok(Part { name, xml, names, kind })
    }
}

impl CommentsPart {
    /// # Errors
    /// The part is damaged.
    fn read(archive: &mut Archive, name: &str) -> Result<CommentsPart> {
        let xml = archive.xml(name)?;
        if let Some(xml) = &xml {
            Names::of(&xml.text)?;
            comment::existing_comments(&xml.text)?;
        }
        Ok(CommentsPart { name: name.to_owned(), xml })
    }
}

/// Returns the tasks that make these edits in `segments`. Text that is not editable is left alone.
fn edit_tasks(edits: &EditSet, segments: &[Segment]) -> Vec<Task> {
    let mut tasks = Vec::new();
    for Edit { span, text } in edits.iter() {
        if span.is_empty() {
            // Text between two segments is inserted after the first, so that it gets the formatting of the word that it
            // continues.
            let next = segments.partition_point(|segment| segment.span.start < span.start);
            let adjacent = [next.checked_sub(1), Some(next)].into_iter().flatten();
            let target = adjacent.into_iter().find(|&index| {
                segments.get(index).is_some_and(|segment| {
                    segment.access == Access::Editable
                        && segment.span.start <= span.start
                        && span.start <= segment.span.end
                })
            });
            tasks.extend(target.map(|segment| Task { segment, at: span.start, action: Action::Insert(text.clone()) }));
            continue;
        }
        // The first segment gets the new text.
        let mut text = Some(text.clone());
        let first = segments.partition_point(|segment| segment.span.end <= span.start);
        let touched = segments.iter().enumerate().skip(first);
        for (index, segment) in touched.take_while(|(_, segment)| segment.span.start < span.end) {
            if segment.access == Access::Editable {
                let action = Action::Replace(segment.span.end.min(span.end), text.take().unwrap_or_default());
                tasks.push(Task { segment: index, at: segment.span.start.max(span.start), action });
            }
        }
    }
    tasks
}

/// Returns the remarks on a file.
fn remarks(extras: &Extras, stories: &Stories) -> Remarks {
    let mut remarks = Remarks { is_signed: extras.is_signed, ..Remarks::default() };
    if !extras.unread.is_empty() {
        remarks.on_reading.push(format!("文件里的{}没有读。", extras.unread.join("、")));
    }
    if stories.has_sealed_text {
        remarks.on_writing.push("锁定、绑定数据或有待填写的内容控件不改。".to_owned());
    }
    if stories.has_other_copies {
        remarks.on_writing.push("供旧版软件显示的副本（多为文本框的）与正文不同，没有读，也没有改。".to_owned());
    }
    if extras.is_protected {
        remarks.on_writing.push("文件设了编辑限制，改动不受它约束，请留意。".to_owned());
    }
    if extras.has_macros {
        remarks.on_writing.push("文件里的宏原样保留。".to_owned());
    }
    remarks
}

/// Returns the body of a line. Segments that are not editable cannot be edited through it.
fn body(text: &str, line: &Line) -> Body {
    let mut builder = BodyBuilder::default();
    for segment in &line.segments {
        if segment.access == Access::Editable {
            builder.verbatim(text, segment.span);
        } else {
            builder.substitute(segment.span, segment.span.of(text));
        }
    }
    builder.finish()
}
