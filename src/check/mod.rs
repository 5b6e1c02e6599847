//! The kinds of checks, one file each. A check finds places in a text; it knows nothing of the ids, messages or
//! severities of rules.
//!
//! The list below is the only place that names all kinds. To add one, write its file (see [`kind`] for the traits)
//! and add its line.

pub mod article;
pub mod options;

mod arithmetic;
mod hit;
mod kind;
mod trigger;

use serde::{Deserialize, Serialize};

use crate::lexicon::{IdiomMistake, Lexicon};
use crate::matcher::{Classes, Scratch};

use article::{Article, CharOccurrence, Page, WordOccurrence};
use kind::{Roles, kinds};
use options::OptionError;

pub use hit::{Claim, Hit, Repeat};
pub use kind::{
    AnchorCheck, ArticleCheck, Attempt, CharacterCheck, Compile, IdiomCheck, IssueCheck, OptionsOnly, RepeatCheck,
    TableCheck, WordCheck,
};
pub use trigger::{Anchor, AnchorIndex, MOST_WATCHED, Triggers, Watch, WordPair};

kinds! {
    /// Kinds that rules of several families use.
    general {
        /// A pattern with context.
        pattern::Pattern = "pattern": at_anchors;
        /// A pattern between words of certain classes.
        between_words::BetweenWords = "between-words": at_anchors;
        /// A table of wrong words.
        terms::Terms = "terms": at_anchors, at_table_words;
        /// Unpaired, reversed or wrongly nested brackets, quotation marks and title marks.
        pairs::Pairs = "pairs": on_characters;
        /// Forms of the same thing: those that differ from the article's habit, or a mixture of them.
        variants::Variants = "variants": on_characters;
    }
    /// Numbers, dates and units, each judged where it is written.
    number {
        /// Impossible dates and times.
        calendar::Calendar = "calendar": on_cues(cue);
        /// Numerals into which something slipped.
        numeral::Numeral = "numeral": at_anchors;
        /// Redundant words of approximation.
        approximation::Approximation = "approximation": on_cues(cue);
        /// Quantities that are impossible or ambiguous after certain words.
        quantity_limit::QuantityLimit = "figure": on_cues(cue);
        /// Mistakes in the way a range of numbers is written.
        number_range::NumberRange = "range": on_cues(cue);
        /// A difference of percentages that is stated in per cent.
        change::Change = "change": on_cues(cue);
        /// A weekday that is not that of its date.
        weekday::Weekday = "weekday": on_cues(cue);
        /// A festival or a date of the lunar calendar on another date than its own.
        lunar::Lunar = "lunar": on_cues(cue);
        /// A solar term on a date on which it cannot fall.
        solar_term::SolarTerm = "solar-term": on_cues(cue);
    }
    /// Numbers and dates of an article that contradict each other.
    fact {
        /// Quantities in a relation: a sum, a share, a change or a product.
        relation::Relation = "relation": on_cues(cue);
        /// Counts of single units, and a count of these units together.
        joint::Joint = "joint": on_cues(cue);
        /// A length of time, and the dates it lies between.
        duration::Duration = "duration": on_cues(cue);
        /// Dates in the wrong order.
        date_order::DateOrder = "date-order": on_cues(cue);
        /// A year that one wrong digit has put far from the years of the article.
        year_slip::YearSlip = "year-slip": on_cues(cue);
        /// A year or a day in brackets, and the words before it.
        year_gloss::YearGloss = "year-gloss": on_words(words);
        /// An age, and the year of birth.
        age::Age = "age": on_cues(cue);
        /// An anniversary, and the year it is counted from.
        anniversary::Anniversary = "anniversary": on_cues(cue);
        /// The number of a session, and its year.
        session::Session = "session": on_cues(cue);
        /// A number in a headline that the text contradicts.
        headline::Headline = "headline": on_article;
        /// A name in a headline that the text below does not have.
        headline_name::HeadlineName = "headline-name": on_article;
        /// A list, and the stated number of its items.
        listing::Listing = "listing": on_cues(cue);
        /// Words that number the points of a text.
        sequence::Sequence = "sequence": on_cues(cue);
        /// A score whose winner has the smaller number.
        score::Score = "score": on_cues(cue);
        /// A change whose two values contradict its direction.
        direction::Direction = "direction": on_cues(cue);
        /// The day of a dateline, and later days on which something has been done.
        dateline::Dateline = "dateline": on_cues(cue);
        /// An item that a list has twice.
        item_twice::ItemTwice = "item-twice": on_cues(cue);
        /// A quantity, and the same quantity in another form or unit beside it.
        gloss::Gloss = "gloss": on_cues(cue);
    }
    /// Names and wordings of an article that differ without reason.
    consistency {
        /// Synonymous wordings, of which an article should use one.
        wordings::Wordings = "wordings": on_words(words);
        /// Short names and their definitions.
        abbreviation::Abbreviation = "abbreviation": on_words(words);
        /// Contradictory statements about a person.
        identity::Identity = "identity": on_words(words), on_issue;
        /// Names and terms that recur in one form, and occur in another one.
        two_forms::TwoForms = "two-forms": on_article, on_issue;
        /// Names of organisations that differ by a mistake.
        organisation::Organisation = "organisation": on_words(words);
        /// Captions that end differently.
        captions::Captions = "captions": on_article;
        /// Nouns counted in two kinds of numerals.
        counting::Counting = "counting": on_article;
        /// Latin words whose case differs from place to place.
        letter_case::LetterCase = "letter-case": on_characters;
        /// Terms with and without quotation marks.
        quoting::Quoting = "quoting": on_characters;
        /// Jump lines of an issue that do not match.
        jump::Jump = "jump": on_issue;
    }
    /// The arrangement of paragraphs, headings and lists.
    layout {
        /// Numbered items and their endings.
        numbering::Numbering = "numbering": on_article;
        /// Parallel clauses separated by nothing but commas.
        parallel::Parallel = "parallel": on_article;
        /// Reporters named twice.
        byline::Byline = "byline": on_article;
        /// Numbered headings without words, or without text below them.
        headings::Headings = "headings": on_article;
        /// Paragraphs that stop in the middle.
        line_ends::LineEnds = "line-ends": on_article;
        /// Jump lines with the wrong verb.
        jump_line::JumpLine = "jump-line": on_cues(cue);
        /// Speakers named before and behind what they say.
        said_twice::SaidTwice = "said-twice": on_cues(cue);
        /// Sentences that occur twice.
        repeated::Repeated = "repeated": on_characters;
    }
    /// Characters that cannot stand in Chinese copy.
    character {
        /// Text that was decoded with the wrong encoding.
        misread::Misread = "misread": at_anchors;
        /// Character references of HTML that nothing has decoded.
        reference::Reference = "reference": at_anchors;
        /// Forms of characters that belong to another script or standard.
        forms::Forms = "forms": at_anchors;
    }
    /// Names of bodies and places.
    term {
        /// Long fixed names with a mistake.
        names::Names = "names": at_table_words;
        /// Divisions named after a place that they are not part of.
        divisions::Divisions = "divisions": at_table_words;
        /// Places with the capital or the short name of another.
        attribute::Attribute = "attribute": at_table_words;
    }
    /// What a paper's own lists say.
    house {
        /// Names of a list with a slip.
        name::HouseName = "house-name": on_article;
        /// Quotations that differ from their source.
        quotation::HouseQuotation = "house-quotation": on_article;
        /// Articles that a statute does not have.
        statute::HouseStatute = "house-statute": on_article;
        /// Persons of a roster, their titles and their order.
        office::HouseOffice = "house-office": on_article;
        /// Wordings that a list calls wrong.
        term::HouseTerm = "house-term": on_article;
    }
    /// Wrong characters in words.
    typo {
        /// Idioms with a mistake.
        idiom::Idiom = "idiom": at_idioms;
        /// Text that stands twice in succession.
        doubled::Doubled = "doubled": at_repeats;
        /// Characters of words that stand twice.
        doubled_character::DoubledCharacter = "doubled-character": at_table_words;
        /// Words with a character that is written for another.
        confusable::Confusable = "confusable": at_table_words;
        /// Characters that a model of context doubts.
        context::Context = "context": on_article;
    }
}

impl Check {
    /// Whether the check reports what a model of context doubts.
    pub fn doubts_context(&self) -> bool {
        matches!(self, Check::Context(_))
    }

    /// Whether the check judges the paper's own words, which no other check may change.
    pub fn judges_lists(&self) -> bool {
        matches!(self, Check::HouseName(_) | Check::HouseTerm(_) | Check::HouseOffice(_) | Check::HouseQuotation(_))
    }

    /// Everything the engine has to know before it runs the check.
    pub fn triggers(&self) -> Triggers {
        self.roles().triggers()
    }

    /// What the check claims about its own words, proved like the examples of its rule.
    pub fn claims(&self) -> Vec<Claim<'_>> {
        self.roles().table.map(TableCheck::claims).unwrap_or_default()
    }

    /// Attempts a part of the check at a position; see [`AnchorCheck`].
    #[inline]
    pub fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, lexicon: &Lexicon) -> Option<Hit> {
        self.roles().anchors?.hit_at(attempt, scratch, lexicon)
    }

    /// The word of the check's table at byte `at` of a block's text; see [`TableCheck`].
    #[inline]
    pub fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        self.roles().table?.word_at(offset, block, text, at, lexicon)
    }

    /// The hit for a wrong idiom; see [`IdiomCheck`].
    pub fn idiom_hit(&self, block: usize, text: &str, mistake: &IdiomMistake) -> Option<Hit> {
        self.roles().idioms?.hit(block, text, mistake)
    }

    /// The hit for text that stands twice in succession; see [`RepeatCheck`].
    pub fn repeat_hit(&self, block: usize, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> Option<Hit> {
        self.roles().repeats?.repeat_hit(block, text, repeat, lexicon)
    }

    /// Runs the check on an article; see [`ArticleCheck`].
    pub fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        self.roles().article.map(|(check, _)| check.check_article(article, occurrences)).unwrap_or_default()
    }

    /// Runs the check on an article in which a watched word occurs; see [`WordCheck`].
    pub fn check_words(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        self.roles().words.map(|(check, _)| check.check_article(article, occurrences, lexicon)).unwrap_or_default()
    }

    /// Runs the check on the pages of an issue; see [`IssueCheck`].
    pub fn check_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)> {
        self.roles().issue.map(|check| check.check_issue(pages, lexicon)).unwrap_or_default()
    }
}
