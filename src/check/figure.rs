//! `figure`: a quantity of some unit that cannot be, or is not clear, behind a word: 降低2倍, 占比达120%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::cue::Cues;
use super::pattern::Unless;
use super::sentence::{Near, Reach, Sentence};
use super::{Article, Fault, Hit, Sighting, words};
use crate::matcher::{Classes, Scratch};
use crate::quantity::{QuantityKind, Quantity};
use crate::text::Span;

/// Options of a figure check: all that are given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFigure {
    /// The units, separated by blanks, as they are written.
    unit: Spanned<String>,
    /// The words of which one stands before the quantity, in its clause; without any, none need to.
    #[serde(default)]
    before: String,
    /// How many characters they may stand from it.
    #[serde(default)]
    reach: usize,
    /// Its number is larger.
    more_than: Option<u32>,
    /// Its number has at least so many digits behind the point.
    decimals: Option<u32>,
    /// It is a range.
    #[serde(default)]
    range: bool,
    /// Where it does not hold.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// A quantity of some unit behind a word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    units: Vec<String>,
    before: Vec<String>,
    reach: usize,
    more_than: Option<u32>,
    decimals: Option<u32>,
    range: bool,
    unless: Vec<Unless>,
    cues: Cues,
}

impl Figure {
    pub(super) fn compile(raw: &RawFigure, classes: &Classes) -> Result<Figure, Fault> {
        let units = words(raw.unit.get_ref());
        if units.is_empty() {
            return Err(Fault::of(&raw.unit, "unit 至少要有一个单位。"));
        }
        let cues = if raw.before.trim().is_empty() { raw.unit.get_ref() } else { &raw.before };
        Ok(Figure {
            cues: Cues::of(cues).unwrap_or_default(),
            units,
            before: words(&raw.before),
            reach: raw.reach,
            more_than: raw.more_than,
            decimals: raw.decimals,
            range: raw.range,
            unless: Unless::compile(&raw.unless, classes)?,
        })
    }

    pub(super) fn cues(&self) -> &Cues {
        &self.cues
    }

    pub(super) fn over(&self, article: &Article, sightings: &[Sighting], scratch: &mut Scratch) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(sightings, Near::Any, Reach::Sentence);
        for Sentence { block, text, span, quantities } in read.sentences() {
            let mut free = span.start;
            for quantity in quantities {
                let hit = self.hit(text, quantity, free);
                free = quantity.span.end;
                if let Some(span) = hit.filter(|span| !Unless::any_holds(&self.unless, text, *span, scratch)) {
                    hits.push(Hit::new(block, span, Vec::new()));
                }
            }
        }
        hits
    }

    fn hit(&self, text: &str, quantity: &Quantity, free: usize) -> Option<Span> {
        let (unit, _) = quantity.unit.filter(|_| quantity.kind == QuantityKind::Amount)?;
        let is_meant = self.units.iter().any(|known| known == unit.of(text))
            && quantity.upper.is_some() == self.range
            && self.decimals.is_none_or(|decimals| quantity.number.decimals >= decimals && quantity.number.scale == 0)
            && self
                .more_than
                .is_none_or(|most| quantity.number.value.exact().is_some_and(|value| value > Decimal::from(most)));
        if !is_meant {
            return None;
        }
        let core = quantity.core();
        if self.before.is_empty() {
            return Some(core);
        }
        let head = &text[free.min(core.start)..core.start];
        let clause = head.rsplit(|c| "。！？；，,：".contains(c)).next().unwrap_or_default();
        let cue = self.before.iter().filter_map(|word| Some((clause.rfind(word.as_str())?, word))).max()?;
        let start = core.start - clause.len() + cue.0;
        let gap = text[start + cue.1.len()..core.start].chars().count();
        (gap <= self.reach).then(|| Span::new(start, core.end))
    }
}
