//! Hours that contradict the times of day between which they lie: 8时30分发车，12时30分到达，全程6小时.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Duration;
use crate::check::Hit;
use crate::check::article::{Article, Sentence};
use crate::quantity::{Quantity, QuantityKind, Time};

/// The number of minutes of an hour, and of half a day.
const HOUR: i64 = 60;
const HALF_DAY: i64 = 12 * HOUR;

/// The parts of the day after noon.
const AFTER_NOON: [&str; 9] = ["下午", "午后", "傍晚", "晚上", "晚间", "夜里", "夜间", "深夜", "晚"];

impl Duration {
    /// Compares a number of hours with the only two times of day of its sentence, both of which precede it.
    pub(super) fn check_hours(&self, article: &Article, sentence: &Sentence, length: &Quantity) -> Option<Hit> {
        let (before, after) = (sentence.before(length.span.start), sentence.after(length.span.end));
        let is_said = [&self.either, &self.apart, &self.running].iter().any(|words| words.ending(before).is_some());
        let is_spent = before.strip_suffix('了').is_some_and(|head| self.spent.ending(head).is_some());
        if !is_said && !is_spent && self.within.beginning(after).is_none() {
            return None;
        }
        let times = sentence.quantities.iter().filter_map(|quantity| match quantity.kind {
            QuantityKind::Time(time) => Some((quantity, time)),
            _ => None,
        });
        let times: Vec<(&Quantity, Time)> = times.collect();
        let [(one, first), (other, last)] = times[..] else { return None };
        let is_date_inside = |it: &Quantity| it.date().is_some() && it.span.start > one.span.start;
        let are_plain = [one, other].iter().all(|it| it.upper.is_none() && it.qualifiers.is_empty());
        if other.span.end > length.span.start || !are_plain || sentence.quantities.iter().any(is_date_inside) {
            return None;
        }
        let (stated, [less, more]) = stated_minutes(sentence, length)?;
        let part = |time: Time| time.part_of_day.map(|part| part.of(sentence.text));
        let minutes = |time: Time| {
            let is_late = time.hour < 12 && part(time).is_some_and(|part| AFTER_NOON.contains(&part));
            let hour = i64::from(time.hour) * HOUR + if is_late { HALF_DAY } else { 0 };
            hour + i64::from(time.minute.unwrap_or_default())
        };
        // 上午8时到5时 may be nine hours, 昨晚11时到早上5时 are six.
        let elapsed = (minutes(last) - minutes(first)).rem_euclid(2 * HALF_DAY);
        let is_half_known = part(first).is_some() != part(last).is_some();
        let may_be = [Some(elapsed), is_half_known.then_some((elapsed + HALF_DAY) % (2 * HALF_DAY))];
        let [from, to] = [one, other].map(|it| it.core().of(sentence.text));
        if may_be.into_iter().flatten().any(|elapsed| (stated - less..=stated + more).contains(&elapsed)) {
            article.agrees(sentence.block, length.core(), || format!("{from}至{to} = {}", in_words(elapsed)));
            return None;
        }
        let detail = format!("{from}至{to} = {} ≠ {}", in_words(elapsed), in_words(stated));
        let mut hit = Hit::new(sentence.block, length.core(), Vec::new()).detail(detail);
        hit.related.push((sentence.block, one.core(), "从这时起。".to_owned()));
        Some(hit)
    }
}

/// How many minutes a length states, and how many fewer and more it may mean: 8小时 may be half an hour less, and is what
/// remains if minutes are cut off. `None` if it is not stated in hours and minutes.
fn stated_minutes(sentence: &Sentence, length: &Quantity) -> Option<(i64, [i64; 2])> {
    let (span, unit) = length.unit?;
    let unit_text = span.of(sentence.text);
    let is_of_clock = unit_text.contains("小时") || unit_text.contains("分钟");
    let seconds = length.in_base().filter(|_| is_of_clock && unit.base == "秒")?;
    let minutes = seconds.checked_div(Decimal::from(HOUR))?.to_i64()?;
    if !unit_text.contains("小时") {
        return Some((minutes, [1, 1]));
    }
    let rest = sentence.after(length.span.end);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && rest[digits..].starts_with('分') {
        return Some((minutes + rest[..digits].parse::<i64>().ok()?, [1, 1]));
    }
    let is_whole = length.number.decimals == 0 && !rest.starts_with(['半', '多', '零']);
    Some((minutes, if is_whole { [HOUR / 2, HOUR - 1] } else { [HOUR / 3, HOUR] }))
}

/// A number of minutes as a newspaper writes it: 4小时30分钟.
fn in_words(minutes: i64) -> String {
    match (minutes / HOUR, minutes % HOUR) {
        (0, minutes) => format!("{minutes}分钟"),
        (hours, 0) => format!("{hours}小时"),
        (hours, minutes) => format!("{hours}小时{minutes}分钟"),
    }
}
