//! `headline-name`: a name in a headline that the text below never has, while the text has another one of its kind that no
//! headline has: 越南 above a text about 老挝.

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

use super::headline::{is_headline, text_below};
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::WordList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Compares names in headlines with those in the text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadlineName {
    /// Names, those of one kind together.
    groups: Vec<WordList>,
}

impl OptionsOnly for HeadlineName {}

/// The maximum number of names of a kind in a headline. What has more is none.
const MOST_NAMES: usize = 8;

/// How often the text must have the other name.
const LEAST_USES: usize = 2;

impl ArticleCheck for HeadlineName {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        // A line further down may be another thing than a headline.
        let headlines = article.range.clone().take_while(|block| is_headline(article, *block));
        headlines.flat_map(|block| self.check_headline(article, block)).collect()
    }
}

impl HeadlineName {
    fn check_headline(&self, article: &Article, block: usize) -> Vec<Hit> {
        let headline = article.text(block);
        let in_group = |group: &WordList| -> Vec<Hit> {
            let names = group.all_in(headline);
            if names.len() > MOST_NAMES {
                return Vec::new();
            }
            let spans = names.iter().map(|(start, name)| Span::new(*start, start + name.len()));
            let is_part = |span: &Span| spans.clone().any(|other| other != *span && other.covers(*span));
            spans
                .clone()
                .filter(|span| !is_part(span))
                .filter_map(|span| check_name(article, group, block, span))
                .collect()
        };
        self.groups.iter().flat_map(in_group).collect()
    }
}

/// The hit for a name at `span` of a headline, if the text does not have it.
fn check_name(article: &Article, group: &WordList, headline: usize, span: Span) -> Option<Hit> {
    let name = span.of(article.text(headline));
    let has = |finder: &Finder, block: usize| finder.find(article.text(block).as_bytes()).is_some();
    let finder = Finder::new(name);
    if article.range.clone().any(|block| block != headline && has(&finder, block)) {
        return None;
    }
    let mut uses: Vec<(&str, usize)> = Vec::new();
    for (_, other) in text_below(article, headline).flat_map(|block| group.all_in(article.text(block))) {
        match uses.iter_mut().find(|(known, _)| *known == other) {
            Some((_, count)) => *count += 1,
            None => uses.push((other, 1)),
        }
    }
    let (other, uses) = uses.into_iter().rev().max_by_key(|(_, count)| *count)?;
    let finder = Finder::new(other);
    let is_in_headline = |block: usize| is_headline(article, block) && has(&finder, block);
    if uses < LEAST_USES || article.range.clone().any(is_in_headline) {
        return None;
    }
    let first = text_below(article, headline).find_map(|block| {
        let start = article.text(block).find(other)?;
        Some((block, Span::new(start, start + other.len())))
    });
    let mut hit = Hit::new(headline, span, Vec::new());
    hit = hit.detail(format!("标题里的“{name}”正文里没有，正文里是“{other}”（{uses}处）"));
    hit.related.extend(first.map(|(block, span)| (block, span, format!("这里是“{other}”。"))));
    Some(hit)
}
