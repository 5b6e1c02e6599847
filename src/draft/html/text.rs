//! The text between the tags of HTML: line breaks and character references.

use std::borrow::Cow;

use html5gum::{Token, Tokenizer};
use memchr::memchr2;

use crate::block::BodyBuilder;
use crate::draft::joins_without_space;
use crate::text::Span;

/// Appends the text in `span` to `body`. A character reference is replaced by the character it means. A `&` or `<` that
/// is not markup forms one uneditable piece with the whitespace after it, so that no edit can turn it into markup.
pub fn append_text(text: &str, span: Span, body: &mut BodyBuilder, line_break: &mut Option<Span>) {
    let bytes = &text.as_bytes()[..span.end];
    let end_of_run =
        |from: usize, belongs: fn(&u8) -> bool| from + bytes[from..].iter().take_while(|byte| belongs(byte)).count();
    let next_line_end = |from: usize| memchr2(b'\n', b'\r', &bytes[from..]).map_or(span.end, |it| from + it);
    let mut at = span.start;
    let mut line_end = next_line_end(at);
    while at < span.end {
        if line_end < at {
            line_end = next_line_end(at);
        }
        let special = memchr2(b'&', b'<', &bytes[at..line_end]).map_or(line_end, |it| at + it);
        let is_break = matches!(bytes.get(special), Some(b'\n' | b'\r'));
        let mut plain = Span::new(at, special);
        if is_break {
            plain.end = at + plain.of(text).trim_end_matches([' ', '\t']).len();
        }
        let end = match bytes.get(special) {
            None => special,
            Some(b'&') => {
                let end = end_of_run(special + 1, |byte| byte.is_ascii_alphanumeric() || *byte == b'#');
                let end = end + usize::from(bytes.get(end) == Some(&b';'));
                if end == special + 1 { end_of_run(end, u8::is_ascii_whitespace) } else { end }
            }
            Some(_) => end_of_run(special + 1, u8::is_ascii_whitespace),
        };
        if !plain.is_empty() {
            append_line_break(body, line_break, plain.of(text));
            body.verbatim(text, plain);
        }
        let special_span = Span::new(special, end);
        if is_break {
            *line_break = Some(Span::new(plain.end, end));
        } else if !special_span.is_empty() {
            let source = special_span.of(text);
            let meaning = if bytes[special] == b'&' { decode_reference(source) } else { source.into() };
            append_line_break(body, line_break, &meaning);
            body.substitute(special_span, &meaning);
        }
        at = end;
    }
}

/// Appends a space for the pending line break, unless the body and `next` join without one.
fn append_line_break(body: &mut BodyBuilder, line_break: &mut Option<Span>, next: &str) {
    if let Some(span) = line_break.take()
        && !joins_without_space(body.text().chars().next_back(), next.chars().next())
    {
        body.substitute(span, " ");
    }
}

/// Returns the text that a character reference means. Other text is returned unchanged.
fn decode_reference(reference: &str) -> Cow<'_, str> {
    match reference {
        "&nbsp;" => "\u{A0}".into(),
        "&amp;" => "&".into(),
        "&lt;" => "<".into(),
        "&gt;" => ">".into(),
        "&quot;" => "\"".into(),
        _ => {
            let mut meaning = Vec::with_capacity(reference.len());
            for Ok(token) in Tokenizer::new(reference) {
                if let Token::String(text) = token {
                    meaning.extend_from_slice(&text);
                }
            }
            String::from_utf8_lossy(&meaning).into_owned().into()
        }
    }
}
