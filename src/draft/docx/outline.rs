//! The outline of a part: everything in it, as it is after the tracked changes that zhubi has added are rejected and its
//! comments are taken out. Two parts with the same outline differ in nothing that Word shows or keeps.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::archive::damaged;
use super::xml::{Tag, Token, Tokens, is_blank, unescape};
use crate::error::Result;

/// An item of an outline. The numbers are hashes of names, attributes and properties.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    Start(u64),
    End,
    /// Text in runs with the same properties.
    Text {
        properties: u64,
        text: String,
    },
    /// Text outside `w:t`, such as the instructions of fields.
    OtherText(String),
}

/// What is known of the original file, so that additions can be told from it.
#[derive(Debug, Default)]
pub struct Known {
    /// The ids in the original.
    pub ids: HashSet<String>,
    /// Author and date of the tracked insertions in the original. One that is split in two keeps both.
    insertions: HashSet<[Option<String>; 2]>,
    /// Whether nothing counts as an addition.
    is_all: bool,
}

/// The outline of a part.
#[derive(Debug, Default)]
pub struct Outline {
    pub items: Vec<Item>,
    /// Whether there are tracked changes that are not in the original.
    pub has_new_changes: bool,
    /// Whether such a change contains something other than runs of text.
    pub changes_markup: bool,
    /// The marks of comments that are not in the original: the name of the element and the id.
    pub new_comment_marks: Vec<(String, String)>,
}

impl Known {
    /// Returns what makes outlines of all that is in a part.
    pub fn all() -> Known {
        Known { is_all: true, ..Known::default() }
    }

    /// Returns whether the element with that start tag is not in the original, to judge by its id.
    fn is_new(&self, tag: &Tag) -> bool {
        !self.is_all && tag.attribute("w:id").is_some_and(|id| !self.ids.contains(&id))
    }

    /// Adds the tracked insertions of a part of the original.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn add_insertions(&mut self, xml: &str) -> Result<()> {
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            if let Token::Start(tag) = token
                && tag.name() == "w:ins"
            {
                self.insertions.insert(author_and_date(&tag));
            }
        }
        Ok(())
    }
}

fn author_and_date(tag: &Tag) -> [Option<String>; 2] {
    ["w:author", "w:date"].map(|name| tag.attribute(name))
}

impl Outline {
    /// Reads a part.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn read(xml: &str, known: &Known) -> Result<Outline> {
        let mut reader = OutlineReader { xml, tokens: Tokens::new(xml), known, insertion: 0, out: Outline::default() };
        while let Some(token) = reader.tokens.next()? {
            if let Token::Start(tag) = token {
                reader.element(&tag, false)?;
            }
        }
        Ok(reader.out)
    }

    /// Returns whether this outline is that of `original` with other text. Text can also be missing, but where there was
    /// none there must be none, and the properties of text must be the same.
    pub fn differs_only_in_text(&self, original: &Outline) -> bool {
        let mut own = self.shape().into_iter().peekable();
        for expected in original.shape() {
            if own.next_if_eq(&expected).is_none() && !matches!(expected, Shape::Text(_)) {
                return false;
            }
        }
        own.next().is_none()
    }

    /// Returns the outline without the characters of its text.
    fn shape(&self) -> Vec<Shape<'_>> {
        let without_characters = |item| match item {
            &Item::Text { properties, .. } => Shape::Text(properties),
            other => Shape::Other(other),
        };
        self.items.iter().map(without_characters).collect()
    }

    /// Returns whether this outline is that of `original` with items inserted at one place.
    pub fn is_insertion_into(&self, original: &Outline) -> bool {
        let (long, short) = (&self.items, &original.items);
        let before = long.iter().zip(short).take_while(|(one, other)| one == other).count();
        let after = long.iter().rev().zip(short.iter().rev()).take_while(|(one, other)| one == other).count();
        long.len() >= short.len() && before + after >= short.len()
    }
}

/// An item without its characters.
#[derive(Debug, PartialEq, Eq)]
enum Shape<'o> {
    /// Text with these properties.
    Text(u64),
    Other(&'o Item),
}

struct OutlineReader<'x, 'k> {
    xml: &'x str,
    tokens: Tokens<'x>,
    known: &'k Known,
    /// A hash of the open tracked insertion. What is inserted has it as a property, so that it does not matter whether the
    /// insertion is split.
    insertion: u64,
    out: Outline,
}

impl OutlineReader<'_, '_> {
    /// Reads the element with the start tag `tag`. Within a deletion that is rejected, `w:delText` is text.
    fn element(&mut self, tag: &Tag, in_rejected: bool) -> Result<()> {
        let is_new = || self.known.is_new(tag);
        match tag.name() {
            "w:r" => self.run(tag, in_rejected),
            "w:ins" if is_new() && !self.known.insertions.contains(&author_and_date(tag)) => self.new_insertion(),
            "w:del" if is_new() => {
                self.out.has_new_changes = true;
                self.children(true)
            }
            // Without content it is a property of a paragraph.
            "w:ins" if !self.tokens.is_empty_element() => {
                let outer = std::mem::replace(&mut self.insertion, hash(tag));
                self.children(in_rejected)?;
                self.insertion = outer;
                Ok(())
            }
            name @ ("w:commentRangeStart" | "w:commentRangeEnd") if is_new() => self.comment_mark(name, tag),
            _ => {
                self.out.items.push(Item::Start(hash_all(&(self.insertion, hash(tag)))));
                self.children(in_rejected)?;
                self.out.items.push(Item::End);
                Ok(())
            }
        }
    }

    /// Reads to the end of the open element.
    fn children(&mut self, in_rejected: bool) -> Result<()> {
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(tag) => self.element(&tag, in_rejected)?,
                Token::End => break,
                Token::Text => {
                    let text = &self.xml[self.tokens.range.clone()];
                    // Blanks between elements mean nothing, and a run without text can be missing between them.
                    if text.trim_matches(is_blank).is_empty() {
                        continue;
                    }
                    match self.out.items.last_mut() {
                        Some(Item::OtherText(last)) => last.push_str(text),
                        _ => self.out.items.push(Item::OtherText(text.to_owned())),
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads a tracked insertion that is not in the original.
    fn new_insertion(&mut self) -> Result<()> {
        self.out.has_new_changes = true;
        let before = self.out.items.len();
        // Its runs must not be joined with the text before it.
        self.out.items.push(Item::End);
        self.children(false)?;
        self.out.changes_markup |= self.out.items.drain(before..).skip(1).any(|it| !matches!(it, Item::Text { .. }));
        Ok(())
    }

    /// Reads a run. Its children are items of their own, each with the properties of the run, so that it does not matter
    /// how text is divided into runs.
    fn run(&mut self, tag: &Tag, in_rejected: bool) -> Result<()> {
        let mut properties = DefaultHasher::new();
        (self.insertion, hash(tag)).hash(&mut properties);
        while let Some(token) = self.tokens.next()? {
            match token {
                Token::Start(child) => match child.name() {
                    "w:rPr" => self.run_properties(&mut properties)?,
                    "w:t" => self.text(&child, properties.finish())?,
                    "w:delText" if in_rejected => self.text(&child, properties.finish())?,
                    name @ "w:commentReference" if self.known.is_new(&child) => self.comment_mark(name, &child)?,
                    _ => {
                        self.out.items.push(Item::Start(hash_all(&(properties.finish(), hash(&child)))));
                        self.children(false)?;
                        self.out.items.push(Item::End);
                    }
                },
                Token::End => break,
                Token::Text => {}
            }
        }
        Ok(())
    }

    /// Reads `w:rPr` into `properties`.
    fn run_properties(&mut self, properties: &mut DefaultHasher) -> Result<()> {
        let inside = self.tokens.depth();
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) => hash(&tag).hash(properties),
                Token::End => 0.hash(properties),
                Token::Text => {}
            }
        }
        Ok(())
    }

    /// Reads `w:t` or `w:delText`.
    fn text(&mut self, tag: &Tag, properties: u64) -> Result<()> {
        let inside = self.tokens.depth();
        let mut text = String::new();
        while self.tokens.depth() >= inside {
            if let Token::Text = self.tokens.next()?.ok_or_else(damaged)? {
                text += &unescape(&self.xml[self.tokens.range.clone()]).ok_or_else(damaged)?;
            }
        }
        let shown = if tag.preserves_blanks() { &text } else { text.trim_matches(is_blank) };
        match self.out.items.last_mut() {
            _ if shown.is_empty() => {}
            Some(Item::Text { properties: last, text }) if *last == properties => text.push_str(shown),
            _ => self.out.items.push(Item::Text { properties, text: shown.to_owned() }),
        }
        Ok(())
    }

    fn comment_mark(&mut self, name: &str, tag: &Tag) -> Result<()> {
        self.out.new_comment_marks.push((name.to_owned(), tag.attribute("w:id").unwrap_or_default()));
        self.tokens.skip_element()
    }
}

/// Returns a hash of name and attributes. The ids of tracked changes are left out, because a copy of one gets another id.
fn hash(tag: &Tag) -> u64 {
    let name = tag.name();
    if name.ends_with("Change") || ["w:ins", "w:del", "w:moveTo", "w:moveFrom"].contains(&name) {
        hash_all(&(name, tag.attributes_without_id().collect::<Vec<_>>()))
    } else {
        hash_all(&(name, tag.written_attributes()))
    }
}

fn hash_all(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
