//! `item-twice`: an item that stands twice in one list: 贵州、云南、四川、云南.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::scan;
use crate::text::{Span, is_han};

/// Looks for items that stand twice in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemTwice {
    /// The mark between items; see [`CueList`].
    pub cue: CueList,
    /// Words that join two lists, or that begin another thought, in an item: 的 或者
    joins: WordList,
    /// Words behind the last item of a list: 等
    behind: WordList,
    /// Words before the first item of a list: 来自
    ahead: WordList,
}

impl OptionsOnly for ItemTwice {}

/// The mark between items.
const MARK: char = '、';
/// The least and the greatest number of characters of an item that is compared.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=8;
/// The least number of items of a list.
const LEAST_ITEMS: usize = 4;
/// The maximum number of items that are compared with each other.
const MOST_ITEMS: usize = 24;
/// The marks at which a list ends.
const ENDS: [char; 14] = ['，', '。', '；', '：', '！', '？', '（', '）', '“', '”', '《', '》', '\n', '…'];

impl ArticleCheck for ItemTwice {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut from = 0;
        while from < occurrences.len() {
            let marks = list_from(article, &occurrences[from..]);
            hits.extend(self.hit_in(article, &occurrences[from..from + marks]));
            from += marks;
        }
        hits
    }
}

/// How many of the marks belong to the list of the first one.
fn list_from(article: &Article, marks: &[CharOccurrence]) -> usize {
    let is_next = |pair: &&[CharOccurrence]| {
        let (one, next) = (pair[0], pair[1]);
        let is_near = one.block == next.block && next.at - one.at <= 3 * (*LENGTHS.end() as u32 + 1);
        is_near && !article.text(one.block as usize)[one.at as usize..next.at as usize].contains(ENDS)
    };
    1 + marks.windows(2).take(MOST_ITEMS).take_while(is_next).count()
}

impl ItemTwice {
    /// The hit for an item that stands twice in the list with these marks.
    fn hit_in(&self, article: &Article, marks: &[CharOccurrence]) -> Option<Hit> {
        if marks.len() + 1 < LEAST_ITEMS {
            return None;
        }
        let (first, last) = (marks.first()?, marks.last()?);
        let (block, text) = (first.block as usize, article.text(first.block as usize));
        let mark = MARK.len_utf8();
        let inner = marks.windows(2).map(|pair| Span::new(pair[0].at as usize + mark, pair[1].at as usize));
        let head = self.first_item(text, first.at as usize);
        let tail = self.last_item(text, last.at as usize + mark);
        let items: Vec<Span> = head.into_iter().chain(inner).chain(tail).collect();
        let is_name = |item: &str| {
            let is_amount = || scan(item).iter().any(|it| it.unit.is_some());
            LENGTHS.contains(&item.chars().count())
                && item.chars().all(is_han)
                && !item.starts_with('第')
                && !is_amount()
        };
        // The text before an item ends as the text before the other one: 生产、|经营、使用和禁止生产、|经营.
        let end_before = |at: usize| {
            let before = text[..items[at].start].trim_end_matches(MARK);
            before.char_indices().rev().nth(1).map(|(from, _)| &before[from..])
        };
        let is_begun_again = |earlier: usize, at: usize| at > earlier + 1 && end_before(earlier) == end_before(at);
        let find = |at: usize| {
            let item = items[at].of(text);
            let earlier = items[..at].iter().position(|other| other.of(text) == item)?;
            // What comes between may begin a second list: 生产、经营、使用的设备和生产、经营.
            let between = &items[earlier..=at];
            let is_side_by_side = earlier + 1 == at;
            let is_plain = |it: &str| is_name(it) && (is_side_by_side || !self.joins.any_in(it));
            let is_one_list = between.iter().all(|it| is_plain(it.of(text))) && !is_begun_again(earlier, at);
            let are_others = items.iter().filter(|other| other.of(text) != item).count() + 2 >= LEAST_ITEMS;
            let contains = |it: &&Span| it.of(text) != item && it.of(text).contains(item);
            (is_one_list && are_others && !between.iter().any(|it| contains(&it))).then_some((earlier, at))
        };
        let mut found = (1..items.len()).filter_map(find);
        let (earlier, at) = found.next()?;
        // Two lists of the same things, or words that are repeated on purpose.
        if found.next().is_some() {
            return None;
        }
        let mut hit = Hit::new(block, items[at], Vec::new());
        hit.related.push((block, items[earlier], "前面已经列出。".to_owned()));
        Some(hit)
    }

    /// The first item of a list, which ends at byte `end`, if it is certain where it begins.
    fn first_item(&self, text: &str, end: usize) -> Option<Span> {
        let head = &text[..end];
        let starts = head.char_indices().rev().take(*LENGTHS.end()).skip(1).map(|(at, _)| at);
        let begins = |at: &usize| {
            let before = &head[..*at];
            before.is_empty() || before.ends_with(ENDS) || self.ahead.ending(before).is_some()
        };
        starts.into_iter().find(begins).map(|at| Span::new(at, end))
    }

    /// The last item of a list, which begins at byte `start`, if it is certain where it ends.
    fn last_item(&self, text: &str, start: usize) -> Option<Span> {
        let rest = &text[start..];
        let ends = rest.char_indices().take(*LENGTHS.end() + 1).skip(2).map(|(at, _)| at);
        let is_end = |at: &usize| rest[*at..].starts_with(ENDS) || self.behind.beginning(&rest[*at..]).is_some();
        let end = ends.into_iter().find(is_end)?;
        Some(Span::new(start, start + end))
    }
}
