//! `lunar`: a festival or a date of the lunar calendar next to a date on which it does not fall: 2023年9月28日（中秋节）.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Date, scan};
use crate::text::{Span, numeral_value};

/// Options of a check of lunar dates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LunarOptions {
    /// One year per line: its first day, the lengths of its months (大 30 days, 小 29), and after which month there is a
    /// leap month, or 0: `2023年1月22日 小大小小大小大小大大小大大 2`.
    years: Spanned<String>,
    /// One festival per line: its day and its names: `八月十五 中秋节 中秋`. 除夕 is the last day of the year.
    festivals: Spanned<String>,
    /// Names that also mean the days around the festival: they count only in brackets or after 是.
    periods: WordList,
    /// What may follow the name: 当天
    after: WordList,
}

/// Dates of the lunar calendar.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lunar {
    /// The cues: the first characters of the festivals, and 农历.
    pub cue: CueList,
    years: Vec<LunarYear>,
    festivals: Vec<(LunarDay, String)>,
    periods: WordList,
    after: WordList,
}

/// A year of the lunar calendar.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct LunarYear {
    year: u32,
    /// The number of its first day; see [`Date::days`].
    first: u32,
    /// The lengths of its months in days.
    months: Vec<u32>,
    /// The month that is followed by a leap month of the same number; 0 if there is none.
    leap: u32,
}

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct LunarDay {
    month: u32,
    day: u32,
    is_in_leap_month: bool,
}

/// What may be between a date and the festival that falls on it, besides a comma or brackets.
const LINKS: [&str; 7] = ["是", "为", "正是", "恰是", "正值", "恰逢", "适逢"];
/// The word before a date of the lunar calendar.
const LUNAR: &str = "农历";

impl Compile for Lunar {
    type Options = LunarOptions;

    fn compile(options: &LunarOptions, _: &Classes) -> Result<Lunar, OptionError> {
        let lines =
            |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let (years, festivals): (Vec<String>, Vec<String>) =
            (lines(options.years.get_ref()), lines(options.festivals.get_ref()));
        let years = years.iter().map(|line| LunarYear::parse(line)).collect::<Option<Vec<_>>>();
        let years = years.ok_or_else(|| OptionError::of(&options.years, "每行要写成“2023年1月22日 小大小… 2”。"))?;
        let mut named = Vec::new();
        for line in &festivals {
            let error = || OptionError::of(&options.festivals, "每行要写成“八月十五 中秋节 中秋”。");
            let (day, names) = line.split_once(' ').ok_or_else(error)?;
            let (day, _) = LunarDay::parse(day).ok_or_else(error)?;
            named.extend(names.split_whitespace().map(|name| (day, name.to_owned())));
        }
        // The longest name comes first: 中秋节 before 中秋.
        named.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        let cues: Vec<&str> = named.iter().map(|(_, name)| name.as_str()).chain([LUNAR]).collect();
        Ok(Lunar {
            cue: CueList::new(cues.join(" ")),
            years,
            festivals: named,
            periods: options.periods.clone(),
            after: options.after.clone(),
        })
    }
}

impl ArticleCheck for Lunar {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let hits = occurrences.iter().filter_map(|place| self.hit(article, place.block as usize, place.at as usize));
        hits.collect()
    }
}

impl Lunar {
    /// The hit for the festival or lunar date at byte `at` of a block's text, if it is next to another date than its own.
    fn hit(&self, article: &Article, block: usize, at: usize) -> Option<Hit> {
        let text = article.text(block);
        let open = text[..at].trim_end_matches(['（', '(', '，', ' ']);
        let head = LINKS.iter().filter_map(|link| open.strip_suffix(link)).min_by_key(|it| it.len()).unwrap_or(open);
        if head.len() == at || !head.ends_with(['日', '号']) {
            return None;
        }
        let is_in_brackets = text[..at].ends_with(['（', '(']);
        let (day, name) = self.day_at(&text[at..], is_in_brackets || head.len() < open.len())?;
        let date = article.date_ending_at(block, head.len())?;
        // A range is no day, and one of several possible years is no year.
        let [meant] = date.meant.as_slice() else { return None };
        if scan(date.span.of(text)).first().is_none_or(|quantity| quantity.upper.is_some()) {
            return None;
        }
        let year = meant.year?;
        let number = meant.days()?;
        let days: Vec<u32> =
            [year.checked_sub(1)?, year].iter().filter_map(|year| self.year(*year)?.number_of(day)).collect();
        let span = Span::new(date.span.start, at + name.len());
        if days.contains(&number) {
            article.agrees(block, span, || format!("{meant} = {name}"));
            return None;
        }
        // The festival that is nearest to the date that is written.
        let right = days.into_iter().min_by_key(|day| day.abs_diff(number))?;
        let start = Date { year: Some(year - 1), month: Some(1), day: Some(1), ..*meant };
        let right = start.after_days(right.checked_sub(start.days()?)?)?;
        let detail = format!("{name}是{right}");
        Some(Hit::new(block, span, Vec::new()).detail(detail))
    }

    /// The lunar day that a text begins with, and its name. `is_certain` tells that a name for some days, such as 春节,
    /// must mean one day.
    fn day_at<'t>(&self, text: &'t str, is_certain: bool) -> Option<(LunarDay, &'t str)> {
        let (day, length) = match text.strip_prefix(LUNAR) {
            Some(rest) => {
                let (day, length) = LunarDay::parse(rest)?;
                (day, LUNAR.len() + length)
            }
            None => {
                let (day, name) = self.festivals.iter().find(|(_, name)| text.starts_with(name.as_str()))?;
                (is_certain || !self.periods.has(name)).then_some((*day, name.len()))?
            }
        };
        let after = &text[length..];
        let ends = after.chars().next().is_none_or(|c| "），。；、）)（ \u{3000}".contains(c));
        (ends || self.after.beginning(after).is_some()).then(|| (day, &text[..length]))
    }

    fn year(&self, year: u32) -> Option<&LunarYear> {
        self.years.iter().find(|known| known.year == year)
    }
}

impl LunarYear {
    /// Parses a line of the table.
    fn parse(line: &str) -> Option<LunarYear> {
        let mut parts = line.split_whitespace();
        let first = scan(parts.next()?).first()?.date()?;
        let months = parts.next()?.chars().map(|c| if c == '大' { 30 } else { 29 }).collect();
        Some(LunarYear { year: first.year?, first: first.days()?, months, leap: parts.next()?.parse().ok()? })
    }

    /// The number of one of its days; see [`Date::days`]. `None` if the year has no such day.
    fn number_of(&self, day: LunarDay) -> Option<u32> {
        if day.is_in_leap_month && day.month != self.leap {
            return None;
        }
        // 除夕 has no day of its own.
        if day.day == 0 {
            return Some(self.first + self.months.iter().sum::<u32>() - 1);
        }
        let is_after_leap = self.leap > 0 && (day.month > self.leap || day.is_in_leap_month);
        let before = (day.month - 1 + u32::from(is_after_leap)) as usize;
        let length = self.months.get(before).filter(|length| day.day <= **length);
        length.map(|_| self.first + self.months[..before].iter().sum::<u32>() + day.day - 1)
    }
}

impl LunarDay {
    /// Parses a day of the lunar calendar at the beginning of a text (正月初一, 八月十五, 腊月廿三, 除夕); returns it and its
    /// length in bytes.
    fn parse(text: &str) -> Option<(LunarDay, usize)> {
        if text.starts_with("除夕") {
            return Some((LunarDay { month: 12, day: 0, is_in_leap_month: false }, "除夕".len()));
        }
        let (is_in_leap_month, rest) = match text.strip_prefix('闰') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (month, rest) = rest.split_once('月').filter(|(month, _)| month.chars().count() <= 2)?;
        let month = match month {
            "正" => 1,
            "冬" => 11,
            "腊" => 12,
            _ => numeral_value(month)?.0,
        };
        let numerals = rest.strip_prefix('初').unwrap_or(rest);
        let is_numeral = |c: char| "一二三四五六七八九十廿卅".contains(c);
        let length: usize = numerals.chars().take(3).take_while(|c| is_numeral(*c)).map(char::len_utf8).sum();
        let day = match numerals[..length].strip_prefix('廿') {
            Some("") => 20,
            Some(unit) => 20 + numeral_value(unit)?.0,
            None => numeral_value(&numerals[..length])?.0,
        };
        let end = text.len() - numerals.len() + length;
        let is_possible = (1..=12).contains(&month) && (1..=30).contains(&day);
        let end = if text[end..].starts_with('日') { end + '日'.len_utf8() } else { end };
        is_possible.then_some((LunarDay { month, day, is_in_leap_month }, end))
    }
}
