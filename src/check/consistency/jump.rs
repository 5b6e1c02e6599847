//! `jump`: jump lines of an issue that do not match: （下转2版） on page 1, （上接1版） above the same story on page 2. A
//! single page does not show whether its jump lines are right.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::Page;
use crate::check::{Hit, IssueCheck, OptionsOnly};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, numeral_value};

/// Compares the jump lines of an issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jump {
    /// The mistake that the check looks for.
    slip: JumpSlip,
    /// The word of a line that refers to a later page: 下转
    on: String,
    /// The word of a line that refers back to an earlier page: 上接
    back: String,
}

impl OptionsOnly for Jump {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum JumpSlip {
    /// There is no matching line.
    Unanswered,
    /// The line names another page than the one on which the matching line is.
    Page,
}

/// A jump line.
struct JumpLine {
    /// The index of the page.
    page: usize,
    block: usize,
    span: Span,
    /// The label of the page that the line names: 2, A2.
    target: String,
    /// The label of the page on which the line is, if the file's name contains it.
    own_page: Option<String>,
    /// The characters of the story's headline that are compared.
    headline: String,
}

impl IssueCheck for Jump {
    fn check_issue(&self, pages: &[Page], _: &Lexicon) -> Vec<(usize, Hit)> {
        let (on, back) = (lines(pages, &self.on), lines(pages, &self.back));
        let pairs = pairs(&on, &back);
        let mut hits = match self.slip {
            JumpSlip::Page => [own_pages(&on, &back, &pairs), wrong_pages(&on, &back, &pairs)].concat(),
            JumpSlip::Unanswered => unanswered(pages, &on, &back, pairs),
        };
        hits.sort_by_key(|(page, hit)| (*page, hit.block));
        hits
    }
}

/// The hits for lines without a matching line that name the page on which they are.
fn own_pages(on: &[JumpLine], back: &[JumpLine], pairs: &[(usize, usize)]) -> Vec<(usize, Hit)> {
    let on = on.iter().enumerate().filter(|(index, _)| pairs.iter().all(|(from, _)| from != index));
    let back = back.iter().enumerate().filter(|(index, _)| pairs.iter().all(|(_, to)| to != index));
    let lines = on.chain(back).map(|(_, line)| line).filter(|line| line.names_itself());
    lines.map(|line| line.hit(&format!("写的是{}版，就是这一版", line.target))).collect()
}

/// The hits for lines that name another page than the one on which the matching line is.
fn wrong_pages(on: &[JumpLine], back: &[JumpLine], pairs: &[(usize, usize)]) -> Vec<(usize, Hit)> {
    let mut hits = Vec::new();
    for &(from, to) in pairs {
        for (line, other) in [(&on[from], &back[to]), (&back[to], &on[from])] {
            if let Some(own_page) = other.own_page.as_ref().filter(|page| **page != line.target) {
                let detail = format!("写的是{}版，对应的转接行在{own_page}版", line.target);
                hits.push(line.hit(&detail));
            }
        }
    }
    hits
}

/// The hits for lines without a matching line, if the issue contains the page that they name.
fn unanswered(pages: &[Page], on: &[JumpLine], back: &[JumpLine], pairs: Vec<(usize, usize)>) -> Vec<(usize, Hit)> {
    let known: HashSet<String> = pages.iter().filter_map(|page| page_of(page.name)).collect();
    let (answered, answers): (HashSet<usize>, HashSet<usize>) = pairs.into_iter().unzip();
    let left = on.iter().enumerate().filter(|(index, _)| !answered.contains(index));
    let left = left.chain(back.iter().enumerate().filter(|(index, _)| !answers.contains(index)));
    let checked = left.filter(|(_, line)| known.contains(&line.target) && !line.names_itself());
    checked.map(|(_, line)| line.hit(&format!("{}版上没有对应的转接行", line.target))).collect()
}

impl JumpLine {
    /// The hit for the line, with the index of its page.
    fn hit(&self, detail: &str) -> (usize, Hit) {
        (self.page, Hit::new(self.block, self.span, Vec::new()).detail(detail))
    }

    /// Whether the line names the page on which it is.
    fn names_itself(&self) -> bool {
        self.own_page.as_ref() == Some(&self.target)
    }
}

/// How two jump lines are recognised as a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// They name each other's pages, and their headlines are similar.
    PagesAndHeadline,
    /// Their headlines are the same.
    SameHeadline,
    /// They name each other's pages.
    Pages,
}

/// Pairs the lines that refer to a later page with those that refer back, by their indices. The surest evidence comes
/// first, and the pages alone come last, because a story may continue under another headline.
fn pairs(on: &[JumpLine], back: &[JumpLine]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut by_pages: HashMap<(&str, Option<&str>), Vec<usize>> = HashMap::new();
    let mut by_headline: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, line) in back.iter().enumerate() {
        by_pages.entry((&line.target, line.own_page.as_deref())).or_default().push(index);
        by_headline.entry(&line.headline).or_default().push(index);
    }
    let mut is_paired = vec![false; back.len()];
    let mut left: Vec<usize> = (0..on.len()).collect();
    for evidence in [Evidence::PagesAndHeadline, Evidence::SameHeadline, Evidence::Pages] {
        left.retain(|&from| {
            let line = &on[from];
            let candidates = match evidence {
                Evidence::SameHeadline => by_headline.get(line.headline.as_str()).filter(|_| !line.headline.is_empty()),
                _ => line.own_page.as_deref().and_then(|page| by_pages.get(&(page, Some(line.target.as_str())))),
            };
            let fits = |to: &&usize| {
                !is_paired[**to]
                    && match evidence {
                        Evidence::PagesAndHeadline => are_similar(&line.headline, &back[**to].headline),
                        Evidence::SameHeadline | Evidence::Pages => true,
                    }
            };
            let found = candidates.into_iter().flatten().take(MOST_CANDIDATES).find(fits).copied();
            if let Some(to) = found {
                is_paired[to] = true;
                pairs.push((from, to));
            }
            found.is_none()
        });
    }
    pairs
}

/// The maximum number of lines with which a jump line is compared.
const MOST_CANDIDATES: usize = 32;

/// The jump lines of an issue that contain `word`.
fn lines(pages: &[Page], word: &str) -> Vec<JumpLine> {
    let mut lines = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let own_page = page_of(page.name);
        let article = &page.article;
        for block in article.range.clone().filter(|&block| article.blocks[block].kind == BlockKind::JumpLine) {
            let text = article.text(block);
            let Some(at) = text.find(word) else { continue };
            let rest = &text[at + word.len()..];
            let Some(end) = rest.find('版') else { continue };
            if let Some(target) = label(&rest[..end]) {
                let span = Span::new(at, at + word.len() + end + '版'.len_utf8());
                let headline = headline(page, block);
                lines.push(JumpLine { page: number, block, span, target, own_page: own_page.clone(), headline });
            }
        }
    }
    lines
}

/// The headline of the story that contains the jump line in block `jump`, without marks and spaces.
fn headline(page: &Page, jump: usize) -> String {
    /// The maximum number of blocks of a story.
    const MOST_BLOCKS: usize = 400;
    let article = &page.article;
    let is_of_story = |block: &usize| article.blocks[*block].article == article.blocks[jump].article;
    let before = (article.range.start..jump).rev().take(MOST_BLOCKS).take_while(is_of_story);
    let headlines: Vec<usize> = before.filter(|&block| article.blocks[block].kind == BlockKind::Headline).collect();
    // Only the adjacent headlines above the story count, not the subheadings in it.
    let first = headlines.last().copied().unwrap_or(jump);
    let above = headlines.into_iter().rev().enumerate().take_while(|(index, block)| *block == first + index);
    above.flat_map(|(_, block)| article.text(block).chars().filter(|&c| is_han(c) || c.is_alphanumeric())).collect()
}

/// Whether one headline contains the other, or at least half of the pairs of adjacent characters of the shorter one.
fn are_similar(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let pairs = |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (of_a, of_b) = (pairs(a), pairs(b));
    a.contains(b) || b.contains(a) || 2 * of_a.intersection(&of_b).count() >= of_a.len().min(of_b.len()).max(1)
}

/// The label of the page that a file's name contains: 第2版.txt, A02.md, 2023-11-01-03.txt.
fn page_of(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let before = stem.find('版').map_or(stem, |at| &stem[..at]);
    let is_label_char = |c: char| c.is_ascii_alphanumeric() || "〇一二三四五六七八九十".contains(c);
    let last = before.rsplit(|c: char| !is_label_char(c)).find(|part| !part.is_empty())?;
    label(last).or_else(|| label(last.trim_start_matches(|c: char| c.is_ascii_alphabetic())))
}

/// A page in the form in which pages are compared: 2 for 第02 and 第二, A2 for a02.
fn label(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('第').trim();
    let letters = text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (number, _) = numeral_value(&text[letters..]).filter(|(number, _)| (1..1000).contains(number))?;
    (letters <= 1).then(|| format!("{}{number}", text[..letters].to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_page_from_the_name_of_a_file() {
        for (name, page) in [
            ("稿/第2版.txt", Some("2")),
            ("A02.md", Some("A2")),
            ("日报/2023-11-01-03.txt", Some("3")),
            ("二版.txt", Some("2")),
            ("page4.txt", Some("4")),
            ("2023年11月1日1版要闻.txt", Some("1")),
            ("要闻.txt", None),
        ] {
            assert_eq!(page_of(name).as_deref(), page, "{name}");
        }
    }
}
