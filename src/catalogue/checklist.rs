//! Checklists of the standards: which clause requires what and, where no rule checks it, why not.

use crate::builtin;

/// The requirements of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// The name of the standard.
    pub title: String,
    /// The requirements.
    pub lines: Vec<ChecklistLine>,
}

/// A requirement of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistLine {
    /// The id by which rules refer to the requirement (`covers`).
    pub id: String,
    /// The clause of the standard.
    pub clause: String,
    /// The requirement in a few words.
    pub requirement: String,
    /// Why rules do not check the requirement, or only part of it. Empty if they check all of it.
    pub reason: String,
}

/// Returns the checklists in `rules/checklist/`.
pub fn checklists() -> Vec<Checklist> {
    builtin::checklists().map(parse).collect()
}

/// Parses a checklist: a heading, then lines of tab-separated cells.
fn parse(text: &str) -> Checklist {
    let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default().to_owned();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let lines = rows.map(|row| {
        let mut cells = row.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        ChecklistLine { id: cell(), clause: cell(), requirement: cell(), reason: cell() }
    });
    Checklist { title, lines: lines.collect() }
}
