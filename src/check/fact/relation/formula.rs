//! What quantities in certain roles have to fulfil: a sum, a share, a change or a product, computed with the ranges that
//! rounding and words of approximation leave.

use rust_decimal::Decimal;

use super::wording::Role;
use crate::check::arithmetic::{Bounds, format_number, format_rounded, format_sum, is_relative};
use crate::quantity::{Dimension, Quantity, QuantityKind};

/// A quantity in its role, with the values that it may mean.
#[derive(Clone, Copy)]
pub(super) struct Term<'q> {
    pub role: Role,
    pub bounds: Bounds,
    pub quantity: &'q Quantity,
    /// How many times an amount per item is due: 12 for one a month in the total of a year.
    pub times_due: u32,
}

/// How the texts of a comparison are kept: as strings, or not at all where only the values matter.
pub(super) trait Shown {
    fn of(write: impl FnOnce() -> String) -> Self;
}

impl Shown for String {
    fn of(write: impl FnOnce() -> String) -> String {
        write()
    }
}

impl Shown for () {
    fn of(_: impl FnOnce() -> String) {}
}

/// A stated value beside the one computed from the other quantities.
pub(super) struct Comparison<S = String> {
    /// The values that the computed number may have.
    computed: Bounds,
    /// The values that the stated number may mean.
    stated: Bounds,
    /// The left side of the calculation: 80 + 40
    pub calculation: S,
    /// The computed value as it is shown, with its unit.
    computed_text: S,
    /// The stated value as it is shown, with its unit.
    pub stated_text: S,
    /// Whether the change is in the direction that the text states.
    has_direction: bool,
}

impl<'q> Term<'q> {
    /// A quantity in a role; `None` if it is a range or a vague number.
    pub(super) fn new(role: Role, quantity: &'q Quantity) -> Option<Term<'q>> {
        Some(Term { role, bounds: Bounds::of(quantity)?, quantity, times_due: 1 })
    }

    /// The same term if another number were written, just as exact as this one.
    pub(super) fn with_value(self, value: Decimal) -> Option<Term<'q>> {
        let bounds = self.bounds;
        let half = self.bounds.most?.checked_sub(bounds.least)?.checked_div(Decimal::TWO)?;
        let bounds = Bounds { value, least: value.checked_sub(half)?, most: Some(value.checked_add(half)?) };
        Some(Term { bounds, ..self })
    }

    fn is_percent(self) -> bool {
        self.quantity.dimension() == Some(Dimension::Percent)
    }
}

impl Comparison {
    /// Computes the value that one of the terms states from the others; `None` if that is not possible.
    pub(super) fn of(terms: &[Term]) -> Option<Comparison> {
        compare(terms)
    }

    /// The calculation with its contradiction: 80 + 40 = 120 ≠ 130
    pub(super) fn contradiction(&self) -> String {
        let Comparison { calculation, computed_text, stated_text, .. } = self;
        if self.has_direction {
            format!("{calculation} = {computed_text} ≠ {stated_text}")
        } else {
            stated_text.clone()
        }
    }
}

impl<S> Comparison<S> {
    /// Whether the stated value may be the computed one.
    pub(super) fn holds(&self) -> bool {
        self.has_direction && self.stated.overlaps(self.computed)
    }

    /// How many digits of the computed value are certain, times ten to that power: 1000 for three digits.
    pub(super) fn precision(&self) -> Decimal {
        let width = |bounds: Bounds| bounds.most.map(|most| most - bounds.least);
        let Some((one, other)) = width(self.computed).zip(width(self.stated)) else { return Decimal::ONE };
        let width = one.checked_add(other).unwrap_or(Decimal::MAX);
        // Exact numbers differ by one at least.
        let tolerance = if width.is_zero() { Decimal::ONE } else { width };
        self.computed.value.abs().checked_div(tolerance).unwrap_or(Decimal::ONE)
    }

    /// The computed value.
    pub(super) fn computed(&self) -> Decimal {
        self.computed.value
    }

    /// The stated value.
    pub(super) fn stated(&self) -> Decimal {
        self.stated.value
    }
}

/// Whether the terms fulfil what their roles require; `false` if that cannot be computed.
pub(super) fn hold(terms: &[Term]) -> bool {
    compare::<()>(terms).is_some_and(|comparison| comparison.holds())
}

/// Computes the value that one of the terms states from the others; `None` if that is not possible.
fn compare<S: Shown>(terms: &[Term]) -> Option<Comparison<S>> {
    let term = |role: Role| terms.iter().find(|term| term.role == role).copied();
    if let Some((old, new)) = term(Role::Old).zip(term(Role::New)) {
        let by = terms.iter().find(|term| matches!(term.role, Role::More | Role::Less | Role::Times))?;
        return change(old, new, *by);
    }
    if let Some(((rate, count), total)) = term(Role::Rate).zip(term(Role::Count)).zip(term(Role::Total)) {
        return product(rate, count, total);
    }
    if terms.iter().all(|term| term.role == Role::Share) {
        return hundred(terms);
    }
    if let Some(stated) = term(Role::Share) {
        return share(term(Role::Part)?, term(Role::Whole)?, stated);
    }
    sum(terms, term(Role::Whole)?)
}

/// The sum of the parts beside the whole.
fn sum<S: Shown>(terms: &[Term], whole: Term) -> Option<Comparison<S>> {
    let parts: Vec<Bounds> = terms.iter().filter(|term| term.role == Role::Part).map(|term| term.bounds).collect();
    let (first, rest) = parts.split_first()?;
    let computed = rest.iter().try_fold(*first, |sum, part| sum.plus(*part))?;
    // A total that is less precise than its parts may have been cut off instead of rounded.
    let step = |term: &Term| {
        let number = term.quantity.number;
        Decimal::from(10u64.checked_pow(number.scale)?).checked_mul(Decimal::new(1, number.decimals))
    };
    let is_coarser = terms.iter().all(|term| term.role == Role::Whole || step(term) < step(&whole));
    let cut = step(&whole).filter(|_| is_coarser && whole.quantity.number.scale > 0).unwrap_or_default();
    let most = whole.bounds.most.map(|most| most.max(whole.bounds.value + cut));
    Some(Comparison {
        computed,
        stated: Bounds { most, ..whole.bounds },
        calculation: S::of(|| format_sum(parts.iter().map(|part| part.value))),
        computed_text: S::of(|| format_number(computed.value)),
        stated_text: S::of(|| format_number(whole.bounds.value)),
        has_direction: true,
    })
}

/// The sum of the shares beside 100 %.
fn hundred<S: Shown>(shares: &[Term]) -> Option<Comparison<S>> {
    let half = |share: &Term| Decimal::new(5, share.quantity.number.decimals + 1);
    let (first, rest) = shares.split_first()?;
    let sum = rest.iter().try_fold(first.bounds, |sum, share| sum.plus(share.bounds))?;
    let whole_numbers = shares.iter().filter(|share| share.quantity.number.decimals == 0);
    let slack = whole_numbers.map(half).fold(Decimal::ZERO, |sum, half| sum + half);
    let computed = Bounds { least: sum.least - slack, most: sum.most.map(|most| most + slack), ..sum };
    let whole = Decimal::ONE_HUNDRED;
    Some(Comparison {
        computed,
        stated: Bounds { value: whole, least: whole, most: Some(whole) },
        calculation: S::of(|| {
            format!("{} %", format_sum(shares.iter().map(|share| share.bounds.value)).replace(" +", " % +"))
        }),
        computed_text: S::of(|| format!("{} %", format_number(sum.value))),
        stated_text: S::of(|| "100 %".to_owned()),
        has_direction: true,
    })
}

/// The part divided by the whole beside the stated share.
fn share<S: Shown>(part: Term, whole: Term, stated: Term) -> Option<Comparison<S>> {
    let percent = |part: Decimal, whole: Decimal| part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole);
    let (part, whole) = (part.bounds, whole.bounds);
    let computed = Bounds {
        value: percent(part.value, whole.value)?,
        least: whole.most.map_or(Some(Decimal::ZERO), |most| percent(part.least, most))?,
        most: part.most.and_then(|most| percent(most, whole.least)),
    };
    let quantity = stated.quantity;
    let (factor, up, down) = match (quantity.kind, quantity.dimension()) {
        (QuantityKind::Fraction(whole), _) => {
            (Decimal::ONE_HUNDRED.checked_div(whole)?, Decimal::new(15, 1), Decimal::new(15, 1))
        }
        (_, Some(Dimension::Tenth)) => (Decimal::TEN, Decimal::from(5), Decimal::from(5)),
        // The bounds of a whole number do not allow for rounding. A percentage may have been cut off, too.
        _ => {
            let half = Decimal::new(5, quantity.number.decimals + 1);
            let is_whole = quantity.number.decimals == 0;
            if is_whole { (Decimal::ONE, half, Decimal::ONE) } else { (Decimal::ONE, Decimal::ZERO, half) }
        }
    };
    let exact = stated.bounds.times(factor)?;
    let stated = Bounds { least: exact.least - up, most: exact.most.map(|most| most + down), ..exact };
    let is_percent = factor == Decimal::ONE;
    let decimals = if is_percent { quantity.number.decimals } else { 1 };
    let stated_number =
        || if is_percent { exact.value.normalize().to_string() } else { format_rounded(exact.value, decimals) };
    Some(Comparison {
        computed,
        stated,
        calculation: S::of(|| format!("{} ÷ {}", format_number(part.value), format_number(whole.value))),
        computed_text: S::of(|| format!("{} %", format_rounded(computed.value, decimals))),
        stated_text: S::of(|| format!("{} %", stated_number())),
        has_direction: true,
    })
}

/// The amount per item times the number of items beside the stated total.
fn product<S: Shown>(rate: Term, count: Term, total: Term) -> Option<Comparison<S>> {
    // An average, which is stated after the total, is rounded to the digits that are written.
    let number = rate.quantity.number;
    let unit = Decimal::from(10u64.checked_pow(number.scale)?);
    let step = unit.checked_mul(Decimal::new(1, number.decimals))?;
    let is_average = rate.quantity.span.start > total.quantity.span.start;
    let step = if rate.bounds.is_exact() { step } else { step.checked_div(Decimal::TWO)? };
    let slack = if is_average { step } else { Decimal::ZERO };
    let factors = [rate, count, total].map(|term| term.quantity.unit.map_or(Decimal::ONE, |(_, unit)| unit.factor));
    let times = rate.bounds.value.checked_mul(count.bounds.value)?;
    let exact = Bounds {
        value: times,
        least: (rate.bounds.least - slack).checked_mul(count.bounds.least)?,
        most: match (rate.bounds.most, count.bounds.most) {
            (Some(rate), Some(count)) => Some(rate.checked_add(slack)?.checked_mul(count)?),
            _ => None,
        },
    };
    let factor = factors[0].checked_div(factors[2])?.checked_mul(Decimal::from(rate.times_due))?;
    let computed = exact.times(factor)?;
    // If the product is exact only because the rate was rounded, the total need not be.
    let is_exact = rate.bounds.is_exact() && count.bounds.is_exact();
    Some(Comparison {
        computed,
        stated: total.bounds,
        calculation: S::of(|| {
            let times_due = if rate.times_due == 1 { String::new() } else { format!(" × {}", rate.times_due) };
            format!("{} × {}{times_due}", format_number(rate.bounds.value), format_number(count.bounds.value))
        }),
        computed_text: S::of(|| format_number(if is_exact { computed.value } else { computed.value.round_dp(2) })),
        stated_text: S::of(|| format_number(total.bounds.value)),
        has_direction: true,
    })
}

/// The change from the old value to the new one beside the stated change.
fn change<S: Shown>(old: Term, new: Term, by: Term) -> Option<Comparison<S>> {
    let are_percents = old.is_percent() && new.is_percent();
    let is_times = by.role == Role::Times;
    let (computed, calculation, unit) = match by.quantity.dimension() {
        Some(Dimension::Doubling) => return doublings(old.bounds, new.bounds, by),
        Some(Dimension::Point) if are_percents => difference(old.bounds, new.bounds, " %")?.with(" 个百分点"),
        Some(Dimension::Percent) if !are_percents => {
            relative_change(old.bounds, new.bounds, Decimal::ONE_HUNDRED)?.with(" %")
        }
        Some(Dimension::Discount) if is_times => return discount(old, new, by),
        Some(Dimension::Multiple) if is_times => ratio(old.bounds, new.bounds)?.with("倍"),
        Some(Dimension::Multiple) => relative_change(old.bounds, new.bounds, Decimal::ONE)?.with("倍"),
        _ if is_times || is_relative(by.quantity) || are_percents => return None,
        _ => difference(old.bounds, new.bounds, "")?.with(""),
    };
    let half = if is_relative(by.quantity) { Decimal::new(5, by.quantity.number.decimals + 1) } else { Decimal::ZERO };
    // A percentage may have been cut off instead of rounded.
    let cut = if by.is_percent() { half } else { Decimal::ZERO };
    // Tens of per cent are often rounded further.
    let is_round = by.is_percent() && (by.bounds.value % Decimal::TEN).is_zero();
    let half = if is_round { Decimal::ONE } else { half };
    let stated = Bounds {
        least: by.bounds.least - (if by.quantity.number.decimals == 0 { half } else { Decimal::ZERO }),
        most: by
            .bounds
            .most
            .map(|most| most + if by.quantity.number.decimals == 0 { half } else { Decimal::ZERO } + cut),
        ..by.bounds
    };
    let is_decrease = new.bounds.value < old.bounds.value;
    let has_direction = is_times || is_decrease == (by.role == Role::Less) || new.bounds.overlaps(old.bounds);
    Some(Comparison {
        computed,
        stated,
        calculation,
        computed_text: S::of(|| {
            let value = computed.value;
            let decimals = by.quantity.number.decimals;
            let is_rounded = is_relative(by.quantity);
            format!("{}{unit}", if is_rounded { format_rounded(value, decimals) } else { format_number(value) })
        }),
        stated_text: S::of(|| {
            if has_direction {
                return format!("{}{unit}", format_number(by.bounds.value));
            }
            let sign = if is_decrease { "＜" } else { "＞" };
            format!("{} {sign} {}", format_number(new.bounds.value), format_number(old.bounds.value))
        }),
        has_direction,
    })
}

/// A price and its discount beside the price before: 8折, 八五折. What is stated last is the result of the others.
fn discount<S: Shown>(old: Term, new: Term, by: Term) -> Option<Comparison<S>> {
    let is_in_hundredths = by.bounds.value > Decimal::TEN;
    let tenths = by.bounds.times(if is_in_hundredths { Decimal::new(1, 1) } else { Decimal::ONE })?;
    if tenths.value >= Decimal::TEN {
        return None;
    }
    if by.quantity.span.start < new.quantity.span.start {
        let most = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_mul(other?)?.checked_div(Decimal::TEN);
        let times = |one: Decimal, other: Decimal| one.checked_mul(other)?.checked_div(Decimal::TEN);
        // Nobody pays with smaller coins than the price is written in.
        let scale = Decimal::from(10u64.checked_pow(new.quantity.number.scale)?);
        let step = scale.checked_mul(Decimal::new(1, new.quantity.number.decimals))?;
        let computed = Bounds {
            value: times(old.bounds.value, tenths.value)?,
            least: times(old.bounds.least, tenths.least)? - step,
            most: most(old.bounds.most, tenths.most).map(|most| most + step),
        };
        return Some(Comparison {
            computed,
            stated: new.bounds,
            calculation: S::of(|| format!("{} × {} ÷ 10", format_number(old.bounds.value), tenths.value.normalize())),
            computed_text: S::of(|| format_number(computed.value)),
            stated_text: S::of(|| format_number(new.bounds.value)),
            has_direction: true,
        });
    }
    let ComputedChange { calculation, bounds } = ratio(old.bounds, new.bounds)?;
    let computed = bounds.times(Decimal::TEN)?;
    let decimals = by.quantity.number.decimals + u32::from(is_in_hundredths);
    let half = Decimal::new(5, decimals + 1);
    let stated = Bounds { least: tenths.least - half, most: tenths.most.map(|most| most + half), ..tenths };
    Some(Comparison {
        computed,
        stated,
        calculation,
        computed_text: S::of(|| format!("{}折", format_rounded(computed.value, decimals))),
        stated_text: S::of(|| format!("{}折", tenths.value.normalize())),
        has_direction: true,
    })
}

/// A change computed from two numbers.
struct ComputedChange<S> {
    calculation: S,
    bounds: Bounds,
}

impl<S> ComputedChange<S> {
    /// The values, the calculation, and the unit that follows the result.
    fn with(self, unit: &'static str) -> (Bounds, S, &'static str) {
        (self.bounds, self.calculation, unit)
    }
}

/// The difference between two numbers. `unit` follows each number in the calculation.
fn difference<S: Shown>(old: Bounds, new: Bounds, unit: &str) -> Option<ComputedChange<S>> {
    let (large, small) = if new.value >= old.value { (new, old) } else { (old, new) };
    let bounds = Bounds {
        value: large.value.checked_sub(small.value)?,
        least: small.most.map_or(Some(Decimal::ZERO), |most| large.least.checked_sub(most))?,
        most: large.most.and_then(|most| most.checked_sub(small.least)),
    };
    let calculation = S::of(|| format!("{}{unit} − {}{unit}", format_number(large.value), format_number(small.value)));
    Some(ComputedChange { calculation, bounds })
}

/// The change relative to the old number, where `whole` stands for all of it: 100 for a result in per cent.
fn relative_change<S: Shown>(old: Bounds, new: Bounds, whole: Decimal) -> Option<ComputedChange<S>> {
    let change = |old: Decimal, new: Decimal| (new - old).abs().checked_mul(whole)?.checked_div(old);
    let value = change(old.value, new.value)?;
    let ends = if new.value >= old.value {
        (change(old.most?, new.least)?, change(old.least, new.most?)?)
    } else {
        (change(old.least, new.most?)?, change(old.most?, new.least)?)
    };
    let (large, small) = if new.value >= old.value { (new, old) } else { (old, new) };
    let calculation = S::of(|| {
        format!("({} − {}) ÷ {}", format_number(large.value), format_number(small.value), format_number(old.value))
    });
    let bounds = Bounds { value, least: ends.0.min(value), most: Some(ends.1.max(value)) };
    Some(ComputedChange { calculation, bounds })
}

/// The new number as a multiple of the old one.
fn ratio<S: Shown>(old: Bounds, new: Bounds) -> Option<ComputedChange<S>> {
    let value = new.value.checked_div(old.value)?;
    let (least, most) = (new.least.checked_div(old.most?)?, new.most?.checked_div(old.least)?);
    Some(ComputedChange {
        calculation: S::of(|| format!("{} ÷ {}", format_number(new.value), format_number(old.value))),
        bounds: Bounds { value, least, most: Some(most) },
    })
}

/// The new number as a multiple of the old one beside stated doublings: 翻两番 is four times as much.
fn doublings<S: Shown>(old: Bounds, new: Bounds, by: Term) -> Option<Comparison<S>> {
    let times = u32::try_from(by.bounds.value).ok().filter(|times| (1..20).contains(times))?;
    if by.bounds.value != Decimal::from(times) {
        return None;
    }
    let stated = Decimal::from(2u64.pow(times));
    let ComputedChange { calculation, bounds: computed } = ratio(old, new)?;
    let slack = stated.checked_mul(Decimal::new(15, 2))?;
    let is_plain = by.quantity.qualifiers.is_empty();
    let most = is_plain.then_some(stated + slack);
    Some(Comparison {
        computed,
        stated: Bounds { value: stated, least: if is_plain { stated - slack } else { Decimal::ZERO }, most },
        calculation,
        computed_text: S::of(|| format_rounded(computed.value, 2)),
        stated_text: S::of(|| stated.to_string()),
        has_direction: true,
    })
}
