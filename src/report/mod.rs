//! PLACEHOLDER until the merge.

use crate::block::Block;
use crate::finding::Finding;
use crate::rule::RuleSet;
use crate::text::Locator;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For readers.
    Diff,
    /// A line a finding.
    Brief,
    /// One JSON value.
    Json,
    /// A JSON value a finding.
    Jsonl,
}

impl Format {
    /// Every format with its name on the command line.
    pub const ALL: [(&'static str, Format); 4] =
        [("diff", Format::Diff), ("brief", Format::Brief), ("json", Format::Json), ("jsonl", Format::Jsonl)];
}

/// How a report looks.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// With colours?
    pub colour: bool,
    /// Width of the screen.
    pub columns: usize,
    /// Everything?
    pub all: bool,
}

/// One draft's part.
pub struct Sheet<'a> {
    /// As the walk names it.
    pub path: &'a str,
    /// Canonical text.
    pub text: &'a str,
    /// Its blocks.
    pub blocks: &'a [Block],
    /// What was found.
    pub findings: &'a [Finding],
    /// The rules.
    pub rules: &'a RuleSet,
}

/// Counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally(usize);

impl Tally {
    /// How many findings.
    pub fn findings(&self) -> usize {
        self.0
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.0 += other.0;
    }
}

/// A report.
pub struct Report(Format, Options);

impl Report {
    /// A report.
    pub fn new(format: Format, options: Options) -> Report {
        Report(format, options)
    }

    /// What comes first.
    pub fn begin(&self) -> String {
        if self.0 == Format::Json { "{\"findings\":[".to_owned() } else { String::new() }
    }

    /// One draft.
    pub fn sheet(&self, sheet: &Sheet) -> (String, Tally) {
        let mut locator = Locator::new(sheet.text);
        let mut lines = Vec::new();
        for finding in sheet.findings {
            let place = locator.position(finding.span.start);
            let rule = &sheet.rules.rules[finding.rule as usize];
            lines.push(match self.0 {
                Format::Json | Format::Jsonl => {
                    format!("{{\"path\":\"{}\",\"line\":{},\"rule\":\"{}\"}}", sheet.path, place.line, rule.id)
                }
                _ if self.1.colour => format!("\u{1b}[31m{}\u{1b}[0m", rule.id),
                _ => format!("{}:{}:{} {} {}", sheet.path, place.line, place.column, rule.id, rule.message),
            });
        }
        let mut text = lines.join(if self.0 == Format::Json { "," } else { "\n" });
        if self.0 != Format::Json && !text.is_empty() {
            text.push('\n');
        }
        (text, Tally(sheet.findings.len()))
    }

    /// What stands between two drafts.
    pub fn separator(&self) -> &'static str {
        if self.0 == Format::Json { "," } else { "" }
    }

    /// What comes last.
    pub fn end(&self, tally: &Tally) -> String {
        match self.0 {
            Format::Json => "]}\n".to_owned(),
            Format::Diff => format!("共 {} 处。\n", tally.findings()),
            _ => String::new(),
        }
    }
}
