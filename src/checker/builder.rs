//! The choice of the rules that a checker runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Checker;
use crate::config::Style;
use crate::context::ContextReader;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::house::{House, ListKind, Roster, Vocabulary};
use crate::quantity::Date;
use crate::rule::{ParsedRuleFile, RuleFile, RuleSet, choose};
use crate::{builtin, example};

/// Chooses the rules of a [`Checker`].
///
/// ```
/// use zhubi::{Checker, Severity};
///
/// let checker = Checker::builder()
///     .level(Severity::Advice)
///     .skip("typo")
///     .option("number/quantity-range-sign", "sign", "至")
///     .build()?;
/// # Ok::<(), zhubi::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct CheckerBuilder {
    rule_paths: Vec<PathBuf>,
    style: Option<String>,
    options: Vec<Choice>,
    level: Severity,
    only: Vec<String>,
    skip: Vec<String>,
    issue_date: Option<String>,
    ignores_suppressions: bool,
    context: Option<Arc<dyn ContextReader>>,
    lists: Vec<List>,
    rosters: Vec<NamedText>,
}

/// A list of the paper, as text.
#[derive(Debug, Clone)]
struct List {
    kind: ListKind,
    text: NamedText,
}

/// A text, and what it is called in messages.
#[derive(Debug, Clone)]
struct NamedText {
    name: String,
    text: String,
}

/// A value for an option of a rule.
#[derive(Debug, Clone)]
struct Choice {
    rule: String,
    option: String,
    value: String,
}

impl CheckerBuilder {
    pub(super) fn new() -> CheckerBuilder {
        CheckerBuilder {
            rule_paths: Vec::new(),
            style: None,
            options: Vec::new(),
            level: Severity::Warning,
            only: Vec::new(),
            skip: Vec::new(),
            issue_date: None,
            ignores_suppressions: false,
            context: None,
            lists: Vec::new(),
            rosters: Vec::new(),
        }
    }

    /// Adds the rules of a file, or of all `.toml` files in a directory and its subdirectories, to the built-in rules.
    pub fn rules(mut self, path: impl Into<PathBuf>) -> CheckerBuilder {
        self.rule_paths.push(path.into());
        self
    }

    /// Sets the style: the name of a built-in one, such as `people-daily-1990s`, or the path of a style file. A style
    /// enables and disables rules and sets their options.
    pub fn style(mut self, style: impl Into<String>) -> CheckerBuilder {
        self.style = Some(style.into());
        self
    }

    /// Sets an option of a rule. It takes precedence over the style.
    pub fn option(
        mut self,
        rule: impl Into<String>,
        option: impl Into<String>,
        value: impl Into<String>,
    ) -> CheckerBuilder {
        self.options.push(Choice { rule: rule.into(), option: option.into(), value: value.into() });
        self
    }

    /// Sets the least severity of the rules that run. The default is [`Severity::Warning`].
    pub fn level(mut self, level: Severity) -> CheckerBuilder {
        self.level = level;
        self
    }

    /// Runs only this rule, or this family of rules (`punctuation`), and others that are named in the same way. A rule
    /// that is named by its full id runs even if its severity is below the level or if it is disabled.
    pub fn only(mut self, name: impl Into<String>) -> CheckerBuilder {
        self.only.push(name.into());
        self
    }

    /// Does not run this rule, or this family of rules.
    pub fn skip(mut self, name: impl Into<String>) -> CheckerBuilder {
        self.skip.push(name.into());
        self
    }

    /// Sets the date on which the drafts are published, such as `2023-11-01`. Dates without a year, and ages after
    /// a word such as 今年, are checked against it.
    pub fn issue_date(mut self, date: impl Into<String>) -> CheckerBuilder {
        self.issue_date = Some(date.into());
        self
    }

    /// Sets whether findings are reported and fixed even though a mark in the draft suppresses them. The default is
    /// `false`.
    pub fn ignore_suppressions(mut self, ignore: bool) -> CheckerBuilder {
        self.ignores_suppressions = ignore;
        self
    }

    /// Sets the model of context, with which the rule `typo/context` finds wrong characters. Without one it finds nothing.
    #[cfg(feature = "model")]
    pub fn context_model(mut self, model: super::ContextModel) -> CheckerBuilder {
        self.context = Some(model.into_reader());
        self
    }

    /// Adds words of the paper: no rule touches them. There is one on each line of `text`. `name` is what the list is
    /// called in messages; if it ends in `.csv`, columns are separated by commas, else by tabs.
    ///
    /// ```
    /// use zhubi::{Checker, Draft, Format};
    ///
    /// let checker = Checker::builder()
    ///     .words("words.txt", "须要山")
    ///     .names("names.txt", "方知远\n江城师范大学")
    ///     .terms("terms.txt", "柳河乡\t柳河镇")
    ///     .build()?;
    /// let draft = Draft::open("江城师苑大学的学生去柳河乡的须要山。".into(), Format::Plain)?;
    /// let findings = checker.check(&draft);
    /// let found: Vec<(&str, &str)> =
    ///     findings.iter().map(|finding| (finding.rule.as_str(), finding.suggestions[0].as_str())).collect();
    /// assert_eq!(found, [("house/name", "江城师范大学"), ("house/term", "柳河镇")]);
    /// # Ok::<(), zhubi::Error>(())
    /// ```
    pub fn words(self, name: impl Into<String>, text: impl Into<String>) -> CheckerBuilder {
        self.list(ListKind::Words, name.into(), text.into())
    }

    /// Adds names, as [`words`](CheckerBuilder::words) adds words. What differs from one of them in one character is
    /// reported. A second column can have wrong forms, separated by `、`.
    pub fn names(self, name: impl Into<String>, text: impl Into<String>) -> CheckerBuilder {
        self.list(ListKind::Names, name.into(), text.into())
    }

    /// Adds wrong wordings, each with the right one in a second column. A third can say since when that holds, for which
    /// the date of the issue counts.
    pub fn terms(self, name: impl Into<String>, text: impl Into<String>) -> CheckerBuilder {
        self.list(ListKind::Terms, name.into(), text.into())
    }

    /// Adds a roster of offices: who held which, from when to when. Its first line names the columns: `人名`, `职务`, and,
    /// where the paper keeps them, `起`, `止`, `顺序` and `别名`.
    ///
    /// ```
    /// use zhubi::{Checker, Draft, Format};
    ///
    /// let checker = Checker::builder()
    ///     .roster("roster.tsv", "人名\t职务\t起\t止\n方知远\t江城市市长\t2021-02\t\n")
    ///     .issue_date("2023-11-01")
    ///     .build()?;
    /// let draft = Draft::open("江城市市长方知运出席活动。".into(), Format::Plain)?;
    /// let findings = checker.check(&draft);
    /// assert_eq!(findings[0].suggestions, ["方知远"]);
    /// # Ok::<(), zhubi::Error>(())
    /// ```
    pub fn roster(mut self, name: impl Into<String>, text: impl Into<String>) -> CheckerBuilder {
        self.rosters.push(NamedText { name: name.into(), text: text.into() });
        self
    }

    fn list(mut self, kind: ListKind, name: String, text: String) -> CheckerBuilder {
        self.lists.push(List { kind, text: NamedText { name, text } });
        self
    }

    /// Creates the checker.
    ///
    /// # Errors
    /// - [`Io`](ErrorKind::Io): a rule file or style file cannot be read.
    /// - [`InvalidFile`](ErrorKind::InvalidFile): a rule file or style file is not valid, a rule has the id of another,
    ///   or does not do what its examples say; a line of a list is wrong, or contradicts another.
    /// - [`UnknownName`](ErrorKind::UnknownName): there is no such rule, family, style, option or value of an option.
    /// - [`InvalidDate`](ErrorKind::InvalidDate): the date of the issue is not a date.
    pub fn build(self) -> Result<Checker> {
        let mut rules = builtin::rules();
        let files = example::add_files(&mut rules, &self.rule_paths)?;
        if let Some(style) = &self.style {
            let style = Style::named(style, Path::new(""))?;
            style.settings.apply(&mut rules, |id, rules| rule_file_of(id, rules, &files))?;
        }
        self.options.iter().try_for_each(|choice| choice.apply(&mut rules, &files))?;
        let rules = rules.select(&self.only, &self.skip, self.level)?;
        let house = house_of(&self.lists, &self.rosters)?;
        let rules = if house.is_empty() { rules.without_house() } else { rules };
        let issue_date = self.issue_date.as_deref().map(parse_date).transpose()?;
        Ok(Checker {
            engine: Engine::new(rules)
                .in_issue_of(issue_date)
                .with_context(self.context)
                .with_house(Some(Arc::new(house))),
            ignores_suppressions: self.ignores_suppressions,
        })
    }
}

impl Choice {
    fn apply(&self, rules: &mut RuleSet, files: &[RuleFile]) -> Result<()> {
        let index = rules.index(&self.rule)?;
        let mut options = rules.rules[index].metadata.options.clone();
        choose(&mut options, &self.option, &self.value)
            .map_err(|error| Error::new(error.what).help(error.help).of_kind(ErrorKind::UnknownName))?;
        match rule_file_of(&self.rule, rules, files)? {
            Some(file) => file.recompile(&mut rules.rules[index], options),
            None => Ok(()),
        }
    }
}

/// Reads lists and rosters together.
///
/// # Errors
/// One of them is wrong in some line, or a list contradicts another one.
fn house_of(lists: &[List], rosters: &[NamedText]) -> Result<House> {
    let prepare = |List { kind, text: NamedText { name, text } }: &List| {
        let (vocabulary, problems) = Vocabulary::prepare(name, text, *kind);
        let wrong = problems.into_iter().find(|problem| !problem.is_harmless);
        wrong.map_or(Ok(Arc::new(vocabulary)), |problem| Err(problem.error))
    };
    let read = |NamedText { name, text }: &NamedText| {
        let (roster, errors) = Roster::read(name, text);
        errors.into_iter().next().map_or(Ok(roster), Err)
    };
    let house = House::new(lists.iter().map(prepare).collect::<Result<_>>()?)
        .with_rosters(rosters.iter().map(read).collect::<Result<_>>()?);
    match house.contradictions().into_iter().next() {
        Some(error) => Err(error),
        None => Ok(house),
    }
}

/// Returns the rule file that defines the rule with the given id: one of `files`, or a built-in one.
fn rule_file_of(id: &str, rules: &RuleSet, files: &[RuleFile]) -> Result<Option<ParsedRuleFile>> {
    match files.iter().find(|file| file.rules.iter().any(|(rule, _)| rule.id == id)) {
        Some(file) => Ok(Some(file.parsed.clone())),
        None => builtin::rule_file_of(id, rules),
    }
}

fn parse_date(date: &str) -> Result<Date> {
    let invalid = || Error::new(format!("“{date}”不是日期。")).help("日期要写成 2023-11-01 的样子，并且真有这一天。");
    Date::parse(date).ok_or_else(|| invalid().of_kind(ErrorKind::InvalidDate))
}
