//! `anniversary`: an anniversary that contradicts the year from which it is counted: 2021年是建党98周年.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::arithmetic::is_amount;
use crate::check::article::periods::years_behind;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::Quantity;
use crate::text::{Span, is_han};

/// Options of a check of anniversaries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnniversaryOptions {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    cue: CueList,
    /// One event per line: the year, and what may be written before the number of years: `1921 中国共产党成立 建党`.
    events: Spanned<String>,
    /// Words after the year in which something began, or before that year and an optional 于: 成立
    origin: WordList,
    /// Words before an anniversary of this year: 今年
    now: WordList,
    /// Words between a year and the event or number of years that it is the anniversary of: 是 正值
    link: WordList,
    /// Words that tell of preparations, which begin in the year before: 迎接
    ahead: WordList,
}

/// Compares anniversaries with the years from which they are counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Anniversary {
    /// The cues of which one must occur in a sentence; see [`CueList`].
    pub cue: CueList,
    events: Vec<(u32, WordList)>,
    origin: WordList,
    now: WordList,
    link: WordList,
    ahead: WordList,
}

/// A year from which anniversaries are counted.
struct Origin<'t> {
    year: u32,
    /// The event of the table.
    event: Option<&'t str>,
    /// Where the article names the year.
    place: Option<(usize, Span)>,
    /// The byte of the block's text at which the anniversary's own words begin.
    start: usize,
}

/// How many characters after a year are searched for a word such as 成立.
const REACH: usize = 10;
/// The characters that may precede a short name of an event. 海军建军 is not 建军.
const BEFORE_SHORT: &str = "祝念来值逢是在迎年为届此接到日礼，。、；：（“ ";

impl Compile for Anniversary {
    type Options = AnniversaryOptions;

    fn compile(options: &AnniversaryOptions, _: &Classes) -> Result<Anniversary, OptionError> {
        let lines = options.events.get_ref().lines().map(str::trim).filter(|line| !line.is_empty());
        let event = |line: &str| {
            let (year, names) = line.split_once(' ')?;
            Some((year.parse().ok()?, WordList::new(names)))
        };
        let events = lines.map(event).collect::<Option<Vec<_>>>();
        let events = events.ok_or_else(|| OptionError::of(&options.events, "每行要写成“1921 中国共产党成立”。"))?;
        Ok(Anniversary {
            cue: options.cue.clone(),
            events,
            origin: options.origin.clone(),
            now: options.now.clone(),
            link: options.link.clone(),
            ahead: options.ahead.clone(),
        })
    }
}

impl ArticleCheck for Anniversary {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // 100周年: the number is directly before the cue.
        for sentence in article.sentences_around(occurrences.iter().copied(), Near::Before(4), SentencesRead::One) {
            for number in sentence.quantities {
                let is_anniversary = is_amount(number)
                    && number.qualifiers.is_empty()
                    && number.unit.is_some_and(|(unit, _)| unit.of(sentence.text) == "周年");
                if is_anniversary {
                    hits.extend(self.check(article, &sentence, number));
                }
            }
        }
        hits
    }
}

impl Anniversary {
    /// Compares a number of years with the difference between the year of the anniversary and that of its origin.
    fn check(&self, article: &Article, sentence: &Sentence, number: &Quantity) -> Option<Hit> {
        let stated = u32::try_from(number.number.value.exact()?).ok()?;
        let head = sentence.before(number.span.start);
        if let Some([(first, place), (last, _)]) = years_behind(sentence.text, number.span.end) {
            let years = last.checked_sub(first)?;
            let computation = format!("{last} − {first} = {years}");
            if years == stated {
                article.agrees(sentence.block, number.core(), || computation);
                return None;
            }
            let mut hit = Hit::new(sentence.block, number.core(), Vec::new());
            hit.related.push((sentence.block, place, "从这一年算起。".to_owned()));
            return Some(hit.detail(format!("{computation} ≠ {stated}周年")));
        }
        let origin = self.event(sentence, head).or_else(|| self.own_origin(article, sentence, number))?;
        let years = self.years(article, sentence, &origin, head)?;
        let differences = || years.iter().filter_map(|year| Some((*year, year.checked_sub(origin.year)?)));
        if let Some((year, _)) = differences().find(|(_, difference)| *difference == stated) {
            let computation = || format!("{year} − {} = {stated}周年", origin.year);
            article.agrees(sentence.block, number.core(), computation);
            return None;
        }
        let (year, expected) = differences().max().filter(|(_, expected)| *expected > 0)?;
        if stated == expected + 1 && self.ahead.any_in(sentence.as_str()) {
            return None;
        }
        let event = origin.event.map_or_else(String::new, |event| format!("{event}是{}年，", origin.year));
        let detail = format!("{event}{year} − {} = {expected} ≠ {stated}周年", origin.year);
        let mut hit = Hit::new(sentence.block, number.core(), Vec::new()).detail(detail);
        hit.related.extend(origin.place.map(|(block, span)| (block, span, "从这一年算起。".to_owned())));
        Some(hit)
    }

    /// The event of the table whose name is before the number of years: 庆祝中国共产党成立⟦100周年⟧.
    fn event<'t>(&self, sentence: &Sentence<'t>, head: &'t str) -> Option<Origin<'t>> {
        let named = self.events.iter().filter_map(|(year, names)| Some((*year, names.ending(head)?)));
        let (year, name) = named.max_by_key(|(_, name)| name.len())?;
        let before = &head[..head.len() - name.len()];
        let is_short = name.chars().count() <= 4;
        let is_whole = !is_short || before.chars().next_back().is_none_or(|c| !is_han(c) || BEFORE_SHORT.contains(c));
        let event = Some(&head[before.len()..]);
        is_whole.then_some(Origin { year, event, place: None, start: sentence.span.start + before.len() })
    }

    /// The year in which what the sentence is about began, if it or the sentence before it names one.
    fn own_origin<'t>(&self, article: &Article, sentence: &Sentence<'t>, number: &Quantity) -> Option<Origin<'t>> {
        let mut origins = self.origins(sentence);
        if origins.is_empty() {
            origins = article.sentence_before(sentence).map(|previous| self.origins(&previous)).unwrap_or_default();
        }
        let [(year, block, span)] = origins.as_slice() else { return None };
        Some(Origin { year: *year, event: None, place: Some((*block, *span)), start: number.span.start })
    }

    /// The years in a sentence in which something began, with their places.
    fn origins(&self, sentence: &Sentence) -> Vec<(u32, usize, Span)> {
        let is_origin = |quantity: &Quantity| {
            let after = sentence.after(quantity.span.end);
            let near = after.strip_prefix('，').unwrap_or(after).split(['，', '；', '、']).next().unwrap_or_default();
            // In 2029年，始建于1999年 the word belongs to the other year.
            let whole = near;
            let near = near.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
            // 2021年成立60周年 names no origin either.
            let is_of_number = near.len() < whole.len() && self.origin.ending(near).is_some();
            let near = if near.ends_with('于') || is_of_number { "" } else { near };
            let near = near.char_indices().nth(REACH).map_or(near, |(at, _)| &near[..at]);
            let before = sentence.before(quantity.span.start);
            let is_year_of_it = near.contains("周年") || after.contains("周年") && near.starts_with(['是', '迎', '举']);
            let follows = [before, before.trim_end_matches('于')].iter().any(|it| self.origin.ending(it).is_some());
            follows || self.origin.any_in(near) && !is_year_of_it
        };
        let dates = sentence.quantities.iter().filter(|quantity| quantity.upper.is_none() && is_origin(quantity));
        dates.filter_map(|quantity| Some((quantity.date()?.year?, sentence.block, quantity.core()))).collect()
    }

    /// The years of which this may be the anniversary. `head` is the sentence before the number of years.
    fn years(&self, article: &Article, sentence: &Sentence, origin: &Origin, head: &str) -> Option<Vec<u32>> {
        let dates = sentence.quantities.iter().filter_map(|quantity| {
            let date = quantity.date().filter(|date| !date.is_of_another_calendar && quantity.upper.is_none())?;
            Some((quantity, date.year.filter(|year| *year != origin.year)?))
        });
        let (last, year) = dates.rev().find(|(quantity, _)| quantity.span.end <= origin.start).unzip();
        if let Some((last, year)) = last.zip(year) {
            let gap = &sentence.text[last.span.end..origin.start];
            // Of an event of the table the sentence may say anything; the year must be that of the anniversary.
            let is_linked = origin.event.is_none() || self.link.stripped(gap).is_empty();
            return is_linked.then(|| vec![year]);
        }
        let head = origin.event.map_or(head, |event| &head[..head.len() - event.len()]);
        self.now.ending(head)?;
        Some(match article.own_date().and_then(|date| date.year) {
            Some(year) => vec![year],
            None if origin.event.is_none() => {
                article.years().iter().copied().filter(|year| *year != origin.year).collect()
            }
            None => return None,
        })
    }
}
