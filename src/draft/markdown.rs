//! Markdown: headings, paragraphs, list items, table cells and picture descriptions.

use memchr::memchr;
use pulldown_cmark::{CodeBlockKind, Event, LinkType, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::html::Skip;
use super::{FormatDefinition, Reader, StetMark, front_matter, html, joins_without_space, mark, without_escaping};
use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::text::{Span, is_han};

pub const FORMAT: FormatDefinition = FormatDefinition {
    extensions: &["md", "markdown"],
    reader: Reader::Text(|text| (fragments(text), marks(text))),
    escape: without_escaping,
};

/// The extensions to CommonMark. Math is off: in newspapers `$` precedes a price.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
    .union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS);

fn fragments(text: &str) -> Vec<Fragment> {
    let (start, front_matter) = front_matter::read(text);
    let mut reader = MarkdownReader::new(text);
    reader.fragments = front_matter;
    for (event, range) in Parser::new_ext(&text[start..], OPTIONS).into_offset_iter() {
        reader.read(event, Span::new(range.start, range.end).shifted(start));
    }
    reader.end_block();
    reader.fragments
}

/// Returns the stet marks in comments, without those in code.
fn marks(text: &str) -> Vec<StetMark> {
    let mut marks = mark::comment_marks(text);
    if !marks.is_empty() {
        let html = html_spans(text);
        marks.retain(|mark| {
            let index = html.partition_point(|span| span.end < mark.span.end);
            html.get(index).is_some_and(|span| span.covers(mark.span))
        });
    }
    marks
}

/// Returns the spans of the HTML in `text`, in order. They contain all comments.
fn html_spans(text: &str) -> Vec<Span> {
    let events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let html = events.filter(|(event, _)| matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)));
    html.map(|(_, range)| Span::new(range.start, range.end)).collect()
}

struct MarkdownReader<'t> {
    text: &'t str,
    fragments: Vec<Fragment>,
    /// The shape of the current text.
    shape: Shape,
    /// How many lists are open.
    lists: usize,
    /// How many block quotes are open.
    quotes: usize,
    /// The finished lines of the current fragment.
    finished_lines: BodyBuilder,
    /// The current line of the current fragment.
    line: BodyBuilder,
    /// Whether the line contains anything but pictures.
    has_words: bool,
    /// The line break before the current line.
    line_break: Span,
    /// The descriptions of the current fragment's pictures. They become fragments after it.
    captions: Vec<Fragment>,
    /// The description of the picture that is being read.
    picture: BodyBuilder,
    /// How many pictures are open. They can be nested.
    pictures: usize,
    mode: Mode,
}

/// How text is read.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// As marked-up text.
    Text,
    /// Not at all: code, or an address between `<` and `>`.
    Skip,
    /// Not at all, up to the end of the inline HTML element that starts at this offset in the canonical text.
    SkipHtml(usize),
    /// As paragraphs of one line each: prose that looks like code because it is indented, or like front matter because
    /// it is between lines of dashes.
    Lines,
}

impl<'t> MarkdownReader<'t> {
    fn new(text: &'t str) -> MarkdownReader<'t> {
        MarkdownReader {
            text,
            fragments: Vec::new(),
            shape: Shape::Paragraph,
            lists: 0,
            quotes: 0,
            finished_lines: BodyBuilder::default(),
            line: BodyBuilder::default(),
            has_words: false,
            line_break: Span::new(0, 0),
            captions: Vec::new(),
            picture: BodyBuilder::default(),
            pictures: 0,
            mode: Mode::Text,
        }
    }

    fn read(&mut self, event: Event, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) => self.append_text(&text, span),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.object(span),
            Event::InlineHtml(html) => self.inline_html(&html, span),
            Event::SoftBreak => self.soft_break(span),
            Event::HardBreak => self.hard_break(),
            Event::Html(_) | Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag, span: Span) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                self.object(span);
                self.mode = Mode::Skip;
            }
            Tag::Link { .. } => {}
            Tag::Image { .. } => self.pictures += 1,
            _ => {
                self.end_block();
                self.start_block(tag, span);
            }
        }
    }

    fn start_block(&mut self, tag: Tag, span: Span) {
        self.shape = match tag {
            Tag::Heading { level, .. } => Shape::Heading(level as u8),
            Tag::TableCell => Shape::TableCell,
            _ if self.lists > 0 => Shape::ListItem,
            _ => Shape::Paragraph,
        };
        match tag {
            Tag::List(_) => self.lists += 1,
            // An indented block in Chinese is prose. A metadata block is prose too: front matter has been read before.
            Tag::CodeBlock(CodeBlockKind::Indented) if is_mostly_chinese(span.of(self.text)) => self.mode = Mode::Lines,
            Tag::MetadataBlock(_) => self.mode = Mode::Lines,
            Tag::CodeBlock(_) => self.mode = Mode::Skip,
            Tag::BlockQuote(_) => self.quotes += 1,
            // In a quote, the `>` at the beginning of each line would be read as part of the HTML.
            Tag::HtmlBlock if self.quotes == 0 => self.fragments.extend(html::fragments(self.text, span)),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Link => {
                if self.mode == Mode::Skip {
                    self.mode = Mode::Text;
                }
            }
            TagEnd::Image => self.end_picture(span),
            TagEnd::List(_) => {
                self.end_block();
                self.lists -= 1;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes -= 1;
            }
            TagEnd::CodeBlock
            | TagEnd::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.end_block();
                self.mode = Mode::Text;
            }
            _ => self.end_block(),
        }
    }

    /// Returns the builder that text is appended to: that of the open picture or of the line.
    fn target(&mut self) -> &mut BodyBuilder {
        if self.pictures > 0 { &mut self.picture } else { &mut self.line }
    }

    fn append_text(&mut self, text: &str, span: Span) {
        let canonical = self.text;
        match self.mode {
            Mode::Skip | Mode::SkipHtml(_) => return,
            Mode::Lines => return self.append_lines(span),
            Mode::Text => {}
        }
        let verbatim = span.of(canonical) == text;
        // Some newsrooms separate paragraphs by an indent of two ideographic spaces instead of an empty line.
        let begins_line = verbatim && self.pictures == 0 && self.line.is_empty();
        if begins_line && text.starts_with('\u{3000}') {
            self.end_fragment();
        }
        // The delimiters of a VitePress container.
        if begins_line && text.starts_with(":::") {
            self.end_fragment();
            return;
        }
        if verbatim {
            self.target().verbatim(canonical, span);
        } else {
            self.target().substitute(span, text);
        }
        self.has_words |= self.pictures == 0 && !text.trim().is_empty();
    }

    /// Adds every line in `span` as an indented paragraph.
    fn append_lines(&mut self, span: Span) {
        let mut start = span.start;
        for line in span.of(self.text).split_inclusive(['\n', '\r']) {
            let body = Body::Slice(Span::new(start, start + line.len()));
            let fragment = Fragment::new(self.text, self.shape, body);
            self.fragments.extend(fragment.map(|fragment| Fragment { indented: true, ..fragment }));
            start += line.len();
        }
    }

    fn object(&mut self, span: Span) {
        if self.mode == Mode::Text {
            self.target().object(span);
            self.has_words |= self.pictures == 0;
        }
    }

    fn end_picture(&mut self, span: Span) {
        self.pictures -= 1;
        if self.pictures > 0 {
            return;
        }
        let description = self.picture.take();
        self.captions.extend(Fragment::new(self.text, Shape::Caption, description));
        if self.mode == Mode::Text {
            self.line.object(span);
        }
    }

    fn inline_html(&mut self, html: &str, span: Span) {
        let name = html.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let is_end_tag = html.starts_with("</");
        if let Some(skip) = html::skip_of_element(&name.to_ascii_lowercase()) {
            match self.mode {
                Mode::Text if !is_end_tag && !html.ends_with("/>") => self.mode = Mode::SkipHtml(span.start),
                Mode::SkipHtml(start) if is_end_tag => {
                    self.mode = Mode::Text;
                    if skip == Skip::Object {
                        self.object(Span::new(start, span.end));
                    }
                }
                _ => {}
            }
        } else if self.mode == Mode::Text {
            // The visible attributes of a tag are not part of the sentence around it.
            let attributes = html::fragments(self.text, span).into_iter();
            self.captions.extend(attributes.map(|fragment| Fragment { shape: Shape::Caption, ..fragment }));
            if is("br") {
                self.hard_break();
            } else if is("img") {
                self.object(span);
            }
        }
    }

    fn soft_break(&mut self, span: Span) {
        if self.pictures > 0 {
            if self.mode == Mode::Text {
                self.picture.substitute(span, " ");
            }
        } else {
            self.end_line();
            self.line_break = span;
        }
    }

    /// Ends the fragment: the lines of a headline or of a poem are separate units.
    fn hard_break(&mut self) {
        if self.pictures == 0 {
            self.end_fragment();
        }
    }

    /// Moves the current line to the finished lines. The line break before it disappears next to Chinese and otherwise
    /// becomes a space.
    fn end_line(&mut self) {
        let line = self.line.take();
        if !std::mem::take(&mut self.has_words) {
            return;
        }
        let text = line.text(self.text);
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        if self.finished_lines.is_empty() {
            // The spaces at the beginning are kept: they show that the paragraph is indented.
            return self.finished_lines.part(self.text, &line, Span::new(0, end));
        }
        if start < end {
            if !joins_without_space(self.finished_lines.text().chars().next_back(), text[start..].chars().next()) {
                self.finished_lines.substitute(self.line_break, " ");
            }
            self.finished_lines.part(self.text, &line, Span::new(start, end));
        }
    }

    fn end_fragment(&mut self) {
        self.end_line();
        let body = self.finished_lines.take();
        let placeholders = placeholders(body.text(self.text));
        let body = body.with_objects(self.text, &placeholders);
        self.fragments.extend(Fragment::new(self.text, self.shape, body));
        self.fragments.append(&mut self.captions);
    }

    fn end_block(&mut self) {
        if let Mode::SkipHtml(_) = self.mode {
            self.mode = Mode::Text;
        }
        self.end_fragment();
        self.shape = if self.lists > 0 { Shape::ListItem } else { Shape::Paragraph };
    }
}

/// Returns the spans of placeholders that a site generator replaces: `{{< figure >}}`, `{% raw %}`, `{{ name }}`.
fn placeholders(text: &str) -> Vec<Span> {
    if memchr(b'{', text.as_bytes()).is_none() {
        return Vec::new();
    }
    // Without the last occurrences, a text of many `{{` and no `}}` would be searched to its end again and again.
    let [braces, percent] = ["}}", "%}"].map(|close| (close, text.rfind(close).unwrap_or(0)));
    let mut found: Vec<Span> = Vec::new();
    for (start, _) in text.match_indices('{') {
        let (close, last_close) = match text.as_bytes().get(start + 1) {
            Some(b'{') => braces,
            Some(b'%') => percent,
            _ => continue,
        };
        if start < last_close
            && found.last().is_none_or(|previous| previous.end <= start)
            && let Some(length) = text[start..].find(close)
        {
            found.push(Span::new(start, start + length + close.len()));
        }
    }
    found
}

/// Returns whether the text contains more Chinese characters than visible ASCII characters.
fn is_mostly_chinese(text: &str) -> bool {
    let han = text.chars().filter(|&c| is_han(c)).count();
    let ascii = text.chars().filter(char::is_ascii_graphic).count();
    han > ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Shape, &str)> {
        let fragments = fragments(text).leak();
        fragments.iter().map(|fragment| (fragment.shape, fragment.body.text(text))).collect()
    }

    fn texts(text: &str) -> Vec<&str> {
        read(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn reads_text_through_inline_markup() {
        for (source, text) in [
            ("**江城**日_报_", "江城日_报_"),
            ("~~旧~~新<b>闻</b><!-- 注 -->", "旧新闻"),
            ("见[链接](https://example.cn \"题\")。", "见链接。"),
            ("运行`a,b`后", "运行\u{FFFC}后"),
            ("按<kbd>Enter</kbd>键", "按\u{FFFC}键"),
            ("见<https://example.cn>，", "见\u{FFFC}，"),
            ("见https://example.cn/a_b，", "见\u{FFFC}，"),
            ("甲&amp;乙 1\\.具有", "甲&乙 1.具有"),
            ("每桶100$，涨到$120", "每桶100$，涨到$120"),
            ("3~5月，6~8月", "3~5月，6~8月"),
            ("江城[^1]。\n\n[^1]:", "江城。"),
        ] {
            assert_eq!(texts(source)[0], text, "{source}");
        }
    }

    #[test]
    fn allows_edits_of_escapes_but_not_of_entities() {
        let text = "甲&lt;乙\\.丙";
        let fragment = fragments(text).remove(0);
        assert_eq!(fragment.body.edit(Span::new(3, 4), "《", text), None);
        let point = fragment.body.edit(Span::new(7, 8), "．", text).unwrap();
        assert_eq!(point.span.of(text), ".");
    }

    #[test]
    fn gives_blocks_their_shapes() {
        let text = "---\ntitle: 题\n---\n# 标题\n\n正文\n\n- 1.具有\n- [ ] 乙\n\n  乙二\n\n> 引文\n\n|甲|乙\\|丙|\n|-|-|\n|1|**2**|\n\n```\n代码\n```\n\n<div>\n网页\n</div>\n\n尾";
        assert_eq!(
            read(text),
            [
                (Shape::Heading(1), "题"),
                (Shape::Heading(1), "标题"),
                (Shape::Paragraph, "正文"),
                (Shape::ListItem, "1.具有"),
                (Shape::ListItem, "乙"),
                (Shape::ListItem, "乙二"),
                (Shape::Paragraph, "引文"),
                (Shape::TableCell, "甲"),
                (Shape::TableCell, "乙|丙"),
                (Shape::TableCell, "1"),
                (Shape::TableCell, "2"),
                (Shape::Paragraph, "网页"),
                (Shape::Paragraph, "尾"),
            ]
        );
    }

    #[test]
    fn joins_lines_at_soft_breaks_and_splits_at_hard_breaks() {
        for (source, expected) in [
            ("江城 \n日报", vec!["江城日报"]),
            ("于2023\r\n年，the\nend", vec!["于2023年，the end"]),
            ("> 江城，\n> 日报", vec!["江城，日报"]),
            ("工会搭台：  \n工匠唱戏", vec!["工会搭台：", "工匠唱戏"]),
            ("上句<br>下句\\\n末句", vec!["上句", "下句", "末句"]),
        ] {
            assert_eq!(texts(source), expected, "{source}");
        }
    }

    #[test]
    fn reads_picture_descriptions_as_captions() {
        assert_eq!(texts("![*参观*现场](a.jpg)\n江城日报"), ["江城日报", "参观现场"]);
        assert_eq!(texts("前![](a.jpg)后"), ["前\u{FFFC}后"]);
        assert_eq!(read("![现场](a.jpg)"), [(Shape::Caption, "现场")]);
    }

    #[test]
    fn reads_html_blocks_as_html() {
        let text = "<div align=center>\n<b>江城</b>日报<img alt='图'>\n</div>\n\n正文<img src=a alt='二图'>，<ruby>汉<rt>hàn</rt></ruby>字\n\n\
                    <script>\n\n码,\n</script>\n\n<details><summary>题</summary>\n\n内**文**\n\n</details>";
        assert_eq!(
            read(text),
            [
                (Shape::Paragraph, "江城日报\u{FFFC}"),
                (Shape::Caption, "图"),
                (Shape::Paragraph, "正文\u{FFFC}，汉字"),
                (Shape::Caption, "二图"),
                (Shape::Paragraph, "题"),
                (Shape::Paragraph, "内文"),
            ]
        );
    }

    #[test]
    fn replaces_site_generator_placeholders_by_objects() {
        assert_eq!(texts("甲{{< figure src=\"a,b\" >}}乙{% raw %}丙{{ d }}"), ["甲\u{FFFC}乙\u{FFFC}丙\u{FFFC}"]);
        assert_eq!(texts("::: tip 提示\n正文\n:::\n"), ["正文"]);
        assert_eq!(texts("甲{{乙"), ["甲{{乙"]);
    }

    #[test]
    fn reads_indented_prose_as_paragraphs() {
        let indented = fragments("    第一段，在此。\n    第二段，在此。\n");
        assert_eq!(indented.len(), 2);
        assert!(indented.iter().all(|fragment| fragment.indented && fragment.shape == Shape::Paragraph));
        assert_eq!(texts("　　第一段。\n　　第二段\n续写。"), ["第一段。", "第二段续写。"]);
        assert_eq!(texts("    let x = 1; // 注释\n"), Vec::<&str>::new());
    }

    #[test]
    fn reads_a_paragraph_between_dashes_as_text() {
        assert_eq!(texts("第一篇。\n\n---\n第二篇。\n---\n"), ["第一篇。", "第二篇。"]);
    }
}
