use colored::{ColoredString, Colorize};

use crate::finding::Severity;

/// What a stretch of output is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// Where an entry stands.
    Place,
    /// The mark before a line as it was, as it will be, as it is questioned.
    Before,
    After,
    Query,
    /// Characters that go, that come, that are pointed at.
    Deleted,
    Inserted,
    Pointed,
    Error,
    Warning,
    Advice,
}

impl Style {
    /// Is it marked by ⟦ ⟧ where there are no colours?
    pub(super) fn is_marked(self) -> bool {
        matches!(self, Style::Deleted | Style::Inserted | Style::Pointed)
    }

    /// Foreground and background are always set together, so that the theme of the terminal, light
    /// or dark, cannot make them unreadable; alone stand only colours that can be read on both.
    fn dress(self, text: &str) -> ColoredString {
        match self {
            Style::Plain => text.normal(),
            Style::Place => text.bold(),
            Style::Before => text.red(),
            Style::After => text.green(),
            Style::Query => text.magenta().bold(),
            Style::Deleted => text.bright_white().on_red(),
            Style::Inserted => text.black().on_green(),
            Style::Pointed => text.black().on_yellow(),
            Style::Error => text.red().bold(),
            Style::Warning => text.magenta().bold(),
            Style::Advice => text.bold(),
        }
    }
}

impl From<Severity> for Style {
    fn from(severity: Severity) -> Style {
        match severity {
            Severity::Error => Style::Error,
            Severity::Warning => Style::Warning,
            Severity::Advice => Style::Advice,
        }
    }
}

/// Puts text out with or without colours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

impl Paint {
    /// The crate `colored` decides by the terminal of this process; here it has been decided already.
    /// It is only ever told yes: where there are to be no colours it is not asked.
    pub(super) fn new(colour: bool) -> Paint {
        if colour {
            colored::control::set_override(true);
        }
        Paint { colour }
    }

    pub(super) fn put(self, out: &mut String, style: Style, text: &str) {
        if self.colour && style != Style::Plain {
            out.push_str(&style.dress(text).to_string());
        } else {
            out.push_str(text);
        }
    }
}
