//! `session`: the number of a session that contradicts its year: 2022年第23届冬奥会, or two sessions of one series whose
//! numbers do not fit their years.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::article::periods::leading_han;
use crate::check::article::{Article, CharOccurrence, Near, Sentence, SentencesRead};
use crate::check::options::{CueList, OptionError, WordList};
use crate::check::{ArticleCheck, Compile, Hit};
use crate::matcher::Classes;
use crate::quantity::Quantity;
use crate::text::{Span, is_han, is_numeral, numeral_value};

/// Options of a check of sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionOptions {
    /// The cues at which a number of a session may be; see [`CueList`].
    cue: CueList,
    /// One series per line: its names, with … for the number, a colon, and sessions with their years. After `/` comes
    /// the number of years between the following sessions: `第…届冬奥会 第…届冬季奥运会：23=2018/4`.
    series: Spanned<String>,
    /// Words that tell that a session takes place, after its name: 开幕
    held: WordList,
    /// Words for the session before the one that a sentence is about, and for the one after it.
    previous: WordList,
    next: WordList,
}

/// Compares the numbers of sessions with their years.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// The cues at which a number of a session may be; see [`CueList`].
    pub cue: CueList,
    series: Vec<Series>,
    held: WordList,
    previous: WordList,
    next: WordList,
}

/// Sessions that are counted together.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Series {
    /// For each name the text before the number and the text after it.
    names: Vec<(String, String)>,
    known: Vec<Known>,
}

/// A session with its year, and how many years are between the sessions from it on; 0 if those are listed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Known {
    number: u32,
    year: u32,
    interval: u32,
}

/// A session that a text names with its year.
#[derive(Debug, Clone, Copy)]
struct Stated<'t> {
    block: usize,
    span: Span,
    number: u32,
    year: u32,
    /// The text after the number.
    name: &'t str,
}

/// How many characters after the name of a session are searched for a word such as 开幕, and before its number for the
/// year.
const REACH: usize = 14;
const MOST_BETWEEN: usize = 3;
/// The least and the greatest number of characters of the name of a series.
const LEAST_NAME: usize = 3;
const LONGEST_NAME: usize = 14;
/// The maximum number of sessions of other series that are compared.
const MOST_OTHERS: usize = 32;
/// Characters that end the name of a series.
const AFTER_NAME: [char; 20] = [
    '于', '在', '将', '如', '开', '举', '召', '参', '吸', '落', '闭', '期', '圆', '昨', '今', '共', '以', '和', '的',
    '上',
];

impl Compile for Session {
    type Options = SessionOptions;

    fn compile(options: &SessionOptions, _: &Classes) -> Result<Session, OptionError> {
        let lines = options.series.get_ref().lines().map(str::trim).filter(|line| !line.is_empty());
        let series = lines.map(Series::parse).collect::<Option<Vec<_>>>();
        let error = || OptionError::of(&options.series, "每行要写成“第…届冬奥会：23=2018/4”。");
        Ok(Session {
            cue: options.cue.clone(),
            series: series.ok_or_else(error)?,
            held: options.held.clone(),
            previous: options.previous.clone(),
            next: options.next.clone(),
        })
    }
}

impl Series {
    /// Parses a line of the table.
    fn parse(line: &str) -> Option<Series> {
        let (names, known) = line.split_once('：')?;
        let name = |name: &str| name.split_once('…').map(|(before, after)| (before.to_owned(), after.to_owned()));
        let session = |text: &str| {
            let (number, year) = text.split_once('=')?;
            let (year, interval) = year.split_once('/').unwrap_or((year, "0"));
            Some(Known { number: number.parse().ok()?, year: year.parse().ok()?, interval: interval.parse().ok()? })
        };
        Some(Series {
            names: names.split_whitespace().map(name).collect::<Option<_>>()?,
            known: known.split_whitespace().map(session).collect::<Option<_>>()?,
        })
    }

    /// The length of the longest name of the series that is around a number, given the texts before and after it.
    fn matches(&self, before: &str, after: &str) -> Option<usize> {
        let names = self.names.iter().filter(|(head, tail)| before.ends_with(head) && after.starts_with(tail));
        names.map(|(head, tail)| head.len() + tail.len()).max()
    }

    /// The years in which a session may be; empty if the table does not tell.
    fn years_of(&self, number: u32) -> Vec<u32> {
        let listed: Vec<u32> =
            self.known.iter().filter(|known| known.number == number).map(|known| known.year).collect();
        if !listed.is_empty() {
            return listed;
        }
        let before = self.known.iter().rfind(|known| known.number < number && known.interval > 0);
        before.map(|known| known.year + (number - known.number) * known.interval).into_iter().collect()
    }

    /// The number of the session in a year.
    fn number_in(&self, year: u32) -> Option<u32> {
        if let Some(known) = self.known.iter().find(|known| known.year == year) {
            return Some(known.number);
        }
        let before = self.known.iter().rfind(|known| known.year < year && known.interval > 0)?;
        let years = year - before.year;
        years.is_multiple_of(before.interval).then(|| before.number + years / before.interval)
    }
}

impl ArticleCheck for Session {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        // The sessions of other series, with the beginnings of their names.
        let mut others: Vec<(&str, Stated)> = Vec::new();
        for sentence in article.sentences_around(occurrences.iter().copied(), Near::Any, SentencesRead::OneWith(2)) {
            let sessions = self.sessions(&sentence);
            hits.extend(self.neighbours(&sentence, &sessions));
            for session in sessions {
                let text = sentence.text;
                let (before, after) = (&text[..session.span.start], &text[session.span.end..]);
                let matching = self.series.iter().filter_map(|series| Some((series.matches(before, after)?, series)));
                match matching.max_by_key(|(length, _)| *length) {
                    Some((_, series)) => hits.extend(check_known(article, series, session)),
                    None => {
                        let name = leading_han(session.name, LONGEST_NAME).split(AFTER_NAME).next().unwrap_or_default();
                        if name.chars().count() >= LEAST_NAME && others.len() < MOST_OTHERS {
                            let is_same =
                                |(other, _): &&(&str, Stated)| name.starts_with(other) || other.starts_with(name);
                            let other = others.iter().rfind(is_same);
                            hits.extend(other.and_then(|(_, other)| contradiction(*other, session)));
                            others.push((name, session));
                        }
                    }
                }
            }
        }
        hits
    }
}

impl Session {
    /// The sessions of a sentence that it says take place in a year.
    fn sessions<'t>(&self, sentence: &Sentence<'t>) -> Vec<Stated<'t>> {
        let (text, end) = (sentence.text, sentence.span.end);
        let years: Vec<(&Quantity, u32)> = sentence
            .quantities
            .iter()
            .filter_map(|quantity| {
                let date = quantity.date().filter(|date| quantity.upper.is_none() && !date.is_of_another_calendar)?;
                Some((quantity, date.year?))
            })
            .collect();
        if years.is_empty() {
            return Vec::new();
        }
        let mut sessions = Vec::new();
        for (at, mark) in sentence.as_str().match_indices(['届', '大', '次']) {
            let number_end = sentence.span.start + at;
            let Some((span, number)) = number_before(sentence, number_end) else { continue };
            let start = span.start;
            if !sentence.before(start).ends_with(if mark == "届" { &['第'][..] } else { &['的', '第'] }) {
                continue;
            }
            let rest = &text[number_end..end];
            let clause = rest.split(['，', '；', '、']).next().unwrap_or_default();
            let near = clause.char_indices().nth(REACH + 8).map_or(clause, |(at, _)| &clause[..at]);
            let is_before = |quantity: &Quantity| self.held.any_in(&text[quantity.span.end..start]);
            let before = years.iter().rev().find(|(quantity, _)| quantity.span.end <= start);
            let is_bound = before.is_some_and(|(quantity, _)| {
                let gap = text[quantity.span.end..start].trim_end_matches(['第', '的', '党']);
                // 2022年，第24届… or 2022年北京第24届…, but not 2015年，北京获得第24届….
                gap == "，" || gap.chars().count() <= MOST_BETWEEN && gap.chars().all(is_han)
            });
            // 第七届论坛于2022年开幕
            let behind = years.iter().find(|(quantity, _)| quantity.span.start > number_end).filter(|(quantity, _)| {
                let gap = text.get(number_end..quantity.span.start).unwrap_or_default();
                gap.ends_with('于') && gap.chars().count() <= REACH && !gap.contains(['，', '；'])
            });
            let is_held = before.is_some_and(|(quantity, _)| self.held.any_in(near) || is_before(quantity));
            let year = behind.or_else(|| before.filter(|_| is_bound && is_held)).map(|(_, year)| *year);
            let name = &rest[mark.len()..];
            sessions.extend(year.map(|year| Stated { block: sentence.block, span, number, year, name }));
        }
        sessions
    }

    /// The hits for the session before or after the one that a sentence is about, if its number or its year cannot be:
    /// 第十四届……，上一届（第十一届）…….
    fn neighbours(&self, sentence: &Sentence, sessions: &[Stated]) -> Vec<Hit> {
        let text = sentence.text;
        let mut hits = Vec::new();
        let mut numbers = None;
        let words = self.previous.iter().map(|word| (word, true)).chain(self.next.iter().map(|word| (word, false)));
        for (word, is_previous) in words {
            for (at, _) in sentence.as_str().match_indices(word) {
                let end = sentence.span.start + at + word.len();
                let numbers = numbers.get_or_insert_with(|| numbers_of(sentence));
                let is_named = |(span, _): &&(Span, u32)| span.start > end && is_gloss(&text[end..span.start]);
                let named = numbers.iter().find(is_named).copied();
                let mut others: Vec<u32> = numbers.iter().filter(|it| Some(**it) != named).map(|(_, it)| *it).collect();
                others.dedup();
                if let (Some((span, number)), [other]) = (named, &others[..]) {
                    let expected = if is_previous { other.checked_sub(1) } else { other.checked_add(1) };
                    if expected != Some(number) {
                        let detail = format!("第{other}届的{word}不是第{number}届");
                        hits.push(Hit::new(sentence.block, span, Vec::new()).detail(detail));
                        continue;
                    }
                }
                let own: Vec<&Stated> =
                    sessions.iter().filter(|it| named.is_none_or(|(span, _)| it.span != span)).collect();
                let (Some((span, year)), [own]) = (year_after(sentence, end), &own[..]) else { continue };
                if if is_previous { year >= own.year } else { year <= own.year } {
                    let detail = format!("第{}届在{}年，{word}在{year}年", own.number, own.year);
                    hits.push(Hit::new(sentence.block, span, Vec::new()).detail(detail));
                }
            }
        }
        hits
    }
}

/// The number of a session that ends at a byte of the block's text.
fn number_before(sentence: &Sentence, end: usize) -> Option<(Span, u32)> {
    let digits: usize =
        sentence.before(end).chars().rev().take(5).take_while(|c| is_numeral(*c)).map(char::len_utf8).sum();
    let span = Span::new(end - digits, end);
    let (number, _) = numeral_value(span.of(sentence.text)).filter(|_| digits > 0)?;
    Some((span, number))
}

/// The numbers of all sessions of a sentence: 第…届.
fn numbers_of(sentence: &Sentence) -> Vec<(Span, u32)> {
    let ends = sentence.as_str().match_indices('届').map(|(at, _)| sentence.span.start + at);
    let numbers = ends.filter_map(|end| number_before(sentence, end));
    numbers.filter(|(span, _)| sentence.before(span.start).ends_with('第')).collect()
}

/// Whether what is between 上一届 and a number only says that this is its number: 上一届（第, 上届即第.
fn is_gloss(gap: &str) -> bool {
    gap.strip_suffix('第')
        .is_some_and(|link| link.chars().count() <= MOST_BETWEEN && link.chars().all(|c| "（，即是为".contains(c)))
}

/// The year in which a session took place that is mentioned before a byte of the block's text: 上一届（第13届）于2017年.
fn year_after(sentence: &Sentence, end: usize) -> Option<(Span, u32)> {
    let year = sentence.quantities.iter().find(|it| it.span.start >= end && it.date().is_some())?;
    let gap = &sentence.text[end..year.span.start];
    let is_its = gap.ends_with(['于', '在']) && gap.chars().count() <= REACH && !gap.contains(['，', '；']);
    Some((year.core(), year.date()?.year.filter(|_| is_its)?))
}

/// Compares the number of a session with the table.
fn check_known(article: &Article, series: &Series, session: Stated) -> Option<Hit> {
    let years = series.years_of(session.number);
    if years.contains(&session.year) {
        let computation = || format!("第{}届 = {}年", session.number, session.year);
        article.agrees(session.block, session.span, computation);
        return None;
    }
    let number = series.number_in(session.year);
    let detail = match (number, years.first()) {
        (Some(number), _) => format!("{}年的是第{number}届，不是第{}届", session.year, session.number),
        (None, Some(year)) => format!("第{}届在{year}年，不在{}年", session.number, session.year),
        (None, None) => return None,
    };
    Some(Hit::new(session.block, session.span, Vec::new()).detail(detail))
}

/// The hit for two sessions of one series: a later one has a greater number, and there are not more sessions than years.
fn contradiction(one: Stated, other: Stated) -> Option<Hit> {
    let (first, last) = if one.year <= other.year { (one, other) } else { (other, one) };
    let years = last.year - first.year;
    let is_wrong = match last.number.checked_sub(first.number) {
        None => years > 0,
        Some(0) => years > 1,
        Some(more) => years > 0 && more > years,
    };
    is_wrong.then(|| {
        let of = |it: Stated| format!("{}年第{}届", it.year, it.number);
        let mut hit = Hit::new(other.block, other.span, Vec::new()).detail(format!("{}，{}", of(first), of(last)));
        hit.related.push((one.block, one.span, "另一届在这里。".to_owned()));
        hit
    })
}
