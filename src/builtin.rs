//! The built-in rules, their index, styles, checklists and lexicon. The build script has prepared them and embedded them in the
//! program.

use std::hash::Hasher;
use std::sync::Arc;

use fnv::FnvHasher;

use crate::error::Result;
use crate::house::{House, ListKind, Roster, Vocabulary};
use crate::index::Index;
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::rule::{ParsedRuleFile, RuleFile, RuleSet};

/// The compiled rules, serialized.
static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
/// Indexes of the rules, serialized: of the rules that run by default, and of all.
static INDEXES: [&[u8]; 2] = [
    include_bytes!(concat!(env!("OUT_DIR"), "/default_index.bin")),
    include_bytes!(concat!(env!("OUT_DIR"), "/full_index.bin")),
];
/// The lexicon, serialized.
static LEXICON: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"));
/// The light model of context, if there was one when the program was built.
#[cfg(feature = "model")]
pub static LIGHT_MODEL: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/light_model.rs"));
/// Path, ids of the rules and text of every rule file.
static RULE_FILES: &[(&str, &[&str], &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));
/// Path and text of every style.
static STYLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/style_files.rs"));
/// Path and text of every pack of rules.
static PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pack_files.rs"));
/// Path and text of every checklist.
static CHECKLISTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checklist_files.rs"));

/// Returns the built-in rules.
pub fn rules() -> RuleSet {
    RuleSet::from_bytes(RULES).expect("the build script serialized the rules with the same code")
}

/// Returns a number that tells whether two programs have the same rules and packs of rules, and the same lexicon.
pub fn digest() -> u64 {
    let mut hasher = FnvHasher::default();
    let rules = RULE_FILES.iter().map(|(path, _, text)| (*path, text.as_bytes()));
    let packs = PACKS.iter().map(|(path, text)| (*path, text.as_bytes()));
    for (path, content) in rules.chain(packs).chain([("lexicon", LEXICON)]) {
        for part in [path.as_bytes(), content] {
            // The length keeps the end of one part and the beginning of the next apart.
            hasher.write(&(part.len() as u64).to_le_bytes());
            hasher.write(part);
        }
    }
    hasher.finish()
}

/// Returns the smallest prepared index that has all rules with these numbers, which are those of
/// [`Rule::prepared`](crate::rule::Rule::prepared).
pub fn index_with(numbers: &[u16]) -> Index<'static> {
    let [by_default, of_all] =
        INDEXES.map(|bytes| Index::read(bytes).expect("the build script stored the index with the same code"));
    let known: Vec<u16> = by_default.rules().collect();
    let has_all = numbers.iter().all(|number| known.binary_search(number).is_ok());
    if has_all { by_default } else { of_all }
}

/// Compiles the built-in rule files from their text, which gives their rules with the examples.
///
/// # Errors
/// A file is invalid. The tests rule this out.
pub fn files() -> Result<Vec<RuleFile>> {
    let shared = rules().classes;
    RULE_FILES.iter().map(|(path, _, text)| RuleFile::read(path, text, &shared)).collect()
}

/// Parses the rule file that contains the built-in rule with that id. Returns `None` if there is no such rule. `rules`
/// provides the shared character classes.
///
/// # Errors
/// The file is invalid. The tests rule this out.
pub fn rule_file_of(id: &str, rules: &RuleSet) -> Result<Option<ParsedRuleFile>> {
    let file = RULE_FILES.iter().find(|(_, ids, _)| ids.contains(&id));
    file.map(|(path, _, text)| ParsedRuleFile::parse(path, text, &rules.classes)).transpose()
}

/// Returns name, path and text of every built-in style.
pub fn styles() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    STYLES.iter().map(|(path, text)| (name_of(path), *path, *text))
}

/// Returns the names of the packs of rules.
pub fn pack_names() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(path, _)| name_of(path))
}

/// Reads the pack with that name; `None` if there is none. `shared` are the character classes that every file may use.
///
/// # Errors
/// The pack is invalid. The tests rule this out.
pub fn pack(name: &str, shared: &Classes) -> Result<Option<RuleFile>> {
    let pack = PACKS.iter().find(|(path, _)| name_of(path) == name);
    pack.map(|(path, text)| RuleFile::read(path, text, shared)).transpose()
}

/// The name of a file without its folder and extension.
fn name_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Returns the texts of the standards' checklists.
pub fn checklists() -> impl Iterator<Item = &'static str> {
    CHECKLISTS.iter().map(|(_, text)| *text)
}

/// Returns the lists of an invented paper, by which the rules about lists are proved.
pub fn example_house() -> House {
    const LISTS: [(&str, ListKind, &str); 3] = [
        ("words.txt", ListKind::Words, include_str!("../rules/house/example/words.txt")),
        ("names.txt", ListKind::Names, include_str!("../rules/house/example/names.txt")),
        ("terms.txt", ListKind::Terms, include_str!("../rules/house/example/terms.txt")),
    ];
    let (roster, _) = Roster::read("offices.csv", include_str!("../rules/house/example/offices.csv"));
    let lists = LISTS.map(|(path, kind, text)| Arc::new(Vocabulary::prepare(path, text, kind).0));
    House::new(lists.into()).with_rosters(vec![roster])
}

/// Returns the lexicon.
pub fn lexicon() -> Lexicon<'static> {
    Lexicon::read(LEXICON).expect("the build script serialized the lexicon with the same code")
}
