//! The answers to an editor's requests.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, DiagnosticOptions,
    DiagnosticServerCapabilities, DocumentDiagnosticParams, ExecuteCommandOptions, ExecuteCommandParams,
    FullDocumentDiagnosticReport, HoverParams, HoverProviderCapability, MessageType, NumberOrString,
    PublishDiagnosticsParams, Range, SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::actions::{self, FIX_ALL, commands, is_word};
use super::client::Client;
use super::folder::{self, FolderCheck, Purpose, known_results};
use super::{Server, diagnostics, hover, read, uri};
use crate::error::{Error, Result};
use crate::server::Office;
use crate::stet::SuppressionEntry;

/// Returns the answer to `initialize`.
pub fn capabilities(client: &Client) -> Value {
    let progress = WorkDoneProgressOptions { work_done_progress: Some(client.wants_folders) };
    let quiet = WorkDoneProgressOptions::default();
    let capabilities = ServerCapabilities {
        position_encoding: Some(client.units.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
            work_done_progress_options: quiet,
            resolve_provider: None,
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::ALL.map(str::to_owned).to_vec(),
            work_done_progress_options: quiet,
        }),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some(diagnostics::SOURCE.to_owned()),
                inter_file_dependencies: false,
                workspace_diagnostics: client.wants_folders,
                work_done_progress_options: progress,
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp_types::OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    };
    json!({ "capabilities": capabilities, "serverInfo": { "name": "zhubi", "version": env!("CARGO_PKG_VERSION") } })
}

/// What the diagnostics of a document are known by; `previous` is what the client has.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum DocumentReport {
    Full {
        #[serde(rename = "resultId")]
        result_id: String,
        items: Vec<lsp_types::Diagnostic>,
    },
    Unchanged {
        #[serde(rename = "resultId")]
        result_id: String,
    },
}

/// The finding that is to stand.
#[derive(Deserialize)]
struct LetStand {
    uri: String,
    rule: String,
    range: Range,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct TakeUpWord {
    uri: String,
    word: String,
}

#[derive(Deserialize)]
struct OpenRule {
    rule: String,
}

fn invalid() -> Error {
    Error::new("这个请求的参数不对。")
}

impl<O: Office, W: Write> Server<O, W> {
    /// Answers a request of a session that is open.
    pub(super) fn answer(&mut self, id: &RequestId, method: &str, params: Value) -> io::Result<()> {
        let answer = match method {
            "textDocument/diagnostic" => read(params).map(|params| self.document_diagnostics(&params)),
            "textDocument/hover" => read(params).map(|params| self.hover(&params)),
            "textDocument/codeAction" => read(params).map(|params| self.code_actions(&params)),
            "workspace/diagnostic" => {
                return match read(params) {
                    Some(params) => self.begin_answer(id, params),
                    None => self.outbox.refuse(Some(id), ErrorCode::InvalidParams as i32, invalid().message(), None),
                };
            }
            "workspace/executeCommand" => match read(params) {
                Some(params) => Some(self.execute(params)?),
                None => None,
            },
            _ => {
                let message = format!("没有“{method}”这个请求。");
                return self.outbox.refuse(Some(id), ErrorCode::MethodNotFound as i32, &message, None);
            }
        };
        match answer {
            Some(Ok(result)) => self.outbox.answer(id, result)?,
            Some(Err(error)) => {
                self.outbox.refuse(Some(id), ErrorCode::RequestFailed as i32, &diagnostics::text_of(&error), None)?;
            }
            None => self.outbox.refuse(Some(id), ErrorCode::InvalidParams as i32, invalid().message(), None)?,
        }
        self.report_settings_errors()
    }

    fn document_diagnostics(&mut self, params: &DocumentDiagnosticParams) -> Result<Value> {
        let abilities = self.diagnostic_abilities();
        let key = params.text_document.uri.as_str();
        let Some(document) = self.documents.get_mut(key) else { return Ok(json!({ "kind": "full", "items": [] })) };
        self.unpublished.remove(key);
        let result_id = document.state_id();
        if params.previous_result_id.as_ref() == Some(&result_id) {
            return Ok(json!(DocumentReport::Unchanged { result_id }));
        }
        let items = diagnostics::of_document(document, &mut self.office, abilities);
        Ok(json!(DocumentReport::Full { result_id, items }))
    }

    fn hover(&mut self, params: &HoverParams) -> Result<Value> {
        let place = &params.text_document_position_params;
        let Some(document) = self.documents.get_mut(place.text_document.uri.as_str()) else { return Ok(Value::Null) };
        document.read(&mut self.office);
        let how = (self.client.units, self.client.hovers_markdown);
        let office = &self.office;
        office.guarded(|| Ok(json!(hover::at(document, office, place.position, how))))
    }

    fn code_actions(&mut self, params: &CodeActionParams) -> Result<Value> {
        let Some(document) = self.documents.get_mut(params.text_document.uri.as_str()) else { return Ok(json!([])) };
        document.read(&mut self.office);
        let abilities = actions::Abilities {
            units: self.client.units,
            versions_edits: self.client.versions_edits,
            shows_documents: self.client.shows_documents,
        };
        let office = &self.office;
        office.guarded(|| Ok(json!(actions::at(document, office, params, abilities)?)))
    }

    /// Carries out a command. What cannot be done is told to the user.
    fn execute(&mut self, params: ExecuteCommandParams) -> io::Result<Result<Value>> {
        let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
        let done = match params.command.as_str() {
            commands::LET_STAND => read(argument).ok_or_else(invalid).and_then(|it| self.let_stand(it)),
            commands::TAKE_UP_WORD => read(argument).ok_or_else(invalid).and_then(|it| self.take_up_word(it)),
            commands::OPEN_RULE => match read(argument).ok_or_else(invalid).and_then(|it| self.rule_page(&it)) {
                Ok(shown) => {
                    self.outbox.request("window/showDocument", shown)?;
                    return Ok(Ok(Value::Null));
                }
                Err(error) => Err(error),
            },
            commands::CHECK_FOLDERS => {
                self.begin_show()?;
                return Ok(Ok(Value::Null));
            }
            commands::RELOAD => {
                self.reload()?;
                return Ok(Ok(Value::Null));
            }
            other => return Ok(Err(Error::new(format!("没有“{other}”这个命令。")))),
        };
        match done {
            Ok(done) => {
                self.reload()?;
                self.show(MessageType::INFO, &done)?;
                Ok(Ok(Value::from(done)))
            }
            Err(error) => {
                self.show(MessageType::WARNING, &error.to_string())?;
                Ok(Err(error))
            }
        }
    }

    fn let_stand(&mut self, asked: LetStand) -> Result<String> {
        let gone = || Error::new("这一处已经变了，没有记下。").help("请在标出的地方再选一次。");
        let document = self.documents.get_mut(&asked.uri).ok_or_else(gone)?;
        if !document.has_file {
            return Err(Error::new("这篇稿件还没有存盘，不能记进保留清单。").help("请先存盘。"));
        }
        document.read(&mut self.office);
        let span = document.span(asked.range, self.client.units);
        let reading = document.reading().ok_or_else(gone)?;
        let engine = self.office.engine(&reading.place);
        let is_it = |finding: &&crate::finding::Finding| {
            finding.span == span && engine.rules().rules[finding.rule as usize].id == asked.rule
        };
        let finding = reading.review.findings.iter().find(is_it).ok_or_else(gone)?;
        let entry = SuppressionEntry::of("", engine, &reading.draft, finding);
        let why = asked.reason.trim().replace(['\n', '\r'], " ");
        self.office.let_stand(&document.path, SuppressionEntry { why, ..entry })
    }

    fn take_up_word(&mut self, asked: TakeUpWord) -> Result<String> {
        if !is_word(&asked.word) {
            return Err(Error::new("这不是一个词，没有收。").help("请选中要收的词：两个字以上，中间没有标点和空格。"));
        }
        let path =
            uri::to_path(&asked.uri).ok_or_else(|| Error::new("这篇稿件还没有存盘，不能收词。").help("请先存盘。"))?;
        self.office.take_up(&path, &asked.word)
    }

    /// Returns how the page of a rule is shown: on the web if it is published, or else as a file.
    fn rule_page(&mut self, asked: &OpenRule) -> Result<Value> {
        let url = self.documents.values().filter_map(|document| document.reading()).find_map(|reading| {
            let rules = &self.office.engine(&reading.place).rules().rules;
            rules.iter().find(|rule| rule.id == asked.rule).and_then(|rule| rule.page_url.clone())
        });
        if let Some(url) = url {
            return Ok(json!({ "uri": url, "external": true }));
        }
        let file = self.office.rule_page(&asked.rule)?;
        let uri = uri::of_path(&file).ok_or_else(|| Error::new("临时目录的名字里有不是 UTF-8 编码的字。"))?;
        Ok(json!({ "uri": uri, "takeFocus": true }))
    }

    /// Returns the drafts in the folders that are open, each once.
    fn drafts(&self) -> Vec<PathBuf> {
        let mut drafts: Vec<PathBuf> =
            self.client.folders.iter().flat_map(|folder| self.office.drafts_below(folder)).collect();
        drafts.sort();
        drafts.dedup();
        drafts
    }

    fn begin_answer(&mut self, id: &RequestId, params: WorkspaceDiagnosticParams) -> io::Result<()> {
        let known = known_results(params.previous_result_ids);
        let purpose = Purpose::Answer { id: id.clone(), known, reports: Vec::new() };
        let progress = params.work_done_progress_params.work_done_token;
        self.checks.push(FolderCheck::new(self.drafts(), purpose, progress));
        Ok(())
    }

    fn begin_show(&mut self) -> io::Result<()> {
        self.cancel(|check| matches!(check.purpose, Purpose::Show))?;
        let mut progress = None;
        if self.client.shows_progress {
            self.next_token += 1;
            let token = NumberOrString::String(format!("zhubi/{}", self.next_token));
            self.outbox.request("window/workDoneProgress/create", json!({ "token": token }))?;
            progress = Some(token);
        }
        self.checks.push(FolderCheck::new(self.drafts(), Purpose::Show, progress));
        Ok(())
    }

    /// Ends the checks that `is_it` names before they are done.
    pub(super) fn cancel(&mut self, is_it: impl Fn(&FolderCheck) -> bool) -> io::Result<()> {
        while let Some(index) = self.checks.iter().position(&is_it) {
            let check = self.checks.remove(index);
            if let Some(end) = check.end() {
                self.outbox.notify("$/progress", end)?;
            }
            if let Purpose::Answer { id, .. } = check.purpose {
                self.outbox.refuse(Some(&id), ErrorCode::RequestCanceled as i32, "已取消。", None)?;
            }
        }
        Ok(())
    }

    /// Checks the next file of the oldest check, or ends it.
    pub(super) fn check_next(&mut self) -> io::Result<()> {
        let mut check = self.checks.remove(0);
        if let Some(progress) = check.advance() {
            self.outbox.notify("$/progress", progress)?;
        }
        let Some(path) = check.next() else {
            if let Some(end) = check.end() {
                self.outbox.notify("$/progress", end)?;
            }
            if let Purpose::Answer { id, reports, .. } = check.purpose {
                self.outbox.answer(&id, WorkspaceDiagnosticReport { items: reports })?;
            }
            return Ok(());
        };
        match &mut check.purpose {
            Purpose::Answer { known, reports, .. } => reports.extend(self.report_on(&path, known)),
            Purpose::Show => self.show_findings(&path)?,
        }
        self.checks.insert(0, check);
        self.report_settings_errors()
    }

    /// Returns the report on a file, as it is in the editor if it is open.
    fn report_on(
        &mut self,
        path: &Path,
        known: &std::collections::HashMap<String, String>,
    ) -> Option<lsp_types::WorkspaceDocumentDiagnosticReport> {
        let abilities = self.diagnostic_abilities();
        let open = self.documents.values_mut().find(|document| document.has_file && document.path == path);
        if let Some(document) = open {
            let (uri, version) = (document.uri.clone(), Some(i64::from(document.version)));
            let result_id = document.state_id();
            if known.get(uri.as_str()) == Some(&result_id) {
                return Some(folder::unchanged(uri, version, result_id));
            }
            let items = diagnostics::of_document(document, &mut self.office, abilities);
            return Some(folder::full(
                uri,
                version,
                FullDocumentDiagnosticReport { result_id: Some(result_id), items },
            ));
        }
        let uri = uri::of_path(path)?;
        let result_id = format!("{}/{}", self.generation, self.office.version(path)?);
        if known.get(uri.as_str()) == Some(&result_id) {
            return Some(folder::unchanged(uri, None, result_id));
        }
        let items = self.findings_in(path, &uri)?;
        Some(folder::full(uri, None, FullDocumentDiagnosticReport { result_id: Some(result_id), items }))
    }

    /// Sends the diagnostics of a file that is not open.
    fn show_findings(&mut self, path: &Path) -> io::Result<()> {
        let Some(uri) = uri::of_path(path) else { return Ok(()) };
        if self.documents.values().any(|document| document.path == path) {
            return Ok(());
        }
        let diagnostics = self.findings_in(path, &uri).unwrap_or_default();
        let had_some = self.pushed.remove(uri.as_str());
        if diagnostics.is_empty() && !had_some {
            return Ok(());
        }
        if !diagnostics.is_empty() {
            self.pushed.insert(uri.as_str().to_owned());
        }
        let params = PublishDiagnosticsParams { uri, version: None, diagnostics };
        self.outbox.notify("textDocument/publishDiagnostics", params)
    }

    /// Returns the diagnostics of a file; `None` if it is not a draft.
    fn findings_in(&mut self, path: &Path, uri: &lsp_types::Uri) -> Option<Vec<lsp_types::Diagnostic>> {
        let place = self.office.place(path)?;
        let abilities = self.diagnostic_abilities();
        let office = &self.office;
        let checked = office.guarded(|| {
            let draft = office.read(path)?;
            let engine = office.engine(&place);
            let review = office.options(&place).review(engine, &draft);
            Ok(diagnostics::of_draft(&draft, &review, engine, uri, abilities))
        });
        checked.ok()
    }
}
