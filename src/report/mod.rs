//! Formats findings as reports for people and for programs. This module returns text and prints nothing.
//!
//! Each draft is formatted independently, so that drafts can be formatted in parallel and printed in order.

mod before_after;
mod errata_list;
mod excerpt;
mod failure;
mod fingerprint;
mod hyperlink;
mod message;
mod painter;
mod paths;
mod positions;
mod repeated;
mod screen;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod xml;

use serde::Serialize;

use crate::block::Block;
use crate::finding::{Confirmation, Finding, FixSafety};
use crate::rule::{Rule, RuleSet};
pub use failure::Failure;
use painter::Painter;
pub use tally::Tally;

/// Declares the report formats from one list. Each line has the form
/// `module::Format = "name on the command line", "description in the help text";` and produces the `mod` item, the
/// variant of [`Format`] and its name, description and writer. The writer is the unit struct `module::Format`.
macro_rules! report_formats {
    ($($module:ident::$format:ident = $name:literal, $description:literal;)*) => {
        $(mod $module;)*

        /// A report format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format {
            $(#[doc = $description] $format,)*
        }

        impl Format {
            /// Returns all formats in the order of the help text.
            pub fn all() -> impl Iterator<Item = Format> {
                [$(Format::$format),*].into_iter()
            }

            /// Returns the name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Format::$format => $name,)* }
            }

            /// Returns the Chinese description in the help text.
            pub fn chinese(self) -> &'static str {
                match self { $(Format::$format => $description,)* }
            }

            fn writer(self) -> &'static dyn ReportWriter {
                match self { $(Format::$format => &$module::$format,)* }
            }
        }
    };
}

// rustfmt does not find modules that a macro declares: it must be given these files explicitly.
report_formats! {
    diff::Diff = "diff", "逐段对照改前改后";
    brief::Brief = "brief", "每处一行";
    json::Json = "json", "一个 JSON 文档";
    jsonl::Jsonl = "jsonl", "每处一行 JSON";
    sarif::Sarif = "sarif", "SARIF 2.1.0";
    github::Github = "github", "GitHub 批注";
    gitlab::Gitlab = "gitlab", "GitLab 代码质量";
    checkstyle::Checkstyle = "checkstyle", "Checkstyle 的 XML";
    junit::Junit = "junit", "JUnit 的 XML";
    rdjson::Rdjson = "rdjson", "reviewdog 的 JSON";
    errata::Errata = "errata", "勘误表";
    errata_csv::ErrataCsv = "errata-csv", "电子表格用的勘误表";
    html::Html = "html", "一个网页：校样";
}

impl Format {
    /// Returns the format with that name on the command line.
    pub fn named(name: &str) -> Option<Format> {
        Format::all().find(|format| format.name() == name)
    }

    /// Returns whether the format is for people rather than for programs.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Diff | Format::Brief | Format::Errata)
    }

    /// Returns whether the readers of the format expect paths relative to the top of the repository, wherever the program
    /// runs.
    pub fn names_files_in_repository(self) -> bool {
        matches!(self, Format::Github | Format::Gitlab | Format::Sarif)
    }
}

/// Presentation options of reports for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportOptions {
    /// Whether to use colours. Without colours, changes are marked by ⟦ ⟧.
    pub colour: bool,
    /// Whether to link the ids of rules to their pages. The terminal must support hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// The width of the screen in columns.
    pub columns: usize,
    /// Whether to list every finding, instead of summarizing findings with the same message.
    pub list_all: bool,
}

impl ReportOptions {
    /// Returns the URL to which the id of `rule` is linked; `None` without hyperlinks or if the rule has no page.
    fn rule_link<'r>(&self, rule: &'r Rule) -> Option<&'r str> {
        rule.page_url.as_deref().filter(|_| self.hyperlinks)
    }
}

/// A checked draft, as input of a report.
#[derive(Debug, Clone, Copy)]
pub struct CheckedDraft<'a> {
    /// The path of the draft as given or as found in a directory; `-` for standard input.
    pub path: &'a str,
    /// The canonical text.
    pub text: &'a str,
    /// Whether positions are given as paragraph and character instead of line and column. True for Word, where a reader
    /// cannot count lines; each line of the canonical text is then a paragraph.
    pub is_numbered_by_paragraph: bool,
    /// The blocks of the draft.
    pub blocks: &'a [Block],
    /// The findings to report, sorted by start.
    pub findings: &'a [Finding],
    /// The confirmations to report, sorted by start: calculations in the draft that came out right.
    pub confirmations: &'a [Confirmation],
    /// The rules to which the indices in findings and confirmations refer.
    pub rules: &'a RuleSet,
}

impl<'a> CheckedDraft<'a> {
    fn rule(&self, finding: &Finding) -> &'a Rule {
        &self.rules.rules[finding.rule as usize]
    }

    fn message(&self, finding: &Finding) -> String {
        self.rule(finding).message_for(finding, self.text)
    }
}

/// Formats a confirmation: `9 + 118 = 127 ✓`.
fn confirmation_text(confirmation: &Confirmation) -> String {
    format!("{} ✓", confirmation.computation)
}

/// Returns how far the fix that a finding offers can be trusted; [`FixSafety::None`] if it offers none.
fn fix_safety(finding: &Finding) -> FixSafety {
    if finding.suggestions.is_empty() { FixSafety::None } else { finding.fix }
}

/// Returns the findings of a draft as they are in the JSON formats. A draft without a path has none in its findings.
pub fn findings_as_json<'a>(draft: &'a CheckedDraft<'a>) -> impl Serialize {
    jsonl::records(draft)
}

/// Takes a text piece by piece.
type Put<'p> = dyn FnMut(&str) + 'p;

/// Writes one format. A report consists of `begin`, the non-empty texts of the drafts with `separator` between them,
/// and `end`.
trait ReportWriter: Sync {
    fn begin(&self) -> &'static str {
        ""
    }
    /// Passes the text for one draft to `put`, usually a finding at a time. If nothing is passed on, the report leaves
    /// out the draft together with its separator.
    fn draft(&self, draft: &CheckedDraft, options: &ReportOptions, put: &mut Put);
    /// Adds to the tally of a draft what `end` needs beyond the counts.
    fn collect(&self, _draft: &CheckedDraft, _tally: &mut Tally) {}
    fn separator(&self) -> &'static str {
        ""
    }
    fn end(&self, _tally: &Tally, _options: &ReportOptions) -> String {
        String::new()
    }
}

/// Writes `records` as the elements of a JSON array.
fn put_json_elements(put: &mut Put, records: impl Iterator<Item = impl Serialize>) {
    // Records hold strings and numbers only, so serializing them cannot fail.
    put_separated(put, ",\n", records.map(|record| serde_json::to_string(&record).unwrap_or_default()));
}

/// Writes `texts` with `separator` between them.
fn put_separated(put: &mut Put, separator: &str, texts: impl Iterator<Item = String>) {
    for (number, text) in texts.enumerate() {
        if number > 0 {
            put(separator);
        }
        put(&text);
    }
}

/// How many bytes of a report are collected before they are passed on.
const PIECE: usize = 64 << 10;

/// A report in one format. Its parts, in order: [`begin`](Report::begin), the non-empty results of
/// [`draft`](Report::draft) with the [`separator`](Report::separator) between them, [`end`](Report::end).
#[derive(Debug, Clone, Copy)]
pub struct Report {
    format: Format,
    options: ReportOptions,
}

impl Report {
    /// Creates a report in `format`.
    pub fn new(format: Format, options: ReportOptions) -> Report {
        Report { format, options }
    }

    /// Whether the report is read by people, rather than by programs.
    pub fn is_for_people(&self) -> bool {
        self.format.is_for_people()
    }

    /// Whether the report offers fixes, rather than only says what is wrong.
    pub fn offers_fixes(&self) -> bool {
        !matches!(self.format, Format::Brief | Format::Github | Format::Checkstyle | Format::Junit)
    }

    /// Returns the text before the first draft.
    pub fn begin(&self) -> &'static str {
        self.format.writer().begin()
    }

    /// Returns the text for one draft and the tally of the draft. The text may be empty.
    pub fn draft(&self, draft: &CheckedDraft) -> (String, Tally) {
        let mut text = String::new();
        let tally = self.put_draft(draft, &mut |piece| text.push_str(piece));
        (text, tally)
    }

    /// Passes the text for one draft to `put` in non-empty pieces, so that a long text is never in memory as a whole.
    /// Returns the tally of the draft.
    pub fn put_draft(&self, draft: &CheckedDraft, put: &mut dyn FnMut(&str)) -> Tally {
        let writer = self.format.writer();
        let mut piece = String::new();
        writer.draft(draft, &self.options, &mut |text| {
            piece.push_str(text);
            if piece.len() >= PIECE {
                put(&piece);
                piece.clear();
            }
        });
        if !piece.is_empty() {
            put(&piece);
        }
        let mut tally = Tally::of(draft);
        writer.collect(draft, &mut tally);
        tally
    }

    /// Returns the text between the texts of two drafts.
    pub fn separator(&self) -> &'static str {
        self.format.writer().separator()
    }

    /// Returns the text after the last draft. `tally` is the sum of the tallies of all drafts.
    pub fn end(&self, tally: &Tally) -> String {
        self.format.writer().end(tally, &self.options)
    }
}
