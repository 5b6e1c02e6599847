//! `jump`: jump lines of an issue that answer each other: （下转2版） on page 1, （上接1版） over the same story on
//! page 2. A page alone tells nothing of them.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::block::Kind;
use crate::check::article::Page;
use crate::check::{Hit, IssueCheck, Plain};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, numeral_value};

/// Jump lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jump {
    /// The slip it looks for.
    slip: JumpFault,
    /// What a line says that sends the reader on.
    on: String,
    /// What a line says that the reader was sent to.
    back: String,
}

impl Plain for Jump {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum JumpFault {
    /// Nothing answers it.
    Unanswered,
    /// It names another page than that on which the answer stands.
    Page,
}

/// A jump line.
struct Line {
    page: usize,
    block: usize,
    span: Span,
    /// The page it names: 2, A2.
    names: String,
    /// The page it stands on, if the file's name tells.
    stands_on: Option<String>,
    /// The characters of the headline that count.
    headline: String,
}

impl IssueCheck for Jump {
    /// The hits, each with the index of its page.
    fn check_issue(&self, pages: &[Page], _: &Lexicon) -> Vec<(usize, Hit)> {
        let (on, back) = (lines(pages, &self.on), lines(pages, &self.back));
        let known: HashSet<String> = pages.iter().filter_map(|page| page_of(page.name)).collect();
        let pairs = pairs(&on, &back);
        let mut hits = Vec::new();
        match self.slip {
            JumpFault::Page => {
                for &(from, to) in &pairs {
                    for (line, other) in [(&on[from], &back[to]), (&back[to], &on[from])] {
                        if let Some(stands_on) = other.stands_on.as_ref().filter(|page| **page != line.names) {
                            let detail = format!("写的是{}版，对应的转接行在{stands_on}版", line.names);
                            hits.push(line.hit(&detail));
                        }
                    }
                }
            }
            JumpFault::Unanswered => {
                let (answered, answers): (HashSet<usize>, HashSet<usize>) = pairs.into_iter().unzip();
                let left = on.iter().enumerate().filter(|(index, _)| !answered.contains(index));
                let left = left.chain(back.iter().enumerate().filter(|(index, _)| !answers.contains(index)));
                // Of a page that is not here nothing is known.
                hits.extend(
                    left.filter(|(_, line)| known.contains(&line.names))
                        .map(|(_, line)| line.hit(&format!("{}版上没有对应的转接行", line.names))),
                );
            }
        }
        hits.sort_by_key(|(page, hit)| (*page, hit.block));
        hits
    }
}

impl Line {
    fn hit(&self, detail: &str) -> (usize, Hit) {
        (self.page, Hit::new(self.block, self.span, Vec::new()).detail(detail))
    }

    fn goes_with(&self, other: &Line) -> bool {
        self.stands_on.as_ref().is_none_or(|page| *page == other.names)
    }
}

/// Lines that send on, and those they send to: first of one headline, then by the pages alone, for a headline may
/// be another where a story goes on.
fn pairs(on: &[Line], back: &[Line]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut by_pages: HashMap<(&str, Option<&str>), Vec<usize>> = HashMap::new();
    let mut by_headline: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, line) in back.iter().enumerate() {
        by_pages.entry((&line.names, line.stands_on.as_deref())).or_default().push(index);
        by_headline.entry(&line.headline).or_default().push(index);
    }
    let mut is_answer = vec![false; back.len()];
    let mut left: Vec<usize> = (0..on.len()).collect();
    // From the surest to the least sure way of telling that two belong together.
    for way in 0..3 {
        left.retain(|&from| {
            let line = &on[from];
            let places = match way {
                1 => by_headline.get(line.headline.as_str()),
                _ => line.stands_on.as_deref().and_then(|page| by_pages.get(&(page, Some(line.names.as_str())))),
            };
            let fits = |to: &&usize| {
                !is_answer[**to]
                    && match way {
                        0 => is_like(&line.headline, &back[**to].headline),
                        1 => true,
                        _ => back[**to].goes_with(line),
                    }
            };
            let found = places.into_iter().flatten().take(MOST).find(fits).copied();
            if let Some(to) = found {
                is_answer[to] = true;
                pairs.push((from, to));
            }
            found.is_none()
        });
    }
    pairs
}

/// The most jump lines from one page to another that are held against each other.
const MOST: usize = 32;

/// The jump lines that begin with that word.
fn lines(pages: &[Page], cue: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let stands_on = page_of(page.name);
        let article = &page.article;
        for block in article.range.clone().filter(|&block| article.blocks[block].kind == Kind::JumpLine) {
            let text = article.text(block);
            let Some(at) = text.find(cue) else { continue };
            let rest = &text[at + cue.len()..];
            let Some(end) = rest.find('版') else { continue };
            if let Some(names) = label(&rest[..end]) {
                let span = Span::new(at, at + cue.len() + end + '版'.len_utf8());
                let headline = headline(page, block);
                lines.push(Line { page: number, block, span, names, stands_on: stands_on.clone(), headline });
            }
        }
    }
    lines
}

/// The headline of the story that a jump line belongs to.
fn headline(page: &Page, jump: usize) -> String {
    let article = &page.article;
    let of_story = |block: &usize| article.blocks[*block].article == article.blocks[jump].article;
    // A story is no longer than this.
    const FAR: usize = 400;
    let before = (article.range.start..jump).rev().take(FAR).take_while(of_story);
    let headlines: Vec<usize> = before.filter(|&block| article.blocks[block].kind == Kind::Headline).collect();
    // The lines over the story, not the subheadings in it.
    let first = headlines.last().copied().unwrap_or(jump);
    let over = headlines.into_iter().rev().enumerate().take_while(|(index, block)| *block == first + index);
    over.flat_map(|(_, block)| article.text(block).chars().filter(|&c| is_han(c) || c.is_alphanumeric())).collect()
}

/// Do two headlines say the same, or one a part of the other?
fn is_like(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let bigrams = |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (of_a, of_b) = (bigrams(a), bigrams(b));
    a.contains(b) || b.contains(a) || 2 * of_a.intersection(&of_b).count() >= of_a.len().min(of_b.len()).max(1)
}

/// The page that the name of a file tells: 第2版.txt, A02.md, 2023-11-01-03.txt.
fn page_of(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let before = stem.find('版').map_or(stem, |at| &stem[..at]);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "〇一二三四五六七八九十".contains(c);
    let last = before.rsplit(|c: char| !is_part(c)).find(|part| !part.is_empty())?;
    label(last).or_else(|| label(last.trim_start_matches(|c: char| c.is_ascii_alphabetic())))
}

/// A page as it is compared: 第02 is 2, a02 A2, 第二 2.
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
    fn the_name_of_a_file_tells_the_page() {
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
