//! `year-slip`: a year far from the years of the article that one wrong digit makes of one near them: 3023年, 1023年.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::text::Span;

/// Options of a check of years.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearSlipOptions {
    /// The words that speak of remote times, separated by spaces. In a block with one of them any year of the past can be
    /// meant.
    past: String,
    /// The same for the future.
    future: String,
}

/// Years with a wrong digit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct YearSlip {
    past: WordList,
    future: WordList,
    /// The cues of years.
    pub cue: CueList,
}

/// The years that a newspaper writes about without a word on the epoch.
const COMMON: std::ops::RangeInclusive<u32> = 1840..=2100;
/// The years that are likely in an article that names no other.
const LIKELY: std::ops::RangeInclusive<u32> = 2000..=2035;
/// How far a year can be from the other years of an article to be likely there.
const REACH: u32 = 10;

/// A number of digits before 年.
struct WrittenYear<'t> {
    span: Span,
    digits: &'t str,
    /// Whether a month in digits follows, which makes it a year and not a number of years.
    has_month: bool,
}

impl Compile for YearSlip {
    type Options = YearSlipOptions;

    fn compile(options: &YearSlipOptions, _: &Classes) -> Result<YearSlip, OptionError> {
        let (past, future) = (WordList::new(&options.past), WordList::new(&options.future));
        Ok(YearSlip { past, future, cue: CueList::new("#年") })
    }
}

impl ArticleCheck for YearSlip {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for occurrence in occurrences {
            let block = occurrence.block as usize;
            let text = article.text(block);
            let Some(written) = WrittenYear::ending_at(text, occurrence.at as usize + 1) else { continue };
            let meant = meant_years(article, &written);
            let remote = if written.is_future() { &self.future } else { &self.past };
            if !meant.is_empty() && !remote.any_in(text) {
                let suggestions = meant.iter().map(u32::to_string).collect();
                hits.push(Hit::new(block, written.span, suggestions));
            }
        }
        hits
    }
}

impl<'t> WrittenYear<'t> {
    /// The uncommon year whose digits end at byte `end`. `None` for common years, for round ones, and for numbers that
    /// are no year.
    fn ending_at(text: &'t str, end: usize) -> Option<WrittenYear<'t>> {
        let head = text.get(..end)?;
        let count = head.bytes().rev().take(5).take_while(u8::is_ascii_digit).count();
        let span = Span::new(end - count, end);
        let digits = span.of(text);
        let value: u32 = digits.parse().ok()?;
        let is_uncommon = match count {
            3 => value >= 100,
            4 => value >= 1000 && !COMMON.contains(&value),
            _ => false,
        };
        let before = text[..span.start].chars().next_back();
        let is_part = before.is_some_and(|c| c.is_ascii_alphanumeric() || ".,第前近约达—～-－–".contains(c));
        if !is_uncommon || is_part || value.is_multiple_of(50) {
            return None;
        }
        let month = text[end..].strip_prefix('年')?;
        let month_digits = month.bytes().take(3).take_while(u8::is_ascii_digit).count();
        let has_month = matches!(month_digits, 1 | 2) && month[month_digits..].starts_with('月');
        Some(WrittenYear { span, digits, has_month })
    }

    /// Whether the year is one of the future.
    fn is_future(&self) -> bool {
        self.digits.parse().is_ok_and(|year: u32| year > *COMMON.end())
    }

    /// The years with four digits that one slip makes this number of: a wrong digit, two digits in the wrong order, or a
    /// missing digit.
    fn corrections(&self) -> Vec<u32> {
        let digits = self.digits.as_bytes();
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for at in 0..=digits.len() {
            for digit in b'0'..=b'9' {
                let mut text = digits.to_vec();
                match digits.len() {
                    3 => text.insert(at, digit),
                    length if at < length => text[at] = digit,
                    _ => continue,
                }
                texts.push(text);
            }
            if digits.len() == 4 && at < 3 {
                let mut text = digits.to_vec();
                text.swap(at, at + 1);
                texts.push(text);
            }
        }
        let mut years: Vec<u32> =
            texts.iter().filter_map(|text| std::str::from_utf8(text).ok()?.parse().ok()).collect();
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// The years that may be meant by an uncommon year: those that the article names, or else those near them; if the
/// article names none, the years of today. Empty if the article also names another year as uncommon, or if nothing
/// tells which year is meant.
fn meant_years(article: &Article, written: &WrittenYear) -> Vec<u32> {
    let own: Option<u32> = written.digits.parse().ok();
    let others = article.years().iter().copied().filter(|year| Some(*year) != own);
    let (mut named, uncommon): (Vec<u32>, Vec<u32>) = others.partition(|year| COMMON.contains(year));
    if uncommon.iter().any(|year| *year < *COMMON.start()) {
        return Vec::new();
    }
    named.extend(article.issue_date.and_then(|date| date.year));
    let corrections = written.corrections();
    let exact: Vec<u32> = corrections.iter().copied().filter(|year| named.contains(year)).collect();
    if !exact.is_empty() && (written.has_month || written.digits.len() == 4) {
        return exact;
    }
    let is_near = |year: &u32| match (named.iter().min(), named.iter().max()) {
        (Some(first), Some(last)) => (first - REACH..=last + REACH).contains(year) && *year >= 1949,
        _ => LIKELY.contains(year),
    };
    if written.has_month || written.is_future() && !named.is_empty() {
        corrections.into_iter().filter(is_near).collect()
    } else {
        Vec::new()
    }
}
