//! `weekday`: a weekday next to a date that falls on another weekday: 2023年11月1日（星期四）.

use serde::{Deserialize, Serialize};

use crate::check::article::dates::ResolvedDate;
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, OptionError};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Date, begins_quantity, scan};
use crate::text::{Span, is_han};

/// A weekday check has no options.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekdayOptions {}

/// Weekdays next to dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weekday {
    /// The cues of weekdays.
    pub cue: CueList,
}

/// The cues: the ways a weekday begins after a date.
const CUES: &str = "星期 礼拜 日周 号周 天周 （周 (周 ，周";

/// The names of the days from Monday on. Sunday has two names.
const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];

/// The Chinese characters that may follow 周三 directly after a date: 11月1日周三上午.
const AFTER_WEEKDAY: &str = "上下早晚凌中的在开举召";

/// What may be between a date and its weekday, besides a mark: 11月1日是星期三.
const LINKS: [&str; 7] = ["是", "为", "正是", "恰是", "正好是", "恰好是", "正值"];

/// The maximum length in bytes of a date after its weekday: 星期三（2023年11月1日）.
const LONGEST_DATE: usize = 40;

/// A date with the weekday that the text states for it.
struct Statement {
    block: usize,
    /// The date and the weekday.
    span: Span,
    date: ResolvedDate,
    /// The index of the weekday in the week from Monday on.
    stated: usize,
}

impl Compile for Weekday {
    type Options = WeekdayOptions;

    fn compile(_: &WeekdayOptions, _: &Classes) -> Result<Weekday, OptionError> {
        Ok(Weekday { cue: CueList::new(CUES) })
    }
}

impl ArticleCheck for Weekday {
    /// The weekday is right if it fits one of the dates that may be meant. Of dates whose year is unknown, two with
    /// weekdays can still contradict each other.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The last statement that is not known to be wrong.
        let mut previous: Option<Statement> = None;
        for occurrence in occurrences {
            let Some(statement) = Statement::at(article, *occurrence) else { continue };
            let hit = previous.as_ref().and_then(|previous| contradiction(article, previous, &statement));
            match hit.or_else(|| statement.check(article)) {
                Some(hit) => hits.push(hit),
                None => previous = Some(statement),
            }
        }
        hits
    }
}

impl Statement {
    /// The statement with a weekday at a cue.
    fn at(article: &Article, occurrence: CharOccurrence) -> Option<Statement> {
        let block = occurrence.block as usize;
        let text = article.text(block);
        let cue = &text[occurrence.at as usize..];
        let from_weekday = cue.strip_prefix(['（', '(', '，', '日', '号', '天']).unwrap_or(cue);
        let from_day = ["星期", "礼拜", "周"].into_iter().find_map(|word| from_weekday.strip_prefix(word))?;
        let day = from_day.chars().next()?;
        let stated = DAYS.iter().position(|known| *known == day)?.min(6);
        let rest = &from_day[day.len_utf8()..];
        // In 6月5日（周一至周五） the weekdays are another statement.
        if rest.starts_with(['—', '-', '－', '–', '～', '~', '至', '到', '、']) {
            return None;
        }
        let (start, end) = (text.len() - from_weekday.len(), text.len() - rest.len());
        let mut head = text[..start].trim_end_matches(['（', '(', '，', ' ']);
        head = LINKS.iter().filter_map(|link| head.strip_suffix(link)).min_by_key(|head| head.len()).unwrap_or(head);
        let is_adjacent = from_weekday.starts_with('周') && head.len() == start;
        // 11月1日周三上午, but not 11月1日周一鸣.
        if is_adjacent && rest.chars().next().is_some_and(|c| is_han(c) && !AFTER_WEEKDAY.contains(c)) {
            return None;
        }
        if head.ends_with(|c: char| matches!(c, '日' | '号' | '天') || c.is_ascii_digit())
            && let Some(date) = article.date_ending_at(block, head.len())
        {
            return Some(Statement { block, span: Span::new(date.span.start, end), date, stated });
        }
        let (date, close) = date_in_brackets(rest)?;
        let date = ResolvedDate { span: Span::new(end, end + close), written: date, meant: vec![date] };
        Some(Statement { block, span: Span::new(start, end + close), date, stated })
    }

    /// The hit if the weekday fits none of the dates that may be meant.
    fn check(&self, article: &Article) -> Option<Hit> {
        let dates = self.date.meant.iter();
        let with_weekdays: Vec<(Date, usize)> = dates.filter_map(|date| Some((*date, date.weekday()?))).collect();
        let right = with_weekdays.iter().find(|(_, weekday)| *weekday == self.stated);
        if let Some((date, weekday)) = right {
            article.agrees(self.block, self.span, || describe(*date, *weekday));
            return None;
        }
        let (date, weekday) = with_weekdays.first()?;
        Some(Hit::new(self.block, self.span, Vec::new()).detail(describe(*date, *weekday)))
    }
}

/// The complete date in brackets with which a text begins, and the byte at which it ends.
fn date_in_brackets(text: &str) -> Option<(Date, usize)> {
    let inner = text.strip_prefix(['（', '(']).filter(|inner| inner.starts_with(begins_quantity))?;
    let near = inner.char_indices().nth(LONGEST_DATE).map_or(inner, |(at, _)| &inner[..at]);
    let close = near.find(['）', ')'])?;
    let quantity = scan(&near[..close]).into_iter().next().filter(|quantity| quantity.span == Span::new(0, close))?;
    let date = quantity.date().filter(|date| date.days().is_some() && quantity.upper.is_none())?;
    Some((date, text.len() - inner.len() + close))
}

/// The hit for two weekdays without a year that cannot both be right, whatever the year: 9日（周五）至11日（周六）. The dates must be
/// near each other and not on both sides of the end of February.
fn contradiction(article: &Article, one: &Statement, other: &Statement) -> Option<Hit> {
    /// The maximum distance of the statements in bytes, and of the dates in days.
    const NEAR: (usize, u32) = (120, 45);
    let between = article.text(one.block).get(one.span.end..other.span.start).filter(|_| one.block == other.block)?;
    let names_month = one.date.written.month.is_some() || other.date.written.month.is_none();
    if between.len() > NEAR.0 || between.contains(['。', '年']) || !names_month {
        return None;
    }
    let in_year = |date: Date, month: Option<u32>| Date { year: Some(2023), month: date.month.or(month), ..date };
    let first = in_year(one.date.written, other.date.written.month.or(Some(1)));
    let last = in_year(other.date.written, first.month);
    let (from, to) = (first.days()?, last.days()?);
    let is_over_february = |date: Date| date.month > Some(2);
    let days = to.checked_sub(from).filter(|days| (1..=NEAR.1).contains(days))?;
    let has_year = one.date.written.year.or(other.date.written.year).is_some();
    if has_year || is_over_february(first) != is_over_february(last) {
        return None;
    }
    let expected = (one.stated + days as usize) % 7;
    (expected != other.stated).then(|| {
        let detail = format!("{days}天以前是星期{}，这一天该是星期{}", DAYS[one.stated], DAYS[expected]);
        let mut hit = Hit::new(other.block, other.span, Vec::new()).detail(detail);
        hit.related.push((one.block, one.span, "那一天的星期在这里。".to_owned()));
        hit
    })
}

/// Says on which weekday a date falls, as a Chinese sentence.
fn describe(date: Date, weekday: usize) -> String {
    let part = |part: Option<u32>| part.unwrap_or_default();
    format!("{}年{}月{}日是星期{}", part(date.year), part(date.month), part(date.day), DAYS[weekday])
}
