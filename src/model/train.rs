//! Text → a model file.

use std::io::{self, BufRead};

use super::confusables::{self, Confusables};
use super::container;
use super::count::{Counts, Cutoffs};
use super::ngram;
use super::softmax;
use super::symbols::{BOUNDARY, Symbol, append_line};
use super::words::{self, Words};
use crate::error::Result;
use crate::lexicon::Lexicon;

/// The cutoffs by which no sequence of three symbols and more can be recovered that is not in general use.
const CUTOFFS: Cutoffs = [1, 2, 3, 3, 3];

/// Collects text to train on.
#[derive(Debug)]
pub struct Text {
    symbols: Vec<Symbol>,
}

impl Default for Text {
    fn default() -> Text {
        Text { symbols: vec![BOUNDARY] }
    }
}

impl Text {
    /// Adds a line of text.
    pub fn add_line(&mut self, line: &str) {
        append_line(line, &mut self.symbols);
    }

    /// Adds all lines of `input`, which is read piece by piece. Invalid bytes become U+FFFD.
    ///
    /// # Errors
    /// Reading fails.
    pub fn add(&mut self, mut input: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            self.add_line(&String::from_utf8_lossy(&line));
            line.clear();
        }
        Ok(())
    }

    /// Returns the bytes of a model file. Calls `report` with what is done next.
    ///
    /// # Errors
    /// None: the parts of the model are read as they are made.
    pub fn train(&self, lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Result<Vec<u8>> {
        report(format!("在数 {} 个字", self.symbols.len()));
        let counts = Counts::new(&self.symbols, CUTOFFS);
        let sizes: Vec<String> = counts.levels.iter().map(|level| level.len().to_string()).collect();
        report(format!("一到五字的序列各有 {} 种，在算概率", sizes.join("、")));
        let mut sections = ngram::build(&counts);
        report("在配形近、音近的字".to_owned());
        let confusables = confusables::build(&counts.levels[0], lexicon);
        let words = words::build(lexicon);
        drop(counts);
        report("在学分辨它们".to_owned());
        let softmax = softmax::build(&self.symbols, &Confusables::read(&confusables)?, &Words::read(&words)?);
        sections.push((confusables::SECTION.to_owned(), confusables));
        sections.push((words::SECTION.to_owned(), words));
        sections.push((softmax::SECTION.to_owned(), softmax));
        Ok(container::to_bytes(&sections))
    }
}
