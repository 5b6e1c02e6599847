//! Divides HTML and XHTML into tags, text and the rest.
//!
//! The division is that of the HTML standard (section 13.2.5, Tokenization), with these differences: the instructions of
//! template engines are read as such; a CDATA section ends at `]]>` everywhere; and XHTML has its own rules (see
//! [`Syntax`]). The standard's tokenizer makes one token of each character; here a token is a span of the text.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};

use super::template::Templates;
use crate::text::Span;

/// By which rules a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Those of HTML.
    Html,
    /// Those of HTML, except where XML differs: a tag that ends with `/>` has no content, `<title>` may contain comments,
    /// a processing instruction ends at `?>`, and a script may contain CDATA sections.
    Xml,
}

/// A token of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// A start tag.
    Start(StartTag<'t>),
    /// An end tag with its name in lower case.
    End { name: Cow<'t, str>, span: Span },
    /// Text with character references and instructions of template engines in it.
    Text(Span),
    /// What no reader sees: a comment, a declaration, a processing instruction, a CDATA section, a script, a tag without end.
    Hidden(Span),
}

/// A start tag.
#[derive(Debug, PartialEq, Eq)]
pub struct StartTag<'t> {
    /// The name in lower case.
    pub name: Cow<'t, str>,
    /// The attributes that have a name in [`ATTRIBUTES`], in order.
    pub attributes: Vec<Attribute>,
    /// Whether the element has no content because the tag ends with `/>`.
    pub is_empty: bool,
    pub span: Span,
}

/// An attribute with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The name in lower case.
    pub name: &'static str,
    /// The value without its quotes.
    pub value: Span,
    /// Whether the value is between quotes.
    pub is_quoted: bool,
}

/// The attributes that are kept.
const ATTRIBUTES: [&str; 10] =
    ["alt", "class", "content", "lang", "name", "property", "title", "translate", "xml:lang", "xmlns"];

/// Elements whose content is text without tags. In XHTML, only their scripts and style sheets are.
const RAW_TEXT: [&str; 8] = ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "xmp"];

impl StartTag<'_> {
    /// Returns the value of the attribute `name`, one of [`ATTRIBUTES`].
    pub fn value<'t>(&self, text: &'t str, name: &str) -> Option<&'t str> {
        self.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.of(text))
    }
}

/// Iterates over the tokens of a page. They cover it without gaps, and none is empty.
pub struct Tokens<'t> {
    text: &'t str,
    /// The text up to the end of the page.
    bytes: &'t [u8],
    at: usize,
    syntax: Syntax,
    templates: Templates<'t>,
    /// The element whose content comes next, if that contains no tags.
    raw: Option<Cow<'t, str>>,
    /// How many `<svg>` and `<math>` elements are open. In these, a tag that ends with `/>` has no content.
    foreign_depth: usize,
}

impl<'t> Tokens<'t> {
    /// Returns the tokens of the page in `span` of `text`.
    pub fn new(text: &'t str, span: Span, syntax: Syntax, templates: Templates<'t>) -> Tokens<'t> {
        let bytes = &text.as_bytes()[..span.end];
        Tokens { text, bytes, at: span.start, syntax, templates, raw: None, foreign_depth: 0 }
    }

    /// Returns the span from the current position to `end` and moves there.
    fn take_to(&mut self, end: usize) -> Span {
        Span::new(std::mem::replace(&mut self.at, end), end)
    }

    fn rest(&self) -> &'t [u8] {
        &self.bytes[self.at..]
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Returns the end of the first `delimiter` at or after `from`.
    fn after(&self, from: usize, delimiter: &str) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        memmem::find(rest, delimiter.as_bytes()).map(|found| from + found + delimiter.len())
    }

    /// Returns the end of what is hidden up to the first `>` at or after `from`.
    fn after_angle(&self, from: usize) -> usize {
        let found = self.bytes.get(from..).and_then(|rest| memchr(b'>', rest));
        found.map_or(self.bytes.len(), |found| from + found + 1)
    }

    /// Returns the content of a raw text element. `None` if it is empty.
    fn raw_text(&mut self, name: &str) -> Option<Token<'t>> {
        let end = match name {
            "plaintext" => self.bytes.len(),
            "script" => end_of_script(self.bytes, self.at, self.syntax),
            _ => end_of_raw_text(self.bytes, self.at, name, self.syntax),
        };
        let span = self.take_to(end);
        // Character references mean characters in a title, as in other text.
        let token = if name == "title" { Token::Text(span) } else { Token::Hidden(span) };
        (!span.is_empty()).then_some(token)
    }

    /// Returns the end of the text that begins at the current position: where markup begins.
    fn end_of_text(&self) -> usize {
        let mut at = self.at;
        while let Some(found) = self.bytes.get(at..).and_then(|rest| memchr2(b'<', b'{', rest)) {
            at += found;
            match self.templates.end_of(at) {
                Some(end) => at = end,
                None if self.is_markup(at) => return at,
                None => at += 1,
            }
        }
        self.bytes.len()
    }

    /// Returns whether the `<` at `at` begins markup.
    fn is_markup(&self, at: usize) -> bool {
        self.byte(at) == Some(b'<')
            && match self.byte(at + 1) {
                Some(b'!' | b'?') => true,
                Some(b'/') => at + 2 < self.bytes.len(),
                Some(b'{') => self.templates.end_of(at + 1).is_some(),
                _ => self.begins_name(at + 1),
            }
    }

    /// Returns whether the name of a tag begins at `at`. In HTML, names begin with a letter of ASCII.
    fn begins_name(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| {
            byte.is_ascii_alphabetic()
                || self.syntax == Syntax::Xml && (matches!(byte, b'_' | b':') || !byte.is_ascii())
        })
    }

    /// Reads the markup at the current position.
    fn markup(&mut self) -> Token<'t> {
        let start = self.at;
        match self.byte(start + 1) {
            Some(b'!') => Token::Hidden(self.declaration()),
            Some(b'?') => Token::Hidden(self.processing_instruction()),
            Some(b'/') if !self.begins_name(start + 2) => {
                let end = self.after_angle(start + 2);
                Token::Hidden(self.take_to(end))
            }
            Some(b'/') => self.tag(start + 2),
            _ => self.tag(start + 1),
        }
    }

    fn declaration(&mut self) -> Span {
        let from = self.at + "<!".len();
        let rest = self.rest();
        let end = if rest.starts_with(b"<!--") {
            self.end_of_comment(from + "--".len())
        } else if rest.starts_with(b"<![CDATA[") {
            self.after(from, "]]>").unwrap_or_else(|| self.after_angle(from))
        } else {
            let end = self.after_angle(from);
            // A document type of XML can contain declarations in brackets.
            let has_subset = self.syntax == Syntax::Xml && memchr(b'[', &self.bytes[from..end]).is_some();
            if has_subset { self.after(from, "]>").unwrap_or(end) } else { end }
        };
        self.take_to(end)
    }

    /// Returns the end of the comment whose content begins at `from`.
    fn end_of_comment(&self, from: usize) -> usize {
        let content = &self.bytes[from..];
        if self.syntax == Syntax::Html {
            for closed in [">", "->"] {
                if content.starts_with(closed.as_bytes()) {
                    return from + closed.len();
                }
            }
        }
        let mut at = from;
        while let Some(end) = self.after(at, "--") {
            match &self.bytes[end..] {
                [b'>', ..] => return end + 1,
                [b'!', b'>', ..] if self.syntax == Syntax::Html => return end + 2,
                _ => at = end - 1,
            }
        }
        self.bytes.len()
    }

    fn processing_instruction(&mut self) -> Span {
        let end = if self.syntax == Syntax::Xml { self.after(self.at, "?>") } else { None };
        let end = end.unwrap_or_else(|| self.after_angle(self.at));
        self.take_to(end)
    }

    /// Reads the tag at the current position. Its name begins at `name_start`.
    fn tag(&mut self, name_start: usize) -> Token<'t> {
        let is_end_tag = self.bytes[name_start - 1] == b'/';
        let name_end = self.end_of_unquoted(name_start, |byte| byte == b'/');
        let mut attributes = Vec::new();
        let Some((end, is_self_closing)) = self.read_attributes(name_end, &mut attributes) else {
            return Token::Hidden(self.take_to(self.bytes.len()));
        };
        let name = lower(&self.text[name_start..name_end]);
        let span = self.take_to(end);
        let is_foreign = matches!(&*name, "svg" | "math");
        if is_end_tag {
            self.foreign_depth -= usize::from(is_foreign && self.foreign_depth > 0);
            return Token::End { name, span };
        }
        let is_empty = is_self_closing && (is_foreign || self.foreign_depth > 0 || self.syntax == Syntax::Xml);
        if !is_empty {
            self.foreign_depth += usize::from(is_foreign);
            self.raw = self.is_raw_text(&name).then(|| name.clone());
        }
        Token::Start(StartTag { name, attributes, is_empty, span })
    }

    fn is_raw_text(&self, name: &str) -> bool {
        // In XHTML and in pictures, a title can contain comments.
        let has_plain_title = self.syntax == Syntax::Html && self.foreign_depth == 0;
        RAW_TEXT.contains(&name) || name == "title" && has_plain_title
    }

    /// Returns the end of the name or unquoted value that begins at `from`: the first blank, `>` or byte for which `ends` is
    /// true, outside of templates.
    fn end_of_unquoted(&self, from: usize, ends: impl Fn(u8) -> bool) -> usize {
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            match self.templates.end_of(at) {
                Some(end) => at = end,
                None if is_blank(byte) || byte == b'>' || ends(byte) => break,
                None => at += 1,
            }
        }
        at
    }

    /// Returns the position of the `quote` that ends the value beginning at `from`.
    fn end_of_quoted(&self, from: usize, quote: u8) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr3(quote, b'{', b'<', self.bytes.get(at..)?)?;
            if self.bytes[at] == quote {
                return Some(at);
            }
            at = self.templates.end_of(at).unwrap_or(at + 1);
        }
    }

    /// Reads the attributes of a tag from `from` on. Returns the end of the tag and whether it ends with `/>`. `None` if the
    /// tag does not end.
    fn read_attributes(&self, from: usize, attributes: &mut Vec<Attribute>) -> Option<(usize, bool)> {
        let mut at = from;
        let mut is_after_slash = false;
        loop {
            let byte = self.byte(at)?;
            if is_blank(byte) || byte == b'/' {
                is_after_slash = byte == b'/';
                at += 1;
                continue;
            }
            if byte == b'>' {
                return Some((at + 1, is_after_slash));
            }
            is_after_slash = false;
            // A `=` at its beginning is part of a name.
            let first = usize::from(byte == b'=');
            let name_end = self.end_of_unquoted(at + first, |byte| matches!(byte, b'/' | b'='));
            let name = lower(&self.text[at..name_end]);
            at = self.skip_blanks(name_end);
            if self.byte(at) != Some(b'=') {
                continue;
            }
            let (value, is_quoted) = self.value_at(self.skip_blanks(at + 1))?;
            at = value.end + usize::from(is_quoted);
            let known = ATTRIBUTES.into_iter().find(|known| *known == name);
            attributes.extend(known.map(|name| Attribute { name, value, is_quoted }));
        }
    }

    /// Returns the value of an attribute that begins at `from`, and whether it is between quotes. `None` if it has no end.
    fn value_at(&self, from: usize) -> Option<(Span, bool)> {
        match self.byte(from)? {
            quote @ (b'"' | b'\'') => Some((Span::new(from + 1, self.end_of_quoted(from + 1, quote)?), true)),
            _ => Some((Span::new(from, self.end_of_unquoted(from, |_| false)), false)),
        }
    }

    fn skip_blanks(&self, from: usize) -> usize {
        from + self.bytes[from..].iter().take_while(|byte| is_blank(**byte)).count()
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        if let Some(name) = self.raw.take()
            && let Some(token) = self.raw_text(&name)
        {
            return Some(token);
        }
        if self.at == self.bytes.len() {
            return None;
        }
        let end = self.end_of_text();
        if end > self.at {
            return Some(Token::Text(self.take_to(end)));
        }
        Some(self.markup())
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0C' | b'\r')
}

/// Returns `name` in lower case.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// Returns whether `bytes` begins with `tag`, such as `</style`, and nothing is left of the name after it.
fn starts_with_tag(bytes: &[u8], tag: &str) -> bool {
    bytes.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
        && bytes.get(tag.len()).is_some_and(|&byte| is_blank(byte) || matches!(byte, b'/' | b'>'))
}

/// Returns the end of the CDATA section at the beginning of `bytes`.
fn length_of_cdata(bytes: &[u8]) -> Option<usize> {
    let content = bytes.strip_prefix(b"<![CDATA[")?;
    memmem::find(content, b"]]>").map(|found| "<![CDATA[".len() + found + "]]>".len())
}

/// Returns where the content of the element `name` ends that begins at `from`: at its end tag.
fn end_of_raw_text(bytes: &[u8], from: usize, name: &str, syntax: Syntax) -> usize {
    let end_tag = format!("</{name}");
    let mut at = from;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        let rest = &bytes[at..];
        if starts_with_tag(rest, &end_tag) {
            return at;
        }
        at += if syntax == Syntax::Xml { length_of_cdata(rest).unwrap_or(1) } else { 1 };
    }
    bytes.len()
}

/// What has been opened in a script by `<!--`.
#[derive(PartialEq)]
enum Escape {
    Nothing,
    /// A comment.
    Comment,
    /// A script in a comment. Its end tag is not that of the script around the comment.
    Script,
}

/// Returns where the script ends that begins at `from`: at its end tag.
fn end_of_script(bytes: &[u8], from: usize, syntax: Syntax) -> usize {
    if syntax == Syntax::Xml {
        return end_of_raw_text(bytes, from, "script", syntax);
    }
    let mut escape = Escape::Nothing;
    let mut at = from;
    while let Some(found) = memchr2(b'<', b'-', &bytes[at..]) {
        at += found;
        let rest = &bytes[at..];
        let is_end_tag = starts_with_tag(rest, "</script");
        at += 1;
        match escape {
            // The dashes can belong to the end of the comment too.
            Escape::Nothing if rest.starts_with(b"<!--") => {
                escape = Escape::Comment;
                at += 1;
            }
            Escape::Comment | Escape::Script if rest.starts_with(b"-->") => escape = Escape::Nothing,
            Escape::Comment if starts_with_tag(rest, "<script") => escape = Escape::Script,
            Escape::Script if is_end_tag => escape = Escape::Comment,
            Escape::Nothing | Escape::Comment if is_end_tag => return at - 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    use html5gum::{Span as TokenSpan, Tokenizer};
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str, syntax: Syntax) -> Vec<Token<'_>> {
        let span = Span::new(0, text.len());
        Tokens::new(text, span, syntax, Templates::new(text, span)).collect()
    }

    /// Returns the tokens of a page, each as a letter for its kind and its text.
    fn listed(text: &str, syntax: Syntax) -> Vec<String> {
        let describe = |token: Token| match token {
            Token::Start(tag) => format!("+{}", tag.span.of(text)),
            Token::End { span, .. } => format!("-{}", span.of(text)),
            Token::Text(span) => span.of(text).to_owned(),
            Token::Hidden(span) => format!("!{}", span.of(text)),
        };
        tokens(text, syntax).into_iter().map(describe).collect()
    }

    #[test]
    fn reads_xhtml_by_the_rules_of_xml() {
        for (source, html, xml) in [
            ("<script/>甲</script>", "+<script/> !甲 -</script>", "+<script/> 甲 -</script>"),
            ("<title/>甲", "+<title/> 甲", "+<title/> 甲"),
            ("<title><!--甲--></title>", "+<title> <!--甲--> -</title>", "+<title> !<!--甲--> -</title>"),
            ("<?a b=\">\"?>甲", "!<?a b=\"> \"?>甲", "!<?a b=\">\"?> 甲"),
            (
                "<!DOCTYPE a [<!ENTITY b '>'>]>甲",
                "!<!DOCTYPE a [<!ENTITY b '> '>]>甲",
                "!<!DOCTYPE a [<!ENTITY b '>'>]> 甲",
            ),
            ("<!-->甲-->", "!<!--> 甲-->", "!<!-->甲-->"),
            (
                "<style><![CDATA[</style>]]></style>",
                "+<style> !<![CDATA[ -</style> ]]> -</style>",
                "+<style> !<![CDATA[</style>]]> -</style>",
            ),
            ("<svg><title/></svg>甲", "+<svg> +<title/> -</svg> 甲", "+<svg> +<title/> -</svg> 甲"),
            ("甲<![CDATA[<b>]]>乙", "甲 !<![CDATA[<b>]]> 乙", "甲 !<![CDATA[<b>]]> 乙"),
        ] {
            assert_eq!(listed(source, Syntax::Html).join(" "), html);
            assert_eq!(listed(source, Syntax::Xml).join(" "), xml);
        }
    }

    #[test]
    fn reads_instructions_of_template_engines_in_tags_and_text() {
        for (source, expected) in [
            ("<p {% if a > b %}class=a{% endif %}>甲", "+<p {% if a > b %}class=a{% endif %}> 甲"),
            ("<a href=\"{% url \"甲>\" %}\">乙", "+<a href=\"{% url \"甲>\" %}\"> 乙"),
            ("<p class='<?php echo $a['b>'] ?>'>甲", "+<p class='<?php echo $a['b>'] ?>'> 甲"),
            ("<p id=<%= a > b %>>甲", "+<p id=<%= a > b %>> 甲"),
            ("<{{ tag }} id=a>甲</{{ tag }}>", "+<{{ tag }} id=a> 甲 !</{{ tag }}>"),
            ("甲{{ '<b>' }}乙<b>", "甲{{ '<b>' }}乙 +<b>"),
            ("{{ 甲<b>}}</b>", "{{ 甲 +<b> }} -</b>"),
            ("甲<?php if ($a > 1): ?>乙", "甲<?php if ($a > 1): ?>乙"),
        ] {
            assert_eq!(listed(source, Syntax::Html).join(" "), expected);
        }
    }

    #[test]
    fn keeps_the_values_of_known_attributes() {
        let source = "<IMG ALT=甲 title = \"乙'\" lang='{{ \"a'\" }}' src=丙 class/>";
        let Some(Token::Start(tag)) = tokens(source, Syntax::Html).pop() else { panic!() };
        let values = tag.attributes.iter().map(|it| (it.name, it.value.of(source), it.is_quoted));
        let expected = [("alt", "甲", false), ("title", "乙'", true), ("lang", "{{ \"a'\" }}", true)];
        assert_eq!((&*tag.name, values.collect::<Vec<_>>()), ("img", expected.to_vec()));
    }

    #[test]
    fn reads_a_tag_of_any_length() {
        for attribute in [" a=\"b\"", " a=b", " a='b'", " a", " =", "/", " a={{b}}", " {{", "\"", "<"] {
            let source = format!("<p{}>甲", attribute.repeat(100_000));
            assert!(matches!(tokens(&source, Syntax::Html)[..], [Token::Start(_), Token::Text(_)]), "{attribute}");
        }
    }

    /// Returns the kind, the name and the span of each tag and comment, as html5gum finds them. The kind of a start tag
    /// without end is `?`.
    fn tags_by_html5gum(text: &str) -> Vec<(char, String, Span)> {
        let mut found: Vec<(char, String, Span)> = Vec::new();
        let on_event = |event: CallbackEvent<'_>, span: TokenSpan<usize>| -> Option<()> {
            let mut add = |kind, name: &[u8]| {
                found.push((kind, String::from_utf8_lossy(name).into_owned(), Span::new(span.start, span.end)));
            };
            match event {
                CallbackEvent::OpenStartTag { name } => add('?', name),
                CallbackEvent::CloseStartTag { .. } => {
                    let (kind, _, tag) = found.last_mut().unwrap();
                    (*kind, tag.end) = ('+', span.end);
                }
                CallbackEvent::EndTag { name } => add('-', name),
                CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => add('!', b""),
                _ => {}
            }
            None
        };
        let mut emitter = CallbackEmitter::new(on_event);
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(text, emitter).for_each(|_| ());
        found
    }

    proptest! {
        #[test]
        fn finds_the_tags_that_html5gum_finds(pieces in proptest::collection::vec(proptest::sample::select(&[
            "甲", "a", " ", "<", ">", "</", "/", "=", "\"", "'", "-", "--", "!", "&lt;", "<b", "<p>", "</p>", "<BR/>", "\n",
            "<!--", "-->", "--!>", "<!", "<?a", "</>", "<script>", "</script>", "<script", "</script ", "<style>", "</style",
            "<title>", "</title>", "<textarea>", "</textarea>", "<xmp>", "</xmp/", "<plaintext>", "<img alt=", "<a title='",
        ][..]), 0..24)) {
            let source = pieces.concat();
            let mut found: Vec<(char, String, Span)> = Vec::new();
            let mut end = 0;
            for token in tokens(&source, Syntax::Html) {
                let (kind, name, span) = match token {
                    Token::Start(tag) => ('+', tag.name.into_owned(), tag.span),
                    Token::End { name, span } => ('-', name.into_owned(), span),
                    Token::Text(span) => ('.', String::new(), span),
                    Token::Hidden(span) => ('!', String::new(), span),
                };
                prop_assert!(span.start == end && !span.is_empty());
                end = span.end;
                found.push((kind, name, span));
            }
            prop_assert_eq!(end, source.len());
            let mut expected = tags_by_html5gum(&source);
            expected.retain(|(kind, ..)| *kind != '?');
            // html5gum reports the content of a script as text.
            let is_comment = |span: Span| expected.iter().any(|(kind, _, comment)| (*kind, *comment) == ('!', span));
            found.retain(|(kind, _, span)| matches!(kind, '+' | '-') || *kind == '!' && is_comment(*span));
            prop_assert_eq!(found, expected);
        }
    }
}
