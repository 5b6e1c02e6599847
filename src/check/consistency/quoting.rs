//! `quoting`: a term that is in quotation marks in most places and without them in some.

use fnv::FnvHashMap;
use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::pairing::{self, MARK_TYPES};
use crate::check::article::{Article, CharOccurrence, find_words};
use crate::check::{ArticleCheck, CharacterCheck, Hit, OptionsOnly};
use crate::matcher::CharSet;
use crate::text::{Span, is_han};

/// Compares the places of a quoted term.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quoting {
    /// The maximum number of characters of a term.
    most: usize,
    /// How often a term must be in quotation marks so that its other places are checked.
    times: usize,
}

impl OptionsOnly for Quoting {}

impl CharacterCheck for Quoting {
    fn watched(&self) -> CharSet {
        pairing::watched()
    }
}

impl ArticleCheck for Quoting {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        if occurrences.is_empty() {
            return Vec::new();
        }
        let pairing = article.pairing(occurrences);
        let mut quoted: FnvHashMap<&str, Vec<(usize, Span)>> = FnvHashMap::default();
        for &(opening, closing) in &pairing.pairs {
            let (open, close) = (pairing.marks[opening], pairing.marks[closing]);
            if MARK_TYPES[open.mark_type].open != '“' || open.block != close.block {
                continue;
            }
            let span = Span::new(open.at + open.character.len_utf8(), close.at);
            let term = span.of(article.text(open.block));
            if (2..=self.most).contains(&term.chars().take(self.most + 1).count()) && term.chars().all(is_han) {
                quoted.entry(term).or_default().push((open.block, span));
            }
        }
        quoted.retain(|_, places| places.len() >= self.times);
        let mut terms: Vec<(&str, Vec<(usize, Span)>)> = quoted.into_iter().collect();
        terms.sort_by_key(|(_, places)| (places[0].0, places[0].1.start));
        let words: Vec<&str> = terms.iter().map(|(term, _)| *term).collect();
        let all = find_words(article, article.range.clone(), &words);
        terms.iter().zip(all).filter_map(|((term, quoted), all)| unquoted(article, term, quoted, &all)).collect()
    }
}

/// What may follow a term that is not a part of a longer name: 步行巴士的, not 步行巴士公司.
const AFTER_TERM: &str = "的是在和与及等也将已能可有不了都又被把对向为让使从到中上里内外就还而则";

/// The frequency from which on a term is an ordinary word, which is put in quotation marks for another reason.
const COMMON: u32 = 100;

/// The hit for the first place of a term without quotation marks, if these are fewer than those with them.
fn unquoted(article: &Article, term: &str, quoted: &[(usize, Span)], all: &[(usize, usize)]) -> Option<Hit> {
    let lexicon = article.lexicon?;
    if lexicon.frequency(term).is_some_and(|frequency| frequency >= COMMON) {
        return None;
    }
    let is_unquoted = |&&(block, at): &&(usize, usize)| {
        let text = article.text(block);
        let after = &text[at + term.len()..];
        matches!(article.blocks[block].kind, BlockKind::Paragraph | BlockKind::ListItem)
            && !text[..at].ends_with(['“', '‘', '《', '"'])
            && !after.starts_with(['”', '’', '》', '"'])
            && after.chars().next().is_none_or(|next| !is_han(next) || AFTER_TERM.contains(next))
            && !lexicon.crosses_edge(text, Span::new(at, at + term.len()))
    };
    let unquoted: Vec<&(usize, usize)> = all.iter().filter(is_unquoted).collect();
    if unquoted.len() >= quoted.len() {
        return None;
    }
    let &&(block, at) = unquoted.first()?;
    let detail = format!("加引号{}处，不加{}处", quoted.len(), unquoted.len());
    let mut hit = Hit::new(block, Span::new(at, at + term.len()), Vec::new()).detail(detail);
    hit.related.push((quoted[0].0, quoted[0].1, "这里加了引号。".to_owned()));
    Some(hit)
}
