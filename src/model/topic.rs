//! Whether a word fits the words around it, whatever their order: vectors of words, learnt by predicting each word from
//! the mean of those near it (CBOW, Mikolov et al., 2013).

use std::collections::HashMap;

use super::fuse::{self, FuseMap, mix};
use super::math::exp_f32;
use super::symbols::{BOUNDARY, Symbol, is_han_symbol};
use super::words::{Word, Words};
use crate::error::{Error, ErrorKind, Result};

/// The names of the sections in a model file: the numbers of the words in two bytes, and the vectors.
pub const SECTIONS: [&str; 3] = ["topic-low", "topic-high", "topic"];
/// The number of dimensions of a vector.
const SIZE: usize = 32;
/// A word that occurs less often has no vector.
const LEAST_OCCURRENCES: u32 = 12;
/// One word in so many says nothing of a topic: the most frequent ones.
const SHARE_OF_COMMON: usize = 256;
/// How many words on either side of a word are looked at.
const REACH: usize = 6;
/// How many other words a word is learnt to be told from.
const OTHERS: usize = 5;
/// The step size at the beginning; it falls to a tenth.
const RATE: f32 = 0.05;
/// The number of symbols to learn from; of longer texts, a part of the lines.
const LEARNT: usize = 24 << 20;

/// The vector of a word.
type Vector = [f32; SIZE];

/// The vectors of words.
#[derive(Debug)]
pub struct Topics<'a> {
    low: FuseMap<'a>,
    high: FuseMap<'a>,
    /// For each word, its vector as a neighbour and as the word in question.
    vectors: &'a [[u8; 2 * SIZE]],
    unit: f32,
}

impl<'a> Topics<'a> {
    /// Reads the vectors from the bytes of their sections.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read([low, high, vectors]: [&'a [u8]; 3]) -> Result<Topics<'a>> {
        let invalid = || Error::new("模型文件里的词向量不完整。").of_kind(ErrorKind::InvalidFile);
        let (unit, vectors) = vectors.split_first_chunk().ok_or_else(invalid)?;
        let unit = f32::from_le_bytes(*unit);
        let (vectors, rest) = vectors.as_chunks();
        if !rest.is_empty() || !unit.is_finite() {
            return Err(invalid());
        }
        Ok(Topics { low: FuseMap::read(low)?, high: FuseMap::read(high)?, vectors, unit })
    }

    fn number(&self, word: Word) -> Option<usize> {
        let number = usize::from(self.low.get(word.key)?) | usize::from(self.high.get(word.key)?) << 8;
        (number < self.vectors.len()).then_some(number)
    }

    /// Returns how well words fit those around the symbols from `start` to `end`: the logarithm of the odds, and 0 for a
    /// word of which nothing is known.
    pub fn fit<const N: usize>(
        &self,
        symbols: &[Symbol],
        (start, end): (usize, usize),
        candidates: [Word; N],
        words: &Words,
    ) -> [f32; N] {
        let mut sum = [0.0; SIZE];
        let mut count = 0.0;
        let mut add = |word: Word| {
            if let Some(number) = self.number(word).filter(|&number| number >= self.vectors.len() / SHARE_OF_COMMON) {
                let vector = &self.vectors[number][..SIZE];
                sum.iter_mut().zip(vector).for_each(|(sum, &part)| *sum += f32::from(part as i8));
                count += 1.0;
            }
        };
        let mut at = start;
        for _ in 0..REACH {
            let Some(word) = words.ending_at(symbols, at).filter(|_| at > 0) else { break };
            add(word);
            at = word.start;
        }
        let mut at = end;
        for _ in 0..REACH {
            let Some(word) = words.starting_at(symbols, at) else { break };
            add(word);
            at = word.start + word.length;
        }
        candidates.map(|word| {
            let Some(number) = self.number(word).filter(|_| count > 0.0) else { return 0.0 };
            let vector = &self.vectors[number][SIZE..];
            let product: f32 = sum.iter().zip(vector).map(|(sum, &part)| sum * f32::from(part as i8)).sum();
            product * self.unit * self.unit / count
        })
    }
}

/// Learns vectors of at most `most` words from a text, which has been divided by boundaries. Returns the bytes of the
/// sections.
pub fn build(text: &[Symbol], words: &Words, most: usize) -> [Vec<u8>; 3] {
    let (keys, sequence) = sequence(text, words, most);
    let mut vectors = learn(&sequence, keys.len());
    let largest = {
        let mut sizes: Vec<f32> = vectors.iter().flatten().flatten().map(|part| part.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0).max(1e-6)
    };
    let unit = largest / 127.0;
    let mut bytes = unit.to_le_bytes().to_vec();
    let coded =
        vectors.drain(..).flatten().flatten().map(|part| (part / unit).round().clamp(-127.0, 127.0) as i8 as u8);
    bytes.extend(coded);
    let byte_of = |shift: usize| -> Vec<(u64, u8)> {
        let mut entries: Vec<(u64, u8)> =
            keys.iter().enumerate().map(|(number, &key)| (key, (number >> shift) as u8)).collect();
        entries.sort_by_key(|&(key, _)| key);
        entries
    };
    [fuse::build(&byte_of(0)), fuse::build(&byte_of(8)), bytes]
}

/// The number of a word without a vector.
const NONE: u16 = u16::MAX;

/// Divides the text into words. Returns the keys of the words that get vectors, the most frequent first, and the text as
/// their numbers.
fn sequence(text: &[Symbol], words: &Words, most: usize) -> (Vec<u64>, Vec<u16>) {
    let share = (LEARNT as f64 / text.len().max(1) as f64).min(1.0);
    let limit = (share * f64::from(u32::MAX)) as u64;
    let lines = text.split(|&symbol| symbol == BOUNDARY).enumerate();
    let lines: Vec<&[Symbol]> =
        lines.filter(|&(number, _)| mix(number as u64) >> 32 <= limit).map(|(_, line)| line).collect();
    let keys_of = |line: &[Symbol]| {
        let mut keys = Vec::with_capacity(line.len());
        let mut at = 0;
        while let Some(word) = words.starting_at(line, at) {
            keys.push(if is_han_symbol(line[at]) { word.key } else { 0 });
            at = word.start + word.length;
        }
        keys
    };
    let divided: Vec<Vec<u64>> = crate::parallel::map(&lines, |line| keys_of(line));
    let mut counts: HashMap<u64, u32> = HashMap::new();
    divided.iter().flatten().filter(|&&key| key != 0).for_each(|&key| *counts.entry(key).or_default() += 1);
    let mut known: Vec<(u64, u32)> = counts.into_iter().filter(|&(_, count)| count >= LEAST_OCCURRENCES).collect();
    known.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    known.truncate(most.min(usize::from(NONE)));
    let numbers: HashMap<u64, u16> = known.iter().enumerate().map(|(number, &(key, _))| (key, number as u16)).collect();
    let mut sequence = Vec::new();
    for line in divided {
        sequence.extend(line.iter().map(|key| numbers.get(key).copied().unwrap_or(NONE)));
        sequence.extend([NONE; REACH]);
    }
    (known.into_iter().map(|(key, _)| key).collect(), sequence)
}

/// Learns the two vectors of each word.
fn learn(sequence: &[u16], count: usize) -> Vec<[Vector; 2]> {
    let common = count / SHARE_OF_COMMON;
    let start = |number: usize, part: usize| {
        ((mix((number * SIZE + part) as u64) >> 40) as f32 / (1 << 24) as f32 - 0.5) / SIZE as f32
    };
    let mut vectors: Vec<[Vector; 2]> =
        (0..count).map(|number| [std::array::from_fn(|part| start(number, part)), [0.0; SIZE]]).collect();
    // Others are drawn as they occur in the text, frequent ones less than that.
    let is_drawn = |&(at, number): &(usize, &u16)| {
        *number != NONE && (usize::from(*number) >= common || mix(at as u64).is_multiple_of(4))
    };
    let others: Vec<u16> = sequence.iter().enumerate().filter(is_drawn).map(|(_, &number)| number).collect();
    for (at, &number) in sequence.iter().enumerate() {
        if number == NONE || others.is_empty() {
            continue;
        }
        let near = sequence[at.saturating_sub(REACH)..(at + REACH + 1).min(sequence.len())].iter().enumerate();
        let middle = at - at.saturating_sub(REACH);
        let near = near.filter(|&(index, &other)| index != middle && other != NONE && usize::from(other) >= common);
        let near: Vec<usize> = near.map(|(_, &other)| usize::from(other)).collect();
        if near.is_empty() {
            continue;
        }
        let rate = RATE * (1.0 - 0.9 * at as f32 / sequence.len() as f32);
        let mut mean = [0.0; SIZE];
        near.iter().for_each(|&other| add(&mut mean, &vectors[other][0], 1.0 / near.len() as f32));
        let mut change = [0.0; SIZE];
        let mut draw = mix(at as u64);
        for index in 0..=OTHERS {
            draw = mix(draw.wrapping_add(1));
            let word = if index == 0 { number } else { others[(draw % others.len() as u64) as usize] };
            if index > 0 && word == number {
                continue;
            }
            let own = &mut vectors[usize::from(word)][1];
            let product: f32 = mean.iter().zip(&*own).map(|(a, b)| a * b).sum();
            let expected = 1.0 / (1.0 + exp_f32(-product));
            let step = rate * (if index == 0 { 1.0 } else { 0.0 } - expected);
            add(&mut change, own, step);
            add(own, &mean, step);
        }
        near.iter().for_each(|&other| add(&mut vectors[other][0], &change, 1.0));
    }
    vectors
}

fn add(sum: &mut Vector, other: &Vector, factor: f32) {
    sum.iter_mut().zip(other).for_each(|(sum, part)| *sum += part * factor);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;
    use crate::model::symbols::append_line;
    use crate::model::words;

    #[test]
    fn words_fit_those_they_occur_with() {
        let mut text = vec![BOUNDARY];
        for _ in 0..3000 {
            append_line("医院医生护士手术治疗病人", &mut text);
            append_line("球队教练球员比赛进球决赛", &mut text);
        }
        let words = words::build(&lexicon());
        let words = Words::read(&words).unwrap();
        let sections = build(&text, &words, 100);
        let topics = Topics::read([&sections[0], &sections[1], &sections[2]]).unwrap();
        let fits = |line: &str, at: usize, other: &str| {
            let symbols: Vec<Symbol> = line.chars().map(|c| c as Symbol).collect();
            let other: Vec<Symbol> = other.chars().map(|c| c as Symbol).collect();
            let candidates = [words.over(&symbols, at), words.over(&other, 0)];
            let [own, other] = topics.fit(&symbols, (at, at + 2), candidates, &words);
            own > other
        };
        assert!(fits("医院医生护士手术", 4, "球员") && fits("球队教练球员比赛", 4, "护士"));
        assert!(Topics::read([&sections[0], &sections[1], &sections[2][..99]]).is_err());
    }
}
