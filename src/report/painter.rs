//! Colours for reports on a terminal.

use colored::{ColoredString, Colorize};

use crate::finding::Severity;

/// The role of a piece of output, which determines its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextStyle {
    Plain,
    /// The position of an entry.
    Position,
    /// The `- ` before a line as it was.
    Before,
    /// The `+ ` before a line as it will be.
    After,
    /// The `? ` before a line that is only questioned.
    Query,
    /// Deleted characters.
    Deleted,
    /// Inserted characters.
    Inserted,
    /// Flagged characters without a change.
    Flagged,
    Error,
    Warning,
    Advice,
}

impl TextStyle {
    /// Whether text in this style is put in ⟦ ⟧ if there are no colours.
    pub(super) fn has_brackets(self) -> bool {
        matches!(self, TextStyle::Deleted | TextStyle::Inserted | TextStyle::Flagged)
    }

    /// Applies the colours. A background is always combined with a foreground, so that the text is readable in any
    /// terminal theme; the foregrounds used alone are readable on both light and dark backgrounds.
    fn coloured(self, text: &str) -> ColoredString {
        match self {
            TextStyle::Plain => text.normal(),
            TextStyle::Position => text.bold(),
            TextStyle::Before => text.red(),
            TextStyle::After => text.green(),
            TextStyle::Query => text.magenta().bold(),
            TextStyle::Deleted => text.bright_white().on_red(),
            TextStyle::Inserted => text.black().on_green(),
            TextStyle::Flagged => text.black().on_yellow(),
            TextStyle::Error => text.red().bold(),
            TextStyle::Warning => text.magenta().bold(),
            TextStyle::Advice => text.bold(),
        }
    }
}

impl From<Severity> for TextStyle {
    fn from(severity: Severity) -> TextStyle {
        match severity {
            Severity::Error => TextStyle::Error,
            Severity::Warning => TextStyle::Warning,
            Severity::Advice => TextStyle::Advice,
        }
    }
}

/// Appends text with or without colours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Painter {
    pub(super) colour: bool,
}

impl Painter {
    /// Creates a painter. The crate `colored` checks by itself whether the terminal supports colours. The caller has
    /// already decided, so with colours that check is overridden; without colours `colored` is not used.
    pub(super) fn new(colour: bool) -> Painter {
        if colour {
            colored::control::set_override(true);
        }
        Painter { colour }
    }

    pub(super) fn put(self, out: &mut String, style: TextStyle, text: &str) {
        if self.colour && style != TextStyle::Plain {
            out.push_str(&style.coloured(text).to_string());
        } else {
            out.push_str(text);
        }
    }
}
