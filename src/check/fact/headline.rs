//! `headline`: a figure in a headline that the text under it does not bear out: 14亿元 over 1.4亿元.

use memchr::memmem::Finder;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::arithmetic::{Bounds, is_amount, is_relative, noun};
use crate::check::article::{Article, CharOccurrence, Near, Reach};
use crate::check::options::WordList;
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Dimension, Quantity, scan};
use crate::text::is_han;

/// Headlines and the text under them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// What may stand between a figure and the name of what it measures: 产值突破
    between: WordList,
}

impl Plain for Headline {}

/// A figure with what is counted or measured.
struct HeadlineNumber<'a> {
    block: usize,
    quantity: &'a Quantity,
    bounds: Bounds,
    what: Option<&'a str>,
}

impl ArticleCheck for Headline {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let blocks = || article.range.clone();
        let is_headline = |block: &usize| article.blocks[*block].kind == Kind::Headline;
        let headlines = blocks().filter(is_headline).flat_map(|block| {
            scan(article.text(block)).into_iter().filter(is_measured).map(move |quantity| (block, quantity))
        });
        let mut hits = Vec::new();
        for (block, quantity) in headlines.take(MOST_FIGURES) {
            let Some(figure) = self.figure(article, block, &quantity) else { continue };
            // Whatever the text says of it: there is nothing to hold it against.
            if figure.what.is_none() && !article.wants_agreements() {
                continue;
            }
            let written = quantity.core().of(article.text(block));
            let body = || blocks().filter(|block| !is_headline(block));
            let finder = Finder::new(written);
            let is_borne_out = || body().any(|block| finder.find(article.text(block).as_bytes()).is_some());
            if is_borne_out() {
                article.agrees(block, quantity.core(), || format!("{written} = {written}"));
                continue;
            }
            let Some(what) = figure.what else { continue };
            let finder = Finder::new(what);
            let occurrences: Vec<CharOccurrence> =
                body().flat_map(|block| found(article, block, &finder)).take(MOST_PLACES).collect();
            let read = article.read(&occurrences, Near::Any, Reach::Sentence);
            let figures: Vec<HeadlineNumber> = read
                .sentences()
                .filter(|sentence| !is_headline(&sentence.block))
                .flat_map(|sentence| sentence.quantities.iter().map(move |quantity| (sentence.block, quantity)))
                .filter(|(_, other)| is_measured(other) && same_base(&quantity, other))
                .filter_map(|(block, quantity)| self.figure(article, block, quantity))
                .collect();
            hits.extend(judge(article, &figure, &figures));
        }
        hits
    }
}

impl Headline {
    fn figure<'a>(&self, article: &'a Article, block: usize, quantity: &'a Quantity) -> Option<HeadlineNumber<'a>> {
        let (_, unit) = quantity.unit?;
        let bounds = Bounds::of(quantity)?.times(unit.factor)?;
        Some(HeadlineNumber { block, quantity, bounds, what: self.what(article.text(block), quantity) })
    }

    /// What is counted (the word behind the figure) or measured (the word before it).
    fn what<'t>(&self, text: &'t str, quantity: &Quantity) -> Option<&'t str> {
        if quantity.dimension() == Some(Dimension::Count) {
            return noun(text, quantity);
        }
        let head = self.between.stripped(&text[..quantity.span.start]);
        let mut chars = head.char_indices().rev().take_while(|(_, c)| is_han(*c));
        let (at, _) = chars.nth(1)?;
        Some(&head[at..])
    }
}

/// The most figures of headlines that are looked for under them, and the most places that each is looked for at.
const MOST_FIGURES: usize = 12;
const MOST_PLACES: usize = 40;

/// Is it an amount of something, and no length of time?
fn is_measured(quantity: &Quantity) -> bool {
    let is_of_things = quantity.dimension().is_some_and(|dimension| dimension != Dimension::Duration);
    is_amount(quantity) && !is_relative(quantity) && is_of_things
}

fn same_base(one: &Quantity, other: &Quantity) -> bool {
    one.unit.zip(other.unit).is_some_and(|((_, one), (_, other))| one.base == other.base)
}

/// Where a word stands in a block.
fn found(article: &Article, block: usize, finder: &Finder) -> Vec<CharOccurrence> {
    let text = article.text(block);
    let character = |at: usize| text[at..].chars().next().unwrap_or_default();
    let places = finder.find_iter(text.as_bytes());
    places.map(|at| CharOccurrence { block: block as u32, at: at as u32, character: character(at) }).collect()
}

fn judge(article: &Article, figure: &HeadlineNumber, body: &[HeadlineNumber]) -> Option<Hit> {
    let is_same = |other: &&HeadlineNumber| figure.what.is_some() && other.what == figure.what;
    let written = |figure: &HeadlineNumber| figure.quantity.core().of(article.text(figure.block)).to_owned();
    let fitting =
        |other: &&HeadlineNumber| other.bounds.overlaps(figure.bounds) || is_rounded(other.bounds, figure.bounds);
    if let Some(other) = body.iter().find(fitting) {
        if is_same(&other) {
            let held = || format!("{} = {}", written(figure), written(other));
            article.agrees(figure.block, figure.quantity.core(), held);
        }
        return None;
    }
    let headline = article.text(figure.block);
    let mut suspects = body.iter().filter(|other| {
        let (one, two) = (figure.bounds.value, other.bounds.value);
        is_shifted(one, two)
            || is_same(other)
                && (is_slip(one, two) || other.bounds.value > Decimal::ONE && two < Decimal::TEN && one < Decimal::TEN)
    });
    let other = suspects.next()?;
    let is_only = body.iter().filter(is_same).count() < 2 || is_shifted(figure.bounds.value, other.bounds.value);
    if !is_only || !is_of_one_thing(headline, article.text(other.block), other.quantity) {
        return None;
    }
    let detail = format!("{} ≠ {}", written(figure), written(other));
    let mut hit = Hit::new(figure.block, figure.quantity.core(), Vec::new()).detail(detail);
    hit.related.push((other.block, other.quantity.core(), "正文里的数在这里。".to_owned()));
    Some(hit)
}

/// Does the text around a figure say what the headline says? Half of the pairs of characters of the headline, or
/// more, stand near it.
fn is_of_one_thing(headline: &str, text: &str, quantity: &Quantity) -> bool {
    let start =
        text[..quantity.span.start].char_indices().rev().take(NEAR).last().map_or(quantity.span.start, |(at, _)| at);
    let end = text[quantity.span.end..].char_indices().nth(NEAR).map_or(text.len(), |(at, _)| quantity.span.end + at);
    let near = &text[start..end];
    let characters: Vec<char> = headline.chars().collect();
    let pairs = characters.windows(2).filter(|pair| pair.iter().all(|c| is_han(*c)));
    let (mut all, mut found) = (0, 0);
    for pair in pairs {
        all += 1;
        found += usize::from(near.contains(&pair.iter().collect::<String>()));
    }
    found * 2 >= all
}

/// How many characters on both sides of a figure tell what it is of.
const NEAR: usize = 40;

/// The digits of a number without the zeros at its ends.
fn digits(value: Decimal) -> String {
    value.normalize().mantissa().unsigned_abs().to_string().trim_end_matches('0').to_owned()
}

/// Is the headline's figure the other, rounded to fewer digits?
fn is_rounded(exact: Bounds, headline: Bounds) -> bool {
    let slack = exact.value.abs() * Decimal::new(5, 2);
    digits(headline.value).len() < digits(exact.value).len() && (exact.value - headline.value).abs() <= slack
}

/// Have both the same digits, two or more, at other places of ten: 14亿, 1.4亿?
fn is_shifted(one: Decimal, other: Decimal) -> bool {
    let (first, second) = (digits(one), digits(other));
    one != other && first == second && first.len() > 1
}

/// Are both of two or more digits, and as many, and differ in one, or in two side by side that changed places?
fn is_slip(one: Decimal, other: Decimal) -> bool {
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
