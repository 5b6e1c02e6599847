//! What a paper knows itself: its words, names and wordings. Lists are read and prepared here, and looked up in texts;
//! what is made of it is for the checks to say.

mod characters;
mod entry;
mod packed;
mod prepare;
mod quoted;
mod roster;
mod slip;
mod spared;
mod vocabulary;

pub use entry::{Day, ListKind, day_in_words, shortened};
pub use prepare::Problem;
pub use quoted::{SourceChange, SourceReader, SourceVariant};
pub use roster::{Mention, MentionKind, Office, Roster};
pub use slip::{Difference, Placed, differences, differences_backward};
pub use spared::left_of;
pub use vocabulary::{Occurrence, Slip, Vocabulary};

use std::sync::Arc;

use crate::error::Error;
use crate::text::Span;
use characters::Characters;
use vocabulary::Reading;

/// The lists of a paper.
#[derive(Debug, Clone, Default)]
pub struct House {
    lists: Vec<Arc<Vocabulary>>,
    rosters: Vec<Arc<Roster>>,
    sources: Option<Arc<dyn SourceReader>>,
}

/// A form of one of the lists in a text.
#[derive(Debug, Clone, Copy)]
pub struct Found<'h, T> {
    pub list: &'h Vocabulary,
    pub what: T,
}

/// What a text has of the forms of a house.
#[derive(Debug, Default)]
pub struct HouseReading<'h> {
    /// The places of right forms, in the order of their starts; they can overlap.
    pub right: Vec<Span>,
    pub wrong: Vec<Found<'h, Occurrence>>,
    pub slips: Vec<Found<'h, Slip>>,
}

impl House {
    pub fn new(lists: Vec<Arc<Vocabulary>>) -> House {
        House { lists, rosters: Vec::new(), sources: None }
    }

    /// Adds rosters. The names in them are names like those of a list.
    pub fn with_rosters(mut self, rosters: Vec<Roster>) -> House {
        self.lists.extend(rosters.iter().map(|roster| Arc::new(roster.names())));
        self.rosters.extend(rosters.into_iter().map(Arc::new));
        self
    }

    /// The rosters.
    pub fn rosters(&self) -> impl Iterator<Item = &Roster> {
        self.rosters.iter().map(|roster| &**roster)
    }

    /// Sets the sources of quotations.
    pub fn with_sources(mut self, sources: Option<Arc<dyn SourceReader>>) -> House {
        self.sources = sources;
        self
    }

    /// The sources of quotations.
    pub fn sources(&self) -> Option<&dyn SourceReader> {
        self.sources.as_deref()
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.sources.is_none() && self.lists.iter().all(|list| list.len() == 0)
    }

    /// Reads a text.
    pub fn read(&self, text: &str) -> HouseReading<'_> {
        let characters = Characters::of(text);
        let mut all = HouseReading::default();
        for list in &self.lists {
            let mut reading = Reading::default();
            list.find(text, &characters, true, &mut reading);
            all.right.extend(reading.right.iter().map(|occurrence| occurrence.span));
            all.wrong.extend(reading.wrong.into_iter().map(|what| Found { list, what }));
            all.slips.extend(reading.slips.into_iter().map(|what| Found { list, what }));
        }
        all.right.sort_unstable();
        all
    }

    /// The places of right forms in a text, in the order of their starts; they can overlap.
    pub fn right_forms(&self, text: &str) -> Vec<Span> {
        let characters = Characters::of(text);
        let mut reading = Reading::default();
        self.lists.iter().for_each(|list| list.find(text, &characters, false, &mut reading));
        let mut right: Vec<Span> = reading.right.iter().map(|occurrence| occurrence.span).collect();
        right.sort_unstable();
        right
    }

    /// Wrong forms of one list that another one calls right. Each is an error at its place.
    pub fn contradictions(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        for list in &self.lists {
            for form in list.wrong_forms() {
                let text = list.text(form);
                if let Some(other) = self.lists.iter().find(|other| !Arc::ptr_eq(list, other) && other.has_right(text))
                {
                    let error = Error::new(format!("“{}”在 {} 里是正确写法。", shortened(text), other.path()));
                    let error = error.help("同一个写法不能在一处对、在另一处错，请删去其中一条。");
                    errors.push(entry::located(error, list.path(), list.line(form)));
                }
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(path: &str, kind: ListKind, text: &str) -> Arc<Vocabulary> {
        Arc::new(Vocabulary::prepare(path, text, kind).0)
    }

    #[test]
    fn reads_all_lists_together() {
        let house = House::new(vec![
            list("words.txt", ListKind::Words, "须要山\n"),
            list("names.txt", ListKind::Names, "方知远\n"),
            list("terms.txt", ListKind::Terms, "干休处\t老干局\n"),
        ]);
        let reading = house.read("方知运去须要山，找干休处的方知远");
        assert_eq!((reading.right.len(), reading.wrong.len()), (2, 1));
        assert!(reading.slips.iter().all(|slip| slip.list.text(slip.what.form) == "方知远"));
        assert!(!reading.slips.is_empty());
        assert!(house.contradictions().is_empty() && !house.is_empty());
    }

    #[test]
    fn lists_that_contradict_each_other_are_named() {
        let house = House::new(vec![
            list("words.txt", ListKind::Words, "干休处\n"),
            list("terms.txt", ListKind::Terms, "# 机构\n干休处\t老干局\n"),
        ]);
        let errors = house.contradictions();
        assert!(errors.len() == 1 && errors[0].to_string().starts_with("terms.txt:2:1：“干休处”在 words.txt"));
    }
}
