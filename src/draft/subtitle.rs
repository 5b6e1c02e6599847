//! Subtitles: SubRip (.srt) and WebVTT (.vtt).
//!
//! Both consist of blocks between empty lines. A block with a line of times is a cue: above that line is its number or name,
//! below it is what people read, a sentence or a part of one in lines as short as the screen wants them. Other blocks of
//! WebVTT are its header, notes, style sheets and regions.

use std::borrow::Cow;

use memchr::{memchr2, memchr3_iter};

use super::html::{ProseBuilder, Templates};
use super::{FormatDefinition, Reader, StetMark, mark};
use crate::block::{Fragment, Shape};
use crate::text::{Span, is_han};

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["srt", "vtt"], reader: Reader::Text(read), escape };

/// Returns `text` with the characters escaped that would be markup in a cue.
fn escape(text: &str) -> Cow<'_, str> {
    if text.contains(['&', '<']) { text.replace('&', "&amp;").replace('<', "&lt;").into() } else { text.into() }
}

/// Returns the fragments of the cues, and the stet marks in notes.
fn read(text: &str) -> (Vec<Fragment>, Vec<StetMark>) {
    let is_vtt = text.trim_start_matches('\u{FEFF}').starts_with("WEBVTT");
    let mut reader = CueReader::new(text);
    let mut lines = lines(text).peekable();
    let mut is_in_cue = false;
    let mut is_after_empty = true;
    while let Some(line) = lines.next() {
        let content = line.of(text);
        let is_name =
            lines.peek().is_some_and(|next| is_timing(next.of(text))) && (is_after_empty || is_number(content));
        is_after_empty = content.trim().is_empty();
        if is_timing(content) {
            reader.end_fragment();
            is_in_cue = true;
        } else if is_after_empty {
            reader.end_fragment();
            // In SubRip, the text of a cue can contain empty lines: nothing but cues can follow.
            is_in_cue &= !is_vtt;
        } else if is_in_cue && !is_name {
            reader.line(line);
        }
    }
    reader.end_fragment();
    (reader.fragments, mark::comment_marks(text))
}

/// Returns the lines of `text` without their ends.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let span = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
        start += line.len();
        span
    })
}

/// Returns whether `line` says from when to when a cue is shown: `00:00:01,000 --> 00:00:04,000 align:start`.
fn is_timing(line: &str) -> bool {
    let is_time = |time: &str| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        time.contains(':') && time.split([':', ',', '.']).all(|part| digits(part.trim()))
    };
    line.split_once("-->").is_some_and(|(from, to)| {
        let to = to.trim_start();
        is_time(from.trim()) && is_time(&to[..to.find([' ', '\t']).unwrap_or(to.len())])
    })
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Assembles the text of cues.
struct CueReader<'t> {
    text: &'t str,
    prose: ProseBuilder<'t>,
    /// The last line of the current fragment.
    last: Option<Span>,
    fragments: Vec<Fragment>,
}

impl<'t> CueReader<'t> {
    fn new(text: &'t str) -> CueReader<'t> {
        let templates = Templates::new(text, Span::new(0, text.len()));
        CueReader { text, prose: ProseBuilder::new(text, templates), last: None, fragments: Vec::new() }
    }

    fn end_fragment(&mut self) {
        let body = self.prose.take();
        self.fragments.extend(Fragment::new(self.text, Shape::Paragraph, body));
        self.last = None;
    }

    /// Appends a line of a cue.
    fn line(&mut self, line: Span) {
        let content = line.of(self.text);
        let is_other_language = |last: Span| has_han(last.of(self.text)) != has_han(content);
        if begins_speech(content) || self.last.is_some_and(is_other_language) {
            self.end_fragment();
        }
        if let Some(last) = self.last {
            self.prose.append(Span::new(last.end, line.start));
        }
        self.last = Some(line);
        let mut at = line.start;
        while let Some((tag, is_break)) = next_tag(self.text, Span::new(at, line.end)) {
            self.prose.append(Span::new(at, tag.start));
            if is_break {
                self.end_fragment();
            }
            at = tag.end;
        }
        self.prose.append(Span::new(at, line.end));
    }
}

fn has_han(line: &str) -> bool {
    line.contains(is_han)
}

/// Returns whether another person begins to speak in `line`.
fn begins_speech(line: &str) -> bool {
    line.trim_start().starts_with(['-', '－', '–', '—'])
}

/// Returns the first tag in `line`, a span of `text`, and whether it breaks the line: `<i>`, `</v>`, `<v 张三>`,
/// `<00:00:01.000>`, `{\an8}`, `\N`.
fn next_tag(text: &str, line: Span) -> Option<(Span, bool)> {
    let bytes = &text.as_bytes()[..line.end];
    memchr3_iter(b'<', b'{', b'\\', &bytes[line.start..]).find_map(|at| {
        let start = line.start + at;
        match &bytes[start..] {
            [b'\\', letter @ (b'N' | b'n' | b'h'), ..] => Some((Span::new(start, start + 2), *letter != b'h')),
            [b'<', b'/' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9', rest @ ..] => {
                length_of_tag(rest, b'<', b'>').map(|length| (Span::new(start, start + 2 + length), false))
            }
            [b'{', b'\\', rest @ ..] => {
                length_of_tag(rest, b'{', b'}').map(|length| (Span::new(start, start + 2 + length), false))
            }
            _ => None,
        }
    })
}

/// Returns the length of the rest of a tag up to `close`. `None` if another one begins with `open` before.
fn length_of_tag(rest: &[u8], open: u8, close: u8) -> Option<usize> {
    memchr2(open, close, rest).filter(|end| rest[*end] == close).map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        let fragments = read(text).0.leak();
        fragments.iter().map(|fragment| fragment.body.text(text)).collect()
    }

    #[test]
    fn reads_the_cues_of_subrip() {
        let text = "1\r\n00:00:01,000 --> 00:00:02,500 X1:40\r\n{\\an8}<i>今天,</i>\r\n<font color=\"红,绿\">我们</font>来了\r\n\r\n\
                    2\r\n00:00:03,000 --> 00:00:04,000\r\n- 甲,好\r\n- 乙\\N丙\r\n\r\n又一行\r\n3\r\n\
                    00:00:05,000 --> 00:00:06,000\r\n中文,在此\r\nand English, here\r\n";
        assert_eq!(texts(text), ["今天,我们来了", "- 甲,好", "- 乙", "丙", "又一行", "中文,在此", "and English, here"]);
    }

    #[test]
    fn reads_the_cues_of_webvtt() {
        let text = "\u{FEFF}WEBVTT - 标题,一\nKind: 字幕,说明\n\nNOTE 注释,一\n注释,二\n\nSTYLE\n::cue(.甲,乙) {}\n\nREGION\nid:甲,乙\n\n\
                    片头,一\n00:01.000 --> 00:02.000 line:63% region:甲,乙\n<v.高,低 张三,李四>大家&amp;你们,\n<00:01.500><c.黄,色>好</c>\n\n\
                    00:03.000 --> 00:04.000\n1 < 2,对\n\n落下,的\n";
        assert_eq!(texts(text), ["大家&你们,好", "1 < 2,对"]);
    }

    #[test]
    fn reads_nothing_where_there_are_no_times() {
        for text in ["", "甲,乙", "甲 --> 乙,丙\n丁,戊", "1\n00:00:01,000\n甲,乙\n"] {
            assert_eq!(texts(text), Vec::<&str>::new(), "{text}");
        }
    }
}
