//! Finds the parts of a text that are not prose: web addresses, e-mail addresses and inline code.

use std::iter::Peekable;
use std::sync::LazyLock;

use memchr::{Memchr, Memchr3, memchr, memchr_iter, memchr3, memchr3_iter, memmem};

use crate::text::Span;

static WWW: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("www."));

/// Tells which lines of a text may have parts that are not prose. Each of these parts contains `/`, `@`, a backtick or a
/// `w`, and most lines contain none of them.
pub struct NonProseLines<'t> {
    /// The offsets of `/`, `@` and backticks that have not been passed.
    marks: Peekable<Memchr3<'t>>,
    /// The offsets of `w` that have not been passed.
    letters: Peekable<Memchr<'t>>,
}

impl<'t> NonProseLines<'t> {
    pub fn new(text: &'t str) -> NonProseLines<'t> {
        NonProseLines {
            marks: memchr3_iter(b'/', b'@', b'`', text.as_bytes()).peekable(),
            letters: memchr_iter(b'w', text.as_bytes()).peekable(),
        }
    }

    /// Returns whether `line` may have such a part. Lines have to be passed in order.
    pub fn may_include(&mut self, line: Span) -> bool {
        reaches(&mut self.marks, line) || reaches(&mut self.letters, line)
    }
}

/// Passes the offsets before `span` and returns whether the next one is in it.
fn reaches(offsets: &mut Peekable<impl Iterator<Item = usize>>, span: Span) -> bool {
    while offsets.next_if(|&offset| offset < span.start).is_some() {}
    offsets.peek().is_some_and(|&offset| offset < span.end)
}

/// Returns the spans of `text` that are not prose: web addresses, e-mail addresses, and inline code between
/// backticks. The spans are sorted and disjoint, and each lies within one line.
pub fn non_prose_spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    // Most texts have none of the characters that every address and all code contain.
    if memchr3(b'/', b'@', b'`', bytes).is_none() && memchr(b'w', bytes).is_none() {
        return Vec::new();
    }
    let mut found = find_marked(bytes);
    find_www_addresses(bytes, &mut found);
    keep_disjoint(&mut found);
    found
}

/// Returns the web addresses with `://`, the e-mail addresses and the code in `bytes`.
fn find_marked(bytes: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr3_iter(b'/', b'@', b'`', bytes) {
        if at < done {
            continue;
        }
        let span = match bytes[at] {
            b'`' => {
                let backticks_end = end_of_run(bytes, at, |byte| byte == b'`');
                done = backticks_end;
                inline_code(bytes, at, backticks_end)
            }
            b'@' => email_address(bytes, done, at),
            _ => web_address(bytes, done, at),
        };
        if let Some(span) = span {
            done = span.end;
            found.push(span);
        }
    }
    found
}

/// Adds the addresses that begin with `www.` to `found`.
fn find_www_addresses(bytes: &[u8], found: &mut Vec<Span>) {
    let mut done = 0;
    for at in WWW.find_iter(bytes) {
        let starts_word = !bytes[..at].last().is_some_and(u8::is_ascii_alphanumeric);
        if at >= done && starts_word && bytes.get(at + 4).is_some_and(u8::is_ascii_alphanumeric) {
            done = end_of_address(bytes, at);
            found.push(Span::new(at, done));
        }
    }
}

/// Sorts the spans and drops those that overlap an earlier one.
fn keep_disjoint(spans: &mut Vec<Span>) {
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut covered_to = 0;
    spans.retain(|span| {
        let is_disjoint = span.start >= covered_to;
        covered_to = covered_to.max(span.end);
        is_disjoint
    });
}

/// Returns the span of the inline code that opens with the backticks `at..backticks_end`. The next backticks in the same
/// line close it.
fn inline_code(bytes: &[u8], at: usize, backticks_end: usize) -> Option<Span> {
    let close = backticks_end + memchr3(b'`', b'\n', b'\r', &bytes[backticks_end..])?;
    (bytes[close] == b'`').then(|| Span::new(at, end_of_run(bytes, close, |byte| byte == b'`')))
}

/// Returns the span of the e-mail address around the `@` at byte `at`. It must not start before byte `from`.
fn email_address(bytes: &[u8], from: usize, at: usize) -> Option<Span> {
    let start = start_of_run(bytes, from, at, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte));
    let mut end = end_of_run(bytes, at + 1, |byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    while b".-".contains(&bytes[end - 1]) {
        end -= 1;
    }
    (start < at && end > at + 1 && bytes[at + 1..end].contains(&b'.')).then(|| Span::new(start, end))
}

/// Returns the span of the web address whose `://` has its first `/` at byte `slash`. It must not start before byte
/// `from`.
fn web_address(bytes: &[u8], from: usize, slash: usize) -> Option<Span> {
    let colon = slash.checked_sub(1).filter(|&colon| colon >= from)?;
    if bytes.get(colon..slash + 2)? != b"://" {
        return None;
    }
    let start = start_of_run(bytes, from, colon, |byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let start = start + bytes[start..colon].iter().position(u8::is_ascii_alphabetic)?;
    let end = end_of_address(bytes, slash + 2);
    (end > slash + 2).then(|| Span::new(start, end))
}

/// Returns the end of the web address that includes byte `from`. An address ends before the first character that is not
/// printable ASCII. Trailing punctuation and brackets belong to the sentence around it, except a `)` whose `(` is part
/// of the address.
fn end_of_address(bytes: &[u8], from: usize) -> usize {
    let mut end = end_of_run(bytes, from, |byte| byte.is_ascii_graphic() && !b"<>\"`".contains(&byte));
    let count = |mark: u8| bytes[from..end].iter().filter(|&&byte| byte == mark).count();
    let mut unopened = count(b')').saturating_sub(count(b'('));
    while end > from && b".,;:!?'[]{}()".contains(&bytes[end - 1]) {
        if bytes[end - 1] == b')' {
            if unopened == 0 {
                break;
            }
            unopened -= 1;
        }
        end -= 1;
    }
    end
}

/// Returns the end of the run of bytes from `from` on for which `belongs` is true.
fn end_of_run(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    from + bytes[from..].iter().take_while(|&&byte| belongs(byte)).count()
}

/// Returns the start of the run of bytes in `from..to` that ends at `to` and for which `belongs` is true.
fn start_of_run(bytes: &[u8], from: usize, to: usize, belongs: impl Fn(u8) -> bool) -> usize {
    to - bytes[from..to].iter().rev().take_while(|&&byte| belongs(byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        non_prose_spans(text).into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn finds_addresses_and_code_without_the_sentence_around_them() {
        for (text, expected) in [
            ("详见https://www.example.cn/a,b?c=1，欢迎投稿。", vec!["https://www.example.cn/a,b?c=1"]),
            ("详见https://example.cn/a,同时登录www.example.com。", vec!["https://example.cn/a", "www.example.com"]),
            ("（http://example.cn/甲）", vec!["http://example.cn/"]),
            ("(见 ftp://example.cn/x_(y)).", vec!["ftp://example.cn/x_(y)"]),
            ("发至bao.she-1@mail.example.cn.或致电", vec!["bao.she-1@mail.example.cn"]),
            ("运行`a,b`，再运行 ``c` 。", vec!["`a,b`", "``c`"]),
            ("只有一个`的行\n另一行`。", vec![]),
            ("@某人 a@b 文/图 ：//x http:// 2://3 awww.x", vec![]),
            ("https://user@example.cn/www.x.cn", vec!["https://user@example.cn/www.x.cn"]),
            ("`见 https://example.cn`", vec!["`见 https://example.cn`"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn spans_are_sorted_disjoint_and_within_one_line(text in "[a-z@`:/.(),中。\n ]{0,60}|(www\\.|://|`|a|@|\n|中){0,30}") {
            let mut end = 0;
            for span in non_prose_spans(&text) {
                prop_assert!(span.start >= end && !span.is_empty());
                prop_assert!(!text[span.range()].contains('\n'));
                end = span.end;
            }
        }
    }
}
