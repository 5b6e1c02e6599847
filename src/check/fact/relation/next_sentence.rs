//! A total in one sentence and its parts in the next one: 共127个问题。……9个问题……118个问题…….

use super::formula::{Comparison, Term};
use super::wording::Role;
use super::{Relation, hit, span_of};
use crate::check::Hit;
use crate::check::arithmetic::{Bounds, is_amount, is_relative, noun, same_unit};
use crate::check::article::{Article, Sentence};
use crate::quantity::Quantity;
use rust_decimal::Decimal;

/// Checks a total whose parts are in the next sentence.
pub(super) fn check(relation: &Relation, article: &Article, sentence: &Sentence) -> Option<Hit> {
    let next_text = article.text_after(sentence)?;
    let names_twice = |what: &str| next_text.matches(what).nth(1).is_some();
    let totals = sentence.quantities.iter().filter(|it| is_exact_count(it));
    if !totals.filter_map(|total| noun(sentence.text, total)).any(names_twice) {
        return None;
    }
    let next = article.sentence_after(sentence)?;
    let terms = across_sentences(sentence, &next)?;
    let comparison = Comparison::of(&terms)?;
    let parts = &terms[1..];
    if comparison.holds() {
        article.agrees(sentence.block, span_of(parts), || {
            format!("{} = {}", comparison.calculation, comparison.stated_text)
        });
        return None;
    }
    let difference = (comparison.computed() - comparison.stated()).abs();
    let near = comparison.stated().checked_mul(Decimal::new(i64::from(relation.near), 2))?;
    if difference > near.max(Decimal::ONE) {
        return None;
    }
    let mut found = hit(&next, &terms, &comparison);
    found.span = span_of(parts);
    Some(found)
}

/// Whether a quantity is an exact count or measure of things.
fn is_exact_count(quantity: &Quantity) -> bool {
    is_amount(quantity)
        && !is_relative(quantity)
        && quantity.unit.is_some()
        && Bounds::of(quantity).is_some_and(Bounds::is_exact)
}

/// A total in one sentence, and two or more counts of the same thing in the next one.
fn across_sentences<'a>(sentence: &Sentence<'a>, next: &Sentence<'a>) -> Option<Vec<Term<'a>>> {
    let parts = next.quantities.iter().filter(|it| is_exact_count(it));
    let parts: Vec<(&Quantity, &str)> = parts.filter_map(|part| Some((part, noun(next.text, part)?))).collect();
    let has_several = |what: &str| parts.iter().filter(|(_, other)| *other == what).nth(1).is_some();
    sentence.quantities.iter().find_map(|total| {
        let what = noun(sentence.text, total).filter(|what| has_several(what) && is_exact_count(total))?;
        let of_thing = parts.iter().filter(|(part, other)| *other == what && same_unit(total, part));
        let parts = of_thing.map(|(part, _)| Term::new(Role::Part, part)).collect::<Option<Vec<_>>>()?;
        let are_parts = parts.len() > 1 && parts.iter().all(|part| part.quantity.number.value != total.number.value);
        let whole = Term::new(Role::Whole, total)?;
        are_parts.then(|| [vec![whole], parts].concat())
    })
}
