//! `house-office`: persons of the roster with a title that is not theirs on the day of the article, in the wrong order, or
//! without their title where they are first named.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::house::{Day, Mention, MentionKind, Office, Roster, day_in_words};
use crate::text::Span;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Slip {
    /// A title beside a name.
    Holder,
    /// The order of names in an enumeration.
    Order,
    /// The first mention of a person.
    FirstMention,
}

/// Options of the check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseOffice {
    slip: Slip,
    /// What stands before a title that is no longer, or not quite, held; separated by spaces.
    #[serde(default)]
    before: String,
    /// What joins the names of an enumeration; separated by spaces.
    #[serde(default)]
    between: String,
}

impl OptionsOnly for HouseOffice {}

impl ArticleCheck for HouseOffice {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(house) = article.house else { return Vec::new() };
        let number = |date: crate::quantity::Date| Some(date.year? * 10_000 + date.month? * 100 + date.day?);
        let day = article.issue_date.and_then(number);
        let mut hits = Vec::new();
        for roster in house.rosters() {
            let mut named: Vec<&str> = Vec::new();
            for block in article.range.clone() {
                let text = article.text(block);
                let mentions = roster.mentions(text);
                let place = Place { roster, day, block, text, mentions: &mentions };
                match self.slip {
                    Slip::Holder => hits.extend((0..mentions.len()).filter_map(|index| self.holder(&place, index))),
                    Slip::Order => hits.extend(self.order(&place)),
                    Slip::FirstMention => {
                        let kind = article.blocks[block].kind;
                        if matches!(kind, BlockKind::Paragraph | BlockKind::ListItem) {
                            hits.extend(first_mentions(&place, &mut named));
                        }
                    }
                }
            }
        }
        hits
    }
}

/// The mentions of a block, with what they are judged by.
struct Place<'p, 'm> {
    roster: &'p Roster,
    day: Option<Day>,
    block: usize,
    text: &'p str,
    mentions: &'m [Mention],
}

impl<'p> Place<'p, '_> {
    fn written(&self, index: usize) -> &'p str {
        self.mentions[index].span.of(self.text)
    }

    /// The title that stands directly before or behind a person.
    fn title_of(&self, person: usize) -> Option<usize> {
        let is_title = |index: usize| self.mentions.get(index).is_some_and(|it| it.kind != MentionKind::Person);
        let adjoin = |one: usize, other: usize| self.mentions[one].span.end == self.mentions[other].span.start;
        let before = person.checked_sub(1).filter(|index| is_title(*index) && adjoin(*index, person));
        let after = Some(person + 1).filter(|index| is_title(*index) && adjoin(person, *index));
        // A title between two persons belongs to the second.
        let is_of_next = |index: usize| {
            self.mentions.get(index + 1).is_some_and(|it| it.kind == MentionKind::Person && adjoin(index, index + 1))
        };
        before.or_else(|| after.filter(|index| !is_of_next(*index)))
    }

    fn held(&self, person: &str) -> Vec<&'p Office> {
        self.roster.offices_of(person).filter(|office| office.is_held(self.day)).collect()
    }

    fn rank(&self, person: &str) -> Option<u32> {
        self.held(person).iter().map(|office| office.rank).filter(|rank| *rank > 0).min()
    }

    fn line(&self, office: &Office) -> String {
        format!("{} 第 {} 行", self.roster.path(), office.line)
    }
}

impl HouseOffice {
    /// A title that the person beside it does not hold.
    fn holder(&self, place: &Place, person: usize) -> Option<Hit> {
        if place.mentions[person].kind != MentionKind::Person {
            return None;
        }
        let title = place.title_of(person)?;
        let (name, written) = (place.written(person), place.written(title));
        let span = place.mentions[title].span;
        let before = &place.text[..span.start];
        if self.before.split(' ').any(|word| before.ends_with(word)) {
            return None;
        }
        let held = place.held(name);
        if held.iter().any(|office| office.is_called(written)) {
            return None;
        }
        let is_whole = place.mentions[title].kind == MentionKind::Title;
        let now = held.first().filter(|_| is_whole).map(|office| office.title.clone());
        let then = held.first().map(|office| format!("现任{}", office.title)).unwrap_or_default();
        let former = place.roster.offices_of(name).find(|office| office.is_called(written));
        let detail = match former {
            Some(office) if office.to != 0 && place.day.is_none_or(|day| day > office.to) => {
                let rest = if then.is_empty() { String::new() } else { format!("，{then}") };
                format!("{name}任{}到{}为止{rest}（{}）", office.title, day_in_words(office.to), place.line(office))
            }
            Some(office) => {
                let from = day_in_words(office.from);
                format!("{name}从{from}起才任{}（{}）", office.title, place.line(office))
            }
            // Another body may have an office that is called the same for short.
            None if !is_whole => return None,
            None => format!("名册上{name}{then}（{}）", place.line(held.first()?)),
        };
        Some(Hit::new(place.block, span, now.into_iter().collect()).detail(detail))
    }

    /// Enumerations in another order than that of the roster.
    fn order(&self, place: &Place) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut run: Vec<usize> = Vec::new();
        for index in 0..=place.mentions.len() {
            let mention = place.mentions.get(index);
            if mention.is_some_and(|mention| mention.kind != MentionKind::Person) {
                continue;
            }
            let joins = mention.zip(run.last()).is_some_and(|(mention, last)| {
                let between = &place.text[place.mentions[*last].span.end..mention.span.start];
                let title = place.title_of(index).filter(|title| *title < index);
                let between =
                    title.map_or(between, |title| between.strip_suffix(place.written(title)).unwrap_or(between));
                self.between.split(' ').any(|joint| between == joint)
            });
            if !joins {
                hits.extend(order_of_run(place, &run));
                run.clear();
            }
            if mention.is_some() {
                run.push(index);
            }
        }
        hits
    }
}

/// The hit for an enumeration whose persons all have a rank, if they are not in its order.
fn order_of_run(place: &Place, run: &[usize]) -> Option<Hit> {
    let ranks: Vec<u32> = run.iter().map(|index| place.rank(place.written(*index))).collect::<Option<_>>()?;
    if run.len() < 2 || ranks.is_sorted() {
        return None;
    }
    let mut sorted: Vec<(u32, &str)> =
        ranks.iter().copied().zip(run.iter().map(|index| place.written(*index))).collect();
    sorted.sort_by_key(|(rank, _)| *rank);
    let names: Vec<&str> = sorted.iter().map(|(_, name)| *name).collect();
    let (first, last) = (place.mentions[run[0]].span, place.mentions[run[run.len() - 1]].span);
    let detail = format!("{}（{}）", names.join("、"), place.roster.path());
    Some(Hit::new(place.block, Span::new(first.start, last.end), Vec::new()).detail(detail))
}

/// Persons that are named for the first time, without a title, though they hold an office.
fn first_mentions<'p>(place: &Place<'p, '_>, named: &mut Vec<&'p str>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, mention) in place.mentions.iter().enumerate() {
        let name = place.written(index);
        if mention.kind != MentionKind::Person || named.contains(&name) {
            continue;
        }
        named.push(name);
        let held = place.held(name);
        if let Some(office) = held.first().filter(|_| place.title_of(index).is_none()) {
            let detail = format!("{}（{}）", office.title, place.line(office));
            hits.push(Hit::new(place.block, mention.span, vec![format!("{}{name}", office.title)]).detail(detail));
        }
    }
    hits
}
