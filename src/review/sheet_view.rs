//! A draft on the desk as a proof sheet, and the marks on it as things to decide on.

use std::collections::HashMap;

use serde::Deserialize;

use super::decision::BY_HAND;
use super::galley::Galley;
use super::reading::Pick;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::sheet::{self, OPEN, PlacedRemark, Remark, SheetBlock, family_name};
use crate::text::{Locator, Span};

/// A passage of a block as a page names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// The index of the block.
    pub block: usize,
    /// Where it begins and ends in the text of the block, in UTF-16 code units.
    pub from: usize,
    pub to: usize,
    /// Its text, as the page shows it.
    pub text: String,
}

/// What a proofreader calls a correction by hand.
const BY_HAND_NAME: &str = "手改";

/// How the id of a mark begins on which nothing has been decided.
const FOUND: &str = "found-";
/// How the id of a mark on which something has been decided begins.
const DECIDED: &str = "decided-";

impl Galley<'_> {
    /// Returns the blocks of the draft with their marks: what is found, and what was decided.
    pub fn sheet(&self) -> Vec<SheetBlock> {
        let reading = self.reading();
        let (draft, rules) = (reading.draft(), reading.engine().rules());
        let mut locator = Locator::new(draft.text());
        let found = reading.findings().iter().enumerate().map(|(index, finding)| PlacedRemark {
            block: finding.block as usize,
            span: finding.span,
            id: Some(format!("{FOUND}{}", reading.id(index))),
            state: OPEN,
            remark: Remark::of(finding, rules, draft.text(), &mut locator),
        });
        let mut remarks: Vec<PlacedRemark> = found.collect();
        // The blocks in the order of the text, by which a decision finds its own.
        let mut starts: Vec<(usize, usize)> =
            draft.blocks().iter().enumerate().map(|(index, block)| (block.extent().start, index)).collect();
        starts.sort_unstable();
        remarks.extend(reading.decided().iter().map(|decided| {
            let after = starts.partition_point(|(start, _)| *start <= decided.span.start);
            let rule = rules.rules.iter().find(|rule| rule.id == decided.rule);
            let severity = rule.map_or(Severity::Warning, |rule| rule.severity);
            // A correction by hand is a family of its own.
            let is_by_hand = decided.rule == BY_HAND;
            let family = decided.rule.split('/').next().unwrap_or_default();
            let title = rule.map_or("", |rule| rule.metadata.title.as_str());
            let remark = Remark {
                rule: if is_by_hand { BY_HAND_NAME.to_owned() } else { decided.rule.clone() },
                title: if is_by_hand { BY_HAND_NAME } else { title }.to_owned(),
                family: family.to_owned(),
                family_name: if is_by_hand { BY_HAND_NAME } else { family_name(family) },
                severity: severity.name(),
                severity_name: severity.chinese(),
                message: decided.message.clone(),
                source: rule.map_or(String::new(), |rule| rule.metadata.source.clone()),
                url: rule.and_then(|rule| rule.page_url.clone()),
                before: decided.before.clone(),
                after: Some(decided.after.clone()),
                suggestions: Vec::new(),
                fix: "",
                related: Vec::new(),
                reason: decided.verdict.reason().to_owned(),
            };
            PlacedRemark {
                block: after.checked_sub(1).map_or(0, |index| starts[index].1),
                span: decided.span,
                id: Some(format!("{DECIDED}{}", decided.number)),
                state: decided.verdict.state(),
                remark,
            }
        }));
        sheet::blocks(draft.text(), draft.blocks(), remarks)
    }

    /// Returns the id of the mark on the place that was decided last.
    pub fn latest_mark(&self) -> Option<String> {
        let latest = self.reading().decided().iter().map(|decided| decided.number).max();
        latest.map(|number| format!("{DECIDED}{number}"))
    }

    /// Returns what a passage on the page stands for.
    ///
    /// # Errors
    /// The draft has changed since it was shown: the passage is another text now.
    pub fn passage(&self, passage: &Passage) -> Result<Pick> {
        let draft = self.reading().draft();
        let shown = draft.blocks().get(passage.block).map(|block| block.text(draft.text()));
        let span = shown.and_then(|shown| {
            let byte = |units: usize| {
                let mut left = units;
                for (byte, c) in shown.char_indices() {
                    if left == 0 {
                        return Some(byte);
                    }
                    left = left.checked_sub(c.len_utf16())?;
                }
                (left == 0).then_some(shown.len())
            };
            let (from, to) = (byte(passage.from)?, byte(passage.to)?);
            (shown.get(from..to)? == passage.text).then_some(Span::new(from, to))
        });
        let moved = || Error::new("这里的字刚才变了，没有改。").help("请重新选中要改的字。");
        span.map(|span| Pick::Passage(passage.block, span)).ok_or_else(moved)
    }

    /// Returns what the marks with these ids stand for. Unknown ids are left out: what they stood for is no longer found.
    pub fn picks(&self, ids: &[String]) -> Vec<Pick> {
        let reading = self.reading();
        let indices: HashMap<usize, usize> = (0..reading.findings().len()).map(|at| (reading.id(at), at)).collect();
        let pick = |id: &String| match (id.strip_prefix(DECIDED), id.strip_prefix(FOUND)) {
            (Some(number), _) => number.parse().ok().map(Pick::Decided),
            (None, Some(number)) => indices.get(&number.parse().ok()?).copied().map(Pick::Finding),
            (None, None) => None,
        };
        ids.iter().filter_map(pick).collect()
    }
}
