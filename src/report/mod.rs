//! Findings → text for a person or for a program. It prints nothing itself.
//!
//! Sheets are rendered each on its own, so that they can be rendered in parallel and printed in order.

mod brief;
mod diff;
mod json;
mod jsonl;
mod paint;
mod places;
mod repeated;
mod screen;
mod sides;
mod stretch;
mod summary;
mod tally;
#[cfg(test)]
mod tests;

use crate::block::Block;
use crate::finding::{Finding, FixSafety};
use crate::rule::{Rule, RuleSet};
use paint::Paint;
pub use tally::Tally;

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Before and after, a paragraph an entry: for the proofreader.
    Diff,
    /// One line a finding: for editors and for grep.
    Brief,
    /// One JSON document.
    Json,
    /// One JSON object a line, each a finding.
    Jsonl,
}

impl Format {
    /// Every format, with its name on the command line, what it is in Chinese, and its writer.
    const ALL: [(Format, &'static str, &'static str, &'static dyn Write); 4] = [
        (Format::Diff, "diff", "逐段对照改前改后", &diff::Diff),
        (Format::Brief, "brief", "每处一行", &brief::Brief),
        (Format::Json, "json", "一个 JSON 文档", &json::Json),
        (Format::Jsonl, "jsonl", "每处一行 JSON", &jsonl::Jsonl),
    ];

    /// Every format.
    pub fn all() -> impl Iterator<Item = Format> {
        Format::ALL.iter().map(|(format, ..)| *format)
    }

    /// The format of that name on the command line.
    pub fn named(name: &str) -> Option<Format> {
        Format::all().find(|format| format.name() == name)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        Format::ALL[self as usize].1
    }

    /// What it is, for readers.
    pub fn chinese(self) -> &'static str {
        Format::ALL[self as usize].2
    }
}

/// How a report for a person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// With colours? Without them changes are marked by ⟦ ⟧.
    pub colour: bool,
    /// The columns of the screen.
    pub columns: usize,
    /// Show every place of a rule, however often it hits?
    pub all: bool,
}

/// One checked draft.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The draft's name as the walk found it; `-` for standard input.
    pub path: &'a str,
    /// Its canonical text.
    pub text: &'a str,
    /// Is each line a numbered paragraph (Word), with no lines that a reader could count?
    pub paragraphs: bool,
    /// Its blocks.
    pub blocks: &'a [Block],
    /// What to report, sorted by where it begins.
    pub findings: &'a [Finding],
    /// The rules that the findings index.
    pub rules: &'a RuleSet,
}

impl<'a> Sheet<'a> {
    fn rule(&self, finding: &Finding) -> &'a Rule {
        &self.rules.rules[finding.rule as usize]
    }

    fn message(&self, finding: &Finding) -> String {
        self.rule(finding).message_for(finding, self.text)
    }
}

/// How far the change that a finding offers may be trusted; `None` where it offers none.
fn safety(finding: &Finding) -> FixSafety {
    if finding.suggestions.is_empty() { FixSafety::None } else { finding.fix }
}

/// One format's writer.
trait Write: Sync {
    fn begin(&self) -> &'static str {
        ""
    }
    fn sheet(&self, sheet: &Sheet, options: &Options) -> String;
    fn separator(&self) -> &'static str {
        ""
    }
    fn end(&self, _tally: &Tally) -> String {
        String::new()
    }
}

/// A report in the making: [`begin`](Report::begin), the sheets with the
/// [`separator`](Report::separator) between those that are not empty, [`end`](Report::end).
#[derive(Debug, Clone, Copy)]
pub struct Report {
    format: Format,
    options: Options,
}

impl Report {
    /// A report in `format`.
    pub fn new(format: Format, options: Options) -> Report {
        Report { format, options }
    }

    fn writer(&self) -> &'static dyn Write {
        Format::ALL[self.format as usize].3
    }

    /// What stands before the first sheet.
    pub fn begin(&self) -> &'static str {
        self.writer().begin()
    }

    /// One sheet, and what it adds to the tally. Empty where nothing was found.
    pub fn sheet(&self, sheet: &Sheet) -> (String, Tally) {
        (self.writer().sheet(sheet, &self.options), Tally::of(sheet))
    }

    /// What stands between two sheets that are not empty.
    pub fn separator(&self) -> &'static str {
        self.writer().separator()
    }

    /// What stands after the last sheet.
    pub fn end(&self, tally: &Tally) -> String {
        self.writer().end(tally)
    }
}
