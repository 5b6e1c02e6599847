//! Targets on the servers for editors and agents.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::drafts::ENGINE;
use crate::draft::{Draft, identify};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::server::{Office, Place, lsp, mcp};
use crate::stet::{ReviewOptions, SuppressionEntry};

/// The document of the editor.
const URI: &str = "file:///稿件.md";

/// The text that it has at first.
const TEXT: &str = "# 两地携手,共建联盟\r\n\r\n计划招聘20-30人。据统计，，去年有五人。\n代表们再接再励。😀\n";

/// What editors call the languages of drafts.
const LANGUAGES: [&str; 5] = ["markdown", "html", "plaintext", "srt", "xhtml"];

/// What an editor may ask with parameters of any kind.
const REQUESTS: [&str; 6] = [
    "initialize",
    "textDocument/codeAction",
    "textDocument/diagnostic",
    "textDocument/hover",
    "workspace/diagnostic",
    "workspace/executeCommand",
];

/// Settings that do not change, for drafts that exist only in messages.
struct Room;

impl Office for Room {
    fn place(&mut self, path: &Path) -> Option<Place> {
        let is_draft = path.extension().is_none_or(|extension| extension != "toml");
        is_draft.then(|| Place { workspace: 0, path_in_list: String::new() })
    }

    fn engine(&self, _: &Place) -> &Engine {
        &ENGINE
    }

    fn options<'a>(&'a self, _: &'a Place) -> ReviewOptions<'a> {
        ReviewOptions::default()
    }

    fn take_errors(&mut self) -> Vec<Error> {
        Vec::new()
    }

    fn reload(&mut self) {}

    fn has_changed(&self) -> bool {
        false
    }

    fn drafts_below(&self, folder: &Path) -> Vec<PathBuf> {
        vec![folder.join("稿件.md"), folder.join("another.txt")]
    }

    fn version(&self, _: &Path) -> Option<String> {
        Some("1".to_owned())
    }

    fn read(&self, path: &Path) -> Result<Draft> {
        let bytes = TEXT.as_bytes().to_vec();
        let format = identify(Some(path), &bytes, None)?;
        Draft::open(bytes, format)
    }

    fn let_stand(&mut self, _: &Path, _: SuppressionEntry) -> Result<String> {
        Ok(String::new())
    }

    fn take_up(&mut self, _: &Path, _: &str) -> Result<String> {
        Err(Error::new("没有写入。"))
    }

    fn explain(&self, name: &str) -> Result<String> {
        Ok(name.to_owned())
    }

    fn rule_page(&mut self, _: &str) -> Result<PathBuf> {
        Ok(PathBuf::from("/规则.md"))
    }

    fn absolute(&self, path: &str) -> PathBuf {
        Path::new("/").join(path)
    }

    fn guarded<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        work()
    }
}

/// Every message is JSON, every request is answered once, and what the editor knows after some changes of a document is what
/// it would know if the document were opened as it is then.
pub fn editor(input: &[u8]) {
    let mut session = Session::open(input.first().copied().unwrap_or(0));
    let mut text = TEXT.to_owned();
    for step in input.get(1..).unwrap_or(&[]).split(|byte| *byte == 0xFF).take(24) {
        let Some((kind, rest)) = step.split_first() else { continue };
        session.step(*kind, rest, &mut text);
    }
    let language = session.language;
    let reported = session.diagnostics();
    let mut fresh = Session::open_with(language, session.pulls_in_utf8, &text);
    assert_eq!(reported, fresh.diagnostics(), "after changes, and afresh: {text:?}");
}

/// Lines to the server for agents are answered whatever they are: each answer is a line of JSON.
pub fn agent(input: &[u8]) {
    let mut out = Vec::new();
    mcp::serve(Room, Cursor::new(input.to_vec()), &mut out).unwrap();
    let answers = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    assert!(answers.map(serde_json::from_slice::<Value>).all(|answer| answer.is_ok_and(|it| it["jsonrpc"] == "2.0")));
}

/// Messages of an editor, written down before they are sent.
struct Session {
    language: &'static str,
    /// Whether positions are counted in bytes, instead of UTF-16 units.
    pulls_in_utf8: bool,
    messages: Vec<u8>,
    version: i32,
    /// How many requests there are.
    requests: i64,
}

impl Session {
    fn open(choice: u8) -> Session {
        Session::open_with(LANGUAGES[usize::from(choice >> 1) % LANGUAGES.len()], choice & 1 == 1, TEXT)
    }

    fn open_with(language: &'static str, pulls_in_utf8: bool, text: &str) -> Session {
        let mut session = Session { language, pulls_in_utf8, messages: Vec::new(), version: 0, requests: 0 };
        let units = if pulls_in_utf8 { "utf-8" } else { "utf-16" };
        let text_document = json!({ "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } });
        session.request(
            "initialize",
            &json!({
                "capabilities": { "general": { "positionEncodings": [units] }, "textDocument": text_document },
                "workspaceFolders": [{ "uri": "file:///", "name": "" }],
            }),
        );
        session.notify("initialized", &json!({}));
        session.open_document(text);
        session
    }

    fn open_document(&mut self, text: &str) {
        self.version += 1;
        let item = json!({ "uri": URI, "languageId": self.language, "version": self.version, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": item }));
    }

    /// Sends what a step of the input stands for, and keeps `text` as the editor has it.
    fn step(&mut self, kind: u8, rest: &[u8], text: &mut String) {
        let document = json!({ "uri": URI });
        let (at, new) = rest.split_at(rest.len().min(4));
        let at = |index: usize| usize::from(at.get(index).copied().unwrap_or(0));
        let new = String::from_utf8_lossy(new).into_owned();
        // Two places in the text.
        let one = text.floor_char_boundary(at(0) * 256 + at(1));
        let other = text.floor_char_boundary(one + at(2));
        let range = json!({ "start": self.position(text, one), "end": self.position(text, other) });
        match kind % 10 {
            0..4 => {
                let content = json!({ "range": range, "text": new });
                self.change(&[content]);
                text.replace_range(one..other, &new);
            }
            4 => {
                self.change(&[json!({ "text": new })]);
                *text = new;
            }
            5 => {
                self.notify("textDocument/didClose", &json!({ "textDocument": document }));
                self.open_document(text);
            }
            6 => self.request("textDocument/diagnostic", &json!({ "textDocument": document })),
            7 => {
                let position = self.position(text, one);
                self.request("textDocument/hover", &json!({ "textDocument": document, "position": position }));
            }
            8 => self.request(
                "textDocument/codeAction",
                &json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } }),
            ),
            _ => {
                let method = REQUESTS[at(0) % REQUESTS.len()];
                match serde_json::from_str::<Value>(&new) {
                    Ok(params) => self.request(method, &params),
                    Err(_) => self.messages.extend(framed(new.as_bytes())),
                }
            }
        }
    }

    fn change(&mut self, contents: &[Value]) {
        self.version += 1;
        let document = json!({ "uri": URI, "version": self.version });
        self.notify("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": contents }));
    }

    /// Returns the position of a byte of `text`. Lines end as in the protocol.
    fn position(&self, text: &str, at: usize) -> Value {
        let before = &text[..at];
        // Between the two characters of a line break there is no position.
        let before = if text[at..].starts_with('\n') { before.strip_suffix('\r').unwrap_or(before) } else { before };
        let breaks = before.replace("\r\n", "\n").replace('\r', "\n");
        let line = breaks.matches('\n').count();
        let last = breaks.rsplit('\n').next().unwrap_or("");
        let character = if self.pulls_in_utf8 { last.len() } else { last.encode_utf16().count() };
        json!({ "line": line, "character": character })
    }

    fn request(&mut self, method: &str, params: &Value) {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        self.messages.extend(framed(message.to_string().as_bytes()));
    }

    /// Ends the session. Returns the diagnostics of the document at the end.
    fn diagnostics(&mut self) -> Value {
        self.request("textDocument/diagnostic", &json!({ "textDocument": { "uri": URI } }));
        let asked = self.requests;
        self.request("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
        let mut out = Vec::new();
        lsp::serve(Room, Cursor::new(std::mem::take(&mut self.messages)), &mut out).unwrap();
        let answers = messages_in(&out);
        for id in 1..=self.requests {
            assert!(answers.iter().any(|answer| answer["id"] == id && answer.get("method").is_none()), "request {id}");
        }
        let answer = answers.iter().find(|answer| answer["id"] == asked && answer.get("method").is_none()).unwrap();
        answer["result"]["items"].clone()
    }
}

/// A message with its header.
fn framed(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// The messages that a server has sent.
fn messages_in(mut out: &[u8]) -> Vec<Value> {
    let mut messages = Vec::new();
    while !out.is_empty() {
        let end = out.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let header = std::str::from_utf8(&out[..end]).unwrap();
        let length: usize = header.strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        let body = &out[end + 4..][..length];
        messages.push(serde_json::from_slice(body).unwrap());
        out = &out[end + 4 + length..];
    }
    messages
}
