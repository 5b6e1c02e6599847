//! Who may use the desk: its own page, and nobody else.

use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::answer::{Request, Response};
use super::page;

/// Who may use the desk.
#[derive(Debug)]
pub struct Access {
    /// What the address of the page carries. It opens the desk once.
    token: Mutex<Option<String>>,
    /// What the page shows with each request after that.
    key: String,
    /// The only host to which a request may be addressed: the address and the port of the server. A name that somebody has
    /// made to point here is another one.
    host: String,
}

impl Access {
    /// `token` and `key` are secrets.
    pub fn new(token: String, key: String, host: String) -> Access {
        Access { token: Mutex::new(Some(token)), key, host }
    }

    /// Checks who asks, before the body of a request is read. Returns the answer if the request is refused, or if it needs
    /// no body.
    pub fn screen(&self, request: &Request) -> Option<Response> {
        let own = format!("http://{}", self.host);
        if request.host != self.host {
            return Some(Response::refusal(403, "请求的地址不对。"));
        }
        let is_foreign = request.origin.as_ref().is_some_and(|origin| *origin != own)
            || request.site.as_ref().is_some_and(|site| site != "same-origin" && site != "none");
        if is_foreign {
            return Some(Response::refusal(403, "别的网站不能用这张书桌。"));
        }
        let path = request.target.split('?').next().unwrap_or_default();
        if let Some((kind, content)) = page::asset(path) {
            let file = Response { status: 200, kind, body: content.into(), name: None };
            return Some(if request.method == "GET" { file } else { Response::refusal(405, "这里只能读。") });
        }
        let Some(method) = method_of(path) else { return Some(Response::refusal(404, "没有这个地址。")) };
        if request.method != method {
            return Some(Response::refusal(405, "方法不对。"));
        }
        if method == "POST" && request.origin.is_none() {
            return Some(Response::refusal(403, "请求没有来源。"));
        }
        let key = request.key.as_deref().unwrap_or_default();
        match path {
            "/api/enter" => Some(self.enter(key)),
            // A page that is left cannot send headers: the key is in the body.
            "/api/leave" => None,
            _ if self.is_key(key) => None,
            _ => Some(Response::refusal(401, "没有钥匙。请由 zhubi desk 打开这一页。")),
        }
    }

    /// Whether this is the key.
    pub fn is_key(&self, given: &str) -> bool {
        is_same(given, &self.key)
    }

    /// Exchanges the token in the address of the page for the key, once.
    fn enter(&self, given: &str) -> Response {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if !token.as_ref().is_some_and(|token| is_same(given, token)) {
            return Response::refusal(401, "这个网址已经用过，或者不对。请再运行一次 zhubi desk。");
        }
        *token = None;
        Response::json(200, &json!({ "key": self.key }))
    }
}

/// Returns the method of an address of the desk.
fn method_of(path: &str) -> Option<&'static str> {
    Some(match path {
        "/api/drafts" | "/api/draft" | "/api/export" => "GET",
        "/api/enter" | "/api/leave" | "/api/decide" | "/api/undo" | "/api/redo" | "/api/save" | "/api/adopt" => "POST",
        _ => return None,
    })
}

/// Compares secrets without telling by the time it takes how much of one was right.
fn is_same(given: &str, expected: &str) -> bool {
    let difference = given.bytes().zip(expected.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == expected.len() && difference == 0
}
