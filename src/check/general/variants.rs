//! `variants`: several forms of the same thing, of which an article should use one.
//!
//! The article's own habit is the evidence. A form is *odd* if another one is used so much more often that it must be a
//! slip: each of its places is a hit, with the usual form as replacement. Where the forms are mixed throughout, there is
//! one hit for the whole article, and that is advice.

use std::cmp::Reverse;

use memchr::{memchr3_iter, memmem};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::pattern::{Exclusion, Rewriting, expand};
use crate::block::BlockKind;
use crate::check::article::habit::{enough, is_odd};
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{OneOrMany, OptionError, compile_matcher};
use crate::check::{ArticleCheck, CharacterCheck, Compile, Hit, MOST_WATCHED};
use crate::matcher::{CharSet, Classes, Match, Matcher, Scratch};
use crate::quantity::begins_quantity;
use crate::text::{NumeralScript, Span};

/// How often the usual form must be used so that a single deviation is odd, unless the rule says otherwise.
const ODDS: usize = 19;

/// In how many bytes of an article the first form is looked for. No article is longer, only files of many articles are.
const SEARCHED: usize = 1 << 18;

/// Options of a variants check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantsOptions {
    /// The forms: at least two, the more usual first. The first is looked for only in articles in which another form
    /// occurs. Of equally frequent forms the first counts as the usual one.
    form: Spanned<Vec<FormOptions>>,
    /// A form that is used once is odd if another one is used at least this many times; see [`is_odd`] for more uses.
    odds: Option<usize>,
    /// This many uses of the first form are taken for granted, because it is that of the standard. The other forms are
    /// compared with it, however often they are used.
    granted: Option<usize>,
    /// Whether only running text counts: paragraphs with sentences. Headlines, captions and tables have forms of their own.
    #[serde(default)]
    running_text: bool,
    /// A match inside a match of one of these patterns is not counted: it is not the article's own wording.
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// Options of one form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormOptions {
    /// The name of the form in messages. Without one, its first use in the article is quoted.
    name: Option<Spanned<String>>,
    /// One pattern that finds the form, or several that are tried in order.
    find: OneOrMany,
    /// What replaces a place of an odd form, if this form is the usual one. `$1` is the first group of the pattern that
    /// has found the place, so the groups of all forms have the same order.
    to: Option<OneOrMany>,
    /// Instead of `to`: two strings of the same length; a character of the place that is in the first is replaced by the
    /// one in the second. A match that this would change is not of this form.
    translate: Option<Spanned<(String, String)>>,
    /// The script in which numbers in the groups of `to` are written.
    figures: Option<NumeralScript>,
}

/// Several forms of the same thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Variants {
    forms: Vec<Form>,
    odds: usize,
    granted: Option<usize>,
    running_text: bool,
    exclusions: Vec<Exclusion>,
}

/// One form.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Form {
    name: Option<String>,
    find: Vec<Matcher>,
    rewriting: Option<Rewriting>,
}

/// A place of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    block: usize,
    span: Span,
}

impl Compile for Variants {
    type Options = VariantsOptions;

    fn compile(options: &VariantsOptions, classes: &Classes) -> Result<Variants, OptionError> {
        let forms = options.form.get_ref();
        if forms.len() < 2 {
            return Err(OptionError::of(&options.form, "至少要有两种写法。"));
        }
        let compile = |(number, form): (usize, &FormOptions)| Form::compile(form, number > 0, classes);
        Ok(Variants {
            forms: forms.iter().enumerate().map(compile).collect::<Result<_, _>>()?,
            odds: options.odds.unwrap_or(ODDS),
            granted: options.granted,
            running_text: options.running_text,
            exclusions: Exclusion::compile(&options.unless, classes)?,
        })
    }
}

impl Form {
    /// Compiles a form. If it is watched, its matches must begin with certain characters.
    fn compile(options: &FormOptions, is_watched: bool, classes: &Classes) -> Result<Form, OptionError> {
        let compile = |pattern: &Spanned<String>| {
            let matcher = compile_matcher(pattern, classes)?;
            if is_watched && matcher.first_chars().chars_up_to(MOST_WATCHED).is_none() {
                return Err(OptionError::of(pattern, "find 要以具体的字开头，不能以“{han}”一类的大类开头。"));
            }
            Ok(matcher)
        };
        let to = options.to.as_ref().map_or(&[][..], OneOrMany::as_slice);
        Ok(Form {
            name: options.name.as_ref().map(|name| expand(name, name.get_ref(), classes)).transpose()?,
            find: options.find.as_slice().iter().map(compile).collect::<Result<_, _>>()?,
            rewriting: (options.to.is_some() || options.translate.is_some())
                .then(|| Rewriting::compile(to, options.translate.as_ref(), options.figures, classes))
                .transpose()?,
        })
    }

    /// The match of the form at byte `at` of a text.
    fn match_at<'s>(&self, text: &str, at: usize, first: char, scratch: &'s mut Scratch) -> Option<Match<'s>> {
        let matcher = self
            .find
            .iter()
            .find(|matcher| matcher.first_chars().has(first) && matcher.match_at(text, at, scratch).is_some())?;
        matcher.match_at(text, at, scratch)
    }

    /// Whether a match is of this form: a form that is given by a translation matches all forms.
    fn is_own(&self, text: &str, matched: &Match) -> bool {
        self.rewriting.as_ref().is_none_or(|rewriting| !rewriting.translates(matched.span.of(text)))
    }

    /// The characters with which the form begins.
    fn first_chars(&self) -> CharSet {
        self.find.iter().fold(CharSet::default(), |all, matcher| all.union(matcher.first_chars()))
    }
}

impl CharacterCheck for Variants {
    fn watched(&self) -> CharSet {
        self.forms[1..].iter().fold(CharSet::default(), |all, form| all.union(&form.first_chars()))
    }
}

impl ArticleCheck for Variants {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        if occurrences.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Vec<Place>> = vec![Vec::new(); self.forms.len()];
        self.find_watched(article, occurrences, &mut found);
        let most = found.iter().map(Vec::len).max().unwrap_or_default();
        if most == 0 {
            return Vec::new();
        }
        let limit = enough(most, self.odds);
        self.find_first_form(article, limit, &mut found[0]);
        let usual = match self.granted {
            Some(_) => 0,
            None => (0..found.len()).max_by_key(|&form| (found[form].len(), Reverse(form))).unwrap_or_default(),
        };
        let uses = found[usual].len() + self.granted.unwrap_or_default();
        let (odd, mixed): (Vec<usize>, Vec<usize>) = (0..found.len())
            .filter(|&form| form != usual && !found[form].is_empty())
            .partition(|&form| is_odd(found[form].len(), uses, self.odds));
        let mut hits: Vec<Hit> = odd.into_iter().flat_map(|form| self.odd_hits(article, form, usual, &found)).collect();
        let rarest = mixed.into_iter().min_by_key(|&form| (found[form].len(), found[form].first().copied()));
        hits.extend(
            rarest.and_then(|form| self.hit(article, form, usual, &found, *found[form].first()?)).map(Hit::into_advice),
        );
        hits
    }
}

impl Variants {
    /// Finds the places of the forms after the first, in order.
    fn find_watched(&self, article: &Article, occurrences: &[CharOccurrence], found: &mut [Vec<Place>]) {
        let mut running = RunningText::default();
        for occurrence in occurrences {
            let (block, at) = (occurrence.block as usize, occurrence.at as usize);
            if let Some((form, span)) = self.form_at(article, block, at, occurrence.character)
                && form > 0
                && self.counts(article, block, span, &mut running)
            {
                found[form].push(Place { block, span });
            }
        }
    }

    /// Finds the places of the first form, in order, up to a number that is enough, in the first [`SEARCHED`] bytes.
    fn find_first_form(&self, article: &Article, limit: usize, found: &mut Vec<Place>) {
        let beginning = Beginning::of(self.forms[0].first_chars());
        let mut searched = 0;
        let mut running = RunningText::default();
        for block in article.range.clone().take_while(|block| {
            let before = searched;
            searched += article.text(*block).len();
            before < SEARCHED
        }) {
            let is_enough = beginning.any_place(article, block, |at, character| {
                if let Some((0, span)) = self.form_at(article, block, at, character)
                    && self.counts(article, block, span, &mut running)
                {
                    found.push(Place { block, span });
                }
                found.len() == limit
            });
            if is_enough {
                return;
            }
        }
    }

    /// The form at byte `at` of a block's text, and its span. If several match there, it is the first one.
    fn form_at(&self, article: &Article, block: usize, at: usize, character: char) -> Option<(usize, Span)> {
        let text = article.text(block);
        let scratch = &mut *article.scratch();
        self.forms.iter().enumerate().find_map(|(number, form)| {
            let matched = form.match_at(text, at, character, scratch)?;
            form.is_own(text, &matched).then_some((number, matched.span))
        })
    }

    /// Whether a form at this span of a block's text is the article's own wording.
    fn counts(&self, article: &Article, block: usize, span: Span, running: &mut RunningText) -> bool {
        let text = article.text(block);
        // Few characters begin a form, so the block is read for its marks last.
        (!self.running_text || running.is_in(article, block))
            && !Exclusion::any_excludes(&self.exclusions, text, span, &mut article.scratch())
    }

    /// The hits for the places of an odd form, each with the usual form as replacement.
    fn odd_hits(&self, article: &Article, form: usize, usual: usize, found: &[Vec<Place>]) -> Vec<Hit> {
        let hit = |place: &Place| {
            let mut hit = self.hit(article, form, usual, found, *place)?;
            if let Some(rewriting) = &self.forms[usual].rewriting {
                let text = article.text(place.block);
                let first = text[place.span.start..].chars().next().unwrap_or_default();
                let scratch = &mut *article.scratch();
                let matched = self.forms[form].match_at(text, place.span.start, first, scratch)?;
                hit.to = rewriting.suggestions(text, &matched).unwrap_or_default();
            }
            Some(hit)
        };
        found[form].iter().filter_map(hit).collect()
    }

    /// The hit for a place of a form, which states how often this form and the usual one are used.
    fn hit(&self, article: &Article, form: usize, usual: usize, found: &[Vec<Place>], place: Place) -> Option<Hit> {
        let most = found[1..].iter().map(Vec::len).max().unwrap_or_default();
        let name = |form: usize| self.forms[form].name.clone().or_else(|| Some(quoted(article, found[form].first()?)));
        let count = |form: usize| {
            let (name, uses) = (name(form).unwrap_or_default(), found[form].len());
            let more = if form == 0 && uses == enough(most, self.odds) { "以上" } else { "" };
            format!("{name}{uses}处{more}")
        };
        let counts: Vec<String> = [usual, form].into_iter().filter(|&it| !found[it].is_empty()).map(count).collect();
        let mut hit = Hit::new(place.block, place.span, Vec::new()).detail(counts.join("，"));
        if let Some(first) = found[usual].first() {
            let message = format!("这里用的是{}。", name(usual).unwrap_or_default());
            hit.related.push((first.block, first.span, message));
        }
        Some(hit)
    }
}

/// A place of a form in quotation marks, with the digits before it.
fn quoted(article: &Article, place: &Place) -> String {
    let text = article.text(place.block);
    let digits = text[..place.span.start].bytes().rev().take_while(u8::is_ascii_digit).count();
    format!("“{}”", &text[place.span.start - digits..place.span.end])
}

/// The characters with which a form begins, by the way in which they are found.
enum Beginning {
    /// One character.
    One(char),
    /// Characters whose UTF-8 forms begin with one of these bytes.
    Led(CharSet, [u8; 3]),
    /// Characters at which numerals are noted.
    Numerals(CharSet),
    /// Any other characters.
    Any(CharSet),
}

impl Beginning {
    fn of(characters: CharSet) -> Beginning {
        let few = characters.chars_up_to(MOST_WATCHED).unwrap_or_default();
        let mut leads: Vec<u8> = few.iter().map(|c| c.encode_utf8(&mut [0; 4]).as_bytes()[0]).collect();
        leads.sort_unstable();
        leads.dedup();
        match (few.as_slice(), leads.as_slice()) {
            ([], _) => Beginning::Any(characters),
            (&[only], _) => Beginning::One(only),
            (_, &[a]) => Beginning::Led(characters, [a; 3]),
            (_, &[a, b]) => Beginning::Led(characters, [a, b, b]),
            (_, &[a, b, c]) => Beginning::Led(characters, [a, b, c]),
            _ if few.iter().copied().all(begins_quantity) => Beginning::Numerals(characters),
            _ => Beginning::Any(characters),
        }
    }

    /// Whether `is_last` is true for a place of one of the characters in a block. It is asked in the order of the text, until
    /// it is true.
    fn any_place(&self, article: &Article, block: usize, mut is_last: impl FnMut(usize, char) -> bool) -> bool {
        let text = article.text(block);
        let character = |at: usize| text[at..].chars().next().unwrap_or_default();
        match self {
            Beginning::One(only) => {
                let mut buffer = [0; 4];
                let needle = only.encode_utf8(&mut buffer).as_bytes();
                memmem::find_iter(text.as_bytes(), needle).any(|at| is_last(at, *only))
            }
            Beginning::Led(characters, [a, b, c]) => memchr3_iter(*a, *b, *c, text.as_bytes())
                .map(|at| (at, character(at)))
                .any(|(at, c)| characters.has(c) && is_last(at, c)),
            Beginning::Numerals(characters) => {
                let numerals = article.notes().numerals_between(block, 0, text.len()).iter();
                let mut places = numerals.map(|numeral| (numeral.at as usize, character(numeral.at as usize)));
                places.any(|(at, c)| characters.has(c) && is_last(at, c))
            }
            Beginning::Any(characters) => text.char_indices().any(|(at, c)| characters.has(c) && is_last(at, c)),
        }
    }
}

/// Remembers of the last block that was asked for whether it is running text, so that a block is read once for all the
/// places in it.
#[derive(Debug, Default)]
struct RunningText(Option<(usize, bool)>);

impl RunningText {
    /// Whether a block is running text.
    fn is_in(&mut self, article: &Article, block: usize) -> bool {
        let known = self.0.filter(|(known, _)| *known == block).map(|(_, is_running)| is_running);
        let is_running = known.unwrap_or_else(|| is_running_text(article.blocks[block].kind, article.text(block)));
        self.0 = Some((block, is_running));
        is_running
    }
}

/// Whether a block with this text is a paragraph with sentences. A long headline may be taken for a paragraph.
fn is_running_text(kind: BlockKind, text: &str) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::ListItem) && text.contains(['。', '！', '？', '…'])
}
