//! XML as Word writes it: a tokenizer that reports byte ranges, and escaping.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{damaged, oversized};
use crate::error::Result;

/// The deepest accepted nesting. Tables in text boxes in tables need about sixty levels.
const MAX_DEPTH: usize = 400;

/// A token of XML.
pub enum Token<'x> {
    /// A start tag. An empty element yields `Start` and `End`.
    Start(Tag<'x>),
    /// An end tag, or the end of an empty element.
    End,
    /// Text, a CDATA section or a character reference; [`Tokens::range`] says where it is.
    Text,
}

/// A start tag.
pub struct Tag<'x> {
    event: BytesStart<'x>,
}

impl Tag<'_> {
    /// Returns the name with its namespace prefix.
    pub fn name(&self) -> &str {
        self.event.name().into_inner()
    }

    /// Returns the value of the attribute with that name, which includes the namespace prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.event.try_get_attribute(name).ok()??;
        Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned())
    }

    /// Returns whether the tag is a boolean property that is on.
    pub fn is_on(&self) -> bool {
        self.value().is_none_or(|value| !["0", "false", "off", "none"].contains(&value.as_str()))
    }

    /// Returns the attribute `w:val`, which most properties have.
    pub fn value(&self) -> Option<String> {
        self.attribute("w:val")
    }
}

/// Reads the tokens of a part in order. Rejects custom entities, document types and nesting deeper than [`MAX_DEPTH`].
pub struct Tokens<'x> {
    reader: Reader<&'x [u8]>,
    /// The length in bytes of the byte order mark, which the reader does not see.
    bom_length: usize,
    depth: usize,
    /// Whether the last token was the start of an empty element, so that its end comes next.
    in_empty_element: bool,
    /// The byte range of the last token in the part.
    pub range: Range<usize>,
}

impl<'x> Tokens<'x> {
    /// Starts at the beginning of the part `xml`.
    pub fn new(xml: &'x str) -> Tokens<'x> {
        let content = xml.trim_start_matches('\u{FEFF}');
        Tokens {
            reader: Reader::from_str(content),
            bom_length: xml.len() - content.len(),
            depth: 0,
            in_empty_element: false,
            range: 0..0,
        }
    }

    /// Returns how many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Returns the next token, or `None` at the end.
    ///
    /// # Errors
    /// The part is not well-formed, contains what Word does not write, or is nested too deeply.
    pub fn next(&mut self) -> Result<Option<Token<'x>>> {
        if std::mem::take(&mut self.in_empty_element) {
            self.depth -= 1;
            self.range.start = self.range.end;
            return Ok(Some(Token::End));
        }
        loop {
            let start = self.position();
            let event = self.reader.read_event().map_err(|_| damaged())?;
            self.range = start..self.position();
            return Ok(Some(match event {
                Event::Start(event) => self.start(event)?,
                Event::Empty(event) => {
                    self.in_empty_element = true;
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

    /// Skips the rest of the element whose start tag was the last token.
    ///
    /// # Errors
    /// Same as [`next`](Tokens::next).
    pub fn skip_element(&mut self) -> Result<()> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?.ok_or_else(damaged)?;
        }
        Ok(())
    }

    fn start(&mut self, event: BytesStart<'x>) -> Result<Token<'x>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(oversized());
        }
        Ok(Token::Start(Tag { event }))
    }

    fn position(&self) -> usize {
        self.bom_length + self.reader.buffer_position() as usize
    }
}

/// Returns the namespace that the prefix `w:` is bound to in a part.
pub fn w_namespace(xml: &str) -> &str {
    const BINDING: &str = "xmlns:w=\"";
    let rest = xml.find(BINDING).map_or("", |at| &xml[at + BINDING.len()..]);
    &rest[..rest.find('"').unwrap_or_default()]
}

/// Escapes `text` for the content of an element or attribute.
pub fn escape(text: &str) -> String {
    // XML does not allow other control characters.
    let allowed: String = text.chars().filter(|&c| c >= ' ' || matches!(c, '\t' | '\n')).collect();
    quick_xml::escape::escape(allowed.as_str()).into_owned()
}
