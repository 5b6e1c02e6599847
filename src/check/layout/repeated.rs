//! `repeated`: a sentence or a paragraph that stands twice in an article, word for word or nearly.
//!
//! Sentences that begin alike or end alike are held against each other: whatever slip parts two that were one
//! leaves its head or its tail whole. Each is held against the last that was like it alone, so the time is linear.

use serde::{Deserialize, Serialize};

use crate::check::article::similar::{self, LongSentence, Similar};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, CharacterCheck, Hit, Plain};
use crate::matcher::CharSet;

/// Sentences that stand twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// Word for word (`same`) or nearly (`near`).
    slip: Repetition,
    /// How many in a hundred characters of the longer one differ at most.
    #[serde(default)]
    differ: usize,
}

impl Plain for Repeated {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Repetition {
    Same,
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
}

impl Repeated {
    fn is_repeated(&self, a: &str, b: &str) -> bool {
        if a == b || self.slip == Repetition::Same {
            return a == b && self.slip == Repetition::Same;
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

/// Does it stand between quotation marks?
fn is_quoted(article: &Article, sentence: LongSentence) -> bool {
    let before = &article.text(sentence.block as usize)[..sentence.start as usize];
    before.rfind('“') > before.rfind('”')
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
