//! `headline`: a figure in a headline that the text under it does not bear out: 14亿元 over 1.4亿元.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::arithmetic::{Bounds, is_amount, is_relative, noun};
use super::{Article, Hit, Sighting, words};
use crate::block::Kind;
use crate::quantity::{Dimension, Quantity};
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

    pub(super) fn over(&self, article: &Article, sightings: &[Sighting]) -> Vec<Hit> {
        let mut headlines: Vec<Figure> = Vec::new();
        let mut of_base: HashMap<&str, Vec<Figure>> = HashMap::new();
        let scanned = article.quantities(sightings);
        let is_headline = |block: usize| article.blocks[block].kind == Kind::Headline;
        if !scanned.iter().any(|(block, _)| is_headline(*block)) {
            return Vec::new();
        }
        for (block, quantities) in scanned {
            let text = article.text(*block);
            for quantity in quantities.iter().filter(|it| is_amount(it) && !is_relative(it)) {
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
    let shifted = |other: &&Figure| is_shifted(figure.bounds.value, other.bounds.value);
    let same: Vec<&Figure> = body.iter().filter(is_same).collect();
    let other = match same.as_slice() {
        [other] => Some(*other),
        _ => same.iter().copied().find(|other| shifted(&other)).or_else(|| body.iter().find(shifted)),
    }?;
    let detail = format!("{} ≠ {}", written(figure), written(other));
    let mut hit = Hit::new(figure.block, figure.quantity.core(), Vec::new()).detail(detail);
    hit.related.push((other.block, other.quantity.core(), "正文里的数在这里。".to_owned()));
    Some(hit)
}

/// Is the headline's figure the other, rounded to fewer digits?
fn is_rounded(exact: Bounds, headline: Bounds) -> bool {
    let slack = exact.value.abs() * Decimal::new(5, 2);
    let digits = |value: Decimal| value.normalize().mantissa().unsigned_abs().to_string().trim_end_matches('0').len();
    digits(headline.value) < digits(exact.value) && (exact.value - headline.value).abs() <= slack
}

/// Have both the same digits, two or more, at other places of ten: 14亿, 1.4亿?
fn is_shifted(one: Decimal, other: Decimal) -> bool {
    let digits =
        |value: Decimal| value.normalize().mantissa().unsigned_abs().to_string().trim_end_matches('0').to_owned();
    let (first, second) = (digits(one), digits(other));
    one != other && first == second && first.len() > 1
}
