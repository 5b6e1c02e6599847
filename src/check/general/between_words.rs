//! `between-words`: a pattern whose hits stand between two words, with conditions on the classes of these words.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::pattern::{Pattern, PatternOptions};
use crate::check::options::OptionError;
use crate::check::{Anchor, AnchorCheck, Attempt, Compile, Hit};
use crate::lexicon::Lexicon;
use crate::matcher::{Classes, Scratch};
use crate::text::{Span, is_han};

/// Options of a between-words check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BetweenWordsOptions {
    /// The pattern, with the options of a pattern check.
    pattern: PatternOptions,
    /// For each of the patterns in `find`, the classes of the word before the hit and of the word after it:
    /// `n v → ns nr`. `*` is any word; `! n v` is any word but these. A word of one character, and one that is not in
    /// the lexicon, has no class.
    words: Spanned<Vec<String>>,
}

/// A pattern whose hits stand between words of certain classes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BetweenWords {
    pattern: Pattern,
    /// For each part of the pattern, the words before and after a hit.
    words: Vec<(WordClasses, WordClasses)>,
}

/// Classes that a word may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum WordClasses {
    /// Any.
    Any,
    /// One of these, separated by spaces.
    OneOf(String),
    /// None of these, or no class at all.
    NoneOf(String),
}

/// The maximum number of characters that are divided into words on either side of a hit.
const REACH: usize = 12;

impl Compile for BetweenWords {
    type Options = BetweenWordsOptions;

    fn compile(options: &BetweenWordsOptions, classes: &Classes) -> Result<BetweenWords, OptionError> {
        let pattern = Pattern::compile(&options.pattern, classes)?;
        let error = || OptionError::of(&options.words, "words 要和 find 一样多，每条写作“前词的词类 → 后词的词类”。");
        let read = |pair: &String| {
            let (before, after) = pair.split_once('→').ok_or_else(error)?;
            Ok((WordClasses::read(before), WordClasses::read(after)))
        };
        let words: Vec<_> = options.words.get_ref().iter().map(read).collect::<Result<_, OptionError>>()?;
        if words.len() != pattern.anchors().len() {
            return Err(error());
        }
        Ok(BetweenWords { pattern, words })
    }
}

impl AnchorCheck for BetweenWords {
    fn anchors(&self) -> Vec<Anchor> {
        self.pattern.anchors()
    }

    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, lexicon: &Lexicon) -> Option<Hit> {
        let hit = self.pattern.hit_at(attempt, scratch, lexicon)?;
        let (before, after) = &self.words[attempt.part as usize];
        let text = attempt.text;
        (before.admit(word_ending_at(text, hit.span.start, lexicon), lexicon)
            && after.admit(word_starting_at(text, hit.span.end, lexicon), lexicon))
        .then_some(hit)
    }
}

impl WordClasses {
    /// Reads the classes as they are written in a rule file.
    fn read(text: &str) -> WordClasses {
        match (text.trim(), text.trim().strip_prefix('!')) {
            ("*", _) => WordClasses::Any,
            (_, Some(excluded)) => WordClasses::NoneOf(excluded.trim().to_owned()),
            (listed, None) => WordClasses::OneOf(listed.to_owned()),
        }
    }

    /// Whether a word may stand here; `None` if there is none.
    fn admit(&self, word: Option<&str>, lexicon: &Lexicon) -> bool {
        let class = || word.filter(|word| word.chars().nth(1).is_some()).and_then(|word| lexicon.class(word));
        let is_listed = |classes: &str| class().is_some_and(|class| classes.split(' ').any(|listed| listed == class));
        match self {
            WordClasses::Any => true,
            WordClasses::OneOf(classes) => is_listed(classes),
            WordClasses::NoneOf(classes) => !is_listed(classes),
        }
    }
}

/// The word that ends at byte `end` of `text`; `None` if no Chinese character is there.
fn word_ending_at<'t>(text: &'t str, end: usize, lexicon: &Lexicon) -> Option<&'t str> {
    let characters = text[..end].char_indices().rev().take(REACH).take_while(|(_, c)| is_han(*c));
    let run = Span::new(characters.last()?.0, end).of(text);
    Some(lexicon.segment(run).last()?.of(run))
}

/// The word that starts at byte `start` of `text`; `None` if no Chinese character is there.
fn word_starting_at<'t>(text: &'t str, start: usize, lexicon: &Lexicon) -> Option<&'t str> {
    let characters = text[start..].char_indices().take(REACH).take_while(|(_, c)| is_han(*c));
    let (last, c) = characters.last()?;
    let run = Span::new(start, start + last + c.len_utf8()).of(text);
    Some(lexicon.segment(run).first()?.of(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_classes_of_a_word() {
        assert_eq!(WordClasses::read(" * "), WordClasses::Any);
        assert_eq!(WordClasses::read("n vn "), WordClasses::OneOf("n vn".to_owned()));
        assert_eq!(WordClasses::read(" ! ns nr"), WordClasses::NoneOf("ns nr".to_owned()));
    }
}
