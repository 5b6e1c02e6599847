//! The server for agents, by the Model Context Protocol. It reads drafts and proposes fixes; it writes nothing.
//!
//! Clients of two generations are served: those that begin a session by `initialize`, and those that state the version of
//! the protocol in each request.

mod tools;

use std::io::{self, BufRead, Write};

use lsp_server::{ErrorCode, Message, Request};
use serde_json::{Value, json};

use super::Office;
use super::transport::{Framing, Incoming, Outbox, receive};
use crate::error::{Error, Result, cause};

/// The versions of the protocol in which a session begins by `initialize`, the newest last.
const WITH_SESSION: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// The versions in which each request states its version.
const WITHOUT_SESSION: [&str; 1] = ["2026-07-28"];

/// The code of the error for a version that is not supported.
const UNSUPPORTED_VERSION: i32 = -32022;

const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const SERVER_KEY: &str = "io.modelcontextprotocol/serverInfo";

/// What a model is told about the server.
const INSTRUCTIONS: &str = "校对中文报纸稿件：标点、数字、用词、前后一致、事实核算，依据国家标准。先用 check_text 或 \
    check_file 查；message 说明错在哪里，source 是依据的条文。fix 是“可直接改”的照 suggestions 的第一种改；“改后请过目”的要\
    看上下文；“只提示”的由人核实，不要自己编。要一次改好，用 propose_fixes：它只交出改好的文字，不写任何文件。\
    对规则有疑问，用 explain_rule。";

/// Serves an agent until it closes the input.
///
/// # Errors
/// The output is closed, or the system starts no thread.
pub fn serve<O: Office>(mut office: O, input: impl BufRead + Send + 'static, output: impl Write) -> Result<()> {
    let incoming = receive(input, Framing::Lines)?;
    let mut outbox = Outbox::new(output, Framing::Lines);
    for incoming in incoming {
        let sent = match incoming {
            Incoming::Message(Message::Request(request)) => answer(&mut office, &mut outbox, request),
            Incoming::Message(_) => Ok(()),
            Incoming::Malformed(code, message) => outbox.refuse(None, code as i32, message, None),
            Incoming::End => break,
        };
        match sent {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            sent => sent.map_err(|error| Error::new(format!("没能写到标准输出：{}。", cause(&error))))?,
        }
    }
    Ok(())
}

fn answer<O: Office>(office: &mut O, outbox: &mut Outbox<impl Write>, request: Request) -> io::Result<()> {
    let Request { id, method, params } = request;
    let stated = params.pointer("/_meta").and_then(|meta| meta.get(VERSION_KEY)).cloned();
    if let Some(stated) = &stated
        && !WITHOUT_SESSION.iter().any(|known| stated == known)
    {
        let data = json!({ "supported": supported(), "requested": stated });
        return outbox.refuse(Some(&id), UNSUPPORTED_VERSION, "不支持这个版本的协议。", Some(data));
    }
    let result = match method.as_str() {
        "initialize" => initialized(&params),
        "server/discover" => {
            described(json!({ "supportedVersions": supported(), "ttlMs": 0, "cacheScope": "private" }))
        }
        "ping" => json!({}),
        "tools/list" => json!({ "tools": tools::list(), "ttlMs": 0, "cacheScope": "private" }),
        "tools/call" => match tools::call(office, &params) {
            Some(result) => result,
            None => {
                let message = format!("没有“{}”这个工具。", params["name"].as_str().unwrap_or_default());
                return outbox.refuse(Some(&id), ErrorCode::InvalidParams as i32, &message, None);
            }
        },
        other => {
            let message = format!("没有“{other}”这个请求。");
            return outbox.refuse(Some(&id), ErrorCode::MethodNotFound as i32, &message, None);
        }
    };
    outbox.answer(&id, if stated.is_some() { complete(result) } else { result })
}

fn supported() -> Vec<&'static str> {
    WITH_SESSION.iter().chain(&WITHOUT_SESSION).copied().collect()
}

fn server() -> Value {
    json!({ "name": "zhubi", "title": "朱笔", "version": env!("CARGO_PKG_VERSION") })
}

/// Adds what the server can do.
fn described(mut result: Value) -> Value {
    result["capabilities"] = json!({ "tools": {} });
    result["instructions"] = INSTRUCTIONS.into();
    result
}

/// Answers `initialize`: with the client's version, if it is known, or else with the newest.
fn initialized(params: &Value) -> Value {
    let newest = WITH_SESSION[WITH_SESSION.len() - 1];
    let asked = params["protocolVersion"].as_str();
    let version = WITH_SESSION.into_iter().find(|known| asked == Some(known)).unwrap_or(newest);
    described(json!({ "protocolVersion": version, "serverInfo": server() }))
}

/// Adds what every result of the versions without session has.
fn complete(mut result: Value) -> Value {
    result["resultType"] = "complete".into();
    result["_meta"] = json!({ SERVER_KEY: server() });
    result
}
