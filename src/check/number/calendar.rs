//! `calendar`: dates and times of day that do not exist: 2月30日, 25时.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Date, Quantity, QuantityKind, Time, begins_quantity};
use crate::text::{NumeralStyle, Span};

/// A calendar check has no options.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarOptions {}

/// Impossible dates and times.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Calendar {
    /// The cues of dates and times.
    pub cue: CueList,
}

/// The cues: one of these occurs in every date and time that can be wrong.
const CUES: &str = "#月 #时 #点 #- #. #/ #: #：";

/// The characters between the first and the last day of a range, or between the days of a list.
const BETWEEN_DAYS: &str = "—-－–～~至到、和";

/// The characters before an hour that show that it is a time of day, not a duration.
const BEFORE_HOUR: &str = "日号午晨晚夜今明昨至到—～-于从自";

/// Those of them that cannot stand before a score or a number of points.
const DAYS_AND_PARTS: &str = "日号午晨晚夜";

/// An impossible date or time.
struct CalendarError {
    /// The impossible part, in bytes of the text.
    span: Span,
    /// Why it is impossible: the detail of the hit, in Chinese.
    why: String,
}

impl Compile for Calendar {
    type Options = CalendarOptions;

    fn compile(_: &CalendarOptions, _: &Classes) -> Result<Calendar, OptionError> {
        Ok(Calendar { cue: CueList::new(CUES) })
    }
}

impl ArticleCheck for Calendar {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let may_be_wrong =
            |occurrence: &CharOccurrence| may_be_wrong(article.text(occurrence.block as usize), occurrence.at as usize);
        let doubtful = occurrences.iter().copied().filter(may_be_wrong);
        let sentences = article.sentences_around(doubtful, Near::Any, SentencesRead::One);
        for Sentence { block, text, quantities, .. } in sentences {
            let errors = calendar_errors(text, quantities).into_iter();
            hits.extend(errors.map(|CalendarError { span, why }| Hit::new(block, span, Vec::new()).detail(why)));
        }
        hits
    }
}

/// Whether the date or the time with a numeral at byte `at` may be wrong. Most cannot be, and their sentences need not
/// be read: `11月1日` by itself, `8时30分`, and decimals.
fn may_be_wrong(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if !bytes[at].is_ascii_digit() {
        return may_be_wrong_in_hanzi(text, at);
    }
    let digits_to = |end: usize| end - bytes[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let digits_from = |start: usize| start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = |start: usize, end: usize| if end - start > 2 { None } else { text[start..end].parse::<u32>().ok() };
    let is_between_days = |c: Option<char>| c.is_some_and(|c| BETWEEN_DAYS.contains(c));
    let Some(sign) = text[at + 1..].chars().next() else { return true };
    // The digits before the sign are `start..at + 1`, those after it `after_sign..end`.
    let (start, after_sign) = (digits_to(at + 1), at + 1 + sign.len_utf8());
    let end = digits_from(after_sign);
    match sign {
        // A date has the same sign twice: 2023-02-30.
        '-' | '.' | '/' => {
            let sign = sign as u8;
            bytes.get(end) == Some(&sign) || start > 0 && bytes[start - 1] == sign
        }
        '月' => {
            let is_month = number(start, at + 1).is_some_and(|month| (1..=12).contains(&month));
            let is_first = !is_between_days(text[..start].chars().next_back());
            let rest = &text[end..];
            let is_complete = if end == after_sign {
                !rest.starts_with(|c| begins_quantity(c) || BETWEEN_DAYS.contains(c))
            } else {
                let is_day = number(after_sign, end).is_some_and(|day| (1..=28).contains(&day));
                let rest = rest.strip_prefix(['日', '号']);
                is_day && rest.is_some_and(|rest| !is_between_days(rest.chars().next()))
            };
            !(is_month && is_first && is_complete)
        }
        _ => {
            let is_hour = number(start, at + 1).is_some_and(|hour| hour < 24);
            let is_minute = end == after_sign && !text[end..].starts_with(begins_quantity)
                || number(after_sign, end).is_some_and(|minute| minute < 60);
            !(is_hour && is_minute)
        }
    }
}

/// Whether the date or the time with a numeral in 汉字 at byte `at` may be wrong. Only those with 月 or 时 may be. A single
/// numeral is a possible month or hour, unless a day, a minute or another part of a range is beside it.
fn may_be_wrong_in_hanzi(text: &str, at: usize) -> bool {
    let (mut before, mut after) = (text[..at].chars().rev(), text[at..].chars().skip(1));
    let is_part = |c: Option<char>| c.is_some_and(|c| begins_quantity(c) || c == '零' || BETWEEN_DAYS.contains(c));
    matches!(after.next(), Some('月' | '时')) && (is_part(before.next()) || is_part(after.next()))
}

/// The impossible dates and times among some quantities of a text.
fn calendar_errors(text: &str, quantities: &[Quantity]) -> Vec<CalendarError> {
    let mut errors = Vec::new();
    // In a list of days (6月29、30、31日): the date of the last day so far, and the byte at which it ends.
    let mut list: Option<(Date, usize)> = None;
    for quantity in quantities {
        match quantity.kind {
            QuantityKind::Date(date) if !date.is_of_another_calendar => {
                let previous = list.take().filter(|(_, end)| joins_days(&text[*end..quantity.span.start]));
                let complete = match previous {
                    Some((previous, _)) if date.month.is_none() && date.year.is_none() => {
                        Date { day: date.day, ..previous }
                    }
                    _ => date,
                };
                errors.extend(date_error(text, quantity, complete, date));
                list = complete.month.map(|_| (complete, quantity.core().end));
            }
            QuantityKind::Time(time) => errors.extend(time_error(text, quantity, time)),
            QuantityKind::Amount if quantity.unit.is_none() => {
                let previous = list
                    .take()
                    .filter(|(_, end)| *end == quantity.span.start || joins_days(&text[*end..quantity.span.start]));
                list = previous.map(|(previous, _)| (previous, quantity.span.end));
            }
            _ => list = None,
        }
    }
    errors
}

/// Whether the text between two numbers joins them to a range or a list of days.
fn joins_days(between: &str) -> bool {
    !between.is_empty() && between.chars().all(|c| BETWEEN_DAYS.contains(c)) && between.chars().nth(2).is_none()
}

/// The error in an impossible date: 2月30日, 11月28日—31日, 2023年13月, 2023-02-30. `written` has the parts of the date that
/// are written in `quantity`; `date` may have its month and year from an earlier date of a list.
fn date_error(text: &str, quantity: &Quantity, date: Date, written: Date) -> Option<CalendarError> {
    let month = date.month?;
    let whole = quantity.core();
    let separator = whole.of(text).chars().find(|c| !c.is_ascii_digit()).filter(|c| "-./".contains(*c));
    // The flagged text begins with the month if the date is written with 年.
    let from_month = match (written.year, written.month, separator) {
        (Some(_), Some(_), None) => whole.start + whole.of(text).find('年')? + '年'.len_utf8(),
        _ => whole.start,
    };
    let span = Span::new(from_month, whole.end);
    let upper = quantity.upper.as_ref().and_then(|last| last.number.value.exact());
    let upper = upper.and_then(|value| u32::try_from(value).ok());
    // 1至13月
    if let (Some(last), None, None) = (upper, date.day, Date::days_of_month(None, upper.unwrap_or(1))) {
        return written.month.is_some().then(|| CalendarError { span, why: format!("一年没有{last}月") });
    }
    let Some(most) = Date::days_of_month(date.year, month) else {
        // 2023.20.3 may be a version or another number, but 2023-13-01 is a date.
        let is_date = match separator {
            Some(separator) => separator == '-' && whole.len() == "2023-13-01".len(),
            None => date.day.is_some() || date.year.is_some(),
        };
        return (is_date && written.month.is_some())
            .then(|| CalendarError { span, why: format!("一年没有{month}月") });
    };
    let last = quantity.upper.as_ref().filter(|_| date.day.is_some());
    let last_day = upper.filter(|_| last.is_some());
    let is_wrong = |day: u32| day == 0 || day > most;
    let first_wrong = date.day.filter(|day| is_wrong(*day));
    let day = first_wrong.or(last_day.filter(|day| is_wrong(*day)))?;
    let span = match last {
        Some(last) if first_wrong.is_none() => Span::new(last.number.span.start, whole.end),
        _ => span,
    };
    let why = match date.year {
        _ if day == 0 => "没有0日".to_owned(),
        Some(year) if separator.is_some() => format!("{year}年{month}月没有{day}日"),
        Some(year) if month == 2 => format!("{year}年2月只有{most}天"),
        _ => format!("{month}月最多只有{most}天"),
    };
    Some(CalendarError { span, why })
}

/// The error in an impossible time of day: 25时, 24时01分, 8时75分.
fn time_error(text: &str, quantity: &Quantity, time: Time) -> Option<CalendarError> {
    let hour = quantity.number;
    let head = &text[..hour.span.start];
    let mark = text[hour.span.end..].chars().next()?;
    if head.ends_with(['第', ':', '：', '.', '/']) || mark == '点' && hour.style != NumeralStyle::Arabic {
        return None;
    }
    let before_hour = if mark == '时' { BEFORE_HOUR } else { DAYS_AND_PARTS };
    let is_compared = ["大于", "小于", "等于", "高于", "低于"].iter().any(|word| head.ends_with(word));
    let is_of_day = head.ends_with(|c| before_hour.contains(c)) && !is_compared;
    let minute = time.minute.unwrap_or(0);
    let is_wrong = is_of_day && (time.hour, minute) > (24, 0) || minute > 59;
    is_wrong.then(|| {
        let span = Span::new(hour.span.start, quantity.span.end);
        let why = match time.minute {
            Some(minute) if matches!(mark, ':' | '：') => format!("一天没有{}:{minute:02}", time.hour),
            Some(minute) => format!("一天没有{}{mark}{minute}分", time.hour),
            None => format!("一天没有{}{mark}", time.hour),
        };
        CalendarError { span, why }
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::quantity::scan;

    /// The errors in `text`: the flagged text, and why it is impossible.
    fn errors(text: &str) -> Vec<(&str, String)> {
        calendar_errors(text, &scan(text)).into_iter().map(|error| (error.span.of(text), error.why)).collect()
    }

    #[test]
    fn reports_impossible_dates_and_times() {
        for (text, flagged, why) in [
            ("2月30日", "2月30日", "2月最多只有29天"),
            ("时间：2月30日", "2月30日", "2月最多只有29天"),
            ("2023年2月29日", "2月29日", "2023年2月只有28天"),
            ("1900年2月29日", "2月29日", "1900年2月只有28天"),
            ("二〇二三年二月二十九日", "二月二十九日", "2023年2月只有28天"),
            ("二月三十日", "二月三十日", "2月最多只有29天"),
            ("每年9月31日", "9月31日", "9月最多只有30天"),
            ("9月31号", "9月31号", "9月最多只有30天"),
            ("10月31日-11月31日", "11月31日", "11月最多只有30天"),
            ("11月28日—31日", "31日", "11月最多只有30天"),
            ("11月28—31日", "31日", "11月最多只有30天"),
            ("6月29、30、31日", "31日", "6月最多只有30天"),
            ("13月5日", "13月5日", "一年没有13月"),
            ("2023年13月", "13月", "一年没有13月"),
            ("10月0日", "10月0日", "没有0日"),
            ("10月1日25时", "25时", "一天没有25时"),
            ("今日24时01分", "24时01分", "一天没有24时1分"),
            ("8时75分", "8时75分", "一天没有8时75分"),
            ("8点75分", "8点75分", "一天没有8点75分"),
            ("2023-02-30", "2023-02-30", "2023年2月没有30日"),
            ("2023.2.30。", "2023.2.30", "2023年2月没有30日"),
            ("2023-13-01", "2023-13-01", "一年没有13月"),
            ("2023年1至13月", "1至13月", "一年没有13月"),
            ("9月310日", "9月310日", "9月最多只有30天"),
            ("10月1日25:30", "25:30", "一天没有25:30"),
            ("10月1日9:60", "9:60", "一天没有9:60"),
            ("10月1日26点", "26点", "一天没有26点"),
        ] {
            assert_eq!(errors(text), vec![(flagged, why.to_owned())], "{text}");
        }
    }

    #[test]
    fn ignores_other_calendars_durations_and_numbers() {
        for text in [
            "2024年2月29日",
            "1100年2月29日",
            "农历二月三十日",
            "农历2023年二月三十日",
            "乾隆三十八年二月三十日",
            "1644年二月三十日",
            "闰二月三十日",
            "同年二月三十日",
            "去年七八月间",
            "13个月",
            "13月龄",
            "3.5时",
            "4—6月",
            "历时36时20分",
            "24时",
            "24时00分",
            "指数升至35点",
            "比分25:30",
            "指数大于50时",
            "每月1至12日",
            "八点七五分",
            "9月31号楼",
            "3月1日至40日龄",
            "11月28日至12月31日",
            "11月28日、35人",
            "2023.20.3",
            "192.168.2023.2.30",
            "2023-02-30-1",
            "第25时",
            "",
            "月",
            "99999月99999日",
        ] {
            assert_eq!(errors(text), vec![], "{text}");
        }
    }

    /// Combinations of numerals and signs, many of which are dates and times, possible or not.
    fn dates() -> impl Strategy<Value = String> {
        const NUMBERS: &[&str] =
            &["0", "1", "12", "13", "24", "25", "28", "29", "30", "31", "32", "59", "60", "99", "2023", "二", "三十"];
        const SIGNS: &[&str] =
            &["月", "日", "时", "点", "分", ":", "-", ".", "/", "、", "—", "至", "日、", "日，", "年"];
        let part = (select(NUMBERS), select(SIGNS)).prop_map(|(number, sign)| format!("{number}{sign}"));
        let parts = vec(part, 1..5).prop_map(|parts| parts.concat());
        (select(&["", "今日", "2023年"][..]), parts).prop_map(|(head, parts)| format!("{head}{parts}"))
    }

    proptest! {
        #[test]
        fn may_be_wrong_is_true_for_every_error(text in dates()) {
            let is_cue = |at: usize| {
                let mut chars = text[at..].chars();
                chars.next().is_some_and(begins_quantity) && chars.next().is_some_and(|sign| "月时点-./:：".contains(sign))
            };
            let is_doubtful = text.char_indices().any(|(at, _)| is_cue(at) && may_be_wrong(&text, at));
            prop_assert!(is_doubtful || errors(&text).is_empty(), "{:?}", errors(&text));
        }
    }
}
