//! `listing`: a list that has more or fewer items than the text states: 三个重点：稳、准; 贵州、云南、四川两省; 沪苏浙皖两省一市.

use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::lexicon::Lexicon;
use crate::quantity::Quantity;
use crate::text::{Span, is_han, is_numeral, numeral_value};

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
    /// Short names of cities among those of provinces.
    cities: String,
    /// Units of one character of a count of places, which is read by itself: 地 国
    behind_places: String,
    /// Groups of short names of one character, which a list writes without marks: 京津冀.
    short: Vec<String>,
    /// Words that mark a list as incomplete: 等
    open: WordList,
    /// Words that join the last two items of a list: 和
    and: WordList,
    /// Names of areas, which are no items by themselves: 东北 in 东北、西北六省
    areas: WordList,
}

impl OptionsOnly for Listing {}

/// The maximum number of characters between the count and the colon; also how many before the colon are searched for
/// the count's numeral.
const REACH: usize = 12;
/// The least number of items whose count is worth a confirmation.
const LEAST_CONFIRMED: usize = 5;
/// The word that ends a list which may lack items.
const OPEN: char = '等';
/// The maximum number of characters of an item in a list after a colon.
const LONGEST_ITEM: usize = 16;
/// The maximum number of characters of a name in a list that is followed by its count.
const LONGEST_NAME: usize = 4;
/// How many characters before a list of short names are divided into words to find where it begins.
const BEFORE_SHORT: usize = 6;
/// The greatest count of short names that is compared. Nobody abbreviates more.
const MOST_SHORT: usize = 6;

/// A list in the text, and the number of its items as far as it can be determined.
struct ItemList {
    span: Span,
    least: usize,
    most: usize,
    /// The numbers of items that the text may state.
    counts: Vec<usize>,
}

impl ArticleCheck for Listing {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // Places are counted without reading all quantities of their sentences: countries are often two.
        let is_of_places = |it: &&CharOccurrence| {
            let text = &article.text(it.block as usize)[it.at as usize..];
            let mut behind = text.chars().skip(1);
            behind.next().is_some_and(|c| self.behind_places.contains(c))
        };
        let (places, others): (Vec<&CharOccurrence>, Vec<&CharOccurrence>) = occurrences.iter().partition(is_of_places);
        hits.extend(places.into_iter().filter_map(|it| self.places_hit(article, it.block as usize, it.at as usize)));
        let sentences =
            article.sentences_around(others.into_iter().copied(), Near::Either(REACH, 1), SentencesRead::One);
        for sentence in sentences {
            for (index, quantity) in sentence.quantities.iter().enumerate() {
                let Some(list) = self.list_near(article, &sentence, index) else { continue };
                let ItemList { span, least, most, counts } = list;
                let Some(&count) = counts.first() else { continue };
                if counts.iter().any(|count| (least..=most).contains(count)) {
                    // That three are three needs no confirmation.
                    if count >= LEAST_CONFIRMED {
                        article.agrees(sentence.block, quantity.core(), || format!("列出 {count} 项 = {count}"));
                    }
                    continue;
                }
                let counted = match most {
                    _ if least == most => least.to_string(),
                    usize::MAX => format!("至少 {least}"),
                    _ => format!("{least}～{most}"),
                };
                let stated = counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" 或 ");
                let mut hit = Hit::new(sentence.block, quantity.core(), Vec::new())
                    .detail(format!("列出 {counted} 项 ≠ {stated}"));
                hit.related.push((sentence.block, span, "列出的在这里。".to_owned()));
                hits.push(hit);
            }
        }
        hits
    }
}

/// The marks before which a list that a count follows cannot begin.
const CLAUSE_ENDS: [char; 9] = ['，', '；', '：', '。', '（', '）', '“', '”', '》'];

impl Listing {
    /// The list whose items quantity `index` of a sentence counts: the list before it, or else the list after it.
    fn list_near(&self, article: &Article, sentence: &Sentence, index: usize) -> Option<ItemList> {
        let quantity = &sentence.quantities[index];
        let count = stated_count(quantity)?;
        let unit = quantity.unit.map(|(unit, _)| unit.of(sentence.text));
        let list_before = || {
            let from = index.checked_sub(1).map_or(sentence.span.start, |index| sentence.quantities[index].span.end);
            let from = from.max(article.item_number_length(sentence.block));
            let before = sentence.text.get(from..quantity.span.start)?;
            let clause = before.rsplit(CLAUSE_ENDS).next()?;
            let at = quantity.span.start - clause.len();
            if let Some(span) = self.open_list(clause) {
                let least = span.of(clause).matches('、').count() + 1;
                return Some(ItemList { span: span.shifted(at), least, most: usize::MAX, counts: vec![count] });
            }
            let (span, items) = self.list_at_end(article.lexicon, clause, false)?;
            // 贵州、湖南和江西两省 may be two beside another one.
            let are_two = count == 2 && clause.contains('、') && self.and_count(clause.rsplit('、').next()?) > 0;
            let counts = if are_two { vec![items] } else { counts_from(sentence, index) };
            // Of 沪苏浙皖 one is a city, so that 三省一市 are four and not three.
            let cities = span.of(clause).chars().filter(|c| self.cities.contains(*c)).count();
            let is_of_cities = |next: &Quantity| {
                next.span.start == quantity.span.end
                    && next.number.value.exact().and_then(|it| it.to_usize()) == Some(cities)
            };
            let is_sum = cities > 0 && sentence.quantities.get(index + 1).is_some_and(is_of_cities);
            let counts = if is_sum { counts.into_iter().skip(1).collect() } else { counts };
            Some(ItemList { span: span.shifted(at), least: items, most: items, counts })
        };
        let list_after = || {
            let next = sentence.quantities.get(index + 1).map(|next| next.span.start);
            let list = self.list_after(sentence, quantity, next)?;
            Some(ItemList { counts: vec![count], ..list })
        };
        let is_unit = unit.is_some_and(|unit| self.units.has(unit));
        let is_open = || sentence.before(quantity.span.start).ends_with(OPEN);
        let is_behind = unit.is_some_and(|unit| self.behind.has(unit)) || is_unit && is_open();
        let found = if is_behind { list_before() } else { None };
        found.or_else(|| if is_unit { list_after() } else { None })
    }

    /// The list that ends with 等 at the end of a clause, without the text before it: of 来自甲、乙的丙、丁等 only 丙、丁.
    fn open_list(&self, clause: &str) -> Option<Span> {
        let list = clause.strip_suffix(OPEN)?;
        let words = self.and.iter().chain(["的", "等"]);
        let start = words.filter_map(|word| Some(list.rfind(word)? + word.len())).max().unwrap_or_default();
        // 甲、乙和丙等 is one list.
        let last_mark = list.rfind('、')?;
        let start = if start > last_mark {
            list[..last_mark].rfind(['的', '等']).map_or(0, |at| at + OPEN.len_utf8())
        } else {
            start
        };
        Some(Span::new(start, list.len()))
    }

    /// The hit for a wrong count of places at byte `at` of a block: 京津冀两地, 中俄蒙两国.
    fn places_hit(&self, article: &Article, block: usize, at: usize) -> Option<Hit> {
        let (lexicon, text) = (article.lexicon?, article.text(block));
        let (before, counted) = text.split_at(at);
        let numeral = counted.chars().next()?;
        let (count, _) = numeral_value(&counted[..numeral.len_utf8()])?;
        let after = &counted[numeral.len_utf8()..];
        let unit = after.chars().next()?;
        let end = after.char_indices().take(BEFORE_SHORT).take_while(|(_, c)| is_han(*c)).last();
        let near = &after[..end.map_or(0, |(at, c)| at + c.len_utf8())];
        // 三地, but not 三地区.
        if !before.ends_with(is_han)
            || before.ends_with(is_numeral)
            || lexicon.segment(near).first()?.len() > unit.len_utf8()
        {
            return None;
        }
        let clause = before.rsplit(CLAUSE_ENDS).next()?;
        let (span, items) = self.list_at_end(article.lexicon, clause, true)?;
        let count = usize::try_from(count).ok().filter(|count| *count > 1 && *count != items)?;
        let detail = format!("列出 {items} 项 ≠ {count}");
        let mut hit =
            Hit::new(block, Span::new(at, at + numeral.len_utf8() + unit.len_utf8()), Vec::new()).detail(detail);
        hit.related.push((block, span.shifted(at - clause.len()), "列出的在这里。".to_owned()));
        Some(hit)
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
        // 一、 begins the first of several paragraphs.
        let is_numbered = items.first().is_some_and(|item| item.chars().all(is_numeral));
        if items.len() < 2 || is_numbered || items.iter().any(|item| item.trim().is_empty()) {
            return None;
        }
        if mark == '、' && items.iter().any(|item| item.chars().count() > LONGEST_ITEM) {
            return None;
        }
        // 和 in the last item may join two items or belong to one.
        let joined = self.and_count(items.last()?);
        let span = Span::new(start, start + list.len());
        Some(ItemList { span, least: items.len(), most: items.len() + joined, counts: Vec::new() })
    }

    /// The list with which a clause ends, and the number of its items: 京津冀; 贵州、云南、四川. `are_places` says that no other
    /// words are meant.
    fn list_at_end(&self, lexicon: Option<&Lexicon>, clause: &str, are_places: bool) -> Option<(Span, usize)> {
        if self.open.any_in(clause) {
            return None;
        }
        if !clause.contains('、') {
            return self.short_names(lexicon?, clause);
        }
        let mut items: Vec<&str> = clause.split('、').collect();
        let last = items.pop()?;
        // 华南、川贵两省 are two lists.
        let are_short = |group: &String| last.chars().all(|c| group.contains(c));
        if self.short.iter().any(are_short) {
            return None;
        }
        if let Some((one, other)) = self.and.iter().find_map(|word| last.split_once(word)) {
            items.extend([one, other]);
        } else {
            items.push(last);
        }
        // The first item may contain text before the list, so only the others tell whether this is one: they are names of
        // the same length, with their units or without.
        let bare = |item: &str| {
            let without = self.behind.iter().find_map(|unit| item.strip_suffix(unit)).unwrap_or(item);
            if without.chars().nth(1).is_some() { without.to_owned() } else { item.to_owned() }
        };
        let (first, rest) = items.split_first()?;
        let rest: Vec<String> = rest.iter().map(|item| bare(item)).collect();
        let length = |item: &String| item.chars().count();
        let is_name = |item: &String| (2..=LONGEST_NAME).contains(&length(item)) && item.chars().all(is_han);
        let have_same_length = rest.windows(2).all(|two| length(&two[0]) == length(&two[1]));
        let ends_with_area = |item: &String| self.areas.ending(item).is_some();
        // Two may be any words, unless they are places. The first one may be two that 和 joins.
        let is_place = |name: &str| lexicon.and_then(|lexicon| lexicon.class(name)) == Some("ns");
        let are_all_places = || {
            let first = bare(first);
            let Some(at) = first.char_indices().map(|(at, _)| at).find(|at| is_place(&first[*at..])) else {
                return false;
            };
            let words = lexicon.map_or_else(Vec::new, |lexicon| lexicon.segment(&first[..at]));
            let is_joined = words.last().is_some_and(|word| self.and.has(word.of(&first)));
            !is_joined && rest.iter().all(|name| is_place(name))
        };
        let is_list =
            rest.iter().all(is_name) && have_same_length && (!are_places && rest.len() > 1 || are_all_places());
        let has_area = || rest.iter().any(ends_with_area) || ends_with_area(&bare(first));
        (is_list && !has_area()).then_some((Span::new(0, clause.len()), items.len()))
    }

    /// The short names with which a clause ends, and their number: 沪苏浙皖. A whole word precedes them, so that it is
    /// certain where they begin: 创新|川渝, not 深|港澳.
    fn short_names(&self, lexicon: &Lexicon, clause: &str) -> Option<(Span, usize)> {
        let run = |group: &String| clause.chars().rev().take_while(|c| group.contains(*c)).count();
        let most = self.short.iter().map(run).max()?.min(MOST_SHORT);
        let starts: Vec<usize> = clause.char_indices().rev().take(most).map(|(at, _)| at).collect();
        let begins_at = |start: &usize| {
            let from = clause[..*start].char_indices().rev().take(BEFORE_SHORT).last().map_or(*start, |(at, _)| at);
            let before = &clause[from..*start];
            let words = lexicon.segment(before);
            let Some(word) = words.last().map(|word| word.of(before)) else { return true };
            let connects = |class: &str| class.starts_with(['v', 'p', 'd', 't', 'c']);
            let is_whole = word.chars().nth(1).is_some() || lexicon.class(word).is_some_and(connects);
            !word.starts_with(is_han) || is_whole && !self.and.has(word) && !self.areas.has(word)
        };
        let start = starts.into_iter().rev().find(begins_at)?;
        let list = &clause[start..];
        let are_distinct = list.char_indices().all(|(at, c)| !list[..at].contains(c));
        let count = list.chars().count();
        (are_distinct && count > 1).then_some((Span::new(start, clause.len()), count))
    }

    /// How often a word such as 和 occurs in an item.
    fn and_count(&self, item: &str) -> usize {
        self.and.iter().map(|word| item.matches(word).count()).sum()
    }
}

/// The number of items that a quantity states, from 2 to 20.
fn stated_count(quantity: &Quantity) -> Option<usize> {
    let is_plain = quantity.qualifiers.is_empty() && quantity.upper.is_none() && is_amount(quantity);
    let count = quantity.number.value.exact().filter(|_| is_plain)?.to_usize()?;
    (2..=20).contains(&count).then_some(count)
}

/// What quantity `index` of a sentence may state: its number, and the sums with those that follow at once. 三省一市 are
/// three, or four.
fn counts_from(sentence: &Sentence, index: usize) -> Vec<usize> {
    let quantities = &sentence.quantities[index..];
    let adjacent = quantities.windows(2).take_while(|two| two[0].span.end == two[1].span.start).count();
    let numbers = quantities[..=adjacent].iter().map_while(|it| it.number.value.exact()?.to_usize());
    let sums = numbers.scan(0usize, |sum, number| {
        *sum = sum.saturating_add(number);
        Some(*sum)
    });
    sums.collect()
}
