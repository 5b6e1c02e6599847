//! Plants slips at random places of copy that is otherwise right, and counts how many are found and mended. What a safe
//! fix changes is judged too, see [`safe`].
//!
//! The kinds of slips are data, in `forms/*.toml`; [`FormFault`] explains the entries. The copy is `copy.txt`: articles
//! separated by blank lines, a paragraph on each line. The environment variable `ZHUBI_PLANTED_IN` names another file,
//! or a directory of files, of the same kind: large collections of published articles say more about a rule than a
//! few invented ones.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs};

use regex::{Captures, Regex};
use serde::Deserialize;
use zhubi::{Checker, Draft, Finding, FixSafety, Format, Severity};

use crate::Random;
use crate::safe;

/// The number of slips that are planted of a kind, if the copy has so many places for it.
const SLIPS_PER_KIND: usize = 40;
/// The number of places at which a twin of a kind is inserted.
const PLACES_PER_TWIN: usize = 4;
/// The length in characters above which an article is left out: each slip is looked for in its whole article.
const LONGEST_ARTICLE: usize = 6000;
/// The minimum share of a file's slips that must be found, and be mended, in per cent. The rules aim at 95 and 90 in
/// large collections; in the small copy here some kinds have few places, and one miss weighs more.
const MIN_FOUND_PERCENT: usize = 90;
const MIN_MENDED_PERCENT: usize = 85;
/// The longest finding that counts, in bytes beyond the slip: a finding of a whole paragraph points at nothing.
const MAX_BYTES_BEYOND: usize = 240;
/// The number of bytes on both sides of a place in which `unless` is looked for.
const UNLESS_BYTES: usize = 36;
/// The number of missed slips that are printed of each kind if the test fails.
const MAX_SHOWN_SLIPS: usize = 3;
/// What the names in patterns stand for.
const CLASSES: [(&str, &str); 6] = [
    ("{han}", r"[\x{4E00}-\x{9FFF}]"),
    ("{digit}", "[0-9]"),
    ("{numeral}", "[〇零一二两三四五六七八九十百千万亿]"),
    ("{latin}", "[A-Za-z]"),
    ("{point}", "[，。、；：？！]"),
    ("{end}", "[。？！…]"),
];

/// A file of `forms/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    fault: Vec<FormFault>,
}

/// A kind of slip: where it can be made, and in which ways.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFault {
    /// The name in the table. It also seeds the random numbers.
    kind: String,
    /// A regular expression. `⟦ ⟧` marks what the slip replaces; if nothing is between them, the slip is inserted.
    find: String,
    /// A regular expression: where it matches around a place, no slip is planted.
    unless: Option<String>,
    /// The ways to make the slip, taken in turn. `{hit}` is the marked text, `{1}` the first group of `find`
    /// in parentheses.
    to: OneOrMore,
    /// Other right wordings of the marked text, besides itself.
    #[serde(default)]
    also: Vec<String>,
    /// The number of characters on both sides of the slip in which a finding counts.
    #[serde(default)]
    reach: usize,
    #[serde(default)]
    expect: Expectation,
    /// Right sentences that resemble the slip. They are inserted as paragraphs and must not be reported.
    #[serde(default)]
    right: Vec<String>,
    /// False if the slip can be pointed at but not mended, for what was meant is unknown.
    #[serde(default = "yes")]
    mended: bool,
}

fn yes() -> bool {
    true
}

/// One text, or a list of texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn texts(&self) -> &[String] {
        match self {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        }
    }
}

/// At which level a slip has to be reported.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expectation {
    /// As an error or a warning.
    #[default]
    Find,
    /// As advice, and not louder.
    Advice,
    /// At any level.
    Shown,
}

impl Expectation {
    fn is_met_by(self, severity: Severity) -> bool {
        match self {
            Expectation::Find => severity != Severity::Advice,
            Expectation::Advice => severity == Severity::Advice,
            Expectation::Shown => true,
        }
    }
}

/// A slip that has been planted in an article.
struct Slip {
    text: String,
    /// The bytes of `text` that are not those of the article.
    range: Range<usize>,
    /// The texts that count as mended.
    right: Vec<String>,
}

/// How a kind of slip, or several kinds, fared.
#[derive(Default)]
struct Tally {
    planted: usize,
    found: usize,
    /// The number of planted slips that have a right form to be mended to.
    mendable: usize,
    mended: usize,
    false_alarms: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.planted += other.planted;
        self.found += other.found;
        self.mendable += other.mendable;
        self.mended += other.mended;
        self.false_alarms += other.false_alarms;
    }

    fn row(&self, name: &str) -> String {
        let percent = |part: usize, whole: usize| format!("{}%", 100 * part / whole.max(1));
        let (found, mended) = (percent(self.found, self.planted), percent(self.mended, self.mendable));
        format!("{name:<44}{:>6}{found:>7}{mended:>7}{:>7}", self.planted, self.false_alarms)
    }

    fn is_enough(&self) -> bool {
        self.planted > 0
            && 100 * self.found >= MIN_FOUND_PERCENT * self.planted
            && 100 * self.mended >= MIN_MENDED_PERCENT * self.mendable
            && self.false_alarms == 0
    }
}

#[test]
fn slips_in_copy_are_found_and_mended() {
    let desk = Desk::new(articles());
    let (mut failures, mut unplaced) = (Vec::new(), Vec::new());
    println!("{:<44}{:>6}{:>7}{:>7}{:>7}", "kind", "slips", "found", "mended", "false");
    for (file, faults) in form_files() {
        let mut total = Tally::default();
        let mut missed = Vec::new();
        for fault in &faults {
            let tally = desk.judge(fault, &mut missed);
            println!("{}", tally.row(&format!("{file}/{}", fault.kind)));
            if tally.planted == 0 {
                unplaced.push(format!("{file}/{}", fault.kind));
            }
            total.add(&tally);
        }
        println!("{}", total.row(&file));
        if !total.is_enough() {
            failures.push(format!("{}\n{}", total.row(&file), missed.join("\n")));
        }
    }
    println!("The copy has no place for {}.", unplaced.join(", "));
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// The articles, what is found in them as they are, and the checker.
struct Desk {
    articles: Vec<String>,
    checker: Checker,
    found: Vec<Vec<Finding>>,
}

impl Desk {
    fn new(articles: Vec<String>) -> Desk {
        let checker = Checker::builder().level(Severity::Advice).build().unwrap();
        let found = articles.iter().map(|article| checker.check(&draft(article))).collect();
        Desk { articles, checker, found }
    }

    /// Plants the slips and the twins of a kind, each in a copy of an article of its own.
    fn judge(&self, fault: &FormFault, missed: &mut Vec<String>) -> Tally {
        let mut random = Random::new(0, &fault.kind);
        let mut tally = Tally::default();
        let mut shown = 0;
        for (article, slip) in self.slips(fault, &mut random) {
            tally.planted += 1;
            tally.mendable += usize::from(fault.mended);
            let reach = around(&slip.text, &slip.range, fault.reach);
            let found = self.new_findings(article, &slip.text);
            let objection = found.iter().find_map(|finding| safe::objection(finding, &slip.text));
            assert_eq!(objection, None, "a safe fix of a slip {} changes more than its form", fault.kind);
            let is_found =
                found.iter().any(|finding| fault.expect.is_met_by(finding.severity) && meets(finding, &reach));
            let is_mended = fault.mended && is_found && self.mends(&slip);
            tally.found += usize::from(is_found);
            tally.mended += usize::from(is_mended);
            if (!is_found || fault.mended && !is_mended) && shown < MAX_SHOWN_SLIPS {
                shown += 1;
                let what = if is_found { "not mended" } else { "not found" };
                missed.push(format!("{}: {what}: {}", fault.kind, line_around(&slip)));
            }
        }
        for twin in &fault.right {
            for _ in 0..PLACES_PER_TWIN {
                let article = random.between(0, self.articles.len() as u64 - 1) as usize;
                let (text, range) = with_paragraph(&self.articles[article], twin, &mut random);
                let found = self.new_findings(article, &text);
                if let Some(finding) = found.iter().find(|finding| is_loud(finding) && meets(finding, &range)) {
                    tally.false_alarms += 1;
                    missed.push(format!("{}: {} is reported by {}", fault.kind, twin, finding.rule));
                }
            }
        }
        tally
    }

    /// Returns up to [`SLIPS_PER_KIND`] slips, each with the index of its article.
    fn slips(&self, fault: &FormFault, random: &mut Random) -> Vec<(usize, Slip)> {
        let find = pattern(&fault.find);
        let unless = fault.unless.as_deref().map(pattern);
        let ways = fault.to.texts();
        let mut places: Vec<_> = (0..self.articles.len())
            .flat_map(|article| find.captures_iter(&self.articles[article]).map(move |found| (article, found)))
            .filter(|(article, found)| {
                let near = around_bytes(&self.articles[*article], &found.get_match().range(), UNLESS_BYTES);
                !unless.as_ref().is_some_and(|unless| unless.is_match(near))
            })
            .collect();
        let mut slips = Vec::new();
        while !places.is_empty() && slips.len() < SLIPS_PER_KIND {
            let (article, found) = places.swap_remove(random.between(0, places.len() as u64 - 1) as usize);
            let hit = found.name("hit").unwrap().range();
            let text = &self.articles[article];
            let with = |template: &str| replaced(text, &hit, &filled(template, &find, &found));
            let wrong = filled(&ways[slips.len() % ways.len()], &find, &found);
            if wrong == text[hit.clone()] {
                continue;
            }
            let right = fault.also.iter().map(|template| with(template)).chain([text.clone()]).collect();
            let range = hit.start..hit.start + wrong.len();
            slips.push((article, Slip { text: replaced(text, &hit, &wrong), range, right }));
        }
        slips
    }

    /// Returns the findings of a changed article that the article itself does not have.
    fn new_findings(&self, article: usize, text: &str) -> Vec<Finding> {
        let before = &self.articles[article];
        let same_start = before.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        let rest = before.len().min(text.len()) - same_start;
        let same_end = before.bytes().rev().zip(text.bytes().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let moved = |finding: &Finding, of: &str| -> (String, usize, usize) {
            let at = |offset: usize| if offset > of.len() - same_end { of.len() - offset + (1 << 40) } else { offset };
            (finding.rule.clone(), at(finding.range.start), at(finding.range.end))
        };
        let known: Vec<_> = self.found[article].iter().map(|finding| moved(finding, before)).collect();
        let mut found = self.checker.check(&draft(text));
        found.retain(|finding| !known.contains(&moved(finding, text)));
        found
    }

    /// Returns whether all fixes, those that have to be looked at too, lead to a right text.
    fn mends(&self, slip: &Slip) -> bool {
        let fixed = self.fixed(&slip.text);
        slip.right.iter().any(|right| *right == fixed || self.fixed(right) == fixed)
    }

    fn fixed(&self, text: &str) -> String {
        String::from_utf8(self.checker.fix(&draft(text), FixSafety::Suggested).unwrap().bytes).unwrap()
    }
}

/// Reads the copy: the articles, each ending with a line break.
fn articles() -> Vec<String> {
    let path = env::var_os("ZHUBI_PLANTED_IN").map_or_else(|| folder().join("copy.txt"), PathBuf::from);
    let files = if path.is_dir() { entries(&path) } else { vec![path] };
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let articles = texts.iter().flat_map(|text| text.split("\n\n")).map(|article| article.trim_matches('\n'));
    let articles = articles.filter(|article| !article.is_empty() && article.chars().count() <= LONGEST_ARTICLE);
    articles.map(|article| format!("{article}\n")).collect()
}

/// Reads the kinds of slips, by the names of their files.
fn form_files() -> BTreeMap<String, Vec<FormFault>> {
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let file: FormFile =
            toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file.fault)
    };
    entries(&folder().join("forms")).into_iter().map(read).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn draft(text: &str) -> Draft {
    Draft::open(text.as_bytes().to_vec(), Format::Plain).unwrap()
}

fn pattern(notation: &str) -> Regex {
    let notation = CLASSES.iter().fold(notation.to_owned(), |text, (name, class)| text.replace(name, class));
    Regex::new(&format!("(?m){}", notation.replace('⟦', "(?<hit>").replace('⟧', ")"))).unwrap()
}

/// Puts the texts of a match of `find` into a template. Groups are counted without the one that marks the place.
fn filled(template: &str, find: &Regex, found: &Captures<'_>) -> String {
    let text = template.replace("{hit}", &found["hit"]);
    let groups = find.capture_names().enumerate().skip(1).filter(|(_, name)| name.is_none());
    groups.zip(1..).fold(text, |text, ((group, _), number)| {
        text.replace(&format!("{{{number}}}"), found.get(group).map_or("", |group| group.as_str()))
    })
}

fn replaced(text: &str, range: &Range<usize>, with: &str) -> String {
    [&text[..range.start], with, &text[range.end..]].concat()
}

/// Inserts a paragraph after a random one, and returns where it is.
fn with_paragraph(article: &str, paragraph: &str, random: &mut Random) -> (String, Range<usize>) {
    let ends: Vec<usize> = article.match_indices('\n').map(|(at, _)| at + 1).collect();
    let at = ends[random.between(0, ends.len() as u64 - 1) as usize];
    (replaced(article, &(at..at), &format!("{paragraph}\n")), at..at + paragraph.len())
}

fn is_loud(finding: &Finding) -> bool {
    finding.severity != Severity::Advice
}

/// Returns whether a finding is at `range` and not much longer. An empty range counts as the characters beside it.
fn meets(finding: &Finding, range: &Range<usize>) -> bool {
    let touches = finding.range.start < range.end && range.start < finding.range.end
        || (finding.range.is_empty() || range.is_empty())
            && finding.range.start <= range.end
            && range.start <= finding.range.end;
    touches && finding.range.len() <= range.len() + MAX_BYTES_BEYOND
}

/// Returns `range` extended by a number of characters on both sides.
fn around(text: &str, range: &Range<usize>, characters: usize) -> Range<usize> {
    let before: usize = text[..range.start].chars().rev().take(characters).map(char::len_utf8).sum();
    let after: usize = text[range.end..].chars().take(characters).map(char::len_utf8).sum();
    range.start - before..range.end + after
}

/// Returns the text of `range` and of at least so many bytes on both sides.
fn around_bytes<'t>(text: &'t str, range: &Range<usize>, bytes: usize) -> &'t str {
    let start = text.floor_char_boundary(range.start.saturating_sub(bytes));
    let end = text.ceil_char_boundary((range.end + bytes).min(text.len()));
    &text[start..end]
}

/// Returns the neighbourhood of a slip for people, with the slip marked.
fn line_around(slip: &Slip) -> String {
    let near = around(&slip.text, &slip.range, 16);
    let (before, after) = (&slip.text[near.start..slip.range.start], &slip.text[slip.range.end..near.end]);
    format!("{before}⟦{}⟧{after}", &slip.text[slip.range.clone()]).replace('\n', "⏎")
}
