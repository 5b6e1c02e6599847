//! A draft on the desk as a proof sheet, and the marks on it as things to decide on.

use std::collections::HashMap;

use super::galley::Galley;
use super::reading::Pick;
use crate::finding::Severity;
use crate::sheet::{self, OPEN, PlacedRemark, Remark, SheetBlock, family_name};
use crate::text::Locator;

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
            let family = decided.rule.split('/').next().unwrap_or_default();
            let severity = rule.map_or(Severity::Warning, |rule| rule.severity);
            let remark = Remark {
                rule: decided.rule.clone(),
                title: rule.map_or(String::new(), |rule| rule.metadata.title.clone()),
                family: family.to_owned(),
                family_name: family_name(family),
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
