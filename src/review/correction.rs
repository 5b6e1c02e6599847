//! What a proofreader corrects by hand, where no rule found anything.

use std::borrow::Cow;

use super::decision::{BY_HAND, Decided, Verdict};
use super::reading::{Reading, Step, unwritable};
use crate::block::Block;
use crate::edit::{Edit, EditRef, EditSet};
use crate::error::{Error, Result};
use crate::stet::surroundings;
use crate::text::Span;

/// What a correction says of itself, where a finding has the message of its rule.
const MESSAGE: &str = "没有查出，手工改的。";

impl Reading<'_> {
    /// The step that writes `text` over a passage: `passage` is a span of the text of a block. What was corrected by hand
    /// before and is changed again becomes part of the new correction.
    pub(super) fn correction(&self, block: usize, passage: Span, text: &str) -> Result<Step> {
        let canonical = self.draft().text();
        let block = self.draft().blocks().get(block);
        let shown = block.map(|block| block.text(canonical));
        let Some((block, shown)) = block.zip(shown).filter(|(_, shown)| shown.get(passage.range()).is_some()) else {
            return Err(Error::new("稿件里没有这个地方。").help("请重新选中要改的字。"));
        };
        let wanted = EditRef { span: passage, text }.trimmed(shown);
        if wanted.span.is_empty() && wanted.text.is_empty() {
            return Err(Error::new("改的和原来一样，没有改。"));
        }
        let written = self.written(wanted.text)?;
        let edit = EditRef { span: wanted.span, text: &written };
        let edit = in_draft(block, edit, canonical).ok_or_else(unwritable)?;
        let mut removed: Vec<Decided> = self.meeting(edit.span).cloned().collect();
        removed.sort_by_key(|decided| decided.span.start);
        let ends = removed.iter().map(|decided| decided.span);
        let whole = ends.fold(edit.span, |all, one| Span::new(all.start.min(one.start), all.end.max(one.end)));
        let is_own = |decided: &Decided| {
            decided.rule == BY_HAND && canonical.get(decided.span.range()) == Some(decided.after.as_str())
        };
        if let Some(other) = self.meeting(whole).find(|decided| !is_own(decided)) {
            return Err(overlapping(other));
        }
        // What was there before all of them, and what is there now.
        let (mut before, mut done) = (String::new(), whole.start);
        for decided in &removed {
            // Corrections by hand do not overlap, unless somebody else has written the journal.
            before += canonical.get(done..decided.span.start).ok_or_else(|| overlapping(decided))?;
            before += &decided.before;
            done = decided.span.end;
        }
        before += canonical.get(done..whole.end).unwrap_or_default();
        let after =
            [&canonical[whole.start..edit.span.start], &edit.text, &canonical[edit.span.end..whole.end]].concat();
        let (left, right) = surroundings(shown, Span::new(0, shown.len()), wanted.span);
        let first = removed.first().filter(|first| first.span.start < edit.span.start);
        let last = removed.last().filter(|last| last.span.end > edit.span.end);
        let around =
            (first.map_or(left, |it| &it.around.0).to_owned(), last.map_or(right, |it| &it.around.1).to_owned());
        let text = if removed.is_empty() { wanted.text.to_owned() } else { after.clone() };
        let decided = Decided {
            number: self.next_number(),
            rule: BY_HAND.to_owned(),
            span: Span::new(whole.start, whole.start + after.len()),
            verdict: Verdict::Own { text },
            message: MESSAGE.to_owned(),
            before,
            after,
            around,
        };
        let mut edits = EditSet::default();
        edits.push(edit).map_err(|_| unwritable())?;
        // What is as it was before all corrections is not corrected.
        let added = if decided.before == decided.after { Vec::new() } else { vec![decided] };
        Ok(Step { added, removed, edits, ..Step::default() })
    }

    /// Returns the decisions on places that a span overlaps. What only adjoins it is not meant.
    fn meeting(&self, span: Span) -> impl Iterator<Item = &Decided> {
        let meets = move |decided: &&Decided| {
            let Span { start, end } = decided.span;
            start < span.end && span.start < end
        };
        self.decided().iter().filter(meets)
    }

    /// Returns the text of the proofreader as the draft writes it.
    pub(super) fn written<'t>(&self, text: &'t str) -> Result<Cow<'t, str>> {
        if text.contains(|c: char| c.is_control()) {
            return Err(Error::new("改写的文字里不能换行，也不能有控制字符。"));
        }
        self.draft().render_replacement(text).map_err(Error::new)
    }

    /// Returns where a correction that was made in another state of the draft belongs now, as a block and a span of its
    /// text: the one place with this text between these texts, or else after the first or before the second of them.
    pub(super) fn passage_of(&self, decided: &Decided) -> Option<(usize, Span)> {
        let (left, right) = &decided.around;
        let sides = [(left.as_str(), right.as_str()), (left, ""), ("", right)];
        sides.into_iter().filter(|(left, right)| !left.is_empty() || !right.is_empty()).find_map(|(left, right)| {
            let whole = [left, &decided.before, right].concat();
            let within = |(index, block): (usize, &Block)| {
                let found = block.text(self.draft().text()).match_indices(&whole);
                let starts: Vec<usize> = found.map(|(at, _)| at + left.len()).take(2).collect();
                starts.into_iter().map(move |at| (index, Span::new(at, at + decided.before.len())))
            };
            let mut places = self.draft().blocks().iter().enumerate().flat_map(within);
            let place = places.next()?;
            places.next().is_none().then_some(place)
        })
    }
}

/// Returns the edit of the draft that makes an edit of the text of a block. What is inserted between two stretches of
/// prose goes to the second if it cannot go to the first.
fn in_draft(block: &Block, edit: EditRef, canonical: &str) -> Option<Edit> {
    if let Some(edit) = block.body.edit(edit.span, edit.text, canonical) {
        return Some(edit.to_edit());
    }
    let next = block.text(canonical)[edit.span.end..].chars().next().filter(|_| edit.span.is_empty())?;
    let text = format!("{}{next}", edit.text);
    let span = Span::new(edit.span.start, edit.span.start + next.len_utf8());
    Some(block.body.edit(span, &text, canonical)?.trimmed(canonical).to_edit())
}

fn overlapping(decided: &Decided) -> Error {
    let what = match (decided.before.as_str(), decided.after.as_str()) {
        ("", after) => format!("补上的“{}”", beginning(after)),
        (before, "") => format!("删去的“{}”", beginning(before)),
        (before, after) if before == after => format!("定为不改的“{}”", beginning(before)),
        (before, after) => format!("“{}”改的“{}”", beginning(before), beginning(after)),
    };
    let error = Error::new(format!("这里和已经定下的一处（{what}）重叠，没有改。"));
    error.help("请先重新处理那一处（按 o），再来改。")
}

/// Returns the beginning of a text, as far as a message shows it.
fn beginning(text: &str) -> String {
    const SHOWN: usize = 12;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
