//! Finds characters that fit their context less well than others that may have been meant.

use std::ops::Range;

use super::ORDER;
use super::archive::{Archive, States, mix};
use super::confusables::{self, Confusables, Kinship};
use super::container::Sections;
use super::corrections::{self, Corrections};
use super::decision::{self, Decision};
use super::math::{exp_f32, ln_f32};
use super::ngram::{Ngrams, Step};
use super::softmax::{self, Softmax};
use super::symbols::{BOUNDARY, Symbol, Symbols, is_han_symbol};
use super::topic::{self, Topics};
use super::triples::{self, Place, Triples, knows_more_around, new_places};
use super::words::{self, Words};
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

/// How much more likely the text must become by another character, as the logarithm of the ratio.
const LEAST_RATIO: f32 = 2.5;
/// A character is not questioned if the symbols that depend on it are at least this likely on average, as the logarithm of
/// the probability.
const LIKELY: f32 = -3.0;
/// Where no symbol is less likely than this after those before it, none is questioned.
const UNSURPRISING: f32 = -6.5;
/// The largest number of alternatives of a character that are judged.
const MOST_ALTERNATIVES: usize = 4;
/// The largest number of alternatives that are compared with each other.
const MOST_COMPARED: usize = 8;
/// The number of features that [`Softmax`] provides.
const FIT: usize = softmax::GROUPS + 3;
/// The number of symbols on either side of a character that are looked at.
const REACH: usize = 24;

/// A part of a text, and how likely each of its symbols is after those before it.
struct Reading<'t> {
    symbols: &'t [Symbol],
    /// Where the part begins.
    first: usize,
    /// For each symbol of the part how likely it is, and the sequences that end at it.
    steps: Vec<Step>,
    states: Vec<States>,
    /// What the symbol after a boundary depends on: not on what comes before the boundary.
    after_boundary: States,
}

impl Reading<'_> {
    /// What the symbol after the one at `at` depends on.
    fn context(&self, at: usize) -> &States {
        if self.symbols[at] == BOUNDARY { &self.after_boundary } else { &self.states[at - self.first] }
    }
}

/// How likely the symbols are that depend on one character, with one choice of it.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    steps: [Step; ORDER],
    len: usize,
}

impl Window {
    fn sum(&self) -> f32 {
        self.steps[..self.len].iter().map(|step| step.log).sum()
    }

    fn least(&self) -> f32 {
        self.steps[..self.len].iter().map(|step| step.log).fold(0.0, f32::min)
    }

    /// How far the known sequences that contain the character extend: of the longest, and of all together.
    fn reach(&self) -> (f32, f32) {
        let lengths = self.steps[..self.len].iter().enumerate();
        let covering = lengths.filter(|(after, step)| usize::from(step.length) > *after);
        covering.fold((0.0, 0.0), |(most, sum), (_, step)| {
            let length = f32::from(step.length);
            (length.max(most), sum + length)
        })
    }
}

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

    /// Returns the characters of a text that others fit better, with the features by which that is judged. In the order of
    /// the text; the best alternative of a character comes first.
    pub fn suspicions(&self, text: &Symbols) -> Vec<Suspicion> {
        self.suspicions_with(text, &self.corrections)
    }

    /// Like [`suspicions`](Model::suspicions), with other corrections in place of those of the model.
    pub fn suspicions_with(&self, text: &Symbols, corrections: &Corrections) -> Vec<Suspicion> {
        self.suspicions_at(text.symbols(), &self.new_places(text), corrections)
    }

    /// Returns the Chinese characters of a text that are in a sequence that is not known.
    pub fn new_places(&self, text: &Symbols) -> Vec<Place> {
        new_places(text.symbols(), |it| self.may_know(it))
    }

    /// Like [`suspicions_with`](Model::suspicions_with), where the characters in unknown sequences are known.
    pub fn suspicions_at(&self, symbols: &[Symbol], places: &[Place], corrections: &Corrections) -> Vec<Suspicion> {
        let mut alternatives = Vec::new();
        let mut questions: Vec<(usize, Range<usize>)> = Vec::new();
        for &place in places {
            let first = alternatives.len();
            self.alternatives(symbols, place, corrections, &mut alternatives);
            if alternatives.len() > first {
                questions.push((place.at, first..alternatives.len()));
            }
        }
        let mut suspicions = Vec::new();
        // Places near each other depend on the same symbols.
        for group in questions.chunk_by(|(a, _), (b, _)| b - a <= ORDER) {
            let part = group[0].0 - 1..(group[group.len() - 1].0 + ORDER).min(symbols.len());
            let reading = self.read_part(symbols, part);
            for (at, range) in group {
                self.question(&reading, *at, &alternatives[range.clone()], corrections, &mut suspicions);
            }
        }
        suspicions
    }

    /// Adds the characters by which more sequences are known than by the one that is written.
    fn alternatives(
        &self,
        symbols: &[Symbol],
        Place { at, known }: Place,
        corrections: &Corrections,
        found: &mut Vec<(Symbol, Kinship)>,
    ) {
        let (first, written) = (found.len(), symbols[at]);
        let start = at.saturating_sub(2);
        let near = &symbols[start..(at + 3).min(symbols.len())];
        let mut text = [BOUNDARY; 5];
        text[..near.len()].copy_from_slice(near);
        let known_corrections = corrections.meant_by(written);
        let frequent = known_corrections.map_or(&[][..], |it| &it.frequent);
        let mut alike = self.confusables.alike(written);
        // One unknown sequence beside well-known ones says little.
        if known == 2 && frequent.is_empty() && self.knows_four_around(symbols, at) {
            alike = alike.same_sound();
        }
        let beside = self.ngrams.beside(symbols[at - 1], 1);
        let (before, after) = (self.beside(symbols[at - 1], 1), self.beside(symbols[at + 1], 0));
        let mut add = |meant: Symbol, kinship: Kinship| {
            if after(meant) {
                text[at - start] = meant;
                // Common characters that are often confused (在 and 再) are in many sequences either way.
                let least = if frequent.contains(&meant) { known.saturating_sub(1) } else { known };
                let is_better = knows_more_around(&text[..near.len()], at - start, least, |it| self.may_know(it));
                if is_better && found[first..].iter().all(|&(other, _)| other != meant) {
                    found.push((meant, kinship));
                }
            }
        };
        // Where even the neighbours are unknown, no sequence is likely.
        match &self.own {
            None => alike.each_that(|meant| beside.may_have(meant), &mut add),
            Some(_) => alike.each_that(&before, &mut add),
        }
        let corrected = known_corrections.into_iter().flat_map(|it| &it.all).copied();
        corrected.filter(|&meant| before(meant)).for_each(|meant| add(meant, Kinship::Corrected));
    }

    /// Whether a sequence of three symbols may be known.
    pub fn may_know(&self, sequence: [Symbol; 3]) -> bool {
        self.triples.may_know(sequence) || self.own.as_ref().is_some_and(|own| own.triples.may_know(sequence))
    }

    /// Whether a sequence of four symbols that contains the one at `at` is known.
    fn knows_four_around(&self, symbols: &[Symbol], at: usize) -> bool {
        let knows = |ngrams: &Ngrams| ngrams.knows_four_around(symbols, at);
        knows(&self.ngrams) || self.own.as_ref().is_some_and(|own| knows(&own.ngrams))
    }

    /// Returns which symbols may be known beside a symbol.
    pub fn beside(&self, symbol: Symbol, distance: usize) -> impl Fn(Symbol) -> bool {
        let beside = self.ngrams.beside(symbol, distance);
        let own = self.own.as_ref().map(|own| own.ngrams.beside(symbol, distance));
        move |other| beside.may_have(other) || own.is_some_and(|own| own.may_have(other))
    }

    /// Like [`Ngrams::step_from`], by the model and the archive.
    fn step(&self, symbols: &[Symbol], at: usize, distance: usize, [known, before]: [&States; 2]) -> (Step, States) {
        let (step, base) = self.ngrams.step_from(symbols, at, distance, &known.base, &before.base);
        let Some(archive) = &self.own else { return (step, States { base, ..States::default() }) };
        let (by_archive, own) = archive.ngrams.step_from(symbols, at, distance, &known.own, &before.own);
        (mix(step, by_archive), States { base, own })
    }

    /// How likely the symbols behind the one at `first` are, each after those before it, as the logarithm of the
    /// probability.
    pub fn log_behind(&self, symbols: &[Symbol], first: usize) -> f32 {
        self.read_part(symbols, first..symbols.len()).steps.iter().map(|step| step.log).sum()
    }

    fn read_part<'t>(&self, symbols: &'t [Symbol], part: Range<usize>) -> Reading<'t> {
        let after_boundary = self.step(&[BOUNDARY], 0, 0, [&States::default(); 2]).1;
        let own = self.own.as_ref().map(|own| own.ngrams.state(symbols, part.start)).unwrap_or_default();
        let mut state = States { base: self.ngrams.state(symbols, part.start), own };
        let mut reading = Reading {
            symbols,
            first: part.start,
            steps: Vec::with_capacity(part.len()),
            states: Vec::with_capacity(part.len()),
            after_boundary,
        };
        reading.steps.push(Step::default());
        reading.states.push(state);
        for at in part.skip(1) {
            if symbols[at - 1] == BOUNDARY {
                state = after_boundary;
            }
            let (step, own) = self.step(symbols, at, 0, [&States::default(), &state]);
            state = own;
            reading.steps.push(step);
            reading.states.push(own);
        }
        reading
    }

    /// Adds the alternatives of a character by which the text becomes much more likely.
    fn question(
        &self,
        reading: &Reading,
        at: usize,
        alternatives: &[(Symbol, Kinship)],
        corrections: &Corrections,
        suspicions: &mut Vec<Suspicion>,
    ) {
        let symbols = reading.symbols;
        let end = (at + 1..at + ORDER).find(|&end| symbols[end - 1] == BOUNDARY || end == symbols.len());
        let end = end.unwrap_or(at + ORDER);
        let mut as_written = Window { len: end - at, ..Window::default() };
        let in_part = at - reading.first..end - reading.first;
        as_written.steps[..end - at].copy_from_slice(&reading.steps[in_part.clone()]);
        let log = as_written.sum();
        if log > LIKELY * as_written.len as f32 || as_written.least() > UNSURPRISING {
            return;
        }
        let written = symbols[at];
        let mut found: Vec<(f32, Symbol, Kinship, Window)> = Vec::new();
        let start = at - at.min(ORDER - 1);
        let mut text = [BOUNDARY; 2 * ORDER];
        text[..end - start].copy_from_slice(&symbols[start..end]);
        for &(meant, kinship) in alternatives {
            text[at - start] = meant;
            let states = (reading.context(at - 1), &reading.states[in_part.clone()]);
            if let Some(window) = self.window(&text[..end - start], at - start, states, log + LEAST_RATIO) {
                found.push((window.sum() - log, meant, kinship, window));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        if found.is_empty() {
            return;
        }
        let window_start = at.saturating_sub(REACH);
        let mut around = symbols[window_start..(at + REACH).min(symbols.len())].to_vec();
        let choices: Vec<Symbol> =
            std::iter::once(written).chain(found.iter().take(MOST_COMPARED).map(|it| it.1)).collect();
        let scores = self.softmax.compare(&mut around, at - window_start, &choices, &self.words);
        let sums: Vec<f32> = scores.iter().map(|groups| groups.iter().sum()).collect();
        let log_total = ln_f32(sums.iter().map(|&sum| exp_f32(sum)).sum::<f32>());
        for rank in 0..found.len().min(MOST_ALTERNATIVES) {
            let rival = found.iter().enumerate().find(|(index, _)| *index != rank).map_or(0.0, |(_, it)| it.0);
            let (ratio, meant, kinship, window) = found[rank];
            let mut features =
                self.features((symbols, at, meant), (&as_written, &window), (ratio, rival, kinship), corrections);
            let fit = &mut features[FEATURES - FIT..];
            for group in 0..softmax::GROUPS {
                fit[group] = scores[rank + 1][group] - scores[0][group];
            }
            fit[softmax::GROUPS] = sums[rank + 1] - sums[0];
            fit[softmax::GROUPS + 1] = sums[0] - log_total;
            fit[softmax::GROUPS + 2] = sums[rank + 1] - log_total;
            suspicions.push(Suspicion { at, written, meant, features });
        }
    }

    /// How likely the symbols from `at` on are, the first of which differs from that of the text; `None` if less than
    /// `limit`. `before` is the state of the symbol before them, `states` are those of the text.
    fn window(&self, text: &[Symbol], at: usize, (before, states): (&States, &[States]), limit: f32) -> Option<Window> {
        let mut window = Window { len: text.len() - at, ..Window::default() };
        let mut state = *before;
        let mut sum = 0.0;
        for (distance, own) in states.iter().take(window.len).enumerate() {
            let (step, next) = self.step(text, at + distance, distance, [own, &state]);
            state = next;
            window.steps[distance] = step;
            sum += step.log;
            if sum < limit {
                return None;
            }
        }
        Some(window)
    }

    fn features(
        &self,
        (symbols, at, meant): (&[Symbol], usize, Symbol),
        (written_window, window): (&Window, &Window),
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
        let word_written = self.words.over(symbols, at);
        let around = with(symbols, at, meant);
        let offset = at - at.min(REACH);
        let word = self.words.over(&around, at - offset);
        let start = word_written.start.min(word.start + offset);
        let end = (word_written.start + word_written.length).max(word.start + offset + word.length);
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

/// The symbols around the one at `at`, with another in its place.
fn with(symbols: &[Symbol], at: usize, choice: Symbol) -> Vec<Symbol> {
    let start = at.saturating_sub(REACH);
    let mut around = symbols[start..(at + REACH).min(symbols.len())].to_vec();
    around[at - start] = choice;
    around
}
