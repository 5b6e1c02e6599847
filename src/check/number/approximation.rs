//! `approximation`: words around a quantity that make it approximate twice (近3000多), or a quantity too precise
//! to be approximate (1362余人).

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Reach, Sentence};
use crate::check::general::pattern::Unless;
use crate::check::options::{CueList, Fault, WordList, is_inside};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Kind, Quantity, begins_quantity};
use crate::text::{NumeralStyle, Span};

/// Stands for a few other characters in an option.
const GAP: char = '…';
/// How many characters a word with [`GAP`] may stand from the number unless the rule says so, and from the unit.
const REACH: usize = 20;
const REACH_BEHIND: usize = 5;
/// No unit with its marks is longer, in characters, and no word that is looked for.
const LONGEST_UNIT: usize = 12;
/// These end the clause that a word of approximation holds for.
fn ends_clause(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '：' | '，' | '、' | ',' | ';' | '（' | '）' | '(' | ')')
        || matches!(c, '“' | '”' | '《' | '》' | '—' | '…' | '\n')
}

/// Options of an approximation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproximationOptions {
    /// The words before the number, separated by blanks; `约…` may stand a few characters from it.
    #[serde(default)]
    before: String,
    /// In place of words before it: the kind of number that no word of `behind` goes with.
    number: Option<Number>,
    /// The words in the number, behind it or behind its unit; `…左右` may stand a few characters from it.
    behind: Spanned<String>,
    /// How many characters a word with `…` may stand from the number.
    reach: Option<usize>,
    /// WordList that hold one of these words and are none: 纽约.
    #[serde(default)]
    except: String,
    /// Where it does not hold.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// Numbers that take no word of approximation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Number {
    /// 1362, 87.3
    Precise,
    /// 3—5
    Range,
}

/// WordList that make a quantity approximate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approximation {
    before: Vec<Word>,
    number: Option<Number>,
    behind: Vec<Word>,
    reach: usize,
    except: WordList,
    unless: Vec<Unless>,
    pub cue: CueList,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Word {
    text: String,
    /// Its first character.
    first: char,
    may_stand_apart: bool,
}

impl Word {
    fn parse(word: &str) -> Word {
        let text = word.trim_matches(GAP);
        let first = text.chars().next().unwrap_or_default();
        Word { text: text.to_owned(), first, may_stand_apart: word.contains(GAP) }
    }
}

impl Compile for Approximation {
    type Options = ApproximationOptions;

    fn compile(options: &ApproximationOptions, classes: &Classes) -> Result<Approximation, Fault> {
        let behind: Vec<Word> = options.behind.get_ref().split_whitespace().map(Word::parse).collect();
        if behind.is_empty() {
            return Err(Fault::of(&options.behind, "behind 至少要有一个词。"));
        }
        if options.number.is_none() && options.before.trim().is_empty() {
            return Err(Fault::of(&options.behind, "before 和 number 要写一个。"));
        }
        let before: Vec<Word> = options.before.split_whitespace().map(Word::parse).collect();
        Ok(Approximation {
            cue: cues(&before, &behind),
            number: options.number,
            before,
            behind,
            reach: options.reach.unwrap_or(REACH),
            except: WordList::new(&options.except),
            unless: Unless::compile(&options.unless, classes)?,
        })
    }
}

impl ArticleCheck for Approximation {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        let mut hits = Vec::new();
        let may_hit = |occurrence: &&CharOccurrence| {
            self.may_hit(article.text(occurrence.block as usize), occurrence.at as usize)
        };
        let occurrences: Vec<CharOccurrence> = occurrences.iter().filter(may_hit).copied().collect();
        // A word before a number stands no farther from it than it may; one behind it has a unit and a few characters
        // between.
        let near = Near::Either(REACH_BEHIND + LONGEST_UNIT, self.reach + LONGEST_UNIT);
        let read = article.read(&occurrences, near, Reach::Sentence);
        for Sentence { block, text, span, quantities } in read.sentences() {
            let mut free = span.start;
            for (index, quantity) in quantities.iter().enumerate() {
                let next = quantities.get(index + 1).map_or(span.end, |next| next.span.start);
                let found = self
                    .hit(text, quantity, free, next)
                    .filter(|(whole, _)| !Unless::any_holds(&self.unless, text, *whole, scratch));
                free = quantity.core().end;
                if let Some((whole, to)) = found {
                    hits.push(Hit::new(block, whole, to));
                }
            }
        }
        hits
    }
}

impl Approximation {
    /// May the number be too precise whose last numeral stands at byte `at`? Most end in 0 or have no more than two
    /// digits, and their sentences need not be read.
    fn may_hit(&self, text: &str, at: usize) -> bool {
        if self.number != Some(Number::Precise) || !text[at..].starts_with(begins_quantity) {
            return true;
        }
        let mut digits =
            text.as_bytes()[..=at].iter().rev().take_while(|byte| byte.is_ascii_digit() || b",.".contains(byte));
        digits.next().is_some_and(|last| *last != b'0') && digits.filter(|byte| byte.is_ascii_digit()).nth(1).is_some()
    }

    /// What is approximate twice, and what could stand there.
    fn hit(&self, text: &str, quantity: &Quantity, free: usize, next: usize) -> Option<(Span, Vec<String>)> {
        if quantity.kind == Kind::Ordinal {
            return None;
        }
        let core = quantity.core();
        let behind = self.behind(text, quantity, core, next)?;
        if let Some(number) = self.number {
            let is_such = match number {
                Number::Precise => is_precise(quantity, text),
                Number::Range => quantity.upper.is_some(),
            };
            let whole = Span::new(core.start, core.end.max(behind.end));
            return is_such.then(|| (whole, vec![without(text, whole, behind)]));
        }
        let before = self.before(text, core.start, free).or_else(|| self.inside(text, quantity, behind))?;
        let whole = Span::new(before.start, behind.end);
        Some((whole, vec![without(text, whole, behind), without(text, whole, before)]))
    }

    fn behind(&self, text: &str, quantity: &Quantity, core: Span, next: usize) -> Option<Span> {
        if quantity.marks.is_empty() && !self.behind.iter().any(|word| word.may_stand_apart) {
            return None;
        }
        let is_of = |span: &Span| self.behind.iter().any(|word| word.text == span.of(text));
        let mut marks = quantity.marks.iter().map(|mark| mark.span).filter(|span| span.start >= core.start);
        if let Some(mark) = marks.rfind(is_of) {
            return Some(mark);
        }
        let rest = &text[quantity.span.end..next];
        let near = rest.char_indices().take_while(|(_, c)| !ends_clause(*c)).take(REACH_BEHIND + 1);
        let mut places = near.filter_map(|(at, c)| {
            let apart = self.behind.iter().filter(|word| word.may_stand_apart && word.first == c);
            let start = quantity.span.end + at;
            let mut spans = apart
                .filter(|word| rest[at..].starts_with(&word.text))
                .map(|word| Span::new(start, start + word.text.len()));
            spans.find(|span| !is_inside(self.except.iter(), text, *span))
        });
        places.next()
    }

    fn before(&self, text: &str, at: usize, free: usize) -> Option<Span> {
        let head = &text[free.min(at)..at];
        let from = head.rfind(ends_clause).map_or(0, |end| end + 1);
        let from = (from..=head.len()).find(|from| head.is_char_boundary(*from)).unwrap_or(head.len());
        let clause = &head[from..];
        let places = self.before.iter().filter_map(|word| {
            let inside = clause.rfind(word.text.as_str())?;
            let start = at - clause.len() + inside;
            let span = Span::new(start, start + word.text.len());
            let gap = text[span.end..at].chars().count();
            let is_near = gap == 0 || word.may_stand_apart && gap <= self.reach;
            (is_near && !is_inside(self.except.iter(), text, span)).then_some(span)
        });
        places.max_by_key(|span| (span.end, span.len()))
    }

    /// A word of `before` in the quantity itself: 150多美元以上.
    fn inside(&self, text: &str, quantity: &Quantity, behind: Span) -> Option<Span> {
        let spans = quantity.marks.iter().map(|mark| mark.span).filter(|span| span.end <= behind.start);
        let mut spans = spans.filter(|span| span.start > quantity.number.span.start);
        spans.find(|span| self.before.iter().any(|word| word.text == span.of(text)))
    }
}

/// The words of one side, that of the longer ones. 多 and 余 stand right behind the number or its unit; behind a precise
/// number they are looked for without one. A word of one character before it stands right at the number.
fn cues(before: &[Word], behind: &[Word]) -> CueList {
    let is_long = |word: &&Word| word.text.chars().nth(1).is_some();
    let by_behind = before.is_empty() || behind.iter().all(|word| is_long(&word));
    let list: Vec<String> = if by_behind {
        behind.iter().map(|word| if is_long(&word) { word.text.clone() } else { format!("#{}", word.text) }).collect()
    } else {
        // A word of `before` may stand in the quantity itself; there the one behind it is a long one.
        let inside = behind.iter().filter(is_long).map(|word| word.text.clone());
        let at_number = |word: &Word| if is_long(&word) || word.may_stand_apart { "" } else { "#" };
        before.iter().map(|word| format!("{}{}", word.text, at_number(word))).chain(inside).collect()
    };
    CueList::new(list.join(" "))
}

fn without(text: &str, whole: Span, part: Span) -> String {
    format!("{}{}", &text[whole.start..part.start], &text[part.end..whole.end])
}

/// Does the number say more than an approximate one can: 1362, 87.5?
fn is_precise(quantity: &Quantity, text: &str) -> bool {
    let number = quantity.number;
    let digits = number.span.of(text).bytes().filter(u8::is_ascii_digit).count();
    quantity.kind == Kind::Amount
        && number.style == NumeralStyle::Arabic
        && number.scale == 0
        && quantity.upper.is_none()
        && digits > 2
        && !number.span.of(text).ends_with('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quantity::scan;

    proptest! {
        #[test]
        fn a_precise_number_is_not_passed_over(number in "[0-9]{1,4}([,.][0-9]{1,3})?[十百千万亿]?", word in "[余多]") {
            let raw: ApproximationOptions = toml::from_str("number = 'precise'\nbehind = '余 多'").unwrap();
            let check = Approximation::compile(&raw, &Classes::default()).unwrap();
            let text = format!("共有{number}{word}人");
            let last = text.char_indices().rev().nth(2).unwrap().0;
            let is_hit = |quantity: &Quantity| !quantity.marks.is_empty() && is_precise(quantity, &text);
            prop_assert!(!scan(&text).iter().any(is_hit) || check.may_hit(&text, last), "{}", text);
        }
    }
}
