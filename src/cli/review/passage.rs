//! Correcting by hand in the terminal, where no rule found anything: the proofreader types some characters of the draft, and
//! then what is to be there instead.

use super::{Face, Mode, Typed};
use crate::review::{Passage, Verdict};
use crate::sheet::{Mark, Remark, SheetBlock};

/// The state of the mark on a passage that is being corrected.
pub const PASSAGE: &str = "passage";

impl Face<'_> {
    /// Begins to correct a text where it stands next: from the current mark on, or else from the beginning.
    pub(super) fn find(&mut self, text: &str) {
        let places = places(&self.sheet, text);
        let here = self.place().map_or((0, 0), |(block, mark)| {
            (self.sheet.iter().position(|other| std::ptr::eq(other, block)).unwrap_or(0), mark.from)
        });
        let next = places.iter().position(|place| (place.block, place.from) >= here).unwrap_or(0);
        if places.is_empty() && !text.is_empty() {
            self.status = format!("稿件里没有“{text}”。");
        }
        self.offer(&places, next, text.to_owned());
    }

    /// Goes on to the next place with the same text. What has been typed stays.
    pub(super) fn find_next(&mut self) {
        let Mode::Typing { what: Typed::Correction(passage, _), text } = &mut self.mode else { return };
        let (passage, typed) = (passage.clone(), std::mem::take(text));
        let places = places(&self.sheet, &passage.text);
        let next = places.iter().position(|place| (place.block, place.from) > (passage.block, passage.from));
        self.offer(&places, next.unwrap_or(0), typed);
    }

    /// Writes what was typed over a passage. If that cannot be, what was typed stays, with the reason.
    pub(super) fn correct(&mut self, passage: Passage, mut mark: Mark, text: String) {
        let galley = &mut self.galleys[self.draft];
        let pick = galley.passage(&passage);
        match pick.and_then(|pick| galley.decide(&[pick], &Verdict::Own { text: text.clone() })) {
            Ok(()) => {
                let id = galley.latest_mark();
                self.refresh();
                let place = self.marks().position(|(_, mark)| Some(&mark.id) == id.as_ref());
                self.current = place.unwrap_or(self.current);
                self.status = "已手改。".to_owned();
            }
            Err(error) => {
                mark.remark.message = error.to_string().replace('\n', " ");
                self.mode = Mode::Typing { what: Typed::Correction(passage, Box::new(mark)), text };
            }
        }
    }

    fn offer(&mut self, places: &[Passage], number: usize, text: String) {
        let Some(passage) = places.get(number) else { return };
        let message = format!("第 {} 处，共 {} 处", number + 1, places.len());
        let mark = Box::new(mark_on(passage, message));
        self.mode = Mode::Typing { what: Typed::Correction(passage.clone(), mark), text };
    }
}

/// Returns where a text stands in the blocks of a draft.
fn places(sheet: &[SheetBlock], text: &str) -> Vec<Passage> {
    let mut places = Vec::new();
    for (block, SheetBlock { text: shown, .. }) in sheet.iter().enumerate().filter(|_| !text.is_empty()) {
        let (mut from, mut done) = (0, 0);
        let length = text.encode_utf16().count();
        for (at, _) in shown.match_indices(text) {
            from += shown[done..at].encode_utf16().count();
            done = at;
            places.push(Passage { block, from, to: from + length, text: text.to_owned() });
        }
    }
    places
}

/// Returns the mark that shows a passage.
fn mark_on(passage: &Passage, message: String) -> Mark {
    let remark = Remark {
        rule: String::new(),
        title: String::new(),
        family: String::new(),
        family_name: "",
        severity: "",
        severity_name: "",
        message,
        source: String::new(),
        url: None,
        before: passage.text.clone(),
        after: None,
        suggestions: Vec::new(),
        fix: "",
        related: Vec::new(),
        reason: String::new(),
    };
    let (from, to) = (passage.from, passage.to);
    Mark { id: String::new(), from, to, line: 0, column: 0, state: PASSAGE, remark }
}
