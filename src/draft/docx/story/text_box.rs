//! Reads the text boxes of a story, and their copies for old programs.

use super::{Access, Line, StoryReader, TextBoxCopy, Token, damaged};
use crate::error::Result;

impl StoryReader<'_, '_> {
    /// Reads the text boxes in a drawing.
    pub(super) fn text_boxes(&mut self) -> Result<()> {
        let inside = self.tokens.depth();
        let mut first_line = self.out.text_box_lines.len();
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) => match tag.name() {
                    "mc:Choice" => first_line = self.out.text_box_lines.len(),
                    "mc:Fallback" => self.text_box_copy(first_line)?,
                    "w:txbxContent" => self.text_box()?,
                    _ => {}
                },
                Token::End | Token::Text => {}
            }
        }
        Ok(())
    }

    /// Reads the content of a text box.
    fn text_box(&mut self) -> Result<()> {
        let fields = std::mem::take(&mut self.fields);
        let open_line = self.open_line.take();
        let is_in_text_box = std::mem::replace(&mut self.is_in_text_box, true);
        self.container(false)?;
        self.close_line();
        (self.fields, self.open_line, self.is_in_text_box) = (fields, open_line, is_in_text_box);
        self.out.host_lines.resize(self.out.text_box_lines.len(), self.out.lines.len());
        Ok(())
    }

    /// Reads a `mc:Fallback`. It is a copy of the text boxes whose lines begin with `first_line` if it has the same text and
    /// the same of it may be changed.
    fn text_box_copy(&mut self, first_line: usize) -> Result<()> {
        let inside = self.tokens.depth();
        let (lines, references) = (self.out.text_box_lines.len(), self.out.note_references.len());
        let (comments, copies) = (self.out.comments.len(), self.out.copies.len());
        while self.tokens.depth() >= inside {
            match self.tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if tag.name() == "w:txbxContent" => self.text_box()?,
                _ => {}
            }
        }
        self.out.note_references.truncate(references);
        self.out.comments.truncate(comments);
        self.out.copies.truncate(copies);
        self.out.host_lines.truncate(lines);
        let copied = self.out.text_box_lines.split_off(lines);
        let originals = &self.out.text_box_lines[first_line.min(lines)..];
        let is_same = |(one, other): (&Line, &Line)| one.text == other.text && one.accesses() == other.accesses();
        if originals.len() == copied.len() && originals.iter().zip(&copied).all(is_same) {
            let numbered = (first_line..).zip(copied);
            self.out.copies.extend(numbered.map(|(line, copy)| TextBoxCopy { line, segments: copy.segments }));
        } else {
            self.out.has_other_copies |= copied.iter().any(|line| !line.text.is_empty());
        }
        Ok(())
    }
}

impl Line {
    /// Returns what may be done to the text: for each end of a part of the text that differs from the next.
    fn accesses(&self) -> Vec<(usize, Access)> {
        let mut accesses: Vec<(usize, Access)> = Vec::new();
        for segment in &self.segments {
            match accesses.last_mut() {
                Some((end, access)) if *access == segment.access => *end = segment.span.end,
                _ => accesses.push((segment.span.end, segment.access)),
            }
        }
        accesses
    }
}
