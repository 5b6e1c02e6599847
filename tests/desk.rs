//! `zhubi desk` as a browser and as an intruder meet it: the program runs, and requests are written by hand.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const TEXT: &str = "两地携手,共建联盟,\n计划招聘20-30人。\n";

/// A desk that is open.
struct Desk {
    child: Child,
    host: String,
    token: String,
    key: String,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Desk {
    fn open(directory: &Path, arguments: &[&str]) -> Desk {
        let mut command = support::command(env!("CARGO_BIN_EXE_zhubi"), directory);
        command.args(["desk", "--no-open", "--no-config"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_once("http://").unwrap().1.trim();
        let (host, token) = address.split_once("/#").unwrap();
        let mut desk = Desk { child, host: host.to_owned(), token: token.to_owned(), key: String::new() };
        let (status, body) = desk.send("POST", "/api/enter", &[("X-Zhubi-Key", &desk.token.clone())], b"");
        assert_eq!(status, 200);
        desk.key = body["key"].as_str().unwrap().to_owned();
        desk
    }

    /// Sends a request as the page would, with these headers besides `Host` and `Origin`.
    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Value) {
        let origin = format!("http://{}", self.host);
        let own = [("Host", self.host.as_str()), ("Origin", origin.as_str())];
        self.send_raw(method, target, &[own.as_slice(), headers].concat(), body)
    }

    fn send_raw(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Value) {
        let (status, text) = self.exchange(method, target, headers, body);
        (status, serde_json::from_slice(&text).unwrap_or(Value::Null))
    }

    fn exchange(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Vec<u8>) {
        // Status 0: the program is gone.
        let Ok(mut stream) = TcpStream::connect(&self.host) else { return (0, Vec::new()) };
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !headers.iter().any(|(name, _)| *name == "Content-Length") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        // A server that refuses does not read the body.
        let _ = stream.write_all((head + "\r\n").as_bytes()).and_then(|()| stream.write_all(body));
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(answer.len());
        let status = String::from_utf8_lossy(&answer[..end]).split(' ').nth(1).map_or(0, |code| code.parse().unwrap());
        (status, answer.get(end + 4..).unwrap_or_default().to_vec())
    }

    fn ask(&self, target: &str, body: Option<Value>) -> (u16, Value) {
        let method = if body.is_some() { "POST" } else { "GET" };
        let bytes = body.map_or(Vec::new(), |body| body.to_string().into_bytes());
        self.send(method, target, &[("X-Zhubi-Key", &self.key)], &bytes)
    }

    /// Returns the text of the first draft and what was decided in it; nothing if the program is gone.
    fn decided(&self) -> Value {
        let (_, state) = self.ask("/api/draft?id=0", None);
        let Some(blocks) = state["blocks"].as_array() else { return Value::Null };
        let texts: Vec<&Value> = blocks.iter().map(|block| &block["text"]).collect();
        let marks = blocks.iter().flat_map(|block| block["marks"].as_array().unwrap());
        let decided = marks.filter(|mark| mark["state"] != "open");
        let decided: Vec<Value> = decided.map(|mark| json!([mark["id"], mark["state"], mark["after"]])).collect();
        json!({ "texts": texts, "decided": decided })
    }

    /// Returns the ids of the open marks of a draft; none if the program is gone.
    fn open_marks(&self, id: usize) -> Vec<String> {
        let (_, state) = self.ask(&format!("/api/draft?id={id}"), None);
        let Some(blocks) = state["blocks"].as_array() else { return Vec::new() };
        let marks = blocks.iter().flat_map(|block| block["marks"].as_array().unwrap());
        let open = marks.filter(|mark| mark["state"] == "open");
        open.map(|mark| mark["id"].as_str().unwrap().to_owned()).collect()
    }

    fn decide(&self, mark: &str, verdict: Value) -> (u16, Value) {
        self.ask("/api/decide", Some(json!({ "id": 0, "marks": [mark], "verdict": verdict })))
    }
}

fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.txt"), TEXT).unwrap();
    directory
}

#[test]
fn refuses_everyone_but_its_own_page() {
    let directory = directory();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let own = format!("http://{}", desk.host);
    let (port, key) = (desk.host.split(':').nth(1).unwrap().to_owned(), desk.key.clone());
    let get = |headers: &[(&str, &str)]| desk.send_raw("GET", "/api/drafts", headers, b"").0;
    let (host, key) = (("Host", desk.host.as_str()), ("X-Zhubi-Key", key.as_str()));
    assert_eq!(get(&[host, key]), 200);
    assert_eq!(get(&[host]), 401);
    assert_eq!(get(&[host, ("X-Zhubi-Key", &desk.token)]), 401);
    assert_eq!(get(&[host, ("X-Zhubi-Key", &key.1[1..])]), 401);
    // A name that was made to point here (DNS rebinding), and another origin.
    assert_eq!(get(&[("Host", &format!("paper.example:{port}")), key]), 403);
    assert_eq!(get(&[key]), 403);
    assert_eq!(get(&[host, key, ("Origin", "http://paper.example")]), 403);
    assert_eq!(get(&[host, key, ("Origin", "null")]), 403);
    assert_eq!(get(&[host, key, ("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(get(&[host, key, ("Origin", &own), ("Sec-Fetch-Site", "same-origin")]), 200);
    // A request that changes something says where it comes from.
    let body = br#"{"id":0}"#;
    assert_eq!(desk.send_raw("POST", "/api/undo", &[host, key], body).0, 403);
    assert_eq!(desk.send_raw("POST", "/api/undo", &[host, key, ("Origin", &own)], body).0, 200);
    for (method, target, status) in [
        ("POST", "/api/drafts", 405),
        ("GET", "/api/decide", 405),
        ("DELETE", "/", 405),
        ("OPTIONS", "/api/decide", 405),
        ("GET", "/a.txt", 404),
        ("GET", "/../a.txt", 404),
        ("GET", "/%2e%2e/a.txt", 404),
        ("GET", "/api/draft?id=1", 404),
        ("GET", "/api/draft?id=../a.txt", 404),
        ("GET", "/api/export?id=0&what=../a.txt", 404),
        ("POST", "/api/decide", 400),
    ] {
        assert_eq!(desk.send(method, target, &[key], b"").0, status, "{method} {target}");
    }
    // The address of the page opens the desk once.
    assert_eq!(desk.send("POST", "/api/enter", &[("X-Zhubi-Key", &desk.token)], b"").0, 401);
    let (status, _) = desk.send("POST", "/api/adopt?name=a.txt", &[key, ("Content-Length", "99999999999")], b"");
    assert_eq!(status, 413);
    // Whoever says nothing, or does not stop talking, keeps nobody waiting.
    let silent = TcpStream::connect(&desk.host).unwrap();
    let mut talking = TcpStream::connect(&desk.host).unwrap();
    let _ = talking.write_all("GET / HTTP/1.1\r\n".as_bytes());
    let _ = talking.write_all("X: y\r\n".repeat(10_000).as_bytes());
    assert_eq!(desk.send("GET", "/api/drafts", &[key], b"").0, 200);
    drop(silent);
    assert_eq!(fs::read_to_string(directory.path().join("a.txt")).unwrap(), TEXT);
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let directory = directory();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let mut stream = TcpStream::connect(&desk.host).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", desk.host).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, page) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("default-src 'none'") && head.contains("frame-ancestors 'none'"), "{head}");
    assert!(!head.contains("Access-Control-Allow"), "{head}");
    assert!(page.contains("<html lang=\"zh-CN\">") && !page.contains("http"), "{page}");
    assert!(!page.contains("两地"), "the page itself holds no draft");
}

#[test]
fn decides_saves_and_keeps_what_was_decided_through_a_kill() {
    let directory = directory();
    let path = directory.path().join("a.txt");
    let mut desk = Desk::open(directory.path(), &["a.txt"]);
    let marks = desk.open_marks(0);
    let (status, state) = desk.decide(&marks[0], json!({ "kind": "take" }));
    assert_eq!((status, &state["progress"]), (200, &json!({ "decided": 1, "total": marks.len() })));
    assert_eq!(state["changed_blocks"].as_array().unwrap().len(), 1, "only what has changed is sent");
    let (status, _) = desk.decide(&marks[1], json!({ "kind": "stet", "reason": "原文如此" }));
    assert_eq!(status, 200);
    // A mark that is no longer open cannot be decided on again.
    assert_eq!(desk.decide(&marks[0], json!({ "kind": "leave" })).0, 422);
    desk.child.kill().unwrap();
    desk.child.wait().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT, "the draft changes when it is saved");

    let desk = Desk::open(directory.path(), &["a.txt"]);
    let (_, state) = desk.ask("/api/draft?id=0", None);
    assert_eq!(state["progress"]["decided"], 2);
    assert!(state["notice"].as_str().unwrap().contains("接着上次做"));
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT.replacen(',', "，", 1));
    let (_, errata) =
        desk.exchange("GET", "/api/export?id=0&what=errata", &[("Host", &desk.host), ("X-Zhubi-Key", &desk.key)], b"");
    let errata = String::from_utf8(errata).unwrap();
    assert!(errata.contains("\"1:5\",\",\",\"，\""), "{errata}");
}

#[test]
fn what_stands_and_what_is_a_word_stay_so_in_later_runs() {
    let directory = directory();
    fs::write(directory.path().join("a.txt"), "两地携手,共建联盟,\n计划招聘20-30人。\n书店名叫“江城,我家”。\n")
        .unwrap();
    let check = |arguments: &[&str]| {
        let mut command = support::command(env!("CARGO_BIN_EXE_zhubi"), directory.path());
        let output = command.args(["check", "--format", "brief"]).args(arguments).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let before = check(&["a.txt"]);
    assert_eq!(before.lines().count(), 4, "{before}");
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let marks = desk.open_marks(0);
    desk.decide(&marks[2], json!({ "kind": "stet", "reason": "原文如此" }));
    desk.decide(&marks[0], json!({ "kind": "take" }));
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    let list = fs::read_to_string(directory.path().join(".zhubi-stet.toml")).unwrap();
    assert!(list.contains("number/quantity-range-sign") && list.contains("原文如此"), "{list}");
    assert_eq!(check(&["a.txt"]).lines().count(), 2);
    assert_eq!(check(&["--no-stet", "a.txt"]).lines().count(), 3);
    // Saving again adds nothing.
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    assert_eq!(fs::read_to_string(directory.path().join(".zhubi-stet.toml")).unwrap(), list);

    fs::write(directory.path().join("zhubi.toml"), "# 本报的设置\nlevel = 'warning'").unwrap();
    fs::write(directory.path().join("b.txt"), "既使下雨，也要出发。\n").unwrap();
    let found = check(&["b.txt"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    let desk = Desk::open(directory.path(), &["b.txt"]);
    desk.decide(&desk.open_marks(0)[0], json!({ "kind": "word" }));
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    let settings = fs::read_to_string(directory.path().join("zhubi.toml")).unwrap();
    assert!(settings.starts_with("# 本报的设置\nlevel = 'warning'\n\n[[stet]]\n"), "{settings}");
    assert_eq!(check(&["b.txt"]), "");
}

#[test]
fn does_not_overwrite_a_draft_that_changed_meanwhile() {
    let directory = directory();
    let path = directory.path().join("a.txt");
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let marks = desk.open_marks(0);
    desk.decide(&marks[0], json!({ "kind": "own", "text": "、" }));
    fs::write(&path, "编辑改过了。\n").unwrap();
    let (status, answer) = desk.ask("/api/save", Some(json!({ "id": 0 })));
    assert_eq!(status, 422);
    assert!(answer["error"].as_str().unwrap().contains("文件又被改过"), "{answer}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "编辑改过了。\n");
}

#[cfg(unix)]
#[test]
fn one_draft_is_on_one_desk() {
    let directory = directory();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let other = || {
        let mut command = support::command(env!("CARGO_BIN_EXE_zhubi"), directory.path());
        command.args(["desk", "--no-open", "--no-config", "a.txt"]).output().unwrap()
    };
    let refused = other();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("正在另一个窗口里校读"));
    desk.decide(&desk.open_marks(0)[0], json!({ "kind": "take" }));
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    assert_eq!(other().status.code(), Some(2), "the saved draft is locked too");
    drop(desk);
    Desk::open(directory.path(), &["a.txt"]);
}

/// A desk on a draft that was replaced does not write into the journal of the desk that has the new one.
#[cfg(unix)]
#[test]
fn the_journal_of_another_desk_is_left_alone() {
    let directory = directory();
    let path = directory.path().join("a.txt");
    let old = Desk::open(directory.path(), &["a.txt"]);
    assert_eq!(old.decide(&old.open_marks(0)[0], json!({ "kind": "take" })).0, 200);
    let revised = format!("新的一段。\n{TEXT}");
    fs::write(directory.path().join("b"), &revised).unwrap();
    fs::rename(directory.path().join("b"), &path).unwrap();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let before = desk.decided();
    for (target, body) in [
        ("/api/decide", json!({ "id": 0, "marks": [old.open_marks(0)[0]], "verdict": { "kind": "take" } })),
        ("/api/undo", json!({ "id": 0 })),
        ("/api/save", json!({ "id": 0 })),
    ] {
        let (status, answer) = old.ask(target, Some(body));
        assert_eq!(status, 422);
        assert!(answer["error"].as_str().unwrap().contains("校读记录在别处改过"), "{answer}");
    }
    assert_eq!(old.decided()["decided"].as_array().unwrap().len(), 1);
    drop((old, desk));
    let desk = Desk::open(directory.path(), &["a.txt"]);
    assert_eq!(desk.decided(), before);
    assert_eq!(fs::read_to_string(&path).unwrap(), revised);
}

#[test]
fn a_journal_that_cannot_be_read_is_set_aside() {
    let directory = directory();
    let journal = directory.path().join(".a.txt.zhubi-review");
    for name in [".a.txt.zhubi-review.bak", ".a.txt.zhubi-review.1.bak"] {
        let garbage: Vec<u8> = (0..=u8::MAX).cycle().take(4000).collect();
        fs::write(&journal, &garbage).unwrap();
        let desk = Desk::open(directory.path(), &["a.txt"]);
        let (_, state) = desk.ask("/api/draft?id=0", None);
        assert!(state["notice"].as_str().unwrap().contains(".bak"), "{state}");
        assert_eq!(fs::read(directory.path().join(name)).unwrap(), garbage);
        assert!(!journal.exists());
        assert_eq!(desk.decide(&desk.open_marks(0)[0], json!({ "kind": "leave" })).0, 200);
    }
    let desk = Desk::open(directory.path(), &["a.txt"]);
    assert_eq!(desk.decided()["decided"].as_array().unwrap().len(), 1);
}

/// The draft is gone: what was decided is known when it is back.
#[test]
fn a_draft_that_was_removed_meanwhile_can_come_back() {
    let directory = directory();
    let path = directory.path().join("a.txt");
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let marks = desk.open_marks(0);
    fs::remove_file(&path).unwrap();
    assert_eq!(desk.decide(&marks[0], json!({ "kind": "take" })).0, 200);
    let (status, answer) = desk.ask("/api/save", Some(json!({ "id": 0 })));
    assert_eq!(status, 422);
    assert!(answer["error"].as_str().unwrap().contains("没有这个文件"), "{answer}");
    let shown = desk.decided();
    drop(desk);
    fs::write(&path, TEXT).unwrap();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    assert_eq!(desk.decided(), shown);
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT.replacen(',', "，", 1));
}

/// The commands in the description of the desk have the options that the program has.
#[test]
fn the_description_names_commands_that_exist() {
    let description = include_str!("../docs/desk.md");
    let block = description.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for line in block.lines() {
        let command = line.split(" #").next().unwrap().trim();
        let arguments: Vec<&str> = command.split_whitespace().skip(1).chain(["--help"]).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_zhubi")).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for key in [
        "`j`",
        "`k`",
        "`n`",
        "`/`",
        "`[`",
        "`]`",
        "`p`",
        "| x |",
        "| s |",
        "| w |",
        "| a |",
        "| c |",
        "| o |",
        "| u、r |",
    ] {
        assert!(description.contains(key), "{key}");
    }
}

#[test]
fn pasted_drafts_have_no_file() {
    let directory = directory();
    let desk = Desk::open(directory.path(), &[]);
    let key = [("X-Zhubi-Key", desk.key.as_str())];
    let (status, answer) = desk.send("POST", "/api/adopt?name=..%2F..%2Fa.md", &key, "# 甲地,乙地\n".as_bytes());
    assert_eq!((status, &answer["id"]), (200, &json!(0)));
    let (_, state) = desk.ask("/api/draft?id=0", None);
    assert_eq!((&state["name"], &state["blocks"][0]["kind"]), (&json!("a.md"), &json!("headline")));
    desk.decide(&desk.open_marks(0)[0], json!({ "kind": "take" }));
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 422);
    let (_, draft) =
        desk.exchange("GET", "/api/export?id=0&what=draft", &[("Host", &desk.host), ("X-Zhubi-Key", &desk.key)], b"");
    assert_eq!(String::from_utf8(draft).unwrap(), "# 甲地，乙地\n");
    let (status, answer) = desk.send("POST", "/api/adopt?name=a.png", &key, b"\x89PNG\r\n\x1a\n\0\0\0");
    assert_eq!(status, 422);
    assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn ends_when_the_page_is_left() {
    let directory = directory();
    let mut desk = Desk::open(directory.path(), &["a.txt"]);
    let key = desk.key.clone();
    assert_eq!(desk.send("POST", "/api/leave", &[], b"wrong").0, 200);
    assert_eq!(desk.send("POST", "/api/leave", &[], key.as_bytes()).0, 200);
    // A page that is only loaded anew asks again, and the desk stays.
    assert_eq!(desk.ask("/api/drafts", None).0, 200);
    std::thread::sleep(Duration::from_secs(4));
    assert!(desk.child.try_wait().unwrap().is_none());
    desk.send("POST", "/api/leave", &[], key.as_bytes());
    let left = Instant::now();
    while desk.child.try_wait().unwrap().is_none() {
        assert!(left.elapsed() < Duration::from_secs(15), "the desk does not end");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn word_files_keep_tracked_changes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("稿.docx");
    let original = support::word_file(&["两地携手,共建联盟。", "计划招聘20-30人。"], &[], &[]);
    fs::write(&path, &original).unwrap();
    let desk = Desk::open(directory.path(), &["稿.docx"]);
    let marks = desk.open_marks(0);
    desk.decide(&marks[0], json!({ "kind": "take" }));
    desk.decide(&marks[1], json!({ "kind": "own", "text": "至" }));
    assert_eq!(fs::read(&path).unwrap(), original);
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    let document = support::part(&fs::read(&path).unwrap(), "word/document.xml");
    assert_eq!((document.matches("<w:ins ").count(), document.matches("<w:del ").count()), (2, 2), "{document}");
    assert!(document.contains("，") && document.contains("至"), "{document}");
    let (_, state) = desk.ask("/api/draft?id=0", None);
    assert_eq!(state["progress"], json!({ "decided": 2, "total": 2 }));
    assert_eq!(state["blocks"][0]["text"], "两地携手，共建联盟。");
    drop(desk);
    let desk = Desk::open(directory.path(), &["稿.docx"]);
    let (_, state) = desk.ask("/api/draft?id=0", None);
    assert_eq!(state["progress"], json!({ "decided": 2, "total": 2 }));
}

#[test]
fn what_is_rejected_on_the_desk_is_learnt() {
    let directory = tempfile::tempdir().unwrap();
    let lines = ["甲", "乙", "丙", "丁", "戊", "己"].map(|name| format!("{name}村,来了。\n"));
    fs::write(directory.path().join("a.txt"), lines.concat()).unwrap();
    let desk = Desk::open(directory.path(), &["a.txt"]);
    let marks = desk.open_marks(0);
    for (mark, kind) in marks.iter().zip(["leave", "leave", "leave", "stet", "stet", "word"]) {
        assert_eq!(desk.decide(mark, json!({ "kind": kind })).0, 200, "{kind}");
    }
    let rejected = |arguments: &[&str]| {
        let output = support::zhubi(directory.path(), &[&["learn", "--rejected"], arguments].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    let comma = "punctuation/halfwidth-comma（";
    let learnt = rejected(&["a.txt"]);
    assert!(learnt.starts_with(comma) && learnt.contains("没有照改 6 处，照改 0 处"), "{learnt}");
    // What was taken back counts no more, and what was done again does.
    desk.ask("/api/undo", Some(json!({ "id": 0 })));
    desk.ask("/api/undo", Some(json!({ "id": 0 })));
    let learnt = rejected(&["."]);
    assert!(learnt.contains("没有照改 4 处，照改 0 处"), "{learnt}");
    desk.ask("/api/redo", Some(json!({ "id": 0 })));
    // What a pair of proofs shows and the desk has recorded counts once.
    fs::write(directory.path().join("b.txt"), lines.concat().replace("己村,", "己村，")).unwrap();
    let learnt = rejected(&["a.txt", "b.txt"]);
    assert!(learnt.contains("没有照改 5 处，照改 1 处"), "{learnt}");
}

#[test]
fn what_no_rule_found_is_corrected_by_hand() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("稿.docx");
    fs::write(&path, support::word_file(&["柳河乡的桃花开了。", "他到柳河乡去，见了三位老人。"], &[], &[])).unwrap();
    let desk = Desk::open(directory.path(), &["稿.docx"]);
    assert_eq!(desk.ask("/api/draft?id=0", None).1["progress"], json!({ "decided": 0, "total": 0 }));
    let correct = |passage: Value, text: &str| {
        let verdict = json!({ "kind": "own", "text": text });
        desk.ask("/api/decide", Some(json!({ "id": 0, "passage": passage, "verdict": verdict })))
    };
    let (status, state) = correct(json!({ "block": 0, "from": 0, "to": 3, "text": "柳河乡" }), "柳河镇");
    assert_eq!((status, &state["progress"]), (200, &json!({ "decided": 1, "total": 1 })));
    let mark = &state["changed_blocks"][0][1]["marks"][0];
    assert_eq!((&mark["title"], &mark["before"], &mark["after"]), (&json!("手改"), &json!("乡"), &json!("镇")));
    assert_eq!(correct(json!({ "block": 1, "from": 2, "to": 5, "text": "柳河乡" }), "柳河镇").0, 200);
    assert_eq!(correct(json!({ "block": 1, "from": 13, "to": 13, "text": "" }), "<script>alert(1)</script>").0, 200);
    assert_eq!(correct(json!({ "block": 1, "from": 10, "to": 11, "text": "位" }), "").0, 200);
    // The page was shown another text, or names no place.
    for passage in [
        json!({ "block": 0, "from": 0, "to": 3, "text": "柳河乡" }),
        json!({ "block": 9, "from": 0, "to": 0, "text": "" }),
        json!({ "block": 0, "from": 3, "to": 0, "text": "" }),
        json!({ "block": 0, "from": 0, "to": 999, "text": "柳" }),
    ] {
        let (status, answer) = correct(passage, "甲");
        assert_eq!(status, 422);
        assert!(answer["error"].as_str().unwrap().contains("刚才变了"), "{answer}");
    }
    let (_, errata) =
        desk.exchange("GET", "/api/export?id=0&what=errata", &[("Host", &desk.host), ("X-Zhubi-Key", &desk.key)], b"");
    let errata = String::from_utf8(errata).unwrap();
    assert!(errata.contains("\"1:3\",\"乡\",\"镇\",\"没有查出，手工改的。\",\"\""), "{errata}");
    assert_eq!(desk.ask("/api/save", Some(json!({ "id": 0 }))).0, 200);
    drop(desk);
    let document = support::part(&fs::read(&path).unwrap(), "word/document.xml");
    assert_eq!((document.matches("<w:ins ").count(), document.matches("<w:del ").count()), (3, 3), "{document}");
    assert!(document.contains("&lt;script&gt;"), "{document}");
    // They are graded, and what recurs is a candidate for the lists.
    let run = |arguments: &[&str]| String::from_utf8(support::zhubi(directory.path(), arguments).stdout).unwrap();
    let graded = run(&["grade", "稿.docx"]);
    assert!(graded.contains("其中手改 4 处"), "{graded}");
    let learnt = run(&["learn", "稿.docx"]);
    assert!(learnt.starts_with("1. 柳河乡 → 柳河镇（2 次）"), "{learnt}");
    assert!(learnt.contains("zhubi words add 柳河乡 --to 柳河镇"), "{learnt}");
    assert_eq!(run(&["learn", "--rejected", "稿.docx"]), "没有总不照改的规则。\n");
}

/// Kills the desk at any moment of a busy night, again and again. What it had said to be decided is there the next time.
/// `ZHUBI_NIGHTS=50` kills it so many times.
#[cfg(unix)]
#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_decided() {
    let nights: u64 = std::env::var("ZHUBI_NIGHTS").map_or(6, |nights| nights.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.txt");
    let lines: Vec<String> = (0..60).map(|n| format!("第{n}馆,计划招聘{n}0-{n}5人，，今年开放。\n")).collect();
    let original = lines.concat();
    fs::write(&path, &original).unwrap();
    let mut random = 7_u64;
    let mut below = |limit: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % limit.max(1)
    };
    // The state that the desk has shown last, and whether it has said since that one more thing is decided.
    let (mut shown, mut is_one_more) = (Value::Null, false);
    let mut counts = [0; 3];
    for night in 0..nights {
        let desk = Desk::open(directory.path(), &["a.txt"]);
        let begun = desk.decided();
        let differing = |one: &Value, other: &Value| {
            let (one, other) = (one["decided"].as_array().unwrap(), other["decided"].as_array().unwrap());
            one.iter().filter(|it| !other.contains(it)).count() + other.iter().filter(|it| !one.contains(it)).count()
        };
        if night > 0 {
            // What was asked for last, and not answered, is done or not.
            let differing = differing(&begun, &shown);
            assert!(differing <= 1 && differing >= usize::from(is_one_more), "night {night}: {begun}\n{shown}");
        }
        let (pid, wait) = (desk.child.id().to_string(), Duration::from_millis(50 + below(1500) as u64));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(wait);
            Command::new("kill").args(["-9", &pid]).status().unwrap();
        });
        shown = begun;
        loop {
            let marks = desk.open_marks(0);
            let verdict = [
                json!({ "kind": "take" }),
                json!({ "kind": "leave" }),
                json!({ "kind": "own", "text": "、" }),
                json!({ "kind": "stet", "reason": "原文如此" }),
            ];
            let (verdict, mark) = (&verdict[below(4)], marks.get(below(marks.len())).map_or("", String::as_str));
            let by_hand = json!({ "block": below(60), "from": 0, "to": 1, "text": "第" });
            let (target, body) = match below(12) {
                0 => ("/api/undo", json!({ "id": 0 })),
                1 => ("/api/redo", json!({ "id": 0 })),
                2 => ("/api/save", json!({ "id": 0 })),
                3 => {
                    ("/api/decide", json!({ "id": 0, "passage": by_hand, "verdict": { "kind": "own", "text": "本" } }))
                }
                _ => ("/api/decide", json!({ "id": 0, "marks": [mark], "verdict": verdict })),
            };
            let (status, _) = desk.ask(target, Some(body));
            let now = desk.decided();
            counts[0] += usize::from(status == 200);
            counts[1] += usize::from(status == 200 && target == "/api/save");
            if now.is_null() {
                is_one_more = status == 200 && target == "/api/decide";
                break;
            }
            shown = now;
        }
        killer.join().unwrap();
        counts[2] += usize::from(is_one_more);
    }
    eprintln!("{} requests, {} times saved, {} decisions right before a kill", counts[0], counts[1], counts[2]);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), original.lines().count());
}
