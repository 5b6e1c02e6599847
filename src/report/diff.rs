use std::collections::BTreeMap;

use super::advice::alternatives;
use super::paint::Style;
use super::places::Places;
use super::repeated::{Repeated, sort_out};
use super::screen::{Lead, Screen, Styled};
use super::sides::Sides;
use super::stretch::{Stretch, stretches};
use super::summary::summary;
use super::{Options, Sheet, Tally, Write, safety};
use crate::block::BlockKind;
use crate::edit::Edit;
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::text::{Locator, Span, fit, visible};

/// What is found more often than this in a draft is summed up.
const REPEATED: usize = 5;
/// The widest hit or suggestion in a label, in columns.
const LABEL: usize = 16;
/// The widest headline that a place is told by, in columns.
const HEADING: usize = 40;

/// Before and after, a paragraph an entry.
pub(super) struct Diff;

impl Write for Diff {
    fn sheet(&self, sheet: &Sheet, options: &Options) -> String {
        let (mut singles, repeated) = sort_out(sheet, if options.all { usize::MAX } else { REPEATED });
        // One after the other in a block, also where another block (a caption) stands inside it.
        singles.sort_by_key(|&index| sheet.findings[index].block);
        let writer = Writer::new(sheet, options, singles.iter().chain(repeated.iter().flat_map(|hits| &hits.first)));
        let entries = singles
            .chunk_by(|&a, &b| sheet.findings[a].block == sheet.findings[b].block)
            .map(|findings| writer.entry(findings))
            .chain(repeated.iter().map(|hits| writer.repeated(hits)));
        let held = (!sheet.confirmations.is_empty()).then(|| writer.held());
        entries.chain(held).collect::<Vec<String>>().join("\n")
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, tally: &Tally, _: &Options) -> String {
        let gap = if tally.faulty > 0 { "\n" } else { "" };
        gap.to_owned() + &summary(tally)
    }
}

fn plain(text: &str) -> Styled {
    Styled::default().with(Style::Plain, text)
}

fn trust(safety: FixSafety) -> &'static str {
    match safety {
        FixSafety::Safe => "可直接改",
        FixSafety::Suggested => "改后请过目",
        FixSafety::None => "只提示",
    }
}

/// What becomes of a finding in the line after.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Its suggestion stands there.
    Applied,
    /// Its suggestion gave way to another that it overlaps.
    Held,
    /// It only points.
    Pointing,
}

struct Writer<'a> {
    sheet: &'a Sheet<'a>,
    options: &'a Options,
    screen: Screen,
    plan: Plan,
    located: Places,
    path: String,
    /// For every block the last headline up to it; none where places are told by lines.
    headlines: Vec<Option<usize>>,
}

impl<'a> Writer<'a> {
    fn new<'i>(sheet: &'a Sheet, options: &'a Options, shown: impl Iterator<Item = &'i usize>) -> Writer<'a> {
        let mut plan = fix::plan(sheet.findings, sheet.text, FixSafety::Suggested);
        plan.applied.sort_unstable();
        plan.skipped.sort_unstable();
        let offsets = shown.flat_map(|&index| {
            let finding = &sheet.findings[index];
            std::iter::once(finding.span.start).chain(finding.related.iter().map(|related| related.span.start))
        });
        let numbered = if sheet.paragraphs { sheet.blocks } else { &[] };
        let headlines = numbered.iter().enumerate().scan(None, |last, (index, block)| {
            *last = if block.kind == BlockKind::Headline { Some(index) } else { *last };
            Some(*last)
        });
        Writer {
            headlines: headlines.collect(),
            sheet,
            options,
            screen: Screen::new(options.colour, options.columns),
            plan,
            located: Places::new(sheet.text, offsets),
            path: visible(sheet.path).into_owned(),
        }
    }

    fn finding(&self, index: usize) -> &'a Finding {
        &self.sheet.findings[index]
    }

    fn fate(&self, index: usize) -> Fate {
        if self.plan.applied.binary_search(&index).is_ok() {
            Fate::Applied
        } else if self.plan.skipped.binary_search_by_key(&index, |(loser, _)| *loser).is_ok() {
            Fate::Held
        } else {
            Fate::Pointing
        }
    }

    /// The entry of a block: its place, and for every stretch before and after and what was found.
    fn entry(&self, findings: &[usize]) -> String {
        let mut out = self.place_line(findings[0], "");
        for stretch in self.stretches(findings) {
            let marks = self.sides(&mut out, &stretch);
            for alike in self.alike(&stretch.findings) {
                self.notes(&mut out, &alike, marks > 1, alike != findings[..1]);
            }
        }
        out
    }

    /// The entry of what is found again and again: the first place as an example.
    fn repeated(&self, hits: &Repeated) -> String {
        let mut out = self.place_line(hits.first[0], &format!("等 {} 处", hits.count));
        for stretch in self.stretches(&hits.first[..1]) {
            self.sides(&mut out, &stretch);
        }
        let finding = self.finding(hits.first[0]);
        let rule = self.sheet.rule(finding);
        let places = self.places(&hits.first);
        let text = format!("{} {} 处：{places} 等。", rule.metadata.title, hits.count);
        self.note(&mut out, finding, &plain(&text));
        self.detail(&mut out, &plain(&self.sheet.message(finding)));
        self.origin(&mut out, finding, &hits.trust(trust));
        out
    }

    /// What was worked out and holds, a line each.
    fn held(&self) -> String {
        let mut out = format!("{}：算过而相合的 {} 处\n", self.path, self.sheet.confirmations.len());
        let mut locator = Locator::new(self.sheet.text);
        for confirmation in self.sheet.confirmations {
            let place = locator.position(confirmation.span.start);
            let lead = format!("  {}:{} ", place.line, place.column);
            let text = Styled::default().with(Style::Plain, &visible(&self.sheet.ticked(confirmation)));
            self.screen.flow(&mut out, Lead { style: Style::Place, first: &lead, rest: None }, &text);
        }
        out
    }

    fn place_line(&self, index: usize, more: &str) -> String {
        let finding = self.finding(index);
        let mut out = String::new();
        let between = if self.sheet.paragraphs { "：" } else { ":" };
        let place = format!("{}{between}{}", self.path, self.place(finding.span.start));
        self.screen.paint.put(&mut out, Style::Place, &place);
        let kind = self.sheet.blocks.get(finding.block as usize).map_or(BlockKind::Paragraph, |block| block.kind);
        for part in [if kind == BlockKind::Paragraph { "" } else { kind.chinese() }, more, &self.heading(finding)] {
            if !part.is_empty() {
                out.push(' ');
                out.push_str(part);
            }
        }
        out.push('\n');
        out
    }

    /// The headline that a finding in a numbered paragraph stands under.
    fn heading(&self, finding: &Finding) -> String {
        let headline = self.headlines.get(finding.block as usize).copied().flatten();
        let Some(block) = headline.filter(|&headline| headline < finding.block as usize) else { return String::new() };
        let text = visible(self.sheet.blocks[block].text(self.sheet.text));
        let head = fit(&text, HEADING);
        format!("“{head}{}”下", if head.len() < text.len() { "…" } else { "" })
    }

    fn place(&self, offset: usize) -> String {
        let position = self.located.at(offset);
        if self.sheet.paragraphs {
            return format!("第 {} 段第 {} 字", position.line, position.column);
        }
        format!("{}:{}", position.line, position.column)
    }

    fn places(&self, findings: &[usize]) -> String {
        let places: Vec<String> = findings.iter().map(|&index| self.place(self.finding(index).span.start)).collect();
        places.join("、")
    }

    fn stretches(&self, findings: &[usize]) -> Vec<Stretch> {
        let text = self.sheet.text;
        let block = self.sheet.blocks.get(self.finding(findings[0]).block as usize);
        let extent = block.map_or(Span::new(0, text.len()), |block| block.extent());
        let hits = findings.iter().map(|&index| (index, self.finding(index).span));
        // Room for the lead, for `…` at both ends and for the marks of a change.
        let mut stretches = stretches(text, extent, hits, self.screen.columns.saturating_sub(2 + 4 + 4));
        for stretch in &mut stretches {
            for edit in self.edits(stretch.span) {
                stretch.widen(edit.span);
            }
        }
        stretches
    }

    /// The edits that lie in `span` or reach into it.
    fn edits(&self, span: Span) -> impl Iterator<Item = &Edit> {
        self.plan
            .edits
            .touching(span)
            .iter()
            .filter(move |edit| edit.span.is_empty() || edit.span.start < span.end && span.start < edit.span.end)
    }

    /// Writes a stretch before and, if that changes it, after. Tells how many places are marked.
    fn sides(&self, out: &mut String, stretch: &Stretch) -> usize {
        let mut sides = Sides::new(self.sheet.text, self.screen.columns);
        for &index in &stretch.findings {
            if self.fate(index) != Fate::Applied {
                sides.point_at(self.finding(index).span, stretch.span);
            }
        }
        sides.build(stretch, self.edits(stretch.span));
        let lead = |style, mark| Lead { style, first: mark, rest: Some(mark) };
        if sides.changes() == 0 {
            self.screen.flow(out, lead(Style::Query, "? "), sides.before());
        } else {
            self.screen.flow(out, lead(Style::Before, "- "), sides.before());
            self.screen.flow(out, lead(Style::After, "+ "), sides.after());
        }
        sides.changes() + sides.pointed()
    }

    /// The findings of a stretch, those together that would be told in the same words.
    fn alike(&self, findings: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known = BTreeMap::new();
        for &index in findings {
            let Finding { rule, span, suggestions, detail, related, .. } = self.finding(index);
            let unlike = if related.is_empty() { None } else { Some(index) };
            let words = (
                rule,
                span.of(self.sheet.text),
                suggestions,
                detail,
                safety(self.finding(index)),
                self.fate(index),
                unlike,
            );
            let group = *known.entry(words).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        groups
    }

    /// What was found, beneath its stretch. `label`: say which of the marked places it is; `places`: say where.
    fn notes(&self, out: &mut String, alike: &[usize], label: bool, places: bool) {
        let finding = self.finding(alike[0]);
        let fate = self.fate(alike[0]);
        let mut text = Styled::default();
        if label && !self.sheet.rule(finding).metadata.message.contains("{hit}") {
            self.label(&mut text, finding, fate);
        }
        text.push(Style::Plain, &self.sheet.message(finding));
        self.note(out, finding, &text);
        let trust = match fate {
            Fate::Applied => trust(safety(finding)),
            Fate::Held => "与别处重叠，暂不改",
            Fate::Pointing => trust(FixSafety::None),
        };
        let places = if places { format!("  {}", self.places(alike)) } else { String::new() };
        self.origin(out, finding, &format!("{trust}{places}"));
        let (lead, others) = match (fate, finding.suggestions.as_slice()) {
            (Fate::Applied, [_, others @ ..]) => ("也可改为", others),
            (_, all) => ("可改为", all),
        };
        if !others.is_empty() {
            self.detail(out, &plain(&format!("{lead}：{}。", alternatives(others))));
        }
        for related in &finding.related {
            self.detail(out, &plain(&format!("另见 {}：{}", self.place(related.span.start), related.message)));
        }
    }

    /// What is changed to what, as it is marked in the lines above.
    fn label(&self, text: &mut Styled, finding: &Finding, fate: Fate) {
        let short = |text: &str| match fit(text, LABEL) {
            whole if whole.len() == text.len() => whole.to_owned(),
            head => format!("{head}…"),
        };
        let hit = short(finding.span.of(self.sheet.text));
        match finding.suggestions.first() {
            Some(to) if fate == Fate::Applied => {
                text.push(Style::Deleted, &hit);
                let change = match (hit.as_str(), to.as_str()) {
                    ("", _) => "加",
                    (_, "") => "删去",
                    _ => "→",
                };
                text.push(Style::Plain, change);
                text.push(Style::Inserted, &short(to));
            }
            _ if hit.is_empty() => return,
            _ => text.push(Style::Pointed, &hit),
        }
        text.push(Style::Plain, " ");
    }

    /// Writes the line with the rule of a finding, the rule's source, and `trust`.
    fn origin(&self, out: &mut String, finding: &Finding, trust: &str) {
        let rule = self.sheet.rule(finding);
        let mut text = Styled::default();
        text.push_link(&rule.id, self.options.link_to(rule));
        for part in [rule.metadata.source.as_str(), trust].into_iter().filter(|part| !part.is_empty()) {
            text.push(Style::Plain, &format!("  {part}"));
        }
        self.detail(out, &text);
    }

    fn note(&self, out: &mut String, finding: &Finding, text: &Styled) {
        let severity = self.sheet.rule(finding).severity;
        let first = format!("  {} ", severity.chinese());
        self.screen.flow(out, Lead { style: severity.into(), first: &first, rest: None }, text);
    }

    fn detail(&self, out: &mut String, text: &Styled) {
        let lead = Lead { style: Style::Plain, first: "       ", rest: None };
        self.screen.flow(out, lead, text);
    }
}
