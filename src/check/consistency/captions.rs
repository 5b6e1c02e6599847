//! `captions`: the texts of an article's pictures, some of which end in 。 and some in no mark.

use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::text::Span;

/// Texts of pictures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Captions {
    /// What the line says of who took the picture begins with one of these, which are apart by blanks.
    credits: String,
    /// A text of fewer characters is a title, not a sentence.
    least: usize,
}

impl Plain for Captions {}

/// The last character of a text: block, place, whether it is 。
type End = (usize, Span, bool);

impl ArticleCheck for Captions {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let captions = article.range.clone().filter(|&block| article.blocks[block].kind == Kind::Caption);
        let ends: Vec<End> = captions
            .filter_map(|block| self.end(article.text(block)).map(|(span, ends)| (block, span, ends)))
            .collect();
        let (ended, open): (Vec<&End>, Vec<&End>) = ends.iter().partition(|(.., ends)| *ends);
        let (Some(first_ended), Some(first_open)) = (ended.first(), open.first()) else { return Vec::new() };
        let (rare, common) = if ended.len() < open.len() { (&ended, first_open) } else { (&open, first_ended) };
        let hit = |(block, span, _): &&End| {
            let mut hit = Hit::new(*block, *span, Vec::new());
            hit.related.push((common.0, common.1, "这一处不同。".to_owned()));
            hit
        };
        rare.iter().map(hit).collect()
    }
}

impl Captions {
    /// The last character of what the picture shows, and whether that is 。
    fn end(&self, text: &str) -> Option<(Span, bool)> {
        let credit = self.credits.split_whitespace().filter_map(|credit| text.rfind(credit)).min();
        let said = text[..credit.unwrap_or(text.len())].trim_end_matches(['（', '(', ' ', '\u{3000}']);
        let (at, last) = said.char_indices().next_back().filter(|_| said.chars().count() >= self.least)?;
        (!"！？…”）".contains(last)).then(|| (Span::new(at, said.len()), last == '。'))
    }
}
