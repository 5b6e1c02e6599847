//! `house-name`: names of a paper's own list, in which one character is wrong, lost, doubled, or has changed places with
//! the next.
//!
//! A text that differs from a name in one character may be another name, or ordinary words. It stands for the name if it
//! makes no sense otherwise: the text around it must be much likelier with one word in that place than with the words it
//! can be divided into. That settles slips by which no other name comes about: a character that sounds or looks like the
//! right one, one that stands twice, two that changed places. Any other character makes another name, and so does one
//! that is missing, unless a word of the name is broken by it: another place has another hospital, but no hospital is
//! called 医皖.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::house::{Difference, Found, House, HouseReading, Office, Slip};
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
        let (Some(lexicon), Some(house)) = (article.lexicon, article.house) else { return Vec::new() };
        let mut hits: Vec<Hit> = Vec::new();
        let mut doubtful: Vec<(Hit, String)> = Vec::new();
        let mut written: Vec<String> = Vec::new();
        for (block, reading) in article.house_readings() {
            let text = article.text(block);
            written.extend(reading.right.iter().map(|span| span.of(text).to_owned()));
            for (slip, certainty) in self.judged(text, reading, house, lexicon) {
                let name = slip.list.text(slip.what.form);
                let source = format!("{} 第 {} 行", slip.list.path(), slip.list.line(slip.what.form));
                let hit = Hit::new(block, slip.what.span, vec![name.to_owned()]).detail(source);
                match certainty {
                    Certainty::Certain => hits.push(hit),
                    Certainty::Likely => hits.push(hit.into_advice()),
                    Certainty::Doubtful => doubtful.push((hit.into_advice(), name.to_owned())),
                }
            }
        }
        // What may be another name is judged by whether the article has the name itself.
        hits.extend(doubtful.into_iter().filter(|(_, name)| written.contains(name)).map(|(hit, _)| hit));
        hits
    }
}

/// How sure it is that a text stands for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Certainty {
    /// It may well be another name, and is advice if the article has the name itself.
    Doubtful,
    /// It is advice.
    Likely,
    Certain,
}

/// By how much the text is likelier with one word in the place of what is written, as the difference of the logarithms:
/// from so much on, what is written is unusual; then, strange; then, hardly to be read; then, no sequence of words.
const UNUSUAL: f32 = 2.0;
const STRANGE: f32 = 4.0;
const HARD: f32 = 8.0;
const BROKEN: f32 = 12.0;

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
        house: &House,
        lexicon: &Lexicon,
    ) -> Vec<(Found<'h, Slip>, Certainty)> {
        let mut judged: Vec<(Found<'h, Slip>, Certainty)> = Vec::new();
        for slip in &reading.slips {
            let candidate = Candidate::new(text, slip, lexicon);
            if candidate.is_right(&reading.right) || lexicon.is_word(slip.what.span.of(text)) {
                continue;
            }
            let Some(certainty) = self.certainty(&candidate).max(beside_title(text, slip, house)) else { continue };
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
        match candidate.difference {
            Difference::Replaced { right, written } if !is_han(right) || !is_han(written) => {
                let same_letter = right.to_lowercase().eq(written.to_lowercase());
                let are_letters = [right, written].into_iter().all(|c| c.is_alphabetic() && !is_han(c));
                let length = candidate.name.len();
                (are_letters && (same_letter && length > 2 || length > 5)).then_some(Certainty::Certain)
            }
            Difference::Replaced { right, written } if !self.is_series(right, written) => {
                match candidate.lexicon.likeness(right, written) {
                    Some(likeness) if candidate.name.len() == 2 => self.two_characters(candidate, written, likeness),
                    // The name can end before a word of one character, and one of three characters can be another word.
                    Some(_)
                        if candidate.is_edge() && self.stands_alone(candidate, written)
                            || candidate.name.len() == 3 && candidate.is_in_word(RARE) =>
                    {
                        candidate.certainty_by_sense().map(|_| Certainty::Doubtful)
                    }
                    Some(_) => candidate.certainty_by_sense(),
                    None => self.another_character(candidate, written),
                }
            }
            Difference::Replaced { .. } => None,
            Difference::Lost(lost) => self.lost(candidate, lost),
            Difference::Doubled(_) => {
                (candidate.name.len() > 2 && !candidate.crosses_edges()).then_some(Certainty::Certain)
            }
            Difference::Swapped => {
                let mut pair = candidate.place.of(candidate.text).chars();
                let is_series = pair.next().zip(pair.next()).is_some_and(|(one, other)| self.is_series(one, other));
                if is_series || candidate.name.len() < 3 { None } else { candidate.certainty_by_sense() }
            }
        }
    }

    /// A name of two characters one of which looks or sounds like what is written. Two characters are soon those of somebody
    /// else.
    fn two_characters(&self, candidate: &Candidate, written: char, likeness: Likeness) -> Option<Certainty> {
        let is_other = candidate.is_ordinary_word()
            || candidate.lexicon.is_given_name(candidate.text, candidate.span)
            || self.alone.contains(written)
            || candidate.crosses_edges()
            || candidate.is_in_word(RARE);
        let is_doubtful = likeness == Likeness::SimilarSound || !candidate.stands_apart();
        (!is_other).then_some(if is_doubtful { Certainty::Doubtful } else { Certainty::Likely })
    }

    /// A character that has nothing to do with the right one.
    fn another_character(&self, candidate: &Candidate, written: char) -> Option<Certainty> {
        let stands_alone = self.stands_alone(candidate, written);
        if candidate.name.len() < 3
            || candidate.is_edge() && stands_alone
            || candidate.crosses_edges()
            || candidate.is_in_word(RARE)
        {
            return None;
        }
        let gain = candidate.gain();
        match candidate.name.len() {
            3 => (gain >= HARD).then_some(Certainty::Doubtful),
            _ if gain < STRANGE => None,
            length => match candidate.class_of_word() {
                // Another place has another body.
                None | Some("ns") => Some(Certainty::Doubtful),
                _ if length == 4 && gain < BROKEN => Some(Certainty::Doubtful),
                Some(class) => {
                    let is_other = length == 4 || stands_alone || candidate.is_in_word(0) || is_unsettled(class);
                    Some(if is_other { Certainty::Likely } else { Certainty::Certain })
                }
            },
        }
    }

    /// A character that is missing.
    fn lost(&self, candidate: &Candidate, lost: char) -> Option<Certainty> {
        let length = candidate.name.len();
        if length < 3 || self.left_out.contains(lost) || candidate.crosses_edges() {
            return None;
        }
        let (gain, is_edge) = (candidate.gain(), candidate.is_edge());
        match length {
            // A given name stands without the family name.
            3 => (candidate.at > 0 && gain >= UNUSUAL).then_some(Certainty::Doubtful),
            4 if gain >= if is_edge { HARD } else { STRANGE } => Some(Certainty::Likely),
            4 => (gain >= UNUSUAL).then_some(Certainty::Doubtful),
            _ if gain < STRANGE => None,
            _ => match (is_edge, candidate.reads_as_words()) {
                (true, true) => None,
                // A short form reads better than the name.
                (false, false) if candidate.reads_worse() => Some(Certainty::Certain),
                _ => Some(Certainty::Likely),
            },
        }
    }

    /// Whether a character is often a word by itself.
    fn stands_alone(&self, candidate: &Candidate, written: char) -> bool {
        let frequency = candidate.lexicon.frequency(written.encode_utf8(&mut [0; 4]));
        self.alone.contains(written) || frequency.is_some_and(|count| count >= COMMON)
    }

    /// Whether one of these characters in place of the other makes another name.
    fn is_series(&self, one: char, other: char) -> bool {
        self.series.iter().any(|series| series.contains(one) && series.contains(other))
    }
}

/// Whether a word of that class can have another character, and is another name then.
fn is_unsettled(class: &str) -> bool {
    UNSETTLED.iter().any(|it| class.starts_with(it))
}

/// What the title before a name of the roster says: if it is that of the person, nobody else is meant.
fn beside_title(text: &str, slip: &Found<Slip>, house: &House) -> Option<Certainty> {
    let name = slip.list.text(slip.what.form);
    let roster = house.rosters().find(|roster| roster.path() == slip.list.path() && name.chars().nth(2).is_some())?;
    let before = &text[..slip.what.span.start];
    let by_title = |title: &str, certainty| before.ends_with(title).then_some(certainty);
    let of_office = |office: &Office| {
        let short = office.short.iter().filter_map(|short| by_title(short, Certainty::Likely)).max();
        by_title(&office.title, Certainty::Certain).max(short)
    };
    roster.offices_of(name).filter_map(of_office).max()
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

    /// Whether what is written otherwise belongs to a word that occurs at least so often. The text is divided into words
    /// together with what is around it.
    fn is_in_word(&self, least: u32) -> bool {
        let from = self.text[..self.span.start].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
        let to =
            self.text[self.span.end..].char_indices().nth(AROUND).map_or(self.text.len(), |(at, _)| self.span.end + at);
        let context = &self.text[from..to];
        let place = Span::new(self.place.start - from, self.place.end.max(self.place.start + 1) - from);
        self.lexicon.segment(context).into_iter().any(|word| {
            let meets = word.start < place.end && place.start < word.end;
            let is_common = || self.lexicon.frequency(word.of(context)).is_some_and(|count| count >= least);
            meets && word.of(context).chars().nth(1).is_some() && is_common()
        })
    }

    /// How sure it is if no other name comes about by the slip: by how little sense the text makes.
    fn certainty_by_sense(&self) -> Option<Certainty> {
        let gain = self.gain();
        (gain >= UNUSUAL).then_some(if gain >= STRANGE { Certainty::Certain } else { Certainty::Likely })
    }

    /// How much likelier the text around is with one word in the place of what is written.
    fn gain(&self) -> f32 {
        self.lexicon.gain_as_word(self.text, self.span)
    }

    /// Whether the difference is at the beginning or at the end of the name.
    fn is_edge(&self) -> bool {
        self.at == 0 || self.at + 1 == self.name.len()
    }

    /// Whether the whole text is made up of words.
    fn reads_as_words(&self) -> bool {
        let written = self.span.of(self.text);
        self.lexicon.segment(written).iter().all(|word| {
            let word = word.of(written);
            word.chars().nth(1).is_some() && self.lexicon.is_word(word)
        })
    }

    /// The class of the word of the name, of several characters, to which the character in question belongs.
    fn class_of_word(&self) -> Option<&'c str> {
        let name: String = self.name.iter().collect();
        let at: usize = self.name[..self.at].iter().map(|c| c.len_utf8()).sum();
        let words = self.lexicon.segment(&name);
        let word = words.iter().find(|word| word.start <= at && at < word.end && word.len() >= 6)?;
        self.lexicon.class(word.of(&name))
    }

    /// Whether the name is a word that is no name: what is like it is another word.
    fn is_ordinary_word(&self) -> bool {
        let name: String = self.name.iter().collect();
        self.lexicon.class(&name).is_some_and(|class| !is_unsettled(class))
    }

    /// Whether the text is less likely than the name, if that were no word either.
    fn reads_worse(&self) -> bool {
        let name: String = self.name.iter().collect();
        self.lexicon.gain_of(self.span.of(self.text), &name) > 0.0
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
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::builtin::{self, lexicon};
    use crate::check::Check;
    use crate::house::{ListKind, Roster, Vocabulary};

    const NAMES: &str = "方知远\n江城师范大学\n江城市人民医院\n柳河大学\n李蕾\n北岸新区管理委员会\n王晓光\n";

    fn names() -> House {
        House::new(vec![Arc::new(Vocabulary::prepare("names.txt", NAMES, ListKind::Names).0)])
    }

    /// What is found in a text: what is written, the name, and how sure it is that it is meant.
    fn judged(house: &House, text: &str) -> Vec<(String, String, Certainty)> {
        let rules = builtin::rules();
        let check = rules.rule("house/name").unwrap().check.clone();
        let Check::HouseName(check) = &*check else { panic!() };
        let judged = check.judged(text, &house.read(text), house, &lexicon());
        let form = |slip: &Found<Slip>| slip.list.text(slip.what.form).to_owned();
        judged.iter().map(|(slip, sure)| (slip.what.span.of(text).to_owned(), form(slip), *sure)).collect()
    }

    /// The texts that are reported, each with the first suggestion.
    fn found(text: &str) -> Vec<(String, String)> {
        let judged = judged(&names(), text).into_iter().filter(|(.., sure)| *sure >= Certainty::Likely);
        judged.map(|(written, name, _)| (written, name)).collect()
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

    #[test]
    fn how_sure_it_is_depends_on_what_else_the_text_can_be() {
        for (text, sure) in [
            ("记者方之远报道", Certainty::Certain),
            ("记者方铁远报道", Certainty::Doubtful),
            ("北岸新区管理铁员会介绍", Certainty::Certain),
            ("北岸新区管委员会介绍", Certainty::Certain),
        ] {
            let found = judged(&names(), text);
            assert_eq!(found.iter().map(|(.., sure)| *sure).collect::<Vec<_>>(), [sure], "{text}: {found:?}");
        }
    }

    #[test]
    fn a_title_of_the_roster_says_who_is_meant() {
        let (roster, _) = Roster::read("offices.csv", "方知远,江城市市长,,,,市长\n");
        let house = House::default().with_rosters(vec![roster]);
        for (text, expected) in [
            ("江城市市长方铁远到会。", Some(Certainty::Certain)),
            ("江城市副市长方铁远到会。", Some(Certainty::Likely)),
            ("市民方铁远到会。", Some(Certainty::Doubtful)),
            ("江城市市长顾铁舒到会。", None),
        ] {
            let found = judged(&house, text);
            assert_eq!(found.first().map(|(.., sure)| *sure), expected, "{text}: {found:?}");
        }
    }
}
