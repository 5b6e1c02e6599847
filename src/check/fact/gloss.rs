//! `gloss`: a figure, and beside it the same in another form or unit: 百分之八十（85%）, 100亩（约67公顷）.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::{Bounds, between, format_number, format_rounded, is_amount, span_across};
use crate::check::article::{Article, CharOccurrence, Near, Reach};
use crate::check::options::{CueList, Fault, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Kind, Quantity};

/// Options of a gloss check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossOptions {
    /// The words of which one stands in the sentence: see [`CueList`].
    cue: CueList,
    /// What stands between the two: （约
    between: String,
    /// Units of different kinds that can be converted, one a line: 亩 = 666.6667 平方米, in the bases of units.
    convert: Spanned<String>,
    /// How far the two may differ beyond rounding, in per cent.
    tolerance: u32,
}

/// A figure and its gloss.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gloss {
    pub cue: CueList,
    between: WordList,
    convert: Vec<Conversion>,
    tolerance: u32,
}

/// One of the first unit is so many of the second: the digits of that number, and how many of them stand behind the
/// point.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Conversion {
    one: String,
    digits: i64,
    decimals: u32,
    other: String,
}

impl Compile for Gloss {
    type Options = GlossOptions;

    fn compile(options: &GlossOptions, _: &Classes) -> Result<Gloss, Fault> {
        let line = |line: &str| {
            let [one, "=", factor, other] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
            let factor = Decimal::from_str(factor).ok().filter(|factor| !factor.is_zero())?;
            let digits = i64::try_from(factor.mantissa()).ok()?;
            Some(Conversion { one: one.to_owned(), digits, decimals: factor.scale(), other: other.to_owned() })
        };
        let lines = options.convert.get_ref().lines().map(str::trim).filter(|line| !line.is_empty());
        let convert = lines.map(line).collect::<Option<Vec<_>>>();
        let convert = convert
            .ok_or_else(|| Fault::of(&options.convert, "convert 的每一行要写成“亩 = 666.6667 平方米”的样子。"))?;
        Ok(Gloss {
            cue: options.cue.clone(),
            between: WordList::new(&options.between),
            convert,
            tolerance: options.tolerance,
        })
    }
}

impl ArticleCheck for Gloss {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Both(5, 4), Reach::Sentence);
        for sentence in read.sentences() {
            let text = sentence.text;
            for (one, other) in sentence.quantities.iter().zip(sentence.quantities.iter().skip(1)) {
                let gap = between(text, one, other);
                let is_gloss = self.between.iter().any(|word| word == gap);
                if is_gloss && (!gap.starts_with('（') || text[other.span.end..].starts_with('）')) {
                    hits.extend(self.judge(article, sentence.block, one, other));
                }
            }
        }
        hits
    }
}

impl Gloss {
    fn judge(&self, article: &Article, block: usize, one: &Quantity, other: &Quantity) -> Option<Hit> {
        let text = article.text(block);
        let (first, second) = (figure(one)?, figure(other)?);
        let factor = self.factor(first.base, second.base)?;
        let is = first.bounds.times(factor)?;
        let slack = is.value.abs().checked_mul(Decimal::new(i64::from(self.tolerance), 2))?;
        let slack = if factor == Decimal::ONE { Decimal::ZERO } else { slack };
        // What is converted is rounded to the digits that are written.
        let factors = [one, other].map(|it| it.unit.map(|(_, unit)| unit.factor));
        let step = if factors[0] == factors[1] || other.unit.is_none() { Decimal::ZERO } else { second.step };
        let room = Bounds { least: is.least - slack - step, most: is.most.map(|most| most + slack + step), ..is };
        let span = span_across(one, other);
        let unit = other.unit.map_or("", |(unit, _)| unit.of(text));
        let own = second.step / power(other.number.decimals);
        let value = is.value.checked_div(own)?;
        let computation = format!("{} = {}{unit}", one.core().of(text), shown_to(value, other.number.decimals));
        if room.overlaps(second.bounds) {
            article.agrees(block, span, || format!("{} = {}", one.core().of(text), other.core().of(text)));
            return None;
        }
        let detail = format!("{computation} ≠ {}", other.core().of(text));
        Some(Hit::new(block, span, Vec::new()).detail(detail))
    }

    /// How many of the second base one of the first is.
    fn factor(&self, one: &str, other: &str) -> Option<Decimal> {
        if one == other {
            return Some(Decimal::ONE);
        }
        self.convert.iter().find_map(|conversion| {
            let factor = Decimal::new(conversion.digits, conversion.decimals);
            match (conversion.one.as_str(), conversion.other.as_str()) {
                (first, second) if first == one && second == other => Some(factor),
                (first, second) if first == other && second == one => Decimal::ONE.checked_div(factor),
                _ => None,
            }
        })
    }
}

/// A figure in its base, and the last digit that is written of it.
struct GlossedNumber<'q> {
    bounds: Bounds,
    base: &'q str,
    step: Decimal,
}

fn figure(quantity: &Quantity) -> Option<GlossedNumber<'_>> {
    let bounds = Bounds::of(quantity)?;
    let number = quantity.number;
    if let Kind::Fraction(whole) = quantity.kind {
        let bounds = bounds.times(Decimal::ONE_HUNDRED.checked_div(whole)?)?;
        return Some(GlossedNumber { bounds, base: "%", step: Decimal::ONE });
    }
    if !is_amount(quantity) {
        return None;
    }
    let (base, factor) = match quantity.unit {
        Some((_, unit)) if unit.dimension == Dimension::Tenth => ("%", Decimal::TEN),
        Some((_, unit)) => (unit.base.as_str(), unit.factor),
        None => ("", Decimal::ONE),
    };
    let last = Decimal::from(10u64.checked_pow(number.scale)?).checked_div(power(number.decimals))?;
    Some(GlossedNumber { bounds: bounds.times(factor)?, base, step: last.checked_mul(factor)? })
}

/// Ten to that power.
fn power(exponent: u32) -> Decimal {
    (0..exponent.min(20)).fold(Decimal::ONE, |power, _| power * Decimal::TEN)
}

fn shown_to(value: Decimal, decimals: u32) -> String {
    if decimals == 0 && value == value.trunc() { format_number(value) } else { format_rounded(value, decimals.max(2)) }
}
