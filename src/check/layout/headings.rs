//! `headings`: a numbered heading without words, or with nothing under it.

use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::article::items::{Item, LEVELS};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::text::Span;

/// Headings with something missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headings {
    /// The slip it looks for.
    slip: HeadingFault,
}

impl Plain for Headings {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum HeadingFault {
    /// A number and no words.
    Bare,
    /// Nothing under it, while others have something.
    Empty,
}

impl ArticleCheck for Headings {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let items = article.items();
        if self.slip == HeadingFault::Bare {
            let is_bare = |item: &Item| item.span.end == article.text(item.block).len();
            let of_level = |level: usize| items.iter().filter(move |item| item.level == level);
            let bare: Vec<_> = items.iter().filter(|item| is_bare(item)).collect();
            // Parts of a story may be told apart by numbers alone.
            let is_rare =
                |level: usize| 2 * bare.iter().filter(|it| it.level == level).count() < of_level(level).count();
            let rare: Vec<bool> = (0..LEVELS).map(is_rare).collect();
            let hits = bare.iter().filter(|item| rare[item.level]);
            return hits.map(|item| Hit::new(item.block, item.span, Vec::new())).collect();
        }
        let headings: Vec<_> = items.iter().filter(|item| article.blocks[item.block].kind == Kind::Headline).collect();
        let has_nothing = |index: usize| {
            let item = headings[index];
            item.block + 1 == article.range.end
                || headings.get(index + 1).is_some_and(|next| next.block == item.block + 1 && next.level <= item.level)
        };
        let empty: Vec<usize> = (0..headings.len()).filter(|&index| has_nothing(index)).collect();
        // A list of short lines is no row of headings.
        if 2 * empty.len() >= headings.len() {
            return Vec::new();
        }
        let whole = |block: usize| Span::new(0, article.text(block).len());
        empty
            .into_iter()
            .map(|index| Hit::new(headings[index].block, whole(headings[index].block), Vec::new()))
            .collect()
    }
}
