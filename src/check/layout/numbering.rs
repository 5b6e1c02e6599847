//! `numbering`: mistakes in the numbers of an article's items, and in the marks at their ends.

use serde::{Deserialize, Serialize};

use crate::check::article::items::{Item, LEVELS};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::finding::FixSafety;
use crate::text::Span;

/// Checks numbered items for one kind of mistake.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// The mistake that the check looks for.
    slip: NumberingSlip,
}

impl OptionsOnly for Numbering {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NumberingSlip {
    /// A number is left out, used twice, or out of order.
    Gap,
    /// A level has two forms of numbers: 1. 2、
    Mixed,
    /// A level comes before the higher level to which it should belong: （一） before 一、
    Level,
    /// Some items of a list end in 。 and some in ；
    Ends,
    /// Items end in ； although one of them contains 。
    InnerStop,
}

impl ArticleCheck for Numbering {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let items = article.items();
        match self.slip {
            NumberingSlip::Gap | NumberingSlip::Mixed | NumberingSlip::Level => self.check_numbers(items),
            NumberingSlip::Ends => runs(items)
                .filter(|run| run.len() > 2 && !run.iter().any(|item| has_inner_stop(article, item)))
                .filter_map(|run| odd_end(article, run, is_followed_by_outer(items, run)))
                .collect(),
            NumberingSlip::InnerStop => runs(items)
                .filter(|run| run.iter().any(|item| has_inner_stop(article, item)))
                .flatten()
                .filter_map(|item| semicolon_end(article, item))
                .collect(),
        }
    }
}

impl Numbering {
    /// Compares the number of each item with that of the previous item of its level.
    fn check_numbers(&self, items: &[Item]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut last: [Option<&Item>; LEVELS] = [None; LEVELS];
        for item in items {
            let previous_of_lower_level = last[item.level + 1..].iter().flatten().next();
            match last[item.level] {
                Some(before) if item.value != 1 => {
                    if item.value != before.value + 1 && self.slip == NumberingSlip::Gap {
                        let detail = format!("前一项是{}，这一项是{}", before.value, item.value);
                        hits.push(hit(item, before, detail, "前一项在这里。"));
                    }
                    if item.form != before.form && self.slip == NumberingSlip::Mixed {
                        let detail = format!("前一项用“{}”，这一项用“{}”", before.form, item.form);
                        hits.push(hit(item, before, detail, "前一项在这里。"));
                    }
                }
                None if item.value == 1 && self.slip == NumberingSlip::Level => {
                    if let Some(lower) = previous_of_lower_level {
                        hits.push(hit(item, lower, String::new(), "低一级的序号在它上面。"));
                    }
                }
                _ => {}
            }
            last[item.level] = Some(item);
            last[item.level + 1..].fill(None);
        }
        hits
    }
}

/// A hit for the number of an item, which cannot be fixed automatically.
fn hit(item: &Item, other: &Item, detail: String, relation: &str) -> Hit {
    let mut hit = Hit::new(item.block, item.span, Vec::new()).detail(detail);
    hit.at_most = FixSafety::None;
    hit.related.push((other.block, other.span, relation.to_owned()));
    hit
}

/// Runs of items of one level in adjacent blocks, with consecutive numbers.
fn runs(items: &[Item]) -> impl Iterator<Item = &[Item]> {
    items.chunk_by(|a, b| a.level == b.level && a.block + 1 == b.block && a.value + 1 == b.value)
}

/// How an item ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With a mark that may be replaced: ； 。 ， (a half-width mark counts as its full-width form).
    Mark(char),
    /// With a mark that must stay: ？ …… 。”
    Fixed,
    /// Without a mark.
    Bare,
}

/// The last character of an item, and how the item ends; `None` for an item that is only a number.
fn end(article: &Article, item: &Item) -> Option<(Span, End)> {
    let text = &article.text(item.block)[..item.end];
    let (at, last) = text.char_indices().next_back().filter(|(at, _)| *at >= item.span.end)?;
    let without_closing = text[item.span.end..].trim_end_matches(['”', '’', '）', ')', '》', '】']);
    let end = match last {
        ';' | '；' => End::Mark('；'),
        '.' | '。' => End::Mark('。'),
        ',' | '，' => End::Mark('，'),
        _ if without_closing
            .ends_with(['。', '！', '？', '…', '；', '：', '，', '、', '.', '!', '?', ';', ':', ',', '—']) =>
        {
            End::Fixed
        }
        _ => End::Bare,
    };
    Some((Span::new(at, text.len()), end))
}

/// Whether an item of a higher level follows a run: the list to which the run belongs goes on.
fn is_followed_by_outer(items: &[Item], run: &[Item]) -> bool {
    let Some(last) = run.last() else { return false };
    let after = items.partition_point(|item| (item.block, item.span.start) <= (last.block, last.span.start));
    items.get(after).is_some_and(|next| next.level < last.level && next.block <= last.block + 1)
}

/// The hit for the first item that ends differently from the others. All items should end alike, or all in ； except the
/// last, which ends in 。, or also in ； if the list goes on that they are an item of.
fn odd_end(article: &Article, run: &[Item], may_go_on: bool) -> Option<Hit> {
    let ends: Vec<(Span, End)> = run.iter().map(|item| end(article, item)).collect::<Option<_>>()?;
    let last = run.len() - 1;
    let count = |kind: &End| ends[..last].iter().filter(|(_, end)| end == kind).count();
    let common = [End::Mark('；'), End::Mark('。'), End::Bare].into_iter().max_by_key(count)?;
    let expected = |index: usize| if index == last && common == End::Mark('；') { End::Mark('。') } else { common };
    let agree = (0..run.len()).filter(|&index| ends[index].1 == expected(index)).count();
    // If more than a third of the items end differently, it is unclear how all should end.
    if agree * 3 < run.len() * 2 {
        return None;
    }
    let goes_on = |index: usize| may_go_on && index == last && ends[index].1 == common;
    let odd = (0..run.len()).find(|&at| ![expected(at), End::Fixed].contains(&ends[at].1) && !goes_on(at))?;
    let (span, found) = ends[odd];
    let kept = if found == End::Bare { span.of(article.text(run[odd].block)) } else { "" };
    let to = match expected(odd) {
        End::Mark(mark) => format!("{kept}{mark}"),
        _ => kept.to_owned(),
    };
    Some(Hit::new(run[odd].block, span, vec![to]))
}

/// Whether an item contains 。 before its end, outside of quotation marks and brackets.
fn has_inner_stop(article: &Article, item: &Item) -> bool {
    let Some((last, _)) = end(article, item) else { return false };
    let mut depth = 0;
    article.text(item.block)[item.span.end..last.start].chars().any(|c| {
        match c {
            '“' | '‘' | '（' | '(' | '《' => depth += 1,
            '”' | '’' | '）' | ')' | '》' => depth -= 1,
            _ => {}
        }
        c == '。' && depth == 0
    })
}

/// The hit for an item that ends in ；
fn semicolon_end(article: &Article, item: &Item) -> Option<Hit> {
    let (span, end) = end(article, item)?;
    (end == End::Mark('；')).then(|| Hit::new(item.block, span, vec!["。".to_owned()]))
}
