//! What an editor can do about findings.

use std::collections::{BTreeSet, HashMap};

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::json;

use super::document::{Document, Reading};
use super::lines::Units;
use crate::draft::Draft;
use crate::edit::{Edit, EditSet};
use crate::engine::Engine;
use crate::error::Result;
use crate::finding::{Finding, FixSafety};
use crate::revise::revise_with;
use crate::rule::Rule;
use crate::server::Office;
use crate::stet::ReviewOptions;
use crate::text::{Span, visible};
use crate::{fix, guard};

/// The kind of the action that makes all safe fixes.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.zhubi");

/// The commands that the server carries out.
pub mod commands {
    pub const LET_STAND: &str = "zhubi.letStand";
    pub const TAKE_UP_WORD: &str = "zhubi.takeUpWord";
    pub const OPEN_RULE: &str = "zhubi.openRule";
    pub const CHECK_FOLDERS: &str = "zhubi.checkFolders";
    pub const RELOAD: &str = "zhubi.reload";
    pub const ALL: [&str; 5] = [LET_STAND, TAKE_UP_WORD, OPEN_RULE, CHECK_FOLDERS, RELOAD];
}

/// The longest text that is offered as a word, in characters.
const LONGEST_WORD: usize = 20;

/// The most findings for which actions are offered at once: a selection may be the whole document.
const MOST_FINDINGS: usize = 12;

/// What a client can do with actions.
#[derive(Debug, Clone, Copy)]
pub struct Abilities {
    pub units: Units,
    /// Whether edits can say for which version of a document they are.
    pub versions_edits: bool,
    /// Whether the client can show a web page or a file.
    pub shows_documents: bool,
}

/// Returns the actions for a range of a document that was read.
///
/// # Errors
/// The fixed draft cannot be written.
pub fn at<O: Office>(
    document: &mut Document,
    office: &O,
    params: &CodeActionParams,
    abilities: Abilities,
) -> Result<Vec<CodeActionOrCommand>> {
    let asked = Asked { only: params.context.only.as_deref() };
    let mut offers = Vec::new();
    let selected = document.span(params.range, abilities.units);
    let has_file = document.has_file;
    let Some(reading) = document.guarded_reading() else { return Ok(Vec::new()) };
    let engine = office.engine(&reading.place);
    if asked.names(&FIX_ALL) {
        let edits = safe_fixes(reading, engine, &office.options(&reading.place))?;
        offers.extend((!edits.is_empty()).then(|| Offer::new("可直接改的全部照改", FIX_ALL, Deed::Edits(edits))));
    }
    if asked.allows(&CodeActionKind::QUICKFIX) {
        offers.extend(quick_fixes(reading, engine, selected, has_file));
    }
    Ok(written(document, offers, abilities))
}

/// Which kinds of actions were asked for.
struct Asked<'k> {
    only: Option<&'k [CodeActionKind]>,
}

impl Asked<'_> {
    /// Whether a kind was asked for, or any.
    fn allows(&self, kind: &CodeActionKind) -> bool {
        self.only.is_none_or(|only| only.iter().any(|asked| includes(asked, kind)))
    }

    /// Whether a kind was asked for by name.
    fn names(&self, kind: &CodeActionKind) -> bool {
        self.only.is_some() && self.allows(kind)
    }
}

/// Whether a kind is `asked`, or one of its parts: `source.fixAll.zhubi` is part of `source`.
fn includes(asked: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(asked.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty())
}

/// An action before it is written in the terms of the client.
struct Offer {
    title: String,
    kind: CodeActionKind,
    deed: Deed,
    is_preferred: bool,
}

enum Deed {
    Edits(Vec<Edit>),
    /// The finding is to stand: its rule and its place.
    LetStand {
        rule: String,
        span: Span,
    },
    TakeUpWord(String),
    OpenRule(String),
}

impl Offer {
    fn new(title: impl Into<String>, kind: CodeActionKind, deed: Deed) -> Offer {
        Offer { title: title.into(), kind, deed, is_preferred: false }
    }

    fn quick(title: impl Into<String>, deed: Deed) -> Offer {
        Offer::new(title, CodeActionKind::QUICKFIX, deed)
    }
}

/// Returns the edits that make all safe fixes.
fn safe_fixes(reading: &Reading, engine: &Engine, options: &ReviewOptions) -> Result<Vec<Edit>> {
    let draft = &reading.draft;
    let revision = revise_with(engine, draft, FixSafety::Safe, options)?;
    if revision.changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut edits = EditSet::default();
    let is_disjoint = revision.changes.iter().all(|change| {
        let edit = Edit { span: change.span, text: change.after.clone() };
        edits.push(edit).is_ok()
    });
    let revised = draft.reopen(revision.bytes)?;
    if is_disjoint && edits.apply(draft.text()) == revised.text() {
        return Ok(edits.iter().cloned().collect());
    }
    Ok(vec![whole(draft, &revised)])
}

/// Returns the edit that makes one draft another.
fn whole(draft: &Draft, revised: &Draft) -> Edit {
    let whole = crate::edit::EditRef { span: Span::new(0, draft.text().len()), text: revised.text() };
    whole.trimmed(draft.text()).to_edit()
}

/// Returns what can be done about the findings that meet a selection: first what changes the draft, then what does not.
fn quick_fixes(reading: &Reading, engine: &Engine, selected: Span, has_file: bool) -> Vec<Offer> {
    let text = reading.draft.text();
    let meets = |finding: &&Finding| finding.span.start <= selected.end && selected.start <= finding.span.end;
    let here: Vec<&Finding> = reading.findings().iter().filter(meets).take(MOST_FINDINGS).collect();
    let rule = |finding: &Finding| &engine.rules().rules[finding.rule as usize];
    let mut offers = Vec::new();
    for finding in &here {
        let fixes = fixes_of(reading, finding, rule(finding));
        offers.extend(fixes);
    }
    let rules: BTreeSet<u32> = here.iter().map(|finding| finding.rule).collect();
    offers.extend(rules.iter().filter_map(|number| all_of_rule(reading, engine, *number)));
    for finding in &here {
        let (rule, shown) = (rule(finding), quoted(finding.span.of(text)));
        if has_file {
            let deed = Deed::LetStand { rule: rule.id.clone(), span: finding.span };
            offers.push(Offer::quick(format!("保留{shown}：{}", rule.metadata.title), deed));
        }
    }
    let marked = here.iter().map(|finding| finding.span.of(text));
    let words: BTreeSet<&str> = std::iter::once(selected.of(text)).chain(marked).filter(|it| is_word(it)).collect();
    if has_file && !here.is_empty() {
        let offer = |word: &str| Offer::quick(format!("收词：“{word}”"), Deed::TakeUpWord(word.to_owned()));
        offers.extend(words.into_iter().map(offer));
    }
    let open = |number: &u32| {
        let rule = &engine.rules().rules[*number as usize];
        Offer::quick(format!("看规则：{}", rule.metadata.title), Deed::OpenRule(rule.id.clone()))
    };
    offers.extend(rules.iter().map(open));
    offers
}

/// Returns an action for each suggestion of a finding that can be written.
fn fixes_of(reading: &Reading, finding: &Finding, rule: &Rule) -> Vec<Offer> {
    let found = finding.span.of(reading.draft.text());
    let offer = |(number, suggestion): (usize, &String)| {
        let edit = reading.edit(finding, number)?;
        let (from, to) = (quoted(found), quoted(suggestion));
        let title = match (found, suggestion.as_str()) {
            ("", _) => format!("加{to}：{}", rule.metadata.title),
            (_, "") => format!("删去{from}：{}", rule.metadata.title),
            _ => format!("{from}改为{to}：{}", rule.metadata.title),
        };
        let is_preferred = number == 0 && finding.fix == FixSafety::Safe;
        Some(Offer { is_preferred, ..Offer::quick(title, Deed::Edits(vec![edit])) })
    };
    finding.suggestions.iter().enumerate().filter_map(offer).collect()
}

/// Returns the action that makes all fixes of a rule, if there are several.
fn all_of_rule(reading: &Reading, engine: &Engine, number: u32) -> Option<Offer> {
    let of_rule: Vec<Finding> = reading.findings().iter().filter(|finding| finding.rule == number).cloned().collect();
    if of_rule.len() < 2 {
        return None;
    }
    let plan = fix::plan(&of_rule, reading.draft.text(), FixSafety::Suggested);
    if plan.edits.len() < 2 {
        return None;
    }
    let guarded = guard::apply(&reading.draft, &plan.edits, |edits| reading.draft.rewrite(edits)).ok()?;
    let kept: Vec<Edit> = (plan.edits.iter().enumerate())
        .filter(|(index, _)| !guarded.refused.contains(index))
        .map(|(_, edit)| edit.clone())
        .collect();
    let title = format!("全篇照改 {} 处：{}", kept.len(), engine.rules().rules[number as usize].metadata.title);
    (kept.len() > 1).then(|| Offer::quick(title, Deed::Edits(kept)))
}

/// Whether a text can be an entry of a list of words: letters and characters, and the dot in foreign names.
pub fn is_word(text: &str) -> bool {
    let count = text.chars().count();
    let is_part = |c: char| c.is_alphanumeric() || c == '·';
    (2..=LONGEST_WORD).contains(&count) && text.chars().all(is_part) && text.chars().any(char::is_alphabetic)
}

/// Returns a text in quotation marks, shortened.
fn quoted(text: &str) -> String {
    const MOST: usize = 12;
    let short: String = text.chars().take(MOST).collect();
    let rest = if short.len() < text.len() { "…" } else { "" };
    format!("“{}{rest}”", visible(&short))
}

/// Writes actions in the terms of the client.
fn written(document: &mut Document, offers: Vec<Offer>, abilities: Abilities) -> Vec<CodeActionOrCommand> {
    let spans: Vec<Span> = offers
        .iter()
        .flat_map(|offer| match &offer.deed {
            Deed::Edits(edits) => edits.iter().map(|edit| edit.span).collect(),
            Deed::LetStand { span, .. } => vec![*span],
            Deed::TakeUpWord(_) | Deed::OpenRule(_) => Vec::new(),
        })
        .collect();
    let ranges = document.ranges(spans, abilities.units);
    let uri = document.uri.clone();
    let mut actions = Vec::new();
    for Offer { title, kind, deed, is_preferred } in offers {
        let call = |name: &str, argument| Command {
            title: title.clone(),
            command: name.to_owned(),
            arguments: Some(vec![argument]),
        };
        let (edit, command) = match deed {
            Deed::Edits(edits) => {
                let edit = |edit: Edit| TextEdit { range: ranges.of(edit.span), new_text: edit.text };
                (Some(workspace_edit(document, edits.into_iter().map(edit).collect(), abilities)), None)
            }
            Deed::LetStand { rule, span } => {
                let argument = json!({ "uri": uri, "rule": rule, "range": ranges.of(span), "reason": "" });
                (None, Some(call(commands::LET_STAND, argument)))
            }
            Deed::TakeUpWord(word) => (None, Some(call(commands::TAKE_UP_WORD, json!({ "uri": uri, "word": word })))),
            Deed::OpenRule(_) if !abilities.shows_documents => continue,
            Deed::OpenRule(rule) => (None, Some(call(commands::OPEN_RULE, json!({ "uri": uri, "rule": rule })))),
        };
        let is_preferred = is_preferred.then_some(true);
        let action = CodeAction { title, kind: Some(kind), edit, command, is_preferred, ..CodeAction::default() };
        actions.push(CodeActionOrCommand::CodeAction(action));
    }
    actions
}

#[allow(clippy::mutable_key_type, reason = "the protocol's type")]
fn workspace_edit(document: &Document, edits: Vec<TextEdit>, abilities: Abilities) -> WorkspaceEdit {
    if abilities.versions_edits {
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: document.uri.clone(), version: Some(document.version) };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    } else {
        WorkspaceEdit { changes: Some(HashMap::from([(document.uri.clone(), edits)])), ..WorkspaceEdit::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_of_letters_and_of_a_reasonable_length() {
        for (text, expected) in [
            ("须要", true),
            ("约翰·史密斯", true),
            ("5G", true),
            ("的", false),
            ("2023", false),
            ("甲,乙", false),
            ("甲 乙", false),
            ("", false),
            ("甲\n乙", false),
        ] {
            assert_eq!(is_word(text), expected, "{text:?}");
        }
        assert!(!is_word(&"甲".repeat(21)));
    }

    #[test]
    fn a_kind_includes_its_parts() {
        let kind = |name: &'static str| CodeActionKind::new(name);
        for (asked, expected) in [
            ("", true),
            ("source", true),
            ("source.fixAll", true),
            ("source.fixAll.zhubi", true),
            ("source.fix", false),
            ("source.fixAll.other", false),
            ("quickfix", false),
        ] {
            assert_eq!(includes(&kind(asked), &FIX_ALL), expected, "{asked}");
        }
    }
}
