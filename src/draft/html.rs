//! HTML: the text that readers of a page see, including picture descriptions and the description in the head.
//!
//! The tokenizer is html5gum. It separates tags from text as the HTML standard requires, however broken the page is, and
//! reports the byte range of every token. No tree is built: a fragment ends wherever a block element begins or ends.

mod text;

use std::borrow::Cow;

use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Span as TokenSpan, Tokenizer};

use super::{FormatDefinition, Reader, mark};
use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::text::Span;
use text::append_text;

pub const FORMAT: FormatDefinition = FormatDefinition {
    extensions: &["html", "htm"],
    reader: Reader::Text(|text| (fragments(text, Span::new(0, text.len())), mark::comment_marks(text))),
    escape,
};

/// Returns the fragments of the HTML in `span` of the canonical text.
pub fn fragments(text: &str, span: Span) -> Vec<Fragment> {
    let mut reader = HtmlReader::new(text);
    let on_event = |event: CallbackEvent<'_>, token: TokenSpan<usize>| -> Option<()> {
        reader.read(event, Span::new(token.start, token.end).shifted(span.start));
        None
    };
    let mut emitter = CallbackEmitter::new(on_event);
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(span.of(text), WithoutErrors(emitter)) {
        // Reading from memory cannot fail, and the callback has done all the work.
        let Ok(()) = token;
    }
    reader.end_fragment();
    reader.fragments
}

/// Passes everything on but errors. The tokenizer then does not look for them.
struct WithoutErrors<E>(E);

impl<E: Emitter> ForwardingEmitter for WithoutErrors<E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = E::Token> {
        &mut self.0
    }

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: html5gum::Error) {}
}

/// Returns `text` with the characters escaped that would be markup in HTML.
fn escape(text: &str) -> Cow<'_, str> {
    const ESCAPES: [(char, &str); 4] = [('&', "&amp;"), ('<', "&lt;"), ('"', "&quot;"), ('\'', "&#39;")];
    let is_escaped = |c: char| ESCAPES.iter().any(|(escaped, _)| *escaped == c);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    ESCAPES.iter().fold(text.to_owned(), |text, (c, reference)| text.replace(*c, reference)).into()
}

/// How an element whose content is not prose affects the sentence around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The element becomes an object (U+FFFC) in the sentence. An example is a piece of code.
    Object,
    /// The sentence continues as if the element were absent.
    Nothing,
}

/// Returns how the element `name` is skipped, or `None` if its content is prose.
pub fn skip_of_element(name: &str) -> Option<Skip> {
    if OBJECTS.contains(&name) { Some(Skip::Object) } else { INVISIBLE.contains(&name).then_some(Skip::Nothing) }
}

/// Elements whose content is not prose and which become an object (U+FFFC) in the sentence.
const OBJECTS: &[&str] = &[
    "audio", "canvas", "code", "iframe", "kbd", "math", "object", "samp", "select", "svg", "textarea", "tt", "var",
    "video",
];
/// Elements whose content is not prose and which the sentence ignores.
const INVISIBLE: &[&str] = &["noembed", "noframes", "rp", "rt", "script", "style", "template", "xmp"];
/// Elements without content that become an object (U+FFFC) in the sentence.
const VOID_OBJECTS: &[&str] = &["embed", "img", "input"];
/// Elements at which a sentence ends, sorted.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "meta",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];
/// Attributes whose values readers see or hear.
const VISIBLE_ATTRIBUTES: &[&str] = &["alt", "title"];
/// Names of `<meta>` elements whose content search results and shared links show.
const DESCRIPTIONS: &[&str] = &["description", "og:description", "og:title", "twitter:description", "twitter:title"];

/// The deepest nesting of containers that is tracked. Text in deeper containers gets the shape of this depth.
const MAX_CONTAINERS: usize = 64;

struct HtmlReader<'t> {
    text: &'t str,
    fragments: Vec<Fragment>,
    body: BodyBuilder,
    /// The line break after the body. It becomes a space if the next text does not join without one.
    line_break: Option<Span>,
    /// The descriptions of the body's pictures. They become fragments after it.
    captions: Vec<Fragment>,
    /// The open lists and tables, each as the shape of the text in it.
    containers: Vec<Shape>,
    /// The shape of the open heading or caption.
    label: Option<Shape>,
    /// Whether a `<p>` is open. A table cell with a `<p>` that contains 。 is taken for page layout, not for a table.
    in_paragraph: bool,
    in_title: bool,
    skipped: Option<Skipped>,
    tag: Tag,
}

/// An open element whose content is skipped.
struct Skipped {
    name: &'static str,
    /// How many elements of that name are open.
    depth: usize,
    /// The start of the element in the canonical text.
    start: usize,
}

/// The start tag that is being read.
#[derive(Default)]
struct Tag {
    name: String,
    /// The start of the tag in the canonical text.
    start: usize,
    /// The name of the attribute whose value comes next.
    attribute: String,
    /// Names and values of the attributes that can hold visible text.
    values: Vec<(String, Span)>,
}

impl<'t> HtmlReader<'t> {
    fn new(text: &'t str) -> HtmlReader<'t> {
        HtmlReader {
            text,
            fragments: Vec::new(),
            body: BodyBuilder::default(),
            line_break: None,
            captions: Vec::new(),
            containers: Vec::new(),
            label: None,
            in_paragraph: false,
            in_title: false,
            skipped: None,
            tag: Tag::default(),
        }
    }

    fn read(&mut self, event: CallbackEvent<'_>, span: Span) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: lower(name), start: span.start, ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => self.tag.attribute = lower(name),
            CallbackEvent::AttributeValue { .. } => {
                let name = std::mem::take(&mut self.tag.attribute);
                if VISIBLE_ATTRIBUTES.contains(&&*name) || self.tag.name == "meta" {
                    self.tag.values.push((name, span));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let tag = std::mem::take(&mut self.tag);
                self.start_tag(&tag, self_closing, span.end);
            }
            CallbackEvent::EndTag { name } => self.end_tag(&lower(name), span),
            CallbackEvent::String { .. } if self.skipped.is_none() => {
                append_text(self.text, span, &mut self.body, &mut self.line_break);
            }
            _ => {}
        }
    }

    fn start_tag(&mut self, tag: &Tag, self_closing: bool, end: usize) {
        let name = tag.name.as_str();
        if let Some(skipped) = &mut self.skipped {
            if skipped.name == name && !self_closing {
                skipped.depth += 1;
            }
            if !self.is_ended_by_block(name) {
                return;
            }
            self.end_skipped(tag.start);
        }
        if is_block(name) {
            self.end_fragment();
            self.start_block(name);
        }
        let known = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
        let visible = tag.values.iter().filter(|(attribute, _)| VISIBLE_ATTRIBUTES.contains(&attribute.as_str()));
        if name == "meta" {
            self.read_meta(tag);
        } else {
            for (_, value) in visible {
                let caption = self.attribute_fragment(Shape::Caption, *value);
                self.captions.extend(caption);
            }
        }
        if known(VOID_OBJECTS).is_some() || self_closing && known(&["svg", "math"]).is_some() {
            self.object(Span::new(tag.start, end));
        } else if let Some(name) = known(OBJECTS).or(known(INVISIBLE)).or(known(&["pre"])) {
            self.skipped = Some(Skipped { name, depth: 1, start: tag.start });
        }
    }

    fn end_tag(&mut self, name: &str, span: Span) {
        if let Some(skipped) = &mut self.skipped {
            if skipped.name == name {
                skipped.depth -= 1;
                if skipped.depth == 0 {
                    self.end_skipped(span.end);
                    if name == "pre" {
                        self.end_fragment();
                    }
                }
                return;
            }
            if !self.is_ended_by_block(name) {
                return;
            }
            self.end_skipped(span.start);
        }
        if is_block(name) {
            self.end_fragment();
            self.end_block(name);
        }
    }

    /// Returns whether the tag `name` ends the skipped element. True for tags of block elements inside unclosed code.
    fn is_ended_by_block(&self, name: &str) -> bool {
        let is_inline = |skipped: &Skipped| ["code", "kbd", "samp", "tt", "var", "rp", "rt"].contains(&skipped.name);
        is_block(name) && name != "br" && self.skipped.as_ref().is_some_and(is_inline)
    }

    fn end_skipped(&mut self, end: usize) {
        if let Some(skipped) = self.skipped.take()
            && OBJECTS.contains(&skipped.name)
        {
            self.object(Span::new(skipped.start, end));
        }
    }

    fn object(&mut self, span: Span) {
        self.line_break = None;
        self.body.object(span);
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
            Some(Shape::TableCell) if self.in_paragraph && self.body.text().contains('。') => Shape::Paragraph,
            Some(container) => *container,
            None => Shape::Paragraph,
        }
    }

    fn end_fragment(&mut self) {
        let shape = self.shape();
        let mut body = self.body.take();
        if self.in_title {
            body = separate_site_name(self.text, body);
        }
        self.line_break = None;
        self.fragments.extend(Fragment::new(self.text, shape, body));
        self.fragments.append(&mut self.captions);
    }

    /// Adds a fragment for a `<meta>` element that describes the page.
    fn read_meta(&mut self, tag: &Tag) {
        let value = |wanted: &str| tag.values.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let Some(name) = value("name").or(value("property")) else { return };
        if DESCRIPTIONS.contains(&name.of(self.text).to_ascii_lowercase().as_str()) {
            let content = value("content").and_then(|content| self.attribute_fragment(Shape::Paragraph, content));
            self.fragments.extend(content);
        }
    }

    fn attribute_fragment(&self, shape: Shape, value: Span) -> Option<Fragment> {
        let mut body = BodyBuilder::default();
        if self.text[..value.start].ends_with(['"', '\'']) {
            append_text(self.text, value, &mut body, &mut None);
        } else {
            // An unquoted value ends at the first space, so an edit could break the tag.
            body.substitute(value, value.of(self.text));
        }
        Fragment::new(self.text, shape, body.finish())
    }
}

fn lower(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

fn is_block(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

/// Returns the shape of the text of headings, titles and captions, which is the same in every container.
fn label_shape(name: &str) -> Option<Shape> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(Shape::Heading(level - b'0')),
        b"title" => Some(Shape::Heading(1)),
        b"figcaption" | b"caption" => Some(Shape::Caption),
        _ => None,
    }
}

/// Returns the shape of text in the container element `name`.
fn container_shape(name: &str) -> Option<Shape> {
    match name {
        "ul" | "ol" | "menu" | "dir" | "dl" => Some(Shape::ListItem),
        "table" => Some(Shape::TableCell),
        _ => None,
    }
}

/// Replaces the hyphen before the site name in a page title by an object, because it is not a misspelt dash.
fn separate_site_name(text: &str, body: Body) -> Body {
    const SEPARATOR: &str = " - ";
    match body.text(text).rfind(SEPARATOR) {
        Some(at) => body.with_objects(text, &[Span::new(at, at + SEPARATOR.len())]),
        None => body,
    }
}

#[cfg(test)]
mod tests {
    use html5gum::Token;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(Shape, &str)> {
        let fragments = fragments(text, Span::new(0, text.len())).leak();
        fragments.iter().map(|fragment| (fragment.shape, fragment.body.text(text))).collect()
    }

    fn texts(text: &str) -> Vec<&str> {
        read(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn keeps_block_names_sorted() {
        assert!(BLOCKS.is_sorted());
    }

    #[test]
    fn reads_text_through_inline_markup() {
        for (source, text) in [
            ("<b>江城</b>日<i class=x>报</i>", "江城日报"),
            ("旧<!-- 注 -->新<wbr>闻<![CDATA[注]]>", "旧新闻"),
            ("见<a href='https://example.cn' target=_blank>链接</a>。", "见链接。"),
            ("运行<code>a<b>,b</code>后", "运行\u{FFFC}后"),
            ("按<kbd>Enter</kbd>，看<svg><text>图</text><svg></svg></svg>和<svg/>", "按\u{FFFC}，看\u{FFFC}和\u{FFFC}"),
            ("甲<script>if (a<b) '</p>'</script>乙<style>丙</style>丁", "甲乙丁"),
            ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字", "汉字"),
            ("甲&amp;乙&#20013;&#x6587;&hellip;&lt;&nbsp;AT&T", "甲&乙中文…<\u{A0}AT&T"),
            ("江城\r\n    日报，the\nend", "江城日报，the end"),
            ("1 < 2 & 3", "1 < 2 & 3"),
            ("甲<b>乙", "甲乙"),
            ("<title>甲 - 乙报</title>", "甲\u{FFFC}乙报"),
            ("甲<code>乙<p>丙", "甲\u{FFFC}"),
        ] {
            assert_eq!(texts(source)[0], text, "{source}");
        }
    }

    #[test]
    fn gives_blocks_their_shapes() {
        use Shape::*;
        let page = "<!doctype html><html><head><title>题</title><meta charset=utf-8>\
            <meta name=description content=\"述\"><meta property='og:description' content='分享'>\
            <meta name=author content=人></head><body><h1>标<br>题</h1><div>正文<p>段</div>\
            <ul><li>甲<li><p>乙</ul>尾<table><caption>表</caption><tr><th>丙<td>丁<td><p>戊。</table>\
            <figure><img src=a.jpg alt='图' title=\"名\"><figcaption>图注</figcaption></figure><pre>码</pre>\
            <textarea><p>框</textarea></body>";
        assert_eq!(
            read(page),
            [
                (Heading(1), "题"),
                (Paragraph, "述"),
                (Paragraph, "分享"),
                (Heading(1), "标"),
                (Heading(1), "题"),
                (Paragraph, "正文"),
                (Paragraph, "段"),
                (ListItem, "甲"),
                (ListItem, "乙"),
                (Paragraph, "尾"),
                (Caption, "表"),
                (TableCell, "丙"),
                (TableCell, "丁"),
                (Paragraph, "戊。"),
                (Caption, "图"),
                (Caption, "名"),
                (Caption, "图注"),
            ]
        );
    }

    #[test]
    fn allows_edits_of_plain_text_only() {
        for (source, at, editable) in [
            ("甲,乙", ",", true),
            ("甲&#44;乙", ",", false),
            ("甲&amp;乙", "&", false),
            ("AT&T", "T", true),
            ("<img alt=\"甲,乙\">", ",", true),
            ("<img alt=甲,乙>", ",", false),
            ("1 < b", "< ", false),
        ] {
            let fragment = fragments(source, Span::new(0, source.len())).remove(0);
            let start = fragment.body.text(source).find(at).unwrap();
            let edit = fragment.body.edit(Span::new(start, start + at.len()), "，", source);
            assert_eq!(edit.is_some(), editable, "{source}");
        }
    }

    #[test]
    fn escapes_markup_characters() {
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }

    proptest! {
        #[test]
        fn reads_the_same_text_as_the_tokenizer(pieces in proptest::collection::vec(proptest::sample::select(&[
            "甲", "a", ";", "#", "&", "&amp", "&#20013", "&lt;", "&notin", "<", "<b>", "</b>", "</", "<!--", "-->", "乙 ", "\0",
        ][..]), 0..20)) {
            let source = pieces.concat();
            let tokens: Vec<u8> = Tokenizer::new(source.as_str())
                .filter_map(|Ok(token)| if let Token::String(text) = token { Some(text.to_vec()) } else { None })
                .flatten()
                .collect();
            let mut reader = HtmlReader::new(&source);
            let mut text = String::new();
            let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: TokenSpan<usize>| -> Option<()> {
                if let CallbackEvent::String { .. } = event {
                    append_text(&source, Span::new(span.start, span.end), &mut reader.body, &mut None);
                }
                None
            });
            emitter.naively_switch_states(false);
            Tokenizer::new_with_emitter(source.as_str(), emitter).for_each(|_| ());
            text.push_str(reader.body.text());
            prop_assert_eq!(text, String::from_utf8(tokens).unwrap());
        }
    }
}
