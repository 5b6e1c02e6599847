//! `sum`: parts that do not come to their total: 共12个，其中城区5个、乡镇6个.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_sum, is_amount, is_relative, noun, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Dimension, Quantity};
use crate::text::{NumeralStyle, Span};

/// Parts and totals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// Between a total and the first of its parts: 其中
    among: WordList,
    /// Between a total that is named as one and the first of its parts, which are all there are: 分别是
    all: WordList,
    /// Directly before a total that stands behind its parts: 共计
    total: WordList,
    /// Before the last part, which makes them all there are: 其余
    rest: WordList,
    /// Names of parts that together are the whole, each a group: 男 女
    whole: Vec<WordList>,
    /// What makes a list of parts open: 等
    open: WordList,
    /// WordList that hold one of those and do not: 一等奖
    closed: WordList,
    /// With one of these before it a figure is no part: 同比
    other: WordList,
    /// Parts that come this near to the total, in per cent of it, are meant to be all of it.
    near: u32,
}

impl Plain for Sum {}

/// A total and its parts, of one unit.
struct Parts<'q> {
    total: &'q Quantity,
    parts: Vec<&'q Quantity>,
    /// Must they be all there are?
    are_all: bool,
}

/// More parts than that are no list that a reader adds up.
const MOST_PARTS: usize = 12;
/// How many characters behind the last part 等 is looked for.
const OPEN_REACH: usize = 8;

impl ArticleCheck for Sum {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Either(30, 16), Reach::Sentence);
        for sentence in read.sentences() {
            let found = self.in_sentence(&sentence);
            hits.extend(found.iter().filter_map(|parts| self.judge(article, &sentence, parts)));
            if found.is_empty() {
                hits.extend(self.in_next(article, &sentence));
            }
        }
        hits
    }
}

impl Sum {
    /// A total, and its parts in the next sentence: 共127个问题。……9个问题……118个问题……
    fn in_next(&self, article: &Article, sentence: &Sentence) -> Option<Hit> {
        let is_named_twice = |total: &&Quantity| {
            let what = noun(sentence.text, total).filter(|_| is_total(total));
            what.is_some_and(|what| next_sentence(sentence).matches(what).nth(1).is_some())
        };
        sentence.quantities.iter().find(is_named_twice)?;
        let read = article.read_next(sentence);
        let next = read.sentences().next()?;
        let parts = across_sentences(sentence, &next)?;
        self.judge(article, &next, &parts)
    }

    fn in_sentence<'a>(&self, sentence: &Sentence<'a>) -> Vec<Parts<'a>> {
        let quantities = sentence.quantities;
        let mut found = Vec::new();
        for (index, total) in quantities.iter().enumerate().filter(|(_, total)| is_total(total)) {
            let Some(next) = quantities.get(index + 1) else { break };
            let gap = between(sentence.text, total, next);
            let are_all = self.all.any_in(gap) && self.is_named_total(sentence, index);
            if are_all || self.among.any_in(gap) {
                found.push(self.parts_behind(sentence.text, total, &quantities[index + 1..], are_all));
            }
        }
        if found.is_empty() {
            found.extend(self.parts_before(sentence).or_else(|| self.with_rest(sentence)));
        }
        found
    }

    /// Does 共 stand before a figure?
    fn is_named_total(&self, sentence: &Sentence, index: usize) -> bool {
        let start = sentence.quantities[index].span.start;
        let from = index.checked_sub(1).map_or(sentence.span.start, |before| sentence.quantities[before].span.end);
        let gap = sentence.text.get(from..start).unwrap_or_default();
        let clause = gap.rsplit(['，', '；', '（', '：']).next().unwrap_or_default();
        // 共12个, and with what is counted between: 共有站点12个.
        self.total.ending(clause.trim_end_matches(['有', '为', '达', '到', '是'])).is_some()
            || self.total.any_in(clause) && self.total.iter().any(|cue| cue.chars().count() > 1 && clause.contains(cue))
    }

    /// The parts that follow a total, as far as they are of its unit and nothing else is said.
    fn parts_behind<'a>(
        &self,
        text: &str,
        total: &'a Quantity,
        following: &'a [Quantity],
        mut are_all: bool,
    ) -> Parts<'a> {
        let mut parts: Vec<&Quantity> = Vec::new();
        let mut labels = Vec::new();
        let mut from = total.span.end;
        for part in following {
            let label = text.get(from..part.span.start).unwrap_or_default();
            let is_new = !parts.is_empty() && (self.among.any_in(label) || label.contains('；'));
            if is_new || self.other.any_in(label) {
                break;
            }
            if is_label(part, total) {
                continue;
            }
            from = part.span.end;
            if is_relative(part) {
                continue;
            }
            if !is_total(part) || !same_unit(total, part) {
                break;
            }
            are_all |= self.rest.any_in(label);
            labels.push(label);
            parts.push(part);
        }
        are_all |= self.are_whole(&labels);
        Parts { total, parts, are_all }
    }

    /// Do the labels name parts that together are the whole: 男 and 女?
    fn are_whole(&self, labels: &[&str]) -> bool {
        labels.len() > 1
            && self.whole.iter().filter(|group| labels.iter().all(|label| group.any_in(label))).any(|group| {
                let named = |label: &&str| group.iter().position(|name| label.contains(name));
                let named: Vec<usize> = labels.iter().filter_map(named).collect();
                named.windows(2).any(|pair| pair[0] != pair[1])
            })
    }

    /// Parts, and behind them 共12个.
    fn parts_before<'a>(&self, sentence: &Sentence<'a>) -> Option<Parts<'a>> {
        let (text, quantities) = (sentence.text, sentence.quantities);
        let (index, total) = quantities
            .iter()
            .enumerate()
            .skip(2)
            .find(|(index, total)| is_total(total) && self.is_named_total(sentence, *index))?;
        let mut parts: Vec<&Quantity> = Vec::new();
        for part in quantities[..index].iter().rev().filter(|part| !is_label(part, total)) {
            let next = parts.last().unwrap_or(&total);
            let gap = between(text, part, next);
            if !is_total(part) || !same_unit(total, part) || gap.contains('；') || self.other.any_in(gap) {
                break;
            }
            parts.push(part);
        }
        parts.reverse();
        (parts.len() > 1).then_some(Parts { total, parts, are_all: false })
    }

    /// A total, parts, and the rest: 118个，已办结95个，剩余23个
    fn with_rest<'a>(&self, sentence: &Sentence<'a>) -> Option<Parts<'a>> {
        let (text, quantities) = (sentence.text, sentence.quantities);
        let last = (2..quantities.len()).find(|&index| {
            let gap = between(text, &quantities[index - 1], &quantities[index]);
            is_total(&quantities[index]) && self.rest.any_in(gap)
        })?;
        let amounts: Vec<&Quantity> = quantities[..=last]
            .iter()
            .filter(|it| is_amount(it) && !is_relative(it) && !is_label(it, &quantities[last]))
            .collect();
        let (total, parts) = amounts.split_first()?;
        let is_list = parts.len() > 1
            && parts.iter().all(|part| is_total(part) && same_unit(total, part))
            && amounts.windows(2).all(|pair| !self.other.any_in(between(text, pair[0], pair[1])));
        is_list.then(|| Parts { total, parts: parts.to_vec(), are_all: true })
    }

    /// Does 等 stand there, other than in a word like 一等奖?
    fn is_open(&self, text: &str) -> bool {
        let rest = self.closed.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
        self.open.any_in(&rest)
    }

    fn judge(&self, article: &Article, sentence: &Sentence, found: &Parts) -> Option<Hit> {
        let Parts { total, parts, are_all } = found;
        let last = parts.last().filter(|_| parts.len() <= MOST_PARTS)?;
        let whole = Bounds::of(total)?;
        let bounds: Vec<Bounds> = parts.iter().map(|part| Bounds::of(part)).collect::<Option<_>>()?;
        let sum = bounds.iter().skip(1).try_fold(bounds[0], |sum, part| sum.plus(*part))?;
        let terms = || format_sum(bounds.iter().map(|part| part.value));
        let span = Span::new(parts[0].core().start, last.core().end);
        let question = |detail: String| {
            let mut hit = Hit::new(sentence.block, span, Vec::new()).detail(detail);
            hit.related.push((sentence.block, total.core(), "总数在这里。".to_owned()));
            hit
        };
        if bounds.len() == 1 {
            let is_count = [total, &parts[0]].iter().all(|it| it.dimension() == Some(Dimension::Count));
            let of_unit = sentence.quantities.iter().filter(|it| is_amount(it) && same_unit(it, total));
            let is_alone = of_unit.take_while(|it| it.span.start <= total.span.start).count() == 1;
            let exceeds = is_count && is_alone && whole.is_exact() && sum.is_exact() && sum.value > whole.value;
            return exceeds.then(|| question(format!("{} ＞ {}", terms(), format_number(whole.value))));
        }
        if sum.overlaps(whole) {
            article.agrees(sentence.block, span, || format!("{} = {}", terms(), format_number(whole.value)));
            return None;
        }
        let difference = (sum.value - whole.value).abs();
        let near = whole.value.checked_mul(Decimal::new(i64::from(self.near), 2))?.max(Decimal::ONE);
        let is_plain = parts.iter().chain([total]).all(|it| it.marks.is_empty());
        let is_near = is_plain && difference <= near;
        let is_open = sum.value < whole.value && self.is_open(&text_behind(sentence, last));
        ((*are_all || is_near) && !is_open)
            .then(|| question(format!("{} = {} ≠ {}", terms(), format_number(sum.value), format_number(whole.value))))
    }
}

/// What stands behind a part up to the next mark.
fn text_behind(sentence: &Sentence, part: &Quantity) -> String {
    let behind = sentence.after(part.span.end).chars().take(OPEN_REACH);
    behind.take_while(|c| !"，；。".contains(*c)).collect()
}

/// Can it be added up, or be what others add up to?
fn is_total(quantity: &Quantity) -> bool {
    is_amount(quantity) && !is_relative(quantity) && quantity.unit.is_some() && quantity.upper.is_none()
}

/// Is it a part's name, such as 一期 or 三类, and no figure that is added up?
fn is_label(quantity: &Quantity, total: &Quantity) -> bool {
    let is_small = quantity.number.value.exact().is_some_and(|value| value <= Decimal::TEN);
    quantity.number.style == NumeralStyle::Counting && is_small && !same_unit(quantity, total)
}

/// What stands behind a sentence up to the end of the next.
fn next_sentence<'a>(sentence: &Sentence<'a>) -> &'a str {
    let behind = sentence.text[sentence.span.end..].trim_start_matches(['。', '！', '？', '\n']);
    behind.split(['。', '！', '？', '\n']).next().unwrap_or_default()
}

/// A total in one sentence, and in the next two or more of the same.
fn across_sentences<'a>(before: &Sentence<'a>, sentence: &Sentence<'a>) -> Option<Parts<'a>> {
    let named = |quantity: &&Quantity| is_total(quantity) && Bounds::of(quantity).is_some_and(Bounds::is_exact);
    before.quantities.iter().filter(named).find_map(|total| {
        let what = noun(before.text, total)?;
        let parts = sentence.quantities.iter().filter(named);
        let parts: Vec<&Quantity> =
            parts.filter(|part| same_unit(total, part) && noun(sentence.text, part) == Some(what)).collect();
        (parts.len() > 1 && parts.iter().all(|part| part.number.value != total.number.value)).then_some(Parts {
            total,
            parts,
            are_all: false,
        })
    })
}
