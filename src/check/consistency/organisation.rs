//! `organisation`: two names of which one seems to be the other with a character lost, added or changed.
//!
//! A name is told by its last word (幼儿园, 委员会). Where it begins is known only behind a mark, so two names are
//! compared backwards from that word. An abridged name leaves out whole words, a slip cuts one in two.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, WordOccurrence};
use crate::check::options::{Fault, WatchedWords};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of an organisation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationOptions {
    /// The words that end the name of an organisation, apart by blanks.
    ends: Spanned<String>,
    /// Characters that stand before a name and are no part of it: 在, 由, 某.
    before: String,
    /// Characters of which each tells another name: 东西南北, 一二三四.
    orders: String,
    /// Characters that may be left out: 市, 第, 化.
    optional: String,
}

/// Names of organisations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organisation {
    pub words: WatchedWords,
    before: String,
    orders: String,
    optional: String,
}

/// A name, read backwards.
struct Name<'d> {
    block: usize,
    text: &'d str,
    /// The last word.
    end: Span,
    /// The characters before that word, the last first: no more than [`LONGEST`].
    head: Vec<char>,
    /// Does a mark stand before them, so that the name begins there?
    is_whole: bool,
    count: usize,
}

/// The most characters of a name before its last word.
const LONGEST: usize = 12;

/// A name is held against so many others that end alike, the latest first.
const MOST: usize = 12;

/// So many characters on either side of a slip show that two names are one.
const LEAST: usize = 2;

/// A word of this frequency is no name.
const COMMON: u32 = 100;

impl Compile for Organisation {
    type Options = OrganisationOptions;

    fn compile(options: &OrganisationOptions, _: &Classes) -> Result<Organisation, Fault> {
        let ends = options.ends.get_ref().split_whitespace().enumerate().map(|(number, word)| (word, number));
        Ok(Organisation {
            words: WatchedWords::compile(ends, &options.ends)?,
            before: options.before.clone(),
            orders: options.orders.clone(),
            optional: options.optional.clone(),
        })
    }
}

impl WordCheck for Organisation {
    fn check_article(&self, article: &Article, seen: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let mut by_end: Vec<&WordOccurrence> = seen.iter().collect();
        by_end.sort_by_key(|seen| seen.tag);
        let mut hits = Vec::new();
        for alike in by_end.chunk_by(|a, b| a.tag == b.tag).filter(|alike| alike.len() > 1) {
            let mut known: Vec<Name> = Vec::new();
            for seen in alike {
                let before = &article.text(seen.block)[..seen.span.start];
                let last = before.chars().next_back();
                // Of most names the last character tells that it is another.
                let is_known = |name: &&mut Name| name.head.first().copied() == last && name.is_before(before);
                if let Some(same) = known.iter_mut().rev().take(MOST).find(is_known) {
                    same.count += 1;
                    continue;
                }
                let name = read(article, seen);
                if !name.head.is_empty() {
                    hits.extend(known.iter().rev().take(MOST).find_map(|other| self.clash(other, &name, lexicon)));
                    known.push(name);
                }
            }
        }
        hits
    }
}

impl Organisation {
    fn clash(&self, a: &Name, b: &Name, lexicon: &Lexicon) -> Option<Hit> {
        let alike = a.head.iter().zip(&b.head).take_while(|(a, b)| a == b).count();
        let lengths = match (a.head.get(alike), b.head.get(alike)) {
            (None, Some(_)) => self.lacks_first(a, b, alike, lexicon)?,
            (Some(_), None) => self.lacks_first(b, a, alike, lexicon).map(|(b, a)| (a, b))?,
            (Some(&one), Some(&other)) => {
                let changed = agreed(a, b, alike + 1, alike + 1);
                let (a_lacks, b_lacks) = (agreed(a, b, alike, alike + 1), agreed(a, b, alike + 1, alike));
                if self.is_enough([a, b], alike, changed, lexicon) && self.is_confused(one, other, lexicon) {
                    (alike + 1 + changed, alike + 1 + changed)
                } else if a_lacks >= LEAST && self.may_lack(b, alike, lexicon) {
                    (alike + a_lacks, alike + 1 + a_lacks)
                } else if b_lacks >= LEAST && self.may_lack(a, alike, lexicon) {
                    (alike + 1 + b_lacks, alike + b_lacks)
                } else {
                    return None;
                }
            }
            (None, None) => return None,
        };
        // 友协会长 is no 协会.
        if [a, b].iter().any(|name| lexicon.crosses_edge(name.text, name.end)) {
            return None;
        }
        let (common, rare) =
            if a.count >= b.count { ((a, lengths.0), (b, lengths.1)) } else { ((b, lengths.1), (a, lengths.0)) };
        let (there, here) = (common.0.span(common.1), rare.0.span(rare.1));
        let detail = format!("“{}”和“{}”", there.of(common.0.text), here.of(rare.0.text));
        let mut hit = Hit::new(rare.0.block, here, Vec::new()).detail(detail);
        hit.related.push((common.0.block, there, format!("这里是“{}”。", there.of(common.0.text))));
        Some(hit)
    }

    /// Is `short` what `long` is without its first character? How many characters before the last word each has.
    fn lacks_first(&self, short: &Name, long: &Name, alike: usize, lexicon: &Lexicon) -> Option<(usize, usize)> {
        let (first, begins) = (long.head[alike], short.head.last()?);
        // Where the longer name begins must be known, too.
        let is_known = match long.head.get(alike + 1) {
            None => long.is_whole,
            Some(&before) => is_place_end(before),
        };
        let is_name = || !self.before.contains(*begins) && self.is_of_name(first, lexicon);
        if !short.is_whole || alike < LEAST || !is_known || !is_name() {
            return None;
        }
        // 雄安新区|青禾 begins behind a word, 西青|禾 in one, 西|青禾 behind a lone character.
        let (words, at) = segmented(long, lexicon);
        let edge = at.len() - alike;
        let before = words.iter().find(|word| word.start < at[edge] && at[edge] <= word.end)?;
        let is_cut = before.end > at[edge] || before.len() == first.len_utf8();
        // 中央银行 and 菲中央银行: a common word is no name.
        let head: String = short.head.iter().rev().collect();
        let is_name = lexicon.frequency(&head).is_none_or(|often| often < COMMON);
        (is_cut && is_name).then_some((alike, alike + 1))
    }

    /// Names that are alike but for a character: are they alike enough? Both behind it and before it, unless one begins
    /// there or soon before, behind a mark.
    fn is_enough(&self, names: [&Name; 2], alike: usize, before: usize, lexicon: &Lexicon) -> bool {
        let is_all = names.iter().any(|name| name.is_whole && name.head.len() == alike + 1 + before);
        let are_of_names = || names.iter().all(|name| self.is_of_name(name.head[alike], lexicon));
        before >= LEAST || is_all && (before > 0 || alike >= LEAST && are_of_names())
    }

    /// May a name lose its character `index` by a slip? Not if it leaves out a word.
    fn may_lack(&self, name: &Name, index: usize, lexicon: &Lexicon) -> bool {
        !self.optional.contains(name.head[index]) && cuts_word(name, index, lexicon)
    }

    /// Is it a character that names begin with, and not a word that stands before one: 记, 向, 菲?
    fn is_of_name(&self, c: char, lexicon: &Lexicon) -> bool {
        let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
        !self.before.contains(c)
            && !is_place_end(c)
            && !class.starts_with(['v', 'p', 'd', 'c', 'u', 'r', 'm', 'q', 'j'])
    }

    /// May one character stand for the other by a slip, and not tell two names apart?
    fn is_confused(&self, one: char, other: char, lexicon: &Lexicon) -> bool {
        let tells_apart = [one, other].iter().all(|&c| self.orders.contains(c));
        !tells_apart && lexicon.likeness(one, other).is_some()
    }
}

/// 市, 县 and the like end the name of a place before that of an organisation.
fn is_place_end(c: char) -> bool {
    "省市县区镇乡村州旗盟".contains(c)
}

impl Name<'_> {
    /// Does a text end as this name does before its last word?
    fn is_before(&self, text: &str) -> bool {
        let head = &self.text[self.span(self.head.len()).start..self.end.start];
        let before = text.strip_suffix(head);
        before.is_some_and(|before| self.head.len() == LONGEST || !before.ends_with(is_han))
    }

    /// Where the name stands with so many characters before its last word.
    fn span(&self, characters: usize) -> Span {
        let before: usize = self.head.iter().take(characters).map(|c| c.len_utf8()).sum();
        Span::new(self.end.start - before, self.end.end)
    }
}

fn read<'d>(article: &Article<'d>, seen: &WordOccurrence) -> Name<'d> {
    let text = article.text(seen.block);
    let before = text[..seen.span.start].chars().rev();
    let head: Vec<char> = before.clone().take_while(|&c| is_han(c)).take(LONGEST).collect();
    // Behind a figure stands its unit: 23日, 3家.
    let is_whole = head.len() < LONGEST && before.clone().nth(head.len()).is_none_or(|c| !c.is_alphanumeric());
    Name { block: seen.block, text, end: seen.span, head, is_whole, count: 1 }
}

/// With how many characters two names agree from these places back.
fn agreed(a: &Name, b: &Name, a_from: usize, b_from: usize) -> usize {
    let (a_rest, b_rest) = (a.head.get(a_from..).unwrap_or_default(), b.head.get(b_from..).unwrap_or_default());
    a_rest.iter().zip(b_rest).take_while(|(a, b)| a == b).count()
}

/// Does a word of the name, of two characters or more, hold its character `index` (counted backwards)?
fn cuts_word(name: &Name, index: usize, lexicon: &Lexicon) -> bool {
    let (words, at) = segmented(name, lexicon);
    let place = at[at.len() - 1 - index];
    let holds = |word: &&Span| word.start <= place && place < word.end;
    let length = name.head[index].len_utf8();
    words.iter().find(holds).is_some_and(|word| {
        // 出租车 without 车 is a word again.
        let head: String = name.head.iter().rev().collect();
        let rest = [&head[word.start..place], &head[place + length..word.end]].concat();
        word.len() > length && (word.len() <= 2 * length || !lexicon.is_word(&rest))
    })
}

/// The words before the last one, and where each character of these begins; the last place is where they end.
fn segmented(name: &Name, lexicon: &Lexicon) -> (Vec<Span>, Vec<usize>) {
    let head: String = name.head.iter().rev().collect();
    let at = head.char_indices().map(|(at, _)| at).collect();
    (lexicon.segment(&head), at)
}
