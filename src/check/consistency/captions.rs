//! `captions`: captions of an article of which some end in 。 and some without a mark.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Compares the ends of captions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Captions {
    /// The words, separated by spaces, at which the credit after the description begins: 记者 摄影 供图
    credits: String,
    /// The minimum number of characters of a caption. A shorter one is a title, not a sentence.
    least: usize,
}

impl OptionsOnly for Captions {}

/// The end of a caption.
struct CaptionEnd {
    block: usize,
    /// The last character, in bytes of the block's text.
    span: Span,
    /// Whether the last character is 。
    has_stop: bool,
}

impl ArticleCheck for Captions {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let captions = article.range.clone().filter(|&block| article.blocks[block].kind == BlockKind::Caption);
        let ends: Vec<CaptionEnd> = captions.filter_map(|block| self.end(block, article.text(block))).collect();
        let (with_stop, without): (Vec<&CaptionEnd>, Vec<&CaptionEnd>) = ends.iter().partition(|end| end.has_stop);
        let (Some(first_with), Some(first_without)) = (with_stop.first(), without.first()) else { return Vec::new() };
        let (rare, common) =
            if with_stop.len() < without.len() { (&with_stop, first_without) } else { (&without, first_with) };
        let hit = |end: &&CaptionEnd| {
            let mut hit = Hit::new(end.block, end.span, Vec::new());
            hit.related.push((common.block, common.span, "这一处不同。".to_owned()));
            hit
        };
        rare.iter().map(hit).collect()
    }
}

impl Captions {
    /// The end of the part of a caption that describes the picture; `None` if it is too short, or ends in another mark.
    fn end(&self, block: usize, text: &str) -> Option<CaptionEnd> {
        let credit = self.credits.split_whitespace().filter_map(|credit| text.rfind(credit)).min();
        let description = text[..credit.unwrap_or(text.len())].trim_end_matches(['（', '(', ' ', '\u{3000}']);
        let (at, last) =
            description.char_indices().next_back().filter(|_| description.chars().count() >= self.least)?;
        let span = Span::new(at, description.len());
        (!"！？…”）".contains(last)).then_some(CaptionEnd { block, span, has_stop: last == '。' })
    }
}
