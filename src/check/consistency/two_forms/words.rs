//! The words around a place of an article, by which forms are compared.

use std::ops::Range;

use super::RARE;
use crate::check::article::echoes::Echoes;
use crate::lexicon::Lexicon;
use crate::text::is_han;

/// The maximum number of characters before and after a place that are divided into words.
pub(super) const CONTEXT: usize = 8;

/// Whether a character is a common word that connects others: a preposition, an adverb, a numeral.
pub(in crate::check::consistency) fn is_function_word(c: char, lexicon: &Lexicon) -> bool {
    /// The frequency from which on such a word is common.
    const COMMON_FUNCTION: u32 = 5000;
    let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
    frequency_of(c, lexicon) > COMMON_FUNCTION && class.starts_with(['u', 'p', 'c', 'd', 'r', 'm', 'q', 'f', 'y'])
}

/// How often a character is a word by itself.
pub(in crate::check::consistency) fn frequency_of(c: char, lexicon: &Lexicon) -> u32 {
    lexicon.frequency(c.encode_utf8(&mut [0; 4])).unwrap_or_default()
}

/// Whether the character at an index belongs to no word of several characters and connects no others.
pub(in crate::check::consistency) fn is_left_over(echoes: &Echoes, lexicon: &Lexicon, index: usize) -> bool {
    word_at(echoes, lexicon, index).len() == 1 && !is_function_word(echoes.character(index), lexicon)
}

/// Whether the character at `index`, beside a name that has an edge at `edge`, shows that the name ends there: it is not
/// Chinese, it belongs to a word of several characters that has an edge there, or it is a common word.
pub(in crate::check::consistency) fn is_at_edge(echoes: &Echoes, lexicon: &Lexicon, index: usize, edge: usize) -> bool {
    let c = echoes.character(index);
    if !is_han(c) {
        return true;
    }
    let word = word_at(echoes, lexicon, index);
    let is_connecting = || {
        let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
        frequency_of(c, lexicon) > RARE && class.starts_with(['u', 'p', 'c', 'd', 'r', 'v', 'f', 'y'])
    };
    if word.len() == 1 { is_connecting() } else { word.start == edge || word.end == edge }
}

/// The word that contains the character at an index, as indices.
pub(super) fn word_at(echoes: &Echoes, lexicon: &Lexicon, index: usize) -> Range<usize> {
    let is_chinese = |index: &usize| is_han(echoes.character(*index));
    if !is_chinese(&index) {
        return index..index + 1;
    }
    let start = index - (1..=CONTEXT.min(index)).take_while(|back| is_chinese(&(index - back))).count();
    let end = index + 1 + (1..=CONTEXT).take_while(|on| is_chinese(&(index + on))).count();
    let text = echoes.text(start, end);
    let mut from = start;
    for word in lexicon.segment(&text) {
        let to = from + word.of(&text).chars().count();
        if index < to {
            return from..to;
        }
        from = to;
    }
    index..index + 1
}

/// The frequency of the word at these indices.
pub(super) fn frequency(echoes: &Echoes, lexicon: &Lexicon, word: &Range<usize>) -> u32 {
    lexicon.frequency(&echoes.text(word.start, word.end)).unwrap_or_default()
}
