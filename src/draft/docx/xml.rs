//! XML as Word writes it: a reader of places, and what every part has to keep to.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{damaged, oversized};
use crate::error::Result;

/// The deepest nesting. Tables in text boxes in tables come to some sixty.
const DEEPEST: usize = 400;

/// What stands at a place of a part.
pub enum Token<'x> {
    /// A start tag; an empty element has an end as well.
    Start(Tag<'x>),
    /// An end tag, or the end of an empty element.
    End,
    /// Characters, as they are written.
    Text,
}

/// A start tag.
pub struct Tag<'x> {
    event: BytesStart<'x>,
}

impl Tag<'_> {
    /// The name, with its prefix.
    pub fn name(&self) -> &str {
        self.event.name().into_inner()
    }

    /// The value of an attribute, by its name with its prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.event.try_get_attribute(name).ok()??;
        Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned())
    }

    /// Is this a property that is switched on?
    pub fn is_on(&self) -> bool {
        self.value().is_none_or(|value| !["0", "false", "off", "none"].contains(&value.as_str()))
    }

    /// `w:val`, which most properties have.
    pub fn value(&self) -> Option<String> {
        self.attribute("w:val")
    }
}

/// Reads a part from its head to its end. Entities from outside and document types are refused; so is what nests too
/// deep.
pub struct Tokens<'x> {
    reader: Reader<&'x [u8]>,
    /// Bytes before the first that the reader sees.
    skipped: usize,
    depth: usize,
    /// The end of an empty element is still to come.
    open: bool,
    /// Where the last token stands.
    pub at: Range<usize>,
}

impl<'x> Tokens<'x> {
    /// The tokens of a part.
    pub fn new(xml: &'x str) -> Tokens<'x> {
        let content = xml.trim_start_matches('\u{FEFF}');
        Tokens {
            reader: Reader::from_str(content),
            skipped: xml.len() - content.len(),
            depth: 0,
            open: false,
            at: 0..0,
        }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// It is no XML, or none that Word writes.
    pub fn next(&mut self) -> Result<Option<Token<'x>>> {
        if std::mem::take(&mut self.open) {
            self.depth -= 1;
            self.at.start = self.at.end;
            return Ok(Some(Token::End));
        }
        loop {
            let start = self.position();
            let event = self.reader.read_event().map_err(|_| damaged())?;
            self.at = start..self.position();
            return Ok(Some(match event {
                Event::Start(event) => self.start(event)?,
                Event::Empty(event) => {
                    self.open = true;
                    self.start(event)?
                }
                Event::End(_) => {
                    self.depth = self.depth.checked_sub(1).ok_or_else(damaged)?;
                    Token::End
                }
                Event::Text(_) | Event::CData(_) => Token::Text,
                Event::GeneralRef(reference) => {
                    let known = reference.resolve_char_ref().is_ok_and(|c| c.is_some())
                        || ["amp", "lt", "gt", "quot", "apos"].contains(&&*reference);
                    if !known {
                        return Err(damaged());
                    }
                    Token::Text
                }
                Event::DocType(_) => return Err(damaged()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof if self.depth > 0 => return Err(damaged()),
                Event::Eof => return Ok(None),
            }));
        }
    }

    /// Passes over the rest of the element whose start tag has just been read.
    ///
    /// # Errors
    /// As [`next`](Tokens::next).
    pub fn skip(&mut self) -> Result<()> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?.ok_or_else(damaged)?;
        }
        Ok(())
    }

    fn start(&mut self, event: BytesStart<'x>) -> Result<Token<'x>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(oversized());
        }
        Ok(Token::Start(Tag { event }))
    }

    fn position(&self) -> usize {
        self.skipped + self.reader.buffer_position() as usize
    }
}

/// The namespace that `w:` stands for at the root of a part.
pub fn namespace(xml: &str) -> &str {
    const BINDING: &str = "xmlns:w=\"";
    let rest = xml.find(BINDING).map_or("", |at| &xml[at + BINDING.len()..]);
    &rest[..rest.find('"').unwrap_or_default()]
}

/// `text` as the content of an element or of an attribute.
pub fn escape(text: &str) -> String {
    // Characters that no XML file may hold are left out.
    let kept: String = text.chars().filter(|&c| c >= ' ' || matches!(c, '\t' | '\n')).collect();
    quick_xml::escape::escape(kept.as_str()).into_owned()
}
