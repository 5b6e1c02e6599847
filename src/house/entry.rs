//! Lists as people keep them: text with one entry a line, columns separated by tabs, or a spreadsheet saved as CSV.

use crate::error::{Error, ErrorKind, Result};
use crate::text::Position;

use super::characters::LONGEST;

/// What a list says of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKind {
    /// Words that are right as they are.
    Words,
    /// Names that are right as they are; what differs from one in one character is wrong.
    Names,
    /// Wrong wordings, each with the right one.
    Terms,
}

impl ListKind {
    /// All kinds, in the order of the settings.
    pub const ALL: [ListKind; 3] = [ListKind::Words, ListKind::Names, ListKind::Terms];

    /// The key under which `zhubi.toml` names lists of this kind.
    pub fn key(self) -> &'static str {
        match self {
            ListKind::Words => "words",
            ListKind::Names => "names",
            ListKind::Terms => "terms",
        }
    }

    /// What a list of this kind is called in messages.
    pub fn chinese(self) -> &'static str {
        match self {
            ListKind::Words => "词表",
            ListKind::Names => "名单",
            ListKind::Terms => "用语表",
        }
    }
}

/// A day as one number: 20260131. 0 if none is stated.
pub type Day = u32;

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The right form.
    pub right: &'t str,
    /// Where the right form is the only content of the entry, nothing; else the wrong form.
    pub wrong: Option<&'t str>,
    /// Since when the right form holds.
    pub since: Day,
    pub line: u32,
}

/// How the columns of a list are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// By tabs; in a list of terms also by an arrow.
    Tabs,
    /// By commas; a cell may be in quotation marks.
    Commas,
}

impl Columns {
    /// The separators of a file with that name.
    pub fn of_path(path: &str) -> Columns {
        let is_csv = path.len() >= 4 && path.get(path.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".csv"));
        if is_csv { Columns::Commas } else { Columns::Tabs }
    }
}

/// The first cells by which the heading of a table is told from an entry.
const HEADINGS: [&str; 12] =
    ["词", "词语", "正确写法", "名称", "姓名", "人名", "写法", "错误写法", "原写法", "旧称", "错", "原名"];

/// Reads the entries of a list. Lines that cannot be read are returned as errors; the others are read all the same.
pub fn read<'t>(path: &str, text: &'t str, kind: ListKind) -> (Vec<Entry<'t>>, Vec<Error>) {
    let columns = Columns::of_path(path);
    let (mut entries, mut errors) = (Vec::with_capacity(text.len() / 12), Vec::new());
    for (line, content) in (1..).zip(text.lines()) {
        let content = without_remark(content);
        if content.is_empty() {
            continue;
        }
        let is_heading = entries.is_empty()
            && errors.is_empty()
            && cells(content, columns, kind).next().is_some_and(|cell| HEADINGS.contains(&cell));
        if is_heading {
            continue;
        }
        if let Err(error) = read_line(content, line, columns, kind, &mut entries) {
            errors.push(located(error, path, line));
        }
    }
    (entries, errors)
}

/// Adds the place in a list to an error.
pub fn located(error: Error, path: &str, line: u32) -> Error {
    error.of_kind(ErrorKind::InvalidFile).in_place(path, Position { line: line as usize, column: 1 })
}

fn read_line<'t>(
    content: &'t str,
    line: u32,
    columns: Columns,
    kind: ListKind,
    entries: &mut Vec<Entry<'t>>,
) -> Result<()> {
    let mut cells = cells(content, columns, kind);
    let first = cells.next().unwrap_or_default();
    check_form(first)?;
    match kind {
        ListKind::Words | ListKind::Names => {
            entries.push(Entry { right: first, wrong: None, since: 0, line });
            let variants = cells.next().unwrap_or_default();
            for wrong in variants.split(['、', '|', '；', ';']).map(str::trim).filter(|wrong| !wrong.is_empty()) {
                check_form(wrong)?;
                if wrong == first {
                    return Err(same_forms(first));
                }
                entries.push(Entry { right: first, wrong: Some(wrong), since: 0, line });
            }
        }
        ListKind::Terms => {
            let Some(right) = cells.next().filter(|right| !right.is_empty()) else {
                let error = Error::new(format!("“{}”没有写明改成什么。", shortened(first)));
                return Err(error.help("一行写一条：错误写法、正确写法，中间用制表符或“→”隔开；第三栏可以写从哪天起。"));
            };
            check_form(right)?;
            if right == first {
                return Err(same_forms(first));
            }
            let since = cells.next().map(day).transpose()?.unwrap_or_default();
            entries.push(Entry { right, wrong: Some(first), since, line });
        }
    }
    Ok(())
}

/// Returns the line without what follows a `#` at its beginning or after a blank.
pub(super) fn without_remark(line: &str) -> &str {
    let line = line.trim_matches([' ', '\u{3000}', '\r', '\u{FEFF}']);
    if !line.contains('#') {
        return line;
    }
    let mut before = '\t';
    for (at, c) in line.char_indices() {
        if c == '#' && before.is_whitespace() {
            return line[..at].trim();
        }
        before = c;
    }
    line
}

/// The cells of a line, without blanks at their ends.
pub(super) fn cells(content: &str, columns: Columns, kind: ListKind) -> impl Iterator<Item = &str> {
    let mut rest = Some(content);
    std::iter::from_fn(move || {
        let text = rest?;
        if columns == Columns::Commas
            && let Some(quoted) = text.trim_start().strip_prefix('"')
            && let Some(end) = quoted.find('"')
        {
            let after = quoted[end + 1..].trim_start();
            rest = after.strip_prefix([',', '，']);
            return Some(quoted[..end].trim());
        }
        let is_separator = |c: char| match columns {
            Columns::Commas => c == ',',
            Columns::Tabs => c == '\t' || c == '→' && kind == ListKind::Terms,
        };
        let (cell, after) = match text.find(is_separator) {
            Some(at) => {
                let width = text[at..].chars().next().map_or(1, char::len_utf8);
                (&text[..at], Some(&text[at + width..]))
            }
            None => (text, None),
        };
        rest = after;
        Some(cell.trim())
    })
}

/// Checks that a form can be looked for.
fn check_form(form: &str) -> Result<()> {
    let length = form.chars().take(LONGEST + 1).count();
    if length > LONGEST {
        let error = Error::new(format!("“{}”太长，不是一个词。", shortened(form)));
        return Err(error.help(format!("一行写一条，每条不超过{LONGEST}个字；几条写在一行的，请分行。")));
    }
    if !form.chars().any(char::is_alphanumeric) {
        return Err(Error::new(format!("“{form}”里没有字。")).help("请删去这一行，或补上漏写的字。"));
    }
    if length < 2 {
        let error = Error::new(format!("“{form}”只有一个字，到处都会碰上。"));
        return Err(error.help("请写成两个字以上的词，例如连同它前后的字。"));
    }
    if let Some(c) = form.chars().find(|c| c.is_control() || *c == '\u{FFFD}') {
        let error = Error::new(format!("“{}”里有不能用的字符 U+{:04X}。", shortened(form), c as u32));
        return Err(error.help("多半是文件的编码不对，请另存为 UTF-8 编码。"));
    }
    Ok(())
}

fn same_forms(form: &str) -> Error {
    Error::new(format!("“{}”的错误写法和正确写法一样。", shortened(form))).help("请改正其中一个，或删去这一条。")
}

/// The beginning of a text, for messages.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 20;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}……", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads a day: 2026-01-31, 2026/1/31, 2026年1月31日, or a year or month alone.
///
/// # Errors
/// The text is no day.
pub fn day(text: &str) -> Result<Day> {
    if text.is_empty() {
        return Ok(0);
    }
    let wrong = || {
        let error = Error::new(format!("“{}”不是日期。", shortened(text)));
        error.help("日期写成 2026-01-31 的样子；只知道年月的，写 2026-01 或 2026。")
    };
    let numbers: Option<Vec<u32>> = text
        .trim_end_matches(['日', '号', '起'])
        .trim_end_matches(['年', '月', '日'])
        .split(['-', '/', '.', '年', '月'])
        .map(|number| number.trim().parse().ok())
        .collect();
    let part = |numbers: &[u32], index: usize| numbers.get(index).copied().unwrap_or(1);
    match numbers.as_deref() {
        Some(numbers) if (1..=3).contains(&numbers.len()) => {
            let (year, month, day) = (numbers[0], part(numbers, 1), part(numbers, 2));
            let exists = (1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
            if exists { Ok(year * 10_000 + month * 100 + day) } else { Err(wrong()) }
        }
        _ => Err(wrong()),
    }
}

/// A day as it is written in messages: 2026年1月31日.
pub fn day_in_words(day: Day) -> String {
    format!("{}年{}月{}日", day / 10_000, day / 100 % 100, day % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(path: &str, text: &str, kind: ListKind) -> Vec<(String, Option<String>, Day, u32)> {
        let (entries, errors) = read(path, text, kind);
        assert!(errors.is_empty(), "{errors:?}");
        let own = |entry: &Entry| (entry.right.to_owned(), entry.wrong.map(str::to_owned), entry.since, entry.line);
        entries.iter().map(own).collect()
    }

    #[test]
    fn reads_plain_lists_with_remarks() {
        let text = "\u{FEFF}# 地名\n江城\n\n  柳河镇  # 值班编辑 2026-01-02\n\u{3000}C#大赛\r\n";
        let right: Vec<String> = forms("a.txt", text, ListKind::Words).into_iter().map(|it| it.0).collect();
        assert_eq!(right, ["江城", "柳河镇", "C#大赛"]);
    }

    #[test]
    fn reads_columns_of_every_notation() {
        let names = forms("a.tsv", "姓名\t误\n方知远\t方志远、方知圆\n", ListKind::Names);
        assert_eq!(names.len(), 3);
        assert_eq!((names[2].0.as_str(), names[2].1.as_deref(), names[2].3), ("方知远", Some("方知圆"), 2));
        let expected = [("老干局".to_owned(), Some("干休处".to_owned()), 20_240_301, 2)];
        for (path, row) in [
            ("a.tsv", "干休处\t老干局\t2024-03-01"),
            ("a.txt", "干休处 → 老干局 → 2024年3月1日起"),
            ("a.csv", "\"干休处\",老干局,2024/3/1"),
        ] {
            assert_eq!(forms(path, &format!("# 机构\n{row}"), ListKind::Terms), expected, "{path}");
        }
        assert_eq!(forms("a.CSV", "错误写法,正确写法\n甲乙,乙甲", ListKind::Terms)[0].3, 2);
    }

    #[test]
    fn says_where_a_line_is_wrong_and_reads_the_others() {
        for (kind, line, expected) in [
            (ListKind::Words, "我", "只有一个字"),
            (ListKind::Words, "，。", "里没有字"),
            (ListKind::Words, &"很长".repeat(40), "太长"),
            (ListKind::Words, "甲\u{FFFD}乙", "U+FFFD"),
            (ListKind::Names, "方知远\t方知远", "一样"),
            (ListKind::Terms, "甲乙", "没有写明改成什么"),
            (ListKind::Terms, "甲乙\t甲乙", "一样"),
            (ListKind::Terms, "甲乙\t乙甲\t二〇二四年", "不是日期"),
            (ListKind::Terms, "甲乙\t乙甲\t2024-13", "不是日期"),
        ] {
            let text = format!("丁戊\t戊丁\n{line}\n己庚\t庚己\n");
            let (entries, errors) = read("list.txt", &text, kind);
            let shown = errors[0].to_string();
            assert!(shown.starts_with("list.txt:2:1：") && shown.contains(expected), "{line}: {shown}");
            assert!(errors[0].hint().is_some() && errors.len() == 1, "{line}");
            assert!(entries.last().is_some_and(|entry| entry.line == 3), "{line}");
        }
    }
}
