//! An editor that speaks the Language Server Protocol with the program, and knows what the text should be.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How long an answer may take in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program as an editor runs it.
pub struct Editor {
    child: Child,
    /// Standard input of the program; `None` once it is closed.
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: i64,
    /// The requests and notifications that have come and were not asked for.
    pub inbox: Vec<Value>,
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Editor {
    /// Starts the program with these arguments.
    pub fn start(directory: &Path, arguments: &[&str]) -> Editor {
        let program = std::env::var("ZHUBI_LSP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_zhubi").to_owned());
        let mut command = Command::new(program);
        command.arg("lsp").args(arguments).current_dir(directory);
        // No settings of the user who runs the tests, and what the rules find.
        command.env("XDG_CONFIG_HOME", directory).env("HOME", directory).env("ZHUBI_MODEL", "");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Editor { child, input, messages, next_id: 0, inbox: Vec::new() }
    }

    /// Starts the program and begins a session.
    pub fn open(directory: &Path, arguments: &[&str], capabilities: Value) -> Editor {
        let mut editor = Editor::start(directory, arguments);
        let root = uri(directory);
        let params = json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "root" }],
            "capabilities": capabilities,
        });
        let answer = editor.ask("initialize", params);
        assert_eq!(answer["serverInfo"]["name"], "zhubi");
        editor.tell("initialized", json!({}));
        editor
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        let body = serde_json::to_string(message).unwrap();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request. Returns the whole answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.inbox.push(message);
        }
    }

    /// Sends a request. Returns the result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Returns the next message. Requests of the server are answered.
    pub fn receive(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE).expect("the server has nothing to say");
        if message.get("method").is_some() && message.get("id").is_some() {
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
        }
        message
    }

    /// Waits for a notification or a request that `is_it` accepts; those that have come count too.
    pub fn wait(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let fits = |message: &Value| message["method"] == method && is_it(&message["params"]);
        if let Some(index) = self.inbox.iter().position(fits) {
            return self.inbox.remove(index)["params"].clone();
        }
        loop {
            let message = self.receive();
            if fits(&message) {
                return message["params"].clone();
            }
            self.inbox.push(message);
        }
    }

    pub fn open_document(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Waits for the diagnostics of a version of a document.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let is_it = |params: &Value| params["uri"] == uri && params["version"] == version;
        let params = self.wait("textDocument/publishDiagnostics", is_it);
        params["diagnostics"].as_array().unwrap().clone()
    }

    /// Ends the session. Returns the exit code.
    pub fn close(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        self.child.wait().unwrap().code().unwrap()
    }

    /// Closes the input, and waits until the program has ended.
    pub fn exit_code(mut self) -> i32 {
        self.input = None;
        self.child.wait().unwrap().code().unwrap()
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").unwrap().parse().unwrap(),
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// Returns the URI of a file whose path needs no encoding.
pub fn uri(path: &Path) -> String {
    let path = path.to_str().unwrap().replace('\\', "/");
    if path.starts_with('/') { format!("file://{path}") } else { format!("file:///{path}") }
}

/// What positions count.
#[derive(Debug, Clone, Copy)]
pub enum Units {
    Utf8,
    Utf16,
    Utf32,
}

impl Units {
    pub const ALL: [Units; 3] = [Units::Utf8, Units::Utf16, Units::Utf32];

    pub fn name(self) -> &'static str {
        match self {
            Units::Utf8 => "utf-8",
            Units::Utf16 => "utf-16",
            Units::Utf32 => "utf-32",
        }
    }

    /// Returns the position of a byte, counted as slowly as the protocol describes it.
    pub fn position(self, text: &str, offset: usize) -> Value {
        let (mut line, mut character) = (0, 0);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if at >= offset {
                break;
            }
            let is_break = c == '\n' || c == '\r' && chars.peek().is_none_or(|(_, next)| *next != '\n');
            character += match self {
                Units::Utf8 => c.len_utf8(),
                Units::Utf16 => c.len_utf16(),
                Units::Utf32 => 1,
            };
            if is_break {
                (line, character) = (line + 1, 0);
            }
        }
        json!({ "line": line, "character": character })
    }

    pub fn range(self, text: &str, range: std::ops::Range<usize>) -> Value {
        json!({ "start": self.position(text, range.start), "end": self.position(text, range.end) })
    }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// Returns a number below `limit`.
    pub fn roll(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}
