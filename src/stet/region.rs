//! Regions that are let alone: from a mark 关 to the mark 开 that ends it, or to the end of the draft.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::name::{canonical, names_of};
use crate::draft::{Draft, MarkVerb, StetMark};
use crate::error::Error;
use crate::rule::Rule;
use crate::text::Span;

/// The regions of a draft.
#[derive(Debug, Default)]
pub(super) struct Regions<'d> {
    /// The regions for the rule or family with a name, sorted and disjoint. The empty name stands for all rules.
    by_name: HashMap<&'d str, Vec<Span>>,
}

/// What is wrong with a mark of a region, and its byte offset.
pub(super) type MarkError = (usize, Error);

impl<'d> Regions<'d> {
    /// Returns the regions of `draft`, and an error for each mark 开 that ends no region and for the first region that
    /// is not ended.
    pub(super) fn of(draft: &'d Draft, rules: &'d [Rule]) -> (Regions<'d>, Vec<MarkError>) {
        let mut reader =
            RegionReader { draft, rules, open: BTreeMap::new(), regions: Regions::default(), errors: Vec::new() };
        for mark in draft.marks() {
            match mark.verb {
                MarkVerb::Off => reader.begin(mark),
                MarkVerb::On => reader.end(mark),
                MarkVerb::Keep | MarkVerb::Foreign => {}
            }
        }
        reader.finish()
    }

    /// Whether a finding of the rule with that id at `span` lies at least partly in a region for the rule.
    pub(super) fn cover(&self, rule: &str, span: Span) -> bool {
        let is_covered = |name| self.by_name.get(name).is_some_and(|regions| meets_any(span, regions));
        !self.by_name.is_empty() && names_of(rule).chain([""]).any(is_covered)
    }
}

/// Whether `span` lies at least partly in one of `regions`, which are sorted and disjoint. An empty span at the edge of a
/// region does not.
pub(super) fn meets_any(span: Span, regions: &[Span]) -> bool {
    let next = regions.partition_point(|region| region.end <= span.start);
    regions.get(next).is_some_and(|region| region.start < span.end)
}

/// Reads the marks of regions in order.
struct RegionReader<'d> {
    draft: &'d Draft,
    /// The rules that run, by which names in Chinese are understood.
    rules: &'d [Rule],
    /// The starts of the open regions by name, the innermost last. No list is empty.
    open: BTreeMap<&'d str, Vec<usize>>,
    regions: Regions<'d>,
    errors: Vec<MarkError>,
}

impl<'d> RegionReader<'d> {
    /// Returns the names that `mark` lists, each with its offset; one empty name if it lists none.
    fn names(&self, mark: &StetMark) -> Vec<(usize, &'d str)> {
        if mark.names.is_empty() {
            return vec![(mark.span.start, "")];
        }
        mark.names.iter().map(|name| (name.start, canonical(self.rules, name.of(self.draft.text())))).collect()
    }

    fn begin(&mut self, mark: &StetMark) {
        for (_, name) in self.names(mark) {
            self.open.entry(name).or_default().push(mark.span.start);
        }
    }

    fn end(&mut self, mark: &StetMark) {
        for (at, name) in self.names(mark) {
            let ended = self.names_ended_by(name);
            if ended.is_empty() {
                let error = Error::new("这处“开”前面没有相应的“关”，不起作用。");
                self.errors.push((at, error.help("请核对规则的名字，或把它删去。")));
            }
            for name in ended {
                self.close(name, mark.span.end);
            }
        }
    }

    /// Returns the names of the open regions that 开 with `name` ends: those of the same name and of the rules of that
    /// family. Without a name it ends the regions for all rules or, if there is none, every region.
    fn names_ended_by(&self, name: &'d str) -> Vec<&'d str> {
        if name.is_empty() && !self.open.contains_key("") {
            return self.open.keys().copied().collect();
        }
        let same = self.open.get_key_value(name).map(|(name, _)| *name);
        let family = format!("{name}/");
        let mut ended: Vec<&str> = same.into_iter().collect();
        let rules = self.open.range::<str, _>((Bound::Included(family.as_str()), Bound::Unbounded));
        ended.extend(rules.map(|(name, _)| *name).take_while(|rule| rule.starts_with(&family)));
        ended
    }

    /// Ends the innermost region with `name` at byte `end`.
    fn close(&mut self, name: &'d str, end: usize) {
        let Some(starts) = self.open.get_mut(name) else { return };
        if let Some(start) = starts.pop() {
            self.regions.by_name.entry(name).or_default().push(Span::new(start, end));
        }
        if starts.is_empty() {
            self.open.remove(name);
        }
    }

    /// Ends the open regions at the end of the draft.
    fn finish(mut self) -> (Regions<'d>, Vec<MarkError>) {
        if let Some(&first) = self.open.values().flatten().min() {
            let error = Error::new("从这里关掉的检查没有再开，一直到文末都不查。");
            let help = "要在前面恢复，请在那里写 <!-- zhubi 开 -->，或单独一行【朱笔开】。";
            self.errors.push((first, error.help(help)));
        }
        for (name, starts) in self.open {
            let regions = self.regions.by_name.entry(name).or_default();
            regions.extend(starts.into_iter().map(|start| Span::new(start, usize::MAX)));
        }
        self.regions.by_name.values_mut().for_each(merge);
        (self.regions, self.errors)
    }
}

/// Sorts `regions` and joins those that overlap.
fn merge(regions: &mut Vec<Span>) {
    regions.sort_unstable_by_key(|region| (region.start, region.end));
    regions.dedup_by(|next, known| {
        let overlap = next.start <= known.end;
        if overlap {
            known.end = known.end.max(next.end);
        }
        overlap
    });
}
