//! Findings → text for a person or for a program. It prints nothing itself.
//!
//! Sheets are rendered each on its own, so that they can be rendered in parallel and printed in order.

mod address;
mod advice;
mod brief;
mod checkstyle;
mod diff;
mod errata;
mod errata_csv;
mod fingerprint;
mod github;
mod gitlab;
mod hyperlink;
mod json;
mod jsonl;
mod junit;
mod paint;
mod places;
mod rdjson;
mod repeated;
mod sarif;
mod screen;
mod sides;
mod stretch;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod xml;

use serde::Serialize;

use crate::block::Block;
use crate::finding::{Confirmation, Finding, FixSafety};
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
    /// SARIF 2.1.0: for code scanning and editors.
    Sarif,
    /// Annotations in the log of a GitHub workflow.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
    /// JUnit's XML.
    Junit,
    /// Reviewdog's diagnostics.
    Rdjson,
    /// The list of errata (勘误表).
    Errata,
    /// The list of errata for a spreadsheet.
    ErrataCsv,
}

impl Format {
    /// Every format, with its name on the command line, what it is in Chinese, and its writer.
    const ALL: [(Format, &'static str, &'static str, &'static dyn Write); 12] = [
        (Format::Diff, "diff", "逐段对照改前改后", &diff::Diff),
        (Format::Brief, "brief", "每处一行", &brief::Brief),
        (Format::Json, "json", "一个 JSON 文档", &json::Json),
        (Format::Jsonl, "jsonl", "每处一行 JSON", &jsonl::Jsonl),
        (Format::Sarif, "sarif", "SARIF 2.1.0", &sarif::Sarif),
        (Format::Github, "github", "GitHub 批注", &github::Github),
        (Format::Gitlab, "gitlab", "GitLab 代码质量", &gitlab::Gitlab),
        (Format::Checkstyle, "checkstyle", "Checkstyle 的 XML", &checkstyle::Checkstyle),
        (Format::Junit, "junit", "JUnit 的 XML", &junit::Junit),
        (Format::Rdjson, "rdjson", "reviewdog 的 JSON", &rdjson::Rdjson),
        (Format::Errata, "errata", "勘误表", &errata::Table),
        (Format::ErrataCsv, "errata-csv", "电子表格用的勘误表", &errata_csv::Csv),
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
    /// Link the ids of rules to their pages? The terminal must support hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// The columns of the screen.
    pub columns: usize,
    /// Show every place of a rule, however often it hits?
    pub all: bool,
}

impl Options {
    /// The address to which the id of `rule` is linked, if it is.
    fn link_to<'r>(&self, rule: &'r Rule) -> Option<&'r str> {
        rule.page_url.as_deref().filter(|_| self.hyperlinks)
    }
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
    /// What was worked out and holds, if that is to be reported, sorted alike.
    pub confirmations: &'a [Confirmation],
    /// The rules that the findings index.
    pub rules: &'a RuleSet,
}

impl<'a> Sheet<'a> {
    fn rule(&self, finding: &Finding) -> &'a Rule {
        &self.rules.rules[finding.rule as usize]
    }

    /// A computation that holds, with a tick.
    fn ticked(&self, confirmation: &Confirmation) -> String {
        format!("{} ✓", confirmation.computation)
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
    /// Puts into the tally of a sheet what is told at the end.
    fn gather(&self, _sheet: &Sheet, _tally: &mut Tally) {}
    fn separator(&self) -> &'static str {
        ""
    }
    fn end(&self, _tally: &Tally, _options: &Options) -> String {
        String::new()
    }
}

/// Records as JSON, with the separator of an array between them.
fn joined(records: impl Iterator<Item = impl Serialize>) -> String {
    // Only strings and numbers: there is nothing in a record that JSON cannot say.
    let records = records.map(|record| serde_json::to_string(&record).unwrap_or_default());
    records.collect::<Vec<String>>().join(",\n")
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
        let mut tally = Tally::of(sheet);
        self.writer().gather(sheet, &mut tally);
        (self.writer().sheet(sheet, &self.options), tally)
    }

    /// What stands between two sheets that are not empty.
    pub fn separator(&self) -> &'static str {
        self.writer().separator()
    }

    /// What stands after the last sheet.
    pub fn end(&self, tally: &Tally) -> String {
        self.writer().end(tally, &self.options)
    }
}
