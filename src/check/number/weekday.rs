//! `weekday`: a weekday next to a date that falls on another weekday: 2023年11月1日（星期四）.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Date, begins_quantity, scan};
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
                let dates = possible_dates(article, date, &text[..quantity.span.start]).into_iter();
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

/// The dates that a date in the article may mean, the most likely first. `head` is the text before it.
fn possible_dates(article: &Article, date: Date, head: &str) -> Vec<Date> {
    if date.year.is_some() {
        return vec![date];
    }
    let head = head.strip_suffix('的').unwrap_or(head);
    if let Some(years) = YEARS_AFTER_NAMED.iter().find_map(|(word, years)| head.ends_with(word).then_some(*years)) {
        let year = last_year(head).and_then(|year| year.checked_add_signed(years));
        return year.map(|year| Date { year: Some(year), ..date }).into_iter().collect();
    }
    let in_year = |year: Option<u32>| Some(Date { year: Some(year?), ..date });
    if let Some(years) = YEARS_AFTER_THIS.iter().find_map(|(word, years)| head.ends_with(word).then_some(*years)) {
        // Without the day of the issue it is not known which year is this year.
        let this_year = article.issue_date.and_then(|issue| issue.year);
        return in_year(this_year.and_then(|year| year.checked_add_signed(years))).into_iter().collect();
    }
    let of_issue = article.issue_date.and_then(|issue| nearest(date, issue));
    of_issue.into_iter().chain(in_year(only_year(article))).collect()
}

/// The words that count a year from that of the article, and how many years later it is.
const YEARS_AFTER_THIS: [(&str, i32); 8] =
    [("今年", 0), ("本年", 0), ("明年", 1), ("来年", 1), ("去年", -1), ("上年", -1), ("前年", -2), ("后年", 2)];

/// The words that count a year from the last one that is named, and how many years later it is.
const YEARS_AFTER_NAMED: [(&str, i32); 7] =
    [("同年", 0), ("当年", 0), ("那年", 0), ("该年", 0), ("次年", 1), ("翌年", 1), ("第二年", 1)];

/// The last year in a text.
fn last_year(text: &str) -> Option<u32> {
    scan(text).iter().rev().find_map(|quantity| quantity.date().filter(|date| !date.is_of_another_calendar)?.year)
}

/// Says on which weekday a date falls, as a Chinese sentence.
fn describe(date: Date, weekday: usize) -> String {
    let part = |part: Option<u32>| part.unwrap_or_default();
    format!("{}年{}月{}日是星期{}", part(date.year), part(date.month), part(date.day), DAYS[weekday])
}

/// The year that an article names, if it names only one. A year in digits that never has a month may be one of the past,
/// in which something was founded, or of the future.
fn only_year(article: &Article) -> Option<u32> {
    let [year] = article.years() else { return None };
    let written = format!("{year}年");
    let texts = article.range.clone().map(|block| article.text(block));
    let mut mentions = texts.flat_map(|text| text.match_indices(&written).map(|(at, _)| &text[at + written.len()..]));
    let is_dated = |rest: &str| rest.starts_with(begins_quantity);
    mentions.next().is_none_or(|first| is_dated(first) || mentions.any(is_dated)).then_some(*year)
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
    // In 6月5日（周一至周五） the weekdays are another statement.
    if from_day[day.len_utf8()..].starts_with(['—', '-', '－', '–', '～', '~', '至', '到', '、']) {
        return None;
    }
    let number = DAYS.iter().position(|known| *known == day)?;
    Some((number.min(6), text.len() - from_day.len() + day.len_utf8()))
}
