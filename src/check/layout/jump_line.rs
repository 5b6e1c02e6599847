//! `jump-line`: jump lines with the wrong verb. 下转 stands at the end of the first part of a story and names the page on
//! which it goes on; 上接 stands at the start of the other part and names the page where it begins. There is no other
//! place and no other verb: 上转, 下接 and what else resembles the two are wrong everywhere.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::CueList;
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::{Span, is_han, is_numeral};

/// Checks the verbs of jump lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JumpLine {
    /// The word with which a jump line ends: 版
    pub cue: CueList,
    /// The verb at the end of the first part: 下转
    on: String,
    /// The verb at the start of the other part: 上接
    back: String,
    /// Other words that may stand before the page, separated by spaces: 紧接 详见
    other: String,
}

impl OptionsOnly for JumpLine {}

/// Where a jump line stands in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Text precedes it, and none follows.
    End,
    /// Text follows it, and none precedes.
    Start,
}

/// The marks before a jump line, and those after it.
const BEFORE: [char; 16] = ['（', '(', '【', '［', '[', '〔', '▶', '►', '▷', '→', '>', '》', '◀', '◁', '←', '▼'];
const AFTER: [char; 16] = ['）', ')', '】', '］', ']', '〕', '▶', '►', '▷', '→', '>', '》', '◀', '◁', '←', '▼'];

impl ArticleCheck for JumpLine {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut texts = None;
        let mut extent = || *texts.get_or_insert_with(|| extent_of_texts(article));
        occurrences.iter().filter_map(|it| self.hit(article, it.block as usize, it.at as usize, &mut extent)).collect()
    }
}

impl JumpLine {
    /// The hit for the jump line that ends with the 版 at byte `at` of a block, if its verb is wrong. `texts` returns the
    /// first and the last block of the article that is text.
    fn hit(&self, article: &Article, block: usize, at: usize, texts: &mut impl FnMut() -> Extent) -> Option<Hit> {
        let text = article.text(block);
        let is_numeric = |c: char| c.is_ascii_digit() || is_numeral(c) || matches!(c, '０'..='９');
        let before_page = text[..at].trim_end_matches(char::is_whitespace).trim_end_matches(is_numeric);
        let has_page = before_page.len() < text[..at].trim_end().len();
        let before_page = before_page.trim_end_matches(|c: char| c.is_ascii_uppercase());
        let before_page = before_page.trim_end_matches(char::is_whitespace);
        let before_page = before_page.strip_suffix('第').unwrap_or(before_page).trim_end_matches(char::is_whitespace);
        let (verb_at, verb) = verb_at_end(before_page)?;
        if !has_page || self.other.split(' ').any(|word| word == verb) {
            return None;
        }
        let (before, after) = (&text[..verb_at], &text[at + '版'.len_utf8()..]);
        let opened = before.trim_end();
        let is_block = opened.chars().all(|c| BEFORE.contains(&c) || c.is_whitespace());
        let is_bracketed = opened.ends_with(BEFORE) && after.trim_start().starts_with(AFTER);
        let is_whole = is_block && after.chars().all(|c| AFTER.contains(&c) || c.is_whitespace());
        if !is_whole && !is_bracketed {
            return None;
        }
        let side = if is_whole { side_of_block(texts(), block) } else { side_in_block(before, after) };
        let right = self.right_verb(verb, side)?;
        let span = Span::new(verb_at, verb_at + verb.len());
        (right != verb).then(|| Hit::new(block, span, vec![right.to_owned()]))
    }

    /// The verb that a jump line must have; `None` if `verb` is none of a jump line, or nobody can tell.
    fn right_verb(&self, verb: &str, side: Option<Side>) -> Option<&str> {
        // 接 and 转 are short for the verbs.
        let is_short = verb.chars().nth(1).is_none();
        let form = |right: &'_ str| right.char_indices().nth(1).filter(|_| is_short).map_or(0, |(at, _)| at);
        let (on, back) = (&self.on[form(&self.on)..], &self.back[form(&self.back)..]);
        let resembles = |right: &str| right.chars().zip(verb.chars()).any(|(a, b)| a == b);
        if !resembles(on) && !resembles(back) {
            return None;
        }
        match side {
            Some(Side::End) => Some(on),
            Some(Side::Start) => Some(back),
            None if verb == on || verb == back => None,
            // 上 and 下 tell the direction.
            None if back.chars().next() == verb.chars().next() => Some(back),
            None => Some(on),
        }
    }
}

/// The verb at the end of a text, and the byte at which it begins: the last two characters, or the only one after a mark.
fn verb_at_end(text: &str) -> Option<(usize, &str)> {
    let mut characters = text.char_indices().rev().take_while(|(_, c)| is_han(*c));
    let (last, _) = characters.next()?;
    let at = characters.next().map_or(last, |(at, _)| at);
    Some((at, &text[at..]))
}

/// On which side of the text of its block a jump line stands.
fn side_in_block(before: &str, after: &str) -> Option<Side> {
    match (before.contains(is_han), after.contains(is_han)) {
        (true, false) => Some(Side::End),
        (false, true) => Some(Side::Start),
        _ => None,
    }
}

/// On which side of the text of its article a jump line stands that is a block.
fn side_of_block(texts: Extent, block: usize) -> Option<Side> {
    let (first, last) = texts?;
    match (first < block, last > block) {
        (true, false) => Some(Side::End),
        (false, true) => Some(Side::Start),
        _ => None,
    }
}

/// The first and the last block of an article that is text, if any is.
type Extent = Option<(usize, usize)>;

fn extent_of_texts(article: &Article) -> Extent {
    let is_text = |block: &usize| matches!(article.blocks[*block].kind, BlockKind::Paragraph | BlockKind::ListItem);
    article.range.clone().find(is_text).zip(article.range.clone().rfind(is_text))
}
