use std::cmp::Reverse;
use std::collections::BTreeMap;

use similar::{Algorithm, ChangeTag, utils::diff_graphemes};

use super::paint::Style;
use super::places::Places;
use super::screen::{Lead, Screen, Styled, visible};
use super::stretch::{Stretch, stretches};
use super::summary::summary;
use super::{Options, Sheet, Tally, Write, safety};
use crate::block::Kind;
use crate::edit::Edit;
use crate::finding::{Finding, FixSafety};
use crate::fix::{self, Plan};
use crate::text::{Span, fit, width};

/// A rule that hits more often than this in a draft is summed up.
const REPEATED: usize = 5;
/// How many places of a rule that is summed up are named.
const NAMED_PLACES: usize = 5;
/// An edit of more bytes than this is shown as one change.
const FINE: usize = 4096;

/// Before and after, a paragraph an entry.
pub(super) struct Diff;

impl Write for Diff {
    fn sheet(&self, sheet: &Sheet, options: &Options) -> String {
        let mut repeated: BTreeMap<u32, Repeated> = BTreeMap::new();
        for (index, finding) in sheet.findings.iter().enumerate() {
            repeated.entry(finding.rule).or_default().add(index, finding);
        }
        repeated.retain(|_, hits| hits.count > REPEATED && !options.all);
        // One after the other in a block, also where another block (a caption) stands inside it.
        let mut singles: Vec<usize> =
            (0..sheet.findings.len()).filter(|&index| !repeated.contains_key(&sheet.findings[index].rule)).collect();
        singles.sort_by_key(|&index| sheet.findings[index].block);
        let mut repeated: Vec<Repeated> = repeated.into_values().collect();
        repeated.sort_by_key(|hits| (sheet.rule(&sheet.findings[hits.first[0]]).severity, Reverse(hits.count)));

        let writer = Writer::new(sheet, options, singles.iter().chain(repeated.iter().flat_map(|hits| &hits.first)));
        let entries = singles
            .chunk_by(|&a, &b| sheet.findings[a].block == sheet.findings[b].block)
            .map(|findings| writer.entry(findings))
            .chain(repeated.iter().map(|hits| writer.repeated(hits)));
        entries.collect::<Vec<String>>().join("\n")
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, tally: &Tally, _: &Options) -> String {
        let gap = if tally.faulty > 0 { "\n" } else { "" };
        gap.to_owned() + &summary(tally)
    }
}

/// The findings of a rule that hits again and again.
#[derive(Default)]
struct Repeated {
    count: usize,
    /// The first of them.
    first: Vec<usize>,
    /// How many of them a fix resolves at each safety.
    safe: usize,
    suggested: usize,
}

impl Repeated {
    fn add(&mut self, index: usize, finding: &Finding) {
        self.count += 1;
        if self.first.len() < NAMED_PLACES {
            self.first.push(index);
        }
        match safety(finding) {
            FixSafety::Safe => self.safe += 1,
            FixSafety::Suggested => self.suggested += 1,
            FixSafety::None => {}
        }
    }

    /// How far its changes may be trusted, in words.
    fn trust(&self) -> String {
        let none = self.count - self.safe - self.suggested;
        let parts = [(self.safe, FixSafety::Safe), (self.suggested, FixSafety::Suggested), (none, FixSafety::None)];
        if let Some((_, only)) = parts.iter().find(|(count, _)| *count == self.count) {
            return trust(*only).to_owned();
        }
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, safety)| format!("{count} 处{}", trust(*safety)))
            .collect();
        parts.join("，")
    }
}

fn trust(safety: FixSafety) -> &'static str {
    match safety {
        FixSafety::Safe => "可直接改",
        FixSafety::Suggested => "改后请过目",
        FixSafety::None => "只提示",
    }
}

/// What becomes of a finding in the line after.
#[derive(Clone, Copy, PartialEq, Eq)]
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
    screen: Screen,
    plan: Plan,
    places: Places,
    path: String,
}

impl<'a> Writer<'a> {
    fn new<'i>(sheet: &'a Sheet, options: &Options, shown: impl Iterator<Item = &'i usize>) -> Writer<'a> {
        let mut plan = fix::plan(sheet.findings, sheet.text, FixSafety::Suggested);
        plan.applied.sort_unstable();
        plan.held.sort_unstable();
        let offsets = shown.flat_map(|&index| {
            let finding = &sheet.findings[index];
            std::iter::once(finding.span.start).chain(finding.related.iter().map(|related| related.span.start))
        });
        Writer {
            sheet,
            screen: Screen::new(options.colour, options.columns),
            plan,
            places: Places::new(sheet.text, offsets),
            path: visible(sheet.path).into_owned(),
        }
    }

    fn finding(&self, index: usize) -> &'a Finding {
        &self.sheet.findings[index]
    }

    fn fate(&self, index: usize) -> Fate {
        if self.plan.applied.binary_search(&index).is_ok() {
            Fate::Applied
        } else if self.plan.held.binary_search_by_key(&index, |(loser, _)| *loser).is_ok() {
            Fate::Held
        } else {
            Fate::Pointing
        }
    }

    /// The entry of a block: its place, and for every stretch before and after and what was found.
    fn entry(&self, findings: &[usize]) -> String {
        let mut out = self.place_line(findings[0], "");
        for (number, stretch) in self.stretches(findings).into_iter().enumerate() {
            let marks = self.sides(&mut out, stretch.clone());
            for (position, &index) in stretch.findings.iter().enumerate() {
                self.single(&mut out, index, marks > 1, number + position > 0);
            }
        }
        out
    }

    /// The entry of a rule that hits again and again: the first place as an example.
    fn repeated(&self, hits: &Repeated) -> String {
        let mut out = self.place_line(hits.first[0], &format!("等 {} 处", hits.count));
        for stretch in self.stretches(&hits.first[..1]) {
            self.sides(&mut out, stretch);
        }
        let finding = self.finding(hits.first[0]);
        let rule = self.sheet.rule(finding);
        let places: Vec<String> = hits.first.iter().map(|&index| self.place(self.finding(index).span.start)).collect();
        self.note(&mut out, finding, &format!("{} {} 处：{} 等。", rule.title, hits.count, places.join("、")));
        self.detail(&mut out, &self.sheet.message(finding));
        self.detail(&mut out, &self.origin(finding, &hits.trust()));
        out
    }

    fn place_line(&self, index: usize, more: &str) -> String {
        let finding = self.finding(index);
        let mut out = String::new();
        self.screen.paint.put(&mut out, Style::Place, &format!("{}:{}", self.path, self.place(finding.span.start)));
        let kind = self.sheet.blocks.get(finding.block as usize).map_or(Kind::Paragraph, |block| block.kind);
        for part in [if kind == Kind::Paragraph { "" } else { kind.chinese() }, more] {
            if !part.is_empty() {
                out.push(' ');
                out.push_str(part);
            }
        }
        out.push('\n');
        out
    }

    fn place(&self, offset: usize) -> String {
        let position = self.places.at(offset);
        format!("{}:{}", position.line, position.column)
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
        self.plan.edits.within(span).iter().filter(move |edit| {
            edit.span.is_empty() || edit.span.start < span.end && span.start < edit.span.end
        })
    }

    /// Writes a stretch before and, if that changes it, after. Tells how many places are marked.
    fn sides(&self, out: &mut String, stretch: Stretch) -> usize {
        let mut sides = Sides::new(self.sheet.text, self.screen.columns);
        for &index in &stretch.findings {
            if self.fate(index) != Fate::Applied {
                sides.point_at(self.finding(index).span, stretch.span);
            }
        }
        sides.build(&stretch, self.edits(stretch.span));
        let lead = |style, mark| Lead { style, first: mark, rest: Some(mark) };
        if sides.changes == 0 {
            self.screen.flow(out, lead(Style::Query, "? "), &sides.before);
        } else {
            self.screen.flow(out, lead(Style::Before, "- "), &sides.before);
            self.screen.flow(out, lead(Style::After, "+ "), &sides.after);
        }
        sides.changes + sides.pointed.len()
    }

    /// A finding beneath its stretch; `label`: say which of the marked places it is, `place`: say where.
    fn single(&self, out: &mut String, index: usize, label: bool, place: bool) {
        let finding = self.finding(index);
        let fate = self.fate(index);
        let message = self.sheet.message(finding);
        let mut text = Styled::default();
        if label && !self.sheet.rule(finding).message.contains("{hit}") {
            self.label(&mut text, finding, fate);
        }
        text.push(Style::Plain, &message);
        self.note_styled(out, finding, text);
        let mut trust_words = match fate {
            Fate::Applied => trust(safety(finding)).to_owned(),
            Fate::Held => "与别处重叠，暂不改".to_owned(),
            Fate::Pointing => trust(FixSafety::None).to_owned(),
        };
        let others = if fate == Fate::Applied { &finding.suggestions[1..] } else { &finding.suggestions[..] };
        if !others.is_empty() {
            trust_words.push_str(if fate == Fate::Applied { "，也可改为：" } else { "，可改为：" });
            let others: Vec<&str> =
                others.iter().map(|other| if other.is_empty() { "（删去）" } else { other }).collect();
            trust_words.push_str(&others.join("、"));
        }
        let mut origin = self.origin(finding, &trust_words);
        if place {
            origin.insert_str(0, &format!("{}  ", self.place(finding.span.start)));
        }
        self.detail(out, &origin);
        for related in &finding.related {
            self.detail(out, &format!("另见 {}：{}", self.place(related.span.start), related.message));
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
                text.push(Style::Plain, if to.is_empty() { "删去" } else if hit.is_empty() { "加" } else { "→" });
                text.push(Style::Inserted, &short(to));
            }
            _ => text.push(Style::Pointed, &hit),
        }
        text.push(Style::Plain, " ");
    }

    fn origin(&self, finding: &Finding, trust: &str) -> String {
        let rule = self.sheet.rule(finding);
        let parts = [rule.id.as_str(), rule.source.as_str(), trust];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
    }

    fn note(&self, out: &mut String, finding: &Finding, text: &str) {
        self.note_styled(out, finding, Styled::default().with(Style::Plain, text));
    }

    fn note_styled(&self, out: &mut String, finding: &Finding, text: Styled) {
        let severity = self.sheet.rule(finding).severity;
        let first = format!("  {} ", severity.chinese());
        self.screen.flow(out, Lead { style: severity.into(), first: &first, rest: None }, &text);
    }

    fn detail(&self, out: &mut String, text: &str) {
        let lead = Lead { style: Style::Plain, first: "       ", rest: None };
        self.screen.flow(out, lead, &Styled::default().with(Style::Plain, text));
    }
}

/// The widest hit or suggestion in a label, in columns.
const LABEL: usize = 16;

/// The two lines of a stretch.
struct Sides<'t> {
    text: &'t str,
    columns: usize,
    before: Styled,
    after: Styled,
    /// What is pointed at in the line before: sorted, disjoint.
    pointed: Vec<Span>,
    /// How many edits were made.
    changes: usize,
}

impl<'t> Sides<'t> {
    fn new(text: &'t str, columns: usize) -> Sides<'t> {
        Sides {
            text,
            columns,
            before: Styled::default(),
            after: Styled::default(),
            pointed: Vec::new(),
            changes: 0,
        }
    }

    /// Points at `hit`. Where it is empty, at the character before it: something is missing there.
    fn point_at(&mut self, hit: Span, within: Span) {
        let mut hit = hit;
        if hit.is_empty() {
            let before = &self.text[within.start..hit.start];
            let after = &self.text[hit.start..within.end];
            hit.start -= before.chars().next_back().map_or(0, char::len_utf8);
            hit.end += if before.is_empty() { after.chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        match self.pointed.last_mut() {
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => self.pointed.push(hit),
        }
    }

    fn build<'e>(&mut self, stretch: &Stretch, edits: impl Iterator<Item = &'e Edit>) {
        self.both(Style::Plain, if stretch.cut_before() { "…" } else { "" });
        let mut done = stretch.span.start;
        for edit in edits {
            self.same(Span::new(done, edit.span.start));
            self.change(edit.span.of(self.text), &edit.text);
            done = edit.span.end;
        }
        self.same(Span::new(done, stretch.span.end));
        self.both(Style::Plain, if stretch.cut_after() { "…" } else { "" });
    }

    fn both(&mut self, before: Style, text: &str) {
        self.before.push(before, text);
        self.after.push(Style::Plain, text);
    }

    /// What stays as it is; of more than a few lines only the two ends.
    fn same(&mut self, span: Span) {
        let text = span.of(self.text);
        let ends = self.columns;
        if text.len() <= 6 * ends || width(text) <= 3 * ends {
            return self.same_part(span);
        }
        let head = fit(text, ends).len();
        let tail = text.ceil_char_boundary(text.len() - ends);
        self.same_part(Span::new(span.start, span.start + head));
        self.both(Style::Plain, "…");
        self.same_part(Span::new(span.start + tail, span.end));
    }

    fn same_part(&mut self, span: Span) {
        let mut done = span.start;
        let first = self.pointed.partition_point(|pointed| pointed.end <= span.start);
        for index in first..self.pointed.len() {
            let pointed = self.pointed[index];
            if pointed.start >= span.end {
                break;
            }
            let (from, to) = (pointed.start.max(done), pointed.end.min(span.end));
            self.both(Style::Plain, &self.text[done..from]);
            self.both(Style::Pointed, &self.text[from..to]);
            done = to;
        }
        self.both(Style::Plain, &self.text[done..span.end]);
    }

    fn change(&mut self, old: &str, new: &str) {
        self.changes += 1;
        if old.len() + new.len() > FINE {
            self.before.push(Style::Deleted, old);
            self.after.push(Style::Inserted, new);
            return;
        }
        for (tag, part) in diff_graphemes(Algorithm::Myers, old, new) {
            match tag {
                ChangeTag::Equal => self.both(Style::Plain, part),
                ChangeTag::Delete => self.before.push(Style::Deleted, part),
                ChangeTag::Insert => self.after.push(Style::Inserted, part),
            }
        }
    }
}
