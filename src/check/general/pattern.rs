//! `pattern`: a pattern with context, the replacement for its hits, and exclusions where a match is no hit.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{OneOrMany, OptionError, compile_matcher};
use crate::check::{Anchor, AnchorCheck, Attempt, Compile, Hit};
use crate::finding::Suggestions;
use crate::lexicon::Lexicon;
use crate::matcher::{Classes, Match, Matcher, PatternError, Scratch, WINDOW};
use crate::text::{NumeralScript, Span, character_names};

/// How far before a hit the match of an exclusion without ⟦ ⟧ may start, in bytes.
const EXCLUSION_REACH: usize = 180;

/// Options of a pattern check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternOptions {
    /// One pattern, or several that are tried in order.
    find: OneOrMany,
    /// The replacements for a hit, the best first. `$1` is the first group of the pattern.
    to: Option<OneOrMany>,
    /// Two strings of the same length: a character of the hit that is in the first string is replaced by the character
    /// at the same place in the second. A second string of one character replaces all characters of the first.
    translate: Option<Spanned<(String, String)>>,
    /// The script in which numbers in the groups of `to` are written. If a number cannot be written in it, there is no
    /// hit.
    figures: Option<NumeralScript>,
    /// Whether the message names the characters of the hit in `{detail}`: nobody can see which character a blank is.
    #[serde(default)]
    named: bool,
    /// Exclusions: a match inside a match of one of these patterns is no hit. A pattern with ⟦ ⟧ is only tried with
    /// the ⟦ at the start of the hit.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// A pattern with context.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pattern {
    find: Vec<Matcher>,
    rewriting: Rewriting,
    /// The option `named`.
    named: bool,
    exclusions: Vec<Exclusion>,
}

/// How the replacements for a hit are made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Rewriting {
    /// They are the same for all hits, which share them.
    Constant(Suggestions),
    /// They contain groups of the match, with the numbers in these written in `script`, the option `figures`.
    Filled { to: Vec<Replacement>, script: Option<NumeralScript> },
    /// Each character of the hit is replaced: pairs of a character and its replacement.
    Translated(Vec<(char, char)>),
}

/// A pattern of the option `unless`: a hit inside a match of it is dropped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exclusion {
    matcher: Matcher,
    /// Whether the match has to start at the start of the hit, because the pattern marks it with ⟦ ⟧.
    is_aligned: bool,
}

/// A replacement for a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement(Vec<Piece>);

/// A piece of a replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Piece {
    /// This text.
    Text(String),
    /// The text of the group with this number.
    Group(usize),
}

impl Compile for Pattern {
    type Options = PatternOptions;

    fn compile(options: &PatternOptions, classes: &Classes) -> Result<Pattern, OptionError> {
        let find: Result<Vec<Matcher>, OptionError> =
            options.find.as_slice().iter().map(|pattern| compile_matcher(pattern, classes)).collect();
        let to = options.to.as_ref().map_or(&[][..], OneOrMany::as_slice);
        let rewriting = Rewriting::compile(to, options.translate.as_ref(), options.figures, classes)?;
        let exclusions = Exclusion::compile(&options.unless, classes)?;
        Ok(Pattern { find: find?, rewriting, named: options.named, exclusions })
    }
}

impl AnchorCheck for Pattern {
    fn anchors(&self) -> Vec<Anchor> {
        Anchor::of_alternatives(&self.find)
    }

    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { part, block, text, at } = attempt;
        let matcher = &self.find[part as usize];
        let Some(found) = matcher.match_at(text, at, scratch) else {
            scratch.next_worth = matcher.next_worth(text, at);
            return None;
        };
        let span = found.span;
        // A match that fills the window may continue after it, so its replacement would be a guess.
        if span.len() >= WINDOW {
            return None;
        }
        let to = self.rewriting.suggestions(text, &found)?;
        // A match that equals its replacement is correct: a pattern may match all forms, one of which is right.
        if to.first().is_some_and(|to| to == span.of(text)) {
            return None;
        }
        let is_excluded = Exclusion::any_excludes(&self.exclusions, text, span, scratch);
        // Hits of a rule do not overlap.
        scratch.next_worth = if is_excluded { at } else { span.end };
        (!is_excluded).then(|| Hit {
            detail: self.named.then(|| character_names(span.of(text))),
            ..Hit::sharing(block, span, to)
        })
    }
}

impl Rewriting {
    /// Compiles the way to make replacements that a rule file gives by its options `to`, `translate` and `figures`.
    ///
    /// # Errors
    /// What is wrong with an option, and where in the rule file.
    pub fn compile(
        to: &[Spanned<String>],
        translate: Option<&Spanned<(String, String)>>,
        figures: Option<NumeralScript>,
        classes: &Classes,
    ) -> Result<Rewriting, OptionError> {
        let Some(pair) = translate else {
            let parse = |to: &Spanned<String>| Ok(Replacement::parse(&expand(to, to.get_ref(), classes)?));
            return Ok(Rewriting::of(to.iter().map(parse).collect::<Result<_, OptionError>>()?, figures));
        };
        let (from, into) = pair.get_ref();
        let into: Vec<char> = expand(pair, into, classes)?.chars().collect();
        if into.len() != 1 && from.chars().count() != into.len() {
            return Err(OptionError::of(pair, "translate 的两串字符要一样长（第二串也可以只有一个字符）。"));
        }
        if !to.is_empty() {
            return Err(OptionError::of(pair, "to 和 translate 只能写一个。"));
        }
        Ok(Rewriting::Translated(from.chars().zip(into.into_iter().cycle()).collect()))
    }

    /// Returns the way to make these replacements, with numbers written in `script`.
    fn of(to: Vec<Replacement>, script: Option<NumeralScript>) -> Rewriting {
        let constant: Option<Vec<String>> = to.iter().map(Replacement::constant).collect();
        constant.map_or(Rewriting::Filled { to, script }, |texts| Rewriting::Constant(texts.into()))
    }

    /// Returns the replacements for a match in `text`; `None` if a number in it cannot be written in the script.
    pub fn suggestions(&self, text: &str, found: &Match) -> Option<Suggestions> {
        let texts: Vec<String> = match self {
            Rewriting::Constant(suggestions) => return Some(suggestions.clone()),
            Rewriting::Filled { to, script } => {
                to.iter().map(|replacement| replacement.fill(text, found, *script)).collect::<Option<_>>()?
            }
            Rewriting::Translated(pairs) => {
                vec![found.span.of(text).chars().map(|c| translated(pairs, c)).collect()]
            }
        };
        Some(texts.into())
    }

    /// Returns whether this is a translation that changes a text.
    pub fn translates(&self, text: &str) -> bool {
        matches!(self, Rewriting::Translated(pairs) if text.chars().any(|c| translated(pairs, c) != c))
    }
}

/// Returns the character that replaces `c`, by pairs of a character and its replacement.
fn translated(pairs: &[(char, char)], c: char) -> char {
    pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, into)| *into)
}

/// Replaces each `{name}` in `text` by the chosen value of the rule's option of that name. An error is at `value`, from
/// which the text comes.
pub fn expand<T>(value: &Spanned<T>, text: &str, classes: &Classes) -> Result<String, OptionError> {
    classes.write_out(text).map_err(|PatternError(message)| OptionError::of(value, message))
}

impl Exclusion {
    /// Compiles the patterns of an option `unless`.
    ///
    /// # Errors
    /// What is wrong with a pattern, and where in the rule file.
    pub fn compile(patterns: &[Spanned<String>], classes: &Classes) -> Result<Vec<Exclusion>, OptionError> {
        let compile = |pattern: &Spanned<String>| {
            Ok(Exclusion { matcher: compile_matcher(pattern, classes)?, is_aligned: pattern.get_ref().contains('⟦') })
        };
        patterns.iter().map(compile).collect()
    }

    /// Whether a hit is inside a match of one of these exclusions.
    pub fn any_excludes(exclusions: &[Exclusion], text: &str, hit: Span, scratch: &mut Scratch) -> bool {
        exclusions.iter().any(|exclusion| exclusion.excludes(text, hit, scratch))
    }

    fn excludes(&self, text: &str, hit: Span, scratch: &mut Scratch) -> bool {
        if self.is_aligned {
            return self.matcher.match_at(text, hit.start, scratch).is_some_and(|found| found.span.end >= hit.end);
        }
        let mut from = hit.start.saturating_sub(EXCLUSION_REACH);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        self.matcher.covers(text, from, hit, scratch)
    }
}

impl Replacement {
    /// Parses text with references to groups, `$0` to `$9`.
    fn parse(text: &str) -> Replacement {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match chars.peek().and_then(|next| next.to_digit(10)) {
                Some(number) if c == '$' => {
                    chars.next();
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Group(number as usize));
                }
                _ => plain.push(c),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Replacement(pieces)
    }

    /// Returns the replacement if it is the same for every match.
    fn constant(&self) -> Option<String> {
        match self.0.as_slice() {
            [] => Some(String::new()),
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    /// The replacement for a match in `text`, with the numbers in its groups written in `script`; `None` if
    /// a number cannot be written in it.
    fn fill(&self, text: &str, found: &Match, script: Option<NumeralScript>) -> Option<String> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => filled.push_str(plain),
                Piece::Group(number) => {
                    let group = found.group(*number).map_or("", |span| span.of(text));
                    match script {
                        Some(script) => filled.push_str(&script.rewrite(group)?),
                        None => filled.push_str(group),
                    }
                }
            }
        }
        Some(filled)
    }
}
