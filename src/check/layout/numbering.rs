//! `numbering`: one kind of slip in an article's numbered items and in how they end.

use serde::{Deserialize, Serialize};

use crate::check::article::items::{Item, LEVELS};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::finding::FixSafety;
use crate::text::Span;

/// One kind of slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// The slip it looks for.
    slip: NumberingFault,
}

impl Plain for Numbering {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NumberingFault {
    /// A number left out, used twice, or out of order.
    Gap,
    /// Two forms of number at one level: 1. 2、
    Mixed,
    /// A level above one that it should stand under: （一） above 一、
    Level,
    /// Items that end in 。 and ； by turns.
    Ends,
    /// An item with 。 inside that ends in ；
    InnerStop,
}

impl ArticleCheck for Numbering {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let items = article.items();
        match self.slip {
            NumberingFault::Gap | NumberingFault::Mixed | NumberingFault::Level => self.sequence(items),
            NumberingFault::Ends => runs(items)
                .filter(|run| run.len() > 2 && !run.iter().any(|item| has_inner_stop(article, item)))
                .filter_map(|run| odd_end(article, run))
                .collect(),
            NumberingFault::InnerStop => runs(items)
                .filter(|run| run.iter().any(|item| has_inner_stop(article, item)))
                .flatten()
                .filter_map(|item| semicolon_end(article, item))
                .collect(),
        }
    }
}

impl Numbering {
    fn sequence(&self, items: &[Item]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut last: [Option<&Item>; LEVELS] = [None; LEVELS];
        for item in items {
            let above = last[item.level];
            let is_under = last[item.level + 1..].iter().flatten().next();
            match above {
                Some(before) if item.value != 1 => {
                    if item.value != before.value + 1 && self.slip == NumberingFault::Gap {
                        let detail = format!("前一项是{}，这一项是{}", before.value, item.value);
                        hits.push(point(item, before, detail, "前一项在这里。"));
                    }
                    if item.form != before.form && self.slip == NumberingFault::Mixed {
                        let detail = format!("前一项用“{}”，这一项用“{}”", before.form, item.form);
                        hits.push(point(item, before, detail, "前一项在这里。"));
                    }
                }
                None if item.value == 1 && self.slip == NumberingFault::Level => {
                    if let Some(below) = is_under {
                        hits.push(point(item, below, String::new(), "低一级的序号在它上面。"));
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

fn point(item: &Item, other: &Item, detail: String, why: &str) -> Hit {
    let mut hit = Hit::new(item.block, item.span, Vec::new()).detail(detail);
    hit.at_most = FixSafety::None;
    hit.related.push((other.block, other.span, why.to_owned()));
    hit
}

/// Runs of items that stand block behind block at one level.
fn runs(items: &[Item]) -> impl Iterator<Item = &[Item]> {
    items.chunk_by(|a, b| a.level == b.level && a.block + 1 == b.block && a.value + 1 == b.value)
}

/// What an item ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A point that could be another: ； 。 ， (a half-width mark counts as its full-width form).
    Point(char),
    /// A mark that stays: ？ …… 。”
    Fixed,
    /// No mark.
    Bare,
}

/// An item's last character, and what that makes of its end; `None` for an item that is only a number.
fn end(article: &Article, item: &Item) -> Option<(Span, End)> {
    let text = article.text(item.block);
    let (at, last) = text.char_indices().next_back().filter(|(at, _)| *at >= item.span.end)?;
    let said = text[item.span.end..].trim_end_matches(['”', '’', '）', ')', '》', '】']);
    let end = match last {
        ';' | '；' => End::Point('；'),
        '.' | '。' => End::Point('。'),
        ',' | '，' => End::Point('，'),
        _ if said.ends_with(['。', '！', '？', '…', '；', '：', '，', '、', '.', '!', '?', ';', ':', ',', '—']) => {
            End::Fixed
        }
        _ => End::Bare,
    };
    Some((Span::new(at, text.len()), end))
}

/// The first item whose end does not go with those of the others: all but the last ； and the last 。, or all
/// alike.
fn odd_end(article: &Article, run: &[Item]) -> Option<Hit> {
    let ends: Vec<(Span, End)> = run.iter().map(|item| end(article, item)).collect::<Option<_>>()?;
    let last = run.len() - 1;
    let count = |wanted: &End| ends[..last].iter().filter(|(_, end)| end == wanted).count();
    let common = [End::Point('；'), End::Point('。'), End::Bare].into_iter().max_by_key(count)?;
    let wanted = |index: usize| if index == last && common == End::Point('；') { End::Point('。') } else { common };
    let agree = (0..run.len()).filter(|&index| ends[index].1 == wanted(index)).count();
    // Where the items agree on nothing there is no form to hold them to.
    if agree * 3 < run.len() * 2 {
        return None;
    }
    let odd = (0..run.len()).find(|&index| ![wanted(index), End::Fixed].contains(&ends[index].1))?;
    let (span, found) = ends[odd];
    let kept = if found == End::Bare { span.of(article.text(run[odd].block)) } else { "" };
    let to = match wanted(odd) {
        End::Point(mark) => format!("{kept}{mark}"),
        _ => kept.to_owned(),
    };
    Some(Hit::new(run[odd].block, span, vec![to]))
}

/// Has an item a 。 before its end? Inside a quotation or brackets the stop is theirs.
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

fn semicolon_end(article: &Article, item: &Item) -> Option<Hit> {
    let (span, end) = end(article, item)?;
    (end == End::Point('；')).then(|| Hit::new(item.block, span, vec!["。".to_owned()]))
}
