//! `forms`: characters in a form of another script or standard, such as 發 for 发, that stand alone among right ones. A
//! passage that is written in the other script throughout is left alone.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::general::pattern::Exclusion;
use crate::check::options::OptionError;
use crate::check::{Anchor, AnchorCheck, Attempt, Compile, Hit};
use crate::lexicon::Lexicon;
use crate::matcher::{CharSet, Classes, Scratch};
use crate::text::Span;

/// Options of a forms check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormsOptions {
    /// Pairs of the other form and the right one, separated by whitespace: `發发 國国`.
    pairs: Spanned<String>,
    /// The right forms that the other script has too, so that they do not tell the script of a passage: 后, 里.
    #[serde(default)]
    shared: String,
    /// Exclusions, like those of a pattern.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// Characters in a form of another script or standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forms {
    /// The other forms, each with the right one, sorted.
    pairs: Vec<(char, char)>,
    /// The right forms that only this script has.
    own: CharSet,
    exclusions: Vec<Exclusion>,
}

/// How many characters on either side of a hit tell the script of the passage.
const REACH: usize = 16;

/// Marks and brackets that enclose a quotation, a title or an insertion, which may be in another script.
const ENCLOSING: [(char, char); 8] =
    [('“', '”'), ('‘', '’'), ('《', '》'), ('〈', '〉'), ('「', '」'), ('『', '』'), ('（', '）'), ('【', '】')];

impl Compile for Forms {
    type Options = FormsOptions;

    fn compile(options: &FormsOptions, classes: &Classes) -> Result<Forms, OptionError> {
        let mut pairs = Vec::new();
        for pair in options.pairs.get_ref().split_whitespace() {
            let mut chars = pair.chars();
            let (Some(other), Some(right), None) = (chars.next(), chars.next(), chars.next()) else {
                let message = format!("“{pair}”要写成两个字：先是不该用的，后是应当用的。");
                return Err(OptionError::of(&options.pairs, message));
            };
            pairs.push((other, right));
        }
        pairs.sort_unstable();
        if let Some(twice) = pairs.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(OptionError::of(&options.pairs, format!("“{}”出现了两次。", twice[0].0)));
        }
        let is_own = |c: &char| !options.shared.contains(*c);
        let own = pairs.iter().map(|(_, right)| *right).filter(is_own).map(|c| (c, c)).collect();
        Ok(Forms { own: CharSet::new(own), exclusions: Exclusion::compile(&options.unless, classes)?, pairs })
    }
}

impl AnchorCheck for Forms {
    fn anchors(&self) -> Vec<Anchor> {
        vec![Anchor::at(&CharSet::new(self.pairs.iter().map(|(other, _)| (*other, *other)).collect()))]
    }

    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { block, text, at, .. } = attempt;
        // The run of such characters has been judged at its first.
        if text[..at].chars().next_back().is_some_and(|c| self.right_form(c).is_some()) {
            return None;
        }
        let right: String = text[at..].chars().map_while(|c| self.right_form(c)).collect();
        let length: usize = text[at..].chars().take(right.chars().count()).map(char::len_utf8).sum();
        let span = Span::new(at, at + length);
        let (own, other) = self.count(passage(text, span));
        let is_alone = own > 0 && own >= other;
        (is_alone && !Exclusion::any_excludes(&self.exclusions, text, span, scratch))
            .then(|| Hit::new(block, span, vec![right]))
    }
}

impl Forms {
    /// The right form of a character in another form.
    fn right_form(&self, c: char) -> Option<char> {
        let place = self.pairs.binary_search_by_key(&c, |(other, _)| *other).ok()?;
        Some(self.pairs[place].1)
    }

    /// How many characters of a text only this script has, and how many are in another form.
    fn count(&self, text: &str) -> (usize, usize) {
        text.chars().fold((0, 0), |(own, other), c| {
            (own + usize::from(self.own.has(c)), other + usize::from(self.right_form(c).is_some()))
        })
    }
}

/// The part of `text` around `span` that is likely in one script: not beyond the marks that enclose the span, and not
/// beyond [`REACH`].
fn passage(text: &str, span: Span) -> &str {
    let is_opening = |c: char| ENCLOSING.iter().any(|(open, _)| *open == c);
    let is_closing = |c: char| ENCLOSING.iter().any(|(_, close)| *close == c);
    let before = reach(text[..span.start].chars().rev(), is_closing, is_opening);
    let after = reach(text[span.end..].chars(), is_opening, is_closing);
    &text[span.start - before..span.end + after]
}

/// The length in bytes of the first of these characters, up to one that `ends` what was not begun by one that `begins`.
fn reach(chars: impl Iterator<Item = char>, begins: impl Fn(char) -> bool, ends: impl Fn(char) -> bool) -> usize {
    let mut depth = 0;
    let is_within = |c: &char| {
        depth += i32::from(begins(*c)) - i32::from(ends(*c));
        depth >= 0
    };
    chars.take(REACH).take_while(is_within).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_ends_at_the_marks_around_it() {
        let passage_of = |text: &'static str| {
            let at = text.find('發').unwrap();
            passage(text, Span::new(at, at + '發'.len_utf8()))
        };
        assert_eq!(passage_of("他写下“恭喜發財”四字"), "恭喜發財");
        assert_eq!(passage_of("他说“好”，發现“有”变化"), "他说“好”，發现“有”变化");
        assert_eq!(passage_of("（见《發展史》第二章）"), "發展史");
    }
}
