//! `headline`: a figure in a headline that the text under it does not bear out: 14亿元 over 1.4亿元.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::arithmetic::{Bounds, is_amount, is_relative, noun};
use super::{Article, Hit, words};
use crate::block::Kind;
use crate::quantity::{Dimension, Quantity, scan};
use crate::text::is_han;

/// Options of a headline check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHeadline {
    /// What may stand between a figure and the name of what it measures: 产值突破
    between: String,
}

/// Headlines and the text under them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Headline {
    between: Vec<String>,
}

/// A figure with what is counted or measured.
struct Figure<'a> {
    block: usize,
    quantity: &'a Quantity,
    bounds: Bounds,
    what: Option<&'a str>,
}

impl Headline {
    pub(super) fn compile(raw: &RawHeadline) -> Headline {
        Headline { between: words(&raw.between) }
    }

    pub(super) fn over(&self, article: &Article) -> Vec<Hit> {
        let mut headlines: Vec<Figure> = Vec::new();
        let mut of_base: HashMap<&str, Vec<Figure>> = HashMap::new();
        let is_headline = |block: usize| article.blocks[block].kind == Kind::Headline;
        if !self.is_worth_reading(article) {
            return Vec::new();
        }
        let scanned = article.all_quantities();
        for (block, quantities) in scanned {
            let text = article.text(*block);
            for quantity in quantities.iter().filter(|it| is_measured(it)) {
                let Some((_, unit)) = quantity.unit else { continue };
                let Some(bounds) = Bounds::of(quantity).and_then(|bounds| bounds.times(unit.factor)) else { continue };
                let figure = Figure { block: *block, quantity, bounds, what: self.what(text, quantity) };
                if is_headline(*block) {
                    headlines.push(figure);
                } else {
                    of_base.entry(unit.base.as_str()).or_default().push(figure);
                }
            }
        }
        let judged = headlines.iter().filter_map(|figure| {
            let (_, unit) = figure.quantity.unit?;
            judge(article, figure, of_base.get(unit.base.as_str())?)
        });
        judged.collect()
    }

    /// Is there a figure in a headline that does not stand under it as it is written? Then all must be read.
    fn is_worth_reading(&self, article: &Article) -> bool {
        let of_kind = |is_headline: bool| {
            let blocks = article.range.clone();
            blocks.filter(move |block| (article.blocks[*block].kind == Kind::Headline) == is_headline)
        };
        let is_borne_out = |figure: &str| of_kind(false).any(|block| article.text(block).contains(figure));
        of_kind(true).any(|block| {
            let text = article.text(block);
            let quantities = scan(text);
            let mut measured = quantities.iter().filter(|quantity| is_measured(quantity) && quantity.unit.is_some());
            article.held.is_some() || measured.any(|quantity| !is_borne_out(quantity.core().of(text)))
        })
    }

    /// What is counted (the word behind the figure) or measured (the word before it).
    fn what<'t>(&self, text: &'t str, quantity: &Quantity) -> Option<&'t str> {
        if quantity.dimension() == Some(Dimension::Count) {
            return noun(text, quantity);
        }
        let mut head = &text[..quantity.span.start];
        while let Some(shorter) = self.between.iter().find_map(|word| head.strip_suffix(word.as_str())) {
            head = shorter;
        }
        let mut chars = head.char_indices().rev().take_while(|(_, c)| is_han(*c));
        let (at, _) = chars.nth(1)?;
        Some(&head[at..])
    }
}

/// Is it an amount of something, and no length of time?
fn is_measured(quantity: &Quantity) -> bool {
    is_amount(quantity) && !is_relative(quantity) && quantity.dimension() != Some(Dimension::Duration)
}

fn judge(article: &Article, figure: &Figure, body: &[Figure]) -> Option<Hit> {
    let is_same = |other: &&Figure| figure.what.is_some() && other.what == figure.what;
    let written = |figure: &Figure| figure.quantity.core().of(article.text(figure.block)).to_owned();
    let fitting = |other: &&Figure| other.bounds.meets(figure.bounds) || is_rounded(other.bounds, figure.bounds);
    if let Some(other) = body.iter().find(fitting) {
        if is_same(&other) {
            let held = || format!("{} = {}", written(figure), written(other));
            article.holds(figure.block, figure.quantity.core(), held);
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
