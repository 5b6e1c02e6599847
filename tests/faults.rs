//! What goes wrong around the program: it is killed, the disk fills up, another program writes the same file, the system
//! gives no threads, no memory, no descriptors. No draft is lost, and the message says what has happened.
//!
//! `tests/real/faults` has the faults that need a file system or a user of their own.

#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_zhubi");
const SLIP: &str = "两地携手,共建联盟。\n";
const FIXED: &str = "两地携手，共建联盟。\n";

fn zhubi(directory: &Path, arguments: &[&str]) -> Command {
    let mut program = command(PROGRAM, directory);
    program.env("XDG_CONFIG_HOME", directory.join("none")).args(arguments);
    program
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    zhubi(directory, arguments).output().unwrap()
}

/// Runs a line of shell in which `"$0"` is the program.
fn shell(directory: &Path, line: &str) -> Output {
    let mut shell = command("sh", directory);
    shell.env("XDG_CONFIG_HOME", directory.join("none"));
    shell.args(["-c", line, PROGRAM]).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Sends a signal to a program.
fn signal(process: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), process.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A folder with so many drafts, each with something to fix.
fn drafts(count: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..count {
        fs::write(directory.path().join(format!("{number}.txt")), SLIP).unwrap();
    }
    directory
}

/// The files in a folder that are no drafts.
fn strays(directory: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension() != Some(OsStr::new("txt"))).collect()
}

/// How many drafts are fixed. Each has to be as it was or as it has to become.
fn fixed(directory: &Path, count: usize) -> usize {
    let read = |number| fs::read_to_string(directory.join(format!("{number}.txt"))).unwrap();
    let texts: Vec<String> = (0..count).map(read).collect();
    texts.iter().for_each(|text| assert!(text == SLIP || text == FIXED, "{text}"));
    texts.iter().filter(|text| *text == FIXED).count()
}

/// Waits until at least so many drafts are fixed.
fn wait_for(directory: &Path, count: usize, least: usize, program: &mut Child) {
    let start = Instant::now();
    while fixed(directory, count) < least && program.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(120), "nothing happens");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn killed_while_it_fixes_two_thousand_drafts() {
    const COUNT: usize = 2000;
    let directory = drafts(COUNT);
    let directory = directory.path();
    let start = || zhubi(directory, &["fix", "-q", "."]).stderr(Stdio::null()).spawn().unwrap();
    let mut before = 0;
    for least in [1, 300, 900] {
        let mut program = start();
        wait_for(directory, COUNT, least, &mut program);
        program.kill().unwrap();
        program.wait().unwrap();
        let now = fixed(directory, COUNT);
        assert!(now >= before, "what was fixed stays fixed");
        before = now;
    }
    // What a kill leaves behind is no draft, and the next run does the rest.
    assert!(start().wait().unwrap().success());
    assert_eq!(fixed(directory, COUNT), COUNT);
}

#[test]
fn a_signal_leaves_no_temporary_file() {
    const COUNT: usize = 600;
    let directory = drafts(COUNT);
    let directory = directory.path();
    for (name, number, least) in [("INT", 2, 1), ("TERM", 15, 100), ("HUP", 1, 200)] {
        let mut program = zhubi(directory, &["fix", "-q", "."]).stderr(Stdio::null()).spawn().unwrap();
        wait_for(directory, COUNT, least, &mut program);
        signal(&program, name);
        let status = program.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{name}: {status}");
        assert_eq!(strays(directory), [""; 0].map(PathBuf::from), "{name}");
        assert!(fixed(directory, COUNT) < COUNT, "{name} came in time");
    }
    // A signal that is ignored, as by `nohup`, ends nothing.
    let mut nohup = command("sh", directory);
    nohup.args(["-c", "trap '' HUP; exec \"$0\" fix -q --no-config .", PROGRAM]);
    let mut program = nohup.spawn().unwrap();
    wait_for(directory, COUNT, fixed(directory, COUNT) + 1, &mut program);
    signal(&program, "HUP");
    assert!(program.wait().unwrap().success());
    assert_eq!(fixed(directory, COUNT), COUNT);
}

/// The write ends in the middle, as on a full disk: no file may grow beyond 64 KiB.
#[test]
fn a_write_that_fails_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let text: String = (0..5000).map(|number| format!("{number}号两地携手,共建联盟。\n")).collect();
    fs::write(directory.join("a.txt"), &text).unwrap();
    for line in [
        "\"$0\" fix --no-config a.txt",
        "\"$0\" fix --no-config -o b.txt a.txt",
        "\"$0\" check --no-config --format json -o b.json a.txt",
        "\"$0\" stet --no-config a.txt",
    ] {
        let output = shell(directory, &format!("trap '' XFSZ; ulimit -f 128; {line}"));
        assert_eq!(output.status.code(), Some(2), "{line}: {}", errors(&output));
        assert!(errors(&output).contains("没能写入"), "{line}: {}", errors(&output));
        assert_eq!(fs::read_to_string(directory.join("a.txt")).unwrap(), text);
        assert_eq!(fs::read_dir(directory).unwrap().count(), 1, "{line}");
    }
}

#[test]
fn a_folder_that_cannot_be_written() {
    let directory = drafts(2);
    let directory = directory.path();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_all = File::create(directory.join("x")).is_ok();
    let output = run(directory, &["fix", "."]);
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    if may_write_all {
        eprintln!("the user may write everywhere: NOT TESTED here, but in tests/real/faults");
        return;
    }
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("没能写入，原稿未动：没有权限。"), "{}", errors(&output));
    assert_eq!(fixed(directory, 2), 0);
}

/// Another program saves the draft again and again. What it has saved is never lost, only fixed.
#[test]
fn a_draft_that_is_replaced_while_it_is_fixed() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let draft = directory.join("a.txt");
    fs::write(&draft, SLIP).unwrap();
    let is_done = AtomicBool::new(false);
    let saved = thread::scope(|scope| {
        let save = scope.spawn(|| {
            let mut number = 0;
            while !is_done.load(Ordering::Relaxed) {
                number += 1;
                fs::write(directory.join("new"), format!("{SLIP}第{number}次,存盘。\n")).unwrap();
                fs::rename(directory.join("new"), &draft).unwrap();
                thread::sleep(Duration::from_millis(2));
            }
            number
        });
        for _ in 0..10 {
            let output = run(directory, &["fix", "--no-config", "a.txt"]);
            let message = errors(&output);
            let has_failed = output.status.code() == Some(2) && message.contains("读入之后文件又被改过，没有写入");
            assert!(output.status.success() || has_failed, "{message}");
        }
        is_done.store(true, Ordering::Relaxed);
        save.join().unwrap()
    });
    let text = fs::read_to_string(&draft).unwrap();
    let last = format!("{SLIP}第{saved}次,存盘。\n");
    assert!(text == last || text == last.replace(',', "，"), "{text}");
    assert_eq!(strays(directory), [""; 0].map(PathBuf::from));
}

/// Of two that fix one draft, each does its part or says that it did not.
#[test]
fn two_at_once_on_one_draft() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for _ in 0..8 {
        fs::write(directory.join("a.txt"), "两地携手,共建联盟（第一批)。\n").unwrap();
        let start = |rule: &str| {
            let mut program = zhubi(directory, &["fix", "--no-config", "--only", rule, "a.txt"]);
            program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let programs = ["punctuation/halfwidth-comma", "punctuation/halfwidth-bracket"].map(start);
        let outputs = programs.map(|program| program.wait_with_output().unwrap());
        let text = fs::read_to_string(directory.join("a.txt")).unwrap();
        for (output, wrong) in outputs.iter().zip([",", ")"]) {
            let is_fixed = !text.contains(wrong);
            let says_so = output.status.success();
            assert_eq!(is_fixed, says_so, "{text}: {}", errors(output));
            assert!(says_so || errors(output).contains("又被改过"), "{}", errors(output));
        }
        assert_eq!(fs::read_dir(directory).unwrap().count(), 1);
    }
}

/// Another program holds the draft. It is waited for, but not for ever.
#[test]
fn a_draft_that_another_program_has_locked() {
    let directory = drafts(1);
    let directory = directory.path();
    let held = File::open(directory.join("0.txt")).unwrap();
    held.lock().unwrap();
    let output = run(directory, &["fix", "--no-config", "0.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("另一个程序锁着这个文件，没有写入，原稿未动"), "{}", errors(&output));
    assert_eq!((fixed(directory, 1), strays(directory).len()), (0, 0));
    held.unlock().unwrap();
    assert!(run(directory, &["fix", "--no-config", "0.txt"]).status.success());
    assert_eq!(fixed(directory, 1), 1);
}

#[test]
fn what_is_no_file_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    assert!(Command::new("mkfifo").arg(directory.join("pipe.txt")).status().unwrap().success());
    symlink("loop-b.txt", directory.join("loop-a.txt")).unwrap();
    symlink("loop-a.txt", directory.join("loop-b.txt")).unwrap();
    symlink(".", directory.join("again")).unwrap();
    symlink("none", directory.join("broken.txt")).unwrap();
    fs::write(directory.join("a.txt"), SLIP).unwrap();
    for (path, reason) in [
        ("pipe.txt", "这是管道或设备"),
        ("/dev/zero", "这是管道或设备"),
        ("/dev/null", "这是管道或设备"),
        ("loop-a.txt", "读不了"),
        ("broken.txt", "没有这个文件"),
        ("a.txt/b.txt", "路径中间有一段不是目录"),
    ] {
        for name in ["check", "fix"] {
            let output = run(directory, &[name, "--no-config", path, "a.txt"]);
            assert_eq!(output.status.code(), Some(2), "{path}");
            assert!(errors(&output).contains(reason), "{path}: {}", errors(&output));
        }
    }
    // In a folder they are passed over, and no link is followed in circles.
    fs::write(directory.join("a.txt"), SLIP).unwrap();
    let output = run(directory, &["check", "--no-config", "--format", "brief", "."]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), report.lines().count()), (Some(1), 1), "{report}");
}

/// Names that are no UTF-8, as folders from old systems have them.
#[test]
fn names_in_other_encodings() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // 稿件.txt in GB 18030, and a name with a line break and a colour.
    let names: [&[u8]; 2] = [b"\xB8\xE5\xBC\xFE.txt", b"a\n\x1B[31m.txt"];
    for name in names {
        if fs::write(directory.join(OsStr::from_bytes(name)), SLIP).is_err() {
            eprintln!("the file system takes no such names: NOT TESTED");
            return;
        }
    }
    for format in ["brief", "diff", "json", "sarif", "github", "checkstyle"] {
        let output = run(directory, &["check", "--no-config", "--format", format, "."]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", errors(&output));
        let report = String::from_utf8(output.stdout).expect("a report is UTF-8");
        assert!(!report.contains('\u{1B}'), "{format}: {report}");
    }
    assert!(run(directory, &["fix", "--no-config", "."]).status.success());
    for name in names {
        assert_eq!(fs::read_to_string(directory.join(OsStr::from_bytes(name))).unwrap(), FIXED);
    }
}

/// No thread can start whose stack is larger than the memory that the program may have.
#[test]
fn without_threads_one_does_the_work() {
    let directory = drafts(100);
    let directory = directory.path();
    let limited = |line: &str| shell(directory, &format!("ulimit -v 600000; export RUST_MIN_STACK=2000000000; {line}"));
    let output = limited("\"$0\" check --no-config --jobs 4 --format brief .");
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 100);
    let line = "printf '{\"id\":1,\"text\":\"好,吗\"}\\n{}\\n' | \"$0\" check --jsonl-in --no-config --jobs 4";
    let output = limited(line);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2, "{}", errors(&output));
    let output = limited("\"$0\" fix --no-config --jobs 4 -q .");
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(fixed(directory, 100), 100);
}

/// Where memory runs out the program ends, and the draft is as it was.
#[test]
fn with_little_memory_nothing_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let text = SLIP.repeat(150_000);
    fs::write(directory.join("a.txt"), &text).unwrap();
    for kib in [30_000, 60_000, 90_000] {
        let output = shell(directory, &format!("ulimit -v {kib}; \"$0\" fix --no-config --no-model -q a.txt"));
        assert!(!output.status.success(), "{kib}");
        assert_eq!(fs::read_to_string(directory.join("a.txt")).unwrap(), text, "{kib}");
        assert_eq!(fs::read_dir(directory).unwrap().count(), 1, "{kib}");
    }
}

#[test]
fn with_few_descriptors() {
    let directory = drafts(50);
    let output = shell(directory.path(), "ulimit -n 12; \"$0\" fix --no-config -q .");
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(fixed(directory.path(), 50), 50);
}

/// A draft is never taken for a stream that is closed.
#[test]
fn closed_streams() {
    for streams in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let directory = drafts(2);
        let directory = directory.path();
        let output = shell(directory, &format!("\"$0\" check --no-config . {streams}"));
        assert_eq!(output.status.code(), Some(1), "{streams}");
        let output = shell(directory, &format!("\"$0\" fix --no-config . {streams}"));
        assert!(output.status.success(), "{streams}");
        assert_eq!(fixed(directory, 2), 2, "{streams}");
        let output = shell(directory, &format!("\"$0\" check --no-config none.txt {streams}"));
        assert_eq!(output.status.code(), Some(2), "{streams}");
    }
    let directory = drafts(1);
    let output = shell(directory.path(), "\"$0\" check --no-config . >/dev/full");
    if cfg!(target_os = "linux") {
        assert_eq!((output.status.code(), errors(&output).contains("没能写到标准输出：磁盘已满")), (Some(2), true));
    }
}
