//! Detects idioms and set phrases with one wrong, doubled or lost character, or with two neighbouring characters swapped.
//!
//! Each of these mistakes except one leaves one half of the idiom (its first or last two characters) intact, and at
//! least one character of the other half next to it. The engine finds the pairs of characters that may be half of an
//! idiom; the idioms with such a half are compared with the two characters beside it. The exception is the swap of the
//! two middle characters (齐协心力): it is found by this pair (协心), between the other two characters.
//!
//! Three characters of an idiom are often an intended short form (无价宝, 如椽笔). So a lost character is only detected in
//! idioms of which edited text never has these three characters without the fourth ([`Certain`]).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::parts::{IdiomPart, PartBytes, PartTable};
use super::segment::with_context;
use super::{Lexicon, Likeness};
#[cfg(not(prepared))]
use crate::text::Pair;
use crate::text::{Span, is_han, is_numeral};

/// A wrongly written idiom in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdiomMistake {
    /// The span of the wrong form, in bytes of the text.
    pub span: Span,
    /// The idioms that may be meant, the most likely first.
    pub right: Vec<String>,
}

/// Tables of the idioms of four characters.
#[derive(Debug, Clone)]
pub(super) struct Idioms<'a> {
    by_first_half: PartTable<'a>,
    by_last_half: PartTable<'a>,
    /// By the two middle characters in reverse order, if this order is certain to be a mistake.
    by_swapped_middle: PartTable<'a>,
    /// Variants, each followed by its preferred form, as code points of two bytes, big endian. Sorted by variant.
    preferred: &'a [[u8; 16]],
}

/// Which mistakes in an idiom leave characters that edited text does not have otherwise: bit `n` if the character `n` is
/// lost, bit `4 + n` if the characters `n` and `n + 1` are swapped. Bit 7 says that the idiom is a common sequence of
/// words: other words may stand in it (登记手续, 登机手续).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Certain(pub u8);

impl Certain {
    fn is_lost(self, position: usize) -> bool {
        self.0 >> position & 1 != 0
    }

    pub(super) fn is_swapped(self, position: usize) -> bool {
        self.0 >> (4 + position) & 1 != 0
    }

    fn is_of_words(self) -> bool {
        self.0 >> 7 != 0
    }
}

/// The serialized form of [`Idioms`].
#[derive(Serialize, Deserialize)]
pub(super) struct IdiomTables<'a> {
    #[serde(borrow)]
    pub by_first_half: PartBytes<'a>,
    #[serde(borrow)]
    pub by_last_half: PartBytes<'a>,
    #[serde(borrow)]
    pub by_swapped_middle: PartBytes<'a>,
    pub preferred: &'a [u8],
}

impl<'a> Idioms<'a> {
    /// Creates tables that borrow their serialized form. Returns `None` if the sizes are wrong.
    pub(super) fn read(tables: IdiomTables<'a>) -> Option<Idioms<'a>> {
        Some(Idioms {
            by_first_half: PartTable::read(tables.by_first_half)?,
            by_last_half: PartTable::read(tables.by_last_half)?,
            by_swapped_middle: PartTable::read(tables.by_swapped_middle)?,
            preferred: tables.preferred.as_chunks().0,
        })
    }

    /// Returns the preferred form of `idiom` if it is a variant, otherwise `idiom` itself.
    fn preferred(&self, idiom: String) -> String {
        let key: Vec<u8> = idiom.encode_utf16().flat_map(u16::to_be_bytes).collect();
        match self.preferred.binary_search_by(|entry| entry[..8].cmp(&key)) {
            Ok(index) => {
                let codes = self.preferred[index][8..].as_chunks().0.iter();
                codes.filter_map(|&code| char::from_u32(u32::from(u16::from_be_bytes(code)))).collect()
            }
            Err(_) => idiom,
        }
    }
}

/// How a text deviates from an idiom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deviation {
    WrongCharacter(Likeness),
    SwappedCharacters,
    DoubledCharacter,
    /// The idiom, with its first character before or its last one after it.
    DoubledEdge,
    /// Swapped characters that [`Certain`] knows to be a mistake.
    CertainSwap,
    /// A lost character that [`Certain`] knows to be a mistake.
    LostCharacter,
}

impl Deviation {
    /// Returns by how much the idiom must be more probable than the text, as a difference of natural logarithms. The
    /// values come from sentences with known errors and from edited copy: homophones with a difference of 8.6 or more
    /// were mistakes, and other deviations with less than 12.5 were mostly intended.
    fn margin(self) -> f32 {
        match self {
            Deviation::CertainSwap | Deviation::LostCharacter => 5.0,
            Deviation::DoubledEdge => 3.0,
            Deviation::WrongCharacter(Likeness::SameSound) => 8.5,
            _ => 12.5,
        }
    }
}

/// An idiom that may be meant.
struct Candidate {
    idiom: String,
    /// The span of the text that deviates from the idiom.
    span: Span,
    deviation: Deviation,
    /// Whether the idiom is a sequence of words.
    is_of_words: bool,
    /// The cost of the idiom as a word, plus the margin of the deviation.
    cost: f32,
}

impl<'a> Lexicon<'a> {
    /// Returns the pairs of characters at which mistakes in idioms are found: the first and the last two characters of
    /// every idiom, and those that may be its middle characters in reverse order.
    #[cfg(not(prepared))]
    pub fn idiom_pairs(&self) -> impl Iterator<Item = Pair> {
        let Idioms { by_first_half, by_last_half, by_swapped_middle, .. } = self.idioms;
        by_first_half.parts().chain(by_last_half.parts()).chain(by_swapped_middle.parts()).map(|part| {
            let [first, second] = part.characters();
            Pair::new(first, second)
        })
    }

    /// Returns whether mistakes in an idiom may be found at the middle two of six consecutive characters, given by their
    /// code points. This quick test makes most calls of [`Lexicon::idiom_mistake`] unnecessary.
    pub fn may_be_idiom_mistake(&self, [before, previous, first, second, next, after]: [u32; 6]) -> bool {
        let part = IdiomPart::of_codes(first, second);
        let Idioms { by_first_half, by_last_half, by_swapped_middle, .. } = self.idioms;
        let (left, right) = (IdiomPart::of_codes(before, previous), IdiomPart::of_codes(next, after));
        let around = IdiomPart::of_codes(previous, next);
        let may_begin = by_first_half.any_other_resembles(part, right)
            && may_be_mistaken(by_first_half.others_of(part), right, previous == first, |other, certain| {
                next == other[1] && (after == other[0] || certain.is_lost(2)) || after == other[0] && next == second
            });
        let may_end = || {
            by_last_half.any_other_resembles(part, left)
                && may_be_mistaken(by_last_half.others_of(part), left, next == second, |other, certain| {
                    previous == other[0] && (before == other[1] || certain.is_lost(1))
                })
        };
        may_begin || may_end() || by_swapped_middle.others_of(part).any(|(other, _)| other == around)
    }

    /// Detects a wrongly written idiom whose intact half starts at byte `at` of `text`. In the other half, one character
    /// is wrong (it sounds or looks like the right one), doubled or lost, or the two characters are swapped. If there are
    /// the two middle characters in reverse order at `at`, these are the mistake.
    ///
    /// The written text must be improbable, as the words it can be divided into, compared with the idiom. So nothing is
    /// detected if it is a word, an idiom, an accepted variant, or a sequence of two common words.
    pub fn idiom_mistake(&self, text: &str, at: usize) -> Option<IdiomMistake> {
        let mut candidates = self.candidates(text, at);
        candidates.sort_by(|a, b| a.cost.partial_cmp(&b.cost).unwrap_or(Ordering::Equal));
        let gain = |candidate: &Candidate| self.gain(candidate, text).filter(|gain| *gain > 0.0);
        let gains = candidates.iter().filter_map(|candidate| Some((gain(candidate)?, candidate.span)));
        let (_, span) = gains.max_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal))?;
        let mut right = Vec::new();
        for candidate in candidates.into_iter().filter(|candidate| candidate.span == span) {
            let idiom = self.idioms.preferred(candidate.idiom);
            if !right.contains(&idiom) {
                right.push(idiom);
            }
        }
        Some(IdiomMistake { span, right })
    }

    /// Returns the idioms from which the text around the pair of characters at byte `at` deviates, unless what is written
    /// is a word itself.
    fn candidates(&self, text: &str, at: usize) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let Some(mut after) = text.get(at..).map(str::chars) else { return candidates };
        let (Some(first), Some(second)) = (after.next(), after.next()) else { return candidates };
        let half = IdiomPart::new(first, second);
        let half_end = text.len() - after.as_str().len();
        let next: [char; 3] = std::array::from_fn(|_| after.next().unwrap_or_default());
        let mut before = text[..at].chars().rev();
        let previous: [char; 3] = std::array::from_fn(|_| before.next().unwrap_or_default());
        let mut add = |deviation: Deviation, certain: Certain, before: usize, after: usize, idiom: [char; 4]| {
            let span = Span::new(at - byte_length(&previous[..before]), half_end + byte_length(&next[..after]));
            // Most candidates are accepted variants.
            if self.is_word(span.of(text)) {
                return;
            }
            // Any noun may follow a number: 七十二行.
            let is_wrong = matches!(deviation, Deviation::WrongCharacter(_));
            if is_wrong && idiom.into_iter().filter(|&c| is_numeral(c)).count() > 2 {
                return;
            }
            let idiom = String::from_iter(idiom);
            let cost = self.cost(self.frequency(&idiom).unwrap_or_default()) + deviation.margin();
            candidates.push(Candidate { idiom, span, deviation, is_of_words: certain.is_of_words(), cost });
        };
        for (right, certain) in halves_beside(self.idioms.by_first_half, half, [next[0], next[1]], previous[0] == first)
        {
            let idiom = [first, second, right[0], right[1]];
            if let Some(deviation) = self.deviation([next[0], next[1]], right, certain, 2) {
                add(deviation, certain, 0, 2, idiom);
            } else if next[1..] == right && (next[0] == second || next[0] == next[1]) {
                add(Deviation::DoubledCharacter, certain, 0, 3, idiom);
            }
            if next[..2] == right && previous[0] == first && !certain.is_of_words() && !self.is_doubled_word(first) {
                add(Deviation::DoubledEdge, certain, 1, 2, idiom);
            }
            if next[0] == right[1] && certain.is_lost(2)
                || next[0] == right[0] && next[1] != right[1] && certain.is_lost(3)
            {
                add(Deviation::LostCharacter, certain, 0, 1, idiom);
            }
        }
        let written = [previous[1], previous[0]];
        for (right, certain) in halves_beside(self.idioms.by_last_half, half, written, next[0] == second) {
            let idiom = [right[0], right[1], first, second];
            if let Some(deviation) = self.deviation(written, right, certain, 0) {
                add(deviation, certain, 2, 0, idiom);
            } else if [previous[2], previous[1]] == right && previous[0] == previous[1] {
                add(Deviation::DoubledCharacter, certain, 3, 0, idiom);
            }
            if written == right && next[0] == second && !certain.is_of_words() && !self.is_doubled_word(second) {
                add(Deviation::DoubledEdge, certain, 2, 1, idiom);
            }
            if previous[0] == right[0] && certain.is_lost(1)
                || previous[0] == right[1] && previous[1] != right[0] && certain.is_lost(0)
            {
                add(Deviation::LostCharacter, certain, 1, 0, idiom);
            }
        }
        let around = IdiomPart::new(previous[0], next[0]);
        if self.idioms.by_swapped_middle.others_of(half).any(|(other, _)| other == around) {
            add(Deviation::CertainSwap, Certain(0), 1, 1, [previous[0], second, first, next[0]]);
        }
        candidates
    }

    /// Returns whether two characters are a word that is not rare: 会社 is rarer than 社会 is miswritten.
    fn is_common_word(&self, characters: [char; 2]) -> bool {
        const COMMON: u32 = 100;
        self.frequency(&String::from_iter(characters)).is_some_and(|frequency| frequency >= COMMON)
    }

    /// Returns whether a character is doubled on purpose: 一一, 人人.
    fn is_doubled_word(&self, character: char) -> bool {
        self.is_word(&String::from_iter([character; 2]))
    }

    /// Returns how two written characters deviate from the right half of an idiom, which is at `position` in it. Returns
    /// `None` if they are equal or too different.
    fn deviation(&self, written: [char; 2], right: [char; 2], certain: Certain, position: usize) -> Option<Deviation> {
        // In a sequence of words a word stands for another, unless what is written is none; a function word may begin or
        // end what is beside it.
        let is_other_word = |c: char| {
            let [written, right] = [written, right].map(String::from_iter);
            certain.is_of_words() && (FUNCTION_WORDS.contains(c) || self.is_word(&written) || !self.is_word(&right))
        };
        let wrong_character = |written: char, right: char| {
            let likeness = self.likeness(written, right)?;
            (!is_other_word(written)).then_some(Deviation::WrongCharacter(likeness))
        };
        match (written[0] == right[0], written[1] == right[1]) {
            (true, false) => wrong_character(written[1], right[1]),
            (false, true) => wrong_character(written[0], right[0]),
            (false, false) if written != [right[1], right[0]] => None,
            (false, false) if certain.is_of_words() && self.is_common_word(written) => None,
            (false, false) if certain.is_swapped(position) => Some(Deviation::CertainSwap),
            (false, false) => Some(Deviation::SwappedCharacters),
            _ => None,
        }
    }

    /// Returns by how much the candidate is more probable than the written text in its context, as a difference of
    /// natural logarithms. Returns `None` if the text belongs to something longer.
    fn gain(&self, candidate: &Candidate, text: &str) -> Option<f32> {
        let span = candidate.span;
        if self.is_joined(text, span) || is_in_foreign_name(text, span) {
            return None;
        }
        let context = with_context(text, span);
        let (start, end) = (span.start - context.start, span.end - context.start);
        let lattice = self.lattice(context.of(text));
        // A word of two characters may be there by chance, but it explains three characters, or one before an idiom.
        let (shortest, is_cut) = match candidate.deviation {
            Deviation::LostCharacter => (2, is_cut(text, span)),
            Deviation::DoubledEdge => (2, false),
            _ => (3, false),
        };
        if is_cut || lattice.word_crosses(start, shortest) || lattice.word_crosses(end, shortest) {
            return None;
        }
        let written = lattice.segmentation_from(0);
        if candidate.is_of_words && (written.is_inside_word(start) || written.is_inside_word(end)) {
            return None;
        }
        let after = lattice.segmentation_from(end).cost();
        Some(written.cost() - written.cost_before(start) - candidate.cost - after)
    }

    /// Returns whether the two characters before `span` make an idiom with its last two: 因时 before 因势制宜.
    fn is_joined(&self, text: &str, span: Span) -> bool {
        let ends = text[..span.start].char_indices().rev().nth(1).zip(span.of(text).char_indices().nth_back(1));
        ends.is_some_and(|((first, _), (last, _))| {
            let parts = [&text[first..span.start], &span.of(text)[last..]];
            self.is_word(&parts.concat())
        })
    }
}

/// Returns whether the two characters `written` beside half of an idiom may be a mistake for the other half of one of these
/// idioms: one of them is right, or as `is_disordered` says. They are none if they are right for one of the idioms, unless
/// its edge beyond the half is doubled.
#[inline(always)]
fn may_be_mistaken(
    others: impl Iterator<Item = (IdiomPart, u8)>,
    written: IdiomPart,
    is_edge_doubled: bool,
    is_disordered: impl Fn([u32; 2], Certain) -> bool,
) -> bool {
    let reversed = written.reversed();
    let mut may_be = false;
    for (other, certain) in others {
        if other == written {
            return is_edge_doubled;
        }
        may_be |=
            other.shares_one(written) || other.shares_one(reversed) && is_disordered(other.codes(), Certain(certain));
    }
    may_be
}

/// Returns the other halves of the idioms in `table` with this half, if the two characters `written` in their place may
/// belong to a mistake: they have a character of it. If they are right, something may still be doubled.
fn halves_beside<'a>(
    table: PartTable<'a>,
    half: IdiomPart,
    written: [char; 2],
    is_edge_doubled: bool,
) -> impl Iterator<Item = ([char; 2], Certain)> + 'a {
    let written = IdiomPart::new(written[0], written[1]);
    let may_deviate = move |right: IdiomPart| {
        if written == right {
            is_edge_doubled || right == right.reversed()
        } else {
            right.shares_one(written) || right.shares_one(written.reversed())
        }
    };
    let others = table.others_of(half).filter(move |(other, _)| may_deviate(*other));
    others.map(|(other, certain)| (other.characters(), Certain(certain)))
}

/// Words of one character that are common between any two others.
const FUNCTION_WORDS: &str = "的了和与及或在是之等将为不也都各以就又再已并而被把对向由从";

/// Returns whether `span` is beside the point in a foreign name: 阿尔多斯·赫胥黎.
fn is_in_foreign_name(text: &str, span: Span) -> bool {
    text[..span.start].ends_with('·') || text[span.end..].starts_with('·')
}

/// Returns whether `span` is beside a mark that leaves something out, or that takes a part of an idiom apart.
fn is_cut(text: &str, span: Span) -> bool {
    let (before, after) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
    [before, after].into_iter().flatten().any(|c| !is_han(c) && !"，。；、！？：（）".contains(c))
}

/// Returns the length of the characters in bytes.
fn byte_length(characters: &[char]) -> usize {
    characters.iter().map(|c| c.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// Returns all mistakes in `text`: the wrong form and the first suggestion.
    fn mistakes(lexicon: &Lexicon, text: &str) -> Vec<(String, String)> {
        let mut found: Vec<IdiomMistake> = Vec::new();
        for (at, _) in text.char_indices() {
            found.extend(lexicon.idiom_mistake(text, at).filter(|mistake| !found.contains(mistake)));
        }
        found.into_iter().map(|mistake| (mistake.span.of(text).to_owned(), mistake.right[0].clone())).collect()
    }

    #[test]
    fn detects_wrong_doubled_and_swapped_characters() {
        let lexicon = lexicon();
        for (text, wrong, right) in [
            ("公司一如继往地支持", "一如继往", "一如既往"),
            ("望你再接再励，再创佳绩", "再接再励", "再接再厉"),
            ("不能草管人命", "草管人命", "草菅人命"),
            ("他病入膏盲了", "病入膏盲", "病入膏肓"),
            ("这里的布置美仑美奂", "美仑美奂", "美轮美奂"),
            ("孩子们兴高高采烈地走了", "兴高高采烈", "兴高采烈"),
            ("众所知周，这很难", "众所知周", "众所周知"),
            ("令人留恋忘返", "留恋忘返", "流连忘返"),
            ("道路平谈无奇", "平谈无奇", "平淡无奇"),
            ("大家齐协心力地干", "齐协心力", "齐心协力"),
            ("取得举世瞩的成就", "举世瞩", "举世瞩目"),
            ("大家全全力以赴", "全全力以赴", "全力以赴"),
            ("意志坚定不移移", "坚定不移移", "坚定不移"),
            ("各地多错并举稳就业", "多错并举", "多措并举"),
        ] {
            assert_eq!(mistakes(&lexicon, text), [(wrong.to_owned(), right.to_owned())], "{text}");
        }
    }

    #[test]
    fn ignores_words_variants_and_text_across_punctuation() {
        let lexicon = lexicon();
        for text in [
            "桀骜不逊的少年，指手划脚的先生",
            "巴方支持这一倡议",
            "一起公司研究",
            "提出无价宝，如椽笔",
            "各地因时因势制宜",
            "采用一问一答式的问卷",
            "一如，继往",
            "一如\n继往",
            "",
            "一如",
        ] {
            assert_eq!(mistakes(&lexicon, text), [], "{text}");
        }
    }

    #[test]
    fn detects_homophones_in_idioms() {
        let lexicon = lexicon();
        let list = include_str!("../../rules/lexicon/idioms").lines().filter(|line| !line.starts_with('#'));
        let idioms: Vec<&str> = list.filter_map(|line| line.split(' ').next()).collect();
        let homophones: Vec<&str> =
            include_str!("../../rules/lexicon/readings").lines().filter_map(|line| line.split(' ').nth(1)).collect();
        let (mut tried, mut found) = (0, 0);
        for (index, idiom) in idioms.iter().step_by(idioms.len() / 600).enumerate() {
            assert_eq!(mistakes(&lexicon, idiom), [], "{idiom}");
            let right = idiom.chars().nth(index % 4).unwrap();
            let sounds: Vec<char> =
                homophones.iter().filter(|set| set.contains(right)).flat_map(|set| set.chars()).collect();
            // The large prime spreads the choices.
            let wrong = sounds[index * 7919 % sounds.len()];
            let text: String =
                idiom.chars().enumerate().map(|(at, c)| if at == index % 4 { wrong } else { c }).collect();
            if lexicon.is_word(&text) {
                continue;
            }
            tried += 1;
            found += usize::from(mistakes(&lexicon, &text) == [(text.clone(), (*idiom).to_owned())]);
        }
        assert!(tried >= 500 && found * 100 >= tried * 95, "{found} of {tried}");
    }
}
