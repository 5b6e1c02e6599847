//! What differs between two places of an article that are otherwise the same. Most places with a pair in common have
//! nothing else in common, so the cheapest questions are asked first.

use super::{Echoes, hash, is_han_code, may_be_in_name, slot};
use crate::lexicon::Lexicon;

/// The number of equal characters from which on a difference counts although neither form recurs.
const LEAST_EQUAL_ONCE: usize = 3;

/// The maximum number of places of two characters in the other order that are examined.
const MOST_REVERSED: usize = 3;

/// Two places of an article with the same text before them, other characters at them, and the same text after these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The indices at which the text differs.
    pub at: [usize; 2],
    /// The number of characters there: one in each place that resemble each other, one and none, or two that are
    /// exchanged.
    pub lengths: [usize; 2],
}

impl Difference {
    /// The same difference, with the places exchanged.
    pub fn reversed(self) -> Difference {
        let ([a, b], [c, d]) = (self.at, self.lengths);
        Difference { at: [b, a], lengths: [d, c] }
    }
}

impl Echoes {
    /// The differences between places of the article, each once, if one of the two forms recurs or they have much in
    /// common.
    pub fn differences(&self, lexicon: &Lexicon) -> Vec<Difference> {
        if self.codes.is_empty() {
            return Vec::new();
        }
        let mut search = Search { echoes: self, lexicon, flags: vec![0; self.codes.len()], found: Vec::new() };
        let pairs = search.note_recurring();
        search.beside_pairs(&pairs);
        search.at_reversed_pairs();
        search.within_frames();
        let mut found = search.found;
        found.sort_unstable();
        found.dedup();
        found
    }

    /// For each index, the code there and the one `back` places before, as one number.
    fn joined(&self, back: usize) -> Vec<u32> {
        let codes = self.codes.as_slice();
        let joined = codes[back..].iter().zip(codes).map(|(code, before)| u32::from(*before) << 16 | u32::from(*code));
        std::iter::repeat_n(0, back).chain(joined).collect()
    }
}

/// The flag of an index at which three characters end that occur elsewhere too. A form that recurs has such characters,
/// and most pairs of an article are beside none.
const RECURS: u8 = 1;

/// The flag of an index beside a character that stands twice.
const DOUBLE: u8 = 2;

/// A search for differences.
struct Search<'e> {
    echoes: &'e Echoes,
    lexicon: &'e Lexicon<'e>,
    /// For each index, [`RECURS`] and [`DOUBLE`].
    flags: Vec<u8>,
    found: Vec<Difference>,
}

impl Search<'_> {
    /// Notes which texts of three characters recur, and which characters stand twice. Returns the places at which the same
    /// pair ends, earlier and later ones.
    fn note_recurring(&mut self) -> Vec<[u32; 2]> {
        let codes = self.echoes.codes.as_slice();
        let joined = self.echoes.joined(1);
        let mut pairs = Vec::new();
        for block in self.echoes.extents() {
            let mut expected = 0;
            for (here, echo) in block.clone().zip(&self.echoes.echoes[block]) {
                let (there, pair) = (echo.pair as usize, joined[here]);
                if pair >> 16 == pair & 0xFFFF {
                    self.flags[here - 1] |= DOUBLE;
                    self.flags[here] |= DOUBLE;
                }
                if there == 0 {
                    expected = 0;
                    continue;
                }
                // What a pair continues may have occurred elsewhere than the pair did last: 日报 in 中央日报, after 晨报 and
                // 日报.
                let continued = std::mem::take(&mut expected);
                if continued > 0 && continued != there && codes[continued] == codes[here] {
                    self.flags[continued] |= RECURS;
                    self.flags[here] |= RECURS;
                    pairs.push([continued as u32, here as u32]);
                    expected = continued + 1;
                }
                if joined[there] == pair {
                    if codes[there - 2] == codes[here - 2] {
                        self.flags[there] |= RECURS;
                        self.flags[here] |= RECURS;
                    }
                    pairs.push([there as u32, here as u32]);
                    expected = if expected > 0 { expected } else { there + 1 };
                }
            }
        }
        pairs
    }

    /// Looks for differences beside pairs that occurred before.
    fn beside_pairs(&mut self, pairs: &[[u32; 2]]) {
        for [there, here] in pairs.iter().map(|places| places.map(|it| it as usize)) {
            if self.flags[here] | self.flags[here + 1] | self.flags[there] | self.flags[there + 1] != 0 {
                self.around_pair([there, here]);
            }
        }
    }

    /// Looks for two exchanged characters: those of a pair that belongs to what recurs, or around which enough is equal,
    /// where they last stand in the other order.
    fn at_reversed_pairs(&mut self) {
        let echoes = self.echoes;
        let Some(last) = &echoes.last else { return };
        let codes = echoes.codes.as_slice();
        let mut exchanged = Vec::new();
        let joined = echoes.joined(1);
        let swapped = joined.iter().map(|pair| hash(*pair as u16, (pair >> 16) as u16));
        let last_places = swapped.zip(&joined).enumerate().map(|(there, (hash, pair))| {
            let place = last.pairs[slot(hash)];
            (there, place.saturating_sub(echoes.first_place) as usize, pair.rotate_left(16))
        });
        // Most pairs occur in one order only.
        for (there, last_place, reversed) in last_places.filter(|(_, place, reversed)| joined[*place] == *reversed) {
            let [a, b] = [(reversed >> 16) as u16, reversed as u16];
            let is_pair = |end: usize| end > 0 && joined[end] == reversed;
            let mut here = last_place;
            let mut left = MOST_REVERSED;
            while left > 0 && is_pair(here) && a != b && is_han_code(a) && is_han_code(b) {
                let has_context = codes[there - 2] == codes[here - 2] || codes[there + 1] == codes[here + 1];
                if has_context && here.abs_diff(there) > 2 {
                    let (left, right) = echoes.equal_around([there - 1, here - 1], [there + 1, here + 1]);
                    let recurs = (self.flags[there] | self.flags[there + 1]) & RECURS != 0;
                    let is_marked = || is_mark(codes[there - 2 - left]) && is_mark(codes[there + 1 + right]);
                    if recurs || left + right >= LEAST_EQUAL_ONCE || is_marked() {
                        exchanged.push((here - 1, usize::MAX - left - right, there - 1));
                    }
                }
                here = echoes.echoes[here].pair as usize;
                left -= 1;
            }
        }
        // One use of the form that recurs is enough: the first one of those with most in common.
        exchanged.sort_unstable();
        exchanged.dedup_by_key(|(here, ..)| *here);
        let ordered = exchanged.into_iter().map(|(here, _, there)| [here.min(there), here.max(there)]);
        self.found.extend(ordered.map(|at| Difference { at, lengths: [2, 2] }));
    }

    /// Looks for characters that resemble each other in the middle of frames that occurred before.
    fn within_frames(&mut self) {
        let codes = self.echoes.codes.as_slice();
        let joined = self.echoes.joined(2);
        for block in self.echoes.extents() {
            for (here, echo) in block.clone().zip(&self.echoes.echoes[block]) {
                let there = echo.frame as usize;
                if there > 0
                    && joined[there] == joined[here]
                    && codes[there - 1] != codes[here - 1]
                    && (self.flags[there] | self.flags[here] != 0 || codes[there + 1] == codes[here + 1])
                    && may_be_in_name(codes[here])
                    && may_be_in_name(codes[here - 2])
                {
                    self.add_change([there - 1, here - 1]);
                }
            }
        }
    }

    /// Looks for differences before and after two places at which the same pair may end.
    fn around_pair(&mut self, [there, here]: [usize; 2]) {
        let codes = &self.echoes.codes;
        let around = [there, here].map(|index| codes[index - 2..].first_chunk());
        let [Some(&[a, b, c, d]), Some(&[e, _, _, h])] = around else { return };
        if !may_be_in_name(b) || !may_be_in_name(c) {
            return;
        }
        let recurs = |index: usize| (self.flags[there + index] | self.flags[here + index]) & RECURS != 0;
        let (recurs_before, recurs_after) = (recurs(0), recurs(1));
        // What is equal goes on there, or ends there in both places: 《文化中国行》, 【文化国中行】.
        let goes_on = |a: u16, b: u16| a == b || !may_be_in_name(a) && !may_be_in_name(b);
        if a != e {
            if a == b || e == b {
                self.add_double([there - 1, here - 1], [there - 2, here - 2], [there - 1, here - 1]);
            }
            if recurs_before || goes_on(d, h) {
                self.add_change([there - 2, here - 2]);
                self.add_shift_before([there - 1, here - 1]);
            }
        }
        if d != h {
            if d == c || h == c {
                self.add_double([there, here], [there + 1, here + 1], [there + 1, here + 1]);
            }
            if recurs_after || goes_on(a, e) {
                self.add_change([there + 1, here + 1]);
                self.add_shift_after([there + 1, here + 1]);
            }
        }
    }

    /// Adds the difference at two indices, if their characters resemble each other.
    #[inline]
    fn add_change(&mut self, at: [usize; 2]) {
        let [a, b] = at.map(|index| self.code(index));
        if self.lexicon.may_be_alike(a, b) && a != b && is_han_code(a) && is_han_code(b) {
            let difference = Difference { at, lengths: [1, 1] };
            let [a, b] = at.map(|index| self.echoes.character(index));
            if self.counts(difference) && self.lexicon.likeness(a, b).is_some() {
                self.found.push(difference);
            }
        }
    }

    /// Adds the difference of two places at the edge of the same text, if one of them has the character at the edge twice.
    /// `edge` are the indices of this character, `outside` those beside it, and `without` those where the second one is
    /// missing.
    #[inline]
    fn add_double(&mut self, edge: [usize; 2], outside: [usize; 2], without: [usize; 2]) {
        let code = self.code(edge[0]);
        let [is_first, is_second] = outside.map(|index| self.code(index) == code);
        if is_first == is_second || !is_han_code(code) {
            return;
        }
        self.found.push(if is_second {
            Difference { at: [without[0], outside[1]], lengths: [0, 1] }
        } else {
            Difference { at: [outside[0], without[1]], lengths: [1, 0] }
        });
    }

    /// Adds the differences that end before two indices at which the same text begins: a character that only one of the
    /// places has, or two that are exchanged.
    #[inline]
    fn add_shift_before(&mut self, [a, b]: [usize; 2]) {
        let has_more = [self.code(a - 2) == self.code(b - 1), self.code(b - 2) == self.code(a - 1)];
        self.add_shift(has_more, [a - 1, b - 1], [a, b], [a - 2, b - 2]);
    }

    /// Adds the differences that begin at two indices at which the same text has ended.
    #[inline]
    fn add_shift_after(&mut self, [a, b]: [usize; 2]) {
        let has_more = [self.code(a + 1) == self.code(b), self.code(b + 1) == self.code(a)];
        self.add_shift(has_more, [a, b], [a, b], [a, b]);
    }

    /// Adds the difference of two places of which one or both have a character that the other one has next. `longer` are
    /// the indices of that character, `shorter` those where it is missing, and `exchanged` those of two characters that
    /// are exchanged.
    #[inline]
    fn add_shift(&mut self, has_more: [bool; 2], longer: [usize; 2], shorter: [usize; 2], exchanged: [usize; 2]) {
        let difference = match has_more {
            [false, false] => return,
            [true, true] => Difference { at: exchanged, lengths: [2, 2] },
            [true, false] => Difference { at: [longer[0], shorter[1]], lengths: [1, 0] },
            [false, true] => Difference { at: [shorter[0], longer[1]], lengths: [0, 1] },
        };
        let are_han = (0..2)
            .all(|place| (0..difference.lengths[place]).all(|it| is_han_code(self.code(difference.at[place] + it))));
        if are_han && self.counts(difference) {
            self.found.push(difference);
        }
    }

    /// Whether a difference may count: one of the forms recurs, or they have so much in common, or are so clearly marked,
    /// that they are one name without recurring.
    fn counts(&self, difference: Difference) -> bool {
        let Difference { at, lengths } = difference;
        let after = [at[0] + lengths[0], at[1] + lengths[1]];
        let has_left = self.code(at[0] - 1) == self.code(at[1] - 1);
        let has_right = self.code(after[0]) == self.code(after[1]);
        // Whether three characters recur that may belong to the form and contain the first one that differs.
        let recurs = |place: usize| {
            let first = at[place] + if has_left { 0 } else { 2 };
            let last = if has_right { at[place] + 2 } else { after[place] - 1 };
            lengths[place] > 0 && (first..=last).any(|end| self.flags[end] & RECURS != 0)
        };
        recurs(0) || recurs(1) || {
            let (left, right) = self.echoes.equal_around(at, after);
            let equal = at[0] - left..after[0] + right;
            left + right >= LEAST_EQUAL_ONCE
                || is_mark(self.code(equal.start - 1)) && is_mark(self.code(equal.end))
                || equal.clone().any(|index| self.code(index) == '·' as u16)
        }
    }

    #[inline]
    fn code(&self, index: usize) -> u16 {
        self.echoes.code(index)
    }
}

/// Whether the character with this code is neither a Chinese character nor a letter or a digit, as marks are.
fn is_mark(code: u16) -> bool {
    !is_han_code(code) && !char::from_u32(code.into()).is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::Echoes;
    use super::Difference;
    use crate::builtin::lexicon;

    /// What differs between the places of a text whose lines are blocks.
    fn differences(text: &str) -> Vec<(String, String)> {
        let mut echoes = Echoes::default();
        // What was noted before is forgotten.
        echoes.add_block(0, "双成经济圈");
        echoes.clear();
        text.lines().enumerate().for_each(|(block, line)| echoes.add_block(block, line));
        let part = |it: &Difference, place: usize| echoes.text(it.at[place], it.at[place] + it.lengths[place]);
        echoes.differences(&lexicon()).iter().map(|it| (part(it, 0), part(it, 1))).collect()
    }

    fn pair(a: &str, b: &str) -> Vec<(String, String)> {
        vec![(a.to_owned(), b.to_owned())]
    }

    #[test]
    fn finds_characters_that_are_changed_lost_and_exchanged() {
        assert_eq!(differences("“双城经济圈”\n“双诚经济圈”"), pair("城", "诚"));
        assert_eq!(differences("“冈萨雷斯”，“刚萨雷斯”"), pair("冈", "刚"));
        assert_eq!(differences("“克里斯滕森”\n“克里滕森”"), pair("斯", ""));
        assert_eq!(differences("“安德烈耶娃”\n“安德耶烈娃”"), pair("烈耶", "耶烈"));
        assert_eq!(differences("“双城经济圈”\n“双山经济圈”\n“双城经济圈”"), []);
    }

    #[test]
    fn finds_exchanged_characters_beside_one_that_is_equal() {
        assert_eq!(differences(""), []);
        assert_eq!(differences("田坝镇种茶\n田坝镇的茶\n田镇坝没有茶"), pair("坝镇", "镇坝"));
        assert_eq!(differences(""), []);
        assert_eq!(differences("田坝镇种茶\n我田镇坝没有茶"), []);
    }

    #[test]
    fn leaves_out_forms_that_occur_once_and_have_little_in_common() {
        assert_eq!(differences("在双城路里\n到双诚路去"), []);
        let both = [pair("城", "诚"), pair("诚", "城")].concat();
        assert_eq!(differences("在双城路里\n到双诚路去\n从双城路来"), both);
        assert_eq!(differences("在双城经济圈里\n到双诚经济圈去"), pair("城", "诚"));
    }
}
