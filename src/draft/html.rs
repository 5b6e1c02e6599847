//! HTML and XHTML: the text that readers of a page see, including picture descriptions and the description in the head.
//!
//! No tree is built: a fragment ends wherever a block element begins or ends. Everything else is what the standard says of
//! tokens (see [`token`]): however broken a page is, what a browser takes for a tag, a comment or a script is not prose.

mod element;
mod language;
mod template;
mod text;
mod token;

use std::borrow::Cow;

use super::{FormatDefinition, Reader, StetMark, front_matter, mark};
use crate::block::{Body, Fragment, Shape};
use crate::text::Span;
use element::{container_shape, is_block, is_preformatted, is_skipped_inline, is_void_object, label_shape};
use language::{Languages, matching_ends};
use token::{Attribute, StartTag, Syntax, Token, Tokens};

pub use element::{Skip, skip_of_element};
pub use template::Templates;
pub use text::ProseBuilder;

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["html", "htm"], reader: Reader::Text(|text| read_page(text, None)), escape };

/// Returns the fragments and the stet marks of an XHTML page.
pub fn read_xhtml(text: &str) -> (Vec<Fragment>, Vec<StetMark>) {
    read_page(text, Some(Syntax::Xml))
}

/// Returns the fragments and the stet marks of a page. Its syntax is what it says it is, unless that is known.
fn read_page(text: &str, syntax: Option<Syntax>) -> (Vec<Fragment>, Vec<StetMark>) {
    // Pages of site generators can begin with metadata.
    let (start, mut fragments) = if text.starts_with("---") { front_matter::read(text) } else { (0, Vec::new()) };
    let span = Span::new(start, text.len());
    fragments.extend(read(text, span, syntax.unwrap_or_else(|| declared_syntax(text, span))));
    (fragments, mark::comment_marks(text))
}

/// Returns the fragments of the HTML in `span` of the canonical text.
pub fn fragments(text: &str, span: Span) -> Vec<Fragment> {
    read(text, span, declared_syntax(text, span))
}

fn read(text: &str, span: Span, syntax: Syntax) -> Vec<Fragment> {
    let templates = Templates::new(text, span);
    let tokens: Vec<Token> = Tokens::new(text, span, syntax, templates).collect();
    let mut reader = HtmlReader::new(text, templates, matching_ends(&tokens));
    for (index, token) in tokens.iter().enumerate() {
        reader.read(index, token);
    }
    reader.end_fragment();
    reader.fragments
}

/// Returns XML if the page says that it is XHTML: by an XML declaration, by its document type or by its namespace.
fn declared_syntax(text: &str, span: Span) -> Syntax {
    let is_xhtml = opening(text, span).any(|token| match token {
        Token::Start(tag) => tag.name == "html" && tag.value(text, "xmlns").is_some(),
        Token::Hidden(span) => {
            let declaration = span.of(text);
            declaration.starts_with("<?xml ") || is_document_type(declaration) && contains(declaration, "xhtml")
        }
        _ => false,
    });
    if is_xhtml { Syntax::Xml } else { Syntax::Html }
}

/// Returns the tokens before the content of a page: comments, declarations, blanks, and the first start tag.
fn opening(text: &str, span: Span) -> impl Iterator<Item = Token<'_>> {
    let mut is_over = false;
    Tokens::new(text, span, Syntax::Html, Templates::new(text, span)).take_while(move |token| {
        let is_before = match token {
            Token::Text(span) => span.of(text).trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty(),
            Token::Hidden(_) => true,
            Token::Start(_) => !is_over,
            Token::End { .. } => false,
        };
        let is_taken = is_before && !is_over;
        is_over |= matches!(token, Token::Start(_));
        is_taken
    })
}

fn is_document_type(declaration: &str) -> bool {
    declaration.get(.."<!doctype".len()).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}

/// Returns whether `text` contains `word`, which is in lower case, in any case.
fn contains(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().contains(word)
}

/// Returns `text` with the characters escaped that would be markup in HTML.
pub fn escape(text: &str) -> Cow<'_, str> {
    const ESCAPES: [(char, &str); 4] = [('&', "&amp;"), ('<', "&lt;"), ('"', "&quot;"), ('\'', "&#39;")];
    let is_escaped = |c: char| ESCAPES.iter().any(|(escaped, _)| *escaped == c);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    ESCAPES.iter().fold(text.to_owned(), |text, (c, reference)| text.replace(*c, reference)).into()
}

/// Attributes whose values readers see or hear.
const VISIBLE_ATTRIBUTES: [&str; 2] = ["alt", "title"];
/// Elements whose `title` is the name of a style sheet.
const WITH_NAMES: [&str; 2] = ["link", "style"];
/// Names of `<meta>` elements whose content search results and shared links show as a headline.
const TITLES: [&str; 2] = ["og:title", "twitter:title"];
/// Names of `<meta>` elements whose content search results and shared links show as text.
const DESCRIPTIONS: [&str; 3] = ["description", "og:description", "twitter:description"];

/// The element of text that is quoted.
const QUOTE: &str = "blockquote";

/// The deepest nesting of containers that is tracked. Text in deeper containers gets the shape of this depth.
const MAX_CONTAINERS: usize = 64;

struct HtmlReader<'t> {
    text: &'t str,
    templates: Templates<'t>,
    /// The index of the end tag of each start tag, by the index of the start tag.
    ends: Vec<Option<usize>>,
    fragments: Vec<Fragment>,
    prose: ProseBuilder<'t>,
    /// The descriptions of the pictures in the current text. They become fragments after it.
    captions: Vec<Fragment>,
    /// The open lists and tables, each as the shape of the text in it.
    containers: Vec<Shape>,
    /// The shape of the open heading or caption.
    label: Option<Shape>,
    /// Whether a `<p>` is open. A table cell with a `<p>` that contains 。 is taken for page layout, not for a table.
    in_paragraph: bool,
    in_title: bool,
    /// How many block quotes are open.
    quotes: usize,
    languages: Languages,
    skipped: Option<Skipped>,
}

/// An open element whose content is skipped.
struct Skipped {
    /// The start of the element in the canonical text.
    start: usize,
    /// The index of its end tag among the tokens. `None` if it is missing.
    end: Option<usize>,
    /// Whether the element becomes an object in the sentence.
    is_object: bool,
    /// Whether the element is a part of a sentence.
    is_inline: bool,
}

impl<'t> HtmlReader<'t> {
    fn new(text: &'t str, templates: Templates<'t>, ends: Vec<Option<usize>>) -> HtmlReader<'t> {
        HtmlReader {
            text,
            templates,
            ends,
            fragments: Vec::new(),
            prose: ProseBuilder::new(text, templates),
            captions: Vec::new(),
            containers: Vec::new(),
            label: None,
            in_paragraph: false,
            in_title: false,
            quotes: 0,
            languages: Languages::default(),
            skipped: None,
        }
    }

    fn read(&mut self, index: usize, token: &Token) {
        match token {
            Token::Start(tag) => self.start_tag(index, tag),
            Token::End { name, span } => self.end_tag(index, name, *span),
            Token::Text(span) if self.skipped.is_none() => self.append_text(*span),
            Token::Text(_) | Token::Hidden(_) => {}
        }
    }

    fn append_text(&mut self, span: Span) {
        if self.languages.is_prose() {
            self.prose.append(span);
        } else if !span.of(self.text).trim().is_empty() {
            self.prose.object(span);
        }
    }

    fn start_tag(&mut self, index: usize, tag: &StartTag) {
        let name = &*tag.name;
        if self.skipped.is_some() {
            if !self.is_ended_by_block(name) {
                return;
            }
            self.end_skipped(tag.span.start);
        }
        self.languages.open(self.text, tag, self.ends[index]);
        if is_block(name) {
            self.end_fragment();
            self.start_block(name);
            // Without an end tag nothing says where the quotation ends.
            self.quotes += usize::from(name == QUOTE && self.ends[index].is_some());
        }
        if self.languages.is_prose() {
            self.read_attributes(tag);
        }
        let skip = skip_of_element(name);
        let is_object = skip == Some(Skip::Object);
        let end = self.ends[index];
        if end == Some(index) {
            if is_object || is_void_object(name) {
                self.prose.object(tag.span);
            }
            self.close(index, name);
        } else if skip.is_some() || is_preformatted(name) {
            self.skipped = Some(Skipped { start: tag.span.start, end, is_object, is_inline: is_skipped_inline(name) });
        }
    }

    fn end_tag(&mut self, index: usize, name: &str, span: Span) {
        if let Some(skipped) = &self.skipped {
            let is_end = skipped.end == Some(index);
            if !is_end && !self.is_ended_by_block(name) {
                return;
            }
            self.end_skipped(if is_end { span.end } else { span.start });
        }
        self.close(index, name);
    }

    /// Closes the element `name`, whose end tag has the index `index`.
    fn close(&mut self, index: usize, name: &str) {
        if is_block(name) {
            self.end_fragment();
            self.end_block(name);
            self.quotes = self.quotes.saturating_sub(usize::from(name == QUOTE));
        }
        self.languages.close(index);
    }

    /// Returns whether a tag of the element `name` ends the skipped element: a block ends code without an end tag.
    fn is_ended_by_block(&self, name: &str) -> bool {
        let is_unclosed = self.skipped.as_ref().is_some_and(|skipped| skipped.is_inline && skipped.end.is_none());
        is_unclosed && is_block(name) && name != "br"
    }

    fn end_skipped(&mut self, end: usize) {
        if let Some(skipped) = self.skipped.take()
            && skipped.is_object
        {
            self.prose.object(Span::new(skipped.start, end));
        }
    }

    fn start_block(&mut self, name: &str) {
        // Any block element ends an open heading or caption, except `<div>`, `<br>` and a `<p>` in a caption.
        if name != "div" && name != "br" && !(name == "p" && self.label == Some(Shape::Caption)) {
            self.label = label_shape(name);
        }
        if let Some(container) = container_shape(name)
            && self.containers.len() < MAX_CONTAINERS
        {
            self.containers.push(container);
        }
        if name != "br" {
            self.in_paragraph = name == "p";
            self.in_title = name == "title";
        }
    }

    fn end_block(&mut self, name: &str) {
        if label_shape(name).is_some() {
            self.label = None;
        }
        if let Some(container) = container_shape(name)
            && let Some(index) = self.containers.iter().rposition(|open| *open == container)
        {
            self.containers.truncate(index);
        }
        self.in_paragraph &= name != "p";
        self.in_title &= name != "title";
    }

    /// Returns the shape of the current text.
    fn shape(&self) -> Shape {
        match self.containers.last() {
            _ if let Some(label) = self.label => label,
            Some(Shape::TableCell) if self.in_paragraph && self.prose.text().contains('。') => Shape::Paragraph,
            Some(container) => *container,
            None => Shape::Paragraph,
        }
    }

    fn end_fragment(&mut self) {
        let shape = self.shape();
        let mut body = self.prose.take();
        if self.in_title {
            body = with_separators(self.text, body);
        }
        let is_quotation = self.quotes > 0;
        let fragment = Fragment::new(self.text, shape, body);
        self.fragments.extend(fragment.map(|fragment| Fragment { is_quotation, ..fragment }));
        self.fragments.append(&mut self.captions);
    }

    fn read_attributes(&mut self, tag: &StartTag) {
        if tag.name == "meta" {
            self.read_meta(tag);
        } else if !WITH_NAMES.contains(&&*tag.name) {
            let visible = |attribute: &&Attribute| VISIBLE_ATTRIBUTES.contains(&attribute.name);
            for attribute in tag.attributes.iter().filter(visible) {
                let body = self.attribute_body(*attribute);
                self.captions.extend(Fragment::new(self.text, Shape::Caption, body));
            }
        }
    }

    /// Adds a fragment for a `<meta>` element that describes the page.
    fn read_meta(&mut self, tag: &StartTag) {
        let name = tag.value(self.text, "name").or(tag.value(self.text, "property")).map(str::to_ascii_lowercase);
        let is_one_of = |names: &[&str]| name.as_ref().is_some_and(|name| names.contains(&name.as_str()));
        let is_title = is_one_of(&TITLES);
        let Some(content) = tag.attributes.iter().find(|attribute| attribute.name == "content") else { return };
        if is_title || is_one_of(&DESCRIPTIONS) && !is_list_of_keywords(content.value.of(self.text)) {
            let body = self.attribute_body(*content);
            let body = if is_title { with_separators(self.text, body) } else { body };
            self.fragments.extend(Fragment::new(self.text, Shape::Paragraph, body));
        }
    }

    fn attribute_body(&self, attribute: Attribute) -> Body {
        let mut prose = ProseBuilder::new(self.text, self.templates);
        if attribute.is_quoted {
            prose.append(attribute.value);
        } else {
            // An unquoted value ends at the first space, so an edit could break the tag.
            prose.substitute(attribute.value);
        }
        prose.take()
    }
}

/// Replaces the separators in a page title by objects: in `甲 - 乙 -- 某报`, they are not misspelt dashes.
fn with_separators(text: &str, body: Body) -> Body {
    let separators = separators(body.text(text));
    body.with_objects(text, &separators)
}

/// Returns the spans of the separators in a page title: dashes and the like, with a blank on either side.
fn separators(title: &str) -> Vec<Span> {
    const MARKS: [char; 9] = ['-', '–', '—', '|', '_', '·', '»', '/', ':'];
    let mut found: Vec<Span> = Vec::new();
    for (at, blank) in title.match_indices(char::is_whitespace) {
        let after = &title[at + blank.len()..];
        let from_blank = after.trim_start_matches(MARKS);
        let is_new = found.last().is_none_or(|last| last.end <= at);
        if is_new
            && from_blank.len() < after.len()
            && let Some(rest) = from_blank.strip_prefix(char::is_whitespace)
        {
            found.push(Span::new(at, title.len() - rest.len()));
        }
    }
    found
}

/// Returns whether a description is a list of keywords for search engines: three or more short ones, and no sentence.
fn is_list_of_keywords(description: &str) -> bool {
    /// In characters.
    const LONGEST_KEYWORD: usize = 8;
    let mut keywords = description.split([',', '，', ';', '；', '|', '_', '、']);
    !description.contains(['。', '！', '？', '!', '?'])
        && keywords.clone().nth(2).is_some()
        && keywords.all(|keyword| keyword.trim().chars().count() <= LONGEST_KEYWORD)
}

#[cfg(test)]
mod tests;
