//! `approximation`: a quantity with two words of approximation (近3000多), or a quantity that is too precise for one
//! (1362余人).

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::general::pattern::Exclusion;
use crate::check::options::{CueList, OptionError, WordList, is_inside};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Quantity, QuantityKind, begins_quantity};
use crate::text::{NumeralStyle, Span};

/// Stands for a few other characters in an option: `约…`, `…左右`.
const GAP: char = '…';

/// The value of the option `reach` if it is not written.
const DEFAULT_REACH: usize = 20;

/// How many characters may be between a unit and a later word with [`GAP`].
const REACH_AFTER: usize = 5;

/// The maximum length in characters of a unit with its words of approximation, and of a word of the options.
const LONGEST_UNIT: usize = 12;

/// The maximum number of characters from a word before a number to the end of the word after it.
const LONGEST_WORDING: usize = 120;

/// Options of an approximation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproximationOptions {
    /// The words before the number, separated by spaces. A word with `…` at its end (`约…`) may be a few characters
    /// away from the number.
    #[serde(default)]
    before: String,
    /// The words inside the quantity, before a word of `behind`, that stand in place of a word before the number, separated
    /// by spaces: 多 in 150多美元以上.
    #[serde(default)]
    inside: String,
    /// Instead of words before the number: the kind of number that must not have a word of `behind`.
    number: Option<NumberKind>,
    /// The words in the number, after it or after its unit, separated by spaces. A word with `…` at its beginning
    /// (`…左右`) may be a few characters away.
    behind: Spanned<String>,
    /// How many characters may be between a word of `before` with `…` and the number. Without this option they are
    /// [`DEFAULT_REACH`].
    reach: Option<usize>,
    /// Longer words that contain one of these words but say nothing about the quantity: 纽约.
    #[serde(default)]
    except: String,
    /// Exclusions: see [`Exclusion`].
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// A kind of number that must not have a word of approximation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NumberKind {
    /// 1362, 87.3
    Precise,
    /// 3—5
    Range,
}

/// Words of approximation that must not occur together, or not with a kind of number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approximation {
    before: Vec<Word>,
    inside: WordList,
    number: Option<NumberKind>,
    after: Vec<Word>,
    reach: usize,
    except: WordList,
    exclusions: Vec<Exclusion>,
    /// The words of approximation of which every hit has one.
    pub cue: CueList,
}

/// A word of approximation.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Word {
    /// The word without [`GAP`].
    text: String,
    /// The first character of the word.
    first: char,
    /// Whether other characters may be between the word and the quantity.
    may_have_gap: bool,
}

impl Word {
    /// Parses a word of an option.
    fn parse(word: &str) -> Word {
        let text = word.trim_matches(GAP);
        let first = text.chars().next().unwrap_or_default();
        Word { text: text.to_owned(), first, may_have_gap: word.contains(GAP) }
    }

    /// Whether the word has more than one character.
    fn is_long(&self) -> bool {
        self.text.chars().nth(1).is_some()
    }
}

impl Compile for Approximation {
    type Options = ApproximationOptions;

    fn compile(options: &ApproximationOptions, classes: &Classes) -> Result<Approximation, OptionError> {
        let after: Vec<Word> = options.behind.get_ref().split_whitespace().map(Word::parse).collect();
        if after.is_empty() {
            return Err(OptionError::of(&options.behind, "behind 至少要有一个词。"));
        }
        if options.number.is_none() && options.before.trim().is_empty() {
            return Err(OptionError::of(&options.behind, "before 和 number 要写一个。"));
        }
        let before: Vec<Word> = options.before.split_whitespace().map(Word::parse).collect();
        Ok(Approximation {
            cue: cues(&before, &after),
            number: options.number,
            before,
            inside: WordList::new(&options.inside),
            after,
            reach: options.reach.unwrap_or(DEFAULT_REACH),
            except: WordList::new(&options.except),
            exclusions: Exclusion::compile(&options.unless, classes)?,
        })
    }
}

/// The cues: the words of one side, preferably of the side whose words have several characters. A word of
/// several characters is a cue by itself. A word of one character is a cue only with a numeral beside it (`#余`), except
/// for a word of `before` that may have a gap (约…). So a check for a kind of number finds 余 and 多 only where no unit
/// precedes them.
fn cues(before: &[Word], after: &[Word]) -> CueList {
    let use_after = before.is_empty() || after.iter().all(Word::is_long);
    let list: Vec<String> = if use_after {
        after.iter().map(|word| if word.is_long() { word.text.clone() } else { format!("#{}", word.text) }).collect()
    } else {
        // The word after one of `inside` has several characters.
        let inside = after.iter().filter(|word| word.is_long()).map(|word| word.text.clone());
        let numeral = |word: &Word| if word.is_long() || word.may_have_gap { "" } else { "#" };
        before.iter().map(|word| format!("{}{}", word.text, numeral(word))).chain(inside).collect()
    };
    CueList::new(list.join(" "))
}

impl ArticleCheck for Approximation {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        let may_hit =
            |occurrence: &CharOccurrence| self.may_hit(article.text(occurrence.block as usize), occurrence.at as usize);
        let occurrences = occurrences.iter().copied().filter(may_hit);
        // Between a number and a cue after it are at most a unit and `REACH_AFTER` characters. A cue before a number is
        // a word of at most `LONGEST_UNIT` characters, with at most `reach` characters between.
        let near = Near::Either(REACH_AFTER + LONGEST_UNIT, self.reach + LONGEST_UNIT);
        let sentences = article.sentences_around(occurrences, near, SentencesRead::One);
        for Sentence { block, text, span, quantities, .. } in sentences {
            let mut previous_end = span.start;
            for (index, quantity) in quantities.iter().enumerate() {
                let next_start = quantities.get(index + 1).map_or(span.end, |next| next.span.start);
                let found = self
                    .error(text, quantity, previous_end, next_start)
                    .filter(|(whole, _)| !Exclusion::any_excludes(&self.exclusions, text, *whole, scratch));
                previous_end = quantity.core().end;
                if let Some((whole, to)) = found {
                    hits.push(Hit::new(block, whole, to));
                }
            }
        }
        hits
    }
}

impl Approximation {
    /// Whether there may be a hit at a cue at byte `at`. The sentences of other cues need not be read.
    fn may_hit(&self, text: &str, at: usize) -> bool {
        let first = text[at..].chars().next().unwrap_or_default();
        if begins_quantity(first) {
            return self.number != Some(NumberKind::Precise) || may_be_precise(text, at);
        }
        let begins_one = |words: &[Word]| words.iter().any(|word| word.first == first);
        begins_one(&self.before) && self.may_precede_number(&text[at..])
            || begins_one(&self.after) && may_follow_number(&text[..at])
    }

    /// Whether a number with a word of `after` may follow the word of `before` that `text` begins with. Between the word
    /// and the number, and between the number and the later word, no clause ends.
    fn may_precede_number(&self, text: &str) -> bool {
        let is_inside_number = |c: char| matches!(c, ',' | '—' | '：');
        let mut has_numeral = false;
        for c in text.chars().take(LONGEST_WORDING) {
            if begins_quantity(c) {
                has_numeral = true;
            } else if ends_clause(c) && !(has_numeral && is_inside_number(c)) {
                return false;
            } else if has_numeral && self.after.iter().any(|word| word.first == c) {
                return true;
            }
        }
        false
    }

    /// The span of an error in the approximation of a quantity, and the replacements for it. The previous quantity ends
    /// at byte `previous_end`, the next one begins at byte `next_start`.
    fn error(
        &self,
        text: &str,
        quantity: &Quantity,
        previous_end: usize,
        next_start: usize,
    ) -> Option<(Span, Vec<String>)> {
        if quantity.kind == QuantityKind::Ordinal {
            return None;
        }
        let core = quantity.core();
        let after = self.word_after(text, quantity, core, next_start)?;
        if let Some(number) = self.number {
            let is_of_kind = match number {
                NumberKind::Precise => is_precise(quantity, text),
                NumberKind::Range => quantity.upper.is_some(),
            };
            let whole = Span::new(core.start, core.end.max(after.end));
            return is_of_kind.then(|| (whole, vec![without(text, whole, after)]));
        }
        let before =
            self.word_before(text, core.start, previous_end).or_else(|| self.word_inside(text, quantity, after))?;
        let whole = Span::new(before.start, after.end);
        Some((whole, vec![without(text, whole, after), without(text, whole, before)]))
    }

    /// The last word of `after` in a quantity or directly after it; otherwise the first one after a gap.
    fn word_after(&self, text: &str, quantity: &Quantity, core: Span, next_start: usize) -> Option<Span> {
        if quantity.qualifiers.is_empty() && !self.after.iter().any(|word| word.may_have_gap) {
            return None;
        }
        let is_listed = |span: &Span| self.after.iter().any(|word| word.text == span.of(text));
        let mut adjacent = quantity.qualifiers.iter().map(|mark| mark.span).filter(|span| span.start >= core.start);
        if let Some(word) = adjacent.rfind(is_listed) {
            return Some(word);
        }
        let rest = &text[quantity.span.end..next_start];
        let near = rest.char_indices().take_while(|(_, c)| !ends_clause(*c)).take(REACH_AFTER + 1);
        let mut found = near.filter_map(|(at, c)| {
            let candidates = self.after.iter().filter(|word| word.may_have_gap && word.first == c);
            let start = quantity.span.end + at;
            let mut spans = candidates
                .filter(|word| rest[at..].starts_with(&word.text))
                .map(|word| Span::new(start, start + word.text.len()));
            spans.find(|span| !is_inside(self.except.iter(), text, *span))
        });
        found.next()
    }

    /// The last word of `before` in the clause before a number that begins at byte `at`.
    fn word_before(&self, text: &str, at: usize, previous_end: usize) -> Option<Span> {
        // A word that ends more than `reach` characters before the number does not count.
        let head = text[previous_end.min(at)..at].chars().rev().take(self.reach + LONGEST_UNIT);
        let (mut length, mut present) = (0, 0);
        for c in head.take_while(|c| !ends_clause(*c)) {
            length += c.len_utf8();
            present |= bit(c);
        }
        let clause = &text[at - length..at];
        let may_contain = |word: &&Word| present & bit(word.first) != 0;
        let found = self.before.iter().filter(may_contain).filter_map(|word| {
            let offset = clause.rfind(word.text.as_str())?;
            let start = at - clause.len() + offset;
            let span = Span::new(start, start + word.text.len());
            let gap = text[span.end..at].chars().count();
            let is_near = gap == 0 || word.may_have_gap && gap <= self.reach;
            (is_near && !is_inside(self.except.iter(), text, span)).then_some(span)
        });
        found.max_by_key(|span| (span.end, span.len()))
    }

    /// A word of `inside` in the quantity, before the word `after`: 150多美元以上.
    fn word_inside(&self, text: &str, quantity: &Quantity, after: Span) -> Option<Span> {
        let spans = quantity.qualifiers.iter().map(|mark| mark.span).filter(|span| span.end <= after.start);
        let mut spans = spans.filter(|span| span.start > quantity.number.span.start);
        spans.find(|span| self.inside.iter().any(|word| word == span.of(text)))
    }
}

/// Whether a number may precede a word of approximation at the end of `head`, with a unit and a gap between them.
fn may_follow_number(head: &str) -> bool {
    let near = head.chars().rev().take(REACH_AFTER + LONGEST_UNIT);
    near.take_while(|c| !ends_clause(*c)).any(begins_quantity)
}

/// Whether the numeral at byte `at` may end a precise number. Most numbers end in 0 or have at most two digits.
fn may_be_precise(text: &str, at: usize) -> bool {
    let mut digits =
        text.as_bytes()[..=at].iter().rev().take_while(|byte| byte.is_ascii_digit() || b",.".contains(byte));
    digits.next().is_some_and(|last| *last != b'0') && digits.filter(|byte| byte.is_ascii_digit()).nth(1).is_some()
}

/// A bit, one of 64, that a character shares with some others.
fn bit(c: char) -> u64 {
    1 << (c as u32 % 64)
}

/// Whether a character ends the clause to which a word of approximation applies.
fn ends_clause(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '：' | '，' | '、' | ',' | ';' | '（' | '）' | '(' | ')')
        || matches!(c, '“' | '”' | '《' | '》' | '—' | '…' | '\n')
}

/// The text at `whole` without the part at `removed`.
fn without(text: &str, whole: Span, removed: Span) -> String {
    format!("{}{}", &text[whole.start..removed.start], &text[removed.end..whole.end])
}

/// Whether the number is too precise to be approximate: 1362, 87.5.
fn is_precise(quantity: &Quantity, text: &str) -> bool {
    let number = quantity.number;
    let written = number.span.of(text);
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    quantity.kind == QuantityKind::Amount
        && number.style == NumeralStyle::Arabic
        && number.scale == 0
        && quantity.upper.is_none()
        && digits > 2
        && !written.ends_with('0')
        // 007 is a name.
        && (!written.starts_with('0') || written.starts_with("0."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quantity::scan;

    proptest! {
        #[test]
        fn may_hit_is_true_for_every_precise_number(number in "[0-9]{1,4}([,.][0-9]{1,3})?[十百千万亿]?", word in "[余多]") {
            let options: ApproximationOptions = toml::from_str("number = 'precise'\nbehind = '余 多'").unwrap();
            let check = Approximation::compile(&options, &Classes::default()).unwrap();
            let text = format!("共有{number}{word}人");
            let last = text.char_indices().rev().nth(2).unwrap().0;
            let is_hit = |quantity: &Quantity| !quantity.qualifiers.is_empty() && is_precise(quantity, &text);
            prop_assert!(!scan(&text).iter().any(is_hit) || check.may_hit(&text, last), "{}", text);
        }
    }
}
