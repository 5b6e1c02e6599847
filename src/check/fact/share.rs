//! `share`: a part, its whole, and the share that the one is said to be of the other: 118个中办结95个，占85%.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{
    Bounds, between, format_number, format_rounded, is_amount, is_relative, noun, same_unit,
};
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Dimension, Kind, Quantity};
use crate::text::Span;

/// A part, a whole, a share.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// Directly before a share, but for `between`: 占
    before: WordList,
    /// The end of a word for a share, of which the beginning is said of the part too: 办结率
    rate: WordList,
    /// Between a whole and its part: 其中
    among: WordList,
    /// What may stand between those and the share: 总数的
    between: WordList,
    /// With one of these in its clause it is no share of what was said before: 同比
    other: WordList,
}

impl Plain for Share {}

/// How many of the figures before a share are tried as part and as whole.
const MOST_BASES: usize = 6;

impl ArticleCheck for Share {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Before(40), Reach::Sentence);
        for sentence in read.sentences() {
            for (index, share) in sentence.quantities.iter().enumerate().skip(2) {
                if let Some(said) = said(share) {
                    hits.extend(self.judge(article, &sentence, index, said));
                }
            }
        }
        hits
    }
}

impl Share {
    fn judge(&self, article: &Article, sentence: &Sentence, index: usize, said: Decimal) -> Option<Hit> {
        let share = &sentence.quantities[index];
        let text = sentence.text;
        let previous = &sentence.quantities[index - 1];
        let clause_from = text[previous.span.end..share.span.start]
            .rfind(['，', '；'])
            .map_or(previous.span.end, |at| previous.span.end + at + '，'.len_utf8());
        let clause = &text[clause_from..share.span.start];
        if self.other.any_in(clause) {
            return None;
        }
        let clause = self.between.stripped(clause);
        // 占总数355个的64.5%: the whole stands between.
        let cue = if clause_from == previous.span.end && (clause.is_empty()) {
            let before = sentence.before(previous.span.start);
            let own = before.rsplit(['，', '；']).next().unwrap_or_default();
            let at = self.before.iter().filter_map(|word| own.find(word)).min();
            at.map(|_| Cue::Share)
        } else {
            self.cue(sentence, clause, clause_from)
        }?;
        let bases: Vec<&Quantity> = sentence.quantities[..index]
            .iter()
            .filter(|base| is_amount(base) && !is_relative(base) && base.unit.is_some())
            .rev()
            .take(MOST_BASES)
            .collect();
        let pairs = || {
            let bases = &bases;
            bases.iter().enumerate().flat_map(move |(later, one)| {
                bases[later + 1..].iter().filter(move |other| same_unit(one, other)).map(move |other| (*one, *other))
            })
        };
        let span = |one: &Quantity| Span::new(one.core().start.min(share.core().start), share.core().end);
        let places = share.number.decimals;
        let shown_as = |value: Decimal| match share.kind {
            Kind::Fraction(_) => format_rounded(value, 1) + " %",
            _ => format_rounded(value, places) + " %",
        };
        // The nearest that agrees: a share may be of any figure of the sentence.
        for (one, other) in pairs() {
            let (part, whole) = ordered(one, other)?;
            if let Some((least, most)) = range(part, whole)
                && agrees(said, share, least, most)
            {
                let (part, whole) = (Bounds::of(part)?.value, Bounds::of(whole)?.value);
                let said = if matches!(share.kind, Kind::Fraction(_)) {
                    format_rounded(said, 1)
                } else {
                    said.normalize().to_string()
                };
                article.agrees(sentence.block, span(other), || {
                    format!("{} ÷ {} = {said} %", format_number(part), format_number(whole))
                });
                return None;
            }
        }
        let mut pairs = pairs();
        let (one, other) = pairs.next()?;
        let is_only =
            pairs.next().is_none() && bases.len() == 2 && !sentence.quantities[..index].iter().any(is_relative);
        let is_sure = cue == Cue::Rate || text[other.span.end..one.span.start].chars().count() <= 20;
        let nouns = [noun(text, one), noun(text, other)];
        let are_one = nouns[0] == nouns[1] || nouns.contains(&None) || self.among.any_in(between(text, other, one));
        if !is_only || !is_sure || !are_one || !one.marks.is_empty() || !other.marks.is_empty() {
            return None;
        }
        let (part, whole) = ordered(one, other).filter(|(part, whole)| part.number.value != whole.number.value)?;
        let (part_value, whole_value) = (Bounds::of(part)?.value, Bounds::of(whole)?.value);
        let is = part_value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole_value)?;
        let detail = format!(
            "{} ÷ {} = {} ≠ {}",
            format_number(part_value),
            format_number(whole_value),
            shown_as(is),
            share.core().of(text)
        );
        let mut hit = Hit::new(sentence.block, share.core(), Vec::new()).detail(detail);
        hit.related.push((sentence.block, part.core(), "部分在这里。".to_owned()));
        hit.related.push((sentence.block, whole.core(), "总数在这里。".to_owned()));
        Some(hit)
    }

    fn cue(&self, sentence: &Sentence, clause: &str, from: usize) -> Option<Cue> {
        if self.before.ending(clause).is_some() {
            return Some(Cue::Share);
        }
        let named = self.rate.iter().find_map(|word| clause.strip_suffix(word))?;
        let at = named.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
        let what = &named[at..];
        (!what.is_empty() && sentence.before(from).contains(what)).then_some(Cue::Rate)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// 占
    Share,
    /// 办结率, with 办结 before it
    Rate,
}

/// The share that a quantity says, in per cent.
fn said(share: &Quantity) -> Option<Decimal> {
    if share.upper.is_some() || !share.marks.is_empty() {
        return None;
    }
    let value = share.number.value.exact()?;
    match (share.kind, share.dimension()) {
        (Kind::Fraction(whole), _) => value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole),
        (Kind::Amount, Some(Dimension::Percent)) => Some(value),
        (Kind::Amount, Some(Dimension::Tenth)) => value.checked_mul(Decimal::TEN),
        _ => None,
    }
    .filter(|share| *share <= Decimal::ONE_HUNDRED)
}

/// The smaller and the larger of two figures.
fn ordered<'q>(one: &'q Quantity, other: &'q Quantity) -> Option<(&'q Quantity, &'q Quantity)> {
    let (first, second) = (Bounds::of(one)?.value, Bounds::of(other)?.value);
    Some(if first <= second { (one, other) } else { (other, one) })
}

/// The least and the most per cent that one figure can be of another.
fn range(part: &Quantity, whole: &Quantity) -> Option<(Decimal, Decimal)> {
    let (part, whole) = (Bounds::of(part)?, Bounds::of(whole)?);
    let share = |part: Decimal, whole: Decimal| part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole);
    Some((share(part.least, whole.most?)?, share(part.most?, whole.least)?))
}

/// Is `said`, as far as it is written out, a share between `least` and `most`? It may have been rounded or cut off.
fn agrees(said: Decimal, share: &Quantity, least: Decimal, most: Decimal) -> bool {
    let (up, down) = match share.kind {
        Kind::Fraction(_) => (Decimal::new(15, 1), Decimal::new(15, 1)),
        _ if share.dimension() == Some(Dimension::Tenth) => (Decimal::from(5), Decimal::from(5)),
        _ => (Decimal::new(5, share.number.decimals + 1), Decimal::new(1, share.number.decimals)),
    };
    said - up <= most && said + down >= least
}
