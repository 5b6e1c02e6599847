//! Sentences of an article that begin or end alike, which are candidates for repetition.

use super::{Article, CharOccurrence};
use crate::block::Kind;
use crate::matcher::CharSet;
use crate::text::Span;

/// What ends a sentence.
const ENDS: [char; 3] = ['。', '！', '？'];

/// The least bytes of a sentence: fifteen Chinese characters.
const LEAST: usize = 45;

/// Two sentences are alike at one end if so many bytes are the same: eight Chinese characters.
const ALIKE: usize = 24;

/// A sentence without its marks at either end.
#[derive(Debug, Clone, Copy)]
pub struct LongSentence {
    pub block: u32,
    pub start: u32,
    pub end: u32,
}

impl LongSentence {
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    pub fn text<'d>(self, article: &Article<'d>) -> &'d str {
        self.span().of(article.text(self.block as usize))
    }
}

/// The long sentences of an article, and which of them are similar.
pub struct Similar {
    pub sentences: Vec<LongSentence>,
    /// Indices of sentences that begin or end alike: an earlier one and a later one.
    pub pairs: Vec<(usize, usize)>,
}

/// The characters to watch: the marks that end a sentence.
pub fn watched() -> CharSet {
    CharSet::new(ENDS.map(|c| (c, c)).to_vec())
}

/// Finds the long sentences and the similar pairs.
pub fn read(article: &Article, occurrences: &[CharOccurrence]) -> Similar {
    let sentences = sentences(article, occurrences);
    let pairs = alike(article, &sentences);
    Similar { sentences, pairs }
}

/// The long sentences of running text.
fn sentences(article: &Article, occurrences: &[CharOccurrence]) -> Vec<LongSentence> {
    let mut sentences = Vec::new();
    for in_block in occurrences.chunk_by(|a, b| a.block == b.block) {
        let block = in_block[0].block;
        if !matches!(article.blocks[block as usize].kind, Kind::Paragraph | Kind::ListItem)
            || is_under_picture(article, block as usize)
        {
            continue;
        }
        let text = article.text(block as usize);
        let mut start = article.blocks[block as usize].dateline as usize;
        for occurrence in in_block {
            let end = occurrence.at as usize;
            if start + LEAST <= end {
                let said = text[start..end]
                    .trim_start_matches(['”', '’', '）', '“', '‘', '（', ' ', '\u{3000}', '。', '！', '？']);
                if said.len() >= LEAST {
                    sentences.push(LongSentence { block, start: (end - said.len()) as u32, end: end as u32 });
                }
            }
            start = end + occurrence.character.len_utf8();
        }
    }
    sentences
}

/// Does the line behind a paragraph say who took the picture? Then the paragraph is the picture's text, and may say
/// what the article says.
fn is_under_picture(article: &Article, block: usize) -> bool {
    article.range.contains(&(block + 1))
        && matches!(article.blocks[block + 1].kind, Kind::Caption | Kind::Byline)
        && article.text(block + 1).trim_end_matches('）').ends_with(['摄', '影', '图'])
}

/// Pairs of sentences that begin alike or end alike, each with the last one before.
fn alike(article: &Article, sentences: &[LongSentence]) -> Vec<(usize, usize)> {
    // The last sentence with each head and each tail, by the low bits of its key; what is taken is looked for further on.
    let size = (sentences.len() * 4).next_power_of_two();
    let mut last: Vec<(u64, u32)> = vec![(0, u32::MAX); size];
    let mut pairs = Vec::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let bytes = sentence.text(article).as_bytes();
        let (head, tail) = (&bytes[..ALIKE], &bytes[bytes.len() - ALIKE..]);
        for key in [key(head) & !1, key(tail) | 1] {
            let mut place = (key >> 20) as usize & (size - 1);
            while last[place].1 != u32::MAX && last[place].0 != key {
                place = (place + 1) & (size - 1);
            }
            let before = std::mem::replace(&mut last[place], (key, index as u32)).1;
            // A sentence whose head is its tail is not like itself.
            if before != u32::MAX && before != index as u32 {
                pairs.push((before as usize, index));
            }
        }
    }
    pairs
}

/// A number in which every byte has a part.
fn key(bytes: &[u8]) -> u64 {
    bytes.as_chunks().0.iter().fold(0, |key: u64, part: &[u8; 8]| {
        (key.rotate_left(23) ^ u64::from_le_bytes(*part)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}
