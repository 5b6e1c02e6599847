//! `headings`: numbered headings without words, or without text below them.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::items::{Item, LEVELS};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Checks that numbered headings are complete.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headings {
    /// The mistake that the check looks for.
    slip: HeadingSlip,
}

impl OptionsOnly for Headings {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum HeadingSlip {
    /// The heading is only a number.
    Bare,
    /// There is no text below the heading, but below others there is.
    Empty,
}

impl ArticleCheck for Headings {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        match self.slip {
            HeadingSlip::Bare => bare_numbers(article),
            HeadingSlip::Empty => empty_headings(article),
        }
    }
}

/// The hits for items that are only a number.
fn bare_numbers(article: &Article) -> Vec<Hit> {
    let items = article.items();
    let is_bare = |item: &Item| item.span.end == article.text(item.block).len();
    let of_level = |level: usize| items.iter().filter(move |item| item.level == level);
    let bare: Vec<_> = items.iter().filter(|item| is_bare(item)).collect();
    // The parts of a story may be numbered without words; then most numbers of a level are bare.
    let is_rare = |level: usize| 2 * bare.iter().filter(|it| it.level == level).count() < of_level(level).count();
    let rare: Vec<bool> = (0..LEVELS).map(is_rare).collect();
    let hits = bare.iter().filter(|item| rare[item.level]);
    hits.map(|item| Hit::new(item.block, item.span, Vec::new())).collect()
}

/// The hits for headings that are followed by the end of the article or directly by a heading of the same or a higher
/// level.
fn empty_headings(article: &Article) -> Vec<Hit> {
    let items = article.items().iter();
    let headings: Vec<_> = items.filter(|item| article.blocks[item.block].kind == BlockKind::Headline).collect();
    let is_empty = |index: usize| {
        let item = headings[index];
        // 一、竞赛时间：7月12日 says all there is to say.
        if article.text(item.block).contains('：') {
            return false;
        }
        item.block + 1 == article.range.end
            || headings.get(index + 1).is_some_and(|next| next.block == item.block + 1 && next.level <= item.level)
    };
    let empty: Vec<usize> = (0..headings.len()).filter(|&index| is_empty(index)).collect();
    // If most are empty, they are a list of short lines, not headings.
    if 2 * empty.len() >= headings.len() {
        return Vec::new();
    }
    let whole = |block: usize| Span::new(0, article.text(block).len());
    // Where all headings of a level are empty, they are the items of a list.
    let mut has_text = [false; LEVELS];
    let filled = (0..headings.len()).filter(|&index| !is_empty(index));
    filled.for_each(|index| has_text[headings[index].level] = true);
    let has_others = |&index: &usize| has_text[headings[index].level];
    let blocks = empty.iter().copied().filter(has_others).map(|index| headings[index].block);
    blocks.map(|block| Hit::new(block, whole(block), Vec::new())).collect()
}
