//! `year-gloss`: a year or a day in brackets that contradicts the words before it, or what the article says elsewhere:
//! 去年（2023年） beside 今年（2023年）, 1974年（21世纪70年代）, 昨天（7月27日） beside 今天（7月24日）.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, WordOccurrence};
use crate::check::options::{OptionError, WatchedWords};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::quantity::Date;
use crate::text::{Span, is_numeral, numeral_value};

/// Options of a check of years in brackets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearGlossOptions {
    /// Words for years, the first one for the year two years before that of the article, the others for the years that
    /// follow: 前年 去年 今年.
    years: Spanned<String>,
    /// The word for a century.
    century: String,
    /// Words for days, the first one for the day two days before that of the article, the others for the days that
    /// follow; words for the same day are joined by `|`: 前天|前日 昨天|昨日 今天.
    days: String,
}

/// Compares years in brackets with the words before them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct YearGloss {
    /// The words for years and for days, tagged with their place in the option, and the one for a century.
    pub words: WatchedWords,
}

/// The tag of the word for a century.
const CENTURY: usize = 99;

/// The tag of the first word for a day.
const DAYS: usize = 10;

/// How many years before that of the article the first word for a year means, and how many days the first one for a day.
const FIRST: i32 = 2;

impl Compile for YearGloss {
    type Options = YearGlossOptions;

    fn compile(options: &YearGlossOptions, _: &Classes) -> Result<YearGloss, OptionError> {
        let years = options.years.get_ref().split_whitespace().zip(0..);
        let days = options.days.split_whitespace().zip(DAYS..CENTURY);
        let days = days.flat_map(|(words, tag)| words.split('|').map(move |word| (word, tag)));
        let words = years.chain(days).chain([(options.century.as_str(), CENTURY)]);
        Ok(YearGloss { words: WatchedWords::compile(words, &options.years)? })
    }
}

/// A word for a year with the year in brackets.
struct Gloss {
    block: usize,
    /// The word and the brackets.
    span: Span,
    /// The year of the article that follows from it.
    own: i32,
}

impl WordCheck for YearGloss {
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], _: &Lexicon) -> Vec<Hit> {
        let (centuries, words): (Vec<&WordOccurrence>, Vec<&WordOccurrence>) =
            occurrences.iter().partition(|occurrence| usize::from(occurrence.tag) == CENTURY);
        let (days, words): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|occurrence| usize::from(occurrence.tag) >= DAYS);
        let days: Vec<DayGloss> = days.into_iter().filter_map(|word| day_gloss(article, word)).collect();
        let glosses: Vec<Gloss> = words.into_iter().filter_map(|word| gloss(article, word)).collect();
        let decades = centuries.into_iter().filter_map(|word| check_decade(article, word));
        let years = check_glosses(article, &glosses).into_iter().chain(decades);
        years.chain(check_days(article, &days)).collect()
    }
}

/// The year in brackets after a word for a year.
fn gloss(article: &Article, word: &WordOccurrence) -> Option<Gloss> {
    let text = article.text(word.block);
    let (year, length) = year_in_brackets(&text[word.span.end..])?;
    let span = Span::new(word.span.start, word.span.end + length);
    Some(Gloss { block: word.block, span, own: year + FIRST - i32::from(word.tag) })
}

/// The year at the start of a text, if brackets enclose it and nothing else, and the length of both: （2023年）.
fn year_in_brackets(text: &str) -> Option<(i32, usize)> {
    let inner = text.strip_prefix('（')?;
    let digits = inner.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    let rest = inner[4..].strip_prefix('年').unwrap_or(&inner[4..]).strip_prefix('）')?;
    Some((digits.parse().ok()?, text.len() - rest.len()))
}

/// The hits for years that contradict the day of the article, or else those in other brackets.
fn check_glosses(article: &Article, glosses: &[Gloss]) -> Vec<Hit> {
    let Some(first) = glosses.first() else { return Vec::new() };
    let written = |gloss: &Gloss| gloss.span.of(article.text(gloss.block));
    let own = article.own_date().and_then(|date| date.year).and_then(|year| i32::try_from(year).ok());
    if let Some(own) = own {
        let wrong = glosses.iter().filter(|gloss| gloss.own != own);
        let hit = |gloss: &Gloss| {
            let detail = format!("“{}”，本文却是{own}年的", written(gloss));
            Hit::new(gloss.block, gloss.span, Vec::new()).detail(detail)
        };
        return wrong.map(hit).collect();
    }
    // The year that most brackets lead to, or else the first one.
    let count = |own: i32| glosses.iter().filter(|gloss| gloss.own == own).count();
    let usual = glosses.iter().rev().max_by_key(|gloss| count(gloss.own)).unwrap_or(first);
    let wrong = glosses.iter().filter(|gloss| gloss.own != usual.own);
    let hit = |gloss: &Gloss| {
        let detail = format!("“{}”与“{}”矛盾", written(gloss), written(usual));
        let mut hit = Hit::new(gloss.block, gloss.span, Vec::new()).detail(detail);
        hit.related.push((usual.block, usual.span, format!("这里是“{}”。", written(usual))));
        hit
    };
    wrong.map(hit).collect()
}

/// A word for a day with the month and the day in brackets.
struct DayGloss {
    block: usize,
    /// The word and the brackets.
    span: Span,
    /// The day of the article that follows from it, as a number of days, in a common year and in a leap year.
    own: [u32; 2],
}

/// The month and the day in brackets after a word for a day: 昨天（7月23日）.
fn day_gloss(article: &Article, word: &WordOccurrence) -> Option<DayGloss> {
    /// Years of which the days are counted, each far from the next change of the length of a year.
    const YEARS: [u32; 2] = [2022, 2024];
    let text = article.text(word.block);
    let after = &text[word.span.end..];
    let (month, rest) = leading_number(after.strip_prefix('（')?)?;
    let (day, rest) = leading_number(rest.strip_prefix('月')?)?;
    let rest = rest.strip_prefix("日）")?;
    let later = i32::from(word.tag) - DAYS as i32 - FIRST;
    let own = YEARS.map(|year| {
        let date = Date { year: Some(year), month: Some(month), day: Some(day), ..Date::default() };
        date.days()?.checked_add_signed(-later)
    });
    let span = Span::new(word.span.start, text.len() - rest.len());
    Some(DayGloss { block: word.block, span, own: [own[0]?, own[1]?] })
}

/// The number of one or two digits at the start of a text, and the rest.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    Some((digits.parse().ok().filter(|_| digits.len() < 3)?, rest))
}

/// The maximum number of blocks between a day and the next one of the same item.
const MOST_BLOCKS: usize = 10;

/// The hits for days that contradict the other ones of the article. An article that tells of several days has no own.
fn check_days(article: &Article, days: &[DayGloss]) -> Vec<Hit> {
    let mut counts: HashMap<(usize, u32), usize> = HashMap::new();
    days.iter().flat_map(|day| day.own.into_iter().enumerate()).for_each(|own| *counts.entry(own).or_default() += 1);
    let count = |day: &DayGloss| day.own.into_iter().enumerate().filter_map(|own| counts.get(&own)).max().copied();
    // The day that most brackets lead to, or else the first one.
    let Some(usual) = days.iter().rev().max_by_key(|day| count(day)) else { return Vec::new() };
    let agree = |day: &DayGloss| day.own[0] == usual.own[0] || day.own[1] == usual.own[1];
    let wrong: Vec<&DayGloss> = days.iter().filter(|day| !agree(day)).collect();
    // A day that stands far from the others may be that of another item of the page.
    let is_near = |day: &DayGloss| {
        let others = days.iter().filter(|other| !std::ptr::eq(*other, day));
        others.into_iter().any(|other| other.block.abs_diff(day.block) <= MOST_BLOCKS)
    };
    let [wrong] = wrong[..] else { return Vec::new() };
    if !is_near(wrong) {
        return Vec::new();
    }
    let written = |day: &DayGloss| day.span.of(article.text(day.block));
    let detail = format!("“{}”与“{}”矛盾", written(wrong), written(usual));
    let mut hit = Hit::new(wrong.block, wrong.span, Vec::new()).detail(detail);
    hit.related.push((usual.block, usual.span, format!("这里是“{}”。", written(usual))));
    vec![hit]
}

/// The hit for a decade in brackets to which the year before them does not belong.
fn check_decade(article: &Article, word: &WordOccurrence) -> Option<Hit> {
    let text = article.text(word.block);
    let before = text[..word.span.start].trim_end_matches(is_numeral);
    let (century, _) = numeral_value(&text[before.len()..word.span.start])?;
    let year = before.strip_suffix("年（")?;
    let start = year.len().checked_sub(4)?;
    let digits = year.get(start..).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    let is_longer = year[..start].ends_with(|c: char| c.is_ascii_digit());
    let year: u32 = digits.parse().ok().filter(|_| !is_longer)?;
    let after = &text[word.span.end..];
    let rest = after.trim_start_matches(is_numeral);
    let (decade, _) = numeral_value(&after[..after.len() - rest.len()])?;
    let end = text.len() - rest.strip_prefix("年代")?.len();
    // The first decade of a century is said in other words.
    let (right_century, right_decade) = (year.saturating_sub(1) / 100 + 1, year % 100 / 10 * 10);
    if right_decade == 0 || (century, decade) == (right_century, right_decade) {
        return None;
    }
    let detail = format!("{year}年在{right_century}世纪{right_decade}年代");
    Some(Hit::new(word.block, Span::new(start, end), Vec::new()).detail(detail))
}
