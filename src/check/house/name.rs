//! `house-name`: names of a paper's own list, in which one character is wrong, lost, doubled, or has changed places with
//! the next.
//!
//! A text that differs from a name in one character may be another name, or ordinary words. A character that sounds or
//! looks like the right one is a slip, unless it belongs to a word there. Any other character is one only where it
//! breaks a word of the name: another place has another hospital, but no hospital is called 医皖.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::house::{Difference, Found, HouseReading, Slip};
use crate::lexicon::{Lexicon, Likeness};
use crate::text::{Span, is_han};

/// Options of the check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseName {
    /// Characters of which each in place of another makes another name: 一二三, 东西.
    series: Vec<String>,
    /// Characters that a short form of a name leaves out.
    left_out: String,
    /// Characters that are often words by themselves.
    alone: String,
}

impl OptionsOnly for HouseName {}

impl ArticleCheck for HouseName {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(lexicon) = article.lexicon else { return Vec::new() };
        let mut hits: Vec<Hit> = Vec::new();
        let mut doubtful: Vec<(Hit, String, Certainty)> = Vec::new();
        let mut written: Vec<String> = Vec::new();
        for (block, reading) in article.house_readings() {
            let text = article.text(block);
            written.extend(reading.right.iter().map(|span| span.of(text).to_owned()));
            for (slip, certainty) in self.judged(text, reading, lexicon) {
                let name = slip.list.text(slip.what.form);
                let source = format!("{} 第 {} 行", slip.list.path(), slip.list.line(slip.what.form));
                let hit = Hit::new(block, slip.what.span, vec![name.to_owned()]).detail(source);
                match certainty {
                    Certainty::Certain => hits.push(hit),
                    Certainty::Likely | Certainty::Doubtful => doubtful.push((hit, name.to_owned(), certainty)),
                }
            }
        }
        // What may be another name is judged by whether the article has the name itself.
        hits.extend(doubtful.into_iter().filter_map(|(hit, name, certainty)| {
            match (certainty, written.contains(&name)) {
                // Two characters are soon those of somebody else.
                (Certainty::Likely, true) if name.chars().nth(2).is_some() => Some(hit),
                (Certainty::Likely, _) | (Certainty::Doubtful, true) => Some(hit.into_advice()),
                _ => None,
            }
        }));
        hits
    }
}

/// How sure it is that a text stands for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Certainty {
    /// It may be another name, and is a slip only if the article has the name itself; even then it is advice.
    Doubtful,
    /// It is a slip if the article has the name itself, and else advice.
    Likely,
    Certain,
}

/// The classes of words that can have another character, and are another name then: persons, foreign names, abbreviations.
const UNSETTLED: [&str; 4] = ["nr", "ns", "nz", "j"];

/// How many characters around a text are divided into words with it.
const AROUND: usize = 6;

/// Words that occur less often in sixty million are rare.
const RARE: u32 = 20;

/// A character that occurs so often as a word can stand anywhere.
const COMMON: u32 = 30_000;

/// A slip with what its judgement needs.
struct Candidate<'c> {
    text: &'c str,
    span: Span,
    name: Vec<char>,
    difference: Difference,
    at: usize,
    /// What is written in another way than in the name, or the place where something is missing.
    place: Span,
    lexicon: &'c Lexicon<'c>,
}

impl HouseName {
    /// The slips that are mistakes, one at each place.
    fn judged<'h>(
        &self,
        text: &str,
        reading: &HouseReading<'h>,
        lexicon: &Lexicon,
    ) -> Vec<(Found<'h, Slip>, Certainty)> {
        let mut judged: Vec<(Found<'h, Slip>, Certainty)> = Vec::new();
        for slip in &reading.slips {
            let candidate = Candidate::new(text, slip, lexicon);
            if candidate.is_right(&reading.right) {
                continue;
            }
            let Some(certainty) = self.certainty(&candidate) else { continue };
            let overlaps = |other: &(Found<Slip>, Certainty)| {
                other.0.what.span.start < slip.what.span.end && slip.what.span.start < other.0.what.span.end
            };
            match judged.iter().position(overlaps) {
                None => judged.push((*slip, certainty)),
                // Of two names that a text may stand for the longer one says more of it.
                Some(other) => {
                    let known = &judged[other];
                    let rank = |certainty: Certainty, slip: &Slip| (certainty, slip.span.len());
                    if rank(certainty, &slip.what) > rank(known.1, &known.0.what) {
                        judged[other] = (*slip, certainty);
                    }
                }
            }
        }
        judged
    }

    /// Whether a candidate is a slip, and how sure that is. `None` if it is something else.
    fn certainty(&self, candidate: &Candidate) -> Option<Certainty> {
        if candidate.crosses_edges() || lexicon_has(candidate) {
            return None;
        }
        let length = candidate.name.len();
        match candidate.difference {
            Difference::Replaced { right, written } => self.replaced(candidate, right, written),
            Difference::Lost(lost) => {
                let is_edge = candidate.at == 0 || candidate.at + 1 == length;
                if length < 3 || self.left_out.contains(lost) || is_edge && !candidate.breaks_off() {
                    return None;
                }
                if length == 3 {
                    return (!candidate.is_in_word()).then_some(Certainty::Doubtful);
                }
                if length == 4 && candidate.reads_as_words() {
                    return None;
                }
                // Of a word at the beginning one character is left, which may belong to another name.
                Some(if candidate.at < 2 && length < 6 { Certainty::Likely } else { Certainty::Certain })
            }
            Difference::Doubled(_) => (length > 2).then_some(Certainty::Certain),
            Difference::Swapped => {
                let pair: Vec<char> = candidate.place.of(candidate.text).chars().collect();
                let is_other = length < 3
                    || self.is_series(pair[0], pair[1])
                    || length == 3 && pair.iter().any(|c| self.alone.contains(*c))
                    || length < 5 && (candidate.is_in_word() || candidate.reads_as_words());
                (!is_other).then_some(Certainty::Certain)
            }
        }
    }

    fn replaced(&self, candidate: &Candidate, right: char, written: char) -> Option<Certainty> {
        let length = candidate.name.len();
        if !is_han(right) || !is_han(written) {
            let same_letter = right.to_lowercase().eq(written.to_lowercase());
            let are_letters = right.is_alphabetic() && written.is_alphabetic() && !is_han(right) && !is_han(written);
            return (are_letters && (same_letter && length > 2 || length > 5)).then_some(Certainty::Certain);
        }
        if self.is_series(right, written) {
            return None;
        }
        let is_last = candidate.at + 1 == length;
        if let Some(likeness) = candidate.lexicon.likeness(right, written) {
            let is_other = match length {
                2 if candidate.lexicon.is_given_name(candidate.text, candidate.span) => return None,
                2 | 3 => self.alone.contains(written) || candidate.is_in_word(),
                4 => candidate.reads_as_words(),
                _ => (candidate.at == 0 || is_last) && candidate.is_cut(),
            };
            let certainty = match length {
                2 if likeness == Likeness::SimilarSound || !candidate.stands_apart() => Certainty::Doubtful,
                2 => Certainty::Likely,
                // What stands before the last character is a word, which may go on in another way.
                3 if is_last && candidate.begins_with_word() => Certainty::Doubtful,
                _ => Certainty::Certain,
            };
            return match (is_other, length) {
                (false, _) => Some(certainty),
                (true, 3) => Some(Certainty::Doubtful),
                (true, _) => None,
            };
        }
        let stands_alone = self.alone.contains(written) || candidate.is_common(written);
        if length < 3 || stands_alone || candidate.is_in_word() {
            return None;
        }
        // What ends a name often changes with what is named, unless it ends a word of two characters; and a word can begin
        // in another way.
        let is_first = candidate.at == 0;
        if is_last && (length < 5 || !candidate.ends_with_pair()) || is_first && candidate.goes_on_as_word() {
            return None;
        }
        match candidate.word_of_name() {
            Some((word, class)) if length > 3 && (class != "ns" || word + 1 >= length) => {
                let is_settled = !UNSETTLED.iter().any(|it| class.starts_with(it));
                Some(if is_settled && length > 4 { Certainty::Certain } else { Certainty::Likely })
            }
            // Another family name makes another person, and another place another body.
            _ => (!is_first).then_some(Certainty::Doubtful),
        }
    }
}

impl HouseName {
    /// Whether one of these characters in place of the other makes another name.
    fn is_series(&self, one: char, other: char) -> bool {
        self.series.iter().any(|series| series.contains(one) && series.contains(other))
    }
}

/// Whether the text is a word of the language.
fn lexicon_has(candidate: &Candidate) -> bool {
    candidate.lexicon.is_word(candidate.span.of(candidate.text))
}

impl<'c> Candidate<'c> {
    fn new(text: &'c str, slip: &Found<Slip>, lexicon: &'c Lexicon<'c>) -> Candidate<'c> {
        let Slip { span, form, difference, at } = slip.what;
        let written = span.of(text);
        let byte =
            |index: usize| span.start + written.char_indices().nth(index).map_or(written.len(), |(byte, _)| byte);
        let changed = match difference {
            Difference::Lost(_) => 0,
            Difference::Replaced { .. } => 1,
            Difference::Doubled(_) | Difference::Swapped => 2,
        };
        let place = Span::new(byte(at), byte(at + changed));
        Candidate { text, span, name: slip.list.text(form).chars().collect(), difference, at, place, lexicon }
    }

    /// Whether the text, or what is different in it, is a right form itself.
    fn is_right(&self, right: &[Span]) -> bool {
        right.iter().any(|form| {
            let has_place = if self.place.is_empty() {
                form.start < self.place.start && self.place.start < form.end
            } else {
                form.covers(self.place) && !matches!(self.difference, Difference::Doubled(_))
            };
            form.covers(self.span) || has_place
        })
    }

    /// Whether words extend across the edges of the text, so that it is none: 江大学 in 长江大学.
    fn crosses_edges(&self) -> bool {
        let is_edge_doubled =
            matches!(self.difference, Difference::Doubled(_)) && (self.at == 0 || self.at + 1 == self.name.len());
        self.lexicon.crosses_edge(self.text, self.span) || is_edge_doubled && self.is_cut()
    }

    /// Whether a word extends across the edge at which the difference is.
    fn is_cut(&self) -> bool {
        let edge = if self.at == 0 { self.span.start } else { self.span.end };
        self.lexicon.word_crosses(self.text, edge)
    }

    /// Whether what is written otherwise, or a neighbour of what is lost, belongs to a word that is not rare. The text is
    /// divided into words together with what is around it.
    fn is_in_word(&self) -> bool {
        let from = self.text[..self.span.start].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
        let to =
            self.text[self.span.end..].char_indices().nth(AROUND).map_or(self.text.len(), |(at, _)| self.span.end + at);
        let context = &self.text[from..to];
        let place = Span::new(self.place.start - from, self.place.end.max(self.place.start + 1) - from);
        self.lexicon.segment(context).into_iter().any(|word| {
            let meets = word.start < place.end && place.start < word.end;
            let is_common = || self.lexicon.frequency(word.of(context)).is_some_and(|count| count >= RARE);
            meets && word.of(context).chars().nth(1).is_some() && is_common()
        })
    }

    /// Whether the whole text is made up of words.
    fn reads_as_words(&self) -> bool {
        let written = self.span.of(self.text);
        self.lexicon.segment(written).iter().all(|word| {
            let word = word.of(written);
            word.chars().nth(1).is_some() && self.lexicon.is_word(word)
        })
    }

    /// The length and the class of the word of the name in which the character in question is. With the other character it
    /// is no word.
    fn word_of_name(&self) -> Option<(usize, &'c str)> {
        let name: String = self.name.iter().collect();
        let at: usize = self.name[..self.at].iter().map(|c| c.len_utf8()).sum();
        let words = self.lexicon.segment(&name);
        let word = words.iter().find(|word| word.start <= at && at < word.end && word.len() >= 6)?;
        let word = word.of(&name);
        Some((word.chars().count(), self.lexicon.class(word)?))
    }

    /// Whether what stands before and behind the text are marks or words of several characters, so that no longer name has
    /// the text in it.
    fn stands_apart(&self) -> bool {
        let from = self.text[..self.span.start].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
        let to =
            self.text[self.span.end..].char_indices().nth(AROUND).map_or(self.text.len(), |(at, _)| self.span.end + at);
        let (before, after) = (&self.text[from..self.span.start], &self.text[self.span.end..to]);
        let is_apart = |context: &str, word: Option<&Span>| {
            word.is_none_or(|word| {
                let word = word.of(context);
                word.chars().nth(1).is_some() || !word.chars().all(is_han)
            })
        };
        is_apart(before, self.lexicon.segment(before).last()) && is_apart(after, self.lexicon.segment(after).first())
    }

    /// Whether a character is often a word by itself.
    fn is_common(&self, c: char) -> bool {
        self.lexicon.frequency(c.encode_utf8(&mut [0; 4])).is_some_and(|count| count >= COMMON)
    }

    /// Whether what follows the first character is a word.
    fn goes_on_as_word(&self) -> bool {
        let written = self.span.of(self.text);
        self.lexicon.is_word(&written[written.chars().next().map_or(0, char::len_utf8)..])
    }

    /// Whether the last word of the name has two characters.
    fn ends_with_pair(&self) -> bool {
        let name: String = self.name.iter().collect();
        self.lexicon.segment(&name).last().is_some_and(|word| word.of(&name).chars().count() == 2)
    }

    /// Whether what stands before the last character is a word.
    fn begins_with_word(&self) -> bool {
        let written = self.span.of(self.text);
        let end = written.char_indices().next_back().map_or(0, |(at, _)| at);
        self.lexicon.is_word(&written[..end])
    }

    /// Whether the text breaks off where the outermost character of the name is lost: there is a mark or nothing beyond, and
    /// the name ends in the middle of a word.
    fn breaks_off(&self) -> bool {
        let is_first = self.at == 0;
        let beyond = if is_first {
            self.text[..self.span.start].chars().next_back()
        } else {
            self.text[self.span.end..].chars().next()
        };
        let written: Vec<char> = self.span.of(self.text).chars().collect();
        let outer: String = if is_first {
            written.iter().take(2).collect()
        } else {
            written[written.len().saturating_sub(2)..].iter().collect()
        };
        self.name.len() > 4
            && beyond.is_none_or(|c| !c.is_alphanumeric() && c != '…' && c != '·')
            && !self.lexicon.is_word(&outer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::builtin::{self, lexicon};
    use crate::check::Check;
    use crate::house::{House, ListKind, Vocabulary};

    const NAMES: &str = "方知远\n江城师范大学\n江城市人民医院\n柳河大学\n李蕾\n北岸新区管理委员会\n王晓光\n";

    /// The texts that are reported, each with the first suggestion.
    fn found(text: &str) -> Vec<(String, String)> {
        let rules = builtin::rules();
        let check = rules.rule("house/name").unwrap().check.clone();
        let Check::HouseName(check) = &*check else { panic!() };
        let house = House::new(vec![Arc::new(Vocabulary::prepare("names.txt", NAMES, ListKind::Names).0)]);
        let reading = house.read(text);
        let judged = check.judged(text, &reading, &lexicon());
        judged
            .iter()
            .filter(|(_, certainty)| *certainty >= Certainty::Likely)
            .map(|(slip, _)| (slip.what.span.of(text).to_owned(), slip.list.text(slip.what.form).to_owned()))
            .collect()
    }

    #[test]
    fn one_character_off_is_a_slip() {
        for (text, written, right) in [
            ("记者方之远报道", "方之远", "方知远"),
            ("考上了江城师苑大学。", "江城师苑大学", "江城师范大学"),
            ("考上了江城师大学。", "江城师大学", "江城师范大学"),
            ("考上了江城城师范大学。", "江城城师范大学", "江城师范大学"),
            ("考上了江城范师大学。", "江城范师大学", "江城师范大学"),
            ("考上了江城师范大学学。", "江城师范大学学", "江城师范大学"),
            ("住进江城市人民医皖。", "江城市人民医皖", "江城市人民医院"),
            ("北岸新区管理委圆会介绍", "北岸新区管理委圆会", "北岸新区管理委员会"),
            ("歌手李雷登台", "李雷", "李蕾"),
        ] {
            assert_eq!(found(text), [(written.to_owned(), right.to_owned())], "{text}");
        }
    }

    #[test]
    fn other_names_and_ordinary_words_are_not() {
        for text in [
            "考上了江城师范大学，方知远也考上了。",
            "考上了长江大学和扬柳河畔的大学。",
            "住进江滨市人民医院。",
            "记者方志敏报道",
            "江城师范大学生很多。",
            "江城人民医院",
            "他李代桃僵",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
