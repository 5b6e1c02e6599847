//! `duration`: a length of time that contradicts the dates between which it lies: 10月1日至5日，为期7天.

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Dimension, Quantity};
use crate::text::Span;

/// Compares lengths of time with ranges of dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words directly before a length of time that includes the first and the last day: 为期
    inclusive: WordList,
    /// Words directly before a length of time that may or may not include both days: 历时
    either: WordList,
    /// Words between the first and the last day: 至
    to: WordList,
    /// Words before the name of an event that the previous sentence mentions: 此次
    this: WordList,
}

impl OptionsOnly for Duration {}

/// A range of dates in the text.
struct DateRange {
    block: usize,
    span: Span,
    first: Date,
    last: Date,
}

impl ArticleCheck for Duration {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut previous: Option<Sentence> = None;
        // The length is at most 3 characters after the cue: 放假 in 共放假调休8天.
        let sentences =
            article.sentences_around(occurrences.iter().copied(), Near::After(3), SentencesRead::WithNeighbours);
        for sentence in sentences {
            let lengths = sentence.quantities.iter().filter(|length| {
                is_amount(length) && length.dimension() == Some(Dimension::Duration) && length.qualifiers.is_empty()
            });
            for length in lengths {
                let before = sentence.before(length.span.start);
                let before_word = |words: &WordList| words.ending(before).and_then(|word| before.strip_suffix(word));
                let before_either = before_word(&self.either);
                let Some(before) = before_either.or_else(|| before_word(&self.inclusive)) else { continue };
                let mut ranges = self.ranges(&sentence);
                let is_dated = sentence.quantities.iter().any(|quantity| quantity.date().is_some());
                if let Some(previous) = previous.filter(|it| !is_dated && self.has_same_subject(it, before)) {
                    ranges = self.ranges(&previous);
                }
                hits.extend(check_length(article, &sentence, length, &ranges, before_either.is_some()));
            }
            previous = Some(sentence);
        }
        hits
    }
}

impl Duration {
    /// Whether the previous sentence mentions the event whose length is stated. `before` is the text of the sentence
    /// before a word such as 为期; its last clause names the event, or names nothing.
    fn has_same_subject(&self, previous: &Sentence, before: &str) -> bool {
        let clause = before.rsplit(['，', '；', '“']).next().unwrap_or_default();
        let event = self.this.iter().find_map(|word| clause.strip_prefix(word)).unwrap_or(clause);
        event.is_empty() || previous.as_str().contains(event)
    }

    /// The ranges of dates in a sentence.
    fn ranges(&self, sentence: &Sentence) -> Vec<DateRange> {
        let mut ranges = Vec::new();
        let dates: Vec<(&Quantity, Date)> = sentence
            .quantities
            .iter()
            .filter_map(|quantity| Some((quantity, quantity.date().filter(|date| !date.is_of_another_calendar)?)))
            .collect();
        for (index, (quantity, date)) in dates.iter().enumerate() {
            let last_in_quantity = quantity.upper.as_ref().and_then(|upper| {
                let value = u32::try_from(upper.number.value.exact()?).ok()?;
                Some(with_last_part(*date, value))
            });
            let last_in_next = || {
                let (next, last) = dates.get(index + 1)?;
                let gap = sentence.text.get(quantity.span.end..next.span.start)?;
                self.to.iter().any(|word| word == gap).then_some((next.core().end, *last))
            };
            let found = last_in_quantity.map(|last| (quantity.core().end, last)).or_else(last_in_next);
            ranges.extend(found.map(|(end, last)| DateRange {
                block: sentence.block,
                span: Span::new(quantity.core().start, end),
                first: *date,
                last,
            }));
        }
        ranges
    }
}

/// The last date of a range in one quantity, made from the first date and the number after the dash: the 5th for
/// 11月1—5日, the year 2025 for 2021—2025年.
fn with_last_part(first: Date, value: u32) -> Date {
    match first {
        Date { day: Some(_), .. } => Date { day: Some(value), ..first },
        Date { month: Some(_), .. } => Date { month: Some(value), ..first },
        _ => Date { year: Some(value), ..first },
    }
}

/// The lengths that may be stated for a range of dates, in a unit. The first of them is the expected one; for days, it
/// includes the first and the last day.
fn lengths(range: &DateRange, unit: &str) -> Option<Vec<i64>> {
    let (first, last) = (range.first, range.last);
    let year = first.year.or(last.year);
    let days = || {
        let month = first.month;
        let first = Date { year: year.or(Some(2023)), ..first };
        let mut last = Date { year: last.year.or(first.year), month: last.month.or(month), ..last };
        if last.month < first.month && range.last.year.is_none() {
            last.year = last.year.map(|year| year + 1);
        }
        let day_number = |date: Date| Some(i64::from(date.days()?));
        Some(day_number(last)? - day_number(first)? + 1)
    };
    let months = || {
        let month_number = |date: Date, month: u32| i64::from(date.year.or(year).unwrap_or(0)) * 12 + i64::from(month);
        Some(month_number(last, last.month?) - month_number(first, first.month?))
    };
    let years = || Some(i64::from(last.year?) - i64::from(first.year?));
    Some(match unit {
        "天" | "日" | "昼夜" => {
            let days = days().filter(|days| *days > 0)?;
            vec![days, days - 1]
        }
        "周" | "星期" | "个星期" => {
            let days = days().filter(|days| *days > 0)?;
            // Rounded up or down: 10 days are two weeks or one.
            vec![(days + 6) / 7, days / 7]
        }
        "个月" => {
            let months = months().filter(|months| *months >= 0)?;
            vec![months + 1, months, months - 1]
        }
        "年" => {
            let years = years().filter(|years| *years >= 0)?;
            vec![years, years + 1, years - 1]
        }
        _ => return None,
    })
}

/// Compares a length of time with ranges of dates, one of which it must match. `is_either` states that it may or may not
/// include both the first and the last day.
fn check_length(
    article: &Article,
    sentence: &Sentence,
    length: &Quantity,
    ranges: &[DateRange],
    is_either: bool,
) -> Option<Hit> {
    let (unit, _) = length.unit?;
    let unit = unit.of(sentence.text);
    let stated = i64::try_from(length.number.value.exact()?).ok()?;
    let candidates: Vec<(&DateRange, Vec<i64>)> =
        ranges.iter().filter_map(|range| Some((range, lengths(range, unit)?))).collect();
    let (range, expected) = candidates.last()?;
    let dates = |range: &DateRange| range.span.of(article.text(range.block)).to_owned();
    for (range, lengths) in &candidates {
        let fits =
            if is_either || unit != "天" { lengths.contains(&stated) } else { lengths.first() == Some(&stated) };
        if fits {
            article.agrees(sentence.block, length.core(), || format!("{} = {stated}{unit}", dates(range)));
            return None;
        }
    }
    let detail = format!("{} = {}{unit} ≠ {stated}{unit}", dates(range), expected[0]);
    let mut hit = Hit::new(sentence.block, length.core(), Vec::new()).detail(detail);
    hit.related.push((range.block, range.span, "起止日期在这里。".to_owned()));
    Some(hit)
}
