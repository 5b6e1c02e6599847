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
use crate::check::article::{Article, CharOccurrence, Page};
use crate::check::{ArticleCheck, Hit, IssueCheck, OptionsOnly};
use crate::lexicon::{Lexicon, Likeness};
use crate::text::is_han;

/// Compares what recurs with what resembles it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoForms {
    /// Groups of characters, separated by spaces. Two characters of one group distinguish two things: 一二三, 东西南北.
    contrasts: String,
    /// Characters that may stand beside each other in either order: 中, 美.
    peers: String,
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

/// The frequencies of characters that are hardly ever words by themselves, and of those that often and very often are.
const RARE: u32 = 3000;
const COMMON: u32 = 10_000;
const VERY_COMMON: u32 = 30_000;

/// The maximum number of characters before and after a place that are divided into words.
const CONTEXT: usize = 8;

/// The maximum number of characters that a hit shows on either side of the difference.
const MOST_SHOWN: usize = 6;

impl ArticleCheck for TwoForms {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(lexicon) = article.lexicon else { return Vec::new() };
        let echoes = article.echoes();
        let slips = self.slips(echoes, lexicon);
        let hits = slips.iter().filter_map(|slip| slip.hit(article, echoes));
        hits.filter(|hit| article.reports_name(hit.block, hit.span)).collect()
    }
}

impl IssueCheck for TwoForms {
    /// Compares the names on different pages of an issue. A name that recurs within an article is compared there.
    fn check_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)> {
        let mut echoes = Echoes::default();
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            for block in page.article.range.clone() {
                echoes.add_block(places.len(), page.article.text(block));
                places.push((number, block));
            }
        }
        let text = |place: usize| {
            let (page, block) = places[place];
            pages[page].article.text(block)
        };
        let article = |place: usize| {
            let (page, block) = places[place];
            (page, pages[page].article.blocks[block].article)
        };
        let across = |slip: &Slip| {
            let (here, span) = echoes.span(&slip.here, text)?;
            let elsewhere = slip.uses.iter().filter_map(|at| echoes.span(&(*at..at + 1), text));
            let elsewhere: Vec<usize> = elsewhere.map(|(place, _)| place).collect();
            let in_article = elsewhere.iter().filter(|place| article(**place) == article(here)).count();
            let other = *elsewhere.iter().find(|place| places[**place].0 != places[here].0)?;
            if in_article >= 2 || slip.equal < LEAST_EQUAL {
                return None;
            }
            let (page, block) = places[here];
            let common = echoes.text(slip.there.start, slip.there.end);
            let detail = format!("{}，后者在{}", slip.counts(&echoes), pages[places[other].0].name);
            Some((page, Hit::new(block, span, vec![common]).detail(detail)))
        };
        self.slips(&echoes, lexicon).iter().filter_map(across).collect()
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
    /// The indices of all uses of the other form.
    uses: Vec<usize>,
    /// How often the rarer form is used.
    count: usize,
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
        // One character more or less shows only with the same text on both sides.
        let (least, least_each) = match lengths {
            [1, 1] | [2, 2] => (2, 0),
            _ => (LEAST_EQUAL, 1),
        };
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

    /// Whether the rarer form is the name of a reporter, who is none of those the article is about.
    fn is_after_reporter(&self) -> bool {
        let before = self.form(1).start - 1;
        let is_blank = matches!(self.echoes.character(before), ' ' | '\u{3000}' | '：');
        let end = before - usize::from(is_blank);
        ["记者", "讯员"].contains(&self.echoes.text(end - 1, end + 1).as_str())
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

    /// Whether both forms end with the difference, on the side that has no equal characters.
    fn ends_with_difference(&self) -> bool {
        let (outside, edge) = if self.right == 0 { (1, 1) } else { (-1, 0) };
        let at = self.difference.at;
        // 现 in 展现 does not begin a form.
        let [usual, _] = self.words();
        let usual_edge = if self.right == 0 { usual.end } else { usual.start };
        if usual_edge != at[0] + edge {
            return false;
        }
        let neighbour = |at: usize| at.wrapping_add_signed(outside);
        let neighbours: Vec<char> = self.uses.iter().map(|at| self.echoes.character(neighbour(*at))).collect();
        let varies = neighbours.iter().any(|c| !is_han(*c) || *c != neighbours[0]);
        let is_edge = |at: usize| is_at_edge(self.echoes, self.lexicon, neighbour(at), at + edge);
        is_edge(at[1]) && (varies || is_edge(at[0]))
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
            uses: self.uses.clone(),
            count: self.others.len(),
            equal: self.left + self.right,
        })
    }
}

impl Slip {
    /// The hit for the rarer form.
    fn hit(&self, article: &Article, echoes: &Echoes) -> Option<Hit> {
        let (block, here) = echoes.span(&self.here, |block| article.text(block))?;
        let (other_block, there) = echoes.span(&self.there, |block| article.text(block))?;
        let common = there.of(article.text(other_block));
        let mut hit = Hit::new(block, here, vec![common.to_owned()]).detail(self.counts(echoes));
        hit.related.push((other_block, there, format!("这里是“{common}”。")));
        Some(hit)
    }

    /// Both forms, and how often each is used.
    fn counts(&self, echoes: &Echoes) -> String {
        let text = |form: &Range<usize>| echoes.text(form.start, form.end);
        format!("“{}”{}处、“{}”{}处", text(&self.there), self.uses.len(), text(&self.here), self.count)
    }
}

impl TwoForms {
    /// The uses of rarer forms that are probably mistakes, in the order of the text.
    fn slips(&self, echoes: &Echoes, lexicon: &Lexicon) -> Vec<Slip> {
        let mut found: Vec<Slip> = Vec::new();
        let mut examined = 0;
        for difference in echoes.differences(lexicon) {
            for difference in [difference, difference.reversed()] {
                if examined < MOST_EXAMINED
                    && let Some(comparison) = Comparison::of(echoes, lexicon, difference, &mut examined)
                    && self.is_slip(&comparison)
                {
                    found.extend(comparison.slips());
                }
            }
        }
        found.sort_by_key(|slip| (slip.here.start, usize::MAX - slip.equal));
        found.dedup_by(|later, earlier| later.here.start < earlier.here.end);
        found
    }

    /// Whether the rarer form is probably a mistake.
    fn is_slip(&self, comparison: &Comparison) -> bool {
        match comparison.difference.lengths {
            [1, 1] => self.is_changed(comparison),
            [2, 2] => self.is_exchanged(comparison),
            [1, 0] => self.is_lost(comparison),
            // Another additional character is more often a word than a mistake.
            _ => self.is_doubled(comparison),
        }
    }

    /// Whether a form is written with the characters of foreign names.
    fn is_foreign(&self, mut characters: impl Iterator<Item = char>) -> bool {
        characters.all(|c| self.transcription.contains(c) || c == '·')
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
        let is_foreign = self.is_foreign(it.characters(0));
        let form = it.form(0);
        let is_person = equal < 4
            && (form.start < usual_word.start || usual_word.len() == 1)
            && is_family_name(it.echoes.character(form.start));
        if other_word.len() > 1 {
            let is_common = it.frequency(1) >= LEAST_COMMON;
            let is_clear =
                it.size() >= LEAST_EQUAL_OF_WORDS && (usual_word.len() == 1 || it.frequency(0) >= 8 * it.frequency(1));
            return is_inner && it.size() >= LEAST_EQUAL && (!is_common || is_clear);
        }
        if self.particles.contains(other) && !it.is_marked() && !(is_foreign && is_inner) {
            return false;
        }
        let is_particle = usual_word.len() == 1 && is_function_word(usual, it.lexicon);
        if is_particle && !it.is_marked() && equal < 4 {
            return false;
        }
        let frequency = frequency_of(other, it.lexicon);
        let is_name = is_foreign || is_person || it.is_marked();
        if is_inner {
            let needed = if frequency > VERY_COMMON { LEAST_EQUAL + 1 } else { LEAST_EQUAL };
            let is_left_over = frequency < COMMON && !is_function_word(other, it.lexicon);
            return it.size() >= needed || is_name || is_left_over;
        }
        if it.is_marked() {
            return true;
        }
        // Two family names that only resemble each other are more often two persons.
        let is_family = it.left == 0 && is_person && is_family_name(other);
        if is_family && it.is_after_reporter() {
            return false;
        }
        if is_family && it.lexicon.likeness(usual, other) == Some(Likeness::SimilarSound) {
            return false;
        }
        let is_rare = frequency < if is_name || it.size() >= LEAST_EQUAL { VERY_COMMON } else { RARE };
        is_rare && (is_name || !is_function_word(other, it.lexicon)) && it.ends_with_difference()
    }

    /// Whether the characters beside both forms are none of foreign names, so that the forms are whole names.
    fn is_whole_foreign_name(&self, it: &Comparison) -> bool {
        let continues = |index: usize| self.transcription.contains(it.echoes.character(index));
        ![it.form(0), it.form(1)].iter().any(|form| continues(form.start - 1) || continues(form.end))
    }

    /// Whether a character of the rarer form probably stands twice by mistake.
    fn is_doubled(&self, it: &Comparison) -> bool {
        let at = it.difference.at[1];
        let character = |index: usize| it.echoes.character(index);
        let is_twice = [at - 1, at + 1].iter().any(|beside| character(*beside) == character(at));
        // 扎扎实实 and 保安局|局长 are no mistakes.
        let first = if character(at - 1) == character(at) { at - 1 } else { at };
        let second_word = word_at(it.echoes, it.lexicon, first + 1);
        let begins_word = second_word.start == first + 1 && second_word.len() > 1;
        let is_reduplicated = begins_word || character(first - 1) == character(first - 2);
        is_twice
            && !is_reduplicated
            && frequency_of(character(at), it.lexicon) < VERY_COMMON
            && [first, first + 1].iter().any(|index| is_left_over(it.echoes, it.lexicon, *index))
    }

    /// Whether two characters of the rarer form are probably in the wrong order.
    fn is_exchanged(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, other], .. } = it.difference;
        let [one, two] = [other, other + 1].map(|index| it.echoes.character(index));
        if self.is_numeral(one) || self.is_numeral(two) {
            return false;
        }
        if self.is_foreign(it.characters(0)) && (it.left + it.right > LEAST_EQUAL || self.is_whole_foreign_name(it)) {
            return true;
        }
        // 中美 and 美中 are the same two.
        let are_peers = |group: &str| group.contains(one) && group.contains(two);
        if are_peers(&self.peers)
            || self.contrasts.split_whitespace().any(are_peers)
            || (it.left == 0 || it.right == 0) && !it.is_marked()
        {
            return false;
        }
        // One of the characters is left over, and in the usual form it belongs to a word.
        let word = |index: usize| word_at(it.echoes, it.lexicon, index);
        let was_in_word = || [usual, usual + 1].iter().any(|index| word(*index).len() > 1);
        [other, other + 1].iter().any(|index| is_left_over(it.echoes, it.lexicon, *index))
            && (it.left + it.right > LEAST_EQUAL || was_in_word())
    }

    /// Whether the rarer form probably lacks a character by mistake, and not because it is short for the other one.
    fn is_lost(&self, it: &Comparison) -> bool {
        let equal = it.left + it.right;
        if self.optional.contains(it.differing(0)) || equal < LEAST_EQUAL {
            return false;
        }
        if self.is_foreign(it.characters(0)) {
            return equal > LEAST_EQUAL || self.is_whole_foreign_name(it);
        }
        if it.is_marked() {
            return equal > LEAST_EQUAL;
        }
        // Words have short forms in names: 公号, 英烈. What is left of a noun within a long name is one only if it is a word.
        let [word, _] = it.words().clone();
        let Difference { at: [usual, other], .. } = it.difference;
        let start = other - (usual - word.start);
        let is_long = it.left >= 2 && it.right >= 2 && equal >= LEAST_EQUAL_OF_WORDS;
        let class = it.lexicon.class(&it.echoes.text(word.start, word.end));
        is_long
            && (2..=3).contains(&word.len())
            && class.is_some_and(|class| class.starts_with('n'))
            && (start..start + word.len() - 1).all(|index| is_left_over(it.echoes, it.lexicon, index))
    }

    /// Whether a character is a numeral.
    fn is_numeral(&self, c: char) -> bool {
        self.contrasts.split_whitespace().next().is_some_and(|numerals| numerals.contains(c))
    }
}

/// The longest extents that two of these have in common.
fn longest_of_two(extents: &[(usize, usize)]) -> Option<(usize, usize)> {
    let pairs = extents.iter().enumerate().flat_map(|(index, a)| extents[index + 1..].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0.min(b.0), a.1.min(b.1))).max_by_key(|(left, right)| left + right)
}

/// Whether a character is a common word that connects others: a preposition, an adverb, a numeral.
pub(super) fn is_function_word(c: char, lexicon: &Lexicon) -> bool {
    /// The frequency from which on such a word is common.
    const COMMON_FUNCTION: u32 = 5000;
    let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
    frequency_of(c, lexicon) > COMMON_FUNCTION && class.starts_with(['u', 'p', 'c', 'd', 'r', 'm', 'q', 'f', 'y'])
}

/// How often a character is a word by itself.
pub(super) fn frequency_of(c: char, lexicon: &Lexicon) -> u32 {
    lexicon.frequency(c.encode_utf8(&mut [0; 4])).unwrap_or_default()
}

/// Whether the character at an index belongs to no word of several characters and connects no others.
pub(super) fn is_left_over(echoes: &Echoes, lexicon: &Lexicon, index: usize) -> bool {
    word_at(echoes, lexicon, index).len() == 1 && !is_function_word(echoes.character(index), lexicon)
}

/// Whether the character at `index`, beside a name that has an edge at `edge`, shows that the name ends there: it is not
/// Chinese, it belongs to a word of several characters that has an edge there, or it is a common word.
pub(super) fn is_at_edge(echoes: &Echoes, lexicon: &Lexicon, index: usize, edge: usize) -> bool {
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
fn frequency(echoes: &Echoes, lexicon: &Lexicon, word: &Range<usize>) -> u32 {
    lexicon.frequency(&echoes.text(word.start, word.end)).unwrap_or_default()
}
