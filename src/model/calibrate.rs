//! Errors that editors corrected, and clean text → how suspicions are judged.

use std::collections::BTreeMap;

use super::container::{self, Sections};
use super::corrections::{self, Corrections, Row};
use super::decision::{self, Decision, Example, Limits};
use super::scorer::{Model, Suspicion};
use super::symbols::{Symbols, symbol_of};
use crate::error::Result;
use crate::parallel;

/// The number of parts of the rows: the corrections that a part is judged by are counted in the others.
const FOLDS: usize = 5;

/// What a model is calibrated on.
#[derive(Debug, Default)]
pub struct Material {
    /// Sentences with the right forms.
    pub rows: Vec<Row>,
    /// Lines of clean text, which the model was not trained on.
    pub clean: Vec<String>,
    /// How many alarms are allowed.
    pub rates: Rates,
}

/// Numbers of alarms in 100,000 characters of clean text.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Of suspicions that are reported as nearly certain.
    pub nearly_certain: f64,
    /// Of all that are reported.
    pub suspicious: f64,
}

impl Default for Rates {
    fn default() -> Rates {
        Rates { nearly_certain: 2.0, suspicious: 8.0 }
    }
}

impl Material {
    /// Returns the bytes of the model file with what the material teaches, in place of what it had of that.
    ///
    /// # Errors
    /// The bytes are not those of a model file.
    pub fn calibrate(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let model = Model::read(bytes)?;
        let examples = self.examples(&model);
        let limits = self.limits(&examples);
        let all: Vec<&Example> = examples.iter().map(|(_, example)| example).collect();
        let decision = Decision::learn(&all, limits);
        let corrections = Corrections::count(self.rows.iter());
        let own = [corrections::SECTION, decision::SECTION];
        let kept = Sections::read(bytes)?;
        let kept = kept.iter().filter(|(name, _)| !own.contains(name));
        let mut sections: Vec<(String, Vec<u8>)> = kept.map(|(name, it)| (name.to_owned(), it.to_vec())).collect();
        sections.push((corrections::SECTION.to_owned(), corrections.to_bytes()));
        sections.push((decision::SECTION.to_owned(), decision.to_bytes()));
        Ok(container::to_bytes(&sections))
    }

    /// The scores that a suspicion needs to be reported, by the alarms on clean lines that are not learnt from: each half
    /// of the material is judged by what the other half teaches.
    fn limits(&self, examples: &[(Origin, Example)]) -> Limits {
        let characters: usize = self.clean.iter().map(|line| line.chars().count()).sum();
        let mut scores: Vec<f32> = Vec::new();
        for half in 0..2 {
            let learnt = examples.iter().filter(|(origin, _)| origin.number() % 2 != half);
            let decision = Decision::learn(&learnt.map(|(_, example)| example).collect::<Vec<_>>(), Limits::default());
            let mut best: BTreeMap<(usize, usize), f32> = BTreeMap::new();
            for (origin, example) in examples {
                if let Origin::Clean { line, at } = *origin
                    && line % 2 == half
                {
                    let score = decision.score(&example.features);
                    best.entry((line, at)).and_modify(|best| *best = best.max(score)).or_insert(score);
                }
            }
            scores.extend(best.into_values());
        }
        scores.sort_by(|a, b| b.total_cmp(a));
        let limit = |per_100k: f64| {
            let allowed = (per_100k * characters as f64 / 1e5) as usize;
            scores.get(allowed).map_or(0.0, |score| score.next_up())
        };
        Limits { nearly_certain: limit(self.rates.nearly_certain), suspicious: limit(self.rates.suspicious) }
    }

    /// Returns the suspicions in the material, each with whether it is right.
    fn examples(&self, model: &Model) -> Vec<(Origin, Example)> {
        let folds: Vec<Corrections> = (0..FOLDS).map(|fold| self.corrections_outside(fold)).collect();
        let rows: Vec<(usize, &Row)> = self.rows.iter().enumerate().collect();
        let of_rows = parallel::map(&rows, |&(number, row)| {
            let replaced = row.replaced().filter(|replaced| replaced.len() <= 2)?;
            let mut text = Symbols::default();
            text.read(&row.written);
            let suspicions = model.suspicions_with(&text, &folds[number % FOLDS]);
            let starts: Vec<usize> = row.written.char_indices().map(|(at, _)| at).collect();
            let is_mistake = |suspicion: &Suspicion| {
                let start = text.start(suspicion.at);
                replaced.iter().any(|&(at, _, right)| starts[at] == start && symbol_of(right) == suspicion.meant)
            };
            let examples = suspicions.iter().map(|suspicion| {
                (Origin::Row { number }, Example { features: suspicion.features, is_mistake: is_mistake(suspicion) })
            });
            Some(examples.collect::<Vec<_>>())
        });
        let lines: Vec<(usize, &String)> = self.clean.iter().enumerate().collect();
        let of_clean = parallel::map(&lines, |&(line, content)| {
            let mut text = Symbols::default();
            text.read(content);
            let suspicions = model.suspicions_with(&text, &folds[line % FOLDS]);
            let examples = suspicions
                .iter()
                .map(|it| (Origin::Clean { line, at: it.at }, Example { features: it.features, is_mistake: false }));
            examples.collect::<Vec<_>>()
        });
        of_rows.into_iter().flatten().chain(of_clean).flatten().collect()
    }

    /// The corrections in all rows but those of one part.
    fn corrections_outside(&self, fold: usize) -> Corrections {
        let others = self.rows.iter().enumerate().filter(|(number, _)| number % FOLDS != fold);
        Corrections::count(others.map(|(_, row)| row))
    }
}

/// Where a suspicion is.
#[derive(Debug, Clone, Copy)]
enum Origin {
    /// In a row of the errors.
    Row { number: usize },
    /// In a line of clean text, at this symbol.
    Clean { line: usize, at: usize },
}

impl Origin {
    fn number(self) -> usize {
        match self {
            Origin::Row { number } | Origin::Clean { line: number, .. } => number,
        }
    }
}
