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
    /// The level of the number, from 0 to below [`LEVELS`].
    pub level: usize,
    /// The number's value.
    pub value: u32,
    /// The marks around the number: `、`, `.`, `（）`. For ① it is `①`.
    pub form: String,
}

/// Finds the numbered items of an article, in the order of its blocks.
pub fn read(article: &Article) -> Vec<Item> {
    article.range.clone().filter_map(|block| item(article, block)).collect()
}

/// The block as an item, if it begins with a number.
fn item(article: &Article, block: usize) -> Option<Item> {
    if !matches!(article.blocks[block].kind, BlockKind::ListItem | BlockKind::Headline | BlockKind::Paragraph) {
        return None;
    }
    let text = article.text(block);
    match text.chars().next()? {
        first @ '①'..='⑳' => {
            let value = first as u32 - '①' as u32 + 1;
            Some(Item { block, span: Span::new(0, first.len_utf8()), level: 4, value, form: "①".to_owned() })
        }
        bracket @ ('（' | '(') => numbered_item(block, text, Some(bracket)),
        first if is_numeral(first) => numbered_item(block, text, None),
        _ => None,
    }
}

/// Whether an item's number can contain the character.
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_numeral_to_ten(c)
}

/// The block with this text as an item, if it begins with a number and marks. `bracket` is its first character if that
/// is an opening bracket.
fn numbered_item(block: usize, text: &str, bracket: Option<char>) -> Option<Item> {
    let start = bracket.map_or(0, char::len_utf8);
    let length: usize = text[start..].chars().take(4).take_while(|c| is_numeral(*c)).map(char::len_utf8).sum();
    let number = &text[start..start + length];
    let (value, _) = numeral_value(number).filter(|(value, _)| (1..100).contains(value))?;
    let after_number = &text[start + length..];
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
    if bracket.is_none() && continues_number(value, rest) {
        return None;
    }
    Some(Item { block, span: Span::new(0, start + length + mark.len_utf8()), level, value, form })
}

/// Whether the number before a mark is not that of an item, because of the text `rest` after the mark: 1.5万 is a number,
/// 1、2号楼 and 三、四年级 are lists of numbers; 四、一个模式 is an item.
fn continues_number(value: u32, rest: &str) -> bool {
    let end = rest.find(|c| !is_numeral_to_ten(c)).unwrap_or(rest.len());
    let is_next = || numeral_value(&rest[..end]).is_some_and(|(next, _)| next == value + 1);
    rest.starts_with(|c: char| c.is_ascii_digit()) || is_next()
}
