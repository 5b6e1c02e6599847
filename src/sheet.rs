//! A proof sheet: a draft as it reads, and what is marked in it, as a value that a page in a browser shows.

use std::collections::HashMap;

use serde::Serialize;

use crate::block::Block;
use crate::finding::{Finding, FixSafety, Related};
use crate::rule::{FAMILIES, RuleSet};
use crate::text::{Locator, Position, Span};

/// A unit of a draft, such as a headline or a paragraph, with its marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetBlock {
    /// The name of its kind in rule files, such as `headline`.
    pub kind: &'static str,
    /// The Chinese name of its kind.
    pub label: &'static str,
    /// The number of the article on the page.
    pub article: u32,
    /// The text as a reader sees it.
    pub text: String,
    /// The marks in it, sorted by where they begin.
    pub marks: Vec<Mark>,
}

/// A marked place in a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// What tells the mark from all others of the draft. It stays the same as long as its block does.
    pub id: String,
    /// Where it begins and ends in the text of the block, in UTF-16 code units, as browsers count.
    pub from: usize,
    pub to: usize,
    /// The line and the column in the draft.
    pub line: usize,
    pub column: usize,
    /// What has been decided.
    pub state: &'static str,
    /// What is marked.
    #[serde(flatten)]
    pub remark: Remark,
}

/// What a proofreader is told about a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The id of the rule, its title, its family, and the Chinese name of that.
    pub rule: String,
    pub title: String,
    pub family: String,
    pub family_name: &'static str,
    /// The severity, and its Chinese name.
    pub severity: &'static str,
    pub severity_name: &'static str,
    /// What is wrong, as a Chinese sentence.
    pub message: String,
    /// The clause of the standard.
    pub source: String,
    /// The web address of the rule's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The text that was found.
    pub before: String,
    /// The text that has replaced it, once that is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What could replace it, the best first.
    pub suggestions: Vec<String>,
    /// How far the first suggestion can be trusted, for people.
    pub fix: &'static str,
    /// What is said of other places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// The reason that was given for the decision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The state of a mark on which nothing has been decided.
pub const OPEN: &str = "open";

impl Remark {
    /// Describes a finding of one of `rules` in a draft with that canonical text, which is that of `locator`.
    pub fn of(finding: &Finding, rules: &RuleSet, text: &str, locator: &mut Locator) -> Remark {
        let rule = &rules.rules[finding.rule as usize];
        let family = rule.family();
        let safety = if finding.suggestions.is_empty() { FixSafety::None } else { finding.fix };
        let related = |related: &Related| {
            let Position { line, column } = locator.position(related.span.start);
            format!("{line}:{column}：{}", related.message)
        };
        Remark {
            rule: rule.id.clone(),
            title: rule.metadata.title.clone(),
            family: family.to_owned(),
            family_name: family_name(family),
            severity: finding.severity.name(),
            severity_name: finding.severity.chinese(),
            message: rule.message_for(finding, text),
            source: rule.metadata.source.clone(),
            url: rule.page_url.clone(),
            before: finding.span.of(text).to_owned(),
            after: None,
            suggestions: finding.suggestions.to_vec(),
            fix: safety.chinese(),
            related: finding.related.iter().map(related).collect(),
            reason: String::new(),
        }
    }
}

/// Returns the Chinese name of a family of rules.
pub fn family_name(family: &str) -> &'static str {
    FAMILIES.iter().find(|(name, _)| *name == family).map_or("", |(_, chinese)| chinese)
}

/// A remark with its place in the canonical text of a draft.
#[derive(Debug, Clone)]
pub struct PlacedRemark {
    /// The index of the block.
    pub block: usize,
    /// The place in the canonical text.
    pub span: Span,
    /// The end of the id, unless the place in the block is to be part of it.
    pub id: Option<String>,
    /// What has been decided.
    pub state: &'static str,
    /// What is said.
    pub remark: Remark,
}

/// Returns the blocks of a draft with these remarks. A remark whose block does not exist is left out.
pub fn blocks(text: &str, blocks: &[Block], mut remarks: Vec<PlacedRemark>) -> Vec<SheetBlock> {
    remarks.sort_by_key(|remark| (remark.block, remark.span.start, remark.span.end));
    let mut remarks = remarks.into_iter().peekable();
    let mut locator = Locator::new(text);
    let mut sheet = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        let shown = block.text(text);
        let [mut starts, mut ends] = [(); 2].map(|()| UtfUnits { text: shown, byte: 0, units: 0 });
        let mut marks: Vec<Mark> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        while let Some(PlacedRemark { span, id, state, remark, .. }) = remarks.next_if(|remark| remark.block == index) {
            let within = span_in_block(block, text, span);
            let (from, to) = (starts.at(within.start), ends.at(within.end));
            let Position { line, column } = locator.position(span.start);
            let id = id.unwrap_or_else(|| {
                let id = format!("{index}:{}:{from}-{to}", remark.rule);
                // Two findings of one rule at one place are told apart by their number.
                let same = known.entry(id.clone()).and_modify(|same| *same += 1).or_default();
                if *same == 0 { id } else { format!("{id}#{same}") }
            });
            marks.push(Mark { id, from, to, line, column, state, remark });
        }
        sheet.push(SheetBlock {
            kind: block_kind(block),
            label: block.kind.chinese(),
            article: block.article,
            text: shown.to_owned(),
            marks,
        });
    }
    sheet
}

fn block_kind(block: &Block) -> &'static str {
    crate::block::BlockKind::ALL[block.kind as usize].1
}

/// Returns where a span of the canonical text is in the text of a block.
fn span_in_block(block: &Block, canonical: &str, span: Span) -> Span {
    let text = block.text(canonical);
    if span.is_empty() {
        // The place before the next character of the block.
        let start = block.body.spans_from(&[Span::new(0, span.start)]).last().map_or(0, |part| part.end);
        return Span::new(text.floor_char_boundary(start), text.floor_char_boundary(start));
    }
    let parts = block.body.spans_from(&[span]);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Span::new(0, 0) };
    Span::new(text.floor_char_boundary(first.start), text.ceil_char_boundary(last.end))
}

/// Converts byte offsets of a text to UTF-16 code units; fast for ascending offsets.
struct UtfUnits<'t> {
    text: &'t str,
    byte: usize,
    units: usize,
}

impl UtfUnits<'_> {
    fn at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.units) = (0, 0);
        }
        self.units += self.text[self.byte..byte].chars().map(char::len_utf16).sum::<usize>();
        self.byte = byte;
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::draft::{Draft, Format};
    use crate::engine::Engine;

    #[test]
    fn places_marks_where_a_browser_counts_them() {
        let engine = Engine::new(builtin::rules());
        let text = "# 两地😀携手,共建\n\n**好,很好**。";
        let draft = Draft::open(text.into(), Format::Markdown).unwrap();
        let mut locator = Locator::new(draft.text());
        let mut remark = |finding: &Finding| PlacedRemark {
            block: finding.block as usize,
            span: finding.span,
            id: None,
            state: OPEN,
            remark: Remark::of(finding, engine.rules(), draft.text(), &mut locator),
        };
        let sheet = blocks(draft.text(), draft.blocks(), engine.check(&draft).iter().map(&mut remark).collect());
        let found: Vec<(&str, usize, usize)> = (sheet.iter())
            .flat_map(|block| block.marks.iter().map(|mark| (block.text.as_str(), mark.from, mark.to)))
            .collect();
        assert!(found.contains(&("两地😀携手,共建", 6, 7)), "{found:?}");
        assert!(found.contains(&("好,很好。", 1, 2)), "{found:?}");
    }
}
