//! Where a quotation differs from a source: the cheapest way to turn a part of the source into the quotation.

/// A place where a quotation differs from its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The characters of the quotation, from one to another; none if something is left out.
    pub quoted: std::ops::Range<usize>,
    /// The characters of the source; none if something is added.
    pub source: std::ops::Range<usize>,
}

/// A part of a source that a quotation stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// How many characters are wrong, left out or added. Two neighbours that are swapped count once.
    pub cost: usize,
    /// The characters of the source.
    pub source: std::ops::Range<usize>,
    pub changes: Vec<Change>,
}

/// Aligns a quotation with the part of `source` that it resembles most, if that takes at most `most` changes. The quotation
/// may begin and end anywhere in the source.
pub fn align(quoted: &[u16], source: &[u16], most: usize) -> Option<Alignment> {
    let (rows, columns) = (quoted.len() + 1, source.len() + 1);
    let mut costs = vec![0_u16; rows * columns];
    let at = |row: usize, column: usize| row * columns + column;
    for row in 1..rows {
        costs[at(row, 0)] = row as u16;
        let mut least = costs[at(row, 0)];
        for column in 1..columns {
            let is_same = quoted[row - 1] == source[column - 1];
            let mut cost = costs[at(row - 1, column - 1)] + u16::from(!is_same);
            cost = cost.min(costs[at(row - 1, column)] + 1).min(costs[at(row, column - 1)] + 1);
            if is_swapped(quoted, source, row, column) {
                cost = cost.min(costs[at(row - 2, column - 2)] + 1);
            }
            costs[at(row, column)] = cost;
            least = least.min(cost);
        }
        if usize::from(least) > most {
            return None;
        }
    }
    let last = rows - 1;
    // Where the last character is wrong, it is not one too many.
    let (cost, end) = (0..columns)
        .map(|column| (costs[at(last, column)], column))
        .min_by_key(|(cost, column)| (*cost, columns - column))?;
    let cost = usize::from(cost);
    if cost > most {
        return None;
    }
    let (mut row, mut column, mut changes) = (last, end, Vec::<Change>::new());
    while row > 0 {
        let here = costs[at(row, column)];
        let (back_row, back_column) = if column > 0
            && costs[at(row - 1, column - 1)] + u16::from(quoted[row - 1] != source[column - 1]) == here
        {
            (row - 1, column - 1)
        } else if is_swapped(quoted, source, row, column) && costs[at(row - 2, column - 2)] + 1 == here {
            (row - 2, column - 2)
        } else if costs[at(row - 1, column)] + 1 == here {
            (row - 1, column)
        } else {
            (row, column - 1)
        };
        if costs[at(back_row, back_column)] != here {
            match changes.last_mut() {
                Some(change) if change.quoted.start == row && change.source.start == column => {
                    (change.quoted.start, change.source.start) = (back_row, back_column);
                }
                _ => changes.push(Change { quoted: back_row..row, source: back_column..column }),
            }
        }
        (row, column) = (back_row, back_column);
    }
    changes.reverse();
    Some(Alignment { cost, source: column..end, changes })
}

fn is_swapped(quoted: &[u16], source: &[u16], row: usize, column: usize) -> bool {
    row > 1
        && column > 1
        && quoted[row - 1] == source[column - 2]
        && quoted[row - 2] == source[column - 1]
        && quoted[row - 1] != quoted[row - 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn finds_the_changes_wherever_the_source_has_the_text() {
        let source = codes("前言不计学而时习之不亦说乎有朋自远方来后语");
        for (quoted, cost, changes) in [
            ("学而时习之不亦说乎", 0, vec![]),
            ("学而时习之不亦乐乎", 1, vec![(7..8, 11..12)]),
            ("学而时习不亦说乎", 1, vec![(4..4, 8..9)]),
            ("学而时习之不亦亦说乎", 1, vec![(7..8, 11..11)]),
            ("学时而习之不亦说乎", 1, vec![(1..3, 5..7)]),
        ] {
            let found = align(&codes(quoted), &source, 2).unwrap();
            let written: Vec<_> = found.changes.iter().map(|it| (it.quoted.clone(), it.source.clone())).collect();
            assert_eq!(found.cost, cost, "{quoted}");
            if quoted.contains("亦亦") {
                assert_eq!(written.len(), 1);
            } else {
                assert_eq!(written, changes, "{quoted}");
            }
        }
        assert_eq!(align(&codes("完全是别的话"), &source, 2), None);
    }
}
