//! Syntax within a paragraph: formulas, template tags, wikilinks, citations, attributes, emoji, JSX.

use std::collections::HashSet;

use memchr::{memchr3, memmem};

use super::backticks::Backticks;
use super::lookahead::Lookahead;
use super::{Change, Fill, tag};
use crate::draft::markdown::is_mostly_chinese;
use crate::text::Span;

/// The longest text in braces or brackets that is examined to tell syntax from prose, in bytes.
const LONGEST_SAMPLE: usize = 256;
/// The longest target of a link, in bytes.
const LONGEST_TARGET: usize = 1024;
/// The longest scheme of a web address, in bytes.
const LONGEST_SCHEME: usize = 16;
/// The longest name of an emoji, in bytes.
const LONGEST_EMOJI: usize = 64;

/// Finds the syntax of dialects within paragraphs.
pub struct InlineScanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The end of the paragraph.
    end: usize,
    /// The matching braces of the paragraph, sorted; `None` until they are needed.
    braces: Option<Vec<Span>>,
    /// The position of the last `\end{` of the paragraph; `None` until it is needed.
    last_environment_end: Option<Option<usize>>,
    closers: Closers,
    /// The labels that the text defines; `None` until they are needed.
    labels: Option<HashSet<&'t str>>,
    pub changes: Vec<Change>,
}

/// Where the delimiters come next that close what is open.
struct Closers {
    double_brace: Lookahead,
    percent_brace: Lookahead,
    hash_brace: Lookahead,
    double_bracket: Lookahead,
    bracket: Lookahead,
    dollar: Lookahead,
    double_dollar: Lookahead,
    tex_parenthesis: Lookahead,
    tex_bracket: Lookahead,
    double_percent: Lookahead,
    comment: Lookahead,
}

impl<'t> InlineScanner<'t> {
    pub fn new(text: &'t str) -> InlineScanner<'t> {
        let closers = Closers {
            double_brace: Lookahead::new("}}"),
            percent_brace: Lookahead::new("%}"),
            hash_brace: Lookahead::new("#}"),
            double_bracket: Lookahead::new("]]"),
            bracket: Lookahead::new("]"),
            dollar: Lookahead::new("$"),
            double_dollar: Lookahead::new("$$"),
            tex_parenthesis: Lookahead::new("\\)"),
            tex_bracket: Lookahead::new("\\]"),
            double_percent: Lookahead::new("%%"),
            comment: Lookahead::new("-->"),
        };
        InlineScanner {
            text,
            bytes: text.as_bytes(),
            end: 0,
            braces: None,
            last_environment_end: None,
            closers,
            labels: None,
            changes: Vec::new(),
        }
    }

    /// Finds the syntax in `paragraph`, which may be a row of a table. Paragraphs have to be passed in order.
    pub fn scan(&mut self, paragraph: Span, is_row: bool) {
        let bytes = &self.bytes[paragraph.range()];
        if memchr3(b'{', b'$', b'\\', bytes).is_none()
            && memchr3(b'[', b':', b'<', bytes).is_none()
            && memchr3(b'`', b'%', b'+', bytes).is_none()
            && memmem::find(bytes, b"www.").is_none()
        {
            return;
        }
        self.end = paragraph.end;
        self.braces = None;
        self.last_environment_end = None;
        let mut backticks = None;
        let mut at = paragraph.start;
        while let Some(skipped) = position_of_syntax(&self.bytes[at..self.end]) {
            at += skipped;
            let end = match self.bytes[at] {
                b'`' => {
                    Some(self.code(at, backticks.get_or_insert_with(|| Backticks::new(self.bytes, paragraph, is_row))))
                }
                b'\\' => self.backslash(at),
                b'$' => self.formula(at),
                b'{' => self.brace(at),
                b'[' => self.bracket(at),
                b']' => self.link_target(at),
                b':' => self.address(at, b"://").or_else(|| self.emoji(at)),
                b'w' => self.address(at, b"www."),
                b'<' => self.angle(at),
                b'+' => self.keys(at),
                _ => self.comment(at),
            };
            at = end.unwrap_or(at + 1);
        }
    }

    /// Records that `span` is syntax and returns its end.
    fn change(&mut self, span: Span, fill: Fill) -> usize {
        self.changes.push(Change { span, fill });
        span.end
    }

    fn object(&mut self, start: usize, end: usize) -> Option<usize> {
        Some(self.change(Span::new(start, end), Fill::Object))
    }

    /// Returns the bytes of the paragraph from `at` on.
    fn rest(&self, at: usize) -> &'t [u8] {
        self.bytes.get(at..self.end).unwrap_or(&[])
    }

    /// Returns the position of a closing delimiter if it is in the paragraph.
    fn within(&self, found: Option<usize>) -> Option<usize> {
        found.filter(|&found| found < self.end)
    }

    /// Returns the end of the code that begins with the backticks at `at`, which the parser recognises. If no backticks
    /// close it, the visible ASCII after them is what it was meant to contain, up to markup.
    fn code(&mut self, at: usize, backticks: &Backticks) -> usize {
        let opening = backticks.run_at(at);
        if let Some(end) = backticks.close_of(at) {
            return end;
        }
        let is_code = |byte: &&u8| byte.is_ascii_graphic() && !b"*[]<|~`".contains(byte);
        let code = self.rest(opening.end).iter().take_while(is_code).count();
        if code > 0 { self.change(Span::new(at, opening.end + code), Fill::Fixed) } else { opening.end }
    }

    /// Reads TeX that begins with a backslash: `\(…\)`, `\[…\]`, `\begin{…}…\end{…}`, `\command{…}`.
    fn backslash(&mut self, at: usize) -> Option<usize> {
        let next = *self.rest(at + 1).first()?;
        let closer = match next {
            b'(' => &mut self.closers.tex_parenthesis,
            b'[' => &mut self.closers.tex_bracket,
            _ if next.is_ascii_alphabetic() => return self.tex_command(at),
            _ => return Some(at + 1 + usize::from(next.is_ascii())),
        };
        let close = closer.next(self.bytes, at + 2);
        self.within(close).map_or(Some(at + 2), |close| self.object(at, close + 2))
    }

    /// Reads a TeX command with at least one argument in braces. An environment extends to the last `\end` of the
    /// paragraph.
    fn tex_command(&mut self, at: usize) -> Option<usize> {
        let name = self.rest(at + 1).iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let mut end = at + 1 + name;
        while self.bytes.get(end) == Some(&b'{')
            && let Some(close) = self.matching_brace(end)
        {
            end = close + 1;
        }
        if end == at + 1 + name {
            return None;
        }
        if self.rest(at).starts_with(b"\\begin{") {
            let rest = self.rest(at);
            let last = *self.last_environment_end.get_or_insert_with(|| Some(at + memmem::rfind(rest, b"\\end{")?));
            if let Some(brace) = last.map(|last| last + "\\end".len()).filter(|&brace| brace > end) {
                end = self.matching_brace(brace).map_or(self.end, |close| close + 1);
            }
        }
        self.object(at, end)
    }

    /// Reads `$…$` and `$$…$$`. As for Pandoc, a formula between single `$` does not begin or end with a space, and no
    /// digit follows it: `$5亿涨到$8亿` are prices. One that begins with a digit has to look like a formula.
    fn formula(&mut self, at: usize) -> Option<usize> {
        if self.rest(at).starts_with(b"$$") {
            let close = self.closers.double_dollar.next(self.bytes, at + 2);
            return self.within(close).map_or(Some(at + 2), |close| self.object(at, close + 2));
        }
        let close = self.closers.dollar.next(self.bytes, at + 1);
        let close = self.within(close)?;
        let content = &self.text[at + 1..close];
        let is_formula = !content.starts_with(char::is_whitespace)
            && !content.ends_with(|c: char| c.is_whitespace() || c == '\\')
            && !content.is_empty()
            && !self.bytes.get(close + 1).is_some_and(u8::is_ascii_digit)
            && (!content.starts_with(|c: char| c.is_ascii_digit()) || looks_like_formula(content));
        // By CommonMark, links and code go before formulas that overlap them.
        let fill = if content.contains("](") || content.contains('`') { Fill::Fixed } else { Fill::Object };
        is_formula.then(|| self.change(Span::new(at, close + 1), fill))
    }

    /// Reads what begins with a brace: template tags of site generators, attributes, expressions of MDX.
    fn brace(&mut self, at: usize) -> Option<usize> {
        if let Some(end) = self.template_tag(at) {
            return self.object(at, end);
        }
        let close = self.matching_brace(at)?;
        let content = &self.text[at + 1..close];
        let attaches = at > 0 && b")]`*:}\"".contains(&self.bytes[at - 1]);
        if is_attributes(content) {
            let is_code_class = self.bytes.get(close + 1) == Some(&b'`') && !attaches;
            return Some(
                self.change(Span::new(at, close + 1), if is_code_class { Fill::Object } else { Fill::Hidden }),
            );
        }
        is_expression(content).then(|| self.change(Span::new(at, close + 1), Fill::Object))
    }

    /// Returns the end of the template tag at `at`: `{{ … }}`, `{% … %}`, `{# … #}`.
    fn template_tag(&mut self, at: usize) -> Option<usize> {
        let closer = match self.rest(at + 1).first()? {
            b'{' => &mut self.closers.double_brace,
            b'%' => &mut self.closers.percent_brace,
            b'#' => &mut self.closers.hash_brace,
            _ => return None,
        };
        let close = closer.next(self.bytes, at + 2);
        let end = self.within(close)? + 2;
        // `{{{ … }}}` has one more brace.
        let is_triple = self.rest(at).starts_with(b"{{{") && self.bytes.get(end) == Some(&b'}');
        Some(end + usize::from(is_triple))
    }

    /// Reads what begins with a bracket: wikilinks, footnotes, citations, arrays of JSON.
    fn bracket(&mut self, at: usize) -> Option<usize> {
        if self.rest(at).starts_with(b"[[")
            && let Some(end) = self.wikilink(at)
        {
            return Some(end);
        }
        let close = self.closers.bracket.next(self.bytes, at + 1);
        let close = self.within(close).filter(|close| close - at <= LONGEST_SAMPLE)?;
        let content = &self.text[at + 1..close];
        let next = self.bytes.get(close + 1);
        let is_link = next.is_some_and(|next| b"([".contains(next));
        if let Some(label) = content.strip_prefix('^') {
            return self.note(Span::new(at, close + 1), label, is_link);
        }
        if self.is_label(content) {
            // Other parsers may see a reference even where this one sees something else.
            let is_picture = self.bytes[..at].ends_with(b"!");
            return Some(self.change(Span::new(at - usize::from(is_picture), close), Fill::Fixed));
        }
        let is_syntax = !is_link && (is_citation(content) || is_array(content));
        is_syntax.then(|| self.change(Span::new(at, close + 1), Fill::Object))
    }

    /// Reads a reference to a note: `[^label]`. Between `!` and a target, it is a picture for some parsers.
    fn note(&mut self, span: Span, label: &str, is_link: bool) -> Option<usize> {
        let is_definition = self.bytes.get(span.end) == Some(&b':');
        if label.is_empty() || is_definition || label.contains(['\n', '[', '`']) {
            return None;
        }
        if is_link && self.bytes[..span.start].ends_with(b"!") {
            self.change(Span::new(span.start - 1, span.start), Fill::Fixed);
        }
        Some(self.change(span, Fill::Mark))
    }

    /// Returns whether `label` is one that the text defines.
    fn is_label(&mut self, label: &str) -> bool {
        let text = self.text;
        self.labels.get_or_insert_with(|| defined_labels(text)).contains(label)
    }

    /// Reads `[[target]]` and `![[file]]`. In `[[甲|乙]]`, either may be the target: dialects disagree.
    fn wikilink(&mut self, at: usize) -> Option<usize> {
        let close = self.closers.double_bracket.next(self.bytes, at + 2);
        let close = self.within(close).filter(|close| close - at <= LONGEST_TARGET)?;
        let content = &self.text[at + 2..close];
        if content.is_empty() || content.contains('\n') || content.contains("](") {
            return None;
        }
        let is_embed = at > 0 && self.bytes[at - 1] == b'!';
        let after = self.rest(close + 2);
        if !is_embed && after.starts_with(b"(") || after.starts_with(b"[") && !after.starts_with(b"[^") {
            // The text of a link, which is in brackets.
            return self.object(at + 1, close + 1);
        }
        self.object(at - usize::from(is_embed), close + 2)
    }

    /// Reads the target of a link that CommonMark does not accept, but editors do: one with spaces, such as
    /// `](图 1.png)`, or with brackets that have no partner.
    fn link_target(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at + 2);
        if !self.rest(at).starts_with(b"](") {
            return None;
        }
        let near = &rest[..rest.len().min(LONGEST_TARGET)];
        let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
        let mut depth = 1;
        let is_balanced_at = |byte: &u8| {
            depth += i32::from(*byte == b'(') - i32::from(*byte == b')');
            depth == 0
        };
        let balanced = line.iter().position(is_balanced_at);
        let target = &self.text[at + 2..at + 2 + balanced.or_else(|| memchr::memchr(b')', line))?];
        // The spaces of template tags are none in the translation.
        let has_tag = target.contains("{{") || target.contains("{%");
        let is_accepted = has_tag || balanced.is_some() && is_destination(target.trim());
        (!is_accepted).then(|| self.change(Span::new(at, at + 2 + target.len() + 1), Fill::Hidden))
    }

    /// Reads an emoji or icon: `:smile:`, `:+1:`.
    fn emoji(&mut self, at: usize) -> Option<usize> {
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_+-".contains(byte);
        let rest = self.rest(at + 1);
        let length = rest[..rest.len().min(LONGEST_EMOJI)].iter().take_while(is_name).count();
        let name = &rest[..length];
        let end = at + 1 + length + 1;
        let is_emoji =
            name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'+') && rest.get(length) == Some(&b':');
        is_emoji.then(|| self.change(Span::new(at, end), Fill::Object))
    }

    /// Reads keys: `++ctrl+alt+"甲,乙"++`. Other text between the same marks is prose that has been inserted.
    fn keys(&mut self, at: usize) -> Option<usize> {
        if !self.rest(at).starts_with(b"++") {
            return None;
        }
        let mut end = at + 2;
        loop {
            end += key_length(self.rest(end))?;
            if self.rest(end).starts_with(b"++") {
                return self.object(at, end + 2);
            }
            if self.rest(end).first() != Some(&b'+') {
                return None;
            }
            end += 1;
        }
    }

    /// Reads a web address without brackets around it. `mark` is at byte `at`. For the parsers that make links of such
    /// addresses, most characters belong to them, also full-width ones, so nothing up to the first that surely does not
    /// can be edited. Neither can the marks at both ends: others may belong to the address, or keep it from being one.
    fn address(&mut self, at: usize, mark: &[u8]) -> Option<usize> {
        let after = at + mark.len();
        let is_address = self.rest(at).starts_with(mark)
            && self.bytes[..at].last().is_some_and(u8::is_ascii_alphabetic) == (mark == b"://")
            && !self.rest(after).first().is_none_or(u8::is_ascii_whitespace);
        if !is_address {
            return None;
        }
        let length = address_length(&self.text[after..self.end]);
        let scheme = self.bytes[..at].iter().rev().take(LONGEST_SCHEME).take_while(|byte| byte.is_ascii_alphanumeric());
        let start = at - scheme.count();
        let before = self.bytes[..start].last().is_some_and(|byte| b" (\"'".contains(byte));
        Some(self.change(Span::new(start - usize::from(before), after + length), Fill::Fixed))
    }

    /// Reads a tag, or passes a comment or an address.
    fn angle(&mut self, at: usize) -> Option<usize> {
        if self.rest(at).starts_with(b"<!--") {
            let close = self.closers.comment.next(self.bytes, at + 4);
            return Some(self.within(close).map_or(at + 4, |close| close + 3));
        }
        if let Some(fragment) = [&b"<>"[..], b"</>"].into_iter().find(|tag| self.rest(at).starts_with(tag)) {
            return self.object(at, at + fragment.len());
        }
        if let Some(length) = autolink_length(self.rest(at)) {
            return Some(at + length);
        }
        let known = self.changes.len();
        let end = self.tag(at);
        if end.is_none() {
            self.changes.truncate(known);
        }
        end
    }

    /// Reads the tag at `at`. What HTML does not allow in it becomes letters: expressions in braces, the characters with
    /// which the attributes of templates begin.
    fn tag(&mut self, at: usize) -> Option<usize> {
        let mut lexer = tag::Lexer::new(&self.bytes[..self.end], at)?;
        loop {
            match lexer.next() {
                tag::Token::End => return Some(lexer.at()),
                tag::Token::NoTag => return None,
                // A `>` at the beginning of a line would be a quote.
                tag::Token::LineBreak => {
                    self.change(Span::new(lexer.at() - 1, lexer.at()), Fill::Blank);
                }
                tag::Token::NotHtml(start) => {
                    self.change(Span::new(start, lexer.at()), Fill::Hidden);
                }
                tag::Token::Brace(start) => {
                    let end = match self.template_tag(start) {
                        Some(end) => end,
                        None => self.matching_brace(start)? + 1,
                    };
                    self.change(Span::new(start, end), Fill::Hidden);
                    lexer.pass(end);
                }
            }
        }
    }

    /// Reads a comment of Obsidian: `%%…%%`.
    fn comment(&mut self, at: usize) -> Option<usize> {
        if !self.rest(at).starts_with(b"%%") || self.bytes[..at].last().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let close = self.closers.double_percent.next(self.bytes, at + 2);
        self.within(close).map(|close| self.change(Span::new(at, close + 2), Fill::Hidden))
    }

    /// Returns the brace that closes the one at `at`.
    fn matching_brace(&mut self, at: usize) -> Option<usize> {
        let end = self.end;
        let bytes = self.bytes;
        let braces = self.braces.get_or_insert_with(|| matching_braces(&bytes[..end], at));
        let index = braces.binary_search_by_key(&at, |pair| pair.start).ok()?;
        Some(braces[index].end)
    }
}

/// Returns the position of the first byte with which syntax of a dialect can begin.
fn position_of_syntax(bytes: &[u8]) -> Option<usize> {
    /// The number of bytes that the compiler tests together.
    const CHUNK: usize = 32;
    let may_begin =
        |byte: u8| matches!(byte, b'{' | b'$' | b'\\' | b'[' | b']' | b':' | b'<' | b'`' | b'%' | b'+' | b'w');
    let (chunks, _) = bytes.as_chunks::<CHUNK>();
    let empty = chunks.iter().take_while(|chunk| !chunk.iter().fold(false, |found, &byte| found | may_begin(byte)));
    let start = CHUNK * empty.count();
    bytes[start..].iter().position(|&byte| may_begin(byte)).map(|position| start + position)
}

/// Returns the pairs of matching braces from byte `from` on, sorted by the opening ones.
fn matching_braces(bytes: &[u8], from: usize) -> Vec<Span> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for at in memchr::memchr2_iter(b'{', b'}', &bytes[from..]).map(|at| from + at) {
        if bytes[at] == b'{' {
            open.push(at);
        } else if let Some(start) = open.pop() {
            pairs.push(Span::new(start, at));
        }
    }
    pairs.sort_unstable_by_key(|pair| pair.start);
    pairs
}

/// Returns whether what is between two dollar signs and begins with a digit is a formula, rather than a sentence between
/// two prices.
fn looks_like_formula(content: &str) -> bool {
    let is_operator = |c: char| matches!(c, '\\' | '^' | '_' | '=' | '{' | '<' | '>' | '+' | '×');
    !content.contains(['。', '！', '？', '；']) && (content.is_ascii() || content.contains(is_operator))
}

/// Returns the length of the web address between angle brackets at the start of `bytes`.
fn autolink_length(bytes: &[u8]) -> Option<usize> {
    let scheme = bytes[1..].iter().take(LONGEST_SCHEME).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if scheme < 2 || bytes.get(1 + scheme) != Some(&b':') {
        return None;
    }
    let length = bytes[1..].iter().position(|&byte| byte <= b' ' || byte == b'<' || byte == b'>')? + 1;
    (bytes[length] == b'>').then_some(length + 1)
}

/// Returns the length of the key at the start of `bytes`: a word, or text in quotation marks.
fn key_length(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.strip_prefix(b"\"") {
        Some(text) => {
            let line = &text[..text.len().min(LONGEST_SAMPLE)];
            memchr::memchr2(b'"', b'\n', line).filter(|&end| line[end] == b'"')? + "\"\"".len()
        }
        None => bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count(),
    };
    (length > 0).then_some(length)
}

/// Returns the length of what programs that make links of web addresses take for the one at the start of `text`, with one
/// mark after it. That is more than a reader takes for it (`block::prose`): it goes on over Chinese text.
fn address_length(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ')' | '"' | '\'' => return at + 1,
            c if ends_address(c) => return at,
            _ => {}
        }
    }
    text.len()
}

/// Returns whether no web address without brackets around it goes on with `c`.
fn ends_address(c: char) -> bool {
    match c {
        '<' | '>' | '|' | '[' | ']' | '{' | '}' | '`' => true,
        '，' | '。' | '、' | '；' | '：' | '？' | '！' | '“' | '”' | '‘' | '’' => true,
        '（' | '）' => true,
        _ => c.is_whitespace(),
    }
}

/// Returns whether CommonMark accepts `target`, without blanks around it, as the address and title of a link.
fn is_destination(target: &str) -> bool {
    let title = target.split_once(' ').map_or("", |(_, title)| title.trim_start());
    let is_within = |open: char, close: char| title.starts_with(open) && title.ends_with(close);
    target.starts_with('<') || title.is_empty() || is_within('"', '"') || is_within('\'', '\'') || is_within('(', ')')
}

/// Returns the labels of the definitions in `text`: `[label]: target`.
fn defined_labels(text: &str) -> HashSet<&str> {
    let label = |end: usize| {
        let from = text.ceil_char_boundary(end.saturating_sub(LONGEST_TARGET));
        let before = &text[from..end];
        let line = &before[memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1)..];
        line.trim_start_matches([' ', '\t', '>']).strip_prefix('[').filter(|label| !label.contains('['))
    };
    memmem::find_iter(text.as_bytes(), "]:").filter_map(label).collect()
}

/// Returns whether the content of braces is a list of attributes: `: title="…"`, `#id`, `.class`, `width=50%`.
fn is_attributes(content: &str) -> bool {
    let content = content.trim_start();
    let name = content.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(byte)).count();
    content.starts_with([':', '#', '.', '=', '-'])
        || name > 0 && content[name..].starts_with('=') && !content[name..].starts_with("==")
}

/// Returns whether the content of braces is code rather than prose: it has quotes, or is not mostly Chinese.
fn is_expression(content: &str) -> bool {
    let sample = &content[..content.floor_char_boundary(LONGEST_SAMPLE)];
    sample.contains(['"', '\'', '`']) || !is_mostly_chinese(sample)
}

/// Returns whether the content of brackets is a citation: `@key, 第3页`, `见 @key; -@other`.
fn is_citation(content: &str) -> bool {
    memchr::memchr_iter(b'@', content.as_bytes()).any(|at| {
        let begins = content[..at].chars().next_back().is_none_or(|before| matches!(before, ' ' | '-' | ';' | '('));
        begins && content[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '{')
    })
}

/// Returns whether the content of brackets is that of an array of JSON: it begins with a value in quotes.
fn is_array(content: &str) -> bool {
    let content = content.trim();
    content.starts_with(['"', '{']) && content.ends_with(['"', '}'])
}
