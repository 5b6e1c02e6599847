//! `pairs`: errors in the brackets, quotation marks and title marks of an article. A check looks for one slip.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::pairing::{self, MARK_TYPES, MarkType, PairedMark, Pairing, PairingError};
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::OptionError;
use crate::check::{ArticleCheck, CharacterCheck, Compile, Hit};
use crate::finding::FixSafety;
use crate::matcher::{CharSet, Classes};
use crate::text::{OBJECT, Span, is_han};

/// Options of a pairs check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairsOptions {
    /// The mistake that the check looks for.
    slip: PairSlip,
    /// The types to check, by their opening marks: `“《（`.
    marks: Spanned<String>,
    /// For `nested` and `outermost`: the marks for the replacement, `‘’`.
    inner: Option<Spanned<String>>,
}

/// One slip in some types of marks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pairs {
    slip: PairSlip,
    /// The types to check, as a bit mask: bit `n` stands for `MARK_TYPES[n]`.
    mark_types: u16,
    /// The opening and closing mark for the replacement.
    inner: Option<(char, char)>,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PairSlip {
    /// See [`PairingError::Unclosed`].
    Unclosed,
    /// See [`PairingError::Unopened`].
    Unopened,
    /// See [`PairingError::Reversed`].
    Reversed,
    /// See [`PairingError::Mismatched`].
    Mismatched,
    /// See [`PairingError::Nested`].
    Nested,
    /// See [`PairingError::Crossed`].
    Crossed,
    /// See [`PairingError::Uncontinued`].
    Uncontinued,
    /// A half-width or straight mark of a pair in Chinese text.
    Narrow,
    /// A pair that is not inside “” or 《》, of a type that is only for use there.
    Outermost,
}

impl Compile for Pairs {
    type Options = PairsOptions;

    fn compile(options: &PairsOptions, _: &Classes) -> Result<Pairs, OptionError> {
        let mut mark_types = 0;
        for c in options.marks.get_ref().chars() {
            let mark_type = MARK_TYPES.iter().position(|mark_type| mark_type.open == c).ok_or_else(|| {
                let known: String = MARK_TYPES.iter().map(|mark_type| mark_type.open).collect();
                OptionError::of(&options.marks, format!("marks 里的“{c}”不是前标号，可以用的有：{known}"))
            })?;
            mark_types |= 1 << mark_type;
        }
        let inner = match &options.inner {
            None => None,
            Some(inner) => match inner.get_ref().chars().collect::<Vec<_>>()[..] {
                [open, close] => Some((open, close)),
                _ => return Err(OptionError::of(inner, "inner 要写一对标号，如“‘’”。")),
            },
        };
        Ok(Pairs { slip: options.slip, mark_types, inner })
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
            PairSlip::Narrow => self.narrow_marks(article, pairing),
            PairSlip::Outermost => self.outermost_pairs(article, pairing),
            _ => self.pairing_errors(article, pairing),
        }
    }
}

impl Pairs {
    /// Whether the check applies to the type of a mark.
    fn applies_to(&self, mark: PairedMark) -> bool {
        self.mark_types & 1 << mark.mark_type != 0
    }

    /// The hits for errors that the pairing of the article has already found.
    fn pairing_errors(&self, article: &Article, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        for &error in &pairing.errors {
            let (slip, index) = slip_of(error);
            let mark = pairing.marks[index];
            if slip != self.slip || !self.applies_to(mark) {
                continue;
            }
            match error {
                PairingError::Unclosed(_) | PairingError::Unopened(_) => hits.push(hit(mark, None)),
                PairingError::Reversed(_) => {
                    let mark_type = MARK_TYPES[mark.mark_type];
                    let to = if mark.character == mark_type.open { mark_type.close } else { mark_type.open };
                    let mut reversed = hit(mark, Some(to));
                    if !pairing.is_within_block(index) {
                        reversed.at_most = FixSafety::None;
                    }
                    hits.push(reversed);
                }
                PairingError::Mismatched(_, closing) => hits.push(mismatch(mark, pairing.marks[closing])),
                PairingError::Nested(_, outer) if stands_in_angles(article, pairing.marks[outer], mark) => {}
                PairingError::Nested(_, outer) => {
                    let closing = pairing.partner(index).into_iter();
                    let mut nested: Vec<Hit> =
                        closing.flat_map(|closing| self.inner_hits(article, mark, closing)).collect();
                    if !pairing.is_within_block(outer) {
                        nested.iter_mut().for_each(|hit| hit.at_most = FixSafety::None);
                    }
                    hits.extend(nested);
                }
                PairingError::Crossed(_, inner) => {
                    let inner = pairing.marks[inner];
                    let mut crossed = hit(mark, None);
                    crossed.related.push((inner.block, span(inner), "这个标号里面的还没有结束。".to_owned()));
                    hits.push(crossed);
                }
                PairingError::Uncontinued(_, block) => {
                    let first = article.text(block).chars().next().map_or(0, char::len_utf8);
                    let mut uncontinued = Hit::new(block, Span::new(0, first), Vec::new());
                    uncontinued.related.push((mark.block, span(mark), "引文从这里开始。".to_owned()));
                    hits.push(uncontinued);
                }
            }
        }
        hits
    }

    /// The hits for half-width brackets and straight quotation marks in Chinese text.
    fn narrow_marks(&self, article: &Article, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        let doubtful = self.blocks_in_doubt(article, pairing);
        for &(opening, closing) in &pairing.pairs {
            let (open, close) = (pairing.marks[opening], pairing.marks[closing]);
            let mark_type = MARK_TYPES[open.mark_type];
            let is_narrow = |mark: PairedMark| mark.character != mark_type.open && mark.character != mark_type.close;
            if !self.applies_to(open) || !is_narrow(open) && !is_narrow(close) || open.block != close.block {
                continue;
            }
            let text = article.text(open.block);
            if !is_chinese_pair(text, open, close) {
                continue;
            }
            let halves = [(open, Some(mark_type.open)), (close, Some(mark_type.close))];
            let mut both = hits_together(article, halves.into_iter().filter(|(mark, _)| is_narrow(*mark)));
            if doubtful.binary_search(&open.block).is_ok() {
                both.iter_mut().for_each(|hit| hit.at_most = hit.at_most.max(FixSafety::Suggested));
            }
            hits.extend(both);
        }
        hits
    }

    /// The blocks in which it is not certain which straight quotation marks open and which close: one has no partner, or one
    /// that closes stands where one may open.
    fn blocks_in_doubt(&self, article: &Article, pairing: &Pairing) -> Vec<usize> {
        let quotes = pairing.marks.iter().enumerate().filter(|(_, it)| it.character == '"' && self.applies_to(**it));
        let is_doubtful = |(index, mark): &(usize, &PairedMark)| match pairing.partner(*index) {
            None => true,
            Some(partner) => partner.at < mark.at && may_open(article.text(mark.block), mark.at),
        };
        let mut blocks: Vec<usize> = quotes.filter(is_doubtful).map(|(_, mark)| mark.block).collect();
        blocks.dedup();
        blocks
    }

    /// The hits for pairs that are not inside a pair of “” or 《》.
    fn outermost_pairs(&self, article: &Article, pairing: &Pairing) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut last_end = 0;
        for &(opening, closing) in &pairing.pairs {
            let open = pairing.marks[opening];
            let is_inside = opening < last_end;
            // Straight marks are reported by another check first.
            if self.applies_to(open) && open.character == MARK_TYPES[open.mark_type].open && !is_inside {
                hits.extend(self.inner_hits(article, open, pairing.marks[closing]));
            } else if !self.applies_to(open) && matches!(MARK_TYPES[open.mark_type].open, '“' | '《') {
                last_end = last_end.max(closing);
            }
        }
        hits
    }

    /// The hits for both marks of a pair that should be the marks of the option `inner`.
    fn inner_hits(&self, article: &Article, open: PairedMark, close: PairedMark) -> Vec<Hit> {
        let halves = [(open, self.inner.map(|(open, _)| open)), (close, self.inner.map(|(_, close)| close))];
        hits_together(article, halves)
    }
}

/// Whether a quotation may begin with the straight mark at byte `at`: it follows a colon or a comma, and no words that say
/// whose words ended there follow it.
fn may_open(text: &str, at: usize) -> bool {
    /// How many characters after a quotation are searched for a verb of saying.
    const REACH: usize = 10;
    let mut near = text[at..].chars().skip(1).take(REACH).take_while(|c| is_han(*c)).peekable();
    let follows = text[..at].ends_with(['：', ':', '，', '、']) && near.peek().is_some();
    follows && !near.any(|c| "说道问喊叫答想念笑骂".contains(c))
}

/// The hits for marks of one pair, each with its replacement if there is one. If one of them cannot be replaced in the
/// draft (it is written `&quot;`), none is, because a pair must not be made of two different halves.
fn hits_together(article: &Article, halves: impl IntoIterator<Item = (PairedMark, Option<char>)>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = halves.into_iter().map(|(mark, to)| hit(mark, to)).collect();
    let is_written_as_it_is = |hit: &Hit| {
        let body = &article.blocks[hit.block].body;
        hit.to.first().is_none_or(|to| body.edit(hit.span, to, article.canonical).is_some())
    };
    if !hits.iter().all(is_written_as_it_is) {
        hits.iter_mut().for_each(|hit| hit.at_most = FixSafety::None);
    }
    hits
}

/// The slip that an error is, and the index of the mark that decides whether a check applies to it.
fn slip_of(error: PairingError) -> (PairSlip, usize) {
    match error {
        PairingError::Unclosed(mark) => (PairSlip::Unclosed, mark),
        PairingError::Unopened(mark) => (PairSlip::Unopened, mark),
        PairingError::Reversed(mark) => (PairSlip::Reversed, mark),
        PairingError::Mismatched(opening, _) => (PairSlip::Mismatched, opening),
        PairingError::Nested(opening, _) => (PairSlip::Nested, opening),
        PairingError::Crossed(closing, _) => (PairSlip::Crossed, closing),
        PairingError::Uncontinued(opening, _) => (PairSlip::Uncontinued, opening),
    }
}

/// Whether a pair begins between < and > that stand for the marks of the level between it and the outer pair:
/// 《关于〈城市〈规划法〉办法〉的决定》 written with <>.
fn stands_in_angles(article: &Article, outer: PairedMark, inner: PairedMark) -> bool {
    if outer.block != inner.block {
        return false;
    }
    let text = article.text(outer.block);
    let near = text.ceil_char_boundary(inner.at.saturating_sub(LONGEST_REACH));
    let between = &text[outer.at.max(near)..inner.at];
    let count = |marks: [char; 3]| between.matches(marks).count();
    count(['<', '＜', '‹']) > count(['>', '＞', '›'])
}

/// The span of a mark in the text of its block.
fn span(mark: PairedMark) -> Span {
    Span::new(mark.at, mark.at + mark.character.len_utf8())
}

/// A hit for a mark, with its replacement if there is one.
fn hit(mark: PairedMark, to: Option<char>) -> Hit {
    let at_most = if to.is_none() { FixSafety::None } else { FixSafety::Safe };
    Hit { at_most, ..Hit::new(mark.block, span(mark), to.map(String::from).into_iter().collect()) }
}

/// The hit for two halves that are not of one type. Of two types for the same use the outer one is meant: “” and not ‘’,
/// 《》 and not 〈〉, （） and not other brackets. Otherwise the type of the opening mark is.
fn mismatch(open: PairedMark, close: PairedMark) -> Hit {
    const SAME_USE: [&str; 3] = ["“‘「『", "《〈", "（【〔［"];
    let [open_type, close_type] = [open, close].map(|mark| MARK_TYPES[mark.mark_type]);
    let is_close_meant = SAME_USE.iter().any(|types| {
        let rank = |mark_type: MarkType| types.find(mark_type.open);
        rank(open_type).zip(rank(close_type)).is_some_and(|(open, close)| close < open)
    });
    if is_close_meant {
        let mut wrong = hit(open, Some(close_type.open));
        wrong.related.push((close.block, span(close), "后一半在这里。".to_owned()));
        return wrong;
    }
    let mut wrong = hit(close, Some(open_type.close));
    wrong.related.push((open.block, span(open), "前一半在这里。".to_owned()));
    wrong
}

/// How far from half-width marks the text is read that tells whether they belong to Chinese text, in bytes.
const LONGEST_REACH: usize = 300;

/// Whether a pair belongs to Chinese text: a Chinese character is inside it, or a Chinese character or mark is directly
/// before or after it. Brackets in `f(x)` and `(0832)2022222` and marks in an English passage do not (CY/T 154—2017
/// 7.1).
fn is_chinese_pair(text: &str, open: PairedMark, close: PairedMark) -> bool {
    // What is between half-width marks is short; longer text is not read to its end for each pair in it.
    let inside = &text[span(open).end..close.at];
    let inside = &inside[..inside.floor_char_boundary(LONGEST_REACH)];
    if inside.chars().any(is_han) {
        return true;
    }
    let before = &text[..open.at];
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST_REACH))..];
    let after = &text[span(close).end..];
    let after = &after[..after.floor_char_boundary(LONGEST_REACH)];
    // f(x) is a call and Cu(II) a formula, but ID(PID) is a word and its abbreviation.
    let is_roman_numeral = inside.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'));
    let is_abbreviation = inside.len() > 1 && !is_roman_numeral && inside.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_call = !is_abbreviation && before.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_area_code = inside.bytes().all(|byte| byte.is_ascii_digit())
        && after.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let is_chinese = |c: Option<char>| c.is_some_and(|c| is_han(c) || "，。；：、！？”》）".contains(c));
    let next = after.strip_prefix(' ').unwrap_or(after).chars().next();
    let previous = before.strip_suffix(' ').unwrap_or(before).chars().next_back();
    let is_bracket = MARK_TYPES[open.mark_type].open == '（';
    let is_operator = |c: Option<char>| c.is_some_and(|c| "*+/=<>^|".contains(c));
    let is_term = is_operator(before.chars().next_back()) || is_operator(after.chars().next());
    let is_in_formula =
        inside.is_empty() || is_area_code || is_bracket && (is_call || is_term || !inside.chars().all(may_gloss));
    !is_in_formula
        && (is_chinese(previous) || is_chinese(next))
        && !(is_bracket && is_in_foreign_quotation(before, after))
}

/// Whether a character may stand in brackets of Chinese prose that contain none: names, abbreviations and figures do,
/// formulas, labels and code do not. An address is an object.
fn may_gloss(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || c == OBJECT || ".,-–—&/%‰°℃'’·：，、；“”《》+～~￥$€".contains(c)
}

/// Whether what follows `before` and precedes `after` is in a quotation or a title in Latin letters: `“Cats (Act II)”`.
fn is_in_foreign_quotation(before: &str, after: &str) -> bool {
    let (Some(open), Some(close)) =
        (before.rfind(['“', '‘', '《', '”', '’', '》']), after.find(['”', '’', '》', '“', '《']))
    else {
        return false;
    };
    let is_foreign = |text: &str| !text.chars().any(|c| is_han(c) || "，。；：、".contains(c));
    before[open..].starts_with(['“', '‘', '《'])
        && before[open..].contains(|c: char| c.is_ascii_alphabetic())
        && is_foreign(&before[open..])
        && is_foreign(&after[..close])
}
