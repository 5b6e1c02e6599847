//! Documents as lines of JSON: `zhubi check --jsonl-in` and `zhubi fix --jsonl-in`.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::{ROOT, command};

const SLIP: &str = "两地携手,共建联盟。\n去年共有20-30人。\n";

/// Starts the program with pipes.
fn start(directory: &Path, arguments: &[&str]) -> Child {
    let mut program = zhubi_command(directory, arguments);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The program, without the settings that a user keeps for all work.
fn zhubi_command(directory: &Path, arguments: &[&str]) -> Command {
    let mut program = command(env!("CARGO_BIN_EXE_zhubi"), directory);
    program.env("XDG_CONFIG_HOME", directory.join("none")).args(arguments);
    program
}

/// Runs the program on `input`.
fn run(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut program = start(directory, arguments);
    let mut stdin = program.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The lines of the output as JSON.
fn answers(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn lines(documents: &[Value]) -> Vec<u8> {
    documents.iter().flat_map(|document| format!("{document}\n").into_bytes()).collect()
}

/// Lines that are no documents.
const BAD: [&str; 9] = [
    "",
    "甲",
    "[1]",
    r#"{"id":"b""#,
    r#"{"id":"b"}"#,
    r#"{"text":"甲"}"#,
    r#"{"id":"b","text":7}"#,
    r#"{"id":"b","text":"甲","date":"2023-02-29"}"#,
    r#"{"id":"b","text":"甲","format":"pdf"}"#,
];

/// Ninety lines: every tenth is no document.
fn mixed() -> Vec<u8> {
    let line = |number: usize| match number % 10 {
        9 => BAD[number / 10].to_owned(),
        _ => json!({ "id": number, "text": SLIP.repeat(number % 3) }).to_string(),
    };
    (0..90).flat_map(|number| format!("{}\n", line(number)).into_bytes()).collect()
}

/// The schema in `tests/schemas`.
fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/schemas").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn each_line_is_answered_in_its_place_and_a_bad_one_fails_alone() {
    let directory = tempfile::tempdir().unwrap();
    for (command, name) in [("check", "answer-check.json"), ("fix", "answer-fix.json")] {
        let schema = schema(name);
        let output = run(directory.path(), &[command, "--jsonl-in"], &mixed());
        assert_eq!(code(&output), 2);
        let note = String::from_utf8(output.stderr.clone()).unwrap();
        assert!(note.contains("9 行没能处理（第一处在第 10 行）") && note.lines().count() == 1, "{note}");
        let answers = answers(&output);
        assert_eq!(answers.len(), 90);
        for (number, answer) in answers.iter().enumerate() {
            assert!(schema.is_valid(answer), "{name}: {answer}");
            if number % 10 == 9 {
                assert_eq!(answer["line"], number + 1);
                assert!(answer["error"].is_string() && answer["findings"].is_null() && answer["text"].is_null());
            } else {
                assert_eq!(answer["id"], number);
                let found = if command == "check" { &answer["findings"] } else { &answer["changes"] };
                let in_each = if command == "check" { 2 } else { 1 };
                assert_eq!(found.as_array().unwrap().len(), in_each * (number % 3), "{answer}");
            }
        }
        assert_eq!(answers[69]["id"], "b");
        for jobs in ["1", "3"] {
            let again = run(directory.path(), &[command, "--jsonl-in", "--jobs", jobs], &mixed());
            assert_eq!(again.stdout, output.stdout, "{jobs}");
        }
    }
}

#[test]
fn the_schema_of_documents_is_what_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let schema = schema("document.json");
    let documents = [
        json!({ "id": "甲", "text": "" }),
        json!({ "id": 1.5, "text": "甲", "date": "1998-03-02", "format": "markdown", "path": "a/b.md", "more": [1] }),
        json!({ "id": -1, "text": "甲", "date": null, "format": null, "path": null }),
        json!({ "id": true, "text": "甲" }),
        json!({ "id": "甲" }),
        json!({ "id": "甲", "text": "甲", "date": "1998年3月2日" }),
        json!({ "id": "甲", "text": "甲", "format": "word" }),
        json!(["甲"]),
    ];
    let output = run(directory.path(), &["check", "--jsonl-in"], &lines(&documents));
    for (document, answer) in documents.iter().zip(answers(&output)) {
        assert_eq!(schema.is_valid(document), answer["error"].is_null(), "{document}: {answer}");
    }
}

#[test]
fn the_findings_are_those_of_a_file_with_the_same_text() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let text = fs::read_to_string(Path::new(ROOT).join("samples/app-article.md")).unwrap();
    fs::write(directory.join("稿.md"), &text).unwrap();
    let document = lines(&[json!({ "id": 1, "text": text, "path": "稿.md" })]);
    for more in [&["--level", "advice"][..], &["--only", "punctuation"], &["--no-stet", "--skip", "typo"]] {
        let arguments = [&["check"], more].concat();
        let of_file = run(directory, &[&arguments[..], &["--format", "jsonl", "稿.md"]].concat(), b"");
        let of_line = run(directory, &[&arguments[..], &["--jsonl-in"]].concat(), &document);
        let mut expected = answers(&of_file);
        for finding in &mut expected {
            let without_path = |value: &mut Value| value.as_object_mut().unwrap().remove("path");
            without_path(finding);
            let related = finding.get_mut("related").and_then(Value::as_array_mut);
            related.into_iter().flatten().for_each(|place| drop(without_path(place)));
        }
        assert!(!expected.is_empty());
        assert_eq!(answers(&of_line)[0]["findings"], Value::Array(expected));
        assert_eq!(code(&of_file), code(&of_line));
    }
    for safety in [&[][..], &["--suggested"]] {
        let of_file = run(directory, &[&["fix", "--stdout", "-q"], safety, &["稿.md"]].concat(), b"");
        let of_line = run(directory, &[&["fix", "--jsonl-in"], safety].concat(), &document);
        assert_eq!(answers(&of_line)[0]["text"], String::from_utf8(of_file.stdout).unwrap());
        assert_eq!(code(&of_line), 0);
    }
}

/// What is not changed comes back to the byte: line ends, blanks, a byte order mark, characters that JSON escapes.
#[test]
fn a_fix_changes_nothing_else_and_is_done_once() {
    let directory = tempfile::tempdir().unwrap();
    let text = "\u{FEFF}两地携手,共建“联盟”\u{1F600}。\r\n \t\\ /\n\n\u{2028}乙\u{85} ";
    let input = lines(&[json!({ "id": "a", "text": text, "date": "1998-3-2" })]);
    let first = run(directory.path(), &["fix", "--jsonl-in"], &input);
    let answer = &answers(&first)[0];
    assert_eq!(answer["text"], text.replace("手,", "手，"));
    assert_eq!((&answer["id"], &answer["date"]), (&json!("a"), &json!("1998-3-2")));
    let line = std::str::from_utf8(&first.stdout).unwrap();
    assert!(!line.contains(['\u{85}', '\u{2028}']), "some programs end a line there");
    assert_eq!(answer["changes"].as_array().unwrap().len(), 1);
    // An answer is a document.
    let second = run(directory.path(), &["fix", "--jsonl-in"], &first.stdout);
    assert_eq!(answers(&second)[0]["text"], answer["text"]);
    assert_eq!(answers(&second)[0]["changes"], json!([]));
}

#[test]
fn exit_codes_are_those_of_check() {
    let directory = tempfile::tempdir().unwrap();
    let code_of = |arguments: &[&str], input: &[u8]| {
        code(&run(directory.path(), &[&["check", "--jsonl-in"], arguments].concat(), input))
    };
    let (clean, slip) = (json!({ "id": 1, "text": "好。" }), json!({ "id": 2, "text": SLIP }));
    assert_eq!(code_of(&[], b""), 0);
    assert_eq!(code_of(&[], &lines(std::slice::from_ref(&clean))), 0);
    let both = lines(&[clean.clone(), slip]);
    assert_eq!(code_of(&[], &both), 1);
    assert_eq!(code_of(&["--exit-zero"], &both), 0);
    assert_eq!(code_of(&["--max-findings", "1"], &both), 1);
    assert_eq!(code_of(&["--max-findings", "2"], &both), 0);
    assert_eq!(code_of(&["--fail-level", "error", "--max-findings", "1"], &both), 0);
    assert_eq!(code_of(&["--exit-zero"], &lines(&[clean, json!(1)])), 2);
    for option in ["--fix", "--all", "--explain", "--staged", "--format=json", "--since=HEAD", "-o=a", "--as=word"] {
        assert_eq!(code_of(&[option], &both), 2, "{option}");
    }
}

#[test]
fn lines_may_end_in_any_way_and_be_too_long() {
    let directory = tempfile::tempdir().unwrap();
    let line = json!({ "id": 1, "text": SLIP }).to_string();
    let long = json!({ "id": 1, "text": "甲".repeat(6 << 20) }).to_string();
    let input = format!("\u{FEFF}{line}\r\n{long}\n{line}\n{long}\n{line}");
    let output = run(directory.path(), &["check", "--jsonl-in"], input.as_bytes());
    let answers = answers(&output);
    let failed: Vec<bool> = answers.iter().map(|answer| answer["error"].is_string()).collect();
    assert_eq!(failed, [false, true, false, true, false]);
    assert!(answers[1]["error"].as_str().unwrap().contains("16 MiB"));
    // A line that is not UTF-8.
    let mut input = line.clone().into_bytes();
    input.extend(b"\n{\"id\":1,\"text\":\"\xD6\xD0\"}\n");
    let output = run(directory.path(), &["check", "--jsonl-in"], &input);
    assert!(self::answers(&output)[1]["error"].as_str().unwrap().contains("UTF-8"));
}

#[test]
fn several_inputs_are_read_one_after_the_other() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::write(directory.join("a.jsonl"), lines(&[json!({ "id": "a", "text": "" }), json!(1)])).unwrap();
    fs::write(directory.join("b.jsonl"), lines(&[json!({ "id": "b", "text": "" })])).unwrap();
    let standard = lines(&[json!({ "id": "-", "text": "" })]);
    let output = run(directory, &["check", "--jsonl-in", "a.jsonl", "none.jsonl", ".", "-", "b.jsonl"], &standard);
    assert_eq!(code(&output), 2);
    let answers = answers(&output);
    let ids: Vec<&str> = answers.iter().filter_map(|answer| answer["id"].as_str()).collect();
    assert_eq!(ids, ["a", "-", "b"]);
    assert_eq!((&answers[1]["input"], &answers[1]["line"]), (&json!("a.jsonl"), &json!(2)));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("none.jsonl：读不了：没有这个文件") && errors.contains(".：读不了：这是目录"), "{errors}");
}

/// The settings are those of the working directory; a path is a name.
#[test]
fn settings_go_by_the_path() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let config = "skip = [\"number\"]\nignore = [\"ads/\"]\n\n[[override]]\npaths = [\"old/\"]\nlevel = \"error\"\n\
                  [override.rule.\"punctuation/halfwidth-comma\"]\nenabled = false\n";
    fs::write(directory.join("zhubi.toml"), config).unwrap();
    fs::create_dir(directory.join("sub")).unwrap();
    fs::write(directory.join("sub/zhubi.toml"), "only = [\"typo\"]\n").unwrap();
    let outside = directory.join("old/x.txt");
    let document = |path: Value| json!({ "id": 1, "text": SLIP, "path": path });
    let paths = [
        json!(null),
        json!("old/a.txt"),
        json!("ads/a.txt"),
        json!("sub/a.txt"),
        json!("/etc/a.txt"),
        json!("../a.txt"),
        json!(outside.to_str().unwrap()),
        json!("\u{0}\n"),
    ];
    let input = lines(&paths.map(document));
    let found = |output: &Output| -> Vec<usize> {
        answers(output).iter().map(|answer| answer["findings"].as_array().unwrap().len()).collect()
    };
    let output = run(directory, &["check", "--jsonl-in"], &input);
    assert_eq!(found(&output), [1, 0, 0, 1, 1, 1, 0, 1]);
    assert!(answers(&output)[2]["notes"][0].as_str().unwrap().contains("忽略"));
    assert_eq!(found(&run(directory, &["check", "--jsonl-in", "--no-config"], &input)), [2; 8]);
    let fixed = answers(&run(directory, &["fix", "--jsonl-in"], &input));
    assert_eq!(fixed[2]["text"], SLIP);
    assert_ne!(fixed[0]["text"], SLIP);
    // The suppression list knows a document by its path.
    fs::write(directory.join("稿.txt"), SLIP).unwrap();
    assert!(run(directory, &["stet", "稿.txt"], b"").status.success());
    let input = lines(&[document(json!("稿.txt")), document(json!("另.txt"))]);
    let output = run(directory, &["check", "--jsonl-in"], &input);
    assert_eq!(found(&output), [0, 1]);
    assert_eq!(answers(&output)[0]["suppressed"], 1);
    // Settings that are not valid are an error of the run.
    fs::write(directory.join("zhubi.toml"), "skip = [\"nothing\"]\n").unwrap();
    let output = run(directory, &["check", "--jsonl-in"], &input);
    assert!(code(&output) == 2 && output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("zhubi.toml:1:"));
}

#[test]
fn a_document_is_judged_by_its_own_day() {
    let directory = tempfile::tempdir().unwrap();
    let document = |date: Value| json!({ "id": 1, "text": "会议定于3月2日（星期三）召开。", "date": date });
    let input = lines(&[document(json!("1998-03-01")), document(json!("2022-03-01")), document(json!(null))]);
    let found = |arguments: &[&str]| -> Vec<usize> {
        let output = run(directory.path(), &[&["check", "--jsonl-in"], arguments].concat(), &input);
        answers(&output).iter().map(|answer| answer["findings"].as_array().unwrap().len()).collect()
    };
    assert_eq!(found(&[]), [1, 0, 0]);
    assert_eq!(found(&["--issue-date", "1998-03-01"]), [1, 0, 1]);
    assert_eq!(found(&["--issue-date", "2022-03-01"]), [1, 0, 0]);
}

/// A program may send a line, wait for its answer, and only then send the next.
#[test]
fn an_answer_does_not_wait_for_the_next_line() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = start(directory.path(), &["check", "--jsonl-in"]);
    let mut stdin = program.stdin.take().unwrap();
    let stdout = BufReader::new(program.stdout.take().unwrap());
    let (sender, answers) = mpsc::channel();
    thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.unwrap())));
    for number in 0..5 {
        let line = format!("{}\n", json!({ "id": number, "text": SLIP }));
        let (first, second) = line.split_at(19);
        stdin.write_all(first.as_bytes()).unwrap();
        stdin.flush().unwrap();
        stdin.write_all(second.as_bytes()).unwrap();
        let answer = answers.recv_timeout(Duration::from_secs(60)).expect("the answer comes");
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["id"], number);
    }
    drop(stdin);
    assert_eq!(program.wait().unwrap().code(), Some(1));
}

/// Whoever does not take the answers is not sent more, and what is not yet answered is not read.
#[test]
fn reads_no_more_than_it_can_answer() {
    const MOST: usize = 8 << 20;
    let directory = tempfile::tempdir().unwrap();
    let mut program = start(directory.path(), &["check", "--jsonl-in"]);
    let mut stdin = program.stdin.take().unwrap();
    let mut stdout = program.stdout.take().unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let piece = "x\n".repeat(32 << 10);
    let total = 4 * MOST;
    let writer = thread::spawn(move || {
        for _ in 0..total / piece.len() {
            stdin.write_all(piece.as_bytes()).unwrap();
            counter.fetch_add(piece.len(), Ordering::SeqCst);
        }
    });
    // Until nothing moves.
    let mut before = usize::MAX;
    while before != sent.load(Ordering::SeqCst) {
        before = sent.load(Ordering::SeqCst);
        thread::sleep(Duration::from_millis(700));
    }
    assert!(before < MOST, "{before} bytes were taken, and no answer was");
    program.kill().unwrap();
    program.wait().unwrap();
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).unwrap();
    assert!(writer.join().is_err(), "what was not taken is lost with the program");
}

/// The greatest amount of memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak_memory(process: &Child) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_documents() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = start(directory.path(), &["check", "--jsonl-in", "--jobs", "2", "--no-model"]);
    let mut stdin = program.stdin.take().unwrap();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    let mut answer = |count: usize| {
        let piece: Vec<Value> = (0..count)
            .map(|number| json!({ "id": number, "text": SLIP, "date": format!("19{:02}-01-01", number % 100), "path": format!("{number}/a.txt") }))
            .collect();
        let (piece, mut line) = (lines(&piece), String::new());
        thread::scope(|scope| {
            scope.spawn(|| stdin.write_all(&piece).unwrap());
            for _ in 0..count {
                line.clear();
                assert!(stdout.read_line(&mut line).unwrap() > 0);
            }
        });
    };
    answer(1_000);
    let before = peak_memory(&program);
    answer(10_000);
    let after = peak_memory(&program);
    assert!(after < before + before / 4 + 4096, "{before} KiB for 1,000 documents, {after} KiB for 10,000 more");
    drop(program.stdin.take());
    program.kill().unwrap();
    program.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn the_page_about_archives_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let commands = support::follow(include_str!("../docs/archive.md"), directory.path());
    assert!(commands >= 4, "{commands}");
}
