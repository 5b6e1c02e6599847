//! Reads everything that can stand for a digit, and what stands between: a numeral with whatever slipped into it.

use crate::quantity::Dimension;
use crate::quantity::words::WORDS;
use crate::text::{Span, is_han};

/// The letters that look like a digit.
pub(super) const LETTERS: &str = "OoОоΟοＯlI|ⅠSBZ";

/// The characters for the digits.
pub(super) const HANZI: &str = "〇○零一二三四五六七八九";

/// The marks that can be taken for a decimal point.
pub(super) const STOPS: &str = "。．·•・‧∙点";

/// The blanks. Thin spaces are left out: they may divide a number into groups (GB/T 15835—2011 5.1.1).
pub(super) const BLANKS: &str = " \t\u{A0}\u{3000}";

/// The maximum length of a numeral on one side of the place where it is found, in characters.
const LONGEST: usize = 24;

/// The maximum number of characters between two digits of a numeral.
const LONGEST_GAP: usize = 2;

/// Digits with marks between them.
#[derive(Debug)]
pub(super) struct Run<'t> {
    /// All of it, from the first to the last digit.
    pub span: Span,
    /// The digits between the marks, in Arabic digits.
    pub groups: Vec<String>,
    /// What is between two groups.
    pub gaps: Vec<Gap>,
    /// The text of the run.
    pub text: &'t str,
}

/// What is between two groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A decimal point.
    Point,
    /// A half-width comma.
    Comma,
    /// A full-width comma.
    WideComma,
    /// A mark for the pause in a list (、).
    Pause,
    /// The word for a decimal point, which is also the word for hours (点).
    Word,
    /// A full-width point (．).
    WidePoint,
    /// Another mark that can be taken for a decimal point.
    Stop,
    /// Blanks.
    Blank,
    /// A decimal point with another mark or a blank beside it.
    Doubled,
    /// Anything else.
    Other,
}

/// What follows a numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Following {
    /// Nothing that belongs to it.
    Nothing,
    /// A measure word: what it counts is whole.
    Count,
    /// A unit, a percent sign, 万 or 亿: there may be a fraction.
    Measure,
    /// 年
    Year,
}

/// Returns the digit that `c` is or looks like.
fn digit(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        'O' | 'o' | 'О' | 'о' | 'Ο' | 'ο' | 'Ｏ' => '0',
        'l' | 'I' | '|' | 'Ⅰ' => '1',
        'S' => '5',
        'B' => '8',
        'Z' => '2',
        _ => return None,
    })
}

/// Returns whether `c` can be between two digits of a numeral.
fn is_mark(c: char) -> bool {
    ".,，、".contains(c) || STOPS.contains(c) || BLANKS.contains(c)
}

/// Returns whether `c` is an Arabic digit, half-width or full-width.
pub(super) fn is_arabic(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

impl<'t> Run<'t> {
    /// Reads the run around byte `at`, which is at a digit or at a mark after one.
    pub fn around(text: &'t str, at: usize) -> Option<Run<'t>> {
        let start = at - extent(text[..at].chars().rev());
        let end = at + extent(text[at..].chars());
        let whole = &text[start..end];
        let (mut groups, mut gaps, mut between) = (vec![String::new()], Vec::new(), String::new());
        for c in whole.chars() {
            match digit(c) {
                Some(digit) => {
                    if !between.is_empty() {
                        gaps.push(Gap::of(&std::mem::take(&mut between)));
                        groups.push(String::new());
                    }
                    groups.last_mut()?.push(digit);
                }
                None => between.push(c),
            }
        }
        (!groups[0].is_empty()).then(|| Run { span: Span::new(start, end), groups, gaps, text: whole })
    }

    /// Whether a letter is among the digits.
    pub fn has_letters(&self) -> bool {
        self.text.chars().any(|c| LETTERS.contains(c))
    }

    /// What follows the run in `text`.
    pub fn following(&self, text: &str) -> Following {
        following(&text[self.span.end..])
    }

    /// Whether what precedes the run makes it a part of something else: of a name with letters (C919), a file number, an
    /// ordinal number or a place in a ranking (第3, 前10), a time of day or a score.
    pub fn is_label(&self, text: &str) -> bool {
        let mut before = text[..self.span.start].chars().rev();
        let (last, second) = (before.next(), before.next());
        let follows_digit = second.is_some_and(|c| is_arabic(c) || matches!(c, '%' | '％'));
        match last {
            Some('第' | '前' | '/' | '／' | '#' | '№' | '_' | '\\' | '+' | '=') => true,
            Some('-' | '－' | '—' | '–' | '―') => !follows_digit,
            Some(':' | '：' | '∶' | '比') => follows_digit,
            Some(c) => c.is_alphabetic() && !is_han(c),
            None => false,
        }
    }
}

/// The length in bytes of the digits that `chars` begin with, and of those after short gaps.
fn extent(chars: impl Iterator<Item = char>) -> usize {
    let (mut length, mut end, mut marks) = (0, 0, 0);
    for c in chars.take(LONGEST) {
        length += c.len_utf8();
        if digit(c).is_some() {
            (end, marks) = (length, 0);
        } else if is_mark(c) && marks < LONGEST_GAP {
            marks += 1;
        } else {
            break;
        }
    }
    end
}

impl Gap {
    fn of(between: &str) -> Gap {
        let is_blank = |c: char| BLANKS.contains(c);
        let mut chars = between.chars();
        match (chars.next(), chars.next()) {
            (Some('.'), None) => Gap::Point,
            (Some(','), None) => Gap::Comma,
            (Some('，'), None) => Gap::WideComma,
            (Some('、'), None) => Gap::Pause,
            (Some('．'), None) => Gap::WidePoint,
            (Some('点'), None) => Gap::Word,
            (Some(c), None) if STOPS.contains(c) => Gap::Stop,
            _ if between.chars().all(is_blank) => Gap::Blank,
            _ if between.contains('.') && !between.contains(['、', '点']) => Gap::Doubled,
            _ => Gap::Other,
        }
    }
}

/// The words that count, but also measure: there may be a fraction of them.
const DIVISIBLE: [&str; 3] = ["级", "分", "轮"];

/// What follows a numeral, at the beginning of `rest`.
fn following(rest: &str) -> Following {
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    // 3。5—4%: the unit follows the second number.
    let rest = match rest.strip_prefix(['—', '～', '~', '-', '至', '到']) {
        Some(upper) => upper.trim_start_matches(|c: char| is_arabic(c) || matches!(c, '.' | ',')),
        None => rest,
    };
    let bare = rest.strip_prefix(['多', '余', '几', '来']).unwrap_or(rest);
    let starts_scale = bare.starts_with(['万', '亿', '%', '％', '‰', '℃']);
    match WORDS.units.longest_prefix(bare) {
        _ if starts_scale => Following::Measure,
        Some((length, Some(unit))) => match &bare[..length] {
            "年" => Following::Year,
            "月" | "日" | "号" | "点" | "时" | "周" | "届" | "期" | "页" | "行" | "章" | "节" => {
                Following::Nothing
            }
            word if DIVISIBLE.contains(&word) => Following::Measure,
            _ if unit.dimension == Dimension::Count => Following::Count,
            _ => Following::Measure,
        },
        Some((_, None)) | None => Following::Nothing,
    }
}
