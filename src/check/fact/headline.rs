//! `headline`: a number in a headline that the text below contradicts: 14亿元 above 1.4亿元.

use memchr::memmem::Finder;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::arithmetic::{Bounds, is_amount, is_relative, noun};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::WordList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity};
use crate::text::is_han;

/// Compares numbers in headlines with those in the text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Words that may occur between the name of a measured thing and the number: 产值突破
    between: WordList,
}

impl OptionsOnly for Headline {}

/// A number, and what it counts or measures.
struct NamedNumber<'a> {
    block: usize,
    quantity: &'a Quantity,
    /// The bounds of the number in its base unit.
    bounds: Bounds,
    /// What is counted or measured, if the text names it.
    what: Option<&'a str>,
}

/// The maximum number of quantities in headlines that are checked.
const MOST_QUANTITIES: usize = 12;
/// The maximum number of places in the text at which each of them is looked for.
const MOST_PLACES: usize = 40;
/// How many characters on both sides of a number are compared with the headline.
const CONTEXT: usize = 40;

impl ArticleCheck for Headline {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (block, quantity) in in_headlines(article).take(MOST_QUANTITIES) {
            let Some(number) = self.named_number(article, block, quantity) else { continue };
            // A number that does not name what it counts can be confirmed but not contradicted.
            if number.what.is_none() && !article.wants_agreements() {
                continue;
            }
            let written = quantity.core().of(article.text(block));
            if is_in_body(article, written) {
                article.agrees(block, quantity.core(), || format!("{written} = {written}"));
                continue;
            }
            let Some(what) = number.what else { continue };
            let finder = Finder::new(what);
            let places = places_in_body(article, &finder).take(MOST_PLACES);
            let in_body: Vec<NamedNumber> = article
                .sentences_around(places, Near::Any, SentencesRead::ItsOwn)
                .flat_map(with_block)
                .filter(|(_, other)| is_measured(other) && have_same_base(quantity, other))
                .filter_map(|(block, quantity)| self.named_number(article, block, quantity))
                .collect();
            hits.extend(check_number(article, &number, &in_body));
        }
        hits
    }
}

impl Headline {
    /// A quantity with what it counts or measures; `None` if its bounds are unknown.
    fn named_number<'a>(&self, article: &'a Article, block: usize, quantity: &'a Quantity) -> Option<NamedNumber<'a>> {
        let (_, unit) = quantity.unit?;
        let bounds = Bounds::of(quantity)?.times(unit.factor)?;
        Some(NamedNumber { block, quantity, bounds, what: self.what(article.text(block), quantity) })
    }

    /// What is counted (the word after the number) or measured (the word before it).
    fn what<'t>(&self, text: &'t str, quantity: &Quantity) -> Option<&'t str> {
        if quantity.dimension() == Some(Dimension::Count) {
            return noun(text, quantity);
        }
        let before = self.between.stripped(&text[..quantity.span.start]);
        let mut chars = before.char_indices().rev().take_while(|(_, c)| is_han(*c));
        let (at, _) = chars.nth(1)?;
        Some(&before[at..])
    }
}

/// The measured quantities in the headlines of an article, each with its block.
fn in_headlines<'a>(article: &'a Article) -> impl Iterator<Item = (usize, &'a Quantity)> {
    let headlines = article.range.clone().filter(|block| is_headline(article, *block));
    let sentences = headlines.flat_map(|block| article.sentences_of(block));
    sentences.flat_map(with_block).filter(|(_, quantity)| is_measured(quantity))
}

fn is_headline(article: &Article, block: usize) -> bool {
    article.blocks[block].kind == BlockKind::Headline
}

/// The quantities of a sentence, each with the block.
fn with_block(sentence: Sentence<'_>) -> impl Iterator<Item = (usize, &Quantity)> {
    sentence.quantities.iter().map(move |quantity| (sentence.block, quantity))
}

/// Whether a number occurs in the text below the headlines exactly as it is `written`.
fn is_in_body(article: &Article, written: &str) -> bool {
    let finder = Finder::new(written);
    let is_read = |place: CharOccurrence| !article.notes().sentences_of(place.block as usize).is_empty();
    places_in_body(article, &finder).any(is_read)
}

/// The places of a word in the text below the headlines.
fn places_in_body<'a>(article: &'a Article, finder: &'a Finder) -> impl Iterator<Item = CharOccurrence> + 'a {
    let body = article.range.clone().filter(|block| !is_headline(article, *block));
    body.flat_map(move |block| {
        let text = article.text(block);
        let character = |at: usize| text[at..].chars().next().unwrap_or_default();
        let places = finder.find_iter(text.as_bytes());
        places.map(move |at| CharOccurrence { block: block as u32, at: at as u32, character: character(at) })
    })
}

/// Whether a quantity is an amount of something other than time.
fn is_measured(quantity: &Quantity) -> bool {
    let is_of_things = quantity.dimension().is_some_and(|dimension| dimension != Dimension::Duration);
    is_amount(quantity) && !is_relative(quantity) && is_of_things
}

/// Whether both quantities have the same base unit.
fn have_same_base(one: &Quantity, other: &Quantity) -> bool {
    one.unit.zip(other.unit).is_some_and(|((_, one), (_, other))| one.base == other.base)
}

/// Compares a number in a headline with those in the text.
fn check_number(article: &Article, number: &NamedNumber, in_body: &[NamedNumber]) -> Option<Hit> {
    let is_of_same_thing = |other: &&NamedNumber| number.what.is_some() && other.what == number.what;
    let written = |number: &NamedNumber| number.quantity.core().of(article.text(number.block)).to_owned();
    let fits = |other: &&NamedNumber| other.bounds.overlaps(number.bounds) || is_rounded(other.bounds, number.bounds);
    if let Some(other) = in_body.iter().find(fits) {
        if is_of_same_thing(&other) {
            let computation = || format!("{} = {}", written(number), written(other));
            article.agrees(number.block, number.quantity.core(), computation);
        }
        return None;
    }
    let headline = article.text(number.block);
    let in_headline = number.bounds.value;
    let is_suspect = |other: &&NamedNumber| {
        let in_text = other.bounds.value;
        // A misprint of a one-digit number has no digit in common with it, so any two different numbers below ten
        // are suspect. 1 in the text is not, because 一 is seldom a count (一家企业).
        let are_below_ten = in_headline < Decimal::TEN && in_text < Decimal::TEN && in_text > Decimal::ONE;
        is_shifted(in_headline, in_text)
            || is_of_same_thing(other) && (is_misprint(in_headline, in_text) || are_below_ten)
    };
    let other = in_body.iter().find(is_suspect)?;
    let is_only = in_body.iter().filter(is_of_same_thing).count() < 2 || is_shifted(in_headline, other.bounds.value);
    if !is_only || !has_words_of_headline(headline, article.text(other.block), other.quantity) {
        return None;
    }
    let detail = format!("{} ≠ {}", written(number), written(other));
    let mut hit = Hit::new(number.block, number.quantity.core(), Vec::new()).detail(detail);
    hit.related.push((other.block, other.quantity.core(), "正文里的数在这里。".to_owned()));
    Some(hit)
}

/// Whether the text around a number is about the same thing as the headline: at least half of the pairs of adjacent
/// characters of the headline occur in it.
fn has_words_of_headline(headline: &str, text: &str, quantity: &Quantity) -> bool {
    let before = text[..quantity.span.start].char_indices().rev().take(CONTEXT).last();
    let start = before.map_or(quantity.span.start, |(at, _)| at);
    let after = text[quantity.span.end..].char_indices().nth(CONTEXT);
    let end = after.map_or(text.len(), |(at, _)| quantity.span.end + at);
    let context = &text[start..end];
    let characters: Vec<char> = headline.chars().collect();
    let pairs = characters.windows(2).filter(|pair| pair.iter().all(|c| is_han(*c)));
    let (mut all, mut found) = (0, 0);
    for pair in pairs {
        all += 1;
        found += usize::from(context.contains(&pair.iter().collect::<String>()));
    }
    found * 2 >= all
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
