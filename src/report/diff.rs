//! The format `diff`, for proofreaders: an entry per paragraph, with the text before and after the changes and the
//! messages of the findings. At the end there is a summary.

use std::collections::BTreeMap;

use super::before_after::BeforeAfter;
use super::excerpt::{Excerpt, excerpts};
use super::message::suggestion_list;
use super::painter::TextStyle;
use super::positions::Positions;
use super::repeated::{RepeatedFindings, group_repeated};
use super::screen::{LineLead, Screen, StyledText};
use super::summary::summary;
use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally, confirmation_text, fix_safety, put_separated};
use crate::block::BlockKind;
use crate::edit::Edit;
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::text::{Locator, Span, fit, visible, visible_path};

/// Findings with the same message are summarized if a draft has more than this.
const MAX_SAME_MESSAGE: usize = 5;
/// The maximum width of the flagged text and of the suggestion in a label, in columns.
const LABEL_COLUMNS: usize = 16;
/// The maximum width of the headline in the first line of an entry, in columns.
const HEADLINE_COLUMNS: usize = 40;
/// The columns of a line of an excerpt that are not available for its text: the lead, `…` at both ends, and ⟦ ⟧.
const EXCERPT_MARGIN: usize = 2 + 4 + 4;

pub(super) struct Diff;

impl ReportWriter for Diff {
    fn draft(&self, draft: &CheckedDraft, options: &ReportOptions, put: &mut Put) {
        let limit = if options.list_all { usize::MAX } else { MAX_SAME_MESSAGE };
        let (mut singles, repeated) = group_repeated(draft, limit);
        // The findings of a block must be consecutive, even if another block, such as a caption, lies within it.
        singles.sort_by_key(|&index| draft.findings[index].block);
        let shown = singles.iter().chain(repeated.iter().flat_map(|group| &group.first));
        let writer = EntryWriter::new(draft, options, shown);
        let entries = singles
            .chunk_by(|&a, &b| draft.findings[a].block == draft.findings[b].block)
            .map(|findings| writer.entry(findings))
            .chain(repeated.iter().map(|group| writer.summarized_entry(group)));
        let confirmations = (!draft.confirmations.is_empty()).then(|| writer.confirmations());
        put_separated(put, "\n", entries.chain(confirmations));
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, tally: &Tally, _: &ReportOptions) -> String {
        let gap = if tally.files_with_findings > 0 { "\n" } else { "" };
        gap.to_owned() + &summary(tally)
    }
}

/// How a finding is shown in the line after the changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FixState {
    /// The line contains the suggestion.
    Applied,
    /// The suggestion is skipped because it overlaps another one.
    Skipped,
    /// The finding has no fix.
    Unfixed,
}

fn plain(text: &str) -> StyledText {
    StyledText::default().with(TextStyle::Plain, text)
}

/// Writes the entries of one draft.
struct EntryWriter<'a> {
    draft: &'a CheckedDraft<'a>,
    options: &'a ReportOptions,
    screen: Screen,
    /// The fixes that the entries show, with `applied` and `skipped` sorted by the index of the finding.
    plan: Plan,
    positions: Positions,
    path: String,
    /// For each block the index of the last headline up to and including it. Empty unless the draft is
    /// numbered by paragraph.
    headlines: Vec<Option<usize>>,
}

impl<'a> EntryWriter<'a> {
    /// `shown` are the indices of the findings whose positions are shown.
    fn new<'i>(
        draft: &'a CheckedDraft,
        options: &'a ReportOptions,
        shown: impl Iterator<Item = &'i usize>,
    ) -> EntryWriter<'a> {
        let mut plan = fix::plan(draft.findings, draft.text, FixSafety::Suggested);
        plan.applied.sort_unstable();
        plan.skipped.sort_unstable();
        let offsets = shown.flat_map(|&index| {
            let finding = &draft.findings[index];
            std::iter::once(finding.span.start).chain(finding.related.iter().map(|related| related.span.start))
        });
        let numbered_blocks = if draft.is_numbered_by_paragraph { draft.blocks } else { &[] };
        let headlines = numbered_blocks.iter().enumerate().scan(None, |last, (index, block)| {
            *last = if block.kind == BlockKind::Headline { Some(index) } else { *last };
            Some(*last)
        });
        EntryWriter {
            headlines: headlines.collect(),
            draft,
            options,
            screen: Screen::new(options.colour, options.columns),
            plan,
            positions: Positions::new(draft.text, offsets),
            path: visible_path(draft.path).into_owned(),
        }
    }

    fn finding(&self, index: usize) -> &'a Finding {
        &self.draft.findings[index]
    }

    fn fix_state(&self, index: usize) -> FixState {
        if self.plan.applied.binary_search(&index).is_ok() {
            FixState::Applied
        } else if self.plan.skipped.binary_search_by_key(&index, |(skipped, _)| *skipped).is_ok() {
            FixState::Skipped
        } else {
            FixState::Unfixed
        }
    }

    /// Returns the entry for findings of one block: the position, then each excerpt before and after its changes with
    /// the messages of its findings.
    fn entry(&self, findings: &[usize]) -> String {
        let mut out = self.entry_header(findings[0], "");
        for excerpt in self.excerpts(findings) {
            let marked_places = self.push_excerpt(&mut out, &excerpt);
            for group in self.group_by_description(&excerpt.findings) {
                // The first line of the entry already has the position of its first finding.
                self.push_description(&mut out, &group, marked_places > 1, group != findings[..1]);
            }
        }
        out
    }

    /// Returns the entry for findings with the same message, which shows the first of them as an example.
    fn summarized_entry(&self, group: &RepeatedFindings) -> String {
        let mut out = self.entry_header(group.first[0], &format!("等 {} 处", group.count));
        for excerpt in self.excerpts(&group.first[..1]) {
            self.push_excerpt(&mut out, &excerpt);
        }
        let finding = self.finding(group.first[0]);
        let rule = self.draft.rule(finding);
        let positions = self.position_list(&group.first);
        let text = format!("{} {} 处：{positions} 等。", rule.metadata.title, group.count);
        self.push_message(&mut out, finding, &plain(&text));
        self.push_detail(&mut out, &plain(&self.draft.message(finding)));
        self.push_origin(&mut out, finding, &group.safety_text());
        out
    }

    /// Returns the entry for the confirmations, one line each.
    fn confirmations(&self) -> String {
        let mut out = format!("{}：算过而相合的 {} 处\n", self.path, self.draft.confirmations.len());
        let mut locator = Locator::new(self.draft.text);
        for confirmation in self.draft.confirmations {
            let position = locator.position(confirmation.span.start);
            let lead = format!("  {}:{} ", position.line, position.column);
            let text = plain(&visible(&confirmation_text(confirmation)));
            self.screen.flow(&mut out, LineLead { style: TextStyle::Position, first: &lead, rest: None }, &text);
        }
        out
    }

    /// Returns the first line of an entry: the position of the finding, the kind of its block, `addition` and the
    /// headline above it.
    fn entry_header(&self, index: usize, addition: &str) -> String {
        let finding = self.finding(index);
        let mut out = String::new();
        let separator = if self.draft.is_numbered_by_paragraph { "：" } else { ":" };
        let position = format!("{}{separator}{}", self.path, self.position(finding.span.start));
        self.screen.painter.put(&mut out, TextStyle::Position, &position);
        let kind = self.draft.blocks.get(finding.block as usize).map_or(BlockKind::Paragraph, |block| block.kind);
        let kind = if kind == BlockKind::Paragraph { "" } else { kind.chinese() };
        for part in [kind, addition, &self.headline_above(finding)] {
            if !part.is_empty() {
                out.push(' ');
                out.push_str(part);
            }
        }
        out.push('\n');
        out
    }

    /// Returns `“标题”下` for a finding below a headline, if positions are paragraphs; otherwise an empty string.
    fn headline_above(&self, finding: &Finding) -> String {
        let headline = self.headlines.get(finding.block as usize).copied().flatten();
        let Some(block) = headline.filter(|&headline| headline < finding.block as usize) else { return String::new() };
        let text = visible(self.draft.blocks[block].text(self.draft.text));
        let head = fit(&text, HEADLINE_COLUMNS);
        format!("“{head}{}”下", if head.len() < text.len() { "…" } else { "" })
    }

    fn position(&self, offset: usize) -> String {
        let position = self.positions.at(offset);
        if self.draft.is_numbered_by_paragraph {
            return format!("第 {} 段第 {} 字", position.line, position.column);
        }
        format!("{}:{}", position.line, position.column)
    }

    fn position_list(&self, findings: &[usize]) -> String {
        let positions = findings.iter().map(|&index| self.position(self.finding(index).span.start));
        positions.collect::<Vec<String>>().join("、")
    }

    /// Returns the excerpts that show findings of one block, extended to contain every edit they touch.
    fn excerpts(&self, findings: &[usize]) -> Vec<Excerpt> {
        let text = self.draft.text;
        let block = self.draft.blocks.get(self.finding(findings[0]).block as usize);
        let extent = block.map_or(Span::new(0, text.len()), |block| block.extent());
        let flagged = findings.iter().map(|&index| (index, self.finding(index).span));
        let mut excerpts = excerpts(text, extent, flagged, self.screen.columns.saturating_sub(EXCERPT_MARGIN));
        for excerpt in &mut excerpts {
            for edit in self.edits(excerpt.span) {
                excerpt.extend(edit.span);
            }
        }
        excerpts
    }

    /// Returns the edits that overlap `span`, and the insertions in it or at its ends.
    fn edits(&self, span: Span) -> impl Iterator<Item = &Edit> {
        self.plan
            .edits
            .touching(span)
            .iter()
            .filter(move |edit| edit.span.is_empty() || edit.span.start < span.end && span.start < edit.span.end)
    }

    /// Appends an excerpt before its changes and, if there are any, after them. Returns the number of marked places.
    fn push_excerpt(&self, out: &mut String, excerpt: &Excerpt) -> usize {
        let mut lines = BeforeAfter::new(self.draft.text, self.screen.columns);
        for &index in &excerpt.findings {
            if self.fix_state(index) != FixState::Applied {
                lines.flag(self.finding(index).span, excerpt.span);
            }
        }
        lines.build(excerpt, self.edits(excerpt.span));
        let lead = |style, lead| LineLead { style, first: lead, rest: Some(lead) };
        if lines.change_count() == 0 {
            self.screen.flow(out, lead(TextStyle::Query, "? "), lines.before());
        } else {
            self.screen.flow(out, lead(TextStyle::Before, "- "), lines.before());
            self.screen.flow(out, lead(TextStyle::After, "+ "), lines.after());
        }
        lines.change_count() + lines.flagged_count()
    }

    /// Groups the findings of an excerpt whose descriptions differ in nothing but the position.
    fn group_by_description(&self, findings: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_by_description = BTreeMap::new();
        for &index in findings {
            let finding = self.finding(index);
            let Finding { rule, span, suggestions, detail, related, .. } = finding;
            // A finding with related places is never grouped.
            let unique = if related.is_empty() { None } else { Some(index) };
            let flagged = span.of(self.draft.text);
            let description = (rule, flagged, suggestions, detail, fix_safety(finding), self.fix_state(index), unique);
            let group = *group_by_description.entry(description).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        groups
    }

    /// Appends the description of `findings`, which is the same for all, below an excerpt. With `has_label` it repeats
    /// the flagged text, to distinguish it from other marked places; with `has_positions` it lists the positions.
    fn push_description(&self, out: &mut String, findings: &[usize], has_label: bool, has_positions: bool) {
        let finding = self.finding(findings[0]);
        let state = self.fix_state(findings[0]);
        let mut text = StyledText::default();
        if has_label && !self.draft.rule(finding).metadata.message.contains("{hit}") {
            self.push_label(&mut text, finding, state);
        }
        text.push(TextStyle::Plain, &self.draft.message(finding));
        self.push_message(out, finding, &text);
        let safety = match state {
            FixState::Applied => fix_safety(finding).chinese(),
            FixState::Skipped => "与别处重叠，暂不改",
            FixState::Unfixed => FixSafety::None.chinese(),
        };
        let positions = if has_positions { format!("  {}", self.position_list(findings)) } else { String::new() };
        self.push_origin(out, finding, &format!("{safety}{positions}"));
        let (lead, alternatives) = match (state, &*finding.suggestions) {
            (FixState::Applied, [_, alternatives @ ..]) => ("也可改为", alternatives),
            (_, all) => ("可改为", all),
        };
        if !alternatives.is_empty() {
            self.push_detail(out, &plain(&format!("{lead}：{}。", suggestion_list(alternatives))));
        }
        for related in &finding.related {
            let position = self.position(related.span.start);
            self.push_detail(out, &plain(&format!("另见 {position}：{}", related.message)));
        }
    }

    /// Appends the flagged text and its change, in the styles of the lines above.
    fn push_label(&self, text: &mut StyledText, finding: &Finding, state: FixState) {
        let shortened = |text: &str| match fit(text, LABEL_COLUMNS) {
            whole if whole.len() == text.len() => whole.to_owned(),
            head => format!("{head}…"),
        };
        let flagged = shortened(finding.span.of(self.draft.text));
        match finding.suggestions.first() {
            Some(suggestion) if state == FixState::Applied => {
                text.push(TextStyle::Deleted, &flagged);
                let change = match (flagged.as_str(), suggestion.as_str()) {
                    ("", _) => "加",
                    (_, "") => "删去",
                    _ => "→",
                };
                text.push(TextStyle::Plain, change);
                text.push(TextStyle::Inserted, &shortened(suggestion));
            }
            _ if flagged.is_empty() => return,
            _ => text.push(TextStyle::Flagged, &flagged),
        }
        text.push(TextStyle::Plain, " ");
    }

    /// Appends a line with the id of the rule, the clause of the standard and `safety`: the safety of the fix, which
    /// positions may follow.
    fn push_origin(&self, out: &mut String, finding: &Finding, safety: &str) {
        let rule = self.draft.rule(finding);
        let mut text = StyledText::default();
        text.push_link(&rule.id, self.options.rule_link(rule));
        for part in [rule.metadata.source.as_str(), safety].into_iter().filter(|part| !part.is_empty()) {
            text.push(TextStyle::Plain, &format!("  {part}"));
        }
        self.push_detail(out, &text);
    }

    /// Appends a line with the severity of the finding and `text`.
    fn push_message(&self, out: &mut String, finding: &Finding, text: &StyledText) {
        let severity = finding.severity;
        let first = format!("  {} ", severity.chinese());
        self.screen.flow(out, LineLead { style: severity.into(), first: &first, rest: None }, text);
    }

    /// Appends a line that is indented below a message.
    fn push_detail(&self, out: &mut String, text: &StyledText) {
        let lead = LineLead { style: TextStyle::Plain, first: "       ", rest: None };
        self.screen.flow(out, lead, text);
    }
}
