//! `dateline`: what a dispatch reports as done on a day after its dateline: 新华社江城10月24日电……29日宣布.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Compares the day of a dateline with the days on which somebody said or did something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dateline {
    /// The end of a dateline; see [`CueList`].
    pub cue: CueList,
    /// Verbs of what has been said or done: 宣布
    done: WordList,
    /// Words between the day and the verb: 上午 又
    between: WordList,
    /// Words before the day that put it into the future, or into another month.
    unless: WordList,
}

impl OptionsOnly for Dateline {}

/// The part of a dispatch after its dateline in which days are those of the same month.
const REACH: usize = 140;
/// How many characters before a day are searched for words that put it into the future.
const BEFORE: usize = 14;
/// The maximum number of words between a day and the verb.
const MOST_WORDS: usize = 4;
/// The characters before the second of two days.
const RANGE: [char; 9] = ['至', '到', '—', '～', '－', '-', '、', '和', '及'];
/// The maximum number of characters of a place between a day and the verb: 10日在江城会见.
const LONGEST_PLACE: usize = 24;
/// The maximum number of days between the dateline and a day that is certainly of the same month.
const MOST_DAYS: u32 = 12;

impl ArticleCheck for Dateline {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let hits = |it: &CharOccurrence| self.hits_after(article, it.block as usize, it.at as usize);
        occurrences.iter().flat_map(hits).collect()
    }
}

impl Dateline {
    /// The hits for days after the dateline whose 日 is at byte `at` of a block's text.
    fn hits_after(&self, article: &Article, block: usize, at: usize) -> Vec<Hit> {
        let text = article.text(block);
        let Some((own, before)) = day_before(&text[..at]) else { return Vec::new() };
        let own_month = month_before(before);
        let start = at + '日'.len_utf8();
        let end = text[start..].char_indices().nth(REACH).map_or(text.len(), |(length, _)| start + length);
        let body = &text[start..end];
        let hit = |(found, _): (usize, &str)| {
            let to = start + found;
            let (day, before) = day_before(&text[..to]).filter(|(_, before)| before.len() >= start)?;
            let month = month_before(before);
            let is_later = day > own && day - own <= MOST_DAYS && day <= 31;
            if !is_later || before.ends_with('月') && (month.is_none() || month != own_month) {
                return None;
            }
            let from = month.map_or(before.len(), |_| before.trim_end_matches('月').trim_end_matches(is_digit).len());
            let lead = &text[start..from];
            let lead = lead.char_indices().rev().nth(BEFORE).map_or(lead, |(at, _)| &lead[at..]);
            let sentence = lead.rsplit(['。', '！', '？', '\n', '）']).next()?;
            if self.unless.any_in(sentence) || sentence.ends_with(RANGE) || !self.is_done(&text[to + '日'.len_utf8()..])
            {
                return None;
            }
            let span = Span::new(from, to + '日'.len_utf8());
            let detail = format!("电头是{own}日的，“{}”却在其后", span.of(text));
            let mut hit = Hit::new(block, span, Vec::new()).detail(detail);
            hit.related.push((block, Span::new(before_digits(&text[..at]), start), "电头在这里。".to_owned()));
            Some(hit)
        };
        body.match_indices('日').filter_map(hit).collect()
    }

    /// Whether the verb after a day says that something has been done.
    fn is_done(&self, after: &str) -> bool {
        let mut rest = after;
        for _ in 0..MOST_WORDS {
            let Some(word) = self.between.beginning(rest) else { break };
            rest = &rest[word.len()..];
        }
        if self.done.beginning(rest).is_some() {
            return true;
        }
        let Some(place) = rest.strip_prefix('在') else { return false };
        let end = place.char_indices().nth(LONGEST_PLACE).map_or(place.len(), |(at, _)| at);
        let near = place[..end].split(['，', '。', '；', '、', '\n', '将']).next().unwrap_or_default();
        near.char_indices().any(|(at, _)| self.done.beginning(&place[at..]).is_some())
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// The number that at most two digits state.
fn number(digits: &str) -> Option<u32> {
    let value = |c: char| c.to_digit(10).or_else(|| u32::from(c).checked_sub(u32::from('０')));
    let is_short = !digits.is_empty() && digits.chars().nth(2).is_none();
    is_short.then(|| digits.chars().try_fold(0, |sum, c| Some(sum * 10 + value(c)?))).flatten()
}

/// The byte at which the digits at the end of a text begin.
fn before_digits(text: &str) -> usize {
    text.trim_end_matches(is_digit).len()
}

/// The day in digits at the end of a text, and the text before it.
fn day_before(text: &str) -> Option<(u32, &str)> {
    let (before, digits) = text.split_at(before_digits(text));
    let day = number(digits).filter(|day| (1..=31).contains(day))?;
    Some((day, before))
}

/// The month at the end of a text.
fn month_before(text: &str) -> Option<u32> {
    let head = text.strip_suffix('月')?;
    number(&head[before_digits(head)..]).filter(|month| (1..=12).contains(month))
}
