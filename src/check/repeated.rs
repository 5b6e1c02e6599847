//! `repeated`: a sentence or a paragraph that stands twice in an article, word for word or nearly.
//!
//! Sentences that begin alike or end alike are held against each other: whatever slip parts two that were one
//! leaves its head or its tail whole. Each is held against the last that was like it alone, so the time is linear.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Article, Fault, Hit, Sighting, slip};
use crate::block::BlockKind;
use crate::matcher::CharSet;
use crate::text::Span;

/// Options of a repeated check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRepeated {
    /// Word for word (`same`) or nearly (`near`).
    slip: Spanned<String>,
    /// How many in a hundred characters of the longer one differ at most.
    #[serde(default)]
    differ: usize,
}

/// Sentences that stand twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Repeated {
    wanted: Wanted,
    differ: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Wanted {
    Same,
    Near,
}

const WANTED: [(&str, Wanted); 2] = [("same", Wanted::Same), ("near", Wanted::Near)];

/// What ends a sentence.
const ENDS: [char; 3] = ['。', '！', '？'];

/// The least bytes of a sentence: fifteen Chinese characters.
const LEAST: usize = 45;

/// Two sentences are alike at one end if so many bytes are the same: eight Chinese characters.
const ALIKE: usize = 24;

/// A sentence without its marks at either end.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    block: u32,
    start: u32,
    end: u32,
}

impl Sentence {
    fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    fn text<'d>(self, article: &Article<'d>) -> &'d str {
        self.span().of(article.text(self.block as usize))
    }
}

/// The sentences of an article, and pairs of them that begin or end alike.
pub type Alike = (Vec<Sentence>, Vec<(usize, usize)>);

pub(super) fn watched() -> CharSet {
    CharSet::new(ENDS.map(|c| (c, c)).to_vec())
}

impl Repeated {
    pub(super) fn compile(raw: &RawRepeated) -> Result<Repeated, Fault> {
        Ok(Repeated { wanted: slip(&raw.slip, &WANTED)?, differ: raw.differ })
    }

    pub(super) fn over(&self, article: &Article, sightings: &[Sighting]) -> Vec<Hit> {
        let (sentences, pairs) = article.repeated.get_or_init(|| {
            let sentences = sentences(article, sightings);
            let pairs = alike(article, &sentences);
            (sentences, pairs)
        });
        if pairs.is_empty() {
            return Vec::new();
        }
        // For each sentence the earlier one that it repeats.
        let mut repeats: Vec<Option<usize>> = vec![None; sentences.len()];
        for &(before, behind) in pairs {
            if repeats[behind].is_none()
                && self.is_repeated(sentences[before].text(article), sentences[behind].text(article))
            {
                repeats[behind] = Some(before);
            }
        }
        let mut hits: Vec<Hit> = Vec::new();
        for (index, sentence) in sentences.iter().enumerate() {
            let Some(before) = repeats[index] else { continue };
            // What is quoted again elsewhere is quoted on purpose.
            if sentences[before].block != sentence.block
                && [before, index].iter().all(|&it| is_quoted(article, sentences[it]))
            {
                continue;
            }
            let goes_on = index > 0
                && before > 0
                && repeats[index - 1] == Some(before - 1)
                && sentences[index - 1].block == sentence.block
                && sentences[before - 1].block == sentences[before].block;
            match hits.last_mut().filter(|_| goes_on) {
                Some(hit) => {
                    hit.span.end = sentence.span().end;
                    hit.related[0].1.end = sentences[before].span().end;
                }
                None => {
                    let mut hit = Hit::new(sentence.block as usize, sentence.span(), Vec::new());
                    let there = sentences[before];
                    hit.related.push((there.block as usize, there.span(), "前一次在这里。".to_owned()));
                    hits.push(hit);
                }
            }
        }
        hits
    }

    fn is_repeated(&self, a: &str, b: &str) -> bool {
        if a == b || self.wanted == Wanted::Same {
            return a == b && self.wanted == Wanted::Same;
        }
        // Entries of a list have blanks and are alike by their nature.
        if a.contains([' ', '\u{3000}']) {
            return false;
        }
        let most = a.chars().count().max(b.chars().count()) * self.differ / 100;
        let (a, b) = differing(a, b);
        // Reports of one kind differ in their figures.
        !a.contains(is_numeral) && !b.contains(is_numeral) && differences(a, b, most).is_some()
    }
}

/// Is it a digit or a Chinese numeral?
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十百千万亿两".contains(c)
}

/// Two texts without what they begin with alike and what they end with alike.
fn differing<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let alike =
        |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| a.zip(b).take_while(|(a, b)| a == b).count();
    let head = a.floor_char_boundary(alike(&mut a.bytes(), &mut b.bytes()));
    let (a, b) = (&a[head..], &b[head..]);
    let tail = alike(&mut a.bytes().rev(), &mut b.bytes().rev());
    // What begins amid a character is not alike.
    let tail = a.len() - a.ceil_char_boundary(a.len() - tail);
    (&a[..a.len() - tail], &b[..b.len() - tail])
}

/// The long sentences of running text.
fn sentences(article: &Article, sightings: &[Sighting]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for in_block in sightings.chunk_by(|a, b| a.block == b.block) {
        let block = in_block[0].block;
        if !matches!(article.blocks[block as usize].kind, BlockKind::Paragraph | BlockKind::ListItem)
            || is_under_picture(article, block as usize)
        {
            continue;
        }
        let text = article.text(block as usize);
        let mut start = article.blocks[block as usize].dateline as usize;
        for sighting in in_block {
            let end = sighting.at as usize;
            if start + LEAST <= end {
                let said = text[start..end]
                    .trim_start_matches(['”', '’', '）', '“', '‘', '（', ' ', '\u{3000}', '。', '！', '？']);
                if said.len() >= LEAST {
                    sentences.push(Sentence { block, start: (end - said.len()) as u32, end: end as u32 });
                }
            }
            start = end + sighting.character.len_utf8();
        }
    }
    sentences
}

/// Does the line behind a paragraph say who took the picture? Then the paragraph is the picture's text, and may say
/// what the article says.
fn is_under_picture(article: &Article, block: usize) -> bool {
    article.range.contains(&(block + 1))
        && matches!(article.blocks[block + 1].kind, BlockKind::Caption | BlockKind::Byline)
        && article.text(block + 1).trim_end_matches('）').ends_with(['摄', '影', '图'])
}

/// Does it stand between quotation marks?
fn is_quoted(article: &Article, sentence: Sentence) -> bool {
    let before = &article.text(sentence.block as usize)[..sentence.start as usize];
    before.rfind('“') > before.rfind('”')
}

/// Pairs of sentences that begin alike or end alike, each with the last one before.
fn alike(article: &Article, sentences: &[Sentence]) -> Vec<(usize, usize)> {
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

/// In how many characters two stretches differ (changed, lost, added), if in no more than `most`.
fn differences(a: &str, b: &str, most: usize) -> Option<usize> {
    /// The most that are counted, so that a pair of sentences takes no longer than its length.
    const MOST: usize = 12;
    const WIDTH: usize = 2 * MOST + 1;
    let most = most.min(MOST);
    let (a_length, b_length) = (a.chars().count(), b.chars().count());
    if a_length.abs_diff(b_length) > most {
        return None;
    }
    let b: Vec<char> = b.chars().collect();
    let width = 2 * most + 1;
    // `row[k]`: of a[..i] and b[..i + k - most].
    let mut row: [usize; WIDTH] = std::array::from_fn(|k| k.checked_sub(most).unwrap_or(MOST + 1));
    for (i, from) in a.chars().enumerate() {
        let mut next = [MOST + 1; WIDTH];
        for k in 0..width {
            let Some(j) = (i + 1 + k).checked_sub(most).filter(|&j| j <= b_length) else { continue };
            let lost = if k + 1 < width { row[k + 1] + 1 } else { MOST + 1 };
            let added = if k > 0 { next[k - 1] + 1 } else { MOST + 1 };
            let changed = if j > 0 { row[k] + usize::from(b[j - 1] != from) } else { MOST + 1 };
            next[k] = lost.min(added).min(changed);
        }
        if next[..width].iter().all(|&cost| cost > most) {
            return None;
        }
        row = next;
    }
    row.get((b_length + most).checked_sub(a_length)?).copied().filter(|&cost| cost <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_changed_lost_and_added_characters() {
        assert_eq!(differences("甲乙丙丁", "甲乙丙丁", 3), Some(0));
        assert_eq!(differences("甲乙丙丁", "甲丁丙丁", 3), Some(1));
        assert_eq!(differences("甲乙丙丁", "乙丙丁戊", 3), Some(2));
        assert_eq!(differences("甲乙丙丁", "丁丙乙甲", 3), None);
        assert_eq!(differences("", "甲乙", 2), Some(2));
        assert_eq!(differences("", "甲乙丙", 2), None);
    }

    #[test]
    fn what_is_alike_at_both_ends_is_left_out() {
        for (a, b, differing) in [
            ("甲乙丙丁", "甲乙丙丁", ("", "")),
            ("甲乙丙丁", "甲丁", ("乙丙", "")),
            ("甲甲", "甲", ("甲", "")),
            ("一丁", "丁丁", ("一", "丁")),
            ("甲一", "甲丁", ("一", "丁")),
            ("", "甲", ("", "甲")),
        ] {
            assert_eq!(super::differing(a, b), differing, "{a} {b}");
        }
    }
}
