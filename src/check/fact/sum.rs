//! `sum`: parts whose sum contradicts their total: 共12个，其中城区5个、乡镇6个.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::{Bounds, between, format_number, format_sum, is_amount, is_relative, noun, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity};
use crate::text::{NumeralStyle, Span};

/// Compares parts with their total.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words between a total and the first of its parts: 其中
    among: WordList,
    /// Words between a total marked by a word of `total` and the first of its parts, if the parts are complete: 分别是
    all: WordList,
    /// Words that mark a total: 共计
    total: WordList,
    /// Words before the last part, which make the parts complete: 其余
    rest: WordList,
    /// Groups of names of parts that together are the whole: 男 女
    whole: Vec<WordList>,
    /// Words that mark a list of parts as incomplete: 等
    open: WordList,
    /// Words that contain one of those but do not mark a list as incomplete: 一等奖
    closed: WordList,
    /// Words before a number that show that it is not a part: 同比
    other: WordList,
    /// How close to the total, in per cent of it, the sum of the parts must be so that the parts are considered complete.
    near: u32,
}

impl OptionsOnly for Sum {}

/// A total and its parts, all in the same unit.
struct TotalAndParts<'q> {
    total: &'q Quantity,
    parts: Vec<&'q Quantity>,
    /// Whether the text says that the parts are complete.
    are_all: bool,
}

/// The maximum number of parts. Readers do not add up longer lists.
const MOST_PARTS: usize = 12;
/// How many characters after the last part are searched for 等.
const OPEN_REACH: usize = 8;

impl ArticleCheck for Sum {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The total is at most 30 characters before 其中, or 16 after 共有 (共有站点12个).
        let sentences = article.sentences_around(
            occurrences.iter().copied(),
            Near::Either(30, 16),
            SentencesRead::ItsOwnOrNextWith(2),
        );
        for sentence in sentences {
            let found = self.in_sentence(&sentence);
            hits.extend(found.iter().filter_map(|found| self.check_parts(article, &sentence, found)));
            if found.is_empty() {
                hits.extend(self.check_next_sentence(article, &sentence));
            }
        }
        hits
    }
}

impl Sum {
    /// Checks a total whose parts are in the next sentence: 共127个问题。……9个问题……118个问题……
    fn check_next_sentence(&self, article: &Article, sentence: &Sentence) -> Option<Hit> {
        let next_text = article.text_after(sentence)?;
        let names_twice = |what: &str| next_text.matches(what).nth(1).is_some();
        let totals = sentence.quantities.iter().filter(|it| is_summable(it));
        if !totals.filter_map(|total| noun(sentence.text, total)).any(names_twice) {
            return None;
        }
        let next = article.sentence_after(sentence)?;
        let found = across_sentences(sentence, &next)?;
        self.check_parts(article, &next, &found)
    }

    /// The totals in a sentence with their parts.
    fn in_sentence<'a>(&self, sentence: &Sentence<'a>) -> Vec<TotalAndParts<'a>> {
        let quantities = sentence.quantities;
        let mut found = Vec::new();
        for (index, total) in quantities.iter().enumerate().filter(|(_, total)| is_summable(total)) {
            let Some(next) = quantities.get(index + 1) else { break };
            let gap = between(sentence.text, total, next);
            let are_all = self.all.any_in(gap) && self.is_marked_total(sentence, index);
            if are_all || self.among.any_in(gap) {
                found.push(self.parts_after(sentence.text, total, &quantities[index + 1..], are_all));
            }
        }
        if found.is_empty() {
            found.extend(self.parts_before(sentence).or_else(|| self.parts_with_rest(sentence)));
        }
        found
    }

    /// Whether a word such as 共 marks quantity `index` of a sentence as a total.
    fn is_marked_total(&self, sentence: &Sentence, index: usize) -> bool {
        let start = sentence.quantities[index].span.start;
        let from = index.checked_sub(1).map_or(sentence.span.start, |before| sentence.quantities[before].span.end);
        let gap = sentence.text.get(from..start).unwrap_or_default();
        let clause = gap.rsplit(['，', '；', '（', '：']).next().unwrap_or_default();
        // The word is directly before the number (共12个), or what is counted comes between (共有站点12个).
        self.total.ending(clause.trim_end_matches(['有', '为', '达', '到', '是'])).is_some()
            || self.total.any_in(clause)
                && self.total.iter().any(|word| word.chars().count() > 1 && clause.contains(word))
    }

    /// The parts after a total: the following quantities up to the first one that cannot be a part.
    fn parts_after<'a>(
        &self,
        text: &str,
        total: &'a Quantity,
        following: &'a [Quantity],
        mut are_all: bool,
    ) -> TotalAndParts<'a> {
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
            if !is_summable(part) || !same_unit(total, part) {
                break;
            }
            are_all |= self.rest.any_in(label);
            labels.push(label);
            parts.push(part);
        }
        are_all |= self.are_whole(&labels);
        TotalAndParts { total, parts, are_all }
    }

    /// Whether the labels name parts that together are the whole, such as 男 and 女.
    fn are_whole(&self, labels: &[&str]) -> bool {
        labels.len() > 1
            && self.whole.iter().filter(|group| labels.iter().all(|label| group.any_in(label))).any(|group| {
                let index_in_group = |label: &&str| group.iter().position(|name| label.contains(name));
                let indices: Vec<usize> = labels.iter().filter_map(index_in_group).collect();
                indices.windows(2).any(|pair| pair[0] != pair[1])
            })
    }

    /// Parts that are followed by a marked total: 共12个.
    fn parts_before<'a>(&self, sentence: &Sentence<'a>) -> Option<TotalAndParts<'a>> {
        let (text, quantities) = (sentence.text, sentence.quantities);
        let (index, total) = quantities
            .iter()
            .enumerate()
            .skip(2)
            .find(|(index, total)| is_summable(total) && self.is_marked_total(sentence, *index))?;
        let mut parts: Vec<&Quantity> = Vec::new();
        for part in quantities[..index].iter().rev().filter(|part| !is_label(part, total)) {
            let next = parts.last().unwrap_or(&total);
            let gap = between(text, part, next);
            if !is_summable(part) || !same_unit(total, part) || gap.contains('；') || self.other.any_in(gap) {
                break;
            }
            parts.push(part);
        }
        parts.reverse();
        (parts.len() > 1).then_some(TotalAndParts { total, parts, are_all: false })
    }

    /// A total and parts that end with the rest: 118个，已办结95个，剩余23个
    fn parts_with_rest<'a>(&self, sentence: &Sentence<'a>) -> Option<TotalAndParts<'a>> {
        let (text, quantities) = (sentence.text, sentence.quantities);
        let last = (2..quantities.len()).find(|&index| {
            let gap = between(text, &quantities[index - 1], &quantities[index]);
            is_summable(&quantities[index]) && self.rest.any_in(gap)
        })?;
        let amounts: Vec<&Quantity> = quantities[..=last]
            .iter()
            .filter(|it| is_amount(it) && !is_relative(it) && !is_label(it, &quantities[last]))
            .collect();
        let (total, parts) = amounts.split_first()?;
        let is_list = parts.len() > 1
            && parts.iter().all(|part| is_summable(part) && same_unit(total, part))
            && amounts.windows(2).all(|pair| !self.other.any_in(between(text, pair[0], pair[1])));
        is_list.then(|| TotalAndParts { total, parts: parts.to_vec(), are_all: true })
    }

    /// Whether a text contains 等 outside of words such as 一等奖.
    fn is_open(&self, text: &str) -> bool {
        let rest = self.closed.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
        self.open.any_in(&rest)
    }

    /// Compares the sum of the parts with the total.
    fn check_parts(&self, article: &Article, sentence: &Sentence, found: &TotalAndParts) -> Option<Hit> {
        let TotalAndParts { total, parts, are_all } = found;
        let last = parts.last().filter(|_| parts.len() <= MOST_PARTS)?;
        let whole = Bounds::of(total)?;
        let bounds: Vec<Bounds> = parts.iter().map(|part| Bounds::of(part)).collect::<Option<_>>()?;
        let sum = bounds.iter().skip(1).try_fold(bounds[0], |sum, part| sum.plus(*part))?;
        if bounds.len() == 1 {
            return found.exceeds_total(sentence, sum, whole).then(|| {
                found.hit(sentence, format!("{} ＞ {}", format_number(sum.value), format_number(whole.value)))
            });
        }
        let terms = || format_sum(bounds.iter().map(|part| part.value));
        if sum.overlaps(whole) {
            article.agrees(sentence.block, found.span_of_parts(), || {
                format!("{} = {}", terms(), format_number(whole.value))
            });
            return None;
        }
        let difference = (sum.value - whole.value).abs();
        let near = whole.value.checked_mul(Decimal::new(i64::from(self.near), 2))?.max(Decimal::ONE);
        let is_plain = parts.iter().chain([total]).all(|it| it.qualifiers.is_empty());
        let is_near = is_plain && difference <= near;
        let is_open = sum.value < whole.value && self.is_open(&text_after(sentence, last));
        if !(*are_all || is_near) || is_open {
            return None;
        }
        let (sum, whole) = (format_number(sum.value), format_number(whole.value));
        Some(found.hit(sentence, format!("{} = {sum} ≠ {whole}", terms())))
    }
}

impl TotalAndParts<'_> {
    /// Whether the only part is greater than the total and certainly belongs to it: the total is the first amount of
    /// its unit.
    fn exceeds_total(&self, sentence: &Sentence, part: Bounds, whole: Bounds) -> bool {
        let are_counts = [self.total, self.parts[0]].iter().all(|it| it.dimension() == Some(Dimension::Count));
        let of_unit = sentence.quantities.iter().filter(|it| is_amount(it) && same_unit(it, self.total));
        let is_first = of_unit.take_while(|it| it.span.start <= self.total.span.start).count() == 1;
        are_counts && is_first && whole.is_exact() && part.is_exact() && part.value > whole.value
    }

    /// The span from the first part to the last.
    ///
    /// # Panics
    /// If there are no parts.
    fn span_of_parts(&self) -> Span {
        Span::new(self.parts[0].core().start, self.parts[self.parts.len() - 1].core().end)
    }

    /// The hit for parts that contradict the total.
    fn hit(&self, sentence: &Sentence, detail: String) -> Hit {
        let mut hit = Hit::new(sentence.block, self.span_of_parts(), Vec::new()).detail(detail);
        hit.related.push((sentence.block, self.total.core(), "总数在这里。".to_owned()));
        hit
    }
}

/// The text after a part, up to the next mark or for a few characters.
fn text_after(sentence: &Sentence, part: &Quantity) -> String {
    let after = sentence.after(part.span.end).chars().take(OPEN_REACH);
    after.take_while(|c| !"，；。".contains(*c)).collect()
}

/// Whether a quantity may be a total or a part.
fn is_summable(quantity: &Quantity) -> bool {
    is_amount(quantity) && !is_relative(quantity) && quantity.unit.is_some() && quantity.upper.is_none()
}

/// Whether a quantity is the name of a part, such as 一期 or 三类, and not a number to add up.
fn is_label(quantity: &Quantity, total: &Quantity) -> bool {
    let is_small = quantity.number.value.exact().is_some_and(|value| value <= Decimal::TEN);
    quantity.number.style == NumeralStyle::Counting && is_small && !same_unit(quantity, total)
}

/// A total in one sentence, and two or more counts of the same thing in the next one.
fn across_sentences<'a>(sentence: &Sentence<'a>, next: &Sentence<'a>) -> Option<TotalAndParts<'a>> {
    let is_exact = |quantity: &&Quantity| is_summable(quantity) && Bounds::of(quantity).is_some_and(Bounds::is_exact);
    let parts = next.quantities.iter().filter(is_exact);
    let parts: Vec<(&Quantity, &str)> = parts.filter_map(|part| Some((part, noun(next.text, part)?))).collect();
    let has_several = |what: &str| parts.iter().filter(|(_, other)| *other == what).nth(1).is_some();
    sentence.quantities.iter().find_map(|total| {
        let what = noun(sentence.text, total).filter(|what| has_several(what) && is_exact(&total))?;
        let of_thing = parts.iter().filter(|(part, other)| *other == what && same_unit(total, part));
        let parts: Vec<&Quantity> = of_thing.map(|(part, _)| *part).collect();
        let are_parts = parts.len() > 1 && parts.iter().all(|part| part.number.value != total.number.value);
        are_parts.then_some(TotalAndParts { total, parts, are_all: false })
    })
}
