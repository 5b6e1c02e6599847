//! `age`: an age or an anniversary that contradicts the year from which it is counted: 1954年出生，今年72岁.

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::Quantity;
use crate::text::Span;

/// Compares ages with the years from which they are counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words after the year from which an age is counted, or before that year and an optional 于: 出生
    origin: WordList,
    /// Units of an age: 岁
    unit: WordList,
    /// Words before an age in the year of the issue: 今年
    now: WordList,
    /// Words before an age in a year that the sentence names: 时年
    then: WordList,
    /// Words that show another way of counting, so that the sentence is skipped: 虚岁
    other: WordList,
    /// By how many years the age may be below the difference of the years, because the birthday or anniversary is still
    /// to come.
    missing: u32,
}

impl OptionsOnly for Age {}

/// A year from which ages are counted.
#[derive(Clone, Copy)]
struct Origin {
    block: usize,
    span: Span,
    year: u32,
}

/// How many characters after a year are searched for a word such as 出生.
const REACH: usize = 10;

impl ArticleCheck for Age {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let is_age = |quantity: &Quantity, text: &str| {
            is_amount(quantity)
                && quantity.qualifiers.is_empty()
                && quantity.unit.is_some_and(|(unit, _)| self.unit.iter().any(|known| known == unit.of(text)))
        };
        let mut hits = Vec::new();
        let mut previous: Option<(Sentence, Vec<Origin>)> = None;
        // 9 characters before 出生 span 4年 of 1954年 and seven more; 2 after 现年 span 已7 of 已72岁.
        let sentences =
            article.sentences_around(occurrences.iter().copied(), Near::Either(9, 2), SentencesRead::WithNeighbours);
        for sentence in sentences {
            let origins = self.origins(&sentence);
            for age in sentence.quantities.iter().filter(|it| is_age(it, sentence.text)) {
                let candidates = match &previous {
                    _ if !origins.is_empty() => &origins[..],
                    Some((previous, origins)) if previous.block == sentence.block => &origins[..],
                    _ => continue,
                };
                if let [origin] = candidates {
                    hits.extend(self.check_age(article, &sentence, age, *origin));
                }
            }
            previous = Some((sentence, origins));
        }
        hits
    }
}

impl Age {
    /// The years in a sentence in which something began, according to a word such as 出生.
    fn origins(&self, sentence: &Sentence) -> Vec<Origin> {
        let is_origin = |quantity: &Quantity| {
            let after = sentence.after(quantity.span.end);
            let clause = after.split(['，', '；', '、']).next().unwrap_or_default();
            let near = clause.char_indices().nth(REACH).map_or(clause, |(at, _)| &clause[..at]);
            let before = sentence.before(quantity.span.start);
            self.origin.any_in(near)
                || [before, before.trim_end_matches('于')].iter().any(|it| self.origin.ending(it).is_some())
        };
        let dates = sentence.quantities.iter().filter(|quantity| quantity.upper.is_none() && is_origin(quantity));
        let origin = |quantity: &Quantity| {
            let year = quantity.date()?.year?;
            Some(Origin { block: sentence.block, span: quantity.core(), year })
        };
        dates.filter_map(origin).collect()
    }

    /// Compares an age with the difference between its year and the year of origin.
    fn check_age(&self, article: &Article, sentence: &Sentence, age: &Quantity, origin: Origin) -> Option<Hit> {
        let stated = u32::try_from(age.number.value.exact()?).ok()?;
        if self.other.any_in(sentence.as_str()) {
            return None;
        }
        let years = self.years_of_age(article, sentence, age, origin)?;
        let fits = |year: &&u32| {
            let most = year.checked_sub(origin.year);
            most.is_some_and(|most| stated <= most && stated + self.missing >= most)
        };
        let unit = age.unit.map_or("", |(unit, _)| unit.of(sentence.text));
        if let Some(year) = years.iter().find(fits) {
            let computation = || match year - origin.year - stated {
                0 => format!("{year} − {} = {stated}{unit}", origin.year),
                missing => format!("{year} − {} − {missing} = {stated}{unit}", origin.year),
            };
            article.agrees(sentence.block, age.core(), computation);
            return None;
        }
        // The later years of an article are nearer to the day of the issue.
        let year = years.iter().copied().max().filter(|year| *year > origin.year)?;
        let expected = year - origin.year;
        // By the traditional way of counting (虚岁) the age is one year higher.
        if self.missing > 0 && stated == expected + 1 {
            return None;
        }
        let detail = format!("{year} − {} = {expected} ≠ {stated}{unit}", origin.year);
        let mut hit = Hit::new(sentence.block, age.core(), Vec::new()).detail(detail);
        hit.related.push((origin.block, origin.span, "从这一年算起。".to_owned()));
        Some(hit)
    }

    /// The years in which somebody may have this age: that of the issue after 今年, or else the other years of the
    /// article if the day of the issue is unknown; the other years of the sentence after 时年. `None` if neither word
    /// precedes the age.
    fn years_of_age(&self, article: &Article, sentence: &Sentence, age: &Quantity, origin: Origin) -> Option<Vec<u32>> {
        let before = sentence.before(age.span.start);
        if self.now.ending(before).is_some() {
            let of_article = || article.years().iter().copied().filter(|year| *year != origin.year).collect();
            Some(article.issue_date.and_then(|date| date.year).map_or_else(of_article, |year| vec![year]))
        } else if self.then.ending(before).is_some() {
            let years = sentence.quantities.iter().filter_map(|quantity| quantity.date()?.year);
            Some(years.filter(|year| *year != origin.year).collect())
        } else {
            None
        }
    }
}
