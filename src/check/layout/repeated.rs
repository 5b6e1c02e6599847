//! `repeated`: a sentence or a paragraph that occurs twice in an article, word for word or nearly so.
//!
//! Sentences are compared if they begin or end alike, because a small change leaves the start or the end of a sentence
//! as it was. Each is compared only with the last earlier one that begins or ends like it, so the time is linear.

use serde::{Deserialize, Serialize};

use crate::check::article::similar::{self, LongSentence, Similar};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, CharacterCheck, Hit, OptionsOnly};
use crate::matcher::CharSet;

/// Looks for sentences that occur twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// The mistake that the check looks for.
    slip: RepetitionSlip,
    /// The maximum number of different characters, in per cent of those of the longer sentence.
    #[serde(default)]
    differ: usize,
}

impl OptionsOnly for Repeated {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RepetitionSlip {
    /// The sentences are the same word for word.
    Same,
    /// The sentences differ in a few characters.
    Near,
}

impl CharacterCheck for Repeated {
    fn watched(&self) -> CharSet {
        similar::watched()
    }
}

impl ArticleCheck for Repeated {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let Similar { sentences, pairs } = article.similar(occurrences);
        if pairs.is_empty() {
            return Vec::new();
        }
        let repeats = self.repeats(article, sentences, pairs);
        let mut hits: Vec<Hit> = Vec::new();
        for (index, sentence) in sentences.iter().enumerate() {
            let Some(before) = repeats[index] else { continue };
            let earlier = sentences[before];
            // A quotation that is repeated in another block is repeated on purpose.
            if earlier.block != sentence.block && is_quoted(article, earlier) && is_quoted(article, *sentence) {
                continue;
            }
            let continues_last_hit = index > 0
                && before > 0
                && repeats[index - 1] == Some(before - 1)
                && sentences[index - 1].block == sentence.block
                && sentences[before - 1].block == earlier.block;
            match hits.last_mut().filter(|_| continues_last_hit) {
                Some(hit) => {
                    hit.span.end = sentence.span().end;
                    hit.related[0].1.end = earlier.span().end;
                }
                None => {
                    let mut hit = Hit::new(sentence.block as usize, sentence.span(), Vec::new());
                    hit.related.push((earlier.block as usize, earlier.span(), "前一次在这里。".to_owned()));
                    hits.push(hit);
                }
            }
        }
        hits
    }
}

impl Repeated {
    /// For each sentence, the index of the earlier sentence that it repeats.
    fn repeats(&self, article: &Article, sentences: &[LongSentence], pairs: &[(usize, usize)]) -> Vec<Option<usize>> {
        let mut repeats: Vec<Option<usize>> = vec![None; sentences.len()];
        for &(before, after) in pairs {
            if repeats[after].is_none()
                && self.is_repeated(sentences[before].text(article), sentences[after].text(article))
            {
                repeats[after] = Some(before);
            }
        }
        repeats
    }

    /// Whether one sentence repeats the other, exactly or nearly as the check requires.
    fn is_repeated(&self, a: &str, b: &str) -> bool {
        if a == b || self.slip == RepetitionSlip::Same {
            return a == b && self.slip == RepetitionSlip::Same;
        }
        // Entries of a list contain spaces and are often similar.
        if a.contains([' ', '\u{3000}']) {
            return false;
        }
        let most = a.chars().count().max(b.chars().count()) * self.differ / 100;
        let (a, b) = differing(a, b);
        // Sentences that differ in a number report different facts.
        !a.contains(is_numeral) && !b.contains(is_numeral) && differences(a, b, most).is_some()
    }
}

/// Whether a character is a digit or a Chinese numeral.
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十百千万亿两".contains(c)
}

/// Two texts without their common start and their common end.
fn differing<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let equal_bytes =
        |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| a.zip(b).take_while(|(a, b)| a == b).count();
    let head = a.floor_char_boundary(equal_bytes(&mut a.bytes(), &mut b.bytes()));
    let (a, b) = (&a[head..], &b[head..]);
    let tail = equal_bytes(&mut a.bytes().rev(), &mut b.bytes().rev());
    // A common end that starts within a character is shortened.
    let tail = a.len() - a.ceil_char_boundary(a.len() - tail);
    (&a[..a.len() - tail], &b[..b.len() - tail])
}

/// Whether a sentence is between quotation marks.
fn is_quoted(article: &Article, sentence: LongSentence) -> bool {
    let before = &article.text(sentence.block as usize)[..sentence.start as usize];
    before.rfind('“') > before.rfind('”')
}

/// The number of characters that must be changed, removed or added to turn one text into the other; `None` if it is
/// greater than `most`.
fn differences(a: &str, b: &str, most: usize) -> Option<usize> {
    /// The maximum number of differences that are counted, so that the time is linear in the length of the texts.
    const MOST: usize = 12;
    const WIDTH: usize = 2 * MOST + 1;
    let most = most.min(MOST);
    let (a_length, b_length) = (a.chars().count(), b.chars().count());
    if a_length.abs_diff(b_length) > most {
        return None;
    }
    let b: Vec<char> = b.chars().collect();
    let width = 2 * most + 1;
    // `row[k]` is the number of differences between a[..i] and b[..i + k - most].
    let mut row: [usize; WIDTH] = std::array::from_fn(|k| k.checked_sub(most).unwrap_or(MOST + 1));
    for (i, from) in a.chars().enumerate() {
        let mut next = [MOST + 1; WIDTH];
        for k in 0..width {
            let Some(j) = (i + 1 + k).checked_sub(most).filter(|&j| j <= b_length) else { continue };
            let removed = if k + 1 < width { row[k + 1] + 1 } else { MOST + 1 };
            let added = if k > 0 { next[k - 1] + 1 } else { MOST + 1 };
            let changed = if j > 0 { row[k] + usize::from(b[j - 1] != from) } else { MOST + 1 };
            next[k] = removed.min(added).min(changed);
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
    fn counts_changed_removed_and_added_characters() {
        assert_eq!(differences("甲乙丙丁", "甲乙丙丁", 3), Some(0));
        assert_eq!(differences("甲乙丙丁", "甲丁丙丁", 3), Some(1));
        assert_eq!(differences("甲乙丙丁", "乙丙丁戊", 3), Some(2));
        assert_eq!(differences("甲乙丙丁", "丁丙乙甲", 3), None);
        assert_eq!(differences("", "甲乙", 2), Some(2));
        assert_eq!(differences("", "甲乙丙", 2), None);
    }

    #[test]
    fn leaves_out_the_common_start_and_end() {
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
