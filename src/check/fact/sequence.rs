//! `sequence`: words that count the points of a text, one of which is missing: 一是……二是……四是.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, Fault, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Quantity, begins_quantity, scan_from};
use crate::text::{Span, numeral_value};

/// Options of a sequence check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceOptions {
    /// The words of which one stands in the sentence: see [`CueList`].
    cue: CueList,
    /// What stands before and behind the numeral, as 第…，; or only behind it, as …是.
    forms: Spanned<String>,
    /// The units of the points, where their number is told before them: 点
    units: String,
}

/// Points and their numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sequence {
    pub cue: CueList,
    forms: Vec<(String, String)>,
    units: WordList,
}

/// A point.
#[derive(Debug, Clone, Copy)]
struct Point {
    block: usize,
    span: Span,
    value: u32,
}

/// The points of one form, from the first on.
#[derive(Debug, Clone, Default)]
struct Chain {
    points: Vec<Point>,
    is_broken: bool,
}

/// What a point may stand behind.
const BEFORE: &str = "。；，：！？、“（\n 　——";
/// How many characters before the first point their number is looked for.
const REACH: usize = 40;
/// The most points that are counted so, and the most whose number is told before them.
const MOST_POINTS: u32 = 30;
const MOST_TOLD: u32 = 10;

impl Compile for Sequence {
    type Options = SequenceOptions;

    fn compile(options: &SequenceOptions, _: &Classes) -> Result<Sequence, Fault> {
        let forms = options
            .forms
            .get_ref()
            .split_whitespace()
            .map(|form| form.split_once('…').map(|(before, behind)| (before.to_owned(), behind.to_owned())));
        let forms =
            forms.collect::<Option<Vec<_>>>().filter(|forms| forms.iter().all(|(_, behind)| !behind.is_empty()));
        let forms = forms.ok_or_else(|| Fault::of(&options.forms, "forms 里的每一项要写成“第…，”或“…是”的样子。"))?;
        Ok(Sequence { cue: options.cue.clone(), forms, units: WordList::new(&options.units) })
    }
}

impl ArticleCheck for Sequence {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut chains = vec![Chain::default(); self.forms.len()];
        for occurrence in occurrences {
            let block = occurrence.block as usize;
            let Some((form, point)) = self.point(article.text(block), block, occurrence.at as usize) else { continue };
            if chains[form].points.last().is_some_and(|last| last.block == block && last.span.start >= point.span.start)
            {
                continue;
            }
            let chain = &mut chains[form];
            match chain.points.last().copied() {
                Some(last) if point.value == last.value + 1 => {}
                Some(last) if point.value > 1 && self.goes_on(form, last, point) => {
                    hits.push(gap(last, point));
                    chain.is_broken = true;
                }
                _ => {
                    hits.extend(self.closed(article, chain));
                    *chain = Chain::default();
                }
            }
            chain.points.push(point);
        }
        for chain in &chains {
            hits.extend(self.closed(article, chain));
        }
        hits
    }
}

impl Sequence {
    /// The points in brackets go on in one paragraph only: the heads of paragraphs are checked as such.
    fn goes_on(&self, form: usize, last: Point, point: Point) -> bool {
        let is_bracketed = self.forms[form].0.starts_with(['（', '(']);
        !is_bracketed || last.block == point.block
    }

    /// The point that begins at `at`, and which form it has.
    fn point(&self, text: &str, block: usize, at: usize) -> Option<(usize, Point)> {
        let is_numeral =
            |c: char| matches!(c, '0'..='9' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
        self.forms.iter().enumerate().find_map(|(form, (before, after))| {
            let behind = text[at..].strip_prefix(before.as_str()).filter(|behind| behind.starts_with(is_numeral))?;
            let rest = behind.trim_start_matches(is_numeral);
            let numerals = &behind[..behind.len() - rest.len()];
            let (value, _) = numeral_value(numerals).filter(|(value, _)| (1..=MOST_POINTS).contains(value))?;
            let is_point =
                rest.starts_with(after.as_str()) && text[..at].chars().next_back().is_none_or(|c| BEFORE.contains(c));
            let span = Span::new(at, at + before.len() + numerals.len() + after.len());
            is_point.then_some((form, Point { block, span, value }))
        })
    }

    /// Holds a chain that has come to its end against the number that was told of it.
    fn closed(&self, article: &Article, chain: &Chain) -> Option<Hit> {
        let (first, last) = (chain.points.first()?, chain.points.last()?);
        if chain.is_broken || first.value != 1 || chain.points.len() < 2 {
            return None;
        }
        let text = article.text(first.block);
        article.agrees(last.block, last.span, || {
            format!("{}至{}，依次 {} 项", first.span.of(text), last.span.of(article.text(last.block)), last.value)
        });
        let (block, quantity) = self.announced(article, *first)?;
        let told = u32::try_from(quantity.number.value.exact()?).ok()?;
        if told == last.value || !(2..=MOST_TOLD).contains(&told) {
            return None;
        }
        let detail = format!("{} 项 ≠ {told}", last.value);
        let mut hit = Hit::new(block, quantity.core(), Vec::new()).detail(detail);
        hit.related.push((last.block, last.span, "最后一项在这里。".to_owned()));
        Some(hit)
    }

    /// 三点要求 before the first point, and nothing else between.
    fn announced(&self, article: &Article, first: Point) -> Option<(usize, Quantity)> {
        let text = article.text(first.block);
        let start = text[..first.span.start].char_indices().rev().take(2 * REACH).last().map_or(0, |(at, _)| at);
        let near = &text[start..first.span.start];
        let numerals = near.char_indices().filter(|(_, c)| begins_quantity(*c)).map(|(at, _)| start + at);
        let quantity = scan_from(text, numerals).pop().filter(|quantity| quantity.span.end <= first.span.start)?;
        let gap = &text[quantity.span.end..first.span.start];
        let named = |unit: Span| {
            let counted = &text[unit.start..];
            self.units.iter().any(|known| known.len() >= unit.len() && counted.starts_with(known))
        };
        let is_unit = quantity.unit.is_some_and(|(unit, _)| named(unit));
        let is_near = gap.chars().count() <= REACH && gap.matches('。').count() < 2 && !gap.contains('；');
        let is_plain = quantity.marks.is_empty() && quantity.upper.is_none() && is_amount(&quantity);
        (is_unit && is_near && is_plain).then_some((first.block, quantity))
    }
}

fn gap(last: Point, point: Point) -> Hit {
    let detail = format!("第 {} 项之后是第 {} 项", last.value, point.value);
    let mut hit = Hit::new(point.block, point.span, Vec::new()).detail(detail);
    hit.related.push((last.block, last.span, "前一项在这里。".to_owned()));
    hit
}
