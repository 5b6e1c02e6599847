//! How likely the symbols of a text are, as they are written and with other characters in their places.

use std::ops::Range;

use super::ORDER;
use super::alternatives::Alternative;
use super::archive::{States, mix};
use super::ngram::{Lookup, State, Step};
use super::scorer::Model;
use super::symbols::{BOUNDARY, Symbol};

/// How much more likely the text must become by another character, as the logarithm of the ratio.
const LEAST_RATIO: f32 = 2.5;
/// A character is not questioned if the symbols that depend on it are at least this likely on average, as the logarithm of
/// the probability.
const LIKELY: f32 = -3.0;
/// Where no symbol is less likely than this after those before it, none is questioned.
const UNSURPRISING: f32 = -6.5;

/// Parts of a text, and how likely each of their symbols is after those before it.
struct Reading<'t> {
    symbols: &'t [Symbol],
    /// For each symbol of the parts how likely it is, and the sequences that end at it.
    steps: Vec<Step>,
    states: Vec<States>,
    /// What the symbol after a boundary depends on: not on what comes before the boundary.
    boundary: States,
}

impl Reading<'_> {
    /// What the symbol after the one at `at` depends on, which has the number `index` in the parts.
    fn context(&self, at: usize, index: usize) -> &States {
        if self.symbols[at] == BOUNDARY { &self.boundary } else { &self.states[index] }
    }
}

/// How likely the symbols are that depend on one character, with one choice of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    pub steps: [Step; ORDER],
    len: usize,
}

impl Window {
    pub fn sum(&self) -> f32 {
        self.steps[..self.len].iter().map(|step| step.log).sum()
    }

    pub fn least(&self) -> f32 {
        self.steps[..self.len].iter().map(|step| step.log).fold(0.0, f32::min)
    }

    /// How far the known sequences that contain the character extend: of the longest, and of all together.
    pub fn reach(&self) -> (f32, f32) {
        let lengths = self.steps[..self.len].iter().enumerate();
        let covering = lengths.filter(|(after, step)| usize::from(step.length) > *after);
        covering.fold((0.0, 0.0), |(most, sum), (_, step)| {
            let length = f32::from(step.length);
            (length.max(most), sum + length)
        })
    }
}

/// An alternative by which the text becomes much more likely.
#[derive(Debug, Clone, Copy)]
pub struct Likely {
    pub alternative: Alternative,
    /// The text as it is written, and with the alternative.
    pub written: Window,
    pub window: Window,
    /// The number of the character in the parts that were read.
    index: usize,
    /// How likely the text must be.
    limit: f32,
    /// How likely it is with the alternative, up to the symbol that has this state.
    sum: f32,
    state: States,
}

impl Model<'_> {
    /// How likely the symbols of each part of a text are but the first one, each after those before it, as the logarithm of
    /// the probability.
    pub fn logs(&self, symbols: &[Symbol], parts: &[Range<usize>]) -> Vec<f32> {
        let reading = self.reading(symbols, parts);
        let mut steps = reading.steps.iter();
        parts.iter().map(|part| steps.by_ref().take(part.len()).map(|step| step.log).sum()).collect()
    }

    /// Reads parts of a text. The first symbol of a part has no step.
    fn reading<'t>(&self, symbols: &'t [Symbol], parts: &[Range<usize>]) -> Reading<'t> {
        let base = self.ngrams.states(symbols, parts).into_iter();
        let mut states: Vec<States> = base.map(|base| States { base, ..States::default() }).collect();
        let mut boundary = States { base: self.ngrams.boundary(), ..States::default() };
        if let Some(archive) = &self.own {
            let own = archive.ngrams.states(symbols, parts);
            states.iter_mut().zip(own).for_each(|(states, own)| states.own = own);
            boundary.own = archive.ngrams.boundary();
        }
        let mut reading = Reading { symbols, steps: vec![Step::default(); states.len()], states, boundary };
        let mut first = 0;
        for part in parts {
            for at in part.clone().skip(1) {
                let index = first + at - part.start;
                reading.steps[index] = self.step(&reading.states[index], reading.context(at - 1, index - 1));
            }
            first += part.len();
        }
        reading
    }

    /// How likely a symbol is after those before it, by the model and the archive.
    fn step(&self, state: &States, before: &States) -> Step {
        let step = self.ngrams.step(&state.base, &before.base);
        let Some(archive) = &self.own else { return step };
        mix(step, archive.ngrams.step(&state.own, &before.own))
    }

    /// Returns the alternatives by which the text becomes much more likely, of those in the order of the text.
    pub fn likely(&self, symbols: &[Symbol], alternatives: &[Alternative]) -> Vec<Likely> {
        // Places near each other depend on the same symbols.
        let near = alternatives.chunk_by(|a, b| (b.at - a.at) as usize <= ORDER);
        let part = |near: &[Alternative]| {
            near[0].at as usize - 1..(near[near.len() - 1].at as usize + ORDER).min(symbols.len())
        };
        let parts: Vec<Range<usize>> = near.clone().map(part).collect();
        let reading = self.reading(symbols, &parts);
        let mut likely = Vec::new();
        let mut first = 0;
        for (near, part) in near.zip(&parts) {
            for question in near.chunk_by(|a, b| a.at == b.at) {
                let at = question[0].at as usize;
                let index = first + at - part.start;
                let written = reading.window(at, index);
                let log = written.sum();
                if log <= LIKELY * written.len as f32 && written.least() <= UNSURPRISING {
                    let (limit, state) = (log + LEAST_RATIO, *reading.context(at - 1, index - 1));
                    let window = Window { len: written.len, ..Window::default() };
                    likely.extend(question.iter().map(|&alternative| Likely {
                        alternative,
                        written,
                        window,
                        index,
                        limit,
                        sum: 0.0,
                        state,
                    }));
                }
            }
            first += part.len();
        }
        for distance in 0..ORDER {
            self.go_on(&reading, &mut likely, distance);
        }
        likely
    }

    /// Works out how likely the symbols at a distance behind the alternatives are, and leaves out those with which the text
    /// is not likely enough.
    fn go_on(&self, reading: &Reading, likely: &mut Vec<Likely>, distance: usize) {
        let known = |it: &Likely| reading.states.get(it.index + distance).copied().unwrap_or_default();
        let changed = |it: &Likely, known: &State, before: &State| {
            let at = it.alternative.at as usize;
            Lookup::changed(reading.symbols, (at, it.alternative.meant), distance, known, before)
        };
        let ongoing = || likely.iter().filter(|it| distance < it.window.len);
        let mut base: Vec<Lookup> = ongoing().map(|it| changed(it, &known(it).base, &it.state.base)).collect();
        self.ngrams.look_up(&mut base, distance);
        let mut own: Vec<Lookup> = Vec::new();
        if let Some(archive) = &self.own {
            own.extend(ongoing().map(|it| changed(it, &known(it).own, &it.state.own)));
            archive.ngrams.look_up(&mut own, distance);
        }
        let state = |lookup: Option<&Lookup>| lookup.map(Lookup::state).unwrap_or_default();
        let mut states = (0..base.len()).map(|it| States { base: state(base.get(it)), own: state(own.get(it)) });
        likely.retain_mut(|it| {
            let Some(state) = (distance < it.window.len).then(|| states.next()).flatten() else { return true };
            let step = self.step(&state, &it.state);
            it.window.steps[distance] = step;
            it.state = state;
            it.sum += step.log;
            it.sum >= it.limit
        });
    }
}

impl Reading<'_> {
    /// How likely the symbols are that depend on the one at `at`, which has the number `index` in the parts.
    fn window(&self, at: usize, index: usize) -> Window {
        let end = (at + 1..at + ORDER).find(|&end| self.symbols[end - 1] == BOUNDARY || end == self.symbols.len());
        let mut window = Window { len: end.unwrap_or(at + ORDER) - at, ..Window::default() };
        window.steps[..window.len].copy_from_slice(&self.steps[index..index + window.len]);
        window
    }
}
