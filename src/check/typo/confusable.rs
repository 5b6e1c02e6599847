//! `confusable`: characters that are written for one another, and the words that show it: `既 → 即 ： 立即 即将`.
//!
//! A wrong word is no word of the lexicon: 立既. Two words beside each other may still form it, so a hit has to be proved
//! by the segmentation of the text around it: no word crosses its edges, and the right word makes the text much more
//! probable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::idiom::{begins_with_measure, is_enclosed};
use crate::check::general::terms::Terms;
use crate::check::options::OptionError;
use crate::check::{Claim, Compile, Hit, TableCheck, WordPair};
use crate::lexicon::{Comparison, Lexicon};
use crate::matcher::Classes;
use crate::text::Span;

/// Options of a confusable check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfusableOptions {
    /// One pair of characters per line, with the words: `wrong → right : word word ! exception exception`. An exception
    /// is a right text that contains a wrong word. Empty lines and lines that begin with # are ignored.
    table: Spanned<String>,
    /// How much more probable the right word must make the text: the difference of the natural logarithms.
    margin: f32,
    /// Words of one character, separated by spaces, after which a wrong word may be the given name of a person.
    #[serde(default)]
    surnames: String,
    /// Characters with which the short names of bodies end, of which one more character is the beginning: 环|注委.
    #[serde(default)]
    bodies: String,
    /// Characters that make a noun of another one, after which an adverb may follow: 智能体|先.
    #[serde(default)]
    suffixes: String,
}

/// Words in which a character is written for another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confusable {
    /// The wrong words and the right ones.
    words: Terms,
    /// The option `margin`.
    margin: f32,
    /// The options of the same names.
    surnames: String,
    bodies: String,
    suffixes: String,
}

/// The right words of each wrong word, and the right texts that contain it.
type WrongWords<'t> = BTreeMap<String, (Vec<&'t str>, Vec<&'t str>)>;

impl Compile for Confusable {
    type Options = ConfusableOptions;

    fn compile(options: &ConfusableOptions, _: &Classes) -> Result<Confusable, OptionError> {
        let mut words = WrongWords::new();
        let lines = options.table.get_ref().lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            add_line(&mut words, line)
                .map_err(|why| OptionError::of(&options.table, format!("“{line}”一行：{why}")))?;
        }
        let lines = words
            .iter()
            .map(|(wrong, (right, exceptions))| format!("{wrong} → {} ! {}", right.join(" | "), exceptions.join(" ")));
        let words = Terms::of_lines(lines, false).map_err(|why| OptionError::of(&options.table, why))?;
        let ConfusableOptions { margin, surnames, bodies, suffixes, .. } = options.clone();
        Ok(Confusable { words, margin, surnames, bodies, suffixes })
    }
}

/// Adds the wrong words that a line of the table implies.
///
/// # Errors
/// What is wrong with the line: one Chinese sentence.
fn add_line<'t>(words: &mut WrongWords<'t>, line: &'t str) -> Result<(), String> {
    let (pair, rest) = line.split_once(':').ok_or("缺少“:”。")?;
    let (wrong, right) = pair.split_once('→').ok_or("缺少“→”。")?;
    let (wrong, right) = (wrong.trim(), right.trim());
    if wrong.chars().count() != 1 || right.chars().count() != 1 || wrong == right {
        return Err("“→”两边应是两个不同的字。".into());
    }
    let (list, exceptions) = rest.split_once('!').unwrap_or((rest, ""));
    let mut exceptions: Vec<&str> = exceptions.split_whitespace().collect();
    for word in list.split_whitespace() {
        if word.matches(right).count() != 1 {
            return Err(format!("“{word}”应当恰有一个“{right}”。"));
        }
        let wrong_word = word.replacen(right, wrong, 1);
        let of_word = exceptions.extract_if(.., |exception| exception.contains(&wrong_word)).collect::<Vec<_>>();
        let entry = words.entry(wrong_word).or_default();
        entry.0.push(word);
        entry.1.extend(of_word);
    }
    exceptions.first().map_or(Ok(()), |stray| Err(format!("例外“{stray}”不含写错的词。")))
}

impl TableCheck for Confusable {
    fn word_pairs(&self) -> Vec<WordPair> {
        self.words.word_pairs()
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let hit = self.words.word_at(offset, block, text, at, lexicon)?;
        let mut proved: Vec<(f32, &String)> =
            hit.to.iter().filter_map(|right| Some((self.gain(text, hit.span, right, lexicon)?, right))).collect();
        if proved.is_empty() || is_enclosed(text, hit.span) || begins_with_measure(text, hit.span) {
            return None;
        }
        proved.sort_by(|a, b| b.0.total_cmp(&a.0));
        Some(Hit::new(block, hit.span, proved.into_iter().map(|(_, right)| right.clone()).collect()))
    }

    /// Which of several right words is the best depends on the lexicon, so nothing is claimed of a wrong word that has
    /// several.
    fn claims(&self) -> Vec<Claim<'_>> {
        let claims = self.words.claims();
        let has_several = |at: usize| {
            let next = claims.get(at + 1).filter(|next| next.becomes.is_none());
            next.is_some_and(|next| !next.text.contains(claims[at].text))
        };
        let kept = (0..claims.len()).filter(|&at| claims[at].becomes.is_none() || !has_several(at));
        kept.map(|at| claims[at]).collect()
    }
}

impl Confusable {
    /// What the text gains by a right word at `span`; `None` if that proves nothing.
    fn gain(&self, text: &str, span: Span, right: &str, lexicon: &Lexicon) -> Option<f32> {
        let Comparison { gain, before } = lexicon.compare(text, span, right)?;
        let may_be_name = before.is_some_and(|word| {
            let (word, wrong) = (word.of(text), span.of(text));
            let is_single = word.chars().nth(1).is_none();
            let is_noun = || !is_single && lexicon.class(word).is_some_and(|class| class.starts_with('n'));
            let is_adverb = |text: &str| lexicon.class(text) == Some("d");
            let suffix = self.suffixes.chars().find_map(|suffix| wrong.strip_prefix(suffix));
            self.surnames.split(' ').any(|name| name == word)
                || is_single && wrong.ends_with(|c| self.bodies.contains(c))
                || suffix.is_some_and(|rest| is_adverb(rest) && is_noun())
        });
        (gain >= self.margin && !may_be_name).then_some(gain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<WrongWords<'_>, String> {
        let mut words = WrongWords::new();
        add_line(&mut words, line).map(|()| words)
    }

    #[test]
    fn makes_wrong_words_of_right_ones() {
        let words = words("既 → 即 : 立即 即将 ! 立既有之业").unwrap();
        assert_eq!(words["立既"], (vec!["立即"], vec!["立既有之业"]));
        assert_eq!(words["既将"], (vec!["即将"], vec![]));
    }

    #[test]
    fn says_what_is_wrong_with_a_line() {
        for (line, why) in [
            ("既 → 即", "缺少“:”。"),
            ("既 即 : 立即", "缺少“→”。"),
            ("既 → 既 : 立即", "“→”两边应是两个不同的字。"),
            ("既 → 即 : 立刻", "“立刻”应当恰有一个“即”。"),
            ("既 → 即 : 立即 ! 随既有", "例外“随既有”不含写错的词。"),
        ] {
            assert_eq!(words(line).unwrap_err(), why, "{line}");
        }
    }
}
