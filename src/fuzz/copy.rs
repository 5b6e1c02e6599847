//! Targets on drafts that a grammar makes, with slips.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use arbitrary::Unstructured;

use super::drafts::{self, ENGINE};
use crate::builtin;
use crate::compare::compare;
use crate::draft::{Draft, Format};
use crate::engine::FindingCache;
use crate::file::read_text;
use crate::rule::Case;

/// The formats in which the drafts are written.
const FORMATS: [(Format, &str); 5] = [
    (Format::Plain, "plain"),
    (Format::Markdown, "markdown"),
    (Format::Html, "html"),
    (Format::Subtitle, "subtitles"),
    (Format::Plain, "figures"),
];

/// What stands for characters in the grammar.
const ESCAPES: [(&str, &str); 9] = [
    (r"\n", "\n"),
    (r"\t", "\t"),
    (r"\s", " "),
    (r"\p", "|"),
    (r"\e", ""),
    (r"\z", "\u{200B}"),
    (r"\i", "\u{3000}"),
    (r"\x", "\u{A0}"),
    (r"\u", "\u{202E}"),
];

/// How many symbols of the grammar a draft is made of.
const MOST_SYMBOLS: usize = 150;

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::load);

/// A grammar: for each symbol the texts that it may stand for, in which `{symbol}` is another symbol. The first text of a
/// symbol leads to an end.
struct Grammar(HashMap<String, Vec<String>>);

impl Grammar {
    /// Reads `tests/fuzz/copy.grammar`. The symbol `slip` also stands for the bad examples of all rules, `rule-text` for
    /// those that are no mistakes.
    fn load() -> Grammar {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/copy.grammar");
        let text = read_text(&path, "语法").unwrap();
        let mut symbols: HashMap<String, Vec<String>> = HashMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, texts) = line.split_once(" = ").unwrap();
            let texts = texts
                .split(" | ")
                .map(|text| ESCAPES.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)));
            symbols.entry(name.to_owned()).or_default().extend(texts);
        }
        for example in builtin::files().unwrap().iter().flat_map(|file| &file.rules).flat_map(|(_, examples)| examples)
        {
            let (symbol, text) = match &example.case {
                Case::Bad { text, .. } => ("slip", text),
                Case::Ok(text) => ("rule-text", text),
            };
            let text = text.replace(['⟦', '⟧', '{', '}'], "");
            symbols.get_mut(symbol).unwrap().push(text);
        }
        Grammar(symbols)
    }

    /// Writes what `start` stands for, as the choices decide. When they or the symbols are used up, the first text of each
    /// symbol is taken.
    fn write(&self, start: &str, choices: &mut Unstructured) -> String {
        let mut out = String::new();
        let mut open: Vec<&str> = vec![];
        let mut symbol = Some(start);
        for count in 0.. {
            if let Some(name) = symbol.take() {
                let texts = &self.0[name];
                let last = if count > MOST_SYMBOLS { 0 } else { texts.len() - 1 };
                open.push(&texts[choices.int_in_range(0..=last).unwrap_or_default()]);
            }
            let Some(rest) = open.pop() else { return out };
            let (text, after) = rest.split_once('{').unwrap_or((rest, ""));
            out.push_str(text);
            if let Some((name, after)) = after.split_once('}') {
                open.push(after);
                symbol = Some(name);
            }
        }
        out
    }
}

/// A draft that the choices decide.
fn draft(choices: &mut Unstructured) -> Draft {
    let (format, symbol) = *choices.choose(&FORMATS).unwrap_or(&FORMATS[0]);
    Draft::open(GRAMMAR.write(symbol, choices).into(), format).unwrap()
}

/// The draft is fixed as any other. What is found does not depend on the number of threads.
pub fn copy(input: &[u8]) {
    let draft = draft(&mut Unstructured::new(input));
    drafts::fix(&draft);
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert!(alone.install(|| ENGINE.check(&draft)) == ENGINE.check(&draft), "the threads decide what is found");
}

/// What is found in a version does not depend on what was read before. Comparing versions gives each finding of the old one
/// a fate.
pub fn versions(input: &[u8]) {
    let choices = &mut Unstructured::new(input);
    let old = draft(choices);
    let mut text = old.text().to_owned();
    for _ in 0..choices.int_in_range(0..=3).unwrap_or_default() {
        let at = text.floor_char_boundary(choices.int_in_range(0..=text.len()).unwrap_or_default());
        let end = text.floor_char_boundary((at + choices.int_in_range(0..=30).unwrap_or_default()).min(text.len()));
        text.replace_range(at..end.max(at), &GRAMMAR.write("part", choices));
    }
    let new = old.reopen(text.into()).unwrap();
    let mut cache = FindingCache::default();
    let found = |cache: &mut FindingCache, draft: &Draft| {
        let found = ENGINE.check_with(draft, cache);
        assert!(found == ENGINE.check(draft), "what was read before decides what is found in {:?}", draft.text());
        found
    };
    let (in_old, in_new) = (found(&mut cache, &old), found(&mut cache, &new));
    let _ = found(&mut cache, &old);
    let comparison = compare((&old, &in_old), (&new, &in_new), &new);
    assert_eq!(comparison.fates.len(), in_old.len());
    for change in &comparison.changes {
        assert!(old.text().get(change.old.range()).is_some() && new.text().get(change.new.range()).is_some());
    }
}
