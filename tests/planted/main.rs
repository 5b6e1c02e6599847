//! Measures detection and false alarms of the rules that compute or compare. Each generated article exists in two
//! versions, one without errors and one with a planted error, so both rates can be counted.
//!
//! `cargo test --test planted -- --nocapture` prints the table of rates.

mod article;
mod consistency;
mod fact;
mod figures;
mod forms;
mod layout;
mod random;
mod safe;
mod time;

use zhubi::{Checker, Draft, Format, Severity};

pub use article::Article;
pub use random::Random;

/// A kind of error that can be planted in an article.
#[derive(Clone, Copy)]
pub struct Fault {
    /// The name in the table. It also seeds the random numbers: a renamed kind generates other articles.
    pub kind: &'static str,
    /// The id of the rule that detects it. The test accepts a finding of any rule of the same family.
    pub rule: &'static str,
    /// Generates an article and plants the error in a copy of it.
    pub plant: fn(&mut Random) -> ArticlePair,
}

/// The text of an article without errors, and of the same article with one planted error.
pub struct ArticlePair {
    pub clean: String,
    pub faulty: String,
}

/// The families of the rules that run, and single rules.
const FAMILIES: [&str; 4] = ["consistency", "fact", "layout", "number/weekday"];
/// The number of articles per kind.
const ARTICLES_PER_KIND: u64 = 40;
/// The minimum share of planted errors of a kind that must be found, in per cent.
const MIN_FOUND_PERCENT: usize = 90;
/// The maximum number of cases printed for a kind that fails.
const MAX_SHOWN_CASES: usize = 4;

#[test]
fn finds_planted_errors_and_raises_no_false_alarms() {
    println!("{:<32}{:<34}{:>6}{:>6}", "rule", "kind", "found", "false");
    let faults = [consistency::FAULTS, fact::FAULTS, figures::FAULTS, time::FAULTS, layout::FAULTS];
    let certain = failures_of(&faults.concat(), Severity::Warning);
    let failures = [certain, failures_of(layout::DOUBTFUL_FAULTS, Severity::Advice)].concat();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// Plants the errors of each kind, looks for them down to `level`, and returns the cases of the kinds that fail.
fn failures_of(faults: &[Fault], level: Severity) -> Vec<String> {
    let builder = Checker::builder().level(level);
    let checker = FAMILIES.into_iter().fold(builder, |builder, family| builder.only(family)).build().unwrap();
    let found_rules = |text: &str| -> Vec<String> {
        let draft = Draft::open(text.as_bytes().to_vec(), Format::Plain).unwrap();
        checker.check(&draft).into_iter().map(|finding| finding.rule).collect()
    };
    let mut failures = Vec::new();
    for fault in faults {
        let (mut found, mut false_alarms) = (0, 0);
        let mut wrong = Vec::new();
        for seed in 0..ARTICLES_PER_KIND {
            let pair = (fault.plant)(&mut Random::new(seed, fault.kind));
            assert_ne!(pair.clean, pair.faulty, "{} plants nothing", fault.kind);
            let family = fault.rule.split('/').next().unwrap_or_default();
            if found_rules(&pair.faulty).iter().any(|rule| rule.starts_with(family)) {
                found += 1;
            } else {
                wrong.push(format!("{} ({seed}) is not found:\n{}", fault.kind, faulty_lines(&pair)));
            }
            let raised = found_rules(&pair.clean);
            if !raised.is_empty() {
                false_alarms += 1;
                wrong.push(format!("{} ({seed}) has no error, but {raised:?}:\n{}", fault.kind, pair.clean));
            }
        }
        let rate = 100 * found / ARTICLES_PER_KIND as usize;
        println!("{:<32}{:<34}{rate:>5}%{false_alarms:>6}", fault.rule, fault.kind);
        if rate < MIN_FOUND_PERCENT || false_alarms > 0 {
            wrong.truncate(MAX_SHOWN_CASES);
            failures.append(&mut wrong);
        }
    }
    failures
}

/// Returns the lines of the faulty article that the clean one does not have.
fn faulty_lines(pair: &ArticlePair) -> String {
    let lines = pair.faulty.lines().filter(|line| !pair.clean.lines().any(|other| other == *line));
    lines.collect::<Vec<_>>().join("\n")
}
