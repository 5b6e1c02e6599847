//! Text that may or may not be Markdown: that of HTML blocks, which MDX and other dialects read as Markdown, and that of
//! indented blocks.

use memchr::memchr3;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::anchor;
use super::dialect::Translation;
use crate::block::{Body, BodyBuilder, Fragment};
use crate::text::Span;

/// Returns the fragment without the syntax of Markdown and its dialects, or `None` if nothing else is in it.
pub fn without_markup(canonical: &str, translation: &Translation, fragment: Fragment) -> Option<Fragment> {
    let Fragment { shape, body, .. } = fragment;
    let extent = body.extent();
    let syntax = body.spans_from(&translation.syntax_in(extent));
    let body = body.with_objects(canonical, &syntax);
    let body = without_links_and_code(canonical, body);
    let body = with_fixed(canonical, body, &translation.fixed_in(extent));
    Fragment::new(canonical, shape, body).map(|new| Fragment { body: new.body, ..fragment })
}

/// Returns the body with the parts from `sources`, which are spans of the canonical text, made uneditable.
fn with_fixed(canonical: &str, body: Body, sources: &[Span]) -> Body {
    let fixed = body.spans_from(sources);
    if fixed.is_empty() {
        return body;
    }
    let mut builder = BodyBuilder::default();
    let mut done = 0;
    for span in fixed {
        builder.part(canonical, &body, Span::new(done, span.start));
        let mut part = BodyBuilder::default();
        part.part(canonical, &body, span);
        builder.body(canonical, &anchor::uneditable(canonical, &part.finish()));
        done = span.end;
    }
    builder.part(canonical, &body, Span::new(done, body.text(canonical).len()));
    builder.finish()
}

/// Returns the body without the targets of links and with an object in place of each piece of code.
fn without_links_and_code(canonical: &str, body: Body) -> Body {
    let text = body.text(canonical);
    if memchr3(b'[', b'`', b'<', text.as_bytes()).is_none() {
        return body;
    }
    let mut reader = InlineReader { canonical, body: &body, builder: BodyBuilder::default(), object: None };
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        reader.read(event, Span::new(range.start, range.end));
    }
    reader.builder.finish()
}

struct InlineReader<'t> {
    canonical: &'t str,
    body: &'t Body,
    builder: BodyBuilder,
    /// The end of the object whose content is being read.
    object: Option<usize>,
}

impl InlineReader<'_> {
    fn read(&mut self, event: Event, span: Span) {
        if self.object.is_some_and(|end| span.start < end) {
            return;
        }
        match event {
            Event::Text(_) | Event::SoftBreak | Event::HardBreak => {
                self.builder.part(self.canonical, self.body, span);
            }
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock)
            | Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. })
            | Event::Code(_)
            | Event::InlineHtml(_) => {
                self.builder.object(self.body.locate(span).span);
                self.object = Some(span.end);
            }
            _ => {}
        }
    }
}
