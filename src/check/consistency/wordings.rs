//! `wordings`: groups of words with the same meaning, of which an article should use one; one group per line.
//!
//! A group such as `作出 做出 … 贡献 | 成果 成效` counts a form only where one of the words after … follows in the clause,
//! and compares only uses with following words of one group, which `|` separates: 作出贡献 does not contradict 做出成果.
//! Words after `!` (`! 其他人`) contain one of the forms but have another meaning.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, WordOccurrence};
use crate::check::options::{OptionError, WatchedWords, is_inside};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of a wordings check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingsOptions {
    /// The groups, one per line. Empty lines and lines that begin with # are skipped.
    table: Spanned<String>,
    /// The maximum number of characters of the clause that are searched after a form for the word that must follow.
    reach: usize,
}

/// Compares how often an article uses the forms of a group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wordings {
    /// The groups as they are written, one per line.
    table: String,
    reach: usize,
    /// The forms of all groups. A tag is the number of the group times [`MOST_FORMS`], plus the number of the form.
    pub words: WatchedWords,
}

/// The maximum number of forms of a group. Further ones count as the last.
const MOST_FORMS: usize = 8;

/// How many characters before a form are searched for the mark that opens a title.
const TITLE_REACH: usize = 30;

/// A line of the table. The words of each field are separated by spaces.
#[derive(Clone, Copy)]
struct FormGroup<'t> {
    forms: &'t str,
    /// The words of which one must follow a form; their groups are separated by `|`. Empty if any text may follow.
    followers: &'t str,
    exceptions: &'t str,
}

impl<'t> FormGroup<'t> {
    /// Reads a line of the table.
    fn of(line: &'t str) -> FormGroup<'t> {
        let (rest, exceptions) = line.split_once('!').unwrap_or((line, ""));
        let (forms, followers) = rest.split_once('…').unwrap_or((rest, ""));
        FormGroup { forms, followers, exceptions }
    }
}

/// A place where a form occurs, followed by the word that it requires.
#[derive(Clone, Copy)]
struct FormUse {
    /// The number of the group of forms, and that of the group of the word that follows.
    group: (usize, usize),
    form: usize,
    block: usize,
    span: Span,
}

impl Compile for Wordings {
    type Options = WordingsOptions;

    fn compile(options: &WordingsOptions, _: &Classes) -> Result<Wordings, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let table = lines.join("\n");
        let mut words = Vec::new();
        for (number, group) in table.lines().map(FormGroup::of).enumerate() {
            if group.forms.split_whitespace().nth(1).is_none() {
                return Err(OptionError::of(&options.table, format!("“{}”一行至少要有两种写法。", group.forms.trim())));
            }
            let forms = group.forms.split_whitespace().enumerate();
            words.extend(forms.map(|(form, word)| (word, number * MOST_FORMS + form.min(MOST_FORMS - 1))));
        }
        Ok(Wordings { words: WatchedWords::compile(words, &options.table)?, table, reach: options.reach })
    }
}

impl WordCheck for Wordings {
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        // Most articles use only one form of each group.
        let mut tags: Vec<usize> = occurrences.iter().map(|it| usize::from(it.tag)).collect();
        tags.sort_unstable();
        tags.dedup();
        let in_one_group = |two: &&[usize]| two[0] / MOST_FORMS == two[1] / MOST_FORMS;
        let mut mixed: Vec<usize> = tags.windows(2).filter(in_one_group).map(|two| two[0] / MOST_FORMS).collect();
        mixed.dedup();
        if mixed.is_empty() {
            return Vec::new();
        }
        let groups: Vec<FormGroup> = self.table.lines().map(FormGroup::of).collect();
        let uses = mixed.iter().flat_map(|number| self.uses(article, &groups, *number, occurrences));
        let mut uses: Vec<FormUse> = uses.collect();
        uses.sort_by_key(|it| it.group);
        let of_one_group = uses.chunk_by(|a, b| a.group == b.group);
        of_one_group.flat_map(|uses| hits(article, &real_uses(article, &groups, uses, lexicon))).collect()
    }
}

impl Wordings {
    /// The uses of the forms of the group with this number; none if they are all of one form. The most common form is
    /// examined last, because it does not matter unless there is another.
    fn uses(
        &self,
        article: &Article,
        groups: &[FormGroup],
        number: usize,
        occurrences: &[WordOccurrence],
    ) -> Vec<FormUse> {
        let of_group = || occurrences.iter().filter(|it| usize::from(it.tag) / MOST_FORMS == number);
        let form = |it: &WordOccurrence| usize::from(it.tag) % MOST_FORMS;
        let common = most_common(of_group().map(form));
        let form_use = |it| self.form_use(article, groups, it);
        let mut uses: Vec<FormUse> = of_group().filter(|it| form(it) != common).filter_map(form_use).collect();
        if !uses.is_empty() {
            uses.extend(of_group().filter(|it| form(it) == common).filter_map(form_use));
        }
        uses
    }

    /// The use of a form at an occurrence; `None` if the required word does not follow.
    fn form_use(&self, article: &Article, groups: &[FormGroup], occurrence: &WordOccurrence) -> Option<FormUse> {
        let WordOccurrence { block, span, tag } = *occurrence;
        let (number, form) = (usize::from(tag) / MOST_FORMS, usize::from(tag) % MOST_FORMS);
        let followers = groups[number].followers;
        let follower_group = if followers.is_empty() {
            0
        } else {
            let clause = self.clause(&article.text(block)[span.end..]);
            let follows = |followers: &str| followers.split_whitespace().any(|follower| clause.contains(follower));
            followers.split('|').position(follows)?
        };
        Some(FormUse { group: (number, follower_group), form, block, span })
    }

    /// The beginning of `text` that is searched for a word that must follow a form.
    fn clause<'t>(&self, text: &'t str) -> &'t str {
        let is_of_clause = |c: char| c.is_alphanumeric() || is_han(c) || matches!(c, '“' | '”' | '、');
        let length = text.chars().take_while(|&c| is_of_clause(c)).take(self.reach).map(char::len_utf8).sum();
        &text[..length]
    }
}

/// The form that occurs most often among these.
fn most_common(forms: impl Iterator<Item = usize>) -> usize {
    let mut counts = [0; MOST_FORMS];
    forms.for_each(|form| counts[form] += 1);
    (0..MOST_FORMS).max_by_key(|&form| counts[form]).unwrap_or_default()
}

/// Those of the uses of one group that are neither part of another word nor of a title, in the order of the text; none
/// if they are all of one form. The most common form is examined last, because it does not matter unless there is
/// another.
fn real_uses(article: &Article, groups: &[FormGroup], uses: &[FormUse], lexicon: &Lexicon) -> Vec<FormUse> {
    let common = most_common(uses.iter().map(|it| it.form));
    let is_real = |it: &&FormUse| {
        let text = article.text(it.block);
        !is_inside(groups[it.group.0].exceptions.split_whitespace(), text, it.span)
            && !is_in_title(text, it.span)
            && !lexicon.crosses_edge(text, it.span)
    };
    let mut real: Vec<FormUse> = uses.iter().filter(|it| it.form != common).filter(is_real).copied().collect();
    if !real.is_empty() {
        real.extend(uses.iter().filter(|it| it.form == common).filter(is_real));
        real.sort_unstable_by_key(|it| (it.block, it.span.start));
    }
    real
}

/// Whether a form is between 《 and 》, in a title that must be quoted as it is.
fn is_in_title(text: &str, span: Span) -> bool {
    let before = &text[..span.start];
    let near = &before[before.char_indices().rev().nth(TITLE_REACH).map_or(0, |(at, _)| at)..];
    near.rfind('《') > near.rfind('》')
}

/// The hits for the uses of one group: those of all forms except the most common one, each related to the first use of
/// that form. If another form is equally common, the form that occurs first counts as the most common, there are at
/// most as many hits as there are other forms, and nothing is suggested.
fn hits(article: &Article, uses: &[FormUse]) -> Vec<Hit> {
    let mut forms: Vec<(usize, usize, FormUse)> = Vec::new();
    for it in uses {
        match forms.iter_mut().find(|(form, ..)| *form == it.form) {
            Some((_, count, _)) => *count += 1,
            None => forms.push((it.form, 1, *it)),
        }
    }
    let Some(&(common, most, first)) = forms.iter().rev().max_by_key(|(_, count, _)| *count) else { return Vec::new() };
    let is_even = forms.iter().any(|(form, count, _)| *form != common && *count == most);
    let word = |it: &FormUse| it.span.of(article.text(it.block));
    let counts: Vec<String> = forms.iter().map(|(_, count, it)| format!("“{}”{count}处", word(it))).collect();
    let mut hits = Vec::new();
    let others = uses.iter().filter(|it| it.form != common);
    // If several forms are the most common, there are at most as many hits as there are other forms.
    for it in others.take(if is_even { forms.len() - 1 } else { usize::MAX }) {
        let to = if is_even { Vec::new() } else { vec![word(&first).to_owned()] };
        let mut hit = Hit::new(it.block, it.span, to).detail(counts.join("、"));
        hit.related.push((first.block, first.span, format!("这里用的是“{}”。", word(&first))));
        hits.push(hit);
    }
    hits
}
