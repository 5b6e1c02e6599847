//! `age`: an age, or an anniversary, and the year that it is counted from: 1954年出生，今年72岁.

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::Quantity;
use crate::text::Span;

/// An age and its year.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// Behind the year that it is counted from, or before it with 于: 出生
    origin: WordList,
    /// The units of the age: 岁
    unit: WordList,
    /// Before an age that somebody has in the year of the issue: 今年
    now: WordList,
    /// Before an age that somebody had in a year that is named: 时年
    then: WordList,
    /// With one of these it is counted otherwise: 虚岁
    other: WordList,
    /// How many years may be missing, because the day of the year has not come yet.
    missing: u32,
}

impl Plain for Age {}

/// A year that ages are counted from.
#[derive(Clone, Copy)]
struct Origin {
    block: usize,
    span: Span,
    year: u32,
}

/// The most characters between a year and 出生.
const REACH: usize = 10;

impl ArticleCheck for Age {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let is_age = |quantity: &Quantity, text: &str| {
            is_amount(quantity)
                && quantity.marks.is_empty()
                && quantity.unit.is_some_and(|(unit, _)| self.unit.iter().any(|known| known == unit.of(text)))
        };
        let mut hits = Vec::new();
        let mut last: Option<(Sentence, Vec<Origin>)> = None;
        let read = article.read(occurrences, Near::Either(9, 2), Reach::Neighbours);
        for sentence in read.sentences() {
            let origins = self.origins(&sentence);
            for age in sentence.quantities.iter().filter(|it| is_age(it, sentence.text)) {
                let near = match &last {
                    _ if !origins.is_empty() => &origins[..],
                    Some((before, origins)) if before.block == sentence.block => &origins[..],
                    _ => continue,
                };
                if let [origin] = near {
                    hits.extend(self.judge(article, &sentence, age, *origin));
                }
            }
            last = Some((sentence, origins));
        }
        hits
    }
}

impl Age {
    /// The years in a sentence that something is said to have begun in.
    fn origins(&self, sentence: &Sentence) -> Vec<Origin> {
        let is_origin = |quantity: &Quantity| {
            let behind = sentence.after(quantity.span.end);
            let clause = behind.split(['，', '；', '、']).next().unwrap_or_default();
            let near = clause.char_indices().nth(REACH).map_or(clause, |(at, _)| &clause[..at]);
            let head = sentence.before(quantity.span.start);
            self.origin.any_in(near)
                || [head, head.trim_end_matches('于')].iter().any(|it| self.origin.ending(it).is_some())
        };
        let dates = sentence.quantities.iter().filter(|quantity| quantity.upper.is_none() && is_origin(quantity));
        let origin = |quantity: &Quantity| {
            let year = quantity.date()?.year?;
            Some(Origin { block: sentence.block, span: quantity.core(), year })
        };
        dates.filter_map(origin).collect()
    }

    fn judge(&self, article: &Article, sentence: &Sentence, age: &Quantity, origin: Origin) -> Option<Hit> {
        let said = u32::try_from(age.number.value.exact()?).ok()?;
        let head = sentence.before(age.span.start);
        if self.other.any_in(sentence.as_str()) {
            return None;
        }
        let named: Vec<u32> = if self.now.ending(head).is_some() {
            let of_article = || article.years().filter(|year| *year != origin.year).collect();
            article.issue_date.and_then(|date| date.year).map_or_else(of_article, |year| vec![year])
        } else if self.then.ending(head).is_some() {
            let years = sentence.quantities.iter().filter_map(|quantity| quantity.date()?.year);
            years.filter(|year| *year != origin.year).collect()
        } else {
            return None;
        };
        let fits = |year: &&u32| {
            let most = year.checked_sub(origin.year);
            most.is_some_and(|most| said <= most && said + self.missing >= most)
        };
        let unit = age.unit.map_or("", |(unit, _)| unit.of(sentence.text));
        if let Some(year) = named.iter().find(fits) {
            let held = || match year - origin.year - said {
                0 => format!("{year} − {} = {said}{unit}", origin.year),
                missing => format!("{year} − {} − {missing} = {said}{unit}", origin.year),
            };
            article.agrees(sentence.block, age.core(), held);
            return None;
        }
        // The later years of an article are nearer to the day of the issue.
        let year = named.iter().copied().max().filter(|year| *year > origin.year)?;
        let is = year - origin.year;
        // By the old way of counting one is a year older.
        if self.missing > 0 && said == is + 1 {
            return None;
        }
        let detail = format!("{year} − {} = {is} ≠ {said}{unit}", origin.year);
        let mut hit = Hit::new(sentence.block, age.core(), Vec::new()).detail(detail);
        hit.related.push((origin.block, origin.span, "从这一年算起。".to_owned()));
        Some(hit)
    }
}
