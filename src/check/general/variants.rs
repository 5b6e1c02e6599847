//! `variants`: forms of one thing, of which an article should use one.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{Fault, compile_matcher};
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormOptions {
    /// What readers call it.
    name: String,
    /// The pattern that finds it.
    find: Spanned<String>,
}

/// Forms of one thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Variants {
    forms: Vec<(String, Matcher)>,
}

impl Compile for Variants {
    type Options = VariantsOptions;

    fn compile(options: &VariantsOptions, classes: &Classes) -> Result<Variants, Fault> {
        if options.form.get_ref().len() < 2 {
            return Err(Fault::of(&options.form, "至少要有两种写法。"));
        }
        let forms: Result<Vec<_>, Fault> = options
            .form
            .get_ref()
            .iter()
            .map(|form| {
                let matcher = compile_matcher(&form.find, classes)?;
                if matcher.first().few(MOST_WATCHED).is_none() {
                    return Err(Fault::of(&form.find, "find 要以具体的字开头，不能以“{han}”一类的大类开头。"));
                }
                Ok((form.name.clone(), matcher))
            })
            .collect();
        Ok(Variants { forms: forms? })
    }
}

impl CharacterCheck for Variants {
    fn watched(&self) -> CharSet {
        self.forms.iter().fold(CharSet::default(), |all, (_, matcher)| all.union(matcher.first()))
    }
}

impl ArticleCheck for Variants {
    /// One hit for every form but the commonest, at the first place where it stands.
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let scratch = &mut *article.scratch();
        // Most articles have nothing of more than one form.
        let may_be = |matcher: &Matcher| occurrences.iter().any(|occurrence| matcher.first().has(occurrence.character));
        if self.forms.iter().filter(|(_, matcher)| may_be(matcher)).nth(1).is_none() {
            return Vec::new();
        }
        let mut seen: Vec<Vec<(usize, Span)>> = vec![Vec::new(); self.forms.len()];
        for occurrence in occurrences {
            let (block, at) = (occurrence.block as usize, occurrence.at as usize);
            let text = article.text(block);
            for (places, (_, matcher)) in seen.iter_mut().zip(&self.forms) {
                if matcher.first().has(occurrence.character)
                    && let Some(found) = matcher.match_at(text, at, scratch)
                {
                    places.push((block, found.span));
                    break;
                }
            }
        }
        // Of forms equally common the one seen first stands.
        let first_place = |form: usize| seen[form].first().copied();
        let Some(common) = (0..seen.len())
            .filter(|&form| !seen[form].is_empty())
            .max_by_key(|&form| (seen[form].len(), std::cmp::Reverse(first_place(form))))
        else {
            return Vec::new();
        };
        let count = |form: usize| format!("{}{}处", self.forms[form].0, seen[form].len());
        (0..seen.len())
            .filter(|&form| form != common)
            .filter_map(|form| {
                let (block, span) = first_place(form)?;
                let mut hit = Hit::new(block, span, Vec::new()).detail(format!("{}，{}", count(common), count(form)));
                let (block, span) = first_place(common)?;
                hit.related.push((block, span, format!("这里用的是{}。", self.forms[common].0)));
                Some(hit)
            })
            .collect()
    }
}
