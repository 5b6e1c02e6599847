//! What drafts and settings that somebody else has written cannot do: a test for each promise in `SECURITY.md`.

#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ignore::WalkBuilder;
use regex::Regex;
use serde_json::json;
use support::{ROOT, command, word_file, word_file_of};

const SLIP: &str = "两地携手,共建联盟。\n";
const FIXED: &str = "两地携手，共建联盟。\n";

/// How long a run may take that has to end at once. Machines that test are slow.
const AT_ONCE: Duration = Duration::from_secs(60);

/// Runs the program with nothing on standard input. It must end before long.
fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut program = command(env!("CARGO_BIN_EXE_zhubi"), directory);
    program.env("XDG_CONFIG_HOME", directory.join("none")).args(arguments);
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (read_all(child.stdout.take().unwrap()), read_all(child.stderr.take().unwrap()));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > AT_ONCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} does not end");
        }
        thread::sleep(Duration::from_millis(5));
    };
    Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

/// Reads a stream to its end on a thread of its own.
fn read_all(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn write(directory: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// The files below a folder, with their content.
fn snapshot(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = WalkBuilder::new(directory).standard_filters(false).build().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

/// The source files that match a pattern.
fn sources_with(pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let files = WalkBuilder::new(Path::new(ROOT).join("src")).build().map(Result::unwrap);
    let rust = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    let found = rust.filter(|entry| pattern.is_match(&fs::read_to_string(entry.path()).unwrap()));
    let mut names: Vec<String> =
        found.map(|entry| entry.path().strip_prefix(ROOT).unwrap().display().to_string()).collect();
    names.sort();
    names
}

/// A rule file with one rule, which replaces `甲甲` in `甲甲乙` or, without a replacement, reports `甲甲乙`.
fn rule(pattern: &str, to: Option<&str>) -> String {
    let (fix, to, example) = match to {
        Some(to) => ("safe", format!("to = \"{to}\"\n"), format!("bad = \"甲甲乙\"\ngood = \"{to}乙\"\n")),
        None => ("none", String::new(), "bad = \"⟦甲甲乙⟧\"\n".to_owned()),
    };
    format!(
        "family = \"term\"\n\n[[rule]]\nid = \"mine\"\ntitle = \"甲\"\nsource = \"本报\"\nseverity = \"error\"\n\
         fix = \"{fix}\"\nmessage = \"甲。\"\n\n[rule.check.pattern]\nfind = '{pattern}'\n{to}\n[[rule.example]]\n\
         {example}\n[[rule.example]]\nok = \"丙\"\n"
    )
}

#[test]
fn every_promise_has_a_test() {
    let page = fs::read_to_string(Path::new(ROOT).join("SECURITY.md")).unwrap();
    let files = WalkBuilder::new(ROOT).build().map(Result::unwrap);
    let rust = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    let code: String = rust.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    let row = Regex::new(r"(?m)^\| ([DS]\d+) \|.*\| ((?:`\w+` ?)+)\|$").unwrap();
    let name = Regex::new(r"`(\w+)`").unwrap();
    let mut ids = Vec::new();
    for found in row.captures_iter(&page) {
        ids.push(found[1].to_owned());
        for test in name.captures_iter(&found[2]) {
            assert!(
                code.contains(&format!("#[test]\nfn {}()", &test[1]))
                    || code.contains(&format!("    fn {}()", &test[1])),
                "{}",
                &test[1]
            );
        }
    }
    assert_eq!(ids.len(), page.matches("\n| D").count() + page.matches("\n| S").count());
    assert!(ids.len() >= 18, "{ids:?}");
}

#[test]
fn programs_are_started_in_three_places() {
    let starts = sources_with(r"process::(?:Command|\{[^}]*Command)");
    assert_eq!(starts, ["src/cli/desk.rs", "src/cli/git.rs", "src/cli/pager.rs"]);
}

#[test]
fn only_the_desk_uses_the_network() {
    assert_eq!(sources_with(r"std::net|\bTcp(?:Stream|Listener)\b|\bUdpSocket\b"), ["src/desk/server.rs"]);
    assert_eq!(sources_with(r"TcpStream::connect|UdpSocket::bind|UNSPECIFIED"), [""; 0]);
}

/// Settings that name much, drafts that name much, and a run of everything that only looks.
#[test]
fn checking_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(
        directory,
        "in/zhubi.toml",
        "extends = ['../base.toml']\nnames = ['names.txt']\nrules = ['rules']\n[word]\nauthor = '乙'\n",
    );
    write(directory, "base.toml", "words = ['in/words.txt']\nlevel = 'advice'\n");
    write(directory, "in/names.txt", "方知远\n");
    write(directory, "in/words.txt", "须要山\n");
    write(directory, "in/rules/a.toml", rule("⟦甲甲⟧乙", Some("丁")));
    write(directory, "in/a.txt", SLIP);
    write(directory, "in/b.md", format!("# 题\n\n![图](../secret.txt) {SLIP}"));
    write(directory, "in/c.html", format!("<p>{SLIP}<img src='file:///etc/passwd'>"));
    write(directory, "in/d.docx", word_file(&[SLIP.trim()], &[], &[]));
    let before = snapshot(directory);
    for arguments in [
        &["check", "in"][..],
        &["check", "--format", "html", "in"],
        &["check", "--explain", "--all", "in"],
        &["fix", "--diff", "in"],
        &["fix", "--stdout", "in/a.txt"],
        &["grade", "in"],
        &["rules", "list"],
        &["words", "check", "in"],
        &["config", "show", "in/a.txt"],
        &["compare", "in/a.txt", "in/b.md"],
    ] {
        let output = run(directory, arguments);
        assert!(output.status.code().is_some(), "{arguments:?}");
        assert_eq!(snapshot(directory), before, "{arguments:?}");
    }
}

#[test]
fn links_lead_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "outside/o.txt", SLIP);
    write(directory, "in/a.txt", SLIP);
    symlink("../outside/o.txt", directory.join("in/link.txt")).unwrap();
    symlink("../outside", directory.join("in/folder")).unwrap();
    let output = run(directory, &["check", "--format", "brief", "in"]);
    assert_eq!(text(&output.stdout).lines().count(), 1, "{}", text(&output.stdout));
    assert!(run(directory, &["fix", "in"]).status.success());
    // Among changes too: links that are tracked and links that are new.
    let git = |arguments: &[&str]| {
        let name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        assert!(command("git", &directory.join("in")).args(name).args(arguments).status().unwrap().success());
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "a"]);
    write(directory, "in/a.txt", SLIP);
    symlink("../outside/o.txt", directory.join("in/new.txt")).unwrap();
    assert!(run(&directory.join("in"), &["fix", "--since", "HEAD"]).status.success());
    git(&["add", "-A"]);
    assert!(run(&directory.join("in"), &["fix", "--staged"]).status.code().is_some());
    assert_eq!(fs::read_to_string(directory.join("in/a.txt")).unwrap(), FIXED);
    assert_eq!(fs::read_to_string(directory.join("outside/o.txt")).unwrap(), SLIP);
    // A link that is named is followed.
    assert!(run(directory, &["fix", "in/link.txt"]).status.success());
    assert_eq!(fs::read_to_string(directory.join("outside/o.txt")).unwrap(), FIXED);
}

/// A Word file whose document is this XML, after a prologue.
fn document(prologue: &str, body: &str) -> Vec<u8> {
    const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    word_file_of(&format!(r#"{prologue}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>"#), &[], &[])
}

#[test]
fn word_files_cannot_blow_up() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // A paragraph of 42 MB packs into some 40 KB; so do 7 MB, which are less than a part may have.
    write(directory, "large.docx", word_file(&[&"甲".repeat(14 << 20)], &[], &[]));
    write(directory, "dense.docx", word_file(&[&"甲".repeat(7 << 20 >> 2)], &[], &[]));
    let deep = format!("{}{}", "<w:sdt><w:sdtContent>".repeat(4000), "</w:sdtContent></w:sdt>".repeat(4000));
    write(directory, "deep.docx", document("", &deep));
    for name in ["large.docx", "dense.docx", "deep.docx"] {
        let output = run(directory, &["check", "--format", "brief", name]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", text(&output.stdout));
        assert!(text(&output.stderr).starts_with(name), "{}", text(&output.stderr));
    }
}

#[test]
fn nothing_that_a_draft_names_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "secret.txt", "机密,\n");
    // Whoever opened the pipe would wait.
    assert!(Command::new("mkfifo").arg(directory.join("pipe")).status().unwrap().success());
    for target in [directory.join("secret.txt"), directory.join("pipe")] {
        let target = target.display();
        let entity = format!(r#"<!DOCTYPE w [<!ENTITY x SYSTEM "file://{target}">]>"#);
        write(directory, "a.docx", document(&entity, "<w:p><w:r><w:t>甲&x;乙,丙</w:t></w:r></w:p>"));
        write(directory, "a.md", format!("![图]({target}) 甲,乙\n\n[[{target}]]\n\n{{% include \"{target}\" %}}\n"));
        let page = format!(
            "<!DOCTYPE html [<!ENTITY x SYSTEM \"file://{target}\">]><link rel=stylesheet href='{target}'>\
             <script src='{target}'></script><iframe src='{target}'></iframe><p>甲&x;,乙</p><!--#include file='{target}'-->"
        );
        write(directory, "a.html", &page);
        write(directory, "a.xhtml", &page);
        for name in ["a.docx", "a.md", "a.html", "a.xhtml"] {
            let output = run(directory, &["check", "--format", "json", name]);
            assert!(!text(&output.stdout).contains("机密"), "{name}");
        }
        let output = run(directory, &["check", "a.docx"]);
        assert_eq!(output.status.code(), Some(2), "a document type with entities is refused");
    }
    // Entities that multiply.
    let levels = (1..30).map(|level| format!("<!ENTITY x{level} \"{}\">", format!("&x{};", level - 1).repeat(10)));
    let bomb = format!("<!DOCTYPE w [<!ENTITY x0 \"甲\">{}]>", levels.collect::<String>());
    write(directory, "bomb.docx", document(&bomb, "<w:p><w:r><w:t>&x29;</w:t></w:r></w:p>"));
    assert_eq!(run(directory, &["check", "bomb.docx"]).status.code(), Some(2));
}

/// Twice the text takes about twice the time, and never more than three times.
#[test]
fn hostile_text_takes_no_longer() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let pieces =
        ["“", "（", "《赵甲》、", "　", "1", "3月2日（星期三）", "甲", "甲,", "他说：“", "一是，二是，", "12.5%，"];
    // The processor time of the program, which the shell knows; a busy machine does not change it much.
    let seconds = |piece: &str, size: usize| -> f64 {
        write(directory, "a.txt", piece.repeat(size / piece.len()));
        let line = "\"$0\" check --no-config --format brief --jobs 1 a.txt >report; times";
        let output = command("sh", directory).args(["-c", line, env!("CARGO_BIN_EXE_zhubi")]).output().unwrap();
        let times = text(&output.stdout);
        let (minutes, seconds) = times.lines().nth(1).unwrap().split_once('m').unwrap();
        let seconds = seconds.split('s').next().unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    for piece in pieces {
        let (small, large) = (seconds(piece, 40 << 10), seconds(piece, 80 << 10));
        // Short runs are not precise.
        assert!(large < small * 3.0 + 0.5, "{piece}: {small:.2} s, then {large:.2} s");
    }
}

#[test]
fn reports_have_no_effect_on_what_shows_them() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let hostile = "=1+1,\u{1B}]0;甲\u{7},</script><script>alert(1)</script>\u{9B}31m,::error::甲,%0A::warning::乙,甲。\u{202E}丙,丁";
    write(directory, "a.txt", format!("{hostile}\n{hostile}\n"));
    write(directory, "b.md", format!("{hostile}\n"));
    let colours = Regex::new(r"\x1B\[[0-9;]*m").unwrap();
    let formula = Regex::new("(?m)(?:^|,)\"?[=+@-]").unwrap();
    for format in [
        "diff",
        "brief",
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "checkstyle",
        "junit",
        "rdjson",
        "errata",
        "errata-csv",
        "html",
    ] {
        for colour in ["never", "always"] {
            let output = run(directory, &["check", "--format", format, "--color", colour, "--all", "."]);
            let report = text(&output.stdout);
            assert!(!report.is_empty(), "{format}");
            // A string in JSON is the text; it escapes what JSON has to escape.
            if matches!(format, "json" | "jsonl" | "sarif" | "gitlab" | "rdjson") {
                assert!(!report.contains(['\u{1B}', '\u{7}']), "{format}");
                continue;
            }
            // Colours are the program's own.
            let own = colours.replace_all(&report, "");
            let controls: Vec<char> = own.chars().filter(|c| c.is_control() && *c != '\n' && *c != '\r').collect();
            assert_eq!(controls, [' '; 0], "{format}");
            // On a page such a mark ends with its paragraph.
            assert!(format == "html" || !own.contains('\u{202E}'), "{format}: the direction of the text is turned");
            match format {
                "html" => assert!(!report.contains("<script>alert")),
                "github" => assert!(report.lines().all(|line| line.starts_with("::error file=")
                    || line.starts_with("::warning file=")
                    || line.starts_with("::notice file="))),
                "errata-csv" => assert!(!formula.is_match(&report), "{report}"),
                _ => {}
            }
        }
    }
    let output = run(directory, &["fix", "--diff", "."]);
    assert!(!text(&output.stderr).contains('\u{1B}'));
}

/// `git` is run with what it can be told not to run.
#[test]
fn settings_start_no_program() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let git = |arguments: &[&str]| {
        let name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        assert!(command("git", directory).args(name).args(arguments).status().unwrap().success(), "{arguments:?}");
    };
    write(directory, "a.txt", "好。\n");
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "a"]);
    write(directory, "a.txt", SLIP);
    let trap = directory.join("trap");
    write(directory, "trap", format!("#!/bin/sh\ntouch '{}'\n", directory.join("caught").display()));
    fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    for key in ["core.fsmonitor", "diff.external", "diff.x.textconv", "diff.x.command", "core.pager", "core.editor"] {
        git(&["config", key, trap]);
    }
    write(directory, ".gitattributes", "*.txt diff=x\n");
    write(directory, "zhubi.toml", "level = \"advice\"\n");
    for arguments in [
        &["check", "--since", "HEAD"][..],
        &["check", "--staged"],
        &["check", "--format", "sarif", "a.txt"],
        &["fix", "--since", "HEAD"],
    ] {
        let output = run(directory, arguments);
        assert!(output.status.code().is_some_and(|code| code < 2), "{arguments:?}: {}", text(&output.stderr));
        assert!(!directory.join("caught").exists(), "{arguments:?}");
    }
}

#[test]
fn settings_can_be_left_out() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "a.txt", SLIP);
    assert!(run(directory, &["stet", "a.txt"]).status.success());
    write(directory, "mine.toml", "level = \"error\"\n");
    write(directory, "none/zhubi/zhubi.toml", "not valid");
    write(directory, "zhubi.toml", "not valid either");
    let code = |arguments: &[&str]| run(directory, arguments).status.code();
    assert_eq!(code(&["check", "a.txt"]), Some(2));
    assert_eq!(code(&["check", "--no-config", "a.txt"]), Some(1));
    assert_eq!(code(&["check", "--config", "mine.toml", "--no-stet", "a.txt"]), Some(1));
    assert_eq!(code(&["fix", "--no-config", "--diff", "a.txt"]), Some(0));
    let output = run(directory, &["check", "--no-config", "--format", "brief", "a.txt"]);
    assert!(text(&output.stdout).contains("halfwidth-comma"), "the suppression list is left out too");
    // Ignore files hide what is found, not what is named.
    write(directory, "folder/.zhubiignore", "*\n");
    write(directory, "folder/b.txt", SLIP);
    assert_eq!(code(&["check", "--no-config", "folder"]), Some(0));
    assert_eq!(code(&["check", "--no-config", "folder/b.txt"]), Some(1));
}

#[test]
fn settings_read_only_regular_files_of_bounded_size() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "a.txt", SLIP);
    assert!(Command::new("mkfifo").arg(directory.join("pipe.txt")).status().unwrap().success());
    assert!(Command::new("mkfifo").arg(directory.join("pipe.toml")).status().unwrap().success());
    symlink("/dev/zero", directory.join("zero.txt")).unwrap();
    symlink("/dev/zero", directory.join("zero.toml")).unwrap();
    let large = fs::File::create(directory.join("large.toml")).unwrap();
    large.set_len(65 << 20).unwrap();
    fs::hard_link(directory.join("large.toml"), directory.join("large.txt")).unwrap();
    for (keys, files) in [
        (&["rules", "extends"][..], &["pipe.toml", "zero.toml", "large.toml"][..]),
        (&["words", "names", "terms", "roster"], &["pipe.txt", "zero.txt", "large.txt"]),
    ] {
        for (key, file) in keys.iter().flat_map(|key| files.iter().map(move |file| (key, file))) {
            write(directory, "zhubi.toml", format!("{key} = [\"{file}\"]\n"));
            let output = run(directory, &["check", "a.txt"]);
            assert_eq!(output.status.code(), Some(2), "{key}: {file}");
            assert!(!output.stderr.is_empty());
        }
    }
    for line in [
        "style = \"zero.toml\"",
        "rules = [\"/\"]",
        "[model]\nfile = \"zero.txt\"",
        "[model]\nown = \"pipe.txt\"",
        "sources = [\"/\"]",
    ] {
        write(directory, "zhubi.toml", format!("{line}\n"));
        assert_eq!(run(directory, &["check", "a.txt"]).status.code(), Some(2), "{line}");
    }
    // An error quotes no file of another kind.
    write(directory, "secret", "password = hunter2\n");
    for line in ["rules = [\"secret\"]", "extends = [\"secret\"]", "style = \"./secret\"", "words = [\"secret\"]"] {
        write(directory, "zhubi.toml", format!("{line}\n"));
        let output = run(directory, &["check", "a.txt"]);
        assert!(!text(&output.stderr).contains("hunter2"), "{line}: {}", text(&output.stderr));
    }
}

#[test]
fn files_that_build_on_each_other_end() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "a.txt", SLIP);
    for level in 0..15 {
        write(
            directory,
            &format!("{level}.toml"),
            format!("extends = [{}]\n", format!("'{}.toml', ", level + 1).repeat(6)),
        );
    }
    write(directory, "15.toml", "");
    for (extends, message) in
        [("0.toml", "超过 64 份"), ("zhubi.toml", "沿用到了自己"), ("again/zhubi.toml", "沿用到了自己")]
    {
        write(directory, "again/zhubi.toml", "extends = ['../zhubi.toml']\n");
        write(directory, "zhubi.toml", format!("extends = ['{extends}']\n"));
        let output = run(directory, &["check", "a.txt"]);
        assert_eq!(output.status.code(), Some(2), "{extends}");
        assert!(text(&output.stderr).contains(message), "{extends}: {}", text(&output.stderr));
    }
}

#[test]
fn patterns_are_bounded() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "a.txt", format!("{}\n", "甲".repeat(60_000)));
    for (pattern, is_taken) in [
        ("⟦(?:甲|甲)*乙⟧", true),
        ("⟦(?:(?:甲*)*)*乙⟧", true),
        ("⟦甲*甲*甲*甲*甲*乙⟧", true),
        ("⟦甲{2,60000}乙⟧", false),
        ("⟦(?:(?:(?:甲{1,200}){1,200}){1,200}){1,200}乙⟧", false),
    ] {
        write(directory, "rule.toml", rule(pattern, None));
        let output = run(directory, &["check", "--no-config", "--only", "term/mine", "--rules", "rule.toml", "a.txt"]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(if is_taken { 0 } else { 2 }), "{pattern}: {errors}");
        assert!(is_taken || errors.starts_with("rule.toml:"), "{pattern}: {errors}");
    }
    write(directory, "zhubi.toml", format!("ignore = ['{}']\n", "[a-z]*".repeat(20_000)));
    assert!(run(directory, &["check", "a.txt"]).status.code().is_some());
}

#[test]
fn a_rule_cannot_change_markup() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "rule.toml", rule("⟦甲甲⟧", Some("<script>alert(1)</script>[x](y)`")));
    let markup =
        "<p class=\"甲甲\"><!-- 甲甲 --><code>甲甲</code><a href=\"甲甲\">甲甲乙</a></p><script>甲甲</script>\n";
    write(directory, "a.html", markup);
    let output = run(directory, &["fix", "--no-config", "--only", "term/mine", "--rules", "rule.toml", "a.html"]);
    assert!(output.status.code().is_some_and(|code| code == 0), "{}", text(&output.stderr));
    let fixed = fs::read_to_string(directory.join("a.html")).unwrap();
    let kept = fixed.replace("&lt;script&gt;alert(1)&lt;/script&gt;[x](y)`", "甲甲");
    assert_eq!(kept, markup, "the replacement is text");
    let draft = "`甲甲` [甲甲乙](甲甲) <!-- 甲甲 -->\n";
    write(directory, "a.md", draft);
    run(directory, &["fix", "--no-config", "--only", "term/mine", "--rules", "rule.toml", "a.md"]);
    let fixed = fs::read_to_string(directory.join("a.md")).unwrap();
    assert!(
        !fixed.contains("<script>") && fixed.contains("`甲甲` [") && fixed.contains("](甲甲) <!-- 甲甲 -->"),
        "{fixed}"
    );
}

#[test]
fn addresses_are_of_the_web() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "a.txt", SLIP);
    for address in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//example.com",
        "data:text/html,甲",
        "https://example.com/\u{1B}]8",
    ] {
        write(directory, "zhubi.toml", format!("docs-url = {}\n", toml_string(address)));
        assert_eq!(run(directory, &["check", "--format", "html", "a.txt"]).status.code(), Some(2), "{address}");
    }
    write(directory, "zhubi.toml", "docs-url = \"https://example.com/rules\"\n");
    assert_eq!(run(directory, &["check", "--format", "html", "a.txt"]).status.code(), Some(1));
}

fn toml_string(text: &str) -> String {
    json!(text).to_string()
}

#[test]
fn the_path_of_a_document_is_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert!(Command::new("mkfifo").arg(directory.join("zhubi.toml.txt")).status().unwrap().success());
    write(directory, "sub/zhubi.toml", "not valid");
    write(directory, "secret.txt", "机密,\n");
    let paths =
        ["sub/a.txt", "secret.txt", "zhubi.toml.txt", "/dev/zero", "/proc/self/environ", "../../a", "a\u{0}b", ""];
    let documents = paths.iter().map(|path| json!({ "id": 1, "text": "好。", "path": path }).to_string() + "\n");
    write(directory, "in.jsonl", documents.collect::<String>());
    let before = snapshot(&directory.join("sub"));
    for name in ["check", "fix"] {
        let output = run(directory, &[name, "--jsonl-in", "in.jsonl"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert_eq!(text(&output.stdout).lines().count(), paths.len());
        assert!(!text(&output.stdout).contains("机密"));
    }
    assert_eq!(snapshot(&directory.join("sub")), before);
}
