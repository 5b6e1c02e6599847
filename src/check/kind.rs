//! What a kind of check has to provide, and the macro `kinds!`, which makes the enum [`super::Check`] from the list of
//! all kinds.
//!
//! A kind is a struct. It becomes one by [`Compile`] (its options in a rule file → the struct) and by the traits of
//! the roles it plays: a role says when the engine runs the check, and with what. The list names the roles of each
//! kind, so a kind cannot be without one, and a role cannot be named without its trait.

use serde::de::DeserializeOwned;

use super::article::{Article, CharOccurrence, Page, WordOccurrence};
use super::hit::{Claim, Hit, Repeat};
use super::options::{CueList, OptionError, WatchedWords};
use super::trigger::{Anchor, Triggers, Watch, WordPair};
use crate::lexicon::{IdiomMistake, Lexicon};
use crate::matcher::{CharSet, Classes, Scratch};

/// A kind of check that is compiled from the options in a rule file.
pub trait Compile: Sized {
    /// The options as they are written.
    type Options;

    /// Compiles the check.
    ///
    /// # Errors
    /// What is wrong with the options, and where in the rule file.
    fn compile(options: &Self::Options, classes: &Classes) -> Result<Self, OptionError>;
}

/// A kind of check that can run as it is read from a rule file: the struct is its options and nothing else.
///
/// The build also stores the struct with postcard. So it derives `Serialize`, `Deserialize`, `Debug` and `Clone`, and
/// has no `Spanned` field: a kind that reports errors at the place of an option implements [`Compile`] instead.
pub trait OptionsOnly: Clone + DeserializeOwned {}

impl<T: OptionsOnly> Compile for T {
    type Options = T;

    fn compile(options: &T, _: &Classes) -> Result<T, OptionError> {
        Ok(options.clone())
    }
}

/// A position at which an anchor check is attempted.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'t> {
    /// The part of the check whose anchor is there.
    pub part: u16,
    /// The block, and its text.
    pub block: usize,
    pub text: &'t str,
    /// The byte of the text.
    pub at: usize,
}

/// A check that is attempted at single positions of a block.
pub trait AnchorCheck {
    /// Conditions on the positions where the check is attempted, one for each of its parts.
    fn anchors(&self) -> Vec<Anchor>;

    /// Attempts a part of the check at a position.
    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, lexicon: &Lexicon) -> Option<Hit>;
}

/// A check that looks for the words of a table.
pub trait TableCheck {
    /// Where words of the table may occur.
    fn word_pairs(&self) -> Vec<WordPair>;

    /// The word at byte `at` of a block's text, among those in the table from byte `offset` on.
    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit>;

    /// What the table says about each of its words, proved like the examples of a rule.
    fn claims(&self) -> Vec<Claim<'_>>;
}

/// A check that judges idioms with a mistake, which the lexicon finds.
pub trait IdiomCheck {
    /// The hit for a wrong idiom, if this check is responsible for it.
    fn hit(&self, block: usize, text: &str, mistake: &IdiomMistake) -> Option<Hit>;
}

/// A check that judges text that stands twice in succession, which the engine finds.
pub trait RepeatCheck {
    /// The hit for a repetition, if it is a mistake that this check is responsible for.
    fn repeat_hit(&self, block: usize, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> Option<Hit>;
}

/// A check that looks at an article as a whole.
pub trait ArticleCheck {
    /// Checks an article. `occurrences` are those of the cues or characters that the check watches, in the order of
    /// the text.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit>;
}

/// An article check that watches characters. It runs on articles in which one of them occurs.
pub trait CharacterCheck: ArticleCheck {
    /// The characters; the check is given their occurrences.
    fn watched(&self) -> CharSet;
}

/// A check that looks at an article in which one of its watched words occurs.
pub trait WordCheck {
    /// Checks an article. `occurrences` are those of the watched words, in the order of the text; there is at least
    /// one.
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit>;
}

/// A check that compares the pages of an issue.
pub trait IssueCheck {
    /// Checks the pages of an issue; returns the hits, each with the index of its page.
    fn check_issue(&self, pages: &[Page], lexicon: &Lexicon) -> Vec<(usize, Hit)>;
}

/// The roles that a check plays. Each method adds one of the roles that the list `kinds!` may name.
#[derive(Default)]
pub struct Roles<'c> {
    pub(super) anchors: Option<&'c dyn AnchorCheck>,
    pub(super) table: Option<&'c dyn TableCheck>,
    pub(super) idioms: Option<&'c dyn IdiomCheck>,
    pub(super) repeats: Option<&'c dyn RepeatCheck>,
    pub(super) article: Option<(&'c dyn ArticleCheck, ArticleTrigger<'c>)>,
    pub(super) words: Option<(&'c dyn WordCheck, &'c WatchedWords)>,
    pub(super) issue: Option<&'c dyn IssueCheck>,
}

/// When an article check runs.
pub(super) enum ArticleTrigger<'c> {
    /// On every article.
    Always,
    /// On articles in which one of the characters occurs that it watches.
    Characters(&'c dyn CharacterCheck),
    /// On articles in which one of these cues occurs.
    Cues(&'c CueList),
}

impl<'c> Roles<'c> {
    /// The check is attempted at anchors.
    #[inline(always)]
    pub(super) fn at_anchors(mut self, check: &'c impl AnchorCheck) -> Roles<'c> {
        self.anchors = Some(check);
        self
    }

    /// The check has a table of words.
    #[inline(always)]
    pub(super) fn at_table_words(mut self, check: &'c impl TableCheck) -> Roles<'c> {
        self.table = Some(check);
        self
    }

    /// The check judges wrong idioms.
    #[inline(always)]
    pub(super) fn at_idioms(mut self, check: &'c impl IdiomCheck) -> Roles<'c> {
        self.idioms = Some(check);
        self
    }

    /// The check judges text that stands twice in succession.
    #[inline(always)]
    pub(super) fn at_repeats(mut self, check: &'c impl RepeatCheck) -> Roles<'c> {
        self.repeats = Some(check);
        self
    }

    /// The check runs on every article.
    #[inline(always)]
    pub(super) fn on_article(mut self, check: &'c impl ArticleCheck) -> Roles<'c> {
        self.article = Some((check, ArticleTrigger::Always));
        self
    }

    /// The check runs on articles in which one of the characters occurs that it watches.
    #[inline(always)]
    pub(super) fn on_characters(mut self, check: &'c impl CharacterCheck) -> Roles<'c> {
        self.article = Some((check, ArticleTrigger::Characters(check)));
        self
    }

    /// The check runs on articles in which one of these cues occurs.
    #[inline(always)]
    pub(super) fn on_cues(mut self, check: &'c impl ArticleCheck, cues: &'c CueList) -> Roles<'c> {
        self.article = Some((check, ArticleTrigger::Cues(cues)));
        self
    }

    /// The check runs on articles in which one of these words occurs.
    #[inline(always)]
    pub(super) fn on_words(mut self, check: &'c impl WordCheck, words: &'c WatchedWords) -> Roles<'c> {
        self.words = Some((check, words));
        self
    }

    /// The check compares the pages of an issue.
    #[inline(always)]
    pub(super) fn on_issue(mut self, check: &'c impl IssueCheck) -> Roles<'c> {
        self.issue = Some(check);
        self
    }

    /// Everything the engine has to know to run the check in these roles.
    pub(super) fn triggers(&self) -> Triggers {
        let article = self.article.as_ref().map(|(_, trigger)| match trigger {
            ArticleTrigger::Always => Watch::Characters(CharSet::default()),
            ArticleTrigger::Characters(check) => Watch::Characters(check.watched()),
            ArticleTrigger::Cues(cues) => Watch::Cues(cues.index()),
        });
        let words = self.words.map(|(_, words)| Watch::Words(words.clone()));
        Triggers {
            anchors: self.anchors.map(AnchorCheck::anchors).unwrap_or_default(),
            word_pairs: self.table.map(TableCheck::word_pairs).unwrap_or_default(),
            at_idioms: self.idioms.is_some(),
            at_repeats: self.repeats.is_some(),
            watch: article.or(words).unwrap_or_default(),
        }
    }
}

/// Makes the modules and the enums of all kinds of checks from one list. Each entry reads
/// `file::Struct = "name in rule files": roles;`, under the folder that holds the file. A role is a method of
/// [`Roles`]. In `role(field)` the brackets name a `pub` field of the struct, which the method is given too: the cues
/// or the words that the check watches.
macro_rules! kinds {
    ($($(#[$folder_doc:meta])* $folder:ident {
        $($(#[$doc:meta])* $file:ident::$Kind:ident = $name:literal: $($role:ident$(($field:ident))?),+;)*
    })*) => {
        $($(#[$folder_doc])* mod $folder { $(pub mod $file;)* })*

        /// A check of any kind, ready to run.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Check {
            $($($(#[$doc])* $Kind($folder::$file::$Kind),)*)*
        }

        /// A check as it is written in a rule file: the name of its kind and its options.
        #[derive(Debug, Clone, Deserialize)]
        pub enum CheckOptions {
            $($($(#[$doc])* #[serde(rename = $name)] $Kind(<$folder::$file::$Kind as Compile>::Options),)*)*
        }

        impl Check {
            /// Compiles a check from its options.
            ///
            /// # Errors
            /// What is wrong with the options, and where in the rule file.
            pub fn compile(options: &CheckOptions, classes: &Classes) -> Result<Check, OptionError> {
                match options {
                    $($(CheckOptions::$Kind(options) => Compile::compile(options, classes).map(Check::$Kind),)*)*
                }
            }

            /// The roles of the check. It is inlined into each caller, where only the role that the caller uses is left.
            #[inline(always)]
            fn roles(&self) -> Roles<'_> {
                match self {
                    $($(Check::$Kind(check) => Roles::default()$(.$role(check$(, &check.$field)?))+,)*)*
                }
            }
        }
    };
}

pub(super) use kinds;
