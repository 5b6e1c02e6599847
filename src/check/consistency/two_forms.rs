//! `two-forms`: a name or a term that an article writes in one way again and again, and in another way once.
//!
//! A name is known by its uses: a text that recurs. Where the same text occurs with one character that sounds or looks
//! alike, with one character less, or with two exchanged, it is probably the same name. What is really two things differs
//! in a character that distinguishes (第一, 第二), or both forms are words.

use std::cell::OnceCell;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::block::is_family_name;
use crate::check::article::echoes::{Difference, Echoes};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han};

/// Compares what recurs with what resembles it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoForms {
    /// Groups of characters, separated by spaces. Two characters of one group distinguish two things: 一二三, 东西南北.
    contrasts: String,
    /// Characters that a name may have or lack: 市, 省, 国.
    optional: String,
    /// Characters that are words of a sentence and hardly ever a mistake in a name: 的, 和, 在.
    particles: String,
    /// Characters with which foreign names are written.
    transcription: String,
}

impl OptionsOnly for TwoForms {}

/// The maximum number of differences that are examined in an article, so that the time stays linear.
const MOST_EXAMINED: usize = 256;

/// The maximum number of uses of a form that are compared.
const MOST_USES: usize = 32;

/// The number of equal characters from which on two forms are the same name without any other sign.
const LEAST_EQUAL: usize = 3;

/// The number of equal characters from which on two forms are the same name although both are words.
const LEAST_EQUAL_OF_WORDS: usize = 5;

/// The frequency from which on a word is not considered a mistake.
const LEAST_COMMON: u32 = 20;

/// The maximum number of characters before and after a place that are divided into words.
const CONTEXT: usize = 8;

/// The maximum number of characters that a hit shows on either side of the difference.
const MOST_SHOWN: usize = 6;

impl ArticleCheck for TwoForms {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(lexicon) = article.lexicon else { return Vec::new() };
        let echoes = article.echoes();
        let mut found: Vec<Slip> = Vec::new();
        let mut examined = 0;
        for difference in echoes.differences(lexicon) {
            for difference in [difference, difference.reversed()] {
                if examined == MOST_EXAMINED {
                    break;
                }
                let Some(comparison) = Comparison::of(echoes, lexicon, difference, &mut examined) else { continue };
                if self.is_slip(&comparison) {
                    found.extend(comparison.slips());
                }
            }
        }
        found.sort_by_key(|slip| (slip.here.start, usize::MAX - slip.equal));
        found.dedup_by(|later, earlier| later.here.start < earlier.here.end);
        found.iter().filter_map(|slip| slip.hit(article, echoes)).collect()
    }
}

/// A form that recurs, and another one in its place.
struct Comparison<'e> {
    echoes: &'e Echoes,
    lexicon: &'e Lexicon<'e>,
    /// Where the two forms differ: in the form that recurs, and in the other one.
    difference: Difference,
    /// How many characters before and after the difference belong to both forms.
    left: usize,
    right: usize,
    /// The indices of the difference in all uses of the two forms.
    uses: Vec<usize>,
    others: Vec<usize>,
    /// The answer of [`Comparison::words`].
    words: OnceCell<[Range<usize>; 2]>,
}

/// A use of the rarer form.
struct Slip {
    /// The indices of the rarer form, and of a use of the other one.
    here: Range<usize>,
    there: Range<usize>,
    /// How often the article has each.
    counts: [usize; 2],
    /// How many characters both have.
    equal: usize,
}

impl<'e> Comparison<'e> {
    /// The comparison of the first place of a difference with the second one; `None` if the form of the first place does
    /// not recur, or the other one is not much rarer.
    fn of(
        echoes: &'e Echoes,
        lexicon: &'e Lexicon<'e>,
        difference: Difference,
        examined: &mut usize,
    ) -> Option<Comparison<'e>> {
        let (at, lengths) = (difference.at, difference.lengths);
        let after = [at[0] + lengths[0], at[1] + lengths[1]];
        let (left, right) = echoes.equal_around(at, after);
        let is_change = lengths == [1, 1];
        // One character more or less, or two exchanged, show only with the same text on both sides.
        let (least, least_each) = if is_change { (2, 0) } else { (LEAST_EQUAL - lengths[0] / 2, 1) };
        if left + right < least || left < least_each || right < least_each {
            return None;
        }
        *examined += 1;
        // What the uses of a form have at least in common: the difference with as much around it as they must have.
        let near = if is_change { (2 - right.min(1), 2 - left.min(1)) } else { (2, 2) };
        let near = if is_change && left > 0 && right > 0 { (1, 1) } else { near };
        let (near_left, near_right) = (left.min(near.0), right.min(near.1));
        let mut uses = echoes.occurrences(at[0] - near_left, after[0] + near_right, MOST_USES);
        uses.iter_mut().for_each(|start| *start += near_left);
        let extents: Vec<(usize, usize)> = uses
            .iter()
            .map(|&use_at| {
                let (l, r) = echoes.equal_around([use_at, at[0]], [use_at + lengths[0], after[0]]);
                (l.min(left), r.min(right))
            })
            .collect();
        let (left, right) = longest_of_two(&extents).filter(|(left, right)| left + right >= least)?;
        let is_use = |(l, r): (usize, usize)| l >= left && r >= right;
        let uses: Vec<usize> =
            uses.into_iter().zip(extents).filter(|(_, extent)| is_use(*extent)).map(|it| it.0).collect();
        let mut others = echoes.occurrences(at[1] - left, after[1] + right, MOST_USES);
        others.iter_mut().for_each(|start| *start += left);
        let is_rare = others.len() < uses.len() && (others.len() < 2 || others.len() * 3 <= uses.len());
        let words = OnceCell::new();
        is_rare.then_some(Comparison { echoes, lexicon, difference, left, right, uses, others, words })
    }

    /// The indices of the form at a place of the difference.
    fn form(&self, place: usize) -> Range<usize> {
        let Difference { at, lengths } = self.difference;
        at[place] - self.left..at[place] + lengths[place] + self.right
    }

    /// The characters of the form at a place of the difference.
    fn characters(&self, place: usize) -> impl Iterator<Item = char> {
        self.form(place).map(|index| self.echoes.character(index))
    }

    /// The character at which the forms differ, in the form at a place of the difference.
    fn differing(&self, place: usize) -> char {
        self.echoes.character(self.difference.at[place])
    }

    /// Whether quotation marks or title marks enclose both forms.
    fn is_marked(&self) -> bool {
        self.marks_before() && self.marks_after()
    }

    /// Whether a mark that opens a quotation or a title precedes both forms.
    fn marks_before(&self) -> bool {
        let before = [0, 1].map(|place| self.echoes.character(self.form(place).start - 1));
        before[0] == before[1] && "“‘《".contains(before[0])
    }

    /// Whether a mark that closes a quotation or a title follows both forms.
    fn marks_after(&self) -> bool {
        let after = [0, 1].map(|place| self.echoes.character(self.form(place).end));
        after[0] == after[1] && "”’》".contains(after[0])
    }

    /// The number of equal characters, with the marks around them.
    fn size(&self) -> usize {
        self.left + self.right + usize::from(self.marks_before()) + usize::from(self.marks_after())
    }

    /// The words that contain the difference in the two forms, as indices.
    fn words(&self) -> &[Range<usize>; 2] {
        self.words.get_or_init(|| self.difference.at.map(|at| word_at(self.echoes, self.lexicon, at)))
    }

    /// The frequency of the word that contains the difference in the form at a place.
    fn frequency(&self, place: usize) -> u32 {
        frequency(self.echoes, self.lexicon, &self.words()[place])
    }

    /// Whether the form certainly ends where the equal characters do, on the side of the difference that has none: the
    /// neighbours vary, or words begin there in both places.
    fn ends_with_difference(&self) -> bool {
        let after_all = |ends: &mut dyn Iterator<Item = usize>, neighbour: &dyn Fn(usize) -> usize| {
            let neighbours: Vec<char> = ends.map(|end| self.echoes.character(neighbour(end))).collect();
            neighbours.iter().any(|c| !is_han(*c) || *c != neighbours[0])
        };
        let at = self.difference.at;
        if self.right == 0 {
            after_all(&mut self.uses.iter().copied(), &|use_at| use_at + 1)
                || at.iter().all(|at| self.is_at_edge(at + 1, at + 1))
        } else {
            after_all(&mut self.uses.iter().copied(), &|use_at| use_at - 1)
                || at.iter().all(|at| self.is_at_edge(at - 1, *at))
        }
    }

    /// Whether the character at `index` is not Chinese, or belongs to a word of several characters that has an edge at
    /// `edge`.
    fn is_at_edge(&self, index: usize, edge: usize) -> bool {
        if !is_han(self.echoes.character(index)) {
            return true;
        }
        let word = word_at(self.echoes, self.lexicon, index);
        word.len() > 1 && (word.start == edge || word.end == edge)
    }

    /// The uses of the rarer form.
    fn slips(&self) -> impl Iterator<Item = Slip> {
        let shown = |at: usize, length: usize| {
            let (left, right) = (self.left.min(MOST_SHOWN), self.right.min(MOST_SHOWN));
            at - left..at + length + right
        };
        let lengths = self.difference.lengths;
        let there = shown(self.uses[0], lengths[0]);
        self.others.iter().map(move |&other| Slip {
            here: shown(other, lengths[1]),
            there: there.clone(),
            counts: [self.uses.len(), self.others.len()],
            equal: self.left + self.right,
        })
    }
}

impl Slip {
    /// The hit for the rarer form.
    fn hit(&self, article: &Article, echoes: &Echoes) -> Option<Hit> {
        let (block, here) = span(article, echoes, &self.here)?;
        let (other_block, there) = span(article, echoes, &self.there)?;
        let (rare, common) = (here.of(article.text(block)), there.of(article.text(other_block)));
        let detail = format!("“{common}”{}处、“{rare}”{}处", self.counts[0], self.counts[1]);
        let mut hit = Hit::new(block, here, vec![common.to_owned()]).detail(detail);
        hit.related.push((other_block, there, format!("这里是“{common}”。")));
        Some(hit)
    }
}

impl TwoForms {
    /// Whether the rarer form is probably a mistake.
    fn is_slip(&self, comparison: &Comparison) -> bool {
        match comparison.difference.lengths {
            [1, 1] => self.is_changed(comparison),
            [2, 2] => self.is_exchanged(comparison),
            [1, 0] => self.is_lost(comparison),
            _ => comparison.is_marked() && !self.optional.contains(comparison.differing(1)),
        }
    }

    /// Whether a character of the rarer form is probably a mistake for the one in its place.
    fn is_changed(&self, it: &Comparison) -> bool {
        let (usual, other) = (it.differing(0), it.differing(1));
        let is_contrast = |group: &str| group.contains(usual) && group.contains(other);
        if self.contrasts.split_whitespace().any(is_contrast) {
            return false;
        }
        let [usual_word, other_word] = it.words().clone();
        let (is_inner, equal) = (it.left > 0 && it.right > 0, it.left + it.right);
        let is_foreign = it.characters(0).all(|c| self.transcription.contains(c) || c == '·');
        let is_person = it.left > 0 && equal < 4 && it.characters(0).next().is_some_and(is_family_name);
        let is_long_name = is_inner && equal >= LEAST_EQUAL;
        if other_word.len() == 1 {
            let may_be_particle = !it.is_marked() && !(is_foreign && is_long_name);
            if may_be_particle && self.particles.contains(other) {
                return false;
            }
            if is_function_word(other, it.lexicon) && !is_long_name && !is_person && !is_foreign {
                return false;
            }
        } else if it.frequency(1) >= LEAST_COMMON
            && (it.size() < LEAST_EQUAL_OF_WORDS || usual_word.len() > 1 && it.frequency(0) < 8 * it.frequency(1))
        {
            return false;
        }
        let is_usual_particle = usual_word.len() == 1 && is_function_word(usual, it.lexicon);
        if is_usual_particle && !it.is_marked() && equal < 4 {
            return false;
        }
        let is_name = is_person || is_foreign || usual_word.len() >= 3;
        if is_inner {
            return it.size() >= LEAST_EQUAL || other_word.len() == 1 && is_name;
        }
        other_word.len() == 1 && (it.size() >= LEAST_EQUAL || is_name) && (it.is_marked() || it.ends_with_difference())
    }

    /// Whether two characters of the rarer form are probably in the wrong order.
    fn is_exchanged(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, other], .. } = it.difference;
        let words = [other, other + 1].map(|index| word_at(it.echoes, it.lexicon, index));
        let is_numeral = |index: usize| {
            let numerals = self.contrasts.split_whitespace().next().unwrap_or_default();
            numerals.contains(it.echoes.character(index))
        };
        if is_numeral(other) || is_numeral(other + 1) {
            return false;
        }
        let is_foreign = it.characters(0).all(|c| self.transcription.contains(c) || c == '·');
        if is_foreign && it.left + it.right >= 2 {
            return true;
        }
        // One of the characters is left over, and in the usual form it belongs to a word.
        let is_left_over =
            |word: &Range<usize>| word.len() == 1 && !is_function_word(it.echoes.character(word.start), it.lexicon);
        let was_in_word = |index: usize| word_at(it.echoes, it.lexicon, index).len() > 1;
        words.iter().any(is_left_over) && (was_in_word(usual) || was_in_word(usual + 1))
    }

    /// Whether the rarer form probably lacks a character by mistake, and not because it is short for the other one.
    fn is_lost(&self, it: &Comparison) -> bool {
        let lost = it.differing(0);
        if self.optional.contains(lost) || it.left + it.right < LEAST_EQUAL {
            return false;
        }
        if it.is_marked() {
            return true;
        }
        let is_foreign = it.characters(0).all(|c| self.transcription.contains(c) || c == '·');
        if is_foreign {
            return it.left + it.right > LEAST_EQUAL;
        }
        // The rest of the word is no word any more.
        let [word, _] = it.words().clone();
        let Difference { at: [usual, other], .. } = it.difference;
        let is_long = it.left >= 2 && it.right >= 2 && it.left + it.right >= LEAST_EQUAL_OF_WORDS;
        if word.len() < 2 || !is_long {
            return false;
        }
        let start = (other + word.start).saturating_sub(usual);
        let rest = start..start + word.len() - 1;
        let is_left_over = |index: usize| {
            word_at(it.echoes, it.lexicon, index).len() == 1
                && !is_function_word(it.echoes.character(index), it.lexicon)
        };
        let is_noun =
            it.lexicon.class(&it.echoes.text(word.start, word.end)).is_some_and(|class| class.starts_with('n'));
        is_noun && rest.len() <= 2 && rest.clone().all(is_left_over)
    }
}

/// The longest extents that two of these have in common.
fn longest_of_two(extents: &[(usize, usize)]) -> Option<(usize, usize)> {
    let pairs = extents.iter().enumerate().flat_map(|(index, a)| extents[index + 1..].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0.min(b.0), a.1.min(b.1))).max_by_key(|(left, right)| left + right)
}

/// Whether a character is a common word that connects others: a preposition, an adverb, a numeral.
fn is_function_word(c: char, lexicon: &Lexicon) -> bool {
    /// The frequency from which on such a word is common.
    const COMMON: u32 = 5000;
    let mut bytes = [0; 4];
    let word: &str = c.encode_utf8(&mut bytes);
    lexicon.frequency(word).is_some_and(|frequency| frequency > COMMON)
        && lexicon.class(word).is_some_and(|class| class.starts_with(['u', 'p', 'c', 'd', 'r', 'm', 'q', 'f', 'y']))
}

/// The word that contains the character at an index, as indices.
fn word_at(echoes: &Echoes, lexicon: &Lexicon, index: usize) -> Range<usize> {
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
fn frequency(echoes: &Echoes, lexicon: &Lexicon, word: &Range<usize>) -> u32 {
    lexicon.frequency(&echoes.text(word.start, word.end)).unwrap_or_default()
}

/// The block and the span of the characters at these indices.
fn span(article: &Article, echoes: &Echoes, indices: &Range<usize>) -> Option<(usize, Span)> {
    let (block, before) = echoes.place(indices.start)?;
    let text = article.text(block);
    let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = starts.nth(before)?;
    let end = starts.nth(indices.len().checked_sub(1)?)?;
    Some((block, Span::new(start, end)))
}
