use super::line::{self, Marker};
use super::prose::not_prose;
use super::{Block, Body, BodyBuilder, Kind};
use crate::text::{OBJECT, Span};

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
    /// Its text, without blanks at either end.
    pub body: Body,
    /// Does its line begin with the two blanks of a new paragraph?
    pub indented: bool,
}

impl Fragment {
    /// A fragment of `body` without the blanks around it and with an [`OBJECT`] for all that is not
    /// prose; `None` where no prose is left.
    pub fn new(canonical: &str, shape: Shape, body: Body) -> Option<Fragment> {
        let text = body.text(canonical);
        let content = text.trim_start();
        let blanks = &text[..text.len() - content.len()];
        let indented = blanks.contains('\t') || blanks.chars().nth(1).is_some();
        let prose = Span::new(blanks.len(), blanks.len() + content.trim_end().len());
        let body = body.part(canonical, prose);
        let objects = not_prose(body.text(canonical));
        let body = body.with_objects(canonical, &objects);
        let has_prose = body.text(canonical).contains(|c: char| c != OBJECT && !c.is_whitespace());
        has_prose.then_some(Fragment { shape, body, indented })
    }
}

/// Makes blocks of fragments.
pub fn recognise(canonical: &str, mut fragments: Vec<Fragment>) -> Vec<Block> {
    let page = Page::new(canonical, &fragments);
    let (rests, articles) = (page.rests(), page.articles());
    let kinds = page.kinds;

    let mut blocks = Vec::with_capacity(fragments.len());
    let mut is_rest = vec![false; fragments.len()];
    for index in 0..fragments.len() {
        if is_rest[index] {
            continue;
        }
        let mut body = std::mem::replace(&mut fragments[index].body, Body::Slice(Span::new(0, 0)));
        if rests[index].is_some() {
            let mut whole = BodyBuilder::default();
            whole.body(canonical, &body);
            let mut last = index;
            while let Some(rest) = rests[last] {
                whole.page_break();
                whole.body(canonical, &fragments[rest].body);
                is_rest[rest] = true;
                last = rest;
            }
            body = whole.finish();
        }
        let kind = kinds[index];
        let dateline = if kind == Kind::Paragraph { line::dateline(body.text(canonical)) as u32 } else { 0 };
        blocks.push(Block { kind, article: articles[index], dateline, body });
    }
    blocks
}

/// The fragments of a draft with their kinds.
struct Page<'t> {
    canonical: &'t str,
    fragments: &'t [Fragment],
    kinds: Vec<Kind>,
    /// How many fragments at the very front may be headlines.
    front: usize,
}

impl<'t> Page<'t> {
    fn new(canonical: &'t str, fragments: &'t [Fragment]) -> Page<'t> {
        let kinds = fragments.iter().map(|it| kind_alone(it.shape, it.body.text(canonical))).collect();
        let mut page = Page { canonical, fragments, kinds, front: 0 };
        page.front = (0..fragments.len().min(LONGEST_FRONT)).take_while(|&index| page.may_be_headline(index)).count();
        // From the end: whether a line is a headline depends on what follows it.
        for index in (0..fragments.len()).rev() {
            if page.kinds[index] == Kind::Paragraph && page.may_be_headline(index) && page.stands_as_headline(index) {
                page.kinds[index] = Kind::Headline;
            }
        }
        page
    }

    fn text(&self, index: usize) -> &'t str {
        self.fragments[index].body.text(self.canonical)
    }

    fn may_be_headline(&self, index: usize) -> bool {
        self.kinds[index] == Kind::Headline
            || self.kinds[index] == Kind::Paragraph && line::may_be_headline(self.text(index))
    }

    /// The next fragment that is not a caption.
    fn next(&self, index: usize) -> Option<usize> {
        (index + 1..self.kinds.len()).find(|&next| self.kinds[next] != Kind::Caption)
    }

    /// The fragment before that is not a caption.
    fn previous(&self, index: usize) -> Option<usize> {
        (0..index).rev().find(|&previous| self.kinds[previous] != Kind::Caption)
    }

    /// Is there an empty line between a fragment and the next one?
    fn is_apart(&self, index: usize) -> bool {
        let between = Span::new(self.end_of(index), self.fragments[index + 1].body.extent().start.max(self.end_of(index)));
        between.of(self.canonical).matches('\n').count() > 1
    }

    fn end_of(&self, index: usize) -> usize {
        self.fragments[index].body.extent().end
    }

    /// Does a line that may be a headline stand where a headline stands?
    fn stands_as_headline(&self, index: usize) -> bool {
        let Some(next) = self.next(index) else { return false };
        let (text, next_text) = (self.text(index), self.text(next));
        if index < self.front {
            return true;
        }
        match self.kinds[next] {
            Kind::Byline | Kind::JumpLine => true,
            Kind::Headline => {
                let begins_group = index > 0 && self.is_apart(index - 1) && !self.is_apart(index);
                line::leads_on(text) || next_text.starts_with("——") || begins_group
            }
            Kind::ListItem => !line::leads_on(text) && !text.contains(['，', ',']),
            Kind::Paragraph => {
                line::dateline(next_text) > 0
                    || line::is_paragraph(next_text)
                        && !line::leads_on(text)
                        && !self.goes_on(index)
                        && !self.is_first_column(index, next)
            }
            _ => false,
        }
    }

    /// Does the line before run on into this one?
    fn goes_on(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| {
            self.kinds[before] == Kind::Paragraph
                && !self.may_be_headline(before)
                && !self.is_apart(before)
                && line::is_cut(self.text(before))
        })
    }

    /// Is a line that may be a headline the beginning of a paragraph which the column cut short? It is
    /// one where a paragraph must begin, and where the next line begins amid a sentence.
    fn is_first_column(&self, index: usize, next: usize) -> bool {
        let must_begin = self.previous(index).is_some_and(|previous| {
            self.kinds[previous] == Kind::Byline
                || matches!(self.fragments[previous].shape, Shape::Heading(_)) && !line::leads_on(self.text(previous))
        });
        (must_begin || line::begins_midway(self.text(next))) && self.is_cut_before(index, next)
    }

    /// Is fragment `index` a paragraph that breaks off, and `next` its rest?
    fn is_cut_before(&self, index: usize, next: usize) -> bool {
        !self.fragments[next].indented && line::is_cut(self.text(index)) && line::is_rest(self.text(next))
    }

    /// For each paragraph that a column break cut: the fragment with which it goes on.
    fn rests(&self) -> Vec<Option<usize>> {
        let rest = |index: usize| {
            let next = self.next(index).filter(|_| self.kinds[index] == Kind::Paragraph)?;
            (self.kinds[next] == Kind::Paragraph && self.is_cut_before(index, next)).then_some(next)
        };
        (0..self.kinds.len()).map(rest).collect()
    }

    /// The article of each fragment. Where it is not sure that an article begins none does: a
    /// quotation must not be cut.
    fn articles(&self) -> Vec<u32> {
        let mut articles = Vec::with_capacity(self.kinds.len());
        let mut article = 0;
        while articles.len() < self.kinds.len() {
            let start = articles.len();
            let headlines = self.kinds[start..].iter().take_while(|&&kind| kind == Kind::Headline).count();
            if start > 0 && headlines > 0 && self.begins_article(start, start + headlines) {
                article += 1;
            }
            articles.resize(start + headlines.max(1), article);
        }
        articles
    }

    /// Do the headlines `start..end` stand over an article of their own?
    fn begins_article(&self, start: usize, end: usize) -> bool {
        let stands_alone = |index: usize| {
            self.fragments[index].shape == Shape::Heading(1) || line::heads_notice(self.text(index))
        };
        (start..end).any(stands_alone)
            || self.next(end - 1).is_some_and(|next| match self.kinds[next] {
                Kind::Byline | Kind::JumpLine => true,
                Kind::Paragraph => line::dateline(self.text(next)) > 0,
                _ => false,
            })
    }
}

/// The most lines of headlines over an article: eyebrow, headline of two lines, subheadline.
const LONGEST_FRONT: usize = 4;

/// What a fragment is as far as it says so itself; what may yet be a headline is a paragraph.
fn kind_alone(shape: Shape, text: &str) -> Kind {
    match shape {
        Shape::TableCell => Kind::TableCell,
        Shape::Caption => Kind::Caption,
        Shape::ListItem => Kind::ListItem,
        _ if line::is_jump_line(text) => Kind::JumpLine,
        _ if line::is_byline(text) => Kind::Byline,
        Shape::Heading(_) => Kind::Headline,
        _ if line::is_caption(text) => Kind::Caption,
        Shape::Line | Shape::Paragraph => match line::marker(text) {
            Some(Marker::Section) if line::may_be_headline(text) => Kind::Headline,
            Some(_) => Kind::ListItem,
            None => Kind::Paragraph,
        },
    }
}
