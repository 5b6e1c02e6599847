//! `pairs`: one kind of slip in the brackets, quotation marks and title marks of an article.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::pairing::{self, FAMILIES, Mark, Pairing, PairingError, Side};
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::Fault;
use crate::check::{ArticleCheck, CharacterCheck, Compile, Hit};
use crate::finding::FixSafety;
use crate::matcher::{CharSet, Classes};
use crate::text::{Span, is_han};

/// Options of a pairs check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairsOptions {
    /// The slip it looks for.
    slip: PairFault,
    /// The opening marks of the families it looks at: `“《（`.
    marks: Spanned<String>,
    /// For `nested`: the marks that the inner pair takes, `‘’`.
    inner: Option<Spanned<String>>,
}

/// One kind of slip in some families of marks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pairs {
    slip: PairFault,
    /// Bit `n` for the family `FAMILIES[n]`.
    families: u16,
    inner: Option<(char, char)>,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PairFault {
    Unclosed,
    Unopened,
    Reversed,
    Mismatched,
    Nested,
    Crossed,
    Uncontinued,
    /// A half-width or straight mark of a pair in Chinese text.
    Narrow,
    /// A pair that stands inside no other, where the family is for the inside of one.
    Outermost,
}

impl Compile for Pairs {
    type Options = PairsOptions;

    fn compile(options: &PairsOptions, _: &Classes) -> Result<Pairs, Fault> {
        let mut families = 0;
        for c in options.marks.get_ref().chars() {
            let family = FAMILIES.iter().position(|family| family.open == c).ok_or_else(|| {
                let known: String = FAMILIES.iter().map(|family| family.open).collect();
                Fault::of(&options.marks, format!("marks 里的“{c}”不是前标号，可以用的有：{known}"))
            })?;
            families |= 1 << family;
        }
        let inner = match &options.inner {
            None => None,
            Some(inner) => match inner.get_ref().chars().collect::<Vec<_>>()[..] {
                [open, close] => Some((open, close)),
                _ => return Err(Fault::of(inner, "inner 要写一对标号，如“‘’”。")),
            },
        };
        Ok(Pairs { slip: options.slip, families, inner })
    }
}

impl CharacterCheck for Pairs {
    fn watched(&self) -> CharSet {
        pairing::watched()
    }
}

impl ArticleCheck for Pairs {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        if occurrences.is_empty() {
            return Vec::new();
        }
        let pairing = article.pairing(occurrences);
        match self.slip {
            PairFault::Narrow => self.narrow(article, pairing),
            PairFault::Outermost => self.outermost(pairing),
            _ => self.slips(article, pairing),
        }
    }
}

impl Pairs {
    fn looks_at(&self, mark: &Mark) -> bool {
        self.families & 1 << mark.family != 0
    }

    fn slips(&self, article: &Article, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        for &slip in &pairing.slips {
            let mark = |index: usize| pairing.marks[index];
            match (slip, self.slip) {
                (PairingError::Unclosed(index), PairFault::Unclosed)
                | (PairingError::Unopened(index), PairFault::Unopened)
                    if self.looks_at(&mark(index)) =>
                {
                    hits.push(hit(mark(index), Vec::new()));
                }
                (PairingError::Reversed(index), PairFault::Reversed) if self.looks_at(&mark(index)) => {
                    let family = FAMILIES[mark(index).family];
                    let to = if mark(index).character == family.open { family.close } else { family.open };
                    hits.push(hit(mark(index), vec![to.to_string()]));
                }
                (PairingError::Mismatched(opening, closing), PairFault::Mismatched)
                    if self.looks_at(&mark(opening)) =>
                {
                    let to = FAMILIES[mark(opening).family].close;
                    let mut mismatched = hit(mark(closing), vec![to.to_string()]);
                    let opening = mark(opening);
                    mismatched.related.push((opening.block, span(opening), "前一半在这里。".to_owned()));
                    hits.push(mismatched);
                }
                (PairingError::Nested(opening, closing), PairFault::Nested) if self.looks_at(&mark(opening)) => {
                    let to = |side: Side| {
                        self.inner.map(|(open, close)| if side == Side::Open { open } else { close }.to_string())
                    };
                    hits.push(hit(mark(opening), to(Side::Open).into_iter().collect()));
                    hits.push(hit(mark(closing), to(Side::Close).into_iter().collect()));
                }
                (PairingError::Crossed(closing, inner), PairFault::Crossed) if self.looks_at(&mark(closing)) => {
                    let mut crossed = hit(mark(closing), Vec::new());
                    let inner = mark(inner);
                    crossed.related.push((inner.block, span(inner), "这个标号里面的还没有结束。".to_owned()));
                    hits.push(crossed);
                }
                (PairingError::Uncontinued(opening, block), PairFault::Uncontinued)
                    if self.looks_at(&mark(opening)) =>
                {
                    let first = article.text(block).chars().next().map_or(0, char::len_utf8);
                    let mut missing = Hit::new(block, Span::new(0, first), Vec::new());
                    let opening = mark(opening);
                    missing.related.push((opening.block, span(opening), "引文从这里开始。".to_owned()));
                    hits.push(missing);
                }
                _ => {}
            }
        }
        hits
    }

    /// Half-width brackets and straight quotation marks that belong to Chinese text: with a Chinese
    /// character inside, or right beside the pair.
    fn narrow(&self, article: &Article, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        for &(opening, closing) in &pairing.pairs {
            let (open, close) = (pairing.marks[opening], pairing.marks[closing]);
            let family = FAMILIES[open.family];
            let narrow = |mark: Mark| mark.character != family.open && mark.character != family.close;
            if !self.looks_at(&open) || !narrow(open) && !narrow(close) || open.block != close.block {
                continue;
            }
            let text = article.text(open.block);
            if !is_chinese_pair(text, open, close) {
                continue;
            }
            for (mark, to) in [(open, family.open), (close, family.close)] {
                if narrow(mark) {
                    hits.push(hit(mark, vec![to.to_string()]));
                }
            }
        }
        hits
    }

    fn outermost(&self, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut last_end = 0;
        for &(opening, closing) in &pairing.pairs {
            let open = pairing.marks[opening];
            let inside = opening < last_end;
            // What is straight gets its form first.
            if self.looks_at(&open) && open.character == FAMILIES[open.family].open && !inside {
                let close = pairing.marks[closing];
                let to = |side: Side| {
                    self.inner.map(|(open, close)| if side == Side::Open { open } else { close }.to_string())
                };
                hits.push(hit(open, to(Side::Open).into_iter().collect()));
                hits.push(hit(close, to(Side::Close).into_iter().collect()));
            } else if !self.looks_at(&open) && matches!(FAMILIES[open.family].open, '“' | '《') {
                last_end = last_end.max(closing);
            }
        }
        hits
    }
}

fn span(mark: Mark) -> Span {
    Span::new(mark.at, mark.at + mark.character.len_utf8())
}

fn hit(mark: Mark, to: Vec<String>) -> Hit {
    let at_most = if to.is_empty() { FixSafety::None } else { FixSafety::Safe };
    Hit { at_most, ..Hit::new(mark.block, span(mark), to) }
}

/// Does the pair belong to Chinese text? Not `f(x)`, `(0832)2022222` or a wholly English run
/// (CY/T 154—2017 7.1).
fn is_chinese_pair(text: &str, open: Mark, close: Mark) -> bool {
    let inside = &text[span(open).end..close.at];
    if inside.chars().any(is_han) {
        return true;
    }
    let before = &text[..open.at];
    let behind = &text[span(close).end..];
    // f(x) is a call, ID(PID) a word and its abbreviation.
    let abbreviation = inside.len() > 1 && inside.bytes().all(|byte| byte.is_ascii_uppercase());
    let called = !abbreviation && before.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let area_code = inside.bytes().all(|byte| byte.is_ascii_digit())
        && behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let beside = |c: Option<char>| c.is_some_and(|c| is_han(c) || "，。；：、！？”》）".contains(c));
    let next = behind.strip_prefix(' ').unwrap_or(behind).chars().next();
    let previous = before.strip_suffix(' ').unwrap_or(before).chars().next_back();
    let is_bracket = FAMILIES[open.family].open == '（';
    let of_a_formula = inside.is_empty() || area_code || is_bracket && called;
    !of_a_formula && (beside(previous) || beside(next))
}
