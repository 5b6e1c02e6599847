//! Sentences of an article that begin or end with the same text. They are candidates for a repetition.

use super::{Article, CharOccurrence};
use crate::block::BlockKind;
use crate::matcher::CharSet;
use crate::text::Span;

/// The marks that end a sentence.
pub const ENDS: [char; 3] = ['。', '！', '？'];

/// The minimum length of a sentence in bytes: fifteen Chinese characters.
const LEAST_LENGTH: usize = 45;

/// How many bytes must be the same at one end of two similar sentences: eight Chinese characters.
const EDGE_LENGTH: usize = 24;

/// The maximum number of characters that are changed, removed or added in a repetition.
pub const MOST_DIFFERENCES: usize = 12;

/// The maximum number of bytes by which one of two similar sentences is longer. A character has at most four bytes.
const MOST_LONGER: usize = 4 * MOST_DIFFERENCES;

/// A sentence of at least fifteen Chinese characters, without the marks at its ends.
#[derive(Debug, Clone, Copy)]
pub struct LongSentence {
    /// The block, as an index into the blocks of the draft.
    pub block: u32,
    /// The byte of the block's text at which the sentence starts.
    pub start: u32,
    /// The byte of the block's text at which the sentence ends.
    pub end: u32,
}

impl LongSentence {
    /// The sentence, in bytes of the block's text.
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// The block of this sentence, and the span of its text to the end of `last`. `None` if `last` is in another block, or
    /// before this sentence.
    pub fn through(self, last: LongSentence) -> Option<(usize, Span)> {
        let is_passage = self.block == last.block && self.start <= last.end;
        is_passage.then(|| (self.block as usize, Span::new(self.start as usize, last.end as usize)))
    }

    /// The text of the sentence.
    pub fn text<'d>(self, article: &Article<'d>) -> &'d str {
        self.span().of(article.text(self.block as usize))
    }
}

/// The long sentences of an article, and which of them are similar.
pub struct Similar {
    /// The long sentences, in the order of the text.
    pub sentences: Vec<LongSentence>,
    /// The pairs of sentences that begin or end with the same text, in the order of their later sentences.
    pub pairs: Vec<SimilarPair>,
}

/// Two sentences that begin or end with the same text, as indices into [`Similar::sentences`].
#[derive(Debug, Clone, Copy)]
pub struct SimilarPair {
    /// The earlier sentence.
    pub earlier: usize,
    /// The later sentence.
    pub later: usize,
    /// The number of characters of the longer sentence.
    pub length: usize,
    /// A number of characters that must at least be changed, removed or added to turn one sentence into the other. Most
    /// pairs need not be compared, because this number is too large.
    pub least_differences: usize,
}

/// What is known about the characters of a sentence without comparing it with another one.
#[derive(Debug, Clone, Copy)]
struct Sketch {
    /// The number of characters.
    length: usize,
    /// A set of the characters. Each is represented by one of 64 bits, which it shares with others.
    characters: u64,
}

impl Sketch {
    /// The sketch of a text.
    fn of(text: &str) -> Sketch {
        text.chars().fold(Sketch { length: 0, characters: 0 }, |sketch, c| Sketch {
            length: sketch.length + 1,
            characters: sketch.characters | 1 << (c as u32 % 64),
        })
    }

    /// A number of characters that must at least be changed, removed or added to turn one text into the other. One such
    /// step takes at most one character out of the set, and adds at most one.
    fn least_differences(self, other: Sketch) -> usize {
        let only_here = (self.characters & !other.characters).count_ones() as usize;
        let only_there = (other.characters & !self.characters).count_ones() as usize;
        only_here.max(only_there).max(self.length.abs_diff(other.length))
    }
}

/// The characters that a check has to watch to read the similar sentences of an article: the marks that end a
/// sentence.
pub fn watched() -> CharSet {
    CharSet::new(ENDS.map(|c| (c, c)).to_vec())
}

/// Finds the long sentences and the similar pairs of an article. `occurrences` are those of the characters [`watched`].
pub fn read(article: &Article, occurrences: &[CharOccurrence]) -> Similar {
    let sentences = sentences(article, occurrences);
    let pairs = similar_pairs(article, &sentences);
    Similar { sentences, pairs }
}

/// The long sentences of running text.
fn sentences(article: &Article, occurrences: &[CharOccurrence]) -> Vec<LongSentence> {
    let mut sentences = Vec::new();
    for in_block in occurrences.chunk_by(|a, b| a.block == b.block) {
        let block = in_block[0].block;
        if !matches!(article.blocks[block as usize].kind, BlockKind::Paragraph | BlockKind::ListItem)
            || is_under_picture(article, block as usize)
        {
            continue;
        }
        let text = article.text(block as usize);
        let mut start = article.blocks[block as usize].dateline as usize;
        for occurrence in in_block {
            let end = occurrence.at as usize;
            if start + LEAST_LENGTH <= end {
                let trimmed = text[start..end].trim_start_matches(may_precede_sentence);
                if trimmed.len() >= LEAST_LENGTH {
                    sentences.push(LongSentence { block, start: (end - trimmed.len()) as u32, end: end as u32 });
                }
            }
            start = end + occurrence.character.len_utf8();
        }
    }
    sentences
}

/// Whether a character is a mark or a space that may stand before the first character of a sentence.
fn may_precede_sentence(c: char) -> bool {
    matches!(c, '”' | '’' | '）' | '“' | '‘' | '（' | ' ' | '\u{3000}' | '。' | '！' | '？')
}

/// Whether the next block names the photographer of a picture. Then the paragraph is the text under the picture, which
/// may repeat the article.
fn is_under_picture(article: &Article, block: usize) -> bool {
    article.range.contains(&(block + 1))
        && matches!(article.blocks[block + 1].kind, BlockKind::Caption | BlockKind::Byline)
        && article.text(block + 1).trim_end_matches('）').ends_with(['摄', '影', '图'])
}

/// Pairs each sentence with the last earlier one that begins the same, and with the last one that ends the same, unless
/// one of the two is much longer.
fn similar_pairs(article: &Article, sentences: &[LongSentence]) -> Vec<SimilarPair> {
    // Few sentences are part of a pair.
    let mut sketches: Vec<Option<Sketch>> = vec![None; sentences.len()];
    let mut sketch = |index: usize| *sketches[index].get_or_insert_with(|| Sketch::of(sentences[index].text(article)));
    // A hash table with open addressing: for each key of a beginning or an end, the last sentence that has it.
    let size = (sentences.len() * 4).next_power_of_two();
    let mut last: Vec<(u64, u32)> = vec![(0, u32::MAX); size];
    let mut pairs = Vec::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let bytes = sentence.text(article).as_bytes();
        let (beginning, end) = (&bytes[..EDGE_LENGTH], &bytes[bytes.len() - EDGE_LENGTH..]);
        // The lowest bit distinguishes beginnings from ends.
        for key in [key(beginning) & !1, key(end) | 1] {
            let mut slot = (key >> 20) as usize & (size - 1);
            while last[slot].1 != u32::MAX && last[slot].0 != key {
                slot = (slot + 1) & (size - 1);
            }
            let before = std::mem::replace(&mut last[slot], (key, index as u32)).1;
            let (earlier, later) = (before as usize, index);
            // A sentence is not paired with itself.
            if before != u32::MAX
                && earlier != later
                && sentences[earlier].span().len().abs_diff(sentence.span().len()) <= MOST_LONGER
            {
                let (of_earlier, of_later) = (sketch(earlier), sketch(later));
                let length = of_earlier.length.max(of_later.length);
                let least_differences = of_earlier.least_differences(of_later);
                pairs.push(SimilarPair { earlier, later, length, least_differences });
            }
        }
    }
    pairs
}

/// A hash of all of these bytes, of which there are a multiple of eight.
fn key(bytes: &[u8]) -> u64 {
    bytes.as_chunks().0.iter().fold(0, |key: u64, part: &[u8; 8]| {
        (key.rotate_left(23) ^ u64::from_le_bytes(*part)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

#[cfg(test)]
mod tests {
    use super::Sketch;

    #[test]
    fn a_sketch_tells_the_least_number_of_differences() {
        let least = |a: &str, b: &str| Sketch::of(a).least_differences(Sketch::of(b));
        assert_eq!(least("甲乙丙丁", "甲乙丙丁"), 0);
        assert_eq!(least("甲乙丙丁", "丁乙丙甲"), 0);
        assert_eq!(least("甲乙丙丁", "甲戊丙丁"), 1);
        assert_eq!(least("甲乙丙丁", "甲丙丁"), 1);
        assert_eq!(least("", "甲甲甲"), 3);
        assert_eq!(least("甲乙丙丁", "戊己庚辛"), 4);
    }
}
