//! `gloss`: a quantity that contradicts the same quantity in another form or unit beside it: 百分之八十（85%）,
//! 100亩（约67公顷）.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::{Bounds, between, format_number, format_rounded, is_amount, last_place};
use crate::check::article::{Article, CharOccurrence, Near, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity, QuantityKind};
use crate::text::Span;

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
            article.sentences_around(occurrences.iter().copied(), Near::Both(5, 4), SentencesRead::OneWith(2));
        for sentence in sentences {
            let text = sentence.text;
            let mut rest = sentence.quantities;
            while let Some((one, after)) = compound(rest) {
                if let Some((other, behind)) = compound(after)
                    && self.is_gloss(text, one, other)
                {
                    hits.extend(self.check_gloss(article, sentence.block, one, other));
                    rest = behind;
                } else {
                    rest = after;
                }
            }
        }
        hits
    }
}

impl Gloss {
    /// Whether the text between two quantities shows that they are the same.
    fn is_gloss(&self, text: &str, one: &[Quantity], other: &[Quantity]) -> bool {
        let (Some(last), Some(first), Some(end)) = (one.last(), other.first(), other.last()) else { return false };
        let gap = between(text, last, first);
        // 5.5元/只 is an amount per item, and an ounce of gold is not one of other things.
        let is_ounce = |it: &Quantity| it.unit.is_some_and(|(unit, _)| unit.of(text) == "盎司");
        let is_per_item = text[end.span.end..].starts_with(['/', '／']);
        // Nobody repeats a bare number in the same notation: 3合1 and 《山城记2（2023）》 are names.
        let is_name = last.unit.is_none() && first.unit.is_none() && last.number.style == first.number.style;
        if is_per_item || is_name || is_ounce(last) || is_ounce(end) {
            return false;
        }
        self.between.iter().any(|word| word == gap)
            && (!gap.starts_with('（') || text[end.span.end..].starts_with('）'))
    }

    /// Compares a quantity with its gloss. Each has one number, or several with units of one kind: 5英尺8英寸.
    fn check_gloss(&self, article: &Article, block: usize, one: &[Quantity], other: &[Quantity]) -> Option<Hit> {
        let text = article.text(block);
        let (first, second) = (BaseNumber::of(one)?, BaseNumber::of(other)?);
        let factor = self.factor(first.base, second.base)?;
        let converted = first.bounds.times(factor)?;
        let slack = converted.value.abs().checked_mul(Decimal::new(i64::from(self.tolerance), 2))?;
        let slack = if factor == Decimal::ONE { Decimal::ZERO } else { slack };
        // A converted number is rounded to the digits that are written, but 六成 is 60 %.
        let is_share = other[0].dimension() == Some(Dimension::Percent);
        let is_converted = first.factor != second.factor && other[0].unit.is_some() && !is_share;
        let step = first.step.checked_mul(factor)?.checked_div(Decimal::TWO)?;
        let steps = step.checked_add(second.step)?;
        let step = if is_converted { steps } else { Decimal::ZERO };
        let tolerated = Bounds {
            least: converted.least - slack - step,
            most: converted.most.map(|most| most + slack + step),
            ..converted
        };
        let (written, stated) = (core_of(text, one), core_of(text, other));
        let span = Span::new(written.start, stated.end);
        if tolerated.overlaps(second.bounds) {
            article.agrees(block, span, || format!("{} = {}", written.of(text), stated.of(text)));
            return None;
        }
        let last = other.last()?;
        let unit = last.unit.map_or("", |(unit, _)| unit.of(text));
        let value = converted.value.checked_div(second.factor)?;
        let value = format_with(value, last.number.decimals);
        let detail = format!("{} = {value}{unit} ≠ {}", written.of(text), stated.of(text));
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

/// The quantities at the beginning of a list that make one quantity, each directly after the one before, with a smaller
/// unit of the same kind (5英尺8英寸), and the rest of the list. `None` for an empty list.
fn compound(quantities: &[Quantity]) -> Option<(&[Quantity], &[Quantity])> {
    let continues = |pair: &[Quantity]| {
        let units = pair[0].unit.zip(pair[1].unit);
        let is_smaller =
            units.is_some_and(|((_, one), (_, other))| one.base == other.base && one.factor > other.factor);
        is_smaller && pair[0].span.end == pair[1].span.start
    };
    let more = quantities.windows(2).take_while(|pair| continues(pair)).count();
    quantities.first().map(|_| quantities.split_at(more + 1))
}

/// The span of a quantity of one or several numbers, without words of approximation at its ends.
fn core_of(text: &str, quantities: &[Quantity]) -> Span {
    let end = quantities.last().map_or(text.len(), |last| last.core().end);
    Span::new(quantities.first().map_or(end, |first| first.core().start), end)
}

/// A number in its base unit.
struct BaseNumber<'q> {
    bounds: Bounds,
    base: &'q str,
    /// The size of the unit in which the last number is written, in the base unit.
    factor: Decimal,
    /// The place value of the last written digit that is not 0, in the base unit.
    step: Decimal,
}

impl<'q> BaseNumber<'q> {
    /// The sum of the numbers of one quantity.
    fn of(quantities: &'q [Quantity]) -> Option<BaseNumber<'q>> {
        let mut numbers = quantities.iter().map(in_base_unit);
        let first = numbers.next()??;
        numbers.try_fold(first, |sum, number| {
            let number = number?;
            Some(BaseNumber { bounds: sum.bounds.plus(number.bounds)?, ..number })
        })
    }
}

/// Converts a quantity to its base unit; fractions and tenths become per cent.
fn in_base_unit(quantity: &Quantity) -> Option<BaseNumber<'_>> {
    let bounds = Bounds::of(quantity)?;
    let number = quantity.number;
    if let QuantityKind::Fraction(whole) = quantity.kind {
        let bounds = bounds.times(Decimal::ONE_HUNDRED.checked_div(whole)?)?;
        return Some(BaseNumber { bounds, base: "%", factor: Decimal::ONE, step: Decimal::ONE });
    }
    if !is_amount(quantity) {
        return None;
    }
    let (base, factor) = match quantity.unit {
        Some((_, unit)) if unit.dimension == Dimension::Tenth => ("%", Decimal::TEN),
        Some((_, unit)) => (unit.base, unit.factor),
        None => ("", Decimal::ONE),
    };
    let place = Decimal::from(10u64.checked_pow(number.scale)?).checked_div(power_of_ten(number.decimals))?;
    // 1100公里 is rounded to hundreds.
    let place = if number.decimals == 0 { last_place(bounds.value)?.max(place) } else { place };
    Some(BaseNumber { bounds: bounds.times(factor)?, base, factor, step: place.checked_mul(factor)? })
}

/// Ten to the power of `exponent`, which is capped at 20.
fn power_of_ten(exponent: u32) -> Decimal {
    (0..exponent.min(20)).fold(Decimal::ONE, |power, _| power * Decimal::TEN)
}

/// Formats a converted number: a whole number as it is, others with at least two decimals.
fn format_with(value: Decimal, decimals: u32) -> String {
    if decimals == 0 && value == value.trunc() { format_number(value) } else { format_rounded(value, decimals.max(2)) }
}
