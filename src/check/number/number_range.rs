//! `range`: one kind of slip in how a range is written.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::general::pattern::Unless;
use crate::check::options::{CueList, Fault, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::finding::FixSafety;
use crate::matcher::Classes;
use crate::quantity::{Dimension, Kind, Quantity, RangeEnd};
use crate::text::{NumeralStyle, Span};

/// Options of a range check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRangeOptions {
    /// The slip it looks for.
    slip: RangeFault,
    /// `scale`: the units of which a few may be meant by the first number; `from`: the words before the range.
    #[serde(default)]
    words: String,
    /// Where it does not hold.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// One kind of slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NumberRange {
    slip: RangeFault,
    words: WordList,
    unless: Vec<Unless>,
    pub cue: CueList,
}

/// What stands in a range of figures.
const SIGNS: &str = "— － - – ～ ~";
/// What stands in one of percentages: any sign or word can be in it.
const PERCENT: &str = "% ％ 百分";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RangeFault {
    /// 20—10人: the ends are the wrong way round.
    Order,
    /// 13～17亿元: 亿 stands only once.
    Scale,
    /// 10～15%: % stands only once.
    Percent,
    /// 从3—5月: a sign with 从.
    From,
}

impl Compile for NumberRange {
    type Options = NumberRangeOptions;

    fn compile(options: &NumberRangeOptions, classes: &Classes) -> Result<NumberRange, Fault> {
        let cue = CueList::new(if options.slip == RangeFault::Percent { PERCENT } else { SIGNS });
        Ok(NumberRange {
            cue,
            slip: options.slip,
            words: WordList::new(&options.words),
            unless: Unless::compile(&options.unless, classes)?,
        })
    }
}

impl ArticleCheck for NumberRange {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Any, Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            for quantity in quantities.iter().filter(|quantity| quantity.kind != Kind::Ordinal) {
                let Some(upper) = &quantity.upper else { continue };
                let hit = self.hit(text, quantity, upper).map(|found| Hit { block, ..found });
                hits.extend(hit.filter(|hit| !Unless::any_holds(&self.unless, text, hit.span, scratch)));
            }
        }
        hits
    }
}

impl NumberRange {
    fn hit(&self, text: &str, quantity: &Quantity, upper: &RangeEnd) -> Option<Hit> {
        let (first, other) = (quantity.number, upper.number);
        let (low, high) = (first.value.exact()?, other.value.exact()?);
        let is_sign = !upper.sign.of(text).starts_with(['至', '到']);
        let core = quantity.core();
        let is_amount = quantity.kind == Kind::Amount && first.style == NumeralStyle::Arabic;
        match self.slip {
            RangeFault::Order => {
                let is_written_alike = upper.first_unit.is_some() || first.scale == other.scale;
                let has_unit = quantity.dimension().is_some_and(|dimension| dimension != Dimension::Temperature);
                let is_slip = is_amount && is_sign && has_unit && is_written_alike && low > high;
                is_slip.then(|| Hit::new(0, core, Vec::new()))
            }
            RangeFault::Scale => {
                let digits = other.span.of(text);
                let coefficient = digits.trim_end_matches(['十', '百', '千', '万', '亿']);
                let scale = &digits[coefficient.len()..];
                let is_slip = is_amount
                    && is_sign
                    && first.scale == 0
                    && upper.first_unit.is_none()
                    && other.scale >= 4
                    && coefficient.parse().is_ok_and(|coefficient| low < coefficient);
                if !is_slip {
                    return None;
                }
                let to = format!("{}{scale}{}", first.span.of(text), &text[upper.sign.start..core.end]);
                let mut hit = Hit::new(0, core, vec![to]);
                let unit = quantity.unit.map(|(unit, _)| unit.of(text));
                if other.scale == 4 && unit.is_none_or(|unit| self.words.has(unit)) {
                    hit.at_most = FixSafety::None;
                }
                Some(hit)
            }
            RangeFault::Percent => {
                let (unit, _) = quantity.unit.filter(|(_, unit)| unit.dimension == Dimension::Percent)?;
                let is_slip = is_amount && upper.first_unit.is_none() && unit.end == core.end;
                is_slip.then(|| {
                    let to = format!("{}{}{}", first.span.of(text), unit.of(text), &text[upper.sign.start..core.end]);
                    Hit::new(0, core, vec![to])
                })
            }
            RangeFault::From => {
                let word = self.words.iter().find(|word| text[..core.start].ends_with(word))?;
                is_sign.then(|| {
                    let span = Span::new(core.start - word.len(), core.end);
                    let range = |sign: &str| {
                        format!("{}{sign}{}", &text[core.start..upper.sign.start], &text[upper.sign.end..core.end])
                    };
                    Hit::new(0, span, vec![format!("{word}{}", range("至")), core.of(text).to_owned()])
                })
            }
        }
    }
}
