//! A part with running text → its lines, and where each piece of them stands in the part.

use std::borrow::Cow;
use std::ops::Range;

use super::archive::damaged;
use super::style::{Look, Styles};
use super::xml::{Tag, Token, Tokens};
use crate::block::Shape;
use crate::error::Result;
use crate::text::{OBJECT, Span};

/// A paragraph.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its text. A tab is `\t`, a break U+2028.
    pub text: String,
    /// What its text is made of, in order and without gaps.
    pub pieces: Vec<Piece>,
    pub shape: Shape,
    pub indented: bool,
    /// The part it stands in.
    pub part: usize,
    /// In the part: where its content begins.
    pub start: usize,
    /// Is it in a text box?
    pub boxed: bool,
    /// The note it belongs to, by its `w:id`.
    pub note: Option<String>,
}

/// A stretch of a line that is one element in the part.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Where it stands: in the line's text while a story is read, then in the canonical text.
    pub span: Span,
    /// The run it stands in; a formula stands in none.
    pub run: Option<usize>,
    /// The element, in the part.
    pub element: Range<usize>,
    /// The characters of a `w:t`, in the part; `None` for anything else, which cannot be taken apart.
    pub characters: Option<Range<usize>>,
    /// May its text be changed?
    pub editable: bool,
}

/// A `w:r`.
#[derive(Debug, Clone)]
pub struct Run {
    /// All of it, in the part.
    pub whole: Range<usize>,
    /// From its start to the end of its properties: what every piece of it has to begin with.
    pub head: Range<usize>,
    /// Where its end tag begins.
    pub tail: usize,
    /// The start tag of the insertion that it stands in, directly.
    pub insertion: Option<Range<usize>>,
}

/// A reference to a footnote or an endnote.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Of an endnote?
    pub at_end: bool,
    /// The note's `w:id`.
    pub id: String,
    /// The run that holds it.
    pub run: usize,
    /// The line that holds it.
    pub line: usize,
}

/// What is read of the parts of a file.
#[derive(Debug, Clone, Default)]
pub struct Stories {
    pub lines: Vec<Line>,
    /// The lines of text boxes; they come behind all others.
    pub boxes: Vec<Line>,
    pub runs: Vec<Run>,
    /// References to notes, in order.
    pub references: Vec<Reference>,
    /// Comments: `w:id`, and the line with the reference.
    pub comments: Vec<(String, usize)>,
    /// For every text box its first line among the boxes, and the line that holds it.
    pub frames: Vec<(usize, usize)>,
}

impl Stories {
    /// Reads part number `part`.
    ///
    /// # Errors
    /// It is damaged, or nested too deep.
    pub fn read(&mut self, part: usize, xml: &str, styles: &Styles) -> Result<()> {
        let tokens = Tokens::new(xml);
        let mut story =
            Story { xml, tokens, part, styles, out: self, fields: Vec::new(), open: None, boxed: false, note: None };
        while let Some(token) = story.tokens.next()? {
            if let Token::Start(tag) = token {
                let bound = tag.attribute("xmlns:w").is_some_and(|name| name.contains("/wordprocessingml/"));
                if !bound {
                    return Err(damaged());
                }
                story.container(false)?;
            }
        }
        Ok(())
    }
}

struct Story<'x, 's> {
    xml: &'x str,
    tokens: Tokens<'x>,
    part: usize,
    styles: &'s Styles,
    out: &'s mut Stories,
    /// The fields that are open; is the result of each being read?
    fields: Vec<bool>,
    /// A paragraph whose end was deleted: the next one goes on with it.
    open: Option<Line>,
    boxed: bool,
    note: Option<String>,
}

/// What holds of the text inside an element.
#[derive(Clone)]
struct Around {
    editable: bool,
    /// The start tag of an insertion, for its children.
    insertion: Option<Range<usize>>,
}

impl<'x> Story<'x, '_> {
    /// What holds paragraphs and tables.
    fn container(&mut self, cell: bool) -> Result<()> {
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) => match tag.name() {
                    "w:p" => self.paragraph(cell)?,
                    "w:tc" => {
                        self.container(true)?;
                        self.close();
                    }
                    "w:body"
                    | "w:tbl"
                    | "w:tr"
                    | "w:sdt"
                    | "w:sdtContent"
                    | "w:customXml"
                    | "w:ins"
                    | "w:moveTo"
                    | "mc:AlternateContent"
                    | "mc:Choice" => self.container(cell)?,
                    "w:footnote" | "w:endnote" => self.note(&tag)?,
                    _ => self.tokens.skip()?,
                },
                Token::End => break,
                Token::Text => {}
            }
        }
        if self.tokens.depth() <= 1 {
            self.close();
        }
        Ok(())
    }

    fn note(&mut self, tag: &Tag) -> Result<()> {
        if tag.attribute("w:type").is_some_and(|kind| kind != "normal") {
            // The line above the notes.
            return self.tokens.skip();
        }
        self.note = Some(tag.attribute("w:id").unwrap_or_default());
        self.container(false)?;
        self.close();
        self.note = None;
        Ok(())
    }

    fn close(&mut self) {
        if let Some(line) = self.open.take() {
            if self.boxed { self.out.boxes.push(line) } else { self.out.lines.push(line) }
        }
    }

    fn paragraph(&mut self, cell: bool) -> Result<()> {
        let start = self.tokens.at.end;
        let mut line = self.open.take().unwrap_or(Line {
            text: String::new(),
            pieces: Vec::new(),
            shape: Shape::Paragraph,
            indented: false,
            part: self.part,
            start,
            boxed: self.boxed,
            note: self.note.clone(),
        });
        let mut look = self.styles.resolve(&Look::default(), None);
        let mut goes_on = false;
        let around = Around { editable: true, insertion: None };
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) if tag.name() == "w:pPr" => {
                    (look, goes_on) = self.properties()?;
                    if line.pieces.is_empty() {
                        line.start = self.tokens.at.end;
                    }
                }
                Token::Start(tag) => self.inline(&tag, &mut line, &around)?,
                Token::End => break,
                Token::Text => {}
            }
        }
        line.shape = match look.outline {
            _ if cell => Shape::TableCell,
            Some(level @ 1..) => Shape::Heading(level),
            _ if look.caption => Shape::Caption,
            _ if look.listed == Some(true) => Shape::ListItem,
            _ => Shape::Paragraph,
        };
        line.indented = look.indented == Some(true);
        self.open = Some(line);
        if !goes_on {
            self.close();
        }
        Ok(())
    }

    /// `w:pPr`: what the paragraph looks like, and whether its end was deleted.
    fn properties(&mut self) -> Result<(Look, bool)> {
        let inside = self.tokens.depth();
        let (mut own, mut style, mut goes_on) = (Look::default(), None, false);
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) => match tag.name() {
                    "w:pStyle" => style = tag.value(),
                    "w:del" | "w:moveFrom" => goes_on = true,
                    "w:pPrChange" | "w:rPrChange" | "w:sectPr" => self.tokens.skip()?,
                    _ => own.property(&tag),
                },
                Token::End | Token::Text => {}
            }
        }
        Ok((self.styles.resolve(&own, style.as_deref()), goes_on))
    }

    fn inline(&mut self, tag: &Tag, line: &mut Line, around: &Around) -> Result<()> {
        let at = self.tokens.at.clone();
        let around = match tag.name() {
            "w:r" => return self.run(line, around),
            "m:oMath" | "m:oMathPara" => {
                self.tokens.skip()?;
                let element = at.start..self.tokens.at.end;
                add(line, OBJECT.encode_utf8(&mut [0; 4]), None, element);
                return Ok(());
            }
            "w:ins" => Around { editable: around.editable, insertion: Some(at) },
            // Whether its words come from a field or from elsewhere in the text: they are not to be changed here.
            "w:moveTo" | "w:fldSimple" => Around { editable: false, insertion: None },
            "w:hyperlink"
            | "w:smartTag"
            | "w:sdt"
            | "w:sdtContent"
            | "w:customXml"
            | "w:dir"
            | "w:bdo"
            | "mc:AlternateContent"
            | "mc:Choice" => Around { editable: around.editable, insertion: None },
            _ => return self.tokens.skip(),
        };
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) => self.inline(&tag, line, &around)?,
                Token::End => break,
                Token::Text => {}
            }
        }
        Ok(())
    }

    fn run(&mut self, line: &mut Line, around: &Around) -> Result<()> {
        let open = self.tokens.at.clone();
        let number = self.out.runs.len();
        let whole = open.start..open.start;
        self.out.runs.push(Run { whole, head: open.clone(), tail: open.end, insertion: around.insertion.clone() });
        let mut hidden = false;
        while let Some(token) = self.tokens.next()? {
            let at = self.tokens.at.clone();
            let tag = match token {
                Token::Start(tag) => tag,
                Token::End => break,
                Token::Text => continue,
            };
            let shown = !hidden && self.fields.last() != Some(&false);
            match tag.name() {
                "w:rPr" => {
                    hidden = self.run_properties()?;
                    self.out.runs[number].head.end = self.tokens.at.end;
                    continue;
                }
                "w:t" if shown => {
                    self.characters(line, number, around)?;
                    continue;
                }
                "w:fldChar" => match tag.attribute("w:fldCharType").as_deref() {
                    Some("begin") => self.fields.push(false),
                    Some("separate") => {
                        if let Some(result) = self.fields.last_mut() {
                            *result = true;
                        }
                    }
                    _ => drop(self.fields.pop()),
                },
                "w:footnoteReference" | "w:endnoteReference" => {
                    self.out.references.push(Reference {
                        at_end: tag.name() == "w:endnoteReference",
                        id: tag.attribute("w:id").unwrap_or_default(),
                        run: number,
                        line: self.out.lines.len(),
                    });
                }
                "w:commentReference" => {
                    self.out.comments.push((tag.attribute("w:id").unwrap_or_default(), self.out.lines.len()));
                }
                "w:drawing" | "w:pict" | "w:object" | "mc:AlternateContent" => {
                    self.boxes()?;
                    continue;
                }
                "w:ruby" if shown => {
                    let base = self.ruby()?;
                    add(line, &base, Some(number), at.start..self.tokens.at.end);
                    continue;
                }
                _ => {}
            }
            let sign = match tag.name() {
                "w:tab" | "w:ptab" => "\t",
                "w:br" | "w:cr" => "\u{2028}",
                "w:noBreakHyphen" => "\u{2011}",
                "w:sym" => "\u{FFFC}",
                _ => "",
            };
            self.tokens.skip()?;
            if shown {
                add(line, sign, Some(number), at.start..self.tokens.at.end);
            }
        }
        let run = &mut self.out.runs[number];
        run.tail = self.tokens.at.start;
        run.whole.end = self.tokens.at.end;
        Ok(())
    }

    /// `w:rPr`: is the text hidden?
    fn run_properties(&mut self) -> Result<bool> {
        let inside = self.tokens.depth();
        let mut hidden = false;
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if tag.name() == "w:vanish" => hidden = tag.is_on(),
                Token::Start(tag) if tag.name() == "w:rPrChange" => self.tokens.skip()?,
                _ => {}
            }
        }
        Ok(hidden)
    }

    /// `w:t`.
    fn characters(&mut self, line: &mut Line, run: usize, around: &Around) -> Result<()> {
        let open = self.tokens.at.clone();
        let start = line.text.len();
        let text = self.text()?;
        line.text.push_str(&text);
        let close = self.tokens.at.clone();
        let characters = open.end..close.start;
        if text.is_empty() {
            return Ok(());
        }
        // What is written as CDATA, or has a comment inside, cannot be taken apart.
        let plain = !self.xml[characters.clone()].contains('<');
        line.pieces.push(Piece {
            span: Span::new(start, line.text.len()),
            run: Some(run),
            element: open.start..close.end,
            characters: plain.then_some(characters),
            editable: plain && around.editable && self.fields.is_empty(),
        });
        Ok(())
    }

    /// The characters up to the end of the element.
    fn text(&mut self) -> Result<String> {
        let inside = self.tokens.depth();
        let mut text = String::new();
        while self.tokens.depth() >= inside {
            if let Token::Text = self.tokens.next()?.ok_or_else(damaged)? {
                text.push_str(&decoded(&self.xml[self.tokens.at.clone()]).ok_or_else(damaged)?);
            }
        }
        // A line of the canonical text is a paragraph.
        Ok(if text.contains(['\n', '\r', '\t']) { text.replace(['\n', '\r', '\t'], " ") } else { text })
    }

    /// `w:ruby`: the words below the reading.
    fn ruby(&mut self) -> Result<String> {
        let inside = self.tokens.depth();
        let mut base = String::new();
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if ["w:rt", "w:del"].contains(&tag.name()) => self.tokens.skip()?,
                Token::Start(tag) if tag.name() == "w:t" => base.push_str(&self.text()?),
                _ => {}
            }
        }
        Ok(base)
    }

    /// The text boxes in a drawing.
    fn boxes(&mut self) -> Result<()> {
        let inside = self.tokens.depth();
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if tag.name() == "mc:Fallback" => self.tokens.skip()?,
                Token::Start(tag) if tag.name() == "w:txbxContent" => {
                    self.out.frames.push((self.out.boxes.len(), self.out.lines.len()));
                    let fields = std::mem::take(&mut self.fields);
                    let open = self.open.take();
                    let boxed = std::mem::replace(&mut self.boxed, true);
                    self.container(false)?;
                    self.close();
                    (self.fields, self.open, self.boxed) = (fields, open, boxed);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds something to a line that stands there as a whole.
fn add(line: &mut Line, text: &str, run: Option<usize>, element: Range<usize>) {
    if !text.is_empty() {
        let start = line.text.len();
        line.text.push_str(text);
        let span = Span::new(start, line.text.len());
        line.pieces.push(Piece { span, run, element, characters: None, editable: false });
    }
}

/// What is written as `raw`.
fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    match raw.strip_prefix("<![CDATA[") {
        Some(data) => Some(Cow::Borrowed(data.strip_suffix("]]>")?)),
        None => quick_xml::escape::unescape(raw).ok(),
    }
}
