//! `weekday`: a weekday beside a date that falls on another: 2023年11月1日（星期四）.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, Fault};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::Date;
use crate::text::{Span, is_han};

/// A weekday check has no options.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekdayOptions {}

/// Weekdays beside dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weekday {
    pub cue: CueList,
}

/// How a weekday begins behind a date.
const CUES: &str = "星期 礼拜 日周 号周 （周 (周 ，周";

/// The days from Monday on; Sunday has two names.
const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];

/// What may stand behind 周三 where no bracket ends it.
const BEHIND_WEEKDAY: &str = "上下早晚凌中的在开举召";

impl Compile for Weekday {
    type Options = WeekdayOptions;

    fn compile(_: &WeekdayOptions, _: &Classes) -> Result<Weekday, Fault> {
        Ok(Weekday { cue: CueList::new(CUES) })
    }
}

impl ArticleCheck for Weekday {
    /// A date without a year is of the one year that the article names, if it names just one, or of the year of the
    /// issue.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Before(3), Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            for quantity in quantities {
                let Some(date) = quantity.date().filter(|date| !date.is_of_another_calendar) else { continue };
                let Some((named, end)) = weekday_behind(text, quantity.span.end) else { continue };
                let of_year = |year: u32| Date { year: Some(year), ..date };
                let of_issue = article.issue_date.and_then(|issue| nearest(date, issue));
                let dates: Vec<Date> = match date.year {
                    Some(_) => vec![date],
                    None => of_issue.into_iter().chain(only_year(article).map(of_year)).collect(),
                };
                let span = Span::new(quantity.span.start, end);
                let known: Vec<(Date, usize)> =
                    dates.iter().filter_map(|date| Some((*date, date.weekday()?))).collect();
                let told = |date: Date, is: usize| {
                    let part = |part: Option<u32>| part.unwrap_or_default();
                    format!("{}年{}月{}日是星期{}", part(date.year), part(date.month), part(date.day), DAYS[is])
                };
                match (known.iter().find(|(_, is)| *is == named), known.first()) {
                    (Some((date, is)), _) => article.agrees(block, span, || told(*date, *is)),
                    (None, Some((date, is))) => {
                        hits.push(Hit::new(block, span, Vec::new()).detail(told(*date, *is)));
                    }
                    (None, None) => {}
                }
            }
        }
        hits
    }
}

/// The one year that an article names.
fn only_year(article: &Article) -> Option<u32> {
    let mut years = article.years();
    years.next().filter(|year| years.all(|other| other == *year))
}

/// The day of the year that lies nearest to that of the issue.
fn nearest(date: Date, issue: Date) -> Option<Date> {
    let (year, day) = (issue.year?, issue.days()?);
    let of_year = (year - 1..=year + 1).map(|year| Date { year: Some(year), ..date });
    of_year
        .filter_map(|date| Some((date.days()?.abs_diff(day), date)))
        .min_by_key(|(far, _)| *far)
        .map(|(_, date)| date)
}

/// The weekday that stands at `at`, perhaps in brackets, and its end.
fn weekday_behind(text: &str, at: usize) -> Option<(usize, usize)> {
    let behind = &text[at..];
    let inside = behind.strip_prefix(['（', '(', '，', ' ']).unwrap_or(behind);
    let rest = ["星期", "礼拜", "周"].into_iter().find_map(|word| inside.strip_prefix(word))?;
    let mut following = rest.chars();
    let day = following.next()?;
    // 11月1日周三上午, but not 11月1日周一鸣.
    let is_in_sentence = inside.starts_with('周') && inside.len() == behind.len();
    if is_in_sentence && following.next().is_some_and(|c| is_han(c) && !BEHIND_WEEKDAY.contains(c)) {
        return None;
    }
    let number = DAYS.iter().position(|known| *known == day)?;
    Some((number.min(6), text.len() - rest.len() + day.len_utf8()))
}
