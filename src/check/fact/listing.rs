//! `listing`: a list, and how many things it is said to have: 三个重点：稳、准; 贵州、云南、四川两省.

use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Kind, Quantity};
use crate::text::{Span, is_han};

/// Lists and their counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The words of which one stands in the sentence: see [`CueList`].
    pub cue: CueList,
    /// The units of a list that a colon begins: 个 项
    units: WordList,
    /// The units that stand directly behind a list: 省 市
    behind: WordList,
    /// What makes a list open: 等
    open: WordList,
    /// What joins the last two of a list: 和
    and: WordList,
}

impl Plain for Listing {}

/// The most characters between the count and the colon, and of a thing in a list.
const REACH: usize = 12;
const LONGEST_ITEM: usize = 16;
/// The most characters of a name in a list that has its count behind it.
const LONGEST_NAME: usize = 4;

impl ArticleCheck for Listing {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let read = article.read(occurrences, Near::Before(12), Reach::Sentence);
        for sentence in read.sentences() {
            for (index, quantity) in sentence.quantities.iter().enumerate() {
                let Some((count, unit)) = count(sentence.text, quantity) else { continue };
                let before =
                    index.checked_sub(1).map_or(sentence.span.start, |index| sentence.quantities[index].span.end);
                let found = if self.behind.iter().any(|known| known == unit) {
                    self.list_before(&sentence, quantity, before)
                } else {
                    None
                };
                let found = found.or_else(|| {
                    let next = sentence.quantities.get(index + 1).map(|next| next.span.start);
                    let is_unit = self.units.iter().any(|known| known == unit);
                    is_unit.then(|| self.list_behind(&sentence, quantity, next))?
                });
                let Some(List { span, least, most }) = found else { continue };
                let shown = if least == most { least.to_string() } else { format!("{least}～{most}") };
                if (least..=most).contains(&count) {
                    article.agrees(sentence.block, quantity.core(), || format!("列出 {count} 项 = {count}"));
                    continue;
                }
                let detail = format!("列出 {shown} 项 ≠ {count}");
                let mut hit = Hit::new(sentence.block, quantity.core(), Vec::new()).detail(detail);
                hit.related.push((sentence.block, span, "列出的在这里。".to_owned()));
                hits.push(hit);
            }
        }
        hits
    }
}

impl Listing {
    /// 三个重点：稳、准、快。
    fn list_behind(&self, sentence: &Sentence, quantity: &Quantity, next: Option<usize>) -> Option<List> {
        let behind = sentence.after(quantity.span.end);
        let colon = behind.find('：')?;
        let named = &behind[..colon];
        if named.chars().count() > REACH || named.contains(['，', '；', '、']) || self.open.any_in(named) {
            return None;
        }
        let start = quantity.span.end + colon + '：'.len_utf8();
        let list = sentence.after(start);
        let is_plain = next.is_none_or(|next| next >= start + list.len()) && !self.open.any_in(list);
        if !is_plain || list.contains(['：', '（', '—', '…', '，']) {
            return None;
        }
        let mark = if list.contains('；') { '；' } else { '、' };
        let items: Vec<&str> = match list.matches('”').count() {
            quoted if quoted > 1 && !list.contains(mark) => {
                list.split_inclusive('”').filter(|item| item.contains('“')).collect()
            }
            _ => list.split(mark).collect(),
        };
        if items.len() < 2 || items.iter().any(|item| item.trim().is_empty()) {
            return None;
        }
        if mark == '、' && items.iter().any(|item| item.chars().count() > LONGEST_ITEM) {
            return None;
        }
        let joins = self.joins(items.last()?);
        Some(List { span: Span::new(start, start + list.len()), least: items.len(), most: items.len() + joins })
    }

    /// 贵州、云南、四川三省
    fn list_before(&self, sentence: &Sentence, quantity: &Quantity, from: usize) -> Option<List> {
        let start = quantity.span.start;
        let head = sentence.text.get(from..start)?;
        if sentence.quantities.iter().any(|next| next.span.start == quantity.span.end) {
            return None;
        }
        let clause = head.rsplit(|c| "，；：。（）“”《》".contains(c)).next()?;
        if self.open.any_in(clause) {
            return None;
        }
        let clause_start = start - clause.len();
        let mut items: Vec<&str> = clause.split('、').collect();
        let last = items.pop()?;
        if let Some((one, other)) = self.and.iter().find_map(|word| last.split_once(word)) {
            items.extend([one, other]);
        } else {
            items.push(last);
        }
        // Where the list begins nobody can tell, unless all the rest are names of one length.
        let rest = &items[1..];
        let length = |item: &&str| item.chars().count();
        let is_name = |item: &&str| (2..=LONGEST_NAME).contains(&length(item)) && item.chars().all(is_han);
        let alike = rest.iter().map(length).max()? - rest.iter().map(length).min()? == 0;
        let is_list = clause.contains('、') && rest.len() > 1 && rest.iter().all(is_name) && alike;
        is_list.then_some(List { span: Span::new(clause_start, start), least: items.len(), most: items.len() })
    }

    fn joins(&self, item: &str) -> usize {
        self.and.iter().map(|word| item.matches(word).count()).sum()
    }
}

/// A list: where it stands, and how many things it has, as far as that can be told.
struct List {
    span: Span,
    least: usize,
    most: usize,
}

/// How many a quantity says there are, and its unit.
fn count<'t>(text: &'t str, quantity: &Quantity) -> Option<(usize, &'t str)> {
    let (unit, _) = quantity.unit.filter(|_| is_amount(quantity) && quantity.kind != Kind::Ordinal)?;
    let is_plain = quantity.marks.is_empty() && quantity.upper.is_none();
    let count = quantity.number.value.exact().filter(|_| is_plain)?.to_usize()?;
    (2..=20).contains(&count).then(|| (count, unit.of(text)))
}
