//! `zhubi mcp` as an agent's program meets it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const TEXT: &str = "两地携手,共建联盟,\n计划招聘20-30人。\n";

struct Agent {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next_id: i64,
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Agent {
    fn start(directory: &Path, arguments: &[&str]) -> Agent {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhubi"));
        command.arg("mcp").args(arguments).current_dir(directory);
        command.env("XDG_CONFIG_HOME", directory).env("HOME", directory);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Agent { input: child.stdin.take(), child, output, next_id: 0 }
    }

    fn send(&mut self, line: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line).unwrap();
        input.write_all(b"\n").unwrap();
        input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let request = json!({ "jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params });
        self.send(request.to_string().as_bytes());
        let answer = self.receive();
        assert_eq!(answer["id"], self.next_id);
        answer
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn tool(&mut self, name: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": name, "arguments": arguments }))
    }

    fn close(mut self) -> i32 {
        self.input = None;
        self.child.wait().unwrap().code().unwrap()
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

#[test]
fn begins_a_session_in_the_version_of_the_client() {
    let directory = folder(&[]);
    for (asked, answered) in [("2024-11-05", "2024-11-05"), ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25")]
    {
        let mut agent = Agent::start(directory.path(), &["--no-config"]);
        let params =
            json!({ "protocolVersion": asked, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let result = agent.ask("initialize", params);
        assert_eq!(result["protocolVersion"], answered);
        assert_eq!(result["serverInfo"]["name"], "zhubi");
        assert!(result["capabilities"]["tools"].is_object());
        agent.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string().as_bytes());
        assert_eq!(agent.ask("ping", json!({})), json!({}));
        assert_eq!(agent.close(), 0);
    }
}

#[test]
fn serves_clients_that_state_the_version_in_each_request() {
    let directory = folder(&[]);
    let mut agent = Agent::start(directory.path(), &["--no-config"]);
    let params = |version: &str, mut params: Value| {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        params
    };
    let found = agent.ask("server/discover", params("2026-07-28", json!({})));
    assert!(found["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")));
    let list = agent.ask("tools/list", params("2026-07-28", json!({})));
    assert_eq!((list["resultType"].as_str(), list["ttlMs"].as_i64()), (Some("complete"), Some(0)));
    let call = json!({ "name": "check_text", "arguments": { "text": TEXT } });
    let result = agent.ask("tools/call", params("2026-07-28", call));
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "zhubi");
    let refused = agent.call("tools/list", params("2030-01-01", json!({})));
    assert_eq!(refused["error"]["code"], -32022);
    assert_eq!(refused["error"]["data"]["requested"], "2030-01-01");
    assert_eq!(agent.close(), 0);
}

#[test]
fn checks_texts_and_files_and_writes_nothing() {
    let settings = "skip = [\"punctuation/halfwidth-colon\"]\n";
    let directory = folder(&[("a.txt", TEXT), ("b.md", "**好,的**\n"), ("zhubi.toml", settings)]);
    let mut agent = Agent::start(directory.path(), &[]);
    let of_text = agent.tool("check_text", json!({ "text": TEXT }));
    let of_file = agent.tool("check_file", json!({ "path": "a.txt" }));
    assert_eq!(of_text["structuredContent"], of_file["structuredContent"]);
    let written: Value = serde_json::from_str(of_text["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(written, of_text["structuredContent"]);
    let first = &of_file["structuredContent"]["findings"][0];
    assert_eq!((first["line"].as_i64(), first["column"].as_i64()), (Some(1), Some(5)));
    assert_eq!(first["rule"], "punctuation/halfwidth-comma");
    assert_eq!(first["suggestions"], json!(["，"]));
    assert!(first["source"].as_str().unwrap().contains("GB/T 15834"));
    let markdown = agent.tool("check_text", json!({ "text": "`a,b`，好,的。", "format": "markdown" }));
    assert_eq!(markdown["structuredContent"]["findings"].as_array().unwrap().len(), 1);

    let proposal = agent.tool("propose_fixes", json!({ "path": "a.txt" }));
    let fixed = proposal["structuredContent"]["text"].as_str().unwrap();
    assert!(fixed.starts_with("两地携手，共建联盟，"), "{fixed}");
    assert!(proposal["structuredContent"]["changes"].as_array().unwrap().len() >= 2);
    let of_text = agent.tool("propose_fixes", json!({ "text": TEXT, "suggested": true }));
    assert!(of_text["structuredContent"]["text"].as_str().unwrap().contains("携手，"));
    assert_eq!(agent.close(), 0);
    assert_eq!(fs::read_to_string(directory.path().join("a.txt")).unwrap(), TEXT);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
}

#[test]
fn settings_that_change_are_read_again() {
    let directory = folder(&[("a.txt", TEXT)]);
    let mut agent = Agent::start(directory.path(), &[]);
    let count = |agent: &mut Agent| {
        let result = agent.tool("check_file", json!({ "path": "a.txt" }));
        result["structuredContent"]["findings"].as_array().map(Vec::len)
    };
    assert!(count(&mut agent) > Some(0));
    fs::write(directory.path().join("zhubi.toml"), "only = [\"typo\"]\n").unwrap();
    assert_eq!(count(&mut agent), Some(0));
    fs::write(directory.path().join("zhubi.toml"), "only = [\"nonsense\"]\n").unwrap();
    let result = agent.tool("check_file", json!({ "path": "a.txt" }));
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("nonsense"), "{result}");
    assert_eq!(agent.close(), 0);
}

#[test]
fn explains_rules_and_says_what_is_wrong_with_a_request() {
    let directory = folder(&[("data.json", "{}"), ("zhubi.toml", "ignore = [\"old.txt\"]\n"), ("old.txt", "旧。")]);
    let mut agent = Agent::start(directory.path(), &[]);
    let rule = agent.tool("explain_rule", json!({ "rule": "fact/sum" }));
    assert!(rule["content"][0]["text"].as_str().unwrap().contains("fact/sum"));
    for (tool, arguments, expected) in [
        ("explain_rule", json!({ "rule": "fact/nonsense" }), "fact/nonsense"),
        ("explain_rule", json!({}), "rule"),
        ("check_text", json!({ "text": 1 }), "参数不对"),
        ("check_text", json!({ "text": "好。", "colour": "red" }), "colour"),
        ("check_text", json!({ "text": "好。", "format": "word" }), "markdown"),
        ("check_text", json!({ "text": "\u{0}\u{1}\u{2}" }), "。"),
        ("check_file", json!({ "path": "nowhere.txt" }), "nowhere.txt"),
        ("check_file", json!({ "path": "data.json" }), "data.json"),
        ("check_file", json!({ "path": "old.txt" }), "不查"),
        ("propose_fixes", json!({}), "text"),
    ] {
        let result = agent.tool(tool, arguments.clone());
        assert_eq!(result["isError"], true, "{tool} {arguments}: {result}");
        assert!(result["content"][0]["text"].as_str().unwrap().contains(expected), "{tool} {arguments}: {result}");
    }
    for (method, params, code) in [
        ("tools/call", json!({ "name": "rm" }), -32602),
        ("tools/call", json!(null), -32602),
        ("resources/list", json!({}), -32601),
    ] {
        assert_eq!(agent.call(method, params)["error"]["code"], code, "{method}");
    }
    for (line, code) in
        [(&b"{"[..], -32700), (b"\xff", -32700), (b"[]", -32600), (b"{\"id\":[],\"method\":\"ping\"}", -32600)]
    {
        agent.send(line);
        let answer = agent.receive();
        assert!(answer["id"].is_null() && answer["error"]["code"] == code, "{answer}");
    }
    agent.send(b"");
    assert_eq!(agent.ask("ping", json!({})), json!({}));
    assert_eq!(agent.close(), 0);
}

#[test]
fn the_tools_are_described_by_valid_schemas() {
    let directory = folder(&[]);
    let mut agent = Agent::start(directory.path(), &["--no-config"]);
    let list = agent.ask("tools/list", json!({}));
    let result = agent.tool("check_text", json!({ "text": TEXT }));
    for tool in list["tools"].as_array().unwrap() {
        assert!(jsonschema::meta::is_valid(&tool["inputSchema"]), "{tool}");
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        if tool["name"] == "check_text" {
            let validator = jsonschema::validator_for(&tool["outputSchema"]).unwrap();
            assert!(validator.is_valid(&result["structuredContent"]));
            let input = jsonschema::validator_for(&tool["inputSchema"]).unwrap();
            assert!(input.is_valid(&json!({ "text": TEXT, "format": "markdown" })));
            assert!(!input.is_valid(&json!({ "colour": "red" })));
        }
    }
    assert_eq!(agent.close(), 0);
}
