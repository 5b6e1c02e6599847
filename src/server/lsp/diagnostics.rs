//! Findings as diagnostics.

use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, Uri,
};

use super::document::Document;
use super::lines::{Lines, Positions, Units};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::rule::Rule;
use crate::server::Office;
use crate::stet::Review;
use crate::text::{Span, visible};

/// The source of all diagnostics.
pub const SOURCE: &str = "zhubi";

/// What a client can show.
#[derive(Debug, Clone, Copy)]
pub struct Abilities {
    pub units: Units,
    /// Whether places can be linked from a diagnostic.
    pub links_places: bool,
}

/// Returns the diagnostics of a document that is open.
pub fn of_document<O: Office>(document: &mut Document, office: &mut O, abilities: Abilities) -> Vec<Diagnostic> {
    document.read(office);
    if let Some(error) = document.error() {
        return vec![of_error(error)];
    }
    let Some(reading) = document.reading() else { return Vec::new() };
    let marks = unused_marks(&reading.review, reading.draft.text());
    let spans: Vec<Span> = spans_of(&reading.review).into_iter().chain(marks.iter().map(|(span, _)| *span)).collect();
    let ranges = document.ranges(spans, abilities.units);
    let Some(reading) = document.reading() else { return Vec::new() };
    let engine = office.engine(&reading.place);
    let describe = Describe { engine, uri: &document.uri, text: reading.draft.text(), abilities };
    let mut diagnostics = describe.all(&reading.review, |span| ranges.of(span));
    diagnostics.extend(marks.into_iter().map(|(span, message)| of_unused_mark(ranges.of(span), message)));
    diagnostics
}

/// Returns the diagnostics of a draft that is not open.
pub fn of_draft(draft: &Draft, review: &Review, engine: &Engine, uri: &Uri, abilities: Abilities) -> Vec<Diagnostic> {
    let lines = Lines::of(draft.text());
    let positions = Positions::of_spans(draft.text(), &lines, abilities.units, spans_of(review));
    Describe { engine, uri, text: draft.text(), abilities }.all(review, |span| positions.range(span))
}

fn spans_of(review: &Review) -> Vec<Span> {
    let places = |finding: &Finding| {
        finding.related.iter().map(|related| related.span).chain([finding.span]).collect::<Vec<_>>()
    };
    review.findings.iter().flat_map(places).collect()
}

/// Describes the findings of a draft.
struct Describe<'d> {
    engine: &'d Engine,
    uri: &'d Uri,
    text: &'d str,
    abilities: Abilities,
}

impl Describe<'_> {
    fn all(&self, review: &Review, range: impl Fn(Span) -> Range) -> Vec<Diagnostic> {
        review.findings.iter().map(|finding| self.one(finding, &range)).collect()
    }

    fn one(&self, finding: &Finding, range: &impl Fn(Span) -> Range) -> Diagnostic {
        let rule = &self.engine.rules().rules[finding.rule as usize];
        let mut message = message(rule, finding, self.text);
        let mut related = Vec::new();
        for other in &finding.related {
            let at = range(other.span);
            if self.abilities.links_places {
                let location = Location { uri: self.uri.clone(), range: at };
                let message = visible(&other.message).into_owned();
                related.push(DiagnosticRelatedInformation { location, message });
            } else {
                message += &format!("\n第 {} 行：{}", at.start.line + 1, visible(&other.message));
            }
        }
        Diagnostic {
            range: range(finding.span),
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(rule.id.clone())),
            code_description: page(rule).map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: None,
        }
    }
}

/// Returns what is wrong and by which clause, on one line.
pub fn message(rule: &Rule, finding: &Finding, text: &str) -> String {
    let mut message = rule.message_for(finding, text);
    if !rule.metadata.source.is_empty() {
        message += &format!("（{}）", rule.metadata.source);
    }
    visible(&message).into_owned()
}

/// Returns the address of the rule's page, if it is published.
pub fn page(rule: &Rule) -> Option<Uri> {
    rule.page_url.as_deref().and_then(|url| Uri::from_str(url).ok())
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Advice => DiagnosticSeverity::INFORMATION,
    }
}

/// Returns a diagnostic for an error that concerns a file as a whole, or the line of a settings file that it names.
pub fn of_error(error: &Error) -> Diagnostic {
    let line =
        error.position().map_or(0, |position| u32::try_from(position.line.saturating_sub(1)).unwrap_or(u32::MAX));
    let end = if error.position().is_some() { line.saturating_add(1) } else { line };
    Diagnostic {
        range: Range::new(Position::new(line, 0), Position::new(end, 0)),
        severity: Some(DiagnosticSeverity::WARNING),
        source: Some(SOURCE.to_owned()),
        message: text_of(error),
        ..Diagnostic::default()
    }
}

/// Returns what is wrong and what to do about it, without the place.
pub fn text_of(error: &Error) -> String {
    visible(&[error.message(), error.hint().unwrap_or_default()].concat()).into_owned()
}

/// Returns the marks in a draft that have no effect, each from where it begins to the end of its line, with a message.
fn unused_marks(review: &Review, text: &str) -> Vec<(Span, String)> {
    let own = review.ineffective.iter().filter(|error| error.path().is_none());
    own.filter_map(|error| Some((to_line_end(text, error.position()?)?, text_of(error)))).collect()
}

/// Returns the span from a place to the end of its line.
fn to_line_end(text: &str, place: crate::text::Position) -> Option<Span> {
    let mut breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    let line = if place.line > 1 { breaks.nth(place.line - 2)? + 1 } else { 0 };
    let end = breaks.next().unwrap_or(text.len());
    let content = text[line..end].trim_end_matches('\r');
    let (before, _) = content.char_indices().nth(place.column - 1)?;
    Some(Span::new(line + before, line + content.len()))
}

fn of_unused_mark(range: Range, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::HINT),
        source: Some(SOURCE.to_owned()),
        message,
        tags: Some(vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reaches_to_the_end_of_its_line() {
        let text = "甲\n\n乙丙\r\n丁";
        for (line, column, expected) in
            [(1, 1, Some("甲")), (2, 1, None), (3, 2, Some("丙")), (4, 1, Some("丁")), (4, 2, None), (9, 1, None)]
        {
            let span = to_line_end(text, crate::text::Position { line, column });
            assert_eq!(span.map(|span| span.of(text)), expected, "{line}:{column}");
        }
    }
}
