//! `range` (the name in rule files, for historical reasons): mistakes in the way a range of numbers is written. A check
//! looks for one of them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::general::pattern::{Exclusion, expand};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::finding::FixSafety;
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity, QuantityKind, RangeEnd, begins_quantity};
use crate::text::{NumeralStyle, Span};

/// Options of a range check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRangeOptions {
    /// The mistake that the check looks for.
    slip: RangeSlip,
    /// Words, separated by spaces. Their meaning depends on the slip:
    ///
    /// - `scale`: units with which the first number may be meant as written (13～17万元 may begin at 13元). Then no fix is
    ///   offered if the second number has 万. A range without a unit is treated as if it had one of them.
    /// - `order` and `percent`: none.
    #[serde(default)]
    words: String,
    /// The sign that the suggestion has in place of one that is none of ranges: `-`, `~`. Without it, signs stay as they are.
    sign: Option<Spanned<String>>,
    /// Exclusions: see [`Exclusion`].
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// One slip in ranges.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NumberRange {
    slip: RangeSlip,
    words: WordList,
    sign: Option<String>,
    exclusions: Vec<Exclusion>,
    /// Signs of ranges, or of percentages.
    pub cue: CueList,
}

/// The cues of ranges: the signs between the two numbers, or a word behind a number or a percentage.
const SIGNS_AND_PERCENTAGES: &str = "— － - – ～ ~ #至 #到 %至 %到 ％至 ％到";

/// The cues of ranges whose first number has no unit, which may have a word between the two numbers.
const SIGNS_AND_WORDS: &str = "— － - – ～ ~ #至 #到";

/// The cues of ranges of percentages, which may also have a word between the two numbers.
const PERCENT: &str = "% ％ 百分";

/// The maximum number of characters between the first number of a range and the last character of its sign: a unit with
/// its words of approximation.
const LONGEST_UNIT: usize = 12;

/// The maximum number of digits beside a sign that are compared as a number.
const MOST_DIGITS: usize = 18;

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RangeSlip {
    /// The larger number comes first: 20—10人.
    Order,
    /// Only the second number has 万 or 亿: 13～17亿元.
    Scale,
    /// Only the second number has %: 10～15%.
    Percent,
}

impl Compile for NumberRange {
    type Options = NumberRangeOptions;

    fn compile(options: &NumberRangeOptions, classes: &Classes) -> Result<NumberRange, OptionError> {
        let cue = CueList::new(match options.slip {
            RangeSlip::Order => SIGNS_AND_PERCENTAGES,
            RangeSlip::Scale => SIGNS_AND_WORDS,
            RangeSlip::Percent => PERCENT,
        });
        Ok(NumberRange {
            cue,
            slip: options.slip,
            words: WordList::new(&options.words),
            sign: options.sign.as_ref().map(|sign| expand(sign, sign.get_ref(), classes)).transpose()?,
            exclusions: Exclusion::compile(&options.unless, classes)?,
        })
    }
}

impl ArticleCheck for NumberRange {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        // The second number follows its sign directly; a percentage may be written with 至 instead of a sign.
        let near = match self.slip {
            RangeSlip::Order => Near::Both(LONGEST_UNIT, 0),
            RangeSlip::Scale => Near::Both(LONGEST_UNIT, 1),
            RangeSlip::Percent => Near::Any,
        };
        let may_hit =
            |occurrence: &CharOccurrence| self.may_hit(article.text(occurrence.block as usize), occurrence.at as usize);
        let occurrences = occurrences.iter().copied().filter(may_hit);
        let sentences = article.sentences_around(occurrences, near, SentencesRead::One);
        for Sentence { block, text, quantities, .. } in sentences {
            for quantity in quantities.iter().filter(|quantity| quantity.kind != QuantityKind::Ordinal) {
                let Some(upper) = &quantity.upper else { continue };
                let hit = self.hit(text, quantity, upper).map(|found| Hit { block, ..found });
                hits.extend(hit.filter(|hit| !Exclusion::any_excludes(&self.exclusions, text, hit.span, scratch)));
            }
        }
        hits
    }
}

impl NumberRange {
    /// Whether there may be a hit at a cue at byte `at`, judging by the characters beside it. The sentences of other cues
    /// need not be read.
    fn may_hit(&self, text: &str, at: usize) -> bool {
        match self.slip {
            RangeSlip::Percent => may_end_range(text, at),
            RangeSlip::Order => WrittenRange::at(text, at).is_some_and(|range| !range.is_ascending()),
            RangeSlip::Scale => WrittenRange::at(text, at).is_some_and(|range| range.may_lack_scale()),
        }
    }

    /// The hit for a range with the slip of the check. Its block is not set.
    fn hit(&self, text: &str, quantity: &Quantity, upper: &RangeEnd) -> Option<Hit> {
        let low = quantity.number.value.exact()?;
        let high = upper.number.value.exact()?;
        let has_sign = !upper.sign.of(text).starts_with(['至', '到']);
        let is_amount = quantity.kind == QuantityKind::Amount && quantity.number.style == NumeralStyle::Arabic;
        match self.slip {
            RangeSlip::Order if is_amount => order_hit(quantity, upper, low, high),
            RangeSlip::Scale if is_amount && (has_sign || !is_growth(text, quantity, low)) => {
                self.scale_hit(text, quantity, upper, low)
            }
            RangeSlip::Percent if is_amount => self.percent_hit(text, quantity, upper),
            _ => None,
        }
    }

    /// The hit for [`RangeSlip::Scale`].
    fn scale_hit(&self, text: &str, quantity: &Quantity, upper: &RangeEnd, low: Decimal) -> Option<Hit> {
        let core = quantity.core();
        let (first, second) = (quantity.number, upper.number);
        let digits = second.span.of(text);
        let coefficient = digits.trim_end_matches(['十', '百', '千', '万', '亿']);
        let scale = &digits[coefficient.len()..];
        let is_error = first.scale == 0
            && upper.first_unit.is_none()
            && second.scale >= 4
            && coefficient.parse().is_ok_and(|coefficient| low < coefficient && !is_whole_span(low, coefficient));
        if !is_error {
            return None;
        }
        let to = format!("{}{scale}{}", first.span.of(text), self.end_of_range(text, upper, core));
        let mut hit = Hit::new(0, core, vec![to]).detail(scale);
        let unit = quantity.unit.map(|(unit, _)| unit.of(text));
        if second.scale == 4 && unit.is_none_or(|unit| self.words.has(unit)) {
            hit.at_most = FixSafety::None;
        }
        Some(hit)
    }

    /// The hit for [`RangeSlip::Percent`].
    fn percent_hit(&self, text: &str, quantity: &Quantity, upper: &RangeEnd) -> Option<Hit> {
        let core = quantity.core();
        let (unit, _) = quantity.unit.filter(|(_, unit)| unit.dimension == Dimension::Percent)?;
        (upper.first_unit.is_none() && unit.end == core.end).then(|| {
            let first = quantity.number.span.of(text);
            Hit::new(0, core, vec![format!("{first}{}{}", unit.of(text), self.end_of_range(text, upper, core))])
        })
    }

    /// The range from its sign to its end, with a right sign: half a correction would leave an error.
    fn end_of_range(&self, text: &str, upper: &RangeEnd, core: Span) -> String {
        let (written, rest) = (upper.sign.of(text), &text[upper.sign.end..core.end]);
        let is_wrong = !written.starts_with(['—', '～', '至', '到']);
        let sign = self.sign.as_deref().filter(|_| is_wrong).unwrap_or(written);
        format!("{sign}{rest}")
    }
}

/// The digits on both sides of a sign, which may be a range.
struct WrittenRange<'t> {
    /// The text before the sign.
    head: &'t str,
    /// The digits that directly precede the sign; empty if there is something else.
    first: &'t str,
    /// The digits that directly follow the sign; at least one.
    second: &'t str,
    /// The text after these digits.
    rest: &'t str,
}

impl<'t> WrittenRange<'t> {
    /// The range whose sign, or the second character of a double sign, is at byte `at`. `None` if no digit follows.
    fn at(text: &'t str, at: usize) -> Option<WrittenRange<'t>> {
        // The cue of a word between two numbers begins with the last character of the first one.
        let is_of_first = |c: &char| c.is_ascii_digit() || matches!(c, '%' | '％');
        let at = at + text[at..].chars().next().filter(is_of_first).map_or(0, char::len_utf8);
        let sign = text[at..].chars().next()?;
        let (head, tail) = (&text[..at], &text[at + sign.len_utf8()..]);
        let head = head.strip_suffix(sign).unwrap_or(head);
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        let first = head.bytes().rev().take(MOST_DIGITS).take_while(u8::is_ascii_digit).count();
        let second = tail.as_bytes().iter().take(MOST_DIGITS).take_while(is_digit).count();
        let (second, rest) = tail.split_at(second);
        let first = &head[head.len() - first..];
        (!second.is_empty()).then_some(WrittenRange { head, first, second, rest })
    }

    /// Whether the first number is whole and at most as large as the second one.
    fn is_ascending(&self) -> bool {
        let before = &self.head[..self.head.len() - self.first.len()];
        let is_whole = !before.ends_with(|c| begins_quantity(c) || matches!(c, '.' | ','));
        let value = |digits: &str| digits.parse::<u64>().ok();
        is_whole && value(self.first).is_some_and(|first| value(self.second).is_some_and(|second| first <= second))
    }

    /// Whether the second number may have 万 or 亿, while the first one has no unit and no such character.
    fn may_lack_scale(&self) -> bool {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        !self.first.is_empty() && rest.chars().take(2).any(|c| matches!(c, '十' | '百' | '千' | '万' | '亿'))
    }
}

/// Whether a range begins at zero or goes over whole powers of ten, so that its first number may well be meant as
/// written: 1至10万.
fn is_whole_span(low: Decimal, coefficient: Decimal) -> bool {
    low.is_zero() || low == Decimal::ONE && (coefficient == Decimal::TEN || coefficient == Decimal::ONE_HUNDRED)
}

/// Whether a range tells how a thing has grown from next to nothing: 从1到3万.
fn is_growth(text: &str, quantity: &Quantity, low: Decimal) -> bool {
    low <= Decimal::ONE && text[..quantity.core().start].ends_with(['从', '由'])
}

/// Whether the per cent sign at byte `at` follows the second number of a range. Other cues of percentages may always.
fn may_end_range(text: &str, at: usize) -> bool {
    if !text[at..].starts_with(['%', '％']) {
        return true;
    }
    let head = text[..at].trim_end_matches(|c| begins_quantity(c) || matches!(c, '.' | ','));
    head.ends_with(['—', '～', '~', '-', '–', '－', '至', '到'])
}

/// The hit for [`RangeSlip::Order`].
fn order_hit(quantity: &Quantity, upper: &RangeEnd, low: Decimal, high: Decimal) -> Option<Hit> {
    let has_comparable_scale = upper.first_unit.is_some() || quantity.number.scale == upper.number.scale;
    let has_unit = quantity.dimension().is_some_and(|dimension| dimension != Dimension::Temperature);
    (has_unit && has_comparable_scale && low > high).then(|| Hit::new(0, quantity.core(), Vec::new()))
}
