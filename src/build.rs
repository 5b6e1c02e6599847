//! The build script: compiles the rules, their index, the lexicon and the words of quantities under `rules/` and serializes the
//! results, so that zhubi has nothing to compile at startup. Styles and checklists are embedded as text.
//!
//! It is a second crate root over the modules of zhubi that it needs. The build script sets `cfg(prepared)` for the crate
//! only: code under `#[cfg(not(prepared))]` exists in the build script alone.

#![allow(dead_code, unused_imports)]

mod block;
mod check;
mod context;
mod edit;
mod error;
mod finding;
mod house;
mod index;
mod lexicon;
mod matcher;
mod quantity;
mod rule;
mod stored;
mod text;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use index::IndexTables;
use matcher::Classes;
use rule::{RuleFile, RuleSet};

/// The file with the character classes that all rule files may use.
const SHARED_CLASSES: &str = "classes.toml";
/// The directory with the styles. It contains no rule files.
const STYLES: &str = "styles";
/// The directory with the packs of rules, which run only where they are chosen.
const PACKS: &str = "packs";
/// The directory with the checklists of the standards.
const CHECKLISTS: &str = "checklist";
/// The light model of context. The program can be built without it.
const LIGHT_MODEL: &str = "rules/model/light.zhubi-model";

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src");
    // The crate includes the prepared files under this condition. The build script itself is compiled without it.
    println!("cargo::rustc-cfg=prepared");
    if let Err(message) = prepare() {
        eprintln!("{message}");
        std::process::exit(1);
    }
}

/// Writes the prepared files into the output directory.
fn prepare() -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    let write = |name: &str, content: &[u8]| fs::write(out.join(name), content).map_err(|error| error.to_string());
    let lexicon = lexicon(&root.join("rules/lexicon"))?;
    write("lexicon.bin", &lexicon)?;
    write("quantity.bin", &quantity::prepare()?)?;
    let (rules, files) = rules(&root)?;
    write("rules.bin", &rules.to_bytes().map_err(|error| error.to_string())?)?;
    let [default_index, full_index] = indexes(&rules, &lexicon)?;
    write("default_index.bin", &default_index)?;
    write("full_index.bin", &full_index)?;
    write("rule_files.rs", files.as_bytes())?;
    let model = root.join(LIGHT_MODEL);
    let model = if model.is_file() { format!("Some(include_bytes!({model:?}))") } else { "None".to_owned() };
    write("light_model.rs", model.as_bytes())?;
    let texts = |folder, extension| texts(&root, folder, extension).map_err(|error| error.to_string());
    write("checklist_files.rs", texts(CHECKLISTS, "tsv")?.as_bytes())?;
    write("pack_files.rs", texts(PACKS, "toml")?.as_bytes())?;
    write("style_files.rs", texts(STYLES, "toml")?.as_bytes())
}

/// Compiles the rule files. Returns the rules and, as a Rust array, path, rule ids and text of every file.
fn rules(root: &Path) -> Result<(RuleSet, String), String> {
    let shared = read(root, &root.join("rules").join(SHARED_CLASSES), &Classes::default())?.parsed.classes;
    let mut set = RuleSet { rules: Vec::new(), classes: shared };
    let mut files = String::from("&[\n");
    for path in &rule_file_paths(root)? {
        let file = read(root, path, &set.classes)?;
        let ids: Vec<&str> = file.rules.iter().map(|(rule, _)| rule.id.as_str()).collect();
        files += &format!("    ({:?}, &{ids:?}, include_str!({path:?})),\n", relative_path(root, path));
        for (rule, _) in file.rules {
            if set.rules.iter().any(|known| known.id == rule.id) {
                return Err(format!("{}: {} is defined twice", path.display(), rule.id));
            }
            set.rules.push(rule);
        }
    }
    files += "]\n";
    Ok((set, files))
}

/// Builds the index of the rules that run by default, and that of all rules. Rules have the numbers of their places.
fn indexes(rules: &RuleSet, lexicon: &[u8]) -> Result<[Vec<u8>; 2], String> {
    let lexicon = lexicon::Lexicon::read(lexicon).ok_or("the lexicon cannot be read")?;
    let runs_by_default = rules.default_ids();
    let all = || (0..).zip(&rules.rules);
    let by_default = IndexTables::new(all().filter(|(_, rule)| runs_by_default.contains(&rule.id)), &lexicon);
    let of_all = IndexTables::new(all(), &lexicon);
    let stored = |tables: &IndexTables| tables.view().to_bytes().map_err(|error| error.to_string());
    Ok([stored(&by_default)?, stored(&of_all)?])
}

/// Returns the paths of the rule files in the order of the catalogue: by family, then by file name.
fn rule_file_paths(root: &Path) -> Result<Vec<PathBuf>, String> {
    let rules = root.join("rules");
    let mut paths = Vec::new();
    for folder in fs::read_dir(&rules).map_err(|error| error.to_string())? {
        let folder = folder.map_err(|error| error.to_string())?.path();
        if folder.is_dir() && !folder.ends_with(STYLES) && !folder.ends_with(PACKS) {
            collect(&folder, "toml", &mut paths).map_err(|error| error.to_string())?;
        }
    }
    let family_index = |path: &PathBuf| {
        let family = path.strip_prefix(&rules).ok().and_then(|path| path.iter().next()).unwrap_or_default();
        rule::FAMILIES.iter().position(|(name, _)| family == *name)
    };
    paths.sort_by_key(|path| (family_index(path), path.clone()));
    Ok(paths)
}

/// Returns the serialized lexicon.
fn lexicon(folder: &Path) -> Result<Vec<u8>, String> {
    let list = |name| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    lexicon::prepare(lexicon::LexiconSources {
        words: &list("words")?,
        idioms: &list("idioms")?,
        phrases: &list("phrases")?,
        readings: &list("readings")?,
        sounds: &list("sounds")?,
        shapes: &list("shapes")?,
        glyphs: &list("glyphs")?,
    })
}

/// Returns the files with that extension in a directory under `rules/`, as a Rust array of paths and texts.
fn texts(root: &Path, folder: &str, extension: &str) -> io::Result<String> {
    let mut paths = Vec::new();
    collect(&root.join("rules").join(folder), extension, &mut paths)?;
    paths.sort();
    let entry = |path: &PathBuf| format!("    ({:?}, include_str!({path:?})),\n", relative_path(root, path));
    Ok(format!("&[\n{}]\n", paths.iter().map(entry).collect::<String>()))
}

/// Appends the paths of all files with that extension in `folder` and below.
fn collect(folder: &Path, extension: &str, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, paths)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Compiles the rule file at `path`.
fn read(root: &Path, path: &Path, shared: &Classes) -> Result<RuleFile, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    RuleFile::read(&relative_path(root, path), &text, shared).map_err(|error| error.to_string())
}

/// Returns the path relative to `root`, with `/` as separator on every system.
fn relative_path(root: &Path, path: &Path) -> String {
    let parts: Vec<_> = path.strip_prefix(root).unwrap_or(path).iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
