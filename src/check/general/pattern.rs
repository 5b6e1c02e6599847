//! `pattern`: a pattern with context, what to put in its place, and where it does not hold.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{Fault, OneOrMany, compile_matcher};
use crate::check::{Anchor, AnchorCheck, Compile, Hit};
use crate::matcher::{Classes, Match, Matcher, Mistake, Scratch, WINDOW};
use crate::text::{Figures, Span};

/// How far before a hit an `unless` without marks may begin, in bytes.
const UNLESS_REACH: usize = 180;

/// Options of a pattern check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternOptions {
    /// One pattern, or several that are tried in order.
    find: OneOrMany,
    /// What to put in place of the hit; `$1` is the first group in it. Several: the best first.
    to: Option<OneOrMany>,
    /// Two strings of the same length: characters of the hit found in the first become those of the second.
    /// A second string of one character stands for all of the first.
    translate: Option<Spanned<(String, String)>>,
    /// Numbers in the groups of `to` are written in these figures. Where one cannot be, there is no hit.
    figures: Option<Figures>,
    /// Where it does not hold: a hit inside a match of one of these is dropped. One with ⟦ ⟧ is tried
    /// only with its ⟦ at the beginning of the hit.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// A pattern with context.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pattern {
    find: Vec<Matcher>,
    to: Vec<Template>,
    translate: Vec<(char, char)>,
    figures: Option<Figures>,
    unless: Vec<Unless>,
}

/// Where a check does not hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unless {
    matcher: Matcher,
    aligned: bool,
}

/// A replacement: text and groups of the hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    Text(String),
    Group(usize),
}

impl Compile for Pattern {
    type Options = PatternOptions;

    fn compile(options: &PatternOptions, classes: &Classes) -> Result<Pattern, Fault> {
        let find: Result<Vec<Matcher>, Fault> =
            options.find.as_slice().iter().map(|pattern| compile_matcher(pattern, classes)).collect();
        let to = options.to.as_ref().map_or(&[][..], OneOrMany::as_slice);
        let translate = match &options.translate {
            None => Vec::new(),
            Some(pair) => {
                let (from, into) = pair.get_ref();
                let into: Vec<char> = write_out(pair, into, classes)?.chars().collect();
                if into.len() != 1 && from.chars().count() != into.len() {
                    return Err(Fault::of(pair, "translate 的两串字符要一样长（第二串也可以只有一个字符）。"));
                }
                if !to.is_empty() {
                    return Err(Fault::of(pair, "to 和 translate 只能写一个。"));
                }
                from.chars().zip(into.into_iter().cycle()).collect()
            }
        };
        let to: Result<Vec<Template>, Fault> =
            to.iter().map(|to| Ok(Template::parse(&write_out(to, to.get_ref(), classes)?))).collect();
        let unless = Unless::compile(&options.unless, classes)?;
        Ok(Pattern { find: find?, to: to?, translate, figures: options.figures, unless })
    }
}

impl AnchorCheck for Pattern {
    fn anchors(&self) -> Vec<Anchor> {
        Anchor::of_alternatives(&self.find)
    }

    fn hit_at(&self, part: u16, block: usize, text: &str, at: usize, scratch: &mut Scratch) -> Option<Hit> {
        let found = self.find[part as usize].match_at(text, at, scratch)?;
        let span = found.span;
        // A hit that fills the window may go on behind it. What its end would be changed to is a guess.
        if span.len() >= WINDOW {
            return None;
        }
        let to: Vec<String> = if self.translate.is_empty() {
            self.to.iter().map(|template| template.fill(text, &found, self.figures)).collect::<Option<_>>()?
        } else {
            vec![span.of(text).chars().map(|c| self.translated(c)).collect()]
        };
        // What is written as it should be is no slip, so a pattern may find all forms of which one is right.
        if to.first().is_some_and(|to| to == span.of(text)) {
            return None;
        }
        let excused = Unless::any_holds(&self.unless, text, span, scratch);
        (!excused).then(|| Hit::new(block, span, to))
    }
}

impl Pattern {
    fn translated(&self, c: char) -> char {
        self.translate.iter().find(|(from, _)| *from == c).map_or(c, |(_, into)| *into)
    }
}

/// What a rule file puts in place of a hit, with its options written out.
fn write_out<T>(value: &Spanned<T>, text: &str, classes: &Classes) -> Result<String, Fault> {
    classes.write_out(text).map_err(|Mistake(message)| Fault::of(value, message))
}

impl Unless {
    pub fn compile(patterns: &[Spanned<String>], classes: &Classes) -> Result<Vec<Unless>, Fault> {
        let of = |pattern: &Spanned<String>| {
            Ok(Unless { matcher: compile_matcher(pattern, classes)?, aligned: pattern.get_ref().contains('⟦') })
        };
        patterns.iter().map(of).collect()
    }

    /// Does one of `all` say that a hit does not hold?
    pub fn any_holds(all: &[Unless], text: &str, hit: Span, scratch: &mut Scratch) -> bool {
        all.iter().any(|unless| unless.holds(text, hit, scratch))
    }

    fn holds(&self, text: &str, hit: Span, scratch: &mut Scratch) -> bool {
        if self.aligned {
            return self.matcher.match_at(text, hit.start, scratch).is_some_and(|found| found.span.end >= hit.end);
        }
        let mut from = hit.start.saturating_sub(UNLESS_REACH);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        self.matcher.covers(text, from, hit, scratch)
    }
}

impl Template {
    fn parse(text: &str) -> Template {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match chars.peek().and_then(|next| next.to_digit(10)) {
                Some(number) if c == '$' => {
                    chars.next();
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Group(number as usize));
                }
                _ => plain.push(c),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Template(parts)
    }

    fn fill(&self, text: &str, found: &Match, figures: Option<Figures>) -> Option<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => out.push_str(plain),
                Part::Group(number) => {
                    let group = found.group(*number).map_or("", |span| span.of(text));
                    match figures {
                        Some(figures) => out.push_str(&figures.rewrite(group)?),
                        None => out.push_str(group),
                    }
                }
            }
        }
        Some(out)
    }
}
