//! Two forms of an article that may be one name: what they have in common, and how often each is used.

use std::cell::OnceCell;
use std::ops::Range;

use super::words::{CONTEXT, frequency, is_at_edge, is_function_word, is_left_over, word_at};
use super::{LEAST_COMMON, LEAST_EQUAL};
use crate::check::Hit;
use crate::check::article::Article;
use crate::check::article::echoes::{Difference, Echoes};
use crate::finding::FixSafety;
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han};

/// The number of characters on either side of a place that may belong to a set phrase with it.
const KNOWN: usize = 4;

/// The maximum number of uses of a form that are compared.
const MOST_USES: usize = 32;

/// The maximum number of characters that a hit shows on either side of the difference.
const MOST_SHOWN: usize = 6;

/// A form that recurs, and another one in its place.
pub(super) struct Comparison<'e> {
    pub(super) echoes: &'e Echoes,
    pub(super) lexicon: &'e Lexicon<'e>,
    /// Where the two forms differ: in the form that recurs, and in the other one.
    pub(super) difference: Difference,
    /// How many characters before and after the difference belong to both forms.
    pub(super) left: usize,
    pub(super) right: usize,
    /// The indices of the difference in all uses of the two forms.
    pub(super) uses: Vec<usize>,
    pub(super) others: Vec<usize>,
    /// The answer of [`Comparison::words`].
    words: OnceCell<[Range<usize>; 2]>,
    /// The answer of [`Comparison::gain`].
    gain: OnceCell<f32>,
}

/// A use of the rarer form.
pub(super) struct Slip {
    /// The indices of the rarer form, and of a use of the other one.
    pub(super) here: Range<usize>,
    pub(super) there: Range<usize>,
    /// The indices of all uses of the other form.
    pub(super) uses: Vec<usize>,
    /// How often the rarer form is used.
    pub(super) count: usize,
    /// Whether the other form is certainly the right one.
    pub(super) is_certain: bool,
    /// Whether both forms may be right.
    pub(super) is_doubtful: bool,
    /// How many characters both have.
    pub(super) equal: usize,
}

impl<'e> Comparison<'e> {
    /// The comparison of the first place of a difference with the second one; `None` if the form of the first place does
    /// not recur, or the other one is not much rarer.
    pub(super) fn of(
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
        // A character that stands twice shows at the edge of a name too.
        let is_double = lengths == [0, 1] && is_doubled(echoes, at[1]);
        let (least, least_each) = match lengths {
            [1, 1] => (2, 0),
            [2, 2] => (1, 0),
            _ => (LEAST_EQUAL, usize::from(!is_double)),
        };
        if left + right < least || left < least_each || right < least_each {
            return None;
        }
        *examined += 1;
        // The uses of the form with at least so much in common around the difference, and how much each one has.
        let uses_with = |near_left: usize, near_right: usize| {
            let mut uses = echoes.occurrences(at[0] - near_left, after[0] + near_right, MOST_USES);
            uses.iter_mut().for_each(|start| *start += near_left);
            let extent = |use_at: &usize| {
                let (l, r) = echoes.equal_around([*use_at, at[0]], [use_at + lengths[0], after[0]]);
                (l.min(left), r.min(right))
            };
            let extents: Vec<(usize, usize)> = uses.iter().map(extent).collect();
            let (left, right) = longest_of_two(&extents).filter(|(left, right)| left + right >= least)?;
            Some((uses, extents, left, right))
        };
        // What is equal on one side may be so by chance: 在青山镇看到, 在清山镇看到.
        let (two_left, two_right) = (left.min(2), right.min(2));
        let is_inner = left > 0 && right > 0;
        let both = if is_change && is_inner { (1, 1) } else { (two_left, two_right) };
        let sides = [(two_left, least_each), (least_each, two_right)].into_iter().filter(|_| is_inner);
        let mut nears = [both].into_iter().chain(sides).filter(|(l, r)| l + r >= least.min(2));
        let (uses, extents, left, right) = nears.find_map(|(l, r)| uses_with(l, r))?;
        let is_use = |(l, r): (usize, usize)| l >= left && r >= right;
        let uses: Vec<usize> =
            uses.into_iter().zip(extents).filter(|(_, extent)| is_use(*extent)).map(|it| it.0).collect();
        let mut others = echoes.occurrences(at[1] - left, after[1] + right, MOST_USES);
        others.iter_mut().for_each(|start| *start += left);
        // A name at whose edge a character stands twice is found in the form with the character too.
        let is_other = |use_at: &usize| is_double && others.iter().any(|other| other.abs_diff(*use_at) <= 1);
        let uses: Vec<usize> = uses.into_iter().filter(|use_at| !is_other(use_at)).collect();
        let is_rare = others.len() < uses.len() && (others.len() < 2 || others.len() * 3 <= uses.len());
        let (words, gain) = (OnceCell::new(), OnceCell::new());
        is_rare.then_some(Comparison { echoes, lexicon, difference, left, right, uses, others, words, gain })
    }

    /// The comparison of two forms regardless of how often they are used; `None` if they have hardly anything in common.
    pub(super) fn of_equals(
        echoes: &'e Echoes,
        lexicon: &'e Lexicon<'e>,
        difference: Difference,
    ) -> Option<Comparison<'e>> {
        let Difference { at, lengths } = difference;
        let (left, right) = echoes.equal_around(at, [at[0] + lengths[0], at[1] + lengths[1]]);
        let (uses, others, words, gain) = (Vec::new(), Vec::new(), OnceCell::new(), OnceCell::new());
        let comparison = Comparison { echoes, lexicon, difference, left, right, uses, others, words, gain };
        let least = if difference.lengths == [2, 2] { 1 } else { LEAST_EQUAL - 1 };
        (left + right >= least).then_some(comparison)
    }

    /// Finds the uses of both forms.
    pub(super) fn with_uses(mut self) -> Comparison<'e> {
        let [uses, others] = [0, 1].map(|place| {
            let form = self.form(place);
            let starts = self.echoes.occurrences(form.start, form.end, MOST_USES).into_iter();
            starts.map(|start| start + self.left).collect()
        });
        (self.uses, self.others) = (uses, others);
        self
    }

    /// The indices of the form at a place of the difference.
    pub(super) fn form(&self, place: usize) -> Range<usize> {
        let Difference { at, lengths } = self.difference;
        at[place] - self.left..at[place] + lengths[place] + self.right
    }

    /// The characters of the form at a place of the difference.
    pub(super) fn characters(&self, place: usize) -> impl Iterator<Item = char> {
        self.form(place).map(|index| self.echoes.character(index))
    }

    /// The character at which the forms differ, in the form at a place of the difference.
    pub(super) fn differing(&self, place: usize) -> char {
        self.echoes.character(self.difference.at[place])
    }

    /// Whether quotation marks or title marks enclose both forms.
    pub(super) fn is_marked(&self) -> bool {
        self.marks_before() && self.marks_after()
    }

    /// Whether a mark that opens a quotation or a title precedes both forms.
    pub(super) fn marks_before(&self) -> bool {
        [0, 1].iter().all(|place| "“‘《【".contains(self.echoes.character(self.form(*place).start - 1)))
    }

    /// Whether a mark that closes a quotation or a title follows both forms.
    pub(super) fn marks_after(&self) -> bool {
        [0, 1].iter().all(|place| "”’》】".contains(self.echoes.character(self.form(*place).end)))
    }

    /// Whether a sentence sets one quoted form against the other, so that the writer saw both: 由“先进制造”到“先进智造”.
    pub(super) fn is_contrast(&self) -> bool {
        let meet = |one: &usize| self.others.iter().any(|other| self.echoes.are_in_one_sentence(*one, *other));
        matches!(self.difference.lengths, [1, 1] | [1, 0]) && self.is_marked_name() && self.uses.iter().any(meet)
    }

    /// Whether marks enclose both forms, and so much is equal that these are one name. Two titles with as much in common
    /// are hardly ever two works; what is quoted may be any words.
    pub(super) fn is_marked_name(&self) -> bool {
        self.is_marked() && self.left + self.right + usize::from(self.is_title()) >= LEAST_EQUAL
    }

    /// Whether both forms contain the dot that divides names and titles.
    pub(super) fn has_dot(&self) -> bool {
        self.characters(0).any(|c| c == '·')
    }

    /// Whether the forms are long enough with such a dot that they are one title, unless they only differ in a character,
    /// as those of a series do: 市长对话·东城, 市长对话·西城.
    pub(super) fn is_dotted(&self) -> bool {
        self.difference.lengths != [1, 1] && self.left + self.right > LEAST_EQUAL && self.has_dot()
    }

    /// Whether the forms are titles of works, as the mark after them shows.
    pub(super) fn is_title(&self) -> bool {
        [0, 1].iter().any(|place| "》】".contains(self.echoes.character(self.form(*place).end)))
    }

    /// Whether the lexicon knows the usual form as a mistake, where it stands or in place of the other form: a set phrase
    /// with one wrong character. Then another rule corrects it, and it is not what the other form should be.
    pub(super) fn is_known_mistake(&self) -> bool {
        let is_mistake = |around: Range<usize>| {
            let form = self.form(0);
            let is_part = |index: &usize| is_han(self.echoes.character(*index));
            let before = (1..=KNOWN).map(|back| around.start - back).take_while(is_part).last().unwrap_or(around.start);
            let after = (around.end..around.end + KNOWN).take_while(is_part).count();
            let text = [before..around.start, form.clone(), around.end..around.end + after]
                .map(|part| self.echoes.text(part.start, part.end))
                .concat();
            let at = around.start - before + self.left;
            let Some((at, c)) = text.char_indices().nth(at) else { return false };
            is_known_mistake(self.lexicon, &text, Span::new(at, at + c.len_utf8()))
        };
        is_mistake(self.form(0)) || is_mistake(self.form(1))
    }

    /// Whether the difference is within a common word in the rarer form and within none in the usual one, so that the
    /// rarer one may be right.
    pub(super) fn breaks_word(&self) -> bool {
        let [usual, other] = self.words();
        usual.len() == 1 && other.len() > 1 && self.frequency(1) >= LEAST_COMMON
    }

    /// Whether the difference is within a word in the first form, and leaves single characters in the other one. If these
    /// may be common words, only `is_proved` shows that they are not meant: both forms are certainly one name.
    pub(super) fn is_word_broken(&self, is_proved: bool) -> bool {
        let Difference { at: [usual, other], lengths: [_, length] } = self.difference;
        let word = self.words()[0].clone();
        let before = usual.saturating_sub(word.start);
        let after = word.end.saturating_sub(usual + self.difference.lengths[0]);
        let is_single = |index: usize| {
            word_at(self.echoes, self.lexicon, index).len() == 1
                && (is_proved || !is_function_word(self.echoes.character(index), self.lexicon))
        };
        word.len() > 1 && self.frequency(0) >= LEAST_COMMON && (other - before..other + length + after).all(is_single)
    }

    /// How much more probable the text around the rarer form is with the usual one in its place, as the difference of the
    /// logarithms: much, if the rarer form breaks a word.
    pub(super) fn gain(&self) -> f32 {
        *self.gain.get_or_init(|| {
            let Difference { at: [usual, other], lengths } = self.difference;
            let is_part = |index: &usize| is_han(self.echoes.character(*index));
            let end = other + lengths[1];
            let before = (1..=CONTEXT.min(other)).map(|back| other - back).take_while(is_part).count();
            let after = (end..end + CONTEXT).take_while(is_part).count();
            let with = |middle: Range<usize>| {
                [other - before..other, middle, end..end + after].map(|it| self.echoes.text(it.start, it.end)).concat()
            };
            self.lexicon.gain_of(&with(other..end), &with(usual..usual + lengths[0]))
        })
    }

    /// How many characters before and after the difference belong to both forms as whole words: not 创 in 原创性理论, which
    /// has little to do with 创新理论.
    pub(super) fn whole(&self) -> (usize, usize) {
        let (mut left, mut right) = (self.left, self.right);
        for form in [self.form(0), self.form(1)] {
            let [first, last] = [form.start, form.end - 1].map(|index| word_at(self.echoes, self.lexicon, index));
            if first.start < form.start {
                left = left.min(self.left.saturating_sub(first.end - form.start));
            }
            if last.end > form.end {
                right = right.min(self.right.saturating_sub(form.end - last.start));
            }
        }
        (left, right)
    }

    /// Whether the rarer form only has a character twice that the other one has once.
    pub(super) fn is_character_twice(&self) -> bool {
        is_doubled(self.echoes, self.difference.at[1])
    }

    /// Whether the rarer form is the name of a reporter, who is none of those the article is about.
    pub(super) fn is_after_reporter(&self) -> bool {
        let before = self.form(1).start - 1;
        let is_blank = matches!(self.echoes.character(before), ' ' | '\u{3000}' | '：');
        let end = before - usize::from(is_blank);
        ["记者", "讯员"].contains(&self.echoes.text(end - 1, end + 1).as_str())
    }

    /// The number of equal characters, with the marks around them.
    pub(super) fn size(&self) -> usize {
        self.left + self.right + usize::from(self.marks_before()) + usize::from(self.marks_after())
    }

    /// The words that contain the difference in the two forms, as indices.
    pub(super) fn words(&self) -> &[Range<usize>; 2] {
        self.words.get_or_init(|| self.difference.at.map(|at| word_at(self.echoes, self.lexicon, at)))
    }

    /// Whether the two exchanged characters belong to a name that the lexicon knows, and what stands in its place in the other
    /// form belongs to no word: 湖口县, 口湖县.
    pub(super) fn breaks_known_name(&self) -> bool {
        let Difference { at: [usual, other], lengths } = self.difference;
        let is_name = |word: &Range<usize>| {
            let class = self.lexicon.class(&self.echoes.text(word.start, word.end));
            class.is_some_and(|class| class.len() == 2 && class.starts_with('n') && class != "ng")
        };
        // The division into words is asked last.
        let may_be_in_name = || {
            let around = (0..3).flat_map(|before| (1..3).map(move |after| (before, after)));
            let mut around = around.filter(|(before, after)| before + after > 1);
            around.any(|(before, after)| is_name(&(usual.saturating_sub(before)..usual + 1 + after)))
        };
        lengths == [2, 2] && may_be_in_name() && {
            let word = &self.words()[0];
            let is_whole = word.len() >= LEAST_EQUAL && word.contains(&usual) && word.contains(&(usual + 1));
            let mut place = (other + word.start).saturating_sub(usual)..(other + word.end).saturating_sub(usual);
            is_whole && is_name(word) && place.all(|index| is_left_over(self.echoes, self.lexicon, index))
        }
    }

    /// The frequency of the word that contains the difference in the form at a place.
    pub(super) fn frequency(&self, place: usize) -> u32 {
        frequency(self.echoes, self.lexicon, &self.words()[place])
    }

    /// Whether both forms end with the difference, on the side that has no equal characters.
    pub(super) fn ends_with_difference(&self) -> bool {
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
    pub(super) fn slips(&self, is_certain: bool, is_doubtful: bool) -> impl Iterator<Item = Slip> {
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
            is_certain,
            is_doubtful,
            equal: self.left + self.right,
        })
    }
}

impl Slip {
    /// The hit for the rarer form.
    pub(super) fn hit(&self, article: &Article, echoes: &Echoes) -> Option<Hit> {
        let (block, here) = echoes.span(&self.here, |block| article.text(block))?;
        let (other_block, there) = echoes.span(&self.there, |block| article.text(block))?;
        let common = there.of(article.text(other_block));
        let mut hit = Hit::new(block, here, vec![common.to_owned()]).detail(self.counts(echoes));
        hit.at_most = self.safety();
        hit.related.push((other_block, there, format!("这里是“{common}”。")));
        Some(if self.is_doubtful { hit.into_advice() } else { hit })
    }

    /// How far the other form can be trusted: not at all as a fix, if both may be right.
    pub(super) fn safety(&self) -> FixSafety {
        if self.is_certain { FixSafety::Safe } else { FixSafety::None }
    }

    /// Both forms, and how often each is used.
    pub(super) fn counts(&self, echoes: &Echoes) -> String {
        let text = |form: &Range<usize>| echoes.text(form.start, form.end);
        format!("“{}”{}处、“{}”{}处", text(&self.there), self.uses.len(), text(&self.here), self.count)
    }
}

/// The longest extents that two of these have in common.
fn longest_of_two(extents: &[(usize, usize)]) -> Option<(usize, usize)> {
    let pairs = extents.iter().enumerate().flat_map(|(index, a)| extents[index + 1..].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0.min(b.0), a.1.min(b.1))).max_by_key(|(left, right)| left + right)
}

/// Whether the character at an index stands beside the same one.
fn is_doubled(echoes: &Echoes, index: usize) -> bool {
    [index - 1, index + 1].iter().any(|beside| echoes.character(*beside) == echoes.character(index))
}

/// Whether the lexicon knows the characters at `span` of a text as part of a mistake in a set phrase.
pub(in crate::check::consistency) fn is_known_mistake(lexicon: &Lexicon, text: &str, span: Span) -> bool {
    let before = text[..span.start].char_indices().rev().nth(KNOWN - 1).map_or(0, |(at, _)| at);
    let after = text[span.end..].char_indices().nth(KNOWN).map_or(text.len(), |(at, _)| span.end + at);
    let halves = text[before..after].char_indices().map(|(at, _)| before + at);
    let mut mistakes = halves.filter_map(|half| lexicon.idiom_mistake(text, half));
    mistakes.any(|mistake| mistake.span.start < span.end && span.start < mistake.span.end)
}
