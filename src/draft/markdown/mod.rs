//! Markdown: headings, paragraphs, list items, table cells and picture descriptions.

mod anchor;
mod delimiter;
mod dialect;
mod inline_text;
mod reader;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag};

use super::{FormatDefinition, Reader, StetMark, front_matter, mark, without_escaping};
use crate::block::Fragment;
use crate::text::{Span, is_han};
use dialect::Translation;
use reader::MarkdownReader;

pub const FORMAT: FormatDefinition = FormatDefinition {
    extensions: &["md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"],
    reader: Reader::Text(read),
    escape: without_escaping,
};

/// The extensions to CommonMark. Formulas and wikilinks are left to [`dialect`], which tells formulas from prices.
/// Metadata has been read before: `---` in the middle of a text is a rule.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST);

fn read(text: &str) -> (Vec<Fragment>, Vec<StetMark>) {
    let (start, front_matter) = front_matter::read(text);
    let translation = dialect::translate(text, start);
    let mut reader = MarkdownReader::new(text, &translation, front_matter);
    for (event, span) in events(&translation, start) {
        reader.read(event, span);
    }
    (anchor::protect(text, reader.finish()), marks(text, &translation, start))
}

/// Parses `translation` from byte `start` on. The spans of the events are spans of the canonical text.
fn events<'t>(translation: &'t Translation, start: usize) -> impl Iterator<Item = (Event<'t>, Span)> {
    let text = &translation.text()[start..];
    let parser = Parser::new_with_broken_link_callback(text, OPTIONS, Some(|link| resolve_reference(text, &link)));
    parser.into_offset_iter().map(move |(event, range)| (event, Span::new(range.start, range.end).shifted(start)))
}

/// Returns a target for `[text][label]` in `text` if the draft does not define the label. The definition may be in another
/// file, so the label is not prose. In `[text][label](target)`, the label is the text of a link. Brackets that seem to be
/// around a backtick or a tag may be within code or another tag.
fn resolve_reference<'t>(text: &str, link: &BrokenLink) -> Option<(CowStr<'t>, CowStr<'t>)> {
    let is_reference = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
    let may_be_inside = link.reference.contains(['`', '<']);
    (is_reference && !may_be_inside && !text[link.span.end..].starts_with('(')).then(|| ("".into(), "".into()))
}

/// Returns the stet marks in comments, without those in code.
fn marks(text: &str, translation: &Translation, start: usize) -> Vec<StetMark> {
    let mut marks = mark::comment_marks(text);
    if !marks.is_empty() {
        // HTML contains all comments.
        let is_html = |event: &Event| matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_));
        let html = events(translation, start).filter(|(event, _)| is_html(event));
        let html: Vec<Span> = html.map(|(_, span)| span).collect();
        marks.retain(|mark| {
            let index = html.partition_point(|span| span.end < mark.span.end);
            html.get(index).is_some_and(|span| span.covers(mark.span))
        });
    }
    marks
}

/// Returns whether the text contains more Chinese characters than visible ASCII characters.
fn is_mostly_chinese(text: &str) -> bool {
    let han = text.chars().filter(|&c| is_han(c)).count();
    let ascii = text.chars().filter(char::is_ascii_graphic).count();
    han > ascii
}

#[cfg(test)]
mod tests;
