//! The target on streams of documents.

use std::io::{self, Read};

use serde_json::Value;

use super::drafts::ENGINE;
use crate::finding::FixSafety;
use crate::guard;
use crate::report::CheckedDraft;
use crate::revise::revise_with;
use crate::stet::ReviewOptions;
use crate::stream::{CheckAnswer, Document, FailureAnswer, FixAnswer, Line, LineReader, Refusal};

/// An input that arrives in pieces: the first byte of the input says how long they are.
struct Pieces<'i> {
    input: &'i [u8],
    most: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.most.min(buffer.len());
        self.input.read(&mut buffer[..length])
    }
}

/// Every line is answered by one line of JSON, with the id of its document, in order.
pub fn documents(input: &[u8]) {
    let Some((most, input)) = input.split_first() else { return };
    let mut reader = LineReader::new(Pieces { input, most: usize::from(*most).max(1) });
    let mut numbers = 0;
    while let Some(batch) = reader.next_batch().unwrap() {
        for line in batch.lines() {
            numbers += 1;
            assert_eq!(line.number, numbers);
            answer(line);
        }
    }
    assert_eq!(numbers, input.split_inclusive(|byte| *byte == b'\n').zip(1..).last().map_or(0, |(_, number)| number));
}

fn answer(line: Line) {
    let document = match Document::read(line) {
        Ok(document) => document,
        Err(refusal) => return fail(&refusal),
    };
    let draft = match document.open(None) {
        Ok(draft) => draft,
        Err(error) => {
            return fail(&Refusal { id: Some(document.id), line: line.number, error: Box::new(error) });
        }
    };
    let options = ReviewOptions::default();
    let mut review = options.review(&ENGINE, &draft);
    guard::withdraw_harmful_fixes(&draft, &mut review.findings);
    let checked = CheckedDraft {
        path: "",
        text: draft.text(),
        is_numbered_by_paragraph: false,
        blocks: draft.blocks(),
        findings: &review.findings,
        confirmations: &[],
        rules: ENGINE.rules(),
    };
    let answer = CheckAnswer { document: &document, checked, suppressed: review.suppressed.len(), notes: Vec::new() };
    let answer = parse(&answer.to_line());
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(review.findings.len()));
    assert_eq!(answer["id"], serde_json::from_str::<Value>(document.id.get()).unwrap());
    // What cannot be written in the format of the draft is refused.
    if let Ok(revision) = revise_with(&ENGINE, &draft, FixSafety::Safe, &options) {
        let text = String::from_utf8(revision.bytes).unwrap();
        let answer = FixAnswer {
            document: &document,
            original: draft.text(),
            rules: ENGINE.rules(),
            text: &text,
            changes: &revision.changes,
            remaining: revision.remaining.len(),
            contending: Vec::new(),
            notes: Vec::new(),
        };
        assert_eq!(parse(&answer.to_line())["text"], text);
    }
}

fn fail(refusal: &Refusal) {
    let answer = parse(&FailureAnswer { refusal, input: None }.to_line());
    assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert_eq!(answer["line"], refusal.line);
}

/// Reads an answer, which is one line.
fn parse(line: &str) -> Value {
    assert_eq!(line.find('\n'), Some(line.len() - 1));
    serde_json::from_str(line).unwrap()
}
