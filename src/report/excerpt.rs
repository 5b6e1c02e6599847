//! Selects the parts of a paragraph that a report shows around findings.

use crate::text::{Span, width};

/// A part of a paragraph that is shown: the clauses around one or more findings. All spans are byte ranges of the
/// canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The range that is shown.
    pub(super) span: Span,
    /// The line of the draft that contains `span`, without its line break. If `span` covers several lines, the range
    /// from the start of the first to the end of the last.
    line: Span,
    /// The indices of the findings in the excerpt.
    pub(super) findings: Vec<usize>,
}

impl Excerpt {
    /// Whether text of the line is omitted before the excerpt.
    pub(super) fn is_cut_before(&self) -> bool {
        self.line.start < self.span.start
    }

    /// Whether text of the line is omitted after the excerpt.
    pub(super) fn is_cut_after(&self) -> bool {
        self.span.end < self.line.end
    }

    /// Extends the excerpt to cover `span` too.
    pub(super) fn extend(&mut self, span: Span) {
        self.span = union(self.span, span);
        self.line = union(self.line, self.span);
    }
}

fn union(one: Span, other: Span) -> Span {
    Span::new(one.start.min(other.start), one.end.max(other.end))
}

/// Returns the excerpts of a block that show `flagged`, the index and span of each finding, sorted by start. `extent`
/// is the range of the block. If possible, an excerpt fits in one line of `columns`.
pub(super) fn excerpts(
    text: &str,
    extent: Span,
    flagged: impl IntoIterator<Item = (usize, Span)>,
    columns: usize,
) -> Vec<Excerpt> {
    let mut excerpts: Vec<Excerpt> = Vec::new();
    for (index, flagged) in flagged {
        if let Some(last) = excerpts.last_mut()
            && last.span.covers(flagged)
        {
            last.findings.push(index);
            continue;
        }
        let (mut span, line) = window(text, extent, flagged, columns);
        if let Some(last) = excerpts.last_mut() {
            let both = union(last.span, span);
            if flagged.start < last.span.end || span.start <= last.span.end && width(both.of(text)) <= 3 * columns {
                last.findings.push(index);
                last.extend(both);
                last.line = union(last.line, line);
                continue;
            }
            span.start = span.start.max(last.span.end);
        }
        excerpts.push(Excerpt { span, line, findings: vec![index] });
    }
    excerpts
}

/// Returns the range to show around `flagged` and the line that contains it. The range consists of the clause of
/// `flagged` and as many neighbouring clauses as fit into `columns`.
fn window(text: &str, extent: Span, flagged: Span, columns: usize) -> (Span, Span) {
    // The number of bytes of Chinese text that fill a line. Longer clauses are cut.
    let reach = columns * 3 / 2;
    let mut line = union(extent, flagged);
    let mut from = text.floor_char_boundary(flagged.start.saturating_sub(reach)).max(line.start);
    if let Some(at) = text[from..flagged.start].rfind('\n') {
        from += at + 1;
        line.start = from;
    }
    let mut to = text.ceil_char_boundary(flagged.end.saturating_add(reach)).min(line.end);
    if let Some(at) = text[flagged.end..to].find('\n') {
        to = flagged.end + text[flagged.end..flagged.end + at].trim_end_matches('\r').len();
        line.end = to;
    }
    // The clause boundaries in the line, including both ends.
    let mut cuts = vec![from];
    cuts.extend(clause_ends(&text[from..to]).map(|at| from + at).filter(|&at| at < to));
    cuts.push(to);

    let mut left = cuts.partition_point(|&cut| cut <= flagged.start).saturating_sub(1);
    let mut right = cuts.partition_point(|&cut| cut < flagged.end || cut <= flagged.start).min(cuts.len() - 1);
    let columns_between = |left: usize, right: usize| width(&text[cuts[left]..cuts[right]]);
    let mut used = columns_between(left, right);
    loop {
        let previous = (left, right);
        if right + 1 < cuts.len() && used + columns_between(right, right + 1) <= columns {
            used += columns_between(right, right + 1);
            right += 1;
        }
        if left > 0 && used + columns_between(left - 1, left) <= columns {
            used += columns_between(left - 1, left);
            left -= 1;
        }
        if previous == (left, right) {
            break;
        }
    }
    (Span::new(cuts[left], cuts[right]), line)
}

/// Returns the byte offsets in `text` at which a clause ends: after its final punctuation mark and the closing marks
/// that follow it.
fn clause_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, c)| {
        let rest = &text[at + c.len_utf8()..];
        let ends = match c {
            '，' | '。' | '；' | '：' | '！' | '？' => true,
            // Numbers such as 1,234 and 15:40 are not divided.
            ',' | ';' | ':' | '!' | '?' => !rest.starts_with(|next: char| next.is_ascii_alphanumeric()),
            _ => false,
        };
        ends.then(|| text.len() - rest.trim_start_matches(['！', '？', '”', '’', '）', '》', '」', '』', '】']).len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the excerpts of the one-line `text` that show every occurrence of `flagged`.
    fn shown(text: &str, flagged: &str, columns: usize) -> Vec<String> {
        let flagged = text.match_indices(flagged).map(|(at, part)| (at, Span::new(at, at + part.len())));
        let excerpts = excerpts(text, Span::new(0, text.len()), flagged, columns);
        excerpts
            .iter()
            .map(|excerpt| {
                let ellipsis = |is_cut| if is_cut { "…" } else { "" };
                let (before, after) = (ellipsis(excerpt.is_cut_before()), ellipsis(excerpt.is_cut_after()));
                format!("{before}{}{after}", excerpt.span.of(text))
            })
            .collect()
    }

    #[test]
    fn shows_as_many_clauses_as_fit() {
        let text = "甲甲甲，乙乙乙；“丙X丙。”丁丁丁！戊戊戊";
        assert_eq!(shown(text, "X", 12), ["…“丙X丙。”…"]);
        assert_eq!(shown(text, "X", 24), ["…“丙X丙。”丁丁丁！…"]);
        assert_eq!(shown(text, "X", 40), ["…乙乙乙；“丙X丙。”丁丁丁！戊戊戊"]);
        assert_eq!(shown(text, "X", 60), [text]);
    }

    #[test]
    fn does_not_cut_numbers() {
        assert_eq!(shown("甲,乙1,234X元,丁", "X", 9), ["…乙1,234X元,…"]);
    }

    #[test]
    fn cuts_clause_longer_than_a_line() {
        let text = "一".repeat(1000) + "X" + &"二".repeat(1000);
        assert_eq!(shown(&text, "X", 20), [format!("…{}X{}…", "一".repeat(10), "二".repeat(10))]);
    }

    #[test]
    fn merges_close_excerpts_and_shows_no_text_twice() {
        assert_eq!(shown("甲X，乙X，丙", "X", 40), ["甲X，乙X，丙"]);
        let text = "一二三四五X，".repeat(20);
        let shown = shown(&text, "X", 20);
        assert_eq!(shown.len(), 5);
        let whole: String = shown.iter().map(|part| part.trim_matches('…')).collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn excerpt_stays_within_its_line() {
        let text = "甲甲。\r\n乙X乙\r\n丙丙。";
        assert_eq!(shown(text, "X", 80), ["乙X乙"]);
    }
}
