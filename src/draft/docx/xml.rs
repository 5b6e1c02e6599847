//! XML as Word writes it: a tokenizer that reports byte ranges and resolves namespaces, and writing elements.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{damaged, oversized};
use crate::error::Result;

/// The deepest accepted nesting. Tables in text boxes in tables need about sixty levels.
const MAX_DEPTH: usize = 256;

/// The namespaces whose names the reader knows, with the prefix that stands for each in [`Tag::name`] whatever prefix the
/// part uses. The second of two is that of the strict variant of the format (ISO/IEC 29500).
const NAMESPACES: [(&str, &str); 5] = [
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/math", "m"),
    ("http://purl.oclc.org/ooxml/officeDocument/math", "m"),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"),
];

/// A prefix in scope.
#[derive(Debug, Clone)]
struct Binding {
    /// The prefix as written in the part, which is empty for the default namespace.
    prefix: String,
    namespace: String,
    /// The prefix that stands for the namespace in [`Tag::name`], or `None` for an unknown namespace.
    standard_prefix: Option<&'static str>,
}

impl Binding {
    fn new(prefix: &str, namespace: String) -> Binding {
        let known = NAMESPACES.iter().find(|(known, _)| *known == namespace);
        Binding { prefix: prefix.to_owned(), namespace, standard_prefix: known.map(|(_, prefix)| *prefix) }
    }
}

/// What an element inherits from those around it.
#[derive(Debug, Clone)]
struct Scope {
    /// The bindings, innermost last.
    bindings: Rc<Vec<Binding>>,
    /// Whether `xml:space="preserve"` holds, so that blanks at the edges of a text are shown.
    preserves_blanks: bool,
}

impl Scope {
    fn binding(&self, prefix: &str) -> Option<&Binding> {
        self.bindings.iter().rev().find(|binding| binding.prefix == prefix)
    }

    /// Returns the prefixes, as written, with which attributes of the namespace of `w:` can be written here.
    fn word_prefixes(&self) -> impl Iterator<Item = &str> {
        let prefixes = self.bindings.iter().map(|binding| binding.prefix.as_str());
        prefixes.filter(|prefix| {
            !prefix.is_empty() && self.binding(prefix).is_some_and(|binding| binding.standard_prefix == Some("w"))
        })
    }

    /// Returns the standard name of an element that is written as `raw`, or `None` if that is the same.
    fn standard_name(&self, raw: &str) -> Option<String> {
        let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
        match self.binding(prefix).and_then(|binding| binding.standard_prefix) {
            Some(standard) if standard == prefix => None,
            Some(standard) => Some(format!("{standard}:{local}")),
            None => (!prefix.is_empty()).then(|| local.to_owned()),
        }
    }

    /// Returns the scope inside an element with the start tag `event`, or `None` if that is the same.
    fn inside(&self, event: &BytesStart) -> Option<Scope> {
        let raw: &str = event;
        memchr::memmem::find(raw.as_bytes(), b"xml")?;
        let mut scope = self.clone();
        for attribute in event.attributes().flatten() {
            let key = attribute.key.into_inner();
            let value = || quick_xml::escape::unescape(&attribute.value).unwrap_or_default().into_owned();
            let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix {
                Rc::make_mut(&mut scope.bindings).push(Binding::new(prefix, value()));
            } else if key == "xml:space" {
                scope.preserves_blanks = value() == "preserve";
            }
        }
        Some(scope)
    }
}

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
    /// The standard name, unless the name is written that way.
    standard_name: Option<String>,
    scope: Scope,
}

impl Tag<'_> {
    /// Returns the name with the standard prefix of its namespace. The name of an element of an unknown namespace has no
    /// prefix.
    pub fn name(&self) -> &str {
        self.standard_name.as_deref().unwrap_or_else(|| self.event.name().into_inner())
    }

    /// Returns the length of the name as it is written, in bytes.
    pub fn written_name_length(&self) -> usize {
        self.event.name().into_inner().len()
    }

    /// Returns the value of the attribute with that name, which is in the namespace of `w:` or in none.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let read = |name: &str| {
            let attribute = self.event.try_get_attribute(name).ok()??;
            Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned())
        };
        match name.strip_prefix("w:") {
            Some(local) => self.scope.word_prefixes().find_map(|prefix| read(&format!("{prefix}:{local}"))),
            None => read(name),
        }
    }

    /// Returns all attributes as they are written.
    pub fn written_attributes(&self) -> &str {
        let written: &str = &self.event;
        written[self.written_name_length()..].trim_ascii_end()
    }

    /// Returns the names and values of all attributes as they are written, without those of the local name `id`.
    pub fn attributes_without_id(&self) -> impl Iterator<Item = (&str, String)> {
        self.event.attributes().flatten().filter_map(|attribute| {
            let key = attribute.key.into_inner();
            (key != "id" && !key.ends_with(":id")).then(|| (key, attribute.value.into_owned()))
        })
    }

    /// Returns whether the tag is a boolean property that is on.
    pub fn is_on(&self) -> bool {
        self.value().is_none_or(|value| !["0", "false", "off", "none"].contains(&value.as_str()))
    }

    /// Returns the attribute `w:val`, which most properties have.
    pub fn value(&self) -> Option<String> {
        self.attribute("w:val")
    }

    /// Returns whether blanks at the edges of the element's text are shown.
    pub fn preserves_blanks(&self) -> bool {
        self.scope.preserves_blanks
    }
}

/// Reads the tokens of a part in order. Rejects custom entities, document types, nesting deeper than [`MAX_DEPTH`], and
/// text or a second element outside the root element.
pub struct Tokens<'x> {
    xml: &'x str,
    reader: Reader<&'x [u8]>,
    /// The length in bytes of the byte order mark, which the reader does not see.
    bom_length: usize,
    depth: usize,
    /// The scope of the part, then those of open elements that differ from their parents, each with its depth.
    scopes: Vec<(usize, Scope)>,
    /// Whether the last token was the start of an empty element, so that its end comes next.
    in_empty_element: bool,
    /// Whether the root element has begun.
    has_root: bool,
    /// The byte range of the last token in the part.
    pub range: Range<usize>,
}

impl<'x> Tokens<'x> {
    /// Starts at the beginning of the part `xml`.
    pub fn new(xml: &'x str) -> Tokens<'x> {
        let content = xml.trim_start_matches('\u{FEFF}');
        Tokens {
            xml,
            reader: Reader::from_str(content),
            bom_length: xml.len() - content.len(),
            depth: 0,
            scopes: vec![(0, Scope { bindings: Rc::default(), preserves_blanks: false })],
            in_empty_element: false,
            has_root: false,
            range: 0..0,
        }
    }

    /// Returns how many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Returns whether the last token was the start tag of an element without content: `<w:p/>`.
    pub fn is_empty_element(&self) -> bool {
        self.in_empty_element
    }

    /// Returns the next token, or `None` at the end.
    ///
    /// # Errors
    /// The part is not well-formed, contains what Word does not write, or is nested too deeply.
    pub fn next(&mut self) -> Result<Option<Token<'x>>> {
        if std::mem::take(&mut self.in_empty_element) {
            self.range.start = self.range.end;
            return self.end().map(Some);
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
                Event::End(_) => self.end()?,
                Event::Text(_) if self.depth == 0 => {
                    let is_blank = self.xml[self.range.clone()].bytes().all(|byte| byte.is_ascii_whitespace());
                    if is_blank { continue } else { return Err(damaged()) }
                }
                Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => return Err(damaged()),
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
                Event::Eof if self.depth > 0 || !self.has_root => return Err(damaged()),
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
        if self.depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err(damaged());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(oversized());
        }
        if let Some(scope) = self.scope().inside(&event) {
            self.scopes.push((self.depth, scope));
        }
        let scope = self.scope().clone();
        let standard_name = scope.standard_name(event.name().into_inner());
        Ok(Token::Start(Tag { event, standard_name, scope }))
    }

    fn end(&mut self) -> Result<Token<'x>> {
        if self.scopes.last().is_some_and(|(depth, _)| *depth == self.depth) {
            self.scopes.pop();
        }
        self.depth = self.depth.checked_sub(1).ok_or_else(damaged)?;
        Ok(Token::End)
    }

    fn scope(&self) -> &Scope {
        // The scope of the part, with depth 0, is popped only by an end tag too many, which the reader rejects.
        &self.scopes[self.scopes.len() - 1].1
    }

    fn position(&self) -> usize {
        self.bom_length + self.reader.buffer_position() as usize
    }
}

/// How elements in the namespace of `w:` are written in a part.
#[derive(Debug, Clone)]
pub struct Names {
    prefix: String,
    namespace: String,
    /// The declaration that every element needs because the part binds no prefix to the namespace; else empty.
    declaration: String,
}

impl Names {
    /// Returns the names for the part `xml`: those with the prefix that its root element binds to the namespace of `w:`.
    ///
    /// # Errors
    /// The part is damaged, or its root element is not in that namespace.
    pub fn of(xml: &str) -> Result<Names> {
        let mut tokens = Tokens::new(xml);
        let Some(Token::Start(root)) = tokens.next()? else { return Err(damaged()) };
        if !root.name().starts_with("w:") {
            return Err(damaged());
        }
        let word = root.scope.bindings.iter().rev().find(|binding| binding.standard_prefix == Some("w"));
        let namespace = word.ok_or_else(damaged)?.namespace.clone();
        Ok(match root.scope.word_prefixes().next() {
            Some(prefix) => Names { prefix: prefix.to_owned(), namespace, declaration: String::new() },
            None => {
                let declaration = format!(r#" xmlns:zhubi="{}""#, escape(&namespace));
                Names { prefix: "zhubi".to_owned(), namespace, declaration }
            }
        })
    }

    /// Returns the namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Returns an element with attributes and content. The values are escaped here, the content is XML.
    pub fn element(&self, name: &str, attributes: &[(&str, &str)], content: &str) -> String {
        let Names { prefix, declaration, .. } = self;
        let mut out = format!("<{prefix}:{name}{declaration}");
        for (key, value) in attributes {
            out += &format!(r#" {prefix}:{key}="{}""#, escape(value));
        }
        if content.is_empty() { out + "/>" } else { format!("{out}>{content}</{prefix}:{name}>") }
    }

    /// Returns an element with text, which is XML. Blanks at its edges are marked as significant.
    pub fn text_element(&self, name: &str, text: &str) -> String {
        let Names { prefix, declaration, .. } = self;
        let space = if trimmed(text) == (0..text.len()) { "" } else { r#" xml:space="preserve""# };
        format!("<{prefix}:{name}{declaration}{space}>{text}</{prefix}:{name}>")
    }

    /// Returns an element with blanks that Word does not show.
    pub fn unshown_blanks(&self, blanks: &str) -> String {
        let Names { prefix, declaration, .. } = self;
        format!("<{prefix}:t{declaration}>{blanks}</{prefix}:t>")
    }
}

/// Returns whether `c` is white space of XML.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Returns the first character or reference of `xml`, the text of an element: its length there, and what it means.
pub fn first_character(xml: &str) -> Option<(usize, char)> {
    let first = xml.chars().next()?;
    // The longest reference is that of the last character of Unicode, with some zeros.
    let reference = (first == '&').then(|| xml.bytes().take(16).position(|byte| byte == b';')).flatten();
    let meaning = reference.and_then(|end| quick_xml::escape::unescape(&xml[..=end]).ok()?.chars().next());
    Some(match (reference, meaning) {
        (Some(end), Some(meaning)) => (end + 1, meaning),
        _ => (first.len_utf8(), first),
    })
}

/// Returns the range of `xml`, the text of an element, that is left without the blanks at its edges. A blank can be written
/// as a reference.
pub fn trimmed(xml: &str) -> Range<usize> {
    if !xml.starts_with([' ', '\t', '\n', '\r', '&']) && !xml.ends_with([' ', '\t', '\n', '\r', ';']) {
        return 0..xml.len();
    }
    let (mut start, mut end, mut at) = (None, 0, 0);
    while let Some((length, c)) = first_character(&xml[at..]) {
        if !is_blank(c) {
            start.get_or_insert(at);
            end = at + length;
        }
        at += length;
    }
    start.unwrap_or(end)..end
}

/// Returns the text that `raw`, the source of a text token, means, or `None` if it is malformed.
pub fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    match raw.strip_prefix("<![CDATA[") {
        Some(data) => Some(Cow::Borrowed(data.strip_suffix("]]>")?)),
        None => quick_xml::escape::unescape(raw).ok(),
    }
}

/// Escapes `text` for the content of an element or attribute.
pub fn escape(text: &str) -> String {
    // XML does not allow other control characters.
    let allowed: String = text.chars().filter(|&c| c >= ' ' || matches!(c, '\t' | '\n')).collect();
    quick_xml::escape::escape(allowed.as_str()).into_owned()
}
