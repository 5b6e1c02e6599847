//! The numbered items of an article: headlines, paragraphs and list items that begin with 一、 （一） 1. （1） or ①.

use super::Article;
use crate::block::BlockKind;
use crate::text::{Span, is_numeral_to_ten, numeral_value};

/// The number of levels of item numbers. The highest level comes first (GB/T 15834—2011 B.3.8): 一、 （一） 1. （1） ①
pub const LEVELS: usize = 5;

/// An item: a block that begins with a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The number with its marks, in bytes of the block's text.
    pub span: Span,
    /// The byte of the block's text at which the item ends.
    pub end: usize,
    /// The level of the number, from 0 to below [`LEVELS`].
    pub level: usize,
    /// The number's value.
    pub value: u32,
    /// The marks around the number: `、`, `.`, `（）`. For ① it is `①`.
    pub form: String,
}

/// Finds the numbered items of an article, in the order of the text. The lines that a draft joins to one block may be items
/// too.
pub fn read(article: &Article) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut last = [0; LEVELS];
    for block in article.range.clone() {
        if !matches!(article.blocks[block].kind, BlockKind::ListItem | BlockKind::Headline | BlockKind::Paragraph) {
            continue;
        }
        let text = article.text(block);
        let breaks = article.blocks[block].body.line_starts(article.canonical);
        for (line, start) in [0].into_iter().chain(breaks.iter().copied()).enumerate() {
            if let Some(item) = item(block, text, start, &last) {
                last[item.level] = item.value;
                last[item.level + 1..].fill(0);
                items.push(Item { end: end_of_item(text, &breaks[line..]), ..item });
            }
        }
    }
    items
}

/// The byte at which an item of a block's text ends that is followed by new lines at `breaks`: where one begins after the
/// end of a sentence, or like another item.
fn end_of_item(text: &str, breaks: &[usize]) -> usize {
    let ends = |at: &usize| text[..*at].ends_with(['。', '；', '！', '？']) || text[*at..].starts_with(is_item_start);
    breaks.iter().copied().find(ends).unwrap_or(text.len())
}

/// Whether the number of an item may begin with the character.
fn is_item_start(c: char) -> bool {
    matches!(c, '①'..='⑳' | '（' | '(') || is_numeral(c)
}

/// The line that begins at byte `start` of a block's text as an item, if it begins with a number. `last` is the value of
/// the last item of each level.
fn item(block: usize, text: &str, start: usize, last: &[u32; LEVELS]) -> Option<Item> {
    match text[start..].chars().next()? {
        first @ '①'..='⑳' => {
            let value = first as u32 - '①' as u32 + 1;
            let span = Span::new(start, start + first.len_utf8());
            Some(Item { block, span, end: text.len(), level: 4, value, form: "①".to_owned() })
        }
        bracket @ ('（' | '(') => numbered_item(block, text, start, Some(bracket), last),
        first if is_numeral(first) => numbered_item(block, text, start, None, last),
        _ => None,
    }
}

/// Whether an item's number can contain the character. A circle stands for the zero that it resembles.
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_numeral_to_ten(c) || matches!(c, '〇' | '○')
}

/// The line that begins at byte `line` of a block's text as an item, if it begins with a number and marks. `bracket` is its
/// first character if that is an opening bracket. For `last` see [`item`].
fn numbered_item(block: usize, text: &str, line: usize, bracket: Option<char>, last: &[u32; LEVELS]) -> Option<Item> {
    let start = line + bracket.map_or(0, char::len_utf8);
    let length: usize = text[start..].chars().take(4).take_while(|c| is_numeral(*c)).map(char::len_utf8).sum();
    let number = &text[start..start + length];
    let (value, _) = numeral_value(&number.replace('○', "〇")).filter(|(value, _)| (1..100).contains(value))?;
    // Asterisks may be left of bold type that is not closed.
    let end = text.len() - text[start + length..].trim_start_matches('*').len();
    let after_number = &text[end..];
    let mark = after_number.chars().next()?;
    let is_arabic = number.starts_with(|c: char| c.is_ascii_digit());
    let (level, form) = match (bracket, mark) {
        (Some(bracket), '）' | ')') => (if is_arabic { 3 } else { 1 }, format!("{bracket}{mark}")),
        // The other marks are errors for 、, which another rule reports.
        (None, '、' | '，' | ',' | '．' | '.') if !is_arabic && value < 20 => (0, "、".to_owned()),
        (None, '.' | '．' | '、' | '）' | ')') if is_arabic => (2, mark.to_string()),
        _ => return None,
    };
    let rest = &after_number[mark.len_utf8()..];
    // After item 3, 4、8月21日 is the next item.
    let is_expected = value == last[level] + 1 && value > 1;
    let is_number = if is_expected { mark == '.' && is_decimal(rest) } else { continues_number(value, mark, rest) };
    if bracket.is_none() && is_number {
        return None;
    }
    let span = Span::new(line, end + mark.len_utf8());
    Some(Item { block, span, end: text.len(), level, value, form })
}

/// Whether the text `rest` after a point is the decimals of a number rather than a year or a date: 5万, but not 2024年.
fn is_decimal(rest: &str) -> bool {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (1..3).contains(&digits) && !rest[digits..].starts_with(['年', '月', '日', '时', '点'])
}

/// Whether the number before a mark is not that of an item, because of the text `rest` after the mark: 1.5万 is a number,
/// 1、2号楼 and 三、四年级 are lists of numbers; 四、一个模式 and 1、8月21日 are items.
fn continues_number(value: u32, mark: char, rest: &str) -> bool {
    let end = rest.find(|c| !is_numeral(c)).unwrap_or(rest.len());
    let is_next = || numeral_value(&rest[..end]).is_some_and(|(next, _)| next == value + 1);
    let goes_on = || end > 0 && rest[end..].starts_with(['、', '号', '和', '至', '或']);
    let is_fraction = mark != '、' && rest.starts_with(|c: char| c.is_ascii_digit());
    is_fraction || is_next() || goes_on()
}
