//! `identity`: a person of whom an article does not say the same throughout.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::person::{Mention, NameCue, Person, persons};
use crate::check::article::{Article, Page, WordOccurrence, occurrences_of};
use crate::check::options::{Fault, WatchedWords, WordList};
use crate::check::{Compile, Hit, IssueCheck, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::is_han;

/// Options of an identity check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityOptions {
    /// What changes.
    slip: IdentityFault,
    /// The class of words that stand before a name: titles, trades, relations.
    titles: Spanned<String>,
    /// The class of words that stand behind one: verbs of saying.
    verbs: Spanned<String>,
    /// The class of words of kinship, which stand before names that are alike on purpose.
    relatives: Spanned<String>,
    /// What stands before a name with an age: 岁的.
    aged: Spanned<String>,
    /// Titles of which a person has one, a group a line.
    #[serde(default)]
    ranks: String,
    /// WatchedWords that tell of another time.
    #[serde(default)]
    then: String,
}

/// One kind of change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    slip: IdentityFault,
    pub words: WatchedWords,
    ranks: Vec<WordList>,
    then: WordList,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum IdentityFault {
    Name,
    Title,
    Age,
}

impl Compile for Identity {
    type Options = IdentityOptions;

    fn compile(options: &IdentityOptions, classes: &Classes) -> Result<Identity, Fault> {
        let class = |name: &Spanned<String>| {
            let words = classes.words(name.get_ref());
            words
                .map(<[String]>::to_vec)
                .ok_or_else(|| Fault::of(name, format!("没有名为“{}”的字类。", name.get_ref())))
        };
        let (titles, verbs, relatives) = (class(&options.titles)?, class(&options.verbs)?, class(&options.relatives)?);
        let tagged = |cue: NameCue| move |word| (word, cue as usize);
        let cues = titles.iter().map(String::as_str).map(tagged(NameCue::Title));
        let cues = cues.chain(verbs.iter().map(String::as_str).map(tagged(NameCue::Says)));
        let cues = cues.chain(relatives.iter().map(String::as_str).map(tagged(NameCue::Relative)));
        let cues = cues.chain(options.aged.get_ref().split_whitespace().map(tagged(NameCue::Aged)));
        Ok(Identity {
            slip: options.slip,
            words: WatchedWords::compile(cues, &options.titles)?,
            ranks: options.ranks.lines().map(WordList::new).collect(),
            then: WordList::new(&options.then),
        })
    }
}

impl WordCheck for Identity {
    fn check_article(&self, article: &Article, seen: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let persons = article.persons(seen, lexicon);
        match self.slip {
            IdentityFault::Name => names(article, persons, lexicon),
            IdentityFault::Title => persons.iter().filter_map(|person| self.title(article, person)).collect(),
            IdentityFault::Age => persons.iter().filter_map(|person| self.age(article, person)).collect(),
        }
    }
}

impl IssueCheck for Identity {
    /// Names on several pages of an issue: likelier those of one person only where the same office is said of both,
    /// and one name sounds or looks like the other.
    fn check_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)> {
        if self.slip != IdentityFault::Name {
            return Vec::new();
        }
        let mut last: HashMap<(Vec<char>, &str), Named> = HashMap::new();
        let mut hits = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            for Person { name, mentions } in
                persons(&page.article, &occurrences_of(&self.words, &page.article), lexicon)
            {
                let Some((first, office)) = mentions.iter().find_map(|it| Some((*it, office(&page.article, it)?)))
                else {
                    continue;
                };
                let characters: Vec<char> = name.chars().collect();
                let here = Named { page: number, name, place: first, count: mentions.len() };
                for at in 0..characters.len() {
                    let Some(there) = last.insert((without(&characters, at), office), here) else { continue };
                    let other = there.name.chars().nth(at).unwrap_or_default();
                    if there.page != number && there.name != name && lexicon.likeness(characters[at], other).is_some() {
                        hits.push(over_pages(pages, there, here));
                    }
                }
            }
        }
        hits
    }
}

impl Identity {
    /// The first title that does not go with one said before: 局长 and 副局长, 局长 and 处长.
    fn title(&self, article: &Article, person: &Person) -> Option<Hit> {
        if person.mentions.len() < 2 {
            return None;
        }
        let titled = || person.mentions.iter().filter(|mention| !self.is_of_another_time(article, mention));
        let word = |mention: &Mention| Some(mention.title?.of(article.text(mention.block)));
        let clashes = |a: &Mention, b: &Mention| {
            let (Some(one), Some(other)) = (word(a), word(b)) else { return false };
            let same_rank = |rank: &WordList| [one, other].iter().all(|title| rank.has(title));
            (one == other && a.is_vice != b.is_vice
                || one != other && a.is_vice == b.is_vice && self.ranks.iter().any(same_rank))
                && may_be_one_office(article, a, b)
        };
        // Whoever has several titles is named by one and by another.
        let titles: HashSet<_> = titled().filter_map(|mention| Some((word(mention)?, mention.is_vice))).collect();
        if titles.len() != 2 {
            return None;
        }
        let first = titled().find(|mention| mention.title.is_some())?;
        let other = titled().find(|mention| clashes(first, mention))?;
        let full = |mention: &Mention| {
            let title = word(mention).unwrap_or_default();
            if mention.is_vice { format!("副{title}") } else { title.to_owned() }
        };
        let detail = format!("{}有“{}”和“{}”两种职务", person.name, full(first), full(other));
        let mut hit = Hit::new(other.block, other.title?, Vec::new()).detail(detail);
        hit.related.push((first.block, first.title?, format!("这里是“{}”。", full(first))));
        Some(hit)
    }

    fn age(&self, article: &Article, person: &Person) -> Option<Hit> {
        let mut aged = person.mentions.iter().filter_map(|mention| {
            mention.age.filter(|_| !self.is_of_another_time(article, mention)).map(|age| (mention.block, age))
        });
        let (first_block, (first, first_span)) = aged.next()?;
        let (block, (age, span)) = aged.find(|(_, (age, _))| *age != first)?;
        let detail = format!("{}前面是{first}岁，这里是{age}岁", person.name);
        let mut hit = Hit::new(block, span, Vec::new()).detail(detail);
        hit.related.push((first_block, first_span, format!("这里是{first}岁。")));
        Some(hit)
    }

    /// Does the sentence, as far as the name, tell of another time?
    fn is_of_another_time(&self, article: &Article, mention: &Mention) -> bool {
        const FAR: usize = 40;
        let text = article.text(mention.block);
        let before = &text[..mention.name.start];
        let near = &before[before.char_indices().rev().nth(FAR).map_or(0, |(at, _)| at)..];
        let sentence = near.rsplit(['。', '；', '！', '？']).next().unwrap_or_default();
        self.then.any_in(sentence)
    }
}

/// Is the same said before two titles, or nothing before one of them? 国家副主席 may be 军委主席.
fn may_be_one_office(article: &Article, a: &Mention, b: &Mention) -> bool {
    let before = |mention: &Mention| -> Vec<char> {
        let start = mention.title.unwrap_or(mention.name).start;
        let head =
            article.text(mention.block)[..start].strip_suffix('副').unwrap_or(&article.text(mention.block)[..start]);
        head.chars().rev().take_while(|&c| is_han(c)).take(2).collect()
    };
    let (of_a, of_b) = (before(a), before(b));
    of_a.is_empty() || of_b.is_empty() || of_a == of_b
}

/// A name on a page of an issue.
#[derive(Clone, Copy)]
struct Named<'d> {
    page: usize,
    name: &'d str,
    place: Mention,
    count: usize,
}

/// The title with the two characters before it: 工会主席
fn office<'d>(article: &Article<'d>, mention: &Mention) -> Option<&'d str> {
    let (text, title) = (article.text(mention.block), mention.title?);
    let (start, _) = text[..title.start].char_indices().rev().nth(1)?;
    let office = &text[start..title.end];
    office.chars().all(is_han).then_some(office)
}

/// The rarer of two names on two pages; of names equally common the later one.
fn over_pages(pages: &[Page], a: Named, b: Named) -> (usize, Hit) {
    let (common, rare) = if a.count >= b.count { (a, b) } else { (b, a) };
    let there = pages[common.page].name;
    let detail = format!("“{}”{}处，“{}”{}处，后者在{there}", rare.name, rare.count, common.name, common.count);
    (rare.page, Hit::new(rare.place.block, rare.place.name, Vec::new()).detail(detail))
}

/// Names of which one may be a slip for another: one character differs, or two are exchanged.
fn names(article: &Article, persons: &[Person], lexicon: &Lexicon) -> Vec<Hit> {
    if persons.len() < 2 {
        return Vec::new();
    }
    let mut last: HashMap<Vec<char>, usize> = HashMap::new();
    let mut hits = Vec::new();
    for (index, person) in persons.iter().enumerate() {
        let name: Vec<char> = person.name.chars().collect();
        let mut keys: Vec<Vec<char>> = (0..name.len()).map(|at| without(&name, at)).collect();
        if let &[family, second, third] = name.as_slice() {
            keys.push(vec![family, '\0', second.min(third), second.max(third)]);
        }
        for key in keys {
            if let Some(before) = last.insert(key, index).map(|before| &persons[before])
                && is_slip(article, before, person, lexicon)
            {
                hits.push(point(before, person));
                break;
            }
        }
    }
    hits
}

/// `name` with a gap for its character `at`.
fn without(name: &[char], at: usize) -> Vec<char> {
    let mut rest = name.to_vec();
    rest[at] = '\0';
    rest
}

/// Are these two names likelier those of one person? Not where a sentence names both.
fn is_slip(article: &Article, a: &Person, b: &Person, lexicon: &Lexicon) -> bool {
    let differing: Vec<(usize, (char, char))> =
        a.name.chars().zip(b.name.chars()).enumerate().filter(|(_, (a, b))| a != b).collect();
    let titles = |person: &Person| -> Vec<&str> {
        let words = person.mentions.iter().filter_map(|it| Some(it.title?.of(article.text(it.block))));
        words.collect()
    };
    let (of_a, of_b) = (titles(a), titles(b));
    let share_title = of_a.iter().any(|title| of_b.contains(title));
    let is_bare = !a.is_introduced() || !b.is_introduced();
    let told = share_title || is_bare;
    let is_long = a.name.chars().nth(2).is_some();
    let may_be_one = match differing[..] {
        // Of a family name another is seldom made but by its sound or shape.
        [(at, (one, other))] => {
            let is_alike = lexicon.likeness(one, other).is_some();
            told && (is_alike || is_long && at > 0 && is_bare)
        }
        [_, _] => is_long && told,
        _ => false,
    };
    may_be_one && !a.is_relative() && !b.is_relative() && !stand_together(article, a, b)
}

/// Does a sentence name both?
fn stand_together(article: &Article, a: &Person, b: &Person) -> bool {
    // Of a person named often the first places tell.
    const MOST: usize = 8;
    a.mentions.iter().take(MOST).any(|one| {
        b.mentions.iter().take(MOST).filter(|other| other.block == one.block).any(|other| {
            let (start, end) = (one.name.end.min(other.name.end), one.name.start.max(other.name.start));
            !article.text(one.block).get(start..end).is_some_and(|between| between.contains(['。', '！', '？']))
        })
    })
}

/// The rarer name is pointed at; of names equally common the later one.
fn point(a: &Person, b: &Person) -> Hit {
    let (common, rare) = if a.mentions.len() >= b.mentions.len() { (a, b) } else { (b, a) };
    let (there, here) = (common.mentions[0], rare.mentions[0]);
    let detail = format!("“{}”{}处、“{}”{}处", common.name, common.mentions.len(), rare.name, rare.mentions.len());
    let mut hit = Hit::new(here.block, here.name, Vec::new()).detail(detail);
    hit.related.push((there.block, there.name, format!("这里是“{}”。", common.name)));
    hit
}
