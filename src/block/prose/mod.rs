//! Finds the parts of a text that are not prose: addresses, paths, code, formulas, emoticons. Nothing in them is checked
//! or edited.
//!
//! Each kind is found by a [`Recogniser`]: a function that is called at a half-width mark without which the kind cannot
//! occur, and returns the span of the token around that mark. The table in [`recognisers`] is the only place that names
//! them all. Where the end of a token is uncertain, a recogniser takes more rather than less: a mistake left alone can be
//! corrected later, but a changed path leads nowhere.

mod address;
mod code;
mod cursor;
mod face;
mod formula;
mod path;

use crate::text::Span;
use cursor::Cursor;

pub use code::is_bare_tag;

/// Returns the token around the mark at the cursor, if there is one of its kind.
type Recogniser = fn(Cursor) -> Option<Span>;

/// Returns the recognisers to call at `mark`, in order. The first that finds a token wins.
const fn recognisers(mark: u8) -> &'static [Recogniser] {
    match mark {
        b'`' => &[code::between_backticks],
        b'/' => &[address::with_scheme, path::of_unix],
        b'.' => &[address::of_web_host, path::file_name],
        b'@' => &[address::of_mail],
        b'\\' => &[path::of_windows, formula::tex_command],
        b'$' => &[formula::between_dollars],
        b'{' => &[code::in_braces],
        b'<' => &[code::template_tag, code::in_angle_brackets],
        b'[' => &[code::quoted_list, formula::interval],
        b'(' => &[formula::interval, formula::factorial, face::legal_sign, face::in_brackets, code::call],
        b'"' => &[code::member, formula::arc],
        b'\'' => &[formula::arc, code::quoted_word],
        b'-' => &[code::option],
        b'#' => &[address::topic],
        b':' => &[face::sideways, code::scoped_name, code::operator],
        b'!' => &[code::operator],
        b';' => &[face::sideways],
        b'_' => &[face::upright, code::name],
        b'^' => &[face::upright],
        b'=' => &[formula::equation],
        _ => &[],
    }
}

/// Tells of each byte whether there may be a token around it.
const IS_MARK: [bool; 256] = {
    let mut is_mark = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is_mark[byte] = !recognisers(byte as u8).is_empty();
        byte += 1;
    }
    is_mark
};

fn is_mark(byte: u8) -> bool {
    IS_MARK[usize::from(byte)]
}

/// Tells which lines of a text may have parts that are not prose. Most lines have no half-width mark, and then they have
/// none of these parts.
pub struct NonProseLines<'t> {
    bytes: &'t [u8],
    /// The offset of the first mark that has not been passed; the length of the text if there is none.
    next: usize,
}

impl<'t> NonProseLines<'t> {
    pub fn new(text: &'t str) -> NonProseLines<'t> {
        NonProseLines { bytes: text.as_bytes(), next: next_mark(text.as_bytes(), 0) }
    }

    /// Returns whether `line` may have such a part. Lines have to be passed in order.
    pub fn may_include(&mut self, line: Span) -> bool {
        if self.next < line.start {
            self.next = next_mark(self.bytes, line.start);
        }
        self.next < line.end
    }
}

/// Returns the offset of the first mark from `from` on, or the length of the text.
fn next_mark(bytes: &[u8], from: usize) -> usize {
    /// The number of bytes that are tested together.
    const CHUNK: usize = 32;
    // This holds for all marks, and for few other characters of Chinese text. It has no branches, so the compiler tests
    // many bytes at a time.
    let may_be_mark = |byte: u8| (byte.wrapping_sub(b'!') < 15) | (byte as i8 > b'9' as i8);
    let mut start = from;
    for chunk in bytes[from..].as_chunks::<CHUNK>().0 {
        if chunk.iter().fold(false, |found, &byte| found | may_be_mark(byte))
            && let Some(at) = chunk.iter().position(|&byte| is_mark(byte))
        {
            return start + at;
        }
        start += CHUNK;
    }
    start + bytes[start..].iter().take_while(|&&byte| !is_mark(byte)).count()
}

/// Returns the spans of `text` that are not prose. They are sorted and disjoint, and each lies within one line.
pub fn non_prose_spans(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let (mut at, mut done) = (next_mark(text.as_bytes(), 0), 0);
    while let Some(&mark) = text.as_bytes().get(at) {
        if is_inside_run(text.as_bytes(), at) {
            at = next_mark(text.as_bytes(), at + 1);
            continue;
        }
        let cursor = Cursor::new(text, done, at);
        let token = recognisers(mark).iter().find_map(|recogniser| recogniser(cursor));
        if let Some(token) = token {
            done = token.end;
            found.push(token);
        }
        at = next_mark(text.as_bytes(), done.max(at + 1));
    }
    found
}

/// Returns whether the mark at `at` is inside a long run of one mark, with nothing else near it. No token is found by such
/// a mark that its neighbours do not find too, and to ask for one takes time at each.
fn is_inside_run(bytes: &[u8], at: usize) -> bool {
    /// How many of the same mark must be on either side.
    const NEAR: usize = 8;
    let mark = bytes[at];
    at >= NEAR
        && bytes[at - 1] == mark
        && bytes.get(at - NEAR..=at + NEAR).is_some_and(|near| near.iter().all(|byte| *byte == mark))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Checks texts in which each token is enclosed in `⟦⟧`: these are found, and nothing else.
    pub(super) fn assert_found(texts: &[&str]) {
        for marked in texts {
            let text = marked.replace(['⟦', '⟧'], "");
            let found: Vec<&str> = non_prose_spans(&text).into_iter().map(|span| span.of(&text)).collect();
            let expected: Vec<&str> =
                marked.split('⟦').skip(1).filter_map(|part| Some(part.split_once('⟧')?.0)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn long_runs_of_a_mark_are_read_at_their_ends() {
        assert!(non_prose_spans(&"/".repeat(100_000)).is_empty());
        let (slashes, backticks) = ("/".repeat(60), "`".repeat(40));
        assert_found(&[&format!("甲⟦{backticks}乙{backticks}⟧丙"), &format!("{slashes}乙⟦/var/log/甲.log⟧")]);
    }

    #[test]
    fn finds_nothing_in_prose() {
        assert_found(&[
            "两地携手,共建联盟。",
            "比分3:2,时间10:30,总投资1,234.5万元,占3.5%。",
            "世界卫生组织(WHO)表示欢迎;覆盖12个市(区)。",
            "他说:\"我来了!\"大家说:'好'。",
            "文/图，和/或，每小时80km/h，2023/11/1，@某人，第1-2版。",
            "1)准备材料;2)提交申请。(1)甲;(2)乙。注:(一)丙。",
            "中国—东盟 - 博览会 -- 开幕, 他--老校对员--仍在。",
            "热线(0832)2022222,1#楼和2#楼,C#和F#,$100和US$200。",
            "当x<0且y>0时成立,他主编<内江日报>副刊。",
            "他的歌是I'm Yours,那是'90年代。",
        ]);
    }

    #[test]
    fn passes_lines_without_marks() {
        let text = "甲乙\n丙,丁\n戊%\n己.\n";
        let mut lines = NonProseLines::new(text);
        let mut start = 0;
        let may_include = text.split_inclusive('\n').map(|line| {
            let span = Span::new(start, start + line.len());
            start = span.end;
            lines.may_include(span)
        });
        assert_eq!(may_include.collect::<Vec<_>>(), [false, false, false, true]);
    }

    proptest! {
        #[test]
        fn spans_are_sorted_disjoint_and_within_one_line(
            text in "[!-~中。\n ]{0,60}|(www\\.|://|`|a|1|@|\n|中|\\(|\\)|\\[|,|\\]|\\\\|\\{|\\}|'|\"|:|-|_|°|=|<|>|\\$|#|\\.docx|甲|，| ){0,40}"
        ) {
            let mut end = 0;
            for span in non_prose_spans(&text) {
                prop_assert!(span.start >= end && !span.is_empty());
                prop_assert!(!text[span.range()].contains('\n'));
                end = span.end;
            }
        }
    }
}
