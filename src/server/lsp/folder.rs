//! The check of all drafts in the folders that are open, one draft at a time, so that the server answers meanwhile.

use std::collections::HashMap;
use std::path::PathBuf;

use lsp_server::RequestId;
use lsp_types::{
    FullDocumentDiagnosticReport, NumberOrString, PreviousResultId, ProgressParams, ProgressParamsValue,
    UnchangedDocumentDiagnosticReport, WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressEnd,
    WorkDoneProgressReport, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

/// A check of all drafts in the folders that are open.
#[derive(Debug)]
pub struct FolderCheck {
    pub purpose: Purpose,
    /// Where its progress is reported.
    pub progress: Option<NumberOrString>,
    files: Vec<PathBuf>,
    /// How many files are done.
    done: usize,
    /// The percentage that was reported last.
    reported: Option<u32>,
}

/// What a check is for.
#[derive(Debug)]
pub enum Purpose {
    /// The answer to a request.
    Answer {
        id: RequestId,
        /// What the client has, by URI.
        known: HashMap<String, String>,
        reports: Vec<WorkspaceDocumentDiagnosticReport>,
    },
    /// The user wants to see all findings.
    Show,
}

impl FolderCheck {
    pub fn new(files: Vec<PathBuf>, purpose: Purpose, progress: Option<NumberOrString>) -> FolderCheck {
        FolderCheck { purpose, progress, files, done: 0, reported: None }
    }

    /// Returns the next file.
    pub fn next(&mut self) -> Option<PathBuf> {
        let file = self.files.get(self.done).cloned();
        self.done += usize::from(file.is_some());
        file
    }

    /// Returns what is to be said of the progress before the next file; nothing if that was said already.
    pub fn advance(&mut self) -> Option<ProgressParams> {
        let percentage = (self.done * 100 / self.files.len().max(1)) as u32;
        let is_first = self.reported.is_none();
        if self.reported.replace(percentage) == Some(percentage) {
            return None;
        }
        let message = Some(format!("{}/{}", self.done, self.files.len()));
        let (cancellable, percentage) = (Some(true), Some(percentage));
        self.say(if is_first {
            let title = "校对全部稿件".to_owned();
            WorkDoneProgress::Begin(WorkDoneProgressBegin { title, cancellable, message, percentage })
        } else {
            WorkDoneProgress::Report(WorkDoneProgressReport { cancellable, message, percentage })
        })
    }

    /// Returns what is said at the end; nothing if nothing was said at the beginning.
    pub fn end(&self) -> Option<ProgressParams> {
        self.reported?;
        let message = Some(format!("查了 {} 篇", self.done));
        self.say(WorkDoneProgress::End(WorkDoneProgressEnd { message }))
    }

    fn say(&self, value: WorkDoneProgress) -> Option<ProgressParams> {
        self.progress.clone().map(|token| ProgressParams { token, value: ProgressParamsValue::WorkDone(value) })
    }
}

/// Returns what a client has, by URI.
pub fn known_results(previous: Vec<PreviousResultId>) -> HashMap<String, String> {
    previous.into_iter().map(|result| (result.uri.as_str().to_owned(), result.value)).collect()
}

/// Returns the report that nothing has changed.
pub fn unchanged(uri: lsp_types::Uri, version: Option<i64>, result_id: String) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
        uri,
        version,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    })
}

/// Returns the report on a draft.
pub fn full(
    uri: lsp_types::Uri,
    version: Option<i64>,
    report: FullDocumentDiagnosticReport,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: report,
    })
}
