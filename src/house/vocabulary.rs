//! A list that is ready to be looked up: where in a text one of its forms stands, and where one of its names stands with
//! one character wrong, lost, doubled or swapped.
//!
//! A form is found by the hash of its characters; a table says for each pair of characters how long the forms are that
//! begin with it, so nothing is hashed at most places. A name with a slip is found by one of its parts, which the slip
//! cannot have touched: of the two halves one is intact, unless the slip is between them.

use std::ops::Range;

use super::characters::{Characters, LONGEST, frame_hash, pair_hash};
use super::entry::{Day, ListKind};
use super::packed::{Multimap, Numbers};
use super::prepare::{Problem, prepare};
use super::slip::{Difference, Placed, differences, differences_backward};
use crate::text::Span;

/// What a form of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Right = 0,
    Name = 1,
    Wrong = 2,
}

/// Where a part of a name is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It begins the name.
    Start = 0,
    /// It ends the name.
    End = 1,
    /// Its first character begins the name, its last one ends it.
    Outer = 2,
}

/// The sections of a stored vocabulary, in their order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Section {
    /// The forms, one after the other.
    Text,
    /// For each form the start of its text, and its line and what it is; after the last one the end of the text.
    Forms,
    /// For each wrong form its number, the number of the right one, and since when that holds.
    Wrong,
    /// For each place of a pair the lengths of forms and those of parts of names, as bits of two numbers each.
    Pairs,
    FormStarts,
    FormItems,
    PartStarts,
    PartItems,
}

pub(super) const SECTIONS: usize = 8;

/// What a stored vocabulary begins with; the number is that of its format.
pub(super) const MAGIC: &[u8; 8] = b"zhubi\0w1";

/// The longest name in which slips are looked for.
pub(super) const LONGEST_NAME: usize = 40;

/// A list that is ready to be looked up.
#[derive(Debug)]
pub struct Vocabulary {
    path: String,
    bytes: Vec<u8>,
    sections: [Range<usize>; SECTIONS],
}

/// An occurrence of a form in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    pub span: Span,
    /// The number of the form.
    pub form: u32,
}

/// A text that differs from a name in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip {
    /// The text that stands for the name.
    pub span: Span,
    /// The number of the name.
    pub form: u32,
    pub difference: Difference,
    /// The character of the name at which it differs.
    pub at: usize,
}

/// What is found of a list in a text.
#[derive(Debug, Default)]
pub struct Reading {
    /// Right forms, also overlapping ones.
    pub right: Vec<Occurrence>,
    /// Wrong forms.
    pub wrong: Vec<Occurrence>,
    /// Slips in names.
    pub slips: Vec<Slip>,
}

impl Vocabulary {
    /// Prepares the list with that path and text. Returns also what is wrong with the list; lines without an error are
    /// read all the same.
    pub fn prepare(path: &str, text: &str, kind: ListKind) -> (Vocabulary, Vec<Problem>) {
        let (bytes, sections, problems) = prepare(path, text, kind);
        (Vocabulary { path: path.to_owned(), bytes, sections }, problems)
    }

    /// Reads a stored vocabulary. `None` if the bytes are not one.
    pub fn read(path: &str, bytes: Vec<u8>) -> Option<Vocabulary> {
        let head = MAGIC.len() + 4 * SECTIONS;
        let lengths = Numbers::new(bytes.strip_prefix(MAGIC)?.get(..4 * SECTIONS)?);
        let mut end = head;
        let sections = std::array::from_fn(|number| {
            let start = end;
            end = start.saturating_add(lengths.at(number) as usize);
            start..end
        });
        let vocabulary = Vocabulary { path: path.to_owned(), bytes, sections };
        let text = vocabulary.section(Section::Text);
        let is_whole = end == vocabulary.bytes.len() && simdutf8::basic::from_utf8(text).is_ok();
        is_whole.then_some(vocabulary)
    }

    /// The bytes to store.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The path of the list.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many forms it has, right and wrong ones.
    pub fn len(&self) -> usize {
        (self.numbers(Section::Forms).len() / 2).saturating_sub(1)
    }

    /// The text of a form.
    pub fn text(&self, form: u32) -> &str {
        let forms = self.numbers(Section::Forms);
        let at = 2 * form as usize;
        let bytes = self.section(Section::Text).get(forms.at(at) as usize..forms.at(at + 2) as usize);
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The line of a form in the list.
    pub fn line(&self, form: u32) -> u32 {
        self.numbers(Section::Forms).at(2 * form as usize + 1) >> 2
    }

    /// The right form of a wrong one, and since when it holds.
    pub fn right_of(&self, form: u32) -> Option<(u32, Day)> {
        let wrong = self.numbers(Section::Wrong);
        let (mut low, mut high) = (0, wrong.len() / 3);
        while low < high {
            let middle = usize::midpoint(low, high);
            if wrong.at(3 * middle) < form { low = middle + 1 } else { high = middle }
        }
        (wrong.at(3 * low) == form && low < wrong.len() / 3).then(|| (wrong.at(3 * low + 1), wrong.at(3 * low + 2)))
    }

    /// The forms that are wrong.
    pub fn wrong_forms(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len() as u32).filter(|form| self.form(*form) == Form::Wrong)
    }

    /// Whether `text` is a right form.
    pub fn has_right(&self, text: &str) -> bool {
        let characters = Characters::of(text);
        let hash = (characters.len() <= LONGEST).then(|| characters.hash(0, characters.len()));
        let forms = hash.flatten().into_iter().flat_map(|hash| self.forms_by_hash().values(hash));
        forms.into_iter().any(|form| self.form(form) != Form::Wrong && self.text(form) == text)
    }

    /// Finds the forms of the list in a text and, if `with_slips`, the slips in its names.
    pub fn find(&self, text: &str, characters: &Characters, with_slips: bool, reading: &mut Reading) {
        let pairs = self.numbers(Section::Pairs);
        let Some(places) = pairs.len().checked_sub(4).map(|_| pairs.len() / 4) else { return };
        let place = |first: char, second: char| 4 * (pair_hash(first, second) as usize & (places - 1));
        let lengths_at = |at: usize| u64::from(pairs.at(at)) | u64::from(pairs.at(at + 1)) << 32;
        let finds_slips = with_slips && !self.section(Section::PartItems).is_empty();
        for (at, first) in characters.all().iter().enumerate() {
            let next = characters.get(at + 1);
            if let Some(second) = next {
                let place = place(*first, second);
                for length in bits(lengths_at(place)) {
                    self.forms_at(text, characters, at, length, reading);
                }
                if finds_slips {
                    for length in bits(lengths_at(place + 2)) {
                        let hash = if length == 0 { None } else { characters.hash(at, length) };
                        self.slips_at(characters, at, length, hash, reading);
                    }
                }
            }
            if finds_slips {
                if bits(lengths_at(place(*first, '\0') + 2)).any(|length| length == 1) {
                    self.slips_at(characters, at, 1, characters.hash(at, 1), reading);
                }
                if let Some(third) = characters.get(at + 2)
                    && bits(lengths_at(place(*first, third) + 2)).any(|length| length == 0)
                {
                    self.slips_at(characters, at, 3, Some(frame_hash(*first, third)), reading);
                }
            }
        }
    }

    /// Notes the forms of that length that stand at a character.
    fn forms_at(&self, text: &str, characters: &Characters, at: usize, length: usize, reading: &mut Reading) {
        let Some(hash) = characters.hash(at, length) else { return };
        let span = Span::new(characters.byte(at), characters.byte(at + length));
        for form in self.forms_by_hash().values(hash) {
            if self.text(form) == span.of(text) && stands_alone(characters, at, at + length) {
                let found = if self.form(form) == Form::Wrong { &mut reading.wrong } else { &mut reading.right };
                found.push(Occurrence { span, form });
                if self.form(form) == Form::Name && length > 2 {
                    self.doubled_edges(characters, at, length, form, reading);
                }
            }
        }
    }

    /// Notes a name whose first or last character stands twice.
    fn doubled_edges(&self, characters: &Characters, at: usize, length: usize, form: u32, reading: &mut Reading) {
        let mut note = |from: usize, doubled: char, place: usize| {
            let span = Span::new(characters.byte(from), characters.byte(from + length + 1));
            reading.slips.push(Slip { span, form, difference: Difference::Doubled(doubled), at: place });
        };
        let [first, last] = [characters.all()[at], characters.all()[at + length - 1]];
        if at > 0 && characters.get(at - 1) == Some(first) {
            note(at - 1, first, 0);
        }
        if characters.get(at + length) == Some(last) {
            note(at, last, length - 1);
        }
    }

    /// Notes the slips in names a part of which, of that length, stands at a character.
    fn slips_at(&self, characters: &Characters, at: usize, length: usize, hash: Option<u32>, reading: &mut Reading) {
        let Some(hash) = hash else { return };
        let map = Multimap::new(self.section(Section::PartStarts), self.section(Section::PartItems));
        let mut name = Vec::new();
        for value in map.values(hash) {
            let (form, part) = (value >> 2, value & 3);
            name.clear();
            name.extend(self.text(form).chars());
            if name.len() < 2 {
                continue;
            }
            let end = at + length;
            if part != Part::End as u32 {
                let found = differences(&name, |offset| characters.get(at + offset));
                for found in found.filter(|found| found.length > 1) {
                    self.note_slip(characters, at, found, form, reading);
                }
            }
            if part != Part::Start as u32 {
                let backward = |offset: usize| characters.get(end.checked_sub(offset + 1)?);
                for found in differences_backward(&name, backward).filter(|found| found.length > 1) {
                    if let Some(from) = end.checked_sub(found.length) {
                        self.note_slip(characters, from, found, form, reading);
                    }
                }
            }
        }
    }

    fn note_slip(&self, characters: &Characters, from: usize, found: Placed, form: u32, reading: &mut Reading) {
        let to = from + found.length;
        // A name that stands there as it is is found as such, with its edges.
        if to > characters.len() || !stands_alone(characters, from, to) {
            return;
        }
        let span = Span::new(characters.byte(from), characters.byte(to));
        let slip = Slip { span, form, difference: found.difference, at: found.at };
        if reading.slips.iter().rev().take(8).all(|known| *known != slip) {
            reading.slips.push(slip);
        }
    }

    fn form(&self, form: u32) -> Form {
        match self.numbers(Section::Forms).at(2 * form as usize + 1) & 3 {
            0 => Form::Right,
            1 => Form::Name,
            _ => Form::Wrong,
        }
    }

    fn forms_by_hash(&self) -> Multimap<'_> {
        Multimap::new(self.section(Section::FormStarts), self.section(Section::FormItems))
    }

    fn section(&self, section: Section) -> &[u8] {
        self.bytes.get(self.sections[section as usize].clone()).unwrap_or_default()
    }

    fn numbers(&self, section: Section) -> Numbers<'_> {
        Numbers::new(self.section(section))
    }
}

/// Whether letters and digits do not go on across the edges of a run: AI is not in MAIL.
fn stands_alone(characters: &Characters, from: usize, to: usize) -> bool {
    let goes_on = |before: Option<char>, after: Option<char>| {
        before.is_some_and(|c| c.is_ascii_alphanumeric()) && after.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    let before = from.checked_sub(1).and_then(|at| characters.get(at));
    let last = to.checked_sub(1).and_then(|at| characters.get(at));
    !goes_on(before, characters.get(from)) && !goes_on(last, characters.get(to))
}

/// The numbers of the bits that are set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros() as usize;
            set &= set - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(kind: ListKind, text: &str) -> Vocabulary {
        let (vocabulary, errors) = Vocabulary::prepare("list.txt", text, kind);
        assert!(errors.is_empty(), "{errors:?}");
        // What is stored is what was prepared.
        Vocabulary::read("list.txt", vocabulary.bytes().to_vec()).unwrap()
    }

    fn reading(vocabulary: &Vocabulary, text: &str) -> Reading {
        let mut reading = Reading::default();
        vocabulary.find(text, &Characters::of(text), true, &mut reading);
        reading
    }

    fn slips(vocabulary: &Vocabulary, text: &str) -> Vec<(String, String)> {
        let slips = reading(vocabulary, text).slips;
        slips.iter().map(|it| (it.span.of(text).to_owned(), vocabulary.text(it.form).to_owned())).collect()
    }

    #[test]
    fn finds_right_and_wrong_forms() {
        let names = vocabulary(ListKind::Names, "方知远\t方志圆\n江城日报社\nAI实验室\nAI\n");
        let text = "江城日报社AI实验室的方知远，不是方志圆，EMAIL";
        let reading = reading(&names, text);
        let found = |found: &[Occurrence]| found.iter().map(|it| it.span.of(text).to_owned()).collect::<Vec<_>>();
        assert_eq!(found(&reading.right), ["江城日报社", "AI", "AI实验室", "方知远"]);
        assert_eq!(found(&reading.wrong), ["方志圆"]);
        let (right, since) = names.right_of(reading.wrong[0].form).unwrap();
        assert_eq!((names.text(right), since, names.line(right)), ("方知远", 0, 1));
        assert!(names.has_right("AI") && !names.has_right("方志圆") && !names.has_right("方"));
    }

    #[test]
    fn finds_every_slip_in_a_name_of_any_length() {
        let long = "江城师范大学附属实验中学东校区";
        for length in 3..=long.chars().count() {
            let name: Vec<char> = long.chars().take(length).collect();
            let vocabulary = vocabulary(ListKind::Names, &name.iter().collect::<String>());
            for at in 0..length {
                let mut variants = Vec::new();
                let mut replaced = name.clone();
                replaced[at] = '某';
                variants.push(replaced);
                let mut lost = name.clone();
                lost.remove(at);
                if length > 3 || at == 1 {
                    variants.push(lost);
                }
                let mut doubled = name.clone();
                doubled.insert(at, name[at]);
                variants.push(doubled);
                if at + 1 < length {
                    let mut swapped = name.clone();
                    swapped.swap(at, at + 1);
                    variants.push(swapped);
                }
                for variant in variants {
                    let variant: String = variant.into_iter().collect();
                    let text = format!("昨天，{variant}，今天");
                    let found = slips(&vocabulary, &text);
                    assert!(found.iter().any(|(written, _)| *written == variant), "{text}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn a_name_of_two_characters_is_found_by_either() {
        let names = vocabulary(ListKind::Names, "方远\n");
        assert_eq!(slips(&names, "记者方院报道"), [("方院".to_owned(), "方远".to_owned())]);
        assert_eq!(slips(&names, "记者房远报道").len(), 1);
        assert!(slips(&names, "记者方远报道").is_empty());
    }

    #[test]
    fn names_what_is_wrong_with_a_list() {
        for (kind, text, line, expected) in [
            (ListKind::Words, "江城\n柳河\n江城\n", 3, "在第 1 行已经有了"),
            (ListKind::Terms, "甲乙\t乙甲\n甲乙\t丙丁\n", 2, "在第 1 行已经有了"),
            (ListKind::Names, "方知远\t方志远\n方志远\n", 2, "在第 1 行已经有了"),
            (ListKind::Terms, "甲乙\t乙甲\n乙甲\t丙丁\n", 2, "在第 1 行是正确写法"),
            (ListKind::Terms, "乙甲\t丙丁\n甲乙\t乙甲\n", 2, "又要把“乙甲”改掉"),
        ] {
            let (_, errors) = Vocabulary::prepare("list.txt", text, kind);
            let shown = errors.first().map(|problem| problem.error.to_string()).unwrap_or_default();
            assert!(shown.starts_with(&format!("list.txt:{line}:1：")) && shown.contains(expected), "{text}: {shown}");
        }
    }

    #[test]
    fn damaged_data_are_refused_or_find_nothing_wrong() {
        let good = vocabulary(ListKind::Names, "方知远\n江城日报社\n").bytes().to_vec();
        assert!(Vocabulary::read("list", good[..good.len() - 1].to_vec()).is_none());
        assert!(Vocabulary::read("list", Vec::new()).is_none());
        for at in 8..good.len() {
            let mut damaged = good.clone();
            damaged[at] ^= 0xFF;
            if let Some(vocabulary) = Vocabulary::read("list", damaged) {
                reading(&vocabulary, "江城日报社的方志远和江诚日报社");
            }
        }
    }
}
