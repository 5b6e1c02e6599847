use crate::builtin;

/// A standard, as lines that can be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// The standard's name.
    pub title: String,
    /// What it demands.
    pub lines: Vec<Line>,
}

/// One demand of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What rules call it.
    pub id: String,
    /// The clause of the standard.
    pub clause: String,
    /// What it demands, in a few words.
    pub demand: String,
    /// Why no rule answers it, or not all of it; empty where rules do.
    pub reason: String,
}

/// The checklists in `rules/checklist/`.
pub fn checklists() -> Vec<Checklist> {
    builtin::checklists().map(parse).collect()
}

fn parse(text: &str) -> Checklist {
    let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default().to_owned();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let lines = rows.map(|row| {
        let mut cells = row.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        Line { id: cell(), clause: cell(), demand: cell(), reason: cell() }
    });
    Checklist { title, lines: lines.collect() }
}
