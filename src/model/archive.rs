//! What a paper's own archive adds to a model: its sequences, mixed with those of the model.

use std::cmp::Ordering;

use super::container::Sections;
use super::math::{exp_f32, ln_f32};
use super::ngram::{Ngrams, State, Step};
use super::triples::{self, Triples};
use crate::error::Result;

/// The sequences of an archive.
#[derive(Debug)]
pub struct Archive<'a> {
    pub ngrams: Ngrams<'a>,
    pub triples: Triples<'a>,
}

/// The share of an archive in a probability, if it knows a longer sequence than the model does, one as long, and neither.
const SHARES: [f32; 3] = [0.7, 0.5, 0.03];
/// Shorter sequences than this occur in an archive by chance.
const LEAST_LENGTH: u8 = 3;

/// What an archive is worth: with it, fewer characters are doubted wrongly at the same score, so a lower one suffices.
pub const WORTH: f32 = 0.2;

/// The known sequences that end at a symbol: those of the model and those of the archive.
#[derive(Debug, Default, Clone, Copy)]
pub struct States {
    pub base: State,
    pub own: State,
}

impl<'a> Archive<'a> {
    /// Reads an archive from the sections of a model file.
    ///
    /// # Errors
    /// A section is missing or damaged.
    pub fn read(sections: &Sections<'a>) -> Result<Archive<'a>> {
        let triples = Triples::read(sections.get(triples::SECTION)?)?;
        Ok(Archive { ngrams: Ngrams::read(sections)?, triples })
    }
}

/// How likely a symbol is by the model and by the archive together.
pub fn mix(base: Step, own: Step) -> Step {
    let share = match own.length.cmp(&base.length) {
        _ if own.length < LEAST_LENGTH => SHARES[2],
        Ordering::Greater => SHARES[0],
        Ordering::Equal => SHARES[1],
        Ordering::Less => SHARES[2],
    };
    let probability = (1.0 - share) * exp_f32(base.log) + share * exp_f32(own.log);
    Step { log: ln_f32(probability), length: base.length.max(own.length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_knows_longer_sequences_counts_more() {
        let step = |log, length| Step { log, length };
        let mixed = |own| mix(step(-8.0, 1), own).log;
        assert!(mixed(step(-1.0, 4)) > -2.0);
        assert!(mixed(step(-14.0, 1)) < -8.0 && mixed(step(-1.0, 2)) < -4.0);
        assert_eq!(mix(step(-8.0, 1), step(-1.0, 4)).length, 4);
    }
}
