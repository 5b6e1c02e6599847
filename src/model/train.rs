//! Text → a model file.

use std::io::{self, BufRead};

use super::confusables::{self, Confusables};
use super::container;
use super::count::{Counts, Cutoffs};
use super::lessons;
use super::ngram;
use super::softmax;
use super::symbols::{BOUNDARY, Symbol, append_line};
use super::topic;
use super::words::{self, Words};
use crate::error::Result;
use crate::lexicon::Lexicon;

/// How large a model may become. No sequence of three symbols and more is kept that does not occur three times, so that no
/// sentence of the text can be recovered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// For a text of 100 million characters about 45 MB.
    #[default]
    Full,
    /// For a text of 100 million characters about 8 MB.
    Light,
}

impl Size {
    fn cutoffs(self) -> Cutoffs {
        match self {
            Size::Full => [1, 2, 3, 3, 3],
            Size::Light => [1, 10, 20, 25, 40],
        }
    }

    /// The number of bits of a place in the table of [`softmax`].
    fn softmax_bits(self) -> u32 {
        match self {
            Size::Full => 22,
            Size::Light => 20,
        }
    }

    /// The number of symbols that [`softmax`] is learnt from.
    fn learnt(self) -> usize {
        match self {
            Size::Full => 20 << 20,
            Size::Light => 12 << 20,
        }
    }

    /// The largest number of words whose [`topic`] is learnt.
    fn topic_words(self) -> usize {
        match self {
            Size::Full => 40_000,
            Size::Light => 14_000,
        }
    }
}

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
    pub fn train(&self, size: Size, lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Result<Vec<u8>> {
        report(format!("在数 {} 个字", self.symbols.len()));
        let counts = Counts::new(&self.symbols, size.cutoffs());
        let sizes: Vec<String> = counts.levels.iter().map(|level| level.len().to_string()).collect();
        report(format!("一到五字的序列各有 {} 种，在算概率", sizes.join("、")));
        let mut sections = ngram::build(&counts);
        report("在配形近、音近的字".to_owned());
        let confusables = confusables::build(&counts.levels[0], lexicon);
        let words = words::build(lexicon);
        drop(counts);
        report("在学分辨它们".to_owned());
        let softmax = lessons::learn(
            &self.symbols,
            &Confusables::read(&confusables)?,
            &Words::read(&words)?,
            size.softmax_bits(),
            size.learnt(),
        );
        report("在学词的话题".to_owned());
        let topics = topic::build(&self.symbols, &Words::read(&words)?, size.topic_words());
        sections.extend(topic::SECTIONS.map(str::to_owned).into_iter().zip(topics));
        sections.push((confusables::SECTION.to_owned(), confusables));
        sections.push((words::SECTION.to_owned(), words));
        sections.push((softmax::SECTION.to_owned(), softmax));
        Ok(container::to_bytes(&sections))
    }
}
