//! `context`: characters that a model of context doubts. Without a model the check finds nothing.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::lexicon::Lexicon;
use crate::text::Span;

/// Reports what the model doubts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {}

impl OptionsOnly for Context {}

impl ArticleCheck for Context {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(reader) = article.context else { return Vec::new() };
        let texts: Vec<&str> = article.range.clone().map(|block| article.text(block)).collect();
        let doubts = reader.doubts(&texts).into_iter();
        let doubts =
            doubts.filter(|doubt| !article.lexicon.is_some_and(|it| is_in_name(texts[doubt.text], doubt.span, it)));
        let hits = doubts.map(|doubt| {
            let hit = Hit::new(article.range.start + doubt.text, doubt.span, vec![doubt.meant.to_string()]);
            let scores = if article.is_explained() { format!("（{}）", doubt.scores) } else { String::new() };
            let hit = hit.detail(doubt.reason + &scores);
            if doubt.is_nearly_certain { hit } else { hit.into_advice() }
        });
        hits.collect()
    }
}

/// Whether the character at `span` of `text` is one of the two of a given name. A name may have any characters.
fn is_in_name(text: &str, span: Span, lexicon: &Lexicon) -> bool {
    let before = text[..span.start].chars().next_back().map_or(span.start, |c| span.start - c.len_utf8());
    let after = text[span.end..].chars().next().map_or(span.end, |c| span.end + c.len_utf8());
    [Span::new(before, span.end), Span::new(span.start, after)].into_iter().any(|it| lexicon.is_given_name(text, it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    #[test]
    fn given_names_are_not_judged() {
        let is_in_name = |text: &str, character: &str| {
            let at = text.find(character).unwrap();
            is_in_name(text, Span::new(at, at + character.len()), &lexicon())
        };
        assert!(is_in_name("选手陈天一以四比三获胜", "一") && is_in_name("选手陈天一以四比三获胜", "天"));
        assert!(!is_in_name("选手陈天一以四比三获胜", "以") && !is_in_name("园区的优誓产业", "誓"));
    }
}
