//! Dates as an article means them: its own day, and the year, month and day of a date that leaves some of them out
//! (同年6月3日, 次日, 本月15日).
//!
//! A date is resolved when a check asks for it, from a bounded part of the text before it.

use fnv::FnvHashSet;

use super::Article;
use super::notes::SENTENCE_ENDS;
use crate::quantity::{Date, Quantity, begins_quantity, scan};
use crate::text::{NumeralStyle, Span, numeral_value};

/// Words that count years from that of the article, and by how many.
const YEARS_FROM_OWN: [(&str, i32); 10] = [
    ("今年", 0),
    ("本年", 0),
    ("明年", 1),
    ("来年", 1),
    ("去年", -1),
    ("上年", -1),
    ("前年", -2),
    ("后年", 2),
    ("上一年", -1),
    ("下一年", 1),
];
/// Words that count years from the one named last.
const YEARS_FROM_NAMED: [(&str, i32); 9] = [
    ("同年", 0),
    ("当年", 0),
    ("那年", 0),
    ("该年", 0),
    ("这一年", 0),
    ("次年", 1),
    ("翌年", 1),
    ("第二年", 1),
    ("转年", 1),
];
/// Words that count months from that of the article.
const MONTHS_FROM_OWN: [(&str, i32); 7] =
    [("本月", 0), ("这个月", 0), ("上月", -1), ("上个月", -1), ("下月", 1), ("下个月", 1), ("今月", 0)];
/// Words that count months from the one named last.
const MONTHS_FROM_NAMED: [(&str, i32); 5] = [("当月", 0), ("同月", 0), ("该月", 0), ("次月", 1), ("翌月", 1)];
/// Words that count days from the one named last.
const DAYS_FROM_NAMED: [(&str, u32); 6] =
    [("当日", 0), ("同日", 0), ("次日", 1), ("翌日", 1), ("第二天", 1), ("第二日", 1)];
/// How many bytes of the text before a date are searched for the date to which it refers.
const REACH: usize = 600;
/// How many blocks at the beginning of an article may state its day.
const HEADER_BLOCKS: usize = 5;
/// The maximum length in bytes of the part of a block that states the day of the article.
const LONGEST_HEADER: usize = 120;

/// A date that ends at a certain place, as written there and as it may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedDate {
    /// Where it is, in bytes of the block's text.
    pub span: Span,
    /// The parts that are written.
    pub written: Date,
    /// The complete dates that it may mean, the most likely first; empty if that is unknown.
    pub meant: Vec<Date>,
}

impl Article<'_> {
    /// The day of the article: that of the issue, or the one that a line above the text or the dateline states.
    pub fn own_date(&self) -> Option<Date> {
        *self.own_date.get_or_init(|| {
            let headers = self.range.clone().take(HEADER_BLOCKS);
            self.issue_date.or_else(|| headers.map(|block| self.text(block)).find_map(date_of_header))
        })
    }

    /// Whether a check has asked for the day of the article in vain.
    pub fn lacks_date(&self) -> bool {
        self.own_date.get() == Some(&None)
    }

    /// The years of the common calendar that the article names in four numerals (2023年, 二〇二三年), each once, in the
    /// order in which they are first named.
    pub fn years(&self) -> &[u32] {
        self.years.get_or_init(|| {
            let mut known = FnvHashSet::default();
            let numerals = self.notes().numerals().iter();
            let years = numerals.filter_map(|it| year_at(self.text(it.block as usize), it.at as usize));
            years.filter(|year| known.insert(*year)).collect()
        })
    }

    /// The date that ends at byte `end` of a block's text: a date in numerals, or a word such as 次日.
    pub fn date_ending_at(&self, block: usize, end: usize) -> Option<ResolvedDate> {
        let text = self.text(block);
        let head = &text[..end];
        if let Some((word, days)) = DAYS_FROM_NAMED.iter().find(|(word, _)| head.ends_with(word)) {
            let span = Span::new(end - word.len(), end);
            let day = self.last_complete_date(block, span.start).and_then(|date| date.after_days(*days));
            return Some(ResolvedDate { span, written: Date::default(), meant: day.into_iter().collect() });
        }
        let (start, window) = window_before(text, end);
        let quantity = scan(window).pop().filter(|quantity| start + quantity.span.end == end)?;
        let written = last_date(&quantity).filter(|date| !date.is_of_another_calendar)?;
        let span = quantity.span.shifted(start);
        Some(ResolvedDate { span, written, meant: self.meant_dates(block, span.start, written) })
    }

    /// The complete dates that a date at byte `at` of a block's text may mean, the most likely first.
    pub fn meant_dates(&self, block: usize, at: usize, written: Date) -> Vec<Date> {
        if written.day.is_none() || written.year.is_some() {
            return vec![written];
        }
        let text = self.text(block);
        let head = text[..at].trim_end_matches('的');
        if written.month.is_some() {
            return self.with_years(block, head, written);
        }
        if let Some((_, months)) = ending_in(head, &MONTHS_FROM_OWN) {
            let own = self.own_date();
            return own.and_then(|own| own.month_after(months)).map(|it| with_day(it, written)).into_iter().collect();
        }
        let (start, window) = window_before(text, head.len());
        let in_sentence = sentence_start(window);
        let months = MONTHS_FROM_NAMED.iter().find(|(word, _)| window.ends_with(word));
        let known = scan(window).into_iter().rev().find(|quantity| {
            (months.is_some() || quantity.span.start >= in_sentence)
                && last_date(quantity).is_some_and(|date| date.month.is_some())
        });
        match known {
            Some(known) => {
                let Some(date) = last_date(&known) else { return Vec::new() };
                let whole = self.with_years(block, &text[..start + known.span.start], with_day(date, written));
                let shift = months.map_or(0, |(_, months)| *months);
                whole.into_iter().filter_map(|date| Some(with_day(date.month_after(shift)?, written))).collect()
            }
            None => {
                // A day without a month is near the day of the article.
                let own = self.own_date();
                let of_month = |months: i32| Some(with_day(own?.month_after(months)?, written));
                let nearest =
                    [0, -1, 1].into_iter().filter_map(of_month).filter_map(|date| Some((distance(date, own?)?, date)));
                nearest.min_by_key(|(distance, _)| *distance).map(|(_, date)| date).into_iter().collect()
            }
        }
    }

    /// A date without a year in the years that it may be in. `head` is the block's text before it.
    fn with_years(&self, block: usize, head: &str, date: Date) -> Vec<Date> {
        if date.year.is_some() {
            return vec![date];
        }
        let in_year = |year: Option<u32>| Some(Date { year: Some(year?), ..date });
        let (start, window) = window_before(self.text(block), head.len());
        let sentence = &window[sentence_start(window)..];
        let named = scan(sentence).into_iter().rev().find(|it| last_date(it).is_some_and(|date| date.year.is_some()));
        let named_at = named.as_ref().map_or(0, |it| it.span.end);
        if let Some((at, years)) = last_of(sentence, &YEARS_FROM_OWN, &[]).filter(|(at, _)| *at >= named_at) {
            let _ = at;
            let year = self.own_date().and_then(|own| own.year?.checked_add_signed(years));
            return in_year(year).into_iter().collect();
        }
        if let Some((at, years)) =
            last_of(sentence, &YEARS_FROM_NAMED, &["当年", "那年"]).filter(|(at, _)| *at >= named_at)
        {
            let before = start + sentence_start(window) + at;
            let year = self.last_year(block, before).and_then(|year| year.checked_add_signed(years));
            return in_year(year).into_iter().collect();
        }
        let nearest = self.own_date().and_then(|own| nearest_year(date, own));
        // 2023年，…3月5日; but not 2012年成立的公司3月5日….
        let framed = named.filter(|it| frames(sentence, it)).and_then(|it| last_date(&it)?.year);
        let others = [nearest, in_year(framed), in_year(self.only_year())];
        let mut meant: Vec<Date> = others.into_iter().flatten().collect();
        if !meant.is_empty() {
            let year = self.last_year(block, head.len());
            meant.extend(in_year(year));
        }
        meant
    }

    /// The year that is named last before byte `at` of a block's text, in that block.
    fn last_year(&self, block: usize, at: usize) -> Option<u32> {
        let (_, window) = window_before(self.text(block), at);
        scan(window).iter().rev().find_map(|quantity| last_date(quantity)?.year)
    }

    /// The last date before byte `at` of a block's text that has a month and a day, with its year.
    fn last_complete_date(&self, block: usize, at: usize) -> Option<Date> {
        let (start, window) = window_before(self.text(block), at);
        let found = scan(window);
        let last = found.iter().rev().find(|quantity| quantity.date().is_some())?;
        let date = last_date(last).filter(|date| !date.is_of_another_calendar)?;
        match self.meant_dates(block, start + last.span.start, date).as_slice() {
            [only] if only.days().is_some() => Some(*only),
            _ => None,
        }
    }

    /// The year that an article names, if it names only one. A year in digits that never has a month may be one of the
    /// past, in which something was founded, or of the future.
    fn only_year(&self) -> Option<u32> {
        let [year] = self.years() else { return None };
        let written = format!("{year}年");
        let texts = self.range.clone().map(|block| self.text(block));
        let mut mentions =
            texts.flat_map(|text| text.match_indices(&written).map(|(at, _)| &text[at + written.len()..]));
        let is_dated = |rest: &str| rest.starts_with(begins_quantity);
        mentions.next().is_none_or(|first| is_dated(first) || mentions.any(is_dated)).then_some(*year)
    }
}

/// The date of a quantity; for a range of days, its last day.
fn last_date(quantity: &Quantity) -> Option<Date> {
    let date = quantity.date()?;
    let Some(upper) = &quantity.upper else { return Some(date) };
    let value = u32::try_from(upper.number.value.exact()?).ok()?;
    Some(match date {
        Date { day: Some(_), .. } => Date { day: Some(value), ..date },
        Date { month: Some(_), .. } => Date { month: Some(value), ..date },
        _ => Date { year: Some(value), ..date },
    })
}

/// Whether what follows is told of a year: 2023年5月, or 2023年 before a comma or a season.
fn frames(sentence: &str, year: &Quantity) -> bool {
    let has_month = year.date().is_some_and(|date| date.month.is_some());
    has_month || sentence[year.span.end..].starts_with(['，', '春', '夏', '秋', '冬', '初', '底', '末'])
}

/// The last of the words in a text, the byte at which it begins, and its number. A word of `only_adjacent` counts only
/// at the end of the text.
fn last_of(text: &str, words: &[(&str, i32)], only_adjacent: &[&str]) -> Option<(usize, i32)> {
    let places = words.iter().filter_map(|(word, number)| {
        let at = text.rfind(word)?;
        let is_adjacent = at + word.len() == text.len();
        (is_adjacent || !only_adjacent.contains(word)).then_some((at, *number))
    });
    places.max_by_key(|(at, _)| *at)
}

/// The word that a text ends with, and its number.
fn ending_in<'w>(text: &str, words: &[(&'w str, i32)]) -> Option<(&'w str, i32)> {
    words.iter().find(|(word, _)| text.ends_with(word)).copied()
}

/// A month with the day of another date.
fn with_day(month: Date, date: Date) -> Date {
    Date { day: date.day, ..month }
}

/// How many days are between two complete dates.
fn distance(one: Date, other: Date) -> Option<u32> {
    Some(one.days()?.abs_diff(other.days()?))
}

/// A date in the year in which it is nearest to another one.
fn nearest_year(date: Date, own: Date) -> Option<Date> {
    let year = own.year?;
    let of_years = (year.checked_sub(1)?..=year + 1).map(|year| Date { year: Some(year), ..date });
    of_years
        .filter_map(|date| Some((distance(date, own)?, date)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, date)| date)
}

/// The text before byte `end`, at most [`REACH`] bytes of it, and the byte at which it begins.
fn window_before(text: &str, end: usize) -> (usize, &str) {
    let mut start = end.saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    (start, &text[start..end])
}

/// The byte at which the last sentence of a text begins.
fn sentence_start(text: &str) -> usize {
    text.rfind(SENTENCE_ENDS).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8))
}

/// The complete date that a dateline (新华社北京2023年11月1日电) or a line above the text (2023-11-01 08:30 来源：…)
/// states.
fn date_of_header(text: &str) -> Option<Date> {
    let mut end = text.len().min(LONGEST_HEADER);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    if !head.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let found = scan(head);
    let quantity = found.iter().find(|quantity| quantity.date().is_some())?;
    let date = quantity.date().filter(|date| date.days().is_some())?;
    let (before, after) = (&head[..quantity.span.start], &head[quantity.span.end..]);
    let is_dateline = after.trim_start().starts_with(['电', '讯']);
    let is_line = end == text.len()
        && !text.contains(['。', '，', '！', '？', '；'])
        && (before.is_empty() || before.ends_with(['：', ':', '（', '(', ' ', '\u{3000}']));
    (is_dateline || is_line).then_some(date)
}

/// The year that begins with the numeral at byte `at`, if there are four numerals and 年.
fn year_at(text: &str, at: usize) -> Option<u32> {
    let length = if text.as_bytes()[at].is_ascii_digit() { 4 } else { 4 * '〇'.len_utf8() };
    let numerals = text.get(at..at + length)?;
    if !text[at + length..].starts_with('年') {
        return None;
    }
    let (year, style) = numeral_value(numerals)?;
    // 农历2023年 is not a year of the common calendar.
    let is_whole = !text[..at].ends_with(|c| begins_quantity(c) || c == '历');
    (is_whole && style != NumeralStyle::Counting && (1000..3000).contains(&year)).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{Draft, Format};

    /// What the last date before 〇 in a draft means.
    fn meant(text: &str) -> Vec<(Option<u32>, Option<u32>, Option<u32>)> {
        let draft = Draft::open(text.replace('〇', "").into_bytes(), Format::Plain).unwrap();
        let article = Article::new(draft.text(), draft.blocks(), 0..draft.blocks().len());
        let before = text.split('〇').next().unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let block = article.range.clone().find(|block| article.text(*block).starts_with(line)).unwrap();
        let date = article.date_ending_at(block, line.len()).unwrap();
        date.meant.iter().map(|date| (date.year, date.month, date.day)).collect()
    }

    #[test]
    fn dates_are_completed_from_what_precedes_them() {
        for (text, date) in [
            ("2012年，合作社成立。同年6月3日〇开业。", (2012, 6, 3)),
            ("2012年12月，合作社成立。次年1月3日〇开业。", (2013, 1, 3)),
            ("协议于2019年5月签署，当月15日〇生效。", (2019, 5, 15)),
            ("2019年12月31日，列车发车。次日〇抵达。", (2020, 1, 1)),
            ("新华社江城2023年11月1日电 本月15日〇开馆。", (2023, 11, 15)),
            ("新华社江城2023年11月1日电 明年1月20日〇开馆。", (2024, 1, 20)),
            ("新华社江城2023年12月1日电 下个月5日〇开馆。", (2024, 1, 5)),
            ("2023年11月9日至11日〇开馆。", (2023, 11, 11)),
        ] {
            let (year, month, day) = date;
            assert_eq!(meant(text).first(), Some(&(Some(year), Some(month), Some(day))), "{text}");
        }
        assert_eq!(meant("公司2012年成立。11月1日〇开馆。"), []);
        assert_eq!(meant("明年1月20日〇开馆，2023年3月5日闭馆。"), []);
    }
}
