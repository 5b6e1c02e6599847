//! Lays out styled text in lines of limited width.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::hyperlink;
use super::painter::{Painter, TextStyle};
use crate::text::{visible, width};

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
    /// The runs of one style: the byte offset at which each ends, and its style.
    runs: Vec<(usize, TextStyle)>,
    /// The byte range that is a hyperlink, and its URL. A text has at most one hyperlink.
    link: Option<(Range<usize>, String)>,
}

impl StyledText {
    pub(super) fn push(&mut self, style: TextStyle, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        match self.runs.last_mut() {
            Some((end, last)) if *last == style => *end = self.text.len(),
            _ => self.runs.push((self.text.len(), style)),
        }
    }

    /// Appends plain text, as a hyperlink if there is a `url`.
    pub(super) fn push_link(&mut self, text: &str, url: Option<&str>) {
        let start = self.text.len();
        self.push(TextStyle::Plain, text);
        if let Some(url) = url {
            self.link = Some((start..self.text.len(), url.to_owned()));
        }
    }

    pub(super) fn with(mut self, style: TextStyle, text: &str) -> StyledText {
        self.push(style, text);
        self
    }

    /// Divides the text into cells. With `brackets`, runs in a style that has brackets are put in ⟦ ⟧.
    fn cells(&self, brackets: bool) -> Vec<Cell<'_>> {
        let mut cells: Vec<Cell> = Vec::with_capacity(self.text.len() / 3);
        let mut run = 0;
        for (at, grapheme) in self.text.grapheme_indices(true) {
            while self.runs[run].0 <= at {
                run += 1;
            }
            // A grapheme has one style, even if only a part of it, such as a combining accent, is styled.
            let last = at + grapheme.len() - 1;
            let mut style = self.runs[run].1;
            while self.runs[run].0 <= last {
                run += 1;
                style = if style == TextStyle::Plain { self.runs[run].1 } else { style };
            }
            let is_linked = self.link.as_ref().is_some_and(|(bytes, _)| bytes.contains(&at));
            push_cells(&mut cells, grapheme, style, is_linked);
        }
        if brackets {
            add_brackets(&mut cells);
        }
        for cell in &mut cells {
            cell.columns = width(&cell.text);
        }
        cells
    }
}

/// Appends the cell of a grapheme, or the cells of its code points if it is wider than [`MAX_CELL_COLUMNS`]. The widths
/// are left at 0.
fn push_cells<'t>(cells: &mut Vec<Cell<'t>>, grapheme: &'t str, style: TextStyle, is_linked: bool) {
    let text = visible(grapheme);
    if width(&text) <= MAX_CELL_COLUMNS {
        cells.push(Cell { text, columns: 0, style, is_linked });
        return;
    }
    let mut buffer = [0; 4];
    cells.extend(grapheme.chars().map(|c| Cell {
        text: Cow::Owned(visible(c.encode_utf8(&mut buffer)).into_owned()),
        columns: 0,
        style,
        is_linked,
    }));
}

/// Puts ⟦ ⟧ around each run of cells in a style that has brackets.
fn add_brackets(cells: &mut [Cell]) {
    for index in 0..cells.len() {
        let style = cells[index].style;
        if style.has_brackets() {
            if index == 0 || cells[index - 1].style != style {
                cells[index].text.to_mut().insert(0, '⟦');
            }
            if cells.get(index + 1).is_none_or(|next| next.style != style) {
                cells[index].text.to_mut().push('⟧');
            }
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
        let spaces = " ".repeat(indent);
        let cells = text.cells(!self.painter.colour);
        let mut from = 0;
        while from < cells.len() {
            let to = line_end(&cells, from, self.columns - indent);
            let (style, head) = match lead.rest {
                _ if from == 0 => (lead.style, lead.first),
                Some(rest) => (lead.style, rest),
                None => (TextStyle::Plain, spaces.as_str()),
            };
            self.painter.put(out, style, head);
            let line = trim_trailing_spaces(&cells[from..to]);
            for run in line.chunk_by(|a, b| (a.style, a.is_linked) == (b.style, b.is_linked)) {
                // A hyperlink is opened and closed on each line. The escape sequences take up no columns.
                let link = text.link.as_ref().filter(|_| run[0].is_linked);
                if let Some((_, url)) = link {
                    hyperlink::open(out, url);
                }
                let run_text: String = run.iter().map(|cell| cell.text.as_ref()).collect();
                self.painter.put(out, run[0].style, &run_text);
                if link.is_some() {
                    hyperlink::close(out);
                }
            }
            out.push('\n');
            from = to;
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
