//! `numbering`: one kind of slip in an article's numbered items and in how they end.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Article, Fault, Hit, slip};
use crate::block::BlockKind;
use crate::finding::FixSafety;
use crate::text::{Span, numeral_value};

/// Options of a numbering check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNumbering {
    /// The slip it looks for.
    slip: Spanned<String>,
}

/// One kind of slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Numbering {
    wanted: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Wanted {
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

const WANTED: [(&str, Wanted); 5] = [
    ("gap", Wanted::Gap),
    ("mixed", Wanted::Mixed),
    ("level", Wanted::Level),
    ("ends", Wanted::Ends),
    ("inner-stop", Wanted::InnerStop),
];

/// The levels of numbers, the highest first (GB/T 15834—2011 B.3.8): 一、 （一） 1. （1） ①
pub(super) const LEVELS: usize = 5;

/// The number at the head of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub(super) block: usize,
    /// The number with its marks.
    pub(super) span: Span,
    pub(super) level: usize,
    value: u32,
    /// The marks around the number: `、`, `.`, `（）`
    form: String,
}

impl Numbering {
    pub(super) fn compile(raw: &RawNumbering) -> Result<Numbering, Fault> {
        Ok(Numbering { wanted: slip(&raw.slip, &WANTED)? })
    }

    pub(super) fn over(&self, article: &Article) -> Vec<Hit> {
        let items = items(article);
        match self.wanted {
            Wanted::Gap | Wanted::Mixed | Wanted::Level => self.sequence(items),
            Wanted::Ends => runs(items)
                .filter(|run| run.len() > 2 && !run.iter().any(|item| has_inner_stop(article, item)))
                .filter_map(|run| odd_end(article, run))
                .collect(),
            Wanted::InnerStop => runs(items)
                .filter(|run| run.iter().any(|item| has_inner_stop(article, item)))
                .flatten()
                .filter_map(|item| semicolon_end(article, item))
                .collect(),
        }
    }

    fn sequence(&self, items: &[Item]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut last: [Option<&Item>; LEVELS] = [None; LEVELS];
        for item in items {
            let above = last[item.level];
            let is_under = last[item.level + 1..].iter().flatten().next();
            match above {
                Some(before) if item.value != 1 => {
                    if item.value != before.value + 1 && self.wanted == Wanted::Gap {
                        let detail = format!("前一项是{}，这一项是{}", before.value, item.value);
                        hits.push(point(item, before, detail, "前一项在这里。"));
                    }
                    if item.form != before.form && self.wanted == Wanted::Mixed {
                        let detail = format!("前一项用“{}”，这一项用“{}”", before.form, item.form);
                        hits.push(point(item, before, detail, "前一项在这里。"));
                    }
                }
                None if item.value == 1 && self.wanted == Wanted::Level => {
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

/// The numbered blocks of an article.
pub(super) fn items<'a>(article: &'a Article) -> &'a [Item] {
    article.items.get_or_init(|| article.range.clone().filter_map(|block| item(article, block)).collect())
}

/// The number that a block begins with.
fn item(article: &Article, block: usize) -> Option<Item> {
    if !matches!(article.blocks[block].kind, BlockKind::ListItem | BlockKind::Headline | BlockKind::Paragraph) {
        return None;
    }
    let text = article.text(block);
    let first = text.chars().next()?;
    if let '①'..='⑳' = first {
        let value = first as u32 - '①' as u32 + 1;
        return Some(Item { block, span: Span::new(0, first.len_utf8()), level: 4, value, form: "①".to_owned() });
    }
    let bracketed = matches!(first, '（' | '(');
    let start = if bracketed { first.len_utf8() } else { 0 };
    let length: usize = text[start..]
        .chars()
        .take(4)
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .map(char::len_utf8)
        .sum();
    let number = &text[start..start + length];
    let (value, _) = numeral_value(number).filter(|(value, _)| (1..100).contains(value))?;
    let behind = &text[start + length..];
    let mark = behind.chars().next()?;
    let arabic = number.starts_with(|c: char| c.is_ascii_digit());
    let (level, form) = match (bracketed, mark) {
        (true, '）' | ')') => (if arabic { 3 } else { 1 }, format!("{first}{mark}")),
        // The other marks are slips for 、, of which another rule tells.
        (false, '、' | '，' | ',' | '．' | '.') if !arabic && value < 20 => (0, "、".to_owned()),
        (false, '.' | '．' | '、' | '）' | ')') if arabic => (2, mark.to_string()),
        _ => return None,
    };
    let rest = &behind[mark.len_utf8()..];
    // 1.5万 is a number, 1、2号楼 and 三、四年级 lists of numbers; 四、一个模式 is an item.
    let following: String = rest.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).collect();
    let is_next = numeral_value(&following).is_some_and(|(other, _)| other == value + 1);
    let goes_on = !bracketed && (rest.starts_with(|c: char| c.is_ascii_digit()) || is_next);
    (!goes_on).then(|| Item { block, span: Span::new(0, start + length + mark.len_utf8()), level, value, form })
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
