//! Faults planted in invented articles: the truth is known, so what is found and what is falsely raised can be
//! counted. `cargo test --test planted -- --nocapture` prints the table.

mod article;
mod consistency;
mod fact;
mod layout;
mod random;

use zhubi::builtin;
use zhubi::draft::{Draft, Format};
use zhubi::engine::Engine;
use zhubi::finding::Severity;

pub use article::Article;
pub use random::Random;

/// A kind of fault that can be planted.
#[derive(Clone, Copy)]
pub struct Fault {
    /// What it is, for the table.
    pub kind: &'static str,
    /// The rule that is to find it.
    pub rule: &'static str,
    /// Invents an article and plants the fault in its twin.
    pub plant: fn(&mut Random) -> Twin,
}

/// An article without a fault, and the same with one.
pub struct Twin {
    pub clean: String,
    pub faulty: String,
}

/// The families whose rules are tried.
const FAMILIES: [&str; 3] = ["consistency", "fact", "layout"];
/// How often each kind is planted, and how often at least it must be found, in per cent.
const SEEDS: u64 = 40;
const FOUND: usize = 90;
/// How many cases of a kind that fails are shown.
const SHOWN: usize = 4;

#[test]
fn planted_faults_are_found_and_their_twins_are_silent() {
    let families = FAMILIES.map(str::to_owned);
    let engine = Engine::new(builtin::rules().select(&families, &[], Severity::Warning).unwrap());
    let rules = &engine.rules().rules;
    let found = |text: &str| -> Vec<String> {
        let draft = Draft::open(text.as_bytes().to_vec(), Format::Plain).unwrap();
        let findings = engine.check(&draft);
        let told = |rule: usize| rules[rule].id.clone();
        findings.iter().map(|finding| told(finding.rule as usize)).collect()
    };
    let mut failures = Vec::new();
    println!("{:<32}{:<34}{:>6}{:>6}", "rule", "kind", "found", "false");
    for fault in [consistency::FAULTS, fact::FAULTS, layout::FAULTS].concat() {
        let (mut hits, mut alarms) = (0, 0);
        let mut wrong = Vec::new();
        for seed in 0..SEEDS {
            let twin = (fault.plant)(&mut Random::new(seed, fault.kind));
            assert_ne!(twin.clean, twin.faulty, "{} plants nothing", fault.kind);
            let family = fault.rule.split('/').next().unwrap_or_default();
            if found(&twin.faulty).iter().any(|rule| rule.starts_with(family)) {
                hits += 1;
            } else {
                wrong.push(format!("{} ({seed}) is not found:\n{}", fault.kind, differing(&twin)));
            }
            let raised = found(&twin.clean);
            if !raised.is_empty() {
                alarms += 1;
                wrong.push(format!("{} ({seed}) has no fault, but {raised:?}:\n{}", fault.kind, twin.clean));
            }
        }
        let rate = 100 * hits / SEEDS as usize;
        println!("{:<32}{:<34}{rate:>5}%{alarms:>6}", fault.rule, fault.kind);
        if rate < FOUND || alarms > 0 {
            wrong.truncate(SHOWN);
            failures.append(&mut wrong);
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// The lines of the faulty twin that the clean one has not.
fn differing(twin: &Twin) -> String {
    let lines = twin.faulty.lines().filter(|line| !twin.clean.lines().any(|other| other == *line));
    lines.collect::<Vec<_>>().join("\n")
}
