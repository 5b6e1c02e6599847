//! The persons of an article: whom a title, an age or a verb of saying tells to be one, and what is said of each.

use std::collections::HashMap;

use super::{Article, WordOccurrence};
use crate::block::is_family_name;
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han};

/// What a watched word says of the name beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameCue {
    /// A title, a trade: the name follows.
    Title,
    /// 弟弟: the name follows, and it is like another's on purpose.
    Relative,
    /// 岁的: the name follows.
    Aged,
    /// A verb of saying and the like: the name stands before.
    Says,
}

impl NameCue {
    pub const ALL: [NameCue; 4] = [NameCue::Title, NameCue::Relative, NameCue::Aged, NameCue::Says];
}

/// A place where a person is named.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    pub block: usize,
    pub name: Span,
    /// The title before the name, without 副.
    pub title: Option<Span>,
    /// Is it a word of kinship that stands before the name?
    pub is_relative: bool,
    /// Does 副 stand before the title?
    pub is_vice: bool,
    /// The age beside the name, and where it stands.
    pub age: Option<(u32, Span)>,
}

/// A name and where it stands.
#[derive(Debug)]
pub struct Person<'d> {
    pub name: &'d str,
    pub mentions: Vec<Mention>,
}

impl Person<'_> {
    /// Does the article say anywhere who that is?
    pub fn is_introduced(&self) -> bool {
        self.mentions.iter().any(|mention| mention.title.is_some() || mention.age.is_some())
    }

    /// Is it somebody's brother, daughter, …?
    pub fn is_relative(&self) -> bool {
        self.mentions.iter().any(|mention| mention.is_relative)
    }
}

/// What stands behind a name, where that tells its end.
const BEHIND: &str = "说表介认指告坦称谈讲笑向对和与及在是为等就从也还则正已将于把被的，。、：；）（”？！ 今一带";

/// The persons in the order in which they are first named.
pub fn persons<'d>(article: &Article<'d>, seen: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Person<'d>> {
    let mut persons: Vec<Person> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for seen in seen {
        let text = article.text(seen.block);
        let Some(mention) = mention(text, seen, lexicon) else { continue };
        let name = mention.name.of(text);
        let index = match known.get(name) {
            Some(&index) => index,
            // 关于 begins with a family name and is none's name.
            None if lexicon.class(name).is_some_and(|class| !class.starts_with("nr")) => continue,
            None => {
                known.insert(name, persons.len());
                persons.push(Person { name, mentions: Vec::new() });
                persons.len() - 1
            }
        };
        let mentions = &mut persons[index].mentions;
        // A name between a title and a verb has been seen already.
        let is_known = |other: &Mention| (other.block, other.name) == (mention.block, mention.name);
        if !mentions.iter().rev().take(2).any(is_known) {
            mentions.push(mention);
        }
    }
    persons
}

fn mention(text: &str, seen: &WordOccurrence, lexicon: &Lexicon) -> Option<Mention> {
    let cue = NameCue::ALL[usize::from(seen.tag)];
    let name = match cue {
        NameCue::Title | NameCue::Relative | NameCue::Aged => name_from(text, seen.span.end, lexicon)?,
        NameCue::Says => name_to(text, seen.span.start)?,
    };
    let title = (cue == NameCue::Title).then_some(seen.span);
    let before = &text[..title.unwrap_or(name).start];
    let before = before.strip_suffix('副').unwrap_or(before);
    let is_vice = before.len() < title.unwrap_or(name).start;
    let age = age_before(text, before.len()).or_else(|| age_behind(text, name.end));
    Some(Mention { block: seen.block, name, title, is_relative: cue == NameCue::Relative, is_vice, age })
}

/// The name that begins at `at`.
fn name_from(text: &str, at: usize, lexicon: &Lexicon) -> Option<Span> {
    let rest = &text[at..];
    let mut chars = rest.char_indices();
    chars.next().filter(|(_, first)| is_family_name(*first))?;
    let (second, _) = chars.next().filter(|(_, c)| is_han(*c))?;
    let Some((third, c)) = chars.next() else { return Some(Span::new(at, text.len())) };
    let ends = |at: usize| rest[at..].chars().next().is_none_or(|c| BEHIND.contains(c));
    let behind = third + c.len_utf8();
    if is_han(c) && !BEHIND.contains(c) && ends(behind) {
        return Some(Span::new(at, at + behind));
    }
    if ends(third) {
        return Some(Span::new(at, at + third));
    }
    if !is_han(c) {
        return None;
    }
    // What follows tells: 王海燕走进, not 王海 燕走进.
    let near = rest.char_indices().nth(5).map_or(rest.len(), |(at, _)| at);
    let words = lexicon.segment(&rest[second..near]);
    let is_edge = |at: usize| words.iter().any(|word| word.start + second == at);
    [behind, third].into_iter().find(|&end| is_edge(end)).map(|end| Span::new(at, at + end))
}

/// The name that ends at `end`, behind a mark or 的.
fn name_to(text: &str, end: usize) -> Option<Span> {
    let mut chars = text[..end].char_indices().rev();
    let (_, last) = chars.next()?;
    let (second, c) = chars.next()?;
    if !is_han(last) || !is_han(c) {
        return None;
    }
    let begins = |start: usize| {
        text[start..].starts_with(is_family_name)
            && text[..start].chars().next_back().is_none_or(|before| !is_han(before) || before == '的')
    };
    let third = chars.next().map(|(at, _)| at);
    third.into_iter().chain([second]).find(|&start| begins(start)).map(|start| Span::new(start, end))
}

/// The age in `54岁的` that ends at `end`, or with a few characters between: 54岁的退休教师.
fn age_before(text: &str, end: usize) -> Option<(u32, Span)> {
    const FAR: usize = 6;
    let between: usize =
        text[..end].chars().rev().take_while(|&c| is_han(c) && c != '的').take(FAR).map(char::len_utf8).sum();
    let near = &text[..end - between];
    let head = near.strip_suffix('的').unwrap_or(near).strip_suffix('岁')?;
    number(head, head.trim_end_matches(|c: char| c.is_ascii_digit()).len(), head.len())
}

/// The age in `今年54岁`, `（54岁）`, `，54岁`, at `at`.
fn age_behind(text: &str, at: usize) -> Option<(u32, Span)> {
    let rest = ["今年", "（", "，"].iter().find_map(|head| text[at..].strip_prefix(head))?;
    let start = text.len() - rest.len();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    rest[digits..].starts_with('岁').then(|| number(text, start, start + digits))?
}

fn number(text: &str, start: usize, end: usize) -> Option<(u32, Span)> {
    let span = Span::new(start, end);
    span.of(text).parse().ok().filter(|age| (1..130).contains(age)).map(|age| (age, span))
}
