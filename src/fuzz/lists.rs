//! Targets on the lists of a paper.

use std::sync::Arc;

use super::drafts::ENGINE;
use crate::draft::{Draft, Format};
use crate::house::{House, ListKind, Roster, Vocabulary};
use crate::rule::TomlFile;
use crate::stet::{ReviewOptions, SuppressionEntry, SuppressionList};

/// A suppression list is refused with a reason, or is the same after it has been written and read again. What it suppresses
/// was found before.
pub fn stets(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(list) = SuppressionList::parse(TomlFile::new(SuppressionList::FILE_NAME, text)) else { return };
    let entries: Vec<SuppressionEntry> = list.entries().cloned().collect();
    let written = SuppressionList::format(&entries);
    let again = SuppressionList::parse(TomlFile::new(SuppressionList::FILE_NAME, written)).unwrap();
    assert!(again.entries().eq(&entries));
    let draft = Draft::open(input.to_vec(), Format::Plain).unwrap();
    for path in list.drafts().into_iter().take(3) {
        let options = ReviewOptions { list: Some((&list, path)), ..ReviewOptions::default() };
        let review = options.review(&ENGINE, &draft);
        assert_eq!(review.findings.len() + review.suppressed.len(), ENGINE.check(&draft).len());
    }
}

/// A list is read, whatever is wrong with it, stored and read again; what is found by it stands in the text.
pub fn words(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else { return };
    let input = String::from_utf8_lossy(rest);
    let (list, text) = input.split_once('\0').unwrap_or((&input, &input));
    let path = if kind & 4 == 0 { "表.txt" } else { "表.csv" };
    if kind & 3 == 3 {
        let (roster, _) = Roster::read(path, list);
        assert!(roster.mentions(text).iter().all(|mention| text.get(mention.span.range()).is_some()));
        find(&House::default().with_rosters(vec![roster]), text);
        return;
    }
    let (vocabulary, problems) = Vocabulary::prepare(path, list, ListKind::ALL[usize::from(kind & 3)]);
    assert!(problems.iter().all(|problem| !problem.error.to_string().is_empty()));
    let stored = Vocabulary::read(path, vocabulary.bytes().to_vec()).unwrap();
    assert_eq!(stored.len(), vocabulary.len());
    find(&House::new(vec![Arc::new(stored)]), text);
}

/// Finds the forms of a house in a text.
pub fn find(house: &House, text: &str) {
    let reading = house.read(text);
    let wrong = reading.wrong.iter().map(|found| found.what.span);
    let slips = reading.slips.iter().map(|found| found.what.span);
    for span in reading.right.iter().copied().chain(wrong).chain(slips) {
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    }
    let _ = house.contradictions();
}
