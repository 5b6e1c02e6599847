//! Prepares the built-in rules and the lexicon: reads every file under `rules/`, compiles its patterns and tables,
//! and writes them down so that a start of zhubi reads them in place of compiling anything.
//!
//! It is a second root over the rooms that these need; their code is the same, said once.

#![allow(dead_code, unused_imports)]

mod block;
mod check;
mod edit;
mod error;
mod finding;
mod lexicon;
mod matcher;
mod quantity;
mod rule;
mod stored;
mod text;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use matcher::Classes;
use rule::{RuleFile, RuleSet};

/// The file that defines the words all rule files may use.
const SHARED: &str = "classes.toml";
/// The directory that holds styles, and no rule files.
const STYLES: &str = "styles";
/// The directory that holds the standards' checklists.
const CHECKLISTS: &str = "checklist";

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src");
    // What the build has prepared is there for the crate, but not for the build itself.
    println!("cargo::rustc-cfg=prepared");
    if let Err(message) = prepare() {
        eprintln!("{message}");
        std::process::exit(1);
    }
}

fn prepare() -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    fs::write(out.join("lexicon.bin"), lexicon(&root.join("rules/lexicon"))?).map_err(|error| error.to_string())?;
    fs::write(out.join("quantity.bin"), quantity::prepare()?).map_err(|error| error.to_string())?;
    let mut paths = Vec::new();
    for family in fs::read_dir(root.join("rules")).map_err(|error| error.to_string())? {
        let family = family.map_err(|error| error.to_string())?.path();
        if family.is_dir() && !family.ends_with(STYLES) {
            collect(&family, "toml", &mut paths).map_err(|error| error.to_string())?;
        }
    }
    // The catalogue follows the order of the families, then that of the file names.
    let order = |path: &PathBuf| {
        let family = path.strip_prefix(root.join("rules")).ok().and_then(|path| path.iter().next()).unwrap_or_default();
        rule::FAMILIES.iter().position(|(name, _)| family == *name)
    };
    paths.sort_by_key(|path| (order(path), path.clone()));

    let shared = read(&root, &root.join("rules").join(SHARED), &Classes::default())?.source.classes;
    let mut set = RuleSet { rules: Vec::new(), classes: shared };
    let mut files = String::from("&[\n");
    for path in &paths {
        let file = read(&root, path, &set.classes)?;
        let ids: Vec<&str> = file.rules.iter().map(|(rule, _)| rule.id.as_str()).collect();
        files += &format!("    ({:?}, &{ids:?}, include_str!({path:?})),\n", name(&root, path));
        for (rule, _) in file.rules {
            if set.rules.iter().any(|known| known.id == rule.id) {
                return Err(format!("{}: {} is defined twice", path.display(), rule.id));
            }
            set.rules.push(rule);
        }
    }
    files += "]\n";

    let styles = texts(&root, STYLES, "toml").map_err(|error| error.to_string())?;
    let checklists = texts(&root, CHECKLISTS, "tsv").map_err(|error| error.to_string())?;
    let bytes = set.write().map_err(|error| error.to_string())?;
    fs::write(out.join("rules.bin"), bytes).map_err(|error| error.to_string())?;
    fs::write(out.join("rule_files.rs"), files).map_err(|error| error.to_string())?;
    fs::write(out.join("checklist_files.rs"), checklists).map_err(|error| error.to_string())?;
    fs::write(out.join("style_files.rs"), styles).map_err(|error| error.to_string())
}

fn lexicon(folder: &Path) -> Result<Vec<u8>, String> {
    let list = |name| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    lexicon::prepare(lexicon::LexiconSources {
        words: &list("words")?,
        idioms: &list("idioms")?,
        readings: &list("readings")?,
        sounds: &list("sounds")?,
        shapes: &list("shapes")?,
    })
}

/// The files of a directory under `rules/`, as an array of paths and texts in Rust.
fn texts(root: &Path, folder: &str, ending: &str) -> io::Result<String> {
    let mut paths = Vec::new();
    collect(&root.join("rules").join(folder), ending, &mut paths)?;
    paths.sort();
    let entry = |path: &PathBuf| format!("    ({:?}, include_str!({path:?})),\n", name(root, path));
    Ok(format!("&[\n{}]\n", paths.iter().map(entry).collect::<String>()))
}

fn collect(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, paths)?;
        } else if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(root: &Path, path: &Path, shared: &Classes) -> Result<RuleFile, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    RuleFile::read(&name(root, path), &text, shared).map_err(|error| error.to_string())
}

/// The path from the project's root, with `/` on every system.
fn name(root: &Path, path: &Path) -> String {
    let parts: Vec<_> = path.strip_prefix(root).unwrap_or(path).iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
