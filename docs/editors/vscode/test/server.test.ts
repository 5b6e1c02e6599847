// The library with which VS Code speaks to servers, and the program. Runs where ZHUBI names the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import {
  createProtocolConnection,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

import { serverArguments } from "../src/settings";

const program = process.env["ZHUBI"];
const text = "😀两地携手,共建联盟。\n";

for (const pulls of [false, true]) {
  test(`an editor that ${pulls ? "asks" : "waits"} gets diagnostics`, { skip: program === undefined }, async () => {
    const server = spawn(program ?? "", serverArguments((_, otherwise) => otherwise), { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise<number | null>((resolve) => server.on("exit", resolve));
    const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    const published = new Promise<Diagnostic[]>((resolve) => {
      connection.onNotification(PublishDiagnosticsNotification.type, (params) => resolve(params.diagnostics));
    });
    connection.listen();
    const capabilities = { textDocument: pulls ? { diagnostic: {} } : {} };
    const answer = await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities });
    assert.equal(answer.capabilities.diagnosticProvider !== undefined, pulls);
    assert.equal(answer.capabilities.positionEncoding, "utf-16");
    await connection.sendNotification(InitializedNotification.type, {});
    const uri = "untitled:Untitled-1";
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "plaintext", version: 1, text },
    });
    let found: Diagnostic[];
    if (pulls) {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
      assert.equal(report.kind, "full");
      found = "items" in report ? report.items : [];
    } else {
      found = await published;
    }
    assert.deepEqual(found.map((diagnostic) => diagnostic.range), [
      { start: { line: 0, character: 6 }, end: { line: 0, character: 7 } },
    ]);
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    assert.equal(await ended, 0);
    connection.dispose();
  });
}
