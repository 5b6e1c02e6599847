//! `duration`: a length of time that contradicts the dates or the times of day between which it lies: 10月1日至5日，为期7天.

mod clock;

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::periods::{Joined, Period, leading_han, years_in_brackets};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Dimension, Quantity};
use crate::text::Span;

/// Compares lengths of time with periods.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words directly before a length of time that includes the first and the last day: 为期
    inclusive: WordList,
    /// Words directly before a length of time that may or may not include both days: 历时
    either: WordList,
    /// Words directly before a length of time that lies between the only two dates, or times of day, of its sentence: 时隔
    apart: WordList,
    /// Words directly before a length of time that belongs to a period beside it only: 长达
    close: WordList,
    /// Verbs before 了 and a length of time that is the whole period of its sentence: 工作
    spent: WordList,
    /// Words before a length of time that is counted from today: 过去
    from_today: WordList,
    /// Words directly after a length of time that is the whole period of its sentence: 间
    within: WordList,
    /// Words after a length of time that has the period behind it in brackets: 行动计划
    plan: WordList,
    /// Words between the first and the last day: 至
    to: WordList,
    /// Words directly after the last day of an event whose first and last day are the only dates of a sentence: 闭幕
    end: WordList,
    /// Words directly before a number of years that cannot be more than those of the period beside it: 连续
    running: WordList,
    /// Words before the name of an event that the previous sentence mentions: 此次
    this: WordList,
}

impl OptionsOnly for Duration {}

/// How exactly a length of time must match its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Both the first and the last day are counted.
    Inclusive,
    /// One of the two may not be counted.
    Either,
    /// Both the first and the last year are counted, or the plan begins in the middle of the first.
    Plan,
    /// As `Either`, or longer: the last number known is older than the text.
    AtLeast,
    /// The length may be that of a part of the period.
    AtMost,
}

/// How many commas may be between a period and its length.
const MOST_COMMAS: usize = 2;
/// The least number of years between the ends of a period so that what is said to have run longer is suspicious.
const LEAST_YEARS: u32 = 3;
/// How many characters may be between a length and the period in brackets behind the name of a plan.
const LONGEST_PLAN: usize = 10;

impl ArticleCheck for Duration {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The length is at most 3 characters after the cue: 放假 in 共放假调休8天.
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Either(2, 3), SentencesRead::One);
        for sentence in sentences {
            let lengths = sentence.quantities.iter().filter(|length| {
                is_amount(length) && length.dimension() == Some(Dimension::Duration) && length.qualifiers.is_empty()
            });
            for length in lengths {
                hits.extend(self.check_hours(article, &sentence, length));
                let found = self.periods_of(article, &sentence, length);
                hits.extend(found.and_then(|(periods, how)| check_length(article, &sentence, length, &periods, how)));
            }
        }
        hits
    }
}

impl Duration {
    /// The periods of which one has this length, according to the words around it.
    fn periods_of(&self, article: &Article, sentence: &Sentence, length: &Quantity) -> Option<(Vec<Period>, Match)> {
        let (before, after) = (sentence.before(length.span.start), sentence.after(length.span.end));
        if let Some(period) = period_behind(sentence, length) {
            return Some((vec![period], Match::Plan));
        }
        let together = |gap: &str| self.to.has(gap);
        let stated = || {
            let found = sentence.periods(together).into_iter();
            found.filter(|period| !sentence.is_in_title(period.span.start)).collect::<Vec<_>>()
        };
        // 为期3天的展览8月7日至9日举行; but not 活动为期一天，展览将于8月7日至17日举行.
        let periods = || {
            let is_near = |period: &Period| {
                let between = sentence.text.get(length.span.end..period.span.start);
                between.is_none_or(|between| !between.contains('，'))
            };
            stated().into_iter().filter(is_near).collect::<Vec<_>>()
        };
        let before_word = |words: &WordList| words.ending(before).and_then(|word| before.strip_suffix(word));
        // 过去10年, but not 已过去10年.
        if self.from_today.ending(before).is_some() && before_word(&self.apart).is_none() {
            return None;
        }
        let (either, inclusive) = (before_word(&self.either), before_word(&self.inclusive));
        if before_word(&self.apart).is_some() {
            let mut found = self.beside(sentence, length, periods(), MOST_COMMAS);
            found
                .extend(sentence.only_period().filter(|period| found.is_empty() && is_apart(sentence, length, period)));
            return Some((found, Match::Either));
        }
        if let Some(head) = either.or(inclusive) {
            let most_commas = if before_word(&self.close).is_some() { 1 } else { MOST_COMMAS };
            let mut found = self.beside(sentence, length, periods(), most_commas);
            if found.is_empty() {
                found.extend(self.event(sentence));
            }
            let is_dated = sentence.quantities.iter().any(|quantity| quantity.date().is_some());
            if !is_dated
                && let Some(previous) = article.sentence_before(sentence)
                && self.has_same_subject(&previous, head)
            {
                found = previous.periods(together);
            }
            return Some((found, if either.is_some() { Match::Either } else { Match::Inclusive }));
        }
        if before_word(&self.running).is_some() {
            let found = self.beside(sentence, length, stated(), MOST_COMMAS).into_iter();
            // A week that a figure is for may be the last of many: 3月5日至11日，米价连续8周上涨.
            let is_its = |period: &Period| {
                let years = period.first.year.zip(period.last.year).map(|(first, last)| last.saturating_sub(first));
                period.span.end <= length.span.start
                    && period.joined == Joined::Together
                    && years.is_some_and(|years| years >= LEAST_YEARS)
            };
            return Some((found.filter(is_its).collect(), Match::AtMost));
        }
        if let Some(period) = self.period_of_plan(sentence, length) {
            return Some((vec![period], Match::Plan));
        }
        let is_last = after.is_empty() || after.starts_with(['，', '；', '、']);
        let is_spent = before.strip_suffix('了').is_some_and(|head| self.spent.ending(head).is_some()) && is_last;
        let word = self.within.beginning(after);
        if word.is_none() && !is_spent {
            return None;
        }
        // 十年来 at the beginning of a clause speaks of the whole sentence, 成立十年来 of something else.
        let is_since = word.is_some_and(|word| word.ends_with('来'));
        let starts_clause = before.is_empty() || before.ends_with(['，', '；', '：', '这', '的']);
        if is_since && !starts_clause {
            return None;
        }
        let (earlier, later): (Vec<Period>, Vec<Period>) =
            stated().into_iter().partition(|period| period.span.end <= length.span.start);
        if is_spent && earlier.is_empty() {
            return self.event(sentence).map(|period| (vec![period], Match::Either));
        }
        if earlier.is_empty() {
            let of_figures = later.into_iter().filter(|period| period.joined == Joined::FromTo);
            return Some((of_figures.collect(), Match::AtLeast));
        }
        // What is between belongs to the period: 2010年至2014年，4年间.
        let is_near = |period: &Period| {
            let between = &sentence.text[period.span.end..length.span.start];
            let is_near = period.joined == Joined::FromTo || between.chars().filter(|c| *c == '，').count() < 2;
            (is_spent || is_near) && !between.contains('；')
        };
        (earlier.len() == 1 || !is_spent).then(|| (earlier.into_iter().filter(is_near).collect(), Match::Either))
    }

    /// The time of an event of which a sentence states the beginning and the end, and no other date: 5日开幕，9日闭幕.
    fn event(&self, sentence: &Sentence) -> Option<Period> {
        let period = sentence.only_period()?;
        self.end.beginning(sentence.after(period.span.end)).map(|_| period)
    }

    /// Those of some periods that the length can belong to: no other date is between, and not more commas than
    /// `most_commas`.
    fn beside(&self, sentence: &Sentence, length: &Quantity, periods: Vec<Period>, most_commas: usize) -> Vec<Period> {
        let is_beside = |period: &Period| {
            let between = period.span.end..length.span.start;
            let is_between = |quantity: &&Quantity| quantity.date().is_some() && between.contains(&quantity.span.start);
            let commas = sentence.text.get(between.clone()).unwrap_or_default().matches('，').count();
            commas <= most_commas && !sentence.quantities.iter().any(|quantity| is_between(&quantity))
        };
        periods.into_iter().filter(is_beside).collect()
    }

    /// The period in brackets behind the plan that a length belongs to: 三年行动计划（2021—2023年）.
    fn period_of_plan(&self, sentence: &Sentence, length: &Quantity) -> Option<Period> {
        let after = sentence.after(length.span.end);
        let name = leading_han(after, LONGEST_PLAN);
        let is_plan = self.plan.any_in(name) && after[name.len()..].starts_with('（');
        let start = length.span.end + name.len() + '（'.len_utf8();
        let mut periods = sentence.periods(|gap| self.to.has(gap)).into_iter();
        periods.find(|period| is_plan && period.span.start == start && period.first.month.is_none())
    }

    /// Whether the previous sentence mentions the event whose length is stated. `before` is the text of the sentence
    /// before a word such as 为期; its last clause names the event, or names nothing.
    fn has_same_subject(&self, previous: &Sentence, before: &str) -> bool {
        let clause = before.rsplit(['，', '；', '“']).next().unwrap_or_default();
        let event = self.this.iter().find_map(|word| clause.strip_prefix(word)).unwrap_or(clause);
        event.is_empty() || previous.as_str().contains(event)
    }
}

/// The years in brackets directly behind a length: 连续14年（2010—2023年）.
fn period_behind(sentence: &Sentence, length: &Quantity) -> Option<Period> {
    let [(first, from), (last, to)] = years_in_brackets(sentence.text, length.span.end)?;
    let [first, last] = [first, last].map(|year| Date { year: Some(year), ..Date::default() });
    let (span, joined) = (Span::new(from.start, to.end), Joined::Together);
    Some(Period { block: sentence.block, span, first, last, joined })
}

/// Whether the only two dates of a sentence can be those between which a length lies: both before it, the later one
/// before it and the earlier one behind it (2022年，时隔14年，他再次登上2008年到过的小岛), or the later one directly behind it.
fn is_apart(sentence: &Sentence, length: &Quantity, period: &Period) -> bool {
    let dates = || sentence.quantities.iter().filter_map(|quantity| Some((quantity.span.end, quantity.date()?)));
    let is_behind = |end: usize| end > length.span.start;
    let are_behind = |other: Date| dates().filter(|(end, _)| is_behind(*end)).all(|(_, date)| date == other);
    let is_before = |other: Date| dates().any(|(end, date)| date == other && !is_behind(end));
    // 继2008年之后，时隔14年于2022年……
    let after = sentence.after(length.span.end).trim_start_matches(['，', '于', '在', '到']);
    let follows = after.starts_with(|c: char| c.is_ascii_digit()) && dates().any(|(end, _)| is_behind(end));
    is_before(period.last) && are_behind(period.first) || follows && is_before(period.first) && are_behind(period.last)
}

/// The number of days of a period, with the first and the last one.
pub(super) fn days_of(period: &Period) -> Option<i64> {
    period.first.day?;
    lengths(period, "天")?.first().copied()
}

/// The lengths that may be stated for a period, in a unit. The first of them is the expected one; for days, it includes
/// the first and the last day.
fn lengths(period: &Period, unit: &str) -> Option<Vec<i64>> {
    let (first, last) = (period.first, period.last);
    let year = first.year.or(last.year);
    let days = || {
        let month = first.month;
        // Without a year nobody knows whether February has 29 days.
        if year.is_none() && first.month <= Some(2) && last.month > Some(2) {
            return None;
        }
        let first = Date { year: year.or(Some(2023)), ..first };
        let mut last = Date { year: last.year.or(first.year), month: last.month.or(month), ..last };
        if last.month < first.month && period.last.year.is_none() {
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
        "年" | "载" => {
            let years = years().filter(|years| *years >= 0)?;
            vec![years, years + 1, years - 1]
        }
        _ => return None,
    })
}

/// Compares a length of time with periods, one of which it must match.
fn check_length(
    article: &Article,
    sentence: &Sentence,
    length: &Quantity,
    periods: &[Period],
    how: Match,
) -> Option<Hit> {
    let (unit, _) = length.unit?;
    let unit = unit.of(sentence.text);
    let stated = i64::try_from(length.number.value.exact()?).ok()?;
    let candidates: Vec<(&Period, Vec<i64>)> =
        periods.iter().filter_map(|period| Some((period, lengths(period, unit)?))).collect();
    let (period, expected) = candidates.last()?;
    for (period, lengths) in &candidates {
        let fits = match how {
            Match::Inclusive if unit == "天" => lengths.first() == Some(&stated),
            Match::Plan => lengths.iter().take(2).any(|length| *length == stated),
            Match::AtMost => lengths.iter().any(|length| stated <= *length),
            Match::AtLeast => lengths.contains(&stated) || lengths.contains(&(stated - 1)),
            _ => lengths.contains(&stated),
        };
        if fits {
            article.agrees(sentence.block, length.core(), || format!("{} = {stated}{unit}", dates(article, period)));
            return None;
        }
    }
    let detail = format!("{} = {}{unit} ≠ {stated}{unit}", dates(article, period), expected[0]);
    let mut hit = Hit::new(sentence.block, length.core(), Vec::new()).detail(detail);
    hit.related.push((period.block, period.span, "起止日期在这里。".to_owned()));
    // What has run longer may have begun earlier, unless it is said of this time; and the numbers of an article need not cover
    // the whole time that it speaks of.
    let between = sentence.text.get(period.span.end..length.span.start).unwrap_or_default();
    let is_said_of_period = between.matches('，').count() < 2 && !between.contains(['；', '（', '“']);
    let is_doubtful = how == Match::AtLeast || how == Match::AtMost && !is_said_of_period;
    Some(if is_doubtful { hit.into_advice() } else { hit })
}

/// The dates of a period: as they are written, if they are one expression.
fn dates(article: &Article, period: &Period) -> String {
    match period.joined {
        Joined::Together => period.span.of(article.text(period.block)).to_owned(),
        Joined::FromTo | Joined::Alone => format!("{}至{}", period.first, period.last),
    }
}
