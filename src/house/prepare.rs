//! Prepares a list: from its entries to the tables by which its forms are found.

use std::collections::hash_map::Entry as Slot;
use std::ops::Range;

use fnv::FnvHashMap;

use super::characters::{Characters, frame_hash, hash_of, pair_hash};
use super::entry::{self, Day, Entry, ListKind, located, shortened};
use super::packed::{Multimap, store};
use super::vocabulary::{Form, LONGEST_NAME, MAGIC, Part, SECTIONS, Section};
use crate::error::Error;

/// What is wrong with a line of a list.
#[derive(Debug, Clone)]
pub struct Problem {
    pub error: Error,
    /// Whether the line is only superfluous.
    pub is_harmless: bool,
}

impl Problem {
    fn wrong(error: Error) -> Problem {
        Problem { error, is_harmless: false }
    }
}

/// Prepares a list. Returns the stored vocabulary, where its sections are, and what is wrong with the list.
pub(super) fn prepare(path: &str, text: &str, kind: ListKind) -> (Vec<u8>, [Range<usize>; SECTIONS], Vec<Problem>) {
    let (entries, errors) = entry::read(path, text, kind);
    let mut problems: Vec<Problem> = errors.into_iter().map(Problem::wrong).collect();
    let mut builder = Builder { forms: Vec::with_capacity(entries.len()), ..Builder::default() };
    builder.known.reserve(entries.len());
    for entry in &entries {
        if let Some(problem) = builder.add(entry, kind) {
            problems.push(Problem { error: located(problem.error, path, entry.line), ..problem });
        }
    }
    problems.extend(builder.contradictions().map(|(error, line)| Problem::wrong(located(error, path, line))));
    problems.sort_by_key(|problem| problem.error.position().map_or(0, |position| position.line));
    let (bytes, sections) = builder.finish();
    (bytes, sections, problems)
}

/// Collects the forms of a list.
#[derive(Default)]
struct Builder<'t> {
    /// The forms with their lines.
    forms: Vec<(&'t str, u32, Form)>,
    known: FnvHashMap<&'t str, u32>,
    /// Wrong forms, the right ones, and since when they hold.
    wrong: Vec<(u32, u32, Day)>,
}

impl<'t> Builder<'t> {
    /// Adds an entry. Returns what is wrong with it.
    fn add(&mut self, entry: &Entry<'t>, kind: ListKind) -> Option<Problem> {
        let right = if kind == ListKind::Names { Form::Name } else { Form::Right };
        let Some(wrong) = entry.wrong else {
            return match self.known.entry(entry.right) {
                Slot::Occupied(known) => {
                    let (form, line, _) = self.forms[*known.get() as usize];
                    let error = Error::new(format!("“{}”在第 {line} 行已经有了。", shortened(form)));
                    let is_harmless = self.forms[*known.get() as usize].2 == right;
                    let help = if is_harmless {
                        "请删去其中一行。"
                    } else {
                        "同一个写法不能又对又错，请删去其中一行。"
                    };
                    Some(Problem { error: error.help(help), is_harmless })
                }
                Slot::Vacant(place) => {
                    place.insert(self.forms.len() as u32);
                    self.forms.push((entry.right, entry.line, right));
                    None
                }
            };
        };
        let target = *self.known.entry(entry.right).or_insert_with(|| {
            self.forms.push((entry.right, entry.line, right));
            self.forms.len() as u32 - 1
        });
        match self.known.entry(wrong) {
            Slot::Occupied(known) => {
                let (_, line, form) = self.forms[*known.get() as usize];
                let what = if form == Form::Wrong { "已经有了" } else { "是正确写法" };
                let same = self.wrong.iter().rev().find(|(known, ..)| self.forms[*known as usize].0 == wrong);
                let is_harmless = same.is_some_and(|(_, right, since)| (*right, *since) == (target, entry.since));
                let error = Error::new(format!("“{}”在第 {line} 行{what}。", shortened(wrong)));
                Some(Problem {
                    error: error.help("一个写法只能有一种改法，请删去其中一行。"), is_harmless
                })
            }
            Slot::Vacant(place) => {
                let number = self.forms.len() as u32;
                place.insert(number);
                self.forms.push((wrong, entry.line, Form::Wrong));
                self.wrong.push((number, target, entry.since));
                None
            }
        }
    }

    /// Wrong forms that are the right ones of others: what is corrected must not be corrected again.
    fn contradictions(&self) -> impl Iterator<Item = (Error, u32)> + '_ {
        let is_wrong = |form: u32| self.forms[form as usize].2 == Form::Wrong;
        self.wrong.iter().filter(move |(_, right, _)| is_wrong(*right)).map(|(wrong, right, _)| {
            let (written, line, _) = self.forms[*wrong as usize];
            let (right, other, _) = self.forms[*right as usize];
            let (written, right) = (shortened(written), shortened(right));
            let error = Error::new(format!("“{written}”改成“{right}”，第 {other} 行又要把“{right}”改掉。"));
            (error.help("请把两条都改成最后的写法。"), line)
        })
    }

    /// Returns the stored vocabulary, and where its sections are.
    fn finish(mut self) -> (Vec<u8>, [Range<usize>; SECTIONS]) {
        self.wrong.sort_unstable();
        let mut bytes = MAGIC.to_vec();
        bytes.resize(MAGIC.len() + 4 * SECTIONS, 0);
        let mut sections: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
        let mut start = bytes.len();
        let mut close = |bytes: &[u8], section: Section| {
            sections[section as usize] = start..bytes.len();
            start = bytes.len();
        };
        self.forms.iter().for_each(|(form, ..)| bytes.extend_from_slice(form.as_bytes()));
        // Numbers are read at multiples of four bytes.
        bytes.resize(bytes.len().next_multiple_of(4), b' ');
        close(&bytes, Section::Text);
        let mut at = 0;
        for (form, line, what) in &self.forms {
            store(&mut bytes, [at, line << 2 | *what as u32]);
            at += form.len() as u32;
        }
        store(&mut bytes, [at, 0]);
        close(&bytes, Section::Forms);
        store(&mut bytes, self.wrong.iter().flat_map(|(wrong, right, since)| [*wrong, *right, *since]));
        close(&bytes, Section::Wrong);
        let keys = Keys::of(&self.forms);
        store(&mut bytes, keys.pairs);
        close(&bytes, Section::Pairs);
        let [starts, items] = Multimap::store(&mut bytes, &keys.forms);
        sections[Section::FormStarts as usize] = starts;
        sections[Section::FormItems as usize] = items;
        if keys.parts.is_empty() {
            let end = bytes.len()..bytes.len();
            sections[Section::PartStarts as usize] = end.clone();
            sections[Section::PartItems as usize] = end;
        } else {
            let [starts, items] = Multimap::store(&mut bytes, &keys.parts);
            sections[Section::PartStarts as usize] = starts;
            sections[Section::PartItems as usize] = items;
        }
        for (number, section) in sections.iter().enumerate() {
            let at = MAGIC.len() + 4 * number;
            bytes[at..at + 4].copy_from_slice(&(section.len() as u32).to_le_bytes());
        }
        (bytes, sections)
    }
}

/// What the forms of a list are found by.
struct Keys {
    /// For each place of a pair the lengths of forms and of parts.
    pairs: Vec<u32>,
    /// The hashes of the forms, and their numbers.
    forms: Vec<(u32, u32)>,
    /// The hashes of the parts of names, and their numbers with the [`Part`].
    parts: Vec<(u32, u32)>,
}

impl Keys {
    fn of(forms: &[(&str, u32, Form)]) -> Keys {
        let places = (2 * forms.len()).next_power_of_two().clamp(1 << 6, 1 << 15);
        let mut keys = Keys { pairs: vec![0; 4 * places], forms: Vec::with_capacity(forms.len()), parts: Vec::new() };
        let mut characters = Characters::default();
        for (number, (form, _, what)) in (0..).zip(forms) {
            characters.read(form);
            let length = characters.len();
            let Some(hash) = characters.hash(0, length) else { continue };
            keys.forms.push((hash, number));
            keys.note(characters.all()[0], characters.get(1).unwrap_or('\0'), 0, length);
            if *what == Form::Name && length <= LONGEST_NAME {
                keys.add_parts(&characters, number);
            }
        }
        keys
    }

    /// Notes that something of that length begins with a pair: a form (0) or a part (2).
    fn note(&mut self, first: char, second: char, what: usize, length: usize) {
        let places = self.pairs.len() / 4;
        let place = 4 * (pair_hash(first, second) as usize & (places - 1)) + what;
        self.pairs[place + length / 32] |= 1 << (length % 32);
    }

    fn add_parts(&mut self, name: &Characters, number: u32) {
        let c = name.all();
        let length = c.len();
        let half = length / 2;
        match length {
            2 => {
                self.add(&c[..1], number, Part::Start);
                self.add(&c[1..], number, Part::End);
            }
            3 => {
                self.add(&c[..2], number, Part::Start);
                self.add(&c[1..], number, Part::End);
                self.add(&[c[0], c[2]], number, Part::Outer);
                self.parts.push((frame_hash(c[0], c[2]), number << 2 | Part::Start as u32));
                self.note(c[0], c[2], 2, 0);
            }
            _ => {
                self.add(&c[..half], number, Part::Start);
                self.add(&c[half..], number, Part::End);
                // The two characters on either side of the middle, swapped.
                let swapped: Vec<char> = c[..half - 1].iter().chain([&c[half]]).copied().collect();
                if swapped != c[..half] {
                    self.add(&swapped, number, Part::Start);
                }
            }
        }
    }

    fn add(&mut self, part: &[char], number: u32, place: Part) {
        self.parts.push((hash_of(part), number << 2 | place as u32));
        self.note(part[0], part.get(1).copied().unwrap_or('\0'), 2, part.len());
    }
}
