//! `zhubi lsp` as editors meet it. The heavy replay is run with `ZHUBI_LSP_EDITS=10000 ZHUBI_LSP_DRAFTS=FOLDER`;
//! `ZHUBI_LSP=PROGRAM` tests another program than the debug build.

mod editor;

use std::path::{Path, PathBuf};
use std::{env, fs};

use editor::{Dice, Editor, Units, uri};
use serde_json::{Value, json};
use tempfile::TempDir;
use zhubi::{Checker, ContextModel, Draft, Format};

const TEXT: &str = "两地携手,共建联盟,\n计划招聘20-30人。\n";

fn pushing(units: Units) -> Value {
    json!({
        "general": { "positionEncodings": [units.name()] },
        "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
        "window": { "showDocument": { "support": true }, "workDoneProgress": true },
    })
}

fn folder(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = fs::canonicalize(directory.path()).unwrap();
    for (name, text) in files {
        fs::create_dir_all(path.join(name).parent().unwrap()).unwrap();
        fs::write(path.join(name), text).unwrap();
    }
    (directory, path)
}

/// The checker that does what the program does by default.
fn checker() -> Checker {
    let model = ContextModel::light().unwrap();
    let builder = Checker::builder();
    match model {
        Some(model) => builder.context_model(model).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

/// What a check from scratch finds: ranges and rules, in the order of the text.
fn expected(checker: &Checker, text: &str, format: Format, units: Units) -> Vec<(Value, String)> {
    let draft = Draft::open(text.as_bytes().to_vec(), format).unwrap();
    // The editor counts the byte order mark.
    let shift = text.len() - draft.text().len();
    let range = |range: std::ops::Range<usize>| units.range(text, range.start + shift..range.end + shift);
    checker.check(&draft).into_iter().map(|finding| (range(finding.range), finding.rule)).collect()
}

fn found(diagnostics: &[Value]) -> Vec<(Value, String)> {
    // A hint is about a mark, not about the copy.
    let findings = diagnostics.iter().filter(|diagnostic| diagnostic["severity"] != 4);
    findings.map(|it| (it["range"].clone(), it["code"].as_str().unwrap_or_default().to_owned())).collect()
}

/// Makes an edit at random. Returns it in the terms of the protocol.
fn edit(text: &mut String, dice: &mut Dice, units: Units) -> Value {
    const PIECES: [&str; 16] = [
        ",",
        "。",
        "😀",
        "\r\n",
        "\n",
        "𠮷野家",
        "“",
        "12%",
        "\n# 小标题\n\n",
        "的的",
        "**",
        "2023年13月1日",
        "（",
        "\r",
        "共100人，其中男60人，女50人。",
        "约翰•史密斯",
    ];
    if dice.roll(40) == 0 {
        // The editor sends the text as a whole.
        return json!({ "text": text });
    }
    let place = |at: usize, text: &str| {
        let at = text.floor_char_boundary(at);
        // Between `\r` and `\n` there is no position.
        if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at }
    };
    let start = place(dice.roll(text.len() + 1), text);
    let end = if dice.roll(2) == 0 { start } else { place(start + dice.roll(40), text).max(start) };
    let piece = if dice.roll(3) == 0 { "" } else { PIECES[dice.roll(PIECES.len())] };
    let change = json!({ "range": units.range(text, start..end), "text": piece });
    text.replace_range(start..end, piece);
    change
}

/// Replays edits of a draft, and compares the diagnostics with those of a fresh check after each batch. Returns how many
/// edits were made.
fn replay(editor: &mut Editor, checker: &Checker, draft: (&str, &str, Format), units: Units, edits: usize) -> usize {
    let (text, language, format) = draft;
    let uri = format!("untitled:{language}");
    let mut text = text.to_owned();
    let mut dice = Dice(text.len() as u64);
    editor.open_document(&uri, language, &text);
    assert_eq!(found(&editor.diagnostics(&uri, 1)), expected(checker, &text, format, units));
    let (mut version, mut made) = (1, 0);
    while made < edits {
        version += 1;
        let changes: Vec<Value> = (0..=dice.roll(6)).map(|_| edit(&mut text, &mut dice, units)).collect();
        made += changes.len();
        let document = json!({ "uri": uri, "version": version });
        editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        let diagnostics = editor.diagnostics(&uri, version);
        assert_eq!(
            found(&diagnostics),
            expected(checker, &text, format, units),
            "{language} {units:?} {version}\n{text}"
        );
    }
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    editor.inbox.clear();
    made
}

fn samples() -> Vec<(String, &'static str, Format)> {
    let read =
        |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap();
    vec![
        (read("page.txt").replace('\n', "\r\n"), "plaintext", Format::Plain),
        (read("app-article.md"), "markdown", Format::Markdown),
        (read("phone-article.html"), "html", Format::Html),
    ]
}

#[test]
fn after_every_edit_the_diagnostics_are_those_of_a_fresh_check() {
    let (_guard, directory) = folder(&[]);
    let checker = checker();
    let count: usize = env::var("ZHUBI_LSP_EDITS").map_or(60, |count| count.parse().unwrap());
    let drafts = match env::var_os("ZHUBI_LSP_DRAFTS") {
        Some(folder) => drafts_in(Path::new(&folder)),
        None => samples(),
    };
    let per_draft = if env::var_os("ZHUBI_LSP_EDITS").is_some() { count.div_ceil(drafts.len()) } else { count / 3 };
    let mut editors = Units::ALL.map(|units| Editor::open(&directory, &["--no-config"], pushing(units)));
    let mut made = 0;
    let mut memory = Vec::new();
    for (number, (text, language, format)) in drafts.iter().enumerate() {
        let all = env::var_os("ZHUBI_LSP_EDITS").is_none();
        for (index, units) in Units::ALL.into_iter().enumerate().filter(|(index, _)| all || *index == number % 3) {
            let editor = &mut editors[index];
            made += replay(editor, &checker, (text, language, *format), units, per_draft);
            memory.push(resident(editor.process()));
        }
    }
    println!("{made} edits of {} drafts; memory in MB: {memory:?}", drafts.len());
    for editor in editors {
        assert_eq!(editor.close(), 0);
    }
}

fn drafts_in(folder: &Path) -> Vec<(String, &'static str, Format)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let format = Format::of_path(path)?;
        let language = match format {
            Format::Markdown => "markdown",
            Format::Html => "html",
            _ => "plaintext",
        };
        Some((fs::read_to_string(path).ok()?, language, format))
    };
    files.iter().filter_map(read).collect()
}

/// Returns the resident memory of a process in MB; 0 where that is not known.
fn resident(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes =
        line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<usize>().ok());
    kilobytes.unwrap_or(0) / 1024
}

#[test]
fn whatever_comes_in_is_answered_or_ignored() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::start(&directory, &["--no-config", "--stdio"]);
    assert_eq!(editor.call("textDocument/hover", json!({}))["error"]["code"], -32002);
    editor.tell("textDocument/didOpen", json!({}));
    editor.ask("initialize", json!({ "capabilities": { "general": 1, "textDocument": [] }, "workspaceFolders": {} }));
    for body in ["{", "[]", "{}", "null", "\"\u{0}\"", "{\"id\":1}", "{\"id\":{},\"method\":\"a\"}", "[[[[[[[["] {
        editor.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        let message = editor.receive();
        assert!(message["id"].is_null() && message["error"]["code"].is_i64(), "{body}: {message}");
    }
    editor.send_bytes(b"Content-Length: 3\r\n\r\n\xff\xfe{");
    assert_eq!(editor.receive()["error"]["code"], -32700);
    for method in [
        "textDocument/hover",
        "textDocument/codeAction",
        "textDocument/diagnostic",
        "workspace/diagnostic",
        "workspace/executeCommand",
    ] {
        for params in [json!(null), json!([]), json!({ "textDocument": 1 }), json!({ "arguments": [1], "command": 2 })]
        {
            assert_eq!(editor.call(method, params)["error"]["code"], -32602, "{method}");
        }
    }
    assert_eq!(editor.call("textDocument/rename", json!({}))["error"]["code"], -32601);
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "window/workDoneProgress/cancel",
        "$/unknown",
    ] {
        for params in [json!(null), json!([1]), json!({ "textDocument": { "uri": "::" }, "id": [], "event": 0 })] {
            editor.tell(method, params);
        }
    }
    // Places and files that do not exist.
    let nowhere =
        json!({ "textDocument": { "uri": "file:///nowhere.txt" }, "position": { "line": 9, "character": 9 } });
    assert_eq!(editor.ask("textDocument/hover", nowhere), Value::Null);
    editor.open_document("untitled:1", "plaintext", TEXT);
    let far = json!({ "line": u32::MAX, "character": u32::MAX });
    let change = json!({ "range": { "start": far, "end": { "line": 0, "character": 0 } }, "text": "甲" });
    let document = json!({ "uri": "untitled:1", "version": 2 });
    editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    assert_eq!(
        found(&editor.diagnostics("untitled:1", 2)),
        expected(&checker(), &(TEXT.to_owned() + "甲"), Format::Plain, Units::Utf16)
    );
    for command in ["zhubi.letStand", "zhubi.takeUpWord", "zhubi.openRule", "nothing"] {
        for argument in [json!(null), json!({ "uri": "untitled:1", "rule": "x", "word": "a b" })] {
            let answer =
                editor.call("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }));
            assert_eq!(answer["error"]["code"], -32803, "{command}: {answer}");
        }
    }
    assert_eq!(editor.close(), 0);
}

#[test]
fn an_editor_that_is_gone_ends_the_session() {
    let (_guard, directory) = folder(&[]);
    for bytes in [&b""[..], b"Content-Length: 5\r\n\r\n{", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut editor = Editor::open(&directory, &["--no-config"], json!({}));
        // In one piece: after what is no message the program may be gone.
        let exit = br#"{"jsonrpc":"2.0","method":"exit"}"#;
        let header = format!("Content-Length: {}\r\n\r\n", exit.len());
        editor.send_bytes(&[bytes, header.as_bytes(), exit].concat());
        assert_eq!(editor.exit_code(), 1);
    }
}

#[test]
fn says_what_is_wrong_where_and_by_which_clause() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::open(&directory, &["--no-config"], pushing(Units::Utf16));
    let text = "本次展会共有100家企业参展，其中国内企业60家，国外企业50家。\n\n😀两地携手,共建联盟。\n";
    editor.open_document("untitled:1", "markdown", text);
    let diagnostics = editor.diagnostics("untitled:1", 1);
    let comma = diagnostics.iter().find(|it| it["code"] == "punctuation/halfwidth-comma").unwrap();
    assert_eq!(comma["range"], Units::Utf16.range(text, text.find(',').unwrap()..text.find(',').unwrap() + 1));
    assert_eq!((&comma["source"], &comma["severity"]), (&json!("zhubi"), &json!(1)));
    assert!(comma["message"].as_str().unwrap().contains("GB/T 15834"), "{comma}");
    let sum = diagnostics.iter().find(|it| it["code"] == "fact/sum").unwrap();
    assert!(!sum["relatedInformation"].as_array().unwrap().is_empty(), "{sum}");

    let at = |needle: &str| {
        let position = Units::Utf16.position(text, text.find(needle).unwrap());
        json!({ "textDocument": { "uri": "untitled:1" }, "position": position })
    };
    let hover = editor.ask("textDocument/hover", at(","));
    let value = hover["contents"]["value"].as_str().unwrap();
    assert!(value.contains("punctuation/halfwidth-comma") && value.contains("依据"), "{value}");
    assert_eq!(editor.ask("textDocument/hover", at("两地")), Value::Null);
    assert_eq!(editor.close(), 0);
}

#[test]
fn a_hover_shows_the_calculation_that_came_out_right() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::open(&directory, &["--no-config"], pushing(Units::Utf16));
    let text = "本次展会共有110家企业参展，其中国内企业60家，国外企业50家。\n";
    editor.open_document("untitled:1", "plaintext", text);
    let position = Units::Utf16.position(text, text.find("60").unwrap());
    let params = json!({ "textDocument": { "uri": "untitled:1" }, "position": position });
    let hover = editor.ask("textDocument/hover", params);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("60 + 50 = 110"), "{hover}");
    assert_eq!(editor.close(), 0);
}

/// Returns the actions for a range of bytes.
fn actions(
    editor: &mut Editor,
    uri: &str,
    text: &str,
    range: std::ops::Range<usize>,
    only: Option<&str>,
) -> Vec<Value> {
    let context = match only {
        Some(kind) => json!({ "diagnostics": [], "only": [kind] }),
        None => json!({ "diagnostics": [] }),
    };
    let range = Units::Utf16.range(text, range);
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    editor.ask("textDocument/codeAction", params).as_array().unwrap().clone()
}

/// Returns a text after the edits of an action.
fn applied(text: &str, action: &Value) -> String {
    let changes = &action["edit"]["documentChanges"][0];
    assert_eq!(changes["textDocument"]["version"], 1);
    let mut edits: Vec<&Value> = changes["edits"].as_array().unwrap().iter().collect();
    let offset = |position: &Value| {
        let is_it = |at: &usize| text.is_char_boundary(*at) && Units::Utf16.position(text, *at) == *position;
        (0..=text.len()).find(is_it).unwrap()
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().unwrap());
    }
    text
}

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(start));
    found.unwrap_or_else(|| panic!("no action {start}: {actions:#?}"))
}

#[test]
fn offers_one_fix_all_of_a_rule_and_all_that_are_safe() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::open(&directory, &["--no-config"], pushing(Units::Utf16));
    let text = "😀两地携手,共建联盟,很好。\r\n计划招聘20-30人。\r\n";
    editor.open_document("untitled:1", "plaintext", text);
    let comma = text.find(',').unwrap();
    let offered = actions(&mut editor, "untitled:1", text, comma..comma, None);
    let one = titled(&offered, "“,”改为“，”");
    assert_eq!((one["kind"].as_str(), one["isPreferred"].as_bool()), (Some("quickfix"), Some(true)));
    assert_eq!(applied(text, one), text.replacen(',', "，", 1));
    assert_eq!(applied(text, titled(&offered, "全篇照改 2 处")), text.replace(',', "，"));
    titled(&offered, "看规则");
    // A draft without a file has no suppression list.
    assert!(!offered.iter().any(|action| action["title"].as_str().unwrap().starts_with("保留")));
    let safe = actions(&mut editor, "untitled:1", text, 0..0, Some("source.fixAll"));
    let fixed = checker().fix(&Draft::open(text.into(), Format::Plain).unwrap(), zhubi::FixSafety::Safe).unwrap();
    assert_eq!(applied(text, &safe[0]).into_bytes(), fixed.bytes);
    assert_eq!(safe[0]["kind"], "source.fixAll.zhubi");
    assert!(actions(&mut editor, "untitled:1", text, 0..0, Some("refactor")).is_empty());
    assert_eq!(editor.close(), 0);
}

#[test]
fn a_fix_that_would_break_the_markup_is_not_offered() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::open(&directory, &["--no-config", "--level", "advice"], pushing(Units::Utf16));
    let text = "**重点：** 下面说,\n\n这是 ** 好,的 **。\n";
    editor.open_document("untitled:1", "markdown", text);
    let space = text.find("** 下面").unwrap() + 2;
    let offered = actions(&mut editor, "untitled:1", text, space..space, None);
    for action in offered.iter().filter(|action| action.get("edit").is_some()) {
        let after = applied(text, action);
        assert!(after.contains("**重点：** 下面"), "{action}");
    }
    assert_eq!(editor.close(), 0);
}

#[test]
fn what_is_to_stand_and_what_is_a_word_is_kept_in_the_papers_files() {
    let (_guard, directory) = folder(&[("draft.txt", "他按装电灯，两地携手,共建联盟。\n"), ("zhubi.toml", "")]);
    let mut editor = Editor::open(&directory, &[], pushing(Units::Utf16));
    let file = directory.join("draft.txt");
    let text = fs::read_to_string(&file).unwrap();
    let draft = uri(&file);
    editor.open_document(&draft, "plaintext", &text);
    let before = editor.diagnostics(&draft, 1);
    assert!(before.iter().any(|it| it["code"] == "punctuation/halfwidth-comma"), "{before:?}");
    let comma = text.find(',').unwrap();
    let offered = actions(&mut editor, &draft, &text, comma..comma, None);
    let mut command = titled(&offered, "保留")["command"].clone();
    command["arguments"][0]["reason"] = json!("引自\n原文");
    let done = editor.ask("workspace/executeCommand", command);
    assert!(done.as_str().unwrap().contains(".zhubi-stet.toml"));
    let list = fs::read_to_string(directory.join(".zhubi-stet.toml")).unwrap();
    assert!(list.contains("draft.txt") && list.contains("引自 原文"), "{list}");
    let after = editor.diagnostics(&draft, 1);
    assert!(!after.iter().any(|it| it["code"] == "punctuation/halfwidth-comma"), "{after:?}");

    let word = text.find("按装").unwrap();
    let offered = actions(&mut editor, &draft, &text, word..word + "按装".len(), None);
    let command = titled(&offered, "收词：“按装”")["command"].clone();
    editor.ask("workspace/executeCommand", command);
    assert!(fs::read_to_string(directory.join("words.txt")).unwrap().starts_with("按装"));
    assert!(fs::read_to_string(directory.join("zhubi.toml")).unwrap().contains("words.txt"));
    assert!(editor.diagnostics(&draft, 1).is_empty());
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "the draft is the editor's");
    assert_eq!(editor.close(), 0);
}

#[test]
fn settings_are_read_again_when_they_change() {
    let (_guard, directory) = folder(&[("draft.txt", TEXT)]);
    let mut editor = Editor::open(&directory, &[], pushing(Units::Utf16));
    let draft = uri(&directory.join("draft.txt"));
    editor.open_document(&draft, "plaintext", TEXT);
    assert!(!editor.diagnostics(&draft, 1).is_empty());
    // The server notices without being told.
    fs::write(directory.join("zhubi.toml"), "only = [\"typo\"]\n").unwrap();
    assert!(editor.diagnostics(&draft, 1).is_empty());
    fs::write(directory.join("zhubi.toml"), "only = [\"nonsense\"]\n").unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    let shown = editor.wait("window/showMessage", |params| params["type"] == 1);
    assert!(shown["message"].as_str().unwrap().contains("nonsense"));
    let settings = uri(&directory.join("zhubi.toml"));
    let faults = editor.wait("textDocument/publishDiagnostics", |params| params["uri"] == settings);
    assert_eq!(faults["diagnostics"][0]["range"]["start"]["line"], 0);
    fs::remove_file(directory.join("zhubi.toml")).unwrap();
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": {} }));
    let cleared = editor.wait("textDocument/publishDiagnostics", |params| params["uri"] == settings);
    assert_eq!(cleared["diagnostics"], json!([]));
    editor.wait("textDocument/publishDiagnostics", |params| {
        params["uri"] == draft && params["diagnostics"].as_array().is_some_and(|list| !list.is_empty())
    });
    assert_eq!(editor.close(), 0);
}

#[test]
fn an_editor_that_asks_gets_what_has_changed() {
    let (_guard, directory) =
        folder(&[("a.txt", TEXT), ("sub/b.md", "好,的。\n"), ("c.txt", "很好。\n"), ("d.rs", "a, b")]);
    let mut capabilities = pushing(Units::Utf8);
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    let mut editor = Editor::open(&directory, &[], capabilities);
    let draft = uri(&directory.join("a.txt"));
    editor.open_document(&draft, "plaintext", TEXT);
    let ask = |editor: &mut Editor, previous: Option<&Value>| {
        let params = json!({ "textDocument": { "uri": draft }, "previousResultId": previous });
        editor.ask("textDocument/diagnostic", params)
    };
    let report = ask(&mut editor, None);
    assert_eq!(report["kind"], "full");
    assert_eq!(found(report["items"].as_array().unwrap()), expected(&checker(), TEXT, Format::Plain, Units::Utf8));
    assert_eq!(ask(&mut editor, Some(&report["resultId"]))["kind"], "unchanged");

    let all = json!({ "previousResultIds": [], "workDoneToken": "t" });
    let first = editor.ask("workspace/diagnostic", all);
    let of = |report: &Value, name: &str| {
        let items = report["items"].as_array().unwrap();
        items.iter().find(|item| item["uri"].as_str().unwrap().ends_with(name)).cloned()
    };
    assert_eq!(of(&first, "a.txt").unwrap()["version"], 1);
    assert_eq!(of(&first, "sub/b.md").unwrap()["items"].as_array().unwrap().len(), 1);
    assert_eq!(of(&first, "c.txt").unwrap()["items"], json!([]));
    assert!(of(&first, "d.rs").is_none());
    for kind in ["begin", "report", "end"] {
        editor.wait("$/progress", |params| params["token"] == "t" && params["value"]["kind"] == kind);
    }
    let known: Vec<Value> = first["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
        .collect();
    let again = editor.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    assert!(again["items"].as_array().unwrap().iter().all(|item| item["kind"] == "unchanged"), "{again}");

    fs::write(directory.join("zhubi.toml"), "only = [\"typo\"]\n").unwrap();
    editor.wait("workspace/diagnostic/refresh", |_| true);
    assert_eq!(ask(&mut editor, Some(&report["resultId"]))["items"], json!([]));
    assert!(!editor.inbox.iter().any(|message| message["method"] == "textDocument/publishDiagnostics"));
    assert_eq!(editor.close(), 0);
}

#[test]
fn all_drafts_of_a_folder_are_checked_on_request() {
    let (_guard, directory) = folder(&[("a.txt", TEXT), ("sub/b.md", "好,的。\n"), ("c.txt", "很好。\n")]);
    let mut editor = Editor::open(&directory, &[], pushing(Units::Utf16));
    editor.ask("workspace/executeCommand", json!({ "command": "zhubi.checkFolders" }));
    editor.wait("window/workDoneProgress/create", |_| true);
    let b = uri(&directory.join("sub/b.md"));
    let published = editor.wait("textDocument/publishDiagnostics", |params| params["uri"] == b);
    assert_eq!(published["diagnostics"].as_array().unwrap().len(), 1);
    editor.wait("$/progress", |params| params["value"]["kind"] == "end");
    // When it is opened, what is shown is what it says there.
    editor.open_document(&b, "markdown", "好，的。\n");
    assert!(editor.diagnostics(&b, 1).is_empty());
    assert_eq!(editor.close(), 0);
}

#[test]
fn only_drafts_are_checked() {
    let (_guard, directory) =
        folder(&[("zhubi.toml", "ignore = [\"old/**\"]\nwords = [\"words.txt\"]\n"), ("words.txt", "按装\n")]);
    let mut editor = Editor::open(&directory, &[], pushing(Units::Utf16));
    for (name, language, is_draft) in [
        ("a.txt", "plaintext", true),
        ("b", "markdown", true),
        ("c.html", "html", true),
        ("d.rs", "rust", false),
        ("old/a.txt", "plaintext", false),
        ("words.txt", "plaintext", false),
        ("requirements.txt", "plaintext", false),
    ] {
        let file = uri(&directory.join(name));
        editor.open_document(&file, language, "两地携手,共建联盟。\n");
        assert_eq!(!editor.diagnostics(&file, 1).is_empty(), is_draft, "{name}");
    }
    // A byte order mark does not move anything.
    editor.open_document("untitled:2", "plaintext", "\u{feff}两地携手,共建联盟。\n");
    let at = editor.diagnostics("untitled:2", 1)[0]["range"]["start"].clone();
    assert_eq!(at, json!({ "line": 0, "character": 5 }));
    assert_eq!(editor.close(), 0);
}

#[test]
fn marks_that_have_no_effect_are_hinted_at() {
    let (_guard, directory) = folder(&[]);
    let mut editor = Editor::open(&directory, &["--no-config"], pushing(Units::Utf16));
    let mark = "<!-- zhubi 保留 punctuation/halfwidth-comma：原文 -->";
    let text = format!("{mark}\n\n两地携手,共建联盟。\n\n😀很好。{mark}\n");
    editor.open_document("untitled:1", "markdown", &text);
    let diagnostics = editor.diagnostics("untitled:1", 1);
    let hints: Vec<&Value> = diagnostics.iter().filter(|it| it["severity"] == 4).collect();
    // From the name that has no effect.
    let last = text.rfind(mark).unwrap();
    let name = last + mark.find("punctuation").unwrap();
    assert_eq!(hints.len(), 1, "{diagnostics:?}");
    assert_eq!(hints[0]["range"], Units::Utf16.range(&text, name..last + mark.len()));
    assert_eq!(hints[0]["tags"], json!([1]));
    assert_eq!(editor.close(), 0);
}
