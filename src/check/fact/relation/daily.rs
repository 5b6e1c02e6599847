//! An average per day beside a total and the days that it is of: 10月1日至7日，共20.03亿人次，日均2.86亿人次.

use rust_decimal::Decimal;

use super::formula::{Comparison, Term};
use super::wording::Role;
use super::{Relation, hit};
use crate::check::Hit;
use crate::check::arithmetic::{Bounds, is_amount, is_relative, same_unit};
use crate::check::article::{Article, Sentence};
use crate::check::fact::duration::days_of;
use crate::quantity::Quantity;

/// What may join the first and the last day.
const TO: [&str; 5] = ["至", "到", "—", "－", "～"];

/// Compares the average with the total directly before it, divided by the days of the only period before both.
pub(super) fn check(relation: &Relation, article: &Article, sentence: &Sentence) -> Vec<Hit> {
    let is_number = |it: &&Quantity| is_amount(it) && !is_relative(it) && it.unit.is_some();
    let amounts: Vec<&Quantity> = sentence.quantities.iter().filter(is_number).collect();
    let pairs = amounts.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.filter_map(|(total, average)| compare(relation, article, sentence, total, average)).collect()
}

fn compare(
    relation: &Relation,
    article: &Article,
    sentence: &Sentence,
    total: &Quantity,
    average: &Quantity,
) -> Option<Hit> {
    let gap = sentence.text.get(total.span.end..average.span.start)?;
    let lead = relation.around.lead.stripped(gap);
    let between = lead.strip_suffix(relation.named.daily.ending(lead)?)?;
    if !matches!(between, "" | "，" | "（" | "，平均" | "、") || !same_unit(total, average) {
        return None;
    }
    let before = sentence.before(total.span.start);
    let part = total.span.start - before.rsplit('；').next().map_or(0, str::len);
    let mut periods = sentence.periods(|gap| TO.contains(&gap));
    periods.retain(|period| (part..total.span.start).contains(&period.span.start));
    let [period] = periods.as_slice() else { return None };
    let days = days_of(period)?;
    let (rate, whole) = (Term::new(Role::Rate, average)?, Term::new(Role::Total, total)?);
    // The first or the last day may not be counted.
    let comparison = |days: i64| {
        let count = Decimal::from(days);
        let bounds = Bounds { value: count, least: count, most: Some(count) };
        Comparison::of(&[rate, Term { role: Role::Count, bounds, ..rate }, whole])
    };
    let comparisons = [days, days - 1].into_iter().filter(|days| *days > 1).filter_map(comparison);
    let comparisons: Vec<Comparison> = comparisons.collect();
    if let Some(held) = comparisons.iter().find(|comparison| comparison.holds()) {
        article.agrees(sentence.block, average.core(), || format!("{} = {}", held.calculation, held.stated_text));
        return None;
    }
    Some(hit(sentence, &[whole, rate], comparisons.first()?))
}
