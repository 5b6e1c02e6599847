//! What a safe fix may change: marks, blanks and the forms of characters, but no word and no number.

use zhubi::{Finding, FixSafety};

/// The characters of numerals in Chinese writing, and those that are taken for them.
const NUMERALS: &str = "〇零○一二三四五六七八九十百千万亿两俩仨OoОоΟοＯ";

/// Returns what is wrong with the fix of a finding in `text`: it is safe, but it changes a word or a number.
pub fn objection(finding: &Finding, text: &str) -> Option<String> {
    let to = finding.suggestions.first().filter(|_| finding.fix == FixSafety::Safe)?;
    let from = &text[finding.range.clone()];
    // The other forms of a character are what that family replaces.
    let keeps_words = finding.rule.starts_with("character/") || words(from) == words(to);
    let keeps_numbers = numbers(from) == numbers(to) || is_other_script(from, to);
    (!keeps_words || !keeps_numbers).then(|| format!("{}: {from} → {to}", finding.rule))
}

/// The Chinese characters and the letters, without those of numerals.
fn words(text: &str) -> String {
    let is_letter = |c: &char| c.is_ascii_alphabetic() || ('\u{4E00}'..='\u{9FFF}').contains(c);
    text.chars().map(narrow).filter(|c| is_letter(c) && !NUMERALS.contains(*c)).collect()
}

/// The Arabic digits.
fn numbers(text: &str) -> String {
    text.chars().map(narrow).filter(char::is_ascii_digit).collect()
}

/// Whether a number is written in digits in one text, and in characters in the other.
fn is_other_script(from: &str, to: &str) -> bool {
    let has_hanzi = |text: &str| text.contains(|c| NUMERALS.contains(c));
    has_hanzi(to) && numbers(to).is_empty() || has_hanzi(from) && numbers(from).is_empty()
}

/// The half-width form of a letter or digit.
fn narrow(c: char) -> char {
    let is_wide = ('\u{FF10}'..='\u{FF5A}').contains(&c);
    if is_wide { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c }
}
