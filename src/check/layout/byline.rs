//! `byline`: reporters that are named twice in one article.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::WordList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::{Span, is_han};

/// Compares the bylines and datelines of an article.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// Words that precede a name, separated by spaces.
    roles: WordList,
    /// Words that identify the byline of a web page (not of a newspaper page), separated by spaces. Such a
    /// byline may repeat the names of the report.
    pages: WordList,
    /// Words for a kind of work, which are not names, separated by spaces.
    work: WordList,
}

impl OptionsOnly for Byline {}

/// A byline or a dateline with names.
struct NamedLine<'d> {
    names: Vec<&'d str>,
    block: usize,
    span: Span,
}

/// The maximum number of earlier lines with which a line is compared. Few articles have more than one byline, but a
/// whole page has many.
const MOST_COMPARED: usize = 8;

impl ArticleCheck for Byline {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let mut known: Vec<NamedLine> = Vec::new();
        let mut hits = Vec::new();
        for block in article.range.clone() {
            let span = match article.blocks[block].kind {
                // A photographer may have taken several pictures.
                BlockKind::Byline if !article.text(block).trim_end_matches('）').ends_with('摄') => {
                    Span::new(0, article.text(block).len())
                }
                _ if article.blocks[block].dateline > 0 => Span::new(0, article.blocks[block].dateline as usize),
                _ => continue,
            };
            let line = span.of(article.text(block));
            let names = self.names(line);
            if names.is_empty() || self.pages.any_in(line) {
                continue;
            }
            // Two datelines begin two reports, which may be by the same reporter.
            let is_report = |block: usize| article.blocks[block].dateline > 0;
            let shares_name = |other: &&NamedLine| {
                other.names.iter().any(|name| names.contains(name)) && !(is_report(block) && is_report(other.block))
            };
            if let Some(other) = known.iter().find(shares_name) {
                let mut hit = Hit::new(block, span, Vec::new());
                hit.related.push((other.block, other.span, "前一次在这里。".to_owned()));
                hits.push(hit);
            }
            known.truncate(MOST_COMPARED - 1);
            known.insert(0, NamedLine { names, block, span });
        }
        hits
    }
}

impl Byline {
    /// The names after the first word of `roles`.
    fn names<'t>(&self, byline: &'t str) -> Vec<&'t str> {
        let Some(end) = self.end_of_role(byline) else { return Vec::new() };
        let words = byline[end..].split(|c: char| !is_han(c));
        let names = words.map(|word| self.roles.beginning(word).map_or(word, |role| &word[role.len()..]));
        names.filter(|name| (2..=4).contains(&name.chars().count()) && !self.work.has(name)).collect()
    }

    /// The byte at which a word of `roles` ends in the byline; if there are several, the first one.
    fn end_of_role(&self, byline: &str) -> Option<usize> {
        let mut first: Option<usize> = None;
        for (at, _) in byline.char_indices() {
            if first.is_some_and(|end| end <= at) {
                break;
            }
            let roles = self.roles.iter().filter(|role| byline[at..].starts_with(*role));
            first = roles.map(|role| at + role.len()).chain(first).min();
        }
        first
    }
}
