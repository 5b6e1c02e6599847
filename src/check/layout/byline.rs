//! `byline`: reporters that are named twice in one article.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::{Span, is_han};

/// Compares the bylines and datelines of an article.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// Words that precede a name, separated by spaces.
    roles: String,
    /// Words that identify the byline of a web page (not of a newspaper page), separated by spaces. Such a
    /// byline may repeat the names of the report.
    pages: String,
    /// Words for a kind of work, which are not names, separated by spaces.
    work: String,
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
            let names = self.names(span.of(article.text(block)));
            let is_of_web_page = self.pages.split_whitespace().any(|word| span.of(article.text(block)).contains(word));
            if names.is_empty() || is_of_web_page {
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
        let roles = || self.roles.split_whitespace();
        let Some(end) = roles().filter_map(|role| byline.find(role).map(|at| at + role.len())).min() else {
            return Vec::new();
        };
        let words = byline[end..].split(|c: char| !is_han(c));
        let names = words.map(|word| roles().find_map(|role| word.strip_prefix(role)).unwrap_or(word));
        let is_name = |name: &&str| {
            (2..=4).contains(&name.chars().count()) && !self.work.split_whitespace().any(|work| work == *name)
        };
        names.filter(is_name).collect()
    }
}
