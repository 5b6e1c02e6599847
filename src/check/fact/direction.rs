//! `direction`: a change whose two values contradict its direction: 从120家增加到80家, 从5%下降到8%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{is_amount, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity};
use crate::text::Span;

/// Compares the two values of a change with the verb between them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// The ends of the verbs, of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Verbs of a rise: 增加到
    up: WordList,
    /// Verbs of a fall: 降至
    down: WordList,
    /// Verbs of a rise that are also said of what becomes better by becoming less: 提高到
    better: WordList,
    /// Words that begin the wording: 从
    from: WordList,
    /// Words about which it is not certain what more and less are: ranks, precision, losses.
    unless: WordList,
    /// Words between the two values that make the second one an amount of something else: 每, 兑
    within: WordList,
    /// Measure words of grades, of which the smaller one may be the better one: 级
    grades: WordList,
}

impl OptionsOnly for Direction {}

/// The maximum number of characters between 从 and the first value.
const MOST_LEAD: usize = 20;
/// The maximum number of characters between the first value and the verb.
const MOST_BEFORE_VERB: usize = 16;
/// The maximum number of characters between the verb and the second value.
const MOST_AFTER_VERB: usize = 14;
/// The maximum number of bytes between a number without a unit and the one that states the unit of both.
const MOST_BEFORE_UNIT: usize = 21;
/// How many characters before the first value, and how many behind the second one, are searched for what the values are.
const REACH: usize = 24;
const BEHIND: usize = 4;
/// The marks that end a wording.
const MARKS: [char; 9] = ['，', '；', '：', '。', '、', '（', '）', '“', '”'];

impl ArticleCheck for Direction {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let near = Near::After(MOST_AFTER_VERB);
        let sentences = article.sentences_around(occurrences.iter().copied(), near, SentencesRead::OneWith(2));
        sentences.flat_map(|sentence| self.hits_in(&sentence)).collect()
    }
}

impl Direction {
    /// The hits for changes in a sentence.
    fn hits_in(&self, sentence: &Sentence) -> Vec<Hit> {
        let amounts: Vec<&Quantity> = sentence.quantities.iter().filter(|it| is_amount(it)).collect();
        let from = |index: usize| index.checked_sub(1).map_or(sentence.span.start, |index| amounts[index].span.end);
        let pairs = amounts.windows(2).enumerate();
        pairs.filter_map(|(index, pair)| self.hit(sentence, from(index), pair[0], pair[1])).collect()
    }

    /// The hit for a change from one amount to the next one. The amount before them ends at byte `from`.
    fn hit(&self, sentence: &Sentence, from: usize, old: &Quantity, new: &Quantity) -> Option<Hit> {
        let gap = sentence.text.get(old.span.end..new.span.start)?;
        let (verb, is_rise) = self.verb(gap)?;
        let (old_value, new_value) = (value_in_unit_of(old, new)?, value_in_unit_of(new, new)?);
        let (less, more) = if is_rise { (new_value, old_value) } else { (old_value, new_value) };
        // 近100亩 and 90多亩 may be the same.
        let is_rough = [old, new].iter().any(|it| !it.qualifiers.is_empty());
        let is_wrong = less < if is_rough { more.checked_mul(Decimal::new(8, 1))? } else { more };
        // What changed is rarely the length of a time, which can be meant as a speed.
        let dimension = new.dimension()?;
        let is_of_time = matches!(dimension, Dimension::Duration | Dimension::Age) && is_rise;
        let is_better = matches!(dimension, Dimension::Length | Dimension::Angle) && self.better.has(verb);
        if !is_wrong || is_of_time || is_better || matches!(dimension, Dimension::Discount | Dimension::Temperature) {
            return None;
        }
        let before = sentence.before(old.core().start);
        let is_named = |it: &Quantity| it.unit.is_some_and(|(unit, _)| self.grades.has(unit.of(sentence.text)));
        // 2个|半小时, and amounts below zero.
        if before.ends_with(['个', '-', '－', '−', '—', '负'])
            || is_named(old)
            || is_named(new)
            || gap.ends_with(['-', '－', '−', '负'])
        {
            return None;
        }
        let is_change = self.has_from(sentence.text.get(from..old.span.start)?);
        if !is_change || self.unless.any_in(self.around(sentence, old, new.span.end)) || self.within.any_in(gap) {
            return None;
        }
        let span = Span::new(old.core().start, new.core().end);
        let written = |quantity: &Quantity| quantity.core().of(sentence.text);
        let detail = format!("{}不能“{verb}”{}", written(old), written(new));
        Some(Hit::new(sentence.block, span, Vec::new()).detail(detail))
    }

    /// The only verb of direction between two amounts, and whether it is one of a rise.
    fn verb<'w>(&'w self, gap: &str) -> Option<(&'w str, bool)> {
        let most = 4 * (MOST_BEFORE_VERB + MOST_AFTER_VERB);
        if gap.len() > most || gap.contains(['；', '。', '：', '、', '（', '“']) || gap.matches('，').nth(1).is_some()
        {
            return None;
        }
        let (rises, falls) = (self.up.all_in(gap), self.down.all_in(gap));
        let all = rises.iter().map(|it| (it, true)).chain(falls.iter().map(|it| (it, false)));
        // The longest word that ends last: 增加到 and not 加到.
        let ((at, verb), is_rise) = all.max_by_key(|((at, verb), _)| (at + verb.len(), verb.len()))?;
        let (before, after) = (&gap[..*at], &gap[at + verb.len()..]);
        let is_short = |text: &str, most: usize| text.chars().nth(most).is_none();
        let is_only = |words: &[(usize, &str)]| words.iter().all(|(other, _)| other >= at);
        let is_plain = is_only(&rises) && is_only(&falls) && !after.contains(MARKS);
        let is_near = is_short(before, MOST_BEFORE_VERB) && is_short(after, MOST_AFTER_VERB);
        (is_plain && is_near).then_some((verb, is_rise))
    }

    /// Whether the text before the first value begins with 从 or another such word.
    fn has_from(&self, before: &str) -> bool {
        let start = before.char_indices().rev().take(MOST_LEAD).last().map_or(before.len(), |(at, _)| at);
        before[start..].rsplit(MARKS).next().is_some_and(|near| self.from.any_in(near))
    }

    /// The text from some characters before the first value to a few behind the second one, which ends at byte `end` of
    /// the block's text.
    fn around<'t>(&self, sentence: &Sentence<'t>, old: &Quantity, end: usize) -> &'t str {
        let before = sentence.before(old.span.start);
        let start = before.char_indices().rev().take(REACH).last().map_or(before.len(), |(at, _)| at);
        let after = sentence.after(end);
        let last = after.char_indices().nth(BEHIND).map_or(after.len(), |(at, _)| at);
        &sentence.text[sentence.span.start + start..end + last]
    }
}

/// The value of an amount in the base unit of another one, if both have one dimension.
fn value_in_unit_of(amount: &Quantity, new: &Quantity) -> Option<Decimal> {
    let (_, unit) = new.unit?;
    let value = amount.number.value.exact().filter(|_| amount.upper.is_none())?;
    let Some((_, own)) = amount.unit else {
        let is_near = new.span.start.checked_sub(amount.span.end)? <= MOST_BEFORE_UNIT;
        return (is_near && amount.number.scale == new.number.scale).then(|| value.checked_mul(unit.factor)).flatten();
    };
    let is_measure = unit.dimension != Dimension::Count && unit.dimension == own.dimension && unit.base == own.base;
    (same_unit(amount, new) || is_measure).then(|| value.checked_mul(own.factor)).flatten()
}
