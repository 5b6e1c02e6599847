use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::TARGETS;

/// The time limit for one input, generous enough for a debug build on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// The most bytes that all corpora together may have.
const MOST_BYTES: u64 = 2 << 20;

/// How many drafts of the grammar are checked, fixed, and fixed again. More are for `tests/real/fuzz`.
const DRAFTS: u64 = 200;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&folder().join("corpus")), targets);
    assert_eq!(names(&folder().join("fuzz_targets")), targets.iter().map(|name| format!("{name}.rs")).collect());
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    for name in &targets {
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n")), "{name}");
        let program = fs::read_to_string(folder().join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("zhubi::fuzz::{name}(input)")), "{name}");
    }
}

#[test]
fn corpora_are_small() {
    let files = TARGETS.iter().flat_map(|(name, _)| fs::read_dir(folder().join("corpus").join(name)).unwrap());
    assert!(files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>() <= MOST_BYTES);
}

#[test]
fn corpora_hold() {
    let mut failed = Vec::new();
    for (name, target) in TARGETS {
        for file in names(&folder().join("corpus").join(name)) {
            let input = fs::read(folder().join("corpus").join(name).join(&file)).unwrap();
            let start = Instant::now();
            let holds = catch_unwind(AssertUnwindSafe(|| target(&input))).is_ok();
            if !holds || start.elapsed() > TIME_LIMIT {
                failed.push(format!("{name}/{file}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn drafts_of_the_grammar_hold() {
    for seed in 0..DRAFTS {
        // A linear congruential generator, with Knuth's constants.
        let mut state = seed;
        let choices = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        });
        super::copy(&choices.take(80).collect::<Vec<_>>());
    }
}
