//! `reference`: character references of HTML (`&nbsp;`, `&#8220;`) that nothing has decoded, so that readers see them.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::OptionError;
use crate::check::{Anchor, AnchorCheck, Attempt, Compile, Hit};
use crate::lexicon::Lexicon;
use crate::matcher::{CharSet, Classes, Scratch};
use crate::text::Span;

/// Options of a reference check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceOptions {
    /// The names of references with their code points, separated by whitespace: `nbsp=A0 ldquo=201C`.
    names: Spanned<String>,
}

/// Character references that nothing has decoded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reference {
    names: Vec<(String, char)>,
}

impl Compile for Reference {
    type Options = ReferenceOptions;

    fn compile(options: &ReferenceOptions, _: &Classes) -> Result<Reference, OptionError> {
        let parse = |entry: &str| {
            let (name, code) = entry.split_once('=')?;
            Some((name.to_owned(), character(code, 16)?))
        };
        let names = options.names.get_ref().split_whitespace().map(|entry| {
            parse(entry).ok_or_else(|| OptionError::of(&options.names, format!("“{entry}”要写成“名称=编码”。")))
        });
        Ok(Reference { names: names.collect::<Result<_, _>>()? })
    }
}

impl AnchorCheck for Reference {
    fn anchors(&self) -> Vec<Anchor> {
        vec![Anchor::at(&CharSet::single('&'))]
    }

    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { block, text, at, .. } = attempt;
        let (mut end, mut decoded) = (at, String::new());
        while let Some((length, c)) = self.reference(&text[end..]) {
            end += length;
            decoded.push(c);
        }
        // The references after the first are part of the hit.
        scratch.next_worth = end;
        // An article about HTML quotes what it writes about.
        let is_quoted = text[..at].ends_with(['“', '‘', '（']) && text[end..].starts_with(['”', '’', '）']);
        let is_blank = decoded.chars().all(|c| c.is_whitespace() || ('\u{200B}'..='\u{200F}').contains(&c));
        let to = match decoded.as_str() {
            "\"" => quotation_mark(&text[..at]).to_owned(),
            _ if is_blank => blank_between(&text[..at], &text[end..]),
            _ => decoded,
        };
        (end > at && !is_quoted).then(|| Hit::new(block, Span::new(at, end), vec![to]))
    }
}

/// The longest name or number of a reference that is looked at, in bytes.
const LONGEST_NAME: usize = 40;

/// How far before a straight quotation mark the mark that opens the quotation is looked for, in bytes.
const LONGEST_QUOTATION: usize = 2000;

impl Reference {
    /// The length and the character of the reference at the start of `text`. Its `&` may be a reference too.
    fn reference(&self, text: &str) -> Option<(usize, char)> {
        let at = |prefix: &str| {
            let rest = text.strip_prefix(prefix)?;
            let name = rest[..rest.floor_char_boundary(LONGEST_NAME)].split_once(';')?.0;
            Some((prefix.len() + name.len() + 1, self.decode(name)?))
        };
        at("&amp;").or_else(|| at("&"))
    }

    fn decode(&self, name: &str) -> Option<char> {
        match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => character(hexadecimal, 16),
                None => character(number, 10),
            },
            None => self.names.iter().find(|(known, _)| known == name).map(|(_, c)| *c),
        }
    }
}

/// The character with this code point, written with this radix.
fn character(code: &str, radix: u32) -> Option<char> {
    /// The number of digits of the last code point.
    const MOST_DIGITS: usize = 7;
    let is_number = code.len() <= MOST_DIGITS && code.chars().all(|c| c.is_digit(radix));
    char::from_u32(u32::from_str_radix(code, radix).ok().filter(|_| is_number)?)
}

/// The quotation mark that belongs after `before`: the closing one if a quotation is open there.
fn quotation_mark(before: &str) -> &'static str {
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST_QUOTATION))..];
    let is_open = before.char_indices().fold(false, |is_open, (at, c)| match c {
        '“' => true,
        '”' => false,
        '&' if before[at..].starts_with("&quot;") => !is_open,
        _ => is_open,
    });
    if is_open { "”" } else { "“" }
}

/// What belongs in the place of a blank between these texts: nothing beside a character that fills a square.
fn blank_between(before: &str, after: &str) -> String {
    let is_wide = |c: Option<char>| c.is_none_or(|c| !c.is_ascii() || c == ' ');
    let is_needless = is_wide(before.chars().next_back()) || is_wide(after.chars().next());
    if is_needless { String::new() } else { " ".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(text: &str) -> Option<(usize, char)> {
        Reference { names: vec![("nbsp".to_owned(), '\u{A0}'), ("amp".to_owned(), '&')] }.reference(text)
    }

    #[test]
    fn decodes_names_and_numbers() {
        assert_eq!(reference("&nbsp;中"), Some((6, '\u{A0}')));
        assert_eq!(reference("&#8220;"), Some((7, '“')));
        assert_eq!(reference("&#x201c;"), Some((8, '“')));
        assert_eq!(reference("&amp;nbsp;"), Some((10, '\u{A0}')));
        assert_eq!(reference("&amp;甲;"), Some((5, '&')));
    }

    #[test]
    fn an_ampersand_alone_is_no_reference() {
        for text in ["&T公司;", "&#;", "&#99999999;", "&#xD800;", "&", "&nbsp", "&甲乙;"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
