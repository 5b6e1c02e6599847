//! The screen of `zhubi review`: lines of styled text that fit into the columns and rows of a terminal.

use super::passage::PASSAGE;
use crate::review::Progress;
use crate::sheet::{Mark, SheetBlock};
use crate::text::{graphemes, visible, width};

/// The smallest terminal on which a finding can be shown.
pub const SMALLEST: (usize, usize) = (30, 10);

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    Quiet,
    Bold,
    /// The place that the proofreader is at.
    Current,
    /// A place on which nothing has been decided.
    Open,
    /// What a change has removed, and what it has written.
    Removed,
    Written,
}

/// A line of the screen.
pub type Line = Vec<(Look, String)>;

/// What the screen shows.
pub struct Scene<'a> {
    pub name: &'a str,
    /// The number of the draft, and how many there are.
    pub draft: (usize, usize),
    pub progress: Progress,
    /// The block with the current mark, and the mark; `None` if the draft has none.
    pub place: Option<(&'a SheetBlock, &'a Mark)>,
    /// The line above the keys: a message, or a question with what has been typed.
    pub status: &'a str,
    /// The keys that can be pressed.
    pub keys: &'a str,
}

/// Returns the lines of the screen: as many as it has rows.
pub fn lines(scene: &Scene, columns: usize, rows: usize) -> Vec<Line> {
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        let mut small = wrap(&[(Look::Plain, "窗口太小，请拉大一些。".to_owned())], columns.max(2));
        small.resize(rows, Line::new());
        return small;
    }
    let Progress { decided, total } = scene.progress;
    let number =
        if scene.draft.1 > 1 { format!("（{}/{}）", scene.draft.0 + 1, scene.draft.1) } else { String::new() };
    let right = format!("{decided}/{total}");
    let left = cut(&format!("{}{number}", scene.name), columns.saturating_sub(width(&right) + 2));
    let gap = columns.saturating_sub(width(&left) + width(&right));
    let mut out = vec![vec![(Look::Bold, left), (Look::Plain, " ".repeat(gap)), (Look::Bold, right)]];
    out.push(vec![(Look::Quiet, "─".repeat(columns / width("─").max(1)))]);
    let footer = wrap(&[(Look::Quiet, scene.keys.to_owned())], columns);
    let room = rows.saturating_sub(out.len() + footer.len() + 1);
    let mut body = match scene.place {
        Some((block, mark)) => place_lines(block, mark, columns, room),
        None => vec![vec![(Look::Plain, "这篇稿件没有查出问题。".to_owned())]],
    };
    body.truncate(room);
    body.resize(room, Line::new());
    out.extend(body);
    out.push(vec![(Look::Bold, tail(&visible(scene.status), columns))]);
    out.extend(footer);
    out.truncate(rows);
    out
}

/// Returns the lines that show a place: the text around it, what is wrong, what can be done.
fn place_lines(block: &SheetBlock, mark: &Mark, columns: usize, room: usize) -> Vec<Line> {
    let remark = &mark.remark;
    let mut card = vec![Line::new()];
    let label = match mark.state {
        "open" => remark.severity_name,
        "taken" => "已改",
        "own" => "已改写",
        "left" => "不改",
        "stet" => "保留",
        PASSAGE => "手改",
        _ => "已收词",
    };
    card.extend(wrap(&[(Look::Bold, format!("{label}　")), (Look::Plain, remark.message.clone())], columns));
    if mark.state != PASSAGE {
        let origin = format!("{}　{}　{}:{}", remark.rule, remark.source, mark.line, mark.column);
        card.extend(wrap(&[(Look::Quiet, origin)], columns));
    }
    for related in &remark.related {
        card.extend(wrap(&[(Look::Quiet, related.clone())], columns));
    }
    for (index, suggestion) in remark.suggestions.iter().take(9).enumerate() {
        let key = if index == 0 { "回车".to_owned() } else { format!("  {} ", index + 1) };
        card.extend(wrap(&change(&key, &remark.before, suggestion), columns));
    }
    if let Some(after) = remark.after.as_ref().filter(|after| **after != remark.before) {
        card.extend(wrap(&change("已改", &remark.before, after), columns));
    }
    if !remark.reason.is_empty() {
        card.extend(wrap(&[(Look::Quiet, format!("理由：{}", remark.reason))], columns));
    }
    // The card is shown whole if it can be, and the text gets the rest.
    let mut text = wrap(&marked_text(block, mark), columns);
    let room = room.saturating_sub(card.len()).max(3);
    let at = text.iter().position(|line| line.iter().any(|(look, _)| *look == Look::Current)).unwrap_or(0);
    let first = at.saturating_sub(room / 2).min(text.len().saturating_sub(room));
    text.drain(..first);
    text.truncate(room);
    text.extend(card);
    text
}

fn change(key: &str, before: &str, after: &str) -> Vec<(Look, String)> {
    let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { visible(text).into_owned() };
    vec![
        (Look::Quiet, format!("{key} ")),
        (Look::Removed, or(before, "（缺）")),
        (Look::Plain, " → ".to_owned()),
        (Look::Written, or(after, "（删去）")),
    ]
}

/// Returns the text of a block with its marks; the current one covers the others.
fn marked_text(block: &SheetBlock, current: &Mark) -> Vec<(Look, String)> {
    let units: Vec<u16> = block.text.encode_utf16().collect();
    let mut looks = vec![Look::Plain; units.len()];
    for mark in &block.marks {
        let look = match mark.state {
            "open" => Look::Open,
            "taken" | "own" => Look::Written,
            _ => continue,
        };
        looks[mark.from.min(units.len())..mark.to.min(units.len())].fill(look);
    }
    let (from, to) = (current.from.min(units.len()), current.to.min(units.len()));
    looks[from..to].fill(Look::Current);
    let mut out: Vec<(Look, String)> = Vec::new();
    let mut push = |look: Look, text: &[u16]| {
        if !text.is_empty() {
            out.push((look, visible(&String::from_utf16_lossy(text).replace('\u{FFFC}', "▢")).into_owned()));
        }
    };
    let mut start = 0;
    for end in 1..=units.len() {
        if from == to && start <= from && end == from {
            push(looks[start], &units[start..end]);
            push(Look::Current, &[u16::try_from(u32::from('∧')).unwrap_or(b'^'.into())]);
            start = end;
        } else if end == units.len() || looks[end] != looks[start] {
            push(looks[start], &units[start..end]);
            start = end;
        }
    }
    if from == to && from == 0 {
        out.insert(0, (Look::Current, "∧".to_owned()));
    }
    out
}

/// Divides styled text into lines of at most so many columns.
pub fn wrap(pieces: &[(Look, String)], columns: usize) -> Vec<Line> {
    let mut out = vec![Line::new()];
    let mut used = 0;
    for (look, text) in pieces {
        for grapheme in graphemes(text) {
            let needed = width(grapheme);
            if used + needed > columns && used > 0 {
                out.push(Line::new());
                used = 0;
            }
            used += needed;
            if let Some(line) = out.last_mut() {
                match line.last_mut() {
                    Some((last, text)) if last == look => text.push_str(grapheme),
                    _ => line.push((*look, grapheme.to_owned())),
                }
            }
        }
    }
    out
}

/// Returns the beginning of a text that fits.
fn cut(text: &str, columns: usize) -> String {
    let text = visible(text);
    let fitting = crate::text::fit(&text, columns);
    if fitting.len() == text.len() {
        text.into_owned()
    } else {
        format!("{}…", crate::text::fit(&text, columns.saturating_sub(2)))
    }
}

/// Returns the end of a text that fits, so that what is being typed stays in sight.
fn tail(text: &str, columns: usize) -> String {
    let all: Vec<&str> = graphemes(text).collect();
    let mut used = 0;
    let from = all.iter().rposition(|grapheme| {
        used += width(grapheme);
        used > columns
    });
    all[from.map_or(0, |from| from + 1)..].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::draft::{Draft, Format};
    use crate::engine::Engine;
    use crate::finding::Finding;
    use crate::sheet::{OPEN, PlacedRemark, Remark, blocks};
    use crate::text::Locator;

    fn sheet(text: &str) -> Vec<SheetBlock> {
        let engine = Engine::new(builtin::rules());
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let mut locator = Locator::new(draft.text());
        let mut remark = |finding: &Finding| PlacedRemark {
            block: finding.block as usize,
            span: finding.span,
            id: None,
            state: OPEN,
            remark: Remark::of(finding, engine.rules(), draft.text(), &mut locator),
        };
        let remarks = engine.check(&draft).iter().map(&mut remark).collect();
        blocks(draft.text(), draft.blocks(), remarks)
    }

    #[test]
    fn every_line_fits_on_every_screen_and_the_current_place_is_on_it() {
        let long = "两地携手推进项目建设，".repeat(60);
        let sheet = sheet(&format!("{long}共建联盟,{long}计划招聘20-30人。“他说。\n"));
        for (columns, rows) in [(80, 24), (40, 12), (30, 10), (200, 60), (31, 11)] {
            for block in &sheet {
                for mark in &block.marks {
                    let scene = Scene {
                        name: "很长很长的稿件名很长很长的稿件名很长很长的稿件名.txt",
                        draft: (1, 12),
                        progress: Progress { decided: 3, total: 47 },
                        place: Some((block, mark)),
                        status: "改写为：甲乙丙丁戊己庚辛甲乙丙丁戊己庚辛甲乙丙丁戊己庚辛甲乙丙丁戊己庚辛",
                        keys: "j 下一处  k 上一处  回车 照改  x 不改  s 保留  e 改写  a 同类  u 撤销  q 退出",
                    };
                    let lines = lines(&scene, columns, rows);
                    assert_eq!(lines.len(), rows);
                    for line in &lines {
                        let columns_of_line: usize = line.iter().map(|(_, text)| width(text)).sum();
                        assert!(columns_of_line <= columns, "{columns}: {line:?}");
                    }
                    assert!(lines.iter().flatten().any(|(look, _)| *look == Look::Current), "{columns}×{rows}");
                }
            }
        }
    }

    #[test]
    fn a_missing_mark_is_shown_where_it_is_missing() {
        let sheet = sheet("他说：“两地携手。\n");
        let (block, mark) =
            sheet.iter().flat_map(|block| block.marks.iter().map(move |mark| (block, mark))).next().unwrap();
        let text: String = marked_text(block, mark).into_iter().map(|(_, text)| text).collect();
        assert_eq!(text.replace('∧', ""), "他说：“两地携手。");
    }

    #[test]
    fn what_is_typed_stays_in_sight() {
        assert_eq!(tail("改写为：甲乙丙丁", 6), "乙丙丁");
        assert_eq!(tail("甲", 6), "甲");
        assert_eq!(cut("甲乙丙丁", 6), "甲乙…");
    }
}
