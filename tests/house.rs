//! Checks the structure of the repository: dependencies between rooms, file sizes, the top-level directory.
//!
//! A room is a top-level module, that is a file or directory in `src/`. The table in `ARCHITECTURE.md` lists the rooms
//! and which others each may use.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use regex::Regex;

/// The files and directories allowed in the root directory.
const TOP_LEVEL_ENTRIES: &[&str] = &[
    // Sources.
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "rules",
    // Documentation.
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "docs",
    "samples",
    // Tests.
    "tests",
    "fuzz",
    "proptest-regressions",
    ".ci",
    ".github",
    // Configuration of tools that expect it here.
    ".deny.toml",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "action.yml",
    "pyproject.toml",
    "rustfmt.toml",
];

/// The maximum number of lines of a source file. A longer one should be split.
const MAX_FILE_LINES: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files under a directory, without ignored ones. The paths are relative to the root and sorted.
fn files(under: &str) -> Vec<PathBuf> {
    let walk =
        WalkBuilder::new(root().join(under)).hidden(false).filter_entry(|entry| entry.file_name() != ".git").build();
    let files = walk.map(Result::unwrap).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    let mut files: Vec<PathBuf> = files.map(|entry| entry.path().strip_prefix(root()).unwrap().to_owned()).collect();
    files.sort();
    assert!(!files.is_empty(), "nothing under {under:?}");
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the rooms in the order of the table in `ARCHITECTURE.md`, each with the rooms it may use.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let row = Regex::new(r"(?m)^\| `(\w+)` \|[^|]*\| ([^|]*) \|$").unwrap();
    let name = Regex::new(r"`(\w+)`").unwrap();
    let mut table: Vec<(String, BTreeSet<String>)> = Vec::new();
    for cells in row.captures_iter(&read(Path::new("ARCHITECTURE.md"))) {
        let above = table.iter().map(|(room, _)| room.clone());
        let named = name.captures_iter(&cells[2]).map(|cell| cell[1].to_owned());
        let allowed = if &cells[2] == "all" { above.collect() } else { named.collect() };
        table.push((cells[1].to_owned(), allowed));
    }
    table
}

/// Converts a source path to a module path: `src/check/mod.rs` is `[check]`, `src/check/terms.rs` is `[check, terms]`.
fn module(path: &Path) -> Vec<String> {
    let name = |part: &OsStr| part.to_str().unwrap().to_owned();
    let mut parts: Vec<String> = path.with_extension("").iter().skip(1).map(name).collect();
    parts.pop_if(|last| last == "mod");
    parts
}

/// Returns the source code of a file without its unit tests and line comments.
fn code(path: &Path) -> String {
    let source = read(path);
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Returns the rooms that a source file uses.
fn used_rooms(path: &Path) -> BTreeSet<String> {
    let module = module(path);
    let code = code(path);
    let path_to_root = "super::".repeat(module.len());
    assert!(!code.contains(&path_to_root), "{}: write crate:: instead of {path_to_root}", path.display());
    let pattern = match module[0].as_str() {
        "build" => r"(?m)^mod (\w+);",
        "main" => r"\bzhubi::(\w+)",
        _ => r"\bcrate::(?:(\w+)|\{([^{}]*)\}|[{*])",
    };
    let mut used = BTreeSet::new();
    for found in Regex::new(pattern).unwrap().captures_iter(&code) {
        let names = found.get(1).or(found.get(2)).map(|names| names.as_str());
        let names = names.unwrap_or_else(|| panic!("{}: name the rooms in {} one by one", path.display(), &found[0]));
        used.extend(names.split(',').filter_map(|name| name.trim().split("::").next()).map(str::to_owned));
    }
    used
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let table = table();
    let rooms: BTreeMap<&str, &BTreeSet<String>> = table.iter().map(|(room, uses)| (room.as_str(), uses)).collect();
    assert_eq!(rooms.len(), table.len(), "a room has two rows");
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in files("src") {
        let module = module(&path);
        let room = module[0].as_str();
        if room == "lib" || module.iter().any(|name| name == "tests") {
            continue;
        }
        found.insert(room.to_owned());
        let Some(allowed) = rooms.get(room) else {
            wrong.push(format!("{}: the room {room} has no row in ARCHITECTURE.md", path.display()));
            continue;
        };
        let forbidden = used_rooms(&path).into_iter().filter(|used| used != room && !allowed.contains(used));
        wrong.extend(forbidden.map(|used| format!("{}: {room} may not use {used}", path.display())));
    }
    let missing = rooms.keys().filter(|room| !found.contains(**room));
    wrong.extend(missing.map(|room| format!("ARCHITECTURE.md: there is no room {room}")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rooms_use_only_rooms_above_them_in_the_table() {
    let mut above = BTreeSet::new();
    for (room, uses) in table() {
        let below: Vec<&String> = uses.difference(&above).collect();
        assert!(below.is_empty(), "{room} uses {below:?}, which are not above it in the table");
        above.insert(room);
    }
}

/// Returns the modules inside a room in the order of their table in `ARCHITECTURE.md`, each with the modules it may
/// use. The rows are named `room::module`.
fn inner_table(room: &str) -> Vec<(String, BTreeSet<String>)> {
    let row = Regex::new(&format!(r"(?m)^\| `{room}::(\w+)` \|[^|]*\| ([^|]*) \|$")).unwrap();
    let name = Regex::new(&format!(r"`{room}::(\w+)`")).unwrap();
    let text = read(Path::new("ARCHITECTURE.md"));
    let used = |cell: &str| name.captures_iter(cell).map(|found| found[1].to_owned()).collect();
    row.captures_iter(&text).map(|cells| (cells[1].to_owned(), used(&cells[2]))).collect()
}

/// Returns the first part of each path in a `use` list: `Hit`, `trigger` and `kind` for
/// `Hit, trigger::{Anchor, Triggers}, kind`.
fn first_parts(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = list.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.filter_map(|part| part.trim().split("::").next()).filter(|part| !part.is_empty()).collect()
}

#[test]
fn modules_of_check_use_only_what_their_table_allows() {
    let table = inner_table("check");
    let modules: BTreeMap<&str, &BTreeSet<String>> = table.iter().map(|(name, uses)| (name.as_str(), uses)).collect();
    assert!(!modules.is_empty());
    // An item that `check` re-exports belongs to the module that defines it.
    let exports = Regex::new(r"(?m)^pub use (\w+)::(?:\{([^}]*)\}|(\w+));").unwrap();
    let root = code(Path::new("src/check/mod.rs"));
    let mut owners = BTreeMap::new();
    for found in exports.captures_iter(&root) {
        let names = found.get(2).or(found.get(3)).unwrap().as_str();
        owners.extend(names.split(',').map(|name| (name.trim().to_owned(), found[1].to_owned())));
    }
    let (by_crate, by_super) = (r"\bcrate::check::(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\w+))", r"\bsuper::(\w+)");
    let (by_crate, by_super) = (Regex::new(by_crate).unwrap(), Regex::new(by_super).unwrap());
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in files("src/check") {
        let module = module(&path);
        let Some(name) = module.get(1) else { continue };
        found.insert(name.clone());
        let Some(allowed) = modules.get(name.as_str()) else {
            wrong.push(format!("{}: the module {name} has no row in ARCHITECTURE.md", path.display()));
            continue;
        };
        let code = code(&path);
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for names in by_crate.captures_iter(&code) {
            used.extend(first_parts(names.get(1).or(names.get(2)).unwrap().as_str()));
        }
        // In a file directly in the folder, `super` is `check` itself.
        if module.len() == 2 && !path.ends_with("mod.rs") {
            used.extend(by_super.captures_iter(&code).map(|names| names.get(1).unwrap().as_str()));
        }
        let owner = |used: &str| owners.get(used).cloned().unwrap_or_else(|| used.to_owned());
        let forbidden = used.into_iter().map(owner).filter(|used| used != name && !allowed.contains(used));
        wrong.extend(forbidden.map(|used| format!("{}: {name} may not use {used}", path.display())));
    }
    wrong
        .extend(modules.keys().filter(|name| !found.contains(**name)).map(|name| format!("there is no module {name}")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let mut above = BTreeSet::new();
    for (name, uses) in table {
        assert!(uses.is_subset(&above), "{name} uses modules that are not above it in the table");
        above.insert(name);
    }
}

#[test]
fn source_files_are_short_and_contain_no_unsafe_code() {
    let unsafe_code = Regex::new(r"\bunsafe\b").unwrap();
    for path in files("src") {
        let source = read(&path);
        let lines = source.lines().count();
        assert!(lines <= MAX_FILE_LINES, "{} has {lines} lines", path.display());
        assert!(!unsafe_code.is_match(&source), "{} contains unsafe code", path.display());
    }
}

#[test]
fn files_are_read_only_where_their_kind_and_size_are_checked() {
    const READERS: [&str; 3] = ["src/file.rs", "src/cli/replace.rs", "src/build.rs"];
    let reads = Regex::new(r"\bfs::read(?:_to_string)?\(|\bFile::open\b").unwrap();
    for path in files("src") {
        let is_test = module(&path).iter().any(|name| name == "tests");
        let may_read = is_test || READERS.iter().any(|reader| path == Path::new(reader));
        assert!(may_read || !reads.is_match(&code(&path)), "{}: read files through crate::file", path.display());
    }
}

#[test]
fn commands_show_paths_without_control_characters() {
    for path in files("src/cli") {
        // Errors and drafts keep their path as it is, and make it safe when they are shown.
        let is_safe =
            |line: &str| !line.contains(".display()") || line.contains("in_file(") || line.contains(".fmt(f)");
        let code = code(&path);
        let unsafe_line = code.lines().find(|line| !is_safe(line));
        assert_eq!(unsafe_line, None, "{}: show the path through console::shown", path.display());
    }
}

/// Returns all strings in a TOML value, however deeply nested.
fn strings(value: &toml::Value) -> Vec<&str> {
    match value {
        toml::Value::String(text) => vec![text],
        toml::Value::Array(values) => values.iter().flat_map(strings).collect(),
        toml::Value::Table(values) => values.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn patterns_have_no_unicode_word_classes() {
    // Each of these classes is a set of 130,000 characters, so it does not narrow down where a pattern can match.
    let word = Regex::new(r"(?:^|[^\\])(?:\\\\)*\\[bBwW]").unwrap();
    for path in files("rules").iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let file: toml::Table = toml::from_str(&read(path)).unwrap();
        let rules = file.get("rule").and_then(toml::Value::as_array).into_iter().flatten();
        for pattern in rules.filter_map(|rule| rule.get("check")).flat_map(strings) {
            assert!(!word.is_match(pattern), "{}: {pattern}", path.display());
        }
    }
}

#[test]
fn root_directory_contains_only_known_entries() {
    let stray: BTreeSet<PathBuf> = files("")
        .iter()
        .map(|path| PathBuf::from(path.iter().next().unwrap()))
        .filter(|entry| !TOP_LEVEL_ENTRIES.iter().any(|known| entry == Path::new(known)))
        .collect();
    assert!(stray.is_empty(), "{stray:?}: move it, or add it to TOP_LEVEL_ENTRIES");
}

#[test]
fn no_file_contains_private_paths_or_addresses() {
    let private = Regex::new(
        r"(?x) /(?:work|root|home|Users)(?:/|\b) | \b[A-Z]:\\Users\b
        | \b(?:10|127)(?:\.[0-9]{1,3}){3}\b | \b(?:192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]{1,3}){2}\b | \blocalhost\b
        | \.(?:internal|intranet|lan)\b",
    )
    .unwrap();
    for path in files("").iter().filter(|path| path.file_name().is_some_and(|name| name != "Cargo.lock")) {
        // Binary files are skipped.
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            assert!(!private.is_match(line), "{}:{}: {line}", path.display(), number + 1);
        }
    }
}
