//! `figure`: a quantity of some unit that cannot be, or is not clear, behind a word: 降低2倍, 占比达120%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::general::pattern::Unless;
use crate::check::options::{CueList, Fault, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Kind, Quantity};
use crate::text::Span;

/// Options of a figure check: all that are given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityLimitOptions {
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
pub struct QuantityLimit {
    units: WordList,
    before: WordList,
    reach: usize,
    more_than: Option<u32>,
    decimals: Option<u32>,
    range: bool,
    unless: Vec<Unless>,
    pub cue: CueList,
}

impl Compile for QuantityLimit {
    type Options = QuantityLimitOptions;

    fn compile(options: &QuantityLimitOptions, classes: &Classes) -> Result<QuantityLimit, Fault> {
        let units = WordList::new(options.unit.get_ref());
        if units.is_empty() {
            return Err(Fault::of(&options.unit, "unit 至少要有一个单位。"));
        }
        let cues = if options.before.trim().is_empty() { options.unit.get_ref() } else { &options.before };
        Ok(QuantityLimit {
            cue: CueList::new(cues),
            units,
            before: WordList::new(&options.before),
            reach: options.reach,
            more_than: options.more_than,
            decimals: options.decimals,
            range: options.range,
            unless: Unless::compile(&options.unless, classes)?,
        })
    }
}

impl ArticleCheck for QuantityLimit {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Any, Reach::Sentence);
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
}

impl QuantityLimit {
    fn hit(&self, text: &str, quantity: &Quantity, free: usize) -> Option<Span> {
        let (unit, _) = quantity.unit.filter(|_| quantity.kind == Kind::Amount)?;
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
        let cue = self.before.iter().filter_map(|word| Some((clause.rfind(word)?, word))).max()?;
        let start = core.start - clause.len() + cue.0;
        let gap = text[start + cue.1.len()..core.start].chars().count();
        (gap <= self.reach).then(|| Span::new(start, core.end))
    }
}
