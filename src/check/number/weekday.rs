//! `weekday`: a weekday next to a date that falls on another weekday: 2023年11月1日（星期四）.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::Date;
use crate::text::{Span, is_han};

/// A weekday check has no options.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekdayOptions {}

/// Weekdays next to dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weekday {
    /// The cues of weekdays.
    pub cue: CueList,
}

/// The cues: the ways a weekday begins after a date.
const CUES: &str = "星期 礼拜 日周 号周 （周 (周 ，周";

/// The names of the days from Monday on. Sunday has two names.
const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];

/// The Chinese characters that may follow 周三 directly after a date: 11月1日周三上午.
const AFTER_WEEKDAY: &str = "上下早晚凌中的在开举召";

impl Compile for Weekday {
    type Options = WeekdayOptions;

    fn compile(_: &WeekdayOptions, _: &Classes) -> Result<Weekday, OptionError> {
        Ok(Weekday { cue: CueList::new(CUES) })
    }
}

impl ArticleCheck for Weekday {
    /// A date without a year may be in the year in which it is nearest to the day of the issue, or in the only year
    /// that the article names. The weekday is right if it fits one of the two.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Before(3), SentencesRead::ItsOwn);
        for Sentence { block, text, quantities, .. } in sentences {
            for quantity in quantities {
                let Some(date) = quantity.date().filter(|date| !date.is_of_another_calendar) else { continue };
                let Some((stated, end)) = weekday_after(text, quantity.span.end) else { continue };
                let dates = possible_dates(article, date).into_iter();
                let with_weekdays: Vec<(Date, usize)> =
                    dates.filter_map(|date| Some((date, date.weekday()?))).collect();
                let span = Span::new(quantity.span.start, end);
                match (with_weekdays.iter().find(|(_, weekday)| *weekday == stated), with_weekdays.first()) {
                    (Some((date, weekday)), _) => article.agrees(block, span, || describe(*date, *weekday)),
                    (None, Some((date, weekday))) => {
                        hits.push(Hit::new(block, span, Vec::new()).detail(describe(*date, *weekday)));
                    }
                    (None, None) => {}
                }
            }
        }
        hits
    }
}

/// The dates that a date in the article may mean, the most likely first.
fn possible_dates(article: &Article, date: Date) -> Vec<Date> {
    if date.year.is_some() {
        return vec![date];
    }
    let of_issue = article.issue_date.and_then(|issue| nearest(date, issue));
    let of_article = only_year(article).map(|year| Date { year: Some(year), ..date });
    of_issue.into_iter().chain(of_article).collect()
}

/// Says on which weekday a date falls, as a Chinese sentence.
fn describe(date: Date, weekday: usize) -> String {
    let part = |part: Option<u32>| part.unwrap_or_default();
    format!("{}年{}月{}日是星期{}", part(date.year), part(date.month), part(date.day), DAYS[weekday])
}

/// The year that an article names, if it names only one.
fn only_year(article: &Article) -> Option<u32> {
    match article.years() {
        [year] => Some(*year),
        _ => None,
    }
}

/// The date with the year in which it is nearest to the day of the issue.
fn nearest(date: Date, issue: Date) -> Option<Date> {
    let (year, day) = (issue.year?, issue.days()?);
    let of_year = (year - 1..=year + 1).map(|year| Date { year: Some(year), ..date });
    of_year
        .filter_map(|date| Some((date.days()?.abs_diff(day), date)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, date)| date)
}

/// The weekday after a date that ends at byte `at`, perhaps in brackets: its index in the week from Monday on, and the
/// byte at which it ends.
fn weekday_after(text: &str, at: usize) -> Option<(usize, usize)> {
    let after = &text[at..];
    let from_weekday = after.strip_prefix(['（', '(', '，', ' ']).unwrap_or(after);
    let from_day = ["星期", "礼拜", "周"].into_iter().find_map(|word| from_weekday.strip_prefix(word))?;
    let mut chars = from_day.chars();
    let day = chars.next()?;
    // 11月1日周三上午, but not 11月1日周一鸣.
    let is_adjacent = from_weekday.starts_with('周') && from_weekday.len() == after.len();
    if is_adjacent && chars.next().is_some_and(|c| is_han(c) && !AFTER_WEEKDAY.contains(c)) {
        return None;
    }
    let number = DAYS.iter().position(|known| *known == day)?;
    Some((number.min(6), text.len() - from_day.len() + day.len_utf8()))
}
