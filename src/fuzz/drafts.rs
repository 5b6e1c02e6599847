//! Targets that read drafts, change them, and fix them.

use std::hash::Hasher;
use std::io::{Cursor, Write};
use std::sync::LazyLock;

use fnv::FnvHasher;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::builtin;
use crate::draft::{Draft, Format};
use crate::edit::{Edit, EditSet, Signature};
use crate::engine::Engine;
use crate::finding::{Finding, FixSafety};
use crate::fix;
use crate::guard;
use crate::revise::{Revision, revise_tracked, revise_with};
use crate::stet::ReviewOptions;
use crate::text::Span;

/// The engine with all built-in rules.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(builtin::rules()));

/// Texts that are put into prose: among them some that mean something in a format.
const NEW_TEXTS: [&str; 12] = ["", "甲", "，", "\u{3000}", " ", "<b>", "&", "**", "- ", "\n", "𠀀", "`"];

pub fn plain(input: &[u8]) {
    file(input, Format::Plain);
}

pub fn markdown(input: &[u8]) {
    file(input, Format::Markdown);
}

pub fn html(input: &[u8]) {
    file(input, Format::Html);
}

pub fn xhtml(input: &[u8]) {
    file(input, Format::Xhtml);
}

pub fn subtitles(input: &[u8]) {
    file(input, Format::Subtitle);
}

pub fn package(input: &[u8]) {
    file(input, Format::Word);
}

pub fn word(input: &[u8]) {
    const NAMES: [&str; 5] = [
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "word/styles.xml",
        "word/comments.xml",
        "word/footnotes.xml",
    ];
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    const MAIN: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let fixed = [("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", MAIN.as_bytes())];
    let parts = NAMES.into_iter().zip(input.split(|byte| *byte == 0xFF));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in fixed.into_iter().chain(parts) {
        zip.start_file(name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    file(&zip.finish().unwrap().into_inner(), Format::Word);
}

/// Reads a file, changes its prose at some places, and fixes it. Whatever is not a draft is refused.
fn file(bytes: &[u8], format: Format) {
    let Ok(draft) = Draft::open(bytes.to_vec(), format) else { return };
    check_structure(&draft);
    if !draft.is_document() {
        assert!(draft.rewrite(&EditSet::default()) == bytes, "without edits the bytes change");
    }
    edit(&draft, bytes);
    fix(&draft);
}

/// Places are places of the text.
fn check_structure(draft: &Draft) {
    let text = draft.text();
    for block in draft.blocks() {
        assert!(text.get(block.extent().range()).is_some());
        let block_text = block.text(text);
        assert!(block_text.get(..block.dateline as usize).is_some());
        for span in block.body.verbatim_spans() {
            assert!(text.get(span.range()).is_some() && block.extent().covers(span));
        }
    }
    for mark in draft.marks() {
        for span in mark.names.iter().chain([&mark.span]) {
            assert!(text.get(span.range()).is_some());
        }
    }
}

/// Makes edits that the bytes of the draft decide: the guard lets through what leaves the rest as it is.
fn edit(draft: &Draft, bytes: &[u8]) {
    let Some(edits) = edits(draft, bytes) else { return };
    let guarded = guard::apply(draft, &edits, |edits| draft.rewrite(edits)).unwrap();
    let refused = |index: &usize| guarded.refused.binary_search(index).is_err();
    let made = edits.subset(&(0..edits.len()).filter(refused).collect::<Vec<_>>());
    assert_eq!(guarded.draft.text(), made.apply(draft.text()));
    if draft.is_document() {
        return;
    }
    // What was inserted alone can be removed again, and then all bytes are what they were.
    let mut back = EditSet::default();
    let mut moved = 0;
    for edit in made.iter().filter(|edit| edit.span.is_empty()) {
        let start = edit.span.start + moved;
        moved += edit.text.len();
        back.push(Edit { span: Span::new(start, start + edit.text.len()), text: String::new() }).unwrap();
    }
    let insertions: Vec<usize> =
        (0..made.len()).filter(|index| made.iter().nth(*index).unwrap().span.is_empty()).collect();
    let inserted = draft.reopen(draft.rewrite(&made.subset(&insertions))).unwrap();
    assert!(inserted.rewrite(&back) == bytes, "bytes outside the edits have changed");
}

/// Up to four edits of prose, which a hash of the bytes decides.
fn edits(draft: &Draft, bytes: &[u8]) -> Option<EditSet> {
    let mut hasher = FnvHasher::default();
    hasher.write(bytes);
    let text = draft.text();
    let mut spans: Vec<Span> = draft.blocks().iter().flat_map(|block| block.body.verbatim_spans()).collect();
    spans.sort_unstable();
    let mut starts: Vec<usize> = Vec::new();
    for _ in 0..4 {
        hasher.write_u8(1);
        let span = *spans.get(hasher.finish() as usize % spans.len().max(1))?;
        starts.push(text.floor_char_boundary(span.start + (hasher.finish() >> 32) as usize % (span.len() + 1)));
    }
    starts.sort_unstable();
    let mut edits = EditSet::default();
    for start in starts {
        hasher.write_u8(2);
        let number = hasher.finish();
        let new = NEW_TEXTS[number as usize % NEW_TEXTS.len()];
        let width = text[start..].chars().next().map_or(0, char::len_utf8);
        let is_in_prose = spans.iter().any(|span| span.covers(Span::new(start, start + width)));
        let end = if number & 1 << 40 == 0 && is_in_prose { start + width } else { start };
        if draft.render_replacement(new).is_ok() && (end > start || !new.is_empty()) {
            // An edit that touches the last one is left out.
            let _ = edits.push(Edit { span: Span::new(start, end), text: new.to_owned() });
        }
    }
    Some(edits)
}

/// Checks and fixes a draft with all rules: findings stand where the draft has text, fixing ends, and what is fixed has
/// nothing left to fix.
pub fn fix(draft: &Draft) {
    check_findings(draft, &ENGINE.check(draft));
    for safety in [FixSafety::Safe, FixSafety::Suggested] {
        let once = revise(draft, safety);
        let fixed = draft.reopen(once.bytes.clone()).unwrap();
        check_structure(&fixed);
        let twice = revise(&fixed, safety);
        assert!(
            twice.rounds == 0 && twice.bytes == once.bytes,
            "fixed twice, {:?} becomes {:?}",
            fixed.text(),
            text_of(&fixed, twice.bytes)
        );
    }
    if draft.is_document() {
        track(draft);
    }
}

fn revise(draft: &Draft, safety: FixSafety) -> Revision {
    revise_with(&ENGINE, draft, safety, &ReviewOptions::default()).unwrap()
}

fn text_of(draft: &Draft, bytes: Vec<u8>) -> String {
    draft.reopen(bytes).map(|draft| draft.text().to_owned()).unwrap_or_default()
}

/// Fixes a document with tracked changes, and fixes the result again.
fn track(draft: &Draft) {
    let signature = Signature { author: "朱笔", date: "2026-01-01T00:00:00Z" };
    let options = ReviewOptions::default();
    let once = revise_tracked(&ENGINE, draft, FixSafety::Safe, &options, signature).unwrap().revision.bytes;
    let again = Draft::open(once.clone(), Format::Word).unwrap();
    let twice = revise_tracked(&ENGINE, &again, FixSafety::Safe, &options, signature).unwrap().revision.bytes;
    assert!(twice == once, "a document that was fixed with tracked changes is changed again");
}

/// Findings are in order, at places of the text, and their fixes change it.
pub fn check_findings(draft: &Draft, findings: &[Finding]) {
    let text = draft.text();
    assert!(findings.is_sorted_by_key(Finding::sort_key));
    for finding in findings {
        let spans = finding.related.iter().map(|related| related.span).chain([finding.span]);
        let id = &ENGINE.rules().rules[finding.rule as usize].id;
        for span in spans {
            assert!(text.get(span.range()).is_some(), "{id} at {span:?}");
        }
        if finding.fix != FixSafety::None {
            let alone = fix::plan(std::slice::from_ref(finding), text, FixSafety::Suggested);
            assert!(alone.edits.apply(text) != text, "{id} changes nothing");
        }
    }
}
