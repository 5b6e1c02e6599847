//! `share`: a stated share that contradicts the part and the whole in the same sentence: 118个中办结95个，占85%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{
    Bounds, between, format_number, format_rounded, is_amount, is_relative, noun, same_unit,
};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity, QuantityKind};
use crate::text::Span;

/// Compares stated shares with the part and the whole before them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words before a share: 占. Only words of `between` may come between such a word and the share.
    before: WordList,
    /// The end of a word for a share: 率 in 办结率, if 办结 occurs earlier in the sentence
    rate: WordList,
    /// Words between a whole and its part: 其中
    among: WordList,
    /// Words that may occur between a word of `before` or `rate` and the share: 总数的
    between: WordList,
    /// Words in the clause of a share that show that it relates to something else: 同比
    other: WordList,
}

impl OptionsOnly for Share {}

/// The maximum number of quantities before a share that may be its part or its whole.
const MOST_CANDIDATES: usize = 6;
/// How many characters before a word such as 占 are searched for the numeral of the part.
const PART_REACH: usize = 40;
/// How many characters from a word such as 占 on are searched for the unit of the share.
const SHARE_REACH: usize = 80;
/// The maximum number of characters between part and whole, so that a share after 占 certainly relates to them.
const MOST_BETWEEN: usize = 20;

impl ArticleCheck for Share {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let precedes_share = |occurrence: &CharOccurrence| {
            may_precede_share(&article.text(occurrence.block as usize)[occurrence.at as usize..])
        };
        let occurrences = occurrences.iter().copied().filter(precedes_share);
        let sentences = article.sentences_around(occurrences, Near::Before(PART_REACH), SentencesRead::ItsOwnWith(3));
        for sentence in sentences {
            for (index, share) in sentence.quantities.iter().enumerate().skip(2) {
                let Some(percent) = percent_of(share) else { continue };
                let Some(wording) = self.wording(&sentence, index) else { continue };
                let stated = StatedShare { share, percent, wording };
                hits.extend(self.check_share(article, &sentence, index, stated));
            }
        }
        hits
    }
}

/// A share as the text states it.
#[derive(Clone, Copy)]
struct StatedShare<'q> {
    share: &'q Quantity,
    /// The share in per cent.
    percent: Decimal,
    wording: ShareWording,
}

/// The kind of word that introduces a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShareWording {
    /// A word such as 占.
    Share,
    /// A word such as 办结率, with 办结 before it.
    Rate,
}

impl Share {
    /// The kind of word that introduces quantity `index` of a sentence as a share; `None` if there is none.
    fn wording(&self, sentence: &Sentence, index: usize) -> Option<ShareWording> {
        let share = &sentence.quantities[index];
        let previous = &sentence.quantities[index - 1];
        let clause_start = sentence.text[previous.span.end..share.span.start]
            .rfind(['，', '；'])
            .map_or(previous.span.end, |at| previous.span.end + at + '，'.len_utf8());
        let clause = &sentence.text[clause_start..share.span.start];
        if self.other.any_in(clause) {
            return None;
        }
        let clause = self.between.stripped(clause);
        // In 占总数355个的64.5% the whole is between 占 and the share.
        if clause_start == previous.span.end && clause.is_empty() {
            let before = sentence.before(previous.span.start);
            let clause = before.rsplit(['，', '；']).next().unwrap_or_default();
            return self.before.any_in(clause).then_some(ShareWording::Share);
        }
        if self.before.ending(clause).is_some() {
            return Some(ShareWording::Share);
        }
        let before_rate = self.rate.iter().find_map(|word| clause.strip_suffix(word))?;
        let at = before_rate.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
        let what = &before_rate[at..];
        (!what.is_empty() && sentence.before(clause_start).contains(what)).then_some(ShareWording::Rate)
    }

    /// Compares a share, which is quantity `index` of the sentence, with the pairs of numbers before it.
    fn check_share(&self, article: &Article, sentence: &Sentence, index: usize, stated: StatedShare) -> Option<Hit> {
        let candidates: Vec<&Quantity> = sentence.quantities[..index]
            .iter()
            .filter(|it| is_amount(it) && !is_relative(it) && it.unit.is_some())
            .rev()
            .take(MOST_CANDIDATES)
            .collect();
        // The nearest pairs come first. In each pair the later number is first.
        let mut pairs = Vec::new();
        for (number, one) in candidates.iter().enumerate() {
            pairs.extend(
                candidates[number + 1..].iter().filter(|other| same_unit(one, other)).map(|other| (*one, *other)),
            );
        }
        // A share may relate to any two numbers of the sentence, so one pair that fits is enough.
        for &(one, other) in &pairs {
            let (part, whole) = ordered(one, other)?;
            if let Some((least, most)) = share_range(part, whole)
                && is_between(stated, least, most)
            {
                stated.add_agreement(article, sentence, other, (part, whole))?;
                return None;
            }
        }
        let [(one, other)] = pairs[..] else { return None };
        let is_only = candidates.len() == 2 && !sentence.quantities[..index].iter().any(is_relative);
        if !is_only || !self.is_sure(sentence, stated, one, other) {
            return None;
        }
        let (part, whole) = ordered(one, other).filter(|(part, whole)| part.number.value != whole.number.value)?;
        stated.contradiction(sentence, part, whole)
    }

    /// Whether a share certainly relates to two numbers of the sentence, of which `one` is the later.
    fn is_sure(&self, sentence: &Sentence, stated: StatedShare, one: &Quantity, other: &Quantity) -> bool {
        let text = sentence.text;
        let are_near = stated.wording == ShareWording::Rate
            || text[other.span.end..one.span.start].chars().count() <= MOST_BETWEEN;
        let nouns = [noun(text, one), noun(text, other)];
        let are_of_one_thing =
            nouns[0] == nouns[1] || nouns.contains(&None) || self.among.any_in(between(text, other, one));
        are_near && are_of_one_thing && one.qualifiers.is_empty() && other.qualifiers.is_empty()
    }
}

impl StatedShare<'_> {
    /// Adds the agreement of the share with a part and a whole. `first` is the one that comes first in the text. `None`
    /// if their bounds are unknown.
    fn add_agreement(
        self,
        article: &Article,
        sentence: &Sentence,
        first: &Quantity,
        (part, whole): (&Quantity, &Quantity),
    ) -> Option<()> {
        let (part, whole) = (Bounds::of(part)?.value, Bounds::of(whole)?.value);
        let span = Span::new(first.core().start.min(self.share.core().start), self.share.core().end);
        article.agrees(sentence.block, span, || {
            let percent = if matches!(self.share.kind, QuantityKind::Fraction(_)) {
                format_rounded(self.percent, 1)
            } else {
                self.percent.normalize().to_string()
            };
            format!("{} ÷ {} = {percent} %", format_number(part), format_number(whole))
        });
        Some(())
    }

    /// The hit for a share that contradicts its part and its whole.
    fn contradiction(self, sentence: &Sentence, part: &Quantity, whole: &Quantity) -> Option<Hit> {
        let share = self.share;
        let (part_value, whole_value) = (Bounds::of(part)?.value, Bounds::of(whole)?.value);
        let expected = part_value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole_value)?;
        let decimals = if matches!(share.kind, QuantityKind::Fraction(_)) { 1 } else { share.number.decimals };
        let detail = format!(
            "{} ÷ {} = {} % ≠ {}",
            format_number(part_value),
            format_number(whole_value),
            format_rounded(expected, decimals),
            share.core().of(sentence.text)
        );
        let mut hit = Hit::new(sentence.block, share.core(), Vec::new()).detail(detail);
        hit.related.push((sentence.block, part.core(), "部分在这里。".to_owned()));
        hit.related.push((sentence.block, whole.core(), "总数在这里。".to_owned()));
        Some(hit)
    }
}

/// Whether a share may follow the cue that `text` begins with. Only another number may come between, in the same clause.
fn may_precede_share(text: &str) -> bool {
    let mut clause = text.chars().take(SHARE_REACH).take_while(|c| !matches!(c, '，' | '；' | '。'));
    clause.any(|c| matches!(c, '%' | '％' | '℅' | '分' | '成'))
}

/// The share that a quantity states, in per cent. `None` for a range, an approximate number and a share above 100 %.
fn percent_of(share: &Quantity) -> Option<Decimal> {
    if share.upper.is_some() || !share.qualifiers.is_empty() {
        return None;
    }
    let value = share.number.value.exact()?;
    match (share.kind, share.dimension()) {
        (QuantityKind::Fraction(whole), _) => value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole),
        (QuantityKind::Amount, Some(Dimension::Percent)) => Some(value),
        (QuantityKind::Amount, Some(Dimension::Tenth)) => value.checked_mul(Decimal::TEN),
        _ => None,
    }
    .filter(|percent| *percent <= Decimal::ONE_HUNDRED)
}

/// The smaller and the larger of two numbers.
fn ordered<'q>(one: &'q Quantity, other: &'q Quantity) -> Option<(&'q Quantity, &'q Quantity)> {
    let (first, second) = (Bounds::of(one)?.value, Bounds::of(other)?.value);
    Some(if first <= second { (one, other) } else { (other, one) })
}

/// The least and the greatest share in per cent that one number may be of another.
fn share_range(part: &Quantity, whole: &Quantity) -> Option<(Decimal, Decimal)> {
    let (part, whole) = (Bounds::of(part)?, Bounds::of(whole)?);
    let share = |part: Decimal, whole: Decimal| part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole);
    Some((share(part.least, whole.most?)?, share(part.most?, whole.least)?))
}

/// Whether a share lies between `least` and `most` per cent, given that it may have been rounded or cut off to the
/// digits that are written.
fn is_between(stated: StatedShare, least: Decimal, most: Decimal) -> bool {
    let StatedShare { share, percent, .. } = stated;
    let (up, down) = match share.kind {
        QuantityKind::Fraction(_) => (Decimal::new(15, 1), Decimal::new(15, 1)),
        _ if share.dimension() == Some(Dimension::Tenth) => (Decimal::from(5), Decimal::from(5)),
        _ => (Decimal::new(5, share.number.decimals + 1), Decimal::new(1, share.number.decimals)),
    };
    percent - up <= most && percent + down >= least
}
