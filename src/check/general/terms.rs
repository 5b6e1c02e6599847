//! `terms`: a table of wrong words, one a line: `wrong → right | another right ! exception exception`.
//!
//! An exception is a word that holds the wrong one and is right: 定单 → 订单 ! 指定单位. Most of these need not be
//! listed: a short word is none where a word of the lexicon stands across its edge.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{Fault, first_pair, is_inside};
use crate::check::{Anchor, AnchorCheck, Claim, Compile, Hit, TableCheck, WordPrefix};
use crate::lexicon::Lexicon;
use crate::matcher::{CharSet, Classes, Scratch};
use crate::text::Span;

/// Options of a terms check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsOptions {
    /// The table, one word a line. An empty line or one that begins with # is passed over.
    table: Spanned<String>,
    /// Is a short word dropped where a word stands across its edge?
    #[serde(default = "yes")]
    guard: bool,
}

fn yes() -> bool {
    true
}

/// A table of wrong words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// A term a line, without blanks around its marks; words of one character come first, then the terms sorted by
    /// their first two characters, and among those the longest first. It is one string because a start of zhubi
    /// would pay for each of thousands.
    table: String,
    guard: bool,
    singles: CharSet,
}

/// That of a word by its second and third character, if it has four.
fn late_prefix(row: u32, wrong: &str) -> Option<WordPrefix> {
    let first = wrong.chars().nth(3).and(wrong.chars().next())?.len_utf8();
    Some(WordPrefix { pair: first_pair(&wrong[first..])?, row, back: first as u8 })
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Term<'t> {
    wrong: &'t str,
    /// Apart by `|`.
    right: &'t str,
    /// Apart by blanks.
    exceptions: &'t str,
}

/// The words of up to so many characters are guarded: in longer ones no two words meet by chance.
const LONGEST_GUARDED: usize = 3;

impl Compile for Terms {
    type Options = TermsOptions;

    fn compile(options: &TermsOptions, _: &Classes) -> Result<Terms, Fault> {
        let mut lines = Vec::new();
        for line in
            options.table.get_ref().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            lines.push(tidy(line).map_err(|why| Fault::of(&options.table, format!("词表的“{line}”一行：{why}")))?);
        }
        let order = |line: &String| {
            let Term { wrong, .. } = Term::of(line);
            (first_pair(wrong), usize::MAX - wrong.len(), wrong.to_owned())
        };
        lines.sort_by_cached_key(order);
        if let Some(twice) = lines.windows(2).find(|two| Term::of(&two[0]).wrong == Term::of(&two[1]).wrong) {
            return Err(Fault::of(&options.table, format!("“{}”在词表里出现了两次。", Term::of(&twice[0]).wrong)));
        }
        if lines.is_empty() {
            return Err(Fault::of(&options.table, "词表是空的。"));
        }
        let table = lines.join("\n");
        if u32::try_from(table.len()).is_err() {
            return Err(Fault::of(&options.table, "词表太长了。"));
        }
        let singles = terms(&table).map_while(Term::single).map(|c| (c, c)).collect();
        Ok(Terms { table, guard: options.guard, singles: CharSet::new(singles) })
    }
}

impl AnchorCheck for Terms {
    /// Words of one character are found at that character.
    fn anchors(&self) -> Vec<Anchor> {
        (!self.singles.ranges().is_empty()).then(|| Anchor::at(&self.singles)).into_iter().collect()
    }

    fn hit_at(&self, _: u16, block: usize, text: &str, at: usize, _: &mut Scratch) -> Option<Hit> {
        let term = terms(&self.table).take_while(|term| term.single().is_some()).find(|term| term.is_at(text, at))?;
        Some(term.hit(block, at))
    }
}

impl TableCheck for Terms {
    /// Words are found by their first two characters. If all words with the same first two characters are longer than
    /// three, they are found by the second and the third: these are seldom a word by themselves, the first two often.
    fn prefixes(&self) -> Vec<WordPrefix> {
        let mut prefixes = Vec::new();
        let mut at = 0;
        let lines: Vec<(u32, &str)> = self
            .table
            .lines()
            .map(|line| {
                let place = at;
                at += line.len() as u32 + 1;
                (place, Term::of(line).wrong)
            })
            .filter(|(_, wrong)| first_pair(wrong).is_some())
            .collect();
        for group in lines.chunk_by(|a, b| first_pair(a.1) == first_pair(b.1)) {
            let late: Option<Vec<_>> = group.iter().map(|(place, wrong)| late_prefix(*place, wrong)).collect();
            match (late, group) {
                (Some(late), _) => prefixes.extend(late),
                (None, [(place, first), ..]) => {
                    prefixes.extend(first_pair(first).map(|pair| WordPrefix { pair, row: *place, back: 0 }));
                }
                (None, []) => {}
            }
        }
        prefixes
    }

    /// The wrong word at byte `at` of a block's text, among those that begin with the same two characters at
    /// byte `row` of the table.
    fn word_at(&self, row: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let rest = text.get(at..)?;
        let pair: usize = rest.chars().take(2).map(char::len_utf8).sum();
        // A line is taken apart only when the text goes as far as its arrow with it.
        let lines = self.table[row as usize..].lines().map(|line| (line, alike(line.as_bytes(), rest.as_bytes())));
        let term = lines
            .take_while(|(_, alike)| *alike >= pair)
            .filter(|(line, alike)| line.as_bytes()[pair..].iter().take(alike + 1 - pair).any(|byte| *byte == ARROW[0]))
            .map(|(line, _)| Term::of(line))
            .find(|term| term.is_at(text, at))?;
        let hit = term.hit(block, at);
        let is_guarded = self.guard && term.wrong.chars().count() <= LONGEST_GUARDED;
        (!is_guarded || !lexicon.crosses_edge(text, hit.span)).then_some(hit)
    }

    /// Every wrong word by itself is a hit and becomes its first right form; right forms and exceptions are no hits.
    fn claims(&self) -> Vec<Claim<'_>> {
        terms(&self.table).flat_map(Term::claims).collect()
    }
}

const ARROW: &[u8] = "→".as_bytes();

/// With how many bytes the two begin alike.
fn alike(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

fn terms(table: &str) -> impl Iterator<Item = Term<'_>> {
    table.lines().map(Term::of)
}

/// A line of a rule file as it stands in the table.
fn tidy(line: &str) -> Result<String, String> {
    let (wrong, rest) = line.split_once('→').ok_or("缺少“→”。")?;
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
    fn of(line: &'t str) -> Term<'t> {
        let (wrong, rest) = line.split_once('→').unwrap_or((line, ""));
        let (right, exceptions) = rest.split_once('!').unwrap_or((rest, ""));
        Term { wrong, right, exceptions }
    }

    fn claims(self) -> impl Iterator<Item = Claim<'t>> {
        let mut right = self.right.split('|');
        let wrong = Claim { text: self.wrong, becomes: right.next() };
        let others = right.chain(self.exceptions.split_whitespace()).map(|text| Claim { text, becomes: None });
        std::iter::once(wrong).chain(others)
    }

    /// Its only character, if it is a word of one.
    fn single(self) -> Option<char> {
        let mut chars = self.wrong.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    fn hit(self, block: usize, at: usize) -> Hit {
        let right = self.right.split('|').map(str::to_owned).collect();
        Hit::new(block, Span::new(at, at + self.wrong.len()), right)
    }

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

    /// What is flagged, and what is proposed for it.
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
    fn a_short_word_across_the_edge_of_a_word_is_dropped() {
        let table = "部暑 → 部署\n己经 → 已经\n参加入数 → 参加人数";
        assert_eq!(hits("", table, "今年有多部暑期档影片，是她自己经营的，他己经回家了"), ["己经→已经"]);
        assert_eq!(hits("guard = false", table, "今年有多部暑期档影片，是她自己经营的").len(), 2);
        assert_eq!(hits("", table, "参加入数很多").len(), 1);
    }

    #[test]
    fn the_longest_word_is_taken_unless_it_is_excepted() {
        let table = "定单 → 订单 ! 外贸定单位\n外贸定单 → 外贸订单 | 外贸的订单\n劵 → 券";
        assert_eq!(hits("", table, "外贸定单"), ["外贸定单→外贸订单|外贸的订单"]);
        assert_eq!(hits("", table, "入场劵和定单"), ["劵→券", "定单→订单"]);
        assert_eq!(hits("", table, "劵"), ["劵→券"]);
        assert_eq!(hits("", "外贸定单 → 外贸订单 ! 外贸定单位", "在外贸定单位名称"), Vec::<String>::new());
    }

    #[test]
    fn a_table_is_proved_word_by_word() {
        let proved = example::prove(&[file("", "劵 → 券\n定单 → 订单 | 订货单 ! 指定单位")]).unwrap();
        assert_eq!(proved.examples, 5);
        // A right form that another line finds wrong, an exception that another word of the table stands in.
        for table in ["劵 → 券\n按装 → 安裝\n安裝 → 安装", "劵 → 券\n定单 → 订单 ! 己经定单位\n己经 → 已经"]
        {
            assert!(example::prove(&[file("", table)]).is_err(), "{table}");
        }
    }
}
