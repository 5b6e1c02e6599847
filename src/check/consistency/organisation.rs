//! `organisation`: two names of organisations of which one is probably the other with a missing, additional or wrong
//! character.
//!
//! A name is recognised by its last word (幼儿园, 委员会). Its start is known only after a mark, so two names are
//! compared backwards from the last word. A shortened name leaves out whole words; a mistake leaves out a part of a
//! word.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, WordOccurrence};
use crate::check::options::{OptionError, WatchedWords};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of an organisation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationOptions {
    /// The last words of names, separated by spaces.
    ends: Spanned<String>,
    /// Characters that may precede a name and are not part of it: 在, 由, 某.
    before: String,
    /// Characters that distinguish names from each other: 东西南北, 一二三四.
    orders: String,
    /// Characters that a name may leave out: 市, 第, 化.
    optional: String,
}

/// Compares the names of organisations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organisation {
    /// The last words of names, each tagged with its number.
    pub words: WatchedWords,
    before: String,
    orders: String,
    optional: String,
}

/// A name, read backwards from its last word. Indices of characters count backwards: the character directly before the
/// last word has index 0.
struct OrganisationName<'d> {
    block: usize,
    /// The text of the block.
    text: &'d str,
    /// The last word.
    end: Span,
    /// The characters before the last word; at most [`LONGEST`].
    head: &'d str,
    /// The characters of `head` in reverse order, filled up with `\0`.
    reversed: [char; LONGEST],
    /// The number of characters of `head`.
    length: usize,
    /// Whether the name certainly begins with these characters, because a mark precedes them.
    is_whole: bool,
    /// How often the article contains the name.
    count: usize,
    /// The words of `head`, in bytes of it. Few names need them, and some need them for several comparisons.
    words: OnceCell<Vec<Span>>,
}

/// The maximum number of characters of a name before its last word.
const LONGEST: usize = 12;

/// The maximum number of earlier names with the same last word with which a name is compared, the latest first.
const MOST_COMPARED: usize = 12;

/// How many equal characters on one side of a difference show that two names are the same.
const LEAST_EQUAL: usize = 2;

/// The frequency from which on a word is not considered a name.
const COMMON: u32 = 100;

impl Compile for Organisation {
    type Options = OrganisationOptions;

    fn compile(options: &OrganisationOptions, _: &Classes) -> Result<Organisation, OptionError> {
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
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let mut by_end: Vec<&WordOccurrence> = occurrences.iter().collect();
        by_end.sort_by_key(|occurrence| occurrence.tag);
        let mut hits = Vec::new();
        for same_end in by_end.chunk_by(|a, b| a.tag == b.tag).filter(|same_end| same_end.len() > 1) {
            let mut known: Vec<OrganisationName> = Vec::new();
            for occurrence in same_end {
                let name = read(article, occurrence);
                let is_same = |other: &&mut OrganisationName| other.head == name.head;
                if let Some(same) = known.iter_mut().rev().take(MOST_COMPARED).find(is_same) {
                    same.count += 1;
                } else if name.length > 0 {
                    let mut others = known.iter().rev().take(MOST_COMPARED);
                    hits.extend(others.find_map(|other| self.compare(other, &name, lexicon)));
                    known.push(name);
                }
            }
        }
        hits.retain(|hit| article.reports_name(hit.block, hit.span));
        hits
    }
}

impl Organisation {
    /// The hit for the rarer of two different names, if one of them is probably a mistake for the other; if both are
    /// equally common, for the later one, `b`.
    fn compare(&self, a: &OrganisationName, b: &OrganisationName, lexicon: &Lexicon) -> Option<Hit> {
        let (a_length, b_length) = self.compared_lengths(a, b, lexicon)?;
        // In 友协会长 the word 协会 is not the end of a name.
        if [a, b].iter().any(|name| lexicon.crosses_edge(name.text, name.end)) {
            return None;
        }
        let (a_span, b_span) = (a.last_characters(a_length), b.last_characters(b_length));
        if [(a, a_span), (b, b_span)].iter().any(|(name, span)| !may_be_name(name.text, *span, lexicon)) {
            return None;
        }
        let ((common, there), (rare, here)) =
            if a.count >= b.count { ((a, a_span), (b, b_span)) } else { ((b, b_span), (a, a_span)) };
        let detail = format!("“{}”和“{}”", there.of(common.text), here.of(rare.text));
        let mut hit = Hit::new(rare.block, here, Vec::new()).detail(detail);
        if !a.is_whole && !b.is_whole {
            hit = hit.into_advice();
        }
        hit.related.push((common.block, there, format!("这里是“{}”。", there.of(common.text))));
        Some(hit)
    }

    /// For two names that probably differ by a mistake, how many characters before the last word of each name show the
    /// difference; `None` for other names.
    fn compared_lengths(
        &self,
        a: &OrganisationName,
        b: &OrganisationName,
        lexicon: &Lexicon,
    ) -> Option<(usize, usize)> {
        let equal = equal_from(a, b, 0, 0);
        match (a.reversed_head().get(equal), b.reversed_head().get(equal)) {
            (None, Some(_)) => self.lacks_first(a, b, equal, lexicon),
            (Some(_), None) => self.lacks_first(b, a, equal, lexicon).map(|(b, a)| (a, b)),
            (Some(&one), Some(&other)) => {
                let if_changed = equal_from(a, b, equal + 1, equal + 1);
                let if_a_lacks = equal_from(a, b, equal, equal + 1);
                let if_b_lacks = equal_from(a, b, equal + 1, equal);
                if self.are_equal_enough([a, b], equal, if_changed, lexicon)
                    && self.may_be_confused(one, other, lexicon)
                {
                    Some((equal + 1 + if_changed, equal + 1 + if_changed))
                } else if if_a_lacks >= LEAST_EQUAL && self.may_lack(b, equal, lexicon) {
                    Some((equal + if_a_lacks, equal + 1 + if_a_lacks))
                } else if if_b_lacks >= LEAST_EQUAL && self.may_lack(a, equal, lexicon) {
                    Some((equal + 1 + if_b_lacks, equal + if_b_lacks))
                } else {
                    None
                }
            }
            (None, None) => None,
        }
    }

    /// Compares a name with a longer one that has an additional character before the `equal` characters of the shorter
    /// name. If the shorter name probably lacks that character by mistake, returns how many characters before the last
    /// word of each name show the difference.
    fn lacks_first(
        &self,
        short: &OrganisationName,
        long: &OrganisationName,
        equal: usize,
        lexicon: &Lexicon,
    ) -> Option<(usize, usize)> {
        let (first_of_long, first_of_short) = (long.reversed_head()[equal], short.reversed_head().last()?);
        // The start of the longer name must be known, too.
        let is_start_known = match long.reversed_head().get(equal + 1) {
            None => long.is_whole,
            Some(&before) => is_place_end(before),
        };
        let may_begin = || !self.before.contains(*first_of_short) && self.may_begin_name(first_of_long, lexicon);
        if !short.is_whole || equal < LEAST_EQUAL || !is_start_known || !may_begin() {
            return None;
        }
        // 青禾 is probably cut short if it begins within a word of the longer name (西青|禾, where | is the edge of a
        // word), or after a word of one character (西|青禾), but not after a longer word.
        let edge = long.head.len() - length_in_bytes(&long.reversed_head()[..equal]);
        let before = long.words(lexicon).iter().find(|word| word.start < edge && edge <= word.end)?;
        let is_cut_short = before.end > edge || before.len() == first_of_long.len_utf8();
        // 中央银行 and 菲中央银行 are different names: 中央 is a common word.
        let is_name = lexicon.frequency(short.head).is_none_or(|frequency| frequency < COMMON);
        (is_cut_short && is_name).then_some((equal, equal + 1))
    }

    /// Whether two names that differ in one character are otherwise equal enough. `equal` characters after it and
    /// `equal_before` characters before it are the same in both names. There must be [`LEAST_EQUAL`] before it, unless
    /// the equal characters reach the start of one name. If that name begins with the different character, there must
    /// be [`LEAST_EQUAL`] after it, and both different characters must be ones that a name can begin with.
    fn are_equal_enough(
        &self,
        names: [&OrganisationName; 2],
        equal: usize,
        equal_before: usize,
        lexicon: &Lexicon,
    ) -> bool {
        let reaches_start_of_one = names.iter().any(|name| name.is_whole && name.length == equal + 1 + equal_before);
        let may_begin = || names.iter().all(|name| self.may_begin_name(name.reversed_head()[equal], lexicon));
        equal_before >= LEAST_EQUAL || reaches_start_of_one && (equal_before > 0 || equal >= LEAST_EQUAL && may_begin())
    }

    /// Whether a name may lack its character `index` by mistake, and not because it leaves out a word.
    fn may_lack(&self, name: &OrganisationName, index: usize, lexicon: &Lexicon) -> bool {
        !self.optional.contains(name.reversed_head()[index]) && is_needed_in_word(name, index, lexicon)
    }

    /// Whether names may begin with a character. Not if the option `before` lists it (记), if it ends the name of a place
    /// (市), or if it is a word that precedes names (向).
    fn may_begin_name(&self, c: char, lexicon: &Lexicon) -> bool {
        /// The classes of words that precede a name in a sentence and do not begin one, in the notation of ICTCLAS:
        /// verb, preposition, adverb, conjunction, particle, pronoun, numeral, measure word, abbreviation.
        const PRECEDING: [char; 9] = ['v', 'p', 'd', 'c', 'u', 'r', 'm', 'q', 'j'];
        let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
        !self.before.contains(c) && !is_place_end(c) && !class.starts_with(PRECEDING)
    }

    /// Whether one character may be a mistake for the other, because they are similar and do not distinguish names.
    fn may_be_confused(&self, one: char, other: char, lexicon: &Lexicon) -> bool {
        let distinguish_names = [one, other].iter().all(|&c| self.orders.contains(c));
        !distinguish_names && lexicon.likeness(one, other).is_some()
    }
}

/// Whether a span may be a name, or the end of one: it begins at the edge of a word, and not with a verb, as 下调美第一银行
/// does, and has no word in it that only sentences have, as 儿童被迫在学校 does.
fn may_be_name(text: &str, span: Span, lexicon: &Lexicon) -> bool {
    let name = span.of(text);
    let first = lexicon.segment(name).first().map(|word| word.of(name));
    let is_verb = first
        .and_then(|word| lexicon.class(word))
        .is_some_and(|class| ["v", "d", "p", "u", "uj", "c", "r"].contains(&class));
    !is_verb && !name.contains(['的', '了', '在', '被', '把', '从', '让', '使']) && !lexicon.crosses_edge(text, span)
}

/// Whether a character, such as 市 or 县, ends the name of a place, which may precede the name of an organisation.
fn is_place_end(c: char) -> bool {
    "省市县区镇乡村州旗盟".contains(c)
}

impl OrganisationName<'_> {
    /// The characters of `head` in reverse order.
    fn reversed_head(&self) -> &[char] {
        &self.reversed[..self.length]
    }

    /// The words of `head`, in bytes of it.
    fn words(&self, lexicon: &Lexicon) -> &[Span] {
        self.words.get_or_init(|| lexicon.segment(self.head))
    }

    /// The span of the last word with this many characters before it.
    fn last_characters(&self, count: usize) -> Span {
        Span::new(self.end.start - length_in_bytes(&self.reversed_head()[..count]), self.end.end)
    }
}

/// Reads the name that ends with the last word at `end`.
fn read<'d>(article: &Article<'d>, end: &WordOccurrence) -> OrganisationName<'d> {
    let text = article.text(end.block);
    let before = &text[..end.span.start];
    let mut rest = before;
    let mut reversed = ['\0'; LONGEST];
    let mut length = 0;
    while length < LONGEST
        && let Some(c) = rest.chars().next_back().filter(|c| is_han(*c))
    {
        rest = &rest[..rest.len() - c.len_utf8()];
        reversed[length] = c;
        length += 1;
    }
    let head = &before[rest.len()..];
    // After a digit the characters begin with a unit: 23日, 3家.
    let is_whole = length < LONGEST && !rest.ends_with(char::is_alphanumeric);
    let (block, end) = (end.block, end.span);
    OrganisationName { block, text, end, head, reversed, length, is_whole, count: 1, words: OnceCell::new() }
}

/// How many characters of two names are equal, going backwards from these indices.
fn equal_from(a: &OrganisationName, b: &OrganisationName, a_index: usize, b_index: usize) -> usize {
    let a_rest = a.reversed_head().get(a_index..).unwrap_or_default();
    let b_rest = b.reversed_head().get(b_index..).unwrap_or_default();
    a_rest.iter().zip(b_rest).take_while(|(a, b)| a == b).count()
}

/// Whether removing character `index` damages a word (not 车 from 出租车: 出租 is a word).
fn is_needed_in_word(name: &OrganisationName, index: usize, lexicon: &Lexicon) -> bool {
    let at = name.head.len() - length_in_bytes(&name.reversed_head()[..=index]);
    let contains = |word: &&Span| word.start <= at && at < word.end;
    let length = name.reversed_head()[index].len_utf8();
    name.words(lexicon).iter().find(contains).is_some_and(|word| {
        let rest = [&name.head[word.start..at], &name.head[at + length..word.end]].concat();
        word.len() > length && (word.len() <= 2 * length || !lexicon.is_word(&rest))
    })
}

/// How many bytes these characters have.
fn length_in_bytes(characters: &[char]) -> usize {
    characters.iter().map(|c| c.len_utf8()).sum()
}
