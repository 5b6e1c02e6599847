//! `wordings`: groups of words that say the same, of which an article should use one; a group a line.
//!
//! `作出 做出 … 贡献 | 成果 成效` holds only where one of the words behind … follows in the clause, and of uses with
//! words of one kind: 作出贡献 says nothing against 做出成果. `! 其他人` are words that hold one of the forms and are
//! another matter.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, WordOccurrence};
use crate::check::options::{Fault, WatchedWords, is_inside};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of a wordings check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingsOptions {
    /// The groups, one a line. An empty line or one that begins with # is passed over.
    table: Spanned<String>,
    /// How many characters of its clause at most stand between a form and the word that must follow.
    reach: usize,
}

/// Groups of words that say the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wordings {
    /// The groups, a line each, as they are written.
    table: String,
    reach: usize,
    pub words: WatchedWords,
}

/// The most forms of a group.
const MOST: usize = 8;

/// A line of the table.
#[derive(Clone, Copy)]
struct Group<'t> {
    forms: &'t str,
    followers: &'t str,
    exceptions: &'t str,
}

impl<'t> Group<'t> {
    fn of(line: &'t str) -> Group<'t> {
        let (rest, exceptions) = line.split_once('!').unwrap_or((line, ""));
        let (forms, followers) = rest.split_once('…').unwrap_or((rest, ""));
        Group { forms, followers, exceptions }
    }
}

/// A form in the article.
#[derive(Clone, Copy)]
struct Use {
    /// The group, and the kind of the word that follows.
    group: (usize, usize),
    form: usize,
    block: usize,
    span: Span,
}

impl Compile for Wordings {
    type Options = WordingsOptions;

    fn compile(options: &WordingsOptions, _: &Classes) -> Result<Wordings, Fault> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let table = lines.join("\n");
        let mut words = Vec::new();
        for (number, group) in table.lines().map(Group::of).enumerate() {
            if group.forms.split_whitespace().nth(1).is_none() {
                return Err(Fault::of(&options.table, format!("“{}”一行至少要有两种写法。", group.forms.trim())));
            }
            let forms = group.forms.split_whitespace().enumerate();
            words.extend(forms.map(|(form, word)| (word, number * MOST + form.min(MOST - 1))));
        }
        Ok(Wordings { words: WatchedWords::compile(words, &options.table)?, table, reach: options.reach })
    }
}

impl WordCheck for Wordings {
    /// Every place of a form that is not the commonest.
    fn check_article(&self, article: &Article, seen: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        // Most articles use one form of each.
        let mut tags: Vec<usize> = seen.iter().map(|it| usize::from(it.tag)).collect();
        tags.sort_unstable();
        tags.dedup();
        let mixed: Vec<usize> =
            tags.windows(2).filter(|two| two[0] / MOST == two[1] / MOST).map(|two| two[0] / MOST).collect();
        if mixed.is_empty() {
            return Vec::new();
        }
        let groups: Vec<Group> = self.table.lines().map(Group::of).collect();
        let seen = seen.iter().filter(|it| mixed.contains(&(usize::from(it.tag) / MOST)));
        let mut uses: Vec<Use> = seen.filter_map(|seen| self.used(article, &groups, seen, lexicon)).collect();
        uses.sort_by_key(|it| it.group);
        uses.chunk_by(|a, b| a.group == b.group).flat_map(|uses| hits(article, uses)).collect()
    }
}

impl Wordings {
    fn used(&self, article: &Article, groups: &[Group], seen: &WordOccurrence, lexicon: &Lexicon) -> Option<Use> {
        let (number, form) = (usize::from(seen.tag) / MOST, usize::from(seen.tag) % MOST);
        let (text, group) = (article.text(seen.block), groups[number]);
        let behind =
            text[seen.span.end..].chars().take_while(|&c| c.is_alphanumeric() || is_han(c) || "“”、".contains(c));
        let clause: String = behind.take(self.reach).collect();
        let follows = |kind: &str| kind.split_whitespace().any(|follower| clause.contains(follower));
        let kind = if group.followers.is_empty() { 0 } else { group.followers.split('|').position(follows)? };
        let holds = !is_inside(group.exceptions.split_whitespace(), text, seen.span)
            && !is_in_title(text, seen.span)
            && !lexicon.crosses_edge(text, seen.span);
        holds.then_some(Use { group: (number, kind), form, block: seen.block, span: seen.span })
    }
}

/// Does it stand between 《 and 》? A title is written as it is.
fn is_in_title(text: &str, span: Span) -> bool {
    let before = &text[..span.start];
    let near = &before[before.char_indices().rev().nth(30).map_or(0, |(at, _)| at)..];
    near.rfind('《') > near.rfind('》')
}

/// The uses of one group: those that are not of the commonest form, each with where that stands. Where two are
/// equally common the one seen later is shown, and nothing is proposed for it.
fn hits(article: &Article, uses: &[Use]) -> Vec<Hit> {
    let mut forms: Vec<(usize, usize, Use)> = Vec::new();
    for it in uses {
        match forms.iter_mut().find(|(form, ..)| *form == it.form) {
            Some((_, count, _)) => *count += 1,
            None => forms.push((it.form, 1, *it)),
        }
    }
    let Some(&(common, most, first)) = forms.iter().rev().max_by_key(|(_, count, _)| *count) else { return Vec::new() };
    let is_even = forms.iter().any(|(form, count, _)| *form != common && *count == most);
    let name = |it: &Use| it.span.of(article.text(it.block));
    let counts: Vec<String> = forms.iter().map(|(_, count, it)| format!("“{}”{count}处", name(it))).collect();
    let mut hits = Vec::new();
    let others = uses.iter().filter(|it| it.form != common);
    // Where nobody is in the minority one place of each is shown.
    for it in others.take(if is_even { forms.len() - 1 } else { usize::MAX }) {
        let to = if is_even { Vec::new() } else { vec![name(&first).to_owned()] };
        let mut hit = Hit::new(it.block, it.span, to).detail(counts.join("、"));
        hit.related.push((first.block, first.span, format!("这里用的是“{}”。", name(&first))));
        hits.push(hit);
    }
    hits
}
