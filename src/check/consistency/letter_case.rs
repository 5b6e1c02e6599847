//! `letter-case`: a Latin word that an article writes in two ways, which differ only in the case of letters: App, APP.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::check::article::habit::is_odd;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, CharacterCheck, Hit, OptionsOnly};
use crate::matcher::CharSet;
use crate::text::Span;

/// Compares the case of Latin words.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterCase {
    /// A form that is used once is odd if another one is used at least this many times; see [`is_odd`] for more uses.
    /// Otherwise the forms are mixed, which is one hit for the article.
    odds: usize,
}

impl OptionsOnly for LetterCase {}

/// A form of a word, and the places where it is used.
struct Form<'d> {
    text: &'d str,
    places: Vec<(usize, Span)>,
}

impl CharacterCheck for LetterCase {
    fn watched(&self) -> CharSet {
        CharSet::new(vec![('A', 'Z'), ('a', 'z')])
    }
}

impl ArticleCheck for LetterCase {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut forms: HashMap<String, Vec<Form>> = HashMap::new();
        let mut after_last = (0, 0);
        for occurrence in occurrences {
            let (block, at) = (occurrence.block as usize, occurrence.at as usize);
            if (block, at) < after_last {
                continue;
            }
            let text = article.text(block);
            let length = text[at..].find(|c: char| !continues_word(c)).unwrap_or(text.len() - at);
            after_last = (block, at + length);
            let span = Span::new(at, at + text[at..at + length].trim_end_matches(['.', '-', '+']).len());
            if span.len() < 2 || !stands_alone(text, span) {
                continue;
            }
            let word = span.of(text);
            // A capital letter at the start of a sentence says nothing of the word.
            if is_capitalised(word) && begins_sentence(&text[..span.start]) {
                continue;
            }
            let of_word = forms.entry(word.to_ascii_lowercase()).or_default();
            match of_word.iter_mut().find(|form| form.text == word) {
                Some(form) => form.places.push((block, span)),
                None => of_word.push(Form { text: word, places: vec![(block, span)] }),
            }
        }
        let mut hits: Vec<Hit> =
            forms.values().filter(|forms| forms.len() > 1).flat_map(|forms| self.hits(forms)).collect();
        hits.sort_by_key(|hit| (hit.block, hit.span.start));
        hits
    }
}

impl LetterCase {
    /// The hits for the forms of a word.
    fn hits(&self, forms: &[Form]) -> Vec<Hit> {
        let rank = |form: &&Form| (form.places.len(), std::cmp::Reverse(form.places[0]));
        let Some(usual) = forms.iter().max_by_key(rank) else { return Vec::new() };
        let hit = |form: &Form, (block, span): (usize, Span), to: Vec<String>| {
            let (many, few) = (usual.places.len(), form.places.len());
            let detail = format!("“{}”{many}处，“{}”{few}处", usual.text, form.text);
            let mut hit = Hit::new(block, span, to).detail(detail);
            hit.related.push((usual.places[0].0, usual.places[0].1, format!("这里是“{}”。", usual.text)));
            hit
        };
        let others = || forms.iter().filter(|form| form.text != usual.text);
        // JSON is no slip for json: one is the abbreviation, the other the command.
        let is_capitals = |text: &str| !text.contains(|c: char| c.is_ascii_lowercase());
        let is_small = |text: &str| !text.contains(|c: char| c.is_ascii_uppercase());
        let is_slip = |form: &Form| {
            is_odd(form.places.len(), usual.places.len(), self.odds)
                && !(is_capitals(form.text) && is_small(usual.text))
        };
        let odd = others()
            .filter(|form| is_slip(form))
            .flat_map(|form| form.places.iter().map(move |place| hit(form, *place, vec![usual.text.to_owned()])));
        let mixed = others().filter(|form| !is_slip(form)).min_by_key(rank);
        odd.chain(mixed.map(|form| hit(form, form.places[0], Vec::new()).into_advice())).collect()
    }
}

/// Whether a word has its first letter as a capital and no other.
fn is_capitalised(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && !word[1..].contains(|c: char| c.is_ascii_uppercase())
}

/// Whether a sentence or a heading begins after this text.
fn begins_sentence(before: &str) -> bool {
    before
        .trim_end_matches([' ', '“', '（', '*'])
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, '。' | '！' | '？' | '：'))
}

/// Whether a word may go on with a character.
fn continues_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '/' | '@' | '_' | '&' | '\'' | '’')
}

/// Whether a word is no part of a longer name, an address or a piece of code: neither a Latin letter nor a digit is
/// beside it.
fn stands_alone(text: &str, word: Span) -> bool {
    let is_part = |c: char| c.is_ascii() && c != ',' && c != ';' || c.is_alphabetic() && !crate::text::is_han(c);
    let before = text[..word.start].trim_end_matches(' ').chars().next_back();
    let after = text[word.end..].trim_start_matches(' ').chars().next();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    word.of(text).chars().all(is_plain) && !before.is_some_and(is_part) && !after.is_some_and(is_part)
}
