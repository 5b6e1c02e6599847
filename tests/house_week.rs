//! Follows `docs/house.md` as a reader would: a week of a paper. Writes the files, runs the commands, and compares what
//! they print with the page.

#![cfg(unix)]

mod support;

const PAGE: &str = include_str!("../docs/house.md");

#[test]
fn a_week_of_a_paper() {
    let directory = tempfile::tempdir().unwrap();
    let commands = support::follow(PAGE, directory.path());
    assert!(commands >= 10, "{commands}");
}
