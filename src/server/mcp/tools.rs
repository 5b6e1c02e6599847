//! The tools that an agent can use.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::draft::{Draft, Encoding, Format, identify};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety};
use crate::guard;
use crate::revise::revise_with;
use crate::server::{Office, Place};
use crate::sheet::Remark;
use crate::stet::ReviewOptions;
use crate::text::{Locator, Position};

/// The most findings, or changes, in one answer: models read slowly.
const MOST: usize = 300;

/// The path by whose settings a text without one is checked.
const UNNAMED: &str = "未存盘的稿件";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckText {
    text: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckFile {
    path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposeFixes {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    path: Option<PathBuf>,
    #[serde(default)]
    suggested: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainRule {
    rule: String,
}

/// What was found in a draft.
#[derive(Serialize)]
struct Findings {
    findings: Vec<PlacedRemark>,
    /// How many more there are.
    left_out: usize,
    /// How many are not reported because they were decided to stand.
    stet: usize,
}

#[derive(Serialize)]
struct PlacedRemark {
    line: usize,
    column: usize,
    #[serde(flatten)]
    remark: Remark,
}

/// A draft with its fixes made.
#[derive(Serialize)]
struct Proposal {
    /// The text after the changes.
    text: String,
    changes: Vec<Change>,
    /// How many more there are.
    left_out: usize,
    /// How many findings remain, which only a person can settle.
    remaining: usize,
}

#[derive(Serialize)]
struct Change {
    line: usize,
    column: usize,
    rule: String,
    before: String,
    after: String,
}

/// Returns the tools, as the protocol describes them.
pub fn list() -> Vec<Value> {
    let string = |about: &str| json!({ "type": "string", "description": about });
    let formats: Vec<&str> = text_formats().map(Format::name).collect();
    let format =
        json!({ "type": "string", "enum": formats, "description": "稿件的格式；不写则看 path 的扩展名，再看内容" });
    let settings = string("稿件的路径，不必真有这个文件：用它所在目录的 zhubi.toml、词表、保留清单");
    let file = string("稿件的路径：文本、Markdown、HTML、字幕或 Word（.docx）");
    let findings = json!({
        "type": "object",
        "properties": {
            "findings": { "type": "array", "items": { "type": "object" } },
            "left_out": { "type": "integer" },
            "stet": { "type": "integer" },
        },
        "required": ["findings", "left_out", "stet"],
    });
    let proposal = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string" },
            "changes": { "type": "array", "items": { "type": "object" } },
            "left_out": { "type": "integer" },
            "remaining": { "type": "integer" },
        },
        "required": ["text", "changes", "left_out", "remaining"],
    });
    let tool = |name: &str, (title, about): (&str, &str), input: Value, output: Option<&Value>| {
        let mut tool = json!({
            "name": name,
            "title": title,
            "description": about,
            "inputSchema": input,
            "annotations": {
                "title": title, "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
            },
        });
        if let Some(output) = output {
            tool["outputSchema"] = output.clone();
        }
        tool
    };
    vec![
        tool(
            "check_text",
            ("查一段文字", "校对一段中文文字，返回查出的问题：行、列、规则、级别、说明、依据的条文、改法。"),
            json!({
                "type": "object",
                "properties": { "text": string("要查的文字"), "format": format.clone(), "path": settings.clone() },
                "required": ["text"],
                "additionalProperties": false,
            }),
            Some(&findings),
        ),
        tool(
            "check_file",
            ("查一篇稿件", "校对一个文件，返回查出的问题，同 check_text。文件不会被改动。"),
            json!({
                "type": "object", "properties": { "path": file.clone() }, "required": ["path"], "additionalProperties": false,
            }),
            Some(&findings),
        ),
        tool(
            "propose_fixes",
            (
                "提出改法",
                "把一段文字或一个文件能改的都改好，返回改好的文字和每一处改动；不写任何文件，采用与否由人决定。",
            ),
            json!({
                "type": "object",
                "properties": {
                    "text": string("要改的文字；与 path 写一样即可，都写则改这段文字，用 path 那里的设置"),
                    "format": format,
                    "path": file,
                    "suggested": {
                        "type": "boolean",
                        "default": false,
                        "description": "连“改后请过目”的也改；不写则只改“可直接改”的",
                    },
                },
                "additionalProperties": false,
            }),
            Some(&proposal),
        ),
        tool(
            "explain_rule",
            ("说明一条规则", "返回一条规则查什么、依据哪一条标准、正误例子、有哪些选项。"),
            json!({
                "type": "object",
                "properties": { "rule": string("规则编号，如 punctuation/halfwidth-comma，或它的中文名") },
                "required": ["rule"],
                "additionalProperties": false,
            }),
            None,
        ),
    ]
}

fn text_formats() -> impl Iterator<Item = Format> {
    Format::ALL.iter().copied().filter(|format| !format.is_document())
}

/// Uses a tool. Returns `None` if there is no such tool. What goes wrong in a tool is part of the result, for the model to
/// read.
pub fn call<O: Office>(office: &mut O, params: &Value) -> Option<Value> {
    if office.has_changed() {
        office.reload();
    }
    let arguments = params.get("arguments").cloned().unwrap_or_else(|| json!({}));
    let done = match params["name"].as_str()? {
        "check_text" => read(arguments).and_then(|asked| check_text(office, asked)),
        "check_file" => read(arguments).and_then(|asked| check_file(office, &asked)),
        "propose_fixes" => read(arguments).and_then(|asked| propose_fixes(office, asked)),
        "explain_rule" => {
            let explain = |asked: ExplainRule| office.explain(&asked.rule);
            let text = |text: String| json!({ "content": [{ "type": "text", "text": text }] });
            return Some(read(arguments).and_then(explain).map_or_else(|error| failed(&error), text));
        }
        _ => return None,
    };
    Some(match done {
        Ok(result) => {
            let text = serde_json::to_string(&result).unwrap_or_default();
            json!({ "content": [{ "type": "text", "text": text }], "structuredContent": result })
        }
        Err(error) => failed(&error),
    })
}

fn failed(error: &Error) -> Value {
    json!({ "content": [{ "type": "text", "text": error.to_string() }], "isError": true })
}

fn read<A: DeserializeOwned>(arguments: Value) -> Result<A> {
    serde_json::from_value(arguments)
        .map_err(|error| Error::new(format!("参数不对：{error}。")).help("请照 tools/list 里的 inputSchema 写。"))
}

/// A draft, and by which settings it is checked.
struct Given {
    draft: Draft,
    place: Place,
}

impl Given {
    /// Reads a text as a draft. With a path it is checked as that draft is.
    fn text<O: Office>(office: &mut O, text: String, format: Option<&str>, path: Option<&Path>) -> Result<Given> {
        let format = match format {
            Some(name) => text_formats().find(|format| format.name() == name).ok_or_else(|| {
                let names: Vec<&str> = text_formats().map(Format::name).collect();
                Error::new(format!("format 不能是“{name}”。")).help(format!("可以是：{}。", names.join("、")))
            })?,
            None => identify(path, text.as_bytes(), Some(Encoding::Utf8))?,
        };
        let place = place(office, path.unwrap_or(Path::new(UNNAMED)))?;
        let draft = Draft::open_in(text.into_bytes(), format, Some(Encoding::Utf8))?;
        Ok(Given { draft, place })
    }

    fn file<O: Office>(office: &mut O, path: &Path) -> Result<Given> {
        let place = place(office, path)?;
        let draft = office.read(path).map_err(|error| error.in_file(path.display()))?;
        Ok(Given { draft, place })
    }
}

fn place<O: Office>(office: &mut O, path: &Path) -> Result<Place> {
    let placed = office.place(path);
    if let Some(error) = office.take_errors().into_iter().next() {
        return Err(error);
    }
    placed.ok_or_else(|| Error::new("zhubi.toml 的设置不查这个路径的稿件。").in_file(path.display()))
}

fn check_text<O: Office>(office: &mut O, asked: CheckText) -> Result<Value> {
    let given = Given::text(office, asked.text, asked.format.as_deref(), asked.path.as_deref())?;
    check(office, &given)
}

fn check_file<O: Office>(office: &mut O, asked: &CheckFile) -> Result<Value> {
    let given = Given::file(office, &asked.path)?;
    check(office, &given)
}

fn check<O: Office>(office: &O, given: &Given) -> Result<Value> {
    office.guarded(|| {
        let engine = office.engine(&given.place);
        let review = office.options(&given.place).review(engine, &given.draft);
        let mut findings = review.findings;
        guard::withdraw_harmful_fixes(&given.draft, &mut findings);
        Ok(json!(Findings {
            left_out: findings.len().saturating_sub(MOST),
            stet: review.suppressed.len(),
            findings: described(&given.draft, engine, &findings),
        }))
    })
}

fn described(draft: &Draft, engine: &Engine, findings: &[Finding]) -> Vec<PlacedRemark> {
    let text = draft.text();
    let mut locator = Locator::new(text);
    let describe = |finding: &Finding| {
        let remark = Remark::of(finding, engine.rules(), text, &mut locator);
        let Position { line, column } = locator.position(finding.span.start);
        PlacedRemark { line, column, remark }
    };
    findings.iter().take(MOST).map(describe).collect()
}

fn propose_fixes<O: Office>(office: &mut O, asked: ProposeFixes) -> Result<Value> {
    let given = match (asked.text, asked.path) {
        (Some(text), path) => Given::text(office, text, asked.format.as_deref(), path.as_deref())?,
        (None, Some(path)) => Given::file(office, &path)?,
        (None, None) => return Err(Error::new("要改什么没有写。").help("请写 text 或 path。")),
    };
    let safety = if asked.suggested { FixSafety::Suggested } else { FixSafety::Safe };
    office.guarded(|| propose(&given.draft, office.engine(&given.place), &office.options(&given.place), safety))
}

fn propose(draft: &Draft, engine: &Engine, options: &ReviewOptions, safety: FixSafety) -> Result<Value> {
    let revision = revise_with(engine, draft, safety, options)?;
    let revised = draft.reopen(revision.bytes)?;
    let mut locator = Locator::new(draft.text());
    let change = |change: &crate::revise::Change| {
        let Position { line, column } = locator.position(change.span.start);
        let rule = engine.rules().rules[change.rule as usize].id.clone();
        Change { line, column, rule, before: change.before.clone(), after: change.after.clone() }
    };
    Ok(json!(Proposal {
        text: revised.text().to_owned(),
        left_out: revision.changes.len().saturating_sub(MOST),
        changes: revision.changes.iter().take(MOST).map(change).collect(),
        remaining: revision.remaining.len(),
    }))
}
