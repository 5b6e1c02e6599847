//! Decides from all lines of a plain text whether they are broken at a certain width (hard-wrapped), or each line is a
//! paragraph.

use crate::text::{is_han, width};

/// The maximum number of columns by which a full line is narrower than the widest one: a word that did not fit, or a mark
/// that may not begin the next line.
const SLACK: usize = 8;

/// The narrowest column of text, in columns of a terminal: twelve Chinese characters.
const NARROWEST: usize = 24;

/// The widest line that a single full line shows to be wrapped. Mail and old agency copy are narrower.
const WIDEST_BY_ITSELF: usize = 100;

/// Returns whether the lines of a draft are hard-wrapped: those that stop without a mark that ends a sentence are mostly
/// of one width, and hardly any line is wider.
///
/// `lines` are all lines of the draft without the whitespace at their ends. In a draft that has one paragraph a line, a
/// line that stops like this is a headline, or a paragraph cut in two: its width is any, and whole paragraphs are wider.
pub fn is_hard_wrapped<'t>(lines: impl Iterator<Item = &'t str> + Clone) -> bool {
    let mut count = 0;
    // The width of each line that stops in the middle, and whether another line follows.
    let mut open: Vec<usize> = Vec::new();
    let mut is_last_open = false;
    for line in lines.clone() {
        count += 1;
        is_last_open = stops_in_the_middle(line);
        if is_last_open {
            open.push(width(line));
        }
    }
    if is_last_open {
        open.pop();
    }
    if open.is_empty() {
        return false;
    }
    open.sort_unstable();
    // A few headlines may be wider than the text below them.
    let column = open[(open.len() * 9).div_ceil(10) - 1];
    let full = open.iter().filter(|width| (column.saturating_sub(SLACK)..=column + SLACK).contains(width)).count();
    let widest = column + SLACK;
    // A column takes one or two bytes, so most lines need not be measured.
    let is_wider = |line: &&str| line.len() > widest && (line.len() > 2 * widest || width(line) > widest);
    let most_wider = count / 10;
    let is_enough = full > 1 || column <= WIDEST_BY_ITSELF;
    if full == 0
        || column < NARROWEST
        || !is_enough
        || 2 * full < open.len()
        || lines.clone().filter(is_wider).nth(most_wider).is_some()
    {
        return false;
    }
    // Few sentences end by chance where a line is full.
    let is_full_sentence = |line: &&str| !stops_in_the_middle(line) && width(line) + SLACK >= column;
    lines.filter(is_full_sentence).nth(full - 1).is_none()
}

/// Returns whether a line ends with a character of a word, or with a mark after which a sentence goes on.
fn stops_in_the_middle(line: &str) -> bool {
    let last = line.chars().next_back();
    last.is_some_and(|c| is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '，' | '、' | ',' | '（' | '“' | '《'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks a text into lines of `columns` Chinese characters.
    fn wrapped(text: &str, columns: usize) -> String {
        let characters: Vec<char> = text.chars().collect();
        characters.chunks(columns).map(|line| line.iter().collect::<String>() + "\n").collect()
    }

    const PARAGRAPHS: [&str; 3] = [
        "县里组织技术人员分片包村，走进田间地头，指导农户抓好春耕备耕各项工作，确保全年粮食生产开好头、起好步。",
        "老街改造以后，前来参观的游客比往年多了不少，沿街的商户也从二十多家增加到五十多家，夜市里灯火通明，人来人往。",
        "会后，代表们参观了新落成的校史馆，并就下一步合作的重点同师生座谈，大家你一言我一语，提出了不少好建议。",
    ];

    #[test]
    fn tells_wrapped_lines_from_paragraphs() {
        for columns in [15, 20, 36, 40] {
            let text = PARAGRAPHS.map(|paragraph| wrapped(paragraph, columns)).concat();
            assert!(is_hard_wrapped(text.lines()), "{text}");
        }
        let headline = "老街换新颜";
        let whole = [headline, PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2]].join("\n");
        assert!(!is_hard_wrapped(whole.lines()));
        for cut in ["技术人", "，走进", "备耕"] {
            let text = whole.replace(cut, &format!("{cut}\n"));
            assert!(!is_hard_wrapped(text.lines()), "{text}");
        }
    }
}
