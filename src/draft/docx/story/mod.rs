//! Reads the stories of a Word file: the XML of a part → its lines, with the place of every segment of text in the part.
//!
//! A story is Word's term for text that flows on its own: the main text, a note, a header, a text box.

mod text_box;

use std::ops::Range;

use super::archive::damaged;
use super::control;
use super::style::{ParagraphProperties, Styles};
use super::xml::{self, Tag, Token, Tokens, is_blank};
use crate::block::Shape;
use crate::error::Result;
use crate::text::{OBJECT, Span};

/// A paragraph, which is a line of the canonical text.
#[derive(Debug, Clone)]
pub struct Line {
    /// The text. A tab is `\t`, a line break within the paragraph U+2028.
    pub text: String,
    /// The segments that the text consists of, in order and without gaps.
    pub segments: Vec<Segment>,
    pub shape: Shape,
    pub is_indented: bool,
    pub is_quotation: bool,
    /// The index of the part that contains the paragraph.
    pub part: usize,
    /// The start of the paragraph's content in the part, after its properties.
    pub start: usize,
    /// Whether the paragraph is written as an element without content, `<w:p/>`, which ends at `start`.
    pub is_empty_element: bool,
    pub is_in_text_box: bool,
    /// Whether the paragraph is in a content control that must not be changed.
    pub is_sealed: bool,
    /// The number of the table that contains the paragraph; of tables in tables, that of the outermost.
    pub table: Option<usize>,
    /// The `w:id` of the note that the paragraph belongs to.
    pub note: Option<String>,
}

/// A range of a line that is one element in the part.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The span in the line's text, and after all lines have been joined, in the canonical text.
    pub span: Span,
    /// The index of the run that contains the element. A formula is not in a run.
    pub run: Option<usize>,
    /// The range of the element in the part.
    pub element: Range<usize>,
    /// The range of the characters of a `w:t` in the part, or `None` for an element that cannot be split. Blanks at the edges
    /// that Word does not show are left out.
    pub characters: Option<Range<usize>>,
    /// The range of the content of the element in the part, with these blanks.
    pub content: Range<usize>,
    pub access: Access,
}

/// What may be done to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Neither changes nor marks for comments: the text is in a content control that is locked, shows its prompt, or takes its
    /// text from another part.
    Sealed,
    /// Marks for comments, but no changes: the text comes from a field or from another place.
    ReadOnly,
    Editable,
}

/// A `w:r` element. All ranges are in the part.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name as it is written, with its prefix.
    pub name: Range<usize>,
    /// The whole element.
    pub range: Range<usize>,
    /// The start tag and the properties. Every run that this run is split into begins with them.
    pub head: Range<usize>,
    /// The start of the end tag.
    pub end_tag: usize,
    /// The start tag of the tracked insertion whose child the run is.
    pub insertion: Option<Range<usize>>,
}

/// A reference to a footnote or an endnote.
#[derive(Debug, Clone)]
pub struct NoteReference {
    pub is_endnote: bool,
    /// The `w:id` of the note.
    pub id: String,
    /// The index of the run that contains the reference.
    pub run: usize,
    /// The index of the line that contains the reference.
    pub line: usize,
}

/// The copy of a text box for old programs: `mc:Fallback`.
#[derive(Debug, Clone)]
pub struct TextBoxCopy {
    /// The index of the line in [`Stories::text_box_lines`] that has the same text.
    pub line: usize,
    /// The segments of the copy. Their spans are in the text of the line.
    pub segments: Vec<Segment>,
}

/// What has been read from the parts of a file.
#[derive(Debug, Clone, Default)]
pub struct Stories {
    /// The lines outside text boxes.
    pub lines: Vec<Line>,
    /// The lines in text boxes. They come after all other lines.
    pub text_box_lines: Vec<Line>,
    pub runs: Vec<Run>,
    /// The references to notes, in order.
    pub note_references: Vec<NoteReference>,
    /// For every comment its `w:id` and the index of the line with the reference to it.
    pub comments: Vec<(String, usize)>,
    /// For every line in a text box the index of the line that the box is anchored in.
    pub host_lines: Vec<usize>,
    pub copies: Vec<TextBoxCopy>,
    /// Whether there are copies for old programs that are not read: those of text boxes that differ from the text boxes, and
    /// those of other text.
    pub has_other_copies: bool,
    /// The number of tables, without those in tables.
    tables: usize,
    /// Whether there is text in content controls that must not be changed.
    pub has_sealed_text: bool,
}

impl Stories {
    /// Reads the part with the index `part`. The part is well-formed and its root element is in the namespace of `w:`.
    ///
    /// # Errors
    /// The part is damaged or nested too deeply.
    pub fn read(&mut self, part: usize, xml: &str, styles: &Styles) -> Result<()> {
        let mut reader = StoryReader {
            xml,
            tokens: Tokens::new(xml),
            part,
            styles,
            out: self,
            fields: Vec::new(),
            open_line: None,
            is_in_text_box: false,
            is_sealed: false,
            table: None,
            note: None,
        };
        while let Some(token) = reader.tokens.next()? {
            if let Token::Start(root) = token {
                // The first part is the main document.
                if part == 0 && root.name() != "w:document" {
                    return Err(damaged());
                }
                reader.container(false)?;
            }
        }
        Ok(())
    }
}

/// Which of its two halves an open field is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldState {
    /// The instruction is being read, which Word does not show.
    Instruction,
    /// The result is being read, which Word shows.
    Result,
}

struct StoryReader<'x, 's> {
    xml: &'x str,
    tokens: Tokens<'x>,
    part: usize,
    styles: &'s Styles,
    out: &'s mut Stories,
    /// The open fields, innermost last.
    fields: Vec<FieldState>,
    /// A paragraph whose end is a tracked deletion, so that the next paragraph continues it.
    open_line: Option<Line>,
    is_in_text_box: bool,
    /// Whether the place is in a content control that must not be changed.
    is_sealed: bool,
    /// The number of the outermost open table.
    table: Option<usize>,
    /// The `w:id` of the open note.
    note: Option<String>,
}

/// What the elements around a run mean for its text.
#[derive(Clone)]
struct RunContext {
    access: Access,
    /// The start tag of a tracked insertion, for its children.
    insertion: Option<Range<usize>>,
}

impl StoryReader<'_, '_> {
    /// Reads an element that contains paragraphs and tables.
    fn container(&mut self, is_cell: bool) -> Result<()> {
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) => match tag.name() {
                    "w:p" => self.paragraph(is_cell)?,
                    "w:tc" => {
                        self.container(true)?;
                        self.close_line();
                    }
                    "w:sdt" => {
                        let is_sealed = self.is_sealed;
                        self.container(is_cell)?;
                        self.is_sealed = is_sealed;
                    }
                    "w:sdtPr" => self.is_sealed |= control::is_sealed(&mut self.tokens)?,
                    "w:tbl" => {
                        let outer = self.table;
                        self.table = outer.or(Some(self.out.tables));
                        self.out.tables += usize::from(outer.is_none());
                        self.container(is_cell)?;
                        self.table = outer;
                    }
                    "mc:Fallback" => self.unread_copy()?,
                    "w:body"
                    | "w:tr"
                    | "w:sdtContent"
                    | "w:customXml"
                    | "w:ins"
                    | "w:moveTo"
                    | "mc:AlternateContent"
                    | "mc:Choice" => self.container(is_cell)?,
                    "w:footnote" | "w:endnote" => self.note(&tag)?,
                    _ => self.tokens.skip_element()?,
                },
                Token::End => break,
                Token::Text => {}
            }
        }
        // At the end of the part there is no next paragraph that could continue the open line.
        if self.tokens.depth() <= 1 {
            self.close_line();
        }
        Ok(())
    }

    /// Skips a copy for old programs of what has been read.
    fn unread_copy(&mut self) -> Result<()> {
        let start = self.tokens.range.end;
        self.tokens.skip_element()?;
        self.out.has_other_copies |= self.xml[start..self.tokens.range.end].contains("txbxContent>")
            || self.xml[start..self.tokens.range.end].contains(":t>");
        Ok(())
    }

    /// Reads a footnote or an endnote.
    fn note(&mut self, tag: &Tag) -> Result<()> {
        if tag.attribute("w:type").is_some_and(|kind| kind != "normal") {
            // The separator line above the notes.
            return self.tokens.skip_element();
        }
        self.note = Some(tag.attribute("w:id").unwrap_or_default());
        self.container(false)?;
        self.close_line();
        self.note = None;
        Ok(())
    }

    /// Adds the open line to the lines.
    fn close_line(&mut self) {
        if let Some(line) = self.open_line.take() {
            let lines = if self.is_in_text_box { &mut self.out.text_box_lines } else { &mut self.out.lines };
            lines.push(line);
        }
    }

    fn paragraph(&mut self, is_cell: bool) -> Result<()> {
        let start = self.tokens.range.end;
        let mut line = self.open_line.take().unwrap_or(Line {
            text: String::new(),
            segments: Vec::new(),
            shape: Shape::Paragraph,
            is_indented: false,
            is_quotation: false,
            part: self.part,
            start,
            is_empty_element: self.tokens.is_empty_element(),
            is_in_text_box: self.is_in_text_box,
            is_sealed: self.is_sealed,
            table: self.table,
            note: self.note.clone(),
        });
        let mut properties = self.styles.resolve(&ParagraphProperties::default(), None);
        let mut is_continued = false;
        let access = if self.is_sealed { Access::Sealed } else { Access::Editable };
        let context = RunContext { access, insertion: None };
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) if tag.name() == "w:pPr" => {
                    (properties, is_continued) = self.properties()?;
                    if line.segments.is_empty() {
                        line.start = self.tokens.range.end;
                    }
                }
                Token::Start(tag) => self.inline(&tag, &mut line, &context)?,
                Token::End => break,
                Token::Text => {}
            }
        }
        line.shape = match properties.outline {
            _ if is_cell => Shape::TableCell,
            Some(level @ 1..) => Shape::Heading(level),
            _ if properties.is_caption => Shape::Caption,
            _ if properties.is_list_item == Some(true) => Shape::ListItem,
            _ => Shape::Paragraph,
        };
        line.is_indented = properties.is_indented == Some(true);
        line.is_quotation = properties.is_quotation;
        self.open_line = Some(line);
        if !is_continued {
            self.close_line();
        }
        Ok(())
    }

    /// Reads `w:pPr`. Returns the effective properties and whether the end of the paragraph is a tracked deletion.
    fn properties(&mut self) -> Result<(ParagraphProperties, bool)> {
        let inside = self.tokens.depth();
        let (mut own, mut style, mut is_continued) = (ParagraphProperties::default(), None, false);
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) => match tag.name() {
                    "w:pStyle" => style = tag.value(),
                    "w:del" | "w:moveFrom" => is_continued = true,
                    "w:pPrChange" | "w:rPrChange" | "w:sectPr" => self.tokens.skip_element()?,
                    _ => own.set(&tag),
                },
                Token::End | Token::Text => {}
            }
        }
        Ok((self.styles.resolve(&own, style.as_deref()), is_continued))
    }

    /// Reads an element within a paragraph.
    fn inline(&mut self, tag: &Tag, line: &mut Line, context: &RunContext) -> Result<()> {
        let start_tag = self.tokens.range.clone();
        let mut context = match tag.name() {
            "w:r" => return self.run(tag, line, context),
            "m:oMath" | "m:oMathPara" => {
                self.tokens.skip_element()?;
                let element = start_tag.start..self.tokens.range.end;
                append_whole(line, OBJECT.encode_utf8(&mut [0; 4]), None, element, context.access);
                return Ok(());
            }
            "w:ins" => RunContext { access: context.access, insertion: Some(start_tag) },
            // The text comes from another place in the document or from a field, so it cannot be changed here.
            "w:moveTo" | "w:fldSimple" => RunContext { access: context.access.min(Access::ReadOnly), insertion: None },
            "w:hyperlink"
            | "w:smartTag"
            | "w:sdt"
            | "w:sdtContent"
            | "w:customXml"
            | "w:dir"
            | "w:bdo"
            | "mc:AlternateContent"
            | "mc:Choice" => RunContext { access: context.access, insertion: None },
            "mc:Fallback" => return self.unread_copy(),
            _ => return self.tokens.skip_element(),
        };
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) if tag.name() == "w:sdtPr" => {
                    if control::is_sealed(&mut self.tokens)? {
                        context.access = Access::Sealed;
                    }
                }
                Token::Start(tag) => self.inline(&tag, line, &context)?,
                Token::End => break,
                Token::Text => {}
            }
        }
        Ok(())
    }

    /// Reads a run.
    fn run(&mut self, tag: &Tag, line: &mut Line, context: &RunContext) -> Result<()> {
        let start_tag = self.tokens.range.clone();
        let run = self.out.runs.len();
        let name = start_tag.start + 1;
        self.out.runs.push(Run {
            name: name..name + tag.written_name_length(),
            range: start_tag.start..start_tag.start,
            head: start_tag.clone(),
            end_tag: start_tag.end,
            insertion: context.insertion.clone(),
        });
        let mut is_hidden = false;
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) if tag.name() == "w:rPr" => {
                    is_hidden = self.run_properties()?;
                    self.out.runs[run].head.end = self.tokens.range.end;
                }
                Token::Start(tag) => self.run_child(&tag, line, run, is_hidden, context)?,
                Token::End => break,
                Token::Text => {}
            }
        }
        let run = &mut self.out.runs[run];
        run.end_tag = self.tokens.range.start;
        run.range.end = self.tokens.range.end;
        Ok(())
    }

    /// Reads a child element of the run with the index `run`.
    fn run_child(
        &mut self,
        tag: &Tag,
        line: &mut Line,
        run: usize,
        is_hidden: bool,
        context: &RunContext,
    ) -> Result<()> {
        let start = self.tokens.range.start;
        let is_shown = !is_hidden && self.fields.last() != Some(&FieldState::Instruction);
        let text = match tag.name() {
            "w:t" if is_shown => return self.characters(tag, line, run, context),
            "w:drawing" | "w:pict" | "w:object" | "mc:AlternateContent" => return self.text_boxes(),
            "w:ruby" if is_shown => {
                let base = self.ruby()?;
                append_whole(line, &base, Some(run), start..self.tokens.range.end, context.access);
                return Ok(());
            }
            "w:tab" | "w:ptab" => "\t",
            "w:br" | "w:cr" => "\u{2028}",
            "w:noBreakHyphen" => "\u{2011}",
            "w:sym" => "\u{FFFC}",
            name => {
                self.record_marker(name, tag, run);
                ""
            }
        };
        self.tokens.skip_element()?;
        if is_shown {
            append_whole(line, text, Some(run), start..self.tokens.range.end, context.access);
        }
        Ok(())
    }

    /// Records a child element of a run that marks something and has no text: a field or a reference.
    fn record_marker(&mut self, name: &str, tag: &Tag, run: usize) {
        match name {
            "w:fldChar" => match tag.attribute("w:fldCharType").as_deref() {
                Some("begin") => self.fields.push(FieldState::Instruction),
                Some("separate") => {
                    if let Some(state) = self.fields.last_mut() {
                        *state = FieldState::Result;
                    }
                }
                _ => drop(self.fields.pop()),
            },
            "w:footnoteReference" | "w:endnoteReference" => {
                self.out.note_references.push(NoteReference {
                    is_endnote: name == "w:endnoteReference",
                    id: tag.attribute("w:id").unwrap_or_default(),
                    run,
                    line: self.out.lines.len(),
                });
            }
            "w:commentReference" => {
                self.out.comments.push((tag.attribute("w:id").unwrap_or_default(), self.out.lines.len()));
            }
            _ => {}
        }
    }

    /// Reads `w:rPr`. Returns whether the text of the run is hidden.
    fn run_properties(&mut self) -> Result<bool> {
        let inside = self.tokens.depth();
        let mut is_hidden = false;
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if tag.name() == "w:vanish" => is_hidden = tag.is_on(),
                Token::Start(tag) if tag.name() == "w:rPrChange" => self.tokens.skip_element()?,
                _ => {}
            }
        }
        Ok(is_hidden)
    }

    /// Reads a `w:t` and appends its text to `line`.
    fn characters(&mut self, tag: &Tag, line: &mut Line, run: usize, context: &RunContext) -> Result<()> {
        let start_tag = self.tokens.range.clone();
        let text = self.text()?;
        let end_tag = self.tokens.range.clone();
        let shown = if tag.preserves_blanks() { &text } else { text.trim_matches(is_blank) };
        if shown.is_empty() {
            return Ok(());
        }
        let start = line.text.len();
        line.text.push_str(shown);
        let mut characters = start_tag.end..end_tag.start;
        // CDATA sections and comments within the element cannot be split.
        let is_plain = !self.xml[characters.clone()].contains('<');
        if is_plain && !tag.preserves_blanks() {
            let trimmed = xml::trimmed(&self.xml[characters.clone()]);
            characters = characters.start + trimmed.start..characters.start + trimmed.end;
        }
        self.out.has_sealed_text |= context.access == Access::Sealed;
        let is_changeable = is_plain && self.fields.is_empty();
        line.segments.push(Segment {
            span: Span::new(start, line.text.len()),
            run: Some(run),
            element: start_tag.start..end_tag.end,
            characters: is_plain.then_some(characters),
            content: start_tag.end..end_tag.start,
            access: if is_changeable { context.access } else { context.access.min(Access::ReadOnly) },
        });
        Ok(())
    }

    /// Reads to the end of the element and returns its text.
    fn text(&mut self) -> Result<String> {
        let inside = self.tokens.depth();
        let mut text = String::new();
        while self.tokens.depth() >= inside {
            if let Token::Text = self.tokens.next()?.ok_or_else(damaged)? {
                text.push_str(&xml::unescape(&self.xml[self.tokens.range.clone()]).ok_or_else(damaged)?);
            }
        }
        // In the canonical text, a newline ends a paragraph and a tab represents `w:tab`.
        Ok(if text.contains(['\n', '\r', '\t']) { text.replace(['\n', '\r', '\t'], " ") } else { text })
    }

    /// Reads `w:ruby`. Returns the base text without the pronunciation above it.
    fn ruby(&mut self) -> Result<String> {
        let inside = self.tokens.depth();
        let mut base = String::new();
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if ["w:rt", "w:del"].contains(&tag.name()) => self.tokens.skip_element()?,
                Token::Start(tag) if tag.name() == "w:t" => base.push_str(&self.text()?),
                _ => {}
            }
        }
        Ok(base)
    }
}

/// Appends text to `line` that is one element in the part and cannot be edited.
fn append_whole(line: &mut Line, text: &str, run: Option<usize>, element: Range<usize>, access: Access) {
    if !text.is_empty() {
        let start = line.text.len();
        line.text.push_str(text);
        let span = Span::new(start, line.text.len());
        let access = access.min(Access::ReadOnly);
        let content = element.clone();
        line.segments.push(Segment { span, run, element, characters: None, content, access });
    }
}
