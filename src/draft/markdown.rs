use pulldown_cmark::{CodeBlockKind, Event, LinkType, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::{front_matter, html, joins};
use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::text::{Span, is_han};

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
    .union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS);

/// The fragments of Markdown: its headings, paragraphs, items, cells and the words of its pictures.
/// `$…$` is no formula: in a newspaper `$` stands before a price.
pub fn fragments(text: &str) -> Vec<Fragment> {
    let (start, front_matter) = front_matter::read(text);
    let mut reader = Reader::new(text);
    reader.fragments = front_matter;
    for (event, range) in Parser::new_ext(&text[start..], OPTIONS).into_offset_iter() {
        reader.read(event, Span::new(range.start, range.end).shifted(start));
    }
    reader.end_block();
    reader.fragments
}

/// Where HTML stands that is no part of a program: comments are in there. In order.
pub fn comments(text: &str) -> Vec<Span> {
    let events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let html = events.filter(|(event, _)| matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)));
    html.map(|(_, range)| Span::new(range.start, range.end)).collect()
}

struct Reader<'t> {
    text: &'t str,
    fragments: Vec<Fragment>,
    /// What the text that comes next is.
    shape: Shape,
    /// How many lists it stands in.
    lists: usize,
    /// How many quotations it stands in.
    quotations: usize,
    /// The lines of the open block before the one that is being read.
    block: BodyBuilder,
    line: BodyBuilder,
    /// Does the line hold anything but pictures?
    has_words: bool,
    /// The end of the line before.
    line_break: Span,
    /// The words of the block's pictures; they follow the block.
    captions: Vec<Fragment>,
    /// The picture that is being read, and how deep in pictures it stands.
    picture: BodyBuilder,
    pictures: usize,
    code: Code,
}

/// What text is being read that is not marked up as text.
#[derive(Clone, Copy, PartialEq)]
enum Code {
    No,
    /// A program, front matter, a bare address: passed over.
    Skipped,
    /// Inline HTML that holds code, from there.
    Html(usize),
    /// Prose that its indent or its dashes made look like code: each line is a paragraph.
    Prose,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        Reader {
            text,
            fragments: Vec::new(),
            shape: Shape::Paragraph,
            lists: 0,
            quotations: 0,
            block: BodyBuilder::default(),
            line: BodyBuilder::default(),
            has_words: false,
            line_break: Span::new(0, 0),
            captions: Vec::new(),
            picture: BodyBuilder::default(),
            pictures: 0,
            code: Code::No,
        }
    }

    fn read(&mut self, event: Event, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) => self.words(&text, span),
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
                self.code = Code::Skipped;
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
            // A program is seldom Chinese, and the front matter has been read.
            Tag::CodeBlock(CodeBlockKind::Indented) if is_mostly_chinese(span.of(self.text)) => self.code = Code::Prose,
            Tag::MetadataBlock(_) => self.code = Code::Prose,
            Tag::CodeBlock(_) => self.code = Code::Skipped,
            Tag::BlockQuote(_) => self.quotations += 1,
            // In a quotation there are marks between the lines that are not HTML.
            Tag::HtmlBlock if self.quotations == 0 => self.fragments.extend(html::fragments(self.text, span)),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Link => {
                if self.code == Code::Skipped {
                    self.code = Code::No;
                }
            }
            TagEnd::Image => self.end_picture(span),
            TagEnd::List(_) => {
                self.end_block();
                self.lists -= 1;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotations -= 1;
            }
            TagEnd::CodeBlock
            | TagEnd::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.end_block();
                self.code = Code::No;
            }
            _ => self.end_block(),
        }
    }

    /// Where words go: under the picture that is being read, or into the line.
    fn target(&mut self) -> &mut BodyBuilder {
        if self.pictures > 0 { &mut self.picture } else { &mut self.line }
    }

    fn words(&mut self, words: &str, span: Span) {
        let canonical = self.text;
        match self.code {
            Code::Skipped | Code::Html(_) => return,
            Code::Prose => return self.lines(span),
            Code::No => {}
        }
        let verbatim = span.of(canonical) == words;
        // Newsroom Markdown: no empty line between paragraphs, each begins with two blanks.
        let begins_line = verbatim && self.pictures == 0 && self.line.is_empty();
        if begins_line && words.starts_with('\u{3000}') {
            self.end_fragment();
        }
        // The lines around a box on a VitePress page.
        if begins_line && words.starts_with(":::") {
            self.end_fragment();
            return;
        }
        if verbatim {
            self.target().verbatim(canonical, span);
        } else {
            self.target().substitute(span, words);
        }
        self.has_words |= self.pictures == 0 && !words.trim().is_empty();
    }

    /// Every line under `span` is a paragraph of its own.
    fn lines(&mut self, span: Span) {
        let mut start = span.start;
        for line in span.of(self.text).split_inclusive(['\n', '\r']) {
            let body = Body::Slice(Span::new(start, start + line.len()));
            let fragment = Fragment::new(self.text, self.shape, body);
            self.fragments.extend(fragment.map(|fragment| Fragment { indented: true, ..fragment }));
            start += line.len();
        }
    }

    fn object(&mut self, span: Span) {
        if self.code == Code::No {
            self.target().object(span);
            self.has_words |= self.pictures == 0;
        }
    }

    fn end_picture(&mut self, span: Span) {
        self.pictures -= 1;
        if self.pictures > 0 {
            return;
        }
        let words = std::mem::take(&mut self.picture).finish();
        self.captions.extend(Fragment::new(self.text, Shape::Caption, words));
        if self.code == Code::No {
            self.line.object(span);
        }
    }

    fn inline_html(&mut self, html: &str, span: Span) {
        let name = html.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let closes = html.starts_with("</");
        if let Some(is_object) = html::passed_over(&name.to_ascii_lowercase()) {
            match self.code {
                Code::No if !closes && !html.ends_with("/>") => self.code = Code::Html(span.start),
                Code::Html(start) if closes => {
                    self.code = Code::No;
                    if is_object {
                        self.object(Span::new(start, span.end));
                    }
                }
                _ => {}
            }
        } else if self.code == Code::No {
            // Whatever it says stands beside the sentence that the tag is in.
            let beside = html::fragments(self.text, span).into_iter();
            self.captions.extend(beside.map(|fragment| Fragment { shape: Shape::Caption, ..fragment }));
            if is("br") {
                self.hard_break();
            } else if is("img") {
                self.object(span);
            }
        }
    }

    fn soft_break(&mut self, span: Span) {
        if self.pictures > 0 {
            if self.code == Code::No {
                self.picture.substitute(span, " ");
            }
        } else {
            self.end_line();
            self.line_break = span;
        }
    }

    /// Two lines of a headline are two headlines, a line of verse is a unit of its own.
    fn hard_break(&mut self) {
        if self.pictures == 0 {
            self.end_fragment();
        }
    }

    /// Adds the line to the block. Between Chinese characters the end of a line is nothing, between
    /// Latin words it is a blank.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line).finish();
        if !std::mem::take(&mut self.has_words) {
            return;
        }
        let text = line.text(self.text);
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        if self.block.is_empty() {
            // The blanks at the beginning tell an indented line.
            return self.block.part(self.text, &line, Span::new(0, end));
        }
        if start < end {
            if !joins(self.block.text().chars().next_back(), text[start..].chars().next()) {
                self.block.substitute(self.line_break, " ");
            }
            self.block.part(self.text, &line, Span::new(start, end));
        }
    }

    fn end_fragment(&mut self) {
        self.end_line();
        let body = std::mem::take(&mut self.block).finish();
        let templates = templates(body.text(self.text));
        let body = body.with_objects(self.text, &templates);
        self.fragments.extend(Fragment::new(self.text, self.shape, body));
        self.fragments.append(&mut self.captions);
    }

    fn end_block(&mut self) {
        if let Code::Html(_) = self.code {
            self.code = Code::No;
        }
        self.end_fragment();
        self.shape = if self.lists > 0 { Shape::ListItem } else { Shape::Paragraph };
    }
}

/// What a site builder puts something else in place of: `{{< figure >}}`, `{% raw %}`, `{{ name }}`.
fn templates(text: &str) -> Vec<Span> {
    if !text.contains('{') {
        return Vec::new();
    }
    let closes = ["}}", "%}"].map(|close| (close, text.rfind(close).unwrap_or(0)));
    let mut found: Vec<Span> = Vec::new();
    for (start, _) in text.match_indices('{') {
        let (close, last) = match text.as_bytes().get(start + 1) {
            Some(b'{') => closes[0],
            Some(b'%') => closes[1],
            _ => continue,
        };
        if start < last
            && found.last().is_none_or(|last| last.end <= start)
            && let Some(length) = text[start..].find(close)
        {
            found.push(Span::new(start, start + length + close.len()));
        }
    }
    found
}

/// Are more than half of the letters and marks Chinese characters?
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
    fn inline_markup_is_transparent() {
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
    fn entities_are_not_edited_and_escapes_are() {
        let text = "甲&lt;乙\\.丙";
        let fragment = fragments(text).remove(0);
        assert_eq!(fragment.body.edit(Span::new(3, 4), "《", text), None);
        let point = fragment.body.edit(Span::new(7, 8), "．", text).unwrap();
        assert_eq!(point.span.of(text), ".");
    }

    #[test]
    fn blocks_have_their_shapes() {
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
    fn soft_breaks_join_and_hard_breaks_part() {
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
    fn pictures_have_captions_of_their_own() {
        assert_eq!(texts("![*参观*现场](a.jpg)\n江城日报"), ["江城日报", "参观现场"]);
        assert_eq!(texts("前![](a.jpg)后"), ["前\u{FFFC}后"]);
        assert_eq!(read("![现场](a.jpg)"), [(Shape::Caption, "现场")]);
    }

    #[test]
    fn html_is_read_as_html() {
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
    fn what_site_builders_put_in_is_no_prose() {
        assert_eq!(texts("甲{{< figure src=\"a,b\" >}}乙{% raw %}丙{{ d }}"), ["甲\u{FFFC}乙\u{FFFC}丙\u{FFFC}"]);
        assert_eq!(texts("::: tip 提示\n正文\n:::\n"), ["正文"]);
        assert_eq!(texts("甲{{乙"), ["甲{{乙"]);
    }

    #[test]
    fn indented_prose_is_prose() {
        let indented = fragments("    第一段，在此。\n    第二段，在此。\n");
        assert_eq!(indented.len(), 2);
        assert!(indented.iter().all(|fragment| fragment.indented && fragment.shape == Shape::Paragraph));
        assert_eq!(texts("　　第一段。\n　　第二段\n续写。"), ["第一段。", "第二段续写。"]);
        assert_eq!(texts("    let x = 1; // 注释\n"), Vec::<&str>::new());
    }

    #[test]
    fn dashes_around_a_paragraph_do_not_make_it_front_matter() {
        assert_eq!(texts("第一篇。\n\n---\n第二篇。\n---\n"), ["第一篇。", "第二篇。"]);
    }
}
