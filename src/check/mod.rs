//! The kinds of checks, one file each. A check looks at text and says where it is hit; it knows nothing of
//! ids, messages or severities.
//!
//! A **local** check is asked at places of one block: where a character of its [`Gate`]s stands, where two
//! characters that begin one of its words stand, or where two that are half of an idiom do. An **article** check is asked once an article, with the
//! places of the characters it watches. The engine finds all these places in one pass over the text.

mod abbreviation;
mod age;
mod approximation;
mod arithmetic;
mod article;
mod asks;
mod byline;
mod calendar;
mod captions;
mod change;
mod counting;
mod cue;
mod date_order;
mod duration;
mod figure;
mod gloss;
mod growth;
mod headings;
mod headline;
mod identity;
mod idiom;
mod joint;
mod jump;
mod listing;
mod numbering;
mod one_or_many;
mod organisation;
mod pairing;
mod pairs;
mod parallel;
mod pattern;
mod person;
mod quoting;
mod range;
mod repeated;
mod sentence;
mod sequence;
mod share;
mod solar_term;
mod sum;
mod terms;
mod variants;
mod watched;
mod weekday;
mod wordings;
mod words;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::Spanned;

pub use article::{Article, Held, Page, Sighting};
pub use asks::{Asks, Gate, Listing, Watch};
pub use cue::Cues;
pub use one_or_many::OneOrMany;
use sentence::Sentence;
pub use terms::Beginning;
pub use watched::{Seen, WatchedWords};

use crate::finding::FixSafety;
use crate::matcher::{CharSet, Classes, Matcher, PatternError, Scratch};
use crate::text::Span;

/// A check of any kind, ready to run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Check {
    /// A pattern with context.
    Pattern(pattern::Pattern),
    /// A table of wrong words.
    Terms(terms::Terms),
    /// Idioms that are nearly right.
    Idiom(idiom::Idiom),
    /// Dates and times that cannot be.
    Calendar(calendar::Calendar),
    /// Brackets, quotation marks, title marks.
    Pairs(pairs::Pairs),
    /// Forms of which an article should use one.
    Variants(variants::Variants),
    /// Numbered items and their ends.
    Numbering(numbering::Numbering),
    /// Words of approximation that say the same twice.
    Approximation(approximation::Approximation),
    /// Quantities that cannot be, or are not clear, where they stand.
    Figure(figure::Figure),
    /// Ranges that are not written in full.
    Range(range::Range),
    /// A change whose figures do not agree.
    Change(change::Change),
    /// A weekday that is not that of its date.
    Weekday(weekday::Weekday),
    /// A solar term that does not fall on its date.
    SolarTerm(solar_term::SolarTerm),
    /// Parallel clauses.
    Parallel(parallel::Parallel),
    /// Words that say the same, of which an article should use one.
    Wordings(wordings::Wordings),
    /// Short names and their definitions.
    Abbreviation(abbreviation::Abbreviation),
    /// Reporters named twice.
    Byline(byline::Byline),
    /// Headings with something missing.
    Headings(headings::Headings),
    /// Persons of whom not the same is said throughout.
    Identity(identity::Identity),
    /// Names of organisations that differ by a slip.
    Organisation(organisation::Organisation),
    /// Texts of pictures that end differently.
    Captions(captions::Captions),
    /// Nouns counted in two kinds of numerals.
    Counting(counting::Counting),
    /// Terms with and without quotation marks.
    Quoting(quoting::Quoting),
    /// Jump lines of an issue.
    Jump(jump::Jump),
    /// Sentences that stand twice.
    Repeated(repeated::Repeated),
    /// Parts and their total.
    Sum(sum::Sum),
    /// Counts of several units, and of them together.
    Joint(joint::Joint),
    /// A part, its whole, and the share it is said to be.
    Share(share::Share),
    /// A figure, another, and how much more or less that is said to be.
    Growth(growth::Growth),
    /// A length of time and the dates it lies between.
    Duration(duration::Duration),
    /// Dates that stand the wrong way round.
    DateOrder(date_order::DateOrder),
    /// An age, or an anniversary, and the year it is counted from.
    Age(age::Age),
    /// A figure in a headline that the text does not bear out.
    Headline(headline::Headline),
    /// A list, and how many things it is said to have.
    Listing(listing::Listing),
    /// Words that count points of a text.
    Sequence(sequence::Sequence),
    /// A figure, and in brackets the same in another form.
    Gloss(gloss::Gloss),
}

/// A check as it stands in a rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RawCheck {
    /// See [`Check::Pattern`].
    Pattern(pattern::RawPattern),
    /// See [`Check::Terms`].
    Terms(terms::RawTerms),
    /// See [`Check::Idiom`].
    Idiom(idiom::Idiom),
    /// See [`Check::Calendar`].
    Calendar(calendar::RawCalendar),
    /// See [`Check::Pairs`].
    Pairs(pairs::RawPairs),
    /// See [`Check::Variants`].
    Variants(variants::RawVariants),
    /// See [`Check::Numbering`].
    Numbering(numbering::RawNumbering),
    /// See [`Check::Approximation`].
    Approximation(approximation::RawApproximation),
    /// See [`Check::Figure`].
    Figure(figure::RawFigure),
    /// See [`Check::Range`].
    Range(range::RawRange),
    /// See [`Check::Change`].
    Change(change::RawChange),
    /// See [`Check::Weekday`].
    Weekday(weekday::RawWeekday),
    /// See [`Check::SolarTerm`].
    SolarTerm(solar_term::RawSolarTerm),
    /// See [`Check::Parallel`].
    Parallel(parallel::RawParallel),
    /// See [`Check::Wordings`].
    Wordings(wordings::RawWordings),
    /// See [`Check::Abbreviation`].
    Abbreviation(abbreviation::RawAbbreviation),
    /// See [`Check::Byline`].
    Byline(byline::Byline),
    /// See [`Check::Headings`].
    Headings(headings::RawHeadings),
    /// See [`Check::Identity`].
    Identity(identity::RawIdentity),
    /// See [`Check::Organisation`].
    Organisation(organisation::RawOrganisation),
    /// See [`Check::Captions`].
    Captions(captions::Captions),
    /// See [`Check::Counting`].
    Counting(counting::Counting),
    /// See [`Check::Quoting`].
    Quoting(quoting::Quoting),
    /// See [`Check::Jump`].
    Jump(jump::RawJump),
    /// See [`Check::Repeated`].
    Repeated(repeated::RawRepeated),
    /// See [`Check::Sum`].
    Sum(sum::RawSum),
    /// See [`Check::Joint`].
    Joint(joint::RawJoint),
    /// See [`Check::Share`].
    Share(share::RawShare),
    /// See [`Check::Growth`].
    Growth(growth::RawGrowth),
    /// See [`Check::Duration`].
    Duration(duration::RawDuration),
    /// See [`Check::DateOrder`].
    DateOrder(date_order::RawDateOrder),
    /// See [`Check::Age`].
    Age(age::RawAge),
    /// See [`Check::Headline`].
    Headline(headline::RawHeadline),
    /// See [`Check::Listing`].
    Listing(listing::RawListing),
    /// See [`Check::Sequence`].
    Sequence(sequence::RawSequence),
    /// See [`Check::Gloss`].
    Gloss(gloss::RawGloss),
}

/// What is wrong with a check in a rule file, and where in that file (bytes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place in the rule file.
    pub at: Range<usize>,
    /// One Chinese sentence.
    pub message: String,
}

impl Fault {
    fn of<T>(value: &Spanned<T>, message: impl Into<String>) -> Fault {
        Fault { at: value.span(), message: message.into() }
    }
}

/// A place where a check is hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The block, as an index into the blocks of the draft.
    pub block: usize,
    /// What is flagged, in bytes of the block's text.
    pub span: Span,
    /// What could stand there instead, the best first.
    pub to: Vec<String>,
    /// Where this case is less safe to fix than the rule says.
    pub at_most: FixSafety,
    /// What this case adds to the message.
    pub detail: Option<String>,
    /// Other places: block, span in its text, what they have to do with it.
    pub related: Vec<(usize, Span, String)>,
}

impl Hit {
    fn new(block: usize, span: Span, to: Vec<String>) -> Hit {
        Hit { block, span, to, at_most: FixSafety::Safe, detail: None, related: Vec::new() }
    }

    fn detail(mut self, detail: impl Into<String>) -> Hit {
        self.detail = Some(detail.into());
        self
    }
}

/// What a check says it does with a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'c> {
    /// The text.
    pub text: &'c str,
    /// What its first suggestion makes of the text, which is hit as a whole; `None`: it leaves the text alone.
    pub becomes: Option<&'c str>,
}

/// How many characters an article check can watch.
pub const MOST_WATCHED: usize = 300;

impl Check {
    /// Makes a check of what a rule file says.
    ///
    /// # Errors
    /// What is wrong, and where in the rule file.
    pub fn compile(raw: &RawCheck, classes: &Classes) -> Result<Check, Fault> {
        Ok(match raw {
            RawCheck::Pattern(raw) => Check::Pattern(pattern::Pattern::compile(raw, classes)?),
            RawCheck::Terms(raw) => Check::Terms(terms::Terms::compile(raw)?),
            RawCheck::Idiom(idiom) => Check::Idiom(idiom.clone()),
            RawCheck::Calendar(raw) => Check::Calendar(calendar::Calendar::compile(raw)),
            RawCheck::Pairs(raw) => Check::Pairs(pairs::Pairs::compile(raw)?),
            RawCheck::Variants(raw) => Check::Variants(variants::Variants::compile(raw, classes)?),
            RawCheck::Numbering(raw) => Check::Numbering(numbering::Numbering::compile(raw)?),
            RawCheck::Approximation(raw) => Check::Approximation(approximation::Approximation::compile(raw, classes)?),
            RawCheck::Figure(raw) => Check::Figure(figure::Figure::compile(raw, classes)?),
            RawCheck::Range(raw) => Check::Range(range::Range::compile(raw, classes)?),
            RawCheck::Change(raw) => Check::Change(change::Change::compile(raw)),
            RawCheck::Weekday(raw) => Check::Weekday(weekday::Weekday::compile(raw)),
            RawCheck::SolarTerm(raw) => Check::SolarTerm(solar_term::SolarTerm::compile(raw)?),
            RawCheck::Parallel(raw) => Check::Parallel(parallel::Parallel::compile(raw)?),
            RawCheck::Wordings(raw) => Check::Wordings(wordings::Wordings::compile(raw)?),
            RawCheck::Abbreviation(raw) => Check::Abbreviation(abbreviation::Abbreviation::compile(raw)?),
            RawCheck::Byline(byline) => Check::Byline(byline.clone()),
            RawCheck::Headings(raw) => Check::Headings(headings::Headings::compile(raw)?),
            RawCheck::Identity(raw) => Check::Identity(identity::Identity::compile(raw, classes)?),
            RawCheck::Organisation(raw) => Check::Organisation(organisation::Organisation::compile(raw)?),
            RawCheck::Captions(check) => Check::Captions(check.clone()),
            RawCheck::Counting(check) => Check::Counting(check.clone()),
            RawCheck::Quoting(check) => Check::Quoting(check.clone()),
            RawCheck::Jump(raw) => Check::Jump(jump::Jump::compile(raw)?),
            RawCheck::Repeated(raw) => Check::Repeated(repeated::Repeated::compile(raw)?),
            RawCheck::Sum(raw) => Check::Sum(sum::Sum::compile(raw)?),
            RawCheck::Joint(raw) => Check::Joint(joint::Joint::compile(raw)?),
            RawCheck::Share(raw) => Check::Share(share::Share::compile(raw)?),
            RawCheck::Growth(raw) => Check::Growth(growth::Growth::compile(raw)?),
            RawCheck::Duration(raw) => Check::Duration(duration::Duration::compile(raw)?),
            RawCheck::DateOrder(raw) => Check::DateOrder(date_order::DateOrder::compile(raw)?),
            RawCheck::Age(raw) => Check::Age(age::Age::compile(raw)?),
            RawCheck::Headline(raw) => Check::Headline(headline::Headline::compile(raw)),
            RawCheck::Listing(raw) => Check::Listing(listing::Listing::compile(raw)?),
            RawCheck::Sequence(raw) => Check::Sequence(sequence::Sequence::compile(raw)?),
            RawCheck::Gloss(raw) => Check::Gloss(gloss::Gloss::compile(raw)?),
        })
    }

    /// The kind's name in rule files.
    pub fn kind(&self) -> &'static str {
        match self {
            Check::Pattern(_) => "pattern",
            Check::Terms(_) => "terms",
            Check::Idiom(_) => "idiom",
            Check::Calendar(_) => "calendar",
            Check::Pairs(_) => "pairs",
            Check::Variants(_) => "variants",
            Check::Numbering(_) => "numbering",
            Check::Approximation(_) => "approximation",
            Check::Figure(_) => "figure",
            Check::Range(_) => "range",
            Check::Change(_) => "change",
            Check::Weekday(_) => "weekday",
            Check::SolarTerm(_) => "solar-term",
            Check::Parallel(_) => "parallel",
            Check::Wordings(_) => "wordings",
            Check::Abbreviation(_) => "abbreviation",
            Check::Byline(_) => "byline",
            Check::Headings(_) => "headings",
            Check::Identity(_) => "identity",
            Check::Organisation(_) => "organisation",
            Check::Captions(_) => "captions",
            Check::Counting(_) => "counting",
            Check::Quoting(_) => "quoting",
            Check::Jump(_) => "jump",
            Check::Repeated(_) => "repeated",
            Check::Sum(_) => "sum",
            Check::Joint(_) => "joint",
            Check::Share(_) => "share",
            Check::Growth(_) => "growth",
            Check::Duration(_) => "duration",
            Check::DateOrder(_) => "date-order",
            Check::Age(_) => "age",
            Check::Headline(_) => "headline",
            Check::Listing(_) => "listing",
            Check::Sequence(_) => "sequence",
            Check::Gloss(_) => "gloss",
        }
    }

    /// What the check says of itself beside the examples of its rule.
    pub fn claims(&self) -> Vec<Claim<'_>> {
        match self {
            Check::Terms(check) => check.claims().collect(),
            _ => Vec::new(),
        }
    }

    /// The hit at byte `at` of a block's text, where gate `part` opened.
    pub fn hit_at(&self, part: u16, block: usize, text: &str, at: usize, scratch: &mut Scratch) -> Option<Hit> {
        match self {
            Check::Pattern(check) => check.hit_at(part, block, text, at, scratch),
            Check::Terms(check) => check.single_at(block, text, at),
            _ => None,
        }
    }

    /// The characters that an article check watches; `None` for a local check and for one that watches words.
    fn watched(&self) -> Option<CharSet> {
        match self {
            Check::Pattern(_) | Check::Terms(_) | Check::Idiom(_) | Check::Jump(_) => None,
            Check::Wordings(_) | Check::Abbreviation(_) | Check::Identity(_) | Check::Organisation(_) => None,
            Check::Repeated(_) => Some(repeated::watched()),
            Check::Pairs(_) | Check::Quoting(_) => Some(pairing::watched()),
            Check::Variants(check) => Some(check.watched()),
            Check::Numbering(_)
            | Check::Parallel(_)
            | Check::Headings(_)
            | Check::Byline(_)
            | Check::Captions(_)
            | Check::Counting(_) => Some(CharSet::default()),
            _ => Some(self.cues().map(Cues::characters).unwrap_or_default()),
        }
    }

    /// The cues of a check of facts: it watches where they stand.
    fn cues(&self) -> Option<&Cues> {
        Some(match self {
            Check::Calendar(check) => check.cues(),
            Check::Approximation(check) => check.cues(),
            Check::Figure(check) => check.cues(),
            Check::Range(check) => check.cues(),
            Check::Change(check) => check.cues(),
            Check::SolarTerm(check) => check.cues(),
            Check::Weekday(check) => check.cues(),
            Check::Sum(check) => check.cues(),
            Check::Joint(check) => check.cues(),
            Check::Share(check) => check.cues(),
            Check::Growth(check) => check.cues(),
            Check::Duration(check) => check.cues(),
            Check::DateOrder(check) => check.cues(),
            Check::Age(check) => check.cues(),
            Check::Listing(check) => check.cues(),
            Check::Sequence(check) => check.cues(),
            Check::Gloss(check) => check.cues(),
            _ => return None,
        })
    }

    /// The hits of an article check in one article.
    pub fn over(&self, article: &Article, sightings: &[Sighting], scratch: &mut Scratch) -> Vec<Hit> {
        match self {
            Check::Pattern(_) | Check::Terms(_) | Check::Idiom(_) | Check::Jump(_) => Vec::new(),
            Check::Wordings(_) | Check::Abbreviation(_) | Check::Identity(_) | Check::Organisation(_) => Vec::new(),
            Check::Repeated(check) => check.over(article, sightings),
            Check::Headings(check) => check.over(article),
            Check::Captions(check) => check.over(article),
            Check::Quoting(check) => check.over(article, sightings),
            Check::Counting(check) => check.over(article),
            Check::Byline(check) => check.over(article),
            Check::Calendar(check) => check.over(article, sightings),
            Check::Pairs(check) => check.over(article, sightings),
            Check::Variants(check) => check.over(article, sightings, scratch),
            Check::Numbering(check) => check.over(article),
            Check::Approximation(check) => check.over(article, sightings, scratch),
            Check::Figure(check) => check.over(article, sightings, scratch),
            Check::Range(check) => check.over(article, sightings, scratch),
            Check::Change(check) => check.over(article, sightings),
            Check::Weekday(check) => check.over(article, sightings),
            Check::SolarTerm(check) => check.over(article, sightings),
            Check::Parallel(check) => check.over(article),
            Check::Sum(check) => check.over(article, sightings),
            Check::Joint(check) => check.over(article, sightings),
            Check::Share(check) => check.over(article, sightings),
            Check::Growth(check) => check.over(article, sightings),
            Check::Duration(check) => check.over(article, sightings),
            Check::DateOrder(check) => check.over(article, sightings),
            Check::Age(check) => check.over(article, sightings),
            Check::Headline(check) => check.over(article),
            Check::Listing(check) => check.over(article, sightings),
            Check::Sequence(check) => check.over(article, sightings),
            Check::Gloss(check) => check.over(article, sightings),
        }
    }
}

/// The words of an option that lists some, separated by blanks.
fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

/// Does the word at `span` stand inside one of these `longer` words that hold it?
fn is_inside<'w>(longer: impl IntoIterator<Item = &'w str>, text: &str, span: Span) -> bool {
    longer.into_iter().any(|longer| {
        longer.match_indices(span.of(text)).any(|(inside, _)| {
            span.start.checked_sub(inside).is_some_and(|start| text.as_bytes()[start..].starts_with(longer.as_bytes()))
        })
    })
}

/// Compiles a pattern that stands in a rule file.
fn compile_matcher(pattern: &Spanned<String>, classes: &Classes) -> Result<Matcher, Fault> {
    crate::matcher::compile(pattern.get_ref(), classes).map_err(|PatternError(message)| Fault::of(pattern, message))
}

/// The one of `known` that the rule file names.
fn slip<T: Copy>(name: &Spanned<String>, known: &[(&str, T)]) -> Result<T, Fault> {
    known.iter().find(|(known, _)| known == name.get_ref()).map(|(_, slip)| *slip).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
        Fault::of(name, format!("slip 不能是“{}”，只能是：{}。", name.get_ref(), names.join("、")))
    })
}
