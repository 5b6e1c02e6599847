//! Splits a pattern of a rule file into its three parts and translates each into regex syntax.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::named_class;

/// An error in a pattern or a class definition, described in one Chinese sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub String);

/// The classes that rule files define. The name of a class stands for any one of its words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes(BTreeMap<String, Vec<String>>);

impl Classes {
    /// Defines `{name}` as any one of `words`, which are separated by whitespace.
    ///
    /// # Errors
    /// If `words` is empty, or the name is invalid or already in use.
    pub fn define(&mut self, name: &str, words: &str) -> Result<(), PatternError> {
        let mut words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(PatternError(format!("字类“{name}”是空的。")));
        }
        // Alternatives are tried in order, so a word must come before its prefixes.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        self.insert(name, words)
    }

    /// Defines `{name}` as the single word `word`, which may be empty.
    ///
    /// # Errors
    /// If the name is invalid or already in use.
    pub fn define_word(&mut self, name: &str, word: &str) -> Result<(), PatternError> {
        self.insert(name, vec![word.to_owned()])
    }

    fn insert(&mut self, name: &str, words: Vec<String>) -> Result<(), PatternError> {
        if name.is_empty() || !name.bytes().all(is_name_byte) {
            return Err(PatternError(format!("“{name}”不能作名字，只能用小写英文字母和连字符。")));
        }
        if named_class(name).is_some() || self.0.contains_key(name) {
            return Err(PatternError(format!("字类“{{{name}}}”已经有了，请换一个名字。")));
        }
        self.0.insert(name.to_owned(), words);
        Ok(())
    }

    /// Replaces each `{name}` in `text` with its word.
    ///
    /// # Errors
    /// If a name is undefined or stands for several words.
    pub fn write_out(&self, text: &str) -> Result<String, PatternError> {
        fill(text, |name| match self.words(name) {
            Some([word]) => Some(word.clone()),
            _ => None,
        })
    }

    /// Adds the classes of `others`. Where both define a name, the definition in `self` takes precedence.
    pub fn or(mut self, others: &Classes) -> Classes {
        for (name, words) in &others.0 {
            self.0.entry(name.clone()).or_insert_with(|| words.clone());
        }
        self
    }

    /// Returns the words that `name` stands for.
    pub fn words(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

/// The three parts of a pattern, in regex syntax.
pub struct PatternParts {
    /// The context before the hit.
    pub before: String,
    /// The hit, which is the part inside ⟦ ⟧.
    pub hit: String,
    /// The context after the hit.
    pub after: String,
}

/// Splits a pattern at ⟦ ⟧ and expands each `{name}`. Without ⟦ ⟧ the whole pattern is the hit.
///
/// # Errors
/// If ⟦ and ⟧ are unbalanced or occur more than once, or a name cannot be expanded.
pub fn split_pattern(pattern: &str, classes: &Classes) -> Result<PatternParts, PatternError> {
    let (before, hit, after) = match pattern.split_once('⟦') {
        None if pattern.contains('⟧') => return Err(PatternError("有“⟧”而没有“⟦”。".into())),
        // A leading `^` is context even without ⟦ ⟧.
        None => pattern.strip_prefix('^').map_or(("", pattern, ""), |rest| ("^", rest, "")),
        Some((before, rest)) => match rest.split_once('⟧') {
            None => return Err(PatternError("有“⟦”而没有“⟧”。".into())),
            Some((hit, after)) => (before, hit, after),
        },
    };
    if [before, hit, after].iter().any(|part| part.contains(['⟦', '⟧'])) {
        return Err(PatternError("“⟦”和“⟧”只能各用一次。".into()));
    }
    Ok(PatternParts { before: expand(before, classes)?, hit: expand(hit, classes)?, after: expand(after, classes)? })
}

/// Replaces each `{name}` in `text` with `value(name)`. A `{` that does not begin a `{name}` stays as it is.
///
/// # Errors
/// If `value` returns `None` for a name.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, PatternError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('{') {
        out += before;
        match inner.split_once('}').filter(|(name, _)| !name.is_empty() && name.bytes().all(is_name_byte)) {
            Some((name, after)) => {
                out += &value(name).ok_or_else(|| PatternError(format!("“{{{name}}}”在这里没有意义。")))?;
                rest = after;
            }
            None => {
                out.push('{');
                rest = inner;
            }
        }
    }
    Ok(out + rest)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b'-'
}

/// Replaces each `{name}` in one part of a pattern with its regex. Escapes and repetition counts stay as they are.
fn expand(part: &str, classes: &Classes) -> Result<String, PatternError> {
    let mut out = String::with_capacity(part.len() * 2);
    let mut in_class = false;
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            // Copy the escape, with its braces if it has any: `\p{Han}`.
            let length = if rest.starts_with("\\p{") || rest.starts_with("\\P{") || rest.starts_with("\\x{") {
                rest.find('}').map_or(rest.len(), |end| end + 1)
            } else {
                rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at)
            };
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let name = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
        match (c, name) {
            ('{', Some(name)) if !name.is_empty() && name.bytes().all(is_name_byte) => {
                out.push_str(&class_regex(name, classes, in_class)?);
                rest = &rest[name.len() + 2..];
                continue;
            }
            ('[', _) => in_class = true,
            (']', _) => in_class = false,
            _ => {}
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    Ok(out)
}

/// Returns the regex for `{name}`. `in_class` says whether it occurs inside `[ ]`.
fn class_regex(name: &str, classes: &Classes, in_class: bool) -> Result<String, PatternError> {
    if let Some(ranges) = named_class(name) {
        return Ok(if in_class { ranges.to_owned() } else { format!("[{ranges}]") });
    }
    let words = classes.words(name).ok_or_else(|| PatternError(format!("没有名为“{{{name}}}”的字类。")))?;
    let are_single_chars = words.iter().all(|word| word.chars().count() == 1);
    let escaped: Vec<String> = words.iter().map(|word| regex_syntax::escape(word)).collect();
    match (are_single_chars, in_class) {
        (true, true) => Ok(escaped.concat()),
        (true, false) => Ok(format!("[{}]", escaped.concat())),
        (false, false) => Ok(format!("(?:{})", escaped.join("|"))),
        (false, true) => Err(PatternError(format!("字类“{{{name}}}”含有多字词，不能写在方括号里。"))),
    }
}
