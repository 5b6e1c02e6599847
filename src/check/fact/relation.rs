//! `relation`: quantities of a sentence that contradict each other: 共12个，其中城区5个、乡镇6个.
//!
//! A rule gives the wordings in which quantities stand in a relation: a sum, a share, a change or a product
//! ([`wording`]). A contradiction is only reported if the sentence admits no other reading in which the stated number
//! is right, and if it is certain that the quantities belong together: because the wording says so, or because one slip
//! of the typist explains it ([`slip`]).

mod formula;
mod next_sentence;
mod slip;
mod statement;
mod wording;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::{between, format_number, is_relative, noun, same_unit};
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::{Dimension, Quantity};
use crate::text::Span;
use formula::{Comparison, Term};
use statement::Statement;
use wording::{Bound, Role, Surroundings, Wording, last_clause};

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
    /// Lists of words that the wordings name.
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

/// Compares quantities that are in a relation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relation {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    form: Form,
    /// The wordings, the most certain first.
    wordings: Vec<(Certainty, Wording)>,
    around: Surroundings,
    beside: WordList,
    rate: WordList,
    whole: Vec<WordList>,
    open: WordList,
    closed: WordList,
    near: u32,
    names: WordList,
    per: Vec<WordList>,
    price: WordList,
}

impl Compile for Relation {
    type Options = RelationOptions;

    fn compile(options: &RelationOptions, _: &Classes) -> Result<Relation, OptionError> {
        let mut wordings = Vec::new();
        for (certainty, lines) in [
            (Certainty::Certain, Some(&options.certain)),
            (Certainty::Likely, options.likely.as_ref()),
            (Certainty::Possible, options.possible.as_ref()),
        ] {
            let Some(lines) = lines else { continue };
            for line in lines.get_ref().lines().map(str::trim).filter(|line| !line.is_empty()) {
                let wrong =
                    || OptionError::of(lines, format!("“{line}”不能用：要写成“{{whole}} 其中 {{part}}+”的样子。"));
                wordings.push((certainty, Wording::parse(line, &options.words).ok_or_else(wrong)?));
            }
        }
        Ok(Relation {
            cue: options.cue.clone(),
            form: options.form,
            wordings,
            around: Surroundings {
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
            near: options.near,
            names: options.names.clone(),
            per: options.per.clone(),
            price: options.price.clone(),
        })
    }
}

/// How many characters after the last part are searched for 等.
const OPEN_REACH: usize = 8;
/// The maximum number of characters between part and whole, so that a share certainly relates to them.
const MOST_BETWEEN_SHARED: usize = 32;
/// The maximum number of bytes between a number without a unit and the one that states the unit of both: 从80增加到120家.
const MOST_BEFORE_UNIT: usize = 21;
/// Characters that do not show that two words are about the same.
const COMMON: &str = "中人大上下一不有的价";
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
            Form::Sum => (Near::Either(30, 16), SentencesRead::ItsOwnOrNextWith(2)),
            Form::Share => (Near::Before(40), SentencesRead::ItsOwnWith(3)),
            Form::Change => (Near::Either(30, 12), SentencesRead::ItsOwnWith(3)),
            Form::Product => (Near::Either(12, 12), SentencesRead::ItsOwnWith(3)),
            Form::Hundred => (Near::Either(12, 24), SentencesRead::ItsOwnWith(2)),
        };
        let mut hits = Vec::new();
        for sentence in article.sentences_around(occurrences.iter().copied(), near, which) {
            let statement = Statement::new(sentence, self.form, &self.names);
            let is_related = self.check_statement(article, &statement, &mut hits);
            if self.form == Form::Sum && !is_related {
                hits.extend(next_sentence::check(self, article, &sentence));
            }
        }
        hits
    }
}

impl Relation {
    /// Checks the quantities of a sentence; whether there are any that belong together.
    fn check_statement(&self, article: &Article, statement: &Statement, hits: &mut Vec<Hit>) -> bool {
        let mut judged = Vec::new();
        let mut used = Vec::new();
        for first in 0..statement.amounts.len() {
            for (certainty, wording) in &self.wordings {
                let Some(bound) = wording.read(statement, &self.around, first) else { continue };
                let Some(result) = result_of(&bound).filter(|result| !judged.contains(result)) else { continue };
                // Some parts of a total do not make a second sum.
                if bound.iter().all(|(_, index)| used.contains(index)) {
                    continue;
                }
                match self.judge(article, statement, &bound, wording, *certainty) {
                    Some(Judgement::Agrees) => {}
                    Some(Judgement::Contradicts(hit)) => hits.push(hit),
                    Some(Judgement::Open) | None => continue,
                }
                judged.push(result);
                used.extend(bound.iter().map(|(_, index)| *index));
                break;
            }
        }
        !judged.is_empty()
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
        let terms: Vec<Term> =
            bound.iter().map(|(role, index)| Term::new(*role, statement.amounts[*index])).collect::<Option<_>>()?;
        let is_possible = match self.form {
            Form::Sum => are_of_one_noun(statement, &terms),
            Form::Product => self.is_per_item(statement, bound),
            Form::Share => is_part_less(&terms),
            Form::Change => wording.has_lead() || terms.iter().all(|term| !is_time_span(term)),
            Form::Hundred => !self.around.other.any_in(statement.clause_before(bound[0].1)),
        };
        if !is_possible || !have_one_unit(&terms) {
            return None;
        }
        let comparison = Comparison::of(&terms)?;
        if comparison.holds() {
            let sentence = &statement.sentence;
            article.agrees(sentence.block, span_of(&terms), || {
                format!("{} = {}", comparison.calculation, comparison.stated_text)
            });
            return Some(Judgement::Agrees);
        }
        if self.holds_otherwise(statement, &terms) {
            return Some(Judgement::Agrees);
        }
        let is_certain = certainty == Certainty::Certain;
        let belong_together = match self.form {
            Form::Sum => self.are_all_parts(statement, bound, &terms, &comparison, certainty),
            Form::Share => is_certain && self.is_share_of(statement, bound, wording),
            Form::Change => is_certain && self.is_about_same(statement, bound, wording),
            Form::Product => is_certain,
            Form::Hundred => {
                is_certain && is_near_whole(&comparison) || self.is_whole_hundred(statement, bound, &comparison)
            }
        };
        let least_precision = if certainty == Certainty::Possible { PRECISE } else { RATHER_PRECISE };
        let is_precise = terms.len() > 2 && comparison.precision() >= Decimal::from(least_precision);
        if belong_together || is_precise && is_slip(statement, &terms) {
            return Some(Judgement::Contradicts(hit(&statement.sentence, &terms, &comparison)));
        }
        Some(Judgement::Open)
    }

    /// Whether the stated number is right in another reading of the sentence: one that leaves out parts that are parts of
    /// another part or of something else, or that relates a share or a change to other numbers.
    fn holds_otherwise(&self, statement: &Statement, terms: &[Term]) -> bool {
        let holds = |terms: &[Term]| Comparison::of(terms).is_some_and(|it| it.holds());
        if self.form == Form::Sum {
            let (whole, parts): (Vec<Term>, Vec<Term>) = terms.iter().partition(|term| term.role == Role::Whole);
            let with = |parts: &[Term]| holds(&[&whole, parts].concat());
            let without = |index: usize| [&parts[..index], &parts[index + 1..]].concat();
            // The parts after a part may be parts of it: 9人……，其中1人……，其余8人…….
            let has_own_parts = |at: usize| {
                let own = Term { role: Role::Whole, ..parts[at] };
                (at + 3..=parts.len()).any(|end| holds(&[&[own], &parts[at + 1..end]].concat()))
            };
            let is_larger_whole =
                larger_totals(statement, &whole[0]).into_iter().any(|whole| holds(&[&[whole], &parts[..]].concat()));
            return is_larger_whole
                || self.is_difference_stated(statement, terms)
                || (2..parts.len()).any(|count| with(&parts[..count]) || with(&parts[parts.len() - count..]))
                || parts.len() > 2 && (0..parts.len()).any(|index| with(&without(index)) || has_own_parts(index));
        }
        if self.form == Form::Hundred {
            return (2..terms.len()).any(|count| holds(&terms[..count]) || holds(&terms[terms.len() - count..]));
        }
        if self.form == Form::Product {
            let of = |role: Role| terms.iter().find(|term| term.role == role).copied();
            let (Some(rate), Some(count), Some(total)) = (of(Role::Rate), of(Role::Count), of(Role::Total)) else {
                return false;
            };
            return larger_totals(statement, &count).into_iter().any(|count| holds(&[rate, count, total]));
        }
        let Some((at, result)) = terms.iter().enumerate().find(|(_, term)| is_result(term.role)) else { return false };
        let [one, other] = [(at + 1) % 3, (at + 2) % 3].map(|index| terms[index]);
        let others: Vec<&Quantity> =
            statement.amounts.iter().copied().filter(|it| !std::ptr::eq(*it, result.quantity)).collect();
        others.iter().any(|first| {
            others.iter().any(|second| {
                !std::ptr::eq(*first, *second)
                    && !is_relative(first)
                    && same_unit(first, one.quantity)
                    && same_unit(second, other.quantity)
                    && Term::new(one.role, first)
                        .zip(Term::new(other.role, second))
                        .is_some_and(|(one, other)| holds(&[one, other, *result]))
            })
        })
    }

    /// Whether the sentence states, in another unit, what the parts lack: 30篇，其中10篇……，15篇……，5个版面…….
    fn is_difference_stated(&self, statement: &Statement, terms: &[Term]) -> bool {
        let Some(comparison) = Comparison::of(terms) else { return false };
        let lacking = comparison.stated() - comparison.computed();
        let is_used = |it: &Quantity| terms.iter().any(|term| std::ptr::eq(term.quantity, it));
        let is_it = |it: &&Quantity| it.number.value.exact() == Some(lacking) && it.unit.is_some() && !is_used(it);
        lacking > Decimal::ONE && statement.sentence.quantities.iter().any(|it| is_it(&it))
    }

    /// Whether the parts are certainly all parts of the whole.
    fn are_all_parts(
        &self,
        statement: &Statement,
        bound: &[Bound],
        terms: &[Term],
        comparison: &Comparison,
        certainty: Certainty,
    ) -> bool {
        let is_less = comparison.computed() < comparison.stated();
        let parts: Vec<usize> = bound.iter().filter(|(role, _)| *role == Role::Part).map(|(_, index)| *index).collect();
        let Some(&last) = parts.last() else { return false };
        if let [_] = parts[..] {
            return !is_less && certainty == Certainty::Likely && is_part_of_first(statement, bound);
        }
        if is_less && self.is_open(statement, last) {
            return false;
        }
        let (sum, whole) = (comparison.computed(), comparison.stated());
        let exceeds_whole = terms.iter().any(|term| term.bounds.value > whole);
        let is_far = [(sum, whole), (whole, sum)].iter().any(|(one, other)| *one > *other * Decimal::from(4));
        let starts_with_whole = bound[0].0 == Role::Whole;
        let is_count = terms[0].quantity.dimension() == Some(Dimension::Count);
        match certainty {
            Certainty::Certain => {
                !exceeds_whole && !is_far && (starts_with_whole || self.have_like_nouns(statement, terms))
            }
            Certainty::Likely => {
                let is_plain = terms.iter().all(|term| term.quantity.qualifiers.is_empty());
                let near = whole.checked_mul(Decimal::new(i64::from(self.near), 2)).unwrap_or_default();
                let least = if whole < Decimal::TEN { Decimal::ZERO } else { Decimal::ONE };
                // Of precise numbers a slip has to explain the difference.
                let is_rough = comparison.precision() < Decimal::from(RATHER_PRECISE);
                let is_near = !starts_with_whole && is_plain && is_rough && (sum - whole).abs() <= near.max(least);
                is_near || !is_far && (self.are_whole(statement, &parts) || are_parallel(statement, bound))
            }
            Certainty::Possible => {
                let all: Vec<usize> = bound.iter().map(|(_, index)| *index).collect();
                let is_whole = !exceeds_whole && !is_far && is_count && starts_with_whole;
                is_whole && self.are_whole(statement, &parts) && !self.are_whole(statement, &all)
            }
        }
    }

    /// Whether the whole and its parts are named alike, or some of them are not named.
    fn have_like_nouns(&self, statement: &Statement, terms: &[Term]) -> bool {
        let text = statement.sentence.text;
        let nouns: Vec<_> = terms.iter().map(|term| noun(text, term.quantity)).collect();
        nouns.contains(&None) || nouns.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Whether the parts have names that together are the whole, such as 男 and 女, before or after their numbers.
    fn are_whole(&self, statement: &Statement, parts: &[usize]) -> bool {
        let text = statement.sentence.text;
        let spans: Vec<Span> = parts.iter().map(|index| statement.amounts[*index].span).collect();
        let clause = |text: &'_ str| text.rfind(['，', '；', '：', '、']).map_or(0, |at| at + '，'.len_utf8());
        let before = spans.iter().enumerate().map(|(number, span)| {
            let from = number.checked_sub(1).map_or(statement.sentence.span.start, |index| spans[index].end);
            let gap = text.get(from..span.start).unwrap_or_default();
            &gap[clause(gap)..]
        });
        let after = spans.iter().map(|span| {
            let after = statement.sentence.after(span.end);
            after.split(['，', '；', '：', '、', '）']).next().unwrap_or_default()
        });
        self.are_whole_group(&before.collect::<Vec<_>>()) || self.are_whole_group(&after.collect::<Vec<_>>())
    }

    /// Whether these labels are of one group and not all the same.
    fn are_whole_group(&self, labels: &[&str]) -> bool {
        let groups = self.whole.iter().filter(|group| labels.iter().all(|label| group.any_in(label)));
        groups.into_iter().any(|group| {
            let index = |label: &&str| group.iter().position(|name| label.contains(name));
            let indices: Vec<usize> = labels.iter().filter_map(index).collect();
            indices.windows(2).any(|pair| pair[0] != pair[1])
        })
    }

    /// Whether shares are certainly all shares of one whole: there are all of a group, or two of it that are too much.
    fn is_whole_hundred(&self, statement: &Statement, bound: &[Bound], comparison: &Comparison) -> bool {
        let shares: Vec<usize> = bound.iter().map(|(_, index)| *index).collect();
        let is_more = comparison.computed() > comparison.stated();
        let sizes = self.whole.iter().map(|group| group.iter().count());
        let are_alike = is_more && have_like_names(statement, &shares);
        are_alike
            || self.are_whole(statement, &shares) && (is_more || sizes.into_iter().any(|size| size == shares.len()))
    }

    /// Whether 等 or another word after the last part marks the parts as incomplete.
    fn is_open(&self, statement: &Statement, last: usize) -> bool {
        let after = statement.text_after(last).chars().take(OPEN_REACH);
        let after: String = after.take_while(|c| !"，；。".contains(*c)).collect();
        let rest = self.closed.iter().fold(after, |text, word| text.replace(word, ""));
        self.open.any_in(&rest) || last + 1 == statement.amounts.len() && statement.is_cut()
    }

    /// Whether a share certainly relates to the part and the whole.
    fn is_share_of(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let text = statement.sentence.text;
        let amount = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| statement.amounts[*index]);
        let Some((part, whole)) = amount(Role::Part).zip(amount(Role::Whole)) else { return false };
        let (first, second) = if part.span.start < whole.span.start { (part, whole) } else { (whole, part) };
        let between = text.get(first.span.end..second.span.start).unwrap_or_default();
        let nouns = [noun(text, part), noun(text, whole)];
        let are_of_one_thing = nouns[0] == nouns[1] || nouns.contains(&None) || wording.has_word_in(between);
        between.chars().count() <= MOST_BETWEEN_SHARED
            && are_of_one_thing
            && self.is_about_same(statement, bound, wording)
    }

    /// Whether an amount is one per item of those that are counted, and the total one of the same kind: 每箱12元, 30箱,
    /// 360元.
    fn is_per_item(&self, statement: &Statement, bound: &[Bound]) -> bool {
        let index = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| *index);
        let Some(((rate, count), total)) = index(Role::Rate).zip(index(Role::Count)).zip(index(Role::Total)) else {
            return false;
        };
        let [rate_amount, count_amount, total_amount] = [rate, count, total].map(|index| statement.amounts[index]);
        let base = |amount: &Quantity| amount.unit.map(|(_, unit)| unit.base);
        if base(rate_amount) != base(total_amount)
            || base(count_amount) == base(rate_amount)
            || count_amount.dimension() == Some(Dimension::Money)
            || total_amount.in_base() <= rate_amount.in_base()
        {
            return false;
        }
        let Some((unit, _)) = count_amount.unit else { return false };
        let unit = unit.of(statement.sentence.text);
        let group = self.per.iter().find(|group| group.has(unit));
        let names: Vec<&str> = group.map_or_else(|| vec![unit], |group| group.iter().collect());
        let (lead, after) = (statement.clause_before(rate), statement.text_after(rate).trim_start());
        let is_per = |name: &&str| {
            let follows = |before: &str| after.strip_prefix(before).is_some_and(|after| after.starts_with(name));
            let precedes = |before: &str, after: &str| lead.contains(&format!("{before}{name}{after}"));
            precedes("每", "")
                || precedes("单", "")
                || precedes("", "均")
                || precedes("", "速")
                || follows("/")
                || follows("每")
        };
        let is_price = self.price.any_in(lead)
            && !lead.contains('每')
            && !after.starts_with(['/', '／', '每'])
            && count_amount.dimension() != Some(Dimension::Duration);
        let lead_of_total = statement.clause_before(total);
        let is_total = !lead_of_total.contains(['每', '均']) && !self.price.any_in(lead_of_total);
        is_total && lead.matches('每').nth(1).is_none() && (is_price || names.iter().any(is_per))
    }

    /// Whether the clause of a change or a share has no subject of its own: all its words belong to the wording, or occur
    /// earlier in the sentence.
    fn is_about_same(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let Some(at) = bound.iter().position(|(role, _)| is_result(*role)) else { return false };
        let sentence = &statement.sentence;
        // A change that comes first is followed by the numbers between which it happened.
        let (before, after) = if at == 0 { (0, 1) } else { (at - 1, at) };
        if at == 0 && self.around.other.any_in(statement.clause_before(bound[0].1)) {
            return false;
        }
        let (from, to) = (statement.amounts[bound[before].1].span.end, statement.amounts[bound[after].1].span.start);
        let gap = sentence.text.get(from..to).unwrap_or_default();
        let mark = gap.rfind(['，', '；', '、', '）']).filter(|_| at > 0);
        let clause = mark.map_or(from, |at| from + at + '，'.len_utf8());
        let known = sentence.before(clause);
        let mut rest = &sentence.text[clause..to];
        let named = self.around.lead.stripped(rest);
        if let Some(rate) = self.rate.ending(named) {
            // A rate directly behind the part is one of the part.
            return clause > from && is_echoed(known, &named[..named.len() - rate.len()]);
        }
        let mut unknown = String::new();
        if self.form == Form::Share && clause == from {
            // What follows the part in its own clause may be another subject.
            let words = [&self.around.lead, &self.beside];
            let mut rest = rest;
            while let Some(length) = wording.word_at(rest, words) {
                rest = &rest[length..];
            }
            return rest.is_empty();
        }
        // The whole of a share may be said in other words: 被捕总人数 of those that 逮捕 names.
        let is_like = |text: &str| {
            self.form == Form::Share
                && text.chars().count() < 7
                && text.chars().any(|c| known.contains(c) && !COMMON.contains(c))
        };
        let is_said = |text: &str| known.contains(text) || is_like(text);
        while let Some(c) = rest.chars().next() {
            if let Some(length) = wording.word_at(rest, [&self.around.lead, &self.beside]) {
                if !unknown.is_empty() && !is_said(&unknown) {
                    return false;
                }
                unknown.clear();
                rest = &rest[length..];
                continue;
            }
            // A date, which says when: 由2012年的.
            if !(c.is_ascii_digit() || "，年月日底末初".contains(c)) {
                unknown.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
        unknown.is_empty() || is_said(&unknown)
    }
}

/// Whether the sum of some shares is so near 100 % that they may be those of one whole.
fn is_near_whole(comparison: &Comparison) -> bool {
    (comparison.computed() - comparison.stated()).abs() <= Decimal::from(25)
}

/// Whether the name of a rate occurs in the text before it, or a part of it: 办结 of 办结率, 到 of 到会率 in 实到.
fn is_echoed(known: &str, name: &str) -> bool {
    let length = name.chars().count();
    let end: String = name.chars().skip(length.saturating_sub(2)).collect();
    let is_short = length < 4 && name.chars().any(|c| known.contains(c) && !COMMON.contains(c));
    is_short || length > 1 && known.contains(&end)
}

/// Whether the parts are of the same thing as the whole: if one of them is named like the whole, all that are named are.
fn are_of_one_noun(statement: &Statement, terms: &[Term]) -> bool {
    let text = statement.sentence.text;
    let Some(whole) = terms.iter().find(|term| term.role == Role::Whole) else { return false };
    let Some(named) = noun(text, whole.quantity) else { return true };
    let parts = terms.iter().filter(|term| term.role == Role::Part);
    let nouns: Vec<&str> = parts.filter_map(|part| noun(text, part.quantity)).collect();
    !nouns.contains(&named) || nouns.iter().all(|noun| *noun == named)
}

/// Whether the names before three or more shares end alike: 工业占40%，农业占25%，服务业占35%.
fn have_like_names(statement: &Statement, shares: &[usize]) -> bool {
    let name = |index: &usize| {
        let name = last_clause(statement.gap_before(*index));
        name.trim_end_matches(['占', '比', '重', '为', '约', '达', '的', '是']).chars().next_back()
    };
    let mut names = shares.iter().map(name);
    let first = names.next().flatten();
    shares.len() > 2 && first.is_some() && names.all(|name| name == first)
}

/// Whether the names of parts behind their whole are built alike, so that they are the parts that the whole is divided
/// into: 上交所、深交所; 地上建筑面积、地下建筑面积.
fn are_parallel(statement: &Statement, bound: &[Bound]) -> bool {
    let [(Role::Whole, _), parts @ ..] = bound else { return false };
    let name = |(_, index): &Bound| {
        let name = last_clause(statement.gap_before(*index));
        let name = name.rsplit("其中").next().unwrap_or_default();
        name.trim_end_matches(['有', '为', '约', '的', '是', '达', '共']).to_owned()
    };
    let names: Vec<String> = parts.iter().map(name).collect();
    let form = |name: &str| (name.chars().count(), name.chars().next_back());
    names.iter().all(|name| form(name).0 > 1) && names.windows(2).all(|pair| form(&pair[0]) == form(&pair[1]))
}

/// The maximum number of characters between a whole and its only part.
const MOST_BEFORE_ONLY_PART: usize = 14;

/// Whether the only part certainly belongs to the whole, which is the first amount of its unit: ten or more of the same
/// things.
fn is_part_of_first(statement: &Statement, bound: &[Bound]) -> bool {
    let [(Role::Whole, whole), (Role::Part, part)] = bound[..] else { return false };
    let amounts = &statement.amounts;
    let text = statement.sentence.text;
    let are_counts = [whole, part].iter().all(|index| amounts[*index].dimension() == Some(Dimension::Count));
    let are_plain = [whole, part].iter().all(|index| amounts[*index].qualifiers.is_empty());
    let nouns = [whole, part].map(|index| noun(text, amounts[index]));
    let is_first = !amounts[..whole].iter().any(|it| same_unit(it, amounts[whole]));
    let are_many = amounts[whole].number.value.exact().is_some_and(|value| value >= Decimal::TEN);
    let between = between(text, amounts[whole], amounts[part]).chars().count();
    let are_alike = nouns[0] == nouns[1] || nouns[0].is_none() || nouns[1].is_none();
    are_counts && are_plain && are_alike && is_first && are_many && between <= MOST_BEFORE_ONLY_PART
}

/// Whether the quantities can be calculated with as they are written.
fn have_one_unit(terms: &[Term]) -> bool {
    let of = |roles: [Role; 2]| terms.iter().filter(move |term| roles.contains(&term.role));
    let are_same = |roles: [Role; 2]| {
        of(roles).zip(of(roles).skip(1)).all(|(one, other)| {
            same_unit(one.quantity, other.quantity)
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
        Comparison::of(&terms).is_some_and(|it| it.holds())
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

/// The term with what its neighbours of the same unit add to it, one by one: 54名……、18名…… are 72.
fn larger_totals<'a>(statement: &Statement<'a>, term: &Term<'a>) -> Vec<Term<'a>> {
    let amounts = &statement.amounts;
    let Some(at) = amounts.iter().position(|amount| std::ptr::eq(*amount, term.quantity)) else { return Vec::new() };
    let grow = |neighbours: &mut dyn Iterator<Item = &&'a Quantity>| {
        let mut larger = *term;
        let mut totals = Vec::new();
        for amount in neighbours.take_while(|amount| same_unit(amount, term.quantity)) {
            let sum = Term::new(term.role, amount).and_then(|amount| larger.bounds.plus(amount.bounds));
            let Some(bounds) = sum else { break };
            larger = Term { bounds, ..larger };
            totals.push(larger);
        }
        totals
    };
    let mut totals = grow(&mut amounts[..at].iter().rev());
    totals.extend(grow(&mut amounts[at + 1..].iter()));
    totals
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
