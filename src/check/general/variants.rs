//! `variants`: several forms of the same thing, of which an article should use one.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{OptionError, compile_matcher};
use crate::check::{ArticleCheck, CharacterCheck, Compile, Hit, MOST_WATCHED};
use crate::matcher::{CharSet, Classes, Matcher};
use crate::text::Span;

/// Options of a variants check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantsOptions {
    /// The forms: at least two.
    form: Spanned<Vec<FormOptions>>,
}

/// Options of one form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormOptions {
    /// The name of the form in messages.
    name: String,
    /// The pattern that finds the form.
    find: Spanned<String>,
}

/// Several forms of the same thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Variants {
    /// The name and the pattern of each form.
    forms: Vec<(String, Matcher)>,
}

impl Compile for Variants {
    type Options = VariantsOptions;

    fn compile(options: &VariantsOptions, classes: &Classes) -> Result<Variants, OptionError> {
        if options.form.get_ref().len() < 2 {
            return Err(OptionError::of(&options.form, "至少要有两种写法。"));
        }
        let forms: Result<Vec<_>, OptionError> = options
            .form
            .get_ref()
            .iter()
            .map(|form| {
                let matcher = compile_matcher(&form.find, classes)?;
                if matcher.first_chars().chars_up_to(MOST_WATCHED).is_none() {
                    return Err(OptionError::of(&form.find, "find 要以具体的字开头，不能以“{han}”一类的大类开头。"));
                }
                Ok((form.name.clone(), matcher))
            })
            .collect();
        Ok(Variants { forms: forms? })
    }
}

impl CharacterCheck for Variants {
    fn watched(&self) -> CharSet {
        self.forms.iter().fold(CharSet::default(), |all, (_, matcher)| all.union(matcher.first_chars()))
    }
}

impl ArticleCheck for Variants {
    /// Returns one hit for each form except the most common one, at its first occurrence. Of equally common forms the
    /// one that occurs first counts as the most common.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        // Most articles do not have the first characters of two forms.
        let may_occur =
            |matcher: &Matcher| occurrences.iter().any(|occurrence| matcher.first_chars().has(occurrence.character));
        if self.forms.iter().filter(|(_, matcher)| may_occur(matcher)).nth(1).is_none() {
            return Vec::new();
        }
        let found = self.find_forms(article, occurrences);
        let first = |form: usize| found[form].first().copied();
        let Some(common) = (0..found.len())
            .filter(|&form| !found[form].is_empty())
            .max_by_key(|&form| (found[form].len(), Reverse(first(form))))
        else {
            return Vec::new();
        };
        let count = |form: usize| format!("{}{}处", self.forms[form].0, found[form].len());
        (0..found.len())
            .filter(|&form| form != common)
            .filter_map(|form| {
                let (block, span) = first(form)?;
                let mut hit = Hit::new(block, span, Vec::new()).detail(format!("{}，{}", count(common), count(form)));
                let (block, span) = first(common)?;
                hit.related.push((block, span, format!("这里用的是{}。", self.forms[common].0)));
                Some(hit)
            })
            .collect()
    }
}

impl Variants {
    /// For each form, its occurrences in the article as block and span.
    fn find_forms(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Vec<(usize, Span)>> {
        let scratch = &mut *article.scratch();
        let mut found: Vec<Vec<(usize, Span)>> = vec![Vec::new(); self.forms.len()];
        for occurrence in occurrences {
            let (block, at) = (occurrence.block as usize, occurrence.at as usize);
            let text = article.text(block);
            for (places, (_, matcher)) in found.iter_mut().zip(&self.forms) {
                if matcher.first_chars().has(occurrence.character)
                    && let Some(matched) = matcher.match_at(text, at, scratch)
                {
                    places.push((block, matched.span));
                    break;
                }
            }
        }
        found
    }
}
