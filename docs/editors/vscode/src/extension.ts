// Starts the server, keeps it in step with the settings, and asks for the reason where the server cannot.

import * as fs from "node:fs";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

import { findProgram } from "./program";
import { SECTION, serverArguments } from "./settings";
import { withReason } from "./reason";

let client: LanguageClient | undefined;

/** One start at a time: settings may change while the server is being started. */
let starting: Promise<void> = Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  const restart = (): Promise<void> => {
    starting = starting.then(() => start(context)).catch((error: unknown) => {
      void vscode.window.showErrorMessage(`朱笔没能启动：${String(error)}`);
    });
    return starting;
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("zhubi.restart", restart),
    vscode.commands.registerCommand("zhubi.check", () =>
      client?.sendRequest("workspace/executeCommand", { command: "zhubi.checkFolders", arguments: [] }),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) {
        void restart();
      }
    }),
  );
  void restart();
}

export async function deactivate(): Promise<void> {
  await starting;
  await stop();
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose();
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  await stop();
  const settings = vscode.workspace.getConfiguration(SECTION);
  const found = findProgram(settings.get<string>("path", ""), context.extensionPath, {
    platform: process.platform,
    environment: process.env,
    canRun,
  });
  if ("problem" in found) {
    const open = "打开设置";
    // The start does not wait for an answer.
    void vscode.window.showErrorMessage(found.problem, open).then((answer) => {
      if (answer === open) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "zhubi.path");
      }
    });
    return;
  }
  const server: ServerOptions = {
    command: found.program,
    args: serverArguments((name, otherwise) => settings.get(name, otherwise)),
  };
  const languages = ["plaintext", "markdown", "html"];
  const options: LanguageClientOptions = {
    documentSelector: [
      ...languages.flatMap((language) => ["file", "untitled"].map((scheme) => ({ scheme, language }))),
      { scheme: "file", pattern: "**/*.{srt,vtt,xhtml}" },
    ],
    initializationOptions: { workspaceDiagnostics: settings.get<boolean>("workspaceDiagnostics", false) },
    middleware: {
      executeCommand: async (command, args, next) => {
        const asked = await withReason(command, args, () =>
          Promise.resolve(vscode.window.showInputBox({ title: "保留", prompt: "为什么保留，可以不写" })),
        );
        return asked === undefined ? undefined : (next(command, asked) as unknown);
      },
    },
  };
  const started = new LanguageClient(SECTION, "朱笔", server, options);
  client = started;
  await started.start();
}

function canRun(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
