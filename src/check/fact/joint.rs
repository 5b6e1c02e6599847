//! `joint`: counts of several units whose sum contradicts a count of these units together: 四市、六区 but 12个市（区）.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_sum, is_amount};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::Quantity;
use crate::text::Span;

/// Compares counts of single units with counts of several units together.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// The units, one character each.
    units: WordList,
    /// The maximum number of characters between two counts of a run.
    reach: usize,
}

impl OptionsOnly for Joint {}

/// A count of several units: a run with one number for each unit (四市、六区), or one number for all of them
/// (12个市（区）).
struct UnitsCount {
    block: usize,
    span: Span,
    units: Vec<char>,
    /// The numbers of a run, or the single number.
    numbers: Vec<Decimal>,
}

impl ArticleCheck for Joint {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        // An article without a count of several units together cannot contain a contradiction.
        let may_be_joint = |occurrence: &CharOccurrence| {
            let text = &article.text(occurrence.block as usize)[occurrence.at as usize..];
            occurrence.character == '个' || text.chars().nth(2).is_some_and(|c| "（(省市县区".contains(c))
        };
        if !occurrences.iter().any(may_be_joint) {
            return Vec::new();
        }
        let mut joint: Vec<UnitsCount> = Vec::new();
        let mut runs: Vec<UnitsCount> = Vec::new();
        // The numeral is part of the cue (四市) or directly before it (12个市).
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Before(1), SentencesRead::One);
        for sentence in sentences {
            self.read_sentence(&sentence, &mut joint, &mut runs);
        }
        runs.iter().filter_map(|run| check_run(article, run, &joint)).collect()
    }
}

impl Joint {
    /// Adds the counts in a sentence: those of several units together to `joint`, runs of counts to `runs`.
    fn read_sentence(&self, sentence: &Sentence, joint: &mut Vec<UnitsCount>, runs: &mut Vec<UnitsCount>) {
        let Sentence { block, text, quantities, .. } = *sentence;
        let exact = |quantity: &Quantity| {
            let is_plain = is_amount(quantity) && quantity.qualifiers.is_empty();
            Bounds::of(quantity).filter(|bounds| is_plain && bounds.is_exact()).map(|bounds| bounds.value)
        };
        let mut run: Vec<(&Quantity, char)> = Vec::new();
        for quantity in quantities {
            let Some(value) = exact(quantity) else { continue };
            if let Some((units, end)) = self.joint_units(text, quantity) {
                if joint.len() == MOST_JOINT {
                    continue;
                }
                let span = Span::new(quantity.core().start, end);
                joint.push(UnitsCount { block, span, units, numbers: vec![value] });
                continue;
            }
            let Some(unit) = self.single_unit(text, quantity) else { continue };
            let continues_run = run.last().is_some_and(|(last, _)| {
                let gap = between(text, last, quantity);
                gap.chars().count() <= self.reach && !gap.contains(['，', '。', '；'])
            });
            if !continues_run || run.iter().any(|(_, other)| *other == unit) {
                runs.extend(count_of_run(block, &run));
                run.clear();
            }
            run.push((quantity, unit));
        }
        runs.extend(count_of_run(block, &run));
    }

    /// The unit of a count of one unit: 四市.
    fn single_unit(&self, text: &str, quantity: &Quantity) -> Option<char> {
        let (unit, _) = quantity.unit?;
        unit.of(text).chars().next().filter(|_| self.units.has(unit.of(text)))
    }

    /// The units of a count of several units together, and the byte of the block's text at which they end: 12个市（区）,
    /// 12个县（市、区）, 12个区县.
    fn joint_units(&self, text: &str, quantity: &Quantity) -> Option<(Vec<char>, usize)> {
        let (unit, _) = quantity.unit?;
        let start = match unit.of(text) {
            "个" => unit.end,
            _ => unit.start,
        };
        let mut units = Vec::new();
        let mut end = start;
        for (at, c) in text[start..].char_indices() {
            if self.units.iter().any(|known| known.chars().eq([c])) {
                units.push(c);
                end = start + at + c.len_utf8();
            } else if !"（()）、和".contains(c) {
                break;
            }
        }
        (units.len() > 1).then_some((units, end))
    }
}

/// The count that a run of two or more counts makes; `None` for a shorter run.
fn count_of_run(block: usize, run: &[(&Quantity, char)]) -> Option<UnitsCount> {
    let ((first, _), (last, _)) = (run.first()?, run.last()?);
    let numbers = run.iter().map(|(quantity, _)| quantity.number.value.exact()).collect::<Option<Vec<_>>>()?;
    let span = Span::new(first.core().start, last.core().end);
    (run.len() > 1).then(|| UnitsCount { block, span, units: run.iter().map(|(_, unit)| *unit).collect(), numbers })
}

/// The maximum number of counts of several units that a run is compared with.
const MOST_JOINT: usize = 100;

/// The maximum difference between the sum of a run and a count of the same units together that is a mistake.
const MOST_APART: Decimal = Decimal::TWO;

/// Compares the sum of a run with the counts of the same units together, one of which it must match.
fn check_run(article: &Article, run: &UnitsCount, joint: &[UnitsCount]) -> Option<Hit> {
    let sum = run.numbers.iter().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number))?;
    let has_same_units = |other: &&UnitsCount| {
        other.units.len() == run.units.len() && other.units.iter().all(|unit| run.units.contains(unit))
    };
    let terms = || format_sum(run.numbers.iter().copied());
    if joint.iter().filter(has_same_units).any(|other| other.numbers[0] == sum) {
        article.agrees(run.block, run.span, || format!("{} = {}", terms(), format_number(sum)));
        return None;
    }
    // A count that is far from the sum is one of other units.
    let is_near = |other: &&UnitsCount| (other.numbers[0] - sum).abs() <= MOST_APART;
    let other = joint.iter().find(|other| has_same_units(other) && is_near(other))?;
    let detail = format!("{} = {} ≠ {}", terms(), format_number(sum), format_number(other.numbers[0]));
    let mut hit = Hit::new(run.block, run.span, Vec::new()).detail(detail);
    hit.related.push((other.block, other.span, "合起来的数在这里。".to_owned()));
    Some(hit)
}
