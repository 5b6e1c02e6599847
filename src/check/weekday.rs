//! `weekday`: a weekday beside a date that falls on another: 2023年11月1日（星期四）.

use serde::{Deserialize, Serialize};

use super::{Article, Hit, Sighting};
use crate::quantity::Date;
use crate::text::{Span, is_han};

/// A weekday check has no options.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekday {}

/// The days from Monday on; Sunday has two names.
const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];

/// What may stand behind 周三 where no bracket ends it.
const BEHIND_WEEKDAY: &str = "上下早晚凌中的在开举召";

/// A date without a year is of the one year that the article names, if it names just one.
pub(super) fn over(article: &Article, sightings: &[Sighting]) -> Vec<Hit> {
    let scanned = article.quantities(sightings);
    let mut years = scanned
        .iter()
        .flat_map(|(_, quantities)| quantities)
        .filter_map(|quantity| quantity.date().filter(|date| !date.is_of_another_calendar)?.year);
    let only_year = years.next().filter(|year| years.all(|other| other == *year));
    let mut hits = Vec::new();
    for (block, quantities) in scanned {
        let text = article.text(*block);
        for quantity in quantities {
            let Some(date) = quantity.date().filter(|date| !date.is_of_another_calendar) else { continue };
            if let Some((named, end)) = weekday_behind(text, quantity.span.end)
                && let Some(date) = date.year.or(only_year).map(|year| Date { year: Some(year), ..date })
                && let Some(true) = date.weekday().map(|is| is != named)
                && let (Some(year), Some(month), Some(day), Some(is)) =
                    (date.year, date.month, date.day, date.weekday())
            {
                let detail = format!("{year}年{month}月{day}日是星期{}", DAYS[is]);
                hits.push(Hit::new(*block, Span::new(quantity.span.start, end), Vec::new()).detail(detail));
            }
        }
    }
    hits
}

/// The weekday that stands at `at`, perhaps in brackets, and its end.
fn weekday_behind(text: &str, at: usize) -> Option<(usize, usize)> {
    let behind = &text[at..];
    let inside = behind.strip_prefix(['（', '(', '，', ' ']).unwrap_or(behind);
    let rest = ["星期", "礼拜", "周"].into_iter().find_map(|word| inside.strip_prefix(word))?;
    let mut following = rest.chars();
    let day = following.next()?;
    // 11月1日周三上午, but not 11月1日周一鸣.
    let is_in_sentence = inside.starts_with('周') && inside.len() == behind.len();
    if is_in_sentence && following.next().is_some_and(|c| is_han(c) && !BEHIND_WEEKDAY.contains(c)) {
        return None;
    }
    let number = DAYS.iter().position(|known| *known == day)?;
    Some((number.min(6), text.len() - rest.len() + day.len_utf8()))
}
