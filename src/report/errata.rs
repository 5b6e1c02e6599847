use indexmap::IndexMap;

use super::paint::{Paint, Style};
use super::places::Places;
use super::summary::summary;
use super::{Options, Sheet, Tally, Write};
use crate::block::Block;
use crate::finding::Finding;
use crate::text::{Span, visible, width};

/// How far a sentence is shown on either side of the hit, in characters.
const REACH: usize = 40;
/// The widest column of a table but the last, in columns of the screen.
const WIDEST: usize = 24;

/// The names of the columns, in a table and in a spreadsheet.
pub(super) const HEADINGS: [&str; 7] = ["误", "正", "次数", "首见", "原句", "问题", "规则"];

/// The list of errata (勘误表) of a run: what is wrong with what stands in its place, told once however often
/// it is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errata(IndexMap<Erratum, Seen>);

/// What is told once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Erratum {
    wrong: String,
    right: String,
    title: String,
    rule: String,
}

/// How often it is found, and what the first of these places is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    count: usize,
    place: String,
    /// What stands in the sentence before the hit, the hit, what stands after it.
    sentence: [String; 3],
}

impl Errata {
    /// Adds the errata of what comes after.
    pub(super) fn add(&mut self, after: Errata) {
        for (erratum, seen) in after.0 {
            let count = seen.count;
            self.0.entry(erratum).and_modify(|known| known.count += count).or_insert(seen);
        }
    }

    /// The errata of one sheet.
    pub(super) fn of(sheet: &Sheet) -> Errata {
        let places = Places::of(sheet);
        let mut errata = Errata::default();
        for finding in sheet.findings {
            let rule = sheet.rule(finding);
            let place = || {
                let place = places.at(finding.span.start);
                format!("{}:{}:{}", visible(sheet.path), place.line, place.column)
            };
            let (wrong, right) = wrong_and_right(sheet, finding);
            let erratum = Erratum { wrong, right, title: rule.metadata.title.clone(), rule: rule.id.clone() };
            let seen = errata.0.entry(erratum);
            seen.or_insert_with(|| Seen { count: 0, place: place(), sentence: sentence(sheet, finding) }).count += 1;
        }
        errata
    }

    /// The cells of the rows, what is wrong in the sentence as `mark` marks it.
    pub(super) fn rows(&self, mark: impl Fn(&str) -> String) -> impl Iterator<Item = [String; HEADINGS.len()]> {
        self.0.iter().map(move |(erratum, seen)| {
            let [before, hit, after] = &seen.sentence;
            [
                erratum.wrong.clone(),
                erratum.right.clone(),
                seen.count.to_string(),
                seen.place.clone(),
                [before, mark(hit).as_str(), after].concat(),
                erratum.title.clone(),
                erratum.rule.clone(),
            ]
        })
    }
}

/// An empty cell would not say whether nothing should stand there or nobody knows what.
fn wrong_and_right(sheet: &Sheet, finding: &Finding) -> (String, String) {
    let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { visible(text).into_owned() };
    let wrong = or(finding.span.of(sheet.text), "（缺）");
    let right = finding.suggestions.first().map_or("（请核对）".to_owned(), |text| or(text, "（删去）"));
    (wrong, right)
}

/// The sentence in which a finding stands.
fn sentence(sheet: &Sheet, finding: &Finding) -> [String; 3] {
    let block = sheet.blocks.get(finding.block as usize);
    let extent = block.map_or(Span::new(0, sheet.text.len()), Block::extent);
    let (start, end) = (extent.start.min(finding.span.start), extent.end.max(finding.span.end));
    let before = &sheet.text[start..finding.span.start];
    let after = &sheet.text[finding.span.end..end];
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '…');
    let closes = |c: char| ends(c) || matches!(c, '”' | '’' | '』' | '」' | '）');

    let sentence = before.char_indices().rev().take(REACH).take_while(|(_, c)| !ends(*c));
    let from = sentence.last().map_or(before.len(), |(at, _)| at);
    let head = before[from..].trim_start_matches(closes).trim_start();
    let cut = from > 0 && before[..from].chars().next_back().is_some_and(|c| !ends(c));
    let head = format!("{}{head}", if cut { "…" } else { "" });

    let hit = finding.span.of(sheet.text);
    let mut to = 0;
    let mut ended = hit.ends_with(ends);
    for (at, c) in after.char_indices().take(REACH) {
        if ended && !closes(c) {
            break;
        }
        ended |= ends(c);
        to = at + c.len_utf8();
    }
    let cut = !ended && to < after.len();
    let tail = format!("{}{}", after[..to].trim_end(), if cut { "…" } else { "" });
    [head.as_str(), hit, tail.as_str()].map(|text| visible(text).into_owned())
}

/// The errata as a table for a person.
pub(super) struct Table;

impl Write for Table {
    fn sheet(&self, _: &Sheet, _: &Options) -> String {
        String::new()
    }

    fn gather(&self, sheet: &Sheet, tally: &mut Tally) {
        tally.errata = Errata::of(sheet);
    }

    fn end(&self, tally: &Tally, options: &Options) -> String {
        if tally.total() == 0 {
            return summary(tally);
        }
        let paint = Paint::new(options.colour);
        let mark = |hit: &str| {
            let mut out = String::new();
            let brackets = if options.colour || hit.is_empty() { ["", ""] } else { ["⟦", "⟧"] };
            paint.put(&mut out, Style::Pointed, hit);
            brackets.join(&out)
        };
        // The sentence stands last: it may be long.
        let cells = |row: [String; HEADINGS.len()]| {
            let [wrong, right, count, place, sentence, ..] = row;
            [wrong, right, count, place, sentence]
        };
        let rows: Vec<[String; 5]> =
            std::iter::once(cells(HEADINGS.map(str::to_owned))).chain(tally.errata.rows(mark).map(cells)).collect();
        let widths: [usize; 4] =
            std::array::from_fn(|column| rows.iter().map(|row| width(&row[column]).min(WIDEST)).max().unwrap_or(0));
        let mut out = String::new();
        for row in &rows {
            for (cell, columns) in row.iter().zip(widths) {
                out += cell;
                out += &" ".repeat(columns.saturating_sub(width(cell)) + 2);
            }
            out += &row[4];
            out.push('\n');
        }
        out + &format!("\n共 {} 条，{} 处。\n", tally.errata.0.len(), tally.total())
    }
}
