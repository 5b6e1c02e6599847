//! `identity`: a person about whom an article, or an issue, makes contradictory statements: another spelling of the
//! name, another title, another age.

mod introduced;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use fnv::FnvHashMap;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use self::introduced::misspelt_names;
use super::two_forms::comparison::is_known_mistake;
use super::two_forms::{frequency_of, is_at_edge, is_left_over};
use crate::check::article::person::{Mention, NameCue, Person, persons};
use crate::check::article::{Article, CharPlaces, Page, WordOccurrence, occurrences_of};
use crate::check::options::{OptionError, WatchedWords, WordList, class_characters, class_words};
use crate::check::{Compile, Hit, IssueCheck, WordCheck};
use crate::lexicon::{Lexicon, Likeness};
use crate::matcher::{CharSet, Classes};
use crate::text::{Span, is_han};

/// Options of an identity check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityOptions {
    /// The mistake that the check looks for.
    slip: IdentitySlip,
    /// The name of the class of words that precede a name: titles and trades.
    titles: Spanned<String>,
    /// The name of the class of words that follow a name: verbs of saying.
    verbs: Spanned<String>,
    /// The name of the class of words of kinship. Names after them resemble other names for a good reason (same
    /// family).
    relatives: Spanned<String>,
    /// Words that end an age before a name: 岁的.
    aged: Spanned<String>,
    /// Groups of titles, one per line. A person has only one title of a group.
    #[serde(default)]
    ranks: String,
    /// Words that show that a sentence is about another time.
    #[serde(default)]
    then: String,
    /// The name of the class of characters with which foreign names are written.
    transcription: Option<Spanned<String>>,
}

/// Compares the statements about a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    slip: IdentitySlip,
    /// The words next to names, tagged with their [`NameCue`].
    pub words: WatchedWords,
    ranks: Vec<WordList>,
    then: WordList,
    /// The characters with which foreign names are written.
    transcription: CharSet,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum IdentitySlip {
    /// The name is spelled differently.
    Name,
    /// The title is another one.
    Title,
    /// The age is another one.
    Age,
}

impl Compile for Identity {
    type Options = IdentityOptions;

    fn compile(options: &IdentityOptions, classes: &Classes) -> Result<Identity, OptionError> {
        let class = |name: &Spanned<String>| class_words(name, classes);
        let characters = |name: &Spanned<String>| class_characters(name, classes);
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
            transcription: options.transcription.as_ref().map(characters).transpose()?.unwrap_or_default(),
        })
    }
}

impl WordCheck for Identity {
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let persons = article.persons(occurrences, lexicon);
        match self.slip {
            IdentitySlip::Name => {
                let hits = check_names(article, persons, lexicon).into_iter();
                let hits = hits.chain(short_names(article, persons, lexicon));
                let hits = hits.chain(doubled_names(article, persons, lexicon));
                let misspelt = misspelt_names(article, occurrences, persons, &self.transcription, lexicon);
                let hits = hits.chain(misspelt);
                hits.filter(|hit| article.reports_name(hit.block, hit.span)).collect()
            }
            IdentitySlip::Title => {
                persons.iter().filter_map(|person| self.check_titles(article, person, lexicon)).collect()
            }
            IdentitySlip::Age => {
                persons.iter().filter_map(|person| self.check_ages(article, person, lexicon)).collect()
            }
        }
    }
}

impl IssueCheck for Identity {
    /// Compares the names on different pages of an issue. Two names are considered to be those of one person only if
    /// both have the same office (工会主席), and the names differ in one character that sounds or looks like the other.
    fn check_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)> {
        if self.slip != IdentitySlip::Name {
            return Vec::new();
        }
        let mut last: HashMap<(NameKey, &str), NameOnPage> = HashMap::new();
        let mut hits = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            let persons = persons(&page.article, &occurrences_of(&self.words, &page.article), lexicon);
            for Person { name, mentions, .. } in persons.iter().filter(|person| person.is_name(lexicon)) {
                let with_office = |it: &Mention| Some((*it, office(&page.article, it)?));
                let Some((mention, office)) = mentions.iter().find_map(with_office) else { continue };
                let here = NameOnPage { page: number, name, mention, count: mentions.len() };
                for ((character, key), at) in name.chars().zip(with_gaps(name)).zip(0..) {
                    let Some(there) = last.insert((key, office), here) else { continue };
                    let other = there.name.chars().nth(at).unwrap_or_default();
                    if there.page != number && there.name != *name && lexicon.likeness(character, other).is_some() {
                        hits.push(hit_across_pages(pages, there, here));
                    }
                }
            }
        }
        hits
    }
}

impl Identity {
    /// The hit for a title that contradicts the first one: 局长 and 副局长, 局长 and 处长.
    fn check_titles(&self, article: &Article, person: &Person, lexicon: &Lexicon) -> Option<Hit> {
        let word = |mention: &Mention| Some(mention.title?.of(article.text(mention.block)));
        let word_and_rank = |mention: &Mention| Some((word(mention)?, mention.is_vice));
        if are_all_equal(person.mentions.iter().filter_map(word_and_rank)) || !person.is_name(lexicon) {
            return None;
        }
        let titled = || person.mentions.iter().filter(|mention| !self.is_of_another_time(article, mention));
        let contradict = |a: &Mention, b: &Mention| {
            let (Some(one), Some(other)) = (word(a), word(b)) else { return false };
            let are_of_rank = |rank: &WordList| [one, other].iter().all(|title| rank.has(title));
            (one == other && a.is_vice != b.is_vice
                || one != other && a.is_vice == b.is_vice && self.ranks.iter().any(are_of_rank))
                && may_be_one_office(article, a, b)
        };
        // A person with more titles holds several offices.
        let titles: HashSet<_> = titled().filter_map(word_and_rank).collect();
        if titles.len() != 2 {
            return None;
        }
        let first = titled().find(|mention| mention.title.is_some())?;
        let other = titled().find(|mention| contradict(first, mention))?;
        let full_title = |mention: &Mention| {
            let title = word(mention).unwrap_or_default();
            if mention.is_vice { format!("副{title}") } else { title.to_owned() }
        };
        let detail = format!("{}有“{}”和“{}”两种职务", person.name, full_title(first), full_title(other));
        let mut hit = Hit::new(other.block, other.title?, Vec::new()).detail(detail);
        hit.related.push((first.block, first.title?, format!("这里是“{}”。", full_title(first))));
        Some(hit)
    }

    /// The hit for an age that differs from the first one.
    fn check_ages(&self, article: &Article, person: &Person, lexicon: &Lexicon) -> Option<Hit> {
        let ages = person.mentions.iter().filter_map(|mention| Some(mention.age?.0));
        if are_all_equal(ages) || !person.is_name(lexicon) {
            return None;
        }
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

    /// Whether the sentence is about another time, according to the words before the name.
    fn is_of_another_time(&self, article: &Article, mention: &Mention) -> bool {
        /// The maximum number of characters before the name that are searched.
        const REACH: usize = 40;
        let text = article.text(mention.block);
        let before = &text[..mention.name.start];
        let near = &before[before.char_indices().rev().nth(REACH).map_or(0, |(at, _)| at)..];
        let sentence = near.rsplit(['。', '；', '！', '？']).next().unwrap_or_default();
        self.then.any_in(sentence)
    }
}

/// Whether all of these are equal, or there are none.
fn are_all_equal<T: PartialEq>(mut items: impl Iterator<Item = T>) -> bool {
    items.next().is_none_or(|first| items.all(|item| item == first))
}

/// Whether two titles may belong to the same office: the same two characters precede both, or none precede one of them.
/// A 国家副主席 may be 军委主席 at the same time.
fn may_be_one_office(article: &Article, a: &Mention, b: &Mention) -> bool {
    let before = |mention: &Mention| -> Vec<char> {
        let start = mention.title.unwrap_or(mention.name).start;
        let text = &article.text(mention.block)[..start];
        text.strip_suffix('副').unwrap_or(text).chars().rev().take_while(|&c| is_han(c)).take(2).collect()
    };
    let (of_a, of_b) = (before(a), before(b));
    of_a.is_empty() || of_b.is_empty() || of_a == of_b
}

/// A name on a page of an issue.
#[derive(Clone, Copy)]
struct NameOnPage<'d> {
    /// The index of the page.
    page: usize,
    name: &'d str,
    /// The first mention with an office.
    mention: Mention,
    /// How often the page mentions the name.
    count: usize,
}

/// The title of a mention with the two characters before it: 工会主席
fn office<'d>(article: &Article<'d>, mention: &Mention) -> Option<&'d str> {
    let (text, title) = (article.text(mention.block), mention.title?);
    let (start, _) = text[..title.start].char_indices().rev().nth(1)?;
    let office = &text[start..title.end];
    office.chars().all(is_han).then_some(office)
}

/// The hit for the rarer of two names on two pages; if both are equally common, for the later one. `a` is the earlier
/// name.
fn hit_across_pages(pages: &[Page], a: NameOnPage, b: NameOnPage) -> (usize, Hit) {
    let (common, rare) = if a.count >= b.count { (a, b) } else { (b, a) };
    let there = pages[common.page].name;
    let detail = format!("“{}”{}处，“{}”{}处，后者在{there}", rare.name, rare.count, common.name, common.count);
    (rare.page, Hit::new(rare.mention.block, rare.mention.name, Vec::new()).detail(detail))
}

/// The hits for names that may be a misspelling of another name: one character differs, or two are exchanged.
fn check_names(article: &Article, persons: &[Person], lexicon: &Lexicon) -> Vec<Hit> {
    let mut sentence_ends = CharPlaces::new(article, &['。', '！', '？']);
    let mut last: FnvHashMap<NameKey, &Person> = FnvHashMap::default();
    let mut hits = Vec::new();
    for person in persons {
        let keys = || with_gaps(person.name).chain(with_exchange(person.name));
        if keys().any(|key| last.contains_key(&key)) && !person.is_name(lexicon) {
            continue;
        }
        for key in keys() {
            if let Some(before) = last.insert(key, person)
                && before.is_name(lexicon)
                && are_one_person(article, before, person, lexicon, &mut sentence_ends)
            {
                hits.push(hit_for_rarer(article, before, person));
                break;
            }
        }
    }
    hits
}

/// The hits for names that an article uses again and again, where the first or the last character once stands twice: 李李强.
fn doubled_names(article: &Article, persons: &[Person], lexicon: &Lexicon) -> Vec<Hit> {
    /// The maximum number of names that are searched for, and of uses that are examined.
    const MOST_NAMES: usize = 16;
    const MOST_USES: usize = 64;
    /// The least number of uses, of which one is the wrong one.
    const LEAST_USES: usize = 3;
    let echoes = article.echoes();
    let mut hits = Vec::new();
    for person in persons.iter().filter(|person| person.is_name(lexicon)).take(MOST_NAMES) {
        let uses = echoes.occurrences_of(person.name, MOST_USES);
        if uses.len() < LEAST_USES {
            continue;
        }
        let length = person.name.chars().count();
        let doubled = uses.iter().filter_map(|&start| {
            let end = start + length;
            let is_twice = |inner: usize, outer: usize, next: usize| {
                let c = echoes.character(inner);
                echoes.character(outer) == c && echoes.character(next) != c && is_left_over(echoes, lexicon, outer)
            };
            let is_at_end = || is_twice(end - 1, end, end + 1) && is_at_edge(echoes, lexicon, end + 1, end + 1);
            let at_start = is_twice(start, start - 1, start - 2).then_some(start - 1..end);
            at_start.or_else(|| is_at_end().then_some(start..end + 1))
        });
        let doubled: Vec<Range<usize>> = doubled.collect();
        let ([place], Some(other)) =
            (&doubled[..], uses.iter().find(|start| !doubled.iter().any(|it| it.contains(start))))
        else {
            continue;
        };
        let span = |place: &Range<usize>| echoes.span(place, |block| article.text(block));
        let (Some((block, here)), Some(there)) = (span(place), span(&(*other..other + length))) else { continue };
        let detail = format!("“{}”{}处、“{}”1处", person.name, uses.len() - 1, here.of(article.text(block)));
        let mut hit = Hit::new(block, here, vec![person.name.to_owned()]).detail(detail);
        hit.related.push((there.0, there.1, format!("这里是“{}”。", person.name)));
        hits.push(hit);
    }
    hits
}

/// The hits for names of two characters that an article uses again and again, where the second character is once another
/// one that sounds or looks alike: 李锵 for 李强. So short a name is found only if a title, an age or a verb of saying marks
/// it somewhere.
fn short_names<'d>(article: &Article, persons: &'d [Person<'d>], lexicon: &Lexicon) -> Vec<Hit> {
    /// The maximum number of names that are searched for, and of uses of a family name that are examined.
    const MOST_NAMES: usize = 16;
    const MOST_USES: usize = 64;
    /// A given name that is so common as a word is one in most places.
    const COMMON: u32 = 20_000;
    let echoes = article.echoes();
    let known = |person: &'d Person<'d>| {
        let mut chars = person.name.chars();
        let (family, given) = (chars.next()?, chars.next().filter(|_| chars.next().is_none())?);
        let uses = echoes.occurrences_of(person.name, MOST_USES);
        (uses.len() > 1 && person.is_name(lexicon)).then_some((family, given, person.name, uses))
    };
    let known: Vec<_> = persons.iter().filter_map(known).take(MOST_NAMES).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let is_introduced = |name: &str| persons.iter().any(|person| person.name == name && person.is_introduced());
    let mut others = vec![Vec::new(); known.len()];
    echoes.each_of(known.iter().map(|(family, ..)| *family), |index| {
        let (family, other) = (echoes.character(index), echoes.character(index + 1));
        let is_like = |given: char| {
            other != given
                && is_han(other)
                && lexicon.likeness(given, other).is_some_and(|likeness| likeness != Likeness::SimilarSound)
        };
        let may_be_meant = known.iter().map(|name| name.0 == family && is_like(name.1));
        let is_name = || {
            frequency_of(other, lexicon) < COMMON
                && [index, index + 1].iter().all(|index| is_left_over(echoes, lexicon, *index))
                && is_at_edge(echoes, lexicon, index - 1, index)
                && is_at_edge(echoes, lexicon, index + 2, index + 2)
                && !is_introduced(&echoes.text(index, index + 2))
        };
        for (others, _) in others.iter_mut().zip(may_be_meant).filter(|(_, may_be_meant)| *may_be_meant) {
            if others.len() < 2 && is_name() {
                others.push(index);
            }
        }
    });
    let mut hits = Vec::new();
    for ((_, _, name, uses), others) in known.iter().zip(others) {
        let ([other], [first, ..]) = (&others[..], &uses[..]) else { continue };
        let span = |start: usize| echoes.span(&(start..start + 2), |block| article.text(block));
        let (Some((block, here)), Some(there)) = (span(*other), span(*first)) else { continue };
        let detail = format!("“{name}”{}处、“{}”1处", uses.len(), here.of(article.text(block)));
        let mut hit = Hit::new(block, here, vec![(*name).to_owned()]).detail(detail);
        hit.related.push((there.0, there.1, format!("这里是“{name}”。")));
        hits.push(hit);
    }
    hits
}

/// A name of up to three characters in a form that is the same for similar names, filled up with `\0`.
type NameKey = [char; 4];

/// The name with a gap in place of each character, so that names that differ only in that character become equal.
fn with_gaps(name: &str) -> impl Iterator<Item = NameKey> {
    let mut characters = NameKey::default();
    characters.iter_mut().zip(name.chars()).for_each(|(place, c)| *place = c);
    (0..name.chars().count()).map(move |at| {
        let mut key = characters;
        key[at] = '\0';
        key
    })
}

/// A key that is equal for names of three characters of which the last two are exchanged.
fn with_exchange(name: &str) -> Option<NameKey> {
    let mut chars = name.chars();
    let (family, second, third) = (chars.next()?, chars.next()?, chars.next()?);
    Some([family, '\0', second.min(third), second.max(third)])
}

/// Whether two names are probably those of one person. They are not if a sentence contains both. `sentence_ends` are the
/// marks that end a sentence.
fn are_one_person(
    article: &Article,
    a: &Person,
    b: &Person,
    lexicon: &Lexicon,
    sentence_ends: &mut CharPlaces,
) -> bool {
    let differing: Vec<(usize, (char, char))> =
        a.name.chars().zip(b.name.chars()).enumerate().filter(|(_, (a, b))| a != b).collect();
    let is_one_not_introduced = !a.is_introduced() || !b.is_introduced();
    let may_be_same_role = || is_one_not_introduced || share_title(article, a, b);
    let has_three_characters = a.name.chars().nth(2).is_some();
    let may_be_misspelled = match differing[..] {
        // A family name is rarely misspelled except as a character that sounds or looks alike.
        [(at, (one, other))] => {
            let are_alike = || lexicon.likeness(one, other).is_some();
            (has_three_characters && at > 0 && is_one_not_introduced || are_alike()) && may_be_same_role()
        }
        [_, _] => has_three_characters && may_be_same_role(),
        _ => false,
    };
    may_be_misspelled && !a.is_relative() && !b.is_relative() && !are_in_one_sentence(a, b, sentence_ends)
}

/// Whether the article gives both persons the same title somewhere.
fn share_title(article: &Article, a: &Person, b: &Person) -> bool {
    let titles = |person: &Person| -> HashSet<&str> {
        let titles = person.mentions.iter().filter_map(|it| Some(it.title?.of(article.text(it.block))));
        titles.collect()
    };
    !titles(a).is_disjoint(&titles(b))
}

/// Whether a sentence names both persons.
fn are_in_one_sentence(a: &Person, b: &Person, sentence_ends: &mut CharPlaces) -> bool {
    /// How many mentions of each person are compared.
    const MOST_MENTIONS: usize = 8;
    a.mentions.iter().take(MOST_MENTIONS).any(|one| {
        b.mentions.iter().take(MOST_MENTIONS).filter(|other| other.block == one.block).any(|other| {
            let (start, end) = (one.name.end.min(other.name.end), one.name.start.max(other.name.start));
            start >= end || !sentence_ends.are_in(one.block, Span::new(start, end))
        })
    })
}

/// The hit for the rarer of two names; if both are equally common, for the later one. `a` is the earlier name.
fn hit_for_rarer(article: &Article, a: &Person, b: &Person) -> Hit {
    /// The maximum number of uses that are counted.
    const MOST_USES: usize = 64;
    // A name is often used where nothing shows that it is one.
    let uses = |person: &Person| {
        let in_text = article.echoes().occurrences_of(person.name, MOST_USES).len();
        in_text.max(person.mentions.len())
    };
    let (of_a, of_b) = (uses(a), uses(b));
    let is_a_common = (of_a, a.mentions.len()) >= (of_b, b.mentions.len());
    let (common, rare) = if is_a_common { ((a, of_a), (b, of_b)) } else { ((b, of_b), (a, of_a)) };
    let ((common, uses_of_common), (rare, uses_of_rare)) = (common, rare);
    let (there, here) = (common.mentions[0], rare.mentions[0]);
    let detail = format!("“{}”{uses_of_common}处、“{}”{uses_of_rare}处", common.name, rare.name);
    // Another rule would undo what makes a set phrase wrong.
    let is_mistake = |lexicon: &Lexicon| {
        let text = article.text(here.block);
        let before: String =
            text[..here.name.start].chars().rev().take(4).collect::<Vec<char>>().iter().rev().collect();
        let after: String = text[here.name.end..].chars().take(4).collect();
        let fixed = [&before, common.name, &after].concat();
        let name = Span::new(before.len(), before.len() + common.name.len());
        is_known_mistake(lexicon, &fixed, name)
    };
    let is_usual = uses_of_common > uses_of_rare && !article.lexicon.is_some_and(is_mistake);
    let to = if is_usual { vec![common.name.to_owned()] } else { Vec::new() };
    let mut hit = Hit::new(here.block, here.name, to).detail(detail);
    hit.related.push((there.block, there.name, format!("这里是“{}”。", common.name)));
    hit
}
