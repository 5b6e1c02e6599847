//! `repeated`: a sentence or a paragraph that occurs twice in an article, word for word or nearly so.
//!
//! Sentences are compared if they begin or end alike, because a small change leaves the start or the end of a sentence
//! as it was. Each is compared only with the last earlier one that begins or ends like it, so the time is linear.

use serde::{Deserialize, Serialize};

use crate::check::article::similar::{self, LongSentence, MOST_DIFFERENCES, Similar, SimilarPair};
use crate::check::article::{Article, CharOccurrence, CharPlaces};
use crate::check::{ArticleCheck, CharacterCheck, Hit, OptionsOnly};
use crate::matcher::CharSet;
use crate::text::{Span, is_numeral};

/// Looks for sentences that occur twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// The mistake that the check looks for.
    slip: RepetitionSlip,
    /// How much has to be repeated.
    extent: Extent,
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

/// How much of a text is repeated: the option `extent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Extent {
    /// Several sentences running, or a whole paragraph. That is hardly ever meant.
    Passage,
    /// A single sentence of a longer paragraph, which may be meant.
    Sentence,
}

impl CharacterCheck for Repeated {
    fn watched(&self) -> CharSet {
        similar::watched()
    }
}

impl ArticleCheck for Repeated {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let Similar { sentences, pairs } = article.similar(occurrences);
        let lines = if self.slip == RepetitionSlip::Same && self.extent == Extent::Passage {
            repeated_lines(article).collect()
        } else {
            Vec::new()
        };
        if pairs.is_empty() && lines.is_empty() || is_statute(article) {
            return Vec::new();
        }
        let repetitions = self.repetitions(article, sentences, pairs);
        let mut quotation_marks = CharPlaces::new(article, &['“', '”']);
        let passages = repetitions.chunk_by(|one, next| next.continues(one, sentences));
        let passages = passages.filter(|passage| self.extent == extent(article, sentences, passage));
        let hits = passages.filter_map(|passage| {
            let hit = hit(sentences, passage, &mut quotation_marks)?;
            let may_sum_up = self.extent == Extent::Sentence && is_from_lead(sentences, passage);
            Some(if may_sum_up { hit.into_advice() } else { hit })
        });
        hits.chain(lines).collect()
    }
}

/// Whether a passage is a sentence of the first paragraph that another one says again: a lead sums up the text.
fn is_from_lead(sentences: &[LongSentence], passage: &[Repetition]) -> bool {
    let [Repetition { earlier, later }] = *passage else { return false };
    sentences.first().is_some_and(|lead| sentences[earlier].block == lead.block && sentences[later].block != lead.block)
}

/// The hits for lines without a full stop, such as headings, that stand twice in succession.
fn repeated_lines<'a>(article: &'a Article) -> impl Iterator<Item = Hit> + 'a {
    /// The least number of bytes of a line that is hardly ever repeated on purpose: ten Chinese characters.
    const LEAST_LENGTH: usize = 30;
    // The headline may stand once more above the text.
    article.range.clone().skip(2).filter_map(|block| {
        let (before, text) = (article.text(block - 1), article.text(block));
        let is_line = text.len() >= LEAST_LENGTH && before == text && !text.contains(similar::ENDS);
        is_line.then(|| {
            let span = Span::new(0, text.len());
            let mut hit = Hit::new(block, span, Vec::new());
            hit.related.push((block - 1, span, "前一次在这里。".to_owned()));
            hit
        })
    })
}

/// A sentence that repeats an earlier one. Sentences are given by their indices in [`Similar::sentences`].
#[derive(Debug, Clone, Copy)]
struct Repetition {
    earlier: usize,
    later: usize,
}

impl Repetition {
    /// Whether this repetition and the previous one are parts of one repeated passage: both sentences of the one follow
    /// those of the other in the same blocks.
    fn continues(self, previous: &Repetition, sentences: &[LongSentence]) -> bool {
        let follow =
            |first: usize, second: usize| first + 1 == second && sentences[first].block == sentences[second].block;
        follow(previous.earlier, self.earlier) && follow(previous.later, self.later)
    }
}

/// Whether an article has numbered clauses, like a law. Those may say the same.
fn is_statute(article: &Article) -> bool {
    const LEAST_CLAUSES: usize = 2;
    let is_clause = |text: &str| {
        let number = text.strip_prefix('第').map(|rest| rest.trim_start_matches(is_numeral));
        number.is_some_and(|rest| rest.starts_with('条') && rest.len() + '第'.len_utf8() < text.len())
    };
    article.range.clone().filter(|&block| is_clause(article.text(block))).nth(LEAST_CLAUSES - 1).is_some()
}

/// How much a repeated passage is.
fn extent(article: &Article, sentences: &[LongSentence], passage: &[Repetition]) -> Extent {
    let is_whole = |sentence: LongSentence| {
        let block = sentence.block as usize;
        let text = article.text(block);
        let is_mark = |c: char| !c.is_alphanumeric();
        let start = article.blocks[block].dateline as usize;
        text[start..sentence.span().start].chars().all(is_mark) && text[sentence.span().end..].chars().all(is_mark)
    };
    let are_same_blocks = |only: &Repetition| {
        let [one, other] = [only.earlier, only.later].map(|index| article.text(sentences[index].block as usize));
        sentences[only.earlier].block != sentences[only.later].block && one == other
    };
    match passage {
        [only] if are_same_blocks(only) => Extent::Passage,
        [only] if !is_whole(sentences[only.later]) || !is_whole(sentences[only.earlier]) => Extent::Sentence,
        _ => Extent::Passage,
    }
}

impl Repeated {
    /// The sentences that repeat an earlier one, in the order of the text.
    fn repetitions(&self, article: &Article, sentences: &[LongSentence], pairs: &[SimilarPair]) -> Vec<Repetition> {
        let mut repetitions: Vec<Repetition> = Vec::new();
        // What stands before the dateline is a summary of the report.
        let is_report = |block: &usize| article.blocks[*block].dateline > 0;
        let first_block = article.range.clone().find(is_report).unwrap_or(article.range.start) as u32;
        for pair in pairs.iter().filter(|pair| pair.least_differences <= self.most_differences(pair)) {
            let &SimilarPair { earlier, later, .. } = pair;
            let is_known = repetitions.last().is_some_and(|last| last.later == later);
            let text = |index: usize| sentences[index].text(article);
            let is_summary = sentences[earlier].block < first_block;
            if !is_known && !is_summary && self.is_repeated(text(earlier), text(later), self.most_differences(pair)) {
                repetitions.push(Repetition { earlier, later });
            }
        }
        repetitions
    }

    /// The maximum number of characters in which the sentences of a pair may differ.
    fn most_differences(&self, pair: &SimilarPair) -> usize {
        match self.slip {
            RepetitionSlip::Same => 0,
            RepetitionSlip::Near => (pair.length * self.differ / 100).min(MOST_DIFFERENCES),
        }
    }

    /// Whether one sentence repeats the other: exactly, or with at most `most` differences, as the check requires.
    fn is_repeated(&self, a: &str, b: &str, most: usize) -> bool {
        match self.slip {
            RepetitionSlip::Same => a == b,
            RepetitionSlip::Near => is_nearly_repeated(a, b, most),
        }
    }
}

/// Whether the sentences differ, but only in at most `most` characters.
fn is_nearly_repeated(a: &str, b: &str, most: usize) -> bool {
    let (rest_of_a, rest_of_b) = differing(a, b);
    let are_same = rest_of_a.is_empty() && rest_of_b.is_empty();
    // Sentences that differ in a number report different facts. Entries of a list contain spaces and are often
    // similar.
    !are_same
        && !are_parallel(rest_of_a, rest_of_b)
        && !reports_words(a)
        && !rest_of_a.contains(is_numeral)
        && !rest_of_b.contains(is_numeral)
        && !a.contains([' ', '\u{3000}'])
        && differences(rest_of_a, rest_of_b, most).is_some()
}

/// Whether the different parts of two sentences are different words, so that the sentences say different things: they have
/// two characters or more and none in common.
fn are_parallel(a: &str, b: &str) -> bool {
    let is_word = |text: &str| text.chars().nth(1).is_some();
    is_word(a) && is_word(b) && !a.chars().any(|c| b.contains(c))
}

/// Whether a sentence begins with words that say whose words follow: 会议指出, 王小明表示. Such sentences resemble each
/// other.
fn reports_words(sentence: &str) -> bool {
    const LONGEST_SPEAKER: usize = 12;
    const VERBS: [&str; 8] = ["指出", "强调", "表示", "认为", "介绍", "要求", "提出", "说"];
    let opening = sentence.char_indices().nth(LONGEST_SPEAKER).map_or(sentence, |(at, _)| &sentence[..at]);
    let clause = opening.split(['，', '：']).next().unwrap_or_default();
    clause.len() < opening.len() && VERBS.iter().any(|verb| clause.ends_with(verb))
}

/// The hit for a repeated passage, which is not empty: from the first to the last sentence whose repetition may be a
/// mistake. A quotation that is repeated in another block is repeated on purpose.
fn hit(sentences: &[LongSentence], passage: &[Repetition], quotation_marks: &mut CharPlaces) -> Option<Hit> {
    let mut is_quoted = |sentence: LongSentence| {
        let mark = quotation_marks.last_before(sentence.block as usize, sentence.span().start);
        mark.is_some_and(|(_, mark)| mark == '“')
    };
    let mut may_be_mistake = |repetition: &&Repetition| {
        let (earlier, later) = (sentences[repetition.earlier], sentences[repetition.later]);
        earlier.block == later.block || !is_quoted(earlier) || !is_quoted(later)
    };
    let first = passage.iter().find(&mut may_be_mistake)?;
    let last = passage.iter().rfind(may_be_mistake)?;
    let (block, span) = sentences[first.later].through(sentences[last.later])?;
    let (earlier_block, earlier_span) = sentences[first.earlier].through(sentences[last.earlier])?;
    let mut hit = Hit::new(block, span, Vec::new());
    hit.related.push((earlier_block, earlier_span, "前一次在这里。".to_owned()));
    Some(hit)
}

/// Two texts without their common start and their common end.
fn differing<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let head = a.floor_char_boundary(equal_at_start(a.as_bytes(), b.as_bytes()));
    let (a, b) = (&a[head..], &b[head..]);
    // A common end that starts within a character is shortened.
    let tail = a.len() - a.ceil_char_boundary(a.len() - equal_at_end(a.as_bytes(), b.as_bytes()));
    (&a[..a.len() - tail], &b[..b.len() - tail])
}

/// How many bytes are equal at the start of two texts. Eight at a time are compared as long as they are equal.
fn equal_at_start(a: &[u8], b: &[u8]) -> usize {
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let equal = 8 * words.take_while(|(a, b)| a == b).count();
    equal + a[equal..].iter().zip(&b[equal..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes are equal at the end of two texts. Eight at a time are compared as long as they are equal.
fn equal_at_end(a: &[u8], b: &[u8]) -> usize {
    let words = a.as_rchunks::<8>().1.iter().rev().zip(b.as_rchunks::<8>().1.iter().rev());
    let equal = 8 * words.take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - equal], &b[..b.len() - equal]);
    equal + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// The number of characters that must be changed, removed or added to turn one text into the other; `None` if it is
/// greater than `most`, which is at most [`MOST_DIFFERENCES`], so that the time is linear in the length of the texts.
fn differences(a: &str, b: &str, most: usize) -> Option<usize> {
    const MOST: usize = MOST_DIFFERENCES;
    const WIDTH: usize = 2 * MOST + 1;
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
    use crate::draft::{Draft, Format};

    /// For each hit in a text of one article: the block, the text of the hit, and the earlier text.
    fn hits(text: &str, slip: RepetitionSlip) -> Vec<(usize, String, String)> {
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let article = Article::new(draft.text(), draft.blocks(), 0..draft.blocks().len());
        let watched = similar::watched();
        let of_block = |block: usize| {
            let marks = article.text(block).char_indices().filter(|(_, c)| watched.has(*c));
            marks.map(move |(at, character)| CharOccurrence { block: block as u32, at: at as u32, character })
        };
        let occurrences: Vec<CharOccurrence> = (0..draft.blocks().len()).flat_map(of_block).collect();
        let check = |extent| Repeated { slip, extent, differ: 10 }.check_article(&article, &occurrences);
        let mut hits = [check(Extent::Passage), check(Extent::Sentence)].concat();
        let text = |block: usize, span: Span| span.of(article.text(block)).to_owned();
        hits.sort_by_key(|hit| hit.block);
        let texts = hits.iter().map(|hit| {
            let (earlier_block, earlier_span, _) = hit.related[0];
            (hit.block, text(hit.block, hit.span), text(earlier_block, earlier_span))
        });
        texts.collect()
    }

    #[test]
    fn ends_a_passage_at_the_end_of_its_block() {
        let a = "县里组织技术人员分片包村指导春耕备耕工作";
        let b = "城乡融合”的路子在这里越走越宽让更多的村民在家门口就业";
        let c = "老街改造以后前来参观的游客比往年多了不少";
        let text = format!("{a}。“{b}。{c}。{a}。\n“{b}。{c}。\n");
        let same = hits(&text, RepetitionSlip::Same);
        assert_eq!(same, [(0, a.to_owned(), a.to_owned()), (1, c.to_owned(), c.to_owned())]);
        let near = hits(&text.replacen("县里", "镇里", 1).replacen("比往年", "往年", 1), RepetitionSlip::Near);
        assert_eq!(near.iter().map(|(block, ..)| *block).collect::<Vec<_>>(), [0, 1]);
    }

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
