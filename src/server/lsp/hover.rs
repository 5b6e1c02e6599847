//! What is said about a place when the pointer rests on it.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Range};

use super::diagnostics::page;
use super::document::{Document, Reading};
use super::lines::Units;
use crate::engine::Engine;
use crate::finding::{Confirmation, Finding, FixSafety};
use crate::rule::Rule;
use crate::server::Office;
use crate::text::{Span, visible};

/// What is said of one place.
struct Remark {
    span: Span,
    title: String,
    lines: Vec<String>,
    page: Option<String>,
}

/// Returns what is found at a position of a document that was read, and the calculations there that came out right.
pub fn at<O: Office>(
    document: &mut Document,
    office: &O,
    position: Position,
    (units, markdown): (Units, bool),
) -> Option<Hover> {
    let at = document.span(Range::new(position, position), units).start;
    let reading = document.guarded_reading()?;
    let engine = office.engine(&reading.place);
    let remarks = remarks(reading, engine, at);
    let first = remarks.first()?.span;
    let value = remarks.iter().map(|remark| remark.text(markdown)).collect::<Vec<_>>();
    let (kind, separator) =
        if markdown { (MarkupKind::Markdown, "\n\n---\n\n") } else { (MarkupKind::PlainText, "\n\n") };
    let contents = HoverContents::Markup(MarkupContent { kind, value: value.join(separator) });
    Some(Hover { contents, range: Some(document.ranges([first], units).of(first)) })
}

fn remarks(reading: &Reading, engine: &Engine, at: usize) -> Vec<Remark> {
    let is_here = |span: Span| span.start <= at && at < span.end.max(span.start + 1);
    let text = reading.draft.text();
    let rule = |number: u32| &engine.rules().rules[number as usize];
    let found = reading.findings().iter().filter(|finding| is_here(finding.span));
    let mut remarks: Vec<Remark> = found.map(|finding| of_finding(rule(finding.rule), finding, text)).collect();
    let confirmed = confirmations(reading, engine, at);
    let confirmed = confirmed.iter().filter(|confirmation| is_here(confirmation.span));
    remarks.extend(confirmed.map(|confirmation| of_confirmation(rule(confirmation.rule), confirmation)));
    remarks
}

/// Returns the calculations that came out right in the article at a place.
fn confirmations(reading: &Reading, engine: &Engine, at: usize) -> Vec<Confirmation> {
    let blocks = reading.draft.blocks();
    let here = blocks.iter().find(|block| {
        let extent = block.extent();
        extent.start <= at && at < extent.end
    });
    let Some(article) = here.map(|block| block.article) else { return Vec::new() };
    let is_in_article = |block: &&crate::block::Block| block.article == article;
    let first = blocks.iter().position(|block| block.article == article).unwrap_or_default();
    let count = blocks[first..].iter().take_while(is_in_article).count();
    engine.confirm(&reading.draft, &blocks[first..first + count])
}

fn of_finding(rule: &Rule, finding: &Finding, text: &str) -> Remark {
    let mut lines = vec![rule.message_for(finding, text)];
    if !finding.suggestions.is_empty() {
        let found = finding.span.of(text);
        let written = finding.suggestions.iter().map(|text| match text.as_str() {
            "" => "删去".to_owned(),
            text => format!("“{text}”"),
        });
        let suggestions = written.collect::<Vec<_>>().join("、");
        let what = if found.is_empty() { "可加".to_owned() } else { format!("“{found}”可改为") };
        lines.push(format!("{what}{suggestions}（{}）。", safety(finding).chinese()));
    }
    lines.extend(finding.related.iter().map(|related| related.message.clone()));
    if !rule.metadata.source.is_empty() {
        lines.push(format!("依据：{}。", rule.metadata.source));
    }
    lines.push(format!("规则：{}。", rule.id));
    let title = format!("{}：{}", finding.severity.chinese(), rule.metadata.title);
    Remark { span: finding.span, title, lines, page: page(rule).map(|page| page.as_str().to_owned()) }
}

fn safety(finding: &Finding) -> FixSafety {
    if finding.suggestions.is_empty() { FixSafety::None } else { finding.fix }
}

fn of_confirmation(rule: &Rule, confirmation: &Confirmation) -> Remark {
    let title = format!("核算相符：{}", confirmation.computation);
    Remark { span: confirmation.span, title, lines: vec![format!("规则：{}。", rule.id)], page: None }
}

impl Remark {
    fn text(&self, markdown: bool) -> String {
        let shown = |text: &str| {
            let text = visible(text);
            if markdown { escaped(&text) } else { text.into_owned() }
        };
        let lines: Vec<String> = self.lines.iter().map(|line| shown(line)).collect();
        if markdown {
            let page = self.page.as_ref().map(|page| format!("\n\n[看这条规则]({page})")).unwrap_or_default();
            format!("**{}**\n\n{}{page}", shown(&self.title), lines.join("\n\n"))
        } else {
            let page = self.page.as_ref().map(|page| format!("\n{page}")).unwrap_or_default();
            format!("{}\n{}{page}", shown(&self.title), lines.join("\n"))
        }
    }
}

/// Returns a text as Markdown that shows it as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_the_text_as_it_is() {
        let text = "*甲* <b> [乙](丙) 1. `丁` & # |";
        let parsed = pulldown_cmark::Parser::new(&escaped(text)).fold(String::new(), |mut out, event| {
            if let pulldown_cmark::Event::Text(text) = event {
                out += &text;
            }
            out
        });
        assert_eq!(parsed, text);
    }
}
