use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::hyperlink;
use super::paint::{Paint, Style};
use crate::text::{visible, width};

/// A character as a reader sees it.
struct Cell<'t> {
    text: Cow<'t, str>,
    columns: usize,
    style: Style,
    /// Is it part of the link of its text?
    is_linked: bool,
}

/// Text in several styles: each run with the byte where it ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Styled {
    text: String,
    runs: Vec<(usize, Style)>,
    /// The bytes that are a hyperlink, and its address. A text has one at most.
    link: Option<(Range<usize>, String)>,
}

impl Styled {
    pub(super) fn push(&mut self, style: Style, text: &str) {
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
        self.push(Style::Plain, text);
        if let Some(url) = url {
            self.link = Some((start..self.text.len(), url.to_owned()));
        }
    }

    pub(super) fn with(mut self, style: Style, text: &str) -> Styled {
        self.push(style, text);
        self
    }

    /// A character is styled as a whole, also where only a part of it (a combining accent) is.
    fn cells(&self, brackets: bool) -> Vec<Cell<'_>> {
        let mut cells: Vec<Cell> = Vec::with_capacity(self.text.len() / 3);
        let mut run = 0;
        for (at, grapheme) in self.text.grapheme_indices(true) {
            let is_linked = self.link.as_ref().is_some_and(|(bytes, _)| bytes.contains(&at));
            while self.runs[run].0 <= at {
                run += 1;
            }
            let last = at + grapheme.len() - 1;
            let mut style = self.runs[run].1;
            while self.runs[run].0 <= last {
                run += 1;
                style = if style == Style::Plain { self.runs[run].1 } else { style };
            }
            // What takes more than a few columns is no character but a pile of them.
            let text = visible(grapheme);
            if width(&text) <= 4 {
                cells.push(Cell { text, columns: 0, style, is_linked });
            } else {
                let mut buffer = [0; 4];
                cells.extend(grapheme.chars().map(|c| Cell {
                    text: Cow::Owned(visible(c.encode_utf8(&mut buffer)).into_owned()),
                    columns: 0,
                    style,
                    is_linked,
                }));
            }
        }
        if brackets {
            for index in 0..cells.len() {
                let style = cells[index].style;
                if style.is_marked() {
                    if index == 0 || cells[index - 1].style != style {
                        cells[index].text.to_mut().insert(0, '⟦');
                    }
                    if cells.get(index + 1).is_none_or(|next| next.style != style) {
                        cells[index].text.to_mut().push('⟧');
                    }
                }
            }
        }
        for cell in &mut cells {
            cell.columns = width(&cell.text);
        }
        cells
    }
}

/// What stands before the lines of a text, both of the same width.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead<'t> {
    pub(super) style: Style,
    /// Before the first line.
    pub(super) first: &'t str,
    /// Before those that follow; `None`: blanks as wide as the first.
    pub(super) rest: Option<&'t str>,
}

/// A screen that lines are laid out for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) paint: Paint,
    /// No line is wider than this.
    pub(super) columns: usize,
}

/// Narrower screens get lines that are too wide.
const NARROWEST: usize = 32;

impl Screen {
    pub(super) fn new(colour: bool, columns: usize) -> Screen {
        Screen { paint: Paint::new(colour), columns: columns.max(NARROWEST) }
    }

    /// Sets `text` in lines behind `lead`.
    pub(super) fn flow(&self, out: &mut String, lead: Lead, text: &Styled) {
        let indent = width(lead.first);
        let blanks = " ".repeat(indent);
        let cells = text.cells(!self.paint.colour);
        let mut from = 0;
        while from < cells.len() {
            let to = line_end(&cells, from, self.columns - indent);
            let first = from == 0;
            let head = if first { lead.first } else { lead.rest.unwrap_or(&blanks) };
            self.paint.put(out, if first || lead.rest.is_some() { lead.style } else { Style::Plain }, head);
            for run in without_blanks_at_end(&cells[from..to])
                .chunk_by(|a, b| (a.style, a.is_linked) == (b.style, b.is_linked))
            {
                let run_text: String = run.iter().map(|cell| cell.text.as_ref()).collect();
                // A link is opened and closed on each line. The sequences have no width.
                let link = text.link.as_ref().filter(|_| run[0].is_linked);
                if let Some((_, url)) = link {
                    hyperlink::open(out, url);
                }
                self.paint.put(out, run[0].style, &run_text);
                if link.is_some() {
                    hyperlink::close(out);
                }
            }
            out.push('\n');
            from = to;
        }
    }
}

/// Where the line that begins with cell `from` ends: as far as it fits, but not inside a word, and
/// not so that the next line would begin with a mark that may not begin one.
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
    (from + 1..=full).rev().take(40).find(|&at| !hold_together(&cells[at - 1].text, &cells[at].text)).unwrap_or(full)
}

/// The cells of a line without the blanks before its end, unless they are what is marked.
fn without_blanks_at_end<'c, 't>(line: &'c [Cell<'t>]) -> &'c [Cell<'t>] {
    let blanks = line.iter().rev().take_while(|cell| cell.style == Style::Plain && cell.text == " ").count();
    &line[..line.len() - blanks]
}

/// Must two characters stand on one line? The brackets around what is marked stand for nothing themselves.
fn hold_together(left: &str, right: &str) -> bool {
    let (left, right) = (left.trim_end_matches('⟧'), right.trim_start_matches('⟦'));
    let (Some(left), Some(right)) = (left.chars().next_back(), right.chars().next()) else { return false };
    left.is_ascii_graphic() && right.is_ascii_graphic()
        || "“‘（《〈【〔「『⟦".contains(left)
        || "，。、；：？！”’）》〉】〕」』⟧…—,;:?!) ".contains(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flowed(text: &Styled, columns: usize) -> String {
        let mut out = String::new();
        let lead = Lead { style: Style::Plain, first: "- ", rest: None };
        Screen::new(false, columns).flow(&mut out, lead, text);
        out
    }

    #[test]
    fn a_line_does_not_begin_with_a_mark_or_end_inside_a_word() {
        let text = Styled::default().with(Style::Plain, &("一".repeat(15) + "，二"));
        assert_eq!(flowed(&text, 32), format!("- {}\n  一，二\n", "一".repeat(14)));
        let text = Styled::default().with(Style::Plain, &("一".repeat(13) + "punctuation/comma"));
        assert_eq!(flowed(&text, 32), format!("- {}\n  punctuation/comma\n", "一".repeat(13)));
    }

    #[test]
    fn a_line_does_not_begin_with_a_mark_that_is_marked() {
        let text =
            Styled::default().with(Style::Plain, &"一".repeat(14)).with(Style::Inserted, "，").with(Style::Plain, "二");
        assert_eq!(flowed(&text, 32), format!("- {}\n  一⟦，⟧二\n", "一".repeat(13)));
    }

    #[test]
    fn a_line_does_not_end_in_blanks_unless_they_are_marked() {
        let text = Styled::default().with(Style::Plain, &("一".repeat(14) + "  1:12"));
        assert_eq!(flowed(&text, 32), format!("- {}\n  1:12\n", "一".repeat(14)));
        let text = Styled::default().with(Style::Plain, "一").with(Style::Deleted, " ");
        assert_eq!(flowed(&text, 32), "- 一⟦ ⟧\n");
    }

    #[test]
    fn a_link_takes_no_room_and_ends_with_its_line() {
        let mut text = Styled::default().with(Style::Plain, "一");
        text.push_link(&"a".repeat(40), Some("https://example.com/"));
        text.push(Style::Plain, "  二");
        let linked = |text: &str| format!("\u{1b}]8;;https://example.com/\u{1b}\\{text}\u{1b}]8;;\u{1b}\\");
        let expected = format!("- 一\n  {}\n  {}  二\n", linked(&"a".repeat(30)), linked(&"a".repeat(10)));
        assert_eq!(flowed(&text, 32), expected);
    }

    #[test]
    fn a_character_is_marked_as_a_whole() {
        let text =
            Styled::default().with(Style::Plain, "cafe").with(Style::Inserted, "\u{301}").with(Style::Plain, "s");
        assert_eq!(flowed(&text, 80), "- caf⟦e\u{301}⟧s\n");
    }
}
