//! A sentence as relations read it: its amounts, and the brackets that they stand in.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::Form;
use super::wording::Role;
use crate::check::arithmetic::{Bounds, between, is_amount, is_relative, same_unit};
use crate::check::article::Sentence;
use crate::check::options::WordList;
use crate::quantity::{Dimension, Quantity, QuantityKind, begins_quantity};
use crate::text::NumeralStyle;

/// The amounts of a sentence that may be in a relation.
pub(super) struct Statement<'a> {
    pub sentence: Sentence<'a>,
    pub form: Form,
    /// The amounts, without those that cannot be in a relation of this form.
    pub amounts: Vec<&'a Quantity>,
    /// For each amount, where the brackets begin that it stands in; the innermost is last.
    brackets: Vec<Vec<usize>>,
}

/// What may follow an amount: the index of the next one, and the text between.
type Following<'a> = [Option<(usize, Cow<'a, str>)>; 2];

impl<'a> Statement<'a> {
    /// Reads a sentence for a relation of this form. A quantity whose number is followed by one of `names` is a name.
    /// One without a unit that is followed by one of `tally` is the number of these: 30金21银.
    pub(super) fn new(sentence: Sentence<'a>, form: Form, names: &WordList, tally: &WordList) -> Statement<'a> {
        let text = sentence.text;
        let is_name = |it: &Quantity| {
            let unit = it.unit.map(|(unit, _)| &text[unit.start..]);
            unit.is_some_and(|text| names.beginning(text).is_some())
        };
        let adds_up = matches!(form, Form::Sum | Form::Share);
        // An amount per item is no part of a sum: 30元/吨, 时速350公里.
        let is_rate = |it: &Quantity| {
            let before = &text[sentence.span.start..it.number.span.start];
            let lead = before.rsplit(['，', '；', '、', '：', '（']).next().unwrap_or_default();
            let follows_per = lead.ends_with("时速") || lead.contains('每');
            adds_up && (follows_per || text[it.span.end..].trim_start().starts_with(['/', '／']))
        };
        // 一年 says for which time a product is due: 一年租金.
        let is_due = |it: &Quantity| {
            let is_one = it.number.value.exact() == Some(Decimal::ONE);
            form == Form::Product && is_one && it.dimension() == Some(Dimension::Duration)
        };
        // 110平方米|一年租金
        let precedes_due = |it: &Quantity| {
            let next = sentence.quantities.iter().find(|next| next.span.start == it.span.end);
            next.is_some_and(is_due)
        };
        let is_amount = |it: &&Quantity| {
            is_tallied(text, it, form, tally)
                || form.may_relate(it)
                    && !is_name(it)
                    && !is_rate(it)
                    && !is_due(it)
                    && (!is_torn(text, it) || precedes_due(it))
        };
        let amounts: Vec<&Quantity> = sentence.quantities.iter().filter(is_amount).collect();
        let brackets = brackets_around(&sentence, &amounts);
        Statement { sentence, form, amounts, brackets }
    }

    /// Whether the units of the amounts allow for a relation. Most sentences are ruled out by that, without their words.
    pub(super) fn may_be_related(&self) -> bool {
        let amounts = &self.amounts;
        let has = |dimension: Dimension| amounts.iter().any(|it| it.dimension() == Some(dimension));
        let absolute: Vec<_> = amounts.iter().filter(|it| !is_relative(it)).collect();
        let pairs = absolute.iter().enumerate();
        let of_one_unit = |one: &Quantity, other: &Quantity| one.unit.is_none() || same_unit(one, other);
        let have_pair =
            || pairs.clone().any(|(index, one)| absolute[index + 1..].iter().any(|other| of_one_unit(one, other)));
        match self.form {
            Form::Sum => amounts.len() > 1 && have_pair(),
            Form::Hundred => amounts.len() > 1,
            Form::Share => amounts.len() > absolute.len() && have_pair(),
            Form::Change => amounts.len() > 2 && (have_pair() || has(Dimension::Point)),
            Form::Product => absolute.len() > 2 && have_pair(),
            Form::Discount => amounts.len() > 2 && have_pair(),
        }
    }

    /// Whether an amount is a number in a sum that is followed by its thing and not by a unit: 30金21银.
    pub(super) fn is_tally(&self, amount: &Quantity) -> bool {
        self.form == Form::Sum && amount.unit.is_none()
    }

    /// The text between an amount and the one before it.
    pub(super) fn gap_before(&self, index: usize) -> &'a str {
        let from = self.amounts[..index].last().map_or(self.sentence.span.start, |before| before.span.end);
        self.sentence.text.get(from..self.amounts[index].span.start).unwrap_or_default()
    }

    /// The text of a clause before an amount.
    pub(super) fn clause_before(&self, index: usize) -> &'a str {
        self.gap_before(index).rsplit(['，', '；', '、', '（', '）']).next().unwrap_or_default()
    }

    /// The text of the sentence after an amount.
    pub(super) fn text_after(&self, index: usize) -> &'a str {
        self.sentence.after(self.amounts[index].span.end)
    }

    /// What may follow amount `last` of a relation that begins with amount `first`: the next amount, and the next one
    /// behind a bracket.
    pub(super) fn following(&self, first: usize, last: usize) -> Following<'a> {
        let has_labels = self.form != Form::Product;
        let is_candidate = |index: &usize| !has_labels || !is_label(self.amounts[*index], self.amounts[first]);
        let text = self.sentence.text;
        let gap = |index: usize| between(text, self.amounts[last], self.amounts[index]);
        let next = (last + 1..self.amounts.len()).find(is_candidate);
        let outer = |index: &usize| self.brackets[*index].len() <= self.brackets[last].len();
        let behind = next.filter(|next| !outer(next)).and_then(|next| {
            let index = (next..self.amounts.len()).filter(is_candidate).find(outer)?;
            Some((index, Cow::Owned(without_brackets(gap(index)))))
        });
        [next.map(|index| (index, Cow::Borrowed(gap(index)))), behind]
    }

    /// Whether the sentence goes on with more quantities, because it was too long to be read at once.
    pub(super) fn is_cut(&self) -> bool {
        self.sentence.text[self.sentence.span.end..].starts_with(begins_quantity)
    }

    /// Whether an amount stands in brackets in which the other one does not stand.
    pub(super) fn is_deeper(&self, one: usize, other: usize) -> bool {
        !self.brackets[other].starts_with(&self.brackets[one])
    }

    /// Whether two amounts stand in the same brackets.
    pub(super) fn is_beside(&self, one: usize, other: usize) -> bool {
        self.brackets[one] == self.brackets[other]
    }

    /// Whether an amount may have a role in a relation that begins with amount `first`.
    pub(super) fn may_have(&self, role: Role, index: usize, first: usize) -> bool {
        let (amount, first) = (self.amounts[index], self.amounts[first]);
        let is_percent = amount.dimension() == Some(Dimension::Percent);
        match role {
            Role::Whole | Role::Part if self.form == Form::Share && amount.dimension() == Some(Dimension::Duration) => {
                false
            }
            Role::Part if self.is_tally(amount) => true,
            Role::Whole | Role::Part => {
                !is_relative(amount)
                    && amount.unit.is_some()
                    && (is_relative(first) || same_unit(amount, first) || self.is_tally(first))
            }
            Role::Value => !is_relative(amount) && amount.unit.is_some() && same_unit(amount, first),
            Role::Old | Role::New if self.form == Form::Discount => amount.dimension() == Some(Dimension::Money),
            Role::Old | Role::New => !is_relative(amount) || is_percent,
            Role::More | Role::Less | Role::Other => true,
            Role::Times => matches!(amount.dimension(), Some(Dimension::Multiple | Dimension::Discount)),
            Role::Share => {
                is_percent
                    || amount.dimension() == Some(Dimension::Tenth)
                    || matches!(amount.kind, QuantityKind::Fraction(_))
            }
            Role::Rate | Role::Total => !is_relative(amount) && amount.unit.is_some(),
            Role::Count => !is_relative(amount) && amount.unit.is_some() && Bounds::of(amount).is_some(),
        }
    }
}

impl Form {
    /// Whether a quantity may be in a relation of this form.
    fn may_relate(self, quantity: &Quantity) -> bool {
        let is_fraction = matches!(quantity.kind, QuantityKind::Fraction(_));
        match self {
            Form::Sum => is_amount(quantity) && !is_relative(quantity) && quantity.unit.is_some(),
            Form::Share => is_amount(quantity) || is_fraction,
            Form::Change | Form::Product | Form::Discount => is_amount(quantity),
            Form::Hundred => quantity.dimension() == Some(Dimension::Percent) && is_amount(quantity),
        }
    }
}

/// Whether a number of a sum is followed by the thing that is counted and not by a unit.
fn is_tallied(text: &str, quantity: &Quantity, form: Form, tally: &WordList) -> bool {
    let is_number = form == Form::Sum && is_amount(quantity) && quantity.unit.is_none();
    is_number && tally.beginning(&text[quantity.span.end..]).is_some()
}

/// Whether a quantity is only a part of a number: 5 of 87．5, 十 of 数十, 四块 of 四块四毛六.
fn is_torn(text: &str, quantity: &Quantity) -> bool {
    let (before, number) = text.split_at(quantity.number.span.start);
    let is_vague = before.ends_with('数') && number.starts_with(['十', '百', '千', '万', '亿']);
    is_vague
        || before.ends_with(['．', '·'])
        || quantity.unit.is_some() && text[quantity.span.end..].starts_with(begins_quantity)
}

/// Whether a quantity is the name of a part, such as 一期 or 三类, and not a number to add up.
fn is_label(quantity: &Quantity, first: &Quantity) -> bool {
    let is_small = quantity.number.value.exact().is_some_and(|value| value <= Decimal::TEN);
    let is_count = quantity.dimension() == Some(Dimension::Count);
    quantity.number.style == NumeralStyle::Counting && is_small && is_count && !same_unit(quantity, first)
}

/// For each quantity, where the brackets begin that it stands in.
fn brackets_around(sentence: &Sentence, amounts: &[&Quantity]) -> Vec<Vec<usize>> {
    let text = sentence.as_str();
    if !text.contains(['（', '(']) {
        return vec![Vec::new(); amounts.len()];
    }
    let mut marks = text.char_indices().filter(|(_, c)| matches!(c, '（' | '(' | '）' | ')')).peekable();
    let mut open = Vec::new();
    let mut around = Vec::with_capacity(amounts.len());
    for amount in amounts {
        while let Some((at, mark)) = marks.next_if(|(at, _)| sentence.span.start + at < amount.span.start) {
            if matches!(mark, '（' | '(') {
                open.push(at);
            } else {
                open.pop();
            }
        }
        around.push(open.clone());
    }
    around
}

/// Text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}
