//! `names`: long fixed names, one per line, and text that differs from one of them in one place.
//!
//! A name is found by two of its pairs of characters, one in each half: whatever single character is wrong, lost,
//! doubled or swapped with the next, one of the pairs and everything on its other side is still there. A wrong character
//! has to sound or look like the right one, or to make no word: names differ in one character from other
//! names (高新技术企业, 高新技术产业).

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};
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
    /// The names, one per line, of five Chinese characters or more. Empty lines and lines that begin with # are ignored.
    table: Spanned<String>,
    /// Whether no other name differs from one of these in one character, so that any other character is wrong.
    #[serde(default)]
    distinct: bool,
    /// Texts that look like a mistake in a name and are right, separated by spaces: other names, lawful short forms.
    #[serde(default)]
    right: String,
}

/// Long fixed names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Names {
    distinct: bool,
    /// The names, one per line. They are one string because decoding many small ones at startup would take longer.
    #[serde(with = "crate::stored::text")]
    table: String,
    /// Other right texts, one per line.
    #[serde(with = "crate::stored::text")]
    right: String,
}

/// The number of characters that a name needs: shorter ones resemble too many other words.
const SHORTEST: usize = 5;

/// The maximum number of characters of a name.
const LONGEST: usize = 63;

impl Compile for Names {
    type Options = NamesOptions;

    fn compile(options: &NamesOptions, _: &Classes) -> Result<Names, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let mut names: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for name in &names {
            let length = name.chars().count();
            if !(SHORTEST..=LONGEST).contains(&length) || !name.chars().all(is_han) {
                let why = format!("“{name}”不是{SHORTEST}个字以上的名称。");
                return Err(OptionError::of(&options.table, why));
            }
        }
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|two| two[0] == two[1]) {
            return Err(OptionError::of(&options.table, format!("“{}”出现了两次。", twice[0])));
        }
        let right: Vec<&str> = options.right.split_whitespace().collect();
        Ok(Names { table: names.join("\n"), right: right.join("\n"), distinct: options.distinct })
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
                word_pairs.extend(rarest.and_then(|place| {
                    let (before, _) = name.char_indices().nth(place)?;
                    Some(WordPair { pair: pairs[place], offset: offset + before as u32, back: 0 })
                }));
            }
            offset += name.len() as u32 + 1;
        }
        word_pairs
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let ((names_before, names), (before, after)) =
            (self.table.split_at_checked(offset as usize)?, text.split_at_checked(at)?);
        // Most pairs are in other words, beside which nothing is as in the name.
        let sides = [(inner_before(names_before), inner_before(before)), (inner_after(names), inner_after(after))];
        let is_equal = |(of_name, of_text): (Inner, Inner)| is_end(of_name[0]) || of_name[0] == of_text[0];
        if !(is_equal(sides[0]) && may_be_slip(sides[1]) || is_equal(sides[1]) && may_be_slip(sides[0])) {
            return None;
        }
        let left = &names_before[memrchr(b'\n', names_before.as_bytes()).map_or(0, |end| end + 1)..];
        let right = &names[..memchr(b'\n', names.as_bytes()).unwrap_or(names.len())];
        let (mistake, span, wrong, outer) = match (before.ends_with(left), after.starts_with(right)) {
            (true, false) => {
                let inner = left.chars().next_back();
                let mistake = Mistake::find(inner, Reading::forward(right), Reading::forward(after))?;
                let span = Span::new(at - left.len(), at + mistake.length);
                (mistake, span, at + mistake.equal, span.end)
            }
            (false, true) => {
                let inner = right.chars().next();
                let mistake = Mistake::find(inner, Reading::backward(left), Reading::backward(before))?;
                let span = Span::new(at - mistake.length, at + right.len());
                let wrong = before[..at - mistake.equal].char_indices().next_back().map_or(0, |(start, _)| start);
                (mistake, span, wrong, span.start)
            }
            _ => return None,
        };
        // What is lost or changed inside a name leaves its edges as they are: 文化旅游部 is none in 文化旅游部门.
        let is_cut = mistake.rest < 2 && lexicon.word_crosses(text, outer)
            || [span.start, span.end].iter().any(|edge| lexicon.is_inside_word(text, *edge));
        let is_shorter_phrase =
            mistake.lacks_edge && (!ends_clause(text, outer, span) || ends_with_word(text, span, outer, lexicon));
        let is_other_word = !self.distinct
            && mistake.replaced.is_some_and(|(right, written)| {
                let is_unlike = lexicon.likeness(right, written).is_none();
                is_unlike && (mistake.rest == 0 || STANDS_ALONE.contains(written) || lexicon.is_in_word(text, wrong))
            });
        let name = [left, right].concat();
        if ends_in_other_word(span.of(text), &name, outer == span.end, lexicon) {
            return None;
        }
        let may_be_sibling = || {
            mistake.replaced.is_some_and(|(right, written)| {
                let around = [&text[span.start..wrong], &text[wrong + written.len_utf8()..span.end]];
                lexicon.likeness(right, written).is_none() && self.has_sibling(&name, around)
            })
        };
        (!is_cut && !is_shorter_phrase && !is_other_word && !may_be_sibling() && !self.is_right(text, span))
            .then(|| Hit::new(block, span, vec![name.clone()]))
    }

    /// Each name and each other right text is no hit.
    fn claims(&self) -> Vec<Claim<'_>> {
        self.right_texts().map(|text| Claim { text, becomes: None }).collect()
    }
}

impl Names {
    /// Whether another name has the same text around one character, so that any of them may be meant: of 中华人民共和国〇法
    /// there are several.
    fn has_sibling(&self, name: &str, [before, after]: [&str; 2]) -> bool {
        let is_sibling =
            |it: &str| it != name && it.len() == name.len() && it.starts_with(before) && it.ends_with(after);
        self.table.lines().any(is_sibling)
    }

    fn right_texts(&self) -> impl Iterator<Item = &str> {
        self.table.lines().chain(self.right.lines())
    }

    /// Whether `span` is in a right text, such as a longer name.
    fn is_right(&self, text: &str, span: Span) -> bool {
        let written = span.of(text).as_bytes();
        let is_in_one_of = |texts: &str| {
            memmem::find_iter(texts.as_bytes(), written).any(|at| {
                let start = memrchr(b'\n', &texts.as_bytes()[..at]).map_or(0, |end| end + 1);
                let right = texts[start..].lines().next().unwrap_or_default();
                span.start
                    .checked_sub(at - start)
                    .is_some_and(|from| text.get(from..).is_some_and(|text| text.starts_with(right)))
            })
        };
        is_in_one_of(&self.table) || is_in_one_of(&self.right)
    }
}

/// The length of a Chinese character of a name in bytes.
const HAN: usize = 3;

/// The two characters nearest to a pair on one side of it, if they are Chinese characters, the nearest first.
type Inner = [Option<[u8; HAN]>; 2];

/// The last two characters of a text.
fn inner_before(text: &str) -> Inner {
    let last = text.as_bytes().split_last_chunk();
    last.map_or([None; 2], |(rest, first)| [Some(*first), rest.last_chunk().copied()])
}

/// The two characters after the pair with which a text begins.
fn inner_after(text: &str) -> Inner {
    let first = text.as_bytes().get(2 * HAN..).and_then(<[u8]>::split_first_chunk);
    first.map_or([None; 2], |(first, rest)| [Some(*first), rest.first_chunk().copied()])
}

/// Whether a name has ended where this would be its next character.
fn is_end(character: Option<[u8; HAN]>) -> bool {
    character.is_none_or(|[first, _, last]| first == b'\n' || last == b'\n')
}

/// Whether the text on one side of a pair may stand for what the name has there, with one mistake: one of the two nearest
/// characters is right, or in the place of the other.
fn may_be_slip((of_name, of_text): (Inner, Inner)) -> bool {
    let is_like = of_name[0] == of_text[0]
        || of_name[1] == of_text[1]
        || of_name[0] == of_text[1]
        || of_name[1] == of_text[0]
        || is_end(of_name[1]);
    is_like && !is_end(of_name[0])
}

/// Characters that are often words by themselves, so that a name with one of them in it may be right.
const STANDS_ALONE: &str =
    "的了和与及或在是之中等将为不也都各第新大小一二三四五六七八九十两对被把给让使由从向到于以而着过";

/// A text that is read outward from the pair by which a name is found: forward, or backward from its end.
#[derive(Debug, Clone, Copy)]
struct Reading<'t> {
    text: &'t str,
    is_backward: bool,
}

impl<'t> Reading<'t> {
    fn forward(text: &'t str) -> Reading<'t> {
        Reading { text, is_backward: false }
    }

    fn backward(text: &'t str) -> Reading<'t> {
        Reading { text, is_backward: true }
    }

    /// The first character, and the text after it.
    fn split_first(self) -> Option<(char, Reading<'t>)> {
        let mut characters = self.text.chars();
        let first = if self.is_backward { characters.next_back() } else { characters.next() };
        first.map(|c| (c, Reading { text: characters.as_str(), ..self }))
    }

    fn starts_with(self, other: Reading) -> bool {
        if self.is_backward { self.text.ends_with(other.text) } else { self.text.starts_with(other.text) }
    }

    /// The length in bytes of the common beginning.
    fn common(self, other: Reading) -> usize {
        let (one, other) = (self.text.as_bytes(), other.text.as_bytes());
        if self.is_backward {
            let equal = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
            one.len() - self.text.ceil_char_boundary(one.len() - equal)
        } else {
            self.text.floor_char_boundary(one.iter().zip(other).take_while(|(a, b)| a == b).count())
        }
    }

    /// The text after its first `length` bytes.
    fn after(self, length: usize) -> Reading<'t> {
        let text = if self.is_backward { &self.text[..self.text.len() - length] } else { &self.text[length..] };
        Reading { text, ..self }
    }

    /// These bytes, counted from the beginning.
    fn slice(self, range: Range<usize>) -> Option<&'t [u8]> {
        let bytes = self.text.as_bytes();
        if self.is_backward {
            bytes.get(bytes.len().checked_sub(range.end)?..bytes.len() - range.start)
        } else {
            bytes.get(range)
        }
    }

    /// The last character of the first `length` bytes.
    fn before(self, length: usize) -> Option<char> {
        if self.is_backward {
            self.text[self.text.len() - length..].chars().next()
        } else {
            self.text[..length].chars().next_back()
        }
    }
}

/// A mistake in a name, as it is found from one of its pairs outward.
#[derive(Debug, Clone, Copy)]
struct Mistake {
    /// How many bytes of the text stand for this part of the name.
    length: usize,
    /// How many bytes of them are before the mistake.
    equal: usize,
    /// How many characters of the name are beyond the mistake.
    rest: usize,
    /// A character, and the wrong one in its place.
    replaced: Option<(char, char)>,
    /// Whether the outermost character of the name is lost.
    lacks_edge: bool,
}

impl Mistake {
    /// Finds the only mistake in a text that stands for a part of a name. `inner` is the last character before this part.
    /// The outermost character of a name is only lost if the text does not go on: another name may begin in the same way.
    fn find(inner: Option<char>, name: Reading, text: Reading) -> Option<Mistake> {
        let equal = name.common(text);
        // Unless the mistake is at the far end, the last character is in its place or next to it.
        let far = name.text.len().saturating_sub(HAN);
        let is_last_at = |at: usize| text.slice(at..at + HAN) == name.slice(far..name.text.len());
        if equal + 2 * HAN < name.text.len() && ![far, far + HAN, far - HAN].into_iter().any(is_last_at) {
            return None;
        }
        let (right, written) = (name.after(equal), text.after(equal));
        let (right_first, right_rest) = right.split_first()?;
        let split = written.split_first().filter(|(c, _)| is_han(*c));
        let written_rest = split.map(|(_, rest)| rest);
        let follows = |beginning: Reading| written_rest.is_some_and(|rest| rest.starts_with(beginning));
        let mistake = |length: usize, rest: Reading| Mistake {
            length: equal + length,
            equal,
            rest: rest.text.chars().count(),
            replaced: None,
            lacks_edge: false,
        };
        let written_first = split.map(|(c, _)| c);
        let swapped = || {
            let (second, right_rest) = right_rest.split_first().filter(|(second, _)| written_first == Some(*second))?;
            let (_, written_rest) = written_rest?.split_first().filter(|(c, _)| *c == right_first)?;
            let length = second.len_utf8() + right_first.len_utf8() + right_rest.text.len();
            written_rest.starts_with(right_rest).then(|| mistake(length, right_rest))
        };
        let lost = || {
            let lacks_edge = right_rest.text.is_empty();
            let is_lost = if lacks_edge { split.is_none() } else { written.starts_with(right_rest) };
            is_lost.then(|| Mistake { lacks_edge, ..mistake(right_rest.text.len(), right_rest) })
        };
        let doubled = || {
            let c = written_first.filter(|c| name.before(equal).or(inner) == Some(*c) && follows(right))?;
            Some(mistake(c.len_utf8() + right.text.len(), right))
        };
        let replaced = || {
            let c = written_first.filter(|_| follows(right_rest))?;
            let length = c.len_utf8() + right_rest.text.len();
            Some(Mistake { replaced: Some((right_first, c)), ..mistake(length, right_rest) })
        };
        swapped().or_else(lost).or_else(doubled).or_else(replaced)
    }
}

/// Whether there is a mark or nothing beyond `outer`, an edge of `span`, and no mark that leaves something out.
fn ends_clause(text: &str, outer: usize, span: Span) -> bool {
    let beyond = if outer == span.end { text[outer..].chars().next() } else { text[..outer].chars().next_back() };
    beyond.is_none_or(|c| "，。；：、！？（）《》“”‘’「」『』".contains(c) || c.is_whitespace())
}

/// Whether the last two characters of a text are those of a name in reverse order and a word themselves, or the first two
/// if `at_end` is false: 沙特阿拉伯国王 is none for 沙特阿拉伯王国.
fn ends_in_other_word(text: &str, name: &str, at_end: bool, lexicon: &Lexicon) -> bool {
    let edge = |text: &str| -> Option<Vec<char>> {
        let chars: Vec<char> = text.chars().collect();
        let from = if at_end { chars.len().checked_sub(2)? } else { 0 };
        chars.get(from..from + 2).map(<[char]>::to_vec)
    };
    let (Some(written), Some(right)) = (edge(text), edge(name)) else { return false };
    written != right && written.iter().rev().eq(&right) && lexicon.is_word(&String::from_iter(written))
}

/// Whether the two characters of `span` at its edge `edge` are a word, so that a name without its outermost character is a
/// phrase in its own right: 个人信息保护 without 法.
fn ends_with_word(text: &str, span: Span, edge: usize, lexicon: &Lexicon) -> bool {
    let phrase = span.of(text);
    let two: String = if edge == span.end {
        let start = phrase.char_indices().rev().nth(1).map_or(0, |(start, _)| start);
        phrase[start..].to_owned()
    } else {
        phrase.chars().take(2).collect()
    };
    lexicon.is_word(&two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// The hits in `text`, each as flagged text → name.
    fn hits(text: &str) -> Vec<String> {
        let names = Names {
            distinct: false,
            table: "中华人民共和国\n国家发展和改革委员会\n国家发展改革委".to_owned(),
            right: "国家发展和改革委".to_owned(),
        };
        let mut found = Vec::new();
        for WordPair { pair, offset, .. } in names.word_pairs() {
            for (at, _) in text.match_indices(&String::from_iter([pair.0, pair.1])) {
                let hit = names.word_at(offset, 0, text, at, &lexicon());
                found.extend(hit.map(|hit| format!("{}→{}", hit.span.of(text), hit.to[0])));
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
            "国家家发展和改革委员会",
            "国家发展和改革委员员会",
            "国家发展和改车委员会",
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
            "中国人民共和国",
            "国家发展的改革委员会",
            "中华人民共",
            "",
        ] {
            assert!(hits(text).is_empty(), "{text}");
        }
    }
}
