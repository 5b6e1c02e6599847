//! `counting`: one noun counted in Chinese numerals here and in Arabic ones there: 三家企业, 5家企业.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, Plain};
use crate::quantity::{Dimension, Kind as Sort, Quantity, scan};
use crate::text::{NumeralStyle, Span, is_han};

/// Counted nouns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// Smaller numbers are written in Chinese numerals by custom: 一个, 两个.
    least: u32,
}

impl Plain for Counting {}

/// A place where a noun is counted: block, numerals, how they are written.
type Place = (usize, Span, NumeralStyle);

impl ArticleCheck for Counting {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let mut counted: HashMap<&str, Vec<Place>> = HashMap::new();
        for block in article.range.clone() {
            if matches!(article.blocks[block].kind, Kind::Paragraph | Kind::ListItem) {
                let text = article.text(block);
                for quantity in scan(text) {
                    if let Some(noun) = self.noun(text, &quantity) {
                        let place = (block, quantity.number.span, quantity.number.style);
                        counted.entry(noun).or_default().push(place);
                    }
                }
            }
        }
        let mut hits: Vec<Hit> = counted.values().flat_map(|places| rarer(places)).collect();
        hits.sort_by_key(|hit| (hit.block, hit.span.start));
        hits
    }
}

impl Counting {
    /// The measure word and the two characters behind it, of a plain count.
    fn noun<'d>(&self, text: &'d str, quantity: &Quantity) -> Option<&'d str> {
        let value = quantity.number.value.exact()?;
        let is_plain = quantity.kind == Sort::Amount
            && quantity.upper.is_none()
            && quantity.marks.is_empty()
            && quantity.number.scale == 0
            && quantity.dimension() == Some(Dimension::Count)
            && value >= Decimal::from(self.least);
        let (unit, _) = quantity.unit.filter(|_| is_plain)?;
        let length: usize = text[unit.end..].chars().take(2).filter(|&c| is_han(c)).map(char::len_utf8).sum();
        (length >= 2 * '个'.len_utf8()).then(|| &text[unit.start..unit.end + length])
    }
}

/// The places of the style that is the rarer; of styles equally common the later one.
fn rarer(places: &[Place]) -> Vec<Hit> {
    let (arabic, chinese): (Vec<&Place>, Vec<&Place>) =
        places.iter().partition(|(.., style)| *style == NumeralStyle::Arabic);
    let (Some(first_arabic), Some(first_chinese)) = (arabic.first(), chinese.first()) else { return Vec::new() };
    let is_later = (first_chinese.0, first_chinese.1.start) > (first_arabic.0, first_arabic.1.start);
    let chinese_is_rarer = chinese.len() < arabic.len() || chinese.len() == arabic.len() && is_later;
    let (rare, common) = if chinese_is_rarer { (chinese, first_arabic) } else { (arabic, first_chinese) };
    let hit = |(block, span, _): &&Place| {
        let mut hit = Hit::new(*block, *span, Vec::new());
        hit.related.push((common.0, common.1, "这里是另一种写法。".to_owned()));
        hit
    };
    rare.iter().map(hit).collect()
}
