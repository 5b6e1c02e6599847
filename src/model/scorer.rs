//! Finds characters that fit their context less well than others that may have been meant.

use std::ops::Range;

use super::alternatives::Alternative;
use super::archive::Archive;
use super::confusables::{self, Confusables, Kinship};
use super::container::Sections;
use super::corrections::{self, Corrections};
use super::decision::{self, Decision};
use super::math::{exp_f32, ln_f32};
use super::ngram::Ngrams;
use super::reading::{Likely, Window};
use super::softmax::{self, Softmax};
use super::symbols::{BOUNDARY, Symbol, Symbols, is_han_symbol};
use super::topic::{self, Topics};
use super::triples::{self, Known, Triples};
use super::words::{self, Word, Words};
use crate::error::Result;

/// A model that is ready to use, borrowed from the bytes of its file.
pub struct Model<'a> {
    pub ngrams: Ngrams<'a>,
    pub triples: Triples<'a>,
    pub confusables: Confusables<'a>,
    pub words: Words<'a>,
    pub softmax: Softmax<'a>,
    pub topics: Topics<'a>,
    pub corrections: Corrections,
    pub decision: Option<Decision>,
    /// What the archive of a paper adds.
    pub own: Option<Archive<'a>>,
}

/// The number of features of a suspicion.
pub const FEATURES: usize = 43;
/// What a suspicion is judged by.
pub type Features = [f32; FEATURES];

/// A character that may have been meant in place of one that is written.
#[derive(Debug, Clone)]
pub struct Suspicion {
    /// The place of the character among the symbols of the text.
    pub at: usize,
    pub written: Symbol,
    pub meant: Symbol,
    pub features: Features,
}

impl Suspicion {
    /// What is gained by the other character: in the probability of the sequence, in how it fits, in the topic of its word.
    pub fn main_features(&self) -> [f32; 3] {
        [0, FEATURES - FIT + softmax::GROUPS, FEATURES - FIT - 1].map(|feature| self.features[feature])
    }
}

/// The largest number of places that are looked at together.
const MOST_PLACES: usize = 4096;
/// The largest number of alternatives of a character that are judged.
const MOST_ALTERNATIVES: usize = 4;
/// The largest number of alternatives that are compared with each other.
const MOST_COMPARED: usize = 8;
/// The number of features that [`Softmax`] provides.
const FIT: usize = softmax::GROUPS + 3;
/// The number of symbols on either side of a character that are looked at.
const REACH: usize = 24;

impl<'a> Model<'a> {
    /// Reads a model from the bytes of its file.
    ///
    /// # Errors
    /// The bytes are not those of a model file, are of another version, or are damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Model<'a>> {
        Model::new(&Sections::read(bytes)?.verify()?)
    }

    /// A model of these sections.
    ///
    /// # Errors
    /// A section is missing or damaged.
    pub fn new(sections: &Sections<'a>) -> Result<Model<'a>> {
        let corrections = sections.find(corrections::SECTION).map(Corrections::read).transpose()?;
        Ok(Model {
            ngrams: Ngrams::read(sections)?,
            triples: Triples::read(sections.get(triples::SECTION)?)?,
            confusables: Confusables::read(sections.get(confusables::SECTION)?)?,
            words: Words::read(sections.get(words::SECTION)?)?,
            softmax: Softmax::read(sections.get(softmax::SECTION)?)?,
            topics: {
                let [low, high, vectors] = topic::SECTIONS;
                Topics::read([sections.get(low)?, sections.get(high)?, sections.get(vectors)?])?
            },
            corrections: corrections.unwrap_or_default(),
            decision: sections.find(decision::SECTION).map(Decision::read).transpose()?,
            own: None,
        })
    }

    /// Returns the characters of texts that others fit better, with the features by which that is judged. In the order of
    /// the texts; the best alternative of a character comes first.
    pub fn suspicions(&self, text: &Symbols) -> Vec<Suspicion> {
        self.suspicions_with(text, &self.corrections)
    }

    /// Like [`suspicions`](Model::suspicions), with other corrections in place of those of the model.
    pub fn suspicions_with(&self, text: &Symbols, corrections: &Corrections) -> Vec<Suspicion> {
        self.suspicions_at(text, &self.known(text), corrections)
    }

    /// Returns which sequences of three of a text are known.
    pub fn known(&self, text: &Symbols) -> Known {
        Known::new(text.symbols(), |hashes| self.may_know_all(hashes))
    }

    /// Like [`suspicions_with`](Model::suspicions_with), where it is known which sequences are known.
    pub fn suspicions_at(&self, text: &Symbols, known: &Known, corrections: &Corrections) -> Vec<Suspicion> {
        let mut suspicions = Vec::new();
        let mut texts = text.texts();
        let mut own = 0..0;
        for places in known.places.chunks(MOST_PLACES) {
            let alternatives = self.alternatives(text.symbols(), known, places, corrections);
            let likely = self.likely(text.symbols(), &alternatives);
            for question in likely.chunk_by(|a, b| a.alternative.at == b.alternative.at) {
                let at = question[0].alternative.at as usize;
                while own.end <= at {
                    let Some(next) = texts.next() else { return suspicions };
                    own = next;
                }
                self.compare(text.symbols(), own.clone(), question, corrections, &mut suspicions);
            }
        }
        suspicions
    }

    /// Whether a sequence of three symbols may be known.
    pub fn may_know(&self, sequence: [Symbol; 3]) -> bool {
        let hash = triples::hash_of(sequence);
        self.triples.may_know(hash) || self.own.as_ref().is_some_and(|own| own.triples.may_know(hash))
    }

    /// Whether sequences of three symbols may be known, by their hashes. The looks do not depend on each other, so many are
    /// made at a time.
    pub fn may_know_all(&self, hashes: &[u64]) -> Vec<bool> {
        let mut known: Vec<bool> = hashes.iter().map(|&hash| self.triples.may_know(hash)).collect();
        if let Some(own) = &self.own {
            known.iter_mut().zip(hashes).for_each(|(known, &hash)| *known |= own.triples.may_know(hash));
        }
        known
    }

    /// Whether two symbols may be known to stand beside each other.
    pub fn may_know_pair(&self, first: Symbol, second: Symbol) -> bool {
        self.behind(first)(second)
    }

    /// Returns which symbols may be known behind a symbol.
    pub fn behind(&self, symbol: Symbol) -> impl Fn(Symbol) -> bool {
        let behind = self.ngrams.behind(symbol);
        let own = self.own.as_ref().map(|own| own.ngrams.behind(symbol));
        move |other| behind.may_be(other) | own.is_some_and(|own| own.may_be(other))
    }

    /// Adds the best of the alternatives of a character by which the text becomes much more likely.
    fn compare(
        &self,
        symbols: &[Symbol],
        text: Range<usize>,
        question: &[Likely],
        corrections: &Corrections,
        suspicions: &mut Vec<Suspicion>,
    ) {
        let Some(first) = question.first() else { return };
        let (start, symbols) = (text.start, &symbols[text]);
        let (at, as_written) = (first.alternative.at as usize - start, first.written);
        let (written, log) = (symbols[at], as_written.sum());
        let found = question.iter().map(|it| (it.window.sum() - log, it.alternative, it.window));
        let mut found: Vec<(f32, Alternative, Window)> = found.collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.meant.cmp(&b.1.meant)));
        let window_start = at.saturating_sub(REACH);
        let mut around = symbols[window_start..(at + REACH).min(symbols.len())].to_vec();
        let choices: Vec<Symbol> =
            std::iter::once(written).chain(found.iter().take(MOST_COMPARED).map(|it| it.1.meant)).collect();
        let compared = self.softmax.compare(&mut around, at - window_start, &choices, &self.words);
        let (scores, words): (Vec<_>, Vec<Word>) = compared.into_iter().unzip();
        let words: Vec<Word> = words.iter().map(|it| Word { start: window_start + it.start, ..*it }).collect();
        let sums: Vec<f32> = scores.iter().map(|groups| groups.iter().sum()).collect();
        let log_total = ln_f32(sums.iter().map(|&sum| exp_f32(sum)).sum::<f32>());
        for rank in 0..found.len().min(MOST_ALTERNATIVES) {
            let rival = found.iter().enumerate().find(|(index, _)| *index != rank).map_or(0.0, |(_, it)| it.0);
            let (ratio, Alternative { meant, kinship, .. }, window) = found[rank];
            let mut features = self.features(
                (symbols, at, meant),
                (&as_written, &window),
                [words[0], words[rank + 1]],
                (ratio, rival, kinship),
                corrections,
            );
            let fit = &mut features[FEATURES - FIT..];
            for group in 0..softmax::GROUPS {
                fit[group] = scores[rank + 1][group] - scores[0][group];
            }
            fit[softmax::GROUPS] = sums[rank + 1] - sums[0];
            fit[softmax::GROUPS + 1] = sums[0] - log_total;
            fit[softmax::GROUPS + 2] = sums[rank + 1] - log_total;
            suspicions.push(Suspicion { at: start + at, written, meant, features });
        }
    }

    fn features(
        &self,
        (symbols, at, meant): (&[Symbol], usize, Symbol),
        (written_window, window): (&Window, &Window),
        [word_written, word]: [Word; 2],
        (ratio, rival, kinship): (f32, f32, Kinship),
        corrections: &Corrections,
    ) -> Features {
        let written = symbols[at];
        let own = window.steps[0].log - written_window.steps[0].log;
        let (longest_written, reach_written) = written_window.reach();
        let (longest, reach) = window.reach();
        let log_count = |count: u32| ln_f32(1.0 + count as f32);
        let is = |kind: Kinship| if kinship == kind { 1.0 } else { 0.0 };
        let han = |offset: isize| {
            let index = at.checked_add_signed(offset);
            let symbol = index.and_then(|index| symbols.get(index)).copied().unwrap_or(BOUNDARY);
            if is_han_symbol(symbol) { 1.0 } else { 0.0 }
        };
        let start = word_written.start.min(word.start);
        let end = (word_written.start + word_written.length).max(word.start + word.length);
        let fit = self.topics.fit(symbols, (start, end), [word_written, word], &self.words);
        let features = [
            ratio,
            own,
            ratio - own,
            written_window.steps[0].log,
            window.steps[0].log,
            written_window.sum(),
            written_window.least(),
            window.least(),
            longest_written,
            longest,
            reach_written,
            reach,
            self.ngrams.alone(written),
            self.ngrams.alone(meant),
            log_count(corrections.pair(written, meant)),
            log_count(corrections.of_written(written)),
            log_count(corrections.of_meant(meant)),
            is(Kinship::SameSound),
            is(Kinship::SimilarSound),
            is(Kinship::SimilarShape),
            is(Kinship::Corrected),
            word_written.length as f32,
            word_written.level.into(),
            word.length as f32,
            word.level.into(),
            ratio - rival,
            han(-1),
            han(1),
            han(-2),
            han(2),
            window.sum(),
            log_count(corrections.pair(meant, written)),
            if word_written.length > word.length { 1.0 } else { 0.0 },
            fit[0],
            fit[1],
            fit[1] - fit[0],
        ];
        let mut all = [0.0; FEATURES];
        all[..features.len()].copy_from_slice(&features);
        all
    }
}
