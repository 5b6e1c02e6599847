//! `line-ends`: paragraphs that stop in the middle: cut in two, ending with a comma, or without a mark at their end.
//!
//! Only drafts are judged in which a line is a paragraph. What a headline, a line of verse or a signature ends with is
//! left alone, and so is everything where the article has no habit.

use serde::{Deserialize, Serialize};

use crate::block::is_date;
use crate::check::article::lines::{LineEnd, Lines, Verdict, is_long_paragraph, is_word};
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Looks for paragraphs that stop in the middle.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineEnds {
    /// The mistake that the check looks for.
    slip: LineSlip,
}

impl OptionsOnly for LineEnds {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LineSlip {
    /// A paragraph goes on in the next line.
    Cut,
    /// A paragraph ends with a comma.
    Comma,
    /// A paragraph has no mark at its end, in an article whose paragraphs have one.
    Unfinished,
}

impl ArticleCheck for LineEnds {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        // Whether lines are wrapped is a property of the draft.
        let Some(lexicon) = article.lexicon.filter(|_| !article.blocks[article.range.start].is_wrapped) else {
            return Vec::new();
        };
        let lines = article.lines(lexicon);
        match self.slip {
            LineSlip::Cut => cuts(article, lines),
            LineSlip::Comma => commas(article, lines),
            LineSlip::Unfinished => unfinished(article, lines),
        }
    }
}

/// The hits for paragraphs that are cut in two. Where many are, the draft has been broken into lines like that.
fn cuts(article: &Article, lines: &Lines) -> Vec<Hit> {
    const MOST_CUTS: usize = 3;
    let cuts = lines.ends.iter().filter(|(_, verdict)| *verdict == Verdict::Cut);
    let hits: Vec<Hit> = cuts.map(|(end, _)| joining_hit(end)).collect();
    let is_habit = hits.len() > MOST_CUTS && 5 * hits.len() > article.range.len();
    if is_habit { Vec::new() } else { hits }
}

/// The hit that joins the lines at this end of a line.
fn joining_hit(line_end: &LineEnd) -> Hit {
    let text = |c: Option<char>| c.map(String::from).unwrap_or_default();
    let (last, first) = (text(line_end.left.chars().next_back()), text(line_end.right.chars().next()));
    let end = if line_end.is_joined { line_end.at + first.len() } else { line_end.at };
    let span = Span::new(line_end.at - last.len(), end);
    Hit::new(line_end.block, span, vec![last + &first]).joining_lines()
}

/// The hits for paragraphs that end with a comma.
fn commas(article: &Article, Lines { habit, .. }: &Lines) -> Vec<Hit> {
    // A single paragraph may be a quotation from a longer one.
    if article.range.len() < 2 || habit.with_comma > 1 && 4 * habit.with_comma > habit.with_mark {
        return Vec::new();
    }
    let paragraphs = article.range.clone().filter(|&block| is_long_paragraph(article, block));
    let hit = |block: usize| {
        let text = article.text(block);
        let mark = text.chars().next_back().filter(|last| matches!(last, '，' | '、'))?;
        Some(Hit::new(block, Span::new(text.len() - mark.len_utf8(), text.len()), vec!["。".to_owned()]))
    };
    paragraphs.filter_map(hit).collect()
}

/// The hits for paragraphs without a mark at their end.
fn unfinished(article: &Article, Lines { ends, habit }: &Lines) -> Vec<Hit> {
    if !habit.is_regular() {
        return Vec::new();
    }
    let is_regular = habit.with_mark >= 2;
    let hit = |block: usize, at: usize, text: &str| {
        let line = &text[..at];
        let last = line.chars().next_back().filter(|last| is_word(*last))?;
        // A text with a sentence before the last one is certainly prose. The first line may be a headline.
        let is_prose = line.contains('。') || is_regular && block > article.range.start && line.contains('，');
        let is_sentence = is_prose && !is_date(line) && !ends_with_names(line) && !is_deck(article, block);
        let span = Span::new(at - last.len_utf8(), at);
        is_sentence.then(|| Hit::new(block, span, vec![format!("{last}。")]))
    };
    let mut hits = Vec::new();
    let mut ends = ends.iter().peekable();
    for block in article.range.clone() {
        let mut is_cut = false;
        while let Some((end, verdict)) = ends.next_if(|(end, _)| end.block == block) {
            if end.is_joined && *verdict == Verdict::Unfinished {
                hits.extend(hit(block, end.at, article.text(block)));
            }
            is_cut |= !end.is_joined && *verdict == Verdict::Cut;
        }
        if is_long_paragraph(article, block) && !is_cut {
            let text = article.text(block);
            hits.extend(hit(block, text.len(), text));
        }
    }
    hits
}

/// Whether a block may be a deck, which has no stop: it follows a headline or another line without one, and is neither as
/// long as a paragraph nor begins with a dateline.
fn is_deck(article: &Article, block: usize) -> bool {
    /// The maximum length of a deck, in characters.
    const LONGEST_DECK: usize = 100;
    let follows_headline = block.checked_sub(1).is_some_and(|above| article.text(above).ends_with(is_word));
    follows_headline && article.blocks[block].dateline == 0 && article.text(block).chars().nth(LONGEST_DECK).is_none()
}

/// Whether a text ends with names or a source rather than a sentence: a blank or a colon is near its end.
fn ends_with_names(text: &str) -> bool {
    text.chars().rev().take(12).any(|c| c.is_whitespace() || matches!(c, '：' | ':' | '／' | '/' | '|' | '｜'))
}
