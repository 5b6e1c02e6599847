//! Targets on the desk.

use super::drafts::ENGINE;
use crate::desk::server::parse_head;
use crate::desk::{Access, Desk, Office, Request};
use crate::draft::{Draft, Format};
use crate::error::{Error, Result};
use crate::review::{Galley, Keeper};
use crate::stet::ReviewOptions;

/// The draft on the desk.
const TEXT: &str = "两地携手,共建联盟,\n计划招聘20-30人。\n据统计，，去年有五人。\n代表们再接再励。\n";

/// The addresses to which requests go, by the first byte of a request.
const TARGETS: [(&str, &str); 8] = [
    ("GET", "/api/drafts"),
    ("GET", "/api/draft?"),
    ("GET", "/api/export?"),
    ("POST", "/api/decide"),
    ("POST", "/api/undo"),
    ("POST", "/api/redo"),
    ("POST", "/api/save"),
    ("POST", "/api/adopt?name="),
];

const HOST: &str = "desk:1";
const KEY: &str = "key";

/// Keeps nothing, but has a journal.
#[derive(Debug)]
struct Memory(Option<String>);

impl Keeper for Memory {
    fn journal(&mut self) -> Result<Option<String>> {
        Ok(self.0.take())
    }

    fn begin(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn set_aside(&mut self) -> Result<()> {
        Ok(())
    }

    fn append(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn save(&mut self, _: &[u8], _: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// The program around the desk.
struct Room;

impl<'e> Office<'e> for Room {
    fn adopt(&self, name: &str, bytes: Vec<u8>) -> Result<Galley<'e>> {
        galley(name, bytes, None)
    }

    fn author(&self) -> String {
        "朱笔".to_owned()
    }

    fn now(&self) -> String {
        "2026-01-01T00:00:00Z".to_owned()
    }

    fn compare(&self, _: &mut [Galley<'e>]) {}

    fn keep(&self, _: &Galley<'e>) -> Result<()> {
        Err(Error::new("没有写入。"))
    }

    fn grade(&self, _: &Galley<'e>) -> String {
        String::new()
    }
}

fn galley<'e>(name: &str, bytes: Vec<u8>, journal: Option<String>) -> Result<Galley<'e>> {
    let draft = Draft::open(bytes.clone(), Format::Plain)?;
    let reading = (&*ENGINE, ReviewOptions::default());
    Galley::open(name.to_owned(), bytes, draft, reading, Box::new(Memory(journal)))
}

/// A journal is taken up, or left.
pub fn journal(input: &[u8]) {
    let journal = String::from_utf8_lossy(input).into_owned();
    let mut galley = galley("稿件.txt", TEXT.into(), Some(journal)).unwrap();
    let _ = galley.revised(None);
    while galley.undo().is_ok_and(|is_done| is_done) {}
    let _ = (galley.redo(), galley.sheet());
}

/// Every request is answered, and what is exported afterwards is a draft.
pub fn requests(input: &[u8]) {
    let access = || Access::new("token".to_owned(), KEY.to_owned(), HOST.to_owned());
    if let Some((request, _)) = parse_head(input) {
        let _ = access().screen(&request);
    }
    let galleys = vec![galley("稿件.txt", TEXT.into(), None).unwrap()];
    let mut desk = Desk::new(galleys, Box::new(Room), access());
    for request in input.split(|byte| *byte == 0xFF).take(16) {
        let Some((target, content)) = request.split_first() else { continue };
        let (method, path) = TARGETS[usize::from(*target) % TARGETS.len()];
        let (query, body) = match content.iter().position(|byte| *byte == b'\n') {
            Some(end) if path.contains('?') => (&content[..end], &content[end + 1..]),
            _ if path.contains('?') => (content, &[][..]),
            _ => (&[][..], content),
        };
        let request = Request {
            method: method.to_owned(),
            target: format!("{path}{}", String::from_utf8_lossy(query)),
            host: HOST.to_owned(),
            origin: Some(format!("http://{HOST}")),
            key: Some(KEY.to_owned()),
            site: None,
        };
        if access().screen(&request).is_none() {
            assert!(desk.answer(&request, body.to_vec()).status >= 200);
        }
    }
    let export = Request { target: "/api/export?id=0&what=draft".to_owned(), ..Request::default() };
    let exported = desk.answer(&export, Vec::new());
    assert!(exported.status == 200 && Draft::open(exported.body, Format::Plain).is_ok());
}
