//! `counting`: a noun that is counted in Chinese numerals in one place and in Arabic ones in another: 三家企业, 5家企业.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Dimension, Quantity, QuantityKind, scan};
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
        let mut by_noun: HashMap<&str, Vec<CountedNoun>> = HashMap::new();
        for block in article.range.clone() {
            if matches!(article.blocks[block].kind, BlockKind::Paragraph | BlockKind::ListItem) {
                let text = article.text(block);
                for quantity in scan(text) {
                    if let Some(noun) = self.noun(text, &quantity) {
                        let (numeral, style) = (quantity.number.span, quantity.number.style);
                        by_noun.entry(noun).or_default().push(CountedNoun { block, numeral, style });
                    }
                }
            }
        }
        let mut hits: Vec<Hit> = by_noun.values().flat_map(|counted| rarer_style(counted)).collect();
        hits.sort_by_key(|hit| (hit.block, hit.span.start));
        hits
    }
}

impl Counting {
    /// The measure word and the two characters after it, for a plain count.
    fn noun<'d>(&self, text: &'d str, quantity: &Quantity) -> Option<&'d str> {
        let value = quantity.number.value.exact()?;
        let is_plain = quantity.kind == QuantityKind::Amount
            && quantity.upper.is_none()
            && quantity.qualifiers.is_empty()
            && quantity.number.scale == 0
            && quantity.dimension() == Some(Dimension::Count)
            && value >= Decimal::from(self.least);
        let (unit, _) = quantity.unit.filter(|_| is_plain)?;
        let length: usize = text[unit.end..].chars().take(2).filter(|&c| is_han(c)).map(char::len_utf8).sum();
        (length >= 2 * '个'.len_utf8()).then(|| &text[unit.start..unit.end + length])
    }
}

/// The hits for the places of a noun in the rarer style; if both are equally common, in the one whose first occurrence
/// is later.
fn rarer_style(counted: &[CountedNoun]) -> Vec<Hit> {
    let (arabic, chinese): (Vec<&CountedNoun>, Vec<&CountedNoun>) =
        counted.iter().partition(|it| it.style == NumeralStyle::Arabic);
    let (Some(first_arabic), Some(first_chinese)) = (arabic.first(), chinese.first()) else { return Vec::new() };
    let chinese_is_later =
        (first_chinese.block, first_chinese.numeral.start) > (first_arabic.block, first_arabic.numeral.start);
    let chinese_is_rarer = chinese.len() < arabic.len() || chinese.len() == arabic.len() && chinese_is_later;
    let (rare, common) = if chinese_is_rarer { (chinese, first_arabic) } else { (arabic, first_chinese) };
    let hit = |it: &&CountedNoun| {
        let mut hit = Hit::new(it.block, it.numeral, Vec::new());
        hit.related.push((common.block, common.numeral, "这里是另一种写法。".to_owned()));
        hit
    };
    rare.iter().map(hit).collect()
}
