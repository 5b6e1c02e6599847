//! `headline`: a number in a headline that the text below contradicts: 14亿元 above 1.4亿元, 第七届 above 第六届.

use memchr::memmem::Finder;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::arithmetic::{Bounds, PEOPLE, is_amount, is_relative, noun};
use crate::check::article::{Article, CharOccurrence, Sentence};
use crate::check::options::WordList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Dimension, Quantity, QuantityKind};
use crate::text::{NumeralStyle, is_han};

/// Compares numbers in headlines with those in the text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Words that may occur between the name of a measured thing and the number: 产值突破
    between: WordList,
}

impl OptionsOnly for Headline {}

/// What a number in a headline is. Only numbers of one kind are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort<'t> {
    /// An amount, in this base unit.
    Amount(&'static str),
    /// An ordinal number, with the character after it: 第七届
    Ordinal(&'t str),
    /// A year without month and day.
    Year,
    /// A day, with or without its month.
    Day,
}

/// A number, and what it is about.
struct NamedNumber<'a> {
    block: usize,
    quantity: &'a Quantity,
    sort: Sort<'a>,
    /// The bounds of the number in its base unit.
    bounds: Bounds,
    /// The two characters after the number and its unit, and those before, without words such as 突破.
    noun: Option<&'a str>,
    name: Option<&'a str>,
    /// Whether it counts the years since an event, of which an article hardly ever names two.
    is_anniversary: bool,
}

/// The maximum number of quantities in headlines that are checked.
const MOST_QUANTITIES: usize = 12;
/// The maximum number of sentences of the text with which each of them is compared.
const MOST_SENTENCES: usize = 80;
/// The maximum number of sentences in which an ordinal number is looked for: further down the text may speak of the
/// session before or after.
const MOST_SENTENCES_OF_ORDINALS: usize = 5;
/// How many characters on both sides of a number are compared with the headline.
const CONTEXT: usize = 60;
/// The share of the words of the headline that must be around a number, in per cent, if both numbers name the same thing
/// and if they do not.
const SHARED_WORDS: (usize, usize) = (35, 60);
/// By how much more words the number that is meant must share than another one, in per cent.
const CLEARLY: usize = 20;

impl ArticleCheck for Headline {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (block, quantity) in in_headlines(article).take(MOST_QUANTITIES) {
            let Some(number) = self.named_number(article, block, quantity) else { continue };
            let written = quantity.core().of(article.text(block));
            // 超千次 gives the order of magnitude only. A length of time may be told in many ways.
            let is_length = is_of_time(quantity) && !written.ends_with("周年");
            let is_vague = article.text(block)[..quantity.span.start].ends_with(['数', '几', '上']);
            if is_length || is_vague || written.starts_with(['百', '千', '万', '亿']) {
                continue;
            }
            if is_in_body(article, written) {
                article.agrees(block, quantity.core(), || format!("{written} = {written}"));
                continue;
            }
            let most = if matches!(number.sort, Sort::Amount(_)) { MOST_SENTENCES } else { MOST_SENTENCES_OF_ORDINALS };
            let body = text_below(article, block);
            let in_body: Vec<NamedNumber> = body
                .flat_map(|block| article.sentences_of(block))
                .take(most)
                .flat_map(with_block)
                .filter_map(|(block, quantity)| self.named_number(article, block, quantity))
                .filter(|other| other.sort == number.sort)
                .collect();
            hits.extend(check_number(article, &number, &in_body));
        }
        hits
    }
}

impl Headline {
    /// A quantity with what it is about; `None` if it cannot be compared.
    fn named_number<'a>(&self, article: &'a Article, block: usize, quantity: &'a Quantity) -> Option<NamedNumber<'a>> {
        let text = article.text(block);
        let (sort, factor) = sort_of(text, quantity)?;
        let bounds = match sort {
            Sort::Year => year_of(quantity).map(exactly)?,
            Sort::Day => exactly(day_of(quantity)?),
            Sort::Ordinal(_) => exactly(quantity.number.value.exact()?),
            Sort::Amount(_) => Bounds::of(quantity)?.times(factor)?,
        };
        // 一种 and 两天 are words rather than figures.
        let written = quantity.number.value.exact().unwrap_or_default();
        let is_word = quantity.number.style != NumeralStyle::Arabic
            && (written <= Decimal::TWO || written >= Decimal::ONE_HUNDRED);
        if is_word && matches!(sort, Sort::Amount(_)) || sort_is_first(sort, written) {
            return None;
        }
        let before = self.between.stripped(&text[..quantity.span.start]);
        let mut chars = before.char_indices().rev().take_while(|(_, c)| is_han(*c));
        let name = chars.nth(1).map(|(at, _)| &before[at..]);
        let noun = match sort {
            // 第七届中国…: the character after the number is its unit.
            Sort::Ordinal(unit) if quantity.unit.is_none() => two_han(&text[quantity.span.end + unit.len()..]),
            _ => noun(text, quantity),
        };
        let is_anniversary = quantity.core().of(text).ends_with("周年");
        Some(NamedNumber { block, quantity, sort, bounds, noun, name, is_anniversary })
    }
}

impl NamedNumber<'_> {
    /// Whether both numbers count or measure the same thing, as the words beside them tell.
    fn is_of_same_thing(&self, other: &NamedNumber) -> bool {
        // 250亿元人民币: what follows a measure is not what is measured.
        let is_counted =
            self.quantity.dimension().is_none_or(|it| matches!(it, Dimension::Count | Dimension::Duration));
        let has_same_noun = is_counted && self.noun.is_some() && self.noun == other.noun;
        has_same_noun || matches!(self.sort, Sort::Amount(_)) && self.name.is_some() && self.name == other.name
    }

    /// Whether the number of the text may be the one of the headline.
    fn fits(&self, other: &NamedNumber) -> bool {
        if self.sort == Sort::Day {
            let ([month, day], [other_month, other_day]) = (self.month_and_day(), other.month_and_day());
            return day == other_day && (month == other_month || month.is_zero() || other_month.is_zero());
        }
        let senses = |number: &NamedNumber| number.quantity.qualifiers.iter().map(|it| it.sense).collect::<Vec<_>>();
        let form = |number: &NamedNumber| (number.quantity.number.decimals, number.quantity.number.scale);
        // 近3.4亿 and 近3.5亿 are not the same rounded number.
        // A headline rounds what the text says, not the other way round.
        let is_as_exact = digits(self.bounds.value).len() >= digits(other.bounds.value).len();
        let is_same_form = is_as_exact && senses(self) == senses(other) && form(self) == form(other);
        if !self.quantity.qualifiers.is_empty() && is_same_form {
            return self.bounds.value == other.bounds.value;
        }
        other.bounds.overlaps(self.bounds) || is_rounded(other.bounds, self.bounds)
    }

    /// The month of a day, 0 if it is not named, and the day.
    fn month_and_day(&self) -> [Decimal; 2] {
        [(self.bounds.value / Decimal::ONE_HUNDRED).trunc(), self.bounds.value % Decimal::ONE_HUNDRED]
    }

    /// Whether one of the numbers may be a misprint of the other.
    fn is_slip_of(&self, other: &NamedNumber) -> bool {
        let has_same_unit = self.quantity.unit.map(|(_, unit)| unit) == other.quantity.unit.map(|(_, unit)| unit);
        let value = |number: &NamedNumber| number.quantity.number.value.exact().filter(|_| has_same_unit);
        let (one, other_value) = value(self).zip(value(other)).unwrap_or((self.bounds.value, other.bounds.value));
        match self.sort {
            Sort::Ordinal(_) => true,
            _ if self.is_anniversary && other.is_anniversary => true,
            // A report of one year is published in the next.
            Sort::Year => is_misprint(one, other_value) && (one - other_value).abs() > Decimal::ONE,
            Sort::Day => {
                let ([month, day], [other_month, other_day]) = (self.month_and_day(), other.month_and_day());
                let is_of_month = month == other_month || month.is_zero();
                is_of_month && is_misprint_of_day(day, other_day) || day == other_day && !other_month.is_zero()
            }
            // A misprint of a one-digit number has no digit in common with it, so any two different numbers below ten
            // are suspect. 1 in the text is not, because 一 is seldom a count (一家企业).
            Sort::Amount(_) => {
                let are_below_ten = one < Decimal::TEN && other_value < Decimal::TEN && other_value > Decimal::ONE;
                is_shifted(one, other_value)
                    || is_misprint(one, other_value)
                    || has_one_digit_more(one, other_value)
                    || are_below_ten && one.is_integer() && other_value.is_integer()
            }
        }
    }
}

/// The bounds of a number that is exact.
fn exactly(value: Decimal) -> Bounds {
    Bounds { value, least: value, most: Some(value) }
}

/// The sort of a quantity and the factor of its unit; `None` if it is not compared.
fn sort_of<'t>(text: &'t str, quantity: &Quantity) -> Option<(Sort<'t>, Decimal)> {
    match quantity.kind {
        QuantityKind::Ordinal => {
            let after = &text[quantity.number.span.end..];
            let unit = after.chars().next().filter(|c| is_han(*c))?;
            // 1982年第九届 speaks of another time.
            let before = text[..quantity.number.span.start].trim_end_matches('第');
            if before.ends_with('年') {
                return None;
            }
            Some((Sort::Ordinal(&after[..unit.len_utf8()]), Decimal::ONE))
        }
        QuantityKind::Date(_) if is_day_of_report(text, quantity) => None,
        QuantityKind::Date(_) if day_of(quantity).is_some() => Some((Sort::Day, Decimal::ONE)),
        QuantityKind::Date(_) => year_of(quantity).map(|_| (Sort::Year, Decimal::ONE)),
        _ if is_amount(quantity) => {
            let (_, unit) = quantity.unit?;
            let base = if PEOPLE.contains(&unit.base) { PEOPLE[0] } else { unit.base };
            Some((Sort::Amount(base), unit.factor))
        }
        _ => None,
    }
}

/// Whether a number is that of a first one, which texts name for comparison.
fn sort_is_first(sort: Sort, value: Decimal) -> bool {
    matches!(sort, Sort::Ordinal(_)) && value <= Decimal::ONE
}

/// The year of a date that has neither month nor day.
fn year_of(quantity: &Quantity) -> Option<Decimal> {
    let date = quantity.date().filter(|date| quantity.upper.is_none() && !date.is_of_another_calendar)?;
    matches!(date, Date { month: None, day: None, .. }).then_some(Decimal::from(date.year?))
}

/// The month and the day of a date as one number: 1105 for 11月5日, 5 for 5日.
fn day_of(quantity: &Quantity) -> Option<Decimal> {
    let date = quantity.date().filter(|date| quantity.upper.is_none() && !date.is_of_another_calendar)?;
    Some(Decimal::from(date.month.unwrap_or_default() * 100 + date.day?))
}

/// Whether a date is that of the report: 今天（11月5日）, 11月5日电.
fn is_day_of_report(text: &str, quantity: &Quantity) -> bool {
    text[..quantity.span.start].ends_with('（') || text[quantity.span.end..].starts_with(['电', '讯', '）'])
}

/// The first two characters of a text and an opening mark, if they are Han.
fn two_han(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['“', '《']);
    let (second, c) = text.char_indices().take_while(|(_, c)| is_han(*c)).nth(1)?;
    Some(&text[..second + c.len_utf8()])
}

/// The quantities in the headlines of an article, each with its block.
fn in_headlines<'a>(article: &'a Article) -> impl Iterator<Item = (usize, &'a Quantity)> {
    let headlines = article.range.clone().filter(|block| is_headline(article, *block));
    headlines.flat_map(|block| article.sentences_of(block)).flat_map(with_block)
}

/// Whether a block is a headline, or the first of its article and too long to be taken for one, but no sentence.
pub(super) fn is_headline(article: &Article, block: usize) -> bool {
    /// The maximum length of a headline in bytes.
    const LONGEST: usize = 180;
    let is_first = block == article.range.start && article.range.len() > 1;
    let text = article.text(block);
    let is_title = || text.len() <= LONGEST && !text.contains(['。', '；']) && !text.ends_with(['：', '！', '？']);
    article.blocks[block].kind == BlockKind::Headline || is_first && is_title()
}

/// The quantities of a sentence, each with the block.
fn with_block(sentence: Sentence<'_>) -> impl Iterator<Item = (usize, &Quantity)> {
    sentence.quantities.iter().map(move |quantity| (sentence.block, quantity))
}

/// Whether a number occurs in the text below the headlines exactly as it is `written`, and not as a part of a longer
/// one.
fn is_in_body(article: &Article, written: &str) -> bool {
    let finder = Finder::new(written);
    let mut body = article.range.clone().filter(|block| !is_headline(article, *block));
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    body.any(|block| {
        let text = article.text(block);
        finder.find_iter(text.as_bytes()).any(|at| !text[..at].ends_with(is_part))
    })
}

/// Compares a number in a headline with those in the text.
fn check_number(article: &Article, number: &NamedNumber, in_body: &[NamedNumber]) -> Option<Hit> {
    let written = |number: &NamedNumber| number.quantity.core().of(article.text(number.block)).to_owned();
    let fitting = || in_body.iter().filter(|other| number.fits(other));
    if let Some(other) = fitting().find(|other| number.is_of_same_thing(other)) {
        let computation = || format!("{} = {}", written(number), written(other));
        article.agrees(number.block, number.quantity.core(), computation);
        return None;
    }
    let headline = article.text(number.block);
    let shared = |other: &NamedNumber| shared_words(headline, article.text(other.block), other.quantity);
    let score_of = |other: &NamedNumber| {
        let is_same = number.is_of_same_thing(other);
        let least = if is_same { SHARED_WORDS.0 } else { SHARED_WORDS.1 };
        let are_counted = number.quantity.dimension() == Some(Dimension::Count);
        let are_unlike = are_counted && number.noun.is_some() && other.noun.is_some();
        let may_be_same = match number.sort {
            Sort::Amount(_) => !are_unlike,
            Sort::Day => has_equal_side(headline, number.quantity, article.text(other.block), other.quantity),
            _ => false,
        };
        ((is_same || may_be_same) && number.is_slip_of(other)).then(|| shared(other)).filter(|score| *score >= least)
    };
    if is_sum(number, in_body) {
        return None;
    }
    let suspects: Vec<(usize, &NamedNumber)> =
        in_body.iter().filter_map(|other| Some((score_of(other)?, other))).collect();
    let (best, other) = suspects.iter().copied().max_by_key(|(score, _)| *score)?;
    // If the text has several such numbers, it is not known which one the headline means.
    if fitting().any(|it| shared(it) + CLEARLY > best) {
        return None;
    }
    if suspects.iter().any(|(score, it)| it.bounds.value != other.bounds.value && score + CLEARLY > best) {
        return None;
    }
    let detail = format!("{} ≠ {}", written(number), written(other));
    let mut hit = Hit::new(number.block, number.quantity.core(), Vec::new()).detail(detail);
    hit.related.push((other.block, other.quantity.core(), "正文里的数在这里。".to_owned()));
    Some(hit)
}

/// Whether the two characters before two numbers are the same, or those after them: 将于6月19日在, 将于5月19日至20日在.
fn has_equal_side(text: &str, one: &Quantity, other_text: &str, other: &Quantity) -> bool {
    let before = |text: &str, number: &Quantity| -> Vec<char> {
        text[..number.span.start].chars().rev().take(2).filter(|c| is_han(*c)).collect()
    };
    let after = |text: &str, number: &Quantity| -> Vec<char> {
        text[number.span.end..].chars().take(2).filter(|c| is_han(*c)).collect()
    };
    let are_equal = |one: Vec<char>, other: Vec<char>| one.len() == 2 && one == other;
    are_equal(before(text, one), before(other_text, other)) || are_equal(after(text, one), after(other_text, other))
}

/// Whether the number of the headline is the sum or the difference of two numbers of the text.
fn is_sum(number: &NamedNumber, in_body: &[NamedNumber]) -> bool {
    /// The maximum number of amounts that are added to each other.
    const MOST_PARTS: usize = 40;
    let parts = || in_body.iter().take(MOST_PARTS).map(|it| it.bounds);
    let fits =
        |sum: Option<Bounds>| sum.is_some_and(|sum| sum.overlaps(number.bounds) || is_rounded(sum, number.bounds));
    let is_sum = |one: Bounds| parts().any(|other| fits(one.plus(other)));
    let is_difference =
        |one: Bounds| parts().any(|other| one.value.checked_sub(other.value) == Some(number.bounds.value));
    let is_added = matches!(number.sort, Sort::Amount(_)) && !is_relative(number.quantity);
    is_added && parts().any(|one| is_sum(one) || is_difference(one))
}

/// The blocks of text that a headline is above: those up to the next one. The first headline is above the whole
/// article.
pub(super) fn text_below(article: &Article, headline: usize) -> impl Iterator<Item = usize> {
    let first = article.range.clone().find(|block| !is_headline(article, *block)).unwrap_or(article.range.end);
    let start = headline.max(first);
    let below = (start..article.range.end).skip_while(move |block| is_headline(article, *block));
    let is_last = move |block: &usize| is_headline(article, *block) && headline > first;
    below.take_while(move |block| !is_last(block)).filter(move |block| !is_headline(article, *block))
}

/// Whether a quantity is a length of time.
fn is_of_time(quantity: &Quantity) -> bool {
    is_amount(quantity) && quantity.dimension() == Some(Dimension::Duration)
}

/// How many of the pairs of adjacent characters of a headline occur in the text around a number, in per cent.
fn shared_words(headline: &str, text: &str, quantity: &Quantity) -> usize {
    let before = text[..quantity.span.start].char_indices().rev().take(CONTEXT).last();
    let start = before.map_or(quantity.span.start, |(at, _)| at);
    let after = text[quantity.span.end..].char_indices().nth(CONTEXT);
    let end = after.map_or(text.len(), |(at, _)| quantity.span.end + at);
    let context = &text[start..end];
    let ends = headline.char_indices().map(|(at, c)| (at, at + c.len_utf8(), is_han(c)));
    let pairs = ends.clone().zip(ends.skip(1)).filter(|((_, _, first), (_, _, second))| *first && *second);
    let (mut all, mut found) = (0, 0);
    for ((from, ..), (_, to, _)) in pairs {
        all += 1;
        found += usize::from(context.contains(&headline[from..to]));
    }
    100 * found / all.max(1)
}

/// The digits of a number without the zeros at its ends.
fn digits(value: Decimal) -> String {
    value.normalize().mantissa().unsigned_abs().to_string().trim_end_matches('0').to_owned()
}

/// Whether the number in the headline is the exact number rounded to fewer digits.
fn is_rounded(exact: Bounds, headline: Bounds) -> bool {
    let slack = exact.value.abs() * Decimal::new(5, 2);
    digits(headline.value).len() < digits(exact.value).len() && (exact.value - headline.value).abs() <= slack
}

/// Whether both numbers have the same two or more digits, but differ by a power of ten: 14亿, 1.4亿.
fn is_shifted(one: Decimal, other: Decimal) -> bool {
    let (first, second) = (digits(one), digits(other));
    one != other && first == second && first.len() > 1
}

/// Whether both numbers have the same number of digits, two or more, and differ in one of them or by two adjacent digits
/// that are exchanged.
fn is_misprint(one: Decimal, other: Decimal) -> bool {
    let (first, second) = (one.normalize().to_string(), other.normalize().to_string());
    let differing: Vec<usize> =
        (0..first.len()).filter(|&at| first.as_bytes().get(at) != second.as_bytes().get(at)).collect();
    let is_swap = |at: usize| first.as_bytes()[at..at + 2].iter().rev().eq(&second.as_bytes()[at..at + 2]);
    first.len() == second.len()
        && first.len() > 1
        && match differing.as_slice() {
            [_] => true,
            [at, next] => at + 1 == *next && is_swap(*at),
            _ => false,
        }
}

/// Whether two days differ in one digit, or one has a digit more: 5日, 15日.
fn is_misprint_of_day(one: Decimal, other: Decimal) -> bool {
    let (one, other) = (one.normalize().to_string(), other.normalize().to_string());
    let (long, short) = if one.len() > other.len() { (&one, &other) } else { (&other, &one) };
    let differing = one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
    if long.len() > short.len() { long.contains(short.as_str()) } else { differing == 1 }
}

/// Whether one number has one digit more than the other and is the same without it: 318, 38.
fn has_one_digit_more(one: Decimal, other: Decimal) -> bool {
    let (one, other) = (one.normalize().to_string(), other.normalize().to_string());
    let (long, short) = if one.len() > other.len() { (one, other) } else { (other, one) };
    let without = |at: usize| long[..at].bytes().chain(long[at + 1..].bytes()).eq(short.bytes());
    short.len() > 1 && long.len() == short.len() + 1 && (0..long.len()).any(without)
}
