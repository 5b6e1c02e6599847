//! What `docs/ci.md` and `action.yml` tell others to write does what it says, as far as that can be tried here.

mod support;

use std::path::Path;
use std::process::Output;
use std::{env, fs};

use serde_json::Value;
use support::{ROOT, command, zhubi};
use tempfile::TempDir;

const PAGE: &str = include_str!("../docs/ci.md");

/// The fenced blocks of YAML on the page.
fn blocks() -> Vec<&'static str> {
    PAGE.split("\n```yaml\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn read(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap()
}

/// Runs a script of a CI with `zhubi` as a command, in a repository with a clean commit and a draft changed since.
#[cfg(unix)]
fn run(directory: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let built = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap().to_owned();
    let others = env::var_os("PATH").unwrap();
    let path = env::join_paths(std::iter::once(built).chain(env::split_paths(&others))).unwrap();
    let mut bash = command("bash", directory);
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).env("PATH", path);
    bash.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]).envs(variables.iter().copied());
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        bash.env_remove(variable);
    }
    bash.output().unwrap()
}

#[cfg(unix)]
fn repository(old: &str, new: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.txt"), old).unwrap();
    let git = "git -c user.name=z -c user.email=z@example.com";
    let made = run(directory.path(), &format!("git init -q && git add . && {git} commit -qm old"), &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::write(directory.path().join("a.txt"), new).unwrap();
    directory
}

#[test]
fn the_page_is_proofread() {
    let output = zhubi(Path::new(ROOT), &["check", "--level", "advice", "docs/ci.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_snippet_is_yaml_and_its_hooks_are_in_the_manifest() {
    let manifest = read(include_str!("../.pre-commit-hooks.yaml"));
    let known: Vec<&str> = manifest.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    for block in blocks() {
        read(block);
        for id in block.lines().filter_map(|line| line.split_once("- id: ")) {
            assert!(known.contains(&id.1), "{}", id.1);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_action_finds_what_is_wrong_in_what_was_changed() {
    let action = read(include_str!("../action.yml"));
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["shell"] == "bash"), "a composite action names the shell of each step");
    let directory = repository("旧稿,不算。\n", "旧稿,不算。\n投资13-17亿元。\n");
    for (since, arguments, expected) in [
        ("", "", 1),
        ("HEAD", "", 1),
        ("HEAD", "--level error", 0),
        ("none", "", 2),
        ("", "--skip punctuation,number", 0),
    ] {
        let variables = [("PATHS", "a.txt"), ("SINCE", since), ("ARGUMENTS", arguments), ("ZHUBI_FORMAT", "brief")];
        let codes: Vec<i32> = steps
            .iter()
            .map(|step| run(directory.path(), step["run"].as_str().unwrap(), &variables).status.code().unwrap())
            .collect();
        assert_eq!(codes, [0, expected], "{since} {arguments}");
    }
}

#[cfg(unix)]
#[test]
fn the_gitlab_job_finds_what_is_wrong_in_what_was_changed() {
    let job = blocks().into_iter().map(read).find(|block| !block["zhubi"].is_null()).unwrap();
    let script: Vec<&str> = ["before_script", "script"]
        .iter()
        .flat_map(|part| job["zhubi"][part].as_array().unwrap())
        .map(|line| line.as_str().unwrap())
        .collect();
    for (new, expected) in [("旧稿,不算。\n新的一行。\n", 0), ("旧稿,不算。\n投资13-17亿元。\n", 1)]
    {
        let directory = repository("旧稿,不算。\n", new);
        let output = run(directory.path(), &script.join("\n"), &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD")]);
        assert_eq!(output.status.code(), Some(expected), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
