//! Where the lines of an article stop, and whether a paragraph goes on in the next line.

use crate::block::{BlockKind, is_date, marks_show_continuation, starts_mid_clause};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, is_numeral};

use super::Article;

/// The minimum number of characters of a paragraph that has to end with a mark. A shorter one may be a salutation, a
/// signature or a line of verse.
const SHORTEST_PARAGRAPH: usize = 20;

/// The minimum number of characters of a line in which a paragraph may be cut, if no mark shows it.
const SHORTEST_LINE: usize = 8;

/// The lines of an article.
#[derive(Debug)]
pub struct Lines<'d> {
    /// The ends of lines at which a paragraph may be cut, in the order of the text, and what they are. If the lines have
    /// no habit, only those at which marks show it.
    pub ends: Vec<(LineEnd<'d>, Verdict)>,
    /// How the paragraphs end.
    pub habit: Habit,
}

impl<'d> Lines<'d> {
    /// Reads the lines of an article.
    pub(super) fn read(article: &Article<'d>, lexicon: &Lexicon) -> Lines<'d> {
        let habit = Habit::of(article);
        let is_clear = |end: &LineEnd| habit.is_regular() || marks_show_continuation(end.left, end.right);
        let first_closed = first_closed_paragraph(article);
        let judged = |end: LineEnd<'d>| {
            let verdict = end.verdict(article, first_closed, lexicon);
            (end, verdict)
        };
        Lines { ends: line_ends(article).into_iter().filter(is_clear).map(judged).collect(), habit }
    }
}

/// The first paragraph of an article that ends with a sentence.
fn first_closed_paragraph(article: &Article) -> Option<usize> {
    article.range.clone().find(|block| {
        article.blocks[*block].kind == BlockKind::Paragraph && article.text(*block).ends_with(['。', '！', '？', '”'])
    })
}

/// A place where a line of the draft stops without the end of a sentence, and another follows.
#[derive(Debug)]
pub struct LineEnd<'d> {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// The byte of the block's text at which the line ends.
    pub at: usize,
    /// The text of the block before the end.
    pub left: &'d str,
    /// The text after it, in this block or in the next one.
    pub right: &'d str,
    /// Whether both are in one block.
    pub is_joined: bool,
}

/// The ends of lines in an article at which a paragraph may be cut, in the order of the text.
fn line_ends<'d>(article: &Article<'d>) -> Vec<LineEnd<'d>> {
    let mut ends = Vec::new();
    for block in article.range.clone() {
        let text = article.text(block);
        if !matches!(article.blocks[block].kind, BlockKind::Paragraph | BlockKind::Headline) {
            continue;
        }
        let breaks = article.blocks[block].body.line_breaks(article.canonical);
        ends.extend(breaks.into_iter().map(|at| LineEnd {
            block,
            at,
            left: &text[..at],
            right: &text[at..],
            is_joined: true,
        }));
        let next = block + 1;
        if stops(text)
            && article.range.contains(&next)
            && article.blocks[next].kind == BlockKind::Paragraph
            && article.blocks[next].dateline == 0
        {
            ends.push(LineEnd { block, at: text.len(), left: text, right: article.text(next), is_joined: false });
        }
    }
    ends
}

/// Whether a line stops without a mark that may end a paragraph.
fn stops(text: &str) -> bool {
    let last = text.chars().next_back();
    last.is_some_and(|c| {
        is_han(c)
            || c.is_ascii_alphanumeric()
            || matches!(c, '，' | '、' | '（' | '“' | '‘' | '《' | '〈' | '「' | '『' | '【')
    })
}

/// Whether a text ends with two stops, of which the last is one too many: 。，
fn ends_doubly(text: &str) -> bool {
    text.chars().rev().nth(1).is_some_and(|c| matches!(c, '。' | '！' | '？' | '；' | '，' | '、'))
}

/// What the end of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The next line continues the sentence.
    Cut,
    /// The sentence is over, or nobody can tell, and there is no mark at its end.
    Unfinished,
    /// There may be nothing wrong.
    Fine,
}

impl LineEnd<'_> {
    /// Judges the end of a line by the words before and after it. `first_closed` is the first paragraph that ends with a
    /// sentence.
    fn verdict(&self, article: &Article, first_closed: Option<usize>, lexicon: &Lexicon) -> Verdict {
        if self.is_in_verse(article) {
            return Verdict::Fine;
        }
        if marks_show_continuation(self.left, self.right) && !ends_doubly(self.left) {
            return Verdict::Cut;
        }
        let (Some(last), Some(first)) = (self.left.chars().next_back(), self.right.chars().next()) else {
            return Verdict::Fine;
        };
        if !is_word(last) || !is_word(first) {
            let is_comma = matches!(last, '，' | '、') && !ends_doubly(self.left);
            return if self.is_joined && is_comma { Verdict::Cut } else { Verdict::Fine };
        }
        // A line that is a date, or as short as a signature or a salutation, is complete.
        if !self.is_joined && (is_date(self.left) || self.left.chars().nth(SHORTEST_LINE - 1).is_none()) {
            return Verdict::Fine;
        }
        let is_headline = article.blocks[self.block].kind == BlockKind::Headline;
        if is_headline && (!self.left.contains('，') || is_divided(lexicon, self.left, self.right) != Some(true)) {
            return Verdict::Fine;
        }
        let is_cut = is_divided(lexicon, self.left, self.right)
            .unwrap_or_else(|| self.is_in_prose(first_closed) && self.seems_cut(lexicon));
        if is_cut { Verdict::Cut } else { Verdict::Unfinished }
    }

    /// Whether the line and the next one are two of three or more short lines in a row, as in a poem: there a line may stop
    /// anywhere.
    fn is_in_verse(&self, article: &Article) -> bool {
        let is_short = |block: usize| {
            article.range.contains(&block)
                && article.blocks[block].kind == BlockKind::Paragraph
                && !is_long_paragraph(article, block)
        };
        let before = self.block.checked_sub(1);
        !self.is_joined
            && is_short(self.block)
            && is_short(self.block + 1)
            && (before.is_some_and(is_short) || is_short(self.block + 2))
    }

    /// Whether the line is certainly not one of several headlines above the text: a sentence ends in it, or a paragraph is
    /// above it.
    fn is_in_prose(&self, first_closed: Option<usize>) -> bool {
        /// How far back the end of a sentence is looked for, in bytes.
        const LONGEST_SENTENCE: usize = 3000;
        let near = &self.left[self.left.ceil_char_boundary(self.left.len().saturating_sub(LONGEST_SENTENCE))..];
        first_closed.is_some_and(|first| first < self.block) || near.contains('。')
    }

    /// Whether a sentence probably goes on in the next line, although no word is divided: the last clause is a few
    /// characters long, or the next line begins with the rest of one, or with a word that is rarely the first of a
    /// paragraph.
    fn seems_cut(&self, lexicon: &Lexicon) -> bool {
        /// The maximum length of the beginning of a clause, in characters.
        const LONGEST_BEGINNING: usize = 4;
        /// The classes of words that are much rarer at the start of a paragraph than in a sentence.
        const RARELY_FIRST: [&str; 8] = ["vn", "a", "ad", "d", "f", "q", "b", "ng"];
        /// The classes of words that are much more frequent there.
        const OFTEN_FIRST: [&str; 9] = ["p", "t", "ns", "nr", "nrfg", "nrt", "nt", "r", "m"];
        let clause = self.left.rfind(['，', '。', '；', '：']).map_or(self.left, |at| &self.left[at..]);
        let head = first_words(self.right);
        let first = lexicon.segment(head).first().map(|word| word.of(head));
        let class = first.and_then(|word| lexicon.class(word)).unwrap_or_default();
        clause.chars().count() <= LONGEST_BEGINNING + 1
            || RARELY_FIRST.contains(&class)
            || !OFTEN_FIRST.contains(&class) && starts_mid_clause(self.right)
    }
}

/// Whether a character is part of a word or of a number.
pub fn is_word(c: char) -> bool {
    is_han(c) || c.is_ascii_alphanumeric()
}

/// Whether the end of a line divides a word, a number or what must stay together: `Some(true)` if it does, `Some(false)`
/// if the next line begins like a paragraph, `None` if the words do not show it.
fn is_divided(lexicon: &Lexicon, left: &str, right: &str) -> Option<bool> {
    /// The minimum gain of a word across the end of the line that shows that it is one.
    const LEAST_GAIN: f32 = 4.0;
    /// The classes of words with which no sentence ends, and those with which none begins.
    const NEVER_LAST: [&str; 4] = ["p", "c", "uj", "uv"];
    const NEVER_FIRST: [&str; 7] = ["uj", "ul", "uz", "ug", "uv", "k", "y"];
    let is_numeric = |c: char| c.is_ascii_digit() || is_numeral(c);
    let (last, first) = (left.chars().next_back()?, right.chars().next()?);
    if last.is_ascii_digit() {
        return (first.is_ascii_digit() || "年月日个名万亿岁时％%多余分号米元人家户件项条次吨亩".contains(first))
            .then_some(true);
    }
    let (tail, head) = (last_words(left), first_words(right));
    if tail.is_empty() || head.is_empty() {
        return None;
    }
    let begins_like_number = is_numeric(last) && is_numeric(first);
    if !begins_like_number && lexicon.gain_across(tail, head) > LEAST_GAIN {
        return Some(true);
    }
    let class = |word: Option<&Span>, text: &str| {
        let word = word?.of(text);
        lexicon.class(word).map(str::to_owned)
    };
    let (before, after) = (lexicon.segment(tail), lexicon.segment(head));
    let is_never_last = class(before.last(), tail).is_some_and(|class| NEVER_LAST.contains(&class.as_str()));
    let is_never_first = class(after.first(), head).is_some_and(|class| NEVER_FIRST.contains(&class.as_str()));
    (is_never_last || is_never_first).then_some(true)
}

/// How many Chinese characters on either side of the end of a line are divided into words.
const MOST_CHARACTERS: usize = 6;

/// The last Chinese characters of a text.
fn last_words(text: &str) -> &str {
    let characters = text.char_indices().rev().take(MOST_CHARACTERS).take_while(|(_, c)| is_han(*c));
    &text[characters.last().map_or(text.len(), |(at, _)| at)..]
}

/// The first Chinese characters of a text.
fn first_words(text: &str) -> &str {
    let characters = text.char_indices().take(MOST_CHARACTERS).take_while(|(_, c)| is_han(*c));
    &text[..characters.last().map_or(0, |(at, c)| at + c.len_utf8())]
}

/// How the paragraphs of an article end.
#[derive(Debug, Default)]
pub struct Habit {
    /// How many end with a mark that may end a paragraph.
    pub with_mark: usize,
    /// How many end with a comma.
    pub with_comma: usize,
    /// How many end without a mark.
    without_mark: usize,
}

impl Habit {
    /// Whether the lines of an article mostly end with a mark, so that a missing one is a mistake.
    pub fn is_regular(&self) -> bool {
        self.without_mark <= (self.with_mark / 2).max(1)
    }

    fn of(article: &Article) -> Habit {
        let mut habit = Habit::default();
        for block in article.range.clone().filter(|&block| is_long_paragraph(article, block)) {
            let text = article.text(block);
            let breaks = article.blocks[block].body.line_breaks(article.canonical);
            habit.without_mark += breaks.iter().filter(|&&at| text[..at].ends_with(is_word)).count();
            match text.chars().next_back() {
                Some('，' | '、') => habit.with_comma += 1,
                Some(last) if is_word(last) => habit.without_mark += 1,
                _ => habit.with_mark += 1,
            }
        }
        habit
    }
}

/// Whether a block is a paragraph that is long enough to have to end with a mark.
pub fn is_long_paragraph(article: &Article, block: usize) -> bool {
    let text = article.text(block);
    article.blocks[block].kind == BlockKind::Paragraph
        && (text.len() > 4 * SHORTEST_PARAGRAPH || text.chars().nth(SHORTEST_PARAGRAPH - 1).is_some())
}
