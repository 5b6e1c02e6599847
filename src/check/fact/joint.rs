//! `joint`: counts of several units, and how many they are said to be together: 四市、六区, 12个市（区）.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_sum, is_amount};
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::Quantity;
use crate::text::Span;

/// Counts apart and together.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// The units that are counted apart and together, each one character.
    units: WordList,
    /// The most characters between two of the counts.
    reach: usize,
}

impl Plain for Joint {}

/// A count of several units, of one after the other or of all together.
struct Count {
    block: usize,
    span: Span,
    units: Vec<char>,
    parts: Vec<Decimal>,
}

impl ArticleCheck for Joint {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut together: Vec<Count> = Vec::new();
        let mut apart: Vec<Count> = Vec::new();
        // Without a count of several units together there is nothing to hold the others against.
        let is_together = |occurrence: &CharOccurrence| {
            let text = &article.text(occurrence.block as usize)[occurrence.at as usize..];
            occurrence.character == '个' || text.chars().nth(2).is_some_and(|c| "（(省市县区".contains(c))
        };
        if !occurrences.iter().any(is_together) {
            return Vec::new();
        }
        let read = article.read(occurrences, Near::Before(1), Reach::Sentence);
        for Sentence { block, text, quantities, .. } in read.sentences() {
            let exact = |quantity: &Quantity| {
                let is_plain = is_amount(quantity) && quantity.marks.is_empty();
                Bounds::of(quantity).filter(|bounds| is_plain && bounds.is_exact()).map(|bounds| bounds.value)
            };
            let mut run: Vec<(&Quantity, char)> = Vec::new();
            for quantity in quantities {
                let Some(value) = exact(quantity) else { continue };
                if let Some((units, end)) = self.joined(text, quantity) {
                    let span = Span::new(quantity.core().start, end);
                    together.push(Count { block, span, units, parts: vec![value] });
                    continue;
                }
                let Some(unit) = self.unit(text, quantity) else { continue };
                let goes_on = run.last().is_some_and(|(last, _)| {
                    let gap = between(text, last, quantity);
                    gap.chars().count() <= self.reach && !gap.contains(['，', '。', '；'])
                });
                if !goes_on || run.iter().any(|(_, other)| *other == unit) {
                    apart.extend(count(block, &run));
                    run.clear();
                }
                run.push((quantity, unit));
            }
            apart.extend(count(block, &run));
        }
        apart.iter().filter_map(|apart| judge(article, apart, &together)).collect()
    }
}

impl Joint {
    /// The unit of a count of one: 四市.
    fn unit(&self, text: &str, quantity: &Quantity) -> Option<char> {
        let (unit, _) = quantity.unit?;
        unit.of(text).chars().next().filter(|_| self.units.has(unit.of(text)))
    }

    /// The units of a count of several together, and where it ends: 12个市（区）, 12个县（市、区）, 12个区县.
    fn joined(&self, text: &str, quantity: &Quantity) -> Option<(Vec<char>, usize)> {
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

/// The count that a run of two or more is.
fn count(block: usize, run: &[(&Quantity, char)]) -> Option<Count> {
    let ((first, _), (last, _)) = (run.first()?, run.last()?);
    let parts = run.iter().map(|(quantity, _)| quantity.number.value.exact()).collect::<Option<Vec<_>>>()?;
    let span = Span::new(first.core().start, last.core().end);
    (run.len() > 1).then(|| Count { block, span, units: run.iter().map(|(_, unit)| *unit).collect(), parts })
}

fn judge(article: &Article, apart: &Count, together: &[Count]) -> Option<Hit> {
    let sum = apart.parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part))?;
    let is_same = |other: &&Count| {
        other.units.len() == apart.units.len() && other.units.iter().all(|unit| apart.units.contains(unit))
    };
    let terms = || format_sum(apart.parts.iter().copied());
    if together.iter().filter(is_same).any(|other| other.parts[0] == sum) {
        article.agrees(apart.block, apart.span, || format!("{} = {}", terms(), format_number(sum)));
        return None;
    }
    let other = together.iter().find(is_same)?;
    let detail = format!("{} = {} ≠ {}", terms(), format_number(sum), format_number(other.parts[0]));
    let mut hit = Hit::new(apart.block, apart.span, Vec::new()).detail(detail);
    hit.related.push((other.block, other.span, "合起来的数在这里。".to_owned()));
    Some(hit)
}
