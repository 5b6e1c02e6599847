//! Errors that editors corrected, and clean text → how suspicions are judged.

use super::container::{self, Sections};
use super::corrections::{self, Corrections, Row};
use super::decision::{self, Decision, Example};
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
}

impl Material {
    /// Returns the bytes of the model file with what the material teaches, in place of what it had of that.
    ///
    /// # Errors
    /// The bytes are not those of a model file.
    pub fn calibrate(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let model = Model::read(bytes)?;
        let examples = self.examples(&model);
        let decision = Decision::learn(&examples);
        let corrections = Corrections::count(self.rows.iter());
        let own = [corrections::SECTION, decision::SECTION];
        let kept = Sections::read(bytes)?;
        let kept = kept.iter().filter(|(name, _)| !own.contains(name));
        let mut sections: Vec<(String, Vec<u8>)> = kept.map(|(name, it)| (name.to_owned(), it.to_vec())).collect();
        sections.push((corrections::SECTION.to_owned(), corrections.to_bytes()));
        sections.push((decision::SECTION.to_owned(), decision.to_bytes()));
        Ok(container::to_bytes(&sections))
    }

    /// Returns the suspicions in the material, each with whether it is right.
    fn examples(&self, model: &Model) -> Vec<Example> {
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
            let examples = suspicions.iter().map(|suspicion| Example {
                features: suspicion.features,
                is_mistake: is_mistake(suspicion),
                weight: 1.0,
            });
            Some(examples.collect::<Vec<_>>())
        });
        let lines: Vec<(usize, &String)> = self.clean.iter().enumerate().collect();
        let of_clean = parallel::map(&lines, |&(number, line)| {
            let mut text = Symbols::default();
            text.read(line);
            let suspicions = model.suspicions_with(&text, &folds[number % FOLDS]);
            let clean = suspicions.iter().map(|it| Example { features: it.features, is_mistake: false, weight: 1.0 });
            clean.collect::<Vec<_>>()
        });
        of_rows.into_iter().flatten().chain(of_clean).flatten().collect()
    }

    /// The corrections in all rows but those of one part.
    fn corrections_outside(&self, fold: usize) -> Corrections {
        let others = self.rows.iter().enumerate().filter(|(number, _)| number % FOLDS != fold);
        Corrections::count(others.map(|(_, row)| row))
    }
}
