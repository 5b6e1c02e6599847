//! The numbered items of an article: paragraphs and headlines that begin with 一、 （一） 1. （1） or ①.

use super::Article;
use crate::block::Kind;
use crate::text::{Span, numeral_value};

/// The levels of numbers, the highest first (GB/T 15834—2011 B.3.8): 一、 （一） 1. （1） ①
pub const LEVELS: usize = 5;

/// The number at the head of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub block: usize,
    /// The number with its marks.
    pub span: Span,
    pub level: usize,
    pub value: u32,
    /// The marks around the number: `、`, `.`, `（）`
    pub form: String,
}

/// Finds the numbered items of an article.
pub fn read(article: &Article) -> Vec<Item> {
    article.range.clone().filter_map(|block| item(article, block)).collect()
}

/// The number that a block begins with.
fn item(article: &Article, block: usize) -> Option<Item> {
    if !matches!(article.blocks[block].kind, Kind::ListItem | Kind::Headline | Kind::Paragraph) {
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
