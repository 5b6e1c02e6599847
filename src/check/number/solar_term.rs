//! `solar-term`: one of the 24 solar terms (节气) next to a date on which it cannot fall: 10月20日（霜降）.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::scan;
use crate::text::Span;

/// Options of a solar term check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolarTermOptions {
    /// One term per line, with the days on which it can fall: `霜降 10月22—24日`.
    table: Spanned<String>,
}

/// Solar terms and the days on which they can fall.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SolarTerm {
    terms: Vec<Term>,
    /// The names of the terms.
    pub cue: CueList,
}

/// A solar term.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Term {
    name: String,
    month: u32,
    /// The first and the last day of the month on which it can fall.
    first: u32,
    last: u32,
    /// The days as they are written in the table.
    days: String,
}

/// The texts that may be between a date and its term.
const BETWEEN: [&str; 8] = ["（", "，", "是", "，是", "为", "迎来", "，迎来", ""];

impl Compile for SolarTerm {
    type Options = SolarTermOptions;

    fn compile(options: &SolarTermOptions, _: &Classes) -> Result<SolarTerm, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim).filter(|line| !line.is_empty());
        let terms: Option<Vec<Term>> = lines.map(Term::parse).collect();
        let terms = terms.ok_or_else(|| OptionError::of(&options.table, "每行要写成“霜降 10月22—24日”。"))?;
        let names: Vec<&str> = terms.iter().map(|term| term.name.as_str()).collect();
        Ok(SolarTerm { cue: CueList::new(names.join(" ")), terms })
    }
}

impl ArticleCheck for SolarTerm {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let sentences = article.sentences_around(occurrences.iter().copied(), Near::Any, SentencesRead::One);
        for Sentence { block, text, quantities, .. } in sentences {
            for quantity in quantities {
                let Some(date) = quantity.date().filter(|date| !date.is_of_another_calendar) else { continue };
                let (Some(month), Some(day)) = (date.month, date.day) else { continue };
                if let Some((term, end)) = self.term_after(text, quantity.span.end)
                    && (month, day) != (term.month, day.clamp(term.first, term.last))
                {
                    let detail = format!("{}在{}", term.name, term.days);
                    hits.push(Hit::new(block, Span::new(quantity.span.start, end), Vec::new()).detail(detail));
                }
            }
        }
        hits
    }
}

impl SolarTerm {
    /// The term after a date that ends at byte `at`, and the byte at which its name ends. The term must be called a
    /// solar term (霜降节气) or be in brackets.
    fn term_after(&self, text: &str, at: usize) -> Option<(&Term, usize)> {
        BETWEEN.iter().find_map(|between| {
            let from_name = text[at..].strip_prefix(between)?;
            let term = self.terms.iter().find(|term| from_name.starts_with(&term.name))?;
            let after_name = &from_name[term.name.len()..];
            let is_term = after_name.starts_with("节气") || between.ends_with('（') && after_name.starts_with('）');
            is_term.then_some((term, text.len() - after_name.len()))
        })
    }
}

impl Term {
    /// Parses a line of the table.
    fn parse(line: &str) -> Option<Term> {
        let (name, days) = line.split_once(' ')?;
        let found = scan(days);
        let [quantity] = found.as_slice() else { return None };
        let date = quantity.date()?;
        let last = u32::try_from(quantity.upper.as_ref()?.number.value.exact()?).ok()?;
        Some(Term { name: name.to_owned(), month: date.month?, first: date.day?, last, days: days.to_owned() })
    }
}
