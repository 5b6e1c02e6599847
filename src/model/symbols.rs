//! Text as the model sees it: one symbol for each Chinese character and mark, one for a whole number or foreign word.

use std::ops::Range;

use crate::text::is_han;

/// A unit of text in the model: a character of the Basic Multilingual Plane, or what stands for a run of others.
pub type Symbol = u16;

/// The beginning or the end of a text, and blanks.
pub const BOUNDARY: Symbol = 0;
/// The first Chinese character.
pub const FIRST_HAN: Symbol = 0x4e00;
/// The number of Chinese characters.
pub const HAN: usize = 0x5200;
/// A number in Arabic numerals.
const NUMBER: Symbol = '0' as Symbol;
/// A run of letters.
const LETTERS: Symbol = 'a' as Symbol;
/// A character outside the Basic Multilingual Plane.
const OTHER: Symbol = 1;

/// Texts as symbols, with [`BOUNDARY`] before and after each.
#[derive(Debug, Default, Clone)]
pub struct Symbols {
    symbols: Vec<Symbol>,
    /// The byte of its text at which each symbol begins.
    starts: Vec<u32>,
    /// Where each text ends among the symbols.
    ends: Vec<usize>,
}

impl Symbols {
    /// Reads a text, in place of those that were read before.
    pub fn read(&mut self, text: &str) {
        self.symbols.clear();
        self.starts.clear();
        self.ends.clear();
        self.append(text);
    }

    /// Reads a text behind those that were read before.
    pub fn append(&mut self, text: &str) {
        // Most characters take three bytes.
        self.symbols.reserve(text.len() / 3 + 2);
        self.starts.reserve(text.len() / 3 + 2);
        self.symbols.push(BOUNDARY);
        self.starts.push(0);
        for (at, c) in text.char_indices() {
            let symbol = symbol_of(c);
            if !is_han_symbol(symbol) && self.symbols.last() == Some(&symbol) && is_run(symbol) {
                continue;
            }
            self.symbols.push(symbol);
            self.starts.push(at as u32);
        }
        self.symbols.push(BOUNDARY);
        self.starts.push(text.len() as u32);
        self.ends.push(self.symbols.len());
    }

    /// Where the symbols of each text are.
    pub fn texts(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// The symbols, of which the first and the last of each text are [`BOUNDARY`].
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The byte of its text at which a symbol begins.
    pub fn start(&self, index: usize) -> usize {
        self.starts[index] as usize
    }
}

/// Appends a line of text and a boundary to `symbols`.
pub fn append_line(line: &str, symbols: &mut Vec<Symbol>) {
    for c in line.chars() {
        let symbol = symbol_of(c);
        if !is_run(symbol) || symbols.last() != Some(&symbol) {
            symbols.push(symbol);
        }
    }
    if symbols.last() != Some(&BOUNDARY) {
        symbols.push(BOUNDARY);
    }
}

/// Whether several of these symbols in succession are one.
fn is_run(symbol: Symbol) -> bool {
    matches!(symbol, BOUNDARY | NUMBER | LETTERS | OTHER)
}

/// Returns the symbol for a character. Half-width marks are read as full-width ones.
pub fn symbol_of(c: char) -> Symbol {
    match c {
        '一'..='\u{9fff}' => c as Symbol,
        // The frequent marks, for which the questions below take long.
        '、' | '。' | '〈'..='】' | '—' | '‘'..='”' | '…' | '·' | '，' | '：' | '；' | '！' | '？' | '（' | '）' => {
            c as Symbol
        }
        '0'..='9' | '０'..='９' => NUMBER,
        _ if c.is_whitespace() || c.is_control() => BOUNDARY,
        ',' => '，' as Symbol,
        ':' => '：' as Symbol,
        ';' => '；' as Symbol,
        '!' => '！' as Symbol,
        '?' => '？' as Symbol,
        '(' => '（' as Symbol,
        ')' => '）' as Symbol,
        _ if c.is_alphabetic() && !is_han(c) => LETTERS,
        _ => Symbol::try_from(c as u32).unwrap_or(OTHER),
    }
}

/// Whether a symbol is a Chinese character.
pub fn is_han_symbol(symbol: Symbol) -> bool {
    (FIRST_HAN..FIRST_HAN + HAN as Symbol).contains(&symbol)
}

/// Returns the character of a symbol, for messages.
pub fn char_of(symbol: Symbol) -> char {
    char::from_u32(u32::from(symbol)).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_runs_as_one_symbol() {
        let mut symbols = Symbols::default();
        symbols.read("共2026人,GDP  涨");
        let expected: Vec<Symbol> = "\0共0人，a\0涨\0".chars().map(|c| c as Symbol).collect();
        assert_eq!(symbols.symbols(), expected);
        assert_eq!((symbols.start(2), symbols.start(3)), (3, 7));
        let mut line = vec![BOUNDARY];
        append_line("共2026人,GDP  涨", &mut line);
        assert_eq!(line, expected);
    }
}
