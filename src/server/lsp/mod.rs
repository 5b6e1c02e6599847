//! The server for editors, by the Language Server Protocol.
//!
//! One thread does everything but reading. It takes all messages that have come, and only then checks what has changed,
//! so it never falls behind a fast typist. Long work goes one draft at a time, and waits for messages.

mod actions;
mod client;
mod diagnostics;
mod document;
mod folder;
mod hover;
mod lines;
mod requests;
mod uri;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, MessageType, PublishDiagnosticsParams, ShowMessageParams,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use client::Client;
use document::Document;
use folder::{FolderCheck, Purpose};

use super::Office;
use super::transport::{Framing, Incoming, Outbox, receive};
use crate::error::{Error, Result, cause};

/// How often the settings files are looked at while nothing happens.
const LOOK: Duration = Duration::from_secs(2);

/// How a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The editor has said goodbye.
    Orderly,
    /// The editor is gone, or has gone without saying so.
    Abrupt,
}

/// Serves an editor until it ends the session.
///
/// # Errors
/// The output is closed, or the system starts no thread.
pub fn serve<O: Office>(office: O, input: impl BufRead + Send + 'static, output: impl Write) -> Result<End> {
    let incoming = receive(input, Framing::Headers)?;
    let mut server = Server {
        office,
        outbox: Outbox::new(output, Framing::Headers),
        phase: Phase::New,
        client: Client::of(&Value::Null),
        documents: BTreeMap::new(),
        unpublished: BTreeSet::new(),
        pushed: BTreeSet::new(),
        faulty_settings: BTreeSet::new(),
        checks: Vec::new(),
        generation: 0,
        openings: 0,
        next_token: 0,
        looked: Instant::now(),
    };
    let ended = loop {
        let next = if server.has_work() {
            incoming.try_recv().map_err(|error| error == TryRecvError::Disconnected)
        } else {
            incoming.recv_timeout(LOOK).map_err(|error| error == RecvTimeoutError::Disconnected)
        };
        let done = match next {
            Ok(Incoming::Message(message)) => server.take(message),
            Ok(Incoming::Malformed(code, message)) => {
                server.outbox.refuse(None, code as i32, message, None).map(|()| None)
            }
            Ok(Incoming::End) | Err(true) => Ok(Some(server.end())),
            Err(false) => server.work().map(|()| None),
        };
        match done {
            Ok(None) => {}
            Ok(Some(end)) => break Ok(end),
            Err(error) => break Err(error),
        }
    };
    match ended {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(End::Abrupt),
        ended => ended.map_err(|error| Error::new(format!("没能写到标准输出：{}。", cause(&error)))),
    }
}

/// How far a session has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Open,
    ShutDown,
}

struct Server<O, W> {
    office: O,
    outbox: Outbox<W>,
    phase: Phase,
    client: Client,
    /// The documents that are open, by their URIs.
    documents: BTreeMap<String, Document>,
    /// The documents whose diagnostics have to be sent.
    unpublished: BTreeSet<String>,
    /// The URIs of files that are not open and for which diagnostics were sent.
    pushed: BTreeSet<String>,
    /// The URIs of settings files for which errors were sent.
    faulty_settings: BTreeSet<String>,
    /// What the server does while there are no messages.
    checks: Vec<FolderCheck>,
    /// Counts how often the settings were loaded.
    generation: u64,
    /// Counts the documents that were opened.
    openings: u64,
    next_token: u64,
    /// When the settings files were looked at last.
    looked: Instant,
}

impl<O: Office, W: Write> Server<O, W> {
    fn has_work(&self) -> bool {
        !self.unpublished.is_empty() || !self.checks.is_empty()
    }

    fn end(&self) -> End {
        if self.phase == Phase::ShutDown { End::Orderly } else { End::Abrupt }
    }

    /// Takes a message. Returns how the session has ended, if it has.
    fn take(&mut self, message: Message) -> io::Result<Option<End>> {
        match message {
            Message::Request(request) => self.request(request)?,
            Message::Notification(Notification { method, .. }) if method == "exit" => return Ok(Some(self.end())),
            Message::Notification(notification) if self.phase == Phase::Open => self.notification(notification)?,
            Message::Notification(_) | Message::Response(_) => {}
        }
        Ok(None)
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        match (self.phase, method.as_str()) {
            (Phase::New, "initialize") => {
                self.client = Client::of(&params);
                self.phase = Phase::Open;
                let result = requests::capabilities(&self.client);
                self.outbox.answer(&id, result)
            }
            (Phase::New, _) => {
                self.outbox.refuse(Some(&id), ErrorCode::ServerNotInitialized as i32, "请先发 initialize。", None)
            }
            (Phase::ShutDown, _) => self.outbox.refuse(Some(&id), ErrorCode::InvalidRequest as i32, "已经收工。", None),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.unpublished.clear();
                self.cancel(|_| true)?;
                self.outbox.answer(&id, Value::Null)
            }
            (Phase::Open, method) => self.answer(&id, method, params),
        }
    }

    fn notification(&mut self, Notification { method, params }: Notification) -> io::Result<()> {
        match method.as_str() {
            "initialized" => self.watch_settings()?,
            "textDocument/didOpen" => {
                if let Some(params) = read::<DidOpenTextDocumentParams>(params) {
                    self.open(params)?;
                }
            }
            "textDocument/didChange" => {
                if let Some(DidChangeTextDocumentParams { text_document, content_changes }) = read(params) {
                    let key = text_document.uri.as_str();
                    if let Some(document) = self.documents.get_mut(key) {
                        document.change(text_document.version, content_changes, self.client.units);
                        self.unpublished.insert(key.to_owned());
                    }
                }
            }
            "textDocument/didClose" => {
                if let Some(DidCloseTextDocumentParams { text_document }) = read(params) {
                    let key = text_document.uri.as_str();
                    self.unpublished.remove(key);
                    if self.documents.remove(key).is_some() && !self.client.pulls {
                        self.publish_nothing(key)?;
                    }
                }
            }
            "textDocument/didSave" => self.look()?,
            "workspace/didChangeConfiguration" | "workspace/didChangeWatchedFiles" => self.reload()?,
            "workspace/didChangeWorkspaceFolders" => {
                if let Some(DidChangeWorkspaceFoldersParams { event }) = read(params) {
                    let path = |folder: &lsp_types::WorkspaceFolder| uri::to_path(folder.uri.as_str());
                    let removed: Vec<PathBuf> = event.removed.iter().filter_map(path).collect();
                    self.client.folders.retain(|folder| !removed.contains(folder));
                    self.client.folders.extend(event.added.iter().filter_map(path));
                }
            }
            "$/cancelRequest" => {
                let is_it = |check: &FolderCheck| match &check.purpose {
                    Purpose::Answer { id, .. } => json!(id) == params["id"],
                    Purpose::Show => false,
                };
                self.cancel(is_it)?;
            }
            "window/workDoneProgress/cancel" => {
                self.cancel(|check| check.progress.as_ref().is_some_and(|token| json!(token) == params["token"]))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) -> io::Result<()> {
        let item = params.text_document;
        let key = item.uri.as_str().to_owned();
        if self.pushed.remove(&key) {
            self.publish_nothing(&key)?;
        }
        let folder = self.client.folders.first().map_or(Path::new(""), PathBuf::as_path);
        self.openings += 1;
        let document = Document::open(item, self.openings, folder);
        self.documents.insert(key.clone(), document);
        self.unpublished.insert(key);
        Ok(())
    }

    /// Does the next piece of work, or looks whether the settings have changed.
    fn work(&mut self) -> io::Result<()> {
        if let Some(key) = self.unpublished.pop_first() {
            return self.publish(&key);
        }
        if !self.checks.is_empty() {
            return self.check_next();
        }
        if self.looked.elapsed() >= LOOK { self.look() } else { Ok(()) }
    }

    /// Checks a document, and sends its diagnostics unless the client asks for them itself.
    fn publish(&mut self, key: &str) -> io::Result<()> {
        let abilities = self.diagnostic_abilities();
        let Some(document) = self.documents.get_mut(key) else { return Ok(()) };
        if self.client.pulls {
            // The answer to the client's next question is ready then.
            document.read(&mut self.office);
        } else {
            let diagnostics = diagnostics::of_document(document, &mut self.office, abilities);
            let (uri, version) = (document.uri.clone(), Some(document.version));
            let params = PublishDiagnosticsParams { uri, version, diagnostics };
            self.outbox.notify("textDocument/publishDiagnostics", params)?;
        }
        self.report_settings_errors()
    }

    fn publish_nothing(&mut self, key: &str) -> io::Result<()> {
        self.outbox.notify("textDocument/publishDiagnostics", json!({ "uri": key, "diagnostics": [] }))
    }

    fn diagnostic_abilities(&self) -> diagnostics::Abilities {
        diagnostics::Abilities { units: self.client.units, links_places: self.client.links_places }
    }

    /// Loads the settings again if one of their files has changed.
    fn look(&mut self) -> io::Result<()> {
        self.looked = Instant::now();
        if self.office.has_changed() { self.reload() } else { Ok(()) }
    }

    /// Loads the settings again, and checks everything by them.
    fn reload(&mut self) -> io::Result<()> {
        self.office.reload();
        self.generation += 1;
        self.looked = Instant::now();
        for key in std::mem::take(&mut self.faulty_settings) {
            self.publish_nothing(&key)?;
        }
        for (key, document) in &mut self.documents {
            document.forget();
            self.unpublished.insert(key.clone());
        }
        if self.client.pulls && self.client.pulls_again {
            self.outbox.request("workspace/diagnostic/refresh", Value::Null)?;
        }
        Ok(())
    }

    /// Tells the user which settings cannot be read, and why.
    fn report_settings_errors(&mut self) -> io::Result<()> {
        for error in self.office.take_errors() {
            let message = error.to_string();
            self.show(MessageType::ERROR, &message)?;
            let file = error.path().map(|path| self.office.absolute(path));
            if let Some(uri) = file.as_deref().and_then(uri::of_path) {
                self.faulty_settings.insert(uri.as_str().to_owned());
                let diagnostics = vec![diagnostics::of_error(&error)];
                let params = PublishDiagnosticsParams { uri, version: None, diagnostics };
                self.outbox.notify("textDocument/publishDiagnostics", params)?;
            }
        }
        Ok(())
    }

    fn show(&mut self, typ: MessageType, message: &str) -> io::Result<()> {
        let message = crate::text::visible_lines(message).into_owned();
        self.outbox.notify("window/showMessage", ShowMessageParams { typ, message })
    }

    /// Asks the client to tell when settings files change. Without that they are looked at now and then.
    fn watch_settings(&mut self) -> io::Result<()> {
        if !self.client.watches_files {
            return Ok(());
        }
        let watchers: Vec<Value> =
            ["**/zhubi.toml", "**/.zhubi-stet.toml"].iter().map(|glob| json!({ "globPattern": glob })).collect();
        let registration = json!({
            "id": "zhubi-settings",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        self.outbox.request("client/registerCapability", json!({ "registrations": [registration] }))
    }
}

/// Reads parameters; `None` if they are not what the method takes.
fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
