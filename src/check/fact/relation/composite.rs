//! A total that is named after its two parts, which may be in the next sentence: 进出口10.3万亿元。其中，出口6.13万亿元，增长6.9%；
//! 进口4.17万亿元.

use super::formula::{Comparison, Term};
use super::wording::Role;
use super::{Relation, hit, span_of};
use crate::check::Hit;
use crate::check::arithmetic::{is_amount, is_relative, same_unit};
use crate::check::article::{Article, Sentence};
use crate::quantity::Quantity;

/// What may follow the name of an amount.
const SUFFIXES: [&str; 7] = ["", "额", "总额", "总值", "值", "规模", "总量"];

/// Compares the total with its parts, which the sentence states in clauses of their own.
pub(super) fn check(relation: &Relation, article: &Article, sentence: &Sentence) -> Option<Hit> {
    let names: Vec<&str> = relation.named.composite.iter().collect();
    names.chunks_exact(3).find_map(|names| {
        let (whole, one, other) = (names[0], names[1], names[2]);
        let part = |name: &str| {
            let mut named = sentence.quantities.iter().filter(|it| name_before(relation, sentence, it) == Some(name));
            named.next().filter(|_| named.next().is_none())
        };
        let parts = [part(one)?, part(other)?];
        let start = parts.iter().map(|part| part.span.start).min()?;
        let total_in = |sentence: &Sentence<'_>, end: usize| -> Option<usize> {
            let is_total = |it: &Quantity| it.span.end <= end && ends_with_name(relation, sentence, it, whole);
            sentence.quantities.iter().rposition(is_total)
        };
        let previous = article.sentence_before(sentence).filter(|previous| previous.block == sentence.block);
        let total = match total_in(sentence, start) {
            Some(index) => &sentence.quantities[index],
            None => previous.as_ref().and_then(|it| Some(&it.quantities[total_in(it, it.span.end)?]))?,
        };
        if !parts.iter().all(|part| same_unit(total, part)) {
            return None;
        }
        let [one, other] = parts.map(|part| Term::new(Role::Part, part));
        let terms = [Term::new(Role::Whole, total)?, one?, other?];
        let comparison = Comparison::of(&terms)?;
        if comparison.holds() {
            article.agrees(sentence.block, span_of(&terms[1..]), || {
                format!("{} = {}", comparison.calculation, comparison.stated_text)
            });
            return None;
        }
        Some(hit(sentence, &terms, &comparison))
    })
}

/// The name of an amount, if its clause says nothing else before it: 出口 in 其中，出口额为6.13万亿元.
fn name_before<'t>(relation: &Relation, sentence: &Sentence<'t>, quantity: &Quantity) -> Option<&'t str> {
    let head = clause_before(relation, sentence, quantity)?;
    let head = head.strip_prefix("其中").unwrap_or(head);
    SUFFIXES.iter().rev().find_map(|suffix| head.strip_suffix(suffix))
}

/// Whether the clause before an amount ends with this name.
fn ends_with_name(relation: &Relation, sentence: &Sentence, quantity: &Quantity, name: &str) -> bool {
    clause_before(relation, sentence, quantity).is_some_and(|head| {
        SUFFIXES.iter().any(|suffix| head.strip_suffix(suffix).is_some_and(|it| it.ends_with(name)))
    })
}

/// The text of the clause before an amount, without the words that only lead up to the number.
fn clause_before<'t>(relation: &Relation, sentence: &Sentence<'t>, quantity: &Quantity) -> Option<&'t str> {
    let is_number = is_amount(quantity) && !is_relative(quantity) && quantity.unit.is_some();
    let head = sentence.before(quantity.span.start).rsplit(['，', '；', '：', '、', '（', '）', '。']).next()?;
    is_number.then(|| relation.around.lead.stripped(head))
}
