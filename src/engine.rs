//! PLACEHOLDER until the merge.

use crate::draft::Draft;
use crate::finding::Finding;
use crate::rule::RuleSet;
use crate::text::Span;

/// PLACEHOLDER until the merge: finds literals.
pub struct Engine {
    rules: RuleSet,
}

impl Engine {
    /// An engine with these rules.
    pub fn new(rules: RuleSet) -> Engine {
        Engine { rules }
    }

    /// Its rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The findings, sorted by span.
    pub fn check(&self, draft: &Draft) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, block) in draft.blocks().iter().enumerate() {
            for (index, (find, to)) in self.rules.literals.iter().enumerate() {
                let plain = find.replace(['⟦', '⟧'], "");
                let from = find.find('⟦').unwrap_or(0);
                let to_end = find.find('⟧').map_or(plain.len(), |at| at - '⟦'.len_utf8());
                for (at, _) in block.text(draft.text()).match_indices(&plain) {
                    findings.push(Finding {
                        rule: index as u32,
                        block: number as u32,
                        span: block.body.place(Span::new(at + from, at + to_end)).span,
                        suggestions: to.iter().cloned().collect(),
                        fix: self.rules.rules[index].fix,
                        detail: None,
                        related: Vec::new(),
                    });
                }
            }
        }
        findings.sort_by_key(|finding| finding.span);
        findings
    }
}
