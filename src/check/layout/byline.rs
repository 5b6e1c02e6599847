//! `byline`: the same reporters named twice over one article.

use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::text::{Span, is_han};

/// Bylines.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// WordList that stand before a name.
    roles: String,
    /// WordList that tell the byline of a web page: it names whom the report names.
    pages: String,
    /// WordList that name the work.
    work: String,
}

impl Plain for Byline {}

impl ArticleCheck for Byline {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let mut known: Vec<(Vec<&str>, usize, Span)> = Vec::new();
        let mut hits = Vec::new();
        for block in article.range.clone() {
            let span = match article.blocks[block].kind {
                // Whoever took a picture may have taken two.
                Kind::Byline if !article.text(block).trim_end_matches('）').ends_with('摄') => {
                    Span::new(0, article.text(block).len())
                }
                _ if article.blocks[block].dateline > 0 => Span::new(0, article.blocks[block].dateline as usize),
                _ => continue,
            };
            let names = self.names(span.of(article.text(block)));
            let is_of_page = self.pages.split_whitespace().any(|word| span.of(article.text(block)).contains(word));
            if names.is_empty() || is_of_page {
                continue;
            }
            // Two datelines begin two reports.
            let is_report = |block: usize| article.blocks[block].dateline > 0;
            let shared = |(before, other, _): &&(Vec<&str>, usize, Span)| {
                before.iter().any(|name| names.contains(name)) && !(is_report(block) && is_report(*other))
            };
            if let Some((_, before, there)) = known.iter().find(shared) {
                let mut hit = Hit::new(block, span, Vec::new());
                hit.related.push((*before, *there, "前一次在这里。".to_owned()));
                hits.push(hit);
            }
            // Few articles have more than one byline; those of a whole page are not all kept.
            known.truncate(MOST - 1);
            known.insert(0, (names, block, span));
        }
        hits
    }
}

impl Byline {
    /// The names behind the first role.
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

/// Bylines of one article that are held against each other.
const MOST: usize = 8;
