//! Turns the events of the parser into fragments.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::dialect::{Part, Translation};
use super::{anchor, delimiter, inline_text, is_mostly_chinese};
use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::draft::html::{self, Skip};
use crate::draft::joins_without_space;
use crate::text::Span;

/// Collects the fragments of a draft.
pub struct MarkdownReader<'t> {
    text: &'t str,
    translation: &'t Translation<'t>,
    fragments: Vec<Fragment>,
    /// The shape of the current text.
    shape: Shape,
    /// How many lists are open.
    lists: usize,
    /// How many block quotes are open.
    quotes: usize,
    /// The end of the text that cannot be edited because it may be the label or the target of a link.
    fixed_to: usize,
    /// Whether the last block was HTML.
    after_html: bool,
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
    /// As paragraphs of one line each: prose that looks like code because it is indented.
    Lines,
}

impl<'t> MarkdownReader<'t> {
    /// Returns a reader that adds to `fragments`. `text` is the canonical text.
    pub fn new(text: &'t str, translation: &'t Translation<'t>, fragments: Vec<Fragment>) -> MarkdownReader<'t> {
        MarkdownReader {
            text,
            translation,
            fragments,
            shape: Shape::Paragraph,
            lists: 0,
            quotes: 0,
            fixed_to: 0,
            after_html: false,
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

    /// Reads an event. `span` is its span in the canonical text.
    pub fn read(&mut self, event: Event, span: Span) {
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

    /// Returns the fragments in reading order.
    pub fn finish(mut self) -> Vec<Fragment> {
        self.end_block();
        self.fragments
    }

    fn start(&mut self, tag: Tag, span: Span) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                self.object(span);
                self.mode = Mode::Skip;
            }
            Tag::Link { link_type, .. } => self.start_reference(link_type, span),
            Tag::Image { link_type, .. } => {
                self.start_reference(link_type, span);
                self.pictures += 1;
            }
            _ => {
                self.end_block();
                self.start_block(tag, span);
            }
        }
    }

    /// Starts the text of a link or picture. It may be the label of a reference that the draft defines.
    fn start_reference(&mut self, link_type: LinkType, span: Span) {
        if let LinkType::Shortcut | LinkType::Collapsed | LinkType::CollapsedUnknown = link_type {
            self.fixed_to = self.fixed_to.max(span.end);
        }
    }

    fn start_block(&mut self, tag: Tag, span: Span) {
        self.shape = match tag {
            Tag::Heading { level, .. } => Shape::Heading(level as u8),
            Tag::TableCell => Shape::TableCell,
            _ if self.lists > 0 => Shape::ListItem,
            _ => Shape::Paragraph,
        };
        let after_html = std::mem::take(&mut self.after_html);
        match tag {
            Tag::List(_) if self.is_list(span) => self.lists += 1,
            // An indented block in Chinese is prose.
            Tag::CodeBlock(CodeBlockKind::Indented) if !after_html && reads_as_prose(span.of(self.text)) => {
                self.mode = Mode::Lines;
            }
            Tag::CodeBlock(_) | Tag::MetadataBlock(_) => self.mode = Mode::Skip,
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::HtmlBlock => self.html_block(span),
            _ => {}
        }
    }

    /// Returns whether the list in `span` is one in the draft. Containers are translated to lists.
    fn is_list(&self, span: Span) -> bool {
        span.of(self.text).starts_with(|c: char| c.is_ascii_digit() || "-*+".contains(c))
    }

    fn html_block(&mut self, span: Span) {
        self.after_html = true;
        // In a quote, the `>` at the beginning of each line would be read as part of the HTML.
        if self.quotes == 0 {
            let fragments = html::fragments(self.translation.text(), span).into_iter();
            let (text, translation) = (self.text, self.translation);
            self.fragments.extend(fragments.filter_map(|it| inline_text::without_markup(text, translation, it)));
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
                self.lists -= usize::from(self.is_list(span));
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes -= 1;
            }
            TagEnd::Heading(_) => self.end_heading(span),
            TagEnd::CodeBlock => {
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
        match self.mode {
            Mode::Skip | Mode::SkipHtml(_) => return,
            Mode::Lines => return self.append_lines(span),
            Mode::Text => {}
        }
        let is_verbatim = span.of(self.translation.text()) == text;
        // Some newsrooms separate paragraphs by an indent of two ideographic spaces instead of an empty line.
        if is_verbatim && self.pictures == 0 && self.line.is_empty() && text.starts_with('\u{3000}') {
            self.end_fragment();
        }
        if is_verbatim {
            let translation = self.translation;
            translation.parts(span, |part| match part {
                Part::Prose(span) => self.append_prose(span),
                Part::Fixed(span) => self.append_fixed(span),
                Part::Object(span) => self.object(span),
            });
        } else {
            self.target().substitute(span, text);
        }
        self.has_words |= self.pictures == 0 && !text.trim().is_empty();
    }

    /// Adds text that is prose in the draft too. Characters on which markup depends cannot be edited.
    fn append_prose(&mut self, mut span: Span) {
        let text = self.text;
        if text[..span.start].ends_with(']') && span.of(text).starts_with('(') {
            // For some programs, or after an edit, this may be the target of a link.
            self.fixed_to = self.fixed_to.max(span.start + target_length(&text[span.start..]));
        }
        if delimiter::is_strikethrough(text, span) {
            // Markup for other programs, though not for CommonMark.
            return self.append_fixed(span);
        }
        if span.start < self.fixed_to {
            let fixed = Span::new(span.start, span.end.min(self.fixed_to));
            self.append_fixed(fixed);
            span.start = fixed.end;
            if span.is_empty() {
                return;
            }
        }
        let first = span.start + span.of(text).chars().next().map_or(0, char::len_utf8);
        if text[..span.start].ends_with('\\') {
            // Before another character, the backslash would be text.
            let escaped = Span::new(span.start, first);
            self.target().substitute(Span::new(span.start - 1, first), escaped.of(text));
            span.start = first;
        } else if delimiter::is_needed_after(text, span.start) {
            self.target().boundary(text, Span::new(span.start, first));
            span.start = first;
        }
        if !span.is_empty() && delimiter::is_needed_before(text, span.end) {
            let last = span.end - span.of(text).chars().next_back().map_or(0, char::len_utf8);
            self.target().verbatim(text, Span::new(span.start, last));
            span.start = last;
            return self.target().boundary(text, span);
        }
        self.target().verbatim(text, span);
    }

    /// Adds text that is in the sentence but cannot be edited.
    fn append_fixed(&mut self, span: Span) {
        let text = self.text;
        let fixed = anchor::uneditable(text, &Body::Slice(span));
        self.target().body(text, &fixed);
    }

    /// Adds every line in `span` as an indented paragraph.
    fn append_lines(&mut self, span: Span) {
        let mut start = span.start;
        for line in span.of(self.text).split_inclusive(['\n', '\r']) {
            let body = Body::Slice(Span::new(start, start + line.len()));
            let fragment = Fragment::of_prose(self.text, self.shape, body)
                .and_then(|fragment| inline_text::without_markup(self.text, self.translation, fragment));
            self.fragments.extend(fragment.map(|fragment| Fragment {
                indented: true,
                is_quotation: self.quotes > 0,
                ..fragment
            }));
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
            let attributes = html::fragments(self.translation.text(), span).into_iter();
            self.captions.extend(attributes.map(|fragment| Fragment { shape: Shape::Caption, ..fragment }));
            if is("br") {
                self.hard_break();
            } else if is("img") || html.ends_with("/>") && !is("wbr") {
                // A component without content shows something.
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
        let is_quotation = self.quotes > 0;
        let fragment = Fragment::new(self.text, self.shape, body);
        self.fragments.extend(fragment.map(|fragment| Fragment { is_quotation, ..fragment }));
        self.fragments.append(&mut self.captions);
    }

    /// Ends a heading. A line between containers is translated to one, and a sentence above a line of dashes looks like
    /// one.
    fn end_heading(&mut self, span: Span) {
        self.end_line();
        let is_marked = span.of(self.text).starts_with('#');
        let is_heading = is_marked || !span.of(self.translation.text()).starts_with('#');
        let ends_sentence = self.finished_lines.text().ends_with(['。', '！', '？', '”', '…']);
        if !is_heading || !is_marked && ends_sentence {
            self.shape = if self.lists > 0 { Shape::ListItem } else { Shape::Paragraph };
        }
        self.end_block();
    }

    fn end_block(&mut self) {
        if let Mode::SkipHtml(_) = self.mode {
            self.mode = Mode::Text;
        }
        self.end_fragment();
        self.shape = if self.lists > 0 { Shape::ListItem } else { Shape::Paragraph };
    }
}

/// Returns the length of the pair of brackets at the start of `text`, in one line.
fn target_length(text: &str) -> usize {
    /// The longest target, in bytes.
    const LONGEST_TARGET: usize = 1024;
    let line = &text.as_bytes()[..text.len().min(LONGEST_TARGET)];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let mut depth = 0;
    let is_end = |byte: &u8| {
        depth += i32::from(*byte == b'(') - i32::from(*byte == b')');
        depth == 0
    };
    line.iter().position(is_end).map_or(0, |at| at + 1)
}

/// Returns whether an indented block is prose: it is mostly Chinese and has no marks of code.
fn reads_as_prose(block: &str) -> bool {
    is_mostly_chinese(block)
        && !block.contains(['{', '}', ';', '=', '<', '>', '|', '$', '\\'])
        && !["(\"", "('", "\":", "//"].iter().any(|mark| block.contains(mark))
}
