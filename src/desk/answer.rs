//! Requests to the desk and the answers to them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Desk, errata};
use crate::edit::Signature;
use crate::error::{Error, Result};
use crate::review::{Galley, Passage, Verdict};
use crate::sheet::SheetBlock;

/// A request, as far as the desk looks at it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method, in capital letters.
    pub method: String,
    /// The path with the query.
    pub target: String,
    /// The header `Host`.
    pub host: String,
    /// The header `Origin`.
    pub origin: Option<String>,
    /// The header `X-Zhubi-Key`.
    pub key: Option<String>,
    /// The header `Sec-Fetch-Site`.
    pub site: Option<String>,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// The media type of the body.
    pub kind: &'static str,
    pub body: Vec<u8>,
    /// The name of the file that the body is, percent-encoded.
    pub name: Option<String>,
}

const JSON: &str = "application/json; charset=utf-8";

impl Response {
    pub(super) fn json(status: u16, value: &impl Serialize) -> Response {
        // The values hold strings and numbers only, so serializing them cannot fail.
        Response { status, kind: JSON, body: serde_json::to_vec(value).unwrap_or_default(), name: None }
    }

    /// Creates the answer to a request that is refused.
    pub fn refusal(status: u16, reason: &str) -> Response {
        Response::json(status, &json!({ "error": reason }))
    }
}

/// The body of a request about a draft.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    id: usize,
    #[serde(default)]
    marks: Vec<String>,
    /// A passage instead of marks.
    passage: Option<Passage>,
    verdict: Option<Verdict>,
}

/// What the page is told of a draft.
#[derive(Debug, Serialize)]
struct DraftState {
    id: usize,
    name: String,
    progress: crate::review::Progress,
    can_undo: bool,
    can_redo: bool,
    changed: bool,
    grade: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    /// All blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<Vec<SheetBlock>>,
    /// The blocks that differ from what the page was told last, with their indices.
    changed_blocks: Vec<(usize, SheetBlock)>,
}

/// A failure with the status of its answer.
struct Failure(u16, String);

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure(422, error.to_string())
    }
}

type Answer<T> = std::result::Result<T, Failure>;

impl Desk<'_> {
    /// Answers a request that has passed [`Access::screen`](super::Access::screen).
    pub fn answer(&mut self, request: &Request, body: Vec<u8>) -> Response {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let answered = match path {
            "/api/drafts" => Ok(self.drafts()),
            "/api/draft" => self.draft(query),
            "/api/decide" => self.decide(&body),
            "/api/undo" => self.act(&body, |galley| galley.undo().map(drop)),
            "/api/redo" => self.act(&body, |galley| galley.redo().map(drop)),
            "/api/save" => self.save(&body),
            "/api/adopt" => self.adopt(query, body),
            "/api/export" => self.export(query),
            "/api/leave" => {
                self.is_over |= self.access.is_key(&String::from_utf8_lossy(&body));
                Ok(Response::json(200, &Value::Null))
            }
            _ => Err(Failure(404, "没有这个地址。".to_owned())),
        };
        if path != "/api/leave" {
            // A page that asks again was only loaded anew.
            self.is_over = false;
        }
        answered.unwrap_or_else(|Failure(status, reason)| Response::refusal(status, &reason))
    }

    fn drafts(&self) -> Response {
        let describe =
            |(id, galley): (usize, &Galley)| json!({ "id": id, "name": galley.name, "progress": galley.progress() });
        Response::json(200, &json!({ "drafts": self.galleys.iter().enumerate().map(describe).collect::<Vec<_>>() }))
    }

    fn draft(&mut self, query: &str) -> Answer<Response> {
        let id = self.known(parameter(query, "id").and_then(|id| id.parse().ok()))?;
        self.shown.remove(&id);
        Ok(self.state(id))
    }

    fn decide(&mut self, body: &[u8]) -> Answer<Response> {
        let action = parse(body)?;
        let id = self.known(Some(action.id))?;
        let verdict = action.verdict.ok_or_else(|| Failure(400, "没有写明怎样处理。".to_owned()))?;
        let picks = match &action.passage {
            Some(passage) => vec![self.galleys[id].passage(passage)?],
            None => self.galleys[id].picks(&action.marks),
        };
        self.galleys[id].decide(&picks, &verdict)?;
        self.office.compare(&mut self.galleys);
        Ok(self.state(id))
    }

    /// Does something with a draft.
    fn act(&mut self, body: &[u8], act: impl FnOnce(&mut Galley) -> Result<()>) -> Answer<Response> {
        let id = self.known(Some(parse(body)?.id))?;
        act(&mut self.galleys[id])?;
        self.office.compare(&mut self.galleys);
        Ok(self.state(id))
    }

    fn save(&mut self, body: &[u8]) -> Answer<Response> {
        let id = self.known(Some(parse(body)?.id))?;
        let (author, date) = (self.office.author(), self.office.now());
        self.galleys[id].save(Some(Signature { author: &author, date: &date }))?;
        self.office.keep(&self.galleys[id])?;
        self.office.compare(&mut self.galleys);
        Ok(self.state(id))
    }

    fn adopt(&mut self, query: &str, body: Vec<u8>) -> Answer<Response> {
        let name = parameter(query, "name").unwrap_or_default();
        // Only the name counts, whatever folder the browser says.
        let name = name.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or("稿件.txt").to_owned();
        self.galleys.push(self.office.adopt(&name, body)?);
        self.office.compare(&mut self.galleys);
        Ok(Response::json(200, &json!({ "id": self.galleys.len() - 1 })))
    }

    fn export(&self, query: &str) -> Answer<Response> {
        let id = self.known(parameter(query, "id").and_then(|id| id.parse().ok()))?;
        let galley = &self.galleys[id];
        let name = galley.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
        let file = |name: String, kind, body| Response { status: 200, kind, body, name: Some(encoded(&name)) };
        match parameter(query, "what").as_deref() {
            Some("draft") => {
                let (author, date) = (self.office.author(), self.office.now());
                let bytes = galley.revised(Some(Signature { author: &author, date: &date }))?;
                Ok(file(format!("{stem}.改.{extension}"), "application/octet-stream", bytes))
            }
            Some("errata") => {
                Ok(file(format!("{stem}.勘误.csv"), "text/csv; charset=utf-8", errata::csv(galley.reading()).into()))
            }
            _ => Err(Failure(404, "没有这种导出。".to_owned())),
        }
    }

    /// Returns the index of a draft on the desk.
    fn known(&self, id: Option<usize>) -> Answer<usize> {
        id.filter(|id| *id < self.galleys.len()).ok_or_else(|| Failure(404, "桌上没有这篇稿件。".to_owned()))
    }

    /// Returns the state of a draft: all of it, or what has changed since the page was told last.
    fn state(&mut self, id: usize) -> Response {
        let galley = &self.galleys[id];
        let blocks = galley.sheet();
        let known = self.shown.remove(&id);
        let known = known.filter(|shown| shown.len() == blocks.len());
        let changed = known.as_ref().map_or(Vec::new(), |shown| {
            let pairs = blocks.iter().zip(shown).enumerate();
            pairs.filter(|(_, (now, before))| now != before).map(|(index, (now, _))| (index, now.clone())).collect()
        });
        let reading = galley.reading();
        let state = DraftState {
            id,
            name: galley.name.clone(),
            progress: galley.progress(),
            can_undo: reading.can_undo(),
            can_redo: reading.can_redo(),
            changed: reading.is_changed(),
            grade: self.office.grade(galley),
            notice: known.is_none().then(|| notice(galley)).flatten(),
            blocks: known.is_none().then(|| blocks.clone()),
            changed_blocks: changed,
        };
        let response = Response::json(200, &state);
        self.shown.insert(id, blocks);
        response
    }
}

/// Returns what the proofreader is told when she opens a draft.
fn notice(galley: &Galley) -> Option<String> {
    let mut told = galley.resumption().notice();
    let unread = galley.reading().draft().remarks().map_or(&[][..], |remarks| &remarks.on_reading);
    told.extend(unread.iter().map(String::as_str));
    (!told.is_empty()).then_some(told)
}

fn parse(body: &[u8]) -> Answer<Action> {
    serde_json::from_slice(body).map_err(|_| Failure(400, "请求读不懂。".to_owned()))
}

/// Returns a parameter of a query.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.into_iter().find(|(key, _)| *key == name)?.1;
    percent_encoding::percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}
