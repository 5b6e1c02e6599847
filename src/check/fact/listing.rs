//! `listing`: a list that has more or fewer items than the text states: 三个重点：稳、准; 贵州、云南、四川两省.

use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Quantity, QuantityKind};
use crate::text::{Span, is_han};

/// Compares lists with the stated numbers of their items.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Units of a count before a list that a colon introduces: 个 项
    units: WordList,
    /// Units of a count directly after a list: 省 市
    behind: WordList,
    /// Words that mark a list as incomplete: 等
    open: WordList,
    /// Words that join the last two items of a list: 和
    and: WordList,
}

impl OptionsOnly for Listing {}

/// The maximum number of characters between the count and the colon; also how many before the colon are searched for
/// the count's numeral.
const REACH: usize = 12;
/// The least number of items whose count is worth a confirmation.
const LEAST_CONFIRMED: usize = 5;
/// The maximum number of characters of an item in a list after a colon.
const LONGEST_ITEM: usize = 16;
/// The maximum number of characters of a name in a list that is followed by its count.
const LONGEST_NAME: usize = 4;

/// A list in the text, and the number of its items as far as it can be determined.
struct ItemList {
    span: Span,
    least: usize,
    most: usize,
}

impl ArticleCheck for Listing {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Before(REACH), SentencesRead::One);
        for sentence in sentences {
            for (index, quantity) in sentence.quantities.iter().enumerate() {
                let Some((count, unit)) = stated_count(sentence.text, quantity) else { continue };
                let Some(list) = self.list_near(&sentence, index, unit) else { continue };
                let ItemList { span, least, most } = list;
                if (least..=most).contains(&count) {
                    // That three are three needs no confirmation.
                    if count < LEAST_CONFIRMED {
                        continue;
                    }
                    article.agrees(sentence.block, quantity.core(), || format!("列出 {count} 项 = {count}"));
                    continue;
                }
                let counted = if least == most { least.to_string() } else { format!("{least}～{most}") };
                let detail = format!("列出 {counted} 项 ≠ {count}");
                let mut hit = Hit::new(sentence.block, quantity.core(), Vec::new()).detail(detail);
                hit.related.push((sentence.block, span, "列出的在这里。".to_owned()));
                hits.push(hit);
            }
        }
        hits
    }
}

impl Listing {
    /// The list whose items quantity `index` of a sentence counts in `unit`: the list before it, or else the list after
    /// it.
    fn list_near(&self, sentence: &Sentence, index: usize, unit: &str) -> Option<ItemList> {
        let quantity = &sentence.quantities[index];
        let list_before = || {
            let from = index.checked_sub(1).map_or(sentence.span.start, |index| sentence.quantities[index].span.end);
            self.list_before(sentence, quantity, from)
        };
        let list_after = || {
            let next = sentence.quantities.get(index + 1).map(|next| next.span.start);
            self.list_after(sentence, quantity, next)
        };
        let found = if self.behind.has(unit) { list_before() } else { None };
        found.or_else(|| if self.units.has(unit) { list_after() } else { None })
    }

    /// The list after a count and a colon: 三个重点：稳、准、快. `next` is the start of the next quantity.
    fn list_after(&self, sentence: &Sentence, quantity: &Quantity, next: Option<usize>) -> Option<ItemList> {
        let after = sentence.after(quantity.span.end);
        let colon = after.find('：')?;
        let before_colon = &after[..colon];
        if before_colon.chars().count() > REACH
            || before_colon.contains(['，', '；', '、'])
            || self.open.any_in(before_colon)
        {
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
        // 和 in the last item may join two items or belong to one.
        let joined = self.and_count(items.last()?);
        Some(ItemList { span: Span::new(start, start + list.len()), least: items.len(), most: items.len() + joined })
    }

    /// The list directly before a count: 贵州、云南、四川三省. It begins at byte `from` of the block's text or later.
    fn list_before(&self, sentence: &Sentence, quantity: &Quantity, from: usize) -> Option<ItemList> {
        let start = quantity.span.start;
        let before = sentence.text.get(from..start)?;
        if sentence.quantities.iter().any(|next| next.span.start == quantity.span.end) {
            return None;
        }
        let clause = before.rsplit(|c| "，；：。（）“”《》".contains(c)).next()?;
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
        // The first item may contain text before the list. The clause counts as a list only if all further items are
        // names of the same length.
        let rest = &items[1..];
        let length = |item: &&str| item.chars().count();
        let is_name = |item: &&str| (2..=LONGEST_NAME).contains(&length(item)) && item.chars().all(is_han);
        let have_same_length = rest.iter().map(length).max()? - rest.iter().map(length).min()? == 0;
        let is_list = clause.contains('、') && rest.len() > 1 && rest.iter().all(is_name) && have_same_length;
        is_list.then_some(ItemList { span: Span::new(clause_start, start), least: items.len(), most: items.len() })
    }

    /// How often a word such as 和 occurs in an item.
    fn and_count(&self, item: &str) -> usize {
        self.and.iter().map(|word| item.matches(word).count()).sum()
    }
}

/// The number of items that a quantity states, from 2 to 20, and its unit.
fn stated_count<'t>(text: &'t str, quantity: &Quantity) -> Option<(usize, &'t str)> {
    let (unit, _) = quantity.unit.filter(|_| is_amount(quantity) && quantity.kind != QuantityKind::Ordinal)?;
    let is_plain = quantity.qualifiers.is_empty() && quantity.upper.is_none();
    let count = quantity.number.value.exact().filter(|_| is_plain)?.to_usize()?;
    (2..=20).contains(&count).then(|| (count, unit.of(text)))
}
