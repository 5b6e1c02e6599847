//! What was decided to stand is kept for later runs: a place in the suppression list, a word in the configuration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::replace::create_or_replace;
use super::stet::merge_into_list;
use super::workspaces::with_slashes;
use crate::config::{Config, FILE_NAME};
use crate::error::{Error, Result};
use crate::file::read_text;
use crate::review::{Galley, Verdict};
use crate::stet::{SuppressionEntry, SuppressionList};

/// Keeps what was decided to stand in a draft that has a file: `zhubi check` and `zhubi fix` leave it alone from now on.
///
/// # Errors
/// The list or the configuration cannot be read or written.
pub fn keep(galley: &Galley) -> Result<()> {
    let Some(draft) = &galley.file else { return Ok(()) };
    let folder =
        std::fs::canonicalize(draft.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let Ok(folder) = folder else { return Ok(()) };
    keep_places(galley, &folder.join(draft.file_name().unwrap_or_default()), &folder)?;
    keep_words(galley, &folder)
}

/// Adds the places that stand to the suppression list above the draft, or to a new one beside it.
fn keep_places(galley: &Galley, draft: &Path, folder: &Path) -> Result<()> {
    let list = nearest(folder, SuppressionList::FILE_NAME);
    let path = draft.strip_prefix(list.parent().unwrap_or(folder)).unwrap_or(draft);
    let entries = galley.reading().decided().iter().filter_map(|decided| match &decided.verdict {
        Verdict::Stet { reason } => Some(SuppressionEntry {
            path: with_slashes(path),
            rule: decided.rule.clone(),
            text: decided.before.clone(),
            before: decided.around.0.clone(),
            after: decided.around.1.clone(),
            count: 1,
            who: String::new(),
            why: reason.clone(),
        }),
        _ => None,
    });
    let entries: Vec<SuppressionEntry> = entries.collect();
    if entries.is_empty() { Ok(()) } else { merge_into_list(&list, &entries) }
}

/// Adds the words that were taken up to the configuration that applies to the draft, or to a new one beside it.
fn keep_words(galley: &Galley, folder: &Path) -> Result<()> {
    let decided = galley.reading().decided().iter().filter(|decided| decided.verdict == Verdict::Word);
    let words: BTreeSet<(&str, &str)> = decided
        .map(|decided| (decided.rule.as_str(), decided.before.as_str()))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    if words.is_empty() {
        return Ok(());
    }
    let path = nearest(folder, FILE_NAME);
    let mut text = if path.is_file() { read_text(&path, "配置文件")? } else { String::new() };
    let known = if path.is_file() { Config::open(&path, None)?.exceptions } else { Vec::new() };
    let is_known =
        |rule: &str, word: &str| known.iter().any(|it| it.rule.get_ref().as_str() == rule && it.text == word);
    let length = text.len();
    for (rule, word) in words.into_iter().filter(|(rule, word)| !is_known(rule, word)) {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text += &format!("\n[[stet]]\nrule = {}\ntext = {}\nwhy = \"校读时收词\"\n", quoted(rule), quoted(word));
    }
    if text.len() == length {
        return Ok(());
    }
    // What is written must be a configuration.
    if toml::from_str::<toml::Table>(&text).is_err() {
        let error = Error::new("配置文件里的 stet 写法特别，收词没能写进去。");
        return Err(error.help("请在配置文件里用 [[stet]] 写保留的字句。").in_file(path.display()));
    }
    create_or_replace(&path, text.as_bytes()).map_err(|error| error.in_file(path.display()))
}

/// Returns the file of that name in a folder or in the nearest one above it; if there is none, the one to be created.
fn nearest(folder: &Path, name: &str) -> PathBuf {
    let found = folder.ancestors().map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| folder.join(name))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
