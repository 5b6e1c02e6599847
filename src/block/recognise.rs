use super::{Block, Body, Kind};

/// What the format itself says a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A line of plain text: it may be anything.
    Line,
    /// A heading of that level, from 1.
    Heading(u8),
    /// A paragraph: still, it may be a byline, a caption, a jump line or an unmarked subheading.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// The words of a picture.
    Caption,
}

/// What a format's reader hands over, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// What the format says it is.
    pub shape: Shape,
    /// Its text.
    pub body: Body,
    /// Does its line begin with the two blanks of a new paragraph?
    pub indented: bool,
}

/// Makes blocks of fragments.
pub fn recognise(_canonical: &str, fragments: Vec<Fragment>) -> Vec<Block> {
    fragments
        .into_iter()
        .map(|fragment| Block { kind: Kind::Paragraph, article: 0, dateline: 0, body: fragment.body })
        .collect()
}
