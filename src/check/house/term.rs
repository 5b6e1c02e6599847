//! `house-term`: wordings that a paper's own list calls wrong.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::house::{Day, day_in_words};
use crate::quantity::Date;

/// A wording of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseTerm {}

impl OptionsOnly for HouseTerm {}

impl ArticleCheck for HouseTerm {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(lexicon) = article.lexicon else { return Vec::new() };
        let mut hits: Vec<Hit> = Vec::new();
        for (block, reading) in article.house_readings() {
            let text = article.text(block);
            for found in &reading.wrong {
                let span = found.what.span;
                let Some((right, since)) = found.list.right_of(found.what.form) else { continue };
                // A longer right form that has the wrong one in it, and a word of which it is a part.
                if reading.right.iter().any(|form| form.covers(span))
                    || lexicon.crosses_edge(text, span)
                    || is_before(article.issue_date, since)
                {
                    continue;
                }
                let place = format!("{} 第 {} 行", found.list.path(), found.list.line(found.what.form));
                let detail = if since == 0 { place } else { format!("{}起，{place}", day_in_words(since)) };
                let hit = Hit::new(block, span, vec![found.list.text(right).to_owned()]).detail(detail);
                match hits.last_mut().filter(|last| last.block == block && span.start < last.span.end) {
                    // Of two wrong forms at a place the longer one is meant.
                    Some(last) if last.span.len() < span.len() => *last = hit,
                    Some(_) => {}
                    None => hits.push(hit),
                }
            }
        }
        hits
    }
}

/// Whether the issue is of a day before that one.
fn is_before(issue: Option<Date>, since: Day) -> bool {
    let number = |date: Date| Some(date.year? * 10_000 + date.month? * 100 + date.day?);
    issue.and_then(number).is_some_and(|issue| issue < since)
}
