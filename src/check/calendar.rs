//! `calendar`: days, months and hours that no calendar and no clock has.

use serde::{Deserialize, Serialize};

use super::{Gate, Hit};
use crate::matcher::CharSet;
use crate::text::{Category, NumeralStyle, Span, numeral_value};

/// A calendar check has no options.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    #[serde(skip, default = "marks")]
    marks: CharSet,
}

/// What stands behind a number of a date or a time.
fn marks() -> CharSet {
    CharSet::new("月时点-./".chars().map(|mark| (mark, mark)).collect())
}

/// What stands between the first and the last day of a range, or between the days of a list.
const BETWEEN_DAYS: &str = "—-－–～~至到、和";
/// Behind 31号 these make it a number of something else.
const NUMBERED: &str = "楼院店线厅馆门井机船舱球选车站文矿桥洞";
/// Behind 40日 these make it a length of time or an age.
const LENGTH_OF_DAYS: &str = "龄内后前元均间";
/// Calendars in which a second month may have thirty days.
const OTHER_CALENDARS: [&str; 9] = ["农历", "阴历", "旧历", "夏历", "藏历", "彝历", "傣历", "回历", "伊斯兰历"];
/// How many characters before a date the name of its calendar is looked for.
const CALENDAR_REACH: usize = 12;
/// Before an hour these say that it is a time of day and no length of time.
const BEFORE_HOUR: &str = "日号午晨晚夜今明昨至到—～-于从自";
/// The last year of the Julian calendar, in which every fourth year has a 29th of February.
const LAST_JULIAN_YEAR: u32 = 1582;

/// A number in a text.
struct Number {
    span: Span,
    value: u32,
    style: NumeralStyle,
}

/// What cannot be, and why.
struct Wrong {
    span: Span,
    why: String,
}

impl Calendar {
    pub(super) fn gates(&self) -> Vec<Gate<'_>> {
        vec![Gate { previous_mask: Category::mask_of(&[('0', '9'), ('一', '龥')]), ..Gate::at(&self.marks) }]
    }

    pub(super) fn hit_at(&self, block: usize, text: &str, at: usize) -> Option<Hit> {
        let mark = text[at..].chars().next()?;
        let Wrong { span, why } = match mark {
            '月' => wrong_date(text, at),
            '时' | '点' => wrong_time(text, at, mark),
            separator => wrong_numeric_date(text, at, separator),
        }?;
        Some(Hit::new(block, span, Vec::new()).detail(why))
    }
}

/// 2月30日, 11月28日—31日, 2023年13月; `at` is where 月 stands.
fn wrong_date(text: &str, at: usize) -> Option<Wrong> {
    // 五六月 is May or June.
    let month = number_before(text, at).filter(|month| month.style != NumeralStyle::Spelled)?;
    let head = &text[..month.span.start];
    let year = head.strip_suffix('年').and_then(|head| number_before(text, head.len()));
    let year = year.filter(|year| (1000..3000).contains(&year.value));
    if is_of_another_calendar(head, year.as_ref(), month.style) {
        return None;
    }
    let behind_month = at + '月'.len_utf8();
    let days = days_behind(text, behind_month, month.style);
    let Some(most) = days_of(month.value, year.as_ref().map(|year| year.value)) else {
        let end = match days.first() {
            Some(day) => day.span.end,
            None if head.ends_with('年') && !text[behind_month..].starts_with(['龄', '薪']) => behind_month,
            None => return None,
        };
        return Some(Wrong { span: Span::new(month.span.start, end), why: format!("一年没有{}月", month.value) });
    };
    let wrong = days.iter().position(|day| day.value == 0 || day.value > most)?;
    let day = &days[wrong];
    let start = if wrong == 0 { month.span.start } else { day.span.start };
    let why = match &year {
        _ if day.value == 0 => "没有0日".to_owned(),
        Some(year) if month.value == 2 => format!("{}年2月只有{most}天", year.value),
        _ => format!("{}月最多只有{most}天", month.value),
    };
    Some(Wrong { span: Span::new(start, day.span.end), why })
}

/// The days behind a month, each with its 日 or 号 if that follows: 28日—31日, 29、30、31日.
fn days_behind(text: &str, start: usize, style: NumeralStyle) -> Vec<Number> {
    let mut days: Vec<Number> = Vec::new();
    // The days that a 日 or 号 has confirmed as such.
    let mut confirmed = 0;
    let mut at = start;
    while let Some(mut day) = number_behind(text, at).filter(|day| day.style == style) {
        let behind = &text[day.span.end..];
        if let Some(rest) = behind.strip_prefix(['日', '号']) {
            let other = if behind.starts_with('号') { NUMBERED } else { LENGTH_OF_DAYS };
            let may_be_other = behind.starts_with('号') || confirmed > 0;
            if may_be_other && rest.starts_with(|c| other.contains(c)) {
                break;
            }
            day.span.end = text.len() - rest.len();
            confirmed = days.len() + 1;
        }
        let behind = &text[day.span.end..];
        let between: usize = behind.chars().take(2).take_while(|c| BETWEEN_DAYS.contains(*c)).map(char::len_utf8).sum();
        at = day.span.end + between;
        days.push(day);
        if between == 0 {
            break;
        }
    }
    days.truncate(confirmed);
    days
}

/// Does a date behind `head` belong to the lunar calendar or to a reign (乾隆三十八年)?
fn is_of_another_calendar(head: &str, year: Option<&Number>, style: NumeralStyle) -> bool {
    let from = head.char_indices().rev().take(CALENDAR_REACH).last().map_or(0, |(at, _)| at);
    let near = head[from..].rsplit(['。', '；']).next().unwrap_or_default();
    if head.ends_with('闰') || OTHER_CALENDARS.iter().any(|name| near.contains(name)) {
        return true;
    }
    let is_arabic = style == NumeralStyle::Arabic;
    match (head.strip_suffix('年'), year) {
        (None, _) => false,
        // Days of the lunar calendar are written in Chinese behind a year of ours: 1644年三月十九日.
        (Some(_), Some(year)) => (year.style == NumeralStyle::Arabic) != is_arabic,
        (Some(head), None) => {
            let is_ours = head.ends_with(['今', '明', '去', '本', '每'])
                || is_arabic && head.ends_with(['同', '次', '翌', '当', '前', '后']);
            !is_ours
        }
    }
}

/// The days of a month, if there is such a month; February has 29 where the year is not known.
fn days_of(month: u32, year: Option<u32>) -> Option<u32> {
    let is_leap =
        |year: u32| year.is_multiple_of(if year > LAST_JULIAN_YEAR && year.is_multiple_of(100) { 400 } else { 4 });
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_none_or(is_leap) => 29,
        2 => 28,
        _ => return None,
    })
}

/// 25时, 24时01分, 8时75分; `at` is where 时 or 点 stands.
fn wrong_time(text: &str, at: usize, mark: char) -> Option<Wrong> {
    let hour = number_before(text, at)?;
    let head = &text[..hour.span.start];
    if head.ends_with(['第', ':', '：']) || mark == '点' && hour.style != NumeralStyle::Arabic {
        return None;
    }
    let behind = at + mark.len_utf8();
    let is_of_day = head.ends_with(|c| BEFORE_HOUR.contains(c));
    let minute = number_behind(text, behind)
        .filter(|minute| minute.style == hour.style)
        .filter(|minute| text[minute.span.end..].starts_with('分') && !text[minute.span.end..].starts_with("分之"));
    let Some(minute) = minute else {
        let is_hour = mark == '时' && is_of_day && !text[behind..].starts_with(['间', '代', '空']);
        return (is_hour && hour.value > 24)
            .then(|| Wrong {
                span: Span::new(hour.span.start, behind), why: format!("一天没有{}时", hour.value)
            });
    };
    let too_late = is_of_day && mark == '时' && (hour.value, minute.value) > (24, 0);
    (too_late || minute.value > 59).then(|| Wrong {
        span: Span::new(hour.span.start, minute.span.end + '分'.len_utf8()),
        why: format!("一天没有{}{mark}{}分", hour.value, minute.value),
    })
}

/// 2023-02-30; `at` is where the first separator stands.
fn wrong_numeric_date(text: &str, at: usize, separator: char) -> Option<Wrong> {
    let year = digits_before(text, at).filter(|year| year.span.len() == 4 && (1900..2100).contains(&year.value))?;
    let month = number_behind(text, at + 1).filter(|month| month.span.len() <= 2)?;
    let rest = text[month.span.end..].strip_prefix(separator)?;
    let day = number_behind(text, text.len() - rest.len()).filter(|day| day.span.len() <= 2)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == separator && separator != '.';
    if text[..year.span.start].ends_with(|c| is_part(c) || "-./".contains(c))
        || text[day.span.end..].starts_with(is_part)
    {
        return None;
    }
    let span = Span::new(year.span.start, day.span.end);
    match days_of(month.value, Some(year.value)) {
        Some(most) if day.value > most || day.value == 0 => {
            Some(Wrong { span, why: format!("{}年{}月没有{}日", year.value, month.value, day.value) })
        }
        // A version (2023.20.3) or another number may look like this, but not 2023-13-01.
        None if separator == '-' && span.len() == "2023-13-01".len() && day.value <= 31 => {
            Some(Wrong { span, why: format!("一年没有{}月", month.value) })
        }
        _ => None,
    }
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c)
}

/// The longest number of a date, in characters, and one more, so that a longer one is seen to be none.
const MOST_NUMERALS: usize = 5;

fn number_before(text: &str, end: usize) -> Option<Number> {
    let start = text[..end].char_indices().rev().take(MOST_NUMERALS).take_while(|(_, c)| is_numeral(*c)).last()?.0;
    // The end of a decimal (3.5时) or of another number (12/3月) is no number of its own.
    if text[..start].ends_with(['.', '．', '/']) {
        return None;
    }
    number(text, Span::new(start, end))
}

fn digits_before(text: &str, end: usize) -> Option<Number> {
    let start = text[..end].bytes().rev().take(MOST_NUMERALS).take_while(u8::is_ascii_digit).count();
    number(text, Span::new(end - start, end))
}

fn number_behind(text: &str, start: usize) -> Option<Number> {
    let numerals = text[start..].chars().take(MOST_NUMERALS).take_while(|c| is_numeral(*c));
    number(text, Span::new(start, start + numerals.map(char::len_utf8).sum::<usize>()))
}

fn number(text: &str, span: Span) -> Option<Number> {
    let (value, style) = numeral_value(span.of(text))?;
    (value < 10_000).then_some(Number { span, value, style })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All hits in `text`, by their words and details.
    fn hits(text: &str) -> Vec<(&str, String)> {
        let calendar = Calendar { marks: marks() };
        let places = text.char_indices().filter(|(_, c)| calendar.marks.has(*c));
        places
            .filter_map(|(at, _)| calendar.hit_at(0, text, at))
            .map(|hit| (hit.span.of(text), hit.detail.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn what_cannot_be_is_hit() {
        for (text, hit, why) in [
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
        ] {
            assert_eq!(hits(text), vec![(hit, why.to_owned())], "{text}");
        }
    }

    #[test]
    fn other_calendars_lengths_and_numbers_are_not() {
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
            assert_eq!(hits(text), vec![], "{text}");
        }
    }
}
