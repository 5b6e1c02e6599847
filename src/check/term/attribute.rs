//! `attribute`: a place, a word for what it has one of, and that of another place: 澳大利亚首都悉尼, 安徽简称“徽”.

use memchr::memmem;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{OptionError, WordList, first_pair};
use crate::check::{Claim, Compile, Hit, TableCheck, WordPair};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of an attribute check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeOptions {
    /// The words between a place and what it has: 首都.
    words: WordList,
    /// One place per line with what is right for it: `澳大利亚 澳洲 = 堪培拉`. After `|` comes what is often written for it:
    /// `| 悉尼 墨尔本`. What is right for another place is wrong too. Empty lines and lines that begin with # are ignored.
    table: Spanned<String>,
}

/// What is right for which place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attribute {
    words: WordList,
    /// The lines, each name after a line break or a space and before a space.
    #[serde(with = "crate::stored::text")]
    table: String,
}

impl Compile for Attribute {
    type Options = AttributeOptions;

    fn compile(options: &AttributeOptions, _: &Classes) -> Result<Attribute, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        if let Some(bad) = lines.iter().find(|line| !line.contains(" = ")) {
            return Err(OptionError::of(&options.table, format!("“{bad}”一行缺少“=”。")));
        }
        let table = lines.iter().map(|line| format!("{line} \n")).collect();
        Ok(Attribute { words: options.words.clone(), table })
    }
}

impl TableCheck for Attribute {
    fn word_pairs(&self) -> Vec<WordPair> {
        let pairs = self.words.iter().filter_map(first_pair);
        pairs.map(|pair| WordPair { pair, offset: 0, back: 0 }).collect()
    }

    fn word_at(&self, _: u32, block: usize, text: &str, at: usize, _: &Lexicon) -> Option<Hit> {
        let word = self.words.beginning(&text[at..])?;
        let before = text[..at].trim_end_matches(['的', '，', '（', '(']);
        let rest = &text[at + word.len()..];
        let after = rest.trim_start_matches(['是', '为', '设', '在', '“', '‘']);
        let (place, right) = self.place_at_end(before)?;
        let written = self.attribute_at_start(after)?;
        let (right, _) = right.split_once('|').unwrap_or((right, ""));
        if right.split(' ').any(|name| !name.is_empty() && after.starts_with(name)) {
            return None;
        }
        let first = right.split(' ').find(|name| !name.is_empty())?;
        let start = before.len() - place.len();
        let end = text.len() - after.len();
        let span = Span::new(start, end + written.len());
        Some(Hit::new(block, span, vec![format!("{}{first}", &text[start..end])]))
    }

    /// A table of what is right says nothing that could be proved by it.
    fn claims(&self) -> Vec<Claim<'_>> {
        Vec::new()
    }
}

impl Attribute {
    /// The place with which a text ends, and the rest of its line: the one with the longest name.
    fn place_at_end(&self, text: &str) -> Option<(&str, &str)> {
        let last = text.chars().next_back().filter(|c| is_han(*c) || *c == '）')?;
        let needle = format!("{last} ");
        let ends = memmem::find_iter(self.table.as_bytes(), needle.as_bytes()).map(|at| at + last.len_utf8());
        let places = ends.filter_map(|end| {
            let start = self.table[..end].rfind(['\n', ' ']).map_or(0, |before| before + 1);
            let (line, _) = self.table[end..].split_once('\n')?;
            let (_, right) = line.split_once(" = ")?;
            let place = &self.table[start..end];
            text.ends_with(place).then_some((place, right))
        });
        places.max_by_key(|(place, _)| place.len())
    }

    /// What a text begins with of all that places in the table have: the longest name. A name of one character must not
    /// be the beginning of a word.
    fn attribute_at_start(&self, text: &str) -> Option<&str> {
        let first = text.chars().next().filter(|c| is_han(*c))?;
        let needle = format!(" {first}");
        let starts = memmem::find_iter(self.table.as_bytes(), needle.as_bytes()).map(|at| at + 1);
        let names = starts.filter_map(|start| {
            let (name, rest) = self.table[start..].split_once(' ')?;
            let is_place = rest.split_once('\n').is_some_and(|(line, _)| line.contains("= "));
            (!is_place && text.starts_with(name)).then_some(name)
        });
        let name = names.max_by_key(|name| name.len())?;
        let follows = text[name.len()..].chars().next().is_some_and(is_han);
        (name.len() > first.len_utf8() || !follows).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// The hits in `text`, each as flagged text → suggestion.
    fn hits(text: &str) -> Vec<String> {
        let options = r#"
words = "首都 简称"
table = """
澳大利亚 = 堪培拉 | 悉尼
几内亚 = 科纳克里
赤道几内亚 = 马拉博
安徽 安徽省 = 皖 | 徽
浙江 = 浙
"""
"#;
        let attribute = Attribute::compile(&toml::from_str(options).unwrap(), &Classes::default()).unwrap();
        let mut found = Vec::new();
        for WordPair { pair, offset, .. } in attribute.word_pairs() {
            for (at, _) in text.match_indices(&String::from_iter([pair.0, pair.1])) {
                let hit = attribute.word_at(offset, 0, text, at, &lexicon());
                found.extend(hit.map(|hit| format!("{}→{}", hit.span.of(text), hit.to[0])));
            }
        }
        found
    }

    #[test]
    fn finds_what_other_places_have() {
        assert_eq!(hits("抵达澳大利亚首都悉尼访问"), ["澳大利亚首都悉尼→澳大利亚首都堪培拉"]);
        assert_eq!(hits("几内亚的首都马拉博"), ["几内亚的首都马拉博→几内亚的首都科纳克里"]);
        assert_eq!(hits("安徽省，简称“徽”。"), ["安徽省，简称“徽→安徽省，简称“皖"]);
    }

    #[test]
    fn leaves_what_is_right_or_unknown() {
        for text in [
            "澳大利亚首都堪培拉",
            "赤道几内亚首都马拉博",
            "澳大利亚首都地区",
            "首都悉尼",
            "安徽简称皖",
            "安徽简称徽州的地方",
            "法国首都悉尼",
        ] {
            assert!(hits(text).is_empty(), "{text}");
        }
    }
}
