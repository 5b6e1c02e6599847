//! `idiom`: idioms and set phrases of four characters with a wrong, doubled or lost character, or two exchanged ones.

use serde::{Deserialize, Serialize};

use crate::check::options::WordList;
use crate::check::{Hit, IdiomCheck, OptionsOnly};
use crate::lexicon::IdiomMistake;
use crate::quantity;
use crate::text::{Span, is_han, is_numeral};

/// Reports mistakes in idioms, which the lexicon finds. In a short quotation, a title or a name they may be puns, and
/// three of four characters may also be another phrase: then they are advice.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Idiom {
    /// Words with which names of companies end, some characters after a pun.
    companies: WordList,
    /// Words that follow a pun in the name of a team or of what it does.
    teams: WordList,
}

impl OptionsOnly for Idiom {}

/// How many characters before an idiom are searched for the mark that opens a title.
const LONGEST_TITLE: usize = 30;

impl IdiomCheck for Idiom {
    fn hit(&self, block: usize, text: &str, mistake: &IdiomMistake) -> Option<Hit> {
        if is_whole_beside_particle(text, mistake)
            || is_cut_from_text(text, mistake)
            || begins_with_measure(text, mistake.span)
        {
            return None;
        }
        let hit = Hit::new(block, mistake.span, mistake.right.clone());
        let lacks_character = mistake.span.of(text).chars().count() < 4;
        Some(if lacks_character || self.is_pun(text, mistake.span) { hit.into_advice() } else { hit })
    }
}

impl Idiom {
    /// Whether the text at `span` probably plays on an idiom, because it is quoted, a title or a name.
    fn is_pun(&self, text: &str, span: Span) -> bool {
        let (before, after) = (&text[..span.start], &text[span.end..]);
        let name: String = after.chars().take_while(|&c| is_han(c)).take(LONGEST_NAME).collect();
        is_in_title(before)
            || is_in_short_quotation(before, after)
            || self.companies.any_in(&name)
            || self.teams.iter().any(|team| after.starts_with(team))
    }
}

/// Whether an idiom is there as it should be, and its last character is repeated by a word of its own: 设身处地|地想.
fn is_whole_beside_particle(text: &str, mistake: &IdiomMistake) -> bool {
    let written = mistake.span.of(text);
    mistake.right.iter().any(|right| {
        written.strip_prefix(right.as_str()).is_some_and(|rest| matches!(rest, "地" | "是" | "在" | "的" | "心" | "之"))
    })
}

/// Whether a number precedes a span, and the measure word of it begins the span: 15种|小企业 is no 中小企业.
pub(super) fn begins_with_measure(text: &str, span: Span) -> bool {
    /// The longest number before a measure word that is read: 1200多.
    const LONGEST: usize = 8;
    let is_number = |c: &char| is_numeral(*c) || matches!(c, '.' | '多' | '余' | '几');
    let number = text[..span.start].char_indices().rev().take(LONGEST).take_while(|(_, c)| is_number(c)).last();
    let Some((from, _)) = number else { return false };
    let quantities = quantity::scan(&text[from..span.end]);
    quantities.iter().filter_map(|it| it.unit).any(|(unit, _)| from + unit.start == span.start)
}

/// Whether an idiom lacks its first or last character, and another one stands there, so that nothing is known to be lost.
fn is_cut_from_text(text: &str, mistake: &IdiomMistake) -> bool {
    let Span { start, end } = mistake.span;
    let written = mistake.span.of(text);
    let follows = text[..start].chars().next_back().is_some_and(is_han);
    let precedes = text[end..].chars().next().is_some_and(|c| is_han(c) && !matches!(c, '的' | '地' | '了'));
    let is_cut = |right: &String| right.starts_with(written) && precedes || right.ends_with(written) && follows;
    mistake.right.iter().any(is_cut)
}

/// Whether the text at `span` is alone in quotation marks, or in a title.
pub(super) fn is_enclosed(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let quoted = matches!(
        (before.chars().next_back(), after.chars().next()),
        (Some('“'), Some('”')) | (Some('‘'), Some('’')) | (Some('「'), Some('」')) | (Some('『'), Some('』'))
    );
    quoted || is_in_title(before)
}

/// Whether a title is open at the end of `before`.
fn is_in_title(before: &str) -> bool {
    let is_title_mark = |c: &char| matches!(c, '《' | '》' | '〈' | '〉');
    matches!(before.chars().rev().take(LONGEST_TITLE).find(is_title_mark), Some('《' | '〈'))
}

/// The length in characters up to which quoted words are a slogan or a nickname rather than a sentence.
const SHORT_QUOTATION: usize = 16;

/// How many characters after an idiom are searched for what makes it part of a company's name.
const LONGEST_NAME: usize = 12;

/// Whether there is an opening quotation mark before and a closing one after a text, with few words between them that
/// are not a sentence.
fn is_in_short_quotation(before: &str, after: &str) -> bool {
    let is_mark = |c: &char| "“”‘’「」『』。！？".contains(*c);
    let place_of = |mut characters: &mut dyn Iterator<Item = char>, marks: &str| {
        let found = (&mut characters).take(SHORT_QUOTATION).enumerate().find(|(_, c)| is_mark(c))?;
        marks.contains(found.1).then_some(found.0)
    };
    let before = place_of(&mut before.chars().rev(), "“‘「『");
    let after = place_of(&mut after.chars(), "”’」』");
    before.zip(after).is_some_and(|(before, after)| before + after <= SHORT_QUOTATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_puns_in_short_quotations_titles_and_names() {
        let idiom = Idiom { companies: WordList::new("公司"), teams: WordList::new("队") };
        let is_pun = |text: &str| {
            let at = text.find("默默无蚊").unwrap();
            idiom.is_pun(text, Span::new(at, at + "默默无蚊".len()))
        };
        for text in [
            "“默默无蚊”",
            "‘默默无蚊’的奉献",
            "“清凉一夏，默默无蚊”活动",
            "《默默无蚊》",
            "《默默无蚊的奉献》",
            "看《一生默默无蚊",
            "上海默默无蚊日化有限公司",
            "默默无蚊队夺冠",
        ] {
            assert!(is_pun(text), "{text}");
        }
        for text in [
            "默默无蚊",
            "“他多年来在自己的岗位上默默无蚊，从来没有怨言，大家都很敬重他。”",
            "他说：“我默默无蚊。”",
            "看《书》的人默默无蚊",
        ] {
            assert!(!is_pun(text), "{text}");
        }
    }
}
