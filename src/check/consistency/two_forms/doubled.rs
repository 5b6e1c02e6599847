//! A character that stands twice in one form of a name and once in the other: 云溪公公园.

use super::comparison::Comparison;
use super::words::{frequency, frequency_of, is_at_edge, is_left_over, word_at};
use super::{CLEAR_GAIN, LEAST_GAIN, LEAST_USES, TwoForms, USUAL, VERY_COMMON};
use crate::block::is_family_name;
use crate::text::is_han;

/// How much more probable a text is at least without a character that stands twice by mistake.
const LEAST_GAIN_OF_DOUBLE: f32 = 2.0;

impl TwoForms {
    /// Whether a character of the rarer form probably stands twice by mistake.
    pub(super) fn is_doubled(&self, it: &Comparison) -> bool {
        let at = it.difference.at[1];
        let character = |index: usize| it.echoes.character(index);
        let first = if character(at - 1) == character(at) { at - 1 } else { at };
        let c = character(first);
        // How much both forms have in common before and after the two characters.
        let form = it.form(1);
        let (left, right) = (first.saturating_sub(form.start), form.end.saturating_sub(first + 2));
        // 扎扎实实, 一座座 and 团团圆圆 are no mistakes.
        let is_pair = |index: usize| is_han(character(index)) && character(index) == character(index + 1);
        let class = it.lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
        let is_reduplicated = [first - 2, first - 1, first + 1, first + 2].into_iter().any(is_pair)
            || self.is_numeral(character(first - 1)) && character(first - 2) != '第' && !self.is_numeral(c);
        if !it.is_character_twice() || is_reduplicated {
            return false;
        }
        let [one, other] = [first, first + 1].map(|index| word_at(it.echoes, it.lexicon, index));
        if self.endings.contains(c) && (other.len() > 1 || right == 0) {
            return right == 0 && left > 1 && is_ending_twice(it, first + 1);
        }
        // Two words may end and begin with the same character: 保安局|局长, 地震|震中. What is a word itself, such as 人人,
        // is one.
        let is_foreign = self.is_foreign(it.characters(0));
        let frequencies = [&one, &other].map(|word| frequency(it.echoes, it.lexicon, word));
        let are_words = one.len() > 1 && other.len() > 1 && frequencies.iter().all(|frequency| *frequency > 0);
        let are_two = one != other && are_words && frequencies.iter().any(|frequency| *frequency >= USUAL);
        let is_one = one == other && it.gain() < LEAST_GAIN;
        if (are_two && it.gain() < 2.0 * CLEAR_GAIN || is_one) && !is_foreign {
            return false;
        }
        let is_foreign_edge = |index: usize, edge: usize| is_foreign && is_at_edge(it.echoes, it.lexicon, index, edge);
        let is_bare = |index: usize| !is_han(character(index)) && !character(index).is_alphanumeric();
        if left > 0 && right > 0 {
            let is_name = one.len() == 1 || right == 1 || !is_family_name(c);
            return is_name && (is_foreign || it.gain() >= LEAST_GAIN_OF_DOUBLE);
        }
        if self.is_numeral(c) || self.optional.contains(c) && !is_foreign {
            return false;
        }
        if left == 0 {
            // 捋捋胡子 is what somebody does.
            let is_bare = is_bare(first - 1) && (!class.starts_with('v') || is_foreign);
            let is_after_word = || {
                let is_usual = it.uses.len() >= LEAST_USES && it.gain() >= LEAST_GAIN;
                is_usual && word_at(it.echoes, it.lexicon, first - 1).len() > 1
            };
            return one.len() == 1 && (is_bare || is_after_word());
        }
        if frequency_of(c, it.lexicon) >= VERY_COMMON {
            return false;
        }
        let is_followed_by_particle = self.particles.contains(character(first + 2)) && it.gain() >= LEAST_GAIN;
        (is_bare(first + 2) || is_followed_by_particle || is_foreign_edge(first + 2, first + 2))
            && (is_foreign || is_left_over(it.echoes, it.lexicon, first + 1))
    }
}

/// Whether a name ends with the same character twice, as the one at `index` belongs to no word, and no noun follows of which
/// it might be a part: 积石山县县|受灾, but 水务局|局长, 小岗村|村|干部. What can be doubled is a word: 人人, 处处.
fn is_ending_twice(it: &Comparison, index: usize) -> bool {
    let (c, next) = (it.echoes.character(index), it.echoes.character(index + 1));
    let is_word = |text: [char; 2]| it.lexicon.is_word(&text.iter().collect::<String>());
    let follows = || {
        let word = word_at(it.echoes, it.lexicon, index + 1);
        let class = it.lexicon.class(&it.echoes.text(word.start, word.end)).unwrap_or_default();
        word.start == index + 1 && class.starts_with(['v', 'p', 'd', 'u', 'c'])
    };
    word_at(it.echoes, it.lexicon, index).len() == 1
        && !is_word([c, c])
        && (!is_han(next) || !is_word([c, next]) && follows())
}
