//! Headings to which the draft links. Their text is the address of the link, so it must not change on one side.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use crate::block::{Body, BodyBuilder, Fragment, Shape};
use crate::text::Span;

/// The longest address of a heading, in bytes.
const LONGEST_ADDRESS: usize = 1024;

/// Makes headings uneditable if an address in `text` leads to them. What is wrong in them is still found.
pub fn protect(text: &str, mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    let is_heading = |fragment: &Fragment| matches!(fragment.shape, Shape::Heading(_));
    if !fragments.iter().any(is_heading) {
        return fragments;
    }
    let addresses = addresses(text);
    if addresses.is_empty() {
        return fragments;
    }
    for fragment in fragments.iter_mut().filter(|fragment| is_heading(fragment)) {
        let source = fragment.body.extent().of(text);
        if [fragment.body.text(text), source].into_iter().any(|heading| addresses.contains(&key(heading))) {
            fragment.body = uneditable(text, &fragment.body);
        }
    }
    fragments
}

/// Returns the keys of the headings to which addresses in `text` lead: `(#步骤-1)`, `href="页面.md#步骤-1"`, `[[#步骤 1]]`.
fn addresses(text: &str) -> HashSet<String> {
    let mut addresses = HashSet::new();
    for hash in memchr::memchr_iter(b'#', text.as_bytes()) {
        let rest = &text[hash + 1..text.floor_char_boundary(hash + 1 + LONGEST_ADDRESS)];
        // In the definition of a reference, a space precedes the address.
        let before = text[..hash].strip_suffix("]: ").unwrap_or(&text[..hash]).chars().next_back();
        let begins_address = before.is_some_and(|before| !before.is_whitespace() && !matches!(before, '#' | '&'));
        if !begins_address || rest.starts_with([' ', '#']) {
            continue;
        }
        let address = &rest[..rest.find([')', '"', '\'', '>', ']', '|', '\n', '#']).unwrap_or(rest.len())];
        let key = key(&percent_decode_str(address).decode_utf8_lossy());
        // Of headings with the same text, all but the first have a number at the end of their address.
        let unnumbered = key.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        addresses.extend([key, unnumbered]);
    }
    addresses.remove("");
    addresses
}

/// Returns what the addresses that different programs make of one heading have in common: its letters and digits.
fn key(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns a body with the same text, each character of which can be located but not edited.
pub fn uneditable(canonical: &str, body: &Body) -> Body {
    let mut builder = BodyBuilder::default();
    for (at, c) in body.text(canonical).char_indices() {
        let source = body.locate(Span::new(at, at + c.len_utf8())).span;
        builder.substitute(source, c.encode_utf8(&mut [0; 4]));
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_heading_have_one_key() {
        for text in [
            "[见](#步骤-1-安装)",
            "[见](./本页.md#步骤-1安装)",
            "[见](#%E6%AD%A5%E9%AA%A4-1-%E5%AE%89%E8%A3%85)",
            "<a href=\"#步骤-1-安装\">见</a>",
            "[[#步骤 1: 安装]]",
            "[[本页#步骤 1: 安装|见]]",
            "[见]: #步骤-1-安装",
            "[见](#步骤-1-安装-1)",
        ] {
            assert!(addresses(text).contains(&key("步骤 1: 安装")), "{text}");
        }
        for text in ["# 步骤", "#步骤", "甲 #步骤", "&#8221;", "##"] {
            assert!(!addresses(text).contains("步骤"), "{text}");
        }
    }
}
