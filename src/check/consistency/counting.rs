//! `counting`: a noun that is counted in Chinese numerals in one place and in Arabic ones in another: 三家企业, 5家企业.
//! Many papers write numbers below ten in Chinese numerals and larger ones in Arabic: 三家企业, 12家企业. So the two are
//! not compared.
//!
//! To read the quantities of a text is slow. So the check first looks at the characters that follow the numerals of an
//! article, and reads only the sentences with characters that follow both Chinese and Arabic numerals.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::notes::{Cursor, Place};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity, QuantityKind};
use crate::text::{NumeralStyle, Span, is_han};

/// Compares the numerals with which a noun is counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// The least number that is compared. Smaller ones are by custom in Chinese numerals: 一个, 两个.
    least: u32,
}

impl OptionsOnly for Counting {}

/// A place where a noun is counted.
struct CountedNoun {
    block: usize,
    /// The numeral, in bytes of the block's text.
    numeral: Span,
    style: NumeralStyle,
}

impl ArticleCheck for Counting {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        self.hits(article, sentences_to_read(article))
    }
}

impl Counting {
    /// The hits in an article of which only these sentences are read, given as indices into the sentences of its notes.
    fn hits(&self, article: &Article, sentences: impl IntoIterator<Item = usize>) -> Vec<Hit> {
        let mut by_noun: HashMap<(&str, bool), Vec<CountedNoun>> = HashMap::new();
        for sentence in sentences {
            let block = article.notes().sentences()[sentence].start.block as usize;
            let text = article.text(block);
            for quantity in article.quantities_of(sentence) {
                if let Some((noun, value)) = self.noun(text, quantity) {
                    let (numeral, style) = (quantity.number.span, quantity.number.style);
                    by_noun.entry((noun, value < Decimal::TEN)).or_default().push(CountedNoun {
                        block,
                        numeral,
                        style,
                    });
                }
            }
        }
        let mut hits: Vec<Hit> = by_noun.values().filter_map(|counted| rarer_style(counted)).collect();
        hits.sort_by_key(|hit| (hit.block, hit.span.start));
        hits
    }

    /// The measure word and the two characters after it, and the number, for a plain count.
    fn noun<'d>(&self, text: &'d str, quantity: &Quantity) -> Option<(&'d str, Decimal)> {
        let value = quantity.number.value.exact()?;
        let is_plain = quantity.kind == QuantityKind::Amount
            && quantity.upper.is_none()
            && quantity.qualifiers.is_empty()
            && quantity.number.scale == 0
            && !is_round_or_name(text, quantity.number.span)
            && quantity.dimension() == Some(Dimension::Count)
            && value >= Decimal::from(self.least);
        let (unit, _) = quantity.unit.filter(|_| is_plain)?;
        let length: usize = text[unit.end..].chars().take(2).filter(|&c| is_han(c)).map(char::len_utf8).sum();
        (length >= 2 * '个'.len_utf8()).then(|| (&text[unit.start..unit.end + length], value))
    }
}

/// Whether a numeral is no exact count, or part of a name: 上百架, 数十人, 千架, “77国集团”.
fn is_round_or_name(text: &str, numeral: Span) -> bool {
    let before = text[..numeral.start].chars().next_back();
    before.is_some_and(|before| "数上几成好多近“《".contains(before))
        || ["百", "千", "万", "亿"].contains(&numeral.of(text))
}

/// The sentences of running text in which a noun may be counted that is counted elsewhere with the other numerals, as
/// indices into the sentences of the article's notes, in order.
fn sentences_to_read(article: &Article) -> Vec<usize> {
    let notes = article.notes();
    let numerals = notes.numerals().iter().filter(|numeral| is_running_text(article, numeral.block));
    let uses: Vec<NumeralUse> = numerals.filter_map(|numeral| numeral_use(article, *numeral)).collect();
    let mut styles_by_slot = [0; SLOTS];
    uses.iter().for_each(|it| styles_by_slot[it.slot] |= it.style_bit);
    let of_both_styles = uses.iter().filter(|it| styles_by_slot[it.slot] == ARABIC | CHINESE);
    let mut cursor = Cursor::new(notes);
    let mut sentences: Vec<usize> = of_both_styles.filter_map(|it| cursor.sentence_at(it.numeral)).collect();
    sentences.dedup();
    sentences
}

/// Whether a block, given by its index, is running text.
fn is_running_text(article: &Article, block: u32) -> bool {
    matches!(article.blocks[block as usize].kind, BlockKind::Paragraph | BlockKind::ListItem)
}

/// A numeral, and what follows it.
struct NumeralUse {
    numeral: Place,
    /// [`ARABIC`] or [`CHINESE`].
    style_bit: u8,
    /// A number below [`SLOTS`] that is equal for equal nouns.
    slot: usize,
}

/// The bit that stands for Arabic numerals.
const ARABIC: u8 = 1;

/// The bit that stands for Chinese numerals.
const CHINESE: u8 = 2;

/// The number of slots for nouns. Nouns may share a slot; then more sentences are read than necessary.
const SLOTS: usize = 1 << 12;

/// The use of a numeral, if it may be the last one of a number that counts a noun. A noun has at least three characters:
/// a measure word, and two Chinese characters after it.
fn numeral_use(article: &Article, numeral: Place) -> Option<NumeralUse> {
    let mut from_numeral = article.text(numeral.block as usize)[numeral.at as usize..].chars();
    let style_bit = if from_numeral.next()?.is_ascii_digit() { ARABIC } else { CHINESE };
    // A number can end with 零 or 数, which are not among the noted numerals: 三点零, 半数.
    let rest = from_numeral.as_str();
    let mut rest = rest.strip_prefix("点零").unwrap_or(rest).trim_start_matches(['零', '数']).chars();
    let first = rest.next()?;
    if first.is_ascii() {
        return None;
    }
    let (second, third) = (rest.next()?, rest.next()?);
    let mixed = [first, second, third].iter().fold(0, |mixed: u32, &c| mixed.wrapping_mul(31) ^ c as u32);
    Some(NumeralUse { numeral, style_bit, slot: mixed as usize % SLOTS })
}

/// The hit for the first place of a noun in the rarer style; if both are equally common, in the one whose first occurrence
/// is later.
fn rarer_style(counted: &[CountedNoun]) -> Option<Hit> {
    let (arabic, chinese): (Vec<&CountedNoun>, Vec<&CountedNoun>) =
        counted.iter().partition(|it| it.style == NumeralStyle::Arabic);
    let (Some(first_arabic), Some(first_chinese)) = (arabic.first(), chinese.first()) else { return None };
    let chinese_is_later =
        (first_chinese.block, first_chinese.numeral.start) > (first_arabic.block, first_arabic.numeral.start);
    let chinese_is_rarer = chinese.len() < arabic.len() || chinese.len() == arabic.len() && chinese_is_later;
    let (rare, common) = if chinese_is_rarer { (chinese, first_arabic) } else { (arabic, first_chinese) };
    let first = rare.first()?;
    let mut hit = Hit::new(first.block, first.numeral, Vec::new());
    hit.related.push((common.block, common.numeral, "这里是另一种写法。".to_owned()));
    Some(hit)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::draft::{Draft, Format};

    /// Parts of texts with counted nouns.
    const PARTS: [&str; 18] = [
        "三",
        "5",
        "13",
        "十三",
        "1,300",
        "三点零",
        "二〇",
        "零",
        "半数",
        "家",
        "点",
        "人次",
        "企业",
        "，",
        "。",
        "\n",
        "5家企业",
        "五家企业",
    ];

    proptest! {
        #[test]
        fn sentences_that_are_not_read_do_not_matter(parts in vec(select(&PARTS[..]), 1..30)) {
            let draft = Draft::open(parts.concat().into(), Format::Plain).unwrap();
            let article = Article::new(draft.text(), draft.blocks(), 0..draft.blocks().len());
            let sentences = article.notes().sentences();
            let all = (0..sentences.len()).filter(|&index| is_running_text(&article, sentences[index].start.block));
            let check = Counting { least: 1 };
            prop_assert_eq!(check.check_article(&article, &[]), check.hits(&article, all));
        }
    }
}
