//! Lays out styled text in lines of limited width.

use std::borrow::Cow;

use super::hyperlink;
use super::painter::{Painter, TextStyle};
use crate::text::{graphemes, plain_width, visible, width};

/// A character as displayed: a grapheme cluster, or one code point of a cluster that is too wide. Invisible characters
/// are made visible.
struct Cell<'t> {
    text: Cow<'t, str>,
    columns: usize,
    style: TextStyle,
    /// Whether the character is part of the hyperlink of its text.
    is_linked: bool,
}

/// Text in several styles.
#[derive(Debug, Clone, Default)]
pub(super) struct StyledText {
    text: String,
    /// The parts of the text in order. Adjacent runs differ.
    runs: Vec<Run>,
    /// The URL of the hyperlink. A text has at most one hyperlink.
    url: Option<String>,
}

/// A part of a text that has one style.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The byte offset in the text at which the run ends.
    end: usize,
    style: TextStyle,
    /// Whether the run is the hyperlink of its text.
    is_linked: bool,
}

impl StyledText {
    pub(super) fn push(&mut self, style: TextStyle, text: &str) {
        self.push_run(style, false, text);
    }

    /// Appends plain text, as a hyperlink if there is a `url`.
    pub(super) fn push_link(&mut self, text: &str, url: Option<&str>) {
        self.push_run(TextStyle::Plain, url.is_some(), text);
        self.url = url.map(str::to_owned);
    }

    pub(super) fn with(mut self, style: TextStyle, text: &str) -> StyledText {
        self.push(style, text);
        self
    }

    fn push_run(&mut self, style: TextStyle, is_linked: bool, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len();
        match self.runs.last_mut() {
            Some(last) if (last.style, last.is_linked) == (style, is_linked) => last.end = end,
            _ => self.runs.push(Run { end, style, is_linked }),
        }
    }

    /// Returns the runs with the text of each.
    fn parts(&self) -> impl DoubleEndedIterator<Item = (Run, &str)> {
        let start = |index: usize| if index == 0 { 0 } else { self.runs[index - 1].end };
        self.runs.iter().enumerate().map(move |(index, run)| (*run, &self.text[start(index)..run.end]))
    }

    /// Returns the number of plain spaces at the end of the text. Styled spaces do not count: they are what is flagged.
    fn trailing_spaces(&self) -> usize {
        let plain = self.parts().rev().take_while(|(run, _)| run.style == TextStyle::Plain).last();
        let start = plain.map_or(self.text.len(), |(run, part)| run.end - part.len());
        let plain = &self.text[start..];
        plain.len() - plain.trim_end_matches(' ').len()
    }

    /// Returns the number of columns of the text if all of its characters are plain, and `None` otherwise. With
    /// `brackets`, the ⟦ ⟧ around runs count too.
    fn plain_columns(&self, brackets: bool) -> Option<usize> {
        let bracketed = self.runs.iter().filter(|run| brackets && run.style.has_brackets()).count();
        Some(plain_width(&self.text)? + bracketed * width("⟦⟧"))
    }

    /// Divides the text into cells. With `brackets`, runs in a style that has brackets are put in ⟦ ⟧.
    fn cells(&self, brackets: bool) -> Vec<Cell<'_>> {
        let mut cells: Vec<Cell> = Vec::with_capacity(self.text.len() / 3);
        let (mut at, mut run) = (0, 0);
        for grapheme in graphemes(&self.text) {
            while self.runs[run].end <= at {
                run += 1;
            }
            // A grapheme has one style, even if only a part of it, such as a combining accent, is styled.
            let Run { mut style, is_linked, .. } = self.runs[run];
            at += grapheme.len();
            while self.runs[run].end < at {
                run += 1;
                style = if style == TextStyle::Plain { self.runs[run].style } else { style };
            }
            push_cells(&mut cells, grapheme, style, is_linked);
        }
        if brackets {
            add_brackets(&mut cells);
        }
        cells
    }
}

/// Appends the cell of a grapheme, or the cells of its code points if it is wider than [`MAX_CELL_COLUMNS`].
fn push_cells<'t>(cells: &mut Vec<Cell<'t>>, grapheme: &'t str, style: TextStyle, is_linked: bool) {
    let mut push = |text: Cow<'t, str>, columns| cells.push(Cell { text, columns, style, is_linked });
    let text = visible(grapheme);
    let columns = width(&text);
    if columns <= MAX_CELL_COLUMNS {
        return push(text, columns);
    }
    let mut buffer = [0; 4];
    for c in grapheme.chars() {
        let text = visible(c.encode_utf8(&mut buffer)).into_owned();
        let columns = width(&text);
        push(Cow::Owned(text), columns);
    }
}

/// Puts ⟦ ⟧ around each run of cells in a style that has brackets.
fn add_brackets(cells: &mut [Cell]) {
    for run in cells.chunk_by_mut(|a, b| a.style == b.style).filter(|run| run[0].style.has_brackets()) {
        run[0].text.to_mut().insert(0, '⟦');
        run[run.len() - 1].text.to_mut().push('⟧');
        for cell in run {
            cell.columns = width(&cell.text);
        }
    }
}

/// The text with which each line of a paragraph starts, equally wide in all lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineLead<'t> {
    pub(super) style: TextStyle,
    /// The lead of the first line.
    pub(super) first: &'t str,
    /// The lead of the following lines; `None` for spaces as wide as `first`.
    pub(super) rest: Option<&'t str>,
}

/// The screen for which lines are laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) painter: Painter,
    /// The maximum width of a line.
    pub(super) columns: usize,
}

/// The minimum width for which lines are laid out. On a narrower screen the lines are too wide.
const MIN_COLUMNS: usize = 32;

/// The maximum width of a grapheme that is shown as one cell.
const MAX_CELL_COLUMNS: usize = 4;

/// How many cells at the end of a full line are searched for a permitted line break.
const BREAK_SEARCH_CELLS: usize = 40;

impl Screen {
    pub(super) fn new(colour: bool, columns: usize) -> Screen {
        Screen { painter: Painter::new(colour), columns: columns.max(MIN_COLUMNS) }
    }

    /// Appends `text` to `out`, broken into lines that start with `lead`.
    pub(super) fn flow(&self, out: &mut String, lead: LineLead, text: &StyledText) {
        let indent = width(lead.first);
        let columns = self.columns - indent;
        if text.plain_columns(self.has_brackets()).is_some_and(|needed| needed <= columns) {
            return self.put_single_line(out, lead, text);
        }
        let spaces = " ".repeat(indent);
        let cells = text.cells(self.has_brackets());
        let mut from = 0;
        while from < cells.len() {
            let to = line_end(&cells, from, columns);
            let (style, head) = match lead.rest {
                _ if from == 0 => (lead.style, lead.first),
                Some(rest) => (lead.style, rest),
                None => (TextStyle::Plain, spaces.as_str()),
            };
            self.painter.put(out, style, head);
            let line = trim_trailing_spaces(&cells[from..to]);
            for run in line.chunk_by(|a, b| (a.style, a.is_linked) == (b.style, b.is_linked)) {
                let run_text: String = run.iter().map(|cell| cell.text.as_ref()).collect();
                let url = text.url.as_deref().filter(|_| run[0].is_linked);
                self.put_run(out, run[0].style, url, &run_text);
            }
            out.push('\n');
            from = to;
        }
    }

    /// Whether styles are shown by ⟦ ⟧, for want of colours.
    fn has_brackets(&self) -> bool {
        !self.painter.colour
    }

    /// Does what [`flow`](Screen::flow) does for plain characters that fit in one line.
    fn put_single_line(&self, out: &mut String, lead: LineLead, text: &StyledText) {
        if text.text.is_empty() {
            return;
        }
        self.painter.put(out, lead.style, lead.first);
        let line = text.text.len() - text.trailing_spaces();
        for (run, part) in text.parts() {
            if self.has_brackets() && run.style.has_brackets() {
                out.extend(["⟦", part, "⟧"]);
                continue;
            }
            let part = &part[..part.len() - run.end.saturating_sub(line).min(part.len())];
            if !part.is_empty() {
                self.put_run(out, run.style, text.url.as_deref().filter(|_| run.is_linked), part);
            }
        }
        out.push('\n');
    }

    /// Appends a part of a line in one style, as a hyperlink if there is a `url`. A hyperlink is opened and closed on
    /// each line. The escape sequences take up no columns.
    fn put_run(&self, out: &mut String, style: TextStyle, url: Option<&str>, text: &str) {
        if let Some(url) = url {
            hyperlink::open(out, url);
        }
        self.painter.put(out, style, text);
        if url.is_some() {
            hyperlink::close(out);
        }
    }
}

/// Returns the end of the line that starts with cell `from`: as many cells as fit into `columns`, less those that must
/// not be separated from the cell after them.
fn line_end(cells: &[Cell], from: usize, columns: usize) -> usize {
    let mut used = 0;
    let fits = cells[from..].iter().take_while(|cell| {
        used += cell.columns;
        used <= columns
    });
    let full = from + fits.count().max(1);
    if full == cells.len() {
        return full;
    }
    let may_break = |at: &usize| !is_inseparable(&cells[at - 1].text, &cells[*at].text);
    (from + 1..=full).rev().take(BREAK_SEARCH_CELLS).find(may_break).unwrap_or(full)
}

/// Returns the cells of a line without trailing plain spaces. Styled spaces are kept: they are what is flagged.
fn trim_trailing_spaces<'c, 't>(line: &'c [Cell<'t>]) -> &'c [Cell<'t>] {
    let spaces = line.iter().rev().take_while(|cell| cell.style == TextStyle::Plain && cell.text == " ").count();
    &line[..line.len() - spaces]
}

/// Whether two characters must be on one line: they are parts of a word, or the left one may not end a line, or the
/// right one may not start a line. Brackets ⟦ ⟧ around them are ignored.
fn is_inseparable(left: &str, right: &str) -> bool {
    let (left, right) = (left.trim_end_matches('⟧'), right.trim_start_matches('⟦'));
    let (Some(left), Some(right)) = (left.chars().next_back(), right.chars().next()) else { return false };
    left.is_ascii_graphic() && right.is_ascii_graphic()
        || "“‘（《〈【〔「『⟦".contains(left)
        || "，。、；：？！”’）》〉】〕」』⟧…—,;:?!) ".contains(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow_plain(text: &StyledText, columns: usize) -> String {
        let mut out = String::new();
        let lead = LineLead { style: TextStyle::Plain, first: "- ", rest: None };
        Screen::new(false, columns).flow(&mut out, lead, text);
        out
    }

    #[test]
    fn does_not_break_line_before_closing_punctuation_or_inside_a_word() {
        let text = StyledText::default().with(TextStyle::Plain, &("一".repeat(15) + "，二"));
        assert_eq!(flow_plain(&text, 32), format!("- {}\n  一，二\n", "一".repeat(14)));
        let text = StyledText::default().with(TextStyle::Plain, &("一".repeat(13) + "punctuation/comma"));
        assert_eq!(flow_plain(&text, 32), format!("- {}\n  punctuation/comma\n", "一".repeat(13)));
    }

    #[test]
    fn does_not_break_line_before_bracketed_punctuation() {
        let text = StyledText::default()
            .with(TextStyle::Plain, &"一".repeat(14))
            .with(TextStyle::Inserted, "，")
            .with(TextStyle::Plain, "二");
        assert_eq!(flow_plain(&text, 32), format!("- {}\n  一⟦，⟧二\n", "一".repeat(13)));
    }

    #[test]
    fn trims_trailing_spaces_unless_they_are_styled() {
        let text = StyledText::default().with(TextStyle::Plain, &("一".repeat(14) + "  1:12"));
        assert_eq!(flow_plain(&text, 32), format!("- {}\n  1:12\n", "一".repeat(14)));
        let text = StyledText::default().with(TextStyle::Plain, "一").with(TextStyle::Deleted, " ");
        assert_eq!(flow_plain(&text, 32), "- 一⟦ ⟧\n");
    }

    #[test]
    fn link_takes_no_columns_and_is_closed_on_each_line() {
        let mut text = StyledText::default().with(TextStyle::Plain, "一");
        text.push_link(&"a".repeat(40), Some("https://example.com/"));
        text.push(TextStyle::Plain, "  二");
        let linked = |text: &str| format!("\u{1b}]8;;https://example.com/\u{1b}\\{text}\u{1b}]8;;\u{1b}\\");
        let expected = format!("- 一\n  {}\n  {}  二\n", linked(&"a".repeat(30)), linked(&"a".repeat(10)));
        assert_eq!(flow_plain(&text, 32), expected);
    }

    #[test]
    fn styles_grapheme_as_a_whole() {
        let text = StyledText::default()
            .with(TextStyle::Plain, "cafe")
            .with(TextStyle::Inserted, "\u{301}")
            .with(TextStyle::Plain, "s");
        assert_eq!(flow_plain(&text, 80), "- caf⟦e\u{301}⟧s\n");
    }
}
