//! `context`: characters that a model of context doubts, judged once more by the words of the text. Without a model the check
//! finds nothing.

use serde::{Deserialize, Serialize};

use super::doubled_character::{ends_after, starts_before};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::context::{Doubt, Slip};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, is_numeral};

/// Reports what the model doubts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {}

impl OptionsOnly for Context {}

impl ArticleCheck for Context {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let (Some(reader), Some(lexicon)) = (article.context, article.lexicon) else { return Vec::new() };
        let texts: Vec<&str> = article.range.clone().map(|block| article.text(block)).collect();
        let hits = reader.doubts(&texts).into_iter().filter_map(|doubt| {
            let certainty = certainty(&doubt, texts[doubt.text], lexicon)?;
            let hit = Hit::new(article.range.start + doubt.text, doubt.span, vec![doubt.meant]);
            let scores = if article.is_explained() { format!("（{}）", doubt.scores) } else { String::new() };
            let hit = hit.detail(doubt.reason + &scores);
            Some(if doubt.is_nearly_certain && certainty == Certainty::High { hit } else { hit.into_advice() })
        });
        hits.collect()
    }
}

/// What the words say of a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    High,
    Low,
}

/// How much more probable the words around two characters must be without the copy, as the difference of the logarithms.
const LEAST_WITHOUT_COPY: f32 = 3.0;
/// A character that is a word by itself this often may stand behind a word that ends with it: 机会|会更多.
const FREQUENT: u32 = 20_000;
/// How much more probable the characters and, by half, the words must be with two characters the other way round.
const LEAST_IN_ORDER: f32 = 12.0;
/// How much more probable the characters must be with two of them the other way round to be nearly certain.
const CERTAIN_IN_ORDER: f32 = 16.0;

/// Judges a doubt by the words of the text; `None` if the text may be right.
fn certainty(doubt: &Doubt, text: &str, lexicon: &Lexicon) -> Option<Certainty> {
    if is_in_name(text, doubt.span, lexicon) {
        return None;
    }
    match doubt.slip {
        Slip::Replaced => Some(Certainty::High),
        Slip::Doubled => of_doubled(text, doubt.span, lexicon),
        Slip::Swapped => of_swapped(doubt, text, lexicon),
    }
}

/// Judges a character that stands twice. It does so rightly in reduplications (看看, 红红的, 高高兴兴, 一座座), and where two
/// words meet.
fn of_doubled(text: &str, span: Span, lexicon: &Lexicon) -> Option<Certainty> {
    let second = span.start + span.len() / 2;
    let mut before = text[..span.start].chars().rev().take_while(|c| is_han(*c));
    let mut after = text[span.end..].chars();
    let (previous, next) = (before.next(), after.next());
    let is_pair = |a: Option<char>, b: Option<char>| a.is_some_and(is_han) && a == b;
    let counts = text[..span.start].ends_with(|c| is_numeral(c) || c == '每');
    let is_reduplicated =
        is_pair(previous, before.next()) || is_pair(next, after.next()) || matches!(next, Some('的' | '地'));
    if counts || is_reduplicated || lexicon.is_word(span.of(text)) {
        return None;
    }
    let ends_word =
        starts_before(text, span.start, LONGEST_REST).skip(1).any(|start| lexicon.is_word(&text[start..second]));
    let begins_word = ends_after(text, span.end, LONGEST_REST).skip(1).any(|end| lexicon.is_word(&text[second..end]));
    let character = &text[second..span.end];
    let is_alone = lexicon.frequency(character).is_some_and(|frequency| frequency > FREQUENT);
    if ends_word && (begins_word || is_alone) {
        return None;
    }
    let gain = lexicon.gain_without_copy(text, span, second);
    Some(if gain.is_some_and(|gain| gain >= LEAST_WITHOUT_COPY) { Certainty::High } else { Certainty::Low })
}

/// Judges two characters that may be in the wrong order: they are no word, and the words around them are less probable.
fn of_swapped(doubt: &Doubt, text: &str, lexicon: &Lexicon) -> Option<Certainty> {
    let span = doubt.span;
    if is_in_frame(text, span) {
        return None;
    }
    let start = starts_before(text, span.start, LONGEST_REST).last().unwrap_or(span.start);
    let end = ends_after(text, span.end, LONGEST_REST).last().unwrap_or(span.end);
    // Foreign names may have any characters.
    let is_foreign = text[..start].ends_with('·') || text[end..].starts_with('·');
    if is_foreign || lexicon.is_word(span.of(text)) {
        return None;
    }
    let meant = [&text[start..span.start], &doubt.meant, &text[span.end..end]].concat();
    let gain = lexicon.gain_of(&text[start..end], &meant);
    let is_likely = gain > 0.0 && doubt.gain + gain / 2.0 >= LEAST_IN_ORDER;
    is_likely.then_some(if doubt.gain >= CERTAIN_IN_ORDER { Certainty::High } else { Certainty::Low })
}

/// Whether one of two characters stands once more at a distance of two: 东找西找, 忽东忽西. They are where they belong in such
/// a parallel.
fn is_in_frame(text: &str, span: Span) -> bool {
    let mut before = text[..span.start].chars().rev();
    let mut within = span.of(text).chars();
    let mut after = text[span.end..].chars();
    let (previous, first, second, next) = (before.next(), within.next(), within.next(), after.next());
    [before.next(), next].contains(&first) || [previous, after.next()].contains(&second)
}

/// The number of characters on either side that may be in a word with one.
const LONGEST_REST: usize = 5;

/// Whether a character at `span` of `text` is one of the two of a given name. A name may have any characters.
fn is_in_name(text: &str, span: Span, lexicon: &Lexicon) -> bool {
    let before = text[..span.start].chars().next_back().map_or(span.start, |c| span.start - c.len_utf8());
    let after = text[span.end..].chars().next().map_or(span.end, |c| span.end + c.len_utf8());
    let last = span.of(text).chars().next_back().map_or(span.start, |c| span.end - c.len_utf8());
    let first = span.of(text).chars().next().map_or(span.end, |c| span.start + c.len_utf8());
    let pairs = [Span::new(before, first), span, Span::new(last, after)];
    pairs.into_iter().any(|it| lexicon.is_given_name(text, it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    #[test]
    fn given_names_are_not_judged() {
        let is_in_name = |text: &str, character: &str| {
            let at = text.find(character).unwrap();
            is_in_name(text, Span::new(at, at + character.len()), &lexicon())
        };
        assert!(is_in_name("选手陈天一以四比三获胜", "一") && is_in_name("选手陈天一以四比三获胜", "天"));
        assert!(!is_in_name("选手陈天一以四比三获胜", "以") && !is_in_name("园区的优誓产业", "誓"));
    }

    #[test]
    fn parallels_are_left_alone() {
        let is_in_frame = |text: &str, pair: &str| {
            let start = text.find(pair).unwrap();
            is_in_frame(text, Span::new(start, start + pair.len()))
        };
        assert!(
            is_in_frame("在墓地东找西找", "东找") && is_in_frame("忽东忽西", "东忽") && is_in_frame("幕起幕落", "幕落")
        );
        assert!(!is_in_frame("这里的生态境环很好", "境环"));
    }
}
