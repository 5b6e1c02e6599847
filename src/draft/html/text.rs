//! The text between the tags of HTML: line breaks, character references and instructions of template engines.

use std::borrow::Cow;

use html5gum::{Token, Tokenizer};
use memchr::memchr3;

use super::template::Templates;
use crate::block::{Body, BodyBuilder};
use crate::draft::joins_without_space;
use crate::text::Span;

/// Assembles the body of a fragment from the text of a page.
pub struct ProseBuilder<'t> {
    text: &'t str,
    templates: Templates<'t>,
    body: BodyBuilder,
    /// The line break after the body. It becomes a space if the next text does not join without one.
    line_break: Option<Span>,
    /// The marks of which the body contains one that is written as a character reference.
    referenced: Vec<&'static str>,
}

/// Marks that occur in pairs. A fix changes both of a pair.
const PAIRED_MARKS: [&str; 5] = ["\"“”「」『』〝〞", "'‘’", "()（）", "[]［］【】〔〕", "<>《》〈〉"];

impl<'t> ProseBuilder<'t> {
    pub fn new(text: &'t str, templates: Templates<'t>) -> ProseBuilder<'t> {
        ProseBuilder { text, templates, body: BodyBuilder::default(), line_break: None, referenced: Vec::new() }
    }

    /// The text assembled so far.
    pub fn text(&self) -> &str {
        self.body.text()
    }

    /// Appends an object (U+FFFC) in place of `span`.
    pub fn object(&mut self, span: Span) {
        self.line_break = None;
        self.body.object(span);
    }

    /// Appends the text in `span` as an uneditable piece.
    pub fn substitute(&mut self, span: Span) {
        self.body.substitute(span, span.of(self.text));
    }

    /// Appends the text in `span`. A character reference is replaced by the character it means, an instruction of a template
    /// engine by an object.
    pub fn append(&mut self, span: Span) {
        let mut at = span.start;
        while at < span.end {
            let rest = &self.text.as_bytes()[at..span.end];
            // Line breaks are looked for in the plain text before a special character.
            let special = memchr3(b'&', b'<', b'{', rest).map_or(span.end, |found| at + found);
            self.append_lines(Span::new(at, special));
            at = special;
            if at < span.end {
                at = self.append_special(at, span.end);
            }
        }
    }

    /// Appends text without special characters.
    fn append_lines(&mut self, span: Span) {
        let mut rest = span.of(self.text);
        while !rest.is_empty() {
            let start = span.end - rest.len();
            let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let (line, from_break) = rest.split_at(line_end);
            let content = if from_break.is_empty() { line } else { line.trim_end_matches([' ', '\t']) };
            let content_end = start + content.len();
            if !content.is_empty() {
                self.append_line_break(content);
                self.body.verbatim(self.text, Span::new(start, content_end));
            }
            rest = from_break.trim_ascii_start();
            if !from_break.is_empty() {
                self.line_break = Some(Span::new(content_end, span.end - rest.len()));
            }
        }
    }

    /// Appends what begins with the special character at `at`, and returns its end.
    fn append_special(&mut self, at: usize, limit: usize) -> usize {
        if let Some(end) = self.templates.end_of(at).filter(|end| *end <= limit) {
            self.object(Span::new(at, end));
            return end;
        }
        let bytes = &self.text.as_bytes()[..limit];
        match bytes[at] {
            b'{' => {
                let span = Span::new(at, at + 1);
                self.append_line_break("{");
                self.body.verbatim(self.text, span);
                span.end
            }
            b'&' if bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'#') => {
                self.append_reference(at, limit)
            }
            _ => self.append_literal(at, limit),
        }
    }

    /// Appends the meaning of the character reference at `at`, and returns its end.
    fn append_reference(&mut self, at: usize, limit: usize) -> usize {
        let rest = &self.text[at..limit];
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '#';
        let name_end = 1 + rest[1..].find(|c| !is_part(c)).unwrap_or(rest.len() - 1);
        let length = name_end + usize::from(rest[name_end..].starts_with(';'));
        let meaning = decode_reference(&rest[..length]);
        self.append_line_break(&meaning);
        self.body.substitute(Span::new(at, at + length), &meaning);
        let marks = PAIRED_MARKS.into_iter().find(|marks| meaning.contains(|c| marks.contains(c)));
        self.referenced.extend(marks.filter(|marks| !self.referenced.contains(marks)));
        at + length
    }

    /// Appends the `&` or `<` at `at`, which is not markup. It forms one uneditable piece with the whitespace and the
    /// character after it, so that no edit can turn it into markup. Returns the end of the piece.
    fn append_literal(&mut self, at: usize, limit: usize) -> usize {
        let after = self.text[at + 1..limit].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let length = after.chars().next().filter(|c| !matches!(c, '&' | '<' | '{')).map_or(0, char::len_utf8);
        let span = Span::new(at, limit - after.len() + length);
        self.append_line_break(span.of(self.text));
        self.body.substitute(span, span.of(self.text));
        span.end
    }

    /// Appends a space for the pending line break, unless the body and `next` join without one.
    fn append_line_break(&mut self, next: &str) {
        if let Some(span) = self.line_break.take()
            && !joins_without_space(self.body.text().chars().next_back(), next.chars().next())
        {
            self.body.substitute(span, " ");
        }
    }

    /// Returns the body assembled so far and starts an empty one.
    ///
    /// A mark written as a character reference cannot be edited. If there is one, the marks it can be paired with cannot be
    /// edited either, because a fix of one half of a pair would do harm.
    pub fn take(&mut self) -> Body {
        self.line_break = None;
        let body = self.body.take();
        let referenced = std::mem::take(&mut self.referenced);
        if referenced.is_empty() { body } else { with_fixed(self.text, &body, &referenced.concat()) }
    }
}

/// Returns `body` with all of `marks` uneditable.
fn with_fixed(text: &str, body: &Body, marks: &str) -> Body {
    let content = body.text(text);
    let mut builder = BodyBuilder::default();
    let mut done = 0;
    for (at, mark) in content.match_indices(|c| marks.contains(c)) {
        builder.part(text, body, Span::new(done, at));
        done = at + mark.len();
        builder.substitute(body.locate(Span::new(at, done)).span, mark);
    }
    builder.part(text, body, Span::new(done, content.len()));
    builder.finish()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::draft::html::token::{self, Syntax, Tokens};

    fn body(text: &str) -> Body {
        let span = Span::new(0, text.len());
        let mut prose = ProseBuilder::new(text, Templates::new(text, span));
        prose.append(span);
        prose.take()
    }

    #[test]
    fn edits_both_marks_of_a_pair_or_none() {
        for (source, mark, editable) in [
            ("\"丙\"", "\"", true),
            ("\"丙&quot;", "\"", false),
            ("&#x22;丙\"", "\"", false),
            ("&ldquo;丙\"", "\"", false),
            ("(丙&#41;", "(", false),
            ("(丙&quot;", "(", true),
            ("&apos;丙'", "'", false),
            ("&lt;丙》", "》", false),
            ("&amp;\"丙\"", "\"", true),
        ] {
            let body = body(source);
            let at = body.text(source).rfind(mark).unwrap();
            let first = body.text(source).find(mark).unwrap();
            for at in [first, at] {
                let edit = body.edit(Span::new(at, at + mark.len()), "“", source);
                assert_eq!(edit.is_some(), editable, "{source}");
            }
        }
    }

    #[test]
    fn makes_objects_of_instructions_of_template_engines() {
        for (source, text) in [
            ("甲{{ 'a,' }}乙", "甲\u{FFFC}乙"),
            ("甲{乙,{丙}}", "甲{乙,{丙}}"),
            ("甲<% a %>,<?php b ?>乙", "甲\u{FFFC},\u{FFFC}乙"),
            ("甲<#if a gt b>乙</#if>", "甲\u{FFFC}乙\u{FFFC}"),
        ] {
            assert_eq!(body(source).text(source), text);
        }
    }

    proptest! {
        #[test]
        fn reads_the_same_text_as_the_tokenizer(pieces in proptest::collection::vec(proptest::sample::select(&[
            "甲", "a", ";", "#", "&", "&amp", "&#20013", "&lt;", "&notin", "<", "<b>", "</b>", "</", "<!--", "-->", "乙 ", "\0", "{",
        ][..]), 0..20)) {
            let source = pieces.concat();
            // These are instructions of a template engine.
            prop_assume!(!source.contains("<#") && !source.contains("</#"));
            let span = Span::new(0, source.len());
            let templates = Templates::new(&source, span);
            let expected: Vec<u8> = Tokenizer::new(source.as_str())
                .filter_map(|Ok(token)| if let Token::String(text) = token { Some(text.to_vec()) } else { None })
                .flatten()
                .collect();
            let mut prose = ProseBuilder::new(&source, templates);
            for token in Tokens::new(&source, span, Syntax::Html, templates) {
                if let token::Token::Text(span) = token {
                    prose.append(span);
                }
            }
            prop_assert_eq!(prose.text(), String::from_utf8(expected).unwrap());
        }
    }
}
