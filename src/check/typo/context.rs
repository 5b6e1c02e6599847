//! `context`: characters that a model of context doubts. Without a model the check finds nothing.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};

/// Reports what the model doubts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {}

impl OptionsOnly for Context {}

impl ArticleCheck for Context {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(reader) = article.context else { return Vec::new() };
        let texts: Vec<&str> = article.range.clone().map(|block| article.text(block)).collect();
        let hits = reader.doubts(&texts).into_iter().map(|doubt| {
            let hit = Hit::new(article.range.start + doubt.text, doubt.span, vec![doubt.meant.to_string()]);
            let hit = hit.detail(doubt.reason);
            if doubt.is_nearly_certain { hit } else { hit.into_advice() }
        });
        hits.collect()
    }
}
