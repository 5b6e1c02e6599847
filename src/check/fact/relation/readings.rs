//! Other readings of a sentence in which a number that seems wrong is right.

use rust_decimal::Decimal;

use super::formula::{Comparison, Term, hold};
use super::statement::Statement;
use super::wording::Role;
use super::{Form, is_result};
use crate::check::arithmetic::{is_relative, same_unit};
use crate::quantity::Quantity;

/// Whether the stated number is right in another reading of the sentence: one that leaves out parts that are parts of
/// another part or of something else, or that relates a share or a change to other numbers.
pub(super) fn hold_otherwise(statement: &Statement, terms: &[Term]) -> bool {
    if statement.form == Form::Sum {
        let (whole, parts): (Vec<Term>, Vec<Term>) = terms.iter().partition(|term| term.role == Role::Whole);
        let with = |parts: &[Term]| hold(&[&whole, parts].concat());
        let without = |index: usize| [&parts[..index], &parts[index + 1..]].concat();
        // The parts after a part may be parts of it: 9人……，其中1人……，其余8人…….
        let has_own_parts = |at: usize| {
            let own = Term { role: Role::Whole, ..parts[at] };
            (at + 3..=parts.len()).any(|end| hold(&[&[own], &parts[at + 1..end]].concat()))
        };
        let is_larger_whole =
            larger_totals(statement, &whole[0]).into_iter().any(|whole| hold(&[&[whole], &parts[..]].concat()));
        return is_larger_whole
            || is_difference_stated(statement, terms)
            || (2..parts.len()).any(|count| with(&parts[..count]) || with(&parts[parts.len() - count..]))
            || parts.len() > 2 && (0..parts.len()).any(|index| with(&without(index)) || has_own_parts(index));
    }
    if statement.form == Form::Hundred {
        let all: Option<Vec<Term>> = statement.amounts.iter().map(|it| Term::new(Role::Share, it)).collect();
        return all.is_some_and(|all| hold(&all))
            || (2..terms.len()).any(|count| hold(&terms[..count]) || hold(&terms[terms.len() - count..]));
    }
    if statement.form == Form::Product {
        let of = |role: Role| terms.iter().find(|term| term.role == role).copied();
        let (Some(rate), Some(count), Some(total)) = (of(Role::Rate), of(Role::Count), of(Role::Total)) else {
            return false;
        };
        return larger_totals(statement, &count).into_iter().any(|count| hold(&[rate, count, total]));
    }
    if terms.len() != 3 {
        return false;
    }
    let Some((at, result)) = terms.iter().enumerate().find(|(_, term)| is_result(term.role)) else { return false };
    let [one, other] = [(at + 1) % 3, (at + 2) % 3].map(|index| terms[index]);
    let others: Vec<&Quantity> =
        statement.amounts.iter().copied().filter(|it| !std::ptr::eq(*it, result.quantity)).collect();
    others.iter().any(|first| {
        others.iter().any(|second| {
            !std::ptr::eq(*first, *second)
                && !is_relative(first)
                && same_unit(first, one.quantity)
                && same_unit(second, other.quantity)
                && Term::new(one.role, first)
                    .zip(Term::new(other.role, second))
                    .is_some_and(|(one, other)| hold(&[one, other, *result]))
        })
    })
}

/// Whether the sentence states, in another unit, what the parts lack: 30篇，其中10篇……，15篇……，5个版面…….
fn is_difference_stated(statement: &Statement, terms: &[Term]) -> bool {
    let Some(comparison) = Comparison::of(terms) else { return false };
    let lacking = comparison.stated() - comparison.computed();
    let is_used = |it: &Quantity| terms.iter().any(|term| std::ptr::eq(term.quantity, it));
    let is_it = |it: &&Quantity| it.number.value.exact() == Some(lacking) && it.unit.is_some() && !is_used(it);
    lacking > Decimal::ONE && statement.sentence.quantities.iter().any(|it| is_it(&it))
}

/// The term with what its neighbours of the same unit add to it, one by one: 54名……、18名…… are 72.
fn larger_totals<'a>(statement: &Statement<'a>, term: &Term<'a>) -> Vec<Term<'a>> {
    let amounts = &statement.amounts;
    let Some(at) = amounts.iter().position(|amount| std::ptr::eq(*amount, term.quantity)) else { return Vec::new() };
    let grow = |neighbours: &mut dyn Iterator<Item = &&'a Quantity>| {
        let mut larger = *term;
        let mut totals = Vec::new();
        for amount in neighbours.take_while(|amount| same_unit(amount, term.quantity)) {
            let sum = Term::new(term.role, amount).and_then(|amount| larger.bounds.plus(amount.bounds));
            let Some(bounds) = sum else { break };
            larger = Term { bounds, ..larger };
            totals.push(larger);
        }
        totals
    };
    let mut totals = grow(&mut amounts[..at].iter().rev());
    totals.extend(grow(&mut amounts[at + 1..].iter()));
    totals
}
