use crate::text::{Span, width};

/// A part of a paragraph that is shown: the clauses around one or more findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// What is shown (bytes of the canonical text).
    pub(super) span: Span,
    /// The line of the draft that it is a part of, or of several what lies between.
    line: Span,
    /// The findings, as indices.
    pub(super) findings: Vec<usize>,
}

impl Stretch {
    /// Is something left out before it?
    pub(super) fn cut_before(&self) -> bool {
        self.line.start < self.span.start
    }

    /// Is something left out after it?
    pub(super) fn cut_after(&self) -> bool {
        self.span.end < self.line.end
    }

    /// Makes it cover `span` too.
    pub(super) fn widen(&mut self, span: Span) {
        self.span = union(self.span, span);
        self.line = union(self.line, self.span);
    }
}

fn union(one: Span, other: Span) -> Span {
    Span::new(one.start.min(other.start), one.end.max(other.end))
}

/// The stretches of the block `extent` that show `hits` (index and span, sorted by start), each of
/// them wherever it can in one line of `columns`.
pub(super) fn stretches(
    text: &str,
    extent: Span,
    hits: impl IntoIterator<Item = (usize, Span)>,
    columns: usize,
) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, hit) in hits {
        if let Some(last) = stretches.last_mut()
            && last.span.covers(hit)
        {
            last.findings.push(index);
            continue;
        }
        let (mut span, line) = window(text, extent, hit, columns);
        if let Some(last) = stretches.last_mut() {
            let both = union(last.span, span);
            if hit.start < last.span.end || span.start <= last.span.end && width(both.of(text)) <= 3 * columns {
                last.findings.push(index);
                last.widen(both);
                last.line = union(last.line, line);
                continue;
            }
            span.start = span.start.max(last.span.end);
        }
        stretches.push(Stretch { span, line, findings: vec![index] });
    }
    stretches
}

/// What to show around `hit`, and the line it is taken from: the clause of the hit, and as many
/// clauses more as fit into `columns`.
fn window(text: &str, extent: Span, hit: Span, columns: usize) -> (Span, Span) {
    // As many bytes of Chinese as fill a line. A clause that is longer than this is cut.
    let reach = columns * 3 / 2;
    let mut line = union(extent, hit);
    let mut from = text.floor_char_boundary(hit.start.saturating_sub(reach)).max(line.start);
    if let Some(at) = text[from..hit.start].rfind('\n') {
        from += at + 1;
        line.start = from;
    }
    let mut to = text.ceil_char_boundary(hit.end.saturating_add(reach)).min(line.end);
    if let Some(at) = text[hit.end..to].find('\n') {
        to = hit.end + text[hit.end..hit.end + at].trim_end_matches('\r').len();
        line.end = to;
    }
    let mut cuts = vec![from];
    cuts.extend(clause_ends(&text[from..to]).map(|at| from + at).filter(|&at| at < to));
    cuts.push(to);

    let mut left = cuts.partition_point(|&cut| cut <= hit.start).saturating_sub(1);
    let mut right = cuts.partition_point(|&cut| cut < hit.end || cut <= hit.start).min(cuts.len() - 1);
    let columns_of = |one: usize, other: usize| width(&text[cuts[one]..cuts[other]]);
    let mut used = columns_of(left, right);
    loop {
        let grown = (left, right);
        if right + 1 < cuts.len() && used + columns_of(right, right + 1) <= columns {
            used += columns_of(right, right + 1);
            right += 1;
        }
        if left > 0 && used + columns_of(left - 1, left) <= columns {
            used += columns_of(left - 1, left);
            left -= 1;
        }
        if grown == (left, right) {
            break;
        }
    }
    (Span::new(cuts[left], cuts[right]), line)
}

/// The places in `text` where a clause ends, behind its mark and what closes with it.
fn clause_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, c)| {
        let rest = &text[at + c.len_utf8()..];
        let ends = match c {
            '，' | '。' | '；' | '：' | '！' | '？' => true,
            // Not in 1,234 and 15:40.
            ',' | ';' | ':' | '!' | '?' => !rest.starts_with(|next: char| next.is_ascii_alphanumeric()),
            _ => false,
        };
        ends.then(|| text.len() - rest.trim_start_matches(['！', '？', '”', '’', '）', '》', '」', '』', '】']).len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stretches for the places of `hit` in the one line that `text` is.
    fn shown(text: &str, hit: &str, columns: usize) -> Vec<String> {
        let hits = text.match_indices(hit).map(|(at, _)| (at, Span::new(at, at + hit.len())));
        let stretches = stretches(text, Span::new(0, text.len()), hits, columns);
        stretches
            .iter()
            .map(|stretch| {
                let cut = |cut| if cut { "…" } else { "" };
                format!("{}{}{}", cut(stretch.cut_before()), stretch.span.of(text), cut(stretch.cut_after()))
            })
            .collect()
    }

    #[test]
    fn as_many_clauses_are_shown_as_fit() {
        let text = "甲甲甲，乙乙乙；“丙X丙。”丁丁丁！戊戊戊";
        assert_eq!(shown(text, "X", 12), ["…“丙X丙。”…"]);
        assert_eq!(shown(text, "X", 24), ["…“丙X丙。”丁丁丁！…"]);
        assert_eq!(shown(text, "X", 40), ["…乙乙乙；“丙X丙。”丁丁丁！戊戊戊"]);
        assert_eq!(shown(text, "X", 60), [text]);
    }

    #[test]
    fn a_figure_is_not_cut() {
        assert_eq!(shown("甲,乙1,234X元,丁", "X", 9), ["…乙1,234X元,…"]);
    }

    #[test]
    fn a_clause_without_end_is_cut() {
        let text = "一".repeat(1000) + "X" + &"二".repeat(1000);
        assert_eq!(shown(&text, "X", 20), [format!("…{}X{}…", "一".repeat(10), "二".repeat(10))]);
    }

    #[test]
    fn places_close_together_share_a_stretch_and_none_is_shown_twice() {
        assert_eq!(shown("甲X，乙X，丙", "X", 40), ["甲X，乙X，丙"]);
        let text = "一二三四五X，".repeat(20);
        let shown = shown(&text, "X", 20);
        assert_eq!(shown.len(), 5);
        let whole: String = shown.iter().map(|part| part.trim_matches('…')).collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn a_stretch_stays_in_its_line() {
        let text = "甲甲。\r\n乙X乙\r\n丙丙。";
        assert_eq!(shown(text, "X", 80), ["乙X乙"]);
    }
}
