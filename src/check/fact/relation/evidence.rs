//! Evidence that quantities belong together: names that divide a whole, a clause without a subject of its own, units that
//! match.

use rust_decimal::Decimal;

use super::formula::{Comparison, Term};
use super::statement::Statement;
use super::wording::{Bound, Role, Wording, last_clause};
use super::{Certainty, Form, Named, PRECISE, RATHER_PRECISE, Relation, is_result, is_slip};
use crate::check::arithmetic::{between, is_relative, noun, same_unit};
use crate::check::options::WordList;
use crate::quantity::{Dimension, Quantity, Sense};
use crate::text::{Span, is_han};

/// How many characters after the last part are searched for 等.
const OPEN_REACH: usize = 8;
/// The maximum number of characters between part and whole, so that a share certainly relates to them.
const MOST_BETWEEN_SHARED: usize = 32;
/// Characters that do not show that two words are about the same.
const COMMON: &str = "中人员数量额大上下一不有的价";

impl Relation {
    /// Whether the parts are certainly all parts of the whole.
    pub(super) fn are_all_parts(
        &self,
        statement: &Statement,
        bound: &[Bound],
        terms: &[Term],
        comparison: &Comparison,
        (wording, certainty): (&Wording, Certainty),
    ) -> bool {
        let is_less = comparison.computed() < comparison.stated();
        let parts: Vec<usize> = bound.iter().filter(|(role, _)| *role == Role::Part).map(|(_, index)| *index).collect();
        let Some(&last) = parts.last() else { return false };
        if let [_] = parts[..] {
            return !is_less && certainty == Certainty::Likely && self.is_plain_part(statement, bound, last);
        }
        // One of several parts that is more than the whole.
        let whole_most = terms.iter().find(|term| term.role == Role::Whole).and_then(|term| term.bounds.most);
        let exceeds = |index: usize| {
            let term = terms.iter().find(|term| std::ptr::eq(term.quantity, statement.amounts[index]));
            term.zip(whole_most).is_some_and(|(part, most)| part.bounds.least > most)
        };
        if certainty == Certainty::Likely
            && parts.iter().any(|index| exceeds(*index) && self.is_plain_part(statement, bound, *index))
        {
            return true;
        }
        if is_less && self.is_open(statement, last) {
            return false;
        }
        let (sum, whole) = (comparison.computed(), comparison.stated());
        let near = whole.checked_mul(Decimal::new(i64::from(self.near), 2)).unwrap_or_default();
        let is_close = |most: Decimal| (sum - whole).abs() <= most;
        let exceeds_whole = terms.iter().any(|term| term.bounds.value > whole);
        let is_far = [(sum, whole), (whole, sum)]
            .iter()
            .any(|(one, other)| other.checked_mul(Decimal::from(4)).is_some_and(|most| *one > most));
        // A part that is more than the whole is none, unless a slip has made it so.
        let are_possible = || !exceeds_whole && !is_far || is_slip(statement, terms);
        let starts_with_whole = bound[0].0 == Role::Whole;
        let is_count = terms[0].quantity.dimension() == Some(Dimension::Count);
        match certainty {
            Certainty::Certain if starts_with_whole => self.announces_parts(statement, bound) && are_possible(),
            Certainty::Certain => {
                let is_theirs = !wording.ends_freely() || self.is_total_of_list(statement, bound, wording);
                let are_alike = have_like_nouns(statement, terms) || self.are_whole(statement, &parts);
                is_theirs && are_alike && are_possible()
            }
            Certainty::Likely => {
                let is_plain = terms.iter().all(|term| term.quantity.qualifiers.is_empty());
                let least = if whole < Decimal::TEN { Decimal::ZERO } else { Decimal::ONE };
                // Of precise numbers a slip has to explain the difference.
                let is_rough = comparison.precision() < Decimal::from(RATHER_PRECISE);
                let is_near = !starts_with_whole && is_plain && is_rough && is_close(near.max(least));
                // A list before its total may begin earlier than it was read.
                let are_complete = starts_with_whole || !is_less;
                if is_near || !are_complete {
                    return is_near;
                }
                // Things that are counted twice may be some more than there are.
                let is_too_much = is_count && !is_less && is_close(whole / Decimal::TWO);
                let is_explained = || is_too_much || is_slip(statement, terms);
                if self.are_whole(statement, &parts) {
                    return is_close(near) || is_explained();
                }
                // What is named alike need not be all there is, unless exact numbers say so.
                let are_counted = is_count && is_rough && terms.iter().all(|term| term.bounds.is_exact());
                let is_exact = are_counted || comparison.precision() >= Decimal::from(PRECISE);
                are_parallel(statement, bound) && is_plain && is_exact && is_explained()
            }
            Certainty::Possible => {
                let all: Vec<usize> = bound.iter().map(|(_, index)| *index).collect();
                let is_whole = !exceeds_whole && !is_far && is_count && starts_with_whole;
                let are_all = is_whole && self.are_whole(statement, &parts) && !self.are_whole(statement, &all);
                are_all && (is_close(near) || is_slip(statement, terms))
            }
        }
    }

    /// Whether the words that announce the parts name no things of their own, of which these would be the numbers: 全队405件，
    /// 甲组和乙组分别为……
    fn announces_parts(&self, statement: &Statement, bound: &[Bound]) -> bool {
        let [(_, whole), (_, part), ..] = bound else { return false };
        let gap = between(statement.sentence.text, statement.amounts[*whole], statement.amounts[*part]);
        !last_clause(gap).contains(['和', '与', '及'])
    }

    /// Whether the clauses of all numbers of a sum have the same word that makes a number the difference of others, or that
    /// gives it a sign: 净买入, 顺差.
    pub(super) fn are_of_one_sign(&self, statement: &Statement, bound: &[Bound]) -> bool {
        let sign = |(_, index): &Bound| {
            let clause = statement.clause_before(*index);
            self.signs.iter().find(|word| clause.contains(word))
        };
        bound.windows(2).all(|pair| sign(&pair[0]) == sign(&pair[1]))
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
        self.are_whole_group(&before.collect::<Vec<_>>())
            || self.are_whole_group(&after.collect::<Vec<_>>())
            || self.are_whole_group(&names_before(statement, parts))
    }

    /// Whether these labels are of one group and not all the same.
    fn are_whole_group(&self, labels: &[&str]) -> bool {
        let groups =
            self.whole.iter().filter(|group| !labels.is_empty() && labels.iter().all(|label| group.any_in(label)));
        groups.into_iter().any(|group| {
            let index = |label: &&str| group.iter().position(|name| label.contains(name));
            let indices: Vec<usize> = labels.iter().filter_map(index).collect();
            indices.windows(2).any(|pair| pair[0] != pair[1])
        })
    }

    /// Whether shares are certainly all shares of one whole: there are all of a group, or two of it that are too much.
    pub(super) fn is_whole_hundred(
        &self,
        statement: &Statement,
        bound: &[Bound],
        comparison: &Comparison,
        certainty: Certainty,
    ) -> bool {
        let shares: Vec<usize> = bound.iter().map(|(_, index)| *index).collect();
        let is_more = comparison.computed() > comparison.stated();
        let sizes = self.whole.iter().map(|group| group.iter().count());
        let are_alike = is_more
            && is_near_whole(comparison)
            && (have_like_names(statement, &shares) || certainty == Certainty::Likely && shares.len() > 3);
        are_alike
            || self.are_whole(statement, &shares) && (is_more || sizes.into_iter().any(|size| size == shares.len()))
    }

    /// Whether a part certainly belongs to the whole, and neither is the difference of other numbers: 净流入.
    fn is_plain_part(&self, statement: &Statement, bound: &[Bound], part: usize) -> bool {
        let is_signed = |(_, index): &Bound| self.signs.any_in(statement.clause_before(*index));
        is_part_of_first(statement, bound, part) && !bound.iter().any(is_signed)
    }

    /// Whether 等 or another word after the last part marks the parts as incomplete.
    fn is_open(&self, statement: &Statement, last: usize) -> bool {
        let after = statement.text_after(last).chars().take(OPEN_REACH);
        let after: String = after.take_while(|c| !"，；。".contains(*c)).collect();
        let rest = self.closed.iter().fold(after, |text, word| text.replace(word, ""));
        self.open.any_in(&rest) || last + 1 == statement.amounts.len() && statement.is_cut()
    }

    /// Whether a share certainly relates to the part and the whole.
    pub(super) fn is_share_of(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let text = statement.sentence.text;
        let amount = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| statement.amounts[*index]);
        let Some((part, whole)) = amount(Role::Part).zip(amount(Role::Whole)) else { return false };
        let (first, second) = if part.span.start < whole.span.start { (part, whole) } else { (whole, part) };
        let between = text.get(first.span.end..second.span.start).unwrap_or_default();
        let nouns = [noun(text, part), noun(text, whole)];
        let are_of_one_thing =
            nouns[0] == nouns[1] || nouns.contains(&None) || wording.has_word_in(&self.around, between);
        between.chars().count() <= MOST_BETWEEN_SHARED
            && are_of_one_thing
            && !is_added_to_another(statement, bound)
            && !is_share_outside(statement, bound)
            && self.is_about_same(statement, bound, wording)
    }

    /// Whether an amount is one per item of those that are counted, and the total one of the same kind: 每箱12元, 30箱,
    /// 360元.
    pub(super) fn is_per_item(&self, statement: &Statement, bound: &[Bound]) -> bool {
        let index = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| *index);
        let Some(((rate, count), total)) = index(Role::Rate).zip(index(Role::Count)).zip(index(Role::Total)) else {
            return false;
        };
        let [rate_amount, count_amount, total_amount] = [rate, count, total].map(|index| statement.amounts[index]);
        let base = |amount: &Quantity| amount.unit.map(|(_, unit)| unit.base);
        if base(rate_amount) != base(total_amount)
            || base(count_amount) == base(rate_amount)
            || count_amount.dimension() == Some(Dimension::Money)
            || count_amount.number.value.exact() == Some(Decimal::ONE)
            || total_amount.in_base() <= rate_amount.in_base()
        {
            return false;
        }
        // Of several numbers of such items it is not certain which ones the total is for.
        let is_other_count = |it: &&Quantity| {
            same_unit(it, count_amount) && it.number.value != count_amount.number.value && !is_relative(it)
        };
        if statement.amounts.iter().any(is_other_count) {
            return false;
        }
        let Some((unit, _)) = count_amount.unit else { return false };
        let unit = unit.of(statement.sentence.text);
        let group = self.per.iter().find(|group| group.has(unit));
        let mut names: Vec<&str> = group.map_or_else(|| vec![unit], |group| group.iter().collect());
        names.extend(noun(statement.sentence.text, count_amount));
        let lead = statement.clause_before(rate);
        let after = statement.text_after(rate).trim_start();
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
        // 6个班, 每班; 6个小组, 每组
        let is_count = count_amount.dimension() == Some(Dimension::Count);
        let mut thing = statement.text_after(count).chars().take(2).filter(|c| is_count && is_han(*c));
        let is_per_thing = thing.any(|c| lead.contains(&format!("每{c}")));
        // 每平方米每月: the time is no second thing.
        let of_things = self.named.stripped(lead);
        let is_price = self.price.any_in(lead)
            && !of_things.contains('每')
            && !after.starts_with(['/', '／', '每'])
            && count_amount.dimension() != Some(Dimension::Duration);
        let lead_of_total = self.named.stripped(statement.clause_before(total));
        let is_total = !statement.text_after(total).starts_with(['/', '／'])
            && !lead_of_total.contains(['每', '均'])
            && !self.price.any_in(&lead_of_total);
        is_total && of_things.matches('每').nth(1).is_none() && (is_price || is_per_thing || names.iter().any(is_per))
    }

    /// The terms of a product, and their comparison, with the number of times that the amount per item is due until the
    /// total is: twelve, if it is one a month and the total one a year. `None` if the total is due more often.
    pub(super) fn when_due<'q>(
        &self,
        statement: &Statement,
        bound: &[Bound],
        terms: &[Term<'q>],
    ) -> Option<(Vec<Term<'q>>, Comparison)> {
        let index = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| *index);
        let (rate, count, total) = (index(Role::Rate)?, index(Role::Count)?, index(Role::Total)?);
        let is_of_time = statement.amounts[count].dimension() == Some(Dimension::Duration);
        let times: &[u32] = match (self.named.of(statement, rate), self.named.of(statement, total)) {
            _ if is_of_time => &[1],
            (None, _) | (Some(Period::Year), None) => &[1],
            (Some(one), Some(other)) if one == other => &[1],
            (Some(Period::Month), Some(Period::Year)) => &[12],
            (Some(Period::Month), None) => &[1, 12],
            (Some(Period::Day), Some(Period::Year)) => &[365, 366, 360],
            (Some(Period::Day), Some(Period::Month)) => &[30, 31, 28, 29],
            (Some(Period::Day), None) => &[1, 30, 31, 28, 29, 365, 366, 360],
            _ => return None,
        };
        let readings = times.iter().filter_map(|times_due| {
            let due = |term: &Term<'q>| Term { times_due: *times_due, ..*term };
            let terms: Vec<Term> = terms.iter().map(due).collect();
            let comparison = Comparison::of(&terms)?;
            Some((terms, comparison))
        });
        let mut readings: Vec<_> = readings.collect();
        let best = readings.iter().position(|(_, comparison)| comparison.holds()).unwrap_or_default();
        (best < readings.len()).then(|| readings.swap_remove(best))
    }

    /// Whether the clause of a change or a share has no subject of its own: all its words belong to the wording, or occur
    /// earlier in the sentence.
    pub(super) fn is_about_same(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let Some(at) = bound.iter().position(|(role, _)| is_result(*role)) else { return false };
        let sentence = &statement.sentence;
        // 参合率95%，报销比例比去年的50%提高……
        if let [(Role::New, new), (Role::Old, old), ..] = bound {
            let gap = between(sentence.text, statement.amounts[*new], statement.amounts[*old]);
            let clause = last_clause(gap);
            let start = statement.amounts[*old].span.start - clause.len();
            if clause.len() < gap.len() && !self.is_said(sentence.before(start), clause, wording) {
                return false;
            }
        }
        // A change that comes first is followed by the numbers between which it happened.
        let (before, after) = if at == 0 { (0, 1) } else { (at - 1, at) };
        if at == 0 && self.around.other.any_in(statement.clause_before(bound[0].1)) {
            return false;
        }
        let (from, to) = (statement.amounts[bound[before].1].span.end, statement.amounts[bound[after].1].span.start);
        let gap = sentence.text.get(from..to).unwrap_or_default();
        let mark = gap.rfind(['，', '；', '、', '（', '）']).filter(|_| at > 0);
        let clause = mark.map_or(from, |at| from + at + '，'.len_utf8());
        let known = sentence.before(clause);
        let rest = &sentence.text[clause..to];
        let named = self.around.lead.stripped(rest);
        if let Some(rate) = self.rate.ending(named) {
            // A rate directly behind the part is one of the part.
            return clause > from && is_echoed(known, &named[..named.len() - rate.len()]);
        }
        if self.form == Form::Share && clause == from {
            // What follows the part in its own clause may be another subject.
            let words = [&self.around.lead, &self.beside];
            let mut rest = rest;
            while let Some(length) = wording.word_at(&self.around, rest, words) {
                rest = &rest[length..];
            }
            return rest.is_empty();
        }
        self.is_said(known, rest, wording)
    }

    /// Whether all words of a text belong to the wording, say when, or occur in the text before it.
    fn is_said(&self, known: &str, text: &str, wording: &Wording) -> bool {
        // The whole of a share may be said in other words: 被捕总人数 of those that 逮捕 names.
        let is_like = |text: &str| {
            self.form == Form::Share
                && text.chars().count() < 4
                && text.chars().any(|c| known.contains(c) && !COMMON.contains(c))
        };
        let is_said = |text: &str| text.is_empty() || known.contains(text) || is_like(text);
        let mut unknown = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(length) = wording.word_at(&self.around, rest, [&self.around.lead, &self.beside]) {
                if !is_said(&unknown) {
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
        is_said(&unknown)
    }

    /// Whether two values of which nothing else says how they relate are compared with each other: what the change is
    /// compared with is named before it (甲班12人，乙班10人，甲班比乙班多2人), or the second value is one of the same
    /// thing at another time (今年12人，去年10人，增加2人).
    pub(super) fn are_compared(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let [(_, first), (Role::Value, second), (_, by)] = bound[..] else { return false };
        let commas = |index: usize| statement.gap_before(index).matches('，').count();
        if commas(second) > 1 || commas(by) > 1 {
            return false;
        }
        // What the sentence says up to a clause, since the last semicolon.
        let known = |index: usize, clause: &str| {
            let head = statement.sentence.before(statement.amounts[index].span.start - clause.len());
            head.rsplit('；').next().unwrap_or_default()
        };
        let own = last_clause(statement.gap_before(second));
        let first_own = last_clause(statement.gap_before(first));
        // An average and a total are not compared: 共1351万人次，日均169万人次.
        if own.contains('均') != first_own.contains('均') {
            return false;
        }
        let clause = last_clause(statement.gap_before(by));
        if let Some(compared) = compared_with(clause) {
            // The year, or two characters of another name.
            let year = compared.find('年').map_or(0, |at| at + '年'.len_utf8());
            let digits = compared.chars().take_while(char::is_ascii_digit).count();
            let two = compared.chars().take(2).map(char::len_utf8).sum();
            let (name, rest) = compared.split_at(if digits > 0 { year.max(digits) } else { two });
            return !rest.is_empty() && [own, first_own].iter().any(|clause| clause.contains(name));
        }
        let is_clause = own.len() < statement.gap_before(second).len();
        is_clause && !own.is_empty() && !clause.is_empty() && self.is_said(known(second, own), own, wording)
    }

    /// Whether a total behind its parts is certainly theirs: the list begins with the first amount of its unit, and the
    /// clause of the total names nothing new.
    fn is_total_of_list(&self, statement: &Statement, bound: &[Bound], wording: &Wording) -> bool {
        let (Some((_, first)), Some((Role::Whole, whole))) = (bound.first(), bound.last()) else { return false };
        let amounts = &statement.amounts;
        let is_alike = |index: usize| {
            let (one, other) = (amounts[index], amounts[*whole]);
            one.unit.is_none() || same_unit(one, other)
        };
        let gap = statement.gap_before(*whole);
        // The thing that the number before counts: 22铜共.
        let gap = self.tally.beginning(gap).and_then(|thing| gap.strip_prefix(thing)).unwrap_or(gap);
        let clause = last_clause(gap);
        let known = statement.sentence.before(amounts[*whole].span.start - clause.len());
        // What stands before a semicolon is another list.
        let list = statement.sentence.before(amounts[*first].span.start).rfind('；').unwrap_or_default();
        let list = statement.sentence.span.start + list;
        let is_earlier = |index: &usize| amounts[*index].span.start >= list;
        !(0..*first).filter(is_earlier).any(is_alike) && self.is_said(known, clause, wording)
    }
}

/// A time for which an amount is due again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    Day,
    Month,
    Year,
}

impl Named {
    /// The time for which an amount is due, as the words before it in its clause or directly behind it tell.
    fn of(&self, statement: &Statement, index: usize) -> Option<Period> {
        let (lead, after) = (statement.clause_before(index), statement.text_after(index).trim_start());
        let lists = [(&self.day, Period::Day), (&self.month, Period::Month), (&self.year, Period::Year)];
        let is_due = |words: &WordList| words.any_in(lead) || words.beginning(after).is_some();
        lists.into_iter().find(|(words, _)| is_due(words)).map(|(_, period)| period)
    }

    /// A text without these words.
    fn stripped(&self, text: &str) -> String {
        let words = [&self.day, &self.month, &self.year].into_iter().flat_map(WordList::iter);
        words.fold(text.to_owned(), |text, word| text.replace(word, ""))
    }
}

/// The characters before 比 in words that do not say what something is compared with.
const NOT_COMPARED: [char; 5] = ['同', '环', '占', '分', '对'];

/// What a clause says something is compared with, and what follows it: 去年增加 in 比去年增加.
fn compared_with(clause: &str) -> Option<&str> {
    let (before, compared) = clause.split_once(['比', '较'])?;
    (!before.ends_with(NOT_COMPARED)).then_some(compared)
}

/// Whether the part of a share is only one of several that are added up: 甲股20万股和乙股30万股，占总股本的5%.
fn is_added_to_another(statement: &Statement, bound: &[Bound]) -> bool {
    let part = bound.iter().find(|(role, _)| *role == Role::Part).map(|(_, index)| *index);
    part.filter(|part| *part > 0).is_some_and(|part| {
        let gap = statement.gap_before(part);
        same_unit(statement.amounts[part - 1], statement.amounts[part])
            && gap.contains(['和', '与', '及', '、', '加'])
            && !gap.contains(['，', '；', '中'])
    })
}

/// Whether the part stands in brackets that are closed before the share: 169名（其中26名……），占7.4%.
fn is_share_outside(statement: &Statement, bound: &[Bound]) -> bool {
    let index = |role: Role| bound.iter().find(|it| it.0 == role).map(|(_, index)| *index);
    index(Role::Part).zip(index(Role::Share)).is_some_and(|(part, share)| statement.is_deeper(part, share))
}

/// Whether a stated change is not so far from the computed one that it is rather a change of something else.
pub(super) fn is_plausible(comparison: &Comparison) -> bool {
    let (computed, stated) = (comparison.computed(), comparison.stated());
    let most = |value: Decimal| value.checked_mul(Decimal::from(4)).unwrap_or(Decimal::MAX);
    computed <= most(stated) && stated <= most(computed)
}

/// The names of parts that stand together before their numbers: 出口、进口分别为2万亿元、1万亿元. None if their number is not
/// that of the parts.
fn names_before<'a>(statement: &Statement<'a>, parts: &[usize]) -> Vec<&'a str> {
    let gap = parts.first().map_or("", |first| statement.gap_before(*first));
    let names =
        gap.rfind("分别").map_or("", |at| &gap[..at]).rsplit(['，', '；', '：', '。']).next().unwrap_or_default();
    let names: Vec<&str> = names.split(['、', '和', '与']).filter(|name| !name.is_empty()).collect();
    if names.len() == parts.len() { names } else { Vec::new() }
}

/// Whether the whole and its parts are named alike, or some of them are not named.
fn have_like_nouns(statement: &Statement, terms: &[Term]) -> bool {
    let text = statement.sentence.text;
    let nouns: Vec<_> = terms.iter().map(|term| noun(text, term.quantity)).collect();
    nouns.contains(&None) || nouns.windows(2).all(|pair| pair[0] == pair[1])
}

/// Whether the sum of some shares is so near 100 % that they may be those of one whole.
pub(super) fn is_near_whole(comparison: &Comparison) -> bool {
    (Decimal::from(75)..=Decimal::from(145)).contains(&comparison.computed())
}

/// Whether the name of a rate occurs in the text before it, or a part of it: 办结 of 办结率, 到 of 到会率 in 实到.
fn is_echoed(known: &str, name: &str) -> bool {
    let length = name.chars().count();
    let (start, end): (String, String) =
        (name.chars().take(length.saturating_sub(2)).collect(), name.chars().skip(length.saturating_sub(2)).collect());
    let is_short = length < 3 && name.chars().any(|c| known.contains(c) && !COMMON.contains(c));
    // What was due and what was done: 应到120人，实到114人，出席率.
    let is_due = known.contains('应') && known.contains('实');
    is_short || is_due || length > 1 && known.contains(&end) && start.chars().all(|c| known.contains(c))
}

/// Whether the parts are of the same thing as the whole: if one of them is named like the whole, all that are named are.
pub(super) fn are_of_one_noun(statement: &Statement, terms: &[Term]) -> bool {
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

/// The least number of characters that the names of parts of one whole have in common at their ends, if they are not of
/// the same length.
const LONG_FRAME: usize = 4;

/// Whether the names of parts behind their whole are built alike, so that they are the parts that the whole is divided
/// into: 上交所、深交所; 地上建筑面积、地下建筑面积.
fn are_parallel(statement: &Statement, bound: &[Bound]) -> bool {
    let [(Role::Whole, _), parts @ ..] = bound else { return false };
    let name = |(_, index): &Bound| {
        let name = last_clause(statement.gap_before(*index));
        let from =
            ["其中", "包括", "包含", "分为", "含"].iter().filter_map(|word| Some(name.rfind(word)? + word.len())).max();
        let name = &name[from.unwrap_or_default()..];
        name.trim_end_matches(['有', '为', '约', '的', '是', '达', '共']).to_owned()
    };
    let names: Vec<String> = parts.iter().map(name).collect();
    // What is said about a part in a clause of its own shows that the parts need not be all.
    let marks = |(_, index): &Bound| statement.gap_before(*index).matches(['，', '、', '；']).count();
    if parts.iter().skip(1).any(|part| marks(part) > 1) {
        return false;
    }
    let length = |name: &String| name.chars().count();
    let are_names = names.iter().all(|name| length(name) > 1);
    let are_as_long = names.windows(2).all(|pair| length(&pair[0]) == length(&pair[1]));
    let common_end = |one: &str, other: &str| {
        one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other).count()
    };
    let common_start =
        |one: &str, other: &str| one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let frames = names.windows(2).map(|pair| common_start(&pair[0], &pair[1]) + common_end(&pair[0], &pair[1]));
    let frame = frames.min().unwrap_or_default();
    let ends = names.windows(2).map(|pair| common_end(&pair[0], &pair[1])).min().unwrap_or_default();
    let are_about_as_long = names.windows(2).all(|pair| length(&pair[0]).abs_diff(length(&pair[1])) < 2);
    let are_framed = ends > 1 && (frame >= LONG_FRAME || are_about_as_long);
    are_names && (are_as_long && (ends > 0 || names.len() > 2) || are_framed)
}

/// The maximum number of characters between a whole and its only part.
const MOST_BEFORE_ONLY_PART: usize = 20;
/// The dimensions of amounts of which a part is less than the whole.
const ADDITIVE: [Dimension; 7] = [
    Dimension::Count,
    Dimension::Length,
    Dimension::Area,
    Dimension::Volume,
    Dimension::Mass,
    Dimension::Money,
    Dimension::Power,
];

/// Whether a part certainly belongs to the whole, which is the first amount of its unit: ten or more of the same things.
fn is_part_of_first(statement: &Statement, bound: &[Bound], part: usize) -> bool {
    let [(Role::Whole, whole), (Role::Part, first), ..] = *bound else { return false };
    let amounts = &statement.amounts;
    let text = statement.sentence.text;
    let dimension = amounts[whole].dimension();
    let are_things = dimension.is_some_and(|it| ADDITIVE.contains(&it)) && dimension == amounts[part].dimension();
    // More than 300 may be any number.
    let are_plain = amounts[whole].qualifiers.iter().all(|it| it.sense == Sense::Below)
        && amounts[part].qualifiers.iter().all(|it| it.sense != Sense::About);
    let is_unit = |index: usize, name: &str| amounts[index].unit.is_some_and(|(_, unit)| unit.base == name);
    // 11人参加……，其中9人牺牲: what follows 人 is no noun.
    let nouns = [whole, part].map(|index| noun(text, amounts[index]).filter(|_| !is_unit(index, "人")));
    let is_first = !amounts[..whole].iter().any(|it| same_unit(it, amounts[whole]));
    let are_many = amounts[whole].number.value.exact().is_some_and(|value| value >= Decimal::TEN);
    let between = between(text, amounts[whole], amounts[first]);
    let is_near = between.chars().count() <= MOST_BEFORE_ONLY_PART && between.contains("其中");
    let are_alike = nouns[0] == nouns[1] || nouns[0].is_none() || nouns[1].is_none();
    are_things && are_plain && are_alike && is_first && are_many && is_near && !is_unit(whole, "点")
}
