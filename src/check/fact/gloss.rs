//! `gloss`: a quantity that contradicts the same quantity in another form or unit beside it: 百分之八十（85%）,
//! 100亩（约67公顷）.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::{Bounds, between, format_number, format_rounded, is_amount, span_across};
use crate::check::article::{Article, CharOccurrence, Near, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity, QuantityKind};

/// Options of a gloss check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossOptions {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    cue: CueList,
    /// The possible texts between the two quantities: （约
    between: String,
    /// Conversions between units of different kinds, one per line, in base units: 亩 = 666.6667 平方米
    convert: Spanned<String>,
    /// By how many per cent two quantities in different units may differ in addition to rounding.
    tolerance: u32,
}

/// Compares quantities with their glosses, the same quantities in another form or unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gloss {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    between: WordList,
    convert: Vec<Conversion>,
    tolerance: u32,
}

/// A conversion: one of the unit `one` is a number of the unit `other`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Conversion {
    one: String,
    /// The digits of the number, without its decimal point.
    digits: i64,
    /// How many of the digits follow the decimal point.
    decimals: u32,
    other: String,
}

impl Compile for Gloss {
    type Options = GlossOptions;

    fn compile(options: &GlossOptions, _: &Classes) -> Result<Gloss, OptionError> {
        let line = |line: &str| {
            let [one, "=", factor, other] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
            let factor = Decimal::from_str(factor).ok().filter(|factor| !factor.is_zero())?;
            let digits = i64::try_from(factor.mantissa()).ok()?;
            Some(Conversion { one: one.to_owned(), digits, decimals: factor.scale(), other: other.to_owned() })
        };
        let lines = options.convert.get_ref().lines().map(str::trim).filter(|line| !line.is_empty());
        let convert = lines.map(line).collect::<Option<Vec<_>>>();
        let convert = convert
            .ok_or_else(|| OptionError::of(&options.convert, "convert 的每一行要写成“亩 = 666.6667 平方米”的样子。"))?;
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
        // 5 characters before the cue （约 span a numeral and a unit of four (0平方公里); 4 after the cue （相 span 当于约 and a
        // numeral.
        let sentences =
            article.sentences_around(occurrences.iter().copied(), Near::Both(5, 4), SentencesRead::ItsOwnWith(2));
        for sentence in sentences {
            let text = sentence.text;
            for (one, other) in sentence.quantities.iter().zip(sentence.quantities.iter().skip(1)) {
                let gap = between(text, one, other);
                let is_gloss = self.between.iter().any(|word| word == gap);
                if is_gloss && (!gap.starts_with('（') || text[other.span.end..].starts_with('）')) {
                    hits.extend(self.check_gloss(article, sentence.block, one, other));
                }
            }
        }
        hits
    }
}

impl Gloss {
    /// Compares a quantity with its gloss.
    fn check_gloss(&self, article: &Article, block: usize, one: &Quantity, other: &Quantity) -> Option<Hit> {
        let text = article.text(block);
        let (first, second) = (in_base_unit(one)?, in_base_unit(other)?);
        let factor = self.factor(first.base, second.base)?;
        let converted = first.bounds.times(factor)?;
        let slack = converted.value.abs().checked_mul(Decimal::new(i64::from(self.tolerance), 2))?;
        let slack = if factor == Decimal::ONE { Decimal::ZERO } else { slack };
        // A converted number is rounded to the digits that are written.
        let factors = [one, other].map(|it| it.unit.map(|(_, unit)| unit.factor));
        let step = if factors[0] == factors[1] || other.unit.is_none() { Decimal::ZERO } else { second.step };
        let tolerated = Bounds {
            least: converted.least - slack - step,
            most: converted.most.map(|most| most + slack + step),
            ..converted
        };
        let span = span_across(one, other);
        let unit = other.unit.map_or("", |(unit, _)| unit.of(text));
        let divisor = second.step / power_of_ten(other.number.decimals);
        let value = converted.value.checked_div(divisor)?;
        let computation = format!("{} = {}{unit}", one.core().of(text), format_with(value, other.number.decimals));
        if tolerated.overlaps(second.bounds) {
            article.agrees(block, span, || format!("{} = {}", one.core().of(text), other.core().of(text)));
            return None;
        }
        let detail = format!("{computation} ≠ {}", other.core().of(text));
        Some(Hit::new(block, span, Vec::new()).detail(detail))
    }

    /// How many of the second base unit are one of the first; `None` if they cannot be converted.
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

/// A number in its base unit.
struct BaseNumber<'q> {
    bounds: Bounds,
    base: &'q str,
    /// The place value of the last written digit, in the base unit.
    step: Decimal,
}

/// Converts a quantity to its base unit; fractions and tenths become per cent.
fn in_base_unit(quantity: &Quantity) -> Option<BaseNumber<'_>> {
    let bounds = Bounds::of(quantity)?;
    let number = quantity.number;
    if let QuantityKind::Fraction(whole) = quantity.kind {
        let bounds = bounds.times(Decimal::ONE_HUNDRED.checked_div(whole)?)?;
        return Some(BaseNumber { bounds, base: "%", step: Decimal::ONE });
    }
    if !is_amount(quantity) {
        return None;
    }
    let (base, factor) = match quantity.unit {
        Some((_, unit)) if unit.dimension == Dimension::Tenth => ("%", Decimal::TEN),
        Some((_, unit)) => (unit.base, unit.factor),
        None => ("", Decimal::ONE),
    };
    let last = Decimal::from(10u64.checked_pow(number.scale)?).checked_div(power_of_ten(number.decimals))?;
    Some(BaseNumber { bounds: bounds.times(factor)?, base, step: last.checked_mul(factor)? })
}

/// Ten to the power of `exponent`, which is capped at 20.
fn power_of_ten(exponent: u32) -> Decimal {
    (0..exponent.min(20)).fold(Decimal::ONE, |power, _| power * Decimal::TEN)
}

/// Formats a converted number: a whole number as it is, others with at least two decimals.
fn format_with(value: Decimal, decimals: u32) -> String {
    if decimals == 0 && value == value.trunc() { format_number(value) } else { format_rounded(value, decimals.max(2)) }
}
