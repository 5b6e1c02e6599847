//! `relation`: quantities of a sentence that contradict each other: 共12个，其中城区5个、乡镇6个.
//!
//! A rule gives the wordings in which quantities stand in a relation: a sum, a share, a change or a product
//! ([`wording`]). A contradiction is only reported if the sentence admits no other reading in which the stated number
//! is right, and if it is certain that the quantities belong together: because the wording says so, or because one slip
//! of the typist explains it ([`slip`]).

mod composite;
mod daily;
mod evidence;
mod formula;
mod next_sentence;
mod readings;
mod slip;
mod statement;
mod wording;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::{format_number, is_relative, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, PossibleWords, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity};
use crate::text::Span;
use evidence::{are_of_one_noun, is_near_whole, is_plausible};
use formula::{Comparison, Term};
use statement::Statement;
use wording::{Bound, Role, Surroundings, Wording};

/// What quantities have to fulfil.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The parts add up to the whole.
    Sum,
    /// The part divided by the whole is the share.
    Share,
    /// The new value differs from the old one by the change.
    Change,
    /// The amount per item times the number of items is the total.
    Product,
    /// The shares add up to 100 %.
    Hundred,
    /// The new price is the old one less the reduction, or the discount of it: 八折.
    Discount,
}

/// How certain it is that quantities in a wording belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Certainty {
    Certain,
    Likely,
    Possible,
}

/// Options of a relation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationOptions {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    cue: CueList,
    form: Form,
    /// The wordings in which quantities certainly belong together, one per line; see [`wording`].
    certain: Spanned<String>,
    /// The wordings in which they probably do, but parts may be left out: 其中
    #[serde(default)]
    likely: Option<Spanned<String>>,
    /// The wordings in which they may belong together.
    #[serde(default)]
    possible: Option<Spanned<String>>,
    /// Lists of words that the wordings name, and those of [`Named`].
    #[serde(default)]
    words: BTreeMap<String, String>,
    /// Words between a word of a wording and its number that only lead up to the number: 达到
    #[serde(default)]
    lead: WordList,
    /// Marks and words that may not come between two quantities of a statement.
    #[serde(default)]
    stops: WordList,
    /// Words that show that the next quantity is one of something else: 同比
    #[serde(default)]
    other: WordList,
    /// Words that show that the next quantity is not one more of the same kind: 共
    #[serde(default)]
    apart: WordList,
    /// Words that may stand beside the word for a change or a share: 实际
    #[serde(default)]
    beside: WordList,
    /// Ends of words for a share that name what is counted: 率 in 办结率
    #[serde(default)]
    rate: WordList,
    /// Groups of names of parts that together are the whole: 男 女
    #[serde(default)]
    whole: Vec<WordList>,
    /// Words that mark a list of parts as incomplete: 等
    #[serde(default)]
    open: WordList,
    /// Words that contain one of those but do not mark a list as incomplete: 一等奖
    #[serde(default)]
    closed: WordList,
    /// Words that make a number the difference of others or give it a sign: 净买入 顺差. Only numbers with the same word, or
    /// without any, are added up.
    #[serde(default)]
    signs: WordList,
    /// What follows numbers without a unit that are counted together: 金 in 30金21银
    #[serde(default)]
    tally: WordList,
    /// How close to the total, in per cent of it, the sum of the parts must be so that the parts are considered complete.
    #[serde(default)]
    near: u32,
    /// What follows the number of a quantity that is a name and no amount: 级 in 三级医院
    #[serde(default)]
    names: WordList,
    /// Groups of measure words that count the same things: 人 名
    #[serde(default)]
    per: Vec<WordList>,
    /// Words for an amount per item, whatever the items are: 单价
    #[serde(default)]
    price: WordList,
}

/// The lists of words that the check itself reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    /// Words that tell for which time an amount is due: 每月, 年租金.
    day: WordList,
    month: WordList,
    year: WordList,
    /// Words for an average per day: 日均
    daily: WordList,
    /// Names of amounts that consist of two others, each followed by the names of these: 进出口 出口 进口
    composite: WordList,
}

/// Compares quantities that are in a relation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relation {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    form: Form,
    /// The wordings, the most certain first.
    wordings: Vec<RatedWording>,
    around: Surroundings,
    beside: WordList,
    rate: WordList,
    whole: Vec<WordList>,
    open: WordList,
    closed: WordList,
    signs: WordList,
    tally: WordList,
    near: u32,
    names: WordList,
    per: Vec<WordList>,
    price: WordList,
    named: Box<Named>,
}

/// A wording, and how certain it is that quantities in it belong together.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct RatedWording {
    certainty: Certainty,
    wording: Wording,
    /// A bit for each of the first 64 lists of words that the wording requires.
    required: u64,
}

impl Compile for Relation {
    type Options = RelationOptions;

    fn compile(options: &RelationOptions, _: &Classes) -> Result<Relation, OptionError> {
        let mut wordings = Vec::new();
        let mut lists = vec![WordList::default()];
        for (certainty, lines) in [
            (Certainty::Certain, Some(&options.certain)),
            (Certainty::Likely, options.likely.as_ref()),
            (Certainty::Possible, options.possible.as_ref()),
        ] {
            let Some(lines) = lines else { continue };
            for line in lines.get_ref().lines().map(str::trim).filter(|line| !line.is_empty()) {
                let wrong =
                    || OptionError::of(lines, format!("“{line}”不能用：要写成“{{whole}} 其中 {{part}}+”的样子。"));
                let wording = Wording::parse(line, &options.words, &mut lists).ok_or_else(wrong)?;
                let required = wording.required();
                wordings.push(RatedWording { certainty, wording, required });
            }
        }
        let named = |name: &str| WordList::new(options.words.get(name).map_or("", String::as_str));
        Ok(Relation {
            cue: options.cue.clone(),
            form: options.form,
            wordings,
            around: Surroundings {
                lists,
                lead: options.lead.clone(),
                stops: options.stops.clone(),
                other: options.other.clone(),
                apart: options.apart.clone(),
            },
            beside: options.beside.clone(),
            rate: options.rate.clone(),
            whole: options.whole.clone(),
            open: options.open.clone(),
            closed: options.closed.clone(),
            signs: options.signs.clone(),
            tally: options.tally.clone(),
            near: options.near,
            names: options.names.clone(),
            per: options.per.clone(),
            price: options.price.clone(),
            named: Box::new(Named {
                day: named("day"),
                month: named("month"),
                year: named("year"),
                daily: named("daily"),
                composite: named("composite"),
            }),
        })
    }
}

/// The maximum number of bytes between a number without a unit and the one that states the unit of both: 从80增加到120家.
const MOST_BEFORE_UNIT: usize = 21;
/// The word at the start of a sentence whose parts are those of a total in the sentence before.
const AMONG: &str = "其中";
/// How many quantities at the end of that sentence are read.
const MOST_BEFORE: usize = 4;
/// How precise a calculation must be so that a slip that explains it is no coincidence, if it is probable that the
/// quantities belong together: it has three digits.
const RATHER_PRECISE: u32 = 900;
/// How precise it must be if nothing else says so.
const PRECISE: u32 = 40_000;

/// What a check finds out about quantities in a wording.
enum Judgement {
    Agrees,
    Contradicts(Hit),
    /// The quantities need not belong together.
    Open,
}

impl ArticleCheck for Relation {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        // The distances are those of the longest wordings: 30 characters from a total to 其中, 8 from 增至 to its number.
        let (near, which) = match self.form {
            Form::Sum => (Near::Either(30, 16), SentencesRead::ThisOrNextWith(2)),
            Form::Share => (Near::Before(40), SentencesRead::OneWith(3)),
            Form::Change => (Near::Either(30, 12), SentencesRead::OneWith(3)),
            Form::Product => (Near::Either(12, 12), SentencesRead::OneWith(3)),
            Form::Hundred => (Near::Either(12, 24), SentencesRead::OneWith(2)),
            Form::Discount => (Near::Either(16, 16), SentencesRead::OneWith(3)),
        };
        let mut hits = Vec::new();
        for sentence in article.sentences_around(occurrences.iter().copied(), near, which) {
            let statement = Statement::new(sentence, self.form, &self.names, &self.tally);
            let is_related = self.check_statement(article, &statement, &mut hits);
            match self.form {
                Form::Sum if !is_related && self.check_with_before(article, &sentence, &mut hits) => {}
                Form::Sum if !is_related => {
                    let named = composite::check(self, article, &sentence);
                    hits.extend(named.or_else(|| next_sentence::check(self, article, &sentence)));
                }
                Form::Product => hits.extend(daily::check(self, article, &sentence)),
                _ => {}
            }
        }
        hits
    }
}

impl Relation {
    /// Checks a sentence that lists the parts of a total in the sentence before it: ……295例。其中，境外输入60例，本土235例.
    /// Whether there are any.
    fn check_with_before(&self, article: &Article, sentence: &Sentence, hits: &mut Vec<Hit>) -> bool {
        if !sentence.as_str().starts_with(AMONG) {
            return false;
        }
        let Some(before) = article.sentence_before(sentence) else { return false };
        // Of the sentence before only its last amounts are near enough.
        let last = &before.quantities[before.quantities.len().saturating_sub(MOST_BEFORE)..];
        let quantities: Vec<Quantity> = last.iter().chain(sentence.quantities).cloned().collect();
        let joined = before.joined_to(sentence, &quantities);
        self.check_statement(article, &Statement::new(joined, self.form, &self.names, &self.tally), hits)
    }

    /// Checks the quantities of a sentence; whether there are any that belong together.
    fn check_statement(&self, article: &Article, statement: &Statement, hits: &mut Vec<Hit>) -> bool {
        if !statement.may_be_related() {
            return false;
        }
        let text = statement.sentence.as_str();
        let possible = PossibleWords::of(text);
        let lists = self.around.lists.iter().enumerate().take(64).skip(1);
        let missing = lists.filter(|(_, words)| !words.any_of(&possible, text));
        let missing = missing.fold(0, |bits, (index, _)| bits | 1u64 << index);
        let wordings: Vec<&RatedWording> = self.wordings.iter().filter(|it| it.required & missing == 0).collect();
        // For each amount, whether it has been judged as a result, and whether it belongs to a statement that was.
        let mut is_judged = vec![false; statement.amounts.len()];
        let mut is_used = vec![false; statement.amounts.len()];
        for first in 0..statement.amounts.len() {
            for RatedWording { certainty, wording, .. } in &wordings {
                let Some(bound) = wording.read(statement, &self.around, first) else { continue };
                let Some(result) = result_of(&bound).filter(|result| !is_judged[*result]) else { continue };
                // Some parts of a total do not make a second sum.
                if bound.iter().all(|(_, index)| is_used[*index]) {
                    continue;
                }
                match self.judge(article, statement, &bound, wording, *certainty) {
                    Some(Judgement::Agrees) => {}
                    Some(Judgement::Contradicts(hit)) => hits.push(hit),
                    Some(Judgement::Open) | None => continue,
                }
                is_judged[result] = true;
                bound.iter().for_each(|(_, index)| is_used[*index] = true);
                // A change may be stated twice, in numbers and in per cent.
                if self.form != Form::Change {
                    break;
                }
            }
        }
        is_judged.contains(&true)
    }

    /// Compares quantities in a wording. `None` if they cannot be compared.
    fn judge(
        &self,
        article: &Article,
        statement: &Statement,
        bound: &[Bound],
        wording: &Wording,
        certainty: Certainty,
    ) -> Option<Judgement> {
        let mut terms: Vec<Term> =
            bound.iter().map(|(role, index)| Term::new(*role, statement.amounts[*index])).collect::<Option<_>>()?;
        let are_ordered = !order_values(&mut terms);
        let is_possible = match self.form {
            Form::Sum => are_of_one_noun(statement, &terms) && self.are_of_one_sign(statement, bound),
            Form::Product => self.is_per_item(statement, bound),
            // A slip may have made the part larger than the whole.
            Form::Share => is_part_less(&terms) || wording.has_inner_words() && is_slip(statement, &terms),
            Form::Change | Form::Discount => wording.has_lead() || terms.iter().all(|term| !is_time_span(term)),
            // Who has all of something has no share of it.
            Form::Hundred => {
                !self.around.other.any_in(statement.clause_before(bound[0].1))
                    && terms.iter().all(|term| term.bounds.value < Decimal::ONE_HUNDRED)
            }
        };
        if !is_possible || !have_one_unit(&terms) {
            return None;
        }
        let mut comparison = Comparison::of(&terms)?;
        if self.form == Form::Product {
            (terms, comparison) = self.when_due(statement, bound, &terms)?;
        }
        if comparison.holds() {
            let sentence = &statement.sentence;
            article.agrees(sentence.block, span_of(&terms), || {
                format!("{} = {}", comparison.calculation, comparison.stated_text)
            });
            return Some(Judgement::Agrees);
        }
        if readings::hold_otherwise(statement, &terms) {
            return Some(Judgement::Agrees);
        }
        let is_certain = certainty == Certainty::Certain;
        let belong_together = match self.form {
            Form::Sum => self.are_all_parts(statement, bound, &terms, &comparison, (wording, certainty)),
            Form::Share => {
                let may_be_meant = is_plausible(&comparison) || is_slip(statement, &terms);
                is_certain && self.is_share_of(statement, bound, wording) && may_be_meant
            }
            Form::Change => {
                is_certain
                    && self.is_about_same(statement, bound, wording)
                    && (are_ordered || self.are_compared(statement, bound, wording) && is_plausible(&comparison))
            }
            Form::Product => is_certain,
            Form::Discount => is_certain && (is_plausible(&comparison) || is_slip(statement, &terms)),
            Form::Hundred => {
                is_certain && (is_near_whole(&comparison) || is_slip(statement, &terms))
                    || self.is_whole_hundred(statement, bound, &comparison, certainty)
            }
        };
        let least_precision = if certainty == Certainty::Possible { PRECISE } else { RATHER_PRECISE };
        let is_precise = terms.len() > 2 && comparison.precision() >= Decimal::from(least_precision);
        // Shares that are less than 100 % may not be all of them.
        let may_lack = self.form == Form::Hundred && comparison.computed() < comparison.stated();
        if belong_together || is_precise && !may_lack && is_slip(statement, &terms) {
            return Some(Judgement::Contradicts(hit(&statement.sentence, &terms, &comparison)));
        }
        Some(Judgement::Open)
    }
}

/// Makes the smaller one of two values the earlier one if there is an increase, and the larger one if there is a
/// decrease. Whether there are such values.
fn order_values(terms: &mut [Term]) -> bool {
    let is_decrease = terms.iter().any(|term| term.role == Role::Less);
    let [one, other, ..] = terms else { return false };
    if one.role != Role::Value || other.role != Role::Value {
        return false;
    }
    let is_rise = one.bounds.value <= other.bounds.value;
    (one.role, other.role) = if is_rise != is_decrease { (Role::Old, Role::New) } else { (Role::New, Role::Old) };
    true
}

/// Whether the quantities can be calculated with as they are written.
fn have_one_unit(terms: &[Term]) -> bool {
    let of = |roles: [Role; 2]| terms.iter().filter(move |term| roles.contains(&term.role));
    let are_same = |roles: [Role; 2]| {
        of(roles).zip(of(roles).skip(1)).all(|(one, other)| {
            one.role == Role::Part && one.quantity.unit.is_none()
                || other.role == Role::Part && other.quantity.unit.is_none()
                || same_unit(one.quantity, other.quantity)
                || one.role == Role::Old
                    && one.quantity.unit.is_none()
                    && one.quantity.number.scale == other.quantity.number.scale
                    && other.quantity.span.start - one.quantity.span.end <= MOST_BEFORE_UNIT
        })
    };
    let changes = terms.iter().filter(|term| matches!(term.role, Role::More | Role::Less));
    let mut absolute = changes.filter(|term| !is_relative(term.quantity));
    let new = terms.iter().find(|term| term.role == Role::New);
    let are_differences = absolute.all(|by| new.is_some_and(|new| same_unit(by.quantity, new.quantity)));
    are_same([Role::Whole, Role::Part]) && are_same([Role::Old, Role::New]) && are_differences
}

/// Whether a role is that of the number that is computed from the others.
fn is_result(role: Role) -> bool {
    matches!(role, Role::More | Role::Less | Role::Times | Role::Share | Role::Total)
}

/// The index of the amount that the wording states as the result of the others, or as their total.
fn result_of(bound: &[Bound]) -> Option<usize> {
    let is_total = |role: Role| is_result(role) || role == Role::Whole && is_sum(bound);
    bound.iter().rfind(|(role, _)| is_total(*role)).map(|(_, index)| *index)
}

/// Whether the roles are those of a sum.
fn is_sum(bound: &[Bound]) -> bool {
    bound.iter().all(|(role, _)| matches!(role, Role::Whole | Role::Part))
}

/// Whether one slip in one of the numbers explains that they contradict each other.
fn is_slip(statement: &Statement, terms: &[Term]) -> bool {
    let text = statement.sentence.text;
    let holds_with = |index: usize, value: Decimal| {
        let mut terms = terms.to_vec();
        let Some(term) = terms[index].with_value(value) else { return false };
        terms[index] = term;
        formula::hold(&terms)
    };
    (0..terms.len()).any(|index| {
        let values = slip::values_before_slip(text, terms[index].quantity);
        values.into_iter().any(|value| holds_with(index, value))
    })
}

/// The span from the first to the last of some quantities.
fn span_of(terms: &[Term]) -> Span {
    let cores = terms.iter().map(|term| term.quantity.core());
    cores.reduce(|one, other| Span::new(one.start.min(other.start), one.end.max(other.end))).unwrap_or(Span::new(0, 0))
}

/// Whether the part is not more than the whole.
fn is_part_less(terms: &[Term]) -> bool {
    let value = |role: Role| terms.iter().find(|term| term.role == role).map(|term| term.bounds.value);
    value(Role::Part) <= value(Role::Whole)
}

/// Whether a term is the length of a time, which is rather the time in which something changed than what changed.
fn is_time_span(term: &Term) -> bool {
    matches!(term.role, Role::Old | Role::New) && term.quantity.dimension() == Some(Dimension::Duration)
}

/// The maximum number of characters that a hit covers. Of a longer statement it covers the end.
const LONGEST_HIT: usize = 30;

/// The hit for quantities that contradict each other.
fn hit(sentence: &Sentence, terms: &[Term], comparison: &Comparison) -> Hit {
    let detail = if let [whole, part] = terms
        && (whole.role, part.role) == (Role::Whole, Role::Part)
    {
        format!("{} ＞ {}", format_number(part.bounds.value), format_number(whole.bounds.value))
    } else {
        comparison.contradiction()
    };
    let is_short = |terms: &&[Term]| span_of(terms).of(sentence.text).chars().count() <= LONGEST_HIT;
    let shown = (0..terms.len()).map(|from| &terms[from..]).find(is_short).unwrap_or(terms);
    let mut hit = Hit::new(sentence.block, span_of(shown), Vec::new()).detail(detail);
    for term in terms {
        if let Some(what) = term.role.description() {
            hit.related.push((sentence.block, term.quantity.core(), what.to_owned()));
        }
    }
    hit
}
