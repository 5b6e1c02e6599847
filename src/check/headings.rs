//! `headings`: a numbered heading without words, or with nothing under it.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Article, Fault, Hit, numbering, slip};
use crate::block::BlockKind;
use crate::text::Span;

/// Options of a headings check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHeadings {
    /// The slip it looks for.
    slip: Spanned<String>,
}

/// Headings with something missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Headings {
    wanted: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Wanted {
    /// A number and no words.
    Bare,
    /// Nothing under it, while others have something.
    Empty,
}

const WANTED: [(&str, Wanted); 2] = [("bare", Wanted::Bare), ("empty", Wanted::Empty)];

impl Headings {
    pub(super) fn compile(raw: &RawHeadings) -> Result<Headings, Fault> {
        Ok(Headings { wanted: slip(&raw.slip, &WANTED)? })
    }

    pub(super) fn over(&self, article: &Article) -> Vec<Hit> {
        let items = numbering::items(article);
        if self.wanted == Wanted::Bare {
            let is_bare = |item: &numbering::Item| item.span.end == article.text(item.block).len();
            let of_level = |level: usize| items.iter().filter(move |item| item.level == level);
            let bare: Vec<_> = items.iter().filter(|item| is_bare(item)).collect();
            // Parts of a story may be told apart by numbers alone.
            let is_rare =
                |level: usize| 2 * bare.iter().filter(|it| it.level == level).count() < of_level(level).count();
            let rare: Vec<bool> = (0..numbering::LEVELS).map(is_rare).collect();
            let hits = bare.iter().filter(|item| rare[item.level]);
            return hits.map(|item| Hit::new(item.block, item.span, Vec::new())).collect();
        }
        let headings: Vec<_> = items.iter().filter(|item| article.blocks[item.block].kind == BlockKind::Headline).collect();
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
