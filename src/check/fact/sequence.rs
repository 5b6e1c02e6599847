//! `sequence`: words that number the points of a text, with a missing point: 一是……二是……四是.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::is_amount;
use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Quantity, scan_from};
use crate::text::{Span, numeral_value};

/// Options of a sequence check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceOptions {
    /// The cues at which a point may begin; see [`CueList`].
    cue: CueList,
    /// The text before and after the numeral of a point, such as 第…，; or only the text after it, such as …是.
    forms: Spanned<String>,
    /// The units of a stated number of points: 点
    units: String,
}

/// Checks that the numbered points of a text are complete.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sequence {
    /// The cues at which a point may begin; see [`CueList`].
    pub cue: CueList,
    /// For each form the text before the numeral and the text after it.
    forms: Vec<(String, String)>,
    units: WordList,
}

/// The words that number a point: 一是.
#[derive(Debug, Clone, Copy)]
struct NumberedPoint {
    block: usize,
    span: Span,
    value: u32,
}

/// Consecutive points of one form.
#[derive(Debug, Clone, Default)]
struct Chain {
    points: Vec<NumberedPoint>,
    /// Whether a point is missing.
    is_broken: bool,
}

/// The characters that may precede a point.
const BEFORE: [char; 13] = ['。', '；', '，', '：', '！', '？', '、', '“', '（', '\n', ' ', '\u{3000}', '—'];
/// The characters that follow the number of an item that is referred to.
const AFTER_REFERENCE: [char; 14] = ['项', '款', '目', '条', '点', '、', '和', '或', '及', '至', '到', '—', '－', '～'];
/// The maximum number of characters between a stated number of points and the first point.
const REACH: usize = 40;
/// The maximum value of a point's numeral.
const MOST_POINTS: u32 = 30;
/// The greatest stated number of points that is compared.
const MOST_STATED: u32 = 10;

impl Compile for Sequence {
    type Options = SequenceOptions;

    fn compile(options: &SequenceOptions, _: &Classes) -> Result<Sequence, OptionError> {
        let forms = options
            .forms
            .get_ref()
            .split_whitespace()
            .map(|form| form.split_once('…').map(|(before, after)| (before.to_owned(), after.to_owned())));
        let forms = forms.collect::<Option<Vec<_>>>().filter(|forms| forms.iter().all(|(_, after)| !after.is_empty()));
        let forms =
            forms.ok_or_else(|| OptionError::of(&options.forms, "forms 里的每一项要写成“第…，”或“…是”的样子。"))?;
        Ok(Sequence { cue: options.cue.clone(), forms, units: WordList::new(&options.units) })
    }
}

impl ArticleCheck for Sequence {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut chains = vec![Chain::default(); self.forms.len()];
        for occurrence in occurrences {
            let block = occurrence.block as usize;
            let Some((form, point)) = self.point_at(article.text(block), block, occurrence.at as usize) else {
                continue;
            };
            let chain = &mut chains[form];
            if chain.points.last().is_some_and(|last| last.block == block && last.span.start >= point.span.start) {
                continue;
            }
            match chain.points.last().copied() {
                Some(last) if point.value == last.value + 1 => {}
                Some(last) if point.value > 1 && self.may_continue(form, last, point) => {
                    hits.push(hit_for_gap(last, point));
                    chain.is_broken = true;
                }
                _ => {
                    hits.extend(self.check_chain(article, chain));
                    *chain = Chain::default();
                }
            }
            chain.points.push(point);
        }
        for chain in &chains {
            hits.extend(self.check_chain(article, chain));
        }
        hits
    }
}

impl Sequence {
    /// Whether a point may belong to the chain of an earlier point. Points in brackets do so only in the same paragraph,
    /// because another check looks at numbers at the start of paragraphs.
    fn may_continue(&self, form: usize, last: NumberedPoint, point: NumberedPoint) -> bool {
        let is_bracketed = self.forms[form].0.starts_with(['（', '(']);
        !is_bracketed || last.block == point.block
    }

    /// The point that begins at byte `at` of a block's text, and the index of its form.
    fn point_at(&self, text: &str, block: usize, at: usize) -> Option<(usize, NumberedPoint)> {
        if !text[..at].chars().next_back().is_none_or(|c| BEFORE.contains(&c)) {
            return None;
        }
        let is_numeral =
            |c: char| matches!(c, '0'..='9' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
        self.forms.iter().enumerate().find_map(|(form, (before, after))| {
            let from_numeral = text[at..].strip_prefix(before.as_str()).filter(|rest| rest.starts_with(is_numeral))?;
            let rest = from_numeral.trim_start_matches(is_numeral);
            let numeral = &from_numeral[..from_numeral.len() - rest.len()];
            let (value, _) = numeral_value(numeral).filter(|(value, _)| (1..=MOST_POINTS).contains(value))?;
            let rest = rest.strip_prefix(after.as_str())?;
            // 第（一）、（二）项 refers to items that are elsewhere.
            let is_reference = before.starts_with(['（', '(']) && rest.starts_with(AFTER_REFERENCE);
            let span = Span::new(at, at + before.len() + numeral.len() + after.len());
            (!is_reference).then_some((form, NumberedPoint { block, span, value }))
        })
    }

    /// Compares a finished chain with the number of points stated before it.
    fn check_chain(&self, article: &Article, chain: &Chain) -> Option<Hit> {
        let (first, last) = (chain.points.first()?, chain.points.last()?);
        if chain.is_broken || first.value != 1 || chain.points.len() < 2 {
            return None;
        }
        let text = article.text(first.block);
        article.agrees(last.block, last.span, || {
            format!("{}至{}，依次 {} 项", first.span.of(text), last.span.of(article.text(last.block)), last.value)
        });
        let (block, quantity) = self.stated_number(article, *first)?;
        let stated = u32::try_from(quantity.number.value.exact()?).ok()?;
        if stated == last.value || !(2..=MOST_STATED).contains(&stated) {
            return None;
        }
        let detail = format!("{} 项 ≠ {stated}", last.value);
        let mut hit = Hit::new(block, quantity.core(), Vec::new()).detail(detail);
        hit.related.push((last.block, last.span, "最后一项在这里。".to_owned()));
        Some(hit)
    }

    /// The number of points stated shortly before the first point (三点要求), with its block.
    fn stated_number(&self, article: &Article, first: NumberedPoint) -> Option<(usize, Quantity)> {
        let text = article.text(first.block);
        let start = text[..first.span.start].char_indices().rev().take(2 * REACH).last().map_or(0, |(at, _)| at);
        let numerals = article.notes().numerals_between(first.block, start, first.span.start).iter();
        let quantity = scan_from(text, numerals.map(|numeral| numeral.at as usize))
            .pop()
            .filter(|quantity| quantity.span.end <= first.span.start)?;
        let gap = &text[quantity.span.end..first.span.start];
        let is_listed = |unit: Span| {
            let from_unit = &text[unit.start..];
            self.units.iter().any(|known| known.len() >= unit.len() && from_unit.starts_with(known))
        };
        let is_unit = quantity.unit.is_some_and(|(unit, _)| is_listed(unit));
        let is_near = gap.chars().count() <= REACH && gap.matches('。').count() < 2 && !gap.contains('；');
        let is_plain = quantity.qualifiers.is_empty() && quantity.upper.is_none() && is_amount(&quantity);
        (is_unit && is_near && is_plain).then_some((first.block, quantity))
    }
}

/// The hit for one or more points missing, or out of order, between two points.
fn hit_for_gap(last: NumberedPoint, point: NumberedPoint) -> Hit {
    let detail = format!("第 {} 项之后是第 {} 项", last.value, point.value);
    let mut hit = Hit::new(point.block, point.span, Vec::new()).detail(detail);
    hit.related.push((last.block, last.span, "前一项在这里。".to_owned()));
    hit
}
