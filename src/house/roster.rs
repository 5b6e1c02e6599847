//! The roster: who holds which office, from when to when, and in which order they are named.

use fnv::FnvHashMap;

use super::characters::Characters;
use super::entry::{Columns, Day, ListKind, cells, day, located, without_remark};
use super::vocabulary::{Reading, Vocabulary};
use crate::error::{Error, Result};
use crate::text::Span;

/// An office that a person holds or has held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub person: String,
    /// The whole title: 江城市市长.
    pub title: String,
    /// The first and the last day; 0 if it is not known, or not yet over.
    pub from: Day,
    pub to: Day,
    /// The place in an enumeration; 0 if there is none.
    pub rank: u32,
    /// Short forms of the title.
    pub short: Vec<String>,
    pub line: u32,
}

/// Persons and their offices.
#[derive(Debug)]
pub struct Roster {
    path: String,
    offices: Vec<Office>,
    /// Finds names and titles.
    forms: Vocabulary,
    /// The offices of each person.
    by_person: FnvHashMap<String, Vec<usize>>,
    /// Whether a title is whole.
    titles: FnvHashMap<String, bool>,
}

/// A name or a title in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    pub kind: MentionKind,
}

/// What is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionKind {
    Person,
    /// A title as it is written in full.
    Title,
    ShortTitle,
}

/// What the columns of a roster are called, in the order in which they stand without a heading.
const COLUMNS: [&[&str]; 6] = [
    &["人名", "姓名"],
    &["职务"],
    &["起", "任职", "上任"],
    &["止", "离任", "卸任"],
    &["顺序", "排名"],
    &["别名", "简称"],
];

impl Office {
    /// Whether the office is held on a day; without a day, whether it is not over.
    pub fn is_held(&self, day: Option<Day>) -> bool {
        match day {
            Some(day) => self.from <= day && (self.to == 0 || day <= self.to),
            None => self.to == 0,
        }
    }

    /// Whether a title is that of the office, in full or short.
    pub fn is_called(&self, title: &str) -> bool {
        self.title == title || self.short.iter().any(|short| short == title)
    }
}

impl Roster {
    /// Reads a roster. The lines that are wrong are returned as errors.
    pub fn read(path: &str, text: &str) -> (Roster, Vec<Error>) {
        let columns = Columns::of_path(path);
        let (mut offices, mut errors) = (Vec::new(), Vec::new());
        let mut order: Vec<Option<usize>> = (0..COLUMNS.len()).map(Some).collect();
        for (line, content) in (1..).zip(text.lines()) {
            let content = without_remark(content);
            if content.is_empty() {
                continue;
            }
            let row: Vec<&str> = cells(content, columns, ListKind::Words).collect();
            let column_of = |names: &[&str]| row.iter().position(|cell| names.contains(cell));
            if offices.is_empty() && column_of(COLUMNS[0]).is_some() && column_of(COLUMNS[1]).is_some() {
                order = COLUMNS.iter().map(|names| column_of(names)).collect();
                continue;
            }
            let cell = |column: usize| order[column].and_then(|at| row.get(at)).copied().unwrap_or_default();
            match office([0, 1, 2, 3, 4, 5].map(cell), line) {
                Ok(office) => offices.push(office),
                Err(error) => errors.push(located(error, path, line)),
            }
        }
        (Roster::new(path, offices), errors)
    }

    fn new(path: &str, offices: Vec<Office>) -> Roster {
        let mut by_person: FnvHashMap<String, Vec<usize>> = FnvHashMap::default();
        let mut titles = FnvHashMap::default();
        for (index, office) in offices.iter().enumerate() {
            by_person.entry(office.person.clone()).or_default().push(index);
            office.short.iter().for_each(|short| {
                titles.entry(short.clone()).or_insert(false);
            });
            titles.insert(office.title.clone(), true);
        }
        let mut forms: Vec<&str> = by_person.keys().chain(titles.keys()).map(String::as_str).collect();
        forms.sort_unstable();
        let (forms, _) = Vocabulary::prepare(path, &forms.join("\n"), ListKind::Words);
        Roster { path: path.to_owned(), offices, forms, by_person, titles }
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The list of the names, by which slips in them are found. A name has the line of its first office.
    pub fn names(&self) -> Vocabulary {
        let mut lines: Vec<&str> = Vec::new();
        for office in &self.offices {
            lines.resize(lines.len().max(office.line as usize), "");
            if self.by_person[&office.person].first().is_some_and(|first| self.offices[*first].line == office.line) {
                lines[office.line as usize - 1] = &office.person;
            }
        }
        Vocabulary::prepare(&self.path, &lines.join("\n"), ListKind::Names).0
    }

    /// The offices of a person, in the order of the roster.
    pub fn offices_of(&self, person: &str) -> impl Iterator<Item = &Office> {
        self.by_person.get(person).into_iter().flatten().map(|index| &self.offices[*index])
    }

    /// The names and titles in a text, none of them within another one.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut reading = Reading::default();
        self.forms.find(text, &Characters::of(text), false, &mut reading);
        let mut spans: Vec<Span> = reading.right.iter().map(|occurrence| occurrence.span).collect();
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        let mut mentions: Vec<Mention> = Vec::new();
        for span in spans {
            if mentions.last().is_none_or(|last| last.span.end <= span.start) {
                let written = span.of(text);
                let kind = match self.titles.get(written) {
                    Some(true) => MentionKind::Title,
                    Some(false) => MentionKind::ShortTitle,
                    None => MentionKind::Person,
                };
                mentions.push(Mention { span, kind });
            }
        }
        mentions
    }
}

/// Reads a line of a roster.
fn office([person, title, from, to, rank, short]: [&str; 6], line: u32) -> Result<Office> {
    let help = "一行写一人的一个职务，各栏是人名、职务、起、止、顺序、别名，用制表符隔开；不知道的空着。";
    for (what, text) in [("人名", person), ("职务", title)] {
        if text.chars().nth(1).is_none() {
            return Err(Error::new(format!("{what}“{text}”不足两个字。")).help(help));
        }
    }
    let (from, to) = (day(from)?, day(to)?);
    if to != 0 && to < from {
        return Err(Error::new("止在起之前。").help("请核对两个日期。"));
    }
    let Some(rank) = (if rank.is_empty() { Some(0) } else { rank.parse().ok() }) else {
        return Err(Error::new(format!("顺序“{rank}”不是数。")).help("请写 1、2、3……；没有先后的空着。"));
    };
    let short = short.split(['、', '|']).map(str::trim).filter(|short| short.chars().nth(1).is_some());
    Ok(Office {
        person: person.to_owned(),
        title: title.to_owned(),
        from,
        to,
        rank,
        short: short.map(str::to_owned).collect(),
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROSTER: &str = "人名,职务,起,止,顺序,别名\n方知远,江城市市长,2019-03-01,2023-05-31,1,市长\n\
                          方知远,江城市委书记,2023-06-01,,1,市委书记\n顾望舒,江城市市长,2023-06-10,,2,市长\n";

    #[test]
    fn reads_offices_with_and_without_a_heading() {
        let (roster, errors) = Roster::read("offices.csv", ROSTER);
        assert!(errors.is_empty());
        let offices: Vec<&Office> = roster.offices_of("方知远").collect();
        assert_eq!((offices.len(), offices[0].line, offices[1].rank), (2, 2, 1));
        assert!(offices[0].is_held(Some(20_230_531)) && !offices[0].is_held(Some(20_230_601)));
        assert!(!offices[0].is_held(None) && offices[1].is_held(None));
        let (roster, _) = Roster::read("offices.tsv", "方知远\t江城市市长\n");
        assert_eq!(roster.offices_of("方知远").next().unwrap().title, "江城市市长");
    }

    #[test]
    fn finds_names_and_titles() {
        let (roster, _) = Roster::read("offices.csv", ROSTER);
        let text = "江城市委书记方知远、市长顾望舒出席。";
        let found: Vec<(&str, MentionKind)> =
            roster.mentions(text).iter().map(|mention| (mention.span.of(text), mention.kind)).collect();
        let expected = [
            ("江城市委书记", MentionKind::Title),
            ("方知远", MentionKind::Person),
            ("市长", MentionKind::ShortTitle),
            ("顾望舒", MentionKind::Person),
        ];
        assert_eq!(found, expected);
        assert_eq!(roster.names().line(0), 2);
    }

    #[test]
    fn wrong_lines_are_named() {
        for (line, expected) in [
            ("方,江城市市长,,,,", "人名“方”不足两个字"),
            ("方知远,,,,,", "职务“”不足两个字"),
            ("方知远,江城市市长,2023-06-01,2019-01-01,,", "止在起之前"),
            ("方知远,江城市市长,今年,,,", "不是日期"),
            ("方知远,江城市市长,,,第一,", "不是数"),
        ] {
            let (_, errors) = Roster::read("offices.csv", &format!("# 名册\n{line}\n"));
            let shown = errors.first().map(Error::to_string).unwrap_or_default();
            assert!(shown.starts_with("offices.csv:2:1：") && shown.contains(expected), "{line}: {shown}");
        }
    }
}
