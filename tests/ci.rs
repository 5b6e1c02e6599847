//! Tests the snippets in `docs/ci.md` and in its English translation, the steps in `action.yml`, and the issue forms of
//! the repository, as far as that is possible without GitHub and GitLab.

mod support;

use std::path::Path;
use std::process::Output;
use std::{env, fs};

use serde_json::Value;
use support::{ROOT, command, zhubi};
use tempfile::TempDir;

const CHINESE: &str = include_str!("../docs/ci.md");
const ENGLISH: &str = include_str!("../docs/ci.en.md");
const PAGES: [&str; 2] = [CHINESE, ENGLISH];

/// Returns the contents of the fenced blocks of a page that are in `language`.
fn blocks<'t>(page: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn parse_yaml(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap()
}

/// Runs a script as a CI service does, with `zhubi` in `PATH`.
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
#[track_caller]
fn assert_exit_code(output: &Output, expected: i32) {
    let printed = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(output.status.code(), Some(expected), "{}{}", printed[0], printed[1]);
}

#[cfg(unix)]
const COMMIT: &str = "git -c user.name=z -c user.email=z@example.com commit -q";

/// Makes a git repository in which `a.txt` has been committed with the text `old` and then changed to `new`.
#[cfg(unix)]
fn repository(old: &str, new: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.txt"), old).unwrap();
    assert_exit_code(&run(directory.path(), &format!("git init -q && git add . && {COMMIT} -m old"), &[]), 0);
    fs::write(directory.path().join("a.txt"), new).unwrap();
    directory
}

#[test]
fn the_chinese_page_has_no_findings() {
    let output = zhubi(Path::new(ROOT), &["check", "--level", "advice", "docs/ci.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn both_languages_have_the_same_blocks_and_structure() {
    for language in ["yaml", "sh", "markdown"] {
        assert!(!blocks(CHINESE, language).is_empty(), "{language}");
        assert_eq!(blocks(CHINESE, language), blocks(ENGLISH, language));
    }
    for mark in ["\n```", "\n## ", "\n- "] {
        assert_eq!(CHINESE.matches(mark).count(), ENGLISH.matches(mark).count(), "{mark:?}");
    }
    assert!(CHINESE.contains("(ci.en.md)") && ENGLISH.contains("(ci.md)"));
}

#[test]
fn every_snippet_is_yaml_and_its_hooks_are_in_the_manifest() {
    let manifest = parse_yaml(include_str!("../.pre-commit-hooks.yaml"));
    let known: Vec<&str> = manifest.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    for block in PAGES.iter().flat_map(|page| blocks(page, "yaml")) {
        parse_yaml(block);
        for id in block.lines().filter_map(|line| line.split_once("- id: ")) {
            assert!(known.contains(&id.1), "{}", id.1);
        }
    }
}

#[test]
fn the_hooks_run_on_every_extension_of_drafts() {
    let empty = tempfile::tempdir().unwrap();
    let output = zhubi(empty.path(), &["check", "."]);
    let message = String::from_utf8(output.stderr).unwrap();
    let extensions = message.split_once('（').and_then(|(_, rest)| rest.split_once('）')).unwrap().0;
    let manifest = parse_yaml(include_str!("../.pre-commit-hooks.yaml"));
    for hook in manifest.as_array().unwrap() {
        let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
        for extension in extensions.split('、') {
            assert!(files.is_match(&format!("稿{extension}")), "{}: {extension}", hook["id"]);
        }
    }
}

#[test]
fn snippets_and_the_package_for_pre_commit_name_the_current_version() {
    let version = env!("CARGO_PKG_VERSION");
    for page in PAGES {
        for (start, end) in [("rev: v", ""), ("example/zhubi@v", ""), ("zhubi==", "]"), ("ZHUBI_VERSION: ", "")] {
            let (_, rest) = page.split_once(start).unwrap();
            assert_eq!(rest.lines().next(), Some(format!("{version}{end}").as_str()), "{start}");
        }
    }
    let package: toml::Table = toml::from_str(include_str!("../pyproject.toml")).unwrap();
    assert_eq!(package["project"]["version"].as_str(), Some(version));
    assert_eq!(package["project"]["dependencies"][0].as_str(), Some(format!("zhubi=={version}").as_str()));
}

#[test]
fn hooks_bring_the_wheel_and_can_be_compiled_under_second_ids() {
    let manifest = parse_yaml(include_str!("../.pre-commit-hooks.yaml"));
    let hooks = manifest.as_array().unwrap();
    let with_language =
        |language: &str| -> Vec<&Value> { hooks.iter().filter(|hook| hook["language"] == language).collect() };
    let (wheel, compiled) = (with_language("python"), with_language("rust"));
    assert_eq!((wheel.len(), compiled.len(), hooks.len()), (2, 2, 4));
    for (wheel, compiled) in wheel.into_iter().zip(compiled) {
        assert_eq!(compiled["id"], format!("{}-rust", wheel["id"].as_str().unwrap()));
        for key in ["entry", "files", "types", "require_serial"] {
            assert_eq!(wheel[key], compiled[key], "{key}");
        }
    }
}

/// The address of the repository is one value in one place, and is not known yet. Nothing that runs may contain another.
#[test]
fn what_is_published_takes_the_address_of_the_repository_from_cargo() {
    let manifest: toml::Table = toml::from_str(include_str!("../Cargo.toml")).unwrap();
    let known = manifest["package"].get("repository").is_some();
    for folder in [".ci", ".ci/packages", ".ci/packages/npm", ".ci/packages/python", ".github/workflows"] {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for host in ["github.com", "gitlab.com", "example.com"] {
                assert!(!text.contains(host), "{}: {host}", path.display());
            }
        }
    }
    assert!(
        PAGES.iter().all(|page| page.contains("https://example.com/zhubi") != known),
        "the pages have a placeholder"
    );
}

#[cfg(unix)]
#[test]
fn the_action_reports_findings_in_changed_lines() {
    let action = parse_yaml(include_str!("../action.yml"));
    let steps = action["runs"]["steps"].as_array().unwrap();
    let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert!(
        steps.iter().all(|step| step["run"].is_null() || step["shell"] == "bash"),
        "every script of a composite action must name its shell"
    );
    let directory = repository("旧稿,不算。\n", "旧稿,不算。\n投资13-17亿元。\n");
    let outputs = tempfile::tempdir().unwrap();
    let [outputs, prefix] = ["outputs", "prefix"].map(|name| outputs.path().join(name).display().to_string());
    for (since, arguments, expected) in [
        ("", "", 1),
        ("HEAD", "", 1),
        ("HEAD", "--level error", 0),
        ("none", "", 2),
        ("", "--skip punctuation,number", 0),
    ] {
        // The program of this version is there already, so nothing is installed.
        let variables = [
            ("PATHS", "a.txt"),
            ("SINCE", since),
            ("ARGUMENTS", arguments),
            ("ZHUBI_FORMAT", "brief"),
            ("ZHUBI_VERSION", env!("CARGO_PKG_VERSION")),
            ("ZHUBI_PREFIX", &prefix),
            ("GITHUB_ACTION_PATH", ROOT),
            ("GITHUB_OUTPUT", &outputs),
        ];
        let codes: Vec<i32> =
            (scripts.iter()).map(|script| run(directory.path(), script, &variables).status.code().unwrap()).collect();
        assert_eq!(codes, [0, 0, expected], "{since} {arguments}");
    }
    let version = format!("version={}\n", env!("CARGO_PKG_VERSION"));
    assert!(fs::read_to_string(outputs).unwrap().starts_with(&version));
}

#[cfg(unix)]
#[test]
fn the_gitlab_job_reports_findings_in_changed_lines() {
    for page in PAGES {
        let job = blocks(page, "yaml").into_iter().map(parse_yaml).find(|block| !block["zhubi"].is_null()).unwrap();
        let script: Vec<&str> = ["before_script", "script"]
            .iter()
            .flat_map(|part| job["zhubi"][part].as_array().unwrap())
            .map(|line| line.as_str().unwrap())
            .collect();
        for (new, expected) in [("旧稿,不算。\n新的一行。\n", 0), ("旧稿,不算。\n投资13-17亿元。\n", 1)]
        {
            let directory = repository("旧稿,不算。\n", new);
            // The program of this version is there already, so the script that is fetched installs nothing.
            let version = env!("CARGO_PKG_VERSION");
            let releases = tempfile::tempdir().unwrap();
            let release = releases.path().join(format!("v{version}"));
            fs::create_dir(&release).unwrap();
            let installer = release.join(format!("zhubi-{version}-install.sh"));
            fs::copy(Path::new(ROOT).join(".ci/install"), installer).unwrap();
            let variables = [
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD"),
                ("ZHUBI_VERSION", version),
                ("ZHUBI_RELEASES", &format!("file://{}", releases.path().display())),
                ("ZHUBI_PREFIX", &directory.path().join(".zhubi").display().to_string()),
            ];
            let output = run(directory.path(), &script.join("\n"), &variables);
            assert_exit_code(&output, expected);
            let quality = fs::read_to_string(directory.path().join("code-quality.json")).unwrap();
            let findings: Value = serde_json::from_str(&quality).unwrap();
            assert_eq!(findings.as_array().unwrap().len(), usize::try_from(expected).unwrap());
            let report = &job["zhubi"]["artifacts"]["reports"]["codequality"];
            assert_eq!(report, "code-quality.json");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_installed_hook_stops_a_commit_with_findings_in_changed_lines() {
    for page in PAGES {
        let install = blocks(page, "sh").into_iter().find(|block| block.contains("--hook")).unwrap();
        for (new, expected) in [("旧稿,不算。\n新的一行。\n", 0), ("旧稿,不算。\n投资13-17亿元。\n", 1)]
        {
            let directory = repository("旧稿,不算。\n", new);
            assert_exit_code(&run(directory.path(), install, &[]), 0);
            assert_exit_code(&run(directory.path(), &format!("git add a.txt && {COMMIT} -m new"), &[]), expected);
        }
    }
}

#[cfg(unix)]
#[test]
fn recorded_findings_are_not_reported_again() {
    for page in PAGES {
        let record = blocks(page, "sh").into_iter().find(|block| block.contains("zhubi stet")).unwrap();
        let directory = repository("旧稿,不算。\n", "旧稿,不算。\n");
        assert_exit_code(&run(directory.path(), record, &[]), 0);
        assert!(directory.path().join(".zhubi-stet.toml").is_file());
        assert_exit_code(&run(directory.path(), "zhubi check .", &[]), 0);
        fs::write(directory.path().join("a.txt"), "旧稿,不算。\n投资13-17亿元。\n").unwrap();
        assert_exit_code(&run(directory.path(), "zhubi check .", &[]), 1);
    }
}

#[test]
fn every_stet_mark_on_the_pages_suppresses_its_finding() {
    for page in PAGES {
        let [example] = blocks(page, "markdown")[..] else { panic!("the page has one example of a mark") };
        let (first, paragraph) = example.split_once('\n').unwrap();
        let inline = page.split('`').find(|code| code.starts_with("<!-- zhubi stet ")).unwrap();
        let begin = page.find("【朱笔保留").unwrap();
        let line = &page[begin..begin + page[begin..].find('】').unwrap() + '】'.len_utf8()];
        for (mark, name) in [(first, "a.md"), (inline, "a.md"), (line, "a.txt")] {
            let directory = tempfile::tempdir().unwrap();
            fs::write(directory.path().join(name), format!("{mark}\n{paragraph}\n")).unwrap();
            let code = |arguments: &[&str]| zhubi(directory.path(), arguments).status.code();
            assert_eq!(code(&["check", name]), Some(0), "{mark}");
            assert_eq!(code(&["check", "--no-stet", name]), Some(1), "{mark}");
        }
    }
}

/// The issue forms, each with its file name.
fn issue_forms() -> Vec<(String, Value)> {
    let folder = Path::new(ROOT).join(".github/ISSUE_TEMPLATE");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let forms = files.filter(|path| path.file_name().is_some_and(|name| name != "config.yml"));
    forms.map(|path| (path.display().to_string(), parse_yaml(&fs::read_to_string(&path).unwrap()))).collect()
}

#[test]
fn issue_forms_have_the_required_keys() {
    let forms = issue_forms();
    assert_eq!(forms.len(), 3);
    for (path, form) in forms {
        for key in ["name", "description"] {
            assert!(form[key].as_str().is_some_and(|text| !text.is_empty()), "{path}: {key}");
        }
        let body = form["body"].as_array().unwrap();
        assert!(
            body[0]["type"] == "markdown"
                && body[0]["attributes"]["value"].as_str().unwrap().contains("请勿粘贴未见报的、涉密的稿件"),
            "{path} must begin with the warning"
        );
        let mut ids = Vec::new();
        for field in &body[1..] {
            let kind = field["type"].as_str().unwrap();
            assert!(["input", "textarea", "dropdown"].contains(&kind), "{path}: {kind}");
            assert!(
                field["attributes"]["label"].is_string() && field["validations"]["required"].is_boolean(),
                "{path}"
            );
            let options = field["attributes"]["options"].as_array();
            assert_eq!(options.is_some_and(|options| options.len() > 1), kind == "dropdown", "{path}");
            ids.push(field["id"].as_str().unwrap());
            if field["id"] == "rule" {
                let example = field["attributes"]["placeholder"].as_str().unwrap();
                let named = zhubi::Checker::builder().only(example).build().unwrap();
                assert!(named.rule_ids().eq([example]), "{path}: {example}");
            }
        }
        for id in ["version", "rule", "text", "expected", "format", "encoding"] {
            assert_eq!(ids.iter().filter(|known| **known == id).count(), 1, "{path}: {id}");
        }
    }
    assert!(parse_yaml(include_str!("../.github/ISSUE_TEMPLATE/config.yml"))["blank_issues_enabled"].is_boolean());
}

/// Appends the texts that a person reads in a form. Placeholders are left out: they may show mistakes.
fn collect_texts(value: &Value, key: &str, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if ["name", "description", "label", "value", "options"].contains(&key) => {
            texts.push(text.trim_end().to_owned());
        }
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, key, texts)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| collect_texts(value, key, texts)),
        _ => {}
    }
}

#[test]
fn issue_forms_have_no_findings() {
    let directory = tempfile::tempdir().unwrap();
    for (path, form) in issue_forms() {
        let mut texts = Vec::new();
        collect_texts(&form, "", &mut texts);
        assert!(texts.len() > 10, "{path}");
        fs::write(directory.path().join("form.md"), texts.join("\n\n")).unwrap();
        let output = zhubi(directory.path(), &["check", "--level", "advice", "form.md"]);
        assert_eq!(output.status.code(), Some(0), "{path}\n{}", String::from_utf8_lossy(&output.stdout));
    }
}
