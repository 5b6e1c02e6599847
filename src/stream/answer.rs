//! The answer to a line: what is found in its document, its text with the errors fixed, or why it is no document.
//! Programs depend on the fields: new ones may be added, but none may be removed. The schemas are in `tests/schemas/`.

use serde::Serialize;
use serde_json::value::RawValue;

use super::document::{Document, Refusal};
use crate::report::{CheckedDraft, findings_as_json};
use crate::revise::Change;
use crate::rule::RuleSet;
use crate::text::Locator;

/// What the answers to a document begin with.
#[derive(Serialize)]
struct Head<'a> {
    id: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn of(document: &'a Document) -> Head<'a> {
        Head { id: document.id, date: document.date.as_deref(), path: document.path.as_deref() }
    }
}

/// What is found in a document.
pub struct CheckAnswer<'a> {
    /// The document.
    pub document: &'a Document<'a>,
    /// The draft in it, with its findings.
    pub checked: CheckedDraft<'a>,
    /// How many findings are suppressed.
    pub suppressed: usize,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

impl CheckAnswer<'_> {
    /// Returns the line.
    pub fn to_line(&self) -> String {
        #[derive(Serialize)]
        struct Record<'a, F: Serialize> {
            #[serde(flatten)]
            head: Head<'a>,
            characters: usize,
            findings: F,
            suppressed: usize,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            notes: &'a [String],
        }
        let CheckAnswer { document, checked, suppressed, notes } = self;
        line(&Record {
            head: Head::of(document),
            characters: characters(checked.text),
            findings: findings_as_json(checked),
            suppressed: *suppressed,
            notes,
        })
    }
}

/// A document with its errors fixed.
pub struct FixAnswer<'a> {
    /// The document.
    pub document: &'a Document<'a>,
    /// The canonical text of the draft as it was.
    pub original: &'a str,
    /// The rules to which the changes refer.
    pub rules: &'a RuleSet,
    /// The text with the errors fixed.
    pub text: &'a str,
    /// What was changed.
    pub changes: &'a [Change],
    /// How many findings are left.
    pub remaining: usize,
    /// The rules that undo each other's fixes.
    pub contending: Vec<&'a str>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

impl FixAnswer<'_> {
    /// Returns the line.
    pub fn to_line(&self) -> String {
        #[derive(Serialize)]
        struct Record<'a> {
            #[serde(flatten)]
            head: Head<'a>,
            text: &'a str,
            changes: Vec<ChangeRecord<'a>>,
            remaining: usize,
            #[serde(skip_serializing_if = "<[&str]>::is_empty")]
            contending: &'a [&'a str],
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            notes: &'a [String],
        }
        let FixAnswer { document, original, rules, text, changes, remaining, contending, notes } = self;
        let mut locator = Locator::new(original);
        let changes = changes.iter().map(|change| {
            let position = locator.position(change.span.start);
            ChangeRecord {
                rule: &rules.rules[change.rule as usize].id,
                line: position.line,
                column: position.column,
                start: change.span.start,
                end: change.span.end,
                before: &change.before,
                after: &change.after,
            }
        });
        line(&Record {
            head: Head::of(document),
            text,
            changes: changes.collect(),
            remaining: *remaining,
            contending,
            notes,
        })
    }
}

/// An edit. Its place is in the text as it was.
#[derive(Serialize)]
struct ChangeRecord<'a> {
    rule: &'a str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
    before: &'a str,
    after: &'a str,
}

/// Why a line has no other answer.
pub struct FailureAnswer<'a> {
    /// What is wrong with the line.
    pub refusal: &'a Refusal<'a>,
    /// The name of the input, if it has one.
    pub input: Option<&'a str>,
}

impl FailureAnswer<'_> {
    /// Returns the line.
    pub fn to_line(&self) -> String {
        #[derive(Serialize)]
        struct Record<'a> {
            id: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            input: Option<&'a str>,
            line: u64,
            error: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            help: Option<&'a str>,
        }
        let Refusal { id, line: number, error } = self.refusal;
        line(&Record { id: *id, input: self.input, line: *number, error: error.message(), help: error.hint() })
    }
}

/// How many characters a text has, without blanks: what a rate of errors is for.
fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Characters at which some programs end a line, though JSON lets them stand in a string.
const LINE_ENDS: [(char, &str); 3] = [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];

fn line(record: &impl Serialize) -> String {
    // Records hold strings and numbers only, so serializing them cannot fail.
    let mut line = serde_json::to_string(record).unwrap_or_default();
    for (end, escaped) in LINE_ENDS {
        if line.contains(end) {
            line = line.replace(end, escaped);
        }
    }
    line.push('\n');
    line
}
