//! One slip, one finding: leaves out findings that only say again what another one says of the same place, and those of
//! rules that misread a text with a slip in it.
//!
//! Rules look at a text with more or less context, so one slip is often found by two of them. What a finding says of a
//! place is the change that it suggests. If two findings suggest the same change, or one suggests a part of what the
//! other does, one of them is enough. Nothing is lost: the one that stays is at least as severe, and its fix at least as
//! safe.

use crate::edit::EditRef;
use crate::finding::{Finding, FixSafety, Severity};
use crate::rule::Rule;

/// The maximum number of findings that are compared with one that precedes them. Hardly ever do more than two overlap, and
/// with a limit the time is linear in the findings.
const MOST_COMPARED: usize = 8;

/// Leaves out the superfluous ones among the findings from `first` on, which are sorted. `canonical` is the text of their
/// draft.
pub fn drop_repeats(findings: &mut Vec<Finding>, first: usize, rules: &[Rule], canonical: &str) {
    // For each finding whether it is left out. Empty as long as none is.
    let mut is_repeat: Vec<bool> = Vec::new();
    for one in first..findings.len() {
        let after = one + 1..findings.len().min(one + 1 + MOST_COMPARED);
        let end = findings[one].span.end;
        for other in after.take_while(|other| findings[*other].span.start <= end).collect::<Vec<_>>() {
            let is_out = |index: usize| is_repeat.get(index).copied().unwrap_or_default();
            if is_out(one) || is_out(other) {
                continue;
            }
            let (before, after) = findings.split_at_mut(other);
            if let Some(later) = repeat(&mut before[one], &mut after[0], rules, canonical) {
                is_repeat.resize(findings.len(), false);
                is_repeat[if later { other } else { one }] = true;
            }
        }
    }
    let mut index = 0..;
    if !is_repeat.is_empty() {
        findings.retain(|_| index.next().is_some_and(|index| !is_repeat[index]));
    }
}

/// Whether the second of two findings repeats the first (`Some(true)`), or the first the second. `None` if each says
/// something of its own.
fn repeat(one: &mut Finding, other: &mut Finding, rules: &[Rule], canonical: &str) -> Option<bool> {
    match (overrules(one, other, rules), overrules(other, one, rules)) {
        (true, true) => return Some(one.span.len() >= other.span.len()),
        (true, false) => return Some(true),
        (false, true) => return Some(false),
        (false, false) => {}
    }
    if change(one, canonical).is_some_and(|change_of_one| Some(change_of_one) == change(other, canonical)) {
        // A change is as safe as the surest of those who suggest it.
        let fix = one.fix.min(other.fix);
        (one.fix, other.fix) = (fix, fix);
        let other_is_better = (other.severity, one.span.len()) < (one.severity, other.span.len());
        return Some(!other_is_better);
    }
    if includes(one, other, canonical) { Some(true) } else { includes(other, one, canonical).then_some(false) }
}

/// Whether `wide` says all that `narrow` says, and more. Their changes are not the same.
fn includes(wide: &Finding, narrow: &Finding, canonical: &str) -> bool {
    if wide.severity > narrow.severity || wide.fix > narrow.fix {
        return false;
    }
    match (change(wide, canonical), change(narrow, canonical)) {
        (Some(wider), Some(narrower)) if wider.span == narrower.span => wide.span.len() > narrow.span.len(),
        // What is inserted at the edge of the other change is a change of its own.
        (Some(wider), Some(narrower)) if narrower.span.is_empty() => {
            wider.span.start < narrower.span.start && narrower.span.end < wider.span.end
        }
        (Some(wider), Some(narrower)) => wider.span.covers(narrower.span),
        // Both point at the same text, and one knows what is right.
        (Some(_), None) => wide.span == narrow.span,
        (None, _) => false,
    }
}

/// Whether the rule of `found` says that the one of `misread` has misread the text. Nobody is left without a correction, or
/// with advice in place of a warning.
fn overrules(found: &Finding, misread: &Finding, rules: &[Rule]) -> bool {
    let overlap = found.span.start < misread.span.end && misread.span.start < found.span.end;
    overlap
        && (found.severity != Severity::Advice || misread.severity == Severity::Advice)
        && (found.fix != FixSafety::None || misread.fix == FixSafety::None)
        && rules[found.rule as usize].overrules(&rules[misread.rule as usize])
}

/// The change that the first suggestion of a finding makes.
fn change<'f>(finding: &'f Finding, canonical: &str) -> Option<EditRef<'f>> {
    let text = finding.suggestions.first()?;
    Some(EditRef { span: finding.span, text }.trimmed(canonical))
}
