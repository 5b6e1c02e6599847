//! The persons of an article: names that a title, an age or a verb of saying marks as such, and what the article says
//! about each person.

use std::cell::OnceCell;

use fnv::FnvHashMap;

use super::{Article, WordOccurrence};
use crate::block::is_family_name;
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han};

/// What a watched word says about the name next to it. The tag of a watched word is the index of its cue in
/// [`NameCue::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameCue {
    /// A title or a trade, followed by the name.
    Title,
    /// A word of kinship (弟弟), followed by a name that resembles another one for a good reason: the
    /// family is the same.
    Relative,
    /// The end of an age (岁的), followed by the name.
    Aged,
    /// A verb of saying or the like, preceded by the name.
    Says,
}

impl NameCue {
    /// All cues, in the order of their tags.
    pub const ALL: [NameCue; 4] = [NameCue::Title, NameCue::Relative, NameCue::Aged, NameCue::Says];
}

/// A place where a person is named. Spans are in bytes of the block's text.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The name.
    pub name: Span,
    /// The title before the name, without 副.
    pub title: Option<Span>,
    /// Whether a word of kinship precedes the name.
    pub is_relative: bool,
    /// Whether 副 precedes the title.
    pub is_vice: bool,
    /// The age next to the name, and the span of its digits.
    pub age: Option<(u32, Span)>,
}

/// What looks like a name, and all places where it is mentioned.
#[derive(Debug)]
pub struct Person<'d> {
    /// The name.
    pub name: &'d str,
    /// The answer of [`Person::is_name`].
    is_name: OnceCell<bool>,
    /// The mentions, in the order of the text.
    pub mentions: Vec<Mention>,
}

impl Person<'_> {
    /// Whether the name is not another word. 关于 begins with a family name, but the lexicon has it in another class than
    /// `nr`, the ICTCLAS tag for the name of a person. Few names are compared with others, so the lexicon is asked last.
    pub fn is_name(&self, lexicon: &Lexicon) -> bool {
        *self.is_name.get_or_init(|| {
            let is_person = lexicon.class(self.name).is_none_or(|class| class.starts_with("nr"));
            is_person && !begins_with_common_word(self.name, lexicon)
        })
    }

    /// Whether the article says anywhere who the person is, by a title or an age.
    pub fn is_introduced(&self) -> bool {
        self.mentions.iter().any(|mention| mention.title.is_some() || mention.age.is_some())
    }

    /// Whether the article calls the person somebody's relative.
    pub fn is_relative(&self) -> bool {
        self.mentions.iter().any(|mention| mention.is_relative)
    }
}

/// Adverbs between a name and a verb of saying: 王海燕还表示.
const BEFORE_VERB: [char; 8] = ['还', '也', '则', '又', '曾', '都', '就', '并'];

/// Whether the first two of three characters are a common word that is not the name of a person: 申请书, 应当先.
fn begins_with_common_word(name: &str, lexicon: &Lexicon) -> bool {
    /// The frequency from which on a word is common.
    const COMMON: u32 = 1000;
    let word = name.char_indices().nth(2).map(|(at, _)| &name[..at]);
    word.is_some_and(|word| {
        let is_common = lexicon.frequency(word).is_some_and(|frequency| frequency >= COMMON);
        is_common && lexicon.class(word).is_some_and(|class| !class.starts_with("nr"))
    })
}

/// Whether a character may follow a name and shows that it ends.
#[rustfmt::skip]
fn may_follow_name(c: char) -> bool {
    matches!(
        c,
        '说' | '表' | '介' | '认' | '指' | '告' | '坦' | '称' | '谈' | '讲' | '笑' | '向' | '对' | '和' | '与' | '及' | '在'
            | '是' | '为' | '等' | '就' | '从' | '也' | '还' | '则' | '正' | '已' | '将' | '于' | '把' | '被' | '的' | '今'
            | '一' | '带' | '因' | '却' | '而' | '并' | '，' | '。' | '、' | '：' | '；' | '）' | '（' | '”' | '？' | '！' | ' '
    )
}

/// The persons of an article, in the order of their first mention. `occurrences` are those of the words that
/// [`NameCue`] distinguishes.
pub fn persons<'d>(article: &Article<'d>, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Person<'d>> {
    let mut persons: Vec<Person> = Vec::new();
    let mut index_of: FnvHashMap<&str, usize> = FnvHashMap::default();
    for occurrence in occurrences {
        let text = article.text(occurrence.block);
        let Some(mention) = mention(text, occurrence, lexicon) else { continue };
        let name = mention.name.of(text);
        let index = *index_of.entry(name).or_insert_with(|| {
            persons.push(Person { name, is_name: OnceCell::new(), mentions: Vec::new() });
            persons.len() - 1
        });
        let mentions = &mut persons[index].mentions;
        // A name between a title and a verb is found twice.
        let is_same = |other: &Mention| (other.block, other.name) == (mention.block, mention.name);
        if !mentions.iter().rev().take(2).any(is_same) {
            mentions.push(mention);
        }
    }
    persons
}

/// The mention of a person at a cue, if there is a name next to it.
fn mention(text: &str, occurrence: &WordOccurrence, lexicon: &Lexicon) -> Option<Mention> {
    let cue = NameCue::ALL[usize::from(occurrence.tag)];
    let name = match cue {
        NameCue::Title | NameCue::Relative | NameCue::Aged => name_starting_at(text, occurrence.span.end, lexicon)?,
        NameCue::Says => name_ending_at(text, text[..occurrence.span.start].trim_end_matches(BEFORE_VERB).len())?,
    };
    let title = (cue == NameCue::Title).then_some(occurrence.span);
    let before = &text[..title.unwrap_or(name).start];
    let before = before.strip_suffix('副').unwrap_or(before);
    let is_vice = before.len() < title.unwrap_or(name).start;
    let age = age_before(text, before.len()).or_else(|| age_after(text, name.end));
    Some(Mention { block: occurrence.block, name, title, is_relative: cue == NameCue::Relative, is_vice, age })
}

/// The name of two or three characters that starts at byte `at`.
fn name_starting_at(text: &str, at: usize, lexicon: &Lexicon) -> Option<Span> {
    let rest = &text[at..];
    let mut chars = rest.char_indices();
    chars.next().filter(|(_, first)| is_family_name(*first))?;
    // `second`, `third` and `fourth` are the bytes at which these characters begin.
    let (second, _) = chars.next().filter(|(_, c)| is_han(*c))?;
    let Some((third, c)) = chars.next() else { return Some(Span::new(at, text.len())) };
    let ends_at = |at: usize| rest[at..].chars().next().is_none_or(may_follow_name);
    let fourth = third + c.len_utf8();
    if is_han(c) && !may_follow_name(c) && ends_at(fourth) {
        return Some(Span::new(at, at + fourth));
    }
    if ends_at(third) {
        return Some(Span::new(at, at + third));
    }
    if !is_han(c) {
        return None;
    }
    // The following words decide: 王海燕走进, not 王海 燕走进.
    let near = rest.char_indices().nth(5).map_or(rest.len(), |(at, _)| at);
    let words = lexicon.segment(&rest[second..near]);
    let is_word_start = |at: usize| words.iter().any(|word| word.start + second == at);
    [fourth, third].into_iter().find(|&end| is_word_start(end)).map(|end| Span::new(at, at + end))
}

/// The name of two or three characters that ends at byte `end` and follows a mark or 的.
fn name_ending_at(text: &str, end: usize) -> Option<Span> {
    let mut chars = text[..end].char_indices().rev();
    let (_, last) = chars.next()?;
    let (of_two, c) = chars.next()?;
    if !is_han(last) || !is_han(c) {
        return None;
    }
    let starts_at = |start: usize| {
        text[start..].starts_with(is_family_name)
            && text[..start].chars().next_back().is_none_or(|before| !is_han(before) || before == '的')
    };
    let of_three = chars.next().map(|(at, _)| at);
    of_three.into_iter().chain([of_two]).find(|&start| starts_at(start)).map(|start| Span::new(start, end))
}

/// The age in `54岁的` that ends at byte `end`, perhaps with a few characters in between: 54岁的退休教师.
fn age_before(text: &str, end: usize) -> Option<(u32, Span)> {
    const MOST_BETWEEN: usize = 6;
    let between: usize =
        text[..end].chars().rev().take_while(|&c| is_han(c) && c != '的').take(MOST_BETWEEN).map(char::len_utf8).sum();
    let near = &text[..end - between];
    let head = near.strip_suffix('的').unwrap_or(near).strip_suffix('岁')?;
    age(head, head.trim_end_matches(|c: char| c.is_ascii_digit()).len(), head.len())
}

/// The age in `今年54岁`, `（54岁）` or `，54岁` that starts at byte `at`.
fn age_after(text: &str, at: usize) -> Option<(u32, Span)> {
    let rest = ["今年", "（", "，"].iter().find_map(|head| text[at..].strip_prefix(head))?;
    let start = text.len() - rest.len();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    rest[digits..].starts_with('岁').then(|| age(text, start, start + digits))?
}

/// The possible age in the digits from byte `start` to byte `end`, and their span.
fn age(text: &str, start: usize, end: usize) -> Option<(u32, Span)> {
    let span = Span::new(start, end);
    span.of(text).parse().ok().filter(|age| (1..130).contains(age)).map(|age| (age, span))
}
