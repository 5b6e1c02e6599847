//! `two-forms`: a name or a term that an article writes in one way again and again, and in another way once.
//!
//! A name is known by its uses: a text that recurs. Where the same text occurs with one character that sounds or looks
//! alike, with one character less, or with two exchanged, it is probably the same name. What is really two things differs
//! in a character that distinguishes (第一, 第二), or both forms are words.

pub(super) mod comparison;
mod doubled;
mod words;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use self::comparison::{Comparison, Slip};
use self::words::word_at;
pub(super) use self::words::{frequency_of, is_at_edge, is_function_word, is_left_over};
use crate::block::is_family_name;
use crate::check::article::echoes::{Difference, Echoes};
use crate::check::article::{Article, CharOccurrence, Page};
use crate::check::options::{OptionError, class_characters};
use crate::check::{ArticleCheck, Compile, Hit, IssueCheck};
use crate::lexicon::{Lexicon, Likeness};
use crate::matcher::{CharSet, Classes};
use crate::text::is_han;

/// Options of `two-forms`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoFormsOptions {
    contrasts: String,
    peers: String,
    optional: String,
    particles: String,
    /// The name of the class of characters with which foreign names are written.
    transcription: Spanned<String>,
    endings: String,
}

/// Compares what recurs with what resembles it.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    transcription: CharSet,
    /// Characters with which names end, so that the next word may begin with the same one: 保安局|局长.
    endings: String,
}

impl Compile for TwoForms {
    type Options = TwoFormsOptions;

    fn compile(options: &TwoFormsOptions, classes: &Classes) -> Result<TwoForms, OptionError> {
        let TwoFormsOptions { contrasts, peers, optional, particles, transcription, endings } = options.clone();
        let transcription = class_characters(&transcription, classes)?;
        Ok(TwoForms { contrasts, peers, optional, particles, transcription, endings })
    }
}

/// The maximum number of differences that are examined in an article, so that the time stays linear.
const MOST_EXAMINED: usize = 256;

/// The maximum number of occurrences of the equal part of two forms that are counted.
const MOST_OCCURRENCES: usize = 64;

/// The number of equal characters from which on two forms are the same name without any other sign.
const LEAST_EQUAL: usize = 3;

/// The number of uses from which on a name is the usual one although the other form may be short for it.
const LEAST_USES: usize = 3;

/// The number of equal characters from which on two forms are the same name although both are words.
const LEAST_EQUAL_OF_WORDS: usize = 5;

/// The frequency from which on a word is not considered a mistake.
const LEAST_COMMON: u32 = 20;

/// The frequency from which on a word is usual.
const USUAL: u32 = 100;

/// The frequencies of characters that are hardly ever words by themselves, and of those that often and very often are.
const RARE: u32 = 3000;
const COMMON: u32 = 10_000;
const VERY_COMMON: u32 = 30_000;

/// How much more probable a text is at least with the usual form, as the difference of the logarithms, if the rarer one
/// breaks a word: certainly, and probably.
const CLEAR_GAIN: f32 = 12.0;
const LEAST_GAIN: f32 = 8.0;

/// The gain below which nothing in the text speaks against the rarer form.
const WEAK_GAIN: f32 = 4.0;

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
            let mut hit = Hit::new(block, span, vec![common]).detail(detail);
            hit.at_most = slip.safety();
            Some((page, hit))
        };
        self.slips(&echoes, lexicon).iter().filter_map(across).collect()
    }
}

impl TwoForms {
    /// The uses of rarer forms that are probably mistakes, in the order of the text.
    fn slips(&self, echoes: &Echoes, lexicon: &Lexicon) -> Vec<Slip> {
        let mut found: Vec<Slip> = Vec::new();
        let mut examined = 0;
        for difference in echoes.differences(lexicon) {
            if examined >= MOST_EXAMINED {
                break;
            }
            let both = [difference, difference.reversed()];
            let by_number = both.into_iter().find_map(|difference| {
                let comparison = Comparison::of(echoes, lexicon, difference, &mut examined)?;
                let is_slip =
                    self.is_slip(&comparison) && !self.are_two_things(&comparison) && self.are_whole(&comparison);
                if !is_slip || comparison.is_known_mistake() {
                    return None;
                }
                let is_certain = !comparison.breaks_word();
                Some((comparison, is_certain))
            });
            if let Some((comparison, is_certain)) =
                by_number.or_else(|| self.among_equals(echoes, lexicon, both, &mut examined))
                && !comparison.is_contrast()
            {
                let is_doubtful = self.is_doubtful(&comparison);
                found.extend(comparison.slips(is_certain, is_doubtful));
            }
        }
        found.sort_by_key(|slip| (slip.here.start, usize::MAX - slip.equal));
        found.dedup_by(|later, earlier| later.here.start < earlier.here.end);
        found
    }

    /// The comparison of two forms of which neither is much rarer, if they are certainly one name, and whether the second
    /// one is certainly the mistake. If both may be right, the second one is the later one.
    fn among_equals<'e>(
        &self,
        echoes: &'e Echoes,
        lexicon: &'e Lexicon<'e>,
        both: [Difference; 2],
        examined: &mut usize,
    ) -> Option<(Comparison<'e>, bool)> {
        let comparisons = both.map(|difference| Comparison::of_equals(echoes, lexicon, difference));
        let [Some(one), Some(other)] = comparisons else { return None };
        if *examined >= MOST_EXAMINED || self.may_both_stand(&one) {
            return None;
        }
        // Two words of one name in the other order, and that in marks, are hardly ever another name.
        let is_marked = one.is_marked_name() || one.difference.lengths == [2, 2] && one.is_marked();
        let is_proved = is_marked || self.is_dotted_name(&one) || one.is_dotted();
        *examined += 1;
        match [&one, &other].map(Comparison::breaks_known_name) {
            [true, false] => return Some((one.with_uses(), true)),
            [false, true] => return Some((other.with_uses(), true)),
            _ => {}
        }
        if one.left + one.right < LEAST_EQUAL - 1 && !one.is_marked() {
            return None;
        }
        let breaks = |it: &Comparison| self.clearly_breaks_word(it);
        let is_clear = one.left + one.right >= LEAST_EQUAL && (breaks(&one) || breaks(&other));
        if !is_proved && !is_clear && one.left + one.right <= LEAST_EQUAL_OF_WORDS {
            return None;
        }
        // The form that is used more often is not changed into the other one, so that fixing ends.
        let is_mistake = |it: &Comparison| {
            let is_certain = self.clearly_breaks_word(it) && self.are_whole(it) || self.is_certain(it, is_proved);
            it.others.len() <= it.uses.len() && is_certain && !it.is_known_mistake()
        };
        let (one, other) = (one.with_uses(), other.with_uses());
        match (is_mistake(&one), is_mistake(&other)) {
            (true, false) => Some((one, true)),
            (false, true) => Some((other, true)),
            _ => {
                // Quoted names of a series differ at their ends: “志愿星”, “志愿行”.
                let is_inner = one.left > 0 && one.right > 0;
                let is_doubt = is_proved
                    && matches!(one.difference.lengths, [1, 1] | [2, 2])
                    && (is_inner || !one.is_marked() || one.is_title());
                // The form that is used first, so that all places of two forms are judged alike.
                let is_in_order = one.uses.first() < one.others.first();
                is_doubt.then_some((if is_in_order { one } else { other }, false)).filter(|it| !it.0.is_known_mistake())
            }
        }
    }

    /// Whether the difference distinguishes two things: the first and the second one, 中美 and 美中.
    fn may_both_stand(&self, it: &Comparison) -> bool {
        let Difference { at: [one, other], lengths } = it.difference;
        let pair = match lengths {
            [1, 1] => [one, other],
            [2, 2] => [one, one + 1],
            _ => return false,
        };
        let [one, other] = pair.map(|index| it.echoes.character(index));
        let are_in = |group: &str| group.contains(one) && group.contains(other);
        self.contrasts.split_whitespace().any(are_in)
            || lengths == [2, 2] && (are_in(&self.peers) || self.is_numeral(one) || self.is_numeral(other))
    }

    /// Whether the second form clearly breaks a word that the first one has, by what is beside the difference.
    fn clearly_breaks_word(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, other], lengths } = it.difference;
        let is_word = |start: usize| it.lexicon.is_word(&it.echoes.text(start, start + 2));
        let joins = |index: usize| it.left > 0 && is_word(index - 1) || it.right > 0 && is_word(index);
        match lengths {
            // Most differences are told by the words of two characters.
            [1, 1] => {
                let needed = if it.left + it.right > LEAST_EQUAL_OF_WORDS { LEAST_GAIN } else { CLEAR_GAIN };
                joins(usual) && !joins(other) && it.gain() >= needed
            }
            [2, 2] => it.left + it.right >= LEAST_EQUAL && !is_word(other) && it.gain() >= CLEAR_GAIN,
            [0, 1] => {
                it.left + it.right > LEAST_EQUAL
                    && it.left > 0
                    && it.right > 0
                    && self.is_doubled(it)
                    && it.gain() >= LEAST_GAIN
            }
            _ => false,
        }
    }

    /// Whether both forms are whole foreign names of several parts: 约翰·史密斯.
    fn is_dotted_name(&self, it: &Comparison) -> bool {
        it.left + it.right >= LEAST_EQUAL
            && it.has_dot()
            && [0, 1].into_iter().any(|place| self.is_foreign(it.characters(place)))
            && self.is_whole_foreign_name(it)
    }

    /// Whether the second of two forms is certainly the mistake, although it is not much rarer. `is_proved` says that both
    /// are certainly one name.
    fn is_certain(&self, it: &Comparison, is_proved: bool) -> bool {
        let equal = it.left + it.right;
        let Difference { at, lengths } = it.difference;
        let is_inner = it.left > 0 && it.right > 0;
        let other = it.echoes.character(at[1]);
        match lengths {
            [1, 1] => {
                let is_name =
                    || it.lexicon.class(&it.echoes.text(it.words()[0].start, it.words()[0].end)) == Some("nr");
                let likeness = it.lexicon.likeness(it.differing(0), other);
                it.is_word_broken(is_proved)
                    && (is_proved
                        || is_inner
                            && equal > LEAST_EQUAL_OF_WORDS
                            && likeness != Some(Likeness::SimilarSound)
                            && frequency_of(other, it.lexicon) < RARE
                            && !is_name())
            }
            [2, 2] => it.is_word_broken(is_proved) && (is_proved || is_inner),
            [1, 0] => {
                is_proved
                    && !self.optional.contains(it.differing(0))
                    && equal >= LEAST_EQUAL
                    && (it.is_word_broken(it.is_title()) || is_inner && self.is_foreign(it.characters(0)))
            }
            _ => is_proved && it.is_character_twice(),
        }
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

    /// Whether enough whole words belong to both forms that these are one thing. 创新理论 and 原创性理论 have a part of a word
    /// in common, 和未来 and 和蔚来 a preposition.
    fn are_whole(&self, it: &Comparison) -> bool {
        let is_double = it.difference.lengths == [0, 1] && it.gain() >= LEAST_GAIN;
        if it.left + it.right > LEAST_EQUAL_OF_WORDS || it.is_marked() || is_double {
            return true;
        }
        let (left, right) = it.whole();
        let form = it.form(0);
        // What differs at an edge is not part of a longer word: 基 in 巴基斯坦.
        let word = &it.words()[0];
        let is_change = it.difference.lengths == [1, 1];
        if is_change && (it.left == 0 && word.start < form.start || it.right == 0 && word.end > form.end) {
            return false;
        }
        let meant =
            (form.start + it.left - left..form.start + it.left).chain(form.end - it.right..form.end - it.right + right);
        let says_something = |index: &usize| {
            let c = it.echoes.character(*index);
            let class = it.lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
            !self.particles.contains(c) && !class.starts_with(['u', 'p', 'c'])
        };
        let count = meant.filter(says_something).count();
        let is_cut = it.left > 0 && it.right > 0 && (left == 0 || right == 0);
        let least = if it.difference.lengths == [2, 2] { 1 } else { 2 };
        count >= if is_cut { LEAST_EQUAL + 1 } else { least } || !is_cut && it.gain() >= CLEAR_GAIN
    }

    /// Whether a form is written with the characters of foreign names.
    fn is_foreign(&self, mut characters: impl Iterator<Item = char>) -> bool {
        characters.all(|c| self.transcription.has(c) || c == '·')
    }

    /// Whether a character of the rarer form is probably a mistake for the one in its place.
    fn is_changed(&self, it: &Comparison) -> bool {
        let (usual, other) = (it.differing(0), it.differing(1));
        let is_contrast = |group: &str| group.contains(usual) && group.contains(other);
        if self.contrasts.split_whitespace().any(is_contrast) {
            return false;
        }
        if it.is_marked_name() || self.is_foreign_with_end(it) || it.gain() >= CLEAR_GAIN {
            return true;
        }
        let [usual_word, other_word] = it.words().clone();
        let (is_inner, equal) = (it.left > 0 && it.right > 0, it.left + it.right);
        let is_foreign = self.is_foreign(it.characters(0));
        let is_person = self.is_person(it);
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

    /// Whether the usual form may be the name of a person.
    fn is_person(&self, it: &Comparison) -> bool {
        let (form, word) = (it.form(0), &it.words()[0]);
        it.left + it.right < 4
            && (form.start < word.start || word.len() == 1)
            && is_family_name(it.echoes.character(form.start))
    }

    /// Whether both forms may be right, so that the difference is only advice: both are words, and neither breaks one.
    fn is_doubtful(&self, it: &Comparison) -> bool {
        let [usual, other] = it.words();
        it.difference.lengths == [1, 1]
            && !it.is_marked_name()
            && !self.is_foreign(it.characters(0))
            && usual.len() > 1
            && other.len() > 1
            && it.gain() < LEAST_GAIN
    }

    /// Whether two forms that differ at an edge are rather two things than a name and a slip: neither is marked as a name,
    /// and the one is hardly used more often than the other, unless a rare character sounds the same. What ends with a character that a
    /// name may lack is often followed by another word instead: 青山市, 青山视频.
    fn are_two_things(&self, it: &Comparison) -> bool {
        let (usual, other) = (it.differing(0), it.differing(1));
        let likeness = it.lexicon.likeness(usual, other);
        let is_homophone = likeness == Some(Likeness::SameSound) && frequency_of(other, it.lexicon) < RARE;
        it.difference.lengths == [1, 1]
            && (it.left == 0 || it.right == 0)
            && !it.is_marked_name()
            && !self.is_foreign(it.characters(0))
            && !self.is_person(it)
            && (it.right == 0
                && self.optional.contains(usual)
                && likeness != Some(Likeness::SimilarShape)
                && !self.is_stray_end(it)
                || it.gain() < LEAST_GAIN && it.uses.len() < LEAST_USES && !is_homophone
                || it.gain() < WEAK_GAIN && likeness == Some(Likeness::SimilarSound))
    }

    /// Whether the rarer form ends with a character that belongs to no word of what follows: 大田示|消防.
    fn is_stray_end(&self, it: &Comparison) -> bool {
        let end = it.form(1).end;
        is_left_over(it.echoes, it.lexicon, end - 1)
            && frequency_of(it.differing(1), it.lexicon) < COMMON
            && is_at_edge(it.echoes, it.lexicon, end, end)
    }

    /// Whether the difference is at the edge of a foreign name whose other characters never stand without the character of
    /// the usual form, except in the rarer one.
    fn is_foreign_with_end(&self, it: &Comparison) -> bool {
        let form = it.form(0);
        if self.particles.contains(it.differing(1)) {
            return false;
        }
        let rest = if it.left == 0 { form.start + 1..form.end } else { form.start..form.end - 1 };
        (it.left == 0 || it.right == 0)
            && (it.uses.len() + it.left + it.right > LEAST_EQUAL + 1 || !self.transcription.has(it.differing(1)))
            && self.is_foreign(it.characters(0))
            && !it.lexicon.is_word(&it.echoes.text(rest.start, rest.end))
            && it.echoes.occurrences(rest.start, rest.end, MOST_OCCURRENCES).len() == it.uses.len() + it.others.len()
    }

    /// Whether the characters beside both forms are none of foreign names, so that the forms are whole names.
    fn is_whole_foreign_name(&self, it: &Comparison) -> bool {
        let continues = |index: usize| self.transcription.has(it.echoes.character(index));
        ![it.form(0), it.form(1)].iter().any(|form| continues(form.start - 1) || continues(form.end))
    }

    /// Whether two characters of the rarer form are probably in the wrong order.
    fn is_exchanged(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, other], .. } = it.difference;
        let [one, two] = [other, other + 1].map(|index| it.echoes.character(index));
        if (self.is_numeral(one) || self.is_numeral(two)) && !it.is_marked() {
            return false;
        }
        let form = it.form(1);
        if it.lexicon.is_word(&it.echoes.text(form.start, form.end)) {
            return false;
        }
        let is_foreign = self.is_foreign(it.characters(0));
        if is_foreign && it.uses.len() > 1 && (it.left + it.right > LEAST_EQUAL || self.is_whole_foreign_name(it)) {
            return true;
        }
        // 中美 and 美中 are the same two.
        let are_peers = |group: &str| group.contains(one) && group.contains(two);
        if are_peers(&self.peers) || self.contrasts.split_whitespace().any(are_peers) {
            return false;
        }
        let is_word = it.lexicon.is_word(&it.echoes.text(other, other + 2));
        let has_particle = [one, two].into_iter().any(|c| self.particles.contains(c));
        if has_particle && it.gain() < CLEAR_GAIN {
            return false;
        }
        if it.gain() >= CLEAR_GAIN || it.gain() >= LEAST_GAIN && it.left + it.right > 1 {
            return !is_word || it.left + it.right > LEAST_EQUAL;
        }
        if self.are_bound(it) {
            return true;
        }
        if it.left + it.right < 2 {
            return false;
        }
        if (it.left == 0 || it.right == 0) && !it.is_marked() {
            let are_left_over = || [other, other + 1].iter().all(|index| is_left_over(it.echoes, it.lexicon, *index));
            return it.is_word_broken(false) || it.left + it.right >= LEAST_EQUAL && !is_word && are_left_over();
        }
        // One of the characters is left over, and in the usual form it belongs to a word.
        let word = |index: usize| word_at(it.echoes, it.lexicon, index);
        let was_in_word = || [usual, usual + 1].iter().any(|index| word(*index).len() > 1);
        [other, other + 1].iter().any(|index| is_left_over(it.echoes, it.lexicon, *index))
            && (it.left + it.right > LEAST_EQUAL || was_in_word())
    }

    /// Whether the characters of the rarer form belong to no words, those of the usual one only occur together, and the
    /// rarer one stands alone, as a name does: 田坝镇, 田镇坝.
    fn are_bound(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, _], .. } = it.difference;
        let other = it.form(1);
        let last = it.echoes.character(other.end - 1);
        let has_ending = self.endings.contains(last) && self.optional.contains(last);
        it.uses.len() >= if has_ending { 2 } else { LEAST_USES }
            && it.gain() > -WEAK_GAIN / 2.0
            && it.echoes.occurrences(usual, usual + 2, MOST_OCCURRENCES).len() == it.uses.len()
            && other.clone().all(|index| is_left_over(it.echoes, it.lexicon, index))
            && is_at_edge(it.echoes, it.lexicon, other.start - 1, other.start)
            && is_at_edge(it.echoes, it.lexicon, other.end, other.end)
    }

    /// Whether the rarer form probably lacks a character by mistake, and not because it is short for the other one.
    fn is_lost(&self, it: &Comparison) -> bool {
        let equal = it.left + it.right;
        if self.optional.contains(it.differing(0))
            || is_function_word(it.differing(0), it.lexicon)
            || equal < LEAST_EQUAL
        {
            return false;
        }
        if self.is_foreign(it.characters(0)) {
            return equal > LEAST_EQUAL || self.is_whole_foreign_name(it);
        }
        let is_title = it.is_title() && it.is_marked_name() || it.is_dotted();
        // Marks show where both forms end: “春蕾计划”, “蕾计划”.
        let is_fragment = it.is_marked_name() && it.is_word_broken(true);
        is_title && equal > LEAST_EQUAL || is_fragment || it.gain() >= CLEAR_GAIN || self.is_fragment_left(it)
    }

    /// Whether a word of two characters has lost one, and what is left stands alone between other words. Short forms do not:
    /// 高标农田, 税务员. A verb of one character says the same as one of two that begins with it: 派, 派遣.
    fn is_fragment_left(&self, it: &Comparison) -> bool {
        let Difference { at: [usual, other], .. } = it.difference;
        let word = &it.words()[0];
        let rest = if usual == word.start { other } else { other - 1 };
        let c = it.echoes.character(rest);
        let may_stand_beside = |index: usize| {
            let beside = it.echoes.character(index);
            !is_han(beside) || self.particles.contains(beside) || word_at(it.echoes, it.lexicon, index).len() > 1
        };
        let (left, right) = it.whole();
        word.len() == 2
            && it.frequency(0) >= USUAL
            && left >= 2
            && right >= 2
            && frequency_of(c, it.lexicon) < VERY_COMMON
            && !it.lexicon.class(c.encode_utf8(&mut [0; 4])).is_some_and(|class| class.starts_with('v'))
            && !self.endings.contains(c)
            && is_left_over(it.echoes, it.lexicon, rest)
            && may_stand_beside(rest - 1)
            && may_stand_beside(rest + 1)
    }

    /// Whether a character is a numeral.
    fn is_numeral(&self, c: char) -> bool {
        self.contrasts.split_whitespace().next().is_some_and(|numerals| numerals.contains(c))
    }
}
