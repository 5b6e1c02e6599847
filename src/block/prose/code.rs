//! Code and data in a sentence.

use memchr::memchr3;

use super::cursor::{
    Cursor, bracketed, bracketed_groups, ends_with_ascii_word, is_word, leading, starts_with_ascii_word, trailing,
};
use crate::text::{Span, is_han};

/// Code between backticks. The next backticks in the same line close it.
pub fn between_backticks(cursor: Cursor) -> Option<Span> {
    let is_backtick = |c| c == '`';
    let text = cursor.rest_of_text();
    let open = leading(text, is_backtick);
    let close = open + memchr3(b'`', b'\n', b'\r', &text.as_bytes()[open..])?;
    let end = leading(&text[close..], is_backtick);
    (end > 0).then(|| cursor.token(0, close + end))
}

/// Data or code in braces: `{"a":1}`, `${甲,乙}`, `{{ 甲 }}`, with the word before it. Half-width braces are no marks of
/// Chinese prose. The cursor is at the first `{`.
pub fn in_braces(cursor: Cursor) -> Option<Span> {
    let before = cursor.before();
    let groups = bracketed_groups(cursor.rest(), &['{']);
    let sigil = trailing(before, |c| "$#%@".contains(c));
    let command = trailing(&before[..before.len() - sigil], |c| is_word(c) || c == '\\');
    (groups > 0).then(|| cursor.token(sigil + command, groups))
}

/// An instruction of a template engine: `<% 甲 %>`. The cursor is at its `<`.
pub fn template_tag(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let inside = rest.strip_prefix("<%")?;
    let close = inside.find("%>")?;
    Some(cursor.token(0, rest.len() - inside.len() + close + "%>".len()))
}

/// A tag (`<T x="甲">`, `</a>`), or the parameter of a type (`List<甲,乙>`). The cursor is at its `<`.
pub fn in_angle_brackets(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let length = bracketed(rest)?;
    let content = &rest[1..length - 1];
    let name = trailing(before, is_word);
    let type_name = before[before.len() - name..].trim_start_matches(|c: char| !c.is_ascii_uppercase());
    let is_type = type_name.contains(|c: char| c.is_ascii_lowercase());
    let is_tag = content.trim_start_matches(['/', '!']).starts_with(|c: char| c.is_ascii_alphabetic())
        && (name == 0 || content.contains("=\""));
    (is_type || is_tag).then(|| cursor.token(type_name.len(), length))
}

/// The names of the tags that copying from a web page brings along.
const TAGS: [&str; 24] = [
    "p", "br", "b", "i", "u", "em", "strong", "span", "div", "font", "center", "section", "article", "h1", "h2", "h3",
    "h4", "li", "ul", "ol", "tr", "td", "sup", "sub",
];

/// Whether a token is a tag of a web page without attributes: `<br/>`, `</span>`.
pub fn is_bare_tag(token: &str) -> bool {
    let Some(inside) = token.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else { return false };
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let name = name.strip_suffix('/').unwrap_or(name).trim_end();
    TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag))
}

/// A list of strings as programs write it: `["甲,乙","丙"]`. The cursor is at its `[`.
pub fn quoted_list(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let length = bracketed(rest)?;
    let content = &rest[1..length - 1];
    let is_list =
        ['"', '\''].iter().any(|&quote| content.len() > 1 && content.starts_with(quote) && content.ends_with(quote));
    is_list.then(|| cursor.token(0, length))
}

/// A member of an object in JSON: `"a": "甲,乙"`. The cursor is at the quotation mark before its name.
pub fn member(cursor: Cursor) -> Option<Span> {
    let (name, rest) = cursor.rest()[1..].split_once('"')?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let length = match value.bytes().next()? {
        b'"' => value[1..].find('"')? + "\"\"".len(),
        b'[' => bracketed(value)?,
        b'0'..=b'9' | b'-' => leading(value, |c| c.is_ascii_alphanumeric() || ".+-".contains(c)),
        _ => ["true", "false", "null"].into_iter().find(|word| value.starts_with(word))?.len(),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| is_word(c) || "-.$@".contains(c));
    let to_value = cursor.rest().len() - value.len();
    is_name.then(|| cursor.token(0, to_value + length))
}

/// A call whose arguments are code: `foo.bar("甲")`, `P(甲|乙)`. The abbreviation `ID(标识)` is not one. The cursor is at
/// its `(`.
pub fn call(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let length = bracketed(rest)?;
    let name = &before[before.len() - trailing(before, |c| is_word(c) || "$.".contains(c))..];
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let arguments = &rest[1..length - 1];
    let is_function = name.contains('.') || name.len() == 1 && ends_with_ascii_word(name);
    let is_code = arguments.starts_with(['"', '\'']) || arguments.contains(['=', '|']) || arguments.is_empty();
    let has_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
    (has_name && (is_function || is_code)).then(|| cursor.token(name.len(), length + statement_end(&rest[length..])))
}

/// A name with an underscore (`a_b`), with its arguments. The cursor is at the first underscore.
pub fn name(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let start = trailing(before, |c| is_word(c) || "$.-".contains(c));
    let end = leading(rest, |c| is_word(c) || "$.-".contains(c));
    let name = rest[..end].trim_end_matches(['.', '-']);
    let is_name = start + name.len() > 2 && starts_with_ascii_word(rest[1..].trim_start_matches('_'));
    is_name.then(|| cursor.token(start, name.len() + arguments(&rest[name.len()..])))
}

/// A name with the scope that it is from: `std::a`. A doubled colon is no mark of prose. The cursor is at its first `:`.
pub fn scoped_name(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let is_part = |c: char| is_word(c) || c == ':';
    let end = leading(rest, is_part);
    let is_scoped = rest.starts_with("::") && rest["::".len()..].starts_with(char::is_alphanumeric);
    is_scoped.then(|| cursor.token(trailing(before, is_part), end + arguments(&rest[end..])))
}

/// Returns the length of the arguments at the start of `text`, and of the semicolon that ends the statement.
fn arguments(text: &str) -> usize {
    let groups = bracketed_groups(text, &['(', '[']);
    if groups == 0 { 0 } else { groups + statement_end(&text[groups..]) }
}

/// Returns the length of a semicolon at the start of `text` that no Chinese character follows.
fn statement_end(text: &str) -> usize {
    usize::from(text.strip_prefix(';').is_some_and(|after| !after.starts_with(is_han)))
}

/// An operator that begins with a mark of a sentence: `!=`, `:=`. The cursor is at that mark.
pub fn operator(cursor: Cursor) -> Option<Span> {
    let length = "=".len() + leading(&cursor.rest()[1..], |c| c == '=');
    (length > 1).then(|| cursor.token(0, length))
}

/// An option of a command: `--option=甲,乙`. The cursor is at its first `-`.
pub fn option(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let name = rest.strip_prefix("--").filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let name = leading(name, |c| is_word(c) || c == '-') + "--".len();
    let value = rest[name..].strip_prefix('=').map_or(0, |value| "=".len() + value_length(value));
    let is_inside = value == 0 && ends_with_ascii_word(cursor.before()) || cursor.before().ends_with(['-', '—']);
    (!is_inside).then(|| cursor.token(0, name + value))
}

/// Returns the length of the value at the start of `text`: a quoted one, or one up to a blank or a mark of a sentence.
fn value_length(text: &str) -> usize {
    for quote in ['"', '\''] {
        if let Some(end) = text.strip_prefix(quote).and_then(|value| value.find(quote)) {
            return end + "\"\"".len();
        }
    }
    let value = &text[..leading(text, |c| c.is_alphanumeric() || c.is_ascii_graphic())];
    value.trim_end_matches([',', ';', '.']).len()
}

/// A word of another language between straight single quotes: `'like this'`. Whether it is a string or a quotation is not
/// certain, so it stays as it is; and its closing quote, which looks like an apostrophe, is not paired with a later one.
/// The cursor is at the first quote.
pub fn quoted_word(cursor: Cursor) -> Option<Span> {
    let is_letter = |c: char| c.is_alphanumeric() && !is_han(c);
    let rest = &cursor.rest()[1..];
    // An apostrophe inside the word is not its end: 'don't'.
    let close = rest.match_indices('\'').map(|(at, _)| at).find(|&at| !rest[at + 1..].starts_with(is_letter))?;
    let word = &rest[..close];
    let is_word = word.contains(is_letter) && word.starts_with(|c: char| c.is_ascii_graphic()) && word.is_ascii();
    (is_word && !cursor.before().ends_with(is_letter) && !word.ends_with(' '))
        .then(|| cursor.token(0, close + "''".len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_found;

    #[test]
    fn finds_code_between_backticks() {
        assert_found(&["运行⟦`a,b`⟧，再运行 ⟦``c`⟧ 。", "只有一个`的行\n另一行`。", "⟦`见 https://example.cn`⟧"]);
    }

    #[test]
    fn finds_data_in_brackets() {
        assert_found(&[
            "返回⟦{\"a\":1,\"b\":\"甲,乙\"}⟧,请解析。",
            "模板⟦${变量,名}⟧和⟦{{ 甲,乙 }}⟧,⟦\\frac{甲}{乙}⟧。",
            "列表⟦[\"甲,乙\",\"丙\"]⟧,字段⟦\"b\": \"甲,乙\"⟧,⟦\"c\":1⟧。",
            "没有完的{甲,乙。",
            "模板⟦<% tp.file,甲 %>⟧和⟦<%= 甲,乙 %>⟧,没有完的<% 甲,乙。",
        ]);
    }

    #[test]
    fn finds_names_calls_and_options() {
        assert_found(&[
            "调用⟦a_b(甲,乙)⟧和⟦foo.bar(\"甲,乙\")⟧,参数⟦--option=甲,乙⟧。",
            "函数⟦P(甲|乙)⟧,⟦f(x)⟧和⟦print(\"甲\")⟧,标识ID(甲)。",
            "类型⟦<T>⟧，⟦List<甲,乙>⟧,⟦</a>⟧；⟦std::vec⟧,类⟦::new⟧。",
            "甲⟦!=⟧乙,丙⟦:=⟧丁,再见:⟦:)⟧",
            "他--ABC公司".replace("--ABC", "⟦--ABC⟧").as_str(),
        ]);
    }

    #[test]
    fn leaves_words_between_straight_quotes_alone() {
        assert_found(&[
            "《⟦a_b⟧》⟦'c'⟧和《d》⟦'e'⟧是'键'名。",
            "引用⟦'like this'⟧，他说don't，⟦'don't'⟧,那是'90s的歌。",
        ]);
    }
}
