//! HTML: what a reader sees of a page, with the words of its pictures and of its head.
//!
//! The tokenizer is html5gum: it follows the standard in what is a tag and what is text, however broken the page is,
//! and tells the bytes that each token stands on. No tree is built: a fragment ends where a block element begins or
//! ends, whatever is open.

use std::borrow::Cow;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span as TokenSpan, Token, Tokenizer};

use super::joins;
use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::text::Span;

/// The fragments of HTML that stands on `span` of the canonical text.
pub fn fragments(text: &str, span: Span) -> Vec<Fragment> {
    let mut reader = Reader::new(text);
    let read = |event: CallbackEvent<'_>, token: TokenSpan<usize>| -> Option<()> {
        reader.read(event, Span::new(token.start, token.end).shifted(span.start));
        None
    };
    let mut emitter = CallbackEmitter::new(read);
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(span.of(text), emitter) {
        // Text in memory can always be read, and all is done as it is read.
        let Ok(()) = token;
    }
    reader.end_fragment();
    reader.fragments
}

/// `text` as it is written in HTML, where its signs would be markup.
pub fn escape(text: &str) -> Cow<'_, str> {
    const SIGNS: [(char, &str); 4] = [('&', "&amp;"), ('<', "&lt;"), ('"', "&quot;"), ('\'', "&#39;")];
    let is_sign = |c: char| SIGNS.iter().any(|(sign, _)| *sign == c);
    if !text.contains(is_sign) {
        return Cow::Borrowed(text);
    }
    SIGNS.iter().fold(text.to_owned(), |text, (sign, written)| text.replace(*sign, written)).into()
}

/// Is the content of that element no prose, and does something stand for it in the sentence around it?
pub fn passed_over(name: &str) -> Option<bool> {
    if OBJECTS.contains(&name) { Some(true) } else { NOTHING.contains(&name).then_some(false) }
}

/// Elements whose content is no prose, and stands for something in the sentence around it.
const OBJECTS: &[&str] = &[
    "audio", "canvas", "code", "iframe", "kbd", "math", "object", "samp", "select", "svg", "textarea", "tt", "var",
    "video",
];
/// Elements whose content is no prose, and which the sentence goes on around.
const NOTHING: &[&str] = &["noembed", "noframes", "rp", "rt", "script", "style", "template", "xmp"];
/// Elements without content that stand for something in the sentence.
const VOID_OBJECTS: &[&str] = &["embed", "img", "input"];
/// Elements that a sentence does not go on across.
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
/// Attributes that a reader is shown or told.
const SHOWN: &[&str] = &["alt", "title"];
/// What of a page's head is shown where the page is found or shared.
const DESCRIPTIONS: &[&str] = &["description", "og:description", "og:title", "twitter:description", "twitter:title"];

/// Deeper than any page; what stands deeper is read as if it stood here.
const DEEPEST: usize = 64;

struct Reader<'t> {
    text: &'t str,
    fragments: Vec<Fragment>,
    body: BodyBuilder,
    /// The end of a line behind the body, which may be a blank.
    line_break: Option<Span>,
    /// The words of pictures in the body; they follow it.
    captions: Vec<Fragment>,
    /// The lists, tables and definitions that the text stands in, as what it is there.
    containers: Vec<Shape>,
    /// The heading or caption that the text stands in.
    label: Option<Shape>,
    /// Is the text that of a paragraph in a table: a page that is laid out by a table?
    in_paragraph: bool,
    in_title: bool,
    skipped: Option<Skipped>,
    tag: Tag,
}

/// An element that is passed over.
struct Skipped {
    name: &'static str,
    /// How many elements of that name are open.
    depth: usize,
    /// Where it begins.
    start: usize,
}

/// A start tag that is being read.
#[derive(Default)]
struct Tag {
    name: String,
    start: usize,
    attribute: String,
    /// The values of the attributes that count, with their names.
    values: Vec<(String, Span)>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        Reader {
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
                if SHOWN.contains(&&*name) || self.tag.name == "meta" {
                    self.tag.values.push((name, span));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let tag = std::mem::take(&mut self.tag);
                self.start_tag(&tag, self_closing, span.end);
            }
            CallbackEvent::EndTag { name } => self.end_tag(&lower(name), span),
            CallbackEvent::String { .. } if self.skipped.is_none() => {
                words(self.text, span, &mut self.body, &mut self.line_break);
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
            if !self.ends_with_block(name) {
                return;
            }
            self.end_skipped(tag.start);
        }
        if is_block(name) {
            self.end_fragment();
            self.start_block(name);
        }
        let known = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
        let shown = tag.values.iter().filter(|(attribute, _)| SHOWN.contains(&attribute.as_str()));
        if name == "meta" {
            self.meta(tag);
        } else {
            for (_, value) in shown {
                let caption = self.attribute(Shape::Caption, *value);
                self.captions.extend(caption);
            }
        }
        if known(VOID_OBJECTS).is_some() || self_closing && known(&["svg", "math"]).is_some() {
            self.object(Span::new(tag.start, end));
        } else if let Some(name) = known(OBJECTS).or(known(NOTHING)).or(known(&["pre"])) {
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
            if !self.ends_with_block(name) {
                return;
            }
            self.end_skipped(span.start);
        }
        if is_block(name) {
            self.end_fragment();
            self.end_block(name);
        }
    }

    /// Is code passed over that nobody closed before `name` begins or ends a block?
    fn ends_with_block(&self, name: &str) -> bool {
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
        if name != "div" && name != "br" && !(name == "p" && self.label == Some(Shape::Caption)) {
            self.label = label(name);
        }
        if let Some(container) = container(name)
            && self.containers.len() < DEEPEST
        {
            self.containers.push(container);
        }
        if name != "br" {
            self.in_paragraph = name == "p";
            self.in_title = name == "title";
        }
    }

    fn end_block(&mut self, name: &str) {
        if label(name).is_some() {
            self.label = None;
        }
        if let Some(container) = container(name)
            && let Some(index) = self.containers.iter().rposition(|open| *open == container)
        {
            self.containers.truncate(index);
        }
        self.in_paragraph &= name != "p";
        self.in_title &= name != "title";
    }

    /// What the text is that comes next.
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
        let mut body = std::mem::take(&mut self.body).finish();
        if self.in_title {
            body = without_site(self.text, body);
        }
        self.line_break = None;
        self.fragments.extend(Fragment::new(self.text, shape, body));
        self.fragments.append(&mut self.captions);
    }

    fn meta(&mut self, tag: &Tag) {
        let value = |wanted: &str| tag.values.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let Some(name) = value("name").or(value("property")) else { return };
        if DESCRIPTIONS.contains(&name.of(self.text).to_ascii_lowercase().as_str()) {
            let content = value("content").and_then(|content| self.attribute(Shape::Paragraph, content));
            self.fragments.extend(content);
        }
    }

    fn attribute(&self, shape: Shape, value: Span) -> Option<Fragment> {
        let mut body = BodyBuilder::default();
        if self.text[..value.start].ends_with(['"', '\'']) {
            words(self.text, value, &mut body, &mut None);
        } else {
            // Without quotation marks around it a value ends at the first blank: it is not to be edited.
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

/// What the text of that element is, whatever it stands in.
fn label(name: &str) -> Option<Shape> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(Shape::Heading(level - b'0')),
        b"title" => Some(Shape::Heading(1)),
        b"figcaption" | b"caption" => Some(Shape::Caption),
        _ => None,
    }
}

/// What the text in that element is.
fn container(name: &str) -> Option<Shape> {
    match name {
        "ul" | "ol" | "menu" | "dir" | "dl" => Some(Shape::ListItem),
        "table" => Some(Shape::TableCell),
        _ => None,
    }
}

/// A page's title with the hyphen before the name of the site, which is no dash, out of the sentence.
fn without_site(text: &str, body: Body) -> Body {
    const HYPHEN: &str = " - ";
    match body.text(text).rfind(HYPHEN) {
        Some(at) => body.with_objects(text, &[Span::new(at, at + HYPHEN.len())]),
        None => body,
    }
}

/// Adds the text that stands on `span` to `body`. Character references stand for what they mean; a `&` or `<` that is
/// none has the blanks behind it to it, so that no edit makes a reference or a tag of it.
fn words(text: &str, span: Span, body: &mut BodyBuilder, line_break: &mut Option<Span>) {
    let bytes = &text.as_bytes()[..span.end];
    let run = |from: usize, belongs: fn(&u8) -> bool| from + bytes[from..].iter().take_while(|it| belongs(it)).count();
    let mut at = span.start;
    while at < span.end {
        let special = bytes[at..].iter().position(|byte| b"&<\n\r".contains(byte)).map_or(span.end, |it| at + it);
        let is_break = matches!(bytes.get(special), Some(b'\n' | b'\r'));
        let plain = Span::new(at, special);
        let plain =
            if is_break { Span::new(at, at + plain.of(text).trim_end_matches([' ', '\t']).len()) } else { plain };
        let end = match bytes.get(special) {
            None => special,
            Some(b'&') => {
                let end = run(special + 1, |byte| byte.is_ascii_alphanumeric() || *byte == b'#');
                let end = end + usize::from(bytes.get(end) == Some(&b';'));
                if end == special + 1 { run(end, u8::is_ascii_whitespace) } else { end }
            }
            Some(_) => run(special + 1, u8::is_ascii_whitespace),
        };
        if !plain.is_empty() {
            join_line(body, line_break, plain.of(text));
            body.verbatim(text, plain);
        }
        let marked = Span::new(special, end);
        if is_break {
            *line_break = Some(Span::new(plain.end, end));
        } else if !marked.is_empty() {
            let meaning = if bytes[special] == b'&' { meaning(marked.of(text)) } else { marked.of(text).into() };
            join_line(body, line_break, &meaning);
            body.substitute(marked, &meaning);
        }
        at = end;
    }
}

/// Adds the blank that the end of a line is before `next`, if it is one.
fn join_line(body: &mut BodyBuilder, line_break: &mut Option<Span>, next: &str) {
    if let Some(span) = line_break.take()
        && !joins(body.text().chars().next_back(), next.chars().next())
    {
        body.substitute(span, " ");
    }
}

/// What a character reference means; other text means itself.
fn meaning(reference: &str) -> Cow<'_, str> {
    match reference {
        "&nbsp;" => "\u{A0}".into(),
        "&amp;" => "&".into(),
        "&lt;" => "<".into(),
        "&gt;" => ">".into(),
        "&quot;" => "\"".into(),
        _ => {
            let mut meaning = Vec::with_capacity(reference.len());
            for Ok(token) in Tokenizer::new(reference) {
                if let Token::String(text) = token {
                    meaning.extend_from_slice(&text);
                }
            }
            String::from_utf8_lossy(&meaning).into_owned().into()
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn the_names_of_blocks_are_in_order() {
        assert!(BLOCKS.is_sorted());
    }

    #[test]
    fn inline_markup_is_transparent() {
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
    fn blocks_have_their_shapes() {
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
    fn only_text_is_edited() {
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
    fn signs_are_escaped() {
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }

    proptest! {
        #[test]
        fn text_is_what_the_tokenizer_says(pieces in proptest::collection::vec(proptest::sample::select(&[
            "甲", "a", ";", "#", "&", "&amp", "&#20013", "&lt;", "&notin", "<", "<b>", "</b>", "</", "<!--", "-->", "乙 ", "\0",
        ][..]), 0..20)) {
            let source = pieces.concat();
            let tokens: Vec<u8> = Tokenizer::new(source.as_str())
                .filter_map(|Ok(token)| if let Token::String(text) = token { Some(text.to_vec()) } else { None })
                .flatten()
                .collect();
            let mut reader = Reader::new(&source);
            let mut text = String::new();
            let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: TokenSpan<usize>| -> Option<()> {
                if let CallbackEvent::String { .. } = event {
                    words(&source, Span::new(span.start, span.end), &mut reader.body, &mut None);
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
