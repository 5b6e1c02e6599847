//! `age`: an age that contradicts the year of birth: 1954年出生，今年72岁; 生于1946年，2020年退休时55岁.

use serde::{Deserialize, Serialize};

use crate::check::arithmetic::is_amount;
use crate::check::article::periods::years_in_brackets;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::quantity::{Date, Dimension, Quantity, begins_quantity};
use crate::text::{Span, is_han};

/// Compares ages with the years of birth and of death.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    /// Words after the year of birth, or before that year and an optional 于: 出生
    birth: WordList,
    /// Words before an age at this time: 今年
    now: WordList,
    /// Words before an age at a time that the sentence names: 时年
    then: WordList,
    /// Words before an age at death: 享年
    death: WordList,
    /// Words after the year of death: 去世
    died: WordList,
    /// Words for other persons, so that it is not known whose age is told: 儿子
    others: WordList,
    /// Words that show another way of counting, so that the sentence is skipped: 虚岁
    other_count: WordList,
    /// Words before a year of the future: 到
    future: WordList,
}

impl OptionsOnly for Age {}

/// A year that the text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NamedYear {
    block: usize,
    span: Span,
    year: u32,
}

/// An age that the text states for a year.
#[derive(Debug, Clone, Copy)]
struct Stated<'t> {
    span: Span,
    years: u32,
    at: NamedYear,
    /// The two characters that name the person, or a pronoun.
    person: Option<&'t str>,
}

/// How many characters after a year are searched for a word such as 出生.
const REACH: usize = 12;
/// How many characters may be between a year and the age in that year.
const LONGEST_FRAME: usize = 18;
/// The least number of years in brackets that is taken for a life.
const SHORTEST_LIFE: u32 = 20;
/// By how many years an age may differ from the difference of the years: the birthday may be still to come (−1), and by
/// the traditional way of counting (虚岁) the age is one year higher.
const TOLERANCE: u32 = 1;

impl ArticleCheck for Age {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The births of the block that was read last.
        let mut of_block: (usize, Vec<NamedYear>) = (usize::MAX, Vec::new());
        let is_age_cue = |place: &CharOccurrence| begins_quantity(place.character);
        let ages = occurrences.iter().copied().filter(is_age_cue);
        for sentence in article.sentences_around(ages, Near::Any, SentencesRead::One) {
            if of_block.0 != sentence.block {
                let block = sentence.block;
                let births = occurrences.iter().copied().filter(|it| it.block as usize == block && !is_age_cue(it));
                let sentences = article.sentences_around(births, Near::Either(9, 9), SentencesRead::One);
                of_block = (block, sentences.flat_map(|sentence| self.births(&sentence)).collect());
            }
            hits.extend(self.check_sentence(article, &sentence, &of_block.1));
        }
        hits
    }
}

impl Age {
    /// Compares the ages of a sentence with the years of birth in its block, or with each other.
    fn check_sentence(&self, article: &Article, sentence: &Sentence, births: &[NamedYear]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.other_count.any_in(sentence.as_str()) {
            return hits;
        }
        let in_sentence = |birth: &&NamedYear| sentence.span.covers(birth.span);
        let own = only(births.iter().filter(in_sentence).copied());
        let none_here = births.iter().find(in_sentence).is_none();
        let birth = own.or_else(|| only(births.iter().copied()).filter(|_| none_here));
        let mut previous: Option<Stated> = None;
        for age in sentence.quantities.iter().filter(|it| is_age(it)) {
            if self.is_of_another(sentence, age) {
                previous = None;
                continue;
            }
            match birth {
                Some(birth) => hits.extend(self.check_age(article, sentence, age, birth)),
                None if births.is_empty() => {
                    let stated = self.stated(sentence, age);
                    hits.extend(previous.zip(stated).and_then(|(one, other)| check_steps(article, one, other)));
                    previous = stated.or(previous);
                }
                None => {}
            }
        }
        hits
    }

    /// The years of birth in a sentence, according to a word such as 出生 or brackets with two years (1920—1998).
    fn births(&self, sentence: &Sentence) -> Vec<NamedYear> {
        let is_birth = |quantity: &Quantity| {
            let after = sentence.after(quantity.span.end);
            // 1954年，他出生在江城.
            let near =
                after.strip_prefix('，').unwrap_or(after).split(['，', '；', '、', '。']).next().unwrap_or_default();
            let near = near.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
            // 出生于 belongs to the year behind it.
            let is_of_next = near.strip_suffix('于').is_some_and(|head| self.birth.ending(head).is_some());
            let near = if is_of_next { "" } else { near };
            let near = near.char_indices().nth(REACH).map_or(near, |(at, _)| &near[..at]);
            let before = sentence.before(quantity.span.start);
            // 1954年生: 生 is the end of the clause.
            self.birth.any_in(near)
                || near == "生"
                || near.starts_with("生）")
                || [before, before.trim_end_matches('于')].iter().any(|it| self.birth.ending(it).is_some())
        };
        let years = years_of(sentence).filter(|(quantity, _)| quantity.upper.is_none() && is_birth(quantity));
        let mut births: Vec<NamedYear> = years.map(|(_, year)| year).collect();
        births.extend(life(sentence).map(|(birth, _)| birth));
        births
    }

    /// Whether the text around an age speaks of somebody else: 他8岁的儿子.
    fn is_of_another(&self, sentence: &Sentence, age: &Quantity) -> bool {
        let clause = |text: &str| text.split(['，', '；', '：', '“']).next().unwrap_or_default().to_owned();
        let before = sentence.before(age.span.start).rsplit(['，', '；', '：', '“']).next().unwrap_or_default();
        self.others.any_in(before) || self.others.any_in(&clause(sentence.after(age.span.end)))
    }

    /// Compares an age with the difference between its year and the year of birth.
    fn check_age(&self, article: &Article, sentence: &Sentence, age: &Quantity, birth: NamedYear) -> Option<Hit> {
        let stated = u32::try_from(age.number.value.exact()?).ok()?;
        let years = self.years_of_age(article, sentence, age, birth)?;
        let unit = age.unit.map_or("", |(unit, _)| unit.of(sentence.text));
        let later = || years.iter().copied().filter(|year| *year > birth.year);
        let fits = |year: &u32| (year - birth.year).abs_diff(stated) <= TOLERANCE;
        if let Some(year) = later().find(fits) {
            let computation = || match (year - birth.year).cmp(&stated) {
                std::cmp::Ordering::Greater => format!("{year} − {} − 1 = {stated}{unit}", birth.year),
                std::cmp::Ordering::Less => format!("{year} − {} + 1 = {stated}{unit}", birth.year),
                std::cmp::Ordering::Equal => format!("{year} − {} = {stated}{unit}", birth.year),
            };
            article.agrees(sentence.block, age.core(), computation);
            return None;
        }
        // The later years of a text are nearer to its day.
        let year = later().max()?;
        let detail = format!("{year} − {} = {} ≠ {stated}{unit}", birth.year, year - birth.year);
        let mut hit = Hit::new(sentence.block, age.core(), Vec::new()).detail(detail);
        hit.related.push((birth.block, birth.span, "从这一年算起。".to_owned()));
        Some(hit)
    }

    /// The years in which somebody may have this age, according to the words around it. `None` if they do not tell.
    fn years_of_age(
        &self,
        article: &Article,
        sentence: &Sentence,
        age: &Quantity,
        birth: NamedYear,
    ) -> Option<Vec<u32>> {
        let before = sentence.before(age.span.start);
        let others = || years_of(sentence).map(|(_, it)| it).filter(|it| it.year != birth.year);
        if self.death.ending(before).is_some() {
            let died = |it: &NamedYear| {
                let after = sentence.after(it.span.end);
                let clause = after.split(['，', '；', '）']).next().unwrap_or_default();
                self.died.any_in(clause)
            };
            let years: Vec<u32> = others().filter(died).map(|it| it.year).collect();
            let of_life = life(sentence).filter(|(born, _)| born.year == birth.year).map(|(_, died)| died.year);
            return Some(if years.is_empty() {
                of_life.map_or_else(|| others().map(|it| it.year).collect(), |year| vec![year])
            } else {
                years
            });
        }
        let framing = self.framing_year(sentence, age).filter(|it| it.year != birth.year);
        // 到1975年已41岁 is told of that year, 2005年入厂的他今年51岁 is not.
        let now = self.now.ending(before);
        if now.is_some_and(|word| framing.is_none() || word.contains(['今', '现'])) {
            return Some(match article.own_date().and_then(|date| date.year) {
                Some(year) => vec![year],
                None => self.years_of_text(article, sentence, birth),
            });
        }
        if let Some(year) = framing {
            return Some(vec![year.year]);
        }
        self.then.ending(before).map(|_| others().map(|it| it.year).collect())
    }

    /// The years that may be this year: those of the sentence, of its neighbours, or of the article.
    fn years_of_text(&self, article: &Article, sentence: &Sentence, birth: NamedYear) -> Vec<u32> {
        let is_possible = |sentence: &Sentence, it: &NamedYear| {
            it.year != birth.year && self.future.ending(sentence.before(it.span.start)).is_none()
        };
        let of = |sentence: &Sentence| -> Vec<u32> {
            years_of(sentence).map(|(_, it)| it).filter(|it| is_possible(sentence, it)).map(|it| it.year).collect()
        };
        let years = of(sentence);
        if !years.is_empty() {
            return years;
        }
        // The day of what is told: 2023年5月, or a year at the beginning of its sentence.
        let of_neighbour = |sentence: &Sentence| -> Vec<u32> {
            let quantities = years_of(sentence).filter(|(quantity, it)| {
                let has_month = quantity.date().is_some_and(|date| date.month.is_some());
                is_possible(sentence, it) && (has_month || quantity.span.start == sentence.span.start)
            });
            quantities.map(|(_, it)| it.year).collect()
        };
        let neighbours = [article.sentence_before(sentence), article.sentence_after(sentence)];
        neighbours.iter().flatten().flat_map(of_neighbour).collect()
    }

    /// The year in which somebody has an age, if it is the nearest date before it: 2005年，他51岁.
    fn framing_year(&self, sentence: &Sentence, age: &Quantity) -> Option<NamedYear> {
        let mut dates = sentence.quantities.iter().filter(|it| it.date().is_some() && it.span.end <= age.span.start);
        let last = dates.next_back()?;
        let gap = sentence.text.get(last.span.end..age.span.start)?;
        let is_near = gap.chars().count() <= LONGEST_FRAME && !gap.contains(['；', '、', '《', '“']);
        let year = last.date().filter(|date| !date.is_of_another_calendar && is_near && last.upper.is_none())?.year?;
        let is_birth = self.birth.any_in(gap);
        (!is_birth).then_some(NamedYear { block: sentence.block, span: last.core(), year })
    }

    /// An age with its year and its person, if the sentence tells both.
    fn stated<'t>(&self, sentence: &Sentence<'t>, age: &Quantity) -> Option<Stated<'t>> {
        let at = self.framing_year(sentence, age)?;
        let years = u32::try_from(age.number.value.exact()?).ok()?;
        let after = sentence.after(age.span.end);
        let gap = &sentence.text[at.span.end..age.span.start];
        let name = |text: &'t str| {
            let end = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
            Some(&text[..end]).filter(|name| !name.is_empty() && name.chars().all(is_han))
        };
        let pronoun = |text: &'t str| ["他", "她"].into_iter().find(|it| text.starts_with(it));
        let person = match after.strip_prefix('的') {
            Some(after) => pronoun(after).or_else(|| name(after)),
            None => {
                let subject = gap.trim_start_matches(['，', ' ']).trim_start_matches("到");
                pronoun(subject).or_else(|| name(subject))
            }
        };
        Some(Stated { span: age.core(), years, at, person })
    }
}

/// Whether a quantity is an age in whole years.
fn is_age(quantity: &Quantity) -> bool {
    is_amount(quantity)
        && quantity.dimension() == Some(Dimension::Age)
        && quantity.qualifiers.is_empty()
        && quantity.upper.is_none()
        && quantity.number.decimals == 0
}

/// The dates of a sentence that have a year of the common calendar.
fn years_of<'s>(sentence: &'s Sentence) -> impl Iterator<Item = (&'s Quantity, NamedYear)> {
    sentence.quantities.iter().filter_map(|quantity| {
        let date: Date = quantity.date().filter(|date| !date.is_of_another_calendar)?;
        Some((quantity, NamedYear { block: sentence.block, span: quantity.core(), year: date.year? }))
    })
}

/// The only year among those given, if there is one.
fn only(years: impl Iterator<Item = NamedYear>) -> Option<NamedYear> {
    let mut years = years.peekable();
    let first = *years.peek()?;
    years.all(|it| it.year == first.year).then_some(first)
}

/// The years of birth and death in the first brackets of a sentence that hold two years and nothing else.
fn life(sentence: &Sentence) -> Option<(NamedYear, NamedYear)> {
    let opens = sentence.as_str().match_indices('（').map(|(at, _)| sentence.span.start + at);
    let [birth, death] = opens.filter_map(|open| years_in_brackets(sentence.text, open)).next()?;
    // 2021—2024 is a term of office.
    if death.0.checked_sub(birth.0)? < SHORTEST_LIFE {
        return None;
    }
    let named = |(year, span): (u32, Span)| NamedYear { block: sentence.block, span, year };
    Some((named(birth), named(death)))
}

/// The hit for two ages of one person that differ by another number of years than their years do.
fn check_steps(article: &Article, one: Stated, other: Stated) -> Option<Hit> {
    let is_pronoun = |person: &str| matches!(person, "他" | "她");
    let is_same = other.person.is_some_and(|person| is_pronoun(person) || one.person == Some(person));
    if !is_same || other.at.year <= one.at.year {
        return None;
    }
    let (years, more) = (other.at.year - one.at.year, other.years.checked_sub(one.years));
    let computation = format!("{} + （{} − {}） = {}", one.years, other.at.year, one.at.year, one.years + years);
    if more.is_some_and(|more| more.abs_diff(years) <= TOLERANCE) {
        article.agrees(other.at.block, other.span, || computation);
        return None;
    }
    let detail = format!("{computation} ≠ {}岁", other.years);
    let mut hit = Hit::new(other.at.block, other.span, Vec::new()).detail(detail);
    hit.related.push((one.at.block, one.span, "先前的年龄在这里。".to_owned()));
    Some(hit)
}
