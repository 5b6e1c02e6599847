//! Remembers the findings of articles. A draft that is checked again after an edit costs little more than the article
//! that was edited.

use std::collections::HashMap;
use std::ops::Range;

use super::pass::Pass;
use super::{Engine, articles, sort};
use crate::block::Block;
use crate::draft::{Draft, Notation};
use crate::finding::{Finding, Related};
use crate::quantity::Date;
use crate::text::Span;

/// The findings of the articles of the draft that was checked last. It must be used with one engine only.
#[derive(Debug, Default)]
pub struct FindingCache {
    /// The findings of each article, with places relative to its own.
    articles: HashMap<ArticleContent, Vec<Finding>>,
}

/// All that the findings of an article depend on besides the engine, wherever in a draft the article is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ArticleContent {
    notation: Notation,
    issue_date: Option<Date>,
    /// The canonical text from the first to the last character of the article.
    text: Box<str>,
    /// The blocks, with spans relative to the start of `text`.
    blocks: Vec<Block>,
}

/// Where an article is in its draft.
#[derive(Debug, Clone, Copy)]
struct ArticlePlace {
    /// The index of its first block.
    block: usize,
    /// The byte of the canonical text at which it starts.
    start: usize,
}

impl Engine {
    /// Checks a draft like [`Engine::check`], but only those of its articles that `cache` does not know from the draft
    /// for which it was used last. Then `cache` knows the articles of this draft, and no others.
    pub fn check_with(&self, draft: &Draft, cache: &mut FindingCache) -> Vec<Finding> {
        let blocks = draft.blocks();
        let mut known = std::mem::take(&mut cache.articles);
        let mut pass = Pass::new(self, draft, blocks, false);
        let mut findings = Vec::new();
        for article in articles(blocks) {
            let (content, place) = ArticleContent::read(draft, article.clone());
            let of_article = cache.articles.entry(content).or_insert_with_key(|content| {
                known.remove(content).unwrap_or_else(|| {
                    pass.article(article);
                    self.leave_to_others(&mut pass.findings, 0);
                    let found = std::mem::take(&mut pass.findings).into_iter();
                    found
                        .map(|finding| moved(finding, |span| place.relative(span), |block| block - place.block))
                        .collect()
                })
            });
            let here = of_article.iter().cloned();
            findings.extend(
                here.map(|finding| moved(finding, |span| span.shifted(place.start), |block| block + place.block)),
            );
        }
        sort(&mut findings);
        findings
    }
}

impl ArticleContent {
    /// Reads the article made up of these blocks of a draft.
    fn read(draft: &Draft, article: Range<usize>) -> (ArticleContent, ArticlePlace) {
        let blocks = &draft.blocks()[article.clone()];
        let extents = || blocks.iter().map(Block::extent);
        let start = extents().map(|extent| extent.start).min().unwrap_or_default();
        let end = extents().map(|extent| extent.end).max().unwrap_or_default();
        let content = ArticleContent {
            notation: draft.notation(),
            issue_date: draft.issue_date(),
            text: draft.text()[start..end].into(),
            blocks: blocks.iter().map(|block| Block { article: 0, ..block.moved_back(start) }).collect(),
        };
        (content, ArticlePlace { block: article.start, start })
    }
}

impl ArticlePlace {
    /// A span of the draft as a span of the article's text.
    fn relative(self, span: Span) -> Span {
        Span::new(span.start - self.start, span.end - self.start)
    }
}

/// The same finding with other spans and another block.
fn moved(finding: Finding, span: impl Fn(Span) -> Span, block: impl Fn(usize) -> usize) -> Finding {
    let related = finding.related.into_iter().map(|related| Related { span: span(related.span), ..related });
    Finding {
        block: block(finding.block as usize) as u32,
        span: span(finding.span),
        related: related.collect(),
        ..finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::draft::Format;

    const ARTICLES: [&str; 3] = [
        "# 江城举办书展\n\n本报讯（记者 王某）书展,昨天开幕。“好书很多。\n\n读者说，两地携手,共建书香。",
        "# 老街焕发新活力\n\n记者 李某\n\n老街里游人如织,老字号**生意,红火**。",
        "# 江城举办书展\n\n本报讯（记者 王某）书展,昨天开幕。“好书很多。\n\n读者说，两地携手,共建书香。",
    ];

    fn draft(articles: &[&str]) -> Draft {
        Draft::open(articles.join("\n\n").into_bytes(), Format::Markdown).unwrap()
    }

    #[test]
    fn findings_are_those_of_a_new_check_wherever_an_article_is() {
        let engine = Engine::new(builtin::rules());
        let mut cache = FindingCache::default();
        let [a, b, c] = ARTICLES;
        let edited = b.replace("老街", "旧街,老街");
        for articles in [vec![a, b], vec![b, a], vec![a, c, b], vec![&edited, a], vec![], vec![b]] {
            let draft = draft(&articles);
            assert_eq!(engine.check_with(&draft, &mut cache), engine.check(&draft), "{articles:?}");
            assert!(cache.articles.len() <= articles.len());
        }
    }

    #[test]
    fn an_unchanged_article_is_not_checked_again() {
        let engine = Engine::new(builtin::rules());
        let mut cache = FindingCache::default();
        engine.check_with(&draft(&ARTICLES[..2]), &mut cache);
        // What the cache says is taken for the findings of the first article, but not for those of the edited one.
        cache.articles.values_mut().for_each(Vec::clear);
        let edited = ARTICLES[1].replace("老街", "旧街,老街");
        let found = engine.check_with(&draft(&[ARTICLES[0], &edited]), &mut cache);
        let second = ARTICLES[0].len();
        assert!(!found.is_empty() && found.iter().all(|finding| finding.span.start > second));
    }
}
