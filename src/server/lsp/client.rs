//! What an editor says of itself.

use std::path::PathBuf;

use lsp_types::PositionEncodingKind;
use serde_json::Value;

use super::lines::Units;
use super::uri;

/// What an editor can do. Only what the server makes use of is read, so that an editor may be wrong about the rest.
#[derive(Debug, Clone)]
pub struct Client {
    pub units: Units,
    /// It asks for diagnostics when it needs them.
    pub pulls: bool,
    /// It asks again for diagnostics when it is told to.
    pub pulls_again: bool,
    /// It asks for the diagnostics of all files.
    pub wants_folders: bool,
    /// It shows links to related places.
    pub links_places: bool,
    /// It shows Markdown when the pointer rests on a place.
    pub hovers_markdown: bool,
    /// Edits can say for which version of a document they are.
    pub versions_edits: bool,
    /// It can show a web page or a file.
    pub shows_documents: bool,
    /// It shows the progress of work that it did not ask for.
    pub shows_progress: bool,
    /// It can tell when files change.
    pub watches_files: bool,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn of(params: &Value) -> Client {
        let can = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| can(path).and_then(Value::as_bool) == Some(true);
        let texts = |path: &str| -> Vec<String> {
            let list = can(path).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let encodings: Vec<PositionEncodingKind> =
            texts("general/positionEncodings").into_iter().map(PositionEncodingKind::from).collect();
        let option = |name: &str| params.pointer(&format!("/initializationOptions/{name}")).and_then(Value::as_bool);
        Client {
            units: Units::preferred(&encodings),
            pulls: can("textDocument/diagnostic").is_some_and(Value::is_object),
            pulls_again: is("workspace/diagnostics/refreshSupport"),
            wants_folders: option("workspaceDiagnostics") == Some(true),
            links_places: is("textDocument/publishDiagnostics/relatedInformation"),
            hovers_markdown: texts("textDocument/hover/contentFormat").iter().any(|format| format == "markdown"),
            versions_edits: is("workspace/workspaceEdit/documentChanges"),
            shows_documents: is("window/showDocument/support"),
            shows_progress: is("window/workDoneProgress"),
            watches_files: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            folders: folders(params),
        }
    }
}

/// Returns the folders that are open: those of the list, or else the root.
fn folders(params: &Value) -> Vec<PathBuf> {
    let list = params.pointer("/workspaceFolders").and_then(Value::as_array);
    let uris: Vec<&Value> = match list {
        Some(list) => list.iter().filter_map(|folder| folder.get("uri")).collect(),
        None => params.pointer("/rootUri").into_iter().collect(),
    };
    uris.into_iter().filter_map(|folder| uri::to_path(folder.as_str()?)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_cannot_be_done() {
        for params in [json!(null), json!({}), json!({ "capabilities": [], "workspaceFolders": 1, "rootUri": 2 })] {
            let client = Client::of(&params);
            assert_eq!(client.units, Units::Utf16);
            assert!(!client.pulls && !client.shows_documents && client.folders.is_empty());
        }
    }

    #[test]
    fn reads_what_editors_send() {
        let client = Client::of(&json!({
            "rootUri": "file:///old",
            "workspaceFolders": [{ "uri": "file:///a", "name": "a" }, { "uri": "untitled:b", "name": "b" }],
            "capabilities": {
                "general": { "positionEncodings": ["utf-8", "utf-16"] },
                "textDocument": { "diagnostic": {}, "hover": { "contentFormat": ["plaintext", "markdown"] } },
                "workspace": { "diagnostics": { "refreshSupport": true } },
            },
        }));
        assert_eq!(client.units, Units::Utf8);
        assert!(client.pulls && client.pulls_again && client.hovers_markdown && !client.links_places);
        assert_eq!(client.folders, [PathBuf::from("/a")]);
    }
}
