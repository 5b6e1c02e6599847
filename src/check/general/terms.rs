//! `terms`: a table of wrong words, one per line: `wrong → right | another right ! exception exception`.
//!
//! An exception is a correct word that contains the wrong one: 定单 → 订单 ! 指定单位. Most exceptions need not be listed,
//! because a short wrong word is ignored where a word of the lexicon crosses one of its edges.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{OptionError, first_pair, is_inside};
use crate::check::{Anchor, AnchorCheck, Attempt, Claim, Compile, Hit, TableCheck, WordPair};
use crate::lexicon::Lexicon;
use crate::matcher::{CharSet, Classes, Scratch};
use crate::text::Span;

/// Options of a terms check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsOptions {
    /// The table, one wrong word per line. Empty lines and lines that begin with # are ignored.
    table: Spanned<String>,
    /// Whether a short wrong word is ignored where a word of the lexicon crosses one of its edges, and after a surname. In
    /// 多部暑期档影片 the wrong word 部暑 (→ 部署) is no mistake, because 暑期 crosses its end.
    #[serde(default = "yes")]
    guard: bool,
}

fn yes() -> bool {
    true
}

/// A table of wrong words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// One term per line, without spaces around `→`, `|` and `!`. Words of one character come first; the others are
    /// sorted by their first two characters, and words that share them by length, the longest first. The table is one
    /// string because decoding thousands of small strings at startup would take longer.
    #[serde(with = "crate::stored::text")]
    table: String,
    /// The option `guard`.
    guard: bool,
    /// The words of one character.
    singles: CharSet,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Term<'t> {
    wrong: &'t str,
    /// Separated by `|`.
    right: &'t str,
    /// Separated by spaces.
    exceptions: &'t str,
}

/// The number of characters up to which wrong words are guarded. 部暑 arises from 多部 and 暑期; longer wrong words hardly
/// ever arise from two adjacent words.
const LONGEST_GUARDED: usize = 3;

/// Separates the wrong word from the right ones.
const ARROW: char = '→';

/// The first byte of [`ARROW`] in UTF-8.
const ARROW_BYTE: u8 = "→".as_bytes()[0];

impl Compile for Terms {
    type Options = TermsOptions;

    fn compile(options: &TermsOptions, _: &Classes) -> Result<Terms, OptionError> {
        let table = options.table.get_ref().lines().map(str::trim);
        let lines = table.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Terms::of_lines(lines, options.guard).map_err(|why| OptionError::of(&options.table, why))
    }
}

impl Terms {
    /// Makes a table of its lines, in the form in which rule files have them.
    ///
    /// # Errors
    /// What is wrong with the lines: one Chinese sentence.
    pub(in crate::check) fn of_lines(lines: impl IntoIterator<Item: AsRef<str>>, guard: bool) -> Result<Terms, String> {
        let normalized = lines
            .into_iter()
            .map(|line| normalize(line.as_ref()).map_err(|why| format!("词表的“{}”一行：{why}", line.as_ref())));
        let mut lines = normalized.collect::<Result<Vec<_>, _>>()?;
        let order = |line: &String| {
            let Term { wrong, .. } = Term::of(line);
            (first_pair(wrong), usize::MAX - wrong.len(), wrong.to_owned())
        };
        lines.sort_by_cached_key(order);
        if let Some(twice) = lines.windows(2).find(|two| Term::of(&two[0]).wrong == Term::of(&two[1]).wrong) {
            return Err(format!("“{}”在词表里出现了两次。", Term::of(&twice[0]).wrong));
        }
        if lines.is_empty() {
            return Err("词表是空的。".into());
        }
        let table = lines.join("\n");
        if u32::try_from(table.len()).is_err() {
            return Err("词表太长了。".into());
        }
        let singles = terms(&table).map_while(Term::single).map(|c| (c, c)).collect();
        Ok(Terms { table, guard, singles: CharSet::new(singles) })
    }
}

impl AnchorCheck for Terms {
    /// The anchor for the words of one character.
    fn anchors(&self) -> Vec<Anchor> {
        (!self.singles.ranges().is_empty()).then(|| Anchor::at(&self.singles)).into_iter().collect()
    }

    fn hit_at(&self, attempt: Attempt, _: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { block, text, at, .. } = attempt;
        let term = terms(&self.table).take_while(|term| term.single().is_some()).find(|term| term.is_at(text, at))?;
        Some(term.hit(block, at))
    }
}

impl TableCheck for Terms {
    /// Words are found by their first two characters. If all words with the same first two characters have a rarer pair,
    /// these words are found by that instead: the one with the wrong character, or else the second and third characters of
    /// at least four. Unlike the first two characters, they are seldom a word by themselves.
    fn word_pairs(&self) -> Vec<WordPair> {
        let mut word_pairs = Vec::new();
        let mut next_offset = 0;
        let lines: Vec<(u32, Term)> = self
            .table
            .lines()
            .map(|line| {
                let offset = next_offset;
                next_offset += line.len() as u32 + 1;
                (offset, Term::of(line))
            })
            .filter(|(_, term)| first_pair(term.wrong).is_some())
            .collect();
        for group in lines.chunk_by(|a, b| first_pair(a.1.wrong) == first_pair(b.1.wrong)) {
            let rare: Option<Vec<_>> = group.iter().map(|(offset, term)| rare_pair(*offset, term)).collect();
            match (rare, group) {
                (Some(rare), _) => word_pairs.extend(rare),
                (None, [(offset, first), ..]) => {
                    word_pairs.extend(first_pair(first.wrong).map(|pair| WordPair { pair, offset: *offset, back: 0 }));
                }
                (None, []) => {}
            }
        }
        word_pairs
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let rest = text.get(at..)?;
        let pair: usize = rest.chars().take(2).map(char::len_utf8).sum();
        let term = words_at(&self.table[offset as usize..], rest, pair).find(|term| term.is_at(text, at))?;
        let hit = term.hit(block, at);
        let is_guarded = self.guard && term.wrong.chars().count() <= LONGEST_GUARDED;
        let is_right = || lexicon.crosses_edge(text, hit.span) || lexicon.is_given_name(text, hit.span);
        (!is_guarded || !is_right()).then_some(hit)
    }

    /// Each wrong word by itself is a hit and becomes its first right form; right forms and exceptions are no hits.
    fn claims(&self) -> Vec<Claim<'_>> {
        terms(&self.table).flat_map(Term::claims).collect()
    }
}

/// A pair of a wrong word after its first one that is rare in text: see [`TableCheck::word_pairs`]. `None` if there is none.
fn rare_pair(offset: u32, term: &Term) -> Option<WordPair> {
    let right = term.right.split('|').next()?;
    let wrong_character = term.wrong.chars().zip(right.chars()).position(|(wrong, right)| wrong != right);
    let are_alike = term.wrong.chars().count() == right.chars().count();
    let place = match wrong_character.filter(|_| are_alike) {
        Some(place) => place.checked_sub(1).filter(|place| *place > 0)?,
        None => term.wrong.chars().nth(3).map(|_| 1)?,
    };
    let back = term.wrong.char_indices().nth(place)?.0;
    Some(WordPair { pair: first_pair(&term.wrong[back..])?, offset, back: u8::try_from(back).ok()? })
}

/// The terms at the beginning of `table` whose wrong word may be at the start of `text`, among those that share its first
/// `pair` bytes. A line is only parsed if the text matches it up to a byte that may begin the arrow.
fn words_at<'t>(table: &'t str, text: &str, pair: usize) -> impl Iterator<Item = Term<'t>> {
    let mut rest = Some(table);
    let lines = std::iter::from_fn(move || {
        let line = rest?;
        let common = common_prefix(line.as_bytes(), text.as_bytes());
        // Most calls end here, so the end of the line is only looked for if it is needed.
        if common < pair {
            return None;
        }
        let (line, next) = line.split_once('\n').map_or((line, None), |(line, next)| (line, Some(next)));
        rest = next;
        Some((line, common))
    });
    let may_be_whole = move |(line, common): &(&str, usize)| {
        line.as_bytes()[pair..].iter().take(common + 1 - pair).any(|byte| *byte == ARROW_BYTE)
    };
    lines.filter(may_be_whole).map(|(line, _)| Term::of(line))
}

/// The length of the longest common prefix in bytes.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// The terms of a table, in its order.
fn terms(table: &str) -> impl Iterator<Item = Term<'_>> {
    table.lines().map(Term::of)
}

/// Checks a line of a rule file, and removes the spaces that the compiled table does not have.
///
/// # Errors
/// What is wrong with the line: one Chinese sentence.
fn normalize(line: &str) -> Result<String, String> {
    let (wrong, rest) = line.split_once(ARROW).ok_or("缺少“→”。")?;
    let (right, exceptions) = rest.split_once('!').unwrap_or((rest, ""));
    let wrong = wrong.trim();
    let right: Vec<&str> = right.split('|').map(str::trim).collect();
    if wrong.is_empty() || right.iter().any(|word| word.is_empty()) {
        return Err("“→”两边都要有词。".into());
    }
    if right.contains(&wrong) {
        return Err("“→”两边不能一样。".into());
    }
    let exceptions: Vec<&str> = exceptions.split_whitespace().collect();
    if let Some(stray) = exceptions.iter().find(|exception| !exception.contains(wrong)) {
        return Err(format!("例外“{stray}”不含“{wrong}”。"));
    }
    Ok(format!("{wrong}→{}!{}", right.join("|"), exceptions.join(" ")))
}

impl<'t> Term<'t> {
    /// Parses a line of the compiled table.
    fn of(line: &'t str) -> Term<'t> {
        let (wrong, rest) = line.split_once(ARROW).unwrap_or((line, ""));
        let (right, exceptions) = rest.split_once('!').unwrap_or((rest, ""));
        Term { wrong, right, exceptions }
    }

    /// See [`TableCheck::claims`].
    fn claims(self) -> impl Iterator<Item = Claim<'t>> {
        let mut right = self.right.split('|');
        let wrong = Claim { text: self.wrong, becomes: right.next() };
        let others = right.chain(self.exceptions.split_whitespace()).map(|text| Claim { text, becomes: None });
        std::iter::once(wrong).chain(others)
    }

    /// The only character of the wrong word; `None` if it has several.
    fn single(self) -> Option<char> {
        let mut chars = self.wrong.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    fn hit(self, block: usize, at: usize) -> Hit {
        let right = self.right.split('|').map(str::to_owned).collect();
        Hit::new(block, Span::new(at, at + self.wrong.len()), right)
    }

    /// Whether the wrong word occurs at byte `at` of `text`, outside its exceptions.
    fn is_at(&self, text: &str, at: usize) -> bool {
        text[at..].starts_with(self.wrong) && !self.is_excepted(text, at)
    }

    fn is_excepted(&self, text: &str, at: usize) -> bool {
        is_inside(self.exceptions.split_whitespace(), text, Span::new(at, at + self.wrong.len()))
    }
}

#[cfg(test)]
mod tests {
    use crate::draft::{Draft, Format};
    use crate::engine::Engine;
    use crate::example;
    use crate::matcher::Classes;
    use crate::rule::{RuleFile, RuleSet};

    fn file(options: &str, table: &str) -> RuleFile {
        let text = format!(
            "family = \"typo\"\n[[rule]]\nid = \"x\"\ntitle = \"x\"\nsource = \"x\"\nseverity = \"error\"\n\
             fix = \"suggested\"\nmessage = \"x。\"\n[rule.check.terms]\n{options}\ntable = \"\"\"\n{table}\n\"\"\"\n\
             [[rule.example]]\nbad = \"劵\"\ngood = \"券\"\n"
        );
        RuleFile::read("x.toml", &text, &Classes::default()).unwrap()
    }

    /// The hits in `text`, each as flagged text → suggestions.
    fn hits(options: &str, table: &str, text: &str) -> Vec<String> {
        let rules = file(options, table).rules.into_iter().map(|(rule, _)| rule).collect();
        let engine = Engine::new(RuleSet { rules, ..RuleSet::default() });
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let findings = engine.check(&draft);
        findings
            .iter()
            .map(|found| format!("{}→{}", found.span.of(draft.text()), found.suggestions.join("|")))
            .collect()
    }

    #[test]
    fn ignores_short_words_whose_edge_another_word_crosses() {
        let table = "部暑 → 部署\n己经 → 已经\n参加入数 → 参加人数";
        assert_eq!(hits("", table, "今年有多部暑期档影片，是她自己经营的，他己经回家了"), ["己经→已经"]);
        assert_eq!(hits("guard = false", table, "今年有多部暑期档影片，是她自己经营的").len(), 2);
        assert_eq!(hits("", table, "参加入数很多").len(), 1);
    }

    #[test]
    fn prefers_the_longest_word_outside_its_exceptions() {
        let table = "定单 → 订单 ! 外贸定单位\n外贸定单 → 外贸订单 | 外贸的订单\n劵 → 券";
        assert_eq!(hits("", table, "外贸定单"), ["外贸定单→外贸订单|外贸的订单"]);
        assert_eq!(hits("", table, "入场劵和定单"), ["劵→券", "定单→订单"]);
        assert_eq!(hits("", table, "劵"), ["劵→券"]);
        assert_eq!(hits("", "外贸定单 → 外贸订单 ! 外贸定单位", "在外贸定单位名称"), Vec::<String>::new());
    }

    #[test]
    fn checks_every_word_of_a_table_like_an_example() {
        let proved = example::prove(&[file("", "劵 → 券\n定单 → 订单 | 订货单 ! 指定单位")]).unwrap();
        assert_eq!(proved.examples, 5);
        // A right form that is wrong by another line, and an exception that contains another word of the table.
        for table in ["劵 → 券\n按装 → 安裝\n安裝 → 安装", "劵 → 券\n定单 → 订单 ! 己经定单位\n己经 → 已经"]
        {
            assert!(example::prove(&[file("", table)]).is_err(), "{table}");
        }
    }
}
