//! `names`: long fixed names, one per line, and text that differs from one of them in one place.
//!
//! A name is found by two of its pairs of characters, one in each half: whatever single character is wrong, lost,
//! doubled or swapped with the next, one of the pairs and everything on its other side is still there. A wrong character
//! has to sound or look like the right one: names differ in one character from other names (高新技术企业, 高新技术产业).

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::OptionError;
use crate::check::{Claim, Compile, Hit, TableCheck, WordPair};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of a names check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesOptions {
    /// The names, one per line, of six Chinese characters or more. Empty lines and lines that begin with # are ignored.
    table: Spanned<String>,
    /// Texts that look like a mistake in a name and are right, separated by spaces: other names, lawful short forms.
    #[serde(default)]
    right: String,
}

/// Long fixed names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Names {
    /// The names, one per line. They are one string because decoding many small ones at startup would take longer.
    #[serde(with = "crate::stored::text")]
    table: String,
    /// Other right texts, one per line.
    #[serde(with = "crate::stored::text")]
    right: String,
}

/// The number of characters that a name needs: shorter ones resemble too many other words.
const SHORTEST: usize = 6;

/// A word pair names a line of the table by its byte offset, and the pair by its place in the line: the offset times this
/// number, plus the number of characters before the pair.
const PLACES: u32 = 64;

impl Compile for Names {
    type Options = NamesOptions;

    fn compile(options: &NamesOptions, _: &Classes) -> Result<Names, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let mut names: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for name in &names {
            let length = name.chars().count();
            if length < SHORTEST || length >= PLACES as usize || !name.chars().all(is_han) {
                let why = format!("“{name}”不是{SHORTEST}个字以上的名称。");
                return Err(OptionError::of(&options.table, why));
            }
        }
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|two| two[0] == two[1]) {
            return Err(OptionError::of(&options.table, format!("“{}”出现了两次。", twice[0])));
        }
        let right: Vec<&str> = options.right.split_whitespace().collect();
        Ok(Names { table: names.join("\n"), right: right.join("\n") })
    }
}

impl TableCheck for Names {
    fn word_pairs(&self) -> Vec<WordPair> {
        let pairs_of = |name: &str| {
            let characters: Vec<char> = name.chars().collect();
            characters.windows(2).map(|two| (two[0], two[1])).collect::<Vec<_>>()
        };
        let mut counts = std::collections::BTreeMap::new();
        self.table.lines().flat_map(pairs_of).for_each(|pair| *counts.entry(pair).or_insert(0) += 1);
        let mut offset = 0;
        let mut word_pairs = Vec::new();
        for name in self.table.lines() {
            let pairs = pairs_of(name);
            // The rarer a pair is, the fewer names are compared with a text. A mistake must not touch both pairs.
            let middle = pairs.len().div_ceil(2);
            for places in [0..middle - 1, middle + 1..pairs.len()] {
                let rarest = places.min_by_key(|&place| counts[&pairs[place]]);
                word_pairs.extend(rarest.map(|place| WordPair {
                    pair: pairs[place],
                    offset: offset * PLACES + place as u32,
                    back: 0,
                }));
            }
            offset += name.len() as u32 + 1;
        }
        word_pairs
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let name = self.table.get((offset / PLACES) as usize..)?.lines().next()?;
        let place = name.char_indices().nth((offset % PLACES) as usize)?.0;
        let ((left, right), (before, after)) = (name.split_at(place), text.split_at_checked(at)?);
        let span = match (before.ends_with(left), after.starts_with(right)) {
            (true, false) => {
                let length = deviating_length(right.chars(), after.chars(), lexicon)?;
                Span::new(at - left.len(), at + length)
            }
            (false, true) => {
                let length = deviating_length(left.chars().rev(), before.chars().rev(), lexicon)?;
                Span::new(at - length, at + right.len())
            }
            _ => return None,
        };
        let is_cut = [span.start, span.end].into_iter().any(|edge| lexicon.word_crosses(text, edge));
        (!is_cut && !self.is_right(text, span)).then(|| Hit::new(block, span, vec![name.to_owned()]))
    }

    /// Each name and each other right text is no hit.
    fn claims(&self) -> Vec<Claim<'_>> {
        self.right_texts().map(|text| Claim { text, becomes: None }).collect()
    }
}

impl Names {
    fn right_texts(&self) -> impl Iterator<Item = &str> {
        self.table.lines().chain(self.right.lines())
    }

    /// Whether `span` is in a right text, such as a longer name.
    fn is_right(&self, text: &str, span: Span) -> bool {
        self.right_texts().filter(|right| right.len() >= span.len()).any(|right| {
            let from = text.floor_char_boundary((span.end).saturating_sub(right.len()));
            let to = text.ceil_char_boundary((span.start + right.len()).min(text.len()));
            let mut places = text[from..to].match_indices(right);
            places.any(|(start, _)| from + start <= span.start && span.end <= from + start + right.len())
        })
    }
}

/// How many bytes of `text` stand for `name`, if they differ from it by one character that is wrong, lost, doubled or
/// swapped with the next. The last character of a name is only judged lost if the text does not go on: a longer or another
/// name may begin in the same way.
fn deviating_length(
    name: impl Iterator<Item = char>,
    text: impl Iterator<Item = char>,
    lexicon: &Lexicon,
) -> Option<usize> {
    let name: Vec<char> = name.collect();
    let text: Vec<char> = text.take(name.len() + 1).collect();
    let equal = name.iter().zip(&text).take_while(|(right, written)| right == written).count();
    let (right, written) = (name.get(equal..)?, &text[equal..]);
    let first = written.first().copied().filter(|&c| is_han(c));
    let characters = match (right, first) {
        ([_], None) => name.len() - 1,
        ([right, rest @ ..], Some(first))
            if lexicon.likeness(*right, first).is_some() && written[1..].starts_with(rest) =>
        {
            name.len()
        }
        ([_], _) | (_, None) => return None,
        ([a, b, rest @ ..], _) if written.starts_with(&[*b, *a]) && written[2..].starts_with(rest) => name.len(),
        ([_, rest @ ..], _) if written.starts_with(rest) => name.len() - 1,
        (right, first) if name[..equal].last().copied() == first && written[1..].starts_with(right) => name.len() + 1,
        _ => return None,
    };
    Some(text[..characters].iter().map(|c| c.len_utf8()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// The hits in `text`, each as flagged text → name.
    fn hits(text: &str) -> Vec<String> {
        let names = Names {
            table: "中华人民共和国\n国家发展和改革委员会\n国家发展改革委".to_owned(),
            right: "国家发展和改革委".to_owned(),
        };
        let mut found = Vec::new();
        for WordPair { pair, offset, .. } in names.word_pairs() {
            for (at, _) in text.match_indices(&String::from_iter([pair.0, pair.1])) {
                let hit = names.word_at(offset, 0, text, at, &lexicon());
                found.extend(hit.map(|hit| format!("{}→{}", hit.span.of(text), hit.suggestions[0])));
            }
        }
        found.dedup();
        found
    }

    #[test]
    fn finds_one_wrong_lost_doubled_or_swapped_character() {
        for wrong in [
            "国家发展和改委员会",
            "国家发展和改革革委员会",
            "国家发展改和革委员会",
            "国家发展合改革委员会",
            "国佳发展和改革委员会",
            "国家发展和改革委圆会",
        ] {
            assert_eq!(hits(&format!("由{wrong}批准")), [format!("{wrong}→国家发展和改革委员会")]);
        }
        assert_eq!(hits("中华人民共国成立"), ["中华人民共国→中华人民共和国"]);
    }

    #[test]
    fn leaves_names_and_longer_texts_alone() {
        for text in [
            "国家发展和改革委员会",
            "国家发展改革委主任",
            "国家发展和改革委副主任",
            "发展和改革工作",
            "全国家发展和改委员会",
            "中国人民共和国",
            "中华人民共",
            "",
        ] {
            assert_eq!(hits(text), [String::new(); 0], "{text}");
        }
    }
}
