//! The list of errata (勘误表) of a run, for the formats that show it.

use indexmap::IndexMap;

use super::CheckedDraft;
use super::positions::Positions;
use crate::block::Block;
use crate::finding::Finding;
use crate::text::{Span, visible};

/// How many characters of the sentence are shown on either side of the flagged text.
const CONTEXT_CHARS: usize = 40;

/// The headings of the columns.
pub(super) const HEADINGS: [&str; 7] = ["误", "正", "次数", "首见", "原句", "问题", "规则"];

/// The errata of a run in order of first occurrence. Equal errata have one entry with a count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrataList(IndexMap<Erratum, ErratumOccurrences>);

/// A wrong text with its correction. Findings that agree in all fields form one entry of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Erratum {
    wrong: String,
    right: String,
    /// The title of the rule.
    title: String,
    /// The id of the rule.
    rule: String,
}

/// How many times an erratum occurs, and its first occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ErratumOccurrences {
    count: usize,
    /// The position of the first occurrence, as `path:line:column`.
    position: String,
    /// The sentence of the first occurrence: the text before the flagged text, the flagged text, the text after it.
    sentence: [String; 3],
}

impl ErrataList {
    /// Creates the list of one draft.
    pub(super) fn of(draft: &CheckedDraft) -> ErrataList {
        let positions = Positions::of(draft);
        let mut list = ErrataList::default();
        for finding in draft.findings {
            let rule = draft.rule(finding);
            let first_occurrence = || {
                let position = positions.at(finding.span.start);
                ErratumOccurrences {
                    count: 0,
                    position: format!("{}:{}:{}", visible(draft.path), position.line, position.column),
                    sentence: sentence(draft, finding),
                }
            };
            let (wrong, right) = wrong_and_right(draft, finding);
            let erratum =
                Erratum { wrong, right, title: visible(&rule.metadata.title).into_owned(), rule: rule.id.clone() };
            list.0.entry(erratum).or_insert_with(first_occurrence).count += 1;
        }
        list
    }

    /// Adds the list of the drafts that follow.
    pub(super) fn add(&mut self, next: ErrataList) {
        for (erratum, occurrences) in next.0 {
            let count = occurrences.count;
            self.0.entry(erratum).and_modify(|known| known.count += count).or_insert(occurrences);
        }
    }

    /// Returns the number of entries.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the cells of each entry, in the order of [`HEADINGS`]. `mark` highlights the flagged text in the
    /// sentence.
    pub(super) fn rows(&self, mark: impl Fn(&str) -> String) -> impl Iterator<Item = [String; HEADINGS.len()]> {
        self.0.iter().map(move |(erratum, occurrences)| {
            let [before, flagged, after] = &occurrences.sentence;
            [
                erratum.wrong.clone(),
                erratum.right.clone(),
                occurrences.count.to_string(),
                occurrences.position.clone(),
                [before, mark(flagged).as_str(), after].concat(),
                erratum.title.clone(),
                erratum.rule.clone(),
            ]
        })
    }
}

/// Returns the cells for the wrong and the right text. Neither is ever empty: a word in brackets says whether something
/// is missing, should be deleted, or has no known correction.
fn wrong_and_right(draft: &CheckedDraft, finding: &Finding) -> (String, String) {
    let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { visible(text).into_owned() };
    let wrong = or(finding.span.of(draft.text), "（缺）");
    let right = finding.suggestions.first().map_or("（请核对）".to_owned(), |text| or(text, "（删去）"));
    (wrong, right)
}

/// Returns the sentence of a finding: the text before the flagged text, the flagged text, the text after it. `…` marks
/// text that is cut.
fn sentence(draft: &CheckedDraft, finding: &Finding) -> [String; 3] {
    let block = draft.blocks.get(finding.block as usize);
    let extent = block.map_or(Span::new(0, draft.text.len()), Block::extent);
    let (start, end) = (extent.start.min(finding.span.start), extent.end.max(finding.span.end));
    let before = &draft.text[start..finding.span.start];
    let after = &draft.text[finding.span.end..end];
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '…');
    let closes = |c: char| ends(c) || matches!(c, '”' | '’' | '』' | '」' | '）');

    let head = before.char_indices().rev().take(CONTEXT_CHARS).take_while(|(_, c)| !ends(*c));
    let from = head.last().map_or(before.len(), |(at, _)| at);
    let head = before[from..].trim_start_matches(closes).trim_start();
    let is_cut = from > 0 && before[..from].chars().next_back().is_some_and(|c| !ends(c));
    let head = format!("{}{head}", if is_cut { "…" } else { "" });

    let flagged = finding.span.of(draft.text);
    let mut to = 0;
    let mut has_ended = flagged.ends_with(ends);
    for (at, c) in after.char_indices().take(CONTEXT_CHARS) {
        if has_ended && !closes(c) {
            break;
        }
        has_ended |= ends(c);
        to = at + c.len_utf8();
    }
    let is_cut = !has_ended && to < after.len();
    let tail = format!("{}{}", after[..to].trim_end(), if is_cut { "…" } else { "" });
    [head.as_str(), flagged, tail.as_str()].map(|text| visible(text).into_owned())
}
